"""The filters start without Django, and read and write lines."""

import json
import subprocess
import sys

import pytest
from tests.cli.conftest import Home

LINE = {
    "id": 1,
    "calendar": {"zone": "America/New_York", "weekly": {"mon": [["08:00", "12:00"]], "fri": [["13:00", "17:00"]]}},
    "start": "2026-03-06T16:30:00-05:00",
    "open_minutes": 60,
}


def test_due_through_the_command(empty: Home) -> None:
    lines = "\n".join([json.dumps(LINE), "", "not json", json.dumps({**LINE, "id": 2, "open_minutes": -1})])
    said = empty.run("due", "--json", stdin=lines)
    assert said.status == 2
    assert said.lines[0] == {"id": 1, "due": "2026-03-09T08:30:00-04:00"}
    assert [(answer["id"], "error" in answer) for answer in said.lines[1:]] == [(None, True), (2, True)]
    assert empty.run("due", "--json", stdin=json.dumps(LINE)).status == 0


def test_check_reply_through_the_command(empty: Home) -> None:
    lines = [
        {"id": 1, "reply": "See you at your next cleaning."},
        {"id": 2, "reply": "Thank you for writing."},
        {"id": 3},
    ]
    said = empty.run("check-reply", "--json", stdin="\n".join(json.dumps(line) for line in lines))
    assert said.status == 2
    assert [answer.get("level") for answer in said.lines] == ["block", "note", None]


def test_match_review_through_the_command(empty: Home) -> None:
    said = empty.run(
        "match-review", "--json", stdin='{"id": 1, "review": {"reviewer": "Jen M"}, "patients": []}\n{"patients": 1}'
    )
    assert said.status == 2
    assert said.lines[0] == {"id": 1, "verdict": "nobody", "candidates": []}
    assert "error" in said.lines[1]


@pytest.mark.parametrize("name", ["due", "check-reply", "match-review"])
def test_a_filter_starts_without_django(name: str) -> None:
    code = (
        "import sys, io; from amends.cli import main\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b''))\n"
        f"main(['{name}', '--json'])\n"
        "print({'django', 'structlog', 'httpx2', 'cryptography', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
