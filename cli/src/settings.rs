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

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::args::Args;

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
    let Some(file) = file(given)? else {
        return parsed(&matches);
    };
    let mut all = args;
    let at = all
        .iter()
        .position(|arg| arg == name)
        .map_or(all.len(), |at| at + 1);
    all.splice(at..at, arguments(&file, name, given)?);
    let matches = Args::command()
        .try_get_matches_from(all)
        .map_err(|error| format!("{}: {}", file.display(), error.render()))?;
    parsed(&matches)
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

fn arguments(file: &Path, name: &str, given: &ArgMatches) -> Result<Vec<OsString>, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let table: toml::Table = text.parse().map_err(|error| wrong(&error))?;
    let all = Args::command();
    let mut chosen = Vec::new();
    for (key, value) in &table {
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
                None => return Err(wrong(&format_args!("unknown option `{key}`"))),
            }
        };
        if ["config", "no-config"].contains(&&key[..]) {
            return Err(wrong(&format_args!("`{key}` is for the command line")));
        }
        if is_overruled(command, arg, given) {
            continue;
        }
        let mut values = values(arg, key, value).map_err(|error| wrong(&error))?;
        if key == "no-fix" {
            without(&mut values, "fixes", given);
        }
        chosen.push((&key[..], values));
    }
    let is_there = |long: &str| {
        let is_chosen = |(key, values): &(&str, Vec<_>)| *key == long && !values.is_empty();
        chosen.iter().any(is_chosen) || is_given(&long.replace('-', "_"), given)
    };
    let needed = |key: &str| NEEDS.iter().find(|(it, _)| *it == key);
    let is_of_use =
        |key: &str| needed(key).is_none_or(|(_, needed)| needed.iter().any(|long| is_there(long)));
    let of_use = chosen.iter().filter(|(key, _)| is_of_use(key));
    let argument = |(key, value): (&str, &Option<String>)| match value {
        Some(value) => format!("--{key}={value}").into(),
        None => format!("--{key}").into(),
    };
    Ok(of_use
        .flat_map(|(key, values)| values.iter().map(move |value| argument((key, value))))
        .collect())
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

/// The values of a file without those that the command line has for the opposite.
fn without(values: &mut Vec<Option<String>>, opposite: &str, given: &ArgMatches) {
    if !is_given(opposite, given) {
        return;
    }
    let raw = given.try_get_raw(opposite).ok().flatten();
    let opposite: Vec<_> = raw.into_iter().flatten().collect();
    let names = values.iter().flatten().flat_map(|value| value.split(','));
    *values = names
        .filter(|name| !opposite.contains(&OsStr::new(name)))
        .map(|name| Some(name.to_owned()))
        .collect();
}

/// What stands for an option, one value an argument; flags have none.
fn values(arg: &Arg, key: &str, value: &toml::Value) -> Result<Vec<Option<String>>, String> {
    let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
    match value {
        toml::Value::Boolean(true) if is_flag => Ok(vec![None]),
        toml::Value::Boolean(false) if is_flag => Ok(Vec::new()),
        _ if is_flag => Err(format!("`{key}` is true or false")),
        toml::Value::Array(values) => values.iter().map(|it| one(arg, key, it)).collect(),
        value => Ok(vec![one(arg, key, value)?]),
    }
}

fn one(arg: &Arg, key: &str, value: &toml::Value) -> Result<Option<String>, String> {
    let takes_fractions = arg.get_value_parser().type_id() == TypeId::of::<f64>();
    match value {
        toml::Value::String(text) => Ok(Some(text.clone())),
        toml::Value::Integer(number) => Ok(Some(number.to_string())),
        toml::Value::Float(number) if takes_fractions => Ok(Some(number.to_string())),
        toml::Value::Float(number) => Err(format!("`{key}`: {number} is no whole number")),
        _ => Err(format!("`{key}` is a text, a number or a list of them")),
    }
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
    match &file {
        Some(file) => {
            // Checks what it says.
            with_file(args.to_vec())?;
            text += &format!("# {}\n", crate::visible::line(&file.to_string_lossy()));
        }
        None => text += "# no unbake.toml\n",
    }
    let from_file = match &file {
        Some(file) => arguments(file, name, given)?,
        None => Vec::new(),
    };
    let mut all = args.to_vec();
    let at = all
        .iter()
        .position(|arg| arg == name)
        .map_or(all.len(), |at| at + 1);
    all.splice(at..at, from_file);
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
