"""The reasons are sentences that an office manager can check in the chart."""

from typing import Any

import pytest
from tests.reviews.matching.measuring import answers

VISIT: dict[str, Any] = {"date": "2026-03-03", "status": "complete"}


def reasons(reviewer: str, text: str = "", *, visit: dict[str, Any] | None = None, **patient: Any) -> list[str]:
    who = {"PatNum": 1, "first": "Jennifer", "last": "Morales", "visits": [VISIT | (visit or {})]} | patient
    review = {"reviewer": reviewer, "text": text, "posted_at": "2026-03-04T20:11:00-05:00"}
    (found,) = answers([{"id": 1, "review": review, "patients": [who]}])
    said: list[str] = found["candidates"][0]["reasons"]
    return said


@pytest.mark.parametrize(
    ("reviewer", "reason"),
    [
        ("Jennifer Morales", "The first and last name are the same."),
        ("Jen Morales", "Jen is a short form of Jennifer. The last name is Morales."),
        ("Jenifer Morales", "Jenifer is another spelling of Jennifer. The last name is Morales."),
        ("Jennfer Morales", "Jennfer is one letter away from Jennifer. The last name is Morales."),
        ("Jennif Morales", "Jennif is the beginning of Jennifer. The last name is Morales."),
        ("Jennifer Moralez", "The first name is Jennifer. The last name is one letter away from Morales."),
        ("Jen M", "Jen is a short form of Jennifer. The last initial fits Morales."),
        ("J. M.", "The initial J fits Jennifer. The last initial fits Morales."),
        ("Morales", "The last name is Morales."),
        ("Jennifer", "The first name is Jennifer."),
    ],
)
def test_the_name(reviewer: str, reason: str) -> None:
    assert reasons(reviewer)[0] == reason


def test_a_chart_with_the_short_form() -> None:
    assert reasons("Robert Kessler", first="Bob", last="Kessler")[0].startswith("Bob is a short form of Robert.")
    assert reasons("B. Kessler", first="Robert", last="Kessler")[0].startswith(
        "The initial B fits a short form of Robert."
    )


def test_a_name_that_is_half_the_patients() -> None:
    bridge = {"procedures": ["D6740"]}
    assert reasons("Jen Huxley", "a bridge, last tuesday", visit=bridge)[0] == (
        "Jen is a short form of Jennifer. The rest of Jen Huxley is another name."
    )
    assert reasons("Zuzu Morales", "a bridge, last tuesday", visit=bridge)[0] == (
        "The last name is Morales. The rest of Zuzu Morales is another name."
    )
    assert reasons("Jennifer Huxley", family=["Walter Huxley"])[0] == (
        "The first name is Jennifer. The last name, Huxley, is a relative's."
    )
    assert reasons("Jennifer Mtz", last="Martínez")[0] == (
        "The first name is Jennifer. The last name is short for Martínez."
    )


def test_a_relative() -> None:
    assert reasons("Carlos Morales", "my wife was hurt", family=["Carlos Morales"])[0] == (
        "The name fits Carlos Morales, a relative of Jennifer."
    )
    assert reasons("Carlos Morales", "my wife was hurt")[0] == (
        "Same last name, Morales; the review speaks of a relative (wife)."
    )
    assert "The review calls the daughter Jennifer." in reasons("Carlos Morales", "my daughter Jennifer was hurt")


@pytest.mark.parametrize(
    ("visit", "reason"),
    [
        ({"date": "2026-03-04"}, "Seen on the day of the post."),
        ({"date": "2026-03-03"}, "Seen the day before the post."),
        ({"date": "2026-02-20"}, "Seen 12 days before the post."),
        ({"date": "2025-09-10"}, "Seen 6 months before the post."),
        ({"status": "broken"}, "Missed or cancelled an appointment the day before the post."),
        ({"status": "scheduled"}, "Had an appointment the day before the post."),
    ],
)
def test_the_last_visit(visit: dict[str, Any], reason: str) -> None:
    assert reasons("Jennifer Morales", visit=visit)[1] == reason


def test_no_visit_before_the_post() -> None:
    later = {"date": "2026-03-05"}
    assert reasons("Philippa Quenby", visit=later, first="Philippa", last="Quenby")[1] == "No visit before the post."


def test_an_appointment_that_was_missed_is_no_treatment() -> None:
    missed = {"status": "broken", "procedures": ["D2740"]}
    said = reasons("Jennifer Morales", "The crown hurts.", visit=missed)
    assert "The appointment was for a crown (D2740), which the review names." in said


def test_without_the_day_of_the_post_the_visit_has_its_date() -> None:
    who = {"PatNum": 1, "first": "Jennifer", "last": "Morales", "visits": [VISIT]}
    (found,) = answers([{"id": 1, "review": {"reviewer": "Jennifer Morales"}, "patients": [who]}])
    assert found["candidates"][0]["reasons"][1] == "Seen on March 3, 2026."


@pytest.mark.parametrize(
    ("text", "visit", "patient", "reason"),
    [
        ("a crown", {"procedures": ["D2740"]}, {}, "Had a crown (D2740) that the review names."),
        ("a crown", {"procedures": ["D1110"]}, {}, "The review names a crown; that visit had none."),
        ("waited an hour", {"arrived": "14:00", "seated": "14:52"}, {}, "Waited 52 minutes; the review says an hour."),
        ("last tuesday", {}, {}, "The day fits: the review says “last Tuesday”."),
        ("went last friday", {}, {}, "The day does not fit: the review says “last Friday”."),
        ("at 2 pm", {"arrived": "14:00"}, {}, "The time of day fits: the review says 14:00."),
        ("at 9 am", {"arrived": "14:00"}, {}, "The time of day does not fit: the review says 09:00."),
        ("Dr. Hale was rude", {"provider": "Hale"}, {}, "Was with Hale, whom the review names."),
        ("then Hale was rude", {"provider": "Hale"}, {}, "Was with Hale, whom the review names."),
        (
            "charged for missing my visit",
            {"status": "broken"},
            {},
            "The review speaks of a missed appointment, and one was missed.",
        ),
        (
            "they cancelled my visit",
            {"status": "broken"},
            {},
            "The review speaks of a changed appointment, and one was.",
        ),
        ("charged $75", {}, {"balance_change": "75.00"}, "The balance changed by $75.00, which the review names."),
        ("overcharged", {}, {"balance_change": "-20.00"}, "The balance changed, and the review speaks of money."),
        ("bad", {}, {"open_case": True}, "There is an open case already."),
    ],
)
def test_what_the_text_tells(text: str, visit: dict[str, Any], patient: dict[str, Any], reason: str) -> None:
    assert reason in reasons("Jennifer Morales", text, visit=visit, **patient)


def test_another_providers_name_speaks_against() -> None:
    visits = [VISIT | {"provider": "Hale"}, VISIT | {"date": "2026-01-02", "provider": "Lind"}]
    said = reasons("Jennifer Morales", "Dr. Lind yesterday", visits=visits)
    assert said[-1] == "Was with Hale; the review names somebody else."


def test_an_alias_has_no_sentence_about_its_name() -> None:
    visit = {"procedures": ["D2740"], "arrived": "14:00", "seated": "14:58"}
    assert reasons("Anonymous", "waited an hour for my crown", visit=visit)[0] == "Seen the day before the post."
