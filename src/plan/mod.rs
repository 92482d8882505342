//! From a text to the edits that mend it: which lines are damaged, by which
//! chain, and what stood there.
//!
//! A text is looked at in windows, a window line by line. What is certain on
//! one line lowers the bar for the same chain on the other lines of its
//! window; windows know nothing of each other.

mod arcs;
mod document;
mod doubt;
mod escape;
mod filling;
mod lattice;
mod legacy;
mod lost;
mod readings;
mod utf8;
mod weigh;
mod words;

pub(crate) use document::{plan, window};

use std::borrow::Cow;
use std::cell::LazyCell;

use crate::charset::Charset;
use crate::config::Config;
use crate::edit::{Account, Chain, Edit, Exactness, Step};
use crate::language;
use crate::model::{self, Context, Cost, NAT};
use crate::scan;

use lattice::{Layer, Piece, Room, Slot};
use lost::{GLANCE, LOSSY_BEAM};
use readings::READINGS;
use weigh::{BEAM, Undone};
use words::Known;

/// Layers of damage looked for on top of each other.
const DEPTH: usize = 3;
/// A character this surprising is odd.
const ODD: Cost = 6 * NAT;
/// What a character costs where nothing is wrong.
const EXPECTED: Cost = 2 * NAT;
/// A line that surprises less than this in all is left alone.
const SURPRISE: Cost = 9 * NAT;
/// Hypotheses followed from one layer to the next.
const WIDTH: usize = 6;
/// What a legacy layer beneath another costs more: it is rare, and there are
/// many.
const DEEP: Cost = 8 * NAT;

/// One account of what happened to a line.
#[derive(Clone, Debug)]
pub(crate) struct Hypothesis {
    pieces: Vec<Piece>,
    /// What the model says of them.
    survey: Survey,
    /// Where they surprise, until that is asked for.
    odd: Option<Odd>,
    /// The steps undone, the last to happen first.
    steps: Vec<Step>,
    /// What it gains over no damage at all, its cost taken off.
    gain: Cost,
    /// What its chain costs.
    cost: Cost,
}

impl Hypothesis {
    /// A line before anything is undone, but for an escape.
    fn first(pieces: Vec<Piece>, step: Option<Step>) -> Self {
        let odd = Odd::of(&pieces);
        Hypothesis {
            survey: odd.survey,
            odd: Some(odd),
            pieces,
            steps: step.into_iter().collect(),
            gain: 0,
            cost: 0,
        }
    }

    fn is_legacy(&self) -> bool {
        self.steps
            .iter()
            .any(|s| matches!(s, Step::Misread { truth, .. } if *truth != Charset::UTF_8))
    }

    /// Whether the bytes were read in a multi-byte charset.
    fn is_wide(&self) -> bool {
        let misread = |step: &Step| match step {
            Step::Misread { misread, .. } => !misread.is_single_byte(),
            _ => false,
        };
        self.steps.iter().any(misread)
    }

    fn is_escaped(&self) -> bool {
        matches!(
            self.steps.first(),
            Some(Step::Entities | Step::Escapes | Step::Percent)
        )
    }

    /// Whether whole sequences of UTF-8 are what nearly all characters beyond
    /// ASCII were after so many steps.
    fn is_sure(&self, steps: usize) -> bool {
        let touched = |p: &&Piece| p.layers >> steps != 0;
        let beyond = self.pieces.iter().filter(|p| touched(p) || !p.c.is_ascii());
        let (mut read, mut others) = (0, 0);
        for p in beyond {
            if touched(&p) && !p.inferred {
                read += 1;
            } else {
                others += 1;
            }
        }
        self.gain > LAYER && read > 4 * others && (read >= SURE || others == 0)
    }

    /// Whether nothing beyond ASCII is left as it was, and nothing filled in.
    fn is_all(&self, steps: usize) -> bool {
        let is_read = |p: &Piece| p.layers >> steps != 0 && !p.inferred;
        self.pieces.iter().all(|p| p.c.is_ascii() || is_read(p))
    }

    fn is_inferred(&self) -> bool {
        self.pieces.iter().any(|p| p.inferred)
    }
}

/// The accounts of a line's damage, the best first. Only that one is sure to be
/// among them, unless `rivals` are wanted, too.
fn explain(line: &str, config: &Config, rivals: bool, room: &mut Room) -> Vec<Hypothesis> {
    let mut all = vec![Hypothesis::first(lattice::pieces(line), None)];
    if escape::may_escape(line) {
        let layers = escape::layers(line).into_iter();
        all.extend(layers.map(|(step, pieces)| Hypothesis::first(pieces, Some(step))));
    }
    // The most that UTF-8 misread gains so far: what is behind it, and can
    // not get there, is not gone on with.
    let mut best = 0;
    // The same of all.
    let mut most = 0;
    // What surprised before anything was undone.
    let mut at_first = 0;
    // The most gained by one that left nothing to do.
    let mut done = Cost::MIN;
    let mut frontier = 0..all.len();
    for depth in 0..DEPTH {
        let mut next: Vec<Hypothesis> = Vec::new();
        for i in frontier {
            let odd = all[i].odd.take();
            let from = &all[i];
            let odd = || odd.unwrap_or_else(|| Odd::of(&from.pieces));
            let surprise = from.survey.surprise;
            let first = depth == 0 && from.steps.is_empty();
            if first && surprise < SURPRISE {
                suggested(from, &odd(), &mut next, room);
                continue;
            }
            if surprise < SURPRISE
                || !rivals && depth > 0 && (from.gain < done || !suspicious(&from.pieces))
            {
                continue;
            }
            let reach = from.gain + surprise;
            if depth == 0 {
                at_first = at_first.max(surprise);
            }
            // A sequence of UTF-8 becomes one character, which saves the others.
            let further = if from.is_legacy() {
                surprise * 7 / 8
            } else {
                surprise * 2
            };
            // Who explains little will not get past one who explains nearly all.
            let beaten = most >= at_first * 3 / 4 && from.gain < most / 3;
            if depth > 0 && (beaten || from.gain + further <= most + LAYER) {
                continue;
            }
            let odd = odd();
            let mut resolved = false;
            let mut layers = utf8::Layers::of(&from.pieces, &odd);
            while let Some((mut layer, cost)) = layers.next(room) {
                // One legacy mix-up is enough, and it lost nothing.
                layer.lossy &= !from.is_legacy();
                let before = next.len();
                undo(from, &odd, layer, cost, &mut next, room);
                // Nearly all of it is UTF-8, which is no chance.
                let is_sure = |h: &Hypothesis| h.is_sure(from.steps.len());
                resolved |= !rivals && next[before..].iter().any(is_sure);
                let mut nothing_odd = false;
                for h in next[before..].iter().filter(|h| !suspicious(&h.pieces)) {
                    done = done.max(h.gain);
                    nothing_odd |= h.survey.surprise < SURPRISE;
                }
                // Nothing is even odd: that was it.
                if resolved && nothing_odd {
                    break;
                }
                // Who leaves something unread, or reads all of it alike, cannot read
                // it better.
                let is_all = |h: &&Hypothesis| is_sure(h) && h.is_all(from.steps.len());
                let sure = next[before..].iter().find(is_all);
                if let (Some(h), Some(n), false) = (sure, layer.single, rivals) {
                    if !layers.has_rival(n) {
                        break;
                    }
                    layers.found(n, stakes(&from.pieces, &h.pieces));
                }
            }
            let utf8 = next.iter().filter(|h| !h.is_legacy()).map(|h| h.gain);
            best = utf8.fold(best, Cost::max);
            most = next.iter().map(|h| h.gain).fold(most, Cost::max);
            // No legacy reading gains all that surprises.
            let behind = resolved || reach * 3 / 4 <= best + LAYER;
            let may_be_legacy = !(from.is_legacy() || depth == 2 || from.is_escaped() || behind);
            let pairs = if may_be_legacy {
                legacy::layers(&from.pieces, &odd, room)
            } else {
                Vec::new()
            };
            // What promises less than half of what was found is not it, nor what
            // promises less where nothing odd was left.
            let mut whole = Cost::MIN;
            let is_behind = |promise: Cost, most: Cost, whole: Cost| {
                let all = from.gain + promise + HOPE;
                !rivals && (all + promise <= most || all + promise / 4 <= whole)
            };
            for (layer, cost, promise) in pairs {
                if is_behind(promise, most, whole) {
                    continue;
                }
                let deep = if depth > 0 { DEEP } else { 0 };
                let before = next.len();
                undo(from, &odd, layer, cost + deep, &mut next, room);
                let is_whole = |h: &Hypothesis| h.survey.leaves_little(&from.survey);
                if !rivals && !layer.truth.is_single_byte() && next[before..].iter().any(is_whole) {
                    break;
                }
                let all_whole = next[before..].iter().filter(|h| is_whole(h));
                whole = all_whole.map(|h| h.gain).fold(whole, Cost::max);
                most = next[before..].iter().map(|h| h.gain).fold(most, Cost::max);
            }
            if !resolved {
                while let Some((mut layer, cost, promise)) = layers.next_of_few() {
                    if is_behind(promise, most, whole) {
                        continue;
                    }
                    layer.lossy &= !from.is_legacy();
                    undo(from, &odd, layer, cost, &mut next, room);
                    most = next.iter().map(|h| h.gain).fold(most, Cost::max);
                }
            }
            if may_be_legacy && first && most < surprise / 2 {
                suggested(from, &odd, &mut next, room);
            }
            most = next.iter().map(|h| h.gain).fold(most, Cost::max);
        }
        next.sort_by_key(|h| -h.gain);
        next.truncate(WIDTH);
        frontier = all.len()..all.len() + next.len();
        all.append(&mut next);
    }
    all.retain(|h| h.gain > 0 && config.allows(&h.steps));
    settle(line, all, config, if rivals { RIVALS } else { 1 })
}

/// What undoing the chain of a line before makes of this one, if that leaves
/// nothing to explain: a text is damaged in one way, as a rule.
fn again(line: &str, before: &Shown, config: &Config, room: &mut Room) -> Option<Hypothesis> {
    let mut h = Hypothesis::first(lattice::pieces(line), None);
    let was = h.survey;
    for (n, &step) in before.steps.iter().enumerate() {
        let last = n + 1 == before.steps.len();
        let layer = Layer {
            lossy: false,
            ..layer_of(step)?
        };
        let mut next = Vec::new();
        let cost = if last { before.cost } else { 0 };
        let odd = h.odd.take().unwrap_or_else(|| Odd::of(&h.pieces));
        undo(&h, &odd, layer, cost, &mut next, room);
        h = next.into_iter().max_by_key(|h| h.gain)?;
    }
    let is_whole = h.is_all(0) && h.survey.leaves_little(&was);
    // Another pair may make as likely letters of Latin, but no known words.
    let is_latin = |p: &Piece| p.layers != 0 && language::is_latin(p.c);
    let is_known = !h.is_legacy() || !h.pieces.iter().any(is_latin) || words::known(line, &h).all;
    if !is_whole || !is_known || h.gain < CLEAR {
        return None;
    }
    let h = settle(line, vec![h], config, 1).pop()?;
    (h.gain >= CLEAR).then_some(h)
}

/// A chain that some line was clear about, and what it costs.
struct Shown {
    steps: Vec<Step>,
    cost: Cost,
}

impl Shown {
    /// The chain of a line's hypotheses, if the best is clear.
    fn of(found: &[Hypothesis]) -> Option<Self> {
        let best = found.first().filter(|h| h.gain >= CLEAR)?;
        let is_misread = |step: &Step| matches!(step, Step::Misread { .. });
        let shown = !best.is_inferred() && best.steps.iter().all(is_misread);
        shown.then(|| Shown {
            steps: best.steps.clone(),
            cost: best.cost,
        })
    }
}

/// What a line must gain to be clear.
const CLEAR: Cost = 20 * NAT;

/// What each piece surprises by in another reading: what that piece costs there
/// that it is in, and the two after that.
fn stakes(pieces: &[Piece], read: &[Piece]) -> Vec<Cost> {
    let costs = Odd::of(read).costs;
    let stake = |i: usize| -> Cost {
        let costs = costs[i..].iter().take(3);
        costs.map(|cost| (cost - EXPECTED).max(0)).sum()
    };
    let mut at = 0;
    let stake_of = |p: &Piece| {
        while at + 1 < read.len() && read[at].end <= p.start {
            at += 1;
        }
        stake(at)
    };
    pieces.iter().map(stake_of).collect()
}

fn suspicious(pieces: &[Piece]) -> bool {
    scan::is_suspicious(pieces.iter().map(|p| p.c))
}

/// Undoes what unknown words suggest.
fn suggested(from: &Hypothesis, odd: &Odd, next: &mut Vec<Hypothesis>, room: &mut Room) {
    let mut layers = Vec::new();
    legacy::by_words(&from.pieces, &mut layers);
    for (layer, cost) in layers {
        undo(from, odd, layer, cost, next, room);
    }
}

/// So many sequences of UTF-8 are no chance.
const SURE: usize = 3;
/// A better mix is not looked for, if it could only save so much.
const LITTLE: Cost = 8 * NAT;
/// What a reading may gain beyond what it promised.
const HOPE: Cost = 12 * NAT;
/// What any further layer costs at least.
const LAYER: Cost = 4 * NAT;
/// The hypotheses in order, where legacy readings, which look better than they
/// are, must be judged by their words; the first few are sure to be the best.
fn settle(line: &str, all: Vec<Hypothesis>, config: &Config, sure: usize) -> Vec<Hypothesis> {
    // What each gains at most: the lexicon adds to a gain, letters and doubts only
    // ever take off.
    let bound = |h: Hypothesis| {
        let most = if h.is_legacy() { words::MOST } else { 0 };
        (h.gain + most, h, None)
    };
    let mut open: Vec<(Cost, Hypothesis, Option<Known>)> = all.into_iter().map(bound).collect();
    open.sort_by_key(|(bound, ..)| *bound);
    let mut settled: Vec<Hypothesis> = Vec::new();
    let was = LazyCell::new(|| lattice::pieces(line));
    let odd = LazyCell::new(|| Odd::of(&was));
    while let Some((bound, mut h, known)) = open.pop() {
        if settled.iter().filter(|s| s.gain >= bound).count() >= sure {
            break;
        }
        if h.is_legacy() {
            let Some(known) = known else {
                let known = words::known(line, &h);
                h.gain += known.gain;
                let at = open.partition_point(|(bound, ..)| *bound <= h.gain);
                open.insert(at, (h.gain, h, Some(known)));
                continue;
            };
            let left = || doubt::left(&h, &was, &odd.costs);
            h.gain = words::gain(line, &h, known, left, config.wanted_languages()).unwrap_or(0);
        }
        h.gain -= doubt::doubt(line, &h);
        let is_best = sure > 1 || settled.iter().all(|s| s.gain < h.gain);
        if h.gain > 0 && is_best {
            let most = doubt::most_left(&h, known);
            if most < Cost::MAX && doubt::left(&h, &was, &odd.costs) > most {
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

/// Undoes one more layer of a hypothesis, in the best way and in full.
fn undo(
    from: &Hypothesis,
    odd: &Odd,
    mut layer: Layer,
    cost: Cost,
    next: &mut Vec<Hypothesis>,
    room: &mut Room,
) {
    let (truth, misread) = (layer.truth, layer.misread);
    let step = Step::Misread { truth, misread };
    let steps: &[Step] = if layer.lowered {
        &[Step::Lowercase, step]
    } else {
        &[step]
    };
    let bit = ((1 << steps.len()) - 1) << from.steps.len();
    let most = next.iter().map(|h| h.gain).max().unwrap_or(0);
    let mut add = |pieces: Vec<Piece>, survey: Option<Survey>, gain: Cost| {
        let gain = from.gain + gain - cost - guesswork(&pieces, bit) + signs(&pieces, steps)
            - signs(&from.pieces, &from.steps);
        if next
            .iter()
            .any(|h| h.gain >= gain && same(&h.pieces, &pieces))
        {
            return;
        }
        next.push(Hypothesis {
            survey: survey.unwrap_or_else(|| Survey::of(&pieces)),
            odd: None,
            pieces,
            steps: from.steps.iter().chain(steps).copied().collect(),
            gain,
            cost: from.cost + cost,
        });
    };
    if let Some(single) = layer.single.filter(|_| truth.is_single_byte()) {
        let Some(direct) = lattice::direct(&from.pieces, &layer, single, bit) else {
            return;
        };
        let is = Odd::of(&direct.pieces);
        let gain = from.survey.cost - is.survey.cost;
        let nothing_odd = direct.is_whole && is.survey.surprise < SURPRISE;
        if nothing_odd {
            add(direct.pieces, Some(is.survey), gain);
            return;
        }
        let gain = gain - direct.extra;
        let more = lattice::savings(&from.pieces, &odd.costs, &direct.pieces, &is.costs);
        // What cannot get past the best is good enough as it is.
        if more <= LITTLE || from.gain + gain + more - cost <= most {
            add(direct.pieces, Some(is.survey), gain);
            return;
        }
    }
    let utf8 = truth == Charset::UTF_8;
    let single = layer.single.filter(|_| utf8 && !layer.lowered);
    if let Some(pieces) = single.and_then(|n| lattice::sequences(&from.pieces, n, bit)) {
        let survey = Survey::of(&pieces);
        let gain = from.survey.cost - survey.cost - lattice::switches(&pieces, bit);
        add(pieces, Some(survey), gain);
        return;
    }
    lattice::slots(&from.pieces, misread, layer.single, truth, &mut room.slots);
    if let Some(single) = layer.single.filter(|_| layer.lowered) {
        lattice::raise(&mut room.slots, &from.pieces, single);
    }
    let losses = lost::losses(&from.pieces, &layer);
    // `縲・` is no `、E`, but `。` of which a byte was lost.
    let shows_loss = losses.iter().any(|(_, wild, _)| *wild != '?');
    if !layer.lowered
        && !shows_loss
        && let Some(pieces) = lattice::whole(&from.pieces, &room.slots, &layer, bit)
    {
        let survey = Survey::of(&pieces);
        if utf8 || survey.leaves_little(&from.survey) {
            let switches = if utf8 {
                lattice::switches(&pieces, bit)
            } else {
                0
            };
            let gain = from.survey.cost - survey.cost - switches;
            add(pieces, Some(survey), gain);
            return;
        }
    }
    let mut found = None::<Undone>;
    if !losses.is_empty() {
        let known = room.slots.clone();
        let mut undo = |loss: lost::Loss, wild: char, glance: bool| {
            let layer = Layer {
                loss: Some(loss),
                ..layer
            };
            lost::widen(&known, &from.pieces, loss, wild, &mut room.slots);
            let (line, cost) = (&from.pieces[..], from.survey.cost);
            if glance {
                weigh::search::<GLANCE>(line, cost, &room.slots, &layer, bit)
            } else {
                weigh::search::<LOSSY_BEAM>(line, cost, &room.slots, &layer, bit)
            }
        };
        // Nobody writes U+FFFD: where nearly all of them are bytes, that was it. Else
        // the way in which they were lost shows at a glance.
        let (loss, wild, _) = losses[0];
        let is_wild = |p: &&Piece| p.c == wild;
        let is_read = |undone: &Undone| {
            let left = undone.pieces.iter().filter(is_wild).count();
            left * 4 <= from.pieces.iter().filter(is_wild).count()
        };
        if wild == char::REPLACEMENT_CHARACTER {
            found = undo(loss, wild, false).filter(is_read);
        }
        if found.is_none() {
            let gains = losses.into_iter().filter_map(|(loss, wild, price)| {
                let gain = undo(loss, wild, true)?.gain - price;
                Some((gain, loss, wild, price))
            });
            let best = gains.reduce(|best, new| if new.0 > best.0 { new } else { best });
            if let Some((_, loss, wild, price)) = best {
                found = undo(loss, wild, false).map(|undone| Undone {
                    gain: undone.gain - price,
                    ..undone
                });
            }
        }
        room.slots = known;
    }
    let mix = |layer: &Layer, slots: &[Slot]| {
        weigh::search::<BEAM>(&from.pieces, from.survey.cost, slots, layer, bit)
    };
    let found = found.or_else(|| mix(&layer, &room.slots));
    let left_over = found.as_ref().is_none_or(|found| found.left_over);
    if let Some(Undone { pieces, gain, .. }) = found {
        add(pieces, None, gain);
    }
    if utf8 && !layer.lowered && left_over {
        layer.greedy = true;
        layer.lossy = false;
        if let Some(Undone { pieces, .. }) = mix(&layer, &room.slots) {
            let survey = Survey::of(&pieces);
            let gain = from.survey.cost - survey.cost - 3 * NAT;
            add(pieces, Some(survey), gain);
        }
    }
}

/// More characters filled in than read: each costs this.
const GUESS: Cost = 4 * NAT;

/// What it costs that a layer fills in more than it reads.
fn guesswork(pieces: &[Piece], bit: u8) -> Cost {
    let touched = pieces.iter().filter(|p| p.layers & bit != 0);
    let balance: Cost = touched.map(|p| if p.inferred { 1 } else { -1 }).sum();
    GUESS * balance.max(0)
}

/// What is given back for a letter of Greek next to Latin: `TNFα`.
const SIGN: Cost = 8 * NAT;

/// What is given back for letters of Greek that UTF-8 makes in words of Latin: they
/// are signs, which the model finds as odd as a word in two alphabets.
fn signs(pieces: &[Piece], steps: &[Step]) -> Cost {
    let is_utf8 = |s: &Step| matches!(s, Step::Misread { truth, .. } if *truth == Charset::UTF_8);
    if !steps.last().is_some_and(is_utf8) || !document::is_telling(steps) {
        return 0;
    }
    let is_sign = |p: &Piece| p.layers != 0 && matches!(p.c, 'α'..='ω') && !p.inferred;
    let is_next = |a: &Piece, b: &Piece| is_sign(a) && b.c.is_ascii_alphanumeric();
    let next = pieces.windows(2);
    let signs = next.filter(|p| is_next(&p[0], &p[1]) || is_next(&p[1], &p[0]));
    SIGN * signs.count() as Cost
}

/// What the model says of a text.
#[derive(Clone, Copy, Debug, Default)]
struct Survey {
    /// What it costs.
    cost: Cost,
    /// What the characters cost that the model did not expect, in all, beyond
    /// what was to be expected.
    surprise: Cost,
}

impl Survey {
    fn of(pieces: &[Piece]) -> Self {
        let mut survey = Survey::default();
        survey.read(pieces, |_, _| {});
        survey
    }

    /// Whether a reading is not odd, or but a little of what it was: names and rare
    /// words are.
    fn leaves_little(&self, was: &Survey) -> bool {
        self.surprise < SURPRISE.max(was.surprise / 8)
    }

    /// Reads a text, and calls with what each character costs, and the end.
    fn read(&mut self, pieces: &[Piece], mut each: impl FnMut(usize, Cost)) {
        let mut context = Context::START;
        let mut add = |i, cost| {
            self.cost += cost;
            if cost >= ODD {
                self.surprise += cost - EXPECTED;
            }
            each(i, cost);
        };
        for (i, p) in pieces.iter().enumerate() {
            add(i, context.read(p.symbol) + model::surcharge(p.c));
        }
        add(pieces.len(), context.read(model::BOUNDARY));
    }
}

/// Where a text surprises: characters beyond ASCII that the model did not
/// expect, or after which it did not expect what follows.
#[derive(Clone, Debug)]
struct Odd {
    survey: Survey,
    /// What each character costs, and the end.
    costs: Vec<Cost>,
    /// Whether each piece is one of those.
    places: Vec<bool>,
}

impl Odd {
    fn of(pieces: &[Piece]) -> Self {
        let mut survey = Survey::default();
        let mut costs = Vec::with_capacity(pieces.len() + 1);
        let mut places = vec![false; pieces.len()];
        survey.read(pieces, |i, cost| {
            costs.push(cost);
            if cost >= ODD {
                for j in [i.wrapping_sub(2), i.wrapping_sub(1), i] {
                    if pieces.get(j).is_some_and(|p| !p.c.is_ascii()) {
                        places[j] = true;
                    }
                }
            }
        });
        Odd {
            survey,
            costs,
            places,
        }
    }
}

/// Accounts that are looked at closely if rivals are wanted.
const RIVALS: usize = 3;

/// The accounts of a line, each with its text after every step: first the one
/// that repair goes by, then its rivals.
pub(crate) fn accounts(line: &str, config: &Config) -> Vec<Account> {
    let found = config.hypotheses(line).unwrap_or_else(|| {
        let room = &mut Room::default();
        let mut found = explain(line, config, false, room);
        found.truncate(1);
        found.extend(explain(line, config, true, room));
        found
    });
    let text = |pieces: &[Piece]| pieces.iter().map(|p| p.c).collect::<String>();
    let account = |h: Hypothesis| {
        let before = (1..h.steps.len()).filter_map(|n| undo_all(line, &h.steps[..n]));
        let after = text(&filling::choose(line, &h));
        let texts = before.map(|h| text(&h.pieces)).chain([after]).collect();
        Account {
            chain: Chain::new(h.steps.iter().rev().copied().collect::<Vec<_>>()),
            texts,
            score: bits(h.gain),
        }
    };
    let mut accounts: Vec<Account> = Vec::new();
    for account in found.into_iter().map(account) {
        if accounts
            .iter()
            .all(|a| a.texts.last() != account.texts.last())
        {
            accounts.push(account);
        }
    }
    accounts
}

fn same(a: &[Piece], b: &[Piece]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.c == b.c)
}

const UTF_8_AS_1252: Step = Step::Misread {
    truth: Charset::UTF_8,
    misread: Charset::WINDOWS_1252,
};
const UTF_8_AS_LATIN_1: Step = Step::Misread {
    truth: Charset::UTF_8,
    misread: Charset::ISO_8859_1,
};

/// The runs of touched pieces as edits.
fn emit(line: &str, h: &Hypothesis, offset: usize, edits: &mut Vec<Edit>) {
    // A reference that was only read stays as it is written.
    let escaped = h.is_escaped();
    let pieces = filling::choose(line, h);
    let most = most_doubt(h);
    // Of `ðŸ˜€ðŸ�°` one emoji is sure, and the other is left as it stands.
    let is_left = |p: &Piece| p.doubt > most && is_picture(p.c) && !h.is_wide();
    let touched = |p: &Piece| p.layers & !u8::from(escaped) != 0 && !is_left(p);
    let mut i = 0;
    let mut at = 0;
    while i < pieces.len() || at < line.len() {
        // A run: pieces that were touched, or a gap where something was dropped.
        let start = at;
        let mut after = String::new();
        let (mut layers, mut inferred, mut doubt) = (0, false, 0);
        loop {
            match pieces.get(i) {
                Some(p) if p.start as usize > at => {
                    inferred = true;
                    at = p.start as usize;
                }
                Some(p) if touched(p) => {
                    inferred |= p.inferred;
                    doubt = doubt.max(p.doubt);
                    after.push(p.c);
                    layers |= p.layers;
                    at = p.end as usize;
                    i += 1;
                }
                None if at < line.len() => {
                    inferred = true;
                    at = line.len();
                }
                _ => break,
            }
        }
        if at > start {
            if let Some(&step) = h.steps.first().filter(|_| escaped && layers & 1 != 0) {
                after = escape::again(step, &after);
            }
            if line[start..at] != *after && doubt <= most {
                let undone = |k: &usize| layers == 0 || layers & 1 << k != 0;
                let mut steps: Vec<Step> = (0..h.steps.len())
                    .rev()
                    .filter(undone)
                    .map(|k| h.steps[k])
                    .collect();
                let mut exact = !inferred && rebreaks(&after, &steps, &line[start..at]);
                if !exact && !inferred && steps == [UTF_8_AS_1252] {
                    // With C1 controls it was Latin-1, which we read along.
                    steps = vec![UTF_8_AS_LATIN_1];
                    exact = rebreaks(&after, &steps, &line[start..at]);
                    if !exact {
                        steps = vec![UTF_8_AS_1252];
                    }
                }
                edits.push(Edit {
                    span: offset + start..offset + at,
                    after,
                    chain: Chain::new(steps),
                    exactness: if exact {
                        Exactness::Exact
                    } else {
                        Exactness::Inferred
                    },
                    score: bits(h.gain),
                });
            }
        }
        if let Some(p) = pieces.get(i) {
            at = p.end as usize;
            i += 1;
        }
    }
}

/// The doubt with which what was filled in is still believed on this line. Where
/// multi-byte decoders lost bytes nearly each word has a guess, so that all of
/// them together must be likely; what is left alone is so the next time, too.
fn most_doubt(h: &Hypothesis) -> Cost {
    if !h.is_wide() {
        return EVEN;
    }
    let runs = h.pieces.chunk_by(|a, b| (a.layers == 0) == (b.layers == 0));
    let doubts = runs.map(lattice::most_doubt);
    let unsure: Cost = doubts.filter(|&doubt| doubt > ALONE).sum();
    if unsure <= TOGETHER { EVEN } else { ALONE }
}

/// A run that is this sure, 99 in 100, needs no others.
const ALONE: Cost = 4;
/// The others are believed if all of them are right with 7 in 10.
const TOGETHER: Cost = 137;
/// As likely as not.
const EVEN: Cost = 266;

/// Whether a character is a sign by itself, and no part of a word.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2000}'..'\u{2c00}' | '\u{1f000}'..'\u{1fb00}')
}

/// A gain in bits.
fn bits(gain: Cost) -> u32 {
    // 1/12 nat is 0.1202 bits.
    (u64::from(gain.max(0).unsigned_abs()) * 1202 / 10_000) as u32
}

/// Whether the damage, done again, gives the input: the last layer shows the
/// bytes of what the layers before it made of the text.
fn rebreaks(after: &str, steps: &[Step], input: &str) -> bool {
    let is_last = |i: usize| {
        let mut later = steps[i + 1..].iter();
        later.all(|s| !matches!(s, Step::Misread { .. }))
    };
    let mut text = Cow::Borrowed(after);
    for (i, step) in steps.iter().enumerate() {
        let Step::Misread { truth, misread } = step else {
            return true;
        };
        let bytes = match *truth {
            Charset::UTF_8 => Ok(Cow::Borrowed(text.as_bytes())),
            truth => truth.encode(&text).map(Cow::Owned),
        };
        let Ok(bytes) = bytes else {
            return false;
        };
        if is_last(i) {
            return match misread.decode_table() {
                _ if steps.contains(&Step::Lowercase) => {
                    misread.misread(&bytes).to_lowercase() == input
                }
                _ if steps.len() > i + 1 => true,
                Some(table) => bytes
                    .iter()
                    .map(|&b| table[usize::from(b)])
                    .eq(input.chars()),
                None => misread.misread(&bytes) == input,
            };
        }
        text = Cow::Owned(misread.misread(&bytes));
    }
    false
}

/// The layer of a step that a caller asked for, or that other lines showed.
fn layer_of(step: Step) -> Option<Layer> {
    let Step::Misread { truth, misread } = step else {
        return None;
    };
    let single = READINGS.single.iter().position(|r| r.charset == misread);
    (single.is_some() || !misread.is_single_byte()).then_some(Layer {
        truth,
        misread,
        single,
        lossy: truth == Charset::UTF_8,
        lowered: false,
        greedy: false,
        loss: None,
    })
}

/// What undoing just these steps (the last to happen first) makes of a line.
pub(crate) fn undo_all(line: &str, steps: &[Step]) -> Option<Hypothesis> {
    let mut h = Hypothesis::first(lattice::pieces(line), None);
    let room = &mut Room::default();
    for &step in steps {
        let mut next = Vec::new();
        match layer_of(step) {
            Some(layer) => {
                let odd = h.odd.take().unwrap_or_else(|| Odd::of(&h.pieces));
                undo(&h, &odd, layer, 0, &mut next, room);
            }
            None if step == Step::Lowercase => continue,
            None => {
                let (step, pieces) = escape::layers(line).into_iter().find(|(s, _)| *s == step)?;
                next.push(Hypothesis::first(pieces, Some(step)));
            }
        }
        h = next.into_iter().max_by_key(|h| h.gain)?;
    }
    Some(h)
}
