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
const SINGLE: &[(Charset, Cost)] = &[
    (Charset::WINDOWS_1252, 2),
    (Charset::ISO_8859_1, 3),
    (Charset::WINDOWS_1254, 4),
    (Charset::WINDOWS_1250, 4),
    (Charset::WINDOWS_1251, 7),
    (Charset::MAC_ROMAN, 8),
    (Charset::CP437, 8),
    (Charset::CP850, 8),
    (Charset::ISO_8859_15, 5),
    (Charset::ISO_8859_9, 6),
    (Charset::ISO_8859_2, 5),
    (Charset::KOI8_R, 10),
    (Charset::CP866, 10),
    (Charset::WINDOWS_1253, 10),
    (Charset::WINDOWS_1255, 10),
    (Charset::WINDOWS_1256, 10),
    (Charset::WINDOWS_1257, 5),
    (Charset::WINDOWS_1258, 5),
    (Charset::WINDOWS_874, 12),
    (Charset::ISO_8859_7, 12),
    (Charset::ISO_8859_5, 12),
    (Charset::CP852, 6),
    (Charset::KOI8_U, 12),
    (Charset::MAC_CYRILLIC, 13),
    (Charset::MAC_CENTRALEUROPE, 14),
    (Charset::ISO_8859_16, 14),
    (Charset::CP858, 14),
    (Charset::CP775, 14),
    (Charset::CP855, 14),
    (Charset::CP857, 14),
    (Charset::CP862, 14),
    (Charset::CP737, 14),
    (Charset::CP869, 14),
    (Charset::CP860, 14),
    (Charset::CP861, 14),
    (Charset::CP863, 14),
    (Charset::CP865, 14),
    (Charset::ISO_8859_3, 14),
    (Charset::ISO_8859_4, 14),
    (Charset::ISO_8859_6, 14),
    (Charset::ISO_8859_8, 14),
    (Charset::ISO_8859_10, 14),
    (Charset::ISO_8859_13, 14),
    (Charset::ISO_8859_14, 14),
    (Charset::TIS_620, 14),
    (Charset::MAC_GREEK, 14),
    (Charset::MAC_TURKISH, 14),
    (Charset::MAC_ICELAND, 14),
    (Charset::CP720, 14),
    (Charset::CP864, 14),
];

/// Charsets that other legacy text is often misread as, the same way; any
/// other costs [`RARE`].
const LEGACY: &[(Charset, Cost)] = &[
    (Charset::WINDOWS_1252, 0),
    (Charset::ISO_8859_1, 0),
    (Charset::WINDOWS_1251, 1),
    (Charset::WINDOWS_1250, 1),
    (Charset::MAC_ROMAN, 2),
    (Charset::CP437, 2),
    (Charset::CP850, 2),
    (Charset::KOI8_R, 2),
    (Charset::CP866, 2),
    (Charset::ISO_8859_2, 2),
    (Charset::ISO_8859_7, 2),
    (Charset::ISO_8859_15, 2),
    (Charset::WINDOWS_1253, 3),
    (Charset::WINDOWS_1254, 3),
    (Charset::ISO_8859_5, 4),
    (Charset::ISO_8859_9, 4),
    (Charset::WINDOWS_1255, 5),
    (Charset::WINDOWS_1256, 5),
    (Charset::WINDOWS_1257, 5),
    (Charset::CP852, 5),
    // Subtitles of Icelandic and Latvian often are: `gķđur` for `góður`.
    (Charset::ISO_8859_4, 5),
    (Charset::WINDOWS_874, 6),
    (Charset::MAC_CYRILLIC, 6),
    (Charset::GBK, 4),
    (Charset::SHIFT_JIS, 4),
    (Charset::EUC_KR, 4),
    (Charset::BIG5, 4),
];
const RARE: Cost = 12;

/// Multi-byte charsets that text is misread as.
const MULTI: &[(Charset, Cost)] = &[
    (Charset::GBK, 10),
    (Charset::SHIFT_JIS, 10),
    (Charset::EUC_KR, 10),
    (Charset::BIG5, 10),
    (Charset::GB18030, 12),
    (Charset::EUC_JP, 12),
];

/// Charsets that text was in truth, beside UTF-8, with their cost.
const TRUTHS: &[(Charset, Cost)] = &[
    (Charset::WINDOWS_1252, 1),
    (Charset::WINDOWS_1251, 1),
    (Charset::WINDOWS_1250, 1),
    (Charset::GBK, 1),
    (Charset::SHIFT_JIS, 1),
    (Charset::EUC_KR, 1),
    (Charset::BIG5, 1),
    (Charset::WINDOWS_1253, 1),
    (Charset::WINDOWS_1254, 1),
    (Charset::WINDOWS_1255, 1),
    (Charset::WINDOWS_1256, 1),
    (Charset::WINDOWS_1257, 2),
    (Charset::WINDOWS_874, 2),
    (Charset::WINDOWS_1258, 6),
    (Charset::KOI8_R, 1),
    (Charset::KOI8_U, 3),
    (Charset::CP866, 1),
    (Charset::ISO_8859_2, 1),
    (Charset::ISO_8859_5, 2),
    (Charset::ISO_8859_7, 2),
    (Charset::ISO_8859_15, 3),
    (Charset::EUC_JP, 1),
    (Charset::CP850, 2),
    (Charset::CP437, 2),
    (Charset::CP852, 2),
    (Charset::MAC_ROMAN, 2),
    (Charset::ISO_8859_1, 2),
    (Charset::ISO_8859_9, 5),
    (Charset::ISO_8859_6, 8),
    (Charset::ISO_8859_8, 6),
    (Charset::ISO_8859_3, 8),
    (Charset::ISO_8859_4, 9),
    (Charset::ISO_8859_13, 7),
    (Charset::ISO_8859_16, 8),
    (Charset::MAC_CYRILLIC, 5),
    (Charset::MAC_CENTRALEUROPE, 6),
    (Charset::MAC_GREEK, 8),
    (Charset::MAC_TURKISH, 8),
    (Charset::CP737, 5),
    (Charset::CP775, 9),
    (Charset::CP855, 8),
    (Charset::CP857, 6),
    (Charset::CP862, 5),
    (Charset::CP720, 8),
    (Charset::CP869, 9),
    (Charset::CP865, 7),
    (Charset::CP861, 8),
    (Charset::TIS_620, 8),
    (Charset::VISCII, 10),
];

/// The lead bytes of frequent characters in the charsets of East Asia, by the
/// rows of their standards: punctuation and the first level of ideographs or
/// syllables; and those of letters of Cyrillic and Greek.
const LEVEL_1: [(Charset, Leads, &[u8]); LEVELS] = [
    (Charset::GBK, &[0xa1..=0xa3, 0xb0..=0xd7], &[0xa6, 0xa7]),
    (Charset::SHIFT_JIS, &[0x81..=0x83, 0x88..=0x97], &[0x84]),
    (Charset::EUC_KR, &[0xa1..=0xa3, 0xb0..=0xc8], &[0xac]),
    (Charset::BIG5, &[0xa1..=0xc6], &[]),
    (
        Charset::EUC_JP,
        &[0xa1..=0xa1, 0xa3..=0xa5, 0xb0..=0xcf],
        &[],
    ),
];
type Leads = &'static [RangeInclusive<u8>];
pub(super) const LEVELS: usize = 5;

/// What a byte is in each charset of [`LEVEL_1`], a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kind {
    /// The lead byte of frequent characters.
    pub frequent: u8,
    /// The lead byte of letters, which text of an alphabet is full of.
    pub letter: u8,
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
        for (i, (charset, frequent, letters)) in LEVEL_1.into_iter().enumerate() {
            let truth = truths.iter().position(|t| t.charset == charset);
            levels.truths[i] = truth.map_or(0, |x| 1 << x);
            for b in 0x81..=0xfeu8 {
                let kind = &mut levels.of[usize::from(b)];
                let katakana = charset == Charset::SHIFT_JIS && (0xa0..0xe0).contains(&b);
                let set = match () {
                    () if katakana => &mut kind.single,
                    () if frequent.iter().any(|range| range.contains(&b)) => &mut kind.frequent,
                    () if letters.contains(&b) => &mut kind.letter,
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

/// How many of some sets each number is in: a bit of all the counts in each, as far as
/// they go.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    bits: [Set; 32],
    len: usize,
}

impl Counts {
    #[inline]
    pub(super) fn add(&mut self, mut set: Set) {
        for (i, bits) in self.bits.iter_mut().enumerate() {
            if set == 0 {
                break;
            }
            (*bits, set) = (*bits ^ set, *bits & set);
            self.len = self.len.max(i + 1);
        }
    }

    #[inline]
    pub(super) fn of(&self, n: usize) -> u32 {
        let bits = self.bits[..self.len].iter().rev();
        bits.fold(0, |sum, bits| sum << 1 | (bits >> n & 1) as u32)
    }
}

/// Stands for some characters and one more.
#[inline]
pub(super) fn mixed(all: u64, c: char) -> u64 {
    (all ^ u64::from(c))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(29)
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

const NOWHERE: Row = Row {
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
    /// The same of each beyond ASCII, to the model; and in lower case, as the scan sees
    /// it.
    pub symbols: Vec<[Symbol; 128]>,
    pub lower: Vec<[u16; 128]>,
    /// For each byte beyond ASCII, the truths that show it as each of them does; made when it
    /// is first asked for.
    alike: [OnceLock<Box<[Set]>>; 128],
    pub(super) levels: Levels,
    rows: Rows,
}

pub(crate) static READINGS: LazyLock<Readings> = LazyLock::new(Readings::new);

/// How a byte of a single-byte charset shows.
#[inline]
pub(super) fn shown(charset: Charset, byte: u8) -> char {
    charset
        .decode_table()
        .map_or(char::REPLACEMENT_CHARACTER, |t| t[usize::from(byte)])
}

fn known(list: &[(Charset, Cost)]) -> Vec<Reading> {
    let reading = |&(charset, nats): &(Charset, Cost)| {
        let legacy = LEGACY.iter().find(|l| l.0 == charset);
        Reading {
            charset,
            cost: nats * NAT,
            legacy: legacy.map_or(RARE, |l| l.1) * NAT,
        }
    };
    list.iter().map(reading).collect()
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
        _ if matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') => true,
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
        let truths = known(TRUTHS);
        let mut readings = Readings {
            single: known(SINGLE),
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
            alike: [const { OnceLock::new() }; 128],
            rows: Rows::new(),
        };
        for (n, reading) in readings.single.iter().enumerate() {
            readings.rows.add(n, reading.charset);
        }
        readings.rows.finish();
        for (x, truth) in readings.truths.iter().enumerate() {
            let bit: Set = 1 << x;
            if truth.charset.is_single_byte() {
                readings.of_single_bytes |= bit;
            }
            let class = |c: char| scan::class_of(lowered(c));
            let beyond: [char; 128] = std::array::from_fn(|i| readings.shown[x][0x80 + i]);
            readings.symbols.push(beyond.map(model::symbol));
            readings.lower.push(beyond.map(class));
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
        readings
    }

    /// For each truth, those that show a byte beyond ASCII as it does.
    pub(super) fn alike(&self, byte: u8) -> &[Set] {
        self.alike[usize::from(byte & 0x7f)].get_or_init(|| {
            let shown = || {
                self.shown
                    .iter()
                    .map(|table| table[usize::from(byte | 0x80)])
            };
            let alike = |c: char| shown().rev().fold(0, |set, d| set << 1 | Set::from(c == d));
            shown().map(alike).collect()
        })
    }

    /// Where a character stands in the single-byte charsets.
    #[inline]
    pub(crate) fn row(&self, c: char) -> &Row {
        self.rows.of(c)
    }
}

/// Characters of a page.
const PAGE: usize = 64;

/// The rows of all characters that a single-byte charset has.
#[derive(Debug)]
struct Rows {
    /// The page of each 64 characters of the basic plane.
    page_of: [u8; 0x1_0000 / PAGE],
    /// The row of each character of a page; 0 is [`NOWHERE`].
    pages: Vec<[u16; PAGE]>,
    rows: Vec<Row>,
}

impl Rows {
    fn new() -> Self {
        Rows {
            page_of: [0; 0x1_0000 / PAGE],
            pages: vec![[0; PAGE]],
            rows: vec![NOWHERE],
        }
    }

    /// Adds the bytes of charset number `n`.
    fn add(&mut self, n: usize, charset: Charset) {
        for byte in 0x80..=0xff {
            let c = shown(charset, byte);
            if c != char::REPLACEMENT_CHARACTER {
                self.insert(n, c, byte);
            }
        }
        for &(byte, c) in charset.shown_elsewhere() {
            self.insert(n, c, byte);
        }
        for same in 0x80..=0xff {
            // Some readers show an undefined byte as the code point of its number, AA of
            // windows-1253 as `ª`; and many mix up windows-125x and Latin-1, so that any
            // C1 control is a byte.
            let mixed = same < 0xa0 && charset.name().starts_with("windows-");
            if mixed || charset.is_undefined(same) {
                self.insert(n, same.into(), same);
            }
        }
        // Readers of HTML show a control of any charset as windows-1252 has it, so that `ว`,
        // whose last byte is 87, was `เธ‡`; but ISO-8859-1 and -9 are windows-1252 and -1254
        // then.
        let is_twin = matches!(charset, Charset::ISO_8859_1 | Charset::ISO_8859_9);
        for byte in (0x80..0xa0).filter(|_| !is_twin) {
            let is_control = matches!(
                shown(charset, byte),
                '\u{80}'..'\u{a0}' | char::REPLACEMENT_CHARACTER
            );
            if is_control {
                self.insert(n, shown(Charset::WINDOWS_1252, byte), byte);
            }
        }
    }

    /// The first byte stays.
    fn insert(&mut self, n: usize, c: char, byte: u8) {
        let Some(page) = self.page_of.get_mut(c as usize / PAGE) else {
            return;
        };
        if c.is_ascii() {
            return;
        }
        if *page == 0 {
            *page = self.pages.len() as u8;
            self.pages.push([0; PAGE]);
        }
        let row = &mut self.pages[usize::from(*page)][c as usize % PAGE];
        if *row == 0 {
            *row = self.rows.len() as u16;
            self.rows.push(NOWHERE);
        }
        let row = &mut self.rows[usize::from(*row)];
        if row.bytes[n] != 0 {
            return;
        }
        row.bytes[n] = byte;
        let bit: Set = 1 << n;
        row.any |= bit;
        match byte {
            0x80..=0xbf => row.cont |= bit,
            0xc2..=0xdf => row.lead[0] |= bit,
            0xe0..=0xef => row.lead[1] |= bit,
            0xf0..=0xf4 => row.lead[2] |= bit,
            _ => {}
        }
    }

    /// Once all are added.
    fn finish(&mut self) {
        self.pages.shrink_to_fit();
        self.rows.shrink_to_fit();
        for row in &mut self.rows[1..] {
            let as_first = |n: &usize| row.bytes[*n] == row.bytes[0];
            row.as_first = (0..row.bytes.len())
                .filter(as_first)
                .fold(0, |set, n| set | 1 << n);
        }
    }

    #[inline]
    fn of(&self, c: char) -> &Row {
        let page = self
            .page_of
            .get(c as usize / PAGE)
            .map_or(0, |page| usize::from(*page));
        &self.rows[usize::from(self.pages[page][c as usize % PAGE])]
    }
}
