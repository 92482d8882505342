//! Which languages are written in a charset.

use std::sync::OnceLock;

use crate::charset::Charset;
use crate::language;
use crate::model::letters;

/// Charsets that are asked for.
const MOST: usize = 256;

/// Where letters of Latin end.
const BEYOND: usize = 0x1f00;

static WRITTEN: [OnceLock<Box<[bool]>>; MOST] = [const { OnceLock::new() }; MOST];

/// Whether each language, in the order of [`letters::all`], has most of its letters of Latin in
/// this charset: nobody wrote Czech in cp850, which has the `ý` of `vývar`, and no `ř`.
pub(super) fn written_in(charset: Charset) -> Option<&'static [bool]> {
    let table = charset.decode_table()?;
    let all = WRITTEN.get(charset.index())?;
    Some(all.get_or_init(|| {
        let mut has = [false; BEYOND];
        for c in table.iter().filter(|c| language::is_beyond(**c)) {
            has[*c as usize] = true;
        }
        let is_written = |l: &letters::Letters| {
            let (mut shown, mut beyond) = (0, 0);
            for c in l.alphabet().filter(|c| language::is_beyond(*c)) {
                beyond += 1;
                shown += usize::from(has[c as usize]);
            }
            2 * shown >= beyond
        };
        letters::all().map(is_written).collect()
    }))
}
