//! Markers beside finished outputs, so that a run that was killed goes on
//! with the first file that has none. A run that comes to its end removes
//! them.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::atomic::{Temporary, beside};
use crate::input::Input;
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

    /// Whether it speaks of this input and this output as they are now.
    pub(crate) fn fits(
        &self,
        path: &Path,
        metadata: &Metadata,
        target: &Path,
        config: &str,
    ) -> bool {
        self.input == path.to_string_lossy()
            && self.stamp == Stamp::of(metadata)
            && self.is_of(config)
            && self.made(target)
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

/// Says of a run that it came to its end: all its markers together, while they
/// are removed one by one.
#[derive(Serialize, Deserialize)]
struct Conclusion {
    config: String,
    /// Of each input; nothing if it could not be read.
    markers: Vec<Option<Marker>>,
}

/// The files that a run writes, and what they are made from.
fn outputs<'i>(inputs: &'i [Input]) -> impl Iterator<Item = (&'i Path, &'i Path)> {
    let both = |input: &'i Input| Some((input.path()?, input.target.as_deref()?));
    inputs.iter().filter_map(both)
}

fn conclusion(inputs: &[Input]) -> Option<PathBuf> {
    outputs(inputs)
        .next()
        .map(|(_, target)| beside(target, "run"))
}

/// Whether a run like this one was killed when all was done but for removing
/// its markers; and then, whether something had been wrong.
pub(crate) fn concluded(inputs: &[Input], config: &str) -> Option<bool> {
    let found: Conclusion = serde_json::from_slice(&fs::read(conclusion(inputs)?).ok()?).ok()?;
    let mut outputs = outputs(inputs);
    let fits = found.markers.iter().all(|marker| {
        let (Some((path, target)), Some(marker)) = (outputs.next(), marker) else {
            return marker.is_none();
        };
        fs::metadata(path).is_ok_and(|metadata| marker.fits(path, &metadata, target, config))
    });
    let failed = |marker: &Option<Marker>| marker.as_ref().is_none_or(|marker| marker.failed);
    (found.config == config && fits && outputs.next().is_none())
        .then(|| found.markers.iter().any(failed))
}

/// Notes that a run has come to its end.
pub(crate) fn conclude(inputs: &[Input], config: &str) -> io::Result<()> {
    let Some(path) = conclusion(inputs) else {
        return Ok(());
    };
    let markers = outputs(inputs).map(|(_, target)| Marker::read(target));
    let conclusion = Conclusion {
        config: config.to_owned(),
        markers: markers.collect(),
    };
    // No output could be written: then there is nothing to go on from.
    if conclusion.markers.iter().all(Option::is_none) {
        return Ok(());
    }
    let mut file = Temporary::new(&path)?;
    file.file()?.write_all(&serde_json::to_vec(&conclusion)?)?;
    file.sync()?;
    file.commit()
}

/// Takes away what is only of use to a run that was killed.
pub(crate) fn forget(inputs: &[Input]) {
    for (_, target) in outputs(inputs) {
        let _ = fs::remove_file(marker(target));
        let _ = fs::remove_file(changes(target));
    }
    if let Some(path) = conclusion(inputs) {
        let _ = fs::remove_file(path);
    }
}
