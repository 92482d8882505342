//! What words are made of, where they begin and end, and what stands beside them.

use std::iter;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::language;
use crate::model;
use crate::seam;

use super::hypothesis::Hypothesis;
use super::lattice::Piece;
use super::readings::{is_letter, lowered};

/// Marks that rightly stand within words and between them.
pub(super) const JOINS: [char; 10] = ['’', '‘', 'ʼ', '—', '–', '·', '‑', '…', '\u{ad}', '\u{200d}'];
/// Marks that rightly stand around words.
pub(super) const QUOTES: [char; 9] = ['“', '”', '‘', '’', '„', '«', '»', '‹', '›'];

/// Quotes that open, and those that close what they open.
const PAIRS: [(char, char); 9] = [
    ('«', '»'),
    ('»', '«'),
    ('‹', '›'),
    ('›', '‹'),
    ('“', '”'),
    ('„', '“'),
    ('„', '”'),
    ('‘', '’'),
    ('‚', '‘'),
];

/// Whether a quote closes what another opens.
pub(super) fn closes(open: char, close: char) -> bool {
    PAIRS.contains(&(open, close))
}
/// Marks that rightly stand before and after words.
const AROUND: [char; 30] = [
    '“', '”', '‘', '’', '„', '‚', '«', '»', '‹', '›', '…', '–', '—', '¡', '¿', '·', '•', '™', '®',
    '©', '°', '†', '‡', '¶', '§', '¢', '£', '¥', '€', '\u{a0}',
];
/// A word has at least this many letters.
pub(super) const WORD: usize = 3;

/// Whether words are written with this, or it is laid over what they are written with.
pub(super) fn is_spelled(c: char) -> bool {
    is_word_letter(c) || ('\u{300}'..'\u{370}').contains(&c)
}

/// Whether these are an apostrophe that was a capital within a word, and the
/// letters around it.
pub(super) fn is_contraction(line: &str, three: &[Piece]) -> bool {
    let is_small = |p: &Piece| p.layers == 0 && p.c.is_ascii_lowercase();
    let [before, mark, after] = three else {
        return false;
    };
    let mut was = line[mark.start as usize..mark.end as usize].chars();
    mark.layers != 0
        && mark.c == '’'
        && was.all(char::is_uppercase)
        && is_small(before)
        && is_small(after)
}

/// A mark that rightly stands next to words.
pub(super) fn is_mark(c: char) -> bool {
    JOINS.contains(&c) || AROUND.contains(&c)
}

/// What frames and bars are drawn with.
pub(super) fn is_drawing(c: char) -> bool {
    ('\u{2500}'..'\u{2600}').contains(&c)
}

/// An arrow or an operator of mathematics.
pub(super) fn is_operator(c: char) -> bool {
    matches!(c, '\u{2190}'..'\u{2300}')
}

/// Whether words are written with this.
pub(super) fn is_word_letter(c: char) -> bool {
    is_letter(c) && !matches!(c, 'ª' | 'º' | 'µ')
}

/// Whether a letter of Latin beyond ASCII is a word by itself here, between words of small
/// letters of ASCII.
pub(super) fn is_lone_letter(pieces: &[Piece], at: usize) -> bool {
    let c = |at: usize| pieces.get(at).map_or(' ', |p| p.c);
    let is_it = !c(at).is_ascii() && language::is_latin(c(at)) && is_word_letter(c(at));
    is_it
        && at > 1
        && (c(at - 1), c(at + 1)) == (' ', ' ')
        && c(at - 2).is_ascii_lowercase()
        && c(at + 2).is_ascii_lowercase()
        && !is_named(pieces, at)
}

/// Whether all that becomes something else is such a word.
pub(super) fn are_lone_letters(line: &str, h: &Hypothesis) -> bool {
    let mut places = (0..h.pieces.len()).filter(|&at| h.pieces[at].is_changed(line));
    places.all(|at| is_lone_letter(&h.pieces, at))
}

/// Whether all that becomes something else are no-break spaces [that nothing else stands
/// for](seam).
pub(super) fn are_at_seams(line: &str, pieces: &[Piece]) -> bool {
    let mut changed = pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some()
        && changed.all(|p| {
            let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
            let mut was = p.was(line).chars();
            let c = was.next().filter(|_| was.as_str().is_empty());
            let is_told = |c| seam::is_told(before.chars().rev(), c, after.chars());
            p.c == '\u{a0}' && c.is_some_and(is_told)
        })
}

/// What letters are called, as in `la lettera Š`, `bokstaven Œ`.
const LETTERS: [&str; 9] = [
    "lett", "letr", "lletr", "bokst", "bogst", "bókst", "carat", "caract", "tegn",
];

/// Whether one is spoken of there.
fn is_named(pieces: &[Piece], at: usize) -> bool {
    let before = pieces[..at - 1].rsplit(|p| p.c == ' ').next();
    let word: String = before.unwrap_or_default().iter().map(|p| p.c).collect();
    LETTERS.iter().any(|name| word.starts_with(name))
}

/// A line without the words that this is in.
pub(super) fn apart_from(pieces: &[Piece], c: char) -> String {
    let words = pieces.split(|p| p.c == ' ');
    spaced(words.filter(|word| word.iter().all(|p| p.c != c)))
}

/// The words that nothing was done to.
pub(super) fn untouched(pieces: &[Piece]) -> String {
    spaced(split(pieces).filter(|word| word.iter().all(|p| p.layers == 0)))
}

/// The words in which nothing became something else, read or not: those of `Poslední vrstva
/// podpùrné databáze` that windows-1250 leaves as they are tell that it is Czech.
pub(super) fn unchanged(line: &str, pieces: &[Piece]) -> String {
    spaced(split(pieces).filter(|word| !word.iter().any(|p| p.is_changed(line))))
}

/// The words in which nothing was filled in.
pub(super) fn certain(pieces: &[Piece]) -> String {
    spaced(split(pieces).filter(|word| !word.iter().any(|p| p.inferred)))
}

/// Words as a text, a space after each.
fn spaced<'a>(words: impl Iterator<Item = &'a [Piece]>) -> String {
    let letters = |word: &'a [Piece]| word.iter().map(|p| p.c).chain([' ']);
    words.flat_map(letters).collect()
}

/// The characters before a span and after it.
pub(super) fn beside(line: &str, span: Range<usize>) -> [Option<char>; 2] {
    [
        line[..span.start].chars().next_back(),
        line[span.end..].chars().next(),
    ]
}

/// Letters, and whatever was touched.
fn wordy(p: &Piece) -> bool {
    p.layers != 0 && !p.c.is_whitespace() || is_letter(p.c) || ('\u{300}'..'\u{370}').contains(&p.c)
}

/// The words of a line. An escape is none of the word after it, `\nВведите`, nor is a
/// letter of ASCII of one in another script: `idПользователя`.
pub(super) fn split(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut rest = pieces;
    iter::from_fn(move || {
        let start = rest.iter().position(wordy)?;
        let escape = usize::from(ends_escape(rest, start));
        rest = &rest[start + escape..];
        let goes_on = |i: &usize| wordy(&rest[*i]) && !is_border(rest, *i);
        let len = 1 + (1..rest.len()).take_while(goes_on).count();
        let (word, after) = rest.split_at(len);
        rest = after;
        Some(word)
    })
}

/// Whether a letter ends an escape before a word that was changed: `\nÈ necessario`.
fn ends_escape(pieces: &[Piece], at: usize) -> bool {
    let is_escape = at > 0 && pieces[at - 1].c == '\\' && matches!(pieces[at].c, 'n' | 'r' | 't');
    let begins = |p: &Piece| p.layers != 0 && wordy(p);
    is_escape && pieces.get(at + 1).is_some_and(begins)
}

/// Whether letters of ASCII meet others here that are of another script and enough for a
/// word: one alone was never right, as in `cafй`.
fn is_border(pieces: &[Piece], at: usize) -> bool {
    let is_ascii = |p: &Piece| p.layers == 0 && p.c.is_ascii_alphabetic();
    let is_other = |p: &Piece| p.layers != 0 && is_letter(p.c) && !language::is_latin(p.c);
    // Most pieces were touched like the one before.
    if (pieces[at - 1].layers == 0) == (pieces[at].layers == 0) {
        return false;
    }
    let (before, after) = pieces.split_at(at);
    let is_word = |word: &[Piece; WORD]| word.iter().all(is_other);
    is_ascii(&pieces[at - 1]) && after.first_chunk().is_some_and(is_word)
        || is_ascii(&pieces[at]) && before.last_chunk().is_some_and(is_word)
}

/// Whether a mark may stand before or after a word; those of other scripts all
/// may: `؟`.
pub(super) fn is_around(c: char) -> bool {
    !is_letter(c) && (AROUND.contains(&c) || ('\u{250}'..'\u{2000}').contains(&c))
}

/// Not written with an alphabet that the letter models know.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..)
}

/// Adds a word, an edge on both sides; marks around it are none of it, but
/// those within are. A no-break space within parts two.
pub(super) fn push(words: &mut Vec<char>, word: impl Iterator<Item = char>) {
    words.push('\n');
    let start = words.len();
    let mut small = false;
    for c in word.skip_while(|&c| is_around(c)) {
        if c == '\u{a0}' {
            words.push('\n');
            small = false;
            continue;
        }
        // A capital within a word is as odd as a mark: `diÓleg`.
        match lowered(c) {
            _ if small && c.is_uppercase() => words.push(c),
            _ if c == 'İ' => words.extend(c.to_lowercase()),
            lower => words.push(lower),
        }
        small = c.is_lowercase();
    }
    while words.len() > start && words.last().is_some_and(|&c| is_around(c)) {
        words.pop();
    }
    words.push('\n');
}

/// Whether this is a vowel of Latin, or `h`, before which vowels are left out.
pub(super) fn is_vowel(c: char) -> bool {
    let base = iter::once(c).nfd().next().map_or(c, lowered);
    matches!(base, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h')
}

/// Whether a word is all capitals.
pub(super) fn is_acronym(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_uppercase)
}

/// Whether no text has these side by side: letters of several scripts, or such as hardly any
/// text has. The bytes of two ideographs often chance to be those of two letters: of `×¨Òµ`,
/// which was `专业`, those of `רҵ`, and of `ÏµÍ³`, `系统`, those of `ϵͳ`.
pub(super) fn is_chance(letters: impl Iterator<Item = char>) -> bool {
    let mut of = 0;
    for c in letters {
        let script = model::script(c);
        let is_rare = model::is_rare(c) && !is_stroke(c);
        if is_rare || of != 0 && script != 0 && script != of {
            return true;
        }
        of = of.max(script);
    }
    false
}

/// A stroke over a letter or a digit, which is no letter: `$̶6̶`.
pub(super) fn is_stroke(c: char) -> bool {
    ('\u{334}'..='\u{338}').contains(&c)
}
