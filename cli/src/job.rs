//! What the arguments ask for, checked, before anything is read.

use std::path::PathBuf;

use unbake::Config;
use unbake_formats::{Fields, Format};

use crate::args::RepairArgs;
use crate::input::{Input, Source};

/// What is to be read and how.
pub(crate) struct Job {
    pub(crate) inputs: Vec<Input>,
    pub(crate) fields: Fields,
    pub(crate) config: Config,
}

/// What paths on the command line stand for.
pub(crate) fn sources(paths: Vec<PathBuf>) -> Vec<Source> {
    if paths.is_empty() {
        return vec![Source::Stdin];
    }
    let source = |path: PathBuf| match path.as_os_str() == "-" {
        true => Source::Stdin,
        false => Source::File(path),
    };
    paths.into_iter().map(source).collect()
}

impl Job {
    pub(crate) fn new(args: RepairArgs) -> Result<Self, String> {
        let inputs: Vec<Input> = sources(args.paths)
            .into_iter()
            .map(|source| Input::new(source, args.format, args.encoding))
            .collect();
        if let Some(field) = args.fields.first()
            && let Some(input) = inputs.iter().find(|input| !input.format.has_fields())
        {
            return Err(format!(
                "--field {field}: {input} is read as {}, which has no fields; \
                 is it --format {}?",
                input.format.name(),
                Format::Jsonl.name(),
            ));
        }
        Ok(Job {
            inputs,
            fields: Fields::new(args.fields),
            config: args.search.config(),
        })
    }
}
