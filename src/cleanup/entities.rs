//! HTML references become characters: `caf&eacute;` → `café`.

use std::collections::HashMap;
use std::sync::LazyLock;

use htmlize::ENTITIES;
use memchr::memchr_iter;

use super::Changes;

/// `&CounterClockwiseContourIntegral;`, the longest, has 33 characters.
const LONGEST: usize = 40;

/// Decodes the references that end in `;`. Lines with markup are left alone,
/// unless `in_markup`: `<a title="a &amp; b">` is right as it is.
pub(super) fn decode(text: &str, in_markup: bool, out: &mut Changes) {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        if has_reference(line) && (in_markup || !has_markup(line)) {
            decode_line(line, start, out);
        }
        start += line.len();
    }
}

/// Whether anything has the form of a reference: `R&D` has not.
fn has_reference(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr_iter(b'&', bytes).any(|at| {
        let name = bytes[at + 1..].iter().take(LONGEST);
        let mut after = name.skip_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#');
        after.next() == Some(&b';')
    })
}

/// Whether a tag, comment or declaration starts here as the HTML standard has
/// it; `3 < 4` and `<3` are text.
fn has_markup(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr_iter(b'<', bytes).any(|at| {
        let next = bytes.get(at + 1);
        next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
    })
}

/// A character of the decoded line and what it was read from.
struct Cell {
    c: char,
    start: usize,
    end: usize,
    decoded: bool,
}

/// Each `;` is looked at with what has been decoded before it, so `&amp;amp;`
/// takes one pass however deep it goes: every decoding takes characters away.
fn decode_line(line: &str, offset: usize, out: &mut Changes) {
    let mut cells: Vec<Cell> = Vec::with_capacity(line.len());
    for (start, c) in line.char_indices() {
        let (start, end) = (offset + start, offset + start + c.len_utf8());
        cells.push(Cell {
            c,
            start,
            end,
            decoded: false,
        });
        while cells.last().is_some_and(|cell| cell.c == ';') {
            let Some((from, after)) = reference(&cells) else {
                break;
            };
            let span = cells[from].start..end;
            cells.truncate(from);
            let mut start = span.start;
            for c in after.chars() {
                cells.push(Cell {
                    c,
                    start,
                    end: span.end,
                    decoded: true,
                });
                start = span.end;
            }
        }
    }
    for run in cells.chunk_by(|a, b| a.decoded == b.decoded) {
        if run[0].decoded {
            let after: String = run.iter().map(|cell| cell.c).collect();
            out.replace(run[0].start..run[run.len() - 1].end, &after);
        }
    }
}

/// The reference that the last cell ends: where it starts, and its characters.
fn reference(cells: &[Cell]) -> Option<(usize, String)> {
    let end = cells.len() - 1;
    let from = (end.saturating_sub(LONGEST)..end)
        .rev()
        .take_while(|&i| cells[i].c.is_ascii_alphanumeric() || matches!(cells[i].c, '#' | '&'))
        .find(|&i| cells[i].c == '&')?;
    let name: String = cells[from..].iter().map(|cell| cell.c).collect();
    let after = match name
        .strip_prefix("&#")
        .and_then(|number| number.strip_suffix(';'))
    {
        Some(number) => character(code(number)?)?.to_string(),
        None => named(&name)?.to_owned(),
    };
    Some((from, after))
}

/// The number of a numeric reference: `233` or `xE9`.
pub(super) fn code(number: &str) -> Option<u32> {
    match number.strip_prefix(['x', 'X']) {
        Some(hex) if hex.starts_with(|c: char| c.is_ascii_hexdigit()) => {
            u32::from_str_radix(hex, 16).ok()
        }
        None if number.starts_with(|c: char| c.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    }
}

/// As the HTML standard reads numbers, but for those that it reads as U+FFFD
/// or as controls: `&#150;` is `–`, `&#27;` stays.
fn character(code: u32) -> Option<char> {
    match code {
        0x80..=0x9f => super::controls::as_windows_1252(char::from(code as u8)),
        9 | 10 | 13 => char::from_u32(code),
        _ => char::from_u32(code).filter(|c| !c.is_control()),
    }
}

fn named(name: &str) -> Option<&'static str> {
    match ENTITIES.get(name.as_bytes()) {
        Some(value) => str::from_utf8(value).ok(),
        None => CAPITALS.get(name).map(String::as_str),
    }
}

/// Names written in capitals, as in text that was upper-cased: `&EACUTE;`.
/// Left out where the spellings differ in more than case: `&DAGGER;` may be
/// `&dagger;` (†) or `&Dagger;` (‡).
static CAPITALS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut capitals: HashMap<String, Option<String>> = HashMap::new();
    for (name, value) in &ENTITIES {
        let name = String::from_utf8_lossy(name).to_ascii_uppercase();
        let value = String::from_utf8_lossy(value).to_uppercase();
        capitals
            .entry(name)
            .and_modify(|known| *known = known.take().filter(|known| *known == value))
            .or_insert(Some(value));
    }
    capitals
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
});
