//! Files that appear whole or not at all: written beside their place, synced,
//! then renamed. What a run leaves beside an output until it is done has a
//! name of one kind: `.unbake-` and a hash of the output's name.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, TryLockError};
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
        let file = locked(&path)?;
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

    /// Gives it the mode and the owner of another file. Only root can give files away: what
    /// is not put in place of a file of that owner is else one's own.
    pub(crate) fn dress_like(&mut self, original: &Metadata) -> io::Result<()> {
        #[cfg(unix)]
        let replaced = self.target.metadata();
        let file = self.file()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            let own = file.metadata()?;
            if (own.uid(), own.gid()) != (original.uid(), original.gid()) {
                let given = fchown(&*file, Some(original.uid()), Some(original.gid()));
                let is_alike = |there: Metadata| {
                    (there.uid(), there.gid()) == (original.uid(), original.gid())
                };
                if let Err(error) = given
                    && replaced.is_ok_and(is_alike)
                {
                    let message = format!("cannot keep the owner: {error}");
                    return Err(io::Error::new(error.kind(), message));
                }
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
        let mut there = there();
        // Locked until it is there, or another run could take it for one left over.
        fs::rename(&self.path, &self.target)?;
        there.retain(|path| *path != self.path);
        drop(there);
        self.file = None;
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

/// Creates a file that is locked for as long as it is open. What a killed run left there
/// goes, and what another is at work on is an error: two of them would each put
/// half of what the other wrote in its place.
fn locked(path: &Path) -> io::Result<File> {
    loop {
        match File::create_new(path) {
            Ok(file) => {
                lock(&file)?;
                if is_at(&file, path) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => {
                // A link is none of ours, and not to be followed.
                let is_file = |there: Metadata| there.is_file();
                let left = match path.symlink_metadata().is_ok_and(is_file) {
                    true => File::open(path).ok(),
                    false => None,
                };
                if let Some(left) = &left {
                    lock(left)?;
                }
                if left.is_none_or(|left| is_at(&left, path)) {
                    match fs::remove_file(path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                        _ => {}
                    }
                }
            }
        }
    }
}

fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let message = "another run is writing it";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, message))
        }
        // Not every file system has locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Whether this is the file at a path, and not one that was there before.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |of: io::Result<Metadata>| of.map(|of| (of.dev(), of.ino())).ok();
    id(file.metadata()) == id(path.symlink_metadata())
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_do_not_write_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.txt");
        let mut first = Temporary::new(&target).unwrap();
        first.file().unwrap().write_all(b"first").unwrap();
        let second = Temporary::new(&target).err().unwrap();
        assert_eq!(second.kind(), io::ErrorKind::ResourceBusy);
        first.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"first");

        // One that was killed left a file.
        let left = beside(&target, "tmp");
        fs::write(&left, "left").unwrap();
        Temporary::new(&target).unwrap().commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"");
        assert!(!left.exists());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_its_way_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, other) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
        fs::write(&other, "precious").unwrap();
        std::os::unix::fs::symlink(&other, beside(&target, "tmp")).unwrap();
        let mut file = Temporary::new(&target).unwrap();
        file.file().unwrap().write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"precious");
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }
}
