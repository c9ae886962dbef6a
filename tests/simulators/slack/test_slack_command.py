"""The program: its flags, its state file, its end."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from tests.simulators.slack.bolt import MODAL
from tests.simulators.slack.driver import Slack, Start

from amends.simulators.slack.command import main
from amends.simulators.slack.control import ACTS
from amends.simulators.slack.delivery import FAULTS
from amends.simulators.slack.settings import NAMES
from amends.simulators.slack.sockets import REASONS


def test_the_program_serves_until_it_is_asked_to_stop_and_keeps_its_state(tmp_path: Path) -> None:
    kept = tmp_path / "slack.json"
    flags = ["--port", "0", "--state", str(kept), "--bot-token", "xoxb-mine", "--no-rate-limit"]
    program = subprocess.Popen(
        [sys.executable, "-m", "amends.simulators", "slack", *flags], stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout
        address = program.stdout.readline().split()[-1]
        client = WebClient(token="xoxb-mine", base_url=f"{address}api/", retry_handlers=[])
        for _ in range(7):
            client.chat_postMessage(channel="C0NORTH", text="kept")
    finally:
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
    assert program.returncode == 0
    state = json.loads(kept.read_text())
    assert state["simulator"] == "slack"
    assert [message["text"] for message in state["state"]["messages"]] == ["kept"] * 7


def test_a_state_is_taken_up_again_and_flags_win(start: Start, tmp_path: Path) -> None:
    kept = tmp_path / "slack.json"
    first = start(state_file=kept, scopes=["chat:write"])
    ts = first.client.chat_postMessage(channel="U0LEE", text="t")["ts"]
    first.simulator.close()
    second = start(state_file=kept)
    assert second.state["scopes"] == ["chat:write"]
    assert second.messages[0]["ts"] == ts
    assert second.client.chat_postMessage(channel="U0LEE", text="t")["channel"] == second.messages[0]["channel"]
    second.simulator.close()
    third = start(state_file=kept, scopes=["users:read"])
    assert third.state["scopes"] == ["users:read"]


def test_the_same_seed_makes_the_same_ids(start: Start) -> None:
    numbers = [start(seed=seed).client.chat_postMessage(channel="U0LEE", text="t")["channel"] for seed in (3, 3, 4)]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_part_of_the_state_can_be_put(slack: Slack) -> None:
    slack.client.chat_postMessage(channel="C0NORTH", text="t")
    assert slack.http("PUT", "/_control/state", '{"messages": []}')[0] == 200
    assert slack.messages == []
    assert slack.http("PUT", "/_control/state", '{"messages": [{"colour": 1}]}')[0] == 400


@pytest.mark.parametrize("content", ["{", '{"simulator": "other"}'])
def test_a_state_file_of_others_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    kept = tmp_path / "state.json"
    kept.write_text(content)
    assert main(["--port", "0", "--state", str(kept)]) == 2
    assert "cannot start" in capsys.readouterr().err
    assert kept.read_text() == content


def test_the_app_is_set_up_by_flags(tmp_path: Path) -> None:
    flags = ["--request-url", "http://127.0.0.1:9/slack", "--signing-secret", "s", "--app-token", "xapp-mine"]
    program = subprocess.Popen(
        [sys.executable, "-m", "amends.simulators", "slack", "--port", "0", *flags, "--commands", "/upset,/case"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout
        address = program.stdout.readline().split()[-1]
        with urllib.request.urlopen(f"{address}_control/settings", timeout=60) as answer:
            settings = json.loads(answer.read())
        client = WebClient(base_url=f"{address}api/", retry_handlers=[])
        assert client.apps_connections_open(app_token="xapp-mine")["url"].startswith("ws://")
    finally:
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
    assert (settings["request_url"], settings["signing_secret"]) == ("http://127.0.0.1:9/slack", "s")
    assert settings["commands"] == ["/upset", "/case"]


def test_an_address_elsewhere_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--request-url", "https://slack.example/"]) == 2
    assert "http address of this machine" in capsys.readouterr().err


def test_what_is_open_is_kept_in_the_state_and_an_older_state_is_read(start: Start, tmp_path: Path) -> None:
    kept = tmp_path / "slack.json"
    first = start(state_file=kept)
    trigger = first.control("trigger", user="U0RITA")["trigger_id"]
    first.client.views_open(trigger_id=trigger, view=MODAL)
    url = first.control("command", user="U0RITA", channel="C0NORTH", command="/upset")["response_url"]
    first.simulator.close()
    second = start(state_file=kept)
    assert second.state["modals"]["U0RITA"][0]["callback_id"] == "report"
    assert second.http("POST", urlsplit(url).path, '{"text": "t"}', Content_Type="application/json")[0] == 200
    assert second.state["notices"][0]["user"] == "U0RITA"
    second.simulator.close()
    old = json.loads(kept.read_text())
    for name in ("modals", "triggers", "response_urls", "notices", "view_errors"):
        del old["state"][name]
    kept.write_text(json.dumps(old))
    assert start(state_file=kept).state["modals"] == {}


def test_the_documentation_and_the_help_tell_everything_that_can_be_switched(
    slack: Slack, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "simulated-slack.md").read_text()
    names = [
        *ACTS,
        *slack.simulator.acting.acts,
        *NAMES,
        *(one.partition(":")[0] for one in FAULTS.split("|")),
        *REASONS,
    ]
    assert [name for name in names if f"`{name}" not in page] == []
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert [name for name in (*ACTS, *slack.simulator.acting.acts) if name not in told] == []
