//! What is right of a line: known words with letters beyond ASCII, and usual marks. No
//! charset was mixed up that leaves these as they are.

use std::ops::Range;

use crate::language::{self, Word};
use crate::model::lexicon;

use super::readings::lowered;

/// Marks that are usual in right text of any language, and signs.
const MARKS: [char; 16] = [
    '«', '»', '‹', '›', '“', '”', '„', '‘', '’', '–', '—', '…', '•', '°', '\u{a0}', '\u{202f}',
];
const SIGNS: [char; 27] = [
    '£', '€', '¥', '¢', '§', '¶', '©', '·', '±', '×', '÷', '½', '¼', '¾', '−', '≈', '≠', '≤', '≥',
    '←', '↑', '→', '↓', '✓', '✔', '★', '☆',
];

/// Whether this is a letter of Latin: two signs are among them.
fn is_letter(c: char) -> bool {
    language::is_latin(c) && !matches!(c, '×' | '÷')
}

fn is_letter_beyond(c: char) -> bool {
    is_letter(c) && !c.is_ascii()
}

/// How usual a mark or a sign is where it stands: whether it could be a letter of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Odd,
    /// Only that of English could not: `house—which`, but `direcci—n`; `end—`, but `pi—`.
    InEnglish,
    /// The same where no word is known that has any: `qualit…`.
    AmongKnown,
    Usual,
}

impl Mark {
    /// The one between these texts.
    fn of(before: &str, mark: char, after: &str) -> Self {
        let letters = |text: &mut dyn Iterator<Item = char>| {
            text.take(3).take_while(|c| is_letter(*c)).count()
        };
        let near = (
            letters(&mut before.chars().rev()),
            letters(&mut after.chars()),
        );
        let [last, next] = [before.chars().next_back(), after.chars().next()];
        let is_no_letter = |c: char| c.is_ascii() && !c.is_ascii_alphabetic();
        let is_apart = |c: Option<char>| c.is_none_or(is_no_letter);
        let is_frame = |c: char| matches!(c, '\u{2500}'..'\u{2550}');
        let is_in_frame = |c: Option<char>| c.is_none_or(|c| is_no_letter(c) || is_frame(c));
        let is_twice = last == Some(mark) || next == Some(mark);
        let usual = |is: bool| if is { Mark::Usual } else { Mark::Odd };
        match (mark, near) {
            // `l’été`, `dell’età`, `don’t`; but `Imposs’vel`.
            ('’', (0, _) | (1..=2, 1..)) => Mark::Usual,
            ('’', (_, 1..)) if ELIDED.iter().any(|end| before.ends_with(end)) => Mark::Usual,
            ('’', _) => Mark::InEnglish,
            ('–' | '—' | '…', (2.., 2..)) => Mark::InEnglish,
            ('–' | '—', (1.., 0)) => Mark::InEnglish,
            ('…', (1.., 0)) => Mark::AmongKnown,
            ('…', (0, 1..)) => Mark::InEnglish,
            // The space of `star\u{a0} verzia` was a letter.
            ('\u{a0}', (1.., 0)) if next == Some(' ') => Mark::Odd,
            // What only opens.
            ('„' | '‘' | '•', (1.., _)) => Mark::Odd,
            // `p””rata`
            ('«' | '»' | '“' | '”', _) if is_twice => Mark::Odd,
            ('«', _) if last == Some('»') => Mark::Odd,
            // `n° 5`, and `Otvori°`, which was `Otvoriť`.
            ('°', near) => usual(near.0 == 0 || near == (1, 0)),
            (c, (1.., 1..)) if MARKS.contains(&c) => Mark::Odd,
            (c, _) if MARKS.contains(&c) => Mark::Usual,
            (c, _) if SIGNS.contains(&c) => usual(is_apart(last) && is_apart(next)),
            // `m²` and `Foo™`, but `liczb®`.
            ('¹' | '²' | '³', (0..=2, 0)) | ('™' | '®', (0, 0)) => {
                usual(is_apart(next) && last.is_none_or(|c| c.is_ascii()))
            }
            ('¹' | '²' | '³' | '™' | '®', (_, 0)) if is_apart(next) => Mark::InEnglish,
            ('µ' | 'μ', (0, 1..=2)) => usual(is_apart(last)),
            // `├──`, and `├│`, which is `ó` in cp437.
            ('├' | '┬', _) if next.is_some_and(|c| is_frame(c) && c != '─') => Mark::Odd,
            (c, _) => usual(is_frame(c) && is_in_frame(last) && is_in_frame(next)),
        }
    }
}

/// Ends of long words before an apostrophe: of `dell’`, `quest’` and `aujourd’`.
const ELIDED: [&str; 5] = ["ll", "st", "rd", "qu", "nt"];

/// The marks of a word.
fn marks<'t>(text: &'t str, word: &Range<usize>) -> impl Iterator<Item = Mark> + use<'t> {
    let start = word.start;
    let all = text[word.clone()].char_indices();
    let marks = all.filter(|(_, c)| !is_letter(*c));
    marks.map(move |(at, c)| {
        let (before, rest) = text.split_at(start + at);
        Mark::of(before, c, &rest[c.len_utf8()..])
    })
}

/// Letters of ASCII in a word at least that could not be known by chance.
const ASCII: usize = 3;

/// The letters beyond ASCII of a line's known words, if there are more of those than of
/// others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Right {
    letters: [char; Right::LETTERS],
    len: usize,
}

impl Right {
    /// Words that are looked at, those of them that may be unknown, and letters.
    const MOST: usize = 24;
    const UNKNOWN: usize = 3;
    const LETTERS: usize = 12;

    pub(super) fn of(line: &str) -> Self {
        let mut right = Right::default();
        let (mut known, mut unknown) = (0, 0);
        for range in language::words(line, 0).take(Right::MOST) {
            let is_right = marks(line, &range).all(|m| matches!(m, Mark::Usual | Mark::AmongKnown))
                && Word::of(line, &range).is_known();
            let parts = is_right.then(|| Parts::of(&line[range])).flatten();
            let Some(parts) = parts else {
                unknown += 1;
                if unknown > Right::UNKNOWN {
                    return Right::default();
                }
                continue;
            };
            for part in parts.telling() {
                part.chars()
                    .filter(|c| !c.is_ascii())
                    .for_each(|c| right.add(lowered(c)));
                known += 1;
            }
        }
        match known > unknown {
            true => right,
            false => Right::default(),
        }
    }

    fn add(&mut self, letter: char) {
        if self.len < Right::LETTERS && !self.letters[..self.len].contains(&letter) {
            self.letters[self.len] = letter;
            self.len += 1;
        }
    }

    /// Whether all of the line that these words are of is right, or of a part of it: known
    /// words, or such as have no other letters, and usual marks beside them. The spaces of
    /// `Il a été demandé : « où ? »` are unusual, but right.
    pub(super) fn is_all(&self, text: &str) -> bool {
        let (mut has_quote, mut is_of_english) = (false, false);
        for range in language::words(text, 0) {
            let word = &text[range.clone()];
            for mark in marks(text, &range) {
                match mark {
                    Mark::Odd => return false,
                    Mark::AmongKnown => is_of_english |= self.len == 0,
                    Mark::InEnglish => is_of_english = true,
                    Mark::Usual => {}
                }
            }
            // Where there are none, nothing could tell what is misread.
            if self.len == 0 && word.contains(is_letter_beyond) {
                return false;
            }
            let of = Word::of(text, &range);
            let is_of_right = match self.len {
                0 => !of.is_misread(),
                _ => of.is_known() || !of.is_misread() && self.has_letters(word),
            };
            if !is_of_right {
                return false;
            }
            let Some(parts) = Parts::of(word) else {
                return false;
            };
            has_quote |= parts.has_quote;
        }
        let count = |quote: char| text.matches(quote).count();
        // `získa»` was a word, too.
        let is_paired =
            count('«') == count('»') && (count('“') + count('”') + count('„')).is_multiple_of(2);
        (!has_quote || is_paired) && (!is_of_english || language::is_english(text))
    }

    /// Whether the letters of a word are small ones that are among these, and could not be
    /// what is left of a sequence of UTF-8, as in `lâamour`.
    fn has_letters(&self, word: &str) -> bool {
        let has = |c: char| c != 'â' && self.letters[..self.len].contains(&c);
        word.chars().filter(|&c| is_letter_beyond(c)).all(has)
    }
}

/// The parts of a word that are of letters: few, for words are short.
#[derive(Clone, Copy, Debug, Default)]
struct Parts<'w> {
    of: [&'w str; 4],
    /// Whether a letter stands next to one of `«»“”„`.
    has_quote: bool,
}

impl<'w> Parts<'w> {
    /// `None` if one is a letter by itself that leads a sequence of UTF-8 in the charsets of
    /// Europe, `Ã`, or what is left of a word where a mark was a letter: the `n` of `direcci—n`.
    fn of(word: &'w str) -> Option<Self> {
        let mut parts = Parts::default();
        let mut len = 0;
        let mut start = 0;
        for (at, c) in word.char_indices().chain([(word.len(), '\u{a0}')]) {
            if is_letter(c) {
                continue;
            }
            let part = &word[start..at];
            if !part.is_empty() {
                let is_lead = |c: char| matches!(c, 'Â'..='ß' | 'Ă' | 'Ā' | 'Ć' | 'Ĺ');
                let is_lead = part.len() == 2 && part.starts_with(is_lead);
                if is_lead || len == parts.of.len() {
                    return None;
                }
                let is_quote = |c: char| matches!(c, '«' | '»' | '“' | '”' | '„');
                parts.has_quote |= is_quote(c) || word[..start].ends_with(is_quote);
                parts.of[len] = part;
                len += 1;
            }
            start = at + c.len_utf8();
        }
        Some(parts)
    }

    /// Those that are no words by chance.
    fn telling(self) -> impl Iterator<Item = &'w str> {
        let is_telling = |part: &&str| {
            let ascii = part.bytes().filter(u8::is_ascii).count();
            let is_word = || lexicon::word(part.chars().map(lowered)).is_some();
            ascii >= ASCII && ascii < part.len() && is_word()
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
            "The house—which was old—fell down in the storm last night.",
            "Add ½ cup, £20, 5×4, 10 µs ± 2 µs, m², Foo™, 3 ≥ 2 → yes",
            "│   ├── src",
        ] {
            assert!(is_right(line), "{line}");
        }
    }

    #[test]
    fn others_are_not() {
        for line in [
            "côté",
            "La direcci—n de la conexi—n",
            "str÷m",
            "setări, ignor„ selecțiile",
            "les installer Ă\u{a0} jour après",
            "trá»« après",
            "├│ vello estilo",
            "Otvori° vlastnú záložku",
            "päringuid, mis p””rata, tööta",
            "Imposs’vel analisar a saída",
            "µtandardné jadro, vlastnú",
            "liczb® linii wyświetlanych",
            "non pu• essere città",
            "Odstraňuje sa star\u{a0} verzia",
            "Â£20",
            "¬£20",
            "acci├│n",
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
