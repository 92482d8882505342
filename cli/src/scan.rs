//! One line a finding.

use unbake_formats::Patch;

use crate::finding::kind;
use crate::input::Input;
use crate::output::Styles;
use crate::place::Places;
use crate::run::Found;
use crate::{unmended, visible};

/// The findings, each with its place: line and column, or row and column of a
/// table.
pub(crate) fn lines<'f>(
    found: &'f Found<'f>,
    styles: Styles,
) -> impl Iterator<Item = String> + use<'f> {
    let mended = &found.mended;
    let mut places = (!found.table).then(|| Places::new(found.batch, found.base.line));
    let damaged = mended.damaged.iter().flat_map(|damaged| {
        let patches = mended.patches[damaged.patches.clone()].iter();
        patches.map(|patch| (damaged.record as u64, patch))
    });
    damaged.map(move |(record, patch)| {
        let place = match &mut places {
            Some(places) => places.of(patch.span.start).to_string(),
            None => format!("row {}:{}", found.base.record + record, patch.field),
        };
        line(found.input, &place, patch, styles)
    })
}

fn line(input: &Input, place: &str, patch: &Patch, styles: Styles) -> String {
    let Styles {
        name,
        number,
        before,
        after,
        aside,
        ..
    } = styles;
    if unmended::is_unmended(&patch.edit) {
        let (kind, what) = unmended::told(&patch.before);
        return format!("{name}{input}{name:#}:{number}{place}{number:#}: {kind}: {what}");
    }
    format!(
        "{name}{input}{name:#}:{number}{place}{number:#}: {}: \
         {before}{}{before:#} → {after}{}{after:#} {aside}({}){aside:#}",
        kind(&patch.edit),
        shown(&patch.before),
        shown(&patch.edit.after),
        patch.edit.chain,
    )
}

/// A text in a message: on one line, and never nothing.
pub(crate) fn shown(text: &str) -> String {
    if text.is_empty() {
        "<nothing>".to_owned()
    } else {
        visible::line(text)
    }
}
