//! One line a finding.

use std::fmt::Display;
use std::io::{self, Write};

use unbake_formats::Patch;

use crate::finding::{Passage, kind};
use crate::input::Input;
use crate::output::Output;
use crate::visible;

pub(crate) fn write(passage: &Passage, index: usize, out: &mut Output) -> io::Result<()> {
    let styles = out.styles;
    let (name, number, aside) = (styles.name, styles.number, styles.aside);
    let (edit, finding) = (&passage.edits[index], &passage.findings[index]);
    write!(out, "{name}{}{name:#}:", passage.origin.name)?;
    match &finding.place {
        Some(place) => {
            let (line, col) = (place.start.line, place.start.col);
            write!(out, "{number}{line}{number:#}:{number}{col}{number:#}: ")?;
        }
        None => write!(out, "row {}:{}: ", passage.record, passage.field)?,
    }
    let (before, after) = (styles.before, styles.after);
    writeln!(
        out,
        "{}: {before}{}{before:#} → {after}{}{after:#} {aside}({}){aside:#}",
        kind(edit),
        shown(&finding.before),
        shown(&edit.after),
        edit.chain,
    )
}

/// The same line without colours.
pub(crate) fn finding(input: &Input, place: &dyn Display, patch: &Patch) -> String {
    format!(
        "{input}:{place}: {}: {} → {} ({})",
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
