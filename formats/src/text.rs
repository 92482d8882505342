//! Plain text: one document, worked on in windows of whole lines.

use unbake::Edit;

use crate::utf8::{self, BOM};
use crate::{Mended, Patch};

pub(crate) fn mend(
    window: &[u8],
    first: bool,
    repair: impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
) {
    let start = if first && window.starts_with(BOM) {
        BOM.len()
    } else {
        0
    };
    mended.texts = 1;
    for (at, text) in utf8::stretches(&window[start..]) {
        let patches = Patch::verbatim(start + at, text, repair(text), "");
        mended.patches.extend(patches);
    }
    mended.end_record(0..window.len(), 0);
    // However many windows it takes, a file is one text.
    mended.records = usize::from(first);
}
