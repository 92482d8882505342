//! Sequences read again: of a text that was misread as windows-1252, those that chance to
//! be UTF-8 were read as it, so that `ÏµÍ³`, `系统` in GBK, became `ϵͳ`.

use super::Charset;

/// Whether windows-1252 shows a byte so, or Latin-1 does.
pub(crate) fn is_of_one_byte(c: char) -> bool {
    let table = Charset::WINDOWS_1252.decode_table();
    c < '\u{100}' || table.is_some_and(|table| table[0x80..0xa0].contains(&c))
}

/// What stood there before: a character of windows-1252 itself, and for any other the bytes
/// of its sequence, as windows-1252 shows them.
pub(crate) fn before(c: char) -> impl Iterator<Item = char> {
    let mut bytes = [0; 4];
    let len = match is_of_one_byte(c) {
        true => 0,
        false => c.encode_utf8(&mut bytes).len(),
    };
    let shown = move |b: u8| match Charset::WINDOWS_1252.decode_table() {
        Some(table) => table[usize::from(b)],
        None => char::from(b),
    };
    let itself = Some(c).filter(|_| len == 0);
    itself
        .into_iter()
        .chain(bytes.into_iter().take(len).map(shown))
}
