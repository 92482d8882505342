//! Bytes that are no text: images, archives, programs.

/// The first bytes of formats that are not text, and where they stand.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1A\n", "PNG image"),
    (0, b"\xFF\xD8\xFF", "JPEG image"),
    (0, b"GIF87a", "GIF image"),
    (0, b"GIF89a", "GIF image"),
    (8, b"WEBPVP8", "WebP image"),
    (0, b"II*\0", "TIFF image"),
    (0, b"MM\0*", "TIFF image"),
    (0, b"8BPS\0", "Photoshop image"),
    (0, b"PK\x03\x04", "ZIP archive"),
    (0, b"PK\x05\x06", "ZIP archive"),
    (0, b"\x1F\x8B\x08", "gzip data"),
    (0, b"BZh91AY&SY", "bzip2 data"),
    (0, b"\xFD7zXZ\0", "xz data"),
    (0, b"\x28\xB5\x2F\xFD", "Zstandard data"),
    (0, b"7z\xBC\xAF\x27\x1C", "7z archive"),
    (0, b"Rar!\x1A\x07", "RAR archive"),
    (257, b"ustar", "tar archive"),
    (0, b"%PDF-", "PDF document"),
    (
        0,
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "old Office document",
    ),
    (0, b"\x7FELF", "ELF program"),
    (0, b"\xCA\xFE\xBA\xBE\0", "Java class"),
    (0, b"\xFE\xED\xFA\xCE", "Mach-O program"),
    (0, b"\xFE\xED\xFA\xCF", "Mach-O program"),
    (0, b"\xCF\xFA\xED\xFE", "Mach-O program"),
    (0, b"\0asm\x01", "WebAssembly module"),
    (4, b"ftyp", "MP4 video"),
    (0, b"\x1A\x45\xDF\xA3", "Matroska video"),
    (0, b"OggS\0", "Ogg media"),
    (0, b"fLaC\0", "FLAC audio"),
    (0, b"ID3\x02", "MP3 audio"),
    (0, b"ID3\x03", "MP3 audio"),
    (0, b"ID3\x04", "MP3 audio"),
    (8, b"WAVEfmt ", "WAV audio"),
    (8, b"AVI LIST", "AVI video"),
    (0, b"SQLite format 3\0", "SQLite database"),
    (0, b"PAR1\x15", "Parquet data"),
    (0, b"wOFF\0", "font"),
    (0, b"wOF2\0", "font"),
    (0, b"\0\x01\0\0\0", "font"),
    (0, b"OTTO\0", "font"),
];

/// What the first bytes say.
pub(super) fn magic(bytes: &[u8]) -> Option<&'static str> {
    MAGIC
        .iter()
        .find_map(|&(at, magic, name)| bytes.get(at..)?.starts_with(magic).then_some(name))
}

/// Whether there are more control characters than in any text.
///
/// Old printer files have backspaces and form feeds, terminal logs escapes,
/// ISO-2022 shifts, DOS files an end mark: these don't count. Of what
/// does, one in fifty is too much; random bytes have one in nine. Without any
/// NUL it takes one in ten: there are broken blogs full of `\x08\x06\x06\x07`.
pub(super) fn is_full_of_controls(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(1 << 16)];
    controls(bytes) * if bytes.contains(&0) { 50 } else { 10 } > bytes.len()
}

/// Whether there are so many that it may be UTF-16, the low bytes of which are
/// controls one time in nine.
pub(super) fn has_controls(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(4096)];
    controls(bytes) * 100 > bytes.len() || bytes.contains(&0)
}

fn controls(bytes: &[u8]) -> usize {
    const ODD: [bool; 256] = {
        let (mut odd, mut b) = ([false; 256], 0);
        while b < 256 {
            odd[b] = matches!(b, 0..=7 | 0x0B | 0x10..=0x19 | 0x1C..=0x1F | 0x7F);
            b += 1;
        }
        odd
    };
    bytes
        .iter()
        .map(|&b| usize::from(ODD[usize::from(b)]))
        .sum()
}
