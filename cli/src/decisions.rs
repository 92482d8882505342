//! Which changes were accepted and which were not, by whoever looked at them:
//! a file that the page of `diff --html` gives, and that `fix` goes by.
//!
//! A decision is about a change to a document. The document is known by a
//! digest of its text, so that it does not matter where it stands; and what
//! was not looked at is never applied.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unbake::Edit;

/// What a text is known by: the first half of its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Document([u8; 16]);

impl Document {
    pub(crate) fn of(text: &str) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(text)[..16]);
        Document(id)
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The first line of a file of decisions.
#[derive(Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) decisions: u32,
}

pub(crate) const VERSION: u32 = 1;

/// The other lines. What else they hold is for people.
#[derive(Deserialize)]
struct Decision {
    document: String,
    span: [usize; 2],
    after: String,
    accept: bool,
}

/// A document's digest, a span in it, and what is to stand there.
type Key = (String, [usize; 2], String);

/// A file of decisions.
pub(crate) struct Decisions {
    path: PathBuf,
    digest: Document,
    decided: HashMap<Key, Decided>,
}

struct Decided {
    line: usize,
    accept: bool,
    met: AtomicBool,
}

/// What tells runs apart.
impl fmt::Debug for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.digest)
    }
}

impl Decisions {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let name = crate::visible::line(&path.to_string_lossy());
        let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        let mut lines = (1..).zip(text.lines());
        let header = lines
            .next()
            .and_then(|(_, line)| serde_json::from_str(line).ok());
        match header {
            Some(Header { decisions: VERSION }) => {}
            Some(Header { decisions }) => {
                return Err(format!(
                    "{name}:1: decisions of version {decisions}, not {VERSION}"
                ));
            }
            None => return Err(format!("{name}:1: not a file of decisions")),
        }
        let mut decided: HashMap<Key, Decided> = HashMap::new();
        for (line, text) in lines {
            if text.trim().is_empty() {
                continue;
            }
            let decision: Decision = serde_json::from_str(text)
                .map_err(|error| format!("{name}:{line}:{}: {error}", error.column()))?;
            let accept = decision.accept;
            let key = (decision.document, decision.span, decision.after);
            if let Some(other) = decided.get(&key)
                && other.accept != accept
            {
                let other = other.line;
                return Err(format!("{name}:{line}: decided otherwise on line {other}"));
            }
            decided.entry(key).or_insert(Decided {
                line,
                accept,
                met: AtomicBool::new(false),
            });
        }
        Ok(Decisions {
            digest: Document::of(&text),
            path: path.to_owned(),
            decided,
        })
    }

    /// Keeps the edits of a document that were accepted.
    pub(crate) fn keep(&self, text: &str, edits: &mut Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        let document = Document::of(text).to_string();
        edits.retain(|edit| {
            let Range { start, end } = edit.span;
            let key = (document.clone(), [start, end], edit.after.clone());
            match self.decided.get(&key) {
                Some(decided) => {
                    decided.met.store(true, Ordering::Relaxed);
                    decided.accept
                }
                None => false,
            }
        });
    }

    /// What is to be said if the inputs had no such changes.
    pub(crate) fn unmet(&self) -> Option<String> {
        let unmet = self
            .decided
            .values()
            .filter(|decided| !decided.met.load(Ordering::Relaxed));
        let (count, first) = unmet.fold((0, usize::MAX), |(count, first), decided| {
            (count + 1, first.min(decided.line))
        });
        let name = crate::visible::line(&self.path.to_string_lossy());
        (count > 0).then(|| {
            let more = match count - 1 {
                0 => String::new(),
                more => format!(", nor {more} others"),
            };
            format!("{name}:{first}: these inputs have no such change with these options{more}")
        })
    }
}
