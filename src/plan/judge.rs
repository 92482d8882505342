//! Is it damage that one legacy charset makes other words of, in Latin? What speaks
//! for it and against it, weighed.
//!
//! `Sl† av` was `Slå av`, and `alarm²` a footnote. No single sign tells: how much less
//! the line surprises, what the lexicon and the letters of its language say of the
//! words, whether marks became letters and where these stand. Each sign has a few
//! ranges with a weight, which are added up: a logistic regression, fitted to damaged
//! lines and right ones (`train/src/judge.rs`).

use crate::model::Cost;

use super::weights::WEIGHTS;

/// What can be said of a legacy reading, in the order of the weights.
#[rustfmt::skip]
pub const NAMES: [&str; SIGNS] = [
    // What the model gains, what the mix-up costs, what the lexicon says.
    "gain", "cost", "known",
    // What the letters of the language gain; what a step from letter to letter costs,
    // and how much more than before.
    "words", "step", "dearer",
    // The words that nothing was done to: their steps, and what each costs.
    "told", "fluency",
    // What one character alone takes off, and how much of the gain is one again and
    // again.
    "alone", "again",
    // Marks next to words that become letters; characters that are changed.
    "bare", "changed",
    // Words that are in the lexicon after it, in parts, and not; how frequent the most
    // frequent is; words that were in it before.
    "listed", "parts", "none", "class", "before",
    // Letters of the shortest word that is changed, and of the longest.
    "shortest", "longest",
    // Marks that become letters within words and at their ends, those after which the
    // sentence goes on, ellipses, marks that join words, and quotes.
    "within", "ends", "goes on", "dots", "joins", "quotes",
    // Capitals that are made, characters that would be others and are kept, and letters
    // made that the language has not.
    "capitals", "kept", "lacking",
];
pub const SIGNS: usize = 28;
pub type Signs = [Cost; SIGNS];

/// How likely it is damage: the logarithm of the odds, in the units of costs.
pub(super) fn odds(signs: &Signs) -> Cost {
    let weight = |(&sign, (edges, weights)): (&Cost, &(&[Cost], &[Cost]))| {
        weights[edges.partition_point(|edge| *edge < sign)]
    };
    signs.iter().zip(&WEIGHTS).map(weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_range_has_a_weight() {
        for (edges, weights) in WEIGHTS {
            assert_eq!(weights.len(), edges.len() + 1);
            assert!(edges.is_sorted());
        }
    }
}
