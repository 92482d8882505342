//! How the charsets that are not single-byte are decoded.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding};

use super::multi_byte::MultiByte;
use super::{Malformed, unicode};

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
            Codec::Utf7 => unicode::decode_utf7(bytes),
            Codec::Iso2022Jp => by_encoding(encoding_rs::ISO_2022_JP, bytes),
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
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2 + 8);
    let mut malformed = Vec::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return (Cow::Owned(text), malformed),
            DecoderResult::OutputFull => text.reserve(rest.len() + 16),
            DecoderResult::Malformed(bad, good_after) => {
                let end = at.saturating_sub(usize::from(good_after));
                let start = end.saturating_sub(usize::from(bad));
                malformed.push(Malformed {
                    bytes: start..end,
                    at: text.len(),
                });
                text.push('\u{FFFD}');
            }
        }
    }
}
