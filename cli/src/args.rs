//! The command line, as it is written; nothing is looked up or opened here.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};
use unbake::{Chain, Charset, Config, Fix, Hints, Profile};
use unbake_formats::Format;

/// Find mojibake, undo it, and show every change
#[derive(Debug, Parser)]
#[command(name = "unbake", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  unbake diff page.txt                               see what would change
  unbake fix page.txt > fixed.txt                    change it
  unbake fix --field text --field title docs.jsonl   only these fields of each record
  unbake scan *.md                                   file:line:col of each finding, for CI
  unbake explain 'donâ€™t'                           why, step by step
  unbake decode old.html > new.html                  from whatever charset to UTF-8

Exit status: 0 done (diff, scan: nothing found), 1 diff or scan found damage, 2 an error.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the inputs, repaired
    ///
    /// Every byte that is not damage stays as it is.
    Fix(RepairArgs),
    /// Print the changes as a unified diff, which `patch -p0` applies
    ///
    /// Exits 1 if there are changes.
    Diff(RepairArgs),
    /// Print one line a finding: file:line:col: kind: before → after (chain)
    ///
    /// Columns count code points from 1. Invisible characters are shown as
    /// <U+00A0>. Exits 1 if there are findings.
    Scan(RepairArgs),
    /// Show what happened to a text, and how it is undone
    Explain(ExplainArgs),
    /// Print the inputs as UTF-8, whatever charset they are in
    ///
    /// Nothing is repaired: a byte-order mark is dropped, line ends stay. Files
    /// that are no text are passed over with a note.
    Decode(DecodeArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct DecodeArgs {
    /// Files to read; `-`, or none, is standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Print path, charset and score (0 to 1) of each file instead, separated
    /// by tabs
    #[arg(long)]
    pub(crate) guess: bool,

    /// The charset, whatever the bytes say
    #[arg(long, value_name = "LABEL|auto", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,

    /// The Content-Type that the bytes came with; believed unless they
    /// contradict it
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,
}

/// What charset an input is said to be in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {
    /// To be found out.
    Auto,
    Label(Charset),
}

impl Encoding {
    pub(crate) fn hints(self) -> Hints {
        match self {
            Encoding::Auto => Hints::default(),
            Encoding::Label(charset) => Hints::default().charset(charset),
        }
    }
}

fn encoding(label: &str) -> Result<Encoding, String> {
    if label.eq_ignore_ascii_case("auto") {
        return Ok(Encoding::Auto);
    }
    charset(label).map(Encoding::Label)
}

#[derive(Debug, clap::Args)]
pub(crate) struct RepairArgs {
    /// Files to read; `-`, or none, is standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How the input is kept; by default jsonl for .jsonl and .ndjson, else
    /// text
    #[arg(long, value_parser = format())]
    pub(crate) format: Option<Format>,

    /// Look only at this field of each record (repeatable); `meta.title` is
    /// title in meta, `*` any key or index [default: every string]
    #[arg(long = "field", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) fields: Vec<String>,

    /// The charset of the inputs, `auto` to find out; what is printed is UTF-8
    /// then. By default UTF-8, and other bytes stay as they are
    #[arg(long, value_name = "LABEL|auto", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,

    #[command(flatten)]
    pub(crate) search: SearchArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The text; none is standard input
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,

    #[command(flatten)]
    pub(crate) search: SearchArgs,
}

/// What is looked for.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to look for")]
pub(crate) struct SearchArgs {
    /// Undo only this chain of misreadings, TRUE>MISREAD, oldest first:
    /// 'utf-8>windows-1252' or 'utf-8>cp850,utf-8>cp850'
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,

    /// Only misreadings among these charsets
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = charset)]
    charsets: Vec<Charset>,

    /// The languages that the text is in
    #[arg(long, value_name = "CODE,…", value_delimiter = ',',
        value_parser = NonEmptyStringValueParser::new())]
    lang: Vec<String>,

    /// Leave alone what has less evidence than this, in bits
    #[arg(long, value_name = "BITS")]
    min_score: Option<u32>,

    /// Leave alone what would need lost bytes to be filled in
    #[arg(long)]
    exact_only: bool,

    /// What is done: repair only what is damaged, corpus also what corpora
    /// need, ftfy all that ftfy does [default: repair]
    #[arg(long, value_name = "NAME", value_parser = profile(), hide_possible_values = true)]
    profile: Option<Profile>,

    /// Do this too
    #[arg(long = "fix", value_name = "NAME,…", value_delimiter = ',', value_parser = fix())]
    fixes: Vec<Fix>,

    /// Leave this
    #[arg(long = "no-fix", value_name = "NAME,…", value_delimiter = ',', value_parser = fix(),
        hide_possible_values = true)]
    no_fixes: Vec<Fix>,
}

impl SearchArgs {
    pub(crate) fn config(self) -> Config {
        let mut config = Config::default();
        if let Some(chain) = self.chain {
            config = config.chain(chain);
        }
        if !self.charsets.is_empty() {
            config = config.charsets(self.charsets);
        }
        if !self.lang.is_empty() {
            config = config.languages(self.lang);
        }
        if let Some(bits) = self.min_score {
            config = config.min_score(bits);
        }
        if self.exact_only {
            config = config.exact_only(true);
        }
        if let Some(profile) = self.profile {
            config = config.profile(profile);
        }
        let config = self
            .fixes
            .into_iter()
            .fold(config, |c, fix| c.fix(fix, true));
        self.no_fixes
            .into_iter()
            .fold(config, |c, fix| c.fix(fix, false))
    }
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| {
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        format.ok_or("unknown format")
    })
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    let names = Profile::ALL.iter().map(|profile| profile.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Profile>())
}

fn fix() -> impl TypedValueParser<Value = Fix> {
    let names = Fix::ALL.iter().map(|fix| fix.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Fix>())
}

fn charset(label: &str) -> Result<Charset, String> {
    Charset::for_label(label).ok_or_else(|| "unknown charset".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        super::Args::command().debug_assert();
    }
}
