//! Views made from edits: a unified diff, and the text cut into annotated
//! segments. Nothing here compares texts; the edits say what changed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};
use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, DiffTag, group_diff_ops};
use unicode_segmentation::UnicodeSegmentation;

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
    let changes = repair.edits().iter().map(Change::of).collect();
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

/// The changes of a text, widened to whole grapheme clusters of both the old
/// and the new text, and joined where they meet: what a view highlights. The
/// edits must be sorted and disjoint.
///
/// In `cafeÌ\u{81}` the last two characters become U+0301, which belongs to
/// the `e` before it.
///
/// ```
/// let repair = unbake::repair("Un cafe\u{cc}\u{81} crè\u{300}me");
/// let changes = unbake::diff::widened(repair.input(), repair.edits());
/// assert_eq!(changes[0].span, 6..11);
/// assert_eq!(changes[0].after, "e\u{301}".as_bytes());
/// ```
pub fn widened<'a>(input: &'a str, edits: &[Edit]) -> Vec<Change<'a>> {
    let changes: Vec<Change<'_>> = edits.iter().map(Change::of).collect();
    let mut wide = Vec::new();
    for block in blocks(input.as_bytes(), &changes) {
        let old = &input[block.old.clone()];
        let mut new = String::with_capacity(old.len());
        // Each change in the old and the new text of the block.
        let mut runs: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let mut at = block.old.start;
        for edit in &edits[block.changes.clone()] {
            new.push_str(&input[at..edit.span.start]);
            let start = new.len();
            new.push_str(&edit.after);
            at = edit.span.end;
            let span = edit.span.start - block.old.start..at - block.old.start;
            runs.push((span, start..new.len()));
        }
        new.push_str(&input[at..block.old.end]);
        let (old_starts, new_starts) = (boundaries(old), boundaries(&new));
        let mut joined: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let mut runs = runs.into_iter().peekable();
        while let Some((mut span, mut after)) = runs.next() {
            // What stays between changes is the same in both texts, so that
            // both ends move by the same number of bytes; behind that is the
            // change before or after this one.
            loop {
                let from = joined.last().map_or(0, |(last, _)| last.end);
                if let Some((last, last_after)) = joined.pop_if(|_| from == span.start) {
                    (span.start, after.start) = (last.start, last_after.start);
                    continue;
                }
                let until = runs.peek().map_or(old.len(), |(next, _)| next.start);
                if let Some((next, next_after)) = runs.next_if(|(next, _)| next.start == span.end) {
                    (span.end, after.end) = (next.end, next_after.end);
                    continue;
                }
                let back = (span.start - floor(&old_starts, span.start))
                    .max(after.start - floor(&new_starts, after.start))
                    .min(span.start - from);
                let on = (ceil(&old_starts, span.end) - span.end)
                    .max(ceil(&new_starts, after.end) - after.end)
                    .min(until - span.end);
                if back == 0 && on == 0 {
                    break;
                }
                span = span.start - back..span.end + on;
                after = after.start - back..after.end + on;
            }
            joined.push((span, after));
        }
        wide.extend(joined.into_iter().map(|(span, after)| Change {
            span: block.old.start + span.start..block.old.start + span.end,
            after: new.as_bytes()[after].to_vec().into(),
        }));
    }
    wide
}

/// Where grapheme clusters start, and where the last one ends.
fn boundaries(text: &str) -> Vec<usize> {
    let starts = text.grapheme_indices(true).map(|(at, _)| at);
    starts.chain([text.len()]).collect()
}

fn floor(boundaries: &[usize], at: usize) -> usize {
    let behind = boundaries.partition_point(|&boundary| boundary <= at);
    boundaries[behind.saturating_sub(1)]
}

fn ceil(boundaries: &[usize], at: usize) -> usize {
    let before = boundaries.partition_point(|&boundary| boundary < at);
    boundaries.get(before).copied().unwrap_or(at)
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

impl<'a> Change<'a> {
    fn of(edit: &'a Edit) -> Self {
        Change {
            span: edit.span.clone(),
            after: edit.after.as_bytes().into(),
        }
    }
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
        let first = self.next_block;
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
                parts.push(Part {
                    kind: LineKind::Context,
                    text: Cow::Borrowed(&self.input[equal]),
                    marks: Vec::new(),
                });
            } else {
                let block = &self.blocks[self.next_block];
                self.next_block += 1;
                let (mut old, mut new) = (Vec::new(), Vec::new());
                let (mut at, mut len) = (block.old.start, 0);
                for change in block.changes.clone() {
                    let Change { span, after } = &self.changes[change];
                    len += span.start - at;
                    let start = span.start - block.old.start;
                    old.push((change, start..start + span.len()));
                    new.push((change, len..len + after.len()));
                    len += after.len();
                    at = span.end;
                }
                parts.push(Part {
                    kind: LineKind::Removed,
                    text: Cow::Borrowed(&self.input[block.old.clone()]),
                    marks: old,
                });
                parts.push(Part {
                    kind: LineKind::Added,
                    text: Cow::Owned(splice(self.input, block, &self.changes)),
                    marks: new,
                });
            }
        }
        let blocks = &self.blocks[first..self.next_block];
        let changes = match (blocks.first(), blocks.last()) {
            (Some(first), Some(last)) => first.changes.start..last.changes.end,
            _ => 0..0,
        };
        Some(Hunk {
            header: UnifiedHunkHeader::new(&ops).to_string(),
            changes,
            parts,
        })
    }
}

/// Changed lines close to each other, and the lines around them.
#[derive(Clone, Debug)]
pub struct Hunk<'a> {
    header: String,
    changes: Range<usize>,
    parts: Vec<Part<'a>>,
}

/// Lines of one kind, and what changes in them.
#[derive(Clone, Debug)]
struct Part<'a> {
    kind: LineKind,
    text: Cow<'a, [u8]>,
    marks: Vec<(usize, Range<usize>)>,
}

impl Hunk<'_> {
    /// Which lines of the old and the new text follow: `@@ -1,3 +1,3 @@`.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Which of the changes that the hunks were made of are in it.
    pub fn changes(&self) -> Range<usize> {
        self.changes.clone()
    }

    /// The lines, in the order of a unified diff.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.parts.iter().flat_map(|part| {
            let (mut at, mut next) = (0, 0);
            part.text
                .split_inclusive(|&byte| byte == b'\n')
                .map(move |line| {
                    let text = line.strip_suffix(b"\n").unwrap_or(line);
                    let mut marks = Vec::new();
                    while let Some((change, span)) = part.marks.get(next) {
                        if !span.is_empty() && span.start < at + text.len() && span.end > at {
                            let start = span.start.saturating_sub(at);
                            let end = (span.end - at).min(text.len());
                            marks.push((*change, start..end));
                        }
                        if span.end > at + line.len() || span.start >= at + line.len() {
                            break;
                        }
                        next += 1;
                    }
                    at += line.len();
                    Line {
                        kind: part.kind,
                        text,
                        terminated: text.len() < line.len(),
                        marks,
                    }
                })
        })
    }
}

/// A line of a [`Hunk`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'h> {
    /// Whether the line stays, goes or comes.
    pub kind: LineKind,
    /// Its bytes, without the newline; a carriage return is part of them.
    pub text: &'h [u8],
    /// Whether a newline ends it; only the last line of a text can lack it.
    pub terminated: bool,
    /// What changes in it: the number of the change, and where in the line it
    /// is, in bytes.
    pub marks: Vec<(usize, Range<usize>)>,
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
    fn highlights_cut_no_grapheme_cluster() {
        let widened = |text: &str, edits: &[Edit]| -> Vec<(Range<usize>, String)> {
            let changes = widened(text, edits).into_iter();
            changes
                .map(|c| (c.span, String::from_utf8(c.after.into_owned()).unwrap()))
                .collect()
        };
        // U+0301 comes behind an e, and goes.
        let comes = widened("a\ncafeÌ\u{81}x\n", &[edit(6..10, "\u{301}")]);
        assert_eq!(comes, [(5..10, "e\u{301}".to_owned())]);
        let goes = widened("e\u{301}", &[edit(1..3, "")]);
        assert_eq!(goes, [(0..3, "e".to_owned())]);
        // What comes takes what follows it along, and changes meet.
        let flags = widened("x1🇷2\u{301}", &[edit(1..2, "🇫"), edit(6..7, "")]);
        assert_eq!(flags, [(1..9, "🇫🇷\u{301}".to_owned())]);
        let apart = widened("1 2", &[edit(0..1, "a"), edit(2..3, "b")]);
        assert_eq!(apart, [(0..1, "a".to_owned()), (2..3, "b".to_owned())]);
    }

    #[test]
    fn lines_say_what_changes_in_them() {
        let change = |span, after: &'static str| Change {
            span,
            after: after.as_bytes().into(),
        };
        let changes = vec![change(1..2, "BB"), change(4..6, ""), change(8..8, "x\ny")];
        let hunk = Hunks::new(b"abc\nde\nfg\n", changes).next().unwrap();
        assert_eq!(hunk.changes(), 0..3);
        let marks: Vec<_> = hunk
            .lines()
            .map(|line| (String::from_utf8_lossy(line.text).into_owned(), line.marks))
            .collect();
        let wanted = [
            ("abc", vec![(0, 1..2)]),
            ("de", vec![(1, 0..2)]),
            ("fg", vec![]),
            ("aBBc", vec![(0, 1..3)]),
            ("", vec![]),
            ("fx", vec![(2, 1..2)]),
            ("yg", vec![(2, 0..1)]),
        ];
        assert_eq!(marks, wanted.map(|(text, marks)| (text.to_owned(), marks)));
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
        fn widened_changes_do_the_same_on_whole_clusters(
            parts in prop::collection::vec(
                prop::sample::select(vec!["e", "\u{301}", "🇫", "\r", "\n", "각", "ᄀ", "ᅡ", "👩", "\u{200d}"]),
                0..24,
            ),
            steps in prop::collection::vec((0usize..4, 0usize..3, "[e\u{301}🇫\r\n]{0,2}"), 0..6),
        ) {
            let input = parts.concat();
            let starts: Vec<usize> = input.char_indices().map(|(at, _)| at).chain([input.len()]).collect();
            let (mut at, mut edits) = (0, Vec::new());
            for (skip, len, after) in steps {
                let (start, end) = (at + skip, at + skip + len);
                if end >= starts.len() {
                    break;
                }
                at = end;
                if input[starts[start]..starts[end]] != after {
                    edits.push(edit(starts[start]..starts[end], &after));
                }
            }
            let repair = Repair::new(&input, edits);
            let wide = widened(&input, repair.edits());
            let whole = Block { old: 0..input.len(), changes: 0..wide.len() };
            let text = repair.text().into_owned();
            prop_assert_eq!(splice(input.as_bytes(), &whole, &wide), text.as_bytes());
            let (old, new) = (boundaries(&input), boundaries(&text));
            let mut grown = 0isize;
            for change in &wide {
                let start = change.span.start.checked_add_signed(grown).unwrap();
                let end = start + change.after.len();
                for at in [change.span.start, change.span.end] {
                    prop_assert!(old.contains(&at), "{input:?} {wide:?}");
                }
                for at in [start, end] {
                    prop_assert!(new.contains(&at), "{text:?} {wide:?}");
                }
                grown += change.after.len() as isize - change.span.len() as isize;
            }
            prop_assert!(wide.windows(2).all(|w| w[0].span.end < w[1].span.start));
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
