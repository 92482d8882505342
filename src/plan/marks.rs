//! Is it damage of English, that a reading makes marks of? `I donít know`: nothing of
//! English is beyond ASCII but marks, and those stand where the grammar has them. So that
//! also tells which mark was lost, but for its lead byte: `I donât know`.

use crate::charset::Charset;
use crate::contraction::{self, Sure};
use crate::edit::Step;
use crate::language::{self, Prior};
use crate::model::{Cost, NAT};

use super::hypothesis::{Hypothesis, Survey};
use super::lattice::Piece;
use super::readings::{READINGS, shown};
use super::{spelling, undo};

/// What a contraction gains, or a pair of quotes.
const EACH: Cost = 24 * NAT;
/// Steps from letter to letter that tell that a line is in English.
const TOLD: usize = 8;

/// Where `?` went with the space behind it, `file.cpp â€?do` and `name â†?{`, no quotation
/// ends, as `”` would, and no arrow points back: that was a dash, or an arrow, which GBK read
/// as `鈥?` before.
fn part_swallowed(line: &str, pieces: &mut Vec<Piece>) {
    // In Swedish and Finnish `”` begins a quotation, too, if another ends it.
    if pieces.iter().filter(|p| p.c == '”').count() > 1 {
        return;
    }
    let dash = match pieces.iter().any(|p| p.c == '–') {
        true => '–',
        false => '—',
    };
    // A text does not begin with it.
    let first = pieces.iter().position(|p| p.c.is_alphanumeric());
    let first = first.unwrap_or(pieces.len());
    let mark_at = |pieces: &[Piece], i: usize| {
        let [before, after] = around(pieces, i);
        let begins = |c: char| c.is_alphanumeric() || "`'\"([{<$#@_".contains(c);
        let is_swallowed = is_space(before) && after.is_some_and(begins) && i > first;
        match pieces[i].was(line) {
            _ if !is_swallowed || !pieces[i].inferred => None,
            "â€?" => Some(dash),
            "â†?" => Some('→'),
            _ => None,
        }
    };
    let marks: Vec<(usize, char)> = (0..pieces.len())
        .filter_map(|i| Some((i, mark_at(pieces, i)?)))
        .collect();
    if marks.is_empty() {
        return;
    }
    let mut marks = marks.into_iter().peekable();
    let mut parted = Vec::with_capacity(pieces.len() + marks.len());
    for (i, p) in pieces.iter().enumerate() {
        match marks.next_if(|(at, _)| *at == i) {
            None => parted.push(*p),
            Some((_, c)) => {
                let end = p.end - 1;
                parted.extend([
                    Piece { c, end, ..*p },
                    Piece {
                        c: ' ',
                        start: end,
                        ..*p
                    },
                ]);
            }
        }
    }
    *pieces = parted;
}

/// What a reading gains that makes contractions and quotes, and other marks where they
/// belong, and nothing else. Of `Itís fine` other words don't tell that it is English,
/// but that its chain `is_certain` from other lines is enough.
pub(super) fn gain(line: &str, h: &Hypothesis, is_certain: bool) -> Option<Cost> {
    let of_controls = of_controls(line, h);
    let pieces = of_controls.as_deref().unwrap_or(&h.pieces);
    let changed = || {
        pieces
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_changed(line))
    };
    let is_of_marks = h.is_legacy() || h.is_placed || of_controls.is_some();
    if !is_of_marks || !changed().any(|(_, p)| matches!(p.c, '’' | '”')) {
        return None;
    }
    let is_in_place = |(i, _)| h.is_placed || is_in_place(pieces, i, line);
    if !changed().all(is_in_place) {
        return None;
    }
    let count = |is: fn(char) -> bool| changed().filter(|(_, p)| is(p.c)).count();
    let (opening, closing) = (count(|c| c == '“'), count(|c| c == '”'));
    let quotes = if opening == closing { opening } else { 0 };
    let apostrophes = changed().filter(|(_, p)| p.c == '’');
    let sure = apostrophes.map(|(i, p)| {
        let (stem, ending) = stem_and_ending(pieces, i);
        contraction::sure(
            &stem,
            p.was(line).chars().next().unwrap_or_default(),
            &ending,
        )
    });
    let sure: Vec<Sure> = sure.filter(|sure| *sure > Sure::No).collect();
    // `âsana and prânâyâma` are words, and no quotation.
    if h.is_placed && sure.is_empty() {
        return None;
    }
    let telling = sure.len() + quotes;
    // English has none of another alphabet.
    let mut stay = pieces.iter().filter(|p| !p.is_changed(line));
    let is_latin = stay.all(|p| language::is_latin(p.c) || !p.c.is_alphabetic());
    let were_letters = || {
        let was = |p: &Piece| p.was(line).chars().next().unwrap_or_default();
        let is_within = |i: usize| i > 0 && pieces[i - 1].c.is_ascii_lowercase();
        let is_mark = move |i: usize, p: &Piece| was(p).is_uppercase() && is_within(i);
        changed().any(|(i, p)| language::is_beyond(was(p)) && !is_mark(i, p))
    };
    let were = changed().flat_map(|(_, p)| p.was(line).chars());
    let letters: Vec<char> = were.filter(|c| language::is_beyond(*c)).collect();
    let is_english = || {
        let prior = language::prior(&spelling::untouched(pieces));
        let mut each = letters.iter().map(|&c| prior.lacking([c].into_iter()) > 0);
        prior.steps >= TOLD && prior.may_be_english() && each.all(|lacks| lacks)
    };
    // Nobody has two of these by accident: `He wasnít there; theyíve gone`; nor one of `donât`.
    let closed = sure.iter().filter(|sure| **sure == Sure::Yes).count();
    let is_clear = (is_certain || !were_letters()) && (quotes > 0 || closed > 0)
        || closed > usize::from(!h.is_placed);
    let is_sure = telling > 0 && is_latin && (is_clear || is_english());
    is_sure.then_some(h.gain.max(telling as Cost * EACH) - h.cost)
}

/// The pieces of a line of which UTF-8 makes nothing but C1 controls, with the marks that these
/// were: of `IÂ’m` there is as little else to tell it as there is of `donÂt`.
fn of_controls(line: &str, h: &Hypothesis) -> Option<Vec<Piece>> {
    let is_control = |p: &&Piece| matches!(p.c, '\u{91}'..='\u{97}');
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    let is_it = !h.is_legacy() && changed.peek().is_some() && changed.all(|p| is_control(&p));
    let marks = h.pieces.iter().map(|p| match is_control(&p) {
        true => Piece {
            c: shown(Charset::WINDOWS_1252, p.c as u8),
            ..*p
        },
        false => *p,
    });
    is_it.then(|| marks.collect())
}

/// Whether all that a reading makes are marks, as in `ba’a` for `baía`: where they don't
/// belong, a chain that is certain from other lines says nothing.
pub(super) fn makes_marks_only(line: &str, h: &Hypothesis) -> bool {
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    h.is_legacy() && changed.all(|p| spelling::is_mark(p.c))
}

/// The characters before and after a place.
fn around(pieces: &[Piece], at: usize) -> [Option<char>; 2] {
    let c = |i: usize| pieces.get(i).map(|p| p.c);
    [at.checked_sub(1).and_then(c), c(at + 1)]
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Whether there is a space, or nothing.
fn is_space(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// Whether a mark stands where marks of its kind do; a letter of ASCII is one that was
/// swallowed with the mark before it.
fn is_in_place(pieces: &[Piece], at: usize, line: &str) -> bool {
    let [before, after] = around(pieces, at);
    match pieces[at].c {
        '’' => is_word(before) || is_word(after),
        '‘' | '“' => !is_word(before) && !is_space(after),
        '”' => closes(pieces, at),
        '–' | '—' => is_space(before) == is_space(after),
        '…' => true,
        c => {
            let last = at.checked_sub(1).map(|i| pieces[i]);
            c.is_ascii_alphabetic() && last.is_some_and(|p| p.was(line) == pieces[at].was(line))
        }
    }
}

/// The last byte of a mark as ISO-8859-1 shows it, where it is no C1 control, `â¦`, and the
/// mark.
fn mark_before(text: &str) -> Option<(char, char)> {
    let trail = text.chars().next()?;
    let mark = match trail {
        '¦' => '…',
        '¬' => '€',
        '¢' => '•',
        _ => return None,
    };
    Some((trail, mark))
}

/// Spaces at the beginning of a text, so many at most.
fn spaces_before(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(|b| *b == b' ').count()
}

/// How many spaces stand for the controls after the `â` of a contraction: two in `donâ  t`.
fn spaces_in(line: &str) -> usize {
    let is_letter = |c: &char| c.is_ascii_alphabetic();
    let spaces = |(at, lead): (usize, &str)| {
        let (before, after) = (&line[..at], &line[at + lead.len()..]);
        let stem = before.chars().rev().take_while(is_letter).count();
        let spaces = spaces_before(after, CONTROLS);
        let rest = &after[spaces..];
        let ending = rest.chars().take(LONGEST_ENDING + 1);
        let ending = ending.take_while(is_letter).count();
        let stem = &before[before.len() - stem..];
        (spaces > 0 && contraction::sure(stem, 'â', &rest[..ending]) == Sure::Yes).then_some(spaces)
    };
    line.match_indices('â').find_map(spaces).unwrap_or(0)
}

/// C1 controls of a mark of English.
const CONTROLS: usize = 2;

/// How many spaces stand for the controls after a lead byte at this place of a line in
/// which there are so many. Where one stands for both, it may be the space after a word.
fn spaces_of(line: &str, at: usize, spaces: usize) -> usize {
    let (before, after) = (&line[..at], &line[at + 'â'.len_utf8()..]);
    let there = spaces_before(after, spaces);
    let rest = &after[there..];
    let is_letter = |c: &char| c.is_ascii_alphabetic();
    let ending = rest.chars().take_while(is_letter).take(LONGEST_ENDING + 1);
    let is_ending = (1..=LONGEST_ENDING).contains(&ending.count());
    // `O’Reilly`, `o’clock`.
    let is_name = before
        .strip_suffix(['O', 'o'])
        .is_some_and(|b| !b.ends_with(char::is_alphabetic));
    let goes_on = before.ends_with(char::is_alphabetic)
        && (is_ending || is_name && rest.starts_with(char::is_alphabetic));
    let begins = before.chars().next_back().is_none_or(char::is_whitespace);
    let is_spare = !rest.starts_with(char::is_alphanumeric);
    if spaces > 1 || goes_on || begins || is_spare {
        there
    } else {
        0
    }
}

/// What an English line was of whose marks only `â` is left: `donât`, or `donâ t` where
/// spaces stand for controls.
pub(super) fn lost(line: &str) -> Option<Hypothesis> {
    let mut readings = READINGS.single.iter();
    let reading = readings.position(|r| r.charset == Charset::ISO_8859_1)?;
    // Of `donÂt` there were C1 controls before, which had been marks of windows-1252.
    let is_of_controls = has_lone(line, 'Â');
    let (lead, layers) = match is_of_controls {
        true => ('Â', 0b11),
        false => ('â', 1),
    };
    let mut pieces = unplaced(line, lead, layers)?;
    place(&mut pieces, is_unplaced, |pieces, at, mark| {
        (!is_of_controls || is_no_other(pieces, at, mark)).then_some(mark)
    });
    // What could be this or that stays.
    let mut kept = Vec::with_capacity(pieces.len());
    for p in pieces {
        match is_unplaced(&p) {
            true => {
                let chars = p.was(line).char_indices();
                let piece =
                    |(at, c): (usize, char)| Piece::new(c, p.start as usize + at, c.len_utf8());
                kept.extend(chars.map(piece));
            }
            false => kept.push(p),
        }
    }
    let survey = Survey::of_pieces(&kept);
    let mut h = Hypothesis {
        steps: vec![undo::step_of(reading)],
        cost: READINGS.single[reading].cost,
        is_placed: true,
        ..Hypothesis::first(kept, survey)
    };
    if is_of_controls {
        h.steps.push(AS_CONTROLS);
    }
    h.gain = gain(line, &h, false)?;
    Some(h)
}

/// The pieces of such a line, with [`LOST`] where only a lead byte is left of a mark, read
/// in these layers; nothing if more is lost than marks.
fn unplaced(line: &str, lead: char, layers: u8) -> Option<Vec<Piece>> {
    let spaces = spaces_in(line);
    let mut pieces = Vec::with_capacity(line.len());
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let beyond = &line[at + c.len_utf8()..];
        let next = beyond.chars().next().unwrap_or_default();
        let gap = spaces_before(beyond, spaces.min(1));
        let mark = Some(&beyond[gap..])
            .filter(|_| c == 'â')
            .and_then(mark_before);
        // How much of the line it is, and what it was.
        let (len, is, layers) = match (c, mark) {
            (_, Some((trail, mark))) => (c.len_utf8() + gap + trail.len_utf8(), mark, 1),
            (c, None) if c == lead && is_lone(next) => {
                (c.len_utf8() + spaces_of(line, at, spaces), LOST, layers)
            }
            // A character of two bytes is whole.
            ('Â' | 'Ã', None) if ('\u{a0}'..='\u{bf}').contains(&next) => {
                let is = u32::from(next) + if c == 'Ã' { 0x40 } else { 0 };
                (c.len_utf8() + next.len_utf8(), char::from_u32(is)?, 1)
            }
            ('Â' | 'Ã' | 'â', None) => return None,
            _ => (c.len_utf8(), c, 0),
        };
        let piece = Piece::new(c, at, len);
        pieces.push(match layers {
            0 => piece,
            _ => Piece::read(&[piece], is, is == LOST || mark.is_some(), layers),
        });
        at += len;
    }
    Some(pieces)
}

/// Whether nobody knows yet which mark this was.
fn is_unplaced(p: &Piece) -> bool {
    p.layers != 0 && p.c == LOST
}

/// The marks of windows-1252 as C1 controls.
const AS_CONTROLS: Step = Step::Misread {
    truth: Charset::WINDOWS_1252,
    misread: Charset::ISO_8859_1,
};

/// Whether nothing is left behind a lead byte: no other byte of UTF-8, nor what stands for
/// one.
fn is_lone(next: char) -> bool {
    next.is_ascii() && next != '?' || matches!(next, 'â' | 'Â' | 'Ã')
}

/// Whether such a byte stands within a word, or before one.
fn has_lone(line: &str, lead: char) -> bool {
    let mut after = line.split(lead).skip(1);
    after.any(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Where a mark was of which only the lead byte is left, and nobody knows yet which.
const LOST: char = char::REPLACEMENT_CHARACTER;

/// Puts marks of which one byte or two are left where grammar has them: those of English,
/// and the apostrophes of any language.
pub(super) fn place_lost(line: &str, pieces: &mut Vec<Piece>) {
    part_swallowed(line, pieces);
    let is_lost = |p: &Piece| {
        let was = p.was(line).trim_end_matches(['?', LOST, ' ']);
        p.inferred && spelling::is_mark(p.c) && matches!(was, "â" | "â€")
    };
    if pieces.iter().any(is_lost) {
        // Who lost one of them so lost all.
        let is_bare = |p: &Piece| p.c != 'â' && is_lost(p) && p.was(line) == "â";
        if pieces.iter().any(is_bare) {
            let left = (0..pieces.len())
                .filter(|&i| pieces[i].c == 'â' && pieces[i].layers == 0 && !is_within(pieces, i));
            for i in left.collect::<Vec<_>>() {
                (pieces[i].c, pieces[i].layers, pieces[i].inferred) = ('”', 1, true);
            }
        }
        let prior = language::prior(&spelling::untouched(pieces));
        let is_other_letter = |c: char| c.is_alphabetic() && !language::is_latin(c);
        let is_other = |c: char| matches!(c, '„' | '‚' | '«' | '»') || is_other_letter(c);
        let is_other = pieces.iter().any(|p| is_other(p.c) && !is_lost(p));
        let may_be_english = !is_other && (prior.steps < STEPS || prior.may_be_english());
        // All dashes are like the first.
        let dash = pieces.iter().map(|p| p.c).find(|c| matches!(c, '–' | '—'));
        let quotes = (!is_other && prior.steps >= STEPS).then(|| quotes(&prior));
        // Of `â€` the byte that most lose is that of `”`.
        let as_written = |pieces: &[Piece], at: usize, mark| {
            let is_one = pieces[at].was(line).starts_with("â€");
            if may_be_english && !is_one || mark == '’' && is_within(pieces, at) {
                return Some(mark);
            }
            let [open, close] = quotes.filter(|_| !is_one)?;
            match mark {
                '“' => Some(open),
                '”' => Some(close),
                '–' => dash,
                _ => None,
            }
        };
        place(pieces, is_lost, as_written);
    }
}

/// The double quotes of the likeliest language, by Unicode's CLDR.
fn quotes(prior: &Prior) -> [char; 2] {
    let is_of = |tags: &[&str]| tags.contains(&prior.tag());
    match () {
        () if is_of(&LOW_AND_TURNED) => ['„', '“'],
        () if is_of(&LOW) => ['„', '”'],
        () if is_of(&ALIKE) => ['”', '”'],
        () => ['“', '”'],
    }
}

/// Languages that quote `„so“`, `„so”` and `”so”`.
const LOW_AND_TURNED: [&str; 14] = [
    "cs", "de", "dsb", "et", "gsw", "hsb", "is", "ksh", "lb", "lt", "lv", "nds", "sk", "sl",
];
const LOW: [&str; 5] = ["bs", "hr", "hu", "pl", "ro"];
const ALIKE: [&str; 2] = ["fi", "sv"];

/// Whether each `â` of a line was a mark: as many begin something as end it, what is within a
/// word elides a vowel, `dâoro`, and what stands free is no word of the language. `dopleâ` is a
/// word of Friulian, and `â` of Welsh.
pub(super) fn may_be_lost(line: &str, pieces: &[Piece]) -> bool {
    let (mut begun, mut ended, mut is_free) = (0, 0, false);
    let bare = pieces.iter().enumerate();
    for (i, p) in bare.filter(|(_, p)| p.was(line) == "â") {
        let [before, after] = around(pieces, i);
        let is_elided = || {
            let (stem, _) = stem_and_ending(pieces, i);
            ELIDED.contains(&stem.to_lowercase().as_str())
        };
        match (is_word(before), is_word(after)) {
            _ if !p.inferred => return false,
            (true, true) if is_elided() => {}
            (true, true) => return false,
            _ if is_space(before) == is_space(after) => is_free = true,
            (true, _) => ended += 1,
            (_, true) => begun += 1,
            _ if is_space(before) => begun += 1,
            _ => ended += 1,
        }
    }
    let is_no_word = || {
        let prior = language::prior(&spelling::untouched(pieces));
        prior.steps >= TOLD && prior.lacking(['â'].into_iter()) > 0
    };
    begun == ended && (!is_free || is_no_word())
}

/// What stands before an apostrophe that is for a vowel.
const ELIDED: [&str; 9] = ["all", "c", "d", "dell", "j", "l", "n", "qu", "s"];

/// Steps from letter to letter that tell that a line is in another language.
const STEPS: usize = 16;

/// Puts marks where they are lost, the first before those after it, if that is sure, and as
/// they are `as_written` in the language, if that has them.
fn place(
    pieces: &mut [Piece],
    is_lost: impl Fn(&Piece) -> bool,
    as_written: impl Fn(&[Piece], usize, char) -> Option<char>,
) {
    let lost: Vec<usize> = (0..pieces.len()).filter(|&i| is_lost(&pieces[i])).collect();
    // As what it was filled in with it is no neighbour.
    let unplace = |&i: &usize| std::mem::replace(&mut pieces[i].c, LOST);
    let filled: Vec<char> = lost.iter().map(unplace).collect();
    let may_close = |i: &usize| matches!(pieces[*i].c, '”' | LOST) && closes(pieces, *i);
    let last = (0..pieces.len()).rev().find(may_close).unwrap_or(0);
    let mut open = Vec::new();
    let mut rest = lost.iter().zip(filled).peekable();
    for i in 0..pieces.len() {
        let Some((_, filled)) = rest.next_if(|(at, _)| **at == i) else {
            match pieces[i].c {
                quote @ ('“' | '‘') => open.push(quote),
                '”' => _ = open.pop_if(|quote| *quote == '“'),
                '’' if !is_within(pieces, i) => _ = open.pop_if(|quote| *quote == '‘'),
                _ => {}
            }
            continue;
        };
        if open.is_empty() && i > 0 && is_virama(pieces[i - 1].c) {
            (pieces[i].c, pieces[i].doubt, pieces[i].own) = (JOINER, 0, 0);
            continue;
        }
        let next = rest.peek().map(|(at, _)| **at);
        let mark = mark_at(pieces, i, next, i < last, &mut open);
        match mark.and_then(|mark| as_written(pieces, i, mark)) {
            Some(mark) => (pieces[i].c, pieces[i].doubt, pieces[i].own) = (mark, 0, 0),
            None => pieces[i].c = filled,
        }
    }
}

/// Whether a mark is none that another control could have been: `museumÂ` may have ended
/// in `…`, and `Â20` may have been `€20`.
fn is_no_other(pieces: &[Piece], at: usize, mark: char) -> bool {
    let [_, after] = around(pieces, at);
    match mark {
        '’' => is_within(pieces, at),
        '“' => after.is_some_and(char::is_alphabetic),
        _ => mark == '”',
    }
}

/// Joins the consonants of Sinhala, and makes chillus of Malayalam.
const JOINER: char = '\u{200d}';

/// Whether this takes the vowel from a consonant of India: no quote stands after it.
fn is_virama(c: char) -> bool {
    matches!(
        u32::from(c),
        0x94d | 0x9cd | 0xa4d | 0xacd | 0xb4d | 0xbcd | 0xc4d | 0xccd | 0xd4d | 0xdca
    )
}

/// Whether there are letters on both sides.
fn is_within(pieces: &[Piece], at: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    around(pieces, at).into_iter().all(is_letter)
}

/// Whether a quotation may end here.
fn closes(pieces: &[Piece], at: usize) -> bool {
    let [before, after] = around(pieces, at);
    !is_space(before) && !is_word(after)
}

/// What mark stands here, if that is clear; the next that is lost, whether any after it
/// may close a quotation, and the quotes that are `open`.
fn mark_at(
    pieces: &[Piece],
    at: usize,
    next: Option<usize>,
    may_close: bool,
    open: &mut Vec<char>,
) -> Option<char> {
    let [before, after] = around(pieces, at);
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let (stem, ending) = stem_and_ending(pieces, at);
    match (is_word(before), is_word(after)) {
        (true, true) if is_digit(before) && is_digit(after) => Some('–'),
        // `O’Reilly`, `l’an`, `it’s`; what is between words could be a dash, and `Xâray` has a
        // hyphen.
        (true, true) => {
            let is_vowel = |c: char| !c.is_ascii() || "aeiouhAEIOUH".contains(c);
            let is_name = stem.len() == 1
                && (matches!(stem.as_str(), "O" | "o" | "D") || after.is_some_and(is_vowel));
            let is_ending = stem.len() > 1 || stem == "I";
            (is_name || is_ending && ending.len() <= LONGEST_ENDING).then_some('’')
        }
        _ if is_space(before) && is_space(after) => before.and(after).map(|_| '–'),
        (_, false)
            if !is_space(before) && !matches!(before, Some('(' | '[' | '“' | '„' | '‘' | LOST)) =>
        {
            // `the boys’ room”`, but not where the next ends another quotation.
            let goes_on =
                |next: &usize| !pieces[at..*next].iter().any(|p| matches!(p.c, '“' | '‘'));
            let is_plural = stem.ends_with('s')
                && next
                    .filter(goes_on)
                    .is_some_and(|next| closes(pieces, next));
            match open.last() {
                Some('“') if !is_plural => {
                    open.pop();
                    Some('”')
                }
                Some('‘') => {
                    open.pop();
                    Some('’')
                }
                Some(_) => Some('’'),
                None if is_word(before) => (!is_digit(before)).then_some('’'),
                None => Some('”'),
            }
        }
        _ if !is_word(before) && !is_space(after) => {
            // `’90s`, `’n’`.
            let digits = pieces[at + 1..].iter().take_while(|p| p.c.is_ascii_digit());
            if digits.take(3).count() == 2 || ending == "n" && next == Some(at + 2) {
                return Some('’');
            }
            if !may_close {
                return None;
            }
            let quote = if open.is_empty() { '“' } else { '‘' };
            open.push(quote);
            Some(quote)
        }
        _ => None,
    }
}

/// Letters after an apostrophe, at most: `they’ll`.
const LONGEST_ENDING: usize = 2;

/// The letters of ASCII before an apostrophe and after it.
fn stem_and_ending(pieces: &[Piece], at: usize) -> (String, String) {
    let is_letter = |p: &&Piece| p.c.is_ascii_alphabetic();
    let text = |pieces: &[Piece]| pieces.iter().map(|p| p.c).collect();
    let before = pieces[..at].iter().rev().take_while(is_letter).count();
    let after = pieces[at + 1..].iter().take_while(is_letter).count();
    (
        text(&pieces[at - before..at]),
        text(&pieces[at + 1..][..after]),
    )
}
