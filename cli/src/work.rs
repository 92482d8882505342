//! What is done with a piece of work, on whatever thread.

use std::io::{self, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use memchr::memchr_iter;
use serde::Serialize;
use unbake_formats::codec::{Codec, Packed};
use unbake_formats::parquet::Group;
use unbake_formats::{Mended, Shape, mend, patched, tag, warc};

use crate::args::OnError;
use crate::job::{Action, Plan};
use crate::read::{Ended, Opened, Unit};
use crate::run::View;

/// A piece of work, done.
pub(crate) enum Done {
    Begin(Opened),
    Batch(Batch),
    Group {
        group: usize,
        done: io::Result<Group>,
        taken: usize,
    },
    End(Ended),
}

/// Records, looked through.
pub(crate) struct Batch {
    /// As they came; empty when there is nothing to say about them.
    pub(crate) bytes: Vec<u8>,
    pub(crate) len: usize,
    pub(crate) lines: usize,
    pub(crate) mended: Mended,
    /// What goes out.
    pub(crate) packed: Packed,
    pub(crate) len_out: usize,
    /// Something goes out that is not what came in.
    pub(crate) differs: bool,
    /// What goes aside.
    pub(crate) aside: Vec<u8>,
    /// A record passed untouched, for this reason.
    pub(crate) skipped: Option<&'static str>,
    pub(crate) taken: usize,
}

pub(crate) fn work(unit: Unit, plan: &Plan) -> Done {
    match unit {
        Unit::Begin(opened) => Done::Begin(opened),
        Unit::End(ended) => Done::End(ended),
        Unit::Group {
            table,
            group,
            taken,
        } => Done::Group {
            group,
            done: table.mend(group, &plan.fields, |text| plan.edits(text)),
            taken,
        },
        Unit::Batch {
            batch,
            shape,
            codec,
            taken,
        } => {
            let mut skipped = None;
            let mut mended = Mended::default();
            if batch.over_long {
                if batch.begins_record {
                    mended.records = 1;
                    skipped = Some("longer than --max-record");
                }
            } else {
                let repair = |text: &str| plan.edits(text);
                // One text that the library cannot cope with must not cost
                // the others their repair.
                let result = catch_unwind(AssertUnwindSafe(|| {
                    mend(&batch.bytes, batch.first, &shape, &plan.fields, repair)
                }));
                match result {
                    Ok(result) => mended = result,
                    Err(_) => skipped = Some("a bug in unbake"),
                }
            }
            Done::Batch(assembled(
                batch, &shape, mended, codec, skipped, plan, taken,
            ))
        }
    }
}

fn assembled(
    batch: unbake_formats::Batch,
    shape: &Shape,
    mended: Mended,
    codec: Codec,
    skipped: Option<&'static str>,
    plan: &Plan,
    taken: usize,
) -> Batch {
    let (bytes, stored) = (batch.bytes, batch.stored);
    let (len, lines) = (bytes.len(), memchr_iter(b'\n', &bytes).count());
    let speaks = !mended.patches.is_empty() || !mended.malformed.is_empty();
    let mut aside = Vec::new();
    let mut out = None;
    if plan.view == View::Fix {
        let mut cuts: Vec<Range<usize>> = Vec::new();
        if plan.action == Action::Drop {
            cuts.extend(mended.damaged.iter().map(|damaged| damaged.span.clone()));
        }
        if plan.on_error == OnError::Quarantine {
            for malformed in &mended.malformed {
                aside.extend_from_slice(&bytes[malformed.span.clone()]);
                cuts.push(malformed.span.clone());
            }
        }
        cuts.sort_by_key(|cut| cut.start);
        out = match &plan.action {
            Action::Repair if *shape == Shape::Warc && cuts.is_empty() => {
                let patches = &mended.patches;
                (!patches.is_empty()).then(|| warc::rewritten(&bytes, patches))
            }
            Action::Repair if cuts.is_empty() && mended.patches.is_empty() => None,
            Action::Repair if cuts.is_empty() => {
                Some(patched(&bytes, &mended.patches).into_owned())
            }
            Action::Repair => Some(without(&bytes, &cuts, &repairs(&mended))),
            Action::Tag(field) => {
                let tags = tags(&bytes, &mended, field);
                (!tags.is_empty() || !cuts.is_empty()).then(|| without(&bytes, &cuts, &tags))
            }
            Action::Drop => (!cuts.is_empty()).then(|| without(&bytes, &cuts, &[])),
        };
    }
    let differs = out.is_some();
    let (bytes, out) = match (plan.view, out) {
        (View::Fix, Some(out)) => (bytes, out),
        (View::Fix, None) if speaks => (bytes.clone(), bytes),
        (View::Fix, None) => (Vec::new(), bytes),
        _ => (bytes, Vec::new()),
    };
    let len_out = out.len();
    // Of records that are compressed one by one, most stay as they are.
    let out = match (stored.is_empty(), differs) {
        (true, _) => out,
        (false, false) => stored,
        (false, true) if out.is_empty() => out,
        (false, true) => warc::stored(&out),
    };
    Batch {
        bytes,
        len,
        lines,
        mended,
        packed: codec.pack(out),
        len_out,
        differs,
        aside,
        skipped,
        taken,
    }
}

/// Some bytes instead of others.
type Change = (Range<usize>, Vec<u8>);

fn repairs(mended: &Mended) -> Vec<Change> {
    let patches = mended.patches.iter();
    patches
        .map(|patch| (patch.span.clone(), patch.bytes.clone()))
        .collect()
}

/// The bytes with changes made, and some of them left out.
fn without(bytes: &[u8], cuts: &[Range<usize>], changes: &[Change]) -> Vec<u8> {
    let nothing = cuts.iter().map(|cut| (cut.clone(), &[][..]));
    let changes = changes.iter().map(|(span, new)| (span.clone(), &new[..]));
    let mut all: Vec<(Range<usize>, &[u8])> = nothing.chain(changes).collect();
    all.sort_by_key(|(span, _)| span.start);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (span, new) in all {
        out.extend_from_slice(&bytes[at..span.start]);
        out.extend_from_slice(new);
        at = span.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// A finding, in a record that is tagged with it.
#[derive(Serialize)]
struct Finding<'f> {
    field: &'f str,
    before: &'f str,
    after: &'f str,
    chain: String,
    exactness: String,
    score: u32,
}

fn tags(bytes: &[u8], mended: &Mended, field: &str) -> Vec<Change> {
    let mut tags = Vec::new();
    for damaged in &mended.damaged {
        let Some((at, comma)) = tag::place(&bytes[damaged.span.clone()]) else {
            continue;
        };
        let findings: Vec<Finding<'_>> = mended.patches[damaged.patches.clone()]
            .iter()
            .map(|patch| Finding {
                field: &patch.field,
                before: &patch.before,
                after: &patch.edit.after,
                chain: patch.edit.chain.to_string(),
                exactness: patch.edit.exactness.to_string(),
                score: patch.edit.score,
            })
            .collect();
        let mut member = Vec::new();
        if comma {
            member.push(b',');
        }
        // Strings and numbers always become JSON, and a vector takes it.
        let _ = serde_json::to_writer(&mut member, field);
        let _ = member.write_all(b":");
        let _ = serde_json::to_writer(&mut member, &findings);
        let at = damaged.span.start + at;
        tags.push((at..at, member));
    }
    tags
}
