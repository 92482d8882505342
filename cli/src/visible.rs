//! Characters that cannot be seen, or that a terminal would obey, as marks
//! like `<U+009D>`. Damaged text is full of them: U+009B begins a terminal
//! command, and U+202E turns a line around.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

/// What gets a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    /// What a terminal would obey; the rest of the text is printed as it is.
    Commands,
    /// All that cannot be seen, so that changes of it can be.
    Invisible,
}

/// A text on one line, with all that is invisible marked.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => push(&mut out, char, Marks::Invisible),
        }
    }
    out
}

/// How many places of a terminal a text takes: East Asian characters take
/// two, combining marks none.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Bytes for a terminal; tabs and ends of lines stay.
pub(crate) fn bytes(bytes: &[u8], marks: Marks) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes)
        && !text.chars().any(|char| is_marked(char, marks))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let mut chars = chunk.valid().chars().peekable();
        while let Some(char) = chars.next() {
            // Elsewhere it would let a text write over the line it is on.
            let ends_line = match chars.peek() {
                Some(next) => *next == '\n',
                None => chunk.invalid().is_empty(),
            };
            if char == '\r' && ends_line {
                out.push(char);
            } else {
                push(&mut out, char, marks);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "<{byte:02X}>");
        }
    }
    Cow::Owned(out)
}

fn push(out: &mut String, char: char, marks: Marks) {
    if is_marked(char, marks) {
        let _ = write!(out, "<U+{:04X}>", u32::from(char));
    } else {
        out.push(char);
    }
}

fn is_marked(char: char, marks: Marks) -> bool {
    is_command(char) || (marks == Marks::Invisible && is_invisible(char))
}

/// Controls, but for newline and tab, and what turns the direction of writing.
fn is_command(char: char) -> bool {
    match char {
        '\n' | '\t' => false,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        _ => char.is_control(),
    }
}

/// Characters without ink, but for the plain space and variation selectors,
/// and those whose ink nobody knows.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{A0}' | '\u{AD}' | '\u{34F}'
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
        | '\u{1680}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
        | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}' | '\u{FFFF}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_of_visible_characters() {
        assert_eq!(
            line("Ã\u{9d}\u{a0}\n\r\t\u{1b}[31m"),
            "Ã<U+009D><U+00A0>\\n\\r\\t<U+001B>[31m"
        );
        assert_eq!(
            line("é ￿ 中　文\u{fffd}❤\u{fe0f}"),
            "é <U+FFFF> 中　文\u{fffd}❤\u{fe0f}"
        );
    }

    #[test]
    fn a_terminal_gets_no_command() {
        let raw = "a\tb\r\n\u{9b}31m\u{202e}\u{a0}\u{7f}";
        let marked = "a\tb\r\n<U+009B>31m<U+202E>\u{a0}<U+007F>";
        assert_eq!(bytes(raw.as_bytes(), Marks::Commands), marked);
        assert_eq!(
            bytes(b"\xC3\xA9\r\n\xFF\x9B\ra\r\n", Marks::Commands),
            "é\r\n<FF><9B><U+000D>a\r\n"
        );
        assert!(matches!(
            bytes("é\u{a0}".as_bytes(), Marks::Commands),
            Cow::Borrowed(_)
        ));
    }
}
