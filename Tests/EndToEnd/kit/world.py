"""The demonstration's hotline with a person of each role signed in, and how to bring about whatever an operation of its API
needs: an order at each step of its way, a call, a queue. The operations are those of the API's own description."""

import collections
import contextlib
import itertools
import json
import re
import time

import requests
import schemathesis

from kit import centres, orders
from kit.api import BASE
from kit.page import Page, answer_to
from kit.server import Hotline
from kit.sipp import Outside
from kit.wait import until

# The smallest that begins and ends like one.
PICTURE = bytes.fromhex("ffd8ffc000040102ffda000255ffd9")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer("image/jpeg", "image/png", "image/webp", "application/pdf", "text/csv", WORKBOOK)
def file(_, content):
    """A file goes over the wire as it is."""
    return content if isinstance(content, bytes) else str(content).encode()


ROLES = {"agent": "5001", "leader": "leader1", "officer": "housing", "director": "director", "administrator": "admin"}
QUEUE = (
    "name", "englishName", "strategy", "priority", "offerSeconds", "wrapUpLimitSeconds", "capacity", "overflow", "announceSeconds", "callbackTries",
    "callbackRetrySeconds",
)  # fmt: skip
NUMBERS = itertools.count()


@contextlib.contextmanager
def demonstration(folder, leaving=True, **more):
    """A World of its own in this folder, citizens with telephones outside it; `more` is the server's."""
    outside = Outside(folder)
    phone = outside.phones("citizens", rings=20)
    prompts = centres.write_prompts(folder / "prompts")
    for greeting in ("greeting-12345", "greeting-12315"):
        (prompts / f"{greeting}.wav").write_bytes((prompts / "greeting.wav").read_bytes())
    hotline = Hotline(folder / "hotline", prompts, demo=True, outbound=phone.address, **more)
    try:
        yield World(hotline.start(120), outside, leaving)
    finally:
        outside.close()
        hotline.close()


class World:
    """The demonstration's hotline, and how to bring about what an operation needs."""

    def __init__(self, hotline, outside, leaving=True):
        """`leaving`: with a second session each, to sign out of."""
        self.hotline, self.outside = hotline, outside
        # All at once: attempts to guess, which are part of the test, slow down every sign-in from this address.
        self.people = {role: hotline.person(login) for role, login in ROLES.items()}
        self.leaving = {role: hotline.person(login, anew=True) for role, login in ROLES.items() if leaving}
        self.schema = schemathesis.openapi.from_url(
            hotline.url + BASE + "/openapi.json", config=schemathesis.Config.from_dict({"max-stream-events": 2}))
        self.pages, self.callers, self.notices = {}, 0, 0
        self.seen = {role: collections.Counter() for role in ROLES}
        self.recorded = None

    def operations(self):
        return [each.ok() for each in self.schema.get_all_operations()]

    # Orders, at each step of their way

    def draft(self, role):
        return orders.draft(self.people[role])

    def dispatched(self):
        agent = self.people["agent"]
        return orders.dispatch(agent, orders.draft(agent))

    def signed(self):
        return self.step(self.dispatched(), "signature")

    def answered(self):
        return self.step(self.signed(), "answer", text="已处理。")

    def closed(self):
        return self.step(self.answered(), "closure")

    def step(self, order, noun, by="officer", **more):
        return self.people[by].post(f"/orders/{order['id']}/{noun}", {"version": order["version"]} | more)

    def supplied(self):
        """Of a category that asks for more."""
        return self.step(self.dispatched(), "labels", by="agent", category="supply", tags=[])

    def reviewing(self):
        bad = {"reached": True, "satisfaction": 1, "solved": False, "note": "", "call": None}
        return self.step(self.closed(), "follow-ups", by="agent", **bad)

    def disputed(self):
        return self.step(self.signed(), "objection", basis="条例第三条", suggests=None)

    def paused(self):
        return self.step(self.signed(), "pause", reason="expertise", note="送检")

    def asking_for_time(self):
        return self.step(self.signed(), "extension", reason="送检", until=in_a_month())

    def merged(self):
        return self.step(self.dispatched(), "merge", by="leader", into=self.dispatched()["id"], reason="重复")

    def shared(self):
        """Led by another body, with a part of the officer's."""
        agent = self.people["agent"]
        order = orders.dispatch(agent, orders.draft(agent), "urban")
        return self.step(order, "shares", by="leader", body="housing", role="coHandler", note="")

    # The citizen's side

    def own(self, order, **more):
        """An order as she asks for it, by its number and code."""
        code = self.people["agent"].get(f"/orders/{order['id']}/code")
        return {"path": {"number": code["number"]}, "headers": {"Hotline-Code": code["code"]}} | more

    def with_picture(self):
        """Which the citizen sent."""
        order = self.dispatched()
        wanted = self.own(order)
        answer = requests.post(
            f"{self.people['agent'].base}/citizen/orders/{wanted['path']['number']}/attachments", params={"name": "灯.jpg"},
            data=PICTURE, headers=wanted["headers"] | {"Content-Type": "image/jpeg"}, timeout=60)
        assert answer.ok, answer.text
        return order

    def letters(self):
        """Two, as a ministry sends them; never the same twice."""
        first, second = next(NUMBERS), next(NUMBERS)
        return f"编号,热线,标题,诉求内容\n{first},12345,路灯不亮,坏了一周。\n{second},12345,停水,停了三天。\n".encode()

    # Policies

    def policy(self):
        """The one in use, to be saved as it is."""
        policy = next(each for each in self.people["leader"].get("/policies")["rows"] if each["inUse"])
        form = {"version": policy["version"], "inForceFrom": 0, "reason": "不变", "policy": json.dumps(policy["content"])}
        return {"path": {"name": policy["name"]}, "body": form}

    def notice(self):
        self.notices += 1
        days = {"off": [["试", "2040-01-02", "2040-01-02"]], "work": []}
        return {"body": {"notice": json.dumps({"id": f"试〔2040〕{self.notices}号", "published": "2040-01-01"} | days)}}

    def stream(self, role):
        """The number of an event stream of hers."""
        page = self.pages.setdefault(role, Page(self.people[role]))
        until(lambda: "hello" in page.news, "the stream said hello")
        return page.news["hello"]["stream"]

    # Calls

    def at_desk(self, role):
        person = self.people[role]
        if role not in self.pages:
            self.pages[role] = Page(person)
        desk = person.desk()
        if desk["state"] == "offline" or not desk["reachable"]:
            self.pages[role].go_on_duty()
        return person

    def idle(self, role):
        person = self.at_desk(role)
        if person.desk()["call"]:
            person.delete("/desk/call")
        until(lambda: not person.desk()["call"], "her call is over")
        person.be("break")
        return person

    def offer(self, role):
        person = self.idle(role)
        person.be("ready")
        self.callers += 1
        self.outside.citizen(f"caller{self.callers}", self.hotline.sip, f"1390000{self.callers:04}", patience=60_000)
        return until(lambda: person.desk()["offer"], "a call is offered", 30)["id"]

    def talking(self, role):
        person = self.at_desk(role)
        if not person.desk()["call"]:
            person.post(f"/desk/offers/{self.offer(role)}/acceptance")
        until(lambda: (person.desk()["call"] or {}).get("phase") == "talking", "they talk", 20)
        return person

    def call(self, role):
        """One that she may see."""
        if role == "agent":
            self.talking(role)
        return self.people[role].get("/calls", limit=1)["rows"][0]["id"]

    def recording(self):
        if not self.recorded:
            agent = self.talking("agent")
            call = agent.desk()["call"]["id"]
            agent.delete("/desk/call")
            until(lambda: self.people["leader"].get(f"/calls/{call}")["recording"], "it is recorded", 40)
            self.recorded = call
        return self.recorded

    def missed(self):
        """One that nobody has closed: what was made up before may have closed them all."""
        def rows():
            return self.people["agent"].get("/missed-calls", state="open", limit=1)["rows"]

        if not rows():
            self.callers += 1
            self.outside.citizen(f"caller{self.callers}", self.hotline.sip, f"1390000{self.callers:04}", patience=3_000)
        return until(rows, "a caller who left is owed a call", 30)[0]["call"]

    def wrap_up(self, role):
        person = self.talking(role)
        person.delete("/desk/call")
        until(lambda: person.desk()["state"] == "wrapUp", "she finishes her form")

    # Routing

    def takeover(self, role):
        other = "administrator" if role == "leader" else "leader"
        return self.people[other].post("/takeovers", {"line": "12345", "queue": "backup", "percent": 1})["id"]

    def routing(self, change):
        """A form that changes nothing, made of what is there."""
        routing = self.people["leader"].get("/routing")
        return {"version": routing["version"]} | change(routing)

    def new_queue(self):
        """A form that makes a queue like one that is there."""
        name = f"q{next(NUMBERS)}"
        return self.routing(lambda all: {each: all["queues"][0][each] for each in QUEUE} | {
            "id": name, "name": name, "overflow": []})

    def retirable(self):
        form = self.new_queue()
        self.people["leader"].post("/routing/queues", form)
        return form["id"]

    def voice_answer(self, role):
        """An offer that her page, which answers by itself, has left alone."""
        page = self.pages[role] if role in self.pages else self.at_desk(role) and self.pages[role]
        page._closed = True
        try:
            leg = self.people[role].post("/desk/voice")["leg"]
            # The news of an earlier leg may still be on its way.
            until(lambda: page.news.get("voice", {}).get("leg") == leg, "the offer comes", 20)
            offer = page.news["voice"]
        finally:
            page._closed = False
        return {"leg": offer["leg"], "sdp": answer_to(offer["sdp"])}


def in_a_month():
    return int((time.time() + 30 * 86_400) * 1000)


def name_of(operation):
    return operation.definition.raw["operationId"]


def may(operation, person):
    """By the description's own words: `… [orders.write | orders.handle]`."""
    wanted = re.search(r"\[([a-zA-Z.| ]+)\]$", operation.definition.raw.get("description", ""))
    return not wanted or bool(set(re.split(r" \| ", wanted.group(1))) & set(person.about["permissions"]))
