"""Open Dental as a Django app."""

from django.apps import AppConfig


class OpenDentalConfig(AppConfig):
    """Connections to Open Dental databases."""

    name = "amends.integrations.open_dental"
    label = "open_dental"
    verbose_name = "Open Dental"
    default_auto_field = "django.db.models.BigAutoField"
