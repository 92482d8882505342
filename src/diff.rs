//! Views made from edits: a unified diff, and the text cut into annotated
//! segments. Nothing here compares texts; the edits say what changed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};
use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, DiffTag, group_diff_ops};

use crate::edit::{Edit, Repair};

/// How many unchanged lines are shown around a change, as `diff -u` does.
const CONTEXT: usize = 3;

/// A piece of a repaired text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'r> {
    /// Text that stays.
    Equal(&'r str),
    /// Text that goes, and the edit that takes it.
    Removed(&'r str, &'r Edit),
    /// Text that comes, and the edit that brings it.
    Inserted(&'r str, &'r Edit),
}

/// Cuts a text into what stays, goes and comes, in order, without empty
/// pieces. `Equal` and `Removed` joined are the input, `Equal` and `Inserted`
/// the repaired text.
pub fn segments<'r>(repair: &'r Repair<'_>) -> impl Iterator<Item = Segment<'r>> {
    let input = repair.input();
    let mut at = 0;
    let edited = repair.edits().iter().flat_map(move |edit| {
        let equal = &input[at..edit.span.start];
        at = edit.span.end;
        [
            Segment::Equal(equal),
            Segment::Removed(&input[edit.span.clone()], edit),
            Segment::Inserted(&edit.after, edit),
        ]
    });
    let tail = &input[repair.edits().last().map_or(0, |edit| edit.span.end)..];
    edited
        .chain([Segment::Equal(tail)])
        .filter(|segment| match segment {
            Segment::Equal(text) | Segment::Removed(text, _) | Segment::Inserted(text, _) => {
                !text.is_empty()
            }
        })
}

/// The repair as a unified diff, which `patch` applies; nothing if the text
/// was clean.
///
/// `old` and `new` go into the header as they are.
pub fn unified(repair: &Repair<'_>, old: &str, new: &str) -> String {
    use fmt::Write;

    let mut out = String::new();
    let changes = repair
        .edits()
        .iter()
        .map(|edit| Change {
            span: edit.span.clone(),
            after: edit.after.as_bytes().into(),
        })
        .collect();
    for (i, hunk) in Hunks::new(repair.input().as_bytes(), changes).enumerate() {
        if i == 0 {
            let _ = writeln!(out, "--- {old}\n+++ {new}");
        }
        let _ = writeln!(out, "{}", hunk.header());
        for line in hunk.lines() {
            out.push(line.kind.sign());
            // The input and the replacements are text and are cut at `\n`
            // only, so nothing is lost here.
            out.push_str(&String::from_utf8_lossy(line.text));
            out.push('\n');
            if !line.terminated {
                out.push_str(NO_NEWLINE);
                out.push('\n');
            }
        }
    }
    out
}

/// What a unified diff says below a line that does not end in a newline.
pub const NO_NEWLINE: &str = "\\ No newline at end of file";

/// Bytes of an input and what stands there instead. The byte form of an
/// [`Edit`], for inputs that are not text throughout, or whose text is written
/// with escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// Byte offsets into the input.
    pub span: Range<usize>,
    /// The bytes instead; may be empty.
    pub after: Cow<'a, [u8]>,
}

/// The hunks of a unified diff, in order.
#[derive(Debug)]
pub struct Hunks<'a> {
    input: &'a [u8],
    changes: Vec<Change<'a>>,
    /// Runs of changed lines, one for each operation that is not `Equal`.
    blocks: Vec<Block>,
    /// The first block that no hunk has shown yet.
    next_block: usize,
    groups: std::vec::IntoIter<Vec<DiffOp>>,
}

/// A run of whole lines with changes in them.
#[derive(Debug)]
struct Block {
    /// Of the input, from the start of a line to the start of another, or to
    /// the end.
    old: Range<usize>,
    /// Of the changes.
    changes: Range<usize>,
}

impl<'a> Hunks<'a> {
    /// The hunks for an input and its changes, which must be sorted and
    /// disjoint.
    pub fn new(input: &'a [u8], changes: Vec<Change<'a>>) -> Self {
        let blocks = blocks(input, &changes);
        let groups = group_diff_ops(operations(input, &changes, &blocks), CONTEXT);
        Hunks {
            input,
            changes,
            blocks,
            next_block: 0,
            groups: groups.into_iter(),
        }
    }
}

impl<'a> Iterator for Hunks<'a> {
    type Item = Hunk<'a>;

    fn next(&mut self) -> Option<Hunk<'a>> {
        let ops = self.groups.next()?;
        let mut parts = Vec::new();
        for (i, op) in ops.iter().enumerate() {
            if op.tag() == DiffTag::Equal {
                let lines = op.old_range().len();
                let equal = if i == 0 {
                    let end = self.blocks[self.next_block].old.start;
                    lines_before(self.input, end, lines)..end
                } else {
                    let start = self.blocks[self.next_block - 1].old.end;
                    start..lines_after(self.input, start, lines)
                };
                parts.push((LineKind::Context, Cow::Borrowed(&self.input[equal])));
            } else {
                let block = &self.blocks[self.next_block];
                self.next_block += 1;
                let new = splice(self.input, block, &self.changes);
                parts.push((
                    LineKind::Removed,
                    Cow::Borrowed(&self.input[block.old.clone()]),
                ));
                parts.push((LineKind::Added, Cow::Owned(new)));
            }
        }
        Some(Hunk {
            header: UnifiedHunkHeader::new(&ops).to_string(),
            parts,
        })
    }
}

/// Changed lines close to each other, and the lines around them.
#[derive(Clone, Debug)]
pub struct Hunk<'a> {
    header: String,
    parts: Vec<(LineKind, Cow<'a, [u8]>)>,
}

impl Hunk<'_> {
    /// Which lines of the old and the new text follow: `@@ -1,3 +1,3 @@`.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The lines, in the order of a unified diff.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.parts.iter().flat_map(|(kind, text)| {
            text.split_inclusive(|&byte| byte == b'\n').map(|line| {
                let text = line.strip_suffix(b"\n").unwrap_or(line);
                Line {
                    kind: *kind,
                    text,
                    terminated: text.len() < line.len(),
                }
            })
        })
    }
}

/// A line of a [`Hunk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'h> {
    /// Whether the line stays, goes or comes.
    pub kind: LineKind,
    /// Its bytes, without the newline; a carriage return is part of them.
    pub text: &'h [u8],
    /// Whether a newline ends it; only the last line of a text can lack it.
    pub terminated: bool,
}

/// Whether a line stays, goes or comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// In both texts.
    Context,
    /// In the old text only.
    Removed,
    /// In the new text only.
    Added,
}

impl LineKind {
    /// What stands before such a line in a unified diff.
    pub fn sign(self) -> char {
        match self {
            LineKind::Context => ' ',
            LineKind::Removed => '-',
            LineKind::Added => '+',
        }
    }
}

/// Widens changes to whole lines and joins those that touch.
fn blocks(input: &[u8], changes: &[Change<'_>]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (i, change) in changes.iter().enumerate() {
        debug_assert!(
            i == 0 || changes[i - 1].span.end <= change.span.start,
            "sorted, disjoint"
        );
        let shown = blocks.last().map_or(0, |block| block.old.end);
        // Searches only outside the last block, so that one long line with
        // many changes is not searched again for each of them.
        let start = match input.get(shown..change.span.start) {
            Some(between) => memrchr(b'\n', between).map_or(shown, |at| shown + at + 1),
            None => shown,
        };
        let end = if change.span.end < shown {
            shown
        } else {
            block_end(input, changes, i)
        };
        match blocks.last_mut() {
            Some(block) if start == block.old.end => {
                block.old.end = end;
                block.changes.end = i + 1;
            }
            _ => blocks.push(Block {
                old: start..end,
                changes: i..i + 1,
            }),
        }
    }
    blocks
}

/// Where the lines that a change touches end in the input: the old and the
/// new text must both be at the start of a line there, or at the end.
fn block_end(input: &[u8], changes: &[Change<'_>], i: usize) -> usize {
    let Range { start, end } = changes[i].span;
    let line_starts_at = |at: usize| at == 0 || input[at - 1] == b'\n';
    let new_line_starts = match changes[i].after.last() {
        Some(&byte) => byte == b'\n',
        None => line_starts_at(start) && (i == 0 || changes[i - 1].span.end < start),
    };
    if new_line_starts && line_starts_at(end) {
        return end;
    }
    memchr(b'\n', &input[end..]).map_or(input.len(), |at| end + at + 1)
}

fn operations(input: &[u8], changes: &[Change<'_>], blocks: &[Block]) -> Vec<DiffOp> {
    let mut ops = Vec::new();
    let (mut at, mut old_index, mut new_index) = (0, 0, 0);
    for block in blocks {
        let len = count_lines(&input[at..block.old.start]);
        if len > 0 {
            ops.push(DiffOp::Equal {
                old_index,
                new_index,
                len,
            });
        }
        old_index += len;
        new_index += len;
        let old_len = count_lines(&input[block.old.clone()]);
        let new_len = count_lines(&splice(input, block, changes));
        ops.push(match (old_len, new_len) {
            (0, _) => DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            },
            (_, 0) => DiffOp::Delete {
                old_index,
                old_len,
                new_index,
            },
            _ => DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            },
        });
        old_index += old_len;
        new_index += new_len;
        at = block.old.end;
    }
    let len = count_lines(&input[at..]);
    if len > 0 && !ops.is_empty() {
        ops.push(DiffOp::Equal {
            old_index,
            new_index,
            len,
        });
    }
    ops
}

/// The new text of a block.
fn splice(input: &[u8], block: &Block, changes: &[Change<'_>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.old.len());
    let mut at = block.old.start;
    for change in &changes[block.changes.clone()] {
        out.extend_from_slice(&input[at..change.span.start]);
        out.extend_from_slice(&change.after);
        at = change.span.end;
    }
    out.extend_from_slice(&input[at..block.old.end]);
    out
}

fn count_lines(text: &[u8]) -> usize {
    let unterminated = text.last().is_some_and(|&byte| byte != b'\n');
    memchr_iter(b'\n', text).count() + usize::from(unterminated)
}

/// Where the `lines` lines before the line start `end` begin.
fn lines_before(input: &[u8], end: usize, lines: usize) -> usize {
    (0..lines).fold(end, |end, _| {
        memrchr(b'\n', &input[..end.saturating_sub(1)]).map_or(0, |at| at + 1)
    })
}

/// Where the `lines` lines from the line start `start` on end.
fn lines_after(input: &[u8], start: usize, lines: usize) -> usize {
    (0..lines).fold(start, |start, _| {
        memchr(b'\n', &input[start..]).map_or(input.len(), |at| start + at + 1)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::{Chain, Exactness};

    fn edit(span: Range<usize>, after: &str) -> Edit {
        Edit {
            span,
            after: after.to_owned(),
            chain: Chain::default(),
            exactness: Exactness::Exact,
            score: 1,
        }
    }

    #[test]
    fn unified_shows_the_changed_lines_and_three_around_them() {
        let text = "1\n2\n3\n4\ncafÃ©\n6\n7\n8\n9\n";
        let at = text.find('Ã').unwrap();
        let repair = Repair::new(text, vec![edit(at..at + 4, "é")]);
        assert_eq!(
            unified(&repair, "a.txt", "a.txt"),
            "--- a.txt\n+++ a.txt\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-cafÃ©\n+café\n 6\n 7\n 8\n"
        );
        assert_eq!(unified(&Repair::new(text, Vec::new()), "a", "a"), "");
    }

    #[test]
    fn unified_marks_a_missing_newline_on_each_line_without_one() {
        let repair = Repair::new("a\nÂ", vec![edit(2..4, "b")]);
        assert_eq!(
            unified(&repair, "x", "x"),
            "--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n-Â\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn far_changes_are_hunks_of_their_own() {
        let text = "x\n".repeat(20);
        let change = |at| Change {
            span: at..at + 1,
            after: b"y".as_slice().into(),
        };
        let headers = |at: [usize; 2]| -> Vec<String> {
            let hunks = Hunks::new(text.as_bytes(), at.map(change).to_vec());
            hunks.map(|hunk| hunk.header().to_owned()).collect()
        };
        assert_eq!(headers([0, 14]), ["@@ -1,11 +1,11 @@"]);
        assert_eq!(headers([0, 16]), ["@@ -1,4 +1,4 @@", "@@ -6,7 +6,7 @@"]);
    }

    /// Does what `patch` does, checking every line of the old text.
    fn apply(input: &[u8], changes: &[Change<'_>]) -> Vec<u8> {
        let old: Vec<&[u8]> = input.split_inclusive(|&b| b == b'\n').collect();
        let (mut out, mut next) = (Vec::new(), 0);
        for hunk in Hunks::new(input, changes.to_vec()) {
            let range = hunk.header().split([' ', '-', ',']).nth(2).unwrap();
            let start: usize = range.parse().unwrap();
            let has_old = hunk.lines().any(|line| line.kind != LineKind::Added);
            let start = if has_old { start - 1 } else { start };
            out.extend(old[next..start].concat());
            next = start;
            for line in hunk.lines() {
                let mut text = line.text.to_vec();
                if line.terminated {
                    text.push(b'\n');
                }
                if line.kind != LineKind::Added {
                    assert_eq!(text, old[next]);
                    next += 1;
                }
                if line.kind != LineKind::Removed {
                    assert!(out.last().is_none_or(|&byte| byte == b'\n'));
                    out.extend(text);
                }
            }
        }
        out.extend(old[next..].concat());
        out
    }

    fn input_and_changes() -> impl Strategy<Value = (Vec<u8>, Vec<Change<'static>>)> {
        let byte = || prop_oneof![2 => Just(b'\n'), 3 => Just(b'x'), 1 => Just(0xFF)];
        let line_or_byte = prop_oneof![Just(b"same\n".to_vec()), byte().prop_map(|b| vec![b])];
        let input = prop::collection::vec(line_or_byte, 0..60).prop_map(|parts| parts.concat());
        let after = prop::collection::vec(byte(), 0..4);
        (
            input,
            prop::collection::vec((0usize..12, 0usize..4, after), 0..8),
        )
            .prop_map(|(input, steps)| {
                let (mut at, mut changes) = (0, Vec::new());
                for (skip, len, after) in steps {
                    let (start, end) = (at + skip, at + skip + len);
                    if end > input.len() {
                        break;
                    }
                    at = end;
                    if input[start..end] != after {
                        changes.push(Change {
                            span: start..end,
                            after: after.into(),
                        });
                    }
                }
                (input, changes)
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn applying_the_hunks_makes_the_changes((input, changes) in input_and_changes()) {
            let whole = Block { old: 0..input.len(), changes: 0..changes.len() };
            prop_assert_eq!(apply(&input, &changes), splice(&input, &whole, &changes));
        }

        #[test]
        fn segments_join_to_both_texts((input, changes) in input_and_changes()) {
            let input: String = input.iter().map(|&b| if b < 128 { b as char } else { '?' }).collect();
            let edits: Vec<Edit> = changes
                .into_iter()
                .map(|change| edit(change.span, &String::from_utf8_lossy(&change.after)))
                .filter(|edit| edit.after != input[edit.span.clone()])
                .collect();
            let repair = Repair::new(&input, edits);
            let (mut old, mut new) = (String::new(), String::new());
            for segment in segments(&repair) {
                match segment {
                    Segment::Equal(text) => { old += text; new += text }
                    Segment::Removed(text, _) => old += text,
                    Segment::Inserted(text, _) => new += text,
                }
            }
            prop_assert_eq!(&old, &input);
            prop_assert_eq!(new, repair.text().into_owned());
        }
    }
}
