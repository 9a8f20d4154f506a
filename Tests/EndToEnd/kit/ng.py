"""As much of rtpengine's control protocol as it takes to look into one: bencode over UDP."""

import os
import socket


def encode(value):
    match value:
        case int():
            return b"i%de" % value
        case str():
            text = value.encode()
            return b"%d:%s" % (len(text), text)
        case list():
            return b"l" + b"".join(map(encode, value)) + b"e"
        case dict():
            return b"d" + b"".join(encode(key) + encode(value[key]) for key in sorted(value)) + b"e"
    raise TypeError(value)


def decode(data):
    value, rest = _decode(data)
    assert not rest, rest
    return value


def _decode(data):
    kind = data[:1]
    if kind == b"i":
        end = data.index(b"e")
        return int(data[1:end]), data[end + 1 :]
    if kind in b"ld":
        found, data = [], data[1:]
        while data[:1] != b"e":
            value, data = _decode(data)
            found.append(value)
        if kind == b"l":
            return found, data[1:]
        return dict(zip(found[::2], found[1::2])), data[1:]
    colon = data.index(b":")
    length = int(data[:colon])
    text = data[colon + 1 : colon + 1 + length]
    return text.decode(errors="replace"), data[colon + 1 + length :]


def ask(port, command, **more):
    cookie = os.urandom(8).hex().encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        it.settimeout(2)
        for _ in range(3):
            it.sendto(cookie + b" " + encode({"command": command} | more), ("127.0.0.1", port))
            try:
                reply, _ = it.recvfrom(65535)
            except TimeoutError:
                continue
            got, _, body = reply.partition(b" ")
            if got == cookie:
                return decode(body)
    raise AssertionError(f"rtpengine on port {port} does not answer {command}")


def calls(port):
    """Call-ids of the sessions it holds."""
    return ask(port, "list", limit=400)["calls"]


def delete_all(port):
    """Before it is stopped: a SIGTERM during a recording crashes rtpengine 10.5."""
    try:
        for call in calls(port):
            ask(port, "delete", **{"call-id": call, "delete-delay": 0})
    except AssertionError:
        pass
