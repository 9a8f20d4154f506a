"""The whole loop of an order, in Chinese, by keyboard alone; axe-core finds nothing on any page on the way."""

from datetime import date, timedelta

import pytest

from kit import axe, browser, orders
from kit.keyboard import Keyboard


class Worker(Keyboard):
    """Somebody at work on orders, signed in."""

    def __init__(self, hotline, new_page, login):
        super().__init__(new_page(hotline))
        self.sign_in(login, hotline.passwords[login])

    def at(self, what):
        axe.check(self.page, what)

    def open(self, order):
        """From the list of orders, by the keys that the page names."""
        if f"/orders/{order}" not in self.page.url:
            self.press("Alt+o")
            self.activate("order-link", row=order)
        self.page.locator('[data-testid="order"], .draft-page').wait_for()
        self.page.get_by_test_id("story").wait_for()

    def state_is(self, state):
        self.page.locator(f'[data-testid="order"][data-state="{state}"]').wait_for()

    def step(self, name, body=None, day=None, picks={}, choices={}, **fields):
        """One of the steps beside the straight road, in its dialog."""
        page = self.page
        if page.get_by_test_id("other-steps").get_attribute("open") is None:
            self.to_summary()
            self.press("Enter")
        self.activate(f"step-{name}")
        page.get_by_test_id(f"{name}-dialog").wait_for()
        self.at(f"dialog of {name}")
        for field, value in choices.items():
            self.to(f"step-field-{field}")
            self.press(*["ArrowDown"] * value)
        if day:
            self.write_day("step-field-until", *day)
        if body:
            self.choose_body(body)
        for field, value in picks.items():
            self.pick(f"step-field-{field}", value)
        for field, text in fields.items():
            self.write(f"step-field-{field}", text)
        self.activate(f"{name}-confirm")
        page.get_by_test_id(f"{name}-dialog").wait_for(state="detached")
        stop = self.here()
        assert stop, f"after {name} the focus is nowhere"

    def to_summary(self):
        for _ in range(60):
            if self.page.evaluate("document.activeElement.matches('.other-steps > summary')"):
                return
            self.press("Tab")
        raise AssertionError("Tab does not come to the other steps")

    def choose_body(self, name):
        self.page.get_by_test_id("body-filter").wait_for()
        self.to("body-filter")
        self.type(name)
        self.press("Enter")

    def note(self, name, text, prefix="step"):
        self.activate(f"{prefix}-{name}")
        self.page.get_by_test_id(f"{name}-dialog").wait_for()
        self.at(f"dialog of {name}")
        # The text has the cursor at once.
        self.type(text)
        self.activate(f"{name}-confirm")
        self.page.get_by_test_id(f"{name}-dialog").wait_for(state="detached")

    def follow_up(self, solved, satisfaction):
        self.pick("reached", "yes")
        self.pick("contacted", "yes")
        self.pick("solved", solved)
        self.pick("satisfaction", satisfaction)
        self.write("follow-up-note", "已回访。")
        self.activate("follow-up-save")


def take_the_call(agent, outside, hotline):
    """On duty, ready, a call comes, the order is written and goes to the housing bureau."""
    page = agent.page
    agent.at("desk, off duty")
    agent.activate("duty-start")
    browser.wait_for_voice(page)
    agent.press("Alt+r")
    browser.state_is(page, "ready")
    outside.citizen("caller", hotline.sip, "13800001234", patience=60_000)
    page.get_by_test_id("answer").wait_for()
    agent.press("F2")
    browser.state_is(page, "onCall")
    agent.at("desk, on a call")
    # The cursor goes to the first empty field; kinds have keys of their own.
    page.wait_for_selector('[data-testid="field-what"]:focus')
    agent.press("Alt+4")
    agent.type("楼上三天来一直漏水，物业不管。")
    agent.write("field-where", "幸福路 8 号 3 单元")
    agent.write("field-name", "王先生")
    agent.press("Control+Enter")
    page.get_by_test_id("read-back").wait_for()
    agent.at("read-back")
    agent.activate("readback-confirm", "Space")
    agent.choose_body("住建")
    agent.press("Control+Enter")
    page.get_by_test_id("order-left").wait_for()
    agent.press("F9")
    browser.state_is(page, "ready")
    agent.press("Alt+p")
    browser.state_is(page, "break")


def skip_to_the_page(worker):
    """The first stop of all leads past the head and the rail."""
    worker.page.reload()
    worker.page.get_by_test_id("person-menu-button").wait_for()
    worker.press("Tab", "Enter")
    assert worker.page.evaluate("document.activeElement.id") == "main"


def in_six_weeks():
    day = date.today() + timedelta(weeks=6)
    return day.year, day.month, day.day


@pytest.mark.limit(420)
def test_the_whole_loop(new_hotline, outside, new_page):
    hotline = new_hotline({"5001": None}, officers=["housing"]).start()
    agent = Worker(hotline, new_page, "5001")
    skip_to_the_page(agent)
    take_the_call(agent, outside, hotline)
    order = hotline.person("leader").rows("/orders")[0]["id"]
    agent.sign_out()

    officer = Worker(hotline, new_page, "housing")
    page = officer.page
    officer.at("inbox")
    officer.activate("inbox-sign")
    page.get_by_test_id("inbox-contact").wait_for()
    officer.note("contact", "已电话联系王先生，约定明日上门。", "inbox")
    officer.open(order)
    officer.at("order of a body")
    officer.step("askExtension", day=in_six_weeks(), reason="配件要等一个月。")

    leader = Worker(hotline, new_page, "leader")
    leader.open(order)
    leader.at("order, for the leader")
    leader.step("decideExtension", picks={"granted": "true"}, note="同意")

    officer.note("answer", "漏水点已修好，住户确认。")
    officer.state_is("answered")
    officer.activate("step-close")
    officer.state_is("closed")
    officer.press("Alt+i")

    agent.sign_in("5001", hotline.passwords["5001"])
    agent.open(order)
    agent.at("order, to be followed up")
    agent.follow_up("no", "1")
    agent.state_is("reviewing")

    leader.state_is("reviewing")
    leader.step("redo", body="住建", reason="问题没有解决。")
    officer.activate("inbox-sign")
    officer.note("answer", "第二次上门，已修好。", "inbox")
    page.get_by_test_id("inbox-answer").wait_for(state="detached")
    officer.activate("inbox-tab-answered")
    officer.activate("inbox-close")
    page.get_by_test_id("inbox-close").wait_for(state="detached")
    officer.activate("inbox-tab-done")
    page.get_by_test_id("row").wait_for()
    officer.at("inbox, done")
    officer.sign_out()

    agent.follow_up("yes", "5")
    agent.state_is("followedUp")
    leader.state_is("followedUp")
    leader.step("archive", reason="办结归档。")
    leader.state_is("archived")
    for each in (agent, officer, leader):
        assert each.page.errors == []
    print(
        "stops of Tab:",
        {each: worker.stops for each, worker in [("agent", agent), ("officer", officer), ("leader", leader)]},
    )


@pytest.mark.limit(420)
def test_return_objection_and_coordination(new_hotline, new_page):
    hotline = new_hotline({"5001": None}, officers=["housing", "water"]).start()
    order = orders.dispatch(hotline.person("5001"), orders.draft(hotline.person("5001")))["id"]
    officer, leader, agent = (Worker(hotline, new_page, login) for login in ("housing", "leader", "5001"))
    for each in (officer, leader, agent):
        each.open(order)
    officer.step("giveBack", reason="不属本单位。")
    agent.state_is("returned")
    agent.step("dispatch", body="住建")
    agent.state_is("dispatched")
    officer.open(order)
    officer.activate("step-sign")
    officer.state_is("signed")
    officer.step("object", basis="条例第三条第二款")
    officer.state_is("disputed")
    leader.state_is("disputed")
    leader.step("rule", body="住建", ruling="由住建局主办，供水集团协办。")
    officer.activate("step-sign")
    officer.state_is("signed")
    officer.step("share", body="供水", note="请查供水管。")
    helper = Worker(hotline, new_page, "water")
    helper.open(order)
    helper.step("signShare")
    helper.step("answerShare", text="供水管完好。")
    officer.step("pause", choices={"reason": 2}, note="等待两家会商。")
    officer.step("resume", note="会商结束。")
    officer.note("answer", "协商后已修好。")
    officer.state_is("answered")
    leader.state_is("answered")
    leader.step("sendBack", reason="请附照片说明。")
    officer.state_is("signed")
    assert all(each.page.errors == [] for each in (officer, leader, agent, helper))
