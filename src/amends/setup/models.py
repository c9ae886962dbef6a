"""How far the guided first run has come, what was typed and not taken yet, and what Open Dental showed."""

from django.db import models
from django.utils import timezone

from amends.integrations.marker import TRIAL_CASE
from amends.practice.models import Person
from amends.sealing import SealedJSONField


class Progress(models.Model):
    """One step. `passed_at` is when somebody went on from it; `changes` counts what was sent from its page."""

    step = models.CharField(max_length=20, unique=True)
    changes = models.PositiveIntegerField(default=0)
    passed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.step


class Draft(models.Model):
    """What was typed into one form and is not in effect yet. Sealed: there may be keys in it."""

    form = models.CharField(max_length=80, unique=True)
    typed = SealedJSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.form


class Reading(models.Model):
    """One list of an Open Dental database as it was read last (at `read_at`), to be read again where it `is_due`.

    `trouble` is a sentence, empty while all is well.
    """

    database = models.CharField(max_length=40)
    what = models.CharField(max_length=20)
    rows = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=400, blank=True)
    is_due = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("database", "what"), name="read_once_for_each_database"),)

    def __str__(self) -> str:
        return f"{self.database} {self.what}"


class Trial(models.Model):
    """One of the entries that prove the way into Open Dental: written down before it is sent, as every delivery is.

    `run` counts the tries. `shown` is what the page showed and nothing else may be sent; `sent_at` is when the latest
    request may have left; `proof` is the number that Open Dental gave back.
    """

    run = models.PositiveIntegerField()
    channel = models.CharField(max_length=40)
    database = models.CharField(max_length=40)
    office = models.CharField(max_length=20)
    payload = SealedJSONField()
    shown = SealedJSONField()
    sent_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=40, blank=True)
    trouble = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.marker

    @property
    def marker(self) -> str:
        """Of no case: it is only a test."""
        return f"{TRIAL_CASE}.{self.pk}"
