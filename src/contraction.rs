//! Where does a contraction of English have something else for its apostrophe?
//! `donít`, `it▓s`, `I抦`, `donât`: in a wrong charset, marks are all of an English text that
//! shows wrongly, and what stands after an apostrophe is one of seven endings.

use std::sync::LazyLock;

use crate::charset::Charset;
use crate::language;
use crate::model::lexicon;

const ENDINGS: [&str; 7] = ["d", "ll", "m", "re", "s", "t", "ve"];

/// Whether an apostrophe between these texts would be that of a contraction, in capitals or not:
/// `I` and `m`, `that` and `s`.
pub(crate) fn is_within(before: &str, after: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic();
    let stem = &before[before.trim_end_matches(is_letter).len()..];
    let ending = &after[..after.len() - after.trim_start_matches(is_letter).len()];
    let is_it = |other: &&str| other.eq_ignore_ascii_case(ending);
    stem.is_ascii()
        && ENDINGS.iter().any(is_it)
        && (stem == "I" || lexicon::word(stem.chars().map(|c| c.to_ascii_lowercase())).is_some())
}

/// Charsets that have the apostrophe of print, and its byte.
const TRUTHS: [(Charset, u8); 2] = [(Charset::WINDOWS_1252, 0x92), (Charset::MAC_ROMAN, 0xd5)];

/// Charsets that they are read as.
const MISREAD: [Charset; 23] = [
    Charset::WINDOWS_1252,
    Charset::MAC_ROMAN,
    Charset::CP437,
    Charset::CP850,
    Charset::WINDOWS_1250,
    Charset::WINDOWS_1251,
    Charset::ISO_8859_2,
    Charset::KOI8_R,
    Charset::CP866,
    Charset::ISO_8859_7,
    Charset::WINDOWS_1253,
    Charset::WINDOWS_1254,
    Charset::ISO_8859_5,
    Charset::WINDOWS_1255,
    Charset::WINDOWS_1256,
    Charset::WINDOWS_1257,
    Charset::CP852,
    Charset::WINDOWS_874,
    Charset::MAC_CYRILLIC,
    Charset::GBK,
    Charset::SHIFT_JIS,
    Charset::EUC_KR,
    Charset::BIG5,
];

/// What shows for an apostrophe.
#[derive(Clone, Copy, Debug)]
struct Shown {
    c: char,
    /// The letter after it, where both are one character.
    letter: Option<char>,
    truth: Charset,
    misread: Charset,
}

/// All that does, by character.
static SHOWN: LazyLock<Vec<Shown>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (truth, byte) in TRUTHS {
        for misread in MISREAD.into_iter().filter(|misread| *misread != truth) {
            let mut add = |bytes: &[u8], letter| {
                let text = misread.decode_strict(bytes).unwrap_or_default();
                let mut chars = text.chars();
                if let (Some(c), None) = (chars.next(), chars.next())
                    && !(c.is_control() || c == '’' || c.is_ascii())
                {
                    let shown = Shown {
                        c,
                        letter,
                        truth,
                        misread,
                    };
                    all.push(shown);
                }
            };
            add(&[byte], None);
            for first in ENDINGS.map(|ending| ending.as_bytes()[0]) {
                add(&[byte, first], Some(char::from(first)));
            }
        }
    }
    // Of UTF-8 as ISO-8859-1, these are what is left without C1 controls.
    all.extend(['â', 'Â'].map(|c| Shown {
        c,
        letter: None,
        truth: Charset::UTF_8,
        misread: Charset::ISO_8859_1,
    }));
    all.sort_by_key(|shown| shown.c);
    all
});

/// What a character could show.
fn shown(c: char) -> &'static [Shown] {
    let start = SHOWN.partition_point(|shown| shown.c < c);
    let len = SHOWN[start..].partition_point(|shown| shown.c == c);
    &SHOWN[start..start + len]
}

/// The charsets that a line was in and was read as, if that makes contractions: each
/// once for each that it makes.
pub(crate) fn pairs(line: &str) -> impl Iterator<Item = (Charset, Charset)> {
    let words = line.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_ascii()).flat_map(of_word)
}

/// The same of a word.
pub(crate) fn of_word(word: &str) -> impl Iterator<Item = (Charset, Charset)> {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let rest = word.trim_start_matches(is_letter);
    let (stem, mut rest) = (&word[..word.len() - rest.len()], rest.chars());
    let c = rest.next().unwrap_or_default();
    let rest = rest.as_str();
    let may_be = !stem.is_empty() && rest.len() <= LONGEST && rest.chars().all(is_letter);
    let all = if may_be { shown(c) } else { &[] };
    // Of `donâ t`, where spaces stand for controls, this is the first half.
    let is_half = c == 'â'
        && rest.is_empty()
        && ENDINGS
            .iter()
            .any(|ending| sure(stem, c, ending) == Sure::Yes);
    let telling = all.iter().filter(move |shown| {
        let letter = shown.letter.map(String::from).unwrap_or_default();
        is_half || sure(stem, c, &(letter + rest)) > Sure::No
    });
    telling.map(|shown| (shown.truth, shown.misread))
}

/// The longest ending.
const LONGEST: usize = 2;

/// Whether a line has contractions with something else than a letter of Latin in them.
/// Those are known word by word.
pub(crate) fn has_odd(line: &str) -> bool {
    // A letter, and then neither one of Latin nor a quote; without a way out, so that the
    // compiler makes vectors of it.
    let is_odd =
        |a: u8, b: u8, c: u8| a.is_ascii_alphabetic() & (b >= 0xcd) & !((b == 0xe2) & (c == 0x80));
    let bytes = line.as_bytes();
    let [first, second, third] = [0, 1, 2].map(|n| bytes.get(n..).unwrap_or_default());
    let three = first.iter().zip(second).zip(third);
    let any = three.fold(false, |any, ((&a, &b), &c)| any | is_odd(a, b, c));
    any && words(line).any(|word| of_word(word).next().is_some())
}

/// What could be a contraction: letters of ASCII, something beyond, and what few letters end
/// the word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let bytes = line.as_bytes();
    let is_in_word = |b: u8| !b.is_ascii() || b.is_ascii_alphanumeric();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes.get(at..)?.iter().position(|b| is_in_word(*b))?;
            let stem = bytes[start..]
                .iter()
                .take_while(|b| b.is_ascii_alphabetic());
            let beyond = start + stem.count();
            let c = line[beyond..].chars().next().filter(|c| !c.is_ascii());
            let rest = beyond + c.map_or(0, char::len_utf8);
            let len = bytes[rest..].iter().position(|b| !is_in_word(*b));
            let len = len.unwrap_or(bytes.len() - rest);
            at = rest + len;
            if beyond > start && c.is_some() && len <= LONGEST {
                return Some(&line[start..at]);
            }
        }
    })
}

/// How surely these are the ends of a contraction, and no word with this character in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    /// Not at all: `país`, `znít`, `chi知`.
    No,
    /// If the line is English: `child▓s`, where any noun may stand.
    InEnglish,
    /// `donít`, `they抮e`: few words are followed by that.
    Yes,
}

/// What is to be made of a character between a word and what could be an ending of it.
pub(crate) fn sure(stem: &str, c: char, ending: &str) -> Sure {
    let is_of = |all: &[&str]| all.iter().any(|word| stem.eq_ignore_ascii_case(word));
    let is_closed = match ending {
        "t" => is_of(&AUXILIARIES),
        "m" => stem == "I",
        "s" => is_of(&PRONOUNS) || is_of(&ALSO),
        "d" | "ll" | "re" | "ve" => is_of(&PRONOUNS),
        _ => return Sure::No,
    };
    // A capital after a small letter is no letter of the word.
    let is_mark = c.is_uppercase() && stem.ends_with(|c: char| c.is_ascii_lowercase());
    let is_foreign = !LOOKALIKES.contains(c) && (is_mark || !language::is_beyond(c));
    let word = || stem.chars().chain([c]).chain(ending.chars());
    let letters = || word().flat_map(char::to_lowercase);
    let key = || letters().fold(lexicon::Key::WORD, lexicon::Key::then);
    match ending {
        _ if is_closed && (is_foreign || lexicon::glance(key()).is_none()) => Sure::Yes,
        "s" if is_foreign && stem.len() >= SHORT => Sure::InEnglish,
        _ => Sure::No,
    }
}

/// Letters of a noun, at least.
const SHORT: usize = 3;

/// What `n’t` is part of, without it and the apostrophe.
const AUXILIARIES: [&str; 21] = [
    "ain", "aren", "can", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn",
    "mightn", "mustn", "needn", "shan", "shouldn", "wasn", "weren", "won", "wouldn", "daren",
];
/// What the endings of verbs stand after, and what `s` does, too.
const PRONOUNS: [&str; 10] = [
    "I", "he", "it", "she", "that", "there", "they", "we", "who", "you",
];
const ALSO: [&str; 5] = ["here", "how", "let", "what", "where"];

/// Letters that look like others of Latin, and are taken for them: `sitеs`, `KIТs`.
const LOOKALIKES: &str = "асеіјорѕухεοιıАВЕНІКМОРСТУХЅЈΑΒΕΗΙΚΜΝΟΡΤΥΧΖ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_are_seen() {
        for (line, truth, misread) in [
            ("I donít know", Charset::WINDOWS_1252, Charset::MAC_ROMAN),
            ("it▓s", Charset::WINDOWS_1252, Charset::KOI8_R),
            ("I抦 here", Charset::WINDOWS_1252, Charset::GBK),
            ("(don稚)", Charset::WINDOWS_1252, Charset::SHIFT_JIS),
            ("childÕs", Charset::MAC_ROMAN, Charset::WINDOWS_1252),
            ("theyĺve", Charset::WINDOWS_1252, Charset::CP852),
        ] {
            assert!(pairs(line).any(|pair| pair == (truth, misread)), "{line}");
        }
        for line in [
            "El País",
            "un país",
            "decís",
            "tíll",
            "znít",
            "chi知",
            "Yuki知",
            "KIТs",
            "sitеs",
            "unıt",
            "Martínez",
            "don’t",
            "A抦文",
            "naïve",
            "tanítás",
            "Iím̃a",
            "",
        ] {
            assert_eq!(pairs(line).next(), None, "{line}");
        }
    }
}
