//! Multi-byte charsets without shift states: one to four bytes a character.
//!
//! Most are decoded by `encoding_rs`, whose encoders are no inverses of its
//! decoders: they leave out Hong Kong's part of Big5, the three-byte part of
//! EUC-JP and all duplicates, and write `&#20013;` for what they lack. So each
//! charset's *inverse* is made, on first use, by decoding every code there is. A
//! *code* is the bytes of one character.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::codec::{Output, by_encoding};
use super::unread::{Bytes, Unread};
use super::{Malformed, Unmappable, euc_tw, johab};

/// One of the multi-byte charsets.
#[derive(Clone, Copy)]
pub(super) struct MultiByte {
    decoder: Decoder,
    inverse: &'static LazyLock<Inverse>,
    /// Whether what has no shorter code has one of four bytes (GB18030).
    four_bytes: bool,
}

#[derive(Clone, Copy)]
enum Decoder {
    Web(&'static Encoding),
    /// Ours: the character of a code.
    Code(fn(&[u8]) -> Option<char>),
}

impl PartialEq for MultiByte {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.inverse, other.inverse)
    }
}

impl Eq for MultiByte {}

macro_rules! multi_byte {
    ($($name:ident $four_bytes:literal $decoder:expr;)*) => {$(
        pub(super) const $name: MultiByte = {
            static INVERSE: LazyLock<Inverse> = LazyLock::new(|| Inverse::new($decoder));
            MultiByte { decoder: $decoder, inverse: &INVERSE, four_bytes: $four_bytes }
        };
    )*};
}

multi_byte! {
    GBK false Decoder::Web(&encoding_rs::GBK_INIT);
    GB18030 true Decoder::Web(&encoding_rs::GB18030_INIT);
    BIG5 false Decoder::Web(&encoding_rs::BIG5_INIT);
    SHIFT_JIS false Decoder::Web(&encoding_rs::SHIFT_JIS_INIT);
    EUC_JP false Decoder::Web(&encoding_rs::EUC_JP_INIT);
    EUC_KR false Decoder::Web(&encoding_rs::EUC_KR_INIT);
    EUC_TW false Decoder::Code(euc_tw::decode_code);
    JOHAB false Decoder::Code(johab::decode_code);
}

impl MultiByte {
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        self.decoder.decode(bytes)
    }

    /// The character of a code, if these bytes are one.
    pub(super) fn decode_code(self, code: &[u8]) -> Option<char> {
        self.decoder.decode_code(code)
    }

    /// The character of a code of one byte or two. As [`Self::decode_code`], but
    /// looked up.
    pub(super) fn lookup(self, code: &[u8]) -> Option<char> {
        let found = match code {
            [a @ 0x80..=0xff] => self.inverse.singles[usize::from(*a)],
            [a @ 0x80..=0xff, b] => {
                self.inverse.pairs[(usize::from(*a) - 0x80) << 8 | usize::from(*b)]
            }
            _ => OTHER,
        };
        match found {
            0 => None,
            OTHER => self.decode_code(code),
            n => char::from_u32(n.into()),
        }
    }

    /// A character's codes, the canonical one first, but for GB18030's of four
    /// bytes.
    pub(super) fn codes(self, c: char) -> impl Iterator<Item = u32> {
        self.inverse.codes(c)
    }

    pub(super) fn encode(self, text: &str) -> Result<Vec<u8>, Unmappable> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(ch) = rest.chars().next() {
            let at = text.len() - rest.len();
            if let Some((pair, code)) = self.pair(rest) {
                bytes.extend_from_slice(&code.to_be_bytes());
                rest = &rest[pair.len()..];
                continue;
            }
            let code = self.codes(ch).next();
            let code = code
                .or_else(|| self.four_byte_code(ch))
                .ok_or(Unmappable { at, ch })?;
            bytes.extend_from_slice(&Bytes::from_code(code));
            rest = &rest[ch.len_utf8()..];
        }
        Ok(bytes)
    }

    /// Big5's four codes that are a letter and a combining mark.
    fn pair(self, text: &str) -> Option<(&'static str, u16)> {
        const PAIRS: [(&str, u16); 4] = [
            ("Ê\u{304}", 0x8862),
            ("Ê\u{30C}", 0x8864),
            ("ê\u{304}", 0x88A3),
            ("ê\u{30C}", 0x88A5),
        ];
        if !text.starts_with(['Ê', 'ê']) || self != BIG5 {
            return None;
        }
        PAIRS.into_iter().find(|(pair, _)| text.starts_with(pair))
    }

    fn four_byte_code(self, c: char) -> Option<u32> {
        if !self.four_bytes {
            return None;
        }
        let code = self.decoder.encoder_code(c)?;
        (self.decode_code(&Bytes::from_code(code)) == Some(c)).then_some(code)
    }

    /// The code of a character that has but one, or 0 of one that has none.
    pub(super) fn only_code(self, c: char) -> Option<u32> {
        let (high, low) = split(c);
        let code = self.inverse.pages[usize::from(self.inverse.page_of[high])][low];
        let has_more = code & DUPLICATED != 0 || code == 0 && self.four_bytes;
        (!has_more).then_some(code)
    }

    pub(super) fn unread(self, c: char, found: &mut Unread) {
        self.inverse
            .for_each_code_of(c, |code| found.push(Bytes::from_code(code)));
        if found.is_empty() {
            found.extend(self.four_byte_code(c).map(Bytes::from_code));
        }
    }
}

impl Decoder {
    fn decode_code(self, code: &[u8]) -> Option<char> {
        let encoding = match self {
            Decoder::Web(encoding) => encoding,
            Decoder::Code(decode_code) => return decode_code(code),
        };
        let mut utf8 = [0; 16];
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let (result, _, len) = decoder.decode_to_utf8_without_replacement(code, &mut utf8, true);
        let mut chars = std::str::from_utf8(utf8.get(..len)?).ok()?.chars();
        match (result, chars.next(), chars.next()) {
            (DecoderResult::InputEmpty, Some(char), None) => Some(char),
            _ => None,
        }
    }

    /// The code that `encoding_rs` encodes a character to.
    fn encoder_code(self, c: char) -> Option<u32> {
        let Decoder::Web(encoding) = self else {
            return None;
        };
        let (mut utf8, mut bytes) = ([0; 4], [0; 16]);
        let (result, _, len) = encoding.new_encoder().encode_from_utf8_without_replacement(
            c.encode_utf8(&mut utf8),
            &mut bytes,
            true,
        );
        let exact = result == EncoderResult::InputEmpty && (1..=4).contains(&len);
        exact.then(|| number(&bytes[..len]))
    }

    fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        match self {
            Decoder::Web(encoding) => by_encoding(encoding, bytes),
            Decoder::Code(decode_code) => by_code(decode_code, bytes),
        }
    }

    /// Calls with every code and its character, but for GB18030's of four bytes;
    /// short codes first.
    fn for_each_code(self, mut call: impl FnMut(char, u32)) {
        // All in one go, a line each: a call for each would take ten times as
        // long. No charset has a newline within a code, so that a bad code spoils
        // no other line.
        let mut lines = Vec::new();
        for lead in 0..=0xFF {
            match self.decode_code(&[lead]) {
                Some(char) => call(char, lead.into()),
                None => (0x30..=0xFF).for_each(|trail| lines.extend([lead, trail, b'\n'])),
            }
        }
        for prefix in self.prefixes() {
            for (row, cell) in (0xA1..=0xFE).flat_map(|row| (0xA1..=0xFE).map(move |c| (row, c))) {
                lines.extend_from_slice(prefix);
                lines.extend([row, cell, b'\n']);
            }
        }
        let text = match self {
            Decoder::Web(encoding) => encoding.decode_without_bom_handling(&lines).0,
            Decoder::Code(_) => self.decode(&lines).0,
        };
        let mut chars = text.chars();
        for code in lines.split(|&byte| byte == b'\n') {
            let mut line = chars.by_ref().take_while(|&char| char != '\n');
            if let (Some(char), None) = (line.next(), line.next())
                && char != '\u{FFFD}'
            {
                call(char, number(code));
            }
            // What is left of a bad one.
            line.for_each(drop);
        }
    }

    /// What comes before a cell of 94 × 94 in codes of more than two bytes.
    fn prefixes(self) -> &'static [&'static [u8]] {
        match self {
            // JIS X 0212.
            Decoder::Web(encoding) if encoding == encoding_rs::EUC_JP => &[b"\x8F"],
            Decoder::Web(_) => &[],
            // Planes 1 and 2 of CNS 11643.
            Decoder::Code(_) => &[b"\x8E\xA1", b"\x8E\xA2"],
        }
    }
}

/// A code as a big-endian number.
fn number(code: &[u8]) -> u32 {
    code.iter()
        .fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// Decodes with a function for codes. As the WHATWG decoders do, takes a bad
/// lead byte alone, and an ASCII byte after a good one for itself.
fn by_code(decode_code: fn(&[u8]) -> Option<char>, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    let mut out = Output::with_capacity(bytes.len() * 2);
    let mut at = 0;
    while at < bytes.len() {
        let code = (1..=4).find_map(|len| {
            let char = decode_code(bytes.get(at..at + len)?)?;
            Some((char, len))
        });
        if let Some((char, len)) = code {
            out.text.push(char);
            at += len;
        } else {
            let pair = bytes[at] >= 0x84 && bytes.get(at + 1).is_some_and(|byte| !byte.is_ascii());
            let len = if pair { 2 } else { 1 };
            out.malformed(at..at + len);
            at += len;
        }
    }
    out.finish()
}

/// From characters to codes, the bytes of a code as a big-endian number, and from
/// short codes to characters.
pub(super) struct Inverse {
    /// Pages of 256 code points, number 0 the empty one.
    page_of: Vec<u16>,
    pages: Vec<[u32; 256]>,
    /// Further codes of the characters whose code has the `DUPLICATED` bit, sorted.
    duplicates: Vec<(char, u32)>,
    /// Characters by code, of one byte and of two; 0 where there is none.
    singles: [u16; 256],
    pairs: Vec<u16>,
}

/// Stands for a character beyond the basic plane. No text has U+FFFF.
const OTHER: u16 = 0xffff;

/// A bit that no code has: those of four bytes start with 8E.
const DUPLICATED: u32 = 1 << 30;

impl Inverse {
    fn new(decoder: Decoder) -> Self {
        let mut inverse = Inverse {
            page_of: vec![0; 0x1100],
            pages: vec![[0; 256]],
            duplicates: Vec::new(),
            singles: [0; 256],
            pairs: vec![0; 0x80 << 8],
        };
        decoder.for_each_code(|char, code| inverse.insert(char, code));
        for number in 0..inverse.duplicates.len() {
            inverse.prefer_canonical(number, decoder);
        }
        inverse.duplicates.sort_unstable();
        inverse
    }

    fn insert(&mut self, char: char, code: u32) {
        let short = u16::try_from(u32::from(char)).unwrap_or(OTHER);
        match code {
            0..0x100 => self.singles[code as usize] = short,
            0x8000..0x1_0000 => self.pairs[code as usize - 0x8000] = short,
            _ => {}
        }
        let (high, low) = split(char);
        if self.page_of[high] == 0 {
            self.page_of[high] = self.pages.len() as u16;
            self.pages.push([0; 256]);
        }
        match &mut self.pages[usize::from(self.page_of[high])][low] {
            slot @ 0 => *slot = code,
            slot => {
                *slot |= DUPLICATED;
                self.duplicates.push((char, code));
            }
        }
    }

    /// If a duplicate is the code that `encoding_rs` encodes to, puts it first.
    fn prefer_canonical(&mut self, number: usize, decoder: Decoder) {
        let (char, code) = self.duplicates[number];
        if decoder.encoder_code(char) == Some(code) {
            let (high, low) = split(char);
            let slot = &mut self.pages[usize::from(self.page_of[high])][low];
            self.duplicates[number].1 = *slot & !DUPLICATED;
            *slot = code | DUPLICATED;
        }
    }

    /// A character's codes, the canonical one first.
    fn codes(&self, c: char) -> impl Iterator<Item = u32> + '_ {
        let (high, low) = split(c);
        let slot = self.pages[usize::from(self.page_of[high])][low];
        let first = (slot != 0 || c == '\0').then_some(slot & !DUPLICATED);
        let others = if slot & DUPLICATED == 0 {
            &[]
        } else {
            self.duplicates_of(c)
        };
        first.into_iter().chain(others.iter().map(|entry| entry.1))
    }

    /// Calls with a character's codes, the canonical one first.
    fn for_each_code_of(&self, c: char, mut call: impl FnMut(u32)) {
        let (high, low) = split(c);
        let slot = self.pages[usize::from(self.page_of[high])][low];
        if slot != 0 || c == '\0' {
            call(slot & !DUPLICATED);
        }
        if slot & DUPLICATED != 0 {
            self.duplicates_of(c).iter().for_each(|entry| call(entry.1));
        }
    }

    fn duplicates_of(&self, c: char) -> &[(char, u32)] {
        let start = self.duplicates.partition_point(|entry| entry.0 < c);
        let len = self.duplicates[start..]
            .iter()
            .take_while(|entry| entry.0 == c)
            .count();
        &self.duplicates[start..start + len]
    }
}

/// A character's page, below 1100, and its place there.
fn split(c: char) -> (usize, usize) {
    let code = u32::from(c) as usize;
    (code >> 8, code & 0xFF)
}
