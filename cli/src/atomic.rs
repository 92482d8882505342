//! Files that appear whole or not at all: written beside their place, synced,
//! then renamed. What a run leaves beside an output until it is done has a
//! name of one kind: `.unbake-` and a hash of the output's name.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The temporary files there are, for whoever has to end the run at once.
static THERE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn there() -> MutexGuard<'static, Vec<PathBuf>> {
    THERE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The path for something of ours beside an output.
pub(crate) fn beside(output: &Path, kind: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    output.file_name().unwrap_or_default().hash(&mut hasher);
    output.with_file_name(format!(".unbake-{:016x}.{kind}", hasher.finish()))
}

/// Whether a file's name is one that [`beside`] makes.
pub(crate) fn is_ours(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".unbake-")
        && [&b".tmp"[..], b".done", b".changes", b".run"]
            .iter()
            .any(|kind| name.ends_with(kind))
}

/// A file on its way to its place; dropped, it leaves nothing behind.
pub(crate) struct Temporary {
    path: PathBuf,
    target: PathBuf,
    file: Option<File>,
}

impl Temporary {
    /// Begins a file that is to be at `target`; a link there is followed.
    pub(crate) fn new(target: &Path) -> io::Result<Self> {
        // The link stays, and what it leads to is replaced.
        let target = match target.canonicalize() {
            Ok(real) => real,
            Err(_) => target.to_owned(),
        };
        let path = beside(&target, "tmp");
        let mut there = there();
        // A killed run may have left one; a link there is not to be followed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = File::create_new(&path)?;
        there.push(path.clone());
        Ok(Temporary {
            path,
            target,
            file: Some(file),
        })
    }

    pub(crate) fn file(&mut self) -> io::Result<&mut File> {
        let gone = || io::Error::other("the file is already in its place");
        self.file.as_mut().ok_or_else(gone)
    }

    /// Gives it the mode and the owner of another file.
    pub(crate) fn dress_like(&mut self, original: &Metadata) -> io::Result<()> {
        let file = self.file()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            let own = file.metadata()?;
            if (own.uid(), own.gid()) != (original.uid(), original.gid()) {
                fchown(&*file, Some(original.uid()), Some(original.gid())).map_err(|error| {
                    io::Error::new(error.kind(), format!("cannot keep the owner: {error}"))
                })?;
            }
        }
        file.set_permissions(original.permissions())
    }

    /// Makes sure that all of it is on the disk.
    pub(crate) fn sync(&mut self) -> io::Result<Metadata> {
        let file = self.file()?;
        file.flush()?;
        file.sync_all()?;
        file.metadata()
    }

    /// Puts it in its place.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        self.file = None;
        let mut there = there();
        fs::rename(&self.path, &self.target)?;
        there.retain(|path| *path != self.path);
        drop(there);
        // The rename itself is not on the disk before the folder is. Not
        // every file system lets a folder be synced.
        #[cfg(unix)]
        if let Some(folder) = self
            .target
            .parent()
            .and_then(|folder| File::open(folder).ok())
        {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let mut there = there();
        if there.contains(&self.path) {
            there.retain(|path| *path != self.path);
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A file about a run: whole or not there, unless it is a pipe or the like.
pub(crate) enum Report {
    File(Temporary),
    Stream(File),
}

impl Report {
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return File::options().write(true).open(path).map(Report::Stream);
        }
        Temporary::new(path).map(Report::File)
    }

    pub(crate) fn file(&mut self) -> io::Result<&mut File> {
        match self {
            Report::File(temporary) => temporary.file(),
            Report::Stream(file) => Ok(file),
        }
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Report::File(mut temporary) => {
                temporary.sync()?;
                temporary.commit()
            }
            Report::Stream(_) => Ok(()),
        }
    }
}

/// Makes the usual ways of ending a run leave no temporary file. The signal's
/// own action follows, so that a shell sees what ended it.
#[cfg(unix)]
pub(crate) fn clean_up_on_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    // Writing past `ulimit -f` is then an error like that of a full disk.
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                // Kept locked: nothing is begun or put in its place any more.
                let there = there();
                for path in there.iter() {
                    let _ = fs::remove_file(path);
                }
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        })?;
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn clean_up_on_signals() -> io::Result<()> {
    Ok(())
}
