#!/usr/bin/env python3
"""Takes the pictures of the documentation: pictures.py FOLDER

Starts the demonstration, signs in as each role and saves every page in Chinese and English, desk.zh.png and so on, with a
real call on the desk. HOTLINE_BINARY names the program, as for the tests.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from kit import browser, ports
from kit.server import ROOT, Hotline
from kit.sipp import Outside
from kit.wait import until

WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
LANGUAGES = ("zh", "en")
COLOURS = 128  # A page of ours has few; so a picture is a quarter as large and looks the same.


class Camera:
    def __init__(self, folder, chromium, hotline):
        self.folder, self.chromium, self.hotline = folder, chromium, hotline
        folder.mkdir(parents=True, exist_ok=True)

    def open(self, login, language, size=WIDE):
        """A page of somebody signed in, who likes that language."""
        self.hotline.person(login, language)
        context = self.chromium.new_context(base_url=self.hotline.url, viewport=size, locale={"zh": "zh-CN", "en": "en-GB"}[language])
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto("/")
        browser.sign_in(page, login, self.hotline.passwords[login])
        return page

    def take(self, page, name, language):
        page.evaluate("document.fonts.ready")
        until(lambda: not page.evaluate("document.querySelector('[aria-busy=true]') !== null"), "the page is at rest")
        page.wait_for_timeout(600)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        file = self.folder / f"{name}.{language}.png"
        small.save(file, optimize=True)
        print(f"{file} {file.stat().st_size // 1024} KB", flush=True)


def sign_in_page(camera, language):
    context = camera.chromium.new_context(base_url=camera.hotline.url, viewport=WIDE, locale={"zh": "zh-CN", "en": "en-GB"}[language])
    page = context.new_page()
    page.goto("/")
    page.get_by_test_id("sign-in").wait_for()
    camera.take(page, "sign-in", language)
    context.close()


def desk(camera, language, outside, login):
    """Off duty, idle, ringing, talking with the form half written, read back, in wrap-up."""
    page = camera.open(login, language)
    camera.take(page, "desk-off-duty", language)
    browser.go_on_duty(page)
    browser.be_ready(page)
    camera.take(page, "desk-idle", language)
    caller = outside.citizen(f"caller-{language}", camera.hotline.sip, known_number(camera))
    page.get_by_test_id("answer").wait_for(timeout=60_000)
    camera.take(page, "desk-ringing", language)
    page.get_by_test_id("answer").click()
    browser.state_is(page, "onCall")
    write(page, language)
    camera.take(page, "desk", language)
    page.get_by_test_id("hold").click()
    page.locator('.callbar.held').wait_for()
    camera.take(page, "desk-held", language)
    page.get_by_test_id("hold").click()
    page.get_by_test_id("read-back-open").click()
    browser.tick(page, "readback-confirm")
    browser.tick(page, "body-urban")
    camera.take(page, "read-back", language)
    page.get_by_test_id("dispatch-confirm").click()
    page.get_by_test_id("order-left").wait_for()
    page.get_by_test_id("hang-up").click()
    browser.state_is(page, "wrapUp")
    page.locator('[data-testid^="toast"]').first.wait_for(state="detached")
    camera.take(page, "desk-wrap-up", language)
    caller.wait_until_said("hung up on")
    page.get_by_test_id("state-break").click()
    browser.state_is(page, "break")
    for name in ("missed", "orders", "calls"):
        place(camera, page, name, language)
    page.get_by_test_id("nav-orders").click()
    page.get_by_test_id("order-link").first.click()
    page.get_by_test_id("story").wait_for()
    camera.take(page, "order", language)
    page.get_by_test_id("shortcuts").first.click()
    camera.take(page, "shortcuts", language)
    page.context.close()


def known_number(camera):
    """A citizen of the demonstration who has called before and whose order is open."""
    agent = camera.hotline.person("leader1")
    for order in agent.get("/orders", limit=100, state="signed")["rows"]:
        number = agent.get(f"/orders/{order['id']}/phone")["phone"]
        if number:
            return number
    return "13800001234"


def write(page, language):
    words = {
        "zh": ("小区门口的路灯从上周三起一直不亮，晚上很多老人出来散步，担心摔跤。", "云溪区 幸福路 18 号 北门", "上周三晚上起", "王女士", "尽快修好路灯"),
        "en": (
            "The street lamps at the gate have been dark since last Wednesday; many old people walk there at night.",
            "18 Xingfu Road, north gate", "Since last Wednesday", "Ms Wang", "Please repair the lamps"),
    }  # fmt: skip
    browser.tick(page, "field-kind-complaint")
    for name, text in zip(("what", "where", "when", "name", "wish"), words[language]):
        page.get_by_test_id(f"field-{name}").fill(text)
    page.locator('[data-testid="draft-state"][data-status="clean"]').wait_for()


def place(camera, page, name, language, picture=None):
    page.get_by_test_id(f"nav-{name}").click()
    page.locator(f'[data-testid="nav-{name}"][aria-current="page"]').wait_for()
    camera.take(page, picture or name, language)


def inbox(camera, language):
    for size, name in [(WIDE, "inbox"), (PHONE, "inbox-phone")]:
        page = camera.open("housing", language, size)
        page.get_by_test_id("row").first.wait_for()
        camera.take(page, name, language)
        if size is WIDE:
            page.get_by_test_id("order-link").first.click()
            page.get_by_test_id("next-step").wait_for()
            camera.take(page, "order-body", language)
        page.context.close()


def watching(camera, language):
    """The leader's board and the director's report, with the rows behind a figure."""
    page = camera.open("leader1", language)
    page.get_by_test_id("board").wait_for()
    camera.take(page, "board", language)
    place(camera, page, "calls", language, "calls-leader")
    routing(camera, page, language)
    place(camera, page, "limits", language)
    page.get_by_test_id("trial-due").scroll_into_view_if_needed()
    camera.take(page, "limits-trial", language)
    steps(camera, page, language)
    page.context.close()
    page = camera.open("director", language)
    page.get_by_test_id("report-table").wait_for()
    camera.take(page, "report", language)
    page.get_by_test_id("fig-answerRate-all").click()
    page.get_by_test_id("figure-rows").wait_for()
    page.get_by_test_id("figure-panel").scroll_into_view_if_needed()
    camera.take(page, "report-rows", language)
    page.get_by_test_id("report-bodies").click()
    page.get_by_test_id("bodies-table").wait_for()
    camera.take(page, "report-bodies", language)
    page.context.close()
    page = camera.open("admin", language)
    place(camera, page, "orders", language, "orders-admin")
    page.context.close()


def steps(camera, page, language):
    """A leader rules on a dispute: what she may do, and the form of one step."""
    page.goto("/orders?state=disputed")
    page.get_by_test_id("order-link").first.click()
    page.get_by_test_id("other-steps").locator("summary").click()
    camera.take(page, "order-steps", language)
    page.get_by_test_id("step-rule").click()
    page.get_by_test_id("rule-confirm").click()
    page.get_by_test_id("rule-dialog").wait_for()
    camera.take(page, "order-rule", language)
    page.get_by_test_id("dialog-close").click()


def routing(camera, page, language):
    """Each tab of the supervisor's page, a form, and a change that cannot be."""
    place(camera, page, "routing", language, "routing-queues")
    page.get_by_test_id("queue-edit-city").click()
    page.get_by_test_id("overflow-add").click()
    page.get_by_test_id("overflow-target-0").select_option("queue:market")
    page.get_by_test_id("queue-save").click()
    page.get_by_test_id("routing-refused").wait_for()
    camera.take(page, "routing-refused", language)
    page.get_by_test_id("dialog-close").click()
    page.get_by_test_id("routing-agents").click()
    page.get_by_test_id("agents-table").wait_for()
    camera.take(page, "routing-agents", language)
    page.get_by_test_id("routing-rules").click()
    page.get_by_test_id("rules-table").wait_for()
    camera.take(page, "routing-rules", language)
    page.get_by_test_id("routing-takeover").click()
    page.locator("#takeover-percent").fill("40")
    page.get_by_test_id("takeover-ask").click()
    page.get_by_test_id("takeovers-table").wait_for()
    page.get_by_test_id("toast-done").first.wait_for()
    page.locator('[data-testid^="toast"]').first.wait_for(state="detached")
    camera.take(page, "routing-takeover", language)
    page.locator('[data-testid^="takeover-end-"]').first.click()
    page.get_by_test_id("routing-callbacks").click()
    page.get_by_test_id("routing-changes").wait_for()
    camera.take(page, "routing-callbacks", language)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    work = Path(tempfile.mkdtemp(prefix="hotline-pictures-"))
    outside = Outside(work)
    hotline = Hotline(work / "hotline", ROOT / ".prompts", demo=True, http=ports.free_tcp())
    try:
        hotline.start(120)
        with browser.launched(browser.write_microphone(work / "microphone.wav")) as chromium:
            camera = Camera(folder, chromium, hotline)
            for language, agent in zip(LANGUAGES, ("5001", "5002")):
                sign_in_page(camera, language)
                desk(camera, language, outside, agent)
                inbox(camera, language)
                watching(camera, language)
    finally:
        outside.close()
        hotline.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
