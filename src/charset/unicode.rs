//! The encoding forms of Unicode that `encoding_rs` lacks, and UTF-8.
//!
//! - *CESU-8*: UTF-8 whose characters beyond U+FFFF are two surrogates of three
//!   bytes each. Java's *Modified UTF-8* also has U+0000 as C0 80. Both are read,
//!   and plain UTF-8 with them; CESU-8 is written.
//! - *UTF-7*: ASCII with runs of base64 of UTF-16, `é` as `+AOk-`.

use std::borrow::Cow;

use super::Malformed;

const REPLACEMENT: char = '\u{FFFD}';

/// The text so far and what was malformed.
#[derive(Default)]
struct Output {
    text: String,
    malformed: Vec<Malformed>,
}

impl Output {
    fn with_capacity(len: usize) -> Self {
        Output {
            text: String::with_capacity(len),
            malformed: Vec::new(),
        }
    }

    fn malformed(&mut self, start: usize, end: usize) {
        self.malformed.push(Malformed {
            bytes: start..end,
            at: self.text.len(),
        });
        self.text.push(REPLACEMENT);
    }

    fn finish<'b>(self) -> (Cow<'b, str>, Vec<Malformed>) {
        (Cow::Owned(self.text), self.malformed)
    }
}

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
            out.malformed(at, at + bad);
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
                out.malformed(at, at + bad);
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
            None => out.malformed(number * 4, number * 4 + unit.len()),
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

pub(super) fn decode_utf7(bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    let mut out = Output::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'+' {
            at = decode_base64_run(bytes, at, &mut out);
        } else {
            if byte.is_ascii() {
                out.text.push(char::from(byte));
            } else {
                out.malformed(at, at + 1);
            }
            at += 1;
        }
    }
    out.finish()
}

/// Decodes a run from its `+`, and returns where it ends: at a `-`, which
/// belongs to it, or before any other byte that is not base64.
fn decode_base64_run(bytes: &[u8], plus: usize, out: &mut Output) -> usize {
    let start = plus + 1;
    let digits = bytes[start..].iter().map_while(|&byte| base64_value(byte));
    let end = start + digits.clone().count();
    let minus = bytes.get(end) == Some(&b'-');
    let after = end + usize::from(minus);
    if end == start {
        // `+-` is a plus sign; a `+` before anything else is malformed.
        if minus {
            out.text.push('+');
        } else {
            out.malformed(plus, start);
        }
        return after;
    }
    let (mut bits, mut count, mut units) = (0u32, 0, Vec::new());
    for value in digits {
        bits = bits << 6 | value;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
        }
        bits &= (1 << count) - 1;
    }
    for unit in char::decode_utf16(units) {
        match unit {
            Ok(c) => out.text.push(c),
            Err(_) => out.malformed(plus, after),
        }
    }
    // What is left must be padding: less than a digit, and zero.
    if count >= 6 || bits != 0 {
        out.malformed(plus, after);
    }
    after
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_value(byte: u8) -> Option<u32> {
    BASE64
        .iter()
        .position(|&digit| digit == byte)
        .map(|value| value as u32)
}

pub(super) fn encode_utf7(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if is_direct(c) {
            bytes.push(c as u8);
            rest = &rest[1..];
        } else if c == '+' {
            bytes.extend_from_slice(b"+-");
            rest = &rest[1..];
        } else {
            let len = rest.find(is_direct).unwrap_or(rest.len());
            let (run, after) = rest.split_at(len);
            encode_base64_run(run, &mut bytes);
            rest = after;
        }
    }
    bytes
}

/// Whether a character stands for itself: RFC 2152's direct and optional direct
/// characters and white space, as most programs write them.
fn is_direct(c: char) -> bool {
    c.is_ascii_graphic() && !"+~\\".contains(c) || " \t\r\n".contains(c)
}

fn encode_base64_run(run: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'+');
    let (mut bits, mut count) = (0u32, 0);
    for unit in run.encode_utf16() {
        bits = bits << 16 | u32::from(unit);
        count += 16;
        while count >= 6 {
            count -= 6;
            bytes.push(BASE64[(bits >> count & 0x3F) as usize]);
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        bytes.push(BASE64[(bits << (6 - count) & 0x3F) as usize]);
    }
    bytes.push(b'-');
}
