"""One call from the INVITE to the figures, with nothing of ours at either end: sipp calls, Chromium answers."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from kit import browser, centres, sipp, sound
from kit.ear import Ear
from kit.wait import until

CITIZEN, AGENT = 1000, 600  # Hz: what each says
LOUD, SILENT = 0.05, 0.005  # amplitudes in the browser, of full scale 1

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@pytest.mark.limit(420)
@BOTH
def test_whole_path(new_hotline, outside, new_page, tmp_path):
    phone = outside.phones("citizens-phone", rings=300)
    hotline = new_hotline(
        {"5001": None}, centre={"wrap_up": None}, officers=["housing"], director=True, outbound=phone.address).start()
    agent = new_page(hotline)
    browser.sign_in(agent, "5001", hotline.passwords["5001"])
    browser.go_on_duty(agent)
    browser.be_ready(agent)

    pcap = tmp_path / "1khz.pcap"
    sound.write_pcap(pcap, sound.tone(CITIZEN, 180))
    media = sipp.media_port()
    day = china_day()
    with Ear(media + 10) as ear:
        caller = outside.citizen("caller", hotline.sip, "13800001234", pcap=pcap, media=media)
        agent.get_by_test_id("answer").click()
        browser.state_is(agent, "onCall")
        talk(agent, ear)
        write(agent)
        agent.get_by_test_id("hang-up").click()
        caller.wait_until_said("hung up on")
    browser.state_is(agent, "wrapUp")
    order = read_back_and_dispatch(agent)
    agent.get_by_test_id("state-ready").click()
    browser.state_is(agent, "ready")

    leader = hotline.person("leader")
    call = only(leader.rows("/calls", direction="inbound"))
    assert call["outcome"] == "answered" and call["agent"] == "5001" and call["order"] == order
    hear_recording(leader, call["id"])
    handle(new_page(hotline), hotline)
    follow_up(agent, order, phone)
    shown = leader.get(f"/orders/{order}")
    assert (shown["state"], shown["satisfaction"], shown["solved"]) == ("followedUp", 5, True)
    assert [each["call"] for each in shown["followUps"]] == [only(leader.rows("/calls", direction="outbound"))["id"]]
    figures(new_page(hotline), hotline, day, call["id"], order)
    assert agent.errors == []


def china_day():
    return datetime.now(timezone(timedelta(hours=8))).strftime("%Y-%m-%d")


def only(rows):
    assert len(rows) == 1, rows
    return rows[0]


def hears(page, hertz, seconds=20):
    until(lambda: browser.heard(page, hertz)["tone"] >= LOUD, f"the agent hears {hertz} Hz", seconds, pause=0)


def hears_nothing(page, seconds=20):
    until(lambda: browser.heard(page, CITIZEN)["level"] <= SILENT, "the agent hears nothing", seconds, pause=0)


def talk(agent, ear):
    """Each hears the other; on hold neither does, and the citizen has music; muted, only the agent hears."""
    hears(agent, CITIZEN)
    before = browser.energy(agent)
    strong = ear.wait_for(AGENT)
    assert browser.energy(agent) > before
    print("heard: by the agent", browser.heard(agent, CITIZEN), "by the citizen", strong)

    agent.get_by_test_id("hold").click()
    ear.wait_for(centres.HOLD_MUSIC)
    ear.wait_without(AGENT)
    hears_nothing(agent)
    quiet = ear.listen(1)
    print("held: the agent hears", browser.heard(agent, CITIZEN), "the citizen", sound.strength(quiet, AGENT))
    assert sound.strength(quiet, centres.HOLD_MUSIC) > 20 * sound.strength(quiet, AGENT)
    agent.get_by_test_id("hold").click()
    ear.wait_without(centres.HOLD_MUSIC)
    ear.wait_for(AGENT)
    hears(agent, CITIZEN)

    agent.get_by_test_id("mute").click()
    ear.wait_without(AGENT)
    assert sound.level(ear.listen(1)) < 50
    hears(agent, CITIZEN)
    agent.get_by_test_id("mute").click()
    ear.wait_for(AGENT)


def write(agent):
    """She types while they talk; the server has it before they stop."""
    browser.tick(agent, "field-kind-complaint")
    agent.get_by_test_id("field-what").fill("楼上三天来一直漏水，物业不管。")
    agent.get_by_test_id("field-where").fill("幸福路 8 号 3 单元")
    agent.get_by_test_id("field-name").fill("王先生")
    agent.locator('[data-testid="draft-state"][data-status="clean"]').wait_for()


def read_back_and_dispatch(agent):
    assert "漏水" in agent.get_by_test_id("field-what").input_value()
    agent.get_by_test_id("read-back-open").click()
    browser.tick(agent, "readback-confirm")
    # By keyboard: Enter takes the first body of that name, Ctrl+Enter from the same field sends.
    agent.get_by_test_id("body-filter").fill("住建")
    agent.keyboard.press("Enter")
    agent.keyboard.press("Control+Enter")
    left = agent.get_by_test_id("order-left")
    left.wait_for()
    return left.get_attribute("data-order")


def hear_recording(leader, call):
    until(lambda: leader.get(f"/calls/{call}")["recording"], "the recording is there", 30)
    answer = leader.send("GET", f"/calls/{call}/recording")
    assert answer.status_code == 200 and answer.headers["content-type"] == "audio/wav"
    (citizen, agent), rate = sound.read_wav(answer.content)
    strong = {
        "left": (sound.strength(citizen, CITIZEN, rate), sound.strength(citizen, AGENT, rate)),
        "right": (sound.strength(agent, CITIZEN, rate), sound.strength(agent, AGENT, rate)),
    }
    print("recording:", strong)
    assert strong["left"][0] > 500 and strong["left"][0] > 20 * strong["left"][1], strong
    assert strong["right"][1] > 500 and strong["right"][1] > 20 * strong["right"][0], strong


def handle(page, hotline):
    """The body's officer signs, calls, answers, closes, all in her inbox."""
    browser.sign_in(page, "housing", hotline.passwords["housing"])
    page.get_by_test_id("inbox-sign").click()
    page.get_by_test_id("inbox-contact").click()
    page.get_by_test_id("contact-text").fill("已电话联系王先生，约定明日上门。")
    page.get_by_test_id("contact-confirm").click()
    page.get_by_test_id("contact-dialog").wait_for(state="detached")
    page.get_by_test_id("inbox-answer").click()
    page.get_by_test_id("answer-text").fill("漏水点已修好，住户确认。")
    page.get_by_test_id("answer-confirm").click()
    page.get_by_test_id("answer-dialog").wait_for(state="detached")
    page.get_by_test_id("inbox-tab-answered").click()
    page.get_by_test_id("inbox-close").click()
    page.get_by_test_id("inbox-close").wait_for(state="detached")
    page.get_by_test_id("inbox-tab-done").click()
    page.locator('[data-testid="row"]').wait_for()
    assert page.errors == []


def follow_up(agent, order, phone):
    """She calls the citizen, who says that it is solved and she is content."""
    agent.get_by_test_id("nav-orders").click()
    agent.locator(f'[data-testid="row"][data-id="{order}"] [data-testid="order-link"]').click()
    agent.get_by_test_id("follow-up-call").click()
    browser.state_is(agent, "onCall")
    phone.wait_until_said("13800001234 answered")
    agent.locator('[data-testid="hold"]:not([disabled])').wait_for()
    browser.tick(agent, "reached-yes")
    browser.tick(agent, "contacted-yes")
    browser.tick(agent, "solved-yes")
    browser.tick(agent, "satisfaction-5")
    agent.get_by_test_id("follow-up-save").click()
    agent.locator('[data-testid="follow-up"]').wait_for(state="detached")
    agent.get_by_test_id("hang-up").click()
    phone.wait_until_said("13800001234 hung up on")
    browser.state_is(agent, "wrapUp")


def figures(page, hotline, day, call, order):
    """Each number of the day is 1 and opens the very row it counts."""
    browser.sign_in(page, "director", hotline.passwords["director"])
    time.sleep(0.5)
    page.goto(f"/report?day={day}")
    counted = {
        "offered": call, "answered": call, "ordersCreated": order, "ordersDispatched": order, "ordersClosed": order,
        "satisfied": order,
    }  # fmt: skip
    for figure, row in counted.items():
        cell = page.get_by_test_id(f"fig-{figure}-all")
        assert cell.inner_text().strip() == "1", figure
        cell.click()
        assert page.get_by_test_id("figure-value").inner_text() == "1"
        rows = page.get_by_test_id("figure-rows").get_by_test_id("row")
        rows.first.wait_for()
        assert [each.get_attribute("data-id") for each in rows.all()] == [row], figure
        page.get_by_test_id("figure-close").click()
        page.get_by_test_id("figure-panel").wait_for(state="detached")
    assert page.errors == []
