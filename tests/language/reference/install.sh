#!/bin/sh
# Installs twitter-text and Bluesky's own client library, which count like their platforms, for the tests of our counting:
# into the folder `language` of PUBLISHER_TEST_CACHE (default: .build of the checkout). Needs node 18 or newer with npm;
# a second call does nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${PUBLISHER_TEST_CACHE:-$(cd "$here/../../.." && pwd)/.build}/language
if cmp -s "$here/package.json" "$cache/installed.json"; then
    exit 0
fi
mkdir -p "$cache"
cp "$here/package.json" "$cache/package.json"
cd "$cache"
npm install --ignore-scripts --no-audit --no-fund --no-package-lock
cp "$here/package.json" installed.json
