"""What whoever runs a hotline types each week: backup and restore, copy, check, rotate, hold and remove."""

import json
import os
import subprocess
import threading

import pytest
import requests

from kit import centres, orders, ports, server
from kit.postgres import Postgres  # noqa: F401  (the fixture's type)
from kit.wait import until

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def recorded_call(hotline, outside, phones, count):
    """One call with a recording; returns its row once the recording is kept."""
    outside.citizen(f"citizen{count}", hotline.sip, f"1380000000{count}")
    phones.wait_until_said("hung up", count)
    leader = hotline.person("leader")
    return until(lambda: next((each for each in leader.rows("/calls") if each["recording"]), None), "a recording is kept", 60)


@pytest.mark.limit(300)
@BOTH
def test_backup_under_load_restores(request, new_hotline, outside, database):
    phones = outside.phones("agents", rings=50, talks=1500)
    hotline = new_hotline({"5001": f"sip:5001@{phones.address}"}, http=ports.free_tcp(), sip=ports.free()).start()
    agent, leader = hotline.person("5001"), hotline.person("leader")
    agent.go_on_duty()
    agent.be("ready")
    call = recorded_call(hotline, outside, phones, 1)
    sound = leader.get(f"/calls/{call['id']}/recording")
    assert sound[:4] == b"RIFF"
    kept = [path for path in (hotline.data / "files").rglob("*") if path.is_file()]
    assert len(kept) == 1 and b"RIFF" not in kept[0].read_bytes()
    assert not [path for path in (hotline.data / "recordings").rglob("*.wav")]

    before = orders.draft(agent, title="备份之前")
    stop = threading.Event()
    writer = threading.Thread(target=lambda: [orders.draft(agent, title="备份之时") for _ in iter(stop.is_set, True)])
    writer.start()
    backup = hotline.folder / "backup"
    fresh = request.getfixturevalue("postgres").fresh_database if database == "postgres" else None
    check = ["--check-in", fresh()] if fresh else []
    said = hotline.must("backup", "--data", hotline.data, backup, *check)
    stop.set()
    writer.join()
    assert "Restored and sound" in said, said
    assert not list(backup.rglob("files.key"))
    hotline.stop()

    again = new_hotline(None, http=ports.free_tcp(), sip=ports.free())
    if fresh:
        again.keys["HOTLINE_DATABASE"] = fresh()
    assert "Restored and sound" in again.must("restore", backup, "--data", again.data)
    # The key is not in the backup.
    (again.data / "files.key").write_text((hotline.data / "files.key").read_text())
    again.passwords = hotline.passwords
    again.start()
    leader = again.person("leader")
    assert leader.get(f"/orders/{before['id']}")["title"] == "备份之前"
    assert leader.get(f"/calls/{call['id']}/recording") == sound
    assert "whole" in again.must("audit", "verify", "--data", again.data)
    assert "sound" in again.must("database", "check", "--data", again.data)


@pytest.mark.limit(300)
def test_copy_to_postgresql_and_back(new_hotline, postgres, tmp_path):
    hotline = new_hotline(demo=True).start()
    hotline.stop()
    url = postgres.fresh_database()
    there = server.must("database", "copy", hotline.data, url, seconds=120)
    back = server.must("database", "copy", url, tmp_path / "back", seconds=120)
    assert there == back and "both hold the same" in there
    digests = [server.must("database", "digest", "--data", each) for each in (hotline.data, tmp_path / "back")]
    assert digests[0] == digests[1]
    taken = server.command("database", "copy", hotline.data, tmp_path / "back")
    assert taken.returncode == 0, "the same already"
    other = new_hotline({"5001": None})
    refused = server.command("database", "copy", hotline.data, other.data)
    assert refused.returncode != 0 and "not empty" in refused.stderr, refused
    assert "newest already" in server.must("migrate", "--data", tmp_path / "back")


@pytest.mark.limit(300)
def test_keys_are_changed_and_what_is_old_enough_goes(new_hotline, outside):
    phones = outside.phones("agents", rings=50, talks=1500)
    agents = {"5001": f"sip:5001@{phones.address}"}
    hotline = new_hotline(agents, http=ports.free_tcp(), sip=ports.free()).start()
    agent, leader = hotline.person("5001"), hotline.person("leader")
    agent.go_on_duty()
    agent.be("ready")
    call = recorded_call(hotline, outside, phones, 1)
    sound = leader.get(f"/calls/{call['id']}/recording")
    assert server.command("files", "rotate", "--data", hotline.data).returncode != 0, "it runs"
    hotline.stop()
    old = (hotline.data / "files.key").read_text()
    assert "1 files are under key" in hotline.must("files", "rotate", "--data", hotline.data)
    assert (hotline.data / "files.key").read_text() not in ("", old)
    assert "1 files sound, 0 not" in hotline.must("files", "verify", "--data", hotline.data)
    hotline.start()
    assert leader.get(f"/calls/{call['id']}/recording") == sound

    # What is a day old today is kept: nothing goes, and the hold is refused for what is not there.
    centre = centres.centre(agents) | {"retention": [{"content": "recordings", "days": 1}, {"content": "orders", "days": 1}]}
    hotline.import_centre(centre)
    assert "0 orders' contents and 0 recordings would be" in hotline.must("retention", "run", "--dry-run", "--data", hotline.data)
    order = orders.draft(agent)
    assert "is held" in hotline.must("retention", "hold", order["number"], "--reason", "法院调取", "--data", hotline.data)
    assert "法院调取" in hotline.must("retention", "holds", "--data", hotline.data)
    missing = server.command("retention", "hold", "order:nothing", "--reason", "x", "--data", hotline.data)
    assert missing.returncode != 0 and "there is no order:nothing" in missing.stderr


def test_monitoring(new_hotline):
    hotline = new_hotline({"5001": None}, keys={"HOTLINE_METRICS_TOKEN": "a token of some length", "HOTLINE_LOG_FORMAT": "json"})
    hotline.start()
    until(lambda: requests.get(hotline.url + "/ready", timeout=5).status_code == 200, "it is ready")
    assert requests.get(hotline.url + "/metrics", timeout=5).status_code == 401
    page = requests.get(hotline.url + "/metrics", headers={"Authorization": "Bearer a token of some length"}, timeout=5)
    assert page.status_code == 200 and "hotline_agents{" in page.text
    short = subprocess.run(
        [server.binary(), "serve", "--data", hotline.folder / "other"], env=os.environ | {"HOTLINE_METRICS_TOKEN": "short"},
        capture_output=True, text=True, timeout=60)
    assert short.returncode != 0 and "16 characters" in short.stderr


@BOTH
def test_bench_orders_measures_what_it_says(database, request, tmp_path):
    """Small, and without a limit of time: that it finds orders, pages through them and makes new ones."""
    place = ["--database", request.getfixturevalue("postgres").fresh_database()] if database == "postgres" else []
    printed = server.must(
        "bench", "orders", "--rows", 2000, "--seconds", 2, "--clients", 4, "--keep", tmp_path, "--json", *place, seconds=180)
    result = json.loads(printed)[-1]
    assert result["rows"] == 2000 and result["loadedRows"] == 2000 and result["bytesPerOrder"] > 500
    assert len(result["searches"]) == 12 and all(each["times"] == 40 and each["p95"] > 0 for each in result["searches"])
    assert len(result["lists"]) >= 16 and all(each["times"] == 20 for each in result["lists"])
    assert result["created"]["perSecond"] > 0 and result["serverMemoryMB"] > 0
