//! JSON Lines: one JSON text a line. Lines end at `\n` only; U+2028 and
//! U+0085 may stand inside a string.

use memchr::memchr;
use unbake::Edit;

use crate::json::{self, string};
use crate::utf8::BOM;
use crate::{Fields, Malformed, Mended, Patch};

pub(crate) fn mend(
    batch: &[u8],
    fields: &Fields,
    repair: impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
) {
    let mut values = Vec::new();
    let mut at = 0;
    while at < batch.len() {
        let end = memchr(b'\n', &batch[at..]).map_or(batch.len(), |len| at + len + 1);
        let line = batch[at..end].trim_ascii_end();
        // Also within a file: files get concatenated.
        let bom = if line.starts_with(BOM) { BOM.len() } else { 0 };
        let (start, line) = (at + bom, &line[bom..]);
        at = end;
        if line.is_empty() {
            continue;
        }
        mended.records += 1;
        values.clear();
        match json::find_strings(line, fields, &mut values) {
            Ok(()) => {
                for value in values.drain(..) {
                    mended.texts += 1;
                    mend_string(&line[value.clone()], start + value.start, &repair, mended);
                }
            }
            Err(malformed) => mended.malformed.push(Malformed {
                at: start + malformed.at,
                ..malformed
            }),
        }
    }
}

/// Repairs what stands between two quotes.
fn mend_string(raw: &[u8], at: usize, repair: &impl Fn(&str) -> Vec<Edit>, mended: &mut Mended) {
    // Looked at only when something changes, and then once for all edits.
    let mut style = None;
    for stretch in string::stretches(raw) {
        let mut places = stretch.places();
        for edit in repair(&stretch.text) {
            let span = places.raw(edit.span.start)..places.raw(edit.span.end);
            let style = style.get_or_insert_with(|| string::Style::of(raw));
            mended.patches.push(Patch {
                span: at + span.start..at + span.end,
                bytes: style.escape(&edit.after),
                before: stretch.text[edit.span.clone()].to_owned(),
                edit,
            });
        }
    }
}
