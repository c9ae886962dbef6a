from collections.abc import Sequence

from django.apps import AppConfig
from django.db.migrations import Migration
from django.db.models.signals import post_migrate

# After these the figures of earlier cases are to be made from their events.
_NEW_FIGURES = (
    "0001_initial",
    "0002_tallies",
    "0003_confirmed",
    "0004_involved",
    "0006_month_tallies",
    "0007_happened",
    "0008_of_this_round",
)
# After this one the words of earlier accounts are to be kept.
_NEW_WORDS = "0005_account_words"
_AT_ONCE = 500


class LearningConfig(AppConfig):
    name = "amends.learning"
    label = "learning"

    def ready(self) -> None:
        from amends.cases.actions import follow
        from amends.cases.suggested import suggest_with
        from amends.cases.work_besides import also_on_my_work
        from amends.learning import account_words, changes_heard, figures, learned_causes, overdue, watching
        from amends.learning.to_change import to_change
        from amends.practice.desk import find_actions_with

        follow(figures.keep)
        follow(watching.keep)
        follow(account_words.keep)
        follow(overdue.keep)
        follow(changes_heard.keep)  # after `watching.keep`, which writes the action
        suggest_with(learned_causes.causes_for)
        also_on_my_work(to_change)
        also_on_my_work(overdue.stays_overdue)
        find_actions_with(watching.with_actions_of)
        post_migrate.connect(figures_anew, sender=self)
        post_migrate.connect(words_anew, sender=self)


def figures_anew(plan: Sequence[tuple[Migration, bool]] = (), **_: object) -> None:
    """Makes the figures of the cases that are older than they are."""
    if not any(one.app_label == "learning" and one.name in _NEW_FIGURES for one, backwards in plan if not backwards):
        return
    from amends.cases.models import CaseRow
    from amends.learning import watching
    from amends.learning.figures import make_anew

    watching.make_anew()
    make_anew(CaseRow.system.order_by("pk").iterator(chunk_size=500))


def words_anew(plan: Sequence[tuple[Migration, bool]] = (), **_: object) -> None:
    """Keeps the words of the accounts that are older than they are."""
    if not any(one.app_label == "learning" and one.name == _NEW_WORDS for one, backwards in plan if not backwards):
        return
    from amends.cases.models import CaseRow
    from amends.learning.account_words import make_anew

    cases = list(CaseRow.system.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(cases), _AT_ONCE):
        make_anew(cases[start : start + _AT_ONCE])
