//! The search for the best mix where bytes were lost, which also tells how
//! likely each run of what was filled in is: all paths that it went through are
//! summed, forwards and backwards.

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT};

use super::arcs;
use super::lattice::{
    Arc, BACK, KEPT, Layer, Made, NONE, OUTSIDE, Piece, SWITCH_IN, SWITCH_OUT, Slot, Undone,
};
use super::lost;

#[derive(Clone, Copy, Debug)]
struct Node {
    cost: Cost,
    context: Context,
    /// Within damage: the last character beyond ASCII was undone.
    damaged: bool,
    from: u32,
    slot: u32,
    end: u32,
    made: Made,
    /// A lost byte before, which the next must be one to explain.
    pending: u8,
}

/// A step of the search, for what all paths say together.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: u32,
    to: u32,
    cost: Cost,
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
    let (switch_in, switch_out) = match (layer.greedy, utf8) {
        (true, _) => (0, 0),
        (_, true) => (SWITCH_IN, SWITCH_OUT),
        (_, false) => (BACK, OUTSIDE),
    };
    let n = slots.len();
    let mut nodes: Vec<Node> = Vec::with_capacity(6 * n + 1);
    nodes.push(Node {
        cost: 0,
        context: Context::START,
        damaged: !utf8,
        from: NONE,
        slot: 0,
        end: 0,
        made: Made::Kept,
        pending: 0,
    });
    let mut edges: Vec<Edge> = Vec::new();
    let mut at: Vec<[u32; BEAM]> = vec![[NONE; BEAM]; n + 1];
    at[0][0] = 0;
    let mut ways: Vec<Arc> = Vec::new();
    for s in 0..n {
        let here = at[s];
        let slot = slots[s];
        let kept = line[slot.piece as usize].c;
        if here[0] == NONE {
            continue;
        }
        ways.clear();
        if slot.byte >= 0x80 || slot.other >= 0x80 && layer.lowered {
            if layer.loss.is_none() {
                arcs::arcs(slots, s, line, layer, &mut ways);
            }
        } else if !slot.first {
            // ASCII that a lead byte swallowed comes free.
            ways.push(Arc {
                len: 1,
                c: Some(char::from(slot.byte)),
                cost: 0,
                inferred: false,
                pending: 0,
            });
        }
        let mut after = None;
        let keep_len = slots[s + 1..].iter().take_while(|k| !k.first).count() + 1;
        for &from in here.iter().take_while(|&&n| n != NONE) {
            let node = nodes[from as usize];
            if let Some(loss) = layer.loss.filter(|_| slot.byte >= 0x80)
                && after != Some(node.pending)
            {
                after = Some(node.pending);
                ways.clear();
                let context = node.context;
                lost::arcs(
                    slots,
                    s,
                    node.pending,
                    loss,
                    layer.misread,
                    context,
                    &mut ways,
                );
            }
            if slot.first {
                let symbol = model::symbol(kept);
                let ascii = kept.is_ascii();
                let step = if layer.greedy {
                    if ascii { 0 } else { NAT }
                } else {
                    model::cost(node.context, symbol)
                        + model::surcharge(kept)
                        + if !node.damaged || ascii {
                            0
                        } else if utf8 || slot.byte == 0 {
                            switch_out
                        } else {
                            // A reading that was wrong all along had this
                            // wrong too: `usu rio` with a no-break space.
                            KEPT
                        }
                };
                let to = push(
                    &mut nodes,
                    &mut at[s + keep_len],
                    Node {
                        cost: node.cost + step,
                        context: node.context.then(symbol),
                        damaged: node.damaged && ascii,
                        from,
                        slot: s as u32,
                        end: (s + keep_len) as u32,
                        made: Made::Kept,
                        pending: 0,
                    },
                );
                if let Some(to) = to {
                    edges.push(Edge {
                        from,
                        to,
                        cost: step,
                    });
                }
            }
            for arc in &ways {
                let mut cost = node.cost + arc.cost + if node.damaged { 0 } else { switch_in };
                let mut context = node.context;
                if let Some(c) = arc.c {
                    let symbol = model::symbol(c);
                    if !layer.greedy {
                        cost += model::cost(context, symbol) + model::surcharge(c);
                    }
                    context = context.then(symbol);
                }
                let end = s + usize::from(arc.len);
                let to = push(
                    &mut nodes,
                    &mut at[end],
                    Node {
                        cost,
                        context,
                        damaged: true,
                        from,
                        slot: s as u32,
                        end: end as u32,
                        made: arc.c.map_or(Made::Nothing, |c| Made::Char(c, arc.inferred)),
                        pending: arc.pending,
                    },
                );
                if let Some(to) = to {
                    edges.push(Edge {
                        from,
                        to,
                        cost: cost - node.cost,
                    });
                }
            }
        }
    }
    let boundary = |i: u32| {
        if layer.greedy {
            0
        } else {
            model::cost(nodes[i as usize].context, model::BOUNDARY)
        }
    };
    let finish = |i: u32| nodes[i as usize].cost + boundary(i);
    let last = at[n]
        .iter()
        .copied()
        .filter(|&i| i != NONE)
        .min_by_key(|&i| finish(i))?;
    let gain = keeping - finish(last);
    // The path, first to last; then the pieces along it.
    let mut path = Vec::new();
    let mut i = last;
    while nodes[i as usize].from != NONE {
        path.push(i);
        i = nodes[i as usize].from;
    }
    path.reverse();
    let finals = at[n].iter().copied().filter(|&i| i != NONE);
    let weighed = Weighed::new(nodes.len(), &edges, finals.map(|i| (i, boundary(i))));
    let mut out = Vec::with_capacity(line.len());
    let mut changed = false;
    let mut left_over = false;
    // Where the run of undone characters began: its first piece, and the node
    // before it.
    let mut run: Option<(usize, u32)> = None;
    for (k, &id) in path.iter().enumerate() {
        let node = &nodes[id as usize];
        let span = &slots[node.slot as usize..node.end as usize];
        let touched = &line[span[0].piece as usize..=span[span.len() - 1].piece as usize];
        let kept = matches!(node.made, Made::Kept);
        if !kept {
            run = run.or(Some((out.len(), node.from)));
        }
        match node.made {
            Made::Kept => {
                left_over |= utf8 && arcs::is_whole(slots, node.slot as usize);
                out.extend_from_slice(touched);
            }
            Made::Nothing => changed = true,
            Made::Char(c, inferred) => {
                changed = true;
                out.push(Piece::read(touched, c, inferred, bit));
            }
        }
        let next = path.get(k + 1).map(|&id| nodes[id as usize].made);
        if next.is_none_or(|made| matches!(made, Made::Kept))
            && let Some((first, before)) = run.take()
        {
            let cost = node.cost - nodes[before as usize].cost;
            let doubt = weighed.doubt(before, id, cost);
            for p in out[first..].iter_mut().filter(|p| p.inferred) {
                p.doubt = p.doubt.max(doubt);
            }
        }
    }
    if !changed {
        return None;
    }
    Some(Undone {
        pieces: out,
        gain,
        left_over,
    })
}

/// What all paths together say of a part of one of them.
struct Weighed {
    /// The cost of all ways to a node, and from it on, in [`FINE`] units.
    to: Vec<Cost>,
    from: Vec<Cost>,
    /// Of all ways through the line.
    all: Cost,
}

/// Parts of a unit of cost.
const FINE: Cost = 32;
/// No way.
const FAR: Cost = Cost::MAX / 4;

impl Weighed {
    fn new(nodes: usize, edges: &[Edge], ends: impl Iterator<Item = (u32, Cost)>) -> Self {
        let mut to = vec![FAR; nodes];
        let mut from = vec![FAR; nodes];
        to[0] = 0;
        // All edges to a node come before those from it.
        for e in edges {
            let cost = to[e.from as usize] + e.cost * FINE;
            let sum = &mut to[e.to as usize];
            *sum = together(*sum, cost);
        }
        let mut all = FAR;
        for (node, cost) in ends {
            let end = cost * FINE;
            from[node as usize] = end;
            all = together(all, to[node as usize] + end);
        }
        for e in edges.iter().rev() {
            let cost = from[e.to as usize] + e.cost * FINE;
            let sum = &mut from[e.from as usize];
            *sum = together(*sum, cost.min(FAR));
        }
        Weighed { to, from, all }
    }

    /// How unlikely it is that the line went from one node to another at this
    /// cost: the negative logarithm.
    fn doubt(&self, before: u32, after: u32, cost: Cost) -> Cost {
        let through = self.to[before as usize] + cost * FINE + self.from[after as usize];
        (through - self.all).max(0)
    }
}

/// The cost of one or the other: the logarithm of the sum of what they are the
/// logarithms of.
fn together(a: Cost, b: Cost) -> Cost {
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

/// Puts a node among the best at its slot, and tells which it is there.
fn push<const BEAM: usize>(
    nodes: &mut Vec<Node>,
    beam: &mut [u32; BEAM],
    node: Node,
) -> Option<u32> {
    let mut worst = 0;
    for i in 0..BEAM {
        if beam[i] == NONE {
            nodes.push(node);
            beam[i] = (nodes.len() - 1) as u32;
            return Some(beam[i]);
        }
        let other = &mut nodes[beam[i] as usize];
        if other.context == node.context
            && other.damaged == node.damaged
            && other.pending == node.pending
        {
            if node.cost < other.cost {
                *other = node;
            }
            return Some(beam[i]);
        }
        if other.cost > nodes[beam[worst] as usize].cost {
            worst = i;
        }
    }
    if node.cost < nodes[beam[worst] as usize].cost {
        nodes.push(node);
        beam[worst] = (nodes.len() - 1) as u32;
        return Some(beam[worst]);
    }
    None
}
