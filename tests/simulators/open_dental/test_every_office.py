"""Every method in every mode and version: the column "Ver" of open-dental-api.md 3, written down again from there."""

from collections.abc import Iterator

import pytest
from tests.simulators.open_dental.caller import Practice, service

from amends.simulators.open_dental.settings import Mode
from amends.simulators.open_dental.versions import PROFILES

# A call that is well formed where it is known; since when it is known; what it is answered.
NOTE = {"Note": "Upset."}
CALLS = [
    ("GET", "commlogs/1", None, "25.1.13", 200),
    ("GET", "commlogs?PatNum=1001", None, "21.1", 200),
    ("POST", "commlogs", {"PatNum": 1001, **NOTE}, "21.1", 201),
    ("PUT", "commlogs/1", NOTE, "25.2.21", 200),
    ("GET", "definitions?Category=27", None, "21.1", 200),
    ("POST", "definitions", {"ItemName": "x", "category": "CommLogTypes"}, "22.1", 201),
    ("GET", "tasks/1", None, "24.4.13", 200),
    ("GET", "tasks", None, "22.3.16", 200),
    ("POST", "tasks", {"TaskListNum": 501, "Descript": "x", "UserNum": 1}, "22.3.17", 201),
    ("PUT", "tasks/1", {"Descript": "y"}, "22.4.15", 200),
    ("GET", "tasklists", None, "22.3.15", 200),
    ("GET", "tasknotes", None, "24.4.22", 200),
    ("POST", "tasknotes", {"TaskNum": 1, "UserNum": 1, **NOTE}, "24.4.22", 201),
    ("GET", "userods", None, "21.3", 200),
    ("PUT", "userods/201", {"IsHidden": "false"}, "22.4.20", 200),
    ("GET", "usergroups", None, "23.2.21", 200),
    ("GET", "usergroupattaches", None, "23.3.7", 200),
    ("GET", "patients/1001", None, "21.1", 200),
    ("GET", "patients/Simple", None, "21.2", 200),
    ("GET", "patients?LName=Um", None, "21.1", 200),
    ("PUT", "patients/1001", {"Preferred": "Yari"}, "21.2", 200),
    ("GET", "appointments/1", None, "21.1", 200),
    ("GET", "appointments?PatNum=1001", None, "21.1", 200),
    ("PUT", "appointments/7/Note", NOTE, "21.1", 200),
    ("GET", "histappointments?AptNum=1", None, "23.1.30", 200),
    ("GET", "procedurelogs/1", None, "23.3.13", 200),
    ("GET", "procedurelogs?PatNum=1001", None, "21.1", 200),
    ("GET", "procedurelogs/GroupNotes?PatNum=1001", None, "25.2.38", 200),
    ("POST", "procedurelogs/GroupNote", {"PatNum": 1001, "ProcNums": [1], **NOTE}, "22.2", 201),
    ("GET", "procnotes?PatNum=1001", None, "24.2.29", 200),
    ("POST", "procnotes", {"PatNum": 1001, "ProcNum": 1, **NOTE}, "22.2", 201),
    ("GET", "chartmodules/1001/ProgNotes", None, "21.4", 200),
    ("GET", "clinics", None, "21.1", 200),
    ("PUT", "clinics/1", {"Phone": "2015550199"}, "21.4", 200),
    ("GET", "providers/11", None, "24.4.17", 200),
    ("GET", "providers", None, "21.1", 200),
    ("GET", "popups?PatNum=1001", None, "21.4", 200),
    ("POST", "popups", {"PatNum": 1001, "Description": "Greet her."}, "21.1", 201),
    ("PUT", "popups/1", {"PopupLevel": "Family"}, "25.1.12", 200),
    ("GET", "patfields/1", None, "22.4", 200),
    ("GET", "patfields?PatNum=1002", None, "22.4.5", 200),
    ("POST", "patfields", {"PatNum": 1001, "FieldName": "x", "FieldValue": "y"}, "22.4", 201),
    ("GET", "patfielddefs", None, "22.4.9", 200),
    ("POST", "patfielddefs", {"FieldName": "z"}, "23.3.26", 201),
    ("GET", "patientnotes/1001", None, "21.2", 200),
    ("PUT", "patientnotes/1001", {"Service": "Prefers mornings."}, "21.2", 200),
    ("GET", "preferences?PrefName=ProgramVersion", None, "21.1", 200),
    ("GET", "securityperms", None, "22.2", 200),
    ("GET", "signalods?SigDateTime=2026-01-01%2000:00:00", None, "21.2", 200),
    ("GET", "securitylogs", None, "23.1.33", 200),
    ("GET", "computers", None, "23.1.30", 200),
    ("PUT", "queries/ShortQuery", {"SqlCommand": "SELECT 1 AS one"}, "21.2", 200),
    ("GET", "subscriptions", None, "22.1", 200),
    (
        "POST",
        "subscriptions",
        {"EndPointUrl": "http://127.0.0.1:1/", "WatchTable": "Patient", "PollingSeconds": 9},
        "22.1",
        201,
    ),
]


@pytest.fixture(scope="module", params=[(mode, version) for mode in Mode for version in PROFILES], ids=str)
def office(request: pytest.FixtureRequest) -> Iterator[Practice]:
    mode, version = request.param
    practice = Practice(service(mode=mode, version=version))
    yield practice
    practice.server.stop()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in (*version.split("."), "0", "0")[:3])


@pytest.mark.parametrize(("method", "path", "body", "since", "status"), CALLS)
def test_a_method_is_there_from_its_version_on_in_every_mode(office, method, path, body, since, status):
    office.control("POST", "reset")
    answer = office.call(method, f"/api/v1/{path}", body)
    version = office.control("GET", "settings").json["od_version"]
    if _numbers(version) >= _numbers(since):
        assert answer.status == status, answer.text
    else:
        assert answer.status == 400
        assert "version" in answer.json


def test_the_page_is_that_of_the_mode(office):
    remote = office.control("GET", "settings").json["mode"] == "remote"
    assert len(office.get("patients/Simple").json) == (100 if remote else 300)


def test_nothing_is_shown_as_a_bare_boolean_or_null(office):
    for method, path, _, since, _ in CALLS:
        answer = office.call(method, f"/api/v1/{path}") if method == "GET" else None
        if answer is None or answer.status != 200:
            continue
        for row in answer.json if isinstance(answer.json, list) else [answer.json]:
            assert not [name for name, value in row.items() if value is None or isinstance(value, bool)], (path, since)
