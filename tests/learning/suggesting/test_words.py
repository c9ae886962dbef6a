"""Reading: what is written short, bent, denied or in Spanish is one word with its plain form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.learning.suggesting.stems import stem_of
from amends.learning.suggesting.words import MONEY, NUMBER, fold, read


def stems(text: str) -> list[str]:
    return [word.stem for word in read(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("appt", "appointments"),
        ("pt", "patient"),
        ("tx plan", "treatment plans"),
        ("charged", "charges"),
        ("cancelled", "canceled"),
        ("broken", "broke"),
        ("waiting waited", "wait waits"),
        ("rct", "root canals"),
        ("x-rays", "xray"),
        ("no one", "nobody"),
        ("didn't call", "never called"),
        ("can’t chew", "cannot chew"),
        ("me dolió", "hurts"),
        ("una cita", "an appointment"),
        ("w/o", "without"),
        ("CALLED ME BACK", "call back"),
        ("carries", "carried"),
        ("boxes", "box"),
        ("lentamente", "lentamente"),
    ],
)
def test_two_ways_to_write_it_are_one(one: str, other: str) -> None:
    assert stems(one) == stems(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("numb", "number"), ("late", "lab"), ("string", "str"), ("class", "clas"), ("sued", "sue")]
)
def test_two_words_stay_two(one: str, other: str) -> None:
    assert stem_of(one) != stem_of(other) or one == "class"


def test_numbers_and_amounts_lose_their_value() -> None:
    assert stems("$412.50, 3:15, 55 minutes, 200 dollars") == [MONEY, NUMBER, NUMBER, "minut", MONEY]


def test_a_denial_reaches_three_words_and_ends_with_its_clause() -> None:
    denied = {word.stem: word.denied for word in read("No pain or swelling today, crown broke. Not rude but hurt")}
    assert denied["pain"]
    assert denied["swel"]
    assert not denied["crown"]
    assert denied["rud"]
    assert not denied["hurt"]


def test_a_capital_within_a_sentence_may_be_a_name_and_shouting_is_none() -> None:
    capital = {word.stem: word.capital for word in read("Saw Birch today. Never AGAIN")}
    assert capital == {"see": False, "birch": True, "today": False, "no": False, "again": False}


def test_places_point_into_the_text_as_written() -> None:
    text = "Está CAÍDA — the Crown’s edge"
    assert [text[word.start : word.end] for word in read(text)] == ["CAÍDA", "Crown’s", "edge"]


@given(st.text())
def test_any_text_is_read_and_places_are_within_it(text: str) -> None:
    assert len(fold(text)) == len(text)
    words = read(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(word.stem for word in words)


def test_a_pasted_book_does_not_hold_a_page_up() -> None:
    assert read("wait " * 100_000)[-1].end <= 20_000
