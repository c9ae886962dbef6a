"""People, justly: what the page about one person says, from how much on, to whom, and that nobody is ranked."""

import ast
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.acting import a_case, does
from tests.conftest import Cast

import amends
from amends.audit.models import Look
from amends.cases.models import CaseRow
from amends.learning.models import CaseFigures
from amends.learning.people import pattern
from amends.learning.people.pattern import Told, are_enough, compared, pattern_of
from amends.practice.models import Absence, Person, Post
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import AsideReason, Moment

ClientFor = Callable[[Person], Client]
TODAY = date(2026, 11, 18)
TOO_FEW = "Too few to say anything."


def told(n: int, ago: int, patient: str = "x", causes: tuple[str, ...] = (), office: int = 1) -> Told:
    return Told(n, TODAY - timedelta(days=ago), office, patient, causes, "before")


def patient(n: int) -> Patient:
    return Patient("main", 1_000 + n, f"Dana Quillfeather {n}")


def involved(group: Cast, who: Person, ago: int, n: int, *, office=None, cause: str = "wait_in_office") -> CaseRow:
    """A case in which this person was involved, told so many days ago by the patient with that number."""
    row = a_case(group, by=group.lee, office=office, ago=timedelta(days=ago), patient=patient(n))
    named = PersonValue(str(who.pk), who.name)
    return does(group.lee, row, c.RecordCauses(causes=(cause,)), c.NameInvolved(people=(named,)))


def enough(group: Cast, who: Person, cases: int = 5, **how) -> list[CaseRow]:
    return [involved(group, who, 10 + 20 * n, n, **how) for n in range(cases)]


def page(client: Client, **asked: str | int) -> str:
    answer = client.get("/learning/people", asked)
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", unescape(answer.content.decode()))


# --- the minimum counts ----------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(("", "a", "b", "c", "d"))), max_size=9))
def test_nothing_is_said_below_any_of_the_minimum_counts(cases: list[tuple[int, str]]) -> None:
    some = [told(n, ago, who) for n, (ago, who) in enumerate(cases)]
    days = {ago for ago, _ in cases}
    patients = {who for _, who in cases} - {""}
    assert are_enough(some) == (len(cases) >= 5 and max(days) - min(days) >= 60 and len(patients) >= 3)


@pytest.mark.parametrize("cases", [1, 2, 3, 4])
def test_none_and_four_look_the_same(group: Cast, client_for: ClientFor, cases: int) -> None:
    lee = client_for(group.lee)
    none = page(lee, person=group.ana.pk)
    for n in range(cases):
        involved(group, group.ana, 10 + 40 * n, n)
    assert TOO_FEW in none
    assert page(lee, person=group.ana.pk) == none


@pytest.mark.parametrize(
    "cases",
    [
        [(10 + 14 * n, n) for n in range(5)],  # 56 days
        [(10 + 20 * n, n % 2) for n in range(9)],  # two patients
    ],
)
def test_many_cases_of_few_patients_or_few_days_are_too_few(
    group: Cast, client_for: ClientFor, cases: list[tuple[int, int]]
) -> None:
    lee = client_for(group.lee)
    none = page(lee, person=group.ana.pk)
    for ago, n in cases:
        involved(group, group.ana, ago, n)
    assert page(lee, person=group.ana.pk) == none


def test_what_was_set_aside_taken_back_or_long_ago_does_not_count(group: Cast, client_for: ClientFor) -> None:
    rows = enough(group, group.ana, 7)
    does(group.lee, rows[0], c.PutAside(reason=AsideReason.NOT_UPSET, note="x"))
    does(group.lee, rows[1], c.NameInvolved(people=()))
    involved(group, group.ana, 740, 9)
    assert TOO_FEW not in page(client_for(group.lee), person=group.ana.pk)
    does(group.lee, rows[2], c.NameInvolved(people=()))
    assert TOO_FEW in page(client_for(group.lee), person=group.ana.pk)


# --- the pattern -----------------------------------------------------------------------------------------------------


def test_it_says_causes_moments_and_time_in_words(group: Cast, client_for: ClientFor) -> None:
    rows = enough(group, group.ana)
    text = page(client_for(group.lee), person=group.ana.pk)
    assert text.index("Talk to them first") < text.index("What got in the way")
    assert "Long wait in the office" in text
    assert "5.0 of 5" in text
    assert "At checkout" in text
    assert "Days between cases" in text
    assert "Ordinary variation." in text
    assert "How many visits Ana Ruiz had is not known" in text
    assert all(f"/cases/{row.number}" in text for row in rows[:-1])


def test_more_than_chance_makes_of_it_is_said_so(group: Cast, client_for: ClientFor) -> None:
    enough(group, group.ana, 8, cause="privacy")
    for n in range(60):
        row = a_case(group, by=group.lee, ago=timedelta(days=n), patient=patient(n), moment=Moment.BEFORE)
        does(group.lee, row, c.RecordCauses(causes=("wait_in_office",)))
    text = page(client_for(group.lee), person=group.ana.pk)
    assert "More than chance makes of it" in text


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from(("a", "b")), st.booleans()), min_size=1, max_size=30))
def test_what_is_usual_is_what_all_cases_of_each_office_have(cases: list[tuple[int, str, bool]]) -> None:
    """By hand: of so many cases at an office, as many would have the cause as its share of all cases there."""
    every = [told(n, n, causes=(cause,), office=office) for n, (office, cause, _) in enumerate(cases)]
    mine = [one for one, (_, _, is_mine) in zip(every, cases, strict=True) if is_mine]
    found = compared(mine, [one for one in every if one.office in {each.office for each in mine}])
    for line in found.causes:
        usual = 0.0
        for office in {one.office for one in mine}:
            here = [one for one in every if one.office == office]
            with_it = sum(line.key in one.causes for one in here)
            usual += sum(one.office == office for one in mine) * with_it / len(here)
        assert line.usual == pytest.approx(usual)
        assert line.count == sum(line.key in one.causes for one in mine)
    assert sum(line.count for line in found.moments) == len(mine)


def test_only_whole_numbers_of_people_are_found(group: Cast) -> None:
    """Person 1 is not involved where person 11 is."""
    rows = enough(group, group.ana)
    CaseFigures.objects.filter(case__in=rows).update(involved=",11,")
    today = timezone.now().date()
    assert pattern_of("1", [group.maple.pk], today) is None
    assert pattern_of("11", [group.maple.pk], today) is not None


# --- who may look, and that it is written down -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ana", "omar", "ruth", "pia", "nick", "alex"])
def test_nobody_below_the_region_may_look(group: Cast, client_for: ClientFor, name: str) -> None:
    client = client_for(group.people[name])
    assert client.get("/learning/people").status_code == 404
    assert client.get("/learning/people", {"person": group.ana.pk}).status_code == 404
    assert not Look.objects.exists()


def test_a_regional_manager_sees_only_their_own_offices(group: Cast, client_for: ClientFor) -> None:
    enough(group, group.nick, office=group.harbor)
    rita = client_for(group.rita)
    assert "Nick Tanaka" not in page(rita)
    assert rita.get("/learning/people", {"person": group.nick.pk}).status_code == 404
    assert not Look.objects.exists()
    Post.objects.create(person=group.nick, role="team", office=group.maple)
    assert TOO_FEW in page(rita, person=group.nick.pk)  # what happened elsewhere is not hers to know
    assert TOO_FEW not in page(client_for(group.lee), person=group.nick.pk)


def test_who_covers_for_a_regional_manager_does_not_look_at_people(group: Cast, client_for: ClientFor) -> None:
    now = timezone.now()
    day = timedelta(days=1)
    Absence.objects.create(person=group.rita, begins=now - day, ends=now + day, cover=group.omar)
    omar = client_for(group.omar)
    assert omar.get("/summary").status_code == 200  # he has her other rights
    assert omar.get("/learning/people").status_code == 404
    assert "/learning/people" not in omar.get("/learning/").content.decode()
    assert "/learning/people" in client_for(group.lee).get("/learning/").content.decode()


@pytest.mark.parametrize("asked", ["0", "x", "9" * 40, "\x00", "inactive", "leader"])
def test_whom_nobody_may_look_at_is_not_there(group: Cast, client_for: ClientFor, asked: str) -> None:
    group.ana.is_active = False
    group.ana.save()
    person = {"inactive": str(group.ana.pk), "leader": str(group.sam.pk)}.get(asked, asked)
    assert client_for(group.lee).get("/learning/people", {"person": person}).status_code == 404
    assert not Look.objects.exists()


def test_each_look_at_a_person_is_in_the_access_log(group: Cast, client_for: ClientFor) -> None:
    rita = client_for(group.rita)
    page(rita)
    page(rita, q="ana")
    assert not Look.objects.exists()
    page(rita, person=group.ana.pk)
    look = Look.objects.get()
    assert (look.person_name, look.what, look.whom, look.whom_name) == (
        "Rita Lindqvist",
        "person",
        str(group.ana.pk),
        "Ana Ruiz",
    )
    page(rita, person=group.omar.pk)
    text = client_for(group.pia).get("/privacy/", {"whom": group.ana.pk}).content.decode()
    rows = text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Looked at what their cases have in common" in rows
    assert "Ana Ruiz" in rows
    assert "Omar Haddad" not in rows


# --- nobody is ranked ------------------------------------------------------------------------------------------------


def names_on(text: str) -> list[str]:
    return re.findall(r'<a href="\?person=\d+">([^<]+)</a>', text)


def test_people_stand_by_the_alphabet_whatever_happened(group: Cast, client_for: ClientFor) -> None:
    lee = client_for(group.lee)
    before = page(lee)
    assert names_on(before) == ["Ana Ruiz", "Nick Tanaka", "Omar Haddad", "Ruth Bellamy"]
    enough(group, group.ruth, 9)
    enough(group, group.nick, 6, office=group.harbor)
    assert page(lee) == before
    assert names_on(page(lee, q="r")) == ["Ana Ruiz", "Omar Haddad", "Ruth Bellamy"]
    assert names_on(page(lee, q="nobody")) == []


def test_long_lists_wait_for_a_part_of_the_name(group: Cast, client_for: ClientFor, monkeypatch) -> None:
    monkeypatch.setattr("amends.learning.people.pages._LISTED_AT_MOST", 2)
    lee = client_for(group.lee)
    assert "Type a part of the name" in page(lee)
    assert names_on(page(lee)) == []
    assert "Too many names" in page(lee, q="a")
    assert names_on(page(lee, q="ruth")) == ["Ruth Bellamy"]


def test_a_page_names_one_person_only(group: Cast, client_for: ClientFor) -> None:
    enough(group, group.ana, 6)
    enough(group, group.omar, 7)
    main = page(client_for(group.lee), person=group.ana.pk).partition("<main")[2]
    assert "Ana Ruiz" in main
    assert not any(one.name in main for name, one in group.people.items() if name != "ana")


def test_nothing_else_reads_who_was_involved() -> None:
    """No list, chart, file or message can count people: the column is read in one query, which takes one person."""
    root = Path(amends.__file__).parent
    readers = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = [getattr(node, "attr", ""), getattr(node, "arg", "") or ""]
            if any(name.startswith("involved") for name in named):
                readers.add(file.relative_to(root).as_posix())
    assert readers == {
        "cases/actions.py",  # a case that is merged takes them along
        "protocol/rules/ending.py",
        "cases/forms_record.py",  # the form in which they are named
        "cases/steps.py",
        "demo/stories/parts.py",
        "learning/figures.py",
        "learning/people/pattern.py",
        "protocol/fold.py",
        "protocol/rules/learning.py",
    }
    queries = re.findall(r"involved__\w+", (root / "learning/people/pattern.py").read_text(encoding="utf-8"))
    assert queries == ["involved__contains"]


def test_the_page_says_the_published_numbers(group: Cast, client_for: ClientFor) -> None:
    assert (pattern.FEWEST_CASES, pattern.FEWEST_PATIENTS, pattern.FEWEST_DAYS) == (5, 3, 60)
    text = page(client_for(group.lee), person=group.ana.pk)
    assert "from 5 cases of at least 3 patients over at least 60 days" in text
