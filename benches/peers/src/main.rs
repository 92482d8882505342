//! How fast is `repair` beside what it is measured against? A line for each
//! text and size, in megabytes a second of processor time on one thread, all
//! on the same bytes, in turns: copying them, validating them (`from_utf8` and
//! simdutf8), plsfix, which is ftfy in Rust, and unbake.
//!
//! `peers` prints the table; `peers once SUBJECT TEXT BYTES` does one thing
//! once, to be counted by callgrind (`instructions.sh`).

mod texts;

use std::env;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::texts::{Kind, Texts};

const USAGE: &str = "\
peers [--texts DIR] [--mb N] [--damaged-mb N] [--rounds N] [TEXT…]
peers [--texts DIR] once SUBJECT TEXT BYTES

DIR has a file for each language: en.txt, fr.txt, … [default: words of corpus/]
SUBJECT is memcpy, from_utf8, simdutf8, plsfix or unbake.
TEXT is a language or a kind of damage; without one, all are measured.";

/// What is done to a text; something to show for it.
type Subject = fn(&str, &mut Vec<u8>) -> usize;

const SUBJECTS: [(&str, Subject); 5] = [
    ("memcpy", |text, copy| {
        copy.clear();
        copy.extend_from_slice(text.as_bytes());
        copy.len()
    }),
    ("from_utf8", |text, _| {
        std::str::from_utf8(text.as_bytes()).map_or(0, str::len)
    }),
    ("simdutf8", |text, _| {
        simdutf8::basic::from_utf8(text.as_bytes()).map_or(0, str::len)
    }),
    ("plsfix", |text, _| plsfix::fix_text(text, None).len()),
    ("unbake", |text, _| unbake::repair(text).text().len()),
];

/// Slow subjects get no more of a text than this, which is as good: all of
/// them take linear time.
const SLOW: usize = 2 << 20;

fn main() -> ExitCode {
    // What plsfix does to some texts is to panic.
    std::panic::set_hook(Box::new(|_| {}));
    match run(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(args: Vec<String>) -> Result<(), String> {
    let mut folder = None;
    let (mut mb, mut damaged_mb, mut rounds) = (64, 4, 3);
    let mut rest = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        let number = |text: String| {
            text.parse::<usize>()
                .map_err(|error| format!("{text}: {error}"))
        };
        match &arg[..] {
            "--texts" => folder = Some(PathBuf::from(value()?)),
            "--mb" => mb = number(value()?)?,
            "--damaged-mb" => damaged_mb = number(value()?)?,
            "--rounds" => rounds = number(value()?)?,
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            _ => rest.push(arg),
        }
    }
    let texts = Texts::new(folder)?;
    // Tables that are made on first use are not what is measured.
    black_box(unbake::repair("GrÃ¼ÃŸe, Ñ‚ÐµÐºÑÑ‚, Ôèëüòð, é\u{203a}ªé¦\u{99}").into_edits());
    if let [once, subject, text, bytes] = &rest[..]
        && once == "once"
    {
        let bytes = bytes.parse().map_err(|error| format!("{bytes}: {error}"))?;
        let text = texts.of(Kind::named(text)?, bytes)?;
        let named = |(name, _): &&(&str, Subject)| name == subject;
        let (_, work) = SUBJECTS
            .iter()
            .find(named)
            .ok_or(format!("unknown subject {subject}"))?;
        let mut copy = Vec::with_capacity(text.len());
        // Once before, for all that is made on first use.
        black_box(work(&text, &mut copy));
        black_box(counted(*work, &text, &mut copy));
        return Ok(());
    }
    let kinds: Vec<Kind> = match &rest[..] {
        [] => Kind::all().collect(),
        names => names
            .iter()
            .map(|name| Kind::named(name))
            .collect::<Result<_, _>>()?,
    };
    print!("| text | size |");
    SUBJECTS.iter().for_each(|(name, _)| print!(" {name} |"));
    println!(" of from_utf8 | × plsfix |");
    println!("| --- | --- |{}", " ---: |".repeat(SUBJECTS.len() + 2));
    for kind in kinds {
        let large = if kind.is_damaged() { damaged_mb } else { mb };
        let text = texts.of(kind, large << 20)?;
        for (size, piece) in [
            ("tiny".to_owned(), 20),
            ("line".to_owned(), 120),
            ("document".to_owned(), 8 << 10),
            (format!("{large} MB"), text.len()),
        ] {
            row(kind, &size, &pieces(&text, piece), rounds);
        }
    }
    Ok(())
}

/// The one thing that callgrind looks at.
#[inline(never)]
fn counted(work: Subject, text: &str, copy: &mut Vec<u8>) -> usize {
    black_box(work(black_box(text), copy))
}

/// How much of a text is cut into small pieces.
const CUT: usize = 1 << 20;

/// Texts of about this many bytes, cut between words.
fn pieces(text: &str, len: usize) -> Vec<&str> {
    let mut rest = if len < text.len() {
        &text[..text.floor_char_boundary(CUT)]
    } else {
        text
    };
    let mut pieces = Vec::new();
    while rest.len() > len {
        let least = rest.floor_char_boundary(len);
        let space = rest[least..].find([' ', '\n']).filter(|&space| space < len);
        let (piece, after) = rest.split_at(space.map_or(least, |space| least + space + 1));
        pieces.push(piece);
        rest = after;
    }
    pieces.extend((!rest.is_empty()).then_some(rest));
    pieces
}

/// Measures and prints a line of the table.
fn row(kind: Kind, size: &str, pieces: &[&str], rounds: usize) {
    let mut best = [0f64; SUBJECTS.len()];
    // In turns, so that what disturbs one disturbs all.
    for _ in 0..rounds {
        for ((name, work), best) in SUBJECTS.iter().zip(&mut best) {
            let is_slow = *name == "plsfix" || kind.is_damaged();
            *best = best.max(rate(*work, pieces, is_slow).unwrap_or(0.0));
        }
    }
    print!("| {kind} | {size} |");
    for rate in best {
        match rate {
            0.0 => print!(" – |"),
            rate if rate < 10.0 => print!(" {rate:.1} |"),
            rate => print!(" {rate:.0} |"),
        }
    }
    let [_, from_utf8, _, plsfix, unbake] = best;
    println!(" {:.2} | {:.1} |", unbake / from_utf8, unbake / plsfix);
}

/// Megabytes a second; nothing if it panics.
fn rate(work: Subject, pieces: &[&str], is_slow: bool) -> Option<f64> {
    let mut copy = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).max()?);
    let (mut bytes, began) = (0, ThreadTime::now());
    loop {
        let mut left = if is_slow { SLOW } else { usize::MAX };
        for piece in pieces {
            let piece = &piece[..piece.floor_char_boundary(left)];
            left -= piece.len();
            let work = || work(black_box(piece), &mut copy);
            black_box(catch_unwind(AssertUnwindSafe(work)).ok()?);
            bytes += piece.len();
            if left == 0 {
                break;
            }
        }
        let took = began.elapsed();
        if took >= Duration::from_millis(100) {
            return Some(bytes as f64 / took.as_secs_f64() / 1e6);
        }
    }
}
