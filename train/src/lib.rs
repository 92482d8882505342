//! How the model's tables come about: texts are counted ([`Counts`]), and the
//! counts become the file that the library reads in place ([`tables`]).

mod class;
mod counts;
pub mod judge;
mod lexicon;
mod map;
mod scan;
pub mod tables;
mod tune;

pub use counts::Counts;
