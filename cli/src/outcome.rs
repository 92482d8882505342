//! How a run went, and what is said about it on stderr.

use std::fmt::Display;
use std::io::{self, Write};

/// What the exit code is decided on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// Something is damaged.
    pub(crate) changes: bool,
    /// Something could not be read.
    pub(crate) failed: bool,
}

/// Tells the user. If stderr is closed nobody is there to hear, and that is no
/// reason to stop, as `eprintln!` would.
pub(crate) fn complain(message: impl Display) {
    let _ = writeln!(io::stderr(), "unbake: {message}");
}

/// A line on stderr that is no complaint.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
