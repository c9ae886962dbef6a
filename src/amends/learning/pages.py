"""Learning: what happens how often, why, how soon somebody speaks, and whether what was changed held."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, actor_at, case_for, offices_with, own_offices_with
from amends.audit.pages import home_zone
from amends.cases import actions
from amends.cases.models import pk_of
from amends.cases.policies import current_policy
from amends.learning import charts
from amends.learning.against_visits import AgainstVisits, visits_of
from amends.learning.changes import change_of, changes_of, near_of
from amends.learning.chosen import chosen, options
from amends.learning.counting import Counted, cases_of, first_day, rare_ones, total
from amends.learning.models import WatchedAction, keys_in
from amends.learning.quiet_offices import quiet_offices
from amends.learning.rates import rates
from amends.learning.spans import Grain, spans_of
from amends.learning.to_change import said
from amends.learning.watching import MOST_NEAR, near_misses
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.practice.parts_of_weeks import part_of
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import Actor
from amends.protocol.words import Role, Stage
from amends.web.asked import page_after

# So many cases or fewer in the whole time are rare: the days between them say more than counts do.
_RARE = 40


@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """All charts of the chosen places and time."""
    person = cast(Person, request.user)
    known, policy, now = directory(), current_policy(), timezone.now()
    now_chosen = chosen(request.GET, person, known, policy)
    asked = now_chosen.asked
    today = now.astimezone(home_zone(known)).date()
    began = first_day() or today
    since = _joined(asked.offices, known, began)
    spans = spans_of(now_chosen.window, today, since=since)
    first = min(some[0].first for some in spans.values())
    finest = next(iter(spans.values()))
    begin, end = part_of(first), max(some[-1].end for some in spans.values())
    counted = Counted(cases_of(asked, begin, end, in_months=finest[0].grain is not Grain.WEEK))
    whole = total(counted[span] for span in finest)
    links = charts.Links(now_chosen.filters)
    visits = visits_of(asked.offices, [span for some in spans.values() for span in some], today)
    held = AgainstVisits(asked, visits, counted, today, begin)
    names = {int(key): office.name for key, office in known.offices.items() if office.is_active}
    shown = [rates(spans, held, today, links, names, since=since)]
    if whole.cell.cases <= _RARE:
        shown.append(charts.between(rare_ones(asked, finest[0].first, today), today))
    filters = options(now_chosen, known, policy)
    mine = [int(one) for one in now_chosen.mine]
    offices = mine if asked.offices is None else list(asked.offices)
    context = {
        "chosen": now_chosen,
        "options": filters,
        "narrowed": bool(now_chosen.filters),
        "narrowed_to": [one.label for name in ("cause", "source") for one in filters[name] if one.chosen],
        "first": finest[0].first,
        "today": today,
        "cases": whole.cell.cases,
        "charts": shown,
        "causes": charts.causes(whole, policy.causes, finest[0].first, today, links),
        "areas": charts.areas(whole, policy.causes, finest[0].first, today, links),
        "contact": charts.contact(finest, counted, whole, today, links),
        "kept": charts.kept(whole, finest[0].first, today, links),
        "kept_days": policy.limits.kept_days,
        "changes": changes_of(asked.offices, asked.cause, known, policy.causes, str(person.pk), now, request.GET),
        "may_see_people": bool(own_offices_with(person, Right.SEE_PEOPLE, known)),
        "quiet": [found.in_words(names[office]) for office, found in quiet_offices(offices, today, began)],
    }
    return render(request, "learning/learning.html", context)


def _joined(offices: Sequence[int] | None, known: Directory, began: date) -> date:
    """Since when upset patients are written down at one of these offices at least; the group `began` that day."""
    joined = [known.offices[str(one)].joined_on or began for one in offices or ()]
    return max(began, min(joined, default=began))


@require_safe
def action(request: HttpRequest, number: str, no: int) -> HttpResponse:
    """One corrective action with what came near to it; whoever sees to it may always open it."""
    person = cast(Person, request.user)
    row = _watched(person, number, no)
    known, policy = directory(), current_policy()
    office, mine = str(row.office_id), offices_with(person, Right.SEE_CASE, known)
    learns = office in offices_with(person, Right.SEE_LEARNING, known)
    found = near_misses(row, mine) if learns else []
    near = [near_of(other, how, known, policy.causes) for other, how in found]
    change = change_of(row, known, policy.causes, str(person.pk), timezone.now())
    places = [known.offices[one].name for one in keys_in(row.offices) if one in known.offices]
    failed_at = str(row.failed_by.office_id) if row.failed_by else ""
    context = {
        "change": change,
        "title": said(row, may_see_case=office in mine),
        "near": near,
        "places": places,
        "most": MOST_NEAR,
        "learns": learns,
        "opens_case": office in mine,
        "opens_failed_by": failed_at in mine,
    }
    return render(request, "learning/action.html", context)


@require_POST
def done(request: HttpRequest, number: str, no: int) -> HttpResponse:
    """Somebody says that a corrective action is done."""
    person = cast(Person, request.user)
    row = _watched(person, number, no)
    by = _actor(person, row)
    try:
        actions.perform(command=c.FinishAction(no=no), by=by, case=row.case_id)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Noted: it is done.")
    return HttpResponseRedirect(page_after(request, reverse("learning:action", args=[number, no])), status=303)


def _watched(person: Person, number: str, no: int) -> WatchedAction:
    row = WatchedAction.objects.filter(case=pk_of(number), no=no).select_related("case").first()
    if row is None or row.owner != str(person.pk):
        case_for(person, number, Right.SEE_LEARNING)
    if row is None:
        raise Http404
    return row


def _actor(person: Person, row: WatchedAction) -> Actor:
    """In their role at the office; whoever sees to the action and has none there (any more) is one of the team."""
    office = str(row.case.office_id)
    if row.owner == str(person.pk) and office not in directory().roles_of(str(person.pk)):
        return Actor(id=str(person.pk), name=person.name, role=Role.TEAM)
    return actor_at(person, office, Stage(row.case.stage))
