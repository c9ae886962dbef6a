"""`amends init` and every command that finds something missing: a sentence, and nothing half done."""

import json
import stat

import pytest
from tests.cli.conftest import PASSWORD, Home


def test_init_makes_keys_database_and_a_first_administrator(empty: Home) -> None:
    said = empty.init()
    assert (said.status, said.err) == (0, "")
    assert "amends serve" in said.out
    assert "Then open http://127.0.0.1:8000/setup and sign in as alex@bluebellfinch.example" in said.out
    env_file = empty.path / "amends.env"
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(empty.path.stat().st_mode) == 0o700
    made = empty.python(
        "from amends.practice.models import *; p = Person.objects.get()\n"
        f"print(p.email, p.check_password({PASSWORD!r}), Post.objects.get().role, Group.objects.get())"
    )
    assert made.split("\n")[0] == "alex@bluebellfinch.example True administrator Bluebell & Finch Dental"
    assert empty.run("verify").status == 0


def test_init_refuses_to_overwrite(home: Home) -> None:
    before = (home.path / "amends.env").read_bytes()
    home.init().sentence("exists already", "nothing was changed")
    assert (home.path / "amends.env").read_bytes() == before


def test_init_with_a_short_password_leaves_nothing_behind_and_can_be_repeated(empty: Home) -> None:
    people = ("--group", "Bluebell", "--name", "Alex Marsh", "--email", "alex@bluebellfinch.example")
    said = empty.run("init", "--home", str(empty.path), *people, AMENDS_FIRST_PASSWORD="short")
    said.sentence("a password of 10 characters")
    assert not empty.path.exists()
    assert empty.init().status == 0


def test_init_without_a_database_leaves_no_keys_behind(empty: Home) -> None:
    people = ("--group", "Bluebell", "--name", "Alex Marsh", "--email", "alex@bluebellfinch.example")
    nowhere = {"AMENDS_DATABASE": "postgresql://127.0.0.1:1/nowhere", "AMENDS_FIRST_PASSWORD": PASSWORD}
    empty.run("init", "--home", str(empty.path), *people, **nowhere).sentence("the database cannot be made")
    assert not (empty.path / "amends.env").exists()
    assert empty.init().status == 0


def test_init_upgrade_of_what_is_up_to_date(home: Home) -> None:
    said = home.run("init", "--home", str(home.path), "--upgrade")
    assert (said.status, said.out) == (0, "The database is up to date.\n")


COMMANDS = (["serve"], ["report", "--json"], ["verify"], ["export", "UP-1001"], ["backup", "there.sqlite3"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_missing_keys_are_said_in_a_sentence(empty: Home, command: list[str]) -> None:
    empty.run(*command).sentence("AMENDS_SECRET_KEY is not set", "amends init")


@pytest.mark.parametrize("command", COMMANDS[:4], ids=lambda command: command[0])
def test_an_old_database_is_said_in_a_sentence(home: Home, command: list[str]) -> None:
    (home.path / "amends.sqlite3").unlink()
    home.run(*command).sentence("older than this version", "init --upgrade")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AMENDS_SETTLE_SECONDS", "soon", "AMENDS_SETTLE_SECONDS"),
        ("AMENDS_SETTLE_SECONDS", "-1", "AMENDS_SETTLE_SECONDS"),
        ("AMENDS_DELIVERY_THREADS", "0", "AMENDS_DELIVERY_THREADS"),
        ("AMENDS_DEBUG", "perhaps", "AMENDS_DEBUG"),
        ("AMENDS_LOG_LEVEL", "LOUD", "AMENDS_LOG_LEVEL"),
        ("AMENDS_SEALING_KEYS", "not-a-key", "AMENDS_SEALING_KEYS"),
        ("AMENDS_DATABASE", "mysql://there/amends", "AMENDS_DATABASE"),
        ("AMENDS_DATABASE", "postgresql://there:port/amends", "AMENDS_DATABASE"),
        ("AMENDS_DATABASE", "postgresql://127.0.0.1:1/nowhere", "AMENDS_DATABASE"),
        ("AMENDS_SECRET_KEY_FILE", "/nowhere/at/all", "AMENDS_SECRET_KEY_FILE"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(home: Home, name: str, value: str, said: str) -> None:
    home.run("verify", **{name: value}).sentence(said)


@pytest.mark.parametrize("text", ["= no toml", "[limits]\nattempts = 'three'\n", None])
@pytest.mark.parametrize("command", [["serve"], ["report", "--json"]], ids=lambda command: command[0])
def test_a_protocol_file_that_cannot_be_used_is_named(home: Home, command: list[str], text: str | None) -> None:
    path = home.path / "protocol.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    home.run(*command, AMENDS_PROTOCOL_FILE=str(path)).sentence("AMENDS_PROTOCOL_FILE")


@pytest.mark.parametrize("text", ["= no toml", 'en = ["Thank you for your visit! {phone}"]', None])
def test_a_wordings_file_that_cannot_be_used_is_named(home: Home, text: str | None) -> None:
    path = home.path / "wordings.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    home.run("serve", AMENDS_WORDINGS_FILE=str(path)).sentence("AMENDS_WORDINGS_FILE")


def test_an_address_that_is_taken_is_said_in_a_sentence(home: Home) -> None:
    home.run("serve", "--listen", "203.0.113.1:80").sentence("203.0.113.1:80", "Choose another address")


@pytest.mark.parametrize(
    "listen", ["foo", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:0", "127.0.0.1:http", "no such:80"]
)
def test_an_address_that_is_none_is_said_in_a_sentence(home: Home, listen: str) -> None:
    home.run("serve", "--listen", listen).sentence(listen)


def test_a_home_that_cannot_be_made_is_said_in_a_sentence(home: Home) -> None:
    file = home.path / "amends.env"
    Home(file / "below").init().sentence(str(file), "Name another folder")
    home.run("demo", "--home", str(file)).sentence(str(file), "--home")


@pytest.mark.parametrize("name", ["open-dental", "slack"])
def test_a_port_that_is_none_is_said_by_a_simulator(empty: Home, name: str) -> None:
    said = empty.run("simulate", name, "--port", "99999")
    assert said.status != 0
    assert "cannot start" in said.err
    assert "Traceback" not in said.err


def test_a_key_may_lie_in_a_file(home: Home) -> None:
    (home.path / "key").write_text("a key of its own\n", encoding="utf-8")
    assert home.run("verify", AMENDS_SECRET_KEY_FILE=str(home.path / "key")).status == 0


def test_an_unknown_command_names_the_others(empty: Home) -> None:
    for arguments in ([], ["celebrate"]):
        said = empty.run(*arguments)
        assert said.status == 2
        assert "Traceback" not in said.err
    assert "report" in empty.run("--help").out


def test_the_manifest_is_printed_with_its_link(home: Home) -> None:
    said = home.run("slack-manifest", "--socket")
    assert said.status == 0
    assert json.loads(said.out)["settings"]["socket_mode_enabled"] is True
    assert "https://api.slack.com/apps?new_app=1&manifest_json=" in said.err
    assert "/slack/events" in home.run("slack-manifest").out
