"""An agent with a phone on her desk answers there; what her page asks meanwhile loses nobody."""

from kit import browser
from kit.wait import until


def test_answer_on_the_page_leaves_the_ringing_phone_alone(new_hotline, outside):
    phones = outside.phones("agents", rings=3000, talks=1000)
    hotline = new_hotline({"5001": f"sip:5001@{phones.address}"}).start()
    agent = hotline.person("5001", "en")
    agent.go_on_duty()
    agent.be("ready")
    caller = outside.citizen("caller", hotline.sip)
    offer = until(lambda: agent.desk()["offer"], "the call is offered")
    answer = agent.send("POST", f"/desk/offers/{offer['id']}/acceptance")
    assert answer.status_code == 409 and "phone" in answer.json()["error"]["message"], answer.text
    assert agent.desk()["offer"]["id"] == offer["id"]
    caller.wait(30, hotline)
    call = hotline.person("leader").rows("/calls")[0]
    assert (call["outcome"], call["agent"]) == ("answered", "5001")


def test_whoever_sits_down_at_a_seat_answers_with_its_phone(new_hotline, new_page, outside):
    phones = outside.phones("agents", rings=500, talks=1000)
    seats = [f"sip:a1@{phones.address}", f"sip:a2@{phones.address}"]
    hotline = new_hotline({"5001": None, "5002": None}, centre={"seats": seats}).start()
    page = new_page(hotline)
    browser.sign_in(page, "5001", hotline.passwords["5001"])
    assert page.locator('[data-testid="duty-seat"] option').all_inner_texts() == ["自己的话机或浏览器", "A1 座", "A2 座"]
    page.get_by_test_id("duty-seat").select_option("A1")
    page.get_by_test_id("duty-start").click()
    browser.state_is(page, "break")
    assert page.get_by_test_id("duty-place").inner_text() == "大厅 · A1 座"
    other = hotline.person("5002", "en")
    taken = other.send("POST", "/desk/duty", {"site": "hall", "seat": "A1"})
    assert taken.status_code == 409 and taken.json()["error"]["code"] == "seatTaken", taken.text
    for wrong in ({"site": "home", "seat": "A2"}, {"site": "hall", "seat": "A9"}):
        assert other.send("POST", "/desk/duty", wrong).status_code == 422, wrong
    assert other.desk()["state"] == "offline"
    page.keyboard.press("Alt+r")
    browser.state_is(page, "ready")
    outside.citizen("caller", hotline.sip).wait(30, hotline)
    call = hotline.person("leader").rows("/calls")[0]
    assert (call["outcome"], call["agent"]) == ("answered", "5001")
    browser.state_is(page, "ready")
    page.get_by_test_id("duty-end").click()
    browser.state_is(page, "offline")
    assert other.send("POST", "/desk/duty", {"site": "hall", "seat": "A1"}).status_code == 201
    assert page.errors == []
