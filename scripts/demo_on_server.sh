#!/usr/bin/env bash
# A small demonstration end to end on the server that DATABASE_URL names: made, checked, backed up, restored into another
# database, and the same figure read from both.
set -euo pipefail
weijian="$PWD/.venv/bin/weijian"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
figure() { "$weijian" --data-dir "$1" indicator show visits.total --period 2017 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["value"])'; }

"$weijian" --data-dir "$work/home" demo --no-serve --scale "${1:-0.002}"
"$weijian" --data-dir "$work/home" check
made=$(figure "$work/home")
"$weijian" --data-dir "$work/home" backup --out "$work/backups"
python3 - "$DATABASE_URL" <<'P' >"$work/other"
import sys
from urllib.parse import urlsplit
print(urlsplit(sys.argv[1])._replace(path="/weijian_restored").geturl())
P
.venv/bin/python - <<'P'
import os

import psycopg

with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
    session.execute("CREATE DATABASE weijian_restored")
P
export DATABASE_URL="$(cat "$work/other")"
"$weijian" --data-dir "$work/restored" restore "$work"/backups/weijian-*
"$weijian" --data-dir "$work/restored" check --deep
restored=$(figure "$work/restored")
echo "visits.total 2017: $made, restored $restored"
[ "$made" = "$restored" ] && [ "$made" != None ]
