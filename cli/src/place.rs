//! Byte offsets as lines and columns.

use std::fmt;

use memchr::{memchr_iter, memrchr};

/// A line and a column, both from 1; columns count code points, and one for
/// each sequence of bytes that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) col: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.col)
    }
}

/// Goes through a batch once, from offset to offset.
pub(crate) struct Places<'b> {
    batch: &'b [u8],
    at: usize,
    place: Place,
}

impl<'b> Places<'b> {
    /// Places in a batch that begins at the start of a line.
    pub(crate) fn new(batch: &'b [u8], line: usize) -> Self {
        // Editors don't count a byte-order mark as a column.
        let at = if line == 1 && batch.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        Places {
            batch,
            at,
            place: Place { line, col: 1 },
        }
    }

    /// The place of a byte offset. Offsets must not go back.
    pub(crate) fn of(&mut self, at: usize) -> Place {
        let mut passed = &self.batch[self.at.min(at)..at];
        if let Some(newline) = memrchr(b'\n', passed) {
            self.place.line += memchr_iter(b'\n', passed).count();
            self.place.col = 1;
            passed = &passed[newline + 1..];
        }
        self.place.col += columns(passed);
        self.at = self.at.max(at);
        self.place
    }
}

fn columns(bytes: &[u8]) -> usize {
    match str::from_utf8(bytes) {
        Ok(text) => text.chars().count(),
        Err(_) => bytes
            .utf8_chunks()
            .map(|chunk| chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty()))
            .sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_code_points() {
        let batch = "\u{feff}aé\u{301}😀x\r\n\ny".as_bytes();
        let mut places = Places::new(batch, 1);
        let mut place = |at| places.of(at).to_string();
        assert_eq!(place(3), "1:1");
        assert_eq!(place(4), "1:2");
        assert_eq!(place(12), "1:5");
        assert_eq!(place(12), "1:5");
        assert_eq!(place(15), "2:1");
        assert_eq!(place(16), "3:1");
        assert_eq!(place(17), "3:2");
        assert_eq!(
            Places::new(b"\xFF\xE2\x82(x", 7).of(4),
            Place { line: 7, col: 4 }
        );
    }
}
