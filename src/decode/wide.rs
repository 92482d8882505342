//! Byte-order marks, and UTF-16 and UTF-32 without one.

use super::meter;
use crate::Charset;
use crate::model::{Cost, NAT};

/// The charset that a byte-order mark tells, and the mark's length.
pub(super) fn mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Charset::UTF_8, 3)),
        // The same bytes are UTF-16 with U+0000 as its first character.
        [0xFF, 0xFE, 0, 0, rest @ ..] if is_utf32(rest) => Some((Charset::UTF_32LE, 4)),
        [0, 0, 0xFE, 0xFF, ..] => Some((Charset::UTF_32BE, 4)),
        [0xFF, 0xFE, ..] => Some((Charset::UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => Some((Charset::UTF_16BE, 2)),
        [0x84, 0x31, 0x95, 0x33, ..] => Some((Charset::GB18030, 4)),
        _ => None,
    }
}

fn is_utf32(bytes: &[u8]) -> bool {
    bytes
        .chunks_exact(4)
        .take(64)
        .all(|unit| unit[3] == 0 && unit[2] <= 0x10)
}

const FORMS: [Charset; 4] = [
    Charset::UTF_32LE,
    Charset::UTF_32BE,
    Charset::UTF_16LE,
    Charset::UTF_16BE,
];

/// The form of Unicode that bytes with many controls among them are text in.
///
/// `H\0e\0l\0l\0o\0` is text as UTF-16LE and as nothing else.
pub(super) fn unmarked(bytes: &[u8]) -> Option<Charset> {
    let sample = &bytes[..bytes.len().min(4096)];
    let (charset, cost) = FORMS
        .into_iter()
        .filter_map(|charset| Some((charset, mean_cost(charset, sample)?)))
        .min_by_key(|&(_, cost)| cost)?;
    // Noise is some fifteen nats a character, Chinese eight, Latin five.
    (cost < 11 * NAT).then_some(charset)
}

/// The cost of a character on average; of a UTF-16 unit in UTF-32 half as much,
/// so that forms can be compared.
fn mean_cost(charset: Charset, sample: &[u8]) -> Option<Cost> {
    let unit = if matches!(charset, Charset::UTF_32LE | Charset::UTF_32BE) {
        4
    } else {
        2
    };
    let whole = &sample[..sample.len() / unit * unit];
    let (text, malformed) = charset.decode(whole);
    let count = whole.len() / unit;
    // One may be cut in two at the sample's end.
    if count == 0 || (malformed.len() - 1.min(malformed.len())) * 100 > count {
        return None;
    }
    Some(meter::text_cost(&text) / count as Cost)
}
