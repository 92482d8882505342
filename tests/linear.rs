//! Repair takes work in proportion to the text, also for texts made to be slow.
//! The work is counted, not timed: how often the model is asked for a cost.
//! `benches/linear.sh` counts instructions.

#![cfg(debug_assertions)]

mod data;

use unbake::model::looked_up;

/// Work for a text of `size` bytes.
fn work(make: &dyn Fn(usize) -> String, size: usize) -> u64 {
    let text = make(size);
    // Tables that are made on first use.
    unbake::repair("schÃ¶n");
    let before = looked_up();
    unbake::repair(&text);
    looked_up() - before
}

/// Sixteen times the text, windows of 64 KiB included, must take about sixteen times the
/// work; were it quadratic in a window, it would be more than eighty.
fn is_linear(name: &str, make: impl Fn(usize) -> String) {
    are_linear(name, &[make]);
}

/// The same of several texts together.
fn are_linear<F: Fn(usize) -> String>(name: &str, all: &[F]) {
    const SIZE: usize = 12 << 10;
    let work = |size| all.iter().map(|make| work(make, size)).sum::<u64>();
    let (one, sixteen) = (work(SIZE), work(16 * SIZE));
    assert!(sixteen <= 32 * one, "{name}: {one}, {sixteen}");
}

#[test]
fn one_letter_over_and_over() {
    is_linear("Ã", |size| "Ã".repeat(size / 2));
    is_linear("Ã\\n", |size| "Ã\n".repeat(size / 3));
}

#[test]
fn references_in_references() {
    is_linear("&amp;amp;", |size| "&amp;amp;".repeat(size / 9));
    is_linear("&amp;amp;amp;…", |size| {
        format!("&{}Atilde;", "amp;".repeat(size / 4))
    });
    is_linear("&Atilde;", |size| "&Atilde;".repeat(size / 8));
}

#[test]
fn random_bytes() {
    is_linear("random", |size| {
        let mut state = 1u32;
        let mut byte = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from((state >> 24) as u8)
        };
        (0..size * 2 / 3).map(|_| byte()).collect()
    });
}

/// Some lines of a kind as one, over and over: what each costs differs, so a
/// period must be much shorter than the text. And it depends on the lines before, so
/// that it is of several such texts together.
fn one_line(name: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.filter(|line| !line.contains('\n')).collect();
    let periods = (0..4).map(|first| {
        let some = lines.iter().skip(first).step_by(lines.len() / 6);
        let period = some.cloned().collect::<Vec<String>>().join(" ");
        assert!(period.len() < 2 << 10, "{name}: {}", period.len());
        move |size| period.repeat(size / period.len())
    });
    are_linear(name, &periods.collect::<Vec<_>>());
}

#[test]
fn one_long_line() {
    one_line("clean", data::clean().into_iter().map(|row| row.text));
    one_line("damaged", data::damaged().into_iter().map(|row| row.text));
}
