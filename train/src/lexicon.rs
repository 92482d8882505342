//! Words → the lexicon of `unbake::model::layout`.

use std::collections::BTreeMap;

use unbake::model::layout::Key;

use crate::counts::is_latin;

/// Rarer words are left out, of Latin and of the other alphabets.
const MIN_LATIN: u32 = 3;
const MIN_OTHER: u32 = 5;
/// The same for parts.
const MIN_PART: u32 = 2;
/// From which count on a word or part is of class 1, 2 and so on.
const CLASSES: [u32; 7] = [5, 10, 20, 50, 150, 500, 2_000];

/// The keys of the lexicon of the words of texts and of lists, with their classes.
pub(crate) fn entries(
    words: &BTreeMap<String, u32>,
    listed: &BTreeMap<String, u32>,
) -> Vec<(u64, u16)> {
    let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
    let mut parts: BTreeMap<[char; 5], u32> = BTreeMap::new();
    // Words that are spelled in two ways have one key.
    for (word, &n) in words {
        let latin = word.chars().all(is_latin);
        if n >= if latin { MIN_LATIN } else { MIN_OTHER } {
            *counts.entry(word_key(word)).or_default() += n;
        }
        if latin {
            for part in parts_of(word) {
                *parts.entry(part).or_default() += n;
            }
        }
    }
    // One word of a list makes no part usual.
    for part in listed.keys().flat_map(|word| parts_of(word)) {
        *parts.entry(part).or_default() += 1;
    }
    parts.retain(|_, n| *n >= MIN_PART);
    // What has a part that is not is a name of elsewhere, or misspelled, as a rule.
    for (word, &n) in listed {
        if parts_of(word).iter().all(|part| parts.contains_key(part)) {
            let most = counts.entry(word_key(word)).or_default();
            *most = n.max(*most);
        }
    }
    for (part, n) in parts {
        let key = part.into_iter().fold(Key::PART, Key::then);
        *counts.entry(key).or_default() += n;
    }
    let class = |n| CLASSES.iter().filter(|&&least| n >= least).count() as u16;
    let entries = counts.into_iter();
    entries.map(|(key, n)| (key.hash(), class(n))).collect()
}

fn word_key(word: &str) -> Key {
    word.chars().fold(Key::WORD, Key::then)
}

/// Each letter beyond ASCII with two letters on either side.
fn parts_of(word: &str) -> Vec<[char; 5]> {
    let edge = ['\n'; 2];
    let letters: Vec<char> = edge.into_iter().chain(word.chars()).chain(edge).collect();
    let all = letters.windows(5).filter(|part| !part[2].is_ascii());
    all.map(|part| std::array::from_fn(|i| part[i])).collect()
}
