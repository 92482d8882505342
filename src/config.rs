//! What a caller may ask for.

use crate::charset::Charset;
use crate::cleanup::{self, Fix, Fixes, Profile};
use crate::edit::{Account, Chain, Edit, Exactness, Repair, Step};
use crate::model::letters;
use crate::plan;

/// How text comes by C1 controls.
const C1: Step = Step::Misread {
    truth: Charset::WINDOWS_1252,
    misread: Charset::ISO_8859_1,
};

/// How to repair; [`Config::default`] changes only what is damaged.
#[derive(Clone, Debug, Default)]
pub struct Config {
    chain: Option<Chain>,
    charsets: Vec<Charset>,
    languages: Vec<String>,
    min_score: u32,
    exact_only: bool,
    unscanned: bool,
    fixes: Fixes,
}

impl Config {
    /// Undoes this chain and no other; switches [`Fix::C1Controls`] off, too,
    /// which is one.
    #[must_use]
    pub fn chain(mut self, chain: Chain) -> Self {
        self.chain = Some(chain);
        self.fixes.set(Fix::C1Controls, false);
        self
    }

    /// Looks only for mojibake of misreadings among these charsets; none means
    /// all.
    #[must_use]
    pub fn charsets(mut self, charsets: Vec<Charset>) -> Self {
        self.charsets = charsets;
        self
    }

    /// The text is in one of these languages; none means any. What tags mean
    /// is said by [`languages`]; those that it does not know say nothing.
    #[must_use]
    pub fn languages(mut self, languages: Vec<String>) -> Self {
        let known = languages.iter().flat_map(|tag| self::languages(tag));
        self.languages = known.map(str::to_owned).collect();
        self
    }

    /// Leaves alone what has less evidence than this, in bits.
    #[must_use]
    pub fn min_score(mut self, bits: u32) -> Self {
        self.min_score = bits;
        self
    }

    /// Leaves alone what could only be repaired by filling in lost bytes.
    #[must_use]
    pub fn exact_only(mut self, yes: bool) -> Self {
        self.exact_only = yes;
        self
    }

    /// Searches every line, whatever the scan says of it: what the scan is
    /// tested against.
    #[doc(hidden)]
    #[must_use]
    pub fn unscanned(mut self) -> Self {
        self.unscanned = true;
        self
    }

    pub(crate) fn is_unscanned(&self) -> bool {
        self.unscanned
    }

    /// Does what this profile does, whatever was switched before.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.fixes = profile.into();
        self
    }

    /// Switches a fix on or off.
    ///
    /// ```
    /// use unbake::{Config, Fix};
    ///
    /// let config = Config::default().fix(Fix::HtmlEntities, true);
    /// let repair = config.repair("P&Atilde;&copy;rou");
    /// assert_eq!(repair.text(), "Pérou");
    /// let edit = &repair.edits()[0];
    /// assert_eq!(edit.span, 1..15);
    /// assert_eq!(edit.chain.to_string(), "utf-8>windows-1252,html-entities");
    /// ```
    #[must_use]
    pub fn fix(mut self, fix: Fix, on: bool) -> Self {
        self.fixes.set(fix, on);
        self
    }

    /// Whether the caller knows more of a text than it says.
    pub(crate) fn has_hints(&self) -> bool {
        self.chain.is_some() || !self.charsets.is_empty() || !self.languages.is_empty()
    }

    /// Whether the caller knows the chain.
    pub(crate) fn has_chain(&self) -> bool {
        self.chain.is_some()
    }

    /// What there is to say of a line whose chain the caller knows.
    pub(crate) fn hypotheses(&self, line: &str) -> Option<Vec<plan::Hypothesis>> {
        let chain = self.chain.as_ref()?;
        let steps: Vec<_> = chain.steps().iter().rev().copied().collect();
        let line = plan::Line::of(line);
        Some(plan::undo_all(&line, &steps, 0).into_iter().collect())
    }

    /// Whether these misreadings are among the charsets asked for.
    pub(crate) fn allows(&self, steps: &[Step]) -> bool {
        let asked = |charset: &Charset| self.charsets.contains(charset);
        self.charsets.is_empty()
            || steps.iter().all(|step| match step {
                Step::Misread { truth, misread } => {
                    (asked(truth) || *truth == Charset::UTF_8) && asked(misread)
                }
                _ => true,
            })
    }

    /// Whether these steps may be undone together: they are the chain asked for, or
    /// none is and they are among the charsets.
    pub(crate) fn may_undo(&self, steps: &[Step]) -> bool {
        match &self.chain {
            Some(chain) => chain.steps() == steps,
            None => self.allows(steps),
        }
    }

    /// The languages asked for; none means any.
    pub(crate) fn wanted_languages(&self) -> &[String] {
        &self.languages
    }

    /// The accounts of what happened to one line, the best first; the second
    /// is the runner-up. Empty if nothing did.
    ///
    /// ```
    /// let accounts = unbake::Config::default().explain("donâ€™t");
    /// assert_eq!(accounts[0].chain.to_string(), "utf-8>windows-1252");
    /// assert_eq!(accounts[0].texts, ["don’t"]);
    /// ```
    pub fn explain(&self, line: &str) -> Vec<Account> {
        plan::accounts(line, self)
    }

    /// Repairs texts that belong together, such as the fields of a column: as the lines of one
    /// document, so that what is certain of many helps where one tells nothing by itself.
    /// There is a repair for each, in their order. With fixes that look at a text as a whole
    /// each is repaired by itself.
    ///
    /// ```
    /// let names = ["Qu‚bec", "M‚xico", "Per£", "San Jos‚", "M\u{a0}laga", "Asunci¢n", "M‚rida", "Potos¡"];
    /// let alone = unbake::repair(names[2]);
    /// assert_eq!(alone.text(), "Per£");
    /// let together = unbake::Config::default().repair_together(&names);
    /// assert_eq!(together[2].text(), "Perú");
    /// ```
    pub fn repair_together<'t>(&self, texts: &[&'t str]) -> Vec<Repair<'t>> {
        let are_lines = self.fixes.are_of(Profile::Repair);
        // What ends a line, or goes on on the next, is not to meet the ends of lines between.
        let joins =
            |text: &str| are_lines && !text.ends_with(['\r', '=']) && !text.contains('\u{85}');
        let lines: Vec<&str> = texts.iter().copied().filter(|text| joins(text)).collect();
        let edits = self.repair(&lines.join("\n")).into_edits();
        let mut edits = edits.into_iter().peekable();
        let mut start = 0;
        let each = texts.iter().map(|&text| {
            if !joins(text) {
                return self.repair(text);
            }
            let (from, to) = (start, start + text.len());
            start = to + 1;
            let mut own = Vec::new();
            while let Some(edit) = edits.next_if(|edit| edit.span.end <= to) {
                // Each is within a line.
                if let Some(start) = edit.span.start.checked_sub(from) {
                    let span = start..edit.span.end - from;
                    own.push(Edit { span, ..edit });
                }
            }
            Repair::new(text, own)
        });
        each.collect()
    }

    /// Repairs a text. Infallible; clean text comes back borrowed.
    pub fn repair<'t>(&self, text: &'t str) -> Repair<'t> {
        let is_sure = |edit: &Edit| !self.exact_only || edit.exactness == Exactness::Exact;
        let wanted = |edit: &Edit| edit.score >= self.min_score && is_sure(edit);
        let search = |text: &str| {
            let mut plan = plan::plan(text, self);
            let edits = &mut plan.edits;
            let found = edits.len();
            edits.retain(|edit| wanted(edit) && !cleanup::is_lost(&text[edit.span.clone()]));
            if self.chain.is_none() && self.allows(&[C1]) {
                cleanup::prefer_windows_1252(text, edits);
            }
            plan.is_final &= plan.edits.len() == found;
            plan
        };
        let mojibake = |text: &str| {
            let mut pairs = cleanup::misread_pairs(text);
            pairs.retain(|edit| {
                self.chain.is_none() && self.allows(edit.chain.steps()) && wanted(edit)
            });
            cleanup::and_then(text, pairs, search)
        };
        let mut edits = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            // Window by window, as a stream has them, unless a fix is switched
            // on that may look further.
            let len = match self.fixes.are_of(Profile::Repair) {
                true => plan::window(rest).unwrap_or(rest.len()),
                false => rest.len(),
            };
            // A chain that was asked for is undone once.
            let once = self.has_chain();
            let mut found = cleanup::clean(&rest[..len], self.fixes, once, mojibake);
            // Layers that are exact each need not be so over each other.
            found.retain(is_sure);
            for edit in &mut found {
                edit.span = edit.span.start + at..edit.span.end + at;
            }
            match edits.is_empty() {
                true => edits = found,
                false => edits.append(&mut found),
            }
            at += len;
        }
        Repair::new(text, edits)
    }
}

/// The languages told apart that a tag means: `fr-CA` is `fr`, and `zh` all
/// Chinese. None, if it is not one of some 300.
///
/// ```
/// assert_eq!(unbake::languages("fr-CA"), ["fr"]);
/// assert!(unbake::languages("klingon").is_empty());
/// ```
pub fn languages(tag: &str) -> Vec<&'static str> {
    // Whether `long` is `short` with subtags.
    let is_within = |long: &str, short: &str| {
        let start = long.get(..short.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(short))
            && matches!(long.as_bytes().get(short.len()), None | Some(b'-'))
    };
    let known = |is_meant: &dyn Fn(&str) -> bool| -> Vec<_> {
        let tags = letters::all().map(|letters| letters.tag());
        tags.filter(|known| is_meant(known)).collect()
    };
    match known(&|known| is_within(known, tag)) {
        none if none.is_empty() => known(&|known| is_within(tag, known)),
        some => some,
    }
}
