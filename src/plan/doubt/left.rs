//! How much of what surprised may still surprise once a text was read.

use crate::language;
use crate::model::{self, Cost, NAT};

use super::super::document::is_telling;
use super::super::hypothesis::{EXPECTED, Hypothesis, ODD, Odd};
use super::super::lattice::Piece;
use super::super::readings::is_letter;
use super::super::spelling;
use super::super::undo;
use super::super::words::{self, Known};
use super::MUCH;

/// How much of the surprise is left where a reading touches something, in
/// twentieths. What is right surprises no more; a chance does, as `吹斗腹杭究` is one
/// of `΄΅Ά·ΈΉΊΌΎΏ`.
pub(in crate::plan) fn left(h: &Hypothesis, was: &[Piece], costs: &[Cost]) -> Cost {
    let mut rest = h.pieces.iter().peekable();
    let was_touched = |p: &Piece| {
        while rest.next_if(|is| is.end <= p.start).is_some() {}
        let is = rest.peek();
        is.is_none_or(|is| is.layers != 0 || is.start > p.start)
    };
    let is = surprise(&h.pieces, &Odd::of(&h.pieces).costs, |p| p.layers != 0);
    let signs: Cost = h.pieces.iter().map(usual).sum();
    let is = (is - if h.is_legacy() { 0 } else { signs }).max(0);
    20 * is / surprise(was, costs, was_touched).max(1)
}

/// What a dash surprises by between words: `suffering‚Äîthink` was `suffering—think`.
const DASH: Cost = 8 * NAT;

/// By how much signs surprise that people write wherever they like, where UTF-8 makes them.
fn usual(p: &Piece) -> Cost {
    match p.c {
        '–' | '—' if p.layers != 0 && !p.inferred => DASH,
        _ if undo::is_picture(p) => undo::PICTURE,
        _ => 0,
    }
}

/// What words gain that are not just of letters in capitals.
const SURE_WORDS: Cost = 50 * NAT;

/// How much may be left. Nothing but damage shows as `Ã©`, whatever it was; and
/// letters of Latin for others are judged by their words.
pub(in crate::plan) fn most_left(line: &str, h: &Hypothesis, known: Option<Known>) -> Cost {
    let Some(known) = known else {
        return match (is_telling(&h.steps), h.is_inferred()) {
            (true, _) => Cost::MAX,
            (false, true) => 6,
            (false, false) => 10,
        };
    };
    let (mut latin, mut east_asian, mut letters) = (0, 0, 0);
    // Letters that were others of the same script, of which much speaks for it, or small ones
    // among them: `ЦЙДЛБС ХОГЙС` was `жидкая унция`, and `СНИЛС` is right.
    let (mut same, mut has_small) = (0, h.gain > SURE_WORDS);
    for p in h.pieces.iter().filter(|p| p.layers != 0 && is_letter(p.c)) {
        letters += 1;
        let script = |c| Some(model::script(c)).filter(|script| *script != 0);
        let is_same = |c| c != p.c && script(c).is_some() && script(c) == script(p.c);
        same += usize::from(p.was(line).chars().all(is_same));
        has_small |= p.was(line).chars().all(|c| is_same(c) && c.is_lowercase());
        latin += usize::from(language::is_latin(p.c));
        east_asian += usize::from(spelling::is_east_asian(p.c));
    }
    match known {
        // What these gain is judged by where they stand, and by what follows what.
        _ if letters == 0 && words::are_quotes(line, &h.pieces) => Cost::MAX,
        _ if east_asian == letters && words::is_likely_in_east_asia(line, &h.pieces) => Cost::MAX,
        _ if h.is_wide() && east_asian * 2 > letters => 12,
        _ if letters == 0 || east_asian * 2 > letters => 10,
        _ if latin * 2 > letters => Cost::MAX,
        _ if same * 2 > letters && has_small && !is_fence(line) => 10,
        Known { any: true, .. } => 9,
        _ if h.gain > MUCH => 9,
        _ => 5,
    }
}

/// Letters that are small and capital in turn, which nobody writes by accident.
const FENCE: usize = 8;

/// Whether so many are in a line: `пОкАзЫвАтЬ тОлЬкО`.
pub(super) fn is_fence(line: &str) -> bool {
    let cases = line
        .chars()
        .filter(|c| c.is_lowercase() || c.is_uppercase());
    let mut cases = cases.map(char::is_lowercase);
    let mut last = cases.next();
    let mut turns = 0;
    cases.any(|case| {
        turns = if Some(case) == last { 0 } else { turns + 1 };
        last = Some(case);
        turns >= FENCE
    })
}

/// By how much the characters surprise that are touched, and those after them.
fn surprise(pieces: &[Piece], costs: &[Cost], mut is_touched: impl FnMut(&Piece) -> bool) -> Cost {
    let mut since = 3;
    let mut sum = 0;
    for (i, &cost) in costs.iter().enumerate() {
        since = match pieces.get(i) {
            Some(p) if is_touched(p) => 0,
            _ => since + 1,
        };
        if since < 3 && cost >= ODD {
            sum += cost - EXPECTED;
        }
    }
    sum
}
