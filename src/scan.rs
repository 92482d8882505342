//! Where could anything be wrong? The cheap pass over every text.
//!
//! Each pair of neighbours beyond ASCII has a weight: how much more usual it is
//! in damaged text than in right text, whatever the language. `é,` is usual in
//! French and makes little, `Ã©` is usual where UTF-8 was read as windows-1252.
//! The weights are added up along a line, never below zero, and a line where
//! they come to [`SUSPICIOUS`], or to [`ELSEWHERE`], is looked at with the model.
//! Of the others, those that have letters which their language has not. What is
//! suspicious is looked at again, by the model: does any stretch of it cost more
//! than unusual text does?

use std::ops::Range;
use std::sync::LazyLock;

use crate::contraction;
use crate::kana;
use crate::language::{self, Usual, Word, Words};
use crate::misread;
use crate::model::{self, Context, Cost, NAT};

/// The sum of weights from which on a line is suspicious, in units of
/// [`SCAN_UNIT`](crate::model::layout::SCAN_UNIT).
pub const SUSPICIOUS: i32 = 2;
/// The same where it is not letters of Europe that are damaged, one by one, as
/// in `p† g†ng` and `Thιβtre`: in other scripts damage comes in runs.
pub const ELSEWHERE: i32 = 5;

/// What the scan takes a character for: its class in the lowest bits, and what it
/// is.
type Seen = u16;
/// Bits of a class.
const CLASS: Seen = 0x3ff;
/// A letter of Latin beyond ASCII.
const BEYOND: Seen = 1 << 10;
/// A letter of Latin.
const LATIN: Seen = 1 << 11;
/// No ideograph.
const LOW: Seen = 1 << 12;
/// Text of Europe, or one of its charsets, has it.
const EUROPE: Seen = 1 << 14;
/// The same for a neighbour: a letter of Latin stands next to what is low.
const BESIDE_LATIN: Seen = 1 << 13;
const BESIDE_EUROPE: Seen = 1 << 15;

/// Each character of the basic plane.
static SEEN: [Seen; PLANE] = {
    let tables = &model::TABLES;
    let mut all = [0; PLANE];
    let mut n = 0;
    while n < PLANE {
        all[n] = tables.scan_of_symbol(match n {
            0x80..0xa0 => model::symbol_as_such(n as u8 as char),
            _ => model::SYMBOLS[n],
        });
        n += 1;
    }
    // Those that are classes of their own.
    let mut class = 0;
    while class < tables.scan_own() {
        all[tables.scan_own_char(class) as usize] = class as Seen;
        class += 1;
    }
    let (control, digit) = (all['\n' as usize], all['0' as usize]);
    let mut n = 0;
    while n < PLANE {
        let class = match n {
            0..0x20 | 0x7f => control,
            0x30..0x3a => digit,
            _ => all[n],
        };
        assert!(class <= CLASS);
        all[n] = class;
        if let Some(c) = char::from_u32(n as u32) {
            if matches!(c, '\0'..'\u{590}' | '\u{2000}'..'\u{2600}') {
                all[n] |= EUROPE | BESIDE_EUROPE;
            }
            if language::is_latin(c) {
                all[n] |= LATIN | BESIDE_LATIN;
            }
            if c < '\u{2600}' {
                all[n] |= LOW;
            }
            if language::is_beyond(c) {
                all[n] |= BEYOND;
            }
        }
        n += 1;
    }
    all
};
const PLANE: usize = 0x1_0000;

#[inline]
fn seen(all: &[Seen; PLANE], c: char) -> Seen {
    match all.get(c as usize) {
        Some(&seen) => seen,
        None => model::TABLES.scan_of_symbol(model::symbol(c)),
    }
}

/// The weight of these neighbours.
#[inline]
fn weigh(a: Seen, b: Seen) -> i32 {
    model::TABLES.scan_weight(a & CLASS, b & CLASS)
}

/// Whether text of Europe, or one of its charsets, has both: or either, and the
/// other next to it, which is no ideograph, is a letter of Latin.
#[inline]
fn is_european(a: Seen, b: Seen) -> bool {
    a & (b >> 1) & (EUROPE | LATIN | LOW) != 0
}

/// How much more usual these characters are in damaged text than in right text,
/// in all. Cheaper than what the model says, and cruder.
pub(crate) fn weight(text: impl Iterator<Item = char>) -> i32 {
    let all = &SEEN;
    let mut last = ('\n', all['\n' as usize]);
    let mut sum = 0;
    for c in text {
        let next = (c, seen(all, c));
        if !(last.0.is_ascii() && c.is_ascii()) {
            sum += weigh(last.1, next.1);
        }
        last = next;
    }
    sum
}

/// What a character beyond ASCII weighs on average, at most, in East Asian text that
/// is surely right.
const RIGHT: i32 = -4;
/// So many of them tell.
const TELLING: usize = 6;

/// Whether these characters, some of them of East Asia, are so usual in right text
/// that they were not read in a wrong charset of its.
pub(crate) fn looks_right(text: impl Iterator<Item = char> + Clone) -> bool {
    let beyond = text.clone().filter(|c| !c.is_ascii()).count();
    beyond >= TELLING && weight(text) < RIGHT * beyond as i32
}

/// What the scan takes a character for.
pub(crate) fn class_of(c: char) -> u16 {
    seen(&SEEN, c) & CLASS
}

/// How much more usual two such neighbours are in damaged text.
#[inline]
pub(crate) fn class_weight(a: u16, b: u16) -> i32 {
    model::TABLES.scan_weight(a, b)
}

/// Whether anything could be wrong with these characters.
pub(crate) fn is_suspicious(line: impl Iterator<Item = char>) -> bool {
    let all = &SEEN;
    let mut last = ('\n', all['\n' as usize]);
    let mut sum = 0;
    for c in line.chain(['\n']) {
        let next = (c, seen(all, c));
        if !(last.0.is_ascii() && c.is_ascii()) {
            sum = (sum + weigh(last.1, next.1)).max(0);
            if sum >= SUSPICIOUS {
                return true;
            }
        }
        last = next;
    }
    false
}

/// What the first look at a line finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Right,
    /// It could be damaged, if it [`is_surprising`].
    Odd,
    /// A word of it is none, but would be if it was misread.
    Misread,
}

/// Whether anything could be wrong with this line. As [`is_suspicious`], but
/// ASCII is passed over, letters that are usual with those around them count for
/// nothing against a line, and the line's words and their language are asked for
/// others.
pub(crate) fn look(line: &str) -> Look {
    let at = ascii_prefix(line.as_bytes());
    let known = is_latin_at(line, at)
        .then(|| look_at_words(line, at))
        .flatten();
    known.unwrap_or_else(|| look_at_pairs(line))
}

/// Whether what is first beyond ASCII in a line could be what [`is_latin`].
pub(crate) fn begins_in_latin(line: &str) -> bool {
    is_latin_at(line, ascii_prefix(line.as_bytes()))
}

fn is_latin_at(line: &str, at: usize) -> bool {
    line.as_bytes().get(at).is_none_or(|b| may_be_latin(*b))
}

/// The same of a line that has nothing but what [`is_latin`], of which words are
/// remembered, and nothing beyond ASCII before this place.
fn look_at_words(line: &str, at: usize) -> Option<Look> {
    let bytes = line.as_bytes();
    let is_beyond = |at: usize| bytes[at] >= 0x80;
    let mut words = Words::default();
    let mut sum = 0;
    for range in language::words(line, at) {
        let is_long = range.len() > Word::SHORT;
        if !may_be_latin(bytes[range.start]) || is_long && has_others(&bytes[range.clone()]) {
            return None;
        }
        let word = Word::of(line, &range);
        let sums = word.sums()?;
        // Pairs of it and what is around it, which is of ASCII.
        if is_beyond(range.start) {
            let before = range.start.checked_sub(1).map_or(b'\n', |at| bytes[at]);
            let first = line[range.start..].chars().next()?;
            sum = add(sum, weigh_chars(before.into(), first));
        }
        if sum < SUSPICIOUS {
            sum = i32::from(sums >> (2 * sum) & 3);
        }
        if is_beyond(range.end - 1) {
            let last = line[..range.end].chars().next_back()?;
            let after = bytes.get(range.end).map_or(b'\n', |after| *after);
            sum = add(sum, weigh_chars(last, after.into()));
        }
        if sum >= SUSPICIOUS {
            return Some(Look::Odd);
        }
        words.add(word, range);
    }
    Some(of_words(&words, line))
}

/// What the words of a line say that is not suspicious.
fn of_words(words: &Words, line: &str) -> Look {
    match words {
        words if words.is_misread => Look::Misread,
        words if words.are_foreign(line) => Look::Odd,
        _ => Look::Right,
    }
}

/// Whether a byte of what [`is_latin`] could be this one.
fn may_be_latin(b: u8) -> bool {
    matches!(b, 0..0xca | 0xe1 | 0xe2)
}

/// Whether a word that is not remembered has others, to be known before it costs more.
#[cold]
fn has_others(word: &[u8]) -> bool {
    !word.iter().all(|b| may_be_latin(*b))
}

/// Whether a character that begins with these bytes is ASCII, a letter of Latin, or a mark
/// or a sign that may be next to one: whatever follows what, it [`is_european`].
#[inline]
fn is_latin(bytes: &[u8]) -> bool {
    match *bytes {
        [..0xc9, ..] => true,
        [0xc9, b, ..] => b < 0x90,
        [0xe1, b, ..] => matches!(b, 0xb8..0xbc),
        [0xe2, b, ..] => b < 0x98,
        _ => false,
    }
}

/// The sums of weights after a word of what [`is_latin`], for those of 0 and of 1 before
/// it, of two bits each. Where a pair is usual, it counts for nothing; all of Latin are where
/// the word `is_known`.
pub(crate) fn sums_after(word: &str, is_known: bool) -> Option<u8> {
    let (bytes, all) = (word.as_bytes(), &SEEN);
    let mut sums = [0, 1];
    let (mut last, mut at) = (None, 0);
    while at < bytes.len() {
        let (next, len) = first(all, &bytes[at..]);
        if len > 1 && !is_latin(&bytes[at..]) {
            return None;
        }
        if let Some(last) = last {
            let weight = weigh(last, next);
            let is_over = sums == [SUSPICIOUS; 2];
            let is_usual = || match is_known {
                true => last & next & LATIN != 0,
                false => Pair::at(word, at).is_usual(),
            };
            if !is_over && (weight <= 0 || !is_usual()) {
                sums = sums.map(|sum| add(sum, weight));
            }
        }
        at += len;
        // To the last of some of ASCII.
        let more = if len == 1 {
            ascii_prefix(&bytes[at..])
        } else {
            0
        };
        at += more;
        last = Some(if more > 0 {
            all[usize::from(bytes[at - 1])]
        } else {
            next
        });
    }
    Some((sums[0] | sums[1] << 2) as u8)
}

/// The sum and one more weight, if it is not suspicious already.
#[inline]
fn add(sum: i32, weight: i32) -> i32 {
    match sum {
        SUSPICIOUS.. => SUSPICIOUS,
        sum => (sum + weight).clamp(0, SUSPICIOUS),
    }
}

/// The weight of two characters.
#[inline]
fn weigh_chars(a: char, b: char) -> i32 {
    weigh(seen(&SEEN, a), seen(&SEEN, b))
}

/// [`look`], whatever a line has.
fn look_at_pairs(line: &str) -> Look {
    let seen = glance(line);
    let is_unsure = seen.is_none();
    let Glance { any, mixed, beside } = seen.unwrap_or_default();
    let has_odd = || contraction::has_odd(line) || misread::has_letter_within(line);
    let may_be_misread =
        (is_unsure || beside) && has_odd() || (is_unsure || mixed) && misread::has_swallowed(line);
    if may_be_misread || kana::is_in_two_standards(line) {
        return Look::Misread;
    }
    if is_unsure && is_suspicious_but_for_usual(line) {
        return Look::Odd;
    }
    if !is_unsure && any & BEYOND == 0 && !has_marks_only(line) {
        return Look::Right;
    }
    of_words(&Words::of(line), line)
}

/// Whether all that a line has beyond ASCII could be marks and signs next to words of
/// Latin, or accents without their letters, as in `c˙bica`.
fn has_marks_only(line: &str) -> bool {
    let is_mark = |b: u8| matches!(b, 0..0xc0 | 0xc2 | 0xcb | 0xe2);
    line.bytes().all(is_mark)
}

/// What the first pass sees in a line that is not suspicious whatever is usual.
#[derive(Clone, Copy, Debug, Default)]
struct Glance {
    /// What its characters beyond ASCII are, in all.
    any: Seen,
    /// Whether one that is not [`LOW`] stands after a letter of Latin.
    mixed: bool,
    /// The same of those from U+0340 on.
    beside: bool,
}

/// What a line has, if it is not suspicious whatever is usual. There is no branch for a
/// pair, for nobody can tell its weight.
fn glance(line: &str) -> Option<Glance> {
    let all = &SEEN;
    let mut last = all['\n' as usize];
    let mut sums = Sums::default();
    let mut seen = Glance::default();
    let mut rest = line.as_bytes();
    loop {
        if let [..0x80, ..] = *rest {
            let (ascii, beyond) = rest.split_at(ascii_prefix(rest));
            last = ascii.last().map_or(last, |b| all[usize::from(*b)]);
            rest = beyond;
        }
        if rest.is_empty() || sums.most >= ELSEWHERE {
            break;
        }
        // Up to the next two characters of ASCII.
        loop {
            let (next, len) = first(all, rest);
            sums.add(weigh(last, next), is_european(last, next));
            let is_after_latin = last & LATIN != 0;
            seen.any |= next;
            seen.mixed |= is_after_latin & (next & LOW == 0);
            seen.beside |= is_after_latin & (rest[0] >= 0xcd);
            last = next;
            let begin = rest;
            rest = &rest[len..];
            // What is after a run of others than Latin, and whether ASCII is before that.
            let mut is_after_ascii = false;
            match *begin {
                [a @ 0xce..=0xd1, b, ..] => {
                    let (block, code) = (Block::of(a), Block::code(a, b));
                    let (beyond, code) = block.follow(code, rest, &mut sums);
                    (rest, last) = (beyond, block.seen[code]);
                    is_after_ascii = code >= Block::LETTERS;
                }
                [0xd7..=0xdf, ..] => {
                    while let [a @ 0xd7..=0xdf, b, ref beyond @ ..] = *rest {
                        let next = all[of_two(a, b)];
                        sums.add(weigh(last, next), false);
                        (rest, last) = (beyond, next);
                    }
                }
                [lead @ (0xe0 | 0xe3..=0xef), ..] => {
                    let leads = if lead > 0xe0 {
                        0xe3..=0xef
                    } else {
                        0xe0..=0xe0
                    };
                    while let [a, b, c, ref beyond @ ..] = *rest
                        && leads.contains(&a)
                    {
                        let next = all[of_three(a, b, c)];
                        sums.add(weigh(last, next), false);
                        (rest, last) = (beyond, next);
                    }
                }
                _ => {}
            }
            // One of ASCII, or a line feed after the last.
            let (ascii, beyond) = match *rest {
                [] | [..0x80, ..] if is_after_ascii => break,
                [] => (b'\n', rest),
                [b @ ..0x80, ref beyond @ ..] => (b, beyond),
                _ => continue,
            };
            let next = all[usize::from(ascii)];
            sums.add(weigh(last, next), is_european(last, next));
            last = next;
            rest = beyond;
            if let [] | [..0x80, ..] = *rest {
                break;
            }
        }
    }
    (sums.most < ELSEWHERE).then_some(seen)
}

/// The sum of weights, and the most that it was: where [`SUSPICIOUS`] is the threshold,
/// so much more.
#[derive(Clone, Copy, Default)]
struct Sums {
    sum: i32,
    most: i32,
}

impl Sums {
    #[inline]
    fn add(&mut self, weight: i32, is_european: bool) {
        self.sum = (self.sum + weight).max(0);
        let ahead = i32::from(is_european) * (ELSEWHERE - SUSPICIOUS);
        self.most = self.most.max(self.sum + ahead);
    }
}

/// The weights of all letters of Greek or of Cyrillic after each other, and of what is no
/// letter in ASCII between them, a byte each.
struct Block {
    /// The lower of its lead bytes, an even one.
    lead: u8,
    seen: [Seen; Block::CODES],
    weights: Box<[i8; 1 << 16]>,
}

/// The code of each character of ASCII in a [`Block`], after those of the letters; 0 for
/// one that has none.
static SIGNS: [u8; 0x80] = {
    let mut all = [0; 0x80];
    let mut code = Block::LETTERS as u8;
    let mut n = 0;
    while n < all.len() {
        let c = n as u8;
        if c == b' ' || c == b'0' || c.is_ascii_punctuation() {
            code += 1;
        }
        all[n] = match c {
            b'a'..=b'z' | b'A'..=b'Z' => 0,
            0..0x20 | 0x7f => Block::LETTERS as u8,
            _ => code,
        };
        n += 1;
    }
    assert!(code as usize + 1 == Block::CODES);
    all
};

impl Block {
    const LETTERS: usize = 128;
    const CODES: usize = Block::LETTERS + 35;

    /// That of the letters with this lead byte.
    fn of(lead: u8) -> &'static Block {
        static GREEK: LazyLock<Block> = LazyLock::new(|| Block::new([0xce, 0xcf]));
        static CYRILLIC: LazyLock<Block> = LazyLock::new(|| Block::new([0xd0, 0xd1]));
        if lead < 0xd0 { &GREEK } else { &CYRILLIC }
    }

    #[cold]
    fn new(leads: [u8; 2]) -> Block {
        let mut seen = [0; Block::CODES];
        for (lead, b) in leads
            .iter()
            .flat_map(|a| (0x80..0xc0).map(move |b| (*a, b)))
        {
            seen[Block::code(lead, b)] = SEEN[of_two(lead, b)];
        }
        for (sign, code) in SIGNS.iter().enumerate().filter(|(_, code)| **code > 0) {
            seen[usize::from(*code)] = SEEN[sign];
        }
        let mut weights = Box::new([0; 1 << 16]);
        for (a, of_a) in seen.iter().zip(weights.chunks_mut(1 << 8)) {
            for (b, weight) in seen.iter().zip(of_a) {
                *weight = weigh(*a, *b) as i8;
            }
        }
        Block {
            lead: leads[0],
            seen,
            weights,
        }
    }

    /// The code of a letter.
    #[inline]
    fn code(a: u8, b: u8) -> usize {
        usize::from((a << 6 ^ b) & 0x7f)
    }

    /// Adds up the weights of a run that goes on after this code, up to two characters of
    /// ASCII or what has no code; what is left, and the last code.
    fn follow<'a>(&self, code: usize, text: &'a [u8], sums: &mut Sums) -> (&'a [u8], usize) {
        let (mut last, mut rest) = (code as u8, text);
        let (mut sum, mut most) = (sums.sum, -ELSEWHERE);
        let mut then = |last: u8, next: u8| {
            let weight = self.weights[usize::from(last) << 8 | usize::from(next)];
            sum = (sum + i32::from(weight)).max(0);
            most = most.max(sum);
        };
        let leads = u32::from(self.lead) * 0x1_0001;
        loop {
            // Two letters, as nearly always.
            while let Some(four) = rest.first_chunk() {
                let four = u32::from_le_bytes(*four);
                if four & 0xfe_00fe != leads {
                    break;
                }
                let letters = [four << 6 ^ four >> 8, four >> 10 & 0x40 ^ four >> 24];
                let [a, b] = letters.map(|letter| letter as u8 & 0x7f);
                then(last, a);
                then(a, b);
                (last, rest) = (b, &rest[4..]);
            }
            let (next, beyond) = match *rest {
                [a, b, ref beyond @ ..] if a & 0xfe == self.lead => {
                    (Block::code(a, b) as u8, beyond)
                }
                [a @ ..0x80, ref beyond @ ..]
                    if usize::from(last) < Block::LETTERS && !a.is_ascii_alphabetic() =>
                {
                    (SIGNS[usize::from(a)], beyond)
                }
                _ => break,
            };
            then(last, next);
            (last, rest) = (next, beyond);
        }
        // All of it is of Europe.
        sums.sum = sum;
        sums.most = sums.most.max(most + ELSEWHERE - SUSPICIOUS);
        (rest, last.into())
    }
}

/// The number of a character of two bytes.
#[inline]
pub(crate) fn of_two(a: u8, b: u8) -> usize {
    usize::from(a & 31) << 6 | usize::from(b & 63)
}

/// The number of one of three.
#[inline]
pub(crate) fn of_three(a: u8, b: u8, c: u8) -> usize {
    usize::from(a & 15) << 12 | usize::from(b & 63) << 6 | usize::from(c & 63)
}

/// The number of one of four.
#[inline]
pub(crate) fn of_four(a: u8, b: u8, c: u8, d: u8) -> usize {
    usize::from(a & 7) << 18 | usize::from(b & 63) << 12 | of_three(0, c, d)
}

/// The first character of valid UTF-8, and its length; none is a line feed.
#[inline]
fn first(all: &[Seen; PLANE], bytes: &[u8]) -> (Seen, usize) {
    match *bytes {
        [a @ ..0x80, ..] => (all[usize::from(a)], 1),
        [a @ ..0xe0, b, ..] => (all[of_two(a, b)], 2),
        [a @ ..0xf0, b, c, ..] => (all[of_three(a, b, c)], 3),
        [a, b, c, d, ..] => {
            let c =
                char::from_u32(of_four(a, b, c, d) as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            (seen(all, c), 4)
        }
        _ => (all['\n' as usize], 0),
    }
}

/// The same pair by pair, for a line that is suspicious unless its letters are
/// usual.
#[cold]
fn is_suspicious_but_for_usual(line: &str) -> bool {
    let mut sum = 0;
    for (at, a, b) in neighbours(line) {
        let weight = weigh(a, b);
        if weight <= 0 {
            sum = (sum + weight).max(0);
        } else if !Pair::at(line, at).is_usual() {
            sum += weight;
            let most = if is_european(a, b) {
                SUSPICIOUS
            } else {
                ELSEWHERE
            };
            if sum >= most {
                return true;
            }
        }
    }
    false
}

/// Neighbours that are not both ASCII, and where the second is; the first of a line is
/// next to a line feed, and so is the last.
#[inline]
fn neighbours(line: &str) -> impl Iterator<Item = (usize, Seen, Seen)> {
    let (bytes, all) = (line.as_bytes(), &SEEN);
    let (mut at, mut last, mut is_ascii) = (0, all['\n' as usize], true);
    std::iter::from_fn(move || {
        if is_ascii {
            let ascii = ascii_prefix(bytes.get(at..)?);
            at += ascii;
            if at == bytes.len() {
                return None;
            }
            if ascii > 0 {
                last = all[usize::from(bytes[at - 1])];
            }
        }
        let (next, len) = first(all, &bytes[at..]);
        let pair = (at, last, next);
        (last, is_ascii) = (next, len < 2);
        at += len;
        Some(pair)
    })
}

/// Two neighbours that are not both ASCII.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    line: &'a str,
    pub a: char,
    pub b: char,
    /// Where `b` is.
    at: usize,
}

impl<'a> Pair<'a> {
    /// The one whose second is here.
    fn at(line: &'a str, at: usize) -> Self {
        let a = line[..at].chars().next_back().unwrap_or('\n');
        let b = line[at..].chars().next().unwrap_or('\n');
        Pair { line, a, b, at }
    }

    /// Whether [`SUSPICIOUS`] is the threshold after them.
    pub fn is_european(&self) -> bool {
        is_european(seen(&SEEN, self.a), seen(&SEEN, self.b))
    }

    /// Whether they are letters of Latin that are usual together, and count for
    /// nothing against a line.
    pub fn is_usual(&self) -> bool {
        let usual = |c, at| language::is_beyond(c) && language::is_usual(self.line, at);
        language::is_latin(self.a)
            && language::is_latin(self.b)
            && (usual(self.b, self.at) || usual(self.a, self.at - self.a.len_utf8()))
    }
}

/// The pairs whose weights the scan adds up.
pub fn pairs(line: &str) -> impl Iterator<Item = Pair<'_>> {
    let ends = line.char_indices().chain([(line.len(), '\n')]);
    let starts = ['\n'].into_iter().chain(line.chars());
    let all = starts
        .zip(ends)
        .map(move |(a, (at, b))| Pair { line, a, b, at });
    all.filter(|pair| !(pair.a.is_ascii() && pair.b.is_ascii()))
}

/// Whether the language of a line stops it, whatever its pairs weigh.
pub fn is_doubtful(line: &str) -> bool {
    Words::of(line).are_foreign(line)
}

/// What a character costs in text that is right but unusual, and one of East
/// Asia.
const UNUSUAL: Cost = 13 * NAT / 3;
const UNUSUAL_EAST_ASIA: Cost = 21 * NAT / 2;
/// How much more than that a stretch of a damaged line costs at least; and one
/// of other letters than Latin, which are not damaged one by one.
const DAMAGED: Cost = 3 * NAT;
const DAMAGED_LETTERS: Cost = 14 * NAT;
/// What it costs at least for each of them, for little of a long line is no damage;
/// but not more than this, for a clause of a paragraph may be.
const DAMAGED_EACH: Cost = NAT / 4;
const DAMAGED_MOST: Cost = 24 * NAT;
/// So many of those letters are a text of theirs, where nothing is counted beside
/// signs of ASCII, as in `<b>Пол:</b>`.
const TEXT: usize = 10;
/// In a text of so many characters of East Asia, nothing is counted where the weights
/// of pairs make nothing suspicious, but for so many characters after that.
const TEXT_EAST_ASIA: usize = 10;
const AFTER: usize = 6;

/// Whether the model finds any stretch of this line, or of what its neighbours
/// beyond ASCII are, so unusual that it could be damaged. The second look, at
/// what is suspicious: poetry is, at the first, and so is `»%s«`.
pub fn is_surprising(line: &str) -> bool {
    // Letters of other scripts than Latin, those of East Asia, and quotes.
    let (mut others, mut wide, mut quotes) = (0, 0, 0);
    for c in line.chars().filter(|c| *c >= '\u{ab}') {
        match c {
            '\u{370}'..'\u{2000}' | '\u{2600}'..'\u{2e80}' => others += 1,
            '\u{2e80}'.. => (others, wide) = (others + 1, wide + 1),
            _ => quotes += usize::from(is_quote(c)),
        }
    }
    let (is_east_asian, quoted) = (wide >= TEXT_EAST_ASIA, quotes > 1);
    let least = match others {
        0 => DAMAGED,
        _ => (DAMAGED_EACH * others as Cost).clamp(DAMAGED_LETTERS, DAMAGED_MOST),
    };
    let is_latin = |c: char| ('\u{c0}'..'\u{370}').contains(&c);
    let counts_beside = |a: char, b: char| {
        let is_sign = |c: char| c.is_ascii() && !c.is_ascii_alphabetic();
        let is_broken = is_sign(a) || is_sign(b) || a.is_ascii() && b.is_ascii();
        others < TEXT || !is_broken || is_latin(a) || is_latin(b)
    };
    // Letters of other scripts are not.
    let may_be_excused = |c: char| matches!(c, ..'\u{370}' | '\u{1e00}'..'\u{2200}');
    let is_excused = |at: usize| {
        let [z, a, b, c, d] = near(line, at);
        let in_place = |three: [(usize, char); 3]| {
            let (at, chars) = (three[1].0, three.map(|(_, c)| c));
            is_in_place(chars, quoted) || is_known(chars, line, at)
        };
        in_place([b, c, d])
            || in_place([a, b, c]) && !is_lead(c.1)
            || c.1.is_ascii() && in_place([z, a, b])
    };
    let bytes = line.as_bytes();
    let mut context = Context::START;
    let (mut sum, mut weights, mut after) = (0, 0, usize::MAX);
    let (mut at, mut is_ascii_before, mut b) = (0, true, '\n');
    loop {
        // Of what is all ASCII, there is only what it is before others.
        if is_ascii_before && b.is_ascii() {
            let ascii = &bytes[at..at + ascii_prefix(&bytes[at..])];
            if let Some(&last) = ascii.last() {
                context = after_ascii(context, ascii);
                after = if weights > 0 {
                    0
                } else {
                    after.saturating_add(ascii.len())
                };
                at += ascii.len();
                b = char::from(last);
            }
        }
        let next = line[at..].chars().next();
        let c = next.unwrap_or('\n');
        let symbol = model::symbol(c);
        let is_ascii = b.is_ascii() && c.is_ascii();
        if is_east_asian {
            if !is_ascii {
                weights = (weights + weigh_chars(b, c)).max(0);
            }
            after = if weights > 0 {
                0
            } else {
                after.saturating_add(1)
            };
        }
        let counts = !(is_ascii && is_ascii_before) && (!is_east_asian || after < AFTER);
        if counts && counts_beside(b, c) {
            let usual = match c {
                ..'\u{2e80}' => UNUSUAL,
                _ => UNUSUAL_EAST_ASIA,
            };
            let more = model::cost(context, symbol) + model::surcharge(c) - usual;
            let is_excused = || (may_be_excused(b) || may_be_excused(c)) && is_excused(at);
            if sum.max(more) > 0 && !is_excused() {
                sum = (sum + more).max(0);
                // A stray `Â` is alone in any text.
                if sum >= least || sum >= DAMAGED_LETTERS && (is_latin(b) || is_latin(c)) {
                    return true;
                }
            }
        }
        if next.is_none() {
            return false;
        }
        context = context.then(symbol);
        (is_ascii_before, b) = (b.is_ascii(), c);
        at += c.len_utf8();
    }
}

/// The context after these characters of ASCII.
fn after_ascii(context: Context, ascii: &[u8]) -> Context {
    let (begin, end) = ascii.split_at(ascii.len().saturating_sub(2));
    // The last letter tells the script.
    let letter = begin.iter().rev().find(|b| b.is_ascii_alphabetic());
    let all = letter.into_iter().chain(end);
    all.fold(context, |context, b| {
        context.then(model::symbol(char::from(*b)))
    })
}

/// The character here with three before and one after it, each with its place.
fn near(line: &str, at: usize) -> [(usize, char); 5] {
    let mut before = line[..at].char_indices().rev();
    let [b, a, z] = [(); 3].map(|()| before.next().unwrap_or((0, '\n')));
    let after = line[at..].char_indices().map(|(i, c)| (at + i, c));
    let mut after = after.chain([(line.len(), '\n'); 2]);
    let [c, d] = [(); 2].map(|()| after.next().unwrap_or_default());
    [z, a, b, c, d]
}

fn is_quote(c: char) -> bool {
    matches!(c, '«' | '»' | '‹' | '›' | '“' | '”' | '„' | '‘' | '’' | '‚')
}

/// What most sequences of UTF-8 begin with in windows-1252.
fn is_lead(c: char) -> bool {
    matches!(c, 'Â' | 'Ã' | 'â')
}

/// Whether the second of these is a mark where marks are: one of quotes around
/// words, as in `»%s«`, what is at a word's end, or away from letters. In damaged
/// text they are beside one another, as in `â€œ`, or where letters were: `f”r`.
fn is_in_place([a, c, b]: [char; 3], quoted: bool) -> bool {
    let is_end = matches!(c, '¶' | '…');
    let is_mark = |c: char| {
        is_quote(c)
            || matches!(
                c,
                '…' | '–' | '—' | '•' | '·' | '¶' | '§' | '°' | '©' | '→' | '¿' | '¡'
            )
    };
    let is_space = |c: char| c == '\u{a0}';
    let is_letter = |c: char| c.is_alphabetic() || !(c.is_ascii() || is_mark(c) || is_space(c));
    if !(is_mark(c) || is_space(c)) || is_mark(a) || is_mark(b) || is_lead(a) {
        return false;
    }
    match (is_letter(a), is_letter(b)) {
        (false, false) => true,
        (true, true) => false,
        // What was `marché` in cp850 is `march‚`; no quotation ends in that.
        (true, _) if matches!(c, '‚' | '„') => false,
        (after, _) => quoted && is_quote(c) || after && is_end,
    }
}

/// Whether the second of these, at this place, is a letter of a word that is known,
/// next to nothing that its bytes could go on in.
fn is_known([a, c, b]: [char; 3], line: &str, at: usize) -> bool {
    let is_latin = language::is_latin;
    language::is_beyond(c)
        && [a, b].iter().all(|&c| c.is_ascii() || is_latin(c))
        && (is_latin(b) || is_latin(a) && !is_lead(c))
        && language::usual(line, at) == Usual::Known
}

/// The highest bit of each of eight bytes.
const BEYOND_ASCII: u64 = 0x8080_8080_8080_8080;

/// Eight bytes from here on, the first lowest; 0 for what is after the last.
#[inline]
pub(crate) fn eight_from(bytes: &[u8], at: usize) -> u64 {
    match (
        bytes.get(at..).and_then(<[u8]>::first_chunk),
        bytes.last_chunk(),
    ) {
        (Some(eight), _) => u64::from_le_bytes(*eight),
        (None, Some(last)) => {
            let all = u64::from_le_bytes(*last);
            all.checked_shr(8 * (at + 8 - bytes.len()) as u32)
                .unwrap_or(0)
        }
        (None, None) => {
            let rest = bytes.get(at..).unwrap_or_default().iter().rev();
            rest.fold(0, |all, b| all << 8 | u64::from(*b))
        }
    }
}

/// Eight bytes before here, the last highest; 0 for what is before the first.
#[inline]
pub(crate) fn eight_before(bytes: &[u8], end: usize) -> u64 {
    match (bytes[..end].last_chunk(), bytes.first_chunk()) {
        (Some(eight), _) => u64::from_le_bytes(*eight),
        (None, Some(first)) => {
            let all = u64::from_le_bytes(*first);
            all.checked_shl(8 * (8 - end) as u32).unwrap_or(0)
        }
        (None, None) => {
            let all = bytes[..end].iter();
            all.fold(0, |all, b| all >> 8 | u64::from(*b) << 56)
        }
    }
}

/// How many bytes at the beginning are ASCII.
#[inline]
pub(crate) fn ascii_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    // The next character beyond ASCII is near, or far away.
    while at < 64 {
        let beyond = eight_from(bytes, at) & BEYOND_ASCII;
        if beyond != 0 {
            return at + beyond.trailing_zeros() as usize / 8;
        }
        at += 8;
        if at >= bytes.len() {
            return bytes.len();
        }
    }
    let far = bytes[at..].as_chunks::<64>().0.iter();
    at += far.take_while(|chunk| chunk.is_ascii()).count() * 64;
    while at < bytes.len() {
        let beyond = eight_from(bytes, at) & BEYOND_ASCII;
        if beyond != 0 {
            return at + beyond.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    bytes.len()
}

/// How many bytes at the beginning are beyond ASCII.
#[inline]
pub(crate) fn beyond_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    for chunk in bytes.as_chunks::<8>().0 {
        let ascii = !u64::from_le_bytes(*chunk) & BEYOND_ASCII;
        if ascii != 0 {
            return at + ascii.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|b| !b.is_ascii()).count()
}

/// The runs of characters beyond ASCII.
pub(crate) fn runs_beyond(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        at += ascii_prefix(&bytes[at..]);
        let start = at;
        at += beyond_prefix(&bytes[at..]);
        (start < at).then_some(start..at)
    })
}
