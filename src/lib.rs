//! Find mojibake, undo it, and show every change.

pub mod charset;
mod cleanup;
mod config;
pub mod diff;
mod edit;
mod plan;
#[doc(hidden)]
pub mod model;

pub use charset::Charset;
pub use cleanup::{Fix, Lost, ParseFixError, Profile, lost, unbalanced_bidi};
pub use config::Config;
pub use edit::{Chain, Edit, Exactness, ParseChainError, Repair, Step};

/// Repairs a text with the default [`Config`].
pub fn repair(text: &str) -> Repair<'_> {
    Config::default().repair(text)
}
