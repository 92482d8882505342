"""Runs pytest with `unbake.ftfy` under the name `ftfy`."""

import importlib
import sys

import pytest

import unbake.ftfy

sys.modules["ftfy"] = unbake.ftfy
for name in [
    "bad_codecs",
    "bad_codecs.sloppy",
    "bad_codecs.utf8_variants",
    "badness",
    "chardata",
    "fixes",
    "formatting",
]:
    sys.modules[f"ftfy.{name}"] = importlib.import_module(f"unbake.ftfy.{name}")

if __name__ == "__main__":
    sys.exit(pytest.main(sys.argv[1:]))
