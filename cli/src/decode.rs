//! Bytes in any charset, as UTF-8; or only which charset.

use std::io::{self, Read, Write};

use unbake::decode::{Decoded, Hints, Source, decode, detect};

use crate::args::DecodeArgs;
use crate::input::Input;
use crate::job::sources;
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
    for source in sources(args.paths) {
        let input = Input::new(source, None, None);
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
            if let Source::Binary(kind) = decode(bytes, hints).source {
                binary(input, kind, "passed over");
            }
            Ok(())
        }
    }
}

fn write(input: &Input, bytes: &[u8], hints: &Hints, out: &mut Output) -> io::Result<()> {
    let decoded = decode(bytes, hints);
    if let Source::Binary(kind) = decoded.source {
        binary(input, kind, "passed over");
        return Ok(());
    }
    notes(input, &decoded);
    if out.terminal {
        out.write_all(visible::bytes(decoded.text.as_bytes(), Marks::Commands).as_bytes())
    } else {
        out.write_all(decoded.text.as_bytes())
    }
}

/// Tells that an input is no text, and what was done with it.
pub(crate) fn binary(input: &Input, kind: &str, done: &str) {
    complain(format_args!("{input}: not text ({kind}); {done}"));
}

/// What the reader of the text should know, on stderr.
pub(crate) fn notes(input: &Input, decoded: &Decoded<'_>) {
    let charset = decoded.charset;
    if let Some((declared, _)) = decoded.overruled {
        complain(format_args!(
            "{input}: declared as {declared}, but is {charset}"
        ));
    }
    if let Some(first) = decoded.malformed.first() {
        let (count, at) = (decoded.malformed.len(), first.bytes.start);
        complain(format_args!(
            "{input}: {count} × U+FFFD for bytes that {charset} lacks, the first at byte {at}"
        ));
    }
}
