"""Hostile requests in great number, each a true one with something wrong in it: recorded while people work, or made from
the description for what nobody has done. What the description gets later is covered as it stands."""

import collections
import json
import random
import re
import threading
import urllib.parse

from . import payloads
from .api import BASE
from .wire import HungUp, Wire

# Paths that no operation has: pages, monitoring, and what attackers try everywhere.
PATHS = [
    "/",
    "/orders",
    "/index.html",
    "/app.js",
    "/words/zh.js",
    "/health",
    "/ready",
    "/metrics",
    "/nothing.js",
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/",
    "/api/v2/orders",
    "/api/v1/openapi.json",
    "/citizen",
    "/open311/v2/services.json",
    "/open311/v2/requests.xml",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2fhotline.sqlite",
    "/styles/..%5c..%5cserve.json",
    "/%00",
    "/.git/config",
    "/words/zh.js%00.png",
    "//127.0.0.1/",
    "/api/v1/orders/..%2f..%2fsession",
    "/api/v1//orders",
    "/%ff%fe",
    "/" + "a" * 9000,
    "/api/v1/calls/%2e%2e/recording",
    "/api/v1/orders?" + "a=1&" * 400,
    "*",
    "http://127.0.0.1/api/v1/orders",
    "/a?b=%",
    "/wp-login.php",
]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "BREW"]
TYPES = [
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "text/html",
    "application/x-www-form-urlencoded",
    "",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/xml",
    "application/json, text/plain",
    "a" * 5000,
]
# A password is slow to check, on purpose; and who signs out is out.
RARE, NEVER = {"signIn"}, {"signOut"}


class Fuzzer:
    """`people`: login -> Person. `kept`: (login, method, path, query, form) of requests that were made in earnest."""

    def __init__(self, url, people, kept, seed):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.seed = parts.hostname, parts.port, seed
        self.people = people
        document = next(iter(people.values())).get("/openapi.json")
        self.shapes = document["components"]["schemas"]
        self.operations = [
            (about["operationId"], method.upper(), path, about)
            for path, item in document["paths"].items()
            for method, about in item.items()
            if about["operationId"] not in NEVER
        ]
        self.kept = collections.defaultdict(list)
        for login, method, path, query, form in kept:
            for name, verb, template, _ in self.operations:
                if verb == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                    self.kept[name].append((login, path, query, form))
        self.orders = collections.OrderedDict()
        self.lock = threading.Lock()
        self.statuses, self.by_operation, self.wrong = (
            collections.Counter(),
            collections.defaultdict(collections.Counter),
            [],
        )

    # Orders that there are, with the version they were last seen in

    def saw(self, body):
        order = body if isinstance(body, dict) else {}
        if isinstance(order.get("id"), str) and isinstance(order.get("version"), int) and "state" in order:
            with self.lock:
                self.orders[order["id"]] = order["version"]
                self.orders.move_to_end(order["id"])
                if len(self.orders) > 300:
                    self.orders.popitem(last=False)

    def an_order(self, chance):
        with self.lock:
            return chance.choice(list(self.orders.items())) if self.orders else ("none", 1)

    # Requests

    def request(self, chance):
        """One well-formed request: (name of the operation, bytes, whether it asks for a head only)."""
        name, method, template, about = chance.choice(self.operations)
        if name in RARE and chance.random() < 0.99:
            return self.request(chance)
        login, path, query, form = (
            chance.choice(self.kept[name])
            if self.kept[name]
            else (chance.choice(list(self.people)), None, None, self.made_up(chance, about))
        )
        order, version = self.an_order(chance)
        if template.startswith("/orders/{id}") and chance.random() < 0.9 or path is None:
            path = re.sub(r"\{\w+\}", order, template)
            if isinstance(form, dict) and "version" in form:
                form = form | {"version": version}
        what = chance.random()
        if what < 0.1:
            path = "/".join(
                urllib.parse.quote(payloads.text(chance), errors="surrogatepass")[:9000]
                if chance.random() < 0.3
                else each
                for each in path.split("/")
            )
        if query is not None or what > 0.85:
            query = payloads.mutated(
                chance,
                dict(query or {each["name"]: "1" for each in about.get("parameters", ()) if each["in"] == "query"}),
            )
            pairs = query.items() if isinstance(query, dict) else [("q", str(query))]
            path += (
                "?"
                + urllib.parse.urlencode([(str(key), str(each)) for key, each in pairs], errors="surrogatepass")[
                    :20_000
                ]
            )
        body = b""
        if form is not None:
            body = payloads.encoded(chance, form if chance.random() < 0.12 else payloads.mutated(chance, form))
        if chance.random() < 0.05:
            method = chance.choice(METHODS)
        if method == "DELETE" and "session" in path:
            method = "GET"
        media = next(iter(about.get("requestBody", {}).get("content", {"application/json": {}})))
        if media.startswith("multipart/"):
            body = (
                b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
                + payloads.text(chance).encode(errors="replace")[:300].replace(b"\r", b"").replace(b"\n", b"")
                + b'"\r\n\r\n'
                + body
                + b"\r\n--x--\r\n"
            )
            media = "multipart/form-data; boundary=x"
        if media == "application/x-www-form-urlencoded" and isinstance(form, dict):
            body = urllib.parse.urlencode(payloads.mutated(chance, form), errors="surrogatepass").encode()
        return name, self.bytes(chance, login, method, BASE + path, body, media), method == "HEAD"

    def made_up(self, chance, about):
        content = about.get("requestBody", {}).get("content")
        return (
            payloads.example(next(iter(content.values())).get("schema", {}), self.shapes, chance) if content else None
        )

    def bytes(self, chance, login, method, path, body, media="application/json"):
        person = self.people[login if chance.random() < 0.9 else chance.choice(list(self.people))]
        cookie, token = f"hotline_session={person.cookie}", person.token
        odd = chance.random()
        if odd < 0.03:
            token = chance.choice(["", "0" * 64, token[:-1], token + "x", "x" * 5000])
        elif odd < 0.05:
            cookie = chance.choice(
                ["", "hotline_session=", "hotline_session=" + "f" * 64, cookie + "; hotline_session=x", "=;=;" * 900]
            )
        elif odd < 0.08:
            media = chance.choice(TYPES)
        more = ""
        if odd > 0.98:
            more = chance.choice(
                [
                    "Accept-Language: " + "zh;q=9," * 500 + "\r\n",
                    "X-A: b\r\n" * 90,
                    "Last-Event-ID: -1\r\n",
                    "If-None-Match: *\r\n",
                    "Range: bytes=9-1,-5\r\n",
                    "Host: evil\r\n",
                    "Expect: 100-continue\r\n",
                    "X-HTTP-Method-Override: DELETE\r\n",
                    "Origin: https://evil.example\r\n",
                    "Content-Encoding: gzip\r\n",
                    "Upgrade: h2c\r\nConnection: upgrade\r\n",
                ]
            )
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {cookie}\r\nX-CSRF-Token: {token}\r\n"
            f"Content-Type: {media}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("utf-8", "surrogatepass") + body

    def one(self, chance, wire):
        if chance.random() < 0.06:
            path = chance.choice(PATHS)
            method = chance.choice(METHODS) if chance.random() < 0.4 else "GET"
            name, data, head = (
                "a path",
                self.bytes(chance, next(iter(self.people)), method, path, b""),
                method == "HEAD",
            )
        else:
            name, data, head = self.request(chance)
        try:
            status, headers, body = wire.ask(data, head)
        except HungUp:
            # It does so to what is no HTTP, and to who sends on after a refusal.
            self.note(name, "hung up", data, b"")
            return
        except TimeoutError:
            self.wrong.append(f"{name}: no answer to {data[:300]} after {wire.last}")
            return
        wire.last = (status, headers, len(data), data[:900])
        if status == 413 or not head and data[:4] == b"HEAD":
            wire.close()
        self.note(name, status, data, body)
        if b"content-security-policy" not in "\n".join(headers).encode() and status not in (400, 414, 431):
            self.wrong.append(f"{name}: {status} without a policy: {data[:300]}")
        if status < 300 and body[:1] == b"{":
            self.saw(json.loads(body))

    def note(self, name, status, data, body):
        with self.lock:
            self.statuses[status] += 1
            self.by_operation[name][status] += 1
            if isinstance(status, int) and status >= 500 and len(self.wrong) < 50:
                self.wrong.append(f"{name}: {status} {body[:300]} after {data[:1500]}")

    def run(self, count, threads):
        """`count` requests by so many threads at once; the same for the same seed, but for the order they come in."""

        def work(number):
            chance, wire = random.Random(f"{self.seed}-{number}"), Wire(self.host, self.port)
            try:
                for _ in range(count // threads):
                    self.one(chance, wire)
            except Exception as error:  # Told by the test, not by a thread that nobody hears.
                self.wrong.append(f"the fuzzer itself: {type(error).__name__} {error}")
            wire.close()

        workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
