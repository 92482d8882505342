//! The inputs, one after the other, through formats and library to a view.

use std::io::{self, Write};

use memchr::memchr_iter;
use unbake_formats::{Batches, Format, Malformed, Mended, mend};

use crate::input::{Content, Input};
use crate::job::Job;
use crate::outcome::{Outcome, complain};
use crate::output::Output;
use crate::place::Places;
use crate::{decode, diff, fix, scan};

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Fix,
    Diff,
    Scan,
}

/// Records of an input and what was found in them; views are made from it.
pub(crate) struct Found<'b> {
    pub(crate) input: &'b Input,
    pub(crate) batch: &'b [u8],
    /// The number of the batch's first line.
    pub(crate) line: usize,
    pub(crate) mended: Mended,
}

pub(crate) fn run(view: View, job: &Job, out: &mut Output) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for input in &job.inputs {
        let mut tally = Tally::default();
        match read(view, job, input, out, &mut tally) {
            Ok(()) => {}
            Err(Stopped::Writing(error)) => return Err(error),
            Err(Stopped::Reading(error)) => {
                complain(format_args!("{input}: {error}"));
                outcome.failed = true;
            }
        }
        outcome.changes |= tally.changes;
        outcome.failed |= tally.malformed > 0;
        tally.conclude(job, input);
    }
    Ok(outcome)
}

/// Why an input was not read to its end.
enum Stopped {
    Reading(io::Error),
    Writing(io::Error),
}

fn read(
    view: View,
    job: &Job,
    input: &Input,
    out: &mut Output,
    tally: &mut Tally,
) -> Result<(), Stopped> {
    let records = match input.open().map_err(Stopped::Reading)? {
        Content::Records(records) => records,
        Content::Binary(bytes, kind) => {
            return match view {
                // A copy of a folder should be whole.
                View::Fix => {
                    decode::binary(input, kind, "left as it is");
                    out.write_all(&bytes).map_err(Stopped::Writing)
                }
                View::Diff | View::Scan => {
                    decode::binary(input, kind, "passed over");
                    Ok(())
                }
            };
        }
    };
    let mut batches = Batches::new(records, input.format);
    let mut batch = Vec::new();
    let mut line = 1;
    loop {
        let more = match view {
            // A hunk shows lines around the change, so it needs them all.
            View::Diff => batches.rest(&mut batch),
            View::Fix | View::Scan => batches.next(&mut batch),
        };
        if !more.map_err(Stopped::Reading)? {
            return Ok(());
        }
        let repair = |text: &str| job.config.repair(text).into_edits();
        let mended = mend(&batch, input.format, &job.fields, repair);
        let found = Found {
            input,
            batch: &batch,
            line,
            mended,
        };
        tally.add(&found);
        match view {
            View::Fix => fix::write(&found, out),
            View::Diff => diff::write(found, out),
            View::Scan => scan::write(&found, out),
        }
        .and_then(|()| out.flush())
        .map_err(Stopped::Writing)?;
        line += memchr_iter(b'\n', &batch).count();
    }
}

/// What is counted for an input.
#[derive(Default)]
struct Tally {
    changes: bool,
    records: usize,
    texts: usize,
    malformed: usize,
}

/// How many malformed records of an input are named. Whoever takes a binary
/// file for JSON Lines should not get a message for each of its lines.
const NAMED: usize = 100;

impl Tally {
    fn add(&mut self, found: &Found<'_>) {
        let mended = &found.mended;
        self.changes |= !mended.patches.is_empty();
        self.records += mended.records;
        self.texts += mended.texts;
        let mut places = Places::new(found.batch, found.line);
        let unnamed = NAMED.saturating_sub(self.malformed);
        for Malformed { at, message } in mended.malformed.iter().take(unnamed) {
            let place = places.of(*at);
            complain(format_args!(
                "{}:{place}: {message}; line left as it is",
                found.input
            ));
        }
        self.malformed += mended.malformed.len();
    }

    fn conclude(&self, job: &Job, input: &Input) {
        if self.malformed > NAMED {
            let more = self.malformed - NAMED;
            let (all, format) = (self.records, Format::name(input.format));
            complain(format_args!(
                "{input}: {more} more of {all} lines are not {format}"
            ));
        }
        // A misspelt name would otherwise look like a clean file.
        if self.records > self.malformed && self.texts == 0 && !job.fields.patterns().is_empty() {
            let fields = job.fields.patterns().join(", ");
            complain(format_args!(
                "{input}: warning: no record has a text in {fields}"
            ));
        }
    }
}
