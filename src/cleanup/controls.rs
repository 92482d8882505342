//! Control characters.

use super::{Changes, beyond_ascii};
use crate::charset::Charset;

/// C1 controls become what windows-1252 has in their place: whoever read `“`
/// (byte 93) as ISO-8859-1 got U+0093. Where it has nothing, they stay.
pub(super) fn c1(text: &str, out: &mut Changes) {
    for (at, c) in beyond_ascii(text) {
        if let Some(after) = as_windows_1252(c) {
            out.replace(at..at + c.len_utf8(), after.encode_utf8(&mut [0; 4]));
        }
    }
}

/// `None` also for the five C1 controls that windows-1252 leaves undefined.
pub(super) fn as_windows_1252(c: char) -> Option<char> {
    let byte = u8::try_from(c).ok().filter(|byte| (0x80..=0x9f).contains(byte))?;
    let c = Charset::WINDOWS_1252.misread(&[byte]).chars().next()?;
    (!c.is_control()).then_some(c)
}

/// Removes C0 controls and U+007F, but for tab, line feed, carriage return and
/// form feed, which stand for space, and U+001F, which has its own switch.
pub(super) fn remove(text: &str, out: &mut Changes) {
    for (at, byte) in text.bytes().enumerate() {
        if matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1e | 0x7f) {
            out.remove(at..at + 1);
        }
    }
}

pub(super) fn unit_separators(text: &str, out: &mut Changes) {
    for at in memchr::memchr_iter(0x1f, text.as_bytes()) {
        out.remove(at..at + 1);
    }
}
