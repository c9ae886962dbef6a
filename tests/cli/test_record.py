"""Report, verify, export, backup and restore, as one would type them."""

import hashlib
import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from tests.cli.conftest import Home, Report


def reported(home: Home, line: Report, *changes: dict[str, object]) -> list[dict[str, object]]:
    said = home.run("report", "--json", stdin="\n".join(json.dumps(line(**change)) for change in changes or ({},)))
    assert said.status == (2 if any("error" in answer for answer in said.lines) else 0)
    assert "Traceback" not in said.err
    return said.lines


def test_each_line_becomes_a_case_and_a_bad_one_does_not_stop_the_rest(home: Home, line: Report) -> None:
    patient = {"PatNum": 41, "name": "Marisol Quintero", "phone": "(555) 010-0141"}
    answers = reported(
        home,
        line,
        {"id": "a", "patient": patient, "kinds": ["wait"], "severity": "severe", "moment": "checkout"},
        {"id": "b", "account": "  "},
        {"id": "c", "office": 1, "happened_at": "2026-03-02T14:05:00-05:00"},
        {"id": "d", "office": "Elm Street"},
        {"id": "e", "by": "nobody@bluebellfinch.example"},
        {"id": "f", "patient": {"PatNum": 0, "name": "Nobody"}},
        {"id": "g", "happened_at": "2026-03-02T14:05:00"},
        {"id": "h", "origin": "old:1"},
        {"id": "i", "origin": "old:1"},
    )
    assert {answer["id"]: answer.get("case") for answer in answers} == {
        "a": "UP-1001",
        "c": "UP-1002",
        "h": "UP-1003",
        "i": "UP-1003",
        **dict.fromkeys("bdefg"),
    }
    errors = {answer["id"]: str(answer["error"]) for answer in answers if "error" in answer}
    assert errors["d"] == "office: 'Elm Street' names no office of the group."
    assert errors["f"].startswith("patient")
    assert errors["g"].startswith("happened_at: ")
    assert home.run("verify").status == 0


@pytest.mark.parametrize(
    "change",
    [
        {"account": "\x00"},
        {"account": "x" * 20_001},
        {"by": "ana\x00@bluebellfinch.example"},
        {"by": ""},
        {"office": "\x00"},
        {"office": None},
        {"origin": "x" * 71},
        {"kinds": ["\x00"]},
        {"happened_at": "9999-12-31T23:59:59+00:00"},
        {"happened_at": "0001-01-01T00:00:00+14:00"},
        {"patient": {"PatNum": 2**60, "name": "Marisol"}},
        {"patient": "known"},
        {"by": "\ud800"},
        {"origin": "\ud800"},
        {"office": "\ud800"},
        {"kinds": ["\ud800"]},
        {"by": "\x00"},
    ],
)
def test_whatever_is_wrong_with_a_line_is_a_sentence(home: Home, line: Report, change: dict[str, object]) -> None:
    [answer] = reported(home, line, change)
    assert "error" in answer


def test_what_is_wrong_is_named_as_the_sender_wrote_it(home: Home, line: Report) -> None:
    changes: list[dict[str, object]] = [
        {"by": "\ud800"},
        {"office": True},
        {"patient": {"PatNum": -1, "name": "Marisol"}},
        {"triggers": ["nosuch"]},
    ]
    said = [str(answer["error"]).partition(":")[0] for answer in reported(home, line, *changes)]
    assert said == ["by", "office", "patient.PatNum", "triggers.0"]


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "\x00"},
        {"account": "\ud800 broken"},
        {"patient": {"PatNum": 41, "name": "Mari\x00sol", "phone": "\x00"}},
        {"account": "Spilled \u202e over 😀"},
    ],
)
def test_odd_characters_are_kept_or_refused_in_a_sentence(home: Home, line: Report, change: dict[str, object]) -> None:
    [answer] = reported(home, line, change)
    assert ("case" in answer) != ("error" in answer)
    assert home.run("verify").status == 0


def test_verify_says_what_it_counted_and_what_is_wrong(home: Home, line: Report) -> None:
    reported(home, line)
    said = home.run("verify", "--json", "--deliveries")
    assert said.status == 0
    [answer] = said.lines
    assert (answer["ok"], answer["problems"]) == (True, [])
    assert answer["counts"] == {"cases": 1, "events": 1, "deliveries": 1}
    [delivery] = answer["deliveries"]
    assert {key: delivery[key] for key in ("marker", "channel", "target", "state")} == {
        "marker": "UP-1001.1",
        "channel": "open_dental.task",
        "target": "main",
        "state": "waiting",
    }
    with closing(sqlite3.connect(home.path / "amends.sqlite3")) as database, database:
        database.execute("UPDATE cases_caserow SET stage = 'closed'")
    said = home.run("verify")
    assert (said.status, said.out.splitlines()[0]) == (1, "UP-1001: The case's row differs from its events: stage.")
    assert home.run("verify", "--json").lines[0]["problems"][0]["where"] == "UP-1001"


def test_export_is_complete_and_sealed_with_a_digest(home: Home, line: Report) -> None:
    reported(home, line, {"patient": {"PatNum": 41, "name": "Marisol Quintero"}})
    said = home.run("export", "up-1001")
    exported = json.loads(said.out)
    record = exported["record"]
    assert (record["case"], record["office"], record["events"][0]["kind"]) == ("UP-1001", "Maple Street", "Reported")
    assert record["events"][0]["fact"]["patient"]["name"] == "Marisol Quintero"
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == exported["sha256_of_record"]
    for wrong in ("UP-9999", "nonsense"):
        home.run("export", wrong).sentence("there is no case")


def test_a_backup_while_cases_are_written_is_whole_and_comes_back(home: Home, line: Report) -> None:
    target, copy = home.path / "monday.sqlite3", Home(home.path.parent / "copy")
    writing = subprocess.Popen(
        [sys.executable, "-c", "import sys; from amends.cli import main; sys.exit(main(['report', '--json']))"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "AMENDS_HOME": str(home.path)},
    )
    assert writing.stdin is not None
    assert writing.stdout is not None
    line_of = json.dumps(line(patient={"PatNum": 41, "name": "Marisol Quintero"})).encode() + b"\n"
    for n in range(30):
        writing.stdin.write(line_of)
        writing.stdin.flush()
        if n == 3:
            assert b"case" in writing.stdout.readline()  # it is at work
            said = home.run("backup", str(target))
    writing.communicate(timeout=300)
    assert (said.status, said.err) == (0, "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not target.with_name("monday.sqlite3.part").exists()

    copy.path.mkdir()
    (copy.path / "amends.env").write_bytes((home.path / "amends.env").read_bytes())
    assert copy.run("restore", str(target)).status == 0
    checked = copy.run("verify", "--json").lines[0]
    assert checked["ok"]
    assert 1 <= checked["counts"]["cases"] <= 30
    assert home.run("verify", "--json").lines[0]["counts"]["cases"] == 30


def test_backup_and_restore_never_overwrite(home: Home) -> None:
    target = home.path / "monday.sqlite3"
    assert home.run("backup", str(target)).status == 0
    home.run("backup", str(target)).sentence("exists already", "nothing was written")
    home.run("restore", str(target)).sentence("not empty", "nothing was changed")
    home.run("restore", str(home.path / "nowhere")).sentence("is not there")
    home.run("backup", str(home.path / "no" / "folder.sqlite3")).sentence("could not be written")


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_file_that_is_no_backup_changes_nothing(home: Home, content: bytes) -> None:
    broken = home.path / "broken"
    broken.write_bytes(content)
    (home.path / "amends.sqlite3").unlink()
    home.run("restore", str(broken)).sentence("nothing was changed")
