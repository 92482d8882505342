//! What the arguments ask for, checked, before anything is read.

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

impl Job {
    pub(crate) fn new(args: RepairArgs) -> Result<Self, String> {
        let mut inputs: Vec<Input> = args
            .paths
            .into_iter()
            .map(|path| {
                let source = if path.as_os_str() == "-" {
                    Source::Stdin
                } else {
                    Source::File(path)
                };
                Input::new(source, args.format)
            })
            .collect();
        if inputs.is_empty() {
            inputs.push(Input::new(Source::Stdin, args.format));
        }
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
