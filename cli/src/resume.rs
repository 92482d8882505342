//! Markers beside finished outputs, so that a run that was killed goes on
//! with the first file that has none. A run that comes to its end removes
//! them.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::atomic::beside;
use crate::stats::Stats;

/// What tells a file from one that was changed since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    /// Since 1970, in nanoseconds.
    modified: Option<u64>,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Stamp {
            size: metadata.len(),
            modified: since.and_then(|since| u64::try_from(since.as_nanos()).ok()),
        }
    }
}

/// Says that a file is done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// The input's path, as it was named.
    pub(crate) input: String,
    /// The input as it was read; for one that was rewritten in place this is
    /// the output's.
    pub(crate) stamp: Stamp,
    /// The output; nothing if none was written.
    pub(crate) output: Option<Stamp>,
    pub(crate) config: String,
    pub(crate) version: String,
    /// The run must still say that something was wrong.
    pub(crate) failed: bool,
    pub(crate) stats: Stats,
}

pub(crate) fn marker(output: &Path) -> PathBuf {
    beside(output, "done")
}

/// Where the changes of one file are kept until the run is over.
pub(crate) fn changes(output: &Path) -> PathBuf {
    beside(output, "changes")
}

impl Marker {
    /// Written before the output is renamed to its place: then a marker that
    /// fits what is there speaks of it, and one that doesn't is of a rename
    /// that never came.
    pub(crate) fn write(&self, output: &Path) -> io::Result<()> {
        fs::write(marker(output), serde_json::to_vec(self)?)
    }

    /// The marker beside an output, if it can be read.
    pub(crate) fn read(output: &Path) -> Option<Marker> {
        serde_json::from_slice(&fs::read(marker(output)).ok()?).ok()
    }

    /// Whether a run like this one left it.
    pub(crate) fn is_of(&self, config: &str) -> bool {
        self.config == config && self.version == env!("CARGO_PKG_VERSION")
    }

    /// Whether the output that it speaks of is still there.
    pub(crate) fn made(&self, output: &Path) -> bool {
        match (&self.output, fs::metadata(output)) {
            (Some(stamp), Ok(metadata)) => *stamp == Stamp::of(&metadata),
            (None, _) => true,
            _ => false,
        }
    }
}

/// Takes away what is only of use to a run that was killed.
pub(crate) fn forget(output: &Path) {
    let _ = fs::remove_file(marker(output));
    let _ = fs::remove_file(changes(output));
}
