//! What the lexicon says of a word, and of all words of a text.

use crate::language;
use crate::model::letters::{self, Lanes};
use crate::model::lexicon::{self, Key, Standing};
use crate::model::{Cost, NAT};

use super::super::readings::lowered;
use super::super::spelling::{JOINS, is_east_asian, is_spelled};

/// What speaks for a word that is in the lexicon, and the more the more frequent
/// it is; for one of which only the parts around its letters beyond ASCII are;
/// and for one with a part that is not.
pub(super) const IN_LEXICON: Cost = 4 * NAT;
pub(super) const IN_PARTS: Cost = NAT / 2;
pub(super) const FREQUENT: Cost = 5;
pub(super) const IN_NONE: Cost = -5 * NAT;
/// What a word says at most for each of its letters.
const LETTER: Cost = NAT;
/// The class of a word that is frequent enough to be one however short it is:
/// `på`.
pub(super) const USUAL: lexicon::Class = 4;
/// The same where a mark or another script's letter would be one of it: `p†`.
pub(super) const COMMON: lexicon::Class = 6;

/// What the lexicon says of a word, marks and all.
pub(super) struct Written {
    pub(super) cost: Cost,
    /// Whether a mark is in it.
    pub(super) odd: bool,
    /// Whether it has letters beyond ASCII, and only letters of Latin.
    pub(super) letters: bool,
    pub(super) latin: bool,
}

pub(super) fn standing(word: impl Iterator<Item = char>) -> Written {
    let word: Vec<char> = word.collect();
    let start = word.iter().take_while(|c| !is_spelled(**c)).count();
    let marks = word[start..].iter().rev().take_while(|c| !is_spelled(**c));
    let word = &word[start..word.len() - marks.count()];
    let least = runs(word).map(known_as).min();
    let is_mark = |c: &char| !c.is_ascii() && !is_spelled(*c) && !JOINS.contains(c);
    let odd = word.iter().any(is_mark);
    Written {
        cost: if odd { IN_NONE } else { least.unwrap_or(0) },
        odd,
        letters: least.is_some(),
        latin: word
            .iter()
            .all(|&c| language::is_latin(c) || !is_spelled(c)),
    }
}

/// Whether a word could be in the lexicon, marks and all: a glance, before its standing is
/// asked.
pub(super) fn may_be_known(word: impl Iterator<Item = char>) -> bool {
    let (mut key, mut is_beyond) = (Key::WORD, false);
    for c in word.chain([letters::EDGE]) {
        if is_spelled(c) {
            key = match c {
                'İ' => c.to_lowercase().fold(key, Key::then),
                c => key.then(lowered(c)),
            };
            is_beyond |= !c.is_ascii();
        } else {
            if is_beyond && lexicon::glance(key).is_none() {
                return false;
            }
            (key, is_beyond) = (Key::WORD, false);
        }
    }
    true
}

/// The runs of letters that the lexicon could know.
fn runs(text: &[char]) -> impl Iterator<Item = &[char]> {
    let is_run = |run: &&[char]| !run.iter().all(char::is_ascii);
    text.split(|&c| !is_spelled(c)).filter(is_run)
}

/// The most that [`known_words`] says of a text, as a rule.
pub(in crate::plan) fn most_known(text: &[char]) -> Cost {
    runs(text)
        .map(|run| 2 * IN_LEXICON + 12 * run.len() as Cost)
        .sum()
}

/// What the letters of a text cost in each language, by its lane.
pub(in crate::plan) fn in_languages(text: impl Iterator<Item = char>) -> Lanes<Cost> {
    letters::by_lane(&between_edges(text), &JOINS)
}

/// The same in one of them.
pub(in crate::plan) fn in_language(text: impl Iterator<Item = char>, lane: usize) -> Cost {
    letters::in_lane(&between_edges(text), &JOINS, lane)
}

/// The same in Latin.
pub(in crate::plan) fn in_latin(text: impl Iterator<Item = char>) -> Cost {
    let latin = letters::all().find(|l| l.tag() == "la");
    latin.map_or(Cost::MAX, |latin| in_language(text, latin.lane()))
}

/// The words of a text in lower case, each between edges.
fn between_edges(text: impl Iterator<Item = char>) -> Vec<char> {
    let mut words = vec![letters::EDGE];
    for c in text {
        if c == 'İ' {
            words.extend(c.to_lowercase());
        } else if is_spelled(c) && !is_east_asian(c) {
            words.push(lowered(c));
        } else if !JOINS.contains(&c) {
            words.push(letters::EDGE);
        }
    }
    words.push(letters::EDGE);
    words
}

/// What the lexicon says of all words of a text.
pub(in crate::plan) fn known_words(text: &[char]) -> Cost {
    let known: Cost = runs(text).map(known_better).sum();
    // Of `dÄ"zl` the quote was a byte.
    let is_hole = |w: &&[char]| {
        matches!(w[1], '"' | '?' | char::REPLACEMENT_CHARACTER)
            && w[0].is_alphabetic()
            && w[2].is_lowercase()
    };
    known + IN_NONE * text.windows(3).filter(is_hole).count() as Cost
}

/// Whether a text is one word of the lexicon, of five letters or more.
pub(in crate::plan) fn is_long_word(text: &[char]) -> bool {
    let mut runs = runs(text);
    let word = runs.next().filter(|run| run.len() >= 5);
    word.is_some_and(|run| known_as(run) >= IN_LEXICON) && runs.next().is_none()
}

/// Whether the lexicon has all words of a text that it could know.
pub(in crate::plan) fn are_known(text: impl Iterator<Item = char>) -> bool {
    let text: Vec<char> = text.collect();
    runs(&text).all(|run| known_as(run) >= IN_LEXICON)
}

/// What it says of a word among others that it could have been. How likely a known word
/// is does not depend on how long it is, and what its letters cost does.
fn known_better(run: &[char]) -> Cost {
    let len = run.len() as Cost;
    let known = known_as(run);
    if known < IN_LEXICON {
        return known.min(LETTER * len);
    }
    // Of `rà pida` the first may be a word of some language, too.
    let class = (known - IN_LEXICON) / FREQUENT;
    IN_LEXICON.min(8 * len) + 10 * class + 12 * (len - 4).max(0)
}

/// What the lexicon says of a run of letters.
fn known_as(run: &[char]) -> Cost {
    // `Â` is its own name.
    if run.len() == 1 {
        return 0;
    }
    let mut lower = Vec::with_capacity(run.len() + 1);
    for &c in run {
        match c {
            // The only one that becomes two.
            'İ' => lower.extend(c.to_lowercase()),
            c => lower.push(lowered(c)),
        }
    }
    let standing = lexicon::standing(lower.iter().copied());
    let latin = run.iter().filter(|c| language::is_latin(**c)).count();
    match standing {
        Standing::Word(class) => IN_LEXICON + FREQUENT * Cost::from(class),
        // Parts are those of Latin, and `sarа` has one letter of Cyrillic.
        _ if latin == 0 => 0,
        Standing::Parts(_) => IN_PARTS,
        Standing::None => IN_NONE,
    }
}
