//! EBCDIC: the charsets of IBM's mainframes, in which space is 40 and digits
//! are F0-F9.

use crate::Charset;

/// Whether a charset is EBCDIC.
pub(super) fn is(charset: Charset) -> bool {
    charset
        .decode_table()
        .is_some_and(|chars| chars[0x40] == ' ')
}

/// Whether bytes may be EBCDIC: enough of 40 for spaces, hardly any of 20, and
/// few controls but line ends.
pub(super) fn is_likely(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(4096)];
    let count = |is: fn(u8) -> bool| bytes.iter().filter(|&&b| is(b)).count();
    let spaces = count(|b| b == 0x40);
    let ends = count(|b| matches!(b, b'\t' | b'\n' | b'\r' | 0x05 | 0x15 | 0x25));
    let low = count(|b| b < 0x40) - ends;
    spaces * 20 >= bytes.len().max(20) && low * 50 <= bytes.len()
}
