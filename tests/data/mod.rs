//! Reads `corpus/` for the tests, and breaks texts as its chains say.

#![allow(dead_code)] // each test file uses its part

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use unbake::{Charset, Repair};

/// A damaged text and what it was.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Damaged {
    pub(crate) family: String,
    pub(crate) text: String,
    pub(crate) want: String,
    pub(crate) chain: String,
    /// `exact` or `lost`.
    pub(crate) kind: String,
    /// Only a part of the text is damaged, so breaking `want` gives another text.
    #[serde(default)]
    pub(crate) part: bool,
    #[serde(default)]
    #[allow(unused)]
    pub(crate) lang: String,
    #[serde(default)]
    #[allow(unused)]
    pub(crate) note: String,
    /// `file:line`.
    #[serde(skip)]
    pub(crate) place: String,
}

/// A text that must stay as it is.
#[derive(Clone, Debug)]
pub(crate) struct Clean {
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) place: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lookalike {
    kind: String,
    text: String,
    #[serde(default)]
    #[allow(unused)]
    note: String,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(corpus().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "corpus/{folder} has no .{ending}");
    files
}

/// The lines of a file with their places. Only `\n` ends a line: U+2028 and
/// U+0085 live inside strings.
fn lines(path: &Path) -> Vec<(String, String)> {
    let name = path.strip_prefix(corpus()).unwrap().display().to_string();
    let text = fs::read_to_string(path).unwrap();
    text.split('\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(i, line)| (format!("{name}:{}", i + 1), line.to_owned()))
        .collect()
}

fn json_lines<T: DeserializeOwned>(path: &Path) -> Vec<(String, T)> {
    let parse = |(place, line): (String, String)| match serde_json::from_str(&line) {
        Ok(row) => (place, row),
        Err(error) => panic!("{place}: {error}"),
    };
    lines(path).into_iter().map(parse).collect()
}

fn placed((place, row): (String, Damaged)) -> Damaged {
    assert!(
        row.kind == "exact" || row.kind == "lost",
        "{place}: kind {}",
        row.kind
    );
    assert_ne!(row.text, row.want, "{place}");
    Damaged { place, ..row }
}

/// `damaged/*.jsonl`, without what is among the known failures.
pub(crate) fn damaged() -> Vec<Damaged> {
    let known: HashSet<String> = known_failures().into_iter().map(|row| row.text).collect();
    let rows = files("damaged", "jsonl")
        .into_iter()
        .flat_map(|file| json_lines(&file))
        .map(placed);
    rows.filter(|row| !known.contains(&row.text) && !known.contains(&row.want))
        .collect()
}

/// `known_failures.jsonl`: damaged rows, and clean ones with `want` equal to
/// `text`.
pub(crate) fn known_failures() -> Vec<Damaged> {
    let rows = json_lines::<Damaged>(&corpus().join("known_failures.jsonl"));
    rows.into_iter()
        .map(|(place, row)| Damaged { place, ..row })
        .collect()
}

/// `clean/*.tsv`, without what is among the known failures; the kind is the
/// language.
pub(crate) fn clean() -> Vec<Clean> {
    let known: HashSet<String> = known_failures().into_iter().map(|row| row.text).collect();
    let mut rows = Vec::new();
    for (place, line) in files("clean", "tsv").iter().flat_map(|file| lines(file)) {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 3, "{place}");
        if known.contains(fields[2]) {
            continue;
        }
        rows.push(Clean {
            kind: fields[0].to_owned(),
            text: fields[2].to_owned(),
            place,
        });
    }
    rows
}

/// `lookalikes.jsonl`, without what is among the known failures.
pub(crate) fn lookalikes() -> Vec<Clean> {
    let known: HashSet<String> = known_failures().into_iter().map(|row| row.text).collect();
    let rows = json_lines::<Lookalike>(&corpus().join("lookalikes.jsonl")).into_iter();
    rows.filter(|(_, row)| !known.contains(&row.text))
        .map(|(place, Lookalike { kind, text, .. })| Clean { kind, text, place })
        .collect()
}

/// A chain, and what share of the clean lines broken by it must be restored.
pub(crate) struct Floor {
    pub(crate) chain: String,
    pub(crate) percent: f64,
    /// The languages to try; all if empty.
    pub(crate) langs: Vec<String>,
}

/// `floors.tsv`.
pub(crate) fn floors() -> Vec<Floor> {
    let mut rows = Vec::new();
    for (place, line) in lines(&corpus().join("floors.tsv")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [chain, percent, ref langs @ ..] = fields[..] else {
            panic!("{place}: too few fields")
        };
        let langs = langs
            .iter()
            .flat_map(|langs| langs.split(' '))
            .map(str::to_owned)
            .collect();
        rows.push(Floor {
            chain: chain.to_owned(),
            percent: percent.parse().unwrap(),
            langs,
        });
    }
    rows
}

/// A chain of misreadings: the true charset and the wrong one, oldest first.
pub(crate) struct Misreadings(Vec<(Charset, Charset)>);

impl Misreadings {
    /// `None` if a step is not a misreading (`html-entities`).
    pub(crate) fn parse(chain: &str) -> Option<Misreadings> {
        let charset =
            |name| Charset::for_label(name).unwrap_or_else(|| panic!("no charset {name}"));
        let steps = chain.split(',').map(|step| {
            let (truth, misread) = step.split_once('>')?;
            Some((charset(truth), charset(misread)))
        });
        steps.collect::<Option<Vec<_>>>().map(Misreadings)
    }

    /// Breaks a text; `None` if a charset on the way lacks a character.
    pub(crate) fn rebreak(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for (truth, misread) in &self.0 {
            text = misread.misread(&truth.encode(&text).ok()?);
        }
        Some(text)
    }
}

/// The first piece of a repaired text that is worse than before: neither what
/// the damaged text nor what the wanted text has there. `damaged` is `want`
/// broken by `chain` from end to end.
pub(crate) fn worse(
    want: &str,
    damaged: &str,
    chain: &Misreadings,
    repair: &Repair<'_>,
) -> Option<String> {
    // Places that the two texts have in common and that no edit covers.
    let mut marks = vec![(0, 0)];
    for (at, _) in want.char_indices().skip(1).chain([(want.len(), ' ')]) {
        let Some(before) = chain.rebreak(&want[..at]) else {
            continue;
        };
        let covered = repair.edits().iter().any(|e| {
            (e.span.start < before.len() && before.len() < e.span.end)
                || (e.span.is_empty() && e.span.start == before.len())
        });
        if at == want.len() || (damaged.starts_with(&before) && !covered) {
            marks.push((at, before.len()));
        }
    }
    for pair in marks.windows(2) {
        let ((w0, d0), (w1, d1)) = (pair[0], pair[1]);
        let mut got = String::new();
        let mut at = d0;
        for edit in repair.edits() {
            let last = d1 == damaged.len() && edit.span.start == d1;
            if (d0 <= edit.span.start && edit.span.start < d1) || last {
                got.push_str(&damaged[at..edit.span.start]);
                got.push_str(&edit.after);
                at = edit.span.end;
            }
        }
        got.push_str(&damaged[at..d1]);
        if got != want[w0..w1] && got != damaged[d0..d1] {
            return Some(format!(
                "{:?} → {got:?}, not {:?}",
                &damaged[d0..d1],
                &want[w0..w1]
            ));
        }
    }
    None
}
