//! What was laid over mojibake since: references `&Atilde;&copy;`, escapes `\u00c3\u00a9`
//! and `%C3%83%C2%A9`, letters taken apart, `A\u{303}©`, or sequences that chance to be UTF-8
//! and were read again, `´óÊý¾ÝϵͳµÄ`.
//!
//! Such a line is read as what it was before, and searched as any other. Only those places
//! stay read that turn out to be damage: `&ouml;` by itself is nobody's mistake.

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};
use std::iter::repeat_n;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::charset::{Charset, sequences};
use crate::edit::Step;
use crate::scan;

use super::as_1252::WINDOWS_1252;
use super::document::{UTF_8_AS_1252, is_known, is_suspicious_at};
use super::emit::Told;
use super::filling;
use super::hypothesis::{Hypothesis, Survey};
use super::lattice::Piece;
use super::readings::{READINGS, lowered, shown};
use super::words::{are_known, known_words};

/// Longest reference looked for, as `&CounterClockwiseContourIntegral;`.
const LONGEST: usize = 33;
/// The most often that what begins one was written as one, too: `&amp;amp;copy;`, `\\u00c3`.
const NESTED: usize = 3;
const AMP: &str = "amp;";

/// A line as it was before.
pub(super) struct Overlay {
    pub(super) step: Step,
    /// How often that was done.
    pub(super) times: usize,
    pub(super) text: String,
    places: Vec<Place>,
}

/// Where a character comes from.
#[derive(Clone, Copy)]
struct Place {
    /// Its end in what the line was.
    until: u32,
    /// The span in the line; of several characters that were one, the first has it, and
    /// the others an empty one at its end.
    start: u32,
    end: u32,
    /// Whether something else stands there.
    is_read: bool,
    /// Whether it was lost, and is what fits best.
    is_guess: bool,
}

/// What reads an escape.
type Read = fn(&str) -> Option<Escape>;

/// An escape at the beginning of a text.
#[derive(Clone, Copy)]
struct Escape {
    /// What it stands for.
    c: char,
    len: usize,
    /// Whether it was escaped again, `&amp;copy;`.
    is_nested: bool,
}

/// The ways in which this line could be escaped.
fn ways(line: &str) -> impl Iterator<Item = (Step, Read)> {
    let entities = line
        .contains('&')
        .then_some((Step::Entities, entity as Read));
    let is_escaped = line.contains("\\u00") || controls(line).next().is_some();
    let escapes = is_escaped.then_some((Step::Escapes, escape as Read));
    let is_percent = line.contains("%C") || line.contains("%c");
    let percents = is_percent.then_some((Step::Percent, percent as Read));
    [entities, escapes, percents].into_iter().flatten()
}

/// What this line was before, in all ways that could have been laid over any text.
pub(super) fn all(line: &str) -> impl Iterator<Item = Overlay> {
    let escaped = ways(line).map(|(step, read)| unescaped(line, step, read));
    let taken_apart = is_taken_apart(line).then(|| composed(line));
    let all = escaped.chain(taken_apart);
    all.filter(|over| over.places.iter().any(|place| place.is_read))
}

/// What this line was, and the steps that are left, if something was laid over it last.
pub(super) fn beneath<'s>(line: &str, steps: &'s [Step]) -> Option<(Overlay, &'s [Step])> {
    if let Some(over) = without_loss(line) {
        return Some((over, steps));
    }
    let times = times_saved(steps);
    if times > 0 {
        return Some((saved(line, true, times)?, &steps[times..]));
    }
    let (step, steps) = steps.split_first().filter(|(step, _)| step.is_overlay())?;
    let over = match step {
        Step::Sequences => reread(line),
        _ => all(line).find(|over| over.step == *step),
    };
    Some((over?, steps))
}

/// Where there are escapes of characters beyond ASCII.
pub(super) fn places(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr3_iter(b'&', b'\\', b'%', text.as_bytes()).filter(|&at| {
        let rest = &text[at..];
        let read = match rest.as_bytes().get(..2) {
            Some([b'&', b'#' | b'A'..=b'Z' | b'a'..=b'z']) => entity(rest),
            Some(b"\\u") => escape(rest),
            Some(b"\\x") if is_after_shown(text, at) => escape(rest),
            Some(b"%C" | b"%c" | b"%D" | b"%d" | b"%E" | b"%e") => percent(rest),
            _ => None,
        };
        read.is_some_and(|escape| !escape.c.is_ascii())
    })
}

/// Whether anything could be laid over this line.
pub(super) fn may_be_over(line: &str) -> bool {
    is_taken_apart(line) || places(line).next().is_some()
}

/// Whether anything could be wrong with what was beneath: `caf&eacute;` is right,
/// `caf&Atilde;&copy;` isn't.
pub(super) fn is_suspicious(line: &str) -> bool {
    // Where each character is from is only asked if there is something.
    let may_be = || ways(line).any(|(_, read)| may_be_damaged(&text_beneath(line, read)));
    (is_taken_apart(line) || places(line).next().is_some() && may_be())
        && all(line).any(|over| over.is_suspicious())
}

/// Whether anything could be wrong with what a line was.
fn may_be_damaged(text: &str) -> bool {
    is_suspicious_at(scan::look(text), text) && !is_known(text)
}

/// The text of a line without its escapes.
fn text_beneath(line: &str, read: Read) -> String {
    let mut text = String::with_capacity(line.len());
    let mut at = 0;
    for place in memchr::memchr3_iter(b'&', b'\\', b'%', line.as_bytes()) {
        if place >= at
            && let Some(Escape { c, len, .. }) = escape_at(line, place, read)
        {
            text.push_str(&line[at..place]);
            text.push(c);
            at = place + len;
        }
    }
    text.push_str(&line[at..]);
    text
}

impl Overlay {
    fn new(step: Step, line: &str) -> Self {
        Overlay {
            step,
            times: 1,
            text: String::with_capacity(line.len()),
            places: Vec::with_capacity(line.len()),
        }
    }

    /// Adds what a span of the line was.
    fn push(&mut self, was: impl IntoIterator<Item = char>, start: usize, end: usize, read: bool) {
        let mut start = start as u32;
        for c in was {
            self.text.push(c);
            self.places.push(Place {
                until: self.text.len() as u32,
                start,
                end: end as u32,
                is_read: read,
                is_guess: false,
            });
            start = end as u32;
        }
    }

    /// Whether an account of what the line was could be it: where Python shows controls, none
    /// is lost, and `é\x80 ` was no `造`; and where bytes are written so that it would show,
    /// `\xe3`, the line is source code.
    pub(super) fn may_be(&self, h: &Hypothesis, line: &str) -> bool {
        self.step != Step::Escapes
            || controls(line).next().is_none()
            || !h.is_inferred() && !has_bytes(line)
    }

    pub(super) fn is_suspicious(&self) -> bool {
        may_be_damaged(&self.text)
    }

    /// An account of what the line was, as one of the line; none if it has but a part of
    /// what was one character.
    pub(super) fn of_line(&self, mut h: Hypothesis) -> Option<Hypothesis> {
        h.divide(&self.text);
        // A piece has a bit for each layer.
        if h.pieces.is_empty() || h.steps.len() + self.times > u8::BITS as usize {
            return None;
        }
        // What was one character is read as a whole, or not at all.
        let pieces = filling::choose(&self.text, &h, &Told::default());
        let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
        let mut places = self.places.iter().peekable();
        // Where the last one ends, and whether it was undone.
        let (mut last, mut is_undone) = (0, false);
        for p in pieces.iter() {
            // What stands for nothing was dropped.
            while let Some(dropped) = places.next_if(|place| place.until <= p.start) {
                if dropped.goes_on() && !is_undone {
                    return None;
                }
                (last, is_undone) = (dropped.end, true);
            }
            let was_undone = is_undone;
            is_undone = p.layers != 0;
            let first = places.peek().filter(|place| place.until <= p.end);
            if first.is_some_and(|place| place.goes_on()) && was_undone != is_undone {
                return None;
            }
            let start = first.map_or(last, |place| place.start);
            let (mut is_read, mut is_guess) = (false, false);
            while let Some(place) = places.next_if(|place| place.until <= p.end) {
                last = place.end;
                is_read |= place.is_read;
                is_guess |= place.is_guess;
            }
            let read = if is_read { (1 << self.times) - 1 } else { 0 };
            out.push(Piece {
                start,
                end: last,
                layers: p.layers << self.times | read,
                inferred: p.inferred || is_guess,
                ..*p
            });
        }
        Some(Hypothesis {
            pieces: out,
            steps: repeat_n(self.step, self.times)
                .chain(h.steps.iter().copied())
                .collect(),
            known: OnceCell::new(),
            ..h
        })
    }
}

impl Place {
    /// Whether it is of what the one before is of.
    fn goes_on(&self) -> bool {
        self.start == self.end
    }
}

fn unescaped(line: &str, step: Step, read: Read) -> Overlay {
    let mut over = Overlay::new(step, line);
    // How each character is written: as it is, as an escape, as one that was escaped again.
    let mut written: BTreeMap<char, u8> = BTreeMap::new();
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let escape = escape_at(line, at, read);
        let (was, len, way) = match escape {
            Some(Escape { c, len, is_nested }) => (c, len, 2 << u8::from(is_nested)),
            None => (c, c.len_utf8(), 1),
        };
        if !was.is_ascii() {
            *written.entry(was).or_default() |= way;
        }
        over.push([was], at, at + len, escape.is_some());
        at += len;
    }
    // A table: `&amp;Acirc; = Â`, `&copy; ©`.
    let escaped = written.values().filter(|ways| **ways > 1).count();
    let in_many = written
        .values()
        .filter(|ways| ways.count_ones() > 1)
        .count();
    if in_many > 0 && 2 * in_many >= escaped {
        over.places.clear();
    }
    over
}

/// The escape of a character beyond ASCII at a place of a line.
fn escape_at(line: &str, at: usize, read: Read) -> Option<Escape> {
    let rest = &line[at..];
    let escape = rest.starts_with(['&', '\\', '%']).then(|| read(rest));
    let is_it = |escape: &Escape| {
        !escape.c.is_ascii() && (!rest.starts_with("\\x") || is_after_shown(line, at))
    };
    escape.flatten().filter(is_it)
}

/// Whether before a place, and what else is escaped there, a letter or sign of Latin-1 stands, or
/// what windows-1252 has for 80. Python shows text so, where controls, no-break spaces and soft
/// hyphens are escaped: `itâ\x80\x99s`, and of windows-1252 `hereâ€\x9d`. But `\xc3\xa9` is how
/// bytes are rightly written in source code.
fn is_after_shown(line: &str, at: usize) -> bool {
    let mut before = &line[..at];
    for _ in 0..IN_A_ROW {
        let last = before.len().checked_sub(HEX.len());
        let parts = last.and_then(|at| before.split_at_checked(at));
        match parts.filter(|(_, last)| control(last).is_some()) {
            Some((rest, _)) => before = rest,
            None => return before.ends_with(|c| matches!(c, '\u{a1}'..='\u{ff}' | '€')),
        }
    }
    false
}

/// So many controls of one character stand in a row, at most.
const IN_A_ROW: usize = 16;

/// How a control is written.
const HEX: &str = "\\x80";

/// What Python shows so at the beginning of a text.
fn control(text: &str) -> Option<char> {
    let digits = text.strip_prefix("\\x")?.get(..2)?;
    let code = u8::from_str_radix(digits, 16).ok()?;
    matches!(code, 0x80..=0xa0 | 0xad).then(|| code.into())
}

/// Whether bytes beyond ASCII are written so that are no controls.
fn has_bytes(line: &str) -> bool {
    let mut hex = line.split("\\x").skip(1).filter_map(|rest| rest.get(..2));
    hex.any(|hex| matches!(u8::from_str_radix(hex, 16), Ok(0xa1..=0xac | 0xae..)))
}

/// The controls of a line that are written so.
fn controls(line: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\\', line.as_bytes())
        .filter(|at| control(&line[*at..]).is_some() && is_after_shown(line, *at))
}

fn entity(text: &str) -> Option<Escape> {
    let mut at = 1;
    // `&amp;Atilde;`
    while at < 1 + NESTED * AMP.len() && text[at..].starts_with(AMP) {
        at += AMP.len();
    }
    let is_of_it = |b: u8| b == b'#' || b.is_ascii_alphanumeric();
    let mut name = text.bytes().skip(at).take(LONGEST);
    let end = at + name.position(|b| !is_of_it(b))? + 1;
    let name = text.get(at..end)?;
    if !name.ends_with(';') || matches!(name, AMP | "lt;" | "gt;" | "quot;") {
        return None;
    }
    let reference = match at {
        1 => Cow::Borrowed(&text[..end]),
        _ => Cow::Owned(format!("&{name}")),
    };
    let read = htmlize::unescape(&*reference);
    let mut chars = read.chars();
    let c = chars.next()?;
    chars.next().is_none().then_some(Escape {
        c,
        len: end,
        is_nested: at > 1,
    })
}

fn escape(text: &str) -> Option<Escape> {
    // `\\u00c3`
    let backslashes = text.bytes().take(1 + NESTED).take_while(|b| *b == b'\\');
    let at = backslashes.count();
    if let Some(c) = control(text) {
        return Some(Escape {
            c,
            len: HEX.len(),
            is_nested: false,
        });
    }
    let digits = text.get(at..)?.strip_prefix('u')?.get(..4)?;
    let is_code = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_code)?;
    Some(Escape {
        c: char::from_u32(code)?,
        len: at + 5,
        is_nested: at > 1,
    })
}

fn percent(text: &str) -> Option<Escape> {
    let byte = |i: usize| {
        let three = text.get(3 * i..3 * i + 3)?;
        u8::from_str_radix(three.strip_prefix('%')?, 16).ok()
    };
    let len = match byte(0)? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..len).map_while(byte).collect();
    let c = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some(Escape {
        c,
        len: 3 * len,
        is_nested: false,
    })
}

/// A repaired text as it stands in a line that was escaped so: `%C3%A9`.
pub(super) fn again(step: Step, text: &str) -> String {
    match step {
        Step::Percent => text.bytes().map(|b| format!("%{b:02X}")).collect(),
        _ => text.to_owned(),
    }
}

/// Whether a letter of this line has its mark beside it, `é`, as Macs write the names of
/// files.
pub(super) fn is_taken_apart(line: &str) -> bool {
    marks(line).next().is_some()
}

/// Where such marks are.
pub(super) fn marks(text: &str) -> impl Iterator<Item = usize> {
    // The marks are U+0300 to U+036F, and no other character begins so but those up to
    // U+037F.
    let leads = memchr::memchr2_iter(0xcc, 0xcd, text.as_bytes());
    leads.filter(|at| text[*at..].starts_with(is_mark))
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// A line with each letter and its marks in one.
fn composed(line: &str) -> Overlay {
    let mut over = Overlay::new(Step::Decomposed, line);
    let mut chars = line.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        while let Some((at, mark)) = chars.next_if(|(_, c)| is_mark(*c)) {
            end = at + mark.len_utf8();
        }
        let was = &line[start..end];
        if end == start + c.len_utf8() {
            over.push([c], start, end, false);
        } else if was.nfc().eq(was.chars()) {
            for (at, c) in was.char_indices() {
                over.push([c], start + at, start + at + c.len_utf8(), false);
            }
        } else {
            over.push(was.nfc(), start, end, true);
        }
    }
    over
}

/// What databases put for a character that they have not, and what others do: Oracle's
/// `ESTACIÃ¿N` and `donâ¿¿t` are `ESTACIÃ?N` and `donâ??t`.
const BLANK: char = '¿';
/// Its bytes, of which the last is rarer in damaged text.
const FIRST_OF_BLANK: u8 = 0xc2;
const LAST_OF_BLANK: u8 = 0xbf;
/// So many characters beyond ASCII in a row are of another charset: `Ä¿Â¼` was `目录`.
const FEW_BEYOND: usize = 4;
/// Letters of a word at least in which one was lost so.
const WORD: usize = 6;

/// Where that stands for bytes of a sequence. It could go on with one as well, but what that would
/// be hardly anybody writes: `Ŀ`, what two make after `â`, and `ÿ` only after a small letter or in
/// a short word, as in `L'HaÃ¿-les-Roses`; what is lost after `Ã` was a capital, or `ß`. Long `ſ`
/// is written where no `ą` or `ć` is.
fn blanks(line: &str) -> impl Iterator<Item = usize> {
    let goes_on = |c: char| c.is_ascii() || matches!(c, 'Ã' | 'Ä' | 'Å' | 'â' | BLANK);
    let bytes = line.as_bytes();
    let all = memchr::memchr_iter(LAST_OF_BLANK, bytes).filter_map(|last| last.checked_sub(1));
    let all = all.filter(|at| bytes[*at] == FIRST_OF_BLANK);
    let is_of_two = LazyCell::new(|| line.contains("Ä¿"));
    all.filter(move |&at| {
        let after = &line[at + BLANK.len_utf8()..];
        let next = after.chars().next();
        let mut before = line[..at].chars().rev();
        let (lead, last) = (before.next(), before.next());
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        // A letter by itself is none, `[Ã€-Ã¿]`, and a short word is a name, `L'HAÃ¿`.
        let is_long = || {
            let letters = |text: &mut dyn Iterator<Item = char>| {
                text.take(WORD).take_while(|c| c.is_alphabetic()).count()
            };
            letters(&mut line[..at].chars().rev()) + letters(&mut after.chars()) >= WORD
        };
        next.is_none_or(goes_on)
            && match (lead, last) {
                (Some('Ã'), last) => !last.is_some_and(char::is_lowercase) && is_long(),
                (Some('Ä'), last) => is_letter(last) || is_letter(next),
                (Some('Å'), _) => *is_of_two,
                (Some('â'), _) => next == Some(BLANK),
                (Some(BLANK), before) => before == Some('â'),
                _ => false,
            }
    })
}

/// Whether bytes of a line were lost in a way that is undone first.
pub(super) fn has_loss(line: &str) -> bool {
    without_loss(line).is_some()
}

/// Such a line as it would be otherwise; that is no step of its own.
pub(super) fn without_loss(line: &str) -> Option<Overlay> {
    blanked(line)
        .or_else(|| halved(line))
        .or_else(|| narrowed(line))
}

/// Whether there is any blank for a byte, in text that was UTF-8.
fn has_blanks(line: &str) -> bool {
    let is_short = |run: Range<usize>| line[run].chars().nth(FEW_BEYOND).is_none();
    blanks(line).next().is_some() && scan::runs_beyond(line).all(is_short)
}

/// A line with `?` for them, if there are any.
fn blanked(line: &str) -> Option<Overlay> {
    if !has_blanks(line) {
        return None;
    }
    let mut at = blanks(line).peekable();
    let mut over = Overlay {
        times: 0,
        ..Overlay::new(Step::Sequences, line)
    };
    for (start, c) in line.char_indices() {
        let is_blank = at.next_if_eq(&start).is_some();
        let was = if is_blank { '?' } else { c };
        over.push([was], start, start + c.len_utf8(), is_blank);
    }
    Some(over)
}

/// What is left of a letter in two layers of Latin-1 whose controls were dropped, `Ã` of its lead
/// byte and `Â` of what goes on, and what twice as often in each layer more: `Ã©`, `ÃÂ©`,
/// `ÃÂÃÂ©`, `ÃÂÃÂÃÂÃÂ©`.
const PAIR: &str = "ÃÂ";
const LEAD: char = 'Ã';
const REST: char = 'Â';
/// The most pairs that a letter has, in ten layers.
const MOST_PAIRS: usize = 256;
/// So many letters in a row are of Latin; of other scripts too little is left.
const LETTERS: usize = 2;

/// What three layers left of U+FFFD; two of them left `Япн` so, which nobody writes.
const REPLACEMENT: &str = "ÃÂ¯ÃÂ¿ÃÂ½";

/// A line with two layers of Latin-1 where there were more, all without controls.
fn halved(line: &str) -> Option<Overlay> {
    // Hardly any line has one.
    memchr::memmem::find(line.as_bytes(), PAIR.as_bytes())?;
    if !line.contains("ÃÂÃÂ") && !line.contains(REPLACEMENT) {
        return None;
    }
    let all = std::iter::successors(Some(MOST_PAIRS), |pairs| Some(pairs / 2));
    let mut all = all.take_while(|pairs| *pairs > 1);
    all.find_map(|pairs| halved_by(line, pairs))
}

/// The same if each letter has so many pairs, and each byte of what has three or four half as
/// many: `ÃÂ¢ÃÂÃÂ` was `Ã¢ÂÂ`, which was `’`.
fn halved_by(line: &str, pairs: usize) -> Option<Overlay> {
    let mut over = Overlay {
        times: 0,
        ..Overlay::new(Step::Sequences, line)
    };
    let half = PAIR.repeat(pairs / 2);
    let is_sign = |c: &char| matches!(c, '\u{a0}'..='\u{bf}');
    // How many bytes must go on, how many letters there are in a row, and whether any is whole.
    let (mut wanted, mut letters, mut is_any) = (0, 0, false);
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        let after = rest.strip_prefix(&*half);
        let next = after.and_then(|after| after.strip_prefix(&*half));
        let sign = |text: &str| text.chars().next().filter(is_sign);
        let end = at + half.len();
        match (after, next) {
            (Some(after), _) if wanted > 0 => {
                over.push([REST], at, end, true);
                wanted -= 1;
                at = end;
                if let Some(c) = sign(after) {
                    at += c.len_utf8();
                    over.push([c], end, at, false);
                }
            }
            _ if wanted > 0 => return None,
            (Some(_), Some(next)) => {
                over.push([LEAD], at, end, true);
                over.push([REST], end, end + half.len(), true);
                at = end + half.len();
                letters += 1;
                if let Some(c) = sign(next) {
                    over.push([c], at, at + c.len_utf8(), false);
                    at += c.len_utf8();
                    is_any = true;
                }
                if letters > LETTERS {
                    return None;
                }
            }
            (Some(after), None) => {
                let c = sign(after)?;
                wanted = match c {
                    '\u{a0}'..='\u{af}' => 2,
                    '\u{b0}' => 3,
                    _ => return None,
                };
                over.push([LEAD], at, end, true);
                over.push([c], end, end + c.len_utf8(), false);
                at = end + c.len_utf8();
                (letters, is_any) = (0, true);
            }
            // What is left over is of another number of layers.
            (None, _) if rest.starts_with(PAIR) => return None,
            (None, _) => {
                over.push([c], at, at + c.len_utf8(), false);
                at += c.len_utf8();
                letters = 0;
            }
        }
    }
    (is_any && wanted == 0).then_some(over)
}

/// What is of half width in Shift_JIS by bytes that go on in UTF-8, A1 to BF, in full width.
const WIDE: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ";
/// The first of them.
const NARROW: u32 = 0xff61;
/// What a byte that is none became, too.
const DOT: char = '・';
/// What kana of UTF-8 begin with in Shift_JIS.
const KANA: [char; 3] = ['縺', '繧', '繝'];

/// A line of UTF-8 read as Shift_JIS with what was of half width there, if converters made it
/// wide, as nkf does: `縺ェ縺ゥ` was `縺ｪ縺ｩ`, which was `など`. What a sequence lacks is of half
/// width, for two bytes more it has no room.
fn narrowed(line: &str) -> Option<Overlay> {
    // Hardly any line has one, and nobody makes but some of them wide.
    let mut leads = memchr::memchr_iter(KANA_LEAD, line.as_bytes());
    let is_kana = |at: usize| line[at..].starts_with(KANA);
    if !leads.any(is_kana) || line.contains(|c| matches!(c, '\u{ff61}'..='\u{ff9f}')) {
        return None;
    }
    let mut over = Overlay {
        times: 0,
        ..Overlay::new(Step::Sequences, line)
    };
    // How many bytes must go on, and whether one of half width did after a kana's first two.
    let (mut wanted, mut is_any) = (0, false);
    let mut before = '\0';
    for (start, c) in line.char_indices() {
        let at = WIDE.chars().position(|wide| wide == c && c != DOT);
        let narrow = at.and_then(|at| char::from_u32(NARROW + at as u32));
        let was = match narrow.filter(|_| wanted > 0) {
            Some(narrow) => {
                wanted -= 1;
                is_any |= KANA.contains(&before);
                narrow
            }
            None => {
                wanted = still_wanted(c, wanted);
                c
            }
        };
        over.push([was], start, start + c.len_utf8(), was != c);
        before = c;
    }
    is_any.then_some(over)
}

/// The first byte of [`KANA`].
const KANA_LEAD: u8 = 0xe7;

/// How many bytes a sequence of UTF-8 lacks after a character of Shift_JIS, if so many were
/// lacking before.
fn still_wanted(c: char, wanted: usize) -> usize {
    // What was lost could have been any.
    if matches!(c, DOT | '?' | char::REPLACEMENT_CHARACTER) {
        return MOST_WANTED;
    }
    let bytes = Charset::SHIFT_JIS.encode(c.encode_utf8(&mut [0; 4]));
    let after = |wanted: usize, byte: u8| match byte {
        0x80..0xc0 => wanted.saturating_sub(1),
        0xc2..0xe0 => 1,
        0xe0..0xf0 => MOST_WANTED,
        0xf0..0xf5 => MOST_WANTED + 1,
        _ => 0,
    };
    bytes.map_or(0, |bytes| bytes.iter().copied().fold(wanted, after))
}

/// What most characters of East Asia lack after their first byte.
const MOST_WANTED: usize = 2;

/// Letters and signs of windows-1252 with which others stand in a row, where some of them were
/// read again.
const AROUND: usize = 2;
/// And so many times more on the whole line.
const MOST: usize = 2;
/// So few signs are no text, each of them three times.
const FEW: usize = 6;

/// Whether sequences may have been read again in what this chain made. Of charsets of East
/// Asia, of which two bytes in a row are one character, some pairs chance to be UTF-8.
pub(super) fn may_be_beneath_sequences(steps: &[Step]) -> bool {
    matches!(steps, [Step::Misread { truth, misread }]
        if !truth.is_single_byte() && *truth != Charset::UTF_8 && misread.is_single_byte())
}

/// A line of bytes misread as windows-1252, before sequences of them were read again; nothing
/// where no row beyond ASCII could have been that.
pub(super) fn reread(line: &str) -> Option<Overlay> {
    let (mut of_one, mut others) = (0, 0);
    let mut is_any = false;
    let runs = || scan::runs_beyond(line).map(|run| &line[run]);
    if !runs().any(|run| run.len() > 2 * AROUND) {
        return None;
    }
    for run in runs() {
        let all = run.chars().count();
        let own = run
            .chars()
            .filter(|c| sequences::is_of_one_byte(*c))
            .count();
        is_any |= own >= AROUND && own < all;
        of_one += own;
        others += all - own;
    }
    if !is_any || of_one < MOST * others || line.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    // Signs around a name, `©º°¨¨°º©ƭεรƭ©º°¨¨°º©`, are few, again and again.
    let beyond = line.chars().filter(|c| !c.is_ascii());
    let distinct: BTreeSet<char> = beyond.filter(|c| sequences::is_of_one_byte(*c)).collect();
    if distinct.len() <= FEW && distinct.len() * 3 <= of_one {
        return None;
    }
    // Nor are letters in both cases, `ÁáÍíŠšŤť`, of which those pairs would be characters.
    let pairs = line.chars().zip(line.chars().skip(1));
    let are_cases = |(a, b): &(char, char)| {
        a != b && !sequences::is_of_one_byte(*a) && lowered(*a) == lowered(*b)
    };
    if 2 * pairs.filter(are_cases).count() >= others {
        return None;
    }
    let mut over = Overlay::new(Step::Sequences, line);
    for (start, c) in line.char_indices() {
        let is_read = !sequences::is_of_one_byte(c);
        over.push(sequences::before(c), start, start + c.len_utf8(), is_read);
    }
    Some(over)
}

/// What a Mac made of text that it read as windows-1252, which was read as that again.
pub(super) const MAC_AS_1252: Step = Step::Misread {
    truth: Charset::MAC_ROMAN,
    misread: Charset::WINDOWS_1252,
};
/// The most often that was done to a text that anybody uses.
const SAVED: usize = 2;
/// What a Mac put for a character that it has not.
const NOT_OF_MAC: char = '_';

/// What leads the sequences that [`fill_in`] looks for, saved once and twice, also where what
/// was read as windows-1252 left a control; and the bytes that these begin with.
const SAVED_LEADS: [([char; 6], [u8; 3]); SAVED] = [
    (['€', '\u{80}', 'Ì', 'å', '‰', '\u{89}'], [0xc2, 0xc3, 0xe2]),
    (['Û', 'í', 'Œ', '\u{8c}', 'ä', 'ä'], [0xc2, 0xc3, 0xc5]),
];

/// No word of which letters are lost is longer.
const LONGEST_WORD: usize = 32;

/// How often a Mac saved UTF-8 that had been read as windows-1252, in such a chain.
pub(super) fn times_saved(steps: &[Step]) -> usize {
    match steps.split_last() {
        Some((&UTF_8_AS_1252, saved)) if saved.iter().all(|step| *step == MAC_AS_1252) => {
            saved.len()
        }
        _ => 0,
    }
}

/// Whether that shows somewhere.
pub(super) fn is_saved(line: &str) -> bool {
    all_saved(line).any(|over| over.is_suspicious())
}

/// A line of UTF-8 misread before Macs saved it, once and twice, where that shows: of `I‰Ûªm`
/// it is `Iâ€™m`, and of `cafÌ©` and `cafí©` `cafÃ©`. What they had not, they made `_`.
pub(super) fn all_saved(line: &str) -> impl Iterator<Item = Overlay> {
    (1..=SAVED).filter_map(|times| saved(line, false, times))
}

/// The same if they did it so many times, as is certain or shows.
fn saved(line: &str, is_certain: bool, times: usize) -> Option<Overlay> {
    // No Mac shows `Ã`, for `√` is no character of windows-1252, nor makes `‚Ä` of a sequence.
    if !has_saved_lead(line, times) || line.contains('Ã') || line.contains("â€") {
        return None;
    }
    let before = |c: char| (0..times).fold(c, |c, _| before_mac(c));
    let text: Vec<char> = line.chars().map(before).collect();
    let filled = fill_in(&text, is_certain, times)?;
    let mut over = Overlay {
        times,
        ..Overlay::new(MAC_AS_1252, line)
    };
    for ((start, c), (was, is_guess)) in line.char_indices().zip(filled) {
        over.push([was], start, start + c.len_utf8(), was != c);
        if let Some(place) = over.places.last_mut() {
            place.is_guess = is_guess;
        }
    }
    Some(over)
}

/// Whether a line has what leads a sequence that was saved so many times, and after it what
/// could go on in it. Hardly any right line has, and none of it needs to be read then.
fn has_saved_lead(line: &str, times: usize) -> bool {
    let Some((leads, [a, b, c])) = SAVED_LEADS.get(times - 1) else {
        return false;
    };
    memchr::memchr3_iter(*a, *b, *c, line.as_bytes()).any(|at| {
        let mut chars = line[at..].chars();
        let is_lead = chars.next().is_some_and(|c| leads.contains(&c));
        is_lead
            && chars
                .next()
                .is_some_and(|c| !c.is_ascii() || c == NOT_OF_MAC)
    })
}

/// What a character of windows-1252 was that a Mac wrote.
fn before_mac(c: char) -> char {
    match READINGS.row(c).bytes[WINDOWS_1252] {
        // Nobody has these, and they stay what they are.
        0 | 0x81 | 0x8d | 0x8f | 0x90 | 0x9d => c,
        byte => shown(Charset::MAC_ROMAN, byte),
    }
}

/// Such a text with what the Mac had not, each with whether it was that; nothing if no sequence
/// of UTF-8 shows that is whole or makes a known word, or any where the chain `is_certain`.
fn fill_in(text: &[char], is_certain: bool, times: usize) -> Option<Vec<(char, bool)>> {
    let byte = |c: char| READINGS.row(c).bytes[WINDOWS_1252];
    let follows = |c: char| (0x80..0xc0).contains(&byte(c));
    let mut found: Vec<(char, bool)> = Vec::with_capacity(text.len());
    let mut is_any = false;
    for (i, &c) in text.iter().enumerate() {
        let next = text.get(i + 1).copied().unwrap_or_default();
        is_any |= match c {
            'Â' | 'Ã' | 'Ä' | 'Å' => follows(next),
            'â' => next == '€',
            _ => false,
        };
        let was = match (c, &text[i.saturating_sub(2)..i]) {
            // Of quotes, dashes and dots only `…` has what Macs have not.
            (NOT_OF_MAC, ['â', '€']) => Some('¦'),
            (NOT_OF_MAC, [.., 'Ã' | 'Ä' | 'Å']) => {
                let (was, is_known) = likeliest(text, i, times)?;
                is_any |= is_known || is_certain;
                Some(was)
            }
            _ => None,
        };
        found.push((was.unwrap_or(c), was.is_some()));
    }
    is_any.then_some(found)
}

/// What was lost after a lead byte, by the word that it makes, and whether that is known; what
/// else was lost there was the same, as in `ürün`.
fn likeliest(text: &[char], at: usize, times: usize) -> Option<(char, bool)> {
    let is_of_it = |c: &&char| c.is_alphanumeric() || !c.is_ascii() || **c == NOT_OF_MAC;
    let before = text[..at].iter().rev().take(LONGEST_WORD + 1);
    let before = before.take_while(is_of_it).count();
    let after = text[at..].iter().take(LONGEST_WORD + 1);
    let after = after.take_while(is_of_it).count();
    if before + after > LONGEST_WORD {
        return None;
    }
    let word = &text[at - before..at + after];
    let with = |byte: u8| {
        let bytes = word.iter().map(|c| match *c {
            NOT_OF_MAC => byte,
            c if c.is_ascii() => c as u8,
            c => READINGS.row(c).bytes[WINDOWS_1252],
        });
        let word: Vec<char> = String::from_utf8(bytes.collect()).ok()?.chars().collect();
        let (known, cost) = (known_words(&word), Survey::of(word.iter().copied()).cost);
        Some((known - cost, byte, are_known(word.iter().copied())))
    };
    let lost = (0x80..0xc0).filter(|b| !is_of_mac(*b, times));
    let (_, byte, is_known) = lost.filter_map(with).max()?;
    Some((shown(Charset::WINDOWS_1252, byte), is_known))
}

/// Whether a Mac has the character of a byte, so many times.
fn is_of_mac(byte: u8, times: usize) -> bool {
    let mac = Charset::MAC_ROMAN;
    let saved = |byte: u8| {
        let c = shown(Charset::WINDOWS_1252, byte);
        mac.encode(c.encode_utf8(&mut [0; 4]))
            .ok()?
            .first()
            .copied()
    };
    (0..times).try_fold(byte, |byte, _| saved(byte)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_are_what_macs_made_of_them() {
        for (times, (leads, bytes)) in (1..).zip(SAVED_LEADS) {
            for c in '\u{80}'..='\u{ffff}' {
                let was = (0..times).fold(c, |c, _| before_mac(c));
                let is_lead = matches!(was, 'Â' | 'Ã' | 'Ä' | 'Å' | 'â');
                assert_eq!(leads.contains(&c), is_lead, "{c}, {times}");
                assert!(!is_lead || bytes.contains(&c.to_string().as_bytes()[0]));
            }
        }
    }
}
