//! What speaks against UTF-8 having been read as something else.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use crate::charset::{Charset, sequences};
use crate::contraction;
use crate::edit::Step;
use crate::language::{self, Usual};
use crate::model::{self, Cost, NAT, lexicon};

use super::super::arcs;
use super::super::document::is_telling;
use super::super::hypothesis::Hypothesis;
use super::super::lattice::Piece;
use super::super::readings::is_letter;
use super::super::spelling::{self, is_vowel};
use super::super::words;
use super::{LONGEST_WORD, SPELLED, TOLD, Touched};

/// The one letter found where none should be.
const MISPLACED: Cost = 14 * NAT;
/// Letters before the last of a word that a quotation ends with.
const QUOTED_WORD: usize = 3;

/// Whether what would be UTF-8 is right as it stands.
pub(super) fn is_ruled_out(h: &Hypothesis, touched: &Touched<'_>, is_certain: bool) -> bool {
    let line = touched.line;
    h.pieces.iter().any(arcs::is_lost_byte)
        || is_hyphenated(h, touched)
        || is_spaced(touched, &h.pieces)
        || is_within_words(h)
        || is_sign_of_lead(h, touched)
        || loses_none(line, h, touched)
        || makes_no_elision(h, touched)
        || is_marked(h, touched)
        || makes_controls(h, touched)
        || is_mixed_word(h, touched)
        || rereads_marks(h)
        || is_mark_of_order(touched)
        || is_cut_short(touched)
        || takes_quotes(h, touched)
        || fills_brackets(h, touched)
        || is_range(h, touched)
        || !is_certain
            && (is_of_controls(h, touched)
                || may_be_of_pairs(h, touched)
                || rereads_euro(h, touched)
                || ends_words(h, touched)
                || is_dashed(h, touched)
                || is_lone_letter(h, touched)
                || is_root(h, touched))
}

/// Whether all that is made are byte order marks within a line, and no text begins after them: who
/// asks where the `ï»¿` comes from, or shows `<code>ï»¿</code>`, means what is written there.
fn is_mark_of_order(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_shown = |p: &Piece| {
        let rest = &line[p.end as usize..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '.' | ',' | ')' | '"' | '\'');
        p.c == '\u{feff}' && p.start > 0 && rest.starts_with(ends)
    };
    touched.any() && touched.pieces().all(is_shown)
}

/// Whether all that UTF-8 makes are letters that hardly any language has, of one that is a word
/// and three dots after it, `É…A vida`; or of one between two accents, as faces have: `(つ｀Å´)つ`.
fn is_cut_short(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_it = |p: &Piece| {
        let before = &line[..p.start as usize];
        let mut was = p.was(line).chars();
        let is_led = was.next().is_some_and(is_letter);
        is_led
            && match was.as_str() {
                "…" => !before.ends_with(is_letter) && p.c > 'ƀ' && language::is_beyond(p.c),
                "´" | " \u{301}" => before.ends_with(['`', '｀']),
                _ => false,
            }
    };
    touched.any() && touched.pieces().all(is_it)
}

/// Whether all that UTF-8 makes is of letters by themselves in quotes that stay open then: `«Å»`
/// is no `«Ż`, nor `„Ä“` a `„ē`.
fn takes_quotes(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_quoted = |at: usize| {
        let p = &h.pieces[at];
        let open = at.checked_sub(1).map(|at| h.pieces[at]);
        let mut was = p.was(line).chars();
        let [letter, close, none] = [was.next(), was.next(), was.next()];
        // Swedish has `”` on both sides.
        let closes = |open: char| {
            close.is_some_and(|close| spelling::closes(open, close) || [open, close] == ['”'; 2])
        };
        letter.is_some_and(is_letter)
            && none.is_none()
            && open.is_some_and(|open| open.layers == 0 && closes(open.c))
            && h.pieces.get(at + 1).is_none_or(|p| !is_letter(p.c))
    };
    let mut changed = (0..h.pieces.len()).filter(|&at| h.pieces[at].layers != 0);
    !h.is_legacy() && touched.any() && changed.all(is_quoted)
}

/// Whether all that was filled in are letters of Latin by themselves in brackets or quotes: `(Å)`
/// is no `(ş)`.
fn fills_brackets(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_framing = |c: char| !c.is_whitespace() && !c.is_ascii_digit() && !is_letter(c);
    let is_it = |p: &Piece| {
        let beside = spelling::beside(line, p.start as usize..p.end as usize);
        p.inferred
            && language::is_beyond(p.c)
            && p.was(line).chars().nth(1).is_none()
            && beside.into_iter().all(|c| c.is_some_and(is_framing))
    };
    !h.is_legacy() && touched.any() && touched.pieces().all(is_it)
}

/// Whether all that UTF-8 makes is of the first letter and the last of some: `Ä–Å` is no `ĖŠ`, nor
/// is `Å–Ö` a `ŖÖ`; but `С—С…` was `їх`.
fn is_range(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_it = |span: Range<usize>| {
        let (all, after) = (&line[span.clone()], &line[span.end..]);
        let mut range = all.chars().chain(after.chars());
        let [first, dash, last, next] = [range.next(), range.next(), range.next(), range.next()];
        let is_capital = |c: Option<char>| c.is_some_and(char::is_uppercase);
        let is_letter = |c: &char| is_letter(*c);
        is_capital(first)
            && matches!(dash, Some('–' | '—'))
            && is_capital(last)
            && !next.as_ref().is_some_and(is_letter)
            && all.chars().skip(RANGE).all(char::is_whitespace)
            && !line[..span.start]
                .chars()
                .next_back()
                .as_ref()
                .is_some_and(is_letter)
    };
    !h.is_legacy() && touched.any() && touched.spans().all(is_it)
}

/// Characters of a range of letters; a space after it may have been lost.
const RANGE: usize = 3;

/// Whether all that UTF-8 makes is of roots, which stand before no letter and after none, `√π/2`
/// is no `ù/2`; or of what is denied in a formula with other signs, and neither words nor digits,
/// `p ∧ ¬≤`.
fn is_root(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let has_operators = || {
        let mut untouched = h.pieces.iter().filter(|p| p.layers == 0);
        untouched.any(|p| spelling::is_operator(p.c)) && !is_spoken(line)
    };
    let is_it = |p: &Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        match p.was(line) {
            "√π" | "√Ω" => !before.ends_with(is_letter) && !after.starts_with(is_letter),
            was => {
                let denied = was.strip_prefix('¬');
                denied.is_some_and(|signs| signs.chars().all(spelling::is_operator))
                    && has_operators()
            }
        }
    };
    !h.is_legacy() && touched.any() && touched.pieces().all(is_it)
}

/// Whether a line has digits, or letters side by side.
fn is_spoken(line: &str) -> bool {
    let is_word = |(a, b): (char, char)| is_letter(a) && is_letter(b);
    line.contains(|c: char| c.is_ascii_digit())
        || line.chars().zip(line.chars().skip(1)).any(is_word)
}

/// Whether all that UTF-8 makes is of letters of another script than Latin, each by itself, and
/// dashes that join it to what is beside it, and no small letter goes on from there, or no word
/// that is known or of the line's language comes out: the `Γ–M direction` of crystals is no `ÖM`,
/// nor their `Γ–point` any `Öpoint`; but `Γ–sterreich` was `Österreich`.
fn is_dashed(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let prior = LazyCell::new(|| language::prior(&spelling::untouched(&h.pieces)));
    let is_it = |p: &Piece| {
        let mut was = p.was(line).chars();
        let is_joined = was.next().is_some_and(|c| c >= '\u{250}' && is_letter(c))
            && matches!(was.next(), Some('–' | '—'))
            && was.next().is_none();
        let rest = &line[p.end as usize..];
        let word = iter::once(p.c).chain(rest.chars().take_while(|c| is_letter(*c)));
        let is_foreign = || {
            lexicon::word(word.flat_map(char::to_lowercase)).is_none()
                && prior.lacking(iter::once(p.c)) > 0
        };
        is_joined
            && !line[..p.start as usize].ends_with(is_letter)
            && (!rest.starts_with(char::is_lowercase) || is_foreign())
    };
    !h.is_legacy() && touched.any() && touched.pieces().all(is_it)
}

/// Whether all that UTF-8 makes is one letter over and over, each alone where no word of the
/// line has any of its kind, or of Latin and no word of any language: `×˜ 5` is a formula, `┌·`
/// a drawing, and `ƒè` a word of Ewe. What no keyboard has, a control, tells that it was one, and
/// so does what nobody writes, `Ãµ`.
fn is_lone_letter(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let Some(first) = touched.pieces().next().map(|p| p.c) else {
        return false;
    };
    let is_semitic = |c: char| matches!(c, '\u{590}'..'\u{900}');
    let is_alone = |p: &Piece| {
        let [before, after] = spelling::beside(line, p.start as usize..p.end as usize);
        let is_kind = |c: char| match is_semitic(first) {
            true => is_semitic(c),
            // `Ž.` is short for a name.
            false => is_letter(c) || c == '.',
        };
        p.c == first
            && p.was(line).chars().nth(2).is_none()
            && !p.was(line).contains(char::is_control)
            && !before.into_iter().chain(after).any(is_kind)
    };
    let is_next = |two: &[Piece]| two[0].layers != 0 && two[1].layers != 0;
    let is_word = || {
        language::is_beyond(first)
            && !is_telling(&h.steps)
            && !h.is_inferred()
            && lexicon::word(first.to_lowercase()).is_none()
    };
    !h.is_legacy()
        && if is_semitic(first) {
            !line.contains(is_semitic)
        } else {
            is_word()
        }
        && touched.pieces().all(is_alone)
        && !h.pieces.windows(2).any(is_next)
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
    // No word is right after a full stop: `SlikaĀ\u{a0}7.36.Ā\u{a0}The line`.
    let is_stopped = |p: &Piece| line[..p.start as usize].ends_with('.') && has_space(p);
    let is_latin =
        begins(|c| language::is_latin(c) && c != 'Â') && touched.pieces().any(is_stopped);
    if begins(is_letter) && !is_latin && (are_words || !touched.pieces().all(is_alone)) {
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
/// the bytes of `᭞`; or, as capitals, of those before them, which the line's language may have,
/// and make no known word: `scă\u{ad}pau` is no `scípau`.
fn is_hyphenated(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_small = h.steps.contains(&Step::Lowercase);
    let is_hyphen = |p: &Piece| {
        let mut was = p.was(line).chars();
        was.next().is_some_and(char::is_lowercase)
            && was.next() == Some('\u{ad}')
            && match was.next() {
                None => is_small && line[p.end as usize..].starts_with(is_letter),
                Some(c) => is_letter(c),
            }
    };
    !h.is_legacy()
        && touched.any()
        && touched.pieces().all(is_hyphen)
        && (!is_small
            || !words::known(line, h).any && {
                let letters: Vec<char> = touched.chars().filter(|c| is_letter(*c)).collect();
                language::prior(&spelling::untouched(&h.pieces)).may_have(letters.into_iter())
            })
}

/// Whether all that would be filled in are letters of a script that the line has right beside
/// them, each in a word of its letters or by itself: of `לחם×וחלב` the `×` stands between two
/// words, and `Ñ` is a letter of Spanish in `буква Ñ`.
fn is_within_words(h: &Hypothesis) -> bool {
    let is_kept =
        |p: &Piece, script: u8| p.layers == 0 && is_letter(p.c) && model::script(p.c) == script;
    let is_within = |(i, p): (usize, &Piece)| {
        let script = model::script(p.c);
        let before = i.checked_sub(1).and_then(|i| h.pieces.get(i));
        let mut beside = before.into_iter().chain(h.pieces.get(i + 1));
        let is_alone = |p: &Piece| p.layers == 0 && !is_letter(p.c);
        is_letter(p.c)
            && !language::is_latin(p.c)
            && (beside.clone().any(|p| is_kept(p, script))
                || p.inferred
                    && beside.all(is_alone)
                    && h.pieces.iter().any(|p| is_kept(p, script)))
    };
    let mut touched = h.pieces.iter().enumerate().filter(|(_, p)| p.layers != 0);
    h.is_inferred() && touched.all(is_within)
}

/// Whether all that would be filled in are signs of which nothing but the lead byte is left, and
/// none is of those that are lost so, quotes and dashes: `ｐâｔｅ` is set in wide letters, and
/// `⏏` in no word.
fn is_sign_of_lead(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_sign = |p: &Piece| {
        p.inferred
            && p.was(touched.line) == "â"
            && !is_letter(p.c)
            && !matches!(p.c, '\u{2010}'..'\u{2040}')
    };
    h.is_inferred() && touched.any() && touched.pieces().all(is_sign)
}

/// Whether all that would be filled in are letters that the language of the line has as they
/// stand, and what would be made it has not: `må lastes ned fra nettetÅ velge riktig versjon` are
/// two sentences, and Norwegian has no `ő`.
fn loses_none(line: &str, h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let made = || touched.pieces();
    let stands = |p: &Piece| p.was(line).chars().next().unwrap_or(p.c);
    let is_it = |p: &Piece| p.inferred && [p.c, stands(p)].into_iter().all(language::is_beyond);
    h.is_inferred() && touched.any() && made().all(is_it) && {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        let is_foreign = |p: &Piece| prior.lacking(iter::once(p.c)) > 0;
        prior.steps >= TOLD && made().all(is_foreign) && prior.lacking(made().map(stands)) == 0
    }
}

/// What else may stand after an apostrophe: `foto’s`, `zo’n`.
const AFTER_APOSTROPHE: [&str; 7] = ["d", "ll", "m", "re", "s", "t", "ve"];

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
        // That of `soan-thoân` is none.
        let is_ending = match rest {
            "n" => before.ends_with("zo") || before.ends_with("Zo"),
            rest => AFTER_APOSTROPHE.contains(&rest),
        };
        match is_ending || !is_vowel(last) && is_vowel(first) {
            true => good += 1,
            false => bad += 1,
        }
    }
    // Those of English are where its grammar has them.
    !h.is_placed && bad > 0 && bad >= good
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

/// Whether all that is made are C1 controls after capitals: `COBORÂ…` is a word, and something
/// like it could be before any mark, but no word goes on as `IÂ’m` does; or some are made of one
/// layer that shows as letters do: of `┬¢` cp775 has the bytes of one, and cp850 those of `½`.
fn makes_controls(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_control = |p: &Piece| matches!(p.c, '\u{80}'..'\u{a0}');
    let ends = |p: &Piece| {
        let (before, after) = (
            &touched.line[..p.start as usize],
            &touched.line[p.end as usize..],
        );
        let is_contracted = || p.c == '\u{92}' && contraction::is_within(before, after);
        is_control(p) && before.ends_with(char::is_uppercase) && !is_contracted()
    };
    let is_one = h.steps.len() == 1 && !h.is_legacy() && !is_telling(&h.steps);
    touched.any() && touched.pieces().all(ends) || is_one && touched.pieces().any(is_control)
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
        4 * left >= run.iter().map(|p| p.was(line).chars().count()).sum()
            || spelling::is_chance(read.map(|p| p.c))
    };
    let mut runs = h.pieces.split(|p| p.c.is_ascii() && p.layers == 0);
    !h.is_legacy()
        && is_telling(&h.steps)
        && touched.pieces().any(|p| !p.inferred)
        && beyond.all(is_paired)
        && runs.all(is_chance)
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
        bytes.is_ok_and(|bytes| misread.misread(&bytes).chars().all(spelling::is_mark))
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

/// Whether all that is read of UTF-8 are lone `Â`, each of which ends a word of the line's
/// language, as an `å`, or one that is none without it, having no vowel: of `Du mÂ fylle inn`
/// Mac Roman has it, and no space was lost.
fn ends_words(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_digit = |c: char| c.is_ascii_digit();
    let mut has_bare = false;
    let mut ends = |p: &Piece| {
        let before = &line[..p.start as usize];
        let rest = before.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let stem = &before[rest.len()..];
        has_bare |=
            !stem.contains(spelling::is_vowel) && !line[p.end as usize..].starts_with(is_digit);
        p.was(line).trim_end() == "Â"
            && !stem.is_empty()
            && rest.ends_with(char::is_whitespace)
            && !rest.trim_end().ends_with(is_digit)
            && lexicon::word(stem.chars().chain(['å'])).is_some()
    };
    !h.is_legacy()
        && touched.any()
        && touched.pieces().all(&mut ends)
        && (has_bare
            || language::prior(&spelling::untouched(&h.pieces)).lacking(['å'].into_iter()) == 0)
}

/// Whether a letter showed as `Ã` and what does not stand after words, when it was first
/// misread: `CAFÃ©` is no word and a sign, and `NESCAFÉ©` or `ROMÃ½ KG` may be, unless it
/// `is_certain` how the text was.
fn is_capitals_of_utf8(c: char, h: &Hypothesis, is_certain: bool) -> bool {
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
    shown.next() == Some('Ã') && (is_certain || shown.all(|c| !ENDS_WORD.contains(&c)))
}

/// Signs that stand right after words.
const ENDS_WORD: [char; 29] = [
    '™', '®', '…', '‰', '†', '‡', '•', '–', '—', '¹', '²', '³', '«', '»', '‹', '›', '‘', '’', '‚',
    '“', '”', '„', '½', '¼', '¾', '£', '€', '°', '·',
];

/// What speaks against one letter that is all that UTF-8 makes: `10 Å—` has no
/// `ŗ` for a word, `∆°` is no `ơ`, nor has `AHÅ™` a small one after capitals.
///
/// But `CAFÃ©` is no word with a sign after it; and where other lines tell of the chain, neither
/// is `INSERCIÃ³`, and `key = "Р±"` has one letter.
pub(super) fn misplaced(line: &str, h: &Hypothesis, is_certain: bool) -> Cost {
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
        && !is_capitals_of_utf8(p.c, h, is_certain);
    let is_sign = is_telling(&h.steps)
        && matches!(
            p.c,
            'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' | 'α'..='ω'
        );
    let is_word = word && is_letter(p.c) && !matches!(p.c, 'À'..='ÿ') && !is_sign && !is_certain;
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

/// Whether all that was found is one letter, digit or mark of another script, or some that
/// stand each alone, as in `×-axis`, where `×-` could have been `ו`, and `×-congʳ`; and the `áŠ` of
/// an address is no hyphen of Mongolian.
pub(super) fn is_lone(line: &str, pieces: &[Piece]) -> bool {
    let is_of_script = |c: char| matches!(c, '\u{590}'..'\u{2000}');
    let other = |c: &char| *c >= '\u{250}' && (c.is_alphanumeric() || is_of_script(*c));
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
