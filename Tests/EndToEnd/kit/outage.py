"""What a hotline without its database says of itself and to those who write, and what it owes them afterwards."""

import re
import time

import requests

from kit import orders, writers
from kit.wait import until

# From the issue: how soon it is ready again.
READY_WITHIN = 15
# "Within a few seconds", on two cores that compile something else.
TOLD_WITHIN = 10


def unready(hotline):
    """The names of the parts that do not work, of which a needed one makes it unready."""
    answer = requests.get(hotline.url + "/ready", timeout=TOLD_WITHIN)
    told = answer.json()
    assert [each["name"] for each in told["parts"]] == ["database", "journal", "voice"]
    assert all(each["ok"] == (each["message"] is None) for each in told["parts"]), told
    bad = {each["name"] for each in told["parts"] if not each["ok"]} - {"voice"}
    assert (answer.status_code, told["ready"]) == ((503, False) if bad else (200, True)), told
    return bad


def is_alive(hotline):
    """It serves what wants no database."""
    answer = requests.get(hotline.url + "/health", timeout=TOLD_WITHIN)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    for page in ("/", "/app.js"):
        assert requests.get(hotline.url + page, timeout=TOLD_WITHIN).status_code == 200


def is_away(hotline):
    until(lambda: "database" in unready(hotline), "it says that it is not ready", READY_WITHIN)
    is_alive(hotline)


def is_told(person, language="zh"):
    """Whoever wants to write is told, soon and in a sentence of her language. Her page asks for that, too: with the database
    away nobody knows what she chose."""
    began = time.monotonic()
    form = {"call": None, "line": "12345", "fields": orders.FIELDS}
    answer = person.send("POST", "/orders", form, headers={"Accept-Language": language})
    assert time.monotonic() - began < TOLD_WITHIN
    assert answer.status_code == 503, answer.text
    error = answer.json()["error"]
    words = {"zh": "[\u4e00-\u9fff]", "en": "^[A-Z][^\u4e00-\u9fff]+$"}[language]
    assert error["code"] == "databaseUnavailable" and re.search(words, error["message"]), error


def they_write(them):
    them.go_on()
    until(lambda: them.acknowledged >= 40, "they write", 60)


def is_ready_again(hotline):
    """By itself. A connection that was refused is not tried again for half a second, so a little later all is as it was."""
    began = time.monotonic()
    until(lambda: not unready(hotline), "it is ready again", READY_WITHIN)
    print(f"ready again {time.monotonic() - began:.1f} s after")
    time.sleep(1)


def is_back(hotline, them):
    is_ready_again(hotline)
    before = them.acknowledged
    until(lambda: them.acknowledged >= before + 20, "they write again", 60)


def nothing_is_lost(reader, them):
    assert them.faults == []
    rows = writers.check_all(reader, them)
    print(f"{them.acknowledged} changes acknowledged, {them.refused} refused, {rows} orders, all as they were acknowledged")
