//! A bounded sample of the bytes that tell charsets apart: the words with
//! bytes above 7F in them, from all over the input.

/// How much a sample holds at most.
pub(super) const BUDGET: usize = 16 * 1024;
/// The parts of a large input that each give their share.
const PARTS: usize = 16;
/// A word's longest start before its first telling byte, with the word before,
/// as in `<a href="https://example.org/caf\xE9"`: what is further off tells
/// nothing.
const LEAD: usize = 48;
/// How much of the word behind is taken.
const TAIL: usize = 16;

/// The telling words, each with the byte behind it. They begin and end at
/// spaces or controls, which are no part of a character in any charset that
/// has ASCII, so that none is cut in two.
pub(super) fn of(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::with_capacity(BUDGET.min(bytes.len()) + 64);
    let part = bytes.len().div_ceil(PARTS).max(BUDGET);
    let mut start = 0;
    let mut left = bytes.len().div_ceil(part);
    while start < bytes.len() && sample.len() < BUDGET {
        let end = (start + part).min(bytes.len());
        let share = (BUDGET - sample.len()) / left.max(1);
        words(&bytes[..end], start, share, &mut sample);
        start = end;
        left = left.saturating_sub(1);
    }
    sample
}

/// Appends telling words from `start` on, up to `share` bytes.
fn words(bytes: &[u8], start: usize, share: usize, sample: &mut Vec<u8>) {
    let mut at = match start {
        0 => 0,
        // In the midst of the input: on to where a word surely begins.
        _ => match bytes[start..].iter().take(4096).position(|&b| is_edge(b)) {
            Some(edge) => start + edge + 1,
            None => return,
        },
    };
    let full = sample.len() + share;
    while let Some(next) = next_high(bytes, at) {
        let before = context(bytes[at..next].iter().rev().take(LEAD), false);
        let room = full.saturating_sub(sample.len() + before);
        let rest = &bytes[next..];
        let (len, whole) = match rest.iter().take(room).position(|&b| is_edge(b)) {
            Some(edge) => (
                edge + context(
                    rest[edge..].iter().take(TAIL).take_while(|b| b.is_ascii()),
                    true,
                ),
                true,
            ),
            None => (room.min(rest.len()), rest.len() <= room),
        };
        // A word too many is left out, unless it would be the only one.
        if !whole && !sample.is_empty() && full - sample.len() < share / 2 {
            return;
        }
        sample.extend_from_slice(&bytes[next - before..next + len]);
        at = next + len;
        if sample.len() >= full {
            return;
        }
    }
}

/// How many bytes belong to the word that is being read and the one next to it
/// on the same line: of `Home \xBB Black`, read from \xBB on in either direction,
/// all. `apart` if the bytes begin behind the word.
fn context<'b>(bytes: impl Iterator<Item = &'b u8>, apart: bool) -> usize {
    let (mut len, mut words, mut in_word) = (0, usize::from(!apart), !apart);
    for &b in bytes {
        if b == b'\n' || b == b'\r' {
            break;
        }
        if is_edge(b) && words == 2 {
            return len + 1;
        }
        words += usize::from(!is_edge(b) && !in_word);
        in_word = !is_edge(b);
        len += 1;
    }
    len.max(usize::from(apart))
}

/// Whether a byte surely stands for itself.
pub(super) fn is_edge(b: u8) -> bool {
    b <= b' '
}

/// Where the next byte above 7F is.
pub(super) fn next_high(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for chunk in bytes.get(from..)?.chunks(256) {
        if !chunk.is_ascii() {
            return Some(at + chunk.iter().position(|b| !b.is_ascii())?);
        }
        at += chunk.len();
    }
    None
}
