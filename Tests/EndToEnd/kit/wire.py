"""HTTP/1.1 by hand: it sends any bytes at all, and reads whatever answer comes."""

import socket


class HungUp(Exception):
    """The other side closed without an answer."""


class Wire:
    """One connection, opened when it is first wanted and again after it was closed."""

    def __init__(self, host, port, seconds=30):
        self.address, self.seconds = (host, port), seconds
        self.socket, self.rest = None, b""
        self.last = None

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.rest = None, b""

    def send(self, data):
        if not self.socket:
            self.socket = socket.create_connection(self.address, timeout=self.seconds)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(data)

    def ask(self, data, head=False):
        """Sends, and returns (status, headers, body). A stream of events is left after its head."""
        try:
            self.send(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It may have answered and gone before the end of a body that it does not want.
        try:
            return self.read(head)
        except (ConnectionResetError, BrokenPipeError) as error:
            self.close()
            raise HungUp from error
        except BaseException:
            self.close()
            raise

    def read(self, head=False):
        status, headers = 100, {}
        while status == 100:
            lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            headers = {name.lower(): text.strip() for name, _, text in (each.partition(":") for each in lines[1:])}
        if headers.get("content-type", "").startswith("text/event-stream"):
            self.close()
            return status, headers, b""
        body = b"" if head or status in (204, 304) else self._body(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    def _body(self, headers):
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n").split(b";")[0], 16):
                body += self._exactly(size + 2)[:-2]
            self._until(b"\r\n")
            return body
        return self._exactly(int(headers.get("content-length", 0)))

    def _until(self, mark):
        while mark not in self.rest:
            self._more()
        found, self.rest = self.rest.split(mark, 1)
        return found

    def _exactly(self, count):
        while len(self.rest) < count:
            self._more()
        found, self.rest = self.rest[:count], self.rest[count:]
        return found

    def _more(self):
        data = self.socket.recv(65536) if self.socket else b""
        if not data:
            self.close()
            raise HungUp
        self.rest += data
