"""As much of an agent's page as her desk needs: it reads her event stream and answers the offer of a voice leg with a
description that nobody stands behind, so that she counts as reachable. She hears nothing."""

import json
import re
import threading

import requests

from .wait import until

ANSWER = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 0
c=IN IP4 127.0.0.1
a=mid:{mid}
a=sendrecv
a=rtcp-mux
a=rtpmap:0 PCMU/8000
a=ice-ufrag:abcdefgh
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:active
a=candidate:1 1 UDP 2130706431 127.0.0.1 9 typ host
"""


def answer_to(offer):
    mid = re.search(r"a=mid:(\S+)", offer)
    text = ANSWER.format(mid=mid.group(1) if mid else "0", fingerprint=":".join(["AB"] * 32))
    return text.replace("\n", "\r\n")


class Page:
    def __init__(self, person):
        self.person = person
        self.news = {}
        self.failure = None
        self._closed = False
        self._stream = requests.get(
            person.base + "/events", cookies={"hotline_session": person.cookie}, stream=True, timeout=(10, 60))
        assert self._stream.status_code == 200, self._stream.text
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        name = None
        try:
            for line in self._stream.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    self._heard(name, json.loads(line[6:]))
        except Exception as error:  # The hotline stopped, or we did.
            self.failure = error

    def _heard(self, name, value):
        self.news[name] = value
        if name == "voice" and not self._closed:
            self.person.send("PUT", "/desk/voice", {"leg": value["leg"], "sdp": answer_to(value["sdp"])})

    def go_on_duty(self, site="hall"):
        self.person.go_on_duty(site)
        self.person.post("/desk/voice")
        until(lambda: self.person.desk()["reachable"], "her made-up voice is connected", 20)

    def close(self):
        self._closed = True
        self._stream.close()
