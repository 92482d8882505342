//! Which marks of print show as something that nobody writes where they stand?
//! `11.2.†Autenticazione`, `Kapitelÿ2.ÿDie Anlage`: a no-break space joins a number to a name.
//! And `®%s¯` was quoted.

use std::sync::LazyLock;

use crate::charset::Charset;

/// Charsets with a no-break space, and its byte; which they are read as.
const CHARSETS: [(Charset, u8); 4] = [
    (Charset::WINDOWS_1252, 0xa0),
    (Charset::MAC_ROMAN, 0xca),
    (Charset::CP437, 0xff),
    (Charset::CP850, 0xff),
];

/// What shows for one, in the charsets that the text was in and was read as.
static SHOWN: LazyLock<Vec<(char, (Charset, Charset))>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (truth, byte) in CHARSETS {
        for (misread, _) in CHARSETS {
            let table = misread.decode_table();
            let c = table.map(|table| table[usize::from(byte)]);
            let c = c.filter(|c| *c != '\u{a0}');
            all.extend(c.map(|c| (c, (truth, misread))));
        }
    }
    all
});

/// Whether this shows for a no-break space, where it stands after these characters, the last of
/// them first, and before those.
pub(crate) fn is_told(
    mut before: impl Iterator<Item = char>,
    c: char,
    mut after: impl Iterator<Item = char>,
) -> bool {
    if c.is_ascii() || !SHOWN.iter().any(|(shown, _)| *shown == c) {
        return false;
    }
    let next = after.next().unwrap_or(' ');
    match before.next() {
        // `5. área` has an `á`, and `5.áArea` none; but `3.†Mammuthus` is dead.
        Some('.') => {
            let mut number = before.peekable();
            let is_numbered = number.peek().is_some_and(char::is_ascii_digit);
            let edge = number.find(|c| !c.is_ascii_digit());
            let is_part = edge == Some('.') && number.next().is_some_and(|c| c.is_ascii_digit());
            let is_small = |c: char| c.is_ascii_lowercase();
            let is_name = next.is_ascii_uppercase() && after.next().is_some_and(is_small);
            is_name && is_numbered && (is_part || c != '†')
        }
        // A letter with a number may be anything, unless it is there again.
        last => {
            let joins = last.is_none_or(|c| c.is_ascii_lowercase()) && next.is_ascii_digit();
            joins && matches!(c, 'ÿ' | 'Ê') && after.any(|other| other == c)
        }
    }
}

/// The charsets that a line was in and was read as, if that makes such marks: each once for
/// each that it makes.
pub(crate) fn pairs(line: &str) -> impl Iterator<Item = (Charset, Charset)> {
    // Each stands after something of ASCII.
    let is_after_ascii = |at: usize| at == 0 || line.as_bytes()[at - 1].is_ascii();
    let beyond = line.char_indices();
    let beyond = beyond.filter(move |(at, c)| !c.is_ascii() && is_after_ascii(*at));
    let told = beyond.filter(|&(at, c)| {
        let (before, after) = (&line[..at], &line[at + c.len_utf8()..]);
        is_told(before.chars().rev(), c, after.chars())
    });
    let pairs = |c: char| SHOWN.iter().filter(move |(shown, _)| *shown == c);
    let shown = told.flat_map(move |(_, c)| pairs(c).map(|(_, pair)| *pair));
    shown.chain(quotes(line))
}

/// What the quotes of DOS show as in windows-1252: nobody writes `®%s¯`.
fn quotes(line: &str) -> impl Iterator<Item = (Charset, Charset)> {
    // In `Ã¯` and `à¤®` both are of sequences.
    let stands = |mark: char| {
        let mut all = line.match_indices(mark);
        let is_ascii = |b: Option<&u8>| b.is_none_or(u8::is_ascii);
        let bytes = line.as_bytes();
        all.any(|(at, m)| is_ascii(bytes[..at].last()) && is_ascii(bytes.get(at + m.len())))
    };
    let are = stands('¯') && stands('®');
    let truths = [Charset::CP850, Charset::CP437].into_iter();
    let truths = truths.filter(move |_| are);
    truths.map(|truth| (truth, Charset::WINDOWS_1252))
}

/// Whether a word, letters of ASCII and what is beyond, could have such a mark at its beginning
/// or its end, whatever is around it.
pub(crate) fn may_be_at(word: &str) -> bool {
    let mut chars = word.chars();
    let (first, last) = (chars.next(), chars.next_back());
    let begins = |c: char| is_told("1.1.".chars().rev(), c, word[c.len_utf8()..].chars());
    let ends = |c: char| {
        let before = &word[..word.len() - c.len_utf8()];
        is_told(before.chars().rev(), c, ['1', c].into_iter())
    };
    first.is_some_and(begins) || last.or(first).is_some_and(ends) || word.contains('¯')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told() {
        let (windows, mac) = (Charset::WINDOWS_1252, Charset::MAC_ROMAN);
        for (line, pair) in [
            ("11.2.†Autenticazione", (windows, mac)),
            ("CapitoloÊ7.ÊLe stanze", (mac, windows)),
            ("8.4.ÿRegistrare", (Charset::CP850, windows)),
            ("ÿ8.4.ÿRegistrare", (Charset::CP437, windows)),
            ("5.áContribuire", (windows, Charset::CP850)),
            ("Svuota ®%s¯", (Charset::CP850, windows)),
        ] {
            assert!(pairs(line).any(|other| other == pair), "{line}");
            let mut words = line.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic());
            assert!(words.any(may_be_at), "{line}");
        }
        for line in [
            "5. área",
            "5.área",
            "1.Était",
            "3.†Mammuthus primigenius",
            "Jan Novak†1, Eva Mala†2",
            "Karl Muller†1986",
            "†1986",
            "Ê1",
            "ÿ2.0",
            "matrixÊ2",
            "funkceˇ2",
            "Acme®",
            "",
        ] {
            assert_eq!(pairs(line).next(), None, "{line}");
        }
    }
}
