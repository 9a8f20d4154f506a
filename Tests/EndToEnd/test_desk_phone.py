"""An agent with a phone on her desk answers there; what her page asks meanwhile loses nobody."""

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
