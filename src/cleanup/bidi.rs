//! Bidi controls without their other half.

use std::ops::Range;

/// The bidi controls that are not closed by the end of their line, or that
/// close nothing, as byte spans in order. They are left in the text, since
/// they may be what makes it readable; but they also hide code.
///
/// ```
/// // An override (U+202E) that nothing ends, and a pair that is right.
/// assert_eq!(unbake::unbalanced_bidi("a\u{202e}b"), [1..4]);
/// assert_eq!(unbake::unbalanced_bidi("a\u{2067}b\u{2069}"), []);
/// ```
pub fn unbalanced_bidi(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // What is open, and whether it is an isolate.
    let mut open: Vec<(Range<usize>, bool)> = Vec::new();
    let mut isolates = 0;
    for (at, c) in text.char_indices() {
        let span = at..at + c.len_utf8();
        match c {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push((span, false)),
            '\u{2066}'..='\u{2068}' => {
                isolates += 1;
                open.push((span, true));
            }
            // An embedding ends within its isolate.
            '\u{202c}' => match open.pop_if(|(_, isolate)| !*isolate) {
                Some(_) => {}
                None => found.push(span),
            },
            // An isolate ends, and the embeddings in it.
            '\u{2069}' if isolates > 0 => {
                isolates -= 1;
                while let Some((inner, false)) = open.pop() {
                    found.push(inner);
                }
            }
            '\u{2069}' => found.push(span),
            '\n' | '\u{2029}' => {
                isolates = 0;
                found.extend(open.drain(..).map(|(span, _)| span));
            }
            _ => {}
        }
    }
    found.extend(open.into_iter().map(|(span, _)| span));
    found.sort_unstable_by_key(|span| span.start);
    found
}
