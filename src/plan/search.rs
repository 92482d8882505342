//! The search for what happened to a line: layer by layer, what promises the most
//! first.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::mem;

use crate::charset::Charset;
use crate::config::Config;
use crate::edit::Step;
use crate::language;
use crate::model::{self, Cost, NAT};
use crate::scan;

use super::document::{UTF_8_AS_1252, UTF_8_AS_LATIN_1, is_suspicious, is_telling};
use super::dropped;
use super::evident::evident;
use super::filling;
use super::hypothesis::{EXPECTED, Hypothesis, LAYER, Line, Odd, SURE, SURPRISE, Survey};
use super::judge::Signs;
use super::lattice::{Layer, Piece, Room};
use super::marks;
use super::overlay::{self, Overlay};
use super::readings::{READINGS, is_letter, shown};
use super::spelling;
use super::throughout::Throughout;
use super::undo::{layer_of, may_surprise_less, undo, undo_all, undo_sequences};
use super::utf8::{Entire, HOPE};
use super::words::{self, Known};
use super::{doubt, legacy, utf8};

/// Layers of damage looked for on top of each other.
pub(super) const DEPTH: usize = 3;
/// Hypotheses followed from one layer to the next.
const WIDTH: usize = 6;
/// What a legacy layer beneath another costs more: it is rare, and there are
/// many.
const DEEP: Cost = 8 * NAT;
/// What is gained so much has read most of a line.
pub(super) const MUCH: Cost = 40 * NAT;
/// What is gained so surely that nothing else comes into question.
pub(super) const SURELY: Cost = 100 * NAT;
/// Accounts that are looked at closely if rivals are wanted.
const RIVALS: usize = 3;

/// The accounts of a line's damage, the best first. Only that one is sure to be
/// among them, unless `rivals` are wanted, too.
pub(super) fn explain(
    line: &Line<'_>,
    config: &Config,
    rivals: bool,
    room: &mut Room,
) -> Vec<Hypothesis> {
    if let Some(over) = overlay::without_loss(line.text) {
        let all = explain(&Line::of(&over.text), config, rivals, room);
        return all.into_iter().filter_map(|h| over.of_line(h)).collect();
    }
    let mut beneath: Vec<Hypothesis> = Vec::new();
    for over in overlay::all(line.text).filter(Overlay::is_suspicious) {
        let was = Line::of(&over.text);
        let all = as_it_stands(&was, config, rivals, room).into_iter();
        let all = all.filter(|h| over.may_be(h, line.text));
        beneath.extend(all.filter_map(|h| over.of_line(h)));
    }
    // Escapes are ASCII, which costs nothing: of `&ETH;ž&ETH;&plusmn;` little is left to gain.
    let most = line.survey.cost + words::MOST;
    let is_beneath = !rivals && beneath.iter().any(|h| h.gain > most);
    let mut found = match line.text.is_ascii() || is_beneath {
        true => Vec::new(),
        false => as_it_stands(line, config, rivals, room),
    };
    let first = found.len();
    // What is read in full was nothing else.
    let is_all = |h: &Hypothesis| !rivals && h.is_all(0);
    if !is_beneath && !found.first().is_some_and(is_all) {
        found.extend(reread(line, config, room));
    }
    found.extend(beneath);
    if rivals || !found.first().is_some_and(is_unsaved) {
        found.extend(before_macs(line, config, found.first(), room));
    }
    if found.len() > first {
        found.sort_by_key(|h| -h.gain);
    }
    found
}

/// Whether an account says so much that no Mac saved the line: of a legacy charset, or of UTF-8
/// that was misread and no more. What a Mac saved then looks like marks beside letters, `Ì©`, or
/// like digits of Persian, `Û±`.
fn is_unsaved(h: &Hypothesis) -> bool {
    let mut read = h.pieces.iter().filter(|p| p.layers != 0);
    match h.is_legacy() {
        true => h.gain > SURELY,
        false => {
            h.is_sure(0)
                && read.clone().count() >= SURE
                && !read.any(|p| matches!(p.c, '\u{300}'..='\u{37f}' | '\u{6c0}'..='\u{6ff}'))
        }
    }
}

/// The accounts of a line that Macs saved, if it is none of what it looks like: `aÌ±` is `a`
/// with a line below in Tyap, and no `añ` unless that makes words.
fn before_macs(
    line: &Line<'_>,
    config: &Config,
    best: Option<&Hypothesis>,
    room: &mut Room,
) -> Vec<Hypothesis> {
    let is_of_marks = |h: &&Hypothesis| h.steps == [UTF_8_AS_1252] && !h.is_inferred();
    let marks = best.filter(is_of_marks).map(known_words);
    let mut found = Vec::new();
    for over in overlay::all_saved(line.text).filter(Overlay::is_suspicious) {
        let was = Line::of(&over.text);
        let mut all = as_it_stands(&was, config, false, room);
        all.iter_mut().for_each(|h| h.divide(&over.text));
        let is_it = |h: &Hypothesis| {
            let read = h.pieces.iter().filter(|p| p.layers != 0).count();
            // One sequence says too little: `Tsí© dû`.
            read >= over.times && marks.is_none_or(|marks| known_words(h) >= marks + BETTER)
        };
        let of_it = all.into_iter();
        let of_it = of_it.filter(|h| h.steps == [UTF_8_AS_1252] && is_it(h));
        found.extend(of_it.filter_map(|h| reread_of(line, &over, h)));
    }
    found
}

/// The accounts of a line in which sequences that chance to be UTF-8 were read again.
fn reread(line: &Line<'_>, config: &Config, room: &mut Room) -> Vec<Hypothesis> {
    let Some(over) = overlay::reread(line.text) else {
        return Vec::new();
    };
    let was = Line::of(&over.text);
    let mut search = Search::new(Wanted::Best, room);
    search.legacy(was.first(), was.odd(), LAYER);
    let mut all = search.next;
    // Of signs that happen to be next to each other, `¸˛Ç◊ı˜Â¯˘¿`, some charset has most.
    let may_be_it = |h: &Hypothesis| {
        let beyond = h.pieces.iter().filter(|p| !p.c.is_ascii());
        let kept = beyond.clone().filter(|p| p.layers == 0 && p.c != '\u{a0}');
        LEFT * kept.count() <= beyond.count()
    };
    let is_of_it = |h: &Hypothesis| overlay::may_be_beneath_sequences(&h.steps) && may_be_it(h);
    all.retain(|h| is_of_it(h) && config.allows(&h.steps));
    let all = settle(&was, all, config, 1).into_iter();
    all.filter_map(|h| reread_of(line, &over, h)).collect()
}

/// One character in so many may be of something else.
const LEFT: usize = 12;

/// An account of what such a line was, as one of the line, which is not as odd: none, if it
/// gains nothing then, for a right part of a line would be searched for its sake.
pub(super) fn reread_of(line: &Line<'_>, over: &Overlay, h: Hypothesis) -> Option<Hypothesis> {
    let odder = Survey::of(over.text.chars()).cost - line.survey.cost;
    let gain = h.gain - odder.max(0);
    let of_line = || over.of_line(Hypothesis { gain, ..h });
    (gain > 0).then(of_line).flatten()
}

/// The same, whatever was laid over it since.
///
/// What reads all of a line is followed first, and is wrong where right text is what it
/// reads: of `fermÃ©, l’école` it is Mac Roman, which has `’é`, too. So windows-1252 is
/// asked for again where its sequences show.
fn as_it_stands(
    line: &Line<'_>,
    config: &Config,
    rivals: bool,
    room: &mut Room,
) -> Vec<Hypothesis> {
    if !rivals && let Some(best) = evident(line, config) {
        // `текше╗метр` has a no-break space in a twin of ISO-8859-15.
        let has_drawing = |h: &Hypothesis| h.chars().any(spelling::is_drawing);
        let twin = as_twin(line, &best, config).filter(|twin| !has_drawing(twin));
        let best = twin.unwrap_or(best);
        return vec![dropped::filled(line.first(), &best, room).unwrap_or(best)];
    }
    let of_sequences = match rivals {
        true => None,
        false => Search::new(Wanted::Best, room).sequences(line),
    };
    let settled = |mut all: Vec<Hypothesis>, sure| {
        all.retain(|h| {
            let most = if h.is_legacy() { words::MOST } else { 0 };
            h.gain + most > 0 && config.allows(&h.steps)
        });
        settle(line, all, config, sure)
    };
    let wanted = if rivals { Wanted::Rivals } else { Wanted::Best };
    let all = of_sequences.unwrap_or_else(|| search(line, wanted, room));
    // UTF-8 that covers the line, and may not be believed: of `½ñ»ï¤ò½ñ¤±¤ë`, EUC-JP, nearly
    // all chances to be that in lower case.
    let is_much = all.iter().any(|h| h.gain > MUCH && !h.is_legacy());
    let mut found = settled(all, if rivals { RIVALS } else { 1 });
    let tells = |h: &Hypothesis| is_telling(&h.steps) && !h.is_legacy();
    let is_nothing = found.is_empty() && is_much;
    let least = found.first().map_or(0, |best| best.gain);
    // Of a line of another legacy charset, chance sequences gain less than that does.
    let may_gain = || utf8::may_gain(&line.first().pieces, line.odd(), least);
    let mut may_tell = || {
        !found.first().is_some_and(tells)
            && utf8::has_sequence_as_1252(line.text)
            && (!found.first().is_some_and(Hypothesis::is_legacy) || may_gain())
            && settled(search(line, Wanted::Telling, room), RIVALS)
                .first()
                .is_some_and(|h| h.gain > least)
    };
    if !rivals && (is_nothing || may_tell()) {
        let others = settled(search(line, Wanted::Rivals, room), RIVALS);
        let is_it = |h: &Hypothesis| {
            let is_sure = is_nothing && h.gain > SURELY;
            is_sure || tells(h) && h.gain > least && !suspicious(&h.pieces)
        };
        if let Some(best) = others.into_iter().next().filter(is_it) {
            found = vec![best];
        }
    }
    let twin = match found.first() {
        Some(best) if !rivals => {
            let deeper = as_deeper(line, best, config);
            let twin = deeper.or_else(|| as_twin(line, best, config));
            let twin = twin.or_else(|| as_lossy_twin(line, best, config));
            twin.or_else(|| dropped::filled(line.first(), best, room))
        }
        _ => None,
    };
    twin.map_or(found, |twin| vec![twin])
}

/// Charsets that show most bytes as the same characters, and the same characters as
/// other bytes.
const TWINS: [[Charset; 2]; 2] = [
    [Charset::WINDOWS_1250, Charset::ISO_8859_2],
    [Charset::WINDOWS_1252, Charset::ISO_8859_15],
];
/// Charsets, and those that languages with other letters have in their place, Ukrainian and
/// Kazakh.
const VARIANTS: [(Charset, Charset); 4] = [
    (Charset::KOI8_R, Charset::KOI8_U),
    (Charset::CP866, Charset::CP1125),
    (Charset::WINDOWS_1251, Charset::KZ1048),
    (Charset::WINDOWS_1251, Charset::PTCP154),
];
/// Of these the ones that are rare, of which some language must think so: the `ћ` of Serbian
/// is no `һ` of Kazakh, nor the `ќ` of Macedonian its `қ`.
pub(super) const RARE: [Charset; 2] = [Charset::KZ1048, Charset::PTCP154];
/// How much better the words of one must be.
const BETTER: Cost = 4 * NAT;
/// How much likelier a line must be that may have lost any control.
const LOSSIER: Cost = NAT;

/// A line of another legacy charset read in a twin of what it was read as, or in a variant of
/// what it was, if that surprises less: of `тьмяност╕` in KOI8-U there are too few letters for
/// the search to tell, and so there are of what ISO-8859-15 shows otherwise.
fn as_legacy_twin(line: &Line<'_>, best: &Hypothesis, config: &Config) -> Option<Hypothesis> {
    let [Step::Misread { truth, misread }] = best.steps[..] else {
        return None;
    };
    let is_variant = |(of, variant): &(Charset, Charset)| {
        *of == truth && differ(line.text, misread, [truth, *variant])
    };
    let variants = VARIANTS.into_iter().filter(is_variant);
    let truths = [truth]
        .into_iter()
        .chain(variants.map(|(_, variant)| variant));
    let other = twin_of(misread).filter(|twin| may_be_of(line.text, misread, *twin));
    let misreads = [Some(misread), other].into_iter().flatten();
    let all = truths.flat_map(|truth| {
        let misreads = misreads.clone();
        misreads.map(move |misread| [Step::Misread { truth, misread }])
    });
    // The first is what was found.
    let mut all = all.skip(1).filter(|steps| config.allows(steps)).peekable();
    all.peek()?;
    let undone = |steps: &[Step]| undo_all(line, steps, 0).filter(|h| !h.is_inferred());
    let found = undone(&best.steps)?;
    let left = |h: &Hypothesis| {
        let is_left = |p: &&Piece| p.layers == 0 && !p.c.is_ascii();
        h.pieces.iter().filter(is_left).count()
    };
    let is_rare = |h: &Hypothesis| match h.steps[..] {
        [Step::Misread { truth, .. }] => RARE.contains(&truth),
        _ => false,
    };
    let in_one = |h: &Hypothesis| doubt::least(h.pieces.iter().map(|p| p.c));
    let is_better = |h: &Hypothesis| h.gain >= found.gain + BETTER;
    let may_be = |h: &Hypothesis| is_better(h) && in_one(h) + BETTER <= in_one(&found);
    let h = all
        .filter_map(|steps| undone(&steps))
        .filter(|h| !is_rare(h) || may_be(h))
        .max_by_key(|h| (Reverse(left(h)), h.gain))?;
    let gain = best.gain;
    is_better(&h).then_some(Hypothesis { gain, ..h })
}

/// Whether anything of a line is another character in a second charset that it may have been.
fn differ(line: &str, misread: Charset, truths: [Charset; 2]) -> bool {
    let Some(n) = READINGS.single.iter().position(|r| r.charset == misread) else {
        return false;
    };
    let mut beyond = line.chars().filter(|c| !c.is_ascii());
    beyond.any(|c| {
        let byte = READINGS.row(c).bytes[n];
        shown(truths[0], byte) != shown(truths[1], byte)
    })
}

/// Whether two charsets have all of a line, and not as the same bytes.
fn may_be_of(line: &str, a: Charset, b: Charset) -> bool {
    let number = |misread| {
        let truth = Charset::UTF_8;
        layer_of(Step::Misread { truth, misread })?.single
    };
    let Some((n, m)) = number(a).zip(number(b)) else {
        return false;
    };
    let bytes = |c: char| [n, m].map(|n| READINGS.row(c).bytes[n]);
    let beyond = || line.chars().filter(|c| !c.is_ascii()).map(bytes);
    beyond().all(|bytes| !bytes.contains(&0)) && beyond().any(|[a, b]| a != b)
}

/// The other of two [`TWINS`].
fn twin_of(charset: Charset) -> Option<Charset> {
    TWINS.iter().find_map(|[a, b]| match charset {
        c if c == *a => Some(*b),
        c if c == *b => Some(*a),
        _ => None,
    })
}

/// A line of UTF-8 read in the other of two such charsets, if that makes better words, and
/// letters of letters: nothing surprises about `Unngü` for `Unngå`, but it is none; and of
/// `lâ€™estÃ ndard` ISO-8859-15 would make two known words, `l⤙estàndard`.
fn as_twin(line: &Line<'_>, best: &Hypothesis, config: &Config) -> Option<Hypothesis> {
    let [Step::Misread { truth, misread }] = best.steps[..] else {
        return None;
    };
    if truth != Charset::UTF_8 {
        return as_legacy_twin(line, best, config);
    }
    let twin = twin_of(misread)?;
    let steps = [Step::Misread {
        truth,
        misread: twin,
    }];
    if !config.allows(&steps) || !may_be_of(line.text, misread, twin) {
        return None;
    }
    let h = undo_all(line, &steps, 0).filter(|h| h.is_inferred() == best.is_inferred())?;
    let gain = best.gain;
    let are_alike = |(a, b): (char, char)| a == b || is_letter(a) && is_letter(b);
    (h.chars().zip(best.chars()).all(are_alike) && known_words(&h) >= known_words(best) + BETTER)
        .then_some(Hypothesis { gain, ..h })
}

/// A line that is all UTF-8 in the same charset again once that was undone, and has a control or
/// a soft hyphen, with one more layer of it: whatever `ponyæ\u{ad}£` was, nobody wrote that,
/// though `正` is as odd there. What people do write chances to be UTF-8 as well, `FERMÉ…`, or
/// `све` in cp866.
fn as_deeper(line: &Line<'_>, best: &Hypothesis, config: &Config) -> Option<Hypothesis> {
    let step = *best.steps.last()?;
    let single = layer_of(step)?.single?;
    let is_unwritten = |c: char| c.is_control() || c == '\u{ad}';
    let is_it = best.chars().any(is_unwritten)
        && best.steps.len() < DEPTH
        && !best.is_legacy()
        && !best.is_inferred()
        && !best.is_overlaid()
        && best
            .steps
            .iter()
            .all(|step| matches!(step, Step::Misread { .. }))
        && Entire::of(best.chars()).charsets >> single & 1 == 1
        && scan::is_suspicious(best.chars());
    if !is_it {
        return None;
    }
    let steps: Vec<Step> = best.steps.iter().copied().chain([step]).collect();
    let h = undo_all(line, &steps, 0).filter(|h| h.is_all(0) && config.allows(&steps))?;
    // Two characters chance to be one, as `É–` is `ɖ`; three hardly ever do.
    let is_chance = |p: &Piece| p.c.is_control() || p.c < '\u{800}' && model::is_rare(p.c);
    let gain = best.gain;
    (!h.pieces.iter().any(is_chance)).then_some(Hypothesis { gain, ..h })
}

/// What the lexicon says of what comes out.
fn known_words(h: &Hypothesis) -> Cost {
    words::known_words(&h.chars().collect::<Vec<_>>())
}

/// A line of UTF-8 read as windows-1252 that lost bytes or was read in part, and of which
/// Latin-1 has all there is, read as that: it may have lost any control, and is likelier with
/// them, as the `weiß` of `weiÃ`, which lost a soft hyphen to be `weií`; or more of it is read,
/// as in `betrÃ¤gt 5 â¬`.
fn as_lossy_twin(line: &Line<'_>, best: &Hypothesis, config: &Config) -> Option<Hypothesis> {
    let may_be_it = best.steps[..] == [UTF_8_AS_1252]
        && (best.is_inferred() || !best.is_all(0))
        && line.text.chars().all(|c| c <= '\u{ff}')
        && config.allows(&[UTF_8_AS_LATIN_1]);
    if !may_be_it {
        return None;
    }
    let h = undo_all(line, &[UTF_8_AS_LATIN_1], 0)?;
    let gain = h.gain - best.cost - doubt::doubt(line.text, &h, false);
    if h.is_inferred() && gain >= best.gain + BETTER {
        return Some(Hypothesis { gain, ..h });
    }
    // Of East Asian text guesses are too many.
    if line.text.contains(|c| matches!(c, 'à' | 'á' | 'ã'..='ô')) {
        return None;
    }
    let gain = best.gain;
    let there = filling::cost(line.text, best)?;
    let here = filling::cost(line.text, &h)?;
    (here + LOSSIER < there).then_some(Hypothesis { gain, ..h })
}

/// What can be said of each reading of a line in which one legacy charset makes words
/// of Latin, and what it reads.
pub fn signs(line: &str) -> Vec<(String, Signs)> {
    if !is_suspicious(line) {
        return Vec::new();
    }
    let line = Line::of(line);
    let all = search(&line, Wanted::Best, &mut Room::default());
    let legacy = all.iter().filter(|h| h.is_legacy());
    let text = |h: &Hypothesis| h.pieces.iter().map(|p| p.c).collect();
    legacy
        .filter_map(|h| Some((text(h), words::signs(line.text, h, &[])?)))
        .collect()
}

/// Which accounts of a line are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The best.
    Best,
    /// All, whatever was found.
    Rivals,
    /// All of UTF-8 misread that shows as [nobody writes](is_telling).
    Telling,
}

/// All accounts of a line that are found layer by layer.
fn search(line: &Line<'_>, wanted: Wanted, room: &mut Room) -> Vec<Hypothesis> {
    let mut search = Search::new(wanted, room);
    search.go_on(line.first(), Some((line.odd(), line.entire)), 0);
    let mut all = Vec::new();
    if line.text.contains(['â', 'Â']) {
        all.extend(marks::lost(line.text));
    }
    let mut shown = legacy::by_marks(line.text);
    shown.extend(legacy::by_pinyin(line.text));
    for (layer, cost) in shown {
        let (first, odd) = (line.first(), line.odd());
        undo(first, odd, layer, cost, Cost::MAX, &mut all, search.room);
    }
    let mut frontier = 0..all.len();
    for depth in 0..DEPTH {
        for h in &all[frontier] {
            search.go_on(h, None, depth);
        }
        let mut next = mem::take(&mut search.next);
        next.sort_by_key(|h| -h.gain);
        next.truncate(WIDTH);
        frontier = all.len()..all.len() + next.len();
        all.append(&mut next);
    }
    all
}

/// How far the search of a line has come.
struct Search<'a> {
    wanted: Wanted,
    /// The most that UTF-8 misread gains so far: what is behind it, and can
    /// not get there, is not gone on with.
    best: Cost,
    /// The same of all.
    most: Cost,
    /// What surprised before anything was undone.
    at_first: Cost,
    /// The most gained by one that left nothing to do.
    done: Cost,
    /// What was found with one more layer undone.
    next: Vec<Hypothesis>,
    room: &'a mut Room,
}

impl<'a> Search<'a> {
    fn new(wanted: Wanted, room: &'a mut Room) -> Self {
        Search {
            wanted,
            best: 0,
            most: 0,
            at_first: 0,
            done: Cost::MIN,
            next: Vec::new(),
            room,
        }
    }

    /// Undoes UTF-8 layer by layer where that is all of a line beyond ASCII, as in most
    /// that are damaged; `None` if anything else comes into question. It finds what
    /// `go_on` would, and reads no more of the line than that takes.
    fn sequences(&mut self, line: &Line<'_>) -> Option<Vec<Hypothesis>> {
        let mut all: Vec<Hypothesis> = Vec::new();
        self.at_first = line.survey.surprise;
        for depth in 0..DEPTH {
            let from = all.last();
            let is_over = match from {
                Some(from) => from.survey.surprise < SURPRISE || !self.may_lead_on(from),
                None => false,
            };
            if is_over {
                break;
            }
            let (entire, n, h) = match from {
                None if self.at_first < SURPRISE => return None,
                None => {
                    let n = line.entire.first()?;
                    let h = line.undo_sequences(n, READINGS.single[n].cost)?;
                    (line.entire, n, h)
                }
                Some(from) => {
                    let entire = Entire::of(from.pieces.iter().map(|p| p.c));
                    let n = entire.first()?;
                    let read = from.pieces.iter().copied();
                    let h = undo_sequences(from, read, n, READINGS.single[n].cost)?;
                    (entire, n, h)
                }
            };
            if !h.is_sure(depth) {
                return None;
            }
            self.most = self.most.max(h.gain);
            self.best = self.best.max(h.gain);
            // Whether nothing is left to do is only asked if anybody could do it better.
            let leaves_little = h.survey.surprise < SURPRISE;
            let leaves_any = || !leaves_little || suspicious(&h.pieces);
            let may_be_other = |from: &Hypothesis, odd: &Odd| {
                let mut layers = utf8::Layers::of(&from.pieces, odd, entire);
                layers.has_rival(n) && {
                    layers.found(n, stakes(&from.pieces, &h.pieces));
                    layers.next_rival().is_some()
                }
            };
            let has_rival = match from {
                None => {
                    utf8::may_have_rival(entire, n, line.text.chars())
                        && leaves_any()
                        && may_be_other(line.first(), line.odd())
                }
                Some(from) => {
                    utf8::may_have_rival(entire, n, from.pieces.iter().map(|p| p.c))
                        && leaves_any()
                        && may_be_other(from, &Odd::of(&from.pieces))
                }
            };
            if has_rival {
                return None;
            }
            all.push(h);
            if leaves_little {
                break;
            }
        }
        Some(all)
    }

    /// Whether what was found tells where to look no further.
    fn is_for_best(&self) -> bool {
        self.wanted == Wanted::Best
    }

    /// Undoes one more layer of a hypothesis, in all ways that could be it.
    /// Of the line as it is, what it was read for is given.
    fn go_on(&mut self, from: &Hypothesis, read: Option<(&Odd, Entire)>, depth: usize) {
        let surprise = from.survey.surprise;
        let first = read.is_some();
        if surprise < SURPRISE {
            if let Some((odd, _)) = read.filter(|_| self.wanted != Wanted::Telling) {
                self.suggested(from, odd);
            }
            return;
        }
        if depth == 0 {
            self.at_first = self.at_first.max(surprise);
        } else if !self.may_lead_on(from) {
            return;
        }
        let read_now;
        let (odd, entire) = match read {
            Some(read) => read,
            None => {
                read_now = Odd::of(&from.pieces);
                (&read_now, Entire::of(from.pieces.iter().map(|p| p.c)))
            }
        };
        let mut layers = utf8::Layers::of(&from.pieces, odd, entire);
        let resolved = self.utf8(from, odd, &mut layers);
        // No legacy reading gains all that surprises.
        let behind = resolved || (from.gain + surprise) * 3 / 4 <= self.best + LAYER;
        let is_for_it = self.wanted != Wanted::Telling;
        let may_be_legacy = is_for_it && !(from.is_legacy() || depth == 2 || behind);
        let whole = if may_be_legacy {
            self.legacy(from, odd, if depth > 0 { DEEP } else { 0 })
        } else {
            Cost::MIN
        };
        while !resolved && let Some((layer, cost, promise)) = layers.next_of_few() {
            if !self.is_behind(from, promise, whole) {
                self.undo_utf8(from, odd, layer, cost);
            }
        }
        if may_be_legacy && first && self.most < surprise / 2 {
            self.suggested(from, odd);
        }
    }

    /// Whether what is beneath a layer could still be the best.
    fn may_lead_on(&self, from: &Hypothesis) -> bool {
        if self.is_for_best() && (from.gain < self.done || !suspicious(&from.pieces)) {
            return false;
        }
        // A sequence of UTF-8 becomes one character, which saves the others.
        let further = if from.is_legacy() {
            from.survey.surprise * 7 / 8
        } else {
            from.survey.surprise * 2
        };
        // Who explains little will not get past one who explains nearly all.
        let beaten = self.most >= self.at_first * 3 / 4 && from.gain < self.most / 3;
        !beaten && from.gain + further > self.most + LAYER
    }

    /// Undoes UTF-8 misread; whether nearly all of it was that, which is no chance.
    fn utf8(&mut self, from: &Hypothesis, odd: &Odd, layers: &mut utf8::Layers<'_>) -> bool {
        let mut resolved = false;
        while let Some((layer, cost)) = layers.next(self.room) {
            let before = self.next.len();
            self.undo_utf8(from, odd, layer, cost);
            let new = &self.next[before..];
            let is_sure = |h: &Hypothesis| h.is_sure(from.steps.len());
            resolved |= self.is_for_best() && new.iter().any(is_sure);
            let mut nothing_odd = false;
            for h in new.iter().filter(|h| !suspicious(&h.pieces)) {
                self.done = self.done.max(h.gain);
                let is_it = h.survey.surprise < SURPRISE;
                nothing_odd |= is_it;
                resolved |= self.is_for_best() && is_it && h.has_sequences(from.steps.len());
            }
            if let (Some(n), true) = (layer.single, self.is_for_best()) {
                // Who explains a line surely leaves others little, whatever it still has.
                let is_clear = |h: &&Hypothesis| {
                    (h.survey.surprise < SURPRISE
                        || is_sure(h)
                        || !utf8::has_leads(&h.pieces, from.steps.len()))
                        && !h.is_inferred()
                };
                for h in new.iter().filter(is_clear) {
                    layers.left_nothing(n, h.gain - from.gain);
                }
            }
            // Nothing is even odd: that was it.
            if resolved && nothing_odd {
                break;
            }
            // Who leaves something unread, or reads all of it alike, cannot read
            // it better.
            let is_all = |h: &&Hypothesis| is_sure(h) && h.is_all(from.steps.len());
            let sure = new.iter().find(is_all);
            if let (Some(h), Some(n), true) = (sure, layer.single, self.is_for_best()) {
                if !layers.has_rival(n) {
                    break;
                }
                layers.found(n, stakes(&from.pieces, &h.pieces));
            }
        }
        resolved
    }

    /// One legacy mix-up is enough, and it lost nothing; and nobody changes the case of a
    /// text between two.
    fn undo_utf8(&mut self, from: &Hypothesis, odd: &Odd, mut layer: Layer, cost: Cost) {
        let is_misread = |step: &Step| matches!(step, Step::Misread { .. });
        if layer.change.is_some() && from.steps.iter().any(is_misread) {
            return;
        }
        let (truth, misread) = (layer.truth, layer.misread);
        let tells = layer.change.is_none() && is_telling(&[Step::Misread { truth, misread }]);
        if self.wanted == Wanted::Telling && !tells {
            return;
        }
        layer.lossy &= !from.is_legacy();
        self.undo(from, odd, layer, cost);
    }

    /// Undoes one legacy charset misread as another, at an extra price; the most
    /// gained by one that leaves little.
    fn legacy(&mut self, from: &Hypothesis, odd: &Odd, deep: Cost) -> Cost {
        let mut whole = Cost::MIN;
        for (layer, cost, promise) in legacy::layers(&from.pieces, odd, self.room) {
            if self.is_behind(from, promise, whole) {
                continue;
            }
            let before = self.next.len();
            self.undo(from, odd, layer, cost + deep);
            if let Some((layer, cost)) = self.ukrainian(&layer, before) {
                self.undo(from, odd, layer, cost + deep);
            }
            let new = self.next[before..].iter();
            let all_whole = new.filter(|h| h.survey.leaves_little(&from.survey));
            if let Some(gain) = all_whole.map(|h| h.gain).max() {
                whole = whole.max(gain);
                if self.is_for_best() && !layer.truth.is_single_byte() {
                    break;
                }
            }
        }
        whole
    }

    /// KOI8-U, where KOI8-R makes pieces of frames of its letters: of `Т¦Ч` that leaves
    /// `р╕в`, which would be read again as UTF-8.
    fn ukrainian(&self, layer: &Layer, before: usize) -> Option<(Layer, Cost)> {
        let is_frame = |p: &Piece| p.layers != 0 && matches!(p.c, '═'..='╬');
        let mut new = self.next[before..].iter();
        (layer.truth == Charset::KOI8_R && new.any(|h| h.pieces.iter().any(is_frame)))
            .then(|| legacy::layer_of_pair((Charset::KOI8_U, layer.misread)))
            .flatten()
    }

    /// What promises less than half of what was found is not it, nor what promises
    /// less than one who leaves little.
    fn is_behind(&self, from: &Hypothesis, promise: Cost, whole: Cost) -> bool {
        let all = from.gain + promise + HOPE;
        self.is_for_best() && (all + promise <= self.most || all + promise / 4 <= whole)
    }

    /// Undoes what unknown words suggest.
    fn suggested(&mut self, from: &Hypothesis, odd: &Odd) {
        let mut layers = legacy::by_words(&from.pieces);
        layers.extend(legacy::by_swallowed(&from.pieces));
        layers.extend(legacy::by_lone_letters(&from.pieces));
        for (layer, cost) in layers {
            self.undo(from, odd, layer, cost);
        }
    }

    fn undo(&mut self, from: &Hypothesis, odd: &Odd, layer: Layer, cost: Cost) {
        let before = self.next.len();
        undo(from, odd, layer, cost, 0, &mut self.next, self.room);
        for h in &self.next[before..] {
            self.most = self.most.max(h.gain);
            if !h.is_legacy() {
                self.best = self.best.max(h.gain);
            }
        }
    }
}

/// What pieces beyond ASCII surprise by in another reading, if they do: what that piece
/// costs there that one is in, and the two after that.
fn stakes(pieces: &[Piece], read: &[Piece]) -> Vec<(usize, Cost)> {
    let costs = Odd::of(read).costs;
    let stake = |i: usize| -> Cost {
        let costs = costs[i..].iter().take(3);
        costs.map(|cost| (cost - EXPECTED).max(0)).sum()
    };
    let mut at = 0;
    let stake_of = |(i, p): (usize, &Piece)| {
        while at + 1 < read.len() && read[at].end <= p.start {
            at += 1;
        }
        Some((i, stake(at))).filter(|(_, stake)| *stake > 0)
    };
    let beyond = pieces.iter().enumerate().filter(|(_, p)| !p.c.is_ascii());
    beyond.filter_map(stake_of).collect()
}

fn suspicious(pieces: &[Piece]) -> bool {
    scan::is_suspicious(pieces.iter().map(|p| p.c))
}

/// What undoing the chain of a line before makes of this one, if that leaves
/// nothing to explain: a text is damaged in one way, as a rule.
pub(super) fn again(
    line: &Line<'_>,
    before: &Shown,
    config: &Config,
    room: &mut Room,
) -> Option<Hypothesis> {
    if let Some(h) = again_in_full(line, before) {
        return Some(h);
    }
    let mut found: Option<Hypothesis> = None;
    for (n, &layer) in before.layers.iter().enumerate() {
        let last = n + 1 == before.layers.len();
        let cost = if last { before.cost } else { 0 };
        // Another layer may make sense of what makes none now.
        let most = if last {
            line.survey.little()
        } else {
            Cost::MAX
        };
        let repeated = Repeated { layer, cost, most };
        found = Some(match &found {
            None => {
                let read = || (line.first(), Cow::Borrowed(line.odd()));
                let sequences = |n: usize| line.undo_sequences(n, cost);
                let chars = line.text.chars();
                undo_again(chars, line.entire, repeated, sequences, read, room)?
            }
            Some(h) => {
                let read = || (h, Cow::Owned(Odd::of(&h.pieces)));
                let chars = h.pieces.iter().map(|p| p.c);
                let entire = Entire::of(chars.clone());
                let sequences = |n: usize| undo_sequences(h, h.pieces.iter().copied(), n, cost);
                undo_again(chars, entire, repeated, sequences, read, room)?
            }
        });
    }
    let h = found?;
    let is_whole = h.is_all(0) && h.survey.leaves_little(&line.survey);
    // Another pair may make as likely letters of Latin, but no known words.
    let is_latin = |p: &Piece| p.layers != 0 && language::is_latin(p.c);
    let is_known =
        !h.is_legacy() || !h.pieces.iter().any(is_latin) || words::known(line.text, &h).all;
    if !is_whole || !is_known || h.gain < CLEAR {
        return None;
    }
    let h = settle(line, vec![h], config, 1).pop()?;
    (h.gain >= CLEAR).then_some(h)
}

/// What a legacy charset that was misread makes of all of a line, if that is so much likelier
/// that no doubt is left, and leaves nothing odd or makes known words.
fn again_in_full(line: &Line<'_>, before: &Shown) -> Option<Hypothesis> {
    let [layer] = before.layers[..] else {
        return None;
    };
    // VISCII has a letter for nearly any byte.
    if [Charset::UTF_8, Charset::VISCII].contains(&layer.truth) {
        return None;
    }
    let h = Throughout::of(&before.steps)?.legacy(line)?;
    let gain = h.gain - before.cost;
    // `l░nea` shows that another pair reads most of it.
    let splits = |w: &[Piece]| {
        let [before, p, after] = w else { return false };
        let is_mark = matches!(p.c, '’' | '–' | '—' | '…' | '\u{ad}' | '\u{a0}');
        before.c.is_alphabetic()
            && after.c.is_alphabetic()
            && !p.c.is_alphabetic()
            && !is_mark
            && p.is_changed(line.text)
    };
    if gain <= MUCH || h.pieces.windows(3).any(splits) {
        return None;
    }
    let is_known = || {
        let known = words::known(line.text, &h);
        known.all || gain > SURELY && known.gain >= CLEAR && !suspicious(&h.pieces)
    };
    let is_it = gain > SURELY && h.survey.leaves_little(&line.survey) || is_known();
    is_it.then_some(Hypothesis {
        gain,
        cost: before.cost,
        ..h
    })
}

/// A layer of a chain before, what it costs, and what may surprise once it is undone.
#[derive(Clone, Copy)]
struct Repeated {
    layer: Layer,
    cost: Cost,
    most: Cost,
}

/// Undoes one layer of a chain before. Of what it was read as, closely, is only asked
/// if the pieces do not tell.
fn undo_again<'h>(
    text: impl Iterator<Item = char> + Clone,
    entire: Entire,
    Repeated { layer, cost, most }: Repeated,
    sequences: impl Fn(usize) -> Option<Hypothesis>,
    read: impl Fn() -> (&'h Hypothesis, Cow<'h, Odd>),
    room: &mut Room,
) -> Option<Hypothesis> {
    if let (Charset::UTF_8, Some(single)) = (layer.truth, layer.single) {
        // `gĂĽr` is `går` in one charset and `gür` in another.
        let has_rival = || {
            let (h, odd) = read();
            utf8::Layers::of(&h.pieces, &odd, entire).has_rival(single)
        };
        if entire.charsets >> single & 1 == 0
            || utf8::may_have_rival(entire, single, text) && has_rival()
        {
            return None;
        }
        let undone = sequences(single);
        if undone.is_some() {
            return undone;
        }
    } else if layer.single.is_none() && !text.clone().any(utf8::is_wide) {
        return None;
    }
    let (h, odd) = read();
    if let Some(n) = layer.single.filter(|_| layer.truth != Charset::UTF_8)
        && !may_surprise_less(&h.pieces, &layer, n, most)
    {
        return None;
    }
    let mut next = Vec::new();
    undo(h, &odd, layer, cost, 0, &mut next, room);
    next.into_iter().max_by_key(|h| h.gain)
}

/// A chain that some line was clear about, and what it costs.
pub(super) struct Shown {
    pub(super) steps: Vec<Step>,
    layers: Vec<Layer>,
    cost: Cost,
}

impl Shown {
    /// The chain of what a line's best account is, if that is clear.
    pub(super) fn of(best: &Hypothesis) -> Option<Self> {
        if best.gain < CLEAR || best.is_inferred() {
            return None;
        }
        let layer = |step: &Step| {
            let layer = layer_of(*step)?;
            Some(Layer {
                lossy: false,
                // What a multi-byte charset shows can be read in several ways as another.
                mixed: layer.single.is_none() && layer.truth != Charset::UTF_8,
                ..layer
            })
        };
        Some(Shown {
            layers: best.steps.iter().map(layer).collect::<Option<_>>()?,
            steps: best.steps.clone(),
            cost: best.cost,
        })
    }
}

/// What a line must gain to be clear.
const CLEAR: Cost = 20 * NAT;

/// The hypotheses in order, where legacy readings, which look better than they
/// are, must be judged by their words; the first few are sure to be the best.
fn settle(line: &Line<'_>, all: Vec<Hypothesis>, config: &Config, sure: usize) -> Vec<Hypothesis> {
    let text = line.text;
    // What each gains at most: the lexicon adds to a gain, letters and doubts only
    // ever take off.
    let bound = |h: Hypothesis| {
        let most = if h.is_legacy() { words::MOST } else { 0 };
        (h.gain + most, h, None)
    };
    let mut settled: Vec<Hypothesis> = Vec::new();
    let mut open: Vec<(Cost, Hypothesis, Option<Known>)> = Vec::new();
    for h in all {
        // Marks are judged by where they stand.
        match marks::gain(text, &h, false) {
            Some(gain) => {
                let h = Hypothesis { gain, ..h };
                let gain = gain - doubt::doubt(text, &h, false);
                settled.push(Hypothesis { gain, ..h });
            }
            None => open.push(bound(h)),
        }
    }
    settled.retain(|h| h.gain > 0);
    open.sort_by_key(|(bound, ..)| *bound);
    while let Some((bound, mut h, known)) = open.pop() {
        if settled.iter().filter(|s| s.gain >= bound).count() >= sure {
            break;
        }
        if h.is_legacy() {
            let Some(known) = known else {
                let known = words::known(text, &h);
                h.gain += known.gain;
                let at = open.partition_point(|(bound, ..)| *bound <= h.gain);
                open.insert(at, (h.gain, h, Some(known)));
                continue;
            };
            let left = || doubt::left(&h, &line.first().pieces, &line.odd().costs);
            h.gain = words::gain(text, &h, known, left, config.wanted_languages()).unwrap_or(0);
            if h.gain <= 0 {
                continue;
            }
        }
        h.gain -= doubt::doubt(text, &h, false);
        let is_best = sure > 1 || settled.iter().all(|s| s.gain < h.gain);
        if h.gain > 0 && is_best {
            let most = doubt::most_left(text, &h, known);
            if most < Cost::MAX && doubt::left(&h, &line.first().pieces, &line.odd().costs) > most {
                continue;
            }
        }
        if h.gain > 0 {
            settled.push(h);
        }
    }
    settled.sort_by_key(|h| -h.gain);
    settled
}
