//! Would an unknown word be a known one, had it been misread as text in Latin often
//! is? The part of the scan that knows words: `dispon’vel`, `kullaným`,
//! `autom\u{a0}tica`.

use std::sync::LazyLock;

use crate::charset::Charset;
use crate::language;
use crate::model::lexicon;

/// Charsets of Latin that are often mixed up: what the text was in, and what it was
/// read as.
const PAIRS: [(Charset, Charset); 17] = [
    (Charset::WINDOWS_1250, Charset::WINDOWS_1252),
    (Charset::ISO_8859_2, Charset::WINDOWS_1252),
    (Charset::ISO_8859_2, Charset::WINDOWS_1250),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1250),
    (Charset::WINDOWS_1254, Charset::WINDOWS_1252),
    (Charset::WINDOWS_1257, Charset::WINDOWS_1252),
    (Charset::MAC_ROMAN, Charset::WINDOWS_1252),
    (Charset::WINDOWS_1252, Charset::MAC_ROMAN),
    (Charset::CP437, Charset::WINDOWS_1252),
    (Charset::CP850, Charset::WINDOWS_1252),
    (Charset::WINDOWS_1252, Charset::CP437),
    (Charset::WINDOWS_1252, Charset::CP850),
    (Charset::CP852, Charset::WINDOWS_1250),
    (Charset::CP852, Charset::WINDOWS_1252),
    (Charset::WINDOWS_1250, Charset::ISO_8859_2),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1257),
    (Charset::WINDOWS_1252, Charset::WINDOWS_1254),
];

/// What a character was in each of them, in lower case, if it was a letter of Latin.
struct Row {
    letters: [u16; PAIRS.len()],
    /// In which it was the same letter as in this one.
    same: [u32; PAIRS.len()],
    /// In which it was one, and in which it was another.
    any: u32,
    other: u32,
}

impl Row {
    fn letter(&self, pair: usize) -> char {
        char::from_u32(self.letters[pair].into()).unwrap_or_default()
    }
}

/// The characters that were letters, each with its row.
static ROWS: LazyLock<Vec<(char, Row)>> = LazyLock::new(|| {
    let mut all: Vec<(char, Row)> = Vec::new();
    for (i, (truth, misread)) in PAIRS.iter().enumerate() {
        let (Some(truth), Some(misread)) = (truth.decode_table(), misread.decode_table()) else {
            continue;
        };
        for (&was, &is) in truth.iter().zip(misread).skip(0x80) {
            let Some(letter) = language::lower(was) else {
                continue;
            };
            let at = all.binary_search_by_key(&is, |row| row.0);
            let at = at.unwrap_or_else(|at| {
                let row = Row {
                    letters: [0; PAIRS.len()],
                    same: [0; PAIRS.len()],
                    any: 0,
                    other: 0,
                };
                all.insert(at, (is, row));
                at
            });
            let row = &mut all[at].1;
            row.letters[i] = letter as u16;
            row.any |= 1 << i;
            row.other |= u32::from(was != is) << i;
        }
    }
    for (_, row) in &mut all {
        let is_same = |a: u16| {
            let all = row.letters.iter().rev();
            all.fold(0, |same, &b| same << 1 | u32::from(a == b))
        };
        row.same = row.letters.map(is_same);
    }
    all.shrink_to_fit();
    all
});

/// Where the row of each character is, from 1 on, for those below [`LOW`]; 0 if it has none.
static PLACES: LazyLock<[u16; LOW]> = LazyLock::new(|| {
    let mut places = [0; LOW];
    for (place, (c, _)) in (1..).zip(ROWS.iter()) {
        if let Some(of) = places.get_mut(*c as usize) {
            *of = place;
        }
    }
    places
});
/// Above are only signs.
const LOW: usize = 0x180;

#[inline]
fn row(c: char) -> Option<&'static Row> {
    let at = match PLACES.get(c as usize) {
        Some(place) => usize::from(*place).checked_sub(1)?,
        None => ROWS.binary_search_by_key(&c, |row| row.0).ok()?,
    };
    Some(&ROWS[at].1)
}

/// Letters of a word at least, and at most.
const SHORT: usize = 4;
const LONG: usize = 40;

/// Whether this is no word that is known, and some pair makes one of it.
pub(crate) fn may_be_word(word: &str) -> bool {
    let mut chars: [(char, Option<&Row>); LONG] = [('\0', None); LONG];
    let (mut len, mut first) = (0, None);
    let (mut any, mut other) = (u32::MAX, 0);
    for c in word.chars() {
        let Some(to) = chars.get_mut(len) else {
            return false;
        };
        to.0 = c.to_ascii_lowercase();
        if !c.is_ascii() {
            to.1 = row(c);
            let Some(row) = to.1 else {
                return false;
            };
            any &= row.any;
            other |= row.other;
            first = first.or(Some(len));
        }
        len += 1;
    }
    let mut pairs = any & other;
    if pairs == 0 || len < SHORT {
        return false;
    }
    let (begin, rest) = chars[..len].split_at(first.unwrap_or(len));
    let begin = begin.iter().map(|(c, _)| *c);
    let key = begin.clone().fold(lexicon::Key::WORD, lexicon::Key::then);
    while pairs != 0 {
        let pair = pairs.trailing_zeros() as usize;
        // Most make the same letters of it.
        let rows = rest.iter().filter_map(|(_, row)| *row);
        pairs &= !rows.fold(u32::MAX, |same, row| same & row.same[pair]);
        let rest = rest
            .iter()
            .map(|(c, row)| row.map_or(*c, |row| row.letter(pair)));
        let is_word = lexicon::glance(rest.clone().fold(key, lexicon::Key::then)).is_some()
            && lexicon::word(begin.clone().chain(rest)).is_some();
        if is_word {
            return !is_known(word);
        }
    }
    false
}

/// Charsets of East Asia in which a letter beyond ASCII and the one after it are one
/// character, and those that such words were in.
const SWALLOWING: [Charset; 4] = [
    Charset::GBK,
    Charset::BIG5,
    Charset::SHIFT_JIS,
    Charset::EUC_KR,
];
const SWALLOWED: [Charset; 3] = [
    Charset::WINDOWS_1252,
    Charset::WINDOWS_1250,
    Charset::WINDOWS_1254,
];
/// So many such characters are in a word at most.
const MANY: usize = 3;

/// The charsets in which a word of Latin is known that characters of East Asia stand in:
/// `Espa駉l` was `Español`, read as GBK. What it was in, and what it was read as.
pub(crate) fn swallowed(word: &str) -> impl Iterator<Item = (Charset, Charset)> {
    let wide = word.chars().filter(|c| is_wide(*c)).count();
    let ascii = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let may_be = (1..=MANY).contains(&wide)
        && (SHORT - 1..LONG).contains(&ascii)
        && is_within(word)
        && word.chars().all(|c| is_wide(c) || c.is_ascii_alphabetic());
    let all = SWALLOWING.into_iter().filter(move |_| may_be);
    all.flat_map(move |misread| {
        let bytes = misread.encode(word).unwrap_or_default();
        let is_known = move |truth: &Charset| {
            let Some(table) = truth.decode_table() else {
                return false;
            };
            let letter = |b: &u8| match table[usize::from(*b)] {
                c if c.is_ascii_alphabetic() => Some(c.to_ascii_lowercase()),
                c => language::lower(c),
            };
            let letters: Option<Vec<char>> = bytes.iter().map(letter).collect();
            letters.is_some_and(|letters| lexicon::word(letters.into_iter()).is_some())
        };
        let truths = SWALLOWED.into_iter().filter(is_known);
        truths.map(move |truth| (truth, misread))
    })
}

/// Whether a line has such a word.
pub(crate) fn has_swallowed(line: &str) -> bool {
    // One such character, of three bytes, between letters of ASCII.
    let is_between =
        |w: &[u8]| w[0].is_ascii_alphabetic() && w[1] >= 0xe2 && w[4].is_ascii_lowercase();
    if !line.as_bytes().windows(5).any(is_between) {
        return false;
    }
    let words = line.split(|c: char| !(c.is_ascii_alphabetic() || is_wide(c)));
    let mut within = words.filter(|word| is_within(word));
    within.any(|word| swallowed(word).next().is_some())
}

/// Whether a letter of Hebrew or Arabic stands in a word of Latin: `prיnom`.
pub(crate) fn has_letter_within(line: &str) -> bool {
    let is_within = |w: &[u8]| {
        w[0].is_ascii_alphabetic() & matches!(w[1], 0xd6..=0xdb) & w[3].is_ascii_lowercase()
    };
    line.as_bytes().windows(4).any(is_within)
}

/// Whether small letters of ASCII end a word in which others stand: in Chinese they do
/// at random, but hardly on both sides of one.
fn is_within(word: &str) -> bool {
    let bytes = word.as_bytes();
    let ends = bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(u8::is_ascii_lowercase);
    ends && !word.is_ascii()
}

/// A character of East Asia.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff61}'..='\u{ff9f}')
}

fn is_known(word: &str) -> bool {
    let letters = word.chars().flat_map(char::to_lowercase);
    lexicon::glance(letters.fold(lexicon::Key::WORD, lexicon::Key::then)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_could_have_been_misread() {
        for word in [
            "kullaným",
            "dispon’vel",
            "autom\u{a0}tica",
            "poľiadavky",
            "modalit…",
            "‘ndres",
        ] {
            assert!(may_be_word(word), "{word}");
        }
    }

    #[test]
    fn letters_are_swallowed() {
        let gbk = (Charset::WINDOWS_1252, Charset::GBK);
        for word in ["Espa駉l", "M黱chen", "fran鏰is"] {
            assert!(swallowed(word).any(|pair| pair == gbk), "{word}");
            assert!(has_swallowed(&format!("<b>{word}</b>")), "{word}");
        }
        assert!(has_letter_within("Gewنhlte") && has_letter_within("prיnom"));
        assert!(!has_letter_within("ה-API של Google"));
        for word in [
            "Python编程",
            "A与B",
            "用pip安装",
            "Espanol",
            "中文",
            "3D打印",
            "",
        ] {
            assert_eq!(swallowed(word).next(), None, "{word}");
        }
    }

    #[test]
    fn others_could_not() {
        // Known words, what would be none, and what is too short or too long to tell.
        let long = "é".repeat(50);
        for word in [
            "kullanım",
            "l’été",
            "don’t",
            "Kjartanš",
            "p†",
            "Привет",
            "日本語",
            &long,
            "",
        ] {
            assert!(!may_be_word(word), "{word}");
        }
    }
}
