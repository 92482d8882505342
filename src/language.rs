//! Which languages could a line be in? The words of a line, in ASCII for the
//! most part, tell its language, and the language which letters it may have:
//! `gĺ` is Slovak, but not after `Välj kortkommandot för att`.
//!
//! All languages written in Latin are followed at once, a lane each. A step
//! from one ASCII letter to the next adds a row of costs to the lanes.

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use crate::model::Cost;
use crate::model::layout::LETTER_UNIT;
use crate::model::letters::{self, ASCII, Letters, Row};
use crate::model::lexicon;
use crate::{contraction, misread, scan, seam};

/// Lanes; the languages written in Latin are fewer.
const LANES: usize = 240;
/// What a letter costs that a language does not have, in units of the letter
/// models.
const FOREIGN: u8 = 24;
/// Letters of a line that are looked at.
const MOST: usize = 400;

type Lanes<T> = [T; LANES];

/// The least that each small letter beyond ASCII costs, with those around it; made when
/// it is first asked for.
static OF_LETTERS: [OnceLock<Box<Row>>; BEYOND] = [const { OnceLock::new() }; BEYOND];
/// No step.
static NONE: Row = Row([0; letters::LANES]);

/// The row of the letter beyond ASCII at this [`slot`]. Capitals cost what small letters
/// do, and nothing if those are of ASCII.
#[inline]
fn of_letter(at: usize) -> Option<&'static Row> {
    let small = LOWER[at];
    is_beyond(small).then(|| &**OF_LETTERS[slot(small)].get_or_init(|| make_letter(small)))
}

#[cold]
fn make_letter(c: char) -> Box<Row> {
    let mut row = Box::new(Row([FOREIGN; letters::LANES]));
    let places = letters::places(c);
    for language in letters::all().filter(|l| l.is_latin()) {
        let place = places[language.lane()];
        if place != 0 {
            let all = || 0..=language.count();
            let before = all().map(|other| language.units(other, place)).min();
            let after = all().map(|other| language.units(place, other)).min();
            row.0[language.lane()] = before.unwrap_or(0) + after.unwrap_or(0);
        }
    }
    row
}

/// Whether this could be a letter of Latin beyond ASCII.
#[inline]
pub(crate) const fn is_beyond(c: char) -> bool {
    matches!(c, '\u{c0}'..'\u{250}' | '\u{1e00}'..'\u{1f00}')
}

/// Whether this is a letter of Latin.
pub(crate) const fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || is_beyond(c)
}

pub(crate) fn lower(c: char) -> Option<char> {
    is_beyond(c)
        .then(|| LOWER[slot(c)])
        .filter(|&c| is_beyond(c))
}

/// The place of a letter that [`is_beyond`] among all of them: the two blocks next
/// to each other.
#[inline]
fn slot(c: char) -> usize {
    (c as usize) - if c < '\u{250}' { 0 } else { 0x1e00 - 0x250 }
}

/// Letters that are in [`slot`]s.
const BEYOND: usize = 0x350;

/// The lower-case letter of each.
static LOWER: LazyLock<[char; BEYOND]> = LazyLock::new(|| {
    let mut all = ['\0'; BEYOND];
    for c in ('\u{c0}'..'\u{1f00}').filter(|&c| is_beyond(c)) {
        all[slot(c)] = c.to_lowercase().next().unwrap_or(c);
    }
    all
});

/// How usual a letter is with those around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Usual {
    /// Not at all: `č` in `garčon`.
    No,
    /// In some language: `ý` in `yakýt`, as in Czech `ukrýt`.
    Somewhere,
    /// In a word that is known, so that the line's language needs not be asked:
    /// `č` in `značka`.
    Known,
}

/// From which class on parts of words are usual.
const SOMEWHERE: lexicon::Class = 2;
/// From which class on the parts of a word need not be looked at, and from which
/// on they are those of a word, known or not.
const FREQUENT: lexicon::Class = 3;
const TELLING: lexicon::Class = 5;
/// Letters of a word on either side that are looked at.
const AROUND: usize = 24;

/// A letter of Latin in lower case.
#[inline]
fn lower_letter(c: char) -> Option<char> {
    match c {
        c if c.is_ascii_alphabetic() => Some(c.to_ascii_lowercase()),
        c if is_beyond(c) => Some(LOWER[slot(c)]),
        _ => None,
    }
}

/// How usual the letter of Latin beyond ASCII at this place is; a capital within
/// a word, as in `vocÛ`, is not.
pub(crate) fn usual(line: &str, at: usize) -> Usual {
    let Some(is_somewhere) = is_somewhere(line, at) else {
        return Usual::No;
    };
    match class_around(line, at) {
        // The `œ` of `sœur` is in few words, but that is met.
        Some(class) if is_somewhere || class >= SOMEWHERE => Usual::Known,
        _ if is_somewhere => Usual::Somewhere,
        _ => Usual::No,
    }
}

/// Whether it is usual at all, which is sooner told.
pub(crate) fn is_usual(line: &str, at: usize) -> bool {
    is_somewhere(line, at).is_some_and(|is| is || class_around(line, at) >= Some(SOMEWHERE))
}

/// Whether the letter at this place is usual in some language; nothing if it is none, or a
/// capital within a word.
fn is_somewhere(line: &str, at: usize) -> Option<bool> {
    let letter = |c: Option<char>| lower_letter(c?);
    let mut after = line[at..].chars();
    let mut before = line[..at].chars();
    let here = letter(after.next())?;
    let mut part = ['\n', '\n', here, '\n', '\n'];
    if let Some(c) = letter(before.next_back()) {
        if !line[at..].starts_with(here) && line[..at].ends_with(c) {
            return None;
        }
        part[1] = c;
        part[0] = letter(before.next_back()).unwrap_or('\n');
    }
    if let Some(c) = letter(after.next()) {
        part[3] = c;
        part[4] = letter(after.next()).unwrap_or('\n');
    }
    Some(lexicon::part(part) >= Some(SOMEWHERE))
}

/// How frequent the word around this place is, if it is known.
fn class_around(line: &str, at: usize) -> Option<lexicon::Class> {
    let letters = |c: char| lower_letter(c).map(|small| (small, c.len_utf8()));
    let start = line[..at].chars().rev().map_while(letters).take(AROUND);
    let start = at - start.map(|(_, len)| len).sum::<usize>();
    let word = line[start..].chars().map_while(letters).take(2 * AROUND);
    lexicon::word(word.map(|(small, _)| small))
}

/// What the words of a line cost in each language.
struct Line {
    sums: Lanes<i16>,
    /// Pairs and letters.
    steps: usize,
}

/// The rows of pairs, of 15 at most, whose costs a byte has room for, and those of
/// letters, of 30.
const PAIRS: usize = 16;
const FEW: usize = 8;
/// Lanes that are added up together, in registers.
const BLOCK: usize = 240;
/// The letter that a byte is: 0 for the edge of a word, [`ASCII`] for the lead
/// of a letter beyond ASCII. What is next to that is no edge, and no pair of
/// ASCII; signs of Latin-1 and trails are passed over.
static LETTER: [u8; 256] = {
    let mut all = [ASCII as u8 + 1; 256];
    let mut b = 0;
    while b < all.len() {
        match b as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => all[b] = b as u8 & 0x1f,
            0..0x80 => all[b] = 0,
            0xc3.. => all[b] = ASCII as u8,
            _ => {}
        }
        b += 1;
    }
    all
};

impl Line {
    /// The words of a line.
    fn read(text: &str) -> Self {
        let bytes = text.as_bytes();
        // Pairs of letters of ASCII, and slots of others.
        let (mut pairs, mut letters) = ([0; MOST], [0; MOST]);
        let (mut steps, mut others, mut last, mut at) = (0, 0, 0, 0);
        while let Some(&b) = bytes.get(at)
            && steps < MOST
        {
            let letter = usize::from(LETTER[usize::from(b)]);
            at += 1;
            if letter < ASCII {
                let pair = last * ASCII + letter;
                pairs[steps - others] = pair as u16;
                steps += usize::from((1..ASCII * ASCII).contains(&pair));
                last = letter;
            } else if letter == ASCII {
                if let Some(slot) = beyond_at(bytes, at - 1) {
                    letters[others] = slot as u16;
                    let is_one = usize::from(is_beyond(LOWER[slot]));
                    (others, steps) = (others + is_one, steps + is_one);
                }
                last = letter;
            }
        }
        let mut sums = [0; LANES];
        add::<PAIRS>(&pairs[..steps - others], letters::of_pair, &mut sums);
        let letter = |slot| of_letter(slot).unwrap_or(&NONE);
        add::<FEW>(&letters[..others], letter, &mut sums);
        // To a letter beyond ASCII and from it.
        let steps = steps + others;
        Line { sums, steps }
    }

    /// What all words cost least.
    fn least(&self) -> i16 {
        self.sums
            .iter()
            .fold(i16::MAX, |least, sum| least.min(*sum))
    }

    /// The lane of the language in which they do.
    fn best(&self) -> usize {
        let least = self.least();
        let best = self.sums.iter().position(|&sum| sum == least);
        best.unwrap_or(0)
    }
}

/// Adds up the rows of these, so many at once.
fn add<const N: usize>(all: &[u16], row: impl Fn(usize) -> &'static Row, sums: &mut Lanes<i16>) {
    for some in all.chunks(N) {
        let mut rows = [&NONE; N];
        for (to, at) in rows.iter_mut().zip(some) {
            *to = row(usize::from(*at));
        }
        let blocks = sums.as_chunks_mut::<BLOCK>().0;
        for (block, sums) in blocks.iter_mut().enumerate() {
            let mut all = [0u8; BLOCK];
            for row in &rows[..some.len()] {
                let row = &row.0.as_chunks::<BLOCK>().0[block];
                all = std::array::from_fn(|i| all[i] + row[i]);
            }
            *sums = std::array::from_fn(|i| sums[i] + i16::from(all[i]));
        }
    }
}

/// The [`slot`] of the letter that [`is_beyond`] whose lead byte is here, in valid
/// UTF-8.
#[inline]
fn beyond_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bits = |i: usize| usize::from(bytes.get(i).map_or(0, |b| b & 0x3f));
    let lead = usize::from(*bytes.get(at)?);
    match lead {
        0xc3..0xc9 => Some((lead & 0x1f) << 6 | bits(at + 1)),
        0xc9 => Some(0x240 | bits(at + 1)).filter(|n| *n < 0x250),
        0xe1 if bits(at + 1) >= 0x38 && bits(at + 1) < 0x3c => {
            Some(0x250 + ((bits(at + 1) & 3) << 6 | bits(at + 2)))
        }
        _ => None,
    }
}

/// The letters of Latin beyond ASCII: where they stand, and their [`slot`]s.
fn slots(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += scan::ascii_prefix(&bytes[at..]);
            let start = at;
            let len = match *bytes.get(at)? {
                ..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => 4,
            };
            at += len;
            if let Some(slot) = beyond_at(bytes, start) {
                return Some((start, slot));
            }
        }
    })
}

/// Pairs of words remembered of late, a power of two.
const SETS: usize = 1 << 13;

thread_local! {
    /// Words, each where its hash says, the newer one first: the rest of the hash, and in the
    /// lowest byte what they are.
    static REMEMBERED: [[Cell<u64>; 2]; SETS] =
        const { [const { [const { Cell::new(0) }; 2] }; SETS] };
}

/// The words of a line that have something beyond ASCII at this place or after it: letters
/// of ASCII, and all that is beyond.
pub(crate) fn words(line: &str, mut at: usize) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    std::iter::from_fn(move || {
        at += scan::ascii_prefix(&bytes[at..]);
        if at == bytes.len() {
            return None;
        }
        let start = at - part_suffix(bytes, at);
        at += part_prefix(bytes, at);
        Some(start..at)
    })
}

/// The highest bit of each of eight bytes that is no part of a word.
#[inline]
fn no_parts(all: u64) -> u64 {
    let each = |b: u8| u64::from(b) * 0x0101_0101_0101_0101;
    let small = (all | each(0x20)) & each(0x7f);
    let is_letter = (small + each(0x80 - b'a')) & !(small + each(0x7f - b'z'));
    !(is_letter | all) & each(0x80)
}

/// How many bytes from here on are parts of a word.
#[inline]
fn part_prefix(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        let no_parts = no_parts(scan::eight_from(bytes, at));
        if no_parts != 0 {
            return at + no_parts.trailing_zeros() as usize / 8 - from;
        }
        at += 8;
    }
}

/// How many before here are.
#[inline]
fn part_suffix(bytes: &[u8], to: usize) -> usize {
    let mut end = to;
    loop {
        let no_parts = no_parts(scan::eight_before(bytes, end));
        if no_parts != 0 {
            return to - end + no_parts.leading_zeros() as usize / 8;
        }
        end -= 8;
    }
}

/// What the words of a line with something beyond ASCII are.
#[derive(Default)]
pub(crate) struct Words {
    /// Those with letters of Latin beyond ASCII that are not [`Usual::Known`], and how many.
    unknown: [Range<usize>; WORDS],
    len: usize,
    /// Whether one is no word, but would be if it was misread.
    pub(crate) is_misread: bool,
}

/// So many of them tell whether a line is doubtful.
const WORDS: usize = 16;

impl Words {
    pub(crate) fn of(line: &str) -> Self {
        let mut all = Words::default();
        for range in words(line, 0) {
            all.add(Word::of(line, &range), range);
        }
        all
    }

    /// One more of them.
    #[inline]
    pub(crate) fn add(&mut self, word: Word, range: Range<usize>) {
        if let Some(next) = self.unknown.get_mut(self.len) {
            self.is_misread |= word.is_misread();
            if !word.is_known() {
                (*next, self.len) = (range, self.len + 1);
            }
        }
    }

    /// Whether they have letters that are of no known word, and that the language of
    /// the line has not.
    pub(crate) fn are_foreign(&self, line: &str) -> bool {
        self.len > 0 && {
            let open = self.letters(line);
            !open.is_empty() && are_foreign(&open, line)
        }
    }

    /// The letters of unknown words beyond ASCII that no known word of the line has: of
    /// the others, the language is hardly without.
    fn letters(&self, line: &str) -> Open {
        let (mut open, unknown) = (Open::default(), &self.unknown[..self.len]);
        for word in unknown {
            for (_, slot) in slots(&line[word.clone()]) {
                open.insert(slot);
            }
        }
        let mut words = unknown.iter().peekable();
        for (at, slot) in slots(line).take(MOST) {
            while words.next_if(|word| word.end <= at).is_some() {}
            if words.peek().is_none_or(|word| at < word.start) && open.remove(slot) {
                break;
            }
        }
        open
    }
}

/// Small letters beyond ASCII, each by its [`slot`]: a bit each, and how many there are.
#[derive(Default)]
struct Open {
    bits: [u64; BEYOND.div_ceil(64)],
    len: usize,
}

impl Open {
    /// Where the small letter of this slot is, but for `İ`, which is none of ASCII.
    #[inline]
    fn place(slot: usize) -> (usize, u64) {
        let small = LOWER[slot];
        let slot = if is_beyond(small) {
            self::slot(small)
        } else {
            slot
        };
        (slot / 64, 1 << (slot % 64))
    }

    fn insert(&mut self, slot: usize) {
        let (at, bit) = Open::place(slot);
        self.len += usize::from(self.bits[at] & bit == 0);
        self.bits[at] |= bit;
    }

    /// Whether none is left without this one.
    #[inline]
    fn remove(&mut self, slot: usize) -> bool {
        let (at, bit) = Open::place(slot);
        self.len -= usize::from(self.bits[at] & bit != 0);
        self.bits[at] &= !bit;
        self.len == 0
    }

    fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn any(&self, is_it: impl Fn(usize) -> bool) -> bool {
        (0..).zip(self.bits).any(|(at, mut bits)| {
            let next = || {
                let bit = (bits != 0).then(|| 64 * at + bits.trailing_zeros() as usize);
                bits &= bits.wrapping_sub(1);
                bit
            };
            std::iter::from_fn(next).any(&is_it)
        })
    }
}

/// What is known of a word with something beyond ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word(u8);

impl Word {
    /// Bytes of a short word, which one number has room for.
    pub(crate) const SHORT: usize = 15;
    /// All its letters beyond ASCII are [`Usual::Known`].
    const KNOWN: u8 = 1 << 7;
    /// It is no word of the lexicon, but would be if it was misread.
    const MISREAD: u8 = 1 << 6;
    /// It is of nothing but Latin and its signs, and in the bits below is what
    /// [`scan::sums_after`] says of it.
    const LATIN: u8 = 1 << 5;

    /// What is known of the one here.
    #[inline]
    pub(crate) fn of(line: &str, range: &Range<usize>) -> Word {
        let hash = match key(line.as_bytes(), range.start, range.end) {
            Some(key) => hash(key),
            None => hash_of(line[range.clone()].as_bytes(), range.len() as u64),
        };
        let set = (hash >> (64 - SETS.trailing_zeros())) as usize;
        let is_it = |other: u64| (other ^ hash) & !0xff == 0;
        REMEMBERED.with(|memo| {
            let [newest, other] = [&memo[set][0], &memo[set][1]];
            if is_it(newest.get()) {
                return Word(newest.get() as u8);
            }
            let found = match other.get() {
                found if is_it(found) => found,
                _ => hash & !0xff | u64::from(Word::ask(&line[range.clone()]).0),
            };
            other.set(newest.get());
            newest.set(found);
            Word(found as u8)
        })
    }

    #[inline(never)]
    fn ask(word: &str) -> Word {
        let is = |yes: bool, bit: u8| if yes { bit } else { 0 };
        let (is_unknown, is_listed) = look_up(word);
        let is_misread = !is_listed
            && (misread::may_be_word(word)
                || contraction::of_word(word).next().is_some()
                || seam::may_be_at(word));
        let sums = scan::sums_after(word, !is_unknown).map_or(0, |sums| Word::LATIN | sums);
        Word(is(!is_unknown, Word::KNOWN) | is(is_misread, Word::MISREAD) | sums)
    }

    /// Whether all its letters beyond ASCII are [`Usual::Known`].
    #[inline]
    pub(crate) fn is_known(self) -> bool {
        self.0 & Word::KNOWN != 0
    }

    /// Whether it is no word, but would be if it was misread.
    #[inline]
    pub(crate) fn is_misread(self) -> bool {
        self.0 & Word::MISREAD != 0
    }

    /// What [`scan::sums_after`] says of it, if it is of nothing but Latin and its signs.
    #[inline]
    pub(crate) fn sums(self) -> Option<u8> {
        (self.0 & Word::LATIN != 0).then_some(self.0 & (Word::LATIN - 1))
    }
}

/// Whether one of the letters beyond ASCII of these words, which have nothing of
/// ASCII but letters, is not [`Usual::Known`]; and whether they are one word that the
/// lexicon has.
fn look_up(words: &str) -> (bool, bool) {
    let (lower, bytes) = (&*LOWER, words.as_bytes());
    let is_unknown = |(at, _)| usual(words, at) < Usual::Known;
    let one_by_one = || (slots(words).any(is_unknown), false);
    let mut letters = ['\n'; 2 * AROUND];
    let (mut at, mut is_listed) = (0, false);
    while at < bytes.len() {
        let start = at;
        let (mut len, mut any) = (2, false);
        let mut key = lexicon::Key::WORD;
        let (mut is_after_small, mut has_two) = (false, false);
        while let Some(&b) = bytes.get(at) {
            let small;
            if b.is_ascii_alphabetic() {
                small = char::from(b | 0x20);
                key = key.then(small);
                is_after_small = b & 0x20 != 0;
                at += 1;
            } else if let Some(slot) = beyond_at(bytes, at) {
                small = lower[slot];
                key = key.then(small);
                let is_small = is_beyond(small) && self::slot(small) == slot;
                // A capital within a word.
                if is_after_small && !is_small {
                    return one_by_one();
                }
                // `İ` is two small letters.
                has_two |= small == 'i';
                (any, is_after_small) = (true, is_small);
                at += if b < 0xe0 { 2 } else { 3 };
            } else {
                break;
            }
            if len + 2 == letters.len() {
                return one_by_one();
            }
            letters[len] = small;
            len += 1;
        }
        if any {
            letters[len..len + 2].fill('\n');
            let is_least = |class| {
                let is_usual = |part: &[char]| {
                    let part = [part[0], part[1], part[2], part[3], part[4]];
                    part[2].is_ascii() || lexicon::part(part) >= Some(class)
                };
                letters[..len + 2].windows(5).all(is_usual)
            };
            let class = lexicon::glance(key);
            // Of what is frequent, the parts are usual.
            let is_known = match class {
                Some(FREQUENT..) => true,
                Some(SOMEWHERE..) => is_least(0),
                Some(_) => is_least(SOMEWHERE),
                None => is_least(TELLING),
            };
            is_listed = class.is_some() && at - start == bytes.len() && !has_two;
            if !is_known {
                return (true, is_listed);
            }
        }
        // Past what is no letter.
        at += words[at..].chars().next().map_or(0, char::len_utf8);
    }
    (false, is_listed)
}

/// A number of 64 bits that stands for one of 128. That two words, or
/// two lines, have the same one in all but the lowest byte is not to be expected.
#[inline]
pub(crate) fn hash(key: u128) -> u64 {
    let [low, high] = [key as u64, (key >> 64) as u64];
    let all = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ 0xbf58_476d_1ce4_e5b9);
    // Either half times nothing still tells the other.
    all as u64 ^ (all >> 64) as u64 ^ low ^ high.rotate_left(32)
}

/// The same for bytes, however many, and what else tells them from others.
pub(crate) fn hash_of(bytes: &[u8], first: u64) -> u64 {
    let (sixteen, rest) = bytes.as_chunks::<16>();
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    let all = sixteen.iter().chain([&last]);
    all.fold(first, |all, next| {
        hash(u128::from_le_bytes(*next) ^ u128::from(all) << 32)
    })
}

/// The lowest bytes of a number, so many.
static LOWEST: [u128; Word::SHORT + 1] = {
    let mut all = [0; 16];
    let mut len = 1;
    while len < all.len() {
        all[len] = all[len - 1] << 8 | 0xff;
        len += 1;
    }
    all
};

/// The bytes of a short word, of which none is 0, as one number.
#[inline]
fn key(line: &[u8], start: usize, end: usize) -> Option<u128> {
    let lowest = LOWEST.get(end - start)?;
    let sixteen = match (line[start..].first_chunk(), line.last_chunk()) {
        (Some(all), _) => u128::from_le_bytes(*all),
        (None, Some(last)) => u128::from_le_bytes(*last) >> (8 * (start + 16 - line.len())),
        (None, None) => line[start..]
            .iter()
            .rev()
            .fold(0, |all, b| all << 8 | u128::from(*b)),
    };
    Some(sixteen & lowest)
}

/// Whether the language of a line's words has not all of these letters.
fn are_foreign(letters: &Open, line: &str) -> bool {
    let lane = Line::read(line).best();
    letters.any(|slot| lacks(lane, slot))
}

/// Whether the language of a lane has not the letter at this [`slot`].
fn lacks(lane: usize, slot: usize) -> bool {
    of_letter(slot).is_some_and(|row| row.0[lane] == FOREIGN)
}

/// How many of these letters of Latin beyond ASCII the language of a lane has not.
fn lacking(lane: usize, letters: impl Iterator<Item = char>) -> usize {
    let beyond = letters.filter(|c| is_beyond(*c));
    beyond.filter(|c| lacks(lane, slot(*c))).count()
}

/// Whether the language of a lane has none of these letters, of Latin beyond ASCII all.
pub(crate) fn has_none(lane: usize, mut letters: impl Iterator<Item = char>) -> bool {
    letters.all(|c| is_beyond(c) && lacks(lane, slot(c)))
}

/// The letters of the language that a line is in.
pub(crate) struct Alphabet<'t> {
    line: &'t str,
    lane: OnceCell<usize>,
}

impl<'t> Alphabet<'t> {
    /// The first words of a line tell it: [`MOST`] letters are more than that takes.
    pub(crate) fn of(line: &'t str) -> Self {
        let is_end = |at: &usize| line.is_char_boundary(*at);
        let end = (0..=line.len().min(MOST / 2)).rev().find(is_end);
        let lane = OnceCell::new();
        Alphabet {
            line: &line[..end.unwrap_or(0)],
            lane,
        }
    }

    /// Whether it has all letters of Latin beyond ASCII of these words.
    pub(crate) fn has_all(&self, words: &str) -> bool {
        let lane = || *self.lane.get_or_init(|| Line::read(self.line).best());
        slots(words).all(|(_, slot)| !lacks(lane(), slot))
    }
}

/// What a step from letter to letter may cost more than in the likeliest language, for
/// there are some that are much like English.
const AS_LIKELY: Cost = 2;

/// What some words say of the language that a line is in.
pub(crate) struct Prior {
    /// What they cost in each language, over the one that they cost least in; in
    /// the order of [`letters::all`]. Nothing in languages that are not written
    /// in Latin.
    pub(crate) costs: Vec<Cost>,
    /// What they cost least.
    pub(crate) least: Cost,
    /// Steps from letter to letter.
    pub(crate) steps: usize,
    /// The lane of the language in which they cost least.
    best: usize,
}

impl Prior {
    /// Whether it could be English.
    pub(crate) fn may_be_english(&self) -> bool {
        let english = letters::all().position(|l| l.tag() == "en");
        let cost = english.and_then(|l| self.costs.get(l));
        cost.is_some_and(|&cost| cost <= AS_LIKELY * self.steps as Cost)
    }

    /// Whether a language that is about as likely as the likeliest has all of these letters.
    pub(crate) fn may_have(&self, letters: impl Iterator<Item = char> + Clone) -> bool {
        self.likely()
            .any(|l| lacking(l.lane(), letters.clone()) == 0)
    }

    /// The languages written in Latin that are about as likely as the likeliest.
    pub(crate) fn likely(&self) -> impl Iterator<Item = &'static Letters> {
        let most = AS_LIKELY * self.steps as Cost;
        let likely = letters::all().zip(&self.costs);
        let likely = likely.filter(move |(l, cost)| l.is_latin() && **cost <= most);
        likely.map(|(l, _)| l)
    }

    /// The likeliest language.
    pub(crate) fn tag(&self) -> &'static str {
        let best = letters::all().find(|l| l.is_latin() && l.lane() == self.best);
        best.map_or("", Letters::tag)
    }

    /// How many of these letters of Latin beyond ASCII the likeliest language has not.
    pub(crate) fn lacking(&self, letters: impl Iterator<Item = char>) -> usize {
        lacking(self.best, letters)
    }
}

/// Steps from letter to letter that tell a language.
const STEPS: usize = 16;

/// Whether the words of a line are surely English.
pub(crate) fn is_english(line: &str) -> bool {
    static ENGLISH: LazyLock<Option<usize>> = LazyLock::new(|| {
        let mut latin = letters::all().filter(|l| l.is_latin());
        latin.position(|l| l.tag() == "en")
    });
    let line = Line::read(line);
    line.steps >= STEPS && *ENGLISH == Some(line.best())
}

/// What these words say of the language.
pub(crate) fn prior(words: &str) -> Prior {
    let line = Line::read(words);
    let least = line.least();
    Prior {
        costs: in_all(&line.sums, least),
        least: Cost::from(least) * LETTER_UNIT,
        steps: line.steps,
        best: line.best(),
    }
}

/// Sums in the order of [`letters::all`], less what all cost.
fn in_all(sums: &Lanes<i16>, least: i16) -> Vec<Cost> {
    let mut lanes = sums.iter().map(|sum| Cost::from(sum - least) * LETTER_UNIT);
    let cost = |l: &Letters| {
        if l.is_latin() {
            lanes.next().unwrap_or(0)
        } else {
            0
        }
    };
    letters::all().map(cost).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_lane_for_each_language_written_in_latin() {
        assert!(letters::all().filter(|l| l.is_latin()).count() <= LANES);
    }

    #[test]
    fn letters_have_their_own_lower_case() {
        for c in ('\u{c0}'..'\u{1f00}').filter(|&c| is_beyond(c)) {
            let small = c.to_lowercase().next().filter(|&c| is_beyond(c));
            assert_eq!(lower(c), small, "{c}");
        }
    }

    #[test]
    fn a_letter_is_found_by_its_bytes() {
        for c in '\u{80}'..'\u{2000}' {
            let found = beyond_at(c.to_string().as_bytes(), 0);
            assert_eq!(found, is_beyond(c).then(|| slot(c)), "{c}");
        }
    }

    #[test]
    fn letters_are_foreign_by_the_words_around() {
        let open = |letters: &[char]| {
            let mut open = Open::default();
            letters.iter().for_each(|c| open.insert(slot(*c)));
            open
        };
        let line = "Välj kortkommandot för att gå ur helskärmsläge.";
        assert!(!are_foreign(&open(&['ä', 'å']), line));
        assert!(are_foreign(&open(&['ä', 'ĺ']), &line.replace('å', "ĺ")));
        let line = "Kůň běžel přes ďábelský žlutý kopec.";
        assert!(!are_foreign(&open(&['ů', 'ň', 'ě', 'ž', 'ď']), line));
    }
}
