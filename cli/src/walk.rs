//! Paths, folders and lists as the files that they stand for.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{self, Component, Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use crate::args::InputArgs;
use crate::atomic;
use crate::commit::QUARANTINE;

/// A file to read.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    /// Its place in a mirrored tree; nothing for standard input.
    pub(crate) mirrored: PathBuf,
    /// Found in a folder, and not named.
    pub(crate) found: bool,
}

/// What could not be gone through.
pub(crate) type Complaints = Vec<String>;

/// What of a folder is left out.
pub(crate) struct LeftOut<'a> {
    /// `-o out` may be within what is read.
    pub(crate) folder: Option<&'a Path>,
    /// Files are rewritten where they are: no others than those within the folder,
    /// nor what was put beside them because it could not be read.
    pub(crate) in_place: bool,
    /// What they were is kept under names that end in this.
    pub(crate) backup: Option<&'a str>,
}

/// The files, in an order that does not depend on the file system: as they
/// are named, those of a folder by name.
pub(crate) fn entries(
    args: &InputArgs,
    left_out: &LeftOut<'_>,
) -> Result<(Vec<Entry>, Complaints), String> {
    let mut paths = args.paths.clone();
    for list in &args.files_from {
        paths.append(&mut listed(list, args.null)?);
    }
    if paths.is_empty() && args.files_from.is_empty() {
        paths.push(PathBuf::from("-"));
    }
    let shared = shared_folder(&paths);
    let mut entries = Vec::new();
    let mut complaints = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(&path, args, left_out, &mut entries, &mut complaints)?;
        } else {
            let absolute = absolute(&path);
            let mirrored = match absolute.strip_prefix(&shared) {
                Ok(way) if way.components().next().is_some() => way.to_owned(),
                _ => PathBuf::from(path.file_name().unwrap_or_default()),
            };
            entries.push(Entry {
                path,
                mirrored,
                found: false,
            });
        }
    }
    Ok((entries, complaints))
}

/// Keeps each file once, however many names and links lead to it: it is to be
/// rewritten in place.
pub(crate) fn once(entries: &mut Vec<Entry>) {
    let mut seen = HashSet::new();
    entries.retain(|entry| match entry.path.canonicalize() {
        Ok(path) => seen.insert(path),
        Err(_) => true,
    });
}

/// Where version control keeps what it would no longer know if anything of it changed.
const VERSIONS: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

fn walk(
    folder: &Path,
    args: &InputArgs,
    left_out: &LeftOut<'_>,
    entries: &mut Vec<Entry>,
    complaints: &mut Complaints,
) -> Result<(), String> {
    let mut globs = OverrideBuilder::new(folder);
    for glob in &args.include {
        globs
            .add(glob)
            .map_err(|error| format!("--include {glob}: {error}"))?;
    }
    for glob in &args.exclude {
        let error = |error| format!("--exclude {glob}: {error}");
        globs.add(&format!("!{glob}")).map_err(error)?;
    }
    let globs = globs.build().map_err(|error| error.to_string())?;
    let skip = left_out.folder.and_then(|skip| skip.canonicalize().ok());
    let in_place = left_out.in_place;
    let within = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut kept: Vec<String> = left_out.backup.iter().map(|s| (*s).to_owned()).collect();
    if in_place {
        kept.push(QUARANTINE.to_owned());
    }
    let walk = WalkBuilder::new(folder)
        // Data is not source code: hidden files count, and what git ignores, unless
        // asked for.
        .standard_filters(false)
        .git_ignore(args.ignore_files)
        .ignore(args.ignore_files)
        .parents(args.ignore_files)
        .require_git(false)
        .follow_links(true)
        .overrides(globs)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_skipped = is_dir && skip.is_some() && entry.path().canonicalize().ok() == skip;
            let is_link = in_place && entry.depth() > 0 && entry.path_is_symlink();
            let leads_out = || match entry.path().canonicalize() {
                Ok(path) => !path.starts_with(&within),
                Err(_) => false,
            };
            let is_elsewhere = is_link && (is_dir || leads_out());
            let name = entry.file_name();
            let ends = |end: &String| name.as_encoded_bytes().ends_with(end.as_bytes());
            let is_kept = !is_dir && kept.iter().any(ends);
            let is_versions = is_dir && VERSIONS.iter().any(|of| name == *of);
            !is_skipped && !is_elsewhere && !is_kept && !is_versions && !atomic::is_ours(name)
        })
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let way = entry.path().strip_prefix(folder).unwrap_or(entry.path());
                entries.push(Entry {
                    mirrored: way.to_owned(),
                    path: entry.into_path(),
                    found: true,
                });
            }
            // Folders, sockets and the like.
            Ok(_) => {}
            Err(error) => complaints.push(said(&error)),
        }
    }
    Ok(())
}

/// What is wrong and where, said once: the walker says the path in its own words, too.
fn said(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { path, err } => format!("{}: {}", path.display(), said(err)),
        ignore::Error::WithDepth { err, .. } => said(err),
        ignore::Error::Io(error) => {
            let cause = error.get_ref().and_then(|it| it.source());
            cause.map_or_else(|| error.to_string(), ToString::to_string)
        }
        ignore::Error::Loop { ancestor, child } => {
            let (child, ancestor) = (child.display(), ancestor.display());
            format!("{child}: leads back to {ancestor}; passed over")
        }
        error => error.to_string(),
    }
}

/// The names in a list, one a line or with a NUL behind each.
fn listed(list: &Path, null: bool) -> Result<Vec<PathBuf>, String> {
    let mut bytes = Vec::new();
    let read = if list.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(list).map(|read| bytes = read)
    };
    read.map_err(|error| format!("--files-from {}: {error}", list.display()))?;
    let end = if null { 0 } else { b'\n' };
    Ok(bytes
        .split(|&byte| byte == end)
        .map(|name| match name {
            [name @ .., b'\r'] if !null && cfg!(windows) => name,
            name => name,
        })
        .filter(|name| !name.is_empty())
        .map(as_path)
        .collect())
}

#[cfg(unix)]
fn as_path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(name.to_owned()).into()
}

#[cfg(not(unix))]
fn as_path(name: &[u8]) -> PathBuf {
    OsString::from(String::from_utf8_lossy(name).into_owned()).into()
}

/// The deepest folder that all files named have in common: `a/b/1 a/c/2` are
/// mirrored as `b/1` and `c/2`.
fn shared_folder(paths: &[PathBuf]) -> PathBuf {
    let mut shared: Option<PathBuf> = None;
    for path in paths.iter().filter(|path| !path.is_dir()) {
        let path = absolute(path);
        let folder = path.parent().unwrap_or(Path::new(""));
        shared = Some(match shared {
            None => folder.to_owned(),
            Some(shared) => shared
                .components()
                .zip(folder.components())
                .take_while(|(a, b)| a == b)
                .map(|(part, _)| part)
                .collect(),
        });
    }
    shared.unwrap_or_default()
}

/// A path from the root on, without `..`: in a mirrored tree that would lead out of it.
fn absolute(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path::absolute(path).unwrap_or_default().components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}
