"""ftfy's own tests, taken from its sdist, with `unbake.ftfy` under its name.

Left out are the tests of its command. What fails is listed in
`ftfy_deviations.tsv`, each with the reason, and nothing else may fail; nor may
anything listed pass. With UNBAKE_UPDATE=1 the list becomes what fails; reasons
are to be written by hand.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

VERSION = "6.3.1"
HERE = Path(__file__).parent
LIST = HERE / "ftfy_deviations.tsv"
WHY = "?"


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ftfy")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=ftfy"]
    subprocess.run([*pip, f"ftfy=={VERSION}", "--dest", folder], check=True)
    with tarfile.open(folder / f"ftfy-{VERSION}.tar.gz") as sdist:
        sdist.extractall(folder, filter="data")
    shutil.move(folder / f"ftfy-{VERSION}" / "tests", folder / "suite")
    return folder / "suite"


def deviations():
    rows = LIST.read_text(encoding="utf-8").splitlines()[1:]
    return {name: reason for name, reason in (row.split("\t") for row in rows)}


def test_suite(suite):
    report = suite.parent / "report.xml"
    arguments = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", "--ignore=test_cli.py", "."]
    command = [sys.executable, HERE / "as_ftfy.py", *arguments]
    ran = subprocess.run(command, cwd=suite, capture_output=True, text=True)
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    passed, failed = set(), {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname').rpartition('.')[2]}::{case.get('name')}"
        failure = case.find("failure")
        if failure is None:
            passed.add(name)
        elif "XPASS(strict)" in failure.get("message"):
            # Known to fail in ftfy, and not here.
            passed.add(name)
        else:
            failed[name] = failure.text
    print(f"{len(passed)} pass, {len(failed)} fail")
    listed = deviations()
    assert len(passed) + len(failed) > 300
    if os.environ.get("UNBAKE_UPDATE"):
        for name, text in failed.items():
            if name not in listed:
                print(name, *(line for line in text.splitlines() if line.startswith("E")), sep="\n")
        rows = [f"{name}\t{listed.get(name, WHY)}\n" for name in sorted(failed)]
        LIST.write_text("test\treason\n" + "".join(rows), encoding="utf-8")
        listed = deviations()
    assert sorted(failed.keys() - listed.keys()) == [], "not listed"
    assert sorted(listed.keys() - failed.keys()) == [], "listed, and passes"
    assert WHY not in listed.values()
