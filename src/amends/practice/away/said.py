"""Saying that somebody is away, is back, or is off every week. Each is one transaction, and loops are refused."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from amends.practice.away.returning import give_back, return_cases
from amends.practice.cover import Away, People, Presence, loop, midnight
from amends.practice.directory import Directory, group_held
from amends.practice.models import Absence, Person, Routine

_A_DAY = timedelta(days=1)
# Whoever takes an absence back within this time said it by mistake: what went because of it comes back.
BY_MISTAKE = timedelta(minutes=15)
_LONGEST = timedelta(days=2 * 366)
_ROUTINE_AHEAD = timedelta(days=366)
_EVERY_DAY = 7


class CannotBe(Exception):
    """It cannot be said like that; the text is a sentence for the person."""


def say_away(
    person: Person, begins: datetime, ends: datetime, *, cover: Person | None, by: Person, now: datetime
) -> Absence:
    """The person is away from `begins` to before `ends`. Raises `CannotBe`, for a loop of covers too."""
    if not begins < ends or ends <= now:
        raise CannotBe("The last day comes before the first, or is over.")
    if ends - now > _LONGEST:
        raise CannotBe("At most two years ahead. Look at the dates.")
    with transaction.atomic():
        known = group_held()  # two people must not make a loop at the same moment
        away = Away(begins, ends, str(cover.pk) if cover else None)
        before = known.people[str(person.pk)].presence
        after = replace(before, absences=(away, *before.absences))
        if cover or before.cover:  # "as usual" goes to the usual cover, who may be away then and covered by this person
            _no_loop(person, after, known, begins, ends)
        _open_cases_go_on(begins, now)
        return Absence.objects.create(person=person, begins=begins, ends=ends, cover=cover, said_by=by, said_at=now)


def say_sick(person: Person, *, by: Person, now: datetime) -> Absence:
    """Away from now to the end of today. Never refused: their usual cover answers, or whoever is next."""
    with transaction.atomic():
        known = group_held()
        zone = known.zone_of(str(person.pk))
        ends = midnight(now.astimezone(zone).date() + _A_DAY, zone)
        _open_cases_go_on(now, now)
        return Absence.objects.create(person=person, begins=now, ends=ends, said_by=by, said_at=now)


def say_back(person: Person, now: datetime) -> int:
    """Ends every absence that runs now; returns how many. Days off and later absences stay."""
    with transaction.atomic():
        running = list(Absence.objects.filter(person=person, begins__lte=now, ends__gt=now))
        for absence in running:
            _end(absence, now)
    return len(running)


def take_back(absence: Absence, now: datetime) -> None:
    """As if it had not been said, as far as it has not passed yet."""
    if absence.ends > now:
        _end(absence, now)


def keep_routine(person: Person, days_off: Collection[int], *, cover: Person | None, now: datetime) -> None:
    """The person is off on these weekdays (Monday is 0), and `cover` answers whenever nobody else is named.

    Raises `CannotBe`, also where people would cover for each other on a day on which both are off.
    """
    if len(set(days_off)) >= _EVERY_DAY:
        raise CannotBe("Somebody who is off every day can never be asked. Leave one day.")
    with transaction.atomic():
        known = group_held()
        key = str(cover.pk) if cover else None
        after = replace(known.people[str(person.pk)].presence, days_off=frozenset(days_off), cover=key)
        if cover:
            _no_loop(person, after, known, now, now + _ROUTINE_AHEAD)
        row = Routine.objects.filter(person=person).first() or Routine(person=person)
        row.days_off, row.cover = "".join(str(day) for day in sorted(set(days_off))), cover
        row.save()


def _open_cases_go_on(begins: datetime, now: datetime) -> None:
    """The open cases of who leaves now go to who answers when it is written; the chore sees to the others."""
    if begins <= now:
        # Afterwards: whoever acts on a case holds it before the group. Robust: being away is never refused.
        transaction.on_commit(lambda: return_cases(now), robust=True)


def _no_loop(person: Person, after: Presence, known: Directory, begins: datetime, ends: datetime) -> None:
    key, zone = str(person.pk), known.zone_of(str(person.pk))
    people: People = {**known.presences, key: after}
    found = loop(key, people, begins, ends, zone)
    if found is None:
        return
    moment, who = found
    if who == key:
        raise CannotBe(f"{person.name} cannot cover for themselves. Choose somebody else.")
    raise CannotBe(
        f"On {_day(moment, zone)} {known.people[who].name} is away too, and what waits would come back to "
        f"{person.name}: nobody would answer. Choose another cover."
    )


def _end(absence: Absence, now: datetime) -> None:
    if absence.begins >= now:
        absence.delete()
    else:
        absence.ends = now
        absence.save(update_fields=["ends"])
    person, since = absence.person_id, absence.said_at
    if now - since <= BY_MISTAKE:
        # Afterwards, and robust, as the handing on.
        transaction.on_commit(lambda: give_back(person, since, now), robust=True)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%A, %B} {local.day}"
