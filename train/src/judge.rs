//! The weights of the library's judge of Latin: a logistic regression over the signs
//! of readings that are right and of such as are not.
//!
//! Of lines held back half are damaged, and the readings that restore them are the
//! right ones. All readings of right lines are wrong: of the lines held back, of those
//! that `measure.py` assembles, and of lines held back with marks where people put
//! them, `exemplos¹` and `“alarm”`, which look damaged. Half of all, by their hash, is
//! left to measure on.

use std::fmt::Write as _;
use std::io::{self, BufRead};
use std::panic::resume_unwind;
use std::path::Path;

use unbake::Charset;
use unbake::plan::judge::{NAMES, SIGNS, Signs};
use unbake::plan::signs;

use crate::counts::lines;
use crate::scan::dice;

/// What text in Latin was in, and what it is read as.
const PAIRS: [(Charset, Charset); 21] = [
    (Charset::MAC_ROMAN, Charset::WINDOWS_1252),
    (Charset::CP437, Charset::WINDOWS_1252),
    (Charset::CP850, Charset::WINDOWS_1252),
    (Charset::CP852, Charset::WINDOWS_1250),
    (Charset::WINDOWS_1252, Charset::CP437),
    (Charset::WINDOWS_1252, Charset::CP850),
    (Charset::WINDOWS_1252, Charset::MAC_ROMAN),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1250),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1251),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1254),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1257),
    (Charset::WINDOWS_1252, Charset::ISO_8859_7),
    (Charset::WINDOWS_1250, Charset::WINDOWS_1252),
    (Charset::ISO_8859_2, Charset::WINDOWS_1252),
    (Charset::ISO_8859_2, Charset::WINDOWS_1250),
    (Charset::WINDOWS_1254, Charset::WINDOWS_1252),
    (Charset::WINDOWS_1257, Charset::WINDOWS_1252),
    (Charset::CP852, Charset::WINDOWS_1252),
    (Charset::CP850, Charset::WINDOWS_1250),
    (Charset::MAC_ROMAN, Charset::CP437),
    (Charset::MAC_ROMAN, Charset::CP850),
];
/// Characters of a line at most, and lines of a language that are damaged by a pair.
const LINE: usize = 160;
const DAMAGED: usize = 60;
/// Lines of a language that marks are put in, and how many such lines of each.
const MARKED: usize = 1_500;
const TIMES: u64 = 6;
/// What a reading of a line that is right as it was found counts.
const FOUND: f64 = 20.0;
/// Ranges of a sign, of right readings and of wrong ones.
const RANGES: usize = 8;
/// How far the weights are kept from nothing; steps towards the best ones.
const RIDGE: f64 = 1.0;
const STEPS: usize = 600;
/// Units of costs in a nat.
const NAT: f64 = 12.0;

/// A reading.
struct Sample {
    signs: Signs,
    is_right: bool,
    weight: f64,
}

/// The weights, as a file of the library.
pub fn fit(held: &Path, right: &Path) -> io::Result<String> {
    let held = lines(held)?;
    let mut all: Vec<Sample> = Vec::new();
    for lines in held.values() {
        let half: Vec<&String> = lines.iter().filter(|line| is_fitted(line)).collect();
        all.extend(damaged(&half));
        let marked = half.iter().take(MARKED);
        let marked = marked.flat_map(|line| (0..TIMES).map(|n| with_mark(line, n)));
        all.extend(wrong(&marked.collect::<Vec<_>>(), 1.0));
        let found: Vec<String> = half.into_iter().cloned().collect();
        all.extend(wrong(&found, FOUND));
    }
    for line in files(right)? {
        all.extend(wrong(&line, FOUND));
    }
    Ok(written(&all))
}

/// Whether a line is of the half that is not left to measure on.
fn is_fitted(line: &str) -> bool {
    dice(line).is_multiple_of(2)
}

/// The lines of files of JSON, `{"text": …}` each, file by file.
fn files(folder: &Path) -> io::Result<Vec<Vec<String>>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(|file| file.path());
    let mut all = Vec::new();
    for file in files {
        if file.path().extension().is_none_or(|e| e != "jsonl") {
            continue;
        }
        let mut lines = Vec::new();
        for row in io::BufReader::new(std::fs::File::open(file.path())?).lines() {
            let row: serde_json::Value = serde_json::from_str(&row?)?;
            let text = row["text"].as_str().unwrap_or_default();
            lines.extend((is_fitted(text)).then(|| text.to_owned()));
        }
        all.push(lines);
    }
    Ok(all)
}

/// The readings that restore lines, damaged in all ways that show.
fn damaged(lines: &[&String]) -> Vec<Sample> {
    let fits = |line: &&&String| !line.is_ascii() && line.chars().count() <= LINE;
    let mut all = Vec::new();
    for (n, (truth, misread)) in PAIRS.into_iter().enumerate() {
        let chance = |line: &&&String| dice((line, n)).is_multiple_of(4);
        let shown = |line: &&String| {
            let shown = misread.misread(&truth.encode(line).ok()?);
            let is_seen = shown != **line && !shown.chars().any(|c| c.is_control());
            is_seen.then(|| (shown, (*line).clone()))
        };
        let lines = lines.iter().filter(fits).filter(chance);
        all.extend(lines.filter_map(shown).take(DAMAGED));
    }
    in_two(&all, |(shown, line)| {
        let restored = signs(shown).into_iter().filter(|(text, _)| text == line);
        let sample = |(_, signs)| Sample {
            signs,
            is_right: true,
            weight: 1.0,
        };
        restored.map(sample).collect()
    })
}

/// The readings of right lines.
fn wrong(lines: &[String], weight: f64) -> Vec<Sample> {
    in_two(lines, |line| {
        let sample = |(_, signs)| Sample {
            signs,
            is_right: false,
            weight,
        };
        signs(line).into_iter().map(sample).collect()
    })
}

/// Of each, one half in a thread of its own.
fn in_two<T: Sync>(all: &[T], of: impl Fn(&T) -> Vec<Sample> + Sync) -> Vec<Sample> {
    let (a, b) = all.split_at(all.len() / 2);
    std::thread::scope(|scope| {
        let a = scope.spawn(|| a.iter().flat_map(&of).collect::<Vec<_>>());
        let b: Vec<Sample> = b.iter().flat_map(&of).collect();
        let mut all = a.join().unwrap_or_else(|panic| resume_unwind(panic));
        all.extend(b);
        all
    })
}

/// Marks after a word, about as often as they are; before one, and between two.
const AFTER: [char; 24] = [
    '…', '…', '…', '…', '…', '…', '…', '…', '”', '’', '»', '™', '®', '©', '°', '¹', '²', '³', 'º',
    'ª', '†', '•', '€', '£',
];
const BEFORE: [char; 10] = ['„', '“', '‘', '«', '¿', '¡', '§', '†', 'µ', '€'];
const BETWEEN: [&str; 16] = [
    "—", "—", "—", "–", "–", "–", "’", "’", "…", "…", "\u{a0}", "\u{a0}", "·", "‘", "•", "… ",
];
/// What goes before a word with an apostrophe, and after one.
const ELIDED: [&str; 6] = ["l", "d", "m", "c", "dell", "qu"];
const SUFFIXES: [&str; 6] = ["s", "a", "i", "e", "in", "un"];

/// A line with a mark where people put one, or words put together as they do; or just
/// such a word.
fn with_mark(line: &str, n: u64) -> String {
    let chance = dice((line, n));
    let pick = |many: usize, shift: u32| (chance >> shift) as usize % many.max(1);
    let words: Vec<&str> = line.split(' ').collect();
    let at = pick(words.len(), 8);
    let word = words[at];
    let new = match chance % 8 {
        0..=2 => format!("{word}{}", AFTER[pick(AFTER.len(), 24)]),
        3 => format!("{}{word}", BEFORE[pick(BEFORE.len(), 24)]),
        4 => format!("{}…", word.to_uppercase()),
        5 if (chance >> 32).is_multiple_of(3) => {
            let middle = word.char_indices().nth(word.chars().count() / 2);
            let (a, b) = word.split_at(middle.map_or(0, |(i, _)| i));
            format!("{a}\u{ad}{b}")
        }
        5 if (chance >> 32) % 3 == 1 => format!("{}’{word}", ELIDED[pick(ELIDED.len(), 24)]),
        5 => format!("{word}’{}", SUFFIXES[pick(SUFFIXES.len(), 24)]),
        6 | 7 if at + 1 < words.len() => {
            let between = BETWEEN[pick(BETWEEN.len(), 24)];
            format!("{word}{between}{}", words[at + 1])
        }
        _ => format!("“{word}”"),
    };
    if (chance >> 40).is_multiple_of(4) {
        return new;
    }
    let is_joined = chance % 8 > 5 && at + 1 < words.len();
    let skipped = if is_joined { at + 2 } else { at + 1 };
    let before = words[..at].iter().copied();
    let after = words.get(skipped..).unwrap_or_default().iter().copied();
    let all: Vec<&str> = before.chain([new.as_str()]).chain(after).collect();
    all.join(" ")
}

/// The ends of the ranges of a sign, so that of right readings about as many are in
/// each, and of wrong ones.
fn edges(all: &[Sample], sign: usize) -> Vec<i32> {
    let of = |is_right: bool| {
        let of = all.iter().filter(|s| s.is_right == is_right);
        let mut values: Vec<i32> = of.map(|s| s.signs[sign]).collect();
        values.sort_unstable();
        let at = |n: usize| values.get(n * values.len() / RANGES).copied();
        (1..RANGES).filter_map(at).collect::<Vec<_>>()
    };
    let mut both = of(true);
    both.extend(of(false));
    both.sort_unstable();
    both.dedup();
    both
}

/// Finds the weights, and writes them down.
fn written(all: &[Sample]) -> String {
    let edges: Vec<Vec<i32>> = (0..SIGNS).map(|sign| edges(all, sign)).collect();
    let ranges = |s: &Sample| -> Vec<usize> {
        let range = |(edges, value): (&Vec<i32>, &i32)| edges.partition_point(|e| e < value);
        edges.iter().zip(&s.signs).map(range).collect()
    };
    let rows: Vec<Vec<usize>> = all.iter().map(ranges).collect();
    let mut weights: Vec<Vec<f64>> = edges.iter().map(|e| vec![0.0; e.len() + 1]).collect();
    // Each weight goes its own way to where nothing is gained any more: the surer its
    // slope, the faster.
    let mut speeds = weights.clone();
    let mut squares = weights.clone();
    for step in 1..=STEPS {
        let mut slopes: Vec<Vec<f64>> = weights.iter().map(|w| vec![0.0; w.len()]).collect();
        for (sample, row) in all.iter().zip(&rows) {
            let odds: f64 = row.iter().zip(&weights).map(|(r, w)| w[*r]).sum();
            let likely = 1.0 / (1.0 + (-odds).exp());
            let slope = (f64::from(sample.is_right) - likely) * sample.weight;
            for (range, slopes) in row.iter().zip(&mut slopes) {
                slopes[*range] += slope;
            }
        }
        let rate = 0.1 * (1.0 - step as f64 / STEPS as f64);
        for (sign, slopes) in slopes.iter().enumerate() {
            for (range, slope) in slopes.iter().enumerate() {
                let slope = slope - RIDGE * weights[sign][range];
                let (speed, square) = (&mut speeds[sign][range], &mut squares[sign][range]);
                *speed = 0.9 * *speed + 0.1 * slope;
                *square = 0.999 * *square + 0.001 * slope * slope;
                let fair = 1.0 - 0.999f64.powi(step as i32);
                let pace = *speed / (1.0 - 0.9f64.powi(step as i32));
                weights[sign][range] += rate * pace / ((*square / fair).sqrt() + 1e-9);
            }
        }
    }
    let mut file = String::from(
        "//! Made by `unbake-train judge`: for each sign the last values of its ranges, but for the\n\
         //! last one, and their weights.\n\nuse crate::model::Cost;\n\nuse super::judge::SIGNS;\n\n\
         #[rustfmt::skip]\npub(super) static WEIGHTS: [(&[Cost], &[Cost]); SIGNS] = [\n",
    );
    for ((name, edges), weights) in NAMES.iter().zip(&edges).zip(&weights) {
        let units: Vec<i32> = weights.iter().map(|w| (w * NAT).round() as i32).collect();
        // Writing to a string does not fail.
        let _ = writeln!(file, "    (&{edges:?}, &{units:?}), // {name}");
    }
    file + "];\n"
}
