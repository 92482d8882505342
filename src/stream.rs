//! A document in pieces: the same edits as in one call.

use crate::config::Config;
use crate::edit::Edit;
use crate::plan;

/// Repairs a document that comes in pieces, holding back no more than a
/// window of it (128 KiB).
///
/// ```
/// let mut stream = unbake::Stream::new(unbake::Config::default());
/// let mut out = String::new();
/// let mut edits = stream.push("The caf\u{c3}", &mut out);
/// edits.extend(stream.push("\u{a9} is closed.\n", &mut out));
/// edits.extend(stream.finish(&mut out));
/// assert_eq!(out, "The café is closed.\n");
/// assert_eq!(edits[0].span, 7..11);
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    config: Config,
    held: String,
    /// Bytes of the document before what is held.
    before: usize,
}

impl Stream {
    /// A stream at the start of a document.
    pub fn new(config: Config) -> Self {
        Stream {
            config,
            held: String::new(),
            before: 0,
        }
    }

    /// Takes a piece; adds what is certain of the repaired text to `out`, and
    /// gives its edits, whose spans are byte offsets into the document.
    pub fn push(&mut self, piece: &str, out: &mut String) -> Vec<Edit> {
        self.held.push_str(piece);
        let mut edits = Vec::new();
        let mut done = 0;
        while let Some(len) = plan::window(&self.held[done..]) {
            self.repair(done, len, out, &mut edits);
            done += len;
        }
        self.held.drain(..done);
        self.before += done;
        edits
    }

    /// Ends the document: the rest of the repaired text, and its edits.
    pub fn finish(self, out: &mut String) -> Vec<Edit> {
        let mut edits = Vec::new();
        self.repair(0, self.held.len(), out, &mut edits);
        edits
    }

    fn repair(&self, from: usize, len: usize, out: &mut String, edits: &mut Vec<Edit>) {
        let repair = self.config.repair(&self.held[from..from + len]);
        out.push_str(&repair.text());
        let at = self.before + from;
        edits.extend(repair.into_edits().into_iter().map(|mut edit| {
            edit.span = edit.span.start + at..edit.span.end + at;
            edit
        }));
    }
}
