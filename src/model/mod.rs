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
//! to class.

pub mod layout;
pub(crate) mod letters;

use layout::{Bigrams, Tables, Trigrams};

/// A cost in 1/12 nat.
pub(crate) type Cost = i32;

/// Units per nat.
pub(crate) const NAT: Cost = 12;

/// A character as the model sees it.
pub(crate) type Symbol = u16;

/// The start or end of a line, and every C0 control.
pub(crate) const BOUNDARY: Symbol = 0;

static BYTES: &[u8] = include_bytes!("tables.bin");
static TABLES: Tables<'static> = Tables::read(BYTES);

/// The two symbols before a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    /// The one before the last.
    a: Symbol,
    /// The last.
    b: Symbol,
    /// What it costs to leave the trigrams for the bigrams after `a b`.
    backoff: u8,
}

impl Context {
    /// Before the first character of a line.
    pub(crate) const START: Context = Context { a: BOUNDARY, b: BOUNDARY, backoff: 0 };

    /// The last symbol.
    pub(crate) fn last(self) -> Symbol {
        self.b
    }
}

/// The symbol of a character.
#[inline]
pub(crate) fn symbol(c: char) -> Symbol {
    TABLES.symbol(c)
}

/// What a character costs on top of its symbol: a no-break space is a space,
/// but a rarer one.
#[inline]
pub(crate) fn surcharge(c: char) -> Cost {
    match c {
        '\u{a0}' => 3 * NAT,
        '\u{202f}' | '\u{2007}' | '\u{2009}' => 5 * NAT,
        '\u{2000}'..='\u{200a}' | '\u{205f}' => 7 * NAT,
        _ => 0,
    }
}

/// The cost of `c` after `context`, and the context after it.
#[inline]
pub(crate) fn step(context: Context, c: Symbol) -> (Cost, Context) {
    let Context { a, b, backoff } = context;
    let (two, next_backoff) = bigram(b, c);
    let next = Context { a: b, b: c, backoff: next_backoff };
    let cost = match Trigrams::of(&TABLES).cost(a, b, c) {
        Some(cost) => Cost::from(cost),
        None => Cost::from(backoff) + two,
    };
    (cost, next)
}

/// The cost of `c` after `b` alone, and of leaving the trigrams after both.
#[inline]
fn bigram(b: Symbol, c: Symbol) -> (Cost, u8) {
    match Bigrams::of(&TABLES).entry(b, c) {
        Some((cost, backoff)) => (Cost::from(cost), backoff),
        None => {
            let (from, to) = (TABLES.info(b), TABLES.info(c));
            let class = TABLES.class_cost(from.class, to.class);
            (Cost::from(from.backoff) + Cost::from(class) + Cost::from(to.cost), 0)
        }
    }
}

/// The class of a symbol.
#[inline]
pub(crate) fn class(s: Symbol) -> u8 {
    TABLES.info(s).class
}

/// The cost of a whole line, from its start to its end.
pub(crate) fn line_cost(line: &str) -> Cost {
    let mut context = Context::START;
    let mut sum = 0;
    for c in line.chars() {
        let (cost, next) = step(context, symbol(c));
        sum += cost + surcharge(c);
        context = next;
    }
    sum + step(context, BOUNDARY).0
}
