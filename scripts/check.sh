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
# What changes state is held to strict types in the upper layers too.
modules=()
while read -r file; do
  name=${file#src/}
  name=${name%.py}
  name=${name%/__init__}
  modules+=(-m "${name//\//.}")
done < <(find src/weijian/domains src/weijian/exchange src/weijian/reports src/weijian/web \( -name 'services.py' -o -path '*/services/*.py' \) | sort)
step "types of what changes state" "$bin/mypy" "${modules[@]}"
step "translations" "$bin/python" scripts/messages.py --check
step "generated documents" "$bin/python" -m weijian.config.reference --check
exit "$failed"
