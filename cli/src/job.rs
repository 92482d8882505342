//! What the arguments ask for, checked, before anything is read.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use unbake::{Config, Edit};
use unbake_formats::{Cut, Fields, Format, Mender};

use crate::args::{Encoding, OnError, OutputArgs, RepairArgs};
use crate::decisions::Decisions;
use crate::input::{Input, Source};
use crate::keep::Keep;
use crate::preview::Show;
use crate::resume::{self, Marker};
use crate::run::View;
use crate::walk::LeftOut;
use crate::{unmended, walk};

/// What is to be read and how, and where it goes.
pub(crate) struct Job {
    pub(crate) inputs: Vec<Input>,
    /// Folders that could not be gone through.
    pub(crate) complaints: Vec<String>,
    pub(crate) plan: Plan,
    /// A short name for the plan: outputs made by another are not to be mixed.
    pub(crate) hash: String,
    /// A run like this one did it all, and only its markers are still there;
    /// and then, whether something was wrong.
    pub(crate) concluded: Option<bool>,
    pub(crate) jobs: usize,
    pub(crate) place: Place,
    /// Outputs go to a terminal: what is compressed is shown as what it holds.
    pub(crate) readable: bool,
    pub(crate) force: bool,
    pub(crate) changes: Option<PathBuf>,
    pub(crate) stats: Option<PathBuf>,
    pub(crate) sample: usize,
    /// The view of the changes, and how many of them.
    pub(crate) show: Option<(Show, Option<usize>)>,
}

/// All that decides what becomes of a record.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) view: View,
    pub(crate) format: Option<Format>,
    /// What the bytes are in; none is UTF-8, more or less.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) fields: Fields,
    pub(crate) config: Config,
    pub(crate) keep: Keep,
    pub(crate) action: Action,
    /// A record that has lost more than this part of a text is damaged.
    pub(crate) max_lost: Option<f64>,
    pub(crate) on_error: OnError,
    pub(crate) max_record: usize,
    pub(crate) limit: Option<usize>,
    pub(crate) decisions: Option<Arc<Decisions>>,
}

/// What is done about a damaged record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Repair,
    /// The findings are added in this field.
    Tag(String),
    Drop,
}

/// Where outputs go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Stdout,
    /// A folder with the same tree.
    Folder,
    /// Where the inputs are; what was there gets this suffix.
    Inputs {
        backup: Option<String>,
    },
}

impl Mender for Plan {
    fn edits(&self, text: &str) -> Vec<Edit> {
        self.findings(text, self.config.repair(text).into_edits())
    }

    fn edits_together(&self, texts: &[&str]) -> Vec<Vec<Edit>> {
        let repairs = self.config.repair_together(texts).into_iter();
        let each = repairs.zip(texts);
        each.map(|(repair, text)| self.findings(text, repair.into_edits()))
            .collect()
    }
}

impl Plan {
    /// The edits to a text, of those that were found. Where nothing is repaired, what cannot
    /// be is told along with them.
    fn findings(&self, text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
        if let Some(decisions) = &self.decisions {
            decisions.keep(text, &mut edits);
        }
        let is_told = self.view == View::Scan
            || self
                .max_lost
                .is_some_and(|most| unmended::is_lost(text, &edits, most));
        if is_told {
            edits = unmended::among(text, edits);
        }
        self.keep.among(text, &mut edits);
        edits
    }

    pub(crate) fn cut(&self, eager: bool) -> Cut {
        Cut {
            max_record: self.max_record,
            eager,
            whole: self.keep.needs_all(),
            limit: self.limit,
        }
    }

    /// Why this can be done to no file of a format, if that is so.
    pub(crate) fn unfit(&self, format: Format) -> Option<&'static str> {
        if !self.action.can(format) {
            Some("no records")
        } else if !self.fields.patterns().is_empty() && !format.has_fields() {
            Some("no fields")
        } else if self.limit.is_some() && format == Format::Parquet {
            // Row groups are passed on whole.
            Some("a table, which --limit cannot cut")
        } else if self.encoding.is_some() && format.has_charset() {
            Some("says its charset itself")
        } else {
            None
        }
    }

    /// A short name for it: outputs made by another are not to be mixed.
    fn hash(&self) -> String {
        let mut hasher = DefaultHasher::new();
        format!("{self:?}").hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

impl Job {
    pub(crate) fn new(
        view: View,
        args: RepairArgs,
        output: Option<OutputArgs>,
        show: Option<Show>,
        shown: Option<usize>,
    ) -> Result<Self, String> {
        let folder = output.as_ref().and_then(|output| output.output.clone());
        let in_place = output.as_ref().is_some_and(|output| output.write);
        let left_out = LeftOut {
            folder: folder.as_deref(),
            in_place,
            backup: output.as_ref().and_then(|output| output.backup.as_deref()),
        };
        let (mut entries, complaints) = walk::entries(&args.input, &left_out)?;
        if in_place {
            walk::once(&mut entries);
        }
        let mut taken = HashSet::new();
        let mut inputs = Vec::new();
        for entry in entries {
            let source = Source::of(entry.path);
            let target = match (&source, &folder) {
                (Source::Stdin, Some(_)) => {
                    return Err("--output: standard input has no name to be written to".to_owned());
                }
                (Source::Stdin, None) if in_place => {
                    return Err("--write: standard input cannot be rewritten".to_owned());
                }
                (_, Some(folder)) => Some(folder.join(entry.mirrored)),
                (Source::File(path), None) if in_place => Some(path.clone()),
                _ => None,
            };
            if let Some(target) = &target
                && !taken.insert(target.clone())
            {
                return Err(format!(
                    "two inputs would both be written to {}",
                    target.display()
                ));
            }
            inputs.push(Input::new(source, args.input.format, target, entry.found));
        }
        if let Some(folder) = &folder {
            if folder.exists() && !folder.is_dir() {
                return Err(format!("--output {}: not a folder", folder.display()));
            }
            not_over_inputs(&inputs)?;
        }
        if let Some(field) = args.input.fields.first()
            && let Some(input) = inputs
                .iter()
                .find(|input| !input.found && !input.format.has_fields())
        {
            return Err(format!(
                "--field {field}: {input} is read as {}, which has no fields; \
                 is it --format {}?",
                input.format.name(),
                Format::Jsonl.name(),
            ));
        }
        let action = match &output {
            Some(OutputArgs {
                tag: Some(field), ..
            }) => Action::Tag(field.clone()),
            Some(OutputArgs { drop: true, .. }) => Action::Drop,
            _ => Action::Repair,
        };
        if action != Action::Repair
            && let Some(input) = inputs
                .iter()
                .find(|input| !input.found && !action.can(input.format))
        {
            return Err(match action {
                Action::Tag(field) => format!("--tag {field}: {input} is not JSON Lines"),
                _ => format!(
                    "--drop: {input} is read as {}, of which no record can be left out",
                    input.format.name()
                ),
            });
        }
        let max_lost = output.as_ref().and_then(|output| output.max_lost);
        if max_lost.is_some() && action == Action::Repair {
            return Err("--max-lost: needs --tag or --drop".to_owned());
        }
        if args.input.encoding.is_some()
            && let Some(input) = inputs
                .iter()
                .find(|input| !input.found && input.format.has_charset())
        {
            return Err(format!(
                "--encoding: {input} is read as {}, which says its charset itself",
                input.format.name()
            ));
        }
        let on_error = output.as_ref().map(|output| output.on_error);
        let place = match &output {
            Some(output) if output.write => Place::Inputs {
                backup: output.backup.clone(),
            },
            Some(_) if folder.is_some() => Place::Folder,
            _ => Place::Stdout,
        };
        if on_error == Some(OnError::Quarantine) && place == Place::Stdout {
            return Err("--on-error quarantine: needs --output or --write".to_owned());
        }
        let decisions = match output.as_ref().and_then(|output| output.decisions.as_ref()) {
            Some(path) => Some(Arc::new(Decisions::read(path)?)),
            None => None,
        };
        let jobs = args.running.jobs.map(usize::from);
        let (force, changes, stats, sample) = match output {
            Some(output) => (output.force, output.changes, output.stats, output.sample),
            None => (false, None, None, 0),
        };
        let plan = Plan {
            view,
            format: args.input.format,
            encoding: args.input.encoding,
            fields: Fields::new(args.input.fields),
            config: args.search.config(),
            keep: args.keep.keep(),
            action,
            max_lost,
            on_error: on_error.unwrap_or_default(),
            max_record: args.running.max_record,
            limit: args.running.limit,
            decisions,
        };
        if let (Some(file), true) = (&changes, changes == stats) {
            let file = file.display();
            return Err(format!(
                "--changes and --stats would both be written to {file}"
            ));
        }
        let hash = plan.hash();
        let concluded = resume::concluded(&inputs, &hash);
        if !force
            && concluded.is_none()
            && let Some(file) = changes.iter().chain(&stats).find(|file| is_there(file))
            && !is_resumed(&inputs, &hash)
        {
            return Err(format!("{} exists; --force overwrites it", file.display()));
        }
        Ok(Job {
            inputs,
            complaints,
            plan,
            hash,
            concluded,
            // Knows of cgroups.
            jobs: jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)),
            readable: place == Place::Stdout && io::stdout().is_terminal(),
            place,
            force,
            changes,
            stats,
            sample,
            show: show.map(|show| (show, shown)),
        })
    }
}

/// No output is to go where an input is, which may not have been read by then.
fn not_over_inputs(inputs: &[Input]) -> Result<(), String> {
    let real = |path: &Path| path.canonicalize().ok();
    let targets = inputs.iter().filter_map(|input| input.target.as_deref());
    let mut there = targets.filter_map(real).peekable();
    if there.peek().is_none() {
        return Ok(());
    }
    let read: HashSet<PathBuf> = inputs.iter().filter_map(|it| real(it.path()?)).collect();
    match there.find(|path| read.contains(path)) {
        Some(path) => Err(format!(
            "--output: {} would be overwritten, which is an input; --write does that",
            path.display()
        )),
        None => Ok(()),
    }
}

/// A run like this one was killed, maybe between writing its reports and the
/// end: they are its own.
fn is_resumed(inputs: &[Input], config: &str) -> bool {
    inputs.iter().any(|input| {
        let marker = input.target.as_deref().and_then(Marker::read);
        marker.is_some_and(|marker| marker.is_of(config))
    })
}

/// A file is there that would be lost: a pipe or `/dev/null` loses nothing.
fn is_there(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file())
}

impl Action {
    /// Whether it can be done to records of this format.
    pub(crate) fn can(&self, format: Format) -> bool {
        match self {
            Action::Repair => true,
            Action::Tag(_) => format == Format::Jsonl,
            Action::Drop => format.has_records(),
        }
    }
}
