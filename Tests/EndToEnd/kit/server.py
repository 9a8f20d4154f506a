"""A `hotline serve` of our own, in a folder of its own, on free ports of loopback."""

import json
import os
import random
import signal
import subprocess
from pathlib import Path

from . import ng
from .api import Person
from .wait import until

ROOT = Path(__file__).resolve().parents[3]


def binary():
    path = Path(os.environ.get("HOTLINE_BINARY") or ROOT / ".build/debug/hotline").absolute()
    assert os.access(path, os.X_OK), f"there is no {path}; build it, or name another with HOTLINE_BINARY"
    return str(path)


def command(*arguments, seconds=60, beside=None, **more):
    """One `hotline …` to its end. `beside`: a process whose mounts it shall see (root only)."""
    apart = ["nsenter", "--mount", "--target", str(beside)] if beside else []
    return subprocess.run(
        [*apart, binary(), *map(str, arguments)], capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL, **more)


def must(*arguments, **more):
    done = command(*arguments, **more)
    assert done.returncode == 0, f"hotline {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def hiding(file):
    """To mount: a file that the program shall not find."""
    return f"mount --bind /dev/null '{file}'"


class Hotline:
    def __init__(self, folder, prompts, *, http=0, sip=0, demo=False, outbound=None, trunks=(), keys=None, database=None):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.http_port, self.sip_port = http, sip
        self.options = ["--pages", ROOT / "Public", "--prompts", prompts]
        if demo:
            self.options.append("--demo")
        if outbound:
            self.options += ["--outbound", outbound]
        for trunk in trunks:
            self.options += ["--trunk", trunk]
        # Below the ports that the system gives to everybody, and not where another test's rtpengine begins.
        low = 10_000 + 200 * random.randrange(80)
        self.keys = {"HOTLINE_MEDIA_PORTS": f"{low}-{low + 3999}"} | (keys or {})
        if database:
            self.keys["HOTLINE_DATABASE"] = database
        self.passwords = {}
        self._people = {}
        self.process = None
        self.note = None

    def must(self, *arguments, **more):
        """A command on this hotline's data."""
        return must(*arguments, env=os.environ | self.keys, **more)

    def on_small_disk(self, megabytes):
        """To mount: its folder, as it is, on a disk of its own that is soon full."""
        small = self.folder / "small"
        return (
            f"mkdir '{small}'; mount -t tmpfs -o size={megabytes}m,mode=700 hotline '{small}'; "
            f"cp -a '{self.data}/.' '{small}'; mount --bind '{small}' '{self.data}'")

    # Before it runs

    def import_centre(self, centre):
        file = self.folder / "centre.json"
        file.write_text(json.dumps(centre, ensure_ascii=False))
        self.must("centre", "import", "--data", self.data, file)

    def add_person(self, login, role, agent=None, body=None, name=None):
        more = (["--agent", agent] if agent else []) + (["--body", body] if body else [])
        printed = self.must("user", "add", "--data", self.data, login, "--name", name or login, "--role", role, *more)
        shown, password = printed.strip().split("\t")
        assert shown == login
        self.passwords[login] = password

    # Running

    def start(self, seconds=60, mounting=None):
        """`mounting`: shell commands that mount something for this program only (root only)."""
        assert self.process is None
        apart = ["unshare", "--mount", "sh", "-ec", f'{mounting}; exec "$@"', "sh"] if mounting else []
        (self.data / "serve.json").unlink(missing_ok=True)
        with open(self.folder / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                [*apart, binary(), "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.http_port}",
                 "--sip", f"127.0.0.1:{self.sip_port}", *self.options],
                env=os.environ | self.keys, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                start_new_session=True)  # fmt: skip
        self._wait_ready(seconds)
        return self

    def _wait_ready(self, seconds):
        def look():
            self.must_be_running()
            try:
                return json.loads((self.data_inside / "serve.json").read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                return None

        self.note = until(look, "serve.json is there", seconds, pause=0.02)
        if not self.passwords and (self.data / "demo-users.txt").exists():
            rows = [line.split("\t") for line in (self.data / "demo-users.txt").read_text().splitlines()]
            self.passwords = {login: password for login, password, *_ in rows}

    @property
    def data_inside(self):
        """Its folder as it sees it itself, with what is mounted for it only."""
        return Path(f"/proc/{self.pid}/root{self.data}") if self.is_running() else self.data

    @property
    def url(self):
        return self.note["http"]

    @property
    def sip(self):
        return self.note["sip"].removeprefix("sip:")

    def sip_address(self):
        host, port = self.sip.rsplit(":", 1)
        return host, int(port)

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def must_be_running(self):
        if not self.is_running():
            said = self.output()
            crash = said.find("*** Program crashed")
            raise AssertionError(f"serve ended with {self.process.returncode}:\n{said[crash:][:3000] if crash >= 0 else said[-3000:]}")

    def output(self):
        file = self.folder / "serve.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def memory_mb(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")

    def person(self, login, language=None, anew=False):
        """Signed in by the API, once: a password is slow to check, on purpose."""
        if anew or login not in self._people:
            self._people[login] = Person(self.url, login, self.passwords[login])
        person = self._people[login]
        if language:
            person.put("/session/preferences", person.about["preferences"] | {"language": language})
        return person

    # Its rtpengine

    def rtpengine(self):
        """Pid and control port as the hotline noted them; None without one."""
        try:
            return json.loads((self.data_inside / "rtpengine.json").read_text())
        except FileNotFoundError:
            return None

    def media_calls(self):
        return ng.calls(self.rtpengine()["controlPort"])

    # Its end

    def kill(self):
        """As the kernel or a power cut would; rtpengine stays."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def stop(self, seconds=20):
        """As it should be stopped. Returns its status."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            status = None
        self.process = None
        return status

    def close(self):
        """Whatever is left goes, by its own pid."""
        noted = self.rtpengine()
        # What was mounted for it only went with it, and the note as well.
        left = self.rtpengine() if self.stop() == 0 else noted
        if left is None:
            return
        try:
            started = Path(f"/proc/{left['pid']}/cmdline").read_bytes().decode().split("\0")
        except FileNotFoundError:
            return
        if started[:-1] != left["arguments"]:
            return
        ng.delete_all(left["controlPort"])
        os.kill(left["pid"], signal.SIGTERM)
