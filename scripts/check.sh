#!/usr/bin/env bash
# Everything a reviewer should not have to look for by eye; runs every part and fails at the end.
set -uo pipefail
bin=.venv/bin
failed=0
step() { echo "· $1"; shift; "$@" || failed=1; }
step "format" "$bin/ruff" format --check --quiet src tests scripts
step "lint" "$bin/ruff" check src tests scripts
step "import contracts" "$bin/lint-imports"
step "types" "$bin/mypy"
step "translations" "$bin/python" scripts/messages.py --check
step "generated documents" "$bin/python" -m weijian.config.reference --check
exit "$failed"
