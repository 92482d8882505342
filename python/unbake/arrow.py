"""Columns and tables of anything that speaks Arrow's PyCapsule interface:
PyArrow, Polars, DuckDB, nanoarrow and others.

>>> import pyarrow as pa
>>> from unbake import arrow
>>> table = pa.table({"id": [1, 2], "text": ["schÃ¶n", None]})
>>> arrow.fix(table)["text"].to_pylist()
['schön', None]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from unbake import Config, _unbake

T = TypeVar("T")

__all__ = ["fix"]


def fix(data: T, columns: Sequence[str] | None = None, config: Config | None = None) -> T:
    """The column or table with its texts repaired.

    All ``utf8``, ``large_utf8`` and ``utf8_view`` columns of a table are looked
    at, dictionaries, structs and lists of these too; or only ``columns``. Nulls
    stay. What is right comes back as it came: ``data`` itself, if all is, else
    the same buffers for every column that needed no change.

    PyArrow and Polars get their own types back, others an object with
    ``__arrow_c_array__`` or ``__arrow_c_stream__``. What can be read only once,
    as a ``RecordBatchReader``, is a ``TypeError``: fix its batches.
    """
    if hasattr(data, "__next__"):
        raise TypeError(f"{type(data).__name__} can be read only once; fix its batches")
    columns = None if columns is None else list(columns)
    fixed: Any = _unbake.fix_arrow(data, columns, config)
    if fixed is None:
        return data
    package = type(data).__module__.partition(".")[0]
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
