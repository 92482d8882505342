//! What happened to one text.

use std::io::{self, Read, Write};

use crate::args::ExplainArgs;
use crate::outcome::{Outcome, complain};
use crate::output::Output;
use crate::scan::shown;

pub(crate) fn run(args: ExplainArgs, out: &mut Output) -> io::Result<Outcome> {
    let text = match args.text {
        Some(text) => text,
        None => match read_stdin() {
            Ok(text) => text,
            Err(error) => {
                complain(format_args!("<stdin>: {error}"));
                return Ok(Outcome {
                    failed: true,
                    ..Outcome::default()
                });
            }
        },
    };
    let repair = args.search.config().repair(&text);
    let styles = out.styles;
    writeln!(out, "{}", shown(&text))?;
    if repair.is_clean() {
        writeln!(out, "  nothing to repair")?;
        return Ok(Outcome::default());
    }
    for edit in repair.edits() {
        let (before, after, aside) = (styles.before, styles.after, styles.aside);
        // A clean-up is not a matter of evidence.
        let evidence = match edit.score {
            0 => String::new(),
            bits => format!(", {}, {bits} bits", edit.exactness),
        };
        writeln!(
            out,
            "  {before}{}{before:#} → {after}{}{after:#}  {aside}{}{evidence}{aside:#}",
            shown(&text[edit.span.clone()]),
            shown(&edit.after),
            edit.chain,
        )?;
    }
    writeln!(out, "{}", shown(&repair.text()))?;
    Ok(Outcome {
        changes: true,
        ..Outcome::default()
    })
}

fn read_stdin() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text))
}
