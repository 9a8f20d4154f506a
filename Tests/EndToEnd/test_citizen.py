"""Matters that come without a call: the citizen's page on a telephone, and a program over Open311."""

import io
import os
import pathlib
import re

import pytest
import requests
from georeport import GeoReport
from PIL import Image

from kit import axe, browser, centres
from kit.wait import until

PICTURES = os.environ.get("HOTLINE_PICTURES")


@pytest.fixture
def hotline(new_hotline):
    """The centre of the other tests, which takes matters over the web too."""
    hotline = new_hotline()
    agents = {"5001": None}
    hotline.import_centre(centres.centre(agents) | {
        "citizens": {"line": "12345", "publishes": True},
        "categories": [{"id": "lamp", "name": "路灯", "englishName": "Street lamps"}],
    })  # fmt: skip
    hotline.add_person("5001", "agent", agent="5001", name="话务员5001")
    hotline.add_person("housing", "officer", body="housing", name="住建经办")
    return hotline.start()


@pytest.fixture
def telephone(chromium, hotline):
    context = chromium.new_context(base_url=hotline.url, locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()


def seen(page, name):
    """Nothing that axe-core finds wrong; and keeps what the page looks like, where somebody wants to look at it."""
    axe.check(page, name)
    if PICTURES:
        page.screenshot(path=pathlib.Path(PICTURES) / f"{name}.png", full_page=True)


def photo():
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 60)).save(file, "JPEG")
    return file.getvalue()


def act(person, order, noun, **form):
    version = person.get(f"/orders/{order}")["version"]
    return person.post(f"/orders/{order}/{noun}", {"version": version} | form)


def choose_files(page, testid, files):
    """By keys, from a button in the page's own words; the browser's input, which speaks the browser's language, is not seen."""
    assert page.locator('input[type="file"]:visible').count() == 0
    button = page.get_by_test_id(f"{testid}-choose")
    assert not re.search("[A-Za-z]", button.inner_text()), button.inner_text()
    with page.expect_file_chooser() as chooser:
        button.press("Enter")
    chooser.value.set_files(files)


def test_a_citizen_files_follows_and_rates(hotline, telephone, new_page):
    page = telephone
    page.goto("/citizen")
    seen(page, "citizen-door")
    page.get_by_test_id("door-file").click()
    page.get_by_test_id("file-send").click()
    page.locator("#title-error").wait_for()
    seen(page, "citizen-errors")
    page.get_by_test_id("field-title").fill("幸福路口路灯不亮")
    page.get_by_test_id("field-what").fill("幸福路与文一路路口的路灯坏了一周，晚上看不见，老人摔倒过。")
    page.get_by_test_id("field-category").select_option("lamp")
    page.get_by_test_id("field-where").fill("幸福路与文一路路口")
    page.get_by_test_id("field-phone").fill("139 0000 5678")
    page.get_by_test_id("file-send").click()
    number = page.get_by_test_id("filed-number").inner_text()
    code = page.get_by_test_id("filed-code").inner_text()
    choose_files(page, "photo", [
        {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": photo()},
        {"name": "坏.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"},
    ])  # fmt: skip
    page.locator(".photos img").wait_for()
    page.get_by_test_id("error").filter(has_text="坏.jpg").wait_for()
    seen(page, "citizen-filed")

    # An agent finds it, looks at the picture, and sends it on.
    agent = hotline.person("5001")
    desk = new_page(hotline)
    browser.sign_in(desk, "5001", hotline.passwords["5001"])
    desk.goto("/orders?filed=true&state=draft")
    desk.get_by_test_id("order-link").first.click()
    desk.get_by_test_id("order-source").wait_for()
    desk.get_by_test_id("attachment").filter(has_text="路灯.jpg").wait_for()
    choose_files(desk, "attach", [{"name": "路口.jpg", "mimeType": "image/jpeg", "buffer": photo()}])
    desk.get_by_test_id("attachment").filter(has_text="路口.jpg").wait_for()
    assert desk.evaluate("document.activeElement.dataset.testid") == "attach-choose", "the focus stays for the next one"
    seen(desk, "draft-from-the-web")
    [row] = agent.rows("/orders")
    assert row["number"] == number and row["agent"] is None
    fields = agent.get(f"/orders/{row['id']}")["fields"] | {"kind": "help"}
    agent.put(f"/orders/{row['id']}/draft", {"version": 1, "fields": fields})
    act(agent, row["id"], "dispatch", body="housing", readBack=True)
    desk.goto(f"/orders/{row['id']}")
    desk.get_by_test_id("show-code").click()
    assert desk.get_by_test_id("citizens-code").inner_text().replace(" ", "") == code

    page.goto(f"/citizen/follow#number={number}&code={code}")
    page.locator('[data-testid="own-order"][data-stage="handling"]').wait_for()
    assert page.url.endswith("/citizen/follow"), "the code does not stay in the address"
    page.get_by_test_id("say-urge-text").fill("又有人摔倒了")
    page.get_by_test_id("say-urge-send").click()
    page.get_by_test_id("done").first.wait_for()
    assert "又有人摔倒了" in page.get_by_test_id("own-story").inner_text()
    seen(page, "citizen-handling")
    assert agent.get(f"/orders/{row['id']}")["history"][-1]["action"] == "urge"

    officer = hotline.person("housing")
    act(officer, row["id"], "signature")
    act(officer, row["id"], "contacts", note="已约今晚维修")
    act(officer, row["id"], "answer", text="路灯已更换，今晚亮灯。")
    act(officer, row["id"], "closure")
    page.goto("/citizen/follow")
    page.reload()
    page.get_by_test_id("field-number").fill(number)
    page.get_by_test_id("field-code").fill("BBBBBBBB")
    page.get_by_test_id("follow-open").click()
    page.get_by_test_id("error").wait_for()
    page.get_by_test_id("field-code").fill(code.lower())
    page.get_by_test_id("follow-open").click()
    page.get_by_test_id("own-answer").filter(has_text="今晚亮灯").wait_for()
    seen(page, "citizen-closed")
    browser.tick(page, "rate-contacted-yes")
    browser.tick(page, "rate-solved-yes")
    browser.tick(page, "rate-5")
    page.get_by_test_id("rate-send").click()
    page.locator('[data-testid="own-order"][data-stage="over"]').wait_for()
    page.get_by_test_id("language-switch").click()
    seen(page, "citizen-over-english")
    [said] = agent.get(f"/orders/{row['id']}")["followUps"]
    assert said["by"] is None and said["contacted"] is True
    desk.goto(f"/orders/{row['id']}")
    desk.get_by_text("承办单位联系过").wait_for()
    assert page.errors == [] and desk.errors == []
    assert hotline.must("audit", "verify", "--data", hotline.data, beside=hotline.pid).strip().endswith(": whole")


def test_a_citizen_takes_it_back(hotline, telephone, new_page):
    page = telephone
    filed = requests.post(f"{hotline.url}/api/v1/citizen/orders", json={
        "kind": None, "category": "lamp", "title": "幸福路口路灯不亮", "what": "坏了一周。", "where": "", "when": "", "wish": "", "name": "",
        "phone": "13900005678", "confidential": False}, timeout=30).json()  # fmt: skip
    agent = hotline.person("5001")
    [row] = agent.rows("/orders")
    fields = agent.get(f"/orders/{row['id']}")["fields"] | {"kind": "help"}
    agent.put(f"/orders/{row['id']}/draft", {"version": 1, "fields": fields})
    act(agent, row["id"], "dispatch", body="housing", readBack=True)
    page.goto(f"/citizen/follow#number={filed['number']}&code={filed['code']}")
    page.get_by_test_id("own-withdraw").locator("summary").click()
    page.get_by_test_id("withdraw-reason").fill("物业已经修好")
    seen(page, "citizen-withdrawing")
    page.get_by_test_id("withdraw-send").click()
    page.locator('[data-testid="own-order"][data-stage="withdrawn"]').wait_for()
    assert "物业已经修好" in page.get_by_test_id("own-story").inner_text()
    assert page.get_by_test_id("own-urge").count() == 0
    seen(page, "citizen-withdrawn")
    page.get_by_test_id("language-switch").click()
    seen(page, "citizen-withdrawn-english")

    officer = new_page(hotline)
    browser.sign_in(officer, "housing", hotline.passwords["housing"])
    officer.goto(f"/orders/{row['id']}")
    officer.locator('[data-testid="order"][data-state="withdrawn"]').wait_for()
    assert officer.get_by_test_id("step-sign").count() == 0
    seen(officer, "order-withdrawn")
    assert page.errors == [] and officer.errors == []


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_program_files_and_reads(hotline, form):
    root = hotline.url + "/open311/v2"
    client = GeoReport(root, jurisdiction="main", output_format=form)
    services = client.get_service_list()
    assert (services[0] if isinstance(services, list) else services)["service_code"] == "lamp"
    assert client.get_service_definition("lamp")["service_code"] == "lamp"
    request = {"service_code": "lamp", "lat": "30.29", "long": "120.12", "description": "路灯不亮，电话 13900005678。", "phone": "13900005678"}
    refused = requests.post(f"{root}/requests.json", data=request | {"api_key": "guess"}, timeout=30)
    assert refused.status_code == 403 and "api_key" in refused.json()[0]["description"]
    key = hotline.must("client", "add", "--data", hotline.data, "随手拍").strip().split("\t")[1]
    filed = requests.post(f"{root}/requests.json", data=request | {"api_key": key}, timeout=30)
    assert filed.status_code == 201, filed.text
    number = filed.json()[0]["service_request_id"]
    read = client.get_service_request(number)
    assert (read["service_request_id"], read["status"], read["service_code"]) == (number, "open", "lamp")
    assert "13900005678" not in read["description"], "what anyone may read has no numbers"
    listed = client.get_service_requests(status="open")
    assert [each["service_request_id"] for each in (listed if isinstance(listed, list) else [listed])] == [number]
    mine = requests.get(f"{root}/requests/{number}.json", params={"api_key": key}, timeout=30).json()[0]
    assert "13900005678" in mine["description"]

    agent = hotline.person("5001")
    [row] = agent.rows("/orders", filed="true")
    act(agent, row["id"], "discard", reason="与另一件重复")
    until(lambda: client.get_service_request(number)["status"] == "closed", "the program sees that it is over", 10)
    updates = requests.get(f"{root}/servicerequestupdates.json", params={"api_key": key}, timeout=30).json()
    assert [each["status"] for each in updates] == ["open", "no_further_action"]
    assert "与另一件重复" in updates[-1]["description"]
