//! Which fields of a record are looked at.

use std::borrow::Cow;

/// A choice of fields by name.
///
/// A pattern is the keys from the record's root on, with dots between them;
/// `*` stands for any one key or array index. `meta.title` is the key `title`
/// in the object at the key `meta`, or the key `meta.title` itself. A field
/// that is an object or an array is chosen with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// The fields that one of these patterns names; every field if there is
    /// no pattern.
    pub fn new(patterns: Vec<String>) -> Self {
        Fields(patterns)
    }

    /// The patterns; none means every field.
    pub fn patterns(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn matcher(&self) -> Matcher<'_> {
        Matcher {
            tails: self.0.iter().map(String::as_bytes).collect(),
            patterns: self.0.len(),
        }
    }
}

/// What of a value is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The value and all that is in it.
    All,
    /// Nothing, nor anything in it.
    Nothing,
    /// Perhaps something in it: what is left of these patterns (of
    /// [`Matcher::tails`]) names it.
    Below { start: usize, end: usize },
}

/// Follows patterns down into a record.
pub(crate) struct Matcher<'f> {
    /// The rests of patterns, a range of them for each open container; the
    /// patterns themselves come first.
    tails: Vec<&'f [u8]>,
    patterns: usize,
}

impl<'f> Matcher<'f> {
    pub(crate) fn root(&self) -> Choice {
        if self.patterns == 0 {
            Choice::All
        } else {
            Choice::Below {
                start: 0,
                end: self.patterns,
            }
        }
    }

    /// The choice for the value at `key` in a container, to be asked for when
    /// all values before it in the container are done with.
    pub(crate) fn child<'k>(
        &mut self,
        container: Choice,
        key: impl FnOnce() -> Cow<'k, [u8]>,
    ) -> Choice {
        let Choice::Below { start, end } = container else {
            return container;
        };
        let key = key();
        self.tails.truncate(end);
        for i in start..end {
            for head in [key.as_ref(), b"*"] {
                match self.tails[i].strip_prefix(head) {
                    Some([]) => return Choice::All,
                    Some([b'.', tail @ ..]) => self.tails.push(tail),
                    _ => {}
                }
            }
        }
        if self.tails.len() > end {
            Choice::Below {
                start: end,
                end: self.tails.len(),
            }
        } else {
            Choice::Nothing
        }
    }
}
