"""The program: its flags, its state file, its end."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from slack_sdk import WebClient
from tests.simulators.slack.driver import Slack, Start

from amends.simulators.slack.command import main


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
        program.communicate(timeout=30)
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
