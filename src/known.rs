//! What is right of a line: known words with letters beyond ASCII, and usual marks. No
//! charset was mixed up that leaves these as they are.

use crate::language::{self, Word};

/// Marks that are usual in right text of any language.
const MARKS: [char; 16] = [
    '«', '»', '‹', '›', '“', '”', '„', '‘', '’', '–', '—', '…', '•', '°', '\u{a0}', '\u{202f}',
];
/// Letters of ASCII in a word at least that could not be known by chance.
const ASCII: usize = 3;

/// How many words with letters beyond ASCII a line has that are known, if there is none
/// that is not, nor other than usual marks beside them. The spaces of
/// `Il a été demandé : « où ? »` are unusual, but right.
pub(crate) fn words(line: &str) -> Option<usize> {
    let (mut known, mut has_quote) = (0, false);
    for range in language::words(line, 0) {
        if !Word::of(line, &range).is_known() {
            return None;
        }
        let parts = Parts::of(&line[range])?;
        has_quote |= parts.has_quote;
        known += parts.telling().count();
    }
    let count = |quote: char| line.matches(quote).count();
    // `získa»` was a word, too.
    (!has_quote || count('«') == count('»')).then_some(known)
}

/// The parts of a known word that are of letters: few, for words are short.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts<'w> {
    of: [&'w str; 3],
    /// Whether a letter stands next to one of `«»`.
    has_quote: bool,
}

impl<'w> Parts<'w> {
    /// `None` if there is any mark beside them that is not usual, or could be a letter:
    /// `dispon…vel`. Neither is a letter by itself that leads a sequence of UTF-8 in
    /// windows-1252: `Ã`.
    pub(crate) fn of(word: &'w str) -> Option<Self> {
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
    pub(crate) fn telling(self) -> impl Iterator<Item = &'w str> {
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

    #[test]
    fn right_lines_are_of_known_words() {
        for (line, known) in [
            ("Il a été demandé\u{a0}: «\u{a0}où\u{a0}?\u{a0}»", 1),
            ("À côté — l’écran", 1),
            ("Qualità… und «möglich»", 2),
            ("ASCII", 0),
        ] {
            assert_eq!(words(line), Some(known), "{line}");
        }
    }

    #[test]
    fn others_are_not() {
        for line in [
            "mise Ã  jour, caractères",
            "página. Â",
            "získa» vybranú",
            "una direcci—n, página",
            "naïve ©tevilo",
            "für Ïðèâåò",
        ] {
            assert_eq!(words(line), None, "{line}");
        }
    }
}
