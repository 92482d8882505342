//! Does this word look like a word of some language? Letter pairs of each
//! language by itself: the universal model mixes all of them, and what is
//! plausible pair by pair may be no word anywhere.
//!
//! The section: the number of languages (4 bytes); for each a record of 16
//! bytes, its tag (12, padded with NUL) and its number of letters `n` (4);
//! then for each its letters (2 × n, sorted) and the costs of letter after
//! letter ((n + 1)² half bytes, the low half first; letter 0 is a word's edge
//! and every letter not of the language).

use std::sync::LazyLock;

use super::layout::LETTER_UNIT;
use super::{Cost, TABLES};

/// Letters from the first beyond ASCII on whose numbers are at hand.
const BLOCK: usize = 128;

/// The letter model of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letters {
    tag: &'static [u8],
    letters: &'static [[u8; 2]],
    costs: &'static [u8],
    /// The numbers of the letters `a` to `z`, and of those from `first` on: of most.
    ascii: [u8; 26],
    first: u16,
    block: [u8; BLOCK],
    is_latin: bool,
}

/// The letter models of all languages.
pub(crate) fn all() -> impl ExactSizeIterator<Item = &'static Letters> {
    static ALL: LazyLock<Vec<Letters>> = LazyLock::new(read);
    ALL.iter()
}

fn read() -> Vec<Letters> {
    let (count, rest) = TABLES.letters().split_at(4);
    let count = u32::from_le_bytes([count[0], count[1], count[2], count[3]]) as usize;
    let (records, mut bodies) = rest.split_at(count * 16);
    let letters = |record: &'static [u8; 16]| {
        let n = u32::from_le_bytes([record[12], record[13], record[14], record[15]]) as usize;
        let (letters, rest) = bodies.split_at(2 * n);
        let (costs, rest) = rest.split_at(((n + 1) * (n + 1)).div_ceil(2));
        bodies = rest;
        let mut letters = Letters {
            tag: &record[..12],
            letters: letters.as_chunks().0,
            costs,
            ascii: [0; 26],
            first: 0,
            block: [0; BLOCK],
            is_latin: false,
        };
        letters.ascii = std::array::from_fn(|i| letters.find(u16::from(b'a') + i as u16) as u8);
        let latin = |c: &char| matches!(c, '\0'..'\u{250}' | '\u{1e00}'..'\u{1f00}');
        let beyond = letters.alphabet().find(|c| !c.is_ascii() && *c >= '\u{c0}');
        letters.first = beyond.map_or(0, |c| c as u16) & !0x1f;
        letters.block = std::array::from_fn(|i| letters.find(letters.first + i as u16) as u8);
        letters.is_latin = letters.alphabet().filter(latin).count() * 2 > n;
        letters
    };
    records.as_chunks::<16>().0.iter().map(letters).collect()
}

impl Letters {
    /// The language's tag, as `pt` or `zh-Hant`.
    pub(crate) fn tag(&self) -> &'static str {
        let end = self
            .tag
            .iter()
            .position(|&b| b == 0)
            .unwrap_or(self.tag.len());
        std::str::from_utf8(&self.tag[..end]).unwrap_or_default()
    }

    /// Its letters, all lower-case.
    pub(crate) fn alphabet(&self) -> impl Iterator<Item = char> + Clone {
        let letters = self.letters.iter();
        letters.filter_map(|l| char::from_u32(u16::from_le_bytes(*l).into()))
    }

    /// Whether it is written in Latin.
    pub(crate) fn is_latin(&self) -> bool {
        self.is_latin
    }

    /// The number of a lower-case letter, 0 if it is none of this language's.
    #[inline]
    pub(crate) fn place(&self, c: char) -> usize {
        let Ok(n) = u16::try_from(u32::from(c)) else {
            return 0;
        };
        match self.block.get(usize::from(n.wrapping_sub(self.first))) {
            _ if c.is_ascii_lowercase() => usize::from(self.ascii[usize::from(n) - 97]),
            Some(place) => usize::from(*place),
            None => self.find(n),
        }
    }

    fn find(&self, n: u16) -> usize {
        self.letters
            .binary_search_by_key(&n, |l| u16::from_le_bytes(*l))
            .map_or(0, |i| i + 1)
    }

    /// The cost of letter `b` after letter `a`, by number.
    pub(crate) fn cost(&self, a: usize, b: usize) -> Cost {
        let at = a * (self.letters.len() + 1) + b;
        Cost::from(self.costs[at / 2] >> (at % 2 * 4) & 15) * LETTER_UNIT
    }
}
