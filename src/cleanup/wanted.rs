//! Which fixes could have anything to do in a text? Its characters tell, each by
//! itself, so that most texts are passed over once and not once a fix.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use unicode_normalization::char::canonical_combining_class;

use crate::scan;

use super::{
    FORMS, Fix, Fixes, Profile, controls, invisible, letters, normalization, spaces, terminal,
};

/// Of `fixes`, those that the characters of a text could want.
pub(super) fn wanted(text: &str, fixes: Fixes) -> Fixes {
    // These look for what they change faster than all characters are looked at.
    if fixes.are_of(Profile::Repair) {
        return fixes;
    }
    let mut any = ALWAYS;
    if fixes.0 & !OF_SIGNS == 0 && !has_sign(text.as_bytes()) {
        return Fixes(fixes.0 & any);
    }
    let mut last = LastBlock::default();
    let may_want_signs = fixes.before_mojibake().0 != 0;
    let chunks = text.as_bytes().chunks(CHUNK);
    for b in chunks
        .filter(|chunk| !is_plain(chunk, may_want_signs))
        .flatten()
    {
        if b.is_ascii() {
            any |= last.wants(char::from(*b)).fixes.0;
        }
    }
    let forms = fixes.0 & FORM_BITS;
    let may_be_dull = fixes.0 & RARE == 0;
    let (mut class, mut broken) = (0, 0);
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        match *rest {
            // A space between two words.
            [..0x80, 0x80..=0xff, ..] => (rest, class) = (&rest[1..], 0),
            [..0x80, ..] => (rest, class) = (&rest[scan::ascii_prefix(rest)..], 0),
            _ => {}
        }
        loop {
            let (code, after) = match *rest {
                [a @ 0x80..0xe0, b, ref after @ ..] => (scan::of_two(a, b), after),
                [a @ 0xe0..0xf0, b, c, ref after @ ..] => (scan::of_three(a, b, c), after),
                [a @ 0xf0..=0xff, b, c, d, ref after @ ..] => (scan::of_four(a, b, c, d), after),
                _ => break,
            };
            rest = after;
            let dull = DULL.get(code);
            if may_be_dull && dull.is_some_and(|dull| dull.load(Relaxed)) {
                class = 0;
                continue;
            }
            let wants = last.wants_of(code);
            any |= wants.fixes.0;
            match wants.fixes.0 & forms {
                0 => class = 0,
                forms => {
                    (broken, class) = (broken | forms & !wants.normal_after(class), wants.class);
                }
            }
            if let Some(dull) = dull
                && wants.fixes.0 & !(ALWAYS | RARE) == 0
            {
                dull.store(true, Relaxed);
            }
        }
    }
    // What is in a form need not be put in it, whatever it has.
    any &= !forms | broken;
    Fixes(fixes.0 & any)
}

/// Fixes that any text could want.
const ALWAYS: u32 = Fix::Mojibake.bit() | Fix::SpaceRuns.bit() | Fix::TrailingSpaces.bit();
/// Forms that hardly anybody asks for, and letters with accents want.
const RARE: u32 = FORM_BITS & !Fix::Nfc.bit();

/// Characters of the basic plane that are known to want nothing but those: most are.
static DULL: [AtomicBool; PLANE] = [const { AtomicBool::new(false) }; PLANE];
const PLANE: usize = 0x1_0000;

/// Fixes that look for few signs, found at once: those before mojibake, if no
/// escapes are.
const OF_SIGNS: u32 = Fix::TerminalEscapes.bit()
    | Fix::HtmlEntities.bit()
    | Fix::HtmlEntitiesInMarkup.bit()
    | Fix::Surrogates.bit();

const FORM_BITS: u32 = Fix::Nfc.bit() | Fix::Nfd.bit() | Fix::Nfkc.bit() | Fix::Nfkd.bit();

/// Whether there is an ESC, a reference, `í` before what could be half a surrogate,
/// or the end of a C1 control before what follows those of terminals.
fn has_sign(bytes: &[u8]) -> bool {
    let is_sign = |a: u8, b: u8| {
        matches!(a, 0x1b | b'&')
            | (matches!(a, 0x90 | 0x9b | 0x9d) & (b < 0x40))
            | ((a == 0xad) & (b == 0xc2))
    };
    let Some((last, before)) = bytes.split_last() else {
        return false;
    };
    // Without a way out, so that the compiler makes vectors of it.
    let pairs = before.iter().zip(&bytes[1..]);
    pairs.fold(is_sign(*last, 0), |any, (&a, &b)| any | is_sign(a, b))
}

/// Bytes that are looked at together.
const CHUNK: usize = 256;

/// Whether no fix wants any of these bytes by itself, but for those beyond ASCII; signs only
/// those do that are done before mojibake.
#[inline]
fn is_plain(bytes: &[u8], may_want_signs: bool) -> bool {
    // Without a way out, so that the compiler makes vectors of it.
    let has = |is_it: fn(u8) -> bool| bytes.iter().fold(false, |any, &b| any | is_it(b));
    let has_sign = || may_want_signs && has(|b| matches!(b, b'&' | b'%' | b'=' | b'\\'));
    !has(|b| matches!(b, 0..=8 | 11..=31 | 127)) && !has_sign()
}

/// Whether it is known that no fix wants this character, but for rare forms.
#[inline]
pub(super) fn is_dull(c: char) -> bool {
    let dull = DULL.get(c as usize);
    dull.is_some_and(|dull| dull.load(Relaxed))
}

/// What a character could want.
#[derive(Clone, Copy)]
pub(super) struct Wants {
    /// The fixes that could change it.
    pub(super) fixes: Fixes,
    /// Its canonical combining class.
    pub(super) class: u8,
    /// The forms that it is surely in.
    normal: u32,
}

impl Wants {
    /// UAX #15, section 9: whether it may stand in a text of this form after a character
    /// of this class.
    pub(super) fn is_normal_after(self, class: u8, form: Fix) -> bool {
        self.normal_after(class) & form.bit() != 0
    }

    /// The forms of which that is so.
    #[inline]
    fn normal_after(self, class: u8) -> u32 {
        match self.class == 0 || class <= self.class {
            true => self.normal,
            false => 0,
        }
    }

    fn of(c: char) -> Self {
        let bits =
            |fixes: &mut dyn Iterator<Item = &Fix>| fixes.fold(0, |all, fix| all | fix.bit());
        let is_wanting = |fix: &&Fix| !FORMS.contains(fix) && wants(c, **fix);
        let is_normal = |form: &&Fix| normalization::is_normal(c, **form);
        let class = canonical_combining_class(c);
        let normal = bits(&mut FORMS.iter().filter(is_normal));
        // What starts a piece in a form wants none.
        let starts = if class == 0 { normal } else { 0 };
        Wants {
            fixes: Fixes(bits(&mut Fix::ALL.iter().filter(is_wanting)) | FORM_BITS & !starts),
            class,
            normal,
        }
    }
}

/// Characters that are asked about together.
const BLOCK: usize = 64;
const BLOCKS: usize = (char::MAX as usize + 1) / BLOCK;

/// What characters want, block by block, made when one of a block is first met.
static WANTS: [OnceLock<Box<[Wants; BLOCK]>>; BLOCKS] = [const { OnceLock::new() }; BLOCKS];

/// The block of the last character, for those of a script are next to each other.
pub(super) struct LastBlock(usize, &'static [Wants; BLOCK]);

impl Default for LastBlock {
    fn default() -> Self {
        LastBlock(0, of_block(0))
    }
}

impl LastBlock {
    #[inline]
    pub(super) fn wants(&mut self, c: char) -> Wants {
        self.wants_of(c as usize)
    }

    /// The same of a character by its number.
    #[inline]
    fn wants_of(&mut self, c: usize) -> Wants {
        let block = alike(c / BLOCK);
        if block != self.0 {
            *self = LastBlock(block, of_block(block));
        }
        self.1[c % BLOCK]
    }
}

/// The first of the blocks that want the same throughout: those of ideographs, and of
/// syllables of Hangul.
#[inline]
fn alike(block: usize) -> usize {
    match block * BLOCK {
        0x3400..0x4dc0 | 0x4e00..0xa000 => 0x3400 / BLOCK,
        0xac00..0xd780 => 0xac00 / BLOCK,
        _ => block,
    }
}

#[inline]
fn of_block(block: usize) -> &'static [Wants; BLOCK] {
    WANTS[block].get_or_init(|| make(block))
}

#[cold]
fn make(block: usize) -> Box<[Wants; BLOCK]> {
    // Surrogates are no characters.
    let c = |i: usize| char::from_u32((block * BLOCK + i) as u32).unwrap_or('a');
    Box::new(std::array::from_fn(|i| Wants::of(c(i))))
}

/// Whether a fix could change a text because it has this character.
fn wants(c: char, fix: Fix) -> bool {
    let is_c1 = matches!(c, '\u{80}'..='\u{9f}');
    match fix {
        Fix::TerminalEscapes => c == '\x1b' || terminal::begins(c),
        Fix::HtmlEntities | Fix::HtmlEntitiesInMarkup => c == '&',
        Fix::Escapes => matches!(c, '\\' | '%' | '='),
        Fix::BackslashEscapes => c == '\\',
        Fix::PercentEscapes => c == '%',
        Fix::QuotedPrintable => c == '=',
        Fix::Surrogates => matches!(c, '&' | 'í'),
        Fix::C1Controls => is_c1,
        Fix::Backspaces => c == '\x08',
        Fix::ControlChars => c.is_ascii() && controls::goes(c as u8),
        Fix::UnitSeparators => c == '\x1f',
        Fix::LineBreaks => matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'),
        Fix::FormatChars => invisible::is_format(c),
        Fix::Invisible => invisible::is_invisible(c),
        Fix::Ligatures => letters::is_ligature(c),
        Fix::Width => matches!(c, '\u{ff00}'..='\u{ffef}'),
        Fix::WidthPunctuation => matches!(c, '\u{3000}' | '\u{ff00}'..='\u{ffef}'),
        Fix::Quotes => letters::straight(c).is_some(),
        Fix::Spaces => c == '\u{a0}' || spaces::is_exotic(c),
        Fix::Nfc | Fix::Nfd | Fix::Nfkc | Fix::Nfkd => !normalization::starts(c, fix),
        Fix::Mojibake | Fix::SpaceRuns | Fix::TrailingSpaces => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::edits_of;
    use super::*;

    #[test]
    fn no_fix_changes_a_text_that_has_nothing_it_wants() {
        let all = Fix::ALL.iter().fold(Fixes::default(), |mut all, &fix| {
            all.set(fix, true);
            all
        });
        let mut state = 1u32;
        let mut random = |most: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % most
        };
        let marks: Vec<char> = ('\0'..='\u{ff}').chain('\u{2000}'..'\u{2070}').collect();
        for &fix in Fix::ALL {
            let spared = |c: &char| !wants(*c, fix);
            let (all_spared, marks): (Vec<char>, Vec<char>) = (
                ('\0'..='\u{1ffff}').filter(spared).collect(),
                marks.iter().copied().filter(spared).collect(),
            );
            if all_spared.is_empty() {
                continue;
            }
            for round in 0..4_000 {
                let chars = if round % 2 == 0 { &all_spared } else { &marks };
                let text: String = (0..24).map(|_| chars[random(chars.len())]).collect();
                assert!(
                    !wanted(&text, Fixes(fix.bit() | MORE)).has(fix),
                    "{fix}: {text:?}"
                );
                assert_eq!(edits_of(fix, all, &text), [], "{fix}: {text:?}");
            }
        }
    }

    #[test]
    fn a_block_has_what_each_of_its_characters_wants() {
        let mut last = LastBlock::default();
        for c in '\0'..='\u{1ffff}' {
            let all = Fix::ALL.iter().filter(|fix| wants(c, **fix));
            let all = all.fold(0, |all, fix| all | fix.bit());
            assert_eq!(last.wants(c).fixes.0, all, "{c:?}");
        }
    }

    #[test]
    fn what_has_no_sign_has_nothing_to_do_before_mojibake() {
        let all = [Fix::TerminalEscapes, Fix::HtmlEntities, Fix::Surrogates];
        let mut fixes = Fixes::default();
        all.iter().for_each(|fix| fixes.set(*fix, true));
        let signs: Vec<char> = "\x1b\u{90}\u{9b}\u{9d}\u{9c}\x07&#xD83;12[m\u{a0}½í¸\u{80}aé"
            .chars()
            .collect();
        let mut state = 7u32;
        let (mut without, mut changed) = (0, 0);
        for _ in 0..100_000 {
            let mut text = String::new();
            for _ in 0..6 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push(signs[(state >> 8) as usize % signs.len()]);
            }
            let any = all
                .iter()
                .any(|&fix| !edits_of(fix, fixes, &text).is_empty());
            assert!(!any || has_sign(text.as_bytes()), "{text:?}");
            without += usize::from(!has_sign(text.as_bytes()));
            changed += usize::from(any);
        }
        assert!(without > 100 && changed > 100, "{without} {changed}");
    }

    /// Not of the profile that asks no character.
    const MORE: u32 = Fix::SpaceRuns.bit();

    #[test]
    fn plain_bytes_are_wanted_by_none() {
        let mut all = Fixes::default();
        Fix::ALL.iter().for_each(|fix| all.set(*fix, true));
        let none = wanted("a", all);
        for b in 0..=127u8 {
            let text = String::from_utf8(vec![b; 2 * CHUNK]).unwrap();
            let by_itself = LastBlock::default().wants(char::from(b)).fixes.0 & all.0 & !none.0;
            assert!(!is_plain(text.as_bytes(), true) || by_itself == 0, "{b}");
            assert_eq!(wanted(&text, all).0, all.0 & (none.0 | by_itself), "{b}");
        }
    }
}
