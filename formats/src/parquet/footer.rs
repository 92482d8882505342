//! What the end of a Parquet file says of encryption.
//!
//! The parquet crate, built without encryption, passes over the fields that
//! speak of it, and takes an encrypted column for one that it can copy: without
//! those fields nobody can read it again. So they are looked for here first.
//!
//! The metadata are in Thrift's compact protocol: a struct is fields, each a
//! byte with its type and how much its number is above that of the field
//! before, and a zero byte at the end.

use std::io;

use parquet::file::reader::ChunkReader;

/// The last bytes of a file: how long the metadata before them are, and a mark.
const TAIL: usize = 8;

/// An error if a file has encrypted columns, or metadata that cannot be gone
/// through. What is too short to have any is left to the parquet crate.
pub(super) fn check(file: &impl ChunkReader) -> io::Result<()> {
    let wrong = |message: &str| Err(io::Error::new(io::ErrorKind::InvalidData, message));
    let Some(tail) = file.len().checked_sub(TAIL as u64) else {
        return Ok(());
    };
    let bytes = file.get_bytes(tail, TAIL).map_err(super::wrong)?;
    let (len, mark) = bytes.split_at(TAIL / 2);
    match mark {
        b"PARE" => return wrong(ENCRYPTED),
        b"PAR1" => {}
        _ => return Ok(()),
    }
    let len = len
        .iter()
        .rev()
        .fold(0, |len, &byte| len << 8 | u64::from(byte));
    let Some(start) = tail.checked_sub(len) else {
        return Ok(());
    };
    // Four bytes say it.
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    let metadata = file.get_bytes(start, len).map_err(super::wrong)?;
    match (Thrift { rest: &metadata }).is_encrypted(FILE) {
        Some(false) => Ok(()),
        Some(true) => wrong(ENCRYPTED),
        None => wrong("the metadata at the end of the file cannot be read"),
    }
}

const ENCRYPTED: &str = "it is encrypted, as a whole or some of its columns";

/// A struct that may speak of encryption, or hold others that do, as
/// `parquet.thrift` has it.
struct Level {
    /// The fields that are there only if something is encrypted, with their types.
    encryption: &'static [(i16, u8)],
    /// The field that is a list of such structs.
    list: Option<(i16, &'static Level)>,
}

/// `FileMetaData`: `encryption_algorithm`, `row_groups`.
const FILE: &Level = &Level {
    encryption: &[(8, kind::STRUCT)],
    list: Some((4, ROW_GROUP)),
};

/// `RowGroup`: `columns`.
const ROW_GROUP: &Level = &Level {
    encryption: &[],
    list: Some((1, COLUMN)),
};

/// `ColumnChunk`: `crypto_metadata`, `encrypted_column_metadata`.
const COLUMN: &Level = &Level {
    encryption: &[(8, kind::STRUCT), (9, kind::BINARY)],
    list: None,
};

/// Types, as they stand in the bytes. True and false are types of their own.
mod kind {
    pub(super) const STOP: u8 = 0;
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
}

/// How deep structs and lists may be in each other: a schema is a flat list, so
/// that nothing real is deep.
const DEPTH: usize = 64;

/// Values one after the other. Nothing comes back of what is cut off or wrong.
struct Thrift<'b> {
    rest: &'b [u8],
}

impl Thrift<'_> {
    /// Whether the struct that begins here says that something is encrypted.
    fn is_encrypted(&mut self, level: &Level) -> Option<bool> {
        let mut number = 0;
        loop {
            let kind = self.field(&mut number)?;
            match level.list {
                _ if kind == kind::STOP => return Some(false),
                _ if level.encryption.contains(&(number, kind)) => return Some(true),
                Some((list, inner)) if list == number && kind == kind::LIST => {
                    let (len, element) = self.list()?;
                    if element != kind::STRUCT {
                        return None;
                    }
                    for _ in 0..len {
                        if self.is_encrypted(inner)? {
                            return Some(true);
                        }
                    }
                }
                _ => self.skip(kind, DEPTH)?,
            }
        }
    }

    /// The type of the field that begins here; its number is made of that of the
    /// field before.
    fn field(&mut self, number: &mut i16) -> Option<u8> {
        let byte = self.byte()?;
        let (above, kind) = (byte >> 4, byte & 15);
        if kind != kind::STOP {
            *number = match above {
                0 => unzigzag(self.varint()?)?,
                above => number.checked_add(i16::from(above))?,
            };
        }
        Some(kind)
    }

    /// The length of a list and the type of its elements.
    fn list(&mut self) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let len = match byte >> 4 {
            15 => self.varint()?,
            len => u64::from(len),
        };
        Some((len, byte & 15))
    }

    /// Passes over the value of a field.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            kind::TRUE | kind::FALSE => {}
            kind::BYTE => self.bytes(1)?,
            kind::I16 | kind::I32 | kind::I64 => drop(self.varint()?),
            kind::DOUBLE => self.bytes(8)?,
            kind::BINARY => {
                let len = self.varint()?;
                self.bytes(len)?;
            }
            kind::LIST | kind::SET => {
                let (len, element) = self.list()?;
                for _ in 0..len {
                    self.skip_element(element, depth)?;
                }
            }
            kind::MAP => {
                let len = self.varint()?;
                let kinds = if len == 0 { 0 } else { self.byte()? };
                for _ in 0..len {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 15, depth)?;
                }
            }
            kind::STRUCT => {
                let mut number = 0;
                loop {
                    match self.field(&mut number)? {
                        kind::STOP => break,
                        kind => self.skip(kind, depth)?,
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// In lists, true and false take a byte; in fields the type says which it is.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            kind::TRUE | kind::FALSE => self.bytes(1),
            kind => self.skip(kind, depth),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn bytes(&mut self, len: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(len).ok()?..)?;
        Some(())
    }

    /// Seven bits a byte, the lowest first: `AC 02` is 300.
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

/// 0, 1, 2, 3 are 0, −1, 1, −2.
fn unzigzag(value: u64) -> Option<i16> {
    let half = i16::try_from(value >> 1).ok()?;
    Some(if value & 1 == 0 { half } else { !half })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metadata with these bytes in the only column, and with those at the end.
    fn metadata(in_column: &[u8], at_end: &[u8]) -> Vec<u8> {
        let start = [
            0x15, 0x02, // 1: version 1
            0x19, 0x1C, 0x48, 0x01, b'd', 0x00, // 2: a schema of one element with 4: a name
            0x16, 0x06, // 3: 3 rows
            0x19, 0x1C, // 4: a row group
            0x19, 0x1C, // 1: a column
            0x26, 0x08, // 2: its offset
        ];
        let (column, group) = (&[0x00][..], &[0x16, 0x02, 0x00][..]);
        [&start, in_column, column, group, at_end, &[0x00]].concat()
    }

    fn is_encrypted(metadata: &[u8]) -> Option<bool> {
        Thrift { rest: metadata }.is_encrypted(FILE)
    }

    #[test]
    fn encryption_is_seen_wherever_it_is_told() {
        assert_eq!(is_encrypted(&metadata(&[], &[])), Some(false));
        // 6: created_by; 7: a list of true and false, which no file has.
        let others = [0x28, 0x02, b'm', b'e', 0x19, 0x21, 0x01, 0x02];
        assert_eq!(is_encrypted(&metadata(&[], &others)), Some(false));
        let crypto_metadata = [0x6C, 0x1C, 0x00, 0x00];
        assert_eq!(is_encrypted(&metadata(&crypto_metadata, &[])), Some(true));
        let encrypted_column_metadata = [0x78, 0x01, 0xFF];
        let told = metadata(&encrypted_column_metadata, &[]);
        assert_eq!(is_encrypted(&told), Some(true));
        let encryption_algorithm = [0x4C, 0x1C, 0x00, 0x00];
        let told = metadata(&[], &encryption_algorithm);
        assert_eq!(is_encrypted(&told), Some(true));
    }

    #[test]
    fn what_is_cut_off_or_wrong_says_nothing() {
        let whole = metadata(&[], &[]);
        for len in 0..whole.len() {
            assert_eq!(is_encrypted(&whole[..len]), None, "{len}");
        }
        // A number where encryption would be told is no such thing.
        assert_eq!(is_encrypted(&metadata(&[], &[0x45, 0x02])), Some(false));
        // A list of more elements than there are bytes, and lists in lists.
        assert_eq!(is_encrypted(&[0x29, 0xF3, 0xFF, 0xFF, 0x03]), None);
        assert_eq!(is_encrypted(&[&[0x19][..], &[0x19; 1000]].concat()), None);
    }
}
