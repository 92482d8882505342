//! Lines that evidently were of another script than they show: what one pair of charsets makes
//! of all of such a line, `Ïðèâåò, ìèð`, is so much likelier than what is there, and than what any
//! other pair makes of it, that nothing needs to be weighed.

use crate::config::Config;
use crate::edit::Step;
use crate::model::{self, Cost, NAT};
use crate::scan;

use super::hypothesis::{Hypothesis, Line};
use super::lattice::Piece;
use super::legacy::{LEGACY, level_1, sample};
use super::readings::{Counts, READINGS, Reading, Row, Set, is_letter, mixed, ones};
use super::spelling;
use super::throughout::Throughout;

/// Characters beyond ASCII that tell, of which at least half have another after them.
const LEAST: usize = 6;
/// What each of them surprises by, at least, if all of them were misread.
const EACH: Cost = 3 * NAT;
/// What a charset may cost as the misreading of another, at most.
const USUAL: Cost = 6 * NAT;
/// Characters that are glanced at, and by what is read closely.
const GLANCED: usize = 24;
const SAMPLED: usize = 48;
/// Pairs that are read closely, and what one that is read in full may cost more than the best.
const CLOSELY: usize = 6;
const NEAR: Cost = 16 * NAT;
/// What the line must gain, and how much more than any that makes another text of it.
const EVIDENT: Cost = 40 * NAT;
const CLEARLY: Cost = 12 * NAT;

/// A pair of charsets that could be it.
struct Pair {
    steps: [Step; 1],
    cost: Cost,
    /// How damaged what it makes of the line looks, or what it costs.
    look: Cost,
}

/// What evidently happened to a line, as a search would find.
pub(super) fn evident(line: &Line<'_>, config: &Config) -> Option<Hypothesis> {
    // What a caller hints at is weighed.
    if line.entire.charsets != 0 || line.survey.surprise < EVIDENT || config.has_hints() {
        return None;
    }
    let pieces = &line.first().pieces[..];
    let rows: Vec<&Row> = pieces
        .iter()
        .filter(|p| !p.c.is_ascii())
        .map(|p| READINGS.row(p.c))
        .collect();
    let is_beyond = |p: &Piece| !p.c.is_ascii();
    let followed = pieces.windows(2).filter(|w| w.iter().all(is_beyond));
    // In right text a word surprises here and there; what was misread does throughout.
    let is_odd = line.survey.surprise >= EACH * rows.len() as Cost;
    if rows.len() < LEAST || !is_odd || followed.count() * 2 < rows.len() {
        return None;
    }
    let mut pairs = pairs(pieces, &rows);
    pairs.sort_by_key(|pair| (pair.look, pair.cost));
    pairs.truncate(CLOSELY);
    let some = sample(pieces, SAMPLED);
    pairs.retain_mut(|pair| {
        let cost = read(some, &pair.steps).map(|text| model::line_cost(text.into_iter()));
        pair.look = pair.cost + cost.unwrap_or_default();
        cost.is_some()
    });
    pairs.sort_by_key(|pair| pair.look);
    let near = pairs.first()?.look + NEAR;
    let in_full = |pair: &Pair| {
        let h = Throughout::of(&pair.steps)?.legacy(line)?;
        let (gain, cost) = (h.gain - pair.cost, pair.cost);
        Some(Hypothesis { gain, cost, ..h })
    };
    let pairs = pairs.iter().take_while(|pair| pair.look <= near);
    let mut all: Vec<Hypothesis> = pairs.filter_map(in_full).collect();
    all.sort_by_key(|h| -h.gain);
    let mut all = all.into_iter();
    let best = all.next()?;
    let is_rival = |h: Hypothesis| h.gain + CLEARLY > best.gain && !h.chars().eq(best.chars());
    let is_it = best.gain >= EVIDENT
        && best.survey.leaves_little(&line.survey)
        && !all.any(is_rival)
        && !has_odd_marks(line.text, &best);
    is_it.then_some(best)
}

/// The pairs of charsets that make something visible of all that is beyond ASCII, and letters of
/// another script or usual characters of East Asia of most of it.
fn pairs(pieces: &[Piece], rows: &[&Row]) -> Vec<Pair> {
    let readings = &*READINGS;
    let common = rows.iter().fold(Set::MAX, |all, row| all & row.any);
    // Of charsets that show the line alike, the likeliest.
    let mut shown: Vec<(u64, Cost, usize)> = Vec::new();
    for n in ones(common).filter(|n| readings.single[*n].legacy < USUAL) {
        let bytes = rows.iter().map(|row| char::from(row.bytes[n]));
        let (bytes, cost) = (bytes.fold(0, mixed), readings.single[n].legacy);
        match shown.iter_mut().find(|other| other.0 == bytes) {
            Some(other) => (other.1, other.2) = (other.1, other.2).min((cost, n)),
            None => shown.push((bytes, cost, n)),
        }
    }
    let few: Vec<(&Row, u16)> = sample(pieces, GLANCED)
        .iter()
        .map(|p| (readings.row(p.c), scan::class_of(p.c.to_ascii_lowercase())))
        .collect();
    let mut pairs = Vec::new();
    for (_, legacy, n) in shown {
        let mut plausible = readings.of_single_bytes;
        let mut letters = Counts::default();
        for row in rows {
            let b = usize::from(row.bytes[n]);
            plausible &= readings.visible[b] | readings.space[b];
            letters.add(readings.letter[b]);
        }
        let misread = readings.single[n].charset;
        let steps = |truth: &Reading| {
            let truth = truth.charset;
            [Step::Misread { truth, misread }]
        };
        let mut add = |truth: &Reading, look| {
            let cost = LEGACY + truth.cost + legacy;
            if truth.charset != misread {
                let steps = steps(truth);
                pairs.push(Pair { steps, cost, look });
            }
        };
        let are_letters = |x: &usize| letters.of(*x) as usize * 4 >= rows.len() * 3;
        for x in ones(plausible).filter(are_letters) {
            let class = |(row, class): &(&Row, u16)| match row.bytes[n] {
                0 => *class,
                b => readings.lower[x][usize::from(b & 0x7f)],
            };
            let classes = few.iter().map(class);
            let two = classes.clone().zip(classes.skip(1));
            add(
                &readings.truths[x],
                two.map(|(a, b)| scan::class_weight(a, b)).sum(),
            );
        }
        let bytes = sample(pieces, SAMPLED).iter();
        for x in ones(level_1(bytes.map(|p| readings.row(p.c).bytes[n]))) {
            let truth = &readings.truths[x];
            if let Some(text) = read(sample(pieces, GLANCED), &steps(truth)) {
                add(truth, scan::weight(text.into_iter()));
            }
        }
    }
    pairs
}

/// Whether a dash that stands by itself would be a letter, which in `ïîëñêà — ãëàãîëèöà` is right;
/// or anything would be of a frame, as the no-break space of `ÔÅËÛÅšÍÅÔÒ`, which is `текше метр`.
fn has_odd_marks(line: &str, best: &Hypothesis) -> bool {
    let mut changed = best.pieces.iter().filter(|p| p.is_changed(line));
    changed.any(|p| {
        let is_dash = matches!(p.was(line), "–" | "—");
        let beside = spelling::beside(line, p.start as usize..p.end as usize);
        let is_alone = || beside.into_iter().flatten().all(char::is_whitespace);
        spelling::is_drawing(p.c) || is_letter(p.c) && is_dash && is_alone()
    })
}

/// What a chain makes of some of a line, which may end within a character; `None` if it cannot be
/// read.
fn read(pieces: &[Piece], steps: &[Step]) -> Option<Vec<char>> {
    let throughout = Throughout::of(steps)?;
    let mut text = Vec::with_capacity(pieces.len());
    let mut rest = pieces;
    while !rest.is_empty() {
        let Some((p, len)) = throughout.character(rest) else {
            return (rest.len() == 1).then_some(text);
        };
        text.push(p.c);
        rest = &rest[len..];
    }
    Some(text)
}
