"""What ftfy's own tests don't look at."""

import io

import pytest

from unbake import ftfy
from unbake.ftfy import chardata, fixes

OPTIONS = [
    {},
    {"unescape_html": True},
    {"unescape_html": False},
    {"fix_encoding": False},
    {"uncurl_quotes": False, "normalization": None},
    {"normalization": "NFKC"},
    {"fix_surrogates": False},
]
TEXTS = [
    "“schÃ¶n” &amp; ﬁn",
    "schÃ¶n <b>&amp;</b>\n&amp;",
    "e\u0301 \x1b[1mbold\x1b[0m\r\nÂ«\x85",
    "\ud83d\ude00 \udc00 schÃ¶n",
    "ＦＵＬＬ　ｶﾞ",
    "schÃ¶n grün grÃ¼n",
    "",
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_plans_lead_to_the_text(text, options):
    fixed, plan = ftfy.fix_and_explain(text, **options)
    assert fixed == ftfy.fix_text_segment(text, **options)
    assert ftfy.apply_plan(text, plan) == fixed
    assert (plan == []) == (fixed == text)
    assert ftfy.fix_and_explain(text, explain=False, **options).explanation is None


def test_references_stay_from_the_first_markup_on():
    assert ftfy.fix_text("&amp;\n&amp; <b>\n&amp;") == "&\n&amp; <b>\n&amp;"


def test_surrogates():
    assert ftfy.fix_text("schÃ¶n \ud83d\ude00\udc00") == "schön 😀�"
    assert ftfy.fix_text("\ud83d schÃ¶n", fix_surrogates=False) == "\ud83d schön"


def test_bytes_are_told_apart():
    for function in (ftfy.fix_text, ftfy.fix_text_segment, ftfy.fix_encoding, ftfy.fix_and_explain):
        with pytest.raises(UnicodeError, match="bytes"):
            function(b"bytes")
    with pytest.raises(UnicodeError, match="text already"):
        ftfy.guess_bytes("text")
    with pytest.raises(TypeError):
        ftfy.fix_text(None)
    with pytest.raises(ValueError):
        ftfy.fix_text("", no_such_option=True)


def test_files():
    lines = ["schÃ¶n\n", "&amp;\n", "<b>\n", "&amp;\n"]
    wanted = ["schön\n", "&\n", "<b>\n", "&amp;\n"]
    assert list(ftfy.fix_file(io.StringIO("".join(lines)))) == wanted
    assert list(ftfy.fix_file(io.BytesIO("".join(lines).encode()))) == wanted
    cyrillic = io.BytesIO("Привет, мир!\n".encode("koi8-r"))
    assert list(ftfy.fix_file(cyrillic, encoding="koi8-r")) == ["Привет, мир!\n"]


def test_derived_tables():
    assert chardata.LIGATURES[ord("ﬁ")] == "fi"
    assert chardata.WIDTH_MAP[ord("Ａ")] == "A"
    assert chardata.CONTROL_CHARS[7] is None and 9 not in chardata.CONTROL_CHARS
    text = "“ﬁ”Ａ"
    assert text.translate(chardata.LIGATURES) == fixes.fix_latin_ligatures(text)


@pytest.mark.parametrize("name", ["sloppy-windows-1252", "sloppy_windows_1251", "sloppy-iso-8859-7"])
def test_sloppy_codecs_know_every_byte(name):
    every = bytes(range(256))
    assert every.decode(name).encode(name) == every
    assert "\ufffd".encode(name) == b"\x1a"


def test_explain_unicode(capsys):
    ftfy.explain_unicode("é\n")
    assert capsys.readouterr().out.splitlines() == [
        "U+00E9  é       [Ll] LATIN SMALL LETTER E WITH ACUTE",
        "U+000A  \\n      [Cc] <unknown>",
    ]
