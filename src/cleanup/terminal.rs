//! Control sequences of terminals, by the syntax of ECMA-48.

use super::Changes;

const ESC: u8 = 0x1b;

/// Removes complete sequences. What only starts like one stays, so that no
/// text goes with it.
pub(super) fn remove(text: &str, out: &mut Changes) {
    let bytes = text.as_bytes();
    // C1 controls, the other way to write `ESC [`, are the bytes C2 80 to C2 9F.
    let is_c1 = |at: usize| bytes.get(at + 1).is_some_and(|&b| begins(char::from(b)));
    let starts = |&at: &usize| bytes[at] == ESC || is_c1(at);
    let next = |from: usize| {
        let places = memchr::memchr2_iter(ESC, 0xc2, &bytes[from..]);
        places.map(|at| from + at).find(starts)
    };
    let mut at = 0;
    while let Some(start) = next(at) {
        let len = if bytes[start] == ESC {
            after_escape(&bytes[start + 1..])
        } else {
            one_byte(bytes, start)
        };
        at = start + 1 + len.unwrap_or(0);
        if len.is_some() {
            out.remove(start..at);
        }
    }
}

/// Whether sequences start with this C1 control.
pub(super) fn begins(c: char) -> bool {
    matches!(c, '\u{90}' | '\u{9b}' | '\u{9d}')
}

/// How long the rest of a sequence is that starts with ESC.
fn after_escape(rest: &[u8]) -> Option<usize> {
    match *rest.first()? {
        // Control sequences: `ESC [ 1 ; 31 m`.
        b'[' => control_sequence(&rest[1..]).map(|len| 1 + len),
        // Control strings: `ESC ] 0 ; title BEL`, `ESC P … ESC \`.
        b']' | b'P' | b'X' | b'^' | b'_' => control_string(&rest[1..], false).map(|len| 1 + len),
        // With intermediate bytes: `ESC ( B`.
        b' '..=b'/' => {
            let len = run(rest, b' '..=b'/');
            matches!(rest.get(len), Some(b'0'..=b'~')).then_some(len + 1)
        }
        // Private (`ESC 7`), C1 (`ESC M`), and the assigned standard ones (`ESC c`).
        b'0'..=b'_' | b'`' | b'a'..=b'd' | b'n' | b'o' | b'|'..=b'~' => Some(1),
        _ => None,
    }
}

fn control_sequence(rest: &[u8]) -> Option<usize> {
    let parameters = run(rest, b'0'..=b'?');
    let len = parameters + run(&rest[parameters..], b' '..=b'/');
    matches!(rest.get(len), Some(b'@'..=b'~')).then_some(len + 1)
}

/// Ends at the first control, of C1 too if the string began with one; a string
/// that goes on over lines or into another escape has lost its end, and nobody
/// knows what of it is text.
fn control_string(rest: &[u8], c1: bool) -> Option<usize> {
    let ends = |at: usize| match rest[at] {
        0xc2 => c1 && rest.get(at + 1).is_some_and(|&byte| byte < 0xa0),
        byte => byte < b' ' && !matches!(byte, 8..=9 | 13),
    };
    let len = (0..rest.len()).find(|&at| ends(at))?;
    match rest[len..] {
        [7, ..] => Some(len + 1),
        [ESC, b'\\', ..] | [0xc2, 0x9c, ..] => Some(len + 2),
        _ => None,
    }
}

/// How long the rest of a sequence is that starts with a C1 control here:
/// `U+009B 31 m`, `U+009D 0 ; title BEL`. These are bytes of mojibake, too, and
/// U+009B is `›` misread; so there must be a number, and no space or letter
/// beyond ASCII before it, as in `Ã›`.
pub(super) fn one_byte(bytes: &[u8], start: usize) -> Option<usize> {
    if start > 0 && !bytes[start - 1].is_ascii() {
        return None;
    }
    let rest = &bytes[start + 2..];
    let parameters = Some(run(rest, b'0'..=b'?')).filter(|&len| len > 0)?;
    let len = match (bytes[start + 1], rest.get(parameters)?) {
        (0x9b, b'@'..=b'~') => parameters + 1,
        (0x90 | 0x9d, _) => control_string(rest, true)?,
        _ => return None,
    };
    Some(1 + len)
}

fn run(bytes: &[u8], of: std::ops::RangeInclusive<u8>) -> usize {
    bytes.iter().take_while(|byte| of.contains(byte)).count()
}
