//! Finding the strings in a JSON text, without building a tree.
//!
//! Tolerant where a file can be kept as it is: duplicate keys, `NaN` and
//! `Infinity`, bad escapes, control characters and invalid UTF-8 in strings.

pub(crate) mod string;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use memchr::memchr2;

use unbake::Edit;

use crate::fields::{Choice, Fields, Matcher};
use crate::{Mended, Patch};

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotJson {
    /// Where reading stopped.
    pub(crate) at: usize,
    pub(crate) message: &'static str,
}

/// An object or array that is not closed yet.
struct Open {
    close: u8,
    choice: Choice,
    /// Where the last key is, if it is an object.
    key: Range<usize>,
    /// How many elements an array has had.
    index: usize,
}

/// The way from the root to a value.
struct Path<'p> {
    json: &'p [u8],
    open: &'p [Open],
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, open) in self.open.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            if open.close == b'}' {
                let key = string::unescape_key(&self.json[open.key.clone()]);
                f.write_str(&String::from_utf8_lossy(&key))?;
            } else {
                write!(f, "{}", open.index)?;
            }
        }
        Ok(())
    }
}

/// Deeper than any record that means something; a line of nothing but
/// brackets should not fill the memory.
const MAX_DEPTH: usize = 10_000;

/// Finds strings in one JSON text after the other; what it needs for that is
/// kept, as records are short.
pub(crate) struct Finder<'f> {
    matcher: Matcher<'f>,
    open: Vec<Open>,
    values: Vec<Range<usize>>,
}

impl<'f> Finder<'f> {
    pub(crate) fn new(fields: &'f Fields) -> Self {
        Finder {
            matcher: fields.matcher(),
            open: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Repairs the strings of the JSON text that is all of `json`, which
    /// stands at `at` in the batch.
    pub(crate) fn mend_all(
        &mut self,
        json: &[u8],
        at: usize,
        repair: &impl Fn(&str) -> Vec<Edit>,
        mended: &mut Mended,
    ) -> Result<(), NotJson> {
        let end = self.find(json)?;
        match json[end..].trim_ascii_start().len() {
            0 => {
                self.mend_found(json, at, repair, mended);
                Ok(())
            }
            rest => Err(NotJson {
                at: json.len() - rest,
                message: "text after the JSON value",
            }),
        }
    }

    /// The same for the first JSON text of several; says where it ends.
    pub(crate) fn mend_first(
        &mut self,
        json: &[u8],
        at: usize,
        repair: &impl Fn(&str) -> Vec<Edit>,
        mended: &mut Mended,
    ) -> Result<usize, NotJson> {
        let end = self.find(json)?;
        self.mend_found(json, at, repair, mended);
        Ok(end)
    }

    /// Where the chosen string values are, between their quotes.
    fn find(&mut self, json: &[u8]) -> Result<usize, NotJson> {
        self.values.clear();
        let values = &mut self.values;
        each_string(json, &mut self.matcher, &mut self.open, |value, _| {
            values.push(value);
        })
    }

    fn mend_found(
        &mut self,
        json: &[u8],
        at: usize,
        repair: &impl Fn(&str) -> Vec<Edit>,
        mended: &mut Mended,
    ) {
        // The values that changed, and the patches of each.
        let mut changed: Vec<(usize, Range<usize>)> = Vec::new();
        for value in &self.values {
            let from = mended.patches.len();
            mended.texts += 1;
            mend_string(&json[value.clone()], at + value.start, repair, mended);
            if mended.patches.len() > from {
                changed.push((value.start, from..mended.patches.len()));
            }
        }
        if changed.is_empty() {
            return;
        }
        // Names are only looked up for what changed, all in one go.
        let mut changed = changed.into_iter().peekable();
        let name = |value: Range<usize>, path: &Path<'_>| {
            if let Some((_, patches)) = changed.next_if(|(start, _)| *start == value.start) {
                let name = path.to_string();
                for patch in &mut mended.patches[patches] {
                    patch.field.clone_from(&name);
                }
            }
        };
        let _ = each_string(json, &mut self.matcher, &mut self.open, name);
    }
}

/// Repairs what stands between two quotes.
fn mend_string(raw: &[u8], at: usize, repair: &impl Fn(&str) -> Vec<Edit>, mended: &mut Mended) {
    // Looked at only when something changes, and then once for all edits.
    let mut style = None;
    for stretch in string::stretches(raw) {
        let edits = repair(&stretch.text);
        if edits.is_empty() {
            continue;
        }
        let mut places = stretch.places();
        let text: Arc<str> = stretch.text[..].into();
        for edit in edits {
            if stretch.is_lone {
                if edit.after == "\u{fffd}" {
                    let style = style.get_or_insert_with(|| string::Style::of(raw));
                    mended.patches.push(Patch {
                        span: at + stretch.at..at + stretch.at + stretch.raw.len(),
                        bytes: style.escape(&edit.after),
                        before: stretch.raw.to_owned(),
                        field: String::new(),
                        text: text.clone(),
                        edit,
                    });
                }
                continue;
            }
            let span = places.raw(edit.span.start)..places.raw(edit.span.end);
            let style = style.get_or_insert_with(|| string::Style::of(raw));
            mended.patches.push(Patch {
                span: at + span.start..at + span.end,
                bytes: style.escape(&edit.after),
                before: stretch.text[edit.span.clone()].to_owned(),
                field: String::new(),
                text: text.clone(),
                edit,
            });
        }
    }
}

/// Calls `each` with every chosen string value; says where the JSON text ends.
fn each_string(
    json: &[u8],
    matcher: &mut Matcher<'_>,
    open: &mut Vec<Open>,
    mut each: impl FnMut(Range<usize>, &Path<'_>),
) -> Result<usize, NotJson> {
    let mut scanner = Scanner { json, at: 0 };
    open.clear();
    let mut choice = matcher.root();
    'value: loop {
        if open.len() > MAX_DEPTH {
            return Err(scanner.malformed("nested too deep"));
        }
        match scanner.peek() {
            Some(b'"') => {
                let value = scanner.string()?;
                if choice == Choice::All {
                    each(value, &Path { json, open });
                }
            }
            Some(b'{') => {
                scanner.at += 1;
                if scanner.peek() == Some(b'}') {
                    scanner.at += 1;
                } else {
                    open.push(Open {
                        close: b'}',
                        choice,
                        key: 0..0,
                        index: 0,
                    });
                    let key = scanner.key()?;
                    choice = matcher.child(choice, || string::unescape_key(&json[key.clone()]));
                    if let Some(open) = open.last_mut() {
                        open.key = key;
                    }
                    continue 'value;
                }
            }
            Some(b'[') => {
                scanner.at += 1;
                if scanner.peek() == Some(b']') {
                    scanner.at += 1;
                } else {
                    open.push(Open {
                        close: b']',
                        choice,
                        key: 0..0,
                        index: 0,
                    });
                    choice = matcher.child(choice, || Cow::Borrowed(b"0"));
                    continue 'value;
                }
            }
            _ => scanner.word()?,
        }
        // After a value: close what it ends, or go on to the next one.
        loop {
            let Some(parent) = open.last_mut() else {
                return Ok(scanner.at);
            };
            let byte = scanner.peek();
            if byte == Some(parent.close) {
                scanner.at += 1;
                open.pop();
            } else if byte == Some(b',') {
                scanner.at += 1;
                choice = if parent.close == b'}' {
                    parent.key = scanner.key()?;
                    let key = &json[parent.key.clone()];
                    matcher.child(parent.choice, || string::unescape_key(key))
                } else {
                    parent.index += 1;
                    let index = parent.index;
                    matcher.child(parent.choice, || index.to_string().into_bytes().into())
                };
                continue 'value;
            } else if parent.close == b'}' {
                return Err(scanner.malformed("expected `,` or `}`"));
            } else {
                return Err(scanner.malformed("expected `,` or `]`"));
            }
        }
    }
}

/// Where the first JSON text ends.
pub(crate) fn end(json: &[u8]) -> Result<usize, NotJson> {
    let all = Fields::default();
    each_string(json, &mut all.matcher(), &mut Vec::new(), |_, _| {})
}

/// Calls `each` with the key and the value of each member of an object, which
/// starts `json`; says where its last member ends.
pub(crate) fn each_member(
    json: &[u8],
    mut each: impl FnMut(Cow<'_, [u8]>, Range<usize>),
) -> Result<usize, NotJson> {
    let mut scanner = Scanner { json, at: 0 };
    if scanner.peek() != Some(b'{') {
        return Err(scanner.malformed("expected an object"));
    }
    scanner.at += 1;
    let mut end = scanner.at;
    if scanner.peek() == Some(b'}') {
        return Ok(end);
    }
    loop {
        let key = scanner.key()?;
        scanner.peek();
        let start = scanner.at;
        scanner.value()?;
        end = scanner.at;
        each(string::unescape_key(&json[key]), start..end);
        match scanner.peek() {
            Some(b',') => scanner.at += 1,
            _ => return Ok(end),
        }
    }
}

struct Scanner<'j> {
    json: &'j [u8],
    at: usize,
}

impl Scanner<'_> {
    fn malformed(&self, message: &'static str) -> NotJson {
        NotJson {
            at: self.at,
            message,
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(&byte) = self.json.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// What stands between the quotes of the string that starts here.
    fn string(&mut self) -> Result<Range<usize>, NotJson> {
        let start = self.at + 1;
        let mut at = start;
        while let Some(len) = self
            .json
            .get(at..)
            .and_then(|rest| memchr2(b'"', b'\\', rest))
        {
            at += len;
            if self.json[at] == b'"' {
                self.at = at + 1;
                return Ok(start..at);
            }
            at += 2;
        }
        Err(self.malformed("a string without an end"))
    }

    /// Where a key is, between its quotes; its colon is passed.
    fn key(&mut self) -> Result<Range<usize>, NotJson> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed("expected a key in quotes"));
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(self.malformed("expected `:`"));
        }
        self.at += 1;
        Ok(key)
    }

    /// Passes a value whole, of a text that is JSON.
    fn value(&mut self) -> Result<(), NotJson> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some(b'"') => _ = self.string()?,
                Some(b'{' | b'[') => (depth, self.at) = (depth + 1, self.at + 1),
                Some(b'}' | b']') => (depth, self.at) = (depth.saturating_sub(1), self.at + 1),
                Some(b',' | b':') => self.at += 1,
                _ => self.word()?,
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// A number or a bare word.
    fn word(&mut self) -> Result<(), NotJson> {
        let rest = &self.json[self.at..];
        let len = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            .count();
        match &rest[..len] {
            b"true" | b"false" | b"null" | b"NaN" | b"Infinity" => {}
            [b'0'..=b'9' | b'-' | b'+' | b'.', ..] => {}
            _ => return Err(self.malformed("expected a JSON value")),
        }
        self.at += len;
        Ok(())
    }
}
