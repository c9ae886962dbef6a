"""`amends demo`: its pieces, and once the whole of it."""

import os
import re
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.ports import free_port

from amends.demo import run, simulated


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_refused_by_name(taken, tmp_path, capsys):
    assert run.main(["--port", str(taken), "--home", str(tmp_path)]) == 1
    assert f"Port {taken} is in use. Name another one with --port" in capsys.readouterr().err


def test_usual_ports_give_way_to_the_next_free_ones(taken, monkeypatch):
    monkeypatch.setattr(run, "USUAL_PORT", taken)
    ports = run.choose_ports(None)
    assert taken < ports.site < ports.open_dental < ports.slack < ports.google


def test_where_no_port_is_free_it_is_said(monkeypatch):
    monkeypatch.setattr(run, "is_free", lambda port: False)
    with pytest.raises(run.PortTakenError, match="No free port from 8000 on"):
        run.choose_ports(None)


def test_no_port_beyond_the_last_one():
    assert not run.is_free(65_536)


def test_nothing_of_the_machines_own_settings_reaches_the_demo(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"AMENDS_DATABASE": "postgresql:///real", "HOME": "/home/ana"})
    run.set_environment(tmp_path, run.Ports(8000, 8001, 8002, 8003))
    assert {name for name in os.environ if name.startswith("AMENDS_")} == {
        "AMENDS_HOME",
        "AMENDS_DEMO",
        "AMENDS_BASE_URL",
        "AMENDS_LISTEN",
    }
    assert os.environ["HOME"] == "/home/ana"


def test_keys_are_made_once_and_are_private(tmp_path):
    file = tmp_path / "amends.env"
    run.keep_keys(file)
    first = file.read_text()
    run.keep_keys(file)
    assert file.read_text() == first
    assert re.search(r"^AMENDS_SEALING_KEYS=\S{44}$", first, re.MULTILINE)
    assert file.stat().st_mode & 0o777 == 0o600


def test_fresh_throws_away_what_the_demo_wrote_and_nothing_else(tmp_path):
    for name in ("amends.env", "amends.sqlite3", "slack.json", "letter.txt"):
        (tmp_path / name).touch()
    run.throw_away(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_welcome_names_addresses_people_and_the_password():
    text = run.welcome(Path("var/demo"), run.Ports(8000, 8003, 8004, 8005))
    for expected in ("http://127.0.0.1:8000", ":8003", ":8004", "omar.haddad@", "bluebell-demo-2026", "invented"):
        assert expected in text


def test_a_simulator_that_cannot_start_is_told_of(tmp_path):
    said: list[str] = []
    (tmp_path / "state.json").write_text("[]")
    one = simulated.start("Slack", ["slack"], port=free_port(), state=tmp_path / "state.json", say=said.append)
    assert not one.wait_until_it_answers(60)
    one.watch().join(60)
    assert "The simulated Slack has ended. Amends goes on" in said[0]
    one.stop()


def test_a_simulator_that_is_stopped_keeps_its_world_and_says_nothing(tmp_path):
    said: list[str] = []
    one = simulated.start("Slack", ["slack"], port=free_port(), state=tmp_path / "state.json", say=said.append)
    assert one.wait_until_it_answers(60)
    watching = one.watch()
    one.stop()
    watching.join(60)
    assert (one.process.returncode, said) == (0, [])
    assert "C0LEADERS" in (tmp_path / "state.json").read_text()


def test_the_demo_starts_answers_and_stops_cleanly_twice(tmp_path):
    for _ in range(2):
        port = free_port()
        command = [sys.executable, "-c", "import sys; from amends.cli import main; sys.exit(main())"]
        arguments = ["demo", "--no-history", "--port", str(port), "--home", str(tmp_path / "demo")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS", "DJANGO"))}
        with subprocess.Popen(
            [*command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=environment,
        ) as demo:
            said = _until_ready(demo)
            answers = [_status(int(number)) for number in re.findall(r"http://127\.0\.0\.1:(\d+)", said)]
            demo.send_signal(signal.SIGINT)
            said += demo.communicate()[0]
        assert demo.returncode == 0, said
        assert answers == [200, 200, 200, 200]
        assert "Stopped. Everything is kept" in said
        assert "Traceback" not in said


def _until_ready(demo: subprocess.Popen) -> str:
    said = ""
    for line in demo.stdout or ():
        said += line
        if line.startswith("Ctrl-C"):
            break
    return said


def _status(port: int) -> int:
    """Of the first page, or of the sign-in page where the first one leads there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        if answer.status == 302:
            connection.request("GET", answer.headers["Location"])
            answer = connection.getresponse()
        return answer.status
    finally:
        connection.close()
