//! Does this word look like a word of some language? Letter pairs of each
//! language by itself: the universal model mixes all of them, and what is
//! plausible pair by pair may be no word anywhere.
//!
//! The section: the number of languages (4 bytes); for each a record of 16
//! bytes, its tag (12, padded with NUL) and its number of letters `n` (4);
//! then for each its letters (2 × n, sorted) and the costs of letter after
//! letter ((n + 1)² half bytes, the low half first; letter 0 is a word's edge
//! and every letter not of the language).

use std::cell::RefCell;
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
    ALL.iter()
}

static ALL: LazyLock<Vec<Letters>> = LazyLock::new(read);

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
        Cost::from(self.units(a, b)) * LETTER_UNIT
    }

    /// The same in units of [`LETTER_UNIT`].
    #[inline]
    fn units(&self, a: usize, b: usize) -> u8 {
        let at = a * (self.letters.len() + 1) + b;
        self.costs[at / 2] >> (at % 2 * 4) & 15
    }
}

/// Languages are followed side by side, a lane each; there are fewer.
pub(crate) const LANES: usize = 320;
/// What something of the kind costs in each language.
pub(crate) type Lanes<T> = [T; LANES];

/// What a letter costs that a language does not have, or a mark within a word:
/// `R‚initialiser`; 14 nats, in units of the letter models.
const FOREIGN: u8 = 34;
/// Steps whose costs a byte has room for.
const FEW: usize = 7;
/// No alphabet goes on beyond this.
const LETTERS_END: u32 = 0x3000;

/// A language that has a letter, and the letter's number there.
#[derive(Clone, Copy, Debug)]
struct Having {
    lane: u16,
    place: u8,
}

/// Of each letter below [`LETTERS_END`] where its languages begin, and those of all,
/// letter by letter.
static HAVING: LazyLock<(Vec<u32>, Vec<Having>)> = LazyLock::new(|| {
    let mut all_of_letters = Vec::new();
    for (lane, language) in (0..).zip(all()) {
        for (place, c) in (1..).zip(language.alphabet()) {
            if u32::from(c) < LETTERS_END {
                all_of_letters.push((c, Having { lane, place }));
            }
        }
    }
    all_of_letters.sort_by_key(|(c, _)| *c);
    let mut begins = vec![0; LETTERS_END as usize + 1];
    for (c, _) in &all_of_letters {
        begins[*c as usize + 1] += 1;
    }
    for n in 1..begins.len() {
        begins[n] += begins[n - 1];
    }
    (
        begins,
        all_of_letters.into_iter().map(|(_, of)| of).collect(),
    )
});

/// The languages that have a letter; none have an edge.
fn having(c: char) -> &'static [Having] {
    let (begins, all) = &*HAVING;
    match begins.get(c as usize..c as usize + 2) {
        Some(&[begin, end]) => &all[begin as usize..end as usize],
        _ => &[],
    }
}

/// Steps from letter to letter that are remembered, a power of two.
const REMEMBERED: usize = 1 << 11;

/// What steps from one letter to the next cost in each language. The same few
/// hundred are asked for again by each reading of a line.
struct Steps {
    /// Which step a place has, and its costs.
    keys: Vec<u32>,
    costs: Vec<Lanes<u8>>,
}

thread_local! {
    static STEPS: RefCell<Steps> = RefCell::new(Steps {
        keys: vec![0; REMEMBERED],
        costs: vec![[0; LANES]; REMEMBERED],
    });
}

impl Steps {
    /// What `b` costs after `a`, letters that some language has, or edges.
    fn costs(&mut self, a: char, b: char) -> &Lanes<u8> {
        let key = u32::from(a) << 16 | u32::from(b);
        let place = key.wrapping_mul(0x9e37_79b1) >> (32 - REMEMBERED.trailing_zeros());
        let place = place as usize;
        if self.keys[place] != key {
            self.keys[place] = key;
            self.costs[place] = costs(a, b);
        }
        &self.costs[place]
    }
}

/// What `b` costs after `a` in each language. To one that does not have `a` it is
/// the beginning of a word.
fn costs(a: char, b: char) -> Lanes<u8> {
    let languages = &**ALL;
    let unit = |lane: usize, a: u8, b: u8| {
        let language = languages.get(lane);
        language.map_or(0, |l| l.units(a.into(), b.into()))
    };
    if b == EDGE {
        let mut costs = [0; LANES];
        for of in having(a) {
            costs[usize::from(of.lane)] = unit(of.lane.into(), of.place, 0);
        }
        return costs;
    }
    let mut before = [0; LANES];
    for of in having(a) {
        before[usize::from(of.lane)] = of.place;
    }
    let mut costs = [FOREIGN; LANES];
    for of in having(b) {
        let lane = usize::from(of.lane);
        costs[lane] = unit(lane, before[lane], of.place);
    }
    costs
}

/// The edge of a word.
pub(crate) const EDGE: char = '\n';

/// What a text costs in each language, in the order of [`all`]: words in lower
/// case between edges, where other characters than letters of some language
/// are either `joins`, which cost nothing, or odd.
pub(crate) fn sums(words: &[char], joins: &[char]) -> Lanes<Cost> {
    STEPS.with_borrow_mut(|steps| {
        let mut sums = [0u16; LANES];
        let mut few = [0u8; LANES];
        let (mut last, mut taken) = (EDGE, 0);
        // What costs the same in all of them.
        let mut odd = 0;
        for &c in words {
            let c = match c {
                _ if !having(c).is_empty() => c,
                c if c == EDGE || joins.contains(&c) => EDGE,
                _ => {
                    odd += 1;
                    last = EDGE;
                    continue;
                }
            };
            if (last, c) != (EDGE, EDGE) {
                for (sum, cost) in few.iter_mut().zip(steps.costs(last, c)) {
                    *sum += *cost;
                }
                taken += 1;
                if taken % FEW == 0 {
                    add(&mut sums, &mut few);
                }
            }
            last = c;
        }
        add(&mut sums, &mut few);
        let odd = odd * Cost::from(FOREIGN);
        sums.map(|sum| (Cost::from(sum) + odd) * LETTER_UNIT)
    })
}

fn add(sums: &mut Lanes<u16>, few: &mut Lanes<u8>) {
    for (sum, few) in sums.iter_mut().zip(few) {
        *sum = sum.saturating_add(u16::from(*few));
        *few = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_lane_for_each_language() {
        assert!(all().len() <= LANES);
    }

    #[test]
    fn a_lane_is_what_its_language_says() {
        let words: Vec<char> = "\nďábel\nпривет’ъ\nfür☺\n".chars().collect();
        let sums = sums(&words, &['’']);
        for (lane, language) in all().enumerate() {
            let (mut sum, mut last) = (0, 0);
            for &c in &words {
                let place = language.place(c);
                sum += match c {
                    '\n' | '’' if last == 0 => 0,
                    '\n' | '’' => language.cost(last, 0),
                    _ if place == 0 => Cost::from(FOREIGN) * LETTER_UNIT,
                    _ => language.cost(last, place),
                };
                last = place;
            }
            assert_eq!(sums[lane], sum, "{}", language.tag());
        }
    }
}
