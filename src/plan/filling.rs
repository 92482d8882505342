//! Which byte was lost? The bytes that are left allow several characters, and
//! the model prefers the one that is usual between its neighbours; but `круаясаны`
//! is no word, and `круассаны` is. So the words with something filled in are
//! filled in again, with the lexicon.

use std::borrow::Cow;
use std::ops::Range;

use crate::charset::Charset;
use crate::edit::Step;
use crate::model::{self, Context, Cost};

use super::arcs;
use super::hypothesis::Hypothesis;
use super::lattice::{self, Piece};
use super::undo::layer_of;
use super::words;

/// Ways to fill in a word that are followed.
const BEAM: usize = 48;
/// Characters of a word that are filled in together.
const LONGEST: usize = 64;

/// What a place could have been.
#[derive(Clone, Copy)]
struct Choice<'a> {
    read: Option<Piece>,
    /// What follows and is kept, up to where the others end.
    kept: &'a [Piece],
    cost: Cost,
}

impl Choice<'_> {
    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.read.iter().chain(self.kept)
    }
}

/// A way to fill in a word, as far as it goes.
#[derive(Clone, Copy)]
struct Way {
    context: Context,
    cost: Cost,
    /// The choice at the last place.
    last: Option<usize>,
}

/// A choice at a place, and the one at the place before.
struct Chosen {
    choice: usize,
    before: Option<usize>,
}

/// The pieces of an account, with what one layer of UTF-8 lost filled in again.
pub(super) fn choose<'a>(line: &str, h: &'a Hypothesis) -> Cow<'a, [Piece]> {
    filled_in(line, h).map_or(Cow::Borrowed(&h.pieces), Cow::Owned)
}

fn filled_in(line: &str, h: &Hypothesis) -> Option<Vec<Piece>> {
    let [
        step @ Step::Misread {
            truth: Charset::UTF_8,
            ..
        },
    ] = h.steps[..]
    else {
        return None;
    };
    if !h.is_inferred() {
        return None;
    }
    let layer = layer_of(step).filter(|l| l.single.is_some())?;
    let was = lattice::pieces(line);
    let mut slots = Vec::new();
    lattice::slots(&was, layer.misread, layer.single, layer.truth, &mut slots);
    // The choices of all places, and which are those of each.
    let mut choices: Vec<Choice<'_>> = Vec::with_capacity(h.pieces.len());
    let mut places: Vec<Range<usize>> = Vec::with_capacity(h.pieces.len());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&piece) = h.pieces.get(at) {
        at += 1;
        let first = choices.len();
        let start = if piece.inferred {
            was.partition_point(|p| p.start < piece.start)
        } else {
            was.len()
        };
        if start < was.len() {
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
                Choice {
                    read: arc.c.map(|c| Piece {
                        c,
                        symbol: model::symbol(c),
                        end: was[last - 1].end,
                        ..piece
                    }),
                    kept: &was[last..reach],
                    cost: arc.cost,
                }
            });
            choices.extend(all);
            match choices.len() - first {
                0 | 1 => choices.truncate(first),
                _ => at += reach - end,
            }
        }
        if choices.len() == first {
            choices.push(Choice {
                read: Some(piece),
                kept: &[],
                cost: 0,
            });
        }
        places.push(first..choices.len());
    }
    let mut out: Vec<Piece> = Vec::with_capacity(h.pieces.len());
    let is_space = |place: &Range<usize>| {
        let is_space = |choice: &Choice<'_>| choice.pieces().all(|p| p.c.is_whitespace());
        place.len() == 1 && is_space(&choices[place.start])
    };
    let words = places.split_inclusive(is_space);
    for word in words.flat_map(|word| word.chunks(LONGEST)) {
        if word.iter().all(|place| place.len() == 1) {
            let only = word.iter().map(|place| &choices[place.start]);
            out.extend(only.flat_map(Choice::pieces));
            continue;
        }
        let last = |n: usize| out.len().checked_sub(n).map_or('\n', |i| out[i].c);
        let context = Context::START
            .then(model::symbol(last(2)))
            .then(model::symbol(last(1)));
        let word: Vec<&[Choice<'_>]> = word.iter().map(|place| &choices[place.clone()]).collect();
        let best = best(&word, context);
        let chosen = word.iter().zip(best).map(|(place, i)| &place[i]);
        out.extend(chosen.flat_map(Choice::pieces));
    }
    Some(out)
}

impl Way {
    /// Goes on with a choice.
    fn take(mut self, choice: &Choice<'_>) -> Way {
        self.cost += choice.cost;
        for p in choice.pieces() {
            self.cost += self.context.read(p.symbol) + model::surcharge(p.c);
        }
        self
    }
}

/// The best choices at the places of a word.
fn best(word: &[&[Choice<'_>]], context: Context) -> Vec<usize> {
    let mut ways = vec![Way {
        context,
        cost: 0,
        last: None,
    }];
    let mut chosen: Vec<Chosen> = Vec::new();
    for place in word {
        if let [choice] = place {
            ways.iter_mut().for_each(|way| *way = way.take(choice));
            continue;
        }
        let mut next = Vec::with_capacity(ways.len() * place.len());
        for way in &ways {
            for (i, choice) in place.iter().enumerate() {
                next.push(Way {
                    last: Some(chosen.len()),
                    ..way.take(choice)
                });
                chosen.push(Chosen {
                    choice: i,
                    before: way.last,
                });
            }
        }
        let rank = |way: &Way| (way.cost, way.last);
        if next.len() > BEAM {
            next.select_nth_unstable_by_key(BEAM, rank);
            next.truncate(BEAM);
        }
        next.sort_unstable_by_key(rank);
        ways = next;
    }
    let choices = |way: &Way| {
        let back = std::iter::successors(way.last, |at| chosen[*at].before);
        let mut back: Vec<usize> = back.map(|at| chosen[at].choice).collect();
        let choice = |place: &&[Choice<'_>]| match place.len() {
            1 => 0,
            _ => back.pop().unwrap_or_default(),
        };
        word.iter().map(choice).collect::<Vec<usize>>()
    };
    let mut best = (Cost::MAX, vec![0; word.len()]);
    let mut text: Vec<char> = Vec::new();
    for way in &ways {
        let choices = choices(way);
        text.clear();
        let taken = word.iter().zip(&choices).map(|(place, &i)| &place[i]);
        text.extend(taken.flat_map(Choice::pieces).map(|p| p.c));
        let end = if text.last().is_some_and(|c| c.is_whitespace()) {
            0
        } else {
            model::cost(way.context, model::BOUNDARY)
        };
        let cost = way.cost + end;
        // No words can make up for more.
        if cost - words::most_known(&text) < best.0 {
            let cost = cost - words::known_words(&text);
            if cost < best.0 {
                best = (cost, choices);
            }
        }
    }
    best.1
}
