#!/usr/bin/env python3
"""The page of `unbake diff --html`, in headless Chromium: it loads without a
word on the console, filters, ticks, downloads decisions that `unbake fix`
goes by, runs no script from a text, and copes with 100,000 changes.

    cli/tests/page.py UNBAKE [FOLDER]

Screenshots go into FOLDER. Needs Python with playwright, and Chromium.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

UNBAKE = str(Path(sys.argv[1]).resolve())
SAMPLES = Path(__file__).resolve().parents[2] / "corpus/samples"

HOSTILE = (
    '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1"> cafÃ©\n'
    "<!-- <script> dâ€™accord \u202e \u2028 \x1b[31m \x9b31m ${window.hacked=1} `\n"
    '"><svg onload=window.hacked=1> schÃ¶ne \\u003cscript\\u003e &lt;script&gt; javascript:window.hacked=1\n'
)


def run(folder, *args, status):
    done = subprocess.run([UNBAKE, *args], cwd=folder, capture_output=True)
    assert done.returncode == status, (args, done)
    return done.stdout


class Page:
    """A page, and what it said on the console."""

    def __init__(self, context, file):
        self.said = []
        self.page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self.requested)
        self.requests = []
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("[role=option]")

    def requested(self, request):
        if not request.url.startswith(("file:", "blob:")):
            self.requests.append(request.url)

    def count(self):
        shown, of = re.match(r"([\d,]+) of ([\d,]+)", self.page.inner_text("#count")).groups()
        return int(shown.replace(",", "")), int(of.replace(",", ""))

    def done(self):
        assert not self.said, self.said
        assert not self.requests, self.requests
        assert self.page.evaluate("window.hacked") is None
        self.page.close()


def hostile(context, folder):
    (folder / "evil.txt").write_text(HOSTILE)
    (folder / "<img src=x onerror=window.hacked=1>.jsonl").write_text(
        json.dumps({"<b>\u202e</script>": "cafÃ© </script>"}, ensure_ascii=False) + "\n"
    )
    files = ["evil.txt", "<img src=x onerror=window.hacked=1>.jsonl"]
    run(folder, "diff", "--html", "evil.html", *files, status=1)
    one = Page(context, folder / "evil.html")
    page = one.page
    for _ in range(one.count()[0]):
        page.keyboard.press("j")
    assert page.locator("img, svg, b").count() == 0
    assert "U+202E" in page.inner_text("body")
    # The policy holds even if something got in.
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s);"
        " document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hacked=1>'); }"
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in said for said in one.said), one.said
    one.said.clear()
    one.done()


def decided(context, folder):
    """What was ticked is what `fix` does."""
    for name in ["notices.txt", "records.jsonl"]:
        shutil.copy(SAMPLES / name, folder / name)
    files = ["notices.txt", "records.jsonl"]
    run(folder, "diff", "--html", "page.html", *files, status=1)
    one = Page(context, folder / "page.html")
    page = one.page
    shown, of = one.count()
    reported = run(folder, "diff", "--report", "json", *files, status=1).splitlines()
    changes = [json.loads(line) for line in reported][1:-1]
    assert shown == of == len(changes), (shown, of)

    # Filters, one after the other.
    page.select_option("#chain", label="windows-1251>windows-1252")
    wanted = sum(change["chain"] == "windows-1251>windows-1252" for change in changes)
    assert one.count()[0] == wanted > 0
    page.select_option("#chain", value="")
    page.select_option("#exact", value="0")
    assert one.count()[0] == sum(change["exactness"] == "inferred" for change in changes)
    page.select_option("#exact", value="")
    page.fill("#score", "400")
    assert one.count()[0] == sum(change["score"] >= 400 for change in changes)
    page.fill("#score", "0")
    page.select_option("#file", label="records.jsonl")
    assert one.count()[0] == sum(change["file"] == "records.jsonl" for change in changes)
    page.select_option("#file", value="")
    page.locator(".bar").first.click()
    assert 0 < one.count()[0] < of
    page.locator(".bar").first.click()
    assert one.count()[0] == of

    # Search, and reject what it finds; then one more by hand, by keys.
    page.fill("#search", "winter")
    found = one.count()[0]
    assert 0 < found < of
    page.click("#reject")
    page.fill("#search", "")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    assert page.locator("[aria-selected=true]").get_attribute("aria-posinset") == str(of)
    page.keyboard.press(" ")
    page.keyboard.press("Home")
    page.select_option("#ticked", value="0")
    assert one.count()[0] == found + 1, (one.count(), found)
    page.select_option("#ticked", value="")
    detail = page.inner_text("#detail")
    for word in ["Before", "After", "What happened", "E2", "80", "99", "as utf-8", "rejected"]:
        assert word in detail, (word, detail)
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "decisions.jsonl"
    download.value.save_as(folder / "decisions.jsonl")
    page.screenshot(path=SHOTS / "light.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=SHOTS / "dark.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(100)
    page.screenshot(path=SHOTS / "phone.png")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, width
    one.done()

    lines = (folder / "decisions.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {"decisions": 1}
    decisions = [json.loads(line) for line in lines[1:]]
    assert sum(not decision["accept"] for decision in decisions) == found + 1
    plain = run(folder, "fix", "notices.txt", status=0).decode().split("\n")
    fixed = run(folder, "fix", "--decisions", "decisions.jsonl", *files, status=0).decode()
    before = (folder / "notices.txt").read_text().split("\n")
    winter = next(i for i, line in enumerate(before) if "winter" in line)
    plain[winter] = before[winter]
    # The last change of all is in the last record.
    text = "\n".join(plain)
    assert fixed.startswith(text), (fixed, text)
    records = run(folder, "fix", "records.jsonl", status=0).decode()
    rest = fixed[len(text):]
    assert rest != records
    last = changes[-1]
    start, end = (last["span"][0], last["span"][1])
    whole = (folder / "records.jsonl").read_bytes()
    tail = whole[start:].decode()
    assert rest.endswith(tail), (rest, tail)
    assert end > start


def many(context, folder):
    line = "Le cafÃ© dâ€™Ã\u00a0 cÃ´tÃ© est fermÃ©, lâ€™Ã©tÃ© est passÃ©, la fenÃªtre est ouverte.\n"
    (folder / "many.txt").write_text("".join(f"{i} {line}" for i in range(12_000)))
    # What happened is known, and nothing else is looked for.
    run(folder, "diff", "--chain", "utf-8>windows-1252", "--html", "many.html", "many.txt", status=1)
    one = Page(context, folder / "many.html")
    page = one.page
    assert one.count()[0] > 100_000, one.count()
    assert page.locator("[role=option]").count() < 100
    page.keyboard.press("End")
    assert page.locator("[aria-selected=true]").get_attribute("aria-posinset") == str(one.count()[0])
    assert page.locator("[role=option]").count() < 100
    page.fill("#search", "11999 le")
    assert 0 < one.count()[0] < 100
    page.fill("#search", "")
    page.click("#reject")
    assert " 0 of them accepted" in page.inner_text("#count")
    one.done()


with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
    SHOTS = Path(sys.argv[2] if len(sys.argv) > 2 else folder)
    chromium = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 800})
    for test in [hostile, decided, many]:
        test(context, Path(folder))
        print("ok", test.__name__)
    browser.close()
