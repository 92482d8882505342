//! From labels to charsets: `ISO_8859-1:1987`, `latin1`, `cp-1252`.

use encoding_rs::Encoding;

use super::Charset;
use super::registry::ENTRIES;

pub(super) fn exact(label: &str) -> Option<Charset> {
    ours(label).or_else(|| whatwg(label))
}

pub(super) fn web(label: &str) -> Option<Charset> {
    whatwg(label).or_else(|| ours(label))
}

/// By the names and labels of our own list.
fn ours(label: &str) -> Option<Charset> {
    let same = |other: &&str| letters(label).eq(letters(other));
    letters(label).next()?;
    Charset::all().zip(ENTRIES).find_map(|(charset, entry)| {
        (same(&entry.name) || entry.labels.iter().any(same)).then_some(charset)
    })
}

/// What of a label counts: `ISO_8859-1:1987` is `iso885911987`.
fn letters(label: &str) -> impl Iterator<Item = char> + '_ {
    label
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
}

/// By the WHATWG labels. Its `replacement` (for ISO-2022-KR, HZ and the like)
/// is no charset.
fn whatwg(label: &str) -> Option<Charset> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    match encoding.name() {
        "macintosh" => Some(Charset::MAC_ROMAN),
        "x-mac-cyrillic" => Some(Charset::MAC_CYRILLIC),
        "IBM866" => Some(Charset::CP866),
        "ISO-8859-8-I" => Some(Charset::ISO_8859_8),
        name => {
            let mut all = Charset::all();
            all.find(|charset| charset.name().eq_ignore_ascii_case(name))
        }
    }
}
