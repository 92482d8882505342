//! What speaks against accounts of what is East Asian text as it stands.

use std::iter;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::language;
use crate::model::{self, Cost, NAT};

use super::super::hypothesis::Hypothesis;
use super::super::lattice::Piece;
use super::super::readings::{is_letter, lowered};
use super::super::{spelling, words};
use super::Touched;
use super::left::is_fence;

/// How much likelier a reading must be for each katakana of half width that it explains, and
/// for all of them, where no other line tells of its chain.
const KATAKANA: Cost = 3 * NAT;
const KATAKANA_ALONE: Cost = 6 * NAT;
/// A character that stands where none does in katakana: the `ﾞ` of `ﾈﾞ`, the `ｬ` of `ﾏｬ`.
const MISSPELLED: Cost = 8 * NAT;

/// Whether what would be changed is right as it stands.
pub(super) fn is_ruled_out(h: &Hypothesis, touched: &Touched<'_>, is_certain: bool) -> bool {
    let line = touched.line;
    is_katakana(h, touched, is_certain)
        || h.is_legacy() && (is_private(touched) || is_bopomofo(line))
        || !is_certain
            && (is_of_lone_ideographs(h, touched)
                || ends_word(h, touched)
                || is_within_word(h, touched)
                || is_turned_around(h, touched)
                || h.is_legacy() && is_written_in_turns(line, touched)
                || is_typed_out(touched)
                || h.is_legacy() && (is_shortened(line) || is_of_many_layers(line)))
}

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

/// Whether what would be changed is of nobody's use but a font's, which books have signs of
/// mathematics from, or what comes out is, as of `œ∑¡™£¢∞§¶•ªº`, a row of a keyboard.
fn is_private(touched: &Touched<'_>) -> bool {
    // The last is the apple of a Mac.
    let is_private = |c: char| matches!(c, '\u{e000}'..'\u{f8ff}');
    touched.pieces().any(|p| is_private(p.c)) || touched.chars().all(is_private)
}

/// Pairs that tell that Bopomofo spells syllables.
const SPELLED_PAIRS: usize = 2;

/// Whether letters of Bopomofo stand as they do in syllables, with their tones: `ㄅㄨˋㄧˇ` is no
/// `９？８＞`. Marks and digits of GBK show as some in Big5, but hardly in that order, and the tones
/// but for `ˋ`, which a question mark shows as, are signs that few write.
fn is_bopomofo(line: &str) -> bool {
    let is_initial = |c: char| matches!(c, 'ㄅ'..='ㄙ');
    let is_medial = |c: char| matches!(c, 'ㄧ'..='ㄩ');
    let is_final = |c: char| matches!(c, 'ㄚ'..='ㄦ');
    let (mut is_told, mut pairs) = (false, 0);
    for (a, b) in line.chars().zip(line.chars().skip(1)) {
        let begins = is_initial(a) && (is_medial(b) || is_final(b));
        let goes_on = is_medial(a) && is_final(b);
        let ends = matches!(a, 'ㄓ'..='ㄩ') && matches!(b, 'ˊ' | 'ˇ' | 'ˋ');
        is_told |= begins || ends && b != 'ˋ';
        pairs += usize::from(begins || goes_on || ends);
    }
    is_told && pairs >= SPELLED_PAIRS
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

/// Ideographs that make no word after one of Latin.
const AFTER_WORD: usize = 2;

/// Whether a few ideographs are all that is made, and were the last letter of a word and what
/// is no letter after it: `ya sé»…`, `Så-å?`.
fn ends_word(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_last = |span: Range<usize>| {
        let mut was = line[span.clone()].chars();
        was.next().is_some_and(is_letter)
            && was.any(|c| !is_letter(c))
            && line[..span.start].ends_with(|c: char| c.is_ascii_alphabetic())
            && !line[span.end..].starts_with(is_letter)
    };
    !h.is_legacy()
        && touched.any()
        && touched.pieces().nth(AFTER_WORD).is_none()
        && touched
            .pieces()
            .all(|p| spelling::is_east_asian(p.c) && is_letter(p.c))
        && touched.spans().all(is_last)
        && !line.contains(spelling::is_east_asian)
}

/// Whether what is made are syllables of Korean that hardly any text has, within words of ASCII,
/// and the line has no others: `í\u{83}©í\u{83}©n` was `één`, and no `탩탩n`.
fn is_within_word(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_rare = |p: &Piece| matches!(p.c, '가'..='힣') && !model::is_known(p.c);
    let is_within = |span: Range<usize>| {
        let beside = spelling::beside(line, span);
        let mut beside = beside.into_iter().flatten();
        beside.any(|c| c.is_ascii_lowercase())
    };
    !h.is_legacy()
        && touched.any()
        && touched.pieces().all(is_rare)
        && touched.spans().all(is_within)
}

/// Whether letters of Cyrillic that are small and capital in turn would be ideographs, as
/// those of `мОяПрОцЕдУрА` would.
fn is_written_in_turns(line: &str, touched: &Touched<'_>) -> bool {
    is_fence(line)
        && touched.chars().all(|c| matches!(c, 'Ѐ'..='ӿ'))
        && touched.pieces().any(|p| spelling::is_east_asian(p.c))
}

/// Whether all that an ideograph would be is a quote that closes and one that opens right after
/// it: `箔` was no `”“`.
fn is_turned_around(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let mut made = touched.pieces().map(|p| p.c);
    h.is_wide() && h.is_legacy() && made.clone().count() == 2 && made.by_ref().eq(['”', '“'])
}

/// Steps from letter to letter that tell of which language a letter by itself is a word, where
/// an ideograph stands for it, which may be right in any.
const TOLD_OF_ONE: usize = 16;

/// Whether all that UTF-8 makes is of ideographs in lists, each alone or over and over, with no
/// letter beside it: `茫茫 559` has the bytes of `ãã`. `Questa porta 癡 chiusa` was `è`, a word of
/// its language; but who asks `Come si scrive 猫 in cinese?` means what is written there.
fn is_of_lone_ideographs(h: &Hypothesis, touched: &Touched<'_>) -> bool {
    let line = touched.line;
    let is_alone = |span: Range<usize>| {
        let next = spelling::beside(line, span.clone());
        let mut was = line[span].chars();
        let first = was.next();
        first.is_some_and(|c| spelling::is_east_asian(c) && is_letter(c))
            && was.all(|c| Some(c) == first)
            && !next.into_iter().flatten().any(is_letter)
    };
    let is_usual = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}') && model::is_known(c);
    !h.is_legacy() && touched.any() && touched.spans().all(is_alone) && {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        let is_foreign = |p: &Piece| is_letter(p.c) && !words::is_one(&prior, lowered(p.c));
        prior.steps < TOLD_OF_ONE
            || touched.pieces().any(is_foreign)
            || touched.chars().any(is_usual)
    }
}

/// So many times `Ã` stands before `Â` where text was misread again and again.
const LAYERS: usize = 2;

/// Whether all that is beyond ASCII is what is left of UTF-8 in many layers, each read as Latin-1:
/// `ÃÂÃÂ¢ÃÂÃÂÃÂÃÂ` was a quote, and no `藏藏`.
fn is_of_many_layers(line: &str) -> bool {
    let is_of_it = |c: char| c.is_ascii() || matches!(c, 'Ã' | 'Â' | '\u{80}'..='\u{bf}');
    line.matches("ÃÂ").nth(LAYERS - 1).is_some() && line.chars().all(is_of_it)
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
