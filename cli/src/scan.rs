//! One line a finding.

use std::fmt::Display;
use std::io::{self, Write};

use unbake::{Edit, Exactness, Step};
use unbake_formats::Patch;

use crate::input::Input;
use crate::output::Output;
use crate::place::Places;
use crate::run::Found;
use crate::{unmended, visible};

pub(crate) fn write(found: &Found<'_>, out: &mut Output) -> io::Result<()> {
    let mut places = Places::new(found.batch, found.line);
    let styles = out.styles;
    for patch in &found.mended.patches {
        let place = places.of(patch.span.start);
        let (name, number, aside) = (styles.name, styles.number, styles.aside);
        write!(out, "{name}{}{name:#}:", found.input)?;
        write!(
            out,
            "{number}{}{number:#}:{number}{}{number:#}: ",
            place.line, place.col
        )?;
        if patch.edit.chain.steps().is_empty() {
            writeln!(out, "{}", unmended::describe(&patch.before))?;
            continue;
        }
        let (before, after) = (styles.before, styles.after);
        writeln!(
            out,
            "{}: {before}{}{before:#} → {after}{}{after:#} {aside}({}){aside:#}",
            kind(&patch.edit),
            shown(&patch.before),
            shown(&patch.edit.after),
            patch.edit.chain,
        )?;
    }
    Ok(())
}

/// The same line without colours.
pub(crate) fn finding(input: &Input, place: &dyn Display, patch: &Patch) -> String {
    if patch.edit.chain.steps().is_empty() {
        let what = unmended::describe(&patch.before);
        return format!("{input}:{place}: {what}");
    }
    format!(
        "{input}:{place}: {}: {} → {} ({})",
        kind(&patch.edit),
        shown(&patch.before),
        shown(&patch.edit.after),
        patch.edit.chain,
    )
}

fn kind(edit: &Edit) -> &'static str {
    let mut steps = edit.chain.steps().iter();
    let mojibake = |step: &Step| matches!(step, Step::Misread { .. });
    match edit.exactness {
        Exactness::Inferred => "mojibake-inferred",
        Exactness::Exact if steps.any(mojibake) => "mojibake",
        Exactness::Exact => "clean-up",
    }
}

/// A text in a message: on one line, and never nothing.
pub(crate) fn shown(text: &str) -> String {
    if text.is_empty() {
        "<nothing>".to_owned()
    } else {
        visible::line(text)
    }
}
