//! A text is misread in one way as a rule: of chains that read its lines about as well, which
//! it went through is told by all of them together; and whether it was windows-1252 or Latin-1
//! that UTF-8 was read as, which show most of it alike, by what only one of the two shows.

use std::cell::OnceCell;

use crate::charset::Charset;
use crate::edit::Step;
use crate::model::{Cost, NAT};

use super::document::{Suspect, UTF_8_AS_1252, UTF_8_AS_LATIN_1};
use super::doubt;
use super::hypothesis::{Hypothesis, Line, Survey};
use super::search::RARE;
use super::throughout::Throughout;
use super::undo::{layer_of, undo_all};
use super::words;

/// What the lines of a text say of each other's accounts.
pub(super) fn agree(lines: &mut [Suspect<'_>]) {
    if lost_controls(lines) {
        for (_, line, found) in &mut *lines {
            read_as_latin_1(line, found);
        }
    }
    let mut ways = ways(lines);
    while let Some(way) = ways.pop() {
        for other in &ways {
            decide(lines, &way, other);
        }
    }
}

/// Chains that are held against each other, at most.
const WAYS: usize = 4;

/// The chains of one misreading as single bytes that the best accounts are of, the commonest
/// last.
fn ways(lines: &[Suspect<'_>]) -> Vec<Way> {
    let mut ways: Vec<(usize, Way)> = Vec::new();
    for best in lines.iter().filter_map(|(_, _, found)| found.first()) {
        match ways.iter_mut().find(|(_, way)| best.steps == way.steps) {
            Some((lines, _)) => *lines += 1,
            None => ways.extend(Way::of(best).map(|way| (1, way))),
        }
    }
    ways.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.steps.cmp(&a.1.steps)));
    let rare = ways.len().saturating_sub(WAYS);
    ways.drain(rare..).map(|(_, way)| way).collect()
}

/// A charset that was misread as one of single bytes.
struct Way {
    steps: [Step; 1],
    truth: Charset,
    /// The number of the charset that it was read as.
    single: usize,
    cost: Cost,
}

impl Way {
    fn of(best: &Hypothesis) -> Option<Self> {
        let [step] = best.steps[..] else { return None };
        let layer = layer_of(step)?;
        Some(Way {
            steps: [step],
            truth: layer.truth,
            single: layer.single?,
            cost: best.cost,
        })
    }

    /// A line, if all that is beyond ASCII can be read so.
    fn read(&self, line: &Line<'_>) -> Option<Hypothesis> {
        match self.truth {
            Charset::UTF_8 => line.undo_sequences(self.single, 0),
            _ => Throughout::of(&self.steps)?.legacy(line),
        }
    }
}

/// What a line says at most, and what all say that only one of two chains can read.
const MOST: Cost = 20 * NAT;
/// How much less likely the words of a line may be that goes the way of the others.
const WORSE: Cost = 12 * NAT;

/// Which of two chains it was that read the same lines: `ĂĽ` is `ü` in windows-1250, and `å` in
/// ISO-8859-2. A text went through both if each has lines that the other cannot read.
fn decide(lines: &mut [Suspect<'_>], a: &Way, b: &Way) {
    let mut alone = [false; 2];
    let mut sum = b.cost - a.cost;
    let mut readings = Vec::new();
    for (i, (_, line, found)) in lines.iter().enumerate() {
        let (best, is_a) = match found.first() {
            Some(best) if best.steps == a.steps => (best, true),
            Some(best) if best.steps == b.steps => (best, false),
            _ => continue,
        };
        match if is_a { b } else { a }.read(&Line::of(line)) {
            Some(other) => {
                let worse = likely(best) - likely(&other);
                let better = if is_a { worse } else { -worse };
                sum += better.clamp(-MOST, MOST);
                readings.push((i, is_a, worse, other));
            }
            None => alone[usize::from(!is_a)] = true,
        }
    }
    sum += match alone {
        [true, true] => return,
        [true, false] => MOST,
        [false, true] => -MOST,
        [false, false] => 0,
    };
    // `нє` is no `нғ` because another line chances to have letters of Kazakh.
    let likelier = if sum > 0 { a } else { b };
    if RARE.contains(&likelier.truth) {
        return;
    }
    let is_it = |(_, is_a, worse, _): &(usize, bool, Cost, Hypothesis)| {
        *is_a != (sum > 0) && *worse <= WORSE
    };
    for (i, _, _, other) in readings.into_iter().filter(is_it) {
        let found = &mut lines[i].2;
        let best = &found[0];
        let other = Hypothesis {
            gain: best.gain,
            cost: best.cost,
            known: OnceCell::new(),
            ..other
        };
        *found = vec![other];
    }
}

/// How likely what comes out is, by the model and by its words; plain lines are not priced yet.
fn likely(h: &Hypothesis) -> Cost {
    let text: Vec<char> = h.chars().collect();
    words::known_words(&text) - Survey::of(text.iter().copied()).cost
}

/// Whether some line lost controls, so that it was read as Latin-1, and none
/// [shows](shows_1252) windows-1252.
fn lost_controls(lines: &[Suspect<'_>]) -> bool {
    let mut best = lines.iter().filter_map(|(_, _, found)| found.first());
    best.any(|h| h.steps[..] == [UTF_8_AS_LATIN_1] && h.is_inferred()) && !shows_1252(lines)
}

/// Whether some line shows `€` or the like where windows-1252 has them: a text is read in one
/// way.
fn shows_1252(lines: &[Suspect<'_>]) -> bool {
    lines.iter().any(|(_, line, found)| {
        let Some(h) = found.first().filter(|h| h.steps[..] == [UTF_8_AS_1252]) else {
            return false;
        };
        let shows = |was: &str| was.chars().any(|c| c > '\u{ff}');
        let mut touched = h.pieces.iter().filter(|p| p.layers != 0);
        h.whole.is_some() && shows(line) || touched.any(|p| shows(p.was(line)))
    })
}

/// What a chain could have been just as well, as far as the lines show that are certain of it:
/// `fÃ¼r` is the same in Latin-1, which may have lost the controls of `SQLâ¦`.
pub(super) fn just_as_well(steps: &[Step], lines: &[Suspect<'_>]) -> Option<&'static [Step]> {
    (*steps == [UTF_8_AS_1252] && !shows_1252(lines)).then_some(&[UTF_8_AS_LATIN_1])
}

/// Reads a line as Latin-1 that was read as windows-1252.
fn read_as_latin_1(line: &str, found: &mut Vec<Hypothesis>) {
    let Some(best) = found
        .first()
        .filter(|best| best.steps[..] == [UTF_8_AS_1252] && !best.is_right)
    else {
        return;
    };
    let Some(h) = undo_all(&Line::of(line), &[UTF_8_AS_LATIN_1], 0) else {
        return;
    };
    let gain = h.gain - best.cost - doubt::doubt(line, &h, true);
    *found = vec![Hypothesis { gain, ..h }];
}
