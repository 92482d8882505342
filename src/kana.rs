//! Kana that shows as it is in text that was misread: EUC-JP and GBK have the same codes for it.

use std::sync::LazyLock;

use crate::charset::Charset;

/// Whether kana stands among ideographs that Japanese has not, or a bracket after it that nothing
/// closes: EUC-JP and GBK have the same codes for kana, and so `読み込む` shows as `粕み哈む`, and
/// `データ` as `デ〖タ`.
pub(crate) fn is_in_two_standards(text: &str) -> bool {
    let bytes = text.as_bytes();
    if memchr::memchr(KANA_LEAD, bytes).is_none() {
        return false;
    }
    let in_japanese = &*IN_JAPANESE;
    let (mut has_kana, mut has_other) = (false, false);
    let (mut after_kana, mut is_open, mut is_closed) = (false, false, false);
    let mut at = 0;
    while at + 2 < bytes.len() {
        let lead = bytes[at];
        if !matches!(lead, KANA_LEAD..=0xe9) {
            at += 1;
            after_kana = false;
            continue;
        }
        let (second, last) = (bytes[at + 1], bytes[at + 2] & 0x3f);
        at += 3;
        if lead > KANA_LEAD {
            after_kana = false;
            // In the order of the code points, a word for each two first bytes.
            let word = usize::from(lead & 0xf) << 6 | usize::from(second & 0x3f);
            let known = word.checked_sub(FIRST / 64).map(|word| in_japanese[word]);
            has_other |= known.is_some_and(|known| known >> last & 1 == 0);
            continue;
        }
        after_kana = match (second, last) {
            (0x81, 1..) | (0x82, _) | (0x83, ..=0x36) => true,
            (0x80, 0x16) => {
                is_open |= after_kana;
                false
            }
            (0x80, 0x17) => {
                is_closed = true;
                false
            }
            _ => false,
        };
        has_kana |= after_kana;
    }
    has_kana && (has_other || is_open && !is_closed)
}

/// The first byte of kana.
const KANA_LEAD: u8 = 0xe3;

/// A bit for each ideograph, whether Japanese has it.
static IN_JAPANESE: LazyLock<[u64; IDEOGRAPHS / 64]> = LazyLock::new(|| {
    let mut words = [0; IDEOGRAPHS / 64];
    for (n, c) in ('\u{4e00}'..='\u{9fff}').enumerate() {
        let code = Charset::SHIFT_JIS.ideograph(c);
        let has = code.is_some_and(|code| code[..] != [0]);
        words[n / 64] |= u64::from(has) << (n % 64);
    }
    words
});

/// The first ideograph, and how many there are.
const FIRST: usize = 0x4e00;
const IDEOGRAPHS: usize = 0x5200;
