//! `unbake._unbake`, the Rust half of the Python package: texts and Arrow
//! columns in, what the library says of them out. What needs no speed is in
//! Python, in `unbake/`.

mod arrow;
mod config;
mod decode;
mod guard;
mod repair;
mod text;

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the `unbake` command with these arguments, of which the first is the
/// command's name; the exit code.
#[pyfunction]
fn main(py: Python<'_>, args: Vec<OsString>) -> PyResult<u8> {
    guard::detached(py, || unbake_cli::main(args))
}

#[pymodule]
fn _unbake(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<config::Config>()?;
    module.add_class::<decode::Decoded>()?;
    module.add_class::<repair::Edit>()?;
    module.add_class::<repair::Repair>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(arrow::fix_arrow, module)?)?;
    module.add_function(wrap_pyfunction!(decode::decode, module)?)?;
    module.add_function(wrap_pyfunction!(guard::_panic, module)?)?;
    module.add_function(wrap_pyfunction!(repair::fix, module)?)?;
    module.add_function(wrap_pyfunction!(repair::fix_strict, module)?)?;
    module.add_function(wrap_pyfunction!(repair::repair, module)?)?;
    module.add_function(wrap_pyfunction!(repair::unified_diff, module)?)
}
