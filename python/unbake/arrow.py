"""Columns and tables of anything that speaks Arrow's PyCapsule interface:
PyArrow, Polars, DuckDB, nanoarrow and others.

>>> import pyarrow as pa
>>> from unbake import arrow
>>> table = pa.table({"id": [1, 2], "text": ["schÃ¶n", None]})
>>> arrow.fix(table)["text"].to_pylist()
['schön', None]
"""

from __future__ import annotations

import functools
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
    a category is damaged comes back as one of the repaired categories. Of a Polars
    frame only columns with texts are looked at, and all others stay, ``Object`` too;
    a ``List(Null)`` beside texts in a list of structs is a ``TypeError``.

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
        import polars as pl

        if isinstance(data, (pl.DataFrame, pl.Series)):
            return _in_polars(data, columns, config)
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
    return fixed


def _in_polars(data: Any, columns: list[str] | None, config: Config | None) -> Any:
    """Polars data repaired. Only columns that hold texts leave Polars: it has types
    that no other Arrow has, as ``Int128``, and ``Object`` is nothing but pointers."""
    import polars as pl

    one = isinstance(data, pl.Series)
    if one and columns is not None:
        raise TypeError("a column has no columns to choose")
    frame = data.to_frame() if one else data
    for column in columns or ():
        if column not in frame.columns:
            raise KeyError(f"there is no column {column!r}")
    chosen = frame.columns if columns is None else columns
    texts = [name for name in frame.columns if name in chosen and _holds_texts(frame.schema[name])]
    fixed = [series for name in texts if (series := _fixed(frame[name], config)) is not None]
    if not fixed:
        return data
    return fixed[0] if one else data.with_columns(fixed)


def _fixed(series: Any, config: Config | None) -> Any:
    """A column of Polars repaired, or nothing if it is right."""
    import polars as pl

    if isinstance(series.dtype, pl.Struct):
        return _fixed_fields(series, config)

    @functools.cache
    def mended(dtype: Any) -> Any:
        """An ``Enum`` takes no values but its own: from a damaged one the texts go
        over ``String`` to a new one, the same for every batch, whatever is in it."""
        if not isinstance(dtype, pl.Enum):
            return dtype
        categories = fix(dtype.categories, None, config)
        return dtype if categories is dtype.categories else pl.Enum(categories.unique(maintain_order=True))

    def carried(dtype: Any) -> Any:
        """What has no name in Arrow, in a list of structs, goes over what has."""
        if isinstance(dtype, pl.Null):
            return pl.Int8()
        if mended(dtype) != dtype or str(dtype) in ("Int128", "UInt128"):
            return pl.String()
        return dtype

    wanted = _mapped(series.dtype, mended)
    given = _cast(series, _mapped(series.dtype, carried))
    fixed: Any = _unbake.fix_arrow(given, None, config)
    if fixed is None and wanted == series.dtype:
        return None
    fixed = _cast(given if fixed is None else pl.Series(series.name, fixed), wanted)
    if fixed.dtype != wanted:
        raise TypeError(f"column {series.name!r}: Polars makes no {wanted} of {fixed.dtype}")
    return fixed


def _fixed_fields(series: Any, config: Config | None) -> Any:
    """A column of structs repaired field by field, or nothing if it is right."""
    import polars as pl

    fields = series.struct.unnest()
    texts = [field for field in fields if _holds_texts(field.dtype)]
    fixed = [pl.lit(mended) for field in texts if (mended := _fixed(field, config)) is not None]
    if not fixed:
        return None
    return series.to_frame().select(pl.first().struct.with_fields(fixed)).to_series()


def _cast(series: Any, dtype: Any) -> Any:
    """The column with this type; one that has it already is not gone through."""
    return series if series.dtype == dtype else series.cast(dtype)


def _holds_texts(dtype: Any) -> bool:
    """Whether there may be texts in a column of this type of Polars."""
    import polars as pl

    if isinstance(dtype, (pl.List, pl.Array)):
        return _holds_texts(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return any(_holds_texts(field.dtype) for field in dtype.fields)
    return isinstance(dtype, (pl.String, pl.Categorical, pl.Enum))


def _mapped(dtype: Any, change: Callable[[Any], Any]) -> Any:
    """A type of Polars with every simple one in it changed."""
    import polars as pl

    if isinstance(dtype, pl.List):
        return pl.List(_mapped(dtype.inner, change))
    if isinstance(dtype, pl.Array):
        return pl.Array(_mapped(dtype.inner, change), dtype.size)
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _mapped(field.dtype, change) for field in dtype.fields})
    return change(dtype)
