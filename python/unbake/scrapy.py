"""For Scrapy: pages in the right charset and repaired, and items repaired.

::

    DOWNLOADER_MIDDLEWARES = {"unbake.scrapy.UnbakeMiddleware": 585}
    ITEM_PIPELINES = {"unbake.scrapy.UnbakePipeline": 100}

585 is nearer to the spider than ``HttpCompressionMiddleware`` (590) is, so that
pages come unpacked. The pipeline is for those who leave out the middleware, or
whose texts come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from itemadapter import ItemAdapter, is_item
from scrapy import Request
from scrapy.http import Response, TextResponse

from unbake import Config, decode, fix

__all__ = ["UnbakeMiddleware", "UnbakePipeline"]


class UnbakeMiddleware:
    """Finds out the charset of each page, whatever server and page say, and
    repairs what was damaged before."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Response:
        if not isinstance(response, TextResponse):
            return response
        header = (response.headers.get("Content-Type") or b"").decode("latin-1")
        decoded = decode(response.body, content_type=header or None)
        if decoded.binary is not None:
            return response
        text = fix(decoded.text)
        if text == response.text:
            return response
        return response.replace(body=text.encode("utf-8", "surrogatepass"), encoding="utf-8")


class UnbakePipeline:
    """Repairs all texts of an item, in lists, dicts and items too. The item is changed
    in place, unless it is frozen; what is in it keeps its type, and is the same object
    if it is right."""

    def __init__(self, config: Config | None = None):
        self.config = config

    def process_item(self, item: Any, spider: Any = None) -> Any:
        return self._fixed(item, in_place=True)

    def _fixed(self, value: Any, in_place: bool = False) -> Any:
        if isinstance(value, str):
            return fix(value, self.config)
        if isinstance(value, (list, tuple)):
            changes = self._changes(enumerate(value))
        elif isinstance(value, dict):
            changes = self._changes(value.items())
        elif is_item(value):
            # Items in items too.
            in_place = True
            changes = self._changes(ItemAdapter(value).items())
        else:
            return value
        return _with(value, changes, in_place) if changes else value

    def _changes(self, parts: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
        """What does not come back as it came, by index or name."""
        fixed = ((key, part, self._fixed(part)) for key, part in parts)
        return {key: new for key, part, new in fixed if new is not part}


def _with(value: Any, changes: dict[Any, Any], in_place: bool) -> Any:
    if isinstance(value, tuple):
        parts = [changes.get(i, part) for i, part in enumerate(value)]
        # A named tuple takes its parts one by one.
        return value._make(parts) if hasattr(value, "_make") else type(value)(parts)
    if not in_place:
        value = copy(value)
    target = value if isinstance(value, (list, dict)) else ItemAdapter(value)
    try:
        for key, part in changes.items():
            target[key] = part
    except AttributeError:
        # Frozen: dataclasses and attrs tell by this, at the first.
        value = copy(value)
        for key, part in changes.items():
            object.__setattr__(value, key, part)
    return value
