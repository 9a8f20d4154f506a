"""The pages of those who set the limits and watch them: a policy is changed and tried before, a notice of holidays is taken up,
counts open their orders, a failing delivery is shouted, two people see each other on one order, the notice goes on paper."""

import os
import pathlib
import re
import time

from kit import axe, browser, centres, orders
from kit.wait import until

PICTURES = os.environ.get("HOTLINE_PICTURES")
NOTICE = """国务院办公厅关于2027年部分节假日安排的通知 国办发明电〔2026〕99号 各省：现将2027年元旦、春节放假调休日期的具体安排通知如下。
一、元旦：2027年1月1日（周五）至3日（周日）放假调休，共3天。
二、春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月13日（周六）上班。
国务院办公厅 2026年11月4日"""


def seen(page, name):
    if PICTURES:
        page.screenshot(path=pathlib.Path(PICTURES) / f"{name}.png")


def signed_in(new_page, hotline, login, path="/"):
    page = new_page(hotline)
    browser.sign_in(page, login, hotline.passwords[login])
    if path != "/":
        page.goto(path)
    return page


def test_a_policy_is_changed_with_a_preview(new_hotline, new_page):
    hotline = new_hotline({"5001": None}).start()
    page = signed_in(new_page, hotline, "leader", "/limits?tab=policies")
    page.get_by_test_id("policy-edit-hangzhou").click()
    before = page.get_by_test_id("preview-lastMinute").inner_text()
    page.get_by_test_id("promise-edit-2").click()
    page.get_by_test_id("promise-within").fill("0")
    page.get_by_test_id("promise-done").click()
    page.locator("#policy-reason").fill("市政府办 3 号文")
    page.get_by_test_id("policy-save").click()
    page.locator('[data-testid="promise-2"] .error').wait_for()
    page.get_by_test_id("promise-edit-2").click()
    page.get_by_test_id("promise-within").fill("3")
    page.get_by_test_id("promise-done").click()
    until(lambda: page.get_by_test_id("preview-lastMinute").count() and page.get_by_test_id("preview-lastMinute").inner_text() != before,
          "the preview counts what is not saved")
    listed = {each["name"]: each for each in hotline.person("leader").get("/policies")["rows"]}
    assert listed["hangzhou"]["version"] == 0, "a preview changes nothing"
    page.get_by_test_id("policy-save").click()
    page.get_by_test_id("toast-done").wait_for()
    saved = {each["name"]: each for each in hotline.person("leader").get("/policies")["rows"]}["hangzhou"]
    assert saved["version"] == 1
    assert saved["content"]["promises"][2] == {"clock": "resolve", "urgencies": ["ordinary"], "within": "3 working-days"}
    assert page.errors == []


def test_what_was_not_saved_of_a_policy_stays(new_hotline, new_page):
    """Called away in the middle of it, she finds it where she left it; what she gives up is gone."""
    hotline = new_hotline({"5001": None})
    hotline.add_person("second", "leader", name="另一班长")
    hotline.start()
    page = signed_in(new_page, hotline, "leader", "/limits?tab=policies")
    page.get_by_test_id("policy-edit-hangzhou").click()
    source = page.locator("#policy-source")
    before = source.input_value()
    source.fill("市政府办 3 号文")
    page.get_by_test_id("promise-remove-2").click()
    left = page.get_by_test_id("promises").locator("li").count()
    page.get_by_test_id("nav-orders").click()
    page.get_by_test_id("policy-editor").wait_for(state="detached")
    page.get_by_test_id("nav-limits").click()
    page.get_by_test_id("limits-policies").click()
    page.get_by_test_id("policy-kept-hangzhou").wait_for()
    axe.check(page, "the policies with one that is not saved")
    page.get_by_test_id("policy-edit-beijing").click()
    assert page.locator("#policy-source").input_value() != "市政府办 3 号文"
    assert page.get_by_test_id("policy-kept").count() == 0
    page.goto("/limits?tab=policies&edit=hangzhou")
    page.get_by_test_id("policy-kept").wait_for()
    seen(page, "policy-kept")
    axe.check(page, "the editor with what was not saved")
    assert source.input_value() == "市政府办 3 号文" and page.get_by_test_id("promises").locator("li").count() == left
    other = signed_in(new_page, hotline, "second", "/limits?tab=policies&edit=hangzhou")
    assert other.locator("#policy-source").input_value() == before, "it is hers and nobody else's"
    page.get_by_test_id("policy-give-up").click()
    page.get_by_test_id("policies-table").wait_for()
    assert page.get_by_test_id("policy-kept-hangzhou").count() == 0
    page.get_by_test_id("policy-edit-hangzhou").click()
    assert source.input_value() == before
    assert page.errors == other.errors == []


def test_a_notice_is_read_tried_and_taken_up(new_hotline, new_page):
    hotline = new_hotline({"5001": None}).start()
    page = signed_in(new_page, hotline, "leader", "/limits?tab=calendar")
    page.get_by_test_id("notice-add").click()
    page.get_by_test_id("notice-form").locator("summary").click()
    page.get_by_test_id("notice-text").fill(NOTICE)
    page.get_by_test_id("notice-read").click()
    assert page.get_by_test_id("notice-id").input_value() == "国办发明电〔2026〕99号"
    assert page.get_by_test_id("notice-published").input_value() == "2026-11-04"
    assert page.get_by_test_id("festival-1-work").input_value() == "2027-01-31 2027-02-13"
    page.get_by_test_id("festival-1-work").fill("2027-02-12")
    page.get_by_test_id("notice-try").click()
    page.locator('[data-testid="festival-1"] .error').wait_for()
    page.get_by_test_id("festival-1-work").fill("2027-01-31 2027-02-13")
    page.get_by_test_id("notice-try").click()
    page.get_by_test_id("notice-moved").wait_for()
    leader = hotline.person("leader")
    assert len(leader.get("/calendar")["notices"]) == 11, "a trial changes nothing"
    page.get_by_test_id("notice-save").click()
    page.get_by_test_id("toast-done").wait_for()
    newest = leader.get("/calendar")["notices"][-1]
    assert newest["year"] == 2027 and newest["off"][1] == ["春节", "2027-02-05", "2027-02-11"]
    assert page.errors == []


def test_counts_open_their_orders_and_the_notice_goes_on_paper(new_hotline, new_page):
    hotline = new_hotline({"5001": None}, officers=["housing"]).start()
    agent, leader = hotline.person("5001"), hotline.person("leader")
    page = signed_in(new_page, hotline, "leader", "/watch?show=urged")
    order = orders.dispatch(agent, orders.draft(agent))
    orders.dispatch(agent, orders.draft(agent, title="另一件"), "water")
    order = agent.post(f"/orders/{order['id']}/urges", {"version": order["version"], "note": "市民再次来电"})
    order = leader.post(f"/orders/{order['id']}/supervision", {"version": order["version"], "note": "三日内办结并书面答复"})
    page.get_by_test_id("watch-urged-housing").click()
    page.get_by_test_id("order-link").filter(has_text=order["number"]).wait_for()
    page.get_by_test_id("watch-supervised").click()
    page.get_by_test_id("order-link").click()
    page.get_by_test_id("order-notice").click()
    paper = page.get_by_test_id("notice").inner_text()
    assert order["number"] in paper and "三日内办结并书面答复" in paper and "住建局" in paper
    assert "13900005678" not in paper and "139 **** 5678" in paper, "masked as on the screen"
    page.emulate_media(media="print")
    assert not page.get_by_test_id("notice-print").is_visible() and not page.get_by_test_id("nav-orders").is_visible()
    assert page.errors == []
    officer = signed_in(new_page, hotline, "housing", "/watch")
    officer.get_by_test_id("empty").wait_for()
    assert officer.get_by_test_id("nav-watch").count() == 0


def test_a_delivery_that_keeps_failing_is_shouted(new_hotline, new_page):
    # Nobody listens on the discard port.
    centre = centres.centre({"5001": None})
    centre["bodies"][0]["webhook"] = "http://127.0.0.1:9/orders"
    hotline = new_hotline({"5001": None})
    hotline.import_centre(centre)
    hotline.start()
    agent = hotline.person("5001")
    order = orders.dispatch(agent, orders.draft(agent))
    tried = lambda: next(each for each in agent.get(f"/orders/{order['id']}")["deliveries"] if each["channel"] == "webhook")
    until(lambda: tried()["keepsFailing"], "three attempts have failed", 60)
    page = signed_in(new_page, hotline, "leader", "/watch?show=undelivered")
    page.locator('[data-testid="watch-undelivered-housing"]').wait_for()
    page.get_by_test_id("order-link").click()
    page.get_by_test_id("delivery-failing").wait_for()
    assert page.get_by_test_id("deliveries").locator(".tries li").count() >= 3
    # Taken back, which the body does not know either: the board says whom to call, until somebody has.
    order = agent.get(f"/orders/{order['id']}")
    agent.post(f"/orders/{order['id']}/withdrawal", {"version": order["version"], "reason": "已自行解决"})
    withdrawn = lambda: [each for each in agent.get(f"/orders/{order['id']}")["deliveries"] if each["about"] == "withdraw" and each["keepsFailing"]]
    until(withdrawn, "three more have failed", 120)
    page.goto("/watch?show=undelivered")
    page.get_by_test_id("unreached").filter(has_text="住建局").wait_for()
    axe.check(page, "the board with one that was taken back")
    seen(page, "watch-withdrawn")
    page.get_by_test_id("language-switch").click()
    page.get_by_test_id("unreached").filter(has_text="Housing").wait_for()
    seen(page, "watch-withdrawn-english")
    page.get_by_test_id("language-switch").click()
    page.get_by_test_id("order-link").click()
    page.get_by_test_id("delivery-failing").filter(has_text="市民撤回").wait_for()
    seen(page, "order-withdrawn-untold")
    page.get_by_test_id("step-tell").click()
    page.get_by_test_id("step-field-note").fill("已电话告知值班室")
    page.get_by_test_id("tell-confirm").click()
    page.get_by_test_id("delivery-failing").first.wait_for(state="detached")
    page.get_by_test_id("deliveries").get_by_text("已人工告知").first.wait_for()
    seen(page, "order-withdrawn-told")
    page.goto("/watch?show=undelivered")
    page.get_by_test_id("watch-list").wait_for()
    page.locator('[data-testid="watch-undelivered"] strong').filter(has_text="0").wait_for()
    assert page.errors == []


def test_the_second_on_an_order_sees_the_first(new_hotline, new_page):
    hotline = new_hotline({"5001": None}).start()
    agent = hotline.person("5001")
    order = orders.dispatch(agent, orders.draft(agent))
    first = signed_in(new_page, hotline, "leader", f"/orders/{order['id']}")
    first.get_by_test_id("order").wait_for()
    second = signed_in(new_page, hotline, "5001", f"/orders/{order['id']}")
    second.get_by_test_id("viewers").filter(has_text="班长").wait_for()
    first.get_by_test_id("viewers").filter(has_text="话务员5001").wait_for()
    first.get_by_test_id("nav-orders").click()
    second.get_by_test_id("viewers").wait_for(state="detached")
    first.go_back()
    second.get_by_test_id("viewers").wait_for()
    first.close()
    second.get_by_test_id("viewers").wait_for(state="detached")
    assert second.errors == []


def test_a_leader_is_told_at_once_wherever_she_is(new_hotline, new_page, outside):
    hotline = new_hotline({"5001": None}, centre={"offer_seconds": 3}).start()
    leader = signed_in(new_page, hotline, "leader", "/watch?show=overdue")
    leader.get_by_test_id("watch").wait_for()
    told = lambda text: leader.get_by_role("alert").get_by_test_id("toast-error").filter(has_text=text)
    # Somebody was missed and is promised to be called; then nobody is at work, and the next waits for somebody who is not there.
    outside.citizen("first", hotline.sip, "13900005678", patience=500).wait_until_said("left")
    until(lambda: hotline.person("leader").rows("/missed-calls"), "she is owed a call back")
    (missed,) = hotline.person("leader").rows("/missed-calls")
    by = int(time.time() * 1000) + 4000
    hotline.person("5001").put(f"/missed-calls/{missed['call']}/promise", {"promisedBy": by})
    caller = outside.citizen("caller", hotline.sip, "13800001234", patience=60_000)
    told("市民热线有来电无人可接").wait_for()
    told("话务员5001 没有按承诺的时间回拨 139 **** 5678").wait_for()
    agent = signed_in(new_page, hotline, "5001")
    browser.go_on_duty(agent)
    agent.get_by_test_id("state-ready").click()
    told("工号 5001 没有接听派给的来电，已转为小休").wait_for()
    assert leader.get_by_test_id("toast-error").count() == 3, "one of each, though two callers found nobody"
    for toast in leader.get_by_test_id("toast-error").all():
        assert re.match(r"\d\d:\d\d ", toast.inner_text()), "it says when"
    told("承诺").get_by_role("button").click()
    told("承诺").wait_for(state="detached")
    told("市民热线").wait_for()
    caller.close()
    leader.get_by_test_id("nav-missed").click()
    leader.locator('[data-testid="missed-owner"].failed').wait_for()
    assert told("市民热线").count() == 1, "it goes with her to the next page"
    assert leader.errors == [] and agent.errors == []
