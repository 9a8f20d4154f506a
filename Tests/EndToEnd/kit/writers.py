"""Writers: people who create orders and save drafts as fast as they are answered, and note what was acknowledged; and the
look whether all that is still there."""

import collections
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from . import orders


class Written:
    """An order as its writer knows it."""

    def __init__(self, name):
        self.name = name
        self.id = self.number = None
        self.texts = []  # by version: what was asked for
        self.acknowledged = 0  # the newest version that was answered

    def next_text(self):
        self.texts.append(f"{self.name}第 {len(self.texts) + 1} 稿。")
        return self.texts[-1]


class Writers:
    """`count` of them, sharing the sessions of a few people; each rests for `pause` seconds between changes. They begin with
    `go_on`. An order with a change that was not answered is left alone: the change may stand or not."""

    def __init__(self, people, count, pause=0.0):
        self.orders = []
        self.acknowledged = self.refused = 0
        self.faults = []
        self._pause = pause
        self._fresh = set()  # changed since `changed` was last asked
        self._going = threading.Event()
        self._closed = False
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._write, args=(number, people[number % len(people)].again()), daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._closed = True
        self._going.set()
        for thread in self._threads:
            thread.join(90)

    def go_on(self):
        self._going.set()

    def rest(self):
        """What is under way may still be answered."""
        self._going.clear()

    def changed(self):
        """The orders that something of was acknowledged since the last time."""
        with self._lock:
            fresh, self._fresh = self._fresh, set()
        return fresh

    def _write(self, writer, person):
        order, count = None, 0
        while True:
            self._going.wait()
            if self._closed:
                return
            if order is None or random.random() < 0.4:
                count += 1
                order = Written(f"第 {writer} 人第 {count} 件")
                self.orders.append(order)
            if not self._change(person, order):
                order = None
                time.sleep(0.05)
            time.sleep(self._pause)

    def _change(self, person, order):
        """Asks for the order's next version; whether it was acknowledged."""
        text = order.next_text()
        fields = orders.FIELDS | {"what": text}
        try:
            if order.id:
                answer = person.send("PUT", f"/orders/{order.id}/draft", {"version": order.acknowledged, "fields": fields})
            else:
                answer = person.send("POST", "/orders", {"call": None, "line": "12345", "fields": fields})
            told = answer.json() if answer.ok else None
        except requests.RequestException:
            return False
        with self._lock:
            if told is None:
                self.refused += 1
                if answer.status_code != 503:
                    self.faults.append(f"{answer.request.method} {answer.status_code} {answer.text[:300]}")
                return False
            if (told["version"], told["fields"]["what"]) != (len(order.texts), text):
                self.faults.append(f"asked for version {len(order.texts)}, {text}, and was told {told}")
            order.id, order.number, order.acknowledged = told["id"], told["number"], told["version"]
            self.acknowledged += 1
            self._fresh.add(order)
        return True


def check(reader, written):
    """Each of these orders is as its writer was told, or as he asked for after that; how many there were."""
    _in_threads(reader, _check_one, written)
    return len(written)


def check_all(reader, writers):
    """Nothing acknowledged is missing, what was not acknowledged is whole or not there, and nothing is there twice."""
    rows = reader.rows("/orders", limit=100)
    days = collections.defaultdict(list)
    for row in rows:
        day, place = row["number"].split("-")
        days[day].append(int(place))
    for day, places in days.items():
        assert sorted(places) == list(range(1, len(places) + 1)), f"the numbers of {day} are not 1…{len(places)}, each once"
    known = {each.id: each for each in writers.orders if each.id}
    assert known.keys() <= {row["id"] for row in rows}, "an acknowledged order is missing"
    check(reader, list(known.values()))
    others = _in_threads(reader, _whole, [row["id"] for row in rows if row["id"] not in known])
    asked = {each.texts[0] for each in writers.orders if not each.id}
    texts = [each["fields"]["what"] for each in others]
    assert asked >= set(texts), "an order that nobody wrote"
    assert len(texts) == len(set(texts)), "an order was made twice"
    return len(rows)


def _check_one(reader, order):
    least = order.acknowledged
    kept = _whole(reader, order.id)
    assert kept["number"] == order.number
    assert least <= kept["version"] <= len(order.texts), (order.texts, least, kept)
    assert kept["fields"]["what"] == order.texts[kept["version"] - 1], (order.texts, least, kept)


def _whole(reader, order):
    """The order, which has a row of history for each version."""
    kept = reader.get(f"/orders/{order}")
    assert [each["action"] for each in kept["history"]] == ["create"] + ["save"] * (kept["version"] - 1), kept
    return kept


def _in_threads(reader, look, things):
    own = threading.local()

    def one(thing):
        own.reader = getattr(own, "reader", None) or reader.again()
        return look(own.reader, thing)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, things))
