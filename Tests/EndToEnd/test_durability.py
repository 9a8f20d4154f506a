"""What was acknowledged is on the disk: it is there after `kill -9`, however often, and no answer leaves before the flush."""

import os
import random
import re
import time

import pytest

from kit import orders, ports, writers
from kit.strace import Trace

# The full run is of 100; three keep `./check` quick.
KILLS = int(os.environ.get("HOTLINE_KILLS", "3"))
WRITERS = 64
SEED = 20261125

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@pytest.mark.limit(240 + 30 * KILLS)
@BOTH
def test_killed_a_hundred_times(new_hotline):
    chance = random.Random(SEED)
    agents = {number: "sip:nobody@127.0.0.1:9" for number in ("5001", "5002", "5003", "5004")}
    hotline = new_hotline(agents, http=ports.free_tcp(), sip=ports.free()).start()
    people = [hotline.person(number) for number in agents]
    leader = hotline.person("leader")
    people[0].go_on_duty()
    checked = breaks = 0
    with writers.Writers(people, WRITERS) as them:
        for _ in range(KILLS):
            them.go_on()
            breaks += take_breaks(people[0], chance.uniform(0.2, 1.5))
            hotline.kill()
            them.rest()
            hotline.start()
            desk = people[0].desk()
            assert (desk["state"], desk["site"]) == ("ready", "hall"), desk
            checked += writers.check(leader, them.changed())
            assert them.faults == []
    rows = writers.check_all(leader, them)
    print(f"{KILLS} kills: {them.acknowledged} changes and {breaks} breaks acknowledged, {checked} orders checked after a kill, "
          f"{rows} at the end")  # fmt: skip
    assert checked >= KILLS
    audited(hotline, them.acknowledged)


def take_breaks(agent, seconds):
    """Back and forth until then, so that the journal has rows too; she ends ready. How often."""
    count, end = 0, time.monotonic() + seconds
    while count == 0 or time.monotonic() < end:
        agent.be("break")
        agent.be("ready")
        count += 1
    return count


def audited(hotline, changes):
    said = hotline.must("audit", "verify", "--data", hotline.data).strip()
    print(said)
    assert said.endswith(": whole")
    assert int(re.search(r"(\d+) rows", said)[1]) >= changes


@pytest.mark.parametrize("database, log", [("sqlite", "hotline.sqlite-wal"), ("postgres", "/pg_wal/")], indirect=["database"])
def test_each_acknowledgement_comes_after_its_fdatasync(new_hotline, request, tmp_path, database, log):
    """PostgreSQL's flush is its own processes' matter, so they are traced together with the hotline."""
    hotline = new_hotline({"5001": None}).start()
    agent = hotline.person("5001")
    orders.draft(agent)
    servers = request.getfixturevalue("postgres").pids if database == "postgres" else list
    with Trace(tmp_path / "trace", lambda: [hotline.pid, *servers()]) as trace:
        for number in range(20):
            orders.draft(agent, title=f"第 {number} 件")
    flushed = trace.flushes_before("HTTP/1.1 201", log)
    print("flushes before each acknowledgement:", flushed)
    assert len(flushed) == 20 and all(flushed), flushed
