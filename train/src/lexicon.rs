//! Words → the lexicon of `unbake::model::layout`.

use std::collections::BTreeMap;

use unbake::model::layout::{CLASS, Key, Lexicon, SEGMENT, SLOT};

use crate::counts::is_latin;

/// Rarer words are left out, of Latin and of the other alphabets.
const MIN_LATIN: u32 = 3;
const MIN_OTHER: u32 = 5;
/// The same for parts.
const MIN_PART: u32 = 3;
/// From which count on a word or part is of class 1, 2 and so on.
const CLASSES: [u32; 7] = [5, 10, 20, 50, 150, 500, 2_000];
/// Full slots per thousand at most.
const LOAD: usize = 870;

/// The section, and what is in it.
pub(crate) struct Built {
    pub segments: usize,
    pub slots: Vec<u8>,
    pub keys: usize,
}

/// The lexicon of these words.
pub(crate) fn build(words: &BTreeMap<String, u32>) -> Built {
    let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
    // Words that are spelled in two ways have one key.
    let mut add = |key, n| *counts.entry(key).or_default() += n;
    let mut parts: BTreeMap<[char; 5], u32> = BTreeMap::new();
    for (word, &n) in words {
        let latin = word.chars().all(is_latin);
        if n >= if latin { MIN_LATIN } else { MIN_OTHER } {
            add(word.chars().fold(Key::WORD, Key::then), n);
        }
        if latin {
            for part in parts_of(word) {
                *parts.entry(part).or_default() += n;
            }
        }
    }
    for (part, n) in parts {
        if n >= MIN_PART {
            add(part.into_iter().fold(Key::PART, Key::then), n);
        }
    }
    let class = |n| CLASSES.iter().filter(|&&least| n >= least).count() as u8;
    let keys: Vec<(Key, u8)> = counts.into_iter().map(|(key, n)| (key, class(n))).collect();
    let mut segments = keys.len() * 1000 / LOAD / SEGMENT + 3;
    let slots = loop {
        match fill(&keys, segments) {
            Some(slots) => break slots,
            None => segments += 1,
        }
    };
    Built {
        segments,
        slots: pack(&slots),
        keys: keys.len(),
    }
}

/// Each letter beyond ASCII with two letters on either side.
fn parts_of(word: &str) -> Vec<[char; 5]> {
    let edge = ['\n'; 2];
    let letters: Vec<char> = edge.into_iter().chain(word.chars()).chain(edge).collect();
    let all = letters.windows(5).filter(|part| !part[2].is_ascii());
    all.map(|part| std::array::from_fn(|i| part[i])).collect()
}

/// Slots such that the three of each key, xored, give its check and class: a
/// key that has a slot to itself can be set last, whatever the others are.
fn fill(keys: &[(Key, u8)], segments: usize) -> Option<Vec<u16>> {
    let places = |key: usize| keys[key].0.slots(segments);
    // Of each slot how many keys have it, and these xored.
    let mut having = vec![(0u32, 0usize); segments * SEGMENT];
    for key in 0..keys.len() {
        for at in places(key) {
            having[at].0 += 1;
            having[at].1 ^= key;
        }
    }
    let mut single: Vec<usize> = (0..having.len()).filter(|&at| having[at].0 == 1).collect();
    let mut order = Vec::with_capacity(keys.len());
    while let Some(at) = single.pop() {
        let (1, key) = having[at] else { continue };
        order.push((key, at));
        for at in places(key) {
            having[at].0 -= 1;
            having[at].1 ^= key;
            if having[at].0 == 1 {
                single.push(at);
            }
        }
    }
    if order.len() < keys.len() {
        return None;
    }
    let mut slots = vec![0u16; having.len()];
    for (key, at) in order.into_iter().rev() {
        let (hash, class) = keys[key];
        let value = hash.check() << CLASS | u16::from(class);
        let [a, b, c] = places(key);
        slots[at] = 0;
        slots[at] = value ^ slots[a] ^ slots[b] ^ slots[c];
    }
    Some(slots)
}

/// The slots one after the other, [`SLOT`] bits each.
fn pack(slots: &[u16]) -> Vec<u8> {
    let mut out = vec![0; Lexicon::bytes(slots.len() / SEGMENT)];
    for (i, &slot) in slots.iter().enumerate() {
        let bits = u32::from(slot) << (i * SLOT % 8);
        for (byte, bits) in out[i * SLOT / 8..].iter_mut().zip(bits.to_le_bytes()) {
            *byte |= bits;
        }
    }
    out
}
