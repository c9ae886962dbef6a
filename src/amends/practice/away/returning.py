"""Cases go to who answers when their owner can see to them no more: a cover that ended, a post that is gone, a person
who left, or one who is away with nobody standing in.

Without this they would lie with somebody who cannot even open them, or who is not there to.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db import transaction

from amends.cases import actions
from amends.cases.models import CaseRow, number_of
from amends.practice.away.alone import Rows, waiting_in_vain, waits_in_vain
from amends.practice.directory import Directory, directory_now
from amends.protocol.commands import HandOver
from amends.protocol.decide import Refused
from amends.protocol.rules.chain import takes_over
from amends.protocol.values import AMENDS

_AT_ONCE = 200

log = structlog.get_logger(__name__)


def return_cases(now: datetime) -> int:
    """Hands each open case to who answers at its office, where its owner has no role there or is away until it is due
    and not covered; returns how many went."""
    known = directory_now()
    returned = 0
    for rows in (*_of_nobody_there(known, now), *waiting_in_vain(known, now)):
        # What is due first goes first.
        found = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])
        returned += sum(_return(pk, now) for pk in found)
    return returned


def _of_nobody_there(known: Directory, now: datetime) -> Iterator[Rows]:
    open_cases = CaseRow.system.filter(is_open=True, owner__isnull=False)
    for owner, office in open_cases.order_by().values_list("owner_id", "office_id").distinct():
        if owner and not _may_act(owner, office, known, now):
            yield open_cases.filter(owner_id=owner, office_id=office)


def _may_act(owner: int, office: int, known: Directory, now: datetime) -> bool:
    return bool(known.roles_of(str(owner), now).get(str(office)))


def _why(row: CaseRow, known: Directory, now: datetime) -> str | None:
    """Why the case must go to somebody else; None where it need not."""
    if not row.is_open or row.owner_id is None:
        return None
    owner, office = known.people[str(row.owner_id)].name, known.offices[str(row.office_id)].name
    if not _may_act(row.owner_id, row.office_id, known, now):
        return f"{owner} does not answer for {office} any more."
    return f"{owner} is away, and nobody was named to cover." if waits_in_vain(row, known, now) else None


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
