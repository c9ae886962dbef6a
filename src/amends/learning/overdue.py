"""Corrective actions past their date that nobody has done: whoever sees to one is reminded once, and after a week the
region, once.

Both by a direct message in Slack, or by e-mail where they have no Slack; it holds the case's number, its office, a name
of staff and the date, and nothing that somebody wrote. It leaves when the office opens, and not at all where the action
is done, or another's, by then. *My work* shows the action for as long as it waits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from amends import clock
from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.work_besides import Besides
from amends.deliveries.models import Delivery, State
from amends.deliveries.ways import write_to
from amends.learning.models import Outcome, WatchedAction
from amends.learning.to_change import besides_of, owner_of
from amends.practice.directory import Directory, directory
from amends.practice.entries import PersonEntry
from amends.practice.models import Person
from amends.protocol import events as e
from amends.protocol.hours import HoursError, next_opening
from amends.protocol.words import Purpose, Role, Stage

STAYS_OVERDUE = timedelta(days=7)
_STILL_NEWS = timedelta(days=30)  # of what was overdue long before, nobody hears by a message any more
_ABOVE = frozenset({Role.REGIONAL_MANAGER, Role.LEADER})
_AT_ONCE = 500


@dataclass(frozen=True)
class _Reminder:
    """That the action is overdue, for one person; the marker makes it once for each date."""

    row: WatchedAction
    to: PersonEntry
    marker: str
    since: datetime
    is_above: bool


def remind(now: datetime | None = None) -> int:
    """Writes down every reminder that it is time for; returns how many are new."""
    at, known = now or clock.now(), directory()
    rows = overdue(at).filter(due_at__gte=at - _STILL_NEWS).select_related("case").order_by("due_at", "pk")
    wanted = {one.marker: one for row in rows for one in _reminders(row, known, at)}
    written = set(Delivery.objects.filter(marker__in=wanted).values_list("marker", flat=True))
    return sum(_write(one, known, at) for marker, one in wanted.items() if marker not in written)


def overdue(at: datetime) -> QuerySet[WatchedAction]:
    """The corrective actions that were to be done by then and are not."""
    rows = WatchedAction.objects.filter(outcome=Outcome.WATCHING, done_at=None, due_at__lt=at)
    return rows.exclude(case__stage=Stage.SET_ASIDE.value)


def keep(done: Sequence[Done]) -> None:
    """Reminders that have not left yet are not needed where the action is done, somebody else's, or of no case."""
    for one in done:
        for event in one.events:
            match event.fact:
                case e.ActionDone(no=no) | e.ActionFailed(no=no):
                    _withdraw(f"{_marker(one.number, no)}.")
                case e.ActionsHandedOver(nos=nos):
                    for no in nos:
                        _withdraw(f"{_marker(one.number, no)}.")
                case e.SetAside():
                    _withdraw(f"late:{one.number}.")


def stays_overdue(person: Person) -> list[Besides]:
    """What others were to change and have not for a week, for whoever is above them, the longest overdue first."""
    known, now = directory(), clock.now()
    roles = known.roles_of(str(person.pk))
    offices = [int(office) for office, held in roles.items() if _ABOVE.intersection(held)]
    if not offices:
        return []
    rows = overdue(now - STAYS_OVERDUE).filter(office__in=offices).select_related("case").order_by("due_at", "pk")
    theirs = [row for row in rows[:_AT_ONCE] if (above := _above(row, known, now)) and above.id == str(person.pk)]
    return besides_of(theirs, person, "Changes overdue for a week", lambda row: f"{owner_of(row, known)} sees to it")


def _reminders(row: WatchedAction, known: Directory, now: datetime) -> Iterator[_Reminder]:
    marker = f"{_marker(row.case.number, row.no)}.{row.due_at:%y%m%d}"
    owner = known.people.get(row.owner)
    if owner and owner.is_active:
        yield _Reminder(row, owner, f"{marker}.{owner.id}", row.due_at, is_above=False)
    stays = row.due_at + STAYS_OVERDUE
    if stays < now and (above := _above(row, known, now)):
        yield _Reminder(row, above, f"{marker}.up", stays, is_above=True)


def _above(row: WatchedAction, known: Directory, now: datetime) -> PersonEntry | None:
    """Who answers in the region, or else leads; nobody is above themselves."""
    chain = known.chain(str(row.office_id), now)
    return next((known.people[one.id] for one in (*chain.region, *chain.leaders) if one.id != row.owner), None)


def _write(one: _Reminder, known: Directory, now: datetime) -> bool:
    """Under the case's lock, so that it is not written while somebody says that it is done."""
    with transaction.atomic():
        actions.hold(one.row.case_id)
        if not overdue(now).filter(pk=one.row.pk, owner=one.row.owner).exists():
            return False
        subject, text = _words(one, known)
        due = max(now, _when_open(one, known))
        return write_to(one.to, Purpose.ACTION_LATE, one.marker, subject, text, now=now, due=due)


def _words(one: _Reminder, known: Directory) -> tuple[str, str]:
    """Subject and text, in enumerated words: what is to change is somebody's own, and stays in the case."""
    row = one.row
    number, office = row.case.number, known.offices[str(row.office_id)]
    day = row.due_at.astimezone(office.zone)
    by = f"{day:%b} {day.day}"
    said = (
        f"a change was to be done by {by} and is not, a week later. {owner_of(row, known)} sees to it."
        if one.is_above
        else f"a change that you see to was to be done by {by}. Please see to it, and say there when it is done."
    )
    link = f"{settings.BASE_URL}{reverse('learning:action', args=[number, row.no])}"
    return f"A change is overdue: {number}, {office.name}", f"{number}, {office.name}: {said}\n{link}"


def _when_open(one: _Reminder, known: Directory) -> datetime:
    try:
        return next_opening(known.offices[str(one.row.office_id)].calendar, one.since).astimezone(UTC)
    except HoursError:  # it is never open again
        return one.since


def _marker(number: str, no: int) -> str:
    return f"late:{number}.{no}"


def _withdraw(begins: str) -> None:
    waiting = Delivery.objects.filter(marker__startswith=begins, case=None, state=State.WAITING)
    waiting.update(state=State.WITHDRAWN, why="The action is not overdue any more, or somebody else's.")
