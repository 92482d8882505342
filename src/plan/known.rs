//! What is right of a line: known words with letters beyond ASCII, and usual marks. Where
//! there is nothing else, hardly any charset was mixed up.

use std::ops::Range;

use crate::language::{self, Alphabet, Word};
use crate::model::lexicon;

use super::readings::lowered;

/// Marks that are usual in right text of any language, next to words or between them; those
/// of them that come in pairs; and signs that stand by themselves.
const MARKS: [char; 16] = [
    '«', '»', '‹', '›', '“', '”', '„', '‘', '’', '–', '—', '…', '•', '°', '\u{a0}', '\u{202f}',
];
const QUOTES: [char; 7] = ['«', '»', '‹', '›', '“', '”', '„'];
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
    /// The same where no word with letters beyond ASCII is known: `gi…`.
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
            // `l’été`, `dell’età`; `don’t`, but `Imposs’vel`.
            ('’', (0, _) | (1, 1..) | (2, 2..)) => Mark::Usual,
            ('’', (_, 1..)) if ELIDED.iter().any(|end| before.ends_with(end)) => Mark::Usual,
            ('’', _) => Mark::InEnglish,
            ('–' | '—' | '…', (2.., 2..)) | ('–' | '—', (1.., 0)) => Mark::InEnglish,
            ('…' | '‘', (0, 1..)) => Mark::InEnglish,
            // `la possibilit… di modificare`
            ('…', (1.., 0)) if is_word_before(before, 'à') => Mark::Odd,
            ('…', (1.., 0)) if is_small_after_space(after) => Mark::InEnglish,
            ('…', (1.., 0)) => Mark::AmongKnown,
            // The space of `star\u{a0} verzia` was a letter.
            ('\u{a0}', (1.., 0)) if next == Some(' ') => Mark::Odd,
            // What only opens.
            ('„' | '‘' | '•', (1.., _)) => Mark::Odd,
            // `p””rata`
            ('«' | '»' | '“' | '”', _) if is_twice => Mark::Odd,
            ('«', _) if last == Some('»') => Mark::Odd,
            // `n° 5`, and `Otvori°`, which was `Otvoriť`.
            ('°', (1, 0)) => usual(is_apart(next)),
            ('°', near) => usual(near == (0, 0) || near == (0, 1)),
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

/// Whether a word in small letters is next, as within a sentence.
fn is_small_after_space(text: &str) -> bool {
    let next = text.strip_prefix(' ');
    next.is_some_and(|next| next.starts_with(char::is_lowercase))
}

/// Whether what ends here is a known word with this letter.
fn is_word_before(text: &str, letter: char) -> bool {
    let start = text.trim_end_matches(is_letter).len();
    let letters = text[start..].chars().map(lowered);
    lexicon::word(letters.chain([letter])).is_some()
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

/// Words that are looked at, and those of them that may be unknown.
const MOST: usize = 24;
const UNKNOWN: usize = 3;

/// Whether a letter leads sequences of UTF-8 in a charset of Europe, of which the rest may
/// be lost: `lâamour`, `Ãfrica`. Most capitals do.
fn is_lead(c: char) -> bool {
    matches!(c, 'Â'..='ß' | 'Ă' | 'Ā' | 'Ć' | 'Ĺ' | 'â')
}

/// Whether a line has known words with letters beyond ASCII, and fewer others.
pub(super) fn has_words(line: &str) -> bool {
    outnumber_others(line, UNKNOWN)
}

/// The letters of the language of a long line that has more known words than others. A short
/// one says too little of it, as `Utež dolžine šèetin`.
pub(super) fn alphabet(line: &str) -> Option<Alphabet<'_>> {
    outnumber_others(line, MOST / 2).then(|| Alphabet::of(line))
}

/// Whether the known words of a line are more than its others, and these at most so many.
fn outnumber_others(line: &str, most: usize) -> bool {
    let (mut known, mut unknown) = (0, 0);
    for range in language::words(line, 0).take(MOST) {
        let is_right = marks(line, &range).all(|m| matches!(m, Mark::Usual | Mark::AmongKnown))
            && Word::of(line, &range).is_known();
        match is_right.then(|| Runs::of(&line[range])).flatten() {
            Some(runs) => known += runs.telling().count(),
            None => unknown += 1,
        }
        if unknown > most {
            return false;
        }
    }
    known > unknown
}

/// Whether letters of a line, and no marks beside them, are a known word: the `será` of `será»…`.
pub(super) fn has_word(line: &str) -> bool {
    let is_known = |word: &str| {
        let letters = word.chars().flat_map(char::to_lowercase);
        letters.clone().count() >= SPELLED && lexicon::word(letters).is_some()
    };
    line.split(|c| !is_letter(c)).any(is_known)
}

/// Letters of a word that is met by no chance.
const SPELLED: usize = 4;

/// Whether all of a line is right, be it one that [has words](has_words) or not: known words,
/// and usual marks beside them. The spaces of `Il a été demandé : « où ? »` are unusual, but
/// right.
pub(super) fn is_right(text: &str, has_words: bool) -> bool {
    are_right(text, has_words, |word, of| match has_words {
        true => of.is_known(),
        // Where there are none, nothing could tell what is misread.
        false => !word.contains(is_letter_beyond) && !of.is_misread(),
    })
}

/// The same of a part of a long line, where other words are right, too, if the [alphabet] of the
/// line has their letters.
pub(super) fn is_right_in(alphabet: Option<&Alphabet<'_>>, text: &str) -> bool {
    let Some(alphabet) = alphabet else {
        return is_right(text, false);
    };
    are_right(text, true, |word, of| {
        of.is_known() || !of.is_misread() && is_spelled(word) && alphabet.has_all(word)
    })
}

fn are_right(text: &str, has_words: bool, is_of_right: impl Fn(&str, Word) -> bool) -> bool {
    let (mut has_quote, mut is_of_english) = (false, false);
    for range in language::words(text, 0) {
        let word = &text[range.clone()];
        for mark in marks(text, &range) {
            match mark {
                Mark::Odd => return false,
                Mark::AmongKnown => is_of_english |= !has_words,
                Mark::InEnglish => is_of_english = true,
                Mark::Usual => {}
            }
        }
        let is_of_right = is_of_right(word, Word::of(text, &range));
        let Some(runs) = is_of_right.then(|| Runs::of(word)).flatten() else {
            return false;
        };
        has_quote |= runs.has_quote;
    }
    (!has_quote || are_paired(text)) && (!is_of_english || language::is_english(text))
}

/// Whether no capital is within words, as in `vocÛ`, unless all letters are, and nothing
/// [leads](is_lead) sequences.
fn is_spelled(words: &str) -> bool {
    let is_small = |c: char| c.is_lowercase();
    let mut of_word = words.split(|c| !is_letter(c));
    !words.contains(is_lead)
        && of_word.all(|word| {
            let mut rest = word.chars().skip(1);
            rest.clone().all(is_small) || !word.contains(is_small) && rest.all(|c| !is_small(c))
        })
}

/// Whether each quote that opens is closed: `získa»` was a word, and so was `„ndern`.
fn are_paired(text: &str) -> bool {
    let count = |quote: char| text.matches(quote).count();
    let (mut open, mut last) = (0, ' ');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '“' | '”' | '„') {
            let is_space = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '«');
            match (
                is_space(last),
                chars.peek().is_none_or(|c| c.is_whitespace()),
            ) {
                (true, false) => open += 1,
                (false, _) => open -= 1,
                (true, true) => {}
            }
        }
        last = c;
    }
    open == 0 && count('«') == count('»') && count('‹') == count('›')
}

/// The runs of letters of a word: few, for words are short.
#[derive(Clone, Copy, Debug, Default)]
struct Runs<'w> {
    of: [&'w str; 4],
    /// Whether a letter stands next to a quote.
    has_quote: bool,
}

impl<'w> Runs<'w> {
    /// `None` if one is a letter by itself that leads a sequence of UTF-8 in a charset of
    /// Europe: `Ã`.
    fn of(word: &'w str) -> Option<Self> {
        let mut runs = Runs::default();
        let mut len = 0;
        let mut start = 0;
        for (at, c) in word.char_indices().chain([(word.len(), '\u{a0}')]) {
            if is_letter(c) {
                continue;
            }
            let run = &word[start..at];
            if !run.is_empty() {
                let is_lead = run.len() == 2 && run.starts_with(is_lead);
                if is_lead || len == runs.of.len() {
                    return None;
                }
                runs.has_quote |= QUOTES.contains(&c) || word[..start].ends_with(QUOTES);
                runs.of[len] = run;
                len += 1;
            }
            start = at + c.len_utf8();
        }
        Some(runs)
    }

    /// Those that are no words by chance.
    fn telling(self) -> impl Iterator<Item = &'w str> {
        let is_telling = |run: &&str| {
            let ascii = run.bytes().filter(u8::is_ascii).count();
            let is_word = || lexicon::word(run.chars().map(lowered)).is_some();
            ascii >= ASCII && ascii < run.len() && is_word()
        };
        self.of.into_iter().filter(is_telling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_it(line: &str) -> bool {
        super::is_right(line, has_words(line))
    }

    #[test]
    fn known_words_are_right() {
        for line in [
            "Il a été demandé\u{a0}: «\u{a0}où\u{a0}?\u{a0}»",
            "À côté — l’écran",
            "Qualità… «möglich»",
            "The house—which was old—fell down in the storm last night.",
            "Add ½ cup, £20, 5×4, 10 µs ± 2 µs, m², Foo™, 3 ≥ 2 → yes",
            "│   ├── src",
        ] {
            assert!(is_it(line), "{line}");
        }
    }

    #[test]
    fn words_are_right_that_are_spelled_in_the_alphabet_of_their_line() {
        let line = "Několik dní později řekl, že příklad byl hochštaplérský";
        let alphabet = alphabet(line);
        assert!(!is_it(line));
        assert!(is_right_in(alphabet.as_ref(), line));
        for other in ["hochštaplérskì", "hochÂštapler", "vocÛ", "ŚŠŘkly"] {
            assert!(!is_right_in(alphabet.as_ref(), other), "{other}");
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
            "Qualità del servizio. La possibilit… di modificare la propriet….",
            "Größe und Möglichkeit. Bitte „ndern Sie das und ”ffnen Sie es",
            "Vælg sprog først. på ›verste linje",
            "la última página, o °ltimo dia",
            "La ra’z del árbol",
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
            assert!(!is_it(line), "{line}");
        }
    }

    #[test]
    fn known_words_with_marks_stay_beside_damage() {
        let damaged = "MaÃ±ana iremos al rÃ\u{ad}o con los niÃ±os\n\
            El pÃ¡jaro cantÃ³ toda la noche en el jardÃ\u{ad}n\n\
            La canciÃ³n terminÃ³ y el pÃºblico aplaudiÃ³\n\
            Ayer dijo que será»…\n\
            NÃO ENTRE";
        let repaired = crate::repair(damaged);
        let text = repaired.text();
        assert!(text.starts_with("Mañana"), "{text}");
        assert!(text.contains("será»…"), "{text}");
    }
}
