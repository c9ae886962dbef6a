"""Our channels against the Open Dental simulator: each thing is there exactly once, whatever goes wrong.

The two sides were written apart, each from the reference. `carry` does what the engine does with a channel.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from tests.contract.carrying import FAULTS, carry, look
from tests.contract.offices import AMENDS, COMMLOG, KEY, NOTE, OMAR, TASK, Office, connect, serve

from amends.deliveries.channel import (
    Configuration,
    Outgoing,
    Permanent,
    UnknownOutcome,
    UseInstead,
)
from amends.integrations.channels import channel
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import office
from amends.integrations.open_dental.schedule import search_patients, todays_patients
from amends.simulators.open_dental.permissions import read_permissions
from amends.simulators.open_dental.settings import Mode, Settings

numbers = count(1)


def item(there: Office, name: str) -> Outgoing:
    marker = f"UP-{next(numbers)}.7"
    text = f"Waited an hour – “never again”.\nAna Ruiz, today · {marker}"
    payload: dict[str, Any] = {"PatNum": there.seen_today, "text": text}
    if name == TASK:
        payload |= {"headline": "Upset patient", "to_user_num": OMAR, "inbox": 0}
    else:
        now = datetime.now(UTC).isoformat()
        payload |= {"at": now, "zone": "America/New_York", "Mode_": "In Person", "SentOrReceived": "Received"}
    return Outgoing(marker, name, "main", payload, sent_at=datetime.now(UTC))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [COMMLOG, NOTE, TASK])
class TestExactlyOnce:
    def test_when_all_is_well(self, any_office: Office, name: str) -> None:
        connect(any_office)
        out = item(any_office, name)
        used, proof = carry(any_office, out)
        assert look(used, out) == proof
        assert any_office.times(used, out.marker) == 1

    @pytest.mark.parametrize("then", FAULTS)
    def test_when_the_write_goes_wrong(self, any_office: Office, name: str, then: str) -> None:
        connect(any_office)
        out = item(any_office, name)
        any_office.break_next("POST", "/", then)
        used, proof = carry(any_office, out)
        assert look(used, out) == proof
        assert any_office.times(used, out.marker) == 1

    @pytest.mark.parametrize("then", ["drop_before", "status:504", "status:429", "truncate"])
    def test_when_reading_goes_wrong(self, any_office: Office, name: str, then: str) -> None:
        connect(any_office)
        out = item(any_office, name)
        any_office.break_next("*", "/", then, times=3)
        used, _ = carry(any_office, out)
        assert any_office.times(used, out.marker) == 1

    def test_when_the_office_is_offline(self, any_office: Office, name: str) -> None:
        connect(any_office)
        out = item(any_office, name)
        any_office.simulator.faults.offline = True
        used, _ = carry(any_office, out)
        assert any_office.times(used, out.marker) == 1

    def test_when_the_look_goes_wrong_too(self, any_office: Office, name: str) -> None:
        connect(any_office)
        out = item(any_office, name)
        rules = [
            {"method": "POST", "path": "/*", "times": 1, "then": "late_commit:30"},
            {"method": "GET", "path": "/commlogs", "times": 1, "then": "status:504"},
            {"method": "GET", "path": "/tasks", "times": 1, "then": "drop_before"},
        ]
        any_office.simulator.faults.put({"rules": rules})
        used, _ = carry(any_office, out)
        assert any_office.times(used, out.marker) == 1


@pytest.mark.django_db
class TestWhatIsWritten:
    def test_an_old_office_gets_a_commlog_and_a_new_one_an_appended_note(self, any_office: Office) -> None:
        connect(any_office)
        before = {row["ProcNum"]: row["Note"] for row in any_office.rows("procnote")}
        out = item(any_office, NOTE)
        used, proof = carry(any_office, out)
        assert used == (COMMLOG if any_office.settings.version == "22.4" else NOTE)
        if used == NOTE:
            row = any_office.simulator.databases[KEY].tables["procnote"][int(proof.id)]
            assert (
                row["Note"].split()[: len(before.get(row["ProcNum"], "").split())]
                == before.get(row["ProcNum"], "").split()
            )

    def test_a_commlog_has_its_type_its_direction_and_the_office_time(self, any_office: Office) -> None:
        connect(any_office)
        out = item(any_office, COMMLOG)
        _, proof = carry(any_office, out)
        row = any_office.simulator.databases[KEY].tables["commlog"][int(proof.id)]
        kinds = {each["DefNum"]: each["ItemName"] for each in any_office.rows("definition")}
        assert kinds[int(row["CommType"])] == "Upset patient"
        assert (row["Mode_"], row["SentOrReceived"]) == ("In Person", "Received")
        late = any_office.simulator.clock.now() - datetime.fromisoformat(row["CommDateTime"])
        assert abs(late.total_seconds()) < 300
        assert row["Note"].split() == f'Waited an hour - "never again". Ana Ruiz, today - {out.marker}'.split()

    def test_a_task_lands_in_the_managers_inbox_under_the_name_of_amends(self, any_office: Office) -> None:
        connect(any_office)
        out = item(any_office, TASK)
        _, proof = carry(any_office, out)
        row = any_office.simulator.databases[KEY].tables["task"][int(proof.id)]
        assert (row["TaskListNum"], row["UserNum"], row["KeyNum"]) == (501, AMENDS, out.payload["PatNum"])
        assert row["DescriptOverride"] == "Upset patient"

    def test_a_task_is_found_after_the_office_clock_was_moved_far_away(self, newest_office: Office) -> None:
        connect(newest_office)
        out = item(newest_office, TASK)
        newest_office.break_next("POST", "/tasks", "drop_after")
        newest_office.simulator.clock.put({"now": "2030-03-02 14:05:00"})
        with pytest.raises(UnknownOutcome):
            channel(TASK).deliver(out)
        newest_office.simulator.clock.put({"now": "2030-06-02 14:05:00"})
        assert channel(TASK).find(out) is not None

    def test_many_notes_on_one_procedure_repeat_each_other_and_are_each_there_once(self, newest_office: Office) -> None:
        connect(newest_office)
        outs = [item(newest_office, NOTE) for _ in range(3)]
        for out in outs:
            carry(newest_office, out)
        for out in outs:
            assert newest_office.times(NOTE, out.marker) == 1

    def test_an_office_on_utc_gets_utc(self, newest_office: Office) -> None:
        connect(newest_office)
        out = item(newest_office, COMMLOG)
        newest_office.simulator.clock.put({"utc_offset": "+00:00"})
        _, proof = carry(newest_office, out)
        row = newest_office.simulator.databases[KEY].tables["commlog"][int(proof.id)]
        late = datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(row["CommDateTime"])
        assert abs(late.total_seconds()) < 300


@pytest.mark.django_db
class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("permissions", "name", "kind"),
        [
            ("ReadAll,Comm", COMMLOG, None),
            ("Comm", COMMLOG, None),
            ("Comm", NOTE, UseInstead),
            ("ReadAll,Comm", NOTE, UseInstead),
            ("ReadAll,Comm", TASK, Configuration),
            ("ReadAll", COMMLOG, Configuration),
            ("ReadAll,Comm,AllOthers", TASK, Configuration),  # the inbox cannot be looked up without Queries
        ],
    )
    def test_without_the_permission(self, permissions: str, name: str, kind: type[Exception] | None) -> None:
        for there in serve(Settings(mode=Mode.SERVICE, permissions=read_permissions(permissions))):
            connect(there)
            out = item(there, name)
            if kind is None:
                channel(name).deliver(out)
                continue
            with pytest.raises(kind):
                channel(name).deliver(out)
            assert there.times(name, out.marker) == 0

    @pytest.mark.parametrize("bare", [True, False])
    def test_a_patient_who_is_not_there(self, bare: bool) -> None:
        for there in serve(Settings(mode=Mode.SERVICE, bare_errors=bare)):
            connect(there)
            out = Outgoing("UP-9.9", COMMLOG, "main", {**item(there, COMMLOG).payload, "PatNum": 999_999})
            assert channel(COMMLOG).find(out) is None
            with pytest.raises(Permanent, match="did not find"):
                channel(COMMLOG).deliver(out)

    def test_a_key_that_is_not_known(self, newest_office: Office) -> None:
        connect(newest_office)
        OpenDentalDatabase.objects.update(customer_key="another")
        with pytest.raises(Configuration):
            channel(COMMLOG).deliver(item(newest_office, COMMLOG))

    def test_a_type_that_was_hidden(self, newest_office: Office) -> None:
        connect(newest_office)
        for row in newest_office.rows("definition"):
            if row["ItemName"] == "Upset patient":
                row["IsHidden"] = True
        _, proof = carry(newest_office, item(newest_office, COMMLOG))
        assert proof.place == "CommLog"
        assert "Upset patient" in office("main").known.trouble


@pytest.mark.django_db
class TestThePatientsOfTheReportPage:
    def test_todays_patients_have_names_and_times(self, any_office: Office) -> None:
        connect(any_office)
        schedule = todays_patients("main", 1, any_office.simulator.clock.now().date())
        assert schedule.trouble == ""
        assert len(schedule.patients) >= 4
        assert all(not found.name.startswith("Patient ") for found in schedule.patients)
        assert any(found.seated for found in schedule.patients)
        assert [found.when for found in schedule.patients] == sorted(
            found.when for found in schedule.patients if found.when
        )

    def test_an_office_that_is_offline_has_nobody(self, any_office: Office) -> None:
        connect(any_office)
        any_office.simulator.faults.offline = True
        schedule = todays_patients("main", 1, any_office.simulator.clock.now().date())
        assert schedule.patients == []
        assert schedule.trouble != ""

    def test_a_patient_is_found_by_name_phone_and_birthdate(self, any_office: Office) -> None:
        connect(any_office)
        row = any_office.simulator.databases[KEY].tables["patient"][any_office.seen_today]
        for words in (row["LName"][:4], f"{row['FName']} {row['LName']}", row["HmPhone"], row["Birthdate"]):
            assert row["PatNum"] in {found.pat_num for found in search_patients("main", 1, words).patients}
