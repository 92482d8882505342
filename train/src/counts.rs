//! Counts of characters, pairs and triples, from texts and as TSV.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, BuildHasherDefault};
use std::io::{self, Write};
use std::path::Path;

use rustc_hash::{FxHashMap, FxHasher};

use crate::class::fold;
use crate::scan::Pairs;
use crate::tune::tune;

/// Characters taken of each language, so that no language drowns the others.
const PER_LANGUAGE: usize = 400_000;
/// Characters taken of the languages that most of the web is in.
const PER_MAJOR_LANGUAGE: usize = 1_200_000;
pub(crate) const MAJOR: &[&str] = &[
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "zh-Hans", "zh-Hant", "ko", "tr",
    "cs", "sv", "vi", "ar", "fa", "el", "hu", "ro", "uk", "code",
];
/// A character with fewer counts is no symbol of its own.
pub(crate) const MIN_SYMBOL: u32 = 3;
/// Rarer triples are left out of the TSV: they are half of the file and tell
/// little.
const MIN_TRIGRAM: u32 = 4;
/// The same for the letter pairs of one language.
const MIN_LETTERS: u32 = 1;
/// The same for words; those of Latin are what tells most.
const MIN_WORD: u32 = 5;
const MIN_LATIN_WORD: u32 = 2;
/// What a word of a list counts at least.
const LISTED: u32 = 3;
/// A letter of fewer words of a list is of other languages.
const FOREIGN: usize = 5;
/// Languages with fewer letters than this have no letter model.
const MIN_LANGUAGE: u32 = 2_000;

/// What was counted. Characters are folded; a line has a newline at both ends.
#[derive(Debug, Default)]
pub struct Counts {
    pub(crate) chars: BTreeMap<char, u32>,
    /// Count of a pair, and how many different characters followed it.
    pub(crate) bigrams: BTreeMap<[char; 2], (u32, u32)>,
    /// Triples that hold something beyond ASCII.
    pub(crate) trigrams: BTreeMap<[char; 3], u32>,
    /// By language: pairs of lower-case letters, newline for a word's edge.
    pub(crate) letters: BTreeMap<String, BTreeMap<[char; 2], u32>>,
    /// Words with letters beyond ASCII, in lower case, of all languages.
    pub(crate) words: BTreeMap<String, u32>,
    /// The same of lists of words, where texts have them more seldom.
    pub(crate) listed: BTreeMap<String, u32>,
    /// What the scan goes by.
    pub(crate) scan: Pairs,
}

impl Counts {
    /// Counts the texts `FOLDER/SOURCE/LANG.txt`, a line a sentence.
    pub fn of_texts(folder: &Path) -> io::Result<Self> {
        let lines = lines(folder)?;
        let mut counts = Counts::default();
        let mut trigrams: FxHashMap<[char; 3], u32> = FxHashMap::default();
        for line in lines.values().flatten() {
            count_words(line, &mut counts.words);
        }
        counts.words.retain(|word, n| {
            let least = if word.chars().all(is_latin) {
                MIN_LATIN_WORD
            } else {
                MIN_WORD
            };
            *n >= least
        });
        counts.listed = listed(&folder.join("words"))?;
        counts
            .listed
            .retain(|word, n| counts.words.get(word).is_none_or(|in_texts| in_texts < n));
        for (lang, lines) in &lines {
            let major = MAJOR.contains(&lang.as_str());
            let mut left = if major {
                PER_MAJOR_LANGUAGE
            } else {
                PER_LANGUAGE
            };
            let letters = counts.letters.entry(lang.clone()).or_default();
            for (i, line) in lines.iter().enumerate() {
                let Some(rest) = left.checked_sub(line.chars().count()) else {
                    break;
                };
                left = rest;
                count_line(line.chars(), &mut trigrams);
                // Headings: a tenth also counts in capitals.
                if i % 10 == 0 && line.chars().any(char::is_lowercase) {
                    count_line(capitals(line, lang).chars(), &mut trigrams);
                }
                count_letters(line, letters);
            }
        }
        counts
            .letters
            .retain(|_, pairs| pairs.values().sum::<u32>() >= MIN_LANGUAGE);
        for pairs in counts.letters.values_mut() {
            pairs.retain(|_, n| *n >= MIN_LETTERS);
        }
        for (t @ [a, b, c], n) in trigrams {
            *counts.chars.entry(c).or_default() += n;
            counts.bigrams.entry([b, c]).or_default().0 += n;
            counts.bigrams.entry([a, b]).or_default().1 += 1;
            if n >= MIN_TRIGRAM && t.iter().any(|c| !c.is_ascii()) {
                counts.trigrams.insert(t, n);
            }
        }
        let known = |c| counts.chars.get(&c).is_some_and(|&n| n >= MIN_SYMBOL);
        counts.scan = Pairs::of_lines(&lines, known);
        Ok(counts)
    }

    /// Tunes the scan's weights on the same texts.
    pub fn tune(&mut self, folder: &Path) -> io::Result<()> {
        self.scan.tuned = tune(&self.scan, &lines(folder)?);
        Ok(())
    }

    /// Writes a TSV for each kind of count.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let file = |name| fs::File::create(folder.join(name)).map(io::BufWriter::new);
        let mut out = file("chars.tsv")?;
        for (&c, n) in &self.chars {
            writeln!(out, "{}\t{n}", escape(&[c]))?;
        }
        let mut out = file("bigrams.tsv")?;
        for (pair, (n, types)) in &self.bigrams {
            writeln!(out, "{}\t{n}\t{types}", escape(pair))?;
        }
        let mut out = file("trigrams.tsv")?;
        for (triple, n) in &self.trigrams {
            writeln!(out, "{}\t{n}", escape(triple))?;
        }
        let mut out = file("letters.tsv")?;
        for (lang, pairs) in &self.letters {
            for (pair, n) in pairs {
                writeln!(out, "{lang}\t{}\t{n}", escape(pair))?;
            }
        }
        let mut out = file("words.tsv")?;
        for (word, n) in &self.words {
            writeln!(out, "{word}\t{n}")?;
        }
        let mut out = file("listed.tsv")?;
        for (word, n) in &self.listed {
            writeln!(out, "{word}\t{n}")?;
        }
        let mut out = file("scan-classes.tsv")?;
        for (&c, name) in &self.scan.classes {
            writeln!(out, "{}\t{name}", escape(&[c]))?;
        }
        let mut out = file("scan-pairs.tsv")?;
        for ((a, b), (right, wrong)) in &self.scan.pairs {
            writeln!(out, "{a}\t{b}\t{right}\t{wrong}")?;
        }
        let mut out = file("scan-tuned.tsv")?;
        for ((a, b), hundredths) in &self.scan.tuned {
            writeln!(out, "{a}\t{b}\t{hundredths}")?;
        }
        out.flush()
    }

    /// Reads what [`write`](Self::write) wrote.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut counts = Counts::default();
        rows(&folder.join("chars.tsv"), |row| {
            let [c, n] = row else { return None };
            let [c] = unescape(c)?;
            counts.chars.insert(c, n.parse().ok()?);
            Some(())
        })?;
        rows(&folder.join("bigrams.tsv"), |row| {
            let [pair, n, types] = row else { return None };
            counts
                .bigrams
                .insert(unescape(pair)?, (n.parse().ok()?, types.parse().ok()?));
            Some(())
        })?;
        rows(&folder.join("trigrams.tsv"), |row| {
            let [triple, n] = row else { return None };
            counts.trigrams.insert(unescape(triple)?, n.parse().ok()?);
            Some(())
        })?;
        rows(&folder.join("letters.tsv"), |row| {
            let [lang, pair, n] = row else { return None };
            if !counts.letters.contains_key(*lang) {
                counts.letters.insert((*lang).to_owned(), BTreeMap::new());
            }
            counts
                .letters
                .get_mut(*lang)?
                .insert(unescape(pair)?, n.parse().ok()?);
            Some(())
        })?;
        rows(&folder.join("words.tsv"), |row| {
            let [word, n] = row else { return None };
            counts.words.insert((*word).to_owned(), n.parse().ok()?);
            Some(())
        })?;
        rows(&folder.join("listed.tsv"), |row| {
            let [word, n] = row else { return None };
            counts.listed.insert((*word).to_owned(), n.parse().ok()?);
            Some(())
        })?;
        rows(&folder.join("scan-classes.tsv"), |row| {
            let [c, name] = row else { return None };
            let [c] = unescape(c)?;
            counts.scan.classes.insert(c, (*name).to_owned());
            Some(())
        })?;
        rows(&folder.join("scan-pairs.tsv"), |row| {
            let [a, b, right, wrong] = row else {
                return None;
            };
            let pair = ((*a).to_owned(), (*b).to_owned());
            let both = (right.parse().ok()?, wrong.parse().ok()?);
            counts.scan.pairs.insert(pair, both);
            Some(())
        })?;
        rows(&folder.join("scan-tuned.tsv"), |row| {
            let [a, b, hundredths] = row else { return None };
            let pair = ((*a).to_owned(), (*b).to_owned());
            counts.scan.tuned.insert(pair, hundredths.parse().ok()?);
            Some(())
        })?;
        Ok(counts)
    }
}

/// The lines of each language, in an order that has nothing to do with where they
/// are from.
pub(crate) fn lines(folder: &Path) -> io::Result<BTreeMap<String, Vec<String>>> {
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sorted(folder)? {
        if !source.is_dir() || source.ends_with("words") {
            continue;
        }
        for file in sorted(&source)? {
            let Some(stem) = file.file_stem().and_then(|s| s.to_str()) else {
                continue;
            };
            if file.extension().is_none_or(|e| e != "txt") {
                continue;
            }
            let text = fs::read_to_string(&file)?;
            lines
                .entry(language(stem))
                .or_default()
                .extend(text.lines().map(str::to_owned));
        }
    }
    let hasher = BuildHasherDefault::<FxHasher>::default();
    // A stable shuffle, so that the share taken is of all sources.
    for lines in lines.values_mut() {
        lines.sort_by_cached_key(|l| (hasher.hash_one(l), l.clone()));
        lines.dedup();
    }
    Ok(lines)
}

/// The words of Latin with letters beyond ASCII of the lists `FOLDER/SOURCE/LANG.tsv`,
/// in lower case, and how often each would be met in the text of a language; all of
/// that lists have are as good as met a few times.
fn listed(folder: &Path) -> io::Result<BTreeMap<String, u32>> {
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(all);
    }
    for source in sorted(folder)? {
        for file in sorted(&source)? {
            let mut words: BTreeMap<String, u32> = BTreeMap::new();
            rows(&file, |row| {
                let [word, n] = row else { return None };
                let n: u32 = n.parse().ok()?;
                let parts = word.split(|c| !is_letter(c)).map(str::to_lowercase);
                let is_counted = |w: &String| w.chars().any(is_odd) && w.chars().all(is_latin);
                for word in parts.filter(is_counted) {
                    let most = words.entry(word).or_default();
                    *most = n.max(LISTED).max(*most);
                }
                Some(())
            })?;
            // `Räikkönen` says nothing of Czech.
            let mut letters: BTreeMap<char, usize> = BTreeMap::new();
            for c in words.keys().flat_map(|w| w.chars()) {
                *letters.entry(c).or_default() += 1;
            }
            words.retain(|w, _| w.chars().all(|c| c.is_ascii() || letters[&c] >= FOREIGN));
            for (word, n) in words {
                let most = all.entry(word).or_default();
                *most = n.max(*most);
            }
        }
    }
    Ok(all)
}

/// `pt-BR` counts as `pt`, but `zh-Hant` is not `zh-Hans`.
fn language(stem: &str) -> String {
    let tag = stem.replace('_', "-");
    let mut parts = tag.split('-');
    let base = parts.next().unwrap_or_default().to_owned();
    match parts.next() {
        Some("Latn" | "Hant" | "Hans") => tag.split('-').take(2).collect::<Vec<_>>().join("-"),
        _ => base,
    }
}

/// A heading: `İ` is the capital of `i` where `I` is that of `ı`.
fn capitals(line: &str, lang: &str) -> String {
    match lang {
        "tr" | "az" | "crh" | "tt" => line.replace('i', "İ").to_uppercase(),
        _ => line.to_uppercase(),
    }
}

fn sorted(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn count_line(line: impl Iterator<Item = char>, trigrams: &mut FxHashMap<[char; 3], u32>) {
    let (mut a, mut b) = ('\n', '\n');
    for c in line.map(fold).chain(['\n']) {
        *trigrams.entry([a, b, c]).or_default() += 1;
        (a, b) = (b, c);
    }
}

fn count_letters(line: &str, pairs: &mut BTreeMap<[char; 2], u32>) {
    let mut last = '\n';
    for c in line.chars().flat_map(char::to_lowercase).chain(['\n']) {
        let c = if is_letter(c) { c } else { '\n' };
        if (last, c) != ('\n', '\n') {
            *pairs.entry([last, c]).or_default() += 1;
        }
        last = c;
    }
}

fn count_words(line: &str, words: &mut BTreeMap<String, u32>) {
    let letters = line.split(|c| !is_letter(c));
    for word in letters.filter(|w| !w.is_ascii()) {
        let word = word.to_lowercase();
        if word.chars().any(is_odd) {
            *words.entry(word).or_default() += 1;
        }
    }
}

/// A letter beyond ASCII of an alphabet that the lexicon has words of.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{c0}'..'\u{700}' | '\u{1e00}'..'\u{2000}')
}

/// A letter of Latin.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{c0}'..'\u{250}' | '\u{300}'..'\u{370}' | '\u{1e00}'..'\u{1f00}')
}

/// Letters of alphabets: the pairs of Han characters and Hangul syllables are
/// too many to say anything of a language.
fn is_letter(c: char) -> bool {
    let alphabetic = c.is_alphabetic() || ('\u{300}'..'\u{370}').contains(&c);
    alphabetic && !matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..)
}

fn escape(chars: &[char]) -> String {
    let mut out = String::new();
    for &c in chars {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || c.is_whitespace() && c != ' ' => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn unescape<const N: usize>(field: &str) -> Option<[char; N]> {
    let mut out = ['\0'; N];
    let mut chars = field.chars();
    for slot in &mut out {
        *slot = match chars.next()? {
            '\\' => match chars.next()? {
                'n' => '\n',
                'u' => {
                    let rest = chars.as_str().strip_prefix('{')?;
                    let (hex, rest) = rest.split_once('}')?;
                    chars = rest.chars();
                    char::from_u32(u32::from_str_radix(hex, 16).ok()?)?
                }
                c => c,
            },
            c => c,
        };
    }
    chars.next().is_none().then_some(out)
}

/// Calls `take` with the fields of each row; a row it refuses is an error
/// that names its line.
fn rows(path: &Path, mut take: impl FnMut(&[&str]) -> Option<()>) -> io::Result<()> {
    for (i, line) in fs::read_to_string(path)?.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        take(&fields).ok_or_else(|| {
            let place = format!("{}:{}: not a row of counts", path.display(), i + 1);
            io::Error::new(io::ErrorKind::InvalidData, place)
        })?;
    }
    Ok(())
}
