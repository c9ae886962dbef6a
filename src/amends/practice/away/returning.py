"""Cases go to who answers when nobody can see to them: their owner's cover ended or post is gone, the owner left or is
away with nobody standing in, or there was nobody to have them.

Without this they would lie with somebody who cannot even open them, or who is not there to. And where an absence was
said by mistake, what went because of it and was not touched since comes back.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db import transaction

from amends.cases import actions
from amends.cases.models import NOT_DONE, UNDONE, CaseRow, number_of
from amends.practice.away.alone import Rows, waiting_in_vain, waits_in_vain
from amends.practice.cover import back_at, covers_at, is_away
from amends.practice.directory import Directory, directory_now
from amends.protocol.commands import HandOver
from amends.protocol.decide import MANAGERS, Refused
from amends.protocol.events import DeliveryDropped, DeliveryLeftToHand, DeliveryProven, DueSoon, Event, HandedOver
from amends.protocol.fold import fold
from amends.protocol.rules.chain import takes_over
from amends.protocol.values import AMENDS

_AT_ONCE = 200
# What Amends notes by itself: nobody has worked on a case because of it.
_NOTED = (DeliveryProven, DeliveryLeftToHand, DeliveryDropped, DueSoon)

log = structlog.get_logger(__name__)


def return_cases(now: datetime) -> int:
    """Hands each case in which something is to be done to who answers at its office, where nobody has it, or its owner
    may do nothing with it or is away until it is due and not covered; returns how many went."""
    known = directory_now()
    returned = 0
    for rows in (*_of_nobody(), *_of_nobody_there(known, now), *waiting_in_vain(known, now)):
        # What is due first goes first.
        found = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])
        returned += sum(_return(pk, now) for pk in found)
    return returned


def _of_nobody() -> Iterator[Rows]:
    """Open cases that found nobody at any level, for each office: the first who is back gets them."""
    nobodys = CaseRow.system.filter(is_open=True, owner__isnull=True)
    for office in nobodys.order_by().values_list("office_id", flat=True).distinct():
        yield nobodys.filter(office_id=office)


def _of_nobody_there(known: Directory, now: datetime) -> Iterator[Rows]:
    for undone in UNDONE:
        cases = CaseRow.system.filter(undone, owner__isnull=False)
        for owner, office in cases.order_by().values_list("owner_id", "office_id").distinct():
            if owner and not _may_act(owner, office, known, now):
                yield cases.filter(owner_id=owner, office_id=office)


def _may_act(owner: int, office: int, known: Directory, now: datetime) -> bool:
    # The team, an administrator or a privacy officer may read a case at most.
    return not MANAGERS.isdisjoint(known.roles_of(str(owner), now).get(str(office), ()))


def _why(row: CaseRow, known: Directory, now: datetime) -> str | None:
    """Why the case must go to somebody else; None where it need not."""
    if not row.is_open and row.due_at is None:
        return None
    office = known.offices[str(row.office_id)]
    if row.owner_id is None:
        return f"Nobody answered for {office.name} when it was to be taken on."
    owner = known.people[str(row.owner_id)]
    if not _may_act(row.owner_id, row.office_id, known, now):
        return f"{owner.name} does not answer for {office.name} any more."
    if not waits_in_vain(row, known, now):
        return None
    covers = [known.people[key] for key in covers_at(owner.presence, now)]
    away = [one.name for one in covers if one.is_active and is_away(one.presence, now, office.zone)]
    if away:
        return f"{owner.name} is away, and so is who was to cover ({', '.join(away)})."
    return f"{owner.name} is away, and nobody was named to cover."


def _return(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        row = actions.hold(pk)
        known = directory_now()
        why = _why(row, known, now)
        if why is None:
            return False  # somebody was quicker
        to = takes_over(actions.state_of(pk), known.chain(str(row.office_id), now))
        if to is None:
            log.error("cover.nobody", case=number_of(pk))
            return False
        try:
            actions.perform(command=HandOver(to=to, why=why), by=AMENDS, case=pk, at=now)
        except Refused as refused:
            log.error("cover.refused", case=number_of(pk), why=str(refused))
            return False
    return True


def give_back(person: int, since: datetime, now: datetime) -> int:
    """Hands back each case that Amends handed on from this person since then and that nobody has worked on;
    returns how many came. Nothing where they are still away."""
    known = directory_now()
    if _is_away(person, known, now):
        return 0
    offices = [int(office) for office in known.roles_of(str(person), now)]
    moved = CaseRow.system.filter(NOT_DONE, office_id__in=offices, changed_at__gte=since).exclude(owner_id=person)
    return sum(_give_back(pk, person, since, now) for pk in moved.order_by("due_at", "pk").values_list("pk", flat=True))


def _give_back(pk: int, person: int, since: datetime, now: datetime) -> bool:
    with transaction.atomic():
        row = actions.hold(pk)
        known = directory_now()
        events = actions.events_of(pk)
        went = _went_untouched(events, since)
        if went is None or _is_away(person, known, now):
            return False
        before = fold(events[:went]).owner
        if before is None or before.id != str(person) or not _may_act(person, row.office_id, known, now):
            return False
        why = f"{before.name} is not away after all, and nobody has worked on it since."
        try:
            actions.perform(command=HandOver(to=before, why=why), by=AMENDS, case=pk, at=now)
        except Refused as refused:
            log.error("cover.refused", case=number_of(pk), why=str(refused))
            return False
    return True


def _went_untouched(events: list[Event], since: datetime) -> int | None:
    """Where among the events Amends handed the case on, if nothing but notes of its own came after that."""
    at = next((n for n in reversed(range(len(events))) if not isinstance(events[n].fact, _NOTED)), None)
    if at is None:
        return None
    last = events[at]
    ours = isinstance(last.fact, HandedOver) and last.by == AMENDS and last.at >= since
    return at if ours else None


def _is_away(person: int, known: Directory, now: datetime) -> bool:
    key = str(person)
    return key not in known.people or back_at(known.people[key].presence, now, known.zone_of(key)) is not None
