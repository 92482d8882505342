#!/usr/bin/env bash
# Builds the Python package, installs it with what its tests need, and runs them:
# needs Rust and Python 3.10 or newer; installs Java, for Spark, if it is missing.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v java >/dev/null; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update
    $sudo apt-get install -y --no-install-recommends openjdk-17-jre-headless
fi

cargo fmt --check
# One build folder beside that of the Rust crates, for all of this.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}/python
cargo clippy --all-targets --locked -- -D warnings

venv=$PWD/../target/python/venv
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement tests/requirements.txt
"$venv/bin/pip" install --quiet --force-reinstall --no-deps .
# Not from here, where `unbake` is the source.
cd tests
"$venv/bin/python" -m pytest --durations=5 "$@"
