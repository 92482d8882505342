"""Scrapers, against a server on this machine that gets charsets wrong."""

import json
import subprocess
import sys
import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import attr
import httpx
import pytest
import requests

import unbake

EXAMPLES = Path(__file__).parent.parent / "examples"

RUSSIAN = "Паром отходит от северного причала в половине восьмого утра."
FRENCH = "Les élèves de l’école déjeunent à midi, à côté de la bibliothèque."
GERMAN = "Die Fähre fährt während der Ferien täglich, außer bei Sturm über zehn Windstärken."


def page(text, head=""):
    return f"<!doctype html><html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


def twice(text):
    return text.encode().decode("windows-1252").encode()


# What is sent: Content-Type, body; and the text that was meant.
PAGES = {
    "/wrong-header": ("text/html; charset=utf-8", page(FRENCH).encode("windows-1252"), FRENCH),
    "/wrong-meta": ("text/html", page(RUSSIAN, "<meta charset=utf-8>").encode("windows-1251"), RUSSIAN),
    "/latin-for-utf-8": ("text/html; charset=iso-8859-1", page(GERMAN).encode(), GERMAN),
    "/double": ("text/html; charset=utf-8", twice(page(GERMAN)), GERMAN),
    "/no-declaration": ("text/html", page(RUSSIAN).encode("koi8-r"), RUSSIAN),
    "/plain": ("text/plain", FRENCH.encode("windows-1252"), FRENCH),
    "/right": ("text/html; charset=utf-8", page(RUSSIAN).encode(), RUSSIAN),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path not in PAGES:
            self.send_error(404)
            return
        content_type, body, _ = PAGES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("get", [requests.get, httpx.get], ids=["requests", "httpx"])
def test_decode_response(server, path, get):
    decoded = unbake.decode_response(get(server + path))
    assert PAGES[path][2] in unbake.fix(decoded.text)


def test_the_pages_are_wrong_without(server):
    wrong = [path for path in PAGES if PAGES[path][2] not in requests.get(server + path).text]
    assert len(wrong) >= 5


@pytest.mark.parametrize("how", ["middleware", "pipeline"])
def test_scrapy(server, how, tmp_path):
    out = tmp_path / "items.jsonl"
    command = [sys.executable, EXAMPLES / "spider.py", how, out, *(server + path for path in PAGES)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    items = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    found = {item["url"].removeprefix(server): item for item in items}
    assert found.keys() == PAGES.keys()
    for path, (_, _, text) in PAGES.items():
        item = found[path]
        # A pipeline sees texts only; what was decoded wrongly is mojibake.
        if how == "middleware" or path in ("/latin-for-utf-8", "/double", "/right"):
            assert item["text"] == text, path
            assert item["words"] == text.split(), path


def test_the_spider_finds_damage_without(server, tmp_path):
    out = tmp_path / "items.jsonl"
    command = [sys.executable, EXAMPLES / "spider.py", "neither", out, server + "/double"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert json.loads(out.read_text(encoding="utf-8"))["text"] != GERMAN


def test_items_keep_their_types():
    from unbake.scrapy import UnbakePipeline

    class Words(list):
        pass

    class Pair(NamedTuple):
        text: str
        number: int

    @dataclass(frozen=True)
    class Frozen:
        text: str
        words: list

    @attr.s(frozen=True, slots=True)
    class Attrs:
        text = attr.ib()

    @dataclass
    class Open:
        text: str

    def item(text):
        counts = defaultdict(list, {"a": [text]})
        return {
            "pair": Pair(text, 1),
            "tuple": (text, b"bytes", None),
            "ordered": OrderedDict([("b", text), ("a", "x")]),
            "counts": counts,
            "words": Words([text, "x"]),
            "frozen": Frozen(text, [text]),
            "attrs": Attrs(text),
            "open": Open(text),
            "deep": [{"a": [(Pair(text, 2),)]}],
            "right": [["x"]],
        }

    def types(value):
        if isinstance(value, dict):
            return type(value), {key: types(part) for key, part in value.items()}
        return (type(value), [types(part) for part in value]) if isinstance(value, (list, tuple)) else type(value)

    process = UnbakePipeline().process_item
    damaged = item("schÃ¶n")
    before = dict(damaged)
    fixed = process(damaged)
    assert fixed is damaged and fixed == item("schön") and types(fixed) == types(item("schön"))
    assert fixed["counts"].default_factory is list and fixed["right"] is before["right"]
    assert fixed["open"] is before["open"]
    # What was somebody else's is not changed under him.
    assert before["words"] == ["schÃ¶n", "x"] and before["frozen"].text == "schÃ¶n"
    right = item("schön")
    before = dict(right)
    assert process(right) is right and all(right[name] is before[name] for name in right)
    for kind in (Frozen("schÃ¶n", ["x"]), Attrs("schÃ¶n")):
        fixed = process(kind)
        assert type(fixed) is type(kind) and fixed.text == "schön" and kind.text == "schÃ¶n"
        assert process(fixed) is fixed


def test_middleware_leaves_what_is_right_or_no_text():
    from scrapy import Request
    from scrapy.http import HtmlResponse, Response

    from unbake.scrapy import UnbakeMiddleware

    request = Request("http://127.0.0.1/")
    right = HtmlResponse(request.url, body=page(RUSSIAN).encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    assert UnbakeMiddleware().process_response(request, right) is right
    image = Response(request.url, body=b"\x89PNG\r\n\x1a\n")
    assert UnbakeMiddleware().process_response(request, image) is image


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_headers_in_a_plain_dict(name):
    class Response:
        headers = {"Server": "x", name: "text/plain; charset=windows-1250"}
        content = "Dobrý večer".encode("windows-1250")

    assert unbake.decode_response(Response()).text == "Dobrý večer"
    assert unbake.decode_response(Response()).source == "transport"
    Response.headers = {}
    assert unbake.decode_response(Response()).source != "transport"
