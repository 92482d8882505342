//! Lines met before that were searched for nothing: headings and the like are there again and
//! again, and a search costs a hundred times what it takes to know one by its hash.

use std::cell::Cell;

use crate::language;

/// Lines that are remembered, a power of two.
const LINES: usize = 1 << 10;

thread_local! {
    /// Their hashes, each where it says.
    static REMEMBERED: [Cell<u64>; LINES] = const { [const { Cell::new(0) }; LINES] };
}

/// A line that may have been met before.
pub(super) struct Met(u64);

impl Met {
    pub(super) fn of(line: &str) -> Self {
        let (sixteen, rest) = line.as_bytes().as_chunks::<16>();
        let mut last = [0; 16];
        last[..rest.len()].copy_from_slice(rest);
        let all = sixteen.iter().chain([&last]);
        Met(all.fold(line.len() as u64, |hash, next| {
            language::hash(u128::from_le_bytes(*next) ^ u128::from(hash) << 32)
        }))
    }

    fn place(&self) -> usize {
        (self.0 >> (64 - LINES.trailing_zeros())) as usize
    }

    /// Whether it was searched for nothing.
    pub(super) fn was_in_vain(&self) -> bool {
        REMEMBERED.with(|memo| memo[self.place()].get() == self.0)
    }

    /// It was.
    pub(super) fn remember(&self) {
        REMEMBERED.with(|memo| memo[self.place()].set(self.0));
    }
}
