//! From a character that shows back to the bytes it may have come from.

use std::ops::{Deref, RangeInclusive};

use super::codec::Codec;
use super::{Charset, single_byte, variants};

/// The bytes of one character, at most seven; a slice of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bytes {
    bytes: [u8; 7],
    len: u8,
}

impl Bytes {
    /// The first seven of these bytes.
    pub(super) fn new(from: &[u8]) -> Self {
        let mut bytes = [0; 7];
        let len = from.len().min(bytes.len());
        bytes[..len].copy_from_slice(&from[..len]);
        Bytes {
            bytes,
            len: len as u8,
        }
    }

    /// A code of one to four bytes: 95B6 is the bytes 95 B6.
    pub(super) fn from_code(code: u32) -> Self {
        let bytes = code.to_be_bytes();
        let zeros = (code.leading_zeros() / 8).min(3) as usize;
        Bytes::new(&bytes[zeros..])
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Up to four byte sequences, see [`Charset::unread`]; a slice of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    candidates: [Bytes; 4],
    len: u8,
}

impl Unread {
    pub(super) fn push(&mut self, bytes: Bytes) {
        if let Some(slot) = self.candidates.get_mut(usize::from(self.len)) {
            *slot = bytes;
            self.len += 1;
        }
    }

    pub(super) fn extend(&mut self, candidates: impl IntoIterator<Item = Bytes>) {
        candidates.into_iter().for_each(|bytes| self.push(bytes));
    }
}

impl Deref for Unread {
    type Target = [Bytes];

    fn deref(&self) -> &[Bytes] {
        self.candidates
            .get(..usize::from(self.len))
            .unwrap_or_default()
    }
}

/// Ideographs and syllables: they are the same everywhere.
pub(super) const IDEOGRAPHS: RangeInclusive<char> = '\u{3400}'..='\u{d7ff}';

pub(super) fn unread(charset: Charset, c: char) -> Unread {
    let mut found = Unread::default();
    match charset.entry().codec {
        Codec::SingleByte => {
            found.extend(single_byte::bytes(charset, c).map(|byte| Bytes::new(&[byte])));
        }
        Codec::MultiByte(kind) => {
            kind.unread(c, &mut found);
            if !IDEOGRAPHS.contains(&c) {
                found.extend(variants::code(charset, c).map(Bytes::from_code));
            }
        }
        Codec::Utf8 | Codec::Cesu8 | Codec::Utf16 { .. } | Codec::Utf32 { .. } => {
            if let Ok(bytes) = charset.encode(c.encode_utf8(&mut [0; 4])) {
                found.push(Bytes::new(&bytes));
            }
        }
        Codec::Utf7 | Codec::Iso2022Jp | Codec::Iso2022Kr | Codec::Hz => {
            let mut utf8 = [0; 4];
            let bytes = c.encode_utf8(&mut utf8).as_bytes();
            if charset
                .decode_strict(bytes)
                .is_some_and(|text| text.chars().eq([c]))
            {
                found.push(Bytes::new(bytes));
            }
        }
    }
    found
}

pub(super) fn shows(charset: Charset, bytes: &[u8], text: &str) -> bool {
    let (shown, _) = charset.decode(bytes);
    if shown == text {
        return true;
    }
    // Not all alike: character by character. No candidate is the start of another.
    let mut rest = bytes;
    for c in text.chars() {
        let unread = unread(charset, c);
        let undefined =
            || c == '\u{FFFD}' && rest.first().is_some_and(|&byte| charset.is_undefined(byte));
        rest = match unread.iter().find(|code| rest.starts_with(code)) {
            Some(code) => &rest[code.len()..],
            None if undefined() => &rest[1..],
            None => return false,
        };
    }
    rest.is_empty()
}
