//! What an HTML page says about its own charset in its first 1,024 bytes: the
//! WHATWG standard's "prescan a byte stream to determine its encoding".

use crate::Charset;

/// How far into a page the standard looks.
const REACH: usize = 1024;
/// How far into a page a declaration is found.
const LATE_REACH: usize = 64 * 1024;

/// The charset that the page's `<meta>` names, if it names one.
///
/// As the standard has it, UTF-16 stands for UTF-8 here, since the bytes just
/// read can't have been UTF-16, and `x-user-defined` for windows-1252.
pub(super) fn meta(bytes: &[u8]) -> Option<Charset> {
    first_meta(bytes.get(..REACH).unwrap_or(bytes))
}

/// The same for a `<meta>` further in, behind scripts and comments: browsers
/// believe it when they come to it.
pub(super) fn late_meta(bytes: &[u8]) -> Option<Charset> {
    first_meta(bytes.get(..LATE_REACH).unwrap_or(bytes))
}

fn first_meta(bytes: &[u8]) -> Option<Charset> {
    let mut tags = Tags { bytes, at: 0 };
    loop {
        tags.seek(|b| b == b'<')?;
        let rest = tags.rest();
        if rest.starts_with(b"<!--") {
            // `<!-->` is a whole comment: its dashes count twice.
            tags.at += 2;
            tags.at += tags.rest().windows(3).position(|w| w == b"-->")? + 3;
        } else if is_meta(rest) {
            tags.at += b"<meta".len();
            if let Some(charset) = tags.meta()? {
                return Some(charset);
            }
        } else if is_tag(rest) {
            tags.seek(|b| is_space(b) || b == b'>')?;
            while tags.attribute()?.is_some() {}
        } else if let [b'<', b'!' | b'/' | b'?', ..] = rest {
            tags.seek(|b| b == b'>')?;
        } else {
            tags.at += 1;
        }
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ')
}

fn is_meta(rest: &[u8]) -> bool {
    rest.get(..5)
        .is_some_and(|tag| tag.eq_ignore_ascii_case(b"<meta"))
        && rest.get(5).is_some_and(|&b| is_space(b) || b == b'/')
}

fn is_tag(rest: &[u8]) -> bool {
    let name = rest.strip_prefix(b"</").or(rest.strip_prefix(b"<"));
    name.and_then(<[u8]>::first)
        .is_some_and(u8::is_ascii_alphabetic)
}

/// A place in the page. Every method gives `None` where the bytes end first:
/// what is cut off counts for nothing.
struct Tags<'b> {
    bytes: &'b [u8],
    at: usize,
}

struct Attribute {
    name: Vec<u8>,
    value: Vec<u8>,
}

impl<'b> Tags<'b> {
    fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn seek(&mut self, is: impl Fn(u8) -> bool) -> Option<u8> {
        self.at += self.rest().iter().position(|&b| is(b))?;
        self.bytes.get(self.at).copied()
    }

    /// The charset that a `<meta>` tag names, from behind its name on.
    fn meta(&mut self) -> Option<Option<Charset>> {
        let mut seen: Vec<Vec<u8>> = Vec::new();
        let (mut pragma, mut found, mut needs_pragma) = (false, None, false);
        let mut named = false;
        while let Some(Attribute { name, value }) = self.attribute()? {
            if seen.contains(&name) {
                continue;
            }
            match name.as_slice() {
                b"http-equiv" => pragma |= value == b"content-type",
                b"content" => {
                    if let Some(charset) = in_content_type(&value).filter(|_| !named) {
                        (found, needs_pragma, named) = (Some(charset), true, true);
                    }
                }
                b"charset" => {
                    (found, needs_pragma, named) = (by_label(&value), false, true);
                }
                _ => continue,
            }
            seen.push(name);
        }
        Some(found.filter(|_| pragma || !needs_pragma).map(readable))
    }

    /// The next attribute of a tag, in lower case; `Some(None)` at its end.
    fn attribute(&mut self) -> Option<Option<Attribute>> {
        self.seek(|b| !is_space(b) && b != b'/')?;
        let mut attribute = Attribute {
            name: Vec::new(),
            value: Vec::new(),
        };
        if self.rest().first() == Some(&b'>') {
            return Some(None);
        }
        loop {
            match *self.rest().first()? {
                b'=' if !attribute.name.is_empty() => break,
                b'/' | b'>' => return Some(Some(attribute)),
                b if is_space(b) => {
                    if self.seek(|b| !is_space(b))? != b'=' {
                        return Some(Some(attribute));
                    }
                    break;
                }
                b => attribute.name.push(b.to_ascii_lowercase()),
            }
            self.at += 1;
        }
        self.at += 1;
        let first = self.seek(|b| !is_space(b))?;
        let start = self.at;
        if first == b'"' || first == b'\'' {
            self.at += 1;
            self.seek(|b| b == first)?;
            attribute.value = self.bytes[start + 1..self.at].to_ascii_lowercase();
            self.at += 1;
        } else {
            self.seek(|b| is_space(b) || b == b'>')?;
            attribute.value = self.bytes[start..self.at].to_ascii_lowercase();
        }
        Some(Some(attribute))
    }
}

/// What bytes that were read as ASCII can be.
fn readable(charset: Charset) -> Charset {
    match charset {
        Charset::UTF_16LE | Charset::UTF_16BE => Charset::UTF_8,
        Charset::UTF_32LE | Charset::UTF_32BE => Charset::UTF_8,
        Charset::X_USER_DEFINED => Charset::WINDOWS_1252,
        other => other,
    }
}

fn by_label(label: &[u8]) -> Option<Charset> {
    let label = std::str::from_utf8(label).ok()?.trim_ascii();
    // Elsewhere punctuation doesn't matter; in a page, `latin2"` is no label.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_:.+()".contains(c);
    Charset::for_web_label(label).filter(|_| label.chars().all(is_plain))
}

/// The charset in a `Content-Type`: `text/html; charset=koi8-r`.
pub(super) fn in_content_type(value: &[u8]) -> Option<Charset> {
    let mut rest = value;
    loop {
        let at = rest
            .windows(7)
            .position(|w| w.eq_ignore_ascii_case(b"charset"))?;
        rest = rest[at + 7..].trim_ascii_start();
        if let Some(value) = rest.strip_prefix(b"=") {
            let value = value.trim_ascii_start();
            let label = match *value.first()? {
                quote @ (b'"' | b'\'') => value[1..]
                    .split(|&b| b == quote)
                    .next()
                    .filter(|l| l.len() + 1 < value.len())?,
                _ => value.split(|&b| is_space(b) || b == b';').next()?,
            };
            return by_label(label);
        }
    }
}

/// The charset in an XML declaration: `<?xml version="1.0" encoding="koi8-r"?>`.
pub(super) fn xml(bytes: &[u8]) -> Option<Charset> {
    let bytes = bytes.get(..REACH).unwrap_or(bytes);
    if bytes.starts_with(b"<\0?\0x\0") {
        return Some(Charset::UTF_16LE);
    }
    if bytes.starts_with(b"\0<\0?\0x") {
        return Some(Charset::UTF_16BE);
    }
    let rest = bytes.strip_prefix(b"<?xml")?;
    let rest = &rest[..rest.iter().position(|&b| b == b'>')?];
    let at = rest.windows(8).position(|w| w == b"encoding")?;
    let rest = trim_controls(&rest[at + 8..]).strip_prefix(b"=")?;
    let (&quote, rest) = trim_controls(rest).split_first()?;
    let label = &rest[..rest.iter().position(|&b| b == quote)?];
    if !matches!(quote, b'"' | b'\'') || label.iter().any(|&b| b <= b' ') {
        return None;
    }
    by_label(label).map(readable)
}

fn trim_controls(bytes: &[u8]) -> &[u8] {
    let len = bytes.iter().take_while(|&&b| b <= b' ').count();
    &bytes[len..]
}

/// Whether bytes look like an HTML page: a tag that only pages begin with,
/// where a parser would look for it.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..REACH).unwrap_or(bytes);
    let tags: [&[u8]; 5] = [b"<!doctype html", b"<html", b"<head", b"<meta", b"<body"];
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|&b| b == b'<') {
        at += next;
        let rest = &bytes[at..];
        if tags.iter().any(|tag| {
            rest.get(..tag.len())
                .is_some_and(|r| r.eq_ignore_ascii_case(tag))
        }) {
            return true;
        }
        at += 1;
    }
    false
}
