//! Which languages could a line be in? The words of a line, in ASCII for the
//! most part, tell its language, and the language which letters it may have:
//! `gĺ` is Slovak, but not after `Välj kortkommandot för att`.
//!
//! All languages written in Latin are followed at once, a lane each. A step
//! from one ASCII letter to the next adds a row of costs to the lanes.

use std::cell::Cell;
use std::sync::LazyLock;

use crate::model::Cost;
use crate::model::layout::LETTER_UNIT;
use crate::model::letters::{self, Letters};
use crate::model::lexicon;
use crate::scan;

/// Lanes; the languages written in Latin are fewer.
const LANES: usize = 240;
/// ASCII letters, and 0 for the edge of a word.
const LETTERS: usize = 27;
/// What a letter costs that a language does not have, in units of the letter
/// models.
const FOREIGN: u8 = 24;
/// Letters of a line that are looked at.
const MOST: usize = 400;

type Lanes<T> = [T; LANES];

struct Languages {
    /// Of each pair of ASCII letters.
    pairs: Vec<Lanes<u8>>,
    /// Of each letter beyond ASCII: the least that it costs.
    letters: Vec<Lanes<u8>>,
    /// From code points to `letters`: below U+0250, and from U+1E00 on.
    latin: [u16; 0x250],
    additional: [u16; 0x100],
}

static LANGUAGES: LazyLock<Languages> = LazyLock::new(Languages::new);

/// Whether this could be a letter of Latin beyond ASCII.
#[inline]
pub(crate) fn is_beyond(c: char) -> bool {
    matches!(c, '\u{c0}'..'\u{250}' | '\u{1e00}'..'\u{1f00}')
}

/// Whether this is a letter of Latin.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || is_beyond(c)
}

fn lower(c: char) -> Option<char> {
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

/// The lower-case letter of each.
static LOWER: LazyLock<[char; 0x350]> = LazyLock::new(|| {
    let mut all = ['\0'; 0x350];
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
/// Letters of a word on either side that are looked at.
const AROUND: usize = 24;

/// How usual the letter of Latin beyond ASCII at this place is; a capital within
/// a word, as in `vocÛ`, is not.
pub(crate) fn usual(line: &str, at: usize) -> Usual {
    let lower = &*LOWER;
    let letter = |c: Option<char>| match c? {
        c if c.is_ascii_alphabetic() => Some(c.to_ascii_lowercase()),
        c if is_beyond(c) => Some(lower[slot(c)]),
        _ => None,
    };
    let mut after = line[at..].chars();
    let mut before = line[..at].chars();
    let Some(here) = letter(after.next()) else {
        return Usual::No;
    };
    let mut part = ['\n', '\n', here, '\n', '\n'];
    if let Some(c) = letter(before.next_back()) {
        if !line[at..].starts_with(here) && line[..at].ends_with(c) {
            return Usual::No;
        }
        part[1] = c;
        part[0] = letter(before.next_back()).unwrap_or('\n');
    }
    if let Some(c) = letter(after.next()) {
        part[3] = c;
        part[4] = letter(after.next()).unwrap_or('\n');
    }
    match lexicon::part(part) {
        None | Some(..SOMEWHERE) => Usual::No,
        Some(_) => {
            let start = line[..at]
                .chars()
                .rev()
                .take(AROUND)
                .map_while(|c| letter(Some(c)).map(|_| c.len_utf8()));
            let start = at - start.sum::<usize>();
            let word = line[start..]
                .chars()
                .take(2 * AROUND)
                .map_while(|c| letter(Some(c)));
            if lexicon::word(word).is_some() {
                Usual::Known
            } else {
                Usual::Somewhere
            }
        }
    }
}

impl Languages {
    fn new() -> Self {
        let mut all = Languages {
            pairs: vec![[u8::MAX >> 4; LANES]; LETTERS * LETTERS],
            letters: vec![[FOREIGN; LANES]],
            latin: [0; 0x250],
            additional: [0; 0x100],
        };
        for (lane, language) in letters::all()
            .filter(|l| l.is_latin())
            .take(LANES)
            .enumerate()
        {
            let place = |letter: usize| match letter {
                0 => 0,
                n => language.place(char::from(b'`' + n as u8)),
            };
            let places: [usize; LETTERS] = std::array::from_fn(place);
            let unit = |a, b| (language.cost(a, b) / LETTER_UNIT) as u8;
            for (i, row) in all.pairs.iter_mut().enumerate().skip(1) {
                let (a, b) = (i / LETTERS, i % LETTERS);
                let known = |letter| letter == 0 || places[letter] != 0;
                if known(a) && known(b) {
                    row[lane] = unit(places[a], places[b]);
                }
            }
            let count = language.alphabet().count();
            for c in language.alphabet().filter(|&c| is_beyond(c)) {
                let place = language.place(c);
                let least = |cost: &dyn Fn(usize) -> u8| (0..=count).map(cost).min().unwrap_or(0);
                let cost = least(&|a| unit(a, place)) + least(&|b| unit(place, b));
                let row = all.row_for(c);
                all.letters[row][lane] = cost;
            }
        }
        all.pairs[0] = [0; LANES];
        all
    }

    /// The row of a letter, made if there is none.
    fn row_for(&mut self, c: char) -> usize {
        let rows = self.letters.len();
        let n = u32::from(c) as usize;
        let row = match n {
            0..0x250 => &mut self.latin[n],
            _ => &mut self.additional[n - 0x1e00],
        };
        if *row == 0 {
            *row = rows as u16;
            self.letters.push([FOREIGN; LANES]);
        }
        usize::from(*row)
    }

    fn row(&self, c: char) -> &Lanes<u8> {
        let n = u32::from(c) as usize;
        let row = match n {
            0..0x250 => self.latin[n],
            _ => self.additional[n - 0x1e00],
        };
        &self.letters[usize::from(row)]
    }
}

/// What the words of a line cost in each language.
struct Line {
    /// Of the pairs of ASCII letters.
    ascii: Lanes<i16>,
    /// Of the letters beyond ASCII.
    beyond: Lanes<i16>,
    /// Pairs and letters.
    steps: usize,
}

/// The pairs whose costs, of 15 at most, a byte has room for.
const FEW: usize = 16;
/// Lanes that are added up together, in registers.
const BLOCK: usize = 80;
/// The letter that a byte is: 0 for the edge of a word, [`LETTERS`] for the lead
/// of a letter beyond ASCII. What is next to that is no edge, and no pair of
/// ASCII; signs of Latin-1 and trails are passed over.
static LETTER: [u8; 256] = {
    let mut all = [LETTERS as u8 + 1; 256];
    let mut b = 0;
    while b < all.len() {
        match b as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => all[b] = b as u8 & 0x1f,
            0..0x80 => all[b] = 0,
            0xc3.. => all[b] = LETTERS as u8,
            _ => {}
        }
        b += 1;
    }
    all
};

impl Line {
    /// The words of a line.
    fn read(text: &str) -> Self {
        let languages = &*LANGUAGES;
        let mut line = Line {
            ascii: [0; LANES],
            beyond: [0; LANES],
            steps: 0,
        };
        let mut last = 0;
        let (mut few, mut pairs) = ([0; FEW], 0);
        for (at, &b) in text.as_bytes().iter().enumerate() {
            let letter = usize::from(LETTER[usize::from(b)]);
            if letter > LETTERS {
                continue;
            }
            if letter == LETTERS {
                let c = text[at..].chars().next().filter(|&c| is_beyond(c));
                if let Some(c) = c.and_then(lower) {
                    let row = languages.row(c);
                    for (sum, cost) in line.beyond.iter_mut().zip(row) {
                        *sum += i16::from(*cost);
                    }
                    line.steps += 1;
                }
            } else {
                // There is no branch for the edge of a word.
                let is_pair = last < LETTERS && last + letter > 0;
                few[pairs] = last.min(LETTERS - 1) * LETTERS + letter;
                pairs += usize::from(is_pair);
                line.steps += usize::from(is_pair);
                if pairs == FEW {
                    line.add(&few);
                    pairs = 0;
                }
            }
            if line.steps == MOST {
                break;
            }
            last = letter;
        }
        line.add(&few[..pairs]);
        line
    }

    /// Adds up a few pairs.
    fn add(&mut self, few: &[usize]) {
        let languages = &*LANGUAGES;
        let blocks = self.ascii.as_chunks_mut::<BLOCK>().0;
        for (block, sums) in blocks.iter_mut().enumerate() {
            let mut all = [0u8; BLOCK];
            for &pair in few {
                let row = &languages.pairs[pair].as_chunks::<BLOCK>().0[block];
                all = std::array::from_fn(|i| all[i] + row[i]);
            }
            *sums = std::array::from_fn(|i| sums[i] + i16::from(all[i]));
        }
    }

    /// What all words cost in each language, and the least of that.
    fn sums(&self) -> (Lanes<i16>, i16) {
        let mut sums = self.ascii;
        let mut least = i16::MAX;
        for (sum, beyond) in sums.iter_mut().zip(&self.beyond) {
            *sum += beyond;
            least = least.min(*sum);
        }
        (sums, least)
    }
}

/// The letters of Latin beyond ASCII, and where they stand.
fn beyond(line: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += scan::ascii_prefix(&line.as_bytes()[at..]);
            let c = line[at..].chars().next()?;
            at += c.len_utf8();
            if is_beyond(c) {
                return Some((at - c.len_utf8(), c));
            }
        }
    })
}

/// Whether this line has letters of Latin that are of no known word, and that
/// the language of its words has not.
pub(crate) fn is_doubtful(line: &str) -> bool {
    has_unknown_words(line) && has_foreign_letters(line)
}

/// Words remembered of late, a power of two.
const MEMO: usize = 1 << 11;

thread_local! {
    /// Words all of whose letters beyond ASCII are [`Usual::Known`], each where its
    /// bytes say; those of more than 16 bytes are not remembered.
    static KNOWN: [Cell<u128>; MEMO] = const { [const { Cell::new(0) }; MEMO] };
}

/// Whether letters of Latin beyond ASCII are of no known word.
fn has_unknown_words(line: &str) -> bool {
    let bytes = line.as_bytes();
    let is_part = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80;
    KNOWN.with(|known| {
        let mut at = 0;
        loop {
            at += scan::ascii_prefix(&bytes[at..]);
            if at == bytes.len() {
                return false;
            }
            let start = at - bytes[..at].iter().rev().take_while(|b| is_part(b)).count();
            let end = at + bytes[at..].iter().take_while(|b| is_part(b)).count();
            let key = key(&bytes[start..end]);
            let hash = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let slot = &known[(hash >> (64 - MEMO.trailing_zeros())) as usize];
            if key == 0 || slot.get() != key {
                let letters = beyond(&line[at..end]).map(|(n, _)| at + n);
                if letters.into_iter().any(|at| usual(line, at) < Usual::Known) {
                    return true;
                }
                slot.set(key);
            }
            at = end;
        }
    })
}

/// The bytes of a short word, of which none is 0, as one number; 0 for a long one.
fn key(word: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    match bytes.get_mut(..word.len()) {
        Some(room) => room.copy_from_slice(word),
        None => return 0,
    }
    u128::from_le_bytes(bytes)
}

/// Whether this line has letters that the language of its words has not.
fn has_foreign_letters(line: &str) -> bool {
    let (sums, least) = Line::read(line).sums();
    let best = sums.iter().position(|&sum| sum == least).unwrap_or(0);
    let letters = beyond(line).take(MOST).filter_map(|(_, c)| lower(c));
    letters
        .map(|c| LANGUAGES.row(c)[best])
        .any(|cost| cost == FOREIGN)
}

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
}

/// What these words say of the language.
pub(crate) fn prior(words: &str) -> Prior {
    let line = Line::read(words);
    let (sums, least) = line.sums();
    Prior {
        costs: in_all(&sums, least),
        least: Cost::from(least) * LETTER_UNIT,
        steps: line.steps,
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
    fn letters_are_foreign_by_the_words_around() {
        let line = "Välj kortkommandot för att gå ur helskärmsläge.";
        assert!(!has_foreign_letters(line));
        assert!(has_foreign_letters(&line.replace('å', "ĺ")));
        assert!(!has_foreign_letters("Kůň běžel přes ďábelský žlutý kopec."));
    }
}
