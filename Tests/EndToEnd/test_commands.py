"""The command line: `hotline …` as an administrator types it."""

import json
import os
import shutil
import subprocess

import pytest

from kit import centres, orders, server

COMMANDS = [
    [], ["serve"], ["call"], ["user"], ["user", "list"], ["user", "add"], ["user", "password"], ["user", "deactivate"],
    ["centre"], ["centre", "export"], ["centre", "import"], ["certificate"], ["bench"], ["bench", "calls"],
    ["bench", "orders"], ["audit", "verify"], ["migrate"], ["database"], ["database", "copy"], ["database", "check"],
    ["database", "digest"], ["backup"], ["restore"], ["retention"], ["retention", "run"], ["retention", "hold"],
    ["retention", "release"], ["retention", "holds"], ["retention", "removals"], ["files", "verify"], ["files", "rotate"],
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
