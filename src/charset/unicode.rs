//! The encoding forms of Unicode that `encoding_rs` lacks, and UTF-8.
//!
//! *CESU-8* is UTF-8 whose characters beyond U+FFFF are two surrogates of three
//! bytes each. Java's *Modified UTF-8* also has U+0000 as C0 80. Both are read,
//! and plain UTF-8 with them; CESU-8 is written.

use std::borrow::Cow;

use super::Malformed;
use super::codec::Output;

pub(super) fn decode_utf8(bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut out = Output::with_capacity(bytes.len());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        out.text.push_str(chunk.valid());
        at += chunk.valid().len();
        let bad = chunk.invalid().len();
        if bad > 0 {
            out.malformed(at..at + bad);
            at += bad;
        }
    }
    out.finish()
}

pub(super) fn decode_cesu8(bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut out = Output::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        if let Some(c) = surrogate_pair(rest) {
            out.text.push(c);
            rest = &rest[6..];
        } else if rest.starts_with(&[0xC0, 0x80]) {
            out.text.push('\0');
            rest = &rest[2..];
        } else if let Some(chunk) = rest.utf8_chunks().next() {
            // Only the part up to the first bad byte: a pair may follow there.
            if chunk.valid().is_empty() {
                // A lone surrogate is one piece, not three bad bytes.
                let bad = if surrogate(rest).is_some() {
                    3
                } else {
                    chunk.invalid().len().max(1)
                };
                out.malformed(at..at + bad);
                rest = rest.get(bad..).unwrap_or_default();
            } else {
                out.text.push_str(chunk.valid());
                rest = &rest[chunk.valid().len()..];
            }
        }
    }
    out.finish()
}

/// The code unit that three bytes stand for, if it is a surrogate.
fn surrogate(bytes: &[u8]) -> Option<u16> {
    match *bytes {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..] => {
            Some(0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
        }
        _ => None,
    }
}

fn surrogate_pair(bytes: &[u8]) -> Option<char> {
    let units = [surrogate(bytes)?, surrogate(bytes.get(3..)?)?];
    char::decode_utf16(units).next()?.ok()
}

pub(super) fn encode_cesu8(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        if c <= '\u{FFFF}' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            for &mut unit in c.encode_utf16(&mut [0; 2]) {
                let [middle, low] = [unit >> 6 & 0x3F, unit & 0x3F].map(|bits| 0x80 | bits as u8);
                bytes.extend_from_slice(&[0xED, middle, low]);
            }
        }
    }
    bytes
}

pub(super) fn encode_utf16(text: &str, big: bool) -> Vec<u8> {
    let order = if big {
        u16::to_be_bytes
    } else {
        u16::to_le_bytes
    };
    text.encode_utf16().flat_map(order).collect()
}

pub(super) fn decode_utf32<'b>(bytes: &'b [u8], big: bool) -> (Cow<'b, str>, Vec<Malformed>) {
    let order = if big {
        u32::from_be_bytes
    } else {
        u32::from_le_bytes
    };
    let mut out = Output::with_capacity(bytes.len() / 4 + bytes.len() / 8);
    for (number, unit) in bytes.chunks(4).enumerate() {
        let code = <[u8; 4]>::try_from(unit).map(order);
        match code.ok().and_then(char::from_u32) {
            Some(c) => out.text.push(c),
            None => out.malformed(number * 4..number * 4 + unit.len()),
        }
    }
    out.finish()
}

pub(super) fn encode_utf32(text: &str, big: bool) -> Vec<u8> {
    let order = if big {
        u32::to_be_bytes
    } else {
        u32::to_le_bytes
    };
    text.chars().map(u32::from).flat_map(order).collect()
}
