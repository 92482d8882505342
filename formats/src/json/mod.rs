//! Finding the strings in a JSON text, without building a tree.
//!
//! Tolerant where a file can be kept as it is: duplicate keys, `NaN` and
//! `Infinity`, bad escapes, control characters and invalid UTF-8 in strings.

pub(crate) mod string;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

use crate::Malformed;
use crate::fields::{Choice, Fields};

/// An object or array that is not closed yet.
struct Open {
    close: u8,
    choice: Choice,
    /// How many elements an array has had.
    index: usize,
}

/// Deeper than any record that means something; a line of nothing but
/// brackets should not fill the memory.
const MAX_DEPTH: usize = 10_000;

/// Appends where the chosen string values are, between their quotes.
pub(crate) fn find_strings(
    json: &[u8],
    fields: &Fields,
    found: &mut Vec<Range<usize>>,
) -> Result<(), Malformed> {
    let mut matcher = fields.matcher();
    let mut scanner = Scanner { json, at: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut choice = matcher.root();
    'value: loop {
        if open.len() > MAX_DEPTH {
            return Err(scanner.malformed("nested too deep"));
        }
        match scanner.peek() {
            Some(b'"') => {
                let value = scanner.string()?;
                if choice == Choice::All {
                    found.push(value);
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
                        index: 0,
                    });
                    let key = scanner.key()?;
                    choice = matcher.child(choice, || string::unescape_key(key));
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
            let byte = scanner.peek();
            let Some(parent) = open.last_mut() else {
                return match byte {
                    None => Ok(()),
                    Some(_) => Err(scanner.malformed("text after the JSON value")),
                };
            };
            if byte == Some(parent.close) {
                scanner.at += 1;
                open.pop();
            } else if byte == Some(b',') {
                scanner.at += 1;
                choice = if parent.close == b'}' {
                    let key = scanner.key()?;
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

struct Scanner<'j> {
    json: &'j [u8],
    at: usize,
}

impl<'j> Scanner<'j> {
    fn malformed(&self, message: &'static str) -> Malformed {
        Malformed {
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
    fn string(&mut self) -> Result<Range<usize>, Malformed> {
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

    /// What stands between the quotes of a key, its colon passed.
    fn key(&mut self) -> Result<&'j [u8], Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed("expected a key in quotes"));
        }
        let key = &self.json[self.string()?];
        if self.peek() != Some(b':') {
            return Err(self.malformed("expected `:`"));
        }
        self.at += 1;
        Ok(key)
    }

    /// A number or a bare word.
    fn word(&mut self) -> Result<(), Malformed> {
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
