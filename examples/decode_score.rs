//! Measures charset detection over labelled files or lines.
//!
//! `decode_score files DIR`: DIR/index.tsv names a file and its charset a line;
//! DIR/conflicts.tsv (two charsets, path) further right answers.
//! `decode_score lines DIR COUNT`: COUNT lines of about 100 bytes in each of 35
//! charsets, made from the UTF-8 texts DIR/SOURCE/LANGUAGE.txt.
//! `decode_score repeat FILE TIMES`: decodes a file over and over, for `time`.
//! `decode_score html5lib FILE…`: html5lib's encoding tests.

#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use unbake::Charset;
use unbake::decode::{Hints, Source, decode, detect, prescan};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("files") => files(Path::new(args.get(1).ok_or("which directory?")?)),
        Some("lines") => lines(
            Path::new(args.get(1).ok_or("which directory?")?),
            args.get(2).map_or(Ok(60), |n| n.parse())?,
        ),
        Some("repeat") => {
            let bytes = fs::read(args.get(1).ok_or("which file?")?)?;
            let times: usize = args.get(2).map_or(Ok(1), |n| n.parse())?;
            let lengths = (0..times).map(|_| decode(&bytes, &Hints::default()).text.len());
            println!("{}", lengths.sum::<usize>());
            Ok(())
        }
        Some("html5lib") => html5lib(&args[1..]),
        _ => Err("files DIR | html5lib FILE…".into()),
    }
}

fn text_in(label: &str, bytes: &[u8]) -> Option<String> {
    let (label, bytes) = match label {
        "utf-16" if bytes.starts_with(&[0xFE, 0xFF]) => ("utf-16be", bytes),
        "utf-32" if bytes.starts_with(&[0, 0, 0xFE, 0xFF]) => ("utf-32be", bytes),
        _ => (label, bytes),
    };
    let (text, _) = Charset::for_label(label)?.decode(bytes);
    Some(text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned())
}

fn files(dir: &Path) -> Result<(), Box<dyn Error>> {
    let mut others: HashMap<String, Vec<String>> = HashMap::new();
    for line in fs::read_to_string(dir.join("conflicts.tsv"))
        .unwrap_or_default()
        .lines()
    {
        if let [a, b, path, ..] = line.split('\t').collect::<Vec<_>>()[..] {
            others
                .entry(path.to_owned())
                .or_default()
                .extend([a.to_owned(), b.to_owned()]);
        }
    }
    let mut tally: HashMap<&str, (u32, u32)> = HashMap::new();
    let (mut bytes_read, mut nanos) = (0, 0);
    for line in fs::read_to_string(dir.join("index.tsv"))?.lines().skip(1) {
        let mut columns = line.split('\t');
        let (path, label) = (
            columns.next().unwrap_or_default(),
            columns.next().unwrap_or_default(),
        );
        let bytes = fs::read(dir.join(path))?;
        let start = std::time::Instant::now();
        let decoded = decode(&bytes, &Hints::default());
        nanos += start.elapsed().as_nanos();
        bytes_read += bytes.len();
        let right = if label == "binary" {
            matches!(decoded.source, Source::Binary(_))
        } else {
            let labels = others.get(path).map(Vec::as_slice).unwrap_or_default();
            let mut labels = labels.iter().map(String::as_str).chain([label]);
            labels.any(|label| text_in(label, &bytes).is_some_and(|text| text == decoded.text))
        };
        let wide = label.starts_with("utf-16") || label.starts_with("utf-32");
        let mut sets = vec!["binary"];
        if label != "binary" {
            sets = vec!["all"];
            if !wide {
                sets.push("no utf-16/32");
                if !path.to_lowercase().contains("culturax") {
                    sets.push("no utf-16/32, not CulturaX");
                }
            }
        }
        for set in sets {
            let entry = tally.entry(set).or_default();
            entry.0 += u32::from(right);
            entry.1 += 1;
        }
        if !right {
            let guesses: Vec<String> = detect(&bytes, &Hints::default())
                .iter()
                .take(4)
                .map(|g| format!("{} {}", g.charset, g.score))
                .collect();
            let truth = text_in(label, &bytes).unwrap_or_default();
            let at = truth
                .chars()
                .zip(decoded.text.chars())
                .position(|(a, b)| a != b)
                .unwrap_or(0);
            let show = |text: &str| {
                text.chars()
                    .skip(at.saturating_sub(15))
                    .take(40)
                    .collect::<String>()
                    .escape_debug()
                    .to_string()
            };
            println!(
                "{path}\t{}\t{} {:?}\t{}\n    {}\n    {}",
                bytes.len(),
                decoded.charset,
                decoded.source,
                guesses.join(", "),
                show(&truth),
                show(&decoded.text)
            );
        }
    }
    let mut sets: Vec<_> = tally.into_iter().collect();
    sets.sort();
    for (set, (right, all)) in sets {
        println!(
            "{set}\t{right}/{all}\t{:.2} %",
            f64::from(right) * 100.0 / f64::from(all)
        );
    }
    println!("{:.1} MB/s", bytes_read as f64 * 1000.0 / nanos as f64);
    Ok(())
}

fn html5lib(paths: &[String]) -> Result<(), Box<dyn Error>> {
    let (mut right, mut all) = (0, 0);
    for path in paths {
        let bytes = fs::read(path)?;
        let starts: Vec<usize> = (0..bytes.len())
            .filter(|&at| {
                (at == 0 || bytes[at - 1] == b'\n') && bytes[at..].starts_with(b"#data\n")
            })
            .collect();
        for (i, &start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(bytes.len());
            let case = &bytes[start + 6..end];
            let Some(split) = case.windows(11).rposition(|w| w == b"\n#encoding\n") else {
                continue;
            };
            let label = String::from_utf8_lossy(&case[split + 11..])
                .trim()
                .to_owned();
            let data = &case[..split + 1];
            let want = Charset::for_web_label(&label);
            let got = match decode(data, &Hints::default().html(true)) {
                decoded if matches!(decoded.source, Source::Bom | Source::Meta | Source::Xml) => {
                    decoded.charset
                }
                _ => prescan(data).unwrap_or(Charset::WINDOWS_1252),
            };
            all += 1;
            if want == Some(got) {
                right += 1;
            } else {
                println!(
                    "{path}: want {label}, got {got}:\n{}",
                    String::from_utf8_lossy(&data[..data.len().min(300)])
                );
            }
        }
    }
    println!("html5lib\t{right}/{all}");
    Ok(())
}

/// Charsets, and languages that are written in them.
const LINES: [(&str, &str); 35] = [
    ("windows-1250", "pl cs sk hu sl hr"),
    ("windows-1251", "ru uk bg sr be mk"),
    ("windows-1252", "fr de es pt it sv da nb fi is"),
    ("windows-1253", "el"),
    ("windows-1254", "tr"),
    ("windows-1255", "he"),
    ("windows-1256", "ar fa"),
    ("windows-1257", "lt lv et"),
    ("windows-874", "th"),
    ("iso-8859-2", "pl cs sk hu sl hr"),
    ("iso-8859-5", "ru uk bg sr"),
    ("iso-8859-6", "ar"),
    ("iso-8859-7", "el"),
    ("iso-8859-9", "tr"),
    ("iso-8859-13", "lt lv"),
    ("iso-8859-15", "fr de fi et"),
    ("koi8-r", "ru"),
    ("koi8-u", "uk"),
    ("cp866", "ru be"),
    ("cp437", "de fr es sv"),
    ("cp850", "fr pt da nb es"),
    ("cp852", "pl cs hu hr"),
    ("cp855", "ru sr bg"),
    ("cp737", "el"),
    ("cp857", "tr"),
    ("cp775", "lt lv"),
    ("mac-roman", "fr de es it"),
    ("mac-cyrillic", "ru uk bg"),
    ("mac-centraleurope", "pl cs hu"),
    ("gbk", "zh-Hans"),
    ("big5", "zh-Hant"),
    ("shift_jis", "ja"),
    ("euc-jp", "ja"),
    ("euc-kr", "ko"),
    ("cp037", "en fr de es"),
];

fn lines(dir: &Path, count: usize) -> Result<(), Box<dyn Error>> {
    let mut sources: Vec<_> = fs::read_dir(dir)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    sources.sort();
    let (mut right, mut all) = (0, 0);
    for (label, languages) in LINES {
        let charset = Charset::for_label(label).ok_or("label")?;
        let languages: Vec<&str> = languages.split(' ').collect();
        let (mut good, mut n) = (0, 0);
        for language in &languages {
            // Every source gives the same share, its lines from all over.
            let mut found: Vec<Vec<u8>> = Vec::new();
            for source in &sources {
                let text =
                    fs::read_to_string(source.join(format!("{language}.txt"))).unwrap_or_default();
                let fit = text.lines().filter_map(|line| {
                    let bytes = charset.encode(line).ok()?;
                    ((70..=140).contains(&bytes.len()) && !line.is_ascii()).then_some(bytes)
                });
                let fit: Vec<_> = fit.collect();
                let step = (fit.len() / 12).max(1);
                found.extend(fit.into_iter().step_by(step).take(12));
            }
            let share = count.div_ceil(languages.len());
            let step = (found.len() / share).max(1);
            for bytes in found.into_iter().step_by(step).take(share) {
                let decoded = decode(&bytes, &Hints::default());
                let want = charset.decode(&bytes).0;
                n += 1;
                if decoded.text == want {
                    good += 1;
                } else {
                    println!(
                        "{label} {language}: {} {:?}\n    {want}\n    {}",
                        decoded.charset, decoded.source, decoded.text
                    );
                }
            }
        }
        println!("{label}\t{good}/{n}");
        right += good;
        all += n;
    }
    println!(
        "lines\t{right}/{all}\t{:.2} %",
        f64::from(right) * 100.0 / f64::from(all)
    );
    Ok(())
}
