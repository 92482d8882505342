//! What a reading of bytes costs: the model's cost of the text, and what the
//! model doesn't say about ASCII and about what no text has.

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT, Symbol};

/// A byte or a sequence of them that means nothing in the charset.
const MALFORMED: Cost = 10 * NAT;

/// A running cost.
#[derive(Clone, Copy)]
pub(super) struct Meter {
    context: Context,
    /// What the last character was.
    last: Kind,
    /// How many symbols in a row were ASCII, up to 3.
    ascii: u8,
    sum: Cost,
}

/// A character as the meter sees it.
#[derive(Clone, Copy, Default)]
pub(super) struct Reading {
    symbol: Symbol,
    extra: u16,
    /// The cost among ASCII, 0 if it is none.
    ascii: u16,
    kind: Kind,
}

/// What ASCII punctuation stands next to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    Space,
    Lower,
    Upper,
    Digit,
    /// `!`, `)` and what else stands behind a word.
    Closing,
    /// `(` and what else stands before a word.
    Opening,
    /// What stands in no word: `~`, `^`.
    Symbol,
}

fn kind(c: char) -> Kind {
    match c {
        ' ' | '\n' | '\t' | '\r' => Kind::Space,
        '0'..='9' => Kind::Digit,
        '!' | '?' | '.' | ',' | ';' | ':' | ')' | ']' | '}' => Kind::Closing,
        '(' | '[' | '{' => Kind::Opening,
        '~' | '^' | '`' | '|' | '$' | '\\' | '#' => Kind::Symbol,
        c if c.is_lowercase() => Kind::Lower,
        c if c.is_uppercase() => Kind::Upper,
        _ => Kind::Other,
    }
}

/// What it costs, in nats, that one kind of ASCII follows another: `a | b` and
/// `[1]` are common, `a ! b`, `^1!` and `TSB@bFfgV` are not.
fn follows(last: Kind, next: Kind) -> Cost {
    use Kind::*;
    match (last, next) {
        (Space, Closing) | (Opening, Space) | (Opening, Closing) => 4,
        (Lower, Upper) => 4,
        (Lower | Upper | Digit, Opening) | (Closing, Lower) => 2,
        (Lower | Upper, Symbol) | (Symbol, Lower | Upper) => 4,
        (Digit, Symbol) | (Symbol, Digit) => 3,
        (Lower | Upper, Digit) | (Digit, Lower | Upper) => 1,
        _ => 0,
    }
}

impl Meter {
    pub(super) const START: Meter = Meter { context: Context::START, last: Kind::Space, ascii: 3, sum: 0 };

    pub(super) fn sum(&self) -> Cost {
        self.sum
    }

    #[inline]
    pub(super) fn push(&mut self, Reading { symbol, extra, ascii, kind }: Reading) {
        self.sum = self.sum.saturating_add(model::cost(self.context, symbol) + Cost::from(extra));
        self.ascii = if ascii == 0 { 0 } else { (self.ascii + 1).min(3) };
        if self.ascii == 3 {
            self.sum = self.sum.saturating_add(Cost::from(ascii));
        }
        if ascii > 0 {
            self.sum = self.sum.saturating_add(follows(self.last, kind) * NAT);
        }
        self.last = kind;
        self.context = self.context.then(symbol);
    }

    pub(super) fn malformed(&mut self, count: usize) {
        self.sum = self.sum.saturating_add(MALFORMED.saturating_mul(count as Cost));
    }
}

/// The cost of a text, each U+FFFD of which stands for malformed bytes.
pub(super) fn text_cost(text: &str) -> Cost {
    let mut meter = Meter::START;
    for c in text.chars() {
        meter.push(reading(c));
    }
    meter.sum()
}

/// The cost of bytes in a single-byte charset.
pub(super) fn byte_cost(readings: &[Reading; 256], bytes: &[u8]) -> Cost {
    let mut meter = Meter::START;
    for &b in bytes {
        meter.push(readings[usize::from(b)]);
    }
    meter.sum()
}

/// What each byte is in a single-byte charset.
pub(super) fn readings(charset: Charset) -> [Reading; 256] {
    let mut readings = [Reading::default(); 256];
    if let Some(chars) = charset.decode_table() {
        for (b, reading_of) in (0..=255u8).zip(&mut readings) {
            *reading_of = reading(chars[usize::from(b)]);
            if charset.is_undefined(b) {
                reading_of.extra = MALFORMED as u16;
            } else if b >= 0x80 && chars[usize::from(b)].is_ascii() && chars[0x40] == '@' {
                // Mac Arabic has `!` twice. Next to no text uses that.
                reading_of.extra += 8 * NAT as u16;
            }
        }
    }
    readings
}

pub(super) fn reading(c: char) -> Reading {
    let ascii = ascii_cost(c);
    let extra = match c {
        '\t' | '\n' | '\r' => 0,
        '\0'..'\x20' | '\x7F' => 8 * NAT,
        '\u{80}'..='\u{9F}' => 6 * NAT,
        '\u{FFFD}' => MALFORMED,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => 6 * NAT,
        '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}' => MALFORMED,
        c => model::surcharge(c),
    };
    Reading { symbol: model::symbol(c), extra: extra as u16, ascii, kind: kind(c) }
}

/// What ASCII costs among ASCII, where the model says nothing: EBCDIC is told
/// from EBCDIC by `!` and `[`, and from all else by being text at all.
fn ascii_cost(c: char) -> u16 {
    let nats10 = match c {
        ' ' => 18,
        'a' | 'e' | 'i' | 'n' | 'o' | 'r' | 's' | 't' => 28,
        'a'..='z' => 38,
        'A'..='Z' => 50,
        '0'..='9' => 50,
        '.' | ',' | '-' => 45,
        '\n' => 45,
        '\r' | '\t' => 55,
        '\'' | '"' | '(' | ')' | ':' | '!' | '?' | '/' => 60,
        ';' | '=' | '<' | '>' | '_' | '*' | '&' | '%' | '+' | '#' => 72,
        '[' | ']' => 65,
        '{' | '}' | '@' | '$' | '\\' => 80,
        '|' => 65,
        '^' | '~' | '`' => 100,
        '\0'..='\x7F' => 120,
        _ => return 0,
    };
    nats10 * NAT as u16 / 10
}
