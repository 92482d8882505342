//! The cases in `corpus/`: damaged texts are restored, correct ones left alone.

mod data;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use unbake::repair;

/// Failures by family, all told at the end.
#[derive(Default)]
struct Failures {
    cases: BTreeMap<String, usize>,
    failed: BTreeMap<String, Vec<String>>,
}

impl Failures {
    fn case(&mut self, family: &str) {
        *self.cases.entry(family.to_owned()).or_default() += 1;
    }

    fn fail(&mut self, family: &str, what: String) {
        self.failed.entry(family.to_owned()).or_default().push(what);
    }

    #[track_caller]
    fn finish(self) {
        let mut report = String::new();
        for (family, failures) in &self.failed {
            let _ = writeln!(
                report,
                "\n{family}: {} of {}",
                failures.len(),
                self.cases[family]
            );
            for failure in failures {
                let _ = writeln!(report, "{failure}");
            }
        }
        let failed: usize = self.failed.values().map(Vec::len).sum();
        let cases: usize = self.cases.values().sum();
        assert!(failed == 0, "{report}\n{failed} of {cases} cases failed");
    }
}

fn told(place: &str, text: &str, got: &str, want: &str) -> String {
    format!("  {place}\n    text {text:?}\n    got  {got:?}\n    want {want:?}")
}

#[test]
fn damaged_texts_are_restored() {
    let mut failures = Failures::default();
    for row in data::damaged() {
        failures.case(&row.family);
        let got = repair(&row.text).text();
        if got != row.want {
            failures.fail(&row.family, told(&row.place, &row.text, &got, &row.want));
        }
    }
    failures.finish();
}

/// The data is right: a chain that is said to be exact gives the damaged text.
#[test]
fn exact_rows_are_broken_by_their_chains() {
    let mut failures = Failures::default();
    for row in data::damaged()
        .iter()
        .filter(|row| row.kind == "exact" && !row.part)
    {
        failures.case(&row.family);
        let Some(chain) = data::Misreadings::parse(&row.chain) else {
            continue;
        };
        let text = chain
            .rebreak(&row.want)
            .unwrap_or_else(|| "(cannot be encoded)".to_owned());
        if text != row.text {
            failures.fail(&row.family, told(&row.place, &row.want, &text, &row.text));
        }
    }
    failures.finish();
}

/// What was damaged in part is broken from end to end, and restored again.
#[test]
fn wanted_texts_broken_again_are_restored() {
    let mut failures = Failures::default();
    for row in data::damaged()
        .iter()
        .filter(|row| row.kind == "exact" && row.part)
    {
        let Some(chain) = data::Misreadings::parse(&row.chain) else {
            continue;
        };
        let Some(text) = chain.rebreak(&row.want) else {
            continue;
        };
        if text == row.want || text.contains('\u{FFFD}') {
            continue;
        }
        failures.case(&row.family);
        let got = repair(&text).text();
        if got != row.want {
            failures.fail(&row.family, told(&row.place, &text, &got, &row.want));
        }
    }
    failures.finish();
}

fn unchanged(rows: Vec<data::Clean>) {
    let mut failures = Failures::default();
    for row in rows {
        failures.case(&row.kind);
        let repair = repair(&row.text);
        let text = repair.text();
        if !repair.is_clean() || !matches!(text, Cow::Borrowed(_)) {
            failures.fail(&row.kind, told(&row.place, &row.text, &text, &row.text));
        }
    }
    failures.finish();
}

#[test]
fn clean_lines_stay() {
    unchanged(data::clean());
}

#[test]
fn lookalikes_stay() {
    unchanged(data::lookalikes());
}

/// All wanted texts are correct, so they stay.
#[test]
fn wanted_texts_stay() {
    let clean = |row: data::Damaged| data::Clean {
        kind: row.family,
        text: row.want,
        place: row.place,
    };
    unchanged(data::damaged().into_iter().map(clean).collect());
}

/// What is mended leaves the list, and becomes a case that must pass.
#[test]
fn known_failures_still_fail() {
    let mut failures = Failures::default();
    for row in data::known_failures() {
        failures.case(&row.family);
        let got = repair(&row.text).text();
        if got == row.want {
            failures.fail(
                &row.family,
                format!("  {}: mended: {:?}", row.place, row.text),
            );
        }
    }
    failures.finish();
}

/// Of a hundred lines that a chain damaged, so many may be made worse; the aim
/// is none.
const WORSE: usize = 20;
/// Lines a chain in [`generated_damage_is_restored_or_left`].
const SAMPLE: usize = 60;

/// A text as it is typed where a charset has no curly quotes and dashes.
fn typed(text: &str) -> String {
    let ascii = |c| match c {
        '‘' | '’' => '\'',
        '“' | '”' | '„' => '"',
        '–' | '—' | '−' => '-',
        '\u{A0}' => ' ',
        c => c,
    };
    text.chars()
        .map(ascii)
        .collect::<String>()
        .replace('…', "...")
}

/// Clean lines in all languages, broken by each chain in `floors.tsv`: the
/// floor's share is restored, and hardly a line is made worse.
///
/// Each chain is tried with up to [`SAMPLE`] lines of those it breaks in three
/// letters or more; `UNBAKE_CORPUS=all` tries all, and prints the shares.
#[test]
#[allow(clippy::print_stdout)] // asked for
fn generated_damage_is_restored_or_left() {
    let all = std::env::var("UNBAKE_CORPUS").is_ok_and(|value| value == "all");
    let clean = data::clean();
    let mut failures = Failures::default();
    for (
        n,
        data::Floor {
            chain: name,
            percent: floor,
            langs,
        },
    ) in data::floors().into_iter().enumerate()
    {
        failures.case(&name);
        let Some(chain) = data::Misreadings::parse(&name) else {
            panic!("{name}: not misreadings")
        };
        let mut rows: Vec<(&data::Clean, String, String)> = Vec::new();
        for row in clean
            .iter()
            .filter(|row| langs.is_empty() || langs.contains(&row.kind))
        {
            let mut want = row.text.clone();
            let text = chain.rebreak(&want).or_else(|| {
                want = typed(&want);
                chain.rebreak(&want)
            });
            let Some(text) = text.filter(|text| !text.contains('\u{FFFD}')) else {
                continue;
            };
            let changed = |c: &char| {
                chain
                    .rebreak(c.encode_utf8(&mut [0; 4]))
                    .is_none_or(|s| !s.starts_with(*c))
            };
            let letters = want.chars().filter(|c| !c.is_ascii() && c.is_alphabetic());
            if letters.filter(changed).take(3).count() == 3 {
                rows.push((row, text, want));
            }
        }
        let stride = if all {
            1
        } else {
            rows.len().div_ceil(SAMPLE).max(1)
        };
        let (mut tried, mut restored) = (0, 0);
        let mut worse = Vec::new();
        let mut missed = Vec::new();
        for (row, text, want) in rows.iter().skip(n % stride).step_by(stride) {
            tried += 1;
            failures.case(&name);
            let repair = repair(text);
            let got = repair.text();
            if got == *want {
                restored += 1;
                continue;
            }
            if let Some(piece) = data::worse(want, text, &chain, &repair) {
                let what = told(&row.place, text, &got, want);
                worse.push(format!("{what}\n    made worse: {piece}"));
            }
            missed.push(told(&row.place, text, &got, want));
        }
        if worse.len() * 100 > WORSE * tried as usize {
            for what in worse {
                failures.fail(&name, what);
            }
        }
        let share = 100.0 * f64::from(restored) / f64::from(tried.max(1));
        if all {
            println!("{name}\t{share:.1}\t({restored} of {tried})");
        }
        if tried > 0 && share < floor {
            let some = missed[..missed.len().min(5)].join("\n");
            failures.fail(
                &name,
                format!("  {share:.1} % of {tried} restored, floor {floor} %; such as\n{some}"),
            );
        }
    }
    failures.finish();
}
