//! Layers of one legacy charset misread as another: where the text is odd,
//! and which pair of charsets would make it less so.

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT};
use crate::scan;

use super::Odd;
use super::lattice::{self, Layer, Piece, Room};
use super::readings::{LEVELS, READINGS, Reading, Set, lowered, shown};

/// Odd places at which a pair of charsets is tried out.
const PROBES: usize = 12;
/// Characters at the beginning of a line on which a multi-byte truth is tried,
/// first few, then more.
const FEW: usize = 24;
const RUNS: usize = 120;
/// What a pair must gain at the odd places to go on.
const LEAST: Cost = 3 * NAT;
/// Truths whose marks may be all that was damaged: `“` and `’` of windows-1252
/// and of Mac Roman.
const MARKS: Set = 1 | 1 << 25;
/// Pairs that go on to a full reading of the line.
const TRIED: usize = 5;
/// Odd places that are glanced at before the model is asked.
const GLANCED: usize = 4;
/// What a reading may look worse by.
const SLACK: i32 = 8;
/// What a line must surprise more than a reading of it costs.
const HOPE: Cost = 12 * NAT;
/// What believing in two legacy charsets costs on top of theirs.
const LEGACY: Cost = 2 * NAT;

fn layer(truth: Charset, misread: Charset, single: Option<usize>) -> Layer {
    Layer {
        truth,
        misread,
        single,
        lossy: false,
        lowered: false,
        greedy: false,
    }
}

/// The pairs of charsets that make the odd places of this line less so.
pub(super) fn layers(pieces: &[Piece], odd: &Odd, out: &mut Vec<(Layer, Cost)>, room: &mut Room) {
    let mut places: Vec<usize> = (0..pieces.len())
        .filter(|&i| odd.places[i] && !pieces[i].c.is_ascii())
        .collect();
    // What a reading may cost, if it is to gain enough.
    let most = odd.survey.surprise - HOPE;
    if places.is_empty() || most < LEGACY {
        return;
    }
    places.truncate(PROBES);
    let mut tried: [Vec<(Cost, Layer, Cost)>; 2] = Default::default();
    single(pieces, &places, most, &mut tried);
    multi(pieces, most, &mut tried[1], room);
    for mut tried in tried {
        tried.sort_by_key(|(gain, ..)| -gain);
        let least = tried.first().map_or(0, |best| best.0 / 2);
        tried.retain(|(gain, ..)| *gain >= least);
        out.extend(
            tried
                .into_iter()
                .take(TRIED)
                .map(|(_, layer, cost)| (layer, cost)),
        );
    }
}

fn single(pieces: &[Piece], odd: &[usize], most: Cost, tried: &mut [Vec<(Cost, Layer, Cost)>; 2]) {
    let readings = &*READINGS;
    let common = odd
        .iter()
        .fold(u64::MAX, |m, &i| m & readings.row(pieces[i].c).any);
    let mut was: Vec<Cost> = Vec::new();
    let glanced = glance(pieces, odd, |p| lowered(p.c));
    let in_runs = odd
        .iter()
        .any(|&i| pieces.get(i + 1).is_some_and(|p| !p.c.is_ascii()));
    let mut seen: Vec<[u8; PROBES]> = Vec::new();
    for (n, reading) in readings.single.iter().enumerate() {
        if common & 1 << n == 0 || LEGACY + reading.legacy > most {
            continue;
        }
        let byte = |p: &Piece| readings.row(p.c).bytes[n];
        let mut bytes = [0; PROBES];
        for (byte_of, &i) in bytes.iter_mut().zip(odd) {
            *byte_of = byte(&pieces[i]);
        }
        if seen.contains(&bytes) {
            continue;
        }
        seen.push(bytes);
        let bytes = &bytes[..odd.len()];
        let plausible = truths(pieces, odd, bytes);
        let level_1 = if in_runs {
            level_1(sample(pieces).iter().map(byte))
        } else {
            0
        };
        let mut outs: Vec<Vec<char>> = Vec::new();
        for (x, truth) in readings.truths.iter().enumerate() {
            let cost = LEGACY + truth.cost + reading.legacy;
            if cost > most {
                continue;
            }
            let gain = if !truth.charset.is_single_byte() {
                let better = level_1 & 1 << x != 0
                    && runs(sample(pieces), byte, truth, |c| scan::weight(c)) > Some(0);
                let more = &pieces[..pieces.len().min(RUNS)];
                let gain = if better {
                    runs(more, byte, truth, |c| model::line_cost(c))
                } else {
                    None
                };
                gain.map(|gain| (1, gain))
            } else if plausible & 1 << x != 0 && truth.charset != reading.charset {
                let read = |p: &Piece| match byte(p) {
                    0 => p.c,
                    b => shown(truth.charset, b),
                };
                let lower = |p: &Piece| match byte(p) {
                    0 => p.c.to_ascii_lowercase(),
                    b => readings.lower[x][usize::from(b)],
                };
                if glance(pieces, odd, lower) >= glanced + SLACK {
                    continue;
                }
                let out: Vec<char> = bytes.iter().map(|&b| shown(truth.charset, b)).collect();
                let same = odd.iter().zip(&out).all(|(&i, &c)| pieces[i].c == c);
                if same || outs.contains(&out) {
                    continue;
                }
                outs.push(out);
                if was.is_empty() {
                    was.extend(odd.iter().map(|&i| around(pieces, i, |p| p.c)));
                }
                Some((0, probe(pieces, odd, &was, read)))
            } else {
                None
            };
            if let Some((kind, gain)) = gain.filter(|(_, gain)| *gain > LEAST) {
                tried[kind].push((
                    gain - cost,
                    layer(truth.charset, reading.charset, Some(n)),
                    cost,
                ));
            }
        }
    }
}

/// How much more usual the first odd places are in damaged text, in all; read
/// in lower case, for capitals are rare in either.
fn glance(pieces: &[Piece], odd: &[usize], read: impl Fn(&Piece) -> char) -> i32 {
    let at = |i: usize| pieces.get(i).map_or('\n', &read);
    let around = |&i: &usize| {
        let c = at(i);
        scan::pair_weight(i.checked_sub(1).map_or('\n', at), c) + scan::pair_weight(c, at(i + 1))
    };
    odd.iter().take(GLANCED).map(around).sum()
}

/// The single-byte truths that give letters where letters are wanted: next to
/// `a` or `z` only those of Latin, or a mark.
fn truths(pieces: &[Piece], odd: &[usize], bytes: &[u8]) -> Set {
    let readings = &*READINGS;
    let mut all = Set::MAX;
    let mut letters = 0;
    for (&i, &b) in odd.iter().zip(bytes) {
        let b = usize::from(b);
        let near = |i: Option<usize>| {
            i.and_then(|i| pieces.get(i))
                .is_some_and(|p| p.c.is_ascii_alphabetic())
        };
        all &= if near(i.checked_sub(1)) || near(Some(i + 1)) {
            readings.visible[b] & !readings.letter[b]
        } else {
            readings.visible[b]
        };
        letters |= readings.latin[b] | readings.letter[b];
    }
    // Something must become a letter, or it is no text that was damaged; but
    // marks may be all there is of smart punctuation.
    if odd.iter().any(|&i| pieces[i].c.is_alphabetic()) {
        all
    } else {
        all & (letters | MARKS)
    }
}

/// What a character and its right neighbours cost, after those on its left.
fn around(pieces: &[Piece], i: usize, read: impl Fn(&Piece) -> char) -> Cost {
    let mut context = Context::START;
    for p in &pieces[i.saturating_sub(4)..i] {
        context = context.then(model::symbol(read(p)));
    }
    let mut sum = 0;
    for p in pieces[i..].iter().take(3) {
        let symbol = model::symbol(read(p));
        sum += model::cost(context, symbol);
        context = context.then(symbol);
    }
    if i + 3 > pieces.len() {
        sum += model::cost(context, model::BOUNDARY);
    }
    sum
}

/// What reading the odd places in another single-byte charset gains; given up
/// early where it gains nothing.
fn probe(pieces: &[Piece], odd: &[usize], was: &[Cost], read: impl Fn(&Piece) -> char) -> Cost {
    let mut gain = 0;
    for (k, &i) in odd.iter().enumerate() {
        gain += was[k] - around(pieces, i, &read);
        if k >= 2 && gain <= 0 {
            return 0;
        }
    }
    gain
}

/// What reading the runs beyond ASCII in a multi-byte charset gains, at this
/// price.
fn runs(
    pieces: &[Piece],
    byte: impl Fn(&Piece) -> u8,
    truth: &Reading,
    price: impl Fn(&mut dyn Iterator<Item = char>) -> Cost,
) -> Option<Cost> {
    let bytes: Vec<u8> = pieces.iter().map(byte).collect();
    let mut gain = 0;
    let (mut good, mut bad) = (0, 0);
    let mut i = 0;
    while i < bytes.len() {
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
        if text.is_none() && end == bytes.len() && end - i > 2 {
            // The sample ends within a character.
            run.truncate(end - i - 1);
            text = truth.charset.decode_strict(&run);
        }
        match text {
            Some(text) => {
                good += end - i;
                gain += price(&mut pieces[i..end].iter().map(|p| p.c));
                gain -= price(&mut text.chars());
            }
            None => bad += end - i,
        }
        i = end;
    }
    (good > 0 && bad * 4 < good).then_some(gain)
}

fn multi(pieces: &[Piece], most: Cost, tried: &mut Vec<(Cost, Layer, Cost)>, room: &mut Room) {
    if !pieces.iter().any(|p| p.c >= '\u{2e80}') {
        return;
    }
    // Most East Asian text is right, and shows it soon.
    let few = sample(pieces);
    let more = &pieces[..pieces.len().min(RUNS)];
    for reading in &READINGS.multi {
        if LEGACY + reading.legacy > most {
            continue;
        }
        let Some(few_bytes) = shown_bytes(few, reading.charset, room) else {
            continue;
        };
        let level_1 = level_1(few_bytes.iter().copied());
        let mut more_bytes = None;
        for (x, truth) in READINGS.truths.iter().enumerate() {
            let western = matches!(
                truth.charset.name(),
                "windows-1252" | "windows-1251" | "windows-1250"
            );
            if truth.charset == reading.charset || truth.charset.is_single_byte() && !western {
                continue;
            }
            if !western && level_1 & 1 << x == 0 {
                continue;
            }
            if !is_better(few, &few_bytes, truth.charset) {
                continue;
            }
            let bytes = more_bytes.get_or_insert_with(|| shown_bytes(more, reading.charset, room));
            let Some(gain) = bytes
                .as_deref()
                .and_then(|b| gained(more, b, truth.charset))
            else {
                continue;
            };
            let cost = LEGACY + truth.cost + reading.legacy;
            if gain > 3 * NAT {
                tried.push((
                    gain - cost,
                    layer(truth.charset, reading.charset, None),
                    cost,
                ));
            }
        }
    }
}

/// The multi-byte truths in which most of these bytes are of frequent
/// characters: the standards have those first, and rare ones in a second level.
fn level_1(bytes: impl Iterator<Item = u8>) -> Set {
    let levels = &READINGS.levels;
    // Leads of either kind; a byte for each charset.
    let (mut frequent, mut rare) = ([0u8; LEVELS], [0u8; LEVELS]);
    // A bit for each charset that has seen a lead byte, and wants its trail.
    let mut within = 0;
    for b in bytes.take(RUNS) {
        let kind = levels.of[usize::from(b)];
        let leads = (kind.frequent | kind.rare) & !within;
        for i in 0..LEVELS {
            frequent[i] += kind.frequent >> i & 1 & !within >> i;
            rare[i] += (kind.rare | kind.single) >> i & 1 & !within >> i;
        }
        within = leads;
    }
    let is = |&i: &usize| frequent[i] > 0 && rare[i] <= frequent[i];
    (0..LEVELS)
        .filter(is)
        .fold(0, |set, i| set | levels.truths[i])
}

/// The first characters beyond ASCII, and what is among them.
fn sample(pieces: &[Piece]) -> &[Piece] {
    let start = pieces.iter().position(|p| !p.c.is_ascii()).unwrap_or(0);
    &pieces[start..pieces.len().min(start + FEW)]
}

/// The bytes of these characters in a multi-byte charset, if it has most.
fn shown_bytes(pieces: &[Piece], misread: Charset, room: &mut Room) -> Option<Vec<u8>> {
    let slots = &mut room.slots;
    lattice::slots(pieces, misread, None, Charset::ISO_8859_1, slots);
    let unknown = slots.iter().filter(|s| s.byte == 0).count();
    let bytes = slots
        .iter()
        .map(|s| if s.byte == 0 { b'?' } else { s.byte });
    (unknown * 5 <= slots.len()).then(|| bytes.collect())
}

/// Whether a few characters look less damaged in another charset, at a glance.
fn is_better(pieces: &[Piece], bytes: &[u8], truth: Charset) -> bool {
    let (text, malformed) = truth.decode(bytes);
    let was = scan::weight(pieces.iter().map(|p| p.c));
    malformed.len() * 8 <= pieces.len() && scan::weight(text.chars()) < was
}

/// What reading these bytes in a charset gains, if most can be read.
fn gained(pieces: &[Piece], bytes: &[u8], truth: Charset) -> Option<Cost> {
    let (text, malformed) = truth.decode(bytes);
    let readable = malformed.len() * 8 <= pieces.len();
    readable.then(|| lattice::cost(pieces) - model::line_cost(text.chars()))
}
