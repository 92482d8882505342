//! Cutting an input between records.

use std::io::{self, BufRead, BufReader, Read};

use memchr::memrchr;

use crate::Format;

/// Reads an input in pieces of whole records.
#[derive(Debug)]
pub struct Batches<R> {
    input: BufReader<R>,
    format: Format,
}

/// How much is asked for at once; a batch is rarely longer. Small enough for
/// a batch to stay in a core's cache from reading to writing.
const READ: usize = 1 << 18;

impl<R: Read> Batches<R> {
    /// Batches of an input in this format.
    pub fn new(input: R, format: Format) -> Self {
        Batches {
            input: BufReader::with_capacity(READ, input),
            format,
        }
    }

    /// Replaces `batch` by the next records; says no at the end of the input.
    ///
    /// Takes what has arrived, so that a pipe is worked on as it fills.
    pub fn next(&mut self, batch: &mut Vec<u8>) -> io::Result<bool> {
        batch.clear();
        match self.format {
            Format::Text => self.rest(batch),
            Format::Jsonl => self.lines(batch),
        }
    }

    /// Replaces `batch` by all that is left; says no at the end of the input.
    pub fn rest(&mut self, batch: &mut Vec<u8>) -> io::Result<bool> {
        batch.clear();
        self.input.read_to_end(batch)?;
        Ok(!batch.is_empty())
    }

    fn lines(&mut self, batch: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            let read = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let newline = memrchr(b'\n', read);
            let len = newline.map_or(read.len(), |at| at + 1);
            batch.extend_from_slice(&read[..len]);
            self.input.consume(len);
            if newline.is_some() || len == 0 {
                return Ok(!batch.is_empty());
            }
        }
    }
}
