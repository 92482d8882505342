"""For datatrove: a step of its pipelines."""

from __future__ import annotations

from datatrove.pipeline.formatters.base import BaseFormatter

from unbake import Config, repair

__all__ = ["UnbakeFormatter"]


class UnbakeFormatter(BaseFormatter):
    """Repairs the texts of documents.

    ``repaired`` documents, ``edits`` and how many of these are ``inferred`` go
    into the statistics. Without a ``config``, only what is damaged changes.
    """

    name = "🍞 Unbake"

    def __init__(self, config: Config | None = None):
        super().__init__()
        self.config = config

    def format(self, text: str) -> str:
        mended = repair(text, self.config)
        if mended.is_clean:
            return text
        edits = mended.edits
        self.stat_update("repaired")
        self.stat_update("edits", value=len(edits), unit="doc")
        self.stat_update("inferred", value=sum(not edit.exact for edit in edits), unit="doc")
        return mended.text
