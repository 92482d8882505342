//! A file or standard input, and what it is called.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use unbake_formats::Format;

use crate::visible;

pub(crate) struct Input {
    pub(crate) source: Source,
    /// As far as the name says.
    pub(crate) format: Format,
    /// The file to write.
    pub(crate) target: Option<PathBuf>,
    /// Found in a folder, and not named.
    pub(crate) found: bool,
}

pub(crate) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    /// What a path on the command line stands for.
    pub(crate) fn of(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            Source::Stdin
        } else {
            Source::File(path)
        }
    }
}

impl Input {
    /// An input in the format given, or else in the one that its name says.
    pub(crate) fn new(
        source: Source,
        format: Option<Format>,
        target: Option<PathBuf>,
        found: bool,
    ) -> Self {
        let format = format.unwrap_or_else(|| match &source {
            Source::Stdin => Format::Text,
            Source::File(path) => Format::of_path(path),
        });
        Input {
            source,
            format,
            target,
            found,
        }
    }

    /// The path; none is standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Stdin => None,
            Source::File(path) => Some(path),
        }
    }

    /// All its bytes.
    pub(crate) fn raw(&self) -> io::Result<Box<dyn Read>> {
        Ok(match &self.source {
            Source::Stdin => Box::new(io::stdin().lock()),
            Source::File(path) => Box::new(File::open(path)?),
        })
    }

    /// The name for a patch's header: relative to the working directory, as
    /// `patch` refuses other names, and quoted as `patch` unquotes it.
    pub(crate) fn patch_name(&self) -> Vec<u8> {
        match &self.source {
            Source::Stdin => b"-".to_vec(),
            Source::File(path) => quoted(relative(path).as_os_str().as_encoded_bytes()),
        }
    }
}

impl Input {
    /// The name as it was given, for programs: they find the file by it.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match &self.source {
            Source::Stdin => "<stdin>".into(),
            Source::File(path) => path.to_string_lossy(),
        }
    }

    /// The same relative to the working directory, if it can be.
    pub(crate) fn relative(&self) -> PathBuf {
        match &self.source {
            Source::Stdin => "<stdin>".into(),
            Source::File(path) => relative(path),
        }
    }
}

/// What messages and findings call it. Anyone may have named the file, so the
/// name does not get to command a terminal.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible::line(&self.name()))
    }
}

fn relative(path: &Path) -> PathBuf {
    let plain = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.components().all(|part| plain(&part)) {
        return path
            .components()
            .filter(|part| *part != Component::CurDir)
            .collect();
    }
    from_working_directory(path).unwrap_or_else(|| path.to_owned())
}

/// The way from the working directory to a file. Links on the way are
/// followed, or `..` would lead elsewhere; the file itself may be one.
fn from_working_directory(path: &Path) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    let folder = path.parent()?.canonicalize().ok()?;
    let shared = here
        .components()
        .zip(folder.components())
        .take_while(|(a, b)| a == b)
        .count();
    let mut way: PathBuf = here
        .components()
        .skip(shared)
        .map(|_| Component::ParentDir)
        .collect();
    way.extend(folder.components().skip(shared));
    way.push(path.file_name()?);
    Some(way)
}

/// As GNU diff and git write names in headers.
fn quoted(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 2);
    for &byte in name {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\t' => out.extend(b"\\t"),
            0..0x20 | 0x7F => out.extend(format!("\\{byte:03o}").bytes()),
            _ => out.push(byte),
        }
    }
    if out.len() > name.len() {
        out.insert(0, b'"');
        out.push(b'"');
    } else if name.contains(&b' ') {
        // Where a name with spaces ends.
        out.push(b'\t');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        assert_eq!(quoted("é.txt".as_bytes()), "é.txt".as_bytes());
        assert_eq!(quoted(b"a b"), b"a b\t");
        assert_eq!(quoted(b"a\n\"\\\x1b"), br#""a\n\"\\\033""#);
    }

    #[test]
    fn paths_lose_what_patch_refuses() {
        assert_eq!(relative(Path::new("./a/./b")), Path::new("a/b"));
        let here = std::env::current_dir().unwrap();
        assert_eq!(relative(&here.join("a")), Path::new("a"));
        assert_eq!(relative(&here.join("src/../a")), Path::new("a"));
        assert_eq!(relative(&here.join("../a")), Path::new("../a"));
    }
}
