"""A request of each operation of the API that must succeed, for whoever may make it: `RIGHT[name](world, role)` brings about
what it needs and says its path, query, headers and body."""

from datetime import datetime, timedelta, timezone

from kit import orders
from kit.world import NUMBERS, PICTURE, QUEUE, ROLES, in_a_month

LINE = ("queue", "requires", "priority", "hours")
PICTURE_SENT = {"query": {"name": "灯.jpg"}, "body": PICTURE, "media_type": "image/jpeg"}


def today():
    return datetime.now(timezone(timedelta(hours=8))).strftime("%Y-%m-%d")


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


def change(part, names, **path):
    def make(world, role):
        return {"path": path, "body": world.routing(lambda all: {name: all[part][0][name] for name in names})}

    return make


def place_one(wanted):
    return wanted | {"path": wanted["path"] | {"place": "1"}}


# What is not here succeeds with nothing but its defaults.
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
