"""The command line: `hotline …` as an administrator types it."""

import gzip
import json
import os
import shutil
import subprocess

import pytest

from kit import centres, orders, server

COMMANDS = [
    [], ["serve"], ["call"], ["user"], ["user", "list"], ["user", "add"], ["user", "password"], ["user", "deactivate"],
    ["centre"], ["centre", "export"], ["centre", "import"], ["certificate"], ["bench"], ["bench", "calls"], ["bench", "desks"],
    ["bench", "orders"], ["audit", "verify"], ["migrate"], ["database"], ["database", "copy"], ["database", "check"],
    ["database", "digest"], ["backup"], ["restore"], ["retention"], ["retention", "run"], ["retention", "hold"],
    ["retention", "release"], ["retention", "holds"], ["retention", "removals"], ["files", "verify"], ["files", "rotate"],
    ["dispatch"], ["dispatch", "train"], ["dispatch", "predict"], ["dispatch", "evaluate"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "hotline")
def test_help(words):
    shown = server.must(*words, "--help")
    assert "OVERVIEW:" in shown and "USAGE:" in shown
    assert " ".join(["hotline", *words]) in shown


def test_call_is_answered(new_hotline, outside, tmp_path):
    phones = outside.phones("agents", rings=50, talks=1500)
    hotline = new_hotline({"5001": f"sip:5001@{phones.address}"}).start()
    agent = hotline.person("5001")
    agent.go_on_duty()
    agent.be("ready")
    heard = tmp_path / "heard.wav"
    said = server.must("call", "12345", "--to", hotline.sip, "--seconds", "20", "--hear", heard)
    assert "Answered after" in said and "the hotline hung up" in said, said
    assert phones.count("hung up") == 1
    assert heard.stat().st_size > 8000


def test_call_to_a_number_that_is_not_there(new_hotline):
    hotline = new_hotline({"5001": None}).start()
    done = server.command("call", "99999", "--to", hotline.sip)
    assert done.returncode != 0 and "404" in done.stdout, done


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda centre: centre["lines"][0].update(queue="nowhere"), "nowhere"),
        (lambda centre: centre["sites"].clear(), "site"),
        (lambda centre: centre["agents"].append(centre["agents"][0]), "5001"),
        (lambda centre: centre["queues"][0].update(offerSeconds=0), "offerSeconds"),
        (lambda centre: centre.pop("bodies"), "bodies"),
    ],
    ids=["unknown queue", "no site", "agent twice", "no time to answer", "no bodies"],
)  # fmt: skip
def test_a_bad_centre_changes_nothing(new_hotline, tmp_path, wrong, says):
    hotline = new_hotline({"5001": None}, leader=False)
    before = server.must("centre", "export", "--data", hotline.data)
    centre = centres.centre({"5001": None, "5002": None})
    wrong(centre)
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(centre))
    for arguments in ([], ["--check"]):
        done = server.command("centre", "import", "--data", hotline.data, file, *arguments)
        assert done.returncode != 0 and says in done.stderr and str(file) in done.stderr, done
    assert server.must("centre", "export", "--data", hotline.data) == before


def test_a_centre_that_is_no_json(new_hotline, tmp_path):
    hotline = new_hotline({"5001": None}, leader=False)
    file = tmp_path / "bad.json"
    file.write_text("{ lines: ")
    done = server.command("centre", "import", "--data", hotline.data, file)
    assert done.returncode != 0 and str(file) in done.stderr
    done = server.command("centre", "import", "--data", hotline.data, tmp_path / "absent.json")
    assert done.returncode != 0 and "absent.json" in done.stderr


def test_export_can_be_imported(new_hotline, tmp_path):
    hotline = new_hotline({"5001": None, "5002": "sip:5002@127.0.0.1:5090"}, leader=False)
    exported = server.must("centre", "export", "--data", hotline.data)
    file = tmp_path / "exported.json"
    file.write_text(exported)
    server.must("centre", "import", "--data", hotline.data, file)
    assert server.must("centre", "export", "--data", hotline.data) == exported


def test_people(new_hotline):
    hotline = new_hotline({"5001": None})
    listed = server.must("user", "list", "--data", hotline.data)
    assert [line.split("\t")[0] for line in listed.splitlines()] == ["5001", "leader"]
    taken = server.command("user", "add", "--data", hotline.data, "leader", "--name", "x", "--role", "leader")
    assert taken.returncode != 0 and "taken" in taken.stderr
    unknown = server.command("user", "add", "--data", hotline.data, "x", "--name", "x", "--role", "agent", "--agent", "7777")
    assert unknown.returncode != 0 and "7777" in unknown.stderr
    hotline.start()
    agent = hotline.person("5001")
    server.must("user", "deactivate", "--data", hotline.data, "5001")
    assert agent.send("GET", "/desk").status_code == 401


def test_without_rtpengine_voice_is_off(new_hotline):
    """It looks in PATH and at /usr/bin/rtpengine; a mount of its own over the file hides it from one process only."""
    found = shutil.which("rtpengine")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        pytest.skip("hiding a file from one process wants root")
    hotline = new_hotline({"5001": None}).start(mounting=server.hiding(found))
    leader = hotline.person("leader", "en")
    voice = leader.get("/centre")["voice"]
    assert voice["on"] is False and voice["reason"], voice
    assert "oice is off" in hotline.output()
    done = server.command("call", "12345", "--to", hotline.sip)
    assert done.returncode != 0 and "503" in done.stdout, done
    assert orders.draft(hotline.person("5001"))["state"] == "draft"
    assert hotline.is_running()


def test_a_second_serve_on_the_same_folder(new_hotline):
    hotline = new_hotline({"5001": None}).start()
    done = server.command("serve", "--data", hotline.data, "--listen", "127.0.0.1:0", "--sip", "127.0.0.1:0")
    assert done.returncode != 0
    assert "another hotline is running" in done.stderr and str(hotline.data) in done.stderr, done
    assert hotline.is_running() and hotline.person("leader").get("/session")
    hotline.stop()
    hotline.start()


def test_stopped_as_it_should_be(new_hotline):
    """SIGTERM: it ends by itself with status 0, takes its rtpengine along and forgets its note."""
    hotline = new_hotline({"5001": None}).start()
    media = hotline.rtpengine()["pid"]
    assert hotline.stop() == 0
    assert not os.path.exists(f"/proc/{media}/cmdline") or not open(f"/proc/{media}/cmdline", "rb").read()
    assert hotline.rtpengine() is None and not (hotline.data / "serve.json").exists()


def test_a_configuration_that_cannot_be_used(new_hotline, tmp_path):
    for options, says in [
        (["--listen", "here"], "http.listen"), (["--trunk", "carrier.example"], "sip.trunks"),
        (["--certificate", "a.pem"], "http.certificate"), (["--config", tmp_path / "absent.json"], "absent.json"),
    ]:  # fmt: skip
        done = server.command("serve", "--data", tmp_path / "data", *options)
        assert done.returncode != 0 and says in done.stderr, done


def test_a_deadline_says_when_and_why(tmp_path):
    asked = ["deadline", "--policy", "hangzhou", "--kind", "complaint", "--urgency", "ordinary", "--clock", "resolve"]
    asked += ["--from", "2020-01-22T16:30:00+08:00"]
    told = json.loads(server.must(*asked, "--json"))
    assert (told["due"], told["provisional"]) == ("2020-02-06T23:59:59+08:00", False)
    assert "2020-01-31 春节放假，不计" in server.must(*asked)
    before = json.loads(server.must(*asked, "--known-on", "2020-01-22", "--json"))
    assert before["due"] == "2020-02-04T23:59:59+08:00", "as it was counted before the holiday was prolonged"
    table = tmp_path / "asked.tsv"
    table.write_text(
        "policy\turgency\tclock\tfrom\tpause\n"
        "hangzhou\textra-urgent\trespond\t2026-02-14T22:30:05+08:00\t2026-02-14T23:00:00+08:00/2026-02-14T23:30:00+08:00\n"
        "12315\tordinary\tresolve\t2026-12-01T09:00:00+08:00\t\n")
    assert server.must("deadline", "--batch", table).splitlines() == [
        "2026-02-15T01:00:05+08:00\tfalse", "2027-02-02T23:59:59+08:00\ttrue"]
    for wrong, says in [(["--policy", "atlantis"], "no policy atlantis"), (["--policy", "hangzhou"], "from when")]:
        done = server.command("deadline", *wrong)
        assert done.returncode != 0 and says in done.stderr, done
    table.write_text("policy\tfrom\nhangzhou\tyesterday\n")
    done = server.command("deadline", "--batch", table)
    assert done.returncode == 1 and "line 2" in done.stderr, done


def test_dispatch_learns_and_proposes(tmp_path):
    told, model = tmp_path / "told.tsv.gz", tmp_path / "dispatch.model"
    words = {"水务局": "自来水", "运输局": "公交车", "城管局": "垃圾桶"}
    places = ["东门", "西街", "南桥", "北路", "中心广场", "河边"]
    troubles = ["有问题", "没人管", "请派人看看"]
    rows = [f"{label}\t{place}的{word}{trouble}\t" for label, word in words.items() for place in places for trouble in troubles]
    told.write_bytes(gzip.compress("\n".join(["label\tsubject\tdetail", *rows, ""]).encode()))
    assert "3 labels" in server.must("dispatch", "train", "--input", told, "--model", model)
    new = tmp_path / "new.tsv"
    new.write_text("subject\tdetail\n\t新村的公交车太少\n\"自来水\"\"发黄\"\"\"\t\n\t\n")
    lines = [line.split("\t") for line in server.must("dispatch", "predict", "--model", model, "--input", new).splitlines()]
    assert [label for label, _ in lines[:2]] == ["运输局", "水务局"] and len(lines) == 3
    assert all(float(confidence) > 0.5 for _, confidence in lines[:2]) and float(lines[2][1]) < 0.5
    measured = json.loads(server.must("dispatch", "evaluate", "--input", told, "--folds", "3", "--json"))
    assert measured["messages"] == 54 and measured["macroF1"] > 0.9 and len(measured["labels"]) == 3


@pytest.mark.parametrize(
    "told, says",
    [
        (b"", "empty"),
        (b"label\tsubject\tdetail\n\xe6\xb0\xb4\tb\tc\n\tb\tc\n", "line 3 has no label"),
        (b"label\tsubject\tdetail\na\tb\n", "line 2 has 2 columns"),
        (b"label\tsubject\tdetail\na\tb\tc\n", "every message has the label a"),
        (b"\x1f\x8b\x08\x00cut", "copy it again"),
    ],
    ids=["empty", "no label", "too few columns", "one label", "cut gzip"],
)  # fmt: skip
def test_dispatch_refuses_what_it_cannot_learn_from(tmp_path, told, says):
    file, model = tmp_path / "told.tsv", tmp_path / "dispatch.model"
    file.write_bytes(told)
    model.write_text("the one before")
    done = server.command("dispatch", "train", "--input", file, "--model", model)
    assert done.returncode != 0 and says in done.stderr, done
    assert model.read_text() == "the one before"
    done = server.command("dispatch", "predict", "--model", model, "--input", file)
    assert done.returncode != 0 and "no dispatch model" in done.stderr and done.stdout == "", done
