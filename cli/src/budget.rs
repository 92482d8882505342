//! How many bytes may be on their way between reading and writing.

use std::sync::{Condvar, Mutex, PoisonError};

/// A number of bytes that is shared out and given back.
pub(crate) struct Budget {
    limit: usize,
    taken: Mutex<usize>,
    returned: Condvar,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Budget {
            limit,
            taken: Mutex::new(0),
            returned: Condvar::new(),
        }
    }

    /// Waits until so many bytes are free. More than there are in all is
    /// given to whoever is alone.
    pub(crate) fn take(&self, bytes: usize) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken > 0 && *taken + bytes > self.limit {
            taken = self
                .returned
                .wait(taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *taken += bytes;
    }

    /// So much that two can be under way.
    pub(crate) fn share(&self) -> usize {
        self.limit / 2
    }

    pub(crate) fn give_back(&self, bytes: usize) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
        self.returned.notify_all();
    }
}
