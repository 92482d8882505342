//! Counts for the scan: which pairs of characters are seen in text that is
//! right, and which in the same text after one charset was read as another.
//!
//! The scan has no time for a model. It adds up, for each pair of neighbours
//! beyond ASCII, how much more usual it is in damaged text, so what is counted
//! here are pairs of *classes*: the characters that tell the most are classes
//! of their own, Han and Hangul are divided by how usual they are in either
//! kind of text, and the rest by script and category.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};
use unbake::Charset;

use crate::class::class;
use crate::counts::MAJOR;

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
}

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
            None if c.is_ascii() => own(c),
            None => format!("~{}", class(c)),
        }
    }
}

/// The name of the class that is one character.
fn own(c: char) -> String {
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
    names.extend(others.iter().take(OWN).map(|&(_, c)| (c, own(c))));
    names
}

/// Each single way to damage text, as often as it is to be tried.
fn chains() -> Vec<(Charset, Charset)> {
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
    let hasher = BuildHasherDefault::<FxHasher>::default();
    let one = |time: u64| {
        // A chain that this text is not in is no damage to it; try others.
        (0..8).find_map(|again| {
            let dice = mixed(hasher.hash_one((line, time, again)));
            let (truth, misread) = chains[(dice % chains.len() as u64) as usize];
            let mut text = line.to_owned();
            let utf8 = truth == Charset::UTF_8;
            if utf8 && dice >> 32 & 7 == 0 {
                text = text.replace(' ', "\u{a0}");
            }
            let mut shown = misread.misread(&truth.encode(&text).ok()?);
            if shown == text {
                return None;
            }
            if utf8 {
                shown = worn(&shown, dice >> 40 & 31, misread);
            }
            Some(shown)
        })
    };
    (0..TIMES).filter_map(one).collect()
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

/// FxHash has its entropy in the high bits.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}
