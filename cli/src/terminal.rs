//! Changes to look at: the lines of a text or field before and after, clipped
//! around what changes, with marks for all that cannot be seen.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use anstyle::Style;
use unbake::Edit;
use unbake::diff::{Change, Hunks, Line, LineKind, widened};
use unicode_segmentation::UnicodeSegmentation;

use crate::args;
use crate::finding::{Passage, evidence};
use crate::output::Output;
use crate::scan::shown;
use crate::visible::{self, Marks};

/// How changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) style: args::Style,
    /// With the chain and the evidence of each change.
    pub(crate) why: bool,
    /// With control characters as they are.
    pub(crate) raw: bool,
}

/// A grapheme cluster, as it is shown.
#[derive(Clone, Debug)]
struct Cell {
    shown: String,
    width: usize,
    /// The change that it is in, if it is in one.
    change: Option<usize>,
}

/// Lines that go, and the lines that come instead.
#[derive(Default)]
struct Block<'h> {
    removed: Vec<Line<'h>>,
    added: Vec<Line<'h>>,
}

impl Fields {
    /// Shows the changes of a passage of which `chosen` says yes.
    pub(crate) fn write(
        self,
        passage: &Passage,
        chosen: &[bool],
        out: &mut Output,
    ) -> io::Result<()> {
        // What was not chosen is shown as it is, so that a sample stays small
        // where every line has changes.
        let indices: Vec<usize> = (0..chosen.len()).filter(|&index| chosen[index]).collect();
        let picked: Vec<Edit> = indices
            .iter()
            .map(|&index| passage.edits[index].clone())
            .collect();
        let changes = widened(&passage.text, &picked);
        let edits = edits_of(&picked, &changes);
        for hunk in Hunks::new(passage.text.as_bytes(), changes) {
            let first = edits[hunk.changes().start].start;
            let here = first..edits[hunk.changes().end - 1].end;
            header(passage, indices[first], out)?;
            let mut block = Block::default();
            for line in hunk.lines() {
                match line.kind {
                    LineKind::Removed if block.added.is_empty() => block.removed.push(line),
                    LineKind::Added => block.added.push(line),
                    _ => {
                        self.block(std::mem::take(&mut block), out)?;
                        match line.kind {
                            LineKind::Context => self.context(&line, out)?,
                            _ => block.removed.push(line),
                        }
                    }
                }
            }
            self.block(block, out)?;
            if self.why {
                why(passage, here.map(|at| indices[at]), out)?;
            }
        }
        Ok(())
    }

    fn context(self, line: &Line<'_>, out: &mut Output) -> io::Result<()> {
        if self.style == args::Style::SideBySide {
            return self.rows(Some(line), Some(line), out);
        }
        let cells = self.cells(line);
        let total = total(&cells);
        let cells = clip(cells, total, out.width - 1);
        write!(out, " ")?;
        cells
            .iter()
            .try_for_each(|cell| out.write_all(cell.shown.as_bytes()))?;
        writeln!(out)
    }

    fn block(self, block: Block<'_>, out: &mut Output) -> io::Result<()> {
        let paired = block.removed.len() == block.added.len();
        match self.style {
            args::Style::SideBySide => {
                for i in 0..block.removed.len().max(block.added.len()) {
                    self.rows(block.removed.get(i), block.added.get(i), out)?;
                }
                Ok(())
            }
            args::Style::Inline if paired => {
                for (removed, added) in block.removed.iter().zip(&block.added) {
                    self.inline(removed, added, out)?;
                }
                Ok(())
            }
            // Before and after of each line together.
            _ if paired => {
                for (removed, added) in block.removed.iter().zip(&block.added) {
                    let (old, new) = (self.cells(removed), self.cells(added));
                    // Both are clipped, or none is.
                    let total = total(&old).max(total(&new));
                    self.line(removed.kind, old, total, out)?;
                    self.line(added.kind, new, total, out)?;
                }
                Ok(())
            }
            _ => {
                let mut lines = block.removed.iter().chain(&block.added);
                lines.try_for_each(|line| {
                    let cells = self.cells(line);
                    let total = total(&cells);
                    self.line(line.kind, cells, total, out)
                })
            }
        }
    }

    fn line(
        self,
        kind: LineKind,
        cells: Vec<Cell>,
        total: usize,
        out: &mut Output,
    ) -> io::Result<()> {
        let (plain, marked) = colours(kind, out);
        write!(out, "{plain}{}{plain:#}", kind.sign())?;
        write_cells(&clip(cells, total, out.width - 1), plain, marked, out)?;
        writeln!(out)
    }

    /// One line for both, what goes before what comes.
    fn inline(self, removed: &Line<'_>, added: &Line<'_>, out: &mut Output) -> io::Result<()> {
        let (old, new) = (self.cells(removed), self.cells(added));
        let (mut cells, mut kinds) = (Vec::new(), Vec::new());
        let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            // The next change of either line; what is between is in both.
            let equal = |cell: &Cell| cell.change.is_none();
            while let Some(cell) = new.next_if(equal) {
                let _ = old.next_if(equal);
                cells.push(cell);
                kinds.push(LineKind::Context);
            }
            while old.next_if(equal).is_some() {}
            let next = old.peek().into_iter().chain(new.peek());
            let Some(change) = next.filter_map(|cell| cell.change).min() else {
                break;
            };
            let same = |cell: &Cell| cell.change == Some(change);
            while let Some(cell) = old.next_if(same) {
                cells.push(cell);
                kinds.push(LineKind::Removed);
            }
            while let Some(cell) = new.next_if(same) {
                cells.push(cell);
                kinds.push(LineKind::Added);
            }
        }
        write!(out, " ")?;
        let total = total(&cells);
        let mut open = LineKind::Context;
        for (cell, kind) in clip_with(cells, kinds, total, out.width - 1) {
            if kind != open {
                self.bracket(open, true, out)?;
                self.bracket(kind, false, out)?;
                open = kind;
            }
            out.write_all(cell.shown.as_bytes())?;
        }
        self.bracket(open, true, out)?;
        writeln!(out)
    }

    /// Begins or ends what goes or comes: in colour, or `[-so-]{+or so+}`.
    fn bracket(self, kind: LineKind, closes: bool, out: &mut Output) -> io::Result<()> {
        let (_, marked) = colours(kind, out);
        match (out.coloured, kind, closes) {
            (_, LineKind::Context, _) => Ok(()),
            (true, _, false) => write!(out, "{marked}"),
            (true, _, true) => write!(out, "{marked:#}"),
            (_, LineKind::Removed, false) => write!(out, "[-"),
            (_, LineKind::Removed, true) => write!(out, "-]"),
            (_, LineKind::Added, false) => write!(out, "{{+"),
            (_, LineKind::Added, true) => write!(out, "+}}"),
        }
    }

    /// Old to the left, new to the right, over as many rows as it takes.
    fn rows(
        self,
        left: Option<&Line<'_>>,
        right: Option<&Line<'_>>,
        out: &mut Output,
    ) -> io::Result<()> {
        const BETWEEN: &str = " │ ";
        let width = (out.width.saturating_sub(visible::width(BETWEEN)) / 2).max(8);
        let side = |line: Option<&Line<'_>>| match line {
            Some(line) => {
                let cells = self.cells(line);
                let total = total(&cells);
                wrap(clip(cells, total, 3 * width), width)
            }
            None => Vec::new(),
        };
        let (old, new) = (side(left), side(right));
        let kind = |line: Option<&Line<'_>>| line.map_or(LineKind::Context, |line| line.kind);
        let (left, right) = (colours(kind(left), out), colours(kind(right), out));
        for row in 0..old.len().max(new.len()).max(1) {
            let cells = old.get(row).map_or(&[][..], |cells| cells);
            write_cells(cells, left.0, left.1, out)?;
            let used: usize = cells.iter().map(|cell| cell.width).sum();
            write!(out, "{:1$}{BETWEEN}", "", width.saturating_sub(used))?;
            let cells = new.get(row).map_or(&[][..], |cells| cells);
            write_cells(cells, right.0, right.1, out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// The grapheme clusters of a line.
    fn cells(self, line: &Line<'_>) -> Vec<Cell> {
        // Passages are cut out of texts.
        let text = str::from_utf8(line.text).unwrap_or_default();
        let mut marks = line.marks.iter().peekable();
        let mut cells = Vec::new();
        for (at, cluster) in text.grapheme_indices(true) {
            while marks.next_if(|(_, span)| span.end <= at).is_some() {}
            let change = marks
                .peek()
                .and_then(|(change, span)| (span.start <= at).then_some(*change));
            // The end of a line, as usual in its file.
            if cluster == "\r" && at + 1 == text.len() && change.is_none() {
                continue;
            }
            let shown = if self.raw {
                cluster.to_owned()
            } else if cluster == "\t" {
                "    ".to_owned()
            } else if cluster == "\r" {
                "<U+000D>".to_owned()
            } else {
                visible::bytes(cluster.as_bytes(), Marks::Invisible).into_owned()
            };
            cells.push(Cell {
                width: visible::width(&shown),
                shown,
                change,
            });
        }
        cells
    }
}

/// The edits that each widened change is made of.
fn edits_of(edits: &[Edit], changes: &[Change<'_>]) -> Vec<Range<usize>> {
    let mut next = 0;
    let ranges = changes.iter().map(|change| {
        let from = next;
        while let Some(edit) = edits.get(next)
            && edit.span.end <= change.span.end
        {
            next += 1;
        }
        from..next
    });
    ranges.collect()
}

fn header(passage: &Passage, index: usize, out: &mut Output) -> io::Result<()> {
    let (name, aside) = (out.styles.name, out.styles.aside);
    write!(out, "{name}{}{name:#}", passage.place(index))?;
    if passage.origin.has_records && passage.findings[index].place.is_some() {
        write!(out, "{aside}, record {}{aside:#}", passage.record)?;
    }
    if !passage.field.is_empty() {
        write!(out, "{aside}, field {}{aside:#}", shown(&passage.field))?;
    }
    writeln!(out)
}

/// `  Ã© → é  utf-8>windows-1252, exact, 35 bits, ×2`
fn why(
    passage: &Passage,
    indices: impl Iterator<Item = usize>,
    out: &mut Output,
) -> io::Result<()> {
    // The same change again says nothing new.
    let mut lines: Vec<(String, usize)> = Vec::new();
    let mut told = HashMap::new();
    let (before, after, aside) = (out.styles.before, out.styles.after, out.styles.aside);
    for index in indices {
        let edit = &passage.edits[index];
        let line = format!(
            "  {before}{}{before:#} → {after}{}{after:#}  {aside}{}",
            shown(&passage.findings[index].before),
            shown(&edit.after),
            evidence(edit),
        );
        let next = lines.len();
        match *told.entry(line.clone()).or_insert(next) {
            known if known < next => lines[known].1 += 1,
            _ => lines.push((line, 1)),
        }
    }
    for (line, count) in lines {
        match count {
            1 => writeln!(out, "{line}{aside:#}")?,
            _ => writeln!(out, "{line}, ×{count}{aside:#}")?,
        }
    }
    Ok(())
}

/// For what stays on such a line, and for what changes.
fn colours(kind: LineKind, out: &Output) -> (Style, Style) {
    let marked = |style: Style| if out.coloured { style.invert() } else { style };
    match kind {
        LineKind::Context => (Style::new(), Style::new()),
        LineKind::Removed => (out.styles.before, marked(out.styles.before)),
        LineKind::Added => (out.styles.after, marked(out.styles.after)),
    }
}

fn write_cells(cells: &[Cell], plain: Style, marked: Style, out: &mut Output) -> io::Result<()> {
    for run in cells.chunk_by(|a, b| a.change.is_some() == b.change.is_some()) {
        let style = if run[0].change.is_some() {
            marked
        } else {
            plain
        };
        write!(out, "{style}")?;
        run.iter()
            .try_for_each(|cell| out.write_all(cell.shown.as_bytes()))?;
        write!(out, "{style:#}")?;
    }
    Ok(())
}

fn total(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.width).sum()
}

fn clip(cells: Vec<Cell>, total: usize, room: usize) -> Vec<Cell> {
    let kinds = vec![(); cells.len()];
    clip_with(cells, kinds, total, room)
        .map(|(cell, ())| cell)
        .collect()
}

/// Leaves out what is far from where a change begins or ends, if there is more
/// than there is room for.
fn clip_with<K: Copy>(
    cells: Vec<Cell>,
    kinds: Vec<K>,
    total: usize,
    room: usize,
) -> impl Iterator<Item = (Cell, K)> {
    let near = (room / 4).clamp(8, 40);
    let mut keep = vec![total <= room; cells.len()];
    if total > room {
        if cells.iter().all(|cell| cell.change.is_none()) {
            let mut left = room.saturating_sub(1);
            for (cell, keep) in cells.iter().zip(&mut keep) {
                *keep = cell.width <= left;
                left = if *keep { left - cell.width } else { 0 };
            }
        } else {
            // There and back, as an edge is near on both of its sides.
            for backwards in [false, true] {
                let mut left = 0;
                for i in 0..cells.len() {
                    let (i, before) = match backwards {
                        false => (i, i.checked_sub(1)),
                        true => (cells.len() - 1 - i, Some(cells.len() - i)),
                    };
                    let before = before.and_then(|before| cells.get(before));
                    let edge = match before {
                        Some(before) => before.change != cells[i].change,
                        None => cells[i].change.is_some(),
                    };
                    left = if edge { near } else { left };
                    if cells[i].width <= left {
                        keep[i] = true;
                        left -= cells[i].width;
                    } else {
                        left = 0;
                    }
                }
            }
        }
    }
    let mut clipped = Vec::new();
    let mut gap = false;
    for ((cell, kind), keep) in cells.into_iter().zip(kinds).zip(keep) {
        if keep {
            clipped.push((cell, kind));
        } else if !gap {
            let shown = "…".to_owned();
            clipped.push((
                Cell {
                    shown,
                    width: 1,
                    ..cell
                },
                kind,
            ));
        }
        gap = !keep;
    }
    clipped.into_iter()
}

fn wrap(cells: Vec<Cell>, width: usize) -> Vec<Vec<Cell>> {
    let mut rows = vec![Vec::new()];
    let mut used = 0;
    for cell in cells {
        if used + cell.width > width && used > 0 {
            rows.push(Vec::new());
            used = 0;
        }
        used += cell.width;
        if let Some(row) = rows.last_mut() {
            row.push(cell);
        }
    }
    rows
}
