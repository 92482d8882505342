//! What the bytes from a slot on can be read as in the true charset.

use std::sync::LazyLock;

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT};
use crate::seam;

use super::beneath::{
    is_rest_beneath, lost_rests, only_mark, only_rest, shows_lead, spaced, straightened,
};
use super::case::Change;
use super::dropped;
use super::hypothesis::SURE;
use super::lattice::{Arc, Layer, Piece, Slot};
use super::lost;
use super::readings::{READINGS, is_letter, shown};

/// What it costs to believe that a byte was lost, beside choosing which.
const LOST: Cost = NAT;
/// The same where another was more likely lost.
const HARDLY: Cost = 5 * NAT;
/// What it costs that a no-break space was dropped within a text, which is done to spaces
/// at an end: `Ðедакция` was `Редакция`.
const STRIPPED: Cost = NAT;
/// Bytes of which more than one may be missing.
const FEW: usize = 8;
/// The last bytes of the small letters of Latin-1 from `á` on.
const SMALL_LETTERS: [u8; 31] = {
    let mut bytes = [0xa1; 31];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] += at as u8;
        at += 1;
    }
    bytes
};
/// What a space costs after a character of Japanese or Chinese.
const UNSPACED: Cost = 4 * NAT;
/// The same where another sign is much more usual.
const UNUSUAL: Cost = 8 * NAT;
/// The same where another sign is a picture, which the model does not know from others.
const NO_PICTURE: Cost = 16 * NAT;

/// What stands for a lead byte of which one was lost: `Ã?Â©` was `Ã©`, as a rule.
pub(super) const LOST_LEAD: u8 = 0xc3;
/// What it may have been: of `Ã?Â¶` also `϶`, `ж`, `¶`, `Ķ`, `Ŷ` and `Ѷ`. Of the first two
/// windows-1252 has no character for what was lost, and so what others cost more.
const LOST_LEADS: [u8; 7] = [0xcf, 0xd0, LOST_LEAD, 0xc2, 0xc4, 0xc5, 0xd1];
const SHOWN_LEAD: Cost = 2 * NAT;
/// What stands for another byte of which all but the lead byte of its own sequence was lost.
const LOST_BYTE: char = char::REPLACEMENT_CHARACTER;

/// The arcs from slot `s`, which holds a byte beyond ASCII or a lost one. Of a legacy
/// multi-byte charset, `pending` is one more than which code of a character was taken,
/// if its first byte was read before.
pub(super) fn arcs(
    slots: &[Slot],
    s: usize,
    pending: u8,
    line: &[Piece],
    layer: &Layer,
    out: &mut Vec<Arc>,
) {
    let byte = slots[s].byte;
    if layer.truth == Charset::UTF_8 {
        utf8(slots, s, line, layer, out);
    } else if layer.truth.is_single_byte() {
        let at = slots[s].piece as usize;
        if let Some((c, cost)) = single_byte(layer.truth, byte, line, at) {
            out.push(Arc {
                len: 1,
                c: Some(c),
                cost,
                inferred: false,
                pending: 0,
            });
        }
    } else {
        multi(slots, s, pending, layer, out);
        if layer.lossy {
            dropped::arcs(slots, s, line, layer, out);
        }
    }
}

/// What the byte that showed as the character at `at` is in a single-byte charset, and
/// what that costs; nothing, where it has no character.
pub(super) fn single_byte(
    truth: Charset,
    byte: u8,
    line: &[Piece],
    at: usize,
) -> Option<(char, Cost)> {
    match shown(truth, byte) {
        char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9f}' => None,
        c @ '\u{a0}' if is_at_seam(line, at) => Some((c, -SEAM)),
        '\u{a0}' if is_letter(line[at].c) && !is_between(line, at) => None,
        '\u{ad}' if is_letter(line[at].c) => None,
        c @ ('\u{a0}' | '\u{ad}') => Some((c, 4 * NAT)),
        c => Some((c, 0)),
    }
}

/// What it says that nobody writes what shows for a no-break space there, `11.2.†Rete`.
const SEAM: Cost = 10 * NAT;

/// Whether [nothing else](seam) than that shows as what stands here.
fn is_at_seam(line: &[Piece], at: usize) -> bool {
    let before = line[..at].iter().rev().map(|p| p.c);
    let after = line[at + 1..].iter().map(|p| p.c);
    seam::is_told(before, line[at].c, after)
}

/// Whether a no-break space could have shown as what stands here, after a word and before
/// a mark: the `á` of `bordá?` was one, but no letter within a word.
pub(super) fn is_between(line: &[Piece], at: usize) -> bool {
    let before = line[..at].last().map(|p| p.c);
    let next = line.get(at + 1).map(|p| p.c);
    before.is_some_and(|c| !c.is_whitespace())
        && next.is_some_and(|c| !is_letter(c) && !c.is_whitespace())
}

/// The character that begins at slot `s`, and how many slots it takes, if it can
/// be no other.
pub(super) fn only_reading(
    slots: &[Slot],
    s: usize,
    line: &[Piece],
    layer: &Layer,
) -> Option<(char, usize)> {
    let slot = slots[s];
    if layer.truth == Charset::UTF_8 {
        let (want, bits) = lead_bits(slot.byte)?;
        let c = scalar(continuations(slots, s + 1, want, bits)?, want)?;
        let touched = touched(line, &slots[s..=s + want]);
        return (!(is_chance(c) && are_written(touched))).then_some((c, want + 1));
    }
    if layer.truth.is_single_byte() {
        let c = shown(layer.truth, slot.byte);
        let hidden = matches!(
            c,
            char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{a0}' | '\u{ad}'
        );
        return (!hidden).then_some((c, 1));
    }
    // Of the codes of a character in another such charset there may be two.
    layer.single?;
    let pair = slots
        .get(s + 1)
        .and_then(|next| only(layer.truth, &[slot.byte, next.byte]));
    match pair {
        Some(c) => Some((c, 2)),
        None => only(layer.truth, &[slot.byte]).map(|c| (c, 1)),
    }
}

/// The pieces that slots are of.
pub(super) fn touched<'a>(line: &'a [Piece], slots: &[Slot]) -> &'a [Piece] {
    &line[slots[0].piece as usize..=slots[slots.len() - 1].piece as usize]
}

/// Whether it is chance that letters of another script than Latin could be this
/// character: `โขก` is a word, and no Braille pattern.
pub(super) fn is_chance(c: char) -> bool {
    c < '\u{10000}' && !is_letter(c)
}

/// Whether letters of another script than Latin would become one of yet another, as
/// `сиб` of `Спасибо` would be `ᨡ`.
pub(super) fn is_foreign(c: char, touched: &[Piece]) -> bool {
    let is = |p: &Piece| is_written(p.c) && model::script(p.c) != model::script(c);
    touched.iter().all(is)
}

/// See [`is_chance`].
fn are_written(touched: &[Piece]) -> bool {
    touched.iter().all(|p| is_written(p.c))
}

/// Whether a character is a letter of another script than Latin.
#[inline]
pub(super) fn is_written(c: char) -> bool {
    c >= '\u{250}' && is_letter(c)
}

/// Whether a filled-in character could be what stood there: nobody misses an
/// exotic space or a formatting mark.
pub(super) fn is_visible(c: char) -> bool {
    let hidden = c.is_control() || c.is_whitespace();
    !hidden
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{f0000}'..)
}

/// A character of a legacy multi-byte charset.
fn multi(slots: &[Slot], s: usize, pending: u8, layer: &Layer, out: &mut Vec<Arc>) {
    let (slot, truth) = (slots[s], layer.truth);
    let byte = |slot: Slot, i: usize| if i == 0 { slot.byte } else { slot.other };
    let second = |at: usize| slots.get(at + 1).filter(|next| !next.first);
    // The bytes of one code go together: C7F2 or C7B0.
    let differs = |slot: &Slot| slot.other != slot.byte && layer.single.is_none();
    let all = |at: usize| {
        let has_two = differs(&slots[at]) || second(at).is_some_and(differs);
        0..1 + usize::from(has_two)
    };
    let goes_on = |at: usize, i: usize| second(at).map_or(0, |_| i as u8 + 1);
    let codes = match pending {
        0 => all(s),
        n => usize::from(n) - 1..usize::from(n),
    };
    for i in codes {
        let cost = if pending == 0 { i as Cost * NAT } else { 0 };
        if byte(slot, i) < 0x80 {
            // ASCII that a lead byte swallowed comes free; what stands by itself is kept.
            if !slot.first {
                out.push(Arc {
                    len: 1,
                    c: Some(char::from(byte(slot, i))),
                    cost: 0,
                    inferred: false,
                    pending: 0,
                });
            }
            continue;
        }
        if let Some(c) = only(truth, &[byte(slot, i)]) {
            out.push(Arc {
                len: 1,
                c: Some(c),
                cost,
                inferred: false,
                pending: goes_on(s, i),
            });
        }
        let Some(&next) = slots.get(s + 1) else {
            continue;
        };
        let seconds = match next.first {
            true => all(s + 1),
            false => i..i + 1,
        };
        for j in seconds {
            if next.byte < 0x30 {
                continue;
            }
            let cost = cost + if next.first { j as Cost * NAT } else { 0 };
            if let Some(c) = only(truth, &[byte(slot, i), byte(next, j)]) {
                out.push(Arc {
                    len: 2,
                    c: Some(c),
                    cost,
                    inferred: false,
                    pending: if next.first { goes_on(s + 1, j) } else { 0 },
                });
            }
        }
    }
}

/// The one character that these bytes are.
fn only(charset: Charset, bytes: &[u8]) -> Option<char> {
    let c = charset.character(bytes)?;
    (!c.is_ascii() && c != char::REPLACEMENT_CHARACTER).then_some(c)
}

/// A UTF-8 sequence, with bytes lost on the way filled in.
fn utf8(slots: &[Slot], s: usize, line: &[Piece], layer: &Layer, out: &mut Vec<Arc>) {
    if let Some(change) = layer.change {
        return in_either_case(slots, s, line, change, out);
    }
    let lead = slots[s].byte;
    let Some((want, bits)) = lead_bits(lead) else {
        return;
    };
    let exact = continuations(slots, s + 1, want, bits);
    if let Some(c) = exact.and_then(|bits| scalar(bits, want)) {
        let touched = touched(line, &slots[s..=s + want]);
        let byte = |slot: &Slot| slot.byte;
        // A row of them, as of `тАФтАФтАФ`, is no more of a chance than one is.
        let before = s
            .checked_sub(want + 1)
            .map(|at| slots[at..s].iter().map(byte));
        let is_again = before.is_some_and(|bytes| bytes.eq(slots[s..=s + want].iter().map(byte)));
        let cost = if is_chance(c) && are_written(touched) && !layer.greedy && !is_again {
            10 * NAT
        } else {
            0
        };
        let mut read = |c: char, cost: Cost, inferred: bool| {
            out.push(Arc {
                len: want as u8 + 1,
                c: Some(c),
                cost,
                inferred,
                pending: 0,
            });
        };
        if layer.greedy || !is_lost_lead(&touched[0]) {
            return read(c, cost, false);
        }
        for (bits, more) in leads() {
            let bits = continuations(slots, s + 1, want, bits);
            let c = bits.and_then(|bits| scalar(bits, want));
            // `ÃÂ\u{a0}` was `à`, and no space.
            if let Some(c) = c.filter(|c| *c != '\u{a0}') {
                read(c, cost + more, true);
            }
        }
        return;
    }
    if layer.lossy && layer.single.is_some() && may_begin(slots, s, line, want) {
        let filling = Filling {
            slots,
            line,
            layer,
            lead: s,
            want,
            undefined: undefined(layer.misread),
        };
        let first = out.len();
        if layer.greedy {
            return out.extend(filling.beneath());
        }
        if is_lost_lead(&line[slots[s].piece as usize]) {
            for (bits, more) in leads() {
                filling.fill(s + 1, want, bits, more, 0, out);
            }
            // Nor, where its last byte was lost, too, and shows as a space.
            let spaces = out[first..]
                .iter_mut()
                .filter(|arc| arc.c == Some('\u{a0}'));
            spaces.for_each(|arc| arc.cost += UNUSUAL);
        } else {
            filling.fill(s + 1, want, bits, 0, 0, out);
        }
        prefer_usual(&mut out[first..], filling.is_in_row());
    }
}

/// Whether this byte leads a sequence.
pub(super) fn is_lead(byte: u8) -> bool {
    lead_bits(byte).is_some()
}

/// Whether this byte goes on with a sequence.
pub(super) fn is_rest(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Whether this stands for a lead byte that another layer lost.
pub(super) fn is_lost_lead(p: &Piece) -> bool {
    p.inferred && p.c == char::from(LOST_LEAD)
}

/// Whether this stands for another byte that another layer lost, which nothing told of.
pub(super) fn is_lost_byte(p: &Piece) -> bool {
    p.inferred && p.c == LOST_BYTE
}

/// What a lead byte that another layer lost may have been, in bits, and what that costs.
fn leads() -> impl Iterator<Item = (u32, Cost)> {
    let more = |i| if i < 2 { 0 } else { SHOWN_LEAD };
    let bits = move |(i, lead)| lead_bits(lead).map(|(_, bits)| (bits, more(i)));
    LOST_LEADS.into_iter().enumerate().filter_map(bits)
}

/// Of the signs that a sequence could have been, those of windows-1252 are much likelier
/// than others, also since what comes out may be a layer more: `Ã¢â?¬â?¢` was `â€™`, and
/// not `â€⎢`. If there is none, pictures are: `âŒ` was `❌`; but in a row what lines are drawn
/// with: `â•â•â•` was `═══`.
fn prefer_usual(filled: &mut [Arc], is_in_row: bool) {
    let sign = |arc: &Arc| arc.c.filter(|&c| is_sign(c) || is_selector(c));
    let has = |is: fn(char) -> bool| filled.iter().filter_map(sign).any(is);
    let (is, cost): (fn(char) -> bool, Cost) = match () {
        () if has(is_usual) => (is_usual, UNUSUAL),
        () if is_in_row && has(is_drawn) => (is_drawn, UNUSUAL),
        () if has(is_picture) => (is_picture, NO_PICTURE),
        () => return,
    };
    let is_other = |arc: &&mut Arc| sign(arc).is_some_and(|c| !is(c));
    let others = filled.iter_mut().filter(is_other);
    others.for_each(|arc| arc.cost += cost);
}

/// Whether a sign is one of windows-1252.
fn is_usual(c: char) -> bool {
    matches!(c, '–' | '—' | '‘'..='‚' | '“'..='„' | '†'..='•' | '…' | '‰' | '‹' | '›' | '€' | '™')
}

/// Whether lines are drawn with a sign.
fn is_drawn(c: char) -> bool {
    matches!(c, '═' | '━')
}

/// Whether a sign is a picture of the rows in which a byte is lost, or makes one of the
/// sign before it.
fn is_picture(c: char) -> bool {
    matches!(c, '⏏' | '⏩' | '⏪' | '⏰'..='⏳' | '❄' | '❇' | '❌' | '❎' | '❓'..='❕' | '❗' | '❣' | '❤' | '⭐' | '\u{fe0f}')
}

/// Variation selectors, and what has bytes like theirs.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..'\u{fe70}')
}

/// Whether a character is a sign by itself, and no part of a word.
pub(super) fn is_sign(c: char) -> bool {
    matches!(c, '\u{2000}'..'\u{2c00}' | '\u{1f000}'..'\u{1fb00}')
}

/// Whether a sequence may begin at slot `s` of which bytes were lost: not at
/// `é`, where two would be and nothing shows it, but at `â`, which was `’`, and the
/// first of `ãã` and `åå`, which were `く` and `名`.
pub(super) fn may_begin(slots: &[Slot], s: usize, line: &[Piece], want: usize) -> bool {
    let Some(next) = slots.get(s + 1) else {
        return want == 1 || slots[s].byte == 0xe2;
    };
    let shown = line[next.piece as usize].c;
    want == 1
        || slots[s].byte == 0xe2
        || is_rest(next.byte)
        || matches!(slots[s].byte, 0xe3..=0xe9) && matches!(next.byte, 0xe3..=0xe9 | 0xef)
        || matches!(
            shown,
            ' ' | '?' | '\u{fffd}' | '・' | '"' | '\'' | '-' | 'Y'
        )
        || is_ellipsis(
            slots
                .get(s + 1..)
                .unwrap_or_default()
                .iter()
                .map(|k| k.byte),
        )
}

/// What somebody made of the `…` that stood for the byte 85: of `Wyłącz`, `WyÅ‚Ä...cz`.
pub(super) const DOTS: usize = 3;

/// Whether these are such dots, each of which counts as one byte or character.
pub(super) fn is_ellipsis<T: PartialEq + From<u8>>(mut next: impl Iterator<Item = T>) -> bool {
    (0..DOTS).all(|_| next.next() == Some(T::from(b'.')))
}

/// Whether the first character of a text, which is no whole sequence of UTF-8 in this
/// single-byte charset, could lead one of which bytes were lost: what leads two bytes in
/// most languages, or `…` and `“`; and what dots stand after, for `å...¨` was `全`.
pub(super) fn may_lead(single: usize, text: &str) -> bool {
    let mut bytes = text.chars().map(|c| READINGS.row(c).bytes[single]);
    let (first, second) = (bytes.next(), bytes.next());
    let is_before_dots = || is_ellipsis(text.chars().skip(1));
    matches!(first, Some(0xc2..=0xc5 | 0xce..=0xd1 | 0xd7..=0xdb | 0xe2))
        || matches!((first, second), (Some(0xc2..), Some(0x80..0xc0)))
        || matches!(first, Some(0xc2..)) && is_before_dots()
}

/// What a text begins with that was another character before it was put in a plain form, as
/// Unicode's NFKC does, and how many stand for it: `³` became `3`, `™` became `TM`.
pub(super) fn image(mut text: impl Iterator<Item = char>) -> Option<(char, usize)> {
    let mut next = || text.next().unwrap_or_default();
    Some(match [next(), next(), next()] {
        ['1', '⁄' | '/', '4'] => ('¼', 3),
        ['1', '⁄' | '/', '2'] => ('½', 3),
        ['3', '⁄' | '/', '4'] => ('¾', 3),
        ['T', 'M', _] => ('™', 2),
        [' ', '\u{327}', _] => ('¸', 2),
        [' ', '\u{301}', _] => ('´', 2),
        [' ', '\u{308}', _] => ('¨', 2),
        [' ', '\u{304}', _] => ('¯', 2),
        [' ', '\u{303}', _] => ('˜', 2),
        ['1', ..] => ('¹', 1),
        ['2', ..] => ('²', 1),
        ['3', ..] => ('³', 1),
        ['a', ..] => ('ª', 1),
        ['o', ..] => ('º', 1),
        ['>', ..] => ('›', 1),
        ['<', ..] => ('‹', 1),
        ['μ', ..] => ('µ', 1),
        _ => return None,
    })
}

/// Whether any control may have been dropped of what shows in this charset, where they are
/// no characters of the text.
pub(super) fn drops_controls(misread: Charset) -> bool {
    misread.name().starts_with("iso-8859-")
}

/// Whether a whole sequence of UTF-8 begins at slot `s`.
pub(super) fn is_whole(slots: &[Slot], s: usize) -> bool {
    let whole = |(want, bits)| continuations(slots, s + 1, want, bits);
    lead_bits(slots[s].byte).and_then(whole).is_some()
}

/// Whether any sequence of UTF-8 begins in a line, whole or with bytes lost.
pub(super) fn may_read(slots: &[Slot], line: &[Piece], layer: &Layer) -> bool {
    let begins = |s: usize| match lead_bits(slots[s].byte) {
        Some((want, _)) if layer.lossy => may_begin(slots, s, line, want) || is_whole(slots, s),
        Some(_) => is_whole(slots, s),
        None => false,
    };
    (0..slots.len()).any(begins)
}

/// Whether nearly all bytes beyond ASCII are of whole sequences of UTF-8, which is no
/// chance.
pub(super) fn are_whole(slots: &[Slot], line: &[Piece], layer: &Layer) -> bool {
    let (mut read, mut others) = (0, 0);
    let mut s = 0;
    while s < slots.len() {
        let len = match only_reading(slots, s, line, layer) {
            Some((_, len)) => {
                read += 1;
                len
            }
            None => {
                others += usize::from(slots[s].byte >= 0x80 || slots[s].byte == 0);
                1
            }
        };
        s += len;
    }
    read >= SURE && read > 4 * others
}

/// A UTF-8 sequence of which each byte may have been put in another case: `ã©` is C3
/// A9, `ã…` either E3 85 or, as it was `Ã…`, C3 85. What it was is put in the case that
/// the text is in now.
fn in_either_case(slots: &[Slot], s: usize, line: &[Piece], change: Change, out: &mut Vec<Arc>) {
    let shown = line[slots[s].piece as usize].c;
    let both = |slot: &Slot| {
        if slot.other == slot.byte {
            [slot.byte, 0]
        } else {
            [slot.byte, slot.other]
        }
    };
    for (want, bits) in both(&slots[s]).into_iter().filter_map(lead_bits) {
        let Some(rest) = slots.get(s + 1..s + 1 + want) else {
            continue;
        };
        let mut all = vec![bits];
        for slot in rest {
            let conts = both(slot).into_iter().filter(|b| is_rest(*b));
            let step = |bits: u32| conts.clone().map(move |b| bits << 6 | u32::from(b & 0x3f));
            all = all.into_iter().flat_map(step).collect();
        }
        let chars = all.into_iter().filter_map(|bits| scalar(bits, want));
        // No text had a control for the `â“` of which `â€“` lost a byte.
        for c in chars.filter(|c| !c.is_control()) {
            out.push(Arc {
                len: want as u8 + 1,
                c: Some(change.applied(c, shown)),
                cost: choice(2),
                inferred: false,
                pending: 0,
            });
        }
    }
}

/// How many continuation bytes a lead byte wants, and the bits it has itself.
pub(super) fn lead_bits(lead: u8) -> Option<(usize, u32)> {
    match lead {
        0xc2..=0xdf => Some((1, u32::from(lead & 0x1f))),
        0xe0..=0xef => Some((2, u32::from(lead & 0x0f))),
        0xf0..=0xf4 => Some((3, u32::from(lead & 0x07))),
        _ => None,
    }
}

/// The code point that `want` continuation bytes from `s` on complete.
pub(super) fn continuations(slots: &[Slot], s: usize, want: usize, bits: u32) -> Option<u32> {
    slots.get(s..s + want)?.iter().try_fold(bits, |bits, slot| {
        let b = slot.byte;
        is_rest(b).then_some(bits << 6 | u32::from(b & 0x3f))
    })
}

/// A scalar value that needs exactly so many continuation bytes.
pub(super) fn scalar(bits: u32, want: usize) -> Option<char> {
    let least = [0x80, 0x800, 0x1_0000][want - 1];
    char::from_u32(bits).filter(|_| bits >= least)
}

/// Choosing one of `n` costs its share.
fn choice(n: usize) -> Cost {
    static SHARES: LazyLock<[Cost; CONTINUATIONS.len() + 1]> = LazyLock::new(|| {
        std::array::from_fn(|n| (f64::from(n as u32).ln() * f64::from(NAT)) as Cost)
    });
    SHARES[n.min(CONTINUATIONS.len())]
}

struct Filling<'a> {
    slots: &'a [Slot],
    line: &'a [Piece],
    layer: &'a Layer,
    lead: usize,
    want: usize,
    /// The bytes that the misread charset has no printable character for.
    undefined: &'static [u8],
}

impl Filling<'_> {
    /// What a sequence of which a byte shows as lost is where another layer must tell
    /// what it was: still lost, but for the lead byte of a sequence there.
    fn blank(&self) -> Option<Arc> {
        let lost = self.slots.get(self.lead + 1)?;
        let shown = self.line[lost.piece as usize].c;
        let is_lead = self.slots[self.lead].byte == LOST_LEAD;
        let rest = self.slots.get(self.lead + 2..=self.lead + self.want)?;
        let is_blank =
            matches!(shown, '?' | '\u{fffd}') && rest.iter().all(|slot| is_rest(slot.byte));
        is_blank.then_some(Arc {
            len: self.want as u8 + 1,
            c: Some(if is_lead {
                char::from(LOST_LEAD)
            } else {
                shown
            }),
            cost: 0,
            inferred: is_lead,
            pending: 0,
        })
    }

    /// What a sequence of which bytes were lost was in another layer, which must tell what it
    /// was.
    fn beneath(&self) -> Option<Arc> {
        if let Some(blank) = self.blank() {
            return Some(blank);
        }
        let byte = |n: usize| self.slots.get(self.lead + n).map_or(0, |slot| slot.byte);
        let single = self.layer.single.unwrap_or_default();
        let inner = self.layer.inner.unwrap_or(single);
        let is_beneath = |n: usize| is_rest_beneath(|k| byte(n + k), single, inner);
        let is_after_lead = self.is_after_lead();
        let mark = only_mark(single);
        let (c, len) = match (byte(0), byte(1)) {
            // The continuation was dropped: the `Ã` of `ÃÂ©`.
            (LOST_LEAD, _) if shows_lead(inner) && is_beneath(1) => (char::from(LOST_LEAD), 1),
            // So it was after what is one beneath: the `Â` of `possÃƒÂvel`, `PARÃ?ÂMETROS`.
            (0xc2, _) if is_after_lead => (LOST_BYTE, 1),
            (0xc2, _) => return None,
            (lead, b' ') => match spaced(lead, inner) {
                Some((c, 0xc0..)) if is_beneath(2) || byte(2) == b' ' && is_lead(byte(3)) => (c, 2),
                _ if !is_after_lead => return None,
                Some((c, 0x80..0xc0)) => (c, 2),
                _ => (self.lost_rest(single, inner)?, 1),
            },
            // `â€` was `”` or, if a space is next that is none, `†`.
            (0xe2, 0x80) if is_after_lead && mark.is_some() => match byte(2) {
                b' ' if !byte(3).is_ascii_alphanumeric() => {
                    // Either may be in windows-1251: `С†` was `ц`, and `С‘ ` was `ё `.
                    let both = self.likeliest(['†'].into_iter().chain(mark), inner);
                    match both.filter(|_| single == inner && !shows_lead(single)) {
                        Some(c) if c != '†' => (c, 2),
                        _ => ('†', 3),
                    }
                }
                next if !is_rest(next) => (mark?, 2),
                _ => return None,
            },
            (lead @ 0xc3..=0xc6, quote @ (b'\'' | b'"')) if is_after_lead && single == inner => {
                (straightened(lead, quote, inner)?, 2)
            }
            (_, next) if is_after_lead && !is_rest(next) => (self.lost_rest(single, inner)?, 1),
            _ => return None,
        };
        Some(Arc {
            len,
            c: Some(c),
            cost: 0,
            // A quote that was made straight tells what it was.
            inferred: !matches!(byte(1), b'\'' | b'"'),
            pending: 0,
        })
    }

    /// The continuation byte of another layer that the lead byte was of, if the charset has no
    /// character for that: in windows-1252 the `Џ` of `СЏ`, which was `я`, or the `Ё` of `РЁ`,
    /// `Ш`.
    fn lost_rest(&self, single: usize, inner: usize) -> Option<char> {
        let lead = self.slots[self.lead].byte;
        match single == inner {
            true => only_rest(lead, single, inner),
            false => self.likeliest(lost_rests(lead, single, inner), inner),
        }
    }

    /// Which of these continuation bytes of another layer it was: the one that makes a letter
    /// that is used, and a continuation byte again if a lead byte was made before it, of a third
    /// layer.
    fn likeliest(&self, rests: impl Iterator<Item = char>, inner: usize) -> Option<char> {
        let (start, lead) = self.shown_before(self.lead, inner)?;
        let (_, bits) = lead_bits(lead).filter(|(want, _)| *want == 1)?;
        // So it was before a space that is left of one there, too, as of `Р  Р°`.
        let is_space = |n: usize| start >= n && self.slots[start - n].byte == b' ';
        let is_third =
            is_space(1) && is_space(2) || self.made_before(start, inner).is_some_and(is_lead);
        let cost = |c: &char| {
            let rest = READINGS.row(*c).bytes[inner];
            let made = scalar(bits << 6 | u32::from(rest & 0x3f), 1)?;
            let cost = model::cost(Context::START, model::symbol(made)) + model::surcharge(made);
            Some((is_third && !is_rest(READINGS.row(made).bytes[inner]), cost))
        };
        let costs = rests.filter_map(|c| Some((cost(&c)?, c)));
        costs.min().map(|(_, c)| c)
    }

    /// The byte of another layer that is shown before slot `end`, and where that begins.
    fn shown_before(&self, end: usize, inner: usize) -> Option<(usize, u8)> {
        let byte = |at: usize| self.slots[at].byte;
        let last = end.checked_sub(1)?;
        if byte(last) == b' ' {
            let start = last.checked_sub(1)?;
            return Some((start, spaced(byte(start), inner)?.1));
        }
        let start = (last.saturating_sub(3)..last).rfind(|at| !is_rest(byte(*at)))?;
        let (want, bits) = lead_bits(byte(start)).filter(|(want, _)| start + want == last)?;
        let c = scalar(continuations(self.slots, start + 1, want, bits)?, want)?;
        Some((start, READINGS.row(c).bytes[inner]))
    }

    /// What the two bytes of another layer that are shown before slot `end` made, as a byte of
    /// a third.
    fn made_before(&self, end: usize, inner: usize) -> Option<u8> {
        let (middle, rest) = self.shown_before(end, inner)?;
        let (_, lead) = self.shown_before(middle, inner)?;
        let (_, bits) = lead_bits(lead).filter(|(want, _)| *want == 1)?;
        let made = scalar(bits << 6 | u32::from(rest & 0x3f), 1).filter(|_| is_rest(rest))?;
        Some(READINGS.row(made).bytes[inner])
    }

    /// Whether a sequence ends before the lead byte, or one was lost there.
    fn is_after_lead(&self) -> bool {
        let Some(before) = self.lead.checked_sub(1).map(|at| self.slots[at]) else {
            return false;
        };
        let leads = |at: usize| lead_bits(self.slots[at].byte).is_some();
        match self.line[before.piece as usize].c {
            '?' | char::REPLACEMENT_CHARACTER => true,
            ' ' => self.lead.checked_sub(2).is_some_and(leads),
            _ => is_rest(before.byte) || matches!(before.byte, LOST_LEAD | 0xc2),
        }
    }

    /// Reads the continuation bytes still wanted from slot `s` on, where at
    /// most two are missing.
    fn fill(&self, s: usize, left: usize, bits: u32, cost: Cost, lost: u8, out: &mut Vec<Arc>) {
        if left == 0 {
            // `nepâlbhâshâ ;` does not end in a blank of Braille, nor does `„mountâ€`.
            let is_shown = || self.slots[s - 1].byte == 0x80 && s - self.lead > self.want;
            let is_whole = |c| c != model::BLANK || is_shown();
            let is_text = |c| is_visible(c) && is_whole(c) || matches!(c, '\u{a0}' | '\u{202f}');
            if let Some(c) = scalar(bits, self.want).filter(|&c| is_text(c)) {
                let len = (s - self.lead) as u8;
                out.push(Arc {
                    len,
                    c: Some(c),
                    cost,
                    inferred: true,
                    pending: 0,
                });
            }
            return;
        }
        let next = self.slots.get(s).copied();
        if let Some(slot) = next.filter(|k| is_rest(k.byte)) {
            let is_e2 = self.slots[self.lead].byte == 0xe2 && s == self.lead + 1;
            if is_e2
                && self.undefined.contains(&0x80)
                && let Some(b) = self.second_of_sign(slot.byte)
            {
                let bits = bits << 6 | u32::from(b & 0x3f);
                self.fill(s, left - 1, bits, cost + LOST, lost + 1, out);
            }
            // The byte before it may be what was dropped: `ã—` was `し`; a soft hyphen is
            // half of all letters of Oriya. But of four the second is all but always the same;
            // and what ends a text was cut off rather than that no-break spaces were dropped.
            let is_second = self.want == 3 && s == self.lead + 1;
            let conts = self.slots[s..].iter().take(left);
            let conts = conts.take_while(|k| is_rest(k.byte)).count();
            let undefined = self.undefined;
            if lost == 0 && conts + 1 == left && !is_second && undefined.len() <= FEW {
                let cost = cost + LOST + choice(undefined.len() + 1);
                let is_last = self.slots.len() == s + conts;
                let stripped = Some((0xa0, STRIPPED)).filter(|_| !is_last);
                let others = undefined.iter().chain(&[0xad]).map(|b| (*b, 0));
                for (b, more) in others.chain(stripped) {
                    let bits = bits << 6 | u32::from(b & 0x3f);
                    self.fill(s, left - 1, bits, cost + more, 1, out);
                }
            }
            return self.fill(
                s + 1,
                left - 1,
                bits << 6 | u32::from(slot.byte & 0x3f),
                cost,
                lost,
                out,
            );
        }
        // Of four bytes two tell too little: `ðŸ Nouvelle`.
        if lost == 2 || lost == 1 && self.want == 3 {
            return;
        }
        // The lead byte of punctuation.
        let is_e2 = self.slots[self.lead].byte == 0xe2;
        let is_bare = is_e2 && self.is_bare();
        let mut try_all = |set: &[u8], taken: usize, more: Cost| {
            // Of many bytes only one may be missing, but for the punctuation
            // of E2 80: `â` alone was `’`.
            let e280 = is_e2 && bits & 0x3f == 0;
            if set.len() > FEW && lost > 0 && !e280 {
                return;
            }
            let each = LOST + choice(set.len()) + more;
            for &b in set {
                let quote = is_bare && (e280 || b == 0x80);
                let each = if quote { each.min(LOST + NAT) } else { each };
                let bits = bits << 6 | u32::from(b & 0x3f);
                self.fill(s + taken, left - 1, bits, cost + each, lost + 1, out);
            }
        };
        let shown = next.map(|k| self.line[k.piece as usize].c);
        let undefined = self.undefined;
        let is_among_small = self.slots[self.lead].byte == LOST_LEAD
            && undefined.iter().all(|b| *b < SMALL_LETTERS[0])
            && self.is_among_small(s);
        match shown {
            // `Ã ` was `à`: A0 shows as a no-break space, and became a space.
            // But `â? ` is no dagger.
            Some(' ') if lost > 0 && is_e2 => {}
            // Few pictures end in it, and many in a byte that was dropped: `ðŸ” Search`.
            Some(' ') => {
                try_all(&[0xa0], 1, if self.want == 3 { PICTURE } else { 0 });
                // Some put a space for what is no character: `KovaÄ eviÄ‡`, `â€œYesâ€ , he said`.
                let after = self.slots.get(s + 1).map(|k| self.line[k.piece as usize].c);
                let is_end = matches!(after, Some(' ' | ',' | ';' | ':' | '!' | '?' | ')'));
                if self.want < 3 && (!is_e2 || is_end) {
                    try_all(undefined, 1, if is_e2 { 0 } else { BLANKED });
                }
            }
            Some('?') => {
                try_all(undefined, 1, 0);
                // `PaÃ?s`: of a soft hyphen a question mark was left.
                try_all(&[0xad], 1, 2 * NAT);
                // `â?™` was `â€™`: windows-1252 had no `€` at first.
                let is_second = s == self.lead + 1;
                if is_e2 && is_second && self.layer.misread == Charset::WINDOWS_1252 {
                    try_all(&[0x80], 1, 2 * NAT);
                }
            }
            Some(LOST_BYTE) => {
                try_all(undefined, 1, 0);
                // Others may be lost, too, where no capital is: `corazÃ\u{fffd}n`.
                if is_among_small {
                    try_all(&SMALL_LETTERS, 1, HARDLY);
                }
                // Another layer lost it: `possÃƒÂvel`. If a space is next, that was a byte of it
                // as a rule; but `ÃƒÂ la` had one more.
                if next.is_some_and(|k| self.line[k.piece as usize].inferred) {
                    try_all(&[0xad], 1, choice(undefined.len().max(1)));
                    let after = |n: usize| self.slots.get(s + n).map_or(0, |k| k.byte);
                    if after(1) == b' ' {
                        try_all(&[0xa0], 2, NAT);
                        if after(2).is_ascii_alphanumeric() {
                            try_all(&[0xa0], 1, 2 * NAT);
                        }
                    }
                }
            }
            // Smart punctuation made plain: `â"¢` was `™`, `ÃY` was `ß`.
            // But of `"שלום"` the quote that is left is the one that closes it.
            // But `ðŸ"¥` was either `🔥` or `📥`.
            Some('"') if self.want == 3 => {}
            Some('"') => {
                let closes = self.closes(s, '"');
                try_all(&[0x84, 0x93, 0x94], 1, if closes { CLOSES } else { 0 });
            }
            // Of `'Адрес'` it is that, and `Ð°Ð´Ñ€ÐµÑ'` had its last byte dropped.
            Some('\'') => {
                let closes = self.closes_text(s, '\'');
                try_all(&[0x82, 0x91, 0x92], 1, if closes { CLOSES_TEXT } else { 0 });
            }
            Some('-') => try_all(&[0x96, 0x97], 1, 0),
            Some('Y') => try_all(&[0x9f], 1, 0),
            Some('.') if self.is_ellipsis(s) => try_all(&[0x85], DOTS, 0),
            _ => {}
        }
        // Compatibility characters made plain: `donâ€TMt`, `mÃ3vil`.
        let single = self.layer.single.unwrap_or_default();
        let rest = &self.line[next.map_or(self.line.len(), |k| k.piece as usize)..];
        if let Some((c, taken)) = image(rest.iter().map(|p| p.c))
            && let byte @ 0x80..=0xbf = READINGS.row(c).bytes[single]
        {
            // An `o` is a letter as a rule.
            let more = if matches!(c, 'ª' | 'º' | '›' | '‹') {
                HARDLY
            } else {
                0
            };
            try_all(&[byte], taken, more);
        }
        // Stripped: soft hyphens, and bytes that are no character or a control;
        // hardly after the `Ã` of `Ã la`, where a no-break space became the space, or
        // that of `Ã?©`, where something else did.
        let is_closed = shown == Some(' ') && self.is_closed_after(s);
        let is_shown = match shown {
            Some(' ') => is_closed || self.begins_word(),
            Some('?') => self.slots.get(s + 1).is_some_and(|k| k.byte >= 0x80),
            _ => false,
        };
        let hardly = if is_shown { HARDLY } else { 0 };
        // Who drops controls drops soft hyphens, too, and each of them as likely.
        let of_many = match undefined.len() > FEW {
            true => choice(undefined.len()),
            false => 0,
        };
        try_all(&[0xad], 0, hardly + of_many);
        try_all(undefined, 0, hardly);
        if shown.is_none() && self.slots[self.lead].byte == 0xc2 && !self.is_spelled() {
            // `Â` at the end of a line: the no-break space was trimmed.
            out.push(Arc {
                len: 1,
                c: None,
                cost: cost + LOST,
                inferred: true,
                pending: 0,
            });
        } else if self.want < 3
            && (self.may_lack_space(s) || shown.is_none_or(|c| c == ' '))
            && !is_closed
        {
            let is_spaced = !matches!(self.slots[self.lead].byte, 0xe3..0xea);
            let more = match shown {
                // Rather than that, the space is what was lost; but not within Japanese:
                // `ãƒ›ãƒ¼ãƒ ãƒšãƒ¼ã‚¸` was one word.
                None | Some(' ') if is_spaced => 1,
                None | Some(' ') => UNSPACED,
                Some(_) => STRIPPED + hardly + choice(undefined.len() + 1),
            };
            self.fill(
                s,
                left - 1,
                bits << 6 | 0x20,
                cost + LOST + more,
                lost + 1,
                out,
            );
        }
    }

    /// Which control was dropped between E2 and the last byte of a sign that texts are full of:
    /// `â¦` was `…`, `5 â¬` was `5 €`, and `GeForceâ¢` `GeForce™`, but `â¢ First` `• First`.
    fn second_of_sign(&self, last: u8) -> Option<u8> {
        let piece = self.slots[self.lead].piece as usize;
        let is_after_word = || {
            piece
                .checked_sub(1)
                .is_some_and(|i| self.line[i].c.is_alphanumeric())
        };
        match last {
            // `€`; `™`.
            0xac => Some(0x82),
            0xa2 if is_after_word() => Some(0x84),
            // `†`, `‡`, `•`, `…`, the narrow no-break space, `‰`, `′`, `″`, `‹`, `›`.
            0xa0 | 0xa1 | 0xa2 | 0xa6 | 0xaf | 0xb0 | 0xb2 | 0xb3 | 0xb9 | 0xba => Some(0x80),
            _ => None,
        }
    }

    /// Whether the quote at slot `s` closes one that was opened shortly before.
    fn closes(&self, s: usize, quote: char) -> bool {
        let before = &self.line[..self.slots[s].piece as usize];
        let quoted = before.iter().rev().take(QUOTED);
        quoted.filter(|p| p.c == quote).count() % 2 == 1
    }

    /// Whether the quote at slot `s`, which may be an apostrophe elsewhere, closes a text: one
    /// before it stands where a text begins, and no word goes on after it.
    fn closes_text(&self, s: usize, quote: char) -> bool {
        let at = self.slots[s].piece as usize;
        let goes_on = self.line.get(at + 1).is_some_and(|p| p.c.is_alphanumeric());
        let before = &self.line[at.saturating_sub(TEXT)..at];
        let open = before.iter().rposition(|p| p.c == quote);
        let opens = |i: usize| i == 0 || u8::try_from(before[i - 1].c).is_ok_and(lost::begins_text);
        // In `'Ð½ÐµÑ''` the next one closes it.
        let next = self.line[at..].iter().take(TEXT).skip(1);
        let is_closed_later = next.clone().position(|p| p.c == quote).is_some_and(|i| {
            let (last, after) = (self.line[at + i], self.line.get(at + i + 2));
            let goes_on = after.is_some_and(|p| p.c.is_alphanumeric() || !p.c.is_ascii());
            last.c != ' ' && !goes_on
        });
        !goes_on && !is_closed_later && open.is_some_and(opens)
    }

    /// Whether three dots stand at slot `s`.
    fn is_ellipsis(&self, s: usize) -> bool {
        is_ellipsis(self.slots[s..].iter().map(|k| k.byte))
    }

    /// Whether nothing but its lead byte is left of a sequence, as in `itâ??s`, and not
    /// at the end of a word, as in Romanian `a coborâ??`. Quotes, dashes and dots all
    /// begin with E2 80.
    fn is_bare(&self) -> bool {
        let shown = |slot: &Slot| self.line[slot.piece as usize].c;
        let rest = self.slots.get(self.lead + 1..self.lead + 3);
        let is_lost = rest.is_some_and(|rest| rest.iter().all(|slot| shown(slot) == '?'));
        let after = self.slots.get(self.lead + 3).map(shown);
        is_lost && (self.begins_word() || after.is_some_and(is_letter))
    }

    /// Whether the lead byte is after a small letter of ASCII, or what was lost, in this slot,
    /// between a capital and such a letter.
    fn is_among_small(&self, lost: usize) -> bool {
        let byte = |at: usize| self.slots.get(at).map_or(0, |slot| slot.byte);
        let before = byte(self.lead.wrapping_sub(1));
        before.is_ascii_lowercase()
            || before.is_ascii_uppercase() && byte(lost + 1).is_ascii_lowercase()
    }

    /// Whether the lead byte and the one after it are there again, right before or after them.
    fn is_in_row(&self) -> bool {
        let pair = |at: usize| Some([self.slots.get(at)?.byte, self.slots.get(at + 1)?.byte]);
        let this = pair(self.lead);
        let others = [self.lead.checked_sub(2), Some(self.lead + 2)];
        others.into_iter().flatten().any(|at| pair(at) == this)
    }

    /// Whether the lead byte is at the beginning of a word.
    fn begins_word(&self) -> bool {
        let piece = self.slots[self.lead].piece as usize;
        let before = piece.checked_sub(1).map(|i| self.line[i].c);
        before.is_none_or(char::is_whitespace)
    }

    /// Whether what stands after slot `s` ends something, as a bracket does, or a quote with a
    /// mark after it; of French marks only those without a space before them: the space of
    /// `(voilÃ )` was a byte, for no other stands there.
    fn is_closed_after(&self, s: usize) -> bool {
        let at = self.slots[s].piece as usize;
        let after = |n: usize| self.line.get(at + n).map_or(' ', |p| p.c);
        let is_end = |c| matches!(c, ',' | '.' | ')' | ']' | '}' | '_');
        let is_next = |c| is_end(c) || matches!(c, ':' | ';' | '>');
        is_end(after(1)) || matches!(after(1), '"' | '\'') && is_next(after(2))
    }

    /// Whether a no-break space may have been dropped within a text before slot `s`: not the
    /// one that was there as such, of which `Â` is left, nor that of a dagger.
    fn may_lack_space(&self, s: usize) -> bool {
        let mut left = self.slots[self.lead..s].iter().map(|k| k.byte);
        !matches!(left.next(), Some(0xc2)) && !left.eq([0x80])
    }

    /// Whether the lead byte is written as a letter within words: `TORNÂT A COLOCÂ`.
    fn is_spelled(&self) -> bool {
        let lead = self.line[self.slots[self.lead].piece as usize].c;
        let mut threes = self.line.windows(3);
        threes.any(|w| w[1].c == lead && is_letter(w[0].c) && is_letter(w[2].c))
    }
}

/// The bytes that a misread charset has no printable character for.
pub(super) fn undefined(misread: Charset) -> &'static [u8] {
    if drops_controls(misread) {
        &CONTINUATIONS[..32]
    } else {
        let all = misread.undefined();
        let end = all.partition_point(|&b| b < 0xc0);
        &all[..end]
    }
}

/// What it costs that a space was put for a byte that is no character.
const BLANKED: Cost = NAT;
/// What it costs that the space after a picture was its last byte.
const PICTURE: Cost = 6 * NAT;
/// What it costs that a quote was a byte where one is open, and how far that is looked for.
const CLOSES: Cost = 12 * NAT;
const QUOTED: usize = 64;
/// What it costs that what closes a text was a byte, and how far away its beginning is looked
/// for.
const CLOSES_TEXT: Cost = 30 * NAT;
const TEXT: usize = 256;

/// The bytes 80 to BF.
static CONTINUATIONS: [u8; 64] = {
    let mut all = [0; 64];
    let mut i = 0;
    while i < 64 {
        all[i] = 0x80 + i as u8;
        i += 1;
    }
    all
};
