"""Find mojibake, undo it, and show every change.

>>> import unbake
>>> unbake.fix("Le cafÃ© dâ€™Ã  cÃ´tÃ©")
'Le café d’à côté'
>>> edit = unbake.repair("Das wäre schÃ¶n gewesen.").edits[0]
>>> edit.before, edit.after, edit.chain, edit.exact
('Ã¶', 'ö', 'utf-8>windows-1252', True)

Python counts code points, so ``start`` and ``end`` of an edit do too;
``byte_start`` and ``byte_end`` count bytes of the text as UTF-8, as everything
else does that unbake is used from:

>>> edit.start, edit.end
(12, 14)
>>> edit.byte_start, edit.byte_end
(13, 17)

Nothing here fails on account of a text. A lone surrogate, which only Python
has in a string, stays as it is; only ``unified_diff`` cannot hold one, and
raises ``UnicodeEncodeError``. Texts of a kilobyte and more are repaired without
the GIL.

``unbake.ftfy`` is a drop-in for ftfy, ``unbake.arrow`` is for columns and
tables; ``unbake.ray``, ``unbake.spark``, ``unbake.datatrove`` and
``unbake.scrapy`` are for what they are called after.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from unbake._unbake import (
    Config,
    Decoded,
    Edit,
    Repair,
    __version__,
    decode,
    fix,
    repair,
    unified_diff,
)

__all__ = [
    "Config",
    "Decoded",
    "Edit",
    "Finding",
    "Repair",
    "__version__",
    "decode",
    "decode_response",
    "fix",
    "repair",
    "scan",
    "unified_diff",
]


class Finding(NamedTuple):
    """A place that is damaged, as ``unbake scan`` prints it."""

    line: int
    """From 1; lines end with a line feed."""
    column: int
    """In code points, from 1."""
    edit: Edit


def scan(text: str, config: Config | None = None) -> list[Finding]:
    """Where a text is damaged.

    >>> [(f.line, f.column, f.edit.after) for f in scan("schön\\nund grÃ¼n")]
    [(2, 7, 'ü')]
    """
    findings = []
    line, line_start, at = 1, 0, 0
    for edit in repair(text, config).edits:
        line += text.count("\n", at, edit.start)
        line_start = text.rfind("\n", at, edit.start) + 1 or line_start
        at = edit.start
        findings.append(Finding(line, edit.start - line_start + 1, edit))
    return findings


def decode_response(response: Any) -> Decoded:
    """Decodes a response of ``requests`` or ``httpx``, or of anything else with
    ``content`` and ``headers``.

    The charset that the server says is believed unless the bytes contradict
    it. What was damaged before it was sent is still damaged; ``fix`` repairs
    it.

    >>> class Response:
    ...     headers = {"content-type": "text/html; charset=utf-8"}
    ...     content = "Le théâtre français, à l'école".encode("windows-1252")
    >>> decoded = decode_response(Response())
    >>> decoded.text
    "Le théâtre français, à l'école"
    >>> decoded.charset, decoded.overruled
    ('windows-1252', 'utf-8')
    """
    return decode(response.content, content_type=_content_type(response.headers))


def _content_type(headers: Mapping[str, str]) -> str | None:
    """The header, however its name is written: the headers of ``requests`` and
    ``httpx`` do not care, a plain ``dict`` does."""
    found = headers.get("content-type")
    if found is None:
        names = (name for name in headers if isinstance(name, str) and name.lower() == "content-type")
        found = next((headers[name] for name in names), None)
    return found
