"""Runs a shell command at a terminal of its own, and types what stands on standard input when it is asked for a passphrase."""
import os
import pty
import sys

passphrase = sys.stdin.buffer.read()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "--norc", "-o", "pipefail", "-c", sys.argv[1]])
output = b""
asked = 0
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    output += chunk
    if output.lower().count(b"passphrase:") > asked:
        asked += 1
        os.write(terminal, passphrase + b"\n")
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if code != 0:
    sys.stderr.write(output.decode("utf8", "replace"))
sys.exit(code)
