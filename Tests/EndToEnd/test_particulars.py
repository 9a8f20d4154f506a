"""A category that asks for more than every order says: written at the desk, read back, sent on, found again."""

import os
import pathlib

import pytest

from kit import axe, browser, centres, orders

PICTURES = os.environ.get("HOTLINE_PICTURES")
MAIL = {
    "id": "mail", "name": "邮件查询", "englishName": "Mail enquiries",
    "particulars": [
        {"id": "item", "name": "邮件号", "englishName": "Item number", "kind": "mail-item", "required": True},
        {"id": "until", "name": "希望何日前", "englishName": "Wanted by", "kind": "day"},
        {"id": "when", "name": "上门时段", "englishName": "Time of day", "kind": "choice", "options": [
            {"id": "am", "name": "上午", "englishName": "Morning"}, {"id": "pm", "name": "下午", "englishName": "Afternoon"}]},
    ],
}  # fmt: skip


@pytest.fixture
def hotline(new_hotline):
    hotline = new_hotline()
    other = {"id": "lamp", "name": "路灯", "englishName": "Street lamps"}
    hotline.import_centre(centres.centre({"5001": None}) | {"categories": [other, MAIL]})
    hotline.add_person("5001", "agent", agent="5001", name="话务员5001")
    return hotline.start()


def seen(page, name):
    axe.check(page, name)
    if PICTURES:
        page.screenshot(path=pathlib.Path(PICTURES) / f"{name}.png")


def test_an_item_number_is_asked_for_and_found(hotline, new_page):
    agent = hotline.person("5001")
    order = orders.draft(agent)
    page = new_page(hotline)
    browser.sign_in(page, "5001", hotline.passwords["5001"])
    page.goto(f"/orders/{order['id']}")
    page.get_by_test_id("field-category").select_option("lamp")
    assert page.get_by_test_id("particulars").count() == 0
    page.get_by_test_id("field-category").select_option("mail")
    item = page.get_by_test_id("field-particulars.item")
    page.get_by_test_id("read-back-open").click()
    # Told while it is read back; whoever answers at once need not ask.
    told = page.get_by_test_id("readback-error")
    assert told.inner_text() == "请填写“邮件号”。"
    seen(page, "particulars-lacking")
    page.get_by_test_id("way-close").check(force=True)
    told.wait_for(state="detached")
    page.get_by_test_id("way-dispatch").check(force=True)
    page.keyboard.press("Escape")
    page.get_by_test_id("read-back").wait_for(state="detached")
    page.get_by_text("请填写“邮件号”。").wait_for()
    item.fill("EA123456784CN")
    page.get_by_text("第 11 位是校验码").wait_for()
    seen(page, "particulars-wrong")
    item.fill("ea 12345678 5 cn")
    page.get_by_test_id("field-particulars.until").fill("2026-11-30")
    page.get_by_test_id("field-particulars.when").select_option("pm")
    page.locator('[data-testid="draft-state"][data-status="clean"]').wait_for()
    page.reload()
    assert page.get_by_test_id("field-particulars.item").input_value() == "EA123456785CN"
    assert page.get_by_test_id("field-particulars.when").input_value() == "pm"
    seen(page, "particulars-form")
    page.get_by_test_id("read-back-open").click()
    page.get_by_test_id("read-back").get_by_text("下午").wait_for()
    seen(page, "particulars-read-back")
    browser.tick(page, "readback-confirm")
    page.get_by_test_id("body-filter").fill("住建")
    page.get_by_test_id("body-filter").press("Enter")
    page.get_by_test_id("dispatch-confirm").click()
    page.locator('[data-testid="order"][data-state="dispatched"]').wait_for()
    told = page.get_by_test_id("order-particular").all_inner_texts()
    assert [" ".join(each.split()) for each in told] == ["邮件号 EA123456785CN", "希望何日前 2026-11-30", "上门时段 下午"]
    # Without the message that it is done, which floats over the head of the page for a while.
    page.reload()
    page.get_by_test_id("order-particular").first.wait_for()
    # The label by its name, not by its id.
    assert "邮件查询" in page.get_by_test_id("story").inner_text()
    seen(page, "particulars-order")
    page.get_by_test_id("language-switch").click()
    page.get_by_text("Item number").wait_for()
    assert "Mail enquiries" in page.get_by_test_id("story").inner_text()
    seen(page, "particulars-order-english")
    page.goto("/orders?q=EA123456785CN")
    page.locator(f'[data-testid="row"][data-id="{order["id"]}"]').wait_for()
    assert page.errors == []


def test_what_was_misheard_is_put_right(hotline, new_page):
    agent = hotline.person("5001")
    order = orders.draft(agent)
    order = agent.post(f"/orders/{order['id']}/labels", {"version": order["version"], "category": "mail", "tags": []})
    said = [{"id": "item", "value": "EA123456785CN"}, {"id": "when", "value": "pm"}]
    order = agent.put(f"/orders/{order['id']}/draft", {"version": order["version"], "fields": orders.FIELDS, "particulars": said})
    orders.dispatch(agent, order)
    page = new_page(hotline)
    browser.sign_in(page, "5001", hotline.passwords["5001"])
    page.goto(f"/orders/{order['id']}")
    opener = page.get_by_test_id("correct-open")
    opener.focus()
    page.keyboard.press("Enter")
    item = page.get_by_test_id("correct-particulars.item")
    item.fill("RR473124829G")
    page.get_by_test_id("correct-confirm").click()
    page.get_by_text("第 11 位是校验码").wait_for()
    seen(page, "correct-wrong")
    item.fill("rr473124829gb")
    page.get_by_test_id("correct-particulars.when").select_option("am")
    page.get_by_test_id("correct-confirm").press("Enter")
    page.get_by_test_id("correct-dialog").wait_for(state="detached")
    step = page.locator('[data-testid="story"] li').first
    step.get_by_text("更正了附加项").wait_for()
    assert "邮件号：EA123456785CN → RR473124829GB\n上门时段：下午 → 上午" in step.inner_text()
    assert "RR473124829GB" in page.get_by_test_id("order-particular").first.inner_text()
    page.reload()
    page.get_by_test_id("order-particular").first.wait_for()
    seen(page, "correct-done")
    page.get_by_test_id("language-switch").click()
    page.get_by_text("Particulars corrected").wait_for()
    assert "Time of day: Afternoon → Morning" in page.get_by_test_id("story").inner_text()
    page.get_by_test_id("correct-open").click()
    seen(page, "correct-english")
    assert page.errors == []
