//! Edits of edited text as edits of the input.

use std::borrow::Cow;
use std::ops::Range;

use crate::edit::{Chain, Edit, Exactness, Step};

/// A text with edits applied to it, one layer over the other.
pub(super) struct Layers<'t> {
    input: &'t str,
    text: Cow<'t, str>,
    /// The edits, while there is but one layer of them, and its turn.
    only: Vec<Edit>,
    only_round: u16,
    made: Vec<Made>,
    layer: u16,
    /// Whether nothing is left to do; else what was done on some lines was undone.
    pub(super) is_settled: bool,
}

/// An edit of the input, made of one or more edits of the layers.
struct Made {
    /// Of the input.
    span: Range<usize>,
    after: String,
    /// What each layer did to it, the first first.
    steps: Vec<(u16, Vec<Step>)>,
    exactness: Exactness,
    score: u32,
    /// The last turn in which it changed.
    round: u16,
}

impl<'t> Layers<'t> {
    pub(super) fn new(input: &'t str) -> Self {
        Layers {
            input,
            text: Cow::Borrowed(input),
            only: Vec::new(),
            only_round: 0,
            made: Vec::new(),
            layer: 0,
            is_settled: true,
        }
    }

    /// The input with all layers applied.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Applies edits of [`Self::text`], sorted, disjoint and not empty. One
    /// that changes what an earlier one brought becomes one with it: `Ã©` →
    /// `é` and then `é` → `e´` are one edit from `Ã©` to `e´`.
    pub(super) fn apply(&mut self, edits: Vec<Edit>, round: u16) {
        if edits.is_empty() {
            return;
        }
        self.layer += 1;
        if self.made.is_empty() && self.only.is_empty() {
            (self.only, self.only_round) = (edits, round);
            return self.rebuild();
        }
        let only = std::mem::take(&mut self.only).into_iter();
        let (layer, round_before) = (self.layer - 1, self.only_round);
        self.made
            .extend(only.map(|edit| Made::of(edit, layer, round_before)));
        let mut out = Vec::with_capacity(self.made.len() + edits.len());
        let mut old = std::mem::take(&mut self.made).into_iter().peekable();
        let mut new = edits.into_iter().peekable();
        // How much longer the text is than the input, up to the next old edit.
        let mut shift = 0isize;
        while let Some(first) = new.peek() {
            let mut now = first.span.clone();
            while let Some(made) = old.next_if(|made| made.now(shift).end <= now.start) {
                shift += made.growth();
                out.push(made);
            }
            if let Some(made) = old.peek() {
                now.start = now.start.min(made.now(shift).start);
            }
            let start = now.start.wrapping_add_signed(-shift);
            let mut merged = Made {
                span: start..start,
                after: String::new(),
                steps: Vec::new(),
                exactness: Exactness::Exact,
                score: 0,
                round,
            };
            let mut at = now.start;
            now.end = now.start + 1;
            loop {
                if let Some(edit) = new.next_if(|edit| edit.span.start < now.end) {
                    now.end = now.end.max(edit.span.end);
                    merged.after.push_str(&self.text[at..edit.span.start]);
                    merged.after.push_str(&edit.after);
                    at = edit.span.end;
                    merged.add(self.layer, edit.chain.steps(), edit.exactness, edit.score);
                } else if let Some(made) = old.next_if(|made| made.now(shift).start < now.end) {
                    now.end = now.end.max(made.now(shift).end);
                    shift += made.growth();
                    for (layer, steps) in &made.steps {
                        merged.add(*layer, steps, made.exactness, made.score);
                    }
                } else {
                    break;
                }
            }
            merged.after.push_str(&self.text[at..now.end]);
            merged.span.end = now.end.wrapping_add_signed(-shift);
            if self.input[merged.span.clone()] != *merged.after {
                out.push(merged);
            }
        }
        out.extend(old);
        self.made = out;
        self.rebuild();
    }

    /// Undoes what changed in this turn or later; the places of that in the input, in order.
    pub(super) fn forget(&mut self, round: u16) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        if self.only_round >= round {
            places.extend(self.only.drain(..).map(|edit| edit.span));
        }
        let late = self.made.extract_if(.., |made| made.round >= round);
        places.extend(late.map(|made| made.span));
        self.rebuild();
        places
    }

    /// Undoes all on the lines of these places of the input, which are in order.
    pub(super) fn forget_lines(&mut self, places: &[Range<usize>]) {
        let is_end = |c: char| matches!(c, '\n' | '\r');
        let mut lines: Vec<Range<usize>> = Vec::new();
        for place in places {
            if lines.last().is_some_and(|line| place.end <= line.end) {
                continue;
            }
            let start = self.input[..place.start]
                .rfind(is_end)
                .map_or(0, |at| at + 1);
            let rest = &self.input[place.end..];
            let end = place.end + rest.find(is_end).unwrap_or(rest.len());
            lines.push(start..end);
        }
        let is_on = |span: &Range<usize>| {
            let next = lines.partition_point(|line| line.end < span.start);
            lines.get(next).is_some_and(|line| line.start <= span.end)
        };
        self.only.retain(|edit| !is_on(&edit.span));
        self.made.retain(|made| !is_on(&made.span));
        self.rebuild();
    }

    fn rebuild(&mut self) {
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        let only = self.only.iter().map(|edit| (&edit.span, &edit.after));
        let made = self.made.iter().map(|made| (&made.span, &made.after));
        for (span, after) in only.chain(made) {
            text.push_str(&self.input[at..span.start]);
            text.push_str(after);
            at = span.end;
        }
        text.push_str(&self.input[at..]);
        self.text = Cow::Owned(text);
    }

    pub(super) fn into_edits(self) -> Vec<Edit> {
        let input = self.input;
        let edit = |made: Made| made.into_edit(input);
        let mut edits = self.only;
        edits.extend(self.made.into_iter().map(edit));
        edits
    }
}

impl Made {
    /// An edit that is over no other.
    fn of(edit: Edit, layer: u16, round: u16) -> Self {
        Made {
            span: edit.span,
            after: edit.after,
            steps: vec![(layer, edit.chain.steps().to_vec())],
            exactness: edit.exactness,
            score: edit.score,
            round,
        }
    }

    /// Where it stands in the text.
    fn now(&self, shift: isize) -> Range<usize> {
        let start = self.span.start.wrapping_add_signed(shift);
        start..start + self.after.len()
    }

    fn growth(&self) -> isize {
        self.after.len() as isize - self.span.len() as isize
    }

    fn add(&mut self, layer: u16, steps: &[Step], exactness: Exactness, score: u32) {
        match self.steps.binary_search_by_key(&layer, |(layer, _)| *layer) {
            Ok(i) => {
                let known = &mut self.steps[i].1;
                for step in steps {
                    if !known.contains(step) {
                        known.push(*step);
                    }
                }
            }
            Err(i) => self.steps.insert(i, (layer, steps.to_vec())),
        }
        self.exactness = self.exactness.max(exactness);
        // Only mojibake has a score; where several meet, the weakest decides.
        self.score = match (self.score, score) {
            (0, score) | (score, 0) => score,
            (a, b) => a.min(b),
        };
    }

    /// The first layer undone is what happened to the text last.
    fn into_edit(mut self, input: &str) -> Edit {
        let is_merged = self.steps.len() > 1;
        let mut steps = self.steps.pop().map_or_else(Vec::new, |(_, steps)| steps);
        let before = self.steps.into_iter().rev();
        steps.extend(before.flat_map(|(_, steps)| steps));
        // Each layer may be exact where it is, and the chain not on all of it.
        let input = &input[self.span.clone()];
        let chain = Chain::new(steps);
        let exactness = match is_merged && !chain.rebreaks(&self.after, input) {
            true => Exactness::Inferred,
            false => self.exactness,
        };
        Edit {
            span: self.span,
            after: self.after,
            chain,
            exactness,
            score: self.score,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(span: Range<usize>, after: &str, chain: &str) -> Edit {
        let chain = chain.parse().unwrap();
        Edit {
            span,
            after: after.to_owned(),
            chain,
            exactness: Exactness::Exact,
            score: 0,
        }
    }

    #[test]
    fn an_edit_over_another_is_one_with_it() {
        let mut layers = Layers::new("a &eacute; b");
        layers.apply(vec![edit(2..10, "é", "html-entities")], 0);
        assert_eq!(layers.text(), "a é b");
        layers.apply(vec![edit(0..1, "A", "width"), edit(2..4, "e", "nfd")], 0);
        assert_eq!(layers.text(), "A e b");
        let edits = layers.into_edits();
        assert_eq!(
            edits,
            [
                edit(0..1, "A", "width"),
                edit(2..10, "e", "nfd,html-entities")
            ]
        );
    }

    proptest! {
        /// Whatever is done to a text in layers, the edits do at once.
        #[test]
        fn edits_are_those_of_the_input(
            input in "[a-e]{0,12}",
            layers in prop::collection::vec(
                prop::collection::vec((0..3usize, 1..4usize, "[x-z]{0,3}"), 0..5),
                0..5,
            ),
        ) {
            let mut done = Layers::new(&input);
            for layer in layers {
                let mut want = String::new();
                let (mut at, mut edits) = (0, Vec::new());
                for (gap, len, after) in layer {
                    let text = done.text();
                    let start = (at + gap).min(text.len());
                    let end = (start + len).min(text.len());
                    if start < end {
                        want.push_str(&text[at..start]);
                        want.push_str(&after);
                        edits.push(edit(start..end, &after, "width"));
                        at = end;
                    }
                }
                want.push_str(&done.text()[at..]);
                done.apply(edits, 0);
                prop_assert_eq!(done.text(), want);
            }
            let edits = done.into_edits();
            prop_assert!(edits.windows(2).all(|w| w[0].span.end <= w[1].span.start));
            prop_assert!(edits.iter().all(|e| input[e.span.clone()] != *e.after));
        }
    }
}
