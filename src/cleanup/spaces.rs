//! Spaces.

use super::{Changes, beyond_ascii};

/// Spaces of other widths become plain, and lines of nothing but no-break
/// spaces empty. A no-break space in a line has a reason, and the ideographic
/// one is the plain one where it is used.
pub(super) fn plain(text: &str, out: &mut Changes) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let blank = body.contains('\u{a0}') && body.chars().all(|c| is_space(c) || is_exotic(c));
        if blank {
            out.remove(start..start + body.len());
        } else if !body.is_ascii() {
            for (at, c) in beyond_ascii(body).filter(|(_, c)| is_exotic(*c)) {
                out.replace(start + at..start + at + c.len_utf8(), " ");
            }
        }
        start += line.len();
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}')
}

/// All that Unicode calls space separators, but for U+0020, U+00A0, U+3000.
pub(super) fn is_exotic(c: char) -> bool {
    let line_break = matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
    !c.is_ascii() && c.is_whitespace() && !line_break && !matches!(c, '\u{a0}' | '\u{3000}')
}

/// Several spaces become one; not those that indent a line.
pub(super) fn runs(text: &str, out: &mut Changes) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b' ', &bytes[at..]) {
        let start = at + found;
        at = start
            + bytes[start..]
                .iter()
                .take_while(|&&byte| byte == b' ')
                .count();
        let indents = start == 0 || matches!(bytes[start - 1], b'\n' | b'\r' | b'\t');
        if !indents && at > start + 1 {
            out.remove(start + 1..at);
        }
    }
}

/// Spaces, tabs and no-break spaces before a line break go.
pub(super) fn trailing(text: &str, out: &mut Changes) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let kept = body.trim_end_matches(is_space).len();
        if kept < body.len() {
            out.remove(start + kept..start + body.len());
        }
        start += line.len();
    }
}
