"""Slack as a Django app."""

from django.apps import AppConfig


class SlackConfig(AppConfig):
    """The group's Slack workspace."""

    name = "amends.integrations.slack"
    label = "slack"
    verbose_name = "Slack"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from amends.deliveries.ways import slack_is_there

        slack_is_there(lambda: self.get_model("SlackWorkspace").objects.exists())
