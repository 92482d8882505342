//! The inputs through formats and library to a view or to files. Reading,
//! repairing and compressing go on elsewhere; what happens here happens in
//! order.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use unbake_formats::codec::{Encoder, Packed};
use unbake_formats::parquet::{Rewriter, Table};
use unbake_formats::{Malformed, Mended};

use crate::args::OnError;
use crate::atomic::{self, Report};
use crate::budget::Budget;
use crate::changes::{Base, Changes};
use crate::commit::{self, Aside};
use crate::input::Input;
use crate::job::{Action, Job, Place};
use crate::outcome::Outcome;
use crate::output::{Output, Styles};
use crate::place::Places;
use crate::preview::Preview;
use crate::progress::Progress;
use crate::read::{Ended, Opened, read};
use crate::resume;
use crate::sink::Sink;
use crate::stats::{Stats, Summary};
use crate::work::{Done, OVER_LONG, Out, Part, work};
use crate::{decode, fix, pipeline, scan};

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
    /// Nothing, if it is a table.
    pub(crate) batch: &'b [u8],
    /// Where the batch is in the input.
    pub(crate) base: Base,
    /// Records are rows, and spans are in their values.
    pub(crate) table: bool,
    pub(crate) mended: Mended,
}

/// How much may be under way for each thread. Larger records go one by one.
const UNDER_WAY: usize = 4 << 20;

pub(crate) fn run(job: Job, out: &mut Output) -> io::Result<Outcome> {
    let started = Instant::now();
    let writes = job.place != Place::Stdout || job.changes.is_some() || job.stats.is_some();
    if writes {
        atomic::clean_up_on_signals()?;
    }
    if let Some(failed) = job.concluded {
        resume::forget(&job.inputs);
        return Ok(Outcome {
            failed,
            changes: false,
        });
    }
    let job = Arc::new(job);
    let budget = Arc::new(Budget::new(UNDER_WAY * job.jobs.max(2)));
    let bytes_read = Arc::new(AtomicU64::new(0));
    let preview = match &job.show {
        Some((show, sample)) => Some(Preview::new(show, *sample, out)?),
        None => None,
    };
    let changes = match job
        .changes
        .as_deref()
        .map(|path| (path, Changes::new(path)))
    {
        Some((path, Err(error))) => {
            return Ok(crate::failed(&format!("{}: {error}", path.display())));
        }
        Some((_, Ok(changes))) => Some(changes),
        None => None,
    };
    let mut run = Run {
        job: &job,
        budget: &budget,
        out,
        preview,
        progress: Progress::new(&job, bytes_read.clone()),
        outcome: Outcome::default(),
        stats: Stats::default(),
        changes,
        sampled: 0,
        resumed: false,
        next: 0,
        open: None,
    };
    for complaint in &job.complaints {
        run.progress.complain(complaint);
        run.outcome.failed = true;
    }
    let ended = {
        let (reading, working) = (job.clone(), job.clone());
        let budget = budget.clone();
        pipeline::ordered(
            job.jobs,
            move |sink| read(&reading, &budget, &bytes_read, sink),
            move |unit| work(unit, &working.plan),
            |done| run.take(done),
        )?
    };
    run.progress.finish();
    let Run {
        mut outcome,
        stats,
        changes,
        preview,
        resumed,
        out,
        ..
    } = run;
    if let Some(preview) = preview
        && !matches!(ended, Err(Stop::Output(_)))
    {
        preview.end(out)?;
    }
    match ended {
        Ok(()) => {
            // What was done by an earlier run met its decisions there.
            if let Some(decisions) = &job.plan.decisions
                && !resumed
                && let Some(message) = decisions.unmet()
            {
                crate::outcome::complain(message);
                outcome.failed = true;
            }
            if let Err((path, error)) = conclude(&job, &stats, changes, started) {
                crate::outcome::complain(format_args!("{}: {error}", path.display()));
                outcome.failed = true;
            }
        }
        // To be gone on with.
        Err(Stop::AtFirst) => {}
        Err(Stop::Output(error)) => return Err(error),
    }
    Ok(outcome)
}

/// Writes the reports, and removes what only a killed run needs.
fn conclude(
    job: &Job,
    stats: &Stats,
    changes: Option<Changes>,
    started: Instant,
) -> Result<(), (PathBuf, io::Error)> {
    let targets = || {
        job.inputs
            .iter()
            .filter_map(|input| input.target.as_deref())
    };
    if let Some(changes) = changes {
        changes.finish(targets())?;
    }
    if let Some(path) = &job.stats {
        let summary = Summary {
            stats,
            seconds: started.elapsed().as_secs_f64(),
            version: env!("CARGO_PKG_VERSION"),
            config: &job.hash,
        };
        let write = || {
            let mut report = Report::new(path)?;
            let mut json = serde_json::to_vec_pretty(&summary)?;
            json.push(b'\n');
            report.file()?.write_all(&json)?;
            report.finish()
        };
        write().map_err(|error| (path.clone(), error))?;
    }
    // Without it, only a kill at this very moment would be noticed.
    let _ = resume::conclude(&job.inputs, &job.hash);
    resume::forget(&job.inputs);
    Ok(())
}

/// Why a run ends early.
enum Stop {
    /// Standard output takes no more.
    Output(io::Error),
    /// As asked for, at the first thing that could not be read.
    AtFirst,
}

struct Run<'r> {
    job: &'r Job,
    budget: &'r Budget,
    out: &'r mut Output,
    preview: Option<Preview>,
    progress: Progress,
    outcome: Outcome,
    stats: Stats,
    changes: Option<Changes>,
    sampled: usize,
    /// Some inputs were done by a run before this one.
    resumed: bool,
    /// The number of the input that is next to end.
    next: usize,
    open: Option<Open>,
}

/// The input that is being gone through.
struct Open {
    /// Records are more than lines of it.
    has_records: bool,
    metadata: Option<Metadata>,
    table: Option<Arc<Table>>,
    stats: Stats,
    base: Base,
    texts: usize,
    malformed: usize,
    /// Damaged records without a tag, and the line of the first.
    untagged: u64,
    untagged_line: usize,
    to: To,
    aside: Aside,
    /// Why there will be no output.
    error: Option<io::Error>,
}

enum To {
    Nowhere,
    Stdout(Encoder<Vec<u8>>),
    StdoutTable(Box<Rewriter<io::Stdout>>),
    File(Box<Sink>),
}

/// How many malformed records of an input are named. Whoever takes a binary
/// file for JSON Lines should not get a message for each of its lines.
const NAMED: usize = 100;

impl Run<'_> {
    fn take(&mut self, done: Done) -> Result<(), Stop> {
        match done {
            Done::Begin(opened) => self.begin(opened),
            Done::Part(part) => self.part(part),
            Done::End(ended) => {
                let result = self.end(ended);
                self.open = None;
                if let Some(changes) = &mut self.changes {
                    changes.end();
                }
                self.next += 1;
                self.progress.update(&self.stats, None);
                result
            }
        }
    }

    fn begin(&mut self, opened: Opened) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        for note in &opened.notes {
            self.progress.complain(format_args!("{input}: {note}"));
        }
        let target = input.target.as_deref();
        let to = match (target, input.path()) {
            _ if job.plan.view != View::Fix => Ok(To::Nowhere),
            (Some(target), Some(path)) => {
                let mut sink = Sink::new(path, target, opened.codec);
                // What was read of a pipe cannot be read again.
                let is_pipe = opened.metadata.as_ref().is_some_and(|of| !of.is_file());
                if job.plan.limit.is_some() || opened.recoded || is_pipe {
                    sink.differs();
                }
                Ok(To::File(Box::new(sink)))
            }
            _ => {
                self.out.flush().map_err(Stop::Output)?;
                match &opened.table {
                    Some(table) => Rewriter::new(table.clone(), io::stdout())
                        .map(|rewriter| To::StdoutTable(Box::new(rewriter))),
                    None => Encoder::new(opened.codec, Vec::new()).map(To::Stdout),
                }
            }
        };
        let begun = match &mut self.changes {
            Some(changes) => changes.begin(target),
            None => Ok(()),
        };
        let (to, error) = match (to, begun) {
            (Ok(to), Ok(())) => (to, None),
            (Err(error), _) | (_, Err(error)) => (To::Nowhere, Some(error)),
        };
        let can_show = self
            .preview
            .as_mut()
            .is_none_or(|preview| preview.input(input, opened.has_records, opened.has_lines));
        let error = error.or_else(|| {
            let message = "a patch is for files of lines, neither compressed nor decoded; \
                           without --patch its changes are shown";
            (!can_show).then(|| io::Error::new(io::ErrorKind::Unsupported, message))
        });
        let repairs = job.plan.view == View::Fix && job.plan.action == Action::Repair;
        self.open = Some(Open {
            has_records: opened.has_records,
            metadata: opened.metadata,
            table: opened.table,
            stats: Stats::default(),
            base: Base {
                line: 1,
                at_after: repairs.then_some(0),
                ..Base::default()
            },
            texts: 0,
            malformed: 0,
            untagged: 0,
            untagged_line: 0,
            to,
            aside: Aside::default(),
            error,
        });
        Ok(())
    }

    fn part(&mut self, mut part: Part) -> Result<(), Stop> {
        let result = self.look_at(&mut part);
        let buffer = match part.out {
            Out::Bytes { packed, .. } if part.bytes.is_empty() => packed.into_buffer(),
            _ => part.bytes,
        };
        self.budget.give_back(part.taken, buffer);
        result
    }

    fn look_at(&mut self, part: &mut Part) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        let Some(open) = self.open.as_mut().filter(|open| open.error.is_none()) else {
            return Ok(());
        };
        open.stats.count(part);
        open.texts += part.mended.texts;
        if let Some(reason) = part.skipped {
            open.stats.skip(reason);
            let line = open.base.line;
            self.progress
                .complain(format_args!("{input}:{line}: {reason}; left as it is"));
            self.outcome.failed |= reason != OVER_LONG;
        }
        if !part.mended.malformed.is_empty() {
            malformed(job, input, open, part, &self.progress);
            self.outcome.failed = true;
            if job.plan.on_error == OnError::Fail {
                return Err(Stop::AtFirst);
            }
        }
        if let Some(first) = part.untagged.first {
            if open.untagged == 0 {
                open.untagged_line = Places::new(&part.bytes, open.base.line).of(first).line;
            }
            open.untagged += part.untagged.records;
            for _ in 0..part.untagged.records {
                open.stats.skip("no object");
            }
        }
        let found = Found {
            input,
            batch: &part.bytes,
            base: open.base,
            table: open.table.is_some(),
            mended: std::mem::take(&mut part.mended),
        };
        open.base.pass(&found, part.len, part.len_out);
        open.base.line += part.lines;
        if !open.has_records {
            // However many windows it takes, a text is one record.
            open.base.record = 0;
            open.stats.records = open.stats.records.min(1);
            open.stats.changed = open.stats.changed.min(1);
        }
        if !found.mended.patches.is_empty() {
            self.outcome.changes = true;
            if let Some(changes) = &mut self.changes
                && let Err(error) = changes.write(&found)
            {
                // Beside an output it is that one's; else nothing more can be told of.
                if !matches!(open.to, To::File(_)) {
                    return Err(Stop::Output(error));
                }
                open.error = Some(error);
                return Ok(());
            }
            for line in scan::lines(&found, Styles::default()).take(job.sample - self.sampled) {
                self.progress.say(line);
                self.sampled += 1;
            }
        }
        if let Some(preview) = &mut self.preview {
            preview.found(&found, self.out).map_err(Stop::Output)?;
        }
        if !part.aside.is_empty()
            && let Some(target) = &input.target
            && let Err(error) = open.aside.write(target, &part.aside)
        {
            open.error = Some(error);
            return Ok(());
        }
        match (&mut open.to, std::mem::take(&mut part.out)) {
            (_, Out::Failed(error)) => open.error = Some(error),
            (To::File(sink), Out::Bytes { packed, differs }) => {
                open.error = sink.write(&packed, differs).err();
                part.out = Out::Bytes { packed, differs };
            }
            (To::File(sink), Out::Group(number, group)) => {
                if let Some(table) = &open.table {
                    open.error = sink.write_group(table, number, &group).err();
                }
            }
            (To::Stdout(encoder), Out::Bytes { packed, differs }) => {
                match &packed {
                    Packed::Plain(bytes) if job.readable => fix::show(bytes, self.out),
                    packed => encoder.write_to(packed, self.out),
                }
                .map_err(Stop::Output)?;
                part.out = Out::Bytes { packed, differs };
            }
            (To::StdoutTable(rewriter), Out::Group(number, group)) => {
                match rewriter.write(number, &group) {
                    Err(error) if is_corrupt(&error) => open.error = Some(error),
                    written => written.map_err(Stop::Output)?,
                }
            }
            _ => {}
        }
        self.out.flush().map_err(Stop::Output)?;
        self.progress.update(&self.stats, Some(&open.stats));
        Ok(())
    }

    fn end(&mut self, ended: Ended) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        let mut open = self.open.take();
        let ended = match open.as_mut().and_then(|open| open.error.take()) {
            Some(error) => Ended::Failed(error),
            None => ended,
        };
        let mut stats = Stats {
            files: 1,
            ..Stats::default()
        };
        match ended {
            Ended::Done(marker) => {
                self.resumed = true;
                self.stats.add(&marker.stats);
                self.outcome.failed |= marker.failed;
                self.outcome.changes |= marker.stats.edits > 0;
                Ok(())
            }
            Ended::Whole => match open {
                Some(open) => self.whole(open),
                None => Ok(()),
            },
            Ended::Skipped(reason) => {
                stats.skip(reason);
                if !input.found {
                    self.progress
                        .complain(format_args!("{input}: {reason}; left as it is"));
                }
                self.pass(stats, false)
            }
            Ended::Binary(kind, bytes) => {
                stats.skip("binary");
                // A copy of a folder should be whole.
                let fate = match job.plan.view {
                    View::Fix => "left as it is",
                    View::Diff | View::Scan => "passed over",
                };
                if !input.found {
                    self.progress.complain(decode::not_text(input, kind, fate));
                }
                if job.plan.view == View::Fix && input.target.is_none() {
                    self.out.write_all(&bytes).map_err(Stop::Output)?;
                    self.out.flush().map_err(Stop::Output)?;
                    self.stats.add(&stats);
                    return Ok(());
                }
                self.pass(stats, false)
            }
            Ended::Refused(message) => self.failed(input, &message),
            Ended::Failed(error) => {
                // Before its place gets something else. What went to standard
                // output stays there, and ends as its codec wants it.
                let to_stdout = job.plan.view == View::Fix && input.target.is_none();
                let fate = match open.map(|open| open.to) {
                    Some(To::Stdout(encoder)) => {
                        self.finish(encoder)?;
                        "; what could be read of it is passed on"
                    }
                    Some(To::StdoutTable(_)) => "; what is passed on is no whole table",
                    None if to_stdout && is_corrupt(&error) => "; nothing of it is passed on",
                    _ => "",
                };
                if let Some(changes) = &mut self.changes {
                    changes.discard();
                }
                // What is damaged is passed on; what is not there, or has no
                // place to go to, is not.
                if !is_corrupt(&error) || job.plan.on_error == OnError::Fail {
                    return self.failed(input, &format!("{error}{fate}"));
                }
                let fate = match (&job.place, job.plan.on_error) {
                    (Place::Stdout, _) => fate,
                    (_, OnError::Quarantine) => "; put aside",
                    (Place::Inputs { .. }, _) => "; left as it is",
                    (Place::Folder, _) => "; passed on as it is",
                };
                self.progress
                    .complain(format_args!("{input}: {error}{fate}"));
                self.outcome.failed = true;
                stats.files_failed = 1;
                stats.skip("corrupt");
                self.pass(stats, true)
            }
        }
    }

    /// Ends what one input has on standard output.
    fn finish(&mut self, encoder: Encoder<Vec<u8>>) -> Result<(), Stop> {
        encoder
            .finish()
            .and_then(|rest| self.out.write_all(&rest))
            .and_then(|()| self.out.flush())
            .map_err(Stop::Output)
    }

    fn failed(&mut self, input: &Input, message: &str) -> Result<(), Stop> {
        self.progress.complain(format_args!("{input}: {message}"));
        self.outcome.failed = true;
        self.stats.files += 1;
        self.stats.files_failed += 1;
        match self.job.plan.on_error {
            OnError::Fail => Err(Stop::AtFirst),
            _ => Ok(()),
        }
    }

    /// The input was read to its end.
    fn whole(&mut self, mut open: Open) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        self.conclude_tally(input, &open);
        open.stats.files = 1;
        open.stats.files_changed = u64::from(open.stats.edits > 0);
        if let Some(preview) = &mut self.preview {
            preview
                .end_input(input, self.out)
                .and_then(|()| self.out.flush())
                .map_err(Stop::Output)?;
        }
        match open.to {
            To::Nowhere => {}
            To::Stdout(encoder) => self.finish(encoder)?,
            To::StdoutTable(rewriter) => {
                rewriter
                    .finish()
                    .and_then(|mut out| out.flush())
                    .map_err(Stop::Output)?;
            }
            To::File(sink) => {
                if let (Some(target), Some(path), Some(metadata)) =
                    (&input.target, input.path(), &open.metadata)
                {
                    let in_place = matches!(job.place, Place::Inputs { .. });
                    let failed = open.malformed > 0;
                    let aside = open.aside;
                    let put = sink.finish(metadata, in_place).and_then(|ready| {
                        aside.put(target, job.force)?;
                        commit::put(job, ready, path, target, metadata, &open.stats, failed)
                    });
                    if let Err(error) = put {
                        if let Some(changes) = &mut self.changes {
                            changes.discard();
                        }
                        return self.failed(input, &error.to_string());
                    }
                }
            }
        }
        self.stats.add(&open.stats);
        Ok(())
    }

    /// The input goes on as it is: into the output, or aside.
    fn pass(&mut self, stats: Stats, failed: bool) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        if input
            .path()
            .is_some_and(|path| path.metadata().is_ok_and(|of| !of.is_file()))
        {
            // What was read of it would be missing.
            return self.failed(input, "cannot be passed on from a pipe");
        }
        if let (Some(target), Some(path)) = (&input.target, input.path()) {
            if let Err(error) = commit::pass(job, path, target, &stats, failed) {
                return self.failed(input, &error.to_string());
            }
        } else if !failed && job.plan.view == View::Fix {
            // To standard output, as it is.
            let opened = match input.path() {
                Some(path) => File::open(path),
                None => return self.failed(input, "cannot be passed on from standard input"),
            };
            match opened {
                Ok(mut file) => {
                    if job.readable {
                        let mut bytes = Vec::new();
                        let read = file.read_to_end(&mut bytes).map(drop);
                        read.and_then(|()| fix::show(&bytes, self.out))
                    } else {
                        io::copy(&mut file, self.out).map(drop)
                    }
                    .and_then(|()| self.out.flush())
                    .map_err(Stop::Output)?;
                }
                Err(error) => return self.failed(input, &error.to_string()),
            }
        }
        self.stats.add(&stats);
        Ok(())
    }

    fn conclude_tally(&self, input: &Input, open: &Open) {
        let (malformed, records) = (open.malformed, open.stats.records);
        if malformed > NAMED {
            let more = malformed - NAMED;
            let format = input.format.name();
            self.progress.complain(format_args!(
                "{input}: {more} more of {records} records are not {format}"
            ));
        }
        let (untagged, line) = (open.untagged, open.untagged_line);
        if untagged > 0 {
            self.progress.complain(format_args!(
                "{input}:{line}: warning: no tag for damaged records that are no objects: \
                 {untagged}, of which this is the first"
            ));
        }
        // A misspelt name would otherwise look like a clean file.
        let patterns = self.job.plan.fields.patterns();
        if records > malformed as u64 && open.texts == 0 && !patterns.is_empty() {
            let fields = patterns.join(", ");
            self.progress.complain(format_args!(
                "{input}: warning: no record has a text in {fields}"
            ));
        }
    }
}

fn malformed(job: &Job, input: &Input, open: &mut Open, part: &Part, progress: &Progress) {
    let mut places = Places::new(&part.bytes, open.base.line);
    let unnamed = match job.plan.on_error {
        OnError::Fail => 1,
        _ => NAMED.saturating_sub(open.malformed),
    };
    let found = &part.mended.malformed;
    for Malformed {
        at,
        message,
        record,
        ..
    } in found.iter().take(unnamed)
    {
        let fate = match job.plan.on_error {
            OnError::Fail => "stopped",
            OnError::Quarantine if !part.mended.is_header(*record) => "record put aside",
            _ => "record left as it is",
        };
        let place = places.of(*at);
        progress.complain(format_args!("{input}:{place}: {message}; {fate}"));
    }
    open.malformed += found.len();
    for _ in found {
        open.stats.skip("malformed");
    }
}

/// The bytes are there, but they are not what they should be.
fn is_corrupt(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    ) || (error.kind() == io::ErrorKind::Other && error.raw_os_error().is_none())
}
