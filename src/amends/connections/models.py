"""The last known state of every connection, so that no page waits for the network; and when backups were made."""

from datetime import datetime

from django.db import models
from django.db.models import JSONField
from django.utils import timezone

from amends.connections.checks import Check, State


class LastKnown(models.Model):
    """What was found at the last look at one neighbor, by its key.

    `taken_at` is when the housekeeping of some process last took it for a look, `checked_at` when the look that is kept
    began, and `answered_at` the last time that the neighbor answered at all.
    """

    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=6, choices=[(state.value, state.value) for state in State], blank=True)
    since = models.DateTimeField(null=True)
    kept = JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key

    @classmethod
    def last_round(cls) -> datetime | None:
        """When the housekeeping last went round; None before the first time."""
        last: datetime | None = cls.objects.aggregate(last=models.Max("taken_at"))["last"]
        return last

    @property
    def checks(self) -> list[Check]:
        """The checks as they were found."""
        return [Check.from_json(check) for check in self.kept]


class Backup(models.Model):
    """One backup that was made: `amends backup` leaves a row behind."""

    at = models.DateTimeField(default=timezone.now)

    class Meta:
        get_latest_by = "at"

    def __str__(self) -> str:
        return self.at.isoformat()
