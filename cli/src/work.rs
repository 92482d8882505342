//! What is done with a piece of work, on whatever thread.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use memchr::memchr_iter;
use serde::Serialize;
use unbake_formats::codec::{Codec, Packed};
use unbake_formats::parquet::Group;
use unbake_formats::tag::Place;
use unbake_formats::{Batch, Change, Mended, Mender, mend, replaced, warc};

use crate::args::OnError;
use crate::job::{Action, Plan};
use crate::read::{Ended, Opened, Unit};
use crate::run::View;

/// A piece of work, done.
pub(crate) enum Done {
    Begin(Opened),
    Part(Part),
    End(Ended),
}

/// Records, looked through.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) mended: Mended,
    /// In bytes, uncompressed.
    pub(crate) len: usize,
    pub(crate) len_out: usize,
    pub(crate) lines: usize,
    /// As they came, for whoever shows places in them; empty when nothing was
    /// found.
    pub(crate) bytes: Vec<u8>,
    pub(crate) out: Out,
    /// What goes aside.
    pub(crate) aside: Vec<u8>,
    /// Records passed untouched, for this reason.
    pub(crate) skipped: Option<&'static str>,
    pub(crate) untagged: Untagged,
    /// What it takes of the budget.
    pub(crate) taken: usize,
}

/// Damaged records that can hold no tag, as they are no objects.
#[derive(Default)]
pub(crate) struct Untagged {
    pub(crate) records: u64,
    /// Where the first one is.
    pub(crate) first: Option<usize>,
}

/// What goes out.
#[derive(Default)]
pub(crate) enum Out {
    #[default]
    Nothing,
    Bytes {
        packed: Packed,
        /// They are not what came in.
        differs: bool,
    },
    Group(usize, Group),
    /// It could not be read.
    Failed(io::Error),
}

/// The only reason to pass a record that is no error.
pub(crate) const OVER_LONG: &str = "longer than --max-record";

const BUG: &str = "a bug in unbake";

pub(crate) fn work(unit: Unit, plan: &Plan) -> Done {
    match unit {
        Unit::Begin(opened) => Done::Begin(opened),
        Unit::End(ended) => Done::End(ended),
        Unit::Group {
            table,
            group: number,
            taken,
        } => {
            let group = guarded(|| table.mend(number, &plan.fields, |text| plan.edits(text)))
                .unwrap_or_else(|| Err(io::Error::other(BUG)));
            let size = |len: u64| usize::try_from(len).unwrap_or(usize::MAX);
            let len = size(table.group_len_uncompressed(number));
            let mut part = Part {
                len,
                len_out: len,
                taken,
                ..Part::default()
            };
            match group {
                Ok((mended, group)) => {
                    part.mended = mended;
                    part.len_out = size(group.len_out());
                    part.out = Out::Group(number, group);
                }
                Err(error) => part.out = Out::Failed(error),
            }
            Done::Part(part)
        }
        Unit::Batch {
            batch,
            shape,
            codec,
            taken,
        } => {
            let mut part = Part {
                taken,
                ..Part::default()
            };
            if !batch.over_long {
                let mend = || mend(&batch.bytes, batch.first, &shape, &plan.fields, plan);
                match guarded(mend) {
                    Some(mended) => part.mended = mended,
                    None => part.skipped = Some(BUG),
                }
            } else if batch.begins_record {
                part.mended.records = 1;
                part.skipped = Some(OVER_LONG);
            }
            assemble(&mut part, batch, codec, plan);
            Done::Part(part)
        }
    }
}

/// One text that the library cannot cope with must not cost the others their
/// repair.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Puts together what goes out.
fn assemble(part: &mut Part, batch: Batch, codec: Codec, plan: &Plan) {
    let Batch {
        bytes,
        stored,
        member,
        ..
    } = batch;
    part.len = bytes.len();
    part.lines = memchr_iter(b'\n', &bytes).count();
    if plan.view != View::Fix {
        part.bytes = bytes;
        return;
    }
    let mended = &part.mended;
    let mut changes: Vec<Change> = match &plan.action {
        Action::Repair => mended.changes(),
        Action::Tag(field) => {
            let (tags, untagged) = tags(&bytes, mended, field);
            part.untagged = untagged;
            tags
        }
        Action::Drop => drops(mended),
    };
    if plan.on_error == OnError::Quarantine && !mended.malformed.is_empty() {
        for malformed in mended
            .malformed
            .iter()
            .filter(|it| !mended.is_header(it.record))
        {
            part.aside.extend_from_slice(&bytes[malformed.span.clone()]);
            changes.push((malformed.span.clone(), Vec::new()));
        }
        changes.sort_by_key(|(span, _)| span.start);
    }
    let differs = !changes.is_empty();
    let says = differs || !mended.patches.is_empty() || !mended.malformed.is_empty();
    let (came, out) = if says {
        let changes = changes.iter().map(|(span, new)| (span.clone(), &new[..]));
        let out = replaced(&bytes, changes).into_owned();
        (bytes, out)
    } else {
        (Vec::new(), bytes)
    };
    part.bytes = came;
    part.len_out = out.len();
    // Of records that are compressed one by one, most stay as they are.
    let packed = if stored.is_empty() && !member {
        codec.pack(out)
    } else if !member && !differs {
        Packed::Plain(stored)
    } else if out.is_empty() {
        Packed::Plain(out)
    } else {
        Packed::Member(warc::stored(&out))
    };
    part.out = Out::Bytes { packed, differs };
}

/// Damaged records go; a header, without which the others mean nothing, is
/// repaired.
fn drops(mended: &Mended) -> Vec<Change> {
    let mut drops = Vec::new();
    for damaged in &mended.damaged {
        if mended.is_header(damaged.record) {
            let patches = mended.patches[damaged.patches.clone()].iter();
            drops.extend(patches.map(|it| (it.span.clone(), it.bytes.clone())));
        } else {
            drops.push((damaged.span.clone(), Vec::new()));
        }
    }
    drops
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

/// Puts the findings into records that are objects; says where the first other
/// one is that is damaged, and how many there are.
fn tags(bytes: &[u8], mended: &Mended, field: &str) -> (Vec<Change>, Untagged) {
    let mut tags = Vec::new();
    let mut untagged = Untagged::default();
    for damaged in &mended.damaged {
        let start = damaged.span.start;
        let Some(place) = Place::of(&bytes[damaged.span.clone()], field) else {
            untagged.first.get_or_insert(start);
            untagged.records += 1;
            continue;
        };
        let (span, comma) = match place {
            Place::Value(span) => (start + span.start..start + span.end, None),
            Place::Behind { at, comma } => (start + at..start + at, Some(comma)),
        };
        // What an earlier run found is told there already.
        let findings: Vec<Finding<'_>> = mended.patches[damaged.patches.clone()]
            .iter()
            .filter(|patch| patch.span.start < span.start || patch.span.start >= span.end)
            .map(|patch| Finding {
                field: &patch.field,
                before: &patch.before,
                after: &patch.edit.after,
                chain: patch.edit.chain.to_string(),
                exactness: patch.edit.exactness.to_string(),
                score: patch.edit.score,
            })
            .collect();
        if findings.is_empty() {
            continue;
        }
        let mut member = Vec::new();
        // Strings and numbers always become JSON, and a vector takes it.
        if let Some(comma) = comma {
            member.extend_from_slice(if comma { b"," } else { b"" });
            let _ = serde_json::to_writer(&mut member, field);
            member.push(b':');
        }
        let _ = serde_json::to_writer(&mut member, &findings);
        tags.push((span, member));
    }
    (tags, untagged)
}
