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
        match self.decoder {
            Decoder::Web(encoding) => by_encoding(encoding, bytes),
            Decoder::Code(decode_code) => by_code(decode_code, bytes),
        }
    }

    /// The character of a code, if these bytes are one.
    pub(super) fn decode_code(self, code: &[u8]) -> Option<char> {
        self.decoder.decode_code(code)
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

    pub(super) fn unread(self, c: char, found: &mut Unread) {
        for code in self.codes(c).chain(self.four_byte_code(c)) {
            found.push(Bytes::from_code(code));
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

    /// Calls with every code of up to four bytes and its character, but for
    /// GB18030's of four; short codes first.
    fn for_each_code(self, mut call: impl FnMut(char, u32)) {
        let mut visit = |code: &[u8]| {
            let char = self.decode_code(code);
            char.inspect(|&char| call(char, number(code))).is_some()
        };
        for lead in 0..=0xFF {
            if !visit(&[lead]) {
                for trail in 0..=0xFF {
                    visit(&[lead, trail]);
                }
            }
        }
        let prefixes: &[&[u8]] = match self {
            // JIS X 0212.
            Decoder::Web(encoding) if encoding == encoding_rs::EUC_JP => &[b"\x8F"],
            Decoder::Web(_) => &[],
            // Planes 1 and 2 of CNS 11643.
            Decoder::Code(_) => &[b"\x8E\xA1", b"\x8E\xA2"],
        };
        for prefix in prefixes {
            for row in 0xA1..=0xFE {
                for cell in 0xA1..=0xFE {
                    visit(&[prefix, &[row, cell][..]].concat());
                }
            }
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

/// From characters to codes, the bytes of a code as a big-endian number.
pub(super) struct Inverse {
    /// Pages of 256 code points, number 0 the empty one.
    page_of: Vec<u16>,
    pages: Vec<[u32; 256]>,
    /// Further codes of a character, sorted.
    duplicates: Vec<(char, u32)>,
}

impl Inverse {
    fn new(decoder: Decoder) -> Self {
        let mut inverse = Inverse {
            page_of: vec![0; 0x1100],
            pages: vec![[0; 256]],
            duplicates: Vec::new(),
        };
        decoder.for_each_code(|char, code| inverse.insert(char, code));
        inverse.duplicates.sort_unstable();
        inverse.prefer_canonical(decoder);
        inverse
    }

    /// U+0000 aside, whose code 0 looks like none: see [`codes`](Inverse::codes).
    fn insert(&mut self, char: char, code: u32) {
        let (high, low) = split(char);
        let Some(page) = self.page_of.get_mut(high) else {
            return;
        };
        if *page == 0 {
            *page = self.pages.len() as u16;
            self.pages.push([0; 256]);
        }
        let slot = &mut self.pages[usize::from(*page)][low];
        if *slot == 0 {
            *slot = code;
        } else {
            self.duplicates.push((char, code));
        }
    }

    /// Puts the code that `encoding_rs` encodes to first.
    fn prefer_canonical(&mut self, decoder: Decoder) {
        for duplicate in &mut self.duplicates {
            if decoder.encoder_code(duplicate.0) == Some(duplicate.1) {
                let (high, low) = split(duplicate.0);
                let page = usize::from(self.page_of[high]);
                std::mem::swap(&mut duplicate.1, &mut self.pages[page][low]);
            }
        }
        self.duplicates.sort_unstable();
    }

    /// A character's codes, the canonical one first.
    fn codes(&self, c: char) -> impl Iterator<Item = u32> + '_ {
        let (high, low) = split(c);
        let page = self.page_of.get(high).copied().unwrap_or(0);
        let first = self.pages[usize::from(page)][low];
        let start = self.duplicates.partition_point(|entry| entry.0 < c);
        let duplicates = self.duplicates[start..]
            .iter()
            .take_while(move |entry| entry.0 == c);
        let first = (first != 0 || c == '\0').then_some(first);
        first.into_iter().chain(duplicates.map(|entry| entry.1))
    }
}

fn split(c: char) -> (usize, usize) {
    let code = u32::from(c) as usize;
    (code >> 8, code & 0xFF)
}
