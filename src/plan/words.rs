//! Do the changed words look like words of some language?
//!
//! The universal model mixes all languages, and what is plausible pair by
//! pair may be no word anywhere: `potvrāte`. So the words that a legacy
//! reading changes are also held against each language by itself, and against
//! what the rest of the line says of its language.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::charset::Charset;
use crate::edit::Step;
use crate::language::{self, Prior};
use crate::model::letters::{self, Lanes, Letters};
use crate::model::lexicon::{self, Standing};
use crate::model::{Cost, NAT};

use super::document::bar;
use super::doubt;
use super::hypothesis::Hypothesis;
use super::judge::{self, Signs};
use super::lattice::Piece;
use super::readings::{is_letter, lowered};

/// Marks that rightly stand within words and between them.
const JOINS: [char; 10] = ['’', '‘', 'ʼ', '—', '–', '·', '‑', '…', '\u{ad}', '\u{200d}'];
/// Marks that rightly stand around words.
const QUOTES: [char; 9] = ['“', '”', '‘', '’', '„', '«', '»', '‹', '›'];
/// Marks that rightly stand before and after words.
const AROUND: [char; 30] = [
    '“', '”', '‘', '’', '„', '‚', '«', '»', '‹', '›', '…', '–', '—', '¡', '¿', '·', '•', '™', '®',
    '©', '°', '†', '‡', '¶', '§', '¢', '£', '¥', '€', '\u{a0}',
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
/// Joints of lines of two kinds that a line has, where drawings are a text.
const JOINTS: usize = 3;
/// How many twentieths of the surprise drawings may leave that were a text.
const SPELLED: Cost = 5;
/// What apostrophes must gain where they are all that was damaged.
const APOSTROPHES: Cost = 14 * NAT;
/// Letters of another script than Latin that there must be: `ůíů` is no `ЫМЫ`.
const OTHER: usize = 4;
/// So many letters tell whether their language is known, where they cost no more
/// than this.
const KNOWN: usize = 16;
const UNKNOWN: Cost = 3 * NAT;
/// The same of Latin, where the lexicon doesn't know all words: if it knows any, and
/// the more is gained, the more it may be; the rarer the mix-up, and the more
/// surprises even then, the less. `forçberaç` is likely in no language, and neither
/// is that `forþberaþ` was it.
const LIKELY: Cost = 11 * NAT / 3;
/// How many twentieths of the surprise signs may leave that were letters, as they
/// would have been in `mont¢|pont¢`.
const SIGNS: Cost = 7;
/// How much less words may cost where letters of Latin would be others, for each of these: no
/// word of them is known, the lexicon speaks against them, and few letters of the line tell
/// its language. Each further letter that is changed makes up for one of these. The words of
/// a language that no model knows fit some other by chance: `keijõmõst` is Livonian, and no
/// `keijämäst`.
const UNTOLD: Cost = NAT / 2;
/// Letters of ASCII, or steps from letter to letter, that do tell.
const ENOUGH: usize = 20;
/// What words must gain by their letters, where letters of Latin would be others: of a
/// language that the lexicon has few words of, `Harmoniæ` is as likely as `Harmonię`.
const BY_LETTERS: Cost = NAT / 2;
/// What the line must gain where they do not.
const ANYHOW: Cost = 10 * NAT;
/// What words of one letter may cost in the language of their line for each step, and what
/// they must gain by it: the `è` of Italian.
const ONE_LETTER: Cost = 28;
const ONE_LETTER_GAINS: Cost = 56;
/// What a mark next to a word costs at least that is no letter of it, where one is
/// missing: `Se gener— el`.
const BARE: Cost = 2 * NAT;
/// What the words must gain.
const WORDS: Cost = 2 * NAT;
/// From which on nothing speaks against them, and what they may cost then.
const SURE: Cost = 10 * NAT;
const SURE_FIT: Cost = 5 * NAT;
/// From which on they say what they do of known words, whatever the universal model
/// thinks of them: `kullaným` could be some language, but not `Önceki kullaným`.
const TELLING: Cost = 5 * NAT;
/// What each of them must gain, made from two characters or from one.
const EACH_OF_TWO: Cost = 6 * NAT;
const EACH_OF_ONE: Cost = 5 * NAT;
/// The same where they show as signs for the most part, as Big5 does: `­Y¬O§A¨â¤Ñ`.
const EACH_OF_SIGNS: Cost = 24 * NAT;
/// The same where no more than two are in a row: `Ê¹ÓÃ debconf Ö´ÐÐ`.
const EACH_OF_PAIR: Cost = 17 * NAT;
/// The same where there are two or three in all: `±×¸² 5. The ¡°Curves¡± window`.
const EACH_OF_FEW: Cost = 42 * NAT;

/// The odds from which on a reading of words of Latin is believed, and below which it
/// is not, whatever else speaks for it.
const LIKELY_DAMAGE: Cost = 2 * NAT / 3;
const UNLIKELY_DAMAGE: Cost = -3 * NAT;

/// What speaks for a word that is in the lexicon, and the more the more frequent
/// it is; for one of which only the parts around its letters beyond ASCII are;
/// and for one with a part that is not.
const IN_LEXICON: Cost = 4 * NAT;
const IN_PARTS: Cost = NAT / 2;
const FREQUENT: Cost = 5;
const IN_NONE: Cost = -5 * NAT;
/// What a word says at most for each of its letters.
const LETTER: Cost = NAT;
/// The class of a word that is frequent enough to be one however short it is:
/// `på`.
const USUAL: lexicon::Class = 4;
/// The same where a mark or another script's letter would be one of it: `p†`.
const COMMON: lexicon::Class = 6;
/// Words of so many letters say nothing by themselves; so many letters of other
/// words tell that there is a language.
const SHORT: usize = 3;
const TOLD: usize = 8;
/// What is given on top where all words are known and one is of more than a few letters.
const ALL_KNOWN: Cost = 2 * NAT;
/// What words say at most of which few are in the lexicon: they may be of a
/// language that it does not have.
const FEW: Cost = NAT;
/// What charsets that are often mixed up cost at most.
const USUAL_COST: Cost = 5 * NAT;
/// From which on a mix-up is rare.
pub(super) const RARE: Cost = 6 * NAT;
/// What a word says at most, and all of them.
const MOST_OF_ONE: Cost = 11 * NAT;
pub(super) const MOST: Cost = 20 * NAT;

/// What the lexicon says of the words that a reading touches.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// How much more they are known after than before.
    pub gain: Cost,
    /// Whether all of them are words, or look like some.
    pub all: bool,
    /// Whether one of them is a word.
    pub any: bool,
    /// How many were hidden by a mark or a space, and how little the letters of the
    /// language may speak for them.
    pub hidden: Cost,
    pub unlike: Cost,
}

/// What the lexicon says of the words that a reading touches.
pub(super) fn known(line: &str, h: &Hypothesis) -> Known {
    let mut seen = BTreeSet::new();
    let mut known = Known {
        all: true,
        ..Known::default()
    };
    let told = told(&h.pieces);
    let mut first_letters = line
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let are_names = first_letters.all(|c| !c.is_lowercase());
    let is_touched = |word: &&[Piece]| word.iter().any(|p| p.layers != 0);
    // Words with letters beyond ASCII, and those of them that are in the lexicon.
    let (mut words, mut listed) = (0, 0);
    for word in split(&h.pieces).filter(is_touched) {
        let range = word[0].start as usize..word[word.len() - 1].end as usize;
        let was = &line[range.clone()];
        let letters = || word.iter().map(|p| p.c);
        if !seen.insert(was) {
            continue;
        }
        let (before, mut after) = (standing(was.chars()), standing(letters()));
        // `diÓleg` is as odd as `di…leg`, and `Dé` where `DŽ` was.
        let is_capital = |w: &[Piece]| w[0].c.is_lowercase() && w[1].c.is_uppercase();
        let shrinks = is_acronym(was) && letters().any(char::is_lowercase);
        // `LÆser` is no less so where `Lãser` was.
        let was_small = |p: &Piece| {
            let mut was = p.was(line).chars();
            p.layers != 0 && was.all(char::is_lowercase)
        };
        let is_raised =
            |w: &[Piece]| was_small(&w[1]) && w[1].c.is_uppercase() && w[2].c.is_lowercase();
        // `¿Oye` is no `ÀOye`.
        let was_mark = |p: &Piece| p.is_changed(line) && !p.was(line).contains(is_letter);
        let is_doubled = word[0].c.is_uppercase()
            && was_mark(&word[0])
            && word.get(1).is_some_and(|p| p.c.is_uppercase())
            && letters().any(char::is_lowercase);
        let is_odd = shrinks
            || is_doubled
            || word.windows(2).any(is_capital)
            || word.windows(3).any(is_raised);
        if after.letters && is_odd {
            after.cost = IN_NONE;
        }
        // `и` is a word, but of another script; and of many languages the lexicon
        // has few words.
        let was_word = before.latin || !after.latin;
        let before_cost = before
            .cost
            .max(IN_NONE * 2 / 3)
            .min(if was_word { MOST } else { 0 });
        let mut says = (after.cost - before_cost).clamp(-MOST_OF_ONE, MOST_OF_ONE);
        // That it was no word says nothing for what is none.
        if after.cost < IN_PARTS {
            says = says.min(0);
        }
        // `kΩ` is no `kê`, nor `m≤n` `món`, and `DŽ` is no word.
        let spelled = || letters().filter(|&c| is_spelled(c));
        // Nor is `Ergys Kaçe` any `Kaše`: names are unknown as a rule.
        let is_of_names = before.letters && are_names;
        if spelled().count() <= SHORT + usize::from(is_of_names) {
            let was_spelled = before.letters && before.latin && was.chars().all(is_word_letter);
            let (others, class) = if was_spelled {
                (TOLD, USUAL)
            } else {
                (KNOWN, COMMON)
            };
            let is_usual = after.cost >= IN_LEXICON + FREQUENT * Cost::from(class);
            // `tč.` is short for something.
            let is_cut = line[word[word.len() - 1].end as usize..].starts_with('.')
                && !was.chars().eq(letters());
            let is_name = spelled().all(char::is_uppercase);
            if told < others || !is_usual || is_name || was_spelled && is_cut {
                says = says.min(0);
                known.all = false;
            }
        }
        // `partir…` is a word of French, and `partirà` a rare one of Italian.
        let is_last = was.ends_with(|c| !is_word_letter(c));
        let least = IN_LEXICON + if is_last { 2 * FREQUENT } else { 0 };
        if after.cost >= least
            && let Some(unlike) = hidden(line, range, word.len())
        {
            known.unlike = match known.hidden {
                0 => unlike,
                _ => known.unlike.max(unlike),
            };
            known.hidden += 1;
        }
        if after.letters {
            words += 1;
            listed += usize::from(after.cost >= IN_LEXICON);
            known.all &= after.cost >= IN_PARTS;
        }
        known.gain += says;
    }
    known.any = listed > 0;
    known.all &= known.any;
    if listed * 2 < words {
        known.all = false;
        known.gain = known.gain.min(FEW);
    }
    // Charsets that are hardly ever mixed up must not be found by trying them all.
    let rare = 2 * (h.cost - USUAL_COST).max(0);
    if known.gain > 0 {
        known.gain = (known.gain - rare).clamp(0, MOST);
    }
    known
}

/// What it says that a known word was of ASCII but for a mark or a space, which are
/// as usual there to the model: `autom\u{a0}tica`, `dispon’vel`, `modalit… di`.
const HIDDEN: Cost = 5 * NAT;
/// What the letters of its language may say against it, as they do where `wil\u{a0}naar`
/// was two words; where the mark is before it; after it; and where it is an ellipsis
/// there, for `estar… conectado` has a word already.
const UNLIKE: Cost = -5 * NAT;
const UNLIKE_BEGUN: Cost = -3 * NAT;
const UNLIKE_ENDED: Cost = -NAT;
const UNLIKE_CUT: Cost = 0;
/// Letters of such a word at least, and on either side of what stands within.
const LONG: usize = 6;
const SIDE: usize = 2;
/// Marks of which there is another, and that one.
const PAIRED: [(char, char); 7] = [
    ('‘', '’'),
    ('“', '”'),
    ('«', '»'),
    ('‹', '›'),
    ('„', '“'),
    ('¡', '!'),
    ('¿', '?'),
];

/// What the letters may say against a word of so many that was hidden by a mark or a
/// space: one within, or one before or after it where the sentence goes on, and the
/// other of a pair is missing.
fn hidden(line: &str, range: Range<usize>, len: usize) -> Option<Cost> {
    let was = &line[range.clone()];
    let is_mark = |c: char| !c.is_ascii() && !is_word_letter(c);
    let (at, mark) = was.char_indices().find(|(_, c)| is_mark(*c))?;
    let (before, after) = (&was[..at], &was[at + mark.len_utf8()..]);
    let are_letters = |word: &str| word.bytes().all(|b| b.is_ascii_alphabetic());
    if len < LONG || !are_letters(before) || !are_letters(after) {
        return None;
    }
    if !before.is_empty() && !after.is_empty() {
        let is_join = matches!(mark, '\u{a0}' | '‘' | '’');
        return (is_join && before.len().min(after.len()) >= SIDE).then_some(UNLIKE);
    }
    let (first, last) = (&line[..range.start], &line[range.end..]);
    let goes_on = last
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(char::is_lowercase));
    let is_paired = PAIRED.iter().any(|&(open, close)| {
        mark == open && last.contains(close) || mark == close && first.contains(open)
    });
    let unlike = match (before.is_empty(), mark) {
        (true, _) => UNLIKE_BEGUN,
        (false, '…') => UNLIKE_CUT,
        (false, _) => UNLIKE_ENDED,
    };
    (goes_on && !is_paired).then_some(unlike)
}

/// Whether a word is all capitals.
fn is_acronym(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_uppercase)
}

/// Letters of ASCII in words that nothing was done to: they tell the language.
fn told(pieces: &[Piece]) -> usize {
    let words = split(pieces);
    let untouched = words.filter(|word| word.iter().all(|p| p.layers == 0));
    let letters = |word: &[Piece]| word.iter().filter(|p| p.c.is_ascii_alphabetic()).count();
    untouched.map(letters).sum()
}

/// Words of Latin that the lexicon does not know, and what it says of them.
pub(super) struct Unknown<'a>(Vec<Word<'a>>);

struct Word<'a> {
    pieces: &'a [Piece],
    cost: Cost,
    /// Whether it is right as a rule, but for what else could be in it: `pracova»`.
    is_right: bool,
}

impl<'a> Unknown<'a> {
    /// So many at most.
    pub(super) fn of(pieces: &'a [Piece], most: usize) -> Self {
        // The space of `autom\u{a0}tica` was a letter.
        let is_edge = |p: &Piece| match p.c {
            '\u{a0}' => false,
            c if c.is_ascii() => !c.is_ascii_alphabetic(),
            c => c.is_whitespace(),
        };
        let is_latin = |p: &Piece| language::is_latin(p.c) || !is_spelled(p.c);
        let words = pieces.split(is_edge);
        let beyond = words.filter(|word| word.iter().any(|p| !p.c.is_ascii()));
        let latin = beyond.filter(|word| word.iter().all(is_latin));
        let unknown = latin.filter_map(|pieces| {
            let standing = standing(pieces.iter().map(|p| p.c));
            let is_spaced = pieces.iter().any(|p| p.c == '\u{a0}');
            // `ver”ffentlicht` is none, either.
            let is_word = standing.letters || standing.odd;
            let is_right = is_spaced || !is_word && pieces.iter().any(|p| p.c.is_ascii());
            let cost = standing.cost;
            (is_right || is_word && cost < IN_LEXICON).then_some(Word {
                pieces,
                cost,
                is_right,
            })
        });
        Unknown(unknown.take(most).collect())
    }

    /// How many there are that are not right, each once.
    pub(super) fn distinct(&self) -> usize {
        let words = self.0.iter().filter(|word| !word.is_right);
        let letters = words.map(|word| word.pieces.iter().map(|p| p.c).collect::<String>());
        letters.collect::<BTreeSet<_>>().len()
    }

    /// The letters and marks beyond ASCII of those that are not right, if there are
    /// any.
    pub(super) fn odd(&self) -> Vec<Odd> {
        let all_right = self.0.iter().all(|word| word.is_right);
        let mut all = Vec::new();
        for word in self.0.iter().filter(|word| word.is_right == all_right) {
            let word = word.pieces;
            let is_letter = |p: &Piece| p.c.is_ascii_alphabetic();
            let first = word.iter().position(is_letter);
            let last = word.iter().rposition(is_letter);
            let within = first.unwrap_or(word.len())..last.unwrap_or(0);
            let beyond = word.iter().enumerate().filter(|(_, p)| !p.c.is_ascii());
            all.extend(beyond.map(|(i, p)| Odd {
                c: p.c,
                is_within: within.contains(&i),
            }));
        }
        all
    }

    /// What the lexicon says for reading such words so, if it says something for
    /// all of them that are not right as a rule.
    pub(super) fn become_known(&self, read: impl Fn(char) -> char) -> Option<Cost> {
        let mut gain = 0;
        for word in &self.0 {
            let is = standing(word.pieces.iter().map(|p| read(p.c)));
            if word.is_right && is.cost < IN_LEXICON {
                continue;
            }
            gain += is.cost - word.cost;
            if gain <= 0 || !is.latin {
                return None;
            }
        }
        (gain > 0).then_some(gain)
    }
}

/// A letter or mark of an unknown word.
pub(super) struct Odd {
    pub(super) c: char,
    /// Whether it stands between letters of ASCII.
    is_within: bool,
}

impl Odd {
    /// Whether the word would be none of Latin if it were this: a mark or a letter of
    /// another script within.
    pub(super) fn is_broken_by(&self, c: char) -> bool {
        self.is_within && !(c.is_ascii() || language::is_latin(c) || JOINS.contains(&c))
    }
}

/// What the lexicon says of a word, marks and all.
struct Written {
    cost: Cost,
    /// Whether a mark is in it.
    odd: bool,
    /// Whether it has letters beyond ASCII, and only letters of Latin.
    letters: bool,
    latin: bool,
}

fn standing(word: impl Iterator<Item = char>) -> Written {
    let word: Vec<char> = word.collect();
    let start = word.iter().take_while(|c| !is_spelled(**c)).count();
    let marks = word[start..].iter().rev().take_while(|c| !is_spelled(**c));
    let word = &word[start..word.len() - marks.count()];
    let least = runs(word).map(known_as).min();
    let is_mark = |c: &char| !c.is_ascii() && !is_spelled(*c) && !JOINS.contains(c);
    let odd = word.iter().any(is_mark);
    Written {
        cost: if odd { IN_NONE } else { least.unwrap_or(0) },
        odd,
        letters: least.is_some(),
        latin: word
            .iter()
            .all(|&c| language::is_latin(c) || !is_spelled(c)),
    }
}

/// The runs of letters that the lexicon could know.
fn runs(text: &[char]) -> impl Iterator<Item = &[char]> {
    let is_run = |run: &&[char]| !run.iter().all(char::is_ascii);
    text.split(|&c| !is_spelled(c)).filter(is_run)
}

/// The most that [`known_words`] says of a text, as a rule.
pub(super) fn most_known(text: &[char]) -> Cost {
    runs(text)
        .map(|run| 2 * IN_LEXICON + 12 * run.len() as Cost)
        .sum()
}

/// What the letters of a text cost in each language, by its lane.
pub(super) fn in_languages(text: impl Iterator<Item = char>) -> Lanes<Cost> {
    let mut words = vec![letters::EDGE];
    for c in text {
        if c == 'İ' {
            words.extend(c.to_lowercase());
        } else if is_spelled(c) && !is_east_asian(c) {
            words.push(lowered(c));
        } else if !JOINS.contains(&c) {
            words.push(letters::EDGE);
        }
    }
    words.push(letters::EDGE);
    letters::by_lane(&words, &JOINS)
}

/// What the lexicon says of all words of a text.
pub(super) fn known_words(text: &[char]) -> Cost {
    let known: Cost = runs(text).map(known_better).sum();
    // Of `dÄ"zl` the quote was a byte.
    let is_hole = |w: &&[char]| {
        matches!(w[1], '"' | '?' | char::REPLACEMENT_CHARACTER)
            && w[0].is_alphabetic()
            && w[2].is_lowercase()
    };
    known + IN_NONE * text.windows(3).filter(is_hole).count() as Cost
}

/// Whether a text is one word of the lexicon, of five letters or more.
pub(super) fn is_long_word(text: &[char]) -> bool {
    let mut runs = runs(text);
    let word = runs.next().filter(|run| run.len() >= 5);
    word.is_some_and(|run| known_as(run) >= IN_LEXICON) && runs.next().is_none()
}

/// Whether the lexicon has all words of a text that it could know.
pub(super) fn are_known(text: impl Iterator<Item = char>) -> bool {
    let text: Vec<char> = text.collect();
    runs(&text).all(|run| known_as(run) >= IN_LEXICON)
}

/// What it says of a word among others that it could have been. How likely a known word
/// is does not depend on how long it is, and what its letters cost does.
fn known_better(run: &[char]) -> Cost {
    let len = run.len() as Cost;
    let known = known_as(run);
    if known < IN_LEXICON {
        return known.min(LETTER * len);
    }
    // Of `rà pida` the first may be a word of some language, too.
    let class = (known - IN_LEXICON) / FREQUENT;
    IN_LEXICON.min(8 * len) + 10 * class + 12 * (len - 4).max(0)
}

fn is_spelled(c: char) -> bool {
    is_word_letter(c) || ('\u{300}'..'\u{370}').contains(&c)
}

/// What the lexicon says of a run of letters.
fn known_as(run: &[char]) -> Cost {
    // `Â` is its own name.
    if run.len() == 1 {
        return 0;
    }
    let mut lower = Vec::with_capacity(run.len() + 1);
    for &c in run {
        match c {
            // The only one that becomes two.
            'İ' => lower.extend(c.to_lowercase()),
            c => lower.push(lowered(c)),
        }
    }
    let standing = lexicon::standing(lower.iter().copied());
    let latin = run.iter().filter(|c| language::is_latin(**c)).count();
    match standing {
        Standing::Word(class) => IN_LEXICON + FREQUENT * Cost::from(class),
        // Parts are those of Latin, and `sarа` has one letter of Cyrillic.
        _ if latin == 0 => 0,
        Standing::Parts(_) => IN_PARTS,
        Standing::None => IN_NONE,
    }
}

/// What a legacy reading gains when its words are looked at: those that were
/// touched, as the languages see them. Touched letters that make no word say
/// nothing: lists of letters and tables of characters are full of them.
/// `None` if there is no such word, or it fits no language.
///
/// What the lexicon says is in the gain of `h` already.
pub(super) fn gain(
    line: &str,
    h: &Hypothesis,
    known: Known,
    left: impl Fn() -> Cost,
    wanted: &[String],
) -> Option<Cost> {
    let rest = untouched(&h.pieces);
    let words = Words::of(line, &h.pieces, &rest);
    // Of what was read: `¡]Canadian dollar¡^` is two words of others.
    let is_read = |p: &&Piece| p.layers != 0 && is_letter(p.c);
    let read = || h.pieces.iter().filter(is_read).count();
    let is_enough = match words.east_asian {
        n @ EAST_ASIAN.. => n * 2 > read(),
        // What controls cost says nothing: `í\u{a0}½í¸\u{8d}` is half an emoji.
        n => {
            let is_few = n > 1 && n * 2 > read() && !line.contains(char::is_control);
            is_few && h.gain >= EACH_OF_FEW * n as Cost
        }
    };
    if is_enough {
        words.gain_in_east_asia(h, left)
    } else if words.east_asian * 2 > read() {
        // A few tell too little, whatever they stand in: `VOILÀ»…X`.
        None
    } else {
        let fit = LazyCell::new(|| words.fit(&rest, wanted));
        let gain = words.gain(line, h, &fit, known, left);
        let Some(signs) = words.signs(line, h, &fit, known) else {
            return gain;
        };
        let bar = bar(h);
        match judge::odds(&signs) {
            LIKELY_DAMAGE.. if known.hidden == 0 && are_letters_of_others(line, h, &fit.prior) => {
                gain.map(|gain| gain.min(bar - 1))
            }
            LIKELY_DAMAGE.. => Some(gain.unwrap_or(0).max(bar)),
            UNLIKELY_DAMAGE.. => gain,
            _ => gain.map(|gain| gain.min(bar - 1)),
        }
    }
}

/// What can be said of a legacy reading, for the judge to be fitted to.
pub(super) fn signs(line: &str, h: &Hypothesis, wanted: &[String]) -> Option<Signs> {
    let mut h = h.clone();
    let known = known(line, &h);
    h.gain += known.gain;
    if doubt::doubt(line, &h, false) != 0 {
        return None;
    }
    let rest = untouched(&h.pieces);
    let words = Words::of(line, &h.pieces, &rest);
    let fit = LazyCell::new(|| words.fit(&rest, wanted));
    words.signs(line, &h, &fit, known)
}

/// The words that a reading touches.
#[derive(Default)]
struct Words {
    /// As they were and as they became, in lower case, each between edges.
    before: Vec<char>,
    after: Vec<char>,
    /// Letters of all of them, and of those listed; and of these the ones that were
    /// marks next to words.
    letters: usize,
    listed: usize,
    bare: usize,
    /// Whether there is one that is no acronym.
    spelled: bool,
    /// Characters of East Asia that were made, how many in a row at most, and
    /// syllables of Hangul among them.
    east_asian: usize,
    longest: usize,
    hangul: usize,
    /// Of the input: characters beyond ASCII that were touched, and of these
    /// drawings, in all and each once, East Asia's, and letters.
    touched_in: usize,
    drawn_in: usize,
    drawings: BTreeSet<char>,
    east_asian_in: usize,
    letters_in: usize,
    /// Characters that letters of ASCII were a part of.
    swallowed: usize,
    /// Apostrophes that were made within words, quotes before words and after them,
    /// and marks alone, each of a letter.
    apostrophes: usize,
    opening: usize,
    closing: usize,
    marks: usize,
}

impl Words {
    fn of(line: &str, pieces: &[Piece], rest: &str) -> Self {
        // Where the line tells its language, `å` is a word.
        let known = rest.chars().filter(char::is_ascii_alphabetic).count() >= KNOWN;
        let mut words = Words::default();
        let mut seen = BTreeSet::new();
        let is_touched = |word: &&[Piece]| word.iter().any(|p| p.layers != 0);
        split(pieces)
            .filter(is_touched)
            .for_each(|word| words.count(line, word));
        for word in split(pieces).filter(is_touched) {
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
        let has_letter = |p: &&Piece| p.was(line).contains(|c: char| c.is_ascii_alphabetic());
        self.swallowed += touched().filter(has_letter).count();
        let was = touched().flat_map(|p| p.was(line).chars());
        for c in was.filter(|c| !c.is_ascii()) {
            self.touched_in += 1;
            if is_drawing(c) {
                self.drawn_in += 1;
                self.drawings.insert(c);
            }
            self.east_asian_in += usize::from(is_east_asian(c));
            self.letters_in += usize::from(is_word_letter(c));
        }
        self.apostrophes += word
            .windows(3)
            .filter(|three| is_contraction(line, three))
            .count();
        let was_letter = |p: &&Piece| p.layers != 0 && p.was(line).chars().all(is_word_letter);
        let (first, last) = (
            word.first().filter(was_letter),
            word.last().filter(was_letter),
        );
        let is = |p: Option<&Piece>, marks: &[char]| p.is_some_and(|p| marks.contains(&p.c));
        if is(last, &['”', '’', '»', '›']) {
            self.closing += 1;
        } else if word.len() == 1 && last.is_some_and(|p| is_mark(p.c)) {
            self.marks += 1;
        }
        let opens = is(first, &['“', '‘', '«', '‹', '„', '‚']);
        self.opening += usize::from(opens && word.len() > 1);
        let here = touched().filter(|p| is_east_asian(p.c)).count();
        self.east_asian += here;
        self.longest = self.longest.max(here);
        self.hangul += touched()
            .filter(|p| ('\u{ac00}'..'\u{d7a4}').contains(&p.c))
            .count();
    }

    /// Lists a word, if it is one.
    fn list(&mut self, was: &str, word: &[Piece], known: bool) {
        let is = word.iter().filter(|p| is_letter(p.c)).count();
        let touched = word.iter().any(|p| p.layers != 0 && is_letter(p.c));
        // `äää` is no word, nor what it would be in another charset.
        let stutters = word
            .windows(3)
            .any(|w| w[0].c == w[1].c && w[1].c == w[2].c);
        let latin = word.iter().all(|p| language::is_latin(p.c));
        let letters = || word.iter().map(|p| p.c).filter(|&c| is_spelled(c));
        let was_spelled = was.chars().all(is_word_letter);
        let least = if was_spelled { USUAL } else { COMMON };
        let frequent = lexicon::word(letters().flat_map(char::to_lowercase)) >= Some(least)
            && !letters().all(char::is_uppercase)
            && !is_acronym(was);
        let least = if latin && known && was_spelled {
            1
        } else if latin && was.chars().all(language::is_latin) {
            // In no language, `Ciê: %d` is of too few letters, though `cię` is a word.
            WORD + 1
        } else if latin && frequent && is > 1 {
            1
        } else {
            WORD
        };
        // `║▌║` is a drawing, whatever letters it would make, `m≤n` a formula, and `µPa`
        // a unit.
        let second = was.chars().nth(1);
        let unit = was.starts_with('µ') || was.ends_with('Ω');
        let formula = was.chars().count() <= 3 && (unit || second.is_some_and(is_operator))
            || was.starts_with('µ') && second.is_some_and(|c| c.is_ascii_uppercase());
        // But of `╙╧┼─╔╬┼╬╔╔` all are other letters.
        let drawings: BTreeSet<char> = was.chars().filter(|c| is_drawing(*c)).collect();
        let is_said = was.chars().any(is_word_letter) || known && frequent;
        let spoken = (is_said || drawings.len() > WORD && self.is_jointed()) && !formula;
        if is < least || !touched || is * 2 <= word.len() || !spoken || stutters {
            return;
        }
        // Of what `СФТП` stands for, letter pairs know nothing.
        self.spelled |= was.chars().count() > ACRONYM || !was.chars().all(char::is_uppercase);
        self.letters += is;
        if self.listed < LISTED {
            self.listed += is;
            let became_letter = |p: &&Piece| p.layers != 0 && is_letter(p.c);
            let ends = [word.first(), word.last().filter(|_| word.len() > 1)];
            let ends = ends.into_iter().flatten().filter(became_letter);
            let marks = [was.chars().next(), was.chars().next_back()];
            self.bare += ends.count().min(
                marks
                    .into_iter()
                    .flatten()
                    .filter(|&c| is_around(c))
                    .count(),
            );
            push(&mut self.after, word.iter().map(|p| p.c));
            push(&mut self.before, was.chars());
        }
    }

    /// Ideographs make no words that the letter models know; several in a row
    /// must do.
    fn gain_in_east_asia(&self, h: &Hypothesis, left: impl Fn() -> Cost) -> Option<Cost> {
        let each = if self.east_asian_in * 2 > self.touched_in {
            EACH_OF_ONE
        } else {
            EACH_OF_TWO
        };
        let marks = is_of_marks(&h.steps);
        // Frames are drawn with `║▌║`, others with `·´¯`; no text was that. But of Big5 most
        // shows as signs: `­Y¬O§A¨â¤Ñ¤º¥¼`.
        let each_of_signs = match self.letters_in + self.swallowed {
            0 => EACH_OF_SIGNS * 3 / 2,
            _ => EACH_OF_SIGNS,
        };
        let is_of_signs = h.gain < each_of_signs * self.east_asian as Cost;
        let drawn = self.drawn_in * 3 > self.touched_in * 2 && !self.is_spelled_in_drawings(left)
            || !marks && self.letters_in * 6 < self.touched_in && is_of_signs;
        let each = match self.longest >= RUN || self.hangul >= 2 * RUN {
            true => each,
            false => EACH_OF_PAIR,
        };
        // A row of keys on a Mac, `œ∑´®†¥¨ˆøπ`, has as many bytes as a few words.
        let sure = h.gain >= each * self.east_asian as Cost
            && self.longest > 1
            && !drawn
            && (!marks || self.east_asian >= MANY);
        sure.then_some(h.gain * 3 / 4)
    }

    /// Whether drawings spell a text, of which little surprises then: there are more of
    /// them than a frame has, `╙╧┼─╔╬┼╬╔╔` was `соединении` in KOI8-R.
    fn is_spelled_in_drawings(&self, left: impl Fn() -> Cost) -> bool {
        self.drawings.len() >= MANY && self.is_jointed() && left() <= SPELLED
    }

    /// Whether joints of single lines with double ones are among the drawings, which
    /// hardly any picture has more than a few of: `└┐ ┌┴─┐` is one, and no `ОМ НЛЕМ`.
    fn is_jointed(&self) -> bool {
        let is_joint = |c: &&char| "╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫".contains(**c);
        self.drawings.iter().filter(is_joint).count() >= JOINTS
    }

    /// What can be said of a reading of words of Latin; nothing of one that makes no
    /// letters, or that is too rare to go by letters.
    fn signs(
        &self,
        line: &str,
        h: &Hypothesis,
        fit: &LazyCell<Fit, impl FnOnce() -> Fit>,
        known: Known,
    ) -> Option<Signs> {
        let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
        let mut marks = changed().flat_map(|p| p.was(line).chars());
        let was_mark = marks.clone().any(|c| !is_word_letter(c));
        // `b∙log(n∙x)` is a formula, and `“%B”ni` has quotes.
        let was_operator = marks.clone().any(is_operator);
        let is_usual = h.steps.len() == 1 && h.cost <= RARE;
        let is_of_latin = self.letters > 0 && self.is_latin() && is_usual;
        if !is_of_latin || !was_mark || was_operator {
            return None;
        }
        let distinct: BTreeSet<&str> = changed().map(|p| p.was(line)).collect();
        if distinct.len() > 1 && marks.all(|c| QUOTES.contains(&c)) {
            return None;
        }
        let standing = Standings::of(line, &h.pieces);
        // `¸,ø¤º°` is no word.
        let is_drawn = changed().count() as Cost > standing.stay;
        if is_drawn || !known.any && (is_rare(line, h) || is_lookalike(line, h)) {
            return None;
        }
        let steps = fit.steps.max(1) as Cost;
        let told = fit.prior.steps as Cost;
        let made: BTreeSet<char> = changed().map(|p| p.c).collect();
        let many = changed().count() as Cost;
        let gain = h.gain - known.gain;
        let again = gain.max(0) * (many - distinct.len() as Cost) / many.max(1);
        let kept = h.pieces.iter().filter(|p| p.layers == 0);
        let kept = kept.filter(|p| h.steps.iter().any(|step| would_change(p.c, *step)));
        let signs = [
            gain,
            h.cost,
            known.gain,
            fit.words,
            fit.is / steps,
            (fit.is - fit.was) / steps,
            told,
            fit.prior.least / told.max(1),
            doubt::alone(line, h),
            again,
            self.bare as Cost,
            many,
            standing.listed,
            standing.parts,
            standing.none,
            standing.class,
            standing.before,
            standing.shortest,
            standing.longest,
            standing.within,
            standing.ends,
            standing.goes_on,
            standing.dots,
            standing.joins,
            standing.quotes,
            standing.capitals,
            kept.count() as Cost,
            fit.prior.lacking(made.into_iter()) as Cost,
        ];
        Some(signs)
    }

    fn fit(&self, rest: &str, wanted: &[String]) -> Fit {
        // The words of a line say nothing of one in another alphabet.
        let is_latin = self.is_latin();
        let prior = language::prior(if is_latin { rest } else { "" });
        let (after, is) = cheapest(&self.after, wanted, &prior.costs);
        let (before, was) = cheapest(&self.before, wanted, &prior.costs);
        // With the steps at the edges, which words of Latin may be dear at, and those of other
        // scripts at signs that are no letters: the vowels and tones of `ตั้งค่า`.
        let edges = self.after.iter().filter(|c| **c == '\n').count();
        let steps = match is_latin {
            true => self.listed + edges / 2,
            false => self.after.len() - edges,
        };
        Fit {
            prior,
            is_of_rest: after == is,
            words: before + BARE * self.bare as Cost - after,
            is,
            was,
            steps,
        }
    }

    fn is_latin(&self) -> bool {
        let latin = self.after.iter().filter(|c| language::is_latin(**c));
        latin.count() * 2 > self.listed
    }

    fn gain(
        &self,
        line: &str,
        h: &Hypothesis,
        fit: &LazyCell<Fit, impl FnOnce() -> Fit>,
        known: Known,
        left: impl Fn() -> Cost,
    ) -> Option<Cost> {
        let gain = h.gain - known.gain;
        if self.letters == 0 {
            // `donÕt` has no letter to tell by, but an apostrophe where one stands;
            // `ÒthisÓ` has quotes; and `żQuiere verlo?` is a question.
            let quotes = self.opening + self.closing;
            let marks = if quotes > 0 { self.marks } else { 0 };
            let told = self.apostrophes + quotes + marks == self.touched_in
                && self.opening == self.closing
                || self.touched_in > 0 && inverted(&h.pieces) == self.touched_in;
            return (told && gain >= APOSTROPHES).then_some(gain * 3 / 4);
        }
        let is_latin = self.is_latin();
        if is_latin && !known.any && (is_rare(line, h) || is_lookalike(line, h)) {
            return None;
        }
        let drawn =
            gain < 2 * PLENTY && !is_of_marks(&h.steps) && self.letters_in * 4 < self.touched_in;
        let few = self.letters < OTHER || !self.spelled && self.letters < ACRONYMS;
        if !known.all && !is_latin && (few || drawn) {
            return None;
        }
        // Of what language `Seoh þa gescead` is, the letters don't know.
        let told = fit.prior.steps;
        if told >= KNOWN && fit.prior.least > UNKNOWN * told as Cost {
            return None;
        }
        let (words, is, steps) = (fit.words, fit.is, fit.steps);
        let is_sure = is_latin && words >= SURE;
        let most = match () {
            () if gain >= PLENTY => LOOSE_FIT,
            () if is_sure => SURE_FIT,
            () => FIT,
        };
        // What drawings cost says nothing.
        let is_better = match 2 * self.drawn_in > self.touched_in {
            true => known.any && (words >= WORDS || self.is_spelled_in_drawings(&left)),
            false => words >= WORDS,
        };
        if !known.all && (is > most * steps as Cost || !is_better) {
            return None;
        }
        let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
        let is_letter =
            |p: &Piece| language::is_latin(p.c) && p.was(line).chars().all(language::is_latin);
        let are_letters = is_latin && changed().all(is_letter);
        if are_letters && !known.all {
            let kept = h.pieces.iter().filter(|p| p.layers == 0);
            let kept = kept.filter(|p| p.c.is_ascii_alphabetic()).count();
            let distinct: BTreeSet<char> = changed().map(|p| lowered(p.c)).collect();
            let told = [known.any, known.gain >= 0, kept >= ENOUGH];
            let untold = told.iter().filter(|told| !**told).count();
            let untold = untold.saturating_sub(distinct.len().saturating_sub(1)) as Cost;
            if untold > 0 && is > (LIKELY - UNTOLD * untold) * steps as Cost {
                return None;
            }
        }
        if are_letters && (words < BY_LETTERS && gain < ANYHOW || is_foreign(line, h, fit)) {
            return None;
        }
        // `La richiesta Š scaduta`: nobody has such a letter there.
        if are_letters
            && fit.is_of_rest
            && told >= ENOUGH
            && is <= ONE_LETTER * steps as Cost
            && words >= ONE_LETTER_GAINS
            && are_lone_letters(line, h)
        {
            return Some(gain.max(0) + bar(h));
        }
        let all = gain + words - h.cost;
        // Of letters the language is sure, but marks and signs stand anywhere.
        let in_letters = self.letters_in * 2 > self.touched_in;
        let alone = || doubt::alone(line, h);
        let repeated = doubt::repeated(line, h) / 2;
        let says = match () {
            () if known.all && words >= TELLING && in_letters => all / 2,
            () if is_sure && in_letters => all.min(3 * gain) / 2,
            () => all.min(2 * gain) / 2 - alone() - repeated,
        };
        let is_hidden = known.all && known.hidden > 0 && words > known.unlike;
        let hidden = if is_hidden {
            HIDDEN * known.hidden - repeated
        } else {
            says
        };
        let gain = known.gain + says.max(hidden);
        if !known.all && is_latin {
            let left = left();
            let any = if known.any { NAT / 3 } else { 0 };
            let likely = LIKELY + any + gain.min(PLENTY) / 32 - h.cost / 10 - left;
            let signs = self.letters_in == 0 && left > SIGNS;
            if signs || is > likely * steps as Cost {
                return None;
            }
        }
        // A mark after a word, as in `at‚ and`, is one of these as a rule.
        let is_long = known.all && self.letters > OTHER && self.letters_in > 0;
        Some(gain + if is_long { ALL_KNOWN } else { 0 })
    }
}

/// How the words that a reading touches fit a language, that which they and the rest of
/// the line fit best.
struct Fit {
    /// What the rest of the line says of it.
    prior: Prior,
    /// Whether that is the language of the rest.
    is_of_rest: bool,
    /// What the words gain, what they cost and did, and their steps from letter to
    /// letter.
    words: Cost,
    is: Cost,
    was: Cost,
    steps: usize,
}

/// Whether one letter is all that becomes something else, which the language of the rest of
/// the line has as it stands, and has not as it would be, and the word fits none better or
/// the rest is long enough: Occitan has an `è`, and no `č`.
fn is_foreign(line: &str, h: &Hypothesis, fit: &Fit) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let made = changed.clone().next().map(|p| p.c);
    let has = |c: char| fit.prior.lacking([c].into_iter()) == 0;
    let is_it = |p: &Piece| made == Some(p.c) && !has(p.c) && p.was(line).chars().all(has);
    let least = if fit.is_of_rest { ENOUGH } else { 2 * ENOUGH };
    fit.prior.steps >= least && changed.all(is_it)
}

/// Whether all that becomes something else are apostrophes, which are letters of many
/// languages, and that of the line has not what they would be: the `har’a` of Oromo is no
/// `haría`.
fn are_letters_of_others(line: &str, h: &Hypothesis, prior: &Prior) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let is_it = |p: &Piece| p.was(line) == "’" && prior.lacking([p.c].into_iter()) > 0;
    prior.steps >= TOLD && changed.all(is_it)
}

/// Whether a character would be another one, undone.
fn would_change(c: char, step: Step) -> bool {
    let Step::Misread { truth, misread } = step else {
        return false;
    };
    let (Some(truth), Some(misread)) = (truth.decode_table(), misread.decode_table()) else {
        return false;
    };
    let byte = misread.iter().position(|m| *m == c);
    byte.is_some_and(|byte| truth[byte] != c)
}

/// How the words that are changed are known, each once, and what became letters of
/// them where.
#[derive(Default)]
struct Standings {
    listed: Cost,
    parts: Cost,
    none: Cost,
    class: Cost,
    before: Cost,
    shortest: Cost,
    longest: Cost,
    within: Cost,
    ends: Cost,
    goes_on: Cost,
    dots: Cost,
    joins: Cost,
    quotes: Cost,
    capitals: Cost,
    /// Letters that stay, of all of them.
    stay: Cost,
}

impl Standings {
    fn of(line: &str, pieces: &[Piece]) -> Self {
        let mut all = Standings::default();
        let mut seen = BTreeSet::new();
        let changes = |word: &&[Piece]| word.iter().any(|p| p.is_changed(line));
        let stays = |p: &&Piece| is_word_letter(p.c) && !p.is_changed(line);
        for word in split(pieces).filter(changes) {
            all.stay += word.iter().filter(stays).count() as Cost;
            let was = &line[word[0].start as usize..word[word.len() - 1].end as usize];
            if !seen.insert(was) {
                continue;
            }
            all.count(line, was, word);
            let len = word.iter().filter(|p| is_spelled(p.c)).count() as Cost;
            all.shortest = if seen.len() == 1 {
                len
            } else {
                all.shortest.min(len)
            };
            all.longest = all.longest.max(len);
        }
        all
    }

    fn count(&mut self, line: &str, was: &str, word: &[Piece]) {
        let (before, after) = (standing(was.chars()), standing(word.iter().map(|p| p.c)));
        if after.letters {
            match after.cost {
                IN_LEXICON.. => {
                    self.listed += 1;
                    self.class = self.class.max((after.cost - IN_LEXICON) / FREQUENT);
                }
                IN_PARTS.. => self.parts += 1,
                _ => self.none += 1,
            }
        }
        self.before += Cost::from(before.letters && before.cost >= IN_LEXICON);
        for (i, p) in word.iter().enumerate().filter(|(_, p)| p.is_changed(line)) {
            let was = p.was(line);
            self.capitals += Cost::from(p.c.is_uppercase());
            if was.chars().all(is_word_letter) {
                continue;
            }
            let is_last = i + 1 == word.len();
            let is_within = 0 < i && !is_last;
            let is_of = |marks: &[char]| was.chars().all(|c| marks.contains(&c));
            self.within += Cost::from(is_within);
            self.joins += Cost::from(is_within && is_of(&JOINS));
            self.quotes += Cost::from(!is_within && is_of(&QUOTES));
            self.ends += Cost::from(0 < i && is_last);
            self.dots += Cost::from(0 < i && is_last && was == "…");
            let rest = line[p.end as usize..].strip_prefix(' ');
            let goes_on = rest.is_some_and(|rest| rest.starts_with(char::is_lowercase));
            self.goes_on += Cost::from(is_last && goes_on);
        }
    }
}

/// Marks that questions and exclamations of Spanish begin with, before a word and not after
/// one, of those that end in such a mark.
fn inverted(pieces: &[Piece]) -> usize {
    let last = |mark: char| pieces.iter().rposition(|p| p.c == mark);
    let ends = [last('?'), last('!')];
    let is_begun = |i: usize| {
        let end = match pieces[i].c {
            '¿' => ends[0],
            '¡' => ends[1],
            _ => return false,
        };
        let is_letter_at = |i: usize| pieces.get(i).is_some_and(|p| is_letter(p.c));
        pieces[i].layers != 0
            && !is_letter_at(i.wrapping_sub(1))
            && is_letter_at(i + 1)
            && end > Some(i)
    };
    (0..pieces.len()).filter(|&i| is_begun(i)).count()
}

/// Whether these are an apostrophe that was a capital within a word, and the
/// letters around it.
fn is_contraction(line: &str, three: &[Piece]) -> bool {
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
fn is_drawing(c: char) -> bool {
    ('\u{2500}'..'\u{2600}').contains(&c)
}

/// An arrow or an operator of mathematics.
fn is_operator(c: char) -> bool {
    matches!(c, '\u{2190}'..'\u{2300}')
}

/// Whether words are written with this.
fn is_word_letter(c: char) -> bool {
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
    let others = words.filter(|word| word.iter().all(|p| p.c != c));
    others
        .flat_map(|word| word.iter().map(|p| p.c).chain([' ']))
        .collect()
}

/// The words that nothing was done to.
pub(super) fn untouched(pieces: &[Piece]) -> String {
    let words = split(pieces);
    let untouched = words.filter(|word| word.iter().all(|p| p.layers == 0));
    untouched
        .flat_map(|word| word.iter().map(|p| p.c).chain([' ']))
        .collect()
}

/// Whether the bytes showed in a charset that is half marks and signs.
fn is_of_marks(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| matches!(step, Step::Misread { misread, .. } if is_of_signs(*misread)))
}

/// Whether half of a charset is marks and signs: those of DOS and the Mac.
fn is_of_signs(charset: Charset) -> bool {
    charset.name().starts_with("mac-") || charset.name().starts_with("cp")
}

/// Whether a mix-up is so rare that letters of Latin say nothing for it which make
/// no known word: it is one charset of DOS or the Mac for another, as of
/// `\LτJALCHAR`, or takes letters of Latin for others, as of `Dıagram`.
fn is_rare(line: &str, h: &Hypothesis) -> bool {
    let both = |step: &Step| match step {
        Step::Misread { truth, misread } => is_of_signs(*truth) && is_of_signs(*misread),
        _ => false,
    };
    let was = |p: &Piece| p.was(line);
    let is_latin = |p: &Piece| p.layers == 0 || was(p).chars().all(language::is_latin);
    // Where several letters say so, it is hardly chance: `Had×iŠ, ╚obanija`.
    let mut touched = h.pieces.iter().filter(|p| p.layers != 0);
    let first = touched.next().map(was);
    let is_one = touched.all(|p| Some(was(p)) == first);
    let is_rare = h.cost > RARE || h.cost == RARE && h.pieces.iter().all(is_latin);
    is_one && (is_rare || h.steps.iter().any(both))
}

/// Letters of other scripts that look like some of Latin, and are taken for them by
/// who types: `prikaѕ`, `dεmisbanε`.
const LOOKALIKES: [char; 4] = ['і', 'ј', 'ѕ', 'ε'];

/// Whether all that is touched looks like letters of the words of Latin that it
/// stands in.
fn is_lookalike(line: &str, h: &Hypothesis) -> bool {
    let mut touched = h.pieces.iter().filter(|p| p.layers != 0);
    touched.all(|p| {
        let next = beside(line, p.start as usize..p.end as usize);
        p.was(line).chars().all(|c| LOOKALIKES.contains(&c))
            && next.into_iter().flatten().any(language::is_latin)
    })
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
fn split(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut rest = pieces;
    std::iter::from_fn(move || {
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

/// Whether a letter ends an escape before a word: no capital is within one, and no other
/// script.
fn ends_escape(pieces: &[Piece], at: usize) -> bool {
    let is_escape = at > 0 && pieces[at - 1].c == '\\' && matches!(pieces[at].c, 'n' | 'r' | 't');
    let is_small = |p: &Piece| language::is_latin(p.c) && p.c.is_lowercase();
    let begins = |p: &Piece| p.layers != 0 && wordy(p) && !is_small(p);
    is_escape && pieces.get(at + 1).is_some_and(begins)
}

/// Whether letters of ASCII meet others here that are of another script and enough for a
/// word: one alone was never right, as in `cafй`.
fn is_border(pieces: &[Piece], at: usize) -> bool {
    let is_ascii = |p: &Piece| p.layers == 0 && p.c.is_ascii_alphabetic();
    let is_other = |p: &Piece| p.layers != 0 && is_letter(p.c) && !language::is_latin(p.c);
    let (before, after) = pieces.split_at(at);
    let is_word = |word: &[Piece; WORD]| word.iter().all(is_other);
    is_ascii(&pieces[at - 1]) && after.first_chunk().is_some_and(is_word)
        || is_ascii(&pieces[at]) && before.last_chunk().is_some_and(is_word)
}

/// Whether a mark may stand before or after a word; those of other scripts all
/// may: `؟`.
fn is_around(c: char) -> bool {
    !is_letter(c) && (AROUND.contains(&c) || ('\u{250}'..'\u{2000}').contains(&c))
}

/// Not written with an alphabet that the letter models know.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..)
}

/// Adds a word, an edge on both sides; marks around it are none of it, but
/// those within are. A no-break space within parts two.
fn push(words: &mut Vec<char>, word: impl Iterator<Item = char>) {
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

/// The cost of the words in the language, of those wanted, that finds them and
/// what else the line says cheapest: with what else it says, and without.
fn cheapest(words: &[char], wanted: &[String], prior: &[Cost]) -> (Cost, Cost) {
    let sums = letters::sums(words, &JOINS);
    let costs = sums
        .iter()
        .zip(prior)
        .map(|(sum, prior)| (sum + prior, *sum));
    let least = match wanted {
        [] => costs.min_by_key(|(both, _)| *both),
        _ => {
            let is_wanted = |l: &Letters| wanted.iter().any(|tag| tag == l.tag());
            let of_wanted = letters::all().zip(costs).filter(|(l, _)| is_wanted(l));
            of_wanted
                .map(|(_, costs)| costs)
                .min_by_key(|(both, _)| *both)
        }
    };
    least.unwrap_or_default()
}
