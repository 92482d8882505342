//! A format, with what the beginning of an input says about it.

use memchr::memchr;

use crate::csv::{Dialect, Within};
use crate::{Format, batch, csv, document, jsonl};

/// How the records of one input are laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// One text, worked on in windows of whole lines.
    Text,
    /// One JSON text a line.
    Jsonl,
    /// JSON texts, over as many lines as they like.
    Json,
    /// Lines of delimited fields, the first of them, or the first below a
    /// title, with their names.
    Csv(Dialect),
    /// Records with headers; a batch is one of them.
    Warc,
}

impl Shape {
    /// The shape of an input in a format that is kept in bytes, and that
    /// begins so.
    pub fn new(format: Format, head: &[u8]) -> Shape {
        match format {
            Format::Jsonl => Shape::Jsonl,
            Format::Json => Shape::Json,
            Format::Csv => Shape::Csv(Dialect::sniff(head)),
            Format::Tsv => Shape::Csv(Dialect::new(b'\t', head)),
            Format::Warc => Shape::Warc,
            Format::Text | Format::Parquet => Shape::Text,
        }
    }

    /// Where the last whole record ends.
    pub(crate) fn last_end(&self, bytes: &[u8], first: bool, ended: bool) -> Option<usize> {
        match self {
            _ if ended => Some(bytes.len()),
            Shape::Text | Shape::Jsonl => batch::last_line(bytes),
            Shape::Json | Shape::Warc => None,
            Shape::Csv(dialect) => csv::last_end(bytes, first, dialect),
        }
    }

    /// Where the record ends of which `bytes` go on with a part; one that
    /// begins there is gone into by `Within::default()`.
    pub(crate) fn next_end(&self, bytes: &[u8], within: &mut Within) -> Option<usize> {
        match self {
            Shape::Text | Shape::Jsonl => memchr(b'\n', bytes).map(|at| at + 1),
            // It is all of the rest.
            Shape::Json | Shape::Warc => None,
            Shape::Csv(dialect) => csv::next_end(bytes, within, dialect),
        }
    }

    /// Whether the first record is the names of the fields.
    pub(crate) fn has_header(&self) -> bool {
        matches!(self, Shape::Csv(_))
    }

    /// Where the first records end, up to `limit` of them, and how many there
    /// are. A text counts lines, a table's header does not count.
    pub(crate) fn first_ends(&self, bytes: &[u8], limit: usize, first: bool) -> (usize, usize) {
        match self {
            Shape::Text => batch::first_lines(bytes, limit, |_| true),
            Shape::Jsonl => batch::first_lines(bytes, limit, jsonl::is_record),
            Shape::Json => document::first_ends(bytes, limit),
            Shape::Warc => (bytes.len(), 1),
            Shape::Csv(dialect) => csv::first_ends(bytes, limit, first, dialect),
        }
    }
}
