//! Where could anything be wrong? The cheap pass over every text.
//!
//! Each pair of neighbours beyond ASCII has a weight: how much more usual it is
//! in damaged text than in right text, whatever the language. `é,` is usual in
//! French and makes little, `Ã©` is usual where UTF-8 was read as windows-1252.
//! The weights are added up along a line, never below zero, and a line where
//! they come to [`SUSPICIOUS`] is looked at with the model. Of the others, those
//! that have letters which their language has not.

use std::sync::LazyLock;

use crate::{language, model};

/// The sum of weights from which on a line is suspicious, in units of
/// [`SCAN_UNIT`](crate::model::layout::SCAN_UNIT).
const SUSPICIOUS: i32 = 4;

/// The class of each character of the basic plane.
static CLASSES: LazyLock<Box<[u16]>> = LazyLock::new(|| {
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
    (0..0x1_0000).map(class).collect()
});

fn class(classes: &[u16], c: char) -> u16 {
    match classes.get(c as usize) {
        Some(&class) => class,
        None => model::TABLES.scan_of_symbol(model::symbol(c)),
    }
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

/// The same for two neighbours.
pub(crate) fn pair_weight(a: char, b: char) -> i32 {
    if a.is_ascii() && b.is_ascii() {
        return 0;
    }
    let classes = &**CLASSES;
    model::TABLES.scan_weight(class(classes, a), class(classes, b))
}

/// Whether anything could be wrong with these characters.
pub(crate) fn is_suspicious(line: impl Iterator<Item = char>) -> bool {
    let mut sum = Sum::default();
    line.chain(['\n']).any(|c| sum.add(c) >= SUSPICIOUS)
}

/// Whether anything could be wrong with this line. As [`is_suspicious`], but
/// ASCII is passed over, and the line's language has a say.
pub(crate) fn is_suspicious_line(line: &str) -> bool {
    let bytes = line.as_bytes();
    let mut sum = Sum::default();
    let mut latin = false;
    let mut at = 0;
    loop {
        let ascii = ascii_prefix(&bytes[at..]);
        at += ascii;
        if at == bytes.len() {
            return sum.add('\n') >= SUSPICIOUS || latin && language::has_foreign_letters(line);
        }
        if ascii > 0 {
            sum.last = char::from(bytes[at - 1]);
        }
        for c in line[at..].chars() {
            if sum.add(c) >= SUSPICIOUS {
                return true;
            }
            latin |= language::is_beyond(c);
            at += c.len_utf8();
            if c.is_ascii() {
                break;
            }
        }
    }
}

/// The sum of weights along a line.
struct Sum {
    classes: &'static [u16],
    last: char,
    sum: i32,
}

impl Default for Sum {
    fn default() -> Self {
        Sum {
            classes: &CLASSES,
            last: '\n',
            sum: 0,
        }
    }
}

impl Sum {
    #[inline]
    fn add(&mut self, c: char) -> i32 {
        if !(self.last.is_ascii() && c.is_ascii()) {
            let (a, b) = (class(self.classes, self.last), class(self.classes, c));
            self.sum = (self.sum + model::TABLES.scan_weight(a, b)).max(0);
        }
        self.last = c;
        self.sum
    }
}

/// How many bytes at the beginning are ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<32>();
    let whole = chunks.iter().take_while(|chunk| chunk.is_ascii()).count() * 32;
    let rest = &bytes[whole..];
    whole
        + rest
            .iter()
            .position(|b| !b.is_ascii())
            .unwrap_or(rest.len())
}
