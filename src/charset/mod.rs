//! Every charset, both directions.

use std::fmt;

/// A character set with its byte encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Charset(u8);

impl Charset {
    /// UTF-8.
    pub const UTF_8: Charset = Charset(0);
    /// windows-1252.
    pub const WINDOWS_1252: Charset = Charset(1);

    /// The charset's name, in lower case.
    pub fn name(self) -> &'static str {
        ["utf-8", "windows-1252"][usize::from(self.0)]
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
