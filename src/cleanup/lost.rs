//! What cannot be repaired: what is gone, where, and how much of a text it is.

use std::fmt;
use std::ops::Range;

/// Characters of a text that were lost before it came here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Characters that stand where others were.
    pub lost: usize,
    /// All characters of the text.
    pub chars: usize,
}

impl Lost {
    /// The part of the text that is lost, from 0 to 1; 0 for an empty one.
    pub fn share(self) -> f64 {
        self.lost as f64 / self.chars.max(1) as f64
    }
}

/// A place of a text where characters were lost for good.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unrecoverable {
    /// Byte offsets into the text.
    pub span: Range<usize>,
    /// What stands there.
    pub trace: Trace,
    /// How many characters of it: `锟斤拷` is 3.
    pub count: usize,
}

/// What a loss left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trace {
    /// U+FFFD, for bytes that meant nothing.
    Replacement,
    /// `????`, for characters that a charset lacked. A person may have written
    /// that, too.
    QuestionMarks,
    /// `锟斤拷`: pairs of U+FFFD, their UTF-8 read as GBK.
    ReplacementInGbk,
    /// `占쏙옙`: the same read as EUC-KR.
    ReplacementInEucKr,
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trace::Replacement => "U+FFFD",
            Trace::QuestionMarks => "question marks",
            Trace::ReplacementInGbk => "U+FFFD as GBK",
            Trace::ReplacementInEucKr => "U+FFFD as EUC-KR",
        })
    }
}

/// Where characters were lost for good, in order. Nothing of it is ever
/// changed. To be asked of a repaired text: what could be mended is.
///
/// ```
/// use unbake::{Trace, unrecoverable};
///
/// let found = unrecoverable("锟斤拷锟斤拷, caf\u{fffd}, ???? ??");
/// assert_eq!(found[0].trace, Trace::ReplacementInGbk);
/// assert_eq!((found[0].span.clone(), found[0].count), (0..18, 6));
/// assert_eq!(found[1].trace, Trace::Replacement);
/// assert_eq!((found[2].trace, found[2].count), (Trace::QuestionMarks, 6));
/// assert!(unrecoverable("Really????").is_empty());
/// ```
pub fn unrecoverable(text: &str) -> Vec<Unrecoverable> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    // Whether `?` here would end a word: `Why????`.
    let mut in_word = false;
    while let Some((start, c)) = chars.next() {
        let trace = trace(c);
        let (mut end, mut count) = (start + c.len_utf8(), 1);
        let Some(trace) = trace else {
            in_word = c.is_alphanumeric();
            continue;
        };
        let is_same = |c: char| self::trace(c) == Some(trace) || is_gap(trace, c) && !in_word;
        while let Some((at, next)) = chars.next_if(|&(_, next)| is_same(next)) {
            if !is_gap(trace, next) {
                (end, count) = (at + next.len_utf8(), count + 1);
            }
        }
        let whole = match trace {
            Trace::Replacement => true,
            Trace::QuestionMarks => count >= 4 && !in_word,
            // Odd numbers of U+FFFD cut the pattern anywhere.
            Trace::ReplacementInGbk => text[start..end].contains("锟斤拷"),
            Trace::ReplacementInEucKr => text[start..end].contains("占쏙옙"),
        };
        if whole {
            found.push(Unrecoverable {
                span: start..end,
                trace,
                count,
            });
        }
        in_word = false;
    }
    found
}

/// Whether there is nothing left of a text but `锟斤拷` or `占쏙옙`, which was
/// U+FFFD before it was read in another charset: undoing that is no gain.
pub(crate) fn is_lost(text: &str) -> bool {
    let is_left =
        |c: char| !c.is_whitespace() && matches!(trace(c), None | Some(Trace::QuestionMarks));
    let is_misread = |place: &Unrecoverable| place.trace != Trace::Replacement;
    !text.contains(is_left) && unrecoverable(text).iter().any(is_misread)
}

fn trace(c: char) -> Option<Trace> {
    match c {
        '\u{fffd}' => Some(Trace::Replacement),
        '?' => Some(Trace::QuestionMarks),
        '锟' | '斤' | '拷' => Some(Trace::ReplacementInGbk),
        '占' | '쏙' | '옙' => Some(Trace::ReplacementInEucKr),
        _ => None,
    }
}

/// The words of `??? ?? ????` were lost together.
fn is_gap(trace: Trace, c: char) -> bool {
    trace == Trace::QuestionMarks && c == ' '
}

/// Counts what [`unrecoverable`] finds, but for question marks, which may be
/// meant.
///
/// ```
/// let lost = unbake::lost("锟斤拷 Caf\u{fffd}");
/// assert_eq!((lost.lost, lost.chars), (4, 8));
/// assert!(lost.share() > 0.4);
/// ```
pub fn lost(text: &str) -> Lost {
    let found = unrecoverable(text);
    let sure = found
        .iter()
        .filter(|place| place.trace != Trace::QuestionMarks);
    Lost {
        lost: sure.map(|place| place.count).sum(),
        chars: text.chars().count(),
    }
}
