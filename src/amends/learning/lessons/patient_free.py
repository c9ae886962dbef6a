"""What a lesson must not hold: anybody's name, a way to reach them, a day of the calendar.

What Amends knows of the case's patient is read here in order to keep it out, and goes nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from amends.cases.actions import state_of
from amends.cases.forms import name_given
from amends.cases.models import CaseRow
from amends.integrations.open_dental.record_keeping import kept_under
from amends.practice.directory import directory
from amends.reviews.checker.check import who_it_tells
from amends.reviews.checker.values import Case as CaseFacts
from amends.reviews.checker.values import Category, Context, Practice
from amends.reviews.checker.values import Review as ReviewFacts
from amends.reviews.models import Review

_WHYS: Mapping[Category, str] = MappingProxyType(
    {
        Category.NAMES: "may be somebody's name. Write “the patient”, “the desk” or “we”.",
        Category.CONTACT_DETAILS: "is a way to reach somebody. Leave it out.",
        Category.DATES: "is a day of the calendar, which may tell who it was. Leave it out.",
    }
)


def what_tells(text: str, about: Context) -> list[str]:
    """What in the text would tell who somebody is, each as a sentence; nothing for a text that may be shown."""
    found = who_it_tells(text, about)
    if any(one.text.islower() for one in found):
        # "A frost of a week" in a group where somebody is called Frost.
        strangers = who_it_tells(text, replace(about, practice=replace(about.practice, staff=())))
        found = tuple(one for one in found if one in strangers or not one.text.islower())
    return list(dict.fromkeys(f"“{one.text}” {_WHYS[one.category]}" for one in found))


def people_of(row: CaseRow) -> Context:
    """Everybody whom a lesson of this case could name: its patient and their family, the reviewer, the staff."""
    return people_of_each([row])[row.pk]


def people_of_each(rows: Sequence[CaseRow]) -> dict[int, Context]:
    """case → everybody whom a lesson of it could name."""
    known = directory()
    practice = Practice(
        name=" · ".join([known.group, *(office.name for office in known.offices.values())]),
        staff=tuple(person.name for person in known.people.values()),
    )
    kept = kept_under(row.patient_key for row in rows if row.patient_key)
    reviewers: dict[int, list[str]] = {row.pk: [] for row in rows}
    for case, name in Review.objects.filter(case__in=reviewers).order_by("pk").values_list("case_id", "reviewer"):
        reviewers[case or 0].append(name)
    found = {}
    for row in rows:
        record = kept[row.patient_key].record if row.patient_key in kept else None
        found[row.pk] = Context(
            review=ReviewFacts(reviewer=" ".join(reviewers[row.pk])),
            practice=practice,
            case=CaseFacts(
                patient=row.patient_name or name_given(state_of(row.pk).accounts[0].text),
                family=tuple(relative.name for relative in record.family) if record else (),
            ),
        )
    return found
