"""`amends check-reply`: its format, line by line. The judgement itself is proved in tests/reviews/checker."""

import io
import json
from typing import Any

import pytest

from amends.filters import check_reply

LINE: dict[str, Any] = {
    "id": 7,
    "platform": "google",
    "review": {"reviewer": "J. M.", "stars": 1, "text": "Nobody listened to me."},
    "practice": {
        "name": "Maple Street Dental",
        "phones": ["(555) 555-0100"],
        "emails": ["hello@maple.example.com"],
        "staff": ["Dr. Hale"],
    },
    "case": {
        "patient": "Jennifer Morales",
        "family": ["Carlos Morales"],
        "procedures": ["D2740 crown"],
        "staff": ["Dr. Hale"],
        "dates": ["2026-03-02"],
        "amounts": ["120.00"],
        "insurers": ["Northwind Dental"],
        "notes": "Called back about the parking garage.",
    },
    "recent_replies": ["Thanks a lot for the kind words."],
    "reply": "Thank you for your visit.",
}


def answers(*lines: dict[str, Any]) -> tuple[list[Any], int]:
    stdout = io.BytesIO()
    stdin = io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    exit_code = check_reply.run(stdin, stdout)
    return [json.loads(line) for line in stdout.getvalue().splitlines()], exit_code


def answer(**changes: Any) -> Any:
    (found,), exit_code = answers(LINE | changes)
    assert exit_code == (2 if "error" in found else 0)
    return found


def test_an_answer_has_the_level_and_each_finding_with_its_place() -> None:
    found = answer()
    assert set(found) == {"id", "level", "findings"}
    assert (found["id"], found["level"]) == (7, "block")
    first = found["findings"][0]
    assert set(first) == {"category", "level", "start", "end", "text", "why"}
    assert (first["category"], first["level"], first["start"], first["end"]) == ("relationship", "block", 0, 24)
    assert first["text"] == LINE["reply"][first["start"] : first["end"]]
    assert first["why"]


def test_a_bad_line_does_not_stop_the_rest() -> None:
    found, exit_code = answers(LINE, LINE | {"id": 8, "reply": 5}, LINE | {"id": 9, "reply": "Thank you."})
    assert [line["id"] for line in found] == [7, 8, 9]
    assert found[1] == {"id": 8, "error": "The reply must be a text."}
    assert found[2]["level"] == "note"
    assert exit_code == 2


@pytest.mark.parametrize("name", ["platform", "review", "practice", "case", "recent_replies"])
def test_whatever_is_not_the_reply_may_be_null_or_absent(name: str) -> None:
    assert answer(**{name: None})["level"] == "block"
    (found,), _ = answers({key: value for key, value in LINE.items() if key != name})
    assert found["level"] == "block"


@pytest.mark.parametrize("part", ["review", "practice", "case"])
def test_every_field_of_a_part_may_be_null_or_absent(part: str) -> None:
    assert answer(**{part: dict.fromkeys(LINE[part])})["level"] == "block"
    assert answer(**{part: {}})["level"] == "block"


def test_unknown_fields_are_ignored_and_stars_may_be_half() -> None:
    assert answer(colour="red", review={"stars": 4.5, "mood": []})["level"] == "block"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reply": None}, "The reply must be a text."),
        ({"platform": 3}, "The platform must be a text."),
        ({"review": []}, "The review must be an object."),
        ({"review": {"text": 1}}, "The text must be a text."),
        ({"review": {"stars": "five"}}, "The stars must be a number."),
        ({"review": {"stars": True}}, "The stars must be a number."),
        ({"practice": {"phones": "555"}}, "The phones must be a list of texts."),
        ({"practice": {"staff": [1]}}, "The staff must be a list of texts."),
        ({"case": "none"}, "The case must be an object."),
        ({"case": {"notes": []}}, "The notes must be a text."),
        ({"recent_replies": [{}]}, "The recent_replies must be a list of texts."),
    ],
)
def test_a_wrong_type_is_an_error_in_a_plain_sentence(changes: dict[str, Any], error: str) -> None:
    assert answer(**changes) == {"id": 7, "error": error}
