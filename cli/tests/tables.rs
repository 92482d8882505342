//! Parquet files through the command.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tempfile::TempDir;

const BROKEN: &str = "La RÃ©publique";
const FIXED: &str = "La République";

/// A table of texts, each group with the values of each column.
fn table(path: &Path, columns: &[&str], groups: &[&[&[&str]]]) {
    let fields: String = (columns.iter())
        .map(|name| format!("required binary {name} (UTF8); "))
        .collect();
    let schema = Arc::new(parse_message_type(&format!("message doc {{ {fields} }}")).unwrap());
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let properties = Arc::new(properties.build());
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, properties).unwrap();
    for group in groups {
        let mut rows = writer.next_row_group().unwrap();
        for texts in *group {
            let mut column = rows.next_column().unwrap().unwrap();
            let values: Vec<ByteArray> = texts.iter().map(|&text| text.into()).collect();
            let texts = column.typed::<ByteArrayType>();
            texts.write_batch(&values, None, None).unwrap();
            column.close().unwrap();
        }
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

fn unbake(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command.output().unwrap()
}

/// Runs to its end with this exit code; what is on standard error.
fn run(folder: &TempDir, args: &[&str], code: i32) -> String {
    let output = unbake(folder, args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
    stderr
}

/// The numbers of dictionary values, at the start of a column, say that there
/// are none, though the pages use them.
fn without_dictionary(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    // A page header: its type, the two lengths, and what a dictionary's has in
    // it, from field 7 on: the number of values first.
    let at = bytes
        .windows(3)
        .position(|bytes| bytes == [0x4C, 0x15, 0x04])
        .unwrap();
    bytes[at + 2] = 0;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_corrupt_table_ends_no_run() {
    for jobs in ["-j1", "-j2"] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("in")).unwrap();
        table(&at("in/a.parquet"), &["text"], &[&[&[BROKEN, "b"]]]);
        table(&at("in/b.parquet"), &["text"], &[&[&[BROKEN, "b"]]]);
        without_dictionary(&at("in/b.parquet"));
        fs::write(at("in/c.txt"), BROKEN).unwrap();
        let corrupt = fs::read(at("in/b.parquet")).unwrap();

        let says = run(&folder, &["fix", jobs, "in", "-o", "out"], 2);
        assert!(says.contains("in/b.parquet: corrupt"), "{says}");
        assert!(
            !says.contains("panicked") && says.lines().count() == 1,
            "{says}"
        );
        assert_eq!(fs::read(at("out/b.parquet")).unwrap(), corrupt);
        assert_eq!(fs::read_to_string(at("out/c.txt")).unwrap(), FIXED);
        assert_ne!(
            fs::read(at("out/a.parquet")).unwrap(),
            fs::read(at("in/a.parquet")).unwrap()
        );

        let quarantine = ["fix", jobs, "in", "-o", "aside", "--on-error", "quarantine"];
        run(&folder, &quarantine, 2);
        assert_eq!(fs::read(at("aside/b.parquet.quarantine")).unwrap(), corrupt);
        assert!(!at("aside/b.parquet").exists());

        let says = run(&folder, &["scan", jobs, "in"], 2);
        assert!(says.contains("in/b.parquet: corrupt"), "{says}");
        run(&folder, &["fix", jobs, "in/b.parquet"], 2);
    }
}

#[test]
fn rows_are_counted_and_bytes_are_uncompressed() {
    let folder = tempfile::tempdir().unwrap();
    let twice = format!("{BROKEN}, {BROKEN}");
    let first: &[&[&str]] = &[&[&twice, "x", BROKEN], &[BROKEN, "x", "x"]];
    let second: &[&[&str]] = &[&["x"], &["x"]];
    table(
        &folder.path().join("a.parquet"),
        &["a", "b"],
        &[first, second],
    );
    run(
        &folder,
        &["fix", "a.parquet", "-o", "out", "--stats", "stats.json"],
        0,
    );
    let stats = fs::read(folder.path().join("stats.json")).unwrap();
    let stats: serde_json::Value = serde_json::from_slice(&stats).unwrap();
    let count = |name: &str| stats[name].as_u64().unwrap();
    assert_eq!(
        [count("records"), count("changed"), count("edits")],
        [4, 2, 4]
    );
    let columns = |file: &str| -> u64 {
        let file = File::open(folder.path().join(file)).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let groups = reader.metadata().row_groups().iter();
        let columns = groups.flat_map(|group| group.columns());
        columns
            .map(|column| column.uncompressed_size() as u64)
            .sum()
    };
    assert_eq!(count("bytes"), columns("a.parquet"));
    assert_eq!(count("bytes_out"), columns("out/a.parquet"));
    assert_ne!(count("bytes"), count("bytes_out"));
}

#[test]
fn a_table_does_not_come_through_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    table(&path, &["text"], &[&[&[BROKEN]]]);
    for args in [&["fix"][..], &["fix", "-"], &["scan", "-"], &["diff", "-"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
        let command = command.current_dir(&folder).args(args);
        let output = command.stdin(File::open(&path).unwrap()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains("a table is read from its end"), "{stderr}");
        assert_eq!((stderr.lines().count(), output.stdout.len()), (1, 0));
    }
}
