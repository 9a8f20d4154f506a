"""The API by its own description: as each role, with true ids, every operation that the role may use can be done, no
request gets a 5xx, and every answer is as described."""

import collections
import itertools
import json
import re
import time
from datetime import datetime, timedelta, timezone

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from kit import orders
from kit.api import BASE
from kit.page import Page, answer_to
from kit.wait import until

# The smallest that begins and ends like one.
PICTURE = bytes.fromhex("ffd8ffc000040102ffda000255ffd9")


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer("image/jpeg", "image/png", "image/webp", "application/pdf", "text/csv", WORKBOOK)
def file(_, content):
    """A file goes over the wire as it is."""
    return content if isinstance(content, bytes) else str(content).encode()


ROLES = {"agent": "5001", "leader": "leader1", "officer": "housing", "director": "director", "administrator": "admin"}
# Examples an operation: enough to find what a form lets through, few enough for a slow machine.
GOOD, BAD, FORBIDDEN = 8, 5, 2
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from kit import centres
    from kit.server import Hotline
    from kit.sipp import Outside

    folder = tmp_path_factory.mktemp("schemathesis")
    outside = Outside(folder)
    phone = outside.phones("citizens", rings=20)
    prompts = centres.write_prompts(folder / "prompts")
    for greeting in ("greeting-12345", "greeting-12315"):
        (prompts / f"{greeting}.wav").write_bytes((prompts / "greeting.wav").read_bytes())
    hotline = Hotline(folder / "hotline", prompts, demo=True, outbound=phone.address)
    yield World(hotline.start(120), outside)
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
        return self.people["agent"].get("/missed-calls", state="open", limit=1)["rows"][0]["call"]

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


def today():
    return datetime.now(timezone(timedelta(hours=8))).strftime("%Y-%m-%d")


def in_a_month():
    return int((time.time() + 30 * 86_400) * 1000)


def follow_up(order):
    return {"version": order["version"], "reached": False, "satisfaction": None, "solved": None, "note": "", "call": None}


def on(order, /, **form):
    return {"path": {"id": order["id"]}, "body": {"version": order["version"]} | form}


def close(world, role):
    return on(world.answered()) if role == "officer" else on(world.draft(role), answer="在线答复。", readBack=True)


def place(world, role):
    world.idle(role)
    return {"body": {"purpose": "order", "reference": world.closed()["id"]}}


def during_a_call(**body):
    def make(world, role):
        world.talking(role)
        return {"body": body} if body else {}

    return make


QUEUE = (
    "name", "englishName", "strategy", "priority", "offerSeconds", "wrapUpLimitSeconds", "capacity", "overflow", "announceSeconds", "callbackTries",
    "callbackRetrySeconds",
)  # fmt: skip
LINE = ("queue", "requires", "priority", "hours")


def change(part, names, **path):
    def make(world, role):
        return {"path": path, "body": world.routing(lambda all: {name: all[part][0][name] for name in names})}

    return make


# A request of each operation that must succeed; what is not here succeeds with nothing but its defaults.
RIGHT = {
    "signIn": lambda world, role: {"body": {"login": ROLES[role], "password": world.hotline.passwords[ROLES[role]]}},
    "setPreferences": lambda world, role: {"body": {"language": "zh", "theme": "system", "textSize": "normal"}},
    "beginDuty": lambda world, role: {"body": {"site": "hall"}},
    "endDuty": lambda world, role: world.idle(role) and {},
    "setState": lambda world, role: world.at_desk(role) and {"body": {"state": "break"}},
    "acceptOffer": lambda world, role: {"path": {"offer": world.offer(role)}},
    "hold": during_a_call(on=True),
    "mute": during_a_call(on=True),
    "hangUp": during_a_call(),
    "openVoice": lambda world, role: world.at_desk(role) and {},
    "answerVoice": lambda world, role: {"body": world.voice_answer(role)},
    "placeCall": place,
    "showCall": lambda world, role: {"path": {"id": world.call(role)}},
    "showCaller": lambda world, role: {"path": {"id": world.call(role)}},
    "playRecording": lambda world, role: {"path": {"id": world.recording()}},
    "closeMissedCall": lambda world, role: {"path": {"id": world.missed()}, "body": {"note": "已短信联系。"}},
    "promiseMissedCall": lambda world, role: {"path": {"id": world.missed()}, "body": {"promisedBy": None}},
    "extendWrapUp": lambda world, role: world.wrap_up(role) or {},
    "changeQueue": change("queues", QUEUE, id="city"),
    "createQueue": lambda world, role: {"body": world.new_queue()},
    "retireQueue": lambda world, role: {"path": {"id": world.retirable()}, "query": world.routing(lambda all: {})},
    "changeHours": lambda world, role: {"body": world.routing(lambda all: {"hours": all["hours"]})},
    "changeBreaks": lambda world, role: {"body": world.routing(lambda all: {"breaks": all["breaks"]})},
    "changeLine": change("lines", LINE, id="12345"),
    "changeAgent": change("agents", ("queues", "skills"), agent="5000"),
    "changeRules": lambda world, role: {"body": world.routing(lambda all: {"rules": all["rules"]})},
    "changeSkills": lambda world, role: {"body": world.routing(lambda all: {"skills": all["skills"]})},
    "askTakeover": lambda world, role: {"body": {"line": "12345", "queue": "backup", "percent": 1}},
    "approveTakeover": lambda world, role: {"path": {"id": world.takeover(role)}},
    "endTakeover": lambda world, role: {"path": {"id": world.takeover(role)}},
    "declareEmergency": lambda world, role: {"path": {"line": "12345"}, "body": {"on": False}},
    "setAgentState": lambda world, role: world.at_desk("agent") and {"path": {"agent": "5001"}, "body": {"state": "break"}},
    "createOrder": lambda world, role: {"body": {"call": None, "line": "12345", "fields": orders.FIELDS}},
    "showOrder": lambda world, role: {"path": {"id": world.dispatched()["id"]}},
    "showPhone": lambda world, role: {"path": {"id": world.dispatched()["id"]}},
    "saveDraft": lambda world, role: on(world.draft(role), fields=orders.FIELDS),
    "discardOrder": lambda world, role: on(world.draft(role), reason="重复"),
    "dispatchOrder": lambda world, role: on(world.draft(role), body="housing", readBack=True),
    "closeOrder": close,
    "signForOrder": lambda world, role: on(world.dispatched()),
    "recordContact": lambda world, role: on(world.signed(), note="已联系。"),
    "answerOrder": lambda world, role: on(world.signed(), text="已处理。"),
    "followUpOrder": lambda world, role: (lambda order: {"path": {"id": order["id"]}, "body": follow_up(order)})(world.closed()),
    "addToOrder": lambda world, role: on(world.dispatched(), note="补充门牌号。"),
    "urgeOrder": lambda world, role: on(world.dispatched(), note="再次来电。"),
    "guideOrder": lambda world, role: on(world.dispatched(), note="请先到现场。"),
    "superviseOrder": lambda world, role: on(world.dispatched(), note="限期办结。"),
    "labelOrder": lambda world, role: on(world.dispatched(), category=None, tags=["涉疫"]),
    "linkOrder": lambda world, role: on(world.dispatched(), order=world.dispatched()["id"]),
    "withdrawOrder": lambda world, role: on(world.dispatched(), reason="市民来电撤回。"),
    "correctParticulars": lambda world, role: on(world.supplied(), particulars=[{"id": "account", "value": "10086"}]),
    "tellByHand": lambda world, role: on(world.dispatched(), note="已电话告知值班室。"),
    "mergeOrder": lambda world, role: on(world.draft(role), into=world.dispatched()["number"], reason="重复"),
    "unmergeOrder": lambda world, role: on(world.merged(), reason="并错"),
    "giveOrderBack": lambda world, role: on(world.dispatched(), reason="不属本单位。"),
    "objectToOrder": lambda world, role: on(world.signed(), basis="条例第三条", suggests="urban"),
    "ruleOnOrder": lambda world, role: on(world.disputed(), body="urban", ruling="由城管局办理。"),
    "askExtension": lambda world, role: on(world.signed(), reason="送检", until=in_a_month()),
    "decideExtension": lambda world, role: on(world.asking_for_time(), granted=True, note="同意"),
    "pauseOrder": lambda world, role: on(world.signed(), reason="expertise", note="送检"),
    "resumeOrder": lambda world, role: on(world.paused(), note=""),
    "shareOrder": lambda world, role: on(world.signed(), body="urban", role="coHandler", note=""),
    "signShare": lambda world, role: on(world.shared()),
    "answerShare": lambda world, role: on(world.shared(), text="已查看。"),
    "sendBackAnswer": lambda world, role: on(world.answered(), reason="答复不完整。"),
    "regradeOrder": lambda world, role: on(world.dispatched(), kind="help", urgency="extra-urgent", reason="危及安全"),
    "moveOrder": lambda world, role: on(world.dispatched(), policy="dalian", reason="试点"),
    "redoOrder": lambda world, role: on(world.closed(), body="urban", reason="未解决"),
    "explainOrder": lambda world, role: on(world.reviewing(), reason="依法不能办理", justified=False),
    "archiveOrder": lambda world, role: on(world.closed(), reason="期满"),
    "savePolicy": lambda world, role: world.policy(),
    "importNotice": lambda world, role: world.notice(),
    "tryNotice": lambda world, role: world.notice(),
    "tryPolicy": lambda world, role: {"body": {"policy": world.policy()["body"]["policy"], "kind": "complaint", "urgency": "ordinary"}},
    "listPolicyVersions": lambda world, role: {"path": {"name": "dalian"}},
    "setViewing": lambda world, role: {"body": {"stream": world.stream(role), "order": None}},
    "previewDeadline": lambda world, role: {
        "path": {"name": "dalian"},
        "query": {"kind": "complaint", "urgency": "ordinary", "clock": "contact", "from": "2026-02-13T16:50:00+08:00"}},
    "suggest": lambda world, role: {"body": {"line": "12345", "title": "", "what": "小区停水三天没人管", "where": "幸福路"}},
    "listAttachments": lambda world, role: {"path": {"id": world.dispatched()["id"]}},
    "attachToOrder": lambda world, role: {"path": {"id": world.dispatched()["id"]}} | PICTURE_SENT,
    "showAttachment": lambda world, role: {"path": {"id": world.with_picture()["id"], "place": "1"}},
    "exportOrders": lambda world, role: {"query": {"format": "xlsx", "state": "closed"}},
    "importOrders": lambda world, role: {"query": {"name": "信件.csv"}, "body": world.letters(), "media_type": "text/csv"},
    "showImportTemplate": lambda world, role: {"query": {"format": "csv"}},
    "showCitizensCode": lambda world, role: {"path": {"id": world.dispatched()["id"]}},
    "fileOrder": lambda world, role: {"body": {
        "kind": None, "title": "路灯不亮", "what": "路灯坏了一周。", "where": "", "when": "", "wish": "", "name": "",
        "phone": f"1380000{next(NUMBERS):04}", "confidential": False}},
    "followOwnOrder": lambda world, role: world.own(world.dispatched()),
    "addToOwnOrder": lambda world, role: world.own(world.dispatched(), body={"note": "补充门牌号。"}),
    "urgeOwnOrder": lambda world, role: world.own(world.dispatched(), body={"note": "请尽快。"}),
    "withdrawOwnOrder": lambda world, role: world.own(world.dispatched(), body={"reason": "已自行解决。"}),
    "rateOwnOrder": lambda world, role: world.own(world.closed(), body={"solved": True, "satisfaction": 5}),
    "attachToOwnOrder": lambda world, role: world.own(world.dispatched()) | PICTURE_SENT,
    "showOwnAttachment": lambda world, role: place_one(world.own(world.with_picture())),
    "showLoopReport": lambda world, role: {"query": {"from": today(), "until": today()}},
    "listLoopFigureRows": lambda world, role: {"query": {
        "from": today(), "until": today(), "figure": world.people["leader"].get("/reports/loop", **{"from": today(), "until": today()})["figures"][0]["key"]}},
    "showDayReport": lambda world, role: {"query": {"day": today()}},
    "listFigureRows": lambda world, role: {"query": {"day": today(), "figure": "offered"}},
}


PICTURE_SENT = {"query": {"name": "灯.jpg"}, "body": PICTURE, "media_type": "image/jpeg"}
NUMBERS = itertools.count()


def place_one(wanted):
    return wanted | {"path": wanted["path"] | {"place": "1"}}


def may(operation, person):
    """By the description's own words: `… [orders.write | orders.handle]`."""
    wanted = re.search(r"\[([a-zA-Z.| ]+)\]$", operation.definition.raw.get("description", ""))
    return not wanted or bool(set(re.split(r" \| ", wanted.group(1))) & set(person.about["permissions"]))


def send(world, role, case):
    """The answer, looked at: never a 5xx, and as described."""
    name = name_of(case.operation)
    person = world.leaving[role] if name == "signOut" else world.people[role]
    session = requests.Session() if name == "signIn" else person.session
    answer = case.call(
        base_url=person.base, session=session, headers={"X-CSRF-Token": person.token}, timeout=3 if name == "listen" else 60)
    assert answer.status_code < 500, f"{role} {name}: {answer.status_code} {answer.text}\n{case.as_curl_command()}"
    # Schemathesis takes the schema of a stream for that of each event; ours says that it is text.
    checks = CHECKS[:2] if name == "listen" else CHECKS
    case.validate_response(answer, checks=checks)
    world.seen[role][answer.status_code] += 1
    return answer


def name_of(operation):
    return operation.definition.raw["operationId"]


@pytest.mark.limit(600)
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_of_a_role(world, role):
    """Each that the role may use succeeds once; the others are forbidden."""
    wrong = []
    for operation in world.operations():
        name = name_of(operation)
        right = may(operation, world.people[role])
        wanted = RIGHT[name](world, role) if right and name in RIGHT else {}
        case = operation.Case(
            path_parameters=wanted.get("path", {each.name: "none" for each in operation.path_parameters}),
            query=wanted.get("query", {}), headers=wanted.get("headers", {}),
            **({"body": wanted["body"], "media_type": wanted.get("media_type", "application/json")} if "body" in wanted else {}))
        answer = send(world, role, case)
        done, forbidden = 200 <= answer.status_code < 300, answer.status_code == 403
        if not (done if right else forbidden):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.limit(900)
@pytest.mark.parametrize("role", ROLES)
def test_made_up_requests(world, role):
    """Whatever fits the description and whatever does not: no 5xx, and the answer is a described one."""
    ids = true_ids(world, role)
    for operation in world.operations():
        if name_of(operation) == "signOut":
            continue
        right = may(operation, world.people[role])
        for mode, examples in [(GenerationMode.POSITIVE, GOOD), (GenerationMode.NEGATIVE, BAD)]:
            if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
                continue
            many(world, role, operation, ids, mode, examples if right else FORBIDDEN)
    print(f"{role}: answers by status {dict(sorted(world.seen[role].items()))}")


def many(world, role, operation, ids, mode, examples):
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters:
                case.path_parameters[name] = next(ids[name_of(operation)])
        send(world, role, case)

    one()


def true_ids(world, role):
    """For each operation, ids that there are: the demonstration's orders and calls, newest first, over and over."""
    leader = world.people["leader"]
    of_orders = [each["id"] for each in leader.get("/orders", limit=50)["rows"]]
    of_body = [each["id"] for each in leader.get("/orders", limit=50, body="housing")["rows"]]
    of_calls = [each["id"] for each in leader.get("/calls", limit=50)["rows"]]
    found = {}
    for operation in world.operations():
        ids = of_calls if "calls" in operation.path else of_body if role == "officer" else of_orders
        found[name_of(operation)] = itertools.cycle(ids)
    return found
