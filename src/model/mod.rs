//! How plausible is this text? A character trigram model of a hundred
//! languages, in integers.
//!
//! A cost is a negative log-probability in units of 1/12 nat. The tables are
//! one binary file, made by the `train` member from the counts committed
//! there, compiled in and read in place: nothing is parsed at start-up.
//!
//! Every code point maps to a *symbol*: digits share one, so do the spaces,
//! frequent characters have their own, and the rest share the symbol of their
//! *class* (script × category). `P(c | a b)` backs off from trigram to bigram
//! to class; a triple is looked for if both its pairs were seen.

use std::cell::Cell;

pub mod layout;
pub(crate) mod letters;
pub(crate) mod lexicon;

use layout::{EAST_ASIA, LAST_ASCII, Tables};

/// A cost in 1/12 nat.
pub(crate) type Cost = i32;

/// Units per nat.
pub(crate) const NAT: Cost = 12;

/// A character as the model sees it.
pub(crate) type Symbol = u16;

/// The start or end of a line, and every C0 control.
pub(crate) const BOUNDARY: Symbol = 0;

static BYTES: &[u8] = include_bytes!("tables.bin");
pub(crate) static TABLES: Tables<'static> = Tables::read(BYTES);

/// What goes before a character: the script of the last letter, and two symbols, of
/// 16 bits each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Context(u64);

impl Context {
    /// Before the first character of a line.
    pub(crate) const START: Context = Context((BOUNDARY as u64) << 16 | BOUNDARY as u64);

    /// Its bits, no more than 48.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// The context of these, whatever is above them.
    pub(crate) fn of_bits(bits: u64) -> Self {
        Context(bits & 0xffff_ffff_ffff)
    }

    /// What a symbol costs here; goes on to the context after it.
    #[inline]
    pub(crate) fn read(&mut self, c: Symbol) -> Cost {
        let script = TABLES.info(c).script;
        let cost = cost_in(script, *self, c);
        *self = self.then_in(script, c);
        cost
    }

    /// The same for a character and its surcharge. Of letters of Latin without accents,
    /// and what stands between them, most cost nothing.
    #[inline(always)]
    pub(crate) fn read_char(&mut self, c: char) -> Cost {
        let symbol = symbol(c);
        if c.is_ascii() && self.is_plain_latin() {
            *self = Context(u64::from(LATIN) << 32 | self.key(symbol) & 0xffff_ffff);
            return 0;
        }
        self.read(symbol) + surcharge(c)
    }

    /// Whether it is of ASCII, and the last letter of Latin. Symbols have fifteen bits, and
    /// those beyond ASCII get a sixteenth by what is added.
    #[inline]
    fn is_plain_latin(self) -> bool {
        const BEYOND: u64 = 0x7fff - LAST_ASCII as u64;
        let marked = self.0 + (BEYOND << 16 | BEYOND);
        marked & 0xffff_ffff_8000_8000 == u64::from(LATIN) << 32
    }

    /// The context after one more symbol.
    #[inline]
    pub(crate) fn then(self, c: Symbol) -> Context {
        self.then_in(TABLES.info(c).script, c)
    }

    #[inline]
    fn then_in(self, script: u8, c: Symbol) -> Context {
        let script = match script {
            0 => self.script(),
            script => script,
        };
        Context(u64::from(script) << 32 | self.key(c) & 0xffff_ffff)
    }

    #[inline]
    fn script(self) -> u8 {
        (self.0 >> 32) as u8
    }

    /// The two symbols, and this one: see [`layout::key3`].
    #[inline]
    fn key(self, c: Symbol) -> u64 {
        (self.0 & 0xffff_ffff) << 16 | u64::from(c)
    }
}

/// The script of Latin.
const LATIN: u8 = TABLES.info(TABLES.symbol('a' as u32)).script;

/// A word in another script: `limite и spesso`.
const SWITCH: Cost = 3 * NAT;
/// The same with a script of East Asia on one side: `VLC 默认`.
const SWITCH_EAST_ASIA: Cost = NAT;

/// The symbols of the basic plane, each in its place: asked for with each character of
/// each reading.
pub(crate) static SYMBOLS: [Symbol; PLANE] = {
    let mut all = [0; PLANE];
    let mut c = 0;
    while c < PLANE {
        all[c] = TABLES.symbol(c as u32);
        c += 1;
    }
    all[BLANK as usize] = TABLES.symbol(' ' as u32);
    // What a C1 control was before windows-1252 was read as ISO-8859-1.
    let mut n = 0;
    while n < CONTROLS.len() {
        all[0x80 + n] = TABLES.symbol(CONTROLS[n] as u32);
        n += 1;
    }
    all
};
/// The C1 controls as windows-1252 has them.
const CONTROLS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];
const PLANE: usize = 0x1_0000;
/// A cell of Braille without dots. Where a site trims spaces, people write empty
/// lines with it: `⠀ Regulamento:`.
pub(crate) const BLANK: char = '\u{2800}';

/// The symbol of a character.
#[inline]
pub(crate) fn symbol(c: char) -> Symbol {
    match SYMBOLS.get(c as usize) {
        Some(&symbol) => symbol,
        None => TABLES.symbol(c as u32),
    }
}

/// The symbol of a character as such: that of a C1 control tells more than what it was.
pub(crate) const fn symbol_as_such(c: char) -> Symbol {
    TABLES.symbol(c as u32)
}

/// Whether hardly any text has this letter, mark or digit: `ɍ`. Ideographs and
/// pictures are too many to say so of them.
pub(crate) fn is_rare(c: char) -> bool {
    let symbol = usize::from(symbol(c));
    let classes = usize::from(LAST_ASCII) + 1..=usize::from(LAST_ASCII) + TABLES.classes();
    let one_of_many = c >= '\u{2000}' && !('\u{a000}'..'\u{ac00}').contains(&c);
    !one_of_many && classes.contains(&symbol)
}

/// The script of a letter, as a number; 0 is of what is none.
pub(crate) fn script(c: char) -> u8 {
    TABLES.info(symbol(c)).script
}

/// Whether a character has a symbol of its own.
pub(crate) fn is_known(c: char) -> bool {
    is_own(symbol(c))
}

fn is_own(symbol: Symbol) -> bool {
    usize::from(symbol) > usize::from(LAST_ASCII) + TABLES.classes()
}

/// `don\u{92}t` is read as `don’t` is, but few texts have it.
const CONTROL: Cost = 8 * NAT;

/// What a character costs on top of its symbol: a no-break space is a space,
/// but a rarer one.
#[inline]
pub(crate) fn surcharge(c: char) -> Cost {
    match c {
        BLANK => 7 * NAT,
        ..'\u{80}' | '\u{a1}'..'\u{2000}' | '\u{2060}'.. => 0,
        '\u{81}' | '\u{8d}' | '\u{8f}' | '\u{90}' | '\u{9d}' => 0,
        '\u{80}'..'\u{a0}' => CONTROL,
        '\u{a0}' => 3 * NAT,
        '\u{202f}' | '\u{2007}' | '\u{2009}' => 5 * NAT,
        '\u{2000}'..='\u{200a}' | '\u{205f}' => 7 * NAT,
        _ => 0,
    }
}

#[cfg(debug_assertions)]
thread_local! {
    static LOOKED_UP: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// How often this thread has asked the model for a cost: the work of a repair,
/// for tests that show it to be linear. Not counted in optimized builds.
#[cfg(debug_assertions)]
pub fn looked_up() -> u64 {
    LOOKED_UP.get()
}

/// The cost of `c` after `context`. Three times ASCII costs nothing: no
/// reading changes it.
#[inline]
pub(crate) fn cost(context: Context, c: Symbol) -> Cost {
    cost_in(TABLES.info(c).script, context, c)
}

/// The same, given the script of `c`.
#[inline]
fn cost_in(to: u8, context: Context, c: Symbol) -> Cost {
    #[cfg(debug_assertions)]
    LOOKED_UP.set(LOOKED_UP.get() + 1);
    let from = context.script();
    let switch = match from == to || from == 0 || to == 0 {
        true => 0,
        false if from == EAST_ASIA || to == EAST_ASIA => SWITCH_EAST_ASIA,
        false => SWITCH,
    };
    let key = context.key(c);
    let is_ascii = |symbol: u64| symbol as Symbol <= LAST_ASCII;
    if is_ascii(key) && is_ascii(key >> 16) && is_ascii(key >> 32) {
        return switch;
    }
    switch + trigram(key)
}

/// Costs remembered of late, a power of two.
const MEMO: usize = 1 << 13;

thread_local! {
    /// Key and cost of triples, each where its key says. The same few hundred
    /// are asked for again with each reading of a line.
    static REMEMBERED: [Cell<u64>; MEMO] = const { [const { Cell::new(0) }; MEMO] };
}

/// Pairs remembered, a power of two.
const PAIRS: usize = 1 << 12;

thread_local! {
    /// Key, backoff plus one and cost of pairs, in the same way.
    static REMEMBERED_PAIRS: [Cell<u64>; PAIRS] = const { [const { Cell::new(0) }; PAIRS] };
}

#[inline]
fn trigram(key: u64) -> Cost {
    let place = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - MEMO.trailing_zeros());
    REMEMBERED.with(|memo| {
        let slot = &memo[place as usize];
        let known = slot.get();
        // No triple has the key 0: it would be ASCII.
        if known >> 16 == key {
            return Cost::from(known as u16);
        }
        let cost = in_tables(key);
        slot.set(key << 16 | u64::from(cost as u16));
        cost
    })
}

/// What the tables say of three symbols.
#[inline(never)]
fn in_tables(key: u64) -> Cost {
    let [a, b, c] = [key >> 32, key >> 16, key].map(|symbol| symbol as Symbol);
    let ((_, left), (cost, seen)) = (bigram(a, b), bigram(b, c));
    let told = match (left, seen) {
        // There are no triples of other pairs, but some that seem to be there.
        (Some(_), Some(_)) => TABLES.trigram(key),
        // What lines are known to begin with costs nothing: it says what alphabet a
        // line is in. Ideographs are too many for that.
        _ if (a, b) == (BOUNDARY, BOUNDARY) && TABLES.info(c).script != EAST_ASIA => {
            TABLES.trigram(key)
        }
        _ => None,
    };
    let told = told.map(Cost::from);
    let cost = told.unwrap_or(Cost::from(left.unwrap_or(0)) + cost);
    let info = TABLES.info(c);
    // What has no symbol of its own need not be the same.
    if (a, b) == (c, c) && info.script == 0 && info.class != MARK && is_own(c) {
        cost.min(AGAIN)
    } else {
        cost
    }
}

/// What a sign costs at most after itself twice, for lines are drawn with them. No letter
/// is written so often, or `тАФтАФтАФтАФ`, which were dashes, could as well be `填填填填`.
const AGAIN: Cost = 2 * NAT;
/// The class of accents, of which a letter has one.
const MARK: u8 = TABLES.info(TABLES.symbol(0x301)).class;

/// The cost of `c` after `b` alone, and of leaving the triples that begin with
/// both, if they were seen together.
#[inline]
fn bigram(b: Symbol, c: Symbol) -> (Cost, Option<u16>) {
    // Not 0, which is of an empty place.
    let key = (u32::from(b) << 16 | u32::from(c)) + 1;
    let place = key.wrapping_mul(0x9e37_79b1) >> (32 - PAIRS.trailing_zeros());
    REMEMBERED_PAIRS.with(|memo| {
        let slot = &memo[place as usize];
        let known = slot.get();
        if (known >> 32) as u32 == key {
            return (
                Cost::from(known as u16),
                ((known >> 16) as u16).checked_sub(1),
            );
        }
        let (cost, backoff) = match TABLES.bigram(b, c) {
            Some((cost, backoff)) => (Cost::from(cost), Some(backoff)),
            None => {
                let (from, to) = (TABLES.info(b), TABLES.info(c));
                let class = TABLES.class_cost(from.class, to.class);
                let cost = Cost::from(from.backoff) + Cost::from(class) + Cost::from(to.cost);
                (cost, None)
            }
        };
        let plus_one = backoff.map_or(0, |backoff| u64::from(backoff) + 1);
        slot.set(u64::from(key) << 32 | plus_one << 16 | u64::from(cost as u16));
        (cost, backoff)
    })
}

/// The cost of a line, from its start to its end.
pub(crate) fn line_cost(chars: impl Iterator<Item = char>) -> Cost {
    let mut context = Context::START;
    let mut sum = 0;
    for c in chars {
        sum += context.read_char(c);
    }
    sum + cost(context, BOUNDARY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Charset;

    #[test]
    fn controls_are_what_windows_1252_has() {
        let table = Charset::WINDOWS_1252
            .decode_table()
            .expect("of single bytes");
        assert_eq!(table[0x80..0xa0], CONTROLS);
    }
}
