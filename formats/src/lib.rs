//! Records in and out: where the texts are in a file, and how repaired ones
//! are put back so that every other byte stays as it was.
//!
//! Work goes in three steps, of which the middle one is pure and can run on
//! many threads:
//!
//! 1. [`Batches`] cuts an input between records, without looking into them;
//! 2. [`mend`] finds the texts in a batch, repairs each one, or those of a
//!    column together, and says which bytes of the batch change ([`Patch`]);
//!    a batch's result depends on nothing but the batch;
//! 3. [`replaced`] puts the changes into the batch; a diff or a list of
//!    findings is made from the same patches.
//!
//! A format that is kept in bytes (text, JSON, CSV) is a module that finds
//! the texts in a batch of bytes and writes a replacement in that format's
//! escaping. Nothing is ever parsed into a tree and written again.

mod batch;
pub mod codec;
mod csv;
mod document;
mod fields;
mod json;
mod jsonl;
pub mod parquet;
mod shape;
pub mod tag;
mod text;
mod utf8;
pub mod warc;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use unbake::Edit;

pub use batch::{BATCH, Batch, Batches, Cut};
pub use fields::Fields;
pub use shape::Shape;

/// How records are kept in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The whole file is one text.
    Text,
    /// One JSON text a line.
    Jsonl,
    /// JSON over as many lines as it likes.
    Json,
    /// Fields between commas, semicolons, tabs or bars, whichever makes the
    /// first records alike.
    Csv,
    /// Fields between tabs.
    Tsv,
    /// Columns, in row groups.
    Parquet,
    /// Web pages as a crawler keeps them, or the text of them (WET).
    Warc,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 7] = [
        Format::Text,
        Format::Jsonl,
        Format::Json,
        Format::Csv,
        Format::Tsv,
        Format::Parquet,
        Format::Warc,
    ];

    /// The format's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Jsonl => "jsonl",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Parquet => "parquet",
            Format::Warc => "warc",
        }
    }

    /// What a file's suffix says, that of its compression left out; without a
    /// known one it is text.
    pub fn of_path(path: &Path) -> Format {
        let suffix = |path: &Path| {
            let suffix = path.extension()?.to_str()?;
            Some(suffix.to_ascii_lowercase())
        };
        let known = match suffix(path).as_deref() {
            Some("gz" | "zst" | "bz2" | "xz") => {
                suffix(Path::new(path.file_stem().unwrap_or_default()))
            }
            known => known.map(str::to_owned),
        };
        match known.as_deref() {
            Some("jsonl" | "ndjson") => Format::Jsonl,
            Some("json") => Format::Json,
            Some("csv") => Format::Csv,
            Some("tsv" | "tab") => Format::Tsv,
            Some("parquet") => Format::Parquet,
            Some("warc" | "wet") => Format::Warc,
            _ => Format::Text,
        }
    }

    /// What the first bytes of a file say, if they say anything.
    pub fn of_magic(head: &[u8]) -> Option<Format> {
        if head.starts_with(b"PAR1") {
            Some(Format::Parquet)
        } else if head.starts_with(b"WARC/1.") || head.starts_with(b"WARC/0.") {
            Some(Format::Warc)
        } else {
            None
        }
    }

    /// Whether records have named fields, so that [`Fields`] can choose.
    pub fn has_fields(self) -> bool {
        !matches!(self, Format::Text | Format::Warc)
    }

    /// Whether a file says itself which charset its texts are in.
    pub fn has_charset(self) -> bool {
        matches!(self, Format::Parquet | Format::Warc)
    }

    /// Whether there are records that can be left out.
    pub fn has_records(self) -> bool {
        !matches!(self, Format::Text | Format::Json | Format::Parquet)
    }
}

/// What [`mend`] found in a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// The edits as changes, sorted by place, disjoint.
    pub patches: Vec<Patch>,
    /// What else has to change because of them, sorted by place, disjoint:
    /// the length and the digests of a WARC record, quotes around a field.
    pub adjusted: Vec<Change>,
    /// The records that could not be read, in order; nothing in them changes.
    pub malformed: Vec<Malformed>,
    /// How many records there are.
    pub records: usize,
    /// How many of them, at the start, are the header of a table: the names of
    /// its fields and what stands above. Without them it is another one.
    pub header: usize,
    /// The records that have patches, in order; of Parquet the values, by row.
    pub damaged: Vec<Damaged>,
    /// How many texts were chosen and looked at.
    pub texts: usize,
}

impl Mended {
    /// All that changes, sorted by place.
    pub fn changes(&self) -> Vec<Change> {
        let patches = self.patches.iter();
        let mut all: Vec<Change> = patches
            .map(|patch| (patch.span.clone(), patch.bytes.clone()))
            .chain(self.adjusted.iter().cloned())
            .collect();
        if !self.adjusted.is_empty() {
            // A quote before a field that changes from its start on.
            all.sort_by_key(|(span, _)| (span.start, span.end));
        }
        all
    }

    /// How many records change. Of a table there is an entry in
    /// [`damaged`](Self::damaged) for each value, and a row has many.
    pub fn changed(&self) -> usize {
        let same = |a: &Damaged, b: &Damaged| a.record == b.record;
        self.damaged.chunk_by(same).count()
    }

    /// Whether the record with this number is of the header.
    pub fn is_header(&self, record: usize) -> bool {
        record < self.header
    }

    /// Adds what was found in the batch that begins at this place.
    pub fn append(&mut self, mut other: Mended, at: usize) {
        let move_by = |span: &mut Range<usize>| *span = span.start + at..span.end + at;
        let patches = self.patches.len();
        other
            .patches
            .iter_mut()
            .for_each(|it| move_by(&mut it.span));
        other.adjusted.iter_mut().for_each(|it| move_by(&mut it.0));
        for damaged in &mut other.damaged {
            damaged.record += self.records;
            move_by(&mut damaged.span);
            damaged.patches = damaged.patches.start + patches..damaged.patches.end + patches;
        }
        for malformed in &mut other.malformed {
            malformed.at += at;
            malformed.record += self.records;
            move_by(&mut malformed.span);
        }
        self.patches.append(&mut other.patches);
        self.adjusted.append(&mut other.adjusted);
        self.damaged.append(&mut other.damaged);
        self.malformed.append(&mut other.malformed);
        self.records += other.records;
        self.texts += other.texts;
    }

    /// Counts a record, of which the patches from this one on are.
    pub(crate) fn end_record(&mut self, span: Range<usize>, patches: usize) {
        if patches < self.patches.len() {
            self.damaged.push(Damaged {
                record: self.records,
                span,
                patches: patches..self.patches.len(),
            });
        }
        self.records += 1;
    }
}

/// Some bytes of a batch, and what stands there instead.
pub type Change = (Range<usize>, Vec<u8>);

/// A record that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The record's number in the batch, from 0.
    pub record: usize,
    /// The record's bytes in the batch, with the end of its line.
    pub span: Range<usize>,
    /// Which of [`Mended::patches`] are in it.
    pub patches: Range<usize>,
}

/// One edit, as a change to the bytes of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Byte offsets into the batch.
    pub span: Range<usize>,
    /// What stands there instead, in the format's escaping.
    pub bytes: Vec<u8>,
    /// The text that the edit replaces, without escapes.
    pub before: String,
    /// The name of the field that it is in, dotted, if fields have names.
    pub field: String,
    /// The text that the edit was found in, without escapes: a field, a
    /// batch of a plain text. The same for all its patches.
    pub text: Arc<str>,
    /// The edit; its span is in `text`.
    pub edit: Edit,
}

impl Patch {
    /// The patches for a text that stands in the batch as it is, from `at` on.
    fn verbatim(
        at: usize,
        text: &str,
        edits: Vec<Edit>,
        field: &str,
    ) -> impl Iterator<Item = Patch> {
        let text: Arc<str> = if edits.is_empty() { "" } else { text }.into();
        edits.into_iter().map(move |edit| Patch {
            span: at + edit.span.start..at + edit.span.end,
            bytes: edit.after.clone().into_bytes(),
            before: text[edit.span.clone()].to_owned(),
            field: field.to_owned(),
            text: text.clone(),
            edit,
        })
    }
}

/// A record that is not what its format says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where reading stopped: a byte offset into the batch.
    pub at: usize,
    /// The record's number in the batch, from 0.
    pub record: usize,
    /// The record's bytes in the batch, with the end of its line.
    pub span: Range<usize>,
    /// What is wrong there.
    pub message: &'static str,
}

/// What finds the edits for texts, sorted and disjoint.
pub trait Mender {
    /// Those for one text.
    fn edits(&self, text: &str) -> Vec<Edit>;

    /// Those for each of some texts that belong together, as the fields of a table do.
    fn edits_together(&self, texts: &[&str]) -> Vec<Vec<Edit>> {
        texts.iter().map(|text| self.edits(text)).collect()
    }
}

impl<F: Fn(&str) -> Vec<Edit>> Mender for F {
    fn edits(&self, text: &str) -> Vec<Edit> {
        self(text)
    }
}

/// Repairs the texts in a batch of whole records. `first` says that nothing comes before it.
pub fn mend(
    batch: &[u8],
    first: bool,
    shape: &Shape,
    fields: &Fields,
    mender: &impl Mender,
) -> Mended {
    let mut mended = Mended::default();
    let repair = |text: &str| mender.edits(text);
    match shape {
        Shape::Text => text::mend(batch, first, repair, &mut mended),
        Shape::Jsonl => jsonl::mend(batch, fields, repair, &mut mended),
        Shape::Json => document::mend(batch, fields, repair, &mut mended),
        Shape::Warc => warc::mend(batch, repair, &mut mended),
        Shape::Csv(dialect) => csv::mend(batch, first, dialect, fields, mender, &mut mended),
    }
    mended
}

/// The batch with the patches made; the batch itself if there are none.
pub fn patched<'b>(batch: &'b [u8], patches: &[Patch]) -> Cow<'b, [u8]> {
    let patches = patches.iter();
    replaced(batch, patches.map(|it| (it.span.clone(), &it.bytes[..])))
}

/// The batch with changes made, which are sorted and disjoint; the batch
/// itself if there are none.
pub fn replaced<'b, 'c>(
    batch: &'b [u8],
    changes: impl Iterator<Item = (Range<usize>, &'c [u8])>,
) -> Cow<'b, [u8]> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut none = true;
    for (span, new) in changes {
        if none {
            out.reserve(batch.len() + 64);
            none = false;
        }
        out.extend_from_slice(&batch[at..span.start]);
        out.extend_from_slice(new);
        at = span.end;
    }
    if none {
        return Cow::Borrowed(batch);
    }
    out.extend_from_slice(&batch[at..]);
    Cow::Owned(out)
}
