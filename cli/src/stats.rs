//! What is counted, in a form that can be added up over runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::work::Part;

/// The counts of a file or of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stats {
    pub(crate) files: u64,
    /// Files with changes in them.
    pub(crate) files_changed: u64,
    /// Files that could not be read, or are left alone for another reason.
    pub(crate) files_failed: u64,
    pub(crate) records: u64,
    /// Records with changes in them.
    pub(crate) changed: u64,
    pub(crate) edits: u64,
    /// Uncompressed; of tables the columns, without what stands around them.
    pub(crate) bytes: u64,
    pub(crate) bytes_out: u64,
    /// How many edits undo each chain.
    pub(crate) by_chain: BTreeMap<String, u64>,
    /// How many records or files were passed on untouched, by the reason.
    pub(crate) skipped: BTreeMap<String, u64>,
}

impl Stats {
    /// Counts records that were looked through.
    pub(crate) fn count(&mut self, part: &Part) {
        let mended = &part.mended;
        self.records += mended.records as u64;
        self.changed += mended.changed() as u64;
        self.edits += mended.patches.len() as u64;
        self.bytes += part.len as u64;
        self.bytes_out += part.len_out as u64;
        for patch in &mended.patches {
            let chain = patch.edit.chain.to_string();
            *self.by_chain.entry(chain).or_default() += 1;
        }
    }

    pub(crate) fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Stats) {
        self.files += other.files;
        self.files_changed += other.files_changed;
        self.files_failed += other.files_failed;
        self.records += other.records;
        self.changed += other.changed;
        self.edits += other.edits;
        self.bytes += other.bytes;
        self.bytes_out += other.bytes_out;
        for (chain, count) in &other.by_chain {
            *self.by_chain.entry(chain.clone()).or_default() += count;
        }
        for (reason, count) in &other.skipped {
            *self.skipped.entry(reason.clone()).or_default() += count;
        }
    }
}

/// The counts of a run, with what else is needed to compare it.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'s> {
    #[serde(flatten)]
    pub(crate) stats: &'s Stats,
    pub(crate) seconds: f64,
    pub(crate) version: &'s str,
    pub(crate) config: &'s str,
}
