"""A call that is refused has changed nothing, whatever was wrong with it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulators.open_dental.caller import Practice, service

WRITES = [
    ("POST", "commlogs"),
    ("PUT", "commlogs/1"),
    ("POST", "tasks"),
    ("PUT", "tasks/1"),
    ("POST", "tasknotes"),
    ("POST", "procnotes"),
    ("POST", "popups"),
    ("PUT", "popups/1"),
    ("POST", "patfields"),
    ("PUT", "patfields"),
    ("POST", "patfielddefs"),
    ("PUT", "patfielddefs/1"),
    ("POST", "definitions"),
    ("POST", "userods"),
    ("PUT", "userods/201"),
    ("POST", "patients"),
    ("PUT", "patients/1001"),
    ("PUT", "patientnotes/1001"),
    ("PUT", "clinics/1"),
    ("PUT", "appointments/7/Note"),
    ("PUT", "appointments/7/Confirm"),
    ("PUT", "appointments/7/Break"),
    ("POST", "procedurelogs/GroupNote"),
    ("POST", "subscriptions"),
]
NAMES = (
    *("PatNum", "Note", "CommDateTime", "CommType", "commType", "Mode_", "SentOrReceived", "TaskListNum", "Descript"),
    *("UserNum", "KeyNum", "ObjectType", "DateTimeEntry", "PriorityDefNum", "DescriptOverride", "TaskStatus"),
    *("TaskNum", "DateTimeNote", "ProcNum", "ProcNums", "isSigned", "doAppendNote", "Description", "PopupLevel"),
    *("DateTimeDisabled", "FieldName", "FieldValue", "ItemName", "category", "UserName", "Password", "UserGroupNum"),
    *("LName", "FName", "Birthdate", "BillingType", "PatStatus", "Phone", "IsHidden", "confirmVal", "defNum"),
    *("sendToUnscheduledList", "EndPointUrl", "WatchTable", "PollingSeconds", "UiEventType", "ProvNum", "ClinicNum"),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [1001, "1001", 1, 501, 201, 0, -1, 77, "", " ", None, True, "true", "Done", "Patient", "Financial", "Email"]
    ),
    st.sampled_from(["2026-03-02 14:00:00", "2026-03-02T14:00:00", "0001-01-01", [1], [77], {}, "http://127.0.0.1:1/"]),
    st.text(max_size=5),
    st.integers(min_value=-(2**70), max_value=2**70),
)


@pytest.fixture(scope="module")
def office():
    practice = Practice(service(small_worlds=True))
    assert practice.get("clinics").status == 200
    yield practice
    practice.server.stop()


@settings(deadline=None)
@given(place=st.sampled_from(WRITES), body=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12))
def test_a_refused_write_leaves_every_row_as_it_was(office, place, body):
    before = office.office.dump()
    method, path = place
    answer = office.call(method, f"/api/v1/{path}", body)
    assert answer.status in (200, 201, 400, 404), answer.text
    if answer.status >= 400:
        assert isinstance(answer.json, str)
        assert office.office.dump() == before
