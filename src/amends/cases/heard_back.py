"""Whoever reported a case hears what became of it, once, when it closes, and once of each change that is planned later
(`learning/changes_heard.py`); and what their reports have saved."""

from collections.abc import Collection, Sequence
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
from amends.cases.models import CaseRow, HeardBack, HeardChange, pk_of
from amends.cases.policies import current_policy, policy_for
from amends.deliveries.telling import link_to
from amends.deliveries.ways import write_to_slack
from amends.practice.directory import directory_now
from amends.practice.models import Person
from amends.protocol.case import Case
from amends.protocol.events import Closed
from amends.protocol.policy import Policy
from amends.protocol.words import Purpose

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


def keep(done: Sequence[Done]) -> None:
    """Writes down who is to hear of the cases that closed: the reporter, where somebody else put it right. Once."""
    for one in done:
        closed = next((event.at for event in one.events if isinstance(event.fact, Closed)), None)
        reporter, addressing = one.case.reporter, one.case.addressing
        if closed is None or reporter is None or not reporter.id or addressing is None:
            continue
        if addressing.by.id == reporter.id:
            continue
        news = {"person_id": int(reporter.id), "closed_at": closed}
        if HeardBack.objects.get_or_create(case=one.row, defaults=news)[1]:
            _tell_on_slack(one, reporter.id, closed)


def _tell_on_slack(one: Done, person: str, at: datetime) -> None:
    """By direct message, where they have Slack: the case, its office, and thanks; nothing of the patient."""
    known = directory_now()
    if person not in known.people:
        return
    policy = policy_for(one.case.policy)
    office = known.offices[one.case.office].name
    text = (
        f"{one.number}, {office}: what you reported is closed. {_phrase(one.case, policy)}. Thank you for speaking up."
    )
    text = f"{text}\n{link_to(one.number)}"
    write_to_slack(known.people[person], Purpose.HEARD_BACK, f"heard-back:{one.number}", text, now=at)


def news_for(person: int, offices: Collection[str]) -> list[News]:
    """What became of this person's reports and they have not said yet that they know, the oldest first.

    `offices` are those at which they may see cases.
    """
    ended = HeardBack.objects.filter(person_id=person, got_it_at=None).order_by("closed_at")
    later: dict[int, list[str]] = {}
    for change in HeardChange.objects.filter(person_id=person, got_it_at=None).order_by("planned_at", "pk"):
        later.setdefault(change.case_id, []).append(change.what)
    ended_cases = list(ended.values_list("case_id", flat=True)[:_AT_ONCE])
    shown = list(dict.fromkeys((*ended_cases, *later)))[:_AT_ONCE]
    rows = CaseRow.system.in_bulk(shown)
    return [_news(rows[pk], offices, later.get(pk, []), ended=pk in ended_cases) for pk in shown]


def _news(row: CaseRow, offices: Collection[str], later: Sequence[str], *, ended: bool) -> News:
    office = directory_now().offices[str(row.office_id)]
    may_see = office.id in offices
    done, planned = _ended(row) if ended else ("", [])
    # What was said when it was addressed is mostly what was planned then, in the same words.
    changes = dict.fromkeys((*planned, *later)) if may_see else ()
    return News(row, office.name, done, tuple(changes), may_see)


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
    reports = CaseRow.system.filter(reporter_id=person).exclude(owner_id=person)
    saved = Q(figures__kept_on__gte=first) | Q(figures__confirmed="yes", figures__confirmed_on__gte=first)
    return reports.filter(saved, figures__counts=True).count()


@require_POST
def got_it(request: HttpRequest, number: str) -> HttpResponse:
    """The reporter knows; it is shown no more. Theirs to say also where they may not open the case any more."""
    person, case = cast(Person, request.user), pk_of(number) or 0
    told = [news.objects.filter(case=case, person=person) for news in (HeardBack, HeardChange)]
    if not any(news.exists() for news in told):
        raise Http404
    for news in told:
        news.filter(got_it_at=None).update(got_it_at=timezone.now())
    return HttpResponseRedirect(reverse("work"), status=303)
