//! What other programs than browsers show bytes as: for unreading only, since
//! decoding and encoding follow the standard.
//!
//! The facts are those of Windows' code pages (its characters of private use
//! mark bytes without a meaning, or with one the user may define), of Python's
//! codecs, and of RFC 2319 for KOI8-U.

use super::Charset;

/// Bytes that show as other characters in single-byte charsets.
pub(super) const SINGLE_BYTE: [(Charset, &[(u8, char)]); 7] = [
    (
        Charset::WINDOWS_874,
        &[
            (0xDB, '\u{F8C1}'),
            (0xDC, '\u{F8C2}'),
            (0xDD, '\u{F8C3}'),
            (0xDE, '\u{F8C4}'),
            (0xFC, '\u{F8C5}'),
            (0xFD, '\u{F8C6}'),
            (0xFE, '\u{F8C7}'),
            (0xFF, '\u{F8C8}'),
        ],
    ),
    (
        Charset::WINDOWS_1253,
        &[(0xAA, '\u{F8F9}'), (0xD2, '\u{F8FA}'), (0xFF, '\u{F8FB}')],
    ),
    (
        Charset::WINDOWS_1255,
        &[
            (0xD9, '\u{F88D}'),
            (0xDA, '\u{F88E}'),
            (0xDB, '\u{F88F}'),
            (0xDC, '\u{F890}'),
            (0xDD, '\u{F891}'),
            (0xDE, '\u{F892}'),
            (0xDF, '\u{F893}'),
            (0xFB, '\u{F894}'),
            (0xFC, '\u{F895}'),
            (0xFF, '\u{F896}'),
        ],
    ),
    (
        Charset::WINDOWS_1257,
        &[(0xA1, '\u{F8FC}'), (0xA5, '\u{F8FD}')],
    ),
    // The standard has the Belarusian letters of KOI8-RU here.
    (Charset::KOI8_U, &[(0xAE, '╝'), (0xBE, '╬')]),
    // Before the euro.
    (Charset::MAC_ROMAN, &[(0xDB, '¤')]),
    (Charset::MAC_CYRILLIC, &[(0xFF, '¤')]),
];

/// The code that some program shows as this character, in a multi-byte charset.
pub(super) fn code(charset: Charset, c: char) -> Option<u32> {
    let find = |list: &[(char, u32)]| list.iter().find(|entry| entry.0 == c).map(|entry| entry.1);
    match charset {
        Charset::SHIFT_JIS => find(&SHIFT_JIS),
        Charset::EUC_JP => find(&EUC_JP),
        Charset::BIG5 => find(&BIG5)
            .or_else(|| user_defined_big5(c))
            .or_else(|| consortium_big5(c)),
        Charset::EUC_KR => find(&EUC_KR).or_else(|| user_defined_uhc(c)),
        Charset::GBK | Charset::GB18030 => find(&GBK),
        _ => None,
    }
}

/// Python and Java map to the characters that JIS meant, Windows and the web to
/// full-width ones: 81 60 is `〜` or `～`.
const SHIFT_JIS: [(char, u32); 12] = [
    ('〜', 0x8160),
    ('‖', 0x8161),
    ('−', 0x817C),
    ('¢', 0x8191),
    ('£', 0x8192),
    ('¬', 0x81CA),
    ('—', 0x815C),
    ('\u{A0}', 0xA0),
    ('\u{F8F0}', 0xA0),
    ('\u{F8F1}', 0xFD),
    ('\u{F8F2}', 0xFE),
    ('\u{F8F3}', 0xFF),
];

const EUC_JP: [(char, u32); 7] = [
    ('〜', 0xA1C1),
    ('‖', 0xA1C2),
    ('−', 0xA1DD),
    ('¢', 0xA1F1),
    ('£', 0xA1F2),
    ('¬', 0xA2CC),
    ('—', 0xA1BD),
];

/// GB 2312 in Python, and GB 18030 before 2022, which had characters of private
/// use where Unicode had none yet.
const GBK: [(char, u32); 22] = [
    ('・', 0xA1A4),
    ('―', 0xA1AA),
    ('\u{E5E5}', 0xA3A0),
    ('\u{E78D}', 0xA6D9),
    ('\u{E78E}', 0xA6DA),
    ('\u{E78F}', 0xA6DB),
    ('\u{E790}', 0xA6DC),
    ('\u{E791}', 0xA6DD),
    ('\u{E792}', 0xA6DE),
    ('\u{E793}', 0xA6DF),
    ('\u{E794}', 0xA6EC),
    ('\u{E795}', 0xA6ED),
    ('\u{E796}', 0xA6F3),
    ('\u{E81E}', 0xFE59),
    ('\u{E826}', 0xFE61),
    ('\u{E82B}', 0xFE66),
    ('\u{E82C}', 0xFE67),
    ('\u{E832}', 0xFE6D),
    ('\u{E843}', 0xFE7E),
    ('\u{E854}', 0xFE90),
    ('\u{E864}', 0xFEA0),
    ('\u{F8F5}', 0xFF),
];

const EUC_KR: [(char, u32); 2] = [('\u{80}', 0x80), ('\u{F8F7}', 0xFF)];

const BIG5: [(char, u32); 13] = [
    ('•', 0xA145),
    ('､', 0xA14E),
    ('‾', 0xA1C2),
    ('∼', 0xA1E3),
    ('♁', 0xA1F2),
    ('☉', 0xA1F3),
    ('／', 0xA241),
    ('＼', 0xA242),
    ('¥', 0xA244),
    ('¢', 0xA246),
    ('£', 0xA247),
    ('\u{80}', 0x80),
    ('\u{F8F8}', 0xFF),
];

/// Windows' Big5 has Unicode's private characters where Hong Kong has its own.
fn user_defined_big5(c: char) -> Option<u32> {
    let (first, start) = match c {
        '\u{E000}'..='\u{E310}' => ('\u{E000}', 0xFA40),
        '\u{E311}'..='\u{EEB7}' => ('\u{E311}', 0x8E40),
        '\u{EEB8}'..='\u{F6B0}' => ('\u{EEB8}', 0x8140),
        // Counted from C640, 63 places before C6A1.
        '\u{F6B1}'..='\u{F848}' => ('\u{F672}', 0xC640),
        _ => return None,
    };
    Some(big5_code(start, c as u32 - first as u32))
}

/// Unicode's own table of Big5, and with it Python's codec, has kana, Cyrillic
/// and numbers in circles in another order than ETEN's extension: from C6A1 on
/// `ヾゝゞ々`, kana, Cyrillic but for the letters that look Greek, `①`, `⑴`.
fn consortium_big5(c: char) -> Option<u32> {
    let after = |first: char| c as u32 - first as u32;
    let place = match c {
        'ヾ' => 0,
        'ゝ' | 'ゞ' => 1 + after('ゝ'),
        '々' => 3,
        'ぁ'..='ん' => 4 + after('ぁ'),
        'ァ'..='ヶ' => 87 + after('ァ'),
        'Д' | 'Е' => 173 + after('Д'),
        'Ё' => 175,
        'Ж'..='М' => 176 + after('Ж'),
        'У'..='Я' => 183 + after('У'),
        'а'..='е' => 196 + after('а'),
        'ё' => 202,
        'ж'..='я' => 203 + after('ж'),
        '①'..='⑩' => 229 + after('①'),
        '⑴'..='⑽' => 239 + after('⑴'),
        _ => return None,
    };
    Some(big5_code(0xC640, 63 + place))
}

/// The code so many places after the first of a row.
fn big5_code(row: u32, place: u32) -> u32 {
    let (rows, trail) = (place / 157, place % 157);
    row + rows * 0x100 + trail + if trail < 0x3F { 0 } else { 0x22 }
}

/// Windows' Korean code page has two rows for the user.
fn user_defined_uhc(c: char) -> Option<u32> {
    match c {
        '\u{E000}'..='\u{E05D}' => Some(0xC9A1 + (c as u32 - 0xE000)),
        '\u{E05E}'..='\u{E0BB}' => Some(0xFEA1 + (c as u32 - 0xE05E)),
        _ => None,
    }
}
