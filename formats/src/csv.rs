//! Delimited fields: records end at a newline outside quotes.
//!
//! A quote opens a field only at its start, so `5" disc` is a field like any
//! other; inside, it is doubled. Where nothing is quoted, as in most files
//! with tabs, it is a character like any other.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memchr2};
use unbake::Edit;

use crate::fields::Choice;
use crate::utf8::{self, BOM};
use crate::{Fields, Malformed, Mended, Mender, Patch};

/// How a file of fields is written, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    delimiter: u8,
    /// A quote at the start of a field opens it; otherwise it is a character
    /// like any other.
    quotes: bool,
    /// How many records come before the header: a title, empty lines.
    titles: usize,
    header: Vec<Vec<u8>>,
}

impl Dialect {
    /// Fields between these delimiters, in a file that begins so.
    pub(crate) fn new(delimiter: u8, head: &[u8]) -> Self {
        Self::fitted(delimiter, head).0
    }

    fn fitted(delimiter: u8, head: &[u8]) -> (Self, Fit) {
        let mut dialect = Dialect {
            delimiter,
            quotes: true,
            titles: 0,
            header: Vec::new(),
        };
        let mut fit = Fit::new(head, &dialect);
        if delimiter == b'\t' {
            // Few such files are quoted; in the others `"So fing es an` is a
            // field.
            dialect.quotes = false;
            let plain = Fit::new(head, &dialect);
            dialect.quotes = fit.in_order > fit.broken || fit.share() > plain.share();
            if !dialect.quotes {
                fit = plain;
            }
        }
        dialect.header = dialect.fields(head, start(head, true));
        // Two fields could be prose with a comma, under the name of its column.
        if dialect.header.len() == 1 && fit.width > 2 && fit.share() >= 0.5 {
            dialect.titles = fit.before;
            dialect.header = dialect.fields(head, fit.first);
        }
        (dialect, fit)
    }

    /// The fields of the record that starts here.
    fn fields(&self, bytes: &[u8], start: usize) -> Vec<Vec<u8>> {
        let mut fields = Vec::new();
        record(bytes, start, self, |cell| {
            let (text, _) = unquoted(&bytes[cell.span.clone()], cell.is_quoted());
            fields.push(text.into_owned());
        });
        fields
    }

    /// The delimiter that the first line declares, or that makes most of the first records
    /// alike; a comma where no other is better.
    pub(crate) fn sniff(head: &[u8]) -> Self {
        if let Some((delimiter, len)) = declared(head) {
            let mut dialect = Self::new(delimiter, &head[len..]);
            dialect.titles += 1;
            return dialect;
        }
        let (mut best, mut most) = Dialect::fitted(b',', head);
        // In `Müller, Anna;1,5` any other delimiter that fits as well is it.
        let in_text = commas_are_in_text(head);
        for delimiter in [b'\t', b';', b'|'] {
            let (other, fit) = Dialect::fitted(delimiter, head);
            // `a | b | c` below `text` is what a column of that name holds; there are no
            // tabs in text.
            if delimiter != b'\t' && other.titles == 1 && is_name_of_lists(head, delimiter) {
                continue;
            }
            let better = match fit.share().total_cmp(&most.share()) {
                Ordering::Less => false,
                Ordering::Equal => fit.broken < most.broken || (in_text && best.delimiter == b','),
                Ordering::Greater => true,
            };
            // A column of prose has semicolons, too.
            if better && fit.share() >= 0.5 {
                (best, most) = (other, fit);
            }
        }
        best
    }
}

/// How well a dialect explains the beginning of a file.
#[derive(Default)]
struct Fit {
    records: usize,
    /// The most records with the same number of fields, more than one, and
    /// with quotes that close where they should.
    alike: usize,
    /// How many fields these have, where the first of them starts, and how
    /// many records, empty ones too, are before it.
    width: usize,
    first: usize,
    before: usize,
    /// Quotes that close elsewhere, as in `"a"b`.
    broken: usize,
    /// Quotes that nobody writes who does not quote: around names of fields,
    /// or with doubled ones in them.
    in_order: usize,
}

impl Fit {
    fn new(head: &[u8], dialect: &Dialect) -> Self {
        let mut fit = Fit::default();
        // By their number of fields: how many, and the first of them.
        let mut widths = BTreeMap::<usize, (usize, usize, usize)>::new();
        let mut next = start(head, true);
        for before in 0.. {
            let (at, broken) = (next, fit.broken);
            if at >= head.len() {
                break;
            }
            let mut width = 0;
            let record = record(head, at, dialect, |cell| {
                width += 1;
                let named = fit.records == 0 || head[cell.span.clone()].contains(&b'"');
                match cell.quotes {
                    Quotes::Around if named => fit.in_order += 1,
                    Quotes::Broken => fit.broken += 1,
                    _ => {}
                }
            });
            let is_empty = head[at..record.end].trim_ascii().is_empty();
            next = record.end;
            fit.records += usize::from(!is_empty);
            if record.open {
                // It may well be closed behind the head.
                break;
            }
            if width > 1 && !is_empty && fit.broken == broken {
                widths.entry(width).or_insert((0, at, before)).0 += 1;
            }
        }
        if let Some((width, (alike, first, before))) = widths.into_iter().max_by_key(|it| it.1.0) {
            (fit.width, fit.alike, fit.first, fit.before) = (width, alike, first, before);
        }
        fit
    }

    /// The share of the records that are alike.
    fn share(&self) -> f64 {
        self.alike as f64 / self.records.max(1) as f64
    }
}

/// The delimiter of a first line as Excel knows it, `sep=;`, and where that line ends.
fn declared(head: &[u8]) -> Option<(u8, usize)> {
    let start = start(head, true);
    let end = start + memchr(b'\n', &head[start..])? + 1;
    let line = head[start..end - 1].strip_suffix(b"\r");
    let line = line.unwrap_or(&head[start..end - 1]);
    let quoted = line
        .strip_prefix(b"\"")
        .and_then(|it| it.strip_suffix(b"\""));
    match quoted.unwrap_or(line).split_last_chunk::<1>()? {
        (name, &[delimiter]) if name.eq_ignore_ascii_case(b"sep=") => {
            let divides = delimiter.is_ascii_punctuation() || delimiter == b'\t';
            (divides && delimiter != b'"').then_some((delimiter, end))
        }
        _ => None,
    }
}

/// Whether the first line names a column of lists, for the second is no row of names: one
/// word may be the title of a table as well, `Customers` above `id;name;city`.
fn is_name_of_lists(head: &[u8], delimiter: u8) -> bool {
    let mut lines = head[start(head, true)..].split(|byte| *byte == b'\n');
    let (first, second) = (lines.next(), lines.next());
    let are_names = |line: &[u8]| {
        let mut names = HashSet::new();
        let mut fields = line.split(|byte| *byte == delimiter);
        !line.contains(&b' ') && fields.all(|field| is_name(field) && names.insert(field))
    };
    first.is_some_and(is_name) && second.is_some_and(|line| !are_names(line))
}

/// Whether a line could be the name of a column, and hardly the title of a table:
/// `text`, `"page_title"`.
fn is_name(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let bare = line
        .strip_prefix(b"\"")
        .and_then(|it| it.strip_suffix(b"\""));
    let name = bare.unwrap_or(line);
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(is_letter)
}

/// Whether each comma is in a number or before a space.
fn commas_are_in_text(head: &[u8]) -> bool {
    memchr_iter(b',', head).all(|at| {
        let is_digit = |at| head.get(at).is_some_and(u8::is_ascii_digit);
        head.get(at + 1) == Some(&b' ') || (is_digit(at.wrapping_sub(1)) && is_digit(at + 1))
    })
}

/// One field of a record.
struct Cell {
    /// What stands between the quotes, or between the delimiters.
    span: Range<usize>,
    quotes: Quotes,
    /// Where the next field or record starts.
    next: usize,
    ends_record: bool,
}

/// The quotes of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Around,
    /// After the closing quote something else follows, wrongly: then the
    /// quotes are part of the field.
    Broken,
    /// One was opened and not closed.
    Open,
}

impl Cell {
    /// The field that starts here.
    fn at(bytes: &[u8], start: usize, dialect: &Dialect) -> Cell {
        let mut end = start;
        let mut quoted = None;
        if dialect.quotes && bytes.get(start) == Some(&b'"') {
            end += 1;
            loop {
                match memchr(b'"', &bytes[end..]) {
                    None => {
                        return Cell {
                            span: start..bytes.len(),
                            quotes: Quotes::Open,
                            next: bytes.len(),
                            ends_record: true,
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
        let rest = memchr2(dialect.delimiter, b'\n', &bytes[end..]);
        let stop = rest.map_or(bytes.len(), |len| end + len);
        let ends_record = bytes.get(stop) != Some(&dialect.delimiter);
        let next = bytes.len().min(stop + 1);
        let tail = match bytes[end..stop] {
            [.., b'\r'] if ends_record => stop - 1,
            _ => stop,
        };
        let (span, quotes) = match quoted {
            Some(span) if end == tail => (span, Quotes::Around),
            Some(_) => (start..tail, Quotes::Broken),
            None => (start..tail, Quotes::None),
        };
        Cell {
            span,
            quotes,
            next,
            ends_record,
        }
    }

    fn is_quoted(&self) -> bool {
        self.quotes == Quotes::Around
    }
}

/// A line of fields, or more lines if quotes go over their ends.
struct Record {
    end: usize,
    /// Where a quote is that closes wrongly, and so may have swallowed lines.
    malformed: Option<usize>,
    /// It is not closed in all that follows.
    open: bool,
}

/// Goes through the fields of the record that starts here, up to a quote that
/// is not closed. With that the record ends at the end of the line: what
/// follows need not suffer.
///
/// Behind such a quote there can be no other one, or that would close it; so
/// looking for its end in vain happens once.
fn record(bytes: &[u8], start: usize, dialect: &Dialect, mut each: impl FnMut(&Cell)) -> Record {
    let (mut at, mut malformed) = (start, None);
    loop {
        let cell = Cell::at(bytes, at, dialect);
        if cell.quotes == Quotes::Open {
            let line = memchr(b'\n', &bytes[at..]);
            return Record {
                end: line.map_or(bytes.len(), |len| at + len + 1),
                malformed: malformed.or(Some(at)),
                open: true,
            };
        }
        // `"So fing es an`, and lines later `"a"`: nobody can tell whether that
        // is one field or several records.
        if cell.quotes == Quotes::Broken && memchr(b'\n', &bytes[cell.span.clone()]).is_some() {
            malformed = malformed.or(Some(at));
        }
        each(&cell);
        at = cell.next;
        if cell.ends_record || at >= bytes.len() {
            return Record {
                end: at,
                malformed,
                open: false,
            };
        }
    }
}

/// Where the first record starts.
pub(crate) fn start(bytes: &[u8], first: bool) -> usize {
    if first && bytes.starts_with(BOM) {
        BOM.len()
    } else {
        0
    }
}

/// Where the last whole record ends.
pub(crate) fn last_end(bytes: &[u8], first: bool, dialect: &Dialect) -> Option<usize> {
    let (mut at, mut last) = (start(bytes, first), None);
    while at < bytes.len() {
        let record = record(bytes, at, dialect, |_| {});
        if record.open {
            break;
        }
        at = record.end;
        if bytes[at - 1] == b'\n' {
            last = Some(at);
        }
    }
    last
}

/// How far one is in a record that comes in parts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Within {
    /// Before a field.
    #[default]
    Start,
    Bare,
    Quoted,
    /// Behind a quote in quotes, which closes them unless another follows.
    Quote,
}

/// Where the record ends that is gone on with here.
pub(crate) fn next_end(bytes: &[u8], within: &mut Within, dialect: &Dialect) -> Option<usize> {
    for (at, &byte) in bytes.iter().enumerate() {
        *within = match (*within, byte) {
            (Within::Quoted, b'"') => Within::Quote,
            (Within::Quoted, _) => Within::Quoted,
            (_, b'\n') => return Some(at + 1),
            (_, byte) if byte == dialect.delimiter => Within::Start,
            (Within::Start, b'"') if dialect.quotes => Within::Quoted,
            (Within::Quote, b'"') => Within::Quoted,
            _ => Within::Bare,
        };
    }
    None
}

/// Where the first records end, up to `limit` of them besides the header, and
/// how many.
pub(crate) fn first_ends(
    bytes: &[u8],
    limit: usize,
    first: bool,
    dialect: &Dialect,
) -> (usize, usize) {
    let header = if first { dialect.titles + 1 } else { 0 };
    let (mut at, mut records) = (start(bytes, first), 0);
    while at < bytes.len() && records < limit.saturating_add(header) {
        at = record(bytes, at, dialect, |_| {}).end;
        records += 1;
    }
    (at, records.saturating_sub(header))
}

/// The fields of a column are repaired together, for they come from one source, and what is
/// right of one column tells nothing of another.
pub(crate) fn mend(
    batch: &[u8],
    first: bool,
    dialect: &Dialect,
    fields: &Fields,
    mender: &impl Mender,
    mended: &mut Mended,
) {
    mended.header = if first { dialect.titles + 1 } else { 0 };
    let columns = Columns::new(dialect, fields);
    let mut chosen: Vec<Field<'_>> = Vec::new();
    // Each record, and the fields chosen up to its end.
    let mut records: Vec<(Range<usize>, usize)> = Vec::new();
    let mut at = start(batch, first);
    while at < batch.len() {
        let start = at;
        let before = chosen.len();
        let skipped = columns.named && mended.is_header(records.len());
        let mut column = 0;
        let record = record(batch, at, dialect, |cell| {
            if columns.chosen(column) && !skipped && !cell.span.is_empty() {
                chosen.push(Field::of(batch, cell, column));
            }
            column += 1;
        });
        at = record.end;
        if let Some(quote) = record.malformed {
            chosen.truncate(before);
            mended.malformed.push(Malformed {
                at: quote,
                record: records.len(),
                span: start..at,
                message: match record.open {
                    true => "a quote that is not closed",
                    false => "a quote over lines that closes within a field",
                },
            });
        }
        records.push((start..at, chosen.len()));
    }
    mended.texts = chosen.len();
    let mut texts: Vec<&str> = Vec::new();
    let mut of_column: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for field in &chosen {
        for (_, valid) in utf8::stretches(&field.text) {
            of_column.entry(field.column).or_default().push(texts.len());
            texts.push(valid);
        }
    }
    let mut found: Vec<Vec<Edit>> = vec![Vec::new(); texts.len()];
    for places in of_column.values() {
        let texts: Vec<&str> = places.iter().map(|&at| texts[at]).collect();
        for (&at, edits) in places.iter().zip(mender.edits_together(&texts)) {
            found[at] = edits;
        }
    }
    let mut found = found.into_iter();
    let mut fields = chosen.iter();
    let mut done = 0;
    for (span, end) in records {
        let patches = mended.patches.len();
        for field in fields.by_ref().take(end - done) {
            let stretches = utf8::stretches(&field.text).zip(found.by_ref());
            let edits = stretches.flat_map(|((start, valid), found)| {
                let valid: Arc<str> = if found.is_empty() { "" } else { valid }.into();
                let edits = found.into_iter();
                edits.map(move |edit| (start, valid.clone(), edit))
            });
            field.mend(edits.collect(), dialect, mended, || {
                columns.name(field.column)
            });
        }
        done = end;
        mended.end_record(span, patches);
    }
}

/// A field that is looked at.
struct Field<'b> {
    column: usize,
    /// Where it starts in the batch, behind its quote.
    start: usize,
    is_quoted: bool,
    text: Cow<'b, [u8]>,
    /// Quotes in it were doubled.
    doubled: bool,
}

impl<'b> Field<'b> {
    fn of(batch: &'b [u8], cell: &Cell, column: usize) -> Self {
        let is_quoted = cell.is_quoted();
        let (text, doubled) = unquoted(&batch[cell.span.clone()], is_quoted);
        Field {
            column,
            start: cell.span.start,
            is_quoted,
            text,
            doubled,
        }
    }

    /// Writes edits, each with the stretch of the text that it is in and where that starts.
    fn mend(
        &self,
        mut edits: Vec<(usize, Arc<str>, Edit)>,
        dialect: &Dialect,
        mended: &mut Mended,
        name: impl Fn() -> String,
    ) {
        let Field {
            text, is_quoted, ..
        } = self;
        // Bytes that would end a bare field need quotes around all of it; where
        // there are no quotes, they cannot be written.
        let ends = |byte: u8| byte == dialect.delimiter || matches!(byte, b'\n' | b'\r');
        edits.retain(|(_, _, edit)| dialect.quotes || !edit.after.bytes().any(ends));
        if edits.is_empty() {
            return;
        }
        let special = |byte: u8| byte == b'"' || ends(byte);
        let quotes = dialect.quotes
            && !is_quoted
            && edits
                .iter()
                .any(|(_, _, edit)| edit.after.bytes().any(special));
        // Quotes that were doubled, up to a place that only goes on.
        let (mut seen, mut quotes_seen) = (0, 0);
        let mut raw_at = |at: usize| {
            if self.doubled {
                quotes_seen += memchr_iter(b'"', &text[seen..at]).count();
                seen = at;
            }
            at + quotes_seen
        };
        if quotes {
            // What stays between the edits gets its quotes doubled.
            let mut add = |at: usize| {
                let at = self.start + at;
                mended.adjusted.push((at..at, b"\"".to_vec()));
            };
            add(0);
            let starts = edits.iter().map(|(start, _, edit)| start + edit.span.start);
            let mut from = 0;
            for (i, to) in starts.chain([text.len()]).enumerate() {
                memchr_iter(b'"', &text[from..to]).for_each(|at| add(from + at));
                from = edits
                    .get(i)
                    .map_or(to, |(start, _, edit)| start + edit.span.end);
            }
            add(text.len());
        }
        for (start, valid, edit) in edits {
            let (from, to) = (start + edit.span.start, start + edit.span.end);
            let span = self.start + raw_at(from)..self.start + raw_at(to);
            let bytes = match quotes || *is_quoted {
                true => edit.after.replace('"', "\"\"").into_bytes(),
                false => edit.after.clone().into_bytes(),
            };
            mended.patches.push(Patch {
                span,
                bytes,
                before: String::from_utf8_lossy(&text[from..to]).into_owned(),
                field: name(),
                text: valid,
                edit,
            });
        }
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
