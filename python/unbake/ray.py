"""For Ray Data: ``dataset.map_batches(Fix, batch_format="pyarrow", …)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unbake import Config, arrow

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Fix"]


class Fix:
    """Repairs batches of a Ray dataset.

    ::

        dataset.map_batches(
            unbake.ray.Fix,
            fn_constructor_kwargs={"columns": ["text"]},
            batch_format="pyarrow",
            zero_copy_batch=True,
            compute=ray.data.ActorPoolStrategy(size=8),
        )
    """

    def __init__(self, columns: str | Sequence[str] | None = None, config: Config | None = None):
        self.columns = columns
        self.config = config

    def __call__(self, batch: pa.Table) -> pa.Table:
        return arrow.fix(batch, self.columns, self.config)
