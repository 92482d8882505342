"""For Spark: a function for ``DataFrame.mapInArrow``, and one for SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from unbake import Config, arrow

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

__all__ = ["fix", "register"]


def fix(
    columns: str | Sequence[str] | None = None, config: Config | None = None
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function that repairs batches.

    ::

        frame.mapInArrow(unbake.spark.fix(["text"]), frame.schema)
    """

    def fix_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield arrow.fix(batch, columns, config)

    return fix_batches


def register(spark: SparkSession, name: str = "unbake", config: Config | None = None) -> Any:
    """Makes ``SELECT unbake(text)`` known to a session; also returns the function
    for use in Python.

    ::

        unbake.spark.register(spark)
        spark.sql("SELECT id, unbake(text) AS text FROM pages")
    """
    from pyspark.sql.functions import ArrowUDFType, arrow_udf

    def fix_column(column: pa.Array) -> pa.Array:
        return arrow.fix(column, config=config)

    function = arrow_udf(fix_column, "string", ArrowUDFType.SCALAR)
    return spark.udf.register(name, function)
