"""When people are there, read from what they said about it."""

from datetime import timedelta

from django.utils import timezone

from amends.practice.cover import Away, Presence
from amends.practice.models import Absence, Routine

_LONG_OVER = timedelta(days=2)


def presences_said() -> dict[int, Presence]:
    """person → when they are there, for those who said anything. Absences that are long over are left out."""
    absences: dict[int, list[Away]] = {}
    for row in Absence.objects.filter(ends__gt=timezone.now() - _LONG_OVER):
        away = Away(row.begins, row.ends, str(row.cover_id) if row.cover_id else None)
        absences.setdefault(row.person_id, []).append(away)
    routines = {row.person_id: row for row in Routine.objects.all()}
    found: dict[int, Presence] = {}
    for person in {*absences, *routines}:
        routine = routines.get(person)
        found[person] = Presence(
            absences=tuple(absences.get(person, ())),
            days_off=frozenset(int(day) for day in routine.days_off) if routine else frozenset(),
            cover=str(routine.cover_id) if routine and routine.cover_id else None,
        )
    return found
