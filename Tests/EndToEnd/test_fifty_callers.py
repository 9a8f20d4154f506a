"""Fifty callers at once, five agents on SIP phones, some callers give up: nobody is lost, and all figures agree."""

import json
import random
import sqlite3
from datetime import datetime, timedelta, timezone

import pytest

from kit.wait import until

SEED = 20261122
AGENTS = [str(number) for number in range(5001, 5006)]


@pytest.mark.limit(420)
def test_fifty_callers(new_hotline, outside):
    numbers = [f"1380000{number:04}" for number in range(50)]
    chance = random.Random(SEED)
    # Who gives up, and after how many milliseconds.
    impatient = {number: chance.choice([800, 1600, 2400, 3200, 4000]) for number in chance.sample(numbers, 15)}
    phones = outside.phones("agents", rings=100, talks=1500)
    hotline = new_hotline({agent: f"sip:{agent}@{phones.address}" for agent in AGENTS}).start()
    agents = [hotline.person(agent) for agent in AGENTS]
    for agent in agents:
        agent.go_on_duty()
        agent.be("ready")
    leader = hotline.person("leader")

    waves = [outside.citizens("patient", hotline.sip, [each for each in numbers if each not in impatient], rate=40)]
    for patience in sorted(set(impatient.values())):
        leaving = [number for number, length in impatient.items() if length == patience]
        waves.append(outside.citizens(f"impatient{patience}", hotline.sip, leaving, patience=patience, rate=4))
    for wave in waves:
        wave.wait(240, hotline)
    until(lambda: all(agent.desk()["state"] == "ready" for agent in agents), "all agents are ready again", 30)

    said = dict(line.split(" ", 1) for wave in waves for line in wave.said() if not line.endswith(" answered"))
    calls = until(lambda: all_ended(leader), "every call has ended in the record", 20)
    assert len(calls) == len(said) == 50
    for call in calls:
        number = next(each for each in numbers if call["number"] == f"{each[:3]}****{each[-4:]}")
        agreed(call, said[number], number in impatient)
    print("answered:", sum(call["outcome"] == "answered" for call in calls), "of 50")
    waited, offered = queue_and_offers(hotline)
    in_order(calls, waited)
    assert offered == [call for call in waited if call in set(offered)]
    figures_agree(leader, calls)
    assert hotline.media_calls() == []
    assert [agent.desk()["reachable"] for agent in agents] == [True] * 5


def all_ended(leader):
    calls = leader.rows("/calls", limit=100)
    return calls if len(calls) == 50 and all(each["endedAt"] for each in calls) else None


def agreed(call, said, is_impatient):
    """What the record says of a call, and what its caller saw."""
    if call["outcome"] == "answered":
        assert call["answeredAt"] >= call["queuedAt"] and call["agent"] in AGENTS
        assert call["endReason"] == ("callerHungUp" if said == "left" else "agentHungUp"), (call, said)
    else:
        assert call["outcome"] == "abandoned" and call["endReason"] == "callerHungUp", call
        assert said == "left" and is_impatient, (call, said)
        assert call["answeredAt"] is None and call["talkMs"] == 0


def queued(calls):
    return sorted((each for each in calls if each["queuedAt"]), key=lambda each: each["queuedAt"])


def in_order(calls, waited):
    """Five are offered at a time, so a caller may be bridged before four who came before her, and never before five.

    Of two who came within a millisecond the journal knows the first."""
    served = sorted((each for each in queued(calls) if each["answeredAt"]), key=lambda each: waited.index(each["id"]))
    for place, call in enumerate(served):
        overtaken = [each for each in served[:place] if each["answeredAt"] > call["answeredAt"]]
        assert len(overtaken) < len(AGENTS), (call, overtaken)


def queue_and_offers(hotline):
    """By the switchboard's journal: the calls as they came into the queue, and as each was first offered."""
    with sqlite3.connect(f"file:{hotline.data}/journal.sqlite?mode=ro", uri=True) as journal:
        entries = journal.execute("SELECT event, actions FROM journal ORDER BY position").fetchall()
    events = [json.loads(event) for event, _ in entries]
    queue = [each["greeted"]["_0"] for each in events if "greeted" in each]
    rung = [each["ring"]["_0"]["call"] for _, actions in entries for each in json.loads(actions) if "ring" in each]
    return list(dict.fromkeys(queue)), list(dict.fromkeys(rung))


def figures_agree(leader, calls):
    day = datetime.fromtimestamp(calls[0]["arrivedAt"] / 1000, timezone(timedelta(hours=8))).strftime("%Y-%m-%d")
    answered = sum(each["outcome"] == "answered" for each in calls)
    missed = len(calls) - answered
    report = leader.get("/reports/day", day=day)
    column = [each["line"] for each in report["columns"]].index("all")
    value = {key: values[column]["value"] for key, values in report["values"].items()}
    assert (value["offered"], value["answered"], value["missed"]) == (50, answered, missed)
    assert value["queued"] == len(queued(calls))
    board = until(
        lambda: (found := leader.get("/board")) and found["answered"] == answered and found, "the board has counted", 10)
    assert (board["answered"], board["missed"], board["waiting"], board["ready"]) == (answered, missed, 0, 5)
    line = next(each for each in board["lines"] if each["line"] == "12345")
    assert (line["offered"], line["answered"], line["missed"]) == (50, answered, missed)
    for figure, count in {"offered": 50, "answered": answered, "missed": missed}.items():
        assert len(leader.rows("/reports/day/rows", day=day, figure=figure, limit=100)) == count
    assert len(leader.rows("/missed-calls", state="open", limit=100)) == missed
