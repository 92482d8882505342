//! Control characters.

use super::{Changes, terminal};
use crate::charset::Charset;
use crate::edit::{Edit, Step, applied};
use crate::model::{self, Cost, NAT, lexicon};

/// C1 controls become what windows-1252 has in their place: whoever read `“`
/// (byte 93) as ISO-8859-1 got U+0093. Where it has nothing, they stay, and so
/// do those that a terminal or a mainframe put there.
pub(super) fn c1(text: &str, out: &mut Changes) {
    let bytes = text.as_bytes();
    let mut lines = None;
    let mut seen: Option<Seen> = None;
    let mut line_of_bytes = None;
    let mut at = 0;
    while let Some(found) = find_c1(&bytes[at..]) {
        let start = at + found;
        at = start + 2;
        let c = char::from(bytes[start + 1]);
        if may_be_letter(c) && seen.as_ref().is_none_or(|line| line.end < start) {
            seen = Some(Seen::of(text, start));
        }
        let is_central = seen.as_ref().is_some_and(|line| line.is_central);
        let other = may_be_letter(c) && is_central && is_in_other_word(text, start);
        let after = if other {
            as_windows_1250(c)
        } else {
            as_windows_1252(c)
        };
        let Some(after) = after else { continue };
        if line_of_bytes.as_ref().is_none_or(|(end, _)| *end < start) {
            line_of_bytes = Some(of_bytes(text, start));
        }
        if line_of_bytes.is_some_and(|(_, is_of_bytes)| is_of_bytes) {
            continue;
        }
        let stays = match c {
            NEL => {
                *lines.get_or_insert_with(|| breaks_lines(text))
                    || is_of_code(&text[..start], &text[at..])
            }
            CSI => terminal::one_byte(bytes, start).is_some(),
            EIGHTY => is_of_east_asia(text[..start].chars().next_back(), text[at..].chars().next()),
            _ => false,
        };
        if stays || is_of_table(text, start) || is_named(text, start) {
            continue;
        }
        out.replace(start..at, after.encode_utf8(&mut [0; 4]));
    }
}

/// Whether a control stands among others in the order of their codes, three of them, or two of
/// which windows-1252 has not all, as in tables of charsets: nobody writes `‚ƒ„`, but `“”` is
/// of quotes that somebody will fill.
fn is_of_table(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let code = |n: isize| {
        let at = at.checked_add_signed(2 * n)?;
        let [0xc2, code @ 0x80..=0x9f] = *bytes.get(at..at + 2)? else {
            return None;
        };
        Some(code)
    };
    let is_next = |n: &isize| code(*n).zip(code(*n - 1)).is_some_and(|(a, b)| a == b + 1);
    let after = (1..3).take_while(is_next).count();
    let before = (-1..1).rev().take_while(is_next).count();
    let lacks = |n: isize| code(n).is_some_and(|code| as_windows_1252(code.into()).is_none());
    after + before >= 2 || after > 0 && lacks(1) || before > 0 && lacks(-1)
}

/// Bytes on either side of a control in which its code may stand.
const NAMED: usize = 40;

/// Whether the code of a control stands beside it, in tables as in tests: `U+0089: \u{89}`,
/// `("\u{80}", "\x80")`.
fn is_named(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let around = &bytes[at.saturating_sub(NAMED)..bytes.len().min(at + NAMED)];
    let code = bytes[at + 1];
    let digit = |b: u8| char::from_digit(u32::from(b), 16).map_or(0, |c| c as u8);
    let is_it = |four: &[u8]| {
        let begins = matches!(four[..2], [b'0', b'0'] | [b'#' | b'0' | b'\\', b'x' | b'X']);
        begins && four[2..].eq_ignore_ascii_case(&[digit(code >> 4), digit(code & 15)])
    };
    around.windows(4).any(is_it)
}

/// U+0085 (NEL) is `…` of windows-1252 nearly everywhere, but the line end of
/// texts that come from a mainframe.
const NEL: char = '\u{85}';

/// U+009B is `›`, or `ESC [` of terminals.
const CSI: char = '\u{9b}';

/// U+0080 is `€`, or the byte 80 in Shift_JIS and EUC-KR: `繝\u{80}` was `ダ`.
const EIGHTY: char = '\u{80}';

/// Whether a character between these two is of a charset of East Asia: a price
/// has a number after the sign.
fn is_of_east_asia(before: Option<char>, after: Option<char>) -> bool {
    let is_number = |c: char| c == ' ' || c.is_ascii_digit();
    before.is_some_and(|c| c >= '\u{2e80}') && !after.is_some_and(is_number)
}

/// Whether U+0085 is what breaks the lines of this text: there are several,
/// no other line break, and nothing else that was misread.
fn breaks_lines(text: &str) -> bool {
    let bytes = text.as_bytes();
    if memchr::memchr2(b'\n', b'\r', bytes).is_some() {
        return false;
    }
    let (mut count, mut at) = (0, 0);
    while let Some(found) = find_c1(&bytes[at..]) {
        at += found + 2;
        match char::from(bytes[at - 1]) {
            NEL => count += 1,
            c if as_windows_1252(c).is_some() => return false,
            _ => {}
        }
    }
    count > 1
}

/// Whether U+0085 is all that is quoted between these, but for what nobody sees: programs have
/// strings of white space, `"\u{200b}\u{85}\u{180e}"`, and none of an ellipsis.
fn is_of_code(before: &str, after: &str) -> bool {
    let is_unseen = |c: char| {
        matches!(
            c,
            '\u{180e}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
        )
    };
    let quote = before.trim_end_matches(is_unseen).chars().next_back();
    quote.is_some_and(|c| matches!(c, '"' | '\'' | '`'))
        && quote == after.trim_start_matches(is_unseen).chars().next()
}

/// Where the first C1 control stands: the bytes C2 80 to C2 9F. C2 alone says
/// little, for French has it in `«` and in no-break spaces; but that is rare.
fn find_c1(bytes: &[u8]) -> Option<usize> {
    let is_c1 = |at: &usize| bytes.get(at + 1).is_some_and(|next| *next < 0xa0);
    memchr::memchr_iter(0xc2, bytes).find(is_c1)
}

/// `None` also for the five C1 controls that windows-1252 leaves undefined.
pub(super) fn as_windows_1252(c: char) -> Option<char> {
    as_read_in(Charset::WINDOWS_1252, c)
}

fn as_windows_1250(c: char) -> Option<char> {
    as_read_in(Charset::WINDOWS_1250, c)
}

/// What a charset has in the place of a C1 control.
fn as_read_in(charset: Charset, c: char) -> Option<char> {
    let byte = u8::try_from(c)
        .ok()
        .filter(|byte| (0x80..=0x9f).contains(byte))?;
    let c = charset.decode_table()?[usize::from(byte)];
    (!c.is_control()).then_some(c)
}

/// Whether a control is a letter in windows-1250, and another one, or none, in
/// windows-1252: `Ś` and `Œ`. The marks of both are the same.
fn may_be_letter(c: char) -> bool {
    matches!(
        c,
        '\u{8c}' | '\u{8d}' | '\u{8f}' | '\u{9c}' | '\u{9d}' | '\u{9f}'
    )
}

/// A line, and whether it was read as ISO-8859-2, which has all of it where ISO-8859-1
/// has not: such text is of windows-1250.
struct Seen {
    end: usize,
    is_central: bool,
}

impl Seen {
    /// The line on which something stands.
    fn of(text: &str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |len| at + len);
        let table = Charset::ISO_8859_2.decode_table();
        let is_of_it = |c: char| table.is_some_and(|table| table[0xa0..].contains(&c));
        let mut beyond = text[start..end].chars().filter(|&c| c >= '\u{a0}');
        let is_central = beyond.clone().all(is_of_it) && beyond.any(|c| c > '\u{ff}');
        Seen { end, is_central }
    }
}

/// Where the line ends on which a control stands, and whether all that it has beyond ASCII are
/// bytes of whole characters, whatever these are: sequences of UTF-8 in an alphabet's charset,
/// `т\u{80}\u{93}`, or kana of Shift_JIS, `\u{83}h\u{83}\u{93}`.
fn of_bytes(text: &str, at: usize) -> (usize, bool) {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |len| at + len);
    let line = &text[start..end];
    let is_utf8 = |charset: &Charset| {
        let bytes: Option<Vec<u8>> = line.chars().map(|c| charset.byte(c)).collect();
        bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok())
    };
    let is_utf8 = line.contains(|c: char| c > '\u{ff}') && UNSEEN.iter().any(is_utf8);
    (end, is_utf8 || is_kana(line))
}

/// Charsets of alphabets that show bytes 80 to 9F as controls.
const UNSEEN: [Charset; 4] = [
    Charset::ISO_8859_2,
    Charset::ISO_8859_5,
    Charset::ISO_8859_7,
    Charset::ISO_8859_9,
];

/// Whether all of a line beyond ASCII are two pairs of bytes or more that kana have in Shift_JIS.
fn is_kana(line: &str) -> bool {
    let mut chars = line.chars().filter(|c| *c != '\u{a0}');
    let mut pairs = 0;
    while let Some(c) = chars.next() {
        if c.is_ascii() {
            continue;
        }
        let trail = chars.next().map_or(0, u32::from);
        if !matches!(
            (c, trail),
            ('\u{83}', 0x40..=0x96) | ('\u{82}', 0x9f..=0xf1)
        ) {
            return false;
        }
        pairs += 1;
    }
    pairs > 1
}

/// Characters of a word that are looked at on either side of a control.
const LONGEST: usize = 24;

/// Whether a control stands in a word that windows-1252 does not make a known one:
/// `warto\u{9c}ć`, but not `c\u{9c}ur`, which may stand beside `Wałęsa`.
fn is_in_other_word(text: &str, at: usize) -> bool {
    let is_of_word = |c: &char| c.is_alphabetic() || may_be_letter(*c);
    let before = text[..at].chars().rev().take(LONGEST);
    let len: usize = before.take_while(is_of_word).map(char::len_utf8).sum();
    let word = text[at - len..]
        .chars()
        .take(2 * LONGEST)
        .take_while(is_of_word);
    let letters = word.clone().map(|c| as_windows_1252(c).unwrap_or(c));
    let is_known = lexicon::word(letters.flat_map(char::to_lowercase)).is_some();
    !is_known && word.clone().any(char::is_alphabetic)
}

/// How much likelier another legacy charset must make a line than windows-1252
/// does, for each C1 control: nearly all are quotes and dashes of windows-1252.
const ELSE: Cost = 10 * NAT;

/// Takes back edits that read C1 controls in another legacy charset, on lines
/// that windows-1252 makes as likely or nearly: `don\u{92}t` is `don’t`, not
/// `donít` of Mac Roman, but `d\u{8e}j\u{88}` is `déjà`.
pub(crate) fn prefer_windows_1252(text: &str, edits: &mut Vec<Edit>) {
    let is_legacy = |edit: &Edit| {
        let mut steps = edit.chain.steps().iter();
        steps.all(|step| matches!(step, Step::Misread { truth, .. } if *truth != Charset::UTF_8))
    };
    if !edits.iter().any(is_legacy) || find_c1(text.as_bytes()).is_none() {
        return;
    }
    let is_c1 = |c| as_windows_1252(c).is_some();
    // Charsets of its kind have the same marks: `mûðis \u{96} \u{93}taip\u{94}` is windows-1257.
    let differs = |edit: &Edit| {
        let was = text[edit.span.clone()].chars();
        let is_same = |(c, after)| as_windows_1252(c).is_none_or(|c| c == after);
        was.clone().count() != edit.after.chars().count()
            || !was.zip(edit.after.chars()).all(is_same)
    };
    // What does only what windows-1252 does is called so.
    let is_more = |edit: &Edit| {
        let ours = text[edit.span.clone()].chars();
        !ours
            .map(|c| as_windows_1252(c).unwrap_or(c))
            .eq(edit.after.chars())
    };
    let has_c1 = |edit: &Edit| text[edit.span.clone()].contains(is_c1);
    let is_other = |edit: &Edit| is_legacy(edit) && has_c1(edit) && differs(edit);
    let mut kept = Vec::with_capacity(edits.len());
    let mut rest = std::mem::take(edits).into_iter().peekable();
    while let Some(first) = rest.next() {
        let (before, after) = (&text[..first.span.start], &text[first.span.end..]);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after
            .find('\n')
            .map_or(text.len(), |at| first.span.end + at);
        let mut line = vec![first];
        while let Some(edit) = rest.next_if(|edit| edit.span.start < end) {
            line.push(edit);
        }
        let legacy = || line.iter().filter(|edit| is_legacy(edit));
        if line.iter().any(is_other) || legacy().any(has_c1) && !legacy().any(is_more) {
            let other = applied(&text[start..end], start, line.iter());
            let ours = line.iter().filter(|edit| !is_legacy(edit));
            let ours = applied(&text[start..end], start, ours);
            let controls = ours.chars().filter(|&c| is_c1(c)).count();
            let much = ELSE.saturating_mul(Cost::try_from(controls).unwrap_or(Cost::MAX));
            let ours = ours.chars().map(|c| as_windows_1252(c).unwrap_or(c));
            if model::line_cost(ours) <= model::line_cost(other.chars()).saturating_add(much) {
                line.retain(|edit| !is_legacy(edit));
            }
        }
        kept.append(&mut line);
    }
    *edits = kept;
}

pub(super) fn goes(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1e | 0x7f)
}

/// Removes C0 controls and U+007F, but for tab, line feed, carriage return and
/// form feed, which stand for space, and U+001F, which has its own switch.
pub(super) fn remove(text: &str, out: &mut Changes) {
    let mut at = 0;
    for chunk in text.as_bytes().chunks(64) {
        // Without a way out, so that the compiler makes vectors of it.
        if chunk.iter().fold(false, |any, &byte| any | goes(byte)) {
            for (i, _) in chunk.iter().enumerate().filter(|(_, byte)| goes(**byte)) {
                out.remove(at + i..at + i + 1);
            }
        }
        at += chunk.len();
    }
}

pub(super) fn unit_separators(text: &str, out: &mut Changes) {
    for at in memchr::memchr_iter(0x1f, text.as_bytes()) {
        out.remove(at..at + 1);
    }
}
