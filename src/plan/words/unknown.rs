//! Words of Latin that the lexicon does not know, and whether they would be known ones, read
//! another way.

use std::collections::BTreeSet;

use crate::language;
use crate::model::Cost;

use super::super::lattice::Piece;
use super::super::spelling::{JOINS, is_spelled};
use super::standing::{IN_LEXICON, IN_PARTS, may_be_known, standing};

/// Words of Latin that the lexicon does not know, and what it says of them.
pub(in crate::plan) struct Unknown<'a>(Vec<Word<'a>>);

struct Word<'a> {
    pieces: &'a [Piece],
    cost: Cost,
    /// Whether it is right as a rule, but for what else could be in it: `pracova»`.
    is_right: bool,
}

impl<'a> Unknown<'a> {
    /// So many at most.
    pub(in crate::plan) fn of(pieces: &'a [Piece], most: usize) -> Self {
        // The space of `autom\u{a0}tica` was a letter.
        let is_edge = |p: &Piece| match p.c {
            '\u{a0}' => false,
            c if c.is_ascii() => !c.is_ascii_alphabetic(),
            c => c.is_whitespace(),
        };
        let is_latin = |p: &Piece| language::is_latin(p.c) || !is_spelled(p.c);
        let words = pieces.split(is_edge);
        let beyond = words.filter(|word| word.iter().any(|p| !p.c.is_ascii()));
        let latin = beyond.filter(|word| word.iter().all(is_latin));
        let unknown = latin.filter_map(|pieces| {
            let standing = standing(pieces.iter().map(|p| p.c));
            let is_spaced = pieces.iter().any(|p| p.c == '\u{a0}');
            // `ver”ffentlicht` is none, either.
            let is_word = standing.letters || standing.odd;
            let is_right = is_spaced || !is_word && pieces.iter().any(|p| p.c.is_ascii());
            let cost = standing.cost;
            (is_right || is_word && cost < IN_LEXICON).then_some(Word {
                pieces,
                cost,
                is_right,
            })
        });
        Unknown(unknown.take(most).collect())
    }

    /// How many there are that are not right, each once.
    pub(in crate::plan) fn distinct(&self) -> usize {
        let words = self.0.iter().filter(|word| !word.is_right);
        let letters = words.map(|word| word.pieces.iter().map(|p| p.c).collect::<String>());
        letters.collect::<BTreeSet<_>>().len()
    }

    /// Whether all of them are right.
    pub(in crate::plan) fn are_right(&self) -> bool {
        self.0.iter().all(|word| word.is_right)
    }

    /// The letters and marks beyond ASCII of those that are not right, if there are
    /// any.
    pub(in crate::plan) fn odd(&self) -> Vec<Odd> {
        let all_right = self.are_right();
        let mut all = Vec::new();
        for word in self.0.iter().filter(|word| word.is_right == all_right) {
            let word = word.pieces;
            let is_letter = |p: &Piece| p.c.is_ascii_alphabetic();
            let first = word.iter().position(is_letter);
            let last = word.iter().rposition(is_letter);
            let within = first.unwrap_or(word.len())..last.unwrap_or(0);
            let beyond = word.iter().enumerate().filter(|(_, p)| !p.c.is_ascii());
            all.extend(beyond.map(|(i, p)| Odd {
                c: p.c,
                is_within: within.contains(&i),
            }));
        }
        all
    }

    /// What the lexicon says for reading such words so, if it says something for
    /// all of them that are not right as a rule.
    pub(in crate::plan) fn become_known(&self, read: impl Fn(char) -> char) -> Option<Cost> {
        let mut gain = 0;
        for word in &self.0 {
            let letters = || word.pieces.iter().map(|p| read(p.c));
            // What is no word says nothing for what is right, nor first of all for what has known
            // parts.
            let must_be_known = word.is_right || gain == 0 && word.cost >= IN_PARTS;
            if must_be_known && !may_be_known(letters()) {
                match word.is_right {
                    true => continue,
                    false => return None,
                }
            }
            let is = standing(letters());
            if word.is_right && is.cost < IN_LEXICON {
                continue;
            }
            gain += is.cost - word.cost;
            if gain <= 0 || !is.latin {
                return None;
            }
        }
        (gain > 0).then_some(gain)
    }
}

/// A letter or mark of an unknown word.
pub(in crate::plan) struct Odd {
    pub(in crate::plan) c: char,
    /// Whether it stands between letters of ASCII.
    is_within: bool,
}

impl Odd {
    /// Whether the word would be none of Latin if it were this: a mark or a letter of
    /// another script within.
    pub(in crate::plan) fn is_broken_by(&self, c: char) -> bool {
        self.is_within && !(c.is_ascii() || language::is_latin(c) || JOINS.contains(&c))
    }
}
