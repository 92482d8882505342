//! The layout of the model's file, shared by the reader and the trainer.
//!
//! Little-endian throughout. A header of [`HEADER`] bytes — magic, then the
//! number of pages, symbols, classes, segments of bigrams and of trigrams, the
//! bytes of the letter models, the scan's own characters, its classes, the
//! lexicon's segments, the pages' other symbols, the segments of what is
//! frequent in the lexicon — then the sections in this order:
//!
//! | section | size |
//! | --- | --- |
//! | page of each 256 code points | 2 × 4,352 |
//! | page: first of its run of symbols, length of the run, where its others begin | 6 × pages |
//! | place of each code point of a page: in the run, or after it in the others | 256 × pages |
//! | other symbols of the pages | 2 × others |
//! | symbol: class, cost in its class, backoff, script | 4 × symbols |
//! | cost of a class after a class | classes² |
//! | bigrams: a map to cost and backoff | bytes of its segments |
//! | trigrams: a map to costs | bytes of its segments |
//! | letter models | bytes |
//! | the scan's own characters, sorted: each is a class | 4 × own |
//! | the scan's class of each symbol, if it is none of those | 2 × symbols |
//! | the scan's weight of a class after a class, half a byte | classes² / 2 |
//! | lexicon: a map to whether a word is frequent | bytes of its segments |
//! | lexicon: of those that are, a map to classes | bytes of its segments |
//!
//! Symbols are numbered in the order of their characters, so that those of a
//! page are neighbours, for the most part: all but those of classes. A [`Map`]
//! has no keys in it, only a few bits to check them by.

/// First bytes of the file.
pub const MAGIC: [u8; 8] = *b"unbake\x00\x05";
/// Bytes before the first section.
pub const HEADER: usize = 52;
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
    runs: &'a [u8],
    pages: &'a [u8],
    others: &'a [u8],
    symbols: &'a [u8],
    classes: usize,
    class_costs: &'a [u8],
    bigrams: Bigrams<'a>,
    trigrams: Trigrams<'a>,
    letters: &'a [u8],
    scan_own: &'a [u8],
    scan_of_symbol: &'a [u8],
    scan_classes: usize,
    scan_weights: &'a [u8],
    lexicon: Lexicon<'a>,
    frequent: Frequent<'a>,
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

const fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
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
        let (lexicon, others, frequent) = (word(file, 40), word(file, 44), word(file, 48));
        let (_, rest) = file.split_at(HEADER);
        let (index, rest) = rest.split_at(2 * PAGES);
        let (runs, rest) = rest.split_at(6 * pages);
        let (pages, rest) = rest.split_at(256 * pages);
        let (others, rest) = rest.split_at(2 * others);
        let (symbols, rest) = rest.split_at(4 * all_symbols);
        let (class_costs, rest) = rest.split_at(classes * classes);
        let (bigrams, rest) = Bigrams::split(bigrams, rest);
        let (trigrams, rest) = Trigrams::split(trigrams, rest);
        let (letters, rest) = rest.split_at(letters);
        let (scan_own, rest) = rest.split_at(4 * own);
        let (scan_of_symbol, rest) = rest.split_at(2 * all_symbols);
        let (scan_weights, rest) = rest.split_at((scan_classes * scan_classes).div_ceil(2));
        let (lexicon, rest) = Lexicon::split(lexicon, rest);
        let (frequent, rest) = Frequent::split(frequent, rest);
        assert!(rest.is_empty(), "a model file of the wrong length");
        Tables {
            index,
            runs,
            pages,
            others,
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
            lexicon,
            frequent,
        }
    }

    /// The symbol of a character.
    pub const fn symbol(&self, c: u32) -> u16 {
        let page = half(self.index, 2 * (c as usize >> 8)) as usize;
        let place = self.pages[page * 256 + (c as usize & 255)] as u16;
        let (first, run) = (half(self.runs, 6 * page), half(self.runs, 6 * page + 2));
        if place < run {
            return first + place;
        }
        let others = half(self.runs, 6 * page + 4);
        half(self.others, 2 * (others + place - run) as usize)
    }

    /// What is known of a symbol.
    #[inline]
    pub const fn info(&self, symbol: u16) -> Info {
        let [class, cost, backoff, script] = self.symbols.as_chunks::<4>().0[symbol as usize];
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

    /// How many characters are classes of their own to the scan.
    pub const fn scan_own(&self) -> usize {
        self.scan_own.len() / 4
    }

    /// The character that such a class is.
    pub const fn scan_own_char(&self, class: usize) -> u32 {
        word(self.scan_own, 4 * class) as u32
    }

    /// The scan's class of a symbol.
    #[inline]
    pub const fn scan_of_symbol(&self, symbol: u16) -> u16 {
        half(self.scan_of_symbol, 2 * symbol as usize)
    }

    /// How much more usual class `b` after class `a` is in damaged text, from
    /// -8 to 7 in units of [`SCAN_UNIT`].
    #[inline]
    pub fn scan_weight(&self, a: u16, b: u16) -> i32 {
        let at = usize::from(a) * self.scan_classes + usize::from(b);
        i32::from(self.scan_weights[at / 2] >> (at % 2 * 4) & 15) - 8
    }

    /// Cost and backoff of a pair, if it was seen.
    #[inline]
    pub fn bigram(&self, a: u16, b: u16) -> Option<(u16, u16)> {
        let value = self.bigrams.get(key2(a, b))?;
        let (cost, backoff) = (value & ((1 << COST) - 1), value >> COST);
        Some((cost * COST_UNIT, backoff * BACKOFF_UNIT))
    }

    /// Cost of a triple ([`key3`]) of pairs that were seen, if it was; one of 128
    /// others seems so.
    #[inline]
    pub fn trigram(&self, key: u64) -> Option<u16> {
        let cost = self.trigrams.get(key)?;
        Some(cost * COST_UNIT)
    }

    /// How frequent a word or a part of one is, if it is known; one of 2,000
    /// others seems so.
    #[inline]
    pub fn word(&self, key: Key) -> Option<u8> {
        match self.lexicon.get(key.hash())? {
            0 => Some(0),
            _ => self.frequent.get(key.hash()).map(|class| 1 + class as u8),
        }
    }

    /// The letter models.
    pub fn letters(&self) -> &'a [u8] {
        self.letters
    }
}

/// A map from keys to values of a few bits: a binary fuse filter with values. A
/// key has four slots in neighbouring segments, which xored give its check and,
/// below it, its value. One of 2^`CHECK` keys that are not in it seems to be.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a, const CHECK: usize, const VALUE: usize> {
    segments: usize,
    slots: &'a [u8],
}

/// Slots of a segment, a power of two.
pub const SEGMENT: usize = 2048;
/// Slots of a key.
pub const WAYS: usize = 4;

/// Bits of the cost of a pair or a triple, in units of [`COST_UNIT`].
pub const COST: usize = 6;
pub const COST_UNIT: u16 = 3;
/// Bits of the backoff of a pair, above its cost, in units of [`BACKOFF_UNIT`].
pub const BACKOFF: usize = 5;
pub const BACKOFF_UNIT: u16 = 4;
/// Bits of the class of a word that is frequent, from 1 on: most words are of class 0,
/// for which one bit is enough.
pub const CLASS: usize = 3;
/// Bits of the checks. A triple is only looked for if both its pairs were seen,
/// so that few are enough, and a class only of what is frequent.
pub const BIGRAM_CHECK: usize = 11;
pub const TRIGRAM_CHECK: usize = 7;
pub const WORD_CHECK: usize = 11;

type Bigrams<'a> = Map<'a, BIGRAM_CHECK, { COST + BACKOFF }>;
type Trigrams<'a> = Map<'a, TRIGRAM_CHECK, COST>;
type Lexicon<'a> = Map<'a, WORD_CHECK, 1>;
type Frequent<'a> = Map<'a, 0, CLASS>;

impl<'a, const CHECK: usize, const VALUE: usize> Map<'a, CHECK, VALUE> {
    /// Bits of a slot.
    pub const SLOT: usize = CHECK + VALUE;
    /// The greatest value.
    pub const MOST: u16 = (1 << VALUE) - 1;

    /// The bytes of so many segments: slots are read four bytes at a time.
    pub const fn bytes(segments: usize) -> usize {
        (segments * SEGMENT * Self::SLOT).div_ceil(8) + 3
    }

    /// A map of so many segments, and what follows it.
    pub const fn split(segments: usize, file: &'a [u8]) -> (Self, &'a [u8]) {
        let (slots, rest) = file.split_at(Self::bytes(segments));
        (Map { segments, slots }, rest)
    }

    /// The value of a key, if it has one.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u16> {
        let place = Place::of(key, self.segments);
        let mut all = 0;
        for at in place.slots {
            let bit = at * Self::SLOT;
            let four = self.slots.get(bit / 8..).and_then(<[u8]>::first_chunk);
            all ^= u32::from_le_bytes(*four.unwrap_or(&[0; 4])) >> (bit % 8);
        }
        let all = all & ((1 << Self::SLOT) - 1);
        (all >> VALUE == place.check(CHECK)).then_some(all as u16 & Self::MOST)
    }
}

/// Where a key is in a map.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its slots.
    pub slots: [usize; WAYS],
    /// What tells it from others with the same slots, in the highest bits.
    check: u32,
}

impl Place {
    /// So many bits, or none, of what tells it from others with the same slots.
    #[inline]
    pub const fn check(&self, bits: usize) -> u32 {
        (self.check as u64 >> (32 - bits)) as u32
    }

    /// The place of a key in a map of so many segments.
    #[inline]
    pub fn of(key: u64, segments: usize) -> Place {
        let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let hash = hash ^ hash >> 32;
        let firsts = (segments.saturating_sub(WAYS - 1) * SEGMENT) as u64;
        let first = (((hash >> 32) * firsts) >> 32) as usize;
        let within = |way: usize| {
            (hash >> (SEGMENT.trailing_zeros() as usize * (way - 1))) as usize & (SEGMENT - 1)
        };
        Place {
            slots: std::array::from_fn(|way| match way {
                0 => first,
                _ => (first + way * SEGMENT) ^ within(way),
            }),
            check: (hash.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32,
        }
    }
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

    /// What it is in the lexicon.
    #[inline]
    pub fn hash(self) -> u64 {
        self.0
    }
}
