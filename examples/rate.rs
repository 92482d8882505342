//! How fast the lines of a file are repaired, each by itself: prints megabytes
//! per second.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;
use std::{env, fs};

fn main() {
    let path = env::args().nth(1).expect("the name of a file");
    let text = fs::read_to_string(path).expect("a file of UTF-8");
    // Tables that are made on first use are not what is measured.
    black_box(unbake::repair("GrÃ¼ÃŸe, Ñ‚ÐµÐºÑÑ‚"));
    let start = Instant::now();
    for line in text.lines() {
        black_box(unbake::repair(black_box(line)).text());
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{:.3}", text.len() as f64 / 1e6 / seconds);
}
