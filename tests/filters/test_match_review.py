"""`amends match-review`: its format, line by line. Who is found is proved in tests/reviews/matching."""

import io
import json
from typing import Any

import pytest

from amends.filters import match_review

VISIT: dict[str, Any] = {
    "date": "2026-03-03",
    "status": "complete",
    "procedures": ["D2740"],
    "provider": "Hale",
    "arrived": "14:00",
    "seated": "14:52",
}
PATIENT: dict[str, Any] = {
    "PatNum": 41,
    "first": "Jennifer",
    "preferred": "Jen",
    "last": "Morales",
    "family": ["Carlos Morales"],
    "visits": [VISIT],
    "balance_change": "0.00",
    "open_case": False,
}
REVIEW: dict[str, Any] = {
    "reviewer": "Jen M",
    "stars": 1,
    "text": "waited an hour for a crown",
    "posted_at": "2026-03-04T20:11:00-05:00",
}
LINE: dict[str, Any] = {"id": 3, "review": REVIEW, "patients": [PATIENT]}


def answers(*lines: object) -> tuple[list[Any], int]:
    stdout = io.BytesIO()
    stdin = io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    exit_code = match_review.run(stdin, stdout)
    return [json.loads(line) for line in stdout.getvalue().splitlines()], exit_code


def answer(line: object) -> Any:
    (found,), exit_code = answers(line)
    assert exit_code == (2 if "error" in found else 0)
    return found


def with_review(**changes: Any) -> dict[str, Any]:
    return LINE | {"review": REVIEW | changes}


def with_patient(**changes: Any) -> dict[str, Any]:
    return LINE | {"patients": [PATIENT | changes]}


def with_visit(**changes: Any) -> dict[str, Any]:
    return with_patient(visits=[VISIT | changes])


def test_the_documented_example() -> None:
    found = answer(LINE)
    assert set(found) == {"id", "verdict", "candidates"}
    assert (found["id"], found["verdict"]) == (3, "likely")
    (candidate,) = found["candidates"]
    assert set(candidate) == {"PatNum", "score", "reasons"}
    assert candidate["PatNum"] == 41
    assert 0.85 <= candidate["score"] <= 1
    assert candidate["reasons"] == [
        "The first name is Jen. The last initial fits Morales.",
        "Seen the day before the post.",
        "Had a crown (D2740) that the review names.",
        "Waited 52 minutes; the review says an hour.",
    ]


def test_lines_are_answered_in_order_and_a_bad_one_does_not_stop_the_rest() -> None:
    found, exit_code = answers(LINE, with_patient(PatNum="41"), LINE | {"id": "z"})
    assert [line["id"] for line in found] == [3, 3, "z"]
    assert found[1] == {"id": 3, "error": "Each patient needs a PatNum, a whole number."}
    assert exit_code == 2


@pytest.mark.parametrize(
    "line",
    [
        {"id": 3, "review": {}, "patients": []},
        {"id": 3, "review": dict.fromkeys(REVIEW), "patients": []},
        LINE | {"patients": []},
        {"id": 3, "review": {}, "patients": [{"PatNum": 1}]},
        {"id": 3, "review": {}, "patients": [dict.fromkeys(PATIENT) | {"PatNum": 1}]},
        LINE | {"patients": [{"PatNum": 1}, dict.fromkeys(PATIENT) | {"PatNum": 2}]},
    ],
)
def test_where_nothing_is_given_nobody_is_named(line: dict[str, Any]) -> None:
    assert answer(line) == {"id": 3, "verdict": "nobody", "candidates": []}


@pytest.mark.parametrize("absent", ["procedures", "provider", "arrived", "seated"])
def test_fields_of_a_visit_may_be_null_or_absent(absent: str) -> None:
    without = {name: value for name, value in VISIT.items() if name != absent}
    assert answer(with_patient(visits=[without])) == answer(with_visit(**{absent: None}))
    assert answer(with_visit(**{absent: None}))["candidates"][0]["PatNum"] == 41


def test_unknown_fields_change_nothing() -> None:
    more = {"extra": [1, {"a": None}]}
    line = LINE | more | {"review": REVIEW | more, "patients": [PATIENT | more | {"visits": [VISIT | more]}]}
    assert answer(line) == answer(LINE)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"id": 3}, "The line needs a review."),
        (LINE | {"review": None}, "The line needs a review."),
        (LINE | {"patients": None}, "The line needs patients."),
        ({"id": 3, "review": REVIEW, "people": [PATIENT]}, "The line needs patients."),
        (LINE | {"review": "text"}, "The review must be an object."),
        (LINE | {"review": []}, "The review must be an object."),
        (with_review(reviewer=5), "The reviewer must be text."),
        (with_review(text=["a"]), "The text must be text."),
        (with_review(stars="one"), "The stars must be a number."),
        (with_review(stars=True), "The stars must be a number."),
        (with_review(posted_at=1772632800), "The posted_at must be text."),
        (
            with_review(posted_at="yesterday"),
            "The posted_at must be a date and time such as 2026-03-04T20:11:00-05:00.",
        ),
        (with_review(posted_at="2026-02-30T10:00:00Z"), "The posted_at is a date, time or offset that does not exist."),
        (with_review(posted_at="2026-02-30"), "The posted_at is a date, time or offset that does not exist."),
        (with_review(posted_at="0001-01-01T00:00:00Z"), "The posted_at must lie between 1900 and 2999."),
        (with_review(posted_at="9999-12-31T23:59:00-05:00"), "The posted_at must lie between 1900 and 2999."),
        (LINE | {"patients": {}}, "The patients must be a list."),
        (LINE | {"patients": [None]}, "Each patient must be an object."),
        (with_patient(PatNum=None), "Each patient needs a PatNum, a whole number."),
        (with_patient(PatNum=True), "Each patient needs a PatNum, a whole number."),
        (with_patient(PatNum=1.5), "Each patient needs a PatNum, a whole number."),
        (with_patient(first=1), "The first must be text."),
        (with_patient(family="Carlos"), "The family must be a list of texts."),
        (with_patient(family=[1]), "The family must be a list of texts."),
        (with_patient(visits={}), "The visits must be a list."),
        (with_patient(visits=["2026-03-03"]), "Each visit must be an object."),
        (with_patient(open_case="no"), "The open_case must be true or false."),
        (with_patient(balance_change="much"), "The balance_change must be an amount such as 120.00."),
        (with_patient(balance_change=True), "The balance_change must be an amount such as 120.00."),
        (with_patient(balance_change="NaN"), "The balance_change must be an amount such as 120.00."),
        (with_patient(balance_change=[]), "The balance_change must be an amount such as 120.00."),
        (with_visit(date=None), "Each visit needs a date and a status."),
        (with_visit(status=None), "Each visit needs a date and a status."),
        (with_visit(date="3/3/2026"), "The date of a visit must be written like 2026-03-03."),
        (with_visit(date="2026-02-30"), "The date of a visit is one that does not exist."),
        (with_visit(procedures="D2740"), "The procedures must be a list of texts."),
        (with_visit(provider=7), "The provider must be text."),
        (with_visit(arrived=14), "The arrived must be text."),
        (with_visit(arrived="2 pm"), "The arrived time of a visit must be written like 14:00."),
        (with_visit(seated="25:00"), "The seated time of a visit must be written like 14:00."),
    ],
)
def test_a_wrong_type_is_an_error_in_a_plain_sentence(line: dict[str, Any], says: str) -> None:
    assert answer(line) == {"id": 3, "error": says}


@pytest.mark.parametrize("balance", [0, 0.0, "0", "0.00", "-0", "", None])
def test_a_balance_may_be_a_text_or_a_number(balance: object) -> None:
    assert answer(with_patient(balance_change=balance)) == answer(LINE)


@pytest.mark.parametrize(
    "posted",
    [
        "2026-03-04T20:11-05:00",
        "2026-03-04 20:11:00-05:00",
        "2026-03-04t20:11:00.5-05:00",
        "2026-03-04T20:11:00",
        "2026-03-04",
    ],
)
def test_the_post_may_be_written_in_any_usual_way(posted: str) -> None:
    assert answer(with_review(posted_at=posted))["candidates"][0]["reasons"][1] == "Seen the day before the post."


def test_midnight_in_open_dental_is_no_arrival() -> None:
    assert answer(with_visit(arrived="00:00", seated="00:00")) == answer(with_visit(arrived=None, seated=""))


def test_the_status_may_be_written_with_capitals() -> None:
    assert answer(with_visit(status="Complete")) == answer(LINE)
