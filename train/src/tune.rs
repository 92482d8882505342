//! The scan's weights, tuned: what lets right text pass, and none of the damage
//! that the search repairs.
//!
//! How much more usual a pair is in damaged text says little of what the pairs
//! of a line come to: `»r` and `t«` are as usual in either kind of text, and
//! make a line suspicious together. So the weights are tried on lines of both
//! kinds: where a right line comes near the threshold, those of the stretch that
//! comes nearest are lowered a little, where a damaged one does not get well
//! beyond it, they are raised. A step is shared by what is alike: it goes to the
//! pair, and in part to pairs of the same script and category on either side.

use std::collections::BTreeMap;
use std::panic::resume_unwind;

use rustc_hash::FxHashMap;
use unbake::scan::{ELSEWHERE, SUSPICIOUS};
use unbake::{Charset, Config, scan};

use crate::counts::MAJOR;
use crate::scan::{Pairs, RARE, broken_piece, chains, group};

/// Lines taken of each language, right ones and such as are damaged, and of the
/// languages that most of the web is in.
const RIGHT: [usize; 2] = [6_000, 60_000];
const DAMAGED: [usize; 2] = [100, 1_200];
/// Times that all lines are gone through, with smaller and smaller steps.
const ROUNDS: usize = 12;
/// The first step of a right line, in units of the scan; of one that the second
/// look lets go, which costs less; and of a damaged line.
const LOWER: f64 = 0.02;
const LOWER_LESS: f64 = 0.006;
const RAISE: f64 = 0.8;
/// How far from the threshold lines should stay.
const MARGIN: f64 = 3.0;
/// How much further than to be suspicious damaged lines should get, and right
/// lines may: short ones have only a few pairs.
const MORE: i32 = 2;
const MORE_ELSEWHERE: i32 = 3;
/// The share of a step that goes to pairs that are alike on one side, on both.
const ALIKE: f64 = 0.6;
const ALIKE_BOTH: f64 = 0.3;

/// What is added to the weight of pairs of classes, or of groups of classes, in
/// hundredths of a unit.
pub(crate) type Tuned = BTreeMap<(String, String), i32>;

/// A line as the scan sees it.
struct Line {
    steps: Vec<Step>,
    /// How far it goes up if its weights are too low; down, if below 0.
    step: f64,
}

#[derive(Clone, Copy)]
struct Step {
    pair: u32,
    usual: bool,
    european: bool,
}

/// The weights of all pairs of classes while they are tuned.
struct Weights {
    classes: usize,
    groups: usize,
    group_of: Vec<usize>,
    base: Vec<f64>,
    pairs: Vec<f64>,
    /// Of a group and a class after it, of a class and a group after it.
    before: Vec<f64>,
    after: Vec<f64>,
    both: Vec<f64>,
}

impl Weights {
    fn places(&self, pair: usize) -> [usize; 3] {
        let (a, b) = (pair / self.classes, pair % self.classes);
        let (of_a, of_b) = (self.group_of[a], self.group_of[b]);
        [
            of_a * self.classes + b,
            of_b * self.classes + a,
            of_a * self.groups + of_b,
        ]
    }

    fn of(&self, pair: usize) -> f64 {
        let [before, after, both] = self.places(pair);
        let sum = self.base[pair]
            + self.pairs[pair]
            + self.before[before]
            + self.after[after]
            + self.both[both];
        sum.clamp(-8.4, 7.4)
    }

    fn add(&mut self, pair: usize, step: f64) {
        let [before, after, both] = self.places(pair);
        self.pairs[pair] += step;
        self.before[before] += step * ALIKE;
        self.after[after] += step * ALIKE;
        self.both[both] += step * ALIKE_BOTH;
    }

    /// By how much a line gets over the threshold, and the stretch that does.
    fn most(&self, line: &Line) -> (f64, std::ops::Range<usize>) {
        let (mut sum, mut start) = (0.0, 0);
        // Where no weight is above zero, those that a line begins with.
        let mut most = (f64::MIN, 0..line.steps.len().min(6));
        for (i, step) in line.steps.iter().enumerate() {
            let weight = self.of(step.pair as usize);
            if weight > 0.0 && step.usual {
                continue;
            }
            sum += weight;
            if sum <= 0.0 {
                (sum, start) = (0.0, i + 1);
            }
            let threshold = if step.european {
                SUSPICIOUS + MORE
            } else {
                ELSEWHERE + MORE_ELSEWHERE
            };
            let over = sum - f64::from(threshold);
            if weight > 0.0 && over > most.0 {
                most = (over, start..i + 1);
            }
        }
        most
    }

    /// Goes through the lines once.
    fn learn(&mut self, lines: &[Line], order: &[u32], share: f64) {
        for &i in order {
            let line = &lines[i as usize];
            let (over, stretch) = self.most(line);
            let is_far = if line.step < 0.0 {
                over <= -MARGIN
            } else {
                over >= MARGIN
            };
            if is_far {
                continue;
            }
            for step in &line.steps[stretch] {
                let pair = step.pair as usize;
                if !(step.usual && self.of(pair) > 0.0) {
                    self.add(pair, line.step * share);
                }
            }
        }
    }
}

/// What is to be added to the weights that the counts give.
pub(crate) fn tune(pairs: &Pairs, lines: &BTreeMap<String, Vec<String>>) -> Tuned {
    let (ids, base) = pairs.weights();
    let mut classes = vec![""; ids.len()];
    for (name, &id) in &ids {
        classes[usize::from(id)] = name;
    }
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    let group_of = classes.iter().map(|class| {
        let next = groups.len();
        *groups.entry(group(class)).or_insert(next)
    });
    let group_of = group_of.collect();
    let (n, m) = (classes.len(), groups.len());
    let mut weights = Weights {
        classes: n,
        groups: m,
        group_of,
        base,
        pairs: vec![0.0; n * n],
        before: vec![0.0; m * n],
        after: vec![0.0; m * n],
        both: vec![0.0; m * m],
    };
    let mut known: FxHashMap<char, u32> = FxHashMap::default();
    let mut class = |c: char| {
        let find = || u32::from(*ids.get(&pairs.class(c)).unwrap_or(&ids[RARE]));
        *known.entry(c).or_insert_with(find)
    };
    let mut line = |text: &str, step: f64| {
        let step_of = |p: scan::Pair<'_>| Step {
            pair: class(p.a) * n as u32 + class(p.b),
            usual: p.is_usual(),
            european: p.is_european(),
        };
        let steps = scan::pairs(text).map(step_of).collect();
        Line { steps, step }
    };
    let mut all: Vec<Line> = Vec::new();
    for text in damaged(lines) {
        all.push(line(&text, RAISE));
    }
    for (lang, lines) in lines {
        for text in taken(lang, lines, RIGHT) {
            let surprising = scan::is_surprising(text);
            all.push(line(text, if surprising { -LOWER } else { -LOWER_LESS }));
        }
    }
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    let mut dice = 88_172_645_463_325_252_u64;
    for round in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            order.swap(i, (dice % (i as u64 + 1)) as usize);
        }
        weights.learn(&all, &order, 1.0 - round as f64 / ROUNDS as f64);
    }
    let names: BTreeMap<usize, &String> = groups.iter().map(|(name, &id)| (id, name)).collect();
    let class = |id: usize| classes[id].to_owned();
    let group = |id: usize| format!("*{}", names[&id]);
    let mut tuned = Tuned::new();
    let mut put = |a: String, b: String, sum: f64| {
        let hundredths = (sum * 100.0).round() as i32;
        if hundredths != 0 {
            tuned.insert((a, b), hundredths);
        }
    };
    for (i, &sum) in weights.pairs.iter().enumerate() {
        put(class(i / n), class(i % n), sum);
    }
    for (i, &sum) in weights.before.iter().enumerate() {
        put(group(i / n), class(i % n), sum);
    }
    for (i, &sum) in weights.after.iter().enumerate() {
        put(class(i % n), group(i / n), sum);
    }
    for (i, &sum) in weights.both.iter().enumerate() {
        put(group(i / m), group(i % m), sum);
    }
    tuned
}

/// The lines of a language that are taken, beyond ASCII.
fn taken<'a>(
    lang: &str,
    lines: &'a [String],
    most: [usize; 2],
) -> impl Iterator<Item = &'a String> {
    let most = most[usize::from(MAJOR.contains(&lang))];
    let usable = |line: &&String| line.len() < 2_000 && !line.is_ascii();
    lines.iter().filter(usable).take(most)
}

/// Lines and pieces of them in two states of damage, of those that the search
/// repairs those that nothing but the pairs would lead it to.
fn damaged(lines: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut single = chains();
    single.retain(|(truth, misread)| {
        *truth != Charset::UTF_8 && truth.is_single_byte() && misread.is_single_byte()
    });
    let (all, single) = (&chains(), &single);
    let lines: Vec<&String> = lines
        .iter()
        .flat_map(|(lang, lines)| taken(lang, lines, DAMAGED))
        .collect();
    let search = Config::default().unscanned();
    let broken = |line: &&String| {
        let pieces = [(all, 0), (single, 1)];
        let broken = pieces.map(|(chains, time)| broken_piece(line, chains, time));
        let is_wanted = |(shown, right): &(String, String)| {
            !shown.contains(['\n', '\r'])
                && scan::is_surprising(shown)
                && !scan::is_doubtful(shown)
                && search.repair(shown).text() == *right
        };
        let wanted = broken.into_iter().flatten().filter(is_wanted);
        wanted.map(|(shown, _)| shown).collect::<Vec<_>>()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = lines.len().div_ceil(threads).max(1);
    let broken = &broken;
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        for lines in lines.chunks(share) {
            let work = move || lines.iter().flat_map(broken).collect::<Vec<String>>();
            running.push(scope.spawn(work));
        }
        let joined = running.into_iter().map(|thread| thread.join());
        let joined = joined.map(|lines| lines.unwrap_or_else(|panic| resume_unwind(panic)));
        joined.flatten().collect()
    })
}
