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

use std::sync::LazyLock;

use crate::language::{self, Usual};
use crate::model::{self, Context, Cost, NAT};

/// The sum of weights from which on a line is suspicious, in units of
/// [`SCAN_UNIT`](crate::model::layout::SCAN_UNIT).
const SUSPICIOUS: i32 = 4;
/// The same where it is not letters of Europe that are damaged, one by one, as
/// in `p† g†ng` and `Thιβtre`: in other scripts damage comes in runs.
const ELSEWHERE: i32 = 8;

/// The class of each character of the basic plane.
static CLASSES: LazyLock<Box<[u16; PLANE]>> = LazyLock::new(|| {
    let own: Vec<char> = model::TABLES.scan_own().collect();
    let class = |n: u32| {
        let c = match char::from_u32(n).unwrap_or(char::REPLACEMENT_CHARACTER) {
            '0'..='9' => '0',
            '\0'..='\x1f' | '\x7f' => '\n',
            c => c,
        };
        match own.binary_search(&c) {
            Ok(class) => class as u16,
            Err(_) => model::TABLES.scan_of_symbol(model::symbol(c)),
        }
    };
    let mut classes = Box::new([0; PLANE]);
    for (n, slot) in (0..).zip(classes.iter_mut()) {
        *slot = class(n);
    }
    classes
});
const PLANE: usize = 0x1_0000;

#[inline]
fn class(classes: &[u16; PLANE], c: char) -> u16 {
    match classes.get(c as usize) {
        Some(&class) => class,
        None => model::TABLES.scan_of_symbol(model::symbol(c)),
    }
}

/// Whether text of Europe, or one of its charsets, has these: or either, and the
/// other next to it, which is no ideograph, is a letter of Latin.
#[inline]
fn is_european(a: char, b: char) -> bool {
    let is = |c| matches!(c, '\0'..'\u{590}' | '\u{2000}'..'\u{2600}');
    let next_to = |a, b: char| b < '\u{2600}' && language::is_latin(a);
    is(a) && is(b) || next_to(a, b) || next_to(b, a)
}

/// How much more usual these characters are in damaged text than in right text,
/// in all. Cheaper than what the model says, and cruder.
pub(crate) fn weight(text: impl Iterator<Item = char>) -> i32 {
    let classes = &**CLASSES;
    let mut last = '\n';
    let mut sum = 0;
    for c in text {
        if !(last.is_ascii() && c.is_ascii()) {
            sum += model::TABLES.scan_weight(class(classes, last), class(classes, c));
        }
        last = c;
    }
    sum
}

/// What the scan takes a character for.
pub(crate) fn class_of(c: char) -> u16 {
    class(&CLASSES, c)
}

/// How much more usual two such neighbours are in damaged text.
#[inline]
pub(crate) fn class_weight(a: u16, b: u16) -> i32 {
    model::TABLES.scan_weight(a, b)
}

/// Whether anything could be wrong with these characters.
pub(crate) fn is_suspicious(line: impl Iterator<Item = char>) -> bool {
    let classes = &**CLASSES;
    let mut last = ('\n', class(classes, '\n'));
    let mut sum = 0;
    for c in line.chain(['\n']) {
        let next = (c, class(classes, c));
        if !(last.0.is_ascii() && c.is_ascii()) {
            sum = (sum + model::TABLES.scan_weight(last.1, next.1)).max(0);
            if sum >= SUSPICIOUS {
                return true;
            }
        }
        last = next;
    }
    false
}

/// Whether anything could be wrong with this line. As [`is_suspicious`], but
/// ASCII is passed over, letters that are usual with those around them count for
/// nothing against a line, and the line's language is asked for others.
pub(crate) fn is_suspicious_line(line: &str) -> bool {
    let bytes = line.as_bytes();
    let classes = &**CLASSES;
    let mut last = ('\n', classes['\n' as usize]);
    let mut sum = 0;
    let mut latin = false;
    let mut at = 0;
    loop {
        let ascii = ascii_prefix(&bytes[at..]);
        at += ascii;
        if ascii > 0 {
            let c = bytes[at - 1];
            last = (char::from(c), classes[usize::from(c)]);
        }
        // Up to the next two characters of ASCII; a line feed ends the line.
        for c in line[at..].chars().chain(['\n']) {
            if last.0.is_ascii() & c.is_ascii() {
                break;
            }
            let next = (c, class(classes, c));
            let mut weight = model::TABLES.scan_weight(last.1, next.1);
            if weight > 0 {
                if is_usual(line, at, last.0, c) {
                    weight = 0;
                }
                sum += weight;
                if sum >= SUSPICIOUS && (sum >= ELSEWHERE || is_european(last.0, c)) {
                    return true;
                }
            } else {
                sum = (sum + weight).max(0);
            }
            latin |= language::is_beyond(c);
            last = next;
            at += c.len_utf8();
        }
        if at >= bytes.len() {
            return latin && language::is_doubtful(line);
        }
    }
}

/// Whether these neighbours, `b` at this place, are letters of Latin that are
/// usual together.
#[cold]
fn is_usual(line: &str, at: usize, a: char, b: char) -> bool {
    let usual = |c, at| language::is_beyond(c) && language::usual(line, at) > Usual::No;
    language::is_latin(a) && language::is_latin(b) && (usual(b, at) || usual(a, at - a.len_utf8()))
}

/// What a character costs in text that is right but unusual, and one of East
/// Asia.
const UNUSUAL: Cost = 13 * NAT / 3;
const UNUSUAL_EAST_ASIA: Cost = 21 * NAT / 2;
/// How much more than that a stretch of a damaged line costs at least; and one
/// of other letters than Latin, which are not damaged one by one.
const DAMAGED: Cost = 3 * NAT;
const DAMAGED_LETTERS: Cost = 16 * NAT;

/// Whether the model finds any stretch of this line, or of what its neighbours
/// beyond ASCII are, so unusual that it could be damaged. The second look, at
/// what is suspicious: poetry is, at the first.
pub(crate) fn is_surprising(line: &str) -> bool {
    let mut context = Context::START;
    let (mut sum, mut most) = (0, 0);
    let mut letters = false;
    let (mut a, mut b) = ('\n', '\n');
    for c in line.chars().chain(['\n']) {
        let symbol = model::symbol(c);
        if !(a.is_ascii() && b.is_ascii() && c.is_ascii()) {
            let cost = model::cost(context, symbol) + model::surcharge(c);
            let usual = match c {
                ..'\u{2e80}' => UNUSUAL,
                _ => UNUSUAL_EAST_ASIA,
            };
            sum = (sum + cost - usual).max(0);
            most = most.max(sum);
            if most >= DAMAGED_LETTERS {
                return true;
            }
            letters |= c >= '\u{370}' && !matches!(c, '\u{2000}'..'\u{2600}');
        }
        (a, b) = (b, c);
        context = context.then(symbol);
    }
    most >= DAMAGED && !letters
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
