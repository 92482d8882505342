//! Line breaks.

use super::Changes;

/// `\r\n`, `\r`, U+0085, U+2028 and U+2029 become `\n`.
pub(super) fn breaks(text: &str, out: &mut Changes) {
    let bytes = text.as_bytes();
    if text.is_ascii() && memchr::memchr(b'\r', bytes).is_none() {
        return;
    }
    for (at, c) in text.char_indices() {
        match c {
            '\r' if bytes.get(at + 1) == Some(&b'\n') => out.remove(at..at + 1),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.replace(at..at + c.len_utf8(), "\n");
            }
            _ => {}
        }
    }
}
