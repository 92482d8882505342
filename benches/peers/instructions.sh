#!/usr/bin/env bash
# Instructions a byte that a subject takes for each text, counted: no clock, no
# neighbours on the machine. Tables that are made on first use do not count.
#
#     benches/peers/instructions.sh [--texts DIR] [TEXT…]
#
# SUBJECTS="unbake plsfix from_utf8" counts others beside; KIB=64 is the size of a
# text, PEERS a program that is built already.
# Needs valgrind. Texts are those of `peers`: see there.
set -euo pipefail
cd "$(dirname "$0")"
size=$((${KIB:-64} * 1024))
texts=()
if [ "${1-}" = --texts ]; then
    texts=(--texts "$(realpath "$OLDPWD/$2" 2>/dev/null || realpath "$2")")
    shift 2
fi
if [ -z "${PEERS-}" ]; then
    cargo build --release --quiet
    PEERS=${CARGO_TARGET_DIR:-target}/release/unbake-peers
fi
[ $# -gt 0 ] || set -- en fr cs vi ru el ar hi th zh ja ko utf8 legacy multi-byte lost
subjects=${SUBJECTS:-unbake}

count() {
    valgrind --tool=callgrind --toggle-collect='unbake_peers::counted' --callgrind-out-file=/dev/null "$PEERS" "${texts[@]}" once "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

printf '| text |'; printf ' %s |' $subjects; printf '\n| --- |'; printf ' ---: |%.0s' $subjects; echo
for text in "$@"; do
    printf '| %s |' "$text"
    for subject in $subjects; do
        count=$(count "$subject" "$text" "$size")
        printf ' %s |' "$(awk "BEGIN { printf \"%.2f\", $count / $size }")"
    done
    echo
done
