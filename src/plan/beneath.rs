//! What lies beneath a layer that lost bytes: another, of which a character or a byte is left
//! that tells of what is gone, as the space of `Р СџСЂ` does.

use std::sync::LazyLock;

use crate::charset::Charset;

use super::arcs::{LOST_LEAD, is_lead, is_rest, lead_bits, scalar, undefined};
use super::lattice::Piece;
use super::readings::{READINGS, Reading};

/// Whether bytes of a layer beneath seem to be lost in this charset: `Ã?Â©` and `ÃÂ©` were `Ã©`,
/// the `Â` of `possÃƒÂvel` was what `Ã` leads, and the spaces of `Р СџРЎР‚РёРІРµС‚` are none.
pub(super) fn has_lost_bytes(line: &[Piece], single: usize) -> bool {
    let byte = bytes(line, single);
    let shows_lead = shows_lead(single);
    let mark = only_mark(single);
    let is_after_rest = |i: usize| i > 1 && is_rest(byte(i - 1));
    let is_lost = |i: usize| {
        let at = |n: usize| byte(i + n);
        let is_beneath = |n: usize| is_rest_beneath(|k| at(n + k), single, single);
        let shown = |n: usize| line.get(i + n).map_or('\0', |p| p.c);
        match (at(0), at(1)) {
            (0..0xc0, _) => false,
            (LOST_LEAD, _) if matches!(shown(1), '?' | '\u{fffd}') => {
                matches!(shown(2), 'Â' | 'Ã' | 'â')
            }
            (LOST_LEAD, 0x80..) if shows_lead => is_beneath(1) && (is_rest(at(2)) || i > 0),
            (0xc2, next) => !is_rest(next) && is_after_rest(i),
            (lead, b' ') => match spaced(lead, single) {
                Some((_, 0xc0..)) => is_beneath(2) && is_rest(at(3)),
                _ if !is_after_rest(i) => false,
                Some(_) => true,
                None => only_rest(lead, single, single).is_some(),
            },
            (0xe2, 0x80) => !is_rest(at(2)) && is_after_rest(i) && mark.is_some(),
            (lead @ 0xc3..=0xc6, quote @ (b'\'' | b'"')) => {
                is_after_rest(i) && straightened(lead, quote, single).is_some()
            }
            (lead, next) => {
                !is_rest(next) && is_after_rest(i) && only_rest(lead, single, single).is_some()
            }
        }
    };
    (0..line.len()).any(is_lost) || has_other_beneath(line, single)
}

/// The byte of each piece in a charset; 0 where it has none, and after the last.
fn bytes(line: &[Piece], single: usize) -> impl Fn(usize) -> u8 {
    move |at| match line.get(at) {
        Some(p) if p.c.is_ascii() => p.c as u8,
        Some(p) => READINGS.row(p.c).bytes[single],
        None => 0,
    }
}

/// Whether what windows-1251 showed is beneath, with spaces for no-break spaces: the `Ð ÑŸ` of
/// `Ð ÑŸÐ¡Ñ“` was the `Рџ` of `Пу`.
pub(super) fn has_other_beneath(line: &[Piece], single: usize) -> bool {
    let Some(inner) = other_beneath().filter(|inner| *inner != single) else {
        return false;
    };
    let byte = bytes(line, single);
    let is_it = |i: usize| {
        let is_spaced = |lead: u8| matches!(spaced(lead, inner), Some((_, 0xc0..)));
        // Twice, of `Ð  Ð¡ÑŸ`.
        let is_next = || match [byte(i + 2), byte(i + 3)] {
            [b' ', lead] => is_lead(lead) && (is_rest(byte(i + 4)) || byte(i + 4) == b' '),
            [_, last] => is_rest_beneath(|k| byte(i + 2 + k), single, inner) && is_rest(last),
        };
        byte(i + 1) == b' ' && byte(i) >= 0xc2 && is_spaced(byte(i)) && is_next()
    };
    (0..line.len()).any(is_it)
}

/// The number of the other charset that a layer beneath is looked for in.
pub(super) fn other_beneath() -> Option<usize> {
    static OTHER: LazyLock<Option<usize>> = LazyLock::new(|| {
        let is_it = |reading: &Reading| reading.charset == Charset::WINDOWS_1251;
        READINGS.single.iter().position(is_it)
    });
    *OTHER
}

/// Whether a charset shows `Ã` as windows-1252 does.
pub(super) fn shows_lead(single: usize) -> bool {
    READINGS.row('Ã').bytes[single] == LOST_LEAD
}

/// What a lead byte began of which a no-break space became one, and its byte in another layer:
/// the `à` of `Ã Â¸`, the `Р` of `Р Сџ`, `Š` of `Å `.
pub(super) fn spaced(lead: u8, single: usize) -> Option<(char, u8)> {
    let (want, bits) = lead_bits(lead)?;
    let c = scalar(bits << 6 | 0x20, want).filter(|_| want == 1)?;
    let byte = READINGS.row(c).bytes[single];
    (byte != 0).then_some((c, byte))
}

/// Whether what begins with these bytes is a continuation byte in another layer, or was one.
pub(super) fn is_rest_beneath(byte: impl Fn(usize) -> u8, single: usize, inner: usize) -> bool {
    let Some((want, bits)) = lead_bits(byte(0)) else {
        return false;
    };
    let add = |bits: u32, b: u8| is_rest(b).then_some(bits << 6 | u32::from(b & 0x3f));
    let whole = (1..=want).map(&byte).try_fold(bits, add);
    match whole.and_then(|bits| scalar(bits, want)) {
        Some(c) => is_rest(READINGS.row(c).bytes[inner]),
        None => match (byte(0), byte(1)) {
            (0xc2, _) | (0xe2, 0x80) => true,
            (lead, next) if single == inner => {
                !is_rest(next) && only_rest(lead, single, inner).is_some()
            }
            (lead, next) => !is_rest(next) && lost_rests(lead, single, inner).next().is_some(),
        },
    }
}

/// The continuation bytes of another layer that this lead byte may have been of, which the
/// charset has no character for.
pub(super) fn lost_rests(lead: u8, single: usize, inner: usize) -> impl Iterator<Item = char> {
    let lost = undefined(READINGS.single[single].charset).iter();
    let bits = lead_bits(lead).filter(|(want, _)| *want == 1);
    let chars = lost.filter_map(move |b| scalar(bits?.1 << 6 | u32::from(b & 0x3f), 1));
    chars.filter(move |c| is_rest(READINGS.row(*c).bytes[inner]))
}

/// The same, if the charset lacks but one: in windows-1251 it was the `ј` of `Рј`.
pub(super) fn only_rest(lead: u8, single: usize, inner: usize) -> Option<char> {
    let lacks_one = undefined(READINGS.single[single].charset).len() == 1;
    lost_rests(lead, single, inner).next().filter(|_| lacks_one)
}

/// The mark of which E2 80 is left because the charset has no character for its last byte, if
/// it is a continuation byte of another layer: `”` in windows-1252, `‘` in windows-1251.
pub(super) fn only_mark(single: usize) -> Option<char> {
    let lost = undefined(READINGS.single[single].charset).iter();
    let mut marks = lost.filter_map(|b| scalar(u32::from(b & 0x3f) | 0x2000, 2));
    marks.find(|c| is_rest(READINGS.row(*c).bytes[single]))
}

/// What a lead byte began whose continuation was a quote that somebody made straight, if that is
/// a continuation byte of another layer: the `ƒ` of `ÃƒÆ'Ã‚Â¡`, the `œ` of `Ã¢â‚¬Å"`.
pub(super) fn straightened(lead: u8, quote: u8, single: usize) -> Option<char> {
    let (_, bits) = lead_bits(lead).filter(|(want, _)| *want == 1)?;
    let quotes: [u8; 3] = match quote {
        b'"' => [0x84, 0x93, 0x94],
        _ => [0x82, 0x91, 0x92],
    };
    let chars = quotes.map(|b| scalar(bits << 6 | u32::from(b & 0x3f), 1));
    let mut shown = chars.into_iter().flatten();
    shown.find(|c| is_rest(READINGS.row(*c).bytes[single]))
}

/// Whether a character tells of another layer: not one that [`only_rest`] makes, unless a lead
/// byte is before it there.
pub(super) fn tells(before: &[Piece], c: char, single: usize) -> bool {
    let lead = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
    let is_lead = |p: &Piece| matches!(READINGS.row(p.c).bytes[single], 0xc2..0xe0);
    only_rest(lead, single, single) != Some(c) || before.last().is_some_and(is_lead)
}
