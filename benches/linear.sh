#!/usr/bin/env bash
# Counts the instructions that `unbake fix` takes for texts made to be slow, at
# three sizes. From ×1 to ×2 and from ×2 to ×4 the *increase* must double: what
# is done once at the start drops out of it, and quadratic work would make it
# four times as much.
#
#     benches/linear.sh [UNBAKE]      default: target/release/unbake
#
# Needs valgrind and python3. LINEAR_MIB=1 makes the largest input 1 MiB, the
# line 6 MiB; the default is a sixteenth of that, as valgrind is slow.
set -euo pipefail
cd "$(dirname "$0")/.."
unbake=${1:-target/release/unbake}
most=${LINEAR_MIB:-0.0625}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 - "$work" "$most" <<'PY'
import pathlib, random, sys
work, most = pathlib.Path(sys.argv[1]), int(float(sys.argv[2]) * (1 << 20))
rows = [p.read_text(encoding="utf-8") for p in sorted(pathlib.Path("corpus/clean").glob("*.tsv"))]
line = " ".join(row.split("\t")[2] for text in rows for row in text.split("\n") if row.count("\t") == 2 and row[0] != "#")
assert len(line) > 10_000, "corpus/clean has another form"
kinds = {
    "letters": lambda n: "Ã" * (n // 2),
    "references": lambda n: "&amp;" + "amp;" * (n // 4),
    "nested": lambda n: "&amp;amp;" * (n // 9),
    "random": lambda n: random.Random(1).randbytes(n * 2 // 3).decode("latin-1"),
    "line": lambda n: (line * (6 * n // len(line) + 1))[: 6 * n],
}
for kind, make in kinds.items():
    for times in (1, 2, 4):
        (work / f"{kind}.{times}").write_bytes(make(most * times // 4).encode("utf-8"))
PY

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$unbake" fix --format text "$1" 2>&1 >/dev/null |
        sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

status=0
printf '%-12s %14s %14s %14s  %s\n' text '×1' '×2' '×4' 'increase, ×4/×2'
for kind in letters references nested random line; do
    one=$(count "$work/$kind.1")
    two=$(count "$work/$kind.2")
    four=$(count "$work/$kind.4")
    ratio=$(( 100 * (four - two) / (two - one) ))
    printf '%-12s %14d %14d %14d  %d.%02d\n' "$kind" "$one" "$two" "$four" $((ratio / 100)) $((ratio % 100))
    # Room for windows that end at other places.
    if [ "$ratio" -gt 250 ]; then
        echo "$kind: more than linear" >&2
        status=1
    fi
done
exit $status
