"""UTF-8 as some programs write it: characters beyond U+FFFF as two surrogates of
three bytes each (CESU-8), zero as C0 80 (Java)."""

from __future__ import annotations

import codecs
import re
from typing import Any

NAME = "utf-8-variants"


# Java's zero, and surrogates one by one. All else that begins with C0 or ED is for
# UTF-8 to judge.
_ODD = re.compile(rb"\xc0\x80|(?:\xed[\xa0-\xbf][\x80-\xbf])+")
# What the next bytes may make one of these, or the first half of a pair.
_CUT = re.compile(rb"(?:\xc0|\xed[\xa0-\xaf][\x80-\xbf](?:\xed[\xb0-\xbf]?)?|\xed[\xa0-\xbf]?)\Z")
_LONGEST_CUT = 5


def _decode(data: bytes, errors: str = "strict", final: bool = True) -> tuple[str, int]:
    """The text, and how many of the bytes were used."""
    data = bytes(data)
    end = len(data)
    if not final and (cut := _CUT.search(data, max(0, end - _LONGEST_CUT))):
        end = cut.start()
    out = []
    at = 0
    for odd in _ODD.finditer(data, 0, end):
        out.append(data[at : odd.start()].decode("utf-8", errors))
        out.append("\0" if odd[0] == b"\xc0\x80" else _joined(odd[0]))
        at = odd.end()
    plain, used = codecs.utf_8_decode(data[at:end], errors, final or end < len(data))
    out.append(plain)
    return "".join(out), at + used


def _joined(surrogates: bytes) -> str:
    """Pairs become what they stand for."""
    units = surrogates.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "surrogatepass")


def decode(input: Any, errors: str = "strict") -> tuple[str, int]:
    """Decodes all of the bytes.

    >>> decode(b"\\xed\\xa0\\xbd\\xed\\xb8\\x8d \\xc0\\x80")[0]
    '😍 \\x00'
    """
    return _decode(input, errors)


class IncrementalDecoder(codecs.BufferedIncrementalDecoder):
    """Decodes bytes in pieces."""

    def _buffer_decode(self, input: Any, errors: str, final: bool) -> tuple[str, int]:
        return _decode(input, errors, final)


class IncrementalEncoder(codecs.IncrementalEncoder):
    """Encodes as UTF-8."""

    def encode(self, input: str, final: bool = False) -> bytes:
        return input.encode("utf-8", self.errors)


class StreamWriter(codecs.StreamWriter):
    """Writes UTF-8."""

    @staticmethod
    def encode(input: str, errors: str = "strict") -> tuple[bytes, int]:
        return codecs.utf_8_encode(input, errors)


class StreamReader(codecs.StreamReader):
    """Reads all variants."""

    @staticmethod
    def decode(input: bytes, errors: str = "strict") -> tuple[str, int]:
        return _decode(input, errors, False)


CODEC_INFO = codecs.CodecInfo(
    name=NAME,
    encode=codecs.utf_8_encode,
    decode=decode,
    incrementalencoder=IncrementalEncoder,
    incrementaldecoder=IncrementalDecoder,
    streamreader=StreamReader,
    streamwriter=StreamWriter,
)
