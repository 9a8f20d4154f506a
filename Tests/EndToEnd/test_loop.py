"""The ways of an order off the straight road, on the pages: a dispute is ruled on, and a deadline is tried out."""

from kit import browser, orders


def step(page, name, **fields):
    """Opens a step among the others of an order, fills its form and sends it."""
    others = page.get_by_test_id("other-steps")
    if not others.get_attribute("open"):
        others.locator("summary").click()
    page.get_by_test_id(f"step-{name}").click()
    page.get_by_test_id(f"{name}-dialog").wait_for()
    for field, text in fields.items():
        page.get_by_test_id(f"step-field-{field}").fill(text)


def test_a_dispute_is_ruled_on(new_hotline, new_page):
    hotline = new_hotline({"5001": None}, officers=["housing"]).start()
    agent = hotline.person("5001")
    order = orders.dispatch(agent, orders.draft(agent))
    officer = new_page(hotline)
    browser.sign_in(officer, "housing", hotline.passwords["housing"])
    officer.goto(f"/orders/{order['id']}")
    step(officer, "object")
    officer.get_by_test_id("object-confirm").click()
    officer.locator("#step-basis-error").wait_for()
    officer.get_by_test_id("step-field-basis").fill("条例第三条第二款")
    officer.get_by_test_id("object-confirm").click()
    officer.locator('[data-testid="order"][data-state="disputed"]').wait_for()

    leader = new_page(hotline)
    browser.sign_in(leader, "leader", hotline.passwords["leader"])
    leader.goto(f"/orders/{order['id']}")
    step(leader, "rule", ruling="由住建局办理。")
    browser.tick(leader, "body-housing")
    leader.get_by_test_id("rule-confirm").click()
    leader.locator('[data-testid="order"][data-state="dispatched"]').wait_for()
    assert "由住建局办理。" in leader.get_by_test_id("story").inner_text()
    assert officer.errors == [] and leader.errors == []


def test_a_deadline_is_tried_out(new_hotline, new_page):
    hotline = new_hotline({"5001": None}).start()
    page = new_page(hotline)
    browser.sign_in(page, "leader", hotline.passwords["leader"])
    page.get_by_test_id("nav-limits").click()
    due = page.get_by_test_id("trial-due")
    due.filter(has_text="2026-02-27 23:59:59").wait_for()
    page.locator("#trial-policy").select_option("dalian")
    page.locator("#trial-clock").select_option("contact")
    due.filter(has_text="2026-02-24 23:59:59").wait_for()
    assert page.errors == []


def test_a_figure_of_a_body_opens_its_orders(new_hotline, new_page):
    hotline = new_hotline({"5001": None}, officers=["housing"]).start()
    agent = hotline.person("5001")
    order = orders.dispatch(agent, orders.draft(agent))
    page = new_page(hotline)
    browser.sign_in(page, "leader", hotline.passwords["leader"])
    page.get_by_test_id("nav-report").click()
    page.get_by_test_id("report-bodies").click()
    page.get_by_test_id("fig-received-housing").click()
    page.get_by_test_id("figure-value").filter(has_text="1").wait_for()
    assert page.get_by_test_id("figure-panel").get_by_test_id("row").get_attribute("data-id") == order["id"]
    # A period in which nothing happened says so.
    page.get_by_test_id("report-from").fill("2020-01-01")
    page.get_by_test_id("report-until").fill("2020-01-02")
    page.get_by_test_id("body-row").nth(1).wait_for(state="detached")
    assert page.get_by_test_id("fig-received-all").inner_text().strip() == "0"
    assert page.errors == []
