//! Bytes in, text out: which charset are they in?
//!
//! # Order of evidence
//! 1. A **byte-order mark** of UTF-8, UTF-16, UTF-32 or GB18030 ([`Source::Bom`]).
//! 2. The caller's **override**, [`Hints::charset`] ([`Source::Override`]).
//! 3. What the bytes **declare**: the transport's `Content-Type`
//!    ([`Source::Transport`]), then the XML declaration ([`Source::Xml`]) or the
//!    page's `<meta>` ([`Source::Meta`], for HTML, by the WHATWG standard's
//!    prescan, but in the first 64 KB). A declaration that the bytes contradict,
//!    because they mean nothing in that charset or far more in another, is
//!    overruled and told in [`Decoded::overruled`]; then the next one counts.
//! 4. **UTF-8**, if the bytes are valid UTF-8 ([`Source::Utf8`]).
//! 5. **Detection** by what the text would be ([`Source::Detected`]): every
//!    candidate charset's reading of up to 16 KB of telling words is priced by
//!    the model of a hundred languages. UTF-8 with a few other bytes in it is
//!    one of the candidates.
//!
//! Images, archives and programs are no text ([`Source::Binary`]).
//!
//! Nothing here repairs mojibake: line ends stay, only the byte-order mark goes.

mod binary;
mod detect;
mod ebcdic;
mod hints;
mod language;
mod meter;
mod mixed;
mod prescan;
mod sample;
mod shifted;
mod wide;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use hints::Hints;
pub use mixed::Foreign;

use crate::charset::{Charset, Malformed};
use crate::model::{Cost, NAT};
use detect::Scored;

/// A text, and how it came out of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text; borrowed if the bytes are UTF-8.
    pub text: Cow<'b, str>,
    /// The charset that the bytes, or most of them, are in.
    pub charset: Charset,
    /// Where the charset is known from.
    pub source: Source,
    /// What means nothing in the charset, each shown as U+FFFD, in order.
    pub malformed: Vec<Malformed>,
    /// What was decoded in another charset, in order: a Latin-1 line in a UTF-8
    /// file.
    pub foreign: Vec<Foreign>,
    /// The declared charset, and who declared it, if the bytes contradict it.
    pub overruled: Option<(Charset, Source)>,
}

/// Where a charset is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A byte-order mark.
    Bom,
    /// The caller's [`Hints::charset`].
    Override,
    /// The transport's `Content-Type`.
    Transport,
    /// The page's `<meta>`.
    Meta,
    /// The XML declaration.
    Xml,
    /// The bytes are valid UTF-8 (or ASCII).
    Utf8,
    /// What the text would be.
    Detected,
    /// No charset: what kind of file it is instead, as `PNG image`. The text is
    /// the bytes as UTF-8, for what it is worth.
    Binary(&'static str),
}

/// A charset that bytes may be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The charset.
    pub charset: Charset,
    /// How probable, in thousandths; all guesses add up to no more than 1000.
    pub score: u16,
}

/// Decodes bytes, in whatever charset they are.
///
/// Infallible and deterministic, in time linear in the bytes.
///
/// ```
/// use unbake::{Charset, decode::{decode, Hints, Source}};
///
/// let decoded = decode("Übergrößenträger".as_bytes(), &Hints::default());
/// assert_eq!((decoded.charset, decoded.source), (Charset::UTF_8, Source::Utf8));
///
/// let decoded = decode(b"Le th\xE9\xE2tre fran\xE7ais, \xE0 l'\xE9cole", &Hints::default());
/// assert_eq!(decoded.text, "Le théâtre français, à l'école");
/// assert_eq!((decoded.charset, decoded.source), (Charset::WINDOWS_1252, Source::Detected));
/// ```
pub fn decode<'b>(bytes: &'b [u8], hints: &Hints) -> Decoded<'b> {
    let Verdict {
        text,
        charset,
        source,
        skip,
        mixed,
        overruled,
        ..
    } = judge(bytes, hints);
    let body = &bytes[skip..];
    let (text, mut malformed, mut foreign) = if let Some(text) = text
        && charset.is_ascii_compatible()
        && (charset == Charset::UTF_8 || text.is_ascii())
    {
        (Cow::Borrowed(text), Vec::new(), Vec::new())
    } else if mixed.is_some() || charset == Charset::UTF_8 {
        match std::str::from_utf8(body) {
            Ok(text) => (Cow::Borrowed(text), Vec::new(), Vec::new()),
            Err(_) => {
                let (text, malformed, foreign) = mixed::decode(body, mixed.flatten());
                (Cow::Owned(text), malformed, foreign)
            }
        }
    } else {
        let (text, malformed) = charset.decode(body);
        (text, malformed, Vec::new())
    };
    for span in malformed
        .iter_mut()
        .map(|m| &mut m.bytes)
        .chain(foreign.iter_mut().map(|f| &mut f.bytes))
    {
        *span = span.start + skip..span.end + skip;
    }
    Decoded {
        text,
        charset,
        source,
        malformed,
        foreign,
        overruled,
    }
}

/// The charsets that bytes may be in, the one that [`decode`] takes first.
///
/// Charsets that give the same text are one guess. Empty for binary files. One with 1000 thousandths where nothing has to be
/// guessed: a byte-order mark, an override, UTF-8.
///
/// ```
/// use unbake::{Charset, decode::{detect, Hints}};
///
/// let guesses = detect(b"\xF0\xD2\xC9\xD7\xC5\xD4, \xCD\xC9\xD2!", &Hints::default());
/// assert_eq!(guesses[0].charset, Charset::KOI8_R);
/// assert!(detect(b"GIF89a\x01\0\x01\0", &Hints::default()).is_empty());
/// ```
pub fn detect(bytes: &[u8], hints: &Hints) -> Vec<Guess> {
    let verdict = judge(bytes, hints);
    if matches!(verdict.source, Source::Binary(_)) {
        return Vec::new();
    }
    let mut ranking = verdict.ranking;
    // The one taken, though another may be cheaper, as a declared one's rival.
    let place = ranking.iter().position(|s| s.charset == verdict.charset);
    let taken = match place {
        Some(place) => ranking.remove(place),
        None => Scored {
            charset: verdict.charset,
            cost: ranking.first().map_or(0, |s| s.cost),
            reading: verdict.charset.index(),
        },
    };
    // One charset for each text that may come out.
    let mut known = vec![taken.reading];
    ranking.retain(|s| {
        let is_new = !known.contains(&s.reading);
        known.push(s.reading);
        is_new
    });
    for rival in &mut ranking {
        rival.cost = rival.cost.max(taken.cost);
    }
    ranking.insert(0, taken);
    let weights: Vec<u32> = ranking
        .iter()
        .map(|s| weight(s.cost - taken.cost))
        .collect();
    let sum: u32 = weights.iter().sum::<u32>().max(1);
    let mut guesses: Vec<Guess> = ranking
        .iter()
        .zip(weights)
        .map(|(s, weight)| Guess {
            charset: s.charset,
            score: (weight * 1000 / sum) as u16,
        })
        .collect();
    guesses.retain(|guess| guess.score > 0);
    guesses
}

/// What of a charset's weight a cost beyond the best one leaves, of 4096: half
/// of it for each nat.
fn weight(beyond: Cost) -> u32 {
    let halvings = (beyond / NAT).clamp(0, 12);
    let part = (beyond - halvings * NAT).clamp(0, NAT) as u32;
    let whole = 4096 >> halvings;
    whole - whole * part / (2 * NAT as u32)
}

struct Verdict<'b> {
    /// The bytes, if they are valid UTF-8.
    text: Option<&'b str>,
    charset: Charset,
    source: Source,
    /// The byte-order mark's length.
    skip: usize,
    /// UTF-8 with runs in another charset.
    mixed: Option<Option<Charset>>,
    overruled: Option<(Charset, Source)>,
    ranking: Vec<Scored>,
}

impl Verdict<'_> {
    fn of(charset: Charset, source: Source) -> Self {
        Verdict {
            text: None,
            charset,
            source,
            skip: 0,
            mixed: None,
            overruled: None,
            ranking: Vec::new(),
        }
    }
}

/// How much cheaper than a declared charset's another reading must be to
/// overrule it, and how much more for each kind of letter that is missing to
/// `TELLING`: of one letter, as of `č` in `45 Kč`, the model knows little.
const FAR_BETTER: Cost = 12 * NAT;
const TELLING: usize = 3;
const EACH: Cost = 4 * NAT;

fn far_better(declared: Charset, rival: Charset, sample: &[u8]) -> Cost {
    // `ki\x9Aa` is no iso-8859-2, whatever else it is.
    let (text, malformed) = declared.decode(sample);
    if !malformed.is_empty() || text.chars().any(|c| matches!(c, '\u{80}'..='\u{9F}')) {
        return FAR_BETTER;
    }
    let (text, _) = rival.decode(sample);
    let kinds: BTreeSet<char> = text.chars().filter(|c| !c.is_ascii()).collect();
    FAR_BETTER + TELLING.saturating_sub(kinds.len()) as Cost * EACH
}

/// A UTF-8 text with another charset in it is a rare thing.
const MIXED: Cost = 8 * NAT;

fn judge<'b>(bytes: &'b [u8], hints: &Hints) -> Verdict<'b> {
    if let Some((charset, skip)) = wide::mark(bytes) {
        let rest = &bytes[skip..];
        // A mark does not keep a line in Latin-1 from being pasted in below it.
        let is_mixed = charset == Charset::UTF_8
            && hints.charset.is_none()
            && std::str::from_utf8(rest).is_err();
        return Verdict {
            skip,
            mixed: is_mixed.then(|| mixed_cost(rest, &sample::of(rest)).0),
            ..Verdict::of(charset, Source::Bom)
        };
    }
    if let Some(charset) = hints.charset {
        return Verdict::of(charset, Source::Override);
    }
    if let Some(kind) = binary::magic(bytes) {
        return Verdict::of(Charset::UTF_8, Source::Binary(kind));
    }
    if binary::has_controls(bytes)
        && let Some(charset) = wide::unmarked(bytes)
    {
        let source = if prescan::xml(bytes) == Some(charset) {
            Source::Xml
        } else {
            Source::Detected
        };
        return Verdict::of(charset, source);
    }
    if binary::is_full_of_controls(bytes) && !ebcdic::is_likely(bytes) {
        return Verdict::of(Charset::UTF_8, Source::Binary("data"));
    }
    let mut declared = declared(bytes, hints);
    match std::str::from_utf8(bytes) {
        Ok(text) => Verdict {
            text: Some(text),
            ..if text.is_ascii() {
                ascii(bytes, declared.next())
            } else {
                utf8(bytes, declared.next())
            }
        },
        Err(_) => other(bytes, &declared.collect::<Vec<_>>()),
    }
}

/// What the bytes are said to be in, in the order that it counts.
fn declared(bytes: &[u8], hints: &Hints) -> impl Iterator<Item = (Charset, Source)> {
    let is_html = || hints.html.unwrap_or_else(|| prescan::is_html(bytes));
    [Source::Transport, Source::Xml, Source::Meta]
        .into_iter()
        .filter_map(move |source| {
            let charset = match source {
                Source::Transport => hints.transport,
                // Strictly it is none with an empty line before it.
                Source::Xml => prescan::xml(bytes.trim_ascii_start()),
                _ if is_html() => prescan::meta(bytes).or_else(|| prescan::late_meta(bytes)),
                _ => None,
            };
            Some((charset?, source))
        })
}

/// The verdict on ASCII bytes.
fn ascii(bytes: &[u8], declared: Option<(Charset, Source)>) -> Verdict<'static> {
    if let Some(charset) = shifted::detect(bytes) {
        let (source, overruled) = match declared {
            Some((said, source)) if said == charset => (source, None),
            other => (
                Source::Detected,
                other.filter(|(said, _)| !said.is_ascii_compatible()),
            ),
        };
        return Verdict {
            overruled,
            ..Verdict::of(charset, source)
        };
    }
    if ebcdic::is_likely(bytes)
        && let ranking = detect::rank(bytes, b"", &[], true)
        && let Some(best) = ranking.first().filter(|s| ebcdic::is(s.charset))
    {
        let (charset, overruled) = (best.charset, declared);
        return Verdict {
            overruled,
            ranking,
            ..Verdict::of(charset, Source::Detected)
        };
    }
    match declared {
        Some((charset, source)) if charset.is_ascii_compatible() => Verdict::of(charset, source),
        overruled => Verdict {
            overruled,
            ..Verdict::of(Charset::UTF_8, Source::Utf8)
        },
    }
}

/// The verdict on valid UTF-8 beyond ASCII.
fn utf8(bytes: &[u8], declared: Option<(Charset, Source)>) -> Verdict<'static> {
    let (said, source) = match declared {
        Some((Charset::UTF_8, source)) => return Verdict::of(Charset::UTF_8, source),
        Some(other) => other,
        None => return Verdict::of(Charset::UTF_8, Source::Utf8),
    };
    let sample = sample::of(bytes);
    let as_utf8 = meter::text_cost(&Charset::UTF_8.decode(&sample).0);
    let as_said = meter::text_cost(&said.decode(&sample).0);
    if as_said < as_utf8 {
        return Verdict::of(said, source);
    }
    Verdict {
        overruled: Some((said, source)),
        ..Verdict::of(Charset::UTF_8, Source::Utf8)
    }
}

/// The verdict on bytes that are not UTF-8.
fn other(bytes: &[u8], declared: &[(Charset, Source)]) -> Verdict<'static> {
    let sample = sample::of(bytes);
    let favour: Vec<Charset> = declared.iter().map(|&(charset, _)| charset).collect();
    let share = Share::of(&sample);
    let mut ranking = detect::rank(
        bytes,
        &sample,
        &favour,
        share.may_be_utf8(8) || !favour.is_empty(),
    );
    let multi_byte = ranking.first().is_some_and(|s| !s.charset.is_single_byte());
    // One GBK character in ten is UTF-8 by chance.
    let mixed = share
        .may_be_utf8(if multi_byte { 1 } else { 8 })
        .then(|| mixed_cost(bytes, &sample));
    if let Some((_, cost)) = mixed {
        let place = ranking.partition_point(|s| s.cost <= cost);
        ranking.insert(
            place,
            Scored {
                charset: Charset::UTF_8,
                cost,
                reading: Charset::UTF_8.index(),
            },
        );
    }
    let Some(&best) = ranking.first() else {
        return Verdict::of(Charset::WINDOWS_1252, Source::Detected);
    };
    // `╚Аттила╩` is KOI8-R with broken quotes, however well KOI8-T reads it.
    let rare = match detect::is_rare(best.charset) {
        true => best.cost / 8,
        false => 0,
    };
    let fits = |&&(said, _): &&(Charset, Source)| {
        let most = best.cost + far_better(said, best.charset, &sample) + rare;
        ranking.iter().any(|s| s.charset == said && s.cost <= most)
    };
    let believed = declared.iter().find(fits).copied();
    let (charset, source) = believed.unwrap_or((best.charset, Source::Detected));
    let overruled = declared
        .first()
        .copied()
        .filter(|&first| believed != Some(first));
    let mixed = mixed
        .filter(|_| charset == Charset::UTF_8)
        .map(|(other, _)| other);
    Verdict {
        text: None,
        charset,
        source,
        skip: 0,
        mixed,
        overruled,
        ranking,
    }
}

/// How much of a sample is UTF-8 beyond ASCII.
struct Share {
    valid: usize,
    invalid: usize,
}

impl Share {
    fn of(sample: &[u8]) -> Share {
        let mut share = Share {
            valid: 0,
            invalid: 0,
        };
        for chunk in sample.utf8_chunks() {
            share.valid += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
            share.invalid += chunk.invalid().len();
        }
        // Surrogates are UTF-8 of a kind: CESU-8 and escaped bytes.
        let pieces = sample
            .windows(3)
            .filter(|w| matches!(w, [0xED, 0xA0..=0xBF, 0x80..=0xBF]))
            .count();
        share.valid += 3 * pieces;
        share.invalid = share.invalid.saturating_sub(3 * pieces);
        share
    }

    fn may_be_utf8(&self, times: usize) -> bool {
        self.valid * times >= self.invalid
    }
}

/// How much better than a charset of Windows another must be to be found in a
/// text of UTF-8.
const STRANGE: Cost = 5 * NAT;
/// So few words say little of a charset.
const LITTLE: usize = 2;

/// The cost of the telling words as UTF-8 with runs in another charset, and
/// which.
fn mixed_cost(bytes: &[u8], sample: &[u8]) -> (Option<Charset>, Cost) {
    // The words that UTF-8 can't be: its valid parts would mislead.
    let words = sample.split_inclusive(|&b| sample::is_edge(b));
    let rest: Vec<&[u8]> = words
        .filter(|word| !mixed::is_utf8_with_surrogates(word))
        .collect();
    let is_little = rest.len() <= LITTLE;
    let rest = rest.concat();
    let mut ranked = detect::rank(bytes, &rest, &[], false);
    // No text is in EBCDIC but for its line ends, which were `\r%` in UTF-8.
    ranked.retain(|scored| !ebcdic::is(scored.charset));
    // What gets into UTF-8 comes from Windows, and a byte or two say little:
    // `na\xefve` was no `na’ve` of Baltic DOS, nor `naļve`.
    let least = ranked.first().map_or(0, |s| s.cost);
    let near = |s: &&Scored, most| s.cost <= least + most;
    let western = |s: &&Scored| s.charset == Charset::WINDOWS_1252 && near(s, 2 * STRANGE);
    let windows = |s: &&Scored| s.charset.name().starts_with("windows-") && near(s, STRANGE);
    let other = ranked
        .iter()
        .find(|s| is_little && western(s))
        .or_else(|| ranked.iter().find(windows))
        .or(ranked.first())
        .map(|s| s.charset);
    let (text, malformed, foreign) = mixed::decode(sample, other);
    let penalty = (malformed.len() + foreign.len()) as Cost * 3 * NAT;
    // Half a pair of surrogates shows no other charset, as other bad bytes do.
    let halves = malformed
        .iter()
        .filter(|bad| mixed::is_utf8_with_surrogates(&sample[bad.bytes.clone()]));
    let text = without_marks(&text, halves.map(|half| half.at));
    (other, meter::text_cost(&text) + penalty + MIXED)
}

/// A text without the U+FFFD at these places.
fn without_marks(text: &str, places: impl Iterator<Item = usize>) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for at in places {
        out.push_str(&text[from..at]);
        from = at + '\u{FFFD}'.len_utf8();
    }
    out.push_str(&text[from..]);
    out
}

/// What an HTML page's first 1,024 bytes say of its charset, by the WHATWG
/// standard's prescan.
///
/// ```
/// use unbake::{Charset, decode::prescan};
/// assert_eq!(prescan(b"<!doctype html><meta charset=latin2>"), Some(Charset::ISO_8859_2));
/// assert_eq!(prescan(b"<!-- <meta charset=latin2> -->"), None);
/// ```
pub fn prescan(html: &[u8]) -> Option<Charset> {
    prescan::xml(html).or_else(|| prescan::meta(html))
}
