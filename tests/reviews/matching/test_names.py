"""Display names against the chart's names."""

import pytest

from amends.reviews.matching.display_name import read_display_name
from amends.reviews.matching.folding import fold, name_words, one_slip
from amends.reviews.matching.names import NOTHING, fit
from amends.reviews.matching.nicknames import is_first_name, other_forms
from amends.reviews.matching.parts import Part
from amends.reviews.matching.person import person, relative


def parts(shown: str, first: str, last: str, preferred: str = "") -> tuple[Part, Part]:
    found = fit(read_display_name(shown), person(first, preferred, last))
    return found.given, found.last


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("jen", "jennifer"), ("bob", "robert"), ("liz", "elizabeth"), ("beth", "elizabeth"), ("pepe", "jose"),
        ("paco", "francisco"), ("chuy", "jesus"), ("lupe", "guadalupe"), ("nacho", "ignacio"), ("beto", "roberto"),
        ("peggy", "margaret"), ("dick", "richard"), ("jack", "john"), ("chayo", "rosario"), ("lalo", "eduardo"),
        ("memo", "guillermo"), ("chelo", "consuelo"), ("kike", "enrique"), ("toña", "antonia"), ("trish", "patricia"),
    ],
)  # fmt: skip
def test_short_forms_are_known_both_ways(short: str, full: str) -> None:
    short = fold(short)
    assert full in other_forms(short)
    assert short in other_forms(full)
    assert is_first_name(short)


def test_two_short_forms_of_one_name_are_one_person_and_two_names_are_not() -> None:
    assert "beth" in other_forms("liz")
    assert "roberta" not in other_forms("robert")
    assert "maria" not in other_forms("mario")
    assert other_forms("xiomara") == frozenset()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("O'Brien", ("obrien",)), ("O’Brien", ("obrien",)), ("Sean O Brien", ("sean", "obrien")), ("D'Angelo",
        ("dangelo",)),
        ("Mc Donald", ("mcdonald",)), ("García-López", ("garcia", "lopez")), ("Núñez", ("nunez",)), ("Łukasz",
        ("lukasz",)),
        ("Dr. Ana Ruiz, DDS", ("ana", "ruiz")), ("Robert Hall Jr.", ("robert", "hall")), ("Diego's", ("diego",)),
        ("RN", ("rn",)), ("", ()), ("😀", ()), ("STRASSE Straße", ("strasse", "strasse")),
    ],
)  # fmt: skip
def test_a_name_is_read_as_words_without_accents_and_titles(written: str, words: tuple[str, ...]) -> None:
    assert name_words(written) == words


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("morales", "moralse", True), ("morales", "morals", True), ("morales", "moraales", True), ("morales",
        "moralez", True),
        ("jhon", "john", True), ("lee", "leo", False), ("cole", "cola", False), ("smith", "smart", False), ("hall",
        "halls", True),
        ("garcia", "gracia", True), ("stone", "storm", False), ("brown", "brawnx", False),
    ],
)  # fmt: skip
def test_one_slip_of_the_keys(one: str, other: str, near: bool) -> None:
    assert one_slip(one, other) is near
    assert one_slip(other, one) is near


@pytest.mark.parametrize(
    ("shown", "given", "last"),
    [
        ("Jennifer Morales", Part.SAME, Part.SAME), ("jen morales", Part.SHORT, Part.SAME), ("Morales, Jennifer",
        Part.SAME, Part.SAME),
        ("Jen M", Part.SHORT, Part.INITIAL), ("J. Morales", Part.INITIAL, Part.SAME), ("J. M.", Part.INITIAL,
        Part.INITIAL),
        ("JM", Part.INITIAL, Part.INITIAL), ("jm", Part.INITIAL, Part.INITIAL), ("jmorales84", Part.INITIAL, Part.SAME),
        ("MoralesJen", Part.SHORT, Part.SAME), ("moralesjen", Part.SHORT, Part.SAME), ("jennifermorales",
        Part.SAME, Part.SAME),
        ("jenm22", Part.SHORT, Part.INITIAL), ("Jenifer Morales", Part.SPELLING, Part.SAME), ("Jennfer Morales",
        Part.SLIP, Part.SAME),
        ("Jeny Morales", Part.SHORT, Part.SAME), ("Jennifer Moralez", Part.SAME, Part.SLIP), ("Jennif Morales",
        Part.BEGINNING, Part.SAME),
        ("Jennifer", Part.SAME, Part.ABSENT), ("Morales", Part.ABSENT, Part.SAME), ("J", Part.INITIAL, Part.ABSENT),
        ("Jennifer Smith", Part.SAME, Part.OTHER), ("Jennifer S", Part.SAME, Part.OTHER), ("Carlos Morales",
        Part.OTHER, Part.SAME),
        ("C. Morales", Part.OTHER, Part.SAME), ("K. M.", Part.OTHER, Part.OTHER), ("K", Part.OTHER, Part.ABSENT),
        ("Dave Kowalski", Part.OTHER, Part.OTHER), ("Jennifer Ann Morales", Part.SAME, Part.SAME), ("Jen M R",
        Part.SHORT, Part.INITIAL),
        ("moralesx", Part.ABSENT, Part.SLIP),
        ("jennfermorales", Part.SLIP, Part.SAME), ("Angry Jen", Part.SHORT, Part.ABSENT), ("Mama Morales", Part.ABSENT,
        Part.SAME),
        ("My Jen Rocks", Part.SHORT, Part.ABSENT), ("The Moraless Team", Part.ABSENT, Part.SLIP),
        ("Our Buddy Morales", Part.ABSENT, Part.SAME),
    ],
)  # fmt: skip
def test_a_display_name_against_jennifer_morales(shown: str, given: Part, last: Part) -> None:
    assert parts(shown, "Jennifer", "Morales") == (given, last)


@pytest.mark.parametrize(
    ("shown", "first", "last"),
    [
        ("Ana Delacruz", "Ana", "de la Cruz"), ("De La Cruz, Ana", "Ana", "Delacruz"), ("Kim Le", "Kim", "Le"),
        ("Ana López", "Ana", "García López"),
        ("Maryann Stone", "Mary Ann", "Stone"), ("Mary Ann Stone", "Maryann", "Stone"), ("Nguyen Hoa", "Hoa",
        "Nguyễn"), ("Олена Шевченко", "Олена", "Шевченко"),
        ("Sean O’Brien", "Shawn", "OBrien"), ("Lynn Foster", "Karen Lynn", "Foster"), ("Erin St Clair", "Erin",
        "StClair"),
    ],
)  # fmt: skip
def test_full_names_in_their_many_ways(shown: str, first: str, last: str) -> None:
    assert fit(read_display_name(shown), person(first, "", last)).full


@pytest.mark.parametrize(
    "shown", ["A Google User", "Anonymous", "🦷", "", "   ", "Angry in Ohio", "usuario anónimo", "Mom of 3"]
)
def test_an_alias_says_nothing(shown: str) -> None:
    assert fit(read_display_name(shown), person("Jennifer", "", "Morales")) == NOTHING


def test_who_has_no_name_is_fitted_by_nothing() -> None:
    assert fit(read_display_name("Jen M"), person("", "", "")) == NOTHING
    assert parts("Jen M", "Jennifer", "") == (Part.SHORT, Part.ABSENT)
    assert parts("J. Morales", "", "Morales") == (Part.ABSENT, Part.SAME)


def test_an_initial_may_be_a_short_forms() -> None:
    assert parts("B. Kessler", "Robert", "Kessler") == (Part.INITIAL, Part.SAME)
    assert parts("bkessler", "Robert", "Kessler") == (Part.INITIAL, Part.SAME)


def test_a_rarer_name_weighs_more() -> None:
    rare = fit(read_display_name("Xiomara Quispe"), person("Xiomara", "", "Quispe"))
    common = fit(read_display_name("Jennifer Smith"), person("Jennifer", "", "Smith"))
    assert rare.weight > common.weight > fit(read_display_name("Jen S"), person("Jennifer", "", "Smith")).weight > 0


@pytest.mark.parametrize("written", ["Carlos Morales", "Morales, Carlos", "Carlos"])
def test_a_relative_is_one_text(written: str) -> None:
    assert fit(read_display_name("Carlos Morales"), relative(written, "Morales")).full
