"""A PostgreSQL server of the tests' own, on loopback, in a temporary folder. It ends with us, however we end: its shell
waits for the end of a pipe that only we hold."""

import os
import subprocess
from pathlib import Path

from . import ports
from .wait import until

SCRIPT = """
set -eu
folder=$(mktemp -d /tmp/hotline-postgres-XXXXXX)
trap 'rm -rf "$folder"' EXIT
"$1/initdb" --pgdata="$folder/data" --username=hotline --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
"$1/postgres" -D "$folder/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" \
    -c max_connections=200 -c logging_collector=off >"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server" || true
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

    def close(self):
        self.shell.stdin.close()
        self.shell.wait(30)
