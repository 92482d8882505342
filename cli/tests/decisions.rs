//! What was accepted on the page of `diff --html` is what `fix --decisions`
//! changes. `page.py` does the same with a browser.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn unbake(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
    command.current_dir(folder).args(args).output().unwrap()
}

/// The data of a page.
fn data(page: &str, id: &str) -> Value {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

/// A file of decisions as the page's script makes it: each change with what
/// `accept` says about its number and what stands there after it.
fn decisions(page: &str, accept: impl Fn(usize, &str) -> bool) -> String {
    let (changes, tables) = (data(page, "changes"), data(page, "tables"));
    let mut lines = vec![json!({ "decisions": tables["version"] }).to_string()];
    for (i, change) in changes.as_array().unwrap().iter().enumerate() {
        let document = &tables["documents"][usize::try_from(change[4].as_u64().unwrap()).unwrap()];
        let after = change[10].as_str().unwrap();
        let decision = json!({
            "document": document, "span": change[5], "after": after, "accept": accept(i, after),
        });
        lines.push(decision.to_string());
    }
    lines.join("\n")
}

#[test]
fn only_what_was_accepted_changes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.txt", "La RÃ©publique\ncafÃ© donâ€™t\n");
    write(
        "b.jsonl",
        "{\"a\": \"caf\\u00c3\\u00a9 donâ€™t\"}\n{\"a\": \"La RÃ©publique\"}\n",
    );
    write("c.csv", "a,b\n\"La \"\"RÃ©publique\"\"\",donâ€™t\n");
    let files = ["a.txt", "b.jsonl", "c.csv"];
    let run = |args: &[&str]| unbake(folder.path(), &[args, &files[..]].concat());
    let page = || {
        let made = run(&["diff", "--html", "page.html"]);
        assert_eq!(made.status.code(), Some(1), "{made:?}");
        fs::read_to_string(folder.path().join("page.html")).unwrap()
    };
    let page = page();
    let all = run(&["fix"]);
    write("d", &decisions(&page, |_, _| true));
    assert_eq!(run(&["fix", "--decisions", "d"]), all);
    write("d", &decisions(&page, |_, _| false));
    let none = run(&["fix", "--decisions", "d"]);
    let before: Vec<u8> = files
        .iter()
        .flat_map(|file| fs::read(folder.path().join(file)).unwrap())
        .collect();
    assert_eq!(none.status.code(), Some(0), "{none:?}");
    assert_eq!(none.stdout, before);
    write("d", &decisions(&page, |_, after| after == "é"));
    let some = run(&["fix", "--decisions", "d"]);
    assert_eq!(
        String::from_utf8(some.stdout).unwrap(),
        "La République\ncafé donâ€™t\n\
         {\"a\": \"café donâ€™t\"}\n{\"a\": \"La République\"}\n\
         a,b\n\"La \"\"République\"\"\",donâ€™t\n"
    );

    // What was not looked at stays, and what is no more is an error.
    write("a.txt", "La RÃ©publique\ncafÃ© donâ€™t. GrÃ¼ÃŸe\n");
    let stale = run(&["fix", "--decisions", "d"]);
    assert_eq!(stale.status.code(), Some(2));
    assert!(
        stale.stdout.starts_with("La RÃ©publique\ncafÃ©".as_bytes()),
        "{stale:?}"
    );
    let complaint = String::from_utf8(stale.stderr).unwrap();
    assert!(complaint.contains(", nor 2 others"), "{complaint}");
    assert!(
        complaint.starts_with("unbake: d:2: these inputs have no such change"),
        "{complaint}"
    );
}

#[test]
fn decisions_that_contradict_each_other_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let line = |accept| json!({ "document": "00", "span": [0, 1], "after": "", "accept": accept });
    let text = format!("{{\"decisions\":1}}\n{}\n\n{}\n", line(true), line(false));
    fs::write(folder.path().join("d"), text).unwrap();
    let refused = unbake(folder.path(), &["fix", "--decisions", "d"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        refused.stderr,
        b"unbake: d:4: decided otherwise on line 2\n"
    );
}

/// However long a text, the page has no more of it than is around changes.
#[test]
fn a_page_has_what_is_around_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let long = "far away ".repeat(10_000);
    fs::write(folder.path().join("a.txt"), format!("{long}cafÃ©{long}\n")).unwrap();
    unbake(folder.path(), &["diff", "--html", "page.html", "a.txt"]);
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    let changes = data(&page, "changes");
    assert_eq!(changes[0][11][1], "Ã©");
    let around = [
        changes[0][11][0].as_str().unwrap(),
        changes[0][11][2].as_str().unwrap(),
    ];
    assert!(
        around.iter().all(|text| text.chars().count() < 100),
        "{around:?}"
    );
}
