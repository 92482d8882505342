//! Is this a word of some language? The words with letters beyond ASCII that
//! were seen in texts, all languages together, and parts of words written in
//! Latin: a letter beyond ASCII with two letters on either side, for what
//! inflection and compounds make of words is more than any list has.

use super::TABLES;
use super::layout::Key;

/// How frequent a word or a part is, from 0 to 7.
pub(crate) type Class = u8;

/// The letters of a part, the odd one in the middle; `\n` for a word's edge.
pub(crate) type Part = [char; 5];

/// How frequent a word is, if it is known, given the letters of it in lower
/// case. Words without letters beyond ASCII are not known.
#[inline]
pub(crate) fn word(letters: impl IntoIterator<Item = char>) -> Option<Class> {
    class(Key::WORD, letters)
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
    let mut last = ['\n'; 5];
    let mut least = Class::MAX;
    for c in letters.chain(['\n', '\n']) {
        last.rotate_left(1);
        last[4] = c;
        if !last[2].is_ascii() {
            match part(last) {
                Some(class) => least = least.min(class),
                None => return Standing::None,
            }
        }
    }
    Standing::Parts(least)
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
