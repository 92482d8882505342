//! What the lexicon says of the words that a reading touches.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::{Cost, NAT};

use super::super::hypothesis::Hypothesis;
use super::super::lattice::Piece;
use super::super::readings::is_letter;
use super::super::spelling::{is_acronym, is_spelled, is_word_letter, split};
use super::standing::{COMMON, FREQUENT, IN_LEXICON, IN_NONE, IN_PARTS, USUAL, standing};
use super::{KNOWN, MOST, TOLD};

/// Words of so many letters say nothing by themselves; so many letters of other
/// words tell that there is a language.
const SHORT: usize = 3;
/// What words say at most of which few are in the lexicon: they may be of a
/// language that it does not have.
const FEW: Cost = NAT;
/// What charsets that are often mixed up cost at most.
const USUAL_COST: Cost = 5 * NAT;
/// What a word says at most, and all of them.
const MOST_OF_ONE: Cost = 11 * NAT;

/// What the lexicon says of the words that a reading touches.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::plan) struct Known {
    /// How much more they are known after than before.
    pub gain: Cost,
    /// Whether all of them are words, or look like some.
    pub all: bool,
    /// Whether one of them is a word.
    pub any: bool,
    /// How many were hidden by a mark or a space, and how little the letters of the
    /// language may speak for them.
    pub hidden: Cost,
    pub unlike: Cost,
}

/// What the lexicon says of the words that a reading of a line touches; asked once, for many
/// doubts want to know.
pub(in crate::plan) fn known(line: &str, h: &Hypothesis) -> Known {
    *h.known.get_or_init(|| of_touched(line, h))
}

fn of_touched(line: &str, h: &Hypothesis) -> Known {
    let mut seen = BTreeSet::new();
    let mut known = Known {
        all: true,
        ..Known::default()
    };
    let told = LazyCell::new(|| told(&h.pieces));
    let mut first_letters = line
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let are_names = first_letters.all(|c| !c.is_lowercase());
    let is_touched = |word: &&[Piece]| word.iter().any(|p| p.layers != 0);
    // Words with letters beyond ASCII, and those of them that are in the lexicon.
    let (mut words, mut listed) = (0, 0);
    for word in split(&h.pieces).filter(is_touched) {
        let range = word[0].start as usize..word[word.len() - 1].end as usize;
        let was = &line[range.clone()];
        let letters = || word.iter().map(|p| p.c);
        if !seen.insert(was) {
            continue;
        }
        let (before, mut after) = (standing(was.chars()), standing(letters()));
        // `diÓleg` is as odd as `di…leg`, and `Dé` where `DŽ` was.
        let is_capital = |w: &[Piece]| w[0].c.is_lowercase() && w[1].c.is_uppercase();
        let shrinks = is_acronym(was) && letters().any(char::is_lowercase);
        // `LÆser` is no less so where `Lãser` was.
        let was_small = |p: &Piece| {
            let mut was = p.was(line).chars();
            p.layers != 0 && was.all(char::is_lowercase)
        };
        let is_raised =
            |w: &[Piece]| was_small(&w[1]) && w[1].c.is_uppercase() && w[2].c.is_lowercase();
        // `¿Oye` is no `ÀOye`.
        let was_mark = |p: &Piece| p.is_changed(line) && !p.was(line).contains(is_letter);
        let is_doubled = word[0].c.is_uppercase()
            && was_mark(&word[0])
            && word.get(1).is_some_and(|p| p.c.is_uppercase())
            && letters().any(char::is_lowercase);
        let is_odd = shrinks
            || is_doubled
            || word.windows(2).any(is_capital)
            || word.windows(3).any(is_raised);
        if after.letters && is_odd {
            after.cost = IN_NONE;
        }
        // `и` is a word, but of another script; and of many languages the lexicon
        // has few words.
        let was_word = before.latin || !after.latin;
        let before_cost = before
            .cost
            .max(IN_NONE * 2 / 3)
            .min(if was_word { MOST } else { 0 });
        let mut says = (after.cost - before_cost).clamp(-MOST_OF_ONE, MOST_OF_ONE);
        // That it was no word says nothing for what is none.
        if after.cost < IN_PARTS {
            says = says.min(0);
        }
        // `kΩ` is no `kê`, nor `m≤n` `món`, and `DŽ` is no word.
        let spelled = || letters().filter(|&c| is_spelled(c));
        // Nor is `Ergys Kaçe` any `Kaše`: names are unknown as a rule.
        let is_of_names = before.letters && are_names;
        if spelled().count() <= SHORT + usize::from(is_of_names) {
            let was_spelled = before.letters && before.latin && was.chars().all(is_word_letter);
            let (others, class) = if was_spelled {
                (TOLD, USUAL)
            } else {
                (KNOWN, COMMON)
            };
            let is_usual = after.cost >= IN_LEXICON + FREQUENT * Cost::from(class);
            // `tč.` is short for something.
            let is_cut = line[word[word.len() - 1].end as usize..].starts_with('.')
                && !was.chars().eq(letters());
            let is_name = spelled().all(char::is_uppercase);
            if *told < others || !is_usual || is_name || was_spelled && is_cut {
                says = says.min(0);
                known.all = false;
            }
        }
        // `partir…` is a word of French, and `partirà` a rare one of Italian.
        let is_last = was.ends_with(|c| !is_word_letter(c));
        let least = IN_LEXICON + if is_last { 2 * FREQUENT } else { 0 };
        if after.cost >= least
            && let Some(unlike) = hidden(line, range, word.len())
        {
            known.unlike = match known.hidden {
                0 => unlike,
                _ => known.unlike.max(unlike),
            };
            known.hidden += 1;
        }
        if after.letters {
            words += 1;
            listed += usize::from(after.cost >= IN_LEXICON);
            known.all &= after.cost >= IN_PARTS;
        }
        known.gain += says;
    }
    known.any = listed > 0;
    known.all &= known.any;
    if listed * 2 < words {
        known.all = false;
        known.gain = known.gain.min(FEW);
    }
    // Charsets that are hardly ever mixed up must not be found by trying them all.
    let rare = 2 * (h.cost - USUAL_COST).max(0);
    if known.gain > 0 {
        known.gain = (known.gain - rare).clamp(0, MOST);
    }
    known
}

/// What it says that a known word was of ASCII but for a mark or a space, which are
/// as usual there to the model: `autom\u{a0}tica`, `dispon’vel`, `modalit… di`.
pub(super) const HIDDEN: Cost = 5 * NAT;
/// What the letters of its language may say against it, as they do where `wil\u{a0}naar`
/// was two words; where the mark is before it; after it; and where it is an ellipsis
/// there, for `estar… conectado` has a word already.
const UNLIKE: Cost = -5 * NAT;
const UNLIKE_BEGUN: Cost = -3 * NAT;
const UNLIKE_ENDED: Cost = -NAT;
const UNLIKE_CUT: Cost = 0;
/// Letters of such a word at least, and on either side of what stands within.
const LONG: usize = 6;
const SIDE: usize = 2;
/// Marks of which there is another, and that one.
const PAIRED: [(char, char); 7] = [
    ('‘', '’'),
    ('“', '”'),
    ('«', '»'),
    ('‹', '›'),
    ('„', '“'),
    ('¡', '!'),
    ('¿', '?'),
];

/// What the letters may say against a word of so many that was hidden by a mark or a
/// space: one within, or one before or after it where the sentence goes on, and the
/// other of a pair is missing.
fn hidden(line: &str, range: Range<usize>, len: usize) -> Option<Cost> {
    let was = &line[range.clone()];
    let is_mark = |c: char| !c.is_ascii() && !is_word_letter(c);
    let (at, mark) = was.char_indices().find(|(_, c)| is_mark(*c))?;
    let (before, after) = (&was[..at], &was[at + mark.len_utf8()..]);
    let are_letters = |word: &str| word.bytes().all(|b| b.is_ascii_alphabetic());
    if len < LONG || !are_letters(before) || !are_letters(after) {
        return None;
    }
    if !before.is_empty() && !after.is_empty() {
        let is_join = matches!(mark, '\u{a0}' | '‘' | '’');
        return (is_join && before.len().min(after.len()) >= SIDE).then_some(UNLIKE);
    }
    let (first, last) = (&line[..range.start], &line[range.end..]);
    let goes_on = last
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(char::is_lowercase));
    let is_paired = PAIRED.iter().any(|&(open, close)| {
        mark == open && last.contains(close) || mark == close && first.contains(open)
    });
    let unlike = match (before.is_empty(), mark) {
        (true, _) => UNLIKE_BEGUN,
        (false, '…') => UNLIKE_CUT,
        (false, _) => UNLIKE_ENDED,
    };
    (goes_on && !is_paired).then_some(unlike)
}

/// Letters of ASCII in words that nothing was done to: they tell the language.
fn told(pieces: &[Piece]) -> usize {
    let words = split(pieces);
    let untouched = words.filter(|word| word.iter().all(|p| p.layers == 0));
    let letters = |word: &[Piece]| word.iter().filter(|p| p.c.is_ascii_alphabetic()).count();
    untouched.map(letters).sum()
}
