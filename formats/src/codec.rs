//! Compression, told by the first bytes and not by the name.

use std::io::{self, BufRead, Read, Write};

use flate2::bufread::GzDecoder;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Not at all.
    Plain,
    /// One gzip member, or several of them.
    Gzip,
    /// One zstd frame, or several of them.
    Zstd,
    /// With blocks of so many times 100 kB, as its first bytes say.
    Bzip2(u8),
    /// Of xz.
    Xz,
}

/// More than any format needs to be known by.
const PEEK: u64 = 64;

impl Codec {
    /// The codec of what begins so.
    pub fn of_magic(head: &[u8]) -> Codec {
        match head {
            [0x1F, 0x8B, 8, ..] => Codec::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Codec::Zstd,
            // Skippable frames, which pzstd writes first.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Codec::Zstd,
            // `BZh9` and the magic number of a block, or of the end where there
            // is none: text may begin with `BZh`.
            [b'B', b'Z', b'h', level @ b'1'..=b'9', magic @ ..]
                if magic.starts_with(b"\x31\x41\x59\x26\x53\x59")
                    || magic.starts_with(b"\x17\x72\x45\x38\x50\x90") =>
            {
                Codec::Bzip2(level - b'0')
            }
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Codec::Xz,
            _ => Codec::Plain,
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Plain => "plain",
            Codec::Gzip => "gzip",
            Codec::Zstd => "zstd",
            Codec::Bzip2(_) => "bzip2",
            Codec::Xz => "xz",
        }
    }

    /// Reads what is compressed so, every member and frame of it.
    pub fn reader<'r>(
        self,
        input: impl BufRead + Send + 'r,
    ) -> io::Result<Box<dyn BufRead + Send + 'r>> {
        const BUFFER: usize = 1 << 17;
        fn buffered<'r>(read: impl Read + Send + 'r) -> Box<dyn BufRead + Send + 'r> {
            Box::new(io::BufReader::with_capacity(BUFFER, read))
        }
        Ok(match self {
            Codec::Plain => Box::new(input),
            Codec::Gzip => buffered(Members::new(input)),
            Codec::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(input)?;
                // As `zstd --long=31`.
                decoder.window_log_max(31)?;
                buffered(decoder)
            }
            Codec::Bzip2(_) => buffered(bzip2::bufread::MultiBzDecoder::new(input)),
            Codec::Xz => buffered(liblzma::bufread::XzDecoder::new_multi_decoder(input)),
        })
    }

    /// What comes first in a file that begins so, as far as that can be told.
    pub fn peek(self, head: &[u8]) -> Vec<u8> {
        let mut first = Vec::new();
        // The head is cut off somewhere, which is an error that does not
        // matter.
        if let Ok(reader) = self.reader(head) {
            let _ = reader.take(PEEK).read_to_end(&mut first);
        }
        first
    }

    /// Makes a block ready for [`Encoder::write`]: the part of compressing
    /// that can be done on many threads at once.
    pub fn pack(self, block: Vec<u8>) -> Packed {
        match self {
            Codec::Gzip => Packed::Deflated(deflated(&block)),
            _ => Packed::Plain(block),
        }
    }
}

/// Gzip members, one after the other. What is read is that of all of them.
pub(crate) struct Members<R>(Option<GzDecoder<R>>);

impl<R: BufRead> Members<R> {
    pub(crate) fn new(input: R) -> Self {
        Members(Some(GzDecoder::new(input)))
    }

    /// The member that is being read; none behind the last one.
    pub(crate) fn member(&mut self) -> Option<&mut GzDecoder<R>> {
        self.0.as_mut()
    }

    /// Begins the member again, from an input that `rewound` has moved back to where it
    /// starts.
    pub(crate) fn again(&mut self, rewound: impl FnOnce(R) -> R) {
        let begun = self.0.take().map(GzDecoder::into_inner);
        self.0 = begun.map(|input| GzDecoder::new(rewound(input)));
    }

    /// Goes on to the member behind one that was read to its end; says no if
    /// there is none.
    pub(crate) fn next(&mut self) -> io::Result<bool> {
        let Some(ended) = self.0.take() else {
            return Ok(false);
        };
        let mut input = ended.into_inner();
        loop {
            let rest = input.fill_buf()?;
            // Archives on tapes are filled up with zeros.
            let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
            let (is_over, is_member) = (rest.is_empty(), zeros < rest.len());
            input.consume(zeros);
            if is_member {
                self.0 = Some(GzDecoder::new(input));
                return Ok(true);
            }
            if is_over {
                return Ok(false);
            }
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = self.member() {
            let len = member.read(into)?;
            if len > 0 || into.is_empty() || !self.next()? {
                return Ok(len);
            }
        }
        Ok(0)
    }
}

/// A block on its way to an [`Encoder`].
#[derive(Debug)]
pub enum Packed {
    /// As it is.
    Plain(Vec<u8>),
    /// Compressed on its own.
    Deflated(Deflated),
    /// A gzip member that is not as it was stored, though what it holds may
    /// be the same. It goes out as it is.
    Member(Vec<u8>),
}

impl Packed {
    /// The buffer that the block is in, to be used again.
    pub fn into_buffer(self) -> Vec<u8> {
        match self {
            Packed::Plain(buffer) | Packed::Member(buffer) => buffer,
            Packed::Deflated(block) => block.bytes,
        }
    }
}

/// A block of a deflate stream that needs nothing of the blocks before it.
#[derive(Debug)]
pub struct Deflated {
    bytes: Vec<u8>,
    crc: Crc,
}

const GZIP_LEVEL: u32 = 6;

fn deflated(block: &[u8]) -> Deflated {
    let mut bytes = Vec::with_capacity(block.len() / 3 + 64);
    let mut compress = Compress::new(Compression::new(GZIP_LEVEL), false);
    loop {
        let from = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        // A sync flush ends at a byte, so that blocks can be joined.
        let flush = FlushCompress::Sync;
        let status = compress.compress_vec(&block[from..], &mut bytes, flush);
        let done = compress.total_in() == block.len() as u64;
        if !matches!(status, Ok(Status::Ok)) || (done && bytes.len() < bytes.capacity()) {
            break;
        }
        bytes.reserve(block.len() / 4 + 64);
    }
    let mut crc = Crc::new();
    crc.update(block);
    Deflated { bytes, crc }
}

/// Writes a compressed file.
pub enum Encoder<W: Write> {
    /// As it comes.
    Plain(W),
    /// One member, put together of blocks.
    Gzip {
        /// Where it goes.
        out: W,
        /// Of all blocks so far.
        crc: Crc,
        /// Whether the header is written.
        begun: bool,
    },
    /// One frame.
    Zstd(zstd::Encoder<'static, W>),
    /// One stream.
    Bzip2(bzip2::write::BzEncoder<W>),
    /// One stream.
    Xz(liblzma::write::XzEncoder<W>),
}

impl<W: Write> Encoder<W> {
    /// An encoder at the usual level: 6 for gzip and xz, 3 for zstd, and
    /// what the input had for bzip2.
    pub fn new(codec: Codec, out: W) -> io::Result<Self> {
        Ok(match codec {
            Codec::Plain => Encoder::Plain(out),
            Codec::Gzip => Encoder::Gzip {
                out,
                crc: Crc::new(),
                begun: false,
            },
            Codec::Zstd => {
                let mut encoder = zstd::Encoder::new(out, 3)?;
                encoder.include_checksum(true)?;
                Encoder::Zstd(encoder)
            }
            Codec::Bzip2(level) => Encoder::Bzip2(bzip2::write::BzEncoder::new(
                out,
                bzip2::Compression::new(level.into()),
            )),
            Codec::Xz => Encoder::Xz(liblzma::write::XzEncoder::new(out, 6)),
        })
    }

    /// Appends a block that this encoder's codec has packed.
    pub fn write(&mut self, block: &Packed) -> io::Result<()> {
        match (self, block) {
            (Encoder::Gzip { out, crc, begun }, Packed::Deflated(block)) => {
                if !*begun {
                    out.write_all(&HEADER)?;
                    *begun = true;
                }
                crc.combine(&block.crc);
                out.write_all(&block.bytes)
            }
            (Encoder::Plain(out), Packed::Plain(block) | Packed::Member(block)) => {
                out.write_all(block)
            }
            (Encoder::Gzip { .. }, Packed::Plain(_))
            | (_, Packed::Deflated(_) | Packed::Member(_)) => {
                Err(io::Error::other("a block was packed for another codec"))
            }
            (Encoder::Zstd(out), Packed::Plain(block)) => out.write_all(block),
            (Encoder::Bzip2(out), Packed::Plain(block)) => out.write_all(block),
            (Encoder::Xz(out), Packed::Plain(block)) => out.write_all(block),
        }
    }

    /// Writes what is still to come, and gives back what it wrote to.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Encoder::Plain(out) => Ok(out),
            Encoder::Gzip {
                mut out,
                crc,
                begun,
            } => {
                if !begun {
                    out.write_all(&HEADER)?;
                }
                // An empty last block, then the trailer.
                out.write_all(&[3, 0])?;
                out.write_all(&crc.sum().to_le_bytes())?;
                out.write_all(&crc.amount().to_le_bytes())?;
                Ok(out)
            }
            Encoder::Zstd(out) => out.finish(),
            Encoder::Bzip2(out) => out.finish(),
            Encoder::Xz(out) => out.finish(),
        }
    }
}

impl Encoder<Vec<u8>> {
    /// Appends a block, and passes what is ready on at once; a plain one goes
    /// straight through.
    pub fn write_to(&mut self, block: &Packed, out: &mut impl Write) -> io::Result<()> {
        if let (Encoder::Plain(_), Packed::Plain(bytes) | Packed::Member(bytes)) = (&*self, block) {
            return out.write_all(bytes);
        }
        self.write(block)?;
        let ready = match self {
            Encoder::Plain(ready) | Encoder::Gzip { out: ready, .. } => ready,
            Encoder::Zstd(encoder) => encoder.get_mut(),
            Encoder::Bzip2(encoder) => encoder.get_mut(),
            Encoder::Xz(encoder) => encoder.get_mut(),
        };
        out.write_all(ready)?;
        ready.clear();
        Ok(())
    }
}

/// Of a gzip member: no name, no time, an unknown system.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];

/// One whole gzip member, for formats that keep one for each record.
pub(crate) fn gzip_member(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 3 + 64);
    let mut encoder = flate2::write::GzEncoder::new(&mut out, Compression::new(GZIP_LEVEL));
    // A vector takes all that it is given.
    let _ = encoder.write_all(bytes);
    let _ = encoder.finish();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let blocks = [
            b"".to_vec(),
            b"abc\n".repeat(100_000),
            (0..300_000u32)
                .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
                .collect(),
            b"x".to_vec(),
        ];
        let all = blocks.concat();
        for codec in [
            Codec::Plain,
            Codec::Gzip,
            Codec::Zstd,
            Codec::Bzip2(9),
            Codec::Xz,
        ] {
            for blocks in [&blocks[..], &[]] {
                let mut encoder = Encoder::new(codec, Vec::new()).unwrap();
                for block in blocks {
                    encoder.write(&codec.pack(block.clone())).unwrap();
                }
                let mut written = encoder.finish().unwrap();
                let mut want = blocks.concat();
                assert_eq!(Codec::of_magic(&written), codec);
                if !want.is_empty() {
                    // Files get concatenated.
                    written = written.repeat(2);
                    want = all.repeat(2);
                }
                let mut read = Vec::new();
                let mut reader = codec.reader(&written[..]).unwrap();
                reader.read_to_end(&mut read).unwrap();
                assert!(read == want, "{codec:?}");
                // One cut short is an error, not a short file.
                if !want.is_empty() && codec != Codec::Plain {
                    let cut = &written[..written.len() - 5];
                    assert!(
                        codec
                            .reader(cut)
                            .unwrap()
                            .read_to_end(&mut Vec::new())
                            .is_err(),
                        "{codec:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn zeros_behind_the_last_member_are_no_member() {
        let (one, two) = (gzip_member(b"one "), gzip_member(b"two"));
        let read = |rest: &[u8]| {
            let mut read = String::new();
            let file = [&one, &two, rest].concat();
            let mut reader = Codec::Gzip.reader(&file[..]).unwrap();
            reader.read_to_string(&mut read).map(|_| read)
        };
        assert_eq!(read(&[0; 1000]).unwrap(), "one two");
        assert!(read(b"\0\0x").is_err());
    }
}
