//! Which charset are these bytes in? Every candidate's reading of a sample is
//! priced by the model; the cheapest wins.

use super::meter::{self, Reading};
use super::language::Document;
use super::{ebcdic, sample};
use crate::Charset;
use crate::model::{Cost, NAT};

/// A candidate and what its reading of the sample costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub(super) charset: Charset,
    pub(super) cost: Cost,
}

/// How much all candidates read first.
const FIRST: usize = 768;
/// How much costlier than the best one a candidate may be after that.
const MARGIN: Cost = 30 * NAT;
/// How many go on at most.
const FINALISTS: usize = 14;

/// Charsets that a text may be in, cheapest first; `favour` (as a declared
/// charset is) stays in to the end.
pub(super) fn rank(bytes: &[u8], favour: Option<Charset>) -> Vec<Scored> {
    let ebcdic = ebcdic::is_likely(bytes);
    let sample = if ebcdic { bytes[..bytes.len().min(sample::BUDGET)].to_vec() } else { sample::of(bytes) };
    let document = if ebcdic { Document::none() } else { Document::of(bytes) };
    rank_sample(&sample, &document, ebcdic, favour)
}

pub(super) fn rank_sample(sample: &[u8], document: &Document, ebcdic: bool, favour: Option<Charset>) -> Vec<Scored> {
    let first = &sample[..cut(sample, FIRST)];
    let mut single: Vec<(Scored, Box<[Reading; 256]>)> = Charset::all()
        .filter(|c| c.is_single_byte() && *c != Charset::X_USER_DEFINED)
        .filter(|&c| ebcdic || !ebcdic::is(c))
        .map(|charset| {
            let readings = Box::new(meter::readings(charset));
            (Scored { charset, cost: prior(charset) + meter::byte_cost(&readings, first) }, readings)
        })
        .collect();
    let mut multi: Vec<Scored> = MULTI_BYTE
        .iter()
        .filter_map(|&charset| Some(Scored { charset, cost: prior(charset) + multi_byte_cost(charset, first)? }))
        .collect();
    if first.len() < sample.len() {
        let best = single.iter().map(|(s, _)| s.cost).chain(multi.iter().map(|s| s.cost)).min().unwrap_or(0);
        let limit = best + best / 16 + MARGIN;
        single.sort_by_key(|(s, _)| s.cost);
        let mut place = 0;
        single.retain(|(s, _)| {
            place += 1;
            s.cost <= limit && place <= FINALISTS || Some(s.charset) == favour
        });
        multi.retain(|s| s.cost <= limit + limit / 4 || Some(s.charset) == favour);
        for (s, readings) in &mut single {
            s.cost = prior(s.charset) + meter::byte_cost(readings, sample);
        }
        multi.retain_mut(|s| match multi_byte_cost(s.charset, sample) {
            Some(cost) => {
                s.cost = prior(s.charset) + cost;
                true
            }
            None => false,
        });
    }
    let mut all: Vec<Scored> = single.into_iter().map(|(s, _)| s).chain(multi).collect();
    all.sort_by_key(|s| (s.cost, s.charset));
    by_language(&mut all, document, sample);
    all
}

/// Adds the cost of the words as words of a language, where it may decide.
fn by_language(ranking: &mut Vec<Scored>, document: &Document, sample: &[u8]) {
    let Some(best) = ranking.first().filter(|s| s.charset.is_single_byte()) else { return };
    let limit = best.cost + best.cost / 32 + CLOSE;
    let close = ranking.partition_point(|s| s.cost <= limit);
    if close < 2 {
        return;
    }
    let costs: Vec<Option<Cost>> = ranking[..close]
        .iter()
        .map(|s| s.charset.is_single_byte().then(|| document.cost(s.charset, sample) * LANGUAGE / 16))
        .collect();
    let least = costs.iter().flatten().copied().min().unwrap_or(0);
    let most = costs.iter().flatten().copied().max().unwrap_or(0);
    for (s, cost) in ranking[..close].iter_mut().zip(costs) {
        s.cost += cost.unwrap_or((least + most) / 2) - least;
    }
    for s in &mut ranking[close..] {
        s.cost += most - least;
    }
    ranking.sort_by_key(|s| (s.cost, s.charset));
}

/// How close to the best a candidate must be for languages to decide.
const CLOSE: Cost = 60 * NAT;
/// What a language's cost weighs, in sixteenths of the model's.
const LANGUAGE: Cost = 12;

/// The end of the last whole word up to a length.
fn cut(sample: &[u8], len: usize) -> usize {
    if sample.len() <= len {
        return sample.len();
    }
    sample[..len].iter().rposition(|&b| sample::is_edge(b)).map_or(len, |edge| edge + 1)
}

const MULTI_BYTE: [Charset; 11] = [
    Charset::GBK,
    Charset::GB18030,
    Charset::BIG5,
    Charset::SHIFT_JIS,
    Charset::EUC_JP,
    Charset::EUC_KR,
    Charset::EUC_TW,
    Charset::JOHAB,
    Charset::UTF_16LE,
    Charset::UTF_16BE,
    Charset::CESU_8,
];

/// The cost of a multi-byte reading, if the bytes have its structure: one
/// malformed sequence in forty bytes is damage, more is another charset.
fn multi_byte_cost(charset: Charset, sample: &[u8]) -> Option<Cost> {
    if charset == Charset::CESU_8 {
        return None;
    }
    let (text, malformed) = charset.decode(sample);
    (malformed.len() * 40 <= sample.len() + 39).then(|| meter::text_cost(&text))
}

/// What a charset costs before any byte is read: how rare it is.
fn prior(charset: Charset) -> Cost {
    let tenths = match charset.name() {
        "windows-1252" | "windows-1251" | "gbk" | "shift_jis" | "big5" | "euc-kr" => 0,
        "iso-8859-1" | "euc-jp" | "koi8-r" => 5,
        "windows-1250" | "windows-1253" | "windows-1254" | "windows-1255" | "windows-1256" | "windows-1257"
        | "windows-1258" | "windows-874" | "iso-8859-2" => 8,
        "iso-8859-15" | "iso-8859-5" | "iso-8859-7" | "iso-8859-9" | "gb18030" | "koi8-u" => 12,
        "iso-8859-16" | "iso-8859-13" | "iso-8859-4" | "iso-8859-6" | "iso-8859-8" | "tis-620" | "iso-8859-11" => 15,
        "cp866" | "cp437" | "cp850" | "cp852" | "mac-roman" | "cp037" => 20,
        "cp500" => 22,
        _ if is_rare(charset) => 60,
        _ => 30,
    };
    tenths * NAT / 10
}

/// Charsets that hardly any file is in.
pub(super) fn is_rare(charset: Charset) -> bool {
    let rare = [
        "koi8-t", "mac-arabic", "mac-farsi", "cp864", "hp-roman8", "cp1006", "x-user-defined", "viscii", "tcvn", "mik",
        "iso-8859-10", "iso-8859-14", "cp856", "cp1131", "ptcp154", "armscii-8", "georgian-academy", "georgian-ps",
        "euc-tw", "johab", "mac-croatian", "mac-romanian", "cp863", "cp861", "cp860", "cp869", "cp720",
    ];
    rare.contains(&charset.name())
}

#[cfg(test)]
mod debug {
    #[test]
    fn debug() {
        let path = std::env::var("F").unwrap();
        let names = std::env::var("C").unwrap();
        let bytes = std::fs::read(path).unwrap();
        let sample = super::sample::of(&bytes);
        println!("ebcdic {}", super::ebcdic::is_likely(&bytes));
        for name in names.split(' ') {
            let c = crate::Charset::for_label(name).unwrap();
            let (t, m) = c.decode(&sample);
            println!("{c} {} malformed {} cost {}", sample.len(), m.len(), super::meter::text_cost(&t) / 12);
            if c.is_single_byte() { println!("  lang {}", super::Document::of(&bytes).cost(c, &sample) / 12); }
            let mut meter = super::meter::Meter::START;
            for ch in t.chars() {
                let s = meter.sum();
                meter.push(super::meter::reading(ch));
                print!("{ch}{} ", (meter.sum() - s) / 12);
            }
            println!();
        }
        for s in super::rank(&bytes, None).iter().take(12) { println!("{} {}", s.charset, s.cost / 12); }
    }
}
