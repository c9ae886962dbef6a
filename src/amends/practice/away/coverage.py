"""Where and when nobody answers at an office, and who must hear of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from amends.practice.directory import Directory, OfficeEntry, PersonEntry
from amends.protocol.hours import windows_on
from amends.protocol.words import Role

_A_DAY = timedelta(days=1)
_LOOK_FOR_GAPS = 92  # days


@dataclass(frozen=True)
class Gap:
    """An open date of an office on which nobody answers at the office, from `at` on."""

    office: OfficeEntry
    day: date
    at: datetime


def gap_on(office: OfficeEntry, day: date, known: Directory, *, now: datetime) -> Gap | None:
    """The first time of that date, not before now, at which the office is open and nobody answers at it."""
    for opens, closes in windows_on(office.calendar, day):
        at = max(opens, now)
        if at < closes and not known.answers(Role.OFFICE_MANAGER, office.id, at):
            return Gap(office, day, at)
    return None


def gaps_ahead(office: OfficeEntry, known: Directory, *, now: datetime, days: int) -> Iterator[Gap]:
    """The gaps of today at the office and of the days after it, so many in all."""
    today = now.astimezone(office.zone).date()
    found = (gap_on(office, today + n * _A_DAY, known, now=now) for n in range(days))
    yield from (gap for gap in found if gap)


def gaps_made(person: str, begins: datetime, ends: datetime, known: Directory, now: datetime) -> list[str]:
    """Sentences on the open days of an absence on which nobody is left at an office of this person."""
    sentences = []
    for office, roles in known.own_roles_of(person).items():
        if Role.OFFICE_MANAGER not in roles:
            continue
        entry, start = known.offices[office], max(begins, now)
        first = start.astimezone(entry.zone).date()
        days = min(_LOOK_FOR_GAPS, (ends.astimezone(entry.zone).date() - first).days + 1)
        dates = [first + n * _A_DAY for n in range(days)]
        gaps = [gap for day in dates if (gap := gap_on(entry, day, known, now=start)) and gap.at < ends]
        if gaps:
            more = f" and {len(gaps) - 1} more day{'s' if len(gaps) > 2 else ''}" if len(gaps) > 1 else ""
            sentences.append(
                f"Nobody answers for {entry.name} on {gaps[0].day:%A, %B} {gaps[0].day.day}{more}. The next level is "
                "asked instead, and told in the morning. Name a cover if there is one."
            )
    return sentences


def who_is_told(gap: Gap, known: Directory) -> list[PersonEntry]:
    """Who is asked instead, and the administrators."""
    administrators = known.holders(Role.ADMINISTRATOR, gap.office)
    return list({person.id: person for person in (*who_is_asked(gap, known), *administrators)}.values())


def who_is_asked(gap: Gap, known: Directory) -> list[PersonEntry]:
    """Who answers for the region then, or the leaders where nobody does; nobody where all of them are away."""
    region = known.answers(Role.REGIONAL_MANAGER, gap.office.id, gap.at)
    above = region or known.answers(Role.LEADER, gap.office.id, gap.at)
    return [known.people[answer.person] for answer in above]
