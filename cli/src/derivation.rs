//! How one edit's text was broken, step by step: the bytes under the
//! characters, and what these bytes were read as. Made from the edit alone,
//! by breaking what it puts there again along its chain.

use std::borrow::Cow;

use unbake::{Charset, Edit, Step};

use crate::visible;

/// Characters and bytes in rows, what belongs together in one column.
pub(crate) struct Derivation {
    /// From the damaged text at the top to what it was at the bottom.
    pub(crate) rows: Vec<Row>,
    /// Only the beginning of the edit is shown.
    pub(crate) cut: bool,
}

pub(crate) struct Row {
    /// What the row is: `windows-1252`, or `as utf-8`.
    pub(crate) label: String,
    /// Whether it is of bytes, in hex.
    pub(crate) bytes: bool,
    pub(crate) cells: Vec<Cell>,
}

pub(crate) struct Cell {
    pub(crate) shown: String,
    /// Counted from 0.
    pub(crate) column: usize,
    /// The cell of the row below under which this one starts.
    below: Option<usize>,
}

/// Longer edits are cut to so many characters: the rest is more of the same.
const LONGEST: usize = 12;

impl Derivation {
    /// Nothing for a chain whose steps have no bytes to show.
    pub(crate) fn new(before: &str, edit: &Edit) -> Option<Derivation> {
        let steps = edit.chain.steps();
        if !steps
            .iter()
            .any(|step| matches!(step, Step::Misread { .. }))
        {
            return None;
        }
        let after = unescaped(edit)?;
        let (part, cut) = match after.char_indices().nth(LONGEST) {
            Some((at, _)) => (&after[..at], true),
            None => (&after[..], false),
        };
        let mut text = part.to_owned();
        // From the bottom to the top.
        let mut rows = Vec::new();
        for (i, step) in steps.iter().enumerate() {
            let known = match step {
                Step::Misread { truth, misread } => {
                    let read = row(format!("as {truth}"), text.chars().map(shown));
                    text = misreading(&text, *truth, *misread, read, &mut rows)?;
                    true
                }
                Step::Lowercase => {
                    rows.push(row("before it was lower-cased".to_owned(), [shown(&text)]));
                    text = text.to_lowercase();
                    true
                }
                Step::Uppercase => {
                    rows.push(row("before it was upper-cased".to_owned(), [shown(&text)]));
                    text = text.to_uppercase();
                    true
                }
                // There are many ways to write a reference.
                _ => {
                    rows.push(row(format!("without {step}"), [shown(&text)]));
                    false
                }
            };
            if !known {
                if i + 1 < steps.len() {
                    return None;
                }
                text.clear();
            }
        }
        // `Gerã¤T` has a capital that small letters had not.
        let is_change = |s: &Step| matches!(s, Step::Lowercase | Step::Uppercase);
        if text.to_lowercase() == before.to_lowercase() && steps.iter().any(is_change) {
            before.clone_into(&mut text);
        }
        let there = if cut {
            before.starts_with(&text) && !text.is_empty()
        } else {
            text == before
        };
        if there {
            let mut top = row("there".to_owned(), text.chars().map(shown));
            link_to_bytes(&mut top, &rows, &text, steps.last());
            rows.push(top);
        } else {
            if !text.is_empty() {
                let mut top = row("before bytes were lost".to_owned(), text.chars().map(shown));
                link_to_bytes(&mut top, &rows, &text, steps.last());
                rows.push(top);
            }
            let start: String = before
                .chars()
                .take(if cut { LONGEST } else { usize::MAX })
                .collect();
            rows.push(row("there".to_owned(), [shown(start)]));
        }
        rows.reverse();
        let mut derivation = Derivation { rows, cut };
        derivation.set_columns();
        Some(derivation)
    }

    /// Moves cells to the right until those that belong together are in one
    /// column and no two of a row are.
    fn set_columns(&mut self) {
        loop {
            let mut moved = false;
            for at in 0..self.rows.len() {
                let mut least = 0;
                for i in 0..self.rows[at].cells.len() {
                    let cell = &self.rows[at].cells[i];
                    let mut column = cell.column.max(least);
                    if let Some(below) = cell.below {
                        let below = &mut self.rows[at + 1].cells[below];
                        column = column.max(below.column);
                        moved |= below.column != column;
                        below.column = column;
                    }
                    let cell = &mut self.rows[at].cells[i];
                    moved |= cell.column != column;
                    cell.column = column;
                    least = column + 1;
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// Lines of plain text, in which wide characters take two places.
    pub(crate) fn lines(&self) -> Vec<String> {
        let columns = self
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .map(|cell| cell.column + 1);
        let columns = columns.max().unwrap_or(0);
        // Where each column starts on the line.
        let mut starts = vec![0; columns + 1];
        for column in 0..=columns {
            if column > 0 {
                starts[column] = starts[column].max(starts[column - 1]);
            }
            for row in &self.rows {
                let next = row.cells.partition_point(|cell| cell.column < column);
                let ends = next == row.cells.len() && column == columns;
                let here = row
                    .cells
                    .get(next)
                    .is_some_and(|cell| cell.column == column);
                if let Some(before) = next.checked_sub(1).filter(|_| here || ends) {
                    let before = &row.cells[before];
                    let end = starts[before.column] + visible::width(&before.shown) + 1;
                    starts[column] = starts[column].max(end);
                }
            }
        }
        self.rows
            .iter()
            .map(|row| {
                let (mut line, mut at) = (String::new(), 0);
                for cell in &row.cells {
                    line.extend(std::iter::repeat_n(' ', starts[cell.column] - at));
                    line.push_str(&cell.shown);
                    at = starts[cell.column] + visible::width(&cell.shown);
                }
                let more = if self.cut { "… " } else { "  " };
                line.extend(std::iter::repeat_n(' ', starts[columns] - at));
                format!("{line}{more}{}", row.label)
            })
            .collect()
    }
}

/// What an edit put there, before it was escaped again as what had been there was:
/// `é`, where `%C3%A9` stands for `%C3%83%C2%A9`. Nothing if that is no text.
fn unescaped(edit: &Edit) -> Option<Cow<'_, str>> {
    if edit.chain.steps().last() != Some(&Step::Percent) {
        return Some(Cow::Borrowed(&edit.after));
    }
    let mut parts = edit.after.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let escape = part.split_at_checked(2);
        match escape.and_then(|(hex, rest)| Some((byte(hex)?, rest))) {
            Some((byte, rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// `C3`
fn byte(hex: &str) -> Option<u8> {
    let is_hex = hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(hex, 16).ok().filter(|_| is_hex)
}

fn row<S: Into<String>>(label: String, cells: impl IntoIterator<Item = S>) -> Row {
    let cells = cells.into_iter().map(|shown| Cell {
        shown: shown.into(),
        column: 0,
        below: None,
    });
    Row {
        label,
        bytes: false,
        cells: cells.collect(),
    }
}

fn shown(text: impl ToString) -> String {
    visible::line(&text.to_string())
}

/// Adds the text that was there and its bytes; gives what they were read as.
fn misreading(
    text: &str,
    truth: Charset,
    misread: Charset,
    mut read: Row,
    rows: &mut Vec<Row>,
) -> Option<String> {
    // What the text became in an earlier step has bytes below it.
    if let Some(Row { bytes: true, .. }) = rows.last() {
        link(&mut read, rows, text);
    }
    let mut bytes = row(misread.to_string(), Vec::<String>::new());
    bytes.bytes = true;
    let mut all = Vec::new();
    for (i, char) in text.chars().enumerate() {
        let code = truth.encode(char.encode_utf8(&mut [0; 4])).ok()?;
        for (j, byte) in code.iter().enumerate() {
            bytes.cells.push(Cell {
                shown: format!("{byte:02X}"),
                column: 0,
                below: (j == 0).then_some(i),
            });
        }
        all.extend(code);
    }
    rows.push(read);
    rows.push(bytes);
    Some(misread.misread(&all))
}

fn link_to_bytes(top: &mut Row, rows: &[Row], text: &str, step: Option<&Step>) {
    if matches!(step, Some(Step::Misread { .. })) {
        link(top, rows, text);
    }
}

/// Puts each character over the first of its bytes, which are the last row.
fn link(chars: &mut Row, rows: &[Row], text: &str) {
    let Some(row) = rows.last() else { return };
    let Some(charset) = Charset::for_label(&row.label) else {
        return;
    };
    let bytes: Vec<u8> = row
        .cells
        .iter()
        .filter_map(|cell| u8::from_str_radix(&cell.shown, 16).ok())
        .collect();
    let mut at = 0;
    for (cell, char) in chars.cells.iter_mut().zip(text.chars()) {
        if at >= bytes.len() {
            return;
        }
        cell.below = Some(at);
        // The fewest bytes that show as this character.
        at += (1..=4)
            .find(|&len| {
                let code = bytes.get(at..at + len);
                code.is_some_and(|code| charset.misread(code) == char.to_string())
            })
            .unwrap_or(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let repair = unbake::repair(text);
        let edit = &repair.edits()[0];
        Derivation::new(&text[edit.span.clone()], edit)
            .unwrap()
            .lines()
    }

    #[test]
    fn bytes_stand_under_their_characters() {
        assert_eq!(
            lines("un ÃƒÂ©tÃƒÂ© trÃƒÂ¨s chaud"),
            [
                "Ã  ƒ  Â  ©    there",
                "C3 83 C2 A9   windows-1252",
                "Ã     ©       as utf-8",
                "C3    A9      windows-1252",
                "é             as utf-8",
            ]
        );
    }

    /// The edit has what is to stand there, which is escaped.
    #[test]
    fn bytes_are_those_of_what_escapes_stand_for() {
        let bytes = |line: &str| lines(line)[1..].to_vec();
        for (line, as_it_was, without) in [
            (
                "caf%C3%83%C2%A9",
                "%C3%83%C2%A9",
                "Ã©             without percent",
            ),
            (
                "caf\\u00c3\\u00a9",
                "\\u00c3\\u00a9",
                "Ã©             without escapes",
            ),
            (
                "P&Atilde;&copy;rou",
                "&Atilde;&copy;",
                "Ã©               without html-entities",
            ),
        ] {
            assert!(lines(line)[0].starts_with(as_it_was), "{line}");
            assert_eq!(bytes(line)[0], without);
            let [misread, read] = &bytes(line)[1..] else {
                panic!("{line}");
            };
            assert!(misread.starts_with("C3 A9  "), "{misread}");
            assert!(read.starts_with("é  "), "{read}");
        }
    }

    #[test]
    fn wide_characters_take_two_places() {
        let edit = Edit {
            span: 0..0,
            after: "叙。".to_owned(),
            chain: "utf-8>gbk".parse().unwrap(),
            exactness: unbake::Exactness::Exact,
            score: 1,
        };
        let before = Charset::GBK.misread("叙。".as_bytes());
        let lines = Derivation::new(&before, &edit).unwrap().lines();
        assert_eq!(
            lines,
            [
                "鍙    欍    €  �    there",
                "E5 8F 99 E3 80 82   gbk",
                "叙       。         as utf-8",
            ]
        );
    }
}
