//! One account of what happened to a line, and what the model says of it.

use std::cell::OnceCell;

use crate::charset::Charset;
use crate::edit::Step;
use crate::model::{self, Context, Cost, NAT};

use super::as_1252::{self, WINDOWS_1252};
use super::lattice::{self, Piece};
use super::overlay;
use super::undo::undo_sequences;
use super::utf8::Entire;
use super::words::Known;

/// A character this surprising is odd.
pub(super) const ODD: Cost = 6 * NAT;
/// What a character costs where nothing is wrong.
pub(super) const EXPECTED: Cost = 2 * NAT;
/// A line that surprises less than this in all is left alone.
pub(super) const SURPRISE: Cost = 9 * NAT;
/// What any further layer costs at least.
pub(super) const LAYER: Cost = 4 * NAT;
/// So many sequences of UTF-8 are no chance.
pub(super) const SURE: usize = 3;

/// One account of what happened to a line.
#[derive(Clone, Debug)]
pub(crate) struct Hypothesis {
    pub(super) pieces: Vec<Piece>,
    /// What the model says of them.
    pub(super) survey: Survey,
    /// The steps undone, the last to happen first.
    pub(super) steps: Vec<Step>,
    /// What it gains over no damage at all, its cost taken off.
    pub(super) gain: Cost,
    /// What its chain costs.
    pub(super) cost: Cost,
    /// Whether it is known that nothing is wrong with what comes out.
    pub(super) is_right: bool,
    /// What comes out where all layers were UTF-8 read as windows-1252, and all that is beyond
    /// ASCII, which again would show as it does; then there are no pieces
    /// [yet](Self::divide).
    pub(super) whole: Option<String>,
    /// Whether what was lost are marks, which were put where they belong.
    pub(super) is_placed: bool,
    /// What the lexicon says of the words that it touches, once that was asked.
    pub(super) known: OnceCell<Known>,
}

impl Hypothesis {
    /// Before anything is undone.
    pub(super) fn first(pieces: Vec<Piece>, survey: Survey) -> Self {
        Hypothesis {
            survey,
            pieces,
            steps: Vec::new(),
            gain: 0,
            cost: 0,
            is_right: false,
            whole: None,
            is_placed: false,
            known: OnceCell::new(),
        }
    }

    /// Makes the pieces of an account that has none yet.
    pub(super) fn divide(&mut self, line: &str) {
        if let Some(text) = self.whole.take() {
            self.pieces = match self.steps.len() {
                1 => as_1252::pieces(line, &text),
                len => lattice::divided(line, &vec![WINDOWS_1252; len]).unwrap_or_default(),
            };
        }
    }

    /// The characters that come out.
    pub(super) fn chars(&self) -> impl Iterator<Item = char> {
        let whole = self.whole.as_deref().unwrap_or_default().chars();
        whole.chain(self.pieces.iter().map(|p| p.c))
    }

    /// The same, with spaces for those that were filled in.
    pub(super) fn sure_chars(&self) -> impl Iterator<Item = char> {
        let whole = self.whole.as_deref().unwrap_or_default().chars();
        let sure = |p: &Piece| if p.inferred { ' ' } else { p.c };
        whole.chain(self.pieces.iter().map(sure))
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.steps
            .iter()
            .any(|s| matches!(s, Step::Misread { truth, .. } if *truth != Charset::UTF_8))
    }

    /// Whether the bytes were read in a multi-byte charset.
    pub(super) fn is_wide(&self) -> bool {
        self.steps.iter().any(Step::is_wide)
    }

    /// Whether something was laid over it since.
    pub(super) fn is_overlaid(&self) -> bool {
        self.overlaid() > 0
    }

    /// How often something was.
    pub(super) fn overlaid(&self) -> usize {
        match self.steps.first() {
            Some(step) if step.is_overlay() => 1,
            _ => overlay::times_saved(&self.steps),
        }
    }

    /// The chain that other lines of a document show, too: whether sequences of a line chance
    /// to be UTF-8 says nothing of it.
    pub(super) fn shared(&self) -> &[Step] {
        match &self.steps[..] {
            [Step::Sequences, steps @ ..] => steps,
            steps => steps,
        }
    }

    /// Whether whole sequences of UTF-8 are what nearly all characters beyond
    /// ASCII were after so many steps.
    pub(super) fn is_sure(&self, steps: usize) -> bool {
        let touched = |p: &&Piece| p.layers >> steps != 0;
        let beyond = self.pieces.iter().filter(|p| touched(p) || !p.c.is_ascii());
        let (mut read, mut others) = (0, 0);
        for p in beyond {
            if touched(&p) && !p.inferred {
                read += 1;
            } else {
                others += 1;
            }
        }
        self.gain > LAYER && read > 4 * others && (read >= SURE || others == 0)
    }

    /// Whether there are more sequences of UTF-8 after so many steps than chance puts
    /// there, and none of which bytes are lost.
    pub(super) fn has_sequences(&self, steps: usize) -> bool {
        let touched = || self.pieces.iter().filter(|p| p.layers >> steps != 0);
        self.gain > LAYER && touched().count() >= SURE && touched().all(|p| !p.inferred)
    }

    /// Whether nothing beyond ASCII is left as it was, but for bytes that are lost.
    pub(super) fn reads_all(&self) -> bool {
        let is_read = |p: &Piece| p.layers != 0 || p.c == char::REPLACEMENT_CHARACTER;
        self.pieces.iter().all(|p| p.c.is_ascii() || is_read(p))
    }

    /// Whether nothing beyond ASCII is left as it was, and nothing filled in.
    pub(super) fn is_all(&self, steps: usize) -> bool {
        let is_read = |p: &Piece| p.layers >> steps != 0 && !p.inferred;
        self.pieces.iter().all(|p| p.c.is_ascii() || is_read(p))
    }

    pub(super) fn is_inferred(&self) -> bool {
        self.pieces.iter().any(|p| p.inferred)
    }
}

/// A line as it is, read once for all that could have happened to it.
pub(crate) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) survey: Survey,
    /// The single-byte charsets in which all that is beyond ASCII is UTF-8.
    pub(super) entire: Entire,
    /// What only a closer look needs: that nothing happened, and where it surprises.
    read: OnceCell<(Hypothesis, Odd)>,
    /// The charset that was tried first on all of it, and what came of it.
    tried: OnceCell<(usize, Option<Hypothesis>)>,
}

impl<'a> Line<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let entire = Entire::of(text.chars());
        let read = OnceCell::new();
        let survey = match entire.charsets {
            0 => read.get_or_init(|| closely(text)).0.survey,
            _ => Survey::of(text.chars()),
        };
        Line {
            text,
            survey,
            entire,
            read,
            tried: OnceCell::new(),
        }
    }

    /// Undoes UTF-8 misread as a single-byte charset, where that is all there is
    /// beyond ASCII.
    pub(super) fn undo_sequences(&self, single: usize, cost: Cost) -> Option<Hypothesis> {
        let first = Hypothesis::first(Vec::new(), self.survey);
        let undo = || undo_sequences(&first, lattice::as_pieces(self.text), single, 0);
        let undone = match self.tried.get_or_init(|| (single, undo())) {
            (tried, undone) if *tried == single => undone.clone(),
            _ => undo(),
        };
        undone.map(|h| Hypothesis {
            gain: h.gain - cost,
            cost: h.cost + cost,
            ..h
        })
    }

    fn read(&self) -> &(Hypothesis, Odd) {
        self.read.get_or_init(|| closely(self.text))
    }

    /// That nothing happened.
    pub(super) fn first(&self) -> &Hypothesis {
        &self.read().0
    }

    /// Where it surprises.
    pub(super) fn odd(&self) -> &Odd {
        &self.read().1
    }
}

/// A line that nothing happened to, and where it surprises.
fn closely(text: &str) -> (Hypothesis, Odd) {
    let pieces = lattice::pieces(text);
    let odd = Odd::of(&pieces);
    (Hypothesis::first(pieces, odd.survey), odd)
}

/// What the model says of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Survey {
    /// What it costs.
    pub(super) cost: Cost,
    /// What the characters cost that the model did not expect, in all, beyond
    /// what was to be expected.
    pub(super) surprise: Cost,
}

impl Survey {
    pub(super) fn of(text: impl Iterator<Item = char>) -> Self {
        let mut survey = Survey::default();
        survey.read(text, |_, _| {});
        survey
    }

    pub(super) fn of_pieces(pieces: &[Piece]) -> Self {
        Survey::of(pieces.iter().map(|p| p.c))
    }

    /// Whether a reading is not odd, or but a little of what it was: names and rare
    /// words are.
    pub(super) fn leaves_little(&self, was: &Survey) -> bool {
        self.surprise < was.little()
    }

    /// What surprises less is but a little of this.
    pub(super) fn little(&self) -> Cost {
        SURPRISE.max(self.surprise / 8)
    }

    /// Reads a text, and calls with what each character costs, and the end.
    fn read(&mut self, text: impl Iterator<Item = char>, mut each: impl FnMut(usize, Cost)) {
        let mut context = Context::START;
        let mut add = |i, cost| {
            self.cost += cost;
            if cost >= ODD {
                self.surprise += cost - EXPECTED;
            }
            each(i, cost);
        };
        let mut len = 0;
        for c in text {
            add(len, context.read_char(c));
            len += 1;
        }
        add(len, context.read(model::BOUNDARY));
    }
}

/// Where a text surprises: characters beyond ASCII that the model did not
/// expect, or after which it did not expect what follows.
#[derive(Clone, Debug)]
pub(super) struct Odd {
    pub(super) survey: Survey,
    /// What each character costs, and the end.
    pub(super) costs: Vec<Cost>,
    /// Whether each piece is one of those.
    pub(super) places: Vec<bool>,
}

impl Odd {
    pub(super) fn of(pieces: &[Piece]) -> Self {
        let mut survey = Survey::default();
        let mut costs = Vec::with_capacity(pieces.len() + 1);
        let mut places = vec![false; pieces.len()];
        survey.read(pieces.iter().map(|p| p.c), |i, cost| {
            costs.push(cost);
            if cost >= ODD {
                for j in [i.wrapping_sub(2), i.wrapping_sub(1), i] {
                    if pieces.get(j).is_some_and(|p| !p.c.is_ascii()) {
                        places[j] = true;
                    }
                }
            }
        });
        Odd {
            survey,
            costs,
            places,
        }
    }
}
