#!/usr/bin/env python3
"""Writes src/charset/euc_tw_runs.rs: CNS 11643's planes 1 and 2 by Big5's order.

    python3 train/tools/euc_tw_runs.py > src/charset/euc_tw_runs.rs

Big5 and CNS 11643 order the same characters the same way, but for a few dozen
places, so runs of Big5 take the place of a table. The mapping is a fact, read
from the `iconv` command; Big5's from Python's `big5hkscs` codec (PSF licence),
where it is the same as the WHATWG standard's.
"""

import subprocess

# Where Python's Big5 and the standard's part.
DIFFERENT = set("‧﹑¯～⊕⊙∕﹨￥￠￡•､‾∼♁☉／＼¥¢£")


def cell(plane, index):
    code = bytes([0x8E, 0xA0 + plane, 0xA1 + index // 94, 0xA1 + index % 94])
    out = subprocess.run(["iconv", "-f", "EUC-TW", "-t", "UTF-8"], input=code, capture_output=True)
    return out.stdout.decode() if out.returncode == 0 else ""


def pointer(char):
    try:
        lead, trail = char.encode("big5hkscs")
    except (UnicodeEncodeError, ValueError):
        return None
    return (lead - 0x81) * 157 + trail - (0x40 if trail < 0x7F else 0x62)


def main():
    runs, others = [], []
    for plane in (1, 2):
        for index in range(94 * 94):
            char, place = cell(plane, index), (plane - 1) * 94 * 94 + index
            if not char:
                continue
            big5 = None if char in DIFFERENT else pointer(char)
            if big5 is None:
                others.append((place, char))
            elif runs and runs[-1][0] + runs[-1][1] == place and runs[-1][2] + runs[-1][1] == big5:
                runs[-1][1] += 1
            else:
                runs.append([place, 1, big5])
    print("//! Where the characters of CNS 11643 are in Big5.")
    print("//!")
    print("//! Written by `train/tools/euc_tw_runs.py`, which names the sources; do not edit.")
    print()
    print("/// Runs of characters: the first one's place in the planes (94 × 94 each), how")
    print("/// many there are, and the first one's Big5 pointer.")
    print("#[rustfmt::skip]")
    print(f"pub(super) const RUNS: [(u16, u16, u16); {len(runs)}] = [")
    for start in range(0, len(runs), 5):
        print("    " + " ".join(f"({a}, {b}, {c})," for a, b, c in runs[start : start + 5]))
    print("];")
    print()
    print("/// The characters that are not in Big5.")
    print("#[rustfmt::skip]")
    print(f"pub(super) const OTHERS: [(u16, char); {len(others)}] = [")
    for start in range(0, len(others), 7):
        print("    " + " ".join(f"({a}, {c!r})," for a, c in others[start : start + 7]))
    print("];")


main()
