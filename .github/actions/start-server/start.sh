#!/usr/bin/env bash
# Starts a server of our own on $PORT, whose superuser postgres has $PASSWORD. Its files lie under RUNNER_TEMP.
set -euo pipefail
for program in /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql@*/bin/initdb "${PGBIN:-/nowhere}/initdb.exe"; do
  if [ -e "$program" ]; then programs=$(dirname "$program"); fi
done
data=$RUNNER_TEMP/server
mkdir "$data"
printf '%s\n' "$PASSWORD" >"$data/password"

# PostgreSQL refuses to run as root.
run() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown -R postgres "$data"
  run() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
fi

run "$programs/initdb" --pgdata="$data/cluster" --username=postgres --auth=scram-sha-256 --pwfile="$data/password" --encoding=UTF8 --no-locale
# No socket, as the path of one may be too long on macOS.
run "$programs/pg_ctl" --pgdata="$data/cluster" --log="$data/log" --wait --options="-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start
