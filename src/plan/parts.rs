//! A long line by its parts: those of a paragraph that is right for the most part that could be
//! damaged, and what the rest of it says of them.

use std::cell::{LazyCell, OnceCell};
use std::ops::Range;

use crate::config::Config;
use crate::edit::Step;
use crate::language::{self, Alphabet};
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::document::{cut, is_suspicious_at, is_telling};
use super::hypothesis::{Hypothesis, Line};
use super::known;
use super::lattice::Room;
use super::overlay;
use super::readings::is_letter;
use super::search::{SURELY, explain};
use super::spelling::is_east_asian;
use super::text_language::TextLanguage;
use super::words;

/// Bytes of a long line that are looked at, and searched, by themselves.
const PART: usize = 96;

/// The parts of a long line: those that could be damaged, and how many there are.
pub(super) struct Parts<'t> {
    line: &'t str,
    /// The letters of its language.
    alphabet: OnceCell<Option<Alphabet<'t>>>,
    /// Whether most letters beyond ASCII are of East Asia.
    is_east_asian: OnceCell<bool>,
    pub(super) odd: Vec<Part>,
    all: usize,
}

/// A part that could be damaged, and once it was searched its best account, or that of the words
/// of it that could be, with where they are.
pub(super) struct Part {
    range: Range<usize>,
    best: OnceCell<Option<(Range<usize>, Hypothesis)>>,
}

impl<'t> Parts<'t> {
    pub(super) fn of(line: &'t str) -> Self {
        let alphabet = OnceCell::new();
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
            let is_known = || {
                let alphabet = alphabet.get_or_init(|| known::alphabet(line));
                known::is_right_in(alphabet.as_ref(), part)
            };
            let is_odd = look != Look::Right && !is_known() && is_suspicious_at(look, part);
            if is_odd || overlay::is_suspicious(part) || overlay::is_saved(part) {
                let range = at..at + len;
                let best = OnceCell::new();
                odd.push(Part { range, best });
            }
            at += len;
        }
        Parts {
            line,
            alphabet,
            is_east_asian: OnceCell::new(),
            odd,
            all,
        }
    }

    /// Whether no more than half could be damaged.
    fn are_few(&self) -> bool {
        self.odd.len() <= self.all / 2
    }

    /// The best account of one, or of its odd words, as what is right beside them speaks against
    /// any: `Tamaρo máximo`, `saída.</p> Tamaρo máximo`.
    fn best<'p>(
        &self,
        part: &'p Part,
        config: &Config,
        room: &mut Room,
    ) -> Option<&'p (Range<usize>, Hypothesis)> {
        let mut search = || {
            let mut of = |range: Range<usize>| {
                let line = Line::of(&self.line[range.clone()]);
                let best = explain(&line, config, false, room).into_iter().next()?;
                Some((range, best))
            };
            let words = || self.odd_words(part.range.clone());
            // A few words that lost bytes say too little: `«Ôàèë»` has no `뻓`.
            let is_sure = |(_, best): &(Range<usize>, Hypothesis)| !best.is_inferred();
            match of(part.range.clone()) {
                None => words()
                    .into_iter()
                    .find_map(|range| of(range).filter(is_sure)),
                found => found,
            }
        };
        part.best.get_or_init(&mut search).as_ref()
    }

    /// What could be damaged of a part: words that could be, with those of ASCII between them. What
    /// stands between characters of East Asia in a text of them is a word, too.
    fn odd_words(&self, part: Range<usize>) -> Vec<Range<usize>> {
        let alphabet = self.alphabet.get_or_init(|| known::alphabet(self.line));
        let is_odd = |word: &str| {
            scan::look(word) != Look::Right && !known::is_right_in(alphabet.as_ref(), word)
        };
        let mut odd: Vec<Range<usize>> = Vec::new();
        let mut is_apart = true;
        for word in words_of(self.line, part.clone(), self.is_east_asian()) {
            let text = &self.line[word.clone()];
            if text.is_ascii() {
                continue;
            }
            let is_odd = is_odd(text);
            match odd.last_mut() {
                Some(last) if is_odd && !is_apart => last.end = word.end,
                _ if is_odd => odd.push(word),
                _ => {}
            }
            is_apart = !is_odd;
        }
        odd.retain(|words| *words != part);
        odd.truncate(ODD_WORDS);
        odd
    }

    fn is_east_asian(&self) -> bool {
        *self.is_east_asian.get_or_init(|| {
            let beyond = self.line.chars().filter(|c| !c.is_ascii());
            let of_it = beyond.clone().filter(|c| is_east_asian(*c)).count();
            of_it * 2 > beyond.count()
        })
    }

    /// Whether few could be damaged, and none of them is.
    pub(super) fn are_right(&self, config: &Config, room: &mut Room) -> bool {
        let mut odd = self.odd.iter();
        self.are_few() && odd.all(|part| self.best(part, config, room).is_none())
    }

    /// Those that are, of few that could be, each with what is next to it and could be of its
    /// chain: of a paragraph that was put together, `des Premières Nations. Ces d├®bats sont`.
    pub(super) fn damaged(&self, config: &Config, room: &mut Room) -> Vec<Range<usize>> {
        if !self.are_few() {
            return Vec::new();
        }
        // Parts next to each other that one chain explains, and whether any of them is believed.
        let mut all: Vec<(Range<usize>, &[Step], bool)> = Vec::new();
        let rest = LazyCell::new(|| Rest::of(self));
        for part in &self.odd {
            let Some((range, best)) = self.best(part, config, room) else {
                continue;
            };
            if !self.is_of_words(range, best) {
                continue;
            }
            let text = &self.line[range.clone()];
            let is_believed = may_stand_alone(best) || rest.speaks_for(text, best);
            match all.last_mut() {
                Some((last, steps, believed))
                    if last.end == range.start && *steps == best.steps =>
                {
                    last.end = range.end;
                    *believed |= is_believed;
                }
                _ => all.push((range.clone(), &best.steps, is_believed)),
            }
        }
        let believed = all.into_iter().filter(|(.., is_believed)| *is_believed);
        believed.map(|(range, ..)| range).collect()
    }

    /// Whether a part is cut off at no letter: without spaces, half a word could be damaged. But
    /// characters of East Asia are none that a charset of single bytes shows.
    fn is_of_words(&self, part: &Range<usize>, best: &Hypothesis) -> bool {
        let ends = [..part.start, ..part.end].map(|to| self.line[to].chars().next_back());
        let is_end = |c: char| c.is_ascii() || !best.is_wide() && is_east_asian(c);
        ends.into_iter().flatten().all(is_end)
    }
}

/// So many runs of odd words of a part are searched.
const ODD_WORDS: usize = 2;

/// The words of a part.
fn words_of(line: &str, part: Range<usize>, is_east_asian_text: bool) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut before = None;
    for (at, c) in line[part.clone()].char_indices() {
        let at = part.start + at;
        let class = match c {
            ' ' => None,
            c => Some(is_east_asian_text && is_east_asian(c)),
        };
        match words.last_mut() {
            Some(last) if class.is_some() && class == before => last.end = at + c.len_utf8(),
            _ if class.is_some() => words.push(at..at + c.len_utf8()),
            _ => {}
        }
        before = class;
    }
    words
}

/// What a long line is beside its parts that could be damaged.
struct Rest<'t> {
    right: Vec<&'t str>,
    language: OnceCell<Option<TextLanguage>>,
}

impl<'t> Rest<'t> {
    fn of(parts: &Parts<'t>) -> Self {
        let mut at = 0;
        let mut right = Vec::with_capacity(parts.odd.len() + 1);
        for part in &parts.odd {
            right.push(&parts.line[at..part.range.start]);
            at = part.range.end;
        }
        right.push(&parts.line[at..]);
        let language = OnceCell::new();
        Rest { right, language }
    }

    /// Whether an account of a part makes of it what the rest is: what is in its alphabet, as
    /// `<b>¸áßÞÛÝïÕÜëÕ` in Russian, or in its language, as `moguæe` in Bosnian.
    fn speaks_for(&self, part: &str, best: &Hypothesis) -> bool {
        if best.is_inferred() {
            return false;
        }
        if !best.is_legacy() {
            return best.gain >= IN_WORDS && words::are_in_words(&best.pieces);
        }
        let made = best.pieces.iter().filter(|p| p.is_changed(part));
        let mut letters = made.map(|p| p.c).filter(|c| is_letter(*c)).peekable();
        let Some(first) = letters.peek().copied() else {
            return false;
        };
        if language::is_latin(first) {
            let in_language = || {
                let language = self
                    .language
                    .get_or_init(|| TextLanguage::of(self.right.iter().map(|part| (*part, None))));
                language
                    .as_ref()
                    .is_some_and(|l| l.gain(part, best) >= SAYS)
            };
            return best.gain >= IN_LANGUAGE && in_language();
        }
        best.gain >= IN_ALPHABET
            && letters.all(|c| !language::is_latin(c))
            && self.has_alphabet_of(first)
    }

    /// Whether letters of its alphabet are most of those beyond ASCII.
    fn has_alphabet_of(&self, c: char) -> bool {
        let alphabet = |c: char| {
            if is_east_asian(c) {
                u32::MAX
            } else {
                u32::from(c) >> 8
            }
        };
        let beyond = self.right.iter().flat_map(|part| part.chars());
        let beyond = beyond.filter(|c| !c.is_ascii() && is_letter(*c));
        let (all, of_it) = beyond.fold((0, 0), |(all, of_it), other| {
            (all + 1, of_it + usize::from(alphabet(other) == alphabet(c)))
        });
        of_it * 2 > all
    }
}

/// What an account must gain that the rest of the line speaks for: of UTF-8 whose letters stand in
/// words, of letters of the language of the rest, which must say so much for it, too, and of
/// letters of its alphabet.
const IN_WORDS: Cost = 14 * NAT;
const IN_LANGUAGE: Cost = 12 * NAT;
const SAYS: Cost = 6 * NAT;
const IN_ALPHABET: Cost = 40 * NAT;

/// Whether an account of a part gains enough to be believed, though the rest of its line speaks
/// against it.
fn may_stand_alone(best: &Hypothesis) -> bool {
    let is_misread = |step: &Step| matches!(step, Step::Misread { .. });
    let is_sure = !best.is_inferred() && best.steps.iter().all(is_misread);
    let least = match (best.is_wide(), best.is_legacy()) {
        (true, _) => SURELY,
        // Lists of words have letters that are right, and would be words elsewhere.
        (false, true) => return false,
        (false, false) if is_sure && is_telling(&best.steps) => TELLING,
        (false, false) => OTHER,
    };
    best.gain >= least
}

/// What UTF-8 must gain so where its sequences show as what nobody writes, and elsewhere.
const TELLING: Cost = 20 * NAT;
const OTHER: Cost = 30 * NAT;
