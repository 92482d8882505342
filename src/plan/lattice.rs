//! Undoing one layer: every way to read a line's bytes in the true charset,
//! and the best mix of undone and kept characters.
//!
//! The line is first turned into *slots*, one for each byte that its
//! characters stand for in the misread charset. From a slot, *arcs* lead on:
//! keep the character, or decode what the next slots hold, with bytes that
//! were lost on the way filled in. The best path is found by a beam search
//! over the language model, and costs as much per slot however long the line.

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT};

use super::readings::READINGS;

/// A character of the text, and where in the input it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub c: char,
    /// Byte offsets into the line.
    pub start: u32,
    pub end: u32,
    /// A bit for each layer undone here.
    pub layers: u8,
    /// Whether a byte of it was filled in.
    pub inferred: bool,
}

/// The pieces of a line nothing was done to.
pub(crate) fn pieces(line: &str) -> Vec<Piece> {
    line.char_indices()
        .map(|(at, c)| Piece {
            c,
            start: at as u32,
            end: (at + c.len_utf8()) as u32,
            layers: 0,
            inferred: false,
        })
        .collect()
}

/// What a line costs.
pub(crate) fn cost(pieces: &[Piece]) -> Cost {
    model::line_cost(pieces.iter().map(|p| p.c))
}

/// A byte that a character stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// The byte; 0 for a character that the misread charset does not have.
    pub byte: u8,
    /// Whether the character begins here.
    pub first: bool,
    /// Its piece.
    pub piece: u32,
    /// Another byte that it may stand for, or the same again: that of the
    /// character before it was lower-cased, or of a second code that shows as
    /// the same character.
    pub other: u8,
}

/// How the bytes are to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer {
    pub truth: Charset,
    pub misread: Charset,
    /// The number of `misread` among [`READINGS`]' single-byte charsets.
    pub single: Option<usize>,
    /// Whether lost bytes are filled in.
    pub lossy: bool,
    /// Whether the text was lower-cased afterwards: `ã©` was `Ã©`.
    pub lowered: bool,
    /// Undo all that can be undone, whatever it reads like: what comes out
    /// may be another layer of damage.
    pub greedy: bool,
}

/// The bytes of a line in the misread charset.
pub(crate) fn slots(
    pieces: &[Piece],
    misread: Charset,
    single: Option<usize>,
    truth: Charset,
) -> Vec<Slot> {
    let mut slots = Vec::with_capacity(pieces.len() + pieces.len() / 2);
    for (i, p) in pieces.iter().enumerate() {
        let piece = i as u32;
        if p.c.is_ascii() {
            slots.push(Slot {
                byte: p.c as u8,
                first: true,
                piece,
                other: p.c as u8,
            });
        } else if let Some(n) = single {
            let byte = READINGS.row(p.c).bytes[n];
            slots.push(Slot {
                byte,
                first: true,
                piece,
                other: byte,
            });
        } else {
            let unread = misread.unread(p.c);
            match best(unread.iter().map(|b| &**b), truth == Charset::UTF_8) {
                Some(bytes) => {
                    let second = unread
                        .iter()
                        .find(|b| b.len() == bytes.len() && &***b != bytes);
                    for (k, &byte) in bytes.iter().enumerate() {
                        let other = second.map_or(byte, |b| b[k]);
                        slots.push(Slot {
                            byte,
                            first: k == 0,
                            piece,
                            other,
                        });
                    }
                }
                None => slots.push(Slot {
                    byte: 0,
                    first: true,
                    piece,
                    other: 0,
                }),
            }
        }
    }
    slots
}

/// Makes the other byte that of the character before it was lower-cased.
pub(crate) fn raise(slots: &mut [Slot], pieces: &[Piece], single: usize) {
    for slot in slots {
        let upper = READINGS.row(upper(pieces[slot.piece as usize].c)).bytes[single];
        if upper != 0 {
            slot.other = upper;
        }
    }
}

/// The upper-case character, if it is one.
pub(super) fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => c,
    }
}

/// Of the byte sequences that show as the same character, the first, unless
/// UTF-8 is wanted and only another could be.
fn best<'a>(mut all: impl Iterator<Item = &'a [u8]>, want_utf8: bool) -> Option<&'a [u8]> {
    let first = all.next()?;
    if !want_utf8 {
        return Some(first);
    }
    let utf8 = |bytes: &[u8]| bytes.iter().all(|b| matches!(b, 0..=0xbf | 0xc2..=0xf4));
    if utf8(first) {
        return Some(first);
    }
    Some(all.find(|b| utf8(b)).unwrap_or(first))
}

/// Everything decoded, if all of it can be and there is no choice: no byte was
/// lost, and no character beyond ASCII is kept that could be anything else.
pub(crate) fn whole(line: &[Piece], slots: &[Slot], layer: &Layer, bit: u8) -> Option<Vec<Piece>> {
    let mut out = Vec::with_capacity(line.len());
    let mut s = 0;
    let mut changed = false;
    while let Some(slot) = slots.get(s) {
        let piece = line[slot.piece as usize];
        if slot.byte < 0x80 {
            let ascii = piece.c.is_ascii();
            if slot.first && (!ascii && super::arcs::is_wild(piece.c, layer)) {
                return None;
            }
            out.push(if slot.first {
                piece
            } else {
                // ASCII that a lead byte swallowed.
                Piece {
                    c: char::from(slot.byte),
                    layers: piece.layers | bit,
                    ..piece
                }
            });
            s += 1;
            continue;
        }
        let Some((c, len)) = super::arcs::only_reading(slots, s, line, layer) else {
            let begins = super::arcs::lead_bits(slot.byte)
                .is_some_and(|(want, _)| super::arcs::may_begin(slots, s, line, want));
            if begins || layer.single.is_none() || layer.truth != Charset::UTF_8 {
                return None;
            }
            out.push(piece);
            s += 1;
            continue;
        };
        let touched = &line[slot.piece as usize..=slots[s + len - 1].piece as usize];
        out.push(Piece {
            c,
            start: touched[0].start,
            end: touched[touched.len() - 1].end,
            layers: touched.iter().fold(bit, |all, p| all | p.layers),
            inferred: touched.iter().any(|p| p.inferred),
        });
        changed = true;
        s += len;
    }
    changed.then_some(out)
}

/// What going into and out of damage costs along a line, where it was UTF-8.
pub(crate) fn switches(pieces: &[Piece], bit: u8) -> Cost {
    let mut damaged = false;
    let mut sum = 0;
    for p in pieces
        .iter()
        .filter(|p| !p.c.is_ascii() || p.layers & bit != 0)
    {
        let is = p.layers & bit != 0;
        if is != damaged {
            sum += if is { SWITCH_IN } else { SWITCH_OUT };
        }
        damaged = is;
    }
    sum
}

const SWITCH_IN: Cost = 3 * NAT;
const SWITCH_OUT: Cost = NAT;
const BEAM: usize = 6;
/// What it costs to keep a character that a legacy reading would change.
const KEPT: Cost = 8 * NAT;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
enum Made {
    /// The character of the slot, as it was.
    Kept,
    /// A character decoded.
    Char(char, bool),
    /// Nothing: what was here stood for a space that was stripped.
    Nothing,
}

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
}

/// One way on from a slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    /// Slots taken.
    pub len: u8,
    /// The character, or none.
    pub c: Option<char>,
    pub cost: Cost,
    pub inferred: bool,
}

/// The best mix of undone and kept characters.
pub(crate) struct Undone {
    pub pieces: Vec<Piece>,
    /// What it gains over keeping everything.
    pub gain: Cost,
    /// Whether it keeps what could be undone.
    pub left_over: bool,
}

/// The best mix; `None` if nothing is to be undone.
pub(crate) fn undo(line: &[Piece], slots: &[Slot], layer: &Layer, bit: u8) -> Option<Undone> {
    let utf8 = layer.truth == Charset::UTF_8;
    let (switch_in, switch_out) = match (layer.greedy, utf8) {
        (true, _) => (0, 0),
        (_, true) => (SWITCH_IN, SWITCH_OUT),
        (_, false) => (6 * NAT, 3 * NAT),
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
    });
    let mut at: Vec<[u32; BEAM]> = vec![[NONE; BEAM]; n + 1];
    at[0][0] = 0;
    let mut arcs: Vec<Arc> = Vec::new();
    let mut keeping = (0, Context::START);
    for s in 0..n {
        let here = at[s];
        let slot = slots[s];
        let kept = line[slot.piece as usize].c;
        if slot.first {
            let symbol = model::symbol(kept);
            keeping.0 += model::cost(keeping.1, symbol) + model::surcharge(kept);
            keeping.1 = keeping.1.then(symbol);
        }
        if here[0] == NONE {
            continue;
        }
        arcs.clear();
        if slot.byte >= 0x80
            || slot.other >= 0x80 && layer.lowered
            || layer.lossy && super::arcs::is_wild(kept, layer)
        {
            super::arcs::arcs(slots, s, line, layer, &mut arcs);
        } else if !slot.first {
            // ASCII that a lead byte swallowed comes free.
            arcs.push(Arc {
                len: 1,
                c: Some(char::from(slot.byte)),
                cost: 0,
                inferred: false,
            });
        }
        let keep_len = slots[s + 1..].iter().take_while(|k| !k.first).count() + 1;
        for &from in here.iter().take_while(|&&n| n != NONE) {
            let node = nodes[from as usize];
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
                push(
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
                    },
                );
            }
            for arc in &arcs {
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
                push(
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
                    },
                );
            }
        }
    }
    let finish = |i: u32| {
        nodes[i as usize].cost
            + if layer.greedy {
                0
            } else {
                model::cost(nodes[i as usize].context, model::BOUNDARY)
            }
    };
    let last = at[n]
        .iter()
        .copied()
        .filter(|&i| i != NONE)
        .min_by_key(|&i| finish(i))?;
    let gain = keeping.0 + model::cost(keeping.1, model::BOUNDARY) - finish(last);
    // The path, first to last; then the pieces along it.
    let mut path = Vec::new();
    let mut i = last;
    while nodes[i as usize].from != NONE {
        path.push(nodes[i as usize]);
        i = nodes[i as usize].from;
    }
    path.reverse();
    let mut out = Vec::with_capacity(line.len());
    let mut changed = false;
    let mut left_over = false;
    for node in &path {
        let span = &slots[node.slot as usize..node.end as usize];
        let touched = &line[span[0].piece as usize..=span[span.len() - 1].piece as usize];
        match node.made {
            Made::Kept => {
                left_over |= utf8 && super::arcs::is_whole(slots, node.slot as usize);
                out.extend_from_slice(touched);
            }
            Made::Nothing => changed = true,
            Made::Char(c, inferred) => {
                changed = true;
                out.push(Piece {
                    c,
                    start: touched[0].start,
                    end: touched[touched.len() - 1].end,
                    layers: touched.iter().fold(bit, |all, p| all | p.layers),
                    inferred: inferred || touched.iter().any(|p| p.inferred),
                });
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

/// Puts a node among the best at its slot.
fn push(nodes: &mut Vec<Node>, beam: &mut [u32; BEAM], node: Node) {
    let mut worst = 0;
    for i in 0..BEAM {
        if beam[i] == NONE {
            nodes.push(node);
            beam[i] = (nodes.len() - 1) as u32;
            return;
        }
        let other = &nodes[beam[i] as usize];
        if other.context == node.context && other.damaged == node.damaged {
            if node.cost < other.cost {
                nodes.push(node);
                beam[i] = (nodes.len() - 1) as u32;
            }
            return;
        }
        if other.cost > nodes[beam[worst] as usize].cost {
            worst = i;
        }
    }
    if node.cost < nodes[beam[worst] as usize].cost {
        nodes.push(node);
        beam[worst] = (nodes.len() - 1) as u32;
    }
}
