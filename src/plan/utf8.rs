//! Layers of UTF-8 misread as something else: where its structure shows.

use crate::charset::Charset;
use crate::model::{Cost, NAT};

use crate::scan;

use super::arcs;
use super::lattice::{self, Layer, Piece, Room};
use super::readings::{READINGS, Row};

/// There is a character in a sequence for at most so many that are in none.
const MANY: usize = 2;
/// Single-byte charsets tried at most.
const TRIED: usize = 6;

/// The charsets in which parts of this line are UTF-8, with their cost.
pub(super) fn layers(pieces: &[Piece], odd: &[bool], room: &mut Room) -> Vec<(Layer, Cost)> {
    let mut out = Vec::new();
    single(pieces, odd, &mut out);
    lowered(pieces, odd, &mut out);
    multi(pieces, &mut out, room);
    out
}

fn layer(misread: Charset, single: Option<usize>) -> Layer {
    Layer {
        truth: Charset::UTF_8,
        misread,
        single,
        lossy: true,
        lowered: false,
        greedy: false,
    }
}

fn single(pieces: &[Piece], odd: &[bool], out: &mut Vec<(Layer, Cost)>) {
    let readings = &*READINGS;
    let rows: Vec<&Row> = pieces.iter().map(|p| readings.row(p.c)).collect();
    let cont = |i: usize| rows.get(i).map_or(0, |r| r.cont);
    let mut units = [0u32; 64];
    let mut any = 0;
    for (i, row) in rows.iter().enumerate() {
        if row.any == 0 {
            continue;
        }
        let surprising = |n: usize| odd[i..].iter().take(n).any(|&o| o);
        let mut found = if surprising(2) {
            row.lead[0] & cont(i + 1)
        } else {
            0
        };
        if row.lead[1] | row.lead[2] != 0 && surprising(4) {
            let two = cont(i + 1) & cont(i + 2);
            found |= row.lead[1] & two | row.lead[2] & two & cont(i + 3);
        }
        any |= found;
        while found != 0 {
            units[found.trailing_zeros() as usize] += 1;
            found &= found - 1;
        }
    }
    if any == 0 {
        // No sequence is whole: a lead byte and a lost one, in the commonest.
        let leads = (0..rows.len())
            .filter(|&i| odd[i])
            .fold(0, |m, i| m | bereft(pieces, &rows, i));
        for n in 0..2 {
            if leads & 1 << n != 0 {
                out.push((
                    layer(readings.single[n].charset, Some(n)),
                    readings.single[n].cost,
                ));
            }
        }
        return;
    }
    let most = units.iter().copied().max().unwrap_or(0);
    // Where there are many, the right charset has nearly all of them.
    let least = if most < 6 { most / 2 } else { most };
    let mut order: Vec<usize> = (0..readings.single.len())
        .filter(|&n| units[n] > 0 && units[n] >= least)
        .collect();
    order.sort_by_key(|&n| (std::cmp::Reverse(units[n]), readings.single[n].cost));
    let was = scan::weight(pieces.iter().map(|p| p.c));
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for n in order {
        let bytes: Vec<u8> = rows
            .iter()
            .filter(|r| r.any != 0)
            .map(|r| r.bytes[n])
            .collect();
        if seen.contains(&bytes) && n != 1 {
            continue;
        }
        seen.push(bytes);
        // Chance sequences, as `РЎ` in a Russian heading, read no better.
        if !is_many(&rows, odd, n) || scan::weight(decoded(pieces, &rows, n)) >= was {
            continue;
        }
        out.push((
            layer(readings.single[n].charset, Some(n)),
            readings.single[n].cost,
        ));
        if seen.len() == TRIED {
            break;
        }
    }
}

/// The whole sequence at a place: its character, and its continuations.
fn whole(rows: &[&Row], i: usize, n: usize) -> Option<(char, usize)> {
    let (want, bits) = arcs::lead_bits(rows[i].bytes[n])?;
    let cont = |bits, r: &&Row| {
        let is_cont = r.cont & 1 << n != 0;
        is_cont.then_some(bits << 6 | u32::from(r.bytes[n] & 0x3f))
    };
    let bits = rows.get(i + 1..=i + want)?.iter().try_fold(bits, cont)?;
    char::from_u32(bits).map(|c| (c, want))
}

/// The line with all whole sequences decoded.
fn decoded(pieces: &[Piece], rows: &[&Row], n: usize) -> impl Iterator<Item = char> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let i = at;
        let c = pieces.get(i)?.c;
        let (c, conts) = whole(rows, i, n).unwrap_or((c, 0));
        at = i + 1 + conts;
        Some(c)
    })
}

/// Whether whole sequences are more than what chance puts into the odd places:
/// `Ïðèâåò` has one here and there.
fn is_many(rows: &[&Row], odd: &[bool], n: usize) -> bool {
    let (mut covered, mut others) = (0, 0);
    let mut i = 0;
    while i < rows.len() {
        let len = whole(rows, i, n).map_or(0, |(_, conts)| conts + 1);
        if len > 0 && odd[i..i + len].contains(&true) {
            covered += len;
        } else if odd[i] && rows[i].any & 1 << n != 0 {
            others += 1;
        }
        i += len.max(1);
    }
    covered * MANY > others
}

/// Characters from the first East Asian one on in which the structure of
/// UTF-8 must show.
const SAMPLE: usize = 100;
/// The charsets in which a character could be a lead byte that lost its
/// continuation: `Ã ` or the `Å` of `kuÅas`, but not that of `Åre`.
fn bereft(pieces: &[Piece], rows: &[&Row], i: usize) -> u64 {
    let before = i.checked_sub(1).map(|i| pieces[i].c);
    let after = pieces.get(i + 1).map(|p| p.c);
    let inside = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let two = if inside(before) || !inside(after) {
        rows[i].lead[0]
    } else {
        0
    };
    let three = rows[i].lead[1] | rows[i].lead[2];
    match after {
        // `â` alone was `’`.
        _ if pieces[i].c == 'â' => two | three,
        Some('?' | '\u{fffd}' | '"' | '\'' | '-' | 'Y') => two | three,
        Some(_) => two | three & rows[i + 1].cont,
        None => two,
    }
}

/// Charsets in which a lower-cased misreading is looked for: the commonest.
const LOWERED: usize = 4;

/// `ã©` was `Ã©` before a text was lower-cased.
fn lowered(pieces: &[Piece], odd: &[bool], out: &mut Vec<(Layer, Cost)>) {
    if pieces.iter().any(|p| p.c.is_uppercase()) {
        return;
    }
    let readings = &*READINGS;
    let mut all = 0;
    for (pair, _) in pieces.windows(2).zip(odd).filter(|(_, odd)| **odd) {
        let (lead, cont) = (
            readings.row(lattice::upper(pair[0].c)),
            readings.row(pair[1].c),
        );
        all |= lead.lead[0] & (cont.cont | readings.row(lattice::upper(pair[1].c)).cont);
    }
    for n in (0..LOWERED).filter(|n| all & 1 << n != 0) {
        let reading = readings.single[n];
        let layer = Layer {
            lowered: true,
            lossy: false,
            ..layer(reading.charset, Some(n))
        };
        out.push((layer, reading.cost + LOWERED_COST));
    }
}

/// Lower-casing a whole text is rare.
const LOWERED_COST: Cost = 3 * NAT;

fn multi(pieces: &[Piece], out: &mut Vec<(Layer, Cost)>, room: &mut Room) {
    let wide = |c: char| c >= '\u{2e80}';
    if !pieces.iter().any(|p| wide(p.c)) {
        return;
    }
    let start = pieces.iter().position(|p| wide(p.c)).unwrap_or(0);
    let sample = &pieces[start..pieces.len().min(start + SAMPLE)];
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for reading in &READINGS.multi {
        let slots = &mut room.slots;
        lattice::slots(sample, reading.charset, None, Charset::UTF_8, slots);
        let bytes: Vec<u8> = slots.iter().map(|s| s.byte).collect();
        // A sequence of three bytes of which one is lost still shows.
        let wild = |i: usize| {
            slots.get(i).is_some_and(|s| {
                s.byte < 0x80 && matches!(sample[s.piece as usize].c, '\u{fffd}' | '?' | '・')
            })
        };
        let cont = |i: usize| bytes.get(i).is_some_and(|b| b & 0xc0 == 0x80);
        let (mut whole, mut high) = (0, 0);
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i];
            if b < 0x80 && !(wild(i) && cont(i + 1)) {
                high += u32::from(b == 0 && !wild(i));
                i += 1;
                continue;
            }
            high += 1;
            let want = match b {
                0xc2..=0xdf => 1,
                0xe0..=0xef => 2,
                0xf0..=0xf4 => 3,
                _ if b < 0x80 => 2,
                _ => 0,
            };
            let conts = (i + 1..=i + want).take_while(|&i| cont(i)).count();
            let filled = (i + 1..=i + want)
                .take_while(|&i| cont(i) || wild(i))
                .count();
            if want > 0 && filled == want && (conts == want || want > 1) {
                whole += 1;
                i += want;
            }
            i += 1;
        }
        if whole * 2 >= high && whole > 0 && !seen.contains(&bytes) {
            seen.push(bytes);
            out.push((layer(reading.charset, None), reading.cost));
        }
    }
}
