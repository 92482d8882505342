"""Single-byte charsets that know all bytes: those that mean nothing become the
control of the same number, as web browsers have it. U+FFFD is written as 1A,
and so can come back as a byte that was lost. Also those of unbake's that Python
lacks."""

from __future__ import annotations

import codecs
from functools import cache
from typing import Any

from unbake import _unbake

# Python's codecs that leave bytes undefined, and those that are ftfy's for
# symmetry.
NAMES = {
    *(f"windows-{n}" for n in (*range(1250, 1259), 874)),
    *(f"iso-8859-{n}" for n in (3, 6, 7, 8, 11)),
}
_PYTHON = {"windows-874": "cp874"}
_ALIASES = {name.replace("windows-", "cp"): name for name in NAMES}


@cache
def codec(name: str) -> codecs.CodecInfo | None:
    """The sloppy codec of a charset, ``windows-1252`` or ``cp1252``; None if it has
    none."""
    name = _ALIASES.get(name, name)
    if name not in NAMES:
        return None
    strict = _PYTHON.get(name, name)
    table = ""
    for byte in range(256):
        char = bytes([byte]).decode(strict, "replace")
        table += chr(byte) if char == "\ufffd" else char
    return _charmap(f"sloppy-{name}", table)


@cache
def own(name: str) -> codecs.CodecInfo | None:
    """The codec of a single-byte charset of unbake's, ``viscii``; None if there is
    none. Bytes that mean nothing are what ``unbake.decode`` makes of them."""
    try:
        every = _unbake.decode(bytes(range(256)), charset=name)
    except ValueError:
        return None
    if every.charset != name or len(every.text) != 256:
        return None
    return _charmap(name, every.text)


def _charmap(name: str, decoding: str) -> codecs.CodecInfo:
    encoding = {ord(char): byte for byte, char in enumerate(decoding)}
    encoding[0xFFFD] = 0x1A

    class Codec(codecs.Codec):
        def encode(self, input: str, errors: str = "strict") -> tuple[bytes, int]:
            return codecs.charmap_encode(input, errors, encoding)

        def decode(self, input: Any, errors: str = "strict") -> tuple[str, int]:
            return codecs.charmap_decode(input, errors, decoding)

    class Encoder(codecs.IncrementalEncoder):
        def encode(self, input: str, final: bool = False) -> bytes:
            return codecs.charmap_encode(input, self.errors, encoding)[0]

    class Decoder(codecs.IncrementalDecoder):
        def decode(self, input: Any, final: bool = False) -> str:
            return codecs.charmap_decode(input, self.errors, decoding)[0]

    class Writer(Codec, codecs.StreamWriter):
        pass

    class Reader(Codec, codecs.StreamReader):
        pass

    return codecs.CodecInfo(
        name=name,
        encode=Codec().encode,
        decode=Codec().decode,
        incrementalencoder=Encoder,
        incrementaldecoder=Decoder,
        streamreader=Reader,
        streamwriter=Writer,
    )


CODECS = {f"sloppy_{name.replace('-', '_')}": codec(name) for name in sorted({*NAMES, *_ALIASES})}
