#!/bin/sh
# Fetches the labelled bounces of flufl.bounce's tests into PUBLISHER_TEST_CACHE (default: .build of the checkout).
# Needs Python's venv; a second call does nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${PUBLISHER_TEST_CACHE:-$(cd "$here/../../.." && pwd)/.build}/bounces
if cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
    exit 0
fi
rm -rf "$cache"
mkdir -p "$cache"
cd "$cache"
python3 -m venv pip
pip/bin/python -m pip download --quiet --no-deps --no-binary :all: --require-hashes -r "$here/requirements.txt"
rm -r pip
tar -xzf flufl*bounce-*.tar.gz --strip-components=1
python3 "$here/labels.py" "$cache"
cp "$here/requirements.txt" installed.txt
