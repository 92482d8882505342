//! Changes to look at: the lines of a text or field before and after, clipped
//! around what changes, with marks for all that cannot be seen.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::iter;
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

/// A grapheme cluster, as it is shown. Lines may be of any length, so that cells
/// are made as they are looked at, and again when they are written.
#[derive(Clone, Debug)]
struct Cell<'l> {
    shown: Cow<'l, str>,
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
        let room = out.width - 1;
        let cells = plainly(self.cells(line));
        let is_whole = fits(cells.clone(), room);
        write!(out, " ")?;
        for (cell, ()) in Clipped::new(cells, is_whole, room) {
            out.write_all(cell.shown.as_bytes())?;
        }
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
                    // Both are clipped, or none is.
                    let is_whole = self.fits(removed, out) && self.fits(added, out);
                    self.line(removed, is_whole, out)?;
                    self.line(added, is_whole, out)?;
                }
                Ok(())
            }
            _ => {
                let mut lines = block.removed.iter().chain(&block.added);
                lines.try_for_each(|line| self.line(line, self.fits(line, out), out))
            }
        }
    }

    /// Whether a line has room after its sign.
    fn fits(self, line: &Line<'_>, out: &Output) -> bool {
        fits(plainly(self.cells(line)), out.width - 1)
    }

    fn line(self, line: &Line<'_>, is_whole: bool, out: &mut Output) -> io::Result<()> {
        let (plain, marked) = colours(line.kind, out);
        write!(out, "{plain}{}{plain:#}", line.kind.sign())?;
        let cells = Clipped::new(plainly(self.cells(line)), is_whole, out.width - 1);
        write_cells(cells.map(|(cell, ())| cell), plain, marked, out)?;
        writeln!(out)
    }

    /// One line for both, what goes before what comes.
    fn inline(self, removed: &Line<'_>, added: &Line<'_>, out: &mut Output) -> io::Result<()> {
        let cells = both(self.cells(removed), self.cells(added));
        let room = out.width - 1;
        let is_whole = fits(cells.clone(), room);
        write!(out, " ")?;
        let mut open = LineKind::Context;
        for (cell, kind) in Clipped::new(cells, is_whole, room) {
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
        let mut old = self.side(left, width).peekable();
        let mut new = self.side(right, width).peekable();
        let kind = |line: Option<&Line<'_>>| line.map_or(LineKind::Context, |line| line.kind);
        let (left, right) = (colours(kind(left), out), colours(kind(right), out));
        loop {
            let (old_row, new_row) = (old.next().unwrap_or_default(), new.next());
            let used: usize = old_row.iter().map(|cell| cell.width).sum();
            write_cells(old_row, left.0, left.1, out)?;
            write!(out, "{:1$}{BETWEEN}", "", width.saturating_sub(used))?;
            write_cells(new_row.into_iter().flatten(), right.0, right.1, out)?;
            writeln!(out)?;
            if old.peek().is_none() && new.peek().is_none() {
                return Ok(());
            }
        }
    }

    /// One side of two, in rows.
    fn side<'l>(
        self,
        line: Option<&'l Line<'_>>,
        width: usize,
    ) -> impl Iterator<Item = Vec<Cell<'l>>> {
        line.into_iter().flat_map(move |line| {
            let cells = plainly(self.cells(line));
            let room = ROWS * width;
            let is_whole = fits(cells.clone(), room);
            let clipped = Clipped::new(cells, is_whole, room).map(|(cell, ())| cell);
            wrapped(clipped, width)
        })
    }

    /// The grapheme clusters of a line.
    fn cells<'l>(self, line: &'l Line<'_>) -> impl Iterator<Item = Cell<'l>> + Clone + 'l {
        // Passages are cut out of texts.
        let text = str::from_utf8(line.text).unwrap_or_default();
        let mut marks = line.marks.iter().peekable();
        text.grapheme_indices(true)
            .filter_map(move |(at, cluster)| {
                while marks.next_if(|(_, span)| span.end <= at).is_some() {}
                let change = marks
                    .peek()
                    .and_then(|(change, span)| (span.start <= at).then_some(*change));
                // The end of a line, as usual in its file.
                if cluster == "\r" && at + 1 == text.len() && change.is_none() {
                    return None;
                }
                let shown = if self.raw {
                    cluster.into()
                } else if cluster == "\t" {
                    "    ".into()
                } else if cluster == "\r" {
                    "<U+000D>".into()
                } else {
                    visible::bytes(cluster.as_bytes(), Marks::Invisible)
                };
                Some(Cell {
                    width: visible::width(&shown),
                    shown,
                    change,
                })
            })
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

fn write_cells<'l>(
    cells: impl IntoIterator<Item = Cell<'l>>,
    plain: Style,
    marked: Style,
    out: &mut Output,
) -> io::Result<()> {
    let style = |is_marked: bool| if is_marked { marked } else { plain };
    let mut open = None;
    for cell in cells {
        let is_marked = cell.change.is_some();
        if open != Some(is_marked) {
            if let Some(open) = open.map(style) {
                write!(out, "{open:#}")?;
            }
            write!(out, "{}", style(is_marked))?;
            open = Some(is_marked);
        }
        out.write_all(cell.shown.as_bytes())?;
    }
    match open.map(style) {
        Some(open) => write!(out, "{open:#}"),
        None => Ok(()),
    }
}

/// Cells of one line, which need not be told from those of another.
fn plainly<'l>(
    cells: impl Iterator<Item = Cell<'l>> + Clone,
) -> impl Iterator<Item = (Cell<'l>, ())> + Clone {
    cells.map(|cell| (cell, ()))
}

fn fits<'l, K>(mut cells: impl Iterator<Item = (Cell<'l>, K)>, room: usize) -> bool {
    let mut total = 0;
    cells.all(|(cell, _)| {
        total += cell.width;
        total <= room
    })
}

/// The cells of two lines as one, what goes before what comes.
fn both<'l>(
    old: impl Iterator<Item = Cell<'l>> + Clone,
    new: impl Iterator<Item = Cell<'l>> + Clone,
) -> impl Iterator<Item = (Cell<'l>, LineKind)> + Clone {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    // The one that is gone through.
    let mut change = None;
    iter::from_fn(move || {
        loop {
            if change.is_some() {
                let same = |cell: &Cell<'_>| cell.change == change;
                if let Some(cell) = old.next_if(same) {
                    return Some((cell, LineKind::Removed));
                }
                if let Some(cell) = new.next_if(same) {
                    return Some((cell, LineKind::Added));
                }
            }
            // The next change of either line; what is between is in both.
            let equal = |cell: &Cell<'_>| cell.change.is_none();
            if let Some(cell) = new.next_if(equal) {
                let _ = old.next_if(equal);
                return Some((cell, LineKind::Context));
            }
            while old.next_if(equal).is_some() {}
            let next = old.peek().into_iter().chain(new.peek());
            change = Some(next.filter_map(|cell| cell.change).min()?);
        }
    })
}

/// Cells without what is far from where a change begins or ends, if there is
/// more than there is room for.
struct Clipped<'l, K, I> {
    cells: I,
    /// How wide what is shown on each side of an edge may be.
    near: usize,
    /// The room that is left after the last edge.
    left: usize,
    /// The change that the last cell is in, after the first.
    last: Option<Option<usize>>,
    /// What is shown if an edge comes near enough.
    pending: VecDeque<(Cell<'l>, K)>,
    pending_width: usize,
    /// What is shown next.
    ready: VecDeque<(Cell<'l>, K)>,
    /// Something was left out just before.
    gap: bool,
}

impl<'l, K, I: Iterator<Item = (Cell<'l>, K)> + Clone> Clipped<'l, K, I> {
    fn new(cells: I, is_whole: bool, room: usize) -> Self {
        let changes = |mut cells: I| cells.any(|(cell, _)| cell.change.is_some());
        let (near, left) = match is_whole {
            true => (usize::MAX, usize::MAX),
            false if changes(cells.clone()) => ((room / 4).clamp(8, 40), 0),
            // The beginning, if nothing else.
            false => (0, room.saturating_sub(1)),
        };
        Clipped {
            cells,
            near,
            left,
            last: None,
            pending: VecDeque::new(),
            pending_width: 0,
            ready: VecDeque::new(),
            gap: false,
        }
    }

    fn take(&mut self, cell: Cell<'l>, kind: K) {
        let is_edge = match self.last {
            Some(last) => last != cell.change,
            None => cell.change.is_some(),
        };
        if is_edge {
            self.keep_pending();
            self.left = self.near;
        }
        self.last = Some(cell.change);
        if cell.width <= self.left && self.pending.is_empty() {
            self.left -= cell.width;
            self.keep(cell, kind);
            return;
        }
        self.left = 0;
        self.pending_width += cell.width;
        self.pending.push_back((cell, kind));
        self.shorten_pending(self.near);
    }

    fn end(&mut self) {
        let is_edge = self.last.flatten().is_some();
        self.shorten_pending(if is_edge { self.near } else { 0 });
        self.keep_pending();
    }

    fn keep(&mut self, cell: Cell<'l>, kind: K) {
        self.gap = false;
        self.ready.push_back((cell, kind));
    }

    fn keep_pending(&mut self) {
        while let Some((cell, kind)) = self.pending.pop_front() {
            self.keep(cell, kind);
        }
        self.pending_width = 0;
    }

    /// Leaves out what is too far from any edge to come; what takes no place
    /// stays.
    fn shorten_pending(&mut self, most: usize) {
        while self.pending_width > most
            && let Some((cell, kind)) = self.pending.pop_front()
        {
            self.pending_width -= cell.width;
            if cell.width == 0 {
                self.keep(cell, kind);
            } else if !self.gap {
                let dots = Cell {
                    shown: "…".into(),
                    width: 1,
                    ..cell
                };
                self.ready.push_back((dots, kind));
                self.gap = true;
            }
        }
    }
}

impl<'l, K, I: Iterator<Item = (Cell<'l>, K)> + Clone> Iterator for Clipped<'l, K, I> {
    type Item = (Cell<'l>, K);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(cell) = self.ready.pop_front() {
                return Some(cell);
            }
            match self.cells.next() {
                Some((cell, kind)) => self.take(cell, kind),
                None if self.pending.is_empty() => return None,
                None => self.end(),
            }
        }
    }
}

/// How many rows a long line takes beside another.
const ROWS: usize = 3;

/// Cells in rows of a width.
fn wrapped<'l>(
    cells: impl Iterator<Item = Cell<'l>>,
    width: usize,
) -> impl Iterator<Item = Vec<Cell<'l>>> {
    let mut cells = cells.peekable();
    iter::from_fn(move || {
        let (mut row, mut used) = (Vec::new(), 0);
        while let Some(cell) = cells.next_if(|cell| used == 0 || used + cell.width <= width) {
            used += cell.width;
            row.push(cell);
        }
        (!row.is_empty()).then_some(row)
    })
}
