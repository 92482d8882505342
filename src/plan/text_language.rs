//! What language a text is in tells of lines that say too little by themselves: `Batý` could be
//! a word of some language, but a text in Turkish has no `ý`, and `Batı` is one of its words.

use std::collections::BTreeSet;

use crate::edit::Step;
use crate::language;
use crate::model::{Cost, NAT};

use super::document::{Suspect, bar, with_neighbours};
use super::hypothesis::Hypothesis;
use super::lattice::Piece;
use super::readings::{is_letter, lowered};
use super::spelling::is_east_asian;
use super::throughout::Throughout;
use super::words;

/// The language of a text, by its lane, and those that are about as likely.
pub(super) struct TextLanguage {
    lanes: Vec<usize>,
}

/// Letters of different words that tell a language, and how many are looked at.
const LETTERS: usize = 40;
const MOST: usize = 1000;
/// What a step from letter to letter costs at most if the language is known at all: Rarámuri is
/// not, and its `ŕ` is no `à`.
const KNOWN: Cost = 3 * NAT;
/// What a language may cost more that is about as likely.
const AS_LIKELY: Cost = 8 * NAT;
/// What a step from letter to letter costs at most in words of the language.
const FIT: Cost = 7 * NAT / 2;
/// What the language must say for an account, what it says at most, what the line may say
/// against it, and what both must say together.
const TELLS: Cost = 3 * NAT;
const MOST_TOLD: Cost = 12 * NAT;
const AGAINST: Cost = 3 * NAT;
const TOGETHER: Cost = 9 * NAT;

impl TextLanguage {
    /// The language of lines, each with what it was if that is believed by itself. What was found
    /// and is not says nothing, and neither do words of two alphabets, or of one that is not that
    /// of the most letters.
    pub(super) fn of<'t>(
        lines: impl Iterator<Item = (&'t str, Option<&'t Hypothesis>)>,
    ) -> Option<Self> {
        let mut text: Vec<char> = Vec::new();
        for (line, best) in lines {
            match best {
                None => text.extend(line.chars()),
                Some(h) if h.gain >= bar(h) => text.extend(h.chars()),
                Some(_) => {}
            }
            text.push(' ');
            if text.len() > MOST {
                break;
            }
        }
        let letters = || text.iter().copied().filter(|c| is_letter(*c));
        let latin = letters().filter(|c| language::is_latin(*c)).count();
        let is_latin = latin * 2 > letters().count();
        let words = text.split(|c| !is_letter(*c));
        let words = words.filter(|w| w.iter().all(|c| language::is_latin(*c) == is_latin));
        let words: BTreeSet<&[char]> = words.collect();
        let letters = words.iter().map(|w| w.len()).sum::<usize>();
        let steps = (letters + words.len()) as Cost;
        if letters < LETTERS {
            return None;
        }
        let words = words
            .into_iter()
            .flat_map(|w| w.iter().copied().chain([' ']));
        let costs = words::in_languages(words);
        let least = costs
            .iter()
            .min()
            .filter(|least| **least <= KNOWN * steps)?;
        let is_likely = |lane: &usize| costs[*lane] <= least + AS_LIKELY;
        let lanes = (0..costs.len()).filter(is_likely).collect();
        Some(TextLanguage { lanes })
    }

    /// What the language says for an account of a line in which letters become others:
    /// how much likelier the words are that it changes, if they are of one alphabet and all that
    /// is beyond ASCII in them was read.
    pub(super) fn gain(&self, line: &str, h: &Hypothesis) -> Cost {
        let is_changed = |p: &Piece| p.is_changed(line);
        let mut changed = h.pieces.iter().filter(|p| is_changed(p));
        let is_of_letters =
            |p: &Piece| is_letter(p.c) && !is_east_asian(p.c) && p.was(line).chars().all(is_letter);
        if !changed.all(is_of_letters) || is_kept_elsewhere(line, h) {
            return 0;
        }
        let words = h.pieces.split(|p| !is_letter(p.c));
        let touched: Vec<&[Piece]> = words.filter(|w| w.iter().any(is_changed)).collect();
        let may_be = |word: &&[Piece]| {
            let is_latin = language::is_latin(word[0].c);
            let is_of_it = |p: &Piece| language::is_latin(p.c) == is_latin;
            word.iter()
                .all(|p| is_of_it(p) && (p.c.is_ascii() || p.layers != 0))
        };
        if !touched.iter().all(may_be) {
            return 0;
        }
        let says = self.lanes.iter().map(|lane| says(line, &touched, *lane));
        says.min().unwrap_or(0)
    }

    /// Whether an account makes letters of words of it of all that it changes, and some were marks:
    /// `predefinici¢ns`.
    pub(super) fn makes_words(&self, line: &str, h: &Hypothesis) -> bool {
        let is_changed = |p: &Piece| p.is_changed(line);
        let mut changed = h.pieces.iter().filter(|p| is_changed(p));
        let were_letters = |p: &Piece| p.was(line).chars().all(is_letter);
        if !changed.clone().all(|p| language::is_latin(p.c)) || changed.all(were_letters) {
            return false;
        }
        let words = h.pieces.split(|p| !is_letter(p.c));
        let mut touched = words.filter(|w| w.iter().any(is_changed));
        touched.all(|w| {
            w.len() > 3
                && self.lanes.iter().all(|lane| {
                    words::in_language(w.iter().map(|p| p.c), *lane) <= FIT * (w.len() as Cost + 1)
                })
        })
    }

    /// Whether an account is believed for it.
    pub(super) fn believes(&self, line: &str, h: &Hypothesis) -> bool {
        let says = self.gain(line, h);
        may_be_told(h)
            && says >= TELLS
            && h.gain >= -AGAINST
            && h.gain + says.min(MOST_TOLD) >= TOGETHER
    }

    /// The chain for which the language speaks on lines that are enough together to believe it,
    /// where each shows something else.
    pub(super) fn likely<'a>(&self, suspects: &'a [Suspect<'a>]) -> Option<&'a [Step]> {
        let mut seen = BTreeSet::new();
        let mut chains: Vec<Shown<'_>> = Vec::new();
        for (_, line, found) in suspects {
            let Some(best) = found.first().filter(|h| may_be_told(h)) else {
                continue;
            };
            if self.gain(line, best) <= 0 {
                continue;
            }
            let changed = best.pieces.iter().filter(|p| p.is_changed(line));
            let shown = changed
                .clone()
                .map(|p| with_neighbours(line, p.start as usize..p.end as usize));
            if !shown.fold(false, |is_new, shown| is_new | seen.insert(shown)) {
                continue;
            }
            let letters = changed.flat_map(|p| p.was(line).chars()).map(lowered);
            match chains.iter_mut().find(|chain| chain.steps == best.steps) {
                Some(chain) => {
                    chain.above += best.gain;
                    chain.letters.extend(letters);
                }
                None => chains.push(Shown {
                    steps: &best.steps,
                    above: best.gain - bar(best),
                    letters: letters.collect(),
                }),
            }
        }
        let best = chains.into_iter().max_by_key(|chain| chain.above)?;
        // `û` is no letter of Hungarian.
        let are_foreign = || {
            let mut lanes = self.lanes.iter();
            lanes.all(|lane| language::has_none(*lane, best.letters.iter().copied()))
        };
        let tells = best.above >= 0 && (best.letters.len() > 1 || are_foreign());
        tells.then_some(best.steps)
    }
}

/// A chain that lines show.
struct Shown<'a> {
    steps: &'a [Step],
    /// What they gain above what the first of them must.
    above: Cost,
    /// What they have that would be letters; of one alone a text may be full, as one in Võro,
    /// which is not known, of `õ`.
    letters: BTreeSet<char>,
}

/// Whether lines gain enough together for a chain that is not certain, which costs less to know
/// than the language.
pub(super) fn may_be_likely(
    suspects: &[Suspect<'_>],
    is_certain: impl Fn(&[Step]) -> bool,
) -> bool {
    let mut chains: Vec<(&[Step], Cost)> = Vec::new();
    let best = suspects.iter().filter_map(|(_, _, found)| found.first());
    for best in best.filter(|h| may_be_told(h) && !is_certain(&h.steps)) {
        match chains.iter_mut().find(|(steps, _)| *steps == best.steps) {
            Some((_, above)) => *above += best.gain,
            None => chains.push((&best.steps, best.gain - bar(best))),
        }
    }
    chains.iter().any(|(_, above)| *above >= 0)
}

/// Whether an account is of one charset read as another, of single bytes.
fn may_be_told(h: &Hypothesis) -> bool {
    h.is_legacy() && Throughout::of(&h.steps).is_some()
}

/// What a language says for the words that are touched.
fn says(line: &str, touched: &[&[Piece]], lane: usize) -> Cost {
    let (mut was, mut is, mut steps) = (0, 0, 0);
    for word in touched {
        let span = word[0].start as usize..word[word.len() - 1].end as usize;
        was += words::in_language(line[span].chars(), lane);
        is += words::in_language(word.iter().map(|p| p.c), lane);
        steps += word.len() as Cost + 1;
    }
    if is <= FIT * steps { was - is } else { 0 }
}

/// Whether something that changes stays elsewhere in the line: the `”` of `”ljudenheter”`.
fn is_kept_elsewhere(line: &str, h: &Hypothesis) -> bool {
    let changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let changed: BTreeSet<&str> = changed.map(|p| p.was(line)).collect();
    let mut kept = h.pieces.iter().filter(|p| p.layers == 0 && !p.c.is_ascii());
    kept.any(|p| changed.contains(p.was(line)))
}
