//! The changes to the lines of a file, for `patch`.

use std::io::{self, Write};

use unbake::diff::{Change, Hunks, Line, LineKind, NO_NEWLINE};
use unbake_formats::Mended;

use crate::input::Input;
use crate::output::Output;
use crate::visible::{self, Marks};

/// On a terminal invisible characters are marked, unless `raw`; anywhere else
/// it is exact to the byte.
pub(crate) fn write(
    input: &Input,
    bytes: &[u8],
    mended: &Mended,
    raw: bool,
    out: &mut Output,
) -> io::Result<()> {
    let marked = out.terminal && !raw;
    let changes = mended
        .changes()
        .into_iter()
        .map(|(span, after)| Change {
            span,
            after: after.into(),
        })
        .collect();
    let styles = out.styles;
    for (i, hunk) in Hunks::new(bytes, changes).enumerate() {
        if i == 0 {
            let name = input.patch_name();
            for sign in ["---", "+++"] {
                write!(out, "{}{sign} ", styles.name)?;
                raw_or_marked(&name, marked, out)?;
                writeln!(out, "{:#}", styles.name)?;
            }
        }
        writeln!(out, "{}{}{:#}", styles.hunk, hunk.header(), styles.hunk)?;
        for line in hunk.lines() {
            write_line(&line, marked, out)?;
        }
    }
    Ok(())
}

fn write_line(line: &Line<'_>, marked: bool, out: &mut Output) -> io::Result<()> {
    let style = match line.kind {
        LineKind::Context => anstyle::Style::new(),
        LineKind::Removed => out.styles.before,
        LineKind::Added => out.styles.after,
    };
    write!(out, "{style}{}", line.kind.sign())?;
    raw_or_marked(line.text, marked, out)?;
    writeln!(out, "{style:#}")?;
    if !line.terminated {
        writeln!(out, "{NO_NEWLINE}")?;
    }
    Ok(())
}

fn raw_or_marked(bytes: &[u8], marked: bool, out: &mut Output) -> io::Result<()> {
    if marked {
        out.write_all(visible::bytes(bytes, Marks::Invisible).as_bytes())
    } else {
        out.write_all(bytes)
    }
}
