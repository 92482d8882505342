//! Every charset, both directions.
//!
//! A *charset* here is what a label such as `windows-1252` names: a set of
//! characters with their byte encoding. *Decoding* turns bytes into text,
//! *encoding* is its exact inverse. Both have a second use in this library:
//!
//! - *misreading*: bytes in one charset taken for another. UTF-8 `é` (C3 A9)
//!   misread in windows-1252 shows as `Ã©`;
//! - *unreading*: from what shows back to the bytes. `Ã` unread in windows-1252
//!   is C3.
//!
//! Charsets are exactly what their names say: `iso-8859-1` has control
//! characters in 80-9F, and is not the windows-1252 that the web takes it for
//! ([`Charset::for_web_label`] does).
//!
//! # Undefined bytes
//! Most single-byte charsets leave bytes undefined: 81 in windows-1252, AA in
//! windows-1253. One rule holds for all, that of the WHATWG standard and of
//! Windows: below A0 the byte shows as the control character of the same number
//! (U+0081), from A0 up as U+FFFD. EBCDIC charsets have U+FFFD throughout.
//! [`Charset::undefined`] lists these bytes for those who must know what other
//! programs dropped or refused (Python's codecs do).
//!
//! # Where programs differ
//! The WHATWG decoders (`encoding_rs`) are followed for the charsets they have.
//! Other programs show a few bytes otherwise: windows-1253 AA is U+F8F9 on
//! Windows, and 81 60 in Shift_JIS is `～` on the web but `〜` in Python's
//! `shift_jis` and Java. [`Charset::unread`] knows these too; what it has beyond
//! the standard is in `variants.rs`.

mod codec;
mod encode;
mod euc_tw;
mod euc_tw_runs;
mod johab;
mod labels;
mod multi_byte;
mod registry;
pub(crate) mod sequences;
mod shifted;
mod single_byte;
mod tables;
mod unicode;
mod unread;
mod utf7;
mod variants;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub use encode::Unmappable;
pub use single_byte::SINGLE_BYTE_COUNT;
pub use unread::{Bytes, Unread};

use codec::Codec;

/// A character set with its byte encoding.
///
/// ```
/// use unbake::Charset;
///
/// let cp850 = Charset::for_label("IBM850").unwrap();
/// assert_eq!(cp850.name(), "cp850");
/// assert_eq!(cp850.decode(b"caf\x82").0, "café");
/// assert_eq!(cp850.encode("café").unwrap(), b"caf\x82");
/// assert_eq!(Charset::WINDOWS_1252.misread("é".as_bytes()), "Ã©");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Charset(u8);

/// A piece of the input that means nothing in the charset, and the U+FFFD that
/// stands for it in the decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The bytes, as a span of the input.
    pub bytes: Range<usize>,
    /// Where in the text, in bytes, its U+FFFD is.
    pub at: usize,
}

impl Charset {
    /// Every charset: the single-byte ones first.
    pub fn all() -> impl ExactSizeIterator<Item = Charset> + DoubleEndedIterator + Clone {
        (0..registry::ENTRIES.len() as u8).map(Charset)
    }

    /// The charset's place in [`all`](Charset::all), from 0: below
    /// [`SINGLE_BYTE_COUNT`] for the single-byte charsets, and only for them.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The charset's own name, in lower case.
    ///
    /// For the charsets of the WHATWG standard that is its name there, but for
    /// `mac-roman` (`macintosh`), `mac-cyrillic` (`x-mac-cyrillic`) and `cp866`
    /// (`IBM866`), which are named as their siblings are.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The charset that a label names exactly.
    ///
    /// Knows the names of [`all`](Charset::all) charsets, the WHATWG labels, and
    /// the common ones of IANA, Python and ICU; case and punctuation don't
    /// matter. Where the web's meaning of a label is another than its own,
    /// `iso-8859-1`, `latin1`, `iso-8859-9`, `iso-8859-11` and `tis-620` mean
    /// themselves here; `ascii` still means windows-1252, a superset.
    ///
    /// ```
    /// use unbake::Charset;
    /// assert_eq!(Charset::for_label("Latin_1"), Some(Charset::ISO_8859_1));
    /// assert_eq!(Charset::for_web_label("Latin1"), Some(Charset::WINDOWS_1252));
    /// assert_eq!(Charset::for_label("klingon"), None);
    /// ```
    pub fn for_label(label: &str) -> Option<Charset> {
        labels::exact(label)
    }

    /// The charset that a label means in web pages (WHATWG Encoding Standard).
    ///
    /// Labels that the standard lacks (`cp437`), or turns off for security
    /// (`hz-gb-2312`), mean what they do in [`for_label`](Charset::for_label).
    pub fn for_web_label(label: &str) -> Option<Charset> {
        labels::web(label)
    }

    /// Whether every byte is a character of its own.
    pub fn is_single_byte(self) -> bool {
        self.entry().codec == Codec::SingleByte
    }

    /// Whether bytes below 80 that start a character are ASCII.
    ///
    /// In multi-byte charsets they may also be trail bytes (5C in Shift_JIS).
    /// Not so for UTF-16, UTF-32, EBCDIC and the escape-sequence charsets, nor
    /// strictly for viscii and tcvn, which have letters among the controls, and
    /// cp864, whose `%` is Arabic.
    pub fn is_ascii_compatible(self) -> bool {
        match self.entry().codec {
            Codec::SingleByte => single_byte::is_ascii_compatible(self.index()),
            codec => codec.is_ascii_compatible(),
        }
    }

    /// Decodes bytes as the charset's standard says, malformed ones to U+FFFD.
    ///
    /// A byte-order mark is text (U+FEFF) here: taking it off is for those who
    /// know the start of the input.
    ///
    /// ```
    /// use unbake::Charset;
    /// let (text, malformed) = Charset::UTF_8.decode(b"a\xFFb");
    /// assert_eq!(text, "a\u{FFFD}b");
    /// assert_eq!((malformed[0].bytes.clone(), malformed[0].at), (1..2, 1));
    /// ```
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        match self.entry().codec {
            Codec::SingleByte => single_byte::decode(self.index(), bytes),
            codec => codec.decode(bytes),
        }
    }

    /// Decodes bytes if none is malformed.
    pub fn decode_strict(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        if let Codec::MultiByte(kind) = self.entry().codec {
            return kind.decode_strict(bytes);
        }
        let (text, malformed) = self.decode(bytes);
        malformed.is_empty().then_some(text)
    }

    /// The one character that these bytes are; looked up in a charset of East Asia.
    pub(crate) fn character(self, code: &[u8]) -> Option<char> {
        if let Codec::MultiByte(kind) = self.entry().codec {
            return kind.lookup(code);
        }
        let text = self.decode_strict(code)?;
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    /// Calls with the last byte and the character of each two-byte code of this lead, in
    /// a multi-byte charset.
    pub(crate) fn for_each_of_lead(self, lead: u8, call: impl FnMut(u8, char)) {
        if let Codec::MultiByte(kind) = self.entry().codec {
            kind.for_each_of_row(lead, call);
        }
    }

    /// The bytes of an ideograph or a syllable, where a charset of East Asia has it
    /// but once: all that [`unread`](Charset::unread) has of it; a byte 0, where it
    /// does not have it.
    pub(crate) fn ideograph(self, c: char) -> Option<Bytes> {
        match self.entry().codec {
            Codec::MultiByte(kind) if unread::IDEOGRAPHS.contains(&c) => {
                kind.only_code(c).map(Bytes::from_code)
            }
            _ => None,
        }
    }

    /// Encodes a text: the exact inverse of [`decode`](Charset::decode).
    ///
    /// Where several byte sequences stand for a character, the one that the
    /// WHATWG encoder uses is taken. Nothing is ever substituted, so the bytes
    /// decode to the same text again.
    ///
    /// # Errors
    /// The first character that the charset lacks.
    ///
    /// ```
    /// use unbake::Charset;
    /// assert_eq!(Charset::SHIFT_JIS.encode("文").unwrap(), [0x95, 0xB6]);
    /// let error = Charset::WINDOWS_1252.encode("“文”").unwrap_err();
    /// assert_eq!((error.at, error.ch), (3, '文'));
    /// ```
    pub fn encode(self, text: &str) -> Result<Vec<u8>, Unmappable> {
        encode::encode(self, text)
    }

    /// How a program shows bytes that it takes for this charset.
    ///
    /// ```
    /// use unbake::Charset;
    /// assert_eq!(Charset::GBK.misread("锟".as_bytes()), "閿\u{FFFD}");
    /// assert_eq!(Charset::WINDOWS_1252.misread("à".as_bytes()), "Ã\u{a0}");
    /// ```
    pub fn misread(self, bytes: &[u8]) -> String {
        self.decode(bytes).0.into_owned()
    }

    /// What each byte shows as, if the charset is single-byte: the character,
    /// and for undefined bytes the control character or U+FFFD.
    pub fn decode_table(self) -> Option<&'static [char; 256]> {
        single_byte::CHARS.get(self.index())
    }

    /// The undefined bytes of a single-byte charset, in ascending order.
    pub fn undefined(self) -> &'static [u8] {
        tables::ROWS
            .get(self.index())
            .map_or(&[], |row| row.undefined)
    }

    /// Whether a single-byte charset leaves this byte undefined.
    pub fn is_undefined(self, byte: u8) -> bool {
        self.undefined().contains(&byte)
    }

    /// The byte that shows as this character in a single-byte charset, whether
    /// defined or not, on the web or in other programs.
    ///
    /// `None` if there is none, for U+FFFD, and for multi-byte charsets. Where
    /// two bytes show as the same character, the lower one.
    ///
    /// ```
    /// use unbake::Charset;
    /// assert_eq!(Charset::WINDOWS_1252.byte('€'), Some(0x80));
    /// assert_eq!(Charset::WINDOWS_1252.byte('\u{81}'), Some(0x81));
    /// assert_eq!(Charset::WINDOWS_1252.byte('ж'), None);
    /// ```
    pub fn byte(self, c: char) -> Option<u8> {
        single_byte::bytes(self, c).next()
    }

    /// The bytes that show as other characters in other programs than browsers, if the
    /// charset is single-byte.
    pub(crate) fn shown_elsewhere(self) -> &'static [(u8, char)] {
        let all = variants::SINGLE_BYTE.iter();
        let others = all.filter(|(charset, _)| *charset == self);
        others.map(|(_, others)| *others).next().unwrap_or_default()
    }

    /// Every byte sequence which, misread in this charset, may show as a
    /// character; the canonical one, which [`encode`](Charset::encode) gives,
    /// first.
    ///
    /// Covers duplicates (`ⅰ` in Shift_JIS is FA 40 and EE EF) and what other
    /// programs than browsers show. Empty for U+FFFD, unless a sequence decodes
    /// to it regularly (EF BF BD in UTF-8). The charsets with shift states
    /// (ISO-2022, HZ, UTF-7) only know what stands for itself in their first state.
    ///
    /// ```
    /// use unbake::Charset;
    /// let codes = Charset::SHIFT_JIS.unread('ⅰ');
    /// let codes: Vec<&[u8]> = codes.iter().map(|code| &code[..]).collect();
    /// assert_eq!(codes, [&[0xFA, 0x40], &[0xEE, 0xEF]]);
    /// ```
    pub fn unread(self, c: char) -> Unread {
        unread::unread(self, c)
    }

    /// Whether bytes, misread in this charset, may show as a text, on the web or
    /// in other programs: what [`unread`](Charset::unread) allows, and
    /// [`misread`](Charset::misread) gives for one program.
    ///
    /// ```
    /// use unbake::Charset;
    /// let wave_dash = [0x81, 0x60];
    /// assert_eq!(Charset::SHIFT_JIS.misread(&wave_dash), "～");
    /// assert!(Charset::SHIFT_JIS.shows(&wave_dash, "〜"));
    /// ```
    pub fn shows(self, bytes: &[u8], text: &str) -> bool {
        unread::shows(self, bytes, text)
    }

    fn entry(self) -> &'static registry::Entry {
        // Only this module makes charsets, all below the length.
        &registry::ENTRIES[self.index()]
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests;
