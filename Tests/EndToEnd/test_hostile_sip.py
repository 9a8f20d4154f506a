"""What a hostile or broken peer sends does no harm: no crash, nothing kept, and the next citizen is answered."""

import time

import pytest

from kit import hostile, sound
from kit.wait import until

DATAGRAMS = 20_000
GROWTH_MB = 20
# RFC 3261: a 2xx is repeated for 64*T1, and everything else is over by then too.
TRANSACTION_SECONDS = 32


@pytest.fixture
def one_agent(new_hotline, outside):
    """One agent with a phone that always answers; a small queue, so that a storm of good INVITEs is refused."""

    def make(talks):
        phones = outside.phones("agent", rings=20, talks=talks)
        made = new_hotline(
            {"5001": f"sip:5001@{phones.address}"}, centre={"capacity": 20}, keys={"HOTLINE_SIP_VANISH_SECONDS": "3"})
        made.start()
        made.phones = phones
        agent = made.person("5001")
        agent.go_on_duty()
        agent.be("ready")
        return made

    return make


@pytest.fixture
def hotline(one_agent):
    return one_agent(talks=500)


@pytest.mark.limit(900)
def test_forty_thousand_mutated_datagrams(hotline, outside):
    leader = hotline.person("leader")
    hostile.storm(hotline.sip_address(), DATAGRAMS, seed=1)
    everything_ends(hotline, leader)
    good_call(hotline, outside, "first")
    time.sleep(40)
    before = hotline.memory_mb()
    hostile.storm(hotline.sip_address(), DATAGRAMS, seed=2)
    time.sleep(40)
    after = hotline.memory_mb()
    everything_ends(hotline, leader)
    good_call(hotline, outside, "second")
    print(f"RSS {before:.1f} MB, after as many again {after:.1f} MB")
    assert after - before < GROWTH_MB


def everything_ends(hotline, leader):
    """No call, no leg and no session of the storm is left."""

    def look():
        hotline.must_be_running()
        open_calls = [each for each in leader.rows("/calls", limit=100) if not each["endedAt"]]
        media = hotline.media_calls()
        return not open_calls and not media or (open_calls, media) and None

    until(look, "every call of the storm is over", 180, pause=1)


def good_call(hotline, outside, name):
    be_ready(hotline)
    before = hotline.phones.count("hung up")
    outside.citizen(f"good-{name}", hotline.sip).wait(60)
    assert hotline.phones.count("hung up") == before + 1


def be_ready(hotline):
    """The storm's calls may have been offered to her, and she may have been put on a break for it."""
    agent = hotline.person("5001")
    until(lambda: agent.desk()["state"] in ("ready", "break"), "she has nobody", 60)
    agent.be("ready")


def test_a_contact_that_is_no_sip_address(hotline, outside):
    """An older stack crashed on this one when its 200 was never acknowledged."""
    template = hostile.MESSAGES[0].replace(b"Contact: <sip:x@{me}>", b"Contact: <tel:1>")
    with hostile.Wire(hotline.sip_address()) as wire:
        assert wire.ask(template)[0] == 400
    assert hotline.person("leader").rows("/calls") == []
    good_call(hotline, outside, "after")


@pytest.mark.limit(300)
def test_an_answer_that_is_never_acknowledged(hotline):
    leader = hotline.person("leader")
    hotline.person("5001").be("break")
    with hostile.Wire(hotline.sip_address()) as wire:
        assert wire.ask(hostile.MESSAGES[0])[0] == 200
        call = until(lambda: leader.rows("/calls"), "the call is there")[0]
        # The answer is repeated for so long, and then the BYE.
        until(lambda: leader.get(f"/calls/{call['id']}")["endedAt"], "it has ended", 2 * TRANSACTION_SECONDS + 30, pause=1)
    ended = leader.get(f"/calls/{call['id']}")
    assert (ended["outcome"], ended["endReason"]) == ("abandoned", "vanished")
    until(lambda: hotline.media_calls() == [], "rtpengine holds nothing of it")


@pytest.mark.limit(300)
@pytest.mark.parametrize("while_talking", [False, True], ids=["waiting", "talking"])
def test_a_caller_who_vanishes(one_agent, outside, tmp_path, while_talking):
    """Her telephone loses power: no BYE, no sound, no answer. The agent's, silent but alive, is left alone."""
    hotline = one_agent(talks=600_000)
    leader, agent = hotline.person("leader"), hotline.person("5001")
    if not while_talking:
        agent.be("break")
    pcap = tmp_path / "voice.pcap"
    sound.write_pcap(pcap, sound.tone(1000, 60))
    caller = outside.citizen("vanishing", hotline.sip, pcap=pcap)
    (hotline.phones if while_talking else caller).wait_until_said("answered")
    time.sleep(8)
    call = leader.rows("/calls")[0]
    assert call["endedAt"] is None, call
    caller.kill()
    until(lambda: leader.get(f"/calls/{call['id']}")["endedAt"], "it is noticed", 3 + TRANSACTION_SECONDS + 40, pause=1)
    ended = leader.get(f"/calls/{call['id']}")
    assert (ended["outcome"], ended["endReason"]) == ("answered" if while_talking else "abandoned", "vanished")
    if while_talking:
        hotline.phones.wait_until_said("hung up on")
        until(lambda: agent.desk()["state"] == "ready", "she is ready again")
    until(lambda: hotline.media_calls() == [], "rtpengine holds nothing of it")
