"""A UDP socket that listens to RTP and says what was heard, and when."""

import socket
import threading
import time

from . import sound
from .wait import until


class Ear:
    """Where a party's sound arrives. Who speaks from the same address is somebody else's matter (sipp's)."""

    def __init__(self, port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self._heard = []  # (when, payload type, payload)
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while not self._closed:
            try:
                packet, _ = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if len(packet) > 12 and packet[0] >> 6 == 2:
                with self._lock:
                    self._heard.append((time.monotonic(), packet[1] & 0x7F, packet[12:]))

    def close(self):
        self._closed = True
        self.socket.close()
        self._thread.join(2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def since(self, moment):
        """Samples of the packets that came after a moment (of `time.monotonic`)."""
        with self._lock:
            heard = [payload for when, kind, payload in self._heard if when >= moment and kind == 0]
        return [sample for payload in heard for sample in sound.decode(payload)]

    def listen(self, seconds=1.0):
        """What is heard from now on, for so long."""
        start = time.monotonic()
        time.sleep(seconds)
        return self.since(start)

    def wait_for(self, hertz, least=500, seconds=15):
        """Half a second in which the tone is clearly there; returns its amplitude."""

        def look():
            samples = self.listen(0.5)
            strong = sound.strength(samples, hertz)
            return strong if len(samples) >= 2000 and strong >= least else 0

        return until(look, f"a tone of {hertz} Hz is heard", seconds, pause=0)

    def wait_without(self, hertz, most=60, seconds=15):
        """Half a second in which the tone is not there (there may be other sound)."""

        def look():
            return sound.strength(self.listen(0.5), hertz) <= most

        until(look, f"no tone of {hertz} Hz is heard any more", seconds, pause=0)
