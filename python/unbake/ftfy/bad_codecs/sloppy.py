"""Single-byte charsets that know all bytes: those that mean nothing become the
control of the same number, as web browsers have it. U+FFFD is written as 1A,
and so can come back as a byte that was lost."""

from __future__ import annotations

import codecs
from functools import cache
from typing import Any

# Python's codecs that leave bytes undefined, and those that are ftfy's for
# symmetry.
NAMES = {
    *(f"windows-{n}" for n in (*range(1250, 1259), 874)),
    *(f"iso-8859-{n}" for n in (3, 6, 7, 8, 11)),
}
_PYTHON = {"windows-874": "cp874"}


@cache
def codec(name: str) -> codecs.CodecInfo | None:
    """The sloppy codec of a charset, ``windows-1252``; None if it has none."""
    if name not in NAMES:
        return None
    strict = _PYTHON.get(name, name)
    table = ""
    for byte in range(256):
        char = bytes([byte]).decode(strict, "replace")
        table += chr(byte) if char == "\ufffd" else char
    decoding = table
    encoding = {ord(char): byte for byte, char in enumerate(table)}
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
        name=f"sloppy-{name}",
        encode=Codec().encode,
        decode=Codec().decode,
        incrementalencoder=Encoder,
        incrementaldecoder=Decoder,
        streamreader=Reader,
        streamwriter=Writer,
    )


CODECS = {f"sloppy_{name.replace('-', '_')}": codec(name) for name in sorted(NAMES)}
