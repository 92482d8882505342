//! The input, repaired.

use std::io::{self, Write};

use unbake_formats::{Patch, patched};

use crate::output::Output;
use crate::visible::{self, Marks};

pub(crate) fn write(bytes: &[u8], patches: &[Patch], out: &mut Output) -> io::Result<()> {
    let text = patched(bytes, patches);
    if out.terminal {
        out.write_all(visible::bytes(&text, Marks::Commands).as_bytes())
    } else {
        out.write_all(&text)
    }
}
