"""Columns and tables of anything that speaks Arrow's PyCapsule interface:
PyArrow, Polars, DuckDB, nanoarrow and others.

>>> import pyarrow as pa
>>> from unbake import arrow
>>> table = pa.table({"id": [1, 2], "text": ["schÃ¶n", None]})
>>> arrow.fix(table)["text"].to_pylist()
['schön', None]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from unbake import Config, _unbake

T = TypeVar("T")

__all__ = ["fix"]


def fix(data: T, columns: str | Sequence[str] | None = None, config: Config | None = None) -> T:
    """The column or table with its texts repaired.

    All ``utf8``, ``large_utf8`` and ``utf8_view`` columns of a table are looked
    at, dictionaries, structs and lists of these too (also of fixed size), and the
    values of maps; or only ``columns``. Nulls stay, and so do the keys of maps,
    texts that are not UTF-8, and what is in list views, unions or run-end encoded.
    What is right comes back as it came: ``data`` itself, if all is, else the same
    buffers for every column that needed no change.

    A dictionary whose values become equal has them once. A Polars ``Enum`` of which
    a category is damaged comes back as one of the repaired categories.

    PyArrow and Polars get their own types back, others an object with
    ``__arrow_c_array__`` or ``__arrow_c_stream__``. What can be read only once,
    as a ``RecordBatchReader``, is a ``TypeError``: fix its batches.
    """
    if hasattr(data, "__next__"):
        raise TypeError(f"{type(data).__name__} can be read only once; fix its batches")
    if columns is not None:
        columns = [columns] if isinstance(columns, str) else list(columns)
    package = type(data).__module__.partition(".")[0]
    if package == "polars":
        mended = _over_texts(data, columns, config)
        if mended is not None:
            return mended
    fixed: Any = _unbake.fix_arrow(data, columns, config)
    if fixed is None:
        return data
    if package == "pyarrow":
        import pyarrow as pa

        if isinstance(data, pa.Table):
            return pa.table(fixed)
        if isinstance(data, pa.RecordBatch):
            return pa.record_batch(fixed)
        if isinstance(data, pa.ChunkedArray):
            return pa.chunked_array(fixed)
        return pa.array(fixed)
    if package == "polars":
        import polars as pl

        if isinstance(data, pl.Series):
            return pl.Series(data.name, fixed)  # type: ignore[return-value]
        return pl.DataFrame(fixed)  # type: ignore[return-value]
    return fixed


def _over_texts(data: Any, columns: list[str] | None, config: Config | None) -> Any:
    """Polars data repaired, if there are damaged ``Enum`` types in it. An ``Enum``
    takes no values but its own: the texts go over ``String`` to a new one, the same
    for every batch, whatever is in it."""
    import polars as pl

    def mended(enum: pl.Enum) -> pl.Enum:
        categories = fix(enum.categories, None, config)
        return enum if categories is enum.categories else pl.Enum(categories.unique(maintain_order=True))

    one = isinstance(data, pl.Series)
    schema = {data.name: data.dtype} if one else data.schema
    types = {
        name: _mapped(dtype, mended)
        for name, dtype in schema.items()
        if columns is None or name in columns
    }
    types = {name: dtype for name, dtype in types.items() if dtype != schema[name]}
    if not types:
        return None
    texts = {name: _mapped(dtype, lambda _: pl.String()) for name, dtype in types.items()}
    if one:
        return fix(data.cast(*texts.values()), columns, config).cast(*types.values())
    return fix(data.cast(texts), columns, config).cast(types)


def _mapped(dtype: Any, change: Callable[[Any], Any]) -> Any:
    """A type of Polars with every ``Enum`` in it changed."""
    import polars as pl

    if isinstance(dtype, pl.Enum):
        return change(dtype)
    if isinstance(dtype, pl.List):
        return pl.List(_mapped(dtype.inner, change))
    if isinstance(dtype, pl.Array):
        return pl.Array(_mapped(dtype.inner, change), dtype.size)
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _mapped(field.dtype, change) for field in dtype.fields})
    return dtype
