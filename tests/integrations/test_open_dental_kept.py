"""Patient kept: completed visits are found by what changed, each at least once, at the pace of the office."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.integrations.servers import Asked, Says, StubServer

from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.kept import OVERLAP, Completed, Cursor, completed_since, is_kept_visit
from amends.integrations.open_dental.office import office
from amends.integrations.open_dental.rows import Appointment

AFTER = datetime.fromisoformat("2026-03-02 14:05:00")
statuses = st.sampled_from(["Complete", "Scheduled", "Broken", "Planned", "PtNoteCompleted", ""])


@given(statuses, st.datetimes(AFTER - timedelta(days=400), AFTER + timedelta(days=400)) | st.none())
def test_kept_is_a_completed_visit_later_and_within_180_days(status: str, at: datetime | None) -> None:
    row = Appointment.model_validate({"AptNum": 1, "AptStatus": status, "AptDateTime": str(at) if at else "0001-01-01"})
    expected = status == "Complete" and at is not None and timedelta(0) < at - AFTER <= timedelta(days=180)
    assert is_kept_visit(row, AFTER) is expected


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("2026-03-02 14:05:00", False),  # the visit of the incident itself
        ("2026-03-02 14:05:01", True),
        ("2026-03-02 00:00:00", False),  # only the day is known, and it is the same
        ("2026-03-03 00:00:00", True),
        ("2026-08-29 14:05:00", True),
        ("2026-08-29 14:05:01", False),
    ],
)
def test_the_edges_of_kept(at: str, kept: bool) -> None:
    assert is_kept_visit(Appointment.model_validate(row(1, AptDateTime=at)), AFTER) is kept


def row(number: int, **changes: Any) -> dict[str, Any]:
    values = {"AptNum": number, "PatNum": number, "AptStatus": "Complete", "AptDateTime": "2026-03-09 09:00:00"}
    return {**values, "DateTStamp": "2026-03-09 09:40:00", "serverDateTime": "2026-03-09 12:00:00", **changes}


def follow(cursor: Cursor, seconds: float = 5.0) -> Completed:
    return completed_since(office("main"), cursor, Budget(seconds))


@pytest.mark.usefixtures("database")
class TestCompletedSince:
    def test_what_changed_since_the_cursor_with_an_overlap(self, server: StubServer) -> None:
        server.on("GET", "appointments", [row(1), row(2, AptStatus="Scheduled"), row(3)])
        done = follow(Cursor(AFTER))
        assert ([each.AptNum for each in done.rows], done.trouble) == ([1, 3], "")
        assert done.cursor == Cursor(datetime.fromisoformat("2026-03-09 12:00:00")), "the office's own clock"
        since = str(AFTER - OVERLAP)
        assert server.queries("appointments") == [{"DateTStamp": since, "AptStatus": "Complete"}]

    def test_an_empty_list_moves_nothing(self, server: StubServer) -> None:
        server.on("GET", "appointments", [])
        assert follow(Cursor(AFTER)) == Completed((), Cursor(AFTER))

    def test_a_clock_that_was_set_back_moves_nothing_back(self, server: StubServer) -> None:
        server.on("GET", "appointments", [row(1, serverDateTime="2020-01-01 00:00:00")])
        assert follow(Cursor(AFTER)).cursor == Cursor(AFTER)

    def test_a_long_list_that_breaks_is_gone_on_with_and_nothing_is_missed(self, server: StubServer) -> None:
        rows = [row(number) for number in range(1, 251)]
        failing, minutes = [Says(502)], count()

        def paged(asked: Asked) -> Any:
            offset = int(asked.query.get("Offset", 0))
            if offset and failing:
                return failing.pop()
            later = f"2026-03-09 12:0{next(minutes)}:00"
            return [{**each, "serverDateTime": later} for each in rows[offset:][:100]]

        server.on("GET", "appointments", paged)
        first = follow(Cursor(AFTER))
        assert "502" in first.trouble
        assert first.cursor.at == AFTER, "not moved before the list was read to its end"
        second = follow(first.cursor)
        assert second.trouble == ""
        assert {each.AptNum for each in (*first.rows, *second.rows)} == set(range(1, 251))
        began = datetime.fromisoformat("2026-03-09 12:00:00")
        assert second.cursor == Cursor(began), "what changed while it was read is read again"

    def test_an_office_that_is_offline_is_a_trouble_and_loses_nothing(self, server: StubServer) -> None:
        server.on("GET", "appointments", Says(400, "The office's eConnector is not running"))
        done = follow(Cursor(AFTER))
        assert (done.rows, done.cursor) == ((), Cursor(AFTER))
        assert "cannot be reached" in done.trouble
