//! Charsets with *shift states*, in which 7-bit bytes are ASCII in one state and
//! pairs of them characters in another: ISO-2022-JP, ISO-2022-KR and HZ.
//!
//! ISO-2022-JP is decoded by `encoding_rs`, whose encoder writes half-width `ｶ`
//! as full-width `カ` and therefore isn't used.

use std::borrow::Cow;

use super::codec::Output;
use super::multi_byte::{EUC_JP, EUC_KR, GBK, MultiByte};
use super::unread::Bytes;
use super::{Malformed, Unmappable};

/// ISO-2022-KR (RFC 1557): SO and SI shift to KS X 1001 and back; an escape
/// sequence at the start announces it.
pub(super) fn decode_iso_2022_kr(bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    const ANNOUNCEMENT: &[u8] = b"\x1B$)C";
    let mut out = Output::with_capacity(bytes.len() * 2);
    let (mut at, mut shifted) = (0, false);
    while let Some(rest @ &[byte, ..]) = bytes.get(at..) {
        let mut len = 1;
        match byte {
            0x1B if rest.starts_with(ANNOUNCEMENT) => len = ANNOUNCEMENT.len(),
            0x0E => shifted = true,
            0x0F => shifted = false,
            0x1B | 0x80.. => out.malformed(at..at + 1),
            0x21..=0x7E if shifted => len = pair(EUC_KR, rest, at, &mut out),
            _ => out.text.push(char::from(byte)),
        }
        at += len;
    }
    out.finish()
}

/// HZ (RFC 1843): `~{` and `~}` shift to GB 2312 and back, `~~` is a tilde, and
/// `~` at the end of a line joins it with the next.
pub(super) fn decode_hz(bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    let mut out = Output::with_capacity(bytes.len() * 2);
    let (mut at, mut shifted) = (0, false);
    while let Some(rest @ &[byte, ..]) = bytes.get(at..) {
        let mut len = 1;
        match (byte, rest.get(1)) {
            (b'~', Some(b'{')) if !shifted => (shifted, len) = (true, 2),
            (b'~', Some(b'}')) => (shifted, len) = (false, 2),
            (b'~', Some(b'\n')) => (shifted, len) = (false, 2),
            (b'~', Some(b'~')) if !shifted => {
                out.text.push('~');
                len = 2;
            }
            (b'~' | 0x80.., _) => out.malformed(at..at + 1),
            (0x21..=0x7D, _) if shifted => len = pair(GBK, rest, at, &mut out),
            _ => {
                // A line's end is one in either state.
                shifted &= byte != b'\n';
                out.text.push(char::from(byte));
            }
        }
        at += len;
    }
    out.finish()
}

/// Decodes a pair of 7-bit bytes, and returns how many it took.
fn pair(kind: MultiByte, rest: &[u8], at: usize, out: &mut Output) -> usize {
    match *rest {
        [lead, trail @ 0x21..=0x7E, ..] => {
            match kind.decode_code(&[lead | 0x80, trail | 0x80]) {
                // GBK's private rows are not GB 2312.
                Some(char) if lead < 0x78 || kind != GBK => out.text.push(char),
                _ => out.malformed(at..at + 2),
            }
            2
        }
        _ => {
            out.malformed(at..at + 1);
            1
        }
    }
}

/// The code of a character of the 94 × 94 set that a charset has in A1-FE.
fn cell(kind: MultiByte, c: char) -> Option<[u8; 2]> {
    kind.codes(c).find_map(|code| {
        let [lead, trail] = u16::try_from(code).ok()?.to_be_bytes();
        (lead >= 0xA1 && trail >= 0xA1).then_some([lead & 0x7F, trail & 0x7F])
    })
}

pub(super) fn encode_iso_2022_kr(text: &str) -> Result<Vec<u8>, Unmappable> {
    let announcement: &[u8] = if text.is_ascii() { b"" } else { b"\x1B$)C" };
    let body = encode(text, b"\x0F", |c| {
        cell(EUC_KR, c).map(|code| (&b"\x0E"[..], Bytes::new(&code)))
    })?;
    Ok([announcement, &body].concat())
}

pub(super) fn encode_hz(text: &str) -> Result<Vec<u8>, Unmappable> {
    let bytes = encode(text, b"~}", |c| {
        cell(GBK, c).map(|code| (&b"~{"[..], Bytes::new(&code)))
    })?;
    Ok(bytes)
}

pub(super) fn encode_iso_2022_jp(text: &str) -> Result<Vec<u8>, Unmappable> {
    encode(text, b"\x1B(B", |c| match c {
        '¥' => Some((b"\x1B(J", Bytes::new(b"\\"))),
        '‾' => Some((b"\x1B(J", Bytes::new(b"~"))),
        '｡'..='ﾟ' => Some((
            b"\x1B(I",
            Bytes::new(&[(c as u32 - '｡' as u32) as u8 + 0x21]),
        )),
        _ => cell(EUC_JP, c).map(|code| (&b"\x1B$B"[..], Bytes::new(&code))),
    })
}

/// Encodes ASCII as itself after `back`, and the rest as a function says: its
/// shift sequence and bytes.
fn encode(
    text: &str,
    back: &'static [u8],
    code: impl Fn(char) -> Option<(&'static [u8], Bytes)>,
) -> Result<Vec<u8>, Unmappable> {
    let mut bytes = Vec::with_capacity(text.len() + 8);
    let mut state = back;
    for (at, ch) in text.char_indices() {
        let (shift, code) = match u8::try_from(ch) {
            Ok(byte @ 0..=0x7F) => (back, Bytes::new(&[byte])),
            _ => code(ch).ok_or(Unmappable { at, ch })?,
        };
        if shift != state {
            bytes.extend_from_slice(shift);
            state = shift;
        }
        bytes.extend_from_slice(&code);
        // HZ's tilde.
        if ch == '~' && back == b"~}" {
            bytes.push(b'~');
        }
    }
    if state != back {
        bytes.extend_from_slice(back);
    }
    Ok(bytes)
}
