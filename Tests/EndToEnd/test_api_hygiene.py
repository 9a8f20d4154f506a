"""What the API refuses, it refuses with the right status, a sentence in the person's language, and no change."""

import pytest
import requests

from kit import orders
from kit.api import BASE


@pytest.fixture(scope="module")
def hotline(tmp_path_factory):
    from kit import centres
    from kit.server import Hotline

    folder = tmp_path_factory.mktemp("api")
    made = Hotline(folder / "hotline", centres.write_prompts(folder / "prompts"))
    made.import_centre(centres.centre({"5001": None, "5002": None}))
    for login, role, more in [
        ("5001", "agent", {"agent": "5001"}), ("5002", "agent", {"agent": "5002"}), ("leader", "leader", {}),
        ("housing", "officer", {"body": "housing"}), ("water", "officer", {"body": "water"}), ("director", "director", {}),
    ]:  # fmt: skip
        made.add_person(login, role, **more)
    yield made.start()
    made.close()


@pytest.fixture(params=["zh", "en"])
def language(request):
    return request.param


def refused(answer, status, code, language):
    """The error of an answer, which must be this one, in that language."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    for sentence in [error["message"], *(each["message"] for each in error["fields"])]:
        is_chinese = any("一" <= letter <= "鿿" for letter in sentence)
        assert is_chinese == (language == "zh"), sentence
        assert sentence.rstrip()[-1] in ".。", sentence
    return error


def test_wrong_password(hotline, language):
    locale = {"zh": "zh-CN,zh;q=0.9", "en": "en-GB,en;q=0.9"}[language]
    for login in ("director", "nobody-of-this-name"):
        answer = requests.post(
            hotline.url + BASE + "/session", json={"login": login, "password": "wrong"}, headers={"Accept-Language": locale},
            timeout=30)
        refused(answer, 401, "wrongPassword", language)
        assert "Set-Cookie" not in answer.headers


def test_not_signed_in(hotline, language):
    locale = {"zh": "zh-CN", "en": "en"}[language]
    answer = requests.get(hotline.url + BASE + "/orders", headers={"Accept-Language": locale}, timeout=30)
    refused(answer, 401, "signInRequired", language)


def test_without_the_token(hotline, language):
    agent = hotline.person("5001", language)
    for token in ("", "0" * 64):
        answer = agent.send("POST", "/orders", {"call": None, "line": "12345", "fields": orders.FIELDS}, headers={"X-CSRF-Token": token})
        refused(answer, 403, "badToken", language)


def test_without_the_right(hotline, language):
    before = everything(hotline)
    director, officer, agent = (hotline.person(each, language) for each in ("director", "housing", "5001"))
    order = orders.dispatch(hotline.person("5001"), orders.draft(hotline.person("5001")))
    new = {"call": None, "line": "12345", "fields": orders.FIELDS}
    refused(director.send("POST", "/orders", new), 403, "notAllowed", language)
    refused(director.send("POST", "/desk/duty", {"site": "hall"}), 403, "notAllowed", language)
    refused(officer.send("GET", "/reports/day?day=2026-11-22"), 403, "notAllowed", language)
    refused(agent.send("GET", "/reports/day?day=2026-11-22"), 403, "notAllowed", language)
    refused(agent.send("POST", f"/orders/{order['id']}/signature", {"version": order["version"]}), 403, "notAllowed", language)
    assert everything(hotline) == before | {order["id"]: order["version"]}


def test_another_bodys_order(hotline, language):
    agent, officer = hotline.person("5001"), hotline.person("water", language)
    order = orders.dispatch(agent, orders.draft(agent))
    before = everything(hotline)
    path = f"/orders/{order['id']}"
    refused(officer.send("GET", path), 404, "notFound", language)
    refused(officer.send("GET", path + "/phone"), 404, "notFound", language)
    refused(officer.send("POST", path + "/signature", {"version": order["version"]}), 404, "notFound", language)
    refused(officer.send("POST", path + "/contacts", {"version": order["version"], "note": "x"}), 404, "notFound", language)
    assert order["id"] not in {each["id"] for each in officer.rows("/orders")}
    assert everything(hotline) == before


def test_another_agents_draft(hotline, language):
    order = orders.draft(hotline.person("5001"))
    other = hotline.person("5002", language)
    before = everything(hotline)
    form = {"version": order["version"], "fields": orders.FIELDS | {"title": "改"}}
    refused(other.send("PUT", f"/orders/{order['id']}/draft", form), 403, "notAllowed", language)
    refused(other.send("POST", f"/orders/{order['id']}/discard", {"version": 1, "reason": "x"}), 403, "notAllowed", language)
    assert everything(hotline) == before


def test_an_old_version(hotline, language):
    agent = hotline.person("5001", language)
    order = orders.draft(agent)
    form = {"version": order["version"], "fields": orders.FIELDS | {"title": "新"}}
    agent.put(f"/orders/{order['id']}/draft", form)
    before = everything(hotline)
    refused(agent.send("PUT", f"/orders/{order['id']}/draft", form), 409, "staleVersion", language)
    assert everything(hotline) == before


def test_an_invalid_form(hotline, language):
    agent = hotline.person("5001", language)
    before = everything(hotline)

    def fields(form):
        return {each["field"] for each in refused(agent.send("POST", "/orders", form), 422, "invalid", language)["fields"]}

    good = {"call": None, "line": "12345", "fields": orders.FIELDS}
    assert fields(good | {"fields": orders.FIELDS | {"phone": "12"}}) == {"fields.phone"}
    assert fields(good | {"fields": orders.FIELDS | {"kind": "gossip", "urgency": "soon"}}) == {"fields.kind", "fields.urgency"}
    assert fields(good | {"line": "99999"}) == {"line"}
    assert fields(good | {"call": "no-such-call"}) == {"call"}
    assert fields({"call": None}) == {"line", "fields"}
    assert fields(good | {"surplus": 1}) == {"surplus"}
    assert fields(good | {"fields": orders.FIELDS | {"title": "长" * 201}}) == {"fields.title"}
    draft = orders.draft(agent, kind="", title="", what="")
    answer = agent.send("POST", f"/orders/{draft['id']}/dispatch", {"version": 1, "body": "housing", "readBack": True})
    assert {each["field"] for each in refused(answer, 422, "invalid", language)["fields"]} == {"kind", "title", "what"}
    answer = agent.send("POST", f"/orders/{draft['id']}/dispatch", {"version": 1, "body": "housing", "readBack": False})
    refused(answer, 422, "invalid", language)
    refused(agent.send("GET", "/orders?limit=1000"), 422, "invalid", language)
    assert everything(hotline) == before | {draft["id"]: draft["version"]}


def test_not_json(hotline, language):
    agent = hotline.person("5001", language)
    before = everything(hotline)
    kind = {"Content-Type": "application/json"}
    refused(agent.send("POST", "/orders", data=b"{", headers=kind), 400, "malformed", language)
    refused(agent.send("POST", "/orders", data=b"\xff\xfe\x00", headers=kind), 400, "malformed", language)
    refused(agent.send("POST", "/orders", data=b"a=1", headers={"Content-Type": "text/plain"}), 415, "unsupportedMediaType", language)
    assert everything(hotline) == before


def test_unknown_ids(hotline, language):
    agent, leader = hotline.person("5001", language), hotline.person("leader", language)
    before = everything(hotline)
    refused(agent.send("GET", "/orders/no-such-order"), 404, "notFound", language)
    refused(agent.send("GET", "/orders/" + "x" * 200), 404, "notFound", language)
    refused(agent.send("GET", "/calls/no-such-call"), 404, "notFound", language)
    refused(leader.send("GET", "/calls/no-such-call/recording"), 404, "notFound", language)
    refused(leader.send("GET", "/calls/..%2f..%2fhotline.sqlite/recording"), 404, "notFound", language)
    refused(agent.send("POST", "/missed-calls/no-such-call/closure", {"note": "x"}), 404, "notFound", language)
    refused(agent.send("GET", "/no/such/thing"), 404, "notFound", language)
    refused(agent.send("PUT", "/orders"), 405, "methodNotAllowed", language)
    assert everything(hotline) == before


def test_an_oversized_body(hotline, language):
    agent = hotline.person("5001", language)
    before = everything(hotline)
    form = {"call": None, "line": "12345", "fields": orders.FIELDS | {"what": "长" * 200_000}}
    refused(agent.send("POST", "/orders", form), 413, "tooLarge", language)

    def pieces():
        for _ in range(40):
            yield b'{"call":' + b" " * 10_000

    try:
        answer = agent.send("POST", "/orders", data=pieces(), headers={"Content-Type": "application/json"})
    except requests.ConnectionError:
        pass  # It may as well hang up on one who goes on sending.
    else:
        refused(answer, 413, "tooLarge", language)
    assert everything(hotline) == before


def test_guessing_is_slowed_down(hotline, language):
    locale = {"zh": "zh-CN", "en": "en"}[language]
    for _ in range(10):
        answer = requests.post(
            hotline.url + BASE + "/session", json={"login": f"guessed-{language}", "password": "wrong"},
            headers={"Accept-Language": locale}, timeout=30)
        if answer.status_code == 429:
            break
    refused(answer, 429, "tooManyAttempts", language)
    assert int(answer.headers["Retry-After"]) > 0


def everything(hotline):
    """The version of each order there is; what was refused has changed none and added none."""
    return {each["id"]: each["version"] for each in hotline.person("leader").rows("/orders", limit=100)}
