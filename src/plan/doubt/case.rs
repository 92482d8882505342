//! What capitals and small letters say against an account.

use std::cell::LazyCell;
use std::iter;
use std::ops::{Range, RangeInclusive};

use crate::charset::Charset;
use crate::edit::Step;
use crate::language::{self, Usual};
use crate::model::{self, Cost, NAT, lexicon};
use crate::scan;

use super::super::case::Change;
use super::super::document::is_telling;
use super::super::hypothesis::{Hypothesis, Survey};
use super::super::lattice::{Piece, upper};
use super::super::readings::{is_letter, lowered};
use super::super::{spelling, words};
use super::{LONGEST_WORD, MUCH, SHORT, SPELLED, TOLD, Touched, is_short, least};

/// Whether the case of letters tells that what would be changed is right.
pub(super) fn is_ruled_out(h: &Hypothesis, touched: &Touched<'_>, is_certain: bool) -> bool {
    let line = touched.line;
    is_garble(h)
        || is_sign_after_word(line, h)
        || has_strange(line, h)
        || is_camel_case(h, touched)
        || is_spelled(h, touched)
        || is_word_in_small(h, touched)
        || !is_certain && (h.is_inferred() && is_capital(h, touched) || keeps_some(line, h))
        || !is_certain
            && h.is_legacy()
            && (has_capitals_first(h)
                || is_in_capitals(line, h)
                || is_in_small(line, h)
                || joins_words(line, h)
                || are_acronyms(line, h))
}

/// Whether the case of a text would have been changed over so many layers that chance fills
/// them, or with bytes lost beneath, or what comes out looks hardly less damaged: of
/// `ã†â€™ãƒâ€ ã¢â‚¬â„¢` nothing can be told.
fn is_garble(h: &Hypothesis) -> bool {
    if !is_recased(h) {
        return false;
    }
    let is_misread = |s: &&Step| Change::of(**s).is_none();
    let misread: Vec<Step> = h.steps.iter().filter(is_misread).copied().collect();
    let is_suspicious = || scan::is_suspicious(h.pieces.iter().map(|p| p.c));
    misread.len() > 2
        || misread.len() > 1 && (h.is_inferred() || !is_telling(&misread) || is_suspicious())
        || h.survey.surprise > h.gain.max(MUCH) / 2
}

/// Whether the case of a text would have been changed.
fn is_recased(h: &Hypothesis) -> bool {
    h.steps.iter().any(|s| Change::of(*s).is_some())
}

/// Whether a text of which the case was changed would have had signs of phonetics or letters
/// that few texts have, which marks and letters make by chance: `é”` is no `ɔ`, `â³â` is no
/// `Ⳮ`, and `5â¬` was `5€`; but Azerbaijani has `ə`.
fn has_strange(line: &str, h: &Hypothesis) -> bool {
    let is_strange = |c: char| match c {
        'ə' => false,
        '\u{250}'..='\u{2af}' | '\u{2c00}'..'\u{2e80}' => true,
        c => matches!(c, '¬' | '¦' | 'Ɔ' | 'Ɛ' | 'Ʌ' | 'Ɣ' | 'Ɨ' | 'ǀ'..='ǃ'),
    };
    let misread = misread_of(h);
    let is_it = |p: &Piece| is_strange(p.c) && !shows_as(p, misread, line);
    is_recased(h) && h.pieces.iter().any(|p| p.layers != 0 && is_it(p))
}

/// What the last layer of a chain was misread as.
fn misread_of(h: &Hypothesis) -> Option<Charset> {
    h.steps.iter().find_map(|s| match s {
        Step::Misread { misread, .. } => Some(*misread),
        _ => None,
    })
}

/// Whether a character that was UTF-8 shows in this charset as what stands there.
fn shows_as(p: &Piece, misread: Option<Charset>, line: &str) -> bool {
    let mut bytes = [0; 4];
    let bytes = p.c.encode_utf8(&mut bytes).as_bytes();
    misread.is_some_and(|charset| charset.misread(bytes) == p.was(line))
}

/// Marks that stand between words without a space.
const SEPARATES: [char; 12] = ['–', '—', '…', '«', '»', '‹', '›', '“', '”', '„', '•', '·'];

/// Whether all that shows another case ends words, and makes none that is known, or none that
/// is better known than what is left without a sign: `josã©` is a name, but signs stand
/// after words, as in `ecrã©` and `să™`, and after names; and so do quotes.
fn is_sign_after_word(line: &str, h: &Hypothesis) -> bool {
    if !is_recased(h) {
        return false;
    }
    let is_named = line.chars().any(char::is_uppercase);
    let misread = misread_of(h);
    // `Ã§` is as it was, and tells nothing.
    let is_plain = |p: &Piece| p.layers == 0 || shows_as(p, misread, line);
    // `sillä…sillä…` has several.
    let ends_in_signs = |after: &[Piece]| {
        let mut others = after.iter().filter(|p| !is_plain(p));
        others.all(|p| p.was(line).chars().skip(1).all(|c| SEPARATES.contains(&c)))
    };
    let is_it = |word: &[Piece]| {
        let Some(at) = word.iter().position(|p| !is_plain(p)) else {
            return true;
        };
        let (before, last, after) = (&word[..at], &word[at], &word[at + 1..]);
        let class = |last: char| {
            let letters = before.iter().map(|p| p.c).chain([last]).map(lowered);
            lexicon::word(letters)
        };
        let mut was = last.was(line).chars();
        let first = was.next();
        if !after.is_empty() {
            let is_mark = was.all(|c| SEPARATES.contains(&c));
            let whole = lexicon::word(word.iter().map(|p| lowered(p.c)));
            let is_joined = is_mark && whole.is_none() && ends_in_signs(after);
            return is_joined && !before.is_empty() && first.and_then(class).is_some();
        }
        let (is, was_word) = (class(last.c), first.and_then(class));
        // But nobody writes `ecrã£`, which is `ecrã` in either way.
        let is_other = first != Some(last.c);
        let is_quote = was.any(|c| matches!(c, '»' | '›' | '”' | '“' | '’' | '‘' | '…'));
        let is_word =
            !before.is_empty() && was_word.is_some() && (is_quote || is_other && was_word >= is);
        // Nor has Javanese the `ə` that `gawé™ lan` would end in.
        let is_likelier = || {
            let stood = h.pieces.iter().map(|p| match p.layers {
                0 => p.c,
                _ => p.was(line).chars().next().unwrap_or(p.c),
            });
            least(stood) <= least(h.pieces.iter().map(|p| p.c))
        };
        let is_mark = || last.was(line).ends_with(['™', '®']) && is_likelier();
        is_word || is.is_none() && (is_named || was_word.is_none() && is_mark())
    };
    let mut words = h.pieces.split(|p| p.layers == 0 && !is_letter(p.c));
    words.all(is_it)
}

/// Whether a letter that was lower-cased is damage in one place of a word and stays in
/// another, wherever there is any: the last of `nepâlbhâshâ` is a letter as the others
/// are, and the `ã` of `amanhã nã£o` was never `Ã`.
fn keeps_some(line: &str, h: &Hypothesis) -> bool {
    let is_touched = |p: &&Piece| p.layers != 0;
    let first = |p: &Piece| line[p.start as usize..].chars().next();
    let keeps = |word: &[Piece]| {
        let is_kept = |touched: &Piece| {
            let mut others = word.iter().filter(|p| p.layers == 0);
            others.any(|p| Some(p.c) == first(touched))
        };
        word.iter().filter(is_touched).all(is_kept)
    };
    let words = h.pieces.split(|p| p.layers == 0 && !is_letter(p.c));
    let mut damaged = words.filter(|word| word.iter().any(|p| p.layers != 0));
    is_recased(h) && damaged.all(keeps)
}

/// Whether all that would be filled in begins at a capital that begins a known word, or
/// stands in one, or in a word of which the case changes all the time: `$tÄmne`, `mÅl` and
/// `VarÄrNärmasteApotek` lost nothing.
fn is_capital(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_known = |word: &str, least: usize| {
        word.chars().count() >= least
            && lexicon::word(word.chars().flat_map(char::to_lowercase)).is_some()
    };
    let begins = |span: Range<usize>| {
        if !line[span.clone()].starts_with(char::is_uppercase) {
            return false;
        }
        let back = line[..span.start].chars().rev().take(LONGEST_WORD);
        let back = back.take_while(|c| is_letter(*c)).map(char::len_utf8);
        let rest = line[span.start..].chars().take(LONGEST_WORD);
        let rest = rest.take_while(|c| is_letter(*c)).map(char::len_utf8);
        let start = span.start - back.sum::<usize>();
        let end = span.start + rest.sum::<usize>();
        let mut within = line[start..end]
            .chars()
            .zip(line[start..end].chars().skip(1));
        is_known(&line[span.start..end], SPELLED)
            || start < span.start
                && !line[span.clone()].starts_with('Â')
                && (is_known(&line[start..end], SPELLED - usize::from(span.end < end))
                    || within.any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()))
    };
    !h.is_legacy() && touched.spans().all(begins)
}

/// Letters of ASCII that make a word of capitals.
const CAPITALS: usize = 2;
/// How much likelier a reading must be than the same letters as capitals.
const AS_CAPITALS: Cost = 10 * NAT;

/// Whether all that becomes something else are small letters among capitals, and as
/// capitals they are about as likely: where only the letters of ASCII were put in
/// capitals, `FREQUéNCIA` is written for `FREQUÉNCIA`, and is no `FREQUÈNCIA`.
fn is_in_capitals(line: &str, h: &Hypothesis) -> bool {
    let of_ascii = |pieces: &[Piece]| {
        let kept = || pieces.iter().filter(|p| p.layers == 0);
        let capitals = kept().filter(|p| p.c.is_ascii_uppercase()).count();
        (capitals, kept().any(|p| p.c.is_ascii_lowercase()))
    };
    let least = match of_ascii(&h.pieces) {
        (_, false) => 0,
        _ => CAPITALS,
    };
    let mut text = Vec::with_capacity(h.pieces.len());
    let mut is_any = false;
    for word in h.pieces.split_inclusive(|p| !is_letter(p.c)) {
        let (capitals, has_small) = of_ascii(word);
        for p in word {
            let was = p.was(line).chars().next().unwrap_or(p.c);
            if !p.is_changed(line) {
                text.push(was);
                continue;
            }
            let is_small = was.is_lowercase() && language::is_latin(was);
            if !is_small || has_small || capitals < least {
                return false;
            }
            text.push(upper(was));
            is_any = true;
        }
    }
    is_any && Survey::of(text.into_iter()).cost <= h.survey.cost + AS_CAPITALS
}

/// Whether all that becomes something else are capitals after small letters, and as small
/// letters they make known words, or likelier ones than what comes out: where only the letters
/// of ASCII were made small, `systÈme` is written for `système`, and is no `systéme`, nor
/// `bekrÆftelse` any `bekr’ftelse`; but `sociÈtÈ` was `société`, and `dÕun` `d’un`. Two letters
/// tell nothing.
fn is_in_small(line: &str, h: &Hypothesis) -> bool {
    let is_it = |p: &Piece| {
        let mut was = p.was(line).chars();
        let is_one = was.next().is_some_and(is_capital_letter) && was.next().is_none();
        let before = line[..p.start as usize].chars().rev().take(LONGEST_WORD);
        let mut letters = before.take_while(|c| is_letter(*c)).filter(char::is_ascii);
        let is_after_small = letters.next().is_some_and(|c| c.is_ascii_lowercase());
        is_one && is_after_small && !is_short(line, p, SHORT - 1)
    };
    let are_letters = || {
        h.pieces
            .iter()
            .all(|p| is_letter(p.c) || !p.is_changed(line))
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    if changed.peek().is_none() || !changed.all(is_it) {
        return false;
    }
    let small = h.pieces.iter().flat_map(|p| {
        let is_small = p.is_changed(line);
        let was = p.was(line).chars();
        was.map(move |c| if is_small { lowered(c) } else { c })
    });
    let made = || h.pieces.iter().map(|p| p.c);
    let is_likelier = || are_letters() && least(small.clone()) <= least(made());
    match (words::are_known(small.clone()), words::are_known(made())) {
        (true, false) => true,
        (false, true) => false,
        (false, false) => is_likelier(),
        // `système` is more frequent than `systéme` of whatever language.
        (true, true) => {
            let [small, made] = [small.clone().collect(), made().collect::<Vec<_>>()];
            let [small, made] = [small, made].map(|text| words::known_words(&text));
            small > made || small == made && is_likelier()
        }
    }
}

/// Letters that an ending after an apostrophe has at most: `we’ll`.
const ENDING: usize = 2;

/// Whether all that becomes something else are capitals that would be apostrophes between parts
/// that these never join, a small word of `SHORT` letters or more and no ending, nor a vowel or
/// `h` after it: the `Æ` of `this.theÆmberRoad` begins a word; but `jusquÆici`, `wonÆt` and
/// `AnkaraÆdan` are none of two.
fn joins_words(line: &str, h: &Hypothesis) -> bool {
    let is_letter = |c: &char| c.is_ascii_alphabetic();
    let is_it = |p: &Piece| {
        let before = line[..p.start as usize].chars().rev();
        let stem: Vec<char> = before.take(LONGEST_WORD).take_while(is_letter).collect();
        let after = line[p.end as usize..].chars();
        let mut ending = after.take_while(char::is_ascii_lowercase).peekable();
        p.c == '’'
            && p.was(line).starts_with(is_capital_letter)
            && stem.len() >= SHORT
            && stem.iter().all(char::is_ascii_lowercase)
            && ending
                .peek()
                .is_some_and(|c| *c != 'h' && !spelling::is_vowel(*c))
            && ending.count() > ENDING
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some() && changed.all(is_it)
}

/// Whether all that UTF-8 makes are capitals that are known words' letters when made small, and
/// what is after each: the `Ão` of `nÃo` has the bytes of `ú`, with `º` made plain.
fn is_word_in_small(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_it = |span: Range<usize>| {
        let mut was = line[span.clone()].chars();
        let back = line[..span.start].chars().rev().take(LONGEST_WORD);
        let back = back.take_while(|c| is_letter(*c)).map(char::len_utf8);
        let word = line[span.start - back.sum::<usize>()..].chars();
        let word = word.take_while(|c| is_letter(*c)).take(LONGEST_WORD);
        was.next().is_some_and(is_capital_letter)
            && was.next().is_some_and(|c| c.is_ascii_lowercase())
            && was.all(|c| c.is_ascii_lowercase())
            && line[..span.start].ends_with(|c: char| c.is_ascii_lowercase())
            && lexicon::word(word.flat_map(char::to_lowercase)).is_some()
    };
    !h.is_legacy() && touched.any() && touched.spans().all(is_it)
}

/// Whether all that UTF-8 makes is of letters that stand in words of their script, where
/// these are put together: the `аН` of `ДатаНачала` has the bytes of `н`.
fn is_camel_case(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_in_word = |span: Range<usize>| {
        let next = spelling::beside(line, span.clone());
        let is = |c: char| is_letter(c) && !language::is_latin(c);
        let of = line[span]
            .chars()
            .next()
            .filter(|c| is(*c))
            .map(model::script);
        next.iter()
            .all(|c| c.is_some_and(|c| is(c) && of == Some(model::script(c))))
    };
    !h.is_legacy() && !h.is_inferred() && touched.any() && touched.spans().all(is_in_word)
}

/// Whether each word that is made begins in capitals and goes on in small letters: `²Ì´¾¼Ñ`
/// was no `ВЬДОМб`.
fn has_capitals_first(h: &Hypothesis) -> bool {
    let words = h.pieces.split(|p| !is_letter(p.c));
    let mut made = words
        .filter(|word| word.iter().any(|p| p.layers != 0))
        .peekable();
    let is_it = |word: &[Piece]| {
        let [first, second, rest @ ..] = word else {
            return false;
        };
        [first, second]
            .iter()
            .all(|p| p.layers != 0 && p.c.is_uppercase() && !language::is_latin(p.c))
            && rest.last().is_some_and(|p| p.c.is_lowercase())
    };
    made.peek().is_some() && made.all(is_it)
}

/// Small letters before the capitals of an acronym at most, how many of those there are then, and
/// acronyms that tell little.
const SMALL: usize = 2;
const AFTER_SMALL: RangeInclusive<usize> = 2..=3;
const ACRONYMS: usize = 2;

/// Whether all that becomes something else are acronyms of Cyrillic or Greek with small letters
/// before them, `рРНК`, and no known word comes out: in KOI8-R capitals are where windows-1251 has
/// small letters, and the other way round.
fn are_acronyms(line: &str, h: &Hypothesis) -> bool {
    let is_it = |word: &[Piece]| {
        let was = || word.iter().flat_map(|p| p.was(line).chars());
        let small = was().take_while(|c| c.is_lowercase()).count();
        (1..=SMALL).contains(&small)
            && AFTER_SMALL.contains(&was().skip(small).count())
            && was().skip(small).all(char::is_uppercase)
            && was().all(|c| matches!(c, '\u{370}'..='\u{52f}'))
    };
    let words = h.pieces.split(|p| !p.was(line).contains(is_letter));
    let changed = words.filter(|word| word.iter().any(|p| p.is_changed(line)));
    let changed: Vec<&[Piece]> = changed.take(ACRONYMS + 1).collect();
    (1..=ACRONYMS).contains(&changed.len())
        && changed.into_iter().all(is_it)
        && !words::known(line, h).any
}

/// Whether all that UTF-8 would have lost a byte of are letters as they stand: `Â` that ends a
/// word in capitals, as that of `ZEKÂ`, and capitals in a row, as in `À | Â | Ä`.
fn is_spelled(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    // A no-break space that was trimmed leaves nothing.
    let end = h.pieces.last().map_or(0, |p| p.end as usize);
    let trimmed = (end < line.len()).then_some((end, &line[end..]));
    let spans = touched.pieces().map(|p| (p.start as usize, p.was(line)));
    let lost: Option<Vec<(usize, char)>> = spans.chain(trimmed).map(lone_letter).collect();
    let Some(lost) = lost.filter(|lost| !lost.is_empty() && !h.is_legacy()) else {
        return false;
    };
    let is_row = LazyCell::new(|| is_row(line, &lost));
    let is_word = LazyCell::new(|| keeps_letter(h) || is_word_among_capitals(h, line));
    lost.iter().all(|&(at, c)| match stands_alone(line, at) {
        true => *is_row || c == 'Â' && is_spaced(line, at) && *is_word,
        false => c == 'Â' && ends_capitals(h, line, at),
    })
}

/// Whether nothing but a space is before the character here.
fn is_spaced(line: &str, at: usize) -> bool {
    at == 0 || line[..at].ends_with([' ', '\u{a0}'])
}

/// Whether another word of the line has the letter, and not as its last: that of `FRÂNDZÂ` is of
/// Aromanian.
fn keeps_letter(h: &Hypothesis) -> bool {
    let is_it = |two: &[Piece]| {
        matches!(two[0].c, 'Â' | 'â') && two.iter().all(|p| p.layers == 0 && is_letter(p.c))
    };
    h.pieces.windows(2).any(is_it)
}

/// Whether it is a word by itself in the language of a line of which all words begin in capitals:
/// `Cysylltu Â Ni`.
fn is_word_among_capitals(h: &Hypothesis, line: &str) -> bool {
    let mut words = line.split(|c: char| !is_letter(c));
    words.all(|word| !word.starts_with(char::is_lowercase)) && {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        prior.steps >= SHORT && words::is_one(&prior, 'â')
    }
}

/// Where in a span the only character beyond ASCII is, if that is a capital: `Â` in `Â `.
fn lone_letter((start, was): (usize, &str)) -> Option<(usize, char)> {
    let mut beyond = was.char_indices().filter(|(_, c)| !c.is_ascii());
    let (at, c) = beyond.next().filter(|(_, c)| is_capital_letter(*c))?;
    beyond.next().is_none().then_some((start + at, c))
}

/// Different letters that make a row.
const ROW: usize = 3;

/// Whether these letters stand in a row of capitals, each alone: if there are others, or
/// they are several, or one is next to one of ASCII, as in `SFX Â Y 5`.
fn is_row(line: &str, letters: &[(usize, char)]) -> bool {
    let beyond = line.char_indices().filter(|(_, c)| !c.is_ascii());
    let mut others = beyond.filter(|found| !letters.contains(found));
    let mut distinct: Vec<char> = letters.iter().map(|(_, c)| *c).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let is_one = |word: Option<&str>| {
        let mut chars = word.unwrap_or_default().chars();
        chars.next().is_some_and(is_capital_letter) && chars.next().is_none()
    };
    let is_beside_one = |&(at, _): &(usize, char)| {
        let before = line[..at].split_ascii_whitespace().next_back();
        is_one(before) || is_one(line[at..].split_ascii_whitespace().nth(1))
    };
    distinct.len() >= ROW
        || distinct.len() > 1 && letters.iter().all(|&(at, _)| unescaped(line, at).is_some())
        || others.any(|(at, c)| is_capital_letter(c) && stands_alone(line, at))
        || letters.iter().any(is_beside_one)
}

/// Whether `Â` here ends a word in capitals that is none without it, as `ESTAÇÃO` is one:
/// where it is known, or where its language has the letter, as that of `solo XMLÂ` has not;
/// but in a line of capitals, which is `DE ZEKÂ` as a rule, only if much tells that it has
/// not, or that it is English, `GO HOMEÂ NOW`.
fn ends_capitals(h: &Hypothesis, line: &str, at: usize) -> bool {
    let letters = line[..at].chars().rev().take_while(|c| is_letter(*c));
    let word = &line[at - letters.map(char::len_utf8).sum::<usize>()..at];
    let small = word.chars().flat_map(char::to_lowercase);
    if word.is_empty() || !word.chars().all(char::is_uppercase) || lexicon::word(small).is_some() {
        return false;
    }
    let is_in_capitals = !line.chars().any(char::is_lowercase);
    if !is_in_capitals && word.chars().nth(1).is_none() {
        return false;
    }
    let others = spelling::untouched(&h.pieces);
    let prior = language::prior(&others);
    // What has not `Ó` and `Ñ`, either, is not the language of `ÑENUPÂ OIKÓVA`.
    let lacks_others = prior.lacking(others.chars().map(lowered)) > 0;
    language::usual(line, at) == Usual::Known
        || keeps_letter(h)
        || prior.lacking(iter::once('â')) == 0
        || is_in_capitals && lacks_others
        || is_in_capitals && prior.steps < TOLD && !language::is_english(&others)
}

/// Whether neither a letter nor anything else beyond ASCII is beside the character here.
fn stands_alone(line: &str, at: usize) -> bool {
    let is_apart = |c: Option<char>| c.is_none_or(|c| c.is_ascii() && !c.is_ascii_alphanumeric());
    (unescaped(line, at).is_some() || is_apart(line[..at].chars().next_back()))
        && is_apart(line[at..].chars().nth(1))
}

/// What is before an escape before the character here: it is none of `Å` in `Z\nÅ\nÄ`.
fn unescaped(line: &str, at: usize) -> Option<&str> {
    line[..at].strip_suffix(['n', 'r', 't'])?.strip_suffix('\\')
}

/// Whether this is a capital of Latin.
fn is_capital_letter(c: char) -> bool {
    c.is_uppercase() && language::is_latin(c)
}
