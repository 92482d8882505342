//! Is it damage of English, that a reading makes marks of? `I donít know`: nothing of
//! English is beyond ASCII but marks, and those stand where the grammar has them.

use crate::contraction::{self, Sure};
use crate::language;
use crate::model::{Cost, NAT};

use super::hypothesis::Hypothesis;
use super::lattice::Piece;
use super::words;

/// What a contraction gains, or a pair of quotes.
const EACH: Cost = 24 * NAT;
/// Steps from letter to letter that tell that a line is in English.
const TOLD: usize = 8;

/// What a reading gains that makes contractions and quotes, and other marks where they
/// belong, and nothing else. Of `Itís fine` other words don't tell that it is English,
/// but that its chain `is_certain` from other lines is enough.
pub(super) fn gain(line: &str, h: &Hypothesis, is_certain: bool) -> Option<Cost> {
    let pieces = &h.pieces[..];
    let changed = || {
        pieces
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_changed(line))
    };
    if !h.is_legacy() || !changed().any(|(_, p)| matches!(p.c, '’' | '”')) {
        return None;
    }
    let is_in_place = |(i, _)| is_in_place(pieces, i, line);
    if !changed().all(is_in_place) {
        return None;
    }
    let count = |is: fn(char) -> bool| changed().filter(|(_, p)| is(p.c)).count();
    let (opening, closing) = (count(|c| c == '“'), count(|c| c == '”'));
    let quotes = if opening == closing { opening } else { 0 };
    let apostrophes = changed().filter(|(_, p)| p.c == '’');
    let sure = apostrophes.map(|(i, p)| {
        let (stem, ending) = stem_and_ending(pieces, i);
        contraction::sure(
            &stem,
            p.was(line).chars().next().unwrap_or_default(),
            &ending,
        )
    });
    let sure: Vec<Sure> = sure.filter(|sure| *sure > Sure::No).collect();
    let telling = sure.len() + quotes;
    // English has none of another alphabet.
    let mut stay = pieces.iter().filter(|p| !p.is_changed(line));
    let is_latin = stay.all(|p| language::is_latin(p.c) || !p.c.is_alphabetic());
    let were = changed().flat_map(|(_, p)| p.was(line).chars());
    let letters: Vec<char> = were.filter(|c| language::is_beyond(*c)).collect();
    let is_english = || {
        let prior = language::prior(&words::untouched(pieces));
        let mut each = letters.iter().map(|&c| prior.lacking([c].into_iter()) > 0);
        prior.steps >= TOLD && prior.may_be_english() && each.all(|lacks| lacks)
    };
    let is_clear = (is_certain || letters.is_empty()) && (quotes > 0 || sure.contains(&Sure::Yes));
    let is_sure = telling > 0 && is_latin && (is_clear || is_english());
    is_sure.then_some(h.gain.max(telling as Cost * EACH) - h.cost)
}

/// Whether all that a reading makes are marks, as in `ba’a` for `baía`: where they don't
/// belong, a chain that is certain from other lines says nothing.
pub(super) fn makes_marks_only(line: &str, h: &Hypothesis) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    h.is_legacy() && changed.all(|p| words::is_mark(p.c))
}

/// The characters before and after a place.
fn around(pieces: &[Piece], at: usize) -> [Option<char>; 2] {
    let c = |i: usize| pieces.get(i).map(|p| p.c);
    [at.checked_sub(1).and_then(c), c(at + 1)]
}

/// Whether a mark stands where marks of its kind do; a letter of ASCII is one that was
/// swallowed with the mark before it.
fn is_in_place(pieces: &[Piece], at: usize, line: &str) -> bool {
    let [before, after] = around(pieces, at);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match pieces[at].c {
        '’' => is_word(before) || is_word(after),
        '‘' | '“' => !is_word(before) && !is_space(after),
        '”' => !is_space(before) && !is_word(after),
        '–' | '—' => is_space(before) == is_space(after),
        '…' => true,
        c => {
            let last = at.checked_sub(1).map(|i| pieces[i]);
            c.is_ascii_alphabetic() && last.is_some_and(|p| p.was(line) == pieces[at].was(line))
        }
    }
}

/// The letters of ASCII before an apostrophe and after it.
fn stem_and_ending(pieces: &[Piece], at: usize) -> (String, String) {
    let is_letter = |p: &&Piece| p.c.is_ascii_alphabetic();
    let text = |pieces: &[Piece]| pieces.iter().map(|p| p.c).collect();
    let before = pieces[..at].iter().rev().take_while(is_letter).count();
    let after = pieces[at + 1..].iter().take_while(is_letter).count();
    (
        text(&pieces[at - before..at]),
        text(&pieces[at + 1..][..after]),
    )
}
