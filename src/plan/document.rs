//! A text as a document: cut into windows, decided line by line, with what is
//! certain on some lines helping the others.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::charset::Charset;
use crate::config::Config;
use crate::edit::{Edit, Step, applied};
use crate::language::Words;
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::doubt;
use super::dropped;
use super::emit::{Told, emit};
use super::filling;
use super::finder::{Finder, is_settled};
use super::hearsay;
use super::hypothesis::{Hypothesis, Line};
use super::known;
use super::lattice::Room;
use super::marks;
use super::one_way;
use super::overlay;
use super::readings::{is_letter, lowered};
use super::search::{MUCH, SURELY, reread_of};
use super::spelling::{JOINS, is_east_asian};
use super::text_language::{TextLanguage, may_be_likely};
use super::throughout::{self, Throughout};
use super::undo::{layer_of, may_cost_less, undo_all};
use super::utf8;
use super::words;

/// A window ends at the first line that ends after so many bytes.
const WINDOW: usize = 64 << 10;
/// A window in which no line ends by here is cut where a line would be.
const LONGEST_WINDOW: usize = 128 << 10;
/// Bytes of a line looked at together; longer ones are cut.
const LONGEST_LINE: usize = 4096;

/// What is to be done to a text.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The edits that mend it.
    pub(crate) edits: Vec<Edit>,
    /// Whether it is known that nothing is left to mend in what they make of it.
    pub(crate) is_final: bool,
}

/// Plans the repair of a text.
pub(crate) fn plan(text: &str, config: &Config) -> Plan {
    let mut plan = Plan {
        edits: Vec::new(),
        is_final: true,
    };
    let mut at = 0;
    while at < text.len() {
        let len = window(&text[at..]).unwrap_or(text.len() - at);
        mend(&text[at..at + len], at, config, &mut plan);
        at += len;
    }
    plan
}

/// Where the first window of a text ends, if it is sure to end there whatever
/// comes after the text.
pub(crate) fn window(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let most = bytes.len().min(LONGEST_WINDOW);
    if let Some(line) = memchr::memchr(b'\n', bytes.get(WINDOW..most)?) {
        return Some(WINDOW + line + 1);
    }
    (bytes.len() > LONGEST_WINDOW).then(|| cut(text, LONGEST_WINDOW))
}

/// A place before `most` bytes to cut at: in the second half after the last space,
/// or the last of ASCII, or before a lead byte of UTF-8; or else between characters.
pub(super) fn cut(text: &str, most: usize) -> usize {
    let end = (0..=most)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let half = |at: &usize| *at > end / 2;
    // Not within a sequence: `ã` to `ô` lead one in windows-1252, and ASCII is in none.
    let leads = |(at, c): (usize, char)| ('Ã'..='ô').contains(&c).then_some(at);
    let space = text[..end].rfind(' ').map(|space| space + 1);
    let ascii = || text[..end].rfind(|c: char| c.is_ascii()).map(|at| at + 1);
    let lead = || text[..end].char_indices().rev().find_map(leads);
    let cut = space.filter(half).or_else(|| ascii().filter(half));
    cut.or_else(|| lead().filter(half)).unwrap_or(end)
}

/// The parts of a window that are decided together, with their offsets.
fn lines(window: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &window[at..];
        if rest.is_empty() {
            return None;
        }
        let bytes = rest.as_bytes();
        // CR LF does not count.
        let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(LONGEST_LINE + 2)]);
        let len = end.unwrap_or(rest.len());
        let (len, skip) = match without_cr(&rest[..len]).len() <= LONGEST_LINE {
            true => (len, usize::from(end.is_some())),
            false => (cut(rest, LONGEST_LINE), 0),
        };
        let line = (at, without_cr(&rest[..len]));
        at += len + skip;
        Some(line)
    })
}

/// What is lost at the end of a line, as in `dÃ©jÃ`, is lost before CR LF, too.
fn without_cr(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

/// Calls with the lines, or parts of them, that have anything beyond ASCII or an escape, with
/// their offsets, and whether they have an escape, or a letter with its mark beside it.
fn uncommon<'t>(window: &'t str, mut each: impl FnMut(usize, &'t str, bool)) {
    let bytes = window.as_bytes();
    let mut escapes = overlay::places(window).peekable();
    let mut marks = overlay::marks(window).peekable();
    let mut at = 0;
    // Lines of nothing but ASCII are passed over without being looked at one by
    // one, unless they hold an escape.
    loop {
        let beyond = at + scan::ascii_prefix(&bytes[at..]);
        while escapes.next_if(|escape| *escape < at).is_some() {}
        let next = escapes.peek().map_or(beyond, |escape| beyond.min(*escape));
        if next == bytes.len() {
            return;
        }
        let start = memchr::memrchr(b'\n', &bytes[at..next]).map_or(at, |line| at + line + 1);
        let end = memchr::memchr(b'\n', &bytes[next..]).map_or(bytes.len(), |len| next + len);
        at = bytes.len().min(end + 1);
        let escaped = escapes.peek().is_some_and(|escape| *escape < end);
        let line = without_cr(&window[start..end]);
        let mut of_part = |start: usize, part: &'t str| {
            while marks.next_if(|mark| *mark < start).is_some() {}
            let has_mark = marks.peek().is_some_and(|mark| *mark < start + part.len());
            each(start, part, escaped || has_mark);
        };
        if line.len() <= LONGEST_LINE {
            of_part(start, line);
        } else {
            // As they are cut elsewhere, CR and all.
            lines(&window[start..end]).for_each(|(at, part)| of_part(start + at, part));
        }
    }
}

/// Whether anything could be wrong with a line or a part of one, but for escapes.
pub(super) fn is_suspicious(line: &str) -> bool {
    is_suspicious_at(scan::look(line), line)
}

/// The same after a first look.
pub(super) fn is_suspicious_at(look: Look, line: &str) -> bool {
    match look {
        Look::Right => false,
        Look::Odd => scan::is_surprising(line) || is_stray(line) || Words::of(line).is_misread,
        Look::Misread => true,
    }
}

/// Whether a line is surely right, however suspicious. In other scripts than Latin no word
/// is known.
pub(super) fn is_known(line: &str) -> bool {
    scan::begins_in_latin(line) && known::is_right(line, known::has_words(line))
}

/// What a hypothesis must gain to be believed by itself.
pub(super) fn bar(h: &Hypothesis) -> Cost {
    let nats = match (h.is_legacy(), h.is_inferred(), is_telling(&h.steps)) {
        (true, ..) => 9,
        (false, false, true) => 4,
        (false, false, false) => 10,
        (false, true, true) => 8,
        (false, true, false) => 11,
    };
    // Of `Њупорт`, some charset makes a usual word, if all are tried.
    let rare = 2 * (h.cost - words::RARE).max(0);
    // `①` is a sequence of UTF-8 in Big5; but where words of Latin go on, `Roemeni禱`, no sign is.
    let may_join = !h.is_legacy() && !h.is_inferred();
    let is_sign = h.is_wide() && !(may_join && words::are_in_words(&h.pieces));
    (nats + if is_sign { 5 } else { 0 }) * NAT + if h.is_legacy() { rare } else { 0 }
}

/// Whether sequences of UTF-8 show as what nobody writes: `Ã”`. In the charsets
/// of other scripts they are letters and marks, as `Рё` and `аА`.
pub(super) fn is_telling(steps: &[Step]) -> bool {
    steps.iter().all(|step| match step {
        Step::Misread { misread, .. } => TELLING.contains(misread),
        Step::Lowercase | Step::Uppercase => false,
        _ => true,
    })
}

const TELLING: [Charset; 3] = [
    Charset::WINDOWS_1252,
    Charset::ISO_8859_1,
    Charset::WINDOWS_1254,
];

/// The same where the chain is certain from other lines.
pub(super) fn low_bar(h: &Hypothesis) -> Cost {
    let nats = if h.is_inferred() { 4 } else { 2 };
    nats * NAT
}

/// What a chain that is certain may gain less than one that is not: a text is damaged in one
/// way, as a rule.
const ANOTHER: Cost = 8 * NAT;

/// The commonest chain.
pub(super) const UTF_8_AS_1252: Step = Step::Misread {
    truth: Charset::UTF_8,
    misread: Charset::WINDOWS_1252,
};

/// The same, where its bytes 80 to 9F are controls.
pub(super) const UTF_8_AS_LATIN_1: Step = Step::Misread {
    truth: Charset::UTF_8,
    misread: Charset::ISO_8859_1,
};

/// Whether a line is nothing but a stray `Â`.
fn is_stray(line: &str) -> bool {
    line.trim() == "Â"
}

/// Whether all that an account makes of a line are spaces of an `Â`, which could be a letter.
fn leaves_spaces(line: &str, best: &Hypothesis) -> bool {
    let mut changed = best.pieces.iter().filter(|p| p.is_changed(line));
    best.steps == [UTF_8_AS_1252]
        && best.whole.is_none()
        && changed.all(|p| p.c == '\u{a0}' && p.was(line).starts_with('Â'))
}

/// Whether a line is one letter and no more, beside a stray `Â`.
fn is_one_letter(line: &str) -> bool {
    let mut chars = line.trim().chars();
    matches!((chars.next(), chars.next()), (Some(c), None) if c.is_alphabetic() && c != 'Â')
}

/// Chains that are certain are tried on every line; so many at most.
const CERTAIN: usize = 3;

/// Lines that are believed by themselves make a chain certain if they are so many.
const BELIEVED: usize = 4;

/// Lines of which a chain left nothing beyond ASCII that tell that it leaves nothing.
const WHOLE: usize = 3;

/// What an ideograph may be likelier than the mark that it would be in a text that has no others:
/// `%s:罈%s竄`.
const IDEOGRAPH: Cost = 12 * NAT;

/// Whether a chain that is certain could be what happened to a line, and not what
/// explains it best.
fn may_beat(line: &Line<'_>, best: Option<&Hypothesis>, steps: &[Step], room: &mut Room) -> bool {
    let pieces = || &line.first().pieces[..];
    let Some(layer) = steps.first().and_then(|step| layer_of(*step)) else {
        return true;
    };
    // Nothing is left to explain.
    let all = best.filter(|best| best.gain >= MUCH && best.is_all(0));
    match (layer.truth == Charset::UTF_8, layer.single, all) {
        (true, Some(n), Some(best)) if !best.is_legacy() => line.entire.charsets >> n & 1 != 0,
        (true, Some(n), all) => {
            let (leads, begun, stray) = utf8::structure(pieces(), n);
            leads > 0 && (all.is_none() || begun > stray)
        }
        (true, None, _) => utf8::is_shown_by(pieces(), layer.misread, room),
        (false, _, Some(best)) if !best.is_legacy() => false,
        (false, Some(n), Some(best)) => {
            may_cost_less(pieces(), &layer, n, line.survey.cost - best.gain)
        }
        _ => true,
    }
}

/// What lines must gain beyond what each of them must for a chain to be certain, and faint ones
/// beyond what one must.
const CLEARLY: Cost = 20 * NAT;
const TOGETHER: Cost = 10 * NAT;

/// What the lines of a document say of a chain together.
#[derive(Default)]
struct Evidence<'t> {
    sum: Cost,
    lines: usize,
    /// How many of them show letters of legacy text, and are believed by themselves.
    believed: usize,
    /// What the faint ones gain, each in words of its own, what one of them must, and what they
    /// show.
    gain: Cost,
    bar: Cost,
    shown: BTreeSet<char>,
    /// What is before and after that in these words.
    frames: BTreeSet<(&'t str, &'t str)>,
    /// What would be changed, each with its neighbours, or the word if that is known.
    seen: BTreeSet<&'t str>,
}

impl<'t> Evidence<'t> {
    /// One more line, of which this is the best account. Where letters of right text could
    /// be damage, too, many faint lines are no more than one, and the `uèit` of Occitan
    /// that is `učit` says nothing new when it is there again; but each known word does, as
    /// `modalit…` and `tonalit…`.
    fn add(&mut self, line: &'t str, best: &Hypothesis) {
        if is_telling(&best.steps) && !best.is_legacy() || best.gain >= SURELY {
            self.sum += best.gain;
            self.lines += 1;
            self.believed += usize::from(best.is_legacy());
            return;
        }
        let changed = || best.pieces.iter().filter(|p| p.is_changed(line));
        let shown = match best.is_legacy() && words::known(line, best).all {
            true => word_around,
            false => with_neighbours,
        };
        let mut is_new = false;
        for p in changed() {
            is_new |= self
                .seen
                .insert(shown(line, p.start as usize..p.end as usize));
        }
        if is_new {
            let bar = bar(best);
            let above = best.gain - bar;
            self.sum += above;
            self.lines += 1;
            self.believed += usize::from(above >= 0 && best.is_legacy());
            let mut in_others = false;
            for p in changed() {
                in_others |= self
                    .frames
                    .insert(frame(line, p.start as usize..p.end as usize));
            }
            // Tables have one character after the other in the same place: `wordÁ`, `wordÈ`.
            if in_others {
                self.gain += best.gain;
                self.bar = self.bar.max(bar);
                let shown = changed().flat_map(|p| p.was(line).chars()).map(lowered);
                self.shown.extend(shown.filter(|c| !JOINS.contains(c)));
            }
        }
    }

    /// Whether they make it certain: by what each gains beyond what one must, or, where they show
    /// several characters, by what all gain beyond what one must. `Australi‰`, `priv‚` and
    /// `m‚er` say enough together; but of `çhaggil` and its like, or of apostrophes in Alsatian, a
    /// right text may be full.
    fn is_certain(&self) -> bool {
        self.lines >= 2
            && (self.sum >= CLEARLY || self.shown.len() >= 2 && self.gain >= self.bar + TOGETHER)
    }
}

/// A span of a line with all that is about it up to spaces.
fn word_around(line: &str, span: Range<usize>) -> &str {
    let (before, after) = frame(line, span.clone());
    &line[span.start - before.len()..span.end + after.len()]
}

/// What is before and after a span of a line up to spaces.
fn frame(line: &str, span: Range<usize>) -> (&str, &str) {
    let (before, after) = (&line[..span.start], &line[span.end..]);
    let start = before.rfind(' ').map_or(0, |at| at + 1);
    (
        &before[start..],
        &after[..after.find(' ').unwrap_or(after.len())],
    )
}

/// A span of a line with the characters before and after it.
pub(super) fn with_neighbours(line: &str, span: Range<usize>) -> &str {
    let before = line[..span.start].char_indices().next_back();
    let after = line[span.end..].chars().next();
    let start = before.map_or(0, |(at, _)| at);
    &line[start..span.end + after.map_or(0, char::len_utf8)]
}

/// What leads the sequences of a chain of UTF-8 misread as a single-byte charset, on the
/// lines that show it: the number of the charset, and a bit for each lead byte.
fn shown_leads(steps: &[Step], suspects: &[Suspect<'_>]) -> Option<(usize, u64)> {
    let layer = steps.first().and_then(|step| layer_of(*step));
    let n = layer.filter(|l| l.truth == Charset::UTF_8)?.single?;
    let of_it = suspects.iter().filter_map(|(_, line, found)| {
        let best = found.first().filter(|h| h.steps == steps)?;
        let read = best.pieces.iter().filter(|p| p.layers & 1 != 0);
        let first = read.filter_map(|p| p.was(line).chars().next());
        Some(match &best.whole {
            Some(text) if steps.len() == 1 => utf8::leads(text),
            Some(_) => utf8::lead_bytes(line.chars(), n),
            None => utf8::lead_bytes(first, n),
        })
    });
    Some((n, of_it.fold(0, |all, leads| all | leads)))
}

/// A line of which something was found, where it is, and its accounts, the best first.
pub(super) type Suspect<'t> = (usize, &'t str, Vec<Hypothesis>);

fn mend(window: &str, offset: usize, config: &Config, plan: &mut Plan) {
    let room = &mut Room::default();
    let mut finder = Finder::new(window, offset == 0, config, room);
    let mut suspects: Vec<Suspect<'_>> = Vec::new();
    let mut has_parts = false;
    uncommon(window, |at, line, overlaid| {
        has_parts |= finder.add((at, line, overlaid), &mut suspects);
    });
    if suspects.is_empty() {
        return;
    }
    // Lines that are believed by themselves, whatever the others make of them.
    let is_believed = |h: &&Hypothesis| h.gain >= bar(h);
    let is_it = |(_, _, found): &&Suspect<'_>| found.first().filter(is_believed).is_some();
    let alone = suspects.iter().filter(|_| suspects.len() > 1).filter(is_it);
    let alone: Vec<usize> = alone.map(|(at, ..)| *at).collect();
    one_way::agree(&mut suspects);
    // What the lines say of each chain together.
    let mut chains: BTreeMap<&[Step], Evidence<'_>> = BTreeMap::new();
    for (_, line, found) in suspects.iter().filter(|_| suspects.len() > 1) {
        if let Some(best) = found.first() {
            chains.entry(best.shared()).or_default().add(line, best);
        }
    }
    let most = chains.iter().max_by_key(|(_, evidence)| evidence.believed);
    let believed = most.filter(|(_, evidence)| evidence.believed >= BELIEVED);
    let believed = believed.map(|(steps, _)| *steps);
    let mut certain: Vec<(Cost, &[Step])> = chains
        .into_iter()
        .filter(|(_, evidence)| evidence.is_certain())
        .map(|(steps, evidence)| (evidence.sum, steps))
        .collect();
    certain.sort_by(|a, b| b.cmp(a));
    certain.truncate(CERTAIN);
    let is_there = |other: &[Step]| certain.iter().any(|(_, steps)| *steps == other);
    // Who shows controls lost none.
    let is_control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    let has_controls = || {
        let shows = |(_, line, found): &Suspect<'_>| {
            line.contains(is_control) && found.first().filter(is_believed).is_some()
        };
        suspects.iter().any(shows)
    };
    let keeps_controls = LazyCell::new(has_controls);
    let other = certain
        .iter()
        .filter(|_| !*keeps_controls)
        .find_map(|(sum, steps)| Some((*sum, one_way::just_as_well(steps, &suspects)?)));
    certain.extend(other.filter(|(_, other)| !is_there(other)));
    // Of English in a chain that only marks tell of, letters are right: `Ótimas`.
    let tells_by_marks = |steps: &[Step]| {
        let best = suspects
            .iter()
            .filter_map(|(_, line, found)| Some((line, found.first()?)));
        let mut of_it = best.filter(|(_, h)| h.shared() == steps).peekable();
        of_it.peek().is_some() && of_it.all(|(line, h)| marks::gain(line, h, false).is_some())
    };
    let steps = certain.iter().map(|(_, steps)| *steps);
    let by_marks: Vec<&[Step]> = steps.filter(|steps| tells_by_marks(steps)).collect();
    let text_language = LazyCell::new(|| {
        let mut rest = suspects.iter().peekable();
        TextLanguage::of(lines(window).map(|(at, line)| {
            while rest.next_if(|suspect| suspect.0 < at).is_some() {}
            let found = rest.peek().filter(|suspect| suspect.0 == at);
            (line, found.and_then(|(_, _, found)| found.first()))
        }))
    });
    let is_there = |other: &[Step]| certain.iter().any(|(_, steps)| *steps == other);
    let has_others = lines(window).nth(1).is_some();
    let likely = match has_others && may_be_likely(&suspects, is_there) {
        true => text_language.as_ref().and_then(|t| t.likely(&suspects)),
        false => None,
    };
    let likely = likely.filter(|steps| !is_there(steps));
    // A chain that is certain is tried on all lines, suspicious or not.
    let mut found: Vec<(usize, &str, &[Hypothesis])> = suspects
        .iter()
        .map(|(at, line, found)| (*at, *line, found.as_slice()))
        .collect();
    let commonest = certain.first().map(|(_, steps)| *steps).or(believed);
    let commonest = commonest.filter(|steps| !by_marks.contains(steps));
    let throughout = commonest.and_then(Throughout::of);
    if !certain.is_empty() || throughout.is_some() {
        let known = |at: &usize| suspects.binary_search_by_key(at, |s| s.0).is_ok();
        let shown: Vec<_> = certain
            .iter()
            .map(|(_, steps)| shown_leads(steps, &suspects))
            .collect();
        let may_show = |line: &str| {
            let is_shown = |leads: &_| match *leads {
                Some((n, leads)) => {
                    utf8::lead_bytes(line.chars(), n) & leads != 0 || utf8::is_begun(line, n)
                }
                None => true,
            };
            shown.is_empty()
                || shown.iter().any(is_shown)
                || certain
                    .iter()
                    .any(|(_, steps)| *steps == [UTF_8_AS_LATIN_1])
                    && line.contains(filling::is_lead)
        };
        let others =
            lines(window).filter(|(at, line)| !line.is_ascii() && !known(at) && may_show(line));
        found.extend(others.map(|(at, line)| (at, line, [].as_slice())));
        found.sort_unstable_by_key(|line| line.0);
    }
    let language_of = |(_, steps): &(Cost, &[Step])| {
        let best = found.iter().filter_map(|(_, _, found)| found.first());
        Throughout::of(steps)?.language_of(best.filter(is_believed))
    };
    let languages: Vec<Option<usize>> = certain.iter().map(language_of).collect();
    let in_full = throughout.and_then(|all| {
        let accounts = found.iter().map(|(_, line, found)| (*line, found.first()));
        all.in_full(accounts.map(|(line, best)| (line, best.filter(is_believed))))
    });
    let mut in_full = in_full.into_iter().flatten();
    // The chains that left nothing beyond ASCII of the lines that show them.
    let leaves_nothing = |(_, steps): &(Cost, &[Step])| {
        let best = found.iter().filter_map(|(_, _, found)| found.first());
        let mut of_it = best.filter(|h| is_believed(h) && h.shared() == *steps);
        of_it.clone().count() >= WHOLE && of_it.all(Hypothesis::reads_all)
    };
    let leave_nothing: Vec<bool> = certain.iter().map(leaves_nothing).collect();
    let alphabet =
        found.iter().any(|(_, l, _)| is_stray(l)) && lines(window).any(|(_, l)| is_one_letter(l));
    let is_lossy = LazyCell::new(|| {
        let mut best = found
            .iter()
            .filter_map(|(_, line, found)| Some((line, found.first()?)));
        best.any(|(line, h)| filling::is_lossy(line, h))
    });
    // What languages the text could be in, by what is sure of it; of one line it tells that.
    let by_language = LazyCell::new(|| {
        let best = found.iter().filter_map(|(_, _, found)| found.first());
        filling::languages(best.flat_map(|h| h.sure_chars().chain([' '])))
    });
    let of_text = || *by_language;
    let of_text: Option<&filling::Languages<'_>> = (found.len() > 1).then_some(&of_text);
    let first = plan.edits.len();
    for (at, line, found) in &found {
        let full = in_full.next().flatten();
        // `Â` on a line of its own was a no-break space, unless the text is a
        // list of letters.
        if is_stray(line) && !alphabet && config.may_undo(&[UTF_8_AS_1252]) {
            if let Some(stray) = undo_all(&Line::of(line), &[UTF_8_AS_1252], 0) {
                let told = Told {
                    is_lossy: true,
                    ..Told::default()
                };
                emit(line, &stray, told, offset + at, &mut plan.edits);
                plan.is_final = false;
            }
            continue;
        }
        let mut best: Option<&Hypothesis> = found.first().filter(|h| h.gain >= bar(h));
        let of_certain = |h: &Hypothesis| certain.iter().position(|(_, s)| *s == h.shared());
        let is_certain = |h: &Hypothesis| of_certain(h).is_some();
        let read = LazyCell::new(|| Line::of(line));
        let beaten = best.map_or(0, |best| best.gain);
        let is_right = LazyCell::new(|| is_known(line));
        let has_words = LazyCell::new(|| known::has_words(line));
        // Where only the others speak for it, `viel Spaß` is right, and `Realtors®` with what
        // would be another sign; and `wöör` is no `wššr`, for their language has likelier words.
        let is_hearsay = |line: &str, h: &Hypothesis| {
            let of = of_certain(h);
            // What reads all of the others reads no part of `»Å«`.
            if best.is_none() && of.is_some_and(|at| leave_nothing[at]) && !h.reads_all() {
                return true;
            }
            let language = of.and_then(|at| languages[at]);
            let worsens = |lane| h.gain < bar(h) && words::worsens(line, h, lane);
            let are_signs = || {
                let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
                changed.all(|p| !is_letter(p.c))
            };
            let is_right = || *is_right && (*has_words || are_signs());
            h.is_legacy()
                && best.is_none()
                && (is_right() || language.is_some_and(worsens) || hearsay::is_meant(line, h))
        };
        let weigh = |line: &str, h: Hypothesis| {
            if is_hearsay(line, &h) {
                return None;
            }
            let only_marks =
                || by_marks.contains(&&h.steps[..]) || marks::makes_marks_only(line, &h);
            let gain = match marks::gain(line, &h, true) {
                Some(gain) => gain,
                None if only_marks() => 0,
                None if h.is_legacy() => h.gain + words::known(line, &h).gain,
                None => h.gain,
            };
            let h = Hypothesis { gain, ..h };
            // Where all the others were UTF-8 as a whole, and this is, too, it was no list, drawing
            // or word with a mark: `Sna╞┐ig`, `4.3. Dokumentationﾂｶ`; but `será»…` may be right.
            let is_of_all = of_certain(&h).is_some_and(|at| leave_nothing[at]);
            if is_of_all && !h.is_legacy() && h.is_all(0) && !known::has_word(line) {
                let may_be = h.is_wide() && gain >= -IDEOGRAPH && !h.chars().any(is_east_asian);
                let gain = if may_be { gain.max(low_bar(&h)) } else { gain };
                return Some(Hypothesis { gain, ..h });
            }
            let gain = gain - doubt::doubt(line, &h, true);
            Some(Hypothesis { gain, ..h })
        };
        let undone = |steps: &[Step]| match overlay::beneath(line, steps) {
            None => {
                let is_of_leads =
                    *steps == [UTF_8_AS_LATIN_1] && filling::is_of_leads(&read.first().pieces);
                let h = match is_of_leads {
                    true if *keeps_controls => None,
                    true => filling::of_leads(&read, of_text),
                    false => undo_all(&read, steps, beaten),
                }?;
                let filled = dropped::filled(read.first(), &h, &mut Room::default());
                weigh(line, filled.unwrap_or(h))
            }
            Some((over, steps)) => {
                let was = Line::of(&over.text);
                let h = undo_all(&was, steps, beaten).filter(|h| over.may_be(h, line))?;
                over.of_line(weigh(&over.text, h)?)
            }
        };
        let reread = |steps: &[Step]| {
            let over =
                overlay::reread(line).filter(|_| overlay::may_be_beneath_sequences(steps))?;
            let was = Line::of(&over.text);
            reread_of(
                &read,
                &over,
                weigh(&over.text, undo_all(&was, steps, beaten)?)?,
            )
        };
        let known: Vec<Hypothesis> = match best {
            Some(best) if best.is_right => Vec::new(),
            Some(best) if best.gain >= MUCH && is_certain(best) && best.is_all(0) => Vec::new(),
            _ => certain
                .iter()
                .filter(|(_, steps)| may_beat(&read, best, steps, room))
                .flat_map(|(_, steps)| [undone(steps), reread(steps)])
                .flatten()
                .collect(),
        };
        // What the language of the text makes of a line that says too little by itself.
        let is_open = |best: Option<&Hypothesis>| best.is_none_or(|h| leaves_spaces(line, h));
        let told = likely.filter(|_| is_open(best)).and_then(undone);
        for h in &known {
            let is_better = |b: &Hypothesis| match is_certain(b) {
                true => h.gain > b.gain,
                false => h.gain + ANOTHER > b.gain,
            };
            if h.gain >= low_bar(h) && best.is_none_or(is_better) {
                best = Some(h);
            }
        }
        if is_open(best) {
            let believes =
                |h: &&Hypothesis| text_language.as_ref().is_some_and(|t| t.believes(line, h));
            best = known.iter().chain(&told).find(believes).or(best);
        }
        let full = full.and_then(|full| throughout::instead_of(best, &read, full));
        let before = plan.edits.len();
        if let Some(best) = full.as_ref().or(best) {
            let told = Told {
                is_lossy: *is_lossy,
                is_certain: is_certain(best),
                languages: of_text,
            };
            emit(line, best, told, offset + at, &mut plan.edits);
            let new = &plan.edits[before..];
            plan.is_final &=
                new.is_empty() || best.is_right || is_settled(&applied(line, offset + at, new));
        }
        // Without the others, which are mended by then, it may be believed.
        let is_kept = plan.edits.len() == before;
        let is_part = leave_nothing.contains(&true) && !found.is_empty();
        let may_be = alone.binary_search(at).is_ok() || is_part;
        plan.is_final &= !(is_kept && may_be);
    }
    // What is mended moves the places where a long line is cut.
    let is_long = |line: &str| line.len() > LONGEST_LINE;
    let may_be_cut = || has_parts || window.split('\n').any(is_long);
    plan.is_final &= plan.edits.len() == first || !may_be_cut();
}
