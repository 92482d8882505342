//! The inputs as pieces of work, in order.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unbake::decode::Source;
use unbake_formats::codec::Codec;
use unbake_formats::parquet::Table;
use unbake_formats::warc::Records;
use unbake_formats::{Batch, Batches, Format, Shape};

use crate::budget::Budget;
use crate::decode;
use crate::input::Input;
use crate::job::{Job, Place};
use crate::pipeline::Sink;
use crate::resume::Marker;
use crate::run::View;

/// A piece of work.
pub(crate) enum Unit {
    Begin(Opened),
    Batch {
        batch: Batch,
        shape: Arc<Shape>,
        codec: Codec,
        /// What it takes of the budget.
        taken: usize,
    },
    Group {
        table: Arc<Table>,
        group: usize,
        taken: usize,
    },
    End(Ended),
}

/// An input that is about to be read.
pub(crate) struct Opened {
    pub(crate) codec: Codec,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) table: Option<Arc<Table>>,
    /// It was in another charset, so that its bytes are not those of the file.
    pub(crate) recoded: bool,
    /// Records are more than lines of it.
    pub(crate) has_records: bool,
    /// It is read as it is stored, and changed line by line.
    pub(crate) has_lines: bool,
    /// What is to be said about that.
    pub(crate) notes: Vec<String>,
}

/// How reading an input ended.
pub(crate) enum Ended {
    Whole,
    /// Not to be read as text, for this reason.
    Skipped(&'static str),
    /// No text, what it is instead, and its bytes.
    Binary(&'static str, Vec<u8>),
    /// A run before this one did it.
    Done(Box<Marker>),
    Failed(io::Error),
    /// Its output would overwrite what is there.
    Refused(String),
}

/// How much is read to know a format by. More than this at a time goes
/// straight to where it is wanted, so it is not much.
const HEAD: usize = 16 << 10;

/// How long the header of a table may be.
const HEADER: u64 = 256 << 10;

/// What a unit takes at least, for all that goes with it.
const OVERHEAD: usize = 4 << 10;

pub(crate) fn read(job: &Job, budget: &Budget, bytes: &Arc<AtomicU64>, sink: Sink<'_, Unit>) {
    for input in &job.inputs {
        let ended = match one(input, job, budget, bytes, sink) {
            Ok(Some(ended)) => ended,
            Ok(None) => return,
            Err(error) => Ended::Failed(error),
        };
        if !sink(Unit::End(ended)) {
            return;
        }
    }
}

/// Nothing if nobody wants more.
fn one(
    input: &Input,
    job: &Job,
    budget: &Budget,
    bytes: &Arc<AtomicU64>,
    sink: Sink<'_, Unit>,
) -> io::Result<Option<Ended>> {
    let Some(path) = input.path() else {
        // The whole of a text is needed anyway, and what is compressed must
        // come out the same however it came in.
        return stream(
            BufReader::with_capacity(HEAD, io::stdin()),
            None,
            input,
            job,
            budget,
            sink,
        );
    };
    let file = Counted {
        file: File::open(path)?,
        bytes: bytes.clone(),
    };
    let metadata = file.file.metadata()?;
    // What is written is not to be read: by `fix a.txt >> a.txt`, nor, in a folder, by
    // `scan . > findings`.
    if job.place == Place::Stdout && is_output(&metadata) {
        if input.found {
            return Ok(Some(Ended::Whole));
        }
        let message = "standard output goes to this file, too; --write rewrites it in place";
        return Ok(Some(Ended::Refused(message.to_owned())));
    }
    let marker = input.target.as_deref().and_then(Marker::read);
    if let (Some(target), Place::Folder, false) = (&input.target, &job.place, job.force)
        && target.symlink_metadata().is_ok()
        && !marker.as_ref().is_some_and(|marker| marker.made(target))
    {
        let target = target.display();
        return Ok(Some(Ended::Refused(format!(
            "{target} exists; --force overwrites it"
        ))));
    }
    if let (Some(target), Some(marker)) = (&input.target, marker)
        && marker.fits(path, &metadata, target, &job.hash)
    {
        bytes.fetch_add(metadata.len(), Ordering::Relaxed);
        return Ok(Some(Ended::Done(Box::new(marker))));
    }
    // Of a table not all is read in order.
    let passed = bytes.load(Ordering::Relaxed) + metadata.len();
    let raw = BufReader::with_capacity(HEAD, file);
    let ended = stream(raw, Some(metadata), input, job, budget, sink)?;
    bytes.store(passed, Ordering::Relaxed);
    Ok(ended)
}

/// Whether standard output goes to this file.
#[cfg(unix)]
fn is_output(file: &Metadata) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let output = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    let output = output.and_then(|output| output.metadata());
    let id = |of: &Metadata| (of.dev(), of.ino());
    output.is_ok_and(|output| output.is_file() && id(&output) == id(file))
}

#[cfg(not(unix))]
fn is_output(_: &Metadata) -> bool {
    false
}

fn stream<R: io::Read + Send + Parts>(
    mut raw: BufReader<R>,
    metadata: Option<Metadata>,
    input: &Input,
    job: &Job,
    budget: &Budget,
    sink: Sink<'_, Unit>,
) -> io::Result<Option<Ended>> {
    let plan = &job.plan;
    let head = raw.fill_buf()?;
    let codec = Codec::of_magic(head);
    let first = codec.peek(head);
    let format = plan
        .format
        .or_else(|| Format::of_magic(&first))
        .unwrap_or(input.format);
    if let Some(reason) = plan.unfit(format) {
        return Ok(Some(Ended::Skipped(reason)));
    }
    let mut opened = Opened {
        codec: if job.readable { Codec::Plain } else { codec },
        metadata,
        table: None,
        recoded: false,
        has_records: format != Format::Text,
        has_lines: codec == Codec::Plain && format != Format::Parquet,
        notes: Vec::new(),
    };
    if plan.encoding.is_none() && !input.found && !format.has_charset() {
        let head = if codec == Codec::Plain { head } else { &first };
        opened.notes.extend(decode::not_utf8(head));
    }
    if format == Format::Parquet {
        return match codec {
            Codec::Plain if job.readable && job.plan.view == View::Fix => Ok(Some(Ended::Refused(
                "a table is nothing for a terminal; --output writes it to a folder".to_owned(),
            ))),
            Codec::Plain => table(raw.into_inner(), opened, budget, sink),
            _ => Ok(Some(Ended::Skipped("compressed as a whole"))),
        };
    }
    if format == Format::Warc {
        // What is compressed with gzip is compressed record by record.
        let gzip = codec == Codec::Gzip;
        let input = if gzip {
            opened.codec = Codec::Plain;
            Box::new(raw)
        } else {
            codec.reader(raw)?
        };
        let mut records = Records::new(input, gzip, plan.cut(false));
        return batches(opened, Shape::Warc, budget, sink, |batch| {
            records.next(batch)
        });
    }
    // From a pipe, what has arrived is worked on at once.
    let is_pipe = opened.metadata.as_ref().is_none_or(|of| !of.is_file());
    let eager = codec == Codec::Plain && is_pipe && format == Format::Jsonl;
    let mut reader = codec.reader(raw)?;
    if let Some(encoding) = plan.encoding {
        // All of it: what decides may stand at the end.
        let mut bytes = Vec::new();
        let cut_off = CutOff(reader.read_to_end(&mut bytes).err());
        let decoded = unbake::decode(&bytes, &encoding.hints());
        if let Source::Binary(kind) = decoded.source {
            return Ok(Some(Ended::Binary(kind, bytes)));
        }
        opened.recoded = decoded.text.as_bytes() != bytes;
        opened.has_lines &= !opened.recoded;
        opened.notes = decode::notes(&decoded);
        let text = decoded.text.into_owned().into_bytes();
        reader = Box::new(Cursor::new(text).chain(cut_off));
    }
    // An image among texts, or UTF-16. Whoever names a file and only looks at
    // what comes out may have it as text.
    let unseen = input.found || input.target.is_some();
    let len = match format {
        // All of the header.
        Format::Csv | Format::Tsv => HEADER,
        // As much of each, whatever it is compressed with.
        Format::Text if unseen && plan.format.is_none() => HEAD as u64,
        _ => 0,
    };
    let mut head = Vec::new();
    let cut_off = CutOff((&mut reader).take(len).read_to_end(&mut head).err());
    if format == Format::Text && head.contains(&0) {
        return Ok(Some(Ended::Skipped("binary")));
    }
    let shape = Shape::new(format, &head);
    let reader = Cursor::new(head).chain(cut_off).chain(reader);
    let mut read = Batches::new(reader, shape.clone(), plan.cut(eager));
    batches(opened, shape, budget, sink, |batch| read.next(batch))
}

fn batches(
    opened: Opened,
    shape: Shape,
    budget: &Budget,
    sink: Sink<'_, Unit>,
    mut next: impl FnMut(&mut Batch) -> io::Result<bool>,
) -> io::Result<Option<Ended>> {
    let (codec, shape) = (opened.codec, Arc::new(shape));
    if !sink(Unit::Begin(opened)) {
        return Ok(None);
    }
    loop {
        let mut batch = Batch {
            bytes: budget.buffer(),
            ..Batch::default()
        };
        if !next(&mut batch)? {
            return Ok(Some(Ended::Whole));
        }
        let taken = batch.bytes.len() + batch.stored.len() + OVERHEAD;
        budget.take(taken);
        let unit = Unit::Batch {
            batch,
            shape: shape.clone(),
            codec,
            taken,
        };
        if !sink(unit) {
            return Ok(None);
        }
    }
}

fn table<R: Parts>(
    source: R,
    mut opened: Opened,
    budget: &Budget,
    sink: Sink<'_, Unit>,
) -> io::Result<Option<Ended>> {
    let is_file = opened.metadata.as_ref().is_some_and(|of| of.is_file());
    let Some(file) = source.file().filter(|_| is_file) else {
        let message = "a table is read from its end, which a pipe does not have; name its file";
        return Ok(Some(Ended::Refused(message.to_owned())));
    };
    let table = Arc::new(Table::open(file)?);
    opened.table = Some(table.clone());
    if !sink(Unit::Begin(opened)) {
        return Ok(None);
    }
    for group in 0..table.groups() {
        let taken = usize::try_from(table.group_len(group)).unwrap_or(usize::MAX);
        let taken = taken.clamp(OVERHEAD, budget.share());
        budget.take(taken);
        let unit = Unit::Group {
            table: table.clone(),
            group,
            taken,
        };
        if !sink(unit) {
            return Ok(None);
        }
    }
    Ok(Some(Ended::Whole))
}

/// Sources of which parts can be read in any order, or not.
trait Parts {
    fn file(self) -> Option<File>;
}

impl Parts for Counted {
    fn file(self) -> Option<File> {
        Some(self.file)
    }
}

impl Parts for io::Stdin {
    fn file(self) -> Option<File> {
        None
    }
}

/// Where an input was cut off: what was read before comes first.
struct CutOff(Option<io::Error>);

impl Read for CutOff {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl BufRead for CutOff {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}

/// A file that says how much of it was read, to whoever watches.
struct Counted {
    file: File,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read(into)?;
        self.bytes.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}
