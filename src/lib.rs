//! Find mojibake, undo it, and show every change.
//!
//! *Mojibake* is text that was decoded with the wrong charset. `é` is C3 A9 in
//! UTF-8; whoever takes these two bytes for windows-1252 sees `Ã©`. The damage
//! can be undone, as long as one knows what happened: encode as windows-1252,
//! decode as UTF-8. This crate finds out what happened.
//!
//! ```
//! let repair = unbake::repair("Le cafÃ© dâ€™Ã  cÃ´tÃ©");
//! assert_eq!(repair.text(), "Le café d’à côté");
//! ```
//!
//! # When to use it
//!
//! For text that is damaged already: dumps, scrapes, exports, corpora, where the
//! bytes are gone and only the wrong characters are left. If you still have the
//! bytes, read them rightly instead, which loses nothing: [`decode()`] finds out
//! their charset.
//!
//! ```
//! use unbake::{Hints, decode};
//!
//! let decoded = decode(b"Le th\xE9\xE2tre fran\xE7ais, \xE0 l'\xE9cole", &Hints::default());
//! assert_eq!(decoded.text, "Le théâtre français, à l'école");
//! ```
//!
//! # Edits
//!
//! A [`Repair`] is a list of [`Edit`]s. The repaired text is made from them, and
//! so is all else: you can count them, show them, or leave some out.
//!
//! ```
//! use unbake::{Exactness, repair};
//!
//! let mut repair = repair("Das wäre schÃ¶n gewesen.");
//! let edit = &repair.edits()[0];
//! assert_eq!(edit.span, 13..17); // bytes of the input
//! assert_eq!(edit.after, "ö");
//! assert_eq!(edit.chain.to_string(), "utf-8>windows-1252");
//! assert_eq!(edit.exactness, Exactness::Exact);
//!
//! repair.retain(|edit| edit.score > 1_000);
//! assert!(repair.is_clean());
//! ```
//!
//! A [`Chain`] lists the wrong steps in the order in which they happened,
//! `TRUE>MISREAD`. Two layers of damage have two:
//!
//! ```
//! let repair = unbake::repair("un ÃƒÂ©tÃƒÂ© trÃƒÂ¨s chaud");
//! assert_eq!(repair.text(), "un été très chaud");
//! let chain = &repair.edits()[0].chain;
//! assert_eq!(chain.to_string(), "utf-8>windows-1252,utf-8>windows-1252");
//! ```
//!
//! # Exact and inferred
//!
//! An *exact* edit can be checked: break the replacement by the chain, and the
//! input is there again. Nothing was made up. But often damage lost bytes on the
//! way: `à` is C3 A0, and A0 shows as a no-break space, which somebody trimmed.
//! Then bytes are filled in, with what the text around wants most, and the edit
//! is *inferred*: likely, not certain. [`Config::exact_only`] leaves it out.
//!
//! ```
//! use unbake::{Config, Exactness};
//!
//! // The no-break space is a plain one by now.
//! let text = "Il a dÃ©jÃ  fermÃ© la fenÃªtre.";
//! let repair = unbake::repair(text);
//! assert_eq!(repair.text(), "Il a déjà fermé la fenêtre.");
//! assert_eq!(repair.edits()[1].exactness, Exactness::Inferred);
//!
//! let repair = Config::default().exact_only(true).repair(text);
//! assert_eq!(repair.text(), "Il a déjÃ  fermé la fenêtre.");
//! ```
//!
//! # What is left alone
//!
//! Correct text comes back borrowed. Much of it looks damaged: `NÃO` is
//! Portuguese, and `« É »` is French. Whether a text is damaged is decided by how
//! much more plausible it would be, by a model of the characters of hundreds of
//! languages; thin evidence is not enough. Chains that several lines are sure of
//! need less on the lines around.
//!
//! ```
//! use std::borrow::Cow;
//!
//! let text = "ATENÇÃO: NÃO FUMAR";
//! assert!(matches!(unbake::repair(text).text(), Cow::Borrowed(_)));
//! ```
//!
//! Damage that is meant, as in a text about encodings, is for the caller to
//! say: [`Repair::keep`] leaves out the edits in any spans of the text.
//!
//! If you know what happened, say so, and nothing else is looked for:
//!
//! ```
//! use unbake::Config;
//!
//! let config = Config::default().chain("windows-1251>iso-8859-1".parse()?);
//! assert_eq!(config.repair("Ïàðîì îòõîäèò").text(), "Паром отходит");
//! # Ok::<(), unbake::ParseChainError>(())
//! ```
//!
//! # More
//!
//! - [`charset`]: every [`Charset`], both directions, exactly;
//! - [`mod@decode`]: bytes to text;
//! - [`diff`]: unified diffs and annotated segments, from edits;
//! - `mirror`, with the feature `serde`: the types in a form to be stored;
//! - [`unrecoverable`]: what is lost for good (`锟斤拷`, U+FFFD), which is told
//!   and never changed;
//! - [`Fix`] and [`Profile`]: clean-ups beyond mojibake (references, ligatures,
//!   control characters, quotes). Off unless you switch them on, but for C1
//!   controls, which are windows-1252 read as ISO-8859-1.
//!
//! # Promises
//!
//! [`repair`] never fails or panics, whatever the text, and takes time linear in
//! its length. It depends on nothing but the text and the configuration: no
//! I/O, no clock, no threads. What was repaired is right text to it, but
//! for a few texts that were damaged in several ways at once. Which
//! texts are repaired, and to what, may get better with any version.

pub mod charset;
mod cleanup;
mod config;
mod contraction;
pub mod decode;
pub mod diff;
mod edit;
mod kana;
mod language;
#[cfg(feature = "serde")]
pub mod mirror;
mod misread;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod scan;
mod seam;
mod stream;

pub use charset::Charset;
pub use cleanup::{
    Fix, Lost, ParseFixError, Profile, Trace, Unrecoverable, lost, unbalanced_bidi, unrecoverable,
};
pub use config::{Config, languages};
pub use decode::{Decoded, Hints, decode};
pub use edit::{Account, Chain, Edit, Exactness, ParseChainError, Repair, Step};
pub use stream::Stream;

/// Repairs a text with the default [`Config`].
///
/// ```
/// assert_eq!(unbake::repair("schÃ¶ne GrÃ¼ÃŸe").text(), "schöne Grüße");
/// ```
pub fn repair(text: &str) -> Repair<'_> {
    Config::default().repair(text)
}

/// The examples of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
