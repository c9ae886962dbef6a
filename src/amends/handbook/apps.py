from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HandbookConfig(AppConfig):
    name = "amends.handbook"
    label = "handbook"

    def ready(self) -> None:
        post_migrate.connect(_put_in, sender=self)


def _put_in(**_: Any) -> None:
    """With the tables come the pages: no page view has to write, and an upgrade brings what is new."""
    from django.db import connection

    from amends.handbook.models import Page
    from amends.handbook.shipped import put_in

    if Page._meta.db_table in connection.introspection.table_names():  # not while only another app is brought up
        put_in()
