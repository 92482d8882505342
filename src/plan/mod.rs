//! From a text to the edits that mend it: which lines are damaged, by which
//! chain, and what stood there.
//!
//! A text is looked at in windows, a window line by line. What is certain on
//! one line lowers the bar for the same chain on the other lines of its
//! window; windows know nothing of each other.

mod arcs;
mod as_1252;
mod beneath;
mod case;
mod document;
mod doubt;
mod dropped;
mod emit;
mod evident;
mod filling;
mod finder;
mod hearsay;
mod hypothesis;
pub mod judge;
mod known;
mod lattice;
mod legacy;
mod lost;
mod marks;
mod met;
mod one_way;
mod overlay;
mod parts;
mod plain;
mod readings;
mod search;
mod spelling;
mod text_language;
mod throughout;
mod undo;
mod utf8;
mod weigh;
mod weights;
mod words;

pub(crate) use document::{Plan, plan, window};
pub(crate) use emit::accounts;
pub(crate) use hypothesis::{Hypothesis, Line};
pub use search::signs;
pub(crate) use undo::undo_all;
