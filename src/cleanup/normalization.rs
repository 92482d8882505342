//! Unicode normalization, in pieces small enough to be edits.

use std::iter::once;
use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

use super::{Changes, Fix, wanted};

/// A text is normalized piece by piece: what starts with a character that
/// nothing before it can change. `e\u{301}` is such a piece in form C.
pub(super) fn normalize(text: &str, form: Fix, out: &mut Changes) {
    let mut start = 0;
    let mut is_open = false;
    for (at, c) in text.char_indices() {
        if wanted::of_char(c).has(form) {
            is_open = true;
            continue;
        }
        if is_open {
            piece(text, start..at, form, out);
        }
        (start, is_open) = (at, false);
    }
    if is_open {
        piece(text, start..text.len(), form, out);
    }
}

fn piece(text: &str, span: Range<usize>, form: Fix, out: &mut Changes) {
    let before = &text[span.clone()];
    // Thai marks, say, are normal as long as they are in order.
    if quick(before.chars(), form) == IsNormalized::Yes {
        return;
    }
    match form {
        Fix::Nfd => change(before, before.nfd(), span, out),
        Fix::Nfkc => change(before, before.nfkc(), span, out),
        Fix::Nfkd => change(before, before.nfkd(), span, out),
        _ => change(before, before.nfc(), span, out),
    }
}

/// Most pieces are normal, and that is told without a copy.
fn change(
    before: &str,
    after: impl Iterator<Item = char> + Clone,
    span: Range<usize>,
    out: &mut Changes,
) {
    if after.clone().ne(before.chars()) {
        out.replace(span, &after.collect::<String>());
    }
}

/// UAX #15, section 9.2: a starter that is in this form whatever surrounds it.
pub(super) fn starts(c: char, form: Fix) -> bool {
    quick(once(c), form) == IsNormalized::Yes && canonical_combining_class(c) == 0
}

fn quick(text: impl Iterator<Item = char>, form: Fix) -> IsNormalized {
    match form {
        Fix::Nfd => is_nfd_quick(text),
        Fix::Nfkc => is_nfkc_quick(text),
        Fix::Nfkd => is_nfkd_quick(text),
        _ => is_nfc_quick(text),
    }
}
