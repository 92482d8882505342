//! Johab (KS C 5601-1992, annex 3; Windows code page 1361): the Korean syllables
//! composed in 15 bits, and the rest of KS X 1001 in a rearrangement.
//!
//! A syllable's two bytes are a set bit and three *jamo* of five bits each: the
//! initial consonant, the vowel, the final consonant. `한` is D0 65. A lone jamo
//! has *fillers* for the other two.

use super::multi_byte::EUC_KR;

/// The character of one or two bytes.
pub(super) fn decode_code(code: &[u8]) -> Option<char> {
    match *code {
        [byte @ 0..=0x7F] => Some(char::from(byte)),
        [lead @ 0x84..=0xD3, trail] => hangul(u16::from_be_bytes([lead, trail])),
        [lead @ 0xD9..=0xF9, trail] => symbol(lead, trail),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Jamo {
    Filler,
    Number(u32),
}

fn hangul(code: u16) -> Option<char> {
    use Jamo::{Filler, Number};
    let [initial, vowel, last] = [code >> 10, code >> 5, code].map(|bits| u32::from(bits & 31));
    let initial = match initial {
        1 => Filler,
        2..=20 => Number(initial - 2),
        _ => return None,
    };
    // The numbers skip what cannot be told from a control byte.
    let vowel = match vowel {
        2 => Filler,
        3..=7 => Number(vowel - 3),
        10..=15 => Number(vowel - 5),
        18..=23 => Number(vowel - 7),
        26..=29 => Number(vowel - 9),
        _ => return None,
    };
    let last = match last {
        1 => Filler,
        2..=17 => Number(last - 2),
        19..=29 => Number(last - 3),
        _ => return None,
    };
    match (initial, vowel, last) {
        (Number(initial), Number(vowel), Filler) => syllable(initial, vowel, 0),
        (Number(initial), Number(vowel), Number(last)) => syllable(initial, vowel, last + 1),
        (Filler, Filler, Filler) => Some('\u{3000}'),
        (Number(initial), Filler, Filler) => nth("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", initial),
        (Filler, Number(vowel), Filler) => char::from_u32('ㅏ' as u32 + vowel),
        (Filler, Filler, Number(last)) => nth(
            "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ",
            last,
        ),
        _ => None,
    }
}

/// Unicode's order: 19 initials of 21 vowels of 28 finals, the first none.
fn syllable(initial: u32, vowel: u32, last: u32) -> Option<char> {
    char::from_u32('가' as u32 + (initial * 21 + vowel) * 28 + last)
}

fn nth(chars: &str, number: u32) -> Option<char> {
    chars.chars().nth(number as usize)
}

/// Symbols (D9-DE) and hanja (E0-F9): two rows of KS X 1001 a lead byte.
fn symbol(lead: u8, trail: u8) -> Option<char> {
    let place = match trail {
        0x31..=0x7E => trail - 0x31,
        0x91..=0xFE => trail - 0x91 + 78,
        _ => return None,
    };
    let first = match lead {
        0xD9..=0xDE => (lead - 0xD9) * 2 + 0xA1,
        0xE0..=0xF9 => (lead - 0xE0) * 2 + 0xCA,
        _ => return None,
    };
    let (row, cell) = (first + place / 94, 0xA1 + place % 94);
    // The jamo of row A4 have the codes of syllables with fillers.
    let jamo = row == 0xA4 && cell <= 0xD3;
    if jamo {
        None
    } else {
        EUC_KR.decode_code(&[row, cell])
    }
}
