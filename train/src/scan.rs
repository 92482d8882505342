//! Counts for the scan: which pairs of characters are seen in text that is
//! right, and which in the same text after one charset was read as another.
//!
//! The scan has no time for a model. It adds up, for each pair of neighbours
//! beyond ASCII, how much more usual it is in damaged text, so what is counted
//! here are pairs of *classes*: the characters that tell the most are classes
//! of their own, Han and Hangul are divided by how usual they are in either
//! kind of text, and the rest by script and category.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash};

use rustc_hash::{FxHashMap, FxHasher};
use unbake::Charset;
use unbake::model::layout::SCAN_UNIT;

use crate::class::class;
use crate::counts::MAJOR;
use crate::tune::Tuned;

/// Lines taken of each language, and of those with thousands of characters.
const LINES: usize = 3_000;
const LINES_EAST_ASIA: usize = 30_000;
const EAST_ASIA: &[&str] = &["zh-Hans", "zh-Hant", "ja", "ko"];
/// How often each is damaged, in different ways.
const TIMES: u64 = 6;
/// Characters that are a class of their own, beside those of ASCII.
const OWN: usize = 560;
/// Classes by script and category at most; the rarest are one.
const GROUPS: usize = 120;
/// The class of characters whose group is none.
pub(crate) const RARE: &str = "~rare";
/// The weight of the languages that most of the web is in, and of the others:
/// `ýn` is Icelandic, but sooner `ın` misread.
const MAJOR_WEIGHT: f64 = 64_000.0;
const WEIGHT: f64 = 8_000.0;

/// How text gets damaged: what it was, what it was read as, how often.
const CHAINS: &[(&[&str], &[&str], u32)] = &[
    (&["utf-8"], &["windows-1252"], 120),
    (&["utf-8"], &["iso-8859-1"], 60),
    (
        &["utf-8"],
        &[
            "windows-1254",
            "windows-1250",
            "windows-1251",
            "mac-roman",
            "cp437",
            "cp850",
            "iso-8859-15",
            "iso-8859-2",
            "koi8-r",
            "cp866",
            "windows-1253",
            "windows-1255",
            "windows-1256",
            "windows-1257",
            "windows-1258",
            "windows-874",
            "iso-8859-7",
            "iso-8859-5",
            "iso-8859-9",
            "koi8-u",
            "cp852",
            "mac-cyrillic",
        ],
        10,
    ),
    (
        &["utf-8"],
        &["gbk", "shift_jis", "euc-kr", "big5", "euc-jp", "gb18030"],
        24,
    ),
    (
        &[
            "windows-1250",
            "windows-1252",
            "windows-1254",
            "windows-1257",
            "iso-8859-2",
            "mac-roman",
            "cp437",
            "cp850",
            "cp852",
        ],
        &[
            "windows-1252",
            "windows-1250",
            "windows-1251",
            "cp850",
            "cp437",
            "mac-roman",
            "iso-8859-7",
        ],
        25,
    ),
    (
        &[
            "windows-1251",
            "koi8-r",
            "cp866",
            "iso-8859-5",
            "mac-cyrillic",
        ],
        &[
            "windows-1252",
            "iso-8859-1",
            "windows-1251",
            "koi8-r",
            "cp866",
            "mac-roman",
            "windows-1250",
            "cp437",
        ],
        6,
    ),
    (
        &[
            "windows-1253",
            "windows-1255",
            "windows-1256",
            "windows-874",
            "iso-8859-7",
            "cp737",
            "cp862",
        ],
        &["windows-1252", "iso-8859-1", "windows-1251", "mac-roman"],
        5,
    ),
    (
        &["gbk", "shift_jis", "euc-kr", "big5", "euc-jp"],
        &["windows-1252", "iso-8859-1", "windows-1251", "mac-roman"],
        6,
    ),
    (
        &["gbk", "shift_jis", "euc-kr", "big5", "euc-jp"],
        &["gbk", "shift_jis", "euc-kr", "big5"],
        8,
    ),
];

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// The class of characters that are not just of their script and category.
    pub(crate) classes: BTreeMap<char, String>,
    /// Pairs of classes: their weight in right and in damaged text.
    pub(crate) pairs: BTreeMap<(String, String), (u64, u64)>,
    /// What their weights are tuned by.
    pub(crate) tuned: Tuned,
}

/// Share of the pairs that are imagined, in proportion to what their classes
/// have in all.
const IMAGINED: f64 = 0.01;
/// A line of damaged text has more pairs than a line of right text, so that
/// each has a smaller share.
const LEAN: f64 = 1.0;

/// Digits are one character to the scan, and so are the C0 controls.
fn fold(c: char) -> char {
    match c {
        '0'..='9' => '0',
        '\0'..='\x1f' | '\x7f' => '\n',
        _ => c,
    }
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

impl Pairs {
    /// Counts lines by language, in the order in which they are to be taken.
    /// Characters that the model does not know one by one, the scan doesn't.
    pub(crate) fn of_lines(
        lines: &BTreeMap<String, Vec<String>>,
        known: impl Fn(char) -> bool,
    ) -> Self {
        let chains = chains();
        let taken = || lines.iter().flat_map(|(lang, all)| taken(lang, all));
        let mut right: FxHashMap<char, u64> = FxHashMap::default();
        let mut wrong: FxHashMap<char, u64> = FxHashMap::default();
        for (weight, line) in taken() {
            line.chars()
                .for_each(|c| *right.entry(fold(c)).or_default() += weight);
            for line in broken(line, &chains) {
                line.chars()
                    .for_each(|c| *wrong.entry(fold(c)).or_default() += weight);
            }
        }
        let mut pairs = Pairs {
            classes: classes(&right, &wrong, known),
            pairs: BTreeMap::new(),
            tuned: Tuned::new(),
        };
        let mut counted: FxHashMap<[char; 2], (u64, u64)> = FxHashMap::default();
        for (weight, line) in taken() {
            neighbours(line, |pair| counted.entry(pair).or_default().0 += weight);
            for line in broken(line, &chains) {
                neighbours(&line, |pair| counted.entry(pair).or_default().1 += weight);
            }
        }
        for ([a, b], (right, wrong)) in counted {
            let pair = (pairs.class(a), pairs.class(b));
            let both = pairs.pairs.entry(pair).or_default();
            *both = (both.0 + right, both.1 + wrong);
        }
        pairs.merge_rare();
        // A pair seen once says nothing, and there are many.
        pairs
            .pairs
            .retain(|_, (right, wrong)| *right + *wrong >= 800);
        for (right, wrong) in pairs.pairs.values_mut() {
            (*right, *wrong) = (*right / 100, *wrong / 100);
        }
        pairs
    }

    /// The numbers of the classes, those first that are one character, and the
    /// weight of each after each.
    pub(crate) fn weights(&self) -> (BTreeMap<String, u16>, Vec<f64>) {
        let own = self.own();
        let mut ids: BTreeMap<String, u16> = own.into_iter().map(own_name).zip(0..).collect();
        for (a, b) in self.pairs.keys() {
            for name in [a, b] {
                let id = ids.len() as u16;
                ids.entry(name.clone()).or_insert(id);
            }
        }
        let id = ids.len() as u16;
        ids.entry(RARE.into()).or_insert(id);
        let n = ids.len();
        let share = |side: fn(&(u64, u64)) -> u64| {
            let mut matrix = vec![0.0; n * n];
            for ((a, b), both) in &self.pairs {
                matrix[usize::from(ids[a]) * n + usize::from(ids[b])] = side(both) as f64;
            }
            let all: f64 = matrix.iter().sum();
            let row: Vec<f64> = matrix.chunks(n).map(|row| row.iter().sum()).collect();
            let column: Vec<f64> = (0..n)
                .map(|j| (0..n).map(|i| matrix[i * n + j]).sum())
                .collect();
            let each = |n: f64, size: usize| (n + 0.01) / (all + 0.01 * size as f64);
            let imagined = all * IMAGINED;
            for (at, cell) in matrix.iter_mut().enumerate() {
                let likely = each(row[at / n], n) * each(column[at % n], n);
                let even = 1.0 / (n * n) as f64;
                *cell = (*cell + imagined * (likely + even) / 2.0) / (all + imagined);
            }
            matrix
        };
        let (right, wrong) = (share(|both| both.0), share(|both| both.1));
        let mut classes = vec![("", String::new()); n];
        for (name, &id) in &ids {
            classes[usize::from(id)] = (name, format!("*{}", group(name)));
        }
        let tuned = |a: &str, b: &str| {
            let tuned = self.tuned.get(&(a.to_owned(), b.to_owned()));
            f64::from(tuned.copied().unwrap_or(0)) / 100.0
        };
        let weight = |(at, (right, wrong)): (usize, (f64, f64))| {
            let counted = (wrong / right).ln() / SCAN_UNIT + LEAN;
            let ((a, of_a), (b, of_b)) = (&classes[at / n], &classes[at % n]);
            counted + tuned(a, b) + tuned(of_a, b) + tuned(a, of_b) + tuned(of_a, of_b)
        };
        let both = right.into_iter().zip(wrong).enumerate();
        let weights = both.map(weight).collect();
        (ids, weights)
    }

    /// The characters that are a class each, sorted.
    pub(crate) fn own(&self) -> Vec<char> {
        let is_own = |c: &char| self.class(*c) == own_name(*c);
        ('\0'..'\u{10ffff}').filter(is_own).collect()
    }

    /// Makes the rarest groups one.
    fn merge_rare(&mut self) {
        let mut groups: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, b), (right, wrong)) in &self.pairs {
            if b.starts_with('~') && !b.starts_with("~han") {
                *groups.entry(b).or_default() += right + wrong;
            }
        }
        let mut groups: Vec<(u64, &str)> = groups.into_iter().map(|(c, n)| (n, c)).collect();
        groups.sort_by(|x, y| y.cmp(x));
        let kept: BTreeSet<&str> = groups.iter().take(GROUPS).map(|g| g.1).collect();
        let name = |class: &str| {
            let is_group = class.starts_with('~') && !class.starts_with("~han");
            let rare = is_group && !kept.contains(class);
            if rare { RARE } else { class }.to_owned()
        };
        let mut merged: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
        for ((a, b), (right, wrong)) in &self.pairs {
            let both = merged.entry((name(a), name(b))).or_default();
            *both = (both.0 + right, both.1 + wrong);
        }
        self.pairs = merged;
    }

    /// The class of a character, by name.
    pub(crate) fn class(&self, c: char) -> String {
        let c = fold(c);
        match self.classes.get(&c) {
            Some(name) => name.clone(),
            None if c.is_ascii() => own_name(c),
            None => format!("~{}", class(c)),
        }
    }
}

/// What a class is alike with, by name: the script and category of its characters.
pub(crate) fn group(name: &str) -> String {
    let one = name
        .strip_prefix('=')
        .and_then(|n| u32::from_str_radix(n, 16).ok());
    match (one.and_then(char::from_u32), name.split(' ').count()) {
        (Some(c), _) => class(c),
        (None, 3) if name.starts_with("~han ") => "han O".into(),
        (None, 3) if name.starts_with("~hangul ") => "hangul O".into(),
        _ => name.trim_start_matches('~').into(),
    }
}

/// The name of the class that is one character.
fn own_name(c: char) -> String {
    format!("={:X}", u32::from(c))
}

/// The lines of a language that are taken, with their weight.
fn taken<'a>(lang: &str, lines: &'a [String]) -> impl Iterator<Item = (u64, &'a str)> {
    let most = if EAST_ASIA.contains(&lang) {
        LINES_EAST_ASIA
    } else {
        LINES
    };
    let most = most.min(lines.len());
    let weight = if MAJOR.contains(&lang) {
        MAJOR_WEIGHT
    } else {
        WEIGHT
    };
    // A language counts as the root of its lines, whatever number is taken.
    let all = most.clamp(1, LINES) as f64;
    let weight = (weight * all.sqrt() / most.max(1) as f64).ceil() as u64;
    let usable = |line: &&String| line.len() < 2_000;
    let lines = lines.iter().filter(usable).take(most);
    lines.map(move |line| (weight, line.as_str()))
}

/// The pairs of neighbours that are not both ASCII.
fn neighbours(line: &str, mut take: impl FnMut([char; 2])) {
    let mut last = '\n';
    for c in line.chars().chain(['\n']).map(fold) {
        if !(last.is_ascii() && c.is_ascii()) {
            take([last, c]);
        }
        last = c;
    }
}

/// The characters that tell the most are classes of their own; Han and Hangul
/// are divided by how usual they are, and by the charsets that have them.
fn classes(
    right: &FxHashMap<char, u64>,
    wrong: &FxHashMap<char, u64>,
    known: impl Fn(char) -> bool,
) -> BTreeMap<char, String> {
    let sum = |counts: &FxHashMap<char, u64>| counts.values().sum::<u64>() as f64;
    let (all_right, all_wrong) = (sum(right), sum(wrong));
    let share = |counts: &FxHashMap<char, u64>, all: f64, c: char| {
        counts.get(&c).copied().unwrap_or(0) as f64 / all + 3e-7
    };
    let mut chars: Vec<char> = right.keys().chain(wrong.keys()).copied().collect();
    chars.sort_unstable();
    chars.dedup();
    let mut names: BTreeMap<char, String> = BTreeMap::new();
    let mut others: Vec<(f64, char)> = Vec::new();
    for &c in chars.iter().filter(|c| !c.is_ascii()) {
        let (p, q) = (share(right, all_right, c), share(wrong, all_wrong, c));
        if is_east_asian(c) && !known(c) {
            continue;
        }
        if is_east_asian(c) {
            let ratio = ((q / p).ln() * 1.2).round().clamp(-3.0, 3.0) as i32;
            let has = |charset: Charset, least: [u8; 2], most: u8| {
                let code = charset.encode(c.encode_utf8(&mut [0; 4]));
                code.is_ok_and(
                    |b| matches!(b[..], [a, b] if a >= least[0] && a < most && b >= least[1]),
                )
            };
            let sets = if c < '\u{ac00}' {
                [
                    has(Charset::GBK, [0xb0, 0xa1], 0xff),
                    has(Charset::BIG5, [0xa4, 0], 0xff),
                    has(Charset::SHIFT_JIS, [0x88, 0], 0x98),
                ]
            } else {
                [has(Charset::EUC_KR, [0xb0, 0xa1], 0xff), false, false]
            };
            let sets = sets.iter().fold(0, |n, has| n * 2 + u8::from(*has));
            let script = if c < '\u{ac00}' { "han" } else { "hangul" };
            names.insert(c, format!("~{script} {ratio} {sets}"));
        } else {
            others.push((p + q, c));
        }
    }
    others.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    names.extend(others.iter().take(OWN).map(|&(_, c)| (c, own_name(c))));
    names
}

/// Each single way to damage text, as often as it is to be tried.
pub(crate) fn chains() -> Vec<(Charset, Charset)> {
    let mut all = Vec::new();
    for &(truths, misreads, times) in CHAINS {
        for truth in truths.iter().filter_map(|l| Charset::for_label(l)) {
            for misread in misreads.iter().filter_map(|l| Charset::for_label(l)) {
                if truth != misread {
                    all.extend(std::iter::repeat_n((truth, misread), times as usize));
                }
            }
        }
    }
    all
}

/// The line in several states of damage, which depend on nothing but the line.
fn broken(line: &str, chains: &[(Charset, Charset)]) -> Vec<String> {
    if line.is_ascii() && !line.contains(' ') {
        return Vec::new();
    }
    let one = |time: u64| {
        // A chain that this text is not in is no damage to it; try others.
        (0..8).find_map(|again| {
            let dice = dice((line, time, again));
            misread(line, chains, dice)
        })
    };
    (0..TIMES).filter_map(one).collect()
}

/// A text misread, as the dice have it.
fn misread(text: &str, chains: &[(Charset, Charset)], dice: u64) -> Option<String> {
    let (truth, misread) = chains[(dice % chains.len() as u64) as usize];
    let mut text = text.to_owned();
    let utf8 = truth == Charset::UTF_8;
    if utf8 && dice >> 32 & 7 == 0 {
        text = text.replace(' ', "\u{a0}");
    }
    let shown = misread.misread(&truth.encode(&text).ok()?);
    if shown == text {
        return None;
    }
    Some(if utf8 {
        worn(&shown, dice >> 40 & 31, misread)
    } else {
        shown
    })
}

/// A few words of a line, or all, or only some of its words, in a state of
/// damage; and the same as it was.
pub(crate) fn broken_piece(
    line: &str,
    chains: &[(Charset, Charset)],
    time: u64,
) -> Option<(String, String)> {
    (0..8).find_map(|again| {
        let dice = dice((line, time, again, "piece"));
        let capitals = line.to_uppercase();
        let line = if dice >> 54 & 7 == 0 {
            &*capitals
        } else {
            line
        };
        // Ideographs stand one by one.
        let words: Vec<&str> = if line.chars().any(is_east_asian) {
            let starts = line
                .char_indices()
                .map(|(at, c)| &line[at..at + c.len_utf8()]);
            starts.collect()
        } else {
            line.split(' ').collect()
        };
        let between =
            if words.len() > 1 && line.len() == words.iter().map(|w| w.len()).sum::<usize>() {
                ""
            } else {
                " "
            };
        let odd: Vec<usize> = (0..words.len()).filter(|&i| !words[i].is_ascii()).collect();
        let at = odd[(dice >> 16) as usize % odd.len().max(1)..].first()?;
        let (most, before) = (1 + (dice >> 12) as usize % 5, (dice >> 28) as usize % 5);
        let most = if between.is_empty() { most * 4 } else { most };
        let start = at.saturating_sub(before % most);
        let words = match dice >> 11 & 1 {
            0 => &words[..],
            _ => &words[start..words.len().min(start + most)],
        };
        let right = words.join(between);
        let shown = if dice >> 50 & 7 == 0 {
            let some = words.iter().enumerate().map(|(i, word)| {
                if word.is_ascii() || dice >> (i % 32) & 1 == 0 {
                    Some((*word).to_owned())
                } else {
                    misread(word, chains, dice)
                }
            });
            some.collect::<Option<Vec<String>>>()?.join(between)
        } else {
            misread(&right, chains, dice)?
        };
        (shown != right).then_some((shown, right))
    })
}

/// What else happens to such text: bytes get lost, or it happens again.
fn worn(shown: &str, dice: u64, misread: Charset) -> String {
    let unprintable = |c: char| ('\u{80}'..'\u{a0}').contains(&c);
    match dice {
        0 => shown.replace(unprintable, ""),
        1 => shown.replace(unprintable, "?"),
        2 => shown.replace(unprintable, "\u{fffd}"),
        3 | 4 => shown.replace('\u{a0}', " "),
        5 => shown.replace(['\u{a0}', '\u{ad}'], ""),
        6 => shown.to_lowercase(),
        7 | 8 => misread.misread(shown.as_bytes()),
        _ => shown.to_owned(),
    }
}

/// Numbers by chance that depend on nothing but this.
pub(crate) fn dice(of: impl Hash) -> u64 {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(of);
    // FxHash has its entropy in the high bits.
    let hash = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}
