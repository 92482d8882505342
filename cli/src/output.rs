//! Standard output: whether a terminal reads it, and in colour.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

pub(crate) struct Output {
    out: BufWriter<StdoutLock<'static>>,
    /// Bytes go to a terminal, which would obey some of them.
    pub(crate) terminal: bool,
    pub(crate) styles: Styles,
    pub(crate) coloured: bool,
    /// In columns.
    pub(crate) width: usize,
}

/// Where nobody says how wide it is.
const WIDTH: usize = 100;

#[derive(Clone, Copy, Default)]
pub(crate) struct Styles {
    pub(crate) name: Style,
    pub(crate) number: Style,
    pub(crate) before: Style,
    pub(crate) after: Style,
    pub(crate) hunk: Style,
    pub(crate) aside: Style,
}

impl Output {
    pub(crate) fn stdout(colour: ColorChoice) -> Self {
        let stdout = io::stdout();
        colour.write_global();
        let coloured = AutoStream::choice(&stdout) != ColorChoice::Never;
        let styles = if coloured {
            Styles {
                name: AnsiColor::Magenta.on_default(),
                number: AnsiColor::Green.on_default(),
                before: AnsiColor::Red.on_default(),
                after: AnsiColor::Green.on_default(),
                hunk: AnsiColor::Cyan.on_default(),
                aside: Style::new().dimmed(),
            }
        } else {
            Styles::default()
        };
        let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0.into());
        Output {
            coloured,
            width: width.or_else(columns).unwrap_or(WIDTH).max(24),
            terminal: stdout.is_terminal(),
            // The text itself must not go through a stream that takes escape
            // sequences out, so the styles alone are switched off.
            out: BufWriter::with_capacity(1 << 16, stdout.lock()),
            styles,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
