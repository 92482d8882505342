//! The layout of the model's file, shared by the reader and the trainer.
//!
//! Little-endian throughout. A header of [`HEADER`] bytes — magic, then the
//! number of pages, symbols, classes, bigram slots, trigram slots, the bytes of
//! the letter models, the scan's own characters, its classes, the lexicon's
//! segments — then the sections in this order:
//!
//! | section | size |
//! | --- | --- |
//! | page of each 256 code points | 2 × 4,352 |
//! | symbol of each code point of a page | 2 × 256 × pages |
//! | symbol: class, cost in its class, backoff, script | 4 × symbols |
//! | cost of a class after a class | classes² |
//! | bigrams: 4 checks of 2, 4 costs, 4 backoffs | 16 × buckets |
//! | trigrams: 5 checks of 2, 5 costs, overflow | 16 × buckets |
//! | letter models | bytes |
//! | the scan's own characters, sorted: each is a class | 4 × own |
//! | the scan's class of each symbol, if it is none of those | 2 × symbols |
//! | the scan's weight of a class after a class, half a byte | classes² / 2 |
//! | lexicon | bytes, to the end |
//!
//! Both n-gram tables are hash tables of buckets; what a full bucket has no
//! room for is in the next. An empty place has the check 0.
//!
//! The lexicon is a binary fuse filter with values: a key has three slots of
//! [`SLOT`] bits in neighbouring segments, which xored give its check and its
//! class.

/// First bytes of the file.
pub const MAGIC: [u8; 8] = *b"unbake\x00\x03";
/// Bytes before the first section.
pub const HEADER: usize = 44;
/// The costs of the letter models are in units of this many of the others', so
/// that half a byte is enough.
pub const LETTER_UNIT: i32 = 5;
/// The scan's weights are in units of this many nats.
pub const SCAN_UNIT: f64 = 0.75;
/// The number of the scripts of East Asia, which mix; below it is only 0, for
/// what is no letter.
pub const EAST_ASIA: u8 = 1;
/// The symbols 1 to this are the printable ASCII characters (digits are one);
/// 0 is the boundary.
pub const LAST_ASCII: u16 = 86;
/// Pages of 256 code points up to U+10FFFF.
pub const PAGES: usize = 0x1100;

/// The sections of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    index: &'a [u8],
    pages: &'a [u8],
    symbols: &'a [u8],
    classes: usize,
    class_costs: &'a [u8],
    bigrams: &'a [u8],
    trigrams: &'a [u8],
    letters: &'a [u8],
    scan_own: &'a [u8],
    scan_of_symbol: &'a [u8],
    scan_classes: usize,
    scan_weights: &'a [u8],
    lexicon: Lexicon<'a>,
}

/// What is known of a symbol.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its class.
    pub class: u8,
    /// Its cost within the class.
    pub cost: u8,
    /// The cost of leaving the bigrams that begin with it.
    pub backoff: u8,
    /// The script of a letter, 0 for all else.
    pub script: u8,
}

const fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}

impl<'a> Tables<'a> {
    /// Finds the sections. Meant for a constant: a file that does not fit its
    /// header fails the build, not the run.
    pub const fn read(file: &'a [u8]) -> Self {
        let mut i = 0;
        while i < MAGIC.len() {
            assert!(file[i] == MAGIC[i], "not a model file");
            i += 1;
        }
        let (pages, all_symbols, classes) = (word(file, 8), word(file, 12), word(file, 16));
        let (bigrams, trigrams, letters) = (word(file, 20), word(file, 24), word(file, 28));
        let (own, scan_classes) = (word(file, 32), word(file, 36));
        let segments = word(file, 40);
        let (_, rest) = file.split_at(HEADER);
        let (index, rest) = rest.split_at(2 * PAGES);
        let (pages, rest) = rest.split_at(512 * pages);
        let (symbols, rest) = rest.split_at(4 * all_symbols);
        let (class_costs, rest) = rest.split_at(classes * classes);
        let (bigrams, rest) = rest.split_at(BUCKET * bigrams);
        let (trigrams, rest) = rest.split_at(BUCKET * trigrams);
        let (letters, rest) = rest.split_at(letters);
        let (scan_own, rest) = rest.split_at(4 * own);
        let (scan_of_symbol, rest) = rest.split_at(2 * all_symbols);
        let (scan_weights, slots) = rest.split_at((scan_classes * scan_classes).div_ceil(2));
        assert!(
            slots.len() == Lexicon::bytes(segments),
            "a model file of the wrong length"
        );
        Tables {
            index,
            pages,
            symbols,
            classes,
            class_costs,
            bigrams,
            trigrams,
            letters,
            scan_own,
            scan_of_symbol,
            scan_classes,
            scan_weights,
            lexicon: Lexicon { segments, slots },
        }
    }

    /// The symbol of a character.
    #[inline]
    pub fn symbol(&self, c: char) -> u16 {
        let page = self.index.as_chunks::<2>().0[c as usize >> 8];
        let at = usize::from(u16::from_le_bytes(page)) * 256 + (c as usize & 255);
        u16::from_le_bytes(self.pages.as_chunks::<2>().0[at])
    }

    /// What is known of a symbol.
    #[inline]
    pub fn info(&self, symbol: u16) -> Info {
        let [class, cost, backoff, script] = self.symbols.as_chunks::<4>().0[usize::from(symbol)];
        Info {
            class,
            cost,
            backoff,
            script,
        }
    }

    /// The number of classes; their symbols follow those of ASCII.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The cost of class `to` after class `from`.
    #[inline]
    pub fn class_cost(&self, from: u8, to: u8) -> u8 {
        self.class_costs[usize::from(from) * self.classes + usize::from(to)]
    }

    /// The characters that are classes of their own to the scan, in order of
    /// their classes.
    pub fn scan_own(&self) -> impl ExactSizeIterator<Item = char> {
        let own = self.scan_own.as_chunks::<4>().0.iter();
        own.map(|c| char::from_u32(u32::from_le_bytes(*c)).unwrap_or_default())
    }

    /// The scan's class of a symbol.
    #[inline]
    pub fn scan_of_symbol(&self, symbol: u16) -> u16 {
        u16::from_le_bytes(self.scan_of_symbol.as_chunks::<2>().0[usize::from(symbol)])
    }

    /// How much more usual class `b` after class `a` is in damaged text, from
    /// -8 to 7 in units of [`SCAN_UNIT`].
    #[inline]
    pub fn scan_weight(&self, a: u16, b: u16) -> i32 {
        let at = usize::from(a) * self.scan_classes + usize::from(b);
        i32::from(self.scan_weights[at / 2] >> (at % 2 * 4) & 15) - 8
    }

    /// The words that are known.
    pub fn lexicon(&self) -> Lexicon<'a> {
        self.lexicon
    }

    /// The letter models.
    pub fn letters(&self) -> &'a [u8] {
        self.letters
    }
}

/// Bytes of a bucket of n-grams.
pub const BUCKET: usize = 16;
/// Trigrams in a bucket: five checks, five costs, and whether it overflowed.
pub const TRIGRAMS: usize = 5;
/// Bigrams in a bucket: four checks, four costs, four backoffs. The top bit of
/// the first check tells whether it overflowed.
pub const BIGRAMS: usize = 4;
/// Buckets at the end of a table that no key begins at, for what overflows.
pub const TAIL: usize = 8;
/// The bit that tells of an overflow.
pub const OVERFLOWED: u16 = 0x8000;

/// Bucket and check of a key in a table of `buckets`; the check has 15 bits
/// and is never 0.
#[inline]
pub fn place(key: u64, buckets: usize) -> (usize, u16) {
    let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bucket = ((hash >> 32) * buckets.saturating_sub(TAIL) as u64) >> 32;
    (bucket as usize, (hash as u16 & !OVERFLOWED) | 1)
}

/// The key of two symbols.
#[inline]
pub fn key2(a: u16, b: u16) -> u64 {
    u64::from(a) << 16 | u64::from(b)
}

/// The key of three symbols.
#[inline]
pub fn key3(a: u16, b: u16, c: u16) -> u64 {
    u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c)
}

#[inline]
fn check(bucket: &[u8; BUCKET], i: usize) -> u16 {
    u16::from_le_bytes([bucket[2 * i], bucket[2 * i + 1]])
}

/// The table of bigrams.
#[derive(Clone, Copy, Debug)]
pub struct Bigrams<'a>(&'a [[u8; BUCKET]]);

impl<'a> Bigrams<'a> {
    /// The bigrams of a model.
    #[inline]
    pub fn of(tables: &Tables<'a>) -> Self {
        Bigrams(tables.bigrams.as_chunks().0)
    }

    /// Cost and backoff of a pair, if it was seen.
    #[inline]
    pub fn entry(self, a: u16, b: u16) -> Option<(u8, u8)> {
        let (mut at, wanted) = place(key2(a, b), self.0.len());
        loop {
            let bucket = self.0.get(at)?;
            // All places, without a branch for each: nobody can tell which it is.
            let mut found = (false, 0, 0);
            for i in 0..BIGRAMS {
                let entry = (true, bucket[2 * BIGRAMS + i], bucket[3 * BIGRAMS + i]);
                found = if check(bucket, i) & !OVERFLOWED == wanted {
                    entry
                } else {
                    found
                };
            }
            if found.0 {
                return Some((found.1, found.2));
            }
            if check(bucket, 0) & OVERFLOWED == 0 {
                return None;
            }
            at += 1;
        }
    }
}

/// The table of trigrams.
#[derive(Clone, Copy, Debug)]
pub struct Trigrams<'a>(&'a [[u8; BUCKET]]);

impl<'a> Trigrams<'a> {
    /// The trigrams of a model.
    #[inline]
    pub fn of(tables: &Tables<'a>) -> Self {
        Trigrams(tables.trigrams.as_chunks().0)
    }

    /// Cost of a triple, if it was seen.
    #[inline]
    pub fn cost(self, a: u16, b: u16, c: u16) -> Option<u8> {
        let (mut at, wanted) = place(key3(a, b, c), self.0.len());
        loop {
            let bucket = self.0.get(at)?;
            let mut found = (false, 0);
            for i in 0..TRIGRAMS {
                let entry = (true, bucket[2 * TRIGRAMS + i]);
                found = if check(bucket, i) == wanted {
                    entry
                } else {
                    found
                };
            }
            if found.0 {
                return Some(found.1);
            }
            if bucket[BUCKET - 1] == 0 {
                return None;
            }
            at += 1;
        }
    }
}

/// Bits of a slot of the lexicon: the class in the lowest, then the check.
pub const SLOT: usize = 14;
/// Bits of the class of a word: how frequent it is.
pub const CLASS: usize = 3;
/// Slots of a segment, a power of two.
pub const SEGMENT: usize = 4096;

/// The words that are known, each with its class.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon<'a> {
    segments: usize,
    slots: &'a [u8],
}

impl Lexicon<'_> {
    /// The bytes of so many segments: slots are read four bytes at a time.
    pub const fn bytes(segments: usize) -> usize {
        (segments * SEGMENT * SLOT).div_ceil(8) + 3
    }

    /// The class of a key, if it is known; one of 2,000 others seems so.
    #[inline]
    pub fn class(&self, key: Key) -> Option<u8> {
        let slot = |at: usize| {
            let bit = at * SLOT;
            let four = self.slots.get(bit / 8..bit / 8 + 4);
            let four = four.map_or([0; 4], |b| [b[0], b[1], b[2], b[3]]);
            (u32::from_le_bytes(four) >> (bit % 8)) as u16 & ((1 << SLOT) - 1)
        };
        let [a, b, c] = key.slots(self.segments);
        let all = slot(a) ^ slot(b) ^ slot(c);
        (all >> CLASS == key.check()).then_some(all as u8 & ((1 << CLASS) - 1))
    }
}

/// A word, or a part of one, as the lexicon sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// Before the first letter of a word.
    pub const WORD: Key = Key(0x2545_f491_4f6c_dd1d);
    /// Before the first letter of a part.
    pub const PART: Key = Key(0x9e6c_63d0_876a_3f6b);

    /// The key after one more letter, in lower case.
    #[inline]
    pub fn then(self, c: char) -> Key {
        let c = match c {
            // Romanian is written with either.
            'ţ' => 'ț',
            'ş' => 'ș',
            c => c,
        };
        let hash = (self.0 ^ u64::from(u32::from(c))).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Key(hash ^ hash >> 32)
    }

    /// Where its slots are.
    #[inline]
    pub fn slots(self, segments: usize) -> [usize; 3] {
        let hash = self.mixed();
        let first = ((hash >> 32) * (segments.saturating_sub(2) * SEGMENT) as u64) >> 32;
        let first = first as usize;
        let within = |shift: u32| (hash >> shift) as usize & (SEGMENT - 1);
        [
            first,
            (first + SEGMENT) ^ within(0),
            (first + 2 * SEGMENT) ^ within(12),
        ]
    }

    /// What tells it from others with the same slots.
    #[inline]
    pub fn check(self) -> u16 {
        (self.mixed().wrapping_mul(0xd6e8_feb8_6659_fd93) >> (64 - SLOT + CLASS)) as u16
    }

    fn mixed(self) -> u64 {
        let hash = (self.0 ^ self.0 >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash ^ hash >> 32
    }
}
