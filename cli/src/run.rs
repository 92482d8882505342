//! The inputs through formats and library to a view or to files. Reading,
//! repairing and compressing go on elsewhere; what happens here happens in
//! order.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use unbake_formats::codec::{Codec, Encoder};
use unbake_formats::parquet::{Group, Rewriter, Table};
use unbake_formats::{Malformed, Mended};

use crate::args::OnError;
use crate::atomic::{self, Temporary};
use crate::budget::Budget;
use crate::changes::{self, Base};
use crate::input::Input;
use crate::job::{Action, Job, Place};
use crate::outcome::Outcome;
use crate::output::Output;
use crate::place::Places;
use crate::preview::{self, Preview};
use crate::progress::Progress;
use crate::read::{Ended, Opened, read};
use crate::resume::{self, Marker, Stamp};
use crate::sink::{Ready, Sink, back_up, copied};
use crate::stats::{Stats, Summary};
use crate::work::{Batch, Done, work};
use crate::{decode, fix, pipeline, scan};

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Fix,
    Diff,
    Scan,
}

/// How much may be under way for each thread. Larger records go one by one.
const UNDER_WAY: usize = 4 << 20;

pub(crate) fn run(job: Job, out: &mut Output) -> io::Result<Outcome> {
    let started = Instant::now();
    let config = job.plan.hash();
    let writes = job.place != Place::Stdout || job.changes.is_some() || job.stats.is_some();
    if writes {
        atomic::clean_up_on_signals()?;
    }
    let job = Arc::new(job);
    let budget = Arc::new(Budget::new(UNDER_WAY * job.jobs.max(2)));
    let bytes_read = Arc::new(AtomicU64::new(0));
    let preview = match &job.show {
        Some((show, sample)) => Some(Preview::new(show, *sample, out)?),
        None => None,
    };
    let mut run = Run {
        job: &job,
        config: &config,
        budget: &budget,
        out,
        preview,
        progress: Progress::new(&job, bytes_read.clone()),
        outcome: Outcome::default(),
        stats: Stats::default(),
        changes: match &job.changes {
            Some(path) => Some(Report::new(path)?),
            None => None,
        },
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
        let (budget, config) = (budget.clone(), config.clone());
        pipeline::ordered(
            job.jobs,
            move |sink| read(&reading, &config, &budget, &bytes_read, sink),
            move |unit| work(unit, &working.plan),
            |done| run.take(done),
        )?
    };
    match ended {
        Ok(()) | Err(Stop::AtFirst) => {}
        Err(Stop::Output(error)) => return Err(error),
    }
    let whole = ended.is_ok();
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
    if let Some(preview) = preview {
        preview.end(out)?;
    }
    // What was done by an earlier run met its decisions there.
    if let Some(decisions) = &job.plan.decisions
        && whole
        && !resumed
        && let Some(message) = decisions.unmet()
    {
        crate::outcome::complain(message);
        outcome.failed = true;
    }
    let concluded = conclude(&job, &config, whole, &stats, changes, started);
    if let Err((path, error)) = concluded {
        crate::outcome::complain(format_args!("{}: {error}", path.display()));
        outcome.failed = true;
    }
    Ok(outcome)
}

/// Writes the reports, and removes what only a killed run needs.
fn conclude(
    job: &Job,
    config: &str,
    whole: bool,
    stats: &Stats,
    changes: Option<Report>,
    started: Instant,
) -> Result<(), (PathBuf, io::Error)> {
    if !whole {
        // To be gone on with.
        return Ok(());
    }
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| (path, error)
    };
    if let (Some(mut report), Some(path)) = (changes, &job.changes) {
        for target in job.inputs.iter().filter_map(|input| input.target.as_ref()) {
            match File::open(resume::changes(target)) {
                Ok(mut part) => io::copy(&mut part, report.file().map_err(at(path))?)
                    .map(drop)
                    .map_err(at(path))?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(at(target)(error)),
            }
        }
        report.finish().map_err(at(path))?;
    }
    if let Some(path) = &job.stats {
        let summary = Summary {
            stats,
            seconds: started.elapsed().as_secs_f64(),
            version: env!("CARGO_PKG_VERSION"),
            config,
        };
        let write = || {
            let mut report = Report::new(path)?;
            let mut json = serde_json::to_vec_pretty(&summary)?;
            json.push(b'\n');
            report.file()?.write_all(&json)?;
            report.finish()
        };
        write().map_err(at(path))?;
    }
    for target in job.inputs.iter().filter_map(|input| input.target.as_ref()) {
        resume::forget(target);
    }
    Ok(())
}

/// A file about the run: whole or not there, unless it is a pipe or the like.
enum Report {
    File(Temporary),
    Stream(File),
}

impl Report {
    fn new(path: &Path) -> io::Result<Self> {
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return File::options().write(true).open(path).map(Report::Stream);
        }
        Temporary::new(path).map(Report::File)
    }

    fn file(&mut self) -> io::Result<&mut File> {
        match self {
            Report::File(temporary) => temporary.file(),
            Report::Stream(file) => Ok(file),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Report::File(mut temporary) => {
                temporary.sync()?;
                temporary.commit()
            }
            Report::Stream(_) => Ok(()),
        }
    }
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
    config: &'r str,
    budget: &'r Budget,
    out: &'r mut Output,
    preview: Option<Preview>,
    progress: Progress,
    outcome: Outcome,
    stats: Stats,
    changes: Option<Report>,
    sampled: usize,
    /// Some inputs were done by a run before this one.
    resumed: bool,
    /// The number of the input that is next to end.
    next: usize,
    open: Option<Open>,
}

/// The input that is being gone through.
struct Open {
    metadata: Option<Metadata>,
    table: Option<Arc<Table>>,
    stats: Stats,
    base: Base,
    texts: usize,
    malformed: usize,
    to: To,
    /// Changes, until the run is over.
    part: Option<(PathBuf, File)>,
    aside: Option<Temporary>,
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
            Done::Batch(batch) => {
                let taken = batch.taken;
                let result = self.batch(batch);
                self.budget.give_back(taken);
                result
            }
            Done::Group { group, done, taken } => {
                let result = self.group(group, done);
                self.budget.give_back(taken);
                result
            }
            Done::End(ended) => {
                let result = self.end(ended);
                self.open = None;
                self.next += 1;
                self.progress.update(&self.stats);
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
        let mut error = None;
        let to = match (&input.target, input.path()) {
            _ if self.job.plan.view != View::Fix => To::Nowhere,
            (Some(target), Some(path)) => {
                let mut sink = Sink::new(path, target, opened.codec);
                if self.job.plan.limit.is_some() || opened.recoded {
                    sink.differs();
                }
                To::File(Box::new(sink))
            }
            _ => {
                self.out.flush().map_err(Stop::Output)?;
                match &opened.table {
                    Some(table) => Rewriter::new(table.clone(), io::stdout())
                        .map(|rewriter| To::StdoutTable(Box::new(rewriter))),
                    // A terminal gets what can be read.
                    None => {
                        Encoder::new(self.stdout_codec(opened.codec), Vec::new()).map(To::Stdout)
                    }
                }
                .unwrap_or_else(|e| {
                    error = Some(e);
                    To::Nowhere
                })
            }
        };
        let part = match (&self.changes, &input.target) {
            (Some(_), Some(target)) => {
                let path = resume::changes(target);
                let folder = target.parent().map_or(Ok(()), fs::create_dir_all);
                match folder.and_then(|()| File::create(&path)) {
                    Ok(file) => Some((path, file)),
                    Err(e) => {
                        error = Some(e);
                        None
                    }
                }
            }
            _ => None,
        };
        if let Some(preview) = &mut self.preview
            && !preview.input(input, opened.has_records, opened.has_lines)
        {
            error = Some(io::Error::new(
                io::ErrorKind::Unsupported,
                "a patch is for files of lines, neither compressed nor decoded; \
                 without --patch its changes are shown",
            ));
        }
        let repairs = self.job.plan.view == View::Fix && self.job.plan.action == Action::Repair;
        self.open = Some(Open {
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
            to,
            part,
            aside: None,
            error,
        });
        Ok(())
    }

    fn stdout_codec(&self, codec: Codec) -> Codec {
        if self.out.terminal {
            Codec::Plain
        } else {
            codec
        }
    }

    fn batch(&mut self, batch: Batch) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.error.is_some() {
            return Ok(());
        }
        count(&mut open.stats, &batch.mended, batch.len, batch.len_out);
        open.texts += batch.mended.texts;
        if let Some(reason) = batch.skipped {
            open.stats.skip(reason);
            self.progress.complain(format_args!(
                "{input}:{}: {reason}; left as it is",
                open.base.line
            ));
            self.outcome.failed |= reason != OVER_LONG;
        }
        if !batch.mended.malformed.is_empty() {
            malformed(job, input, open, &batch, &self.progress);
            self.outcome.failed = true;
            if job.plan.on_error == OnError::Fail {
                return Err(Stop::AtFirst);
            }
        }
        let base = open.base;
        if !batch.mended.patches.is_empty() {
            self.outcome.changes = true;
            let places = Some(&batch.bytes[..]);
            if let Some(report) = &mut self.changes {
                let mut lines = Vec::new();
                let written =
                    changes::write(&input.to_string(), places, base, &batch.mended, &mut lines)
                        .and_then(|()| match &mut open.part {
                            Some((_, part)) => part.write_all(&lines),
                            None => report.file()?.write_all(&lines),
                        });
                if let Err(error) = written {
                    open.error = Some(error);
                    return Ok(());
                }
            }
            if self.sampled < job.sample {
                let mut places = Places::new(&batch.bytes, base.line);
                for patch in batch.mended.patches.iter().take(job.sample - self.sampled) {
                    let place = places.of(patch.span.start);
                    self.progress.say(scan::finding(input, &place, patch));
                    self.sampled += 1;
                }
            }
        }
        open.base.record += batch.mended.records as u64;
        open.base.line += batch.lines;
        open.base.at += batch.len as u64;
        if let Some(at) = &mut open.base.at_after {
            *at += batch.len_out as u64;
        }
        if !batch.aside.is_empty()
            && let Some(target) = &input.target
        {
            let written =
                aside(&mut open.aside, target).and_then(|file| file.write_all(&batch.aside));
            if let Err(error) = written {
                open.error = Some(error);
                return Ok(());
            }
        }
        let shown = match &mut open.to {
            To::File(sink) => {
                let written = sink.write(&batch.packed, batch.differs);
                open.error = written.err();
                Ok(())
            }
            To::Stdout(encoder) if self.out.terminal => {
                let _ = encoder;
                let bytes = if batch.bytes.is_empty() {
                    plain(&batch)
                } else {
                    &batch.bytes
                };
                fix::write(bytes, &batch.mended.patches, self.out)
            }
            To::Stdout(encoder) => to_stdout(encoder, &batch, self.out),
            To::StdoutTable(_) => Ok(()),
            To::Nowhere => match &mut self.preview {
                Some(preview) => {
                    let found = preview::found(Some(&batch.bytes), base, batch.mended);
                    preview.found(found, self.out)
                }
                None => Ok(()),
            },
        };
        shown
            .and_then(|()| self.out.flush())
            .map_err(Stop::Output)?;
        self.progress
            .update_with(&self.stats, self.open.as_ref().map(|open| &open.stats));
        Ok(())
    }

    fn group(&mut self, number: usize, done: io::Result<Group>) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.error.is_some() {
            return Ok(());
        }
        let group = match done {
            Ok(group) => group,
            Err(error) => {
                open.error = Some(error);
                return Ok(());
            }
        };
        let Some(table) = open.table.clone() else {
            return Ok(());
        };
        let len = usize::try_from(table.group_len(number)).unwrap_or(usize::MAX);
        count(&mut open.stats, &group.mended, len, len);
        open.texts += group.mended.texts;
        if !group.mended.patches.is_empty() {
            self.outcome.changes = true;
            if let Some(report) = &mut self.changes {
                let base = Base {
                    at_after: open.base.at_after.map(|_| 0),
                    ..open.base
                };
                let mut lines = Vec::new();
                let written =
                    changes::write(&input.to_string(), None, base, &group.mended, &mut lines)
                        .and_then(|()| match &mut open.part {
                            Some((_, part)) => part.write_all(&lines),
                            None => report.file()?.write_all(&lines),
                        });
                if let Err(error) = written {
                    open.error = Some(error);
                    return Ok(());
                }
            }
            for damaged in &group.mended.damaged {
                let row = open.base.record + damaged.record as u64;
                for patch in &group.mended.patches[damaged.patches.clone()] {
                    let place = format!("row {row}:{}", patch.field);
                    if self.sampled < job.sample {
                        self.sampled += 1;
                        self.progress.say(scan::finding(input, &place, patch));
                    }
                }
            }
        }
        if let Some(preview) = &mut self.preview {
            let found = preview::found(None, open.base, group.mended.clone());
            preview.found(found, self.out).map_err(Stop::Output)?;
        }
        open.base.record += group.mended.records as u64;
        match &mut open.to {
            To::File(sink) => open.error = sink.write_group(&table, number, &group).err(),
            To::StdoutTable(rewriter) => rewriter.write(number, &group).map_err(Stop::Output)?,
            To::Stdout(_) | To::Nowhere => {}
        }
        self.out.flush().map_err(Stop::Output)?;
        self.progress
            .update_with(&self.stats, self.open.as_ref().map(|open| &open.stats));
        Ok(())
    }

    fn end(&mut self, ended: Ended) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        let mut open = self.open.take();
        let mut ended = ended;
        if let Some(open) = &mut open
            && let Some(error) = open.error.take()
        {
            ended = Ended::Failed(error);
        }
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
                drop(open);
                let mut stats = Stats {
                    files: 1,
                    ..Stats::default()
                };
                stats.skip(reason);
                if !input.found {
                    self.progress
                        .complain(format_args!("{input}: {reason}; left as it is"));
                }
                self.pass(stats, false)
            }
            Ended::Binary(kind, bytes) => {
                let mut stats = Stats {
                    files: 1,
                    ..Stats::default()
                };
                stats.skip("binary");
                // A copy of a folder should be whole.
                let fate = match job.plan.view {
                    View::Fix => "left as it is",
                    View::Diff | View::Scan => "passed over",
                };
                if !input.found {
                    self.progress.complain(decode::not_text(input, kind, fate));
                }
                if job.plan.view == View::Fix && input.path().is_none() {
                    self.out.write_all(&bytes).map_err(Stop::Output)?;
                    self.out.flush().map_err(Stop::Output)?;
                    self.stats.add(&stats);
                    return Ok(());
                }
                self.pass(stats, false)
            }
            Ended::Refused(message) => self.failed(input, &message),
            Ended::Failed(error) => {
                if let Some((path, _)) = open.as_mut().and_then(|open| open.part.take()) {
                    let _ = fs::remove_file(path);
                }
                drop(open);
                self.progress.complain(format_args!("{input}: {error}"));
                self.outcome.failed = true;
                if job.plan.on_error == OnError::Fail {
                    return Err(Stop::AtFirst);
                }
                let mut stats = Stats {
                    files: 1,
                    files_failed: 1,
                    ..Stats::default()
                };
                stats.skip(&reason(&error));
                // What is damaged is passed on; what is not there, or has no
                // place to go to, is not.
                if is_corrupt(&error) {
                    self.pass(stats, true)
                } else {
                    self.stats.add(&stats);
                    Ok(())
                }
            }
        }
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
            To::Stdout(encoder) => {
                let mut rest = encoder.finish().map_err(Stop::Output)?;
                // A terminal was shown the text itself.
                if !self.out.terminal {
                    self.out.write_all(&rest).map_err(Stop::Output)?;
                    self.out.flush().map_err(Stop::Output)?;
                }
                rest.clear();
            }
            To::StdoutTable(rewriter) => {
                rewriter
                    .finish()
                    .and_then(|mut out| out.flush())
                    .map_err(Stop::Output)?;
            }
            To::File(sink) => {
                let failed = open.malformed > 0;
                if let (Some(target), Some(path), Some(metadata)) =
                    (&input.target, input.path(), &open.metadata)
                {
                    let in_place = matches!(job.place, Place::Inputs { .. });
                    let put = sink.finish(metadata, in_place).and_then(|ready| {
                        if let Some(aside) = open.aside.take() {
                            self.put_aside(aside, target)?;
                        }
                        self.put(ready, path, target, metadata, &open.stats, failed)
                    });
                    if let Err(error) = put {
                        if let Some((path, _)) = open.part.take() {
                            let _ = fs::remove_file(path);
                        }
                        return self.failed(input, &error.to_string());
                    }
                }
            }
        }
        self.stats.add(&open.stats);
        Ok(())
    }

    fn put_aside(&self, mut aside: Temporary, target: &Path) -> io::Result<()> {
        let path = quarantine(target);
        if !self.job.force && path.exists() && Marker::read(target).is_none() {
            let name = path.display();
            return Err(io::Error::other(format!(
                "{name} exists; --force overwrites it"
            )));
        }
        aside.sync()?;
        aside.commit()
    }

    /// Puts an output in its place, and leaves a marker that it is there.
    fn put(
        &self,
        ready: Option<Ready>,
        path: &Path,
        target: &Path,
        metadata: &Metadata,
        stats: &Stats,
        failed: bool,
    ) -> io::Result<()> {
        let job = self.job;
        let stamp = Stamp::of(metadata);
        // What was written to it since would be lost.
        if Stamp::of(&fs::metadata(path)?) != stamp {
            return Err(io::Error::other(
                "the file changed while it was read; left as it is",
            ));
        }
        let in_place = matches!(job.place, Place::Inputs { .. });
        let output = ready.as_ref().map(|ready| ready.stamp.clone());
        let marker = Marker {
            input: path.to_string_lossy().into_owned(),
            stamp: match &output {
                Some(output) if in_place => output.clone(),
                _ => stamp,
            },
            output: output.filter(|_| !in_place),
            config: self.config.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            failed,
            stats: stats.clone(),
        };
        if let (
            Place::Inputs {
                backup: Some(suffix),
            },
            Some(_),
        ) = (&job.place, &ready)
        {
            back_up(path, suffix, job.force)?;
        }
        marker.write(target)?;
        match ready {
            Some(ready) => ready.commit(),
            None => Ok(()),
        }
    }

    /// The input goes on as it is: into the output, or aside.
    fn pass(&mut self, stats: Stats, failed: bool) -> Result<(), Stop> {
        let job = self.job;
        let input = &job.inputs[self.next];
        if let (Some(target), Some(path)) = (&input.target, input.path()) {
            let in_place = matches!(job.place, Place::Inputs { .. });
            let aside = failed && job.plan.on_error == OnError::Quarantine;
            let passed = fs::metadata(path).and_then(|metadata| {
                if aside {
                    copied(path, &quarantine(target), &metadata)?.commit()?;
                }
                let ready = if in_place || aside {
                    None
                } else {
                    Some(copied(path, target, &metadata)?)
                };
                self.put(ready, path, target, &metadata, &stats, failed)
            });
            if let Err(error) = passed {
                return self.failed(input, &error.to_string());
            }
        } else if !failed && job.plan.view == View::Fix {
            // To standard output, as it is.
            let passed = match input.path() {
                Some(path) => File::open(path),
                None => return self.failed(input, "cannot be passed on from standard input"),
            };
            match passed {
                Ok(mut file) => {
                    io::copy(&mut file, self.out).map_err(Stop::Output)?;
                    self.out.flush().map_err(Stop::Output)?;
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

/// The only reason to pass a record that is no error.
const OVER_LONG: &str = "longer than --max-record";

fn count(stats: &mut Stats, mended: &Mended, len: usize, len_out: usize) {
    stats.records += mended.records as u64;
    stats.changed += mended.damaged.len() as u64;
    stats.edits += mended.patches.len() as u64;
    stats.bytes += len as u64;
    stats.bytes_out += len_out as u64;
    for patch in &mended.patches {
        *stats
            .by_chain
            .entry(patch.edit.chain.to_string())
            .or_default() += 1;
    }
}

fn malformed(job: &Job, input: &Input, open: &mut Open, batch: &Batch, progress: &Progress) {
    let mut places = Places::new(&batch.bytes, open.base.line);
    let unnamed = NAMED.saturating_sub(open.malformed);
    let fate = match job.plan.on_error {
        OnError::Pass => "left as it is",
        OnError::Quarantine => "put aside",
        OnError::Fail => "stopped",
    };
    let found = &batch.mended.malformed;
    for Malformed { at, message, .. } in found.iter().take(unnamed) {
        let place = places.of(*at);
        progress.complain(format_args!("{input}:{place}: {message}; record {fate}"));
    }
    open.malformed += found.len();
    for _ in found {
        open.stats.skip("malformed");
    }
}

fn plain(batch: &Batch) -> &[u8] {
    match &batch.packed {
        unbake_formats::codec::Packed::Plain(bytes) => bytes,
        unbake_formats::codec::Packed::Deflated(_) => &[],
    }
}

fn to_stdout(encoder: &mut Encoder<Vec<u8>>, batch: &Batch, out: &mut Output) -> io::Result<()> {
    if let (Encoder::Plain(_), bytes) = (&mut *encoder, plain(batch)) {
        return out.write_all(bytes);
    }
    encoder.write(&batch.packed)?;
    let bytes = encoder.get_mut();
    out.write_all(bytes)?;
    bytes.clear();
    Ok(())
}

fn aside<'a>(temporary: &'a mut Option<Temporary>, target: &Path) -> io::Result<&'a mut File> {
    if temporary.is_none() {
        let path = quarantine(target);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        *temporary = Some(Temporary::new(&path)?);
    }
    match temporary {
        Some(temporary) => temporary.file(),
        None => Err(io::Error::other("no file")),
    }
}

/// Where that goes which could not be read.
fn quarantine(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".quarantine");
    name.into()
}

/// The bytes are there, but they are not what they should be.
fn is_corrupt(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    ) || (error.kind() == io::ErrorKind::Other && error.raw_os_error().is_none())
}

/// A word for the statistics: messages name places.
fn reason(error: &io::Error) -> String {
    if is_corrupt(error) {
        "corrupt".to_owned()
    } else {
        error.kind().to_string()
    }
}
