//! Text written with escapes: `caf\u00e9`, `caf%C3%A9`, `caf=C3=A9`.

use memchr::memchr;

use super::{Changes, Fix};

/// A way to write characters with ASCII alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Backslash,
    Percent,
    QuotedPrintable,
}

/// An escape at the start of a text.
enum Escape {
    /// So many bytes stand for a character.
    Char(usize, char),
    /// So many bytes stand for a byte.
    Byte(usize, u8),
    /// So many bytes stand for nothing.
    Nothing(usize),
}

impl Form {
    /// The switch for this form alone.
    pub(super) fn fix(self) -> Fix {
        match self {
            Form::Backslash => Fix::BackslashEscapes,
            Form::Percent => Fix::PercentEscapes,
            Form::QuotedPrintable => Fix::QuotedPrintable,
        }
    }

    fn mark(self) -> u8 {
        match self {
            Form::Backslash => b'\\',
            Form::Percent => b'%',
            Form::QuotedPrintable => b'=',
        }
    }

    /// The escape that `text` starts with. Where the text as a whole is
    /// escaped, `\n` and `\"` count too.
    fn escape(self, text: &str, whole: bool) -> Option<Escape> {
        let hex = |at: usize, digits: usize| {
            let number = text.get(at..at + digits)?;
            let hex = number.bytes().all(|byte| byte.is_ascii_hexdigit());
            u32::from_str_radix(number, 16).ok().filter(|_| hex)
        };
        match self {
            Form::Percent => Some(Escape::Byte(3, hex(1, 2)? as u8)),
            Form::QuotedPrintable => match text.as_bytes().get(1)? {
                b'\n' => Some(Escape::Nothing(2)),
                b'\r' if text.as_bytes().get(2) == Some(&b'\n') => Some(Escape::Nothing(3)),
                // RFC 2045 has capitals only.
                b'a'..=b'f' => None,
                _ => Some(Escape::Byte(3, hex(1, 2)? as u8)),
            },
            Form::Backslash => match text.as_bytes().get(1)? {
                b'x' => Some(Escape::Char(4, char::from_u32(hex(2, 2)?)?)),
                b'U' => Some(Escape::Char(10, char::from_u32(hex(2, 8)?)?)),
                b'u' => {
                    let unit = hex(2, 4)? as u16;
                    let low = match text.get(6..8) {
                        Some("\\u") => hex(8, 4),
                        _ => None,
                    };
                    let units = [unit, low.unwrap_or(0) as u16];
                    let c = char::decode_utf16(units).next()?.ok()?;
                    Some(Escape::Char(6 * c.len_utf16(), c))
                }
                _ if !whole => None,
                b'n' => Some(Escape::Char(2, '\n')),
                b'r' => Some(Escape::Char(2, '\r')),
                b't' => Some(Escape::Char(2, '\t')),
                &byte @ (b'"' | b'\'' | b'\\' | b'/') => Some(Escape::Char(2, byte.into())),
                _ => None,
            },
        }
    }

    /// Decodes what is escaped, wherever it stands: runs of escapes whose
    /// characters are no controls, of bytes only if they are UTF-8.
    pub(super) fn decode(self, text: &str, out: &mut Changes) {
        self.scan(text, false, out);
    }

    /// Decodes a text that [`form_of`] found to be of this form.
    pub(super) fn decode_all(self, text: &str, out: &mut Changes) {
        self.scan(text, true, out);
    }

    /// Whether nothing was left that looks like the start of an escape.
    fn scan(self, text: &str, whole: bool, out: &mut Changes) -> bool {
        let bytes = text.as_bytes();
        let mut all = true;
        let mut at = 0;
        let mut run: Vec<u8> = Vec::new();
        while let Some(found) = memchr(self.mark(), &bytes[at..]) {
            let start = at + found;
            at = start;
            run.clear();
            while let Some(escape) = self.escape(&text[at..], whole) {
                let len = match escape {
                    Escape::Char(len, c) => {
                        run.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                        len
                    }
                    Escape::Byte(len, byte) => {
                        run.push(byte);
                        len
                    }
                    Escape::Nothing(len) => len,
                };
                at += len;
                if bytes.get(at) != Some(&self.mark()) {
                    break;
                }
            }
            match str::from_utf8(&run) {
                Ok(after) if at > start && after.chars().all(is_text) => {
                    out.replace(start..at, after);
                }
                _ => all = false,
            }
            at = at.max(start + 1);
        }
        all
    }

    /// Whether this looks like text in which the escapes are right: code and
    /// JSON have quotes around them (`"\u00e9"`; in text escaped as a whole
    /// the quotes are, too), addresses a scheme, parameters a `&` or `?`.
    fn at_home(self, text: &str) -> bool {
        match self {
            Form::Backslash => {
                let quote = |at: usize| at == 0 || text.as_bytes()[at - 1] != b'\\';
                text.contains(['{', '}', '[', ']', '`'])
                    || memchr::memchr_iter(b'"', text.as_bytes()).any(quote)
            }
            Form::Percent => text.contains("://") || text.contains(['&', '?', '=', '"', '<']),
            Form::QuotedPrintable => false,
        }
    }
}

/// C1 controls may be bytes of mojibake: `\u00c3\u0089` is `É`.
fn is_text(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{80}'..='\u{9f}')
}

/// The form that a whole text is written in, if it visibly is: it is all
/// ASCII, every mark of the form starts an escape, and some escapes stand for
/// characters beyond ASCII.
pub(super) fn form_of(text: &str) -> Option<Form> {
    if !text.is_ascii() {
        return None;
    }
    let forms = [Form::Backslash, Form::Percent, Form::QuotedPrintable];
    forms.into_iter().find(|form| {
        let mut out = Changes::default();
        memchr(form.mark(), text.as_bytes()).is_some()
            && form.scan(text, true, &mut out)
            && out.0.iter().any(|(_, after)| !after.is_ascii())
            && !form.at_home(text)
    })
}
