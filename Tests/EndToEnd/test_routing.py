"""What routing is made of, made and retired at the page by a leader while the hotline runs: a queue, opening hours, a kind of
break. Each holds at once, for callers and for pages that are open, and after the next start."""

from kit import browser
from kit.wait import until


def opened(new_page, hotline, login, path, language="zh-CN"):
    page = new_page(hotline, language)
    browser.sign_in(page, login, hotline.passwords[login])
    page.goto(path)
    return page


def saved(page, dialog):
    page.get_by_test_id(dialog).wait_for(state="detached")
    assert page.get_by_test_id("routing-refused").count() == 0


def fill(page, **fields):
    for name, value in fields.items():
        page.get_by_test_id(name.replace("_", "-")).fill(value)


def test_a_queue_is_made_used_and_retired(new_hotline, new_page, outside):
    hotline = new_hotline({"5001": None, "5002": None}).start()
    page, leader = opened(new_page, hotline, "leader", "/routing"), hotline.person("leader")
    page.get_by_test_id("queue-add").click()
    fill(page, queue_id="city", queue_name="税务", queue_englishName="Tax")
    page.get_by_test_id("queue-save").click()
    page.get_by_test_id("routing-refused").get_by_text("代号已经有了").wait_for()
    fill(page, queue_id="tax")
    page.get_by_test_id("queue-save").click()
    saved(page, "queue-dialog")
    page.get_by_test_id("routing-changes").get_by_text("新增队列“税务”").wait_for()

    page.get_by_test_id("routing-agents").click()
    page.get_by_test_id("agent-edit-5002").click()
    page.get_by_test_id("agent-queue-tax").select_option("0")
    page.get_by_test_id("agent-save").click()
    saved(page, "agent-dialog")
    page.get_by_test_id("routing-queues").click()
    page.get_by_test_id("line-edit-12345").click()
    page.get_by_test_id("line-queue").select_option("tax")
    page.get_by_test_id("line-save").click()
    saved(page, "line-dialog")
    outside.citizen("caller", hotline.sip, "13800000001", patience=12_000)
    until(lambda: of(leader, "queues", "tax")["waiting"] == 1, "the next caller waits in it")

    page.get_by_test_id("queue-retire-tax").click()
    page.get_by_test_id("retire-confirm").click()
    told = page.get_by_test_id("routing-refused").inner_text
    until(lambda: "热线“市民热线”" in told() and "1 个来电" in told(), "she is told who needs it")
    page.get_by_test_id("dialog-close").click()
    page.get_by_test_id("line-edit-12345").click()
    page.get_by_test_id("line-queue").select_option("city")
    page.get_by_test_id("line-save").click()
    saved(page, "line-dialog")
    until(lambda: of(leader, "queues", "tax")["waiting"] == 0, "nobody waits in it", 40)
    hotline.stop()
    hotline.start()
    leader = hotline.person("leader", anew=True)
    assert of(leader, "queues", "tax")["agents"] == 1, "it is there after the next start"
    page = opened(new_page, hotline, "leader", "/routing")
    page.get_by_test_id("queue-retire-tax").click()
    page.get_by_test_id("retire-confirm").click()
    saved(page, "retire-dialog")
    page.get_by_test_id("routing-changes").get_by_text("删除队列“税务”").wait_for()
    left = leader.get("/routing")
    assert [each["id"] for each in left["queues"]] == ["city"]
    assert all(each["queues"] == [{"queue": "city", "preference": 0}] for each in left["agents"])
    assert page.errors == []


def of(leader, part, name):
    return next(each for each in leader.get("/routing")[part] if each["id"] == name)


def test_hours_are_made_and_kept_by_a_line(new_hotline, new_page, outside):
    hotline = new_hotline({"5001": None}).start()
    page, leader = opened(new_page, hotline, "leader", "/routing"), hotline.person("leader")
    page.get_by_test_id("hours-add").click()
    fill(page, hours_id="night", hours_name="从不", hours_englishName="Never", hours_day_0="18：00～09：00")
    page.get_by_test_id("hours-save").click()
    page.get_by_test_id("routing-refused").get_by_text("“18:00-09:00”的结束不晚于开始").wait_for()
    fill(page, hours_day_0="")
    page.get_by_test_id("hours-same").click()
    page.get_by_test_id("exception-add").click()
    fill(page, exception_day_0="2027-02-05", exception_open_0="09:00-12:00 13:00-17:00")
    page.get_by_test_id("hours-save").click()
    saved(page, "hours-dialog")
    row = page.get_by_test_id("hours-table").get_by_test_id("row")
    assert "周一至周日 不服务" in row.inner_text() and "2027-02-05 09:00-12:00、13:00-17:00" in row.inner_text()
    page.get_by_test_id("line-edit-12345").click()
    page.get_by_test_id("line-hours").select_option("night")
    page.get_by_test_id("line-save").click()
    saved(page, "line-dialog")
    outside.citizen("caller", hotline.sip, "13800000001")
    until(lambda: [each["endReason"] for each in leader.rows("/calls")] == ["closed"], "the next caller is told that it is closed")
    page.get_by_test_id("hours-remove-night").click()
    page.get_by_test_id("routing-refused").get_by_text("按“从不”服务").wait_for()
    assert page.errors == []


def test_a_new_kind_of_break_is_offered_at_an_open_desk(new_hotline, new_page):
    hotline = new_hotline({"5001": None}).start()
    desk = new_page(hotline)
    browser.sign_in(desk, "5001", hotline.passwords["5001"])
    browser.go_on_duty(desk)
    browser.be_ready(desk)
    page = opened(new_page, hotline, "leader", "/routing?tab=agents", "en-GB")
    hotline.person("leader", "en")
    page.reload()
    page.get_by_test_id("breaks-edit").click()
    page.get_by_test_id("pause-add").click()
    fill(page, pause_id_0="meal", pause_name_0="用餐", pause_englishName_0="Meal")
    page.get_by_test_id("breaks-save").click()
    saved(page, "breaks-dialog")
    page.get_by_test_id("routing-changes").get_by_text("Meal").wait_for()
    desk.get_by_test_id("break-kind").select_option("meal", timeout=30_000)
    browser.state_is(desk, "break")
    page.get_by_test_id("breaks-edit").click()
    page.get_by_test_id("pause-remove-0").click()
    page.get_by_test_id("breaks-save").click()
    page.get_by_test_id("routing-refused").get_by_text("Agent 5001").wait_for()
    page.get_by_test_id("dialog-close").click()
    browser.be_ready(desk)
    page.get_by_test_id("breaks-edit").click()
    page.get_by_test_id("pause-remove-0").click()
    page.get_by_test_id("breaks-save").click()
    saved(page, "breaks-dialog")
    desk.get_by_test_id("break-kind").wait_for(state="detached", timeout=30_000)
    assert page.errors == [] and desk.errors == []
