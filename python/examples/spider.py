"""A spider whose pages, or items, are repaired.

    python spider.py middleware|pipeline|neither OUT.jsonl URL...
"""

import sys

import scrapy
from scrapy.crawler import CrawlerProcess


class Spider(scrapy.Spider):
    name = "pages"

    def parse(self, response):
        text = response.css("p::text").get() or response.text
        yield {"url": response.url, "text": text, "words": text.split()}


def main(how, out, *urls):
    settings = {
        "FEEDS": {out: {"format": "jsonlines", "encoding": "utf8"}},
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
    }
    if how == "middleware":
        settings["DOWNLOADER_MIDDLEWARES"] = {"unbake.scrapy.UnbakeMiddleware": 585}
    if how == "pipeline":
        settings["ITEM_PIPELINES"] = {"unbake.scrapy.UnbakePipeline": 100}
    process = CrawlerProcess(settings)
    process.crawl(Spider, start_urls=urls)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
