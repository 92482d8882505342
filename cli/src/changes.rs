//! Every edit as a line of JSON, so that stored spans can follow the text.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::atomic::Report;
use crate::place::Places;
use crate::resume;
use crate::run::Found;

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

impl Base {
    /// Goes on behind what was found there.
    pub(crate) fn pass(&mut self, found: &Found<'_>, len: usize, len_out: usize) {
        self.record += found.mended.records as u64;
        if !found.table {
            self.at += len as u64;
            self.at_after = self.at_after.map(|at| at + len_out as u64);
        }
    }
}

/// The file of all edits. Those of an input that has an output are kept
/// beside that until the run is over, so that a run that was killed need not
/// find them again.
pub(crate) struct Changes {
    path: PathBuf,
    report: Report,
    part: Option<(PathBuf, File)>,
}

impl Changes {
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        Ok(Changes {
            path: path.to_owned(),
            report: Report::new(path)?,
            part: None,
        })
    }

    /// Begins with an input, which is to be written there.
    pub(crate) fn begin(&mut self, target: Option<&Path>) -> io::Result<()> {
        self.part = match target {
            None => None,
            Some(target) => {
                let path = resume::changes(target);
                target.parent().map_or(Ok(()), fs::create_dir_all)?;
                let file = File::create(&path)?;
                Some((path, file))
            }
        };
        Ok(())
    }

    /// Appends what was found; says which file cannot be written if it is no output's.
    pub(crate) fn write(&mut self, found: &Found<'_>) -> io::Result<()> {
        let mut lines = Vec::new();
        write(found, &mut lines)?;
        if let Some((_, part)) = &mut self.part {
            return part.write_all(&lines);
        }
        let written = self
            .report
            .file()
            .and_then(|report| report.write_all(&lines));
        let at_report = |error| io::Error::other(format!("{}: {error}", self.path.display()));
        written.map_err(at_report)
    }

    /// The input is done with.
    pub(crate) fn end(&mut self) {
        self.part = None;
    }

    /// There is no output with these changes after all.
    pub(crate) fn discard(&mut self) {
        if let Some((path, _)) = self.part.take() {
            let _ = fs::remove_file(path);
        }
    }

    /// Puts all of them into their place; says which file cannot be read or
    /// written.
    pub(crate) fn finish<'t>(
        mut self,
        targets: impl Iterator<Item = &'t Path>,
    ) -> Result<(), (PathBuf, io::Error)> {
        let path = self.path;
        let at_report = |error| (path.clone(), error);
        for target in targets {
            match File::open(resume::changes(target)) {
                Ok(mut part) => {
                    let report = self.report.file().map_err(at_report)?;
                    io::copy(&mut part, report).map_err(at_report)?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err((target.to_owned(), error)),
            }
        }
        self.report.finish().map_err(at_report)
    }
}

fn write(found: &Found<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let Found {
        base,
        mended,
        table: is_table,
        ..
    } = found;
    let file = found.input.name();
    let mut places = (!is_table).then(|| Places::new(found.batch, base.line));
    // How much longer the batch has become so far.
    let mut grown = 0i64;
    let mut adjusted = mended.adjusted.iter().peekable();
    for damaged in &mended.damaged {
        if *is_table {
            // Each value stands for itself.
            grown = 0;
        }
        for patch in &mended.patches[damaged.patches.clone()] {
            let (start, end) = (patch.span.start as u64, patch.span.end as u64);
            while let Some((place, value)) =
                adjusted.next_if(|(place, _)| place.start <= patch.span.start)
            {
                grown += value.len() as i64 - place.len() as i64;
            }
            let after = base.at_after.map(|at| {
                let start = (at + start).saturating_add_signed(grown);
                [start, start + patch.bytes.len() as u64]
            });
            grown += patch.bytes.len() as i64 - (end - start) as i64;
            let change = Change {
                file: &file,
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
