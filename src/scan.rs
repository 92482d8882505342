//! Where could anything be wrong? The cheap pass over every text.
//!
//! Each pair of neighbours beyond ASCII has a weight: how much more usual it is
//! in damaged text than in right text, whatever the language. `é,` is usual in
//! French and makes little, `Ã©` is usual where UTF-8 was read as windows-1252.
//! The weights are added up along a line, never below zero, and a line where
//! they come to [`SUSPICIOUS`], or to [`ELSEWHERE`], is looked at with the model.
//! Of the others, those that have letters which their language has not. What is
//! suspicious is looked at again, by the model: does any stretch of it cost more
//! than unusual text does?

use crate::language::{self, Usual};
use crate::misread;
use crate::model::{self, Context, Cost, NAT};

/// The sum of weights from which on a line is suspicious, in units of
/// [`SCAN_UNIT`](crate::model::layout::SCAN_UNIT).
pub const SUSPICIOUS: i32 = 2;
/// The same where it is not letters of Europe that are damaged, one by one, as
/// in `p† g†ng` and `Thιβtre`: in other scripts damage comes in runs.
pub const ELSEWHERE: i32 = 5;

/// What the scan takes a character for: its class in the lowest bits, and what it
/// is.
type Seen = u16;
/// Bits of a class.
const CLASS: Seen = 0x3ff;
/// A letter of Latin beyond ASCII.
const BEYOND: Seen = 1 << 10;
/// A letter of Latin.
const LATIN: Seen = 1 << 11;
/// No ideograph.
const LOW: Seen = 1 << 12;
/// Text of Europe, or one of its charsets, has it.
const EUROPE: Seen = 1 << 14;
/// The same for a neighbour: a letter of Latin stands next to what is low.
const BESIDE_LATIN: Seen = 1 << 13;
const BESIDE_EUROPE: Seen = 1 << 15;

/// Each character of the basic plane.
static SEEN: [Seen; PLANE] = {
    let tables = &model::TABLES;
    let mut all = [0; PLANE];
    let mut n = 0;
    while n < PLANE {
        all[n] = tables.scan_of_symbol(model::SYMBOLS[n]);
        n += 1;
    }
    // Those that are classes of their own.
    let mut class = 0;
    while class < tables.scan_own() {
        all[tables.scan_own_char(class) as usize] = class as Seen;
        class += 1;
    }
    let (control, digit) = (all['\n' as usize], all['0' as usize]);
    let mut n = 0;
    while n < PLANE {
        let class = match n {
            0..0x20 | 0x7f => control,
            0x30..0x3a => digit,
            _ => all[n],
        };
        assert!(class <= CLASS);
        all[n] = class;
        if let Some(c) = char::from_u32(n as u32) {
            if matches!(c, '\0'..'\u{590}' | '\u{2000}'..'\u{2600}') {
                all[n] |= EUROPE | BESIDE_EUROPE;
            }
            if language::is_latin(c) {
                all[n] |= LATIN | BESIDE_LATIN;
            }
            if c < '\u{2600}' {
                all[n] |= LOW;
            }
            if language::is_beyond(c) {
                all[n] |= BEYOND;
            }
        }
        n += 1;
    }
    all
};
const PLANE: usize = 0x1_0000;

#[inline]
fn seen(all: &[Seen; PLANE], c: char) -> Seen {
    match all.get(c as usize) {
        Some(&seen) => seen,
        None => model::TABLES.scan_of_symbol(model::symbol(c)),
    }
}

/// The weight of these neighbours.
#[inline]
fn weigh(a: Seen, b: Seen) -> i32 {
    model::TABLES.scan_weight(a & CLASS, b & CLASS)
}

/// Whether text of Europe, or one of its charsets, has both: or either, and the
/// other next to it, which is no ideograph, is a letter of Latin.
#[inline]
fn is_european(a: Seen, b: Seen) -> bool {
    a & (b >> 1) & (EUROPE | LATIN | LOW) != 0
}

/// How much more usual these characters are in damaged text than in right text,
/// in all. Cheaper than what the model says, and cruder.
pub(crate) fn weight(text: impl Iterator<Item = char>) -> i32 {
    let all = &SEEN;
    let mut last = ('\n', all['\n' as usize]);
    let mut sum = 0;
    for c in text {
        let next = (c, seen(all, c));
        if !(last.0.is_ascii() && c.is_ascii()) {
            sum += weigh(last.1, next.1);
        }
        last = next;
    }
    sum
}

/// What a character beyond ASCII weighs on average, at most, in East Asian text that
/// is surely right.
const RIGHT: i32 = -4;
/// So many of them tell.
const TELLING: usize = 6;

/// Whether these characters, some of them of East Asia, are so usual in right text
/// that they were not read in a wrong charset of its.
pub(crate) fn looks_right(text: impl Iterator<Item = char> + Clone) -> bool {
    let beyond = text.clone().filter(|c| !c.is_ascii()).count();
    beyond >= TELLING && weight(text) < RIGHT * beyond as i32
}

/// What the scan takes a character for.
pub(crate) fn class_of(c: char) -> u16 {
    seen(&SEEN, c) & CLASS
}

/// How much more usual two such neighbours are in damaged text.
#[inline]
pub(crate) fn class_weight(a: u16, b: u16) -> i32 {
    model::TABLES.scan_weight(a, b)
}

/// Whether anything could be wrong with these characters.
pub(crate) fn is_suspicious(line: impl Iterator<Item = char>) -> bool {
    let all = &SEEN;
    let mut last = ('\n', all['\n' as usize]);
    let mut sum = 0;
    for c in line.chain(['\n']) {
        let next = (c, seen(all, c));
        if !(last.0.is_ascii() && c.is_ascii()) {
            sum = (sum + weigh(last.1, next.1)).max(0);
            if sum >= SUSPICIOUS {
                return true;
            }
        }
        last = next;
    }
    false
}

/// What the first look at a line finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Right,
    /// It could be damaged, if it [`is_surprising`].
    Odd,
    /// A word of it is none, but would be if it was misread.
    Misread,
}

/// Whether anything could be wrong with this line. As [`is_suspicious`], but
/// ASCII is passed over, letters that are usual with those around them count for
/// nothing against a line, and the line's words and their language are asked for
/// others.
pub(crate) fn look(line: &str) -> Look {
    let seen = glance(line);
    let is_mixed = seen.is_none_or(|(_, mixed)| mixed & LATIN != 0);
    if is_mixed && misread::has_swallowed(line) {
        return Look::Misread;
    }
    match seen {
        None if is_suspicious_but_for_usual(line) => return Look::Odd,
        Some((any, _)) if any & BEYOND == 0 && !has_marks_only(line) => return Look::Right,
        _ => {}
    }
    match language::Words::of(line) {
        words if words.is_misread => Look::Misread,
        words if words.are_foreign(line) => Look::Odd,
        _ => Look::Right,
    }
}

/// Whether all that a line has beyond ASCII could be marks and signs next to words of
/// Latin.
fn has_marks_only(line: &str) -> bool {
    let is_mark = |b: u8| matches!(b, 0..0xc0 | 0xc2 | 0xe2);
    line.bytes().all(is_mark)
}

/// What the characters of a line are, in all, and those letters of Latin among them after
/// which no [`LOW`] one stands, if it is not suspicious whatever is usual. There is no
/// branch for a pair, for nobody can tell its weight.
fn glance(line: &str) -> Option<(Seen, Seen)> {
    let bytes = line.as_bytes();
    let all = &SEEN;
    let mut last = all['\n' as usize];
    let (mut sum, mut most) = (0, 0);
    let (mut any, mut mixed) = (0, 0);
    let mut at = 0;
    loop {
        let ascii = ascii_prefix(&bytes[at..]);
        at += ascii;
        if at == bytes.len() || most >= ELSEWHERE {
            break;
        }
        if ascii > 0 {
            last = all[usize::from(bytes[at - 1])];
        }
        // Up to the next two characters of ASCII; a line feed ends the line.
        let mut was_ascii = false;
        loop {
            let (next, len) = first(all, &bytes[at..]);
            if was_ascii & (len <= 1) {
                break;
            }
            sum = (sum + weigh(last, next)).max(0);
            let ahead = is_european(last, next);
            most = most.max(sum + i32::from(ahead) * (ELSEWHERE - SUSPICIOUS));
            any |= next;
            mixed |= last & !(next >> 1);
            last = next;
            at += len;
            if len == 0 {
                break;
            }
            was_ascii = len == 1;
        }
    }
    (most < ELSEWHERE).then_some((any, mixed))
}

/// The first character of valid UTF-8, and its length; none is a line feed.
#[inline]
fn first(all: &[Seen; PLANE], bytes: &[u8]) -> (Seen, usize) {
    let bits = |b: u8, most: u8| usize::from(b & most);
    match *bytes {
        [a @ ..0x80, ..] => (all[usize::from(a)], 1),
        [a @ ..0xe0, b, ..] => (all[bits(a, 31) << 6 | bits(b, 63)], 2),
        [a @ ..0xf0, b, c, ..] => {
            let n = bits(a, 15) << 12 | bits(b, 63) << 6 | bits(c, 63);
            (all[n], 3)
        }
        [a, b, c, d, ..] => {
            let n = bits(a, 7) << 18 | bits(b, 63) << 12 | bits(c, 63) << 6 | bits(d, 63);
            let c = char::from_u32(n as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            (seen(all, c), 4)
        }
        _ => (all['\n' as usize], 0),
    }
}

/// The same pair by pair, for a line that is suspicious unless its letters are
/// usual.
#[cold]
fn is_suspicious_but_for_usual(line: &str) -> bool {
    let mut sum = 0;
    for pair in pairs(line) {
        let weight = weigh(seen(&SEEN, pair.a), seen(&SEEN, pair.b));
        if weight <= 0 {
            sum = (sum + weight).max(0);
        } else if !pair.is_usual() {
            sum += weight;
            if sum
                >= if pair.is_european() {
                    SUSPICIOUS
                } else {
                    ELSEWHERE
                }
            {
                return true;
            }
        }
    }
    false
}

/// Two neighbours that are not both ASCII.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    line: &'a str,
    pub a: char,
    pub b: char,
    /// Where `b` is.
    at: usize,
}

impl Pair<'_> {
    /// Whether [`SUSPICIOUS`] is the threshold after them.
    pub fn is_european(&self) -> bool {
        is_european(seen(&SEEN, self.a), seen(&SEEN, self.b))
    }

    /// Whether they are letters of Latin that are usual together, and count for
    /// nothing against a line.
    pub fn is_usual(&self) -> bool {
        let usual = |c, at| language::is_beyond(c) && language::usual(self.line, at) > Usual::No;
        language::is_latin(self.a)
            && language::is_latin(self.b)
            && (usual(self.b, self.at) || usual(self.a, self.at - self.a.len_utf8()))
    }
}

/// The pairs whose weights the scan adds up.
pub fn pairs(line: &str) -> impl Iterator<Item = Pair<'_>> {
    let ends = line.char_indices().chain([(line.len(), '\n')]);
    let starts = ['\n'].into_iter().chain(line.chars());
    let all = starts
        .zip(ends)
        .map(move |(a, (at, b))| Pair { line, a, b, at });
    all.filter(|pair| !(pair.a.is_ascii() && pair.b.is_ascii()))
}

/// Whether the language of a line stops it, whatever its pairs weigh.
pub fn is_doubtful(line: &str) -> bool {
    language::Words::of(line).are_foreign(line)
}

/// What a character costs in text that is right but unusual, and one of East
/// Asia.
const UNUSUAL: Cost = 13 * NAT / 3;
const UNUSUAL_EAST_ASIA: Cost = 21 * NAT / 2;
/// How much more than that a stretch of a damaged line costs at least; and one
/// of other letters than Latin, which are not damaged one by one.
const DAMAGED: Cost = 3 * NAT;
const DAMAGED_LETTERS: Cost = 14 * NAT;
/// What it costs at least for each of them, for little of a long line is no damage;
/// but not more than this, for a clause of a paragraph may be.
const DAMAGED_EACH: Cost = NAT / 4;
const DAMAGED_MOST: Cost = 24 * NAT;
/// So many of those letters are a text of theirs, where nothing is counted beside
/// signs of ASCII, as in `<b>Пол:</b>`.
const TEXT: usize = 10;
/// In a text of so many characters of East Asia, nothing is counted where the weights
/// of pairs make nothing suspicious, but for so many characters after that.
const TEXT_EAST_ASIA: usize = 10;
const AFTER: usize = 6;

/// Whether the model finds any stretch of this line, or of what its neighbours
/// beyond ASCII are, so unusual that it could be damaged. The second look, at
/// what is suspicious: poetry is, at the first, and so is `»%s«`.
pub fn is_surprising(line: &str) -> bool {
    // Letters of other scripts than Latin, those of East Asia, and quotes.
    let (mut others, mut wide, mut quotes) = (0, 0, 0);
    for c in line.chars().filter(|c| *c >= '\u{ab}') {
        others += usize::from(c >= '\u{370}' && !matches!(c, '\u{2000}'..'\u{2600}'));
        wide += usize::from(c >= '\u{2e80}');
        quotes += usize::from(is_quote(c));
    }
    let (is_east_asian, quoted) = (wide >= TEXT_EAST_ASIA, quotes > 1);
    let least = match others {
        0 => DAMAGED,
        _ => (DAMAGED_EACH * others as Cost).clamp(DAMAGED_LETTERS, DAMAGED_MOST),
    };
    let is_latin = |c: char| ('\u{c0}'..'\u{370}').contains(&c);
    let counts_beside = |a: char, b: char| {
        let is_sign = |c: char| c.is_ascii() && !c.is_ascii_alphabetic();
        let is_broken = is_sign(a) || is_sign(b) || a.is_ascii() && b.is_ascii();
        others < TEXT || !is_broken || is_latin(a) || is_latin(b)
    };
    let mut context = Context::START;
    let (mut sum, mut weights, mut after) = (0, 0, usize::MAX);
    // The character at hand with three before and one after it.
    let mut near = [(0, '\n'); 5];
    let mut seen_b = seen(&SEEN, '\n');
    let mut rest = line.char_indices().chain([(line.len(), '\n')]);
    near[4] = rest.next().unwrap_or_default();
    for next in rest.chain([(line.len(), '\n')]) {
        near.rotate_left(1);
        near[4] = next;
        let [_, (_, a), (_, b), (_, c), _] = near;
        let symbol = model::symbol(c);
        let seen_c = seen(&SEEN, c);
        if !(b.is_ascii() && c.is_ascii()) {
            weights = (weights + weigh(seen_b, seen_c)).max(0);
        }
        after = if weights > 0 {
            0
        } else {
            after.saturating_add(1)
        };
        seen_b = seen_c;
        let is_ascii = a.is_ascii() && b.is_ascii() && c.is_ascii();
        if !is_ascii && (!is_east_asian || after < AFTER) && counts_beside(b, c) {
            let usual = match c {
                ..'\u{2e80}' => UNUSUAL,
                _ => UNUSUAL_EAST_ASIA,
            };
            let more = model::cost(context, symbol) + model::surcharge(c) - usual;
            let in_place = |i: usize| {
                let three = [near[i - 1].1, near[i].1, near[i + 1].1];
                is_in_place(three, quoted) || is_known(three, line, near[i].0)
            };
            let is_beside = || in_place(2) && !is_lead(c) || c.is_ascii() && in_place(1);
            if sum.max(more) > 0 && !in_place(3) && !is_beside() {
                sum = (sum + more).max(0);
                // A stray `Â` is alone in any text.
                if sum >= least || sum >= DAMAGED_LETTERS && (is_latin(b) || is_latin(c)) {
                    return true;
                }
            }
        }
        context = context.then(symbol);
    }
    false
}

fn is_quote(c: char) -> bool {
    matches!(c, '«' | '»' | '‹' | '›' | '“' | '”' | '„' | '‘' | '’' | '‚')
}

/// What most sequences of UTF-8 begin with in windows-1252.
fn is_lead(c: char) -> bool {
    matches!(c, 'Â' | 'Ã' | 'â')
}

/// Whether the second of these is a mark where marks are: one of quotes around
/// words, as in `»%s«`, what is at a word's end, or away from letters. In damaged
/// text they are beside one another, as in `â€œ`, or where letters were: `f”r`.
fn is_in_place([a, c, b]: [char; 3], quoted: bool) -> bool {
    let is_end = matches!(c, '¶' | '…');
    let is_mark = |c: char| {
        is_quote(c)
            || matches!(
                c,
                '…' | '–' | '—' | '•' | '·' | '¶' | '§' | '°' | '©' | '→' | '¿' | '¡'
            )
    };
    let is_space = |c: char| c == '\u{a0}';
    let is_letter = |c: char| c.is_alphabetic() || !(c.is_ascii() || is_mark(c) || is_space(c));
    if !(is_mark(c) || is_space(c)) || is_mark(a) || is_mark(b) || is_lead(a) {
        return false;
    }
    match (is_letter(a), is_letter(b)) {
        (false, false) => true,
        (true, true) => false,
        // What was `marché` in cp850 is `march‚`; no quotation ends in that.
        (true, _) if matches!(c, '‚' | '„') => false,
        (after, _) => quoted && is_quote(c) || after && is_end,
    }
}

/// Whether the second of these, at this place, is a letter of a word that is known,
/// next to nothing that its bytes could go on in.
fn is_known([a, c, b]: [char; 3], line: &str, at: usize) -> bool {
    let is_latin = language::is_latin;
    language::is_beyond(c)
        && [a, b].iter().all(|&c| c.is_ascii() || is_latin(c))
        && (is_latin(b) || is_latin(a) && !is_lead(c))
        && language::usual(line, at) == Usual::Known
}

/// How many bytes at the beginning are ASCII.
#[inline]
pub(crate) fn ascii_prefix(bytes: &[u8]) -> usize {
    const BEYOND: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    // The next character beyond ASCII is near, or far away.
    for chunk in bytes.as_chunks::<8>().0.iter().take(8) {
        let beyond = u64::from_le_bytes(*chunk) & BEYOND;
        if beyond != 0 {
            return at + beyond.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let far = bytes[at..].as_chunks::<64>().0.iter();
    at += far.take_while(|chunk| chunk.is_ascii()).count() * 64;
    let rest = &bytes[at..];
    for chunk in rest.as_chunks::<8>().0 {
        let beyond = u64::from_le_bytes(*chunk) & BEYOND;
        if beyond != 0 {
            return at + beyond.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = &bytes[at..];
    at + rest.iter().take_while(|b| b.is_ascii()).count()
}
