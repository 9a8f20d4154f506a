"""A caller who does not want to wait presses 1 and hangs up; she keeps her place. The desk of an agent who becomes free is offered
her, calls her by taking the offer, and the two talk."""

from kit import browser, centres, sipp, sound
from kit.ear import Ear
from kit.wait import until

CITIZEN = 1000
NUMBER = "13800001234"


def test_a_caller_who_hung_up_is_called_back(new_hotline, outside, new_page, tmp_path):
    there = tmp_path / "citizen.pcap"
    sound.write_pcap(there, sound.tone(CITIZEN, 120))
    media = sipp.media_port()
    phone = outside.phones("citizens-phone", rings=500, pcap=there, media=media)
    hotline = new_hotline({"5001": None}, outbound=phone.address)
    centre = centres.centre({"5001": None})
    centre["queues"][0]["overflow"] = [{"waited": 1, "to": "callback"}]
    hotline.import_centre(centre)
    hotline.start()
    leader = new_page(hotline)
    browser.sign_in(leader, "leader", hotline.passwords["leader"])
    leader.goto("/routing?tab=callbacks")
    leader.get_by_test_id("empty").wait_for()
    agent = new_page(hotline)
    browser.sign_in(agent, "5001", hotline.passwords["5001"])
    browser.go_on_duty(agent)

    asks(outside, hotline, tmp_path)
    row = leader.get_by_test_id("callbacks-table").get_by_test_id("row")
    row.get_by_text("138 **** 1234").wait_for()
    assert "排队中" in row.inner_text(), row.inner_text()
    assert agent.get_by_test_id("answer").count() == 0, "nobody rings an agent who is not ready"

    agent.get_by_test_id("state-ready").click()
    agent.get_by_test_id("offer-callback").wait_for()
    agent.get_by_test_id("answer").click()
    browser.state_is(agent, "onCall")
    phone.wait_until_said(f"{NUMBER} answered")
    with Ear(media + 10) as ear:
        until(lambda: browser.heard(agent, CITIZEN)["tone"] > 0.02, "the agent hears the citizen", 30, pause=0)
        ear.wait_for(browser.MICROPHONE)
    agent.get_by_test_id("hang-up").click()
    phone.wait_until_said(f"{NUMBER} hung up on")
    browser.state_is(agent, "ready")

    leader.get_by_test_id("empty").wait_for()
    api = hotline.person("leader")
    until(lambda: [each["endedAt"] for each in api.rows("/calls")] != [None], "the call has its end")
    (call,) = api.rows("/calls")
    assert (call["direction"], call["outcome"], call["agent"]) == ("inbound", "answered", "5001"), "one call from ring to end"
    leader.get_by_test_id("nav-missed").click()
    leader.get_by_test_id("empty").wait_for()
    assert api.rows("/missed-calls") == [], "she is owed nothing"
    assert agent.errors == [] and leader.errors == []


def asks(outside, hotline, tmp_path):
    """She is told that she may, presses 1, is promised, and hangs up before the machine has done speaking."""
    speech = tmp_path / "asks.pcap"
    sound.write_pcap(speech, sound.tone(CITIZEN, 30), presses=[("1", 4), ("1", 7), ("1", 10)])
    media = sipp.media_port()
    with Ear(media + 10) as ear:
        caller = outside.citizen("caller", hotline.sip, NUMBER, pcap=speech, media=media, patience=16_000)
        ear.wait_for(centres.CALLBACK_PROMISED, seconds=30)
    caller.wait_until_said("left")
