//! What is right of a line of which only the others of its text say that it was legacy text:
//! `10 µm` and `Úbeda` among lines that went through another charset.

use std::cell::LazyCell;
use std::iter;

use crate::language;
use crate::model::lexicon;

use super::hypothesis::Hypothesis;
use super::lattice::Piece;
use super::readings::{is_letter, lowered};
use super::spelling::{self, is_drawing};
use super::words;

/// Whether all that an account changes is surely meant as it stands.
pub(super) fn is_meant(line: &str, h: &Hypothesis) -> bool {
    are_signs(line, h) || are_quotes(line, h) || makes_drawings(line, h) || lowers_names(line, h)
}

/// Whether all that would change are signs where they are in use: `§ 5`, `£20`, `© 2024`, `± 2`,
/// `× 3`, `10 µm`, and `½` and `™` by themselves, or others that would be no word of the line's
/// language, as the `‡` of `a ‡ box`; but `180§` was `180º`, and the `…` of `le vin … boire` an `à`.
fn are_signs(line: &str, h: &Hypothesis) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    let prior = LazyCell::new(|| language::prior(&spelling::unchanged(line, &h.pieces)));
    let makes_no_word = |c: char| is_letter(c) && !words::is_one(&prior, lowered(c));
    changed.peek().is_some()
        && changed.all(|p| {
            let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
            let mut was = p.was(line).chars();
            let sign = was.next().filter(|_| was.as_str().is_empty());
            sign.is_some_and(|sign| {
                is_in_use(before, sign, after)
                    || is_apart(before, sign, after) && (is_drawing(p.c) || makes_no_word(p.c))
            })
        })
}

/// Whether a mark stands by itself; but nobody means a control.
fn is_apart(before: &str, mark: char, after: &str) -> bool {
    !is_letter(mark)
        && !mark.is_control()
        && before.chars().next_back().is_none_or(char::is_whitespace)
        && after.chars().next().is_none_or(char::is_whitespace)
}

/// Whether all that would change are quotes around words that become letters, `‹a›`, and a
/// letter by itself between them: `«Ä»`.
fn are_quotes(line: &str, h: &Hypothesis) -> bool {
    let mut rest = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    let quote = |p: &Piece| {
        let mut was = p.was(line).chars();
        was.next().filter(|_| was.as_str().is_empty())
    };
    let closes = |open, p: &Piece| quote(p).is_some_and(|close| spelling::closes(open, close));
    if rest.peek().is_none() {
        return false;
    }
    while let Some(open) = rest.next() {
        let Some(next) = rest.next() else {
            return false;
        };
        let Some(mark) = quote(open) else {
            return false;
        };
        let is_one = |p: &&Piece| next.start == open.end && p.start == next.end;
        let close = match closes(mark, next) {
            true => Some(next),
            false => rest.next().filter(is_one).filter(|p| closes(mark, p)),
        };
        if !close.is_some_and(|close| is_letter(open.c) && is_letter(close.c)) {
            return false;
        }
    }
    true
}

/// Whether a letter by itself would be drawn where nothing else is: `Ä.` is no `─.`.
fn makes_drawings(line: &str, h: &Hypothesis) -> bool {
    let pieces = &h.pieces;
    let drawn = |at: usize| pieces.get(at).is_some_and(|p| is_drawing(p.c));
    (0..pieces.len()).any(|at| {
        let p = pieces[at];
        is_drawing(p.c)
            && p.was(line).chars().all(language::is_latin)
            && !drawn(at.wrapping_sub(1))
            && !drawn(at + 1)
    })
}

/// Whether a sign is in use between these texts.
fn is_in_use(before: &str, sign: char, after: &str) -> bool {
    let begins = || !before.ends_with(char::is_alphanumeric);
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    match sign {
        '£' | '€' | '¥' | '§' | '¶' | '©' | '±' | '×' | '÷' => {
            begins() && is_number(after.strip_prefix(' ').unwrap_or(after))
        }
        'µ' => {
            let number = before.strip_suffix(' ').unwrap_or(before);
            let unit = after.chars().take_while(|c| is_letter(*c));
            number.ends_with(|c: char| c.is_ascii_digit()) && (1..=2).contains(&unit.count())
        }
        '½' | '¼' | '¾' | '™' => is_apart(before, sign, after),
        _ => false,
    }
}

/// Whether all that would change are capitals before small letters, as names have, and what comes
/// out are small letters of words that nobody knows: `éve` for `Ève`, but `échelle` for
/// `Úchelle`.
fn lowers_names(line: &str, h: &Hypothesis) -> bool {
    let pieces = &h.pieces;
    let mut changed = (0..pieces.len())
        .filter(|&at| pieces[at].is_changed(line))
        .peekable();
    let is_small = |at: usize| pieces.get(at).is_some_and(|p| p.c.is_lowercase());
    changed.peek().is_some()
        && changed.all(|at| {
            let was_capital = pieces[at].was(line).chars().all(char::is_uppercase);
            let begins = at == 0 || !is_letter(pieces[at - 1].c);
            let rest = pieces[at + 1..].iter().map(|p| p.c);
            let word = iter::once(pieces[at].c)
                .chain(rest)
                .take_while(|c| is_letter(*c));
            was_capital
                && begins
                && is_small(at)
                && is_small(at + 1)
                && lexicon::word(word.map(lowered)).is_none()
        })
}
