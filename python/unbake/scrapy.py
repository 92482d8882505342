"""For Scrapy: pages in the right charset and repaired, and items repaired.

::

    DOWNLOADER_MIDDLEWARES = {"unbake.scrapy.UnbakeMiddleware": 585}
    ITEM_PIPELINES = {"unbake.scrapy.UnbakePipeline": 100}

585 is nearer to the spider than ``HttpCompressionMiddleware`` (590) is, so that
pages come unpacked. The pipeline is for those who leave out the middleware, or
whose texts come from elsewhere.
"""

from __future__ import annotations

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
    """Repairs all texts of an item, in lists, dicts and items too."""

    def __init__(self, config: Config | None = None):
        self.config = config

    def process_item(self, item: Any, spider: Any = None) -> Any:
        adapter = ItemAdapter(item)
        for name in list(adapter):
            value = adapter[name]
            fixed = self._fixed(value)
            if fixed is not value:
                adapter[name] = fixed
        return item

    def _fixed(self, value: Any) -> Any:
        if isinstance(value, str):
            return fix(value, self.config)
        if isinstance(value, (list, tuple)):
            fixed = [self._fixed(part) for part in value]
            return fixed if isinstance(value, list) else tuple(fixed)
        if isinstance(value, dict):
            return {key: self._fixed(part) for key, part in value.items()}
        return self.process_item(value) if is_item(value) else value
