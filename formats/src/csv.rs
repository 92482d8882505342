//! Delimited fields: records end at a newline outside quotes.
//!
//! A quote opens a field only at its start, so `5" disc` is a field like any
//! other; inside, it is doubled.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr2};
use unbake::Edit;

use crate::fields::Choice;
use crate::utf8::{self, BOM};
use crate::{Fields, Malformed, Mended, Patch};

/// How a file of fields is written, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    delimiter: u8,
    /// The fields of the first record.
    header: Vec<Vec<u8>>,
}

impl Dialect {
    /// Fields between these delimiters, in a file that begins so.
    pub(crate) fn new(delimiter: u8, head: &[u8]) -> Self {
        let mut dialect = Dialect {
            delimiter,
            header: Vec::new(),
        };
        let head = head.strip_prefix(BOM).unwrap_or(head);
        let mut at = 0;
        while at < head.len() {
            let cell = Cell::at(head, at, delimiter);
            let (text, _) = unquoted(&head[cell.span.clone()], cell.quoted);
            dialect.header.push(text.into_owned());
            at = cell.next;
            if cell.ends_record {
                break;
            }
        }
        dialect
    }

    /// The delimiter that the first line has most of.
    pub(crate) fn sniff(head: &[u8]) -> Self {
        let by = |delimiter| Dialect::new(delimiter, head);
        let mut best = by(b',');
        for delimiter in [b';', b'\t', b'|'] {
            let other = by(delimiter);
            if other.header.len() > best.header.len() {
                best = other;
            }
        }
        best
    }
}

/// One field of a record.
struct Cell {
    /// What stands between the quotes, or between the delimiters.
    span: Range<usize>,
    quoted: bool,
    /// Where the next field or record starts.
    next: usize,
    ends_record: bool,
    /// A quote was opened and not closed.
    open: bool,
}

impl Cell {
    /// The field that starts here.
    fn at(bytes: &[u8], start: usize, delimiter: u8) -> Cell {
        let mut end = start;
        let mut quoted = None;
        if bytes.get(start) == Some(&b'"') {
            end += 1;
            loop {
                match memchr(b'"', &bytes[end..]) {
                    None => {
                        return Cell {
                            span: start..bytes.len(),
                            quoted: false,
                            next: bytes.len(),
                            ends_record: true,
                            open: true,
                        };
                    }
                    Some(len) if bytes.get(end + len + 1) == Some(&b'"') => end += len + 2,
                    Some(len) => {
                        quoted = Some(start + 1..end + len);
                        end += len + 1;
                        break;
                    }
                }
            }
        }
        let rest = memchr2(delimiter, b'\n', &bytes[end..]);
        let stop = rest.map_or(bytes.len(), |len| end + len);
        let ends_record = bytes.get(stop) != Some(&delimiter);
        let next = bytes.len().min(stop + 1);
        let tail = match bytes[end..stop] {
            [.., b'\r'] if ends_record => stop - 1,
            _ => stop,
        };
        // After a closing quote something else may follow, wrongly: then the
        // quotes are part of the field.
        let quoted = quoted.filter(|_| end == tail);
        Cell {
            quoted: quoted.is_some(),
            span: quoted.unwrap_or(start..tail),
            next,
            ends_record,
            open: false,
        }
    }
}

/// Where the last whole record ends.
pub(crate) fn last_end(bytes: &[u8], dialect: &Dialect) -> Option<usize> {
    let (mut at, mut last) = (0, None);
    while at < bytes.len() {
        let cell = Cell::at(bytes, at, dialect.delimiter);
        at = cell.next;
        if cell.ends_record && !cell.open && bytes[at - 1] == b'\n' {
            last = Some(at);
        }
    }
    last
}

/// Where the first records end, up to `limit` of them, and how many.
pub(crate) fn first_ends(bytes: &[u8], limit: usize, dialect: &Dialect) -> (usize, usize) {
    let (mut at, mut records) = (0, 0);
    while at < bytes.len() && records < limit {
        let cell = Cell::at(bytes, at, dialect.delimiter);
        at = cell.next;
        records += usize::from(cell.ends_record);
    }
    (at, records)
}

pub(crate) fn mend(
    batch: &[u8],
    first: bool,
    dialect: &Dialect,
    fields: &Fields,
    repair: impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
) {
    let columns = Columns::new(dialect, fields);
    let mut at = if first && batch.starts_with(BOM) {
        BOM.len()
    } else {
        0
    };
    let mut header = first && columns.named;
    while at < batch.len() {
        let start = at;
        let (patches, texts) = (mended.patches.len(), mended.texts);
        let adjusted = mended.adjusted.len();
        let mut malformed = None;
        for column in 0.. {
            let cell = Cell::at(batch, at, dialect.delimiter);
            if cell.open {
                malformed = Some(at);
            } else if columns.chosen(column) && !header {
                let name = || columns.name(column);
                mend_cell(batch, &cell, dialect.delimiter, &repair, mended, &name);
            }
            at = cell.next;
            if cell.ends_record || at >= batch.len() {
                break;
            }
        }
        header = false;
        match malformed {
            Some(quote) => {
                mended.patches.truncate(patches);
                mended.adjusted.truncate(adjusted);
                mended.texts = texts;
                mended.malformed.push(Malformed {
                    at: quote,
                    record: mended.records,
                    span: start..at,
                    message: "a quote that is not closed",
                });
                mended.records += 1;
            }
            None => mended.end_record(start..at, patches),
        }
    }
}

fn mend_cell(
    batch: &[u8],
    cell: &Cell,
    delimiter: u8,
    repair: &impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
    name: &dyn Fn() -> String,
) {
    if cell.span.is_empty() {
        return;
    }
    mended.texts += 1;
    let raw = &batch[cell.span.clone()];
    let (text, doubled) = unquoted(raw, cell.quoted);
    let mut edits: Vec<(usize, Arc<str>, Edit)> = Vec::new();
    for (start, valid) in utf8::stretches(&text) {
        let found = repair(valid);
        let valid: Arc<str> = if found.is_empty() { "" } else { valid }.into();
        edits.extend(found.into_iter().map(|edit| (start, valid.clone(), edit)));
    }
    if edits.is_empty() {
        return;
    }
    // Bytes that would end a bare field need quotes around all of it.
    let special = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    let quotes = !cell.quoted
        && edits
            .iter()
            .any(|(_, _, edit)| edit.after.bytes().any(special));
    let raw_at = |at: usize| match doubled {
        false => at,
        true => at + memchr::memchr_iter(b'"', &text[..at]).count(),
    };
    if quotes {
        // What stays between the edits gets its quotes doubled.
        let mut add = |at: usize| {
            let at = cell.span.start + at;
            mended.adjusted.push((at..at, b"\"".to_vec()));
        };
        add(0);
        let starts = edits.iter().map(|(start, _, edit)| start + edit.span.start);
        let mut from = 0;
        for (i, to) in starts.chain([text.len()]).enumerate() {
            memchr::memchr_iter(b'"', &text[from..to]).for_each(|at| add(from + at));
            from = edits
                .get(i)
                .map_or(to, |(start, _, edit)| start + edit.span.end);
        }
        add(text.len());
    }
    for (start, valid, edit) in &edits {
        let (from, to) = (start + edit.span.start, start + edit.span.end);
        let span = cell.span.start + raw_at(from)..cell.span.start + raw_at(to);
        let bytes = match quotes || cell.quoted {
            true => edit.after.replace('"', "\"\"").into_bytes(),
            false => edit.after.clone().into_bytes(),
        };
        let before = String::from_utf8_lossy(&text[from..to]).into_owned();
        mended.patches.push(Patch {
            span,
            bytes,
            before,
            field: name(),
            text: valid.clone(),
            edit: edit.clone(),
        });
    }
}

/// A field's text, and whether quotes in it were doubled.
fn unquoted(raw: &[u8], quoted: bool) -> (Cow<'_, [u8]>, bool) {
    if !quoted || memchr(b'"', raw).is_none() {
        return (Cow::Borrowed(raw), false);
    }
    let mut text = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(len) = memchr(b'"', &raw[at..]) {
        text.extend_from_slice(&raw[at..=at + len]);
        at = raw.len().min(at + len + 2);
    }
    text.extend_from_slice(&raw[at..]);
    (Cow::Owned(text), true)
}

/// Which columns are chosen.
struct Columns<'d> {
    dialect: &'d Dialect,
    chosen: Option<Vec<bool>>,
    /// Chosen by the names in the header, which is then not data.
    named: bool,
}

impl<'d> Columns<'d> {
    fn new(dialect: &'d Dialect, fields: &Fields) -> Self {
        let mut columns = Columns {
            dialect,
            chosen: None,
            named: false,
        };
        if fields.patterns().is_empty() {
            return columns;
        }
        let mut matcher = fields.matcher();
        let root = matcher.root();
        let mut choose = |name: &[u8]| matcher.child(root, || Cow::Borrowed(name)) == Choice::All;
        let by_name: Vec<bool> = dialect.header.iter().map(|name| choose(name)).collect();
        columns.named = by_name.contains(&true);
        columns.chosen = Some(if columns.named {
            by_name
        } else {
            // A table without names: by number, as in a JSON array.
            (0..dialect.header.len())
                .map(|i| choose(i.to_string().as_bytes()))
                .collect()
        });
        columns
    }

    fn chosen(&self, column: usize) -> bool {
        match &self.chosen {
            None => true,
            Some(chosen) => chosen.get(column) == Some(&true),
        }
    }

    fn name(&self, column: usize) -> String {
        match self.dialect.header.get(column) {
            Some(name) if self.named || self.chosen.is_none() => {
                String::from_utf8_lossy(name).into_owned()
            }
            _ => column.to_string(),
        }
    }
}
