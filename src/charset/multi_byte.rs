//! Multi-byte charsets without shift states: one to four bytes a character.
//!
//! Most are decoded by `encoding_rs`, whose encoders are no inverses of its
//! decoders: they leave out Hong Kong's part of Big5, the three-byte part of
//! EUC-JP and all duplicates, and write `&#20013;` for what they lack. So each
//! charset's *inverse* is made, on first use, by decoding every code there is. A
//! *code* is the bytes of one character; its *row* is all of them but the last.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::codec::{Output, by_encoding};
use super::unread::{Bytes, Unread};
use super::{Malformed, Unmappable, euc_tw, johab};

/// One of the multi-byte charsets.
#[derive(Clone, Copy)]
pub(super) struct MultiByte {
    decoder: Decoder,
    inverse: &'static Inverse,
    /// Tells it from the others.
    number: u8,
    /// What codes of more than two bytes begin with; 0 if there are none.
    prefix: u32,
    /// Whether what has no shorter code has one of four bytes (GB18030).
    four_bytes: bool,
}

#[derive(Clone, Copy)]
enum Decoder {
    Web(&'static Encoding),
    /// Ours: the character of a code.
    Code(fn(&[u8]) -> Option<char>),
}

impl PartialEq for MultiByte {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for MultiByte {}

/// Rows, as numbers.
type Rows = [RangeInclusive<u32>];

/// The codes of all characters of a charset, but for ASCII and for GB18030's of four
/// bytes. Text of Europe is only asked for those below [`EAST_ASIA`], which are few.
struct Inverse {
    low: LazyLock<Codes>,
    high: LazyLock<Codes>,
}

/// The radicals, before all that is written in East Asia but marks.
const EAST_ASIA: u32 = 0x2e80;

/// The charsets, with the rows that have characters below [`EAST_ASIA`], and all.
macro_rules! multi_byte {
    ($($name:ident $number:literal $prefix:literal $decoder:expr, $low:expr, $all:expr;)*) => {$(
        pub(super) const $name: MultiByte = {
            static INVERSE: Inverse = Inverse {
                low: LazyLock::new(|| Codes::new($decoder, &$low, 0x80..EAST_ASIA)),
                high: LazyLock::new(|| Codes::new($decoder, &$all, EAST_ASIA..0x11_0000)),
            };
            MultiByte {
                decoder: $decoder,
                inverse: &INVERSE,
                number: $number,
                prefix: $prefix,
                four_bytes: false,
            }
        };
    )*};
}

multi_byte! {
    GBK 1 0 Decoder::Web(&encoding_rs::GBK_INIT), [0xa1..=0xa9], [0x81..=0xfe];
    BIG5 2 0 Decoder::Web(&encoding_rs::BIG5_INIT),
        [0x88..=0x88, 0xa1..=0xa3, 0xc6..=0xc8, 0xf9..=0xf9], [0x87..=0xfe];
    SHIFT_JIS 3 0 Decoder::Web(&encoding_rs::SHIFT_JIS_INIT),
        [0x81..=0x84, 0x87..=0x87, 0xee..=0xee, 0xfa..=0xfa], [0x81..=0x9f, 0xe0..=0xfc];
    // JIS X 0212 has the prefix.
    EUC_JP 4 0x8f Decoder::Web(&encoding_rs::EUC_JP_INIT),
        [0xa1..=0xa8, 0xad..=0xad, 0xfc..=0xfc, 0x8fa2..=0x8fab],
        [0x8e..=0x8e, 0xa1..=0xfe, 0x8fa1..=0x8ffe];
    EUC_KR 5 0 Decoder::Web(&encoding_rs::EUC_KR_INIT), [0xa1..=0xac], [0x81..=0xfe];
    // Planes 1 and 2 of CNS 11643: the first has two bytes, too.
    EUC_TW 6 0x8ea2 Decoder::Code(euc_tw::decode_code),
        [0xa1..=0xfe, 0x8e_a1a1..=0x8e_a1fe, 0x8e_a2a1..=0x8e_a2fe],
        [0xa1..=0xfe, 0x8e_a1a1..=0x8e_a1fe, 0x8e_a2a1..=0x8e_a2fe];
    JOHAB 7 0 Decoder::Code(johab::decode_code), [0xd9..=0xde], [0x84..=0xd3, 0xd9..=0xf9];
}

/// Decoded as GBK is, and with its short codes.
pub(super) const GB18030: MultiByte = MultiByte {
    decoder: Decoder::Web(&encoding_rs::GB18030_INIT),
    number: 8,
    four_bytes: true,
    ..GBK
};

/// Codes remembered of late, a power of two.
const MEMO: usize = 1 << 11;

thread_local! {
    /// Charset and code, and the character or 0, each where the first two say.
    static REMEMBERED: [Cell<u64>; MEMO] = const { [const { Cell::new(0) }; MEMO] };
}

impl MultiByte {
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        self.decoder.decode(bytes)
    }

    /// The same, if none is malformed: where is not asked.
    pub(super) fn decode_strict(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        if let Decoder::Web(encoding) = self.decoder {
            return encoding.decode_without_bom_handling_and_without_replacement(bytes);
        }
        let (text, malformed) = self.decode(bytes);
        malformed.is_empty().then_some(text)
    }

    /// The character of a code, if these bytes are one.
    pub(super) fn decode_code(self, code: &[u8]) -> Option<char> {
        self.decoder.decode_code(code)
    }

    /// The same, of codes that are asked for again and again.
    pub(super) fn lookup(self, code: &[u8]) -> Option<char> {
        if code.len() > 2 {
            return self.decode_code(code);
        }
        let key = u32::from(self.number) << 16 | number(code);
        let place = key.wrapping_mul(0x9e37_79b1) >> (32 - MEMO.trailing_zeros());
        REMEMBERED.with(|memo| {
            let slot = &memo[place as usize];
            if (slot.get() >> 32) as u32 != key {
                let c = self.decode_code(code).unwrap_or('\0');
                slot.set(u64::from(key) << 32 | u64::from(c));
            }
            char::from_u32(slot.get() as u32).filter(|&c| c != '\0')
        })
    }

    /// Calls with the last byte and the character of each code of a row.
    pub(super) fn for_each_of_row(self, row: u8, call: impl FnMut(u8, char)) {
        self.decoder.for_each_of_row(row.into(), call);
    }

    /// A character's codes, the canonical one first, but for GB18030's of four bytes.
    pub(super) fn codes(self, c: char) -> impl Iterator<Item = u32> {
        let (first, further) = self.inverse.codes(c, self.prefix);
        let all = move || {
            first
                .into_iter()
                .chain(further.iter().map(|&(_, code)| code))
        };
        let mut canonical = first;
        if !further.is_empty() {
            canonical = all().find(|&code| !self.is_second_choice(code)).or(first);
        }
        let others = all().filter(move |&code| Some(code) != canonical);
        canonical.into_iter().chain(others)
    }

    pub(super) fn encode(self, text: &str) -> Result<Vec<u8>, Unmappable> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(ch) = rest.chars().next() {
            let at = text.len() - rest.len();
            if let Some((pair, code)) = self.pair(rest) {
                bytes.extend_from_slice(&code.to_be_bytes());
                rest = &rest[pair.len()..];
                continue;
            }
            let code = self.codes(ch).next();
            let code = code
                .or_else(|| self.four_byte_code(ch))
                .ok_or(Unmappable { at, ch })?;
            bytes.extend_from_slice(&Bytes::from_code(code));
            rest = &rest[ch.len_utf8()..];
        }
        Ok(bytes)
    }

    /// Those of [`PAIRS`].
    fn pair(self, text: &str) -> Option<(&'static str, u16)> {
        if !text.starts_with(['Ê', 'ê']) || self != BIG5 {
            return None;
        }
        PAIRS.into_iter().find(|(pair, _)| text.starts_with(pair))
    }

    fn four_byte_code(self, c: char) -> Option<u32> {
        if !self.four_bytes {
            return None;
        }
        let code = self.decoder.encoder_code(c)?;
        (self.decode_code(&Bytes::from_code(code)) == Some(c)).then_some(code)
    }

    /// The code of a character of East Asia that has but one, or 0 of one that has none.
    pub(super) fn only_code(self, c: char) -> Option<u32> {
        match self.inverse.high.get(c) {
            Some(code) => code.only().map(|code| code.unpack(self.prefix)),
            None => (!self.four_bytes).then_some(0),
        }
    }

    pub(super) fn unread(self, c: char, found: &mut Unread) {
        found.extend(self.codes(c).map(Bytes::from_code));
        if found.is_empty() {
            found.extend(self.four_byte_code(c).map(Bytes::from_code));
        }
    }

    /// Whether it is not what `encoding_rs` encodes to, if there is another: IBM's
    /// characters in NEC's rows, and those of Hong Kong; otherwise the lowest code is.
    fn is_second_choice(self, code: u32) -> bool {
        match () {
            () if self == SHIFT_JIS => (0xed40..=0xeefc).contains(&code),
            () if self == BIG5 => {
                code < 0xa140 || matches!(code, 0xa2a4..=0xa2a7 | 0xa2cc | 0xa2ce)
            }
            () if self == GB18030 => code == 0x80,
            () => false,
        }
    }
}

impl Decoder {
    fn decode_code(self, code: &[u8]) -> Option<char> {
        let encoding = match self {
            Decoder::Web(encoding) => encoding,
            Decoder::Code(decode_code) => return decode_code(code),
        };
        let mut utf8 = [0; 16];
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let (result, _, len) = decoder.decode_to_utf8_without_replacement(code, &mut utf8, true);
        let mut chars = std::str::from_utf8(utf8.get(..len)?).ok()?.chars();
        match (result, chars.next(), chars.next()) {
            (DecoderResult::InputEmpty, Some(char), None) => Some(char),
            _ => None,
        }
    }

    /// The code that `encoding_rs` encodes a character to.
    fn encoder_code(self, c: char) -> Option<u32> {
        let Decoder::Web(encoding) = self else {
            return None;
        };
        let (mut utf8, mut bytes) = ([0; 4], [0; 16]);
        let (result, _, len) = encoding.new_encoder().encode_from_utf8_without_replacement(
            c.encode_utf8(&mut utf8),
            &mut bytes,
            true,
        );
        let exact = result == EncoderResult::InputEmpty && (1..=4).contains(&len);
        exact.then(|| number(&bytes[..len]))
    }

    fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
        match self {
            Decoder::Web(encoding) => by_encoding(encoding, bytes),
            Decoder::Code(decode_code) => by_code(decode_code, bytes),
        }
    }

    /// Calls with every code of these rows, and those of one byte beyond ASCII; the
    /// lowest first.
    fn for_each_code(self, rows: &Rows, mut call: impl FnMut(char, u32)) {
        for byte in 0x80..=0xff {
            if let Some(c) = self.decode_code(&[byte]) {
                call(c, byte.into());
            }
        }
        for row in rows.iter().cloned().flatten() {
            self.for_each_of_row(row, |last, c| call(c, row << 8 | u32::from(last)));
        }
    }

    /// Calls with the last byte and the character of each code of a row.
    fn for_each_of_row(self, row: u32, mut call: impl FnMut(u8, char)) {
        let row = Bytes::from_code(row);
        let encoding = match self {
            Decoder::Web(encoding) => encoding,
            Decoder::Code(decode_code) => {
                for last in 0x31..=0xfe {
                    if let Some(c) = decode_code(&[&row[..], &[last]].concat()) {
                        call(last, c);
                    }
                }
                return;
            }
        };
        if self.decode_code(&row).is_some() {
            return;
        }
        // All in one go, up to the next bad one: a call for each would take ten times
        // as long.
        let may_end = |last: &u8| match encoding {
            _ if encoding == encoding_rs::BIG5 => {
                !(0x7f..=0xa0).contains(last) && !is_pair([row[0], *last])
            }
            _ if encoding == encoding_rs::EUC_JP => *last >= 0xa1,
            _ if encoding == encoding_rs::EUC_KR => {
                *last >= 0xa1 || row[0] <= 0xc6 && !matches!(last, 0x40 | 0x5b..=0x60 | 0x7b..=0x80)
            }
            _ => *last != 0x7f,
        };
        let (len, mut codes) = (row.len() + 1, [0; 0xc0 * 3]);
        let lasts = (0x40..=0xfe).filter(may_end);
        let mut end = 0;
        for (code, last) in codes.chunks_exact_mut(len).zip(lasts) {
            // A row is a byte or two.
            (code[0], code[len - 2], code[len - 1]) = (row[0], row[len - 2], last);
            end += len;
        }
        let mut codes = &codes[..end];
        let mut units = [0; 0xc0 * 2];
        while !codes.is_empty() {
            let mut decoder = encoding.new_decoder_without_bom_handling();
            let (_, _, end) = decoder.decode_to_utf16_without_replacement(codes, &mut units, true);
            let mut count = 0;
            let chars = char::decode_utf16(units[..end].iter().copied()).flatten();
            for (code, c) in codes.chunks_exact(len).zip(chars) {
                call(code[len - 1], c);
                count += len;
            }
            codes = codes.get(count + len..).unwrap_or_default();
        }
    }
}

/// Big5's four codes that are a letter and a combining mark.
const PAIRS: [(&str, u16); 4] = [
    ("Ê\u{304}", 0x8862),
    ("Ê\u{30C}", 0x8864),
    ("ê\u{304}", 0x88A3),
    ("ê\u{30C}", 0x88A5),
];

fn is_pair(code: [u8; 2]) -> bool {
    PAIRS.iter().any(|pair| pair.1 == u16::from_be_bytes(code))
}

/// A code as a big-endian number.
fn number(code: &[u8]) -> u32 {
    code.iter()
        .fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// Decodes with a function for codes. As the WHATWG decoders do, takes a bad
/// lead byte alone, and an ASCII byte after a good one for itself.
fn by_code(decode_code: fn(&[u8]) -> Option<char>, bytes: &[u8]) -> (Cow<'_, str>, Vec<Malformed>) {
    let mut out = Output::with_capacity(bytes.len() * 2);
    let mut at = 0;
    while at < bytes.len() {
        let code = (1..=4).find_map(|len| {
            let char = decode_code(bytes.get(at..at + len)?)?;
            Some((char, len))
        });
        if let Some((char, len)) = code {
            out.text.push(char);
            at += len;
        } else {
            let pair = bytes[at] >= 0x84 && bytes.get(at + 1).is_some_and(|byte| !byte.is_ascii());
            let len = if pair { 2 } else { 1 };
            out.malformed(at..at + len);
            at += len;
        }
    }
    out.finish()
}

/// The codes of a range of characters.
struct Codes {
    first: u32,
    /// Of each 64 characters of the basic plane, a bit for each that has a code, and
    /// how many before them have.
    having: Vec<u64>,
    before: Vec<u16>,
    /// The lowest code of each.
    codes: Vec<Code>,
    /// Those of characters beyond, sorted.
    beyond: Vec<(char, Code)>,
    /// Further codes, sorted.
    further: Vec<(char, u32)>,
}

/// A code in 16 bits: of more than two bytes the last two, but for the highest bit;
/// of a character that has others, with the highest bit of all turned over, which is
/// set in each code of two bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Code(u16);

impl Code {
    fn pack(code: u32) -> Self {
        match code {
            0..0x1_0000 => Code(code as u16),
            _ => Code(code as u16 & !0x80),
        }
    }

    fn unpack(self, prefix: u32) -> u32 {
        let code = u32::from(self.only().map_or(self.0 ^ 0x8000, |code| code.0));
        if prefix != 0 && code & 0x80 == 0 {
            prefix << 16 | code | 0x80
        } else {
            code
        }
    }

    /// It, if the character has no other. No code of two bytes begins with 80.
    fn only(self) -> Option<Self> {
        (!(0x100..0x8100).contains(&self.0)).then_some(self)
    }
}

impl Codes {
    fn new(decoder: Decoder, rows: &Rows, chars: Range<u32>) -> Self {
        let mut all = Vec::with_capacity(1 << 15);
        decoder.for_each_code(rows, |c, code| {
            if chars.contains(&u32::from(c)) {
                all.push((c, code));
            }
        });
        let words = (chars.end.min(0x1_0000) - chars.start) / 64;
        let mut codes = Codes {
            first: chars.start,
            having: vec![0; words as usize],
            before: Vec::with_capacity(words as usize),
            codes: Vec::new(),
            beyond: Vec::new(),
            further: Vec::new(),
        };
        for &(c, _) in &all {
            if let Some(word) = codes
                .having
                .get_mut((u32::from(c) - codes.first) as usize / 64)
            {
                *word |= 1 << (u32::from(c) % 64);
            }
        }
        let mut before = 0;
        for word in &codes.having {
            codes.before.push(before);
            before += word.count_ones() as u16;
        }
        codes.codes = vec![Code(0); before.into()];
        for (c, code) in all {
            match codes.slot(c) {
                None => codes.beyond.push((c, Code::pack(code))),
                Some(slot) if *slot == Code(0) => *slot = Code::pack(code),
                Some(slot) => {
                    *slot = Code(slot.only().map_or(slot.0, |only| only.0 ^ 0x8000));
                    codes.further.push((c, code));
                }
            }
        }
        codes.beyond.sort_unstable();
        codes.beyond.shrink_to_fit();
        codes.further.sort_unstable();
        codes.further.shrink_to_fit();
        codes
    }

    /// The place of a character of the basic plane that has a code.
    #[inline]
    fn place(&self, c: char) -> Option<usize> {
        let n = u32::from(c).checked_sub(self.first)? as usize;
        let (word, bit) = (*self.having.get(n / 64)?, 1 << (n % 64));
        let before = usize::from(self.before[n / 64]);
        (word & bit != 0).then(|| before + (word & (bit - 1)).count_ones() as usize)
    }

    fn slot(&mut self, c: char) -> Option<&mut Code> {
        let place = self.place(c)?;
        self.codes.get_mut(place)
    }

    #[inline]
    fn get(&self, c: char) -> Option<Code> {
        if c <= '\u{ffff}' {
            return Some(self.codes[self.place(c)?]);
        }
        let found = self.beyond.binary_search_by_key(&c, |entry| entry.0);
        found.ok().map(|n| self.beyond[n].1)
    }

    fn further(&self, c: char) -> &[(char, u32)] {
        let start = self.further.partition_point(|entry| entry.0 < c);
        let len = self.further[start..].partition_point(|entry| entry.0 == c);
        &self.further[start..start + len]
    }
}

impl Inverse {
    /// The lowest code of a character, and the others.
    fn codes(&self, c: char, prefix: u32) -> (Option<u32>, &[(char, u32)]) {
        let codes = match u32::from(c) {
            n @ 0..0x80 => return (Some(n), &[]),
            ..EAST_ASIA => &self.low,
            // Emoji and their variants, and U+FFFD, which text of Europe has, too.
            0xfe00..0xfe10 | 0xfffd | 0x1_0000..0x2_0000 => return (None, &[]),
            _ => &self.high,
        };
        let code = codes.get(c);
        let further = match code.and_then(Code::only) {
            None if code.is_some() => codes.further(c),
            _ => &[],
        };
        (code.map(|code| code.unpack(prefix)), further)
    }
}
