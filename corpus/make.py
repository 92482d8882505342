#!/usr/bin/env python3
"""Writes corpus/damaged/*.jsonl from corpus/clean and corpus/seeds.

usage: make.py [--check]    (--check: only compare with what is committed)

Deterministic: the same lines give the same files. What is in hand.jsonl is
written by hand and left alone; rows that known_failures.jsonl has are left out.
"""

import html.entities
import json
import pathlib
import re
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent

# ---------------------------------------------------------------- charsets

# Names as the library's, to Python's.
PYTHON = {
    "windows-874": "cp874",
    "shift_jis": "cp932",
    "gbk": "gb18030",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "x-mac-cyrillic": "mac_cyrillic",
    "mac-centraleurope": "mac_latin2",
    **{f"windows-{n}": f"cp{n}" for n in range(1250, 1259)},
}
MULTI_BYTE = ["gbk", "gb18030", "shift_jis", "euc-kr", "big5", "euc-jp"]
# Characters that Python's tables lack and the WHATWG's have.
PATCHES = {"windows-1255": {0xCA: "\u05ba"}, "koi8-u": {0xAE: "ў", 0xBE: "Ў"}}


def codec(name):
    return PYTHON.get(name, name)


def table(name):
    """A single-byte charset's 256 characters: an undefined byte below A0 is
    the control character of that number, one above is U+FFFD."""
    chars = [bytes([b]).decode(codec(name), "replace") for b in range(256)]
    chars = [chr(b) if c == "\ufffd" and b < 0xA0 else c for b, c in enumerate(chars)]
    for byte, char in PATCHES.get(name, {}).items():
        chars[byte] = char
    return chars


TABLES = {}


def misread(data, name):
    """Shows bytes as a program does that takes them for this charset."""
    if name in MULTI_BYTE:
        # Python's cp932 shows A0 and FD-FF as private-use characters.
        return re.sub("[\uf8f0-\uf8f3]", "\ufffd", data.decode(codec(name), "strict"))
    if name not in TABLES:
        TABLES[name] = table(name)
    return "".join(TABLES[name][b] for b in data)


def encode(text, name):
    if name == "utf-8" or name in MULTI_BYTE:
        return text.encode(codec(name))
    if name not in TABLES:
        TABLES[name] = table(name)
    back = {c: b for b, c in reversed(list(enumerate(TABLES[name])))}
    if any(c not in back or c == "\ufffd" for c in text):
        raise UnicodeError(name)
    return bytes(back[c] for c in text)


NAMED = {chr(n): f"&{name};" for name, n in html.entities.name2codepoint.items()}


def step(text, name):
    if ">" in name:
        truth, wrong = name.split(">")
        return misread(encode(text, truth), wrong)
    if name == "html-entities":
        return "".join(NAMED.get(c, c) if ord(c) > 127 else c for c in text)
    if name == "escapes":
        units = lambda c: re.findall("....", c.encode("utf-16-be").hex())
        return "".join(c if ord(c) < 128 else "".join(f"\\u{u}" for u in units(c)) for c in text)
    if name == "percent":
        return "".join(c if ord(c) < 128 else "".join(f"%{b:02X}" for b in c.encode()) for c in text)
    if name == "lower-case":
        return text.lower()
    if name == "upper-case":
        return text.upper()
    raise ValueError(name)


def damage(text, chain):
    for name in chain.split(","):
        text = step(text, name)
    return text


# ------------------------------------------------------------------- lines


def clean_lines():
    lines = []
    for path in sorted((HERE / "clean").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line and not line.startswith("#"):
                lang, kind, text = line.split("\t")
                lines.append((lang, kind, text))
    return lines


def seeds(name):
    for line in (HERE / "seeds" / name).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            chain, text = line.split("\t")
            yield chain, re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text)


LINES = clean_lines()
LANGS = list(dict.fromkeys(lang for lang, _, _ in LINES))
TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", "−": "-", "\xa0": " "})
WEST = "fr es pt de it ca gl sv da nb fi nl is pt-BR eu".split()
CENTRAL = "cs pl hu sk sl hr bs sr-Latn".split()
BALTIC = "lt lv et".split()
CYRILLIC = "ru uk be bg sr mk".split()
LATIN = WEST + CENTRAL + BALTIC + "ro tr az vi cy ga mt eo sq".split()
WIDE = [l for l in LANGS if l not in ("en", "id", "ms", "sw", "mg", "tl")]


def letters(text):
    return sum(ord(c) > 127 and c.isalpha() for c in text)


def shuffled(family, langs):
    """The lines of these languages in an order that is the family's own,
    languages taking turns."""
    key = lambda row: zlib.crc32(f"{family}/{row[2]}".encode())
    queues = [sorted((r for r in LINES if r[0] == lang), key=key) for lang in langs]
    queues.sort(key=lambda q: zlib.crc32(f"{family}/{q[0][0]}".encode()))
    for turn in range(6):
        for queue in queues:
            if turn < len(queue):
                yield queue[turn]


class Out:
    def __init__(self):
        self.files = {}
        path = HERE / "known_failures.jsonl"
        rows = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.known = {json.loads(row)["text"] for row in rows if row}

    def add(self, file, family, text, want, chain, kind="exact", **more):
        assert text != want, (family, text)
        if text in self.known:
            return
        row = {"family": family, "text": text, "want": want, "chain": chain, "kind": kind, **more}
        self.files.setdefault(file, []).append(row)


OUT = Out()


def take(count, family, langs, make, file, chain, least=3, typed=False, **more):
    """Adds the first `count` lines that `make` can damage; `make` returns the
    text, or the text and what is wanted, or None."""
    got = 0
    for lang, _, line in shuffled(family, langs):
        if got == count:
            return
        if typed:
            line = line.translate(TYPED)
        if letters(line) < least:
            continue
        try:
            made = make(line)
        except (UnicodeError, KeyError):
            continue
        if made is None:
            continue
        text, want = made if isinstance(made, tuple) else (made, line)
        if text != want:
            OUT.add(file, family, text, want, chain, lang=lang, **more)
            got += 1
    if got < count:
        print(f"{family}: only {got} of {count}", file=sys.stderr)


def exact(count, chain, langs, file, **more):
    def make(line):
        text = damage(line, chain)
        return None if "\ufffd" in text else text

    take(count, chain, langs, make, file, chain, **more)


# ---------------------------------------------------------------- families


def utf8():
    for name, count in [
        ("windows-1252", 16), ("iso-8859-1", 8), ("iso-8859-15", 4), ("windows-1250", 6), ("windows-1251", 8),
        ("windows-1253", 4), ("windows-1254", 4), ("windows-1255", 4), ("windows-1256", 5), ("windows-1257", 4),
        ("windows-1258", 4), ("windows-874", 3), ("iso-8859-2", 4), ("iso-8859-5", 3), ("iso-8859-7", 3),
        ("iso-8859-9", 3), ("koi8-r", 5), ("koi8-u", 3), ("mac-roman", 6), ("mac-cyrillic", 3), ("cp437", 6),
        ("cp850", 6), ("cp852", 4), ("cp866", 5), ("cp737", 3), ("cp857", 3),
    ]:
        exact(count, f"utf-8>{name}", WIDE, "utf8_single_byte")
    for name, count in [("gbk", 8), ("gb18030", 4), ("shift_jis", 6), ("euc-kr", 6), ("big5", 5), ("euc-jp", 4)]:
        exact(count, f"utf-8>{name}", ["zh-CN", "zh-TW", "ja", "ko"] + WIDE, "utf8_multi_byte", least=4)
    w, l = "utf-8>windows-1252", "utf-8>iso-8859-1"
    for chain, count in [
        (f"{w},{w}", 10), (f"{l},{w}", 4), (f"{w},{l}", 3), (f"{w},{w},{w}", 6), ("utf-8>windows-1251," * 2, 4),
        ("utf-8>mac-roman," * 2, 3), ("utf-8>cp437," * 2, 3), ("utf-8>cp850,utf-8>windows-1252", 2),
        ("utf-8>windows-1250," * 2, 3), ("utf-8>windows-1254," * 2, 2), (f"windows-1251>windows-1252,{w}", 3),
        ("windows-1253>windows-1252," + w, 2), (f"shift_jis>windows-1252,{w}", 2), (f"gbk>iso-8859-1,{w}", 2),
    ]:
        chain = chain.rstrip(",")
        langs = {"windows-1251>": CYRILLIC, "windows-1253>": ["el"], "shift_jis>": ["ja"], "gbk>": ["zh-CN"]}
        langs = next((v for k, v in langs.items() if chain.startswith(k)), WIDE)
        exact(count, chain, langs, "utf8_layers", typed=langs != WIDE)


def legacy():
    pairs = [
        ("windows-1251>windows-1252", CYRILLIC, 6), ("windows-1251>iso-8859-1", ["ru", "bg"], 2),
        ("koi8-r>windows-1252", ["ru"], 3), ("koi8-r>iso-8859-1", ["ru"], 2), ("koi8-u>windows-1252", ["uk"], 2),
        ("cp866>windows-1252", ["ru", "bg"], 3), ("iso-8859-5>windows-1252", CYRILLIC, 3),
        ("mac-cyrillic>windows-1252", ["ru", "bg"], 2), ("koi8-r>windows-1251", ["ru"], 3),
        ("windows-1251>koi8-r", ["ru", "bg"], 3), ("cp866>windows-1251", ["ru", "bg"], 3),
        ("windows-1251>cp866", ["ru", "bg"], 3), ("koi8-r>cp866", ["ru"], 2), ("iso-8859-5>windows-1251", ["ru", "sr"], 2),
        ("windows-1251>mac-cyrillic", ["ru"], 2), ("windows-1251>cp437", ["ru", "bg"], 2), ("cp866>cp437", ["ru"], 2),
        ("windows-1251>windows-1250", ["ru", "bg"], 2),
        ("kz1048>windows-1252", ["kk"], 2),
        ("windows-1253>windows-1252", ["el"], 4), ("iso-8859-7>windows-1252", ["el"], 2), ("cp737>windows-1252", ["el"], 2),
        ("windows-1253>windows-1251", ["el"], 2), ("windows-1253>cp437", ["el"], 1), ("cp737>windows-1253", ["el"], 1),
        ("windows-1254>windows-1252", ["tr"], 4), ("iso-8859-9>windows-1252", ["tr"], 2), ("cp857>windows-1252", ["tr"], 2),
        ("cp857>windows-1254", ["tr"], 2), ("windows-1254>cp850", ["tr"], 2),
        ("windows-1257>windows-1252", BALTIC, 5), ("iso-8859-13>windows-1252", ["lt", "lv"], 2),
        ("cp775>windows-1257", ["lt", "lv"], 2), ("iso-8859-4>windows-1252", BALTIC, 2),
        ("windows-1255>windows-1252", ["he"], 4), ("iso-8859-8>windows-1252", ["he"], 2), ("cp862>windows-1252", ["he"], 2),
        ("windows-1255>cp862", ["he"], 1),
        ("windows-1256>windows-1252", ["ar", "fa"], 4), ("iso-8859-6>windows-1252", ["ar"], 2), 
        ("windows-874>windows-1252", ["th"], 4), ("tis-620>iso-8859-1", ["th"], 2), ("windows-874>mac-roman", ["th"], 1),
        
        ("windows-1250>windows-1252", CENTRAL, 6), ("iso-8859-2>windows-1252", CENTRAL, 4),
        ("iso-8859-2>windows-1250", CENTRAL, 3), ("windows-1250>iso-8859-2", CENTRAL, 3), ("cp852>windows-1250", CENTRAL, 4),
        ("cp852>windows-1252", CENTRAL, 3), ("windows-1250>cp852", CENTRAL, 3), ("mac-centraleurope>windows-1252", CENTRAL, 3),
        ("windows-1252>windows-1250", WEST, 3), ("windows-1250>windows-1251", CENTRAL, 2), ("iso-8859-16>windows-1252", ["ro"], 2),
        
        ("cp437>windows-1252", WEST, 4), ("cp850>windows-1252", WEST, 4), ("windows-1252>cp437", WEST, 4),
        ("windows-1252>cp850", WEST, 4), ("mac-roman>windows-1252", WEST, 4), ("windows-1252>mac-roman", WEST, 4),
        ("mac-roman>cp437", WEST, 2), ("cp850>mac-roman", WEST, 2), ("windows-1252>windows-1251", WEST, 3),
        ("windows-1252>iso-8859-7", WEST, 2), ("windows-1252>windows-1253", WEST, 2), ("windows-1252>koi8-r", WEST, 2),
        ("windows-1252>windows-1255", WEST, 2), ("windows-1252>windows-1256", WEST, 2), ("windows-1252>windows-874", WEST, 2),
        ("windows-1252>cp866", WEST, 2), ("cp865>windows-1252", ["da", "nb"], 2),
    ]
    for chain, langs, count in pairs:
        exact(count, chain, langs, "legacy", least=4, typed=True)
    for chain, langs, count in [
        ("shift_jis>windows-1252", ["ja"], 4), ("shift_jis>iso-8859-1", ["ja"], 2), ("euc-jp>iso-8859-1", ["ja"], 4),
        ("euc-jp>windows-1252", ["ja"], 2), ("gbk>windows-1252", ["zh-CN"], 4), ("gbk>iso-8859-1", ["zh-CN"], 3),
        ("big5>windows-1252", ["zh-TW"], 4), ("big5>iso-8859-1", ["zh-TW"], 2), ("euc-kr>windows-1252", ["ko"], 4),
        ("euc-kr>iso-8859-1", ["ko"], 3), ("gbk>windows-1251", ["zh-CN"], 1), ("gbk>mac-roman", ["zh-CN"], 1),
        ("shift_jis>mac-roman", ["ja"], 1), ("gbk>cp437", ["zh-CN"], 2), ("euc-kr>cp437", ["ko"], 2),
        ("shift_jis>gbk", ["ja"], 3), ("gbk>big5", ["zh-CN"], 3), ("big5>gbk", ["zh-TW"], 3),
        ("euc-kr>gbk", ["ko"], 3), ("gbk>euc-kr", ["zh-CN"], 2), ("euc-jp>shift_jis", ["ja"], 1), ("euc-jp>gbk", ["ja"], 3),
        ("shift_jis>euc-kr", ["ja"], 1), 
        ("windows-1251>shift_jis", ["ru"], 1),
        ("windows-874>gbk", ["th"], 1),
    ]:
        exact(count, chain, langs, "legacy_cjk", least=6, typed=langs[0] in ("ru", "el", "th"))


def parts():
    def some_words(chain, every):
        def make(line):
            words = line.split(" ")
            hits = [i for i, w in enumerate(words) if letters(w)]
            if len(hits) < 3:
                return None
            for i in hits[:: every]:
                words[i] = damage(words[i], chain)
                if "\ufffd" in words[i]:
                    return None
            return " ".join(words)

        return make

    alphabets = LATIN + CYRILLIC + ["el", "he", "ar", "fa", "hy", "ka", "hi", "th", "kk", "mn"]
    for chain, count in [("utf-8>windows-1252", 14), ("utf-8>iso-8859-1", 5), ("utf-8>windows-1251", 3), ("utf-8>mac-roman", 2), ("utf-8>cp437", 2), ("utf-8>windows-1250", 2)]:
        take(count, f"part: {chain}", alphabets, some_words(chain, 2), "parts", chain, part=True)

    def half(chain, first):
        def make(line):
            words = line.split(" ")
            cut = len(words) // 2
            a, b = " ".join(words[:cut]), " ".join(words[cut:])
            if min(letters(a), letters(b)) < 5:
                return None
            text = f"{damage(a, chain)} {b}" if first else f"{a} {damage(b, chain)}"
            return None if "\ufffd" in text else text

        return make

    for chain, langs, count in [
        ("utf-8>windows-1252", LATIN + CYRILLIC, 5), ("windows-1251>windows-1252", ["ru", "bg", "mk", "sr"], 4), ("koi8-r>windows-1251", ["ru"], 1),
        ("windows-1253>windows-1252", ["el"], 2), ("windows-1255>windows-1252", ["he"], 1),
        ("windows-1250>windows-1252", CENTRAL, 2), ("windows-1257>windows-1252", BALTIC, 2),
    ]:
        take(count, f"half: {chain}", langs, half(chain, zlib.crc32(chain.encode()) % 2 == 0), "parts", chain, typed=not chain.startswith("utf-8"), part=True)

    def twice_in_part(line):
        words = line.split(" ")
        hits = [i for i, w in enumerate(words) if letters(w)]
        if len(hits) < 4:
            return None
        for n, i in enumerate(hits):
            words[i] = damage(words[i], ",".join(["utf-8>windows-1252"] * (1 + n % 2)))
        return " ".join(words)

    take(5, "one and two layers mixed", LATIN, twice_in_part, "parts", "utf-8>windows-1252", part=True)


def escapes():
    w, l = "utf-8>windows-1252", "utf-8>iso-8859-1"
    latin = WEST + ["pl", "cs", "ro"]
    exact(8, f"{w},html-entities", latin + ["ru"], "escapes")
    exact(3, f"{w},{w},html-entities", latin, "escapes")
    exact(4, f"{l},escapes", latin + ["ru", "el"], "escapes", note="as in JSON exports that escape each byte")
    exact(3, f"{w},escapes", latin + ["ru"], "escapes")
    exact(4, f"{w},percent", latin, "escapes")

    def numeric(line):
        return "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in damage(line, w))

    def hexadecimal(line):
        return "".join(f"&#x{ord(c):X};" if ord(c) > 127 else c for c in damage(line, w))

    take(4, "numeric references", latin, numeric, "escapes", f"{w},html-entities", part=True)
    take(2, "hexadecimal references", latin, hexadecimal, "escapes", f"{w},html-entities", part=True)

    def bytes_escaped(line):
        return "".join(f"\\x{ord(c):02x}" if ord(c) > 127 else c for c in damage(line, l))

    take(4, "bytes as \\x escapes", latin + ["ru"], bytes_escaped, "escapes", f"{l},escapes", part=True)


UNDEFINED = "\x81\x8d\x8f\x90\x9d"


def lost():
    w, l = "utf-8>windows-1252", "utf-8>iso-8859-1"

    def change(chain, needed, replace, most=8):
        def make(line):
            text = damage(line, chain)
            n = sum(text.count(c) for c in needed)
            return replace(text) if 0 < n <= most else None

        return make

    def drop(chars, to=None):
        return lambda text: text.translate({ord(c): to for c in chars})

    latin = LATIN + ["qu", "gn", "oc", "mi", "la"]
    both = latin + CYRILLIC
    take(8, "A0 became a space", latin + ["ru", "el"], change(w, "\xa0", drop("\xa0", " ")), "lost", w, kind="lost")
    take(6, "A0 stripped", latin, change(w, "\xa0", drop("\xa0")), "lost", w, kind="lost")
    take(8, "AD stripped", latin + ["ru"], change(w, "\xad", drop("\xad")), "lost", w, kind="lost")
    take(8, "81 8D 8F 90 9D stripped", both, change(w, UNDEFINED, drop(UNDEFINED)), "lost", w, kind="lost")
    take(6, "81 8D 8F 90 9D became ?", both, change(w, UNDEFINED, drop(UNDEFINED, "?")), "lost", w, kind="lost")
    take(6, "81 8D 8F 90 9D became U+FFFD", both, change(w, UNDEFINED, drop(UNDEFINED, "\ufffd")), "lost", w, kind="lost")
    c1 = "".join(map(chr, range(0x80, 0xA0)))
    take(6, "C1 stripped", ["fr", "de", "es", "sv", "it", "da", "cs", "en"], change(l, c1, drop(c1), 4), "lost", l, kind="lost")
    take(4, "C1 became ?", ["fr", "de", "es", "sv", "it", "da", "en"], change(l, c1, drop(c1, "?"), 4), "lost", l, kind="lost")
    take(3, "A0 became a space, two layers", ["fr", "it", "pt", "ca"], change(f"{w},{w}", "\xa0", drop("\xa0", " "), 20), "lost", f"{w},{w}", kind="lost")
    take(4, "undefined bytes of windows-1253 became U+FFFD", WIDE, change("utf-8>windows-1253", "\ufffd", lambda t: t, 4), "lost", "utf-8>windows-1253", kind="lost")
    take(3, "undefined bytes of windows-1257 became U+FFFD", WIDE, change("utf-8>windows-1257", "\ufffd", lambda t: t, 4), "lost", "utf-8>windows-1257", kind="lost")

    def cut_tail(line):
        cut = next((i for i in range(len(line) - 2, len(line) // 2, -1) if ord(line[i]) > 127 and ord(line[i]) < 0x800), None)
        if cut is None:
            return None
        text = damage(line[: cut + 1], w)
        return text[:-1], line[:cut] + text[-2]

    def straight(line):
        text = damage(line, w)
        new = text.translate(str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"}))
        # `â€"` could be either dash.
        return new if new != text and 'â€"' not in new else None

    take(5, "quotes straightened afterwards", WEST + ["en", "ru"], straight, "lost", w, kind="lost", part=True)
    lowered = lambda line: (damage(line.lower(), w).lower(), line.lower())
    take(7, "lower-cased", WEST + CENTRAL, lowered, "lost", f"{w},lower-case", kind="lost", part=True)


def uppercased():
    w = "utf-8>windows-1252"

    def make(line):
        text = damage(line.upper(), w)
        return (text.upper(), line.upper()) if text.upper() != text else None

    take(4, "upper-cased", ["de", "sv", "cs", "hu", "hr", "da"], make, "lost", f"{w},upper-case", kind="lost", part=True)


def stray():
    plain = "en fr es de it pt sv nl pl cs ru el ja".split()

    def put(bad, good):
        def make(line):
            words = line.split(" ")
            cut = len(words) // 2
            if len(words) < 6:
                return None
            a, b = " ".join(words[:cut]), " ".join(words[cut:])
            return bad.format(a, b), good.format(a, b)

        return make

    chain = "utf-8>windows-1252"
    take(5, "stray Â before a no-break space", plain, put("{}Â\xa0{}", "{}\xa0{}"), "stray", chain, least=0, part=True)
    take(5, "stray Â before a space", plain, put("{}Â {}", "{}\xa0{}"), "stray", chain, kind="lost", least=0, part=True)
    take(5, "stray Â alone on a line", plain, put("{}\nÂ\n{}", "{}\n\n{}"), "stray", chain, kind="lost", least=0, part=True)
    take(5, "stray Â at a line's end", plain, put("{}Â\n{}", "{}\n{}"), "stray", chain, kind="lost", least=0, part=True)
    for lang in ["en", "fr", "pl", "es"]:
        a, b = [text for l, kind, text in LINES if l == lang and kind == "prose"][:2]
        OUT.add("stray", "stray Â between sentences", f"{a}Â  {b}", f"{a}\xa0 {b}", chain, "lost", lang=lang, part=True)


def two_by_two(data, name, lost, swallow):
    """How a reader shows bytes that takes them two by two: pairs that mean
    nothing become `lost`; with `swallow` an ASCII second byte goes with them."""
    out, i = [], 0
    while i < len(data):
        if data[i] < 0x80:
            out.append(chr(data[i]))
            i += 1
            continue
        single = 0xA1 <= data[i] <= 0xDF and name == "shift_jis"
        size = 1 if single else 2
        try:
            # gb18030's four-byte sequences would be too clever here
            out.append(data[i : i + size].decode("gbk" if name == "gbk" else codec(name)))
            i += size
        except UnicodeError:
            out.append(lost)
            i += 2 if swallow or data[i + 1 : i + 2] >= b"\x80" else 1
    return "".join(out)


def cjk_lost():
    def make(name, lost, swallow, share=6):
        def go(line):
            text = two_by_two(line.encode(), name, lost, swallow)
            return text if 0 < text.count(lost) - line.count(lost) <= len(text) / share else None

        return go

    for name, mark, swallow, langs, count in [
        ("gbk", "\ufffd", False, ["zh-CN", "zh-TW", "ja", "ko"], 4), ("gbk", "?", False, ["zh-CN", "ko"], 4),
        ("gbk", "?", True, ["zh-CN", "ja", "ko"], 4), ("shift_jis", "\ufffd", False, ["ja", "zh-CN", "ko"], 4),
        ("shift_jis", "・", False, ["ja"], 3), ("euc-kr", "\ufffd", False, ["ko", "ja", "zh-CN"], 4),
        ("euc-kr", "?", False, ["ko", "zh-CN"], 3),
    ]:
        label = "U+FFFD" if mark == "\ufffd" else mark
        family = f"utf-8>{name}, bytes lost to {label}" + (" with the next character" if swallow else "")
        take(count, family, langs, make(name, mark, swallow, 3 if name == "euc-kr" else 6), "cjk_lost", f"utf-8>{name}", least=6, kind="lost")
    quotes = ["fr", "de", "en", "ru", "cs"]
    take(4, "utf-8>gbk, quotes in western text", quotes, lambda line: two_by_two(line.encode(), "gbk", "?", False) if any(c in line for c in "’“”–—…") and letters(line) < 6 else None, "cjk_lost", "utf-8>gbk", least=0, kind="lost", part=True)


def documents():
    def lines_of(lang):
        return [t for l, _, t in LINES if l == lang]

    def doc(file_family, langs, chain, which, typed=False, kind="exact", after=lambda t: t):
        for lang in langs:
            lines = [t.translate(TYPED) if typed else t for t in lines_of(lang)]
            lines = [t for t in lines if can(t, chain)]
            bad = []
            for i, t in enumerate(lines):
                bad.append(after(damage(t, chain)) if which(i) else t)
            text, want = "\n".join(bad) + "\n", "\n".join(lines) + "\n"
            assert "\ufffd" not in text, (lang, chain)
            more = {"part": True} if kind == "exact" and not all(which(i) for i in range(len(lines))) else {}
            OUT.add("documents", f"{file_family}: {chain}", text, want, chain, kind, lang=lang, **more)

    def can(text, chain):
        try:
            return "\ufffd" not in damage(text, chain)
        except UnicodeError:
            return False

    w = "utf-8>windows-1252"
    everywhere = lambda i: True
    doc("document", ["fr", "pl", "vi", "uk", "hi", "ja"], w, everywhere)
    doc("document", ["es", "ru"], f"{w},{w}", everywhere)
    doc("document", ["pt", "de"], "mac-roman>windows-1252", everywhere, typed=True)
    doc("document", ["it", "es"], "cp850>windows-1252", everywhere, typed=True)
    doc("document", ["ru"], "koi8-r>windows-1251", everywhere, typed=True)
    doc("document", ["el"], "windows-1253>windows-1252", everywhere, typed=True)
    doc("document", ["cs", "sk"], "iso-8859-2>windows-1252", everywhere, typed=True)
    doc("document, some lines", ["fr", "sv", "hu", "tr", "bg", "el"], w, lambda i: i % 2 == 1)
    doc("document, one line", ["de", "ro", "ko"], w, lambda i: i == 2)
    doc("document, some lines", ["bg", "mk"], "windows-1251>windows-1252", lambda i: i % 2 == 0, typed=True)
    gone = str.maketrans({c: None for c in UNDEFINED})
    doc("document, bytes lost", ["cs", "es", "hr"], w, everywhere, kind="lost", after=lambda t: t.translate(gone))
    doc("document, A0 lost", ["fr", "it", "pt"], w, everywhere, kind="lost", after=lambda t: t.replace("\xa0", " "))
    doc("document, AD lost", ["is", "hu"], w, everywhere, kind="lost", after=lambda t: t.replace("\xad", ""))


def from_seeds(name, file, family):
    for chain, text in seeds(name):
        damaged = damage(text, chain)
        assert "\ufffd" not in damaged, (chain, text)
        OUT.add(file, f"{family}: {chain}", damaged, text, chain)


def main():
    for group in (utf8, legacy, parts, escapes, lost, uppercased, stray, cjk_lost, documents):
        group()
    from_seeds("short.tsv", "short", "short")
    from_seeds("code.tsv", "code", "code")
    stale = 0
    for file, rows in OUT.files.items():
        path = HERE / "damaged" / f"{file}.jsonl"
        new = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if "--check" in sys.argv:
            if new != old:
                print(f"{path.name}: not what make.py writes", file=sys.stderr)
                stale = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new, encoding="utf-8")
            print(f"{path.name}: {len(rows)}")
    sys.exit(stale)


if __name__ == "__main__":
    main()
