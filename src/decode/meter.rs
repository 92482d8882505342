//! What a reading of bytes costs: the model's cost of the text, and what the
//! model doesn't say about ASCII and about what no text has.

use crate::charset::Charset;
use crate::model::{self, Context, Cost, NAT, Symbol};

/// A byte or a sequence of them that means nothing in the charset.
const MALFORMED: Cost = 10 * NAT;

/// What one character costs at most, however odd it is in its place: a single
/// `£` or `╩` that the model hardly knows must not outweigh all other evidence.
const MOST: Cost = 30 * NAT;

/// What a sign costs at most that is usual where prices and owners are told, but
/// not in the texts that the model was made of.
const SIGN: Cost = 5 * NAT;

/// A bracket without its other half.
const UNPAIRED: Cost = 7 * NAT;

/// A running cost.
#[derive(Clone, Copy)]
pub(super) struct Meter {
    context: Context,
    /// What the last character was.
    last: Kind,
    /// Brackets opened less brackets closed: `[ ]`, `{ }`.
    open: [i16; 2],
    /// How many symbols in a row were ASCII, up to 3.
    ascii: u8,
    sum: Cost,
}

/// A character as the meter sees it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// Characters that share a symbol are still two readings.
    char: char,
    symbol: Symbol,
    extra: u16,
    /// The cost among ASCII, 0 if it is none.
    ascii: u16,
    kind: Kind,
    /// 1 for `[`, -1 for `]`, 2 for `{`, -2 for `}`.
    bracket: i8,
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
    /// `[` and `{`, which hardly stand behind a letter.
    Bracket,
    /// `]` and `}`, which hardly stand before one.
    BracketEnd,
    /// What stands in no word: `~`, `^`.
    Symbol,
    /// A no-break space.
    NoBreak,
    /// `€`, `£` and `©`, which stand by a number or a name, and in no word.
    Sign,
}

fn kind(c: char) -> Kind {
    match c {
        '\u{A0}' => Kind::NoBreak,
        '€' | '£' | '©' => Kind::Sign,
        ' ' | '\n' | '\t' | '\r' => Kind::Space,
        '0'..='9' => Kind::Digit,
        '!' | '?' | '.' | ',' | ';' | ':' | ')' => Kind::Closing,
        '(' => Kind::Opening,
        '[' | '{' => Kind::Bracket,
        ']' | '}' => Kind::BracketEnd,
        '~' | '^' | '`' | '|' | '$' | '\\' | '#' => Kind::Symbol,
        '¶' | '§' | '¬' | '¦' | '±' | '¤' | '\u{2500}'..='\u{25FF}' => Kind::Symbol,
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
        (Space, Closing | BracketEnd) | (Opening | Bracket, Space) => 4,
        (Symbol, Closing) => 4,
        (Opening | Bracket, Closing | BracketEnd) => 2,
        (Lower | Upper, Bracket) | (BracketEnd, Lower | Upper) => 5,
        (Lower, Upper) => 4,
        (Lower | Upper | Digit, Opening) | (Closing, Lower) => 2,
        (Lower | Upper, Symbol) | (Symbol, Lower | Upper) => 4,
        (Digit, Symbol) | (Symbol, Digit) => 3,
        // `qu'est-ce que c'est\u{A0}?`, but hardly `ro\u{A0}tilja`.
        (Lower, NoBreak) => 2,
        (Space, NoBreak) | (NoBreak, Space) => 6,
        (NoBreak, Lower) => 6,
        (Lower | Upper, Digit) | (Digit, Lower | Upper) => 1,
        (Lower | Upper, Sign) | (Sign, Lower | Upper) => 6,
        _ => 0,
    }
}

impl Meter {
    pub(super) const START: Meter = Meter {
        context: Context::START,
        last: Kind::Space,
        open: [0; 2],
        ascii: 3,
        sum: 0,
    };

    pub(super) fn sum(&self) -> Cost {
        let odd = self.open.map(|n| Cost::from(n.unsigned_abs()));
        self.sum.saturating_add((odd[0] + odd[1]) * UNPAIRED)
    }

    #[inline]
    pub(super) fn push(
        &mut self,
        Reading {
            char: _,
            symbol,
            extra,
            ascii,
            kind,
            bracket,
        }: Reading,
    ) {
        let most = match (self.last, kind) {
            (Kind::Lower | Kind::Upper, _) => MOST,
            (_, Kind::Sign) => SIGN,
            _ => MOST,
        };
        self.sum = self
            .sum
            .saturating_add(model::cost(self.context, symbol).min(most) + Cost::from(extra));
        self.ascii = if ascii == 0 {
            0
        } else {
            (self.ascii + 1).min(3)
        };
        if self.ascii == 3 {
            self.sum = self.sum.saturating_add(Cost::from(ascii));
        }
        if ascii > 0
            || matches!(kind, Kind::Symbol | Kind::NoBreak | Kind::Sign)
            || matches!(self.last, Kind::Symbol | Kind::NoBreak | Kind::Sign)
        {
            self.sum = self.sum.saturating_add(follows(self.last, kind) * NAT);
        } else if matches!((self.last, kind), (Kind::Lower, Kind::Upper)) {
            // `Љубљанска` is no `КубЪанска`, rare as its letters are.
            self.sum = self.sum.saturating_add(8 * NAT);
        }
        self.last = kind;
        if bracket != 0 {
            let open = &mut self.open[usize::from(bracket.unsigned_abs() - 1)];
            *open = open.saturating_add(i16::from(bracket.signum()));
        }
        self.context = self.context.then(symbol);
    }

    pub(super) fn add(&mut self, cost: Cost) {
        self.sum = self.sum.saturating_add(cost);
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

/// What each byte that is used is in a single-byte charset.
pub(super) fn readings(charset: Charset, used: &[bool; 256]) -> [Reading; 256] {
    let mut readings = [Reading::default(); 256];
    if let Some(chars) = charset.decode_table() {
        for (b, reading_of) in (0..=255u8)
            .zip(&mut readings)
            .filter(|&(b, _)| used[usize::from(b)])
        {
            *reading_of = reading(chars[usize::from(b)]);
            if charset.is_undefined(b) {
                reading_of.extra = MALFORMED as u16;
            } else if b != 0xA0 && chars[usize::from(b)] == '\u{A0}' && chars[0x40] == '@' {
                // Hardly any text in KOI8-R has its own: `ki\x9Aa` is `kiša`.
                reading_of.extra += 8 * NAT as u16;
            } else if b >= 0x80 && chars[usize::from(b)].is_ascii() && chars[0x40] == '@' {
                // Mac Arabic has `!` twice. Next to no text uses that.
                reading_of.extra += 20 * NAT as u16;
            } else if b >= 0x80
                && super::detect::is_rare(charset)
                && !chars[usize::from(b)].is_alphanumeric()
            {
                // `╚Аттила╩` in KOI8-R, broken as it is, is more common than
                // Tajik KOI8-T. Its letters tell it, not its quotes.
                reading_of.extra += 2 * NAT as u16;
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
        // The model has one symbol for all digits; other than ours are rare.
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => 4 * NAT,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => 6 * NAT,
        '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}' => MALFORMED,
        // Marks of direction: rare even in Arabic and Hebrew.
        '\u{200E}' | '\u{200F}' => 4 * NAT,
        c => model::surcharge(c),
    };
    Reading {
        char: c,
        symbol: match c {
            '\u{80}'..='\u{9F}' => model::symbol_as_such(c),
            c => model::symbol(c),
        },
        extra: extra as u16,
        ascii,
        kind: kind(c),
        bracket: bracket(c),
    }
}

fn bracket(c: char) -> i8 {
    match c {
        '[' => 1,
        ']' => -1,
        '{' => 2,
        '}' => -2,
        _ => 0,
    }
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
