//! JSON Lines: one JSON text a line. Lines end at `\n` only; U+2028 and
//! U+0085 may stand inside a string.

use memchr::memchr;
use unbake::Edit;

use crate::utf8::BOM;
use crate::{Fields, Malformed, Mended, json};

pub(crate) fn mend(
    batch: &[u8],
    fields: &Fields,
    repair: impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
) {
    let mut finder = json::Finder::new(fields);
    let mut at = 0;
    while at < batch.len() {
        let from = at;
        let end = memchr(b'\n', &batch[at..]).map_or(batch.len(), |len| at + len + 1);
        let line = batch[at..end].trim_ascii_end();
        // Also within a file: files get concatenated.
        let bom = if line.starts_with(BOM) { BOM.len() } else { 0 };
        let (start, line) = (at + bom, &line[bom..]);
        at = end;
        if line.is_empty() {
            continue;
        }
        let patches = mended.patches.len();
        match finder.mend_all(line, start, &repair, mended) {
            Ok(()) => mended.end_record(from..end, patches),
            Err(error) => {
                mended.malformed.push(Malformed {
                    at: start + error.at,
                    record: mended.records,
                    span: from..end,
                    message: error.message,
                });
                mended.records += 1;
            }
        }
    }
}
