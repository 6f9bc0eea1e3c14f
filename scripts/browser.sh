#!/usr/bin/env bash
# A browser for the browser walks: Debian's chromium where it is or can be installed, else the npm build in node_modules.
set -uo pipefail
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "· installing Debian's chromium"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1 && exit 0
fi
[ -d node_modules/@sparticuz/chromium ] && exit 0
echo "No browser: install Debian's chromium, or run make assets for the npm build." >&2
exit 1
