//! Surrogates, which are halves of characters, written as if they were whole.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::{Changes, entities};
use crate::charset::Charset;
use crate::edit::{Chain, Edit, Exactness, Step};

/// Joins pairs: `&#55357;&#56832;` → `😀`, and CESU-8 read as windows-1252 or
/// ISO-8859-1, `í\u{a0}½í¸\u{80}` → `😀`. Lone ones become U+FFFD where nothing
/// else could be meant.
pub(super) fn join(text: &str, out: &mut Changes) {
    let mut halves = Halves::default();
    let references = memmem::find_iter(text.as_bytes(), "&#");
    for start in references {
        if let Some((end, unit)) = reference(text, start) {
            halves.add(start, end, unit, true);
        }
    }
    for (start, _) in text.match_indices('í') {
        if let Some((end, unit, certain)) = misread(&text[start..]) {
            halves.add(start, start + end, unit, certain);
        }
    }
    halves.list.sort_unstable_by_key(|half| half.start);
    let mut list = halves.list.as_slice();
    while let [half, rest @ ..] = list {
        list = rest;
        let pair = rest.first().filter(|next| next.start == half.end);
        let joined = pair.and_then(|next| {
            let c = char::decode_utf16([half.unit, next.unit]).next()?.ok()?;
            Some((next.end, c))
        });
        if let Some((end, c)) = joined {
            list = &rest[1..];
            out.replace(half.start..end, c.encode_utf8(&mut [0; 4]));
        } else if half.certain {
            out.replace(half.start..half.end, "\u{fffd}");
        }
    }
}

/// How rare a pair of misread surrogates is in other text, in bits: two times
/// `í`, one character of sixteen, and one of 64 out of Latin-1's upper half.
const BITS: u32 = 22;

/// `í`, and what one of U+0080 to U+00BF begins with: the `í` of Spanish and Czech are
/// before others.
static MISREAD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\xc3\xad\xc2"));

/// Misread CESU-8 as mojibake, pairs only: `í\u{a0}½í¸€` → `😀`. The search
/// for mojibake knows only UTF-8 proper, and would make Han of it.
pub(crate) fn misread_pairs(text: &str) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    if text.is_ascii() {
        return edits;
    }
    let mut at = 0;
    while let Some(found) = MISREAD.find(&text.as_bytes()[at..]) {
        let start = at + found;
        at = start + "í".len();
        let Some((middle, high, _)) = misread(&text[start..]) else {
            continue;
        };
        let Some((len, low, _)) = misread(&text[start + middle..]) else {
            continue;
        };
        let Some(Ok(c)) = char::decode_utf16([high, low]).next() else {
            continue;
        };
        let span = start..start + middle + len;
        let after = c.to_string();
        let Some(misread) = [Charset::WINDOWS_1252, Charset::ISO_8859_1]
            .into_iter()
            .find(|charset| broken(&after, *charset).as_deref() == Some(&text[span.clone()]))
        else {
            continue;
        };
        at = span.end;
        let chain = Chain::new([Step::Misread {
            truth: Charset::CESU_8,
            misread,
        }]);
        match edits.last_mut() {
            Some(last) if last.span.end == span.start && last.chain == chain => {
                last.span.end = span.end;
                last.after += &after;
                last.score += BITS;
            }
            _ => edits.push(Edit {
                span,
                after,
                chain,
                exactness: Exactness::Exact,
                score: BITS,
            }),
        }
    }
    edits
}

fn broken(text: &str, misread: Charset) -> Option<String> {
    Some(misread.misread(&Charset::CESU_8.encode(text).ok()?))
}

#[derive(Default)]
struct Halves {
    list: Vec<Half>,
}

struct Half {
    start: usize,
    end: usize,
    unit: u16,
    /// No text says this on purpose.
    certain: bool,
}

impl Halves {
    fn add(&mut self, start: usize, end: usize, unit: u16, certain: bool) {
        self.list.push(Half {
            start,
            end,
            unit,
            certain,
        });
    }
}

/// A reference to a surrogate: `&#xD83D;`.
fn reference(text: &str, start: usize) -> Option<(usize, u16)> {
    let number = &text.as_bytes()[start + 2..];
    let len = number.iter().take(16).position(|&byte| byte == b';')?;
    let unit = entities::code(text.get(start + 2..start + 2 + len)?)?;
    let unit = u16::try_from(unit)
        .ok()
        .filter(|unit| (0xd800..=0xdfff).contains(unit))?;
    Some((start + 2 + len + 1, unit))
}

/// The three bytes of a surrogate, misread, at the start of a text. Certain if
/// one of them is a control: `í\u{a0}½` could be two Spanish halves.
fn misread(text: &str) -> Option<(usize, u16, bool)> {
    // The second byte is between A0 and BF, the same in both charsets, so that
    // nearly all that is Spanish ends here.
    let tail = text.strip_prefix('í')?;
    let second = tail
        .chars()
        .next()
        .filter(|c| ('\u{a0}'..='\u{bf}').contains(c))?;
    let third = tail[second.len_utf8()..].chars().next()?;
    let low = match u8::try_from(third) {
        Ok(byte) => byte,
        Err(_) => {
            let bytes = Charset::WINDOWS_1252.encode(third.encode_utf8(&mut [0; 4]));
            *bytes.ok()?.first()?
        }
    };
    if !(0x80..=0xbf).contains(&low) {
        return None;
    }
    let unit = 0xd000 | (u32::from(second) as u16 & 0x3f) << 6 | u16::from(low & 0x3f);
    let end = 'í'.len_utf8() + second.len_utf8() + third.len_utf8();
    Some((end, unit, third.is_control()))
}
