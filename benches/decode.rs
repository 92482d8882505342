//! How fast are bytes decoded, and how often right?
//!
//! `cargo bench --bench decode` prints what share of the corpus' clean lines,
//! in every charset of their languages, is detected rightly, and then the
//! speeds on 64 MB and on small files.

#![allow(clippy::print_stdout)]

use divan::Bencher;
use divan::counter::BytesCount;
use unbake::Charset;
use unbake::decode::{Hints, decode};

#[path = "../tests/charset_lines/mod.rs"]
mod charset_lines;

fn main() {
    let scores = charset_lines::scores();
    for score in &scores {
        println!(
            "{:<20} {:>4} of {:>4}",
            score.charset.name(),
            score.right,
            score.lines
        );
    }
    let (right, lines) = scores
        .iter()
        .fold((0, 0), |(r, n), s| (r + s.right, n + s.lines));
    println!(
        "{:<20} {right:>4} of {lines:>4}  {:.2} %\n",
        "all",
        right as f64 * 100.0 / lines as f64
    );
    divan::main();
}

const LARGE: usize = 64 << 20;
const INPUTS: [(&str, &str); 9] = [
    ("fr", "windows-1252"),
    ("ru", "windows-1251"),
    ("ru", "koi8-r"),
    ("pl", "iso-8859-2"),
    ("zh-CN", "gbk"),
    ("ja", "shift_jis"),
    ("ko", "euc-kr"),
    ("fr", "utf-8"),
    ("zh-CN", "utf-8"),
];

/// The corpus' lines of a language in a charset, over and over.
fn input(language: &str, label: &str, len: usize) -> Vec<u8> {
    let charset = Charset::for_label(label).unwrap_or(Charset::UTF_8);
    let lines = charset_lines::corpus();
    let mut text = Vec::new();
    for (_, line) in lines.iter().filter(|(of, _)| of == language) {
        if let Ok(bytes) = charset.encode(line) {
            text.extend_from_slice(&bytes);
            text.push(b'\n');
        }
    }
    text.repeat(len.div_ceil(text.len().max(1)))
}

#[divan::bench(args = INPUTS, sample_count = 5, sample_size = 1)]
fn large(bencher: Bencher<'_, '_>, (language, label): (&str, &str)) {
    let bytes = input(language, label, LARGE);
    let bencher = bencher.counter(BytesCount::new(bytes.len()));
    bencher.bench(|| decode(&bytes, &Hints::default()).text.len());
}

#[divan::bench(args = INPUTS, sample_count = 20, sample_size = 5)]
fn small(bencher: Bencher<'_, '_>, (language, label): (&str, &str)) {
    let bytes = input(language, label, 4 << 10);
    let bencher = bencher.counter(BytesCount::new(bytes.len()));
    bencher.bench(|| decode(&bytes, &Hints::default()).text.len());
}
