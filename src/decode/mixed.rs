//! UTF-8 with other bytes in it: Latin-1 lines, CESU-8 pairs, the escapes that
//! Python's `surrogateescape` leaves (`as\udced` arrives as ED B3 AD).

use std::ops::Range;

use super::{meter, sample};
use crate::charset::{Charset, Malformed};

/// Bytes in another charset than the document's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The bytes, as a span of the input.
    pub bytes: Range<usize>,
    /// What they show as, as a span of the text, in bytes.
    pub text: Range<usize>,
    /// The charset that they were decoded in.
    pub charset: Charset,
}

/// Decodes UTF-8 with runs of bytes in another charset.
pub(super) fn decode(
    bytes: &[u8],
    other: Option<Charset>,
) -> (String, Vec<Malformed>, Vec<Foreign>) {
    let mut out = Mixed {
        other,
        text: String::with_capacity(bytes.len() + bytes.len() / 8),
        malformed: Vec::new(),
        foreign: Vec::new(),
    };
    let mut at = 0;
    while at < bytes.len() {
        let bad = match std::str::from_utf8(&bytes[at..]) {
            Ok(text) => {
                out.text.push_str(text);
                break;
            }
            Err(error) => at + error.valid_up_to(),
        };
        // The line with the bad byte, as far as it is not out yet.
        let line = bytes[at..bad]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(at, |end| at + end + 1);
        let end = bytes[bad..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(bytes.len(), |end| bad + end + 1);
        out.text
            .push_str(std::str::from_utf8(&bytes[at..line]).unwrap_or_default());
        out.line(bytes, line..end);
        at = end;
    }
    (out.text, out.malformed, out.foreign)
}

struct Mixed {
    other: Option<Charset>,
    text: String,
    malformed: Vec<Malformed>,
    foreign: Vec<Foreign>,
}

/// How far the output had come.
struct Place {
    text: usize,
    malformed: usize,
    foreign: usize,
    /// The last foreign piece, which may have grown since.
    last: Option<Foreign>,
}

impl Mixed {
    fn line(&mut self, bytes: &[u8], line: Range<usize>) {
        let before = self.place();
        let mut at = line.start;
        while at < line.end {
            let edge = |b: &u8| sample::is_edge(*b);
            let end = bytes[at..line.end]
                .iter()
                .position(edge)
                .map_or(line.end, |edge| at + edge + 1);
            self.word(bytes, at..end);
            at = end;
        }
        // A line of Chinese is GBK as a whole, or not at all.
        if let Some(other) = self.other.filter(|other| !other.is_single_byte()) {
            self.rather_whole(bytes, line, other, before);
        }
    }

    fn word(&mut self, bytes: &[u8], word: Range<usize>) {
        if let Ok(text) = std::str::from_utf8(&bytes[word.clone()]) {
            return self.text.push_str(text);
        }
        let before = self.place();
        self.pieces(bytes, word.clone());
        // `\xC3\xA9t\xE9` may be `Ã©té` by chance.
        if let Some(other) = self.other.filter(|other| other.is_single_byte())
            && !is_utf8_with_surrogates(&bytes[word.clone()])
        {
            self.rather_whole(bytes, word, other, before);
        }
    }

    fn place(&self) -> Place {
        Place {
            text: self.text.len(),
            malformed: self.malformed.len(),
            foreign: self.foreign.len(),
            last: self.foreign.last().cloned(),
        }
    }

    /// Takes all bytes as the other charset, if that makes more sense than what
    /// was made of them piece by piece.
    fn rather_whole(&mut self, bytes: &[u8], span: Range<usize>, other: Charset, before: Place) {
        let Some(whole) = decode_run(other, &bytes[span.clone()]) else {
            return;
        };
        let pieces = &self.text[before.text..];
        if whole != pieces && meter::text_cost(&whole) < meter::text_cost(pieces) {
            self.text.truncate(before.text);
            self.malformed.truncate(before.malformed);
            self.foreign.truncate(before.foreign);
            if let (Some(last), Some(was)) = (self.foreign.last_mut(), before.last) {
                *last = was;
            }
            self.foreign(span, &whole, other);
        }
    }

    /// Byte sequence by byte sequence.
    fn pieces(&mut self, bytes: &[u8], word: Range<usize>) {
        // Where other bytes are of another charset, these may be, too: `лінії`.
        let has_surrogates = self.other.is_none() || is_utf8_with_surrogates(&bytes[word.clone()]);
        let mut at = word.start;
        while at < word.end {
            let rest = &bytes[at..word.end];
            let valid = rest
                .utf8_chunks()
                .next()
                .map_or(0, |chunk| chunk.valid().len());
            if valid > 0 {
                self.text
                    .push_str(std::str::from_utf8(&rest[..valid]).unwrap_or_default());
                at += valid;
                continue;
            }
            let (paired, len) = surrogate_pairs(rest);
            if len > 0 {
                self.foreign(at..at + len, &paired, Charset::CESU_8);
                at += len;
                continue;
            }
            let (unescaped, len) = escaped_bytes(rest);
            if has_surrogates && len > 0 {
                self.unescaped(at..at + len, &unescaped);
                at += len;
                continue;
            }
            if has_surrogates && is_surrogate(rest) {
                self.bad(at..at + SURROGATE);
                at += SURROGATE;
                continue;
            }
            let bad = rest
                .utf8_chunks()
                .next()
                .map_or(1, |chunk| chunk.invalid().len().max(1));
            let is_cut = at + bad == bytes.len() && bad > 1;
            match self
                .other
                .filter(|_| !is_cut)
                .and_then(|other| Some((other, decode_run(other, &rest[..bad])?)))
            {
                Some((other, text)) => self.foreign(at..at + bad, &text, other),
                None => self.bad(at..at + bad),
            }
            at += bad;
        }
    }

    /// Bytes that had been escaped: UTF-8 cut by an escaping program, or of the
    /// other charset.
    fn unescaped(&mut self, span: Range<usize>, bytes: &[u8]) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.foreign(span, text, Charset::UTF_8);
        }
        // The other charset may be one of whole lines, and this a single byte.
        let read = [self.other, Some(Charset::WINDOWS_1252)]
            .into_iter()
            .flatten()
            .find_map(|charset| Some((charset, decode_run(charset, bytes)?)));
        match read {
            Some((charset, text)) => self.foreign(span, &text, charset),
            None => self.bad(span),
        }
    }

    fn foreign(&mut self, bytes: Range<usize>, text: &str, charset: Charset) {
        let start = self.text.len();
        self.text.push_str(text);
        let text = start..self.text.len();
        // Neighbours are one piece.
        match self.foreign.last_mut() {
            Some(last)
                if last.bytes.end == bytes.start
                    && last.charset == charset
                    && last.text.end == start =>
            {
                last.bytes.end = bytes.end;
                last.text.end = text.end;
            }
            _ => self.foreign.push(Foreign {
                bytes,
                text,
                charset,
            }),
        }
    }

    fn bad(&mut self, bytes: Range<usize>) {
        self.malformed.push(Malformed {
            bytes,
            at: self.text.len(),
        });
        self.text.push('\u{FFFD}');
    }
}

/// Bytes in a charset, if all of them mean something in it.
fn decode_run(charset: Charset, bytes: &[u8]) -> Option<String> {
    if charset.is_single_byte() && bytes.iter().any(|&b| charset.is_undefined(b)) {
        return None;
    }
    charset.decode_strict(bytes).map(|text| text.into_owned())
}

/// The characters that a run of CESU-8 starts with (`ED A0 BD ED B8 80` is 😀,
/// C0 80 is U+0000), and its length.
fn surrogate_pairs(bytes: &[u8]) -> (String, usize) {
    let (mut text, mut len) = (String::new(), 0);
    loop {
        let rest = &bytes[len..];
        let taken = match rest {
            [0xED, 0xA0..=0xAF, _, 0xED, 0xB0..=0xBF, _, ..] => 6,
            [0xC0, 0x80, ..] => 2,
            _ => return (text, len),
        };
        match Charset::CESU_8.decode_strict(&rest[..taken]) {
            Some(pair) => text.push_str(&pair),
            None => return (text, len),
        }
        len += taken;
    }
}

/// How many bytes a surrogate takes.
const SURROGATE: usize = 3;

/// Whether bytes begin with a surrogate, maybe with half a pair that a text was cut in.
fn is_surrogate(bytes: &[u8]) -> bool {
    matches!(bytes, [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..])
}

/// Whether a word is UTF-8 but for surrogates, and says nothing of another charset:
/// `\xED\xA0\xBD` is no `н\u{a0}Ѕ`. Ukrainian `лінії` in windows-1251 has these bytes, too,
/// and others.
pub(super) fn is_utf8_with_surrogates(word: &[u8]) -> bool {
    let mut rest = word;
    while let Err(error) = std::str::from_utf8(rest) {
        rest = &rest[error.valid_up_to()..];
        if !is_surrogate(rest) {
            return false;
        }
        rest = &rest[SURROGATE..];
    }
    true
}

/// The bytes that a run of U+DC80-U+DCFF stands for, and the run's length.
fn escaped_bytes(bytes: &[u8]) -> (Vec<u8>, usize) {
    let (runs, _) = bytes.as_chunks::<3>();
    let unescaped: Vec<u8> = runs
        .iter()
        .map_while(|run| match *run {
            [0xED, 0xB2, low @ 0x80..=0xBF] => Some(low),
            [0xED, 0xB3, low @ 0x80..=0xBF] => Some(low | 0x40),
            _ => None,
        })
        .collect();
    let len = unescaped.len() * 3;
    (unescaped, len)
}
