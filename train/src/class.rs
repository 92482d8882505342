//! Folding of characters before they are counted, and the class of each.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory as Gc, Script};
use unbake::model::layout::EAST_ASIA;

/// Characters that the model does not tell apart become one: digits `0`, the
/// spaces a space, the C0 controls and line separators a newline.
pub(crate) fn fold(c: char) -> char {
    match c {
        '0'..='9' => '0',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => '\n',
        // Romanian is written with either, so that neither is damage.
        'ţ' => 'ț',
        'Ţ' => 'Ț',
        'ş' => 'ș',
        'Ş' => 'Ș',
        _ => c,
    }
}

/// Script × category, by name: `latin-1 l` is a small letter of Latin-1.
pub(crate) fn class(c: char) -> String {
    if c == '\n' {
        return "boundary".into();
    }
    let category = match CodePointMapData::<Gc>::new().get(c) {
        Gc::UppercaseLetter | Gc::TitlecaseLetter => "U",
        Gc::LowercaseLetter => "L",
        Gc::OtherLetter | Gc::ModifierLetter => "O",
        Gc::NonspacingMark | Gc::SpacingMark | Gc::EnclosingMark => "M",
        Gc::DecimalNumber => "D",
        Gc::LetterNumber | Gc::OtherNumber => "N",
        Gc::DashPunctuation => "dash",
        Gc::OpenPunctuation | Gc::InitialPunctuation => "open",
        Gc::ClosePunctuation | Gc::FinalPunctuation => "close",
        Gc::ConnectorPunctuation | Gc::OtherPunctuation => "punct",
        Gc::MathSymbol => "math",
        Gc::CurrencySymbol => "currency",
        Gc::ModifierSymbol => "modifier",
        Gc::OtherSymbol => "symbol",
        Gc::SpaceSeparator | Gc::LineSeparator | Gc::ParagraphSeparator => "space",
        Gc::Control => return "control".into(),
        Gc::Format => "format",
        Gc::PrivateUse => return "private".into(),
        Gc::Unassigned | Gc::Surrogate => return "unassigned".into(),
    };
    let n = u32::from(c);
    let script = match CodePointMapData::<Script>::new().get(c) {
        Script::Latin => match n {
            0..=0x7f => "ascii",
            0x80..=0xff => "latin-1",
            0x100..=0x17f => "latin-a",
            0x180..=0x24f => "latin-b",
            0x1e00..=0x1eff => "latin-additional",
            0xff00..=0xffef => "latin-fullwidth",
            _ => "latin-other",
        },
        Script::Cyrillic => match n {
            0x410..=0x44f => "cyrillic",
            0x400..=0x45f => "cyrillic-1",
            0x460..=0x481 | 0x1c80.. => "cyrillic-old",
            _ => "cyrillic-other",
        },
        Script::Greek if n >= 0x1f00 => "greek-extended",
        Script::Greek if (0x3e2..0x3f0).contains(&n) => "greek-other",
        Script::Han => match n {
            0x4e00..=0x9fff => "han",
            _ => "han-rare",
        },
        Script::Katakana if n >= 0xff00 => "katakana-half",
        Script::Hangul => match n {
            0xac00..=0xd7a3 => "hangul",
            _ => "hangul-jamo",
        },
        Script::Common | Script::Inherited => match n {
            0..=0x7f => "ascii",
            0x80..=0xff => "latin-1",
            0x2000..=0x206f => "general",
            0x2500..=0x257f => "box",
            0x2580..=0x259f => "block",
            0x3000..=0x303f => "cjk",
            0x3040..=0x33ff => "cjk-compat",
            0xff00..=0xffef => "fullwidth",
            0x1d400..=0x1d7ff => "math-letters",
            0x1f000.. => "emoji",
            _ => "common",
        },
        script => return format!("{script:?} {category}"),
    };
    format!("{script} {category}")
}

/// The scripts that letters are of, by number: text seldom goes from one to
/// another. The scripts of East Asia are one; 0 is for what is no letter.
#[allow(deprecated)] // the numbers are all that is wanted of it
pub(crate) fn script(c: char) -> u8 {
    if !c.is_alphabetic() {
        return 0;
    }
    match CodePointMapData::<Script>::new().get(c) {
        Script::Common | Script::Inherited => 0,
        Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo => {
            EAST_ASIA
        }
        script => u8::try_from(script.to_icu4c_value())
            .unwrap_or(u8::MAX)
            .max(EAST_ASIA + 1),
    }
}
