//! Where could anything be wrong? The cheap pass over every text.
//!
//! Each pair of neighbours beyond ASCII has a weight: how much more usual it is
//! in damaged text than in right text, whatever the language. `é,` is usual in
//! French and makes little, `Ã©` is usual where UTF-8 was read as windows-1252.
//! The weights are added up along a line, never below zero, and a line where
//! they come to [`SUSPICIOUS`] is looked at with the model. No other is.

use std::sync::LazyLock;

use crate::model;

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

/// Whether anything could be wrong with this line.
pub(crate) fn is_suspicious(line: impl Iterator<Item = char>) -> bool {
    let classes = &**CLASSES;
    let mut last = '\n';
    let mut sum = 0;
    for c in line.chain(['\n']) {
        if !(last.is_ascii() && c.is_ascii()) {
            let weight = model::TABLES.scan_weight(class(classes, last), class(classes, c));
            sum = (sum + weight).max(0);
            if sum >= SUSPICIOUS {
                return true;
            }
        }
        last = c;
    }
    false
}
