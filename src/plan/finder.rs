//! What is found of the lines of a window one after the other, each with what those before it
//! show, and of a long line by its parts.

use std::cell::LazyCell;

use crate::config::Config;
use crate::scan::{self, Look};

use super::document::{Suspect, bar, is_known, is_suspicious_at};
use super::dropped;
use super::hypothesis::{Hypothesis, Line};
use super::lattice::Room;
use super::met::Met;
use super::overlay;
use super::parts::{Damaged, Parts};
use super::plain::{ends_in_fragment, plain};
use super::search::{Shown, again, explain};
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
}

/// What is found of a line.
#[derive(Default)]
struct Found {
    /// Its accounts, the best first.
    accounts: Vec<Hypothesis>,
    /// What of it is damaged by itself, if no account of the whole is believed.
    damaged: Vec<Damaged>,
}

impl From<Vec<Hypothesis>> for Found {
    fn from(accounts: Vec<Hypothesis>) -> Self {
        let damaged = Vec::new();
        Found { accounts, damaged }
    }
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
        }
    }

    /// Adds the next line, over which something `is_overlaid` as it seems, with its accounts, if
    /// anything speaks for any; or its parts, if only some of them are damaged, which it tells.
    pub(super) fn add<'t>(
        &mut self,
        (at, line, is_overlaid): (usize, &'t str, bool),
        suspects: &mut Vec<Suspect<'t>>,
    ) -> bool {
        let Some(Found { accounts, damaged }) = self.find(line, is_overlaid) else {
            return false;
        };
        if damaged.is_empty() {
            suspects.push((at, line, accounts));
            return false;
        }
        let mut end = 0;
        for (part, best) in damaged {
            if end < part.start {
                suspects.push((at + end, &line[end..part.start], Vec::new()));
            }
            self.shows(&best);
            suspects.push((at + part.start, &line[part.clone()], vec![best]));
            end = part.end;
        }
        if end < line.len() {
            suspects.push((at + end, &line[end..], Vec::new()));
        }
        true
    }

    /// What is found of the next line; `None` if nothing speaks for any account.
    fn find(&mut self, line: &str, is_overlaid: bool) -> Option<Found> {
        let config = self.config;
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
            return Some(Found::default());
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
            return Some(vec![h].into());
        }
        if !*is_suspect {
            let right = met.filter(|_| plain.is_none() && !config.has_chain());
            right.iter().for_each(Met::remember_right);
            let plain = plain.filter(|h| config.allows(&h.steps));
            return plain.map(|h| vec![h].into());
        }
        let plain = plain.filter(|h| config.allows(&h.steps));
        if let Some(found) = config.hypotheses(line) {
            return Some(found.into());
        }
        let read = LazyCell::new(|| Line::of(line));
        let mut shown_before = self.shown.iter().filter(|_| !is_overlaid);
        let known = shown_before.find_map(|chain| again(&read, chain, config, self.room));
        let is_searched =
            known.is_none() && !in_vain && !(is_long && parts.are_right(config, self.room));
        let mut accounts = match known {
            Some(h) => vec![dropped::filled(read.first(), &h, self.room).unwrap_or(h)],
            None if is_searched => explain(&read, config, false, self.room),
            None => Vec::new(),
        };
        // What is plain is so beside lines of another chain, too.
        let is_doubtful = |all: &[Hypothesis]| all.first().is_none_or(|h| h.gain < bar(h));
        if is_doubtful(&accounts) {
            accounts.extend(plain);
            accounts.sort_by_key(|h| -h.gain);
        }
        let damaged = match is_paragraph && is_searched && is_doubtful(&accounts) {
            true => parts.damaged(config, self.room),
            false => Vec::new(),
        };
        if let Some(met) = searched.filter(|_| accounts.is_empty() && damaged.is_empty()) {
            met.remember_in_vain();
        }
        if let Some(best) = accounts.first() {
            self.shows(best);
        }
        Some(Found { accounts, damaged })
    }

    /// The chain of a line is tried first on the next ones.
    fn shows(&mut self, best: &Hypothesis) {
        if let Some(chain) = Shown::of(best) {
            self.shown.retain(|other| other.steps != chain.steps);
            self.shown.insert(0, chain);
            self.shown.truncate(SHOWN);
        }
    }
}

/// A line longer than this is not searched as a whole for the sake of a few
/// words: a paragraph, in which somebody's name is unusual.
const LONG_LINE: usize = 192;

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
