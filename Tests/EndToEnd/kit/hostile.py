"""SIP as nobody should send it, and single messages sent by hand."""

import random
import re
import socket
import time

MESSAGES = [
    b"INVITE sip:12345@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bK{n}\r\nFrom: <sip:13800001234@{me}>;tag=f{n}\r\n"
    b"To: <sip:12345@{server}>\r\nCall-ID: {n}@hostile\r\nCSeq: 1 INVITE\r\nContact: <sip:x@{me}>\r\nMax-Forwards: 70\r\n"
    b"P-Asserted-Identity: <tel:+8613800001234>\r\nContent-Type: application/sdp\r\nContent-Length: 125\r\n\r\n"
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 8 101\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\n\r\n",
    b"OPTIONS sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bKo{n};rport\r\nFrom: <sip:a@{me}>;tag=o{n}\r\n"
    b"To: <sip:{server}>\r\nCall-ID: o{n}\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n",
    b"BYE sip:12345@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bKb{n}\r\nFrom: <sip:a@{me}>;tag=f{n}\r\n"
    b"To: <sip:12345@{server}>;tag=zz\r\nCall-ID: {n}@hostile\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n",
    b"ACK sip:12345@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bK{n}\r\nFrom: <sip:a@{me}>;tag=f{n}\r\n"
    b"To: <sip:12345@{server}>;tag=zz\r\nCall-ID: {n}@hostile\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
    b"CANCEL sip:12345@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bK{n}\r\nFrom: <sip:a@{me}>;tag=f{n}\r\n"
    b"To: <sip:12345@{server}>\r\nCall-ID: {n}@hostile\r\nCSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n",
    b"REGISTER sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bKr{n}\r\nFrom: <sip:5001@{server}>;tag=r{n}\r\n"
    b"To: <sip:5001@{server}>\r\nCall-ID: r{n}\r\nCSeq: 1 REGISTER\r\nContact: <sip:5001@{me}>\r\nContent-Length: 0\r\n\r\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {server};branch=z9hG4bKx{n}\r\nFrom: <sip:12345@{server}>;tag=l{n}\r\n"
    b"To: <sip:5001@{me}>;tag=p\r\nCall-ID: s{n}\r\nCSeq: 1 INVITE\r\nContact: <sip:5001@{me}>\r\nContent-Length: 0\r\n\r\n",
    b"MESSAGE tel:+8612345 SIP/2.0\r\nVia: SIP/2.0/UDP [::1]:5060;branch=z9hG4bKm{n}\r\nFrom: \"\xe5\xbc\xa0\" <sips:a@{me}>;tag=m\r\n"
    b"To: <tel:12345>\r\nCall-ID: m{n}\r\nCSeq: 4294967295 MESSAGE\r\nContent-Length: 3\r\n\r\nabc",
]  # fmt: skip

NASTY = [
    b"", b"\0", b"\xff\xfe", b"99999999999999999999", b"-1", b"4294967296", b"%00", b"%n%s", b"\r\n\r\n", b"\r\n ", b";;;;",
    b"<<<", b">", b"\"", b"\\", b"A" * 5000, b"sip:", b"tel:1", b"[::", b"]", b"@", b"127.0.0.1:0", b"127.0.0.1:70000",
    b"SIP/9.9", b"sip:a@[fe80::1%25eth0]", "１２３".encode(), b"\xf0\x9f\x92\xa9",
]  # fmt: skip


def address(it):
    return "%s:%d" % it


def fill(template, server, me, number):
    return template.replace(b"{server}", address(server).encode()).replace(b"{me}", address(me).encode()).replace(
        b"{n}", number.encode())  # fmt: skip


def mutated(message, chance):
    """One to four wounds."""
    data = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(9):
            case 0:
                for _ in range(chance.randint(1, 8)):
                    if data:
                        data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                del data[at:]
            case 2:
                del data[at : at + chance.randint(1, 40)]
            case 3:
                data[at:at] = chance.choice(NASTY)
            case 4:
                lines = bytes(data).split(b"\r\n")
                chance.shuffle(lines)
                data = bytearray(b"\r\n".join(lines))
            case 5:
                lines = bytes(data).split(b"\r\n")
                one = chance.randrange(len(lines))
                lines[one:one] = [lines[one]] * chance.choice([1, 2, 50])
                data = bytearray(b"\r\n".join(lines))
            case 6:
                data = bytearray(re.sub(rb"\d+", lambda _: chance.choice(NASTY), bytes(data), count=1))
            case 7:
                other = chance.choice(MESSAGES)
                data[at:] = other[chance.randrange(len(other)) :]
            case 8:
                data = bytearray(bytes(data).replace(b"\r\n", chance.choice([b"\n", b"\r", b"\r\n\r\n"]), chance.randint(1, 9)))
    return bytes(data[:60_000])


class Wire:
    """A UDP socket that speaks SIP by hand."""

    def __init__(self, server, host="127.0.0.1"):
        self.server = server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.me = self.socket.getsockname()
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendto(data, self.server)

    def receive(self, seconds=5.0):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            return self.socket.recvfrom(65535)[0]
        except TimeoutError:
            return None

    def ask(self, template, seconds=10.0):
        """Sends one request, again each half second; returns its final answer's status and the answer."""
        self.count += 1
        number = f"{self.me[1]}x{self.count}"
        request = fill(template, self.server, self.me, number)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.send(request)
            pause = time.monotonic() + 0.5
            while (left := pause - time.monotonic()) > 0:
                answer = self.receive(left)
                if answer is None or not answer.startswith(b"SIP/2.0 ") or number.encode() not in answer:
                    continue
                status = int(answer[8:11])
                if status >= 200:
                    return status, answer
                pause = time.monotonic() + 5
        return None, b""

    def is_answered(self):
        return self.ask(MESSAGES[1], 30)[0] == 200


def storm(server, count, seed):
    """Half from an address that is trusted, half from one that is not. After every hundred a good OPTIONS must be
    answered, so that none is lost in a full socket and the first that kills is known to a hundred."""
    chance = random.Random(seed)
    with Wire(server) as trusted, Wire(server, "127.0.0.2") as stranger:
        for number in range(count):
            wire = trusted if chance.random() < 0.5 else stranger
            message = fill(chance.choice(MESSAGES), server, wire.me, f"{seed}-{chance.randrange(count)}")
            try:
                wire.send(mutated(message, chance))
            except ConnectionRefusedError:
                pass
            if number % 100 == 99:
                assert trusted.is_answered(), f"no answer after {number + 1} datagrams of seed {seed}"
