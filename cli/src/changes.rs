//! Every edit as a line of JSON, so that stored spans can follow the text.

use std::io::{self, Write};

use serde::Serialize;
use unbake_formats::Mended;

use crate::place::Places;

/// One edit.
#[derive(Serialize)]
struct Change<'c> {
    file: &'c str,
    /// From 0, as most readers count; a table's header counts.
    record: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    field: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// In the file, uncompressed; in the value, for Parquet.
    span: [u64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    span_after: Option<[u64; 2]>,
    before: &'c str,
    after: &'c str,
    chain: String,
    exactness: String,
    score: u32,
}

/// Where a batch is in its file.
#[derive(Clone, Copy, Default)]
pub(crate) struct Base {
    pub(crate) record: u64,
    pub(crate) line: usize,
    pub(crate) at: u64,
    /// In the output; nothing if the output is no repaired text.
    pub(crate) at_after: Option<u64>,
}

pub(crate) fn write(
    file: &str,
    batch: Option<&[u8]>,
    base: Base,
    mended: &Mended,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let mut places = batch.map(|batch| Places::new(batch, base.line));
    // How much longer the batch has become so far.
    let mut grown = 0i64;
    for damaged in &mended.damaged {
        if batch.is_none() {
            // Each value stands for itself.
            grown = 0;
        }
        for patch in &mended.patches[damaged.patches.clone()] {
            let (start, end) = (patch.span.start as u64, patch.span.end as u64);
            let after = base.at_after.map(|at| {
                let start = (at + start).saturating_add_signed(grown);
                [start, start + patch.bytes.len() as u64]
            });
            grown += patch.bytes.len() as i64 - (end - start) as i64;
            let change = Change {
                file,
                record: base.record + damaged.record as u64,
                field: &patch.field,
                line: places
                    .as_mut()
                    .map(|places| places.of(patch.span.start).line),
                span: [base.at + start, base.at + end],
                span_after: after,
                before: &patch.before,
                after: &patch.edit.after,
                chain: patch.edit.chain.to_string(),
                exactness: patch.edit.exactness.to_string(),
                score: patch.edit.score,
            };
            serde_json::to_writer(&mut *out, &change)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}
