//! Undoing one layer: every way to read a line's bytes in the true charset.
//!
//! The line is first turned into *slots*, one for each byte that its
//! characters stand for in the misread charset. From a slot, *arcs* lead on:
//! keep the character, or decode what the next slots hold, with bytes that
//! were lost on the way filled in. Where there is a choice, the best mix is
//! searched for ([`weigh`](super::weigh)).

use std::cell::Cell;

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT};
use crate::scan;

use super::arcs;
use super::case::Change;
use super::lost::{self, Loss, Standard};
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
    /// How little is certain of what was filled in, in its run: -ln P.
    pub doubt: Cost,
    /// The same of itself, whatever the rest of the run is.
    pub own: Cost,
}

impl Piece {
    /// A character that nothing was done to.
    pub(super) fn new(c: char, at: usize, len: usize) -> Self {
        Piece {
            c,
            start: at as u32,
            end: (at + len) as u32,
            layers: 0,
            inferred: false,
            doubt: 0,
            own: 0,
        }
    }

    /// What stands there in the line.
    pub(super) fn was(self, line: &str) -> &str {
        &line[self.start as usize..self.end as usize]
    }

    /// Whether that became something else.
    #[inline]
    pub(super) fn is_changed(&self, line: &str) -> bool {
        self.layers != 0 && {
            let was = line.as_bytes().get(self.start as usize..self.end as usize);
            was != Some(self.c.encode_utf8(&mut [0; 4]).as_bytes())
        }
    }

    /// What these pieces are read as in one more layer.
    pub(super) fn read(touched: &[Piece], c: char, inferred: bool, bit: u8) -> Self {
        let mut read = touched[0];
        touched[1..].iter().for_each(|p| read.add(*p));
        Piece {
            c,
            layers: read.layers | bit,
            inferred: read.inferred || inferred,
            ..read
        }
    }

    /// Adds the piece after it.
    #[inline]
    fn add(&mut self, next: Piece) {
        self.end = next.end;
        self.layers |= next.layers;
        self.inferred |= next.inferred;
        self.doubt = self.doubt.max(next.doubt);
        self.own = self.own.max(next.own);
    }
}

/// The most doubt about any of these.
pub(super) fn most_doubt(pieces: &[Piece]) -> Cost {
    pieces.iter().map(|p| p.doubt).max().unwrap_or(0)
}

/// The pieces of a line nothing was done to.
pub(crate) fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(line.chars().count());
    pieces.extend(as_pieces(line));
    pieces
}

/// The same, one by one.
pub(super) fn as_pieces(line: &str) -> impl Iterator<Item = Piece> + Clone {
    line.char_indices()
        .map(|(at, c)| Piece::new(c, at, c.len_utf8()))
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
    /// character before its case was changed, or of a second code that shows as
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
    /// What was done to its letters afterwards: `ã©` was `Ã©`.
    pub change: Option<Change>,
    /// Undo all that can be undone, whatever it reads like: what comes out
    /// may be another layer of damage. What was lost stays so, if it is lossy.
    pub greedy: bool,
    /// The charset that such a layer beneath was misread as, where it is another than this.
    pub inner: Option<usize>,
    /// Whether some of what could be undone may be kept.
    pub mixed: bool,
    /// Whether so much of the line was UTF-8 that no lead byte is left but by loss:
    /// of `ÃplnÃ¡` the first letter was `Ú`.
    pub strict: bool,
    /// Whether so much of the line is whole sequences of UTF-8 that each of them is read.
    pub whole: bool,
    /// How a multi-byte decoder lost bytes here, where that shows.
    pub loss: Option<Loss>,
    /// What became of bytes of a legacy charset that were lost.
    pub lost_as: LostAs,
    /// What the line is written in, if that is to be kept to.
    pub standard: Option<Standard>,
}

/// What became of the bytes that a charset has no character for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LostAs {
    Dropped,
    Sign(char),
    /// They show as controls, and are not lost.
    Nothing,
}

impl Layer {
    /// One charset misread as another, by number if that is of single bytes. Of UTF-8
    /// bytes may have been lost.
    pub(super) fn of(truth: Charset, misread: Charset, single: Option<usize>) -> Self {
        Layer {
            truth,
            misread,
            single,
            lossy: truth == Charset::UTF_8,
            change: None,
            greedy: false,
            inner: None,
            mixed: true,
            strict: false,
            whole: false,
            loss: None,
            lost_as: LostAs::Dropped,
            standard: None,
        }
    }

    /// What going into damage costs, and out of it.
    pub(super) fn switches(&self) -> (Cost, Cost) {
        match (self.greedy, self.truth == Charset::UTF_8) {
            (true, _) => (0, 0),
            (_, true) => (SWITCH_IN, SWITCH_OUT),
            (_, false) => (BACK, OUTSIDE),
        }
    }

    /// What it costs to keep the character of a slot after this context.
    #[inline]
    pub(super) fn keeping(&self, slot: Slot, kept: Piece, context: Context, damaged: bool) -> Cost {
        let ascii = kept.c.is_ascii();
        if self.greedy {
            return if ascii { 0 } else { NAT };
        }
        let out = if !damaged || ascii {
            0
        } else if self.truth == Charset::UTF_8 || slot.byte == 0 {
            self.switches().1
        } else {
            // A reading that was wrong all along had this wrong too: `usu rio`
            // with a no-break space.
            KEPT
        };
        let left = if self.strict && arcs::lead_bits(slot.byte).is_some() {
            LEFT
        } else {
            0
        };
        model::cost(context, model::symbol(kept.c)) + model::surcharge(kept.c) + out + left
    }
}

/// The bytes of a line in the misread charset.
pub(crate) fn slots(
    pieces: &[Piece],
    misread: Charset,
    single: Option<usize>,
    truth: Charset,
    slots: &mut Vec<Slot>,
) {
    slots.clear();
    slots.reserve(pieces.len() + pieces.len() / 2);
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
        } else if let Some(bytes) = misread.ideograph(p.c) {
            for (k, &byte) in bytes.iter().enumerate() {
                slots.push(Slot {
                    byte,
                    first: k == 0,
                    piece,
                    other: byte,
                });
            }
        } else {
            let Shown { len, bytes, others } = shown_as(misread, p.c, truth == Charset::UTF_8);
            for k in 0..usize::from(len) {
                slots.push(Slot {
                    byte: bytes[k],
                    first: k == 0,
                    piece,
                    other: others[k],
                });
            }
        }
    }
}

/// The bytes that a multi-byte charset shows as a character, and those of a second code;
/// one of 0 if there are none.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    len: u8,
    bytes: [u8; LONGEST],
    others: [u8; LONGEST],
}

/// Bytes of a character, in any such charset.
const LONGEST: usize = 7;

/// Characters remembered of late, a power of two.
const MEMO: usize = 1 << 9;

thread_local! {
    /// What was asked for, and what it was, each where the first says.
    static REMEMBERED: [Cell<(u32, Shown)>; MEMO] =
        const { [const { Cell::new((0, Shown { len: 0, bytes: [0; LONGEST], others: [0; LONGEST] })) }; MEMO] };
}

fn shown_as(misread: Charset, c: char, want_utf8: bool) -> Shown {
    // Nobody asks for NUL, in a charset of any number.
    let key = u32::from(c) << 9 | (misread.index() as u32) << 1 | u32::from(want_utf8);
    let place = key.wrapping_mul(0x9e37_79b1) >> (32 - MEMO.trailing_zeros());
    REMEMBERED.with(|memo| {
        let slot = &memo[place as usize];
        if slot.get().0 != key {
            slot.set((key, unread(misread, c, want_utf8)));
        }
        slot.get().1
    })
}

fn unread(misread: Charset, c: char, want_utf8: bool) -> Shown {
    let unread = misread.unread(c);
    let Some(code) = best(unread.iter().map(|b| &**b), want_utf8) else {
        return Shown {
            len: 1,
            ..Shown::default()
        };
    };
    let second = unread
        .iter()
        .find(|b| b.len() == code.len() && &***b != code);
    let mut shown = Shown {
        len: code.len().min(LONGEST) as u8,
        ..Shown::default()
    };
    for k in 0..usize::from(shown.len) {
        shown.bytes[k] = code[k];
        shown.others[k] = second.map_or(code[k], |b| b[k]);
    }
    shown
}

/// The upper-case character, if it is one.
pub(super) fn upper(c: char) -> char {
    if matches!(c, 'à'..='ö' | 'ø'..='þ') {
        return char::from_u32(c as u32 - 32).unwrap_or(c);
    }
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

/// Everything decoded, if each character beyond ASCII is of a whole sequence of
/// UTF-8 in this single-byte charset. The usual case; it needs no slots.
pub(crate) fn sequences(
    mut line: impl Iterator<Item = Piece>,
    single: usize,
    bit: u8,
) -> Option<Vec<Piece>> {
    // There are no more characters than bytes.
    let (least, most) = line.size_hint();
    let mut out = Vec::with_capacity(most.unwrap_or(least));
    while let Some(first) = line.next() {
        out.push(match first.c.is_ascii() {
            true => first,
            false => sequence(first, || line.next(), single, bit)?,
        });
    }
    Some(out)
}

/// The same of a line as it is, and its text; or of those parts of it that are whole
/// sequences, where there are others beside that can be nothing else.
pub(super) fn sequences_of(
    line: &str,
    single: usize,
    is_mixed: bool,
) -> Option<(Vec<Piece>, String)> {
    let mut out = Vec::with_capacity(line.len());
    let mut text = String::with_capacity(line.len());
    let mut at = 0;
    loop {
        let ascii = scan::ascii_prefix(&line.as_bytes()[at..]);
        let (ascii, beyond) = line[at..].split_at(ascii);
        let pieces = ascii.bytes().zip(at..);
        out.extend(pieces.map(|(b, at)| Piece::new(char::from(b), at, 1)));
        text.push_str(ascii);
        at += ascii.len();
        let mut beyond = beyond.char_indices();
        let mut beyond = || {
            beyond
                .next()
                .map(|(n, c)| Piece::new(c, at + n, c.len_utf8()))
        };
        let Some(first) = beyond() else {
            return Some((out, text));
        };
        let read = match sequence(first, &mut beyond, single, 1) {
            None if is_mixed && !arcs::may_lead(single, &line[at..]) => first,
            read => read?,
        };
        text.push(read.c);
        out.push(read);
        at = read.end as usize;
    }
}

/// The pieces of a line of which all that is beyond ASCII was UTF-8 in the first of these
/// charsets, what comes out in the next, and so on.
pub(super) fn divided(line: &str, charsets: &[usize]) -> Option<Vec<Piece>> {
    let (first, others) = charsets.split_first()?;
    let (mut pieces, _) = sequences_of(line, *first, false)?;
    for (n, bit) in others.iter().zip(1..) {
        pieces = sequences(pieces.into_iter(), *n, 1 << bit)?;
    }
    Some(pieces)
}

/// What a character beyond ASCII begins, with as many after it as it takes.
#[inline]
fn sequence(
    mut read: Piece,
    mut next: impl FnMut() -> Option<Piece>,
    single: usize,
    bit: u8,
) -> Option<Piece> {
    let readings = &*READINGS;
    let byte = |p: &Piece| readings.row(p.c).bytes[single];
    let (want, mut bits) = arcs::lead_bits(byte(&read))?;
    let mut is_written = arcs::is_written(read.c);
    for _ in 0..want {
        let next = next()?;
        let b = byte(&next);
        if b & 0xc0 != 0x80 {
            return None;
        }
        bits = bits << 6 | u32::from(b & 0x3f);
        is_written = is_written && arcs::is_written(next.c);
        read.add(next);
    }
    read.c = arcs::scalar(bits, want)?;
    read.layers |= bit;
    (!is_written || !arcs::is_chance(read.c)).then_some(read)
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
            if slot.first && !ascii && layer.single.is_none() && lost::is_wild(piece.c) {
                return None;
            }
            out.push(if slot.first {
                piece
            } else {
                // ASCII that a lead byte swallowed.
                Piece::read(&[piece], char::from(slot.byte), false, bit)
            });
            s += 1;
            continue;
        }
        let Some((c, len)) = arcs::only_reading(slots, s, line, layer) else {
            let begins = arcs::lead_bits(slot.byte)
                .is_some_and(|(want, _)| arcs::may_begin(slots, s, line, want));
            if begins || layer.single.is_none() || layer.truth != Charset::UTF_8 {
                return None;
            }
            out.push(piece);
            s += 1;
            continue;
        };
        let touched = &line[slot.piece as usize..=slots[s + len - 1].piece as usize];
        // A word of Cyrillic that was kept so far does not go on in another script.
        let last = out.last().filter(|p: &&Piece| p.layers & bit == 0);
        if last.is_some_and(|p| arcs::is_written(p.c)) && arcs::is_foreign(c, touched) {
            return None;
        }
        out.push(Piece::read(touched, c, false, bit));
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
/// What it costs to leave a lead byte alone where there should be none.
const LEFT: Cost = 6 * NAT;
/// What it costs to keep a character that a legacy reading would change.
const KEPT: Cost = 8 * NAT;

/// What it costs to go back to a legacy reading.
const BACK: Cost = 6 * NAT;
/// What it costs that a character is not in the legacy charset.
const OUTSIDE: Cost = 3 * NAT;

/// A legacy reading in full, where both charsets are of single bytes.
pub(crate) struct Direct {
    pub pieces: Vec<Piece>,
    /// What it costs beside its characters.
    pub extra: Cost,
    /// Whether nothing is left that the charset has.
    pub is_whole: bool,
}

/// Everything decoded that can be; `None` if nothing is.
pub(crate) fn direct(line: &[Piece], layer: &Layer, single: usize, bit: u8) -> Option<Direct> {
    let mut out = Direct {
        pieces: Vec::with_capacity(line.len()),
        extra: 0,
        is_whole: true,
    };
    let (mut damaged, mut changed) = (true, false);
    for (at, p) in line.iter().enumerate() {
        let byte = if p.c.is_ascii() {
            0
        } else {
            READINGS.row(p.c).bytes[single]
        };
        match arcs::single_byte(layer.truth, byte, line, at).filter(|_| byte != 0) {
            Some((c, cost)) => {
                // Less than nothing is what [marks at seams](crate::seam) cost.
                out.is_whole &= cost <= 0;
                out.extra += cost + if damaged { 0 } else { BACK };
                out.pieces.push(Piece::read(&[*p], c, false, bit));
                damaged = true;
                changed = true;
            }
            None => {
                if !p.c.is_ascii() {
                    out.is_whole &= byte == 0;
                    out.extra += match (damaged, byte) {
                        (false, _) => 0,
                        (true, 0) => OUTSIDE,
                        (true, _) => KEPT,
                    };
                    damaged = false;
                }
                out.pieces.push(*p);
            }
        }
    }
    changed.then_some(out)
}

/// What a character costs at least, as a rule, after a kept and a decoded one.
const MIXED: Cost = 3 * NAT;

/// About the most that keeping some characters could save over a reading in full.
/// Of both, what each character costs is given, and what the end does.
pub(crate) fn savings(line: &[Piece], costs: &[Cost], full: &[Piece], decoded: &[Cost]) -> Cost {
    const NEVER: Cost = Cost::MAX / 2;
    let mut context = Context::START;
    // What it costs to come this far: decoded of late; one character kept, two,
    // more of them; decoded again for one character, for two.
    let (mut all, mut one, mut two, mut more) = (0, NEVER, NEVER, NEVER);
    let (mut again, mut twice) = (NEVER, NEVER);
    let mut sum = 0;
    for (i, (&was, &is)) in costs.iter().zip(decoded).enumerate() {
        let ahead = |n: usize| decoded.get(i + n).copied().unwrap_or(0);
        let beyond = line.get(i).filter(|p| !p.c.is_ascii());
        let first = match beyond {
            Some(p) if is + ahead(1) + ahead(2) > KEPT => {
                all.min(twice)
                    + KEPT
                    + model::cost(context, model::symbol(p.c))
                    + model::surcharge(p.c)
            }
            Some(_) => all.min(twice) + KEPT + MIXED,
            None => NEVER,
        };
        let kept = one.min(two).min(more);
        let back = if beyond.is_some() {
            kept + BACK + MIXED
        } else {
            NEVER
        };
        (more, two, one) = (two.min(more) + was, one + was.min(MIXED), first);
        (all, twice, again) = (all.min(twice) + is, again + is.min(MIXED), back);
        sum += is;
        if let Some(p) = full.get(i) {
            context = context.then(model::symbol(p.c));
        }
    }
    let least = all.min(one).min(two).min(more).min(again).min(twice);
    sum - least
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
    /// A lost byte at its end, which what comes next must explain.
    pub pending: u8,
}

/// Room for the slots of a line, to be used again.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub slots: Vec<Slot>,
}
