"""What is known of review tools that send here, and files that wait to be brought in. Nothing of it names a patient."""

import uuid

from django.db import models
from django.db.models import JSONField

from amends.practice.models import Office, Person
from amends.sealing import SealedJSONField, SealedTextField


class ReviewTool(models.Model):
    """A tool of the group that sends its reviews: the secret in its address, and what was heard from it.

    For a day after a new secret the old one is taken as well. With `signing_secret` only signed bodies are taken.
    """

    class Key(models.TextChoices):
        BIRDEYE = "birdeye", "Birdeye"
        PODIUM = "podium", "Podium"

    key = models.CharField(max_length=16, choices=Key.choices, unique=True)
    secret = SealedTextField()
    old_secret = SealedTextField(blank=True)
    changed_at = models.DateTimeField()
    signing_secret = SealedTextField(blank=True)
    heard_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)
    not_understood = models.PositiveIntegerField(default=0)
    not_understood_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.get_key_display()


class ToolPlace(models.Model):
    """A location as a tool names it, and which office it is once an administrator said so; or that it is none."""

    tool = models.ForeignKey(ReviewTool, on_delete=models.CASCADE, related_name="places")
    ref = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    is_ours = models.BooleanField(default=True)
    first_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tool", "ref"), name="tool_place_once"),)

    def __str__(self) -> str:
        return self.name or self.ref or "No location named"


class WaitingReview(models.Model):
    """A review from a location that is no office yet: taken in as soon as somebody says which one it is."""

    place = models.ForeignKey(ToolPlace, on_delete=models.CASCADE, related_name="waiting")
    key = models.CharField(max_length=255)
    told = SealedJSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("place", "key"), name="waiting_review_once"),)

    def __str__(self) -> str:
        return f"{self.place_id} {self.pk}"


class Upload(models.Model):
    """A file that somebody looked at on the page: what it holds, without any column about patients.

    `rows` are emptied when they were brought in, or after a day. `foreseen` and `result` are reports in JSON.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    rows = SealedJSONField()
    foreseen = JSONField()
    rejected = JSONField(default=list)
    brought_at = models.DateTimeField(null=True)
    result = JSONField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
