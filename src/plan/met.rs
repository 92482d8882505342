//! Lines met before that are right, or were searched for nothing: headings and the like are there
//! again and again, and a look costs ten times what it takes to know one by its hash, a search a
//! thousand times.

use std::cell::Cell;

use crate::language;

/// Pairs of lines that are remembered of either kind, powers of two.
const RIGHT: usize = 1 << 13;
const IN_VAIN: usize = 1 << 9;

/// The hashes of lines, each where it says, the newer one first.
type Memo<const PAIRS: usize> = [[Cell<u64>; 2]; PAIRS];

thread_local! {
    static ARE_RIGHT: Memo<RIGHT> = const { [const { [const { Cell::new(0) }; 2] }; RIGHT] };
    static SEARCHED: Memo<IN_VAIN> = const { [const { [const { Cell::new(0) }; 2] }; IN_VAIN] };
}

/// A line that may have been met before.
pub(super) struct Met(u64);

impl Met {
    /// Of a text by itself, that may have been cut off, other things are true.
    pub(super) fn of(line: &str, is_text: bool) -> Self {
        let kind = (line.len() as u64) << 1 | u64::from(is_text);
        Met(language::hash_of(line.as_bytes(), kind))
    }

    fn is_in<const PAIRS: usize>(&self, memo: &Memo<PAIRS>) -> bool {
        self.pair(memo).iter().any(|hash| hash.get() == self.0)
    }

    fn add_to<const PAIRS: usize>(&self, memo: &Memo<PAIRS>) {
        let [newest, other] = self.pair(memo);
        other.set(newest.replace(self.0));
    }

    fn pair<'m, const PAIRS: usize>(&self, memo: &'m Memo<PAIRS>) -> &'m [Cell<u64>; 2] {
        &memo[(self.0 >> (64 - PAIRS.trailing_zeros())) as usize]
    }

    /// Whether it was right, whatever stood beside it.
    pub(super) fn is_right(&self) -> bool {
        ARE_RIGHT.with(|memo| self.is_in(memo))
    }

    /// It was.
    pub(super) fn remember_right(&self) {
        ARE_RIGHT.with(|memo| self.add_to(memo));
    }

    /// Whether it was searched for nothing.
    pub(super) fn was_in_vain(&self) -> bool {
        SEARCHED.with(|memo| self.is_in(memo))
    }

    /// It was.
    pub(super) fn remember_in_vain(&self) {
        SEARCHED.with(|memo| self.add_to(memo));
    }
}
