//! UTF-8 read as windows-1252, by far the commonest of wrong readings, with tables of its
//! own: all of a line at once, without a look at what else it could be.

use std::sync::LazyLock;

use crate::charset::Charset;
use crate::scan;

use super::lattice::Piece;
use super::readings::{READINGS, Set, shown};
use super::utf8;

/// Its number among the single-byte charsets.
pub(super) const WINDOWS_1252: usize = 0;

/// The last character of windows-1252 is `™`.
const CHARS: usize = 0x2123;

struct Tables {
    /// The byte of each character beyond ASCII, 0 where it has none.
    byte: [u16; CHARS],
    /// For each byte beyond ASCII, the charsets in which its character could lead a sequence,
    /// and end one, and those that have it at another byte.
    leads: [Set; 128],
    ends: [Set; 128],
    elsewhere: [Set; 128],
}

/// The byte of a C1 control is that of another character, too: U+0080 is read as `€` is.
const CONTROL: u16 = 1 << 8;

static TABLES: LazyLock<Box<Tables>> = LazyLock::new(|| {
    let mut all = Box::new(Tables {
        byte: [0; CHARS],
        leads: [0; 128],
        ends: [0; 128],
        elsewhere: [0; 128],
    });
    for c in ('\u{80}'..).take(CHARS - 0x80) {
        let row = READINGS.row(c);
        let byte = row.bytes[WINDOWS_1252];
        let Some(at) = usize::from(byte).checked_sub(0x80) else {
            continue;
        };
        all.byte[c as usize] = byte.into();
        if shown(Charset::WINDOWS_1252, byte) == c {
            let [two, three, four] = row.lead;
            all.leads[at] = two | three | four;
            all.ends[at] = row.cont;
            all.elsewhere[at] = !row.as_first;
        } else {
            all.byte[c as usize] |= CONTROL;
        }
    }
    all
});

/// What a line was before it was read as windows-1252.
pub(super) struct Undone {
    pub(super) text: String,
    /// Whether every byte is shown as it is here, none as a control.
    pub(super) is_as_shown: bool,
    /// The charsets in which all that is beyond ASCII could be of sequences, which begin where it
    /// does and end where it does, and those that have any of it at another byte.
    rivals: Set,
    others: Set,
}

/// Undoes that, if all of a line beyond ASCII is UTF-8 then.
pub(super) fn undo(line: &str) -> Option<Undone> {
    let tables = &**TABLES;
    let at = |b: u8| usize::from(b & 0x7f);
    let mut rest = line.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    let mut seen = 0;
    let (mut rivals, mut others): (Set, Set) = (!(1 << WINDOWS_1252), 0);
    while !rest.is_empty() {
        let (ascii, beyond) = rest.split_at(scan::ascii_prefix(rest));
        out.extend_from_slice(ascii);
        rest = beyond;
        let start = out.len();
        loop {
            let (code, after) = match *rest {
                [a @ 0xc2..0xe0, b, ref after @ ..] => (scan::of_two(a, b), after),
                [a @ 0xe0..0xf0, b, c, ref after @ ..] => (scan::of_three(a, b, c), after),
                [0xf0..=0xff, ..] => return None,
                _ => break,
            };
            match *tables.byte.get(code)? {
                0 => return None,
                byte => {
                    out.push(byte as u8);
                    seen |= byte;
                }
            }
            rest = after;
        }
        let run = &out[start..];
        if let [first, .., last] = *run {
            // Most text that is right is told by its first letter.
            if !matches!(run, [0xc2..=0xff, 0x80..0xc0, ..]) || last >= 0xc0 {
                return None;
            }
            rivals &= tables.leads[at(first)] & tables.ends[at(last)];
            for i in run.iter().map(|b| at(*b)) {
                if rivals == 0 {
                    break;
                }
                rivals &= tables.leads[i] | tables.ends[i];
                others |= tables.elsewhere[i];
            }
        } else if !run.is_empty() {
            return None;
        }
    }
    Some(Undone {
        text: String::from_utf8(out).ok()?,
        is_as_shown: seen & CONTROL == 0,
        rivals,
        others,
    })
}

/// Where the sequence begins that a line ends in, if bytes of it are missing; of `5 â¬` it is
/// not the last, for hardly any text has what `â¬` begins.
pub(super) fn unfinished(line: &str) -> Option<usize> {
    let tables = &**TABLES;
    let byte = |c: char| tables.byte.get(c as usize).map_or(0, |byte| *byte as u8);
    let mut last = line.char_indices().rev();
    let mut after = 0;
    for there in 1.. {
        let (at, c) = last.next()?;
        match byte(c) {
            byte @ 0x80..0xc0 => after = byte,
            0xc2..=0xdf if there < 2 => return Some(at),
            0xe2 if there == 2 && utf8::is_rare_after_e2(after) => break,
            0xe0..=0xef if there < 3 => return Some(at),
            0xf0..=0xf4 if there < 4 => return Some(at),
            _ => break,
        }
    }
    None
}

impl Undone {
    /// Whether the line could be UTF-8 in another charset, too, with other bytes.
    pub(super) fn may_have_rival(&self) -> bool {
        self.rivals & self.others != 0 || !self.is_as_shown
    }
}

/// The pieces of a line that was undone to this text.
pub(super) fn pieces(line: &str, text: &str) -> Vec<Piece> {
    let line = line.as_bytes();
    let mut pieces = Vec::with_capacity(text.len());
    let mut at = 0;
    for c in text.chars() {
        let start = at;
        // As many characters as it has bytes.
        at = match c.len_utf8() {
            1 => at + 1,
            bytes => (0..bytes).fold(at, |at, _| after(line, at)),
        };
        pieces.push(Piece {
            layers: u8::from(!c.is_ascii()),
            ..Piece::new(c, start, at - start)
        });
    }
    pieces
}

/// The end of the character that begins here, of two bytes or three.
#[inline]
fn after(line: &[u8], at: usize) -> usize {
    at + 2 + usize::from(line.get(at).is_some_and(|b| *b >= 0xe0))
}

#[cfg(test)]
mod tests {
    use super::super::utf8::Entire;
    use super::*;

    #[test]
    fn what_is_read_as_another_character_is_a_control() {
        for c in ('\u{a0}'..).take(0x4000) {
            let byte = READINGS.row(c).bytes[WINDOWS_1252];
            let is_it = shown(Charset::WINDOWS_1252, byte) == c && (c as usize) < CHARS;
            assert!(byte == 0 || is_it, "{c}");
        }
    }

    #[test]
    fn what_may_have_a_rival_is_never_missed() {
        let texts = [
            "é",
            "déjà vu",
            "naïveté €5",
            "привет, мир",
            "तीन",
            "日本語",
            "😀 ok",
            "ÂÃ©",
        ];
        for text in texts {
            let line = Charset::WINDOWS_1252.misread(text.as_bytes());
            let undone = undo(&line).unwrap();
            assert_eq!(undone.text, text);
            let entire = Entire::of(line.chars());
            assert_eq!(entire.first(), Some(WINDOWS_1252));
            let has_rival = entire.has_rival(WINDOWS_1252, line.chars());
            assert!(undone.may_have_rival() || !has_rival, "{line}");
        }
        for text in ["déjà", "Ã", "Â a", "Ã©à", "привет", "\u{e9}\u{2122}"] {
            assert!(undo(text).is_none(), "{text}");
        }
    }
}
