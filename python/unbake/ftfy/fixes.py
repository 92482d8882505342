"""The fixes one by one, as in ``ftfy.fixes``; each is unbake with one fix on."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from unbake import Config, _unbake

if TYPE_CHECKING:
    from unbake.ftfy import ExplainedText


def _only(*names: str, exact_only: bool = False) -> Config:
    nothing = {"mojibake": False, "c1-controls": False}
    return Config(fixes={**nothing, **dict.fromkeys(names, True)}, exact_only=exact_only)


# Surrogates that were misread one by one are mojibake too: CESU-8.
MOJIBAKE = _only("mojibake", "surrogates")
EXACT_MOJIBAKE = _only("mojibake", "surrogates", exact_only=True)
_HTML = _only("html-entities-in-markup")
_TERMINAL = _only("terminal-escapes")
_QUOTES = _only("quotes")
_LIGATURES = _only("ligatures")
_WIDTH = _only("width", "width-punctuation")
_LINE_BREAKS = _only("line-breaks")
_CONTROLS = _only("control-chars", "format-chars")
_C1 = _only("c1-controls")


def fix_encoding_and_explain(text: str) -> ExplainedText:
    """As ``ftfy.fix_encoding_and_explain``."""
    from unbake import ftfy

    return ftfy.fix_encoding_and_explain(text)


def fix_encoding(text: str) -> str:
    """As ``ftfy.fix_encoding``."""
    from unbake import ftfy

    return ftfy.fix_encoding(text)


def apply_plan(text: str, plan: Iterable[tuple[str, str]]) -> str:
    """As ``ftfy.apply_plan``."""
    from unbake import ftfy

    return ftfy.apply_plan(text, plan)


def unescape_html(text: str) -> str:
    """References become characters, in markup too.

    >>> unescape_html("&lt;caf&eacute;&gt;")
    '<café>'
    """
    return _unbake.fix(text, _HTML)


def remove_terminal_escapes(text: str) -> str:
    """
    >>> remove_terminal_escapes("\\033[36;44mI'm blue\\033[0m")
    "I'm blue"
    """
    return _unbake.fix(text, _TERMINAL)


def uncurl_quotes(text: str) -> str:
    """
    >>> uncurl_quotes("“don’t”")
    '"don\\'t"'
    """
    return _unbake.fix(text, _QUOTES)


def fix_latin_ligatures(text: str) -> str:
    """
    >>> fix_latin_ligatures("ﬂuﬃest")
    'fluffiest'
    """
    return _unbake.fix(text, _LIGATURES)


def fix_character_width(text: str) -> str:
    """
    >>> fix_character_width("ＬＯＵＤ　ｶﾞ")
    'LOUD ガ'
    """
    return _unbake.fix(text, _WIDTH)


def fix_line_breaks(text: str) -> str:
    """
    >>> fix_line_breaks("a\\r\\nb\\u2028c\\x85d")
    'a\\nb\\nc\\nd'
    """
    return _unbake.fix(text, _LINE_BREAKS)


def fix_surrogates(text: str) -> str:
    """Pairs of surrogates become what they stand for, lone ones U+FFFD.

    >>> fix_surrogates("\\ud83d\\udca9 \\udca9")
    '💩 �'
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def convert_surrogate_pair(match: re.Match[str]) -> str:
    """What the pair that matched stands for."""
    return fix_surrogates(match.group(0))


def remove_control_chars(text: str) -> str:
    """
    >>> remove_control_chars("\\ufeffa\\x07b\\tc")
    'ab\\tc'
    """
    return _unbake.fix(text, _CONTROLS)


def remove_bom(text: str) -> str:
    """
    >>> remove_bom("\\ufeffWhere do you want to go today?")
    'Where do you want to go today?'
    """
    return text.lstrip("\ufeff")


# All that Python knows in a string; those with `\u` together, for pairs of surrogates.
_ESCAPES = re.compile(
    r"(?:\\u[0-9A-Fa-f]{4})+"
    r"|\\(?:x[0-9A-Fa-f]{2}|U[0-9A-Fa-f]{8}|N\{[^}]+\}|[0-7]{1,3}|[\\'\"abfnrtv])"
)


def decode_escapes(text: str) -> str:
    """What stands for nothing stays.

    >>> decode_escapes(r"caf\\u00e9 \\xe9 \\N{DASH} \\N{EN DASH} \\'\\101\\'")
    "café é \\\\N{DASH} – 'A'"
    """
    return _ESCAPES.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    try:
        text = codecs.decode(match[0], "unicode-escape")
    except UnicodeDecodeError:
        return match[0]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def decode_inconsistent_utf8(text: str) -> str:
    """Repairs mojibake, place by place.

    >>> decode_inconsistent_utf8("schön und grÃ¼n")
    'schön und grün'
    """
    return _unbake.fix(text, MOJIBAKE)


def decode_exact_utf8(text: str) -> str:
    """The same, where no lost byte has to be filled in. For plans: ftfy does not
    have it.

    >>> decode_exact_utf8("dÃ©jÃ  fermÃ©, voilÃ tout")
    'déjà fermé, voilÃ tout'
    """
    return _unbake.fix(text, EXACT_MOJIBAKE)


def fix_c1_controls(text: str) -> str:
    """
    >>> fix_c1_controls("\\x93quoted\\x94")
    '“quoted”'
    """
    return _unbake.fix(text, _C1)


# A lead byte, then continuation bytes of which at least one is a space.
_SPACED = re.compile(
    rb"[\xc2-\xdf] "
    rb"|[\xe1-\xec\xee\xef](?: [\x80-\xbf ]|[\x80-\xbf] )"
    rb"|[\xf1-\xf3](?: [\x80-\xbf ]{2}|[\x80-\xbf] [\x80-\xbf ]|[\x80-\xbf]{2} )"
    rb"|\xf0(?: [\x80-\xbf ]{2}|[\x90-\xbf] [\x80-\xbf ]|[\x90-\xbf][\x80-\xbf] )"
)
# `à` is C3 A0. Followed by a letter it was a word of its own: `voilÃ le` was
# `voilà le`, whose spaces are one now.
_GRAVE = re.compile(rb"\xc3 (?=[A-Za-z])")


def restore_byte_a0(byts: bytes) -> bytes:
    """Spaces that must have been A0 for the bytes to be UTF-8 become A0.

    >>> restore_byte_a0(b"\\xc3 ").decode()
    'à'
    >>> restore_byte_a0(b"voil\\xc3 le").decode()
    'voilà le'
    """
    byts = _GRAVE.sub(b"\xc3\xa0 ", byts)
    return _SPACED.sub(lambda match: match.group(0).replace(b" ", b"\xa0"), byts)


# A sequence of UTF-8 of which a byte became 1A, as which U+FFFD is encoded, or a question
# mark, as which others write what they don't have; that may be one, so that of the other
# bytes none is. Surrogates, in CESU-8, are lost in pairs.
_LOST = re.compile(
    rb"[\xc2-\xdf]\x1a|[\xc2\xc3]\?"
    rb"|\xed[\xa0-\xaf](?:[\x1a?]\xed[\xb0-\xbf][\x80-\xbf\x1a?]|[\x80-\xbf]\xed[\xb0-\xbf][\x1a?])"
    rb"|[\xe0-\xef](?:[\x1a?][\x80-\xbf\x1a]|[\x80-\xbf][\x1a?]|\x1a\?)"
    rb"|[\xf0-\xf4](?:[\x1a?][\x80-\xbf\x1a]{2}|[\x80-\xbf\x1a](?:[\x1a?][\x80-\xbf\x1a]|[\x80-\xbf\x1a][\x1a?]))"
    rb"|\x1a"
)


def replace_lossy_sequences(byts: bytes) -> bytes:
    """Sequences of UTF-8 of which a byte is lost become U+FFFD.

    >>> replace_lossy_sequences("â�‚".encode("sloppy-windows-1252")).decode()
    '�'
    """
    return _LOST.sub("\ufffd".encode(), byts)
