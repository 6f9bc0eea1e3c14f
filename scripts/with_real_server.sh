#!/usr/bin/env bash
# Runs a command on Debian's own PostgreSQL instead of the embedded server; only DATABASE_URL differs.
# Usage: scripts/with_real_server.sh COMMAND…   The server is a fresh one in a temporary folder and goes with the command.
set -euo pipefail
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
  (cd "$folder" && "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$folder"
}
trap stop EXIT
# The application's role is no superuser, as in a bureau: it may make databases, which tests and restores need. Nothing
# is kept here, so nothing is forced to disk.
secret=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
(
  cd "$folder"
  "${as[@]}" "$programs/initdb" -D "$folder/data" -U postgres --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 >/dev/null
  "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=60 -c fsync=off" start >/dev/null
  "${as[@]}" "$programs/psql" -q -h "$folder" -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 \
    -c "CREATE ROLE weijian LOGIN CREATEDB PASSWORD '$secret'" -c "CREATE DATABASE weijian OWNER weijian"
)
echo "· $("$programs/postgres" --version)"
DATABASE_URL="postgresql://weijian:$secret@127.0.0.1:$port/weijian" "$@"
