//! Single-byte charsets: one table from bytes to characters for all of them,
//! and one index from characters back to bytes.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::Malformed;
use super::codec::Output;
use super::tables::{self, Row};
use super::variants;

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

pub(super) fn bytes_in_all(c: char) -> Option<&'static [u8; SINGLE_BYTE_COUNT]> {
    INDEX.bytes(c)
}

/// The bytes that show as a character besides the first.
pub(super) fn further_bytes(charset: usize, c: char) -> impl Iterator<Item = u8> {
    let same = move |&&(other, shown, _): &&(usize, char, u8)| (other, shown) == (charset, c);
    INDEX.further.iter().filter(same).map(|&(.., byte)| byte)
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// From a character to its byte in every charset: its page of 256 code points
/// tells its row of bytes. Number 0 is the page, and the row, that is empty.
struct Index {
    page_of: [u8; 256],
    pages: Vec<[u16; 256]>,
    rows: Vec<[u8; SINGLE_BYTE_COUNT]>,
    /// Mac Arabic has `!` twice: 21 from left to right, A1 from right to left.
    further: Vec<(usize, char, u8)>,
}

impl Index {
    fn new() -> Self {
        let mut index = Index {
            page_of: [0; 256],
            pages: vec![[0; 256]],
            rows: vec![[0; SINGLE_BYTE_COUNT]],
            further: Vec::new(),
        };
        for (charset, chars) in CHARS.iter().enumerate() {
            for (byte, &char) in (0..=255u8).zip(chars) {
                if char != '\u{FFFD}' {
                    index.insert(charset, char, byte);
                }
            }
        }
        for (charset, others) in variants::SINGLE_BYTE {
            for &(byte, char) in others {
                index.insert(charset.index(), char, byte);
            }
        }
        index
    }

    /// Adds a character's byte; the first one stays.
    fn insert(&mut self, charset: usize, char: char, byte: u8) {
        // No single-byte charset goes beyond the Basic Multilingual Plane, so
        // there are at most 256 pages and 65,536 rows.
        let [high, low] = (char as u32 as u16).to_be_bytes().map(usize::from);
        if self.page_of[high] == 0 {
            self.page_of[high] = self.pages.len() as u8;
            self.pages.push([0; 256]);
        }
        let row = &mut self.pages[usize::from(self.page_of[high])][low];
        if *row == 0 {
            *row = self.rows.len() as u16;
            self.rows.push([0; SINGLE_BYTE_COUNT]);
        }
        let slot = &mut self.rows[usize::from(*row)][charset];
        if *slot == 0 {
            *slot = byte;
        } else {
            self.further.push((charset, char, byte));
        }
    }

    fn bytes(&self, c: char) -> Option<&[u8; SINGLE_BYTE_COUNT]> {
        let code = u16::try_from(u32::from(c)).ok()?;
        let [high, low] = code.to_be_bytes().map(usize::from);
        let row = self.pages[usize::from(self.page_of[high])][low];
        (row != 0).then(|| &self.rows[usize::from(row)])
    }
}
