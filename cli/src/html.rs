//! One page with all changes, to be read and ticked in a browser. It loads
//! nothing, and its policy lets no script run but its own: the texts in it are
//! data, whatever they contain.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use unbake::Exactness;
use unbake::diff::{Change, widened};

use crate::atomic::{self, Temporary};
use crate::decisions;
use crate::derivation::Derivation;
use crate::finding::Passage;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
const BODY: &str = include_str!("html/page.html");

/// What the page begins with, so that no other file is overwritten.
const MARK: &str = "<!doctype html>\n<!-- unbake diff -->\n";

/// How many characters of the line are shown on each side of a change.
const CONTEXT: usize = 80;

pub(crate) struct Page {
    path: PathBuf,
    temporary: Temporary,
    out: BufWriter<File>,
    changes: usize,
    files: Numbers<String>,
    fields: Numbers<String>,
    chains: Numbers<String>,
    documents: Numbers<String>,
    derivations: Numbers<(String, String, String)>,
    derived: Vec<Value>,
}

/// Values by the number of their first appearance.
struct Numbers<T>(HashMap<T, usize>);

impl<T: std::hash::Hash + Eq + Clone + Ord> Numbers<T> {
    fn new() -> Self {
        Numbers(HashMap::new())
    }

    /// The value's number, and whether it is new.
    fn of(&mut self, value: T) -> (usize, bool) {
        let next = self.0.len();
        let number = *self.0.entry(value).or_insert(next);
        (number, number == next)
    }

    fn values(self) -> Vec<T> {
        let by_number: BTreeMap<usize, T> = self.0.into_iter().map(|(v, n)| (n, v)).collect();
        by_number.into_values().collect()
    }
}

impl Page {
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        atomic::clean_up_on_signals()?;
        let (temporary, out) = begun(path).map_err(|error| at(path, &error))?;
        Ok(Page {
            path: path.to_owned(),
            temporary,
            out,
            changes: 0,
            files: Numbers::new(),
            fields: Numbers::new(),
            chains: Numbers::new(),
            documents: Numbers::new(),
            derivations: Numbers::new(),
            derived: Vec::new(),
        })
    }

    pub(crate) fn write(&mut self, passage: &Passage, index: usize) -> io::Result<()> {
        let (edit, finding) = (&passage.edits[index], &passage.findings[index]);
        let chain = edit.chain.to_string();
        let key = (finding.before.clone(), edit.after.clone(), chain.clone());
        let (derivation, is_new) = self.derivations.of(key);
        if is_new {
            self.derived.push(derived(&finding.before, edit));
        }
        let place = finding
            .place
            .as_ref()
            .map(|place| [place.start.line, place.start.col]);
        let [old_left, old, old_right, new_left, new, new_right] = around(passage, index);
        let change = json!([
            self.files.of(passage.origin.path.clone()).0,
            passage.origin.has_records.then_some(passage.record),
            self.fields.of(passage.field.clone()).0,
            place,
            self.documents.of(finding.document.to_string()).0,
            [finding.in_document.start, finding.in_document.end],
            self.chains.of(chain).0,
            u8::from(edit.exactness == Exactness::Exact),
            edit.score,
            finding.before,
            edit.after,
            [&old_left, &old, &old_right],
            // Mostly nothing else changes nearby.
            if (&old_left, &old_right) == (&new_left, &new_right) {
                json!(new)
            } else {
                json!([new_left, new, new_right])
            },
            derivation,
        ]);
        let comma = if self.changes == 0 { "" } else { "," };
        self.changes += 1;
        let json = inert(&change.to_string());
        write!(self.out, "{comma}\n{json}").map_err(|error| at(&self.path, &error))
    }

    pub(crate) fn end(mut self) -> io::Result<()> {
        let path = self.path.clone();
        let tables = json!({
            "version": decisions::VERSION,
            "unbake": env!("CARGO_PKG_VERSION"),
            "files": self.files.values(),
            "fields": self.fields.values(),
            "chains": self.chains.values(),
            "documents": self.documents.values(),
            "derivations": self.derived,
        });
        let tables = inert(&tables.to_string());
        let write = || {
            write!(
                self.out,
                "]</script>\n<script type=\"application/json\" id=\"tables\">{tables}</script>\n\
                 <script>{SCRIPT}</script>\n</body>\n</html>\n"
            )?;
            self.out.flush()?;
            self.temporary.sync()?;
            self.temporary.commit()
        };
        write().map_err(|error| at(&path, &error))
    }
}

/// Whether something is there that holds no page: a device, which would be
/// replaced, or a pipe, which nobody may ever write to.
fn is_no_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|there| !there.is_file())
}

fn begun(path: &Path) -> io::Result<(Temporary, BufWriter<File>)> {
    if is_no_file(path) {
        return Err(io::Error::other("exists and is no regular file"));
    }
    if let Ok(there) = File::open(path) {
        let mut head = Vec::new();
        there.take(MARK.len() as u64).read_to_end(&mut head)?;
        if !head.is_empty() && head != MARK.as_bytes() {
            return Err(io::Error::other("exists and is no such page"));
        }
    }
    let mut temporary = Temporary::new(path)?;
    let mut out = BufWriter::with_capacity(1 << 16, temporary.file()?.try_clone()?);
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(SCRIPT)),
        base64(&Sha256::digest(STYLE)),
    );
    write!(
        out,
        "{MARK}<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>unbake diff</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{BODY}\n\
         <script type=\"application/json\" id=\"changes\">["
    )?;
    Ok((temporary, out))
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    let path = crate::visible::line(&path.to_string_lossy());
    io::Error::other(format!("{path}: {error}"))
}

/// JSON that no HTML parser finds a tag or a comment in.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The rows of a derivation: label, whether of bytes, columns and cells.
fn derived(before: &str, edit: &unbake::Edit) -> Value {
    let Some(derivation) = Derivation::new(before, edit) else {
        return Value::Null;
    };
    let rows = derivation.rows.iter().map(|row| {
        let cells = row
            .cells
            .iter()
            .map(|cell| json!([cell.column, cell.shown]));
        json!([row.label, u8::from(row.bytes), cells.collect::<Vec<_>>()])
    });
    json!({ "cut": derivation.cut, "rows": rows.collect::<Vec<_>>() })
}

/// The line of a change, before and after: what is to the left, what changes
/// in whole grapheme clusters, and what is to the right.
fn around(passage: &Passage, index: usize) -> [String; 6] {
    let (text, edit) = (&passage.text, &passage.edits[index]);
    // Only so far: a line can have many changes and be very long.
    let mut from = text[..edit.span.start]
        .char_indices()
        .rev()
        .take_while(|&(_, char)| char != '\n')
        .take(CONTEXT)
        .last()
        .map_or(edit.span.start, |(at, _)| at);
    let mut until = text[edit.span.end..]
        .char_indices()
        .take_while(|&(_, char)| char != '\n')
        .take(CONTEXT)
        .last()
        .map_or(edit.span.end, |(at, char)| {
            edit.span.end + at + char.len_utf8()
        });
    // No edit is cut in two.
    let touching = |from: usize, until: usize| {
        let edits = passage.edits.partition_point(|edit| edit.span.end < from);
        let rest = passage.edits[edits..].iter();
        rest.take_while(move |edit| edit.span.start <= until)
    };
    for other in touching(from, until) {
        from = from.min(other.span.start);
        until = until.max(other.span.end);
    }
    let near: Vec<unbake::Edit> = touching(from, until)
        .filter(|edit| edit.span.start >= from && edit.span.end <= until)
        .map(|edit| {
            let mut edit = edit.clone();
            edit.span = edit.span.start - from..edit.span.end - from;
            edit
        })
        .collect();
    let line = &text[from..until];
    let changes = widened(line, &near);
    let span = edit.span.start - from..edit.span.end - from;
    let this = changes
        .iter()
        .position(|change| change.span.start <= span.start && span.end <= change.span.end)
        .unwrap_or(0);
    let Some(change) = changes.get(this) else {
        return Default::default();
    };
    let dots = |cut: bool| if cut { "…" } else { "" };
    let line_starts = from == 0 || text.as_bytes()[from - 1] == b'\n';
    let line_ends = text.as_bytes().get(until).is_none_or(|&byte| byte == b'\n');
    let (left, right) = (dots(!line_starts), dots(!line_ends));
    let new_left = spliced(line, 0, change.span.start, &changes[..this]);
    let new_right = spliced(line, change.span.end, line.len(), &changes[this + 1..]);
    [
        format!("{left}{}", &line[..change.span.start]),
        line[change.span.clone()].to_owned(),
        format!("{}{right}", &line[change.span.end..]),
        format!("{left}{new_left}"),
        String::from_utf8_lossy(&change.after).into_owned(),
        format!("{new_right}{right}"),
    ]
}

fn spliced(text: &str, from: usize, until: usize, changes: &[Change<'_>]) -> String {
    let (mut out, mut at) = (String::new(), from);
    for change in changes {
        out.push_str(&text[at..change.span.start]);
        out.push_str(&String::from_utf8_lossy(&change.after));
        at = change.span.end;
    }
    out.push_str(&text[at..until]);
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_script_element() {
        let json = json!("</script><!--<script>alert(1)</script>&amp;\u{2028}").to_string();
        let inert = inert(&json);
        assert!(!inert.contains(['<', '>', '&', '\u{2028}']), "{inert}");
        let back: String = serde_json::from_str(&inert).unwrap();
        assert_eq!(back, "</script><!--<script>alert(1)</script>&amp;\u{2028}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_change() {
        let text = format!("x\n{}é{}\ny", "a".repeat(200), "b".repeat(CONTEXT));
        let edit = |at: usize, len: usize, after: &str| unbake::Edit {
            span: at..at + len,
            after: after.to_owned(),
            chain: Default::default(),
            exactness: Exactness::Exact,
            score: 1,
        };
        let passage = Passage {
            origin: std::rc::Rc::new(crate::finding::Origin {
                name: "a".to_owned(),
                path: "a".to_owned(),
                raw_path: Vec::new(),
                has_records: false,
                has_lines: true,
            }),
            record: 0,
            field: String::new(),
            edits: vec![edit(190, 1, "A"), edit(202, 2, "e\u{301}")],
            findings: Vec::new(),
            text,
        };
        let [old_left, old, old_right, new_left, new, new_right] = around(&passage, 1);
        assert_eq!(old_left, format!("…{}", "a".repeat(CONTEXT)));
        assert_eq!((&old[..], &new[..]), ("é", "e\u{301}"));
        assert_eq!(new_left, format!("…{}A{}", "a".repeat(68), "a".repeat(11)));
        assert_eq!(old_right, "b".repeat(CONTEXT));
        assert_eq!(new_right, old_right);
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
