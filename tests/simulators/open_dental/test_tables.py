"""What is looked up quickly is what a walk through all rows would find."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.simulators.open_dental.caller import MOMENT

from amends.simulators.clock import Clock
from amends.simulators.open_dental.blanks import add, example
from amends.simulators.open_dental.tables import Database

PATIENTS = st.integers(min_value=0, max_value=4)
STAMPS = st.sampled_from(["0001-01-01 00:00:00", "2026-03-02 14:05:00", "2026-03-02 14:06:00", "2027-01-01 00:00:00"])


class Rows(RuleBasedStateMachine):
    """CommLogs that come, change, move, are touched, forgotten and deleted, while the clock goes to and fro."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = MOMENT
        self.database = Database(Clock(real=lambda: self.moment))

    def _key(self, pick: int) -> int:
        keys = list(self.database.tables["commlog"])
        return keys[pick % len(keys)] if keys else 0

    @rule(seconds=st.integers(min_value=-90, max_value=90))
    def time_moves(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)

    @rule(patient=PATIENTS)
    def one_is_written(self, patient: int) -> None:
        add(self.database, "commlog", {"PatNum": patient})

    @rule(pick=st.integers(min_value=0), patient=PATIENTS, note=st.sampled_from("ab"))
    def one_changes(self, pick: int, patient: int, note: str) -> None:
        if key := self._key(pick):
            self.database.update("commlog", key, {"PatNum": patient, "Note": note})

    @rule(pick=st.integers(min_value=0), stamp=STAMPS)
    def one_is_stamped_by_hand(self, pick: int, stamp: str) -> None:
        if key := self._key(pick):
            self.database.update("commlog", key, {"DateTStamp": stamp})

    @rule(pick=st.integers(min_value=0))
    def one_is_touched(self, pick: int) -> None:
        if key := self._key(pick):
            self.database.touch("commlog", key)

    @rule(pick=st.integers(min_value=0), patient=PATIENTS)
    def a_change_is_forgotten(self, pick: int, patient: int) -> None:
        key = self._key(pick)
        before = dict(self.database.tables["commlog"].get(key, {}))
        with self.database.forgetting(frozenset({"PatNum"})):
            if key:
                self.database.update("commlog", key, {"PatNum": patient})
        assert self.database.tables["commlog"].get(key, {}) == before

    @rule(pick=st.integers(min_value=0))
    def one_is_deleted(self, pick: int) -> None:
        if key := self._key(pick):
            self.database.delete("commlog", key)

    @invariant()
    def every_patient_has_their_rows(self) -> None:
        rows = list(self.database.all("commlog"))
        for patient in range(5):
            expected = [row for row in rows if row["PatNum"] == patient]
            assert list(self.database.where("commlog", "PatNum", patient)) == expected

    @invariant()
    def every_moment_has_its_rows(self) -> None:
        rows = list(self.database.all("commlog"))
        for moment in ("0001-01-01 00:00:00", "2026-03-02 14:05:30", self.database.now(), "9999-12-31 00:00:00"):
            assert self.database.stamped_from("commlog", moment) == [r for r in rows if r["DateTStamp"] >= moment]

    @invariant()
    def a_query_sees_the_same(self) -> None:
        copy = self.database.sql.of(self.database.tables, {"commlog": example("commlog")})
        seen = copy.execute("SELECT CommlogNum, PatNum, DateTStamp FROM commlog ORDER BY CommlogNum").fetchall()
        assert seen == [(r["CommlogNum"], r["PatNum"], r["DateTStamp"]) for r in self.database.all("commlog")]

    def teardown(self) -> None:
        self.database.sql.close()


TestRows = Rows.TestCase
TestRows.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_table_that_was_empty_when_it_was_first_asked_for_shows_its_rows_later():
    database = Database(Clock(real=lambda: MOMENT))
    database.sql.of(database.tables, {"histappointment": ("HistApptNum",)})
    database.insert("histappointment", {"AptNum": 7})
    copy = database.sql.of(database.tables, {"histappointment": ("HistApptNum",)})
    assert copy.execute("SELECT HistApptNum, AptNum FROM histappointment").fetchall() == [(1, 7)]
    database.sql.close()
