//! JSON documents: one JSON text, or several with white space between them,
//! over as many lines as they like.

use memchr::memchr;
use unbake::Edit;

use crate::utf8::BOM;
use crate::{Fields, Malformed, Mended, json};

pub(crate) fn mend(
    file: &[u8],
    fields: &Fields,
    repair: impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
) {
    let mut at = if file.starts_with(BOM) { BOM.len() } else { 0 };
    let mut finder = json::Finder::new(fields);
    loop {
        let rest = &file[at..];
        if rest.trim_ascii_start().is_empty() {
            return;
        }
        let patches = mended.patches.len();
        match finder.mend_first(rest, at, &repair, mended) {
            Ok(len) => {
                mended.end_record(at..at + len, patches);
                at += len;
            }
            // Where the next text would start is anyone's guess.
            Err(error) => {
                mended.malformed.push(Malformed {
                    at: at + error.at,
                    record: mended.records,
                    span: at..file.len(),
                    message: error.message,
                });
                mended.records += 1;
                return;
            }
        }
    }
}

/// Where the first texts end, up to `limit` of them, and how many there are.
/// What stands behind the last one on its line goes with it if that is only
/// white space.
pub(crate) fn first_ends(file: &[u8], limit: usize) -> (usize, usize) {
    let mut at = if file.starts_with(BOM) { BOM.len() } else { 0 };
    for texts in 0..limit {
        let rest = &file[at..];
        if rest.trim_ascii_start().is_empty() {
            return (file.len(), texts);
        }
        match json::end(rest) {
            Ok(len) => at += len,
            Err(_) => return (file.len(), texts + 1),
        }
    }
    let rest = &file[at..];
    let line = memchr(b'\n', rest).map_or(rest.len(), |len| len + 1);
    if rest[..line].trim_ascii().is_empty() {
        at += line;
    }
    (at, limit)
}
