"""The group's Slack workspace: how it is reached, who its people are, and what came in from it."""

from django.db import models

from amends.practice.models import Person
from amends.sealing import SealedJSONField, SealedTextField

from .outbound.models import (  # noqa: F401  Django looks for an app's models here
    SlackAgreement,
    SlackCard,
    SlackChannel,
    SlackPace,
    SlackTaste,
    SlackTrouble,
)


class SlackWorkspace(models.Model):
    """One workspace: the address of its API, the tokens, and the leaders' channel.

    What comes in is taken over Socket Mode where there is an app token, and over HTTP where there is a signing secret.
    """

    key = models.SlugField(unique=True, default="main", help_text="A short name that deliveries refer to.")
    name = models.CharField(max_length=100)
    api_url = models.URLField(default="https://slack.com/api/")
    team_id = models.CharField(max_length=20, blank=True, help_text="The workspace's own id; asked for where missing.")
    bot_token = SealedTextField(blank=True)
    app_token = SealedTextField(blank=True)
    signing_secret = SealedTextField(blank=True)
    token_is_new = models.BooleanField(default=False, editable=False)  # Slack has not told yet whose it is
    may_carry_patients = models.BooleanField(
        default=False, help_text="The group has a signed agreement that covers patient information in this workspace."
    )
    leaders_channel = models.CharField(
        max_length=30, blank=True, help_text="The channel's id (C0123ABC), never its name: names change."
    )
    timeout_seconds = models.PositiveSmallIntegerField(default=30)
    pace_seconds = models.FloatField(default=1, help_text="Slack takes one message a second in each channel.")
    last_seen = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["key"]
        verbose_name = "Slack workspace"

    def __str__(self) -> str:
        return self.name


class SlackInbound(models.Model):
    """What comes in from a workspace: which process holds its socket until when, and what was heard and refused."""

    workspace = models.OneToOneField(SlackWorkspace, on_delete=models.CASCADE, related_name="inbound")
    held_by = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)  # None while the socket is not connected
    trouble = models.CharField(max_length=300, blank=True)
    heard_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.held_by}"


class SlackHeard(models.Model):
    """Something that came in: Slack sends some things again, and anybody may replay what they recorded.

    `waits` is what is still to be seen to (`inbound.said.Said`), None once it was.
    """

    key = models.CharField(max_length=64, unique=True)  # a digest
    at = models.DateTimeField(db_index=True)
    waits = SealedJSONField(null=True)

    class Meta:
        indexes = (models.Index(fields=("at",), condition=models.Q(waits__isnull=False), name="slack_heard_waits"),)

    def __str__(self) -> str:
        return self.key


class SlackPerson(models.Model):
    """Who a person is in a workspace. Counts only once somebody confirmed it."""

    class How(models.TextChoices):
        EMAIL = "email", "by e-mail"
        TYPED = "typed", "entered by hand"

    workspace = models.ForeignKey(SlackWorkspace, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="slack_people")
    user_id = models.CharField(max_length=20)
    how = models.CharField(max_length=5, choices=How.choices)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("workspace", "person"), name="slack_one_user_for_each_person"),
            models.UniqueConstraint(fields=("workspace", "user_id"), name="slack_one_person_for_each_user"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.user_id}"
