"""Cases go back when their owner can see to them no more: a cover that ended, a post that is gone, a person who left.

Without this they would lie with somebody who cannot even open them.
"""

from datetime import datetime

import structlog
from django.db import transaction

from amends.cases import actions
from amends.cases.models import CaseRow, number_of
from amends.practice.directory import Directory, directory_now
from amends.protocol.commands import HandOver
from amends.protocol.decide import Refused
from amends.protocol.rules.chain import level_of, nearest
from amends.protocol.values import AMENDS

_AT_ONCE = 200

log = structlog.get_logger(__name__)


def return_cases(now: datetime) -> int:
    """Hands each open case whose owner has no role at its office to who answers there; returns how many went."""
    known = directory_now()
    open_cases = CaseRow.system.filter(is_open=True, owner__isnull=False)
    pairs = open_cases.order_by().values_list("owner_id", "office_id").distinct()
    lost = [(owner, office) for owner, office in pairs if owner and not _may_act(owner, office, known, now)]
    returned = 0
    for owner, office in lost:
        rows = open_cases.filter(owner_id=owner, office_id=office).order_by("pk").values_list("pk", flat=True)
        returned += sum(_return(pk, now) for pk in rows[:_AT_ONCE])
    return returned


def _may_act(owner: int, office: int, known: Directory, now: datetime) -> bool:
    return bool(known.roles_of(str(owner), now).get(str(office)))


def _return(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        row = actions.hold(pk)
        known, office = directory_now(), str(row.office_id)
        if not row.is_open or row.owner_id is None or _may_act(row.owner_id, row.office_id, known, now):
            return False  # somebody was quicker
        case = actions.state_of(pk)
        to, _ = nearest(known.chain(office, now), level_of(case))
        if to is None:
            log.error("cover.nobody", case=number_of(pk))
            return False
        owner = known.people[str(row.owner_id)].name
        why = f"{owner} does not answer for {known.offices[office].name} any more."
        try:
            actions.perform(command=HandOver(to=to, why=why), by=AMENDS, case=pk, at=now)
        except Refused as refused:
            log.error("cover.refused", case=number_of(pk), why=str(refused))
            return False
    return True
