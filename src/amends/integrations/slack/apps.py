"""Slack as a Django app."""

from django.apps import AppConfig


class SlackConfig(AppConfig):
    """The group's Slack workspace."""

    name = "amends.integrations.slack"
    label = "slack"
    verbose_name = "Slack"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from amends.deliveries.telling import slack_is_here

        from .outbound.places import SlackPlaces

        slack_is_here(SlackPlaces())
