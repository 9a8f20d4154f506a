"""What helps an agent while she writes: the demonstration teaches itself a dispatch model, the desk proposes by it beside
the fields, and shows the orders that tell the same."""

from kit import browser
from kit.wait import until

# As the demonstration's citizens tell it, so that its model is sure whatever else the hour of its start made up.
BURST = "来电人发现北渡路金桥街路口自来水管爆裂冒水，水柱有一人多高，半条街已经淹到脚踝，水正往旁边地下车库的入口漫，请立即派抢修队关阀。"
TWICE = "北渡路金桥街路口的自来水管爆裂还没有修，水柱一人多高，半条街淹到脚踝，快漫到地下车库了。"


def begin(page):
    page.get_by_test_id("new-order").click()
    page.get_by_test_id("field-what").wait_for()


def asked(page):
    """The questions its pages have asked, as they go."""
    questions = []
    page.on("request", lambda request: questions.append(request) if request.url.endswith("/suggestions") else None)
    return questions


def test_proposals_and_repeats_beside_the_form(new_hotline, new_page):
    hotline = new_hotline(demo=True).start(120)
    agent = hotline.person("5001")
    question = {"line": "12345", "title": "", "what": BURST, "where": ""}
    until(lambda: agent.post("/suggestions", question)["model"], "a model was taught", 120, pause=1)

    page = new_page(hotline)
    browser.sign_in(page, "5001", hotline.passwords["5001"])
    begin(page)
    questions = asked(page)
    what = page.get_by_test_id("field-what")
    what.press_sequentially(BURST[:40], delay=20)
    what.press_sequentially(BURST[40:])
    page.get_by_test_id("proposal-category").wait_for()
    assert len(questions) < 8, "one question a pause, not one a key"
    assert page.evaluate("document.activeElement.id") == "field-what", "it takes no focus"
    assert page.locator('[name="field-kind"]:checked').count() == 0, "nothing is filled by itself"
    assert page.get_by_test_id("field-category").input_value() == ""

    # A key takes the kind, a click the category.
    page.keyboard.press("Alt+K")
    assert page.locator('[name="field-kind"]:checked').get_attribute("value") == "help"
    category = page.get_by_test_id("proposal-category").get_attribute("data-value")
    page.get_by_test_id("proposal-category").click()
    page.get_by_test_id("proposal-category-taken").wait_for()
    assert page.get_by_test_id("field-category").input_value() == category == "supply"
    page.get_by_test_id("field-where").fill("北渡路金桥街口")
    page.get_by_test_id("field-phone").fill("13900001111")

    page.keyboard.press("Control+Enter")
    page.get_by_test_id("proposal-body").wait_for()
    assert page.get_by_test_id("proposal-body").get_attribute("data-value") == "water"
    page.keyboard.press("Alt+B")
    page.get_by_test_id("proposal-body-taken").wait_for()
    browser.tick(page, "readback-confirm")
    page.get_by_test_id("dispatch-confirm").click()
    first = page.get_by_test_id("order-left").get_attribute("data-order")
    kept = {each["label"]: each for each in agent.get(f"/orders/{first}")["proposals"]}
    assert kept["body"]["taken"] and kept["body"]["chosen"] == "water" and kept["body"]["model"] == 1
    assert kept["category"]["taken"]

    # A neighbour tells the same: it is found, linked, and merged.
    page.get_by_test_id("another-order").click()
    page.get_by_test_id("field-what").fill(TWICE)
    page.get_by_test_id("field-phone").fill("13900002222")
    row = page.locator(f'[data-testid="repeat"][data-order="{first}"]')
    row.wait_for()
    assert "相似" in row.inner_text() and "139" not in row.inner_text()
    row.get_by_test_id("repeat-link").click()
    page.locator('[data-testid^="toast"]').filter(has_text="已与").wait_for()
    row.get_by_test_id("repeat-merge").click()
    page.get_by_test_id("repeat-merge-confirm").click()
    page.locator('[data-testid="order-left"] [data-state="merged"]').wait_for()
    assert agent.get(f"/orders/{first}")["people"] == 2

    # The first citizen calls again: her number finds it, and her call lands there as an urge.
    page.get_by_test_id("another-order").click()
    page.get_by_test_id("field-phone").fill("13900001111")
    page.get_by_test_id("field-what").fill("市民问上午反映的事怎么样了")
    row.filter(has_text="本人").wait_for()
    row.get_by_test_id("repeat-urge").click()
    page.get_by_test_id("repeat-urge-confirm").click()
    page.locator('[data-testid="order-left"] [data-state="merged"]').wait_for()
    order = agent.get(f"/orders/{first}")
    assert order["people"] == 2 and order["merged"] == 2
    assert "urge" in [step["action"] for step in order["history"]]
    page.get_by_test_id("merged-into").click()
    assert "2 人反映" in page.get_by_test_id("order-people").inner_text()
    assert "已采纳" in page.get_by_test_id("order-proposals").inner_text()
    assert page.errors == []
