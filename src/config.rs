//! What a caller may ask for.

use crate::edit::Repair;
use crate::plan;

/// How to repair; [`Config::default`] changes only what is damaged.
#[derive(Clone, Debug, Default)]
pub struct Config {}

impl Config {
    /// Repairs a text. Infallible; clean text comes back borrowed.
    pub fn repair<'t>(&self, text: &'t str) -> Repair<'t> {
        Repair::new(text, plan::plan(text, self))
    }
}
