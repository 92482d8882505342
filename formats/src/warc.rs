//! WARC: web pages as crawlers keep them, or the text of them (WET). Records
//! whose text changes get their lengths and digests anew; all others stay as
//! they are, compressed bytes and all.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};
use unbake::decode::{Hints, Source, decode};
use unbake::{Charset, Edit};

use crate::codec::gzip_member;
use crate::{Batch, Change, Cut, Malformed, Mended, Patch, replaced, utf8};

/// Reads a file record by record, each of which may be a gzip member of its
/// own.
pub struct Records<R> {
    input: R,
    gzip: bool,
    cut: Cut,
    begun: bool,
    left: Option<usize>,
    /// How much is still to come of a record that is too long.
    over: u64,
}

impl<R: BufRead> Records<R> {
    /// The records of a file, compressed one by one or not at all.
    pub fn new(input: R, gzip: bool, cut: Cut) -> Self {
        Records {
            input,
            gzip,
            left: cut.limit,
            cut,
            begun: false,
            over: 0,
        }
    }

    /// Replaces `batch` by the next record; says no at the end of the input.
    pub fn next(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.bytes.clear();
        batch.stored.clear();
        batch.first = !self.begun;
        batch.over_long = false;
        batch.begins_record = false;
        if self.over == 0 && (self.left == Some(0) || self.input.fill_buf()?.is_empty()) {
            return Ok(false);
        }
        self.begun = true;
        if self.gzip {
            self.member(batch)?;
            self.limit(batch);
        } else {
            if self.over == 0 {
                self.left = self.left.map(|left| left - 1);
            }
            self.plain(batch)?;
        }
        Ok(true)
    }

    /// Counts the records of a member, and leaves out what is too many.
    fn limit(&mut self, batch: &mut Batch) {
        let Some(left) = &mut self.left else { return };
        let mut end = 0;
        while *left > 0 && end < batch.bytes.len() {
            end += record_len(&batch.bytes[end..]);
            *left -= 1;
        }
        if end < batch.bytes.len() {
            batch.bytes.truncate(end);
            batch.stored = gzip_member(&batch.bytes);
        }
        if batch.over_long {
            *left = left.saturating_sub(1);
        }
    }

    /// A gzip member, which holds a record; some writers put several in one.
    fn member(&mut self, batch: &mut Batch) -> io::Result<()> {
        let tee = Tee {
            input: &mut self.input,
            seen: &mut batch.stored,
        };
        let mut decoder = GzDecoder::new(tee);
        let limit = self.cut.max_record as u64;
        (&mut decoder)
            .take(limit + 1)
            .read_to_end(&mut batch.bytes)?;
        if batch.bytes.len() as u64 > limit {
            // The member goes on as it is stored, which is much shorter.
            batch.over_long = true;
            batch.begins_record = true;
            batch.bytes.clear();
            io::copy(&mut decoder, &mut io::sink())?;
        }
        Ok(())
    }

    fn plain(&mut self, batch: &mut Batch) -> io::Result<()> {
        let limit = self.cut.max_record as u64;
        if self.over == 0 {
            let mut head_len = 0;
            loop {
                let line = (&mut self.input)
                    .take(1 << 20)
                    .read_until(b'\n', &mut batch.bytes)?;
                head_len += line;
                let line = batch.bytes[head_len - line..].trim_ascii();
                if line.is_empty() || head_len >= 1 << 20 {
                    break;
                }
            }
            let len = Head::parse(&batch.bytes).and_then(|head| head.len(&batch.bytes));
            let Some(len) = len else {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "not a WARC record",
                ));
            };
            // Two line ends follow.
            self.over = len as u64 + 4;
            if self.over > limit {
                batch.over_long = true;
                batch.begins_record = true;
                return Ok(());
            }
        } else {
            batch.over_long = true;
        }
        let part = self.over.min(if batch.over_long { 1 << 20 } else { limit });
        let got = (&mut self.input).take(part).read_to_end(&mut batch.bytes)? as u64;
        if got < part {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.over -= part;
        Ok(())
    }
}

/// Keeps what is read.
struct Tee<'t, R> {
    input: R,
    seen: &'t mut Vec<u8>,
}

impl<R: BufRead> Read for Tee<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut read = self.fill_buf()?;
        let len = read.read(into)?;
        self.consume(len);
        Ok(len)
    }
}

impl<R: BufRead> BufRead for Tee<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        if let Ok(read) = self.input.fill_buf() {
            self.seen.extend_from_slice(&read[..len]);
        }
        self.input.consume(len);
    }
}

/// The header lines at the start of some bytes.
struct Head {
    /// With the empty line that ends them.
    len: usize,
    /// Names and values.
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Head> {
        let mut lines = Vec::new();
        let mut at = 0;
        loop {
            let end = at + memchr::memchr(b'\n', &bytes[at..])?;
            let line = bytes[at..end].trim_ascii_end();
            if line.is_empty() {
                return Some(Head {
                    len: end + 1,
                    lines,
                });
            }
            // The first line names the protocol.
            if let Some(colon) = memchr::memchr(b':', line).filter(|_| at > 0) {
                let value = &line[colon + 1..];
                let space = value.len() - value.trim_ascii_start().len();
                lines.push((at..at + colon, at + colon + 1 + space..at + line.len()));
            }
            at = end + 1;
        }
    }

    fn place(&self, bytes: &[u8], name: &str) -> Option<Range<usize>> {
        let named = |range: &Range<usize>| {
            bytes[range.clone()]
                .trim_ascii()
                .eq_ignore_ascii_case(name.as_bytes())
        };
        let line = self.lines.iter().find(|(range, _)| named(range))?;
        Some(line.1.clone())
    }

    fn value(&self, bytes: &[u8], name: &str) -> Option<String> {
        let value = &bytes[self.place(bytes, name)?];
        Some(String::from_utf8_lossy(value).into_owned())
    }

    fn len(&self, bytes: &[u8]) -> Option<usize> {
        self.value(bytes, "Content-Length")?.parse().ok()
    }
}

/// How long the first record is, with the line ends behind it; all that is
/// there if it is none.
fn record_len(bytes: &[u8]) -> usize {
    let head = Head::parse(bytes).and_then(|head| Some(head.len + head.len(bytes)?));
    let Some(end) = head.filter(|&end| end <= bytes.len()) else {
        return bytes.len();
    };
    let line_ends = bytes[end..].iter();
    end + line_ends
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count()
}

/// Where the text of a record is.
struct Payload {
    warc: Head,
    /// The block, without the line ends behind it.
    block: Range<usize>,
    /// Of a response: its own header, by its place in the block.
    http: Option<Head>,
    text: Range<usize>,
    content_type: String,
}

/// Nothing if the record holds no text.
fn payload(record: &[u8]) -> Result<Option<Payload>, &'static str> {
    let warc = Head::parse(record).ok_or("not a WARC record")?;
    let len = warc.len(record).ok_or("no Content-Length")?;
    let block = warc.len..warc.len + len;
    if record.len() < block.end {
        return Err("shorter than its Content-Length");
    }
    let kind = warc.value(record, "WARC-Type").unwrap_or_default();
    let content = warc.value(record, "Content-Type").unwrap_or_default();
    let (http, text, content) = match &kind.to_ascii_lowercase()[..] {
        "conversion" | "resource" => (None, block.clone(), content),
        "response" if content.to_ascii_lowercase().starts_with("application/http") => {
            let bytes = &record[block.clone()];
            let Some(http) = Head::parse(bytes) else {
                return Ok(None);
            };
            let encoded = |name| {
                http.value(bytes, name)
                    .is_some_and(|value| !value.eq_ignore_ascii_case("identity"))
            };
            if encoded("Content-Encoding") || encoded("Transfer-Encoding") {
                return Ok(None);
            }
            let text = block.start + http.len..block.end;
            let content = http.value(bytes, "Content-Type").unwrap_or_default();
            (Some(http), text, content)
        }
        _ => return Ok(None),
    };
    let kind = content.to_ascii_lowercase();
    let texts = [
        "text/",
        "application/xhtml",
        "application/xml",
        "application/json",
    ];
    if !texts.iter().any(|start| kind.starts_with(start)) {
        return Ok(None);
    }
    Ok(Some(Payload {
        warc,
        block,
        http,
        text,
        content_type: content,
    }))
}

pub(crate) fn mend(batch: &[u8], repair: impl Fn(&str) -> Vec<Edit>, mended: &mut Mended) {
    let mut at = 0;
    while at < batch.len() {
        let record = &batch[at..at + record_len(&batch[at..])];
        let span = at..at + record.len();
        match payload(record) {
            Ok(None) => mended.records += 1,
            Err(message) => {
                mended.malformed.push(Malformed {
                    at,
                    record: mended.records,
                    span: span.clone(),
                    message,
                });
                mended.records += 1;
            }
            Ok(Some(payload)) => {
                let from = mended.patches.len();
                mended.texts += 1;
                mend_text(&record[payload.text.clone()], &payload, &repair, mended);
                if mended.patches.len() > from {
                    let adjusted = adjusted(record, &payload, &mended.patches[from..]);
                    let moved = |place: Range<usize>| place.start + at..place.end + at;
                    mended.adjusted.extend(
                        adjusted
                            .into_iter()
                            .map(|(place, value)| (moved(place), value)),
                    );
                    for patch in &mut mended.patches[from..] {
                        patch.span = moved(patch.span.clone());
                    }
                }
                mended.end_record(span.clone(), from);
            }
        }
        at = span.end;
    }
}

fn mend_text(
    raw: &[u8],
    payload: &Payload,
    repair: &impl Fn(&str) -> Vec<Edit>,
    mended: &mut Mended,
) {
    let at = payload.text.start;
    let Some(charset) = legacy(raw, payload) else {
        for (start, text) in utf8::stretches(raw) {
            let patches = Patch::verbatim(at + start, text, repair(text), "");
            mended.patches.extend(patches);
        }
        return;
    };
    // Only if the way there and back changes nothing else.
    let Some(text) = charset.decode_strict(raw) else {
        return;
    };
    if charset.encode(&text).ok().as_deref() != Some(raw) {
        return;
    }
    let mut edits = repair(&text);
    // The page's charset must have what the repair needs.
    edits.retain(|edit| charset.encode(&edit.after).is_ok());
    let (mut from, mut raw_from) = (0, 0);
    let mut raw_at = |place: usize| {
        raw_from += charset
            .encode(&text[from..place])
            .map_or(0, |bytes| bytes.len());
        from = place;
        raw_from
    };
    let text: Arc<str> = if edits.is_empty() { "" } else { &*text }.into();
    for edit in edits {
        let span = at + raw_at(edit.span.start)..at + raw_at(edit.span.end);
        mended.patches.push(Patch {
            span,
            bytes: charset.encode(&edit.after).unwrap_or_default(),
            before: text[edit.span.clone()].to_owned(),
            field: String::new(),
            text: text.clone(),
            edit,
        });
    }
}

/// The charset that a text says it is in, in its header or else in itself.
/// What is valid UTF-8 is UTF-8, whatever is said; and where nothing is said
/// there is no guessing, as the text would be written back in what was guessed.
fn legacy(raw: &[u8], payload: &Payload) -> Option<Charset> {
    if simdutf8::basic::from_utf8(raw).is_ok() {
        return None;
    }
    let kind = payload.content_type.to_ascii_lowercase();
    let label = kind
        .split(';')
        .find_map(|part| part.trim().strip_prefix("charset="));
    let charset = match label {
        Some(label) => Charset::for_web_label(label.trim_matches(['"', '\''])),
        None => {
            let decoded = decode(raw, &Hints::default().content_type(&payload.content_type));
            // Also if other bytes in it contradict what it says: they may be
            // the damage.
            let (charset, source) = decoded
                .overruled
                .unwrap_or((decoded.charset, decoded.source));
            matches!(source, Source::Meta | Source::Xml).then_some(charset)
        }
    };
    charset.filter(|charset| *charset != Charset::UTF_8)
}

/// What the headers of a record are to say once these patches, whose spans are
/// in the record, are made.
fn adjusted(record: &[u8], payload: &Payload, patches: &[Patch]) -> Vec<Change> {
    let in_text = patches.iter().map(|patch| {
        let (start, end) = (patch.span.start, patch.span.end);
        let text = payload.text.start;
        (start - text..end - text, &patch.bytes[..])
    });
    let text = replaced(&record[payload.text.clone()], in_text);
    let before = &record[payload.block.start..payload.text.start];
    let mut changes: Vec<Change> = Vec::new();
    let mut head = Cow::Borrowed(before);
    if let Some(http) = &payload.http
        && let Some(place) = http.place(before, "Content-Length")
    {
        let value = text.len().to_string().into_bytes();
        head = replaced(before, [(place.clone(), &value[..])].into_iter())
            .into_owned()
            .into();
        let at = payload.block.start;
        changes.push((at + place.start..at + place.end, value));
    }
    let block = [&head[..], &text].concat();
    if let Some(place) = payload.warc.place(record, "Content-Length") {
        changes.push((place, block.len().to_string().into_bytes()));
    }
    for (name, bytes) in [
        ("WARC-Block-Digest", &block[..]),
        ("WARC-Payload-Digest", &text),
    ] {
        let Some(place) = payload.warc.place(record, name) else {
            continue;
        };
        match digest(&record[place.clone()], bytes) {
            Some(value) => changes.push((place, value)),
            // One of an unknown kind would be wrong: better none.
            None => {
                let start = memchr::memrchr(b'\n', &record[..place.start]);
                let end = memchr::memchr(b'\n', &record[place.end..]);
                let line = start.map_or(0, |at| at + 1)
                    ..end.map_or(record.len(), |len| place.end + len + 1);
                changes.push((line, Vec::new()));
            }
        }
    }
    changes.sort_by_key(|(place, _)| place.start);
    changes
}

/// A digest of some bytes, as this one is written: `sha1:` and base32, or
/// another algorithm, or hexadecimal digits.
fn digest(like: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let colon = memchr::memchr(b':', like)?;
    let (name, old) = (&like[..colon], &like[colon + 1..]);
    let digest: Vec<u8> = match &name.to_ascii_lowercase()[..] {
        b"md5" => Md5::digest(bytes).to_vec(),
        b"sha1" | b"sha-1" => Sha1::digest(bytes).to_vec(),
        b"sha256" | b"sha-256" => Sha256::digest(bytes).to_vec(),
        b"sha384" | b"sha-384" => Sha384::digest(bytes).to_vec(),
        b"sha512" | b"sha-512" => Sha512::digest(bytes).to_vec(),
        _ => return None,
    };
    let mut value = like[..=colon].to_vec();
    let is_hex = old.len() == 2 * digest.len();
    let mut digits = if is_hex {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    } else {
        base32(&digest)
    };
    let lower = old.iter().any(u8::is_ascii_lowercase);
    if is_hex && !lower {
        digits.make_ascii_uppercase();
    } else if !is_hex && lower {
        digits.make_ascii_lowercase();
    }
    value.extend_from_slice(digits.as_bytes());
    // Some pad base32.
    let padding = old.len().saturating_sub(digits.len()).min(7);
    if !is_hex && old.ends_with(b"=") {
        value.resize(value.len() + padding, b'=');
    }
    Some(value)
}

/// A record as it is stored in a compressed file.
pub fn stored(record: &[u8]) -> Vec<u8> {
    gzip_member(record)
}

fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut bits, mut held) = (0u32, 0);
    for &byte in bytes {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            out.push(char::from(DIGITS[(bits >> held & 31) as usize]));
        }
    }
    if held > 0 {
        out.push(char::from(DIGITS[(bits << (5 - held) & 31) as usize]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_in_rfc_4648() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
    }

    fn record(kind: &str, extra: &str, block: &[u8]) -> Vec<u8> {
        let mut record = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\n{extra}Content-Length: {}\r\n\r\n",
            block.len()
        )
        .into_bytes();
        record.extend_from_slice(block);
        record.extend_from_slice(b"\r\n\r\n");
        record
    }

    fn repaired(record: &[u8]) -> Option<Vec<u8>> {
        let mut mended = Mended::default();
        let edit = |(at, before): (usize, &str)| Edit {
            span: at..at + before.len(),
            after: "é".to_owned(),
            chain: Default::default(),
            exactness: unbake::Exactness::Exact,
            score: 1,
        };
        mend(
            record,
            |text| text.match_indices("Ã©").map(edit).collect(),
            &mut mended,
        );
        (!mended.patches.is_empty()).then(|| {
            let changes = mended.changes();
            let changes = changes
                .iter()
                .map(|(place, value)| (place.clone(), &value[..]));
            replaced(record, changes).into_owned()
        })
    }

    #[test]
    fn lengths_and_digests_follow_the_text() {
        let digest = |bytes: &[u8]| format!("sha1:{}", base32(&Sha1::digest(bytes)));
        let wet = |text: &str| {
            let extra = format!(
                "WARC-Block-Digest: {}\r\nContent-Type: text/plain\r\n",
                digest(text.as_bytes())
            );
            record("conversion", &extra, text.as_bytes())
        };
        assert_eq!(repaired(&wet("cafÃ©")), Some(wet("café")));
        assert_eq!(repaired(&wet("café")), None);

        let page = |charset: &str, body: &[u8]| {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nContent-Type: text/html{charset}\r\n\r\n",
                body.len()
            );
            let block = [head.as_bytes(), body].concat();
            let extra = format!(
                "WARC-Payload-Digest: {}\r\nContent-Type: application/http; msgtype=response\r\nWARC-Block-Digest: {}\r\n",
                digest(body),
                digest(&block)
            );
            record("response", &extra, &block)
        };
        assert_eq!(
            repaired(&page("", "<p>cafÃ©".as_bytes())),
            Some(page("", "<p>café".as_bytes()))
        );
        let latin = "; charset=\"ISO-8859-1\"";
        assert_eq!(
            repaired(&page(latin, b"\xE9 caf\xC3\x83\xC2\xA9 \xE9")),
            None
        );
        assert_eq!(
            repaired(&page(latin, b"\xE9 caf\xC3\xA9 \xE9")),
            Some(page(latin, b"\xE9 caf\xE9 \xE9"))
        );
        // What the page itself says counts too.
        let meta = b"<meta charset=iso-8859-1><p>\xE9t\xE9, caf";
        assert_eq!(
            repaired(&page("", &[meta, &b"\xC3\xA9 \xE9"[..]].concat())),
            Some(page("", &[meta, &b"\xE9 \xE9"[..]].concat()))
        );
        let request = record("request", "Content-Type: text/plain\r\n", "Ã©".as_bytes());
        assert_eq!(repaired(&request), None);
    }

    #[test]
    fn digests_keep_their_kind_and_unknown_ones_go() {
        let with = |digest: &str, text: &str| {
            let extra = format!("{digest}Content-Type: text/plain\r\n");
            record("resource", &extra, text.as_bytes())
        };
        let line = |value: &str| format!("WARC-Block-Digest: {value}\r\n");
        // Of `café`, by sha1sum, sha256sum and md5sum.
        for value in [
            "sha1:f424452a9673918c6f09b0cdd35b20be8e6ae7d7",
            "sha1:6QSEKKUWOOIYY3YJWDG5GWZAX2HGVZ6X",
            "sha256:850f7dc43910ff890f8879c0ed26fe697c93a067ad93a7d50f466a7028a9bf4e",
            "md5:07117fe4a1ebd544965dc19573183da2",
        ] {
            let (kind, digits) = value.split_once(':').unwrap();
            let old = format!("{kind}:{}", "A".repeat(digits.len()));
            let old = match digits.len() == 32 && kind == "sha1" {
                true => old,
                false => old.to_lowercase(),
            };
            assert_eq!(
                repaired(&with(&line(&old), "cafÃ©")).map(|it| it.escape_ascii().to_string()),
                Some(with(&line(value), "café").escape_ascii().to_string())
            );
        }
        assert_eq!(
            repaired(&with(&line("blake3:AAAA"), "cafÃ©")),
            Some(with("", "café"))
        );
        // One digit less.
        let long = |damaged: bool| {
            let word = if damaged { "cafÃ©" } else { "café" };
            format!("{}{word}", "a".repeat(94))
        };
        assert_eq!(
            repaired(&with("", &long(true))),
            Some(with("", &long(false)))
        );
    }

    #[test]
    fn several_records_in_a_member_are_all_looked_at() {
        let wet = |text: &str| {
            record(
                "conversion",
                "Content-Type: text/plain\r\n",
                text.as_bytes(),
            )
        };
        let before = [
            wet("cafÃ©"),
            wet("ok"),
            record("warcinfo", "", b"x"),
            wet("Ã©Ã©"),
        ]
        .concat();
        let after = [
            wet("café"),
            wet("ok"),
            record("warcinfo", "", b"x"),
            wet("éé"),
        ]
        .concat();
        assert_eq!(repaired(&before), Some(after));
        // A limit counts records, and not members.
        let cut = Cut {
            limit: Some(3),
            ..Cut::default()
        };
        let file = [stored(&wet("a")), stored(&before)].concat();
        let mut records = Records::new(&file[..], true, cut);
        let mut batch = Batch::default();
        assert!(records.next(&mut batch).unwrap());
        assert!(records.next(&mut batch).unwrap());
        assert_eq!(batch.bytes, [wet("cafÃ©"), wet("ok")].concat());
        assert_eq!(batch.stored, stored(&batch.bytes));
        assert!(!records.next(&mut batch).unwrap());
    }

    #[test]
    fn records_come_one_by_one() {
        let one = record(
            "conversion",
            "Content-Type: text/plain\r\n",
            b"\r\n\r\nWARC/1.0\r\n\r\n",
        );
        let two = record("warcinfo", "", b"");
        for gzip in [false, true] {
            let store = |record: &[u8]| {
                if gzip {
                    stored(record)
                } else {
                    record.to_vec()
                }
            };
            let file = [store(&one), store(&two)].concat();
            for size in [1, 7, 4096] {
                let input = io::BufReader::with_capacity(size, &file[..]);
                let mut records = Records::new(input, gzip, Cut::default());
                let mut batch = Batch::default();
                for want in [&one, &two] {
                    assert!(records.next(&mut batch).unwrap());
                    assert_eq!(&batch.bytes, want);
                    assert_eq!(batch.stored, if gzip { stored(want) } else { Vec::new() });
                }
                assert!(!records.next(&mut batch).unwrap());
            }
        }
    }
}
