//! Seven-bit charsets, by their escape sequences: ISO-2022-JP, ISO-2022-KR, HZ
//! and UTF-7. All of them are ASCII to look at.

use super::meter;
use crate::Charset;
use crate::model::{Cost, NAT};

/// How far in the first `~{` or `+` of HZ and UTF-7 is looked for.
const REACH: usize = 1 << 20;
/// How much is read to be sure.
const ENOUGH: usize = 1 << 14;

/// The charset that ASCII bytes are really in.
pub(super) fn detect(bytes: &[u8]) -> Option<Charset> {
    if let Some(at) = escape(bytes) {
        let rest = &bytes[at..];
        if rest.starts_with(b"\x1B$)C") && fits(Charset::ISO_2022_KR, bytes, at) {
            return Some(Charset::ISO_2022_KR);
        }
        if fits(Charset::ISO_2022_JP, bytes, at) {
            return Some(Charset::ISO_2022_JP);
        }
    }
    let near = &bytes[..bytes.len().min(REACH)];
    if let Some(at) = near.windows(2).position(|w| w == b"~{")
        && near[at..].windows(2).any(|w| w == b"~}")
        && fits(Charset::HZ, bytes, at)
    {
        return Some(Charset::HZ);
    }
    let mut from = 0;
    while let Some(at) = near[from..].iter().position(|&b| b == b'+') {
        // What `+` begins is Base64 up to the first byte that is not.
        let start = from + at + 1;
        let len = near[start..]
            .iter()
            .take_while(|&&b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
            .count();
        if len >= 3 {
            return fits(Charset::UTF_7, bytes, start - 1).then_some(Charset::UTF_7);
        }
        if len > 0 {
            // `1+1` is no UTF-7.
            return None;
        }
        from = start;
    }
    None
}

/// What a character beyond ASCII may cost on average, with what it makes its
/// neighbours cost: noise is fifteen nats.
const MEAN: Cost = 12 * NAT;

/// Where the first escape sequence of ISO-2022 is. (`ESC [` colours a terminal.)
fn escape(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|&b| b == 0x1B) {
        let rest = &bytes[from + at..];
        let known: [&[u8]; 6] = [
            b"\x1B$B", b"\x1B$@", b"\x1B(J", b"\x1B(I", b"\x1B$(D", b"\x1B$)C",
        ];
        if known.iter().any(|escape| rest.starts_with(escape)) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Whether bytes are a plausible text from their first escape on.
fn fits(charset: Charset, bytes: &[u8], at: usize) -> bool {
    let start = at.saturating_sub(64);
    let sample = &bytes[start..(at + ENOUGH).min(bytes.len())];
    let (text, malformed) = charset.decode(sample);
    let other = text.chars().filter(|c| !c.is_ascii()).count();
    let plain: String = text.chars().filter(char::is_ascii).collect();
    let cost = meter::text_cost(&text) - meter::text_cost(&plain);
    let strict = charset == Charset::UTF_7;
    other > 0
        && malformed.len() * 20 <= if strict { 0 } else { other + 20 }
        && cost <= MEAN * other as Cost
}
