//! The same checks without a fuzzer, with any compiler: lines of the corpus,
//! cut, joined and broken at random, as many texts as you like: the same seed gives
//! the same texts on any machine.
//!
//! ```sh
//! cargo run --release --no-default-features --bin soak [TEXTS [SEED [TARGET…]]]
//! ```

use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// A target: its name, and what it does.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 3] = [
    ("repair", unbake_fuzz::repair),
    ("decode", unbake_fuzz::decode),
    ("again", unbake_fuzz::again),
];

/// How many failures are enough.
const ENOUGH: usize = 10;

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let mut number = |default| {
        args.next()
            .map_or(default, |arg| arg.parse::<u64>().expect("a number"))
    };
    let (texts, seed) = (number(20_000), number(1));
    let names: Vec<String> = args.collect();
    let is_named = |(name, _): &Target| names.is_empty() || names.iter().any(|it| it == name);
    let targets: Vec<Target> = TARGETS.into_iter().filter(is_named).collect();
    let pieces = pieces();
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut cases, mut failures) = (0u64, 0);
    for _ in 0..texts {
        if failures >= ENOUGH {
            break;
        }
        let data = random.data(&pieces);
        for &(name, target) in &targets {
            cases += 1;
            // The panic's message has been printed.
            if catch_unwind(|| target(&data)).is_err() {
                failures += 1;
                let file = format!("crash-{name}-{seed}-{cases}");
                fs::write(&file, &data).expect("a file for what failed");
                eprintln!("{name}: see {file}\n");
            }
        }
    }
    println!("{cases} cases, {failures} failed; seed {seed}");
    ExitCode::from(u8::from(failures > 0))
}

/// The lines of the corpus.
fn pieces() -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for folder in ["clean", "damaged", "cleanup"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../corpus")
            .join(folder);
        let entries = fs::read_dir(folder).expect("the corpus");
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            let text = fs::read(file).expect("a file of the corpus");
            pieces.extend(text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec));
        }
    }
    pieces
}

/// xorshift64*
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        high as usize % end.max(1)
    }

    /// Parts of lines, one after the other, of which some bytes change.
    fn data(&mut self, pieces: &[Vec<u8>]) -> Vec<u8> {
        let mut data = vec![self.below(256) as u8];
        for _ in 0..1 + self.below(6) {
            let piece = &pieces[self.below(pieces.len())];
            let start = self.below(piece.len() + 1);
            let len = self.below(piece.len() - start + 1);
            let piece = String::from_utf8_lossy(&piece[start..start + len]);
            let again = 1 + self.below(2) * self.below(2) * self.below(8);
            for _ in 0..again {
                data.extend_from_slice(piece.as_bytes());
            }
            if self.below(3) == 0 {
                data.push(b'\n');
            }
        }
        // Half of them stay UTF-8.
        for _ in 0..self.below(2) * self.below(6) {
            let at = self.below(data.len());
            match self.below(3) {
                0 => data[at] = self.below(256) as u8,
                1 => data.insert(at, self.below(256) as u8),
                _ => drop(data.remove(at)),
            }
            if data.is_empty() {
                data.push(0);
            }
        }
        data
    }
}
