"""What there is to know of characters, as in ``ftfy.chardata``: derived from what
unbake does with each of them, when first asked for."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any

from unbake.ftfy import bad_codecs, fixes

# unbake looks for many more.
CHARMAP_ENCODINGS = [
    "latin-1",
    "sloppy-windows-1252",
    "sloppy-windows-1251",
    "sloppy-windows-1250",
    "sloppy-windows-1253",
    "sloppy-windows-1254",
    "sloppy-windows-1257",
    "iso-8859-2",
    "macroman",
    "cp437",
]

HTML_ENTITIES = {f"&{name}": text for name, text in html5.items() if name.endswith(";")}
HTML_ENTITY_RE = re.compile(r"&(?:[0-9A-Za-z]+|#[0-9]+|#[Xx][0-9A-Fa-f]+);")
C1_CONTROL_RE = re.compile("[\x80-\x9f]")

_DERIVED = {
    "CONTROL_CHARS": (fixes.remove_control_chars, {"": None}),
    "LIGATURES": (fixes.fix_latin_ligatures, {}),
    "WIDTH_MAP": (fixes.fix_character_width, {}),
}


def __getattr__(name: str) -> Any:
    if name not in _DERIVED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    fix, instead = _DERIVED[name]
    table = {}
    for code in (*range(0xD800), *range(0xE000, 0x10000), 0xE0001):
        fixed = fix(chr(code))
        if fixed != chr(code):
            table[code] = instead.get(fixed, fixed)
    globals()[name] = table
    return table


def possible_encoding(text: str, encoding: str) -> bool:
    """Whether a text can be encoded so.

    >>> possible_encoding("é", "latin-1"), possible_encoding("ł", "latin-1")
    (True, False)
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


# Charsets that Python calls something else.
_PYTHON = {"mac-centraleurope": "mac-latin2"}


def codec(charset: str) -> str:
    """What Python calls a charset of unbake's; single-byte ones have codecs
    that know all bytes.

    >>> codec("windows-1252"), codec("utf-8")
    ('sloppy-windows-1252', 'utf-8')
    """
    sloppy = f"sloppy-{charset}"
    if bad_codecs.search_function(sloppy) is not None:
        return sloppy
    return _PYTHON.get(charset, charset)
