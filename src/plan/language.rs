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

/// What the best language finds gained in the words with touched characters,
/// and what a letter of them costs it at the end.
pub(super) fn gain(line: &str, pieces: &[Piece]) -> Option<(Cost, Cost)> {
    let mut before = Vec::new();
    let mut after = Vec::new();
    let mut i = 0;
    while i < pieces.len() {
        let end = i + pieces[i..].iter().take_while(|p| wordy(p)).count();
        if end == i {
            i += 1;
            continue;
        }
        let word = &pieces[i..end];
        if word.iter().any(|p| p.layers != 0) {
            push(&mut after, word.iter().map(|p| p.c));
            let span = word[0].start as usize..word[word.len() - 1].end as usize;
            push(&mut before, line[span].chars());
        }
        i = end;
    }
    let letters = after.iter().filter(|&&c| c != '\n').count() as Cost;
    if letters == 0 {
        return None;
    }
    let (was, is) = (cheapest(&before), cheapest(&after));
    Some((was - is, is / letters))
}

/// Letters, and whatever was touched.
fn wordy(p: &Piece) -> bool {
    p.layers != 0 && !p.c.is_whitespace() || p.c.is_alphabetic() || ('\u{300}'..'\u{370}').contains(&p.c)
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
