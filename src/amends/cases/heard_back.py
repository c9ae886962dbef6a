"""Whoever reported a case hears what became of it, once, when it closes, and once of each change that is planned later
(`learning/changes_heard.py`); and what their reports have saved."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.models import CaseRow, HeardBack, HeardChange, number_of, pk_of
from amends.cases.policies import current_policy, policy_for
from amends.deliveries.telling import link_to
from amends.deliveries.ways import write_to_slack
from amends.practice.directory import directory_now
from amends.practice.models import Person
from amends.protocol.case import Case
from amends.protocol.events import Closed, TakenIn
from amends.protocol.policy import Policy
from amends.protocol.values import Actor
from amends.protocol.words import Purpose, Stage

_AT_ONCE = 5


@dataclass(frozen=True)
class News:
    """What became of one report: how it was put right as a coded phrase, and what changes because of it.

    `done` is "" where they know that already, and hear of what was planned since. Where they may not see the case (any
    more) there are no `changes`, which are somebody's own words.
    """

    row: CaseRow
    office: str
    done: str
    changes: tuple[str, ...]
    may_see: bool
    joined: str


def keep(done: Sequence[Done]) -> None:
    """Writes down who is to hear of the cases that closed: whoever reported them, where somebody else put it right.
    Once; and of a report that joins a closed case, then."""
    for one in done:
        ended = next((event.at for event in one.events if isinstance(event.fact, Closed | TakenIn)), None)
        if ended and one.case.stage is Stage.CLOSED and one.case.addressing:
            _keep(one, ended, knows=one.case.addressing.by)


def _keep(one: Done, ended: datetime, *, knows: Actor) -> None:
    taken = actions.cases_taken_in(one.case)
    before = HeardBack.objects.filter(case__in=[one.row.pk, *taken])
    if taken:  # what they were part of may have become part of another one itself
        before.exclude(case=one.row).update(part_of=one.row)
    heard = {knows.id, *(str(person) for person in before.values_list("person_id", flat=True))}
    for person, reported in reporters(one.row, taken).items():
        if str(person) in heard:
            continue
        part_of = None if reported == one.row.pk else one.row
        HeardBack.objects.create(case_id=reported, person_id=person, closed_at=ended, part_of=part_of)
        _tell_on_slack(one, str(person), number_of(reported), ended)


def reporters(row: CaseRow, taken: Iterable[int]) -> dict[int, int]:
    """Everybody who reported this case or one that it has taken in (row ids) → the one that they reported."""
    found: dict[int, int] = {row.reporter_id: row.pk} if row.reporter_id else {}
    joined = CaseRow.system.filter(pk__in=list(taken), stage=Stage.SET_ASIDE.value, reporter__isnull=False)
    for pk, person in joined.order_by("pk").values_list("pk", "reporter_id"):
        found.setdefault(person, pk)
    return found


def _tell_on_slack(one: Done, person: str, reported: str, at: datetime) -> None:
    """By direct message, where they have Slack: the case, its office, and thanks; nothing of the patient."""
    known = directory_now()
    policy = policy_for(one.case.policy)
    office = known.offices[one.case.office].name
    number = one.number if reported == one.number else f"{reported}, now part of {one.number}"
    text = f"{number}, {office}: what you reported is closed. {_phrase(one.case, policy)}. Thank you for speaking up."
    text = f"{text}\n{link_to(one.number)}"
    write_to_slack(known.people[person], Purpose.HEARD_BACK, f"heard-back:{reported}", text, now=at)


def news_for(person: int, offices: Collection[str]) -> list[News]:
    """What became of this person's reports and they have not said yet that they know, the oldest first.

    `offices` are those at which they may see cases.
    """
    ended: dict[int, int] = {}  # the case that closed → the one that they reported
    new = HeardBack.objects.filter(person_id=person, got_it_at=None).order_by("closed_at")
    for reported, part_of in new.values_list("case_id", "part_of_id")[:_AT_ONCE]:
        ended.setdefault(part_of or reported, reported)
    later: dict[int, list[str]] = {}
    for change in HeardChange.objects.filter(person_id=person, got_it_at=None).order_by("planned_at", "pk"):
        later.setdefault(change.case_id, []).append(change.what)
    shown = list(dict.fromkeys((*ended, *later)))[:_AT_ONCE]
    rows = CaseRow.system.in_bulk(shown)
    return [_news(rows[pk], offices, later.get(pk, []), ended.get(pk)) for pk in shown]


def _news(row: CaseRow, offices: Collection[str], later: Sequence[str], reported: int | None) -> News:
    """`reported` is which case they reported, where they do not know how it ended."""
    office = directory_now().offices[str(row.office_id)]
    may_see = office.id in offices
    done, planned = _ended(row) if reported else ("", [])
    # What was said when it was addressed is mostly what was planned then, in the same words.
    changes = dict.fromkeys((*planned, *later)) if may_see else ()
    joined = number_of(reported) if reported and reported != row.pk else ""
    return News(row, office.name, done, tuple(changes), may_see, joined)


def _ended(row: CaseRow) -> tuple[str, list[str]]:
    """How it was put right, and what was said and planned to change, in somebody's own words."""
    case = actions.state_of(row.pk)
    said = [case.addressing.change] if case.addressing and case.addressing.change else []
    return _phrase(case, policy_for(row.policy)), [*said, *(action.what for action in case.actions)]


def _phrase(case: Case, policy: Policy) -> str:
    key = case.addressing.resolution if case.addressing else ""
    return policy.resolutions.get(key, current_policy().resolutions.get(key, "It is put right"))


def saved_by(person: int, now: datetime) -> int:
    """How many patients of this quarter's reports by this person came back or said that it is fixed.

    Shown to that person alone, and compared with nobody.
    """
    local = now.date()
    first = local.replace(month=3 * ((local.month - 1) // 3) + 1, day=1)
    own = CaseRow.system.filter(reporter_id=person)
    joined = HeardBack.objects.filter(person_id=person, part_of__isnull=False).values("part_of")
    others = CaseRow.system.filter(pk__in=joined).exclude(reporter_id=person)
    saved = Q(figures__kept_on__gte=first) | Q(figures__confirmed="yes", figures__confirmed_on__gte=first)
    # Two questions, each by its index.
    return sum(rows.exclude(owner_id=person).filter(saved, figures__counts=True).count() for rows in (own, others))


@require_POST
def got_it(request: HttpRequest, number: str) -> HttpResponse:
    """The reporter knows; it is shown no more. Theirs to say also where they may not open the case any more."""
    person, case = cast(Person, request.user), pk_of(number) or 0
    ended = HeardBack.objects.filter(Q(case=case) | Q(part_of=case), person=person)
    told = (ended, HeardChange.objects.filter(case=case, person=person))
    if not any(news.exists() for news in told):
        raise Http404
    for news in told:
        news.filter(got_it_at=None).update(got_it_at=timezone.now())
    return HttpResponseRedirect(reverse("work"), status=303)
