"""UTF-8 as some programs write it: characters beyond U+FFFF as two surrogates of
three bytes each (CESU-8), zero as C0 80 (Java)."""

from __future__ import annotations

import codecs
from typing import Any

NAME = "utf-8-variants"


def _decode(data: bytes, errors: str = "strict", final: bool = True) -> tuple[str, int]:
    """The text, and how many of the bytes were used."""
    data = bytes(data)
    out = []
    at = 0
    while at < len(data):
        # Up to a byte that plain UTF-8 would get wrong.
        odd = min(place % (len(data) + 1) for place in (data.find(b"\xed", at), data.find(b"\xc0", at)))
        plain, used = codecs.utf_8_decode(data[at:odd], errors, final or odd < len(data))
        out.append(plain)
        at += used
        if at < odd or at == len(data):
            break
        text, used = _odd(data[at : at + 6], final)
        if used == 0:
            break
        if text is None:
            text, used = codecs.utf_8_decode(data[at : at + used], errors, True)
        out.append(text)
        at += used
    return "".join(out), at


def _odd(data: bytes, final: bool) -> tuple[str | None, int]:
    """What bytes after C0 or ED begin with, and its length: no length if it takes
    more bytes to tell, no text if that is for UTF-8 to judge."""
    if not final and (data in (b"\xc0", b"\xed") or len(data) == 2 and data[0] == 0xED):
        return None, 0
    if data.startswith(b"\xc0\x80"):
        return "\0", 2
    if not _is_surrogate(data, 0xA0, 0xBF):
        return None, 1 if data[0] == 0xC0 else 3
    if _is_surrogate(data, 0xA0, 0xAF):
        if _is_surrogate(data[3:], 0xB0, 0xBF):
            pair = data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
            return pair.decode("utf-16-le"), 6
        if not final and len(data) < 6 and b"\xed\xb0\x80".startswith(data[3:4]):
            return None, 0
    return data[:3].decode("utf-8", "surrogatepass"), 3


def _is_surrogate(data: bytes, low: int, high: int) -> bool:
    return (
        len(data) >= 3
        and data[0] == 0xED
        and low <= data[1] <= high
        and 0x80 <= data[2] <= 0xBF
    )


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
