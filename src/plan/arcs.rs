//! What the bytes from a slot on can be read as in the true charset.

use crate::charset::Charset;
use crate::model::{Cost, NAT};

use super::lattice::{Arc, Layer, Piece, Slot};
use super::readings::shown;

/// A byte filled in: what believing in one costs.
const LOST: Cost = NAT;
/// A byte that shows as U+FFFD or `?`: one of many.
const ANY: Cost = 2 * NAT;

/// The arcs from slot `s`, which holds a byte beyond ASCII.
pub(super) fn arcs(slots: &[Slot], s: usize, line: &[Piece], layer: &Layer, out: &mut Vec<Arc>) {
    if layer.truth == Charset::UTF_8 {
        utf8(slots, s, line, layer, out);
    } else if layer.truth.is_single_byte() {
        let c = shown(layer.truth, slots[s].byte);
        if c != char::REPLACEMENT_CHARACTER && !is_c1(c) {
            // A letter hardly ever stood for a no-break space or soft hyphen.
            let cost = if matches!(c, '\u{a0}' | '\u{ad}') { 10 * NAT } else { 0 };
            out.push(Arc { len: 1, c: Some(c), cost, inferred: false });
        }
    } else {
        multi(slots, s, layer.truth, out);
    }
}

/// Whether a filled-in character could be what stood there: nobody misses an
/// exotic space or a formatting mark.
fn is_visible(c: char) -> bool {
    let hidden = c.is_control() || c.is_whitespace();
    !hidden && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{f0000}'..)
}

fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

/// A character of a legacy multi-byte charset.
fn multi(slots: &[Slot], s: usize, truth: Charset, out: &mut Vec<Arc>) {
    let one = [slots[s].byte];
    if let Some(c) = only(truth, &one) {
        out.push(Arc { len: 1, c: Some(c), cost: 0, inferred: false });
    }
    let Some(next) = slots.get(s + 1) else { return };
    if next.byte < 0x30 {
        return;
    }
    if let Some(c) = only(truth, &[one[0], next.byte]) {
        out.push(Arc { len: 2, c: Some(c), cost: 0, inferred: false });
    }
}

/// The one character that these bytes are.
fn only(charset: Charset, bytes: &[u8]) -> Option<char> {
    let text = charset.decode_strict(bytes)?;
    let mut chars = text.chars();
    let c = chars.next()?;
    (chars.next().is_none() && !c.is_ascii() && c != char::REPLACEMENT_CHARACTER).then_some(c)
}

/// A UTF-8 sequence, with continuation bytes lost on the way filled in.
fn utf8(slots: &[Slot], s: usize, line: &[Piece], layer: &Layer, out: &mut Vec<Arc>) {
    let lead = slots[s].byte;
    let (want, bits) = match lead {
        0xc2..=0xdf => (1, u32::from(lead & 0x1f)),
        0xe0..=0xef => (2, u32::from(lead & 0x0f)),
        0xf0..=0xf4 => (3, u32::from(lead & 0x07)),
        _ => return,
    };
    let exact = continuations(slots, s + 1, want, bits);
    if let Some(c) = exact.and_then(|bits| scalar(bits, want)) {
        out.push(Arc { len: want as u8 + 1, c: Some(c), cost: 0, inferred: false });
        return;
    }
    if layer.lossy {
        let filling = Filling { slots, line, layer, lead: s, want };
        filling.fill(s + 1, want, bits, 0, 0, out);
    }
}

/// The code point that `want` continuation bytes from `s` on complete.
fn continuations(slots: &[Slot], s: usize, want: usize, bits: u32) -> Option<u32> {
    slots.get(s..s + want)?.iter().try_fold(bits, |bits, slot| {
        let b = slot.byte;
        (b & 0xc0 == 0x80).then_some(bits << 6 | u32::from(b & 0x3f))
    })
}

/// A scalar value that needs exactly so many continuation bytes; no control.
fn scalar(bits: u32, want: usize) -> Option<char> {
    let least = [0x80, 0x800, 0x1_0000][want - 1];
    char::from_u32(bits).filter(|_| bits >= least)
}

struct Filling<'a> {
    slots: &'a [Slot],
    line: &'a [Piece],
    layer: &'a Layer,
    lead: usize,
    want: usize,
}

impl Filling<'_> {
    /// Reads the continuation bytes still wanted from slot `s` on, where at
    /// most two are missing.
    fn fill(&self, s: usize, left: usize, bits: u32, cost: Cost, lost: u8, out: &mut Vec<Arc>) {
        if left == 0 {
            if let Some(c) = scalar(bits, self.want).filter(|&c| is_visible(c) || c == '\u{a0}') {
                let len = (s - self.lead) as u8;
                out.push(Arc { len, c: Some(c), cost, inferred: true });
            }
            return;
        }
        let next = self.slots.get(s).copied();
        if let Some(slot) = next.filter(|k| k.byte & 0xc0 == 0x80) {
            return self.fill(s + 1, left - 1, bits << 6 | u32::from(slot.byte & 0x3f), cost, lost, out);
        }
        if lost == 2 {
            return;
        }
        let mut try_all = |set: &[u8], taken: usize, each: Cost| {
            // Of many bytes only one may be missing, but for the punctuation
            // of E2 80: `â` alone was `’`.
            let e280 = self.slots[self.lead].byte == 0xe2 && bits & 0x3f == 0;
            if set.len() > 8 && lost > 0 && !e280 {
                return;
            }
            for &b in set {
                let bits = bits << 6 | u32::from(b & 0x3f);
                self.fill(s + taken, left - 1, bits, cost + each, lost + 1, out);
            }
        };
        let shown = next.map(|k| self.line[k.piece as usize].c);
        let undefined = self.undefined();
        match shown {
            // `Ã ` was `à`: A0 shows as a no-break space, and became a space.
            Some(' ') => try_all(&[0xa0], 1, LOST),
            Some('?') => try_all(undefined, 1, LOST),
            Some('\u{fffd}') => {
                if undefined.is_empty() {
                    let all: Vec<u8> = (0x80..=0xbf).collect();
                    try_all(&all, 1, ANY);
                } else {
                    try_all(undefined, 1, LOST);
                }
            }
            _ => {}
        }
        // Stripped: soft hyphens, and bytes that are no character or a control.
        if self.layer.single.is_some() {
            try_all(&[0xad], 0, LOST);
            try_all(undefined, 0, LOST);
            let last = shown.is_none_or(|c| c == ' ');
            if shown.is_none() && self.slots[self.lead].byte == 0xc2 {
                // `Â` before the end of a line: the no-break space was trimmed.
                out.push(Arc { len: 1, c: None, cost: cost + LOST, inferred: true });
            } else if last {
                self.fill(s, left - 1, bits << 6 | 0x20, cost + LOST, lost + 1, out);
            }
        }
    }

    /// The bytes that the misread charset has no printable character for.
    fn undefined(&self) -> &'static [u8] {
        static C1: [u8; 32] = {
            let mut all = [0; 32];
            let mut i = 0;
            while i < 32 {
                all[i] = 0x80 + i as u8;
                i += 1;
            }
            all
        };
        if self.layer.misread.name().starts_with("iso-8859-") {
            &C1
        } else {
            let all = self.layer.misread.undefined();
            let end = all.partition_point(|&b| b < 0xc0);
            &all[..end]
        }
    }
}
