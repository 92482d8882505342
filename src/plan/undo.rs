//! Undoing one more layer of a line, and the steps of a chain.

use std::cell::OnceCell;

use crate::charset::Charset;
use crate::edit::Step;
use crate::language;
use crate::model::{self, Context, Cost, NAT};

use super::arcs;
use super::beneath;
use super::case::{self, Change};
use super::document::is_telling;
use super::hypothesis::{EXPECTED, Hypothesis, Line, ODD, Odd, SURPRISE, Survey};
use super::lattice::{self, Layer, Piece, Room, Slot};
use super::lost::{self, GLANCE, LOSSY_BEAM, Loss, Standard};
use super::overlay;
use super::readings::{READINGS, is_letter, shown};
use super::weigh::{self, BEAM, Undone};

/// What is given for a lead byte of another layer that shows what it was beneath, however odd
/// it is what comes out: `cafÃÂ©` makes `cafÃ©`.
const LEAD_LOST: Cost = 10 * NAT;
/// A better mix is not looked for, if it could only save so much.
const LITTLE: Cost = 8 * NAT;

/// Undoes one more layer of a hypothesis, in the best way and in full; what gains no
/// more than `beaten` may be found in any way.
pub(super) fn undo(
    from: &Hypothesis,
    odd: &Odd,
    mut layer: Layer,
    cost: Cost,
    beaten: Cost,
    next: &mut Vec<Hypothesis>,
    room: &mut Room,
) {
    let (truth, misread) = (layer.truth, layer.misread);
    let step = Step::Misread { truth, misread };
    let steps: &[Step] = match layer.change {
        Some(change) => &[change.step(), step],
        None => &[step],
    };
    let bit = ((1 << steps.len()) - 1) << from.steps.len();
    let most = next.iter().map(|h| h.gain).max().unwrap_or(0).max(beaten);
    let mut add = |pieces: Vec<Piece>, survey: Option<Survey>, gain: Cost| {
        let raised = raised(&pieces, steps);
        let saved = raised.map_or(0, |is| {
            survey.unwrap_or_else(|| Survey::of_pieces(&pieces)).cost - is.cost
        });
        let gain = gained(from, &pieces, steps, bit) + gain + saved - cost;
        if next
            .iter()
            .any(|h| h.gain >= gain && same(&h.pieces, &pieces))
        {
            return;
        }
        next.push(Hypothesis {
            survey: raised
                .or(survey)
                .unwrap_or_else(|| Survey::of_pieces(&pieces)),
            pieces,
            steps: from.steps.iter().chain(steps).copied().collect(),
            gain,
            cost: from.cost + cost,
            is_right: false,
            whole: None,
            is_placed: false,
            known: OnceCell::new(),
        });
    };
    let mut full = None;
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
        full = Some((direct.pieces, is.survey, gain));
    }
    let utf8 = truth == Charset::UTF_8;
    let single = layer.single.filter(|_| utf8 && layer.change.is_none());
    let line = || from.pieces.iter().copied();
    // A `Ã` for a lead byte that was lost may be another.
    let is_open = !from.steps.is_empty() && from.pieces.iter().any(arcs::is_lost_lead);
    let whole = single.filter(|_| !is_open);
    if let Some(h) = whole.and_then(|n| undo_sequences(from, line(), n, cost)) {
        let is_known = |known: &Hypothesis| known.gain >= h.gain && same(&known.pieces, &h.pieces);
        if !next.iter().any(is_known) {
            next.push(h);
        }
        return;
    }
    lattice::slots(&from.pieces, misread, layer.single, truth, &mut room.slots);
    if let Some(single) = layer.single.filter(|_| layer.change.is_some()) {
        case::with_other_case(&mut room.slots, &from.pieces, single);
    }
    let losses = lost::losses(&from.pieces, &layer);
    // `縲・` is no `、E`, but `。` of which a byte was lost.
    let shows_loss = losses.iter().any(|(_, wild, _)| *wild != '?');
    if layer.change.is_none()
        && !shows_loss
        && !is_open
        && let Some(pieces) = lattice::whole(&from.pieces, &room.slots, &layer, bit)
    {
        let survey = Survey::of_pieces(&pieces);
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
    if !layer.mixed || single.is_some() && !arcs::may_read(&room.slots, &from.pieces, &layer) {
        return;
    }
    layer.whole = whole.is_some() && arcs::are_whole(&room.slots, &from.pieces, &layer);
    let found = if losses.is_empty() {
        None
    } else {
        fill_in(from, &layer, losses, bit, room)
    };
    let mix = |layer: &Layer, slots: &[Slot]| {
        weigh::search::<BEAM>(&from.pieces, from.survey.cost, slots, layer, bit)
    };
    let mut found = found.or_else(|| mix(&layer, &room.slots));
    if single.is_some() && layer.lossy && found.as_ref().is_some_and(leaves_leads) {
        layer.strict = true;
        found = mix(&layer, &room.slots);
        layer.strict = false;
    }
    let left_over = found.as_ref().is_none_or(|found| found.left_over);
    if let Some(Undone {
        mut pieces,
        mut gain,
        ..
    }) = found
    {
        if let Some(change) = layer.change {
            gain += case::put_back(&mut pieces, change, bit);
        }
        let holes = holes(&pieces, bit);
        let least = gain - HOLE * holes;
        match full.filter(|(_, _, gain)| holes > 0 && *gain >= least) {
            Some((pieces, survey, gain)) => add(pieces, Some(survey), gain),
            None => add(pieces, None, gain),
        }
    }
    let has_lost = |n: usize| beneath::has_lost_bytes(&from.pieces, n);
    let blind = layer.lossy && single.is_some_and(has_lost);
    let has_whole = || (0..room.slots.len()).any(|s| arcs::is_whole(&room.slots, s));
    if utf8 && layer.change.is_none() && (left_over && has_whole() || blind) {
        layer.greedy = true;
        layer.lossy = blind;
        // `Ð ÑŸÐ¡Ñ“` shows in windows-1252 what windows-1251 showed.
        let other = single.filter(|n| blind && beneath::has_other_beneath(&from.pieces, *n));
        layer.inner = other.and(beneath::other_beneath());
        if let Some(Undone { pieces, .. }) = mix(&layer, &room.slots) {
            let survey = Survey::of_pieces(&pieces);
            let is_lost = |i: &usize| {
                let p = &pieces[*i];
                // `ј` may well be a letter of Serbian, with nothing beneath.
                let is_told = |n: usize| beneath::tells(&pieces[..*i], p.c, n);
                let shown = layer.inner.or(single);
                p.inferred && p.layers & bit != 0 && shown.is_some_and(is_told)
            };
            let is_dropped = |p: &&[Piece]| p[0].end < p[1].start;
            let dropped = pieces.windows(2).filter(is_dropped).count();
            let leads = ((0..pieces.len()).filter(is_lost).count() + dropped) as Cost;
            let gain = from.survey.cost - survey.cost - 3 * NAT + LEAD_LOST * leads;
            add(pieces, Some(survey), gain);
        }
    }
}

/// Undoes UTF-8 misread as a single-byte charset where that is all there is beyond
/// ASCII in a text; `line` is that of the hypothesis.
pub(super) fn undo_sequences(
    from: &Hypothesis,
    line: impl Iterator<Item = Piece>,
    single: usize,
    cost: Cost,
) -> Option<Hypothesis> {
    let step = step_of(single);
    let bit = 1 << from.steps.len();
    let pieces = lattice::sequences(line, single, bit)?;
    let survey = raised(&pieces, &[step]).unwrap_or_else(|| Survey::of_pieces(&pieces));
    let gain = from.survey.cost - survey.cost - lattice::switches(&pieces, bit) - cost;
    Some(Hypothesis {
        gain: gained(from, &pieces, &[step], bit) + gain,
        survey,
        pieces,
        steps: from.steps.iter().copied().chain([step]).collect(),
        cost: from.cost + cost,
        is_right: false,
        whole: None,
        is_placed: false,
        known: OnceCell::new(),
    })
}

/// UTF-8 misread as a single-byte charset.
pub(super) fn step_of(single: usize) -> Step {
    Step::Misread {
        truth: Charset::UTF_8,
        misread: READINGS.single[single].charset,
    }
}

/// What was gained before these steps were undone, and is by what they make beside
/// what that costs.
fn gained(from: &Hypothesis, pieces: &[Piece], steps: &[Step], bit: u8) -> Cost {
    from.gain - guesswork(pieces, bit) + signs(pieces, steps) - signs(&from.pieces, &from.steps)
}

/// Whether a letter that leads sequences in windows-1252 is left in a line where many
/// others were read.
fn leaves_leads(found: &Undone) -> bool {
    let is_read = |p: &&Piece| p.layers != 0 && !p.inferred;
    let is_left = |p: &&Piece| p.layers == 0 && matches!(p.c, 'Ã'..='Å' | 'Ð' | 'Ñ' | 'á' | 'â');
    let left = found.pieces.iter().filter(is_left).count();
    left > 0 && found.pieces.iter().filter(is_read).count() >= MANY * left
}

/// So many times more.
const MANY: usize = 2;

/// Undoes a layer of which a multi-byte decoder lost bytes, in the way in which they
/// were lost; the slots in `room` are of what is left.
fn fill_in(
    from: &Hypothesis,
    layer: &Layer,
    losses: Vec<(Loss, char, Cost)>,
    bit: u8,
    room: &mut Room,
) -> Option<Undone> {
    let known = room.slots.clone();
    let mut undo = |loss: Loss, wild: char, glance: bool| {
        let mut layer = Layer {
            loss: Some(loss),
            ..*layer
        };
        lost::widen(&known, &from.pieces, loss, wild, &mut room.slots);
        let (line, cost) = (&from.pieces[..], from.survey.cost);
        if glance {
            return weigh::search::<GLANCE>(line, cost, &room.slots, &layer, bit);
        }
        let found = weigh::search::<LOSSY_BEAM>(line, cost, &room.slots, &layer, bit)?;
        // In traditional characters there is no `将`, but `將`.
        layer.standard = Standard::of(&found.pieces);
        match layer.standard {
            Some(standard) if standard.lacks_any(&found.pieces) => {
                weigh::search::<LOSSY_BEAM>(line, cost, &room.slots, &layer, bit)
            }
            _ => Some(found),
        }
    };
    let mut found = None;
    // Nobody writes U+FFFD: where nearly all of them are bytes, that was it. Else
    // the way in which they were lost shows at a glance.
    let (loss, wild, _) = losses[0];
    if wild == char::REPLACEMENT_CHARACTER {
        let is_wild = |p: &&Piece| p.c == wild;
        let is_read = |undone: &Undone| {
            let left = undone.pieces.iter().filter(is_wild).count();
            left * 4 <= from.pieces.iter().filter(is_wild).count()
        };
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
    found
}

/// What a mix costs for each hole in it.
const HOLE: Cost = 20 * NAT;

/// How often a mix keeps what stands between two characters that it reads, side by side with
/// both: `уЕТЧЕТуПЕДЙОЕОЙС` is `СерверСоединения`, however odd a capital is there, and not
/// `Серверуоединения`.
fn holes(pieces: &[Piece], bit: u8) -> Cost {
    let is_kept = |p: &Piece| p.layers & bit == 0;
    let words = pieces.split(|p| is_kept(p) && p.c.is_ascii());
    let runs = words.map(|word| {
        let runs = word.chunk_by(|a, b| is_kept(a) == is_kept(b));
        let inner = runs.clone().filter(|run| !is_kept(&run[0])).count();
        inner.saturating_sub(1)
    });
    runs.sum::<usize>() as Cost
}

/// More characters filled in than read: each costs this.
const GUESS: Cost = 4 * NAT;

/// What it costs that a layer fills in more than it reads. That `â??` within a word
/// was an apostrophe is not much of a guess.
fn guesswork(pieces: &[Piece], bit: u8) -> Cost {
    let is_letter = |i: usize| pieces.get(i).is_some_and(|p| p.c.is_ascii_alphabetic());
    let within = |i: usize| is_letter(i.wrapping_sub(1)) && is_letter(i + 1);
    let balance: Cost = pieces
        .iter()
        .enumerate()
        .filter(|(_, p)| p.layers & bit != 0)
        .map(|(i, p)| match p.inferred {
            true if p.c == '’' && within(i) => 0,
            true => 1,
            false => -1,
        })
        .sum();
    GUESS * balance.max(0)
}

/// What is given back for a letter of Greek next to Latin: `TNFα`.
const SIGN: Cost = 8 * NAT;

/// What is given back for a picture.
pub(super) const PICTURE: Cost = 12 * NAT;

/// Whether a piece was read as one of the pictures that people write.
pub(super) fn is_picture(p: &Piece) -> bool {
    p.layers != 0
        && !p.inferred
        && matches!(p.c, '\u{1f300}'..'\u{1f700}' | '\u{1f900}'..'\u{1fb00}')
}

/// What is given back for signs that UTF-8 makes, which the model finds odd: for pictures,
/// for four bytes make none by chance, `馃搳 Results`, `đź“Š Results`; and for letters of
/// Greek in words of Latin, as odd as a word in two alphabets.
fn signs(pieces: &[Piece], steps: &[Step]) -> Cost {
    let is_utf8 = |s: &Step| matches!(s, Step::Misread { truth, .. } if *truth == Charset::UTF_8);
    let pictures = match steps.last() {
        Some(last) if is_utf8(last) => pieces.iter().filter(|p| is_picture(p)).count() as Cost,
        _ => 0,
    };
    if !is_of_utf8(steps) {
        return PICTURE * pictures;
    }
    let is_sign = |p: &Piece| p.layers != 0 && matches!(p.c, 'α'..='ω') && !p.inferred;
    let is_next = |a: &Piece, b: &Piece| is_sign(a) && b.c.is_ascii_alphanumeric();
    let next = pieces.windows(2);
    let signs = next.filter(|p| is_next(&p[0], &p[1]) || is_next(&p[1], &p[0]));
    PICTURE * pictures + SIGN * signs.count() as Cost
}

fn is_of_utf8(steps: &[Step]) -> bool {
    let is_utf8 = |s: &Step| matches!(s, Step::Misread { truth, .. } if *truth == Charset::UTF_8);
    steps.last().is_some_and(is_utf8) && is_telling(steps)
}

/// What the model says where UTF-8 makes small letters in words of capitals, as if they
/// were capitals, too: where `München` was damaged and then put in capitals, `MÃ¼NCHEN`,
/// only letters of ASCII became some.
fn raised(pieces: &[Piece], steps: &[Step]) -> Option<Survey> {
    let is_small = |p: &Piece| p.layers != 0 && !p.inferred && p.c.is_lowercase();
    let is_capital = |p: &Piece| p.layers == 0 && p.c.is_ascii_uppercase();
    let next =
        |p: &[Piece]| is_small(&p[0]) && is_capital(&p[1]) || is_small(&p[1]) && is_capital(&p[0]);
    if !is_of_utf8(steps) || !pieces.windows(2).any(next) {
        return None;
    }
    let capitals = |word: &[Piece]| {
        let capitals = word.iter().filter(|p| is_capital(p)).count();
        let small = word
            .iter()
            .filter(|p| is_small(p) && language::is_latin(p.c))
            .count();
        capitals >= CAPITALS && capitals + small >= word.iter().filter(|p| is_letter(p.c)).count()
    };
    let words = pieces.split_inclusive(|p| !is_letter(p.c));
    let raised = words.flat_map(|word| {
        let is_raised = capitals(word);
        word.iter().map(move |p| {
            if is_raised && is_small(p) {
                lattice::upper(p.c)
            } else {
                p.c
            }
        })
    });
    Some(Survey::of(raised))
}

/// Letters that make a word of capitals.
const CAPITALS: usize = 2;

fn same(a: &[Piece], b: &[Piece]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.c == b.c)
}

/// The layer of a step that a caller asked for, or that other lines showed.
pub(super) fn layer_of(step: Step) -> Option<Layer> {
    let Step::Misread { truth, misread } = step else {
        return None;
    };
    let single = READINGS.single.iter().position(|r| r.charset == misread);
    let is_read = single.is_some() || !misread.is_single_byte();
    is_read.then(|| Layer::of(truth, misread, single))
}

/// Whether a line could cost less than this where it is read in full, by a legacy
/// layer of a single-byte charset.
pub(super) fn may_cost_less(line: &[Piece], layer: &Layer, single: usize, most: Cost) -> bool {
    let mut context = Context::START;
    let mut sum = 0;
    in_full(line, layer, single).all(|(c, _)| {
        sum += context.read(model::symbol(c));
        sum <= most
    })
}

/// Whether such a layer could read all of a line that is beyond ASCII, and surprise
/// less than this.
pub(super) fn may_surprise_less(line: &[Piece], layer: &Layer, single: usize, most: Cost) -> bool {
    let mut context = Context::START;
    let mut sum = 0;
    in_full(line, layer, single).all(|(c, is_read)| {
        let cost = context.read_char(c);
        if cost >= ODD {
            sum += cost - EXPECTED;
        }
        is_read && sum < most
    })
}

/// A line read in full by a legacy layer of a single-byte charset: its characters, and
/// whether they are of ASCII or were read.
fn in_full(line: &[Piece], layer: &Layer, single: usize) -> impl Iterator<Item = (char, bool)> {
    let mut rest = line;
    let byte = move |p: &Piece| match READINGS.row(p.c).bytes[single] {
        0 if p.c.is_ascii() => p.c as u8,
        byte => byte,
    };
    let truth = layer.truth;
    std::iter::from_fn(move || {
        let (p, others) = rest.split_first()?;
        let first = byte(p);
        let pair = || Some([first, byte(others.first()?)]);
        let (c, len, is_read) = match truth.is_single_byte() {
            _ if first < 0x80 => (p.c, 1, p.c.is_ascii()),
            true => {
                let is_read =
                    arcs::single_byte(truth, first, line, line.len() - rest.len()).is_some();
                (shown(truth, first), 1, is_read)
            }
            false => match pair().and_then(|pair| truth.character(&pair)) {
                Some(c) => (c, 2, true),
                None => match truth.character(&[first]) {
                    Some(c) => (c, 1, true),
                    None => (p.c, 1, false),
                },
            },
        };
        rest = &rest[len..];
        Some((c, is_read))
    })
}

/// What undoing just these steps (the last to happen first) makes of a line; what
/// gains no more than `beaten` may be found in any way.
pub(crate) fn undo_all(line: &Line<'_>, steps: &[Step], beaten: Cost) -> Option<Hypothesis> {
    // A piece has a bit for each layer.
    if steps.len() > u8::BITS as usize {
        return None;
    }
    if let Some((over, steps)) = overlay::beneath(line.text, steps) {
        let line = Line::of(&over.text);
        return over.of_line(match steps {
            [] => line.first().clone(),
            _ => undo_all(&line, steps, beaten)?,
        });
    }
    let room = &mut Room::default();
    let mut found: Option<Hypothesis> = None;
    let mut change: Option<Change> = None;
    for (n, &step) in steps.iter().enumerate() {
        let beaten = if n + 1 == steps.len() { beaten } else { 0 };
        let mut next = Vec::new();
        let layer = layer_of(step).map(|layer| match change.take() {
            Some(change) => change.after(layer),
            None => layer,
        });
        match (layer, &found) {
            (Some(layer), None) => {
                undo(line.first(), line.odd(), layer, 0, beaten, &mut next, room)
            }
            (Some(layer), Some(h)) => {
                undo(h, &Odd::of(&h.pieces), layer, 0, beaten, &mut next, room)
            }
            (None, _) if Change::of(step).is_some() => {
                change = Change::of(step);
                continue;
            }
            (None, _) => return None,
        }
        found = Some(next.into_iter().max_by_key(|h| h.gain)?);
    }
    found
}
