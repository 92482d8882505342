//! Which language would it be? One word with `ŷ` in it is Welsh if the plain
//! words around it are.

use crate::Charset;
use crate::model::letters::{self, Letters};
use crate::model::{Cost, NAT};

/// A letter that the language doesn't have.
const FOREIGN: Cost = 9 * NAT;
/// A character that is neither a letter nor ASCII.
const SYMBOL: Cost = 5 * NAT;
/// Words with other letters in another language than the plain ones.
const TWO_LANGUAGES: Cost = 10 * NAT;
/// How much plain text is read.
const PLAIN: usize = 4096;

/// How often each letter follows each, in lower case.
struct Pairs {
    /// The letters; number 0 is a word's edge.
    letters: Vec<char>,
    counts: Vec<u32>,
    symbols: u32,
}

impl Pairs {
    fn of(charset: Charset, bytes: &[u8]) -> Pairs {
        let mut pairs = Pairs {
            letters: vec!['\0'],
            counts: Vec::new(),
            symbols: 0,
        };
        let Some(chars) = charset.decode_table() else {
            return pairs;
        };
        let mut used = [false; 256];
        bytes.iter().for_each(|&b| used[usize::from(b)] = true);
        let mut number = [0; 256];
        let mut is_symbol = [false; 256];
        for (b, &c) in chars.iter().enumerate().filter(|&(b, _)| used[b]) {
            if !c.is_alphabetic() {
                is_symbol[b] = !c.is_ascii();
                continue;
            }
            let lower = c.to_lowercase().next().unwrap_or(c);
            let place = pairs.letters.iter().position(|&l| l == lower);
            number[b] = place.unwrap_or_else(|| {
                pairs.letters.push(lower);
                pairs.letters.len() - 1
            });
        }
        let n = pairs.letters.len();
        pairs.counts = vec![0; n * n];
        let mut last = 0;
        for &b in bytes {
            let next = number[usize::from(b)];
            pairs.counts[last * n + next] += 1;
            pairs.symbols += u32::from(is_symbol[usize::from(b)]);
            last = next;
        }
        pairs.counts[last * n] += 1;
        pairs.counts[0] = 0;
        pairs
    }

    /// The cost in each language.
    fn costs(&self) -> Vec<Cost> {
        let n = self.letters.len();
        let used: Vec<(usize, usize, Cost)> = self
            .counts
            .iter()
            .enumerate()
            .filter(|&(_, &count)| count > 0)
            .map(|(at, &count)| (at / n, at % n, count as Cost))
            .collect();
        let symbols = self.symbols as Cost * SYMBOL;
        let places: Vec<_> = self.letters.iter().map(|&l| letters::places(l)).collect();
        let of_language = |language: &Letters| {
            let lane = language.lane();
            let cost = |&(a, b, count): &(usize, usize, Cost)| {
                let (from, to) = (places[a][lane], places[b][lane]);
                let foreign = if b > 0 && to == 0 { FOREIGN } else { 0 };
                count * (language.cost(from, to) + foreign)
            };
            symbols + used.iter().map(cost).sum::<Cost>()
        };
        letters::all().map(of_language).collect()
    }
}

/// The plain words of a document, and what they cost in each language.
pub(super) struct Document {
    plain: Vec<Cost>,
    least: Cost,
}

impl Document {
    pub(super) fn of(bytes: &[u8]) -> Document {
        let plain = Pairs::of(Charset::WINDOWS_1252, &plain_words(bytes)).costs();
        let least = plain.iter().copied().min().unwrap_or(0);
        Document { plain, least }
    }

    /// The cost of the telling words in a charset, in the language that suits
    /// them and the document best.
    pub(super) fn cost(&self, charset: Charset, telling: &[u8]) -> Cost {
        let costs = Pairs::of(charset, telling).costs();
        let alone = costs.iter().copied().min().unwrap_or(0);
        let together = costs
            .iter()
            .zip(&self.plain)
            .map(|(a, b)| a + b - self.least)
            .min()
            .unwrap_or(0);
        together.min(alone + TWO_LANGUAGES)
    }
}

/// The words that are all ASCII, outside tags.
fn plain_words(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut in_tag = false;
    for word in bytes[..bytes.len().min(8 * PLAIN)].split(|&b| b <= b' ') {
        let (opens, closes) = (
            word.iter().rposition(|&b| b == b'<'),
            word.iter().rposition(|&b| b == b'>'),
        );
        let was = in_tag;
        in_tag = match (opens, closes) {
            (None, None) => in_tag,
            (opens, closes) => opens > closes,
        };
        if !was && opens.is_none() && word.is_ascii() && word.iter().any(u8::is_ascii_alphabetic) {
            plain.extend_from_slice(word);
            plain.push(b' ');
        }
        if plain.len() > PLAIN {
            break;
        }
    }
    plain
}
