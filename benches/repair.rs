//! How fast texts are repaired: clean ones by script, damaged ones by family,
//! and those made to be slow. All inputs are made from `corpus/`.

#[path = "../tests/data/mod.rs"]
mod data;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};

/// Bytes of an input, about.
const SIZE: usize = 256 << 10;

fn main() {
    divan::main();
}

/// Lines over and over, until there are enough.
fn filled(lines: &[String]) -> String {
    assert!(!lines.is_empty(), "no lines");
    let mut text = String::with_capacity(SIZE + 4096);
    for line in lines.iter().cycle() {
        if text.len() >= SIZE {
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn repair(bencher: Bencher<'_, '_>, text: String) {
    // Tables that are made on first use are not what is measured.
    black_box(unbake::repair("GrÃ¼ÃŸe, Ñ‚ÐµÐºÑÑ‚"));
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| unbake::repair(black_box(&text)).into_edits());
}

/// Correct text, by file of `corpus/clean`.
#[divan::bench(args = ["cyrillic", "east-asia", "indic", "latin-east", "latin-west", "latin-world", "other-alphabets"], sample_count = 10)]
fn clean(bencher: Bencher<'_, '_>, file: &str) {
    let file = format!("clean/{file}.tsv");
    let rows = data::clean()
        .into_iter()
        .filter(|row| row.place.starts_with(&file));
    repair(
        bencher,
        filled(&rows.map(|row| row.text).collect::<Vec<_>>()),
    );
}

/// Damaged text, by file of `corpus/damaged`.
#[divan::bench(args = ["utf8_single_byte", "utf8_multi_byte", "utf8_layers", "legacy", "legacy_cjk", "lost", "cjk_lost", "escapes"], sample_count = 3)]
fn damaged(bencher: Bencher<'_, '_>, file: &str) {
    let file = format!("damaged/{file}.jsonl");
    let rows = data::damaged()
        .into_iter()
        .filter(|row| row.place.starts_with(&file));
    repair(
        bencher,
        filled(&rows.map(|row| row.text).collect::<Vec<_>>()),
    );
}

/// One damaged line in a hundred.
#[divan::bench(sample_count = 5)]
fn mixed(bencher: Bencher<'_, '_>) {
    let mut damaged = data::damaged().into_iter().map(|row| row.text).cycle();
    let mut lines = Vec::new();
    for (i, row) in data::clean().into_iter().enumerate() {
        lines.push(row.text);
        if i % 100 == 99 {
            lines.extend(damaged.next());
        }
    }
    repair(bencher, filled(&lines));
}

/// Texts that are nothing but a trap; `linear.sh` shows that they stay linear.
#[divan::bench(args = ["Ã", "&amp;amp;", "random", "one line"], sample_count = 3)]
fn pathological(bencher: Bencher<'_, '_>, what: &str) {
    let text = match what {
        "random" => random(SIZE),
        "one line" => filled(
            &data::clean()
                .into_iter()
                .map(|row| row.text)
                .collect::<Vec<_>>(),
        )
        .replace('\n', " "),
        piece => piece.repeat(SIZE / piece.len()),
    };
    repair(bencher, text);
}

/// Bytes without any pattern, as ISO-8859-1.
fn random(len: usize) -> String {
    let mut state = 1u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from((state >> 24) as u8)
    };
    (0..len).map(|_| byte()).collect()
}
