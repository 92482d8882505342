//! Bytes of East Asian text that the charset it was read as has no character for: `ƒz[ƒ€` was
//! `ホーム`, for windows-1252 has none for 81, which is the first byte of `ー`.

use crate::charset::Charset;
use crate::edit::Step;
use crate::model::{self, Cost, NAT};

use super::arcs;
use super::hypothesis::{Hypothesis, SURPRISE, Survey};
use super::lattice::{self, Arc, Layer, LostAs, Piece, Room, Slot};
use super::lost::LOSSY_BEAM;
use super::readings::{READINGS, shown};
use super::undo::layer_of;
use super::weigh::{self, BEAM, Undone};

/// More bytes than these a charset does not lack, or nobody could tell which it was.
const FEW: usize = 12;
/// What it costs that a byte was dropped, or shows as a sign that may be one by itself.
const DROPPED: Cost = NAT;
/// The model has one symbol for hundreds of rare characters.
const UNKNOWN: Cost = 6 * NAT;
/// What it costs that what shows as nothing, or as a space, was.
const UNSEEN: Cost = 3 * NAT;
/// What it costs that a line lost bytes at all.
const LOSSY: Cost = 8 * NAT;
/// One character in so many may be filled in of Shift_JIS, of which windows-1252 lacks the first
/// byte of `ー`, `、` and `。`; of others, and of what shows as nothing, hardly any text has
/// more than one in so many, but ornaments have, `·ï¡÷¡ï·`.
const GUESSED: usize = 2;
const GUESSED_OF_OTHERS: usize = 6;

/// Whether a charset lacks so few bytes that it may be told which was lost.
pub(super) fn may_be_told(misread: Charset) -> bool {
    !misread.is_single_byte() || misread.undefined().len() <= FEW
}

/// Whether a byte shows as what is dropped or made a space.
fn is_unseen(misread: Charset, byte: u8) -> bool {
    matches!(shown(misread, byte), '\u{a0}' | '\u{ad}')
}

/// The bytes that this may stand for, if it stands for what `layer` lost; of what shows nothing,
/// that it was dropped.
fn bytes_of(blank: Option<char>, layer: &Layer) -> impl Iterator<Item = u8> {
    let misread = layer.misread;
    let is_lost = layer.lost_as == blank.map_or(LostAs::Dropped, LostAs::Sign);
    let (undefined, unread, unseen) = match layer.single {
        Some(n) => {
            let byte = |c: char| READINGS.row(c).bytes[n];
            let unseen = match blank {
                Some(' ') => [byte('\u{a0}'), 0],
                None => ['\u{a0}', '\u{ad}'].map(byte),
                Some(_) => [0; 2],
            };
            let undefined = if is_lost { misread.undefined() } else { &[] };
            (undefined, 0..=0, unseen)
        }
        None if is_lost && blank.is_some() => (&[][..], 0x80..=0xff, [0; 2]),
        None => (&[][..], 0..=0, [0; 2]),
    };
    let unread = unread.filter(move |&b| b > 0 && misread.character(&[b]).is_none());
    let unseen = unseen.into_iter().filter(|&b| b > 0);
    undefined.iter().copied().chain(unread).chain(unseen)
}

/// Whether a character of which a byte was lost may begin here.
pub(super) fn may_begin(slot: &Slot, line: &[Piece], layer: &Layer) -> bool {
    let c = line[slot.piece as usize].c;
    slot.byte >= 0x40 || c == ' ' || layer.lost_as == LostAs::Sign(c)
}

/// The characters of two bytes from slot `s` on of which one was lost.
pub(super) fn arcs(slots: &[Slot], s: usize, line: &[Piece], layer: &Layer, out: &mut Vec<Arc>) {
    let misread = layer.misread;
    let blank = |slot: &Slot| {
        let c = Some(line[slot.piece as usize].c);
        c.filter(|c| *c == ' ' || layer.lost_as == LostAs::Sign(*c))
    };
    // What a decoder reads it shows.
    let is_read = |byte: u8, next: Option<&Slot>| {
        let next = next.filter(|next| !misread.is_single_byte() && next.byte > 0);
        next.is_some_and(|next| misread.character(&[byte, next.byte]).is_some())
    };
    let price = |blank: Option<char>, byte: u8| match blank {
        Some(char::REPLACEMENT_CHARACTER) => 0,
        _ if misread.is_single_byte() && is_unseen(misread, byte) => UNSEEN,
        _ => DROPPED,
    };
    let mut add = |bytes: [u8; 2], len: u8, cost: Cost| {
        let c = layer.truth.character(&bytes);
        if let Some(c) = c.filter(|&c| !c.is_ascii() && (arcs::is_visible(c) || c == '\u{3000}')) {
            let more = if model::is_known(c) { 0 } else { UNKNOWN };
            out.push(Arc {
                len,
                c: Some(c),
                cost: cost + more,
                inferred: true,
                pending: 0,
            });
        }
    };
    let (here, next) = (blank(&slots[s]), slots.get(s + 1));
    let after = next.and_then(blank);
    if here.is_some() {
        let Some(next) = next else { return };
        let leads = bytes_of(here, layer).filter(|lead| !is_read(*lead, Some(next)));
        for lead in leads {
            match after {
                None => add([lead, next.byte], 2, price(here, lead)),
                Some(' ') => {}
                Some(_) if !misread.is_single_byte() => {}
                Some(_) => {
                    let cost = |trail| price(here, lead) + price(after, trail);
                    bytes_of(after, layer).for_each(|trail| add([lead, trail], 2, cost(trail)));
                }
            }
        }
        return;
    }
    let byte = slots[s].byte;
    bytes_of(None, layer).for_each(|lead| add([lead, byte], 1, price(None, lead)));
    if byte < 0x80 {
        return;
    }
    bytes_of(None, layer).for_each(|trail| add([byte, trail], 1, price(None, trail)));
    if after.is_some() {
        let trails = bytes_of(after, layer).filter(|trail| !is_read(*trail, slots.get(s + 2)));
        trails.for_each(|trail| add([byte, trail], 2, price(after, trail)));
    }
}

/// An account of a line that was East Asian in a legacy charset, with the bytes filled in that
/// were lost, if that makes it likelier.
pub(super) fn filled(from: &Hypothesis, best: &Hypothesis, room: &mut Room) -> Option<Hypothesis> {
    let [step @ Step::Misread { truth, misread }] = best.steps[..] else {
        return None;
    };
    let is_wide = truth != Charset::UTF_8 && !truth.is_single_byte();
    if !is_wide || best.is_inferred() || !may_be_told(misread) || !shows_loss(best, truth) {
        return None;
    }
    let layer = layer_of(step)?;
    // What shows as a control was not lost.
    let is_shown = |p: &Piece| p.c.is_control() && misread.byte(p.c).is_some();
    let are_shown = from.pieces.iter().any(is_shown);
    lattice::slots(&from.pieces, misread, layer.single, truth, &mut room.slots);
    let (line, cost) = (&from.pieces[..], from.survey.cost);
    let whole = weigh::search::<BEAM>(line, cost, &room.slots, &layer, 1)?;
    let has = |c: &char| line.iter().any(|p| p.c == *c);
    let signs = ['?', ' '].into_iter().filter(|_| misread.is_single_byte());
    let signs = signs.filter(has).map(LostAs::Sign);
    let ways: Vec<LostAs> = match has(&char::REPLACEMENT_CHARACTER) {
        true => vec![LostAs::Sign(char::REPLACEMENT_CHARACTER)],
        false if are_shown => vec![LostAs::Nothing],
        false if misread.is_single_byte() => [LostAs::Dropped].into_iter().chain(signs).collect(),
        false => return None,
    };
    let undone = ways.into_iter().filter_map(|lost_as| {
        let lossy = Layer {
            lossy: true,
            lost_as,
            ..layer
        };
        weigh::search::<LOSSY_BEAM>(line, cost, &room.slots, &lossy, 1)
    });
    let Undone { pieces, gain, .. } = undone.max_by_key(|undone| undone.gain)?;
    let read = pieces.iter().filter(|p| p.layers != 0).count();
    let guessed = || pieces.iter().filter(|p| p.inferred);
    let is_rare = |p: &&Piece| {
        let code = truth
            .encode(p.c.encode_utf8(&mut [0; 4]))
            .unwrap_or_default();
        truth != Charset::SHIFT_JIS || code.iter().any(|b| is_unseen(misread, *b))
    };
    let (all, rare) = (guessed().count(), guessed().filter(is_rare).count());
    let is_likely =
        !misread.is_single_byte() || all * GUESSED <= read && rare * GUESSED_OF_OTHERS <= read;
    // Of two in a row one at least had no way to be read: `¡M` is `﹐` in Big5, however rare.
    let is_beside_rest = |p: &Piece| {
        let first = whole.pieces.partition_point(|w| w.end < p.start);
        let about = whole.pieces[first..].iter();
        let mut about = about.take_while(|w| w.start <= p.end);
        about.any(|w| w.layers == 0)
    };
    let in_a_row = |two: &[Piece]| two.iter().all(|p| p.inferred && !is_beside_rest(p));
    let may_be = || truth == Charset::SHIFT_JIS || !pieces.windows(2).any(in_a_row);
    let more = gain - LOSSY - whole.gain;
    (all > 0 && is_likely && more > 0 && may_be()).then(|| Hypothesis {
        survey: Survey::of_pieces(&pieces),
        gain: best.gain + more,
        pieces,
        known: Default::default(),
        ..best.clone()
    })
}

/// Whether anything of a line could be what is left of a character: what was not read, or a
/// letter of ASCII, or a sign, beside what was.
fn shows_loss(h: &Hypothesis, truth: Charset) -> bool {
    // Of others what is left has no half of a character.
    let is_odd = truth == Charset::SHIFT_JIS && h.survey.surprise >= SURPRISE;
    if !h.is_all(0) || is_odd {
        return true;
    }
    let is_rest = |p: &Piece| p.layers == 0 && (p.c >= '@' || matches!(p.c, '?' | ' '));
    h.pieces.windows(2).any(|two| {
        let [a, b] = two else { return false };
        a.layers != 0 && is_rest(b) || is_rest(a) && b.layers != 0
    })
}
