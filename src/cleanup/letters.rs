//! Characters that are other characters in another shape.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

use super::{Changes, beyond_ascii};

/// Latin ligatures become letters, as their compatibility mapping says: `ﬁ` →
/// `fi`, `ŉ` → `ʼn`.
pub(super) fn ligatures(text: &str, out: &mut Changes) {
    for (at, c) in beyond_ascii(text) {
        if is_ligature(c) {
            out.replace(at..at + c.len_utf8(), &compatible(c));
        }
    }
}

pub(super) fn is_ligature(c: char) -> bool {
    matches!(c, 'Ĳ' | 'ĳ' | 'ŉ' | 'Ǆ'..='ǌ' | 'Ǳ'..='ǳ' | 'ﬀ'..='ﬆ')
}

fn compatible(c: char) -> String {
    c.to_string().nfkc().collect()
}

/// `“`, `”`, `„`, `‟` become `"`; `‘`, `’`, `‚`, `‛` and `ʼ` become `'`.
pub(super) fn quotes(text: &str, out: &mut Changes) {
    // What these characters begin with.
    let leads = memchr::memchr2_iter(0xe2, 0xca, text.as_bytes());
    let chars = leads.filter_map(|at| Some((at, text[at..].chars().next()?)));
    out.each(chars, straight);
}

pub(super) fn straight(c: char) -> Option<&'static str> {
    match c {
        '\u{2018}'..='\u{201b}' | '\u{2bc}' => Some("'"),
        '\u{201c}'..='\u{201f}' => Some("\""),
        _ => None,
    }
}

/// Wide letters and digits become ordinary, narrow Katakana, Hangul and
/// symbols wide: `ＡＢＣ　１２３` → `ABC　123`, `ｶﾞ｡` → `ガ。`.
pub(super) fn width(text: &str, out: &mut Changes) {
    for (at, c) in beyond_ascii(text) {
        let end = at + c.len_utf8();
        match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => out.replace(at..end, &compatible(c)),
            // A voicing mark belongs to the Kana before; see there.
            VOICED | SEMI_VOICED if voiced(&text[..at], c) => {}
            VOICED => out.replace(at..end, "\u{309b}"),
            SEMI_VOICED => out.replace(at..end, "\u{309c}"),
            '｡'..='ﾝ' => {
                let kana = compatible(c);
                let mark = text[end..]
                    .chars()
                    .next()
                    .filter(|&mark| voiced(&text[..end], mark));
                match mark.and_then(|mark| with_mark(c, mark)) {
                    Some(kana) => {
                        out.replace(at..end + VOICED.len_utf8(), kana.encode_utf8(&mut [0; 4]));
                    }
                    None => out.replace(at..end, &kana),
                }
            }
            'ﾠ'..='ￜ' => {
                if let Some(letter) = hangul(c) {
                    out.replace(at..end, letter.encode_utf8(&mut [0; 4]));
                }
            }
            '￨'..='￮' => out.replace(at..end, &compatible(c)),
            _ => {}
        }
    }
}

const VOICED: char = 'ﾞ';
const SEMI_VOICED: char = 'ﾟ';

/// Whether this mark voices the last character of the text: `ｶ` and `ﾞ`.
fn voiced(text: &str, mark: char) -> bool {
    text.chars()
        .next_back()
        .is_some_and(|kana| with_mark(kana, mark).is_some())
}

fn with_mark(kana: char, mark: char) -> Option<char> {
    let combining = match mark {
        VOICED => '\u{3099}',
        SEMI_VOICED => '\u{309a}',
        _ => return None,
    };
    let kana = Some(kana).filter(|kana| ('ｦ'..='ﾝ').contains(kana))?;
    compose(compatible(kana).chars().next()?, combining)
}

/// Narrow jamo are laid out as the compatibility jamo are, with gaps. Their
/// compatibility mapping would give jamo that join into syllables.
fn hangul(c: char) -> Option<char> {
    let from = |first: char, to: u32| char::from_u32(c as u32 - first as u32 + to);
    match c {
        '\u{ffa0}' => Some('\u{3164}'),
        '\u{ffa1}'..='\u{ffbe}' => from('\u{ffa1}', 0x3131),
        '\u{ffc2}'..='\u{ffc7}' => from('\u{ffc2}', 0x314f),
        '\u{ffca}'..='\u{ffcf}' => from('\u{ffca}', 0x3155),
        '\u{ffd2}'..='\u{ffd7}' => from('\u{ffd2}', 0x315b),
        '\u{ffda}'..='\u{ffdc}' => from('\u{ffda}', 0x3161),
        _ => None,
    }
}

/// `，` → `,`, `￥` → `¥`, and the ideographic space → a space.
pub(super) fn width_of_punctuation(text: &str, out: &mut Changes) {
    for (at, c) in beyond_ascii(text) {
        let end = at + c.len_utf8();
        match c {
            '\u{3000}' => out.replace(at..end, " "),
            // Its compatibility mapping is a space with a mark over it.
            '￣' => out.replace(at..end, "¯"),
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {}
            '！'..='｠' | '￠'..='￦' => out.replace(at..end, &compatible(c)),
            _ => {}
        }
    }
}
