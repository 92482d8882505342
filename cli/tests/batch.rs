//! Folders of files: what is written where, and what is never lost.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const BROKEN: &str = "{\"text\": \"La RÃ©publique, donâ€™t\"}\n";
const FIXED: &str = "{\"text\": \"La République, don’t\"}\n";
const CLEAN: &str = "{\"text\":  \"La République\"}\n";

/// Records in which there is nothing to look at.
fn filler(records: usize) -> String {
    let record = format!("{{\"text\": \"{}\"}}\n", "plain words ".repeat(16));
    record.repeat(records)
}

/// A folder with files in it.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, content) in files {
            folder.write(name, content.as_bytes());
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[cfg(unix)]
    fn fifo(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }

    fn unbake(&self, args: &[&str]) -> Output {
        command(self.0.path(), args).output().unwrap()
    }

    /// Runs to its end, with this exit code, saying this.
    fn run(&self, args: &[&str], code: i32, says: &str) -> String {
        let output = self.unbake(args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(stderr.contains(says), "{args:?}: {stderr}");
        assert_eq!(stderr.is_empty(), says.is_empty(), "{args:?}: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// All files, by name.
    fn files(&self) -> Vec<String> {
        fn all(folder: &Path, root: &Path, into: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    all(&path, root, into);
                } else {
                    let name = path.strip_prefix(root).unwrap();
                    into.push(name.to_str().unwrap().to_owned());
                }
            }
        }
        let mut files = Vec::new();
        all(self.0.path(), self.0.path(), &mut files);
        files.sort();
        files
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command
}

#[test]
fn a_tree_is_mirrored() {
    let folder = Folder::new(&[
        ("in/a.jsonl", BROKEN),
        ("in/b/c.jsonl", CLEAN),
        ("in/b/.hidden.txt", "La RÃ©publique\n"),
        ("in/.gitignore", "*.jsonl\n"),
        ("in/image.bin", "\0La RÃ©publique"),
    ]);
    folder.run(&["fix", "in", "-o", "out"], 0, "");
    assert_eq!(folder.read("out/a.jsonl"), FIXED);
    assert_eq!(folder.read("out/b/c.jsonl"), CLEAN);
    assert_eq!(folder.read("out/b/.hidden.txt"), "La République\n");
    assert_eq!(folder.read("out/image.bin"), "\0La RÃ©publique");
    assert_eq!(folder.read("in/a.jsonl"), BROKEN);
    assert_eq!(folder.files().len(), 10);

    folder.run(
        &["fix", "in", "-o", "out"],
        2,
        "out/a.jsonl exists; --force overwrites it",
    );
    folder.write("out/a.jsonl", b"kept");
    folder.run(&["fix", "in", "-o", "out"], 2, "exists");
    assert_eq!(folder.read("out/a.jsonl"), "kept");
    folder.run(&["fix", "in", "-o", "out", "--force"], 0, "");
    assert_eq!(folder.read("out/a.jsonl"), FIXED);
}

#[test]
fn an_output_within_the_input_is_not_read() {
    let folder = Folder::new(&[("a.txt", "cafÃ©\n"), ("b/a.txt", "b\n")]);
    folder.run(&["fix", ".", "-o", "b/out"], 0, "");
    assert_eq!(
        folder.files(),
        ["a.txt", "b/a.txt", "b/out/a.txt", "b/out/b/a.txt"]
    );
    folder.run(&["fix", ".", "-o", "b/out", "--force"], 0, "");
    assert_eq!(folder.files().len(), 4);
}

#[test]
fn an_output_stays_within_its_folder() {
    let folder = Folder::new(&[
        ("a.txt", "cafÃ©\n"),
        ("sub/a.txt", "precious\n"),
        ("sub/b.txt", "cafÃ©\n"),
    ]);
    let run = |args: &[&str]| {
        let mut command = command(&folder.path("sub"), args);
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(
        run(&["fix", "../a.txt", "b.txt", "-o", "out"]),
        (Some(0), String::new())
    );
    assert_eq!(folder.read("sub/a.txt"), "precious\n");
    assert_eq!(folder.read("sub/out/a.txt"), "café\n");
    assert_eq!(folder.read("sub/out/sub/b.txt"), "café\n");

    // Names from the root on, and from here on, of the same folder.
    let (b, sub) = (folder.path("sub/b.txt"), folder.path("sub"));
    let args = ["fix", b.to_str().unwrap(), "a.txt", "-o", "out2"];
    assert_eq!(run(&args), (Some(0), String::new()));
    assert_eq!(folder.read("sub/out2/b.txt"), "café\n");
    let (code, says) = run(&["fix", "b.txt", "-o", sub.to_str().unwrap(), "--force"]);
    assert_eq!(code, Some(2));
    assert!(
        says.contains("b.txt would be overwritten, which is an input"),
        "{says}"
    );
    assert_eq!(folder.read("sub/b.txt"), "cafÃ©\n");
}

#[test]
fn globs_choose_in_folders_only() {
    let folder = Folder::new(&[
        ("in/a.txt", "1\n"),
        ("in/a.md", "2\n"),
        ("in/old/a.txt", "3\n"),
        ("b.log", "4\n"),
    ]);
    let args = [
        "fix",
        "-j1",
        "in",
        "b.log",
        "--include",
        "*.txt",
        "--exclude",
        "old/",
    ];
    assert_eq!(folder.run(&args, 0, ""), "1\n4\n");
}

#[test]
fn lists_name_files() {
    let folder = Folder::new(&[("in/a b.txt", "1\n"), ("in/c\nd.txt", "2\n")]);
    folder.write("lines", b"in/a b.txt\n");
    folder.write("nul", b"in/c\nd.txt\0in/a b.txt\0");
    assert_eq!(folder.run(&["fix", "--files-from", "lines"], 0, ""), "1\n");
    assert_eq!(
        folder.run(&["fix", "-0", "--files-from", "nul"], 0, ""),
        "2\n1\n"
    );
    folder.run(
        &["fix", "--files-from", "absent"],
        2,
        "--files-from absent: No such file",
    );
    let mut child = command(folder.0.path(), &["fix", "--files-from", "-", "-o", "out"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"in/a b.txt\n")
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(folder.read("out/a b.txt"), "1\n");
}

#[cfg(unix)]
#[test]
fn in_place_keeps_all_but_the_damage() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = Folder::new(&[
        ("a.jsonl", BROKEN),
        ("b.jsonl", CLEAN),
        ("far/c.jsonl", BROKEN),
    ]);
    fs::set_permissions(folder.path("a.jsonl"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("far/c.jsonl", folder.path("link.jsonl")).unwrap();
    let clean = fs::metadata(folder.path("b.jsonl")).unwrap();
    folder.run(&["fix", "-w", "--backup", ".bak", "."], 0, "");
    assert_eq!(folder.read("a.jsonl"), FIXED);
    assert_eq!(folder.read("a.jsonl.bak"), BROKEN);
    assert_eq!(
        fs::metadata(folder.path("a.jsonl")).unwrap().mode() & 0o777,
        0o640
    );
    let after = fs::metadata(folder.path("b.jsonl")).unwrap();
    assert_eq!(
        (clean.ino(), clean.modified().unwrap()),
        (after.ino(), after.modified().unwrap())
    );
    assert!(
        fs::symlink_metadata(folder.path("link.jsonl"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(folder.read("far/c.jsonl"), FIXED);
    assert_eq!(
        folder.files(),
        [
            "a.jsonl",
            "a.jsonl.bak",
            "b.jsonl",
            "far/c.jsonl",
            "far/c.jsonl.bak",
            "link.jsonl"
        ]
    );
    // A backup is the only copy of what was.
    folder.write("a.jsonl", BROKEN.as_bytes());
    folder.run(
        &["fix", "-w", "--backup", ".bak", "a.jsonl"],
        2,
        "a.jsonl.bak exists",
    );
    assert_eq!(folder.read("a.jsonl"), BROKEN);
}

#[test]
#[cfg(unix)]
fn what_others_own_can_be_written_elsewhere_but_not_in_place() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let folder = Folder::new(&[("in/a.jsonl", BROKEN)]);
    if fs::metadata(folder.path("in")).unwrap().uid() != 0 {
        // Only root has files of others to show.
        return;
    }
    let program = folder.path("unbake");
    fs::copy(env!("CARGO_BIN_EXE_unbake"), &program).unwrap();
    for open in [folder.path("."), folder.path("in")] {
        fs::set_permissions(open, PermissionsExt::from_mode(0o777)).unwrap();
    }
    let run = |args: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(folder.0.path()).args(args);
        command.uid(NOBODY).gid(NOBODY).output().unwrap()
    };
    for args in [
        &["fix", "in", "-o", "out"][..],
        &["fix", "in", "-o", "out", "--force"],
    ] {
        let output = run(args);
        assert_eq!(
            (output.status.code(), &output.stderr[..]),
            (Some(0), &b""[..])
        );
        assert_eq!(folder.read("out/a.jsonl"), FIXED);
    }
    let output = run(&["fix", "-w", "in"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("cannot keep the owner"), "{message}");
    assert_eq!(folder.read("in/a.jsonl"), BROKEN);
}

#[test]
#[cfg(unix)]
fn in_place_leaves_what_is_none_of_its_texts() {
    use std::os::unix::fs::symlink;
    let text = "cafÃ©\n";
    let folder = Folder::new(&[
        ("in/a.txt", text),
        ("in/old.txt.quarantine", text),
        ("in/.git/HEAD", text),
        ("elsewhere/b.txt", text),
    ]);
    symlink("../elsewhere", folder.path("in/link")).unwrap();
    symlink("../elsewhere/b.txt", folder.path("in/link.txt")).unwrap();
    folder.run(&["fix", "-w", "--backup", ".orig", "in"], 0, "");
    let before = folder.files();
    assert_eq!(folder.read("in/a.txt"), "café\n");
    for name in [
        "in/a.txt.orig",
        "in/old.txt.quarantine",
        "in/.git/HEAD",
        "elsewhere/b.txt",
    ] {
        assert_eq!(folder.read(name), text, "{name}");
    }
    // What is kept is no input the next time.
    folder.run(&["fix", "-w", "--backup", ".orig", "in"], 0, "");
    assert_eq!(folder.files(), before);
}

#[test]
fn what_was_put_aside_stays() {
    let folder = Folder::new(&[("a.jsonl", "oops\n"), ("a.jsonl.quarantine", "precious\n")]);
    let mut packed = compressed("gzip", BROKEN.as_bytes());
    packed.truncate(20);
    folder.write("b.jsonl.gz", &packed);
    folder.write("b.jsonl.gz.quarantine", b"precious\n");
    let args = |name| ["fix", "-w", "--on-error", "quarantine", name];
    for name in ["a.jsonl", "b.jsonl.gz"] {
        let kept = format!("{name}.quarantine");
        folder.run(&args(name), 2, "quarantine exists; --force overwrites it");
        assert_eq!(folder.read(&kept), "precious\n");
        // Of a run that was killed before it could say that this is done.
        fs::copy(folder.path(name), folder.path(&kept)).unwrap();
        folder.run(&args(name), 2, name);
        assert!(!folder.unbake(&["fix", "-w", name]).stderr.is_empty() || name == "a.jsonl");
    }
    assert_eq!(folder.read("a.jsonl"), "");
}

/// What is shown of a line is little, however long it is.
#[cfg(target_os = "linux")]
#[test]
fn a_long_line_is_shown_in_bounded_memory() {
    let words = "plain é words ".repeat(160_000);
    let folder = Folder::new(&[("a.txt", &format!("{words}cafÃ© {words}\n"))]);
    for style in ["inline", "unified"] {
        let script = format!("ulimit -v 400000; exec \"$0\" diff -j 1 --style {style} a.txt");
        let output = Command::new("sh")
            .current_dir(folder.0.path())
            .args(["-c", &script, env!("CARGO_BIN_EXE_unbake")])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(output.stdout.len() < 400, "{output:?}");
    }
}

/// A page is put in the place of what is there.
#[test]
#[cfg(unix)]
fn a_page_takes_the_place_of_no_socket_or_pipe() {
    use std::os::unix::fs::FileTypeExt;
    use std::os::unix::net::UnixListener;
    let folder = Folder::new(&[("a.txt", "La RÃ©publique\n")]);
    let socket = folder.path("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    std::os::unix::fs::symlink(&socket, folder.path("link")).unwrap();
    folder.fifo("fifo");
    for place in ["socket", "link", "fifo"] {
        let says = format!("{place}: exists and is no regular file");
        folder.run(&["diff", "--html", place, "a.txt"], 2, &says);
    }
    assert!(socket.metadata().unwrap().file_type().is_socket());
    let there = ["a.txt", "fifo", "link", "socket"];
    assert_eq!(folder.files(), there);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_read_once() {
    let folder = Folder::new(&[]);
    let fifo = folder.fifo("fifo");
    for text in ["La RÃ©publique\n", "La République\n"] {
        for args in [
            &["fix", "fifo"][..],
            &["fix", "fifo", "-o", "out", "--force"],
        ] {
            let fifo = fifo.clone();
            let writer = std::thread::spawn(move || fs::write(fifo, text));
            let mut out = folder.run(args, 0, "");
            writer.join().unwrap().unwrap();
            if args.len() > 2 {
                out = folder.read("out/fifo");
            }
            assert_eq!(out, "La République\n", "{args:?}");
        }
    }

    let piped = fifo.clone();
    let writer = std::thread::spawn(move || fs::write(piped, "plain\n"));
    folder.run(&["fix", "fifo", "-w"], 2, "not a regular file");
    writer.join().unwrap().unwrap();
    assert!(!fifo.metadata().unwrap().is_file());

    let image = b"\x89PNG\r\n\x1a\n\0\x01";
    let mut child = command(
        folder.0.path(),
        &["fix", "--encoding", "auto", "/dev/stdin"],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    child.stdin.take().unwrap().write_all(image).unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, image);
}

#[test]
fn reports() {
    let folder = Folder::new(&[
        ("in/a.jsonl", &format!("{CLEAN}{BROKEN}{BROKEN}")),
        // A name that would move a terminal's cursor.
        ("in/b\u{1b}[A.csv", "title,n\n\"cafÃ©, noir\",1\n"),
        ("in/bad.jsonl", "{\"text\": \n"),
    ]);
    let args = [
        "fix",
        "in",
        "-o",
        "out",
        "--changes",
        "changes.jsonl",
        "--stats",
        "stats.json",
        "--sample",
        "1",
    ];
    let output = folder.unbake(&args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(
        stderr,
        "in/a.jsonl:2:15: mojibake: Ã© → é (utf-8>windows-1252)\n\
         unbake: in/bad.jsonl:1:9: expected a JSON value; record left as it is\n"
    );
    assert_eq!(folder.read("out/bad.jsonl"), "{\"text\": \n");
    let changes = folder.read("changes.jsonl");
    let changes: Vec<serde_json::Value> = changes
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(changes.len(), 5);
    for change in &changes {
        let at = |key: &str, i: usize| usize::try_from(change[key][i].as_u64().unwrap()).unwrap();
        let name = change["file"].as_str().unwrap();
        let before = folder.read(name);
        let after = folder.read(&name.replace("in/", "out/"));
        assert_eq!(
            before[at("span", 0)..at("span", 1)],
            *change["before"].as_str().unwrap()
        );
        assert_eq!(
            after[at("span_after", 0)..at("span_after", 1)],
            *change["after"].as_str().unwrap()
        );
        assert_eq!(change["chain"], "utf-8>windows-1252");
    }
    assert_eq!(changes[3]["record"], 2);
    assert_eq!(changes[3]["line"], 3);
    assert_eq!(changes[4]["field"], "title");
    let stats: serde_json::Value = serde_json::from_str(&folder.read("stats.json")).unwrap();
    for (key, value) in [
        ("files", 3),
        ("files_changed", 2),
        ("files_failed", 0),
        ("records", 6),
        ("changed", 3),
        ("edits", 5),
    ] {
        assert_eq!(stats[key], value, "{key}: {stats}");
    }
    assert_eq!(stats["by_chain"]["utf-8>windows-1252"], 5);
    assert_eq!(stats["skipped"]["malformed"], 1);
    folder.run(
        &["fix", "in/a.jsonl", "--changes", "changes.jsonl"],
        2,
        "exists",
    );
}

#[test]
fn tagged_dropped_quarantined() {
    let records = format!("{CLEAN}{BROKEN}oops\n{BROKEN}");
    let folder = Folder::new(&[("a.jsonl", &records), ("b.csv", "a,b\n1,\"cafÃ©\"\n2,x\n")]);
    let tagged = folder.run(&["fix", "--tag", "damage", "a.jsonl"], 2, "a.jsonl:3:1");
    let lines: Vec<&str> = tagged.lines().collect();
    assert_eq!(lines[0], CLEAN.trim_end());
    let record: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
    assert_eq!(record["text"], "La RÃ©publique, donâ€™t");
    assert_eq!(record["damage"][1]["after"], "’");
    assert_eq!(
        folder.run(&["fix", "--drop", "a.jsonl"], 2, "a.jsonl:3"),
        format!("{CLEAN}oops\n")
    );
    assert_eq!(folder.run(&["fix", "--drop", "b.csv"], 0, ""), "a,b\n2,x\n");
    folder.run(
        &["fix", "-o", "out", "--on-error", "quarantine", "a.jsonl"],
        2,
        "put aside",
    );
    assert_eq!(folder.read("out/a.jsonl"), format!("{CLEAN}{FIXED}{FIXED}"));
    assert_eq!(folder.read("out/a.jsonl.quarantine"), "oops\n");
    // The first is all that is told.
    folder.write("a.jsonl", format!("{records}oops\n").as_bytes());
    let output = folder.unbake(&["fix", "-w", "--on-error", "fail", "a.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "unbake: a.jsonl:3:1: expected a JSON value; stopped\n"
    );
    assert!(folder.read("a.jsonl").contains(BROKEN));
    folder.run(&["fix", "--tag", "x", "b.csv"], 2, "is not JSON Lines");
}

#[test]
fn only_damaged_rows_of_a_table_are_dropped() {
    let folder = Folder::new(&[
        // More bars than commas in the header.
        (
            "a.csv",
            "id,\"a (a|b|c|d)\"\n1,\"“hi”, ok\"\n2,\"a\ncafÃ©\nb\"\n",
        ),
        (
            "b.tsv",
            "id\ttext\n1\t\"so it begins\n2\tclean\n3\t\"cafÃ©\n4\tclean\n",
        ),
        (
            "c.csv",
            "id,text\n1,\"so it begins\n2,clean\n3,cafÃ©\n4,clean\n",
        ),
    ]);
    for (name, code, says, rows) in [
        ("a.csv", 0, "", "id,\"a (a|b|c|d)\"\n1,\"“hi”, ok\"\n"),
        (
            "b.tsv",
            0,
            "",
            "id\ttext\n1\t\"so it begins\n2\tclean\n4\tclean\n",
        ),
        (
            "c.csv",
            2,
            "c.csv:2:3: a quote that is not closed",
            "id,text\n1,\"so it begins\n2,clean\n4,clean\n",
        ),
    ] {
        assert_eq!(folder.run(&["fix", "--drop", name], code, says), rows);
    }
}

#[test]
fn a_tag_replaces_what_the_field_held() {
    let others = "[\"cafÃ©\"]\n[\"x\"]\n\"cafÃ©\"\n";
    let lines = format!("{{\"t\": 1 , \"a\":\"cafÃ©\"}}\n{{\"t\":\"x\"}}\n{others}");
    let folder = Folder::new(&[("a.jsonl", &lines)]);
    let args = ["fix", "--tag", "t", "--stats", "stats", "--force"];
    let run = |name: &str, says: &str| folder.run(&[&args[..], &[name]].concat(), 0, says);
    let says = ":3: warning: no tag for damaged records that are no objects: 2, of which this";
    let tagged = run("a.jsonl", says);
    let (first, rest) = tagged.split_once('\n').unwrap();
    assert_eq!(rest, &lines[lines.find('\n').unwrap() + 1..]);
    let tag = first.strip_prefix("{\"t\": ").unwrap();
    let tag = tag.strip_suffix(" , \"a\":\"cafÃ©\"}").unwrap();
    let findings: serde_json::Value = serde_json::from_str(tag).unwrap();
    assert_eq!(findings[0]["before"], "Ã©");
    let stats: serde_json::Value = serde_json::from_str(&folder.read("stats")).unwrap();
    assert_eq!(stats["skipped"]["no object"], 2);
    // Nor does a second run find more.
    folder.write("b.jsonl", tagged.as_bytes());
    assert_eq!(run("b.jsonl", says), tagged);
}

#[test]
fn limits() {
    let folder = Folder::new(&[("a.jsonl", &BROKEN.repeat(5))]);
    assert_eq!(
        folder.run(&["fix", "--limit", "2", "a.jsonl"], 0, ""),
        FIXED.repeat(2)
    );
    folder.write("b.jsonl.gz", &compressed("gzip", BROKEN.as_bytes()));
    folder.run(&["fix", "--limit", "0", "-o", "out", "b.jsonl.gz"], 0, "");
    assert_eq!(decompressed("gzip", &folder.path("out/b.jsonl.gz")), b"");
    folder.write("c.parquet", b"PAR1 and the rest");
    folder.run(
        &["scan", "--limit", "1", "c.parquet"],
        0,
        "a table, which --limit cannot cut",
    );
    let long = format!(
        "{BROKEN}{{\"text\": \"{}\"}}\n{BROKEN}",
        "cafÃ© ".repeat(100_000)
    );
    folder.write("long.jsonl", long.as_bytes());
    let fixed = folder.run(
        &["fix", "--max-record", "300K", "long.jsonl"],
        0,
        "longer than --max-record",
    );
    assert_eq!(fixed, long.replace(BROKEN, FIXED));
}

#[test]
fn what_follows_a_record_that_is_too_long_is_in_step() {
    let long = format!("1,\"{}cafÃ©\ncafÃ©\n\"\n", "line\n".repeat(1000));
    let csv = format!("id,text\n{long}2,cafÃ©\n");
    let json = format!(
        "[\n{}  {{\"t\": \"cafÃ©\"}}\n]\n",
        "  {\"t\": \"a\"},\n".repeat(1000)
    );
    let folder = Folder::new(&[("a.csv", &csv), ("a.json", &json)]);
    let too_long = "a.csv:2: longer than --max-record; left as it is\n";
    let args = ["fix", "--max-record", "4K", "--changes", "changes", "a.csv"];
    let fixed = folder.run(&args, 0, too_long);
    assert_eq!(fixed, csv.replace("2,cafÃ©", "2,café"));
    let changes = folder.read("changes");
    let change: serde_json::Value = serde_json::from_str(&changes).unwrap();
    assert_eq!(
        (&change["record"], &change["line"]),
        (&2.into(), &1005.into())
    );

    let output = folder.unbake(&["fix", "--max-record", "4K", "--stats", "stats", "a.json"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "unbake: a.json:1: longer than --max-record; left as it is\n"
    );
    assert_eq!(
        (output.status.code(), output.stdout),
        (Some(0), json.into_bytes())
    );
    let stats: serde_json::Value = serde_json::from_str(&folder.read("stats")).unwrap();
    assert_eq!(stats["records"], 1);
}

#[test]
fn a_table_keeps_its_header() {
    let csv = "StraÃŸe,GrÃ¶ÃŸe,\"na\nme \u{fffd}\"\n1,2,x\n1,2,cafÃ©\n";
    let folder = Folder::new(&[("a.csv", csv), ("b.csv", "a,\"b\n1,cafÃ©\n")]);
    let kept = "Straße,Größe,\"na\nme \u{fffd}\"\n1,2,x\n";
    for args in [
        &["fix", "--drop"][..],
        &["fix", "--drop", "--max-lost", "1%"],
    ] {
        let args = [args, &["a.csv"]].concat();
        assert_eq!(folder.run(&args, 0, ""), kept);
    }
    // With its columns chosen by name it is not looked at.
    let args = ["fix", "--drop", "--field", "GrÃ¶ÃŸe", "a.csv"];
    assert_eq!(folder.run(&args, 0, ""), csv);
    folder.run(
        &["fix", "-o", "out", "--on-error", "quarantine", "b.csv"],
        2,
        "b.csv:1:3: a quote that is not closed; record left as it is",
    );
    assert_eq!(folder.read("out/b.csv"), "a,\"b\n1,café\n");
    assert_eq!(folder.files().len(), 3);
}

#[test]
fn output_does_not_depend_on_threads() {
    let folder = Folder::new(&[]);
    for i in 0..12 {
        let clean = filler(3000 * (i % 4));
        folder.write(
            &format!("in/{i}.jsonl"),
            format!("{clean}{BROKEN}{clean}oops").as_bytes(),
        );
    }
    folder.write(
        "in/big.txt",
        "La RÃ©publique, et puis la suite du texte.\nUne autre ligne.\n"
            .repeat(60)
            .as_bytes(),
    );
    let alone = folder.unbake(&["fix", "-j1", "in", "--changes", "1"]);
    for jobs in ["2", "7"] {
        let many = folder.unbake(&["fix", "-j", jobs, "in", "--changes", jobs]);
        assert!(alone == many);
        assert!(folder.read("1") == folder.read(jobs));
    }
    folder.run(&["fix", "-j3", "in", "-o", "out"], 2, "in/0.jsonl:2:1");
    assert_eq!(folder.read("out/0.jsonl"), format!("{FIXED}oops"));
}

fn compressed(codec: &str, bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new(codec)
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = bytes.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let mut out = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut out).unwrap();
    writer.join().unwrap().unwrap();
    assert!(child.wait().unwrap().success());
    out
}

fn decompressed(codec: &str, path: &Path) -> Vec<u8> {
    let output = Command::new(codec).arg("-dc").arg(path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

#[test]
fn other_programs_read_what_is_compressed() {
    for (codec, suffix) in [
        ("gzip", "gz"),
        ("zstd", "zst"),
        ("bzip2", "bz2"),
        ("xz", "xz"),
    ] {
        if Command::new(codec).arg("--version").output().is_err() {
            continue;
        }
        let folder = Folder::new(&[]);
        // Two members; and the suffix does not say so.
        let text = format!("{}{BROKEN}", filler(3_000));
        let members = compressed(codec, text.as_bytes()).repeat(2);
        folder.write(&format!("in/a.jsonl.{suffix}"), &members);
        folder.write("in/misnamed.jsonl", &members);
        folder.write(
            &format!("in/clean.jsonl.{suffix}"),
            &compressed(codec, CLEAN.as_bytes()),
        );
        folder.run(&["fix", "in", "-o", "out"], 0, "");
        let fixed = text.replace(BROKEN, FIXED).repeat(2).into_bytes();
        for name in [&format!("out/a.jsonl.{suffix}"), "out/misnamed.jsonl"] {
            let link = folder.path(&format!("named.{suffix}"));
            fs::copy(folder.path(name), &link).unwrap();
            assert!(decompressed(codec, &link) == fixed, "{codec} {name}");
        }
        let clean = format!("clean.jsonl.{suffix}");
        assert_eq!(
            fs::read(folder.path("in").join(&clean)).unwrap(),
            fs::read(folder.path("out").join(&clean)).unwrap()
        );
        // Cut short: passed on as it is, and said.
        let cut = &members[..members.len() - 20];
        folder.write(&format!("cut.jsonl.{suffix}"), cut);
        let name = format!("cut.jsonl.{suffix}");
        folder.run(&["fix", &name, "-o", "out"], 2, &name);
        assert_eq!(fs::read(folder.path("out").join(&name)).unwrap(), cut);
        folder.run(&["fix", &name, "-w"], 2, &name);
        assert_eq!(fs::read(folder.path(&name)).unwrap(), cut);
        folder.run(
            &["fix", &name, "-o", "aside", "--on-error", "quarantine"],
            2,
            &name,
        );
        assert_eq!(
            fs::read(folder.path(&format!("aside/{name}.quarantine"))).unwrap(),
            cut
        );
        assert!(!folder.path(&format!("aside/{name}")).exists());
    }
}

#[test]
fn what_changes_or_vanishes_meanwhile_is_not_lost() {
    let folder = Folder::new(&[("b.jsonl", BROKEN)]);
    folder.run(
        &["fix", "-w", "absent.jsonl", "b.jsonl"],
        2,
        "absent.jsonl: No such file",
    );
    assert_eq!(folder.read("b.jsonl"), FIXED);

    // A pipe in front lets the test act in the middle of a run.
    #[cfg(unix)]
    for vanish in [false, true] {
        let folder = Folder::new(&[("a.jsonl", BROKEN)]);
        let fifo = folder.fifo("fifo");
        let child = command(folder.0.path(), &["fix", "-j1", "-w", "a.jsonl", "fifo"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Opening it waits until it is read: a.jsonl is done by then.
        let mut pipe = File::options().write(true).open(&fifo).unwrap();
        assert_eq!(folder.read("a.jsonl"), FIXED);
        pipe.write_all("cafÃ©".as_bytes()).unwrap();
        if vanish {
            fs::remove_file(&fifo).unwrap();
        } else {
            fs::remove_file(&fifo).unwrap();
            folder.write("fifo", b"something else");
        }
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let want: &[&str] = if vanish {
            &["a.jsonl"]
        } else {
            &["a.jsonl", "fifo"]
        };
        assert_eq!(folder.files(), want);
        if !vanish {
            assert_eq!(folder.read("fifo"), "something else");
        }
    }
}

/// As a user who may not do everything.
#[cfg(unix)]
fn as_nobody(folder: &Path, args: &[&str]) -> Output {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    // The folder is ours.
    if fs::metadata(folder).unwrap().uid() != 0 {
        return command(folder, args).output().unwrap();
    }
    // The program may be where nobody may go.
    let bin = tempfile::tempdir().unwrap();
    fs::set_permissions(bin.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let copy = bin.path().join("unbake");
    fs::copy(env!("CARGO_BIN_EXE_unbake"), &copy).unwrap();
    let mut command = Command::new(copy);
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command.uid(65534).gid(65534).output().unwrap()
}

#[cfg(unix)]
#[test]
fn what_may_not_be_done_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("in/a.jsonl", BROKEN), ("in/secret.jsonl", BROKEN)]);
    let mode = |name: &str, mode: u32| {
        fs::set_permissions(folder.path(name), PermissionsExt::from_mode(mode)).unwrap();
    };
    mode("", 0o777);
    mode("in/a.jsonl", 0o644);
    mode("in/secret.jsonl", 0o000);
    mode("in", 0o555);
    for args in [&["fix", "-w", "in"][..], &["fix", "in", "-o", "in/out"]] {
        let output = as_nobody(folder.0.path(), args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(
            stderr.contains("in/secret.jsonl: Permission denied"),
            "{stderr}"
        );
        assert!(stderr.contains("in/a.jsonl: Permission denied"), "{stderr}");
    }
    mode("in", 0o755);
    mode("in/secret.jsonl", 0o644);
    assert_eq!(folder.files(), ["in/a.jsonl", "in/secret.jsonl"]);
    assert_eq!(folder.read("in/a.jsonl"), BROKEN);
}

/// A disk of 1 MB, if this user may mount one.
#[cfg(target_os = "linux")]
struct Small(TempDir);

#[cfg(target_os = "linux")]
impl Small {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mount.ok()?.success().then_some(Small(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let Some(disk) = Small::new() else { return };
    let folder = Folder::new(&[]);
    let big = format!("{BROKEN}{}", filler(3_500));
    let there = disk.0.path().join("big.jsonl");
    fs::write(&there, &big).unwrap();
    folder.run(&["fix", "-w", there.to_str().unwrap()], 2, "No space left");
    assert_eq!(fs::read_to_string(&there).unwrap(), big);
    folder.write("in/big.jsonl", big.as_bytes());
    folder.write("in/small.jsonl", BROKEN.as_bytes());
    let out = disk.0.path().join("out");
    folder.run(
        &["fix", "in", "-o", out.to_str().unwrap()],
        2,
        "No space left",
    );
    // What has room is there; of what has none, nothing.
    let names: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["small.jsonl"]);
    assert_eq!(fs::read_to_string(out.join("small.jsonl")).unwrap(), FIXED);
}

/// Every user may be given a limit, where not every one may mount a disk.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_loses_nothing() {
    let big = format!("{BROKEN}{}", filler(3_500));
    let folder = Folder::new(&[("big.jsonl", &big), ("in/big.jsonl", &big)]);
    folder.write("in/small.jsonl", BROKEN.as_bytes());
    for args in ["-w big.jsonl", "in -o out"] {
        let script = format!("ulimit -f 256; exec \"$0\" fix {args}");
        let output = Command::new("sh")
            .current_dir(folder.0.path())
            .args(["-c", &script, env!("CARGO_BIN_EXE_unbake")])
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("big.jsonl: File too large"), "{stderr}");
    }
    assert_eq!(folder.read("big.jsonl"), big);
    assert_eq!(folder.read("out/small.jsonl"), FIXED);
    let names = folder.files();
    assert!(
        !names.iter().any(|name| name.ends_with(".tmp")),
        "{names:?}"
    );
    assert!(!folder.path("out/big.jsonl").exists());
}

#[cfg(unix)]
#[test]
fn the_owner_stays() {
    use std::os::unix::fs::{MetadataExt, chown};
    let folder = Folder::new(&[("a.jsonl", BROKEN)]);
    let path = folder.path("a.jsonl");
    // Only root can give files away; anyone else owns what they write.
    let is_root = fs::metadata(&path).unwrap().uid() == 0;
    if is_root {
        chown(&path, Some(4321), Some(1234)).unwrap();
    }
    let of = |path: &Path| {
        let metadata = fs::metadata(path).unwrap();
        (metadata.uid(), metadata.gid())
    };
    let before = of(&path);
    folder.run(&["fix", "-w", "a.jsonl"], 0, "");
    folder.run(&["fix", "a.jsonl", "-o", "out"], 0, "");
    assert_eq!(folder.read("a.jsonl"), FIXED);
    assert_eq!(
        (of(&path), of(&folder.path("out/a.jsonl"))),
        (before, before)
    );
}

/// What a terminal gets of standard output and standard error.
#[cfg(unix)]
fn on_a_terminal(folder: &Folder, args: &[&str]) -> String {
    let spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let output = Command::new("python3")
        .current_dir(folder.0.path())
        .env("TERM", "xterm")
        .args(["-c", spawn, env!("CARGO_BIN_EXE_unbake")])
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn a_terminal_sees_how_far_it_is() {
    let folder = Folder::new(&[("in/a.jsonl", &BROKEN.repeat(3)), ("in/b.jsonl", CLEAN)]);
    let seen = on_a_terminal(&folder, &["fix", "in", "-o", "out"]);
    for part in ["B/s", "3 records changed", " left"] {
        assert!(seen.contains(part), "{part}: {seen:?}");
    }
    // Only a terminal does.
    fs::remove_dir_all(folder.path("out")).unwrap();
    folder.run(&["fix", "in", "-o", "out"], 0, "");
}

#[cfg(unix)]
#[test]
fn a_terminal_is_shown_what_is_compressed() {
    let folder = Folder::new(&[]);
    let both = format!("{CLEAN}{BROKEN}");
    folder.write("a.jsonl.gz", &compressed("gzip", both.as_bytes()));
    folder.write("clean.jsonl.gz", &compressed("gzip", CLEAN.as_bytes()));
    let seen = on_a_terminal(&folder, &["fix", "a.jsonl.gz", "clean.jsonl.gz"]);
    let want = format!("{CLEAN}{FIXED}{CLEAN}");
    assert_eq!(seen.replace("\r\n", "\n"), want);
}

#[test]
fn formats_are_known_by_their_first_bytes() {
    let record = |text: &str| {
        let len = text.len();
        format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\n\
             Content-Length: {len}\r\n\r\n{text}\r\n\r\n"
        )
    };
    let (before, after) = (record("cafÃ©"), record("café"));
    let folder = Folder::new(&[("page", &before)]);
    assert_eq!(folder.run(&["fix", "page"], 0, ""), after);
    folder.write("packed.gz", &compressed("gzip", before.as_bytes()));
    folder.run(&["fix", "packed.gz", "-w"], 0, "");
    let fixed = decompressed("gzip", &folder.path("packed.gz"));
    assert_eq!(String::from_utf8(fixed).unwrap(), after);
    // As a whole, in any other way.
    folder.write("page.zst", &compressed("xz", before.as_bytes()));
    folder.run(&["fix", "page.zst", "-w"], 0, "");
    fs::rename(folder.path("page.zst"), folder.path("page.xz")).unwrap();
    let fixed = decompressed("xz", &folder.path("page.xz"));
    assert_eq!(String::from_utf8(fixed).unwrap(), after);
    // And the suffix is overruled by whoever knows better.
    folder.write("a.txt", BROKEN.as_bytes());
    let args = ["fix", "--format", "jsonl", "--field", "text", "a.txt"];
    assert_eq!(folder.run(&args, 0, ""), FIXED);
}

#[test]
fn a_charset_is_not_for_what_says_its_own() {
    let folder = Folder::new(&[("in/a.warc", ""), ("in/b.txt", "")]);
    folder.write("in/b.txt", b"caf\xE9 latin, d\xE9j\xE0 vu\n");
    folder.run(
        &["fix", "--encoding", "iso-8859-1", "in/a.warc"],
        2,
        "which says its charset itself",
    );
    let args = ["fix", "--encoding", "iso-8859-1", "in", "-o", "out"];
    folder.run(&args, 0, "");
    assert_eq!(folder.read("out/b.txt"), "café latin, déjà vu\n");
    assert_eq!(folder.read("out/a.warc"), "");
}

#[test]
fn changes_follow_the_text_where_headers_change_too() {
    let record = |text: &str| {
        let len = text.len();
        format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\n\
             Content-Length: {len}\r\n\r\n{text}\r\n\r\n"
        )
    };
    // One digit less in the header.
    let text = |word: &str| format!("{word} {} {word}", "a".repeat(84));
    let before = record(&text("cafÃ©")) + &record("cafÃ©");
    let after = record(&text("café")) + &record("café");
    let folder = Folder::new(&[("a.warc", &before)]);
    let fixed = folder.run(&["fix", "a.warc", "--changes", "c"], 0, "");
    assert_eq!(fixed, after);
    let changes = folder.read("c");
    assert_eq!(changes.lines().count(), 3);
    for line in changes.lines() {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        let at = |key: &str, i: usize| change[key][i].as_u64().unwrap() as usize;
        assert_eq!(&before[at("span", 0)..at("span", 1)], "Ã©");
        assert_eq!(&after[at("span_after", 0)..at("span_after", 1)], "é");
    }
    // A diff has the headers too.
    let diff = folder.run(&["diff", "a.warc"], 1, "");
    assert!(diff.contains("+Content-Length: 96"), "{diff}");
}

#[cfg(unix)]
#[test]
fn signals_leave_no_partial_file() {
    for signal in ["-INT", "-TERM"] {
        let folder = Folder::new(&[]);
        let fifo = folder.fifo("fifo.jsonl");
        let mut child = command(
            folder.0.path(),
            &["fix", "fifo.jsonl", "-o", "out", "--changes", "c"],
        )
        .spawn()
        .unwrap();
        let mut pipe = File::options().write(true).open(&fifo).unwrap();
        pipe.write_all(BROKEN.repeat(20_000).as_bytes()).unwrap();
        let kill = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), None);
        let left: Vec<String> = folder.files();
        assert!(
            !left
                .iter()
                .any(|name| name.ends_with(".tmp") || name == "out/fifo.jsonl"),
            "{left:?}"
        );
        drop(pipe);
    }
}

/// A marker makes a second run skip a file; one of another configuration, or
/// of an input that was touched since, does not.
#[test]
fn a_run_that_was_stopped_goes_on() {
    let files: Vec<(String, String)> = (0..6)
        .map(|i| {
            (
                format!("in/{i}.jsonl"),
                format!("{BROKEN}{}", CLEAN.repeat(i)),
            )
        })
        .collect();
    let folder = Folder::new(&[]);
    for (name, content) in &files {
        folder.write(name, content.as_bytes());
    }
    folder.write("in/3.jsonl", b"oops\n");
    let args = [
        "fix",
        "-j1",
        "in",
        "-o",
        "out",
        "--changes",
        "c",
        "--stats",
        "s",
    ];
    let mut first = args.to_vec();
    first.extend(["--on-error", "fail"]);
    folder.run(&first, 2, "in/3.jsonl:1:1");
    assert_eq!(
        folder.read("out/2.jsonl"),
        FIXED.to_owned() + &CLEAN.repeat(2)
    );
    assert!(!folder.path("out/3.jsonl").exists() && !folder.path("c").exists());
    // Repaired by hand; what is done is not done again.
    folder.write("in/3.jsonl", BROKEN.as_bytes());
    let before = fs::metadata(folder.path("out/2.jsonl"))
        .unwrap()
        .modified()
        .unwrap();
    folder.run(&first, 0, "");
    let after = fs::metadata(folder.path("out/2.jsonl"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after);
    let resumed = (folder.read("c"), folder.read("out/5.jsonl"));
    assert_eq!(folder.read("c").lines().count(), 12);
    let stats: serde_json::Value = serde_json::from_str(&folder.read("s")).unwrap();
    assert_eq!((&stats["files"], &stats["edits"]), (&6.into(), &12.into()));
    fs::remove_dir_all(folder.path("out")).unwrap();
    fs::remove_file(folder.path("c")).unwrap();
    fs::remove_file(folder.path("s")).unwrap();
    folder.run(&first, 0, "");
    assert_eq!(resumed, (folder.read("c"), folder.read("out/5.jsonl")));
    assert!(!folder.files().iter().any(|name| name.contains(".unbake-")));
}

/// Killed when all was done, with one of its markers removed already.
#[test]
fn a_run_that_was_stopped_at_its_end_is_done() {
    let folder = Folder::new(&[("in/a.jsonl", BROKEN), ("in/b.jsonl", BROKEN)]);
    // Stopped before its reports, which leaves all markers.
    folder.write("in/c.jsonl", b"oops\n");
    let args = "fix in -o out --changes c -j1 --on-error fail";
    let args: Vec<&str> = args.split(' ').collect();
    folder.run(&args, 2, "stopped");
    let mut markers = folder.files();
    markers.retain(|name| name.ends_with(".done"));
    assert_eq!(markers.len(), 2, "{markers:?}");
    // The third was never there.
    fs::remove_file(folder.path("in/c.jsonl")).unwrap();
    for name in folder.files() {
        let is_of_marker = markers.contains(&name.replace(".changes", ".done"));
        if name.ends_with(".changes") && !is_of_marker {
            fs::remove_file(folder.path(&name)).unwrap();
        }
    }
    let contents: Vec<serde_json::Value> = markers
        .iter()
        .map(|name| serde_json::from_str(&folder.read(name)).unwrap())
        .collect();
    let config = contents[0]["config"].clone();
    let mut all = contents.clone();
    all.sort_by_key(|marker| marker["input"].to_string());
    let conclusion = serde_json::json!({"config": config, "markers": all});
    // It is kept beside the first output.
    let first = contents.iter().position(|it| it["input"] == "in/a.jsonl");
    let run = markers[first.unwrap()].replace(".done", ".run");
    folder.write(&run, conclusion.to_string().as_bytes());
    folder.write("c", b"written");
    fs::remove_file(folder.path(&markers[1])).unwrap();
    folder.run(&args, 0, "");
    assert_eq!(folder.read("c"), "written");
    assert_eq!(
        folder.files(),
        [
            "c",
            "in/a.jsonl",
            "in/b.jsonl",
            "out/a.jsonl",
            "out/b.jsonl"
        ]
    );
}

#[test]
fn warc_records_keep_their_members() {
    let record = |text: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
             Content-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let (clean, broken) = (
        record("La République\n"),
        record("La RÃ©publique, donâ€™t\n"),
    );
    let fixed = record("La République, don’t\n");
    let folder = Folder::new(&[("in/a.warc", &format!("{clean}{broken}{clean}"))]);
    folder.run(&["fix", "in", "-o", "out"], 0, "");
    assert_eq!(folder.read("out/a.warc"), format!("{clean}{fixed}{clean}"));
    if Command::new("gzip").arg("--version").output().is_err() {
        return;
    }
    let member = compressed("gzip", clean.as_bytes());
    let file = [&member[..], &compressed("gzip", broken.as_bytes()), &member].concat();
    folder.write("a.warc.wet.gz", &file);
    folder.run(&["fix", "a.warc.wet.gz", "-w"], 0, "");
    let got = fs::read(folder.path("a.warc.wet.gz")).unwrap();
    assert!(got.starts_with(&member) && got.ends_with(&member));
    let got = decompressed("gzip", &folder.path("a.warc.wet.gz"));
    assert_eq!(
        String::from_utf8(got).unwrap(),
        format!("{clean}{fixed}{clean}")
    );
}

#[test]
fn a_warc_record_with_a_wrong_length_is_put_aside_alone() {
    let record = |length: &str, text: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\n\
             Content-Length: {length}\r\n\r\n{text}\r\n\r\n"
        )
    };
    let (broken, fixed) = (record("7", "cafÃ©"), record("5", "café"));
    let short = record("5", "café").replace("é\r\n\r\n", "é\r\n");
    for bad in [record("1", "xyz"), record("18446744073709551615", "xyz")] {
        let file = format!("{short}{broken}{bad}{broken}");
        let folder = Folder::new(&[("a.warc", &file)]);
        let args = ["fix", "a.warc", "-o", "out", "--on-error", "quarantine"];
        folder.run(&args, 2, "a.warc:14:1: ");
        assert_eq!(folder.read("out/a.warc"), format!("{short}{fixed}{fixed}"));
        assert_eq!(folder.read("out/a.warc.quarantine"), bad);
    }
}

#[test]
fn a_warc_in_one_long_member_is_repaired() {
    let record = |text: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\n\
             Content-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let clean = record("La République").repeat(100);
    let (broken, fixed) = (record("cafÃ©"), record("café"));
    let folder = Folder::new(&[]);
    folder.write("in/clean.warc.gz", &compressed("gzip", clean.as_bytes()));
    let file = format!("{clean}{broken}{clean}");
    folder.write("in/a.warc.gz", &compressed("gzip", file.as_bytes()));
    folder.run(&["fix", "in", "-o", "out", "--max-record", "4K"], 0, "");
    let same = |name: &str| fs::read(folder.path(name)).unwrap();
    assert!(same("in/clean.warc.gz") == same("out/clean.warc.gz"));
    let got = decompressed("gzip", &folder.path("out/a.warc.gz"));
    let want = format!("{clean}{fixed}{clean}");
    assert_eq!(String::from_utf8(got).unwrap(), want);
}

#[test]
fn what_could_be_read_of_an_archive_is_passed_on() {
    let folder = Folder::new(&[]);
    let lines: String = (0..60_000u32)
        .map(|i| format!("{{\"text\": \"cafe {}\"}}\n", i.wrapping_mul(2_654_435_761)))
        .collect();
    let all = compressed("gzip", lines.as_bytes());
    folder.write("cut.jsonl.gz", &all[..all.len() / 2]);
    folder.write("good.jsonl.gz", &compressed("gzip", BROKEN.as_bytes()));
    let gzip = Command::new("gzip")
        .arg("-dc")
        .arg(folder.path("cut.jsonl.gz"))
        .output()
        .unwrap();
    let readable = String::from_utf8(gzip.stdout).unwrap();
    let output = folder.unbake(&["fix", "cut.jsonl.gz", "good.jsonl.gz"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.ends_with("what could be read of it is passed on\n") && stderr.lines().count() == 1,
        "{stderr}"
    );
    folder.write("out.gz", &output.stdout);
    let got = String::from_utf8(decompressed("gzip", &folder.path("out.gz"))).unwrap();
    let rest = got.strip_prefix(&readable[..]).unwrap();
    assert!(
        rest.ends_with(FIXED)
            && lines[readable.len()..].starts_with(&rest[..rest.len() - FIXED.len()])
    );
    folder.write("a.parquet", b"PAR1 cut off");
    let args = ["fix", "a.parquet"];
    assert_eq!(folder.run(&args, 2, "; nothing of it is passed on"), "");
    for (args, fate) in [
        ("-o out", "passed on as it is"),
        ("-w", "left as it is"),
        ("-o out2 --on-error quarantine", "put aside"),
    ] {
        let args = format!("fix a.parquet cut.jsonl.gz {args}");
        let args: Vec<_> = args.split(' ').collect();
        folder.run(&args, 2, &format!("; {fate}\n"));
    }
    assert_eq!(folder.read("out/a.parquet"), "PAR1 cut off");
    assert!(!folder.path("out2/a.parquet").exists());
    assert_eq!(
        fs::read(folder.path("out2/cut.jsonl.gz.quarantine")).unwrap(),
        fs::read(folder.path("cut.jsonl.gz")).unwrap()
    );
}

#[test]
fn an_empty_archive_is_empty() {
    let folder = Folder::new(&[]);
    for codec in ["bzip2", "gzip", "xz", "zstd"] {
        if Command::new(codec).arg("--version").output().is_err() {
            continue;
        }
        let empty = compressed(codec, b"");
        folder.write("in/a.jsonl", &empty);
        folder.run(&["fix", "in", "-o", "out", "--force"], 0, "");
        assert!(fs::read(folder.path("out/a.jsonl")).unwrap() == empty);
    }
}

#[test]
fn as_much_is_looked_at_of_an_archive_as_of_a_text() {
    let lines = "La RÃ©publique\n";
    let late = format!("{}\0\n{lines}", lines.repeat(3000));
    let early = format!("{}\0\n{lines}", lines.repeat(300));
    let folder = Folder::new(&[("in/late", &late), ("in/early", &early)]);
    folder.write("in/late.gz", &compressed("gzip", late.as_bytes()));
    folder.write("in/early.gz", &compressed("gzip", early.as_bytes()));
    folder.run(&["fix", "in", "-o", "out"], 0, "");
    let fixed = late.replace("Ã©", "é");
    assert!(folder.read("out/late") == fixed && folder.read("out/early") == early);
    assert!(decompressed("gzip", &folder.path("out/late.gz")) == fixed.as_bytes());
    assert!(decompressed("gzip", &folder.path("out/early.gz")) == early.as_bytes());
}

#[test]
fn a_long_text_is_one_record() {
    let text = format!("La RÃ©publique\n{}", "plain words\n".repeat(30_000)).repeat(2);
    let folder = Folder::new(&[("a.txt", &text)]);
    folder.run(
        &["fix", "-w", "a.txt", "--changes", "c", "--stats", "s"],
        0,
        "",
    );
    let changes = folder.read("c");
    assert_eq!(changes.lines().count(), 2);
    assert!(
        changes.lines().all(|line| line.contains("\"record\":0")),
        "{changes}"
    );
    let stats: serde_json::Value = serde_json::from_str(&folder.read("s")).unwrap();
    assert_eq!(
        (&stats["records"], &stats["changed"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn mistakes_are_named() {
    let folder = Folder::new(&[("in/a.txt", "a\n")]);
    let args = ["fix", "in", "-o", "out", "--include", "*.none"];
    folder.run(&args, 0, "--include *.none: warning: no file matches");
    let args = ["fix", "in", "-o", "out", "--changes", "absent/c"];
    folder.run(&args, 2, "absent/c: No such file");
    let args = ["fix", "in", "-o", "out", "--changes", "r", "--stats", "r"];
    folder.run(&args, 2, "--changes and --stats would both be written to r");
    folder.run(&["fix", "in", "-j", "65535"], 2, "65535 is not in 1..=1024");
    folder.run(&["fix", "in", "-j", "1024"], 0, "");
    let args = ["fix", "in", "-o", "in/a.txt", "--force"];
    folder.run(&args, 2, "--output in/a.txt: not a folder");
}

#[cfg(unix)]
#[test]
fn what_is_written_is_not_read() {
    let lines = "cafÃ©\n".repeat(50_000);
    let folder = Folder::new(&[("a.txt", &lines), ("b.txt", "grÃ¼n\n")]);
    let into_a = |args: &[&str]| {
        let out = File::options().append(true).open(folder.path("a.txt"));
        let output = command(folder.0.path(), args).stdout(out.unwrap()).output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, says) = into_a(&["fix", "a.txt", "b.txt"]);
    assert_eq!(code, Some(2));
    assert!(
        says.starts_with("unbake: a.txt: standard output goes"),
        "{says}"
    );
    assert_eq!(folder.read("a.txt"), format!("{lines}grün\n"));
    folder.write("a.txt", lines.as_bytes());
    assert_eq!(into_a(&["scan", "."]), (Some(1), String::new()));
    let found = "./b.txt:1:3: mojibake: Ã¼ → ü (utf-8>windows-1252)\n";
    assert_eq!(folder.read("a.txt"), format!("{lines}{found}"));
    folder.run(&["fix", "-w", "a.txt"], 0, "");
}

#[test]
fn files_that_are_ignored_are_left_out_if_asked_for() {
    let folder = Folder::new(&[
        (".gitignore", "b.txt\n"),
        ("in/.gitignore", "old/\n"),
        ("in/.ignore", "*.log\n!b.txt\n"),
        ("in/a.txt", "a\n"),
        ("in/b.txt", "b\n"),
        ("in/c.log", "c\n"),
        ("in/old/d.txt", "d\n"),
        ("c.log", "named\n"),
    ]);
    let all = ["fix", "in", "c.log", "--exclude", ".*"];
    assert_eq!(folder.run(&all, 0, ""), "a\nb\nc\nd\nnamed\n");
    let some = ["fix", "in", "c.log", "--exclude", ".*", "--ignore-files"];
    assert_eq!(folder.run(&some, 0, ""), "a\nb\nnamed\n");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_are_told_once() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[("in/a.txt", "a\n")]);
    symlink("absent", folder.path("in/b.txt")).unwrap();
    symlink(".", folder.path("in/c")).unwrap();
    let output = folder.unbake(&["fix", "in"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "unbake: in/b.txt: No such file or directory (os error 2)\n\
         unbake: in/c: leads back to in; passed over\n"
    );
}

#[test]
fn a_declaration_that_is_wrong_now_is_told() {
    let folder = Folder::new(&[]);
    let page = b"<meta charset=\"iso-8859-1\"><p>d\xE9j\xE0 vu, un caf\xE9 s'il vous pla\xEEt\n";
    folder.write("page.html", page);
    let says = "page.html: is UTF-8 now, but declares windows-1252";
    folder.run(&["decode", "page.html"], 0, says);
    let args = ["fix", "--encoding", "auto", "-w", "page.html"];
    folder.run(&args, 0, says);
    assert!(folder.read("page.html").contains("un café s'il"));
    // Nothing is wrong with a declaration of UTF-8, or without any.
    for head in ["<meta charset=\"utf-8\">", "<p>"] {
        let page = [head.as_bytes(), &page[27..]].concat();
        folder.write("page.html", &page);
        let args = ["fix", "--encoding", "latin1", "-w", "page.html"];
        folder.run(&args, 0, "");
    }
}

#[test]
fn spans_are_what_is_replaced_where_a_field_gets_quotes() {
    // Â« and so on; a comma and quotes come in with the repair.
    let before = "a,b\nLa RÃ©publique â€œneuveâ€\u{9d},x\nÃ©tÃ©,y\n";
    let folder = Folder::new(&[("a.csv", before)]);
    let args = ["fix", "a.csv", "--fix", "quotes", "--changes", "c"];
    let after = folder.run(&args, 0, "");
    assert_eq!(after, "a,b\n\"La République \"\"neuve\"\"\",x\nété,y\n");
    for line in folder.read("c").lines() {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        let at = |key: &str, i: usize| change[key][i].as_u64().unwrap() as usize;
        assert_eq!(&before[at("span", 0)..at("span", 1)], change["before"]);
        let got = &after[at("span_after", 0)..at("span_after", 1)];
        assert_eq!(got.replace("\"\"", "\""), change["after"]);
    }
}
