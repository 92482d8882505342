//! EUC-TW: planes 1 and 2 of Taiwan's CNS 11643, the characters of Big5.
//!
//! A character of plane 1 has two bytes, or four with a prefix, as those of plane
//! 2 have: 8E, and A1 or A2 for the plane. The planes from 3 on, rare names
//! mostly, are left out.

use super::euc_tw_runs::{OTHERS, RUNS};
use super::multi_byte::BIG5;

/// The character of one, two or four bytes.
pub(super) fn decode_code(code: &[u8]) -> Option<char> {
    let (plane, row, cell) = match *code {
        [byte @ 0..=0x7F] => return Some(char::from(byte)),
        [row, cell] => (0, row, cell),
        [0x8E, plane @ 0xA1..=0xA2, row, cell] => (plane - 0xA1, row, cell),
        _ => return None,
    };
    if !(0xA1..=0xFE).contains(&row) || !(0xA1..=0xFE).contains(&cell) {
        return None;
    }
    let [plane, row, cell] = [plane, row - 0xA1, cell - 0xA1].map(u16::from);
    let place = (plane * 94 + row) * 94 + cell;
    if let Ok(other) = OTHERS.binary_search_by_key(&place, |&(place, _)| place) {
        return Some(OTHERS[other].1);
    }
    let run = RUNS
        .partition_point(|&(start, ..)| start <= place)
        .checked_sub(1)?;
    let (start, len, big5) = RUNS[run];
    let offset = place - start;
    if offset < len {
        big5_char(big5 + offset)
    } else {
        None
    }
}

/// The character at a Big5 pointer: 157 places a lead byte.
fn big5_char(pointer: u16) -> Option<char> {
    let [lead, trail] = [pointer / 157, pointer % 157];
    let trail = trail + if trail < 0x3F { 0x40 } else { 0x62 };
    BIG5.decode_code(&[u8::try_from(lead + 0x81).ok()?, u8::try_from(trail).ok()?])
}
