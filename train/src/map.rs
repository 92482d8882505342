//! Keys with values → a `Map` of `unbake::model::layout`.

use unbake::model::layout::{Map, Place, SEGMENT};

/// The segments of a map, and its bytes.
pub(crate) struct Built {
    pub segments: usize,
    pub slots: Vec<u8>,
}

/// The smallest map of these.
pub(crate) fn build<const CHECK: usize, const VALUE: usize>(entries: &[(u64, u16)]) -> Built {
    let mut segments = entries.len() / SEGMENT + 3;
    let slots = loop {
        match fill::<CHECK, VALUE>(entries, segments) {
            Some(slots) => break slots,
            None => segments += 1,
        }
    };
    let slot = Map::<CHECK, VALUE>::SLOT;
    let mut bytes = vec![0; Map::<CHECK, VALUE>::bytes(segments)];
    for (i, bits) in slots.into_iter().enumerate() {
        let bits = bits << (i * slot % 8);
        for (byte, bits) in bytes[i * slot / 8..].iter_mut().zip(bits.to_le_bytes()) {
            *byte |= bits;
        }
    }
    Built {
        segments,
        slots: bytes,
    }
}

/// Slots such that those of each key, xored, give its check and value: a key
/// that has a slot to itself can be set last, whatever the others are.
fn fill<const CHECK: usize, const VALUE: usize>(
    entries: &[(u64, u16)],
    segments: usize,
) -> Option<Vec<u32>> {
    let place = |entry: usize| Place::of(entries[entry].0, segments);
    // Of each slot how many keys have it, and these xored.
    let mut having = vec![(0u32, 0usize); segments * SEGMENT];
    for entry in 0..entries.len() {
        for at in place(entry).slots {
            having[at].0 += 1;
            having[at].1 ^= entry;
        }
    }
    let mut single: Vec<usize> = (0..having.len()).filter(|&at| having[at].0 == 1).collect();
    let mut order = Vec::with_capacity(entries.len());
    while let Some(at) = single.pop() {
        let (1, entry) = having[at] else { continue };
        order.push((entry, at));
        for at in place(entry).slots {
            having[at].0 -= 1;
            having[at].1 ^= entry;
            if having[at].0 == 1 {
                single.push(at);
            }
        }
    }
    if order.len() < entries.len() {
        return None;
    }
    let mut slots = vec![0u32; having.len()];
    for (entry, at) in order.into_iter().rev() {
        let place = place(entry);
        let value = place.check(CHECK) << VALUE | u32::from(entries[entry].1);
        slots[at] = 0;
        slots[at] = place.slots.iter().fold(value, |xor, &at| xor ^ slots[at]);
    }
    Some(slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_others_seldom() {
        let entries: Vec<(u64, u16)> = (0..50_000).map(|n| (n * n, n as u16 & 63)).collect();
        let built = build::<7, 6>(&entries);
        let map = Map::<7, 6>::split(built.segments, &built.slots).0;
        for (key, value) in entries {
            assert_eq!(map.get(key), Some(value), "{key}");
        }
        let others = (0..50_000u64).map(|n| n * n + 1).skip(1);
        let seeming = others.filter(|&key| map.get(key).is_some()).count();
        assert!((300..500).contains(&seeming), "{seeming} of 50,000");
        assert!(built.slots.len() < 50_000 * 2);
    }
}
