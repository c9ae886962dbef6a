"""How many visits were completed on each day at each office: the last fourteen days once a day, because a visit is
often completed or corrected late, and the five years (and a quarter, which the longest chart begins with) before that,
a week in each turn, once; not what was before any of its offices joined. After a time without the office, reading goes
on from where it ended.
"""

from collections import Counter
from datetime import date, timedelta

from amends.integrations.open_dental.client import Budget, Query
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.rows import Appointment
from amends.integrations.open_dental.visit_keeping import keep_visits
from amends.practice.directory import directory

from .state import CountedVisits, Listening

_COMPLETE = "Complete"
_CORRECTED_WITHIN = 14  # days
_A_WEEK = 7
_YEARS_BACK = 5 * 365 + 2 + 92
RECENT, BACK = "visits.recent", "visits.back"


def count_recent(listening: Listening, office: Office, budget: Budget) -> bool:
    """The last fourteen days up to yesterday, once a day by the office's own clock; True while there is more.

    The cursor is the first day that was not over when it was read last. Where that is long ago, what came since is read
    first, fourteen days at a time, and with it what was still to be corrected then.
    """
    now = listening.server_now()
    kept = listening.cursor(RECENT)
    if now is None or kept >= now.date().isoformat():
        return False
    first = now.date() - timedelta(days=_CORRECTED_WITHIN)
    if kept:
        first = min(first, date.fromisoformat(kept) - timedelta(days=_CORRECTED_WITHIN - 1))
    end = min(now.date(), first + timedelta(days=2 * _CORRECTED_WITHIN))
    if _read(listening, office, budget, first, end - timedelta(days=1)):
        return True
    listening.move(RECENT, end.isoformat())
    return end < now.date()


def count_back(listening: Listening, office: Office, budget: Budget) -> bool:
    """One page of the week before what was read back to, down to the end; True while the week has more pages.

    Between two weeks the others have their turns: nothing waits for what was five years ago.
    """
    now = listening.server_now()
    if now is None:
        return False
    kept = listening.cursor(BACK)
    before = date.fromisoformat(kept) if kept else now.date() - timedelta(days=_CORRECTED_WITHIN)
    if before <= _back_to(listening.database.key, now.date()):
        return False
    first = before - timedelta(days=_A_WEEK)
    if _read(listening, office, budget, first, before - timedelta(days=1)):
        return True
    listening.move(BACK, first.isoformat())
    return False


def _back_to(database: str, today: date) -> date:
    """The first day that counts anywhere: of no office of the database what was before it joined."""
    joined = (one.joined_on or date.min for one in directory().offices.values() if one.open_dental == database)
    return max(today - timedelta(days=_YEARS_BACK), min(joined, default=date.min))


def _read(listening: Listening, office: Office, budget: Budget, first: date, last: date) -> bool:
    """One page of the completed visits of these days; True while there are more. They are kept once all were read.

    Each visit counts once, though pages overlap and shift. `/appointments` ignores what it does not know, so all is
    filtered here again (open-dental-api.md 2.9); `AptStatus` as a filter came with 22.4.28.
    """
    counting = listening.counting
    if counting is None or (counting.first, counting.last) != (first, last):
        counting = listening.counting = CountedVisits(first, last)
    query: Query = {"dateStart": first.isoformat(), "dateEnd": last.isoformat(), "AptStatus": _COMPLETE}
    page = office.client.page("appointments", Appointment, query, budget, offset=counting.offset)
    for row in page.rows:
        if row.AptStatus == _COMPLETE and row.AptDateTime and first <= row.AptDateTime.date() <= last:
            counting.visits[row.AptNum] = (row.ClinicNum, row.AptDateTime.date())
    if page.next_offset is not None and page.next_offset > counting.offset:
        counting.offset = page.next_offset
        return True
    offices = _offices_of(listening.database.key)
    found = Counter((_office(clinic, offices), day) for clinic, day in counting.visits.values())
    known = {(place, day): count for (place, day), count in found.items() if place is not None}
    keep_visits(known, offices=offices.values(), first=first, last=last)
    listening.counting = None
    return False


def _offices_of(database: str) -> dict[int, int]:
    """The offices of a database by their ClinicNum."""
    return {one.ClinicNum: int(one.id) for one in directory().offices.values() if one.open_dental == database}


def _office(clinic: int, offices: dict[int, int]) -> int | None:
    """Whose visit it is: of the one office of a database without clinics it is each."""
    return offices[0] if set(offices) == {0} else offices.get(clinic)
