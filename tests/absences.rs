//! What the library does not do, and does not depend on.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// No files, no network, no clock, no environment, no threads, no randomness,
/// no output: a text and a configuration are all that a repair depends on.
#[test]
fn the_library_touches_nothing_outside() {
    let words = [
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::process",
        "std::time",
        "std::thread",
        "println!",
        "eprintln!",
        "print!(",
        "rand::",
    ];
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 20);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for word in words {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

/// Arguments, terminals, file formats and compression are for those who use
/// the library.
#[test]
fn the_library_depends_on_little() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let (_, rest) = manifest.split_once("\n[dependencies]\n").unwrap();
    let names: Vec<&str> = rest
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .collect();
    let wanted = [
        "chardetng",
        "encoding_rs",
        "htmlize",
        "memchr",
        "serde",
        "similar",
        "unicode-normalization",
        "unicode-segmentation",
    ];
    assert_eq!(names, wanted);
}
