//! Escapes over mojibake: `&Atilde;&copy;`, `\u00c3\u00a9`, `%C3%83%C2%A9`.
//!
//! They are read as the characters they stand for, and only those stay read
//! that turn out to be damage: `&ouml;` by itself is nobody's mistake.

use std::borrow::Cow;

use crate::edit::Step;
use crate::scan;

use super::lattice::Piece;

/// Longest reference looked for, as `&CounterClockwiseContourIntegral;`.
const LONGEST: usize = 33;

/// What reads an escape: its character, and its length.
type Read = fn(&str) -> Option<(char, usize)>;

/// The ways in which this line could be escaped.
fn ways(line: &str) -> impl Iterator<Item = (Step, Read)> {
    let entities = line
        .contains('&')
        .then_some((Step::Entities, entity as Read));
    // Not `\xc3\xa9`: in source code that is how bytes are rightly written.
    let escapes = line
        .contains("\\u00")
        .then_some((Step::Escapes, escape as Read));
    let is_percent = line.contains("%C") || line.contains("%c");
    let percents = is_percent.then_some((Step::Percent, percent as Read));
    [entities, escapes, percents].into_iter().flatten()
}

/// The ways in which this line is escaped, and what it says then.
pub(super) fn layers(line: &str) -> Vec<(Step, Vec<Piece>)> {
    let read = |(step, read)| {
        let mut pieces = Vec::with_capacity(line.len());
        pieces.extend(unescape(line, read));
        (step, pieces)
    };
    let all = ways(line).map(read);
    all.filter(|(_, pieces)| pieces.iter().any(|p| p.layers != 0))
        .collect()
}

/// Where there are escapes of characters beyond ASCII.
pub(super) fn places(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr3_iter(b'&', b'\\', b'%', text.as_bytes()).filter(|&at| {
        let rest = &text[at..];
        let read = match rest.as_bytes().get(..2) {
            Some([b'&', b'#' | b'A'..=b'Z' | b'a'..=b'z']) => entity(rest),
            Some(b"\\u") => escape(rest),
            Some(b"%C" | b"%c" | b"%D" | b"%d" | b"%E" | b"%e") => percent(rest),
            _ => None,
        };
        read.is_some_and(|(c, _)| !c.is_ascii())
    })
}

/// Whether a line holds an escape of a character beyond ASCII.
pub(super) fn may_escape(line: &str) -> bool {
    places(line).next().is_some()
}

/// Whether anything could be wrong with what the escapes of this line stand
/// for: `caf&eacute;` is right, `caf&Atilde;&copy;` isn't.
pub(super) fn is_suspicious(line: &str) -> bool {
    may_escape(line)
        && ways(line).any(|(_, read)| {
            let pieces = || unescape(line, read);
            scan::is_suspicious(pieces().map(|p| p.c)) && pieces().any(|p| p.layers != 0)
        })
}

/// The characters of a line, with one for each escape.
fn unescape(line: &str, read: Read) -> impl Iterator<Item = Piece> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let c = line[at..].chars().next()?;
        let found = match c {
            '&' | '\\' | '%' => read(&line[at..]),
            _ => None,
        };
        let (c, len, layers) = match found {
            Some((c, len)) if !c.is_ascii() => (c, len, 1),
            _ => (c, c.len_utf8(), 0),
        };
        let piece = Piece {
            layers,
            ..Piece::new(c, at, len)
        };
        at += len;
        Some(piece)
    })
}

fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST).position(|b| b == b';')? + 1;
    if matches!(&text[..end], "&amp;" | "&lt;" | "&gt;" | "&quot;") {
        return None;
    }
    let read: Cow<'_, str> = htmlize::unescape(&text[..end]);
    let mut chars = read.chars();
    let c = chars.next()?;
    chars.next().is_none().then_some((c, end))
}

fn escape(text: &str) -> Option<(char, usize)> {
    let code = u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
    char::from_u32(code).map(|c| (c, 6))
}

fn percent(text: &str) -> Option<(char, usize)> {
    let byte = |i: usize| {
        let three = text.get(3 * i..3 * i + 3)?;
        u8::from_str_radix(three.strip_prefix('%')?, 16).ok()
    };
    let len = match byte(0)? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..len).map_while(byte).collect();
    let c = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((c, 3 * len))
}

/// A repaired text as it stands in a line that was escaped so: `%C3%A9`.
pub(super) fn again(step: Step, text: &str) -> String {
    match step {
        Step::Percent => text.bytes().map(|b| format!("%{b:02X}")).collect(),
        _ => text.to_owned(),
    }
}
