//! Text to bytes.

use std::fmt;

use encoding_rs::EncoderResult;

use super::codec::Codec;
use super::{Charset, unicode};

/// A character that a charset lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmappable {
    /// Where it is in the text, in bytes.
    pub at: usize,
    /// The character.
    pub ch: char,
}

impl fmt::Display for Unmappable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {:?} in this charset (offset {})", self.ch, self.at)
    }
}

impl std::error::Error for Unmappable {}

pub(super) fn encode(charset: Charset, text: &str) -> Result<Vec<u8>, Unmappable> {
    match charset.entry().codec {
        Codec::SingleByte => text
            .char_indices()
            .map(|(at, ch)| charset.byte(ch).ok_or(Unmappable { at, ch }))
            .collect(),
        Codec::MultiByte(kind) => kind.encode(text),
        Codec::Utf8 => Ok(text.as_bytes().to_vec()),
        Codec::Cesu8 => Ok(unicode::encode_cesu8(text)),
        Codec::Utf16 { big } => Ok(unicode::encode_utf16(text, big)),
        Codec::Utf32 { big } => Ok(unicode::encode_utf32(text, big)),
        Codec::Utf7 => Ok(unicode::encode_utf7(text)),
        Codec::Iso2022Jp => checked(charset, text, encode_iso_2022_jp(text)?),
    }
}

fn encode_iso_2022_jp(text: &str) -> Result<Vec<u8>, Unmappable> {
    let mut encoder = encoding_rs::ISO_2022_JP.new_encoder();
    let mut bytes = Vec::with_capacity(text.len() * 2 + 16);
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        at += read;
        match result {
            EncoderResult::InputEmpty => return Ok(bytes),
            EncoderResult::OutputFull => bytes.reserve(rest.len() + 16),
            EncoderResult::Unmappable(ch) => {
                return Err(Unmappable {
                    at: at.saturating_sub(ch.len_utf8()),
                    ch,
                });
            }
        }
    }
}

/// The bytes, if they decode to the text again: the standard's ISO-2022-JP
/// encoder writes half-width `ｶ` as full-width `カ`.
fn checked(charset: Charset, text: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Unmappable> {
    let (decoded, _) = charset.decode(&bytes);
    let mut others = decoded.chars();
    match text
        .char_indices()
        .find(|&(_, ch)| others.next() != Some(ch))
    {
        Some((at, ch)) => Err(Unmappable { at, ch }),
        None => Ok(bytes),
    }
}
