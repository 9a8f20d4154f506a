"""Orders as files: the filtered list goes out as Excel reads it; a ministry's spreadsheet comes in, its bad rows told first, and
never twice; what only looks like a workbook harms nobody."""

import contextlib
import csv
import io
import subprocess
import threading
import time
import zipfile

import pytest
import requests

from kit import browser, orders, ports
from kit.wait import until

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BAD = "来文编号,诉求类型,标题,诉求内容,联系电话,承办单位\n部1,投诉,路灯不亮,路灯坏了一周。,13800001234,住建局\n部2,闲聊,没有座椅,公园没有座椅。,电话,住建局\n"
GOOD = BAD.replace("闲聊", "建议").replace("电话,住建局\n", "13900001234,\n")


def leader_at(new_page, hotline, path, language="zh-CN"):
    page = new_page(hotline, language)
    browser.sign_in(page, "leader", hotline.passwords["leader"])
    page.goto(path)
    return page


def rows_of(path):
    """A workbook as another program reads it."""
    done = subprocess.run(["xlsx2csv", path], capture_output=True, text=True, timeout=60, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_filtered_list_goes_out(new_hotline, new_page, tmp_path):
    hotline = new_hotline({"5001": None}).start()
    agent = hotline.person("5001")
    formula = '=HYPERLINK("http://evil.example","点此")'
    sent = orders.dispatch(agent, orders.draft(agent, title=formula))
    orders.draft(agent, title="还是草稿")
    page = leader_at(new_page, hotline, "/orders?state=dispatched&sort=due")
    page.get_by_test_id("orders-table").wait_for()
    with page.expect_download() as waiting:
        page.get_by_test_id("export-xlsx").click()
    workbook = tmp_path / waiting.value.suggested_filename
    assert workbook.name.startswith("orders-20") and workbook.suffix == ".xlsx"
    waiting.value.save_as(workbook)
    [row] = rows_of(workbook)
    assert (row["单号"], row["标题"], row["承办单位"]) == (sent["number"], formula, "住建局")
    assert row["联系电话"] == "139****5678"
    with zipfile.ZipFile(workbook) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet, "a citizen's words became a formula"
    assert 'state="frozen"' in sheet and "HYPERLINK" in sheet
    with page.expect_download() as waiting:
        page.get_by_test_id("export-csv").click()
    waiting.value.save_as(tmp_path / "orders.csv")
    text = (tmp_path / "orders.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf") and b"\"'=HYPERLINK" in text
    assert list((hotline.data / "sheets").iterdir()) == [], "a file of citizens' matters was left behind"
    assert page.errors == []
    agent_page = new_page(hotline)
    browser.sign_in(agent_page, "5001", hotline.passwords["5001"])
    agent_page.goto("/orders")
    agent_page.get_by_test_id("orders-table").wait_for()
    assert agent_page.get_by_test_id("export-xlsx").count() == 0


def choose(page, name, content):
    page.get_by_test_id("import-file").set_input_files({"name": name, "mimeType": "application/vnd.ms-excel", "buffer": content})


def test_a_ministrys_letters_come_in(new_hotline, new_page):
    hotline = new_hotline({"5001": None}).start()
    page = leader_at(new_page, hotline, "/orders")
    page.get_by_test_id("import-link").click()
    choose(page, "信件.csv", BAD.encode("gb18030"))
    page.get_by_test_id("import-bad").wait_for()
    told = [each.inner_text().split("\t") for each in page.get_by_test_id("import-bad-table").get_by_test_id("row").all()]
    assert [(row.strip(), column.strip()) for row, column, _ in told] == [("3", "诉求类型"), ("3", "联系电话")]
    assert "请从这些中选择：咨询" in told[0][2]
    assert page.get_by_test_id("import-make").count() == 0
    assert hotline.person("leader").get("/orders")["rows"] == []

    choose(page, "信件.csv", GOOD.encode("gb18030"))
    page.get_by_test_id("import-good").wait_for()
    assert page.get_by_test_id("import-make").inner_text() == "导入 2 件工单"
    page.get_by_test_id("import-make").click()
    page.get_by_test_id("import-made").wait_for()
    page.get_by_test_id("import-orders").click()
    page.get_by_test_id("orders-table").wait_for()
    states = {each["title"]: each["state"] for each in hotline.person("leader").get("/orders")["rows"]}
    assert states == {"路灯不亮": "dispatched", "没有座椅": "draft"}

    page.goto("/orders/import")
    choose(page, "信件.csv", GOOD.encode())
    page.get_by_test_id("import-known").wait_for()
    assert page.get_by_test_id("import-make").count() == 0
    choose(page, "信件.csv", "标题,办理结果\n甲,乙\n".encode())
    page.get_by_test_id("import-refused").wait_for()
    assert "办理结果" in page.get_by_test_id("import-refused").inner_text()
    assert page.errors == []


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_a_kill_in_the_middle_doubles_nothing(new_hotline):
    hotline = new_hotline({"5001": None}, http=ports.free_tcp(), sip=ports.free()).start()
    rows = 1000
    letters = "编号,诉求类型,标题,诉求内容,承办单位\n" + "".join(
        f"部{n},投诉,路灯不亮{n},路灯坏了{n}天。,{'住建局' if n % 2 else ''}\n" for n in range(rows))

    def send(person, query=""):
        return person.send("POST", f"/orders/imports{query}", data=letters.encode(), headers={"Content-Type": "text/csv"})

    def lost(person):
        with contextlib.suppress(requests.ConnectionError):
            send(person)

    leader = hotline.person("leader")
    sending = threading.Thread(target=lost, args=[leader.again()])
    sending.start()
    until(lambda: leader.get("/orders", limit=1)["rows"], "some are there")
    hotline.kill()
    sending.join()
    hotline.start()
    looked = send(leader, "?dryRun=true").json()
    assert 0 < looked["known"] < rows and looked["good"] == rows - looked["known"] and looked["bad"] == [], looked
    assert send(leader).json()["made"] == looked["good"]
    assert (send(leader).json()["made"], len(leader.rows("/orders", limit=100))) == (0, rows)
    states = {each["title"]: each["state"] for each in leader.rows("/orders", limit=100)}
    assert len(states) == rows
    assert all(states[f"路灯不亮{n}"] == ("dispatched" if n % 2 else "draft") for n in range(rows))


def bomb():
    """A workbook whose one sheet unpacks to 1 GB."""
    types, office = "application/vnd.openxmlformats", "http://schemas.openxmlformats.org"
    main = f'xmlns="{office}/spreadsheetml/2006/main"'

    def relation(kind, target):
        return (f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
                f'Type="{office}/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>')

    parts = {
        "[Content_Types].xml":
            f'<Types xmlns="{office}/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="{types}-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}-officedocument.spreadsheetml.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}-officedocument.spreadsheetml.worksheet+xml"/>'
            '</Types>',
        "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml":
            f'<workbook {main} xmlns:r="{office}/officeDocument/2006/relationships"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation("worksheet", "worksheets/sheet1.xml"),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet {main}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'.encode())
            for _ in range(100):
                sheet.write(b"A" * 10_000_000)
            sheet.write(b"</t></is></c></row></sheetData></worksheet>")
    return packed.getvalue()


def test_a_bomb_is_refused_and_nothing_suffers(new_hotline):
    hotline = new_hotline({"5001": None}).start()
    leader = hotline.person("leader")

    def send(content):
        return leader.send("POST", "/orders/imports?name=x.xlsx&dryRun=true", data=content, headers={"Content-Type": XLSX})

    bombed = bomb()
    assert len(bombed) < 5 << 20
    began = time.monotonic()
    answer = send(bombed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "badSheet"), answer.text
    assert time.monotonic() - began < 30
    assert send(b"PK\x03\x04" + b"rubbish" * 50 + b"PK\x05\x06" + bytes(18)).json()["error"]["code"] == "badSheet"
    assert leader.get("/orders")["rows"] == []
    assert list((hotline.data / "sheets").iterdir()) == []
