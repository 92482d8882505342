//! Is this a word of some language? The words with letters beyond ASCII that
//! were seen in texts, all languages together, and parts of words written in
//! Latin: a letter beyond ASCII with two letters on either side, for what
//! inflection and compounds make of words is more than any list has.

use super::TABLES;
pub(crate) use super::layout::Key;

/// How frequent a word or a part is, from 0 to 7.
pub(crate) type Class = u8;

/// The letters of a part, the odd one in the middle; `\n` for a word's edge.
pub(crate) type Part = [char; 5];

/// How frequent a word is, if it is known, given the letters of it in lower
/// case. Words without letters beyond ASCII are not known.
///
/// One word in two thousand is in the map by chance. Of those of Latin the parts must
/// be known, too, as those of all that was put there are.
#[inline]
pub(crate) fn word(letters: impl Iterator<Item = char> + Clone) -> Option<Class> {
    let class = class(Key::WORD, letters.clone())?;
    let mut parts = parts(letters.clone()).peekable();
    let is_latin = parts.peek().is_some_and(|p| is_latin(p[2]));
    (!is_latin || parts.all(|p| part(p).is_some())).then_some(class)
}

/// The same, and quicker, where one in two thousand may be so by chance: [`Key::WORD`],
/// and then each letter.
#[inline]
pub(crate) fn glance(word: Key) -> Option<Class> {
    TABLES.word(word)
}

/// A letter of Latin beyond ASCII, or a mark that may be on one.
fn is_latin(c: char) -> bool {
    matches!(c, '\u{c0}'..'\u{250}' | '\u{300}'..'\u{370}' | '\u{1e00}'..'\u{1f00}')
}

/// Each letter beyond ASCII with two letters on either side.
fn parts(letters: impl Iterator<Item = char>) -> impl Iterator<Item = Part> {
    let mut last = ['\n'; 5];
    let all = letters.chain(['\n', '\n']).map(move |c| {
        last = [last[1], last[2], last[3], last[4], c];
        last
    });
    all.filter(|part| !part[2].is_ascii())
}

/// The same of a part.
#[inline]
pub(crate) fn part(part: Part) -> Option<Class> {
    class(Key::PART, part)
}

#[inline]
fn class(key: Key, letters: impl IntoIterator<Item = char>) -> Option<Class> {
    TABLES.word(letters.into_iter().fold(key, Key::then))
}

/// How well a word is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// A part of it is not known.
    None,
    /// Its parts are.
    Parts(Class),
    /// It is.
    Word(Class),
}

/// How well a word in lower case is known.
pub(crate) fn standing(letters: impl Iterator<Item = char> + Clone) -> Standing {
    if let Some(class) = word(letters.clone()) {
        return Standing::Word(class);
    }
    let least = parts(letters).try_fold(Class::MAX, |least, p| Some(least.min(part(p)?)));
    least.map_or(Standing::None, Standing::Parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known() {
        for known in ["für", "požiadavky", "hälsa", "čeština", "это", "που"] {
            assert!(word(known.chars()).is_some(), "{known}");
        }
        for unknown in ["fźr", "poľiadavky", "potvrāte", "cеst", "ñþ"] {
            assert_eq!(word(unknown.chars()), None, "{unknown}");
        }
        assert!(word("für".chars()) > word("hälsosam".chars()));
    }

    #[test]
    fn parts_are_known() {
        assert!(part(['o', 's', 't', '\n', '\n']).is_none());
        assert!(part(['r', 'a', 'č', 'n', 'í']).is_some());
        assert!(part(['r', 'a', 'ć', 'n', 'í']).is_none());
    }
}
