//! From a text to the edits that mend it: which lines are damaged, by which
//! chain, and what stood there.

mod arcs;
mod lattice;
mod legacy;
mod readings;
mod utf8;

use crate::charset::Charset;
use crate::config::Config;
use crate::edit::{Chain, Edit, Exactness, Step};
use crate::model::{self, Context, Cost, NAT};

use lattice::{Layer, Piece};

/// Layers of damage looked for on top of each other.
const DEPTH: usize = 3;
/// A character this surprising is odd.
const ODD: Cost = 5 * NAT;
/// Hypotheses followed from one layer to the next.
const WIDTH: usize = 6;
/// What a legacy layer beneath another costs more: it is rare, and there are
/// many.
const DEEP: Cost = 8 * NAT;
/// Characters of a line looked at together; longer ones are cut at a space.
const LONGEST: usize = 4096;

/// One account of what happened to a line.
#[derive(Clone, Debug)]
struct Hypothesis {
    pieces: Vec<Piece>,
    /// The layers undone, the last to happen first.
    layers: Vec<Undone>,
    /// What it gains over no damage at all.
    gain: Cost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Undone {
    truth: Charset,
    misread: Charset,
}

/// The edits that mend a text.
pub(crate) fn plan(text: &str, _config: &Config) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let mut at = 0;
        while at < body.len() {
            let part = cut(&body[at..]);
            if !part.is_ascii() {
                decide(part, start + at, &mut edits);
            }
            at += part.len();
        }
        start += line.len();
    }
    edits
}

/// The beginning of a line that is looked at together.
fn cut(line: &str) -> &str {
    let Some((end, _)) = line.char_indices().nth(LONGEST) else { return line };
    match line[..end].rfind(' ') {
        Some(space) if space > end / 2 => &line[..=space],
        _ => &line[..end],
    }
}

fn decide(line: &str, offset: usize, edits: &mut Vec<Edit>) {
    let found = explain(line);
    let Some(best) = found.first() else { return };
    if accept(best) {
        emit(line, best, offset, edits);
    }
}

/// The accounts of a line's damage, the best first.
fn explain(line: &str) -> Vec<Hypothesis> {
    let pieces = lattice::pieces(line);
    let mut all: Vec<Hypothesis> = Vec::new();
    let mut frontier = vec![Hypothesis { pieces, layers: Vec::new(), gain: 0 }];
    for depth in 0..DEPTH {
        let mut next: Vec<Hypothesis> = Vec::new();
        for from in &frontier {
            let before = lattice::cost(&from.pieces);
            let odd = odd(&from.pieces);
            if !odd.contains(&true) {
                continue;
            }
            let mut layers = utf8::layers(&from.pieces, &odd);
            if depth < 2 {
                let utf8 = layers.len();
                legacy::layers(&from.pieces, &odd, &mut layers);
                if depth > 0 {
                    layers[utf8..].iter_mut().for_each(|(_, cost)| *cost += DEEP);
                }
            }
            for (mut layer, cost) in layers {
                let slots = lattice::slots(&from.pieces, layer.misread, layer.single, layer.truth);
                let bit = 1 << depth;
                let mut add = |pieces: Vec<Piece>, gain: Cost| {
                    let gain = from.gain + gain - cost;
                    if next.iter().any(|h| h.gain >= gain && same(&h.pieces, &pieces)) {
                        return;
                    }
                    let mut layers = from.layers.clone();
                    layers.push(Undone { truth: layer.truth, misread: layer.misread });
                    next.push(Hypothesis { pieces, layers, gain });
                };
                if let Some((pieces, gain)) = lattice::undo(&from.pieces, &slots, &layer, bit) {
                    add(pieces, gain);
                }
                if layer.truth == Charset::UTF_8 {
                    layer.greedy = true;
                    layer.lossy = false;
                    if let Some((pieces, _)) = lattice::undo(&from.pieces, &slots, &layer, bit) {
                        let gain = before - lattice::cost(&pieces) - 3 * NAT;
                        add(pieces, gain);
                    }
                }
            }
        }
        next.sort_by_key(|h| -h.gain);
        next.truncate(WIDTH);
        all.extend(next.iter().cloned());
        frontier = next;
        frontier.retain(|h| h.pieces.iter().any(|p| !p.c.is_ascii()));
        if frontier.is_empty() {
            break;
        }
    }
    all.sort_by_key(|h| -h.gain);
    all
}

/// Where the text surprises: characters beyond ASCII that the model did not
/// expect, or after which it did not expect what follows.
fn odd(pieces: &[Piece]) -> Vec<bool> {
    let mut odd = vec![false; pieces.len()];
    let mut context = Context::START;
    for (i, p) in pieces.iter().map(|p| p.c).chain(['\n']).enumerate() {
        let symbol = model::symbol(p);
        if model::cost(context, symbol) + model::surcharge(p) >= ODD {
            for j in [i.wrapping_sub(2), i.wrapping_sub(1), i] {
                if pieces.get(j).is_some_and(|p| !p.c.is_ascii()) {
                    odd[j] = true;
                }
            }
        }
        context = context.then(symbol);
    }
    odd
}

fn same(a: &[Piece], b: &[Piece]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.c == b.c)
}

fn accept(h: &Hypothesis) -> bool {
    let inferred = h.pieces.iter().any(|p| p.inferred);
    let legacy = h.layers.iter().any(|l| l.truth != Charset::UTF_8);
    let least = match (legacy, inferred) {
        (false, false) => 4,
        (false, true) => 6,
        (true, _) => 8,
    };
    h.gain >= least * NAT
}

/// The runs of touched pieces as edits.
fn emit(line: &str, h: &Hypothesis, offset: usize, edits: &mut Vec<Edit>) {
    let mut i = 0;
    let mut at = 0;
    while i < h.pieces.len() || at < line.len() {
        // A run: pieces that were touched, or a gap where something was dropped.
        let start = at;
        let mut after = String::new();
        let (mut layers, mut inferred) = (0, false);
        loop {
            match h.pieces.get(i) {
                Some(p) if p.layers != 0 => {
                    inferred |= p.inferred || p.start as usize > at;
                    after.push(p.c);
                    layers |= p.layers;
                    at = p.end as usize;
                    i += 1;
                }
                Some(p) if p.start as usize > at => {
                    inferred = true;
                    at = p.start as usize;
                }
                None if at < line.len() => {
                    inferred = true;
                    at = line.len();
                }
                _ => break,
            }
        }
        if at > start && line[start..at] != *after {
            let chain = h.layers.iter().enumerate().rev();
            let steps: Vec<Step> = chain
                .filter(|(k, _)| layers == 0 || layers & 1 << k != 0)
                .map(|(_, l)| Step::Misread { truth: l.truth, misread: l.misread })
                .collect();
            edits.push(Edit {
                span: offset + start..offset + at,
                after,
                chain: Chain::new(steps),
                exactness: if inferred { Exactness::Inferred } else { Exactness::Exact },
                score: (h.gain.max(0) as f64 / f64::from(NAT) / std::f64::consts::LN_2) as u32,
            });
        }
        if let Some(p) = h.pieces.get(i) {
            at = p.end as usize;
            i += 1;
        }
    }
}
