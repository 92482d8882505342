//! UTF-8 read by a multi-byte decoder that showed something else for what it
//! could not read: `媛쒕컻 ?쒕쾭` was `개발 서버`.
//!
//! What was lost is filled in only with what that decoder cannot have read, so
//! that far fewer than 64 bytes come into question for one that is lost.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use crate::charset::Charset;
use crate::language;
use crate::model::{self, Context, Cost, NAT, Symbol};

use super::arcs::{continuations, is_visible, lead_bits, scalar};
use super::lattice::{Arc, Layer, Piece, Slot};
use super::readings::{READINGS, is_letter};

/// What a decoder takes for one character that it cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// A byte, as Python and Java do: what follows is read anew.
    Byte,
    /// A lead byte with what follows, unless that is ASCII: browsers.
    Pair,
    /// A lead byte with whatever follows: Windows. `縺・` was `い"`.
    Swallow,
}

/// In place of a byte that is lost. UTF-8 has no such byte.
pub(crate) const LOST: u8 = 0xff;

/// What it costs to believe that a character stands for lost bytes.
const FILLED: Cost = NAT;
/// Paths followed side by side: for each of two lost bytes in a row there may be
/// dozens.
pub(super) const LOSSY_BEAM: usize = 16;
/// The same to see in which way they were lost.
pub(super) const GLANCE: usize = 4;
/// Arcs with more than one lost byte, at most.
const GUESSES: usize = 32;
/// The same before what stands around them is looked at.
const LIKELY: usize = 512;

/// What share of a line's bytes may be lost, if each U+FFFD is one and what else shows
/// is two. Of Korean as EUC-KR up to a third are, and as Big5 more than half: what that
/// was nobody can tell.
const MANY: (usize, usize) = (2, 5);

/// Whether a multi-byte decoder shows this for bytes that it could not read.
pub(super) fn is_wild(c: char) -> bool {
    matches!(c, '\u{fffd}' | '?' | '・')
}

/// The ways in which bytes of this line may have been lost, with their cost,
/// and what shows it.
pub(super) fn losses(line: &[Piece], layer: &Layer) -> Vec<(Loss, char, Cost)> {
    if !layer.lossy || layer.single.is_some() {
        return Vec::new();
    }
    let has = |c: char| line.iter().any(|p| p.c == c);
    if has('\u{fffd}') {
        let lost = line.iter().filter(|p| p.c == '\u{fffd}').count();
        let beyond = line.iter().filter(|p| !p.c.is_ascii()).count();
        if lost * MANY.1 > (2 * beyond - lost) * MANY.0 {
            return Vec::new();
        }
        return vec![
            (Loss::Byte, '\u{fffd}', 0),
            (Loss::Pair, '\u{fffd}', 0),
            (Loss::Swallow, '\u{fffd}', 2 * NAT),
        ];
    }
    let wild = if layer.misread == Charset::SHIFT_JIS && has('・') {
        '・'
    } else if has('?') {
        '?'
    } else {
        return Vec::new();
    };
    vec![
        (Loss::Swallow, wild, 0),
        (Loss::Pair, wild, NAT),
        (Loss::Byte, wild, NAT),
    ]
}

/// The slots with those of what was lost in place of `wild`: two, if it may
/// stand for two bytes.
pub(super) fn widen(slots: &[Slot], line: &[Piece], loss: Loss, wild: char, out: &mut Vec<Slot>) {
    out.clear();
    for &slot in slots {
        if line[slot.piece as usize].c != wild {
            out.push(slot);
        } else if slot.first {
            let lost = Slot {
                byte: LOST,
                other: LOST,
                ..slot
            };
            out.push(lost);
            if loss != Loss::Byte {
                out.push(Slot {
                    first: false,
                    ..lost
                });
            }
        }
    }
}

/// A common character, of the basic plane, and what it costs where it is likeliest.
#[derive(Clone, Copy, Debug)]
struct Common {
    c: u16,
    usual: u16,
}

impl Common {
    fn c(self) -> char {
        char::from_u32(self.c.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Its third byte in UTF-8, if it has one.
    fn third(self) -> u8 {
        0x80 | self.c as u8 & 63
    }
}

/// The commonest characters of two and three bytes.
struct Commons {
    /// In order.
    all: Vec<Common>,
    /// Where those of a first and a second byte begin.
    begins: Vec<u16>,
    /// A bit for each second byte that there is between a first of E0 to EF and a third.
    between: [[u64; 64]; 16],
    /// The same after a first, whatever the third.
    after: [u64; 64],
}

impl Commons {
    fn of(&self, lead: u8, second: u8) -> &[Common] {
        let n = prefix(lead, second);
        &self.all[usize::from(self.begins[n])..usize::from(self.begins[n + 1])]
    }

    fn after(&self, lead: u8) -> u64 {
        self.after[usize::from(lead & 63)]
    }

    fn between(&self, lead: u8, third: u8) -> u64 {
        self.between[usize::from(lead & 15)][usize::from(third & 63)]
    }
}

/// The number of a first and a second byte.
fn prefix(lead: u8, second: u8) -> usize {
    usize::from(lead & 63) << 6 | usize::from(second & 63)
}

static COMMON: LazyLock<Commons> = LazyLock::new(|| {
    let east_asian = '\u{2e80}'..='\u{d7ff}';
    let marks = [
        '\u{80}'..='\u{bf}',
        '\u{2000}'..='\u{2bff}',
        '\u{ff00}'..='\u{ffef}',
    ];
    let all = marks.into_iter().flatten().chain(east_asian);
    let all = all.filter(|&c| model::is_known(c) && is_visible(c));
    let mut all: Vec<(Cost, char)> = all.map(|c| (usual(c), c)).collect();
    if all.len() > COMMONEST {
        all.select_nth_unstable(COMMONEST);
        all.truncate(COMMONEST);
    }
    all.sort_unstable_by_key(|&(_, c)| c);
    let mut commons = Commons {
        all: Vec::with_capacity(all.len()),
        begins: vec![0; 64 * 64 + 1],
        between: [[0; 64]; 16],
        after: [0; 64],
    };
    for (usual, c) in all {
        let mut bytes = [0; 3];
        c.encode_utf8(&mut bytes);
        let [lead, second, third] = bytes;
        let bit = 1 << (second & 63);
        commons.after[usize::from(lead & 63)] |= bit;
        if lead >= 0xe0 {
            commons.between[usize::from(lead & 15)][usize::from(third & 63)] |= bit;
        }
        commons.begins[prefix(lead, second) + 1] += 1;
        commons.all.push(Common {
            c: c as u16,
            usual: usual as u16,
        });
    }
    for n in 1..commons.begins.len() {
        commons.begins[n] += commons.begins[n - 1];
    }
    commons
});

/// What a character costs where it is likeliest, of some places.
fn usual(c: char) -> Cost {
    let after = |before: char| {
        let context = Context::START.then(model::symbol(before));
        model::cost(context, model::symbol(c))
    };
    let least = ['\n', ' ', '的', 'の', '다', 'る']
        .map(after)
        .into_iter()
        .min();
    least.unwrap_or_default()
}
/// Characters that two or more lost bytes may have been.
const COMMONEST: usize = 5000;

/// The standard that lists the ideographs of a line: Chinese is written in simplified
/// or in traditional ones, Japanese in those of its own, and Korean in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    Simplified,
    Traditional,
    Japanese,
    Korean,
}

impl Standard {
    /// That of a line, by what of it is sure.
    pub(super) fn of(pieces: &[Piece]) -> Option<Standard> {
        let is_sure = |p: &&Piece| p.layers != 0 && !p.inferred;
        let sure = || pieces.iter().filter(is_sure).map(|p| p.c);
        let is_kana = |c: char| ('\u{3041}'..'\u{30fb}').contains(&c);
        if sure().any(is_kana) {
            return Some(Standard::Japanese);
        }
        let is_ideograph = |c: char| ('\u{4e00}'..'\u{a000}').contains(&c);
        let is_hangul = |c: char| ('\u{ac00}'..'\u{d7a4}').contains(&c);
        if sure().any(is_hangul) && !sure().any(is_ideograph) {
            return Some(Standard::Korean);
        }
        let lacks = |standard: Standard| sure().filter(|&c| !standard.lists(c)).count();
        let simplified = lacks(Standard::Simplified);
        let traditional = lacks(Standard::Traditional);
        match () {
            () if traditional > MIXED * simplified => Some(Standard::Simplified),
            () if simplified > MIXED * traditional => Some(Standard::Traditional),
            () => None,
        }
    }

    /// Whether it lists this ideograph; what is none is in all of them.
    fn lists(self, c: char) -> bool {
        let is_ideograph = ('\u{4e00}'..'\u{a000}').contains(&c);
        if !is_ideograph && self != Standard::Korean {
            return true;
        }
        let (charset, leads, trail) = match self {
            Standard::Simplified => (Charset::GBK, 0xb0..=0xf7, 0xa1),
            Standard::Traditional => (Charset::BIG5, 0xa4..=0xf9, 0x40),
            Standard::Japanese => (Charset::SHIFT_JIS, 0x88..=0xea, 0x40),
            Standard::Korean => return !is_ideograph && !('\u{3041}'..'\u{3100}').contains(&c),
        };
        let bytes = charset.ideograph(c);
        bytes.is_some_and(
            |b| matches!(b[..], [lead, second] if leads.contains(&lead) && second >= trail),
        )
    }

    /// Whether one of these was filled in that it does not list.
    pub(super) fn lacks_any(self, pieces: &[Piece]) -> bool {
        pieces.iter().any(|p| p.inferred && !self.lists(p.c))
    }
}

/// A line has so many times more of what another standard lacks than of what its own
/// does.
const MIXED: usize = 4;
/// What an ideograph costs that the standard of the line does not list: `將`, not `将`.
const UNLISTED: Cost = 6 * NAT;

/// What it costs that a dash was the shorter of two, which is rarer where a space went with
/// it, `recommended 鈥?fast`; between digits the model knows that it was.
const SHORTER_DASH: Cost = NAT;

/// A place between bytes.
#[derive(Clone, Copy, Debug)]
struct Place {
    slot: usize,
    /// The byte before, if it was lost and it takes the next to say whether it
    /// can have been.
    pending: u8,
    /// How many bytes were lost so far.
    lost: u8,
    cost: Cost,
}

/// A character that may stand where more than one byte was lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    cost: Cost,
    symbol: Symbol,
    arc: Arc,
}

/// The arcs from slot `s`, before which the byte `pending` was lost.
pub(super) fn arcs(
    reader: &Reader<'_>,
    s: usize,
    pending: u8,
    context: Context,
    guesses: &mut Vec<Guess>,
    out: &mut Vec<Arc>,
) {
    let slots = reader.slots;
    let start = Place {
        slot: s,
        pending,
        lost: 0,
        cost: 0,
    };
    let slot = slots[s];
    let lost = slots[s..].iter().take(3).filter(|k| k.byte == LOST).count();
    // One byte is lost, or none.
    if slot.byte != LOST {
        if let Some((want, bits)) = lead_bits(slot.byte) {
            reader.one(start, slot.byte, want, bits, out);
        }
    } else {
        for lead in (0xe2..=0xed).chain([0xef, 0xc2, 0xc3]) {
            if let Some((want, bits)) = lead_bits(lead) {
                reader.one(start, lead, want, bits, out);
            }
        }
    }
    // Two or three.
    if lost > 1 && !reader.leads.is_empty() {
        guesses.clear();
        let leads = match slot.byte {
            LOST => reader.leads.clone(),
            lead => lead..lead + 1,
        };
        let is_common = |b: &u8| reader.leads.contains(b) && COMMON.after(*b) != 0;
        for lead in leads.filter(is_common) {
            reader.more(start, lead, guesses);
        }
        best(guesses, LIKELY);
        if guesses.len() > GUESSES {
            for guess in &mut *guesses {
                guess.cost = guess.arc.cost + model::cost(context, guess.symbol);
            }
            best(guesses, GUESSES);
        }
        out.extend(guesses.iter().map(|guess| guess.arc));
    }
    // ASCII that went with the byte before.
    if pending != 0 && reader.loss == Loss::Swallow && slot.byte == LOST && !slot.first {
        let line = reader.begins_line(s + 1).then_some(b'\n');
        let open = reader.open[s];
        let after = slots.get(s + 1).map_or(b';', |k| k.byte);
        let ends_text = open != 0 && b",;)]}".contains(&after);
        for b in (0x20..0x7f).chain(line) {
            if !reader.reads(pending, b) {
                let cost = match b {
                    _ if b == open && ends_text => 0,
                    _ if b == open => ENDED,
                    _ if ends_text => UNOPENED,
                    b'"' | b'\'' | b'`' => UNOPENED,
                    b'0'..=b'9' => TEN,
                    _ => 0,
                };
                out.push(Arc {
                    len: 1,
                    c: Some(char::from(b)),
                    cost,
                    inferred: true,
                    pending: 0,
                });
            }
        }
    }
}

/// The cheapest.
fn best(guesses: &mut Vec<Guess>, n: usize) {
    if guesses.len() > n {
        guesses.select_nth_unstable_by_key(n, |guess| (guess.cost, guess.arc.c));
        guesses.truncate(n);
    }
}

/// The model has one symbol for hundreds of rare characters.
const UNKNOWN: Cost = 6 * NAT;
/// The same for all digits.
const TEN: Cost = 28;
/// What it costs that a quote went that was not open, or anything but the one that was
/// where a text ends: `("縺薙％縺ｧ縺・)` ended in `")`.
const UNOPENED: Cost = 16 * NAT;
/// What it costs that a text ended where something else goes on: `("隴ｦ蜻・ API` had a colon.
const ENDED: Cost = 5 * NAT;

/// A decoder, for what it cannot have read.
pub(super) struct Reader<'a> {
    slots: &'a [Slot],
    loss: Loss,
    misread: Charset,
    pairs: &'static Pairs,
    /// What the line is written in, if that is known.
    standard: Option<Standard>,
    /// The lead bytes of characters that may have lost more than one byte.
    leads: Range<u8>,
    /// The quote of ASCII that is open before each slot, if any.
    open: Vec<u8>,
}

/// For each lead byte from 80 on, a bit for each byte that makes a character with it;
/// made when it is first asked for.
type Pairs = [OnceLock<[u64; 4]>; 128];

/// Those of each multi-byte charset.
static PAIRS: LazyLock<Vec<(Charset, Pairs)>> = LazyLock::new(|| {
    let all = READINGS.multi.iter();
    all.map(|r| (r.charset, [const { OnceLock::new() }; 128]))
        .collect()
});

/// A code that Windows and Python lack in GBK, where browsers have the euro. All
/// hiragana and katakana begin with E3: of `ア` the last byte was lost before another.
const EURO: [u8; 2] = [0xa2, 0xe3];

/// The bytes that any such decoder reads as a character with this one. Characters of
/// private use, and codes that one has and another lacks, may be lost.
fn pairs(misread: Charset, lead: u8) -> [u64; 4] {
    let mut pairs = [0; 4];
    if misread == Charset::BIG5 && lead < 0xa1 {
        return pairs;
    }
    misread.for_each_of_lead(lead, |last, c| {
        let is_lacking = misread == Charset::GBK && [lead, last] == EURO;
        if !is_lacking && !('\u{e000}'..='\u{f8ff}').contains(&c) {
            pairs[usize::from(last >> 6)] |= 1 << (last & 63);
        }
    });
    pairs
}

/// The lead bytes of what may have lost more than one byte, by the letters that lost
/// none: what was Russian is nothing of East Asia (`Режим Lisp` is no `실 ежим Lisp`), nor
/// marks; of Latin, marks are what is lost.
fn leads(slots: &[Slot]) -> Range<u8> {
    let (mut here, mut latin, mut others) = (0, 0, 0);
    for (s, slot) in slots.iter().enumerate() {
        let letter = lead_bits(slot.byte).and_then(|(want, bits)| {
            let bits = continuations(slots, s + 1, want, bits)?;
            scalar(bits, want).filter(|&c| is_letter(c))
        });
        match letter {
            Some('\u{2e80}'..) => here += 1,
            Some(c) if language::is_latin(c) => latin += 1,
            Some(_) => others += 1,
            None => {}
        }
    }
    match () {
        () if here >= latin + others => 0xc2..0xf0,
        () if latin > others => 0xc2..0xe3,
        () => 0xc2..0xc2,
    }
}

/// Whether a quote after this begins a text.
pub(super) fn begins_text(before: u8) -> bool {
    b" \t([{<>=,:+&|".contains(&before)
}

/// The quote of ASCII that is open before each slot: the last one, if it stands where a
/// text begins, `("` or `(f"`.
fn open_quotes(slots: &[Slot]) -> Vec<u8> {
    let before = |s: usize, n: usize| s.checked_sub(n).map_or(b' ', |s| slots[s].byte);
    let is_prefix = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'$' | b'@');
    let mut open = 0;
    let next = |(s, slot): (usize, &Slot)| {
        let was = open;
        if let quote @ (b'"' | b'\'' | b'`') = slot.byte {
            let opens =
                begins_text(before(s, 1)) || is_prefix(before(s, 1)) && begins_text(before(s, 2));
            open = if opens { quote } else { 0 };
        }
        was
    };
    slots.iter().enumerate().map(next).collect()
}

impl<'a> Reader<'a> {
    pub(super) fn new(slots: &'a [Slot], layer: &Layer) -> Option<Self> {
        let misread = layer.misread;
        let (_, pairs) = PAIRS.iter().find(|(charset, _)| *charset == misread)?;
        Some(Reader {
            slots,
            loss: layer.loss?,
            misread,
            pairs,
            standard: layer.standard,
            leads: leads(slots),
            open: open_quotes(slots),
        })
    }

    fn is_unlisted(&self, c: char) -> bool {
        self.standard.is_some_and(|standard| !standard.lists(c))
    }

    /// The bytes that make a character with this one, a bit each.
    fn pairs(&self, lead: u8) -> [u64; 4] {
        match self.pairs.get(usize::from(lead).wrapping_sub(0x80)) {
            Some(known) => *known.get_or_init(|| pairs(self.misread, lead)),
            None => [0; 4],
        }
    }

    fn reads(&self, a: u8, b: u8) -> bool {
        self.pairs(a)[usize::from(b >> 6)] >> (b & 63) & 1 != 0
    }

    /// Whether what goes on here looks like the beginning of a line: it is indented, a
    /// comment, an item of a list, a heading.
    fn begins_line(&self, at: usize) -> bool {
        let rest = self.slots.get(at..).unwrap_or_default();
        let of = |class: fn(&u8) -> bool| rest.iter().take_while(|k| class(&k.byte)).count();
        let is = |at: usize, b: u8| rest.get(at).is_some_and(|k| k.byte == b);
        let blanks = of(|b| matches!(b, b' ' | b'\t'));
        let marks = of(|b| b"-*+/#>".contains(b));
        let digits = of(u8::is_ascii_digit);
        match () {
            () if blanks > 0 => blanks > 1 || is(0, b'\t'),
            () if marks > 0 => is(marks, b' '),
            () => digits > 0 && is(digits, b'.') && is(digits + 1, b' '),
        }
    }

    fn is_lead(&self, b: u8) -> bool {
        match self.misread {
            Charset::SHIFT_JIS => matches!(b, 0x81..=0x9f | 0xe0..=0xfc),
            _ => matches!(b, 0x81..=0xfe),
        }
    }

    /// Whether a byte is a character by itself.
    fn stands_alone(&self, b: u8) -> bool {
        self.misread == Charset::SHIFT_JIS && matches!(b, 0xa1..=0xdf)
    }

    /// Whether a byte 80 may have left no trace.
    fn drops_80(&self) -> bool {
        self.loss == Loss::Swallow && matches!(self.misread, Charset::EUC_KR | Charset::SHIFT_JIS)
    }

    /// Calls with every way in which the next byte can be this one; at most two.
    #[inline]
    fn byte(&self, at: Place, b: u8, mut call: impl FnMut(Place)) {
        let Some(slot) = self.slots.get(at.slot) else {
            return;
        };
        let next = |slots: usize, pending: u8, lost: u8| Place {
            slot: at.slot + slots,
            pending,
            lost: at.lost + lost,
            cost: at.cost,
        };
        if b == 0x80 && slot.first && at.pending == 0 && self.drops_80() {
            // Windows shows a control for it, which is dropped later.
            let place = next(0, 0, 1);
            call(Place {
                cost: place.cost + 2 * FILLED,
                ..place
            });
        }
        if slot.byte != LOST && slot.byte != b || at.pending != 0 && self.reads(at.pending, b) {
            return;
        }
        if slot.byte != LOST {
            return call(next(1, 0, 0));
        }
        if self.stands_alone(b) && (slot.first || at.pending == 0) {
            return;
        }
        if !slot.first {
            // The second of two bytes that were lost together.
            if at.pending != 0 {
                call(next(1, 0, 1));
            }
            return;
        }
        let mut call = |place: Place| {
            let cost = place.cost + FILLED;
            call(Place { cost, ..place });
        };
        let second = usize::from(self.loss != Loss::Byte);
        let after = self.slots.get(at.slot + 1 + second);
        if !self.is_lead(b) || after.is_none() {
            call(next(1 + second, 0, 1));
            if !self.is_lead(b) {
                return;
            }
        }
        match (self.loss, after) {
            (Loss::Byte, None) => {}
            (Loss::Byte, Some(after)) if after.byte == LOST => call(next(1, b, 1)),
            (Loss::Byte, Some(after)) => {
                if !self.reads(b, after.byte) {
                    call(next(1, 0, 1));
                }
            }
            (_, after) => {
                call(next(1, b, 1));
                let stays = |after: &&Slot| after.byte < 0x80 && !self.reads(b, after.byte);
                if self.loss == Loss::Pair && after.filter(stays).is_some() {
                    call(next(2, 0, 1));
                }
            }
        }
    }

    /// The characters of this lead byte of which at most one byte is lost.
    fn one(&self, start: Place, lead: u8, want: usize, bits: u32, out: &mut Vec<Arc>) {
        self.byte(start, lead, |place| {
            self.further(start.slot, place, want, want, bits, out);
        });
    }

    /// The same from after some of its bytes.
    fn further(
        &self,
        start: usize,
        place: Place,
        left: usize,
        want: usize,
        bits: u32,
        out: &mut Vec<Arc>,
    ) {
        if left == 0 {
            let visible = |c: &char| place.lost == 0 || is_visible(*c);
            if let Some(c) = scalar(bits, want).filter(visible) {
                let mut arc = arc(start, place, c);
                if arc.inferred && !model::is_known(c) {
                    arc.cost += UNKNOWN;
                }
                if arc.inferred && self.is_unlisted(c) {
                    arc.cost += UNLISTED;
                }
                if arc.inferred && c == '–' {
                    arc.cost += SHORTER_DASH;
                }
                out.push(arc);
            }
            return;
        }
        let may_lose = place.lost == 0;
        let (first, last) = match self.slots.get(place.slot).map(|k| k.byte) {
            Some(LOST) if may_lose => (0x80, 0xbf),
            Some(b) if b & 0xc0 == 0x80 => (b, b),
            _ => (1, 0),
        };
        // A byte 80 may have left no trace.
        let dropped = (first != 0x80 && may_lose && self.drops_80()).then_some(0x80);
        for b in (first..=last).chain(dropped) {
            let bits = bits << 6 | u32::from(b & 0x3f);
            self.byte(place, b, |place| {
                if place.lost <= 1 {
                    self.further(start, place, left - 1, want, bits, out);
                }
            });
        }
    }

    /// The common characters of this lead byte of which more than one byte is
    /// lost.
    fn more(&self, start: Place, lead: u8, out: &mut Vec<Guess>) {
        let mut add = |place: Place, common: &Common| {
            if place.lost > 1 {
                let c = common.c();
                let mut arc = arc(start.slot, place, c);
                if self.is_unlisted(c) {
                    arc.cost += UNLISTED;
                }
                out.push(Guess {
                    cost: arc.cost + Cost::from(common.usual),
                    symbol: model::symbol(c),
                    arc,
                });
            }
        };
        self.byte(start, lead, |place| {
            let slot = self.slots.get(place.slot);
            let seconds = match slot {
                // The second of two bytes that were lost together.
                Some(slot) if slot.byte == LOST && !slot.first && place.pending != 0 => {
                    let lost = !self.pairs(place.pending)[2];
                    match self.slots.get(place.slot + 1) {
                        // And the third is there, or 80 left no trace.
                        Some(next) if next.byte != LOST && lead >= 0xe0 => {
                            let is_cont = next.byte & 0xc0 == 0x80;
                            let there = if is_cont {
                                COMMON.between(lead, next.byte)
                            } else {
                                0
                            };
                            let dropped = if self.drops_80() {
                                COMMON.between(lead, 0x80)
                            } else {
                                0
                            };
                            lost & (there | dropped)
                        }
                        _ => lost,
                    }
                }
                Some(slot) if slot.byte != LOST && slot.byte & 0xc0 == 0x80 => {
                    1 << (slot.byte & 63) | u64::from(self.drops_80())
                }
                _ => !0,
            };
            for second in ones(seconds & COMMON.after(lead)).map(|b| 0x80 | b) {
                let of = COMMON.of(lead, second);
                self.byte(place, second, |place| {
                    if lead < 0xe0 {
                        return of.iter().for_each(|common| add(place, common));
                    }
                    let Some(slot) = self.slots.get(place.slot) else {
                        return;
                    };
                    if slot.byte == LOST {
                        for common in of {
                            self.byte(place, common.third(), |place| add(place, common));
                        }
                        return;
                    }
                    let both = 1 + usize::from(slot.byte != 0x80);
                    for third in [slot.byte, 0x80].into_iter().take(both) {
                        if let Ok(i) = of.binary_search_by_key(&third, |common| common.third()) {
                            self.byte(place, third, |place| add(place, &of[i]));
                        }
                    }
                });
            }
        });
    }
}

/// The numbers of the bits that are set.
fn ones(mut bits: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let next = (bits != 0).then_some(bits.trailing_zeros() as u8);
        bits &= bits.wrapping_sub(1);
        next
    })
}

fn arc(from: usize, to: Place, c: char) -> Arc {
    Arc {
        len: (to.slot - from) as u8,
        c: Some(c),
        cost: to.cost,
        inferred: to.lost > 0,
        pending: to.pending,
    }
}
