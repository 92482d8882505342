//! `unbake diff` makes what `patch` and `git apply` take, and the patched file
//! is what `unbake fix` prints.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;

fn unbake(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
    command.current_dir(folder).args(args).output().unwrap()
}

fn feed(folder: &Path, program: &str, args: &[&str], input: &[u8]) {
    let mut command = Command::new(program);
    command.current_dir(folder).args(args).stdin(Stdio::piped());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{program}: {output:?}\n{}",
        input.escape_ascii()
    );
}

/// Whether there was a change, after checking that the patch makes it.
fn round_trip(name: &str, content: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, content).unwrap();

    let fixed = unbake(folder.path(), &["fix", name]);
    assert_eq!(fixed.status.code(), Some(0), "{fixed:?}");
    let diff = unbake(folder.path(), &["diff", name]);
    let changed = fixed.stdout != content;
    assert_eq!(diff.status.code(), Some(i32::from(changed)), "{diff:?}");
    assert_eq!(diff.stdout.is_empty(), !changed);
    let findings = unbake(folder.path(), &["scan", name]);
    assert_eq!(
        findings.status.code(),
        Some(i32::from(changed)),
        "{findings:?}"
    );
    if changed {
        for (program, args) in [("patch", &["-p0"][..]), ("git", &["apply", "-p0"])] {
            fs::write(&file, content).unwrap();
            feed(folder.path(), program, args, &diff.stdout);
            assert_eq!(
                fs::read(&file).unwrap().escape_ascii().to_string(),
                fixed.stdout.escape_ascii().to_string(),
                "{program}"
            );
        }
    }
    changed
}

#[test]
fn contents() {
    for content in [
        "La RÃ©publique",
        "La RÃ©publique\n",
        "La RÃ©publique\r\ncafÃ©\r\n\r\n",
        "\u{feff}La RÃ©publique\n",
        "\n\n\n\n\nLa RÃ©publique\n\n\n\n\n",
        "La RÃ©publique\n2\n3\n4\n5\n6\n7\n8\ncafÃ©\n10",
        "-- La RÃ©publique\n--- cafÃ©\n+++ donâ€™t\n\\ cafÃ©\n",
        "\u{2028}La RÃ©publique\u{85}\u{b}\u{c}\rdonâ€™t\0\n",
    ] {
        assert!(round_trip("a.txt", content.as_bytes()), "{content}");
    }
    assert!(round_trip(
        "a.txt",
        b"\xFF La R\xC3\x83\xC2\xA9publique \xFE\n\x80"
    ));
    assert!(!round_trip("a.txt", "La République\n".as_bytes()));
    assert!(!round_trip("a.txt", b""));
}

/// Texts of the corpus, each as a file of its own.
fn corpus(folder: &Path) -> usize {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let mut files = 0;
    let mut queue = vec![corpus];
    while let Some(path) = queue.pop() {
        if path.is_dir() {
            let mut entries: Vec<_> = fs::read_dir(path)
                .unwrap()
                .map(|e| e.unwrap().path())
                .collect();
            entries.sort();
            queue.extend(entries);
            continue;
        }
        if path.extension().is_none_or(|suffix| suffix != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            for text in record
                .as_object()
                .unwrap()
                .values()
                .filter_map(|value| value.as_str())
            {
                // Some on a line of their own, some not, and some after others.
                let name = format!("{}.txt", files / 3);
                let mut file = fs::File::options()
                    .create(true)
                    .append(true)
                    .open(folder.join(name))
                    .unwrap();
                file.write_all(text.as_bytes()).unwrap();
                if files % 3 != 2 {
                    file.write_all(b"\n").unwrap();
                }
                files += 1;
            }
        }
    }
    files
}

#[test]
fn every_text_of_the_corpus() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = folder.path().join("damaged");
    fs::create_dir(&damaged).unwrap();
    assert!(corpus(&damaged) > 1_000);
    let fixed = unbake(&damaged, &["fix", "--output", "../fixed", "."]);
    assert_eq!(fixed.status.code(), Some(0), "{fixed:?}");
    let diff = unbake(&damaged, &["diff", "."]);
    assert_eq!(diff.status.code(), Some(1));
    let fixed = folder.path().join("fixed");
    let mut changed = 0;
    for (program, args) in [("patch", &["-p0"][..]), ("git", &["apply", "-p0"])] {
        let patched = folder.path().join(program);
        fs::create_dir(&patched).unwrap();
        for entry in fs::read_dir(&damaged).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, patched.join(path.file_name().unwrap())).unwrap();
        }
        feed(&patched, program, args, &diff.stdout);
        for entry in fs::read_dir(&damaged).unwrap() {
            let name = entry.unwrap().file_name();
            let wanted = fs::read(fixed.join(&name)).unwrap();
            assert_eq!(
                fs::read(patched.join(&name))
                    .unwrap()
                    .escape_ascii()
                    .to_string(),
                wanted.escape_ascii().to_string(),
                "{program}: {name:?}"
            );
            changed += usize::from(wanted != fs::read(damaged.join(&name)).unwrap());
        }
    }
    assert!(changed > 200, "{changed}");
}

#[test]
fn names() {
    for name in [
        "a b.txt",
        "folder/under folder/é.txt",
        "a\"b\\c.txt",
        "a\tb\nc.txt",
        "./-.txt",
    ] {
        assert!(round_trip(name, "La RÃ©publique\n".as_bytes()), "{name}");
    }
}

#[test]
fn absolute_names_become_relative() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "La RÃ©publique\n").unwrap();
    let diff = unbake(folder.path(), &["diff", file.to_str().unwrap()]);
    assert!(
        diff.stdout.starts_with(b"--- a.txt\n+++ a.txt\n"),
        "{diff:?}"
    );
}

proptest! {
    // Each case starts up to five processes.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn texts(parts in prop::collection::vec(prop::sample::select(vec![
        "La RÃ©publique", "donâ€™t", "cafÃ©", "clean", "é", "\n", "\n", "\n", "x\n", "\r\n", "\r",
        " ", "\u{feff}", "\0",
    ]), 0..20)) {
        round_trip("a.txt", parts.concat().as_bytes());
    }

    #[test]
    fn bytes(parts in prop::collection::vec(prop::sample::select(vec![
        "La R\u{c3}\u{a9}publique".as_bytes(), b"\xFF", b"\xC3", b"\xE2\x82", b"\n", b"\n", b"x\n", b" ",
    ]), 0..20)) {
        round_trip("a.txt", &parts.concat());
    }

    #[test]
    fn records(parts in prop::collection::vec(prop::sample::select(vec![
        "{\"a\": \"La RÃ©publique\"}\n", "[\"caf\\u00c3\\u00a9\", \"donâ€™t\"]\r\n", "\n", "{}\n",
        "\"donâ€™t, La RÃ©publique\"\n", "{\"clean\": NaN}\n",
    ]), 0..10), newline in any::<bool>()) {
        let mut content = parts.concat();
        if !newline {
            content.truncate(content.trim_end().len());
        }
        round_trip("a.jsonl", content.as_bytes());
    }
}
