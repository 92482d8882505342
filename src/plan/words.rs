//! Do the changed words look like words of some language?
//!
//! The universal model mixes all languages, and what is plausible pair by
//! pair may be no word anywhere: `potvrāte`. So the words that a legacy
//! reading changes are also held against each language by itself, and against
//! what the rest of the line says of its language.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::edit::Step;
use crate::language;
use crate::model::letters::{self, Letters};
use crate::model::{Cost, NAT};

use super::Hypothesis;
use super::doubt;
use super::lattice::Piece;
use super::readings::is_letter as is_alphabetic;

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
const LISTED: usize = 200;
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
    let rest = untouched(&h.pieces);
    let words = Words::of(line, &h.pieces, &rest);
    if words.east_asian >= EAST_ASIAN && words.east_asian * 2 > words.letters {
        words.gain_in_east_asia(h)
    } else {
        words.gain(line, h, &rest, wanted)
    }
}

/// The words that a reading touches.
#[derive(Default)]
struct Words {
    /// As they were and as they became, in lower case, each between edges.
    before: Vec<char>,
    after: Vec<char>,
    /// Letters of all of them, and of those listed.
    letters: usize,
    listed: usize,
    /// Whether there is one that is no acronym.
    spelled: bool,
    /// Characters of East Asia that were made, how many in a row at most, and
    /// syllables of Hangul among them.
    east_asian: usize,
    longest: usize,
    hangul: usize,
    /// Of the input: characters beyond ASCII that were touched, and of these
    /// drawings, East Asia's, and letters.
    touched_in: usize,
    drawn_in: usize,
    east_asian_in: usize,
    letters_in: usize,
}

impl Words {
    fn of(line: &str, pieces: &[Piece], rest: &str) -> Self {
        // Where the line tells its language, `å` is a word.
        let known = rest.chars().filter(char::is_ascii_alphabetic).count() >= KNOWN;
        let mut words = Words::default();
        let mut seen = BTreeSet::new();
        let is_touched = |word: &&[Piece]| word.iter().any(|p| p.layers != 0);
        for word in pieces.split(|p| !wordy(p)).filter(is_touched) {
            words.count(line, word);
            let was = &line[word[0].start as usize..word[word.len() - 1].end as usize];
            if seen.insert(was) {
                words.list(was, word, known);
            }
        }
        words
    }

    /// Counts what a word was touched in.
    fn count(&mut self, line: &str, word: &[Piece]) {
        let touched = || word.iter().filter(|p| p.layers != 0);
        let was = touched().flat_map(|p| line[p.start as usize..p.end as usize].chars());
        for c in was.filter(|c| !c.is_ascii()) {
            self.touched_in += 1;
            self.drawn_in += usize::from(('\u{2500}'..'\u{2600}').contains(&c));
            self.east_asian_in += usize::from(is_east_asian(c));
            self.letters_in += usize::from(is_letter(c));
        }
        let here = touched().filter(|p| is_east_asian(p.c)).count();
        self.east_asian += here;
        self.longest = self.longest.max(here);
        self.hangul += touched()
            .filter(|p| ('\u{ac00}'..'\u{d7a4}').contains(&p.c))
            .count();
    }

    /// Lists a word, if it is one.
    fn list(&mut self, was: &str, word: &[Piece], known: bool) {
        let is = word.iter().filter(|p| is_alphabetic(p.c)).count();
        let touched = word.iter().any(|p| p.layers != 0 && is_alphabetic(p.c));
        // `║▌║` is a drawing, whatever letters it would make.
        let spoken = was.chars().any(is_letter);
        // `äää` is no word, nor what it would be in another charset.
        let stutters = word
            .windows(3)
            .any(|w| w[0].c == w[1].c && w[1].c == w[2].c);
        let latin = word.iter().all(|p| language::is_latin(p.c));
        let least = if known && latin && was.chars().all(is_letter) {
            1
        } else {
            WORD
        };
        if is < least || !touched || is * 2 <= word.len() || !spoken || stutters {
            return;
        }
        // Of what `СФТП` stands for, letter pairs know nothing.
        self.spelled |= was.chars().count() > ACRONYM || !was.chars().all(char::is_uppercase);
        self.letters += is;
        if self.listed < LISTED {
            self.listed += is;
            push(&mut self.after, word.iter().map(|p| p.c));
            push(&mut self.before, was.chars());
        }
    }

    /// Ideographs make no words that the letter models know; several in a row
    /// must do.
    fn gain_in_east_asia(&self, h: &Hypothesis) -> Option<Cost> {
        let each = if self.east_asian_in * 2 > self.touched_in {
            EACH_OF_ONE
        } else {
            EACH_OF_TWO
        };
        let marks = is_of_marks(&h.steps);
        // Frames are drawn with `║▌║`, others with `·´¯`; no text was that.
        let drawn = self.drawn_in * 3 > self.touched_in * 2
            || !marks && self.letters_in * 6 < self.touched_in;
        // A row of keys on a Mac, `œ∑´®†¥¨ˆøπ`, has as many bytes as a few words.
        let sure = h.gain >= each * self.east_asian as Cost
            && (self.longest >= RUN || self.hangul >= 2 * RUN)
            && !drawn
            && (!marks || self.east_asian >= MANY);
        sure.then_some(h.gain * 3 / 4)
    }

    fn gain(&self, line: &str, h: &Hypothesis, rest: &str, wanted: &[String]) -> Option<Cost> {
        if self.letters == 0 {
            return None;
        }
        let latin = self
            .after
            .iter()
            .filter(|c| language::is_latin(**c))
            .count();
        let is_latin = latin * 2 > self.listed;
        // The words of a line say nothing of one in another alphabet.
        let prior = language::prior(if is_latin { rest } else { "" });
        // Of what language `Seoh þa gescead` is, the letters don't know.
        if prior.steps >= KNOWN && prior.least > UNKNOWN * prior.steps as Cost {
            return None;
        }
        let drawn =
            h.gain < 2 * PLENTY && !is_of_marks(&h.steps) && self.letters_in * 4 < self.touched_in;
        let few = self.letters < OTHER || !self.spelled && self.letters < ACRONYMS;
        if !is_latin && (few || drawn) {
            return None;
        }
        let (after, is) = cheapest(&self.after, wanted, &prior.costs);
        let (before, _) = cheapest(&self.before, wanted, &prior.costs);
        let words = before - after;
        let is_sure = is_latin && words >= SURE;
        let fit = match () {
            () if h.gain >= PLENTY => LOOSE_FIT,
            () if is_sure => SURE_FIT,
            () => FIT,
        };
        // With the steps at the edges, which words of Latin may be dear at.
        let edges = self.after.iter().filter(|c| **c == '\n').count() / 2;
        let steps = self.listed + if is_latin { edges } else { 0 };
        if is > fit * steps as Cost || words < WORDS {
            return None;
        }
        let all = h.gain + words - h.cost;
        // Of letters the language is sure, but marks and signs stand anywhere.
        Some(if is_sure && self.letters_in * 2 > self.touched_in {
            all.min(3 * h.gain) / 2
        } else {
            all.min(2 * h.gain) / 2 - doubt::alone(line, h) - doubt::repeated(line, h) / 2
        })
    }
}

/// Whether words are written with this.
fn is_letter(c: char) -> bool {
    is_alphabetic(c) && !matches!(c, 'ª' | 'º' | 'µ')
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
        || is_alphabetic(p.c)
        || ('\u{300}'..'\u{370}').contains(&p.c)
}

/// Whether a mark may stand before or after a word; those of other scripts all
/// may: `؟`.
fn is_around(c: char) -> bool {
    AROUND.contains(&c) || !is_alphabetic(c) && ('\u{250}'..'\u{2000}').contains(&c)
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
/// what else the line says cheapest: with what else it says, and without.
fn cheapest(words: &[char], wanted: &[String], prior: &[Cost]) -> (Cost, Cost) {
    let is_wanted = |l: &Letters| wanted.is_empty() || wanted.iter().any(|tag| tag == l.tag());
    let mut letters: Vec<char> = words
        .iter()
        .copied()
        .filter(|&c| missed(c) == FOREIGN)
        .collect();
    letters.sort_unstable();
    let text: String = words.iter().collect();
    let spelled = Spelled::of(words);
    // What they cost at least: most languages are out of the question.
    let (least, missing) = (language::at_least(&text), language::missing(&letters));
    let least = |i: usize, l: &Letters| match Cost::from(missing[i]) {
        missing if l.is_latin() => least[i] + missing * (FOREIGN - language::MISSING),
        missing => missing * FOREIGN,
    };
    let all = letters::all().enumerate().filter(|(_, l)| is_wanted(l));
    let mut running: Vec<Runner> = all
        .map(|(i, l)| Runner::new(l, least(i, l), prior[i]))
        .collect();
    // A race: who is behind after a few letters does not run on.
    let all = words.len();
    let mut start = 0;
    for (end, most) in [(0, 96), (24, 48), (64, 24), (all, 1)] {
        let end = end.min(all);
        for runner in &mut running {
            runner.run(&spelled, start..end);
        }
        let ahead = |r: &Runner| r.least * (all - end) as Cost / all.max(1) as Cost;
        if running.len() > most {
            running.select_nth_unstable_by_key(most, |r| r.sum + ahead(r));
            running.truncate(most);
        }
        start = end;
    }
    running.first().map_or((0, 0), |r| (r.sum, r.sum - r.prior))
}

/// What a character costs that a language does not have.
fn missed(c: char) -> Cost {
    match c {
        '\n' => 0,
        c if JOINS.contains(&c) => 0,
        c if is_alphabetic(c) => FOREIGN,
        _ => MARK,
    }
}

/// Words by the numbers of their characters among the different ones.
struct Spelled {
    words: Vec<u16>,
    /// The different characters, the edge first, with what they cost if missed.
    chars: Vec<(char, Cost)>,
}

impl Spelled {
    fn of(words: &[char]) -> Self {
        let mut chars = vec![('\n', 0)];
        let mut number = |&c: &char| {
            let known = chars.iter().position(|known| known.0 == c);
            known.unwrap_or_else(|| {
                chars.push((c, missed(c)));
                chars.len() - 1
            }) as u16
        };
        let words = words.iter().map(&mut number).collect();
        Spelled { words, chars }
    }
}

/// A language in which words are read.
struct Runner {
    language: &'static Letters,
    /// About what all words cost at least.
    least: Cost,
    prior: Cost,
    /// What those read cost, with the prior.
    sum: Cost,
    last: usize,
}

impl Runner {
    fn new(language: &'static Letters, least: Cost, prior: Cost) -> Self {
        Runner {
            language,
            least,
            prior,
            sum: prior,
            last: 0,
        }
    }

    fn run(&mut self, spelled: &Spelled, range: Range<usize>) {
        for &n in &spelled.words[range] {
            let (c, missed) = spelled.chars[usize::from(n)];
            let place = if n == 0 { 0 } else { self.language.place(c) };
            if place == 0 && missed > 0 {
                self.sum += missed;
            } else if (self.last, place) != (0, 0) {
                self.sum += self.language.cost(self.last, place);
            }
            self.last = place;
        }
    }
}
