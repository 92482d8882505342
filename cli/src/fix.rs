//! The input, repaired.

use std::io::{self, Write};

use unbake_formats::patched;

use crate::output::Output;
use crate::run::Found;
use crate::visible::{self, Marks};

pub(crate) fn write(found: &Found<'_>, out: &mut Output) -> io::Result<()> {
    let text = patched(found.batch, &found.mended.patches);
    if out.terminal {
        out.write_all(visible::bytes(&text, Marks::Commands).as_bytes())
    } else {
        out.write_all(&text)
    }
}
