"""A drop-in for ftfy: ``import unbake.ftfy as ftfy``.

The names and options are ftfy's; the work is done by unbake, with its profile
``ftfy``. ``docs/from-ftfy.md`` lists what comes out differently, and why.

>>> from unbake import ftfy
>>> ftfy.fix_text("The Mona Lisa doesnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t have eyebrows.")
"The Mona Lisa doesn't have eyebrows."
>>> ftfy.fix_and_explain("schÃ¶n")
ExplainedText(text='schön', explanation=[('encode', 'sloppy-windows-1252'), ('decode', 'utf-8')])
"""

from __future__ import annotations

import codecs
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO, Literal, NamedTuple, TextIO

from unbake import Config, _unbake
from unbake.ftfy import bad_codecs, badness, chardata, fixes, formatting
from unbake.ftfy.badness import is_bad

# The version of ftfy whose names and options these are.
__version__ = "6.3.1"

__all__ = [
    "ExplainedText",
    "ExplanationStep",
    "FIXERS",
    "TextFixerConfig",
    "apply_plan",
    "bad_codecs",
    "badness",
    "chardata",
    "explain_unicode",
    "fix_and_explain",
    "fix_encoding",
    "fix_encoding_and_explain",
    "fix_file",
    "fix_text",
    "fix_text_segment",
    "fixes",
    "formatting",
    "ftfy",
    "guess_bytes",
    "is_bad",
]


BYTES_ERROR_TEXT = (
    "fix_text takes text, not bytes. Decode them first; if you don't know how, "
    "unbake.decode or guess_bytes find out."
)


class ExplanationStep(NamedTuple):
    """``encode`` or ``decode`` with a codec, ``transcode`` (bytes) or ``apply``
    (text) a function of :data:`FIXERS`, or ``normalize`` to a form."""

    action: str
    parameter: str

    def __repr__(self) -> str:
        return repr(tuple(self))


class ExplainedText(NamedTuple):
    """A text, and the steps that led to it; None if they were not asked for."""

    text: str
    explanation: list[ExplanationStep] | None


class TextFixerConfig(NamedTuple):
    """ftfy's options.

    ``decode_inconsistent_utf8`` and ``max_decode_length`` change nothing here:
    repairs are always local, and take linear time.
    """

    unescape_html: str | bool = "auto"
    remove_terminal_escapes: bool = True
    fix_encoding: bool = True
    restore_byte_a0: bool = True
    replace_lossy_sequences: bool = True
    decode_inconsistent_utf8: bool = True
    fix_c1_controls: bool = True
    fix_latin_ligatures: bool = True
    fix_character_width: bool = True
    uncurl_quotes: bool = True
    fix_line_breaks: bool = True
    fix_surrogates: bool = True
    remove_control_chars: bool = True
    normalization: Literal["NFC", "NFD", "NFKC", "NFKD"] | None = "NFC"
    max_decode_length: int = 1000000
    explain: bool = True


# What `apply_plan` can apply, in unbake's order of work.
FIXERS: dict[str, Callable[..., Any]] = {
    "remove_terminal_escapes": fixes.remove_terminal_escapes,
    "unescape_html": fixes.unescape_html,
    "fix_surrogates": fixes.fix_surrogates,
    "restore_byte_a0": fixes.restore_byte_a0,
    "replace_lossy_sequences": fixes.replace_lossy_sequences,
    "decode_inconsistent_utf8": fixes.decode_inconsistent_utf8,
    "decode_exact_utf8": fixes.decode_exact_utf8,
    "fix_c1_controls": fixes.fix_c1_controls,
    "remove_control_chars": fixes.remove_control_chars,
    "fix_line_breaks": fixes.fix_line_breaks,
    "fix_latin_ligatures": fixes.fix_latin_ligatures,
    "fix_character_width": fixes.fix_character_width,
    "uncurl_quotes": fixes.uncurl_quotes,
}

_ENCODING_ONLY = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
)


@lru_cache(maxsize=256)
def _core(config: TextFixerConfig) -> Config:
    """What unbake calls these options. Equal ones are as true: 0 is False."""
    references = bool(config.unescape_html)
    on = {
        "html-entities": references,
        # Whether there is markup is told by `fix_text`, which knows what
        # ftfy takes for it.
        "html-entities-in-markup": references,
        "terminal-escapes": config.remove_terminal_escapes,
        "mojibake": config.fix_encoding,
        "c1-controls": config.fix_c1_controls,
        "ligatures": config.fix_latin_ligatures,
        "width": config.fix_character_width,
        "width-punctuation": config.fix_character_width,
        "quotes": config.uncurl_quotes,
        "line-breaks": config.fix_line_breaks,
        # Those that were misread one by one are mojibake, which ftfy's
        # `fix_encoding` repairs.
        "surrogates": config.fix_encoding or config.fix_surrogates,
        "control-chars": config.remove_control_chars,
        "format-chars": config.remove_control_chars,
        "unit-separators": config.remove_control_chars,
    }
    if config.normalization is not None:
        # A form that does not exist is a ValueError.
        unicodedata.normalize(config.normalization, "a")
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        on[form.lower()] = config.normalization == form
    fixes = {name: bool(wanted) for name, wanted in on.items()}
    return Config("ftfy", fixes=fixes, exact_only=_is_exact(config))


def _is_exact(config: TextFixerConfig) -> bool:
    """Whether no lost bytes are filled in."""
    return not (config.restore_byte_a0 and config.replace_lossy_sequences)


def _options(config: TextFixerConfig | None, kwargs: dict[str, Any]) -> TextFixerConfig:
    if config is None:
        config = TextFixerConfig()
    if "fix_entities" in kwargs:
        warnings.warn(
            "`fix_entities` is called `unescape_html` now",
            DeprecationWarning,
            stacklevel=3,
        )
        kwargs = dict(kwargs)
        kwargs["unescape_html"] = kwargs.pop("fix_entities")
    return config._replace(**kwargs) if kwargs else config


_AUTO = _core(TextFixerConfig())
_fix_strict = _unbake.fix_strict


def _fix(text: str, core: Config, surrogates: bool) -> str:
    try:
        return _fix_strict(text, core)
    except UnicodeEncodeError:
        if surrogates:
            text = fixes.fix_surrogates(text)
        return _unbake.fix(text, core)
    except TypeError:
        if isinstance(text, bytes):
            raise UnicodeError(BYTES_ERROR_TEXT) from None
        raise


def fix_text(text: str, config: TextFixerConfig | None = None, **kwargs: Any) -> str:
    """Repairs a text, and does ftfy's clean-ups.

    With ``unescape_html="auto"``, references stay from the first line on that
    has a ``<``.

    >>> fix_text("schÃ¶n, ohne Probleme")
    'schön, ohne Probleme'
    >>> fix_text("“quoted”", uncurl_quotes=False)
    '“quoted”'
    """
    if config is None and not kwargs:
        # Most calls are this one, for a line of text; each step shows.
        try:
            if "<" not in text:
                return _fix_strict(text, _AUTO)
        except (TypeError, UnicodeEncodeError):
            pass
    config = _options(config, kwargs)
    auto = config.unescape_html == "auto"
    core = _core(config)
    in_markup = _core(config._replace(unescape_html=False)) if auto else core
    surrogates = config.fix_surrogates
    if not auto or isinstance(text, bytes) or "<" not in text:
        return _fix(text, core, surrogates)
    line = text.rfind("\n", 0, text.find("<")) + 1
    return _fix(text[:line], core, surrogates) + _fix(text[line:], in_markup, surrogates)


ftfy = fix_text


def _segment(text: str, config: TextFixerConfig) -> str:
    if config.unescape_html == "auto" and not isinstance(text, bytes) and "<" in text:
        config = config._replace(unescape_html=False)
    return _fix(text, _core(config), config.fix_surrogates)


def fix_text_segment(text: str, config: TextFixerConfig | None = None, **kwargs: Any) -> str:
    """As ``fix_text``, but a ``<`` anywhere keeps all references as they are."""
    return _segment(text, _options(config, kwargs))


def fix_encoding(text: str, config: TextFixerConfig | None = None, **kwargs: Any) -> str:
    """Repairs mojibake, and does nothing else.

    >>> fix_encoding("“schÃ¶n”")
    '“schön”'
    """
    return _segment(text, _encoding_only(_options(config, kwargs)))


def _encoding_only(config: TextFixerConfig) -> TextFixerConfig:
    return _ENCODING_ONLY._replace(
        fix_encoding=config.fix_encoding,
        restore_byte_a0=config.restore_byte_a0,
        replace_lossy_sequences=config.replace_lossy_sequences,
        fix_c1_controls=config.fix_encoding and config.fix_c1_controls,
    )


def fix_and_explain(
    text: str, config: TextFixerConfig | None = None, **kwargs: Any
) -> ExplainedText:
    """The text as ``fix_text_segment`` repairs it, and a plan that leads there.

    >>> fix_and_explain("ﬂubberiﬁc")
    ExplainedText(text='flubberific', explanation=[('apply', 'fix_latin_ligatures')])
    """
    config = _options(config, kwargs)
    fixed = _segment(text, config)
    return ExplainedText(fixed, _plan(text, fixed, config) if config.explain else None)


def fix_encoding_and_explain(
    text: str, config: TextFixerConfig | None = None, **kwargs: Any
) -> ExplainedText:
    """The text as ``fix_encoding`` repairs it, and a plan that leads there, also
    with ``explain=False``."""
    return fix_and_explain(text, _encoding_only(_options(config, kwargs)))


def _plan(text: str, fixed: str, config: TextFixerConfig) -> list[ExplanationStep]:
    """Steps that take `text` to `fixed`.

    unbake's own account is edits; ftfy's is steps for the whole text. The
    fixers that are switched on take their turns, as they do in unbake.
    """
    if config.unescape_html == "auto" and "<" in text:
        config = config._replace(unescape_html=False)
    steps: list[ExplanationStep] = []
    while text != fixed:
        before = text
        for name, fixer in FIXERS.items():
            if name == "decode_inconsistent_utf8":
                if config.fix_encoding:
                    text = _mojibake(text, steps, _is_exact(config))
            elif name not in _WITH_MOJIBAKE and getattr(config, name):
                after = fixer(text)
                if after != text:
                    steps.append(ExplanationStep("apply", name))
                    text = after
        if config.normalization is not None:
            after = unicodedata.normalize(config.normalization, text)
            if after != text:
                steps.append(ExplanationStep("normalize", config.normalization))
                text = after
        if text == before:
            break
    return steps


_WITH_MOJIBAKE = ("restore_byte_a0", "replace_lossy_sequences", "decode_exact_utf8")


def _mojibake(text: str, steps: list[ExplanationStep], exact: bool) -> str:
    """Repairs mojibake, with codecs for the whole text if that does it."""
    repair = _unbake.repair(text, fixes.EXACT_MOJIBAKE if exact else fixes.MOJIBAKE)
    if repair.is_clean:
        return text
    fixed = repair.text
    plan = []
    layers = repair.edits[0].chain.split(",")
    for layer in reversed(layers):
        truth, _, misread = layer.partition(">")
        plan.append(ExplanationStep("encode", chardata.codec(misread)))
        plan.append(ExplanationStep("decode", chardata.codec(truth)))
    try:
        whole = apply_plan(text, plan)
    except (LookupError, UnicodeError):
        whole = None
    if whole == fixed:
        steps.extend(plan)
    else:
        fixer = "decode_exact_utf8" if exact else "decode_inconsistent_utf8"
        steps.append(ExplanationStep("apply", fixer))
    return fixed


def apply_plan(text: str, plan: Iterable[tuple[str, str]]) -> str:
    """Does the steps of an explanation.

    >>> text, plan = fix_and_explain("schÃ¶n")
    >>> apply_plan("schÃ¶n", plan)
    'schön'
    """
    obj: Any = text
    for action, parameter in plan:
        if action == "encode":
            obj = obj.encode(parameter)
        elif action == "decode":
            obj = obj.decode(parameter)
        elif action == "normalize":
            obj = unicodedata.normalize(parameter, obj)  # type: ignore[arg-type]
        elif action not in ("apply", "transcode"):
            raise ValueError(f"Unknown plan step: {action}")
        elif parameter not in FIXERS:
            raise ValueError(f"Unknown function to apply: {parameter}")
        else:
            obj = FIXERS[parameter](obj)
    return obj


def fix_file(
    input_file: TextIO | BinaryIO,
    encoding: str | None = None,
    config: TextFixerConfig | None = None,
    **kwargs: Any,
) -> Iterator[str]:
    """The lines of a file, repaired one by one; if they are bytes, in
    ``encoding``, or else in what the first line that is not ASCII seems to be in.
    A line that is not in that is looked at by itself."""
    config = _options(config, kwargs)
    guessed = None
    for line in input_file:
        if isinstance(line, bytes):
            if encoding is None:
                line, guessed = _guess_line(line, guessed)
            else:
                line = line.decode(encoding)
        if config.unescape_html == "auto" and "<" in line:
            config = config._replace(unescape_html=False)
        yield _segment(line, config)


def _guess_line(line: bytes, guessed: str | None) -> tuple[str, str | None]:
    if guessed is not None:
        try:
            return line.decode(guessed), guessed
        except UnicodeDecodeError:
            pass
    text, codec = guess_bytes(line)
    return text, guessed or (None if text.isascii() else codec)


def guess_bytes(bstring: bytes | bytearray) -> tuple[str, str]:
    """A text, and the name of the Python codec that its bytes are in. For what no
    codec decodes that is ``sloppy-windows-1252``, as in ftfy: images, or UTF-8 with
    some Latin-1 in it. ``unbake.decode`` knows better.

    >>> guess_bytes("Привет, мир!".encode("koi8-r"))
    ('Привет, мир!', 'koi8-r')
    """
    if isinstance(bstring, str):
        raise UnicodeError("guess_bytes takes bytes, and this is text already")
    bstring = bytes(memoryview(bstring))
    if b"\xc0\x80" in bstring or b"\xed" in bstring:
        # Java's zero, and surrogates: UTF-8, nearly.
        try:
            return bstring.decode("utf-8-variants"), "utf-8-variants"
        except UnicodeDecodeError:
            pass
    decoded = _unbake.decode(bstring, html=False)
    codec = chardata.codec(decoded.charset)
    if decoded.source == "bom":
        # `utf-16`, not `utf-16le`: the codecs that take the mark for one.
        codec = {"utf-8": "utf-8-sig"}.get(codec, codec[:6] if codec.startswith("utf-") else codec)
    try:
        if decoded.binary is None:
            # What is cut off at the end is no error.
            codecs.getincrementaldecoder(codec)().decode(bstring)
            return decoded.text, codec
    except (LookupError, UnicodeDecodeError):
        pass
    return bstring.decode("sloppy-windows-1252"), "sloppy-windows-1252"


def explain_unicode(text: str) -> None:
    """Prints code point, category and name of each character.

    >>> explain_unicode("é…")
    U+00E9  é       [Ll] LATIN SMALL LETTER E WITH ACUTE
    U+2026  …       [Po] HORIZONTAL ELLIPSIS
    """
    for char in text:
        shown = char if char.isprintable() else ascii(char)[1:-1]
        name = unicodedata.name(char, "<unknown>")
        category = unicodedata.category(char)
        print(f"U+{ord(char):04X}  {formatting.display_ljust(shown, 7)} [{category}] {name}")
