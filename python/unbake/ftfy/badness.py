"""Whether a text is damaged, as in ``ftfy.badness``. ftfy counts unlikely pairs
of characters; unbake counts the places that it would repair."""

from __future__ import annotations

import warnings

from unbake import _unbake
from unbake.ftfy.fixes import MOJIBAKE


def badness(text: str) -> int:
    """How many places are mojibake.

    >>> badness("schÃ¶n und grÃ¼n")
    2
    """
    return len(_unbake.repair(text, MOJIBAKE).edits)


def is_bad(text: str) -> bool:
    """Whether there is mojibake.

    >>> is_bad("schÃ¶n"), is_bad("NÃO")
    (True, False)
    """
    return not _unbake.repair(text, MOJIBAKE).is_clean


def sequence_weirdness(text: str) -> int:
    """ftfy's old name for ``badness``, deprecated there too."""
    warnings.warn("`sequence_weirdness` is `badness` now", DeprecationWarning, stacklevel=2)
    return badness(text)
