"""Codecs that Python lacks, as in ``ftfy.bad_codecs``: ``sloppy-windows-1252`` and
its like, and ``utf-8-variants``; and unbake's other charsets of one byte a character.
Importing this makes them known.

>>> b"caf\\xe9 \\x81".decode("sloppy-windows-1252")
'café \\x81'
"""

from __future__ import annotations

import codecs
from encodings import normalize_encoding

from unbake.ftfy.bad_codecs import sloppy, utf8_variants

_VARIANTS = {
    *("utf_8_variants", "utf8_variants", "utf_8_variant", "utf8_variant"),
    *("utf_8_var", "utf8_var", "cesu_8", "cesu8", "java_utf_8", "java_utf8"),
}


def search_function(encoding: str) -> codecs.CodecInfo | None:
    """What Python asks for codecs."""
    name = normalize_encoding(encoding).lower()
    if name in _VARIANTS:
        return utf8_variants.CODEC_INFO
    if name.startswith("sloppy_"):
        return sloppy.codec(name.removeprefix("sloppy_").replace("_", "-"))
    return sloppy.own(name.replace("_", "-"))


def ok() -> None:
    """Nothing; for linters that want an import used."""


codecs.register(search_function)
