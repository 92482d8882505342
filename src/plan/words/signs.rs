//! What is laid before the judge, of a reading of words of Latin.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::edit::Step;
use crate::language;
use crate::model::Cost;

use super::super::doubt;
use super::super::hypothesis::Hypothesis;
use super::super::judge::Signs;
use super::super::lattice::Piece;
use super::super::readings::is_letter;
use super::super::spelling::{
    JOINS, QUOTES, closes, is_operator, is_spelled, is_word_letter, split,
};
use super::standing::{FREQUENT, IN_LEXICON, IN_PARTS, standing};
use super::{Fit, Known, RARE, Words, is_lookalike, is_rare};

impl Words {
    /// What can be said of a reading of words of Latin; nothing of one that makes no
    /// letters, or that is too rare to go by letters.
    pub(super) fn signs(
        &self,
        line: &str,
        h: &Hypothesis,
        fit: &LazyCell<Fit, impl FnOnce() -> Fit>,
        known: Known,
    ) -> Option<Signs> {
        let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
        let mut marks = changed().flat_map(|p| p.was(line).chars());
        let was_mark = marks.clone().any(|c| !is_word_letter(c));
        // `b∙log(n∙x)` is a formula, and `“%B”ni` has quotes.
        let was_operator = marks.clone().any(is_operator);
        let is_usual = h.steps.len() == 1 && h.cost <= RARE;
        let is_of_latin = self.letters > 0 && self.is_latin() && is_usual;
        if !is_of_latin || !was_mark || was_operator {
            return None;
        }
        let distinct: BTreeSet<&str> = changed().map(|p| p.was(line)).collect();
        if distinct.len() > 1 && marks.all(|c| QUOTES.contains(&c)) {
            return None;
        }
        let standing = Standings::of(line, &h.pieces);
        // `¸,ø¤º°` is no word.
        let is_drawn = changed().count() as Cost > standing.stay;
        if is_drawn || !known.any && (is_rare(line, h) || is_lookalike(line, h)) {
            return None;
        }
        let steps = fit.steps.max(1) as Cost;
        let told = fit.prior.steps as Cost;
        let made: BTreeSet<char> = changed().map(|p| p.c).collect();
        let many = changed().count() as Cost;
        let gain = h.gain - known.gain;
        let again = gain.max(0) * (many - distinct.len() as Cost) / many.max(1);
        let kept = h.pieces.iter().filter(|p| p.layers == 0);
        let kept = kept.filter(|p| h.steps.iter().any(|step| would_change(p.c, *step)));
        let signs = [
            gain,
            h.cost,
            known.gain,
            fit.words,
            fit.is / steps,
            (fit.is - fit.was) / steps,
            told,
            fit.prior.least / told.max(1),
            doubt::alone(line, h),
            again,
            self.bare as Cost,
            many,
            standing.listed,
            standing.parts,
            standing.none,
            standing.class,
            standing.before,
            standing.shortest,
            standing.longest,
            standing.within,
            standing.ends,
            standing.goes_on,
            standing.dots,
            standing.joins,
            standing.quotes,
            standing.capitals,
            kept.count() as Cost,
            fit.prior.lacking(made.into_iter()) as Cost,
        ];
        Some(signs)
    }
}

/// How the words that are changed are known, each once, and what became letters of
/// them where.
#[derive(Default)]
struct Standings {
    listed: Cost,
    parts: Cost,
    none: Cost,
    class: Cost,
    before: Cost,
    shortest: Cost,
    longest: Cost,
    within: Cost,
    ends: Cost,
    goes_on: Cost,
    dots: Cost,
    joins: Cost,
    quotes: Cost,
    capitals: Cost,
    /// Letters that stay, of all of them.
    stay: Cost,
}

impl Standings {
    fn of(line: &str, pieces: &[Piece]) -> Self {
        let mut all = Standings::default();
        let mut seen = BTreeSet::new();
        let changes = |word: &&[Piece]| word.iter().any(|p| p.is_changed(line));
        let stays = |p: &&Piece| is_word_letter(p.c) && !p.is_changed(line);
        for word in split(pieces).filter(changes) {
            all.stay += word.iter().filter(stays).count() as Cost;
            let was = &line[word[0].start as usize..word[word.len() - 1].end as usize];
            if !seen.insert(was) {
                continue;
            }
            all.count(line, was, word);
            let len = word.iter().filter(|p| is_spelled(p.c)).count() as Cost;
            all.shortest = if seen.len() == 1 {
                len
            } else {
                all.shortest.min(len)
            };
            all.longest = all.longest.max(len);
        }
        all
    }

    fn count(&mut self, line: &str, was: &str, word: &[Piece]) {
        let (before, after) = (standing(was.chars()), standing(word.iter().map(|p| p.c)));
        if after.letters {
            match after.cost {
                IN_LEXICON.. => {
                    self.listed += 1;
                    self.class = self.class.max((after.cost - IN_LEXICON) / FREQUENT);
                }
                IN_PARTS.. => self.parts += 1,
                _ => self.none += 1,
            }
        }
        self.before += Cost::from(before.letters && before.cost >= IN_LEXICON);
        for (i, p) in word.iter().enumerate().filter(|(_, p)| p.is_changed(line)) {
            let was = p.was(line);
            self.capitals += Cost::from(p.c.is_uppercase());
            if was.chars().all(is_word_letter) {
                continue;
            }
            let is_last = i + 1 == word.len();
            let is_within = 0 < i && !is_last;
            let is_of = |marks: &[char]| was.chars().all(|c| marks.contains(&c));
            self.within += Cost::from(is_within);
            self.joins += Cost::from(is_within && is_of(&JOINS));
            self.quotes += Cost::from(!is_within && is_of(&QUOTES));
            self.ends += Cost::from(0 < i && is_last);
            self.dots += Cost::from(0 < i && is_last && was == "…");
            let rest = line[p.end as usize..].strip_prefix(' ');
            let goes_on = rest.is_some_and(|rest| rest.starts_with(char::is_lowercase));
            self.goes_on += Cost::from(is_last && goes_on);
        }
    }
}

/// Marks that questions and exclamations of Spanish begin with, before a word and not after
/// one, of those that end in such a mark.
pub(super) fn inverted(pieces: &[Piece]) -> usize {
    let last = |mark: char| pieces.iter().rposition(|p| p.c == mark);
    let ends = [last('?'), last('!')];
    let is_begun = |i: usize| {
        let end = match pieces[i].c {
            '¿' => ends[0],
            '¡' => ends[1],
            _ => return false,
        };
        let is_letter_at = |i: usize| pieces.get(i).is_some_and(|p| is_letter(p.c));
        pieces[i].layers != 0
            && !is_letter_at(i.wrapping_sub(1))
            && is_letter_at(i + 1)
            && end > Some(i)
    };
    (0..pieces.len()).filter(|&i| is_begun(i)).count()
}

/// Letters of words that tell that there is a text in which something is quoted.
const TEXT: usize = 8;

/// Whether all that becomes something else are quotes that open and close in turn, about what
/// begins and ends between them, in a text, and were no quotes before: `´%sª` was `«%s»` in a
/// message, and `ä1ö` is a pattern.
pub(in crate::plan) fn are_quotes(line: &str, pieces: &[Piece]) -> bool {
    let is_edge = |at: usize| {
        let c = pieces.get(at).map_or(' ', |p| p.c);
        c.is_whitespace() || c.is_ascii_punctuation()
    };
    let is_space = |at: usize| pieces.get(at).is_none_or(|p| p.c.is_whitespace());
    let mut open: Option<char> = None;
    let (mut pairs, mut were_letters) = (0, false);
    for (at, p) in pieces.iter().enumerate() {
        if !p.is_changed(line) {
            // Of letters only what stands between two may be quoted: `from ä1 to 10ö`.
            if were_letters && open.is_some() && p.c.is_whitespace() {
                return false;
            }
            continue;
        }
        let was = p.was(line);
        were_letters |= was.contains(is_word_letter);
        let is_right = !was.contains(QUOTES)
            && !was.contains(|c| is_word_letter(c) && !language::is_latin(c))
            && match open {
                None => is_edge(at.wrapping_sub(1)) && !is_space(at + 1),
                Some(open) => {
                    pairs += 1;
                    closes(open, p.c) && !is_space(at.wrapping_sub(1)) && is_edge(at + 1)
                }
            };
        if !is_right {
            return false;
        }
        open = open.xor(Some(p.c));
    }
    let letters = pieces.iter().filter(|p| p.c.is_ascii_alphabetic());
    open.is_none() && pairs > 0 && letters.count() >= TEXT
}

/// Whether a character would be another one, undone.
pub(super) fn would_change(c: char, step: Step) -> bool {
    let Step::Misread { truth, misread } = step else {
        return false;
    };
    let (Some(truth), Some(misread)) = (truth.decode_table(), misread.decode_table()) else {
        return false;
    };
    let byte = misread.iter().position(|m| *m == c);
    byte.is_some_and(|byte| truth[byte] != c)
}
