//! Which marks of print show as something that nobody writes where they stand?
//! `Lettertypen verwijderenÖ`, `11.2.†Autenticazione`: an ellipsis that ends a word shows as a
//! capital after small letters, and a no-break space joins a number to a name.

use std::sync::LazyLock;

use crate::charset::Charset;

/// Charsets that these marks were in, and their bytes there: the ellipsis, and the no-break
/// space.
const TRUTHS: [(Charset, Option<u8>, u8); 4] = [
    (Charset::WINDOWS_1252, Some(0x85), 0xa0),
    (Charset::MAC_ROMAN, Some(0xc9), 0xca),
    (Charset::CP437, None, 0xff),
    (Charset::CP850, None, 0xff),
];

/// Charsets that they are read as.
const MISREAD: [Charset; 4] = [
    Charset::WINDOWS_1252,
    Charset::MAC_ROMAN,
    Charset::CP437,
    Charset::CP850,
];

/// What shows for a mark.
#[derive(Clone, Copy, Debug)]
struct Shown {
    c: char,
    mark: char,
    pair: (Charset, Charset),
}

static SHOWN: LazyLock<Vec<Shown>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (truth, dots, space) in TRUTHS {
        for misread in MISREAD.into_iter().filter(|misread| *misread != truth) {
            for (mark, byte) in [('…', dots), ('\u{a0}', Some(space))] {
                let table = misread.decode_table();
                let c = byte.and_then(|byte: u8| Some(table?[usize::from(byte)]));
                all.extend(c.map(|c| Shown {
                    c,
                    mark,
                    pair: (truth, misread),
                }));
            }
        }
    }
    all
});

/// Letters of a word at least that an ellipsis is told by.
const WORD: usize = 4;
/// So many letters are enough.
const LONGEST: usize = 24;

/// Whether this shows for the mark, where it stands after these characters, the last of them
/// first, and before those.
pub(crate) fn is_told(
    mut before: impl Iterator<Item = char>,
    c: char,
    mark: char,
    mut after: impl Iterator<Item = char>,
) -> bool {
    let next = after.next().unwrap_or(' ');
    match mark {
        // No small letter, `partirà` is a word, and no tag, `#SerMulherÉ`.
        '…' => {
            let is_end = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ')' | '"' | '<');
            let (mut letters, mut is_capital) = (0, false);
            let edge = before.find(|c| {
                let is_in_word = c.is_ascii_alphabetic() && !is_capital;
                is_capital = c.is_ascii_uppercase();
                letters += usize::from(is_in_word);
                !is_in_word || letters == LONGEST
            });
            let is_edge = |c: char| {
                c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '#' | '@' | '\\')
            };
            c.is_uppercase() && is_end(next) && letters >= WORD && edge.is_none_or(is_edge)
        }
        // `5. área` has an `á`, and `5.áArea` none.
        '\u{a0}' => {
            let mut is_name = || {
                let second = after.next().unwrap_or(' ');
                next.is_ascii_uppercase() && second.is_ascii_lowercase()
            };
            let is_number = next.is_ascii_digit();
            match before.next() {
                // `†1986` tells when somebody died, and `á2` is a price.
                None => is_number && matches!(c, 'ÿ' | 'Ê'),
                Some('.') => before.next().is_some_and(|c| c.is_ascii_digit()) && is_name(),
                Some(last) => {
                    last.is_ascii_lowercase() && is_number && (!c.is_lowercase() || c == 'ÿ')
                }
            }
        }
        _ => false,
    }
}

/// The charsets that a line was in and was read as, if that makes such marks: each once for
/// each that it makes.
pub(crate) fn pairs(line: &str) -> impl Iterator<Item = (Charset, Charset)> {
    // Each stands after something of ASCII.
    let is_after_ascii = |at: usize| at == 0 || line.as_bytes()[at - 1].is_ascii();
    let beyond = line.char_indices();
    let beyond = beyond.filter(move |(at, c)| !c.is_ascii() && is_after_ascii(*at));
    let shown = beyond.flat_map(|(at, c)| {
        let (before, after) = (&line[..at], &line[at + c.len_utf8()..]);
        let is_told = move |s: &Shown| is_told(before.chars().rev(), c, s.mark, after.chars());
        SHOWN
            .iter()
            .filter(move |s| s.c == c && is_told(s))
            .map(|s| s.pair)
    });
    shown.chain(quotes(line))
}

/// What the quotes of DOS show as in windows-1252: nobody writes `®%s¯`.
fn quotes(line: &str) -> impl Iterator<Item = (Charset, Charset)> {
    let are = line.contains('¯') && line.contains('®');
    let truths = [Charset::CP850, Charset::CP437].into_iter();
    truths
        .filter(move |_| are)
        .map(|truth| (truth, Charset::WINDOWS_1252))
}

/// Whether a word, letters of ASCII and what is beyond, could have one at its beginning or
/// its end, whatever is around it.
pub(crate) fn may_be_at(word: &str) -> bool {
    let mut chars = word.chars();
    let (first, last) = (chars.next(), chars.next_back());
    let is = |before: &str, c: char, after: &str| {
        let mut all = SHOWN.iter().filter(|s| s.c == c);
        all.any(|s| is_told(before.chars().rev(), c, s.mark, after.chars()))
    };
    let begins = |c: char| is("1.", c, &word[c.len_utf8()..]);
    let ends = |c: char| {
        let before = &word[..word.len() - c.len_utf8()];
        is(before, c, "") || is(before, c, "1")
    };
    first.is_some_and(begins) || last.is_some_and(ends) || word.contains('¯')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told() {
        let of = |truth, misread| (truth, misread);
        for (line, pair) in [
            (
                "Lettertypen verwijderenÖ",
                of(Charset::WINDOWS_1252, Charset::MAC_ROMAN),
            ),
            (
                "Marcar para seguimientoÉ",
                of(Charset::MAC_ROMAN, Charset::WINDOWS_1252),
            ),
            (
                "11.2.†Autenticazione",
                of(Charset::WINDOWS_1252, Charset::MAC_ROMAN),
            ),
            ("CapitoloÊ7", of(Charset::MAC_ROMAN, Charset::WINDOWS_1252)),
            ("8.4.ÿRegistrare", of(Charset::CP850, Charset::WINDOWS_1252)),
            ("5.áContribuire", of(Charset::WINDOWS_1252, Charset::CP850)),
        ] {
            assert!(pairs(line).any(|other| other == pair), "{line}");
            let mut words = line.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic());
            assert!(words.any(may_be_at), "{line}");
        }
        for line in [
            "5. área",
            "partirà",
            "SKÅ",
            "Île",
            "1.Était",
            "5.área",
            "SmithÖzil",
            "",
            "†",
            "Ê",
        ] {
            assert_eq!(pairs(line).next(), None, "{line}");
        }
    }
}
