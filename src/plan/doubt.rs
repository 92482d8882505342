//! What speaks against an account of damage, however plausible the text that
//! it leads to: lists of characters, half a word damaged, one odd character, the
//! same one again and again, and letters that nobody writes there.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::charset::{Charset, sequences};
use crate::edit::Step;
use crate::language::{self, Usual};
use crate::model::{self, Cost, NAT, lexicon};
use crate::scan;

use super::case::Change;
use super::document::is_telling;
use super::hypothesis::{EXPECTED, Hypothesis, ODD, Odd, Survey};
use super::lattice::{Piece, upper};
use super::readings::{is_letter, lowered};
use super::undo;
use super::words::{self, Known};

/// Characters of a list that tell it from a text.
const LIST: usize = 6;
/// Letters of ASCII that do.
const ALPHABET: usize = 12;
/// Characters that a drawing has more of.
const DRAWN: usize = 6;
/// Steps between the letters of a short list: `áàãâä`.
const CLOSE: usize = 3;
/// How far the next character of an alphabet is at most: `αγ`, `аБ`.
const NEAR: u32 = 3;
/// A word of which a part was read right, and a part wrong: `Рёмера`.
const HALF_WORD: Cost = 20 * NAT;
/// The only damage of a line: `²` or `Ω`, and `ă`, which other letters of Latin
/// are often taken for.
const ALONE: Cost = 6 * NAT;
const ALONE_LATIN: Cost = 2 * NAT;

/// A character that hardly any text has: `ɖ`, which `É–` would be.
const RARE: Cost = 20 * NAT;
/// The one letter found where none should be.
const MISPLACED: Cost = 14 * NAT;
/// Letters before the last of a word that a quotation ends with.
const QUOTED_WORD: usize = 3;
/// A letter of a script that the line has nothing else of, and a byte of it lost.
const LONE: Cost = 24 * NAT;
/// A character that is quoted: `„Ä“`, `'Ã'`, `“×”`.
const QUOTED: Cost = 12 * NAT;

/// What is to be taken off a gain; of a chain that other lines are certain of, what
/// stands on one line alone says less.
pub(super) fn doubt(line: &str, h: &Hypothesis, is_certain: bool) -> Cost {
    let touched = &Touched::of(line, &h.pieces);
    let never = touched.pieces().any(|p| is_unassigned(p.c))
        || is_list(h, touched)
        || is_drawn(h, touched)
        || is_coded(touched)
        || is_garble(h)
        || is_sign_after_word(line, h)
        || has_strange(line, h)
        || is_hyphenated(h, touched)
        || is_spaced(touched, &h.pieces)
        || is_crossed_out(h, touched)
        || is_within_word(h)
        || is_camel_case(h, touched)
        || loses_none(line, h, touched)
        || makes_no_elision(h, touched)
        || is_marked(h, touched)
        || !is_certain && is_of_controls(h, touched)
        || makes_controls(touched)
        || is_spelled(h, touched)
        || is_mixed_word(h, touched)
        || !is_certain && may_be_of_pairs(h, touched)
        || rereads_marks(h)
        || !is_certain && rereads_euro(h, touched)
        || has_alien(h, touched)
        || !is_certain && (h.is_inferred() && is_capital(h, touched) || keeps_some(line, h))
        || !is_certain
            && h.is_legacy()
            && (is_coincidence(line, h, touched)
                || is_ligature(line, h)
                || breaks_word(line, h)
                || rereads_elisions(line, h)
                || is_lookalike(line, h)
                || is_disguised(line, h)
                || rereads_mark_of_order(line, h)
                || is_separator(line, h)
                || is_style(line, h)
                || is_face(line, h)
                || is_parted(touched)
                || is_shortened(line)
                || has_capitals_first(h)
                || is_formula(line, h)
                || is_in_capitals(line, h)
                || is_in_small(line, h))
        || !is_certain && is_of_blocks(h, touched)
        || is_katakana(h, touched, is_certain)
        || !is_certain && is_of_lone_ideographs(h, touched)
        || !is_certain && is_typed_out(touched)
        || !is_certain && ends_words(h, touched)
        || !is_certain && is_pair_of_cases(touched);
    if never {
        return h.gain;
    }
    let always = QUOTED * quoted(touched) + RARE * rare(touched);
    // Where bytes are lost, what they stood with may be kept; but `ö` leads nothing, so that
    // `nÅngström` lost none.
    let of_kind = if h.is_inferred() {
        let leads_none = |c: char| matches!(c, 'õ'..='ÿ');
        LONE * Cost::from(is_lone(line, &h.pieces))
            + HALF_WORD * half_words(line, &h.pieces, leads_none)
    } else {
        HALF_WORD * half_words(line, &h.pieces, |c| !c.is_ascii())
    };
    // What words say of legacy readings has the rest.
    let of_utf8 = match h.is_legacy() {
        true => 0,
        false if touched.is_written() => repeated(line, h) + misplaced(line, h),
        false => misplaced(line, h),
    };
    always + of_kind + of_utf8
}

/// How much of the surprise is left where a reading touches something, in
/// twentieths. What is right surprises no more; a chance does, as `吹斗腹杭究` is one
/// of `΄΅Ά·ΈΉΊΌΎΏ`.
pub(super) fn left(h: &Hypothesis, was: &[Piece], costs: &[Cost]) -> Cost {
    let mut rest = h.pieces.iter().peekable();
    let was_touched = |p: &Piece| {
        while rest.next_if(|is| is.end <= p.start).is_some() {}
        let is = rest.peek();
        is.is_none_or(|is| is.layers != 0 || is.start > p.start)
    };
    let is = surprise(&h.pieces, &Odd::of(&h.pieces).costs, |p| p.layers != 0);
    let signs: Cost = h.pieces.iter().map(usual).sum();
    let is = (is - if h.is_legacy() { 0 } else { signs }).max(0);
    20 * is / surprise(was, costs, was_touched).max(1)
}

/// What a dash surprises by between words: `suffering‚Äîthink` was `suffering—think`.
const DASH: Cost = 8 * NAT;

/// By how much signs surprise that people write wherever they like, where UTF-8 makes them.
fn usual(p: &Piece) -> Cost {
    match p.c {
        '–' | '—' if p.layers != 0 && !p.inferred => DASH,
        _ if undo::is_picture(p) => undo::PICTURE,
        _ => 0,
    }
}

/// What words gain that are not just of letters in capitals.
const SURE_WORDS: Cost = 50 * NAT;
/// What much text gains that is not just of names and numbers.
const MUCH: Cost = 100 * NAT;

/// How much may be left. Nothing but damage shows as `Ã©`, whatever it was; and
/// letters of Latin for others are judged by their words.
pub(super) fn most_left(line: &str, h: &Hypothesis, known: Option<Known>) -> Cost {
    let Some(known) = known else {
        return match (is_telling(&h.steps), h.is_inferred()) {
            (true, _) => Cost::MAX,
            (false, true) => 6,
            (false, false) => 10,
        };
    };
    let (mut latin, mut east_asian, mut letters) = (0, 0, 0);
    // Letters that were others of the same script, of which much speaks for it, or small ones
    // among them: `ЦЙДЛБС ХОГЙС` was `жидкая унция`, and `СНИЛС` is right.
    let (mut same, mut has_small) = (0, h.gain > SURE_WORDS);
    for p in h.pieces.iter().filter(|p| p.layers != 0 && is_letter(p.c)) {
        letters += 1;
        let script = |c| Some(model::script(c)).filter(|script| *script != 0);
        let is_same = |c| c != p.c && script(c).is_some() && script(c) == script(p.c);
        same += usize::from(p.was(line).chars().all(is_same));
        has_small |= p.was(line).chars().all(|c| is_same(c) && c.is_lowercase());
        latin += usize::from(language::is_latin(p.c));
        east_asian += usize::from(words::is_east_asian(p.c));
    }
    match known {
        _ if h.is_wide() && east_asian * 2 > letters => 12,
        _ if letters == 0 || east_asian * 2 > letters => 10,
        _ if latin * 2 > letters => Cost::MAX,
        _ if same * 2 > letters && has_small && !is_fence(line) => 10,
        Known { any: true, .. } => 9,
        _ if h.gain > MUCH => 9,
        _ => 5,
    }
}

/// Letters that are small and capital in turn, which nobody writes by accident.
const FENCE: usize = 8;

/// Whether so many are in a line: `пОкАзЫвАтЬ тОлЬкО`.
fn is_fence(line: &str) -> bool {
    let cases = line
        .chars()
        .filter(|c| c.is_lowercase() || c.is_uppercase());
    let mut cases = cases.map(char::is_lowercase);
    let mut last = cases.next();
    let mut turns = 0;
    cases.any(|case| {
        turns = if Some(case) == last { 0 } else { turns + 1 };
        last = Some(case);
        turns >= FENCE
    })
}

/// By how much the characters surprise that are touched, and those after them.
fn surprise(pieces: &[Piece], costs: &[Cost], mut is_touched: impl FnMut(&Piece) -> bool) -> Cost {
    let mut since = 3;
    let mut sum = 0;
    for (i, &cost) in costs.iter().enumerate() {
        since = match pieces.get(i) {
            Some(p) if is_touched(p) => 0,
            _ => since + 1,
        };
        if since < 3 && cost >= ODD {
            sum += cost - EXPECTED;
        }
    }
    sum
}

/// Whether two signs, again and again, are all that would be changed: a line is
/// drawn with them, as in `––•–––•––`; but not within words, as in `m√§√§r√§`.
fn is_drawn(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    if is_telling(&h.steps) || h.is_legacy() {
        return false;
    }
    let is_in_word = |span: Range<usize>| {
        let before = touched.line[..span.start].chars().next_back();
        let after = touched.line[span.end..].chars().next();
        [before, after].into_iter().flatten().any(is_letter)
    };
    if touched.spans().any(is_in_word) {
        return false;
    }
    let signs = || touched.chars().filter(|c| !c.is_ascii());
    let first = signs().next();
    let second = signs().find(|c| Some(*c) != first);
    let mut all = signs();
    signs().count() > DRAWN && all.all(|c| !is_letter(c) && (Some(c) == first || Some(c) == second))
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
/// that few texts have, which marks and letters make by chance: `é”` is no `ɔ`, and `â³â` is
/// no `Ⳮ`; but Azerbaijani has `ə`.
fn has_strange(line: &str, h: &Hypothesis) -> bool {
    let is_strange = |c: char| match c {
        'ə' => false,
        '\u{250}'..='\u{2af}' | '\u{2c00}'..'\u{2e80}' => true,
        c => matches!(c, 'Ɔ' | 'Ɛ' | 'Ʌ' | 'Ɣ' | 'Ɨ' | 'ǀ'..='ǃ'),
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
    let is_it = |word: &[Piece]| {
        let Some((last, before)) = word.split_last() else {
            return true;
        };
        if !before.iter().all(is_plain) || is_plain(last) {
            return before.iter().all(is_plain);
        }
        let class = |last: char| {
            let letters = before.iter().map(|p| p.c).chain([last]).map(lowered);
            lexicon::word(letters)
        };
        let mut was = last.was(line).chars();
        let first = was.next();
        let (is, was_word) = (class(last.c), first.and_then(class));
        // But nobody writes `ecrã£`, which is `ecrã` in either way.
        let is_other = first != Some(last.c);
        let is_quote = was.any(|c| matches!(c, '»' | '›' | '”' | '“' | '’' | '‘' | '…'));
        let is_word =
            !before.is_empty() && was_word.is_some() && (is_quote || is_other && was_word >= is);
        is_word || is_named && is.is_none()
    };
    let mut words = h.pieces.split(|p| p.layers == 0 && !is_letter(p.c));
    words.all(is_it)
}

/// Whether all that is made are no-break spaces that are none.
///
/// Letters of Latin end words, as the `Ā` of `RĪGĀ\u{a0}UN` does, but for `Â`. Signs, as `¬†`
/// and `┬á`, and letters of a script that nothing else is in, as `혻` and `б═`, must join what
/// is before them to what is after them, as in `Nom┬á:`; and no such sign may stay elsewhere,
/// as in `p → ¬†q`.
fn is_spaced(touched: &Touched<'_>, pieces: &[Piece]) -> bool {
    let line = touched.line;
    if !touched.any() || !touched.pieces().all(|p| p.c == '\u{a0}') {
        return false;
    }
    let begins = |is: fn(char) -> bool| touched.pieces().all(|p| p.was(line).starts_with(is));
    let kept = pieces.iter().filter(|p| p.layers == 0 && is_letter(p.c));
    let kept: BTreeSet<u8> = kept.map(|p| model::script(p.c)).collect();
    // `5.В\u{a0}Linux` has a word of Russian, and `FigureВ\u{a0}5.В\u{a0}New` none.
    let is_after_letter =
        |p: &Piece| line[..p.start as usize].ends_with(|c: char| c.is_ascii_alphabetic());
    let has_space = |p: &Piece| p.was(line).contains('\u{a0}');
    let are_words = begins(|c| matches!(c, '\u{370}'..'\u{530}'))
        && touched.pieces().all(has_space)
        && !touched.pieces().any(is_after_letter);
    let is_alone = |p: &Piece| {
        let first = p.was(line).chars().next();
        let first = first.filter(|c| !language::is_latin(*c));
        first.is_some_and(|c| !kept.contains(&model::script(c)))
    };
    if begins(is_letter) && (are_words || !touched.pieces().all(is_alone)) {
        return !begins(|c| c == 'Â');
    }
    let joins = |p: &Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let ends = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | ')' | '>' | '%');
        let goes_on = |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, ':' | ';' | '!' | '?' | '%' | '(' | '[' | '<')
        };
        before.ends_with(ends) && after.starts_with(goes_on)
    };
    let is_sign = |c: char| matches!(c, '¬' | '†' | '\u{2500}'..'\u{25a0}');
    !touched.pieces().any(joins) || pieces.iter().any(|p| p.layers == 0 && is_sign(p.c))
}

/// Whether all that UTF-8 makes is of letters around soft hyphens: `gará\u{ad}že`, which has
/// the bytes of `᭞`.
fn is_hyphenated(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_hyphen = |p: &Piece| {
        let mut was = p.was(touched.line).chars();
        was.next().is_some_and(char::is_lowercase)
            && was.next() == Some('\u{ad}')
            && was.next().is_some_and(is_letter)
    };
    !h.is_legacy() && touched.any() && touched.pieces().all(is_hyphen)
}

/// Whether all that would be filled in is one character over and over: `×××` is what
/// people leave out, and each letter of Hebrew was `×` and one more. But of `â•â•â•` two bytes are
/// left, and nobody leaves out anything with that.
fn is_crossed_out<'t>(h: &Hypothesis, touched: &Touched<'t>) -> bool {
    let was = |p: &'t Piece| p.was(touched.line).trim_matches(|c: char| c.is_ascii());
    let first = touched.pieces().next().map(was);
    let is_sign = |was: &str| was.starts_with('â') && was.chars().nth(1).is_some();
    h.is_inferred()
        && !first.is_some_and(is_sign)
        && touched.runs.iter().any(|run| run.len() > 1)
        && touched
            .pieces()
            .all(|p| p.inferred && Some(was(p)) == first)
}

/// Whether all that becomes something else is `œ`, which names and terms of French have,
/// and what comes out is no known word: `Hœnheim` is no `Húnheim`; or `ﬁ` and its like, with
/// which books are set, and their letters make likely words: `the ﬁeld` is no `Þeld`.
fn is_ligature(line: &str, h: &Hypothesis) -> bool {
    let is_letter = |p: &Piece| matches!(p.was(line), "œ" | "Œ");
    let is_set = |p: &Piece| matches!(p.was(line).chars().next(), Some('ﬀ'..='ﬆ'));
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    if changed.peek().is_none() {
        return false;
    }
    if changed.clone().all(is_letter) {
        // But no name is `for Œ endre`.
        return !words::are_lone_letters(line, h) && !words::known(line, h).all;
    }
    if !changed.clone().all(is_set) {
        return false;
    }
    let letters = h.pieces.iter().flat_map(|p| {
        let was = if is_set(p) { p.was(line) } else { "" };
        let is = Some(p.c).filter(|_| was.is_empty());
        was.nfkc().chain(is)
    });
    // There are more of them; but `Straﬂe` is known.
    let each = match words::known(line, h).all {
        true => STEP / 2,
        false => STEP,
    };
    let more = each * changed.count() as Cost;
    least(letters) <= least(h.pieces.iter().map(|p| p.c)) + more
}

/// What one more letter of a word costs, as a rule.
const STEP: Cost = 3 * NAT;

/// What letters cost in the language that they are likeliest in.
pub(super) fn least(text: impl Iterator<Item = char>) -> Cost {
    words::in_languages(text)
        .into_iter()
        .min()
        .unwrap_or_default()
}

/// Whether all that would be filled in are letters within words of their script that are
/// right: of `לחם×וחלב` the `×` stands between two words.
fn is_within_word(h: &Hypothesis) -> bool {
    let is_next = |p: &Piece, next: Option<&Piece>| {
        let is = |n: &Piece| n.layers == 0 && is_letter(n.c);
        next.is_some_and(|n| is(n) && model::script(n.c) == model::script(p.c))
    };
    let is_within = |(i, p): (usize, &Piece)| {
        let before = i.checked_sub(1).and_then(|i| h.pieces.get(i));
        is_letter(p.c)
            && !language::is_latin(p.c)
            && (is_next(p, before) || is_next(p, h.pieces.get(i + 1)))
    };
    let mut touched = h.pieces.iter().enumerate().filter(|(_, p)| p.layers != 0);
    h.is_inferred() && touched.all(is_within)
}

/// Whether all that UTF-8 makes is of letters that stand in words of their script, where
/// these are put together: the `аН` of `ДатаНачала` has the bytes of `н`.
fn is_camel_case(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_in_word = |span: Range<usize>| {
        let next = words::beside(line, span.clone());
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

/// Whether all that would be filled in are letters that the language of the line has as they
/// stand, and what would be made it has not: `på nettetÅ velge` are two sentences, and Norwegian
/// has no `ő`.
fn loses_none(line: &str, h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let made = || touched.pieces();
    let stands = |p: &Piece| p.was(line).chars().next().unwrap_or(p.c);
    let is_it = |p: &Piece| p.inferred && [p.c, stands(p)].into_iter().all(language::is_beyond);
    h.is_inferred() && touched.any() && made().all(is_it) && {
        let prior = language::prior(&words::untouched(&h.pieces));
        let is_foreign = |p: &Piece| prior.lacking(iter::once(p.c)) > 0;
        prior.steps >= TOLD && made().all(is_foreign) && prior.lacking(made().map(stands)) == 0
    }
}

/// What else may stand after an apostrophe: `foto’s`, `zo’n`.
const AFTER_APOSTROPHE: [&str; 8] = ["d", "ll", "m", "n", "re", "s", "t", "ve"];

/// Whether what would be filled in are apostrophes for `â` within words, most of which neither
/// stand for a vowel, as in `l’homme`, nor have an ending after them: `Yabaâna` is a name.
fn makes_no_elision(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let (mut good, mut bad) = (0, 0);
    for p in touched.pieces() {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let first = after.chars().next().filter(|c| is_letter(*c));
        let last = before.chars().next_back().filter(|c| is_letter(*c));
        if !p.inferred || p.c != '’' || !p.was(line).starts_with('â') {
            return false;
        }
        let (Some(last), Some(first)) = (last, first) else {
            return false;
        };
        let rest = after
            .split(|c: char| !is_letter(c))
            .next()
            .unwrap_or_default();
        let is_ending = AFTER_APOSTROPHE.contains(&rest);
        match is_ending || !is_vowel(last) && is_vowel(first) {
            true => good += 1,
            false => bad += 1,
        }
    }
    // Those of English are where its grammar has them.
    !h.is_placed && bad > 0 && bad >= good
}

/// Letters of a word before which a vowel is left out.
const ELIDED_BEFORE: usize = 3;

/// Whether all that becomes something else are apostrophes after the one consonant that a word
/// begins with, and before a word that begins with a vowel: `d’ina` is two words of Romansh, and
/// no `díina`; but `d’a` was `día`, and `t’os` `tíos`.
fn rereads_elisions(line: &str, h: &Hypothesis) -> bool {
    let is_elision = |p: &Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let mut before = before.chars().rev();
        let rest = after.chars().take_while(|c| is_letter(*c));
        p.was(line) == "’"
            && before.next().is_some_and(|c| is_letter(c) && !is_vowel(c))
            && !before.next().is_some_and(is_letter)
            && after.starts_with(is_vowel)
            && rest.take(ELIDED_BEFORE).count() == ELIDED_BEFORE
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some() && changed.all(is_elision)
}

/// Whether this is a vowel of Latin, or `h`, before which vowels are left out.
fn is_vowel(c: char) -> bool {
    let base = iter::once(c).nfd().next().map_or(c, lowered);
    matches!(base, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h')
}

/// Whether all that UTF-8 makes is of the last letters of known words and of signs after
/// them: `LIBERTÉ™, SANTÉ™`, `blå™ och grå™`.
fn is_marked(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_it = |p: &Piece| {
        let was = p.was(line);
        let Some((at, _)) = was
            .char_indices()
            .nth(1)
            .filter(|(_, c)| ENDS_WORD.contains(c))
        else {
            return false;
        };
        let end = p.start as usize + at;
        let back = line[..end].chars().rev().take(LONGEST_WORD);
        let back = back.take_while(|c| is_letter(*c)).map(char::len_utf8);
        let start = end - back.sum::<usize>();
        let word = line[start..end].chars();
        was.starts_with(is_letter)
            && !line[p.end as usize..].starts_with(is_letter)
            && word.clone().count() >= SPELLED - 1
            && lexicon::word(word.flat_map(char::to_lowercase)).is_some()
    };
    !h.is_legacy() && touched.pieces().nth(1).is_some() && touched.pieces().all(is_it)
}

/// Characters that tell that controls of their charset showed as windows-1252 has them.
const SHOWN_CONTROLS: usize = 3;

/// Whether a few characters are all that UTF-8 makes, and something of them is not of the
/// charset, but what a control of it would show as: `Цена 5 У€` has no `À` that was read as
/// ISO-8859-5.
fn is_of_controls(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let table = match h.steps[..] {
        [Step::Misread { misread, .. }] => misread.decode_table(),
        _ => None,
    };
    let is_control = |c: &char| *c >= '\u{100}' && sequences::is_of_one_byte(*c);
    let is_other = |table: &[char; 256]| {
        let mut controls = touched.chars().filter(is_control);
        controls.any(|c| !table.contains(&c))
    };
    let is_few = touched.pieces().nth(SHOWN_CONTROLS - 1).is_none();
    !h.is_legacy() && is_few && table.is_some_and(is_other)
}

/// Lead bytes of East Asian text that tell that it was UTF-8.
const LEADS: usize = 5;

/// Whether all that is beyond ASCII is lead bytes of UTF-8, each with too few others after
/// it, or just enough: of `åé¡ã®èª¬æ` controls were dropped, and it was never Big5.
fn is_shortened(line: &str) -> bool {
    let (mut leads, mut rest, mut short, mut wanted) = (0, 0, 0, 0);
    for c in line.chars() {
        match c {
            '\u{e3}'..='\u{ef}' => {
                leads += 1;
                short += usize::from(wanted > 0);
                wanted = 2;
            }
            '\u{80}'..='\u{bf}' if wanted > 0 => {
                rest += 1;
                wanted -= 1;
            }
            _ if c.is_ascii() => {
                short += usize::from(wanted > 0);
                wanted = 0;
            }
            'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' | '€' if wanted > 0 => {
                rest += 1;
                wanted -= 1;
            }
            _ => return false,
        }
    }
    leads >= LEADS && short * 3 >= leads && rest * 3 >= leads
}

/// Marks that people put between words for spaces, and that tables and menus have there.
const SEPARATORS: [char; 14] = [
    '•', '·', '×', '÷', '§', '¦', '¬', '\u{ad}', '│', '║', '»', '›', '°', '■',
];

/// Whether such a mark stands between words or syllables again and again, and what it would
/// become makes no known word: `C’era•una•volta`, `Eg·ri cs·il·la·gok`, `Úvod»Auta»Díly`,
/// `│jedan│dva│tri│`; but `K÷r st÷draster` has one in a word. What tables are drawn with stands
/// before them and after them, too.
fn is_separator(line: &str, h: &Hypothesis) -> bool {
    let is_kept = |p: &Piece| !p.is_changed(line) && is_letter(p.c);
    let mark = |three: &[Piece]| {
        let mark = three[1].was(line).chars().next();
        let mark = mark.filter(|c| SEPARATORS.contains(c) && three[1].is_changed(line));
        mark.filter(|_| is_kept(&three[0]) && is_kept(&three[2]))
    };
    let is_it = |run: &[Piece]| {
        let marks: Vec<char> = run.windows(3).filter_map(mark).collect();
        let ends_in = |mark: char| {
            let ends = [run.first(), run.last()].into_iter().flatten();
            let mut changed = ends.filter(|p| p.is_changed(line));
            changed.any(|p| p.was(line).starts_with(mark))
        };
        (1..marks.len()).any(|i| marks[..i].contains(&marks[i]))
            || marks
                .iter()
                .any(|&mark| matches!(mark, '│' | '║') && ends_in(mark))
    };
    let mut runs = h.pieces.split(|p| p.c.is_whitespace());
    runs.any(is_it) && !words::known(line, h).any
}

/// Whether letters of a list would be characters of two bytes with the sign between them,
/// as in Big5: `А|Е|І|У`, `|ÆØÅ|æøå|`.
fn is_parted(touched: &Touched<'_>) -> bool {
    let ends = || {
        touched
            .pieces()
            .map(|p| p.was(touched.line).chars().next_back())
    };
    let signs = || ends().flatten().filter(char::is_ascii_punctuation);
    let first = signs().next();
    let same = signs().filter(|c| Some(*c) == first).count();
    let bars = || signs().filter(|c| *c == '|').count();
    let is_table = bars() > 0 && touched.line.matches('|').count() > bars();
    is_table || same >= PARTED && same * 2 > ends().count()
}

/// Signs that part a list.
const PARTED: usize = 3;

/// Whether all that is read of UTF-8 are lone `Â`, each of which ends a word of the line's
/// language, as an `å`: of `Du mÂ fylle inn` Mac Roman has it, and no space was lost.
fn ends_words(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let ends = |p: &Piece| {
        let before = &line[..p.start as usize];
        let rest = before.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let mut stem = before[rest.len()..].chars().peekable();
        p.was(line).trim_end() == "Â"
            && stem.peek().is_some()
            && rest.ends_with(char::is_whitespace)
            && !rest.trim_end().ends_with(|c: char| c.is_ascii_digit())
            && lexicon::word(stem.chain(['å'])).is_some()
    };
    !h.is_legacy()
        && touched.any()
        && touched.pieces().all(ends)
        && language::prior(&words::untouched(&h.pieces)).lacking(['å'].into_iter()) == 0
}

/// Whether all that becomes something else are `§` before a digit or a letter that stands for a
/// colour or a style, as messages of games have them, and one is before a digit, before a
/// letter that no small one goes with, or in a word that would be none: `§6Gold§r`,
/// `§eSand`; but `v§ak §e` was `však že`.
fn is_style(line: &str, h: &Hypothesis) -> bool {
    let style = |p: &Piece| {
        let mut after = line[p.end as usize..].chars();
        let style = after
            .next()
            .filter(|c| matches!(c, '0'..='9' | 'a'..='f' | 'k'..='o' | 'r'));
        let next = after.next().unwrap_or(' ');
        let is_word = |c: char| c.is_lowercase() || c.is_whitespace() || c.is_ascii_punctuation();
        style
            .filter(|_| p.was(line) == "§")
            .map(|c| c.is_ascii_digit() || !is_word(next))
    };
    let changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let styles: Option<Vec<bool>> = changed.map(style).collect();
    styles.is_some_and(|styles| {
        styles.contains(&true) || styles.len() > 1 && !words::known(line, h).all
    })
}

/// Whether all that becomes something else are letters that noses and mouths are drawn with,
/// between two eyes that are alike, in a face: `(TдT)`; but `r›r` was `rør`.
fn is_face(line: &str, h: &Hypothesis) -> bool {
    let is_mouth = |p: &Piece| {
        let mut before = line[..p.start as usize].chars().rev();
        let mut after = line[p.end as usize..].chars();
        let eye = before.next();
        eye.is_some()
            && eye == after.next()
            && matches!(before.next(), Some('(' | '（' | '[' | '{'))
            && matches!(after.next(), Some(')' | '）' | ']' | '}'))
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some() && changed.all(is_mouth)
}

/// Letters of Korean that tell that they spell syllables.
const SYLLABLES: usize = 4;

/// Whether all letters of Korean that stand alone are typed one by one, each vowel after a
/// consonant, or are one over and over: `ㅎㅏㄴㄱㅡㄹ`, `ㅋㅋㅋ ㅠㅠ`. What kana show as in
/// EUC-KR is in no such order, as the `ㅗㅉ` of `です` is, and has letters that are no longer
/// written.
fn is_typed_out(touched: &Touched<'_>) -> bool {
    let is_consonant = |c: char| matches!(c, 'ㄱ'..='ㅎ');
    let is_vowel = |c: char| matches!(c, 'ㅏ'..='ㅣ');
    let is_alone = |c: &char| matches!(c, '\u{3131}'..='\u{318e}');
    let mut count = 0;
    let mut last = ' ';
    touched.spans().all(|span| {
        last = ' ';
        touched.line[span].chars().all(|c| {
            let before = std::mem::replace(&mut last, c);
            count += usize::from(is_alone(&c));
            !is_alone(&c)
                || is_consonant(c)
                || is_vowel(c) && (is_consonant(before) || before == c || !is_alone(&before))
        })
    }) && count >= SYLLABLES
}

/// Whether all that would be one character is a letter and its own capital: `ñÑ`.
fn is_pair_of_cases(touched: &Touched<'_>) -> bool {
    let is_pair = |p: &Piece| {
        let mut was = p.was(touched.line).chars();
        match (was.next(), was.next(), was.next()) {
            (Some(a), Some(b), None) => a != b && lowered(a) == lowered(b),
            _ => false,
        }
    };
    touched.any() && touched.pieces().all(is_pair)
}

/// Whether UTF-8's byte order mark is read in another charset: the `ï»¿` of `ï»¿für` is
/// never `ďťż`.
fn rereads_mark_of_order(line: &str, h: &Hypothesis) -> bool {
    let first = h.pieces.first().is_some_and(|p| p.is_changed(line));
    first && line.starts_with("ï»¿")
}

/// Letters of Cyrillic and Greek, and those of ASCII that they look like.
const LOOKALIKES: [(&str, &str); 2] = [
    ("асеһіјорѕухАВСЕНІЈКМОРЅТУХ", "acehijopsyxABCEHIJKMOPSTYX"),
    ("αορνυιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopvuiABEZHIKMNOPTYX"),
];

/// How much likelier those must be than what comes out, beside other words, and than known words.
const LIKELIER: Cost = 2 * NAT;
const LIKELIER_THAN_KNOWN: Cost = 6 * NAT;

/// Whether all that becomes something else are letters that look like those of ASCII, and
/// those make likelier words than what comes out: who hides `mоney` from filters writes an `о`
/// of Cyrillic, and no `î`; but `rafraоchissement` had one. Short words are known in some
/// language, as the `så` of `qui sе déclenche` is, and what stands alone, as `mappеd`, has
/// none.
fn is_lookalike(line: &str, h: &Hypothesis) -> bool {
    let like = |p: &Piece| {
        let mut was = p.was(line).chars();
        let first = was.next().filter(|_| was.next().is_none());
        let mut pairs = LOOKALIKES
            .iter()
            .flat_map(|(a, b)| a.chars().zip(b.chars()));
        pairs.find(|(c, _)| Some(*c) == first).map(|(_, like)| like)
    };
    let is_changed = |p: &&Piece| p.is_changed(line);
    let changed = || h.pieces.iter().filter(is_changed);
    if changed().next().is_none() || !changed().all(|p| like(p).is_some()) {
        return false;
    }
    let of_ascii = h.pieces.iter().map(|p| match is_changed(&p) {
        true => like(p).unwrap_or(p.c),
        false => p.c,
    });
    let others = words::untouched(&h.pieces);
    let likelier = match (words::known(line, h).all, others.contains(is_letter)) {
        (true, true) => {
            let prior = language::prior(&others);
            return prior.steps >= TOLD
                && prior.lacking(changed().map(|p| p.c)) > 0
                && changed().all(|p| is_short(line, p, SHORT));
        }
        (true, false) => LIKELIER_THAN_KNOWN,
        (false, true) => LIKELIER,
        (false, false) => 0,
    };
    least(of_ascii) + likelier <= least(h.pieces.iter().map(|p| p.c))
}

/// Letters of words that are known in one language or another.
const SHORT: usize = 3;

/// Whether this stands in a word of so many letters at most.
fn is_short(line: &str, p: &Piece, most: usize) -> bool {
    let before = line[..p.start as usize].chars().rev();
    let after = line[p.start as usize..].chars();
    let letters = [
        before.take(most + 1).take_while(|c| is_letter(*c)).count(),
        after.take(most + 1).take_while(|c| is_letter(*c)).count(),
    ];
    letters.iter().sum::<usize>() <= most
}

/// Letters of a word that tell: `зa` is one of Russian, and was `ça`.
const DISGUISED: usize = 3;

/// Whether what becomes something else stands in words of Cyrillic, and letters of ASCII in
/// them look like those that make them known or likely words: `вiд`, `дaвaй`; where words of
/// ASCII are more, as beside `pиce du jour`, they tell nothing.
fn is_disguised(line: &str, h: &Hypothesis) -> bool {
    let (letters, likes) = LOOKALIKES[0];
    let as_cyrillic = |c: char| match c {
        'Ѐ'..='ӿ' => Some(c),
        _ => likes
            .chars()
            .zip(letters.chars())
            .find(|(l, _)| *l == c)
            .map(|(_, c)| c),
    };
    let (mut cyrillic, mut ascii) = (0, 0);
    let (mut is_any, mut are_all) = (false, true);
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    let mut end = 0;
    for word in line.split_inclusive(|c: char| !is_letter(c)) {
        end += word.len();
        let mut is_touched = false;
        while changed.next_if(|p| (p.start as usize) < end).is_some() {
            is_touched = true;
        }
        let word = word.trim_end_matches(|c: char| !is_letter(c));
        let is_ascii = word.is_ascii();
        ascii += usize::from(is_ascii && word.len() > 1);
        cyrillic += usize::from(!is_ascii);
        if !is_touched {
            continue;
        }
        let Some(whole) = word.chars().map(as_cyrillic).collect::<Option<Vec<char>>>() else {
            return false;
        };
        if !word.contains(|c: char| c.is_ascii()) {
            continue;
        }
        is_any = true;
        are_all &= whole.len() >= DISGUISED
            && lexicon::word(whole.iter().copied().flat_map(char::to_lowercase)).is_some();
    }
    let is_likelier = || {
        let whole = h.pieces.iter().flat_map(|p| p.was(line).chars());
        let whole = whole.map(|c| as_cyrillic(c).unwrap_or(c));
        least(whole) + LIKELIER <= least(h.pieces.iter().map(|p| p.c))
    };
    is_any && ascii <= cyrillic && (are_all || !h.is_wide() && is_likelier())
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
/// of ASCII were made small, `systÈme` is written for `système`, and is no `systéme`; but
/// `sociÈtÈ` was `société`, and `dÕun` `d’un`. Two letters tell nothing.
fn is_in_small(line: &str, h: &Hypothesis) -> bool {
    let is_it = |p: &Piece| {
        let mut was = p.was(line).chars();
        let is_one = was.next().is_some_and(is_capital_letter) && was.next().is_none();
        let before = line[..p.start as usize].chars().rev().take(LONGEST_WORD);
        let mut letters = before.take_while(|c| is_letter(*c)).filter(char::is_ascii);
        let is_after_small = letters.next().is_some_and(|c| c.is_ascii_lowercase());
        is_one && is_after_small && is_letter(p.c) && !is_short(line, p, SHORT - 1)
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
    let is_likelier = || least(small.clone()) <= least(made());
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

/// Letters of ASCII in a word of a formula, at most: `logβ`.
const FORMULA: usize = 4;

/// Whether all that becomes something else are letters of Greek beside a few of ASCII, as in
/// `cosμ`, or in a word between slashes or brackets, `/sɪksθ/`; unless the line is in a
/// language that has what comes out.
fn is_formula(line: &str, h: &Hypothesis) -> bool {
    let stands = |p: &Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let is_letter = |c: &char| c.is_alphabetic();
        let is_short = || {
            let left = before.chars().rev().take_while(is_letter);
            let right = after.chars().take_while(is_letter);
            let is_edge = left.clone().next().is_none() || right.clone().next().is_none();
            let others = left.chain(right).take(FORMULA + 1);
            is_edge && others.clone().all(|c| c.is_ascii()) && others.count() <= FORMULA
        };
        let is_spoken = || {
            let start = before.rsplit(char::is_whitespace).next();
            let end = after.split(char::is_whitespace).next();
            start.is_some_and(|start| start.contains(['/', '[']))
                && end.is_some_and(|end| end.contains(['/', ']']))
        };
        match p.was(line).chars().next() {
            Some('θ' | 'β' | 'χ') if is_spoken() => true,
            Some('Α'..='ω') => is_short(),
            _ => false,
        }
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some() && changed.clone().all(stands) && {
        let others = words::untouched(&h.pieces);
        let prior = language::prior(&others);
        prior.steps < TOLD
            || language::is_english(&others)
            || prior.lacking(changed.map(|p| p.c)) > 0
    }
}

/// Whether all that is made are C1 controls after capitals: `COBORÂ…` is a word, and
/// something like it could be before any mark.
fn makes_controls(touched: &Touched<'_>) -> bool {
    let ends = |p: &Piece| {
        let before = touched.line[..p.start as usize].chars().next_back();
        matches!(p.c, '\u{80}'..'\u{a0}') && before.is_some_and(char::is_uppercase)
    };
    touched.any() && touched.pieces().all(ends)
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
    lost.iter().all(|&(at, c)| match stands_alone(line, at) {
        true => *is_row,
        false => c == 'Â' && ends_capitals(h, line, at),
    })
}

/// Where in a span the only character beyond ASCII is, if that is a capital: `Â` in `Â `.
fn lone_letter((start, was): (usize, &str)) -> Option<(usize, char)> {
    let mut beyond = was.char_indices().filter(|(_, c)| !c.is_ascii());
    let (at, c) = beyond.next().filter(|(_, c)| is_capital_letter(*c))?;
    beyond.next().is_none().then_some((start + at, c))
}

/// Whether a small letter within a word becomes an ellipsis, or any letter within one a quote
/// of French: of `d´àudio`, where an accent stands for the apostrophe, some charset makes
/// `dï…udio`, and of `SCÈNE DERNIéRE` `SC»NE DERNIÈRE`.
fn breaks_word(line: &str, h: &Hypothesis) -> bool {
    let is_small = |p: &Piece| p.c.is_lowercase();
    let breaks = |three: &[Piece]| {
        let was = |is: fn(char) -> bool| three[1].was(line).chars().all(is);
        let is_between = |is: fn(&Piece) -> bool| is(&three[0]) && is(&three[2]);
        three[1].is_changed(line)
            && match three[1].c {
                '…' => was(char::is_lowercase) && is_between(is_small),
                '«' | '»' => was(is_letter) && is_between(|p| is_letter(p.c)),
                _ => false,
            }
    };
    h.pieces.windows(3).any(breaks)
}

/// Whether this is a capital of Latin.
fn is_capital_letter(c: char) -> bool {
    c.is_uppercase() && language::is_latin(c)
}

/// Whether neither a letter nor anything else beyond ASCII is beside the character here.
fn stands_alone(line: &str, at: usize) -> bool {
    let is_apart = |c: Option<char>| c.is_none_or(|c| c.is_ascii() && !c.is_ascii_alphanumeric());
    is_apart(line[..at].chars().next_back()) && is_apart(line[at..].chars().nth(1))
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
        is_one(line[..at].split_ascii_whitespace().next_back())
            || is_one(line[at..].split_ascii_whitespace().nth(1))
    };
    distinct.len() >= ROW
        || others.any(|(at, c)| is_capital_letter(c) && stands_alone(line, at))
        || letters.iter().any(is_beside_one)
}

/// Steps from letter to letter that tell the language of a formula's line, or of capitals.
const TOLD: usize = 24;

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
    let others = words::untouched(&h.pieces);
    let prior = language::prior(&others);
    language::usual(line, at) == Usual::Known
        || prior.lacking(iter::once('â')) == 0
        || is_in_capitals && prior.steps < TOLD && !language::is_english(&others)
}

/// Whether all that UTF-8 makes are single letters and marks of Hebrew or Arabic right after
/// capitals, as the `ٙ` that `Ù™` of `TOFÙ™` would be: no word has both.
fn is_mixed_word(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_mixed = |run: &&[Piece]| {
        let before = touched.line[..run[0].start as usize].chars().next_back();
        run.len() == 1
            && matches!(run[0].c, '\u{590}'..='\u{8ff}')
            && before.is_some_and(char::is_uppercase)
    };
    !h.is_legacy() && touched.any() && touched.runs.iter().all(is_mixed)
}

/// Whether much of what UTF-8 makes stands with what it leaves, and all of it could be pairs
/// of bytes, as those of a few ideographs are: `ÕÅ»ÝÃÃ` was `张惠妹`, though it has the bytes of
/// `Ż`; and those of `Ñ¦Ö®Ç«`, `薛之谦`, would be of three scripts.
fn may_be_of_pairs(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_paired = |run: &str| {
        let mut chars = run.chars();
        chars.clone().count().is_multiple_of(2) && chars.all(|c| matches!(c, '\u{a1}'..='\u{fe}'))
    };
    let mut beyond = line.split(|c: char| c.is_ascii());
    let is_chance = |run: &[Piece]| {
        let left = run.iter().filter(|p| p.layers == 0).count();
        let read = run.iter().filter(|p| p.layers != 0);
        let scripts = read.map(|p| model::script(p.c)).filter(|s| *s != 0);
        let distinct: BTreeSet<u8> = scripts.collect();
        4 * left >= run.iter().map(|p| p.was(line).chars().count()).sum() || distinct.len() > 1
    };
    let mut runs = h.pieces.split(|p| p.c.is_ascii() && p.layers == 0);
    !h.is_legacy()
        && is_telling(&h.steps)
        && touched.pieces().any(|p| !p.inferred)
        && beyond.all(is_paired)
        && runs.all(is_chance)
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

/// Whether all that would be UTF-8 are blocks that pictures are made of, and lines after
/// them: `█▒` has the bytes of the Arabic digit `۱`, and `▌│` those of a letter of Syriac.
fn is_of_blocks(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_block = |c: char| matches!(c, '\u{2580}'..='\u{259f}');
    let is_drawn = |c: char| matches!(c, '\u{2500}'..='\u{259f}');
    let begins = |p: &Piece| p.was(touched.line).starts_with(is_block);
    !h.is_legacy() && touched.any() && touched.pieces().all(begins) && touched.chars().all(is_drawn)
}

/// Whether a legacy reading is of what looks damaged in one charset or another, but is
/// no text of any.
fn is_coincidence(line: &str, h: &Hypothesis, touched: &Touched<'_>) -> bool {
    is_of_placeholders(touched)
        || is_footnote(line, &h.pieces)
        || rereads_hyphens(line, &h.pieces)
        || makes_spaces(line, &h.pieces)
        || keeps_losses(line, h)
        || is_led(line)
        || is_drawl(touched)
        || is_babble(touched, &h.pieces) && !words::known(line, h).all
}

/// Whether all that becomes something else are marks of footnotes and ordinals after
/// words, `exemplos¹`, or soft hyphens within.
fn is_footnote(line: &str, pieces: &[Piece]) -> bool {
    let mut changed = pieces.iter().filter(|p| p.is_changed(line));
    changed.all(|p| {
        let ends = !line[p.end as usize..].starts_with(is_letter);
        match p.was(line) {
            "¹" | "²" | "³" | "º" | "ª" => ends,
            was => was == "\u{ad}",
        }
    })
}

/// Soft hyphens that show where words may be divided.
const HYPHENS: usize = 2;

/// Whether soft hyphens become something else, and stand where words are divided, two letters
/// from their ends at least: `Repu­blieken en provin­cies`.
fn rereads_hyphens(line: &str, pieces: &[Piece]) -> bool {
    let is = |p: &Piece| p.is_changed(line) && p.was(line) == "\u{ad}";
    let is_kept = |p: &Piece| !p.is_changed(line) && is_letter(p.c);
    let divides = |five: &&[Piece]| match five {
        [before @ .., hyphen, c, d] => is(hyphen) && before.iter().chain([c, d]).all(is_kept),
        _ => false,
    };
    let dividing = pieces.windows(5).filter(divides).count();
    dividing >= HYPHENS && dividing == pieces.iter().filter(|p| is(p)).count()
}

/// Whether all that becomes something else becomes spaces: of `površ;` that says
/// nothing, but where `é` was damaged, too, the `á` of `bordá?` was one.
fn makes_spaces(line: &str, pieces: &[Piece]) -> bool {
    let changed = pieces.iter().filter(|p| p.is_changed(line));
    let mut changed = changed.peekable();
    changed.peek().is_some() && changed.all(|p| p.c == '\u{a0}')
}

/// Whether something becomes a letter that the charset has, and no language written in it:
/// `Kõzõlorda` was no `Kızılorda` in Mac Roman, where Turkish has no `ş`.
fn has_alien(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_roman =
        |step: &Step| matches!(step, Step::Misread { truth, .. } if *truth == Charset::MAC_ROMAN);
    h.steps.iter().any(is_roman) && touched.pieces().any(|p| p.c == 'ı')
}

/// Whether question marks stay that were bytes of UTF-8: in `ItÃ?Â¢â?¬â?¢s` several are,
/// and no single-byte charset loses any.
fn keeps_losses(line: &str, h: &Hypothesis) -> bool {
    let beyond = |p: &Piece| p.layers != 0 && !p.c.is_ascii();
    let is_loss = |three: &&[Piece]| beyond(&three[0]) && three[1].c == '?' && beyond(&three[2]);
    let is_led = line.contains("Ã?Â") || line.contains("â?¬");
    is_led && !h.is_wide() && h.pieces.windows(3).filter(is_loss).count() > 1
}

/// Whether so many characters are the same lead byte of UTF-8 before bytes that go on: what is
/// left of `à¤¸à¥à¤µà¤¾à¤à¤¤` once controls were dropped is no `рд╕рер`, for no letter is that
/// frequent; but `áíáÉ` is `ليلة`.
fn is_led(line: &str) -> bool {
    let beyond = line.chars().filter(|c| !c.is_ascii()).count();
    let leads = |lead: char| {
        let pairs = line.chars().zip(line.chars().skip(1));
        let goes_on = |c: char| c == lead || matches!(c, '\u{a0}'..='\u{bf}');
        pairs.filter(|(a, b)| *a == lead && goes_on(*b)).count()
    };
    ['à', 'á'].into_iter().any(|lead| {
        let leads = leads(lead);
        leads >= SEVERAL_LEADS && leads * OF_THREE >= beyond
    })
}

/// At least so many, and of so many characters one.
const SEVERAL_LEADS: usize = 4;
const OF_THREE: usize = 3;

/// So often the same letter in a row is in no word.
const DRAWL: usize = 3;

/// Whether all that would be made is one letter in a row: `呵呵呵呵` is laughter, and no
/// `失失失失`.
fn is_drawl(touched: &Touched<'_>) -> bool {
    let is_row = |run: &&[Piece]| {
        let is_same = |p: &Piece| p.c == run[0].c && is_letter(p.c);
        run.len() >= DRAWL && run.iter().all(is_same)
    };
    touched.any() && touched.runs.iter().all(is_row)
}

/// Words of nothing but so few letters, and so many of those, are none; of ideographs, fewer,
/// and fewer yet with stars among them.
const FEW: usize = 3;
const ENOUGH: usize = 8;
const ENOUGH_IDEOGRAPHS: usize = 5;
const ENOUGH_STARS: usize = 3;

/// Whether all that would be changed is words of a few letters over and over:
/// `äöü äää ÄÖÜ`, `ДжДжДжДж`, `★彡☆彡`.
fn is_babble(touched: &Touched<'_>, pieces: &[Piece]) -> bool {
    let mut distinct: Vec<char> = Vec::with_capacity(FEW);
    let mut all = 0;
    let changed = touched.pieces().filter(|p| p.is_changed(touched.line));
    let was = changed.flat_map(|p| p.was(touched.line).chars());
    let (mut are_ideographs, mut are_stars) = (true, false);
    for c in was.filter(|c| *c != ' ') {
        let c = lowered(c);
        all += 1;
        are_ideographs &= words::is_east_asian(c) || matches!(c, '○' | '☆' | '★');
        are_stars |= matches!(c, '☆' | '★');
        if !distinct.contains(&c) {
            if distinct.len() == FEW {
                return false;
            }
            distinct.push(c);
        }
    }
    let is_part = |pair: &[Piece]| {
        (pair[0].layers == 0) != (pair[1].layers == 0) && pair.iter().all(|p| is_letter(p.c))
    };
    let enough = match (are_ideographs, are_stars) {
        (true, true) => ENOUGH_STARS,
        (true, false) => ENOUGH_IDEOGRAPHS,
        (false, _) => ENOUGH,
    };
    all >= enough && !pieces.windows(2).any(is_part)
}

/// Characters of a unit at most.
const UNIT: usize = 3;

/// Whether all that would be changed is right after placeholders: `%02dм` is of
/// minutes, and no word `dм` in any charset, nor is `%(section)sÈ` one.
fn is_of_placeholders(touched: &Touched<'_>) -> bool {
    let is_after = |span: Range<usize>| {
        if touched.line[span.clone()].chars().nth(UNIT).is_some() {
            return false;
        }
        let form = touched.line[..span.start].strip_suffix(|c: char| c.is_ascii_alphabetic());
        let form = form.map(|form| form.trim_end_matches(|c: char| c.is_ascii_digit() || c == '$'));
        let named = |form: &str| Some(form.strip_suffix(')')?.rsplit_once('(')?.0.ends_with('%'));
        form.is_some_and(|form| form.ends_with('%') || named(form) == Some(true))
    };
    touched.any() && touched.spans().all(is_after)
}

/// Bytes before a character in which its code would be.
const NEXT: usize = 24;

/// Whether a character stands next to its code, as in `194 C2 Â A MAIÚSCULO`.
fn is_coded(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_coded = |span: Range<usize>| {
        // Most stand after letters, or after words that are no codes.
        let before = line.as_bytes()[..span.start].iter().rev().take(NEXT);
        let mut before = before.skip_while(|b| b.is_ascii() && !b.is_ascii_alphanumeric());
        let mut len = 0;
        let end = loop {
            match before.next() {
                Some(b) if b.is_ascii_hexdigit() || *b == b'x' => len += 1,
                end => break end,
            }
        };
        if end.is_some_and(u8::is_ascii_alphanumeric) || len < 2 && end.is_none_or(u8::is_ascii) {
            return false;
        }
        let c = u32::from(line[span.clone()].chars().next().unwrap_or_default());
        let near = span.start.saturating_sub(NEXT)..span.start;
        let start = near.clone().find(|&at| line.is_char_boundary(at));
        let near = &line[start.unwrap_or(near.end)..near.end];
        let before = near.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !before.ends_with(|c: char| c.is_ascii_hexdigit()) {
            return false;
        }
        let code = before.rsplit(|c: char| !c.is_alphanumeric()).next();
        // `C2Â` has one, but no word is: `edí`.
        let is_apart = before.len() < near.len();
        let is_code = |code: &&str| is_apart || code.contains(|c: char| c.is_ascii_digit());
        let code = code
            .filter(is_code)
            .unwrap_or_default()
            .trim_start_matches("0x");
        let is = |radix| code.len() > 1 && u32::from_str_radix(code, radix) == Ok(c);
        is(16) || is(10) || is(8)
    };
    touched.spans().any(is_coded)
}

/// A word that tells has so many letters.
const SPELLED: usize = 4;

/// Letters of a word before and after a place that are looked at.
const LONGEST_WORD: usize = 48;

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

/// Whether all that UTF-8 makes is of ideographs in lists, each alone or over and over, with no
/// letter beside it: `茫茫 559` has the bytes of `ãã`; but `猫 stato` was `è stato`, for the
/// language of the line has the letter.
fn is_of_lone_ideographs(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_alone = |span: Range<usize>| {
        let next = words::beside(line, span.clone());
        let mut was = line[span].chars();
        let first = was.next();
        first.is_some_and(|c| words::is_east_asian(c) && is_letter(c))
            && was.all(|c| Some(c) == first)
            && !next.into_iter().flatten().any(is_letter)
    };
    !h.is_legacy() && touched.any() && touched.spans().all(is_alone) && {
        let prior = language::prior(&words::untouched(&h.pieces));
        let has = |c: char| language::is_beyond(c) && prior.lacking(iter::once(c)) == 0;
        let is_foreign = |p: &Piece| is_letter(p.c) && !has(p.c);
        prior.steps < TOLD || touched.pieces().any(is_foreign)
    }
}

/// How much likelier a reading must be for each katakana of half width that it explains, and
/// for all of them, where no other line tells of its chain.
const KATAKANA: Cost = 3 * NAT;
const KATAKANA_ALONE: Cost = 6 * NAT;
/// A character that stands where none does in katakana: the `ﾞ` of `ﾈﾞ`, the `ｬ` of `ﾏｬ`.
const MISSPELLED: Cost = 8 * NAT;

/// Whether what a reading explains is katakana of half width that costs at full width about
/// what it makes of it: `ｶｲｹﾞﾝﾌﾞﾂ` is text as it stands, and the `ﾖﾐｹｲ` that bytes of another
/// charset show is none. What a reading leaves counts, too, as the `ﾞ` of `渡ﾞ`.
fn is_katakana(h: &Hypothesis, touched: &Touched<'_>, is_certain: bool) -> bool {
    let explained = touched.chars().filter(|c| is_half_width(*c)).count();
    if explained == 0 {
        return false;
    }
    let wide = touched.line.chars().map(at_full_width).nfc();
    let as_katakana = model::line_cost(wide) + MISSPELLED * misspelled(touched.line);
    let alone = if is_certain { 0 } else { KATAKANA_ALONE };
    as_katakana <= h.survey.cost + KATAKANA * explained as Cost + alone
}

/// Whether this is katakana of half width, from `ｦ` to `ﾟ`.
fn is_half_width(c: char) -> bool {
    matches!(c, '\u{ff66}'..='\u{ff9f}')
}

/// The same at full width: `ｶ` as `カ`, and `ﾞ` so that it joins what is before it.
fn at_full_width(c: char) -> char {
    let wide = is_half_width(c).then(|| iter::once(c).nfkc().next());
    wide.flatten().unwrap_or(c)
}

/// How many characters of half width stand where katakana has none.
fn misspelled(line: &str) -> Cost {
    let mut last = None;
    let is_misspelled = |c: char| {
        let before = last.replace(c).filter(|c| is_half_width(*c));
        !may_follow(before, c)
    };
    line.chars().map(is_misspelled).map(Cost::from).sum()
}

/// Whether a character of half width is spelled so in katakana after another: `ﾞ` after what
/// has a voice, `ﾟ` after `ﾊ` to `ﾎ`, small ones after syllables that they change.
fn may_follow(before: Option<char>, c: char) -> bool {
    let is_after = |kana: &str| before.is_some_and(|b| kana.contains(b));
    match c {
        'ﾞ' => is_after("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"),
        'ﾟ' => is_after("ﾊﾋﾌﾍﾎ"),
        'ｬ' | 'ｭ' | 'ｮ' => is_after("ｷｼﾁﾆﾋﾐﾘｳﾃﾌﾞﾟ"),
        'ｧ'..='ｫ' => is_after("ｲｳｸｼｽﾁﾂﾃﾄﾊﾋﾌﾞ"),
        'ｯ' | 'ｰ' | 'ﾝ' => before.is_some(),
        // It is a word by itself.
        'ｦ' => before.is_none(),
        _ => true,
    }
}

/// Whether all that a legacy reading changes of what was UTF-8 is marks: the dash
/// of `Structureâ€“function` was one, and no `ð` misread.
fn rereads_marks(h: &Hypothesis) -> bool {
    let legacy = h.steps.iter().enumerate().find_map(|(k, step)| match step {
        Step::Misread { truth, misread } if *truth != Charset::UTF_8 => Some((k, truth, misread)),
        _ => None,
    });
    let Some((k, truth, misread)) = legacy.filter(|_| h.steps.len() > 1) else {
        return false;
    };
    let mut both = h
        .pieces
        .iter()
        .filter(|p| p.layers >> k & 1 != 0 && p.layers != 1 << k)
        .peekable();
    let was_mark = |p: &Piece| {
        let bytes = truth.encode(p.c.encode_utf8(&mut [0; 4]));
        bytes.is_ok_and(|bytes| misread.misread(&bytes).chars().all(words::is_mark))
    };
    both.peek().is_some() && both.all(was_mark)
}

/// Whether ISO-8859-15, which has `€`, `Œ` and `œ` elsewhere than windows-1252, would make signs
/// of them that hardly any text has: `<b>â€¢</b>` was `•`, and no `⤢`.
fn rereads_euro(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_it = |step: &Step| matches!(step, Step::Misread { misread, .. } if *misread == Charset::ISO_8859_15);
    let is_rare = |p: &Piece| matches!(p.c, '\u{2776}'..'\u{2794}' | '\u{2900}'..'\u{2b00}' | '\u{2f00}'..'\u{2fe0}');
    h.steps.iter().any(is_it) && touched.pieces().any(is_rare)
}

/// How many characters were made that hardly any text has, where they are more
/// than here and there.
fn rare(touched: &Touched<'_>) -> Cost {
    // Strokes over letters are no letters: `$̶6̶`.
    let is_rare = |p: &&Piece| model::is_rare(p.c) && !('\u{334}'..='\u{338}').contains(&p.c);
    let rare = touched.pieces().filter(is_rare).count();
    if rare * 4 < touched.pieces().count() {
        0
    } else {
        rare as Cost
    }
}

/// Whether a letter showed as `Ã` and what does not stand after words, when it was first
/// misread: `CAFÃ©` is no word and a sign, and `NESCAFÉ©` or `ROMÃ½ KG` may be.
fn is_capitals_of_utf8(c: char, h: &Hypothesis) -> bool {
    let Some(Step::Misread { misread, .. }) = h.steps.last() else {
        return false;
    };
    let Some(table) = misread.decode_table() else {
        return false;
    };
    let mut bytes = [0; 4];
    let mut shown = c
        .encode_utf8(&mut bytes)
        .bytes()
        .map(|b| table[usize::from(b)]);
    shown.next() == Some('Ã') && shown.all(|c| !ENDS_WORD.contains(&c))
}

/// Signs that stand right after words.
const ENDS_WORD: [char; 29] = [
    '™', '®', '…', '‰', '†', '‡', '•', '–', '—', '¹', '²', '³', '«', '»', '‹', '›', '‘', '’', '‚',
    '“', '”', '„', '½', '¼', '¾', '£', '€', '°', '·',
];

/// What speaks against one letter that is all that UTF-8 makes: `10 Å—` has no
/// `ŗ` for a word, `∆°` is no `ơ`, nor has `AHÅ™` a small one after capitals.
///
/// But `CAFÃ©` is no word with a sign after it.
fn misplaced(line: &str, h: &Hypothesis) -> Cost {
    let pieces = &h.pieces[..];
    let mut all = pieces.iter().enumerate().filter(|(_, p)| p.layers != 0);
    let (Some((i, p)), None) = (all.next(), all.next()) else {
        return 0;
    };
    let letter = |i: Option<usize>| {
        i.and_then(|i| pieces.get(i))
            .map(|p| p.c)
            .filter(|&c| is_letter(c))
    };
    let (before, after) = (letter(i.checked_sub(1)), letter(Some(i + 1)));
    let word = before.is_none() && after.is_none();
    let first = letter(i.checked_sub(2));
    let small = after.is_none()
        && p.c.is_lowercase()
        && before.is_some_and(char::is_uppercase)
        && first.is_some_and(char::is_uppercase)
        && !is_capitals_of_utf8(p.c, h);
    let is_sign = is_telling(&h.steps)
        && matches!(
            p.c,
            'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' | 'α'..='ω'
        );
    let is_word = word && is_letter(p.c) && !matches!(p.c, 'À'..='ÿ') && !is_sign;
    let spoken = line.chars().any(|c| c.is_ascii_alphanumeric());
    // `NICIODATĂ™` is a trademark, and `composé›` a menu: the word is known; so is that of
    // `AMANHÃ”`, in capitals.
    let at = p.start as usize;
    let is_capital = |c: Option<char>| c.is_some_and(char::is_uppercase);
    let is_known = (!is_telling(&h.steps) || is_capital(before) && is_capital(first))
        && (before.is_some_and(char::is_uppercase)
            || before.is_some() && !matches!(p.c, 'À'..='ÿ'))
        && after.is_none()
        && language::usual(line, at) == Usual::Known;
    // `vendrá»—` is a word, and the end of a quotation.
    let letters = line[..at].chars().rev().take_while(|c| is_letter(*c));
    let is_quoted = line[at..].starts_with("á»")
        && after.is_none()
        && letters.take(QUOTED_WORD).count() == QUOTED_WORD
        && language::usual(line, at) == Usual::Known;
    if small || is_known || is_quoted || is_word && !is_telling(&h.steps) {
        h.gain
    } else if is_word && (spoken || !p.c.is_uppercase() && line.chars().count() == 2) {
        MISPLACED
    } else {
        0
    }
}

/// What is to be taken off for one character being all that a legacy reading
/// changes.
pub(super) fn alone(line: &str, h: &Hypothesis) -> Cost {
    match only(line, &h.pieces) {
        Some('À'..='ɏ') => ALONE_LATIN,
        Some(_) => ALONE,
        None => 0,
    }
}

/// Whether all that was found is one letter or digit of another script, or some that
/// stand each alone, as in `×-axis`, where `×-` could have been `ו`, and `×-congʳ`.
fn is_lone(line: &str, pieces: &[Piece]) -> bool {
    let other = |c: &char| c.is_alphanumeric() && *c >= '\u{250}';
    let mut found = pieces
        .iter()
        .filter(|p| p.layers != 0)
        .map(|p| p.c)
        .filter(other);
    let Some(first) = found.next() else {
        return false;
    };
    let near = |c: char| other(&c) && u32::from(c) >> 7 == u32::from(first) >> 7;
    let is_pair = |pair: &[Piece]| pair.iter().all(|p| p.layers != 0 && other(&p.c));
    (found.all(|c| c == first) || !pieces.windows(2).any(is_pair)) && !line.chars().any(near)
}

/// What a gain owes to saying the same again: where `þ` is no letter of a
/// language, it is none wherever it stands.
pub(super) fn repeated(line: &str, h: &Hypothesis) -> Cost {
    let mut all: Vec<&str> = Touched::of(line, &h.pieces)
        .spans()
        .map(|span| &line[span])
        .collect();
    let occurrences = all.len() as Cost;
    all.sort_unstable();
    all.dedup();
    let distinct = all.len() as Cost;
    h.gain.max(0) * (occurrences - distinct) / occurrences.max(1)
}

/// Nobody writes in planes that Unicode has nothing in.
fn is_unassigned(c: char) -> bool {
    c >= '\u{3_2000}' || ('\u{1_fc00}'..'\u{2_0000}').contains(&c)
}

/// The runs of touched pieces of a line.
struct Touched<'a> {
    line: &'a str,
    runs: Vec<&'a [Piece]>,
}

impl<'a> Touched<'a> {
    fn of(line: &'a str, pieces: &'a [Piece]) -> Self {
        let runs = pieces.chunk_by(|a, b| (a.layers != 0) == (b.layers != 0));
        Touched {
            line,
            runs: runs.filter(|run| run[0].layers != 0).collect(),
        }
    }

    fn any(&self) -> bool {
        !self.runs.is_empty()
    }

    fn pieces(&self) -> impl Iterator<Item = &'a Piece> + Clone {
        self.runs.iter().copied().flatten()
    }

    /// The runs as spans of the line.
    fn spans(&self) -> impl Iterator<Item = Range<usize>> + Clone {
        let span = |run: &&[Piece]| run[0].start as usize..run[run.len() - 1].end as usize;
        self.runs.iter().map(span)
    }

    /// What stood there.
    fn chars(&self) -> impl Iterator<Item = char> {
        self.spans().flat_map(|span| self.line[span].chars())
    }

    /// Whether the first of it is a letter of another script than Latin: `Рё` is
    /// written, `Ã©` is not.
    fn is_written(&self) -> bool {
        self.chars()
            .next()
            .is_some_and(|c| c >= '\u{250}' && is_letter(c))
    }
}

/// Whether what would be changed is in the order of the alphabet, of code points or of
/// codes, as in tables of characters: `ΰαβγδεζ`, `АаБбВвГг`, `愢愥愨愩愪愬`, and
/// `校肖啸笑效`, which would be `цдефг`, in the order of KOI8-R; or the whole line is:
/// `AaÁáBbCcDdEeÉé`.
fn is_list(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let was = touched
        .spans()
        .flat_map(|span| line[span].chars().map(Some).chain([None]));
    // One by itself has no neighbour, and the same again is no step in a row: of UTF-8, for
    // lines are drawn with one sign, `â”€â”€â”€â”€â”€â”€â”€`; in a legacy charset they are right.
    let runs = touched.runs.iter().filter(|run| run.len() > 1);
    let is_legacy = h.is_legacy();
    let is = runs.flat_map(|run| {
        let rows = run.chunk_by(move |a, b| a.c == b.c && !is_legacy);
        rows.map(|row| Some(row[0].c)).chain([None])
    });
    let truth = match h.steps.last() {
        Some(Step::Misread { truth, .. }) if truth.is_single_byte() => Some(truth),
        _ => None,
    };
    // As characters that have no case.
    let code = |truth: &Charset, c: char| {
        let code = truth.byte(c).map(|b| 0xe000 + u32::from(b));
        code.and_then(char::from_u32).unwrap_or(c)
    };
    let letters = line.bytes().filter(u8::is_ascii_alphabetic);
    let letters = letters.take(ALPHABET + 1).map(|b| Some(char::from(b)));
    // A character was of two bytes at least.
    let most_was = touched.spans().map(|span| span.len().div_ceil(2)).sum();
    let most_is = touched.pieces().count();
    let codes = truth.map(|truth| {
        let codes = is.clone().map(|c| c.map(|c| code(truth, c)));
        steps(codes, most_is)
    });
    let (was, is) = (steps(was, most_was), steps(is, most_is));
    let is_ordered = |s: &Steps, least| s.all >= least && s.near * 10 >= s.all * 7;
    let is_alphabet = |s: &Steps| is_ordered(s, ALPHABET) && s.distinct * 2 > ALPHABET;
    let is_close = |s: &Steps| s.distinct > CLOSE && s.close == s.all;
    // What has each letter once needs fewer: `[áâãéêíóôõúç]`; and in both cases, none.
    let is_once = LazyCell::new(|| {
        let mut seen = BTreeSet::new();
        touched.chars().all(|c| seen.insert(c)).then_some(seen)
    });
    let are_pairs = || {
        let is_single = |c: &&char, all: &BTreeSet<char>| {
            lowered(**c) == **c && upper(**c) == **c
                || !all.contains(&lowered(**c))
                || !all.contains(&upper(**c))
        };
        is_once.as_ref().is_some_and(|all| {
            let singles = all.iter().filter(|c| is_single(c, all)).count();
            all.len() >= LIST && singles * 4 <= all.len()
        })
    };
    let are_forms = |s: &Steps| {
        s.distinct >= ALPHABET && s.forms * 10 >= s.all * 4
            || s.distinct > LIST + 2 && s.forms * 2 >= s.all && is_once.is_some()
    };
    let are_cases = |s: &Steps| s.distinct > CLOSE && s.cases * 10 >= s.all * 4;
    [&was, &is]
        .into_iter()
        .any(|s| is_ordered(s, LIST) || is_close(s))
        || codes.is_some_and(|s| is_ordered(&s, LIST))
        || are_forms(&was)
        || are_cases(&was)
        || are_pairs()
        || is_alphabet(&steps(letters, ALPHABET + 1))
}

/// The steps from one neighbour to the next.
#[derive(Default)]
struct Steps {
    all: usize,
    /// Onwards in the alphabet, and not far.
    near: usize,
    /// To another letter that is close: `ÁÀÃÂÄ`.
    close: usize,
    /// To another form of the same letter of Latin: `äáåâàã ëéæêè`.
    forms: usize,
    /// From a capital to its small letter: `ÁáÉéÍí`.
    cases: usize,
    /// Different letters, so many as matter.
    distinct: usize,
}

/// Of so many characters at most; as far as it takes to see that they are in no order.
fn steps(chars: impl Iterator<Item = Option<char>> + Clone, most: usize) -> Steps {
    let mut steps = Steps::default();
    let mut last: Option<(u32, char)> = None;
    for c in chars.clone() {
        let next = c.map(|c| (u32::from(lowered(c)), c));
        if let (Some((last, before)), Some((n, c))) = (last, next) {
            steps.all += 1;
            let is_near = |from, to| to >= from && to - from <= NEAR;
            // `΄΅Ά·ΈΉ` is in the order of code points.
            let near = is_near(last, n) || is_near(u32::from(before), u32::from(c));
            steps.near += usize::from(near);
            steps.close += usize::from(n != last && n.abs_diff(last) <= NEAR);
            steps.forms += usize::from(are_forms(before, c));
            steps.cases += usize::from(n == last && before != c);
            let are_few = |some: usize, of_ten| (steps.all - some) * 10 > most * of_ten;
            if are_few(steps.near, 3)
                && are_few(steps.forms, 6)
                && are_few(steps.cases, 6)
                && steps.close < steps.all
            {
                return steps;
            }
        }
        last = next;
    }
    if steps.all > 0 {
        steps.distinct = distinct(chars);
    }
    steps
}

/// Whether two letters of Latin are one, but for their accents.
fn are_forms(a: char, b: char) -> bool {
    let base = |c: char| Some(c).filter(|c| language::is_beyond(*c))?.nfd().next();
    a != b && base(a).is_some_and(|letter| base(b) == Some(letter))
}

/// Different letters that have a neighbour, so many as matter.
fn distinct(chars: impl Iterator<Item = Option<char>>) -> usize {
    let mut distinct = [0; ALPHABET];
    let mut len = 0;
    let mut last = None;
    for c in chars {
        let next = c.map(|c| u32::from(lowered(c)));
        if let (Some(last), Some(n)) = (last, next) {
            for n in [last, n] {
                if len < ALPHABET && !distinct[..len].contains(&n) {
                    distinct[len] = n;
                    len += 1;
                }
            }
        }
        last = next;
    }
    len
}

/// How many of the changes are of a character with the quote after it, when
/// there is one before it, too.
fn quoted(touched: &Touched<'_>) -> Cost {
    let line = touched.line;
    let is_quote = |c: char| matches!(c, '"' | '\'' | '«' | '»' | '‹' | '›' | '‘'..='‟');
    let is_quoted = |span: &Range<usize>| {
        let mut inner = line[span.clone()].chars();
        let quoted = inner.next().is_some_and(|c| !is_quote(c));
        let before = line[..span.start].chars().next_back();
        quoted
            && inner.next().is_some_and(is_quote)
            && inner.next().is_none()
            && before.is_some_and(is_quote)
    };
    touched.spans().filter(is_quoted).count() as Cost
}

/// Words in which letters beyond ASCII were changed and others kept: a charset is
/// mixed up for a word at least.
fn half_words(line: &str, pieces: &[Piece], tells: impl Fn(char) -> bool) -> Cost {
    let kept = |p: &Piece| p.layers == 0 && tells(p.c);
    if !pieces.iter().any(kept) {
        return 0;
    }
    let between = |p: &Piece| !is_letter(p.c) && (p.layers == 0 || p.c.is_whitespace());
    let words = pieces.split(between);
    // The `ý` of `Časový` is the same in all that `µ` could be a letter of.
    let changes = |word: &[Piece]| word.iter().any(|p| p.is_changed(line));
    let is_half = |word: &&[Piece]| changes(word) && word.iter().any(kept);
    words.filter(is_half).count() as Cost
}

/// The character that is all that is touched, if it never stands where only
/// damage puts it: `²` may stand after a word, but not `‚`, nor `“` within one.
fn only(line: &str, pieces: &[Piece]) -> Option<char> {
    let touched = Touched::of(line, pieces);
    let mut all = touched.chars();
    let first = all.next()?;
    let within = |span: Range<usize>| {
        let mark = !line[span.clone()].contains(is_letter);
        let before = line[..span.start].chars().next_back();
        let after = line[span.end..].chars().next();
        mark && before.is_some_and(is_letter) && after.is_some_and(char::is_lowercase)
    };
    (all.all(|c| c == first) && !touched.spans().any(within)).then_some(first)
}
