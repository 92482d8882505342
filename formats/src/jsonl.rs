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
        let whole = batch[from..end].trim_ascii_end();
        let line = content(whole);
        let start = from + whole.len() - line.len();
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

/// Whether there is more on a line than white space.
pub(crate) fn is_record(line: &[u8]) -> bool {
    !content(line.trim_ascii_end()).is_empty()
}

/// A line without its byte-order mark: also within a file, for files get
/// concatenated.
fn content(line: &[u8]) -> &[u8] {
    line.strip_prefix(BOM).unwrap_or(line)
}
