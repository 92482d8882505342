//! The `unbake` command.
//!
//! Arguments (`args`) are checked and made into a `job`; `run` takes the
//! job's inputs through the formats and the library, which know nothing of
//! files and terminals, and hands what they found to a view: `fix`,
//! `diff`, `scan` or `explain`; `decode` is a way of its own. How it
//! all ended becomes an exit code here and nowhere else.

mod args;
mod atomic;
mod budget;
mod changes;
mod commit;
mod decisions;
mod decode;
mod derivation;
mod diff;
mod explain;
mod finding;
mod fix;
mod html;
mod input;
mod job;
mod keep;
mod outcome;
mod output;
mod pipeline;
mod place;
mod preview;
mod progress;
mod read;
mod report;
mod resume;
mod run;
mod scan;
mod settings;
mod sink;
mod stats;
mod terminal;
mod unmended;
mod visible;
mod walk;
mod work;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::panic;
use std::sync::Once;

use clap::CommandFactory;
use unbake_formats::parquet;

use crate::args::{Args, Command};
use crate::job::Job;
use crate::outcome::{Outcome, complain};
use crate::output::Output;
use crate::preview::Show;
use crate::run::View;

/// Does what these arguments say, of which the first is the command's name;
/// the exit code. What is wrong with them ends the process.
pub fn main(args: Vec<OsString>) -> u8 {
    tell_only_of_bugs();
    let command = match settings::with_file(args.clone()) {
        Ok(args) => args.command,
        Err(message) => {
            complain(message.trim_end());
            return 2;
        }
    };
    let differs_is_one = matches!(command, Command::Diff(_) | Command::Scan(_));
    let mut out = Output::stdout(command.colour().into());
    let ended = run(command, &args, &mut out).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match ended {
        Ok(outcome) if outcome.failed => 2,
        Ok(outcome) if outcome.changes && differs_is_one => 1,
        Ok(_) => 0,
        // Whoever read the output has seen enough; there is nobody to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            complain(format_args!("cannot write the output: {error}"));
            2
        }
    }
}

/// A corrupt table that makes the parquet crate panic is told as an error of that
/// file, by name; the panic itself would look like the end of the run. What else
/// panics is told as ever.
fn tell_only_of_bugs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !parquet::is_caught(panic.location()) {
                tell(panic);
            }
        }));
    });
}

/// The only errors that come back are those of writing to `out`.
fn run(command: Command, argv: &[OsString], out: &mut Output) -> io::Result<Outcome> {
    let (view, args, output, show, sample) = match command {
        Command::Fix(args) => (View::Fix, args.repair, Some(args.output), None, None),
        Command::Diff(args) => {
            let (show, sample) = (args.show(out.terminal), args.view.sample);
            (View::Diff, args.repair, None, Some(show), sample)
        }
        Command::Scan(args) => {
            let show = args.report.report.map_or(Show::Lines, Show::Report);
            (View::Scan, args.repair, None, Some(show), None)
        }
        Command::Explain(args) => return explain::run(args, out),
        Command::Decode(args) => return decode::run(args, out),
        Command::Config(_) => {
            return match settings::effective(argv) {
                Ok(text) => write!(out, "{text}").map(|()| Outcome::default()),
                Err(message) => Ok(failed(&message)),
            };
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "unbake", out);
            return Ok(Outcome::default());
        }
        Command::Man { folder } => {
            let pages = fs::create_dir_all(&folder)
                .and_then(|()| clap_mangen::generate_to(Args::command(), &folder));
            return match pages {
                Ok(()) => Ok(Outcome::default()),
                Err(error) => Ok(failed(&format!("{}: {error}", folder.display()))),
            };
        }
    };
    let include = args.input.include.clone();
    match Job::new(view, args, output, show, sample) {
        Ok(job) => {
            // A misspelt pattern would otherwise look like a clean folder.
            if !include.is_empty() && !job.inputs.iter().any(|input| input.found) {
                let include = include.join(", ");
                complain(format_args!(
                    "--include {include}: warning: no file matches"
                ));
            }
            run::run(job, out)
        }
        Err(message) => Ok(failed(&message)),
    }
}

fn failed(message: &str) -> Outcome {
    complain(message);
    Outcome {
        failed: true,
        ..Outcome::default()
    }
}
