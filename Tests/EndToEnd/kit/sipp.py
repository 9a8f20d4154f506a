"""sipp as the outside world: citizens who call, and phones that are called."""

import socket
import subprocess
from pathlib import Path

from . import ports
from .wait import until

SCENARIOS = Path(__file__).parent.parent / "scenarios"
LONG = 600_000


def media_port():
    """sipp binds this port and the one two above for itself; the sound is on the one ten above, which must be free."""
    for _ in range(50):
        base = ports.free() & ~1
        try:
            for port in (base, base + 2, base + 10, base + 11):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
                    it.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise AssertionError("no free ports for sound")


class Sipp:
    """One sipp process. What it logged by the scenario's `<log>` is in `said()`."""

    def __init__(self, folder, name, scenario, *options, target=None, media=None, port=None, limit=300):
        self.folder = Path(folder) / f"sipp-{name}"
        self.folder.mkdir(parents=True)
        file = self.folder / "scenario.xml"
        file.write_text(scenario)
        self.port = port or ports.free()
        self.media = media or media_port()
        self.log = self.folder / "said.log"
        command = [
            "sipp", *([target] if target else []), "-sf", str(file), "-i", "127.0.0.1", "-p", str(self.port),
            "-mi", "127.0.0.1", "-mp", str(self.media), "-nostdin", "-aa", "-timeout", str(limit), "-timeout_error",
            "-trace_logs", "-log_file", str(self.log), "-trace_err", "-error_file", str(self.folder / "errors.log"),
            "-trace_msg", "-message_file", str(self.folder / "messages.log"), *map(str, options),
        ]  # fmt: skip
        with open(self.folder / "screen.txt", "wb") as screen:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=screen, stderr=subprocess.STDOUT)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def said(self):
        if not self.log.exists():
            return []
        return [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]

    def count(self, ending):
        return sum(1 for line in self.said() if line.endswith(ending))

    def wait_until_said(self, ending, times=1, seconds=30):
        until(lambda: self.count(ending) >= times, f"{self.folder.name} says {ending!r} {times} times", seconds)

    def messages(self):
        file = self.folder / "messages.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def wait(self, seconds=60, hotline=None):
        """Until all its calls are over; sipp's own verdict must be good, and the hotline alive."""

        def look():
            if hotline:
                hotline.must_be_running()
            return self.process.poll() is not None

        until(look, f"{self.folder.name} has made its calls", seconds)
        status = self.process.returncode
        assert status == 0, f"{self.folder.name} ended with {status}:\n{self.errors()}"

    def errors(self):
        file = self.folder / "errors.log"
        return file.read_text(errors="replace")[-3000:] if file.exists() else "(no errors noted)"

    def kill(self):
        """At once, without a word to anybody."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    close = kill


class Outside:
    """Everything around the hotline that speaks SIP; `close` ends what still runs."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.running = []

    def close(self):
        for each in self.running:
            each.close()

    def citizens(self, name, server, numbers, *, patience=LONG, line="12345", pcap=None, rate=50, media=None, limit=300):
        """Each of the numbers calls once, `rate` of them a second, and stays for `patience` ms."""
        people = self.folder / f"{name}.csv"
        people.write_text("\n".join(["SEQUENTIAL", *(f"{number};" for number in numbers)]) + "\n")
        scenario = self._scenario("citizen", pcap, PATIENCE=patience)
        count = len(numbers)
        return self._start(
            name, scenario, "-m", count, "-l", max(count, 3), "-r", rate, "-inf", people, "-key", "line", line,
            "-max_retrans", 10, target=server, media=media, limit=limit)  # fmt: skip

    def citizen(self, name, server, number="13800001234", **more):
        return self.citizens(name, server, [number], **more)

    def phones(self, name, *, rings=50, talks=LONG, pcap=None, media=None, port=None, limit=600):
        """Phones that ring for `rings` ms, answer, and hang up `talks` ms later."""
        return self._start(name, self._scenario("phone", pcap, RINGS=rings, TALKS=talks), media=media, port=port, limit=limit)

    def _scenario(self, name, pcap, **values):
        text = (SCENARIOS / f"{name}.xml").read_text()
        values["PLAY"] = f'<exec play_pcap_audio="{pcap}" />' if pcap else ""
        # In a comment the word stays as it is.
        for word, value in values.items():
            text = text.replace(f'"@{word}@"', f'"{value}"').replace(f"      @{word}@\n", f"      {value}\n")
        return text

    def _start(self, name, scenario, *options, **more):
        started = Sipp(self.folder, name, scenario, *options, **more)
        self.running.append(started)
        return started
