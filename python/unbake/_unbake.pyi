from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, final

__version__: str

@final
class Config:
    """How to repair; without arguments, only what is damaged."""

    def __new__(
        cls,
        profile: Literal["repair", "corpus", "ftfy"] = "repair",
        *,
        fixes: Mapping[str, bool] | None = None,
        chain: str | None = None,
        charsets: Sequence[str] = ...,
        languages: Sequence[str] = ...,
        min_score: int = 0,
        exact_only: bool = False,
    ) -> Config: ...
    @property
    def profile(self) -> str:
        """The set of fixes that it starts from."""
    @property
    def fixes(self) -> dict[str, bool]:
        """The fixes that are switched on or off beside the profile."""
    @property
    def chain(self) -> str | None:
        """The only chain that is undone, if one is given."""
    @property
    def charsets(self) -> list[str]:
        """The charsets among which misreadings are looked for; none means all."""
    @property
    def languages(self) -> list[str]:
        """The languages that texts are in; none means any."""
    @property
    def min_score(self) -> int:
        """What has less evidence than this, in bits, is left alone."""
    @property
    def exact_only(self) -> bool:
        """Whether what would need lost bytes to be filled in is left alone."""

@final
class Edit:
    """One change: ``text[start:end]`` becomes ``after``."""

    def __new__(
        cls,
        start: int,
        end: int,
        byte_start: int,
        byte_end: int,
        before: str,
        after: str,
        chain: str,
        exact: bool,
        score: int,
    ) -> Edit: ...
    @property
    def start(self) -> int:
        """Where it starts, in code points of the text that came in."""
    @property
    def end(self) -> int:
        """Where it ends, in code points."""
    @property
    def byte_start(self) -> int:
        """Where it starts, in bytes of the text as UTF-8."""
    @property
    def byte_end(self) -> int:
        """Where it ends, in bytes."""
    @property
    def before(self) -> str:
        """What stands there."""
    @property
    def after(self) -> str:
        """What is to stand there; may be empty."""
    @property
    def chain(self) -> str:
        """The wrong steps that are undone, oldest first."""
    @property
    def exact(self) -> bool:
        """Whether no lost bytes had to be filled in."""
    @property
    def score(self) -> int:
        """Evidence, in bits; 0 for a clean-up, which needs none."""

@final
class Repair:
    """A text and the edits that mend it."""

    def __new__(cls, input: str, edits: Sequence[Edit]) -> Repair: ...
    @property
    def input(self) -> str:
        """The text as it came in."""
    @property
    def is_clean(self) -> bool:
        """Whether nothing is to be changed."""
    @property
    def text(self) -> str:
        """The repaired text; the same object, if nothing is to be changed."""
    @property
    def edits(self) -> list[Edit]:
        """The changes, sorted by place, disjoint."""
    def retain(self, keep: Callable[[Edit], object]) -> Repair:
        """The repair with only those edits for which ``keep(edit)`` is true."""
    def keep(self, spans: Iterable[tuple[int, int]]) -> Repair:
        """The repair without the edits that touch one of these spans of the text,
        in code points."""

@final
class Decoded:
    """A text, and how it came out of its bytes."""

    def __new__(
        cls,
        text: str,
        charset: str,
        source: str,
        binary: str | None,
        malformed: Sequence[tuple[int, int]],
        overruled: str | None,
    ) -> Decoded: ...
    @property
    def text(self) -> str:
        """The text."""
    @property
    def charset(self) -> str:
        """The charset that the bytes, or most of them, are in."""
    @property
    def source(
        self,
    ) -> Literal[
        "bom", "override", "transport", "meta", "xml", "utf-8", "detected", "binary"
    ]:
        """Where that is known from."""
    @property
    def binary(self) -> str | None:
        """What kind of file it is, if it is no text."""
    @property
    def malformed(self) -> list[tuple[int, int]]:
        """Byte ranges that mean nothing in the charset, each shown as U+FFFD."""
    @property
    def overruled(self) -> str | None:
        """The declared charset, if the bytes contradict it."""

def fix(text: str, config: Config | None = None) -> str:
    """The text, repaired; the same object, if there is nothing to repair."""

def fix_strict(text: str, config: Config | None = None) -> str:
    """The same as ``fix``, but a lone surrogate is a ``UnicodeEncodeError``."""

def repair(text: str, config: Config | None = None) -> Repair:
    """What is damaged in a text, and how it is mended."""

def unified_diff(
    text: str, old: str = "a", new: str = "b", config: Config | None = None
) -> str:
    """The repair of a text as a unified diff, which ``patch`` applies; empty, if
    there is nothing to repair. ``old`` and ``new`` name the two sides.

    A lone surrogate is a ``UnicodeEncodeError``: a diff cannot hold one."""

def decode(
    bytes: bytes | bytearray | memoryview,
    content_type: str | None = None,
    html: bool | None = None,
    charset: str | None = None,
) -> Decoded:
    """Decodes bytes, in whatever charset they are. Never fails.

    ``content_type`` is the header they came with, believed unless the bytes
    contradict it. ``html`` says whether a ``<meta>`` in them counts; by default
    that is seen from the bytes. ``charset`` goes before all else."""

def fix_arrow(
    data: Any, columns: list[str] | None = None, config: Config | None = None
) -> Any | None: ...
def main(args: list[str]) -> int: ...
def _panic(bytes: int) -> None: ...
