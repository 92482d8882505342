//! The tables that the library ships are those that the committed counts give.

use std::fs;
use std::path::Path;

use unbake_train::{Counts, tables};

#[test]
fn shipped_tables_are_made_from_the_counts() {
    let train = Path::new(env!("CARGO_MANIFEST_DIR"));
    let counts = Counts::read(&train.join("counts")).unwrap();
    let made = tables::build(&counts);
    let shipped = fs::read(train.join("../src/model/tables.bin")).unwrap();
    let differ = made.iter().zip(&shipped).position(|(a, b)| a != b);
    assert!(
        made.len() == shipped.len() && differ.is_none(),
        "src/model/tables.bin ({} bytes) is not what train/counts gives ({} bytes), from byte {differ:?} on; \
         see train/README.md",
        shipped.len(),
        made.len(),
    );
}

/// Counts are read as they are written.
#[test]
fn counts_are_read_as_they_are_written() {
    let texts = Path::new(env!("CARGO_TARGET_TMPDIR")).join("texts");
    let folder = texts.join("source");
    fs::create_dir_all(&folder).unwrap();
    // A line counts once, so these differ.
    let line = |i| format!("{i} Ein Satz mit \\ und „Ümlauten“,\u{a0}\u{85}\u{2028}мир 世界\n");
    let line: String = (0..200).map(line).collect();
    fs::write(folder.join("de.txt"), line).unwrap();
    let list = texts.join("words/source");
    fs::create_dir_all(&list).unwrap();
    let rows: String = ('a'..='z').map(|c| format!("blä{c}\t1\n")).collect();
    fs::write(list.join("de.tsv"), rows).unwrap();
    let mut counts = Counts::of_texts(&texts).unwrap();
    counts.tune(&texts).unwrap();
    let (once, again) = (texts.join("../once"), texts.join("../again"));
    counts.write(&once).unwrap();
    Counts::read(&once).unwrap().write(&again).unwrap();
    for file in [
        "chars.tsv",
        "bigrams.tsv",
        "trigrams.tsv",
        "letters.tsv",
        "words.tsv",
        "listed.tsv",
        "scan-classes.tsv",
        "scan-pairs.tsv",
        "scan-tuned.tsv",
    ] {
        let written = fs::read_to_string(once.join(file)).unwrap();
        assert!(
            !written.is_empty() || file == "letters.tsv",
            "{file} is empty"
        );
        assert_eq!(
            written,
            fs::read_to_string(again.join(file)).unwrap(),
            "{file}"
        );
    }
}
