//! Readers who leave, writers who stop, and disks that are full.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

fn unbake(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    for args in [
        &["fix"][..],
        &["diff"],
        &["scan"],
        &["fix", "--format=jsonl"],
    ] {
        let mut child = unbake(args).spawn().unwrap();
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all("\"La RÃ©publique\"\n".as_bytes()).unwrap();
        drop(stdin);
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{args:?}"
        );
    }
}

#[test]
fn records_come_out_as_they_come_in() {
    let mut child = unbake(&["fix", "--format=jsonl"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        stdin.write_all("\"La RÃ©publique\"\n".as_bytes()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "\"La République\"\n");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn standard_error_may_be_closed() {
    let mut child = unbake(&["fix", "absent", "also absent"]).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let mut child = unbake(&["fix"])
        .stdout(File::create("/dev/full").unwrap())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"text\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("unbake: cannot write the output: No space left"),
        "{message}"
    );
}

/// The list of changes would lack some, and the input has nothing to do with it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_of_a_report_is_an_error_of_the_report() {
    let mut child = unbake(&["fix", "--changes", "/dev/full"]).spawn().unwrap();
    let text = "La RÃ©publique\n".as_bytes();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("unbake: cannot write the output: /dev/full: No space left"),
        "{message}"
    );
}
