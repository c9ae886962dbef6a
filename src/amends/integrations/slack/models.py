"""The Slack workspace in which the leaders are told."""

from django.db import models

from amends.sealing import SealedTextField

from .outbound.models import (  # noqa: F401  Django looks for an app's models here
    SlackAgreement,
    SlackCard,
    SlackChannel,
    SlackNotice,
    SlackPace,
    SlackTaste,
    SlackTrouble,
)


class SlackWorkspace(models.Model):
    """One workspace: the address of its API, the bot's token, and the leaders' channel."""

    key = models.SlugField(unique=True, default="main", help_text="A short name that deliveries refer to.")
    name = models.CharField(max_length=100)
    api_url = models.URLField(default="https://slack.com/api/")
    bot_token = SealedTextField(blank=True)
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
