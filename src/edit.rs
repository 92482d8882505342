//! [`Edit`], [`Repair`] and their invariants: edits are sorted, disjoint, on
//! character boundaries, and never replace a text by itself.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::charset::{Charset, sequences};
use crate::cleanup::Fix;

/// One wrong step that a text went through on its way here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// Bytes in the charset `truth` were decoded as `misread`: UTF-8 `é`
    /// (C3 A9) read as windows-1252 is `Ã©`.
    Misread {
        /// The charset that the bytes were in.
        truth: Charset,
        /// The charset that they were decoded with.
        misread: Charset,
    },
    /// Characters were written as HTML references: `é` as `&eacute;`.
    Entities,
    /// Characters were written as `\u00e9` or `\xe9` escapes.
    Escapes,
    /// Bytes were written as `%C3%A9`.
    Percent,
    /// Letters were taken apart: `Ã` became `A` and a combining tilde, as in the names of
    /// files on a Mac.
    Decomposed,
    /// Sequences that chance to be UTF-8 were read again, in a text that was misread as
    /// windows-1252: `系统` in GBK, `ÏµÍ³`, became `ϵͳ`.
    Sequences,
    /// The text was put in small letters, or in title case (`Ã©` became `ã©`).
    Lowercase,
    /// The text was put in capitals (`â€™` became `Â€™`).
    Uppercase,
    /// No damage that can be named, but something that this fix takes away:
    /// `fix` became `ﬁx`, say, or a terminal's control sequences were kept.
    Cleanup(Fix),
}

impl Step {
    fn is_change_of_case(&self) -> bool {
        matches!(self, Step::Lowercase | Step::Uppercase)
    }

    /// Whether it is something that was laid over a text, which is read as what it was
    /// before.
    pub(crate) fn is_overlay(&self) -> bool {
        matches!(
            self,
            Step::Entities | Step::Escapes | Step::Percent | Step::Decomposed | Step::Sequences
        )
    }

    /// Whether bytes were read in a multi-byte charset.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(self, Step::Misread { misread, .. } if !misread.is_single_byte())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Misread { truth, misread } => write!(f, "{truth}>{misread}"),
            Step::Entities => f.write_str("html-entities"),
            Step::Escapes => f.write_str("escapes"),
            Step::Percent => f.write_str("percent"),
            Step::Decomposed => f.write_str("decomposed"),
            Step::Sequences => f.write_str("utf-8-sequences"),
            Step::Lowercase => f.write_str("lower-case"),
            Step::Uppercase => f.write_str("upper-case"),
            Step::Cleanup(fix) => write!(f, "{fix}"),
        }
    }
}

impl FromStr for Step {
    type Err = ParseChainError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let charset = |label: &str| {
            Charset::for_label(label)
                .ok_or_else(|| ParseChainError(format!("unknown charset {label:?}")))
        };
        match text.trim() {
            "html-entities" => Ok(Step::Entities),
            "escapes" => Ok(Step::Escapes),
            "percent" => Ok(Step::Percent),
            "decomposed" => Ok(Step::Decomposed),
            "utf-8-sequences" => Ok(Step::Sequences),
            "lower-case" => Ok(Step::Lowercase),
            "upper-case" => Ok(Step::Uppercase),
            step => match step.split_once('>') {
                Some((truth, misread)) => Ok(Step::Misread {
                    truth: charset(truth.trim())?,
                    misread: charset(misread.trim())?,
                }),
                None => step.parse().map(Step::Cleanup).map_err(|_| {
                    ParseChainError(format!(
                        "{step:?} is not a step; a step is TRUE>MISREAD, as in utf-8>windows-1252"
                    ))
                }),
            },
        }
    }
}

/// The wrong steps in the order in which they happened to the text; undoing
/// takes them from the last to the first.
///
/// Written as `utf-8>windows-1252`, two layers as
/// `utf-8>windows-1252,utf-8>windows-1252`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chain(Arc<[Step]>);

impl Chain {
    /// A chain of these steps, oldest first.
    pub fn new(steps: impl Into<Vec<Step>>) -> Self {
        Chain(steps.into().into())
    }

    /// The steps, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether the damage, done to a text again, gives the input: the last misreading
    /// shows the bytes of what those before it made of the text. What else happened
    /// cannot be done again, but for a change of case and taking letters apart, and fills
    /// nothing in; of sequences that were read again the bytes are compared. What case the
    /// text was in before that nobody knows: `CHÁ»ŒN` was `CHỌN` or `chọn`.
    pub(crate) fn rebreaks(&self, text: &str, input: &str) -> bool {
        let is_misread = |step: &Step| matches!(step, Step::Misread { .. });
        let Some(last) = self.0.iter().rposition(is_misread) else {
            return !self.0.is_empty();
        };
        // The capital of `µ` is that of `μ`.
        let small = |text: &mut dyn Iterator<Item = char>| -> String {
            let text = text.map(|c| if c == 'µ' { 'μ' } else { c });
            text.flat_map(char::to_lowercase).collect()
        };
        match &self.0[last + 1..] {
            [] => self.shows_as(text, last, |shown| shown.eq(input.chars())),
            [Step::Decomposed] => self.shows_as(text, last, |shown| shown.nfd().eq(input.chars())),
            [Step::Sequences] => {
                let before = input.chars().flat_map(sequences::before);
                self.shows_as(text, last, |shown| before.eq(shown))
            }
            rest if rest.iter().all(Step::is_change_of_case) => {
                let input = small(&mut input.chars());
                let shows = |text: &str| self.shows_as(text, last, |shown| small(shown) == input);
                let lower = text.to_lowercase();
                let mut rest = lower.chars();
                let first = rest.next().into_iter().flat_map(char::to_uppercase);
                let title: String = first.chain(rest.clone()).collect();
                shows(text) || shows(&lower) || shows(&title) || shows(&text.to_uppercase())
            }
            _ => self.shows_as(text, last, |_| true),
        }
    }

    /// Whether what the misreadings make of a text, up to the last, at that place, is it. Of
    /// what else happened before that nobody can tell.
    fn shows_as(
        &self,
        text: &str,
        last: usize,
        is_it: impl FnOnce(&mut dyn Iterator<Item = char>) -> bool,
    ) -> bool {
        let mut text = Cow::Borrowed(text);
        for (i, step) in self.0.iter().enumerate() {
            let Step::Misread { truth, misread } = step else {
                return true;
            };
            let bytes = match *truth {
                Charset::UTF_8 => Ok(Cow::Borrowed(text.as_bytes())),
                truth => truth.encode(&text).map(Cow::Owned),
            };
            let Ok(bytes) = bytes else {
                return false;
            };
            if last == i {
                return match misread.decode_table() {
                    Some(table) => is_it(&mut bytes.iter().map(|&b| table[usize::from(b)])),
                    None => is_it(&mut misread.misread(&bytes).chars()),
                };
            }
            text = Cow::Owned(misread.misread(&bytes));
        }
        false
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{step}")?;
        }
        Ok(())
    }
}

impl FromStr for Chain {
    type Err = ParseChainError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Chain)
    }
}

/// Why a text is not a [`Chain`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseChainError(String);

impl fmt::Display for ParseChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseChainError {}

/// How much of a replacement was in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exactness {
    /// Re-breaking the replacement by the chain gives the input back, if all
    /// steps are misreadings, or in another case, in form D or with its
    /// sequences read again where that was done since; clean-ups fill nothing in
    /// either.
    Exact,
    /// Bytes were lost on the way, and the replacement fills them in.
    Inferred,
}

impl fmt::Display for Exactness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Exactness::Exact => "exact",
            Exactness::Inferred => "inferred",
        })
    }
}

/// One change: the input's bytes `span` become `after`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// Byte offsets into the input, on character boundaries.
    pub span: Range<usize>,
    /// What stands there instead; may be empty.
    pub after: String,
    /// The damage that was undone.
    pub chain: Chain,
    /// Whether every byte of `after` was in the input.
    pub exactness: Exactness,
    /// Evidence for the change over leaving the text alone, in bits: each
    /// more doubles the odds. At least so much, where it is plain and not weighed; 0 for a
    /// clean-up, which needs none.
    pub score: u32,
}

impl Edit {
    /// Leaves out, of sorted edits to a text, those that touch one of these
    /// spans of it; the spans may come in any order and overlap.
    pub fn keep(edits: &mut Vec<Edit>, spans: impl IntoIterator<Item = Range<usize>>) {
        let mut spans: Vec<_> = spans.into_iter().filter(|span| !span.is_empty()).collect();
        spans.sort_by_key(|span| span.start);
        let mut spans = spans.into_iter().peekable();
        // How far those reach that begin before an edit ends.
        let mut until = 0;
        edits.retain(|edit| {
            while let Some(span) = spans.next_if(|span| span.start < edit.span.end) {
                until = span.end.max(until);
            }
            until <= edit.span.start
        });
    }
}

/// One account of what happened to a line, as
/// [`Config::explain`](crate::Config::explain) gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What happened, oldest first.
    pub chain: Chain,
    /// The line after each step is undone, the last to happen first; the last
    /// of these is the repaired line.
    pub texts: Vec<String>,
    /// Evidence for it over leaving the line alone, in bits.
    pub score: u32,
}

/// What [`repair`](crate::repair) found: a text and the edits that mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair<'t> {
    input: &'t str,
    edits: Vec<Edit>,
}

impl<'t> Repair<'t> {
    pub(crate) fn new(input: &'t str, edits: Vec<Edit>) -> Self {
        debug_assert!(edits.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        debug_assert!(edits.iter().all(|e| input[e.span.clone()] != *e.after));
        Repair { input, edits }
    }

    /// The text as it came in.
    pub fn input(&self) -> &'t str {
        self.input
    }

    /// The changes, sorted by place, disjoint.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The changes, sorted by place, disjoint.
    pub fn into_edits(self) -> Vec<Edit> {
        self.edits
    }

    /// Whether nothing is to be changed.
    pub fn is_clean(&self) -> bool {
        self.edits.is_empty()
    }

    /// Keeps only the edits for which `keep` says yes.
    pub fn retain(&mut self, keep: impl FnMut(&Edit) -> bool) {
        self.edits.retain(keep);
    }

    /// Leaves out the edits that touch one of these spans of the input, such as
    /// the code in a text about encodings.
    ///
    /// ```
    /// let text = "Ã©lÃ©phants: `Ã©lÃ©phants`";
    /// let mut repair = unbake::repair(text);
    /// let code = text.find('`').unwrap()..text.len();
    /// repair.keep([code]);
    /// assert_eq!(repair.text(), "éléphants: `Ã©lÃ©phants`");
    /// ```
    pub fn keep(&mut self, spans: impl IntoIterator<Item = Range<usize>>) {
        Edit::keep(&mut self.edits, spans);
    }

    /// The repaired text; the input itself, borrowed, if it was clean.
    pub fn text(&self) -> Cow<'t, str> {
        if self.edits.is_empty() {
            return Cow::Borrowed(self.input);
        }
        Cow::Owned(applied(self.input, 0, &self.edits))
    }
}

/// A stretch of a text that begins at this place in it, with edits applied to it.
pub(crate) fn applied<'e>(
    stretch: &str,
    start: usize,
    edits: impl IntoIterator<Item = &'e Edit>,
) -> String {
    let mut out = String::with_capacity(stretch.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&stretch[at..edit.span.start - start]);
        out.push_str(&edit.after);
        at = edit.span.end - start;
    }
    out.push_str(stretch.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_touch_kept_spans_go() {
        let edits = [0..2, 2..4, 6..6, 8..9].map(|span| Edit {
            span,
            after: "x".to_owned(),
            chain: Chain::default(),
            exactness: Exactness::Exact,
            score: 0,
        });
        let left = |spans: &[Range<usize>]| {
            let mut left = edits.to_vec();
            Edit::keep(&mut left, spans.iter().cloned());
            let starts = left.iter().map(|edit| edit.span.start);
            starts.collect::<Vec<_>>()
        };
        assert_eq!(left(&[]), [0, 2, 6, 8]);
        assert_eq!(left(&[1..1, 4..6, 6..8, 9..20]), [0, 2, 6, 8]);
        assert_eq!(left(&[8..9, 1..2]), [2, 6]);
        assert_eq!(left(std::slice::from_ref(&(1..3))), [6, 8]);
        assert_eq!(left(std::slice::from_ref(&(5..7))), [0, 2, 8]);
        assert_eq!(left(&[0..100, 3..4]), [0; 0]);
    }

    #[test]
    fn a_chain_is_read_as_it_is_written() {
        for text in [
            "utf-8>windows-1252",
            "utf-8>windows-1252,utf-8>windows-1252",
            "utf-8>windows-1252,html-entities,escapes,percent,lower-case,upper-case",
            "quotes,utf-8>windows-1252,html-entities",
            "utf-8>windows-1252,decomposed",
            "gbk>windows-1252,utf-8-sequences",
        ] {
            assert_eq!(text.parse::<Chain>().unwrap().to_string(), text);
        }
        for text in ["", "utf-8", "utf-8>nonsense", "utf-8>windows-1252,"] {
            assert!(text.parse::<Chain>().is_err(), "{text}");
        }
    }
}
