//! The parquet crate panics over some corrupt files, as over a dictionary that
//! has fewer values than the pages use. That is an error of the file, not a bug
//! here, and ends neither the run nor the thread.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Where the sources of this crate are, as places in them begin.
const OURS: &str = match file!().split_at_checked(file!().len() - "parquet/guard.rs".len()) {
    Some((ours, _)) => ours,
    None => "",
};

/// Whether a panic at this place of this thread is one of the parquet crate,
/// over a corrupt table: it comes back as an error, so that a hook need not tell
/// of it. One of our own lines is a bug, and worth telling.
pub fn is_caught(place: Option<&Location<'_>>) -> bool {
    let is_ours = |place: &Location<'_>| place.file().starts_with(OURS);
    GUARDED.get() && !place.is_some_and(is_ours)
}

/// Does what calls the parquet crate, and makes an error of a panic.
pub(super) fn guarded<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.unwrap_or_else(|panic| {
        let message = format!("corrupt: {}", told(&*panic));
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    })
}

fn told(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("the parquet crate cannot read it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let there = Location::caller();
        assert!(!is_caught(None) && !is_caught(Some(there)));
        let error = guarded(|| -> io::Result<()> {
            assert!(is_caught(None) && !is_caught(Some(there)));
            panic!("of {}", 1)
        });
        let error = error.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert_eq!(error.to_string(), "corrupt: of 1");
        assert!(!is_caught(None));
        assert_eq!(guarded(|| Ok(2)).unwrap(), 2);
    }
}
