"""Backups: when the last one was made."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from amends.connections.checks import Check, Neighbor, partly, works
from amends.connections.models import Backup

KEY = "backups"
NAME = "Backups"
_OLD = timedelta(days=7)


def neighbor() -> Neighbor:
    """The backups as something to look at."""
    return Neighbor(KEY, NAME, lambda seconds: [look(timezone.now())])


def look(now: datetime) -> Check:
    """Looks when `amends backup` last wrote one."""
    key, name = "last", "Last backup"
    if settings.CONFIGURATION.demo:
        return works(key, name, "A demo needs none.")
    last = Backup.objects.order_by("-at").first()
    if last is None:
        return partly(key, name, "There is none yet.", "Let the machine run `amends backup FILE` every night.")
    days = (now - last.at).days
    if now - last.at > _OLD:
        says = f"The last one is {days} days old."
        return partly(key, name, says, "Run `amends backup FILE` now, and see why it does not run every night.")
    return works(key, name, "Less than a day old." if days == 0 else f"{days} {'day' if days == 1 else 'days'} old.")
