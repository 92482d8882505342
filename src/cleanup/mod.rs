//! Fixes beyond mojibake: each takes a text to the [`Changes`] that it wants,
//! and [`Layers`] turns changes of changed text into edits of the input.
//!
//! The order of [`Fix::ALL`] is the order of work. What was written on top of
//! damage comes off first, so that `&Atilde;&copy;` becomes `Ã©` before
//! mojibake is looked for; what would hide damage comes last, so that `â€™`
//! is still whole when it is looked at, and is uncurled as `’`.
//!
//! One fix can make work for another: `＆eacute;` is a reference only once
//! `width` made it `&eacute;`. So the fixes take turns until nothing changes,
//! which makes them idempotent together. A place that has not settled after
//! [`ROUNDS`] turns (references written in wide letters, in references, in
//! wide letters…) is left as it came, and with it the text if the rest is not
//! settled then: the work stays linear.

mod backspaces;
mod bidi;
mod controls;
mod entities;
mod escapes;
mod invisible;
mod layers;
mod letters;
mod lines;
mod lost;
mod normalization;
mod spaces;
mod surrogates;
mod terminal;
mod wanted;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::edit::{Chain, Edit, Exactness, Step};
use crate::plan::Plan;

pub use bidi::unbalanced_bidi;
pub(crate) use controls::prefer_windows_1252;
pub(crate) use lost::is_lost;
pub use lost::{Lost, Trace, Unrecoverable, lost, unrecoverable};
pub(crate) use surrogates::misread_pairs;

use layers::Layers;
use wanted::wanted;

/// Turns after which a place that still changes is left alone.
const ROUNDS: u16 = 8;

macro_rules! fixes {
    ($($(#[doc = $doc:literal])* $fix:ident $name:literal,)*) => {
        /// One kind of repair, switched on and off by
        /// [`Config::fix`](crate::Config::fix).
        ///
        /// Listed in the order in which they are done.
        ///
        /// ```
        /// use unbake::{Config, Fix};
        ///
        /// let config = Config::default().fix(Fix::TerminalEscapes, true);
        /// assert_eq!(config.repair("\x1b[1mbold\x1b[0m").text(), "bold");
        /// assert_eq!("terminal-escapes".parse(), Ok(Fix::TerminalEscapes));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Fix {
            $($(#[doc = $doc])* $fix,)*
        }

        impl Fix {
            /// Every fix, in the order in which they are done.
            pub const ALL: &'static [Fix] = &[$(Fix::$fix,)*];

            /// The name by which the command and reports call it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Fix::$fix => $name,)*
                }
            }
        }
    };
}

fixes! {
    /// Terminal control sequences are removed: `ESC [ 1 m`, window titles, and
    /// the other forms of ECMA-48.
    TerminalEscapes "terminal-escapes",
    /// HTML references become their characters, in lines without markup:
    /// `caf&eacute;` → `café`. `&EACUTE;` counts where all spellings of the
    /// name mean one capital.
    HtmlEntities "html-entities",
    /// The same in lines with markup; switches `html-entities` on.
    HtmlEntitiesInMarkup "html-entities-in-markup",
    /// Escapes become their characters where the whole text is written with
    /// them: `caf\u00e9`, `%D0%BC%D0%B8%D1%80`, quoted-printable.
    Escapes "escapes",
    /// `\u00e9` and `\xe9` become `é` wherever they stand.
    BackslashEscapes "backslash-escapes",
    /// `%C3%A9` becomes `é` wherever it stands.
    PercentEscapes "percent-escapes",
    /// `=C3=A9` becomes `é` wherever it stands, and `=` at the end of a line
    /// joins it with the next.
    QuotedPrintable "quoted-printable",
    /// Surrogates become the character that they stand for, whether written
    /// as references (`&#55357;&#56832;` → `😀`) or as CESU-8 that was misread.
    /// A lone one becomes U+FFFD.
    Surrogates "surrogates",
    /// Text decoded with the wrong charset is decoded with the right one.
    Mojibake "mojibake",
    /// C1 controls become what windows-1252 has in their place: U+0093 → `“`.
    /// U+0085 → `…`, too, unless it is what breaks the lines of the text.
    C1Controls "c1-controls",
    /// A backspace takes the character before it.
    Backspaces "backspaces",
    /// Control characters are removed, but for tab, line feed, carriage return
    /// and form feed; switches `unit-separators` on.
    ControlChars "control-chars",
    /// U+001F, which some formats put between fields, is removed.
    UnitSeparators "unit-separators",
    /// Every line break becomes a line feed: `\r\n`, `\r`, U+0085, U+2028,
    /// U+2029.
    LineBreaks "line-breaks",
    /// Byte order marks, deprecated format characters and annotation anchors
    /// are removed.
    FormatChars "format-chars",
    /// What nobody sees is removed: zero-width spaces, word joiners, soft
    /// hyphens, stray tags; joiners where no script or emoji needs them.
    /// Switches `format-chars` on.
    Invisible "invisible",
    /// Ligatures become letters: `ﬁ` → `fi`, `ǆ` → `dž`.
    Ligatures "ligatures",
    /// Wide Latin letters and digits and narrow Katakana and Hangul get their
    /// usual width: `Ａ１` → `A1`, `ｶﾞ` → `ガ`.
    Width "width",
    /// Wide punctuation, symbols and spaces too: `，` → `,`. Chinese and
    /// Japanese text needs them as they are.
    WidthPunctuation "width-punctuation",
    /// Curly quotes and apostrophes become straight: `“` → `"`.
    Quotes "quotes",
    /// Spaces of other widths become plain spaces, and no-break spaces alone
    /// on a line go.
    Spaces "spaces",
    /// Several spaces within a line become one.
    SpaceRuns "space-runs",
    /// Spaces at the end of a line go.
    TrailingSpaces "trailing-spaces",
    /// Unicode normalization form C. The four forms exclude each other.
    Nfc "nfc",
    /// Unicode normalization form D.
    Nfd "nfd",
    /// Unicode normalization form KC.
    Nfkc "nfkc",
    /// Unicode normalization form KD.
    Nfkd "nfkd",
}

const FORMS: [Fix; 4] = [Fix::Nfc, Fix::Nfd, Fix::Nfkc, Fix::Nfkd];

impl Fix {
    /// Its place in [`Fixes`].
    const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// What an edit's chain says: the layers that the mojibake search knows as
    /// well are called the same, whoever takes them off.
    fn step(self) -> Step {
        match self {
            Fix::HtmlEntities | Fix::HtmlEntitiesInMarkup => Step::Entities,
            Fix::Escapes | Fix::BackslashEscapes => Step::Escapes,
            Fix::PercentEscapes => Step::Percent,
            fix => Step::Cleanup(fix),
        }
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fix {
    type Err = ParseFixError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let fix = Fix::ALL.iter().find(|fix| fix.name() == name);
        fix.copied().ok_or_else(|| ParseFixError(name.to_owned()))
    }
}

/// No [`Fix`] or [`Profile`] has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFixError(String);

impl fmt::Display for ParseFixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no {:?}", self.0)
    }
}

impl std::error::Error for ParseFixError {}

/// A set of fixes for a purpose; [`Config::profile`](crate::Config::profile)
/// starts from it.
///
/// ```
/// use unbake::{Config, Fix, Profile};
///
/// let config = Config::default()
///     .profile(Profile::Ftfy)
///     .fix(Fix::Quotes, false);
/// assert_eq!(config.repair("“ﬁancÃ©”").text(), "“fiancé”");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// Only what is damaged: `mojibake`, `c1-controls`.
    #[default]
    Repair,
    /// What corpora need, and no change of style: `repair` and
    /// `terminal-escapes`, `html-entities`, `surrogates`, `control-chars`.
    Corpus,
    /// What ftfy does by default: `corpus` and `format-chars`, `line-breaks`,
    /// `ligatures`, `width`, `width-punctuation`, `quotes`, `nfc`.
    Ftfy,
}

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Profile] = &[Profile::Repair, Profile::Corpus, Profile::Ftfy];

    /// The name by which the command calls it.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Repair => "repair",
            Profile::Corpus => "corpus",
            Profile::Ftfy => "ftfy",
        }
    }

    /// The fixes that it switches on, in the order in which they are done.
    pub fn fixes(self) -> impl Iterator<Item = Fix> {
        Fixes::from(self).iter()
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = ParseFixError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let profile = Profile::ALL.iter().find(|profile| profile.name() == name);
        profile
            .copied()
            .ok_or_else(|| ParseFixError(name.to_owned()))
    }
}

/// The fixes that are switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fixes(u32);

impl Fixes {
    pub(crate) fn has(self, fix: Fix) -> bool {
        self.0 & fix.bit() != 0
    }

    /// In the order in which they are done.
    fn iter(self) -> impl Iterator<Item = Fix> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            let fix = Fix::ALL.get(bits.trailing_zeros() as usize)?;
            bits &= bits - 1;
            Some(*fix)
        })
    }

    /// Whether there is none that this profile has not.
    pub(crate) fn are_of(self, profile: Profile) -> bool {
        self.0 & !Fixes::from(profile).0 == 0
    }

    /// Those that are done before mojibake is looked for.
    fn before_mojibake(self) -> Self {
        Fixes(self.0 & (Fix::Mojibake.bit() - 1))
    }

    /// Those that are done after it.
    fn after_mojibake(self) -> Self {
        Fixes(self.0 & !(2 * Fix::Mojibake.bit() - 1))
    }

    /// Switches a fix, and with it those that it needs or excludes.
    pub(crate) fn set(&mut self, fix: Fix, on: bool) {
        if !on {
            self.0 &= !fix.bit();
            return;
        }
        if FORMS.contains(&fix) {
            FORMS.iter().for_each(|&form| self.set(form, false));
        }
        self.0 |= fix.bit();
        match fix {
            Fix::HtmlEntitiesInMarkup => self.set(Fix::HtmlEntities, true),
            Fix::ControlChars => self.set(Fix::UnitSeparators, true),
            Fix::Invisible => self.set(Fix::FormatChars, true),
            _ => {}
        }
    }
}

impl Default for Fixes {
    fn default() -> Self {
        Profile::default().into()
    }
}

impl From<Profile> for Fixes {
    fn from(profile: Profile) -> Self {
        let mut fixes = Fixes(0);
        let mut on = |list: &[Fix]| list.iter().for_each(|&fix| fixes.set(fix, true));
        on(&[Fix::Mojibake, Fix::C1Controls]);
        if profile != Profile::Repair {
            on(&[
                Fix::TerminalEscapes,
                Fix::HtmlEntities,
                Fix::Surrogates,
                Fix::ControlChars,
            ]);
        }
        if profile == Profile::Ftfy {
            on(&[
                Fix::FormatChars,
                Fix::LineBreaks,
                Fix::Ligatures,
                Fix::Width,
                Fix::WidthPunctuation,
                Fix::Quotes,
                Fix::Nfc,
            ]);
        }
        fixes
    }
}

/// The edits that do all of `fixes` to a text; `mojibake` finds those of
/// [`Fix::Mojibake`], in what it mended `once` or again.
///
/// Lines that do not settle stay as they are, if what is made of the others is the same the
/// next time; else all of them do.
pub(crate) fn clean(
    text: &str,
    fixes: Fixes,
    once: bool,
    mojibake: impl Fn(&str) -> Plan,
) -> Vec<Edit> {
    let layers = turns(text, fixes, once, &mojibake);
    let is_same = || turns(layers.text(), fixes, once, &mojibake).text() == layers.text();
    if layers.is_settled || is_same() {
        layers.into_edits()
    } else {
        Vec::new()
    }
}

/// The fixes in turn, until there is nothing left to do.
fn turns<'t>(
    text: &'t str,
    fixes: Fixes,
    once: bool,
    mojibake: impl Fn(&str) -> Plan,
) -> Layers<'t> {
    let mut layers = Layers::new(text);
    // What the text as it is now could want, of fixes before mojibake at first:
    // what is damaged is another text when it comes to the others.
    let mut open = wanted(text, fixes.before_mojibake());
    let mut is_whole = false;
    // The text that mojibake was last looked for in has not changed since.
    let mut searched = false;
    // Some was found.
    let mut mended = false;
    'rounds: for round in 0..ROUNDS {
        let mut settled = true;
        for fix in fixes.iter() {
            if fix > Fix::Mojibake && !is_whole {
                (open, is_whole) = (wanted(layers.text(), fixes.after_mojibake()), true);
            }
            // Nothing from here on is wanted.
            if fix > Fix::Mojibake && open.0 < fix.bit() {
                break;
            }
            let Plan { edits, is_final } = match fix {
                Fix::Mojibake if searched || once && mended => continue,
                Fix::Mojibake => mojibake(layers.text()),
                fix if !open.has(fix) => continue,
                fix => Plan {
                    edits: edits_of(fix, fixes, layers.text()),
                    is_final: false,
                },
            };
            let is_mojibake = fix == Fix::Mojibake;
            if edits.is_empty() {
                searched |= is_mojibake;
                continue;
            }
            settled = false;
            mended |= is_mojibake;
            layers.apply(edits, round);
            searched = is_final && surrogates::misread_pairs(layers.text()).is_empty();
            if is_mojibake && !searched {
                // The rest waits until no more is found: in form KC, `Ã¢â‚¬â„¢` of
                // which one layer is undone would become `â€TM`.
                (open, is_whole) = (wanted(layers.text(), fixes.before_mojibake()), false);
                continue 'rounds;
            }
            (open, is_whole) = (wanted(layers.text(), fixes), true);
        }
        if settled {
            return layers;
        }
    }
    let unsettled = layers.forget(ROUNDS - 1);
    // What has settled beside it may not be, now that it is back: whether `&lt;b` is
    // markup changes what is to be made of its line.
    let text = layers.text();
    let open = wanted(text, fixes);
    let is_settled = fixes.iter().all(|fix| match fix {
        Fix::Mojibake => once || mojibake(text).edits.is_empty(),
        fix => !open.has(fix) || edits_of(fix, fixes, text).is_empty(),
    });
    if !is_settled {
        layers.forget_lines(&unsettled);
        layers.is_settled = false;
    }
    layers
}

/// Edits of a text, and those that `next` finds in what they make of it.
pub(crate) fn and_then(text: &str, edits: Vec<Edit>, next: impl Fn(&str) -> Plan) -> Plan {
    if edits.is_empty() {
        return next(text);
    }
    let mut layers = Layers::new(text);
    layers.apply(edits, 0);
    let more = next(layers.text());
    layers.apply(more.edits, 1);
    Plan {
        edits: layers.into_edits(),
        ..more
    }
}

fn edits_of(fix: Fix, fixes: Fixes, text: &str) -> Vec<Edit> {
    let mut changes = Changes::default();
    let out = &mut changes;
    let mut step = fix.step();
    match fix {
        Fix::TerminalEscapes => terminal::remove(text, out),
        Fix::HtmlEntities => {
            let in_markup = fixes.has(Fix::HtmlEntitiesInMarkup);
            entities::decode(text, in_markup, out);
        }
        Fix::Escapes => {
            if let Some(form) = escapes::form_of(text) {
                step = form.fix().step();
                form.decode_all(text, out);
            }
        }
        Fix::BackslashEscapes => escapes::Form::Backslash.decode(text, out),
        Fix::PercentEscapes => escapes::Form::Percent.decode(text, out),
        Fix::QuotedPrintable => escapes::Form::QuotedPrintable.decode(text, out),
        Fix::Surrogates => surrogates::join(text, out),
        Fix::C1Controls => controls::c1(text, out),
        Fix::Backspaces => backspaces::apply(text, out),
        Fix::ControlChars => controls::remove(text, out),
        Fix::UnitSeparators => controls::unit_separators(text, out),
        Fix::LineBreaks => lines::breaks(text, out),
        Fix::FormatChars => invisible::format_chars(text, out),
        Fix::Invisible => invisible::remove(text, out),
        Fix::Ligatures => letters::ligatures(text, out),
        Fix::Width => letters::width(text, out),
        Fix::WidthPunctuation => letters::width_of_punctuation(text, out),
        Fix::Quotes => letters::quotes(text, out),
        Fix::Spaces => spaces::plain(text, out),
        Fix::SpaceRuns => spaces::runs(text, out),
        Fix::TrailingSpaces => spaces::trailing(text, out),
        Fix::Nfc | Fix::Nfd | Fix::Nfkc | Fix::Nfkd => normalization::normalize(text, fix, out),
        // Done by the caller, and along with `html-entities`.
        Fix::Mojibake | Fix::HtmlEntitiesInMarkup => {}
    }
    if changes.0.is_empty() {
        return Vec::new();
    }
    let chain = Chain::new([step]);
    let edit = |(span, after): (Range<usize>, String)| Edit {
        span,
        after,
        chain: chain.clone(),
        exactness: Exactness::Exact,
        score: 0,
    };
    changes.0.into_iter().map(edit).collect()
}

/// Spans of a text and what is to stand there instead: in order, disjoint,
/// none empty, none touching the next.
#[derive(Debug, Default)]
struct Changes(Vec<(Range<usize>, String)>);

impl Changes {
    /// Spans must come in order.
    fn replace(&mut self, span: Range<usize>, after: &str) {
        debug_assert!(span.start < span.end);
        match self.0.last_mut() {
            Some((last, text)) if last.end == span.start => {
                last.end = span.end;
                text.push_str(after);
            }
            _ => self.0.push((span, after.to_owned())),
        }
    }

    fn remove(&mut self, span: Range<usize>) {
        self.replace(span, "");
    }

    /// Replaces every one of these characters for which `instead` has something.
    fn each(
        &mut self,
        chars: impl Iterator<Item = (usize, char)>,
        instead: impl Fn(char) -> Option<&'static str>,
    ) {
        for (at, c) in chars {
            if let Some(after) = instead(c) {
                self.replace(at..at + c.len_utf8(), after);
            }
        }
    }
}

/// The characters beyond ASCII and where they stand.
fn beyond_ascii(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, c)| !c.is_ascii())
}
