//! Do the changed words look like words of some language?
//!
//! The universal model mixes all languages, and what is plausible pair by
//! pair may be no word anywhere: `potvrāte`. So the words that a legacy
//! reading changes are also held against each language by itself.

use std::collections::BTreeSet;

use crate::language;
use crate::model::letters::{self, Letters};
use crate::model::{Cost, NAT};

use super::Hypothesis;
use super::doubt;
use super::lattice::Piece;
use crate::edit::Step;

/// A letter that a language does not have.
const FOREIGN: Cost = 14 * NAT;

/// A mark within a word: `R‚initialiser`.
const MARK: Cost = 14 * NAT;
/// Marks that rightly stand within words and between them.
const JOINS: [char; 9] = ['’', '‘', 'ʼ', '—', '–', '·', '‑', '\u{ad}', '\u{200d}'];
/// Marks that rightly stand before and after words.
const AROUND: [char; 26] = [
    '“', '”', '‘', '’', '„', '‚', '«', '»', '‹', '›', '…', '–', '—', '¡', '¿', '·', '•', '™', '®',
    '©', '°', '†', '‡', '¶', '§', '\u{a0}',
];
/// Letters of words that tell enough.
const LOOKED_AT: usize = 200;
/// An acronym has at most this many.
const ACRONYM: usize = 5;
/// Acronyms that are all there is have at least so many.
const ACRONYMS: usize = 10;
/// A word has at least this many letters.
const WORD: usize = 3;
/// A step from letter to letter that costs more than this on average is of no
/// word.
const FIT: Cost = 7 * NAT / 2;
/// The same where the universal model is this sure by itself.
const LOOSE_FIT: Cost = 6 * NAT;
const PLENTY: Cost = 60 * NAT;
/// Characters of East Asia that must change.
const EAST_ASIAN: usize = 4;
/// So many of them in a row at least, or twice as many syllables of Hangul, where
/// words are short: lists have them one by one.
const RUN: usize = 3;
/// So many in all where the text was of marks and signs.
const MANY: usize = 10;
/// Letters of another script than Latin that there must be: `ůíů` is no `ЫМЫ`.
const OTHER: usize = 4;
/// So many letters tell whether their language is known, where they cost no more
/// than this.
const KNOWN: usize = 16;
const UNKNOWN: Cost = 3 * NAT;
/// What the words must gain.
const WORDS: Cost = 2 * NAT;
/// From which on nothing speaks against them, and what they may cost then.
const SURE: Cost = 10 * NAT;
const SURE_FIT: Cost = 5 * NAT;
/// What each of them must gain, made from two characters or from one.
const EACH_OF_TWO: Cost = 6 * NAT;
const EACH_OF_ONE: Cost = 5 * NAT;

/// What a legacy reading gains when its words are looked at: those that were
/// touched, as the languages see them. Touched letters that make no word say
/// nothing: lists of letters and tables of characters are full of them.
/// `None` if there is no such word, or it fits no language.
pub(super) fn gain(line: &str, h: &Hypothesis, wanted: &[String]) -> Option<Cost> {
    let (pieces, gain) = (&h.pieces, h.gain);
    let mut before = Vec::new();
    let mut after = Vec::new();
    let rest = untouched(pieces);
    // Where the line tells its language, `å` is a word.
    let known = rest.chars().filter(char::is_ascii_alphabetic).count() >= KNOWN;
    let mut seen = BTreeSet::new();
    let mut acronyms = true;
    let (mut letters, mut looked_at, mut longest, mut i) = (0, 0, 0, 0);
    let (mut east_asian, mut hangul) = (0, 0);
    // Of the input: characters touched, and of these drawings and East Asia's.
    let (mut touched_in, mut drawn_in, mut east_asian_in, mut letters_in) = (0, 0, 0, 0);
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
        for p in word.iter().filter(|p| p.layers != 0) {
            for c in line[p.start as usize..p.end as usize]
                .chars()
                .filter(|c| !c.is_ascii())
            {
                touched_in += 1;
                drawn_in += usize::from(('\u{2500}'..'\u{2600}').contains(&c));
                east_asian_in += usize::from(is_east_asian(c));
                letters_in += usize::from(is_letter(c));
            }
        }
        let here = word
            .iter()
            .filter(|p| p.layers != 0 && is_east_asian(p.c))
            .count();
        east_asian += here;
        let is_hangul = |p: &&Piece| p.layers != 0 && ('\u{ac00}'..'\u{d7a4}').contains(&p.c);
        hangul += word.iter().filter(is_hangul).count();
        longest = longest.max(here);
        let is = word.iter().filter(|p| p.c.is_alphabetic()).count();
        let touched = word.iter().any(|p| p.layers != 0 && p.c.is_alphabetic());
        let was = &line[word[0].start as usize..word[word.len() - 1].end as usize];
        // `║▌║` is a drawing, whatever letters it would make.
        let spoken = was.chars().any(is_letter);
        // `äää` is no word, nor what it would be in another charset.
        let stutters = word
            .windows(3)
            .any(|w| w[0].c == w[1].c && w[1].c == w[2].c);
        // Of what `СФТП` stands for, letter pairs know nothing.
        let acronym = was.chars().count() <= ACRONYM && was.chars().all(char::is_uppercase);
        let latin = word.iter().all(|p| language::is_latin(p.c));
        let least = if known && latin && was.chars().all(is_letter) {
            1
        } else {
            WORD
        };
        let again = !seen.insert(was);
        if is >= least && touched && is * 2 > word.len() && spoken && !stutters && !again {
            acronyms &= acronym;
            letters += is;
            if looked_at >= LOOKED_AT {
                continue;
            }
            looked_at += is;
            push(&mut after, word.iter().map(|p| p.c));
            push(&mut before, was.chars());
        }
    }
    if east_asian >= EAST_ASIAN && east_asian * 2 > letters {
        let each = if east_asian_in * 2 > touched_in {
            EACH_OF_ONE
        } else {
            EACH_OF_TWO
        };
        // Frames are drawn with `║▌║`; no text was that.
        let drawn =
            drawn_in * 3 > touched_in * 2 || !is_of_marks(&h.steps) && letters_in * 6 < touched_in;
        // A row of keys on a Mac, `œ∑´®†¥¨ˆøπ`, has as many bytes as a few words.
        let marks = is_of_marks(&h.steps);
        let sure = gain >= each * east_asian as Cost
            && (longest >= RUN || hangul >= 2 * RUN)
            && !drawn
            && (!marks || east_asian >= MANY);
        return sure.then_some(gain * 3 / 4);
    }
    let is_latin = after.iter().filter(|c| language::is_latin(**c)).count() * 2 > looked_at;
    // `·´¯` is drawn, too, whatever charset it stands in.
    let drawn = gain < 2 * PLENTY && !is_of_marks(&h.steps) && letters_in * 4 < touched_in;
    let prior = if is_latin {
        language::prior(&rest)
    } else {
        language::Prior {
            costs: vec![0; letters::all().count()],
            least: 0,
            steps: 0,
        }
    };
    let (after_all, is) = cheapest(&after, wanted, &prior.costs);
    let (before_all, _) = cheapest(&before, wanted, &prior.costs);
    let words = before_all - after_all;
    let edges = after.iter().filter(|c| **c == '\n').count() / 2;
    // The words of a line say nothing of one in another alphabet.
    let is_sure = is_latin && words >= SURE;
    let fit = match () {
        () if gain >= PLENTY => LOOSE_FIT,
        () if is_sure => SURE_FIT,
        () => FIT,
    };
    // Of what language `Seoh þa gescead` is, the letters don't know.
    let unknown = prior.steps >= KNOWN && prior.least > UNKNOWN * prior.steps as Cost;
    if letters == 0
        || !is_latin && (letters < OTHER || acronyms && letters < ACRONYMS || drawn)
        || unknown
    {
        return None;
    }
    // In the alphabets of others a word has fewer letters that are not its own.
    let steps = if is_latin {
        looked_at + edges
    } else {
        looked_at
    };
    if is > fit * steps as Cost {
        return None;
    }
    if words < WORDS {
        return None;
    }
    let all = gain + words - h.cost;
    // Of letters the language is sure, but marks and signs stand anywhere.
    Some(if is_sure && letters_in * 2 > touched_in {
        all.min(3 * gain) / 2
    } else {
        all.min(2 * gain) / 2 - doubt::alone(line, h) - doubt::repeated(line, h) / 2
    })
}

/// Whether words are written with this.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ')
}

/// The words that nothing was done to.
fn untouched(pieces: &[Piece]) -> String {
    let words = pieces.split(|p| !wordy(p));
    let untouched = words.filter(|word| word.iter().all(|p| p.layers == 0));
    untouched
        .flat_map(|word| word.iter().map(|p| p.c).chain([' ']))
        .collect()
}

/// Whether the bytes showed in a charset that is half marks and signs.
fn is_of_marks(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Misread { misread, .. } => {
            misread.name().starts_with("mac-") || misread.name().starts_with("cp")
        }
        _ => false,
    })
}

/// Letters, and whatever was touched.
fn wordy(p: &Piece) -> bool {
    p.layers != 0 && !p.c.is_whitespace()
        || p.c.is_alphabetic()
        || ('\u{300}'..'\u{370}').contains(&p.c)
}

/// Whether a mark may stand before or after a word; those of other scripts all
/// may: `؟`.
fn is_around(c: char) -> bool {
    AROUND.contains(&c) || !c.is_alphabetic() && ('\u{250}'..'\u{2000}').contains(&c)
}

/// Not written with an alphabet that the letter models know.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..)
}

/// Adds a word, an edge on both sides; marks around it are none of it, but
/// those within are.
fn push(words: &mut Vec<char>, word: impl Iterator<Item = char>) {
    words.push('\n');
    let start = words.len();
    let mut small = false;
    for c in word.skip_while(|&c| is_around(c)) {
        // A capital within a word is as odd as a mark: `diÓleg`.
        if small && c.is_uppercase() {
            words.push(c);
        } else {
            words.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    while words.len() > start && words.last().is_some_and(|&c| is_around(c)) {
        words.pop();
    }
    words.push('\n');
}

/// The cost of the words in the language, of those wanted, that finds them and
/// what else the line says cheapest.
fn cheapest(words: &[char], wanted: &[String], prior: &[Cost]) -> (Cost, Cost) {
    // What a letter costs that a language does not have.
    let foreign = |&c: &char| {
        let cost = match c {
            '\n' => 0,
            c if JOINS.contains(&c) => 0,
            c if c.is_alphabetic() => FOREIGN,
            _ => MARK,
        };
        (c, cost)
    };
    let words: Vec<(char, Cost)> = words.iter().map(foreign).collect();
    let is_wanted = |l: &Letters| wanted.is_empty() || wanted.iter().any(|tag| tag == l.tag());
    // What they cost at least, for letters that a language does not have: most
    // languages are out of the question.
    let least = language::missing(words.iter().filter(|w| w.1 == FOREIGN).map(|w| w.0));
    let all = letters::all().zip(prior).zip(least);
    let mut languages: Vec<(Cost, Cost, Letters)> = all
        .filter(|((l, _), _)| is_wanted(l))
        .map(|((l, prior), missing)| (prior + FOREIGN * missing, *prior, l))
        .collect();
    languages.sort_by_key(|l| l.0);
    let mut best = None;
    for (least, prior, language) in languages {
        let most = best.map_or(Cost::MAX, |(all, _)| all);
        if least >= most {
            break;
        }
        best = cost(&language, &words, prior, most)
            .map(|all| (all, all - prior))
            .or(best);
    }
    best.unwrap_or((0, 0))
}

/// The cost of the words in one language, if it is less than `best`.
fn cost(language: &Letters, words: &[(char, Cost)], prior: Cost, best: Cost) -> Option<Cost> {
    let mut sum = prior;
    let mut last = 0;
    for &(c, foreign) in words {
        let place = if c == '\n' { 0 } else { language.place(c) };
        if place == 0 && foreign > 0 {
            sum += foreign;
        } else if (last, place) != (0, 0) {
            sum += language.cost(last, place);
        }
        if sum >= best {
            return None;
        }
        last = place;
    }
    Some(sum)
}
