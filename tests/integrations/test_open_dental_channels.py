"""What all three channels of Open Dental promise, and the connection that they share."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from tests.integrations.chart import ENTRY, MARKER, TASK, deliver, find
from tests.integrations.conftest import permissions
from tests.integrations.servers import Says, StubServer

from amends.deliveries.channel import (
    Channel,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Permanent,
    RetryAfter,
    UnknownOutcome,
    UseInstead,
)
from amends.integrations.channels import CHANNELS, channel
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import office, speaking_to

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(400, "The office's eConnector is not running"), OfficeOffline),
        (Says(429, "Too many requests", {"Retry-After": "3"}), RetryAfter),
        (Says(400, "Note is invalid"), Permanent),
        (Says(504), UnknownOutcome),
        (Says(drop=True), UnknownOutcome),
        (Says(201, {"CommlogNum": 123456}, cut=True), UnknownOutcome),
    ],
)
@pytest.mark.parametrize(("name", "path"), [("commlog", "commlogs"), ("task", "tasks"), ("clinical_note", "procnotes")])
def test_each_channel_says_honestly_what_happened(
    visit: StubServer, name: str, path: str, says: Says, kind: type[DeliveryError]
) -> None:
    visit.on("POST", path, says)
    payload = {**TASK, "inbox": 501} if name == "task" else ENTRY
    with pytest.raises(kind):
        deliver(name, payload)
    assert len(visit.bodies("POST", path)) == 1


@pytest.mark.parametrize("name", ["commlog", "task", "clinical_note"])
def test_nothing_is_written_where_the_reading_before_it_fails(visit: StubServer, name: str) -> None:
    for path in ("providers", "definitions", "securityperms", "appointments", "procnotes"):
        visit.on("GET", path, Says(400, "The office's eConnector is not running"))
    visit.on("PUT", "queries/ShortQuery", Says(400, "The office's eConnector is not running"))
    with pytest.raises(OfficeOffline):
        deliver(name, TASK if name == "task" else ENTRY)
    assert all(asked.method != "POST" for asked in visit.asked)


@pytest.mark.parametrize("name", ["commlog", "task", "clinical_note"])
def test_an_absence_that_could_not_be_looked_at_is_no_absence(visit: StubServer, name: str) -> None:
    for path in ("commlogs", "tasks", "procnotes"):
        visit.on("GET", path, Says(504))
    with pytest.raises(RetryAfter):
        find(name, TASK if name == "task" else ENTRY)


@pytest.mark.parametrize(
    ("name", "payload", "field"),
    [
        ("commlog", {**ENTRY, "PatNum": 0}, "PatNum"),
        ("commlog", {**ENTRY, "at": "2026-03-02 14:05:00"}, "at"),
        ("clinical_note", {**ENTRY, "Mode_": "Pigeon"}, "Mode_"),
        ("task", {"text": "Call back"}, "to_user_num"),
    ],
)
def test_a_payload_that_is_wrong_is_refused_without_being_quoted(
    name: str, payload: dict[str, Any], field: str
) -> None:
    with pytest.raises(Permanent, match=field) as caught:
        deliver(name, payload)
    assert "Waited" not in str(caught.value)


def test_a_database_that_is_not_set_up_is_a_matter_of_configuration() -> None:
    with pytest.raises(Configuration, match="no Open Dental database"):
        channel("open_dental.commlog").find(Outgoing(MARKER, "open_dental.commlog", "", ENTRY))
    with pytest.raises(Configuration, match="elsewhere"):
        channel("open_dental.commlog").find(Outgoing(MARKER, "open_dental.commlog", "elsewhere", ENTRY))


@pytest.mark.parametrize(("name", "payload"), [("commlog", ENTRY), ("clinical_note", ENTRY), ("task", TASK)])
@pytest.mark.parametrize("changes", [{"customer_key": ""}, {"developer_key": ""}, {"key": "another"}])
def test_where_nothing_is_set_up_a_person_is_asked_at_once(
    server: StubServer, name: str, payload: dict[str, Any], changes: dict[str, str]
) -> None:
    OpenDentalDatabase.objects.update(**changes)
    used = name
    try:
        deliver(used, payload)
    except UseInstead as instead:
        used = instead.channel.removeprefix("open_dental.")
    except Configuration:
        pass
    with pytest.raises(Configuration):
        deliver(used, payload)
    assert server.asked == []  # nobody waited for anything


@pytest.mark.parametrize(
    ("held", "name", "missing"),
    [
        (("ApiReadAll",), "commlog", "ApiComm"),
        (("ApiReadAll", "ApiComm"), "task", "ApiAllOthers"),
        (("ApiReadAll", "ApiComm", "ApiAllOthers"), "task", "ApiQueries"),
    ],
)
def test_where_a_permission_is_missing_a_person_is_asked_with_the_repair(
    server: StubServer, held: tuple[str, ...], name: str, missing: str
) -> None:
    server.on("GET", "securityperms", permissions(*held))
    with pytest.raises(Configuration, match=rf"{missing}.*developer portal"):
        deliver(name, TASK if name == "task" else ENTRY)
    assert all(asked.method == "GET" for asked in server.asked)


@pytest.mark.parametrize("held", [(), ("ApiReadAll",), ("ApiReadAll", "ApiComm")])
def test_where_notes_may_not_be_written_a_commlog_takes_over(server: StubServer, held: tuple[str, ...]) -> None:
    server.on("GET", "securityperms", permissions(*held))
    with pytest.raises(UseInstead, match="ApiAllOthers") as caught:
        deliver("clinical_note", ENTRY)
    assert caught.value.channel == "open_dental.commlog"


def seen(database: OpenDentalDatabase) -> datetime:
    database.refresh_from_db()
    assert database.last_seen is not None
    return database.last_seen


def test_the_row_of_the_database_tells_when_it_answered_at_most_once_a_minute(database: OpenDentalDatabase) -> None:
    for moment, noted in (("13:00:00", "13:00:00"), ("13:00:30", "13:00:00"), ("13:01:30", "13:01:30")):
        with time_machine.travel(f"2026-03-02 {moment}Z", tick=False), speaking_to("main"):
            pass
        assert seen(database) == datetime.fromisoformat(f"2026-03-02 {noted}Z")


def test_the_row_of_the_database_tells_what_is_wrong_until_it_answers_again(
    server: StubServer, database: OpenDentalDatabase
) -> None:
    with speaking_to("main"):
        pass
    first = seen(database)
    server.on("POST", "commlogs", Says(401, "Key disabled"))
    with pytest.raises(Configuration):
        deliver("commlog", ENTRY)
    assert seen(database) == first
    assert "Key disabled" in database.last_error
    assert database.last_error_at is not None
    with speaking_to("main"):
        pass
    assert seen(database) > first
    assert database.last_error == ""


def test_new_keys_make_a_new_client() -> None:
    before = office("main")
    assert office("main") is before
    OpenDentalDatabase.objects.update(customer_key="another")
    assert office("main") is not before


def test_a_key_that_may_only_read_is_called_more_slowly(server: StubServer) -> None:
    OpenDentalDatabase.objects.update(mode="remote")
    server.on("GET", "securityperms", [{"Permission": "ApiReadAll", "HasPermission": "true"}])
    with pytest.raises(Configuration):
        deliver("task", TASK)
    assert office("main").client.pacer.interval == 5.0


def test_every_channel_of_the_list_exists_under_its_name() -> None:
    made: list[Channel] = [channel(name) for name in CHANNELS]
    assert [each.name for each in made] == list(CHANNELS)
    assert channel("email") is channel("email")
    with pytest.raises(Configuration):
        channel("pigeon")
