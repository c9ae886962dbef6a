"""What is known of an office: read once, kept on its row, believed for a while, and healed without a restart."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from tests.integrations.chart import ENTRY, TASK, deliver
from tests.integrations.conftest import EVERYTHING, definition, permissions
from tests.integrations.servers import Asked, Says, StubServer

from amends.deliveries.channel import Configuration, OfficeOffline, UnknownOutcome
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.facts import Facts, newest, version_parts
from amends.integrations.open_dental.features import Feature, Tier
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import Office, _new_office, forget_offices, known_facts, office, speaking_to

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
OFFLINE = Says(400, "The office's eConnector is not running")


@pytest.fixture(autouse=True)
def _clinics(server: StubServer) -> None:
    server.on(
        "GET", "clinics", [{"ClinicNum": 1, "Abbr": "MAPLE", "Description": "Maple Street", "Phone": "2015550101"}]
    )


def budget() -> Budget:
    return Budget(10)


def asked(server: StubServer) -> Counter[str]:
    """How often each address was called since the last time."""
    counted = Counter(each.path for each in server.asked)
    server.asked.clear()
    return counted


ALL = Counter(["securityperms", "preferences", "definitions", "clinics", "providers"])


class TestReading:
    def test_everything_is_read_at_connect_and_kept_on_the_row(
        self, server: StubServer, database: OpenDentalDatabase
    ) -> None:
        facts = office("main").facts(budget())
        assert facts.version == (25, 4, 48, 0)
        assert facts.version_text == "25.4.48"
        assert facts.permissions == frozenset(name.casefold() for name in EVERYTHING)
        assert facts.comm_type.number == 612
        assert [clinic.Abbr for clinic in facts.clinics] == ["MAPLE"]
        assert facts.all_read_at is not None
        assert facts.trouble == ""
        database.refresh_from_db()
        assert known_facts(database) == facts

    def test_what_is_kept_holds_no_keys_and_needs_no_request(
        self, server: StubServer, database: OpenDentalDatabase
    ) -> None:
        office("main").facts(budget())
        asked(server)
        forget_offices()  # as after a restart
        assert office("main").known.version_text == "25.4.48"
        office("main").facts(budget())
        assert asked(server) == {}
        database.refresh_from_db()
        assert "dev-key" not in json.dumps(database.facts)
        assert "cust-key" not in json.dumps(database.facts)

    def test_what_was_read_with_other_keys_counts_for_nothing(
        self, server: StubServer, database: OpenDentalDatabase
    ) -> None:
        office("main").facts(budget())
        forget_offices()
        OpenDentalDatabase.objects.update(customer_key="another")
        assert office("main").known == Facts()
        assert known_facts(OpenDentalDatabase.objects.get()) == Facts()

    def test_what_another_version_of_amends_kept_is_read_again(self, database: OpenDentalDatabase) -> None:
        office("main").facts(budget())
        database.refresh_from_db()
        OpenDentalDatabase.objects.update(facts={**database.facts, "version": "twenty-five"})
        assert known_facts(OpenDentalDatabase.objects.get()) == Facts()

    def test_everything_can_be_read_now(self, server: StubServer) -> None:
        office("main").facts(budget())
        asked(server)
        office("main").facts(budget(), no_older_than=timedelta(0))
        assert asked(server) == ALL

    def test_each_fact_is_read_again_in_its_own_time(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            office("main").facts(budget())
            asked(server)
            for minutes, again in ((0.9, []), (1.1, ["definitions"]), (90, ["definitions", "providers"]), (1500, ALL)):
                time.move_to(NOON + timedelta(minutes=minutes))
                office("main").facts(budget())
                assert asked(server) == Counter(again)

    def test_a_commlog_costs_no_reading_while_the_type_is_well(self, server: StubServer) -> None:
        server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
        with time_machine.travel(NOON, tick=False) as time:
            deliver("commlog", ENTRY)
            asked(server)
            time.move_to(NOON + timedelta(minutes=9))
            deliver("commlog", ENTRY)
            assert asked(server) == Counter(["commlogs"])

    def test_a_clock_that_was_set_back_believes_nothing(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            office("main").facts(budget())
            asked(server)
            time.move_to(NOON - timedelta(hours=1))
            office("main").facts(budget())
            assert asked(server) == ALL

    def test_changed_settings_are_believed_nothing_from_before(self, server: StubServer) -> None:
        office("main").facts(budget())
        asked(server)
        OpenDentalDatabase.objects.update(author_user_num=7)
        office("main").facts(budget())
        assert asked(server) == ALL


class TestTrouble:
    def test_a_key_that_is_refused_is_asked_once_a_minute_and_heals(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            server.on("GET", "securityperms", Says(401, "Customer key is disabled."))
            facts = office("main").facts(budget())
            assert "refused the keys" in facts.refused
            assert "disabled" in facts.trouble
            assert office("main").tier(budget()) is Tier.NOTHING
            assert asked(server) == Counter(["securityperms"])
            server.on("GET", "securityperms", permissions(*EVERYTHING))
            time.move_to(NOON + timedelta(seconds=61))
            assert office("main").facts(budget()).trouble == ""
            assert office("main").tier(budget()) is Tier.EVERYTHING

    def test_without_keys_nothing_is_asked(self, server: StubServer) -> None:
        OpenDentalDatabase.objects.update(customer_key="")
        assert "not set" in office("main").facts(budget()).refused
        assert office("main").tier(budget()) is Tier.NOTHING
        assert server.asked == []

    def test_a_key_that_may_only_write_is_not_a_refused_one(self, server: StubServer) -> None:
        for path in ("preferences", "definitions", "clinics", "providers"):
            server.on("GET", path, Says(401, "This customer key does not have the permission ApiReadAll."))
        server.on("GET", "securityperms", permissions("ApiComm"))
        facts = office("main").facts(budget())
        assert facts.refused == ""
        assert "lacks a permission" in facts.trouble
        assert office("main").tier(budget()) is Tier.COMMLOGS

    def test_an_office_that_is_offline_is_known_as_it_was(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            office("main").facts(budget())
            for path in ALL:
                server.on("GET", path, OFFLINE)
            time.move_to(NOON + timedelta(days=2))
            assert office("main").can(Feature.TASK_WRITE, budget())
            assert "cannot be reached" in office("main").known.trouble
            with pytest.raises(OfficeOffline):
                office("main").on_its_clock(NOON, "America/New_York", budget())  # a wrong time would be written

    def test_an_office_that_was_never_reached_raises(self, server: StubServer) -> None:
        server.on("GET", "securityperms", OFFLINE)
        with pytest.raises(OfficeOffline):
            office("main").facts(budget())
        assert "cannot be reached" in known_facts(OpenDentalDatabase.objects.get()).trouble

    def test_a_definition_that_cannot_be_read_for_once_stays_what_it_was(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            office("main").facts(budget())
            server.on("GET", "definitions", Says(401, "permission"))
            time.move_to(NOON + timedelta(hours=2))
            assert office("main").comm_type(budget()) == 612


class TestRepairs:
    def test_a_missing_permission_is_looked_at_again_within_a_minute(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            server.on("GET", "securityperms", permissions("ApiReadAll", "ApiComm"))
            assert "ApiAllOthers" in office("main").why_not(Feature.TASK_WRITE, budget())
            server.on("GET", "securityperms", permissions(*EVERYTHING))
            asked(server)
            time.move_to(NOON + timedelta(seconds=59))
            assert not office("main").can(Feature.TASK_WRITE, budget())
            time.move_to(NOON + timedelta(seconds=61))
            assert office("main").can(Feature.TASK_WRITE, budget())
            assert asked(server) == Counter(["securityperms"])

    def test_an_update_is_noticed_within_ten_minutes(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            server.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": "22.4.10.0"}])
            assert "22.4.10" in office("main").why_not(Feature.TASK_STATUS_WRITE, budget())
            server.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": "25.4.48.0"}])
            time.move_to(NOON + timedelta(minutes=11))
            assert office("main").can(Feature.TASK_STATUS_WRITE, budget())

    def test_after_a_refusal_everything_is_read_again_at_most_every_half_minute(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            office("main").facts(budget())
            asked(server)
            for seconds, again in ((1, ALL), (20, Counter[str]()), (40, ALL)):
                time.move_to(NOON + timedelta(seconds=seconds))
                with pytest.raises(Configuration), speaking_to("main"):
                    raise Configuration("Open Dental refused it.")
                time.move_to(NOON + timedelta(seconds=seconds + 5))
                office("main").facts(budget())
                assert asked(server) == again

    def test_a_type_that_was_hidden_a_moment_ago_does_not_hold_up_the_commlog(self, server: StubServer) -> None:
        server.on("POST", "commlogs", lambda said: refuse_the_type(said))
        deliver("commlog", ENTRY)
        server.on("GET", "definitions", [definition(612, "Upset patient", hidden="true")])
        deliver("commlog", ENTRY)
        assert ["CommType" in body for body in server.bodies("POST", "commlogs")] == [True, False, False]
        assert "is hidden" in office("main").known.trouble


def refuse_the_type(said: Asked) -> Says:
    return Says(400, "CommType is invalid.") if "CommType" in said.body else Says(201, {"CommlogNum": 1})


class TestTheClock:
    """`zzz` tells how far the server's clock is from UTC."""

    def office_at(self, server: StubServer, offset: str) -> Office:
        server.on("GET", "providers", [{"ProvNum": 1, "serverDateTime": f"2026-03-02 12:00:00 {offset}"}])
        return office("main")

    def test_a_server_in_the_zone_follows_the_zone_over_a_change(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False):
            there = self.office_at(server, "-05:00")
            july = datetime(2025, 7, 1, 16, 0, tzinfo=UTC)
            assert there.on_its_clock(july, "America/New_York", budget()).hour == 12
            assert there.as_instant(datetime(2025, 7, 1, 12), "America/New_York", budget()) == july  # noqa: DTZ001

    def test_a_server_on_another_clock_has_its_own(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False):
            there = self.office_at(server, "+00:00")
            assert there.on_its_clock(NOON, "America/New_York", budget()).hour == 17
            assert there.as_instant(datetime(2026, 3, 2, 17), "America/New_York", budget()) == NOON  # noqa: DTZ001

    def test_it_is_measured_again_when_the_clocks_of_the_zone_have_changed(self, server: StubServer) -> None:
        before = datetime(2026, 3, 8, 6, 50, tzinfo=UTC)  # ten minutes before
        with time_machine.travel(before, tick=False) as time:
            there = self.office_at(server, "-05:00")
            there.on_its_clock(before, "America/New_York", budget())
            self.office_at(server, "-04:00")
            time.move_to(before + timedelta(minutes=20))
            after = before + timedelta(minutes=20)
            assert there.on_its_clock(after, "America/New_York", budget()).hour == 3

    def test_of_the_hour_that_comes_twice_the_first_is_meant(self, server: StubServer) -> None:
        with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC), tick=False):
            there = self.office_at(server, "-05:00")
            twice = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001
            assert there.as_instant(twice, "America/New_York", budget()).hour == 5


class TestTwoProcesses:
    def elsewhere(self, *wanted: Feature) -> None:
        """Another process asks the same office whether it can do these things."""
        row = OpenDentalDatabase.objects.get()
        other = _new_office(row)
        for feature in wanted:
            other.can(feature, budget())
        if not wanted:
            other.facts(budget(), no_older_than=timedelta(0))

    def test_what_one_reads_the_other_knows_without_asking(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            server.on("GET", "securityperms", permissions("ApiReadAll", "ApiComm"))
            assert not office("main").can(Feature.TASK_WRITE, budget())
            time.move_to(NOON + timedelta(seconds=30))
            server.on("GET", "securityperms", permissions(*EVERYTHING))
            self.elsewhere()
            asked(server)
            assert office("main").can(Feature.TASK_WRITE, budget())
            assert asked(server) == Counter()

    def test_neither_forgets_for_the_other(self, server: StubServer) -> None:
        with time_machine.travel(NOON, tick=False) as time:
            there = office("main")
            there.facts(budget())
            time.move_to(NOON + timedelta(minutes=5))
            server.on("GET", "securityperms", Says(401, "Customer key is disabled."))
            self.elsewhere()
            time.move_to(NOON + timedelta(minutes=6))
            assert "disabled" in office("main").known.refused
            server.on("GET", "securityperms", permissions(*EVERYTHING))
            office("main").facts(budget())
            self.elsewhere(Feature.READ)
            assert office("main").known.trouble == ""

    def test_the_pace_of_the_key_is_known_to_both(self, server: StubServer) -> None:
        OpenDentalDatabase.objects.update(mode="remote")
        there = office("main")
        server.on("GET", "securityperms", permissions("ApiReadAll"))
        self.elsewhere(Feature.READ)
        assert there.client.pacer.interval == 1.0
        assert office("main").client.pacer.interval == 5.0

    def test_of_each_fact_the_later_reading_counts(self) -> None:
        later = NOON + timedelta(minutes=1)
        mine = Facts(version=(24, 1), utc_offset=timedelta(0), read_at={"version": NOON, "utc_offset": later})
        theirs = Facts(
            version=(25, 1),
            utc_offset=timedelta(hours=1),
            read_at={"version": later, "utc_offset": NOON},
            troubles={"version": "new", "utc_offset": "old"},
        )
        both = newest(mine, theirs)
        assert (both.version, both.utc_offset) == ((25, 1), timedelta(0))
        assert both.troubles == {"version": "new"}
        assert newest(both, mine) is both


class TestDatabaseRow:
    def test_silence_shows_on_the_row_until_the_office_is_back(
        self, server: StubServer, database: OpenDentalDatabase
    ) -> None:
        office("main").facts(budget())
        server.on("POST", "commlogs", Says(504))
        for _ in range(3):
            with pytest.raises(UnknownOutcome):
                deliver("commlog", ENTRY)
        database.refresh_from_db()
        assert database.offline_since is not None
        server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
        deliver("commlog", ENTRY)
        database.refresh_from_db()
        assert database.offline_since is None

    def test_an_office_that_another_process_found_back_is_back(self, database: OpenDentalDatabase) -> None:
        office("main").facts(budget())
        OpenDentalDatabase.objects.update(offline_since=NOON)
        with speaking_to("main"):
            pass
        database.refresh_from_db()
        assert database.offline_since is None


@pytest.mark.parametrize(
    ("text", "parts"), [("25.4.48.0", (25, 4, 48, 0)), ("25.4", (25, 4)), ("", ()), ("unknown", ())]
)
def test_versions_are_read(text: str, parts: tuple[int, ...]) -> None:
    assert version_parts(text) == parts


def test_a_task_without_queries_names_both_repairs(server: StubServer) -> None:
    server.on("GET", "securityperms", permissions("ApiReadAll", "ApiAllOthers"))
    with pytest.raises(Configuration, match=r"ApiQueries.*enter its number"):
        deliver("task", TASK)
