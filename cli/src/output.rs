//! Standard output: whether a terminal reads it, and in colour.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

pub(crate) struct Output {
    out: BufWriter<StdoutLock<'static>>,
    /// Bytes go to a terminal, which would obey some of them.
    pub(crate) terminal: bool,
    pub(crate) styles: Styles,
}

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
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout();
        let colour = AutoStream::choice(&stdout) != ColorChoice::Never;
        let styles = if colour {
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
        Output {
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
