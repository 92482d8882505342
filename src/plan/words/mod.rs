//! Do the changed words look like words of some language?
//!
//! The universal model mixes all languages, and what is plausible pair by
//! pair may be no word anywhere: `potvrāte`. So the words that a legacy
//! reading changes are also held against each language by itself, and against
//! what the rest of the line says of its language.

mod known;
mod signs;
mod standing;
mod unknown;
mod written;

use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::charset::{Charset, sequences};
use crate::edit::Step;
use crate::language::{self, Prior};
use crate::model::letters::{self, Letters};
use crate::model::{self, Cost, NAT, lexicon};

use super::document::bar;
use super::doubt;
use super::hypothesis::Hypothesis;
use super::judge::{self, Signs};
use super::lattice::Piece;
use super::readings::{is_letter, lowered};
use super::spelling::{
    JOINS, WORD, are_at_seams, are_lone_letters, beside, is_acronym, is_around, is_contraction,
    is_drawing, is_east_asian, is_mark, is_operator, is_spelled, is_vowel, is_word_letter, push,
    split, unchanged, untouched,
};
use known::HIDDEN;
pub(super) use signs::are_quotes;
use signs::{inverted, would_change};
use standing::{COMMON, USUAL};

pub(super) use known::{Known, known};
pub(super) use standing::{
    are_known, in_language, in_languages, in_latin, is_long_word, known_words, most_known,
};
pub(super) use unknown::Unknown;

/// Letters of words that tell enough.
const LISTED: usize = 200;
/// An acronym has at most this many.
const ACRONYM: usize = 5;
/// Acronyms that are all there is have at least so many.
const ACRONYMS: usize = 10;
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
/// What letters of Latin that would be others must gain beyond what all must, where no
/// language that the rest of the line could be in has them, if it tells or they are but one, or
/// the mix-up is rare; and how many letters speak for themselves.
const UNHEARD: Cost = 6 * NAT;
const SEVERAL: usize = 3;
/// What words of one letter may cost in the language of their line for each step, and what
/// they must gain by it: the `è` of Italian.
const ONE_LETTER: Cost = 28;
const ONE_LETTER_GAINS: Cost = 56;
/// What a mark next to a word costs at least that is no letter of it, where one is
/// missing: `Se gener— el`.
const BARE: Cost = 2 * NAT;
/// What a letter of another alphabet costs that stands next to one of Latin, beyond what one
/// costs that a language lacks: `Disminuпx`.
const STRANGE: Cost = 4 * NAT;
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
/// What each of a few, or of pairs, costs at most by itself if they are a likely word, so that
/// they need gain no more than those of a text: `4G, 5G (±âº»°ª)` was `기본값`. What chance makes
/// costs half as much again.
const EACH_OF_WORD: Cost = 19 * NAT / 2;

/// The odds from which on a reading of words of Latin is believed, and below which it
/// is not, whatever else speaks for it.
const LIKELY_DAMAGE: Cost = 2 * NAT / 3;
const UNLIKELY_DAMAGE: Cost = -3 * NAT;

const TOLD: usize = 8;
/// What is given on top where all words are known and one is of more than a few letters.
const ALL_KNOWN: Cost = 2 * NAT;
/// From which on a mix-up is rare.
pub(super) const RARE: Cost = 6 * NAT;
pub(super) const MOST: Cost = 20 * NAT;

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
    let rest = unchanged(line, &h.pieces);
    let words = Words::of(line, &h.pieces, &rest);
    // Of what was read: `¡]Canadian dollar¡^` is two words of others.
    let is_read = |p: &&Piece| p.is_changed(line) && is_letter(p.c);
    let read = || h.pieces.iter().filter(is_read).count();
    let is_enough = match words.east_asian {
        n @ EAST_ASIAN.. => n * 2 > read(),
        // What controls cost says nothing: `í\u{a0}½í¸\u{8d}` is half an emoji.
        n => {
            let is_few = n > 1 && n * 2 > read() && !line.contains(char::is_control);
            is_few && (h.gain >= EACH_OF_FEW * n as Cost || is_likely_in_east_asia(line, &h.pieces))
        }
    };
    if is_enough {
        words.gain_in_east_asia(line, h, left)
    } else if words.east_asian * 2 > read() {
        // A few tell too little, whatever they stand in: `VOILÀ»…X`.
        None
    } else {
        let fit = LazyCell::new(|| words.fit(&rest, wanted, &h.steps));
        let gain = words.gain(line, h, &fit, known, left);
        let Some(signs) = words.signs(line, h, &fit, known) else {
            return gain;
        };
        if words.is_latin() && is_foreign(line, h, &fit) {
            return None;
        }
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
    let rest = unchanged(line, &h.pieces);
    let words = Words::of(line, &h.pieces, &rest);
    let fit = LazyCell::new(|| words.fit(&rest, wanted, &h.steps));
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
    /// Letters of other alphabets, each next to one of Latin.
    strange: usize,
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
        let touched: Vec<&[Piece]> = split(pieces).filter(is_touched).collect();
        touched.iter().for_each(|word| words.count(line, word));
        for word in touched {
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
        let here = || touched().filter(|p| is_east_asian(p.c));
        // Kana is the same in EUC-JP and in GBK, and says nothing.
        self.east_asian += here().filter(|p| p.is_changed(line)).count();
        self.longest = self.longest.max(here().count());
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
            self.strange += strange(was);
            push(&mut self.after, word.iter().map(|p| p.c));
            push(&mut self.before, was.chars());
        }
    }

    /// Ideographs make no words that the letter models know; several in a row
    /// must do.
    fn gain_in_east_asia(
        &self,
        line: &str,
        h: &Hypothesis,
        left: impl Fn() -> Cost,
    ) -> Option<Cost> {
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
        let is_likely = is_likely_in_east_asia(line, &h.pieces);
        let is_of_signs = h.gain < each_of_signs * self.east_asian as Cost;
        let drawn = self.drawn_in * 3 > self.touched_in * 2 && !self.is_spelled_in_drawings(&left)
            || !marks && self.letters_in * 6 < self.touched_in && is_of_signs && !is_likely;
        let each = match is_likely || self.longest >= RUN || self.hangul >= 2 * RUN {
            true => each,
            false => EACH_OF_PAIR,
        };
        // A row of keys on a Mac, `œ∑´®†¥¨ˆøπ`, has as many bytes as a few words; but little
        // surprises about `ê›íËÇ≈Ç∑`, `設定です`, in which, unlike in `NÃÃÃÃÃÃO`, characters differ.
        let is_spelled = || {
            let made = h
                .pieces
                .iter()
                .filter(|p| p.layers != 0 && is_east_asian(p.c));
            let distinct: BTreeSet<char> = made.map(|p| p.c).collect();
            distinct.len() >= EAST_ASIAN
                && distinct.len() * 2 > self.east_asian
                && left() <= SPELLED
        };
        let sure = h.gain >= each * self.east_asian as Cost
            && self.longest > 1
            && !drawn
            && (!marks || self.east_asian >= MANY || is_spelled());
        let is_few = self.east_asian < EAST_ASIAN;
        sure.then_some(if is_likely && is_few {
            h.gain
        } else {
            h.gain * 3 / 4
        })
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

    fn fit(&self, rest: &str, wanted: &[String], steps: &[Step]) -> Fit {
        // The words of a line say nothing of one in another alphabet.
        let is_latin = self.is_latin();
        let prior = language::prior(if is_latin { rest } else { "" });
        // Whoever says which language it is knows that.
        let written = match steps {
            [Step::Misread { truth, .. }] if is_latin && wanted.is_empty() => {
                written::written_in(*truth)
            }
            _ => None,
        };
        let (after, is) = cheapest(&self.after, wanted, &prior.costs, written);
        let (before, was) = cheapest(&self.before, wanted, &prior.costs, None);
        // With the steps at the edges, which words of Latin may be dear at, and those of other
        // scripts at signs that are no letters: the vowels and tones of `ตั้งค่า`.
        let edges = self.after.iter().filter(|c| **c == '\n').count();
        let steps = match is_latin {
            true => self.listed + edges / 2,
            false => self.after.len() - edges,
        };
        // Of few words nobody knows whether they mix alphabets: Kabyle `ilγuten` does.
        let made = self.after.iter().copied();
        let made = made.filter(|c| language::is_beyond(*c));
        let is_told = self.strange > 0 && prior.steps >= ENOUGH && prior.may_have(made);
        let strange = if is_told { self.strange } else { 0 };
        Fit {
            prior,
            is_of_rest: after == is,
            words: before + BARE * self.bare as Cost + STRANGE * strange as Cost - after,
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
                || self.touched_in > 0 && inverted(&h.pieces) == self.touched_in
                || are_quotes(line, &h.pieces) && !is_contradicted(line, h)
                || are_at_seams(line, &h.pieces);
            return (told && gain >= APOSTROPHES).then_some(gain * 3 / 4);
        }
        let is_latin = self.is_latin();
        let is_other = || is_rare(line, h) || is_lookalike(line, h) || is_sign_of_softness(line, h);
        if is_latin && !known.any && is_other() {
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
        let is_foreign = || is_foreign(line, h, fit);
        if are_letters && (words < BY_LETTERS && gain < ANYHOW || is_contradicted(line, h))
            || is_latin && is_foreign()
        {
            return None;
        }
        // `La tua richiesta Š scaduta: prova di nuovo`: nobody has such a letter there.
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
        let gain = gain + if is_long { ALL_KNOWN } else { 0 };
        // `Pâris` is a name in French, and `pāris` a word where nobody speaks it.
        let made: BTreeSet<char> = changed().map(|p| lowered(p.c)).collect();
        let is_told = || made.len() == 1 || fit.prior.steps >= TOLD;
        let is_unheard = || h.cost > RARE || is_told() && !fit.prior.may_have(made.iter().copied());
        // `źle` is as well known as `üle`.
        let were_known = || known.any && were_known(line, &h.pieces);
        let is_doubtful = are_letters && made.len() < SEVERAL && (is_unheard() || were_known());
        if is_doubtful && gain - repeated < bar(h) + UNHEARD {
            return None;
        }
        Some(gain)
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

/// Whether one letter is all that letters become, which the language of the rest of
/// the line has as it stands, and has not as it would be, and the word fits none better or
/// the rest is long enough: Occitan has an `è`, and no `č`, and in `»O weh! Ihr Kröten` no mark
/// tells that the `ö` was `š`.
fn is_foreign(line: &str, h: &Hypothesis, fit: &Fit) -> bool {
    let is_letter = |p: &&Piece| p.was(line).chars().all(language::is_latin);
    let changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let mut changed = changed.filter(is_letter).peekable();
    if changed.peek().is_none() {
        return false;
    }
    let made = changed.clone().next().map(|p| p.c);
    let has = |c: char| fit.prior.lacking([c].into_iter()) == 0;
    // No language has the capital of `matÈrielle` there.
    let is_raised = |p: &Piece| {
        p.was(line).contains(char::is_uppercase)
            && line[..p.start as usize].ends_with(char::is_lowercase)
    };
    let is_it =
        |p: &Piece| made == Some(p.c) && !has(p.c) && p.was(line).chars().all(has) && !is_raised(p);
    let least = if fit.is_of_rest { ENOUGH } else { 2 * ENOUGH };
    fit.prior.steps >= least && changed.all(is_it)
}

/// Whether letters stay as they are that speak against the mix-up, for they would be something
/// else, too, which says twice as much as that they could not stand there: more than those say
/// that would be others, or the same ones. If the `õ` of `tulõ vällä` was `ä`, the `ä` is none;
/// but the `à` of `à 10 caractčres` was put there since.
fn is_contradicted(line: &str, h: &Hypothesis) -> bool {
    let kept = h.pieces.iter().filter(|p| p.layers == 0 && !p.c.is_ascii());
    let kept: BTreeSet<char> = kept
        .map(|p| lowered(p.c))
        .filter(|c| language::is_beyond(*c))
        .collect();
    let against = |is: fn(char, Step) -> bool| {
        let is = |c: &&char| h.steps.iter().any(|step| is(**c, *step));
        kept.iter().filter(is).copied().collect::<BTreeSet<char>>()
    };
    let (others, absent) = (against(would_change), against(|c, step| !shows(c, step)));
    let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
    let made: BTreeSet<char> = changed().map(|p| lowered(p.c)).collect();
    let both = changed().flat_map(|p| p.was(line).chars().chain([p.c]));
    let mut both = both.map(lowered);
    2 * others.len() + absent.len() > made.len()
        || both.any(|c| others.contains(&c) || absent.contains(&c))
}

/// Whether all that was made are letters of East Asia, no two the same, that are likely one
/// after the other and stand by themselves in other text: `absolver/IRÀÁÂÑ` has flags, and no
/// `請耐`. They were no letters of another alphabet, as those of `(ФОЙЄ)`.
pub(super) fn is_likely_in_east_asia(line: &str, pieces: &[Piece]) -> bool {
    let is_made = |p: &Piece| p.layers != 0 && is_east_asian(p.c);
    let is_beside = |two: &[Piece]| {
        is_made(&two[0]) && two[1].c.is_ascii_alphabetic()
            || is_made(&two[1]) && two[0].c.is_ascii_alphabetic()
    };
    let is_alphabet =
        |c: char| ('\u{100}'..'\u{2000}').contains(&c) && !sequences::is_of_one_byte(c);
    let made = || pieces.iter().filter(|p| is_made(p));
    let distinct: BTreeSet<char> = made().map(|p| p.c).collect();
    let others = pieces.iter().filter(|p| p.layers == 0 && is_letter(p.c));
    distinct.len() == made().count()
        && (distinct.len() >= EAST_ASIAN || others.count() > 1)
        && made().all(|p| is_letter(p.c) && !p.was(line).contains(is_alphabet))
        && model::line_cost(made().map(|p| p.c)) <= EACH_OF_WORD * distinct.len() as Cost
        && !pieces.windows(2).any(is_beside)
}

/// Whether all that was read are letters of Latin within words that are known or of the language
/// of the rest, or no-break spaces after numbers: `Roemeni禱`, `1.1.聽The World`; but who writes
/// `Doraemon猫` means it.
pub(super) fn are_in_words(pieces: &[Piece]) -> bool {
    let is = |at: usize, is: fn(&char) -> bool| pieces.get(at).is_some_and(|p| is(&p.c));
    let is_number = |c: &char| c.is_ascii_digit() || *c == '.';
    let mut read = (0..pieces.len()).filter(|&at| pieces[at].layers != 0);
    let made = || pieces.iter().filter(|p| p.layers != 0).map(|p| p.c);
    let prior = LazyCell::new(|| language::prior(&untouched(pieces)));
    let is_told = || prior.steps >= ENOUGH && prior.may_have(made().filter(|c| is_letter(*c)));
    let is_touched = |word: &&[Piece]| word.iter().any(|p| p.layers != 0 && is_letter(p.c));
    let is_known = |word: &[Piece]| {
        let letters = word.iter().map(|p| p.c).filter(|c| is_letter(*c));
        letters.clone().count() > WORD && (are_known(letters) || is_told())
    };
    made().next().is_some()
        && read.all(|at| match pieces[at].c {
            '\u{a0}' => is(at.wrapping_sub(1), is_number) && is(at + 1, char::is_ascii_graphic),
            c => language::is_beyond(c),
        })
        && split(pieces).filter(is_touched).all(is_known)
}

/// How many times a letter of another alphabet stands next to one of Latin, but for those that
/// look like one and are taken for it.
fn strange(word: &str) -> usize {
    let is_other = |c: char| matches!(c, 'Ͱ'..='ԯ') && is_letter(c) && !doubt::is_like_latin(c);
    let all: Vec<char> = word.chars().collect();
    let is_strange = |two: &&[char]| {
        is_other(two[0]) && language::is_latin(two[1])
            || is_other(two[1]) && language::is_latin(two[0])
    };
    all.windows(2).filter(is_strange).count()
}

/// Whether a charset shows this character, if it is of single bytes.
fn shows(c: char, step: Step) -> bool {
    let table = match step {
        Step::Misread { misread, .. } => misread.decode_table(),
        _ => None,
    };
    table.is_none_or(|table| table.contains(&c))
}

/// Whether all that becomes something else are apostrophes, which are letters of many
/// languages, and that of the line has not what they would be: the `har’a` of Oromo is no
/// `haría`.
fn are_letters_of_others(line: &str, h: &Hypothesis, prior: &Prior) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let is_it = |p: &Piece| p.was(line) == "’" && prior.lacking([p.c].into_iter()) > 0;
    prior.steps >= TOLD && changed.all(is_it)
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

/// Whether all words with letters that become others are known as they stand; `tÚ` is none.
fn were_known(line: &str, pieces: &[Piece]) -> bool {
    let changes = |word: &&[Piece]| word.iter().any(|p| p.is_changed(line));
    let is_raised = |was: &str| {
        let mut small = was.chars().skip_while(|c| !c.is_lowercase());
        small.any(char::is_uppercase)
    };
    let was = |word: &[Piece]| {
        let was = &line[word[0].start as usize..word[word.len() - 1].end as usize];
        !is_raised(was) && are_known(was.chars())
    };
    split(pieces).filter(changes).all(was)
}

/// Whether all that becomes something else are the signs of Cyrillic that consonants are soft or
/// hard with, which those keep who write the rest in Latin: `bulьvar`, `konь`.
fn is_sign_of_softness(line: &str, h: &Hypothesis) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    changed.all(|p| {
        let last = line[..p.start as usize].chars().next_back();
        let is_consonant = |c: char| c.is_ascii_alphabetic() && !is_vowel(c);
        matches!(p.was(line), "ь" | "ъ") && last.is_some_and(is_consonant)
    })
}

/// The cost of the words in the language, of those wanted and written so, that finds them and
/// what else the line says cheapest: with what else it says, and without.
fn cheapest(
    words: &[char],
    wanted: &[String],
    prior: &[Cost],
    written: Option<&[bool]>,
) -> (Cost, Cost) {
    let sums = letters::sums(words, &JOINS);
    let costs = sums
        .iter()
        .zip(prior)
        .map(|(sum, prior)| (sum + prior, *sum));
    let least = match (wanted, written) {
        ([], None) => costs.min_by_key(|(both, _)| *both),
        _ => {
            let is_wanted =
                |l: &Letters| wanted.is_empty() || wanted.iter().any(|tag| tag == l.tag());
            let is_written = |at: usize| written.is_none_or(|written| written[at]);
            let of_wanted = letters::all()
                .zip(costs)
                .enumerate()
                .filter(|(at, (l, _))| is_wanted(l) && is_written(*at));
            of_wanted
                .map(|(_, (_, costs))| costs)
                .min_by_key(|(both, _)| *both)
        }
    };
    least.unwrap_or_default()
}

/// Whether letters become others, and make no likelier words in the language of a lane.
pub(super) fn worsens(line: &str, h: &Hypothesis, lane: usize) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    changed.all(|p| p.was(line).chars().all(is_letter)) && {
        let was = in_language(line.chars(), lane);
        in_language(h.pieces.iter().map(|p| p.c), lane) >= was
    }
}

/// Whether a letter of Latin is a word by itself in a language that this could be.
pub(super) fn is_one(prior: &Prior, c: char) -> bool {
    let costs = in_languages([c].into_iter());
    prior.likely().any(|l| costs[l.lane()] <= 3 * ONE_LETTER)
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
