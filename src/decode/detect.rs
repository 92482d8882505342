//! Which charset are these bytes in? Every candidate's reading of a sample is
//! priced by the model, more and more of it, and those left far behind give up.

use std::collections::BTreeSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::language::Document;
use super::meter::{self, Meter, Reading};
use super::{ebcdic, sample};
use crate::Charset;
use crate::model::{Cost, NAT};

/// A candidate and what its reading of the sample costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub(super) charset: Charset,
    pub(super) cost: Cost,
    /// Charsets that read the sample alike have the same number.
    pub(super) reading: usize,
}

/// What is to be read before the candidates are compared.
const STAGES: [usize; 4] = [256, 1024, 4096, usize::MAX];
/// How much costlier than the best one a candidate may be then.
const MARGIN: Cost = 30 * NAT;

/// Charsets that a text may be in, cheapest first; those to `favour` (as
/// declared ones are) stay in to the end.
pub(super) fn rank(bytes: &[u8], sample: &[u8], favour: &[Charset], whole: bool) -> Vec<Scored> {
    if ebcdic::is_likely(bytes) {
        let sample = &bytes[..bytes.len().min(sample::BUDGET)];
        return Race::new(sample, true, favour, whole).run(b"");
    }
    Race::new(sample, false, favour, whole).run(bytes)
}

/// The candidates on their way through a sample.
struct Race<'s> {
    sample: &'s [u8],
    at: usize,
    favour: &'s [Charset],
    /// Whether all of the sample must be read, even if one candidate is left.
    whole: bool,
    alive: Vec<Candidate>,
    behind: Vec<Scored>,
}

struct Candidate {
    /// The charsets that read the sample alike, and what they cost beforehand.
    charsets: Vec<(Charset, Cost)>,
    reading: usize,
    reader: Reader,
    meter: Meter,
}

enum Reader {
    /// By what each byte is.
    Bytes(Box<[Reading; 256]>),
    /// By decoding; with the number of malformed sequences.
    Text(usize),
    /// As the UTF-8 that it was before it was read as windows-1252 and a Mac saved it, so many
    /// times: Excel makes `Hillary\x89\xDB\xAAs` of `Hillary’s`, which no other reading explains.
    Saved(usize),
}

impl Candidate {
    fn cost(&self) -> Cost {
        self.meter.sum()
            + self
                .charsets
                .iter()
                .map(|&(_, prior)| prior)
                .min()
                .unwrap_or(0)
    }

    fn scored(&self) -> impl Iterator<Item = Scored> {
        self.charsets.iter().map(|&(charset, prior)| Scored {
            charset,
            cost: self.meter.sum() + prior,
            reading: self.reading,
        })
    }

    fn is_among(&self, charsets: &[Charset]) -> bool {
        self.charsets.iter().any(|(own, _)| charsets.contains(own))
    }
}

impl<'s> Race<'s> {
    fn new(sample: &'s [u8], ebcdic: bool, favour: &'s [Charset], whole: bool) -> Self {
        let mut used = [false; 256];
        sample.iter().for_each(|&b| used[usize::from(b)] = true);
        // The telling ones first.
        let bytes: Vec<usize> = (0..256).rev().filter(|&b| used[b]).collect();
        let mut alive: Vec<Candidate> = Vec::new();
        let single = Charset::all().filter(|c| c.is_single_byte() && *c != Charset::X_USER_DEFINED);
        for charset in single.filter(|&c| ebcdic || !ebcdic::is(c)) {
            let readings = meter::readings(charset, &used);
            let is_same = |other: &[Reading; 256]| bytes.iter().all(|&b| other[b] == readings[b]);
            let same =
                |c: &&mut Candidate| matches!(&c.reader, Reader::Bytes(other) if is_same(other));
            match alive.iter_mut().find(same) {
                Some(candidate) => candidate.charsets.push((charset, prior(charset))),
                None => alive.push(Candidate {
                    charsets: vec![(charset, prior(charset))],
                    reading: charset.index(),
                    reader: Reader::Bytes(Box::new(readings)),
                    meter: Meter::START,
                }),
            }
        }
        alive.extend(MULTI_BYTE.iter().map(|&charset| Candidate {
            charsets: vec![(charset, prior(charset))],
            reading: if charset == Charset::GB18030 {
                Charset::GBK.index()
            } else {
                charset.index()
            },
            reader: Reader::Text(0),
            meter: Meter::START,
        }));
        alive.extend((1..=SAVED).filter(|_| !ebcdic).map(|times| Candidate {
            charsets: vec![(
                Charset::MAC_ROMAN,
                prior(Charset::MAC_ROMAN) + times as Cost * SAVING,
            )],
            reading: Charset::MAC_ROMAN.index(),
            reader: Reader::Saved(times),
            meter: Meter::START,
        }));
        Race {
            sample,
            at: 0,
            favour,
            whole,
            alive,
            behind: Vec::new(),
        }
    }

    /// Runs to the end, or until one is left; `document` is where the sample is
    /// from.
    fn run(mut self, document: &[u8]) -> Vec<Scored> {
        for stage in STAGES {
            let end = cut(self.sample, stage);
            self.read(self.at..end);
            let is_last = end == self.sample.len();
            self.drop_out(is_last);
            if is_last || self.alive.len() < 2 && !self.whole {
                break;
            }
        }
        if let [first, _, ..] = &self.alive[..]
            && matches!(first.reader, Reader::Bytes(_))
        {
            self.by_language(document);
        }
        self.break_tie();
        let mut all: Vec<Scored> = self.alive.iter().flat_map(Candidate::scored).collect();
        all.append(&mut self.behind);
        all.sort_by_key(|s| (s.cost, s.charset));
        // What a Mac saved was read twice in its charset.
        let mut seen = BTreeSet::new();
        all.retain(|s| seen.insert(s.charset));
        all
    }

    fn read(&mut self, range: std::ops::Range<usize>) {
        let part = &self.sample[range.clone()];
        self.at = range.end;
        for candidate in &mut self.alive {
            match &mut candidate.reader {
                Reader::Bytes(readings) => part
                    .iter()
                    .for_each(|&b| candidate.meter.push(readings[usize::from(b)])),
                Reader::Saved(times) => {
                    let text = before_saved(part, *times);
                    text.chars()
                        .for_each(|c| candidate.meter.push(meter::reading(c)));
                }
                Reader::Text(malformed) => {
                    let [(charset, _)] = candidate.charsets[..] else {
                        continue;
                    };
                    let (text, bad) = charset.decode(part);
                    *malformed += bad.len();
                    // One malformed sequence in forty bytes is damage, more is
                    // another charset.
                    if *malformed * 40 > range.end + 39 && !self.favour.contains(&charset) {
                        candidate.charsets.clear();
                    } else {
                        text.chars()
                            .for_each(|c| candidate.meter.push(meter::reading(c)));
                    }
                }
            }
        }
        self.alive
            .retain(|candidate| !candidate.charsets.is_empty());
    }

    /// Parts with those left behind.
    fn drop_out(&mut self, is_last: bool) {
        self.alive.sort_by_key(|c| (c.cost(), c.charsets[0].0));
        let Some(best) = self.alive.first().map(Candidate::cost) else {
            return;
        };
        let limit = best + best / 16 + MARGIN;
        let favour = self.favour;
        let (alive, behind): (Vec<_>, Vec<_>) = self
            .alive
            .drain(..)
            .partition(|c| c.cost() <= limit || c.is_among(favour));
        self.alive = alive;
        // Their costs so far must not look small.
        let missing = if is_last { 0 } else { Cost::MAX / 4 };
        let far = behind.iter().flat_map(Candidate::scored);
        self.behind.extend(far.map(|s| Scored {
            cost: s.cost.saturating_add(missing),
            ..s
        }));
    }

    /// Adds the cost of the words as words of a language, where it may decide.
    fn by_language(&mut self, document: &[u8]) {
        let best = self.alive[0].cost();
        let limit = best + best / 32 + CLOSE;
        let close = self.alive.partition_point(|c| c.cost() <= limit);
        if close < 2 {
            return;
        }
        let document = Document::of(document);
        let costs: Vec<Option<Cost>> = self.alive[..close]
            .iter()
            .map(|c| match c.reader {
                Reader::Bytes(_) => {
                    Some(document.cost(c.charsets[0].0, self.sample) * LANGUAGE / 16)
                }
                Reader::Text(_) | Reader::Saved(_) => None,
            })
            .collect();
        let least = costs.iter().flatten().copied().min().unwrap_or(0);
        let most = costs.iter().flatten().copied().max().unwrap_or(0);
        for (place, candidate) in self.alive.iter_mut().enumerate() {
            let cost = match costs.get(place) {
                Some(cost) => cost.unwrap_or((least + most) / 2),
                None => most,
            };
            candidate.meter.add(cost - least);
        }
    }

    /// Asks chardetng where the first two are about equal. It knows fewer
    /// charsets, but its tables of letter pairs are others than ours: that
    /// Hungarian is rather `bűn` in iso-8859-2 than `bûn` in iso-8859-16, say.
    fn break_tie(&mut self) {
        self.alive.sort_by_key(|c| (c.cost(), c.charsets[0].0));
        let [first, second, ..] = &self.alive[..] else {
            return;
        };
        if second.cost() >= first.cost() + OPINION {
            return;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(self.sample, true);
        let guess = detector.guess(None, Utf8Detection::Deny);
        let opinion = Charset::for_web_label(guess.name());
        let opinion = opinion.as_slice();
        if self
            .alive
            .iter()
            .any(|candidate| candidate.is_among(opinion))
        {
            let others = self.alive.iter_mut().filter(|c| !c.is_among(opinion));
            others.for_each(|candidate| candidate.meter.add(OPINION));
        }
    }
}

/// How often a Mac saves a text at most, and what each time costs.
const SAVED: usize = 2;
const SAVING: Cost = 4 * NAT;

/// The text that these bytes were before it was misread as windows-1252 and saved by a Mac, so
/// many times. Continuation bytes of which the lead was lost count once, as `\xD9\xE0\xFC`, which
/// is left of a flag.
fn before_saved(bytes: &[u8], times: usize) -> String {
    let before = |&byte: &u8| {
        let shown = |byte: u8| Some(Charset::MAC_ROMAN.decode_table()?[usize::from(byte)]);
        let once = |byte, _| shown(byte).and_then(|c| Charset::WINDOWS_1252.byte(c));
        (0..times).try_fold(byte, once).unwrap_or(0xff)
    };
    let bytes: Vec<u8> = bytes.iter().map(before).collect();
    let mut text = String::with_capacity(bytes.len());
    // Which of the three bytes it is that a lead was lost of.
    let mut passed = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        passed = match chunk {
            _ if !matches!(chunk.invalid(), [0x80..=0xbf]) => 0,
            _ if chunk.valid().is_empty() => passed % 3 + 1,
            _ => 1,
        };
        if !chunk.invalid().is_empty() && passed < 2 {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
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
    sample[..len]
        .iter()
        .rposition(|&b| sample::is_edge(b))
        .map_or(len, |edge| edge + 1)
}

const MULTI_BYTE: [Charset; 8] = [
    Charset::GBK,
    Charset::GB18030,
    Charset::BIG5,
    Charset::SHIFT_JIS,
    Charset::EUC_JP,
    Charset::EUC_KR,
    Charset::EUC_TW,
    Charset::JOHAB,
];

/// What chardetng's guess is worth.
const OPINION: Cost = NAT;

/// What a charset costs before any byte is read: how rare it is.
fn prior(charset: Charset) -> Cost {
    let tenths = match charset.name() {
        "windows-1252" | "windows-1251" | "gbk" | "shift_jis" | "big5" | "euc-kr" => 0,
        "iso-8859-1" | "euc-jp" | "koi8-r" => 5,
        "windows-1250" | "windows-1253" | "windows-1254" | "windows-1255" | "windows-1256"
        | "windows-1257" | "windows-1258" | "windows-874" | "iso-8859-2" => 8,
        "iso-8859-15" | "iso-8859-5" | "iso-8859-7" | "iso-8859-9" | "gb18030" | "koi8-u" => 12,
        "iso-8859-16" | "iso-8859-13" | "iso-8859-4" | "iso-8859-6" | "iso-8859-8" | "tis-620"
        | "iso-8859-11" => 15,
        "mac-roman" | "cp037" => 20,
        "cp500" => 22,
        "koi8-t" | "mac-arabic" | "mac-farsi" | "cp1006" | "ptcp154" | "hp-roman8" => 100,
        "cp1140" | "cp424" | "cp875" | "cp1025" | "cp1026" | "cp870" => 30,
        "cp866" | "cp437" | "cp850" | "cp852" => 30,
        _ if is_rare(charset) || ebcdic::is(charset) => 70,
        _ => 40,
    };
    tenths * NAT / 10
}

/// Charsets that hardly any file is in.
pub(super) fn is_rare(charset: Charset) -> bool {
    let rare = [
        "koi8-t",
        "mac-arabic",
        "mac-farsi",
        "cp864",
        "hp-roman8",
        "cp1006",
        "x-user-defined",
        "viscii",
        "tcvn",
        "mik",
        "iso-8859-10",
        "iso-8859-14",
        "cp856",
        "cp1131",
        "ptcp154",
        "armscii-8",
        "georgian-academy",
        "georgian-ps",
        "euc-tw",
        "johab",
        "mac-croatian",
        "mac-romanian",
        "cp863",
        "cp861",
        "cp860",
        "cp869",
        "cp720",
    ];
    rare.contains(&charset.name())
}
