"""A lesson holds no patient, no family, no staff, no way to reach anybody and no day: refused at its field."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.acting import DANA, a_case
from tests.conftest import Cast

from amends.cases.forms import name_given
from amends.integrations.open_dental.models import PatientRecord
from amends.integrations.open_dental.record import Record, Relative
from amends.learning.lessons.models import Lesson, LessonVersion
from amends.learning.lessons.patient_free import people_of, what_tells
from amends.practice.models import Person
from amends.protocol.words import PatientStatus
from amends.reviews.checker.check import who_it_tells
from amends.reviews.checker.values import Case, Category, Context, Practice
from amends.reviews.intake import SeenReview, take_in

ClientFor = Callable[[Person], Client]

GIVEN = ["Dana", "Odalys", "Brentlyn", "Aurelio", "Xochitl", "Wilhelmina", "Tariq", "Sunniva", "Ignatius", "Marisela"]
FAMILY = ["Quillfeather", "Quintero", "Vandermolen", "Ostrowski", "Achterberg", "Delacroix", "Nakashima", "Thistlewood"]
AROUND = [
    "{} waited an hour and nobody said why.",
    "The bill of {} was higher than the estimate.",
    "We told {} on the phone that it is free.",
    "Nobody called back; {}.",
    "It began when we moved {} to another day without asking.",
]
people = st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY))
HARMLESS = [
    "At checkout: Estimate differed from the bill; nobody told them about the delay.",
    "We print every estimate and go through it together before work starts.",
    "Whoever is 10 minutes behind tells the patient, and says for how long.",
    "We ask for name, date of birth and the last four digits before records leave.",
    "By Friday at 4 pm the desk calls everybody whose lab case is late.",
    "We ask Delta Dental before the first visit, twice in May, within 3 days.",
    "A banner at the door says where to park in a frost.",
    "Open Dental shows it; Harbor View and Maple Street do it, too.",
]


def context(patient: str = "", *family: str) -> Context:
    practice = Practice(
        name="Bluebell & Finch Dental · Maple Street · Harbor View", staff=("Cleo Banner", "Lena Frost")
    )
    return Context(practice=practice, case=Case(patient=patient, family=family))


def written(name: str, how: int) -> str:
    return [name, name.upper(), name.lower(), name.replace("a", "á"), name + "'s", f"“{name}”"][how]


@given(patient=people, relative=people, around=st.sampled_from(AROUND), how=st.integers(0, 5), which=st.integers(0, 5))
def test_no_part_of_a_name_of_the_patient_or_the_family_passes(patient, relative, around, how, which):
    names = [patient, relative, *patient.split(), *relative.split()]
    assert what_tells(around.format(written(names[which], how)), context(patient, relative))


@given(digits=st.text("0123456789", min_size=10, max_size=10), shape=st.integers(0, 4), around=st.sampled_from(AROUND))
def test_no_telephone_number_passes(digits, shape, around):
    area, office, line = "2" + digits[1:3], "5" + digits[4:6], digits[6:]
    number = [f"{area}-{office}-{line}", f"({area}) {office}-{line}", f"{area}.{office}.{line}",
              f"+1 {area} {office} {line}", f"{office}-{line}"][shape]  # fmt: skip
    assert what_tells(around.format(number), context())


@given(
    name=st.text("abcdefghij.", min_size=1, max_size=12).filter(
        lambda one: not one.startswith(".") and ".." not in one
    ),
    host=st.sampled_from(["example.com", "mail.example", "clinic.example.org"]),
    around=st.sampled_from(AROUND),
)
def test_no_mailbox_passes(name, host, around):
    assert what_tells(around.format(f"{name.rstrip('.') or 'a'}@{host}"), context())


@given(day=st.dates(date(1920, 1, 1), date(2026, 12, 31)), shape=st.integers(0, 7), around=st.sampled_from(AROUND))
def test_no_day_of_a_birth_passes(day, shape, around):
    spanish = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
               "noviembre", "diciembre"][day.month - 1]  # fmt: skip
    text = [
        f"{day:%m/%d/%Y}", f"{day:%Y-%m-%d}", f"{day:%m-%d-%y}", f"{day:%B} {day.day}, {day.year}",
        f"{day:%b} {day.day}", f"{day.day} {day:%B} {day.year}", f"the {day.day}th of {day:%B}",
        f"{day.day} de {spanish}",
    ][shape]  # fmt: skip
    assert what_tells(around.format(f"(born {text})"), context())


@given(text=st.text(max_size=400))
def test_whatever_is_typed_is_judged(text):
    assert all(sentence.startswith("“") for sentence in what_tells(text, context("Dana Quillfeather")))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_tells_nobody_passes(text):
    assert what_tells(text, context("Dana Quillfeather", "Aurelio Quillfeather")) == []


@pytest.mark.parametrize(
    "text", ["Cleo Banner forgot it.", "Dr. Weiss explains it.", "We ask Frost first.", "omar calls."]
)
def test_names_of_staff_do_not_pass(text):
    assert what_tells(text, context())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("may 5 people wait", []),
        ("It is in May.", []),
        ("In March the lab is closed.", []),
        ("May 5", ["May 5"]),
        ("on the 3rd of March", ["3rd of March"]),
        ("December 1987", ["December 1987"]),
        ("December 87000", []),
        ("4/12", ["4/12"]),
    ],
)
def test_a_month_alone_is_no_day(text, found):
    assert [one.text for one in who_it_tells(text, context()) if one.category is Category.DATES] == found


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("Name given: Odalys Quintero. She waited.", "Odalys Quintero"),
        ("Name given: Mrs. O. Quintero. She waited.", "Mrs. O. Quintero"),
        ("She waited.", ""),
    ],
)
def test_the_name_in_front_of_an_account_is_found_again(account, name):
    assert name_given(account) == name


# --- with what Amends knows of the case -----------------------------------------------------------------------------


@pytest.fixture
def teller(group: Cast, client_for: ClientFor) -> Callable[..., str]:
    """Sends a lesson of a case whose half `field` says `text`, and gives the page."""

    def send(row: Any, text: str, field: str = "happened") -> str:
        typed = {"happened": "The bill was higher.", "we_do": "We print it.", field: text}
        return client_for(group.omar).post(f"/huddle/new?case={row.number}", typed).content.decode()

    return send


@pytest.mark.parametrize("field", ["happened", "we_do"])
def test_a_name_is_refused_at_its_field_in_words_that_say_what_to_write(group, teller, field):
    page = teller(a_case(group), "Dana was billed twice.", field)
    assert "“Dana” may be somebody&#x27;s name. Write “the patient”, “the desk” or “we”." in page
    assert f'id="id_{field}_error"' in page
    assert "Dana was billed twice." in page  # what was typed is kept
    assert not Lesson.objects.exists()


def test_the_family_of_the_record_is_refused(group, teller):
    row = a_case(group)
    record = Record(since=date(2026, 1, 1), family=(Relative(PatNum=1002, name="Zephyrine Oakhanger"),))
    PatientRecord.objects.create(
        patient_key=row.patient_key, database="main", PatNum=str(DANA.pat_num), zone="America/New_York",
        since=date(2026, 1, 1), record=record.model_dump(mode="json"),
    )  # fmt: skip
    assert getattr(people_of(row).case, "family", ()) == ("Zephyrine Oakhanger",)
    assert "“Zephyrine” may be" in teller(row, "Then Zephyrine called.")


def test_a_name_that_was_only_given_is_refused(group, teller):
    account = "Name given: Thrandruil Bexworth. Waited an hour."
    row = a_case(group, account=account, patient=None, patient_status=PatientStatus.UNKNOWN)
    assert "“Bexworth” may be" in teller(row, "We let Bexworth wait.")


def test_the_reviewers_name_is_refused(group, teller):
    row = a_case(group)
    seen = SeenReview(office=str(group.maple.pk), site="yelp", stars=1, text="Never again.", reviewer="Grizzelquist T.",
                      posted_at=row.opened_at)  # fmt: skip
    review = take_in(seen, via="by_hand").review
    review.case = row
    review.save()
    assert "“Grizzelquist” may be" in teller(row, "We answered Grizzelquist late.")


def test_a_new_version_is_judged_in_the_same_way(group, client_for):
    row = a_case(group)
    omar = client_for(group.omar)
    omar.post(f"/huddle/new?case={row.number}", {"happened": "The bill was higher.", "we_do": "We print it."})
    answer = omar.post(
        f"/huddle/{Lesson.objects.get().pk}/edit", {"happened": "Dana was right.", "we_do": "We print it.", "seen": "1"}
    )
    assert answer.status_code == 422
    assert LessonVersion.objects.count() == 1
