"""`amends doctor`: every line says how it is and how it is put right, also where hardly anything is there yet."""

import json
from typing import Any

import pytest
from tests.cli.conftest import Home, Said
from tests.integrations.servers import LOOPBACK
from tests.ports import free_port


def told(said: Said) -> dict[str, Any]:
    """The one document, and its checks by their connection and key."""
    assert "Traceback" not in said.err
    document: dict[str, Any] = json.loads(said.out)
    assert document["ok"] == (said.status == 0) == (document["state"] != "down")
    return {**document, "by_key": {(check["connection"], check["key"]): check for check in document["checks"]}}


def states(document: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {key: check["state"] for key, check in document["by_key"].items()}


WHOLE = """
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.models import Person, Post
for name, role in (("Lee Hartwell", "leader"), ("Pia Sorensen", "privacy_officer")):
    person = Person.objects.create(name=name, email=f"{name.split()[0].lower()}@bluebellfinch.example")
    Post.objects.create(person=person, role=role)
"""


def test_a_home_without_keys_says_what_to_run(empty: Home) -> None:
    said = empty.run("doctor")
    assert (said.status, said.err) == (1, "")
    first, second = said.out.splitlines()
    assert first.startswith("down    Settings: Usable  AMENDS_SECRET_KEY is not set.  -> Run `amends init`")
    assert second == "Everything else is left out until this is repaired."
    assert states(told(empty.run("doctor", "--json"))) == {("settings", "usable"): "down"}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"AMENDS_DATABASE": "mysql://here"}, "AMENDS_DATABASE"),
        ({"AMENDS_WEB_THREADS": "many"}, "AMENDS_WEB_THREADS"),
        ({"AMENDS_SEALING_KEYS": "short"}, "AMENDS_SEALING_KEYS"),
        ({"AMENDS_PROTOCOL_FILE": "/nowhere.toml"}, "AMENDS_PROTOCOL_FILE"),
        ({"AMENDS_SECRET_KEY_FILE": "/nowhere"}, "AMENDS_SECRET_KEY_FILE"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(home: Home, settings: dict[str, str], named: str) -> None:
    document = told(home.run("doctor", "--json", **settings))
    [check] = document["checks"]
    assert (check["state"], named in check["says"], bool(check["repair"])) == ("down", True, True)
    assert document["left_out"]


def test_a_database_that_is_not_there_is_told_and_not_made(home: Home) -> None:
    file = home.path / "amends.sqlite3"
    file.unlink()
    document = told(home.run("doctor", "--json"))
    assert states(document)[("database", "answers")] == "down"
    assert ("people", "managers") not in document["by_key"]
    assert not file.exists()
    home.run("doctor", AMENDS_DATABASE="sqlite:///nowhere/at/all")
    assert (
        states(told(home.run("doctor", "--json", AMENDS_DATABASE="sqlite:////nowhere/a")))[("database", "answers")]
        == "down"
    )


def test_a_postgresql_that_does_not_answer_is_told(home: Home) -> None:
    url = f"postgresql://amends:hunter2@{LOOPBACK}:{free_port()}/amends"
    said = home.run("doctor", AMENDS_DATABASE=url)
    assert (said.status, "hunter2" in said.out + said.err, "Traceback" in said.err) == (1, False, False)
    assert "-> Look at AMENDS_DATABASE" in said.out


def test_a_damaged_database_is_told(home: Home) -> None:
    (home.path / "amends.sqlite3").write_bytes(b"this is no database" * 500)
    assert states(told(home.run("doctor", "--json")))[("database", "answers")] == "down"


def test_an_older_database_says_the_command(home: Home) -> None:
    home.python("from django.core.management import call_command\ncall_command('migrate', 'connections', 'zero')")
    document = told(home.run("doctor", "--json"))
    assert document["by_key"][("database", "version")]["repair"].startswith("Run `amends init --upgrade`")


def test_a_whole_group_is_looked_at_and_the_exit_status_follows_the_worst(home: Home) -> None:
    before = told(home.run("doctor", "--json"))
    assert states(before)[("people", "leader")] == "down"
    assert (before["ok"], before["left_out"]) == (False, "")
    home.python(WHOLE)
    port = free_port()
    document = told(home.run("doctor", "--json", AMENDS_SMTP_HOST=LOOPBACK, AMENDS_SMTP_PORT=str(port)))
    assert states(document)[("people", "leader")] == "works"
    assert states(document)[("email", "reached")] == "down"
    home.python("from amends.integrations.slack.models import SlackWorkspace as S\nS.objects.create(name='x')")
    assert states(told(home.run("doctor", "--json")))[("slack.main", "token")] == "down"


def test_lines_are_aligned_and_each_trouble_has_its_repair(home: Home) -> None:
    lines = home.run("doctor").out.splitlines()
    names = [line[8:].split("  ")[0] for line in lines]
    assert "Backups: Last backup" in names
    column = 8 + max(map(len, names)) + 2
    for line in lines:
        assert line[column - 2 : column] == "  "
        assert line[column] != " "
        assert (" -> " in line) == (not line.startswith("works"))


def test_a_backup_is_noted_and_doctor_knows(home: Home) -> None:
    assert states(told(home.run("doctor", "--json")))[("backups", "last")] == "partly"
    assert home.run("backup", str(home.path / "a.backup")).status == 0
    assert states(told(home.run("doctor", "--json")))[("backups", "last")] == "works"
    assert home.run("backup", str(home.path / "nowhere" / "a.backup")).status == 1


def test_a_backup_before_an_upgrade_is_made_though_it_cannot_be_noted(home: Home) -> None:
    home.python("from django.core.management import call_command\ncall_command('migrate', 'connections', 'zero')")
    said = home.run("backup", str(home.path / "a.backup"))
    assert (said.status, (home.path / "a.backup").exists()) == (0, True)
    assert "could not be noted" in said.err


def test_since_when_comes_from_what_the_site_has_seen(home: Home) -> None:
    home.python("from amends.connections.refresh import refresh_checks\nrefresh_checks()")
    kept = home.python(
        "from amends.connections.models import LastKnown\nprint(LastKnown.objects.get(key='people').kept[0]['since'])"
    )
    checks = told(home.run("doctor", "--json"))["by_key"]
    assert checks[("people", "managers")]["since"] == kept.strip()
    assert checks[("deliveries", "engine")]["since"] is None or checks[("deliveries", "engine")]["state"] == "works"
