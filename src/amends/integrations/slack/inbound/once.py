"""What was seen to already. Slack sends events up to four times, and a signed request stays valid for five minutes."""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from amends import clock
from amends.integrations.slack.models import SlackHeard

from .said import Said

_KEPT = timedelta(days=2)  # Slack's last repetition comes within a day


def first_time(said: Said) -> bool:
    """Notes that it is being seen to. To be called in the transaction that does so: one that fails notes nothing.

    What cannot be told from others is never seen to: it could come again without end.
    """
    if not said.key:
        return False
    digest = hashlib.sha256(f"{said.workspace} {said.key}".encode()).hexdigest()
    try:
        with transaction.atomic():
            SlackHeard.objects.create(key=digest, at=clock.now())
    except IntegrityError:
        return False
    return True


def forget_heard(now: datetime) -> int:
    """Sweeps out what cannot come again; returns how many."""
    return SlackHeard.objects.filter(at__lt=now - _KEPT).delete()[0]
