//! The best mix of undone and kept characters: a beam search over the language
//! model, which costs as much per slot however long the line.
//!
//! Where bytes were lost it also tells how likely each run of what was filled in
//! is: all paths that it went through are summed, forwards and backwards.

use std::ops::Range;

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT, Symbol};

use super::arcs;
use super::dropped;
use super::lattice::{Arc, Layer, Piece, Slot};
use super::lost;

/// Paths followed side by side.
pub(super) const BEAM: usize = 6;

/// The best mix of undone and kept characters.
pub(crate) struct Undone {
    pub pieces: Vec<Piece>,
    /// What it gains over keeping everything.
    pub gain: Cost,
    /// Whether it keeps what could be undone.
    pub left_over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    /// The character of the slot, as it was.
    Kept,
    /// A character decoded.
    Char(char, bool),
    /// Nothing: what was here stood for a space that was stripped.
    Nothing,
}

impl Made {
    /// Whether it is nearly the same: which dash it was, `recommended 鈥?fast` does not tell,
    /// and either is nearer to it than that.
    fn is_like(self, other: Made) -> bool {
        let is_dash = |made| matches!(made, Made::Char('–' | '—', true));
        self == other || is_dash(self) && is_dash(other)
    }
}

#[derive(Clone, Copy, Debug)]
struct Node {
    cost: Cost,
    from: u32,
    slot: u32,
    end: u32,
    made: Made,
}

/// Before the first.
const NONE: u32 = u32::MAX;

/// Where a path stands: what goes before; whether it is within damage, the last
/// character beyond ASCII undone; and a lost byte before, which the next must be
/// one to explain.
///
/// All in one, to be compared at once: a context has 48 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State(u64);

impl State {
    fn new(context: Context, damaged: bool, pending: u8) -> Self {
        State(context.bits() | u64::from(damaged) << 56 | u64::from(pending) << 48)
    }

    fn context(self) -> Context {
        Context::of_bits(self.0)
    }

    fn damaged(self) -> bool {
        self.0 >> 56 != 0
    }

    fn pending(self) -> u8 {
        (self.0 >> 48) as u8
    }
}

/// The best paths to a slot.
#[derive(Clone, Copy, Debug)]
struct Beam<const N: usize> {
    len: usize,
    /// What costs as much or more is of no use here.
    most: Cost,
    costs: [Cost; N],
    states: [State; N],
    nodes: [u32; N],
}

impl<const N: usize> Beam<N> {
    const EMPTY: Self = Beam {
        len: 0,
        most: Cost::MAX,
        costs: [0; N],
        states: [State(0); N],
        nodes: [NONE; N],
    };

    /// Puts a node among the best, and tells which it is there.
    fn push(&mut self, nodes: &mut Vec<Node>, state: State, node: Node) -> Option<u32> {
        let same = self.states[..self.len].iter().position(|s| *s == state);
        let (place, id) = match same {
            Some(i) if node.cost >= self.costs[i] => return Some(self.nodes[i]),
            Some(i) => {
                nodes[self.nodes[i] as usize] = node;
                (i, self.nodes[i])
            }
            None if self.len < N => {
                self.len += 1;
                (self.len - 1, nodes.len() as u32)
            }
            None if node.cost >= self.most => return None,
            None => {
                let worst = self.costs.iter().position(|c| *c == self.most);
                (worst.unwrap_or_default(), nodes.len() as u32)
            }
        };
        if id as usize == nodes.len() {
            nodes.push(node);
        }
        self.costs[place] = node.cost;
        self.states[place] = state;
        self.nodes[place] = id;
        if self.len == N {
            self.most = self.costs.iter().copied().fold(Cost::MIN, Cost::max);
        }
        Some(id)
    }
}

/// An arc, with what needs no context.
#[derive(Clone, Copy, Debug)]
struct Way {
    arc: Arc,
    symbol: Symbol,
    cost: Cost,
}

impl Way {
    fn of(arc: Arc) -> Self {
        Way {
            arc,
            symbol: match arc.c {
                // A line or a text ends before these, if they were swallowed.
                None | Some('\n') => model::BOUNDARY,
                Some('"' | '\'' | '`') if arc.inferred => model::BOUNDARY,
                Some(c) => model::symbol(c),
            },
            cost: arc.cost + arc.c.map_or(0, model::surcharge),
        }
    }
}

/// What costs so much more than the best at its slot will not make up for it.
const BEHIND: Cost = 10 * NAT;

/// What it costs that letters in a word of another script than Latin were one of a third.
const FOREIGN: Cost = 10 * NAT;

/// A step of the search, for what all paths say together.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: u32,
    to: u32,
    cost: Cost,
    made: Made,
}

/// The best mix; `None` if nothing is to be undone. `keeping` is what the line
/// costs as it is.
pub(super) fn search<const BEAM: usize>(
    line: &[Piece],
    keeping: Cost,
    slots: &[Slot],
    layer: &Layer,
    bit: u8,
) -> Option<Undone> {
    let utf8 = layer.truth == Charset::UTF_8;
    let is_legacy = layer.lossy && !utf8;
    let (switch_in, _) = layer.switches();
    let n = slots.len();
    let mut nodes: Vec<Node> = Vec::with_capacity(4 * n + 1);
    let mut edges: Vec<Edge> = Vec::with_capacity(if layer.lossy { 8 * n } else { 0 });
    let mut beams: Vec<Beam<BEAM>> = vec![Beam::EMPTY; n + 1];
    let start = Node {
        cost: 0,
        from: NONE,
        slot: 0,
        end: 0,
        made: Made::Kept,
    };
    let state = State::new(Context::START, !utf8, 0);
    beams[0].push(&mut nodes, state, start);
    let reader = lost::Reader::new(slots, layer);
    let mut arcs: Vec<Arc> = Vec::new();
    let mut guesses = Vec::new();
    // The ways on from a slot, by the lost byte before it.
    let mut ways: Vec<Way> = Vec::new();
    let mut groups: Vec<(u8, usize, usize)> = Vec::new();
    for s in 0..n {
        let (before, beams) = beams.split_at_mut(s + 1);
        let here = &before[s];
        if here.len == 0 {
            continue;
        }
        let slot = slots[s];
        let has_two = layer.change.is_some() || !slot.first && !utf8;
        let may_have_lost = is_legacy && dropped::may_begin(&slot, line, layer);
        let is_high = slot.byte >= 0x80 || slot.other >= 0x80 && has_two || may_have_lost;
        let is_only = layer.whole && arcs::only_reading(slots, s, line, layer).is_some();
        let wild = reader.as_ref().filter(|_| slot.byte >= 0x80);
        ways.clear();
        groups.clear();
        arcs.clear();
        if !is_high && !slot.first {
            // ASCII that a lead byte swallowed comes free.
            ways.push(Way::of(Arc {
                len: 1,
                c: Some(char::from(slot.byte)),
                cost: 0,
                inferred: false,
                pending: 0,
            }));
        }
        // ASCII is kept in one go.
        let is_ascii = |k: &&Slot| k.byte < 0x80 && k.first && line[k.piece as usize].c.is_ascii();
        let run = match is_legacy {
            true => usize::from(is_ascii(&&slot)),
            false => slots[s..].iter().take_while(is_ascii).count(),
        };
        let keep_len = match run {
            0 => slots[s + 1..].iter().take_while(|k| !k.first).count() + 1,
            run => run,
        };
        let kept = &line[slot.piece as usize..][..run.max(1)];
        // After two characters and a letter of it, more of it costs nothing.
        let letter = kept.iter().position(|p| p.c.is_ascii_alphabetic());
        let told = letter.map_or(kept.len(), |at| kept.len().min(at.max(1) + 1));
        let least = here.costs[..here.len].iter().min();
        let most = least.map_or(0, |least| least + BEHIND);
        for i in (0..here.len).filter(|&i| here.costs[i] <= most) {
            let state = here.states[i];
            let (context, damaged) = (state.context(), state.damaged());
            let pending = state.pending();
            let (from, cost) = (here.nodes[i], here.costs[i]);
            let mut group = 0..ways.len();
            if wild.is_some() || is_high && reader.is_none() {
                let known = groups.iter().find(|g| g.0 == pending);
                group = match known {
                    Some(&(_, start, end)) => start..end,
                    None => {
                        arcs.clear();
                        match wild {
                            Some(reader) => {
                                lost::arcs(reader, s, pending, context, &mut guesses, &mut arcs);
                            }
                            None => arcs::arcs(slots, s, pending, line, layer, &mut arcs),
                        }
                        let start = ways.len();
                        ways.extend(arcs.iter().map(|&arc| Way::of(arc)));
                        groups.push((pending, start, ways.len()));
                        start..ways.len()
                    }
                };
            }
            let mut go = |made: Made, len: usize, step: Cost, state: State| {
                let beam = &mut beams[len - 1];
                let node = Node {
                    cost: cost + step,
                    from,
                    slot: s as u32,
                    end: (s + len) as u32,
                    made,
                };
                let to = beam.push(&mut nodes, state, node);
                if let (true, Some(to)) = (layer.lossy, to) {
                    edges.push(Edge {
                        from,
                        to,
                        cost: step,
                        made,
                    });
                }
                beam.most
            };
            if slot.first && !is_only {
                let (mut step, mut context) = (0, context);
                for &p in &kept[..told] {
                    step += layer.keeping(slot, p, context, damaged);
                    context = context.then(model::symbol(p.c));
                }
                for p in &kept[told.max(kept.len().saturating_sub(2))..] {
                    context = context.then(model::symbol(p.c));
                }
                let state = State::new(context, damaged && run > 0, 0);
                go(Made::Kept, keep_len, step, state);
            }
            let switch = if damaged { 0 } else { switch_in };
            // A word of Cyrillic does not go on in another script.
            let before = (slot.piece as usize).checked_sub(1).map(|i| line[i].c);
            let goes_on = utf8 && !damaged && before.is_some_and(arcs::is_written);
            // The most that is of use at each of the next slots.
            let mut most = [Cost::MAX; 8];
            for way in &ways[group] {
                let arc = way.arc;
                let mut step = switch + way.cost;
                let len = usize::from(arc.len) & 7;
                if cost + step >= most[len] {
                    continue;
                }
                let mut context = context;
                let mut made = Made::Nothing;
                if let Some(c) = arc.c {
                    let touched = || arcs::touched(line, &slots[s..s + usize::from(arc.len)]);
                    if goes_on && arcs::is_foreign(c, touched()) {
                        step += FOREIGN;
                    }
                    if !layer.greedy {
                        step += model::cost(context, way.symbol);
                    }
                    context = match way.symbol {
                        model::BOUNDARY => Context::START,
                        symbol => context.then(symbol),
                    };
                    made = Made::Char(c, arc.inferred);
                }
                let state = State::new(context, true, arc.pending);
                most[len] = go(made, usize::from(arc.len), step, state);
            }
        }
    }
    let ends = &beams[n];
    let boundary = |i: usize| {
        if layer.greedy {
            0
        } else {
            model::cost(ends.states[i].context(), model::BOUNDARY)
        }
    };
    let finish = |i: &usize| (ends.costs[*i] + boundary(*i), ends.nodes[*i]);
    let last = (0..ends.len).min_by_key(|i| finish(i).0)?;
    let (least, last) = finish(&last);
    // The path, first to last; then the pieces along it.
    let mut path = Vec::new();
    let mut i = last;
    while nodes[i as usize].from != NONE {
        path.push(i);
        i = nodes[i as usize].from;
    }
    path.reverse();
    let mut out = Vec::with_capacity(line.len());
    let mut changed = false;
    let mut left_over = false;
    // The runs of undone characters: their pieces, and their parts of the path. A
    // sign is one by itself: of `ðŸ˜€ðŸ�°` one emoji is sure.
    let mut runs: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    // Where a multi-byte decoder lost bytes, a line is one run: each character that was made,
    // and its place on the path.
    let mut each: Vec<(usize, usize)> = Vec::new();
    let mut within = false;
    for (i, &id) in path.iter().enumerate() {
        let node = &nodes[id as usize];
        let span = &slots[node.slot as usize..node.end as usize];
        let touched = arcs::touched(line, span);
        let start = out.len();
        match node.made {
            Made::Kept => {
                left_over |= utf8 && arcs::is_whole(slots, node.slot as usize);
                out.extend_from_slice(touched);
            }
            Made::Nothing => changed = true,
            Made::Char(c, inferred) => {
                changed = true;
                if layer.loss.is_some() || is_legacy {
                    each.push((out.len(), i));
                }
                out.push(Piece::read(touched, c, inferred, bit));
            }
        }
        let is_kept = matches!(node.made, Made::Kept);
        let is_sign = matches!(node.made, Made::Char(c, _) if arcs::is_sign(c));
        match runs.last_mut().filter(|_| within && !is_sign) {
            _ if is_kept => {}
            Some(run) => (run.0.end, run.1.end) = (out.len(), i + 1),
            None => runs.push((start..out.len(), i..i + 1)),
        }
        within = !is_kept && !is_sign;
    }
    if !changed {
        return None;
    }
    // What another layer must tell is not in doubt before.
    let is_told = layer.lossy && !layer.greedy;
    if is_told && out.iter().any(|p| p.inferred && p.layers & bit != 0) {
        let ends = (0..ends.len).map(|i| (ends.nodes[i], boundary(i)));
        let weighed = Weighed::new(&nodes, &edges, ends);
        // Of legacy text each character was lost by itself.
        for (run, steps) in runs.into_iter().filter(|_| !is_legacy) {
            if !out[run.clone()].iter().any(|p| p.inferred) {
                continue;
            }
            let doubt = weighed.doubt(&path[steps]);
            for p in out[run].iter_mut().filter(|p| p.inferred) {
                p.doubt = p.doubt.max(doubt);
                if layer.loss.is_none() {
                    p.own = p.doubt;
                }
            }
        }
        for (at, step) in each {
            let own = weighed.doubt(&path[step..=step]);
            out[at].own = out[at].own.max(own);
            if is_legacy {
                out[at].doubt = out[at].own;
            }
        }
    }
    Some(Undone {
        pieces: out,
        gain: keeping - least,
        left_over,
    })
}

/// What all paths together say of a part of one of them.
struct Weighed<'a> {
    nodes: &'a [Node],
    /// In the order of the slots that they begin at.
    edges: &'a [Edge],
    /// The cost of all ways to a node, and from it on, in [`FINE`] units.
    to: Vec<Cost>,
    from: Vec<Cost>,
    /// Of all ways through the line.
    all: Cost,
}

/// Parts of a unit of cost.
pub(super) const FINE: Cost = 32;
/// No way.
const FAR: Cost = Cost::MAX / 4;

impl<'a> Weighed<'a> {
    fn new(nodes: &'a [Node], edges: &'a [Edge], ends: impl Iterator<Item = (u32, Cost)>) -> Self {
        let mut to = vec![FAR; nodes.len()];
        let mut from = vec![FAR; nodes.len()];
        to[0] = 0;
        // All edges to a node come before those from it.
        for e in edges {
            let cost = to[e.from as usize] + e.cost * FINE;
            let sum = &mut to[e.to as usize];
            *sum = either(*sum, cost);
        }
        let mut all = FAR;
        for (node, cost) in ends {
            let end = cost * FINE;
            from[node as usize] = end;
            all = either(all, to[node as usize] + end);
        }
        for e in edges.iter().rev() {
            let cost = from[e.to as usize] + e.cost * FINE;
            let sum = &mut from[e.from as usize];
            *sum = either(*sum, cost.min(FAR));
        }
        Weighed {
            nodes,
            edges,
            to,
            from,
            all,
        }
    }

    /// How unlikely it is that the line went on like this from the slot where these
    /// nodes of a path begin, wherever it came from: the negative logarithm.
    fn doubt(&self, path: &[u32]) -> Cost {
        let node = |id: u32| &self.nodes[id as usize];
        // The nodes that were come to like this, and the cost of all ways to each.
        let mut reached: Vec<(u32, Cost)> = Vec::new();
        for (i, &id) in path.iter().enumerate() {
            let like = node(id);
            let first = self.edges.partition_point(|e| node(e.from).end < like.slot);
            let here = self.edges[first..].iter();
            let mut next: Vec<(u32, Cost)> = Vec::new();
            for e in here.take_while(|e| node(e.from).end == like.slot) {
                let before = match i {
                    _ if node(e.to).end != like.end || !e.made.is_like(like.made) => None,
                    0 => Some(self.to[e.from as usize]),
                    _ => reached.iter().find(|r| r.0 == e.from).map(|r| r.1),
                };
                let Some(before) = before else { continue };
                let cost = before + e.cost * FINE;
                match next.iter_mut().find(|n| n.0 == e.to) {
                    Some((_, sum)) => *sum = either(*sum, cost),
                    None => next.push((e.to, cost)),
                }
            }
            reached = next;
        }
        let through = reached
            .iter()
            .map(|&(id, cost)| cost + self.from[id as usize])
            .fold(FAR, either);
        (through - self.all).max(0)
    }
}

/// The cost of one or the other: the logarithm of the sum of what they are the
/// logarithms of.
pub(super) fn either(a: Cost, b: Cost) -> Cost {
    /// By how much two are less than the lesser, by their distance.
    const LESS: [u16; 80] = [
        266, 251, 236, 221, 207, 194, 182, 170, 159, 149, 139, 129, 120, 112, 104, 97, 90, 83, 77,
        72, 66, 62, 57, 53, 49, 45, 42, 38, 36, 33, 30, 28, 26, 24, 22, 20, 19, 17, 16, 15, 13, 12,
        11, 11, 10, 9, 8, 8, 7, 6, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1,
    ];
    let apart = (a - b).unsigned_abs() as usize / FINE as usize;
    a.min(b) - LESS.get(apart).map_or(0, |&less| Cost::from(less))
}
