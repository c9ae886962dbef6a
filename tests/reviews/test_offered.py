"""The editor offers wordings that can go out, in the reviewer's language; they can know nothing of a patient."""

import inspect

import pytest

from amends.reviews.checker.check import check
from amends.reviews.checker.values import Context, Level, Practice
from amends.reviews.offered import language_of, languages_of, offered
from amends.reviews.replies import RECENT
from amends.reviews.wordings import shipped_pool

POOL = shipped_pool()
NAME, PHONE = "Bluebell & Finch Dental", "(201) 555-0101"
PRACTICE = Practice(name=NAME, phones=(PHONE,))


def test_the_language_is_that_of_the_small_words() -> None:
    assert language_of("They were kind and I was not in pain.", POOL) == "en"
    assert language_of("Muy amables, y me explicaron todo en la recepción.", POOL) == "es"
    assert language_of("", POOL) == language_of("★★★★★ 5/5", POOL) == language_of("Sehr gut!", POOL) == "en"


def test_three_different_wordings_and_none_without_a_phone() -> None:
    found = offered("Gracias por todo, muy bien", pool=POOL, recent=(), turn=4, practice=NAME, phone=PHONE)
    assert len({one.text for one in found}) == 3
    assert {one.language for one in found} == {"es"}
    assert all(PHONE in one.text for one in found)
    assert offered("", pool=POOL, recent=(), turn=4, practice="A", phone="") == []


def test_however_many_were_posted_lately_what_is_offered_may_go_out() -> None:
    """Sites refuse repeated texts; the memory of the last ones is shorter than the pool."""
    for language in POOL:
        posted: list[str] = []
        for turn in range(3 * len(POOL[language])):
            said = "y el la de que" if language == "es" else ""
            choices = offered(said, pool=POOL, recent=posted[:RECENT], turn=turn, practice=NAME, phone=PHONE)
            context = Context(practice=PRACTICE, recent_replies=tuple(posted[:RECENT]))
            for one in choices:
                assert check(one.text, context).level in (Level.PASS, Level.NOTE), one.text
            posted.insert(0, choices[0].text)


def test_what_is_offered_is_made_of_public_words_alone() -> None:
    assert list(inspect.signature(offered).parameters) == [
        "said",
        "pool",
        "recent",
        "turn",
        "practice",
        "phone",
        "stars",
        "translated",
        "most",
    ]


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Pésimo. Esperé dos horas.", ["es"]),
        ("Pésimo, ahora peor todavía.", ["es"]),
        ("¡Excelente!", ["es"]),
        ("Pesimo. Espere dos horas.", ["es"]),
        ("Worst dentist ever.", ["en"]),
        ("They were rude to my señora, and we waited two hours for nothing.", ["en"]),
        ("Horrible.", ["en", "es"]),
        ("Zzzz", ["en", "es"]),
        ("", ["en"]),
        ("★☆☆☆☆ 1/5", ["en"]),
    ],
)
def test_a_short_review_is_known_by_its_letters_and_words(text: str, languages: list[str]) -> None:
    assert languages_of(text, POOL) == languages


def test_what_the_site_translated_is_not_english() -> None:
    assert languages_of("Dra. Vega ayuda pero the office is siempre closed", POOL, translated=True) == ["es"]
    assert languages_of("Sehr gut", POOL, translated=True) == ["en", "es"]


def test_where_the_language_is_in_doubt_there_are_some_of_each() -> None:
    found = offered("Horrible.", pool=POOL, recent=(), turn=4, practice=NAME, phone=PHONE)
    assert [one.language for one in found] == ["en", "en", "es", "es"]
    assert len({one.number for one in found}) == 4


@pytest.mark.parametrize("said", ["Great staff, thank you!", "¡Muy amables!"])
def test_nobody_is_sorry_for_five_stars(said: str) -> None:
    sorry = ("sorry", "frustration", "hard to read", "Sentimos leer", "cuesta leerlas")
    for stars, more in ((5, False), (4, False), (3, True), (1, True), (None, True)):
        found = offered(said, pool=POOL, recent=(), turn=0, practice=NAME, phone=PHONE, stars=stars, most=99)
        assert any(word in one.text for one in found for word in sorry) is more
        assert len(found) >= 9
