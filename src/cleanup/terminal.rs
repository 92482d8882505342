//! Control sequences of terminals, by the syntax of ECMA-48.

use memchr::memchr2;

use super::Changes;

const ESC: u8 = 0x1b;

/// Removes complete sequences. What only starts like one stays, so that no
/// text goes with it.
pub(super) fn remove(text: &str, out: &mut Changes) {
    let bytes = text.as_bytes();
    let mut at = 0;
    // U+009B, the other way to write `ESC [`, is the bytes C2 9B.
    while let Some(found) = memchr2(ESC, 0xc2, &bytes[at..]) {
        let start = at + found;
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

/// How long the rest of a sequence is that starts with ESC.
fn after_escape(rest: &[u8]) -> Option<usize> {
    match *rest.first()? {
        // Control sequences: `ESC [ 1 ; 31 m`.
        b'[' => control_sequence(&rest[1..]).map(|len| 1 + len),
        // Control strings: `ESC ] 0 ; title BEL`, `ESC P … ESC \`.
        b']' | b'P' | b'X' | b'^' | b'_' => control_string(&rest[1..]).map(|len| 1 + len),
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

/// Ends at the first control; a string that goes on over lines or into another
/// escape has lost its end, and nobody knows what of it is text.
fn control_string(rest: &[u8]) -> Option<usize> {
    let len = rest
        .iter()
        .position(|&b| b < b' ' && !matches!(b, 8..=9 | 13))?;
    match rest[len..] {
        [7, ..] => Some(len + 1),
        [ESC, b'\\', ..] => Some(len + 2),
        _ => None,
    }
}

/// How long the rest of a sequence is that starts with U+009B here: `U+009B 31
/// m`. U+009B is also `›` misread, so there must be a number, and no space or
/// letter beyond ASCII before it, as in `Ã›`.
pub(super) fn one_byte(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes[start + 1..].strip_prefix(&[0x9b])?;
    let parameters = run(rest, b'0'..=b'?');
    let whole = parameters > 0 && matches!(rest.get(parameters), Some(b'@'..=b'~'));
    let apart = start == 0 || bytes[start - 1].is_ascii();
    (whole && apart).then_some(parameters + 2)
}

fn run(bytes: &[u8], of: std::ops::RangeInclusive<u8>) -> usize {
    bytes.iter().take_while(|byte| of.contains(byte)).count()
}
