"""Cases change through one door; events never change at all; a query says for whom."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cases.story import opened
from tests.conftest import Cast

import amends
from amends.cases.door import WriteElsewhereError
from amends.cases.models import CaseRow, EventRow, PolicyText, UnscopedError

SOURCE = Path(amends.__file__).parent


@pytest.mark.parametrize(
    "write",
    [
        lambda row, event: row.save(),
        lambda row, event: row.delete(),
        lambda row, event: event.save(),
        lambda row, event: event.delete(),
        lambda row, event: CaseRow.system.update(stage="closed"),
        lambda row, event: CaseRow.system.filter(pk=row.pk).delete(),
        lambda row, event: CaseRow.system.bulk_create([CaseRow()]),
        lambda row, event: CaseRow.system.bulk_update([row], ["stage"]),
        lambda row, event: CaseRow.objects.within(None).update(stage="closed"),
        lambda row, event: CaseRow.system.create(stage="closed"),
        lambda row, event: EventRow.objects.update(fact="{}"),
        lambda row, event: EventRow.objects.bulk_create([EventRow()]),
        lambda row, event: EventRow.objects.all().delete(),
        lambda row, event: row.events.all().delete(),
        lambda row, event: row.events.update(kind="Closed"),
    ],
)
def test_models_refuse_every_other_write(group: Cast, write: Callable[[CaseRow, EventRow], object]) -> None:
    done = opened(group.maple, group.ana)
    with pytest.raises(WriteElsewhereError):
        write(done.row, EventRow.objects.get())
    assert (CaseRow.system.get().stage, EventRow.objects.get().kind) == ("reported", "Reported")


def test_only_actions_open_the_door() -> None:
    opening = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "amends.cases.door":
                opening += [path.relative_to(SOURCE).as_posix() for name in node.names if name.name == "opened"]
    assert opening == ["cases/actions.py"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CaseRow.objects.all(),
        lambda: CaseRow.objects.filter(pk=1),
        lambda: CaseRow.objects.count(),
        lambda: CaseRow.objects.get(pk=1),
        lambda: CaseRow.objects.create(),
    ],
)
def test_a_query_that_does_not_say_for_whom_is_an_error(db: None, ask: Callable[[], object]) -> None:
    with pytest.raises(UnscopedError):
        ask()


def test_a_scoped_query_answers_for_those_offices(group: Cast) -> None:
    maple, harbor = opened(group.maple, group.ana), opened(group.harbor, group.nick)

    def seen(offices: list[str] | None) -> set[str]:
        return {row.number for row in CaseRow.objects.within(offices)}

    assert seen([str(group.maple.pk)]) == {maple.number}
    assert seen(None) == {maple.number, harbor.number}
    assert seen([]) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases_eventrow SET fact = '{}'",
        "UPDATE cases_eventrow SET by_name = 'Somebody else' WHERE seq = 1",
        "DELETE FROM cases_eventrow",
        "DELETE FROM cases_eventrow WHERE seq = 1",
    ],
)
def test_the_database_itself_keeps_events_as_they_are(group: Cast, sql: str) -> None:
    opened(group.maple, group.ana)
    before = EventRow.objects.values().get()
    with pytest.raises(DatabaseError, match="an event is never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert EventRow.objects.values().get() == before


def test_postgresql_refuses_to_empty_the_events(group: Cast) -> None:
    opened(group.maple, group.ana)
    sql = "TRUNCATE cases_eventrow" if connection.vendor == "postgresql" else "DELETE FROM cases_eventrow"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert EventRow.objects.count() == 1


def test_a_kept_policy_is_called_by_its_version(group: Cast) -> None:
    kept = PolicyText.objects.get()
    assert str(kept) == kept.version
