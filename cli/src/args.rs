//! The command line, as it is written; nothing is looked up or opened here.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::builder::{
    NonEmptyStringValueParser, PathBufValueParser, PossibleValuesParser, TypedValueParser,
};
use clap::{Parser, Subcommand};
use regex::Regex;
use unbake::{Chain, Charset, Config, Fix, Hints, Profile};
use unbake_formats::Format;

use crate::keep::Keep;
use crate::preview::Show;
use crate::terminal::Fields;

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
    Fix(FixArgs),
    /// Show the changes; as a patch, unless standard output is a terminal
    ///
    /// `patch -p0` and `git apply -p0` take the patch. Exits 1 if there are
    /// changes.
    Diff(DiffArgs),
    /// Print one line a finding: file:line:col: kind: before → after (chain)
    ///
    /// Columns count code points from 1. Invisible characters are shown as
    /// <U+00A0>. Exits 1 if there are findings.
    Scan(ScanArgs),
    /// Show what happened to a text, and how it is undone
    ///
    /// What `fix` would look for here is looked for; what it would keep as it
    /// is is explained, too.
    Explain(ExplainArgs),
    /// Print the inputs as UTF-8, whatever charset they are in
    ///
    /// Nothing is repaired: a byte-order mark is dropped, line ends stay. Files
    /// that are no text are passed over with a note.
    Decode(DecodeArgs),
    /// Print the options that `fix` would go by here, as an unbake.toml
    Config(FixArgs),
    /// Print a script that completes arguments in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write a manual page for each command into a folder
    Man {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

impl Command {
    pub(crate) fn colour(&self) -> Colour {
        match self {
            Command::Diff(args) => args.report.colour.color,
            Command::Scan(args) => args.report.colour.color,
            Command::Explain(args) => args.colour.color,
            _ => Colour::Auto,
        }
    }
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

    /// The charset, whatever the bytes say, unless they begin with a
    /// byte-order mark
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
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) repair: RepairArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) repair: RepairArgs,

    #[command(flatten)]
    pub(crate) view: ViewArgs,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

impl DiffArgs {
    /// The view asked for; `terminal` is where it goes.
    pub(crate) fn show(&self, terminal: bool) -> Show {
        let ViewArgs { why, raw, .. } = self.view;
        let fields = self.view.style.is_some() || why || self.view.sample.is_some();
        if let Some(report) = self.report.report {
            Show::Report(report)
        } else if let Some(page) = &self.view.html {
            Show::Html(page.clone())
        } else if self.view.group {
            Show::Group { why }
        } else if fields || (terminal && !self.view.patch) {
            Show::Fields(Fields {
                style: self.view.style.unwrap_or(Style::Unified),
                why,
                raw,
            })
        } else {
            Show::Patch {
                only: self.view.patch,
                raw,
            }
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) repair: RepairArgs,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// How changes are shown.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "View")]
pub(crate) struct ViewArgs {
    /// Show whole lines of the files, as `patch -p0` and `git apply -p0` take
    /// them [default: unless standard output is a terminal]
    #[arg(long, conflicts_with_all = ["style", "why", "group", "sample", "html", "report"])]
    pub(crate) patch: bool,

    /// Show texts and fields without escapes, clipped around the change
    /// [default: unified, on a terminal]
    #[arg(long, value_name = "STYLE", conflicts_with_all = ["group", "html", "report"])]
    pub(crate) style: Option<Style>,

    /// Show the chain of each change, whether it is exact, and its evidence
    #[arg(long, conflicts_with_all = ["html", "report"])]
    pub(crate) why: bool,

    /// Show identical changes once, with how many there are
    #[arg(long, conflicts_with_all = ["html", "report"])]
    pub(crate) group: bool,

    /// Show only N changes, picked evenly from all of them
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<usize>,

    /// Write them into one page for a browser, to be searched and ticked
    #[arg(long, value_name = "FILE", conflicts_with = "report", value_parser = written())]
    pub(crate) html: Option<PathBuf>,

    /// Show control characters as they are, not as <U+009B>; a terminal obeys
    /// them
    #[arg(long, conflicts_with_all = ["group", "html", "report"])]
    pub(crate) raw: bool,
}

/// How changes are shown on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// Lines that go above lines that come.
    Unified,
    /// One line, with what goes and what comes in it.
    Inline,
    /// What goes to the left of what comes.
    SideBySide,
}

/// What findings are for other than reading.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "View")]
pub(crate) struct ReportArgs {
    /// Report to programs: JSON Lines, SARIF 2.1.0 for code scanning, or
    /// annotations on GitHub
    #[arg(long, value_name = "KIND")]
    pub(crate) report: Option<Report>,

    #[command(flatten)]
    pub(crate) colour: ColourArgs,
}

/// What programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Report {
    Json,
    Sarif,
    Github,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ColourArgs {
    /// Whether to use colours; NO_COLOR is heeded, too
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    pub(crate) color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

impl From<Colour> for ColorChoice {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct RepairArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) search: SearchArgs,

    #[command(flatten)]
    pub(crate) keep: KeepArgs,

    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InputArgs {
    /// Files and folders to read; `-`, or none, is standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Of folders only files like this (repeatable); `*.jsonl`, `raw/**`
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,

    /// Of folders no files like this (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// In folders, leave out what .gitignore and .ignore name
    #[arg(long)]
    pub(crate) ignore_files: bool,

    /// Read the names of files from a file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Vec<PathBuf>,

    /// The names in --files-from end with a NUL, as `find -print0` writes them
    #[arg(short = '0', long, requires = "files_from")]
    pub(crate) null: bool,

    /// How the input is kept; by default what its first bytes or its suffix
    /// say, else text
    #[arg(long, value_parser = format())]
    pub(crate) format: Option<Format>,

    /// Look only at this field of each record (repeatable); `meta.title` is
    /// title in meta, `*` any key or index [default: every string]
    #[arg(long = "field", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) fields: Vec<String>,

    /// The charset of the inputs, `auto` to find out; what is written is UTF-8
    /// then. By default UTF-8, and other bytes stay as they are
    #[arg(long, value_name = "LABEL|auto", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,
}

/// How the work is done.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Running")]
pub(crate) struct RunningArgs {
    /// Threads, at most 1024 [default: all cores that this process may use]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,

    /// Pass a record that is longer than this through untouched
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = size)]
    pub(crate) max_record: usize,

    /// Read only the first records of each input, of a text the first lines; a
    /// table is left as it is
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Where options come from; `settings.rs` goes by their names.
#[derive(Debug, clap::Args)]
struct SettingsArgs {
    /// Take options from this file [default: the nearest unbake.toml upward]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Take no options from a file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

/// Where the repaired text goes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Write each file to the same place under DIR
    #[arg(short, long, value_name = "DIR", conflicts_with = "write")]
    pub(crate) output: Option<PathBuf>,

    /// Rewrite files in place; one without changes is not touched
    #[arg(short, long, conflicts_with = "limit")]
    pub(crate) write: bool,

    /// Keep what --write replaces, as NAME and this suffix
    #[arg(long, value_name = "SUFFIX", requires = "write",
        value_parser = NonEmptyStringValueParser::new())]
    pub(crate) backup: Option<String>,

    /// Overwrite files that are there already
    #[arg(long)]
    pub(crate) force: bool,

    /// Write every edit to FILE, as a line of JSON
    #[arg(long, value_name = "FILE", value_parser = written())]
    pub(crate) changes: Option<PathBuf>,

    /// Write counts to FILE, as JSON
    #[arg(long, value_name = "FILE", value_parser = written())]
    pub(crate) stats: Option<PathBuf>,

    /// Show the first N changes on standard error
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) sample: usize,

    /// Make only the changes that were accepted in FILE, which the page of
    /// `diff --html` gives
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,

    /// Repair nothing, but add the findings to each damaged record, in this
    /// field (JSON Lines)
    #[arg(long, value_name = "FIELD", conflicts_with = "drop",
        value_parser = NonEmptyStringValueParser::new())]
    pub(crate) tag: Option<String>,

    /// Repair nothing but the header of a table, and leave damaged records out
    #[arg(long)]
    pub(crate) drop: bool,

    /// With --tag and --drop: a text that has lost more than this share of its
    /// characters for good, as U+FFFD or 锟斤拷, is damaged, too
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) max_lost: Option<f64>,

    /// What to do about records and files that cannot be read: pass them on
    /// as they are, put them into NAME.quarantine instead, or stop
    #[arg(long, value_name = "WHAT", default_value = "pass")]
    pub(crate) on_error: OnError,
}

/// What happens to what cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub(crate) enum OnError {
    /// It passes through as it is.
    #[default]
    Pass,
    /// It goes into a file beside the output.
    Quarantine,
    /// The run stops.
    Fail,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The text; none is standard input
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,

    #[command(flatten)]
    pub(crate) search: SearchArgs,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    pub(crate) colour: ColourArgs,
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

    /// The languages that the text is in, if that is known: `fr,de`
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = language)]
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
        // First: it switches every fix, and a chain switches one off.
        if let Some(profile) = self.profile {
            config = config.profile(profile);
        }
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
        let config = self
            .fixes
            .into_iter()
            .fold(config, |c, fix| c.fix(fix, true));
        self.no_fixes
            .into_iter()
            .fold(config, |c, fix| c.fix(fix, false))
    }
}

/// What is left as it is.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to keep")]
pub(crate) struct KeepArgs {
    /// Change nothing that this regular expression matches within a line
    /// (repeatable): '"[^"]*"'
    #[arg(long = "keep", value_name = "REGEX", value_parser = pattern)]
    patterns: Vec<Regex>,

    /// Take texts as Markdown, and change no code in them: blocks and `…`
    #[arg(long)]
    keep_code: bool,

    /// Take texts as Markdown, and change no quotes in them: lines after >
    #[arg(long)]
    keep_quotes: bool,
}

impl KeepArgs {
    pub(crate) fn keep(self) -> Keep {
        Keep {
            patterns: self.patterns,
            code: self.keep_code,
            quotes: self.keep_quotes,
        }
    }
}

fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| error.to_string())
}

/// A file to be written. `-` would be one of that name, and hardly anyone wants
/// that.
fn written() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.as_os_str() == "-" {
        true => Err("not to standard output; a file of that name is ./-"),
        false => Ok(path),
    })
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| {
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        format.ok_or("unknown format")
    })
}

const UNITS: &str = "a size is a whole number and K, M or G";

/// A number of bytes; `64M` is 64 × 1024 × 1024.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let unit = match &text[digits.len()..].to_ascii_uppercase()[..] {
        "" => 1,
        "K" | "KB" => 1 << 10,
        "M" | "MB" => 1 << 20,
        "G" | "GB" => 1 << 30,
        _ => return Err(UNITS.to_owned()),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number {
        return Err(UNITS.to_owned());
    }
    let number = digits.parse::<usize>().ok();
    let size = number.and_then(|number| number.checked_mul(unit));
    size.filter(|&size| size > 0)
        .ok_or_else(|| "out of range".to_owned())
}

/// A share in hundredths, with or without `%`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>();
    let share = number.ok().filter(|share| (0.0..=100.0).contains(share));
    share
        .map(|share| share / 100.0)
        .ok_or_else(|| "a share is a number from 0 to 100".to_owned())
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    let names = Profile::ALL.iter().map(|profile| profile.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Profile>())
}

fn fix() -> impl TypedValueParser<Value = Fix> {
    let names = Fix::ALL.iter().map(|fix| fix.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Fix>())
}

fn language(tag: &str) -> Result<String, String> {
    match unbake::languages(tag)[..] {
        [] => Err("unknown language".to_owned()),
        _ => Ok(tag.to_owned()),
    }
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
