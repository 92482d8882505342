//! What a repair says, in a form that can be stored and sent: mirrors of the
//! types, with names in place of charsets. With the feature `serde` only.
//!
//! ```
//! use unbake::mirror;
//!
//! let repair = unbake::repair("schÃ¶ne GrÃ¼ÃŸe");
//! let json = serde_json::to_string(&mirror::Repair::from(&repair)).unwrap();
//! let stored: mirror::Repair = serde_json::from_str(&json).unwrap();
//! let edits: Result<Vec<unbake::Edit>, _> =
//!     stored.edits.into_iter().map(unbake::Edit::try_from).collect();
//! assert_eq!(edits.unwrap(), repair.edits());
//! ```

use serde::{Deserialize, Serialize};

use crate::{edit, edit::ParseChainError};

/// The form of a [`Repair`](crate::Repair).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Repair {
    /// The text as it came in.
    pub input: String,
    /// The changes, sorted by place, disjoint.
    pub edits: Vec<Edit>,
}

/// The form of an [`Edit`](crate::Edit).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// Where the change starts: a byte offset into the input.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What stands there instead.
    pub after: String,
    /// The chain, as it is written: `utf-8>windows-1252`.
    pub chain: String,
    /// Whether every byte of `after` was in the input.
    pub exactness: Exactness,
    /// Evidence, in bits.
    pub score: u32,
}

/// The form of an [`Exactness`](crate::Exactness): `"exact"`, `"inferred"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exactness {
    /// Nothing was filled in.
    Exact,
    /// Lost bytes were filled in.
    Inferred,
}

/// The form of an [`Account`](crate::Account).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Account {
    /// The chain, as it is written.
    pub chain: String,
    /// The line after each step is undone.
    pub texts: Vec<String>,
    /// Evidence, in bits.
    pub score: u32,
}

impl From<&edit::Repair<'_>> for Repair {
    fn from(repair: &edit::Repair<'_>) -> Self {
        Repair {
            input: repair.input().to_owned(),
            edits: repair.edits().iter().map(Edit::from).collect(),
        }
    }
}

impl From<&edit::Edit> for Edit {
    fn from(edit: &edit::Edit) -> Self {
        Edit {
            start: edit.span.start,
            end: edit.span.end,
            after: edit.after.clone(),
            chain: edit.chain.to_string(),
            exactness: edit.exactness.into(),
            score: edit.score,
        }
    }
}

/// Fails if the chain is none, or of another version.
impl TryFrom<Edit> for edit::Edit {
    type Error = ParseChainError;

    fn try_from(edit: Edit) -> Result<Self, Self::Error> {
        Ok(edit::Edit {
            span: edit.start..edit.end,
            after: edit.after,
            chain: edit.chain.parse()?,
            exactness: edit.exactness.into(),
            score: edit.score,
        })
    }
}

impl From<edit::Exactness> for Exactness {
    fn from(exactness: edit::Exactness) -> Self {
        match exactness {
            edit::Exactness::Exact => Exactness::Exact,
            edit::Exactness::Inferred => Exactness::Inferred,
        }
    }
}

impl From<Exactness> for edit::Exactness {
    fn from(exactness: Exactness) -> Self {
        match exactness {
            Exactness::Exact => edit::Exactness::Exact,
            Exactness::Inferred => edit::Exactness::Inferred,
        }
    }
}

impl From<&edit::Account> for Account {
    fn from(account: &edit::Account) -> Self {
        Account {
            chain: account.chain.to_string(),
            texts: account.texts.clone(),
            score: account.score,
        }
    }
}
