//! Changes with their places, in passages: some lines of a text or field and
//! what changes in them. Every view of changes but the patch is made of these.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use memchr::{memchr, memrchr};
use unbake::{Edit, Exactness, Step};
use unbake_formats::Patch;

use crate::decisions::Document;
use crate::input::Input;
use crate::place::{Place, Places};
use crate::run::Found;

/// The input that changes are in.
pub(crate) struct Origin {
    /// As messages name it.
    pub(crate) name: String,
    /// As programs name it: relative to the working directory.
    pub(crate) path: String,
    /// The same in bytes, which need not be UTF-8.
    pub(crate) raw_path: Vec<u8>,
    /// Records are more than lines, and a number says which.
    pub(crate) has_records: bool,
    /// The lines are those of the file: nothing was decompressed or decoded.
    pub(crate) has_lines: bool,
}

impl Origin {
    pub(crate) fn new(input: &Input, has_records: bool, has_lines: bool) -> Rc<Self> {
        let path = input.relative();
        Rc::new(Origin {
            name: input.to_string(),
            path: path.to_string_lossy().into_owned(),
            raw_path: path.into_os_string().into_encoded_bytes(),
            has_records,
            has_lines,
        })
    }
}

/// Some lines of a text, and what changes in them.
pub(crate) struct Passage {
    pub(crate) origin: Rc<Origin>,
    /// From 0; the header of a table counts.
    pub(crate) record: u64,
    pub(crate) field: String,
    pub(crate) text: String,
    /// The spans are in `text`.
    pub(crate) edits: Vec<Edit>,
    /// One for each edit.
    pub(crate) findings: Vec<Finding>,
}

/// Where one change is.
pub(crate) struct Finding {
    /// Nothing in a table.
    pub(crate) place: Option<Range<Place>>,
    /// In the file, uncompressed; in the value, for a table.
    pub(crate) span: [u64; 2],
    pub(crate) before: String,
    /// What stands there in the file instead, in its escaping; nothing if more
    /// must change with it, as the length in a header or quotes around a field.
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) document: Document,
    /// The edit's span in the document.
    pub(crate) in_document: Range<usize>,
}

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// The passages of a batch, in order.
pub(crate) fn passages(
    found: &Found<'_>,
    origin: &Rc<Origin>,
    mut each: impl FnMut(Passage) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let base = found.base;
    let mut places = (!found.table).then(|| Places::new(found.batch, base.line));
    for damaged in &found.mended.damaged {
        let record = base.record + damaged.record as u64;
        let patches = &found.mended.patches[damaged.patches.clone()];
        let adjusted = &found.mended.adjusted;
        let next = adjusted.partition_point(|(place, _)| place.start < damaged.span.start);
        let is_all = adjusted
            .get(next)
            .is_none_or(|(place, _)| place.start >= damaged.span.end);
        for patches in patches.chunk_by(|a, b| Arc::ptr_eq(&a.text, &b.text)) {
            let text = &patches[0].text;
            let document = Document::of(text);
            for (lines, patches) in near_each_other(text, patches) {
                let (mut edits, mut findings) = (Vec::new(), Vec::new());
                for patch in patches {
                    let mut edit = patch.edit.clone();
                    edit.span = edit.span.start - lines.start..edit.span.end - lines.start;
                    edits.push(edit);
                    let place = |at| places.as_mut().map(|places| places.of(at));
                    findings.push(Finding {
                        place: [patch.span.start, patch.span.end]
                            .map(place)
                            .into_iter()
                            .collect::<Option<Vec<_>>>()
                            .map(|ends| ends[0]..ends[1]),
                        span: [patch.span.start, patch.span.end].map(|at| base.at + at as u64),
                        before: patch.before.clone(),
                        bytes: is_all.then(|| patch.bytes.clone()),
                        document,
                        in_document: patch.edit.span.clone(),
                    });
                }
                each(Passage {
                    origin: origin.clone(),
                    record,
                    field: patches[0].field.clone(),
                    text: text[lines].to_owned(),
                    edits,
                    findings,
                })?;
            }
        }
    }
    Ok(())
}

/// Patches whose lines, with those shown around them, meet.
fn near_each_other<'p>(
    text: &str,
    patches: &'p [Patch],
) -> impl Iterator<Item = (Range<usize>, &'p [Patch])> {
    let text = text.as_bytes();
    let mut groups: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    // The end of the line that the last change is on: one long line with many
    // changes is not searched again for each of them.
    let mut line_end = 0;
    for (i, patch) in patches.iter().enumerate() {
        let Range { start, end } = patch.edit.span;
        if let Some((_, group)) = groups.last_mut()
            && end < line_end
        {
            group.end = i + 1;
            continue;
        }
        line_end = memchr(b'\n', &text[end..]).map_or(text.len(), |at| end + at + 1);
        let until = lines_after(text, line_end);
        let shown = groups.last().map_or(0, |(lines, _)| lines.end);
        match groups.last_mut() {
            Some((lines, group)) if lines_before(text, start, shown.min(start)) <= shown => {
                lines.end = until;
                group.end = i + 1;
            }
            _ => groups.push((lines_before(text, start, shown.min(start))..until, i..i + 1)),
        }
    }
    groups
        .into_iter()
        .map(|(lines, group)| (lines, &patches[group]))
}

/// Where the line of a place and some before it start, but not before `least`.
fn lines_before(text: &[u8], at: usize, least: usize) -> usize {
    let mut start = at;
    for i in 0..=CONTEXT {
        let until = if i == 0 { start } else { start - 1 };
        start = memrchr(b'\n', &text[least..until]).map_or(least, |newline| least + newline + 1);
        if start == least {
            break;
        }
    }
    start
}

/// Where some more lines after this start of a line end.
fn lines_after(text: &[u8], start: usize) -> usize {
    (0..CONTEXT).fold(start, |start, _| {
        memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at + 1)
    })
}

/// What sort of change it is, for people and rules.
pub(crate) fn kind(edit: &Edit) -> &'static str {
    let mut steps = edit.chain.steps().iter();
    let mojibake = |step: &Step| matches!(step, Step::Misread { .. });
    match edit.exactness {
        Exactness::Inferred => "mojibake-inferred",
        Exactness::Exact if steps.any(mojibake) => "mojibake",
        Exactness::Exact => "clean-up",
    }
}

/// The chain and what speaks for it.
pub(crate) fn evidence(edit: &Edit) -> String {
    match edit.score {
        // A clean-up is not a matter of evidence.
        0 => edit.chain.to_string(),
        bits => format!("{}, {}, {bits} bits", edit.chain, edit.exactness),
    }
}

impl Passage {
    /// Where a change is: `records.jsonl:3:12`, or without lines `a.parquet`.
    pub(crate) fn place(&self, index: usize) -> String {
        let name = &self.origin.name;
        match &self.findings[index].place {
            Some(place) => format!("{name}:{}", place.start),
            None => format!("{name}:row {}", self.record),
        }
    }
}
