//! What is drawn, listed or set in a row: tables of characters, alphabets, frames, faces,
//! placeholders. No text was damaged where there is none.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use unicode_normalization::char::decompose_canonical;

use crate::charset::Charset;
use crate::edit::Step;
use crate::language;

use super::super::document::is_telling;
use super::super::hypothesis::Hypothesis;
use super::super::lattice::{Piece, upper};
use super::super::readings::{is_letter, lowered};
use super::super::{spelling, words};
use super::{Touched, is_of_word};

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

/// Whether what would be changed stands in such a row.
pub(super) fn is_ruled_out(h: &Hypothesis, touched: &Touched<'_>, is_certain: bool) -> bool {
    let line = touched.line;
    is_list(h, touched)
        || is_drawn(h, touched)
        || is_coded(h, touched)
        || is_crossed_out(h, touched)
        || is_mapped(touched)
        || is_flagged(touched)
        || is_beside_small(h, touched)
        || !is_certain
            && (is_of_blocks(h, touched) || is_pair_of_cases(touched) || is_metre(touched))
        || !is_certain
            && h.is_legacy()
            && (is_of_placeholders(touched)
                || is_drawl(touched)
                || is_babble(touched, &h.pieces) && !words::known(line, h).all
                || is_separator(line, h)
                || is_style(line, h)
                || is_face(line, h)
                || is_class(touched) && !words::known(line, h).any
                || is_pattern(touched)
                || is_parted(touched))
}

/// Whether each of what would be changed stands by itself beside what it would become, as in
/// tables that mend damage: `s/Ã­/í/g`, `"Ã©" => "é"`.
fn is_mapped(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_it = |run: &&[Piece]| {
        let (start, end) = (run[0].start as usize, run[run.len() - 1].end as usize);
        let is = |text: &str| run.iter().map(|p| p.c).eq(text.chars());
        let after = &line[end..];
        let between = |c: char| c.is_ascii_punctuation() || c == ' ';
        let next = after.trim_start_matches(between);
        let gap = &after[..after.len() - next.len()];
        let rest: String = next.chars().take(run.len()).collect();
        !line[..start].ends_with(is_letter)
            && gap.contains(|c: char| c.is_ascii_punctuation())
            && is(&rest)
            && !next[rest.len()..].starts_with(is_letter)
    };
    touched.any() && touched.runs.iter().all(is_it)
}

/// Whether all that would be changed are capitals after the slash of a dictionary's entry, which
/// stand for its endings: `abroncar/REDÂ`.
fn is_flagged(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_flag = |c: char| c.is_uppercase() && language::is_latin(c);
    touched.chars().all(|c| is_flag(c) || c.is_whitespace())
        && line.split_once('/').is_some_and(|(word, flags)| {
            word.ends_with(char::is_lowercase)
                && !word.contains(char::is_whitespace)
                && flags.trim_end().chars().all(is_flag)
                && touched.spans().all(|span| span.start > word.len())
        })
}

/// Whether all that would be changed are `Â`, to spaces or at the end to nothing, beside the small
/// letter, which stands by itself, too: `â Â {awithhat}`, `â, Â`.
fn is_beside_small(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_it = |p: &Piece| p.c == '\u{a0}' && p.was(line).starts_with('Â');
    let is_small = |at: usize| {
        let beside = spelling::beside(line, at..at + 'â'.len_utf8());
        !beside.into_iter().flatten().any(is_letter)
    };
    let end = h.pieces.last().map_or(0, |p| p.end as usize);
    !h.is_legacy()
        && (touched.any() || line[end..].trim() == "Â")
        && touched.pieces().filter(|p| p.is_changed(line)).all(is_it)
        && line.match_indices('â').any(|(at, _)| is_small(at))
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
    // But `Çàäàäåíà å ïîâå÷å îò åäíà` was Bulgarian, with the same letters again and again.
    let are_words = || is_legacy && is_once.is_none() && words::known(line, h).all;
    let are_cases = |s: &Steps| s.distinct > CLOSE && s.cases * 10 >= s.all * 4;
    [&was, &is]
        .into_iter()
        .any(|s| is_ordered(s, LIST) || is_close(s))
        || codes.is_some_and(|s| is_ordered(&s, LIST))
        || are_forms(&was) && !are_words()
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

impl Steps {
    fn add(&mut self, before: char, c: char) {
        let [last, n] = [before, c].map(|c| u32::from(lowered(c)));
        let is_near = |from, to| to >= from && to - from <= NEAR;
        // `΄΅Ά·ΈΉ` is in the order of code points.
        let near = is_near(last, n) || is_near(u32::from(before), u32::from(c));
        self.all += 1;
        self.near += usize::from(near);
        self.close += usize::from(n != last && n.abs_diff(last) <= NEAR);
        self.forms += usize::from(are_forms(before, c));
        self.cases += usize::from(n == last && before != c);
    }
}

/// Of so many characters at most; as far as it takes to see that they are in no order. The
/// same step again is none: `importĂĄlĂĄsa` was Hungarian.
fn steps(chars: impl Iterator<Item = Option<char>> + Clone, most: usize) -> Steps {
    let each = || {
        let mut last = None;
        let chars = chars.clone();
        chars.filter_map(move |c| std::mem::replace(&mut last, c).zip(c))
    };
    let is_no_row = |steps: &Steps, most: usize| {
        let are_few = |some: usize, of_ten| (steps.all - some) * 10 > most * of_ten;
        are_few(steps.near, 3)
            && are_few(steps.forms, 6)
            && are_few(steps.cases, 6)
            && steps.close < steps.all
    };
    let mut steps = Steps::default();
    for (before, c) in each() {
        steps.add(before, c);
        if is_no_row(&steps, most) {
            return steps;
        }
    }
    if is_no_row(&steps, steps.all) {
        return steps;
    }
    let distinct_steps: BTreeSet<(char, char)> = each().collect();
    if distinct_steps.len() < steps.all {
        steps = Steps::default();
        for (before, c) in distinct_steps {
            steps.add(before, c);
        }
    }
    if steps.all > 0 {
        steps.distinct = distinct(chars);
    }
    steps
}

/// A letter without its accents.
fn base(c: char) -> Option<char> {
    let mut base = None;
    decompose_canonical(c, |part| base = base.or(Some(part)));
    base
}

/// Whether two letters of Latin are one, but for their accents.
fn are_forms(a: char, b: char) -> bool {
    a != b && language::is_beyond(a) && language::is_beyond(b) && base(a) == base(b)
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

/// Whether all that would be filled in is one character over and over: `×××` is what
/// people leave out, and each letter of Hebrew was `×` and one more. But of `â•â•â•` two bytes are
/// left, and of the `ÃÂ¤ÃÂ¤` of `ää` three: nobody leaves out anything with that.
fn is_crossed_out<'t>(h: &Hypothesis, touched: &Touched<'t>) -> bool {
    let was = |p: &'t Piece| p.was(touched.line).trim_matches(|c: char| c.is_ascii());
    let first = touched.pieces().next().map(was);
    let is_more = |was: &str| was.starts_with(['â', 'Ã']) && was.chars().nth(1).is_some();
    h.is_inferred()
        && !first.is_some_and(is_more)
        && touched.runs.iter().any(|run| run.len() > 1)
        && touched
            .pieces()
            .all(|p| p.inferred && Some(was(p)) == first)
}

/// Marks that people put between words for spaces, and that tables and menus have there.
const SEPARATORS: [char; 16] = [
    '•', '·', '×', '÷', '§', '¦', '¬', '\u{ad}', '│', '║', '»', '›', '°', '■', '—', '–',
];

/// Whether such a mark stands between words or syllables again and again, and what it would
/// become makes no known word: `C’era•una•volta`, `Eg·ri cs·il·la·gok`, `Úvod»Auta»Díly`,
/// `│jedan│dva│tri│`, `Nun—pue—movese`; but `K÷r st÷draster` has one in a word. What tables are
/// drawn with stands before them and after them, too.
fn is_separator(line: &str, h: &Hypothesis) -> bool {
    let mark = |three: &[Piece]| {
        let mut was = three[1].was(line).chars();
        let mark = was.next().filter(|_| was.next().is_none());
        let mark = mark.filter(|c| SEPARATORS.contains(c) && three[1].is_changed(line));
        mark.filter(|_| is_of_word(line, &three[0]) && is_of_word(line, &three[2]))
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
/// as in Big5: `А|Е|І|У`, `|ÆØÅ|æøå|`, `t•é•k•n•i•k`.
fn is_parted(touched: &Touched<'_>) -> bool {
    let signs_of = |p: &Piece| {
        let mut was = p.was(touched.line).chars();
        let (first, last) = (was.next()?, was.next_back()?);
        let is_separator =
            |sign: char, other: char| SEPARATORS.contains(&sign) && other.is_ascii_alphanumeric();
        match (first, last) {
            (_, sign) if sign.is_ascii_punctuation() => Some(sign),
            (sign, other) | (other, sign) if is_separator(sign, other) => Some(sign),
            _ => None,
        }
    };
    let signs = || touched.pieces().filter_map(signs_of);
    let first = signs().next();
    let same = signs().filter(|c| Some(*c) == first).count();
    let bars = || signs().filter(|c| *c == '|').count();
    let is_table = bars() > 0 && touched.line.matches('|').count() > bars();
    is_table || same >= PARTED && same * 2 > touched.pieces().count()
}

/// Signs that part a list.
const PARTED: usize = 3;

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
/// between two eyes that are alike, or such eyes, in a face: `(TдT)`, `d(ÒwÓ)b`; but `r›r` was
/// `rør`.
fn is_face(line: &str, h: &Hypothesis) -> bool {
    let is_of_face = |p: &Piece| {
        let mut before = line[..p.start as usize].chars().rev();
        let mut after = line[p.end as usize..].chars();
        let mut was = p.was(line).chars();
        let (Some(part), None) = (was.next(), was.next()) else {
            return false;
        };
        let [left, right] = [before.next(), after.next()];
        let opens = |c: Option<char>| matches!(c, Some('(' | '（' | '[' | '{'));
        let closes = |c: Option<char>| matches!(c, Some(')' | '）' | ']' | '}'));
        let is_eye = |other: Option<char>| other.is_some_and(|c| are_forms(part, c));
        if opens(left) {
            is_eye(after.next()) && closes(after.next())
        } else if closes(right) {
            is_eye(before.next()) && opens(before.next())
        } else {
            left.is_some() && left == right && opens(before.next()) && closes(after.next())
        }
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some() && changed.all(is_of_face)
}

/// Letters of a class that is no word.
const CLASS: usize = 4;

/// Whether all that would be changed are different small letters that are a class: those in
/// brackets that would be capitals, as the consonants in `[нпвсч]`, and vowels of Latin with an
/// accent each, as `äöåéü` lists them, or letters of it in the order of the alphabet, `ąčęėįš`.
fn is_class(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_bracketed =
        |span: Range<usize>| line[..span.start].ends_with('[') && line[span.end..].starts_with(']');
    let is_vowel = |c: char| {
        let base = Some(c).filter(|c| language::is_beyond(*c)).and_then(base);
        base.is_some_and(|base| base != c && spelling::is_vowel(base))
    };
    let mut seen = BTreeSet::new();
    let small = |c: char| c.is_lowercase() && seen.insert(c);
    let changed = || touched.pieces().filter(|p| p.is_changed(line));
    changed().flat_map(|p| p.was(line).chars()).all(small)
        && (CLASS..2 * CLASS).contains(&seen.len())
        && (seen.iter().all(|c| is_vowel(*c))
            || are_ordered(touched.chars())
            || touched.spans().all(is_bracketed) && changed().all(|p| p.c.is_uppercase()))
}

/// Whether these letters of Latin, each with something over or beside it, are in the order of the
/// alphabet.
fn are_ordered(mut letters: impl Iterator<Item = char>) -> bool {
    let mut last = 'a';
    letters.all(|c| {
        let base = match c {
            'đ' => Some('d'),
            'ħ' => Some('h'),
            'ł' => Some('l'),
            'ø' => Some('o'),
            _ => Some(c).filter(|c| language::is_beyond(*c)).and_then(base),
        };
        let before = std::mem::replace(&mut last, base.unwrap_or(c));
        base.is_some_and(|base| before <= base)
    })
}

/// Numbers within a word that patterns of hyphenation have.
const DIGITS: usize = 2;

/// Whether all that would be changed stands in words with digits between their letters, as
/// patterns of hyphenation have them: `én1á2t1ö`.
fn is_pattern(touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_of_word = |c: char| is_letter(c) || c.is_ascii_digit();
    let is_it = |span: Range<usize>| {
        let start = line[..span.start].trim_end_matches(is_of_word).len();
        let end = line.len() - line[span.end..].trim_start_matches(is_of_word).len();
        let word = line[start..end].trim_matches(|c: char| c.is_ascii_digit());
        let letters = word.split(|c: char| c.is_ascii_digit());
        letters.filter(|letters| !letters.is_empty()).count() > DIGITS
            && line[span].chars().all(language::is_latin)
    };
    touched.any() && touched.spans().all(is_it)
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

/// Whether all that would be UTF-8 are blocks that pictures are made of, and lines after
/// them: `█▒` has the bytes of the Arabic digit `۱`, and `▌│` those of a letter of Syriac.
fn is_of_blocks(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let is_block = |c: char| matches!(c, '\u{2580}'..='\u{259f}');
    let is_drawn = |c: char| matches!(c, '\u{2500}'..='\u{259f}');
    let begins = |p: &Piece| p.was(touched.line).starts_with(is_block);
    !h.is_legacy() && touched.any() && touched.pieces().all(begins) && touched.chars().all(is_drawn)
}

/// So often the same letter in a row is in no word.
const DRAWL: usize = 3;

/// Whether all that would be made is one letter in a row, or ideographs that stand in twos:
/// `呵呵呵呵` is laughter, and no `失失失失`, and `松松垮垮` a word of Chinese, as many are.
fn is_drawl(touched: &Touched<'_>) -> bool {
    let is_twice = |run: &[Piece]| {
        let pairs = run.chunks_exact(2);
        let is_same = |pair: &[Piece]| {
            pair[0].c == pair[1].c
                && pair
                    .iter()
                    .all(|p| p.was(touched.line).contains(is_ideograph))
        };
        run.len() >= 2 * 2 && pairs.remainder().is_empty() && run.chunks_exact(2).all(is_same)
    };
    let is_row = |run: &&[Piece]| {
        let is_same = |p: &Piece| p.c == run[0].c && is_letter(p.c);
        run.len() >= DRAWL && run.iter().all(is_same) || is_twice(run)
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
        are_ideographs &= spelling::is_east_asian(c) || matches!(c, '○' | '☆' | '★');
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

/// Whether the line has no letters but ideographs, and of those but two, over and over, as the
/// metre of Chinese verse is written: `仄仄仄平平仄仄，平平仄仄仄平平。`
fn is_metre(touched: &Touched<'_>) -> bool {
    let letters = touched.line.chars().filter(|c| is_letter(*c));
    let first = letters.clone().next();
    let second = letters.clone().find(|c| Some(*c) != first);
    letters.clone().count() >= ENOUGH_IDEOGRAPHS
        && [first, second].into_iter().flatten().all(is_ideograph)
        && letters.clone().all(|c| [first, second].contains(&Some(c)))
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..'\u{a000}')
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
fn is_coded(h: &Hypothesis, touched: &Touched<'_>) -> bool {
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
    // A no-break space that was trimmed leaves nothing.
    let end = h.pieces.last().map_or(0, |p| p.end as usize);
    let trimmed = (end < line.len()).then_some(end..line.len());
    touched.spans().chain(trimmed).any(is_coded)
}
