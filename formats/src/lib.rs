//! Records in and out: where the texts are in a file, and how repaired ones
//! are put back so that every other byte stays as it was.
//!
//! Work goes in three steps, of which the middle one is pure and can run on
//! many threads:
//!
//! 1. [`Batches`] cuts an input between records, without looking into them;
//! 2. [`mend`] finds the texts in a batch, repairs each one and says which
//!    bytes of the batch change ([`Patch`]); a batch's result depends on
//!    nothing but the batch;
//! 3. [`patched`] puts the changes into the batch; a diff or a list of
//!    findings is made from the same patches.
//!
//! A format that is kept in bytes (text, JSON, CSV) is a module that finds
//! the texts in a batch of bytes and writes a replacement in that format's
//! escaping. Nothing is ever parsed into a tree and written again.

mod batch;
mod fields;
mod json;
mod jsonl;
mod text;
mod utf8;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use unbake::Edit;

pub use batch::Batches;
pub use fields::Fields;

/// How records are kept in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The whole file is one text.
    Text,
    /// One JSON text a line.
    Jsonl,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 2] = [Format::Text, Format::Jsonl];

    /// The format's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Jsonl => "jsonl",
        }
    }

    /// What a file's suffix says; without a known one it is text.
    pub fn of_path(path: &Path) -> Format {
        match path.extension() {
            Some(suffix)
                if suffix.eq_ignore_ascii_case("jsonl")
                    || suffix.eq_ignore_ascii_case("ndjson") =>
            {
                Format::Jsonl
            }
            _ => Format::Text,
        }
    }

    /// Whether records have named fields, so that [`Fields`] can choose.
    pub fn has_fields(self) -> bool {
        self != Format::Text
    }
}

/// What [`mend`] found in a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// The changes, sorted by place, disjoint.
    pub patches: Vec<Patch>,
    /// The records that could not be read, in order; nothing in them changes.
    pub malformed: Vec<Malformed>,
    /// How many records there are.
    pub records: usize,
    /// How many texts were chosen and looked at.
    pub texts: usize,
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
    /// The edit; its span is in the text that it was found in.
    pub edit: Edit,
}

/// A record that is not what its format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where reading stopped: a byte offset into the batch.
    pub at: usize,
    /// What is wrong there.
    pub message: &'static str,
}

/// Repairs the texts in a batch of whole records: `repair` gives the edits for
/// one text, sorted and disjoint.
pub fn mend(
    batch: &[u8],
    format: Format,
    fields: &Fields,
    repair: impl Fn(&str) -> Vec<Edit>,
) -> Mended {
    let mut mended = Mended::default();
    match format {
        Format::Text => text::mend(batch, repair, &mut mended),
        Format::Jsonl => jsonl::mend(batch, fields, repair, &mut mended),
    }
    mended
}

/// The batch with the changes made; the batch itself if there are none.
pub fn patched<'b>(batch: &'b [u8], patches: &[Patch]) -> Cow<'b, [u8]> {
    if patches.is_empty() {
        return Cow::Borrowed(batch);
    }
    let mut out = Vec::with_capacity(batch.len());
    let mut at = 0;
    for patch in patches {
        out.extend_from_slice(&batch[at..patch.span.start]);
        out.extend_from_slice(&patch.bytes);
        at = patch.span.end;
    }
    out.extend_from_slice(&batch[at..]);
    Cow::Owned(out)
}
