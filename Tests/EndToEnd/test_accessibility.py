"""Every page, as each role sees it, has nothing that axe-core finds wrong: in Chinese by light, in English by dark."""

import re

import pytest

from kit import axe, browser, centres
from kit.server import Hotline
from kit.sipp import Outside
from kit.wait import until

ROLES = {"agent": "5001", "leader": "leader1", "officer": "housing", "director": "director", "administrator": "admin"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accessibility")
    outside = Outside(folder)
    prompts = centres.write_prompts(folder / "prompts")
    for greeting in ("greeting-12345", "greeting-12315"):
        (prompts / f"{greeting}.wav").write_bytes((prompts / "greeting.wav").read_bytes())
    hotline = Hotline(folder / "hotline", prompts, demo=True)
    yield hotline.start(120), outside
    outside.close()
    hotline.close()


class Look:
    """Somebody's browser, and all that was found wrong with what she saw."""

    def __init__(self, hotline, new_page, language, theme, login):
        person = hotline.person(login)
        person.put("/session/preferences", {"language": language, "theme": theme, "textSize": "normal"})
        self.language, self.found = language, {}
        self.page = new_page(hotline)
        if language == "en":
            self.page.get_by_test_id("language-switch").click()
        self.at("sign-in")
        browser.sign_in(self.page, login, hotline.passwords[login])

    def at(self, name):
        page = self.page
        until(lambda: page.locator(".loading").count() == 0, "the page is loaded")
        for wrong in axe.violations(page):
            self.found.setdefault(re.sub(r"\s+", " ", wrong), []).append(name)

    def dialog(self, name, close="dialog-close"):
        self.page.locator("dialog[open]").wait_for()
        self.at(name)
        self.page.get_by_test_id(close).click()

    def everywhere(self):
        """Each place of the rail and each tab of a place, whatever there is."""
        for place in [each.get_attribute("data-testid") for each in self.page.locator(".rail a").all()]:
            self.page.get_by_test_id(place).click()
            self.page.locator(f'[data-testid="{place}"][aria-current="page"]').wait_for()
            self.at(place)
            for tab in [each.get_attribute("data-testid") for each in self.page.locator("main .tabs a").all()]:
                self.page.get_by_test_id(tab).click()
                self.page.locator(f'[data-testid="{tab}"][aria-current]').wait_for()
                self.at(tab)

    def end(self):
        assert self.page.errors == []
        assert not self.found, "\n".join(f"{', '.join(where)}\n  {wrong}" for wrong, where in self.found.items())


@pytest.fixture(params=[("zh", "light"), ("en", "dark")], ids=["zh-light", "en-dark"])
def look(request, world, new_page):
    return lambda role: Look(world[0], new_page, *request.param, ROLES[role])


@pytest.fixture
def new_hotline():
    """`new_page` wants it; here one hotline serves all."""


@pytest.mark.parametrize("role", ["officer", "leader", "director", "administrator"])
def test_every_place(look, role):
    seen = look(role)
    seen.everywhere()
    {"officer": officer, "leader": leader, "director": director}.get(role, lambda _: None)(seen)
    seen.end()


def order(seen, state):
    seen.page.goto(f"/orders?state={state}")
    seen.page.get_by_test_id("order-link").first.click()
    seen.page.get_by_test_id("next-step").wait_for()


def others(seen):
    """The form of each step beside the straight road."""
    summary = seen.page.get_by_test_id("other-steps").locator("summary")
    summary.click()
    steps = [
        each.get_attribute("data-testid") for each in seen.page.get_by_test_id("other-steps").locator("button").all()
    ]
    for step in steps:
        seen.page.get_by_test_id(step).click()
        seen.page.locator("dialog[open] button.primary").click()
        if step != "step-signShare":
            seen.dialog(step)


def officer(seen):
    seen.page.get_by_test_id("nav-inbox").click()
    seen.page.get_by_test_id("inbox-answer").first.click()
    seen.page.get_by_test_id("answer-confirm").click()
    seen.dialog("inbox-answer")
    order(seen, "signed")
    seen.at("order of a body")
    others(seen)


def leader(seen):
    order(seen, "disputed")
    seen.at("order")
    others(seen)
    order(seen, "closed")
    seen.at("closed order")
    seen.page.goto("/orders/import")
    seen.at("import")
    letters = "标题,诉求内容,联系电话\n路灯不亮,坏了一周。,电话\n".encode()
    seen.page.get_by_test_id("import-file").set_input_files({"name": "信件.csv", "mimeType": "text/csv", "buffer": letters})
    seen.page.get_by_test_id("import-bad").wait_for()
    seen.at("import with a bad row")
    seen.page.get_by_test_id("nav-routing").click()
    seen.page.get_by_test_id("queue-edit-city").click()
    seen.dialog("queue-edit")
    seen.page.get_by_test_id("routing-agents").click()
    seen.page.get_by_test_id("agent-edit-5001").click()
    seen.dialog("agent-edit")
    seen.page.get_by_test_id("routing-rules").click()
    seen.page.get_by_test_id("rule-add").click()
    seen.dialog("rule-add")


def director(seen):
    seen.page.get_by_test_id("nav-report").click()
    seen.page.get_by_test_id("fig-answerRate-all").click()
    seen.page.get_by_test_id("figure-rows").wait_for()
    seen.at("rows of a figure")


def test_the_desk(look, world):
    hotline, outside = world
    seen = look("agent")
    page = seen.page
    seen.at("desk, off duty")
    seen.page.get_by_test_id("shortcuts").click()
    seen.dialog("shortcuts")
    page.get_by_test_id("person-menu-button").click()
    page.get_by_test_id("sign-out").wait_for()
    seen.at("menu of the person")
    page.keyboard.press("Escape")
    browser.go_on_duty(page)
    browser.be_ready(page)
    seen.at("desk, ready")
    outside.citizen(f"caller-{seen.language}", hotline.sip, "13800001234", patience=60_000)
    page.get_by_test_id("answer").wait_for(timeout=60_000)
    seen.at("desk, ringing")
    page.get_by_test_id("answer").click()
    browser.state_is(page, "onCall")
    page.get_by_test_id("read-back-open").click()
    page.locator(".error").first.wait_for()
    seen.at("desk, on a call, form not complete")
    browser.tick(page, "field-kind-complaint")
    page.get_by_test_id("field-what").fill("路灯不亮。")
    page.get_by_test_id("hold").click()
    page.locator(".callbar.held").wait_for()
    seen.at("desk, held")
    page.get_by_test_id("hold").click()
    page.get_by_test_id("read-back-open").click()
    page.get_by_test_id("dispatch-confirm").click()
    seen.at("read-back, not complete")
    browser.tick(page, "readback-confirm")
    browser.tick(page, "body-housing")
    page.get_by_test_id("dispatch-confirm").click()
    page.get_by_test_id("order-left").wait_for()
    seen.at("an order has left")
    page.get_by_test_id("hang-up").click()
    browser.state_is(page, "wrapUp")
    seen.at("desk, wrap-up")
    page.get_by_test_id("state-break").click()
    browser.state_is(page, "break")
    seen.everywhere()
    page.get_by_test_id("nav-missed").click()
    page.get_by_test_id("missed-close").first.click()
    seen.dialog("missed-close")
    page.get_by_test_id("nav-desk").click()
    page.get_by_test_id("duty-end").click()
    seen.end()
