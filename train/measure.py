#!/usr/bin/env python3
"""Collect correct lines to measure false changes with, from packages not trained on.

    measure.py OUT [SOURCE ...]    collect all sources, or these

No package here is one of `SOURCES.md`: the counts have not seen these texts. Their
licences vary, GPL among them; nothing of them belongs in the repository. Packages
come through the ordinary clients (apt-get, pip, npm, cargo) into OUT/cache, are read
without being installed, and become

    OUT/clean-NNN.jsonl     100,000 rows a file: {"id", "lang", "src", "text"}
    OUT/doubtful.jsonl      rows left out because they look damaged already

A line is 10 to 600 characters of a message or paragraph as it stands: placeholders,
tags and mnemonics stay, for a correct line must not change whatever is in it. At most
one line in ten is ASCII, and at most `CAP` come from one language of one source. Rows
are in the order of their hashes; no clock, no randomness. Rows that OUT already holds
stay as they are, and new ones follow.

Debian's pinned versions are those of bookworm (12).
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter, defaultdict
from io import BytesIO
from pathlib import Path
from typing import Callable, Iterable, Iterator, NamedTuple

import fetch

CAP = 2500  # lines of one language of one source
ROWS = 100_000
SHORTEST, LONGEST = 10, 600


class Source(NamedTuple):
    registry: str  # apt, pypi, npm or crates
    package: str
    version: str
    domain: str
    lang: str = ""  # of files whose path names none


# ----------------------------------------------------------------------- sources
# A row: package, version, and the language of files whose path names none.

TABLE = {
    ("apt", "prose"): """
        wesnoth-1.16-data 1:1.16.9-1
        fortunes-bg 1.4 bg
        fortunes-cs 2.0.9-1.1 cs
        fortunes-de 0.35-1 de
        fortunes-es 1.36 es
        fortunes-it 1.99-4.1 it
        fortunes-pl 0.0.20130525-3 pl
        fortunes-ru 1.52-3.1 ru
    """,
    ("apt", "poetry"): """
        fortunes-zh 2.98 zh-Hans
    """,
    ("apt", "names"): """
        iso-codes 4.15.0-1
        libgweather-4-common 4.2.0-2
    """,
    ("apt", "interface"): """
        libc-l10n 2.36-9+deb12u14
        gimp-data 2.10.34-1+deb12u10
        cinnamon-l10n 5.6.1-2
        xkb-data 2.35.1-1
        freeciv-data 3.0.6-1+deb12u1
    """,
    ("apt", "units"): """
        libkf5unitconversion-data 5.103.0-1
    """,
    ("apt", "manual"): """
        manpages-cs 4.18.1-1
        manpages-de 4.18.1-1
        manpages-es 4.18.1-1
        manpages-fr 4.18.1-1
        manpages-hu 1:4.18.1-1
        manpages-ja 0.5.0.0.20221215+dfsg-1
        manpages-pl 1:4.18.1-1
        manpages-ru 4.18.1-1
        manpages-tr 2.0.6-2
        manpages-uk 4.18.1-1
        manpages-zh 1.6.4.0-1
    """,
}
SOURCES = [
    Source(registry, package, version, domain, *lang)
    for (registry, domain), rows in TABLE.items()
    for package, version, *lang in map(str.split, rows.strip().splitlines())
]

# ----------------------------------------------------------------------- readers


def mo(data: bytes) -> Iterator[str]:
    charset = re.search(rb"charset=([\w-]+)", data)
    if charset and charset[1].lower() in (b"utf-8", b"utf8"):
        yield from fetch.mo(data)


_ROFF = {"\\-": "-", "\\&": "", "\\|": "", "\\^": "", "\\/": "", "\\,": "", "\\:": "", "\\%": "", "\\ ": " ",
         "\\~": " ", "\\e": "\\", "\\(em": "—", "\\(en": "–", "\\(bu": "•", "\\(co": "©", "\\(aq": "'",
         "\\(dq": '"', "\\(lq": "“", "\\(rq": "”", "\\(oq": "‘", "\\(cq": "’", "\\(Fo": "«", "\\(Fc": "»"}


def man(data: bytes) -> Iterator[str]:
    """Headings and paragraphs of a manual page, without its markup."""
    page = data.decode("utf-8")  # not UTF-8: not read
    paragraph: list[str] = []
    for row in page.splitlines() + [".PP"]:
        text = re.sub(r"\\f(?:\[\w*\]|\(\w\w|\w)|\\s[-+]?\d|\\\".*", "", row)
        text = re.sub(r"\\(?:\(\w\w|[-&|^/,:% ~e])", lambda m: _ROFF.get(m[0], "\0"), text)
        text = re.sub(r"\\\[u([0-9A-F]{4,5})\]", lambda m: chr(int(m[1], 16)), text)
        macro = re.match(r"[.']\s*([A-Za-z]*)\s*(.*)", text)
        if macro and macro[1] in ("B", "I", "BR", "IR", "RB", "RI", "BI", "IB"):
            parts = re.findall(r'"([^"]*)"|(\S+)', macro[2])
            joint = "" if len(macro[1]) == 2 else " "
            paragraph.append(joint.join(a or b for a, b in parts))
        elif macro:
            yield " ".join(paragraph)
            paragraph = []
            if macro[1] in ("SH", "SS"):
                yield macro[2].strip('"')
        else:
            paragraph.append(text)


def fortunes(data: bytes) -> Iterator[str]:
    for row in data.decode("utf-8").splitlines():
        yield re.sub("\x1b\\[[0-9;]*m", "", row)


def html_text(data: bytes) -> Iterator[str]:
    data.decode("utf-8")
    yield from fetch.html_blocks(data)


LC = r"(?P<lang>[a-z]{2,3}(?:[_@.-][A-Za-z0-9]+){0,2})"
RULES: list[tuple[re.Pattern, Callable[[bytes], Iterable[str]]]] = [
    (re.compile(path), reader)
    for path, reader in [
        (rf"/{LC}/LC_MESSAGES/[^/]+\.mo$", mo),
        (rf"/share/man/{LC}/man\w+/[^/]+$", man),
        (r"/games/fortunes/(?:[\w-]+/)*[\w-]+(?:\.fortunes)?$", fortunes),
        (r"\.html?(?:\.gz)?$", html_text),
    ]
]

# ---------------------------------------------------------------------- packages


def archives(source: Source, cache: Path) -> list[Path]:
    if source.registry != "apt":
        return fetch.archives(fetch_row(source), cache)
    into = cache / "apt" / source.package
    if not list(into.glob("*.deb")):
        into.mkdir(parents=True, exist_ok=True)
        pin = f"{source.package}={source.version}"
        subprocess.run(["apt-get", "download", "-qq", pin], cwd=into, check=True, stderr=subprocess.DEVNULL)
    return sorted(into.glob("*.deb"))


def fetch_row(source: Source):
    return fetch.Source(source.package, source.registry, source.package, source.version, "", "", [])


def members(archive: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if archive.suffix != ".deb":
        yield from fetch.members(archive)
        return
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as deb:
        with tarfile.open(fileobj=deb.stdout, mode="r|") as tar:
            for info in tar:
                if info.isfile():
                    yield info.name, lambda info=info: tar.extractfile(info).read()


def messages(source: Source, cache: Path) -> Iterator[tuple[str, str]]:
    """(language, message) of every file that a rule knows."""
    for archive in archives(source, cache):
        for name, read in members(archive):
            for path, reader in RULES:
                if not (m := path.search(name)):
                    continue
                tag = m.groupdict().get("lang")
                lang = fetch.canonical(tag) if tag else source.lang
                if lang:
                    try:
                        data = read()
                        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
                        yield from ((lang, text) for text in reader(data))
                    except (UnicodeDecodeError, OSError):
                        pass
                break


# ------------------------------------------------------------------------- lines

_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff\ue000-\uf8ff]")


def by_end(digest: bytes) -> bytes:
    """A key to choose lines by that has nothing to do with their order."""
    return digest[::-1]


def rows_of(source: Source, cache: Path, seen: set[bytes], held: Counter) -> tuple[list[dict], list[dict]]:
    """The source's lines, at most CAP of a language, and those that look damaged."""
    lines: dict[str, dict[bytes, str]] = defaultdict(dict)
    doubtful = []
    for lang, message in messages(source, cache):
        for part in re.split(r"[\n\r\u2028\u2029]|\\n", message):
            for line in fetch.split_long(re.sub(r"[ \t]+", " ", part).strip(" "), LONGEST):
                if not SHORTEST <= len(line) <= LONGEST or _CONTROL.search(line) or sum(map(str.isalpha, line)) < 2:
                    continue
                digest = hashlib.sha1(line.encode()).digest()
                if digest in seen or line.isascii() and digest[10] % 8:
                    continue
                seen.add(digest)
                if not line.isascii() and fetch.mojibake(line):
                    doubtful.append({"lang": lang, "src": source.package, "text": line})
                else:
                    lines[lang][digest] = line
    return [
        {"lang": lang, "src": source.package, "text": some[digest], "digest": digest}
        for lang, some in lines.items()
        for digest in sorted(some, key=by_end)[: max(0, CAP - held[source.package, lang])]
    ], doubtful


def thin_ascii(rows: list[dict]) -> list[dict]:
    """Rows in the order of their hashes, ASCII ones at most one in ten."""
    rows = sorted(rows, key=lambda row: row["digest"])
    ascii_rows = [row for row in rows if row["text"].isascii()]
    ascii_rows.sort(key=lambda row: by_end(row["digest"]))
    extra = {row["digest"] for row in ascii_rows[(len(rows) - len(ascii_rows)) // 9 :]}
    return [row for row in rows if row["digest"] not in extra]


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    out, wanted = Path(sys.argv[1]), set(sys.argv[2:])
    out.mkdir(parents=True, exist_ok=True)
    seen: set[bytes] = set()
    held: Counter = Counter()
    for path in sorted(out.glob("clean-*.jsonl")):
        for row in map(json.loads, path.open(encoding="utf-8")):
            seen.add(hashlib.sha1(row["text"].encode()).digest())
            held[row["src"], row["lang"]] += 1
    count, rows = held.total(), []
    with (out / "doubtful.jsonl").open("w", encoding="utf-8") as odd:
        for source in SOURCES:
            if wanted and source.package not in wanted:
                continue
            try:
                some, doubtful = rows_of(source, out / "cache", seen, held)
            except Exception as error:  # one missing package must not cost the others
                print(f"{source.package}: {error!r}", file=sys.stderr, flush=True)
                continue
            rows += some
            odd.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in doubtful)
            print(source.package, len(some), len({row["lang"] for row in some}), len(doubtful), flush=True)
    for row in thin_ascii(rows):
        row = {"id": f"c{count:07d}", "lang": row["lang"], "src": row["src"], "text": row["text"]}
        with (out / f"clean-{count // ROWS:03d}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    print(count, "rows")


if __name__ == "__main__":
    main()
