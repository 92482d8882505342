//! Changes for programs: JSON Lines, SARIF, and annotations on GitHub.
//! `docs/previews.md` has the fields.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;
use serde_json::{Value, json};
use unbake::Edit;

use crate::finding::{Passage, kind};
use crate::output::Output;
use crate::place::Place;
use crate::scan::shown;
use crate::unmended::{self, UNBALANCED_BIDI, UNRECOVERABLE, is_unmended};

/// The version of the JSON report. A new field is no new version.
const VERSION: u32 = 1;

/// An object a line.
pub(crate) struct Json {
    changes: u64,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'l> {
    Begin { version: u32, unbake: &'static str },
    Change(Change<'l>),
    Unmended(Unmended<'l>),
    End { changes: u64 },
}

#[derive(Serialize)]
struct Change<'c> {
    #[serde(flatten)]
    at: At<'c>,
    kind: &'static str,
    before: &'c str,
    after: &'c str,
    chain: String,
    exactness: String,
    score: u32,
}

/// A finding that changes nothing.
#[derive(Serialize)]
struct Unmended<'u> {
    #[serde(flatten)]
    at: At<'u>,
    kind: &'static str,
    before: &'u str,
    message: String,
}

/// Where a finding is.
#[derive(Serialize)]
struct At<'a> {
    file: &'a str,
    record: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    field: &'a str,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    region: Option<Region>,
    span: [u64; 2],
}

#[derive(Serialize)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Region {
    fn of(place: &Range<Place>) -> Self {
        Region {
            line: place.start.line,
            column: place.start.col,
            end_line: place.end.line,
            end_column: place.end.col,
        }
    }
}

impl Json {
    pub(crate) fn begin(out: &mut Output) -> io::Result<Self> {
        let unbake = env!("CARGO_PKG_VERSION");
        write_line(
            &Line::Begin {
                version: VERSION,
                unbake,
            },
            out,
        )?;
        Ok(Json { changes: 0 })
    }

    pub(crate) fn write(
        &mut self,
        passage: &Passage,
        index: usize,
        out: &mut Output,
    ) -> io::Result<()> {
        let (edit, finding) = (&passage.edits[index], &passage.findings[index]);
        let at = At {
            file: &passage.origin.path,
            record: passage.record,
            field: &passage.field,
            region: finding.place.as_ref().map(Region::of),
            span: finding.span,
        };
        if is_unmended(edit) {
            let (kind, message) = unmended::told(&finding.before);
            let unmended = Unmended {
                at,
                kind,
                before: &finding.before,
                message,
            };
            return write_line(&Line::Unmended(unmended), out);
        }
        self.changes += 1;
        let change = Change {
            at,
            kind: kind(edit),
            before: &finding.before,
            after: &edit.after,
            chain: edit.chain.to_string(),
            exactness: edit.exactness.to_string(),
            score: edit.score,
        };
        write_line(&Line::Change(change), out)
    }

    pub(crate) fn end(self, out: &mut Output) -> io::Result<()> {
        write_line(
            &Line::End {
                changes: self.changes,
            },
            out,
        )
    }
}

fn write_line(line: &Line<'_>, out: &mut Output) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

/// Static Analysis Results Interchange Format, 2.1.0, one run.
pub(crate) struct Sarif {
    begun: bool,
}

/// What findings are called, and what that means.
const RULES: [(&str, &str); 5] = [
    ("mojibake", "Text that was decoded with the wrong charset"),
    (
        "mojibake-inferred",
        "Text that was decoded with the wrong charset and has lost bytes since",
    ),
    ("clean-up", "Text that a clean-up changes"),
    (UNRECOVERABLE, "Text that is lost for good"),
    (UNBALANCED_BIDI, "A bidi control without its other half"),
];

/// What a finding is called, and what is said of it on one line.
fn told(edit: &Edit, before: &str) -> (&'static str, String) {
    if is_unmended(edit) {
        return unmended::told(before);
    }
    let (before, after) = (shown(before), shown(&edit.after));
    (kind(edit), format!("{before} → {after} ({})", edit.chain))
}

impl Sarif {
    pub(crate) fn begin(out: &mut Output) -> io::Result<Self> {
        let rules = RULES.map(|(id, text)| {
            json!({
                "id": id,
                "shortDescription": { "text": text },
                "defaultConfiguration": { "level": "warning" },
            })
        });
        let driver = json!({
            "name": "unbake",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": rules,
        });
        write!(
            out,
            r#"{{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{{"tool":{{"driver":{driver}}},"columnKind":"unicodeCodePoints","results":["#
        )?;
        Ok(Sarif { begun: false })
    }

    pub(crate) fn write(
        &mut self,
        passage: &Passage,
        index: usize,
        out: &mut Output,
    ) -> io::Result<()> {
        let (edit, finding) = (&passage.edits[index], &passage.findings[index]);
        let (rule, message) = told(edit, &finding.before);
        let file = json!({ "uri": uri(&passage.origin.raw_path) });
        let region = finding.place.as_ref().map(|place| {
            json!({
                "startLine": place.start.line,
                "startColumn": place.start.col,
                "endLine": place.end.line,
                "endColumn": place.end.col,
            })
        });
        let mut location = json!({ "physicalLocation": { "artifactLocation": file } });
        if let Some(region) = &region {
            location["physicalLocation"]["region"] = region.clone();
        }
        if !passage.field.is_empty() {
            let name = format!("{}/{}", passage.record, passage.field);
            location["logicalLocations"] = json!([{ "fullyQualifiedName": name }]);
        }
        let mut result = json!({
            "ruleId": rule,
            "ruleIndex": RULES.iter().position(|(id, _)| *id == rule),
            "level": "warning",
            "message": { "text": message },
            "locations": [location],
        });
        if is_unmended(edit) {
            result["properties"] = json!({ "before": finding.before });
            return self.result(&result, out);
        }
        result["properties"] = json!({
            "chain": edit.chain.to_string(),
            "exactness": edit.exactness.to_string(),
            "score": edit.score,
            "before": finding.before,
            "after": edit.after,
        });
        // Only where the lines are those of the file can anyone apply it.
        if let (Some(region), true, Some(Ok(bytes))) = (
            region,
            passage.origin.has_lines,
            finding.bytes.as_deref().map(str::from_utf8),
        ) {
            result["fixes"] = json!([{
                "artifactChanges": [{
                    "artifactLocation": file,
                    "replacements": [{
                        "deletedRegion": region,
                        "insertedContent": { "text": bytes },
                    }],
                }],
            }]);
        }
        self.result(&result, out)
    }

    fn result(&mut self, result: &Value, out: &mut Output) -> io::Result<()> {
        let comma = if self.begun { "," } else { "" };
        self.begun = true;
        write!(out, "{comma}\n{result}")
    }

    pub(crate) fn end(self, out: &mut Output) -> io::Result<()> {
        writeln!(out, "]}}]}}")
    }
}

/// A path as a relative reference (RFC 3986), byte by byte: it need not be
/// UTF-8.
fn uri(path: &[u8]) -> String {
    let mut out = String::new();
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Workflow commands, which GitHub Actions turns into annotations.
pub(crate) struct Github;

impl Github {
    pub(crate) fn write(
        &self,
        passage: &Passage,
        index: usize,
        out: &mut Output,
    ) -> io::Result<()> {
        let (edit, finding) = (&passage.edits[index], &passage.findings[index]);
        write!(out, "::warning file={}", property(&passage.origin.path))?;
        if let Some(Range { start, end }) = &finding.place {
            write!(out, ",line={},endLine={}", start.line, end.line)?;
            // Columns are only for what is on one line.
            if start.line == end.line {
                write!(out, ",col={},endColumn={}", start.col, end.col)?;
            }
        }
        let (kind, message) = told(edit, &finding.before);
        writeln!(out, ",title={kind}::{}", message.replace('%', "%25"))
    }
}

/// A value between commas, of which a line break would end the command.
fn property(value: &str) -> String {
    let mut out = String::new();
    for char in value.chars() {
        match char {
            '%' | '\r' | '\n' | ':' | ',' => {
                let _ = write!(out, "%{:02X}", u32::from(char));
            }
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped() {
        let path = "a b/é:%#?.txt".as_bytes();
        assert_eq!(uri(path), "a%20b/%C3%A9%3A%25%23%3F.txt");
        assert_eq!(uri(b"caf\xE9.txt"), "caf%E9.txt");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}
