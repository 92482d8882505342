//! Which fixes could have anything to do in a text? Its characters tell, each by
//! itself, so that most texts are passed over once and not once a fix.

use std::sync::OnceLock;

use crate::scan;

use super::{Fix, Fixes, Profile, controls, invisible, letters, normalization, spaces};

/// Of `fixes`, those that the characters of a text could want.
pub(super) fn wanted(text: &str, fixes: Fixes) -> Fixes {
    // These look for what they change faster than all characters are looked at.
    if fixes.are_of(Profile::Repair) {
        return fixes;
    }
    const ALWAYS: u32 = Fix::Mojibake.bit() | Fix::SpaceRuns.bit() | Fix::TrailingSpaces.bit();
    let of_ascii = [of_block(0), of_block(1)];
    let mut any = ALWAYS;
    let mut at = 0;
    while at < text.len() {
        let chunks = text.as_bytes()[at..].as_chunks::<CHUNK>().0.iter();
        at += chunks.take_while(|chunk| is_plain(*chunk)).count() * CHUNK;
        let end = text.len().min(at + CHUNK);
        while at < end {
            let ascii = scan::ascii_prefix(&text.as_bytes()[at..end]);
            for &b in &text.as_bytes()[at..at + ascii] {
                let b = usize::from(b);
                any |= of_ascii[b / BLOCK][b % BLOCK];
            }
            at += ascii;
            at += beyond(&text.as_bytes()[at..], &mut any);
        }
    }
    Fixes(fixes.0 & any)
}

/// Adds what the characters beyond ASCII at the beginning could want; their bytes.
fn beyond(text: &[u8], any: &mut u32) -> usize {
    let mut at = 0;
    // Those of a block are next to each other, and begin with the same bytes.
    let (mut last, mut wanted) = (usize::MAX, &[0; BLOCK]);
    loop {
        let (c, trail, len) = match text[at..] {
            [a @ 0xc2..0xe0, b, ..] => (scan::of_two(a, b), b, 2),
            [a @ 0xe0..0xf0, b, c, ..] => (scan::of_three(a, b, c), c, 3),
            [a @ 0xf0..0xf8, b, c, d, ..] => (scan::of_four(a, b, c, d), d, 4),
            _ => return at,
        };
        let block = c / BLOCK;
        if block != last {
            (last, wanted) = (block, of_block(block));
        }
        *any |= wanted[usize::from(trail & 63)];
        at += len;
    }
}

/// Bytes of ASCII that are looked at together.
const CHUNK: usize = 64;

/// Whether no fix wants any of these bytes by itself.
fn is_plain(bytes: &[u8]) -> bool {
    let is_mark = |b: u8| matches!(b, 0..=8 | 11..=31 | 127.. | b'&' | b'%' | b'=' | b'\\');
    // Without a way out, so that the compiler makes vectors of it.
    !bytes.iter().fold(false, |any, &b| any | is_mark(b))
}

/// Characters that are asked about together.
const BLOCK: usize = 64;
const BLOCKS: usize = (char::MAX as usize + 1) / BLOCK;

/// What characters want, block by block, made when one of a block is first met.
static WANTED: [OnceLock<Box<[u32; BLOCK]>>; BLOCKS] = [const { OnceLock::new() }; BLOCKS];

/// The fixes that a character could want.
#[inline]
pub(super) fn of_char(c: char) -> Fixes {
    let n = c as usize;
    Fixes(of_block(n / BLOCK)[n % BLOCK])
}

#[inline]
fn of_block(block: usize) -> &'static [u32; BLOCK] {
    WANTED[block].get_or_init(|| make(block))
}

#[cold]
fn make(block: usize) -> Box<[u32; BLOCK]> {
    let c = |i: usize| char::from_u32((block * BLOCK + i) as u32);
    Box::new(std::array::from_fn(|i| c(i).map_or(0, ask)))
}

fn ask(c: char) -> u32 {
    let wanting = Fix::ALL.iter().filter(|fix| wants(c, **fix));
    wanting.fold(0, |all, fix| all | fix.bit())
}

/// Whether a fix could change a text because it has this character.
fn wants(c: char, fix: Fix) -> bool {
    let is_c1 = matches!(c, '\u{80}'..='\u{9f}');
    match fix {
        Fix::TerminalEscapes => c == '\x1b' || is_c1,
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
        Fix::Nfc | Fix::Nfd | Fix::Nfkc | Fix::Nfkd => {
            !c.is_ascii() && !normalization::starts(c, fix)
        }
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

    /// Not of the profile that asks no character.
    const MORE: u32 = Fix::SpaceRuns.bit();

    #[test]
    fn plain_bytes_are_wanted_by_none() {
        let mut all = Fixes::default();
        Fix::ALL.iter().for_each(|fix| all.set(*fix, true));
        let none = wanted("a", all);
        for b in 0..=127u8 {
            let text = String::from_utf8(vec![b; 2 * CHUNK]).unwrap();
            let by_itself = of_char(char::from(b)).0 & all.0 & !none.0;
            assert!(!is_plain(text.as_bytes()) || by_itself == 0, "{b}");
            assert_eq!(wanted(&text, all).0, all.0 & (none.0 | by_itself), "{b}");
        }
    }
}
