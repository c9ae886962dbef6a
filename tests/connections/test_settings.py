"""The settings: each that makes Amends unsafe or its links wrong is named with its repair."""

import os
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.connections.says import by_key

from amends.connections.checks import Check, State
from amends.connections.neighbors.settings import look

LONG = "k" * 50


@pytest.fixture
def check(settings: Settings, tmp_path: Path):
    """Looks with these settings in place of the usual ones."""

    def looked(*, allowed: list[str] | None = None, **changes: object) -> dict[str, Check]:
        usual = {"home": tmp_path, "secret_key": LONG, "base_url": "https://amends.example.com", "behind_tls": True}
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={**usual, **changes})
        settings.ALLOWED_HOSTS = allowed or ["amends.example.com", "localhost", "127.0.0.1", "[::1]"]
        return by_key(look())

    return looked


def test_a_group_that_is_set_up_well_has_nothing_to_repair(check) -> None:
    assert {one.state for one in check().values()} == {State.WORKS}


@pytest.mark.parametrize(
    ("changes", "key", "state", "repair"),
    [
        ({"secret_key": "short"}, "keys", State.PARTLY, "50 random characters"),
        ({"base_url": "amends.example.com"}, "address", State.DOWN, "the address that people type"),
        ({"base_url": "https://other.example.com"}, "address", State.DOWN, "other.example.com to AMENDS_ALLOWED_HOSTS"),
        ({"base_url": "http://localhost:8000"}, "address", State.PARTLY, "AMENDS_BASE_URL"),
        ({"base_url": "http://[::1]:8000"}, "address", State.PARTLY, "AMENDS_BASE_URL"),
        ({"behind_tls": False}, "tls", State.PARTLY, "AMENDS_BEHIND_TLS=true"),
        ({"base_url": "http://amends.example.com"}, "tls", State.PARTLY, "begin with https"),
        ({"base_url": "http://amends.example.com", "behind_tls": False}, "tls", State.DOWN, "TLS in front"),
        ({"debug": True}, "debug", State.DOWN, "AMENDS_DEBUG"),
    ],
)
def test_what_is_wrong_says_its_repair(check, changes: dict[str, object], key: str, state: State, repair: str) -> None:
    told = check(**changes)[key]
    assert told.state is state
    assert repair in told.repair


def test_a_wildcard_of_hosts_is_enough(check) -> None:
    assert check(allowed=[".example.com"])["address"].state is State.WORKS


def test_no_key_is_shown(check) -> None:
    told = " ".join(f"{one.says} {one.repair}" for one in check().values())
    assert LONG not in told


@pytest.mark.skipif(os.name != "posix", reason="the rights of a file are those of POSIX")
def test_keys_that_others_may_read_are_noticed_until_they_may_not(check, tmp_path: Path) -> None:
    file = tmp_path / "amends.env"
    file.touch(mode=0o644)
    assert f"chmod 600 {file}" in check()["keys"].repair
    file.chmod(0o600)
    assert check()["keys"].state is State.WORKS


def test_a_demo_on_this_machine_alone_needs_neither_address_nor_tls(check) -> None:
    told = check(demo=True, base_url="http://127.0.0.1:8000", behind_tls=False, secret_key=LONG)
    assert {one.state for one in told.values()} == {State.WORKS}
