//! Single-byte charsets: a table from bytes to characters for each, and the order
//! of these, to find the byte of a character.

use std::borrow::Cow;

use super::codec::Output;
use super::tables::{self, Row};
use super::{Charset, Malformed};

/// How many of the charsets are single-byte; theirs are the lowest indices.
pub const SINGLE_BYTE_COUNT: usize = tables::COUNT;

/// What each byte shows as, by charset.
pub(super) static CHARS: [[char; 256]; SINGLE_BYTE_COUNT] = {
    let mut all = [['\0'; 256]; SINGLE_BYTE_COUNT];
    let mut row = 0;
    while row < SINGLE_BYTE_COUNT {
        all[row] = chars(&tables::ROWS[row]);
        row += 1;
    }
    all
};

const ASCII: [char; 256] = {
    let mut chars = ['\0'; 256];
    let mut byte = 0;
    while byte < 256 {
        chars[byte] = byte as u8 as char;
        byte += 1;
    }
    chars
};

/// Unpacks a row: the characters of the upper half or of all bytes.
const fn chars(row: &Row) -> [char; 256] {
    let mut chars = ASCII;
    let text = row.chars.as_bytes();
    let mut byte = 256 - char_count(text);
    let mut at = 0;
    while at < text.len() {
        let (char, len) = first_char(text, at);
        chars[byte] = char;
        at += len;
        byte += 1;
    }
    // 81 in windows-1252 shows as U+0081. In EBCDIC the numbers mean nothing.
    let mut byte = 0x80;
    while byte < 0xA0 && chars[0x41] == 'A' {
        if chars[byte] == '\u{FFFD}' {
            chars[byte] = byte as u8 as char;
        }
        byte += 1;
    }
    chars
}

const fn char_count(text: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        count += (text[at] & 0xC0 != 0x80) as usize;
        at += 1;
    }
    count
}

/// The character of one to three UTF-8 bytes at an offset, and their number.
const fn first_char(text: &[u8], at: usize) -> (char, usize) {
    let lead = text[at] as u32;
    let (code, len) = if lead < 0x80 {
        (lead, 1)
    } else if lead < 0xE0 {
        ((lead & 0x1F) << 6 | text[at + 1] as u32 & 0x3F, 2)
    } else {
        let middle = text[at + 1] as u32 & 0x3F;
        (
            (lead & 0x0F) << 12 | middle << 6 | text[at + 2] as u32 & 0x3F,
            3,
        )
    };
    match char::from_u32(code) {
        Some(char) => (char, len),
        None => ('\u{FFFD}', len),
    }
}

pub(super) fn is_ascii_compatible(row: usize) -> bool {
    CHARS
        .get(row)
        .is_some_and(|chars| chars[..128] == ASCII[..128])
}

pub(super) fn decode(row: usize, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    let Some(chars) = CHARS.get(row) else {
        return (Cow::Borrowed(""), Vec::new());
    };
    let ascii = if is_ascii_compatible(row) {
        ascii_prefix(bytes)
    } else {
        ""
    };
    if ascii.len() == bytes.len() {
        return (Cow::Borrowed(ascii), Vec::new());
    }
    let mut out = Output::with_capacity(bytes.len() + bytes.len() / 2);
    out.text.push_str(ascii);
    let mut at = ascii.len();
    // The table of UTF-8 pays from here on.
    let units = (bytes.len() - at >= 512).then(|| chars.map(unit));
    for chunk in bytes[at..].chunks(CHUNK) {
        if !units
            .as_ref()
            .is_some_and(|units| append(chunk, units, &mut out.text))
        {
            for (at, &byte) in (at..).zip(chunk) {
                match chars[usize::from(byte)] {
                    '\u{FFFD}' => out.malformed(at..at + 1),
                    char => out.text.push(char),
                }
            }
        }
        at += chunk.len();
    }
    out.finish()
}

const CHUNK: usize = 1024;

/// A character in UTF-8, and at the end its length; 0 for U+FFFD.
fn unit(char: char) -> [u8; 4] {
    let mut unit = [0; 4];
    if char != '\u{FFFD}' {
        unit[3] = char.encode_utf8(&mut unit).len() as u8;
    }
    unit
}

/// Appends a chunk's text, unless a byte is undefined. Without a branch: four
/// bytes are written for each character, the next one overwrites the surplus.
fn append(chunk: &[u8], units: &[[u8; 4]; 256], text: &mut String) -> bool {
    let mut utf8 = [0; CHUNK * 3 + 1];
    let (mut len, mut all_defined) = (0, true);
    for &byte in chunk {
        let unit = units[usize::from(byte)];
        if let Some(place) = utf8.get_mut(len..len + 4) {
            place.copy_from_slice(&unit);
        }
        len += usize::from(unit[3]);
        all_defined &= unit[3] != 0;
    }
    match std::str::from_utf8(&utf8[..len]) {
        Ok(utf8) if all_defined => text.push_str(utf8),
        _ => return false,
    }
    true
}

fn ascii_prefix(bytes: &[u8]) -> &str {
    let len = bytes.iter().position(|byte| !byte.is_ascii());
    std::str::from_utf8(&bytes[..len.unwrap_or(bytes.len())]).unwrap_or_default()
}

/// The bytes of each charset in the order of what they show as.
static ORDER: [[u8; 256]; SINGLE_BYTE_COUNT] = {
    let mut all = [[0; 256]; SINGLE_BYTE_COUNT];
    let mut row = 0;
    while row < SINGLE_BYTE_COUNT {
        let (chars, order) = (&CHARS[row], &mut all[row]);
        let mut byte = 0;
        while byte < 256 {
            let mut at = byte;
            while at > 0 && chars[order[at - 1] as usize] as u32 > chars[byte] as u32 {
                order[at] = order[at - 1];
                at -= 1;
            }
            order[at] = byte as u8;
            byte += 1;
        }
        row += 1;
    }
    all
};

/// The bytes that show as a character, the canonical one first: Mac Arabic has `!`
/// twice, 21 from left to right, A1 from right to left.
pub(super) fn bytes(charset: Charset, c: char) -> impl Iterator<Item = u8> {
    let row = charset.index();
    let table = CHARS
        .get(row)
        .zip(ORDER.get(row))
        .filter(|_| c != '\u{FFFD}');
    let shown = table.into_iter().flat_map(move |(chars, order)| {
        let start = order.partition_point(|&byte| chars[usize::from(byte)] < c);
        let bytes = order[start..].iter().copied();
        bytes.take_while(move |&byte| chars[usize::from(byte)] == c)
    });
    let elsewhere = charset
        .shown_elsewhere()
        .iter()
        .filter(move |(_, other)| *other == c);
    shown.chain(elsewhere.map(|&(byte, _)| byte))
}
