"""What a text says of its writer: a name under it, that they are no patient, or that it is about another trade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reviews.matching.test_written_otherwise import GIVEN, SURNAME, asked, who

from amends.reviews.matching.folding import fold
from amends.reviews.matching.signatures import signature
from amends.reviews.matching.strangers import is_a_stranger
from amends.reviews.matching.waits import Wait, wait_named


@given(first=GIVEN, last=SURNAME, by=st.sampled_from(["~", "- ", "-- ", "— ", "Signed, ", "signed by ", "Firmado: "]))
def test_a_signature_counts_where_the_shown_name_is_nobodys(first: str, last: str, by: str) -> None:
    text = f"The crown fell out. Never again. {by}{first} {last} 😞"
    assert signature(text) == f"{first} {last}"
    for nobody in ("A Google User", "Local Guide", "mr grumpy"):
        assert asked(nobody, text, who(first, last, code="D2740"))[1] == 1
    assert asked(nobody, f"The crown fell out. {by}Somebody Else", who(first, last, code="D2740"))[0] != "likely"


@pytest.mark.parametrize(
    "text",
    ["", "Rude - not nice", "Rude - Never Going Back Again Ever", "Well-known - The end", "I signed the papers."],
)
def test_no_signature(text: str) -> None:
    assert asked("A Google User", text, who("Nice", "Papers")) == ("nobody", None)


def test_a_shown_name_is_not_replaced_by_what_stands_at_the_end() -> None:
    assert asked("Otto Quenby", "Ask for Doctor - Ines Valle", who("Otto", "Quenby"))[1] == 1


@pytest.mark.parametrize(
    "text",
    [
        "Never been a patient, but their staff takes all our parking spots.",
        "I have never been here as a patient, I just came to use the restroom.",
        "Called to see if they take my insurance. Got hung up on.",
        "I walked in to ask about prices. Never became a patient.",
        "I used to work here. Ask why everybody quit.",
        "I deliver packages here and nobody signs.",
        "Llamé para preguntar si aceptan mi seguro y me colgaron.",
        "Nunca fui paciente, pero el estacionamiento es un desastre.",
        "The movers broke my dresser.",
        "Cold pizza, and the waitress rolled her eyes.",
        "The apartment complex never fixes the elevator.",
    ],
)
def test_a_first_name_alone_is_nobody_where_the_writer_is_no_patient(text: str) -> None:
    assert is_a_stranger(fold(text))
    assert asked("Thomas", text, who("Thomas", "Jaramillo")) == ("nobody", None)
    assert asked("Thomas Jaramillo", text, who("Thomas", "Jaramillo"))[1] == 1


@pytest.mark.parametrize(
    "text",
    [
        "I have never been a patient of a dentist who was so rough.",
        "They were never patient with my son.",
        "I am not a patient person, but this was too much.",
        "My tooth broke on a burger and they would not see me.",
        "The doctor talked of his dog the whole time.",
        "I called to ask if they could help me.",
    ],
)
def test_who_may_well_be_a_patient(text: str) -> None:
    assert not is_a_stranger(fold(text))
    assert asked("Thomas", text, who("Thomas", "Jaramillo")) == ("possible", 1)


def test_one_more_of_a_common_name_needs_a_visit() -> None:
    text = "Staff was gossiping the whole time."
    assert asked("James Lee", text, who("James", "Lee", "2021-03-09")) == ("nobody", None)
    assert asked("James Lee", text, who("James", "Lee", "2026-03-20")) == ("nobody", None)
    assert asked("James Lee", text, who("James", "Lee", "2025-10-09"))[1] == 1
    assert asked("Ignatius Quenby", text, who("Ignatius", "Quenby", "2021-03-09"))[1] == 1


def test_an_appointment_missed_long_ago_says_little() -> None:
    broken = {"date": "2025-12-20", "status": "broken", "procedures": ["D7210"]}
    missed = who("Nicole", "Rutledge", visits=[broken])
    assert asked("Nicole R.", "They don't care about people.", missed) == ("nobody", None)
    assert asked("Nicole R.", "They charged me a no-show fee.", missed)[1] == 1
    assert asked("Nicole Rutledge", "Wisdom teeth out, and no one told me what to eat.", missed)[0] != "likely"


def test_a_doctor_in_small_letters_and_without_a_title() -> None:
    row = {"date": "2026-03-06", "status": "complete", "procedures": ["D1110"]}
    seen = who("Daniel", "Popović", visits=[row | {"provider": "Ferraro"}])
    other = who("Daniel", "Pettway", visits=[row | {"provider": "Hale"}], PatNum=2)
    for text in ("dr ferraro never explained what was going on", "I saw Ferraro and regret it."):
        assert asked("Daniel", text, other, seen)[1] == 1


def test_a_short_first_name_that_is_also_a_particle() -> None:
    assert asked("Ben T. Ashcroft", "Rough and rushed.", who("Benjamin", "Ashcroft")) == ("likely", 1)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Why give a time if you make people sit an hour and ten minutes?", 70),
        ("Was taken back three quarters of an hour later.", 45),
        ("Sat for an hour and 20 minutes.", 80),
    ],
)
def test_waits_in_words(text: str, minutes: int) -> None:
    wait = wait_named(fold(text))
    assert isinstance(wait, Wait)
    assert wait.minutes == minutes
