//! Texts in which one charset was read as another throughout: where many lines show it and
//! none speaks against it, it happened to those that tell nothing by themselves, too, as
//! `½%s╗` among lines of Norwegian in windows-1252 that were read as cp437, and to all of a
//! line of which a part was found.

use crate::charset::Charset;
use crate::edit::Step;
use crate::model::{Cost, NAT};

use super::document::is_known;
use super::hypothesis::{Hypothesis, Line, Survey};
use super::lattice::Piece;
use super::readings::{READINGS, shown};
use super::undo::layer_of;
use super::words;

/// A chain that a whole text may have gone through.
pub(super) struct Throughout<'a> {
    steps: &'a [Step],
    truth: Charset,
    /// The number of the charset that it was read as.
    single: usize,
}

/// Lines that show it, at least, and how many there are for one that speaks against it.
const LINES: usize = 3;
const MOST: usize = 6;
/// What a line gains that shows it.
const TELLING: Cost = 8 * NAT;
/// What speaks against it: that a line loses so much.
const AGAINST: Cost = 2 * NAT;
/// What a line that tells nothing may lose.
const LEAST: Cost = 6 * NAT;
/// What is given for a letter that shows as a no-break space, which the model does not mind,
/// `M\u{a0}laga`, and taken for one that would be some: `Bogotá`.
const SPACE: Cost = 6 * NAT;
/// What a line may lose by it that was read in part, or as something else.
const LESS: Cost = 6 * NAT;

impl<'a> Throughout<'a> {
    /// Of one charset of single bytes as another, if that is all that it is.
    pub(super) fn of(steps: &'a [Step]) -> Option<Self> {
        let [step] = steps else { return None };
        let layer = layer_of(*step).filter(|layer| layer.truth.is_single_byte())?;
        Some(Throughout {
            steps,
            truth: layer.truth,
            single: layer.single?,
        })
    }

    /// Whether that happened to all of a text, by its lines beyond ASCII, each with the account
    /// of it that is believed by itself.
    pub(super) fn is_shown_by<'t>(
        &self,
        lines: impl Iterator<Item = (&'t str, Option<&'t Hypothesis>)>,
    ) -> bool {
        let (mut showing, mut against) = (0, 0);
        for (line, best) in lines.filter(|(line, _)| !line.is_ascii()) {
            let full = || self.full(&Line::of(line));
            // Hungarian has the same bytes in cp437, cp850 and cp852.
            let is_same = |best: &Hypothesis| {
                best.steps == self.steps
                    || full().is_some_and(|full| full.survey.cost == best.survey.cost)
            };
            match best {
                Some(best) if is_same(best) => showing += 1,
                None if !is_known(line) => match full() {
                    Some(full) if full.gain >= TELLING => showing += 1,
                    Some(full) if full.gain >= -AGAINST => {}
                    _ => against += 1,
                },
                _ => against += 1,
            }
        }
        showing >= LINES && against * MOST <= showing
    }

    /// A line in full, if all that is beyond ASCII can be read, and little is lost by it.
    fn full(&self, line: &Line<'_>) -> Option<Hypothesis> {
        let read = |p: &Piece| match READINGS.row(p.c).bytes[self.single] {
            _ if p.c.is_ascii() => Some(*p),
            0 => None,
            byte => {
                let c = shown(self.truth, byte);
                let is_shown = !matches!(c, char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9f}');
                is_shown.then(|| Piece::read(&[*p], c, false, 1))
            }
        };
        let pieces = line.first().pieces.iter().map(read);
        let pieces: Vec<Piece> = pieces.collect::<Option<_>>()?;
        let survey = Survey::of_pieces(&pieces);
        let was = |p: &Piece| p.was(line.text).chars().next().unwrap_or_default();
        let is_space = |p: &&Piece| p.c.is_alphabetic() && was(p) == '\u{a0}';
        let spaces = pieces.iter().filter(is_space).count() as Cost;
        let c = |at: usize| pieces.get(at).map_or(' ', |p| p.c);
        let ends_word = |at: &usize| {
            let next = c(at + 1);
            c(*at) == '\u{a0}'
                && was(&pieces[*at]).is_alphabetic()
                && c(at.wrapping_sub(1)).is_alphabetic()
                && (next.is_whitespace() || next.is_alphabetic())
        };
        let letters = (0..pieces.len()).filter(ends_word).count() as Cost;
        let gain = line.survey.cost - survey.cost + SPACE * (spaces - letters);
        (gain >= -LEAST).then(|| Hypothesis {
            steps: self.steps.to_vec(),
            gain,
            ..Hypothesis::first(pieces, survey)
        })
    }

    /// The same where the best account of it is not so much likelier.
    pub(super) fn account(&self, line: &Line<'_>, best: Option<&Hypothesis>) -> Option<Hypothesis> {
        let full = self.full(line).filter(|full| !are_marks(line.text, full))?;
        match best {
            None if is_known(line.text) => None,
            Some(best) if best.is_overlaid() => None,
            Some(best) if full.gain + LESS < line.survey.cost - best.survey.cost => None,
            Some(best) => Some(Hypothesis {
                gain: best.gain.max(full.gain),
                ..full
            }),
            None => Some(full),
        }
    }
}

/// Whether all that would change are marks that stand by themselves, as in `Leste — Sudeste`.
fn are_marks(line: &str, full: &Hypothesis) -> bool {
    let mut changed = full.pieces.iter().filter(|p| p.is_changed(line));
    changed.all(|p| {
        let beside = words::beside(line, p.start as usize..p.end as usize);
        let is_alone = beside.into_iter().flatten().all(char::is_whitespace);
        is_alone && p.was(line).chars().all(words::is_mark)
    })
}
