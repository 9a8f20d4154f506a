"""A body's officer does her whole work on a telephone, by touch; and at 200% zoom of a small laptop no page is wider than
the screen."""

import pytest

from kit import browser, orders

# 1366x768 at 200%, and a telephone held upright.
ZOOMED, PHONE = {"width": 683, "height": 384}, {"width": 390, "height": 844}
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('header *, nav *, main *, dialog[open] *')].filter((each) =>
    each.checkVisibility() && each.getBoundingClientRect().right > width + 1
    && !each.closest('.table-frame, .rail ul, .visually-hidden'));
  const said = wide.slice(0, 5).map((each) => each.outerHTML.slice(0, 120));
  return document.documentElement.scrollWidth > width ? ['the page', ...said] : said;
}"""


def fits(page, what):
    assert page.evaluate(WIDER) == [], f"wider than the screen: {what} ({page.url})"


@pytest.fixture
def touch(chromium):
    contexts = []

    def make(hotline, login, size, **more):
        context = chromium.new_context(base_url=hotline.url, locale="zh-CN", viewport=size, **more)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.get_by_test_id("sign-in").wait_for()
        fits(page, "sign-in")
        browser.sign_in(page, login, hotline.passwords[login])
        return page

    yield make
    for context in contexts:
        context.close()


def test_an_officer_with_a_telephone(new_hotline, touch):
    hotline = new_hotline({"5001": None}, officers=["housing"]).start()
    agent = hotline.person("5001")
    order = orders.dispatch(agent, orders.draft(agent, title="楼上漏水" + "很长的标题" * 30))
    page = touch(hotline, "housing", PHONE, has_touch=True, is_mobile=True)

    def tap(test_id):
        target = page.get_by_test_id(test_id)
        target.wait_for()
        fits(page, f"before {test_id}")
        assert target.bounding_box()["height"] >= 24, f"{test_id} is too small to touch"
        target.tap()

    def write(step, text):
        tap(f"inbox-{step}")
        page.get_by_test_id(f"{step}-text").fill(text)
        tap(f"{step}-confirm")
        page.get_by_test_id(f"{step}-dialog").wait_for(state="detached")

    tap("inbox-sign")
    write("contact", "已联系。")
    tap("order-link")
    page.get_by_test_id("other-steps").locator("summary").tap()
    tap("step-pause")
    page.get_by_test_id("step-field-note").fill("等待会商。")
    tap("pause-confirm")
    page.get_by_test_id("pause-dialog").wait_for(state="detached")
    tap("step-resume")
    tap("resume-confirm")
    page.get_by_test_id("resume-dialog").wait_for(state="detached")
    fits(page, "order")
    tap("nav-inbox")
    write("answer", "已修好。" * 100)
    tap("inbox-tab-answered")
    tap("inbox-close")
    tap("inbox-tab-done")
    page.get_by_test_id("row").wait_for()
    fits(page, "inbox, done")
    assert agent.get(f"/orders/{order['id']}")["state"] == "closed"


@pytest.mark.parametrize("size", [ZOOMED, PHONE], ids=["zoomed", "phone"])
def test_no_page_is_wider_than_the_screen(new_hotline, touch, size):
    hotline = new_hotline({"5001": None}, officers=["housing"], director=True).start()
    agent = hotline.person("5001")
    orders.dispatch(agent, orders.draft(agent))
    for login in ("5001", "leader", "housing", "director"):
        page = touch(hotline, login, size)
        for language in ("zh", "en"):
            for place in [each.get_attribute("data-testid") for each in page.locator(".rail a").all()]:
                page.get_by_test_id(place).click()
                page.locator(f'[data-testid="{place}"][aria-current="page"]').wait_for()
                page.locator("main h1").first.wait_for()
                fits(page, f"{place} in {language}")
            page.get_by_test_id("language-switch").click()
            page.locator(f'html[lang="{"en" if language == "zh" else "zh-CN"}"]').wait_for()
