#!/usr/bin/env bash
# Runs what touches the database on Debian's own PostgreSQL instead of the embedded server; only DATABASE_URL differs.
set -euo pipefail
bin="$1"; shift
programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | head -1)
if [ -z "$programs" ]; then
  echo "PostgreSQL's programs are missing: apt-get install postgresql" >&2
  exit 1
fi
folder=$(mktemp -d)
as=() # PostgreSQL refuses to run as root
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as=(runuser -u postgres --)
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() {
  "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
"${as[@]}" "$programs/initdb" -D "$folder/data" -U weijian --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=60" start >/dev/null
cd "$OLDPWD"
export DATABASE_URL="postgresql://weijian@127.0.0.1:$port/weijian"
"${as[@]}" "$programs/createdb" -h 127.0.0.1 -p "$port" -U weijian weijian
echo "· $("$programs/postgres" --version)"
"$bin/pytest" "$@"
