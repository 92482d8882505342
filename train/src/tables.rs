//! Counts → the file of `unbake::model::layout`.
//!
//! Absolute discounting: a seen triple has `(n - D) / N` of its context, plus
//! its share of what the discount left over; the rest backs off.

use std::collections::{BTreeMap, BTreeSet};

use unbake::model::layout::{
    BACKOFF, BACKOFF_UNIT, BIGRAM_CHECK, CLASS, COST, COST_UNIT, EAST_ASIA, HEADER, LAST_ASCII,
    LETTER_UNIT, MAGIC, PAGES, TRIGRAM_CHECK, WORD_CHECK, key2, key3,
};

use crate::class::{class, fold, script};
use crate::counts::{Counts, MIN_SYMBOL};
use crate::scan::RARE;
use crate::{lexicon, map};

/// Taken off each count.
const DISCOUNT: f64 = 0.7;
/// Counted in for every character of a class, seen or not.
const FLOOR: f64 = 0.3;
/// Triples and pairs kept: those that tell the most beyond the back-off.
const TRIGRAMS: usize = 255_000;
const BIGRAMS: usize = 80_000;
/// More of those of East Asia alone: they tell what bytes were lost there.
const MORE_TRIGRAMS: usize = 28_000;
const MORE_BIGRAMS: usize = 21_000;
/// Classes of their own at most; the rarest share two.
const CLASSES: usize = 220;
/// A letter this many times rarer than all together is not of the language.
const RARE_LETTER: u64 = 6_000;
/// Languages with fewer letters than this have no letter model.
const MIN_LANGUAGE: u32 = 9_000;
/// A script of less than one in so many letters is not the language's.
const SCRIPT: u32 = 10;
/// Letters in a letter model at most.
const ALPHABET: usize = 90;

/// A probability as a cost in 1/12 nat.
fn cost(p: f64) -> u8 {
    (-12.0 * p.max(1e-12).ln()).round().clamp(0.0, 255.0) as u8
}

/// The same in so many bits, in units of so many.
fn coarse(p: f64, unit: u16, bits: usize) -> u16 {
    let cost = -12.0 * p.max(1e-12).ln() / f64::from(unit);
    cost.round().clamp(0.0, ((1 << bits) - 1) as f64) as u16
}

/// The model file for these counts.
pub fn build(counts: &Counts) -> Vec<u8> {
    // Classes: the boundary is the first, so that symbol 0 is the boundary.
    let mut members: BTreeMap<String, (f64, u32)> = BTreeMap::new();
    for c in (0..=0x10_ffff)
        .filter_map(char::from_u32)
        .filter(|&c| fold(c) == c)
    {
        members.entry(class(c)).or_default().1 += 1;
    }
    for (&c, &n) in &counts.chars {
        members.entry(class(c)).or_default().0 += f64::from(n);
    }
    // Scripts that no text had share one class for letters, one for the rest.
    let shared = |name: &str| {
        if name.ends_with(" O") || name.ends_with(" L") {
            "rare O"
        } else {
            "rare"
        }
    };
    let mut by_count: Vec<f64> = members.values().map(|m| m.0).collect();
    by_count.sort_by(|a, b| b.total_cmp(a));
    let least = by_count.get(CLASSES).copied().unwrap_or(0.0).max(100.0);
    let rare: Vec<String> = members
        .iter()
        .filter(|(_, m)| m.0 <= least)
        .map(|(name, _)| name.clone())
        .collect();
    let rare: Vec<String> = rare
        .into_iter()
        .filter(|n| !["boundary", "control", "private", "unassigned"].contains(&n.as_str()))
        .collect();
    for name in &rare {
        let (n, size) = members.remove(name).unwrap_or_default();
        let all = members.entry(shared(name).into()).or_default();
        *all = (all.0 + n, all.1 + size);
    }
    let mut names: Vec<&String> = members.keys().filter(|n| *n != "boundary").collect();
    let boundary = "boundary".to_owned();
    names.insert(0, &boundary);
    assert!(names.len() < 256, "{} classes", names.len());
    let ids: BTreeMap<&str, u8> = names
        .iter()
        .zip(0u8..)
        .map(|(n, i)| (n.as_str(), i))
        .collect();
    let class_of = |c: char| {
        let name = class(c);
        ids.get(name.as_str())
            .or_else(|| ids.get(shared(&name)))
            .copied()
            .unwrap_or(0)
    };

    // Symbols: a class each, then the frequent characters.
    let ascii = (' '..='~').filter(|&c| fold(c) == c);
    let frequent = counts
        .chars
        .iter()
        .filter(|&(c, &n)| !c.is_ascii() && n >= MIN_SYMBOL);
    let order: Vec<Result<char, u8>> = ascii
        .map(Ok)
        .chain((0..names.len() as u8).map(Err))
        .chain(frequent.map(|(&c, _)| Ok(c)))
        .collect();
    // Symbol 0 is the boundary, then come ASCII, the classes, the rest.
    let symbols: BTreeMap<Result<char, u8>, u16> = order.iter().copied().zip(1..).collect();
    let symbol = |c: char| match c {
        '\n' => 0,
        c => *symbols
            .get(&Ok(c))
            .unwrap_or_else(|| &symbols[&Err(class_of(c))]),
    };
    assert_eq!(symbol('~'), LAST_ASCII);

    // Class after class.
    let n_classes = names.len();
    let mut class_pairs = vec![0.0; n_classes * n_classes];
    let mut after: BTreeMap<u16, (f64, f64)> = BTreeMap::new();
    let mut pairs: BTreeMap<(u16, u16), (f64, f64)> = BTreeMap::new();
    for (&[a, b], &(n, types)) in &counts.bigrams {
        class_pairs[usize::from(class_of(a)) * n_classes + usize::from(class_of(b))] +=
            f64::from(n);
        let pair = pairs.entry((symbol(a), symbol(b))).or_default();
        *pair = (pair.0 + f64::from(n), pair.1 + f64::from(types));
    }
    for (&(a, _), &(n, _)) in &pairs {
        let all = after.entry(a).or_default();
        *all = (all.0 + n, all.1 + 1.0);
    }
    let total: f64 = class_pairs.iter().sum();
    let to: Vec<f64> = (0..n_classes)
        .map(|j| {
            (0..n_classes)
                .map(|i| class_pairs[i * n_classes + j])
                .sum::<f64>()
        })
        .collect();
    let class_p: Vec<f64> = (0..n_classes * n_classes)
        .map(|ij| {
            let (i, j) = (ij / n_classes, ij % n_classes);
            let row = &class_pairs[i * n_classes..][..n_classes];
            let (n, types) = (
                row.iter().sum::<f64>(),
                row.iter().filter(|&&x| x > 0.0).count() as f64,
            );
            let base = (to[j] + 0.05) / (total + 0.05 * n_classes as f64);
            // Ten imagined pairs from the average keep a rare class from being sure.
            ((row[j] - DISCOUNT).max(0.0) + (DISCOUNT * types + 10.0) * base) / (n + 10.0)
        })
        .collect();

    // A character within its class.
    let in_class = |class: u8, n: f64| {
        let (sum, size) = members[names[usize::from(class)]];
        (n + FLOOR) / (sum + FLOOR * f64::from(size))
    };
    let mut info: Vec<[u8; 4]> = Vec::new();
    let mut p_in_class: Vec<f64> = Vec::new();
    let mut class_ids: Vec<u8> = Vec::new();
    for what in [Ok('\n')].iter().chain(&order) {
        let class = what.map_or_else(|class| class, class_of);
        let n = what.map_or(0, |c| counts.chars.get(&c).copied().unwrap_or(0));
        class_ids.push(class);
        p_in_class.push(in_class(class, f64::from(n)));
    }
    let backoff1 = |s: u16| {
        after
            .get(&s)
            .map_or(1.0, |&(n, types)| (DISCOUNT * types / n).min(1.0))
    };
    // A class has the script of its first member.
    let mut class_script = vec![0; n_classes];
    for c in (0..=0x10_ffff).rev().filter_map(char::from_u32) {
        class_script[usize::from(class_of(c))] = script(c);
    }
    for (s, what) in [Ok('\n')].iter().chain(&order).enumerate() {
        let script = what.map_or_else(|class| class_script[usize::from(class)], script);
        info.push([
            class_ids[s],
            cost(p_in_class[s]),
            cost(backoff1(s as u16)),
            script,
        ]);
    }
    let script_of: Vec<u8> = info.iter().map(|symbol| symbol[3]).collect();
    let is_east_asian = |s: u16| script_of[usize::from(s)] == EAST_ASIA;
    // Nothing of ASCII but the spaces of Korean.
    let is_hangul = |s: u16| {
        let what = usize::from(s).checked_sub(1).and_then(|i| order.get(i));
        matches!(what, Some(Ok('\u{ac00}'..='\u{d7a3}')))
    };
    let space = symbol(' ');
    let is_guessed = |all: &[u16]| {
        let spaced = all.iter().any(|&s| is_hangul(s));
        let may_be = |s: u16| s > LAST_ASCII || spaced && s == space;
        all.iter().any(|&s| is_east_asian(s)) && all.iter().all(|&s| may_be(s))
    };
    let base = |a: u16, b: u16| {
        let (i, j) = (
            usize::from(class_ids[usize::from(a)]),
            usize::from(class_ids[usize::from(b)]),
        );
        class_p[i * n_classes + j] * p_in_class[usize::from(b)]
    };

    // What follows is a character; a symbol of a whole class is many, each as
    // rare as its class says.
    let shared_by_many = |s: u16| {
        order
            .get(usize::from(s).wrapping_sub(1))
            .is_some_and(|what| what.is_err())
    };

    // Pairs.
    let p2 = |a: u16, b: u16| {
        let lower = backoff1(a) * base(a, b);
        match (pairs.get(&(a, b)), after.get(&a)) {
            (Some(&(n, _)), Some(&(all, _))) if !shared_by_many(b) => {
                (n - DISCOUNT).max(0.0) / all + lower
            }
            _ => lower,
        }
    };
    let backoff2 = |a: u16, b: u16| {
        pairs
            .get(&(a, b))
            .map_or(1.0, |&(n, types)| (DISCOUNT * types / n).min(1.0))
    };

    // Those to keep.
    let mut two: Vec<(f64, u64, u16)> = Vec::new();
    for (&(a, b), &(n, _)) in &pairs {
        if shared_by_many(b) {
            continue;
        }
        let (p, backoff) = (p2(a, b), backoff2(a, b));
        let tells = n * tells(p, backoff1(a) * base(a, b)) - backoff.ln();
        let cost = coarse(p.min(1.0), COST_UNIT, COST);
        let backoff = coarse(backoff, BACKOFF_UNIT, BACKOFF);
        two.push((tells, key2(a, b), backoff << COST | cost));
    }
    let mut bigrams = keep(two, BIGRAMS, MORE_BIGRAMS, |key| {
        is_guessed(&[(key >> 16) as u16, key as u16])
    });
    let kept: BTreeSet<u64> = bigrams.iter().map(|pair| pair.0).collect();
    let is_kept = |a, b| kept.contains(&key2(a, b));

    // Triples of which both pairs are kept, and what lines begin with; no others
    // are looked for.
    let mut triples: BTreeMap<(u16, u16, u16), f64> = BTreeMap::new();
    for (&[a, b, c], &n) in &counts.trigrams {
        *triples
            .entry((symbol(a), symbol(b), symbol(c)))
            .or_default() += f64::from(n);
    }
    let mut three: Vec<(f64, u64, u16)> = Vec::new();
    let mut p3: BTreeMap<u64, f64> = BTreeMap::new();
    for (&(a, b, c), &n) in &triples {
        let Some(&(all, _)) = pairs.get(&(a, b)) else {
            continue;
        };
        let is_start = (a, b) == (0, 0);
        if shared_by_many(c) || !(is_start || is_kept(a, b) && is_kept(b, c)) {
            continue;
        }
        let lower = backoff2(a, b) * p2(b, c);
        let p = ((n - DISCOUNT) / all).max(0.0) + lower;
        let cost = coarse(p.min(1.0), COST_UNIT, COST);
        three.push((n * tells(p, lower), key3(a, b, c), cost));
        p3.insert(key3(a, b, c), p);
    }
    let trigrams = keep(three, TRIGRAMS, MORE_TRIGRAMS, |key| {
        is_guessed(&[(key >> 32) as u16, (key >> 16) as u16, key as u16])
    });
    // What is left to back off to, once so many triples are left out: of East Asian pairs
    // most are. What is kept would be all too likely beside the rest.
    let mut told: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for &(key, _) in &trigrams {
        let (b, c) = ((key >> 16) as u16, key as u16);
        let (here, lower) = told.entry(key >> 16).or_default();
        *here += p3[&key];
        *lower += p2(b, c);
    }
    for (key, value) in &mut bigrams {
        let (a, b) = ((*key >> 16) as u16, *key as u16);
        if is_east_asian(a) || is_east_asian(b) {
            let (here, lower) = told.get(key).copied().unwrap_or_default();
            let left = (1.0 - here).max(0.001) / (1.0 - lower).max(0.01);
            let backoff = coarse(left.min(1.0), BACKOFF_UNIT, BACKOFF);
            *value = *value & ((1 << COST) - 1) | backoff << COST;
        }
    }
    let letters = letters(counts);
    let scan = scan(
        counts,
        &|what| match what {
            Ok(c) => counts.scan.class(c),
            Err(class) => format!("~{}", names[usize::from(class)]),
        },
        &order,
    );

    let words = lexicon::entries(&counts.words, &counts.listed);
    let kept = (bigrams.len(), trigrams.len(), words.len());
    let bigrams = map::build::<BIGRAM_CHECK, { COST + BACKOFF }>(&bigrams);
    let trigrams = map::build::<TRIGRAM_CHECK, COST>(&trigrams);
    let is_frequent: Vec<(u64, u16)> = words.iter().map(|&(key, n)| (key, n.min(1))).collect();
    let lexicon = map::build::<WORD_CHECK, 1>(&is_frequent);
    let frequent = words.iter().filter(|word| word.1 > 0);
    let frequent: Vec<(u64, u16)> = frequent.map(|&(key, n)| (key, n - 1)).collect();
    let frequent = map::build::<0, CLASS>(&frequent);

    // Pages.
    let mut index: Vec<u16> = Vec::new();
    let mut pages: Vec<Page> = Vec::new();
    for page in 0..PAGES as u32 {
        let symbols = (page * 256..(page + 1) * 256).map(|n| {
            char::from_u32(n).map_or(symbols[&Err(ids["unassigned"])], |c| symbol(fold(c)))
        });
        let page = Page::of(&symbols.collect::<Vec<u16>>());
        let at = pages.iter().position(|p| *p == page).unwrap_or_else(|| {
            pages.push(page);
            pages.len() - 1
        });
        index.push(at as u16);
    }
    let (mut runs, mut others): (Vec<u16>, Vec<u16>) = (Vec::new(), Vec::new());
    for page in &pages {
        runs.extend([page.first, page.run, others.len() as u16]);
        others.extend(&page.others);
    }

    let mut file = MAGIC.to_vec();
    let sizes = [
        pages.len(),
        info.len(),
        n_classes,
        bigrams.segments,
        trigrams.segments,
        letters.len(),
        scan.own.len(),
        scan.classes,
        lexicon.segments,
        others.len(),
        frequent.segments,
    ];
    for n in sizes {
        file.extend((n as u32).to_le_bytes());
    }
    assert_eq!(file.len(), HEADER);
    file.extend(index.iter().flat_map(|p| p.to_le_bytes()));
    file.extend(runs.iter().flat_map(|n| n.to_le_bytes()));
    file.extend(pages.iter().flat_map(|page| &page.places));
    file.extend(others.iter().flat_map(|s| s.to_le_bytes()));
    file.extend(info.iter().flatten());
    file.extend(class_p.iter().map(|&p| cost(p)));
    file.extend(&bigrams.slots);
    file.extend(&trigrams.slots);
    file.extend(&letters);
    file.extend(scan.own.iter().flat_map(|&c| u32::from(c).to_le_bytes()));
    file.extend(scan.of_symbol.iter().flat_map(|c| c.to_le_bytes()));
    file.extend(&scan.weights);
    file.extend(&lexicon.slots);
    file.extend(&frequent.slots);
    let sizes = [
        ("pages", 2 * PAGES + 262 * pages.len() + 2 * others.len()),
        ("symbols", 4 * info.len()),
        ("classes", class_p.len()),
        ("pairs", bigrams.slots.len()),
        ("triples", trigrams.slots.len()),
        ("letters", letters.len()),
        (
            "scan",
            4 * scan.own.len() + 2 * scan.of_symbol.len() + scan.weights.len(),
        ),
        ("lexicon", lexicon.slots.len() + frequent.slots.len()),
        ("in all", file.len()),
    ];
    for (section, bytes) in sizes {
        eprintln!("{section:8} {bytes:9}");
    }
    let (two, three, words) = kept;
    eprintln!(
        "{} symbols, {n_classes} classes, {} of the scan, {two} pairs, {three} triples, {words} words and parts",
        info.len(),
        scan.classes,
    );
    file
}

/// The sections of the scan.
struct Scan {
    own: Vec<char>,
    of_symbol: Vec<u16>,
    classes: usize,
    weights: Vec<u8>,
}

fn scan(
    counts: &Counts,
    name: &dyn Fn(Result<char, u8>) -> String,
    order: &[Result<char, u8>],
) -> Scan {
    let (ids, weights) = counts.scan.weights();
    let of_symbol = [Ok('\n')].iter().chain(order);
    let of_symbol = of_symbol.map(|&what| *ids.get(&name(what)).unwrap_or(&ids[RARE]));
    let of_symbol = of_symbol.collect();
    let half_byte = |weight: f64| (weight.round().clamp(-8.0, 7.0) + 8.0) as u8;
    let mut weights: Vec<u8> = weights.into_iter().map(half_byte).collect();
    weights.resize(weights.len().next_multiple_of(2), 8);
    let pairs = weights.as_chunks::<2>().0.iter();
    Scan {
        own: counts.scan.own(),
        of_symbol,
        classes: ids.len(),
        weights: pairs.map(|[low, high]| low | high << 4).collect(),
    }
}

/// The symbols of 256 code points: a run of neighbouring symbols, for the most
/// part, and others.
#[derive(PartialEq)]
struct Page {
    first: u16,
    run: u16,
    others: Vec<u16>,
    /// Of each code point the place of its symbol in the run, or behind it.
    places: Vec<u8>,
}

impl Page {
    fn of(symbols: &[u16]) -> Page {
        let all: BTreeSet<u16> = symbols.iter().copied().collect();
        let all: Vec<u16> = all.into_iter().collect();
        let runs = all.chunk_by(|a, b| a + 1 == *b);
        let run = runs.max_by_key(|run| run.len()).unwrap_or_default();
        let others = all.iter().filter(|s| !run.contains(s));
        let order: Vec<u16> = run.iter().chain(others).copied().collect();
        let place = |s| order.iter().position(|known| *known == s).unwrap_or(0) as u8;
        Page {
            first: order[0],
            run: run.len() as u16,
            others: order[run.len()..].to_vec(),
            places: symbols.iter().map(|&s| place(s)).collect(),
        }
    }
}

/// What a probability tells beyond the one it would back off to, in nats.
fn tells(p: f64, lower: f64) -> f64 {
    (p.ln() - lower.ln()).abs()
}

/// The `most` entries that tell the most, and so many `more` of those with such keys, in
/// the order of their keys.
fn keep(
    mut entries: Vec<(f64, u64, u16)>,
    most: usize,
    more: usize,
    is_such: impl Fn(u64) -> bool,
) -> Vec<(u64, u16)> {
    entries.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let others = entries.split_off(most.min(entries.len()));
    entries.extend(others.into_iter().filter(|e| is_such(e.1)).take(more));
    entries.sort_by_key(|e| e.1);
    entries
        .into_iter()
        .map(|(_, key, value)| (key, value))
        .collect()
}

/// The letter models; the layout is described where it is read.
fn letters(counts: &Counts) -> Vec<u8> {
    let mut records = Vec::new();
    let mut bodies = Vec::new();
    for (lang, pairs) in &counts.letters {
        let mut seen: BTreeMap<char, u32> = BTreeMap::new();
        for (&[a, _], &n) in pairs {
            *seen.entry(a).or_default() += n;
        }
        seen.remove(&'\n');
        // What is in another script is of another language.
        let all: u32 = seen.values().sum();
        let mut scripts: BTreeMap<u8, u32> = BTreeMap::new();
        for (&c, n) in &seen {
            *scripts.entry(script(c)).or_default() += n;
        }
        seen.retain(|&c, _| script(c) == 0 || scripts[&script(c)] * SCRIPT >= all);
        if all < MIN_LANGUAGE {
            continue;
        }
        let mut alphabet: Vec<(u32, char)> = seen
            .into_iter()
            .map(|(c, n)| (n, c))
            .filter(|&(n, c)| {
                u64::from(n) * RARE_LETTER >= u64::from(all) && n >= 3 && c < '\u{ffff}'
            })
            .collect();
        alphabet.sort_unstable_by(|x, y| y.cmp(x));
        alphabet.truncate(ALPHABET);
        let mut alphabet: Vec<char> = alphabet.into_iter().map(|(_, c)| c).collect();
        alphabet.sort_unstable();
        if alphabet.len() < 10 {
            continue;
        }
        let place = |c: char| alphabet.binary_search(&c).map_or(0, |i| i + 1);
        let size = alphabet.len() + 1;
        let mut matrix = vec![0.0; size * size];
        for (&[a, b], &n) in pairs {
            matrix[place(a) * size + place(b)] += f64::from(n);
        }
        matrix[0] = 0.0;
        let total: f64 = matrix.iter().sum();
        let to: Vec<f64> = (0..size)
            .map(|j| (0..size).map(|i| matrix[i * size + j]).sum::<f64>())
            .collect();
        records.extend(format!("{lang:\0<12.12}").bytes());
        records.extend((alphabet.len() as u32).to_le_bytes());
        bodies.extend(alphabet.iter().flat_map(|&c| (c as u16).to_le_bytes()));
        let mut nibbles = Vec::with_capacity(size * size + 1);
        for i in 0..size {
            let row = &matrix[i * size..][..size];
            let (n, types) = (
                row.iter().sum::<f64>(),
                row.iter().filter(|&&x| x > 0.0).count() as f64,
            );
            for j in 0..size {
                let base = (to[j] + 0.5) / (total + 0.5 * size as f64);
                let p =
                    ((row[j] - DISCOUNT).max(0.0) + (DISCOUNT * types + 1.0) * base) / (n + 1.0);
                nibbles.push(
                    (f64::from(cost(p)) / f64::from(LETTER_UNIT))
                        .round()
                        .min(15.0) as u8,
                );
            }
        }
        nibbles.resize(nibbles.len().next_multiple_of(2), 0);
        bodies.extend(
            nibbles
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[lo, hi]| lo | hi << 4),
        );
    }
    let mut out = ((records.len() / 16) as u32).to_le_bytes().to_vec();
    out.extend(records);
    out.extend(bodies);
    out
}
