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
    def profile(self) -> str: ...
    @property
    def fixes(self) -> dict[str, bool]: ...
    @property
    def chain(self) -> str | None: ...
    @property
    def charsets(self) -> list[str]: ...
    @property
    def languages(self) -> list[str]: ...
    @property
    def min_score(self) -> int: ...
    @property
    def exact_only(self) -> bool: ...

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
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
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
    def input(self) -> str: ...
    @property
    def is_clean(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def edits(self) -> list[Edit]: ...
    def retain(self, keep: Callable[[Edit], object]) -> Repair: ...
    def keep(self, spans: Iterable[tuple[int, int]]) -> Repair: ...

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
    def text(self) -> str: ...
    @property
    def charset(self) -> str: ...
    @property
    def source(
        self,
    ) -> Literal[
        "bom", "override", "transport", "meta", "xml", "utf-8", "detected", "binary"
    ]: ...
    @property
    def binary(self) -> str | None: ...
    @property
    def malformed(self) -> list[tuple[int, int]]: ...
    @property
    def overruled(self) -> str | None: ...

def fix(text: str, config: Config | None = None) -> str: ...
def fix_strict(text: str, config: Config | None = None) -> str: ...
def repair(text: str, config: Config | None = None) -> Repair: ...
def unified_diff(
    text: str, old: str = "a", new: str = "b", config: Config | None = None
) -> str: ...
def decode(
    bytes: bytes,
    content_type: str | None = None,
    html: bool | None = None,
    charset: str | None = None,
) -> Decoded: ...
def fix_arrow(
    data: Any, columns: list[str] | None = None, config: Config | None = None
) -> Any | None: ...
def main(args: list[str]) -> int: ...
def _panic(bytes: int) -> None: ...
