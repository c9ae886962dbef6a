"""Google Business Profile as a Django app."""

from django.apps import AppConfig


class GoogleBusinessConfig(AppConfig):
    """Reviews come in from Google, and replies go out."""

    name = "amends.integrations.google_business"
    label = "google_business"
    verbose_name = "Google Business Profile"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from amends.integrations.google_business.profiles import is_read
        from amends.reviews.sites import reads_by_itself

        reads_by_itself(is_read)
