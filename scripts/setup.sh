#!/usr/bin/env bash
# Makes the virtual environment and installs exactly what requirements.lock names (hashes checked).
set -euo pipefail
python="$1" venv="$2"
"$python" - <<'P' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit("Weijian needs Python 3.11 or newer; this is " + sys.version.split()[0])
P
if [ ! -x "$venv/bin/python" ]; then
  echo "· making $venv"
  "$python" -m venv "$venv" || { echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 1; }
fi
if [ ! -x "$venv/bin/uv" ]; then
  echo "· installing the package installer"
  # The installer's own hash stands in the same lock file as everything else.
  awk '/^uv==/{on=1} on{print} on&&!/\\$/{exit}' requirements.lock > "$venv/uv.lock"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$venv/uv.lock"
fi
echo "· installing locked dependencies"
VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip sync --quiet --require-hashes requirements.lock
VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable . 2>/dev/null \
  || VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install --quiet --no-deps --editable .
