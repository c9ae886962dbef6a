"""Who works on which delivery. A lease is taken by a compare-and-set, so two workers never hold the same row."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from amends import clock
from amends.deliveries.models import LEASABLE, MOVING, Delivery, State, in_states

_CANDIDATES = 8


def lease_next(now: datetime | None = None) -> Delivery | None:
    """Leases the most urgent row that is due and whose turn it is; None when there is none.

    A waiting row becomes *sending*, which is written before anything leaves. A row of unknown outcome stays *unknown*
    and is only leased. Within one case, channel and target the earlier row goes first.
    """
    at = now or clock.now()
    for row in whose_turn_it_is(at).order_by("due_at", "id")[:_CANDIDATES]:
        if _take(row, at):
            return row
    return None


def whose_turn_it_is(at: datetime) -> QuerySet[Delivery]:
    """Rows that are due, that nobody works on, and that wait for no earlier one of their case, channel and target."""
    earlier = Delivery.objects.filter(
        case=OuterRef("case"),
        channel=OuterRef("channel"),
        target=OuterRef("target"),
        no__lt=OuterRef("no"),
        state__in=MOVING,
    )
    return Delivery.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=at),
        in_states(*LEASABLE),
        due_at__lte=at,
    ).exclude(Exists(earlier))


def _take(row: Delivery, at: datetime) -> bool:
    lease, until = secrets.token_urlsafe(16), at + timedelta(seconds=settings.LEASE_SECONDS)
    changes: dict[str, object] = {"lease": lease, "leased_until": until}
    if row.state == State.WAITING:
        changes |= {"state": State.SENDING, "sent_at": at, "attempts": F("attempts") + 1}
    taken = Delivery.objects.filter(pk=row.pk, state=row.state, lease=row.lease, due_at=row.due_at).update(**changes)
    if taken:
        row.refresh_from_db()
    return bool(taken)


def let_go(row: Delivery, **changes: object) -> bool:
    """Ends the lease and writes what came of it; False when the lease was lost meanwhile (and nothing is written)."""
    return bool(
        Delivery.objects.filter(pk=row.pk, lease=row.lease, state=row.state).update(
            lease="", leased_until=None, **changes
        )
    )


def let_wait(row: Delivery, *, due_at: datetime, **changes: object) -> bool:
    """As `let_go`, for a row of which certainly nothing is there or on its way: it waits again.

    Where it was found to be no longer needed while it was under way, it is withdrawn instead.
    """
    state = Case(When(why="", then=Value(State.WAITING)), default=Value(State.WITHDRAWN))
    return let_go(row, state=state, due_at=due_at, sent_at=None, **changes)


def sweep(now: datetime | None = None) -> int:
    """Rows whose worker died while sending become *unknown*, to be looked for; returns how many.

    Nobody knows when their request left, only that it was not after the lease ended: so it settles from there on.
    """
    at = now or clock.now()
    return Delivery.objects.filter(in_states(State.SENDING), leased_until__lte=at).update(
        state=State.UNKNOWN,
        lease="",
        leased_until=None,
        sent_at=F("leased_until"),
        due_at=at,
        last_error="The program was stopped while it was sending this.",
    )
