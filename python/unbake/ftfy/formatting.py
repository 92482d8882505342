"""Text in columns, as in ``ftfy.formatting``: widths as terminals have them."""

from __future__ import annotations

from unicodedata import category, east_asian_width, normalize

from unbake.ftfy.fixes import remove_terminal_escapes

_NO_WIDTH = {"Mn", "Me", "Cf"}


def character_width(char: str) -> int:
    """0, 1 or 2 columns; -1 for a control character.

    >>> [character_width(c) for c in "車A\u0301\\n"]
    [2, 1, 0, -1]
    """
    kind = category(char)
    if char == "\0" or char != "\xad" and kind in _NO_WIDTH or "\u1160" <= char <= "\u11ff":
        return 0
    if kind == "Cc":
        return -1
    return 2 if east_asian_width(char) in "WF" else 1


def monospaced_width(text: str) -> int:
    """How many columns a text takes, without terminal escapes; -1 if it has other
    controls in it.

    >>> monospaced_width("ちゃぶ台返し"), monospaced_width("\\033[34mblue\\033[m")
    (12, 4)
    """
    widths = [character_width(c) for c in remove_terminal_escapes(normalize("NFC", text))]
    return -1 if -1 in widths else sum(widths)


def _padding(text: str, width: int, fillchar: str) -> int:
    if character_width(fillchar) != 1:
        raise ValueError("The padding character must have display width 1")
    used = monospaced_width(text)
    return 0 if used == -1 else max(0, width - used)


def display_ljust(text: str, width: int, fillchar: str = " ") -> str:
    """
    >>> display_ljust("台", 5, "·")
    '台···'
    """
    return text + fillchar * _padding(text, width, fillchar)


def display_rjust(text: str, width: int, fillchar: str = " ") -> str:
    """
    >>> display_rjust("台", 5, "·")
    '···台'
    """
    return fillchar * _padding(text, width, fillchar) + text


def display_center(text: str, width: int, fillchar: str = " ") -> str:
    """
    >>> display_center("台", 5, "·")
    '·台··'
    """
    padding = _padding(text, width, fillchar)
    return fillchar * (padding // 2) + text + fillchar * (padding - padding // 2)
