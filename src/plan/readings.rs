//! Which charsets text is misread as and what it was in truth, how common
//! each is, and, for every character at once, where it stands in all the
//! single-byte ones.
//!
//! UTF-8 has a structure that all single-byte charsets can be checked for
//! together: a bit per charset says "this character is a lead byte there",
//! another "a continuation byte". `Ã©` has both in windows-1252 and a dozen
//! more, so these are the candidates, whatever the text.

use std::ops::RangeInclusive;
use std::sync::{LazyLock, OnceLock};

use crate::charset::Charset;
use crate::model::{self, Cost, NAT, Symbol};
use crate::scan;

/// Single-byte charsets that text is misread as, the commonest first, with
/// the cost in nats of believing it. Of charsets that read the bytes at hand
/// alike, the first is named.
const SINGLE: &[(&str, Cost)] = &[
    ("windows-1252", 2),
    ("iso-8859-1", 3),
    ("windows-1254", 4),
    ("windows-1250", 4),
    ("windows-1251", 7),
    ("mac-roman", 8),
    ("cp437", 8),
    ("cp850", 8),
    ("iso-8859-15", 5),
    ("iso-8859-9", 6),
    ("iso-8859-2", 5),
    ("koi8-r", 10),
    ("cp866", 10),
    ("windows-1253", 10),
    ("windows-1255", 10),
    ("windows-1256", 10),
    ("windows-1257", 5),
    ("windows-1258", 5),
    ("windows-874", 12),
    ("iso-8859-7", 12),
    ("iso-8859-5", 12),
    ("cp852", 6),
    ("koi8-u", 12),
    ("mac-cyrillic", 13),
    ("mac-centraleurope", 14),
    ("iso-8859-16", 14),
    ("cp858", 14),
    ("cp775", 14),
    ("cp855", 14),
    ("cp857", 14),
    ("cp862", 14),
    ("cp737", 14),
    ("cp869", 14),
    ("cp860", 14),
    ("cp861", 14),
    ("cp863", 14),
    ("cp865", 14),
    ("iso-8859-3", 14),
    ("iso-8859-4", 14),
    ("iso-8859-6", 14),
    ("iso-8859-8", 14),
    ("iso-8859-10", 14),
    ("iso-8859-13", 14),
    ("iso-8859-14", 14),
    ("tis-620", 14),
    ("mac-greek", 14),
    ("mac-turkish", 14),
    ("mac-iceland", 14),
    ("cp720", 14),
    ("cp864", 14),
];

/// Charsets that other legacy text is often misread as, the same way; any
/// other costs [`RARE`].
const LEGACY: &[(&str, Cost)] = &[
    ("windows-1252", 0),
    ("iso-8859-1", 0),
    ("windows-1251", 1),
    ("windows-1250", 1),
    ("mac-roman", 2),
    ("cp437", 2),
    ("cp850", 2),
    ("koi8-r", 2),
    ("cp866", 2),
    ("iso-8859-2", 2),
    ("iso-8859-7", 2),
    ("iso-8859-15", 2),
    ("windows-1253", 3),
    ("windows-1254", 3),
    ("iso-8859-5", 4),
    ("iso-8859-9", 4),
    ("windows-1255", 5),
    ("windows-1256", 5),
    ("windows-1257", 5),
    ("cp852", 5),
    ("windows-874", 6),
    ("mac-cyrillic", 6),
    ("gbk", 4),
    ("shift_jis", 4),
    ("euc-kr", 4),
    ("big5", 4),
];
const RARE: Cost = 12;

/// Multi-byte charsets that text is misread as.
const MULTI: &[(&str, Cost)] = &[
    ("gbk", 10),
    ("shift_jis", 10),
    ("euc-kr", 10),
    ("big5", 10),
    ("gb18030", 12),
    ("euc-jp", 12),
];

/// Charsets that text was in truth, beside UTF-8, with their cost.
const TRUTHS: &[(&str, Cost)] = &[
    ("windows-1252", 1),
    ("windows-1251", 1),
    ("windows-1250", 1),
    ("gbk", 1),
    ("shift_jis", 1),
    ("euc-kr", 1),
    ("big5", 1),
    ("windows-1253", 1),
    ("windows-1254", 1),
    ("windows-1255", 1),
    ("windows-1256", 1),
    ("windows-1257", 2),
    ("windows-874", 2),
    ("windows-1258", 6),
    ("koi8-r", 1),
    ("koi8-u", 3),
    ("cp866", 1),
    ("iso-8859-2", 1),
    ("iso-8859-5", 2),
    ("iso-8859-7", 2),
    ("iso-8859-15", 3),
    ("euc-jp", 1),
    ("cp850", 2),
    ("cp437", 2),
    ("cp852", 2),
    ("mac-roman", 2),
    ("iso-8859-1", 2),
    ("iso-8859-9", 5),
    ("iso-8859-6", 8),
    ("iso-8859-8", 6),
    ("iso-8859-3", 8),
    ("iso-8859-4", 9),
    ("iso-8859-13", 7),
    ("iso-8859-16", 8),
    ("mac-cyrillic", 5),
    ("mac-centraleurope", 6),
    ("mac-greek", 8),
    ("mac-turkish", 8),
    ("cp737", 5),
    ("cp775", 9),
    ("cp855", 8),
    ("cp857", 6),
    ("cp862", 5),
    ("cp720", 8),
    ("cp869", 9),
    ("cp865", 7),
    ("cp861", 8),
    ("tis-620", 8),
    ("viscii", 10),
];

/// The lead bytes of frequent characters in the charsets of East Asia, by the
/// rows of their standards: punctuation and the first level of ideographs or
/// syllables.
const LEVEL_1: [(Charset, &[RangeInclusive<u8>]); LEVELS] = [
    (Charset::GBK, &[0xa1..=0xa3, 0xb0..=0xd7]),
    (Charset::SHIFT_JIS, &[0x81..=0x83, 0x88..=0x97]),
    (Charset::EUC_KR, &[0xa1..=0xa3, 0xb0..=0xc8]),
    (Charset::BIG5, &[0xa1..=0xc6]),
    (Charset::EUC_JP, &[0xa1..=0xa1, 0xa3..=0xa5, 0xb0..=0xcf]),
];
pub(super) const LEVELS: usize = 5;

/// What a byte is in each charset of [`LEVEL_1`], a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kind {
    /// The lead byte of frequent characters.
    pub frequent: u8,
    /// The lead byte of rare ones.
    pub rare: u8,
    /// A character by itself: half-width katakana.
    pub single: u8,
}

/// The kinds of all bytes.
#[derive(Debug)]
pub(super) struct Levels {
    pub of: [Kind; 256],
    /// The truth that each bit stands for.
    pub truths: [Set; LEVELS],
}

impl Levels {
    fn new(truths: &[Reading]) -> Self {
        let mut levels = Levels {
            of: [Kind::default(); 256],
            truths: [0; LEVELS],
        };
        for (i, (charset, frequent)) in LEVEL_1.into_iter().enumerate() {
            let truth = truths.iter().position(|t| t.charset == charset);
            levels.truths[i] = truth.map_or(0, |x| 1 << x);
            for b in 0x81..=0xfeu8 {
                let kind = &mut levels.of[usize::from(b)];
                let katakana = charset == Charset::SHIFT_JIS && (0xa0..0xe0).contains(&b);
                let set = match () {
                    () if katakana => &mut kind.single,
                    () if frequent.iter().any(|range| range.contains(&b)) => &mut kind.frequent,
                    () => &mut kind.rare,
                };
                *set |= 1 << i;
            }
        }
        levels
    }
}

/// A set of [`Readings::single`], a bit each.
pub(crate) type Set = u64;

/// The numbers in a set.
pub(super) fn ones(mut set: Set) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        bit
    })
}

/// One character in all single-byte charsets.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Charsets that have it beyond ASCII.
    pub any: Set,
    /// Charsets in which it is a continuation byte of UTF-8, 80..BF.
    pub cont: Set,
    /// Charsets in which it leads a sequence of 2, 3, 4 bytes.
    pub lead: [Set; 3],
    /// Charsets that have it where the first of them has it.
    pub as_first: Set,
    /// Its byte in each; 0 where it has none.
    pub bytes: [u8; 64],
}

/// Characters of the basic plane.
const PLANE: usize = 0x1_0000;

static NOWHERE: Row = Row {
    any: 0,
    cont: 0,
    lead: [0; 3],
    as_first: 0,
    bytes: [0; 64],
};

/// A charset with its cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub charset: Charset,
    pub cost: Cost,
    /// What it costs as the misreading of another legacy charset.
    pub legacy: Cost,
}

/// The tables of this module, made on first use.
#[derive(Debug)]
pub(crate) struct Readings {
    pub single: Vec<Reading>,
    pub multi: Vec<Reading>,
    pub truths: Vec<Reading>,
    /// For each byte, the truths in which it is a letter of Latin, in which it
    /// is another letter, and in which it is anything visible.
    pub latin: [Set; 256],
    pub letter: [Set; 256],
    pub visible: [Set; 256],
    /// Those in which it is a no-break space.
    pub space: [Set; 256],
    /// The truths of single bytes.
    pub of_single_bytes: Set,
    /// What each byte is in each of those.
    pub shown: Vec<&'static [char; 256]>,
    /// The same to the model; and in lower case, as the scan sees it.
    pub symbols: Vec<[Symbol; 256]>,
    pub lower: Vec<[u16; 256]>,
    pub(super) levels: Levels,
    /// Which of the rows each character of the basic plane has.
    rows: Box<[u16; PLANE]>,
    distinct: Vec<Row>,
}

pub(crate) static READINGS: LazyLock<Readings> = LazyLock::new(Readings::new);

/// How a byte of a single-byte charset shows.
#[inline]
pub(super) fn shown(charset: Charset, byte: u8) -> char {
    charset
        .decode_table()
        .map_or(char::REPLACEMENT_CHARACTER, |t| t[usize::from(byte)])
}

fn known(list: &[(&str, Cost)]) -> Vec<Reading> {
    let reading = |&(label, nats): &(&str, Cost)| {
        let legacy = LEGACY.iter().find(|l| l.0 == label).map_or(RARE, |l| l.1) * NAT;
        Charset::for_label(label).map(|charset| Reading {
            charset,
            cost: nats * NAT,
            legacy,
        })
    };
    list.iter().filter_map(reading).collect()
}

/// What no single-byte charset shows.
static NOTHING: [char; 256] = [char::REPLACEMENT_CHARACTER; 256];

/// A bit for each character of the basic plane that is a letter: asked for each
/// character of a line, over and over. 64 characters are looked up together, when
/// the first of them is met.
static LETTERS: [OnceLock<u64>; 0x400] = [const { OnceLock::new() }; 0x400];

/// Whether it is a letter, as Unicode says.
#[inline]
pub(super) fn is_letter(c: char) -> bool {
    let n = c as u32;
    match LETTERS.get(n as usize / 64) {
        _ if c.is_ascii() => c.is_ascii_alphabetic(),
        Some(word) => word.get_or_init(|| letters_with(n)) >> (n % 64) & 1 != 0,
        None => c.is_alphabetic(),
    }
}

/// Which of the 64 characters that this is of are letters.
#[cold]
fn letters_with(n: u32) -> u64 {
    let is = |bit: &u32| char::from_u32(n & !63 | bit).is_some_and(char::is_alphabetic);
    (0..64).filter(is).fold(0, |word, bit| word | 1 << bit)
}

/// The lower-case character, if it is one.
pub(super) fn lowered(c: char) -> char {
    match c {
        '\0'..='\x7f' => return c.to_ascii_lowercase(),
        'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' => {
            return char::from_u32(c as u32 + 32).unwrap_or(c);
        }
        // Without case: signs and small letters of Latin-1, most of Asia.
        '\u{80}'..='ÿ' | 'а'..='я' | '\u{590}'..='\u{109f}' => return c,
        '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}' => return c,
        _ => {}
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

impl Readings {
    fn new() -> Self {
        let single = known(SINGLE);
        let mut at = Vec::new();
        for c in '\u{80}'..='\u{ffff}' {
            let all = Charset::bytes_in_all(c);
            // Below, there are undefined bytes.
            if all.is_none() && c > '\u{ff}' {
                continue;
            }
            let mut row = NOWHERE.clone();
            for (byte, reading) in row.bytes.iter_mut().zip(&single) {
                let cs = reading.charset;
                *byte = all.map_or(0, |all| all[cs.index()]);
                let Ok(same) = u8::try_from(u32::from(c)) else {
                    continue;
                };
                // Some readers show an undefined byte as the code point of
                // its number, AA of windows-1253 as `ª`; and many mix up
                // windows-125x and Latin-1, so that any C1 control is a byte.
                let mixed = same < 0xa0 && cs.name().starts_with("windows-");
                if *byte == 0 && (mixed || cs.is_undefined(same)) {
                    *byte = same;
                }
                if *byte < 0x80 {
                    *byte = 0;
                }
            }
            if row.bytes != NOWHERE.bytes {
                at.push((c, row));
            }
        }
        let truths = known(TRUTHS);
        let mut readings = Readings {
            single,
            multi: known(MULTI),
            levels: Levels::new(&truths),
            of_single_bytes: 0,
            shown: truths
                .iter()
                .map(|truth| truth.charset.decode_table().unwrap_or(&NOTHING))
                .collect(),
            symbols: Vec::new(),
            lower: Vec::new(),
            truths,
            latin: [0; 256],
            letter: [0; 256],
            visible: [0; 256],
            space: [0; 256],
            rows: Box::new([0; PLANE]),
            distinct: vec![NOWHERE.clone()],
        };
        for (x, truth) in readings.truths.iter().enumerate() {
            let bit: Set = 1 << x;
            if truth.charset.is_single_byte() {
                readings.of_single_bytes |= bit;
            }
            let class = |c: char| scan::class_of(lowered(c));
            readings.symbols.push(readings.shown[x].map(model::symbol));
            readings.lower.push(readings.shown[x].map(class));
            for b in 0x80..=0xffu8 {
                let c = shown(truth.charset, b);
                let at = usize::from(b);
                let hidden = matches!(
                    c,
                    '\u{80}'..='\u{a0}' | '\u{ad}' | char::REPLACEMENT_CHARACTER
                );
                readings.visible[at] |= if hidden { 0 } else { bit };
                match c {
                    '\u{a0}' => readings.space[at] |= bit,
                    '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if is_letter(c) => {
                        readings.latin[at] |= bit
                    }
                    c if is_letter(c) => readings.letter[at] |= bit,
                    _ => {}
                }
            }
        }
        for (c, mut row) in at {
            for (i, &b) in row.bytes.iter().enumerate() {
                let bit: Set = 1 << i;
                if b == row.bytes[0] {
                    row.as_first |= bit;
                }
                match b {
                    0 => continue,
                    0x80..=0xbf => row.cont |= bit,
                    0xc2..=0xdf => row.lead[0] |= bit,
                    0xe0..=0xef => row.lead[1] |= bit,
                    0xf0..=0xf4 => row.lead[2] |= bit,
                    _ => {}
                }
                row.any |= bit;
            }
            if let Some(slot) = readings.rows.get_mut(c as usize) {
                *slot = readings.distinct.len() as u16;
                readings.distinct.push(row);
            }
        }
        readings
    }

    /// Where a character stands in the single-byte charsets.
    #[inline]
    pub(crate) fn row(&self, c: char) -> &Row {
        let row = self.rows.get(c as usize).copied().unwrap_or(0);
        &self.distinct[usize::from(row)]
    }
}
