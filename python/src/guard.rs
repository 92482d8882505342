//! What runs between Python and the library: no panic gets out, and other
//! threads may run meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Shorter texts are done before another thread would have woken up.
const LONG: usize = 1024;

/// Does `work` on `bytes` bytes; if that takes a while, without the GIL.
pub(crate) fn sized<T: Send>(
    py: Python<'_>,
    bytes: usize,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    if bytes < LONG {
        caught(work)
    } else {
        detached(py, work)
    }
}

/// Does `work` without the GIL.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| caught(work))
}

/// PyO3 would make a panic a `BaseException`, which no caller expects.
fn caught<T>(work: impl FnOnce() -> T) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("panic");
        PyRuntimeError::new_err(format!("a bug in unbake: {message}"))
    })
}

/// Panics, so that a test can see what becomes of it.
#[pyfunction]
pub(crate) fn _panic(py: Python<'_>, bytes: usize) -> PyResult<()> {
    sized(py, bytes, || panic!("asked to"))
}
