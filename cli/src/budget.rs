//! How many bytes may be on their way between reading and writing, and the
//! buffers that they are in.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A number of bytes that is shared out and given back.
pub(crate) struct Budget {
    limit: usize,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    taken: usize,
    /// Buffers to use again: fresh memory costs about as much as filling it.
    spare: Vec<Vec<u8>>,
}

/// How many buffers are kept, and none longer than this: one long record
/// should not hold its memory to the end.
const SPARE: usize = 16;
const SPARE_LEN: usize = 1 << 20;

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Budget {
            limit,
            state: Mutex::new(State {
                taken: 0,
                spare: Vec::new(),
            }),
            returned: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until so many bytes are free. More than there are in all is
    /// given to whoever is alone.
    pub(crate) fn take(&self, bytes: usize) {
        let mut state = self.state();
        while state.taken > 0 && state.taken + bytes > self.limit {
            state = self
                .returned
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.taken += bytes;
    }

    /// So much that two can be under way.
    pub(crate) fn share(&self) -> usize {
        self.limit / 2
    }

    /// An empty buffer.
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.state().spare.pop().unwrap_or_default()
    }

    /// Gives back what was taken, and the buffer that it was in.
    pub(crate) fn give_back(&self, bytes: usize, mut buffer: Vec<u8>) {
        buffer.clear();
        let mut state = self.state();
        state.taken -= bytes;
        if state.spare.len() < SPARE && (1..=SPARE_LEN).contains(&buffer.capacity()) {
            state.spare.push(buffer);
        }
        drop(state);
        self.returned.notify_all();
    }
}
