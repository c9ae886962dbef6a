"""The program: its flags, its files, its end."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.simulators.google_business.driver import Google

from amends.simulators.google_business.command import main
from amends.simulators.google_business.control import ACTS
from amends.simulators.google_business.deliveries import FAULTS
from amends.simulators.google_business.push import FORGED, MALFORMED
from amends.simulators.google_business.settings import FIELDS, STYLES, Settings
from amends.simulators.google_business.simulator import GoogleBusinessSimulator
from amends.simulators.google_business.writing import KEYS
from amends.simulators.serving import Server

Start = Callable[..., Google]


@contextmanager
def program(*flags: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The running program with its address; it is asked to stop at the end."""
    command = [sys.executable, "-m", "amends.simulators", "google-business", "--port", "0", *flags]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        yield running.stdout.readline().split()[-1], running
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)


def fetch(address: str, body: object = None) -> Any:
    request = urllib.request.Request(address, data=None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", "Bearer demo-access-token")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def test_the_program_serves_until_it_is_asked_to_stop_and_keeps_its_state(tmp_path: Path, start: Start) -> None:
    kept = tmp_path / "google.json"
    with program("--state", str(kept), "--seed", "5") as (address, running):
        assert len(fetch(f"{address}v1/accounts")["accounts"]) == 3
        name = fetch(f"{address}_control/reviews", {"location": "lakeside", "stars": 1})["name"]
    assert running.returncode == 0
    state = json.loads(kept.read_text())
    assert state["simulator"] == "google-business"
    again = start(state_file=kept)
    assert again.review(name)["starRating"] == "ONE"
    assert again.write() != name


def test_the_project_is_set_up_by_flags(tmp_path: Path) -> None:
    flags = ["--client-id", "me", "--client-secret", "mine", "--push-endpoint", "http://127.0.0.1:9/a", "--older-api"]
    flags += ["--push-endpoint", "http://127.0.0.1:9/b", "--push-audience", "amends", "--approve-after", "10"]
    with program(*flags, "--no-rate-limit", "--no-approved", "--auto-consent") as (address, _):
        settings = fetch(f"{address}_control/settings")
    assert (settings["client_id"], settings["client_secret"], settings["push_audience"]) == ("me", "mine", "amends")
    assert settings["push_endpoints"] == ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"]
    assert (settings["rate_limit"], settings["approved"], settings["auto_consent"]) == (False, False, True)
    assert settings["approve_after_minutes"] == 10
    assert [settings[name] for name in FIELDS] == [False] * 4


def test_main_in_this_process_ends_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []

    def run(server: Server) -> None:
        served.append(server.simulator)
        server.start()
        server.stop()

    monkeypatch.setattr(Server, "run", run)
    assert main(["--port", "0", "--older-api"]) == 0
    (simulator,) = served
    assert isinstance(simulator, GoogleBusinessSimulator)
    assert not simulator.settings.review_reply_state


def test_a_file_gives_the_group_its_own_places(tmp_path: Path, start: Start) -> None:
    file = tmp_path / "world.json"
    given = {
        "group": "Elm Dental",
        "locations": [
            {"name": "locations/41", "title": "Elm East", "storeCode": "east", "placeId": "ChIJ41", "reviews": []},
            {"title": "Elm West", "reviews": [{"stars": 1, "text": "Late.", "reviewer": "Jen M"}]},
            {"title": "Elm North"},
            {"title": "Elm South", "verified": False},
        ],
    }
    file.write_text(json.dumps(given))
    google = start(world_file=file)
    group = google.accounts[1]
    assert google.get(f"/v1/{group}")["accountName"] == "Elm Dental"
    rows = google.get(f"/v1/{group}/locations", readMask="*")["locations"]
    assert [one["title"] for one in rows] == ["Elm East", "Elm West", "Elm North", "Elm South"]
    assert rows[0]["name"] == "locations/41"
    counts = [len(google.reviews(f"{group}/{one['name']}")) for one in rows[:3]]
    assert counts[:2] == [0, 1]
    assert counts[2] > 3


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"locations": [1]}',
        '{"locations": [{}]}',
        '{"locations": [{"title": "T", "reviews": [4]}]}',
        '{"locations": [{"title": "T", "reviews": [{"stars": 1, "colour": "red"}]}]}',
    ],
)
def test_a_world_of_nonsense_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    file = tmp_path / "world.json"
    file.write_text(content)
    assert main(["--port", "0", "--world", str(file)]) == 2
    assert "cannot start" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", '{"simulator": "other"}'])
def test_a_state_file_of_others_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    kept = tmp_path / "state.json"
    kept.write_text(content)
    assert main(["--port", "0", "--state", str(kept)]) == 2
    assert "cannot start" in capsys.readouterr().err
    assert kept.read_text() == content


def test_an_endpoint_elsewhere_and_a_missing_file_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "0", "--push-endpoint", "https://amends.example/"]) == 2
    assert "http address of this machine" in capsys.readouterr().err
    assert main(["--port", "0", "--world", str(tmp_path / "none.json")]) == 2


def test_the_documentation_and_the_help_tell_everything_that_can_be_switched(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "simulated-google-business.md").read_text()
    names = [
        *ACTS,
        *(one.name for one in fields(Settings)),
        *STYLES,
        *FORGED,
        *MALFORMED,
        *KEYS,
        *(one.partition(":")[0] for one in FAULTS.split("|") if one.isidentifier()),
        *("notify", "rotate-key", "calls", "deliveries"),
    ]
    written = {name for name in names for mark in ("`", '"', "/_control/") if f"{mark}{name}" in page}
    assert [name for name in names if name not in written] == []
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert [name for name in ACTS if name not in told] == []
