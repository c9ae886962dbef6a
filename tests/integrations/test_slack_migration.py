"""Who updates Amends loses no summary and gets none twice: those of the version before go on as deliveries."""

from datetime import UTC, datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from amends.deliveries.models import Delivery, State
from amends.integrations.slack.outbound.models import SlackTaste
from amends.practice.models import Person

AT = datetime(2026, 3, 9, 11, 30, tzinfo=UTC)
BEFORE = [("slack", "0004_what_comes_in")]


def test_summaries_of_the_version_before_are_deliveries_now(committed: None) -> None:
    lee = Person.objects.create(name="Lee Tran", email="lee@example.com")
    SlackTaste.objects.create(person=lee)
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    Notice = executor.loader.project_state(BEFORE).apps.get_model("slack", "SlackNotice")  # noqa: N806
    for key, state, ts in (
        ("summary:2026-02-23", "given_up", ""),
        ("summary:2026-03-02", "sent", "1772.0001"),
        ("summary:2026-03-09", "sending", ""),
        (f"digest:{lee.pk}:2026-03-08", "waiting", ""),
        (f"digest:{lee.pk}:2026-03-09", "sent", ""),  # nothing had happened, and nobody was told
    ):
        Notice.objects.create(
            key=key, target="leaders", payload={"week": key}, state=state, ts=ts, created_at=AT, due_at=AT, sent_at=AT
        )
    MigrationExecutor(connection).migrate(executor.loader.graph.leaf_nodes("slack"))
    rows = {row.marker: row for row in Delivery.objects.all()}
    assert {marker: row.state for marker, row in rows.items()} == {
        "summary:2026-02-23": State.WITHDRAWN,
        "summary:2026-03-02": State.PROVED,
        "summary:2026-03-09": State.UNKNOWN,
        f"digest:{lee.pk}:2026-03-08": State.WAITING,
        f"digest:{lee.pk}:2026-03-09": State.WITHDRAWN,
    }
    assert rows["summary:2026-03-02"].proof_id == "1772.0001"
    assert {row.payload["week"] for row in rows.values()} == set(rows)
    assert SlackTaste.objects.get(person=lee).told_at == AT
