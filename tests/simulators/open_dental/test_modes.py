"""Modes, spacing and permissions (open-dental-api.md 1, 2.2, 2.3)."""

import threading
from functools import partial

import pytest
from tests.simulators.open_dental.caller import Instants, service

from amends.simulators.open_dental.permissions import NAMES, read_permissions, seconds_between_requests
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.throttle import Throttle

# A call for each permission, with what a key without it lacks.
CALLS = [
    ("ReadAll", "GET", "commlogs", None),
    ("ReadAll", "GET", "patients/1001", None),
    ("Comm", "POST", "commlogs", {"PatNum": 1001, "Note": "x"}),
    ("Comm", "POST", "popups", {"PatNum": 1001, "Description": "x"}),
    ("Comm", "PUT", "appointments/1/Note", {"Note": "x"}),
    ("Queries", "PUT", "queries/ShortQuery", {"SqlCommand": "SELECT 1"}),
    ("Setup", "POST", "definitions", {"ItemName": "x", "category": "CommLogTypes"}),
    ("AllOthers", "POST", "tasks", {"TaskListNum": 501, "UserNum": 1, "Descript": "x"}),
    ("AllOthers", "PUT", "tasks/1", {"TaskStatus": "Done"}),
    ("AllOthers", "POST", "tasknotes", {"TaskNum": 1, "UserNum": 1, "Note": "x"}),
    ("AllOthers", "POST", "procnotes", {"PatNum": 1001, "ProcNum": 1, "Note": "x"}),
    ("AllOthers", "PUT", "commlogs/1", {"Note": "x"}),
    ("AllOthers", "PUT", "patfields", {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "x"}),
]


@pytest.mark.parametrize(("permission", "method", "path", "body"), CALLS)
def test_each_call_needs_its_permission_and_no_other(running, permission, method, path, body):
    with_it = running(service(permissions=frozenset({permission})))
    assert with_it.call(method, f"/api/v1/{path}", body).status in (200, 201)
    without = running(service(permissions=frozenset(NAMES) - {permission}))
    assert without.call(method, f"/api/v1/{path}", body).status == 401


def test_a_key_may_always_ask_what_it_may_do(running):
    rows = running(service(permissions=read_permissions("ReadAll, ApiComm"))).get("securityperms").json
    assert {row["Permission"] for row in rows if row["HasPermission"] == "true"} == {"ApiReadAll", "ApiComm"}
    assert len(rows) == len(NAMES)


def test_an_unknown_permission_is_refused_by_name():
    with pytest.raises(ValueError, match="Everything"):
        read_permissions("ReadAll,Everything")


@pytest.mark.parametrize(
    ("mode", "permissions", "size"),
    [
        (Mode.REMOTE, {"ReadAll"}, 100),
        (Mode.REMOTE, {"ReadAll", "Enterprise"}, 1000),
        (Mode.SERVICE, {"ReadAll"}, 1000),
        (Mode.LOCAL, {"ReadAll", "Enterprise"}, 10_000),
    ],
)
def test_the_mode_and_enterprise_decide_the_page(running, mode, permissions, size):
    settings = Settings(mode=mode, permissions=frozenset(permissions))
    assert settings.page_size == size
    if size >= 300:
        assert len(running(settings).get("patients/Simple").json) == 300


def test_pages_follow_each_other_by_offset(running):
    practice = running(Settings(mode=Mode.REMOTE))
    pages = [practice.get("patients", Offset=offset).json for offset in (0, 100, 200, 300)]
    assert [len(page) for page in pages] == [100, 100, 100, 0]
    assert len({row["PatNum"] for page in pages for row in page}) == 300
    assert len(practice.get("patients", Limit=500).json) == 100
    assert len(practice.get("patients", Limit=3).json) == 3
    assert practice.get("patients", Limit="few").json == "Limit is invalid."


@pytest.mark.parametrize(
    ("permissions", "seconds"), [("ReadAll", 5.0), ("ReadAll,Comm", 1.0), ("ReadAll,Enterprise", 0.5)]
)
def test_the_permissions_decide_the_spacing(permissions, seconds):
    assert seconds_between_requests(read_permissions(permissions)) == seconds


def test_remote_mode_spaces_the_calls_of_one_key(running):
    practice = running(Settings(mode=Mode.REMOTE))
    for _ in range(3):
        assert practice.get("clinics").status == 200
    assert practice.instants.waits == [1.0, 1.0]
    practice.instants.seconds += 60
    practice.get("clinics")
    assert practice.instants.waits == [1.0, 1.0]


def test_service_mode_does_not(practice):
    for _ in range(3):
        practice.get("clinics")
    assert practice.instants.waits == []


def test_without_a_queue_the_second_call_is_told_when_to_come_back(running):
    practice = running(Settings(mode=Mode.REMOTE, queue=0, permissions=frozenset({"ReadAll"})))
    assert practice.get("clinics").status == 200
    refused = practice.get("clinics")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
    assert refused.json == "Too many requests"
    practice.instants.seconds += 5
    assert practice.get("clinics").status == 200


def test_a_few_wait_and_the_rest_are_refused():
    instants, may_go, queued = Instants(), threading.Event(), threading.Semaphore(0)

    def wait(_seconds: float) -> None:
        queued.release()
        may_go.wait(60)

    throttle = Throttle(clock=instants.monotonic, wait=wait)
    go_through = partial(throttle.pass_through, spacing=1.0, queue=2)
    assert go_through("a") is None
    waiting = [threading.Thread(target=go_through, args=("a",)) for _ in range(2)]
    for thread in waiting:
        thread.start()
        assert queued.acquire(timeout=60)
    assert go_through("a") == 3
    assert go_through("b") is None
    may_go.set()
    for thread in waiting:
        thread.join(60)
