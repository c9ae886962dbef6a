"""The summary: Monday's two minutes, for any days, for the group or the regions that somebody answers for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amends.access import Right, offices_with
from amends.cases import queries
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.integrations.slack.outbound.notices import group_zone
from amends.learning.models import WatchedAction, keys_in
from amends.learning.summary.late import late_in
from amends.learning.summary.period import LONGEST, Period, last_week
from amends.learning.summary.reckoning import (
    Figure,
    Numbers,
    Offices,
    ProtocolStep,
    actions_of,
    cases_of,
    changes_for,
    reckon,
)
from amends.learning.summary.words import STEP_NAMES, TITLES, contact, earlier_days, figures_shown
from amends.learning.to_change import owner_of, said
from amends.practice.directory import Directory, directory
from amends.practice.models import Person

_CHANGES = 2  # so many for each cause: the page is one sheet
_LISTED = 200


@dataclass(frozen=True)
class Change:
    """What is being changed, naming no patient, by whom, at which offices, and in which case that was said."""

    what: str
    owner: str
    offices: str
    number: str


@dataclass(frozen=True)
class CauseLine:
    name: str
    cases: int
    changes: tuple[Change, ...]
    more: int


@dataclass(frozen=True)
class RegionLine:
    id: str
    name: str
    numbers: Numbers
    contact: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the days, and the region where one is chosen, among those that the person may see."""

    period: Period
    region: str
    offices: Offices
    regions: dict[str, list[int]]
    not_shown: str = ""  # why it is last week and not the days of the address


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """The page. `first` and `last` are dates (last week without them), `region` one of the person's."""
    known = directory()
    asked, now = _asked(request, known), timezone.now()
    zone = group_zone(known)
    reckoned = reckon(asked.period, asked.offices, zone, now)
    numbers = reckoned.of()
    before = (asked.period.before(), asked.period.a_year_ago())
    earlier = [reckon(days, asked.offices, zone, now).of() for days in before]
    shown_regions = asked.regions if len(asked.regions) > 1 and not asked.region else {}
    regions = [(key, known.regions[key], reckoned.of(set(offices))) for key, offices in shown_regions.items()]
    policy, headings, query = current_policy(), earlier_days(asked.period), _query(request)
    context = {
        "asked": asked,
        "period": asked.period,
        "is_last_week": asked.period == last_week(now.astimezone(zone).date()),
        "place": known.regions.get(asked.region, "") or _place(asked, known),
        "choices": [(key, known.regions[key]) for key in asked.regions] if len(asked.regions) > 1 else [],
        "shown": figures_shown(numbers, *earlier),
        "earlier": headings[0],
        "year_ago": headings[1],
        "numbers": numbers,
        "steps": [(STEP_NAMES[one.step], one) for one in numbers.steps],
        "causes": [
            _cause(key, policy.causes.get(key, key), cases, asked.offices, now, known) for key, cases in numbers.causes
        ],
        "regions": [RegionLine(key, name, one, contact(one)) for key, name, one in regions],
        "query": query,
        "late": f"{query}&step=" if query else "?step=",
    }
    return render(request, "learning/summary.html", context)


@require_safe
def listed(request: HttpRequest, figure: str) -> HttpResponse:
    """The cases behind one number, the newest first."""
    if figure not in set(Figure):
        raise Http404
    known, which = directory(), Figure(figure)
    asked = _asked(request, known)
    step = request.GET.get("step", "") if which is Figure.LATE else ""
    if step and step not in set(ProtocolStep):
        raise Http404
    if step:
        late = late_in(ProtocolStep(step), asked.period, asked.offices, timezone.now())
        numbers = list(late.order_by("-case_id").values_list("case_id", flat=True)[: _LISTED + 1])
    else:
        numbers = _behind(which, asked, known)[: _LISTED + 1]
    rows = CaseRow.system.filter(pk__in=numbers[:_LISTED]).order_by("-pk")
    policy = current_policy()
    context = {
        "title": f"{TITLES[which]}: {STEP_NAMES[ProtocolStep(step)]}" if step else TITLES[which],
        "period": asked.period,
        "lines": [queries.line(row, known, policy) for row in rows],
        "more": len(numbers) > _LISTED,
        "policy": policy,
        "several_offices": True,
        "query": _query(request),
    }
    return render(request, "learning/summary_cases.html", context)


def _behind(figure: Figure, asked: Asked, known: Directory) -> list[int]:
    """The cases behind a number, the newest first."""
    if figure in (Figure.HELD, Figure.DID_NOT_HOLD):
        watched = actions_of(figure, asked.period, asked.offices, group_zone(known))
        return list(watched.order_by("-case_id").values_list("case_id", flat=True).distinct())
    return list(cases_of(figure, asked.period, asked.offices).order_by("-case_id").values_list("case_id", flat=True))


def _asked(request: HttpRequest, known: Directory) -> Asked:
    """Raises Http404 where the person sees no summary, or not of that region."""
    person = cast(Person, request.user)
    mine = offices_with(person, Right.SEE_SUMMARY, known)
    if not mine:
        raise Http404
    regions: dict[str, list[int]] = {}
    for office in sorted(mine, key=lambda key: known.regions[known.offices[key].region_id]):
        regions.setdefault(known.offices[office].region_id, []).append(int(office))
    region = request.GET.get("region", "")
    if region and region not in regions:
        raise Http404
    whole = len(mine) == len(known.offices)
    offices: Offices = regions[region] if region else (None if whole else [int(office) for office in mine])
    period, not_shown = _period(request, known)
    return Asked(period, region, offices, regions, not_shown)


def _period(request: HttpRequest, known: Directory) -> tuple[Period, str]:
    """The days that are asked for; else last week, and why it is not those."""
    usual = last_week(timezone.now().astimezone(group_zone(known)).date())
    typed = [request.GET.get(name, "") for name in ("first", "last")]
    if not any(typed):
        return usual, ""
    if not all(typed):
        return usual, "Choose both days."
    try:
        period = Period(*(date.fromisoformat(one) for one in typed))
        period.a_year_ago()
    except (ValueError, OverflowError):
        return usual, "These are not two dates."
    if period.days < 1:
        return usual, "The last day is before the first."
    if period.days > LONGEST:
        return usual, "More than five years do not fit."
    if period.first.year < 1990 or period.last > usual.last + timedelta(days=366):
        return usual, "These days are too far away."
    return period, ""


def _place(asked: Asked, known: Directory) -> str:
    if asked.offices is None:
        return known.group
    return ", ".join(known.regions[key] for key in asked.regions)


def _cause(key: str, name: str, cases: int, offices: Offices, now: datetime, known: Directory) -> CauseLine:
    found = changes_for(key, offices, now)
    return CauseLine(name, cases, tuple(_changes(found[:_CHANGES], known)), max(0, len(found) - _CHANGES))


def _changes(found: Sequence[int], known: Directory) -> list[Change]:
    rows = WatchedAction.objects.select_related("case").in_bulk(found)
    # The sheet is printed and handed on.
    return [
        Change(said(row, may_see_case=False), owner_of(row, known), _offices(row, known), row.case.number)
        for row in (rows[pk] for pk in found)
    ]


def _offices(row: WatchedAction, known: Directory) -> str:
    """Where it is to change: "Maple Street and Harbor View", "5 offices", "the whole group"."""
    names = [known.offices[key].name for key in keys_in(row.offices) if key in known.offices]
    if not names:
        return "the whole group"
    return " and ".join(names) if len(names) <= _CHANGES else f"{len(names)} offices"


def _query(request: HttpRequest) -> str:
    """The days and the region again, for the links of the page."""
    kept = request.GET.copy()
    for name in [name for name in kept if name not in ("first", "last", "region")]:
        del kept[name]
    return f"?{kept.urlencode()}" if kept else ""
