//! A long line by its parts: those of a paragraph that is right for the most part that could be
//! damaged, and what the rest of it says of them.

use std::cell::OnceCell;
use std::ops::Range;

use crate::config::Config;
use crate::edit::Step;
use crate::language::{self, Alphabet};
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::document::{bar, cut, is_suspicious_at, is_telling, low_bar};
use super::doubt;
use super::hypothesis::{Hypothesis, Line};
use super::known;
use super::lattice::{Piece, Room};
use super::overlay;
use super::readings::is_letter;
use super::search::{SURELY, explain};
use super::spelling::is_east_asian;
use super::text_language::TextLanguage;
use super::undo::undo_all;
use super::words;

/// Bytes of a long line that are looked at, and searched, by themselves.
const PART: usize = 96;
/// The same where a word would be cut.
const LONGEST_PART: usize = 4 * PART;

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

/// A part that could be damaged, and once they were searched the best account of it, and of those
/// of its words that could be, with where they are.
pub(super) struct Part {
    range: Range<usize>,
    whole: OnceCell<Option<Damaged>>,
    words: OnceCell<Vec<Damaged>>,
}

/// What is damaged of a long line, and what happened to it.
pub(super) type Damaged = (Range<usize>, Hypothesis);

impl<'t> Parts<'t> {
    pub(super) fn of(line: &'t str) -> Self {
        let alphabet = OnceCell::new();
        let (mut at, mut all, mut odd) = (0, 0, Vec::new());
        while at < line.len() {
            let rest = &line[at..];
            let len = match rest.len() {
                ..=PART => rest.len(),
                _ => word_end(rest, cut(rest, PART)),
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
                let (whole, words) = (OnceCell::new(), OnceCell::new());
                odd.push(Part {
                    range,
                    whole,
                    words,
                });
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

    fn explain(&self, range: Range<usize>, config: &Config, room: &mut Room) -> Option<Damaged> {
        let line = Line::of(&self.line[range.clone()]);
        let best = explain(&line, config, false, room).into_iter().next()?;
        Some((range, best))
    }

    /// The best account of one.
    fn whole<'p>(&self, part: &'p Part, config: &Config, room: &mut Room) -> Option<&'p Damaged> {
        let search = || self.explain(part.range.clone(), config, room);
        part.whole.get_or_init(search).as_ref()
    }

    /// The best accounts of its odd words, as what is right beside them speaks against any:
    /// `Tamaρo máximo`, `saída.</p> Tamaρo máximo`.
    fn words<'p>(&self, part: &'p Part, config: &Config, room: &mut Room) -> &'p [Damaged] {
        part.words.get_or_init(|| {
            let words = self.odd_words(part.range.clone()).into_iter();
            let found = words.filter_map(|range| self.explain(range, config, room));
            // A few words that lost bytes say too little: `«Ôàèë»` has no `뻓`.
            found.filter(|(_, best)| !best.is_inferred()).collect()
        })
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
        let is_right = |part: &Part, room: &mut Room| {
            self.whole(part, config, room).is_none() && self.words(part, config, room).is_empty()
        };
        self.are_few() && self.odd.iter().all(|part| is_right(part, room))
    }

    /// Those that are, of a paragraph that was put together, `des Premières Nations. Ces d├®bats
    /// sont`: what is believed by itself, and what its chains make of the others.
    pub(super) fn damaged(&self, config: &Config, room: &mut Room) -> Vec<Damaged> {
        // The rest is told by what all of them may be, where little of it is right.
        for part in &self.odd {
            self.whole(part, config, room);
        }
        let rest = Rest::of(self);
        let is_believed = |found: &&Damaged| {
            let (range, best) = *found;
            let text = &self.line[range.clone()];
            self.is_of_words(range, best) && (may_stand_alone(best) || rest.speaks_for(text, best))
        };
        let mut damaged: Vec<Damaged> = Vec::new();
        let mut others: Vec<&Part> = Vec::new();
        for part in &self.odd {
            let whole = self.whole(part, config, room).filter(is_believed);
            let words = self.words(part, config, room).iter().filter(is_believed);
            match whole.filter(|whole| !are_likelier(words.clone(), whole)) {
                Some(whole) => damaged.push(whole.clone()),
                None => {
                    damaged.extend(words.cloned());
                    others.push(part);
                }
            }
        }
        if damaged.is_empty() {
            return damaged;
        }
        let mut chains: Vec<Vec<Step>> = Vec::new();
        for (_, best) in &damaged {
            if chains.len() < CHAINS && !chains.contains(&best.steps) {
                chains.push(best.steps.clone());
            }
        }
        for part in others {
            let whole = self.whole(part, config, room).into_iter();
            let own = whole.chain(self.words(part, config, room));
            let words = self.all_words(part);
            for steps in &chains {
                let is_of_it = |(range, best): &&Damaged| {
                    best.steps == *steps && best.gain >= bar(best) && self.is_of_words(range, best)
                };
                for found in own.clone().filter(is_of_it) {
                    if is_apart(&damaged, &found.0) {
                        damaged.push(found.clone());
                    }
                }
                for range in &words {
                    if is_apart(&damaged, range) {
                        damaged.extend(self.undo(range.clone(), steps, &rest));
                    }
                }
            }
        }
        damaged.sort_by_key(|(range, _)| range.start);
        damaged
    }

    /// The odd words of a part, and what stands between them, too, as `è`.
    fn all_words(&self, part: &Part) -> Vec<Range<usize>> {
        let mut all = self.odd_words(part.range.clone());
        let words = words_of(self.line, part.range.clone(), self.is_east_asian()).into_iter();
        all.extend(words.filter(|word| !self.line[word.clone()].is_ascii()));
        all
    }

    /// What a chain makes of words, if that is likelier, and they fit the rest.
    fn undo(&self, range: Range<usize>, steps: &[Step], rest: &Rest<'_, 't>) -> Option<Damaged> {
        let text = &self.line[range.clone()];
        let mut h = undo_all(&Line::of(text), steps, 0)?;
        if h.is_legacy() {
            h.gain += words::known(text, &h).gain;
        }
        h.gain -= doubt::doubt(text, &h, true);
        let may_be = h.gain >= low_bar(&h) && self.is_of_words(&range, &h) && rest.may_be(text, &h);
        h.gain = h.gain.max(bar(&h));
        may_be.then_some((range, h))
    }

    /// Whether what was read is cut off at no letter: without spaces, half a word could be damaged.
    /// But characters of East Asia are none that a charset of single bytes shows.
    fn is_of_words(&self, part: &Range<usize>, best: &Hypothesis) -> bool {
        let is_end = |c: char| c.is_ascii() || !best.is_wide() && is_east_asian(c);
        [part.start, part.end].into_iter().all(|at| {
            let (before, after) = (&self.line[..at], &self.line[at..]);
            let beside = [before.chars().next_back(), after.chars().next()];
            beside.into_iter().any(|c| c.is_none_or(is_end))
        })
    }
}

/// Whether odd words tell more than all of their part in the same chain, which reads what is right
/// beside them, too, as `Не` for `═х`.
fn are_likelier<'p>(words: impl Iterator<Item = &'p Damaged> + Clone, whole: &Damaged) -> bool {
    let (_, whole) = whole;
    let gain: Cost = words.clone().map(|(_, best)| best.gain).sum();
    let mut words = words;
    gain > whole.gain && words.all(|(_, best)| best.steps == whole.steps)
}

/// Whether nothing is known of a place yet.
fn is_apart(damaged: &[Damaged], range: &Range<usize>) -> bool {
    let mut known = damaged.iter().map(|(known, _)| known);
    known.all(|known| known.end <= range.start || range.end <= known.start)
}

/// So many chains that are believed of parts are tried on the others.
const CHAINS: usize = 2;

/// Where the word ends that a cut would go through, if not far away: text without spaces that shows
/// as letters.
fn word_end(text: &str, cut: usize) -> usize {
    let is_end = |c: char| c.is_ascii() || is_east_asian(c);
    if text[..cut].chars().next_back().is_none_or(is_end) {
        return cut;
    }
    let end = text[cut..].char_indices().find(|(_, c)| is_end(*c));
    let len = end.map_or(text.len() - cut, |(len, _)| len);
    cut + if len <= LONGEST_PART - PART { len } else { 0 }
}

/// So many runs of odd words of a part are searched.
const ODD_WORDS: usize = 6;

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
struct Rest<'p, 't> {
    right: Vec<&'t str>,
    /// The others, with what they may have been.
    odd: Vec<(&'t str, &'p Hypothesis)>,
    language: OnceCell<Option<TextLanguage>>,
}

impl<'p, 't> Rest<'p, 't> {
    fn of(parts: &'p Parts<'t>) -> Self {
        let mut at = 0;
        let mut right = Vec::with_capacity(parts.odd.len() + 1);
        for part in &parts.odd {
            right.push(&parts.line[at..part.range.start]);
            at = part.range.end;
        }
        right.push(&parts.line[at..]);
        let of = |part: &'p Part| {
            let (range, best) = part.whole.get()?.as_ref()?;
            Some((&parts.line[range.clone()], best))
        };
        Rest {
            right,
            odd: parts.odd.iter().filter_map(of).collect(),
            language: OnceCell::new(),
        }
    }

    fn language(&self) -> Option<&TextLanguage> {
        let right = || self.right.iter().map(|part| (*part, None));
        let odd = || self.odd.iter().map(|(part, best)| (*part, Some(*best)));
        // Where little is right, of what they all may be.
        let of = || TextLanguage::of(right()).or_else(|| TextLanguage::of(right().chain(odd())));
        self.language.get_or_init(of).as_ref()
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
        let is_word = |word: &[Piece]| word.len() > 2 && word.iter().any(|p| p.is_changed(part));
        let has_word = || best.pieces.split(|p| !is_letter(p.c)).any(is_word);
        let says = || self.language().map_or(0, |l| l.gain(part, best));
        if language::is_latin(first) {
            let makes_words = || {
                best.gain >= OF_MARKS && self.language().is_some_and(|l| l.makes_words(part, best))
            };
            let is_enough = || {
                best.gain >= IN_LANGUAGE
                    || best.gain >= LEAST && best.gain + says() >= TOGETHER && has_word()
            };
            return says() >= SAYS && is_enough() || makes_words();
        }
        best.gain >= LEAST
            && has_word()
            && best.gain + says() >= IN_ALPHABET
            && letters.all(|c| !language::is_latin(c))
            && self.has_alphabet_of(first)
    }

    /// Whether what a chain that is believed makes of words is of the rest.
    fn may_be(&self, words: &str, h: &Hypothesis) -> bool {
        let made = h.pieces.iter().filter(|p| p.is_changed(words));
        let mut letters = made.map(|p| p.c).filter(|c| is_letter(*c));
        match letters.next() {
            _ if !h.is_legacy() => true,
            Some(c) if language::is_latin(c) => {
                let says = |l: &TextLanguage| l.gain(words, h) >= TELLS || l.makes_words(words, h);
                self.language().is_some_and(says) || words::known(words, h).all
            }
            Some(c) => letters.all(|c| !language::is_latin(c)) && self.has_alphabet_of(c),
            None => false,
        }
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
/// words; of letters of the language of the rest, which must say so much for it, too, by itself or
/// [together](TOGETHER) with what it says; of marks that become such letters; and of letters of its
/// alphabet, with what their language says.
const IN_WORDS: Cost = 14 * NAT;
const IN_LANGUAGE: Cost = 12 * NAT;
const SAYS: Cost = 6 * NAT;
const TOGETHER: Cost = 22 * NAT;
const OF_MARKS: Cost = 15 * NAT;
const IN_ALPHABET: Cost = 40 * NAT;
/// What it must gain in any case.
const LEAST: Cost = 3 * NAT;
/// What the language must say for what a chain makes that is believed of others.
const TELLS: Cost = 3 * NAT;

/// Whether an account of a part gains enough to be believed, though the rest of its line speaks
/// against it.
fn may_stand_alone(best: &Hypothesis) -> bool {
    let is_misread = |step: &Step| matches!(step, Step::Misread { .. });
    let is_sure = !best.is_inferred() && best.steps.iter().all(is_misread);
    let least = match (best.is_wide(), best.is_legacy()) {
        (true, _) => SURELY,
        // Lists of words have letters that are right, and would be words elsewhere.
        (false, true) => IN_ALL,
        (false, false) if is_sure && is_telling(&best.steps) => TELLING,
        (false, false) => OTHER,
    };
    best.gain >= least
}

/// What a legacy charset must gain so.
const IN_ALL: Cost = 120 * NAT;
/// What UTF-8 must gain so where its sequences show as what nobody writes, and elsewhere.
const TELLING: Cost = 20 * NAT;
const OTHER: Cost = 30 * NAT;
