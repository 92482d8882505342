//! Bytes in any charset, as UTF-8; or only which charset.

use std::io::{self, Read, Write};

use unbake::Charset;
use unbake::decode::{self, Decoded, Hints, decode, detect};

use crate::args::DecodeArgs;
use crate::input::{Input, Source};
use crate::outcome::{Outcome, complain};
use crate::output::Output;
use crate::visible::{self, Marks};

pub(crate) fn run(args: DecodeArgs, out: &mut Output) -> io::Result<Outcome> {
    let mut hints = args
        .encoding
        .map(|encoding| encoding.hints())
        .unwrap_or_default();
    if let Some(value) = &args.content_type {
        hints = hints.content_type(value);
    }
    let mut outcome = Outcome::default();
    let mut paths = args.paths;
    if paths.is_empty() {
        paths.push("-".into());
    }
    for path in paths {
        let input = Input::new(Source::of(path), None, None, false);
        let mut bytes = Vec::new();
        if let Err(error) = input.raw().and_then(|mut raw| raw.read_to_end(&mut bytes)) {
            complain(format_args!("{input}: {error}"));
            outcome.failed = true;
        } else if args.guess {
            guess(&input, &bytes, &hints, out)?;
        } else {
            write(&input, &bytes, &hints, out)?;
        }
        out.flush()?;
    }
    Ok(outcome)
}

fn guess(input: &Input, bytes: &[u8], hints: &Hints, out: &mut Output) -> io::Result<()> {
    match detect(bytes, hints).first() {
        Some(best) => writeln!(
            out,
            "{input}\t{}\t{}.{:03}",
            best.charset,
            best.score / 1000,
            best.score % 1000
        ),
        None => {
            // Only binary files have no charset.
            if let decode::Source::Binary(kind) = decode(bytes, hints).source {
                binary(input, kind);
            }
            Ok(())
        }
    }
}

fn write(input: &Input, bytes: &[u8], hints: &Hints, out: &mut Output) -> io::Result<()> {
    let decoded = decode(bytes, hints);
    if let decode::Source::Binary(kind) = decoded.source {
        binary(input, kind);
        return Ok(());
    }
    for note in notes(&decoded) {
        complain(format_args!("{input}: {note}"));
    }
    if out.terminal {
        out.write_all(visible::bytes(decoded.text.as_bytes(), Marks::Commands).as_bytes())
    } else {
        out.write_all(decoded.text.as_bytes())
    }
}

/// Tells that an input is no text, and what was done with it.
fn binary(input: &Input, kind: &str) {
    complain(not_text(input, kind, "passed over"));
}

/// That an input is no text, and what was done with it.
pub(crate) fn not_text(input: &Input, kind: &str, done: &str) -> String {
    format!("{input}: not text ({kind}); {done}")
}

/// What the reader of the text should know.
pub(crate) fn notes(decoded: &Decoded<'_>) -> Vec<String> {
    let charset = decoded.charset;
    let overruled = decoded
        .overruled
        .map(|(declared, _)| format!("declared as {declared}, but is {charset}"));
    let malformed = decoded.malformed.first().map(|first| {
        let (count, at) = (decoded.malformed.len(), first.bytes.start);
        format!("{count} × U+FFFD for bytes that {charset} lacks, the first at byte {at}")
    });
    let declared = (charset != Charset::UTF_8)
        .then(|| declared(&decoded.text))
        .flatten()
        .map(|declared| format!("is UTF-8 now, but declares {declared}"));
    let notes = overruled.into_iter().chain(malformed);
    notes.chain(declared).collect()
}

/// What the reader of a file that begins so should know, if it is to be UTF-8
/// but has none: that nothing is found in it does not mean that all is right.
pub(crate) fn not_utf8(head: &[u8]) -> Option<String> {
    let has_utf8 = head.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    // What is unfinished at the end may be cut off, and is only told of if it is the first.
    let has_bad = std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    if has_utf8 || !has_bad {
        return None;
    }
    let Decoded {
        charset, source, ..
    } = decode(head, &Hints::default());
    (!matches!(source, decode::Source::Binary(_)) && charset != Charset::UTF_8).then(|| {
        format!("seems to be {charset}, and only UTF-8 is looked at; --encoding auto decodes it")
    })
}

/// What a text says that it is in, if that is not UTF-8: a browser would
/// believe `<meta charset="iso-8859-1">`.
fn declared(text: &str) -> Option<Charset> {
    let read = decode(text.as_bytes(), &Hints::default());
    let (charset, source) = read.overruled.unwrap_or((read.charset, read.source));
    let is_said = matches!(source, decode::Source::Meta | decode::Source::Xml);
    (is_said && charset != Charset::UTF_8 && !text.is_ascii()).then_some(charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_charset_is_told_by_bytes_that_are_no_utf8() {
        // E9 leads a sequence of three, which the space breaks off.
        let latin = b"caf\xE9 \xE0 la cr\xE8me, d\xE9j\xE0 vu\n";
        let says = not_utf8(latin).unwrap_or_default();
        assert!(says.starts_with("seems to be windows-1252"), "{says}");
        assert_eq!(not_utf8(b"cut off \xC3"), None);
        assert_eq!(not_utf8("à la crème ".repeat(9).as_bytes()), None);
        let mixed = [latin, "crème".as_bytes()].concat();
        assert_eq!(not_utf8(&mixed), None);
    }
}
