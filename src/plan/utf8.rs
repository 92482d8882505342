//! Layers of UTF-8 misread as something else: where its structure shows.

use crate::charset::Charset;
use crate::model::{self, Cost, NAT};
use crate::scan;

use super::arcs;
use super::as_1252::WINDOWS_1252;
use super::case::{self, Change};
use super::hypothesis::Odd;
use super::lattice::{self, Layer, Piece, Room, Slot};
use super::lost;
use super::readings::{Counts, READINGS, Reading, Row, Set, is_letter, mixed, ones};

/// There is a character in a sequence for at most so many that are in none.
const MANY: usize = 2;
/// What a reading may gain beyond what it promised.
pub(super) const HOPE: Cost = 12 * NAT;
/// Single-byte charsets tried at most.
const TRIED: usize = 6;
/// Those in which it shows so, by number.
const TELLING: [usize; 3] = [0, 1, 2];

/// The charsets in which parts of this line are UTF-8, with their cost: each is
/// looked for when the one before was not all that happened.
pub(super) struct Layers<'a> {
    pieces: &'a [Piece],
    odd: &'a [bool],
    costs: &'a [Cost],
    /// Those in which all of it is; of them, the likeliest is tried first.
    entire: Entire,
    tried: Option<usize>,
    /// Which pieces surprise even so, and by what, once that explains nearly all.
    stakes: Option<Vec<(usize, Cost)>>,
    /// One that left nothing odd, and what it gained.
    clear: Option<(usize, Cost)>,
    /// Those in which parts are, once they are asked for.
    parts: Option<Parts>,
    /// Those after which the case was changed.
    changed: Option<std::vec::IntoIter<(Layer, Cost)>>,
    /// Others, and then multi-byte charsets.
    rest: Option<std::vec::IntoIter<(Layer, Cost)>>,
    multi: Option<Multi<'a>>,
}

/// The single-byte charsets in which parts of a line are UTF-8.
struct Parts {
    rows: Vec<&'static Row>,
    /// Charsets to try, the likeliest last.
    order: Vec<usize>,
    /// What stands for what the line has in those that were.
    seen: Vec<u64>,
    /// Those that explain less than half of it.
    few: Vec<usize>,
    /// How damaged it looks.
    was: i32,
}

impl Parts {
    fn of(pieces: &[Piece], odd: &[bool], tried: Option<usize>) -> Self {
        let rows: Vec<&Row> = pieces.iter().map(|p| READINGS.row(p.c)).collect();
        let mut order = order(&rows, odd);
        order.retain(|n| Some(*n) != tried);
        let was = match order[..] {
            [] => 0,
            _ => scan::weight(pieces.iter().map(|p| p.c)),
        };
        let seen = tried.map(|n| bytes(&rows, n)).into_iter().collect();
        Parts {
            rows,
            order,
            seen,
            few: Vec::new(),
            was,
        }
    }
}

/// Stands for the bytes of what is beyond ASCII.
fn bytes(rows: &[&Row], n: usize) -> u64 {
    let beyond = rows.iter().filter(|r| r.any != 0);
    beyond.fold(0, |all, r| mixed(all, r.bytes[n].into()))
}

impl<'a> Layers<'a> {
    pub(super) fn of(pieces: &'a [Piece], odd: &'a Odd, entire: Entire) -> Self {
        Layers {
            pieces,
            odd: &odd.places,
            costs: &odd.costs,
            entire,
            tried: None,
            stakes: None,
            clear: None,
            parts: None,
            changed: None,
            rest: None,
            multi: None,
        }
    }

    /// Whether all of it can be read in another way, too: in another charset, or
    /// as what was put in another case since.
    pub(super) fn has_rival(&mut self, found: usize) -> bool {
        let changed = || case::layers(self.pieces, self.odd).into_iter();
        let rest = self.rest.get_or_insert_with(changed);
        rest.len() > 0
            || self
                .entire
                .has_rival(found, self.pieces.iter().map(|p| p.c))
    }

    /// That a charset explains nearly all: others that read all of it must explain
    /// what surprises then.
    pub(super) fn found(&mut self, n: usize, stakes: Vec<(usize, Cost)>) {
        self.tried = Some(n);
        self.entire.charsets &= !(1 << n);
        self.stakes = Some(stakes);
    }

    /// That a charset's reading left nothing odd, and gained this: others must promise
    /// as much.
    pub(super) fn left_nothing(&mut self, n: usize, gain: Cost) {
        if self.clear.is_none_or(|(_, most)| gain > most) {
            self.clear = Some((n, gain));
        }
    }

    /// The next of those that explain but few of the odd places, and about what it
    /// gains.
    pub(super) fn next_of_few(&mut self) -> Option<(Layer, Cost, Cost)> {
        let parts = self.parts.as_mut()?;
        let n = parts.few.pop()?;
        let (layer, cost) = single(n);
        Some((
            layer,
            cost,
            promise(self.pieces, self.costs, &parts.rows, n),
        ))
    }

    /// The next of those that read all of it, too, and could explain what surprises
    /// after the one that was found.
    pub(super) fn next_rival(&mut self) -> Option<(Layer, Cost)> {
        let (found, stakes) = self.tried.zip(self.stakes.as_ref())?;
        let pieces = self.pieces;
        let at_stake = |is_read: &dyn Fn(usize) -> bool| -> Cost {
            let read = stakes.iter().filter(|(i, _)| is_read(*i));
            read.map(|(_, stake)| stake).sum()
        };
        let more = |cost: Cost| cost - READINGS.single[found].cost;
        let may_be_better = |n: &usize| {
            at_stake(&|i| differs(&pieces[i], *n, found)) > more(READINGS.single[*n].cost)
        };
        if let Some(n) = ones(self.entire.charsets).find(may_be_better) {
            // Those before it may not.
            self.entire.charsets &= !1 << n;
            return Some(single(n));
        }
        let may_be_changed = |(layer, cost): &(Layer, Cost)| {
            let has = |set: Set| layer.single.is_some_and(|n| set >> n & 1 != 0);
            let cont = |p: &Piece| has(READINGS.row(p.c).cont);
            // The first two of three may be, but then the third is left.
            let is_it = |i: usize| match &pieces[i..] {
                [a, b, rest @ ..] => {
                    let c = rest.first();
                    has(case::begins_lowered(a.c, b.c)) && !c.is_some_and(cont)
                        || has(case::begins_raised([a.c, b.c, c.map_or('\0', |c| c.c)]))
                }
                _ => false,
            };
            at_stake(&is_it) > more(*cost)
        };
        self.rest.as_mut()?.find(may_be_changed)
    }

    /// The next to try.
    pub(super) fn next(&mut self, room: &mut Room) -> Option<(Layer, Cost)> {
        let (pieces, odd) = (self.pieces, self.odd);
        match (self.tried, &self.stakes) {
            (None, _) if self.entire.charsets != 0 => {
                self.tried = self.entire.first();
                return self.tried.map(single);
            }
            (Some(_), Some(_)) => return self.next_rival(),
            _ => {}
        }
        let changed = self
            .changed
            .get_or_insert_with(|| case::layers(pieces, odd).into_iter());
        // Nothing else shows as `ÎΜ`, of which a byte could have been lost, too.
        if changed
            .as_slice()
            .iter()
            .any(|(layer, _)| layer.change == Some(Change::Upper))
        {
            return changed.next();
        }
        let parts = self
            .parts
            .get_or_insert_with(|| Parts::of(pieces, odd, self.tried));
        while let Some(n) = parts.order.pop() {
            let bytes = bytes(&parts.rows, n);
            if parts.seen.contains(&bytes) && n != 1 {
                continue;
            }
            parts.seen.push(bytes);
            let rows = &parts.rows;
            // Chance sequences, as `РЎ` in a Russian heading, read no better.
            let (covered, others) = coverage(pieces, rows, odd, n);
            if covered * MANY > others && scan::weight(decoded(pieces, rows, n)) < parts.was {
                if parts.seen.len() == TRIED {
                    parts.order.clear();
                }
                if covered < others {
                    parts.few.push(n);
                    continue;
                }
                let is_beaten = |(found, most): (usize, Cost)| {
                    decoded(pieces, rows, n).eq(decoded(pieces, rows, found))
                        || promise(pieces, self.costs, rows, n) + HOPE <= most
                };
                if !self.clear.is_some_and(is_beaten) {
                    return Some(single(n));
                }
            }
        }
        let rest = self.rest.get_or_insert_with(|| {
            let mut rest = match parts.seen[..] {
                [] => bereaved(pieces, &parts.rows, odd),
                _ if is_stray_in_another_script(pieces, odd) => vec![single(0)],
                _ if has_plain_quotes(pieces) => vec![single(0)],
                _ => Vec::new(),
            };
            rest.extend(changed);
            self.multi = Multi::of(pieces);
            rest.into_iter()
        });
        rest.next().or_else(|| self.multi.as_mut()?.next(room))
    }
}

/// About what a charset gains that reads parts of a line.
fn promise(pieces: &[Piece], costs: &[Cost], rows: &[&Row], n: usize) -> Cost {
    let was: Cost = costs.iter().sum();
    was - model::line_cost(decoded(pieces, rows, n)) - READINGS.single[n].cost
}

/// What is gained is hardly so many times what whole sequences promise: others lost bytes.
const AT_MOST: Cost = 3;

/// Whether whole sequences of UTF-8 that show as nobody writes promise so much.
pub(super) fn may_gain(pieces: &[Piece], odd: &Odd, least: Cost) -> bool {
    let rows: Vec<&Row> = pieces.iter().map(|p| READINGS.row(p.c)).collect();
    let is_it = |n| AT_MOST * promise(pieces, &odd.costs, &rows, n) + HOPE > least;
    TELLING.into_iter().any(is_it)
}

/// Whether two charsets have a character at different bytes.
fn differs(p: &Piece, a: usize, b: usize) -> bool {
    let row = READINGS.row(p.c);
    row.bytes[a] != row.bytes[b]
}

/// The single-byte charsets in which every character beyond ASCII is of a whole
/// sequence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entire {
    pub(super) charsets: Set,
    /// Those that have every character where the first charset has it.
    as_first: Set,
}

impl Entire {
    pub(super) fn of(text: impl Iterator<Item = char>) -> Self {
        let readings = &*READINGS;
        // Those in which it is so thus far, and those that want so many more
        // continuations.
        let mut charsets: Set = !0 >> (Set::BITS as usize - readings.single.len());
        let (mut one, mut two, mut three): (Set, Set, Set) = (0, 0, 0);
        let mut as_first = charsets;
        for c in text {
            let wanted = one | two | three;
            if c.is_ascii() {
                charsets &= !wanted;
                (one, two, three) = (0, 0, 0);
                continue;
            }
            let row = readings.row(c);
            let [lead, lead_two, lead_three] = row.lead.map(|lead| lead & !wanted);
            charsets &= wanted & row.cont | lead | lead_two | lead_three;
            as_first &= row.as_first;
            if charsets == 0 {
                break;
            }
            (one, two, three) = (two | lead, three | lead_two, lead_three);
        }
        charsets &= !(one | two | three);
        Entire { charsets, as_first }
    }

    /// The likeliest.
    pub(super) fn first(self) -> Option<usize> {
        ones(self.charsets).min_by_key(|&n| READINGS.single[n].cost)
    }

    /// The others than this one, which may read all of these characters as the same bytes
    /// unless it is the first.
    pub(super) fn rivals(self, found: usize) -> Set {
        match found {
            0 => self.charsets & !self.as_first,
            found => self.charsets & !(1 << found),
        }
    }

    /// Whether there is another than this one, and it reads any of these characters
    /// as another byte.
    pub(super) fn has_rival(self, found: usize, mut text: impl Iterator<Item = char>) -> bool {
        let rivals = self.rivals(found);
        let mut differ = || {
            text.any(|c| {
                let bytes = &READINGS.row(c).bytes;
                ones(rivals).any(|n| bytes[n] != bytes[found])
            })
        };
        rivals != 0 && (found == 0 || differ())
    }
}

/// Whether what is first beyond ASCII in a line may begin a sequence of UTF-8.
pub(super) fn may_begin(line: &str) -> bool {
    let at = scan::ascii_prefix(line.as_bytes());
    let mut beyond = line[at..].chars();
    match (beyond.next(), beyond.next()) {
        (Some(first), Some(second)) if !second.is_ascii() => {
            let [first, second] = [first, second].map(|c| READINGS.row(c));
            first.lead.iter().any(|lead| lead & second.cont != 0)
        }
        _ => false,
    }
}

/// Whether a line has what sequences of UTF-8 show as in windows-1252: `Â` to `ô`, and
/// anything beyond ASCII after it.
pub(super) fn shows_as_1252(line: &str) -> bool {
    let may_be = |three: &[u8]| matches!(*three, [0xc3, 0x82..=0xb4, next] if next >= 0x80);
    line.as_bytes().windows(3).any(may_be)
}

/// Whether a whole sequence is among that: `fermÃ©`, but not `áš`.
pub(super) fn has_sequence_as_1252(line: &str) -> bool {
    let set = 1 << WINDOWS_1252;
    let mut missing = 0_usize;
    let mut ends = |c: char| {
        let row = READINGS.row(c);
        let is_last = row.cont & set != 0 && missing == 1;
        missing = match row.cont & set {
            0 => row
                .lead
                .iter()
                .position(|lead| lead & set != 0)
                .map_or(0, |n| n + 1),
            _ => missing.saturating_sub(1),
        };
        is_last
    };
    shows_as_1252(line) && line.chars().any(&mut ends)
}

/// The lead bytes of a text in UTF-8, a bit each.
pub(super) fn leads(text: &str) -> u64 {
    let beyond = scan::runs_beyond(text).flat_map(|run| &text.as_bytes()[run]);
    beyond.fold(0, |all, b| all | u64::from(*b >= 0xc2) << (b & 0x3f))
}

/// The lead bytes of characters in a single-byte charset, a bit each.
pub(super) fn lead_bytes(text: impl Iterator<Item = char>, n: usize) -> u64 {
    let bit = |c: char| match READINGS.row(c).bytes[n] {
        byte @ 0xc2.. => 1 << (byte & 0x3f),
        _ => 0,
    };
    text.filter(|c| !c.is_ascii())
        .fold(0, |all, c| all | bit(c))
}

/// Whether hardly any text has what begins with E2 and this, Braille and what comes after it:
/// a line that ends in `Ladenâ¦` was not cut off, but lost a control of `…`.
pub(super) fn is_rare_after_e2(second: u8) -> bool {
    second >= 0xa0
}

/// Whether some lead byte in a single-byte charset has a continuation right after it.
pub(super) fn is_begun(line: &str, n: usize) -> bool {
    let bytes = line.chars().map(|c| match c.is_ascii() {
        true => 0,
        false => READINGS.row(c).bytes[n],
    });
    let next = bytes.clone().skip(1);
    bytes
        .zip(next)
        .any(|pair| matches!(pair, (0xc2..0xf5, 0x80..0xc0)))
}

/// In a single-byte charset: how many lead bytes there are, how many of them have a
/// continuation, and how many continuations have none.
pub(super) fn structure(pieces: &[Piece], n: usize) -> (usize, usize, usize) {
    let (mut leads, mut begun, mut stray) = (0, 0, 0);
    let (mut wanted, mut is_first) = (0, false);
    for p in pieces {
        if p.c.is_ascii() {
            wanted = 0;
            continue;
        }
        let row = READINGS.row(p.c);
        let lead = row.lead.iter().position(|lead| lead >> n & 1 != 0);
        if let Some(others) = lead {
            leads += 1;
            (wanted, is_first) = (1 + others, true);
        } else if row.cont >> n & 1 == 0 {
            wanted = 0;
        } else if wanted > 0 {
            begun += usize::from(is_first);
            (wanted, is_first) = (wanted - 1, false);
        } else {
            stray += 1;
        }
    }
    (leads, begun, stray)
}

/// Whether there are lead bytes left after so many steps, in the commonest charsets:
/// they may have lost what followed.
pub(super) fn has_leads(pieces: &[Piece], steps: usize) -> bool {
    let is_lead = |p: &Piece| {
        let [two, three, four] = READINGS.row(p.c).lead;
        p.layers >> steps == 0 && (two | three | four) & 3 != 0
    };
    pieces.iter().any(is_lead)
}

/// UTF-8 misread as a single-byte charset, with its cost.
pub(super) fn single(n: usize) -> (Layer, Cost) {
    let Reading { charset, cost, .. } = READINGS.single[n];
    (Layer::of(Charset::UTF_8, charset, Some(n)), cost)
}

/// The single-byte charsets in which there are whole sequences where the line is
/// odd, the likeliest last.
fn order(rows: &[&Row], odd: &[bool]) -> Vec<usize> {
    let cont = |i: usize| rows.get(i).map_or(0, |r| r.cont);
    let mut counts = Counts::default();
    let mut any = 0;
    for (i, row) in rows.iter().enumerate() {
        if row.any == 0 {
            continue;
        }
        let surprising = |n: usize| odd[i..].iter().take(n).any(|&o| o);
        let mut found = if surprising(2) {
            row.lead[0] & cont(i + 1)
        } else {
            0
        };
        if row.lead[1] | row.lead[2] != 0 && surprising(4) {
            let two = cont(i + 1) & cont(i + 2);
            found |= row.lead[1] & two | row.lead[2] & two & cont(i + 3);
        }
        any |= found;
        counts.add(found);
    }
    let mut order: Vec<(u32, usize)> = ones(any).map(|n| (counts.of(n), n)).collect();
    let most = order.iter().map(|o| o.0).max().unwrap_or(0);
    // Where there are many, the right charset has nearly all of them.
    let least = if most < 6 { most / 2 } else { most };
    order.retain(|o| o.0 >= least);
    order.sort_by_key(|&(units, n)| (units, std::cmp::Reverse((READINGS.single[n].cost, n))));
    order.into_iter().map(|o| o.1).collect()
}

/// No sequence is whole: a lead byte and a lost one, in the commonest.
fn bereaved(pieces: &[Piece], rows: &[&Row], odd: &[bool]) -> Vec<(Layer, Cost)> {
    let leads = (0..rows.len())
        .filter(|&i| odd[i] && leads_one(pieces, rows, i))
        .fold(0, |m, i| m | bereft(pieces, rows, i));
    let of = (0..2).filter(|n| leads & 1 << n != 0);
    of.map(single).collect()
}

/// Whether a no-break space became a space where letters of another script stand, which
/// are sequences in some charset by chance: `можетеÂ загрузить`.
fn is_stray_in_another_script(pieces: &[Piece], odd: &[bool]) -> bool {
    let is_stray = |i: usize| {
        let is_before_space = pieces.get(i + 1).is_none_or(|p| p.c == ' ');
        odd[i] && pieces[i].c == 'Â' && is_before_space && pieces[i - 1].c != ' '
    };
    let is_other = |p: &Piece| p.c >= '\u{370}' && is_letter(p.c);
    (1..pieces.len()).any(is_stray) && pieces.iter().any(is_other)
}

/// Whether a quote of windows-1252 was made plain in sequences of which no two bytes are left
/// that show it: `â"œâ"€â"€ src` was `├── src`. Other letters that lead sequences tell of more
/// than that.
fn has_plain_quotes(pieces: &[Piece]) -> bool {
    let is_one = |p: &[Piece]| {
        p[0].c == 'â' && matches!(p[1].c, '"' | '\'') && READINGS.row(p[2].c).cont & 1 != 0
    };
    let is_other = |p: &Piece| matches!(p.c, 'à'..='ï') && p.c != 'â';
    pieces.windows(3).any(is_one) && !pieces.iter().any(is_other)
}

/// The whole sequence at a place: its character, and its continuations; also `ï¸`, which
/// shows for a variation selector once its last byte is dropped, as a control.
fn whole(rows: &[&Row], i: usize, n: usize) -> Option<(char, usize)> {
    let (want, bits) = arcs::lead_bits(rows[i].bytes[n])?;
    let is_cut = |r: &&Row| r.cont >> n & 1 == 0;
    if let [0xef, 0xb8] = [i, i + 1].map(|i| rows.get(i).map_or(0, |r| r.bytes[n]))
        && rows.get(i + 2).is_none_or(is_cut)
    {
        return Some(('\u{fe0f}', 1));
    }
    let cont = |bits, r: &&Row| {
        let is_cont = r.cont & 1 << n != 0;
        is_cont.then_some(bits << 6 | u32::from(r.bytes[n] & 0x3f))
    };
    let bits = rows.get(i + 1..=i + want)?.iter().try_fold(bits, cont)?;
    char::from_u32(bits).map(|c| (c, want))
}

/// The line with all whole sequences decoded.
fn decoded(pieces: &[Piece], rows: &[&Row], n: usize) -> impl Iterator<Item = char> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let i = at;
        let c = pieces.get(i)?.c;
        let (c, conts) = whole(rows, i, n).unwrap_or((c, 0));
        at = i + 1 + conts;
        Some(c)
    })
}

/// How many characters are in whole sequences at odd places, or in such as show that
/// they lost a byte, and how many odd ones are in none; chance puts some into any
/// line: `Ïðèâåò` has one here and there.
fn coverage(pieces: &[Piece], rows: &[&Row], odd: &[bool], n: usize) -> (usize, usize) {
    let (mut covered, mut others) = (0, 0);
    let mut i = 0;
    while i < rows.len() {
        let shows_loss = || {
            let after = pieces.get(i + 1).map(|p| p.c);
            let is_lead = rows[i].lead.iter().any(|lead| lead >> n & 1 != 0);
            is_lead
                && match after {
                    // `perchÃ© la cittÃ  e la libertÃ , la qualitÃ ` has more than whole ones.
                    Some(' ') => pieces[i].c == 'Ã',
                    after => matches!(after, Some('?' | char::REPLACEMENT_CHARACTER)),
                }
        };
        let len = match whole(rows, i, n) {
            Some((_, conts)) => conts + 1,
            None => 2 * usize::from(shows_loss()),
        };
        if len > 0 && odd[i..i + len].contains(&true) {
            covered += len;
        } else if odd[i] && rows[i].any & 1 << n != 0 {
            others += 1;
        }
        i += len.max(1);
    }
    (covered, others)
}

/// Whether a character leads what may stand by itself: usual letters of Latin and signs, and
/// after a small letter others and accents, as the `Ì` of `SinaÌ` does. Of other letters, as the
/// `à` of `voilà ?` would lead, there are more, and some of them whole.
fn leads_one(pieces: &[Piece], rows: &[&Row], i: usize) -> bool {
    let is_after_small = || i > 0 && pieces[i - 1].c.is_lowercase();
    match rows[i].bytes[WINDOWS_1252] {
        0xc2..=0xc5 | 0xe2 | 0xef.. => true,
        0xc6..=0xc9 | 0xcc | 0xcd => is_after_small(),
        // The `ọ` of `Okwu a bá»? ezigbo okwu`.
        0xe1 => rows
            .get(i + 1)
            .is_some_and(|row| row.cont & 1 << WINDOWS_1252 != 0),
        _ => false,
    }
}

/// The charsets in which a character could be a lead byte that lost its
/// continuation: `Ã ` or the `Å` of `kuÅas`, but not that of `Åre`.
fn bereft(pieces: &[Piece], rows: &[&Row], i: usize) -> u64 {
    let before = i.checked_sub(1).map(|i| pieces[i].c);
    let after = pieces.get(i + 1).map(|p| p.c);
    let inside = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let two = if inside(before) || !inside(after) {
        rows[i].lead[0]
    } else {
        0
    };
    let three = rows[i].lead[1] | rows[i].lead[2];
    match after {
        // `â` alone was `’`.
        _ if pieces[i].c == 'â' => two | three,
        Some('?' | '\u{fffd}' | '"' | '\'' | '-' | 'Y') => two | three,
        Some('.') if arcs::is_ellipsis(pieces[i + 1..].iter().map(|p| p.c)) => two | three,
        Some(_) => two | three & rows[i + 1].cont,
        None => two,
    }
}

/// Whether there may be another way to read all of a text that is UTF-8 in this
/// charset: see [`Layers::has_rival`].
pub(super) fn may_have_rival(
    entire: Entire,
    found: usize,
    text: impl Iterator<Item = char> + Clone,
) -> bool {
    case::may_be_changed(text.clone()) || entire.has_rival(found, text)
}

/// Characters from the first East Asian one on in which the structure of
/// UTF-8 must show; and of them those in which it must begin to.
const SAMPLE: usize = 100;
const FEW: usize = 24;

/// Whether a character is of East Asia: there are some wherever a multi-byte charset
/// shows sequences of UTF-8.
pub(super) fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

/// The multi-byte charsets in which a line shows the structure of UTF-8.
struct Multi<'a> {
    /// What it must show in, and begin to.
    sample: &'a [Piece],
    few: &'a [Piece],
    /// Those to look at.
    rest: std::slice::Iter<'static, Reading>,
    /// What the line has in those that show it.
    seen: Vec<Vec<u8>>,
}

impl<'a> Multi<'a> {
    fn of(pieces: &'a [Piece]) -> Option<Self> {
        let start = pieces.iter().position(|p| is_wide(p.c))?;
        let sample = &pieces[start..pieces.len().min(start + SAMPLE)];
        let few = &sample[..sample.len().min(FEW)];
        let multi = Multi {
            sample,
            few,
            rest: READINGS.multi.iter(),
            seen: Vec::new(),
        };
        (!scan::looks_right(few.iter().map(|p| p.c))).then_some(multi)
    }

    /// The next that shows it.
    fn next(&mut self, room: &mut Room) -> Option<(Layer, Cost)> {
        let (sample, few) = (self.sample, self.few);
        loop {
            let reading = self.rest.next()?;
            let slots = &mut room.slots;
            // Most East Asian text is right, and shows it soon.
            let (whole, high) = sequences(few, reading.charset, slots);
            if high >= 4 && whole * 4 < high {
                continue;
            }
            let (whole, high) = match few.len() < sample.len() {
                true => sequences(sample, reading.charset, slots),
                false => (whole, high),
            };
            if whole * 2 < high || whole == 0 {
                continue;
            }
            // GB18030 has four bytes for U+FFFD, GBK none: no matter, where it shows a loss.
            let known = slots
                .iter()
                .filter(|s| !lost::is_wild(sample[s.piece as usize].c));
            let known: Vec<u8> = known.map(|s| s.byte).collect();
            if !self.seen.contains(&known) {
                self.seen.push(known);
                let layer = Layer::of(Charset::UTF_8, reading.charset, None);
                return Some((layer, reading.cost));
            }
        }
    }
}

/// Whether half of a line in a multi-byte charset has the structure of UTF-8.
pub(super) fn is_shown_by(pieces: &[Piece], misread: Charset, room: &mut Room) -> bool {
    let Some(start) = pieces.iter().position(|p| is_wide(p.c)) else {
        return false;
    };
    let sample = &pieces[start..pieces.len().min(start + SAMPLE)];
    let (whole, high) = sequences(sample, misread, &mut room.slots);
    whole * 2 >= high && whole > 0
}

/// How many sequences of UTF-8 these characters are in a multi-byte charset, and
/// how many places there are where one could begin. Leaves the bytes in `slots`.
fn sequences(sample: &[Piece], misread: Charset, slots: &mut Vec<Slot>) -> (usize, usize) {
    lattice::slots(sample, misread, None, Charset::UTF_8, slots);
    let byte = |i: usize| slots.get(i).map(|s| s.byte);
    let wild = |i: usize| {
        slots
            .get(i)
            .is_some_and(|s| lost::is_wild(sample[s.piece as usize].c))
    };
    let conts = |from: usize, most: usize| {
        let is_cont = |&i: &usize| !wild(i) && byte(i).is_some_and(|b| b & 0xc0 == 0x80);
        (from..from + most).take_while(is_cont).count()
    };
    let (mut whole, mut high) = (0, 0);
    let mut i = 0;
    while let Some(b) = byte(i) {
        if wild(i) {
            // A lost lead byte, perhaps with a lost continuation.
            i += slots[i..]
                .iter()
                .take_while(|s| s.piece == slots[i].piece)
                .count();
            let len = conts(i, 2);
            if len > 0 {
                (high, whole) = (high + 1, whole + 1);
            }
            i += len;
            continue;
        }
        if b != 0 && b < 0x80 {
            i += 1;
            continue;
        }
        high += 1;
        let want = match b {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        let mut len = conts(i + 1, want);
        let is_lost = len < want && want > 1 && wild(i + 1 + len);
        whole += usize::from(want > 0 && (len == want || is_lost));
        if is_lost && len + 1 < want {
            // `E3 � 82`, and not the lead byte of the next.
            let rest = conts(i + 2 + len, 2);
            len += if rest == 1 { 2 } else { 0 };
        }
        i += 1 + len;
    }
    (whole, high)
}
