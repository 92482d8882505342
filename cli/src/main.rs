//! The `unbake` command; [`unbake_cli`] is what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(unbake_cli::main(std::env::args_os().collect()))
}
