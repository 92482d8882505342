//! Texts in which one charset was read as another throughout: where many lines show it and
//! none speaks against it, it happened to those that tell nothing by themselves, too, as
//! `½%s╗` among lines of Norwegian in windows-1252 that were read as cp437, `ÇÞ` (`햇`) among
//! those of Korean in EUC-KR, `Å\u{a0}K` (`ŠK`) among those of Czech in UTF-8, and to all of a
//! line of which a part was found.

use crate::charset::Charset;
use crate::edit::Step;
use crate::language;
use crate::model::{Cost, NAT};

use super::document::is_known;
use super::hearsay;
use super::hypothesis::{Hypothesis, Line, Survey};
use super::lattice::Piece;
use super::readings::{READINGS, is_letter, shown};
use super::spelling;
use super::undo::layer_of;
use super::words;

/// A chain that a whole text may have gone through.
pub(super) struct Throughout<'a> {
    steps: &'a [Step],
    truth: Charset,
    /// The number of the charset that it was read as.
    single: usize,
}

/// So many of its lines tell its language.
const TELLING: usize = 32;
/// Lines that show it, at least, and how many more there are than speak against it.
const SHOWING: usize = 3;
const TIMES: usize = 6;
/// A line that gains so much shows it, and one that loses so much speaks against it.
const SHOWS: Cost = 8 * NAT;
const DENIES: Cost = 2 * NAT;
/// What a line may lose by it that tells nothing, or that was read in part, or as something
/// else.
const MAY_LOSE: Cost = 6 * NAT;
/// What is given for a letter that shows as a no-break space, which the model does not mind,
/// `M\u{a0}laga`, and taken for one that would be some: `Bogotá`.
const SPACE: Cost = 6 * NAT;

impl<'a> Throughout<'a> {
    /// Of a charset that was read as one of single bytes, if that is all that it is.
    pub(super) fn of(steps: &'a [Step]) -> Option<Self> {
        let [step] = steps else { return None };
        let layer = layer_of(*step)?;
        Some(Throughout {
            steps,
            truth: layer.truth,
            single: layer.single?,
        })
    }

    /// The language, by its lane, of the lines that show the chain, if they have letters of
    /// Latin beyond ASCII.
    pub(super) fn language_of<'t>(
        &self,
        shown: impl Iterator<Item = &'t Hypothesis>,
    ) -> Option<usize> {
        if !self.truth.is_single_byte() {
            return None;
        }
        let shown = shown.filter(|best| best.steps == self.steps).take(TELLING);
        let text: Vec<char> = shown.flat_map(|best| best.chars().chain([' '])).collect();
        let is_latin = text.iter().any(|c| language::is_beyond(*c));
        let costs = is_latin.then(|| words::in_languages(text.into_iter()))?;
        (0..costs.len()).min_by_key(|lane| costs[*lane])
    }

    /// The lines of a text in full, where they can be read so, if the chain happened to all of
    /// it. Each comes with the account of it that is believed by itself.
    pub(super) fn in_full<'t>(
        &self,
        lines: impl Iterator<Item = (&'t str, Option<&'t Hypothesis>)> + Clone,
    ) -> Option<Vec<Option<Hypothesis>>> {
        let language = self.language_of(lines.clone().filter_map(|(_, best)| best));
        let (mut showing, mut denying) = (0, 0);
        let read = |(line, best): (&str, Option<&Hypothesis>)| {
            let is_it = |best: &Hypothesis| best.steps == self.steps;
            // What was found is all that there is of UTF-8, and where nothing is left.
            let is_all = |best: &Hypothesis| self.truth == Charset::UTF_8 || best.is_all(0);
            if best.is_some_and(|best| is_it(best) && is_all(best)) {
                showing += 1;
                return None;
            }
            if line.is_ascii() {
                return None;
            }
            let full = self.read(&Line::of(line), language);
            match (best, &full) {
                (Some(best), _) if is_it(best) => showing += 1,
                // Hungarian has the same bytes in cp437, cp850 and cp852.
                (Some(best), Some(full)) if full.survey.cost == best.survey.cost => showing += 1,
                (None, Some(full)) if !full.pieces.iter().any(|p| p.is_changed(line)) => {}
                (None, Some(full)) if !denies(line, full) => {
                    showing += usize::from(full.gain >= SHOWS);
                }
                _ => denying += 1,
            }
            full
        };
        let full = lines.map(read).collect();
        (showing >= SHOWING && denying * TIMES <= showing).then_some(full)
    }

    /// A line in full, if all that is beyond ASCII can be read, and little is lost by it, in all
    /// languages together or in that of the text: `priëmimas` among lines of Lithuanian.
    fn read(&self, line: &Line<'_>, language: Option<usize>) -> Option<Hypothesis> {
        if self.truth == Charset::UTF_8 {
            let full = line.undo_sequences(self.single, 0)?;
            return (full.gain >= -MAY_LOSE).then_some(full);
        }
        let full = self
            .legacy(line)
            .filter(|full| !parts_words(line.text, &full.pieces))?;
        let gain = full.gain + SPACE * lost_spaces(line.text, &full.pieces);
        // Of what are no letters any more the words say nothing: `Citro‰n` for `Citroën`.
        let of_letters = language.filter(|_| !loses_letters(line.text, &full.pieces));
        let in_language = of_letters.map(|lane| {
            let now = words::in_language(full.pieces.iter().map(|p| p.c), lane);
            words::in_language(line.text.chars(), lane) - now
        });
        // Where the language prefers neither, nor do its words: `Åsa`.
        let gain = match in_language {
            Some(words) if words > 0 => gain.max(words),
            _ => gain,
        };
        (gain >= -MAY_LOSE).then_some(Hypothesis { gain, ..full })
    }

    /// A line of a legacy charset in full, whatever comes out.
    pub(super) fn legacy(&self, line: &Line<'_>) -> Option<Hypothesis> {
        let mut rest = &line.first().pieces[..];
        let mut pieces = Vec::with_capacity(rest.len());
        while !rest.is_empty() {
            let (read, len) = self.character(rest)?;
            pieces.push(read);
            rest = &rest[len..];
        }
        let survey = Survey::of_pieces(&pieces);
        Some(Hypothesis {
            steps: self.steps.to_vec(),
            gain: line.survey.cost - survey.cost,
            ..Hypothesis::first(pieces, survey)
        })
    }

    /// The first character of what is left of a line, and how many pieces it was.
    pub(super) fn character(&self, rest: &[Piece]) -> Option<(Piece, usize)> {
        let p = rest[0];
        if p.c.is_ascii() {
            return Some((p, 1));
        }
        let byte = |p: &Piece| match READINGS.row(p.c).bytes[self.single] {
            0 => u8::try_from(p.c).ok().filter(u8::is_ascii),
            byte => Some(byte),
        };
        let first = byte(&p)?;
        if self.truth.is_single_byte() {
            let c = shown(self.truth, first);
            let is_shown = !matches!(c, char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9f}');
            return is_shown.then(|| (Piece::read(&[p], c, false, 1), 1));
        }
        let pair = || self.truth.character(&[first, byte(rest.get(1)?)?]);
        let (c, len) = match pair() {
            Some(c) => (c, 2),
            None => (self.truth.character(&[first])?, 1),
        };
        Some((Piece::read(&rest[..len], c, false, 1), len))
    }
}

/// Whether a letter becomes something else, but for one by itself that becomes a mark between
/// words: `abc À def` was `abc · def`.
fn loses_letters(line: &str, pieces: &[Piece]) -> bool {
    let is_lost = |p: &Piece| !is_letter(p.c) && p.was(line).chars().all(is_letter);
    let is_between = |p: &Piece| {
        let beside = spelling::beside(line, p.start as usize..p.end as usize);
        let is_apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
        matches!(p.c, '—' | '–' | '·') && beside.into_iter().all(is_apart)
    };
    pieces
        .iter()
        .any(|p| p.is_changed(line) && is_lost(p) && !is_between(p))
}

/// Whether a letter within a word of Latin becomes a no-break space: `g\u{a0}s` for `gás`.
fn parts_words(line: &str, pieces: &[Piece]) -> bool {
    pieces.windows(3).any(|three| {
        let [before, p, after] = three else {
            return false;
        };
        let is_within = || [before, after].iter().all(|p| language::is_latin(p.c));
        p.c == '\u{a0}' && p.was(line).starts_with(language::is_latin) && is_within()
    })
}

/// How many no-break spaces become letters, less the letters at the end of a word that would
/// become such spaces.
fn lost_spaces(line: &str, pieces: &[Piece]) -> Cost {
    const NO_BREAK: char = '\u{a0}';
    let is = |at: usize| pieces.get(at).map_or(' ', |p| p.c);
    let balance = (0..pieces.len()).map(|at| {
        let was = pieces[at].was(line).chars().next().unwrap_or_default();
        let after = is(at + 1);
        let ends_word = || {
            is(at.wrapping_sub(1)).is_alphabetic()
                && (after.is_whitespace() || after.is_alphabetic())
        };
        match (was, pieces[at].c) {
            (NO_BREAK, c) => Cost::from(c.is_alphabetic()),
            (was, NO_BREAK) => -Cost::from(was.is_alphabetic() && ends_word()),
            _ => 0,
        }
    });
    balance.sum()
}

/// Whether a line that nothing was found in is right, whatever the others are. Of UTF-8 what can
/// be read in full is not, known words or none: `Å\u{a0}K`.
fn is_right(line: &str, full: &Hypothesis) -> bool {
    full.is_legacy() && is_known(line)
}

/// Whether such a line speaks against the chain.
fn denies(line: &str, full: &Hypothesis) -> bool {
    full.is_legacy() && full.gain < -DENIES || is_right(line, full)
}

/// A line in full instead of the best account of it, where that is not so much likelier.
pub(super) fn instead_of(
    best: Option<&Hypothesis>,
    line: &Line<'_>,
    full: Hypothesis,
) -> Option<Hypothesis> {
    match best {
        _ if are_marks(line.text, &full) => None,
        None if is_right(line.text, &full) => None,
        None if full.is_legacy() && hearsay::is_meant(line.text, &full) => None,
        None => Some(full),
        Some(best) if best.is_overlaid() => None,
        Some(best) if full.gain + MAY_LOSE < line.survey.cost - best.survey.cost => None,
        Some(best) => Some(Hypothesis {
            gain: best.gain.max(full.gain),
            ..full
        }),
    }
}

/// Whether all that would change are marks that stand by themselves, as in `Leste — Sudeste`.
fn are_marks(line: &str, full: &Hypothesis) -> bool {
    let mut changed = full.pieces.iter().filter(|p| p.is_changed(line));
    changed.all(|p| {
        let beside = spelling::beside(line, p.start as usize..p.end as usize);
        let is_alone = beside.into_iter().flatten().all(char::is_whitespace);
        is_alone && p.was(line).chars().all(spelling::is_mark)
    })
}
