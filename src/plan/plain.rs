//! Lines that are plainly UTF-8 misread, all of them beyond ASCII, and come out as words:
//! nothing needs to be weighed.

use std::ops::Range;

use crate::language::{self, Word};
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::hypothesis::{Hypothesis, SURE, Survey};
use super::lattice;
use super::readings::READINGS;
use super::undo::step_of;
use super::utf8::{self, Entire};

/// Layers that are undone.
const DEPTH: usize = 3;
/// What each character gains by each layer. By what the model says nearly all gain more,
/// most of them twice as much.
const EACH: Cost = 24 * NAT;

/// The account of a line of which it is plain what happened, the same that the search
/// would find; most damaged lines are of this kind.
pub(super) fn plain(line: &str) -> Option<Hypothesis> {
    if !utf8::may_begin(line) {
        return None;
    }
    let mut steps = Vec::new();
    let mut pieces = Vec::new();
    let mut text = String::with_capacity(line.len());
    let (mut is_common, mut has_rival, mut cost) = (true, false, 0);
    for depth in 0..DEPTH {
        let read = if depth == 0 { line } else { &text };
        let entire = Entire::of(read.chars());
        let Some(n) = entire.first() else { break };
        let bit = 1 << depth;
        pieces = match depth {
            0 => lattice::sequences(lattice::as_pieces(line), n, bit)?,
            _ => lattice::sequences(pieces.into_iter(), n, bit)?,
        };
        is_common &= n == UTF_8_AS_1252;
        has_rival |= match n {
            UTF_8_AS_1252 => entire.has_rival(n, read.chars()),
            _ => utf8::may_have_rival(entire, n, read.chars()),
        };
        if has_rival && !is_common {
            return None;
        }
        steps.push(step_of(n));
        cost += READINGS.single[n].cost;
        text.clear();
        text.extend(pieces.iter().map(|p| p.c));
    }
    let count = pieces.iter().filter(|p| p.layers != 0).count();
    let is_it = makes_words(&text, is_common, has_rival, count) && scan::look(&text) == Look::Right;
    is_it.then(|| Hypothesis {
        gain: EACH * (count * steps.len()) as Cost,
        survey: Survey::default(),
        cost,
        pieces,
        steps,
    })
}

/// The number of windows-1252.
const UTF_8_AS_1252: usize = 0;

/// Whether what a reading made of so many sequences are words, as far as it takes to be
/// sure. Nothing but damage shows as `Ã©`: some words may be unknown.
fn makes_words(text: &str, is_common: bool, has_rival: bool, count: usize) -> bool {
    let (mut words, mut unknown) = (0, 0);
    for range in language::words(text, 0) {
        match kind(text, &range) {
            Kind::Other if has_rival => return false,
            Kind::Word | Kind::Other => words += 1,
            Kind::Unknown => unknown += 1,
            Kind::Mark => {}
        }
    }
    let most = if is_common && !has_rival && count >= SURE { words } else { 0 };
    words > 0 && unknown <= most && (is_common || count >= SURE)
}

enum Kind {
    Word,
    Other,
    Unknown,
    Mark,
}

/// Bytes of a word that is no accident.
const LEAST: usize = 3;

/// What a word of a text is that has something beyond ASCII.
fn kind(text: &str, range: &Range<usize>) -> Kind {
    let bytes = &text.as_bytes()[range.clone()];
    let is_latin = |b: &u8| matches!(b, 0xc3..0xca);
    let is_other = |b: &u8| matches!(b, 0xca..0xe2 | 0xe3..);
    let is_ascii = |b: &u8| b.is_ascii();
    if bytes.iter().any(is_other) {
        let letters = bytes.iter().filter(|b| is_other(b)).count();
        return if letters > 1 { Kind::Other } else { Kind::Unknown };
    }
    let is_word = match bytes.iter().any(is_latin) {
        true => bytes.len() >= LEAST && Word::of(text, range).is_known(),
        false => bytes.iter().any(is_ascii),
    };
    match is_word {
        true => Kind::Word,
        false if bytes.iter().any(is_latin) => Kind::Unknown,
        false => Kind::Mark,
    }
}
