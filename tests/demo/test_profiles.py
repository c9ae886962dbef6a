"""The demo and the simulated Google: every office has its profile, and pushes reach the site."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.demo import run, simulated
from amends.demo.group import make_group
from amends.demo.profiles import connect_google
from amends.demo.simulated import Simulated
from amends.integrations.google_business.models import GoogleAccount, GoogleConnection, GoogleLocation
from amends.integrations.google_business.pushes import audience
from amends.practice.models import Office


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Simulated]:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    state = tmp_path / "google.json"
    one = simulated.start("Google", ["google-business"], port=port, state=state, say=print)
    assert one.wait_until_it_answers(30)
    yield one
    one.stop()


@pytest.fixture
def offices(db: None) -> None:
    make_group(open_dental_url="http://127.0.0.1:9001/api/v1/", slack_url="http://127.0.0.1:9002/api/")


def test_every_office_has_its_profile_and_the_vendors_account_is_left_alone(google: Simulated, offices: None) -> None:
    assert connect_google(google) == Office.objects.count() == 12
    assert GoogleLocation.objects.get(office__name="Maple Street").store_code == "maple-street"
    [chosen] = GoogleAccount.objects.filter(chosen=True)
    assert chosen.topic == GoogleConnection.objects.get().push_topic
    assert google.control("GET", "settings")["push_endpoints"] == [audience()]


def test_a_second_start_keeps_what_a_person_said(google: Simulated, offices: None) -> None:
    connect_google(google)
    GoogleLocation.objects.filter(store_code="lakeside").update(office=None)
    assert connect_google(google) == 11


def test_a_google_that_does_not_answer_is_told_of_and_keeps_nothing(
    google: Simulated, offices: None, capsys: pytest.CaptureFixture[str]
) -> None:
    google.stop()
    run._make_ready(google)
    assert "It is not connected." in capsys.readouterr().out
