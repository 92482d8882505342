//! The changes to the lines of a file, for `patch`.

use std::io::{self, Write};

use unbake::diff::{Change, Hunks, Line, LineKind, NO_NEWLINE};

use crate::output::Output;
use crate::run::Found;
use crate::visible::{self, Marks};

pub(crate) fn write(found: Found<'_>, out: &mut Output) -> io::Result<()> {
    let changes = found
        .mended
        .changes()
        .into_iter()
        .map(|(span, after)| Change {
            span,
            after: after.into(),
        })
        .collect();
    let styles = out.styles;
    for (i, hunk) in Hunks::new(found.batch, changes).enumerate() {
        if i == 0 {
            let name = found.input.patch_name();
            for sign in ["---", "+++"] {
                write!(out, "{}{sign} ", styles.name)?;
                raw_or_marked(&name, out)?;
                writeln!(out, "{:#}", styles.name)?;
            }
        }
        writeln!(out, "{}{}{:#}", styles.hunk, hunk.header(), styles.hunk)?;
        for line in hunk.lines() {
            write_line(line, out)?;
        }
    }
    Ok(())
}

fn write_line(line: Line<'_>, out: &mut Output) -> io::Result<()> {
    let style = match line.kind {
        LineKind::Context => anstyle::Style::new(),
        LineKind::Removed => out.styles.before,
        LineKind::Added => out.styles.after,
    };
    write!(out, "{style}{}", line.kind.sign())?;
    raw_or_marked(line.text, out)?;
    writeln!(out, "{style:#}")?;
    if !line.terminated {
        writeln!(out, "{NO_NEWLINE}")?;
    }
    Ok(())
}

/// On a terminal a diff is for looking at; anywhere else it is for `patch`,
/// exact to the byte.
fn raw_or_marked(bytes: &[u8], out: &mut Output) -> io::Result<()> {
    if out.terminal {
        out.write_all(visible::bytes(bytes, Marks::Invisible).as_bytes())
    } else {
        out.write_all(bytes)
    }
}
