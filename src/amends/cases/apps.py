from collections.abc import Sequence

from django.apps import AppConfig
from django.db.migrations import Migration
from django.db.models.signals import post_migrate

# After these the rules say other times, or of other keepers of promises, than what is stored.
_NEW_TIMES = ("0006_the_next_in_the_chain", "0015_keepers")


class CasesConfig(AppConfig):
    name = "amends.cases"
    label = "cases"

    def ready(self) -> None:
        from amends.cases.actions import follow, refresh_dues
        from amends.cases.heard_back import keep
        from amends.practice.models import on_new_hours

        # Whoever changes an office's hours, on whichever page: when its cases are due changes with them.
        on_new_hours(refresh_dues)
        follow(keep)
        post_migrate.connect(dues_again, sender=self)


def dues_again(plan: Sequence[tuple[Migration, bool]] = (), **_: object) -> None:
    """Reckons again when all open cases are due, where this update of the database brought new rules for it."""
    if not any(one.app_label == "cases" and one.name in _NEW_TIMES for one, backwards in plan if not backwards):
        return
    from amends.cases.actions import refresh_dues
    from amends.practice.directory import directory_now

    for office in directory_now().offices:
        refresh_dues(int(office))
