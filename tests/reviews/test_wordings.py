"""The pool of public replies, and the choice that knows nobody."""

import inspect
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.reviews.checker import Case, Category, Context, Level, Practice, Review, check
from amends.reviews.wordings import Wording, WordingsError, choose, read_pool, shipped_pool

PRACTICES = (
    Practice("Maple Street Dental", ("(555) 555-0100",), (), ("Dr. Hale", "Omar")),
    Practice("Crown Point Smiles & Implants", ("555-555-0123",), (), ()),
    Practice("May Family Dentistry, PLLC", ("+1 555 555 0144",), (), ("Grace May",)),
    Practice("Clínica Dental Sonrisas", ("555.555.0177",), (), ("Dra. Luz Vega",)),
)
CASES = (
    None,
    Case(
        "Jennifer Morales",
        ("Carlos Morales",),
        ("D2740 crown",),
        ("Dr. Hale",),
        ("2026-03-02",),
        ("120.00",),
        ("Delta Dental",),
        "Patient is a patient of the office manager. She called about privacy and a review, "
        "was frustrated, wants respect; crown fell out on 14.",
    ),
    Case(
        "April Young",
        ("Bill Young", "Grace Young"),
        ("D7140 extraction",),
        ("Omar",),
        ("2026-05-11",),
        ("555.00", "40"),
        ("Cigna",),
        "Waited 40 minutes. Manager listened, phone call, door was open, public comment on the internet; "
        "numb lip. El paciente llamó a la gerencia.",
    ),
    Case(
        "Art Law",
        (),
        ("D1110 cleaning",),
        (),
        (),
        ("14",),
        (),
        "thank you for taking the time to write; everyone heard; conversation; confidential; federal law",
    ),
)
REVIEWS = (
    Review(),
    Review(
        "J. M.",
        1,
        "I waited an hour and nobody listened. We take this seriously they said, and thank you for taking the time.",
    ),
    Review("April Young", 2, "Terrible. The crown fell out and nobody answers."),
    Review("Un cliente", 1, "Nadie me escuchó. Muy mal trato."),
)
WORDINGS = [wording for language in shipped_pool().values() for wording in language]


def name_of(wording: Wording) -> str:
    return f"{wording.language}-{wording.number + 1}"


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_each_wording_is_safe_and_complete_under_every_review_and_case(wording: Wording) -> None:
    for practice in PRACTICES:
        reply = wording.filled(practice=practice.name, phone=practice.phones[0])
        for case in CASES:
            for review in REVIEWS:
                verdict = check(reply, Context("google", review, practice, case))
                assert verdict.level in (Level.PASS, Level.NOTE), verdict.findings
                assert Category.MISSING_PARTS not in {one.category for one in verdict.findings}, verdict.findings


def test_both_languages_have_the_same_number_of_wordings_and_at_least_twelve() -> None:
    pool = shipped_pool()
    assert set(pool) == {"en", "es"}
    assert len(pool["en"]) == len(pool["es"]) >= 12


def test_no_two_wordings_are_alike_to_a_platform() -> None:
    for language in shipped_pool().values():
        for one in language:
            others = tuple(other.text for other in language if other is not one)
            found = check(one.text, Context(recent_replies=others)).findings
            assert not [finding for finding in found if finding.category is Category.PLATFORM_LIMITS]


def test_the_choice_cannot_know_a_patient_a_case_or_a_review() -> None:
    assert list(inspect.signature(choose).parameters) == ["pool", "language", "recent_replies", "number"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_choice_goes_through_the_whole_pool_before_one_comes_again(language: str) -> None:
    pool = shipped_pool()
    posted: list[Wording] = []
    for _ in range(3 * len(pool[language])):
        recent = [
            wording.filled(practice="Maple Street Dental", phone="(555) 555-0100") for wording in reversed(posted)
        ]
        posted.append(choose(pool, language, recent, 5))
    size = len(pool[language])
    assert {wording.number for wording in posted[:size]} == set(range(size))
    assert all(one != other for one, other in pairwise(posted))
    for place in range(size, len(posted)):
        assert posted[place] not in posted[place - size // 2 : place]


@given(
    number=st.integers(-1000, 1000),
    recent=st.lists(st.sampled_from([wording.text for wording in WORDINGS]), max_size=8),
)
def test_the_choice_is_the_same_each_time_and_never_what_was_just_posted(number: int, recent: list[str]) -> None:
    chosen = choose(shipped_pool(), "en", recent, number)
    assert chosen == choose(shipped_pool(), "en", list(recent), number)
    assert not recent or chosen.text != recent[0]


def test_with_nothing_posted_the_number_takes_turns() -> None:
    size = len(shipped_pool()["es"])
    assert [choose(shipped_pool(), "es", [], number).number for number in range(size + 1)] == [*range(size), 0]


def test_a_language_without_a_pool_gets_english_or_what_there_is() -> None:
    assert choose(shipped_pool(), "fr", [], 0).language == "en"
    assert choose(read_pool('es = ["Gracias. {phone}"]'), "fr", [], 0).language == "es"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("en = [", "not valid TOML"),
        ("en = 5", "en needs a list"),
        ("en = []", "en needs a list"),
        ("en = [5]", "en, reply 1 needs words"),
        ('en = ["Call {phone}", " "]', "en, reply 2 needs words"),
        ('en = ["Call {phone"]', "does not close"),
        ('en = ["Call {phone}, {patient}"]', "{patient}"),
        ('en = ["Thank you, {practice}"]', "needs {phone}"),
    ],
)
def test_a_pool_that_cannot_be_used_says_where(text: str, says: str) -> None:
    with pytest.raises(WordingsError) as wrong:
        read_pool(text)
    assert says in str(wrong.value)


def test_an_empty_pool_is_refused() -> None:
    with pytest.raises(WordingsError, match="empty"):
        choose({}, "en", [], 0)


@pytest.mark.parametrize(
    "name",
    [
        "Crown & Bridge Dental Studio",
        "Patients First Dental",
        "Painless Root Canal Center",
        "April May, DDS",
        "Your Family Dentist",
        "Late Night Emergency Dental",
        "Dr. Morales and Sons Dentistry",
        "Implantes y Coronas Dentales",
        "Free Smiles Insurance Dental Group · Monday Street",
    ],
)
def test_a_practice_of_any_name_may_use_every_wording(name: str) -> None:
    for wording in WORDINGS:
        reply = wording.filled(practice=name, phone="(555) 555-0100")
        verdict = check(reply, Context(practice=Practice(name, ("(555) 555-0100",)), case=CASES[1]))
        assert verdict.level in (Level.PASS, Level.NOTE), verdict.findings
