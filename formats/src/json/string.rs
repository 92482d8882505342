//! What stands between the quotes of a JSON string: read as text, and written
//! in the style that it was written in.

use std::borrow::Cow;

use memchr::memchr;

use crate::utf8;

/// A part of a string that can be read.
pub(crate) struct Stretch<'j> {
    /// Without escapes.
    pub(crate) text: Cow<'j, str>,
    pub(crate) raw: &'j str,
    /// Where `raw` starts in the string.
    pub(crate) at: usize,
    /// It is a lone surrogate, `\ud83d`. No text can hold one, so the text
    /// has it as a reference, `&#xd83d;`, which nothing but the fix for
    /// surrogates makes U+FFFD.
    pub(crate) is_lone: bool,
}

/// Cuts a string at what is not text: invalid UTF-8, bad escapes, and lone
/// surrogates, which are stretches of their own.
pub(crate) fn stretches(raw: &[u8]) -> impl Iterator<Item = Stretch<'_>> {
    utf8::stretches(raw).flat_map(|(start, valid)| {
        let mut at = 0;
        let mut lone = None;
        std::iter::from_fn(move || {
            loop {
                if lone.is_some() {
                    return lone.take();
                }
                if at == valid.len() {
                    return None;
                }
                let (text, len, bad) = unescape(&valid[at..]);
                let stretch = Stretch {
                    text,
                    raw: &valid[at..at + len],
                    at: start + at,
                    is_lone: false,
                };
                at += len;
                let raw = &valid[at..at + bad];
                lone = hex4(raw.as_bytes()).map(|unit| Stretch {
                    text: format!("&#x{unit:x};").into(),
                    raw,
                    at: start + at,
                    is_lone: true,
                });
                at += bad;
                if len > 0 {
                    return Some(stretch);
                }
            }
        })
    })
}

/// A key without its escapes; one that cannot be read stays as it is, and
/// matches no name.
pub(crate) fn unescape_key(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    match str::from_utf8(raw).map(unescape) {
        Ok((Cow::Owned(key), _, 0)) => Cow::Owned(key.into_bytes()),
        _ => Cow::Borrowed(raw),
    }
}

/// The text up to the first bad escape, how many bytes it was read from, and
/// the length of the bad escape.
fn unescape(raw: &str) -> (Cow<'_, str>, usize, usize) {
    let Some(first) = memchr(b'\\', raw.as_bytes()) else {
        return (Cow::Borrowed(raw), raw.len(), 0);
    };
    let mut text = String::with_capacity(raw.len().min(1 << 16));
    text.push_str(&raw[..first]);
    let mut at = first;
    loop {
        match escape(&raw[at..]) {
            Ok((char, len)) => {
                text.push(char);
                at += len;
            }
            Err(bad) => return (Cow::Owned(text), at, bad),
        }
        match memchr(b'\\', &raw.as_bytes()[at..]) {
            Some(len) => {
                text.push_str(&raw[at..at + len]);
                at += len;
            }
            None => {
                text.push_str(&raw[at..]);
                return (Cow::Owned(text), raw.len(), 0);
            }
        }
    }
}

/// Reads the escape that starts here: its character and length, or the length
/// of what is not one.
fn escape(raw: &str) -> Result<(char, usize), usize> {
    let char = match raw.as_bytes().get(1) {
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(raw.as_bytes()),
        _ => return Err(1 + raw[1..].chars().next().map_or(0, char::len_utf8)),
    };
    Ok((char, 2))
}

fn unicode_escape(raw: &[u8]) -> Result<(char, usize), usize> {
    let Some(unit) = hex4(raw) else {
        let digits = raw[2..]
            .iter()
            .take(4)
            .take_while(|byte| byte.is_ascii_hexdigit());
        return Err(2 + digits.count());
    };
    if let Some(char) = char::from_u32(unit) {
        return Ok((char, 6));
    }
    let low = raw
        .get(6..)
        .and_then(hex4)
        .filter(|low| (0xDC00..0xE000).contains(low));
    match low {
        Some(low) if unit < 0xDC00 => {
            let char = char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            char.map(|char| (char, 12)).ok_or(6)
        }
        _ => Err(6),
    }
}

/// The number in `\uXXXX`.
fn hex4(raw: &[u8]) -> Option<u32> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    let mut unit = 0;
    for &byte in digits {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => return None,
        };
        unit = unit << 4 | u32::from(digit);
    }
    Some(unit)
}

impl<'j> Stretch<'j> {
    /// Finds places of the text in the string.
    pub(crate) fn places(&self) -> Places<'j> {
        Places {
            raw: self.raw,
            start: self.at,
            raw_at: 0,
            text_at: 0,
            plain_end: None,
        }
    }
}

/// Goes through a stretch once, from place to place.
pub(crate) struct Places<'j> {
    raw: &'j str,
    /// Where `raw` starts in the string.
    start: usize,
    /// The place reached, in `raw` and in the text.
    raw_at: usize,
    text_at: usize,
    /// Where the next escape is, or the end; remembered, as a long text
    /// without escapes would be searched again for every place.
    plain_end: Option<usize>,
}

impl Places<'_> {
    /// Where in the string the text's byte offset `at` is. Offsets must not
    /// go back.
    pub(crate) fn raw(&mut self, at: usize) -> usize {
        loop {
            let plain_end = *self.plain_end.get_or_insert_with(|| {
                let rest = &self.raw.as_bytes()[self.raw_at..];
                memchr(b'\\', rest).map_or(self.raw.len(), |len| self.raw_at + len)
            });
            let plain = plain_end - self.raw_at;
            if at <= self.text_at + plain {
                self.raw_at += at - self.text_at;
                self.text_at = at;
                return self.start + self.raw_at;
            }
            let (char, len) =
                escape(&self.raw[plain_end..]).expect("a stretch holds only good escapes");
            self.raw_at = plain_end + len;
            self.text_at += plain + char.len_utf8();
            self.plain_end = None;
        }
    }
}

/// How a string was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Characters beyond ASCII as `\uXXXX`; if a string has both, bare.
    non_ascii: bool,
    /// `\u00C3` rather than `\u00c3`.
    upper_hex: bool,
    /// `\/` rather than `/`.
    slash: bool,
    /// ASCII characters that were written as `\uXXXX` although they need not
    /// be, such as `\u003c`; a bit for each.
    ascii: u128,
}

impl Style {
    pub(crate) fn of(raw: &[u8]) -> Self {
        let mut style = Style {
            non_ascii: false,
            upper_hex: false,
            slash: false,
            ascii: 0,
        };
        let mut at = 0;
        while let Some(len) = raw.get(at..).and_then(|rest| memchr(b'\\', rest)) {
            at += len;
            if let Some(unit) = hex4(&raw[at..]) {
                match unit {
                    0..0x80 => style.ascii |= 1 << unit,
                    _ => style.non_ascii = true,
                }
                style.upper_hex |= raw[at + 2..at + 6].iter().any(u8::is_ascii_uppercase);
                at += 6;
            } else {
                style.slash |= raw.get(at + 1) == Some(&b'/');
                at += 2;
            }
        }
        style.non_ascii &= raw.is_ascii();
        style
    }

    pub(crate) fn escape(&self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for char in text.chars() {
            let short = match char {
                '"' => Some(b'"'),
                '\\' => Some(b'\\'),
                '/' if self.slash => Some(b'/'),
                '\u{8}' => Some(b'b'),
                '\u{c}' => Some(b'f'),
                '\n' => Some(b'n'),
                '\r' => Some(b'r'),
                '\t' => Some(b't'),
                _ => None,
            };
            let in_hex = match u32::from(char) {
                code @ 0..0x80 => self.ascii >> code & 1 == 1 || (code < 0x20 && short.is_none()),
                _ => self.non_ascii,
            };
            if in_hex {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(b"\\u");
                    let digits = if self.upper_hex {
                        b"0123456789ABCDEF"
                    } else {
                        b"0123456789abcdef"
                    };
                    out.extend([12, 8, 4, 0].map(|shift| digits[usize::from(*unit >> shift & 15)]));
                }
            } else if let Some(byte) = short {
                out.extend([b'\\', byte]);
            } else {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        out
    }
}
