#!/usr/bin/env bash
# Runs the default tests in two processes at once, each with a database server and a small district of its own.
# What the second prints follows what the first prints, so that both can be read.
set -uo pipefail
bin="$1"; shift
# The walks and the faults wait for other programs most of the time; the rest computes. Together each side takes about as long.
first=(tests/browser tests/acceptance tests/fault tests/exchange tests/domains)
second=()
for folder in tests/*/; do
  folder=${folder%/}
  [[ " ${first[*]} " == *" $folder "* ]] || [ "$folder" = tests/__pycache__ ] || second+=("$folder")
done
beside=$(mktemp)
trap 'rm -f "$beside"' EXIT
"$bin/pytest" -m "not long" "${second[@]}" "$@" >"$beside" 2>&1 &
other=$!
"$bin/pytest" -m "not long" "${first[@]}" "$@"
code=$?
wait "$other"
others=$?
cat "$beside"
# 5: nothing collected there, which a selection may well mean; nothing collected on either side is a mistake.
if [ "$code" = 5 ] && [ "$others" = 5 ]; then exit 5; fi
[ "$code" = 5 ] && code=0
[ "$others" = 5 ] && others=0
exit $((code > others ? code : others))
