"""Every call that Amends makes, against offices of every mode and age, and with the same words against a real one.

What `Feature` says must be so: a call whose feature the office has works and gives typed rows; one whose feature it
has not is refused with an error that says so, and writes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from tests.contract.offices import AMENDS, COMMLOG, KEY, NOTE, OMAR, Office, RealOffice, connect
from tests.integrations.servers import LOOPBACK
from tests.ports import free_port

from amends.deliveries.channel import Configuration, Outgoing, Permanent, UnknownOutcome, UseInstead
from amends.integrations.channels import channel
from amends.integrations.open_dental.client import Budget, OpenDentalClient, Query
from amends.integrations.open_dental.features import Feature, Tier
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import Office as Speaking
from amends.integrations.open_dental.office import office
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import (
    Appointment,
    Clinic,
    Commlog,
    Definition,
    HistAppointment,
    Inbox,
    PatField,
    Patient,
    Permission,
    Popup,
    Preference,
    Procedure,
    ProcNote,
    Provider,
    Row,
    SignalOd,
    TaskList,
    TaskNote,
    TaskRow,
    Userod,
)

EARLY = "2000-01-01 00:00:00"
INBOX_OF_OMAR = 501
numbers = count(1)


def budget() -> Budget:
    return Budget(60)


@dataclass(frozen=True)
class Reading:
    """One GET: `ask` gets a client, a patient of today, and the office's day."""

    name: str
    ask: Callable[[OpenDentalClient, int, str], Sequence[Row]]
    feature: Feature = Feature.READ


def many(path: str, shape: type[Row], feature: Feature = Feature.READ, **query: str | int) -> Reading:
    """A list; `{patient}` and `{day}` in the query are filled in."""

    def ask(client: OpenDentalClient, patient: int, day: str) -> Sequence[Row]:
        filled = {name: str(value).format(patient=patient, day=day) for name, value in query.items()}
        return client.page(path, shape, filled, budget()).rows

    return Reading(f"{path}?{'&'.join(query)}", ask, feature)


def first_of(
    path: str, shape: type[Row], query: dict[str, str], feature: Feature, lists: Feature = Feature.READ
) -> Reading:
    """One row by its number, which is taken from the list."""

    def ask(client: OpenDentalClient, patient: int, day: str) -> Sequence[Row]:
        filled = {name: value.format(patient=patient) for name, value in query.items()}
        found = client.page(path, shape, filled, budget()).rows
        number = found[0].key if found else 1
        return [client.one(f"{path}/{number}", shape, budget())]

    return Reading(f"{path}/{{}}", ask, feature)


def inboxes(client: OpenDentalClient, patient: int, day: str) -> Sequence[Row]:
    return client.short_query("SELECT UserNum, UserName, TaskListInBox FROM userod WHERE IsHidden=0", Inbox, budget())


ZONED = "yyyy-MM-dd HH:mm:ss zzz"
OF_PATIENT = {"ObjectType": "Patient", "KeyNum": "{patient}", "DateTimeOriginal": EARLY}
READINGS = [
    many("preferences", Preference, PrefName="ProgramVersion"),
    many("securityperms", Permission),
    many("definitions", Definition, Category=27, includeHidden="true"),
    many("clinics", Clinic),
    many("providers", Provider, Limit=1),
    many("providers", Provider, Limit=1, DateTimeFormatString=ZONED),
    many("userods", Userod),
    many("tasklists", TaskList, Feature.TASKS_READ),
    many("commlogs", Commlog, PatNum="{patient}"),
    many("commlogs", Commlog, Feature.COMMLOGS_BY_TIME, DateTStamp=EARLY),
    first_of("commlogs", Commlog, {"PatNum": "{patient}"}, Feature.COMMLOG_ONE),
    many("procnotes", ProcNote, Feature.NOTES_READ, PatNum="{patient}"),
    many("procnotes", ProcNote, Feature.NOTES_READ, PatNum="{patient}", ProcNum=1),
    many("procnotes", ProcNote, Feature.NOTES_READ),
    many("tasks", TaskRow, Feature.TASKS_READ, **OF_PATIENT),
    many("tasks", TaskRow, Feature.TASKS_READ, TaskListNum=INBOX_OF_OMAR, DateTimeOriginal=EARLY),
    many("tasknotes", TaskNote, Feature.TASK_NOTES),
    many("patients/Simple", Patient, LName="A"),
    many("patients/Simple", Patient, ClinicNum=1),
    many("patients/Simple", Patient, Birthdate="1984-05-06"),
    many("patients/Simple", Patient, DateTStamp=EARLY),
    many("patients", Patient, Phone="2015550101"),
    Reading("patients/{}", lambda client, patient, _: [client.one(f"patients/{patient}", Patient, budget())]),
    many("appointments", Appointment, date="{day}"),
    many("appointments", Appointment, date="{day}", ClinicNum=1),
    many("appointments", Appointment, PatNum="{patient}"),
    many("appointments", Appointment, DateTStamp=EARLY),
    many("histappointments", HistAppointment, Feature.HIST_APPOINTMENTS, PatNum="{patient}"),
    many("procedurelogs", Procedure, PatNum="{patient}"),
    many("popups", Popup, PatNum="{patient}"),
    many("patfields", PatField, PatNum="{patient}"),
    many("signalods", SignalOd, SigDateTime="2026-01-01 00:00:00"),
    Reading("queries/ShortQuery", inboxes, Feature.QUERIES),
]
# Lists that every seeded office fills; of the others an empty one is right, too.
FILLED = (
    *("preferences", "securityperms", "definitions", "clinics", "providers", "userods", "tasklists", "queries"),
    *("patients", "appointments", "procedurelogs"),
)
# `/patfields` lists by patient from 22.4.5 on, and nothing of Amends needs it there.
LATER = {"patfields": "22.4"}


@pytest.mark.django_db
@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.name)
def test_each_reading_is_as_its_feature_says(any_office: Office, reading: Reading) -> None:
    connect(any_office)
    speaking, day = office("main"), any_office.simulator.clock.now().date().isoformat()
    has_it = speaking.can(reading.feature, budget())
    if LATER.get(reading.name.split("?")[0]) == any_office.settings.version:
        has_it = False
    if not has_it:
        with pytest.raises((Configuration, Permanent)):
            reading.ask(speaking.client, any_office.seen_today, day)
        return
    rows = reading.ask(speaking.client, any_office.seen_today, day)
    assert all(row.key not in (0, "", None) for row in rows)
    assert rows or not reading.name.startswith(FILLED) or "Birthdate" in reading.name or "Phone" in reading.name


@dataclass(frozen=True)
class Writing:
    """One POST or PUT; gives the table and the column where its text must stand afterwards."""

    feature: Feature
    write: Callable[[OpenDentalClient, Office, str], object]
    table: str
    column: str


def new_task(client: OpenDentalClient, there: Office, text: str) -> int:
    body = {"TaskListNum": INBOX_OF_OMAR, "Descript": text, "UserNum": AMENDS, "DescriptOverride": "Upset patient"}
    about = {"ObjectType": "Patient", "KeyNum": there.seen_today}
    return int(client.post("tasks", {**body, **about}, budget()).number("TaskNum"))


def some_task(there: Office) -> int:
    """A Task of the office's own, which every age has."""
    return int(there.rows("task")[0]["TaskNum"])


def change_task(client: OpenDentalClient, there: Office, text: str) -> object:
    return client.put(f"tasks/{some_task(there)}", {"Descript": text}, budget())


def note_task(client: OpenDentalClient, there: Office, text: str) -> object:
    return client.post("tasknotes", {"TaskNum": some_task(there), "UserNum": AMENDS, "Note": text}, budget())


def popup(client: OpenDentalClient, there: Office, text: str) -> object:
    ends = written(there.simulator.clock.now() + timedelta(days=30))
    body = {"PatNum": there.seen_today, "Description": text, "DateTimeDisabled": ends}
    number = client.post("popups", body, budget()).number("PopupNum")
    ended = client.put(f"popups/{number}", {"DateTimeDisabled": written(there.simulator.clock.now())}, budget())
    assert ended.get("PopupNum")
    return ended


def commlog(client: OpenDentalClient, there: Office, text: str) -> object:
    return client.post("commlogs", {"PatNum": there.seen_today, "Note": text}, budget())


def note(client: OpenDentalClient, there: Office, text: str) -> object:
    procedure = next(row["ProcNum"] for row in there.rows("procedurelog") if row["PatNum"] == there.seen_today)
    body = {"PatNum": there.seen_today, "ProcNum": procedure, "Note": text, "doAppendNote": "true"}
    return client.post("procnotes", body, budget())


def definition(client: OpenDentalClient, there: Office, text: str) -> object:
    return client.post("definitions", {"ItemName": text, "category": "CommLogTypes"}, budget())


WRITINGS = [
    Writing(Feature.COMMLOG_WRITE, commlog, "commlog", "Note"),
    Writing(Feature.NOTE_WRITE, note, "procnote", "Note"),
    Writing(Feature.TASK_WRITE, new_task, "task", "Descript"),
    Writing(Feature.TASK_TEXT_WRITE, change_task, "task", "Descript"),
    Writing(Feature.TASK_NOTE_WRITE, note_task, "tasknote", "Note"),
    Writing(Feature.POPUP_WRITE, popup, "popup", "Description"),
    Writing(Feature.DEFINITION_WRITE, definition, "definition", "ItemName"),
]

# An older office would take them, and replace the note or keep the Popup for ever: Amends never asks it.
HARMFUL = (Feature.NOTE_WRITE, Feature.POPUP_WRITE)


@pytest.mark.django_db
@pytest.mark.parametrize("writing", WRITINGS, ids=lambda writing: writing.feature.name)
def test_each_writing_is_there_where_its_feature_says(any_office: Office, writing: Writing) -> None:
    connect(any_office)
    text = f"Contract UP-{next(numbers)}.1"
    speaking = office("main")
    has_it = speaking.can(writing.feature, budget())
    if has_it:
        writing.write(speaking.client, any_office, text)
    elif writing.feature not in HARMFUL:
        with pytest.raises((Configuration, Permanent)):
            writing.write(speaking.client, any_office, text)
    assert len([row for row in any_office.rows(writing.table) if text in row[writing.column]]) == has_it


@pytest.mark.django_db
def test_a_task_is_seen_and_done(any_office: Office) -> None:
    connect(any_office)
    speaking = office("main")
    if not speaking.can(Feature.TASK_STATUS_WRITE, budget()):
        assert "24.2.10" in speaking.why_not(Feature.TASK_STATUS_WRITE, budget())
        return
    number = new_task(speaking.client, any_office, f"Call back. UP-{next(numbers)}.1")
    for status in ("Viewed", "Done", "Done"):  # the same again does no harm
        speaking.client.put(f"tasks/{number}", {"TaskStatus": status}, budget())
        query: Query = {"TaskListNum": INBOX_OF_OMAR, "DateTimeOriginal": EARLY}
        rows = speaking.client.rows("tasks", TaskRow, query, budget())
        row = next(row for row in rows if row.TaskNum == number)
        assert row.TaskStatus == status
        assert (row.DateTimeFinished is not None) is (status == "Done")
    assert (row.UserNum, row.KeyNum, row.ObjectType) == (AMENDS, any_office.seen_today, "Patient")


@pytest.mark.django_db
def test_facts_are_those_of_the_office(any_office: Office) -> None:
    connect(any_office)
    facts = office("main").facts(budget())
    assert facts.version_text == ".".join((any_office.settings.version + ".0").split(".")[:3])
    assert facts.permissions is not None
    assert "apicomm" in facts.permissions
    assert facts.utc_offset == timedelta(hours=-5)
    assert len(facts.clinics) == len(any_office.rows("clinic"))
    assert facts.comm_type.number in facts.comm_type.numbers
    assert facts.trouble == ""
    assert office("main").inboxes(budget())[OMAR] == INBOX_OF_OMAR
    old = any_office.settings.version == "22.4"
    assert office("main").tier(budget()) is (Tier.COMMLOGS if old else Tier.EVERYTHING)


@pytest.mark.django_db
def test_the_type_is_created_only_once(any_office: Office) -> None:
    connect(any_office)
    for row in list(any_office.rows("definition")):
        if "upset" in row["ItemName"].casefold():
            any_office.simulator.databases[KEY].delete("definition", row["DefNum"])
    speaking = office("main")
    assert speaking.comm_type(budget()) is None
    speaking.create_comm_type(budget())
    assert speaking.comm_type(budget()) is not None
    assert speaking.known.trouble == ""
    with pytest.raises(Configuration):
        speaking.create_comm_type(budget())
    named = [row for row in any_office.rows("definition") if row["ItemName"] == speaking.comm_type_name]
    assert len(named) == 1


@pytest.mark.django_db
def test_every_patient_is_read_over_all_pages(any_office: Office) -> None:
    connect(any_office)
    pages = office("main").client.pages("patients/Simple", Patient, {}, budget_per_page=20)
    found = [row.PatNum for page in pages for row in page.rows]
    assert len(found) == len(set(found))
    assert set(found) == {row["PatNum"] for row in any_office.rows("patient") if row["PatStatus"] != "Deleted"}


@pytest.mark.django_db
class TestServiceThenRemote:
    """One office at two addresses."""

    @pytest.fixture
    def both(self, newest_office: Office) -> OpenDentalDatabase:
        row = connect(newest_office)
        row.base_url, row.remote_url = (f"{newest_office.server.url}/{mode}/api/v1/" for mode in ("service", "remote"))
        row.save()
        return row

    def commlog(self, there: Office) -> Outgoing:
        marker = f"UP-{next(numbers)}.2"
        now = datetime.now(UTC).isoformat()
        payload = {"PatNum": there.seen_today, "text": f"Waited. {marker}", "at": now, "zone": "America/New_York"}
        return Outgoing(marker, COMMLOG, "main", payload, sent_at=datetime.now(UTC))

    def test_a_service_that_is_off_costs_nothing(self, newest_office: Office, both: OpenDentalDatabase) -> None:
        OpenDentalDatabase.objects.update(base_url=f"http://{LOOPBACK}:{free_port()}/api/v1/")
        out = self.commlog(newest_office)
        channel(COMMLOG).deliver(out)
        assert newest_office.times(COMMLOG, out.marker) == 1
        both.refresh_from_db()
        assert both.reached_through == "remote"
        assert both.offline_since is None

    def test_what_the_service_may_have_written_is_looked_for_through_remote(
        self, newest_office: Office, both: OpenDentalDatabase
    ) -> None:
        out = self.commlog(newest_office)
        rule = {"method": "POST", "path": "/commlogs", "mode": "service", "then": "drop_after"}
        newest_office.simulator.faults.put({"rules": [rule]})
        with pytest.raises(UnknownOutcome):
            channel(COMMLOG).deliver(out)
        assert newest_office.times(COMMLOG, out.marker) == 1  # and it was not sent again through Remote
        OpenDentalDatabase.objects.update(base_url=f"http://{LOOPBACK}:{free_port()}/api/v1/")
        assert channel(COMMLOG).find(out) is not None


@pytest.mark.real_office
class TestARealOffice:
    """`AMENDS_CONTRACT_OPEN_DENTAL_…`: only reads, unless a test patient is named."""

    @pytest.fixture
    def speaking(self, a_real_office: RealOffice) -> Speaking:
        return office("main")

    def test_its_facts_can_be_read(self, speaking: Speaking) -> None:
        facts = speaking.facts(budget())
        assert facts.refused == ""
        assert facts.version
        assert facts.utc_offset is not None

    @pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.name)
    def test_each_reading(self, speaking: Speaking, a_real_office: RealOffice, reading: Reading) -> None:
        missing = speaking.why_not(reading.feature, budget())
        if missing:
            pytest.skip(missing)
        patient = (
            a_real_office.patient or speaking.client.page("patients", Patient, {"Limit": 1}, budget()).rows[0].PatNum
        )
        rows = reading.ask(speaking.client, patient, datetime.now(UTC).date().isoformat())
        assert all(row.key not in (0, "", None) for row in rows)

    @pytest.mark.parametrize("name", [COMMLOG, NOTE])
    def test_what_is_written_is_found_by_its_marker(
        self, speaking: Speaking, a_real_office: RealOffice, name: str
    ) -> None:
        if not a_real_office.patient:
            pytest.skip("no test patient: AMENDS_CONTRACT_OPEN_DENTAL_TEST_PATIENT")
        now = datetime.now(UTC)
        marker = f"UP-{now:%m%d%H%M%S}.1"
        payload = {
            "PatNum": a_real_office.patient,
            "text": f"A test of Amends, please ignore.\nAmends {marker}",
            "at": now.isoformat(),
            "zone": "America/New_York",
        }
        out = Outgoing(marker, name, "main", payload)
        try:
            proof = channel(name).deliver(out)
        except UseInstead as instead:
            pytest.skip(str(instead))
        assert channel(name).find(out) == proof
