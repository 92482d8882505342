//! Lines that are plainly UTF-8 misread, whole or in part, and come out as words: nothing
//! needs to be weighed.

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};
use std::ops::Range;

use crate::charset::Charset;
use crate::edit::Step;
use crate::language::{self, Word};
use crate::model::{Cost, NAT};
use crate::scan::{self, Look};

use super::as_1252::{self, WINDOWS_1252};
use super::case;
use super::document::is_suspicious;
use super::filling;
use super::hypothesis::{Hypothesis, Survey};
use super::lattice::{self, Piece};
use super::readings::{READINGS, ones, shown};
use super::search::DEPTH;
use super::spelling;
use super::undo::step_of;
use super::utf8::{self, Entire};

/// What each character gains by each layer. By what the model says nearly all gain more,
/// most of them twice as much.
const EACH: Cost = 24 * NAT;

/// The account of a line of which it is plain what happened, what the search would find,
/// too; most damaged lines are of this kind. Whether the line is suspicious is only asked
/// where it is not UTF-8 as a whole, and whether it `is_text` by itself, that may have been
/// cut off.
pub(super) fn plain(
    line: &str,
    is_text: bool,
    is_suspect: impl FnOnce() -> bool,
) -> Option<Hypothesis> {
    if utf8::may_begin(line) {
        if let Some(first) = Layer::of(line) {
            return as_a_whole(line, first);
        }
        if let Some(found) = is_text.then(|| cut_off(line)).flatten() {
            return Some(found);
        }
    }
    is_suspect().then(|| in_part(line)).flatten()
}

/// The same of all but a last character of which bytes are missing, which stays: strings
/// are cut after so many characters, and `Ð¼Ð¸Ñ` was `ми` and something.
fn cut_off(line: &str) -> Option<Hypothesis> {
    let (head, rest) = line.split_at(as_1252::unfinished(line)?);
    let undone = as_1252::undo(head)?;
    if may_be_whole(&undone.text, rest) {
        return None;
    }
    let mut found = as_a_whole(head, Layer::Common(undone)).filter(|h| h.steps.len() == 1)?;
    found.divide(head);
    found.is_right = false;
    let rest = rest.char_indices();
    let kept = rest.map(|(at, c)| Piece::new(c, head.len() + at, c.len_utf8()));
    found.pieces.extend(kept);
    Some(found)
}

/// Whether what a text ends in may be all but a byte that somebody stripped.
fn may_be_whole(head: &str, rest: &str) -> bool {
    let last = match rest.chars().next() {
        Some('Â') => '\u{a0}',
        Some('Ã') => 'à',
        Some('â') => '”',
        Some(lead @ 'Ä'..='Ñ') => {
            let mut letters = filling::last_letters(lead);
            return letters.any(|last| filling::may_end_in(last, head));
        }
        _ => return false,
    };
    filling::may_end_in(last, head)
}

/// Whether all that could be wrong with a text is that it ends in what is left of a
/// character, `há razÃ`, `úrovnÄ`, `今日はå¤`: it was mended but for that. Nobody writes `Ã`
/// after a small letter, nor such signs in another script than Latin.
pub(super) fn ends_in_fragment(text: &str) -> bool {
    let Some(at) = as_1252::unfinished(text) else {
        return false;
    };
    let (head, rest) = text.split_at(at);
    let is_other = |c: char| c >= '\u{370}' && !language::is_latin(c);
    let is_fragment = matches!(rest, "Ã" | "Ä" | "Å") && head.ends_with(char::is_lowercase)
        || head
            .chars()
            .rev()
            .find(|c| c.is_alphabetic())
            .is_some_and(is_other);
    is_fragment && !may_be_whole(head, rest) && !is_suspicious(head)
}

/// A layer of UTF-8 misread that is all of a text beyond ASCII.
enum Layer {
    Common(as_1252::Undone),
    Other(Entire, usize),
}

impl Layer {
    fn of(text: &str) -> Option<Self> {
        if let Some(undone) = as_1252::undo(text) {
            return Some(Layer::Common(undone));
        }
        let entire = Entire::of(text.chars());
        Some(Layer::Other(entire, entire.first()?))
    }

    /// The same of what another one left, if it shows any.
    fn beneath(text: &str) -> Option<Self> {
        utf8::may_begin(text).then(|| Layer::of(text)).flatten()
    }

    /// What the text is without it.
    fn read(self, text: &str) -> Option<String> {
        match self {
            Layer::Common(undone) => Some(undone.text),
            Layer::Other(_, n) => Some(lattice::sequences_of(text, n, false)?.1),
        }
    }

    /// Whether the text could be UTF-8 in another charset, too.
    fn has_rival(&self, text: &str) -> bool {
        let chars = text.chars();
        match self {
            Layer::Common(undone) => {
                undone.may_have_rival() && Entire::of(chars.clone()).has_rival(WINDOWS_1252, chars)
            }
            Layer::Other(entire, n) => entire.has_rival(*n, chars),
        }
    }
}

/// The same of one that is UTF-8 in some charset as a whole.
fn as_a_whole(line: &str, first: Layer) -> Option<Hypothesis> {
    let mut charsets = Vec::with_capacity(DEPTH);
    let mut text = String::new();
    let (mut is_common, mut is_as_shown, mut has_rival) = (true, true, false);
    let mut next = Some(first);
    while let Some(layer) = next.filter(|_| charsets.len() < DEPTH) {
        let read = if charsets.is_empty() { line } else { &text };
        has_rival = has_rival || layer.has_rival(read);
        match &layer {
            Layer::Common(undone) => {
                charsets.push(WINDOWS_1252);
                is_as_shown &= undone.is_as_shown;
            }
            Layer::Other(..) if case::may_be_changed(read.chars()) => return None,
            Layer::Other(_, n) => {
                charsets.push(*n);
                is_common = false;
            }
        }
        text = layer.read(read)?;
        next = Layer::beneath(&text);
    }
    if has_control(&text) {
        return None;
    }
    let words = Words::of(&text, is_common);
    let are_enough = words.are_enough(is_common, has_rival);
    if !(are_enough || words.may_be_right(is_common, has_rival)) {
        return None;
    }
    let is_right = scan::look(&text) == Look::Right;
    let is_it = match are_enough {
        // What is odd even so may have been damaged before, and is looked at again.
        true => {
            let is_known = || is_common && !has_rival && words.are_known();
            let is_usual = || is_common && !has_rival && !is_suspicious(&text);
            is_right || !scan::is_suspicious(text.chars()) || is_known() || is_usual()
        }
        // The `мили` of `мили; мили; мили` chances to be `ҷз`.
        false => {
            is_right
                && (is_common || is_suspicious(line))
                && (!has_rival || are_rivals_odd(line, &charsets, &text))
        }
    };
    if !is_it {
        return None;
    }
    let read = text.bytes().filter(|b| *b >= 0xc0).count();
    let (pieces, whole) = match is_common && is_as_shown {
        true => (Vec::new(), Some(text)),
        false => (lattice::divided(line, &charsets)?, None),
    };
    Some(Hypothesis {
        pieces,
        whole,
        ..account(read, &charsets, is_right)
    })
}

/// Whether the other charsets in which each layer could be UTF-8 make the same of it
/// as these, or nothing that looks right or as likely in the end: `Ã«` was `Ǯ` in cp850, and an
/// accent below in Mac Roman; and `Š` stands in ISO-8859-15 for digits of Arabic, `٦غ٦ّر` for
/// `يغيّر`. But what looks damaged may be so once more: `VÄ\u{82}â\u{82}Źli` is `VĂ€li` in ISO-8859-16.
fn are_rivals_odd(line: &str, charsets: &[usize], end: &str) -> bool {
    let is_accent = |c: char| matches!(c, '\u{300}'..'\u{370}');
    let cost = |text: &str| Survey::of(text.chars()).cost;
    let of_end = LazyCell::new(|| cost(end));
    let mut text = Cow::Borrowed(line);
    charsets.iter().all(|&found| {
        let rivals = Entire::of(text.chars()).rivals(found);
        let read = |n| lattice::sequences_of(&text, n, false).map(|(_, read)| read);
        let Some(found) = read(found) else {
            return false;
        };
        let is_odd = |n| {
            read(n).is_none_or(|read| {
                read == found || read.contains(is_accent) || {
                    let read = to_the_end(read);
                    read != end
                        && (scan::look(&read) != Look::Right || cost(&read) > *of_end + LIKELIER)
                }
            })
        };
        let are_odd = ones(rivals).all(is_odd);
        text = Cow::Owned(found);
        are_odd
    })
}

/// What a text is once the layers are undone that are all of it.
fn to_the_end(mut text: String) -> String {
    for _ in 0..DEPTH {
        match Layer::beneath(&text).and_then(|layer| layer.read(&text)) {
            Some(read) => text = read,
            None => break,
        }
    }
    text
}

/// How much likelier a reading is than another that does not come into question beside it.
const LIKELIER: Cost = 12 * NAT;

/// The same where there are right words beside those that were misread as windows-1252:
/// these come out as known ones, or in a script that is there already.
fn in_part(line: &str) -> Option<Hypothesis> {
    if !utf8::shows_as_1252(line) {
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
    let mut are_known = true;
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
            (Some(_), Kind::New) if is_plainly_shown(&text[range.clone()]) => {
                words += 1;
                are_known = false;
            }
            (Some(_), Kind::Mark) => {}
            (Some(c), Kind::Other) if blocks.contains(&block(c)) => words += 1,
            (Some(c), Kind::Unknown)
                if blocks.contains(&block(c)) && is_lone_letter(&text[range.clone()]) =>
            {
                words += 1;
                are_known = false;
            }
            _ => return None,
        }
    }
    // The `moÅŸete` of ISO-8859-15 is no `moşete`.
    let changed = pieces.iter().filter(|p| p.layers != 0);
    let shown = changed.flat_map(|p| p.was(line).chars());
    let has_rival = || Entire::of(shown.clone()).has_rival(WINDOWS_1252, shown.clone());
    if words == 0 || has_control(&text) || !are_known && has_rival() {
        return None;
    }
    let is_right = scan::look(&text) == Look::Right;
    if !is_right && scan::is_suspicious(text.chars()) {
        return None;
    }
    let read = pieces.iter().filter(|p| p.layers != 0).count();
    Some(Hypothesis {
        pieces,
        ..account(read, &[WINDOWS_1252], is_right)
    })
}

/// Whether there are C1 controls, which nobody writes.
fn has_control(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|b| *b < 0xa0))
}

/// An account by which so many characters were read in these charsets.
fn account(read: usize, charsets: &[usize], is_right: bool) -> Hypothesis {
    let steps: Vec<Step> = charsets.iter().map(|n| step_of(*n)).collect();
    let cost = charsets.iter().map(|n| READINGS.single[*n].cost).sum();
    Hypothesis {
        gain: EACH * (read * steps.len()) as Cost,
        survey: Survey::default(),
        cost,
        is_right,
        whole: None,
        pieces: Vec::new(),
        steps,
        is_placed: false,
        known: OnceCell::new(),
    }
}

/// What a reading made words of.
#[derive(Default)]
struct Words {
    known: usize,
    marked: usize,
    others: usize,
    new: usize,
    /// New ones that nobody writes as they are shown.
    shown: usize,
    unknown: usize,
    mixed: usize,
}

impl Words {
    fn of(text: &str, is_common: bool) -> Self {
        let mut words = Words::default();
        for range in language::words(text, 0) {
            match kind(text, &range, is_common) {
                Kind::Known => words.known += 1,
                Kind::Marked => words.marked += 1,
                Kind::Other => words.others += 1,
                Kind::New => {
                    words.new += 1;
                    words.shown += usize::from(is_plainly_shown(&text[range.clone()]));
                }
                Kind::Unknown => words.unknown += 1,
                Kind::Mixed => words.mixed += 1,
                Kind::Mark => {}
            }
        }
        words
    }

    /// Whether there are some, and none that is not known.
    fn are_known(&self) -> bool {
        self.known + self.marked > 0 && self.new + self.unknown + self.mixed + self.others == 0
    }

    /// Whether all of them could be words, though few are known; where nothing else comes
    /// into question, more than chance makes, as it makes `Šlese` of `Å` and a no-break space.
    fn may_be_right(&self, is_common: bool, has_rival: bool) -> bool {
        let is_shown = self.shown == self.new && self.shown > 0;
        let least = if has_rival || is_shown { 1 } else { SOME };
        let latin = self.known + self.marked + self.new;
        let are_latin = || match is_common {
            true => latin >= least && self.unknown == 0,
            false => self.new + self.unknown < self.known,
        };
        // Among words of another script are some of one letter, and names of things in Latin.
        let are_others = || latin == 0 && self.others >= SOME * self.unknown.max(1);
        self.mixed == 0 && (self.others == 0 && are_latin() || are_others())
    }

    /// Whether it is sure by these what happened. Hardly anything but damage shows as `Ã©`:
    /// there, some of the words may be unknown, or of another script. In other charsets
    /// sequences show as letters that make right words.
    fn are_enough(&self, is_common: bool, has_rival: bool) -> bool {
        let &Words {
            known,
            marked,
            others,
            new,
            unknown,
            mixed,
            ..
        } = self;
        let all = known + marked + others;
        match (is_common, has_rival) {
            (true, false) => all > 0 && mixed == 0 && new + unknown <= SOME * all,
            (true, true) => self.are_known(),
            // `В` before a no-break space is a word of Russian.
            (false, has_rival) => !has_rival && known > 0 && new + unknown + mixed + others == 0,
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
    /// In letters of Latin, and could be known.
    New,
    Unknown,
    /// With letters of Latin and others of scripts that nobody puts beside them: `skr᠓`.
    Mixed,
    /// No letter.
    Mark,
}

/// Bytes of a word that is no accident; and where the charset is another than windows-1252.
const LEAST: usize = 3;
const LEAST_OF_OTHERS: usize = 5;
/// Bytes of a word that may have been a few ideographs.
const FEW: usize = 8;

/// What a word has in which there is this byte.
static KIND: [u8; 256] = {
    let mut all = [0; 256];
    let mut b = 0;
    while b < all.len() {
        all[b] = match b {
            ..0x80 => ASCII,
            0xc3..=0xc8 => LATIN,
            0xe1 => OTHER | EITHER,
            0xc9..=0xe0 | 0xe3.. => OTHER,
            _ => 0,
        };
        b += 1;
    }
    all
};
const ASCII: u8 = 1;
const LATIN: u8 = 2;
const OTHER: u8 = 4;
const EITHER: u8 = 8;

fn kind(text: &str, range: &Range<usize>, is_common: bool) -> Kind {
    let word = &text[range.clone()];
    let seen = word.bytes().fold(0, |all, b| all | KIND[usize::from(b)]);
    let has = |kind: u8| seen & kind != 0;
    // `ệ` begins with the byte that `მ` does.
    let is_other = has(OTHER) && !(has(EITHER) && word.chars().all(language::is_latin));
    let is_latin = has(LATIN) || has(EITHER) && !is_other;
    let is_kind = |is: bool, kind: Kind| if is { kind } else { Kind::Unknown };
    match (is_latin, is_other) {
        (false, false) if !has(ASCII) => match is_lone_sign(word) {
            true => Kind::Marked,
            false => Kind::Mark,
        },
        (false, false) => is_kind(!has_odd_mark(word), Kind::Marked),
        (true, false) if !may_be_known(text, range, is_common) => Kind::Unknown,
        (true, false) if Word::of(text, range).is_known() => Kind::Known,
        (true, false) => Kind::New,
        (_, true) if has(EITHER) && (is_latin || has(ASCII)) => Kind::Mixed,
        // `Î` before a no-break space is no `Π`, and `fermé` before that and `»` no `ferm頻`.
        (_, true) => {
            let is_word = word.len() > LEAST && !is_latin && !has(ASCII);
            let is_chance = || word.len() <= FEW && spelling::is_chance(word.chars());
            is_kind(is_word && !is_chance(), Kind::Other)
        }
    }
}

/// Whether each letter of a word in Latin that was misread as windows-1252 showed as what nobody
/// writes: a capital and a sign next to a small letter, `yhtÃ¤suuri`, `mreÅ¾evino`, or a capital
/// and anything but a no-break space between two, `rankenÄ—lÄ—s`, `yaklaÅŸma`.
fn is_plainly_shown(word: &str) -> bool {
    let is_sign = |c: char| match c {
        '¨' | 'ª' | '«' | '\u{ad}' | '´' | '·' | 'º' | '»' => false,
        '†' | '‡' | 'ˆ' | '‰' | '˜' | '™' | '¡'..='¿' => true,
        _ => false,
    };
    let mut before = None;
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let is_small = |c: Option<char>| c.is_some_and(char::is_lowercase);
        let beside = [before, letters.peek().copied()].map(is_small);
        let is_plain = match shown_last(c) {
            _ if c.is_ascii() => true,
            None | Some('\u{a0}') => false,
            Some(last) => beside == [true; 2] || is_sign(last) && beside.contains(&true),
        };
        if !is_plain {
            return false;
        }
        before = Some(c);
    }
    true
}

/// What the last byte of a letter of two shows as.
fn shown_last(c: char) -> Option<char> {
    let mut bytes = [0; 4];
    match *c.encode_utf8(&mut bytes).as_bytes() {
        [_, last] => Some(shown(Charset::WINDOWS_1252, last)),
        _ => None,
    }
}

/// Whether a word is one letter of another script than Latin, which showed as nothing that may
/// stand there: `Ð²`, but not `×–`, nor `Î` before a no-break space; the `Ã©` of
/// `replace("Ã©", "é")` may be meant.
fn is_lone_letter(word: &str) -> bool {
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(c), None) => {
            !(language::is_latin(c) || matches!(c, '\u{5c0}'..'\u{600}'))
                && shown_last(c) != Some('\u{a0}')
        }
        _ => false,
    }
}

/// Whether this is one sign that is a word by itself, and shows as nothing that anybody
/// writes: `Â¼ cup`, `âœ“`. No-break spaces, quotes and accents may stand after `Â`.
fn is_lone_sign(word: &str) -> bool {
    let mut chars = word.chars();
    let sign = chars.next().filter(|_| chars.next().is_none());
    let is_sign = |c: char| match c {
        '¨' | '«' | '¬' | '\u{ad}' | '¯' | '´' | '·' | '¸' | '»' => false,
        // Fractions, arrows, and signs of mathematics and of lists.
        '¡'..='¿' | '×' | '÷' | '\u{2150}'..'\u{2300}' | '\u{25a0}'..'\u{27c0}' => true,
        _ => false,
    };
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

/// Whether a word in Latin says anything, and is none in capitals, of which the last with a
/// mark after it is another letter: `AMANHÃ”`, `MÃ…`. `à` is a word, too, and `'Ã©'` what
/// somebody writes of; but `ΟΙ`, which has its bytes in a charset of Greek, is one as well.
fn may_be_known(text: &str, range: &Range<usize>, is_common: bool) -> bool {
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
    // `má»”` ends in a quote, and `xoỔ` is no word.
    let grows = || {
        let is_capital = |(_, c): &(usize, char)| !c.is_ascii() && c.is_uppercase();
        let mut capitals = word.char_indices().filter(is_capital);
        capitals.any(|(at, _)| word[..at].ends_with(char::is_lowercase))
    };
    let least = if is_common { LEAST } else { LEAST_OF_OTHERS };
    (word.len() >= least || is_apart()) && capitals < 2 && !ends_in_two() && !grows()
}
