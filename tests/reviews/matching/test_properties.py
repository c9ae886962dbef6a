"""What holds for every line, whatever is on it."""

import json
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reviews.matching.measuring import answers
from tests.reviews.matching.worlds import example

WORDS = st.sampled_from(
    [
        "waited an hour", "my son", "crown", "$120", "last Tuesday", "in March", "Dr. Hale", "missed appointment",
        "yesterday",
        "at 2:30", "mi hija Ana", "3/3", "hace dos semanas", "no wait", "half an hour", "cancelled", "😀", "ñ",
        "٣ دولار", "on the phone",
    ]
)  # fmt: skip
TEXT = st.one_of(st.none(), st.text(max_size=40), st.lists(WORDS, max_size=5).map(", ".join))
NAME = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        ["Jen M", "J. M.", "JM", "jmorales84", "Morales, Jennifer", "Ana", "de la", "O'Brien", "", "Dr.", "A", "Đặng"]
    ),
)
DAY = st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 12, 31)).map(str)
CLOCK = st.one_of(st.none(), st.times().map(lambda clock: f"{clock:%H:%M}"))
VISIT = st.fixed_dictionaries(
    {
        "date": DAY,
        "status": st.sampled_from(["complete", "broken", "scheduled", "planned", "asap", "unschedlist", "ptnote", "?"]),
    },
    optional={
        "procedures": st.one_of(
            st.none(), st.lists(st.sampled_from(["D2740", "D1110", "x", "", "D9", "N4118"]), max_size=3)
        ),
        "provider": NAME,
        "arrived": CLOCK,
        "seated": CLOCK,
    },
)
PATIENT = st.fixed_dictionaries(
    {"PatNum": st.integers(0, 99)},
    optional={
        "first": NAME,
        "preferred": NAME,
        "last": NAME,
        "family": st.one_of(st.none(), st.lists(NAME, max_size=3)),
        "visits": st.one_of(st.none(), st.lists(VISIT, max_size=4)),
        "balance_change": st.one_of(st.none(), st.decimals(-900, 900, places=2).map(str)),
        "open_case": st.one_of(st.none(), st.booleans()),
    },
)
POSTED = st.one_of(
    st.none(),
    st.builds(
        "{}T{}{}".format, DAY, st.times().map("{:%H:%M:%S}".format), st.sampled_from(["Z", "-05:00", "+13:00", ""])
    ),
)
LINE = st.fixed_dictionaries(
    {
        "id": st.integers(),
        "review": st.fixed_dictionaries(
            {},
            optional={
                "reviewer": NAME,
                "text": TEXT,
                "stars": st.one_of(st.none(), st.integers(0, 5)),
                "posted_at": POSTED,
            },
        ),
        "patients": st.lists(PATIENT, max_size=6),
    }
)


def answer(line: Any) -> dict[str, Any]:
    (found,) = answers([line])
    return found


@settings(max_examples=300)
@given(LINE)
def test_any_line_of_the_shape_has_an_answer_of_the_shape(line: dict[str, Any]) -> None:
    found = answer(line)
    scores = [one["score"] for one in found["candidates"]]
    assert len(scores) <= 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert (found["verdict"] == "nobody") == (not scores)
    numbers = {patient["PatNum"] for patient in line.get("patients", [])}
    assert {one["PatNum"] for one in found["candidates"]} <= numbers
    for one in found["candidates"]:
        assert one["reasons"]
        assert all(
            reason.endswith(".") and reason[0].isupper() | (not reason[0].isalpha()) for reason in one["reasons"]
        )


@settings(max_examples=100)
@given(LINE, st.randoms(use_true_random=False))
def test_the_order_of_patients_and_visits_changes_nothing(line: dict[str, Any], chance: random.Random) -> None:
    patients = [patient | {"PatNum": number} for number, patient in enumerate(line.get("patients", []))]
    mixed = [
        patient | {"visits": chance.sample(patient.get("visits") or [], len(patient.get("visits") or []))}
        for patient in patients
    ]
    chance.shuffle(mixed)
    assert answer(line | {"patients": patients}) == answer(line | {"patients": mixed})


@settings(max_examples=100)
@given(st.integers(0, 10_000), VISIT)
def test_a_visit_after_the_post_changes_nothing(seed: int, visit: dict[str, Any]) -> None:
    line = example(random.Random(seed), 1, size=6).line
    before = answer(line)
    line["patients"][seed % 6]["visits"].append(visit | {"date": "2027-02-02"})
    assert answer(line) == before


def test_a_visit_later_on_the_day_of_the_post_is_no_visit() -> None:
    line = {
        "id": 1,
        "review": {"reviewer": "Jen M", "text": "crown", "posted_at": "2026-03-04T10:00:00-05:00"},
        "patients": [
            {
                "PatNum": 1,
                "first": "Jennifer",
                "last": "Morales",
                "visits": [{"date": "2026-03-04", "status": "complete", "arrived": "14:00"}],
            }
        ],
    }
    assert answer(line)["verdict"] == "nobody"
    line["patients"][0]["visits"][0]["arrived"] = "09:00"  # type: ignore[index]
    assert answer(line)["verdict"] == "possible"


def test_the_day_of_the_post_is_the_day_at_its_own_offset() -> None:
    patient = {
        "PatNum": 1,
        "first": "Jennifer",
        "last": "Morales",
        "visits": [{"date": "2026-03-04", "status": "complete"}],
    }
    for posted, reason in [
        ("2026-03-04T23:30:00-05:00", "Seen on the day of the post."),
        ("2026-03-05T00:30:00-05:00", "Seen the day before the post."),
    ]:
        line = {"id": 1, "review": {"reviewer": "Jennifer Morales", "posted_at": posted}, "patients": [patient]}
        assert reason in answer(line)["candidates"][0]["reasons"]


@pytest.mark.parametrize("seed", range(40))
def test_the_same_evidence_twice_is_never_likely(seed: int) -> None:
    line = example(random.Random(seed), 1, size=8).line
    twins = [patient | {"PatNum": patient["PatNum"] + 1000} for patient in line["patients"]]
    assert answer(line | {"patients": line["patients"] + twins})["verdict"] != "likely"


@settings(max_examples=50)
@given(st.integers(0, 10_000))
def test_unknown_fields_are_passed_over(seed: int) -> None:
    line = example(random.Random(seed), 1, size=5).line
    more = json.loads(json.dumps(line)) | {"note": "x"}
    for patient in more["patients"]:
        patient["Birthdate"] = "1980-01-01"
        for visit in patient["visits"]:
            visit["AptNum"] = 7
    assert answer(more) == answer(line)
