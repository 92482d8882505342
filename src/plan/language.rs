//! Do the changed words look like words of some language?
//!
//! The universal model mixes all languages, and what is plausible pair by
//! pair may be no word anywhere: `potvrāte`. So the words that a legacy
//! reading changes are also held against each language by itself.

use crate::model::letters::{self, Letters};
use crate::model::{Cost, NAT};

use super::lattice::Piece;

/// A letter that a language does not have.
const FOREIGN: Cost = 8 * NAT;

/// A word has at least this many letters.
const WORD: usize = 3;
/// A letter that costs more than this on average is of no word.
const FIT: Cost = 4 * NAT;
/// Characters of East Asia that must change.
const EAST_ASIAN: usize = 4;
/// What each of them must gain.
const EACH: Cost = 2 * NAT;

/// What a legacy reading gains when its words are looked at: those that were
/// touched, as the languages see them. Touched letters that make no word say
/// nothing: lists of letters and tables of characters are full of them.
/// `None` if there is no such word, or it fits no language.
pub(super) fn gain(line: &str, pieces: &[Piece], gain: Cost) -> Option<Cost> {
    let mut before = Vec::new();
    let mut after = Vec::new();
    let (mut letters, mut east_asian, mut i) = (0, 0, 0);
    while i < pieces.len() {
        let end = i + pieces[i..].iter().take_while(|p| wordy(p)).count();
        if end == i {
            i += 1;
            continue;
        }
        let word = &pieces[i..end];
        i = end;
        if word.iter().all(|p| p.layers == 0) {
            continue;
        }
        east_asian += word.iter().filter(|p| p.layers != 0 && is_east_asian(p.c)).count();
        let is = word.iter().filter(|p| p.c.is_alphabetic()).count();
        let touched = word.iter().any(|p| p.layers != 0 && p.c.is_alphabetic());
        if is >= WORD && touched && is * 2 > word.len() {
            letters += is;
            push(&mut after, word.iter().map(|p| p.c));
            let span = word[0].start as usize..word[word.len() - 1].end as usize;
            push(&mut before, line[span].chars());
        }
    }
    if east_asian >= EAST_ASIAN && east_asian * 2 > letters {
        return (gain >= EACH * east_asian as Cost).then_some(gain);
    }
    let is = cheapest(&after);
    if letters == 0 || is > FIT * letters as Cost {
        return None;
    }
    Some((gain + gain.min(cheapest(&before) - is)) / 2)
}

/// Letters, and whatever was touched.
fn wordy(p: &Piece) -> bool {
    p.layers != 0 && !p.c.is_whitespace() || p.c.is_alphabetic() || ('\u{300}'..'\u{370}').contains(&p.c)
}

/// Not written with an alphabet that the letter models know.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..)
}

fn push(words: &mut Vec<char>, word: impl Iterator<Item = char>) {
    words.push('\n');
    words.extend(word.flat_map(char::to_lowercase));
    words.push('\n');
}

/// The cost of the words in the language that finds them cheapest.
fn cheapest(words: &[char]) -> Cost {
    letters::all().map(|language| cost(&language, words)).min().unwrap_or(0)
}

fn cost(language: &Letters, words: &[char]) -> Cost {
    let mut sum = 0;
    let mut last = 0;
    for &c in words {
        let place = if c == '\n' { 0 } else { language.place(c) };
        if c != '\n' && place == 0 {
            sum += FOREIGN;
        } else if (last, place) != (0, 0) {
            sum += language.cost(last, place);
        }
        last = place;
    }
    sum
}
