//! The input, repaired, for whoever looks at it on a terminal.

use std::io::{self, Write};

use crate::output::Output;
use crate::visible::{self, Marks};

pub(crate) fn show(repaired: &[u8], out: &mut Output) -> io::Result<()> {
    out.write_all(visible::bytes(repaired, Marks::Commands).as_bytes())
}
