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
use std::sync::{LazyLock, OnceLock};

use super::layout::LETTER_UNIT;
use super::{Cost, TABLES};

/// The letter model of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letters {
    tag: &'static [u8],
    letters: &'static [[u8; 2]],
    costs: &'static [u8],
    is_latin: bool,
    lane: u16,
}

/// The letter models of all languages.
pub(crate) fn all() -> impl ExactSizeIterator<Item = &'static Letters> {
    ALL.iter()
}

static ALL: LazyLock<Vec<Letters>> = LazyLock::new(read);

/// The costs of each lane, and how many a row of them has.
static BY_LANE: LazyLock<[(&[u8], u16); LANES]> = LazyLock::new(|| {
    let mut by_lane: [(&[u8], u16); LANES] = [(&[], 0); LANES];
    for l in ALL.iter() {
        by_lane[l.lane()] = (l.costs, l.letters.len() as u16 + 1);
    }
    by_lane
});

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
            is_latin: false,
            lane: 0,
        };
        let latin = |c: &char| matches!(c, '\0'..'\u{250}' | '\u{1e00}'..'\u{1f00}');
        letters.is_latin = letters.alphabet().filter(latin).count() * 2 > n;
        letters
    };
    let mut all: Vec<Letters> = records.as_chunks::<16>().0.iter().map(letters).collect();
    let mut lanes = 0..;
    for is_latin in [true, false] {
        for (letters, lane) in all
            .iter_mut()
            .filter(|l| l.is_latin == is_latin)
            .zip(&mut lanes)
        {
            letters.lane = lane;
        }
    }
    all
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

    /// How many these are.
    pub(crate) fn count(&self) -> u8 {
        self.letters.len() as u8
    }

    /// Whether it is written in Latin.
    pub(crate) fn is_latin(&self) -> bool {
        self.is_latin
    }

    /// Its place among [`Lanes`]: those written in Latin come first.
    pub(crate) fn lane(&self) -> usize {
        self.lane.into()
    }

    /// The cost of letter `b` after letter `a`, by number.
    pub(crate) fn cost(&self, a: u8, b: u8) -> Cost {
        Cost::from(self.units(a, b)) * LETTER_UNIT
    }

    /// The same in units of [`LETTER_UNIT`].
    #[inline]
    pub(crate) fn units(&self, a: u8, b: u8) -> u8 {
        let at = usize::from(a) * (self.letters.len() + 1) + usize::from(b);
        self.costs[at / 2] >> (at % 2 * 4) & 15
    }
}

/// Languages are followed side by side, a lane each, those written in Latin first;
/// there are fewer.
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

/// A language that has a letter, and the letter's number there, in the lowest bits.
#[derive(Clone, Copy, Debug)]
struct Having(u16);

/// Bits of a letter's number.
const PLACE: usize = 7;

impl Having {
    fn lane(self) -> usize {
        usize::from(self.0 >> PLACE)
    }

    fn place(self) -> u8 {
        (self.0 & ((1 << PLACE) - 1)) as u8
    }
}

/// The languages that have each letter below [`LETTERS_END`].
struct Havings {
    /// Where those of a letter begin.
    begins: Vec<u16>,
    /// Letter by letter.
    all: Vec<Having>,
}

static HAVINGS: LazyLock<Havings> = LazyLock::new(|| {
    let each = |call: &mut dyn FnMut(usize, Having)| {
        for language in all() {
            for (place, c) in (1..).zip(language.alphabet()) {
                if u32::from(c) < LETTERS_END {
                    call(c as usize, Having(language.lane << PLACE | place));
                }
            }
        }
    };
    // First the number of each letter, then where they end, and from there backwards
    // where they begin.
    let mut begins = vec![0; LETTERS_END as usize + 1];
    each(&mut |c, _| begins[c] += 1);
    let mut end = 0;
    for begin in &mut begins {
        end += *begin;
        *begin = end;
    }
    let mut all = vec![Having(0); end.into()];
    each(&mut |c, having| {
        begins[c] -= 1;
        all[usize::from(begins[c])] = having;
    });
    Havings { begins, all }
});

/// The languages that have a letter; none have an edge.
fn having(c: char) -> &'static [Having] {
    let havings = &*HAVINGS;
    match havings.begins.get(c as usize..c as usize + 2) {
        Some(&[begin, end]) => &havings.all[begin.into()..end.into()],
        _ => &[],
    }
}

/// The number of a lower-case letter below [`LETTERS_END`] in each language, 0 where
/// it is none.
pub(crate) fn places(c: char) -> Lanes<u8> {
    let mut places = [0; LANES];
    for of in having(c) {
        places[of.lane()] = of.place();
    }
    places
}

/// ASCII letters, and 0 for the edge of a word.
pub(crate) const ASCII: usize = 27;

/// The number of an ASCII letter in lower case, or of an edge.
fn ascii(c: char) -> Option<usize> {
    match c {
        EDGE => Some(0),
        'a'..='z' => Some(c as usize & 0x1f),
        _ => None,
    }
}

/// Costs in each lane, where the processor adds them up side by side.
#[repr(align(16))]
pub(crate) struct Row(pub(crate) Lanes<u8>);

/// What an ASCII letter costs after another in each language that has both, by the number
/// of the first, times [`ASCII`], and that of the second; made when it is first asked for.
static OF_PAIRS: [OnceLock<Box<Row>>; ASCII * ASCII] = [const { OnceLock::new() }; ASCII * ASCII];
/// The same in others.
const UNKNOWN: u8 = 15;

/// An ASCII letter, or the edge of a word: its number in each language, and a mask of
/// the languages that have it.
struct Ascii {
    place: Lanes<u8>,
    has: Lanes<u8>,
}

static OF_ASCII: LazyLock<Vec<Ascii>> = LazyLock::new(|| {
    let edge = Ascii {
        place: [0; LANES],
        has: [0xff; LANES],
    };
    let letter = |c| {
        let place = places(c);
        let has = place.map(|place| if place == 0 { 0 } else { 0xff });
        Ascii { place, has }
    };
    std::iter::once(edge)
        .chain(('a'..='z').map(letter))
        .collect()
});

#[inline]
pub(crate) fn of_pair(pair: usize) -> &'static Row {
    OF_PAIRS[pair].get_or_init(|| make_pair(pair))
}

#[cold]
fn make_pair(pair: usize) -> Box<Row> {
    let mut row = Box::new(Row([UNKNOWN; LANES]));
    let (a, b) = (&OF_ASCII[pair / ASCII], &OF_ASCII[pair % ASCII]);
    for language in all() {
        let lane = language.lane();
        if a.has[lane] & b.has[lane] != 0 {
            row.0[lane] = language.units(a.place[lane], b.place[lane]);
        }
    }
    row
}

/// Steps from letter to letter that are remembered, a power of two.
const REMEMBERED: usize = 1 << 9;

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
            match (ascii(a), ascii(b)) {
                (Some(a), Some(b)) => self.costs[place] = costs_of_ascii(a, b),
                _ => costs(a, b, &mut self.costs[place]),
            }
        }
        &self.costs[place]
    }
}

/// What `b` costs after `a` in each language. To one that does not have `a` it is
/// the beginning of a word.
fn costs(a: char, b: char, costs: &mut Lanes<u8>) {
    let before = places(a);
    let by_lane = &*BY_LANE;
    let (other, asked) = match b {
        EDGE => (0, having(a)),
        _ => (FOREIGN, having(b)),
    };
    costs.fill(other);
    for of in asked {
        let lane = of.lane();
        let b = if b == EDGE { 0 } else { of.place() };
        let (units, row) = by_lane[lane];
        let at = usize::from(before[lane]) * usize::from(row) + usize::from(b);
        costs[lane] = units[at / 2] >> (at % 2 * 4) & 15;
    }
}

/// The same of ASCII letters, by number.
fn costs_of_ascii(a: usize, b: usize) -> Lanes<u8> {
    let (both, begins) = (&of_pair(a * ASCII + b).0, &of_pair(b).0);
    let (has_a, has_b) = (&OF_ASCII[a].has, &OF_ASCII[b].has);
    if b == 0 {
        return std::array::from_fn(|i| both[i] & has_a[i]);
    }
    std::array::from_fn(|i| {
        let cost = both[i] & has_a[i] | begins[i] & !has_a[i];
        cost & has_b[i] | FOREIGN & !has_b[i]
    })
}

/// The edge of a word.
pub(crate) const EDGE: char = '\n';

/// What a text costs in each language, in the order of [`all`]: see [`by_lane`].
pub(crate) fn sums(words: &[char], joins: &[char]) -> Lanes<Cost> {
    let by_lane = by_lane(words, joins);
    // Lanes of no language stay.
    let mut ordered = by_lane;
    for (ordered, language) in ordered.iter_mut().zip(all()) {
        *ordered = by_lane[language.lane()];
    }
    ordered
}

/// What a text costs in each lane: words in lower case between edges, where other
/// characters than letters of some language are either `joins`, which cost nothing,
/// or odd.
pub(crate) fn by_lane(words: &[char], joins: &[char]) -> Lanes<Cost> {
    let mut sums = [0u16; LANES];
    let mut few = [0u8; LANES];
    let mut taken = 0;
    let odd = each_step(words, joins, |costs| {
        for (sum, cost) in few.iter_mut().zip(costs) {
            *sum += *cost;
        }
        taken += 1;
        if taken % FEW == 0 {
            add(&mut sums, &mut few);
        }
    });
    add(&mut sums, &mut few);
    std::array::from_fn(|lane| (Cost::from(sums[lane]) + odd) * LETTER_UNIT)
}

/// The same in one lane.
pub(crate) fn in_lane(words: &[char], joins: &[char], lane: usize) -> Cost {
    let mut sum = 0u16;
    let odd = each_step(words, joins, |costs| {
        sum = sum.saturating_add(costs[lane].into());
    });
    (Cost::from(sum) + odd) * LETTER_UNIT
}

/// Calls with what each step of a text costs; what is odd of it costs the same in all lanes.
fn each_step(words: &[char], joins: &[char], mut each: impl FnMut(&Lanes<u8>)) -> Cost {
    STEPS.with_borrow_mut(|steps| {
        let (mut last, mut odd) = (EDGE, 0);
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
                each(steps.costs(last, c));
            }
            last = c;
        }
        odd * Cost::from(FOREIGN)
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
        assert!(all().all(|language| language.alphabet().count() < 1 << PLACE));
    }

    #[test]
    fn a_lane_is_what_its_language_says() {
        let words: Vec<char> = "\nďábel\nпривет’ъ\nfür☺\n".chars().collect();
        let sums = sums(&words, &['’']);
        for (lane, language) in all().enumerate() {
            let (mut sum, mut last) = (0, 0);
            for &c in &words {
                let place = places(c)[language.lane()];
                sum += match c {
                    '\n' | '’' if last == 0 => 0,
                    '\n' | '’' => language.cost(last, 0),
                    _ if place == 0 => Cost::from(FOREIGN) * LETTER_UNIT,
                    _ => language.cost(last, place),
                };
                last = place;
            }
            assert_eq!(sums[lane], sum, "{}", language.tag());
            assert_eq!(in_lane(&words, &['’'], language.lane()), sum);
        }
    }
}
