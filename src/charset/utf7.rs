//! UTF-7 (RFC 2152): ASCII with *runs* of base64 of UTF-16, `é` as `+AOk-`.

use std::borrow::Cow;

use super::Malformed;
use super::codec::Output;

pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    let mut out = Output::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'+' {
            at = decode_base64_run(bytes, at, &mut out);
        } else {
            if byte.is_ascii() {
                out.text.push(char::from(byte));
            } else {
                out.malformed(at..at + 1);
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
            out.malformed(plus..start);
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
            Err(_) => out.malformed(plus..after),
        }
    }
    // What is left must be padding: less than a digit, and zero.
    if count >= 6 || bits != 0 {
        out.malformed(plus..after);
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

pub(super) fn encode(text: &str) -> Vec<u8> {
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
