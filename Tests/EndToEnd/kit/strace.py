"""What processes flush and what they write, as strace sees it: in the order in which it happened."""

import re
import shutil
import signal
import subprocess
from pathlib import Path

from .wait import until

CALLS = "fdatasync,fsync,write,writev,sendto,sendmsg"


class Trace:
    """Of the processes that `pids` names, all their threads and whatever they start. What it saw is read after it has ended."""

    def __init__(self, file, pids):
        assert shutil.which("strace"), "strace is not installed; scripts/setup --check installs it"
        self.file = Path(file)
        self.pids = pids
        self.process = None

    def __enter__(self):
        return until(self._attach, "strace is with every process", 60)

    def __exit__(self, *_):
        self.close()

    def _attach(self):
        """None if one was started before we were with its parent."""
        pids = self.pids()
        chosen = [word for pid in pids for word in ("-p", str(pid))]
        with open(self.file.with_suffix(".errors"), "wb") as errors:
            self.process = subprocess.Popen(
                ["strace", "-f", "-y", "-ttt", "-s", "64", "-e", f"trace={CALLS}", "-o", str(self.file), *chosen],
                stdin=subprocess.DEVNULL, stderr=errors)  # fmt: skip
        try:
            until(lambda: self._is_with(pids), "strace is with every thread", 30)
            if self._is_with(self.pids()):
                return self
        except BaseException:
            self.close()
            raise
        self.close()
        return None

    def _is_with(self, pids):
        assert self.process.poll() is None, self.file.with_suffix(".errors").read_text()[-1000:]
        try:
            tasks = [task for pid in pids for task in Path(f"/proc/{pid}/task").iterdir()]
            return all(f"TracerPid:\t{self.process.pid}\n" in (task / "status").read_text() for task in tasks)
        except OSError:  # One has just ended.
            return False

    def close(self):
        """Lets go of the processes, which go on."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def flushes_before(self, answer, log):
        """For each write that has `answer` in it: how many flushes of a file with `log` in its path began and succeeded
        since the one before."""
        counts, count, begun = [], 0, set()
        for line in self.file.read_text(errors="replace").splitlines():
            pid, _, what = line.split(maxsplit=2)
            if re.match(r"f(data)?sync\(", what) and log in what:
                begun.add(pid)
            if pid in begun and re.match(r"(<\.\.\. )?f(data)?sync", what) and "<unfinished" not in what:
                begun.remove(pid)
                count += what.endswith("= 0")
            if re.match(r"(write|writev|sendto|sendmsg)\(", what) and answer in what:
                counts.append(count)
                count, begun = 0, set()
        return counts
