//! What happened to one text: after each step, byte by byte, and what speaks
//! for another account of it.

use std::io::{self, Read, Write};

use unbake::{Config, Edit};

use crate::args::ExplainArgs;
use crate::derivation::Derivation;
use crate::finding::evidence;
use crate::outcome::{Outcome, complain};
use crate::output::Output;
use crate::scan::shown;
use crate::visible;

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
    let config = args.search.config();
    let repair = config.repair(&text);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        let edits: Vec<&Edit> = repair
            .edits()
            .iter()
            .filter(|edit| span.start <= edit.span.start && edit.span.start < span.end.max(1))
            .collect();
        let line = line.trim_end_matches(['\n', '\r']);
        explain(&text, line, span.start, &edits, &config, out)?;
    }
    if text.is_empty() {
        explain(&text, "", 0, &[], &config, out)?;
    }
    Ok(Outcome {
        changes: !repair.is_clean(),
        ..Outcome::default()
    })
}

/// How many accounts are listed: the best and its rivals.
const ACCOUNTS: usize = 4;

/// A line, `at` in the text, after each step, its edits byte by byte, and what
/// else it could have been.
fn explain(
    text: &str,
    line: &str,
    at: usize,
    edits: &[&Edit],
    config: &Config,
    out: &mut Output,
) -> io::Result<()> {
    let accounts = config.explain(line);
    let mut rows = vec![(line.to_owned(), String::new())];
    match edits {
        [] => rows[0].1 = "nothing to repair".to_owned(),
        edits => {
            let fixed = fixed(line, at, edits);
            if let Some(best) = accounts.first()
                && best.texts.last() == Some(&fixed)
            {
                let steps = best.chain.steps().iter().rev();
                let undone = steps.map(|step| format!("{step} undone"));
                rows.extend(best.texts.iter().cloned().zip(undone));
            } else {
                rows.push((fixed, "repaired".to_owned()));
            }
        }
    }
    table(
        rows.iter().map(|(text, step)| [shown(text), step.clone()]),
        out,
    )?;
    // The same edit again says nothing new.
    let mut told: Vec<(&str, &Edit, usize)> = Vec::new();
    for edit in edits {
        let before = &text[edit.span.clone()];
        let same = |(known, other, _): &&mut (&str, &Edit, usize)| {
            *known == before && other.after == edit.after && other.chain == edit.chain
        };
        match told.iter_mut().find(same) {
            Some((.., count)) => *count += 1,
            None => told.push((before, edit, 1)),
        }
    }
    let (old, new, aside) = (out.styles.before, out.styles.after, out.styles.aside);
    let mut stands_apart = true;
    for (before, edit, count) in told {
        let derivation = Derivation::new(before, edit);
        if stands_apart || derivation.is_some() {
            writeln!(out)?;
        }
        let times = match count {
            1 => String::new(),
            _ => format!(" ×{count}"),
        };
        writeln!(
            out,
            "{old}{}{old:#} → {new}{}{new:#}{times}  {aside}{}{aside:#}",
            shown(before),
            shown(&edit.after),
            evidence(edit),
        )?;
        stands_apart = derivation.is_some();
        for line in derivation.iter().flat_map(Derivation::lines) {
            writeln!(out, "  {line}")?;
        }
    }
    if !accounts.is_empty() {
        writeln!(out)?;
        let alone = [0.to_string(), "left alone".to_owned(), shown(line)];
        let accounts = accounts.iter().take(ACCOUNTS).map(|account| {
            let text = account.texts.last().map_or(line, |text| text);
            [
                account.score.to_string(),
                account.chain.to_string(),
                shown(text),
            ]
        });
        let heads = ["bits", "chain", "text"].map(str::to_owned);
        table([heads].into_iter().chain(accounts).chain([alone]), out)?;
    }
    Ok(())
}

/// A line with its edits made.
fn fixed(line: &str, at: usize, edits: &[&Edit]) -> String {
    let (mut fixed, mut done) = (String::new(), 0);
    for edit in edits {
        // A clean-up can take the end of the line along.
        let start = (edit.span.start - at).min(line.len());
        fixed.push_str(&line[done.min(start)..start]);
        fixed.push_str(&edit.after);
        done = (edit.span.end - at).min(line.len());
    }
    fixed.push_str(&line[done..]);
    fixed
}

/// Rows of texts, in columns.
fn table<const N: usize>(
    rows: impl Iterator<Item = [String; N]> + Clone,
    out: &mut Output,
) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows.clone() {
        for (width, text) in widths.iter_mut().zip(&row) {
            *width = visible::width(text).max(*width);
        }
    }
    for row in rows {
        let mut line = String::new();
        for (text, width) in row.iter().zip(widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width + 2 - visible::width(text)));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn read_stdin() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text))
}
