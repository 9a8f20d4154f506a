"""A PostgreSQL server of the tests' own, on loopback, in a temporary folder. It ends with us, however we end: its shell
waits for the end of a pipe that only we hold."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from . import ports
from .wait import until

# Each line that comes through the pipe ends the server without a word, or starts it anew on what is in its folder.
SCRIPT = """
set -eu
folder=$(mktemp -d /tmp/hotline-postgres-XXXXXX)
trap 'rm -rf "$folder"' EXIT
"$1/initdb" --pgdata="$folder/data" --username=hotline --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
start() {
    "$1/postgres" -D "$folder/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" \
        -c max_connections=200 -c logging_collector=off >>"$folder/log" 2>&1 </dev/null &
    server=$!
}
stop() {
    if [ -n "$server" ]; then
        kill -QUIT "$server"
        kill -CONT "$server"
        wait "$server" || true
    fi
    server=
}
start "$@"
while read -r _; do
    if [ -n "$server" ]; then stop; else start "$@"; fi
done
stop
"""


class Postgres:
    def __init__(self):
        versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if int(path.parent.name) >= 15]
        assert versions, "PostgreSQL is not installed; scripts/setup --check installs it"
        self.programs = max(versions, key=lambda path: int(path.parent.name))
        self.port = ports.free_tcp()
        # PostgreSQL refuses to be run by root, so root runs it as the user that Debian's package makes.
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        self.shell = subprocess.Popen(
            [*as_user, "sh", "-c", SCRIPT, "sh", str(self.programs), str(self.port)], stdin=subprocess.PIPE, cwd="/tmp")
        self.count = 0
        self._wait_until_it_answers()

    def _wait_until_it_answers(self):
        until(lambda: self.sql("SELECT 1") is not None, "PostgreSQL answers", 60)

    def url(self, database):
        return f"postgres://hotline@127.0.0.1:{self.port}/{database}"

    def sql(self, statement, database="postgres"):
        """What psql prints; None if it could not."""
        done = subprocess.run(
            [self.programs / "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(database)],
            capture_output=True, text=True, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else None

    def fresh_database(self):
        self.count += 1
        name = f"test{self.count}"
        assert self.sql(f"CREATE DATABASE {name}") is not None
        return self.url(name)

    def pids(self):
        """The server's process and those it started for its connections and its own work."""
        servers = _children(self.shell.pid)
        return servers + [pid for server in servers for pid in _children(server)]

    # As it may go in the night

    def stop(self):
        """At once, as in a power cut: what it had not flushed is gone."""
        self._tell()
        until(lambda: not self.pids(), "PostgreSQL has ended", 30)

    def start(self):
        self._tell()
        self._wait_until_it_answers()

    def _tell(self):
        self.shell.stdin.write(b"\n")
        self.shell.stdin.flush()

    def freeze(self):
        """It holds its connections and says nothing. Its first process stops first, and can start no other."""
        self._signal(self.pids()[:1], signal.SIGSTOP)
        self._signal(self.pids(), signal.SIGSTOP)

    def thaw(self):
        self._signal(self.pids(), signal.SIGCONT)

    def _signal(self, pids, number):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def close(self):
        self.shell.stdin.close()
        self.shell.wait(30)


def _children(pid):
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # It has just ended.
        return []
