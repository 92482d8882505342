#!/usr/bin/env python3
"""Writes src/charset/tables.rs: what each byte of a single-byte charset means.

    python3 train/tools/charset_tables.py > src/charset/tables.rs

The mappings are facts, read from the codecs of Python's standard library
(made from Unicode's mapping files; PSF licence) and, for the charsets that
Python lacks, from the `iconv` command. Where the WHATWG standard differs from
Python, `CORRECTIONS` follows the standard; a test in `src/charset/` compares
every charset that the standard has with `encoding_rs`.
"""

import subprocess
import sys

# Our name: the Python codec, or "iconv:NAME". The order is that of
# `src/charset/registry.rs`.
CHARSETS = """
windows-1252 cp1252
iso-8859-1 latin-1
windows-1250 cp1250
windows-1251 cp1251
windows-1253 cp1253
windows-1254 cp1254
windows-1255 cp1255
windows-1256 cp1256
windows-1257 cp1257
windows-1258 cp1258
windows-874 cp874
iso-8859-2 iso8859_2
iso-8859-3 iso8859_3
iso-8859-4 iso8859_4
iso-8859-5 iso8859_5
iso-8859-6 iso8859_6
iso-8859-7 iso8859_7
iso-8859-8 iso8859_8
iso-8859-9 iso8859_9
iso-8859-10 iso8859_10
iso-8859-11 iso8859_11
iso-8859-13 iso8859_13
iso-8859-14 iso8859_14
iso-8859-15 iso8859_15
iso-8859-16 iso8859_16
tis-620 tis_620
koi8-r koi8_r
koi8-u koi8_u
koi8-t koi8_t
kz1048 kz1048
ptcp154 ptcp154
cp437 cp437
cp720 cp720
cp737 cp737
cp775 cp775
cp850 cp850
cp852 cp852
cp855 cp855
cp856 cp856
cp857 cp857
cp858 cp858
cp860 cp860
cp861 cp861
cp862 cp862
cp863 cp863
cp864 cp864
cp865 cp865
cp866 cp866
cp869 cp869
cp1125 cp1125
cp1131 cp866
mik iconv:MIK
mac-roman mac_roman
mac-cyrillic mac_cyrillic
mac-centraleurope mac_latin2
mac-greek mac_greek
mac-turkish mac_turkish
mac-iceland mac_iceland
mac-croatian mac_croatian
mac-romanian mac_romanian
mac-arabic mac_arabic
mac-farsi mac_farsi
hp-roman8 hp_roman8
armscii-8 iconv:ARMSCII-8
georgian-academy iconv:GEORGIAN-ACADEMY
georgian-ps iconv:GEORGIAN-PS
viscii iconv:VISCII
tcvn iconv:TCVN5712-1
cp1006 cp1006
x-user-defined latin-1
cp037 cp037
cp273 cp273
cp277 iconv:IBM277
cp278 iconv:IBM278
cp280 iconv:IBM280
cp284 iconv:IBM284
cp285 iconv:IBM285
cp297 iconv:IBM297
cp424 cp424
cp500 cp500
cp870 iconv:IBM870
cp871 iconv:IBM871
cp875 cp875
cp1025 iconv:IBM1025
cp1026 cp1026
cp1047 iconv:IBM1047
cp1140 cp1140
cp1141 iconv:IBM1141
cp1142 iconv:IBM1142
cp1143 iconv:IBM1143
cp1144 iconv:IBM1144
cp1145 iconv:IBM1145
cp1146 iconv:IBM1146
cp1147 iconv:IBM1147
cp1148 iconv:IBM1148
cp1149 iconv:IBM1149
"""

CORRECTIONS = {
    # The standard's koi8-u is RFC 2319 with the Belarusian ў of KOI8-RU.
    "koi8-u": {0xAE: "ў", 0xBE: "Ў"},
    "windows-1255": {0xCA: "\u05BA"},
    # cp1131 (Belarusian DOS) is cp866 but for the last eight bytes.
    "cp1131": dict(zip(range(0xF8, 0x100), "Іі·¤Ґґ∙\u00A0")),
    # Python fills cp875's holes with SUBSTITUTE, which is 3F alone.
    "cp875": {b: None for b in (0xDC, 0xE1, 0xEC, 0xED, 0xFC, 0xFD)},
    "x-user-defined": {b: chr(0xF700 + b) for b in range(0x80, 0x100)},
}


def decode(codec, byte):
    """The character that a byte stands for, or None."""
    if codec.startswith("iconv:"):
        out = subprocess.run(
            ["iconv", "-f", codec[6:], "-t", "UTF-8"], input=bytes([byte]), capture_output=True
        )
        text = out.stdout.decode() if out.returncode == 0 else ""
    else:
        text = bytes([byte]).decode(codec, "ignore")
    if len(text) > 1:
        sys.exit(f"{codec}: byte {byte:#x} is {text!r}")
    return text or None


def literal(chars):
    out = []
    for c in chars:
        if c is None:
            out.append("\\u{fffd}")
        elif c in '"\\':
            out.append("\\" + c)
        elif not c.isprintable() or ord(c) < 0x20 or "\u0300" <= c <= "\u036f" or "\u0590" <= c < "\u0700" \
                or 0xE31 <= ord(c) <= 0xE4E and c not in "ฯะาำเแโใไๅๆ" or "\ufb1d" <= c:
            # Marks, right-to-left letters and the invisible would garble the line.
            out.append(f"\\u{{{ord(c):x}}}")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def main():
    rows = [line.split() for line in CHARSETS.split("\n") if line]
    print("//! What each byte of a single-byte charset stands for.")
    print("//!")
    print("//! Written by `train/tools/charset_tables.py`, which names the sources; do not")
    print("//! edit. A row has the characters of bytes 80 to FF, or of all 256 where the")
    print("//! lower half is not ASCII; U+FFFD marks an undefined byte.")
    print()
    print(f"pub(super) const COUNT: usize = {len(rows)};")
    print()
    print("#[rustfmt::skip]")
    print("pub(super) const ROWS: [Row; COUNT] = [")
    for name, codec in rows:
        chars = [decode(codec, b) for b in range(256)]
        for byte, char in CORRECTIONS.get(name, {}).items():
            chars[byte] = char
        if chars[:128] == [chr(b) for b in range(128)]:
            undefined = [b for b in range(128, 256) if chars[b] is None]
            chars = chars[128:]
        else:
            undefined = [b for b in range(256) if chars[b] is None]
        holes = "".join(f"\\x{b:02x}" for b in undefined)
        print(f'    Row {{ name: "{name}", undefined: b"{holes}", chars: {literal(chars)} }},')
    print("];")
    print()
    print("/// One charset.")
    print("pub(super) struct Row {")
    print("    pub(super) name: &'static str,")
    print("    pub(super) undefined: &'static [u8],")
    print("    pub(super) chars: &'static str,")
    print("}")


main()
