//! Backspaces done as a typewriter would not: the character before goes.

use memchr::memchr;

use super::Changes;

/// `teh\u{8}\u{8}he` → `the`, and overstruck `b\u{8}bo\u{8}o` → `bo`. At the start of a
/// line there is nothing to take, and the backspace stays.
pub(super) fn apply(text: &str, out: &mut Changes) {
    if memchr(8, text.as_bytes()).is_none() {
        return;
    }
    let mut left: Vec<usize> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '\u{8}' => {
                let Some(start) = left.pop() else { continue };
                // What went after that character went before it.
                while out.0.last().is_some_and(|(span, _)| span.start >= start) {
                    out.0.pop();
                }
                out.remove(start..at + 1);
            }
            '\n' => left.clear(),
            _ => left.push(at),
        }
    }
}
