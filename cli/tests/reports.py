#!/usr/bin/env python3
"""The reports of `unbake` against their schemas, and their places against the
files: SARIF 2.1.0, by the schema that comes with the crate serde-sarif, and
JSON Lines, by docs/report.schema.json.

    cli/tests/reports.py UNBAKE

Needs Python with jsonschema, and cargo, which fetches the crate.
"""

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import jsonschema

UNBAKE = str(Path(sys.argv[1]).resolve())
ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "a b/é#%.txt": "\ufeffLa RÃ©publique 😀 cafÃ©\r\n\r\nIl a dÃ©jÃ  fermÃ© la fenÃªtre.\n<b>donâ€™t</b>",
    "records.jsonl": '{"a": "😀 caf\\u00c3\\u00a9", "b": ["donâ€™t \\ud83d\\ude00 RÃ©publique"]}\n',
    "table.csv": 'a,b\n"La ""RÃ©publique""\nde 1875",donâ€™t\n',
    "clean.txt": "Nothing here.\n",
    "lost.txt": "cafÃ© caf\ufffd\ufffd 锟斤拷\ncode \u202e that hides\n",
}

# What is found in lost.txt and not changed.
UNMENDED = ["unrecoverable", "unrecoverable", "unbalanced-bidi"]


def run(folder, *args):
    done = subprocess.run([UNBAKE, *args], cwd=folder, capture_output=True)
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.stdout


def sarif_schema(folder):
    project = folder / "schema"
    (project / "src").mkdir(parents=True)
    (project / "src/lib.rs").write_text("")
    (project / "Cargo.toml").write_text(
        '[package]\nname = "schema"\nedition = "2024"\n[workspace]\n[dependencies]\nserde-sarif = "=0.8.0"\n'
    )
    subprocess.run(["cargo", "vendor", "-q", "vendor"], cwd=project, check=True, stdout=subprocess.DEVNULL)
    schema = json.loads((project / "vendor/serde-sarif/src/schema.json").read_text())
    assert "2.1.0" in schema["title"], schema["title"]
    return schema


def lines(path):
    """The lines of a file as SARIF counts them, a byte-order mark left out."""
    return path.read_bytes().decode().removeprefix("\ufeff").split("\n")


def apply(path, replacements):
    """The file with the fixes of a report made."""
    text = lines(path)
    for replacement in reversed(replacements):
        region = replacement["deletedRegion"]
        first, last = region["startLine"] - 1, region["endLine"] - 1
        new = replacement["insertedContent"]["text"]
        line = text[first][: region["startColumn"] - 1] + new + text[last][region["endColumn"] - 1 :]
        text[first : last + 1] = [line]
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    return mark + "\n".join(text).encode()


def sarif(folder, schema, options):
    log = json.loads(run(folder, "scan", "--report", "sarif", *options, *FILES, "packed.txt.gz"))
    jsonschema.Draft7Validator(schema).validate(log)
    # The validator has teeth.
    wrong = json.loads(json.dumps(log))
    wrong["runs"][0]["results"][0]["level"] = "grave"
    assert not jsonschema.Draft7Validator(schema).is_valid(wrong)
    (one,) = log["runs"]
    assert one["columnKind"] == "unicodeCodePoints"
    replacements = {name: [] for name in FILES}
    unmended = [result for result in one["results"] if result["ruleId"] in UNMENDED]
    assert [result["ruleId"] for result in unmended] == UNMENDED
    assert not any("fixes" in result for result in unmended)
    for result in one["results"]:
        rule = one["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        name = unquote(place["artifactLocation"]["uri"])
        if result in unmended:
            continue
        if name == "packed.txt.gz":
            assert "fixes" not in result
            continue
        (fix,) = result["fixes"]
        (change,) = fix["artifactChanges"]
        replacements[name] += change["replacements"]
        region = place["region"]
        if name.endswith(".txt"):
            line = lines(folder / name)[region["startLine"] - 1]
            there = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            assert there == result["properties"]["before"], result
    for name, replaced in replacements.items():
        assert apply(folder / name, replaced) == run(folder, "fix", *options, name), name
    return len(one["results"]) - len(unmended)


def json_lines(folder, options):
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)

    def lines_of(command):
        report = run(folder, command, "--report", "json", *options, *FILES, "packed.txt.gz")
        report = [json.loads(line) for line in report.splitlines()]
        for line in report:
            jsonschema.Draft7Validator(schema).validate(line)
            known = {key for kind in schema["oneOf"] for key in kind["properties"]}
            assert set(line) <= known, line
        return report

    report, scanned = lines_of("diff"), lines_of("scan")
    # What cannot be mended is said between the changes, and is none.
    unmended = [line for line in scanned if line["type"] == "unmended"]
    assert [line["kind"] for line in unmended] == UNMENDED
    assert [line for line in scanned if line not in unmended] == report
    assert report[0]["type"] == "begin" and report[-1] == {"type": "end", "changes": len(report) - 2}
    for change in report[1:-1]:
        if change["file"].endswith(".txt"):
            start, end = change["span"]
            there = (folder / change["file"]).read_bytes()[start:end].decode()
            assert there == change["before"], change
    return len(report) - 2


with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    (folder / "packed.txt.gz").write_bytes(gzip.compress("La RÃ©publique\n".encode()))
    schema = sarif_schema(folder)
    for options in [], ["--profile", "ftfy"]:
        found = sarif(folder, schema, options)
        assert found == json_lines(folder, options) > 8, found
        print("ok", found, "changes", *options)
    empty = json.loads(run(folder, "scan", "--report", "sarif", "clean.txt"))
    jsonschema.Draft7Validator(schema).validate(empty)
