//! What speaks against an account of damage, however plausible the text that
//! it leads to: lists of characters, half a word damaged, one odd character.

use std::ops::Range;

use crate::model::{Cost, NAT};

use super::Hypothesis;
use super::lattice::Piece;

/// Characters of a list that tell it from a text.
const LIST: usize = 6;
/// How far the next character of an alphabet is at most: `αγ`, `аБ`.
const NEAR: u32 = 3;
/// A word of which a part was read right, and a part wrong: `Рёмера`.
const HALF_WORD: Cost = 20 * NAT;
/// The only damage of a line: `²` or `Ω`, and `ă`, which other letters of Latin
/// are often taken for.
const ALONE: Cost = 6 * NAT;
const ALONE_LATIN: Cost = 2 * NAT;

/// A letter that is quoted: `„Ä“`, `'Ã'`.
const QUOTED: Cost = 12 * NAT;

/// What is to be taken off a gain.
pub(super) fn doubt(line: &str, h: &Hypothesis) -> Cost {
    if h.pieces.iter().any(|p| p.layers != 0 && is_unassigned(p.c)) || is_list(line, &h.pieces) {
        return h.gain;
    }
    let halves = if h.is_inferred() {
        0
    } else {
        half_words(&h.pieces)
    };
    let alone = match alone(line, &h.pieces) {
        Some('À'..='ɏ') if h.is_legacy() => ALONE_LATIN,
        Some(_) if h.is_legacy() => ALONE,
        _ => 0,
    };
    HALF_WORD * halves + alone + QUOTED * quoted(line, &h.pieces)
}

/// Nobody writes in planes that Unicode has nothing in.
fn is_unassigned(c: char) -> bool {
    c >= '\u{3_2000}' || ('\u{1_fc00}'..'\u{2_0000}').contains(&c)
}

/// The runs of touched pieces, as spans of the line.
fn touched(pieces: &[Piece]) -> impl Iterator<Item = Range<usize>> {
    pieces
        .chunk_by(|a, b| (a.layers != 0) == (b.layers != 0))
        .filter(|run| run[0].layers != 0)
        .map(|run| run[0].start as usize..run[run.len() - 1].end as usize)
}

/// Whether what would be changed is in the order of the alphabet or of code
/// points, as in tables of characters: `ΰαβγδεζ`, `АаБбВвГг`, `愢愥愨愩愪愬`.
fn is_list(line: &str, pieces: &[Piece]) -> bool {
    let was = touched(pieces).flat_map(|span| line[span].chars().map(Some).chain([None]));
    let is = pieces.iter().map(|p| (p.layers != 0).then_some(p.c));
    in_order(was) || in_order(is)
}

/// Whether most of the neighbours follow each other in the alphabet.
fn in_order(chars: impl Iterator<Item = Option<char>>) -> bool {
    let (mut steps, mut near) = (0, 0);
    let mut last: Option<u32> = None;
    for c in chars {
        let n = c.and_then(|c| c.to_lowercase().next()).map(u32::from);
        if let (Some(last), Some(n)) = (last, n) {
            steps += 1;
            near += usize::from(n >= last && n - last <= NEAR);
        }
        last = n;
    }
    steps >= LIST && near * 10 >= steps * 7
}

/// How many of the changes are of a letter with the quote after it, when there
/// is one before it, too.
fn quoted(line: &str, pieces: &[Piece]) -> Cost {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '«' | '»' | '‹' | '›' | '‘'..='‟');
    let is_quoted = |span: &Range<usize>| {
        let mut inner = line[span.clone()].chars();
        let letter = inner.next().is_some_and(char::is_alphabetic);
        let before = line[..span.start].chars().next_back();
        letter
            && inner.next().is_some_and(is_quote)
            && inner.next().is_none()
            && before.is_some_and(is_quote)
    };
    touched(pieces).filter(is_quoted).count() as Cost
}

/// Words in which letters beyond ASCII were touched and others weren't: a
/// charset is mixed up for a word at least.
fn half_words(pieces: &[Piece]) -> Cost {
    let between = |p: &Piece| !p.c.is_alphabetic() && (p.layers == 0 || p.c.is_whitespace());
    let words = pieces.split(between);
    let is_half = |word: &&[Piece]| {
        let kept = |p: &Piece| p.layers == 0 && !p.c.is_ascii();
        word.iter().any(|p| p.layers != 0) && word.iter().any(kept)
    };
    words.filter(is_half).count() as Cost
}

/// The character that is all that is touched, if it never stands where only
/// damage puts it: `²` may stand after a word, but not `‚` within one.
fn alone(line: &str, pieces: &[Piece]) -> Option<char> {
    let mut all = touched(pieces).flat_map(|span| line[span].chars());
    let first = all.next()?;
    let within = |span: Range<usize>| {
        let mark = !line[span.clone()].contains(char::is_alphabetic);
        let before = line[..span.start].chars().next_back();
        let after = line[span.end..].chars().next();
        mark && before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_lowercase)
    };
    (all.all(|c| c == first) && !touched(pieces).any(within)).then_some(first)
}
