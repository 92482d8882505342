//! How far a run has come, for whoever watches it on a terminal.

use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::job::{Job, Place};
use crate::outcome;
use crate::run::View;
use crate::stats::Stats;

/// A bar on standard error, or nothing.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    /// Bytes of the inputs, as they are stored.
    read: Arc<AtomicU64>,
}

impl Progress {
    pub(crate) fn new(job: &Job, read: Arc<AtomicU64>) -> Self {
        let elsewhere = job.place != Place::Stdout || !std::io::stdout().is_terminal();
        let wanted = job.plan.view == View::Fix
            && elsewhere
            && std::io::stderr().is_terminal()
            && job.inputs.iter().all(|input| input.path().is_some());
        let bar = wanted.then(|| {
            let sizes = job
                .inputs
                .iter()
                .filter_map(|input| input.path()?.metadata().ok());
            let total = sizes.map(|metadata| metadata.len()).sum();
            let style = "{bar:30} {bytes}/{total_bytes} {binary_bytes_per_sec}, {msg}, {eta} left";
            let style = ProgressStyle::with_template(style)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
                .with_style(style)
        });
        Progress { bar, read }
    }

    /// `more` is of the input that is not done.
    pub(crate) fn update(&self, stats: &Stats, more: Option<&Stats>) {
        if let Some(bar) = &self.bar {
            let changed = stats.changed + more.map_or(0, |more| more.changed);
            bar.set_position(self.read.load(Ordering::Relaxed));
            bar.set_message(format!("{changed} records changed"));
        }
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    pub(crate) fn complain(&self, message: impl Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| outcome::complain(message)),
            None => outcome::complain(message),
        }
    }

    /// Shows a line that is no complaint.
    pub(crate) fn say(&self, line: impl Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| outcome::say(line)),
            None => outcome::say(line),
        }
    }
}
