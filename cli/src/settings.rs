//! `unbake.toml`: options of the command line, written down. A file's entries
//! become arguments before the user's own, so there is one definition of
//! what an option means:
//!
//! ```toml
//! field = ["text", "title"]
//! min-score = 20
//! ```

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches};

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
    let command = Args::command();
    let options = |name: &str| {
        command
            .find_subcommand(name)
            .map(|command| command.get_arguments())
    };
    let mut arguments = Vec::new();
    for (key, value) in &table {
        let find = |name: &str| options(name)?.find(|arg| arg.get_long() == Some(key));
        // `unbake.toml` is for all commands; not all of them have all options.
        let Some(arg) = find(name) else {
            match ["fix", "diff", "scan"].into_iter().find_map(find) {
                Some(_) => continue,
                None => return Err(wrong(&format_args!("unknown option `{key}`"))),
            }
        };
        if ["config", "no-config"].contains(&&key[..]) {
            return Err(wrong(&format_args!("`{key}` is for the command line")));
        }
        // What is on the command line replaces what is in the file.
        if given.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine) {
            continue;
        }
        let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
        match (value, is_flag) {
            (toml::Value::Boolean(true), true) => arguments.push(format!("--{key}").into()),
            (toml::Value::Boolean(false), true) => {}
            (toml::Value::Array(values), false) => {
                for value in values {
                    arguments.push(argument(key, value).map_err(|error| wrong(&error))?);
                }
            }
            (value, false) => arguments.push(argument(key, value).map_err(|error| wrong(&error))?),
            (_, true) => return Err(wrong(&format_args!("`{key}` is true or false"))),
        }
    }
    Ok(arguments)
}

fn argument(key: &str, value: &toml::Value) -> Result<OsString, String> {
    match value {
        toml::Value::String(text) => Ok(format!("--{key}={text}").into()),
        toml::Value::Integer(number) => Ok(format!("--{key}={number}").into()),
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
