//! `unbake-train`: texts → counts → the model's tables.
//!
//! ```text
//! unbake-train counts TEXTS COUNTS     folders of SOURCE/LANG.txt → TSV
//! unbake-train tune TEXTS COUNTS       what the scan's weights are tuned by, of the library as it is
//! unbake-train tables COUNTS FILE      TSV → the file the library compiles in
//! unbake-train judge HELD RIGHT FILE   what the judge of Latin goes by, of the library as it is
//! ```

use std::path::Path;
use std::process::ExitCode;

use unbake_train::{Counts, judge, tables};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["counts", texts, counts] => {
            Counts::of_texts(Path::new(texts)).and_then(|c| c.write(Path::new(counts)))
        }
        ["tune", texts, counts] => Counts::read(Path::new(counts)).and_then(|mut c| {
            c.tune(Path::new(texts))?;
            c.write(Path::new(counts))
        }),
        ["tables", counts, file] => {
            Counts::read(Path::new(counts)).and_then(|c| std::fs::write(file, tables::build(&c)))
        }
        ["judge", held, right, file] => judge::fit(Path::new(held), Path::new(right))
            .and_then(|weights| std::fs::write(file, weights)),
        _ => {
            eprintln!(
                "usage: unbake-train counts TEXTS COUNTS | tune TEXTS COUNTS | tables COUNTS FILE \
                 | judge HELD RIGHT FILE"
            );
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("unbake-train: {e}");
            ExitCode::from(2)
        }
    }
}
