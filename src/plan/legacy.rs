//! Layers of one legacy charset misread as another: where the text is odd,
//! and which pair of charsets would make it less so.

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT};

use super::lattice::{self, Layer, Piece};
use super::readings::{READINGS, Reading, Row, shown};

/// Odd places at which a pair of charsets is tried out.
const PROBES: usize = 12;
/// Pairs that go on to a full reading of the line.
const TRIED: usize = 5;
/// What believing in two legacy charsets costs on top of theirs.
const LEGACY: Cost = 2 * NAT;

fn layer(truth: Charset, misread: Charset, single: Option<usize>) -> Layer {
    Layer { truth, misread, single, lossy: false, greedy: false }
}

/// The pairs of charsets that make the odd places of this line less so.
pub(super) fn layers(pieces: &[Piece], odd: &[bool], out: &mut Vec<(Layer, Cost)>) {
    let mut odd: Vec<usize> =
        (0..pieces.len()).filter(|&i| odd[i] && !pieces[i].c.is_ascii()).collect();
    if odd.is_empty() {
        return;
    }
    odd.truncate(PROBES);
    let mut tried: [Vec<(Cost, Layer, Cost)>; 2] = Default::default();
    single(pieces, &odd, &mut tried);
    multi(pieces, &mut tried[1]);
    for mut tried in tried {
        tried.sort_by_key(|(gain, ..)| -gain);
        out.extend(tried.into_iter().take(TRIED).map(|(_, layer, cost)| (layer, cost)));
    }
}

fn single(pieces: &[Piece], odd: &[usize], tried: &mut [Vec<(Cost, Layer, Cost)>; 2]) {
    let readings = &*READINGS;
    let rows: Vec<&Row> = pieces.iter().map(|p| readings.row(p.c)).collect();
    let common = odd.iter().fold(u64::MAX, |m, &i| m & rows[i].any);
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for (n, reading) in readings.single.iter().enumerate() {
        if common & 1 << n == 0 {
            continue;
        }
        let bytes: Vec<u8> = rows.iter().map(|r| r.bytes[n]).collect();
        if seen.contains(&bytes) {
            continue;
        }
        for truth in &readings.truths {
            if truth.charset == reading.charset {
                continue;
            }
            let cost = LEGACY + truth.cost + reading.legacy;
            let gain = if truth.charset.is_single_byte() {
                probe(pieces, &bytes, odd, truth)
            } else {
                runs(pieces, &bytes, truth)
            };
            if let Some(gain) = gain.filter(|g| *g > 3 * NAT) {
                let kind = usize::from(!truth.charset.is_single_byte());
                tried[kind].push((gain - cost, layer(truth.charset, reading.charset, Some(n)), cost));
            }
        }
        seen.push(bytes);
    }
}

/// What reading the odd places in another single-byte charset gains.
fn probe(pieces: &[Piece], bytes: &[u8], odd: &[usize], truth: &Reading) -> Option<Cost> {
    let read = |i: usize| match bytes[i] {
        0 => pieces[i].c,
        b => shown(truth.charset, b),
    };
    let mut gain = 0;
    let mut from = 0;
    for &i in odd {
        if matches!(read(i), '\u{80}'..='\u{9f}' | char::REPLACEMENT_CHARACTER) {
            return None;
        }
        let start = i.saturating_sub(1).max(from);
        let end = (i + 3).min(pieces.len());
        let symbol = |i: usize, new: bool| model::symbol(if new { read(i) } else { pieces[i].c });
        for new in [false, true] {
            let mut context = Context::START;
            for j in start.saturating_sub(6)..start {
                context = context.then(symbol(j, new));
            }
            let mut sum = 0;
            for j in start..end {
                let s = symbol(j, new);
                sum += model::cost(context, s);
                context = context.then(s);
            }
            gain += if new { -sum } else { sum };
        }
        from = end;
    }
    Some(gain)
}

/// What reading the runs beyond ASCII in a multi-byte charset gains.
fn runs(pieces: &[Piece], bytes: &[u8], truth: &Reading) -> Option<Cost> {
    let mut gain = 0;
    let (mut good, mut bad) = (0, 0);
    let mut i = 0;
    while i < bytes.len() && good + bad < 200 {
        if bytes[i] == 0 {
            i += 1;
            continue;
        }
        let end = i + bytes[i..].iter().take_while(|b| **b != 0).count();
        let mut run = bytes[i..end].to_vec();
        let mut text = truth.charset.decode_strict(&run);
        if text.is_none() && pieces.get(end).is_some_and(|p| p.c.is_ascii()) {
            run.push(pieces[end].c as u8);
            text = truth.charset.decode_strict(&run);
        }
        match text {
            Some(text) => {
                good += end - i;
                gain += model::line_cost(pieces[i..end].iter().map(|p| p.c));
                gain -= model::line_cost(text.chars());
            }
            None => bad += end - i,
        }
        i = end;
    }
    (good > 0 && bad * 4 < good).then_some(gain)
}

fn multi(pieces: &[Piece], tried: &mut Vec<(Cost, Layer, Cost)>) {
    if !pieces.iter().any(|p| p.c >= '\u{1100}') {
        return;
    }
    for reading in &READINGS.multi {
        let slots = lattice::slots(pieces, reading.charset, None, Charset::ISO_8859_1);
        let unknown = slots.iter().filter(|s| s.byte == 0).count();
        if unknown * 5 > slots.len() {
            continue;
        }
        let bytes: Vec<u8> = slots.iter().map(|s| if s.byte == 0 { b'?' } else { s.byte }).collect();
        for truth in &READINGS.truths {
            let western = matches!(truth.charset.name(), "windows-1252" | "windows-1251" | "windows-1250");
            if truth.charset == reading.charset || truth.charset.is_single_byte() && !western {
                continue;
            }
            let (text, malformed) = truth.charset.decode(&bytes);
            if malformed.len() * 8 > pieces.len() {
                continue;
            }
            let gain = lattice::cost(pieces) - model::line_cost(text.chars());
            let cost = LEGACY + truth.cost + reading.legacy;
            if gain > 3 * NAT {
                tried.push((gain - cost, layer(truth.charset, reading.charset, None), cost));
            }
        }
    }
}
