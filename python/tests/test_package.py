import array
import ast
import collections
import copy
import doctest
import importlib
import inspect
import pickle
import re
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest

import unbake
from unbake import Config


def test_fix(damaged, mended):
    for text, wanted in zip(damaged, mended):
        if text is not None:
            assert unbake.fix(text) == wanted


def test_what_is_right_is_the_same_object():
    text = "ATENÇÃO: NÃO FUMAR"
    assert unbake.fix(text) is text
    assert unbake.repair(text).text is text
    assert unbake.repair(text).is_clean


def test_offsets():
    text = "😀 schÃ¶n\r\nund dâ€™Ã  cÃ´tÃ© Le cafÃ©"
    repair = unbake.repair(text)
    assert len(repair.edits) >= 4
    as_bytes = text.encode()
    at, out = 0, ""
    for edit in repair.edits:
        assert text[edit.start : edit.end] == edit.before
        assert as_bytes[edit.byte_start : edit.byte_end] == edit.before.encode()
        assert edit.before != edit.after
        out += text[at : edit.start] + edit.after
        at = edit.end
    assert out + text[at:] == repair.text == unbake.fix(text)


def test_retain():
    repair = unbake.repair("schÃ¶n und grÃ¼n")
    assert repair.retain(lambda edit: edit.after == "ü").text == "schÃ¶n und grün"
    assert repair.retain(lambda edit: False).is_clean
    with pytest.raises(ZeroDivisionError):
        repair.retain(lambda edit: 1 / 0)


def test_keep():
    text = "😀 schÃ¶n, `schÃ¶n`, grÃ¼n"
    repair = unbake.repair(text)
    code = [match.span() for match in re.finditer("`[^`]*`", text)]
    assert repair.keep(code).text == "😀 schön, `schÃ¶n`, grün"
    assert repair.keep(reversed([(0, 9), (22, 99)])).text == "😀 schÃ¶n, `schön`, grÃ¼n"
    assert repair.keep([(0, 5), (7, 7), (99, 100)]).text == repair.text
    for wrong, error in [(1, TypeError), ([1], TypeError), ([(-1, 2)], OverflowError)]:
        with pytest.raises(error):
            repair.keep(wrong)


def test_lone_surrogates_stay():
    text = "\udc80schÃ¶n\ud83d grÃ¼n\ude00 Ã\udfff"
    assert unbake.fix(text) == "\udc80schön\ud83d grün\ude00 Ã\udfff"
    for edit in unbake.repair(text).edits:
        assert text[edit.start : edit.end] == edit.before
        in_bytes = text.encode("utf-8", "surrogatepass")[edit.byte_start : edit.byte_end]
        assert in_bytes.decode() == edit.before
    # No damage is read into what stands for them.
    text = "Ð¡Ð¿Ð°Ñ\udc81Ð¸Ð±Ð¾ Ð·Ð° Ð¿Ð¾Ð¼Ð¾Ñ‰ÑŒ"
    assert unbake.fix(text).count("\udc81") == 1
    assert "за помощь" in unbake.fix(text)
    with pytest.raises(UnicodeEncodeError):
        unbake.unified_diff(text)


def test_config():
    assert unbake.fix("“ﬁancÃ©”", Config("ftfy")) == '"fiancé"'
    assert unbake.fix("“ﬁancÃ©”", Config("ftfy", fixes={"quotes": False})) == "“fiancé”"
    chain = Config(chain="windows-1251>iso-8859-1")
    assert unbake.fix("Ïàðîì îòõîäèò", chain) == "Паром отходит"
    # A chain is all there is to undo, whatever the profile has besides.
    for profile in "repair", "corpus":
        assert unbake.fix("schÃ¶n\x85", Config(profile, chain="utf-8>windows-1252")) == "schön\x85"
    assert unbake.fix("Il a dÃ©jÃ  fermÃ©.", Config(exact_only=True)) == "Il a déjÃ  fermé."
    assert unbake.fix("schÃ¶n", Config(min_score=10_000)) == "schÃ¶n"
    assert unbake.fix("schÃ¶n", Config(charsets=["koi8-r"])) == "schÃ¶n"
    assert unbake.fix("schÃ¶n", Config(languages=["de-AT"])) == "schön"
    for wrong in [
        lambda: Config(languages=["nonsense"]),
        lambda: Config("nonsense"),
        lambda: Config(fixes={"nonsense": True}),
        lambda: Config(chain="utf-8>nonsense"),
        lambda: Config(charsets=["nonsense"]),
    ]:
        with pytest.raises(ValueError, match="nonsense"):
            wrong()
    with pytest.raises(TypeError):
        unbake.fix(b"bytes")


def test_config_is_pickled():
    config = Config(
        "corpus",
        fixes={"quotes": True},
        chain="utf-8>windows-1252",
        charsets=["windows-1252"],
        languages=["de"],
        min_score=3,
        exact_only=True,
    )
    copy = pickle.loads(pickle.dumps(config))
    assert copy == config and hash(copy) == hash(config) and repr(copy) == repr(config)
    assert copy != Config()
    assert eval(repr(config)) == config


def test_what_was_found_is_pickled():
    text = "\ud83d schÃ¶n, grÃ¼n\nÐŸÑ€Ð¸Ð²ÐµÑ‚"
    repair = unbake.repair(text)
    copy = pickle.loads(pickle.dumps(repair))
    assert copy.edits == repair.edits and copy.text == repair.text and copy.input == text
    assert pickle.loads(pickle.dumps(unbake.scan(text))) == unbake.scan(text)
    for data in ("Привет, мир!".encode("koi8-r"), b"a\x81b", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        decoded = unbake.decode(data, content_type="text/html; charset=euc-jp")
        copy = pickle.loads(pickle.dumps(decoded))
        for name in ("text", "charset", "source", "binary", "malformed", "overruled"):
            assert getattr(copy, name) == getattr(decoded, name)
    edit = repair.edits[0]
    for wrong in [("schön", [edit]), (text, repair.edits[::-1]), (text, [edit, edit]), ("", [edit])]:
        with pytest.raises(ValueError):
            unbake.Repair(*wrong)


def test_decode():
    decoded = unbake.decode("Привет, мир!".encode("windows-1251"), content_type="text/html; charset=windows-1251")
    assert (decoded.text, decoded.charset, decoded.source) == ("Привет, мир!", "windows-1251", "transport")
    page = b"<meta charset=windows-1251>" + "Привет, мир!".encode("windows-1251")
    assert unbake.decode(page, html=True).source == "meta"
    decoded = unbake.decode("Le théâtre français, à l'école".encode("windows-1252"), content_type="text/html; charset=utf-8")
    assert decoded.text == "Le théâtre français, à l'école"
    assert decoded.overruled == "utf-8"
    assert unbake.decode(b"\xe9", charset="iso-8859-2").text == "é"
    assert unbake.decode(b"a\x81b", charset="euc-jp").malformed
    assert unbake.decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").binary == "PNG image"
    assert unbake.decode(b"a", content_type="\ud800; charset=\ud800").text == "a"
    with pytest.raises(ValueError, match="nonsense"):
        unbake.decode(b"", charset="nonsense")


def test_scan():
    found = unbake.scan("schön\nund grÃ¼n, schÃ¶n\n\ngroÃŸ")
    assert [(f.line, f.column, f.edit.after) for f in found] == [(2, 7, "ü"), (2, 15, "ö"), (4, 4, "ß")]
    assert unbake.scan("schön") == []


def test_scan_of_a_long_line():
    found = unbake.scan("schÃ¶n und gut 😀 " * 100 + "\nschÃ¶n")
    assert [(f.line, f.column) for f in found] == [(1, 4 + 17 * i) for i in range(100)] + [(2, 4)]


def test_unified_diff():
    diff = unbake.unified_diff("eins\nschÃ¶n\n", "old", "new")
    assert diff == "--- old\n+++ new\n@@ -1,2 +1,2 @@\n eins\n-schÃ¶n\n+schön\n"
    assert unbake.unified_diff("schön") == ""


@pytest.mark.parametrize("size", [0, 10_000])
def test_a_panic_is_a_runtime_error(size):
    with pytest.raises(RuntimeError, match="asked to"):
        unbake._unbake._panic(size)


def test_the_gil_is_released():
    text = "Le cafÃ© est fermÃ©. ÐŸÑ€Ð¸Ð²ÐµÑ‚, Ð¼Ð¸Ñ€!\n" * 30_000
    ended = threading.Event()

    def work():
        unbake.fix(text)
        ended.set()

    worker = threading.Thread(target=work)
    beats = 0
    worker.start()
    while not ended.is_set():
        time.sleep(0.001)
        beats += 1
    worker.join()
    # With the GIL held this thread would have slept but once.
    assert beats > 3


def test_the_command(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("schÃ¶n\n", encoding="utf-8")
    installed = Path(sys.executable).with_name("unbake")
    for command in ([str(installed)], [sys.executable, "-m", "unbake"]):
        done = subprocess.run([*command, "fix", str(page)], capture_output=True, check=True)
        assert done.stdout.decode() == "schön\n"
        done = subprocess.run([*command, "scan", str(page)], capture_output=True)
        assert done.returncode == 1
        done = subprocess.run([*command, "fix", str(tmp_path / "none")], capture_output=True)
        assert done.returncode == 2


MODULES = [
    "unbake",
    "unbake.arrow",
    "unbake.ftfy",
    "unbake.ftfy.bad_codecs",
    "unbake.ftfy.bad_codecs.utf8_variants",
    "unbake.ftfy.badness",
    "unbake.ftfy.chardata",
    "unbake.ftfy.fixes",
    "unbake.ftfy.formatting",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried and not failed


def test_stubs_say_what_there_is():
    stubs = Path(unbake.__file__).with_name("_unbake.pyi")
    for node in ast.parse(stubs.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            function = getattr(unbake._unbake, node.name)
            names = [argument.arg for argument in node.args.args]
            assert list(inspect.signature(function).parameters) == names
            assert function.__doc__, node.name
            # What editors show.
            assert ast.get_docstring(node) or node.name not in unbake.__all__, node.name
        elif isinstance(node, ast.ClassDef):
            of_class = vars(getattr(unbake._unbake, node.name))
            there = {n for n in of_class if not n.startswith("_")}
            members = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name != "__new__"]
            assert there == {n.name for n in members}
            for member in members:
                assert ast.get_docstring(member), (node.name, member.name)
                assert of_class[member.name].__doc__, (node.name, member.name)


PROGRAM = """
from unbake import Config, Decoded, Edit, Finding, Repair, arrow, decode_response, ftfy
import unbake

def all_of_it(texts: list[str], config: Config | None = None) -> str:
    repair: Repair = unbake.repair(texts[0], config).keep([(0, 1)])
    edits: list[Edit] = repair.retain(lambda edit: edit.exact and edit.score > 10).edits
    findings: list[Finding] = unbake.scan(repair.text, Config("corpus", fixes={"nfc": True}))
    decoded: Decoded = unbake.decode(bytearray(b"x"), content_type="text/html", html=True)
    decoded = decode_response(object())
    text: str = ftfy.fix_text(decoded.text, ftfy.TextFixerConfig(uncurl_quotes=False), explain=False)
    text, plan = ftfy.fix_and_explain(text)
    text = ftfy.apply_plan(text, plan or [])
    columns: list[int] = arrow.fix([1], columns="text", config=config)
    print(edits[0].start, findings[0].edit.chain, columns, ftfy.fixes.fix_encoding_and_explain(text).text)
    return ftfy.fixes.fix_line_breaks(text) + unbake.unified_diff(text)
"""


@pytest.mark.parametrize("wrong", [None, "unbake.fix(b'')", "unbake.repair('').edits[0].begin", "Config('all')"])
def test_types_are_told(tmp_path, wrong):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + (wrong or ""))
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", program]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == (wrong is not None), run.stdout + run.stderr
    assert wrong is None or run.stdout.count("error:") == 1, run.stdout


def test_any_bytes_are_decoded():
    page = "Le théâtre français, à l'école".encode("windows-1252")
    for same in (bytearray(page), memoryview(page), array.array("B", page)):
        assert unbake.decode(same) == unbake.decode(page)
    with pytest.raises(TypeError, match="bytes-like"):
        unbake.decode("text")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"profile": "all"}, "unknown profile \"all\"; there are repair, corpus, ftfy"),
        ({"fixes": {"quote": True}}, "unknown fix \"quote\"; there are terminal-escapes, "),
        ({"charsets": ["none"]}, "unknown charset \"none\""),
        ({"chain": "utf-8>none"}, "unknown charset \"none\""),
    ],
)
def test_what_is_unknown_is_named(options, says):
    with pytest.raises(ValueError, match=says):
        unbake.Config(**options)


def test_copies_are_equal():
    for it in (unbake.repair("schÃ¶n"), unbake.repair("x"), unbake.decode(b"caf\xe9")):
        for same in (copy.copy(it), copy.deepcopy(it), pickle.loads(pickle.dumps(it))):
            assert same == it and hash(same) == hash(it) and not same != it
    assert unbake.repair("schÃ¶n") != unbake.repair("grÃ¼n")
    repair = unbake.repair("schÃ¶n")
    assert repair != repair.retain(lambda _: False) and repair != "schÃ¶n"
    assert unbake.decode(b"a") != unbake.decode(b"b")


def test_fixes_are_any_mapping():
    fixes = {"quotes": True, "mojibake": False}
    for mapping in (types.MappingProxyType(fixes), collections.ChainMap(fixes), collections.OrderedDict(fixes)):
        assert unbake.Config(fixes=mapping) == unbake.Config(fixes=fixes)
    for wrong in ([("quotes", True)], {"quotes": "no"}):
        with pytest.raises(TypeError):
            unbake.Config(fixes=wrong)
