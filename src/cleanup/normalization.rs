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
    let mut last = wanted::LastBlock::default();
    // A piece that has something to ask about; it is in this form if all of it
    // may be and is in order, as Thai marks, say, nearly always are.
    let mut start = 0;
    let (mut is_normal, mut class) = (true, 0);
    for (at, c) in text.char_indices() {
        let is_dull = c.is_ascii() || form == Fix::Nfc && wanted::is_dull(c);
        if is_normal && is_dull {
            (start, class) = (at, 0);
            continue;
        }
        let wants = last.wants(c);
        if !wants.fixes.has(form) {
            if !is_normal {
                change(text, start..at, form, out);
            }
            (start, is_normal, class) = (at, true, 0);
            continue;
        }
        is_normal &= wants.is_normal_after(class, form);
        class = wants.class;
    }
    if !is_normal {
        change(text, start..text.len(), form, out);
    }
}

fn change(text: &str, piece: Range<usize>, form: Fix, out: &mut Changes) {
    let before = &text[piece.clone()];
    match form {
        Fix::Nfd => replace(before, before.nfd(), piece, out),
        Fix::Nfkc => replace(before, before.nfkc(), piece, out),
        Fix::Nfkd => replace(before, before.nfkd(), piece, out),
        _ => replace(before, before.nfc(), piece, out),
    }
}

/// Most pieces are normal, and that is told without a copy.
fn replace(
    before: &str,
    after: impl Iterator<Item = char> + Clone,
    piece: Range<usize>,
    out: &mut Changes,
) {
    if after.clone().ne(before.chars()) {
        out.replace(piece, &after.collect::<String>());
    }
}

/// UAX #15, section 9.2: a starter that is in this form whatever surrounds it.
pub(super) fn starts(c: char, form: Fix) -> bool {
    canonical_combining_class(c) == 0 && is_normal(c, form)
}

/// UAX #15, section 9: whether its quick check says yes.
pub(super) fn is_normal(c: char, form: Fix) -> bool {
    let quick = match form {
        Fix::Nfd => is_nfd_quick,
        Fix::Nfkc => is_nfkc_quick,
        Fix::Nfkd => is_nfkd_quick,
        _ => is_nfc_quick,
    };
    quick(once(c)) == IsNormalized::Yes
}
