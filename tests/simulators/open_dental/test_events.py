"""Subscriptions and the events that they bring (open-dental-api.md 3.15)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.simulators.open_dental.caller import NOW, Practice, service
from tests.simulators.open_dental.receiver import Receiver

from amends.simulators.open_dental.events.posting import NOT_HERE, on_this_machine, post
from amends.simulators.open_dental.permissions import NAMES

NONE = "0001-01-01 00:00:00"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.stop()


def _subscribe(practice: Practice, receiver: Receiver, **changes: object) -> int:
    body = {"EndPointUrl": receiver.url, "Workstation": "FRONTDESK2", "WatchTable": "Appointment"}
    answer = practice.post("subscriptions", {**body, "PollingSeconds": 3600, **changes})
    assert answer.status == 201, answer.text
    return int(answer.json["SubscriptionNum"])


def _pass(practice: Practice, **time: float) -> None:
    practice.instants.utc += timedelta(**time)


def _poll(practice: Practice) -> list[dict[str, object]]:
    return list(practice.control("POST", "events/poll").json)


def _start(practice: Practice) -> str:
    return str(practice.get("subscriptions").json[0]["DateTimeStart"])


# ---- the subscription itself


def test_a_subscription_is_made_read_changed_and_deleted(practice, receiver):
    number = _subscribe(practice, receiver, Note="ours")
    (row,) = practice.get("subscriptions").json
    assert row == {
        "SubscriptionNum": number,
        "CustomerKey": "demo-customer",
        "EndPointUrl": receiver.url,
        "Workstation": "FRONTDESK2",
        "WatchTable": "Appointment",
        "PollingSeconds": 3600,
        "UiEventType": "",
        "DateTimeStart": NOW,
        "DateTimeStop": NONE,
        "Note": "ours",
    }
    changed = practice.put(f"subscriptions/{number}", {"PollingSeconds": 60, "DateTimeStop": "2026-12-31 00:00:00"})
    assert (changed.status, changed.text) == (200, "")
    assert practice.get("subscriptions").json == [{**row, "PollingSeconds": 60, "DateTimeStop": "2026-12-31 00:00:00"}]
    assert practice.call("DELETE", f"/api/v1/subscriptions/{number}").status == 200
    assert practice.get("subscriptions").json == []
    assert practice.put(f"subscriptions/{number}", {}).json == "Subscription not found."
    assert practice.call("DELETE", f"/api/v1/subscriptions/{number}").status == 404


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"EndPointUrl": ""}, "EndPointUrl is required."),
        ({"EndPointUrl": "files.example.com"}, "EndPointUrl is invalid."),
        ({"EndPointUrl": "http://[::"}, "EndPointUrl is invalid."),
        ({"WatchTable": None}, "WatchTable or UiEventType is required."),
        ({"WatchTable": "Commlog"}, "WatchTable is invalid."),
        ({"WatchTable": "Task"}, "WatchTable is invalid."),
        ({"PollingSeconds": None}, "PollingSeconds is required."),
        ({"UiEventType": "TaskOpened"}, "UiEventType is invalid."),
        ({"DateTimeStart": "soon"}, "DateTimeStart format must be yyyy-MM-dd HH:mm:ss"),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(practice, change, told):
    body = {"EndPointUrl": "http://127.0.0.1:9/x/", "WatchTable": "Patient", "PollingSeconds": 5}
    refused = practice.post("subscriptions", {**body, **change})
    assert (refused.status, refused.json) == (400, told)
    assert practice.post("subscriptions", body).status == 201


def test_the_same_live_subscription_is_not_made_twice(practice, receiver):
    number = _subscribe(practice, receiver)
    body = {"EndPointUrl": receiver.url, "Workstation": "FRONTDESK2", "WatchTable": "Appointment", "PollingSeconds": 9}
    assert practice.post("subscriptions", body).status == 400
    practice.put(f"subscriptions/{number}", {"DateTimeStop": "2026-03-01 00:00:00"})
    assert practice.post("subscriptions", body).status == 201


def test_subscriptions_belong_to_the_key_that_made_them(running, receiver):
    practice = running(service(customer_keys=("demo-customer", "north")))
    practice.set(customer_key="north", office="demo-customer")
    _subscribe(practice, receiver)
    assert practice.get_as("north", "subscriptions").json == []


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("22.4", {"Appointment", "Patient"}),
        ("24.4.51", {"AppointmentDeleted", "Operatory", "PatField", "Provider", "Schedule", "ToothInitial"}),
    ],
)
def test_what_can_be_watched_grew_with_time(running, version, known):
    practice = running(service(version=version))
    for name in known:
        body = {"EndPointUrl": "http://127.0.0.1:9/", "WatchTable": name, "PollingSeconds": 5}
        assert practice.post("subscriptions", body).status == 201
    old = running(service(version="22.4"))
    body = {"EndPointUrl": "http://127.0.0.1:9/", "WatchTable": "PatField", "PollingSeconds": 5}
    assert old.post("subscriptions", body).json == "WatchTable is invalid."


def test_subscribing_needs_read_all_and_ending_it_all_others(running, receiver):
    practice = running(service(permissions=frozenset({"ReadAll"})))
    number = _subscribe(practice, receiver)
    assert practice.call("DELETE", f"/api/v1/subscriptions/{number}").status == 401
    practice.set(permissions=sorted(set(NAMES) - {"ReadAll"}))
    assert practice.put(f"subscriptions/{number}", {"Note": "x"}).status == 401
    assert practice.call("DELETE", f"/api/v1/subscriptions/{number}").status == 200


def test_a_slash_at_the_end_may_be_asked_for(practice):
    practice.set(endpoint_needs_slash=True)
    body = {"WatchTable": "Patient", "PollingSeconds": 5}
    assert practice.post("subscriptions", {**body, "EndPointUrl": "http://127.0.0.1:9/x"}).status == 400
    assert practice.post("subscriptions", {**body, "EndPointUrl": "http://127.0.0.1:9/x/"}).status == 201


# ---- what arrives


def test_changed_rows_arrive_as_the_api_shows_them_with_the_bare_key(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, seconds=10)
    practice.put("appointments/7/Note", {"Note": "Arrives late."})
    _pass(practice, seconds=10)
    assert _poll(practice)[0]["outcome"] == "200"
    (event,) = receiver.got
    assert event.path == "/events/?token=unguessable"
    assert event.headers["Authorization"] == "demo-customer"
    assert event.headers["Workstation"] == "FRONTDESK2"
    assert event.headers["Event-Type"] == "WatchTable: Appointment"
    assert [{**row, "serverDateTime": ""} for row in event.body] == [
        {**practice.get("appointments/7").json, "serverDateTime": ""}
    ]


def test_nothing_is_sent_when_nothing_changed_and_the_start_moves_on(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, minutes=5)
    assert _poll(practice) == []
    assert _start(practice) == "2026-03-02 14:10:00"


def test_a_change_of_this_very_second_comes_with_the_next_poll_and_once(practice, receiver):
    _subscribe(practice, receiver)
    practice.put("appointments/7/Note", {"Note": "Arrives late."})
    assert _poll(practice) == []
    _pass(practice, seconds=1)
    assert len(_poll(practice)) == 1
    _pass(practice, seconds=1)
    assert _poll(practice) == []


def test_a_change_that_writes_the_same_value_fires_nothing(practice, receiver):
    _subscribe(practice, receiver, WatchTable="PatField")
    _pass(practice, seconds=5)
    practice.put("patfields", {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "A neighbour"})
    _pass(practice, seconds=5)
    assert _poll(practice) == []
    practice.put("patfields", {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "A friend"})
    _pass(practice, seconds=5)
    _poll(practice)
    assert [row["FieldValue"] for row in receiver.got[0].body] == ["A friend"]


@pytest.mark.parametrize(
    ("table", "path", "change"),
    [("Patient", "patient/1005", {"Preferred": "Kit"}), ("Provider", "provider/11", {"Suffix": "DDS"})],
)
def test_patients_and_providers_are_watched_too(practice, receiver, table, path, change):
    _subscribe(practice, receiver, WatchTable=table)
    _pass(practice, seconds=5)
    practice.control("PUT", f"rows/{path}", change)
    _pass(practice, seconds=5)
    _poll(practice)
    (row,) = receiver.got[0].body
    assert change.items() <= row.items()
    assert not any(isinstance(value, bool) for value in row.values())


def test_a_deleted_appointment_is_told(practice, receiver):
    _subscribe(practice, receiver, WatchTable="AppointmentDeleted")
    _pass(practice, seconds=5)
    practice.control("DELETE", "rows/appointment/7")
    _pass(practice, seconds=5)
    _poll(practice)
    assert [row["AptNum"] for row in receiver.got[0].body] == [7]


def test_tables_that_never_change_here_send_nothing(practice, receiver):
    for table in ("Operatory", "Schedule", "ToothInitial"):
        _subscribe(practice, receiver, WatchTable=table)
    _pass(practice, days=1)
    assert _poll(practice) == []


def test_more_than_a_thousand_rows_come_in_several_posts(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.control("POST", "rows/appointment", [{"PatNum": 1001}] * 2300)
    _pass(practice, seconds=5)
    _poll(practice)
    assert [len(event.body) for event in receiver.got] == [1000, 1000, 300]


def test_older_offices_send_all_at_once_with_fewer_headers(running, receiver):
    practice = running(service(version="22.4"))
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.control("POST", "rows/appointment", [{"PatNum": 1001}] * 1001)
    _pass(practice, seconds=5)
    _poll(practice)
    (event,) = receiver.got
    assert len(event.body) == 1001
    assert "Workstation" not in event.headers
    assert "Event-Type" not in event.headers


# ---- when it does not arrive


@pytest.mark.parametrize("status", [400, 500, 302])
def test_the_start_moves_only_when_the_event_arrived(practice, receiver, status):
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "Arrives late."})
    _pass(practice, seconds=5)
    receiver.status = status
    assert _poll(practice)[0]["outcome"] == str(status)
    assert _start(practice) == NOW
    receiver.status = 204
    _pass(practice, hours=1)
    assert _poll(practice)[0]["outcome"] == "204"
    assert _start(practice) > NOW
    assert [event.path for event in receiver.got] == ["/events/?token=unguessable"] * 2


def test_a_failure_in_the_middle_sends_everything_again(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.control("POST", "rows/appointment", [{"PatNum": 1001}] * 1500)
    _pass(practice, seconds=5)
    receiver.statuses = [200, 503]
    _poll(practice)
    _poll(practice)
    assert [len(event.body) for event in receiver.got] == [1000, 500, 1000, 500]


def test_only_the_last_three_days_are_sent_again(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "Lost."})
    receiver.status = 500
    _pass(practice, days=2)
    practice.put("appointments/8/Note", {"Note": "Kept."})
    _pass(practice, days=2)
    receiver.status = 200
    _poll(practice)
    assert [row["AptNum"] for row in receiver.got[0].body] == [8]


def test_an_end_point_that_does_not_answer_is_a_failure(practice, receiver):
    _subscribe(practice, receiver, EndPointUrl="http://127.0.0.1:1/")
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=5)
    assert _poll(practice)[0]["outcome"] == "failed: ConnectionRefusedError"


def test_an_address_that_cannot_be_written_is_a_failure_and_ends_nothing(practice, receiver):
    _subscribe(practice, receiver, EndPointUrl="http://127.0.0.1:1/caf\u00e9/")
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=5)
    assert str(_poll(practice)[0]["outcome"]).startswith("failed: ")


def test_nothing_is_ever_sent_to_another_machine(practice, receiver):
    _subscribe(practice, receiver, EndPointUrl="https://hooks.example.com/x/")
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=5)
    assert _poll(practice)[0]["outcome"] == NOT_HERE
    assert practice.control("GET", "events").json[0]["outcome"] == NOT_HERE


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.5", False),
        ("example.com", False),
        ("localhost.example.com", False),
        ("0.0.0.0", False),
        ("", False),
    ],
)
def test_this_machine_is_known_without_asking_for_a_name(host, here):
    assert on_this_machine(host) is here


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://[::", "http://127.0.0.1:99999/", "file:///etc/hosts"])
def test_only_http_is_spoken(url):
    assert post(url, {}, []) == NOT_HERE


# ---- who fires


def test_a_blank_workstation_means_every_machine_and_so_duplicates(practice, receiver):
    _subscribe(practice, receiver, Workstation="")
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=5)
    _poll(practice)
    assert [event.headers["Workstation"] for event in receiver.got] == ["FRONTDESK1", "FRONTDESK2", "FRONTDESK3"]
    assert receiver.got[0].body == receiver.got[1].body


def test_a_machine_that_is_off_sends_nothing_until_it_returns(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "x"})
    practice.set(machines_off=["FRONTDESK2"])
    _pass(practice, hours=60)
    assert _poll(practice) == []
    assert _start(practice) == NOW
    beats = {row["CompName"]: row["LastHeartBeat"] for row in practice.get("computers").json}
    assert beats["FRONTDESK2"] < NOW < beats["FRONTDESK1"]
    practice.set(machines_off=[])
    assert len(_poll(practice)) == 1


def test_an_offline_office_and_a_disabled_key_send_nothing(practice, receiver):
    _subscribe(practice, receiver)
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=5)
    practice.control("PUT", "faults", {"offline": True})
    assert _poll(practice) == []
    practice.control("PUT", "faults", {})
    practice.set(enabled=False)
    assert _poll(practice) == []
    practice.set(enabled=True)
    assert len(_poll(practice)) == 1


def test_a_subscription_fires_between_its_start_and_its_stop(practice, receiver):
    _subscribe(practice, receiver, DateTimeStart="2026-03-02 15:00:00", DateTimeStop="2026-03-02 16:00:00")
    _pass(practice, minutes=10)
    practice.put("appointments/7/Note", {"Note": "too early"})
    assert _poll(practice) == []
    _pass(practice, hours=1)
    practice.put("appointments/7/Note", {"Note": "in time"})
    _pass(practice, seconds=1)
    assert len(_poll(practice)) == 1
    _pass(practice, hours=1)
    practice.put("appointments/7/Note", {"Note": "too late"})
    _pass(practice, seconds=1)
    assert _poll(practice) == []


def test_each_worker_looks_by_itself_in_its_own_rhythm(practice, receiver):
    _subscribe(practice, receiver, PollingSeconds=1)
    _pass(practice, seconds=5)
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=5)
    assert receiver.arrived.acquire(timeout=60)
    assert receiver.got[0].body[0]["AptNum"] == 7


# ---- windows of the program


def test_opening_a_patient_is_told_as_one_object(practice, receiver):
    _subscribe(practice, receiver, WatchTable="", UiEventType="PatientSelected", PollingSeconds=0)
    told = practice.control("POST", "events/patient-selected", {"PatNum": 1001, "Workstation": "frontdesk2"}).json
    assert [line["outcome"] for line in told] == ["200"]
    (event,) = receiver.got
    assert event.body == practice.get("patients/1001").json
    assert event.headers["Event-Type"] == "UiEventType: PatientSelected"
    assert practice.control("POST", "events/patient-selected", {"PatNum": 1001}).json == []
    assert practice.control("POST", "events/patient-selected", {"PatNum": 77}).status == 400
    assert _poll(practice) == []


def test_opening_a_patient_is_told_once_whatever_becomes_of_it(practice, receiver):
    _subscribe(practice, receiver, WatchTable="", UiEventType="PatientSelected", Workstation="")
    receiver.status = 500
    assert len(practice.control("POST", "events/patient-selected", {"PatNum": 1001}).json) == 1
    assert _poll(practice) == []
    practice.set(machines_off=["FRONTDESK1"])
    assert practice.control("POST", "events/patient-selected", {"PatNum": 1001}).json == []


# ---- the unreliability that real events have


def _change_and_poll(practice: Practice, appointment: int) -> None:
    practice.put(f"appointments/{appointment}/Note", {"Note": practice.instants.utc.isoformat()})
    _pass(practice, seconds=1)
    _poll(practice)


def _numbers(receiver: Receiver) -> list[list[int]]:
    return [[row["AptNum"] for row in event.body] for event in receiver.got]


@pytest.mark.parametrize(
    ("then", "arrived"),
    [
        ("lost", [[8], [9]]),
        ("duplicate", [[7], [7], [8], [9]]),
        ("out_of_order", [[8], [7], [9]]),
    ],
)
def test_events_may_be_lost_doubled_or_out_of_order(practice, receiver, then, arrived):
    _subscribe(practice, receiver)
    practice.fault(then, method="EVENT", path="/Appointment", times=1, customer_key="demo-customer")
    for appointment in (7, 8, 9):
        _change_and_poll(practice, appointment)
    assert _numbers(receiver) == arrived


def test_faults_of_calls_leave_events_alone(practice, receiver):
    _subscribe(practice, receiver)
    practice.put("appointments/7/Note", {"Note": "x"})
    _pass(practice, seconds=1)
    practice.fault("lost", path="/", times=None)
    assert [line["outcome"] for line in _poll(practice)] == ["200"]


def test_a_reset_forgets_subscriptions_and_what_was_sent(practice, receiver):
    _subscribe(practice, receiver)
    _change_and_poll(practice, 7)
    assert len(practice.control("GET", "events").json) == 1
    practice.control("POST", "reset")
    assert practice.get("subscriptions").json == []
    assert practice.control("GET", "events").json == []
