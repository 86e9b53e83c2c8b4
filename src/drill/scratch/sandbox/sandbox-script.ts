/**
 * What the sandbox is made by, around namespaces of its own. As root it waits for the sandbox's end, however that comes,
 * and removes what belongs to the server's account. Parameters: PATH, the base directory, and the command to run.
 * No signal ends it: those of a user do not reach root, and the sandbox ends by its lifeline in any case.
 */
export const outerScript = `
trap '' HUP INT TERM
PATH=$1 base=$2; export PATH; shift 2
"$@"
code=$?
rm -rf -- "$base/cluster" "$base/socket"
exit "$code"
`

/**
 * Runs inside the new namespaces as their root and as process 1, with whose end everything inside ends.
 *
 * Its standard input is a lifeline: a first line asks to seal the sandbox, the end of input to end it. Until it is
 * sealed, before any byte of a dump has come, the machine's files are below /host, for initdb and for the tools that
 * give up rights; afterwards nothing is left but what was exposed, and there is no program but the server's own.
 *
 * The server runs in a chroot of the same files, since the kernel gives no new user namespace to a process in a chroot,
 * and as an account without any capability. Without a number for that account this runs in a user namespace, and the
 * account is one of a second user namespace below it.
 *
 * Parameters: the base directory, the programs initdb and postgres, the number of the server's account or nothing,
 * `probe` or `serve`, LD_LIBRARY_PATH for the server, the name of the first superuser; then paths to expose, `--`, links
 * and their targets, `--`, and arguments of the server.
 */
export const innerScript = `
set -euf
umask 022
base=$1 initdb=$2 postgres=$3 account=$4 task=$5 libraries=$6 superuser=$7; shift 7
root=$base/root uid=\${account:-65534}
exec 3<&0 </dev/null
mount -t tmpfs -o mode=755,nosuid,nodev,noexec sandbox "$root"
expose() {
  if [ -d "$1" ]; then mkdir -p "$root$1"
  else mkdir -p "$root\${1%/*}"; : >>"$root$1"; fi
  mount --rbind "$1" "$root$1"
  mount -o "remount,bind,$2" "$root$1"
}
while [ "$1" != -- ]; do expose "$1" ro,nosuid,nodev; shift; done; shift
while [ "$1" != -- ]; do mkdir -p "$root\${1%/*}"; ln -s "$2" "$root$1"; shift 2; done; shift
for device in null zero random urandom; do expose "/dev/$device" nosuid,noexec; done
mkdir -p "$root/dev/shm" "$root/etc" "$root/host" "$root/jail"
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec sandbox "$root/dev/shm"
echo "postgres:x:$uid:$uid::/:" >"$root/etc/passwd"
echo "postgres:x:$uid:" >"$root/etc/group"
if [ -n "$account" ]; then chown -R "$uid:$uid" "$base/cluster" "$base/socket"; fi
for directory in cluster socket; do expose "$base/$directory" rw,nosuid,nodev,noexec; done
cd "$root"
pivot_root . host
cd /
inside=
IFS=:
for directory in $PATH; do inside=$inside:/host$directory; done
unset IFS
PATH=\${inside#:}
ln -s host/proc proc
ln -s host/bin bin
mount --rbind / /jail
as_server() {
  set -- --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all \\
    env -i LC_ALL=C TZ=UTC "PATH=$PATH" "LD_LIBRARY_PATH=$libraries" "$@"
  if [ -n "$account" ]; then exec chroot /jail setpriv --reuid="$uid" --regid="$uid" --clear-groups "$@"
  else exec unshare --user --map-user="$uid" --map-group="$uid" --keep-caps --root=/jail setpriv "$@"; fi
}
if [ "$task" = probe ]; then as_server "$postgres" --version; fi
(as_server "$initdb" -D "$base/cluster/data" -U "$superuser" --auth=trust --no-sync --encoding=UTF8 \\
  --locale=C 3<&- >/dev/null)
(as_server "$postgres" -D "$base/cluster/data" -k "$base/socket" "$@" 3<&- >/dev/null) &
server=$!
{
  if read -r _; then
    for directory in "$base/socket" ''; do mount -o remount,bind,ro,nosuid,nodev,noexec "/jail$directory"; done
    umount -l "/jail$initdb" 2>/dev/null || true
    umount -l /jail/host /host
    echo sealed
    read -r _ || true
  fi
  kill -KILL "$server"
} <&3 &
wait "$server"
`
