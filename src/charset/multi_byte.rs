//! Multi-byte charsets without shift states: one to four bytes a character,
//! decoded by `encoding_rs`.
//!
//! Its encoders are no inverses of its decoders: they leave out Hong Kong's part
//! of Big5, the three-byte part of EUC-JP and all duplicates, and write `&#20013;`
//! for what they lack. So each charset's *inverse* is made, on first use, by
//! decoding every code there is.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::codec::by_encoding;
use super::unread::{Bytes, Unread};
use super::{Malformed, Unmappable};

/// One of the multi-byte charsets.
#[derive(Clone, Copy)]
pub(super) struct MultiByte {
    encoding: &'static Encoding,
    inverse: &'static LazyLock<Inverse>,
    /// Whether what has no shorter code has one of four bytes (GB18030).
    four_bytes: bool,
}

impl PartialEq for MultiByte {
    fn eq(&self, other: &Self) -> bool {
        self.encoding == other.encoding
    }
}

impl Eq for MultiByte {}

macro_rules! multi_byte {
    ($($name:ident $encoding:ident $four_bytes:literal;)*) => {$(
        pub(super) const $name: MultiByte = {
            static INVERSE: LazyLock<Inverse> =
                LazyLock::new(|| Inverse::new(&encoding_rs::$encoding));
            MultiByte { encoding: &encoding_rs::$encoding, inverse: &INVERSE, four_bytes: $four_bytes }
        };
    )*};
}

multi_byte! {
    GBK GBK_INIT false;
    GB18030 GB18030_INIT true;
    BIG5 BIG5_INIT false;
    SHIFT_JIS SHIFT_JIS_INIT false;
    EUC_JP EUC_JP_INIT false;
    EUC_KR EUC_KR_INIT false;
}

impl MultiByte {
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        by_encoding(self.encoding, bytes)
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
            let code = self.inverse.codes(ch).next();
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
        let code = encoder_code(self.encoding, c)?;
        (decode_code(self.encoding, &code.to_be_bytes()) == Some(c)).then_some(code)
    }
}

pub(super) fn unread(kind: MultiByte, c: char, found: &mut Unread) {
    let four_bytes = kind.four_byte_code(c);
    for code in kind.inverse.codes(c).chain(four_bytes) {
        found.push(Bytes::from_code(code));
    }
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
    fn new(encoding: &'static Encoding) -> Self {
        let mut inverse = Inverse {
            page_of: vec![0; 0x1100],
            pages: vec![[0; 256]],
            duplicates: Vec::new(),
        };
        for_each_code(encoding, |char, code| inverse.insert(char, code));
        inverse.duplicates.sort_unstable();
        inverse.prefer_canonical(encoding);
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
    fn prefer_canonical(&mut self, encoding: &'static Encoding) {
        for duplicate in &mut self.duplicates {
            if encoder_code(encoding, duplicate.0) == Some(duplicate.1) {
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

/// Calls with every code of one to three bytes and its character.
fn for_each_code(encoding: &'static Encoding, mut call: impl FnMut(char, u32)) {
    let mut visit = |code: &[u8]| {
        let char = decode_code(encoding, code);
        let number = code
            .iter()
            .fold(0, |number, &byte| number << 8 | u32::from(byte));
        char.inspect(|&char| call(char, number)).is_some()
    };
    for lead in 0..=0xFF {
        if visit(&[lead]) {
            continue;
        }
        for trail in 0..=0xFF {
            visit(&[lead, trail]);
        }
        if encoding == encoding_rs::EUC_JP && lead == 0x8F {
            for (second, third) in (0xA1..=0xFE).flat_map(|b| (0xA1..=0xFE).map(move |c| (b, c))) {
                visit(&[lead, second, third]);
            }
        }
    }
}

/// The character of a code, if these bytes are one.
fn decode_code(encoding: &'static Encoding, code: &[u8]) -> Option<char> {
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
fn encoder_code(encoding: &'static Encoding, c: char) -> Option<u32> {
    let mut bytes = [0; 16];
    let (result, _, len) = encoding.new_encoder().encode_from_utf8_without_replacement(
        c.encode_utf8(&mut [0; 4]),
        &mut bytes,
        true,
    );
    let code = bytes.get(..len)?;
    let number = code
        .iter()
        .fold(0, |number, &byte| number << 8 | u32::from(byte));
    (result == EncoderResult::InputEmpty && (1..=4).contains(&len)).then_some(number)
}
