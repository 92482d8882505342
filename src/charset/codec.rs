//! How the charsets that are not single-byte are decoded.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{DecoderResult, Encoding};

use super::multi_byte::MultiByte;
use super::{Malformed, shifted, unicode, utf7};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    SingleByte,
    /// One to four bytes a character, without state.
    MultiByte(MultiByte),
    Utf8,
    Cesu8,
    Utf16 {
        big: bool,
    },
    Utf32 {
        big: bool,
    },
    Utf7,
    Iso2022Jp,
    Iso2022Kr,
    Hz,
}

impl Codec {
    pub(super) fn is_ascii_compatible(self) -> bool {
        matches!(self, Codec::Utf8 | Codec::Cesu8 | Codec::MultiByte(_))
    }

    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        match self {
            // Single-byte charsets are decoded by their tables.
            Codec::SingleByte => (Cow::Borrowed(""), Vec::new()),
            Codec::MultiByte(kind) => kind.decode(bytes),
            Codec::Utf8 => unicode::decode_utf8(bytes),
            Codec::Cesu8 => unicode::decode_cesu8(bytes),
            Codec::Utf16 { big: false } => by_encoding(encoding_rs::UTF_16LE, bytes),
            Codec::Utf16 { big: true } => by_encoding(encoding_rs::UTF_16BE, bytes),
            Codec::Utf32 { big } => unicode::decode_utf32(bytes, big),
            Codec::Utf7 => utf7::decode(bytes),
            Codec::Iso2022Jp => by_encoding(encoding_rs::ISO_2022_JP, bytes),
            Codec::Iso2022Kr => shifted::decode_iso_2022_kr(bytes),
            Codec::Hz => shifted::decode_hz(bytes),
        }
    }
}

/// Decodes with `encoding_rs`, which tells only by length where the malformed
/// bytes are.
pub(super) fn by_encoding<'b>(
    encoding: &'static Encoding,
    bytes: &'b [u8],
) -> (Cow<'b, str>, Vec<Malformed>) {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return (text, Vec::new());
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = Output::with_capacity(bytes.len() + bytes.len() / 2 + 8);
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read) =
            decoder.decode_to_string_without_replacement(rest, &mut out.text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return out.finish(),
            DecoderResult::OutputFull => out.text.reserve(rest.len() + 16),
            DecoderResult::Malformed(bad, good_after) => {
                let end = at.saturating_sub(usize::from(good_after));
                let start = end.saturating_sub(usize::from(bad));
                out.malformed(start..end);
            }
        }
    }
}

/// A text in the making, and what was malformed.
#[derive(Default)]
pub(super) struct Output {
    pub(super) text: String,
    malformed: Vec<Malformed>,
}

impl Output {
    pub(super) fn with_capacity(len: usize) -> Self {
        Output {
            text: String::with_capacity(len),
            malformed: Vec::new(),
        }
    }

    pub(super) fn malformed(&mut self, bytes: Range<usize>) {
        self.malformed.push(Malformed {
            bytes,
            at: self.text.len(),
        });
        self.text.push('\u{FFFD}');
    }

    pub(super) fn finish<'b>(self) -> (Cow<'b, str>, Vec<Malformed>) {
        (Cow::Owned(self.text), self.malformed)
    }
}
