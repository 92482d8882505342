//! Lines that are plainly UTF-8 misread, whole or in part, and come out as words: nothing
//! needs to be weighed.

use std::ops::Range;

use crate::edit::Step;
use crate::language::{self, Word};
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::hypothesis::{Hypothesis, Survey};
use super::lattice::{self, Piece};
use super::readings::READINGS;
use super::search::DEPTH;
use super::undo::step_of;
use super::utf8::{self, Entire};

/// What each character gains by each layer. By what the model says nearly all gain more,
/// most of them twice as much.
const EACH: Cost = 24 * NAT;

/// The account of a line of which it is plain what happened, what the search would find,
/// too; most damaged lines are of this kind. Whether the line is suspicious is only asked
/// where it is not UTF-8 as a whole.
pub(super) fn plain(line: &str, is_suspicious: impl FnOnce() -> bool) -> Option<Hypothesis> {
    let entire = utf8::may_begin(line).then(|| Entire::of(line.chars()));
    match entire.filter(|entire| entire.first().is_some()) {
        Some(entire) => as_a_whole(line, entire),
        None if is_suspicious() => in_part(line),
        None => None,
    }
}

/// The same of one that is UTF-8 in some charset as a whole.
fn as_a_whole(line: &str, mut entire: Entire) -> Option<Hypothesis> {
    let mut steps = Vec::new();
    let mut pieces = Vec::new();
    let mut text = String::new();
    let (mut is_common, mut has_rival, mut cost) = (true, false, 0);
    for depth in 0..DEPTH {
        let read = if depth == 0 { line } else { &text };
        if depth > 0 {
            entire = Entire::of(read.chars());
        }
        let Some(n) = entire.first() else { break };
        is_common &= n == WINDOWS_1252;
        has_rival |= match n {
            WINDOWS_1252 => entire.has_rival(n, read.chars()),
            _ => utf8::may_have_rival(entire, n, read.chars()),
        };
        if has_rival && !is_common {
            return None;
        }
        if depth == 0 {
            (pieces, text) = lattice::sequences_of(line, n, false)?;
        } else {
            pieces = lattice::sequences(pieces.into_iter(), n, 1 << depth)?;
            text = pieces.iter().map(|p| p.c).collect();
        }
        steps.push(step_of(n));
        cost += READINGS.single[n].cost;
    }
    if text.contains(is_control) {
        return None;
    }
    let words = Words::of(&text, is_common);
    if !words.are_enough(is_common, has_rival) {
        return None;
    }
    let is_right = scan::look(&text) == Look::Right;
    // What is odd even so may have been damaged before, and is looked at again.
    let is_it = is_right
        || !scan::is_suspicious(text.chars())
        || is_common && !has_rival && words.are_known();
    is_it.then(|| account(pieces, steps, cost, is_right))
}

/// The same where there are right words beside those that were misread as windows-1252:
/// these come out as known ones, or in a script that is there already.
fn in_part(line: &str) -> Option<Hypothesis> {
    // `Â` to `ô`, and anything beyond ASCII after it.
    let may_be = |three: &[u8]| matches!(*three, [0xc3, 0x82..=0xb4, next] if next >= 0x80);
    if !line.as_bytes().windows(3).any(may_be) {
        return None;
    }
    let (pieces, text) = lattice::sequences_of(line, WINDOWS_1252, true)?;
    let block = |c: char| u32::from(c) >> 8;
    let mut blocks: Vec<u32> = Vec::new();
    for p in pieces.iter().filter(|p| p.layers == 0) {
        if !blocks.contains(&block(p.c)) {
            blocks.push(block(p.c));
        }
    }
    let (mut at, mut rest) = (0, pieces.iter());
    let mut words = 0;
    for range in language::words(&text, 0) {
        let (mut read, mut kept) = (None, false);
        while at < range.end {
            let p = rest.next()?;
            at += p.c.len_utf8();
            if at <= range.start {
                continue;
            }
            match p.layers != 0 {
                true => read = Some(p.c),
                false => kept |= !p.c.is_ascii(),
            }
        }
        match (read, kind(&text, &range, true)) {
            (None, _) => {}
            (Some(_), _) if kept => return None,
            (Some(_), Kind::Known | Kind::Marked) => words += 1,
            (Some(_), Kind::Mark) => {}
            (Some(c), Kind::Other) if blocks.contains(&block(c)) => words += 1,
            _ => return None,
        }
    }
    if words == 0 || text.contains(is_control) {
        return None;
    }
    let is_right = scan::look(&text) == Look::Right;
    let is_it = is_right || !scan::is_suspicious(text.chars());
    let cost = READINGS.single[WINDOWS_1252].cost;
    is_it.then(|| account(pieces, vec![step_of(WINDOWS_1252)], cost, is_right))
}

/// Its number among the single-byte charsets.
const WINDOWS_1252: usize = 0;

/// Whether this is a C1 control, which nobody writes.
fn is_control(c: char) -> bool {
    matches!(c, '\u{80}'..'\u{a0}')
}

fn account(pieces: Vec<Piece>, steps: Vec<Step>, cost: Cost, is_right: bool) -> Hypothesis {
    let read = pieces.iter().filter(|p| p.layers != 0).count();
    Hypothesis {
        gain: EACH * (read * steps.len()) as Cost,
        survey: Survey::default(),
        cost,
        is_right,
        pieces,
        steps,
    }
}

/// What a reading made words of.
#[derive(Default)]
struct Words {
    known: usize,
    marked: usize,
    others: usize,
    unknown: usize,
}

impl Words {
    fn of(text: &str, is_common: bool) -> Self {
        let mut words = Words::default();
        for range in language::words(text, 0) {
            match kind(text, &range, is_common) {
                Kind::Known => words.known += 1,
                Kind::Marked => words.marked += 1,
                Kind::Other => words.others += 1,
                Kind::Unknown => words.unknown += 1,
                Kind::Mark => {}
            }
        }
        words
    }

    /// Whether there are some, and none that is not known.
    fn are_known(&self) -> bool {
        self.known + self.marked > 0 && self.unknown + self.others == 0
    }

    /// Whether it is sure by these what happened. Hardly anything but damage shows as `Ã©`:
    /// there, some of the words may be unknown, or of another script. In other charsets
    /// sequences show as letters that make right words.
    fn are_enough(&self, is_common: bool, has_rival: bool) -> bool {
        let &Words {
            known,
            marked,
            others,
            unknown,
        } = self;
        let all = known + marked + others;
        match (is_common, has_rival) {
            (true, false) => all > 0 && unknown <= SOME * all,
            (true, true) => self.are_known(),
            // `В` before a no-break space is a word of Russian.
            (false, _) => known > 0 && unknown + others == 0,
        }
    }
}

/// So many times as many words may be unknown.
const SOME: usize = 3;

/// What a word is that has something beyond ASCII.
enum Kind {
    /// A known one in letters of Latin.
    Known,
    /// One of ASCII, with marks: `don’t`; or a sign that is one.
    Marked,
    /// Of letters of another script.
    Other,
    Unknown,
    /// No letter.
    Mark,
}

/// Bytes of a word that is no accident; and where the charset is another than windows-1252.
const LEAST: usize = 3;
const LEAST_OF_OTHERS: usize = 5;

fn kind(text: &str, range: &Range<usize>, is_common: bool) -> Kind {
    let bytes = &text.as_bytes()[range.clone()];
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let (is_latin, is_other) = (
        has(|b| matches!(b, 0xc3..=0xc8)),
        has(|b| matches!(b, 0xc9..=0xe1 | 0xe3..)),
    );
    let is_kind = |is: bool, kind: Kind| if is { kind } else { Kind::Unknown };
    match (is_latin, is_other) {
        (false, false) if !has(u8::is_ascii) => match is_lone_sign(&text[range.clone()]) {
            true => Kind::Marked,
            false => Kind::Mark,
        },
        (false, false) => is_kind(!has_odd_mark(&text[range.clone()]), Kind::Marked),
        (true, false) => is_kind(is_known(text, range, is_common), Kind::Known),
        // `Î` before a no-break space is no `Π`, and `fermé` before that and `»` no `ferm頻`.
        (_, true) => is_kind(
            bytes.len() > LEAST && !is_latin && !has(u8::is_ascii),
            Kind::Other,
        ),
    }
}

/// Whether this is one sign that is a word by itself, and shows as nothing that anybody
/// writes: `Â¼ cup`. No-break spaces, quotes and accents may stand after `Â`.
fn is_lone_sign(word: &str) -> bool {
    let mut chars = word.chars();
    let sign = chars.next().filter(|_| chars.next().is_none());
    let is_sign = |c: char| ('¡'..='¿').contains(&c) && !"¨«¬\u{ad}¯´·¸»".contains(c);
    sign.is_some_and(is_sign)
}

/// Whether a word has marks that text has not next to letters: all but `’`, `…`, `€`, `™`
/// and the like, which show as `â€`, `â‚` and `â„`; `eliminâ` before a no-break space and
/// `»` is no `elimin⠻`. Nor after capitals such as show as `Â»`: `FÂ` is a word.
fn has_odd_mark(word: &str) -> bool {
    let is_odd = |c: char| {
        c >= '\u{2000}'
            && !matches!(c, '\u{2000}'..'\u{2040}' | '\u{2080}'..'\u{20d0}' | '\u{2100}'..'\u{2140}')
    };
    let follows = |two: &[u8]| two[0].is_ascii_uppercase() && two[1] == 0xc2;
    word.contains(is_odd) || word.as_bytes().windows(2).any(follows)
}

/// Whether the letters of a word in Latin are usual where they stand, and it is no word in
/// capitals, of which the last with a mark after it is another letter: `AMANHÃ”`, `MÃ…`. `à`
/// is a word, too, and `'Ã©'` what somebody writes of; but `ΟΙ`, which has its bytes in a
/// charset of Greek, is one as well.
fn is_known(text: &str, range: &Range<usize>, is_common: bool) -> bool {
    let word = &text[range.clone()];
    let is_latin_1 = |c: char| matches!(c, 'À'..='ÿ');
    let is_apart = || {
        let (before, after) = (&text[..range.start], &text[range.end..]);
        let is_end = |c: char| matches!(c, ' ' | ',' | '.' | ':');
        is_common
            && word.starts_with(is_latin_1)
            && (before.is_empty() || before.ends_with(' '))
            && (after.is_empty() || after.starts_with(is_end))
    };
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let ends_in_two = || {
        let mut last = word.chars().rev();
        let is_beyond = last.next().is_some_and(|c| !c.is_ascii());
        is_beyond && last.next().is_some_and(|c| c.is_ascii_uppercase())
    };
    let least = if is_common { LEAST } else { LEAST_OF_OTHERS };
    (word.len() >= least || is_apart())
        && capitals < 2
        && !ends_in_two()
        && Word::of(text, range).is_known()
}
