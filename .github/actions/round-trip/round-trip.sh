#!/usr/bin/env bash
# The steps of the round trip that need a shell. $SERVER is the URL of the server, without a database.
set -euo pipefail
shopt -s nullglob
here=$(cd "$(dirname "$0")" && pwd)

# The action installs clients without a word on the PATH, so the newest is looked for where they lie.
find_psql() {
  local program found
  found=$(command -v psql || true)
  for program in /usr/lib/postgresql/*/bin/psql /usr/libexec/postgresql*/psql /opt/homebrew/opt/postgresql@*/bin/psql "${PGBIN:-/nowhere}/psql.exe"; do
    if [ -e "$program" ]; then found=$program; fi
  done
  printf '%s\n' "$found"
}

run_psql() {
  local database=$1
  shift
  # Git's bash on Windows would take the URL for a path.
  MSYS2_ARG_CONV_EXCL='--dbname=' PGCLIENTENCODING=UTF8 "$(find_psql)" --no-psqlrc --quiet --no-align --tuples-only --pset=pager=off \
    --set=ON_ERROR_STOP=1 --dbname="$SERVER/$database" "$@"
}

fill() {
  run_psql postgres --command="create database $1 template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
  run_psql "$1" --file="$here/fill.sql"
}

check_sums() {
  cd "$1"
  test -s manifest.json
  if command -v sha256sum >/dev/null; then sha256sum --check SHA256SUMS; else shasum --algorithm 256 --check SHA256SUMS; fi
}

# That the comparison can fail is seen each time: a changed row must change the state.
compare() {
  local source=$1 expected copy
  shift
  expected=$(run_psql "$source" --file="$here/state.sql")
  printf '%s\n' "$expected"
  test "$(printf '%s\n' "$expected" | wc -l)" -eq 10
  for copy; do
    diff <(printf '%s\n' "$expected") <(run_psql "$copy" --file="$here/state.sql")
    echo "$copy is the same"
  done
  run_psql "$1" --command='update customers set note = null where id = 7'
  test "$expected" != "$(run_psql "$1" --file="$here/state.sql")"
}

case $1 in
  fill) fill "$2" ;;
  check-sums) check_sums "$2" ;;
  compare) compare "${@:2}" ;;
esac
