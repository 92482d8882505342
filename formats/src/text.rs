//! Plain text: one record, one document.

use unbake::Edit;

use crate::utf8::{self, BOM};
use crate::{Mended, Patch};

pub(crate) fn mend(file: &[u8], repair: impl Fn(&str) -> Vec<Edit>, mended: &mut Mended) {
    let start = if file.starts_with(BOM) { BOM.len() } else { 0 };
    mended.records = 1;
    mended.texts = 1;
    for (at, text) in utf8::stretches(&file[start..]) {
        let at = start + at;
        mended
            .patches
            .extend(repair(text).into_iter().map(|edit| Patch {
                span: at + edit.span.start..at + edit.span.end,
                bytes: edit.after.clone().into_bytes(),
                before: text[edit.span.clone()].to_owned(),
                edit,
            }));
    }
}
