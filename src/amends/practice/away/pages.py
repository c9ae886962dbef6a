"""Away and back: for oneself in three taps, and for the people whom one manages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from amends.cases.policies import current_policy
from amends.practice.away import said
from amends.practice.away.coverage import gaps_made
from amends.practice.away.forms import AwayForm, RoutineForm
from amends.practice.away.on_work import covering, covers_who_left
from amends.practice.away.people import answers_for_something, manages, people_of, possible_covers
from amends.practice.cover import back_at, stand_in
from amends.practice.directory import Directory, PersonEntry, directory, directory_now
from amends.practice.models import Absence, Person

_A_DAY, _AN_INSTANT = timedelta(days=1), timedelta(microseconds=1)
_TWO_WEEKS = 14  # this week and the next
_FEW = 30


@dataclass(frozen=True)
class Line:
    """One time of absence in words: whose, from when to when (dates at their office), and who covers.

    `left` was named to, and can sign in no more.
    """

    absence: Absence
    who: PersonEntry
    first: date
    last: date
    cover: str
    left: str


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest, person: int | None = None) -> HttpResponse:
    """One's own page, or that of somebody whom one manages; and its form: away from one day to another."""
    whom = _whom(request, person)
    if request.method != "POST":
        return _page(request, whom)
    known, now = directory(), timezone.now()
    form = _away_form(whom, known, request)
    if not form.is_valid():
        return _page(request, whom, form=form, status=422)
    begins, ends = form.span(known.zone_of(str(whom.pk)))
    by = cast(Person, request.user)
    try:
        said.say_away(whom, begins, ends, cover=_chosen(form.chosen_cover), by=by, now=now)
    except said.CannotBe as wrong:
        return _page(request, whom, form=form, refused=str(wrong), status=422)
    _warn_of_gaps(request, whom, begins, ends)
    return _done(request, whom, "Noted.")


@require_POST
def sick(request: HttpRequest, person: int) -> HttpResponse:
    """Away for the rest of today, in one press."""
    whom, now = _whom(request, person), timezone.now()
    presence, zone = directory().people[str(whom.pk)].presence, directory().zone_of(str(whom.pk))
    if back_at(presence, now, zone) is None:  # a second press says nothing new
        absence = said.say_sick(whom, by=cast(Person, request.user), now=now)
        _warn_of_gaps(request, whom, absence.begins, absence.ends)
    mine = whom.pk == request.user.pk
    return _done(request, whom, "Noted. Get well soon." if mine else f"Noted: {whom.name} is away today.")


@require_POST
def back(request: HttpRequest, person: int) -> HttpResponse:
    """Back again, in one press."""
    whom = _whom(request, person)
    said.say_back(whom, timezone.now())
    if whom.pk == request.user.pk:
        messages.success(request, "Welcome back. What waits for you is here.")
        return HttpResponseRedirect(reverse("work"), status=303)
    return _done(request, whom, f"Noted: {whom.name} is back.")


@require_POST
def remove(request: HttpRequest, person: int, absence: int) -> HttpResponse:
    """That time of absence is taken back."""
    whom = _whom(request, person)
    row = Absence.objects.filter(pk=absence, person=whom).first()
    if row:
        said.take_back(row, timezone.now())
    return _done(request, whom, "Removed.")


@require_POST
def routine(request: HttpRequest, person: int) -> HttpResponse:
    """The days off of every week, and the usual cover."""
    whom = _whom(request, person)
    form = RoutineForm(_covers(whom, directory()), data=request.POST)
    if not form.is_valid():
        return _page(request, whom, weekly=form, status=422)
    try:
        cover = _chosen(form.chosen_cover)
        said.keep_routine(whom, form.chosen_days, cover=cover, now=timezone.now())
    except said.CannotBe as wrong:
        form.add_error(None, str(wrong))
        return _page(request, whom, weekly=form, status=422)
    return _done(request, whom, "Saved.")


def _page(
    request: HttpRequest,
    whom: Person,
    *,
    form: AwayForm | None = None,
    weekly: RoutineForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    known, now, key = directory_now(), timezone.now(), str(whom.pk)
    presence, zone = known.people[key].presence, known.zone_of(key)
    covers, mine = _covers(whom, known), whom.pk == request.user.pk
    usual = RoutineForm(covers, days_off=presence.days_off, cover=presence.cover)
    context: dict[str, Any] = {
        "whom": whom,
        "mine": mine,
        "zone": zone,
        "back": back_at(presence, now, zone),
        "only_day_off": not any(a.begins <= now < a.ends for a in presence.absences),
        "cover": _cover_now(key, known, now),
        "covers_who_left": covers_who_left(key, known, now),
        "covering": covering(known.covered_by(key, now), known),
        "needs_cover": bool(covers) and answers_for_something(key, known),
        "form": form or _away_form(whom, known),
        "weekly": weekly or usual,
        "refused": refused,
        "lines": _lines(Absence.objects.filter(person=whom, ends__gt=now).order_by("begins"), known),
        **(_of_people(request, known, now) if mine else {}),
    }
    return render(request, "practice/away.html", context, status=status)


def _of_people(request: HttpRequest, known: Directory, now: datetime) -> dict[str, Any]:
    """Who of one's people is away this week and the next, and the people themselves: all of few, the found of many."""
    people = people_of(str(request.user.pk), known)
    words = request.GET.get("q", "").strip().casefold()[:80]
    found = [person for person in people if words in person.name.casefold()] if words else people
    ids = {int(person.id) for person in people}
    soon = Absence.objects.filter(ends__gt=now, begins__lt=_end_of_next_week(now)).order_by("begins", "pk")
    return {
        "manages": bool(people),
        "away_soon": _lines((row for row in soon if row.person_id in ids), known),
        "people": found[:_FEW] if words or len(people) <= _FEW else [],
        "many": len(people) > _FEW,
        "more": len(found) - _FEW if words else 0,
        "q": request.GET.get("q", ""),
    }


def _end_of_next_week(now: datetime) -> datetime:
    return now + (_TWO_WEEKS - now.weekday()) * _A_DAY


def _lines(rows: Iterable[Absence], known: Directory) -> list[Line]:
    lines = []
    for row in rows:
        who, zone = known.people[str(row.person_id)], known.zone_of(str(row.person_id))
        named = [known.people[key] for key in (row.cover_id and str(row.cover_id), who.presence.cover) if key]
        cover = next((person.name for person in named if person.is_active), "")
        left = named[0].name if named and not named[0].is_active else ""
        last = (row.ends - _AN_INSTANT).astimezone(zone).date()
        lines.append(Line(row, who, row.begins.astimezone(zone).date(), last, cover, left))
    return lines


def _cover_now(person: str, known: Directory, now: datetime) -> PersonEntry | None:
    answer = stand_in(person, known.presences, now, known.zone_of(person))
    return known.people[answer.person] if answer and answer.covers_for else None


def _away_form(whom: Person, known: Directory, request: HttpRequest | None = None) -> AwayForm:
    key = str(whom.pk)
    usual = known.people[key].presence.cover
    return AwayForm(
        _covers(whom, known),
        today=timezone.now().astimezone(known.zone_of(key)).date(),
        usual=known.people[usual].name if usual and known.people[usual].is_active else "",
        data=request.POST if request else None,
    )


def _covers(whom: Person, known: Directory) -> dict[str, str]:
    key = str(whom.pk)
    return possible_covers(key, known, current_policy().roles) if answers_for_something(key, known) else {}


def _chosen(cover: str) -> Person | None:
    return Person.objects.get(pk=int(cover)) if cover else None


def _warn_of_gaps(request: HttpRequest, whom: Person, begins: datetime, ends: datetime) -> None:
    for sentence in gaps_made(str(whom.pk), begins, ends, directory_now(), timezone.now()):
        messages.warning(request, sentence)


def _whom(request: HttpRequest, person: int | None) -> Person:
    """Oneself, or somebody active whom one manages; else Http404."""
    me = cast(Person, request.user)
    if person is None or person == me.pk:
        return me
    known = directory()
    entry = known.people.get(str(person))
    if entry is None or not entry.is_active or not manages(str(me.pk), entry.id, known):
        raise Http404
    return Person.objects.get(pk=person)


def _done(request: HttpRequest, whom: Person, words: str) -> HttpResponse:
    messages.success(request, words)
    mine = whom.pk == request.user.pk
    return HttpResponseRedirect(reverse("away") if mine else reverse("away_of", args=[whom.pk]), status=303)
