//! What speaks against an account of damage, however plausible the text that
//! it leads to: lists of characters, half a word damaged, one odd character, the
//! same one again and again, and letters that nobody writes there.

mod case;
mod east_asia;
mod left;
mod legacy;
mod rows;
mod utf8;

use std::ops::Range;

use crate::language;
use crate::model::{self, Cost, NAT};

use super::hypothesis::Hypothesis;
use super::lattice::Piece;
use super::readings::is_letter;
use super::spelling::{self, is_stroke};
use super::words;
use utf8::{is_lone, misplaced};

pub(super) use left::{left, most_left};
pub(super) use legacy::is_like_latin;

/// A word of which a part was read right, and a part wrong: `Рёмера`.
const HALF_WORD: Cost = 20 * NAT;
/// The only damage of a line: `²` or `Ω`, and `ă`, which other letters of Latin
/// are often taken for.
const ALONE: Cost = 6 * NAT;
const ALONE_LATIN: Cost = 2 * NAT;

/// A character that hardly any text has: `ɖ`, which `É–` would be.
const RARE: Cost = 20 * NAT;
/// A letter of a script that the line has nothing else of, and a byte of it lost.
const LONE: Cost = 24 * NAT;
/// A character that is quoted: `„Ä“`, `'Ã'`, `“×”`.
const QUOTED: Cost = 12 * NAT;

/// A word that tells has so many letters.
const SPELLED: usize = 4;
/// Letters of a word before and after a place that are looked at.
const LONGEST_WORD: usize = 48;
/// What much text gains that is not just of names and numbers.
const MUCH: Cost = 100 * NAT;

/// What is to be taken off the gain of an account, all of it where it is ruled out; of a chain
/// that other lines are certain of, what stands on one line alone says less.
pub(super) fn doubt(line: &str, h: &Hypothesis, is_certain: bool) -> Cost {
    // Spaces are doubted wherever they could have been letters, which these could not.
    if spelling::are_at_seams(line, &h.pieces) {
        return 0;
    }
    let touched = &Touched::of(line, &h.pieces);
    let never = touched.pieces().any(|p| is_unassigned(p.c))
        || rows::is_ruled_out(h, touched, is_certain)
        || case::is_ruled_out(h, touched, is_certain)
        || utf8::is_ruled_out(h, touched, is_certain)
        || legacy::is_ruled_out(h, touched, is_certain)
        || east_asia::is_ruled_out(h, touched, is_certain);
    if never {
        return h.gain;
    }
    // Where other lines tell of it, `"С‚"` was one letter of UTF-8.
    let quoted = match is_certain && !h.is_legacy() {
        true => 0,
        false => quoted(touched),
    };
    let always = QUOTED * quoted + RARE * rare(touched);
    // Where bytes are lost, what they stood with may be kept; but `ö` leads nothing, so that
    // `nÅngström` lost none.
    let of_kind = if h.is_inferred() {
        let leads_none = |c: char| matches!(c, 'õ'..='ÿ');
        LONE * Cost::from(is_lone(line, &h.pieces))
            + HALF_WORD * half_words(line, &h.pieces, leads_none)
    } else {
        HALF_WORD * half_words(line, &h.pieces, |c| !c.is_ascii())
    };
    // What words say of legacy readings has the rest.
    let of_utf8 = match h.is_legacy() {
        true => 0,
        false if touched.is_written() => repeated(line, h) + misplaced(line, h, is_certain),
        false => misplaced(line, h, is_certain),
    };
    always + of_kind + of_utf8
}

/// What one more letter of a word costs, as a rule.
const STEP: Cost = 3 * NAT;

/// What letters cost in the language that they are likeliest in.
pub(super) fn least(text: impl Iterator<Item = char>) -> Cost {
    words::in_languages(text)
        .into_iter()
        .min()
        .unwrap_or_default()
}

/// Steps from letter to letter that tell the language of a formula's line, or of capitals.
const TOLD: usize = 24;

/// How many characters were made that hardly any text has, where they are more
/// than here and there.
fn rare(touched: &Touched<'_>) -> Cost {
    let is_rare = |p: &&Piece| model::is_rare(p.c) && !is_stroke(p.c);
    let rare = touched.pieces().filter(is_rare).count();
    if rare * 4 < touched.pieces().count() {
        0
    } else {
        rare as Cost
    }
}

/// What is to be taken off for one character being all that a legacy reading
/// changes.
pub(super) fn alone(line: &str, h: &Hypothesis) -> Cost {
    match only(line, &h.pieces) {
        Some('À'..='ɏ') => ALONE_LATIN,
        Some(_) => ALONE,
        None => 0,
    }
}

/// What a gain owes to saying the same again: where `þ` is no letter of a
/// language, it is none wherever it stands.
pub(super) fn repeated(line: &str, h: &Hypothesis) -> Cost {
    let mut all: Vec<&str> = Touched::of(line, &h.pieces)
        .spans()
        .map(|span| &line[span])
        .collect();
    let occurrences = all.len() as Cost;
    all.sort_unstable();
    all.dedup();
    let distinct = all.len() as Cost;
    h.gain.max(0) * (occurrences - distinct) / occurrences.max(1)
}

/// Nobody writes in planes that Unicode has nothing in.
fn is_unassigned(c: char) -> bool {
    c >= '\u{3_2000}' || ('\u{1_fc00}'..'\u{2_0000}').contains(&c)
}

/// The runs of touched pieces of a line.
struct Touched<'a> {
    line: &'a str,
    runs: Vec<&'a [Piece]>,
}

impl<'a> Touched<'a> {
    fn of(line: &'a str, pieces: &'a [Piece]) -> Self {
        let runs = pieces.chunk_by(|a, b| (a.layers != 0) == (b.layers != 0));
        Touched {
            line,
            runs: runs.filter(|run| run[0].layers != 0).collect(),
        }
    }

    fn any(&self) -> bool {
        !self.runs.is_empty()
    }

    fn pieces(&self) -> impl Iterator<Item = &'a Piece> + Clone {
        self.runs.iter().copied().flatten()
    }

    /// The runs as spans of the line.
    fn spans(&self) -> impl Iterator<Item = Range<usize>> + Clone {
        let span = |run: &&[Piece]| run[0].start as usize..run[run.len() - 1].end as usize;
        self.runs.iter().map(span)
    }

    /// What stood there.
    fn chars(&self) -> impl Iterator<Item = char> {
        self.spans().flat_map(|span| self.line[span].chars())
    }

    /// Whether the first of it is a letter of another script than Latin: `Рё` is
    /// written, `Ã©` is not.
    fn is_written(&self) -> bool {
        self.chars()
            .next()
            .is_some_and(|c| c >= '\u{250}' && is_letter(c))
    }
}

/// How many of the changes are of a character with the quote after it, when
/// there is one before it, too, or one beyond ASCII before the word: `»SÅ«`, `„kutã“`.
fn quoted(touched: &Touched<'_>) -> Cost {
    let line = touched.line;
    let is_quote = |c: char| matches!(c, '"' | '\'' | '«' | '»' | '‹' | '›' | '‘'..='‟');
    let is_quoted = |span: &Range<usize>| {
        let mut inner = line[span.clone()].chars();
        let quoted = inner.next().is_some_and(|c| !is_quote(c));
        let mut before = line[..span.start].chars().rev().take(LONGEST_WORD);
        let is_beside = before.clone().next().is_some_and(is_quote);
        let opens = |c: char| !c.is_ascii() && is_quote(c);
        quoted
            && inner.next().is_some_and(is_quote)
            && inner.next().is_none()
            && (is_beside || before.find(|c| !is_letter(*c)).is_some_and(opens))
    };
    touched.spans().filter(is_quoted).count() as Cost
}

/// Words in which letters beyond ASCII were changed and others kept: a charset is
/// mixed up for a word at least.
fn half_words(line: &str, pieces: &[Piece], tells: impl Fn(char) -> bool) -> Cost {
    let kept = |p: &Piece| p.layers == 0 && tells(p.c);
    if !pieces.iter().any(kept) {
        return 0;
    }
    let between = |p: &Piece| !is_letter(p.c) && (p.layers == 0 || p.c.is_whitespace());
    let words = pieces.split(between);
    // The `ý` of `Časový` is the same in all that `µ` could be a letter of.
    let changes = |word: &[Piece]| word.iter().any(|p| p.is_changed(line));
    let is_half = |word: &&[Piece]| changes(word) && word.iter().any(kept);
    words.filter(is_half).count() as Cost
}

/// The character that is all that is touched, if it never stands where only
/// damage puts it: `²` may stand after a word, but not `‚`, nor `“` within one.
fn only(line: &str, pieces: &[Piece]) -> Option<char> {
    let touched = Touched::of(line, pieces);
    let mut all = touched.chars();
    let first = all.next()?;
    let within = |span: Range<usize>| {
        let mark = !line[span.clone()].contains(is_letter);
        let before = line[..span.start].chars().next_back();
        let after = line[span.end..].chars().next();
        mark && before.is_some_and(is_letter) && after.is_some_and(char::is_lowercase)
    };
    (all.all(|c| c == first) && !touched.spans().any(within)).then_some(first)
}

/// Whether what was a letter is one of a word that a mark may stand in: what shows as `·` in Thai
/// stands between letters of it.
fn is_of_word(line: &str, p: &Piece) -> bool {
    p.was(line).chars().all(is_letter) && (!p.is_changed(line) || language::is_latin(p.c))
}

/// Letters of words that are known in one language or another.
const SHORT: usize = 3;

/// Whether this stands in a word of so many letters at most.
fn is_short(line: &str, p: &Piece, most: usize) -> bool {
    let before = line[..p.start as usize].chars().rev();
    let after = line[p.start as usize..].chars();
    let letters = [
        before.take(most + 1).take_while(|c| is_letter(*c)).count(),
        after.take(most + 1).take_while(|c| is_letter(*c)).count(),
    ];
    letters.iter().sum::<usize>() <= most
}
