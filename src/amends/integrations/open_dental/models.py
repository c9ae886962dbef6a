"""The Open Dental databases that this group has: where they are, and the keys to them."""

from django.db import models

from amends.sealing import SealedTextField


class Mode(models.TextChoices):
    """How Open Dental is reached (open-dental-api.md 1)."""

    REMOTE = "remote", "Remote (through Open Dental's own servers)"
    SERVICE = "service", "API Service (on the office's database server)"
    LOCAL = "local", "Local (inside the desktop program)"


class OpenDentalDatabase(models.Model):
    """One database: one customer key (open-dental-api.md 0.1). Numbers such as `PatNum` mean nothing outside it."""

    key = models.SlugField(
        unique=True, help_text="A short name that cases and deliveries refer to, for example “main”."
    )
    name = models.CharField(max_length=100)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.REMOTE)
    base_url = models.URLField(default="https://api.opendental.com/api/v1/")
    developer_key = SealedTextField(blank=True)
    customer_key = SealedTextField(blank=True)
    author_user_num = models.BigIntegerField(
        default=0, help_text="UserNum of the Open Dental user who is the author of Tasks; 0 while none is chosen."
    )
    comm_type_name = models.CharField(max_length=255, default="Upset patient")
    read_timeout_seconds = models.PositiveSmallIntegerField(default=65, help_text="Open Dental itself gives up at 60.")
    facts = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What was read last, see facts.py: no keys, no patients."
    )
    last_seen = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["key"]
        verbose_name = "Open Dental database"

    def __str__(self) -> str:
        return self.name
