//! What is found of the lines of a window one after the other, each with what those before it
//! show, and of a long line by its parts.

use std::cell::LazyCell;
use std::mem;
use std::ops::Range;

use crate::config::Config;
use crate::edit::Step;
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::document::{Suspect, bar, cut, is_known, is_suspicious_at, is_telling};
use super::hypothesis::{Hypothesis, Line};
use super::known;
use super::lattice::Room;
use super::met::Met;
use super::overlay;
use super::plain::{ends_in_fragment, plain};
use super::search::{SURELY, Shown, again, explain};
use super::utf8;

/// Chains of lines before that are tried first.
const SHOWN: usize = 2;

/// Finds what happened to the lines of a window.
pub(super) struct Finder<'a> {
    config: &'a Config,
    room: &'a mut Room,
    /// How long the window is, and whether it is the first of its text.
    window: usize,
    is_first: bool,
    /// The chains of lines before, the last first.
    shown: Vec<Shown>,
    /// What is damaged of the last line, if that is long and mostly right.
    damaged: Vec<Range<usize>>,
    /// Whether parts of any line were told from the others.
    has_parts: bool,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        window: &str,
        is_first: bool,
        config: &'a Config,
        room: &'a mut Room,
    ) -> Self {
        Finder {
            config,
            room,
            window: window.len(),
            is_first,
            shown: Vec::new(),
            damaged: Vec::new(),
            has_parts: false,
        }
    }

    /// The same.
    pub(super) fn has_parts(&self) -> bool {
        self.has_parts
    }

    /// Adds the next line with its accounts, if anything speaks for any; or its parts, if only
    /// some of them are damaged.
    pub(super) fn add<'t>(
        &mut self,
        (at, line, is_overlaid): (usize, &'t str, bool),
        suspects: &mut Vec<Suspect<'t>>,
    ) {
        let found = self.find(line, is_overlaid);
        if self.damaged.is_empty() {
            suspects.extend(found.map(|found| (at, line, found)));
            return;
        }
        self.has_parts = true;
        let mut end = 0;
        for part in mem::take(&mut self.damaged) {
            if end < part.start {
                suspects.push((at + end, &line[end..part.start], Vec::new()));
            }
            end = part.end;
            let damaged = &line[part.clone()];
            // What lies over it was asked of the line.
            let found = self.find(damaged, false).unwrap_or_default();
            suspects.push((at + part.start, damaged, found));
        }
        if end < line.len() {
            suspects.push((at + end, &line[end..], Vec::new()));
        }
    }

    /// The accounts of the next line, over which something `is_overlaid` as it seems; `None` if
    /// nothing speaks for any.
    fn find(&mut self, line: &str, is_overlaid: bool) -> Option<Vec<Hypothesis>> {
        let config = self.config;
        self.damaged.clear();
        let is_window = line.len() == self.window;
        let is_text = self.is_first && is_window;
        let met = (!is_overlaid && !config.is_unscanned()).then(|| Met::of(line, is_text));
        if met.as_ref().is_some_and(Met::is_right) {
            return None;
        }
        let look = LazyCell::new(|| scan::look(line));
        // Most lines are right, and nothing more is asked of them.
        let may_be_plain = met.is_none() || utf8::may_begin(line);
        if !may_be_plain && *look == Look::Right {
            met.iter().for_each(Met::remember_right);
            return None;
        }
        let has_loss = overlay::has_loss(line);
        let is_overlaid = is_overlaid || has_loss;
        let searched = met
            .as_ref()
            .filter(|_| !may_be_plain && !config.has_hints());
        let in_vain = searched.is_some_and(Met::was_in_vain);
        // What a line is beside others of some chain is another question.
        if in_vain && self.shown.is_empty() {
            return Some(Vec::new());
        }
        let is_paragraph = line.len() > LONG_LINE;
        let is_long = is_paragraph && !config.is_unscanned();
        let parts = LazyCell::new(|| Parts::of(line));
        // What is left of a letter tells nothing, whoever looks.
        let is_fragment = || is_text && !is_overlaid && ends_in_fragment(line);
        let is_suspect = LazyCell::new(|| match is_fragment() {
            true => false,
            false if config.is_unscanned() => true,
            false => is_suspect(line, *look, is_overlaid, is_long.then_some(&parts)),
        });
        let is_as_before = |h: &Hypothesis| match self.shown.first() {
            Some(last) => last.steps == h.steps,
            None => config.allows(&h.steps),
        };
        // What was laid over a line may be right as it is: `cr&eacute;Ã©`.
        let is_beneath =
            |h: &Hypothesis| is_overlaid && overlay::is_suspicious(&h.chars().collect::<String>());
        let mut plain = match has_loss || config.has_chain() {
            true => None,
            false => plain(line, is_text, || *is_suspect).filter(|h| !is_beneath(h)),
        };
        if let Some(h) = plain.take_if(|h| is_as_before(h)) {
            if self.shown.is_empty() && !is_window {
                self.shown.extend(Shown::of(&h));
            }
            return Some(vec![h]);
        }
        if !*is_suspect {
            let right = met.filter(|_| plain.is_none() && !config.has_chain());
            right.iter().for_each(Met::remember_right);
            let plain = plain.filter(|h| config.allows(&h.steps));
            return plain.map(|h| vec![h]);
        }
        let plain = plain.filter(|h| config.allows(&h.steps));
        if let Some(found) = config.hypotheses(line) {
            return Some(found);
        }
        let read = LazyCell::new(|| Line::of(line));
        let mut shown_before = self.shown.iter().filter(|_| !is_overlaid);
        let known = shown_before.find_map(|chain| again(&read, chain, config, self.room));
        let is_searched =
            known.is_none() && !in_vain && !(is_long && parts.are_right(config, self.room));
        let mut found = match known {
            Some(h) => vec![h],
            None if is_searched => explain(&read, config, false, self.room),
            None => Vec::new(),
        };
        // What is plain is so beside lines of another chain, too.
        if found.first().is_none_or(|h| h.gain < bar(h)) {
            found.extend(plain);
            found.sort_by_key(|h| -h.gain);
        }
        if is_paragraph && is_searched && found.first().is_none_or(|h| h.gain < bar(h)) {
            self.damaged = parts.damaged(config, self.room);
        }
        if let Some(met) = searched.filter(|_| found.is_empty() && self.damaged.is_empty()) {
            met.remember_in_vain();
        }
        if let Some(chain) = found.first().and_then(Shown::of) {
            self.shown.retain(|other| other.steps != chain.steps);
            self.shown.insert(0, chain);
            self.shown.truncate(SHOWN);
        }
        Some(found)
    }
}

/// A line longer than this is not searched as a whole for the sake of a few
/// words: a paragraph, in which somebody's name is unusual.
const LONG_LINE: usize = 192;
/// Bytes of it that are searched instead.
const PART: usize = 96;

/// The parts of a long line: those that could be damaged, and how many there are.
struct Parts<'t> {
    line: &'t str,
    odd: Vec<Range<usize>>,
    all: usize,
}

impl<'t> Parts<'t> {
    fn of(line: &'t str) -> Self {
        let alphabet = LazyCell::new(|| known::alphabet(line));
        let (mut at, mut all, mut odd) = (0, 0, Vec::new());
        while at < line.len() {
            let rest = &line[at..];
            let len = match rest.len() {
                ..=PART => rest.len(),
                _ => cut(rest, PART),
            };
            let part = &rest[..len];
            all += 1;
            let look = scan::look(part);
            let is_known = || known::is_right_in(alphabet.as_ref(), part);
            let is_odd = look != Look::Right && !is_known() && is_suspicious_at(look, part);
            if is_odd || overlay::is_suspicious(part) || overlay::is_saved(part) {
                odd.push(at..at + len);
            }
            at += len;
        }
        Parts { line, odd, all }
    }

    /// Whether no more than half could be damaged.
    fn are_few(&self) -> bool {
        self.odd.len() <= self.all / 2
    }

    /// The accounts of one.
    fn explain(&self, part: &Range<usize>, config: &Config, room: &mut Room) -> Vec<Hypothesis> {
        explain(&Line::of(&self.line[part.clone()]), config, false, room)
    }

    /// Whether only few could be damaged, and none of them is.
    fn are_right(&self, config: &Config, room: &mut Room) -> bool {
        let mut odd = self.odd.iter();
        self.are_few() && odd.all(|part| self.explain(part, config, room).is_empty())
    }

    /// Those that are, of few that could be, each with what is next to it and could be of its
    /// chain: of a paragraph that was put together, `des Premières Nations. Ces d├®bats sont`.
    fn damaged(&self, config: &Config, room: &mut Room) -> Vec<Range<usize>> {
        if !self.are_few() {
            return Vec::new();
        }
        // Parts next to each other that one chain explains, and whether any of them is believed.
        let mut all: Vec<(Range<usize>, Vec<Step>, bool)> = Vec::new();
        for part in self.odd.iter().filter(|part| self.is_of_words(part)) {
            let Some(best) = self.explain(part, config, room).into_iter().next() else {
                continue;
            };
            let is_believed = least(&best).is_some_and(|least| best.gain >= least);
            match all.last_mut() {
                Some((last, steps, believed)) if last.end == part.start && *steps == best.steps => {
                    last.end = part.end;
                    *believed |= is_believed;
                }
                _ => all.push((part.clone(), best.steps, is_believed)),
            }
        }
        let believed = all.into_iter().filter(|(.., is_believed)| *is_believed);
        believed.map(|(range, ..)| range).collect()
    }

    /// Whether a part is cut off at no letter: without spaces, half a word could be damaged.
    fn is_of_words(&self, part: &Range<usize>) -> bool {
        let [before, after] =
            [..part.start, ..part.end].map(|to| self.line[to].bytes().next_back());
        before.is_none_or(|b| b.is_ascii()) && after.is_none_or(|b| b.is_ascii())
    }
}

/// What an account of a part must gain that the rest of its line speaks against, if anything is
/// enough.
fn least(best: &Hypothesis) -> Option<Cost> {
    let is_misread = |step: &Step| matches!(step, Step::Misread { .. });
    let is_sure = !best.is_inferred() && best.steps.iter().all(is_misread);
    match (best.is_wide(), best.is_legacy()) {
        (true, _) => Some(SURELY),
        // Lists of words have letters that are right, and would be words elsewhere.
        (false, true) => None,
        (false, false) if is_sure && is_telling(&best.steps) => Some(20 * NAT),
        (false, false) => Some(30 * NAT),
    }
}

/// Whether a line is searched after a first look: one that is long by its parts, and one over
/// which something lies as what was beneath.
fn is_suspect<'t, F: FnOnce() -> Parts<'t>>(
    line: &'t str,
    look: Look,
    is_overlaid: bool,
    parts: Option<&LazyCell<Parts<'t>, F>>,
) -> bool {
    let is_beneath = || is_overlaid && overlay::is_suspicious(line);
    match parts {
        _ if look == Look::Right => is_beneath(),
        // Where no part of it is odd, a long line as a whole may be, but is not
        // damaged. In Latin an odd part is enough, for there words are.
        Some(parts) if parts.odd.is_empty() => false,
        Some(_) if scan::begins_in_latin(line) => true,
        _ => {
            let is_odd = !is_known(line) && is_suspicious_at(look, line);
            is_odd || is_beneath() || overlay::is_saved(line)
        }
    }
}

/// Whether nothing more is found of a line that was mended, however often it is asked.
pub(super) fn is_settled(line: &str) -> bool {
    let parts = LazyCell::new(|| Parts::of(line));
    let parts = (line.len() > LONG_LINE).then_some(&parts);
    let is_overlaid = overlay::may_be_over(line) || overlay::has_loss(line);
    !is_overlaid
        && !is_suspect(line, scan::look(line), false, parts)
        && plain(line, true, || false).is_none()
}
