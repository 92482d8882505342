//! What is found and not changed: lost characters, bidi controls without their
//! other half. A finding like any other, but that it leaves the text as it is
//! and has no chain.

use unbake::{Chain, Edit, Exactness, Trace, Unrecoverable, unbalanced_bidi, unrecoverable};

use crate::visible;

/// What lost characters are called.
pub(crate) const UNRECOVERABLE: &str = "unrecoverable";
/// What bidi controls without their other half are called.
pub(crate) const UNBALANCED_BIDI: &str = "unbalanced-bidi";

/// The edits, and between them what they leave unmended.
pub(crate) fn among(text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    let lost = unrecoverable(text).into_iter().map(|place| place.span);
    let spans = lost.chain(unbalanced_bidi(text));
    let mended = edits.len();
    for span in spans {
        let next = edits[..mended].partition_point(|edit| edit.span.end <= span.start);
        if next == mended || edits[next].span.start >= span.end {
            edits.push(Edit {
                after: text[span.clone()].to_owned(),
                span,
                chain: Chain::default(),
                exactness: Exactness::Exact,
                score: 0,
            });
        }
    }
    edits.sort_by_key(|edit| edit.span.start);
    edits
}

/// Whether more than this part of the text is lost, once it is mended. Question
/// marks may be meant, and don't count.
pub(crate) fn is_lost(text: &str, edits: &[Edit], most: f64) -> bool {
    let stays = |start: usize| {
        let next = edits.partition_point(|edit| edit.span.end <= start);
        edits.get(next).is_none_or(|edit| edit.span.start > start)
    };
    let lost: usize = unrecoverable(text)
        .into_iter()
        .filter(|place| place.trace != Trace::QuestionMarks && stays(place.span.start))
        .map(|place| place.count)
        .sum();
    lost as f64 > most * text.chars().count() as f64
}

/// Whether a finding changes nothing.
pub(crate) fn is_unmended(edit: &Edit) -> bool {
    edit.chain.steps().is_empty()
}

/// What such a finding is called, and what is there: `unrecoverable`, and
/// `�� (U+FFFD, 2 characters)`.
pub(crate) fn told(text: &str) -> (&'static str, String) {
    let shown = visible::line(text);
    match unrecoverable(text).first() {
        Some(Unrecoverable { count, trace, .. }) => (
            UNRECOVERABLE,
            format!("{shown} ({trace}, {count} characters)"),
        ),
        None => (UNBALANCED_BIDI, shown),
    }
}
