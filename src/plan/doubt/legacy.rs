//! What speaks against one legacy charset having been read as another.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

use crate::charset::Charset;
use crate::edit::Step;
use crate::language;
use crate::model::{Cost, NAT, lexicon};

use super::super::hypothesis::Hypothesis;
use super::super::lattice::Piece;
use super::super::readings::{is_letter, lowered};
use super::super::{spelling, words};
use super::{SHORT, STEP, TOLD, Touched, is_of_word, is_short, least};

/// Whether what would have been of another charset is right as it stands.
pub(super) fn is_ruled_out(h: &Hypothesis, touched: &Touched<'_>, is_certain: bool) -> bool {
    let line = touched.line;
    has_alien(h, touched)
        || !is_certain && is_in_formula(line, h)
        || h.is_legacy()
            && !h.is_wide()
            && (makes_lone_letters(line, h)
                || are_coloured(line, h)
                || is_of_others(line, h, is_certain)
                || rereads_blanks(line, h, is_certain))
        || !is_certain
            && h.is_legacy()
            && (is_footnote(line, h)
                || rereads_hyphens(line, &h.pieces)
                || makes_spaces(line, &h.pieces)
                || keeps_losses(line, h)
                || is_led(line)
                || is_ligature(line, h)
                || breaks_word(line, h)
                || rereads_number(line, h)
                || rereads_accents(line, h)
                || is_set_apart(line, h)
                || rereads_elisions(line, h)
                || is_lookalike(line, h)
                || is_from_elsewhere(line, h)
                || is_disguised(line, h)
                || rereads_mark_of_order(line, h)
                || is_formula(line, h)
                || has_operators(line, h)
                || are_tones(line, h)
                || rereads_unit(line, h)
                || are_pairs(line, h)
                || makes_macrons(line, &h.pieces)
                || rereads_question(line, h)
                || rereads_joins(line, h)
                || breaks_sequences(line, h))
}

/// Whether all that becomes something else are letters of Latin by themselves or with digits, and
/// not among words, nor words of the language of the line, as `è` is of Italian: `1 ≤ y` is no
/// `1 ó y`, `£18` no `ú18`, and `O(n²)` no `O(ný)`; nor do powers after words tell then that
/// they were letters, as in `logⁿ ≤ m` and `tr² α`.
fn makes_lone_letters(line: &str, h: &Hypothesis) -> bool {
    let is_letter_at = |at: usize| h.pieces.get(at).is_some_and(|p| is_letter(p.c));
    let is_power = |at: usize| matches!(h.pieces[at].was(line), "²" | "³" | "ⁿ");
    let is_alone = |at: usize| {
        let is_after = |n: usize| at >= n && is_letter_at(at - n);
        // A power is of one letter.
        let is_power = is_power(at) && !is_after(2);
        !(is_letter_at(at + 1) || is_after(1) && !is_power)
    };
    let is_among_words = |p: &Piece| {
        let is_between = |c: char| matches!(c, ' ' | ',' | '.' | ';' | ':' | '"' | '\'');
        let before = line[..p.start as usize].trim_end_matches(is_between);
        let after = line[p.end as usize..].trim_start_matches(is_between);
        let is_formula = before.ends_with(['²', '³', 'ⁿ']);
        (before.is_empty() || before.ends_with(is_letter) && !is_formula)
            && after.starts_with(is_letter)
    };
    let mut made = BTreeSet::new();
    for (at, p) in h.pieces.iter().enumerate() {
        let is_power = is_power(at) && at > 0 && is_letter_at(at - 1) && !is_letter_at(at + 1);
        if !p.is_changed(line) || is_power && !is_alone(at) {
            continue;
        }
        if !language::is_beyond(p.c) || !is_alone(at) || is_among_words(p) {
            return false;
        }
        made.insert(lowered(p.c));
    }
    !made.is_empty() && {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        prior.steps < TOLD_OF_ONE || !made.into_iter().all(|c| words::is_one(&prior, c))
    }
}

/// Letters that are coloured one by one.
const COLOURED: usize = 3;

/// Whether all that becomes something else are letters of another alphabet one by one, behind the
/// codes of colours, which end in a letter of ASCII as a rule: `&Kр&Wу&Kг`, `^1к\033[2mр`.
fn are_coloured(line: &str, h: &Hypothesis) -> bool {
    let is_mark = |c: char| matches!(c, '&' | '§' | '^' | '$' | '%' | '\\' | '#' | '0'..='9');
    let is_of_another = |c: char| is_letter(c) && !language::is_latin(c);
    let mut coded = 0;
    let are = h.pieces.iter().enumerate().all(|(at, p)| {
        let mut before = h.pieces[..at].iter().rev().map(|p| p.c);
        let last = before.next().filter(|c| is_letter(*c));
        let is_code = last.is_some_and(|c| c.is_ascii()) && before.next().is_some_and(is_mark);
        coded += usize::from(p.is_changed(line) && is_code);
        !p.is_changed(line)
            || p.was(line).chars().all(is_of_another)
                && (last.is_none() || is_code)
                && !h.pieces.get(at + 1).is_some_and(|p| is_letter(p.c))
    });
    are && coded >= COLOURED
}

/// Whether all that becomes something else stands in words with letters that could not have been
/// shown in the charset: Ossetian has the `æ` of Latin in words of Cyrillic, and `фæрстæн` is no
/// `фжрстжн` where other lines are windows-1251 read as windows-1252. Letters of Africa and of
/// sounds tell so of all their line: `tɔn ðo ɔ ji` is Fon as it stands, and has no `đo`.
fn is_of_others(line: &str, h: &Hypothesis, is_certain: bool) -> bool {
    let table = match h.steps[..] {
        [Step::Misread { misread, .. }] => misread.decode_table(),
        _ => None,
    };
    let is_kept = |p: &Piece| {
        let is_shown = || table.is_none_or(|table| table.contains(&p.c));
        p.layers == 0 && !p.c.is_ascii() && is_letter(p.c) && !is_shown()
    };
    // But that of Azeri stands where other letters were lost.
    let is_of_africa = |c: char| matches!(c, 'Ɓ'..='Ʒ' | 'ɐ'..='ʯ') && !matches!(c, 'Ə' | 'ə');
    if !is_certain && h.pieces.iter().any(|p| is_of_africa(p.c) && is_kept(p)) {
        return true;
    }
    let words = h.pieces.split(|p| p.layers == 0 && !is_letter(p.c));
    let mut changed = words
        .filter(|word| word.iter().any(|p| p.is_changed(line)))
        .peekable();
    changed.peek().is_some() && changed.all(|word| word.iter().any(is_kept))
}

/// Steps from letter to letter that tell of which language a letter by itself is a word.
const TOLD_OF_ONE: usize = 8;

/// Whether all marks that become letters are, within words, controls of dashes, or dots that part
/// words from their endings, or a sign that multiplies them, and no known word comes out:
/// `simple\u{97}but` has a dash, and no `ó`, and `dende∙lu` is two words of Sardinian, as `per·mís`
/// is two syllables, `todav·ía` no `todavá’a`, and `id×id` no `idžid`.
fn rereads_joins(line: &str, h: &Hypothesis) -> bool {
    let is_of_word =
        |p: &Piece| is_of_word(line, p) || p.c == '’' && p.was(line).chars().all(is_letter);
    let is_join = |three: &&[Piece]| {
        three[1].is_changed(line)
            && matches!(three[1].was(line), "\u{96}" | "\u{97}" | "·" | "∙" | "×")
            && is_of_word(&three[0])
            && is_of_word(&three[2])
    };
    let joins = h.pieces.windows(3).filter(is_join).count();
    let is_mark = |p: &&Piece| p.is_changed(line) && !p.was(line).chars().all(is_letter);
    joins > 0 && joins == h.pieces.iter().filter(is_mark).count() && !words::known(line, h).any
}

/// Charsets that texts in English are written and read in.
const WESTERN: [Charset; 6] = [
    Charset::WINDOWS_1252,
    Charset::ISO_8859_1,
    Charset::ISO_8859_15,
    Charset::MAC_ROMAN,
    Charset::CP437,
    Charset::CP850,
];

/// Whether one letter of Latin would be another in a text in English, and that was neither written
/// nor read in a charset of the West: `Śiva came to reside` is cp852 read as ISO-8859-2 if it was
/// `Živa`, a word of languages that the rest is not likely in.
fn is_from_elsewhere(line: &str, h: &Hypothesis) -> bool {
    let of_both = |step: &Step| match step {
        Step::Misread { truth, misread } => !WESTERN.contains(truth) && !WESTERN.contains(misread),
        _ => false,
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let Some(first) = changed.next() else {
        return false;
    };
    let is_letter =
        |p: &Piece| language::is_latin(p.c) && p.was(line).chars().all(language::is_latin);
    let is_in_english = || {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        prior.steps >= TOLD && prior.tag() == "en"
    };
    is_letter(first)
        && changed.all(|p| p.c == first.c)
        && h.steps.iter().all(of_both)
        && is_in_english()
}

/// Whether sequences of UTF-8 of a line in which the rest are lead bytes alone would be two
/// characters each that nobody writes so: `nosÅ«tÄ«ts`, among `atgÄdinÄja` that lost bytes, is
/// no `nosèÆtéÆts`.
fn breaks_sequences(line: &str, h: &Hypothesis) -> bool {
    let is_lead = |c: char| matches!(c, 'Ã'..='ß');
    let rest = |c: char| matches!(c, '\u{80}'..='\u{bf}');
    let is_beyond = |p: &&Piece| !p.c.is_ascii() || p.layers != 0;
    let beyond: Vec<&Piece> = h.pieces.iter().filter(is_beyond).collect();
    let was = |p: &Piece| p.was(line).chars().next().unwrap_or_default();
    let mut broken = false;
    let mut at = 0;
    while let Some(&p) = beyond.get(at) {
        if !is_lead(was(p)) {
            return false;
        }
        at += 1;
        let Some(&next) = beyond.get(at).filter(|next| rest(was(next))) else {
            continue;
        };
        if next.start != p.end {
            return false;
        }
        at += 1;
        let [before, after] = spelling::beside(line, p.start as usize..next.end as usize)
            .map(|c| c.is_some_and(|c| c.is_ascii_lowercase()));
        let is_spelled =
            next.c.is_lowercase() && (p.c.is_lowercase() || !before && p.c.is_uppercase());
        broken |= (before || after) && !is_spelled;
    }
    broken
}

/// Whether the mark that a question or an exclamation of Spanish begins with would be a letter
/// that its language has not, or a letter a mark with it: `¡mísero yo!` is no `Ám’sero yo!`,
/// `¿quién se quejará?` no `æquién se quejarį?`, and `{¿está}` no `{šest }`.
fn rereads_question(line: &str, h: &Hypothesis) -> bool {
    let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
    let begins = |p: &Piece| {
        let rest = &line[p.end as usize..];
        let close = match p.was(line) {
            "¿" => '?',
            "¡" => '!',
            _ => return None,
        };
        let before = line[..p.start as usize].chars().next_back();
        let is_before_word = rest.starts_with(is_letter) && !before.is_some_and(is_letter);
        // Nobody asks in Russian so: `¿ÌÌ‡ ´ÔËÒ¸ÏÓª` was `Анна «письмо»`.
        let is_of_others = is_letter(p.c) && !language::is_latin(p.c);
        (is_before_word && !is_of_others).then(|| rest.contains(close))
    };
    let becomes_mark = |p: &Piece| p.was(line).contains(is_letter) && !is_letter(p.c);
    let is_closed = |p: &Piece| begins(p) == Some(true);
    changed().any(|p| begins(p).is_some()) && changed().any(becomes_mark)
        || changed().any(is_closed) && {
            let prior = language::prior(&spelling::untouched(&h.pieces));
            prior.lacking(changed().map(|p| p.c)) > 0
        }
}

/// Whether `¿` within or after a word, which databases put for letters that they have not, would
/// make no known words, and a letter that the line's language has not, or of which nothing else
/// tells: `Administraci¿n p¿blica` is no `Administraciæn pæblica`, but `ka¿dy` is `każdy`.
fn rereads_blanks(line: &str, h: &Hypothesis, is_certain: bool) -> bool {
    let is_blank = |p: &Piece| p.was(line) == "¿" && line[..p.start as usize].ends_with(is_letter);
    let changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let mut blanks = changed.filter(|p| is_blank(p)).peekable();
    blanks.peek().is_some() && !words::known(line, h).any && {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        match prior.steps {
            TOLD.. => prior.lacking(blanks.map(|p| p.c)) > 0,
            _ => !is_certain,
        }
    }
}

/// Whether all that becomes something else is `œ`, which names and terms of French have, or its
/// control, and what comes out is no known word: `Hœnheim` is no `Húnheim`, nor `Bonn\u{9c}il` any
/// `Bonnúil`; or `ﬁ` and its like, with
/// which books are set, or `æ` of Latin, and their letters make likely words: `the ﬁeld` is no
/// `Þeld`, and `Beatæ Mariæ Virginis` no `Beatę Marię`; but `Mariæ` alone was `Marić`.
fn is_ligature(line: &str, h: &Hypothesis) -> bool {
    let is_letter = |p: &Piece| matches!(p.was(line), "œ" | "Œ" | "\u{9c}" | "\u{8c}");
    let is_set = |p: &Piece| matches!(p.was(line).chars().next(), Some('ﬀ'..='ﬆ'));
    let is_latin = |p: &Piece| matches!(p.was(line), "æ" | "Æ");
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    if changed.peek().is_none() {
        return false;
    }
    if changed.clone().all(is_letter) {
        // But no name is `for Œ endre`.
        return !spelling::are_lone_letters(line, h) && !words::known(line, h).all;
    }
    let is_caudata = |p: &Piece| matches!(p.was(line), "ę" | "Ę");
    let is_told = || language::prior(&spelling::untouched(&h.pieces)).steps >= TOLD_OF_ONE;
    let is_of_humanists = changed.clone().all(is_caudata) && is_told();
    let is_of_latin = changed.clone().all(is_latin) && is_told();
    let may_be = changed.clone().all(is_set) || is_of_latin || is_of_humanists;
    if !may_be {
        return false;
    }
    let letters = h.pieces.iter().flat_map(|p| {
        let was = match p.was(line) {
            "æ" | "ę" => "ae",
            "Æ" | "Ę" => "Ae",
            was if is_set(p) => was,
            _ => "",
        };
        let is = Some(p.c).filter(|_| was.is_empty());
        was.nfkc().chain(is)
    });
    // There are more of them; but `Straﬂe` is known.
    let each = match words::known(line, h).all && !is_of_latin {
        true => STEP / 2,
        false => STEP,
    };
    let more = each * changed.count() as Cost;
    let most = least(h.pieces.iter().map(|p| p.c));
    match is_of_humanists {
        // `elle-męme` is known in French, and `Vocę` in Portuguese.
        true if words::known(line, h).all => words::in_latin(letters) <= most - STEP,
        true => words::in_latin(letters) <= most + STEP + more,
        false => least(letters) <= most + more,
    }
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
            && before
                .next()
                .is_some_and(|c| is_letter(c) && !spelling::is_vowel(c))
            && !before.next().is_some_and(is_letter)
            && after.starts_with(spelling::is_vowel)
            && rest.take(ELIDED_BEFORE).count() == ELIDED_BEFORE
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line)).peekable();
    changed.peek().is_some() && changed.all(is_elision)
}

/// Letters of Cyrillic and Greek, and those of ASCII that they look like.
const LOOKALIKES: [(&str, &str); 2] = [
    ("асеһіјорѕухАВСЕНІЈКМОРЅТУХ", "acehijopsyxABCEHIJKMOPSTYX"),
    ("αορνυιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopvuiABEZHIKMNOPTYX"),
];

/// Whether this letter of another alphabet looks like one of ASCII.
pub(in crate::plan) fn is_like_latin(c: char) -> bool {
    LOOKALIKES.iter().any(|(letters, _)| letters.contains(c))
}

/// Capitals of Cyrillic and Greek that stand in for others in titles and names: `TETЯIS`,
/// `MΛNGΛ`.
const IN_DISGUISE: (&str, &str) = ("ЯИДЗЦЖШЩФЭЄЧУПΛΣΠΩΞΔΘΦΨ", "RNAEUXWWOEEYYNAENOEAOOW");

/// How much likelier those must be than what comes out, beside other words, and than known words.
const LIKELIER: Cost = 2 * NAT;
const LIKELIER_THAN_KNOWN: Cost = 6 * NAT;

/// The letter of ASCII that the only one of a text looks like, by these tables.
fn like(tables: &[(&str, &str)], was: &str) -> Option<char> {
    let mut was = was.chars();
    let first = was.next().filter(|_| was.next().is_none())?;
    let mut pairs = tables.iter().flat_map(|(a, b)| a.chars().zip(b.chars()));
    pairs.find(|(c, _)| *c == first).map(|(_, like)| like)
}

/// Whether all that becomes something else are letters that look like those of ASCII, and
/// those make likelier words than what comes out: who hides `mоney` from filters writes an `о`
/// of Cyrillic, and no `î`; but `rafraоchissement` had one. Short words are known in some
/// language, as the `så` of `qui sе déclenche` is, and what stands alone, as `mappеd`, has
/// none.
fn is_lookalike(line: &str, h: &Hypothesis) -> bool {
    let like = |p: &Piece| like(&LOOKALIKES, p.was(line));
    let is_changed = |p: &&Piece| p.is_changed(line);
    let changed = || h.pieces.iter().filter(is_changed);
    if changed().next().is_none() || !changed().all(|p| like(p).is_some()) {
        return is_in_disguise(line, h);
    }
    let of_ascii = h.pieces.iter().map(|p| match is_changed(&p) {
        true => like(p).unwrap_or(p.c),
        false => p.c,
    });
    let others = spelling::untouched(&h.pieces);
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

/// Whether all that becomes something else are capitals that stand in for those of ASCII beside
/// them, these make words that are as likely, and no known word comes out: `MΛNGΛ` is no
/// `MËNGË`, but `JДGER` was `JÄGER`.
fn is_in_disguise(line: &str, h: &Hypothesis) -> bool {
    let tables = [IN_DISGUISE, LOOKALIKES[0], LOOKALIKES[1]];
    let like = |p: &Piece| like(&tables, p.was(line));
    let mut text = Vec::with_capacity(h.pieces.len());
    for word in h
        .pieces
        .split_inclusive(|p| !p.was(line).contains(is_letter))
    {
        let mut was = word.iter().flat_map(|p| p.was(line).chars());
        let are_capitals = was.all(|c| !c.is_lowercase());
        for p in word {
            text.push(match p.is_changed(line) {
                false => p.c,
                true => match like(p) {
                    Some(like) if are_capitals => like,
                    _ => return false,
                },
            });
        }
    }
    !words::known(line, h).any
        && least(text.into_iter()) <= least(h.pieces.iter().map(|p| p.c))
        && {
            let prior = language::prior(&spelling::untouched(&h.pieces));
            let made = h.pieces.iter().filter(|p| p.is_changed(line)).map(|p| p.c);
            prior.steps < TOLD || prior.lacking(made) > 0
        }
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

/// Letters of ASCII in a word of a formula, at most: `logβ`.
const FORMULA: usize = 4;

/// Whether all that becomes something else are letters of Greek beside a few of ASCII, as in
/// `cosμ`, or with single ones among them, as in `dφdθ` and `ΓrΔ`, powers of single ones, `O(D²r)`,
/// or such as write sounds: in a word between slashes or brackets, `/sɪksθ/`, or in words
/// that are none otherwise, either, `maniβniβi`, `maⁿda`, `[bεb ~ bεbε]`; unless the line is in a
/// language that has what comes out, and none is of a word between slashes that would be no word
/// then, either: `capotaza /kapotaθa/`. Programs and proofs have them in longer names, too, which
/// tell nothing as long as they make no words: `have := hf (δ • x) leδx δxle`, `ηtotal = 2`. Whatever
/// the language, what has a sine is no letter of it: `cosφ` is no `cosí`.
fn is_formula(line: &str, h: &Hypothesis) -> bool {
    let is_unknown = LazyCell::new(|| !words::known(line, h).any);
    let has_greek = line.contains(|c| matches!(c, 'Α'..='ω'));
    let makes_word = |p: &Piece| {
        let at = h.pieces.partition_point(|other| other.start < p.start);
        let (before, after) = h.pieces.split_at(at);
        let is_of_word = |p: &&Piece| is_letter(p.c);
        let before = before.iter().rev().take_while(is_of_word).count();
        let word = h.pieces[at - before..at].iter().chain(after);
        lexicon::word(word.take_while(is_of_word).map(|p| lowered(p.c))).is_some()
    };
    let is_spoken = |p: &Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let start = before.rsplit(char::is_whitespace).next();
        let end = after.split(char::is_whitespace).next();
        start.is_some_and(|start| start.contains(['/', '[']))
            && end.is_some_and(|end| end.contains(['/', ']']))
    };
    let is_sound =
        |p: &Piece| matches!(p.was(line), "θ" | "β" | "χ") && is_spoken(p) && !makes_word(p);
    let may_be_sound = |p: &Piece| "αγελφω".contains(p.was(line)) && is_spoken(p);
    let is_of_code = LazyCell::new(|| is_code(line, h) && !makes_longer(line, h));
    let is_sounded = LazyCell::new(|| {
        let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
        changed.any(may_be_sound) && !makes_longer(line, h)
    });
    let stands = |p: &Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let is_alphabetic = |c: &char| c.is_alphabetic();
        let is_short = || {
            let left = before.chars().rev().take_while(is_alphabetic);
            let right = after.chars().take_while(is_alphabetic);
            let is_edge = left.clone().next().is_none() || right.clone().next().is_none();
            let others = left.clone().chain(right.clone()).take(FORMULA + 1);
            is_edge && others.clone().all(|c| c.is_ascii()) && others.count() <= FORMULA
                || are_single(left.chain(right)) && !makes_word(p)
        };
        let is_of_variable = || {
            let left = before.chars().rev().take_while(is_alphabetic).count();
            let right = after.chars().take_while(is_alphabetic).count();
            let is_big = before.ends_with(|c: char| c.is_ascii_uppercase()) && right < 2;
            left == 1 && right < FORMULA && (*is_unknown || is_big)
        };
        match p.was(line).chars().next() {
            Some('θ' | 'β' | 'χ') if is_spoken(p) || *is_unknown => true,
            Some('Α'..='ω') if *is_sounded || *is_of_code => true,
            Some('ⁿ') => {
                let begins = !before.ends_with(is_letter) || before.ends_with(spelling::is_vowel);
                begins && *is_unknown
            }
            Some('Α'..='ω') => is_short() || is_of_function(line, p),
            Some('²' | '³') => is_of_variable(),
            // What stands for both sides of the formula, `(αt, φn) ≤ αtφ`.
            Some(c) if spelling::is_operator(c) => {
                before.ends_with(' ') && after.starts_with(' ') && has_greek
            }
            _ => false,
        }
    };
    // Marks around it that become no quotes say nothing: `½ moθa`; but `τ┼╬┼╥` is no formula.
    let is_around = |p: &Piece| {
        let is_sign = |c: char| spelling::is_operator(c) || matches!(c, '²' | '³' | 'ⁿ');
        let at = h.pieces.partition_point(|other| other.start < p.start);
        let is_letter_at = |at: usize| h.pieces.get(at).is_some_and(|p| is_letter(p.c));
        let is_within = at > 0 && is_letter_at(at - 1) || is_letter_at(at + 1);
        let is_quote = matches!(p.c, '\u{a0}' | '«' | '»' | '‹' | '›' | '–'..='…');
        !p.was(line).contains(|c| is_letter(c) || is_sign(c)) && !is_within && !is_quote
    };
    let changed = h.pieces.iter().filter(|p| p.is_changed(line));
    let mut changed = changed.filter(|p| !is_around(p)).peekable();
    changed.peek().is_some() && changed.clone().all(stands) && {
        let others = spelling::untouched(&h.pieces);
        let prior = language::prior(&others);
        prior.steps < TOLD
            || changed.clone().any(is_sound)
            || changed.clone().any(|p| is_of_function(line, p))
            || *is_of_code
            || language::is_english(&others)
            || match words::known(line, h).all {
                true => !prior.may_have(changed.map(|p| p.c)),
                false => prior.lacking(changed.map(|p| p.c)) > 0,
            }
    }
}

/// Functions of which the argument stands beside them or after a space, and those of which it
/// must stand beside them, for they are words, too.
const OF_ANGLES: [&str; 4] = ["sin", "cos", "tan", "cot"];
const OTHERS: [&str; 4] = ["tg", "ln", "log", "exp"];

/// No factor is of so many letters.
const FACTOR: usize = 3;

/// Whether this letter of Greek is what a function is of, which may have a factor: `rcosφ`.
fn is_of_function(line: &str, p: &Piece) -> bool {
    let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
    let letters = |text: &str| text.chars().rev().take_while(|c| c.is_alphabetic()).count();
    let is_beside = |names: &[&str]| {
        let mut names = names.iter().filter_map(|name| before.strip_suffix(name));
        names.any(|factor| letters(factor) < FACTOR)
    };
    let is_after = || {
        let before = before.strip_suffix(' ').unwrap_or_default();
        let mut names = OF_ANGLES.iter();
        names.any(|name| {
            before
                .strip_suffix(name)
                .is_some_and(|rest| letters(rest) == 0)
        })
    };
    matches!(p.was(line).chars().next(), Some('Α'..='ω'))
        && !after.starts_with(char::is_alphabetic)
        && (is_beside(&OF_ANGLES) || is_beside(&OTHERS) || is_after())
}

/// Letters of words that programs have by chance.
const NAMED: usize = 3;

/// Whether a word of more letters than that is known in which something becomes something else.
fn makes_longer(line: &str, h: &Hypothesis) -> bool {
    let mut words = h.pieces.split(|p| !is_letter(p.c));
    words.any(|word| {
        word.len() > NAMED
            && word.iter().any(|p| p.is_changed(line))
            && lexicon::word(word.iter().map(|p| lowered(p.c))).is_some()
    })
}

/// Whether a line is of a program or a proof: something is defined, `:=`, `ηtotal = 2`, or called,
/// `mass(uΓ)`, names are joined, `of_mem`, there are operators, or a letter of Greek is listed,
/// `(λ, J)`.
fn is_code(line: &str, h: &Hypothesis) -> bool {
    let is_listed = |two: (char, char)| matches!(two, ('(', 'Α'..='ω'));
    let joins = |name: &str| {
        let is_of_name = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        name.split_once('_').is_some_and(|(before, after)| {
            is_of_name(before.chars().next_back()) && is_of_name(after.chars().next())
        })
    };
    let is_named = |p: &Piece| {
        let rest = line[p.end as usize..].trim_start_matches(is_letter);
        let before = line[..p.start as usize].trim_end_matches(is_letter);
        let called = before.strip_suffix('(');
        p.is_changed(line)
            && (rest.trim_start().starts_with("= ")
                || called.is_some_and(|name| name.ends_with(|c: char| c.is_ascii_alphanumeric())))
    };
    line.contains(":=")
        || line.contains(|c: char| spelling::is_operator(c) || matches!(c, '•' | '∘'))
        || line.chars().zip(line.chars().skip(1)).any(is_listed)
        || line.split(char::is_whitespace).any(joins)
        || h.pieces.iter().any(is_named)
}

/// Whether an operator becomes a letter that stands between two single ones, as in `x≤y`, and makes
/// no word of these, or no longer one is known either, nor tells the line of a language that has
/// it; or one by itself, as in `≡ cong f p`, or another mark, if no known word comes out, as of
/// `« dæivadi »`, and it is no word of the line's language.
fn has_operators(line: &str, h: &Hypothesis) -> bool {
    let is_letter_at = |at: usize| h.pieces.get(at).is_some_and(|p| is_letter(p.c));
    let is_space_at = |at: usize| h.pieces.get(at).is_none_or(|p| p.c.is_whitespace());
    let prior = LazyCell::new(|| language::prior(&spelling::untouched(&h.pieces)));
    let is_known = |word: &[Piece]| lexicon::word(word.iter().map(|p| lowered(p.c))).is_some();
    let is_known_longer = LazyCell::new(|| {
        let mut words = h.pieces.split(|p| !is_letter(p.c));
        words.any(|word| {
            word.len() > OPERATION && word.iter().any(|p| p.is_changed(line)) && is_known(word)
        })
    });
    // Unless other marks stand within words: `‡ skj‡stikunni` was `á skjástikunni`.
    let is_within = |three: &[Piece]| {
        let p = &three[1];
        p.is_changed(line)
            && !p
                .was(line)
                .contains(|c| is_letter(c) || spelling::is_operator(c))
            && three.iter().all(|p| is_letter(p.c))
    };
    let is_unknown =
        LazyCell::new(|| !words::known(line, h).any && !h.pieces.windows(3).any(is_within));
    let is_sign = |c: char| spelling::is_operator(c) || matches!(c, '±' | '×' | '÷' | '·');
    let is_meant = |at: usize| {
        let p = &h.pieces[at];
        if !p.is_changed(line) || !language::is_latin(p.c) || p.was(line).contains(is_letter) {
            return false;
        }
        let is_after = |n: usize| at >= n && is_letter_at(at - n);
        match (is_after(1), is_letter_at(at + 1)) {
            (true, true)
                if !is_after(2)
                    && !is_letter_at(at + 2)
                    && h.pieces[at - 1].c.is_ascii()
                    && h.pieces[at + 1].c.is_ascii() =>
            {
                let has = || prior.steps >= TOLD_OF_ONE && prior.may_have([p.c].into_iter());
                p.was(line).chars().all(is_sign)
                    && (!is_known(&h.pieces[at - 1..at + 2]) || !*is_known_longer && !has())
            }
            (false, false) => {
                let is_by_itself = (at == 0 || is_space_at(at - 1)) && is_space_at(at + 1);
                let is_operator = p.was(line).chars().all(spelling::is_operator);
                (is_operator || is_by_itself && *is_unknown)
                    && (prior.steps < TOLD_OF_ONE || !words::is_one(&prior, lowered(p.c)))
            }
            _ => false,
        }
    };
    (0..h.pieces.len()).any(is_meant)
}

/// Letters of `x≤y`, had it been a word.
const OPERATION: usize = 3;

/// Whether all that becomes something else are signs of formulas, and an operator or a letter of
/// one stays that the charset could not show: nobody writes one formula in two charsets, as
/// `S¹map-id : (x : hLevelTrunc 3 S¹) → Path ∣ x ∣` and `∀ f → ℤ[ _ ]· (β·Π f)` would be.
fn is_in_formula(line: &str, h: &Hypothesis) -> bool {
    let is_of_formula = |c: char| matches!(c, 'ℂ'..='ℤ' | '∀'..='⋿' | '⟀'..='⟯');
    let is_sign =
        |c: char| spelling::is_operator(c) || matches!(c, 'Α'..='ω' | '¹' | '²' | '³' | '·' | '¬');
    let table = match h.steps[..] {
        [Step::Misread { misread, .. }] => misread.decode_table(),
        _ => None,
    };
    let stays = |p: &Piece| {
        let is_shown = || table.is_none_or(|table| table.contains(&p.c));
        p.layers == 0 && is_of_formula(p.c) && !is_shown()
    };
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    line.contains(is_of_formula)
        && changed.all(|p| p.was(line).chars().all(is_sign))
        && h.pieces.iter().any(stays)
}

/// Whether all that becomes something else are vowels with the marks that pinyin has for tones,
/// beside ideographs: `不亦乐乎: bù yì lè hū` was never misread as ISO-8859-4.
fn are_tones(line: &str, h: &Hypothesis) -> bool {
    const TONES: &str = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü";
    let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
    changed.all(|p| p.was(line).chars().all(|c| TONES.contains(c)))
        && h.pieces
            .iter()
            .any(|p| p.layers == 0 && matches!(p.c, '\u{4e00}'..'\u{a000}'))
}

/// Letters of a unit after the sign for a millionth: `µmol`.
const UNIT: usize = 3;

/// Whether the sign for a millionth becomes a letter in a unit after a number, and the line's
/// language has it not: `10 µg Präparat` is no `10 Ág Prèparat`.
fn rereads_unit(line: &str, h: &Hypothesis) -> bool {
    let is_unit = |p: &&Piece| {
        let (before, after) = (&line[..p.start as usize], &line[p.end as usize..]);
        let after = after.chars().take_while(|c| is_letter(*c));
        p.is_changed(line)
            && p.was(line) == "µ"
            && before.trim_end().ends_with(|c: char| c.is_ascii_digit())
            && after.clone().all(|c| c.is_ascii_alphabetic())
            && (1..=UNIT).contains(&after.count())
    };
    h.pieces.iter().find(is_unit).is_some_and(|p| {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        prior.steps < TOLD || !prior.may_have([p.c].into_iter())
    })
}

/// Whether all that becomes something else are quotes, the first before a word and the last after
/// one, and not all words are known that come out: `‚per se‘` is no `éper seæ`, nor `’ex post’` any
/// `íex postí`.
fn are_pairs(line: &str, h: &Hypothesis) -> bool {
    let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
    let is_quote = |p: &Piece| {
        let mut was = p.was(line).chars();
        was.all(|c| matches!(c, '‘'..='‟' | '…' | '«' | '»' | '‹' | '›'))
    };
    let opens = |p: &Piece| {
        let before = line[..p.start as usize].chars().next_back();
        !before.is_some_and(is_letter) && line[p.end as usize..].starts_with(is_letter)
    };
    let closes = |p: &Piece| {
        line[..p.start as usize].ends_with(is_letter)
            && !line[p.end as usize..].starts_with(is_letter)
    };
    // Low ones close no word, `‚t‚`, and each closes one that was opened, but for apostrophes.
    let is_low = |p: &Piece| {
        matches!(p.was(line), "‚" | "„") && line[..p.start as usize].ends_with(is_letter)
    };
    let opened = changed().filter(|p| opens(p)).count();
    let closed = changed()
        .filter(|p| p.was(line) != "’" && closes(p))
        .count();
    changed().nth(1).is_some()
        && closed <= opened
        && !changed().any(is_low)
        && changed().all(is_quote)
        && changed().next().is_some_and(opens)
        && changed().next_back().is_some_and(closes)
        && !words::known(line, h).all
}

/// Whether a quote becomes a macron by itself: of `»Die Damen haben sich gewiß ...«` cp437 would
/// make `¯Die Damen haben sich gewiá ...®`, and nobody writes that.
fn makes_macrons(line: &str, pieces: &[Piece]) -> bool {
    let is_it = |p: &Piece| p.is_changed(line) && p.c == '¯' && matches!(p.was(line), "«" | "»");
    pieces.iter().any(is_it)
}

/// Whether these are a few letters of ASCII and of Greek, about as many of each.
fn are_single(mut letters: impl Iterator<Item = char>) -> bool {
    let (mut ascii, mut greek) = (0usize, 0);
    let is_either = |c: char| {
        let is_greek = matches!(c, 'Α'..='ω');
        ascii += usize::from(c.is_ascii());
        greek += usize::from(is_greek);
        c.is_ascii() || is_greek
    };
    // Without the one that they are beside.
    letters.all(is_either) && ascii > 0 && ascii <= FORMULA && greek > 0 && ascii <= 2 * greek + 1
}

/// Whether a small letter within a word becomes an ellipsis, any letter within one a quote or
/// another mark that words have none of, or a dash where the word has more that is damaged, or one
/// after a letter a quote that only opens, or one the mark that a question or an exclamation of
/// Spanish begins with, and none ends: of `наhаа` some charset makes `¡áháá`, of `d´àudio`, where
/// an accent stands for the apostrophe, some charset makes `dï…udio`, of `d´ùr` `dï—r`, of
/// `l´ngawé` `lïngaw‚`, of `Goiás™` `Goi·sô`, and of `SCÈNE DERNIéRE` `SC»NE DERNIÈRE`.
fn breaks_word(line: &str, h: &Hypothesis) -> bool {
    let was = |p: &Piece, is: fn(char) -> bool| p.is_changed(line) && p.was(line).chars().all(is);
    let breaks = |three: &[Piece], is_one: &dyn Fn() -> bool| {
        let is_between = |is: fn(&Piece) -> bool| is(&three[0]) && is(&three[2]);
        match three[1].c {
            '…' => was(&three[1], char::is_lowercase) && is_between(|p| p.c.is_lowercase()),
            '–' | '—' if is_one() => false,
            // `col·legi` has one.
            '·' if is_between(|p| matches!(p.c, 'l' | 'L')) => false,
            '«' | '»' | '‹' | '›' | '“' | '”' | '•' | '·' | '†' | '‡' | '¡' | '¿' | '–' | '—' => {
                was(&three[1], is_letter) && is_between(|p| is_letter(p.c))
            }
            _ => false,
        }
    };
    let opens = |two: &[Piece]| {
        matches!(two[1].c, '‚' | '„') && is_letter(two[0].c) && was(&two[1], is_letter)
    };
    let begins = |p: &Piece, mark: char, close: char| {
        p.c == mark && was(p, is_letter) && !line[p.end as usize..].contains(close)
    };
    let is_open = |p: &Piece| begins(p, '¡', '!') || begins(p, '¿', '?');
    let mut words = h.pieces.split(|p| p.c.is_whitespace());
    h.pieces.iter().any(is_open)
        || words.any(|word| {
            let is_one = || word.iter().filter(|p| p.is_changed(line)).nth(1).is_none();
            word.windows(3).any(|three| breaks(three, &is_one)) || word.windows(2).any(opens)
        })
}

/// Whether an accent that stands for an apostrophe or for a sign of softness becomes a letter,
/// after a consonant or before the `s` that a word ends in, and no known word comes out:
/// `n´tafed`, `mal´l´a`, `pagina´s`; or all become apostrophes or quotes, `l´école d´art`. But
/// `na´ef` was `naïef`.
fn rereads_accents(line: &str, h: &Hypothesis) -> bool {
    if !line.contains('´') {
        return false;
    }
    let is_it = |p: &Piece| {
        let mut before = line[..p.start as usize].chars().rev();
        let mut after = line[p.end as usize..].chars();
        let last = before.next().filter(|c| is_letter(*c));
        let is_after_consonant = last.is_some_and(|c| !spelling::is_vowel(c));
        let is_ending =
            last.is_some() && after.next() == Some('s') && !after.next().is_some_and(is_letter);
        p.was(line) == "´" && language::is_latin(p.c) && (is_after_consonant || is_ending)
    };
    let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
    let becomes_mark = |p: &Piece| p.was(line) == "´" && !is_letter(p.c);
    changed().next().is_some() && changed().all(becomes_mark)
        || changed().any(is_it) && !words::known(line, h).any
}

/// Accents that stand by themselves, and those that go on letters.
const ACCENTS: [(char, char); 11] = [
    ('´', '\u{301}'),
    ('¨', '\u{308}'),
    ('ˆ', '\u{302}'),
    ('˜', '\u{303}'),
    ('ˇ', '\u{30c}'),
    ('¸', '\u{327}'),
    ('˚', '\u{30a}'),
    ('¯', '\u{304}'),
    ('˘', '\u{306}'),
    ('˙', '\u{307}'),
    ('˝', '\u{30b}'),
];

/// Whether all marks that become something else are accents beside letters that they go on, all
/// before them or all after them, and that makes likelier words than what comes out: of what TeX
/// set, programs read `Schr¨odinger` or `cine´philie`, and no `Schršodinger` or `cineļphilie`;
/// but `na´ef` was `naïef`.
fn is_set_apart(line: &str, h: &Hypothesis) -> bool {
    let accent = |p: &Piece| {
        let mut was = p.was(line).chars().filter(|_| p.layers != 0);
        let mark = was.next().filter(|c| *c != p.c && was.next().is_none())?;
        let mut accents = ACCENTS.iter();
        accents.find(|(other, _)| *other == mark).map(|(_, a)| *a)
    };
    let changed = || h.pieces.iter().filter(|p| p.is_changed(line));
    if !changed().any(|p| accent(p).is_some())
        || !changed().all(|p| accent(p).is_some() || p.was(line).chars().all(is_letter))
    {
        return false;
    }
    let one = |p: &Piece| match p.was(line).chars().next() {
        Some('ı') => 'i',
        c => c.unwrap_or(p.c),
    };
    // After a space, too: `Schr¨ odinger`.
    let before = || {
        let mut text = Vec::with_capacity(h.pieces.len());
        let mut pieces = h.pieces.iter();
        while let Some(p) = pieces.next() {
            text.push(match accent(p) {
                None => one(p),
                Some(accent) => compose(pieces.find(|p| p.c != ' ').map(one)?, accent)?,
            });
        }
        Some(text)
    };
    let after = || {
        let mut text = Vec::with_capacity(h.pieces.len());
        for p in &h.pieces {
            let c = match accent(p) {
                None => one(p),
                Some(accent) => compose(text.pop()?, accent)?,
            };
            text.push(c);
        }
        Some(text)
    };
    // It is a letter less, which tells nothing of one word among others.
    let is_one = changed().filter(|p| accent(p).is_some()).nth(1).is_none();
    let is_told = || language::prior(&spelling::untouched(&h.pieces)).steps >= TOLD;
    let more = if is_one && is_told() { STEP } else { 0 };
    let made = || h.pieces.iter().map(|p| p.c);
    let is_likelier = |text: Vec<char>| {
        let text = || text.iter().copied();
        match (words::are_known(text()), words::are_known(made())) {
            (true, false) => true,
            (false, true) => false,
            _ => least(text()) + more <= least(made()),
        }
    };
    before().is_some_and(is_likelier) || after().is_some_and(is_likelier)
}

/// Whether the sign of degrees becomes a letter in what is short for a number, and makes no word,
/// or none of the line's language: `N°dossier`, `n°de série`; but `n°dvendig` was `nødvendig`.
fn rereads_number(line: &str, h: &Hypothesis) -> bool {
    if !line.contains('°') {
        return false;
    }
    let is_number = |p: &&Piece| {
        let mut before = line[..p.start as usize].chars().rev();
        p.is_changed(line)
            && p.was(line) == "°"
            && matches!(before.next(), Some('n' | 'N'))
            && !before.next().is_some_and(is_letter)
    };
    h.pieces.iter().find(is_number).is_some_and(|p| {
        let prior = language::prior(&spelling::untouched(&h.pieces));
        !words::known(line, h).any || prior.steps >= TOLD && prior.lacking([p.c].into_iter()) > 0
    })
}

/// Whether all that becomes something else are marks of footnotes and ordinals after
/// words, `exemplos¹`, or before them, where a note begins: `ªInstitut für Physik`, `¹with`; or
/// soft hyphens within; or letters, too, none of which makes a known word, nor words that are
/// likelier than without the marks: the verse `¹ensoc'hañ` is no `šensoc'hań`. But the `¹to` of
/// a sentence was `što`; by itself it says too little.
fn is_footnote(line: &str, h: &Hypothesis) -> bool {
    let is_mark = |p: &Piece| matches!(p.was(line), "¹" | "²" | "³" | "º" | "ª");
    let (mut begins_small, mut has_mark, mut has_letter) = (false, false, false);
    for p in h.pieces.iter().filter(|p| p.is_changed(line)) {
        if is_mark(p) {
            let mut after = line[p.end as usize..].chars();
            let next = after.next().filter(|c| is_letter(*c));
            let begins = !line[..p.start as usize].ends_with(is_letter);
            if next.is_some() && !begins {
                return false;
            }
            let is_name = next.is_some_and(char::is_uppercase)
                && after.next().is_some_and(char::is_lowercase);
            begins_small |= next.is_some() && !is_name;
            has_mark = true;
        } else if p.was(line).chars().all(is_letter) {
            has_letter = true;
        } else if p.was(line) != "\u{ad}" {
            return false;
        }
    }
    let is_likelier = || {
        let rest = h.pieces.iter().filter(|p| !is_mark(p));
        let without = rest.flat_map(|p| p.was(line).chars());
        least(without) <= least(h.pieces.iter().map(|p| p.c))
    };
    let makes_word = || words::known(line, h).any;
    // With the mark, these are a word in some language or another.
    let is_told_by_itself = || {
        let mut changed = h.pieces.iter().filter(|p| p.is_changed(line));
        let is_before_few = |p: &Piece| {
            let after = line[p.end as usize..].chars().take(SHORT);
            after.take_while(|c| is_letter(*c)).count() < SHORT
        };
        changed.all(is_before_few)
            && language::prior(&spelling::untouched(&h.pieces)).steps < TOLD_OF_ONE
    };
    match has_letter {
        true => has_mark && !makes_word() && is_likelier(),
        false => !begins_small || !makes_word() || is_told_by_itself(),
    }
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

/// Whether UTF-8's byte order mark is read in another charset: the `ï»¿` of `ï»¿für` is
/// never `ďťż`.
fn rereads_mark_of_order(line: &str, h: &Hypothesis) -> bool {
    let first = h.pieces.first().is_some_and(|p| p.is_changed(line));
    first && line.starts_with("ï»¿")
}
