//! Layers of one legacy charset misread as another: where the text is odd,
//! and which pair of charsets would make it less so.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::charset::Charset;
use crate::contraction;
use crate::kana;
use crate::language;
use crate::misread;
use crate::model::{self, Context, Cost, NAT, Symbol};
use crate::scan;
use crate::seam;

use super::arcs;
use super::dropped;
use super::hypothesis::{Odd, Survey};
use super::lattice::{self, Layer, Piece, Room};
use super::readings::{
    Counts, LEVELS, READINGS, Reading, Row, Set, is_letter, lowered, mixed, ones,
};
use super::{spelling, words};

/// Odd places at which a pair of charsets is tried out.
const PROBES: usize = 12;
/// Characters on which a multi-byte truth is tried, first few, then more.
const FEW: usize = 24;
const RUNS: usize = 120;
/// What a pair must gain at the odd places to go on.
const LEAST: Cost = 3 * NAT;
/// Truths whose marks may be all that was damaged: `“` and `’` of windows-1252
/// and of Mac Roman.
const MARKS: Set = 1 | 1 << 25;
/// Pairs that go on to a full reading of the line.
const TRIED: usize = 5;
/// Odd places that are glanced at before the model is asked.
const GLANCED: usize = 6;
/// Pairs that look best and are tried out.
const PROBED: usize = 40;
/// What a reading may look worse by, and how many are tried out that look worse yet. Where
/// letters are damaged in runs, three times as much: capitals for small letters, as of
/// `чУЕ УМЕДХАЭЙЕ`, look right at a glance.
const SLACK: i32 = 8;
const ANYWAY: usize = 6;
/// What a line must surprise more than a reading of it costs.
const HOPE: Cost = 12 * NAT;
/// Unknown words that a pair is tried on.
const UNKNOWN: usize = 6;
/// What a pair may cost that nothing but the words suggest; and that so many of them
/// do: `qė kryesisht pėrfshinin Tepelenėn`.
const SUGGESTED: Cost = 5 * NAT;
const SUGGESTED_BY_SEVERAL: Cost = 8 * NAT;
const SEVERAL: usize = 3;
/// What believing in two legacy charsets costs on top of theirs.
pub(super) const LEGACY: Cost = 2 * NAT;

/// The pairs of charsets that make the odd places of this line less so, those first
/// that promise the most: each with its cost, and about what it gains.
pub(super) fn layers(pieces: &[Piece], odd: &Odd, room: &mut Room) -> Vec<(Layer, Cost, Cost)> {
    let mut places: Vec<usize> = (0..pieces.len())
        .filter(|&i| odd.places[i] && !pieces[i].c.is_ascii())
        // What is lost is of any charset.
        .filter(|&i| pieces[i].c != char::REPLACEMENT_CHARACTER)
        .collect();
    // What a reading may cost, if it is to gain enough.
    let most = odd.survey.surprise - HOPE;
    if places.is_empty() || most < LEGACY {
        return Vec::new();
    }
    let beyond = |pieces: &[Piece]| pieces.iter().filter(|p| !p.c.is_ascii()).count();
    keep_most(pieces, &mut places);
    // What was looked at, of what is odd and of what is beyond ASCII.
    let all = [places.len(), beyond(pieces)];
    places.truncate(PROBES);
    let runs = odd_runs(pieces, &places);
    let seen = [places.len(), beyond(sample(runs, RUNS))];
    let mut tried: [Vec<(Cost, Layer, Cost)>; 2] = Default::default();
    single(pieces, runs, &places, most, &mut tried);
    multi(runs, most, &mut tried[1], room);
    let mut out = Vec::new();
    for (mut tried, (all, seen)) in tried.into_iter().zip(all.into_iter().zip(seen)) {
        tried.sort_by_key(|(gain, ..)| -gain);
        let least = tried.first().map_or(0, |best| best.0 / 2);
        let good = tried.into_iter().take_while(|(gain, ..)| *gain >= least);
        let promise =
            |gain: Cost| (gain * all as Cost / seen.max(1) as Cost).min(odd.survey.surprise);
        let good = good.map(|(gain, layer, cost)| (layer, cost, promise(gain)));
        out.extend(good.take(TRIED));
    }
    out.sort_by_key(|(.., promise)| -promise);
    out
}

/// Where no charset has all odd places, those that one has most of: in `Демченко Øìåëåâ`
/// the first word is right. Beneath another layer that would be chance.
fn keep_most(pieces: &[Piece], places: &mut Vec<usize>) {
    if pieces.iter().any(|p| p.layers != 0) {
        return;
    }
    let any = |i: &usize| READINGS.row(pieces[*i].c).any;
    let all: Vec<Set> = places.iter().map(any).filter(|set| *set != 0).collect();
    if all.len() == places.len() && all.iter().fold(Set::MAX, |all, set| all & set) != 0 {
        return;
    }
    let has = |n: &usize| all.iter().filter(|set| *set >> n & 1 != 0).count();
    let union = all.iter().fold(0, |union, set| union | set);
    let most = ones(union).max_by_key(|n| (has(n), usize::MAX - n));
    let is_of = |i: &usize| most.is_some_and(|n| any(i) >> n & 1 != 0);
    // Of `sorã` and `bɩ` both may be right.
    if places.iter().any(|i| is_of(i) && is_in_run(pieces, *i)) {
        places.retain(is_of);
    }
}

/// The pairs of charsets that make known words of unknown ones: nothing is odd
/// about `poľiadavky`, letter by letter.
pub(super) fn by_words(pieces: &[Piece]) -> Vec<(Layer, Cost)> {
    let readings = &*READINGS;
    let unknown = words::Unknown::of(pieces, UNKNOWN);
    let odd = unknown.odd();
    let common = odd.iter().fold(u64::MAX, |m, o| m & readings.row(o.c).any);
    if odd.is_empty() || common == 0 {
        return Vec::new();
    }
    // No word has letters of two alphabets: `prיnom`.
    let is_foreign = |c: char| c.is_alphabetic() && !language::is_latin(c);
    let most = match unknown.distinct() {
        ..SEVERAL if !odd.iter().any(|o| is_foreign(o.c)) => SUGGESTED,
        _ => SUGGESTED_BY_SEVERAL,
    };
    // Of charsets that show the letters alike, the likeliest.
    let mut shown: Vec<(Vec<u8>, Cost, usize)> = Vec::new();
    for n in ones(common) {
        let cost = LEGACY + readings.single[n].legacy;
        if cost > most {
            continue;
        }
        let bytes = odd.iter().map(|o| readings.row(o.c).bytes[n]).collect();
        match shown.iter_mut().find(|other| other.0 == bytes) {
            Some(other) => (other.1, other.2) = (other.1, other.2).min((cost, n)),
            None => shown.push((bytes, cost, n)),
        }
    }
    // The same of those that read them alike.
    let mut tried: BTreeMap<u64, (Cost, usize, usize)> = BTreeMap::new();
    for (bytes, legacy, n) in &shown {
        // No word of Latin has letters of other alphabets.
        let others = bytes
            .iter()
            .fold(0, |set, b| set | readings.letter[usize::from(*b)]);
        let others = if unknown.are_right() { 0 } else { others };
        for x in ones(readings.of_single_bytes & !others) {
            let truth = &readings.truths[x];
            let cost = legacy + truth.cost;
            if cost > most || truth.charset == readings.single[*n].charset {
                continue;
            }
            let table = readings.shown[x];
            let read = || bytes.iter().map(|b| table[usize::from(*b)]);
            if read().zip(&odd).any(|(c, odd)| odd.is_broken_by(c)) {
                continue;
            }
            let likeliest = tried.entry(read().fold(0, mixed)).or_insert((cost, *n, x));
            *likeliest = (*likeliest).min((cost, *n, x));
        }
    }
    let known = |(cost, n, x): (Cost, usize, usize)| {
        let read = |c: char| match readings.row(c).bytes[n] {
            0 => c,
            b => readings.shown[x][usize::from(b)],
        };
        let gain = unknown.become_known(read)?;
        let (truth, misread) = (readings.truths[x].charset, readings.single[n].charset);
        Some((gain - cost, Layer::of(truth, misread, Some(n)), cost))
    };
    let mut known: Vec<(Cost, Layer, Cost)> = tried.into_values().filter_map(known).collect();
    known.sort_by_key(|(gain, ..)| -gain);
    let best = known.into_iter().take(TRIED);
    best.map(|(_, layer, cost)| (layer, cost)).collect()
}

/// Those in which words of Latin are known that characters of East Asia stand in:
/// `Espa駉l`.
pub(super) fn by_swallowed(pieces: &[Piece]) -> Vec<(Layer, Cost)> {
    if !pieces.iter().any(|p| misread::is_wide(p.c)) {
        return Vec::new();
    }
    let may_be_of_it = |p: &Piece| p.c.is_ascii_alphabetic() || misread::is_wide(p.c);
    let words = pieces.split(|p| !may_be_of_it(p));
    let mixed = words.filter(|word| {
        let wide = word.iter().filter(|p| misread::is_wide(p.c)).count();
        wide > 0 && wide < word.len()
    });
    let mut common: Option<Vec<(Charset, Charset)>> = None;
    for word in mixed.take(UNKNOWN) {
        let word: String = word.iter().map(|p| p.c).collect();
        let pairs: Vec<_> = misread::swallowed(&word).collect();
        match &mut common {
            None => common = Some(pairs),
            Some(common) => common.retain(|pair| pairs.contains(pair)),
        }
    }
    let common = common.unwrap_or_default().into_iter();
    common.filter_map(layer_of_pair).collect()
}

/// The pairs that make contractions of English, `donít`, or marks where nothing else stands,
/// `11.2.†Rete`. Those that make the most of them first, and of these the commonest.
pub(super) fn by_marks(line: &str) -> Vec<(Layer, Cost)> {
    let mut counts: Vec<(usize, (Charset, Charset))> = Vec::new();
    for pair in contraction::pairs(line).chain(seam::pairs(line)) {
        match counts.iter_mut().find(|(_, other)| *other == pair) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, pair)),
        }
    }
    let layer = |(count, pair)| Some((count, layer_of_pair(pair)?));
    let mut layers: Vec<(usize, (Layer, Cost))> = counts.into_iter().filter_map(layer).collect();
    layers.sort_by_key(|(count, (_, cost))| (usize::MAX - count, *cost));
    layers
        .into_iter()
        .take(TRIED)
        .map(|(_, layer)| layer)
        .collect()
}

/// GBK, where the letters of pinyin that it has, two bytes each, show in words of Latin:
/// `horoscope s¨¦rieux`.
pub(super) fn by_pinyin(line: &str) -> Option<(Layer, Cost)> {
    let is_letter = |pair: &(char, char)| pair.0 == '¨' && matches!(pair.1, '¡'..='º');
    let mut pairs = line.chars().zip(line.chars().skip(1));
    let is_it = line.contains('¨') && pairs.any(|pair| is_letter(&pair));
    is_it.then(|| layer_of_pair((Charset::GBK, Charset::WINDOWS_1252)))?
}

/// The pairs that make a letter of the line's language of one that it lacks, where that is a
/// word by itself: `La tua richiesta Š scaduta: prova` had an `è`.
pub(super) fn by_lone_letters(pieces: &[Piece]) -> Vec<(Layer, Cost)> {
    let lone = (1..pieces.len()).find(|&at| spelling::is_lone_letter(pieces, at));
    let Some(c) = lone.map(|at| pieces[at].c) else {
        return Vec::new();
    };
    let readings = &*READINGS;
    let prior = language::prior(&spelling::apart_from(pieces, c));
    let has = |c: char| prior.lacking([c].into_iter()) == 0;
    if has(c) {
        return Vec::new();
    }
    // The likeliest of those that make the same letter.
    let mut likeliest: BTreeMap<char, (Cost, (Charset, Charset))> = BTreeMap::new();
    for n in ones(readings.row(c).any) {
        for x in ones(readings.of_single_bytes) {
            let (truth, misread) = (&readings.truths[x], &readings.single[n]);
            let cost = LEGACY + misread.legacy + truth.cost;
            let made = readings.shown[x][usize::from(readings.row(c).bytes[n])];
            let is_other = truth.charset != misread.charset && made.is_lowercase();
            if cost <= SUGGESTED && is_other && language::is_latin(made) && has(made) {
                let pair = (cost, (truth.charset, misread.charset));
                let known = likeliest.entry(made).or_insert(pair);
                *known = (*known).min(pair);
            }
        }
    }
    let pairs = likeliest.into_values();
    pairs.filter_map(|(_, pair)| layer_of_pair(pair)).collect()
}

/// The layer of a pair of charsets, and its cost.
pub(super) fn layer_of_pair((truth, misread): (Charset, Charset)) -> Option<(Layer, Cost)> {
    let readings = &*READINGS;
    let single = readings.single.iter().position(|r| r.charset == misread);
    let mut all = readings.single.iter().chain(&readings.multi);
    let legacy = all.find(|r| r.charset == misread)?.legacy;
    let truth_cost = readings.truths.iter().find(|r| r.charset == truth)?.cost;
    Some((
        Layer::of(truth, misread, single),
        LEGACY + truth_cost + legacy,
    ))
}

/// A line from where it is odd, if it begins with East Asian text that looks right:
/// `홈페이지 ¸¦ ¹æ¹®`.
fn odd_runs<'a>(pieces: &'a [Piece], odd: &[usize]) -> &'a [Piece] {
    let looks_right = |pieces| scan::looks_right(sample(pieces, FEW).iter().map(|p| p.c));
    let is_wide = |p: &Piece| misread::is_wide(p.c);
    if !sample(pieces, FEW).iter().any(is_wide) || !looks_right(pieces) {
        return pieces;
    }
    let from = |i: &usize| {
        let before = pieces[..*i].iter().rposition(|p| p.c.is_ascii());
        &pieces[before.map_or(0, |at| at + 1)..]
    };
    let mut all = odd.iter().take(PROBES).map(from);
    all.find(|pieces| !looks_right(pieces)).unwrap_or(pieces)
}

fn single(
    pieces: &[Piece],
    run: &[Piece],
    odd: &[usize],
    most: Cost,
    tried: &mut [Vec<(Cost, Layer, Cost)>; 2],
) {
    let readings = &*READINGS;
    let common = odd
        .iter()
        .fold(u64::MAX, |m, &i| m & readings.row(pieces[i].c).any);
    let in_runs = odd
        .iter()
        .any(|&i| pieces.get(i + 1).is_some_and(|p| !p.c.is_ascii()))
        && !scan::looks_right(sample(run, FEW).iter().map(|p| p.c));
    // Ornaments are signs for the most part: `·°¯`·•Æ`.
    let beyond = || sample(run, RUNS).iter().filter(|p| !p.c.is_ascii());
    let is_of_letters = beyond().filter(|p| is_letter(p.c)).count() * 4 >= beyond().count();
    let glimpse = Glimpse::of(pieces, odd);
    let has_loss = pieces.iter().any(|p| p.c == char::REPLACEMENT_CHARACTER);
    let mut pairs: Vec<Pair> = Vec::new();
    for (bytes, n) in odd_bytes(pieces, odd, common, most) {
        let reading = &readings.single[n];
        // In place of what was lost stands what is lost most often: 81 of `�A`, which was `、`.
        let lost = match dropped::may_be_told(reading.charset) {
            true => reading.charset.undefined().first().copied(),
            false => None,
        };
        let byte = |p: &Piece| match p.c {
            char::REPLACEMENT_CHARACTER => lost.unwrap_or(0),
            c => readings.row(c).bytes[n],
        };
        let alike = bytes.map(|b| readings.alike(b));
        let bytes = &bytes[..odd.len()];
        let plausible = truths(pieces, odd, bytes);
        let cost = |truth: &Reading| LEGACY + truth.cost + reading.legacy;
        let bytes_near = glimpse.bytes(n);
        // Those that make something else of the odd places than any before.
        let mut others: Set = 0;
        for x in ones(plausible & readings.of_single_bytes) {
            let truth = &readings.truths[x];
            if cost(truth) > most || truth.charset == reading.charset {
                continue;
            }
            let table = &readings.shown[x];
            let mut places = bytes.iter().zip(odd);
            let is_same = places.all(|(&b, &i)| pieces[i].c == table[usize::from(b)]);
            let shown = alike[..odd.len()].iter().map(|of_byte| of_byte[x]);
            if is_same || shown.fold(others, |others, set| others & set) != 0 {
                continue;
            }
            others |= 1 << x;
            let look = glimpse.weight(&bytes_near, &readings.lower[x]);
            let cost = cost(truth);
            pairs.push(Pair {
                look,
                cost,
                n,
                x,
                gain: 0,
            });
        }
        if !in_runs {
            continue;
        }
        let level_1 = level_1(sample(run, FEW).iter().map(byte));
        for x in ones(level_1) {
            let truth = &readings.truths[x];
            let cost = cost(truth);
            // Of others little is lost.
            let bad = match lost {
                Some(_) if truth.charset == Charset::SHIFT_JIS || has_loss => Bad::Some,
                Some(_) if is_of_letters => Bad::Few,
                _ => Bad::Runs,
            };
            let few = || runs(sample(run, FEW), byte, truth, bad, |c| scan::weight(c));
            if cost > most || few() <= Some(0) {
                continue;
            }
            let gain = runs(sample(run, RUNS), byte, truth, bad, |c| model::line_cost(c));
            if let Some(gain) = gain.filter(|gain| *gain > LEAST) {
                let layer = Layer::of(truth.charset, reading.charset, Some(n));
                tried[1].push((gain - cost, layer, cost));
            }
        }
    }
    // All of Hebrew looks right, even what was Russian: `םואבט`.
    let slack = if in_runs { 3 * SLACK } else { SLACK };
    let looks_well = |p: &Pair| p.look < glimpse.was + slack;
    // Most don't, and need no order.
    if pairs.iter().filter(|p| looks_well(p)).count() >= ANYWAY {
        pairs.retain(looks_well);
    }
    pairs.sort_by_key(|p| (p.look, p.cost));
    pairs.truncate(pairs.partition_point(looks_well).clamp(ANYWAY, PROBED));
    if pairs.is_empty() {
        return;
    }
    let stretches = Stretch::all(pieces, odd);
    let cost = |p: &Pair, stretch: &Stretch, most: Cost| {
        let symbols = &readings.symbols[p.x];
        let read = |&(row, symbol): &(&Row, Symbol)| match row.bytes[p.n] {
            0 => symbol,
            b => symbols[usize::from(b & 0x7f)],
        };
        stretch.cost(read, most)
    };
    // The first tell which pairs are worth the others, and what looks best what is too
    // little.
    let all = stretches.len();
    let (few, half) = (all.min(FIRST), all.min(2 * FIRST));
    let was: Cost = stretches[..few].iter().map(|stretch| stretch.was).sum();
    let mut best = 0;
    pairs.retain_mut(|p| {
        let least = best / 4;
        let mut more = was - least;
        for stretch in &stretches[..few] {
            more -= cost(p, stretch, more);
            if more < 0 {
                return false;
            }
        }
        p.gain = more + least;
        best = best.max(p.gain);
        true
    });
    pairs.retain(|p| p.gain >= best / 4);
    pairs.sort_by_key(|p| (p.n, p.x));
    for some in [few..half, half..all] {
        for p in &mut pairs {
            for stretch in &stretches[some.clone()] {
                if p.gain >= 0 {
                    p.gain += stretch.was - cost(p, stretch, Cost::MAX);
                }
            }
        }
        let best = pairs.iter().map(|p| p.gain).max().unwrap_or(0);
        pairs.retain(|p| p.gain >= best / 4);
    }
    for Pair {
        n, x, cost, gain, ..
    } in pairs.into_iter().filter(|p| p.gain > LEAST)
    {
        let layer = Layer::of(
            readings.truths[x].charset,
            readings.single[n].charset,
            Some(n),
        );
        tried[0].push((gain - cost, layer, cost));
    }
}

/// The bytes of the odd places in these charsets. Of those that show them alike, the one
/// that has most of the line: the `ğ` of `êîëè÷åñòâî àğãóìåíòîâ` is none of windows-1252.
fn odd_bytes(
    pieces: &[Piece],
    odd: &[usize],
    common: Set,
    most: Cost,
) -> Vec<([u8; PROBES], usize)> {
    let readings = &*READINGS;
    let mut has = Counts::default();
    for set in pieces.iter().map(|p| readings.row(p.c).any & common) {
        if set != common {
            has.add(set);
        }
    }
    let mut shown: Vec<([u8; PROBES], usize)> = Vec::new();
    for n in ones(common).filter(|n| LEGACY + readings.single[*n].legacy <= most) {
        let mut bytes = [0; PROBES];
        for (byte_of, &i) in bytes.iter_mut().zip(odd) {
            *byte_of = readings.row(pieces[i].c).bytes[n];
        }
        match shown.iter_mut().find(|other| other.0 == bytes) {
            Some((_, other)) if has.of(n) > has.of(*other) => *other = n,
            Some(_) => {}
            None => shown.push((bytes, n)),
        }
    }
    shown
}

/// A pair of charsets that could be it.
struct Pair {
    /// How damaged it looks at a glance.
    look: i32,
    cost: Cost,
    /// The numbers of the charsets.
    n: usize,
    x: usize,
    /// What that gains; no more is looked at where it loses.
    gain: Cost,
}

/// The first odd places with their neighbours, in lower case, for capitals are
/// rare in right text and in damaged.
struct Glimpse {
    near: Vec<[(&'static Row, u16); 3]>,
    /// How much more usual they are in damaged text as they are.
    was: i32,
}

impl Glimpse {
    fn of(pieces: &[Piece], odd: &[usize]) -> Self {
        let mut was = 0;
        let near = |&i: &usize| {
            let at = |i: usize| pieces.get(i).map_or('\n', |p| p.c);
            let all = [i.checked_sub(1).map_or('\n', at), at(i), at(i + 1)];
            let [a, b, c] = all.map(|c| scan::class_of(lowered(c)));
            was += scan::class_weight(a, b) + scan::class_weight(b, c);
            all.map(|c| (READINGS.row(c), scan::class_of(c.to_ascii_lowercase())))
        };
        let near = odd.iter().take(GLANCED).map(near).collect();
        Glimpse { near, was }
    }

    /// The bytes in a misread charset, or else the class.
    fn bytes(&self, n: usize) -> [[(u8, u16); 3]; GLANCED] {
        let mut bytes = [[(0, 0); 3]; GLANCED];
        for (bytes, near) in bytes.iter_mut().zip(&self.near) {
            *bytes = near.map(|(row, class)| (row.bytes[n], class));
        }
        bytes
    }

    /// How much more usual they are in damaged text, read in a truth.
    fn weight(&self, bytes: &[[(u8, u16); 3]; GLANCED], lower: &[u16; 128]) -> i32 {
        let mut sum = 0;
        for near in &bytes[..self.near.len()] {
            let [a, b, c] = near.map(|(byte, class)| match byte {
                0 => class,
                b => lower[usize::from(b & 0x7f)],
            });
            sum += scan::class_weight(a, b) + scan::class_weight(b, c);
        }
        sum
    }
}

/// The single-byte truths that give letters where letters are wanted: next to
/// `a` or `z` only those of Latin, or a mark; but in `\nÂâåäèòå` is a word of another
/// script.
fn truths(pieces: &[Piece], odd: &[usize], bytes: &[u8]) -> Set {
    let readings = &*READINGS;
    let mut all = Set::MAX;
    let mut letters = 0;
    for (&i, &b) in odd.iter().zip(bytes) {
        let b = usize::from(b);
        let near = |i: Option<usize>| {
            i.and_then(|i| pieces.get(i))
                .is_some_and(|p| p.c.is_ascii_alphabetic())
        };
        let is_latin = near(i.checked_sub(1)) || near(Some(i + 1));
        let visible = if is_latin && !is_in_run(pieces, i) {
            readings.visible[b] & !readings.letter[b]
        } else {
            readings.visible[b]
        };
        // `plusá: … d'arrÛt` had a no-break space, too, that before `\u{a0}Ñîîáùåíèå` is one,
        // and that before `═цКЮБЮ` shows as a frame.
        let is_frame = matches!(pieces[i].c, '\u{2500}'..='\u{257f}')
            && pieces.get(i + 1).is_some_and(|p| p.c.is_lowercase())
            && pieces[..i].iter().all(|p| p.c.is_whitespace());
        let may_be_space = pieces[i].c == '\u{a0}' || is_frame || arcs::is_between(pieces, i);
        let space = if odd.len() > 1 && may_be_space {
            readings.space[b]
        } else {
            0
        };
        all &= visible | space;
        letters |= readings.latin[b] | readings.letter[b];
    }
    // Something must become a letter, or it is no text that was damaged; but
    // marks may be all there is of smart punctuation.
    if odd.iter().any(|&i| is_letter(pieces[i].c)) {
        all
    } else {
        all & (letters | MARKS)
    }
}

/// Letters beyond ASCII in a row that are more than accents of a word of Latin.
const RUN: usize = 4;

/// Whether so many are around a place.
fn is_in_run(pieces: &[Piece], at: usize) -> bool {
    let is_beyond = |p: &&Piece| !p.c.is_ascii() && is_letter(p.c);
    let before = pieces[..at].iter().rev().take(RUN).take_while(is_beyond);
    let after = pieces[at..].iter().take(RUN).take_while(is_beyond);
    before.count() + after.count() >= RUN
}

/// Some odd places next to each other, on which pairs are tried out: with the two
/// characters after them, whose costs change with theirs, and some before.
struct Stretch {
    before: Vec<(&'static Row, Symbol)>,
    within: Vec<(&'static Row, Symbol)>,
    /// Whether the line ends with it.
    is_last: bool,
    /// What it costs as it is.
    was: Cost,
}

/// Stretches that tell which pairs are worth the others; a single one may be of
/// something else: the first of `GIMP·XCF çàïàçâàéêè ñëîåâåòå`.
const FIRST: usize = 3;
/// A stretch has at most about so many characters.
const STRETCH: usize = 6;

impl Stretch {
    fn all(pieces: &[Piece], odd: &[usize]) -> Vec<Stretch> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for &i in odd {
            match ranges.last_mut() {
                Some(last) if i <= last.end && last.len() < STRETCH => last.end = i + 3,
                last => {
                    let start = last.map_or(i, |last| i.max(last.end));
                    ranges.push(start..i + 3);
                }
            }
        }
        let read = |p: &Piece| (READINGS.row(p.c), model::symbol(p.c));
        let stretch = |range: Range<usize>| {
            let start = range.start.min(pieces.len());
            let end = range.end.min(pieces.len());
            let mut stretch = Stretch {
                before: pieces[start.saturating_sub(4)..start]
                    .iter()
                    .map(read)
                    .collect(),
                within: pieces[start..end].iter().map(read).collect(),
                is_last: range.end > pieces.len(),
                was: 0,
            };
            stretch.was = stretch.cost(|(_, symbol)| *symbol, Cost::MAX);
            stretch
        };
        ranges.into_iter().map(stretch).collect()
    }

    /// What it costs, read so, or something above `most`.
    fn cost(&self, read: impl Fn(&(&'static Row, Symbol)) -> Symbol, most: Cost) -> Cost {
        let then = |context: Context, of| context.then(read(of));
        let mut context = self.before.iter().fold(Context::START, then);
        let mut sum: Cost = 0;
        for of in &self.within {
            sum += context.read(read(of));
            if sum > most {
                return sum;
            }
        }
        if self.is_last {
            sum += model::cost(context, model::BOUNDARY);
        }
        sum
    }
}

/// What of the runs beyond ASCII cannot be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bad {
    /// Some runs, which are something else.
    Runs,
    /// Bytes beside which some were lost.
    Some,
    Few,
}

/// One byte in so many, where few are lost.
const FEWER: usize = 8;

/// What reading the runs beyond ASCII in a multi-byte charset gains, at this
/// price.
fn runs(
    pieces: &[Piece],
    byte: impl Fn(&Piece) -> u8,
    truth: &Reading,
    may_be: Bad,
    price: impl Fn(&mut dyn Iterator<Item = char>) -> Cost,
) -> Option<Cost> {
    let bytes: Vec<u8> = pieces.iter().map(byte).collect();
    let chars = |range: Range<usize>| pieces[range].iter().map(|p| p.c);
    let mut read = String::with_capacity(pieces.len());
    let (mut good, mut bad) = (0, 0);
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == 0 {
            read.push(pieces[i].c);
            i += 1;
            continue;
        }
        let mut end = i + bytes[i..].iter().take_while(|b| **b != 0).count();
        let mut run = bytes[i..end].to_vec();
        let mut text = match between_spaces(&pieces[i..end], &run, truth.charset) {
            Some(text) => Some(Cow::Owned(text)),
            None => truth.charset.decode_strict(&run),
        };
        let len = end - i;
        if text.is_none() && pieces.get(end).is_some_and(|p| p.c.is_ascii()) {
            run.push(pieces[end].c as u8);
            text = truth.charset.decode_strict(&run);
            end += usize::from(text.is_some());
        }
        if text.is_none() && end == bytes.len() && len > 2 {
            // The sample ends within a character.
            run.truncate(len - 1);
            text = truth.charset.decode_strict(&run);
        }
        match text {
            Some(text) => {
                good += len;
                read.push_str(&text);
            }
            // What it lacks an end or a beginning of was lost.
            None if may_be == Bad::Runs => {
                bad += len;
                read.extend(chars(i..end));
            }
            None => {
                let (text, malformed) = truth.charset.decode(&run);
                let lost = malformed
                    .iter()
                    .map(|m| m.bytes.len())
                    .sum::<usize>()
                    .min(len);
                bad += lost;
                good += len - lost;
                read.push_str(&text);
            }
        }
        i = end;
    }
    let gain = || price(&mut chars(0..pieces.len())) - price(&mut read.chars());
    let times = if may_be == Bad::Few { FEWER } else { 4 };
    (good > 0 && bad * times < good).then(gain)
}

/// What bytes are between no-break spaces that are no part of them, as the first of
/// `\u{a0}ÀÌ°ÍÀº`.
fn between_spaces(pieces: &[Piece], bytes: &[u8], truth: Charset) -> Option<String> {
    let is_space = |p: &Piece| p.c == '\u{a0}';
    if !pieces.iter().any(is_space) {
        return None;
    }
    let mut text = String::new();
    let mut at = 0;
    for part in pieces.split_inclusive(is_space) {
        let spaces = usize::from(part.last().is_some_and(is_space));
        let end = at + part.len() - spaces;
        text.push_str(&truth.decode_strict(&bytes[at..end])?);
        if spaces > 0 {
            text.push('\u{a0}');
        }
        at = end + spaces;
    }
    Some(text)
}

fn multi(pieces: &[Piece], most: Cost, tried: &mut Vec<(Cost, Layer, Cost)>, room: &mut Room) {
    if !pieces.iter().any(|p| p.c >= '\u{2e80}') {
        return;
    }
    // Most East Asian text is right, and shows it soon.
    let [few, more] = [FEW, RUNS].map(|most| sample(pieces, most));
    // Kana shows as it is where EUC-JP was read as GBK.
    let has_kana = kana::is_in_two_standards(&more.iter().map(|p| p.c).collect::<String>());
    if !has_kana && scan::looks_right(few.iter().map(|p| p.c)) {
        return;
    }
    let looks = scan::weight(few.iter().map(|p| p.c));
    let was = LazyCell::new(|| Survey::of_pieces(more).cost);
    for reading in &READINGS.multi {
        if LEGACY + reading.legacy > most {
            continue;
        }
        let Some(few_bytes) = shown_bytes(few, reading.charset, room) else {
            continue;
        };
        let level_1 = level_1(few_bytes.iter().copied());
        let mut more_bytes = None;
        for (x, truth) in READINGS.truths.iter().enumerate() {
            let western = matches!(
                truth.charset.name(),
                "windows-1252" | "windows-1251" | "windows-1250"
            );
            if truth.charset == reading.charset || truth.charset.is_single_byte() && !western {
                continue;
            }
            if !western && level_1 & 1 << x == 0 {
                continue;
            }
            let is = readable(few, &few_bytes, truth.charset);
            let is_of_kana = has_kana && truth.charset == Charset::EUC_JP;
            if is.is_none_or(|text| !is_of_kana && scan::weight(text.chars()) >= looks) {
                continue;
            }
            let bytes = more_bytes.get_or_insert_with(|| shown_bytes(more, reading.charset, room));
            let bytes = bytes.as_deref();
            let Some(text) = bytes.and_then(|b| readable(more, b, truth.charset)) else {
                continue;
            };
            let cost = LEGACY + truth.cost + reading.legacy;
            let gain = *was - model::line_cost(text.chars());
            if gain > LEAST {
                tried.push((
                    gain - cost,
                    Layer::of(truth.charset, reading.charset, None),
                    cost,
                ));
            }
        }
    }
}

/// The multi-byte truths in which most of these bytes are of letters or of frequent
/// characters: the standards have those first, and rare ones in a second level.
pub(super) fn level_1(bytes: impl Iterator<Item = u8>) -> Set {
    let levels = &READINGS.levels;
    // Leads of each kind; a byte for each charset.
    let (mut frequent, mut letter, mut rare) = ([0u8; LEVELS], [0u8; LEVELS], [0u8; LEVELS]);
    // A bit for each charset that has seen a lead byte, and wants its trail.
    let mut within = 0;
    for b in bytes.take(RUNS) {
        let kind = levels.of[usize::from(b)];
        let leads = (kind.frequent | kind.letter | kind.rare) & !within;
        for i in 0..LEVELS {
            frequent[i] += kind.frequent >> i & 1 & !within >> i;
            letter[i] += kind.letter >> i & 1 & !within >> i;
            rare[i] += (kind.rare | kind.single) >> i & 1 & !within >> i;
        }
        within = leads;
    }
    // Text of an alphabet has hardly anything else, `§±§â§Ú§Ó§Ö§ä`; others have few letters.
    let is = |&i: &usize| {
        frequent[i] > 0 && rare[i] + letter[i] <= frequent[i] || letter[i] > rare[i] + frequent[i]
    };
    (0..LEVELS)
        .filter(is)
        .fold(0, |set, i| set | levels.truths[i])
}

/// So many characters from the first beyond ASCII on; but no-break spaces that a line is
/// indented with say nothing.
pub(super) fn sample(pieces: &[Piece], most: usize) -> &[Piece] {
    let tells = |p: &Piece| !p.c.is_ascii() && p.c != '\u{a0}';
    let start = pieces.iter().position(tells).unwrap_or(0);
    &pieces[start..pieces.len().min(start + most)]
}

/// The bytes of these characters in a multi-byte charset, if it has most.
fn shown_bytes(pieces: &[Piece], misread: Charset, room: &mut Room) -> Option<Vec<u8>> {
    let slots = &mut room.slots;
    lattice::slots(pieces, misread, None, Charset::ISO_8859_1, slots);
    let unknown = slots.iter().filter(|s| s.byte == 0).count();
    let bytes = slots
        .iter()
        .map(|s| if s.byte == 0 { b'?' } else { s.byte });
    (unknown * 5 <= slots.len()).then(|| bytes.collect())
}

/// These bytes in a charset, if most can be read.
fn readable<'a>(pieces: &[Piece], bytes: &'a [u8], truth: Charset) -> Option<Cow<'a, str>> {
    let (text, malformed) = truth.decode(bytes);
    (malformed.len() * 8 <= pieces.len()).then_some(text)
}
