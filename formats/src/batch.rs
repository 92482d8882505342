//! Cutting an input between records.

use std::io::{self, BufRead, Read};

use memchr::{memchr, memrchr};

use crate::csv::{self, Within};
use crate::shape::Shape;

/// Whole records of an input, or a part of one that is too long.
#[derive(Debug, Default)]
pub struct Batch {
    /// The bytes, uncompressed.
    pub bytes: Vec<u8>,
    /// The bytes as the input has them, where records are compressed one by
    /// one (WARC); otherwise nothing.
    pub stored: Vec<u8>,
    /// The input has it in a gzip member with others; on its own it is to be
    /// one of its own (WARC).
    pub member: bool,
    /// Nothing comes before it.
    pub first: bool,
    /// A part of a record that is longer than the limit: it passes as it is.
    pub over_long: bool,
    /// The first part of such a record.
    pub begins_record: bool,
}

/// How an input is cut.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// A record longer than this passes in parts, untouched.
    pub max_record: usize,
    /// Take what has arrived rather than fill a batch, so that a pipe is
    /// worked on as it fills. Where batches end then depends on the writer,
    /// which must not show in the output.
    pub eager: bool,
    /// Take a text whole, as a record; otherwise it is cut between lines.
    pub whole: bool,
    /// Only so many records.
    pub limit: Option<usize>,
}

impl Default for Cut {
    fn default() -> Self {
        Cut {
            max_record: 64 << 20,
            eager: false,
            whole: false,
            limit: None,
        }
    }
}

/// Reads an input in pieces of whole records.
#[derive(Debug)]
pub struct Batches<R> {
    input: R,
    shape: Shape,
    cut: Cut,
    /// What was read behind the last whole record.
    held: Vec<u8>,
    begun: bool,
    /// In the middle of a record that is too long.
    over: Option<Within>,
    ended: bool,
    /// Why no more can be read; told once all that was read is given out.
    error: Option<io::Error>,
    left: Option<usize>,
}

/// How much is asked for at once; a batch is rarely longer. Small enough for
/// a batch to stay in a core's cache from reading to writing.
pub const BATCH: usize = 1 << 18;

impl<R: BufRead> Batches<R> {
    /// Batches of an input of this shape.
    pub fn new(input: R, shape: Shape, cut: Cut) -> Self {
        Batches {
            input,
            shape,
            left: cut.limit,
            cut,
            held: Vec::new(),
            begun: false,
            over: None,
            ended: false,
            error: None,
        }
    }

    /// Replaces `batch` by the next records; says no at the end of the input.
    pub fn next(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.bytes.clear();
        batch.stored.clear();
        batch.first = !self.begun;
        batch.over_long = false;
        batch.begins_record = false;
        self.begun = true;
        if self.left == Some(0) && self.over.is_none() {
            return Ok(false);
        }
        let bytes = &mut batch.bytes;
        bytes.append(&mut self.held);
        if let Some(error) = self.error.take_if(|_| bytes.is_empty()) {
            return Err(error);
        }
        // No record that ends within is longer than the limit.
        let mut size = BATCH.min(self.cut.max_record + 1);
        let end = loop {
            if self.error.is_none() {
                self.error = self.fill(bytes, size).err();
            }
            if bytes.is_empty() {
                return self.error.take().map_or(Ok(false), Err);
            }
            let whole = self.cut.whole && self.shape == Shape::Text;
            if let Some(within) = &mut self.over {
                batch.over_long = true;
                let end = match whole {
                    true => None,
                    false => self.shape.next_end(bytes, within),
                };
                if end.is_some() {
                    self.over = None;
                }
                break end.unwrap_or(bytes.len());
            }
            if self.error.is_some() {
                // Whole records, and then, untouched, what there is of one that
                // was cut off.
                let end = self.shape.last_end(bytes, batch.first, false);
                break end.filter(|_| !whole).unwrap_or_else(|| {
                    batch.over_long = true;
                    bytes.len()
                });
            }
            let end = match whole {
                true => self.ended.then_some(bytes.len()),
                false => self.shape.last_end(bytes, batch.first, self.ended),
            };
            match end {
                Some(end) => break end,
                None if self.ended => break bytes.len(),
                None if bytes.len() > self.cut.max_record => {
                    let mut within = Within::default();
                    let start = csv::start(bytes, batch.first);
                    self.shape.next_end(&bytes[start..], &mut within);
                    self.over = Some(within);
                    batch.over_long = true;
                    batch.begins_record = true;
                    break bytes.len();
                }
                None => size = (bytes.len() * 2).min(self.cut.max_record + 1),
            }
        };
        let end = match &mut self.left {
            Some(left) if !batch.over_long => {
                let (end, records) = self.shape.first_ends(&bytes[..end], *left, batch.first);
                *left -= records;
                end
            }
            Some(left) if batch.begins_record => {
                *left -= usize::from(!(batch.first && self.shape.has_header()));
                end
            }
            _ => end,
        };
        if self.left != Some(0) {
            self.held.extend_from_slice(&bytes[end..]);
        }
        bytes.truncate(end);
        Ok(true)
    }

    /// Reads until there are `size` bytes, or, eagerly, until there are more.
    fn fill(&mut self, bytes: &mut Vec<u8>, size: usize) -> io::Result<()> {
        if self.ended || bytes.len() >= size {
            return Ok(());
        }
        if !self.cut.eager {
            let want = size - bytes.len();
            bytes.reserve_exact(want);
            let got = (&mut self.input).take(want as u64).read_to_end(bytes)?;
            self.ended = got < want;
            return Ok(());
        }
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    let len = read.len();
                    bytes.extend_from_slice(read);
                    self.input.consume(len);
                    self.ended = len == 0;
                    return Ok(());
                }
            }
        }
    }
}

/// Where the last whole line ends.
pub(crate) fn last_line(bytes: &[u8]) -> Option<usize> {
    memrchr(b'\n', bytes).map(|at| at + 1)
}

/// Where the first lines that count end, up to `limit` of them, and how many
/// there are.
pub(crate) fn first_lines(
    bytes: &[u8],
    limit: usize,
    counts: impl Fn(&[u8]) -> bool,
) -> (usize, usize) {
    let (mut end, mut lines) = (0, 0);
    while lines < limit && end < bytes.len() {
        let start = end;
        end = memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |len| end + len + 1);
        lines += usize::from(counts(&bytes[start..end]));
    }
    (end, lines)
}
