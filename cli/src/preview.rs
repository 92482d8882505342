//! Which view of the changes is wanted, and what goes through to it: all
//! changes, a sample of them, or only their counts.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use unbake_formats::Mended;

use crate::args;
use crate::finding::{Origin, Passage, passages};
use crate::html::Page;
use crate::input::Input;
use crate::output::Output;
use crate::report::{Github, Json, Sarif};
use crate::run::Found;
use crate::terminal::Fields;
use crate::{diff, scan};

/// A view of changes, as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// One line a finding.
    Lines,
    /// Lines of the file, for `patch`; or nothing else, if the input has none.
    Patch {
        only: bool,
        raw: bool,
    },
    /// Texts and fields, to look at.
    Fields(Fields),
    /// Each change once, with how many there are.
    Group {
        why: bool,
    },
    Report(args::Report),
    Html(PathBuf),
}

/// The view, as the inputs go by.
pub(crate) struct Preview {
    view: View,
    sample: Option<Sample>,
    origin: Option<Rc<Origin>>,
    /// What is collected for a patch.
    all: (Vec<u8>, Mended),
}

enum View {
    Lines,
    Patch { only: bool, raw: bool },
    Fields(Fields),
    Group(Groups),
    Json(Json),
    Sarif(Sarif),
    Github(Github),
    Html(Box<Page>),
}

impl Preview {
    pub(crate) fn new(show: &Show, sample: Option<usize>, out: &mut Output) -> io::Result<Self> {
        let view = match show {
            Show::Lines => View::Lines,
            Show::Patch { only, raw } => View::Patch {
                only: *only,
                raw: *raw,
            },
            Show::Fields(fields) => View::Fields(*fields),
            Show::Group { why } => View::Group(Groups::new(*why)),
            Show::Report(args::Report::Json) => View::Json(Json::begin(out)?),
            Show::Report(args::Report::Sarif) => View::Sarif(Sarif::begin(out)?),
            Show::Report(args::Report::Github) => View::Github(Github),
            Show::Html(path) => View::Html(Box::new(Page::begin(path)?)),
        };
        Ok(Preview {
            view,
            sample: sample.map(Sample::new),
            origin: None,
            all: Default::default(),
        })
    }

    /// An input begins. Says no if it cannot be shown.
    pub(crate) fn input(&mut self, input: &Input, has_records: bool, has_lines: bool) -> bool {
        self.origin = Some(Origin::new(input, has_records, has_lines));
        has_lines || !matches!(self.view, View::Patch { only: true, .. })
    }

    /// Records of the input, in order.
    pub(crate) fn found(&mut self, found: &Found<'_>, out: &mut Output) -> io::Result<()> {
        let Some(origin) = &self.origin else {
            return Ok(());
        };
        match self.view {
            View::Lines => {
                for line in scan::lines(found, out.styles) {
                    writeln!(out, "{line}")?;
                }
                return Ok(());
            }
            View::Patch { .. } if origin.has_lines => {
                // A hunk shows lines around the change, so it needs them all.
                let mut mended = found.mended.clone();
                for patch in &mut mended.patches {
                    // The bytes say it all.
                    patch.text = "".into();
                }
                self.all.1.append(mended, self.all.0.len());
                self.all.0.extend_from_slice(found.batch);
                return Ok(());
            }
            _ => {}
        }
        let (view, sample) = (&mut self.view, &mut self.sample);
        passages(found, origin, |passage| match sample {
            Some(sample) => {
                sample.take(passage);
                Ok(())
            }
            None => {
                let all = vec![true; passage.edits.len()];
                view.write(&passage, &all, out)
            }
        })
    }

    /// The input is over.
    pub(crate) fn end_input(&mut self, input: &Input, out: &mut Output) -> io::Result<()> {
        if let View::Patch { raw, .. } = self.view {
            let (batch, mended) = std::mem::take(&mut self.all);
            diff::write(input, &batch, &mended, raw, out)?;
        }
        Ok(())
    }

    /// All inputs are over.
    pub(crate) fn end(mut self, out: &mut Output) -> io::Result<()> {
        if let Some(sample) = self.sample.take() {
            for (passage, chosen) in sample.chosen() {
                self.view.write(&passage, &chosen, out)?;
            }
        }
        match self.view {
            View::Group(groups) => groups.end(out),
            View::Json(json) => json.end(out),
            View::Sarif(sarif) => sarif.end(out),
            View::Html(page) => page.end(),
            _ => Ok(()),
        }
    }
}

impl View {
    /// Shows the changes of a passage of which `chosen` says yes.
    fn write(&mut self, passage: &Passage, chosen: &[bool], out: &mut Output) -> io::Result<()> {
        if let View::Patch { raw, .. } = *self {
            let fields = Fields {
                style: args::Style::Unified,
                why: false,
                raw,
            };
            return fields.write(passage, chosen, out);
        }
        if let View::Fields(fields) = self {
            return fields.write(passage, chosen, out);
        }
        for index in (0..chosen.len()).filter(|&index| chosen[index]) {
            match self {
                View::Group(groups) => groups.add(passage, index),
                View::Json(json) => json.write(passage, index, out)?,
                View::Sarif(sarif) => sarif.write(passage, index, out)?,
                View::Github(github) => github.write(passage, index, out)?,
                View::Html(page) => page.write(passage, index)?,
                View::Lines | View::Patch { .. } | View::Fields(_) => {}
            }
        }
        Ok(())
    }
}

/// So many changes, each as likely as any other, and the same in every run.
struct Sample {
    size: usize,
    seen: u64,
    state: u64,
    /// The change's number, and where it is.
    taken: Vec<(u64, Rc<Passage>, usize)>,
}

impl Sample {
    fn new(size: usize) -> Self {
        Sample {
            size,
            seen: 0,
            state: 0x9E37_79B9_7F4A_7C15,
            taken: Vec::new(),
        }
    }

    fn take(&mut self, passage: Passage) {
        let passage = Rc::new(passage);
        for index in 0..passage.edits.len() {
            let change = (self.seen, passage.clone(), index);
            self.seen += 1;
            if self.taken.len() < self.size {
                self.taken.push(change);
                continue;
            }
            // xorshift64*
            self.state ^= self.state >> 12;
            self.state ^= self.state << 25;
            self.state ^= self.state >> 27;
            let random = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D);
            let slot = usize::try_from(random % self.seen).unwrap_or(usize::MAX);
            if let Some(taken) = self.taken.get_mut(slot) {
                *taken = change;
            }
        }
    }

    /// Passages in order, and which of their changes were taken.
    fn chosen(mut self) -> impl Iterator<Item = (Rc<Passage>, Vec<bool>)> {
        self.taken.sort_by_key(|(number, ..)| *number);
        let mut passages: Vec<(Rc<Passage>, Vec<bool>)> = Vec::new();
        for (_, passage, index) in self.taken {
            match passages.last_mut() {
                Some((last, chosen)) if Rc::ptr_eq(last, &passage) => chosen[index] = true,
                _ => {
                    let mut chosen = vec![false; passage.edits.len()];
                    chosen[index] = true;
                    passages.push((passage, chosen));
                }
            }
        }
        passages.into_iter()
    }
}

/// How often there is which change.
struct Groups {
    why: bool,
    counts: HashMap<(String, String, String), u64>,
}

impl Groups {
    fn new(why: bool) -> Self {
        Groups {
            why,
            counts: HashMap::new(),
        }
    }

    fn add(&mut self, passage: &Passage, index: usize) {
        let edit = &passage.edits[index];
        let chain = match self.why {
            true => format!("{}, {}", edit.chain, edit.exactness),
            false => String::new(),
        };
        let before = passage.findings[index].before.clone();
        let key = (before, edit.after.clone(), chain);
        *self.counts.entry(key).or_default() += 1;
    }

    fn end(self, out: &mut Output) -> io::Result<()> {
        let mut groups: Vec<_> = self.counts.into_iter().collect();
        groups.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        let (old, new, aside) = (out.styles.before, out.styles.after, out.styles.aside);
        for ((before, after, chain), count) in groups {
            let (before, after) = (scan::shown(&before), scan::shown(&after));
            write!(
                out,
                "{old}{before}{old:#} → {new}{after}{new:#} ×{}",
                thousands(count)
            )?;
            if !chain.is_empty() {
                write!(out, "  {aside}{chain}{aside:#}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// `12,403`
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1_000, 12_403, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "12,403", "1,234,567"]);
    }
}
