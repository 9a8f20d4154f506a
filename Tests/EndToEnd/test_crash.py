"""The program is killed while people wait and talk, and started again: what was written down is there, what was going on
is closed with its reason, and the next caller is answered."""

import time

import pytest

from kit import browser, orders, ports
from kit.wait import until

# From the issue: how soon after the start agents take calls again.
BACK_WITHIN_MS = 5000

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@pytest.mark.limit(300)
@BOTH
def test_killed_while_calls_wait_and_talk(new_hotline, outside):
    phones = outside.phones("agents", rings=50)
    agents = {number: f"sip:{number}@{phones.address}" for number in ("5001", "5002")}
    hotline = new_hotline(agents, officers=["housing"], http=ports.free_tcp(), sip=ports.free()).start()
    people = {number: hotline.person(number) for number in agents}
    for person in people.values():
        person.go_on_duty()
        person.be("ready")
    leader, officer = hotline.person("leader"), hotline.person("housing")

    talkers = outside.citizens("talkers", hotline.sip, ["13800000001", "13800000002"])
    phones.wait_until_said("answered", 2)
    waiters = outside.citizens("waiters", hotline.sip, ["13800000003", "13800000004"])
    until(lambda: leader.get("/board")["waiting"] == 2, "two wait and two talk")
    call = until(lambda: people["5001"].desk()["call"], "she talks")["id"]
    draft = orders.draft(people["5001"], call=call)
    form = {"version": draft["version"], "fields": draft["fields"] | {"what": "后来又补充了一句。"}}
    people["5001"].put(f"/orders/{draft['id']}/draft", form)
    sent = orders.dispatch(people["5002"], orders.draft(people["5002"], title="路灯不亮"))
    signed = officer.post(f"/orders/{sent['id']}/signature", {"version": sent["version"]})
    before = {each: leader.get(f"/orders/{each}") for each in (draft["id"], signed["id"])}
    media = hotline.rtpengine()
    assert len(hotline.media_calls()) >= 6

    hotline.kill()
    hotline.start()

    assert {each: leader.get(f"/orders/{each}") for each in before} == before
    assert orders.draft(people["5001"], title="重启之后")["number"] not in {each["number"] for each in before.values()}
    calls = until(lambda: all_over(leader, 4), "the calls are closed")
    assert [(each["outcome"], each["endReason"]) for each in calls] == [("interrupted", "interrupted")] * 4
    assert all(each["talkMs"] > 0 for each in calls if each["agent"])
    talkers.wait_until_said("hung up on", 2)
    waiters.wait_until_said("hung up on", 2)
    phones.wait_until_said("hung up on", 2)
    assert hotline.rtpengine()["pid"] == media["pid"]
    until(lambda: hotline.media_calls() == [], "rtpengine is free of old sessions")
    assert len(leader.rows("/missed-calls", state="open")) == 4
    until(lambda: [each.desk()["state"] for each in people.values()] == ["ready"] * 2, "both are ready")


@pytest.mark.limit(300)
@BOTH
def test_agents_take_calls_soon_after(new_hotline, outside):
    phones = outside.phones("agents", rings=50)
    hotline = new_hotline({"5001": f"sip:5001@{phones.address}"}, http=ports.free_tcp(), sip=ports.free()).start()
    agent, leader = hotline.person("5001"), hotline.person("leader")
    agent.go_on_duty()
    agent.be("ready")
    outside.citizen("talker", hotline.sip, "13800000001")
    phones.wait_until_said("answered")
    until(lambda: (agent.desk()["call"] or {}).get("phase") == "talking", "they talk")

    hotline.kill()
    hotline.start()
    listening = time.time() * 1000
    outside.citizen("next", hotline.sip, "13800000002")
    phones.wait_until_said("answered", 2)
    answered = until(
        lambda: next((each for each in leader.rows("/calls") if each["answeredAt"] and not each["endedAt"]), None), "answered")
    print(f"answered {answered['answeredAt'] - listening:.0f} ms after it listened again")
    assert answered["answeredAt"] - listening < BACK_WITHIN_MS


@pytest.mark.limit(300)
def test_a_page_outlives_the_crash(new_hotline, outside, new_page):
    """Her page is the same document before and after: what she typed meanwhile is saved, and she takes the next call."""
    hotline = new_hotline({"5001": None}, http=ports.free_tcp(), sip=ports.free()).start()
    page = new_page(hotline)
    browser.sign_in(page, "5001", hotline.passwords["5001"])
    browser.go_on_duty(page)
    browser.be_ready(page)
    caller = outside.citizen("caller", hotline.sip, "13800000001")
    page.get_by_test_id("answer").click()
    browser.state_is(page, "onCall")
    page.get_by_test_id("field-what").fill("路面塌陷，")
    page.locator('[data-testid="draft-state"][data-status="clean"]').wait_for()
    leg = page.evaluate("window.hotlineVoice.leg")

    hotline.kill()
    page.get_by_test_id("field-what").press_sequentially("有人受伤。")
    page.locator('[data-testid="draft-state"][data-status="kept"]').wait_for()
    hotline.start()

    caller.wait_until_said("hung up on")
    browser.wait_for_voice(page, leg, 60)
    leader = hotline.person("leader")
    until(lambda: [each["title"] for each in leader.rows("/orders")] == ["路面塌陷，有人受伤"], "what she typed is saved", 40)
    browser.state_is(page, "ready", 40)
    outside.citizen("next", hotline.sip, "13800000002")
    page.get_by_test_id("answer").click()
    browser.state_is(page, "onCall")


def all_over(leader, count):
    calls = leader.rows("/calls")
    return calls if len(calls) == count and all(each["endedAt"] for each in calls) else None
