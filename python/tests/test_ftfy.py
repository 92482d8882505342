"""What ftfy's own tests don't look at."""

import codecs
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
    {"restore_byte_a0": False},
    {"replace_lossy_sequences": False, "uncurl_quotes": 0},
]
TEXTS = [
    "“schÃ¶n” &amp; ﬁn",
    "schÃ¶n <b>&amp;</b>\n&amp;",
    "e\u0301 \x1b[1mbold\x1b[0m\r\nÂ«\x85",
    "\ud83d\ude00 \udc00 schÃ¶n",
    "ＦＵＬＬ　ｶﾞ",
    "schÃ¶n grün grÃ¼n",
    "Il a dÃ©jÃ  fermÃ©.",
    "dÃ©jÃ",
    "Ð¡Ð¿Ð°Ñ�Ð¸Ð±Ð¾ Ð·Ð° Ð¿Ð¾Ð¼Ð¾Ñ‰ÑŒ",
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
    explained = ftfy.fix_encoding_and_explain(text, explain=False, **options)
    assert explained == ftfy.fix_encoding_and_explain(text, **options)
    assert ftfy.apply_plan(text, explained.explanation) == ftfy.fix_encoding(text, **options)


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


@pytest.mark.parametrize("options", [{"unescape_html": 0}, {"unescape_html": None}, {"unescape_html": False}], ids=str)
def test_options_are_on_if_they_are_true(options):
    assert ftfy.fix_text("&amp; “x”", **options) == '&amp; "x"'
    assert ftfy.fix_text("<&amp; “x”", unescape_html="yes", uncurl_quotes=0) == "<& “x”"
    assert ftfy.fix_text("&amp; “x”", unescape_html=False, uncurl_quotes=False) == "&amp; “x”"
    assert ftfy.fix_text("&amp; “x”", unescape_html=True, uncurl_quotes=True) == '& "x"'


def test_separators_are_control_chars():
    text = "name\x1fvalue\x1e"
    assert ftfy.fix_encoding(text) == text
    assert ftfy.fix_text(text, remove_control_chars=False) == text
    assert ftfy.fix_text(text) == fixes.remove_control_chars(text) == "namevalue"


@pytest.mark.parametrize("form", ["XYZ", "nfc", ""])
def test_forms_that_do_not_exist(form):
    with pytest.raises(ValueError, match="normalization"):
        ftfy.fix_text("x", normalization=form)


def test_escapes():
    text = r"\n\t\"\'\\ \101\7 \N{EN DASH} \x41 \u00e9 \U0001f60d \ud83d\ude0d"
    assert fixes.decode_escapes(text) == "\n\t\"'\\ A\7 – A é 😍 😍"
    # Twice is not once.
    assert fixes.decode_escapes(r"\\u00e9 \u005cn") == r"\u00e9 \n"
    for text in (r"\N{NO SUCH NAME}", r"\U00110000", r"\q \u12 \x4", "\\"):
        assert fixes.decode_escapes(text) == text


def test_lost_bytes():
    for byts, wanted in [
        (b"\xc3\x1a \xc3? \xd0?", "� � ?"),
        (b"\xe2\x80? \xe2?\x80 \xe2??", "� � ??"),
        (b"\xf0?\x98\x80 \xed\xa0\xbd\xed\xb8?", "� �"),
    ]:
        assert fixes.replace_lossy_sequences(byts).decode(errors="ignore") == wanted


def test_files():
    lines = ["schÃ¶n\n", "&amp;\n", "<b>\n", "&amp;\n"]
    wanted = ["schön\n", "&\n", "<b>\n", "&amp;\n"]
    assert list(ftfy.fix_file(io.StringIO("".join(lines)))) == wanted
    assert list(ftfy.fix_file(io.BytesIO("".join(lines).encode()))) == wanted
    # The second line is in what the first was taken for; one that is not, in its own.
    for charset in ("mac-latin2", "viscii", "koi8-r", "utf-8", "windows-1250"):
        text = {"koi8-r": "Паром отходит в полдень\n", "viscii": "Tôi không biết tiếng Việt\n"}.get(charset, "Příliš žluťoučký kůň úpěl\n")
        data = io.BytesIO(b"ASCII\n" + (text * 3).encode(charset) + "Der schöne Wald\n".encode("latin-1"))
        lines = list(ftfy.fix_file(data))
        assert lines[:4] == ["ASCII\n", text, text, text] and len(lines) == 5
        assert lines[4] == "Der schöne Wald\n" or charset != "utf-8"
    image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    assert len(list(ftfy.fix_file(io.BytesIO(image * 3)))) == 7
    cyrillic = io.BytesIO("Привет, мир!\n".encode("koi8-r"))
    assert list(ftfy.fix_file(cyrillic, encoding="koi8-r")) == ["Привет, мир!\n"]


GUESSES = {
    "mac-latin2": "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "viscii": "Tôi không biết nói tiếng Việt, nhưng tôi hiểu được một chút.",
    "euc_jp": "フェリーは午前八時に出発します。",
    "utf-8-sig": "schön",
    "utf-16": "schön",
    "utf-32": "schön",
}


@pytest.mark.parametrize("codec", GUESSES)
def test_guesses_have_codecs(codec):
    text = GUESSES[codec]
    data = text.encode(codec)
    guess, name = ftfy.guess_bytes(bytearray(data))
    assert guess == text and data.decode(name) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "Der schöne Wald, ".encode() + "die grüne Wiese".encode("latin-1"),
        "フェリー".encode("euc_jp") + b"\xff" + "は午前八時に出発します。".encode("euc_jp"),
        # CNS 11643 in EUC-TW, for which Python has no codec.
        b"\xc4\xe3\xd9\xb8\xa1\xa3" * 20,
    ],
    ids=["image", "mixed", "malformed", "no codec"],
)
def test_guesses_decode(data):
    text, name = ftfy.guess_bytes(data)
    assert data.decode(name) == text


def test_a_guess_of_what_was_cut_off():
    data = "Der schöne Wald".encode()
    assert ftfy.guess_bytes(data[:6])[1] == "utf-8"


def test_variants_of_utf8():
    for data, text in [
        (b"\xed\xe2\x82\xac", "�€"),
        (b"\xed\xed\xa0\xbd\xed\xb8\x8d", "�😍"),
        (b"\xc0\xc0\x80a\xc0", "�\0a�"),
        (b"\xed\xa0\xbd\xed\xa0\xbd\xed\xb8\x8d", "\ud83d😍"),
    ]:
        assert data.decode("utf-8-variants", "replace") == text
        for cut in range(len(data)):
            decoder = codecs.getincrementaldecoder("utf-8-variants")("replace")
            assert decoder.decode(data[:cut]) + decoder.decode(data[cut:], True) == text
    with pytest.raises(UnicodeDecodeError):
        b"\xed\xe2\x82\xac".decode("utf-8-variants")


def test_korean_is_no_cesu_8():
    data = "하늘 아래 한국어 문장이 있다. ".encode() * 1_000
    assert ftfy.guess_bytes(data) == (data.decode(), "utf-8-variants")


def test_derived_tables():
    assert chardata.LIGATURES[ord("ﬁ")] == "fi"
    assert chardata.WIDTH_MAP[ord("Ａ")] == "A"
    assert chardata.CONTROL_CHARS[7] is None and 9 not in chardata.CONTROL_CHARS
    text = "“ﬁ”Ａ"
    assert text.translate(chardata.LIGATURES) == fixes.fix_latin_ligatures(text)


@pytest.mark.parametrize("name", ["sloppy-windows-1252", "sloppy_windows_1251", "sloppy-iso-8859-7", "sloppy-cp1257", "sloppy-cp874"])
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
