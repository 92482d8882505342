//! WARC: web pages as crawlers keep them, or the text of them (WET). Records
//! whose text changes get their lengths and digests anew; all others stay as
//! they are, compressed bytes and all.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::sync::Arc;

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};
use unbake::decode::{Hints, Source, decode};
use unbake::{Charset, Edit};

use crate::codec::{Members, gzip_member};
use crate::{Batch, Change, Cut, Malformed, Mended, Patch, replaced, utf8};

/// Reads a file record by record, each of which may be a gzip member of its
/// own.
pub struct Records<R> {
    input: Input<R>,
    cut: Cut,
    begun: bool,
    left: Option<usize>,
    /// What was read and not given out: all from `at` on.
    held: Vec<u8>,
    at: usize,
    /// Of the file, or of the member that is read in records, no more is to
    /// come than is held.
    ended: bool,
    /// Why no more is to come.
    error: Option<io::Error>,
    /// How much is still to come of a record that is too long.
    over: u64,
    /// How many records, or members, were begun.
    number: u64,
}

enum Input<R> {
    Plain(R),
    Gzip(Box<Members<Tee<R>>>),
}

/// How much is read at a time.
const PIECE: usize = 1 << 16;

impl<R: BufRead> Records<R> {
    /// The records of a file, compressed one by one or not at all.
    pub fn new(input: R, gzip: bool, cut: Cut) -> Self {
        Records {
            input: match gzip {
                true => Input::Gzip(Box::new(Members::new(Tee::new(input)))),
                false => Input::Plain(input),
            },
            left: cut.limit,
            cut,
            begun: false,
            held: Vec::new(),
            at: 0,
            ended: gzip,
            error: None,
            over: 0,
            number: 0,
        }
    }

    /// Replaces `batch` by the next record; says no at the end of the input.
    pub fn next(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.bytes.clear();
        batch.stored.clear();
        batch.first = !self.begun;
        batch.over_long = false;
        batch.begins_record = false;
        batch.member = false;
        loop {
            if self.over > 0 {
                return self.part(batch).map(|()| true);
            }
            if self.left == Some(0) {
                return Ok(false);
            }
            let rest = &self.held[self.at..];
            if rest.is_empty() && self.ended {
                let read = match self.error.take() {
                    Some(error) => Err(error),
                    None => self.member(batch),
                };
                if !read.map_err(|error| self.placed(error))? {
                    return Ok(false);
                }
                if !batch.stored.is_empty() {
                    self.limit(batch);
                    return Ok(true);
                }
                continue;
            }
            match frame(
                rest,
                self.ended && self.error.is_none(),
                self.cut.max_record,
            ) {
                Frame::Record(len) => {
                    self.begin();
                    self.give(len, batch);
                    return Ok(true);
                }
                Frame::Long(len) => {
                    self.begin();
                    self.over = len;
                    batch.begins_record = true;
                }
                // What is left of a record that was cut off.
                Frame::More(_) if self.ended => {
                    batch.over_long = true;
                    self.give(self.held.len() - self.at, batch);
                    return Ok(true);
                }
                Frame::More(want) => self.fill(want),
            }
        }
    }

    /// Counts a record that is not a member.
    fn begin(&mut self) {
        self.begun = true;
        self.left = self.left.map(|left| left - 1);
        if let Input::Plain(_) = self.input {
            self.number += 1;
        }
    }

    /// Where an error is, as far as that is known.
    fn placed(&self, error: io::Error) -> io::Error {
        if error.raw_os_error().is_some() {
            return error;
        }
        let what = match self.input {
            Input::Plain(_) => "record",
            Input::Gzip(_) => "gzip member",
        };
        io::Error::new(error.kind(), format!("{what} {}: {error}", self.number))
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

    /// The next gzip member, which holds a record; some writers put several in
    /// one, and `gzip` all of a file. One that is too long, or cut off, is
    /// held, and comes record by record.
    fn member(&mut self, batch: &mut Batch) -> io::Result<bool> {
        let Input::Gzip(members) = &mut self.input else {
            return Ok(false);
        };
        self.number += 1;
        if self.begun {
            if let Some(last) = members.member() {
                last.get_mut().wanted = true;
            }
            members.next()?;
        }
        let Some(member) = members.member() else {
            return Ok(false);
        };
        self.begun = true;
        let limit = self.cut.max_record;
        let mut read = read_to(member, limit, &mut batch.bytes);
        if read.is_ok()
            && batch.bytes.len() > limit
            && let Frame::Long(len) = frame(&batch.bytes, false, limit)
        {
            let len = len.saturating_sub(batch.bytes.len() as u64);
            let is_alone = is_all(member, len);
            batch.bytes.clear();
            if is_alone {
                // The member goes on as it is stored, which is much shorter.
                batch.over_long = true;
                batch.begins_record = true;
            } else {
                members.again(Tee::rewound);
                let Some(member) = members.member() else {
                    return Ok(false);
                };
                read = read_to(member, limit, &mut batch.bytes);
            }
        }
        let Some(member) = members.member() else {
            return Ok(false);
        };
        if read.is_ok() && batch.bytes.len() <= limit {
            batch.stored = std::mem::take(&mut member.get_mut().seen);
        } else {
            member.get_mut().wanted = false;
            member.get_mut().seen.clear();
            self.held.clear();
            self.at = 0;
            std::mem::swap(&mut self.held, &mut batch.bytes);
            self.error = read.err();
            self.ended = self.error.is_some();
        }
        Ok(true)
    }

    /// Reads until so much is held; less at the end.
    fn fill(&mut self, want: usize) {
        let len = self.held.len() - self.at;
        if self.ended || want <= len {
            return;
        }
        let want = want.max(len + PIECE) - len;
        let read = match &mut self.input {
            Input::Plain(input) => input.take(want as u64).read_to_end(&mut self.held),
            Input::Gzip(members) => members.member().map_or(Ok(0), |member| {
                member.take(want as u64).read_to_end(&mut self.held)
            }),
        };
        self.ended = read.as_ref().map_or(true, |&got| got < want);
        self.error = read.err();
    }

    /// A part of a record that is too long.
    fn part(&mut self, batch: &mut Batch) -> io::Result<()> {
        batch.over_long = true;
        self.fill(1 << 20);
        let rest = &self.held[self.at..];
        let len = usize::try_from(self.over).map_or(rest.len(), |over| over.min(rest.len()));
        if len == 0 {
            let short = || io::Error::new(io::ErrorKind::InvalidData, SHORT);
            let error = self.error.take().unwrap_or_else(short);
            return Err(self.placed(error));
        }
        self.over -= len as u64;
        let ends = if self.over == 0 {
            line_ends(&rest[len..])
        } else {
            0
        };
        self.give(len + ends, batch);
        Ok(())
    }

    /// Gives out what is held. In a file compressed record by record, it
    /// becomes a member of its own; only of a record that is too long each part
    /// does.
    fn give(&mut self, len: usize, batch: &mut Batch) {
        batch.member = matches!(self.input, Input::Gzip(_));
        let end = self.at + len;
        batch.bytes.extend_from_slice(&self.held[self.at..end]);
        self.at = end;
        // Moves at most as much as was given out since it was last moved.
        if self.at > self.held.len() / 2 {
            self.held.drain(..self.at);
            self.at = 0;
        }
    }
}

/// Reads one byte more than a limit, if there are so many.
fn read_to(member: &mut impl Read, limit: usize, into: &mut Vec<u8>) -> io::Result<usize> {
    let most = (limit as u64).saturating_add(1);
    member.take(most).read_to_end(into)
}

/// Whether a record, of which so much is still to come, is all that a member holds. Of
/// one that is cut off it is not: what there is of it comes in parts.
fn is_all(member: &mut impl Read, len: u64) -> bool {
    let mut behind = Vec::new();
    io::copy(&mut member.take(len), &mut io::sink()).is_ok()
        && read_to(member, LINE_ENDS, &mut behind).is_ok()
        && behind.len() == line_ends(&behind)
}

/// What some bytes begin with.
enum Frame {
    /// A record of this length, with the line ends behind it; or what is none,
    /// up to the next line that begins one.
    Record(usize),
    /// A record whose block ends there, which is too long.
    Long(u64),
    /// So much is needed to tell.
    More(usize),
}

/// What a record begins with.
const WARC: &[u8] = b"WARC/";

/// How many bytes of line ends behind a block are taken for the record's. There
/// should be four.
const LINE_ENDS: usize = 16;

fn line_ends(bytes: &[u8]) -> usize {
    let line_ends = bytes.iter().take(LINE_ENDS);
    line_ends
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count()
}

/// A record is believed only if two line ends follow it, another record or
/// nothing. Of one with a wrong Content-Length only the next one tells where it
/// ends.
fn frame(bytes: &[u8], ended: bool, limit: usize) -> Frame {
    if let Some(head) = Head::of_record(bytes)
        && let Some(len) = head.len(bytes)
    {
        let end = head.len as u64 + len;
        let (is_long, has_all) = (end > limit as u64, end <= bytes.len() as u64);
        if is_long && bytes.len() > limit && (has_all || !ended) {
            return Frame::Long(end);
        }
        let end = usize::try_from(end).unwrap_or(usize::MAX);
        let want = end.saturating_add(LINE_ENDS + WARC.len());
        if bytes.len() < want && !ended {
            return Frame::More(if is_long {
                limit.saturating_add(1)
            } else {
                want
            });
        }
        if let Some(behind) = bytes.get(end..) {
            let ends = line_ends(behind);
            let is_ended = ends >= 4 || behind.starts_with(b"\n\n");
            if is_ended || behind.len() == ends || behind[ends..].starts_with(WARC) {
                return Frame::Record(end + ends);
            }
        }
    }
    let version = |at: &usize| matches!(bytes.get(at + 1..at + 8), Some(b"WARC/1." | b"WARC/0."));
    match memchr::memmem::find_iter(bytes, b"\nWARC/").find(version) {
        Some(line_end) => Frame::Record(line_end + 1),
        None if ended => Frame::Record(bytes.len()),
        None if bytes.len() <= limit.max(PIECE) => Frame::More(bytes.len() * 2 + PIECE),
        // All but what may be the beginning of such a line.
        None => Frame::Record(bytes.len() - 7),
    }
}

/// How long the first record is, if nothing follows.
fn record_len(bytes: &[u8]) -> usize {
    match frame(bytes, true, usize::MAX) {
        Frame::Record(len) => len,
        Frame::Long(_) | Frame::More(_) => bytes.len(),
    }
}

/// Keeps what is read, if it is wanted, and can give it out again.
struct Tee<R> {
    input: R,
    wanted: bool,
    seen: Vec<u8>,
    /// What comes before the input.
    again: io::Cursor<Vec<u8>>,
}

impl<R> Tee<R> {
    fn new(input: R) -> Self {
        Tee {
            input,
            wanted: true,
            seen: Vec::new(),
            again: io::Cursor::default(),
        }
    }

    /// Back at the start of the member that was seen, behind zeros that filled up the
    /// one before; it is not wanted any more.
    fn rewound(mut self) -> Self {
        let zeros = self.seen.iter().take_while(|&&byte| byte == 0).count();
        self.again = io::Cursor::new(std::mem::take(&mut self.seen));
        self.again.set_position(zeros as u64);
        self.wanted = false;
        self
    }
}

impl<R: BufRead> Read for Tee<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut read = self.fill_buf()?;
        let len = read.read(into)?;
        self.consume(len);
        Ok(len)
    }
}

impl<R: BufRead> BufRead for Tee<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.again.fill_buf()?.is_empty() {
            return self.again.fill_buf();
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        if self.again.fill_buf().is_ok_and(|rest| !rest.is_empty()) {
            self.again.consume(len);
            return;
        }
        if self.wanted
            && let Ok(read) = self.input.fill_buf()
        {
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

/// No header is longer.
const HEAD: usize = 1 << 20;

impl Head {
    /// The header of a record, if the bytes begin with one.
    fn of_record(bytes: &[u8]) -> Option<Head> {
        bytes.starts_with(WARC).then(|| Head::parse(bytes))?
    }

    fn parse(bytes: &[u8]) -> Option<Head> {
        let mut lines = Vec::new();
        let mut at = 0;
        loop {
            let end = at + memchr::memchr(b'\n', &bytes[at..])?;
            let line = bytes[at..end].trim_ascii_end();
            // Of a record without an end of its header, the next one is none.
            if end > HEAD || (at > 0 && line.starts_with(WARC)) {
                return None;
            }
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

    fn len(&self, bytes: &[u8]) -> Option<u64> {
        let len = self.value(bytes, "Content-Length")?.parse().ok();
        // As no file is longer than that, ends can be computed.
        len.filter(|&len| len <= i64::MAX as u64)
    }
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

const SHORT: &str = "shorter than its Content-Length";

/// Nothing if the record holds no text.
fn payload(record: &[u8]) -> Result<Option<Payload>, &'static str> {
    let warc = Head::of_record(record).ok_or("not a WARC record")?;
    let len = warc.len(record).ok_or("no valid Content-Length")?;
    let len = usize::try_from(len).map_err(|_| SHORT)?;
    if record.len() - warc.len < len {
        return Err(SHORT);
    }
    let block = warc.len..warc.len + len;
    if record[block.end..]
        .iter()
        .any(|byte| !matches!(byte, b'\r' | b'\n'))
    {
        return Err("longer than its Content-Length");
    }
    // A part of what goes on in other records, which say how long all of it is.
    if warc.value(record, "WARC-Segment-Number").is_some() {
        return Ok(None);
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
    // Padded base32 may be as long: `md5:A4IX…======`.
    let is_hex = old.len() == 2 * digest.len() && !old.ends_with(b"=");
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
        // Of a record in parts, the last one says how long they are together.
        let part = "Content-Type: text/plain\r\nWARC-Segment-Number: 1\r\n";
        assert_eq!(repaired(&record("resource", part, "Ã©".as_bytes())), None);
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
            "md5:A4IX7ZFB5PKUJFS5YGKXGGB5UI======",
        ] {
            let (kind, digits) = value.split_once(':').unwrap();
            let letter = if digits.contains(char::is_lowercase) {
                "a"
            } else {
                "A"
            };
            let all = digits.trim_end_matches('=').len();
            let old = format!("{kind}:{}{}", letter.repeat(all), &digits[all..]);
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

    /// What is read, and which of it is malformed.
    fn read(file: &[u8], gzip: bool, max_record: usize) -> (Vec<Batch>, Option<io::Error>) {
        read_from(file, gzip, max_record)
    }

    fn read_from(
        input: impl BufRead,
        gzip: bool,
        max_record: usize,
    ) -> (Vec<Batch>, Option<io::Error>) {
        let cut = Cut {
            max_record,
            ..Cut::default()
        };
        let mut records = Records::new(input, gzip, cut);
        let mut batches = Vec::new();
        loop {
            let mut batch = Batch::default();
            match records.next(&mut batch) {
                Ok(true) => batches.push(batch),
                Ok(false) => return (batches, None),
                Err(error) => return (batches, Some(error)),
            }
        }
    }

    fn malformed(record: &[u8]) -> Vec<&'static str> {
        let mut mended = Mended::default();
        mend(record, |_| Vec::new(), &mut mended);
        mended.malformed.iter().map(|it| it.message).collect()
    }

    #[test]
    fn a_wrong_length_costs_no_other_record() {
        let good = record("warcinfo", "", b"y");
        let with = |length: &str, behind: &str| {
            let head = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: ";
            format!("{head}{length}\r\n\r\nx{behind}").into_bytes()
        };
        for (bad, message) in [
            (with("1", "\r\n"), None),
            (with("1", "\n\n"), None),
            (with("1", ""), None),
            (
                with("0", "\r\n\r\n"),
                Some("longer than its Content-Length"),
            ),
            (with("9", "\r\n\r\n"), Some(SHORT)),
            (with("9999", "\r\n\r\n"), Some(SHORT)),
            (with("99999999999999999", "\r\n\r\n"), Some(SHORT)),
            (
                with("18446744073709551615", "\n"),
                Some("no valid Content-Length"),
            ),
            (
                with("99999999999999999999", "\n"),
                Some("no valid Content-Length"),
            ),
            (with("-1", "\n"), Some("no valid Content-Length")),
            (
                b"WARC/1.0\r\nNo: end\r\n".to_vec(),
                Some("not a WARC record"),
            ),
            (b"<html>\r\n\r\n".to_vec(), Some("not a WARC record")),
        ] {
            for file in [
                [&bad[..], &good].concat(),
                [&good[..], &bad, &good, &good].concat(),
                [&good[..], &bad].concat(),
            ] {
                let (batches, error) = read(&file, false, 1 << 20);
                assert!(error.is_none());
                let all: Vec<&[u8]> = batches.iter().map(|it| &it.bytes[..]).collect();
                assert_eq!(all.concat(), file);
                for record in all {
                    let want = (record != good).then_some(message).flatten();
                    assert!(record == good || record == bad, "{}", record.escape_ascii());
                    assert_eq!(malformed(record), Vec::from_iter(want));
                }
                // In one member, all of it is a batch.
                let want = file.windows(bad.len()).filter(|it| *it == bad).count();
                assert_eq!(
                    malformed(&file).len(),
                    if message.is_some() { want } else { 0 }
                );
            }
        }
    }

    #[test]
    fn many_bad_records_take_linear_work() {
        // Each claims nearly all of what follows, and none has it.
        let bad = "WARC/1.0\r\nContent-Length: 3000000\r\n\r\n".repeat(50_000);
        let (batches, error) = read(bad.as_bytes(), false, 64 << 20);
        assert_eq!((batches.len(), error.is_none()), (50_000, true));
        let bad = "WARC/1.0\n".repeat(200_000);
        let (batches, _) = read(bad.as_bytes(), false, 64 << 20);
        assert_eq!(batches.len(), 200_000);
        assert_eq!(malformed(bad.as_bytes()).len(), 200_000);
    }

    #[test]
    fn a_long_member_comes_record_by_record() {
        let wet = |text: &str| {
            record(
                "conversion",
                "Content-Type: text/plain\r\n",
                text.as_bytes(),
            )
        };
        let all = [wet("cafÃ©"), wet("ok"), wet(&"long ".repeat(100)), wet("b")];
        let (small, last) = (wet("small"), wet("last"));
        let file = [stored(&small), stored(&all.concat()), stored(&last)].concat();
        let (batches, error) = read(&file, true, 300);
        assert!(error.is_none());
        let bytes: Vec<u8> = batches.iter().flat_map(|it| it.bytes.clone()).collect();
        assert_eq!(bytes, [&small[..], &all.concat(), &last].concat());
        assert!(!batches[0].member && batches[0].stored == stored(&small));
        assert!(batches[1].member && batches[1].bytes == all[0]);
        assert!(batches[3].over_long && batches[3].begins_record);
        assert!(batches[4].bytes == all[3] && !batches[4].over_long);
        // A record that is too long goes on as it is stored, if it is the first.
        let file = [stored(&all[2]), stored(&last)].concat();
        let (batches, _) = read(&file, true, 300);
        assert_eq!(batches[0].stored, stored(&all[2]));
        assert_eq!(batches[1].bytes, last);
    }

    #[test]
    fn a_record_that_is_too_long_hides_none_behind_it() {
        let wet = |text: &str| {
            record(
                "conversion",
                "Content-Type: text/plain\r\n",
                text.as_bytes(),
            )
        };
        let (small, long, last) = (wet("small"), wet(&"long ".repeat(100)), wet("last"));
        let member = [&long[..], &small, &last].concat();
        let files = [stored(&small), vec![0; 9], stored(&member), stored(&last)];
        // Tapes are filled up with zeros.
        let (batches, error) = read_from(&files.concat()[..], true, 300);
        assert!(error.is_none());
        let bytes: Vec<u8> = batches.iter().flat_map(|it| it.bytes.clone()).collect();
        assert_eq!(bytes, [&small[..], &member, &last].concat());
        let whole: Vec<&[u8]> = batches
            .iter()
            .filter(|it| !it.over_long)
            .map(|it| &it.bytes[..])
            .collect();
        assert_eq!(whole, [&small[..], &small, &last, &last]);
        assert_eq!(batches.iter().filter(|it| it.begins_record).count(), 1);

        // What there is of it comes out, also if no other is behind it.
        for file in [stored(&member), stored(&long)] {
            let (batches, error) = read(&file[..file.len() - 9], true, 300);
            assert!(error.unwrap().to_string().starts_with("gzip member "));
            let bytes: Vec<u8> = batches.iter().flat_map(|it| it.bytes.clone()).collect();
            assert!(bytes.len() > 300 && member.starts_with(&bytes));
        }
    }

    #[test]
    fn what_can_be_read_of_a_file_cut_off_is() {
        let one = record("warcinfo", "", b"one");
        let two = record("warcinfo", "", b"two");
        for file in [
            [stored(&one), stored(&two)].concat(),
            stored(&[&one[..], &two].concat()),
        ] {
            let (batches, error) = read(&file[..file.len() - 12], true, 1 << 20);
            assert!(error.unwrap().to_string().starts_with("gzip member "));
            assert_eq!(batches[0].bytes, one);
            assert!(batches[1].over_long && two.starts_with(&batches[1].bytes));
        }
        // One that is too long has been passed before that is known.
        let long = "x".repeat(1000);
        let file = [
            &one[..],
            b"WARC/1.0\r\nContent-Length: 70000\r\n\r\n",
            long.as_bytes(),
        ]
        .concat();
        let (batches, error) = read(&file, false, 600);
        let bytes: Vec<u8> = batches.iter().flat_map(|it| it.bytes.clone()).collect();
        assert!(file.starts_with(&bytes));
        assert_eq!(error.map(|error| error.to_string()), None);
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
