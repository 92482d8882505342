//! Outputs into their places: what they replace is kept if asked for, and a
//! marker says that they are there.

use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use crate::args::OnError;
use crate::atomic::Temporary;
use crate::job::{Job, Place};
use crate::resume::{Marker, Stamp};
use crate::stats::Stats;

/// A file that is whole and on the disk, but not in its place yet.
pub(crate) struct Ready {
    temporary: Temporary,
    stamp: Stamp,
}

impl Ready {
    /// Makes a file ready to stand for the one that it was made from.
    pub(crate) fn new(mut temporary: Temporary, input: &Metadata) -> io::Result<Self> {
        // Who may read a pipe says nothing of a file.
        if input.is_file() {
            temporary.dress_like(input)?;
        }
        let stamp = Stamp::of(&temporary.sync()?);
        Ok(Ready { temporary, stamp })
    }

    /// A copy of a file as it is.
    pub(crate) fn copy(source: &Path, target: &Path, input: &Metadata) -> io::Result<Self> {
        let mut temporary = new_file(target)?;
        io::copy(&mut File::open(source)?, temporary.file()?)?;
        Ready::new(temporary, input)
    }
}

/// A file in a folder that may not be there yet.
pub(crate) fn new_file(target: &Path) -> io::Result<Temporary> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    Temporary::new(target)
}

/// Puts an output in its place, if there is one: of a file that stays as it
/// is, only the marker is written.
pub(crate) fn put(
    job: &Job,
    ready: Option<Ready>,
    path: &Path,
    target: &Path,
    metadata: &Metadata,
    stats: &Stats,
    failed: bool,
) -> io::Result<()> {
    let stamp = Stamp::of(metadata);
    let in_place = matches!(job.place, Place::Inputs { .. });
    if in_place && !metadata.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "not a regular file",
        ));
    }
    // What was written to it since would be lost; a pipe is written to all the time.
    if metadata.is_file() && Stamp::of(&fs::metadata(path)?) != stamp {
        return Err(io::Error::other(
            "the file changed while it was read; left as it is",
        ));
    }
    let output = ready.as_ref().map(|ready| ready.stamp.clone());
    let marker = Marker {
        input: path.to_string_lossy().into_owned(),
        stamp: match &output {
            Some(output) if in_place => output.clone(),
            _ => stamp,
        },
        output: output.filter(|_| !in_place),
        config: job.hash.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        failed,
        stats: stats.clone(),
    };
    if let Place::Inputs {
        backup: Some(suffix),
    } = &job.place
        && ready.is_some()
    {
        back_up(path, suffix, job.force)?;
    }
    marker.write(target)?;
    match ready {
        Some(ready) => ready.temporary.commit(),
        None => Ok(()),
    }
}

/// Passes an input on as it is: to its place, or aside if it could not be
/// read.
pub(crate) fn pass(
    job: &Job,
    path: &Path,
    target: &Path,
    stats: &Stats,
    failed: bool,
) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    let aside = failed && job.plan.on_error == OnError::Quarantine;
    let in_place = matches!(job.place, Place::Inputs { .. });
    if aside {
        let copy = Ready::copy(path, &quarantine(target), &metadata)?;
        put_aside(copy.temporary, target, job.force)?;
        // The output of another run would be taken for that of this one.
        if job.force && !in_place && target.exists() {
            fs::remove_file(target)?;
        }
    }
    let ready = if in_place || aside {
        None
    } else {
        Some(Ready::copy(path, target, &metadata)?)
    };
    put(job, ready, path, target, &metadata, stats, failed)
}

/// The records of an input that could not be read.
#[derive(Default)]
pub(crate) struct Aside(Option<Temporary>);

impl Aside {
    /// Appends records.
    pub(crate) fn write(&mut self, target: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = match &mut self.0 {
            Some(temporary) => temporary,
            empty => empty.insert(new_file(&quarantine(target))?),
        };
        temporary.file()?.write_all(bytes)
    }

    /// Puts them beside the output.
    pub(crate) fn put(self, target: &Path, force: bool) -> io::Result<()> {
        match self.0 {
            Some(temporary) => put_aside(temporary, target, force),
            None => Ok(()),
        }
    }
}

/// Puts what could not be read beside an output. What another run put there stays; a
/// killed one may have come as far as this.
fn put_aside(mut temporary: Temporary, target: &Path, force: bool) -> io::Result<()> {
    temporary.sync()?;
    let path = quarantine(target);
    let is_new = force || !path.exists() || Marker::read(target).is_some();
    if !is_new && !are_same(temporary.file()?, &File::open(&path)?)? {
        return Err(exists(&path));
    }
    temporary.commit()
}

/// Whether two files hold the same bytes, from the first on.
fn are_same(mut a: &File, b: &File) -> io::Result<bool> {
    a.rewind()?;
    let (mut a, mut b) = (BufReader::new(a), BufReader::new(b));
    loop {
        let (left, right) = (a.fill_buf()?, b.fill_buf()?);
        let len = left.len().min(right.len());
        if left[..len] != right[..len] || len == 0 {
            return Ok(left.is_empty() && right.is_empty());
        }
        a.consume(len);
        b.consume(len);
    }
}

/// What the names of files end in that hold what could not be read.
pub(crate) const QUARANTINE: &str = ".quarantine";

/// Where that goes which could not be read.
fn quarantine(target: &Path) -> PathBuf {
    with_suffix(target, QUARANTINE)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn exists(path: &Path) -> io::Error {
    let path = path.display();
    io::Error::other(format!("{path} exists; --force overwrites it"))
}

/// Keeps what is about to be replaced under another name: the same file, not
/// a copy, where the file system has links.
fn back_up(path: &Path, suffix: &str, force: bool) -> io::Result<()> {
    let path = path.canonicalize()?;
    let backup = with_suffix(&path, suffix);
    if backup.symlink_metadata().is_ok() {
        if is_same(&path, &backup) {
            // A killed run came as far as this.
            return Ok(());
        }
        if !force {
            return Err(exists(&backup));
        }
        fs::remove_file(&backup)?;
    }
    match fs::hard_link(&path, &backup) {
        Ok(()) => Ok(()),
        Err(_) => {
            let copy = Ready::copy(&path, &backup, &path.metadata()?)?;
            copy.temporary.commit()
        }
    }
}

#[cfg(unix)]
fn is_same(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |path: &Path| path.symlink_metadata().map(|of| (of.dev(), of.ino()));
    matches!((id(a), id(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn is_same(_: &Path, _: &Path) -> bool {
    false
}
