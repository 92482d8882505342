//! What cannot be repaired: how much of a text is gone?

/// Characters of a text that were lost before it came here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Characters that stand where others were.
    pub lost: usize,
    /// All characters of the text.
    pub chars: usize,
}

impl Lost {
    /// The part of the text that is lost, from 0 to 1; 0 for an empty one.
    pub fn share(self) -> f64 {
        self.lost as f64 / self.chars.max(1) as f64
    }
}

/// Counts U+FFFD, and the `锟斤拷` that pairs of it become when their UTF-8 is
/// read as GBK. To be asked of a repaired text: what could be mended is.
///
/// ```
/// let lost = unbake::lost("锟斤拷 Caf\u{fffd}");
/// assert_eq!((lost.lost, lost.chars), (4, 8));
/// assert!(lost.share() > 0.4);
/// ```
pub fn lost(text: &str) -> Lost {
    // Odd numbers of U+FFFD cut the pattern anywhere.
    let in_gbk = if text.contains("锟斤拷") { &['锟', '斤', '拷'][..] } else { &[] };
    let mut count = Lost::default();
    for c in text.chars() {
        count.chars += 1;
        count.lost += usize::from(c == '\u{fffd}' || in_gbk.contains(&c));
    }
    count
}
