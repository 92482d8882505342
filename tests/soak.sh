#!/bin/sh
# Kills runs at random moments and goes on with them: the outputs must be
# those of a run that nobody disturbed, the inputs as they were, and nothing
# temporary may be left.
#
#   tests/soak.sh [path to unbake] [kills, 200 by default] [records a file, 900]
set -eu
unbake=${1:-target/release/unbake}
kills=${2:-200}
records=${3:-900}
unbake=$(cd "$(dirname "$unbake")" && pwd)/$(basename "$unbake")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 - "$records" <<'PY'
import gzip, os, random, sys
random.seed(6)
os.makedirs("in/deep/er")
for i in range(40):
    lines = []
    for j in range(int(sys.argv[1])):
        text = "plain words of a record %d in a row, " % j * random.randint(1, 4)
        if random.random() < .01:
            text += "La République, c’est l’été à Nîmes".encode().decode("cp1252")
        lines.append('{"id": %d,  "text": "%s"}\n' % (j, text))
    data = "".join(lines).encode()
    folder = ["in", "in/deep", "in/deep/er"][i % 3]
    if i % 4 == 0:
        with gzip.open(f"{folder}/{i:02}.jsonl.gz", "wb", 1) as out:
            out.write(data)
    else:
        with open(f"{folder}/{i:02}.jsonl", "wb") as out:
            out.write(data)
PY
sums() { (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum) }
counts() { python3 -c 'import json, sys
stats = json.load(open(sys.argv[1])); stats.pop("seconds"); print(stats)' "$1"; }

cp -a in original
sums original > inputs
start=$(date +%s%N)
"$unbake" fix --no-config original -o whole --changes changes.whole --stats stats.whole
took=$(( ($(date +%s%N) - start) / 1000000 ))
sums whole > outputs
sed 's/"file":"original/"file":"in/' changes.whole > changes.want
echo "undisturbed: $took ms"

killed=0 rounds=0
while [ "$killed" -lt "$kills" ]; do
    rounds=$((rounds + 1))
    # Now to a folder, now in place.
    rm -rf out changes stats place && cp -a original place
    if [ $((rounds % 2)) -eq 0 ]; then
        set -- in -o out; result=out
    else
        rm -rf in && mv place in
        set -- in -w; result=in
    fi
    # Up to a dozen kills in one run, then it may end.
    left=12
    while :; do
        "$unbake" fix --no-config "$@" --changes changes --stats stats 2> messages & pid=$!
        if [ "$left" -gt 0 ] && [ "$killed" -lt "$kills" ]; then
            sleep "$(awk "BEGIN { srand($killed + $$); print rand() * $took / 1000 }")"
            if kill -KILL "$pid" 2> /dev/null; then killed=$((killed + 1)); fi
            left=$((left - 1))
        fi
        code=0; wait "$pid" || code=$?
        [ "$code" -ne 137 ] && break
        # It had done everything, and was about to exit.
        if [ -e stats ] && ! find . -name '.unbake-*' | grep -q .; then code=0; break; fi
    done
    [ "$code" -eq 0 ] || { echo "exit $code after a kill"; cat messages; exit 1; }
    sums "$result" > got
    cmp got outputs || { echo "round $rounds: other outputs"; diff got outputs; exit 1; }
    cmp changes changes.want || { echo "round $rounds: other changes"; exit 1; }
    [ "$(counts stats | sed 's/.config.:[^,}]*//')" = "$(counts stats.whole | sed 's/.config.:[^,}]*//')" ] \
        || { echo "round $rounds: other counts"; exit 1; }
    if [ "$result" = in ]; then rm -rf in && cp -a original in; fi
    sums in | cmp - inputs || { echo "round $rounds: an input changed"; exit 1; }
    if find . -name '.unbake-*' | grep .; then echo "round $rounds: something is left"; exit 1; fi
done
echo "$killed kills in $rounds runs: same outputs, changes and counts; inputs as they were; nothing left"
