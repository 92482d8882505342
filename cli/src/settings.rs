//! `unbake.toml`: options of the command line, written down. A file's entries
//! become arguments before the user's own, so there is one definition of
//! what an option means:
//!
//! ```toml
//! field = ["text", "title"]
//! min-score = 20
//! ```

use std::any::TypeId;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::args::Args;
use crate::place::Places;

const NAME: &str = "unbake.toml";

/// The arguments with what the file says added to them.
pub(crate) fn with_file(args: Vec<OsString>) -> Result<Args, String> {
    let matches = Args::command().get_matches_from(args.clone());
    let Some((name, given)) = matches.subcommand() else {
        return parsed(&matches);
    };
    if !has_file(name) || given.get_flag("no_config") {
        return parsed(&matches);
    }
    let Some(path) = file(given)? else {
        return parsed(&matches);
    };
    let file = File::read(&path)?;
    let added = file.arguments(name, given)?;
    let all = with_arguments(args, name, added.iter().map(|arg| arg.text.clone().into()));
    let matches = Args::command()
        .try_get_matches_from(all)
        .map_err(|error| file.refused(&error, &added))?;
    parsed(&matches)
}

/// The arguments with others before them, behind the command's name.
fn with_arguments(
    mut args: Vec<OsString>,
    name: &str,
    added: impl Iterator<Item = OsString>,
) -> Vec<OsString> {
    let at = args
        .iter()
        .position(|arg| arg == name)
        .map_or(args.len(), |at| at + 1);
    args.splice(at..at, added);
    args
}

/// Whether a command takes options from a file.
fn has_file(name: &str) -> bool {
    Args::command()
        .find_subcommand(name)
        .is_some_and(|command| {
            command
                .get_arguments()
                .any(|arg| arg.get_id() == "no_config")
        })
}

fn parsed(matches: &ArgMatches) -> Result<Args, String> {
    Args::from_arg_matches(matches).map_err(|error| error.to_string())
}

/// The file that counts: the one named, or the nearest one upward.
pub(crate) fn file(given: &ArgMatches) -> Result<Option<PathBuf>, String> {
    if let Some(file) = given.get_one::<PathBuf>("config") {
        return Ok(Some(file.clone()));
    }
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    Ok(here
        .ancestors()
        .map(|folder| folder.join(NAME))
        .find(|file| file.is_file()))
}

/// An entry of a file as an argument, and where it stands there.
struct Argument {
    text: String,
    at: usize,
}

struct File<'p> {
    path: &'p Path,
    text: String,
}

impl<'p> File<'p> {
    fn read(path: &'p Path) -> Result<Self, String> {
        let text = fs::read_to_string(path);
        let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(File { path, text })
    }

    /// What is wrong at a byte of it.
    fn wrong(&self, at: usize, message: &str) -> String {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let place = Places::new(before, 1).of(before.len());
        format!("{}:{place}: {message}", self.path.display())
    }

    fn arguments(&self, name: &str, given: &ArgMatches) -> Result<Vec<Argument>, String> {
        let table = DeTable::parse(&self.text).map_err(|error| {
            self.wrong(error.span().map_or(0, |span| span.start), error.message())
        })?;
        let all = Args::command();
        let mut chosen = Vec::new();
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (spanned, value) in entries {
            let key = &**spanned.get_ref();
            let wrong = |message: &str| self.wrong(spanned.span().start, message);
            let find = |name: &str| {
                let command = all.find_subcommand(name)?;
                let mut options = command.get_arguments();
                let arg = options.find(|arg| arg.get_long() == Some(key))?;
                Some((command, arg))
            };
            // `unbake.toml` is for all commands; not all of them have all options.
            let Some((command, arg)) = find(name) else {
                match ["fix", "diff", "scan"].into_iter().find_map(find) {
                    Some(_) => continue,
                    None => return Err(wrong(&format!("unknown option `{key}`"))),
                }
            };
            if ["config", "no-config"].contains(&key) {
                return Err(wrong(&format!("`{key}` is for the command line")));
            }
            if is_overruled(command, arg, given) {
                continue;
            }
            let mut values =
                values(arg, key, value).map_err(|(at, message)| self.wrong(at, &message))?;
            if key == "no-fix" {
                without(&mut values, "fixes", given);
            }
            chosen.push((key, values));
        }
        let is_there = |long: &str| {
            let is_chosen = |(key, values): &(&str, Vec<_>)| *key == long && !values.is_empty();
            chosen.iter().any(is_chosen) || is_given(&long.replace('-', "_"), given)
        };
        let needed = |key: &str| NEEDS.iter().find(|(it, _)| *it == key);
        let is_of_use = |key: &str| {
            needed(key).is_none_or(|(_, needed)| needed.iter().any(|long| is_there(long)))
        };
        let of_use = chosen.iter().filter(|(key, _)| is_of_use(key));
        let argument = |(key, value): (&str, &Value)| Argument {
            text: match &value.text {
                Some(text) => format!("--{key}={text}"),
                None => format!("--{key}"),
            },
            at: value.at,
        };
        Ok(of_use
            .flat_map(|(key, values)| values.iter().map(move |value| argument((key, value))))
            .collect())
    }

    /// What the command line's own check says of these arguments, and where it is that
    /// it says it of.
    fn refused<'a>(&self, error: &clap::Error, added: &'a [Argument]) -> String {
        let said = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => &text[..],
            Some(ContextValue::Strings(texts)) => texts.first().map_or("", |text| text),
            _ => "",
        };
        // `--max-record <SIZE>` of `--max-record=12Q`.
        let option = said(ContextKind::InvalidArg).split(' ').next();
        let option = option.unwrap_or_default();
        let value = said(ContextKind::InvalidValue);
        let of_option = || {
            let split = |arg: &'a Argument| {
                let (name, value) = arg.text.split_once('=').unwrap_or((&arg.text, ""));
                (name == option).then_some((value, arg.at))
            };
            added.iter().filter_map(split)
        };
        let found = of_option().find(|(text, _)| text.contains(value));
        let at = found.or_else(|| of_option().next()).map_or(0, |(_, at)| at);
        let rendered = error.render().to_string();
        let message = rendered.strip_prefix("error: ").unwrap_or(&rendered);
        // What follows is of the command line.
        let end = message.find("\n\n").unwrap_or(message.len());
        self.wrong(at, message[..end].trim_end())
    }
}

/// Options that do something only with one of these. In a file they wait for it:
/// `backup` is for the runs with `--write`.
const NEEDS: [(&str, &[&str]); 3] = [
    ("backup", &["write"]),
    ("max-lost", &["tag", "drop"]),
    ("null", &["files-from"]),
];

/// Of these options one makes the other void.
const EXCLUSIVE: [&str; 2] = ["chain", "charsets"];

fn is_given(id: &str, given: &ArgMatches) -> bool {
    let is_known = given.try_contains_id(id).is_ok();
    is_known && given.value_source(id) == Some(ValueSource::CommandLine)
}

/// Whether an option of a file is on the command line as well, or one that it
/// cannot go along with: with `-o`, a `write = true` does not count.
fn is_overruled(command: &Command, arg: &Arg, given: &ArgMatches) -> bool {
    let is_given = |arg: &Arg| is_given(arg.get_id().as_str(), given);
    let conflicts = |a: &Arg, b: &Arg| {
        let of_a = command.get_arg_conflicts_with(a);
        let both = [a, b].map(|arg| arg.get_id().as_str());
        of_a.iter().any(|it| it.get_id() == b.get_id()) || both == EXCLUSIVE
    };
    let mut others = command.get_arguments().filter(|other| is_given(other));
    is_given(arg) || others.any(|other| conflicts(arg, other) || conflicts(other, arg))
}

/// A value of an option, none of a flag, and where it stands.
struct Value {
    text: Option<String>,
    at: usize,
}

/// The values of a file without those that the command line has for the opposite.
fn without(values: &mut Vec<Value>, opposite: &str, given: &ArgMatches) {
    if !is_given(opposite, given) {
        return;
    }
    let raw = given.try_get_raw(opposite).ok().flatten();
    let opposite: Vec<_> = raw.into_iter().flatten().collect();
    let names = |value: Value| {
        let text = value.text.unwrap_or_default();
        let names: Vec<_> = text.split(',').map(str::to_owned).collect();
        let at = value.at;
        names.into_iter().map(move |name| (at, name))
    };
    *values = std::mem::take(values)
        .into_iter()
        .flat_map(names)
        .filter(|(_, name)| !opposite.contains(&OsStr::new(name)))
        .map(|(at, name)| Value {
            text: Some(name),
            at,
        })
        .collect();
}

/// What stands for an option, one value an argument; flags have none. Else where it is
/// wrong, and how.
fn values(
    arg: &Arg,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Result<Vec<Value>, (usize, String)> {
    let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
    let at = value.span().start;
    match value.get_ref() {
        DeValue::Boolean(true) if is_flag => Ok(vec![Value { text: None, at }]),
        DeValue::Boolean(false) if is_flag => Ok(Vec::new()),
        _ if is_flag => Err((at, format!("`{key}` is true or false"))),
        DeValue::Array(values) => values.iter().map(|it| one(arg, key, it)).collect(),
        _ => Ok(vec![one(arg, key, value)?]),
    }
}

fn one(arg: &Arg, key: &str, value: &Spanned<DeValue<'_>>) -> Result<Value, (usize, String)> {
    let takes_fractions = arg.get_value_parser().type_id() == TypeId::of::<f64>();
    let at = value.span().start;
    let wrong = |message| Err((at, message));
    let text = match value.get_ref() {
        DeValue::String(text) => text.clone().into_owned(),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => number.to_string(),
            Err(error) => return wrong(format!("`{key}`: {error}")),
        },
        DeValue::Float(number) if takes_fractions => number.as_str().to_owned(),
        DeValue::Float(number) => {
            return wrong(format!("`{key}`: {} is no whole number", number.as_str()));
        }
        _ => return wrong(format!("`{key}` is a text, a number or a list of them")),
    };
    Ok(Value {
        text: Some(text),
        at,
    })
}

/// What `fix` would do here, as a file that says so.
pub(crate) fn effective(args: &[OsString]) -> Result<String, String> {
    let matches = Args::command().get_matches_from(args.to_vec());
    let mut text = String::new();
    let Some((name, given)) = matches.subcommand() else {
        return Ok(text);
    };
    let file = if given.get_flag("no_config") {
        None
    } else {
        file(given)?
    };
    let from_file = match &file {
        Some(file) => {
            // Checks what it says.
            with_file(args.to_vec())?;
            text += &format!("# {}\n", crate::visible::line(&file.to_string_lossy()));
            File::read(file)?.arguments(name, given)?
        }
        None => {
            text += "# no unbake.toml\n";
            Vec::new()
        }
    };
    let from_file = from_file.into_iter().map(|arg| arg.text.into());
    let all = with_arguments(args.to_vec(), name, from_file);
    let matches = Args::command().get_matches_from(all);
    let command = Args::command();
    let (Some((_, given)), Some(command)) = (matches.subcommand(), command.find_subcommand(name))
    else {
        return Ok(text);
    };
    let mut table = toml::Table::new();
    for arg in command.get_arguments() {
        let (Some(long), id) = (arg.get_long(), arg.get_id().as_str()) else {
            continue;
        };
        if ["config", "no-config", "help"].contains(&long) {
            continue;
        }
        let raw = given.try_get_raw(id).ok().flatten();
        let mut values: Vec<toml::Value> = raw
            .into_iter()
            .flatten()
            .map(|value| {
                let value = value.to_string_lossy().into_owned();
                match (arg.get_action(), value.parse::<i64>()) {
                    (ArgAction::SetTrue, _) => toml::Value::Boolean(value == "true"),
                    (_, Ok(number)) if number.to_string() == value => number.into(),
                    _ => value.into(),
                }
            })
            .collect();
        match arg.get_action() {
            ArgAction::Append if !values.is_empty() => {
                table.insert(long.to_owned(), values.into());
            }
            ArgAction::Append => {}
            _ => {
                if let Some(value) = values.pop() {
                    table.insert(long.to_owned(), value);
                }
            }
        }
    }
    text += &table.to_string();
    Ok(text)
}
