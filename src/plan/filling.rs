//! Which byte was lost? The bytes that are left allow several characters, and
//! the model prefers the one that is usual between its neighbours; but `круаясаны`
//! is no word, and `круассаны` is. So the words with something filled in are
//! filled in again, with the lexicon.

use crate::charset::Charset;
use crate::edit::Step;
use crate::model::{self, Context, Cost};

use super::Hypothesis;
use super::arcs;
use super::lattice::{self, Piece};
use super::words;

/// Ways to fill in a word that are followed.
const BEAM: usize = 48;
/// Characters of a word that are filled in together.
const LONGEST: usize = 64;

/// What a place could have been.
struct Choice {
    pieces: Vec<Piece>,
    cost: Cost,
}

/// A way to fill in a word: the number of the choice at each place.
#[derive(Clone)]
struct Way {
    choices: Vec<usize>,
    text: Vec<char>,
    context: Context,
    cost: Cost,
}

/// Fills in again what one layer of UTF-8 lost.
pub(super) fn choose(line: &str, h: &mut Hypothesis) {
    let [
        step @ Step::Misread {
            truth: Charset::UTF_8,
            ..
        },
    ] = h.steps[..]
    else {
        return;
    };
    let Some(layer) = super::layer_of(step).filter(|l| l.single.is_some()) else {
        return;
    };
    if !h.is_inferred() {
        return;
    }
    let was = lattice::pieces(line);
    let mut slots = Vec::new();
    lattice::slots(&was, layer.misread, layer.single, layer.truth, &mut slots);
    let mut places: Vec<Vec<Choice>> = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&piece) = h.pieces.get(at) {
        at += 1;
        let mut choices = vec![Choice {
            pieces: vec![piece],
            cost: 0,
        }];
        let start = was.partition_point(|p| p.start < piece.start);
        if piece.inferred && start < was.len() {
            let end = was.partition_point(|p| p.start < piece.end);
            // How far another choice may reach: over what was kept.
            let next = |n: usize| h.pieces.get(at + n).zip(was.get(end + n));
            let is_kept = |n: &usize| next(*n).is_some_and(|(p, w)| p == w);
            let more = (0..2).take_while(is_kept).count();
            found.clear();
            arcs::arcs(&slots, start, &was, &layer, &mut found);
            let filled = found.iter().filter(|arc| arc.inferred);
            let filled = filled.filter(|arc| start + usize::from(arc.len) <= end + more);
            let longest = filled.clone().map(|arc| start + usize::from(arc.len)).max();
            let reach = longest.unwrap_or(end).max(end);
            let all = filled.map(|arc| {
                let last = start + usize::from(arc.len);
                let read = arc.c.map(|c| Piece {
                    c,
                    symbol: model::symbol(c),
                    end: was[last - 1].end,
                    ..piece
                });
                Choice {
                    pieces: read
                        .into_iter()
                        .chain(was[last..reach].iter().copied())
                        .collect(),
                    cost: arc.cost,
                }
            });
            let all: Vec<Choice> = all.collect();
            if all.len() > 1 {
                choices = all;
                at += reach - end;
            }
        }
        places.push(choices);
    }
    let mut out: Vec<Piece> = Vec::with_capacity(h.pieces.len());
    let is_space = |place: &Vec<Choice>| place.len() == 1 && place[0].pieces[0].c.is_whitespace();
    let words = places.split_inclusive(is_space);
    for word in words.flat_map(|word| word.chunks(LONGEST)) {
        if word.iter().all(|place| place.len() == 1) {
            out.extend(word.iter().flat_map(|place| &place[0].pieces));
            continue;
        }
        let last = |n: usize| out.len().checked_sub(n).map_or('\n', |i| out[i].c);
        let context = Context::START
            .then(model::symbol(last(2)))
            .then(model::symbol(last(1)));
        let best = best(word, context);
        let chosen = word.iter().zip(best).map(|(place, i)| &place[i]);
        out.extend(chosen.flat_map(|choice| &choice.pieces));
    }
    h.pieces = out;
}

impl Way {
    fn take(&mut self, i: usize, choice: &Choice) {
        self.choices.push(i);
        self.cost += choice.cost;
        for p in &choice.pieces {
            let symbol = model::symbol(p.c);
            self.cost += model::cost(self.context, symbol) + model::surcharge(p.c);
            self.context = self.context.then(symbol);
            self.text.push(p.c);
        }
    }
}

/// The best choices at the places of a word.
fn best(word: &[Vec<Choice>], context: Context) -> Vec<usize> {
    let mut ways = vec![Way {
        choices: Vec::new(),
        text: Vec::new(),
        context,
        cost: 0,
    }];
    for place in word {
        if let [choice] = &place[..] {
            ways.iter_mut().for_each(|way| way.take(0, choice));
            continue;
        }
        let with = |way: &Way| {
            let way = way.clone();
            let all = place.iter().enumerate();
            let taken = all.map(move |(i, choice)| {
                let mut way = way.clone();
                way.take(i, choice);
                way
            });
            taken.collect::<Vec<Way>>()
        };
        ways = ways.iter().flat_map(with).collect();
        ways.sort_by_key(|way| way.cost);
        ways.truncate(BEAM);
    }
    let cost = |way: &Way| {
        let end = if way.text.last().is_some_and(|c| c.is_whitespace()) {
            0
        } else {
            model::cost(way.context, model::BOUNDARY)
        };
        way.cost + end - words::known_words(&way.text)
    };
    let best = ways.into_iter().min_by_key(cost);
    best.map_or_else(|| vec![0; word.len()], |way| way.choices)
}
