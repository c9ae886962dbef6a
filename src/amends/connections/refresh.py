"""Keeps the last known state of every neighbor true: the housekeeping calls it every half minute."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from amends import clock
from amends.connections.checks import REACHED, Check, Neighbor, State, carried_on, worst
from amends.connections.looking import SECONDS, look_at
from amends.connections.models import LastKnown
from amends.connections.neighbors import everybody

_ROUND = 25.0  # seconds that one round may last: of very many neighbors those seen longest ago come first


def refresh_checks() -> bool:
    """Looks at every neighbor whose turn it is, and keeps what was found. Several processes share the work.

    True when there was anything to look at.
    """
    neighbors = {neighbor.key: neighbor for neighbor in everybody()}
    began = clock.now()
    LastKnown.objects.exclude(key__in=neighbors).delete()
    taken = _take(neighbors)
    for neighbor, checks in look_at(taken, at_most=_ROUND):
        keep(neighbor, checks, began)
    return bool(taken)


def look_now(key: str) -> bool:
    """Looks at this one neighbor at once, whoever else did so just now; False when there is none of that key."""
    neighbor = next((one for one in everybody(thorough=True) if one.key == key), None)
    if neighbor is None:
        return False
    LastKnown.objects.get_or_create(key=key)
    began = clock.now()
    for found, checks in look_at([neighbor], at_most=SECONDS):
        keep(found, checks, began)
    return True


def _take(neighbors: Mapping[str, Neighbor]) -> list[Neighbor]:
    """Those whose turn it is, now ours until the next one; the one seen longest ago first."""
    now = clock.now()
    with transaction.atomic():
        known = set(LastKnown.objects.values_list("key", flat=True))
        new = [LastKnown(key=key) for key in neighbors if key not in known]
        LastKnown.objects.bulk_create(new, ignore_conflicts=True)
        rows = LastKnown.objects.filter(key__in=neighbors).order_by(F("checked_at").asc(nulls_first=True), "pk")
        due = [
            row.key
            for row in rows.select_for_update(skip_locked=True)
            if row.taken_at is None or row.taken_at + neighbors[row.key].every <= now
        ]
        LastKnown.objects.filter(key__in=due).update(taken_at=now)
    return [neighbors[key] for key in due]


def keep(neighbor: Neighbor, checks: Sequence[Check], began: datetime) -> None:
    """Writes what was found, unless a look that began later was quicker."""
    with transaction.atomic():
        newer = Q(checked_at__isnull=True) | Q(checked_at__lte=began)
        row = LastKnown.objects.select_for_update().filter(newer, key=neighbor.key).first()
        if row is None:
            return
        now = clock.now()
        state = worst(check.state for check in checks)
        row.since = row.since if row.since and row.state == state else now
        row.state = state
        row.kept = [check.as_json() for check in carried_on(checks, row.checks, now)]
        row.checked_at = began
        if _answered(checks):
            row.answered_at = now
        row.save()


def _answered(checks: Sequence[Check]) -> bool:
    return any(check.key == REACHED and check.state is not State.DOWN for check in checks)
