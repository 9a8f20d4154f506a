"""The database goes away, hangs, or its disk is full, while people write and call: everybody is told in a sentence, nothing
acknowledged is lost, and all goes on by itself when it is back."""

import contextlib
import json
import os
import re
import subprocess
import time

import pytest

from kit import browser, centres, outage, ports, sipp, writers
from kit.ear import Ear
from kit.postgres import Postgres
from kit.wait import until
from kit.writers import Writers

# The full run is of 60 s.
OUTAGE = int(os.environ.get("HOTLINE_OUTAGE", "5"))

LIMIT = pytest.mark.limit(300 + 2 * OUTAGE)


@pytest.fixture
def server():
    """A PostgreSQL that may go away, for this test only."""
    server = Postgres()
    yield server
    server.close()


@contextlib.contextmanager
def away(server):
    """The server is gone meanwhile, without a word. Yields what waits until that has lasted."""
    server.stop()
    end = time.monotonic() + OUTAGE
    try:
        yield lambda: until(lambda: time.monotonic() > end, "the outage has lasted", OUTAGE + 30)
    finally:
        server.start()


@LIMIT
def test_the_database_goes_away_and_comes_back(server, new_hotline):
    hotline = new_hotline({"5001": None}, database=server.fresh_database()).start()
    agent, leader = hotline.person("5001", "en"), hotline.person("leader")
    with Writers([agent, leader], 4, pause=0.2) as them:
        outage.they_write(them)
        with away(server) as last:
            outage.is_away(hotline)
            outage.is_told(leader)
            outage.is_told(agent, "en")
            last()
            outage.is_alive(hotline)
        outage.is_back(hotline, them)
    outage.nothing_is_lost(leader, them)


@LIMIT
def test_callers_while_the_database_is_away(server, new_hotline, outside):
    """One waits and leaves meanwhile, two call meanwhile: the second when the journal has missed something."""
    hotline = new_hotline({"5001": None}, database=server.fresh_database()).start()
    leader = hotline.person("leader")
    waiter = call(outside, hotline, "13800000001", patience=3000)
    waiter.wait_until_said("answered")
    with away(server) as last:
        callers = [waiter, call(outside, hotline, "13800000002")]
        until(lambda: outage.unready(hotline) == {"database", "journal"}, "it says that it is not ready", outage.READY_WITHIN)
        callers.append(call(outside, hotline, "13800000003"))
        last()
    outage.is_ready_again(hotline)
    for number, caller in enumerate(callers, 1):
        until(lambda: is_refused(caller) or record(leader, number), f"caller {number} was refused or is in the record")
    until(lambda: record(leader, 1)["recording"], "the recording of who left meanwhile is there", 40)


@LIMIT
def test_who_calls_while_the_journal_is_away_is_owed_a_call_back(server, new_hotline, outside):
    """She hears the emergency message and no ringing without end; once it can be written down, she is missed, and once only, even
    if the program was killed in between."""
    hotline = new_hotline({"5001": None}, database=server.fresh_database()).start()
    spool = hotline.data / "calls.spool"
    with away(server) as last:
        # The first finds out that nothing can be written any more, and does not wait until it can.
        told = [hears_the_emergency(outside, hotline, "13800000001")]
        until(lambda: outage.unready(hotline) == {"database", "journal"}, "it says that it is not ready", outage.READY_WITHIN)
        told.append(hears_the_emergency(outside, hotline, "13800000002"))
        told.append(hears_the_emergency(outside, hotline, "13800000002", "again"))
        for caller in told:
            caller.wait_until_said("hung up on")
        assert [json.loads(line)["number"] for line in lines(spool)] == ["13800000001", "13800000002", "13800000002"]
        last()
        hotline.kill()
    hotline.start()
    leader = hotline.person("leader", anew=True)
    until(lambda: not lines(spool), "the file is empty", outage.READY_WITHIN)
    until(lambda: attempts(leader) == {"138****0001": 1, "138****0002": 2}, "both are owed a call back")
    assert {each["endReason"] for each in leader.rows("/calls")} == {"emergency"}

    # And without an accident in between.
    with away(server) as last:
        until(lambda: outage.unready(hotline), "it says that it is not ready", outage.READY_WITHIN)
        hears_the_emergency(outside, hotline, "13800000003").wait_until_said("hung up on")
        hears_the_emergency(outside, hotline, "13800000004").wait_until_said("hung up on")
        last()
    outage.is_ready_again(hotline)
    until(lambda: not lines(spool), "the file is empty", outage.READY_WITHIN)
    until(lambda: len(attempts(leader)) == 4, "all are owed a call back")
    assert attempts(leader)["138****0003"] == attempts(leader)["138****0004"] == 1
    missed = next(each for each in leader.rows("/missed-calls") if each["number"] == "138****0003")
    soon = int(time.time() * 1000) + 600_000
    taken = leader.put(f"/missed-calls/{missed['call']}/promise", {"promisedBy": soon})
    assert (taken["owner"], taken["promisedBy"]) == ("班长", soon)


@LIMIT
def test_recordings_made_while_the_database_is_away(server, new_hotline, outside):
    """Many calls end at once just before; their sound is put together, one after the other, meanwhile."""
    hotline = new_hotline({"5001": None}, database=server.fresh_database()).start()
    leader = hotline.person("leader")
    callers = outside.citizens("callers", hotline.sip, [f"138000000{number:02}" for number in range(20)], patience=3000)
    callers.wait_until_said("left", 20)
    with away(server) as last:
        last()
    outage.is_ready_again(hotline)
    calls = leader.rows("/calls", limit=100)
    assert len(calls) == 20
    for each in calls:
        until(lambda: leader.get(f"/calls/{each['id']}")["recording"], f"call {each['id']} has its recording", 40)


@LIMIT
def test_her_page_while_the_database_is_away(server, new_hotline, outside, new_page):
    """She talks on and types on; a banner tells her, and goes by itself when what she typed can be saved."""
    hotline = new_hotline(
        {"5001": None}, database=server.fresh_database(), http=ports.free_tcp(), sip=ports.free()).start()
    leader, page, board = hotline.person("leader"), new_page(hotline), new_page(hotline)
    browser.sign_in(board, "leader", hotline.passwords["leader"])
    talker = take_a_call(page, hotline, outside)
    with away(server) as last:
        page.get_by_test_id("field-what").press_sequentially("有人受伤。")
        draft_is(page, "kept")
        page.get_by_test_id("database-away").wait_for()
        board.reload()
        board.get_by_test_id("database-away").wait_for()
        last()
        assert page.get_by_test_id("database-away").is_visible(), page.locator(".banner-place").inner_text()
    outage.is_ready_again(hotline)
    until(lambda: [each["title"] for each in leader.rows("/orders")] == ["路面塌陷，有人受伤"], "what she typed is saved", 60)
    draft_is(page, "clean")
    page.get_by_test_id("database-away").wait_for(state="detached")
    board.get_by_test_id("person-menu-button").wait_for()  # Nobody was signed out.
    browser.state_is(page, "onCall")
    page.get_by_test_id("hang-up").click()
    talker.wait_until_said("hung up on")
    browser.state_is(page, "ready")
    assert page.errors == []


@LIMIT
def test_a_connection_that_hangs(server, new_hotline):
    hotline = new_hotline({"5001": None}, database=server.fresh_database()).start()
    leader = hotline.person("leader")
    with Writers([hotline.person("5001"), leader], 4, pause=0.2) as them:
        outage.they_write(them)
        server.freeze()
        try:
            end = time.monotonic() + OUTAGE
            outage.is_away(hotline)
            while time.monotonic() < end:
                outage.is_alive(hotline)
                time.sleep(0.5)
        finally:
            server.thaw()
        outage.is_back(hotline, them)
    outage.nothing_is_lost(leader, them)


@LIMIT
def test_the_disk_fills(new_hotline, outside):
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        pytest.skip("a disk for one process only wants root")
    hotline = new_hotline({"5001": None})
    hotline.start(mounting=hotline.on_small_disk(24))
    agent, leader = hotline.person("5001", "en"), hotline.person("leader")
    ballast = hotline.data_inside / "ballast"
    with Writers([agent, leader], 8, pause=0.05) as them:
        outage.they_write(them)
        end = time.monotonic() + OUTAGE
        until(lambda: fill(ballast) or them.refused > 20, "nothing can be written any more", 120)
        until(lambda: fill(ballast) or outage.unready(hotline), "it is not ready", outage.READY_WITHIN)
        outage.is_told(leader)
        outage.is_told(agent, "en")
        hears_the_emergency(outside, hotline, "13800000001")
        assert len(lines(hotline.data_inside / "calls.spool")) == 1, "there is room for her"
        until(lambda: time.monotonic() > end, "the disk has been full for long", OUTAGE + 30)
        outage.is_alive(hotline)
        assert writers.check(leader, [each for each in them.orders if each.id][-20:]) > 0  # What there was room for.
        ballast.unlink()
        outage.is_back(hotline, them)
    outage.nothing_is_lost(leader, them)
    until(lambda: attempts(leader) == {"138****0001": 1}, "she is owed a call back")
    said = hotline.must("audit", "verify", "--data", hotline.data, beside=hotline.pid).strip()
    assert said.endswith(": whole"), said


# Who calls, and who writes while she talks


def take_a_call(page, hotline, outside):
    browser.sign_in(page, "5001", hotline.passwords["5001"])
    browser.go_on_duty(page)
    browser.be_ready(page)
    talker = outside.citizen("talker", hotline.sip, "13800000001")
    page.get_by_test_id("answer").click()
    browser.state_is(page, "onCall")
    page.get_by_test_id("field-what").fill("路面塌陷，")
    draft_is(page, "clean")
    return talker


def draft_is(page, status):
    page.locator(f'[data-testid="draft-state"][data-status="{status}"]').wait_for()


def call(outside, hotline, number, patience=1500):
    """Leaves so long after she was answered."""
    caller = outside.citizen(f"caller{number}", hotline.sip, number, patience=patience)
    until(lambda: "SIP/2.0 100" in caller.messages() or is_refused(caller), "her call has arrived")
    return caller


def hears_the_emergency(outside, hotline, number, name=""):
    media = sipp.media_port()
    with Ear(media + 10) as ear:
        caller = outside.citizen(f"caller{number}{name}", hotline.sip, number, media=media)
        ear.wait_for(centres.EMERGENCY, seconds=30)
    return caller


def lines(spool):
    return spool.read_bytes().rstrip(b"\0").splitlines()


def attempts(leader):
    return {each["number"]: each["attempts"] for each in leader.rows("/missed-calls") if each["state"] == "open"}


def is_refused(caller):
    return re.search(r"^SIP/2\.0 (?!487)[45]\d\d ", caller.messages(), re.MULTILINE)


def record(leader, number):
    """The call of 1380000000`number`, after its end."""
    return next((each for each in leader.rows("/calls") if each["number"] == f"138****000{number}" and each["endedAt"]), None)


# A disk without room


def fill(file):
    """With what there is room for at present."""
    with open(file, "ab", buffering=0) as it:
        for size in (1 << 20, 1 << 12):
            try:
                while it.write(bytes(size)):
                    pass
            except OSError:
                pass
