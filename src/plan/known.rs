//! What is right of a line: known words with letters beyond ASCII, and usual marks. No
//! charset was mixed up that leaves these as they are.

use crate::language::{self, Word};

use super::readings::{READINGS, Set, lowered};

/// Marks that are usual in right text of any language.
const MARKS: [char; 16] = [
    '«', '»', '‹', '›', '“', '”', '„', '‘', '’', '–', '—', '…', '•', '°', '\u{a0}', '\u{202f}',
];
/// Letters of ASCII in a word at least that could not be known by chance.
const ASCII: usize = 3;

/// The known words of a line, if there are more of them than of others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Right {
    /// Their letters beyond ASCII, each with a bit for each of the words that have it.
    letters: [(char, u8); Right::LETTERS],
    len: usize,
    /// Words that are not known.
    unknown: usize,
}

impl Right {
    /// Words that are looked at, and those of them that may be unknown.
    const MOST: usize = 24;
    const UNKNOWN: usize = 3;
    /// Known ones, and letters.
    const WORDS: usize = 8;
    const LETTERS: usize = 12;

    pub(super) fn of(line: &str) -> Self {
        let mut right = Right::default();
        let mut known: Vec<&str> = Vec::new();
        for range in language::words(line, 0).take(Right::MOST) {
            let word = &line[range.clone()];
            let is_known = Word::of(line, &range).is_known();
            let Some(parts) = Parts::of(word).filter(|_| is_known) else {
                right.unknown += usize::from(word.contains(language::is_latin));
                if right.unknown > Right::UNKNOWN {
                    return Right::default();
                }
                continue;
            };
            for part in parts.telling() {
                if known.len() < Right::WORDS && !known.contains(&part) {
                    let beyond = part.chars().filter(|c| !c.is_ascii());
                    beyond.for_each(|c| right.add(c, known.len()));
                    known.push(part);
                }
            }
        }
        match known.len() > right.unknown {
            true => right,
            false => Right::default(),
        }
    }

    fn add(&mut self, c: char, word: usize) {
        let letters = &mut self.letters[..self.len];
        match letters.iter_mut().find(|(other, _)| *other == c) {
            Some((_, words)) => *words |= 1 << word,
            None if self.len < Right::LETTERS => {
                self.letters[self.len] = (c, 1 << word);
                self.len += 1;
            }
            None => {}
        }
    }

    /// Whether all of the line that these words are of is right, or of a part of it: known
    /// words, or such as have no other letters, and usual marks beside them. The spaces of
    /// `Il a été demandé : « où ? »` are unusual, but right.
    pub(super) fn is_all(&self, text: &str) -> bool {
        if self.len == 0 {
            return false;
        }
        let mut has_quote = false;
        for range in language::words(text, 0) {
            let word = &text[range.clone()];
            let of = Word::of(text, &range);
            if !of.is_known() && (of.is_misread() || !self.has_letters(word)) {
                return false;
            }
            let Some(parts) = Parts::of(word) else {
                return false;
            };
            has_quote |= parts.has_quote;
        }
        let count = |quote: char| text.matches(quote).count();
        // `získa»` was a word, too.
        !has_quote || count('«') == count('»')
    }

    /// Whether the letters of a word are small ones that are among these, and could not be
    /// what is left of a sequence of UTF-8, as in `lâamour`.
    fn has_letters(&self, word: &str) -> bool {
        let letters = &self.letters[..self.len];
        let has = |c: char| c != 'â' && letters.iter().any(|(letter, _)| lowered(*letter) == c);
        word.chars().filter(|&c| language::is_beyond(c)).all(has)
    }

    /// The truths of single bytes that, misread as this charset, leave enough of them as
    /// they are.
    pub(super) fn truths(&self, misread: usize) -> Set {
        let mut changed = [0; Right::WORDS];
        for &(c, words) in &self.letters[..self.len] {
            let same = READINGS.truths_with(c, READINGS.row(c).bytes[misread]);
            for (word, changed) in changed.iter_mut().enumerate() {
                *changed |= if words >> word & 1 != 0 { !same } else { 0 };
            }
        }
        // Those that change so many of them and more.
        let mut more = [0; Right::WORDS + 1];
        more[0] = Set::MAX;
        for changed in changed {
            for n in (0..Right::WORDS).rev() {
                more[n + 1] |= more[n] & changed;
            }
        }
        more.get(self.unknown + 1).map_or(Set::MAX, |more| !more)
    }
}

/// The parts of a known word that are of letters: few, for words are short.
#[derive(Clone, Copy, Debug, Default)]
struct Parts<'w> {
    of: [&'w str; 3],
    /// Whether a letter stands next to one of `«»`.
    has_quote: bool,
}

impl<'w> Parts<'w> {
    /// `None` if there is any mark beside them that is not usual, or could be a letter:
    /// `dispon…vel`. Neither is a letter by itself that leads a sequence of UTF-8 in
    /// windows-1252: `Ã`.
    fn of(word: &'w str) -> Option<Self> {
        let mut parts = Parts::default();
        let mut len = 0;
        // Where the part begins, and the mark before it, if it is the only one.
        let (mut start, mut before) = (0, None);
        let ends = word.char_indices().chain([(word.len(), '\u{a0}')]);
        for (at, c) in ends {
            if language::is_latin(c) {
                continue;
            }
            let part = &word[start..at];
            if !MARKS.contains(&c) || before.is_some_and(|c| c != '’') && !part.is_empty() {
                return None;
            }
            if !part.is_empty() {
                let is_lead = |c: char| matches!(c, 'Â'..='ß');
                if part.len() == 2 && part.starts_with(is_lead) || len == parts.of.len() {
                    return None;
                }
                parts.has_quote |= matches!(c, '«' | '»') || word[..start].ends_with(['«', '»']);
                parts.of[len] = part;
                len += 1;
            }
            before = (!part.is_empty()).then_some(c);
            start = at + c.len_utf8();
        }
        Some(parts)
    }

    /// Those that are no words by chance.
    fn telling(self) -> impl Iterator<Item = &'w str> {
        let is_telling = |part: &&str| {
            let ascii = part.bytes().filter(u8::is_ascii).count();
            ascii >= ASCII && ascii < part.len()
        };
        self.of.into_iter().filter(is_telling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_right(line: &str) -> bool {
        Right::of(line).is_all(line)
    }

    #[test]
    fn known_words_are_right() {
        for line in [
            "Il a été demandé\u{a0}: «\u{a0}où\u{a0}?\u{a0}»",
            "À côté — l’écran",
            "Qualità… und «möglich»",
            "première, manière: brièvement",
        ] {
            assert!(is_right(line), "{line}");
        }
    }

    #[test]
    fn others_are_not() {
        for line in [
            "ASCII",
            "côté",
            "mise Ã  jour, caractères",
            "página. Â",
            "získa» vybranú",
            "una direcci—n, página",
            "intérêt ©tevilo",
            "intérêt, château, lâamour",
            "für Ïðèâåò",
        ] {
            assert!(!is_right(line), "{line}");
        }
    }
}
