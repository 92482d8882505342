//! `unbake.toml`, completions and manual pages.

use std::fs;
use std::path::Path;
use std::process::Command;

fn run(folder: &Path, args: &[&str], code: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbake"));
    let output = command.current_dir(folder).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn a_file_is_found_upward_and_the_command_line_wins() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::write(
        folder.path().join("unbake.toml"),
        "field = [\"text\"]\nwrite = false\njobs = 2\n",
    )
    .unwrap();
    let record = "{\"text\": \"cafÃ©\", \"title\": \"cafÃ©\"}\n";
    fs::write(deep.join("a.jsonl"), record).unwrap();
    let text = record.replacen("Ã©", "é", 1);
    assert_eq!(run(&deep, &["fix", "a.jsonl"], 0), text);
    let title = "{\"text\": \"cafÃ©\", \"title\": \"café\"}\n";
    assert_eq!(
        run(&deep, &["fix", "a.jsonl", "--field", "title"], 0),
        title
    );
    assert_eq!(
        run(&deep, &["fix", "a.jsonl", "--no-config"], 0),
        record.replace("Ã©", "é")
    );
    // Options of `fix` are no trouble to the others.
    assert_eq!(run(&deep, &["scan", "a.jsonl"], 1).lines().count(), 1);

    let effective = run(&deep, &["config", "--min-score", "9"], 0);
    assert!(
        effective.starts_with("# ") && effective.contains("unbake.toml\n"),
        "{effective}"
    );
    for line in [
        "field = [\"text\"]",
        "jobs = 2",
        "min-score = 9",
        "max-record = \"64M\"",
        "on-error = \"pass\"",
    ] {
        assert!(
            effective.lines().any(|it| it == line),
            "{line}: {effective}"
        );
    }
    // What it prints is a file that it reads.
    fs::write(deep.join("other.toml"), &effective).unwrap();
    assert_eq!(
        run(
            &deep,
            &[
                "fix",
                "a.jsonl",
                "--config",
                "other.toml",
                "--min-score",
                "0"
            ],
            0
        ),
        text
    );
    assert!(run(&deep, &["config", "--no-config"], 0).starts_with("# no unbake.toml\n"));
}

#[test]
fn a_wrong_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for (content, says) in [
        ("fields = 1", "unbake.toml:1:1: unknown option `fields`\n"),
        (
            "jobs = \"many\"",
            "unbake.toml:1:8: invalid value 'many' for '--jobs <N>': ",
        ),
        ("jobs = 1\nwrite = 1", ":2:9: `write` is true or false\n"),
        ("field = ", "unbake.toml:1:9: "),
        ("# é\nfield = [\"é\"\nx]", "unbake.toml:3:1: "),
        ("config = \"x\"", ":1:1: `config` is for the command line\n"),
        (
            "min-score = 1.5",
            ":1:13: `min-score`: 1.5 is no whole number\n",
        ),
        (
            "[fix]",
            ":1:1: `fix` is a text, a number or a list of them\n",
        ),
        (
            "fix = [\"nfc\",\n  \"quotes,x\"]",
            "unbake.toml:2:3: invalid value 'x' for '--fix <NAME,…>'",
        ),
        (
            "force = true\nmax-record = \"1.5G\"",
            "unbake.toml:2:14: invalid value '1.5G' for '--max-record <SIZE>': \
             a size is a whole number and K, M or G\n",
        ),
        (
            "output = \"a\"\nwrite = true",
            ":1:10: the argument '--output <DIR>' cannot be used with '--write'\n",
        ),
    ] {
        fs::write(folder.path().join("unbake.toml"), content).unwrap();
        for command in ["fix", "config"] {
            let said = run(folder.path(), &[command], 2);
            assert!(
                said.contains(says) && said.contains("unbake.toml"),
                "{content}: {said}"
            );
        }
    }
    run(folder.path(), &["fix", "--config", "absent.toml"], 2);
}

/// What cannot go along with an option on the command line does not count.
#[test]
fn the_command_line_wins_over_what_conflicts_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let (damaged, right) = ("{\"t\": \"cafÃ©\"}\n", "{\"t\": \"café\"}\n");
    for (file, args, code, says) in [
        ("write = true", "fix -o out1 a.jsonl", 0, ""),
        (
            "write = true\nbackup = '.old'",
            "fix -o out2 a.jsonl",
            0,
            "",
        ),
        ("backup = '.old'\nmax-lost = 0.5", "fix a.jsonl", 0, right),
        ("output = 'out3'", "fix -w a.jsonl", 0, ""),
        ("limit = 1", "fix -w a.jsonl", 0, ""),
        ("tag = 'found'", "fix --drop a.jsonl", 0, ""),
        ("tag = 'found'", "fix --drop --max-lost 5 a.jsonl", 0, ""),
        ("drop = true", "fix --tag found a.jsonl", 0, "\"found\":["),
        (
            "no-fix = ['mojibake']",
            "fix --fix mojibake a.jsonl",
            0,
            right,
        ),
        (
            "no-fix = ['nfc,mojibake']",
            "fix --fix mojibake a.jsonl",
            0,
            right,
        ),
        ("no-fix = ['mojibake']", "fix --fix nfc a.jsonl", 0, damaged),
        (
            "chain = 'utf-8>cp850'",
            "fix --charsets windows-1252 a.jsonl",
            0,
            right,
        ),
        ("chain = 'utf-8>cp850'", "fix a.jsonl", 0, "cafǸ"),
        ("style = 'inline'", "diff --patch a.jsonl", 1, "+++ "),
        ("report = 'json'", "diff --patch a.jsonl", 1, "+++ "),
        ("report = 'json'", "diff --html page.html a.jsonl", 1, ""),
    ] {
        write("a.jsonl", damaged);
        write("unbake.toml", file);
        let args: Vec<_> = args.split(' ').collect();
        let shown = run(folder.path(), &args, code);
        assert!(shown.contains(says), "{file}: {args:?}: {shown}");
        assert_eq!(
            shown.is_empty(),
            says.is_empty(),
            "{file}: {args:?}: {shown}"
        );
        let is_written = fs::read_to_string(folder.path().join("a.jsonl")).unwrap() == right;
        assert_eq!(is_written, args.contains(&"-w"), "{file}: {args:?}");
    }
    // What a file says itself must go together.
    write("unbake.toml", "write = true\noutput = 'out4'");
    run(folder.path(), &["fix", "a.jsonl"], 2);
}

#[test]
fn patterns_in_a_file_keep_what_they_match() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("unbake.toml"),
        "keep = ['^#.*', '\\bthÃ©']\nkeep-code = true\n",
    )
    .unwrap();
    let text = "# cafÃ©\nle thÃ©, le cafÃ© et `cafÃ©`\n";
    fs::write(folder.path().join("a.md"), text).unwrap();
    let fixed = "# cafÃ©\nle thÃ©, le café et `cafÃ©`\n";
    assert_eq!(run(folder.path(), &["fix", "a.md"], 0), fixed);
    let fixed = "# café\nle thé, le cafÃ© et `cafÃ©`\n";
    let keep = ["fix", "--keep", "le cafÃ©", "a.md"];
    assert_eq!(run(folder.path(), &keep, 0), fixed);
}

/// A chain stands against whatever profile the file names.
#[test]
fn a_profile_in_a_file_adds_nothing_to_a_chain() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unbake.toml");
    fs::write(folder.path().join("a.txt"), "cafÃ© don\u{92}t\n").unwrap();
    let args = ["fix", "--chain", "utf-8>windows-1252", "a.txt"];
    for profile in ["repair", "corpus"] {
        fs::write(&file, format!("profile = \"{profile}\"\n")).unwrap();
        assert!(run(folder.path(), &args, 0).starts_with("café don\u{92}"));
    }
}

#[test]
fn a_text_is_explained_as_the_file_would_have_it_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unbake.toml");
    // Options of the others are no trouble.
    fs::write(&file, "fix = [\"quotes\"]\nfield = [\"text\"]\n").unwrap();
    let explain = |args: &[&str]| run(folder.path(), &[&["explain"], args].concat(), 0);
    assert!(explain(&["“so”"]).contains("“ → \"  quotes"));
    for args in [["--no-config", "“so”"], ["--fix=nfc", "“so”"]] {
        assert!(explain(&args).ends_with("nothing to repair\n"));
    }
}

#[test]
fn completions_and_pages_name_every_option() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["man", "new/man"], 0);
    let folder_of_pages = folder.path().join("new/man");
    for page in [
        "unbake.1",
        "unbake-fix.1",
        "unbake-scan.1",
        "unbake-diff.1",
        "unbake-explain.1",
    ] {
        assert!(folder_of_pages.join(page).is_file(), "{page}");
    }
    let page = fs::read_to_string(folder_of_pages.join("unbake-fix.1")).unwrap();
    let page = page.replace("\\-", "-");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(folder.path(), &["completions", shell], 0);
        for option in [
            "files-from",
            "max-record",
            "on-error",
            "backup",
            "keep-code",
        ] {
            assert!(script.contains(option), "{shell} {option}");
            assert!(page.contains(&format!("--{option}")), "{option}");
        }
    }
    let script = run(folder.path(), &["completions", "bash"], 0);
    fs::write(folder.path().join("unbake.bash"), script).unwrap();
    let asks = "source unbake.bash; COMP_WORDS=(unbake fix --max-r); COMP_CWORD=2; _unbake unbake --max-r fix; echo ${COMPREPLY[@]}";
    if let Ok(output) = Command::new("bash")
        .current_dir(folder.path())
        .args(["-c", asks])
        .output()
    {
        assert_eq!(String::from_utf8_lossy(&output.stdout), "--max-record\n");
    }
}
