"""Which databases this process listens to: processes share them by leases, and take over from one that died."""

import math
import os
import secrets
import socket
from datetime import datetime, timedelta

from django.db.models import Q

from amends import clock
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase

_HELD_FOR = timedelta(seconds=60)


def make_holder() -> str:
    """A name for this process that no other has, and that tells an operator which one it is."""
    return f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"[:40]


def share(holder: str, now: datetime | None = None) -> list[Ear]:
    """Renews what this process holds and takes its fair part of what nobody does; its ears, with their databases.

    To be called well within a minute. Where others came to share, it lets go of what is beyond its part.
    """
    at = now or clock.now()
    _make_ears()
    until = at + _HELD_FOR
    Ear.objects.filter(holder=holder, held_until__gt=at).update(held_until=until)
    mine = list(Ear.objects.filter(holder=holder, held_until__gt=at).order_by("pk").values_list("pk", flat=True))
    part = _part(holder, at)
    if len(mine) > part:
        _let_go(holder, mine[part:])
    elif len(mine) < part:
        free = Ear.objects.filter(Q(held_until=None) | Q(held_until__lte=at)).order_by("pk")
        for pk, before in free.values_list("pk", "held_until")[: part - len(mine)]:
            # Compare and set: another process may have been quicker.
            Ear.objects.filter(pk=pk, held_until=before).update(holder=holder, held_until=until)
    return list(Ear.objects.filter(holder=holder, held_until__gt=at).select_related("database"))


def leave(holder: str) -> None:
    """Lets go of everything, so that others need not wait for the leases to end."""
    Ear.objects.filter(holder=holder).update(holder="", held_until=None)


def _let_go(holder: str, ears: list[int]) -> None:
    Ear.objects.filter(pk__in=ears, holder=holder).update(holder="", held_until=None)


def _part(holder: str, at: datetime) -> int:
    others = Ear.objects.filter(held_until__gt=at).exclude(holder=holder).exclude(holder="")
    listeners = 1 + others.values("holder").distinct().count()
    return math.ceil(Ear.objects.count() / listeners)


def _make_ears() -> None:
    for database in OpenDentalDatabase.objects.filter(ear=None):
        Ear.objects.get_or_create(database=database)
