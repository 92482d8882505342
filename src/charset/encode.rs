//! Text to bytes.

use std::fmt;

use super::codec::Codec;
use super::{Charset, shifted, unicode, utf7};

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
        Codec::SingleByte => {
            let code = |(at, ch)| encode_byte(charset, ch).ok_or(Unmappable { at, ch });
            text.char_indices().map(code).collect()
        }
        Codec::MultiByte(kind) => kind.encode(text),
        Codec::Utf8 => Ok(text.as_bytes().to_vec()),
        Codec::Cesu8 => Ok(unicode::encode_cesu8(text)),
        Codec::Utf16 { big } => Ok(unicode::encode_utf16(text, big)),
        Codec::Utf32 { big } => Ok(unicode::encode_utf32(text, big)),
        Codec::Utf7 => Ok(utf7::encode(text)),
        Codec::Iso2022Jp => checked(charset, text, shifted::encode_iso_2022_jp(text)?),
        Codec::Iso2022Kr => checked(charset, text, shifted::encode_iso_2022_kr(text)?),
        Codec::Hz => checked(charset, text, shifted::encode_hz(text)?),
    }
}

/// The byte that decodes to a character, which is more than showing as it: AA in
/// windows-1253 shows as U+F8F9 on Windows only.
fn encode_byte(charset: Charset, ch: char) -> Option<u8> {
    let byte = charset.byte(ch)?;
    let table = charset.decode_table()?;
    (table[usize::from(byte)] == ch).then_some(byte)
}

/// The bytes, if they decode to the text again: an escape character in the text
/// would not.
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
