"""What Amends keeps of the messages that it sends to Slack, and how each person wants theirs."""

from datetime import time

from django.db import models

from amends.cases.models import CaseRow
from amends.practice.models import Office, Person, Region


class SlackChannel(models.Model):
    """A channel of a region or of an office, which gets the cards of its cases beside the leaders' channel."""

    workspace = models.ForeignKey("slack.SlackWorkspace", on_delete=models.CASCADE, related_name="channels")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=30, help_text="The channel's id (C0123ABC), never its name: names change.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(region__isnull=True) ^ models.Q(office__isnull=True), name="slack_channel_of_one"
            ),
            models.UniqueConstraint(fields=("workspace", "channel"), name="slack_channel_once"),
        )

    def __str__(self) -> str:
        return str(self.office or self.region)


class SlackCard(models.Model):
    """The message of a case at one place (a delivery's target): where it stands, and which `version` it shows.

    `team` is the workspace in which it stands. With the token of another one it is never changed. `user` is whom a
    direct message is to, in Slack: where that person is another user by now, it is posted anew for them.
    A change whose outcome is not known may still land until `late_until`; `late_version` is the oldest of those.
    """

    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=80)
    team = models.CharField(max_length=20, blank=True, default="")
    user = models.CharField(max_length=20, blank=True, default="")
    channel = models.CharField(max_length=30)
    ts = models.CharField(max_length=30)
    link = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    late_version = models.PositiveIntegerField(default=0)
    late_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "target"), name="slack_card_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.target}"


class SlackPace(models.Model):
    """When the next message may go to a channel: Slack takes one a second, or says how long to wait (slack.md 9)."""

    channel = models.CharField(max_length=30, unique=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.channel


class SlackTrouble(models.Model):
    """A place that takes no messages now, and why. It goes with the next message that arrives there."""

    target = models.CharField(max_length=80, unique=True)
    says = models.CharField(max_length=300)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.target


class SlackTaste(models.Model):
    """How a leader wants to hear of cases in direct messages, beside the leaders' channel. The grave few come at once.

    Times are those of the person's own zone. `quiet_from` may be later than `quiet_to`: then it is the night.
    """

    class How(models.TextChoices):
        CHANNEL = "channel", "Only in the leaders' channel"
        INSTANT = "instant", "Each case to me, at once"
        DAILY = "daily", "One message to me, once a day"

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="slack_taste")
    how = models.CharField(max_length=7, choices=How.choices, default=How.CHANNEL)
    daily_at = models.TimeField(default=time(17, 0))
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, editable=False)  # until when the daily messages have told of cases

    def __str__(self) -> str:
        return f"{self.person_id} {self.how}"


class SlackAgreement(models.Model):
    """Who said, and when, that a workspace may carry patient information, or may not any more. Never changed.

    No foreign keys, so that it outlives the workspace and the person.
    """

    at = models.DateTimeField()
    workspace = models.CharField(max_length=50)
    may_carry_patients = models.BooleanField()
    person = models.CharField(max_length=20)
    person_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.workspace} {self.may_carry_patients} {self.person_name}"
