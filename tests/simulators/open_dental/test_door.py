"""The steps that a request takes, in the order of open-dental-api.md 6."""

import socket
from collections.abc import Callable

import pytest
from tests.simulators.open_dental.caller import Practice, service

from amends.simulators.open_dental.settings import Mode, Settings

COMMLOG = {"PatNum": 1001, "Note": "Upset about the wait."}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "demo-developer/demo-customer",
        "ODFHIR demo-developer",
        "ODFHIR demo-developer/nobody",
        "ODFHIR x/demo-customer",
    ],
)
def test_without_both_keys_nothing_is_answered(practice, header):
    answer = practice.call("GET", "/api/v1/notaresource", headers={"Authorization": header} if header else {})
    assert answer.status == 401


def test_the_first_step_that_fails_is_the_answer(running: Callable[[Settings], Practice]):
    """Resource before verb, verb before version, version before permission, permission before content type."""
    practice = running(service(version="22.4", permissions=frozenset({"ReadAll"})))
    assert practice.call("DELETE", "/api/v1/notaresource").status == 404
    assert practice.call("DELETE", "/api/v1/tasknotes/1").json == "tasknotes DELETE  is not a valid method."
    newer = practice.call("POST", "/api/v1/tasknotes", b"x", headers=_keys())
    assert (newer.status, "version" in newer.json) == (400, True)
    assert practice.call("POST", "/api/v1/commlogs", b"x", headers=_keys()).status == 401
    allowed = running(service(version="22.4"))
    refused = allowed.call("POST", "/api/v1/commlogs?nonsense=1", b"x", headers=_keys())
    assert (refused.status, "Content-Type" in refused.json) == (400, True)


def test_parameters_are_judged_before_fields_and_fields_before_rows(practice):
    assert practice.call("POST", "/api/v1/commlogs?nonsense=1", {}).json == "'nonsense' is not a valid parameter."
    assert practice.post("commlogs", {"Note": "x"}).json == "PatNum is required."
    assert practice.post("commlogs", {"PatNum": 9, "Note": "x"}).text == '"Patient not found."'
    assert practice.post("commlogs", {"PatNum": "1001", "Note": " "}).json == "Note is required."


def test_errors_that_clients_read_have_the_known_words(practice):
    assert practice.get("notaresource").json == "notaresource is not a valid resource."
    assert practice.get("commlog").status == 404
    assert practice.call("DELETE", "/api/v1/claimprocs/4").json == "claimprocs DELETE  is not a valid method."
    assert practice.get("definitions/200").json == "definitions GET  is not a valid method."
    assert practice.call("PUT", "/api/v1/tasks/1/Move", {}).json == "tasks PUT Move is not a valid method."
    assert practice.get("commlogs/99999").json == "Commlog not found."
    assert practice.get("commlogs", DateTStamp="2026-03-02T00:00:00").json.endswith("must be yyyy-MM-dd HH:mm:ss")
    assert practice.get("appointments", AptStatus="1").json == "AptStatus is invalid."
    assert practice.get("procedurelogs/GroupNotes").json == "PatNum is required."


def test_unknown_parameters_are_refused_here_and_ignored_there(practice):
    for resource in ("patients", "commlogs", "tasks", "tasklists", "tasknotes", "procnotes"):
        assert practice.get(resource, page="2").json == "'page' is not a valid parameter."
    for resource in ("appointments", "providers", "definitions", "securitylogs", "procedurecodes"):
        assert practice.get(resource, page="2").status == 200


def test_lenient_offices_refuse_them_only_on_patients(running):
    practice = running(service(strict_parameters=False))
    assert practice.get("commlogs", page="2").status == 200
    assert practice.get("patients", page="2").status == 400


def test_get_needs_no_content_type_and_a_raw_space_or_plus_is_taken_as_a_space(practice):
    assert practice.call("GET", "/api/v1/commlogs?DateTStamp=2026-03-01+00:00:00").status == 200
    line = "GET /api/v1/commlogs?DateTStamp=2026-03-01 00:00:00 HTTP/1.1"
    assert _raw(practice, line) == 200


def test_sub_routes_are_found_in_any_case(practice):
    body = {"SqlCommand": "SELECT COUNT(*) AS clinics FROM clinic"}
    assert practice.put("queries/shortquery", body).json == [{"clinics": 12}]
    assert practice.get("patients/simple").status == 200


def test_errors_are_bare_text_when_switched(running):
    practice = running(service(bare_errors=True))
    answer = practice.get("commlogs/99999")
    assert (answer.text, answer.headers["Content-Type"]) == ("Commlog not found.", "text/plain; charset=utf-8")


def test_a_created_row_says_where_it_is_and_is_logged_as_user_0(practice):
    made = practice.post("commlogs", COMMLOG)
    number = made.json["CommlogNum"]
    assert made.status == 201
    assert made.headers["Location"] == f"{practice.server.url}/api/v1/commlogs/{number}"
    assert practice.get(f"commlogs/{number}").json == made.json
    logged = practice.get("securitylogs").json[-1]
    assert (logged["UserNum"], logged["LogSource"], logged["LogDateTime"]) == (0, "API", "3/2/2026 2:05:00 PM")
    assert logged["LogText"].startswith("Created by")


def test_a_body_must_be_a_json_object(practice):
    for body in (b"{", b"[1]", b'"text"', b"\xff"):
        headers = {**_keys(), "Content-Type": "application/json; charset=utf-8"}
        assert practice.call("POST", "/api/v1/commlogs", body, headers=headers).status == 400


def test_each_customer_key_has_a_database_of_its_own(running):
    practice = running(service(customer_keys=("north", "south")))
    north, south = ({"Authorization": f"ODFHIR demo-developer/{key}"} for key in ("north", "south"))
    headers = {**north, "Content-Type": "application/json"}
    made = practice.call("POST", "/api/v1/commlogs", COMMLOG, headers=headers).json["CommlogNum"]
    assert practice.call("GET", f"/api/v1/commlogs/{made}", headers=north).status == 200
    assert practice.call("GET", f"/api/v1/commlogs/{made}", headers=south).status == 404
    types = [practice.call("GET", "/api/v1/definitions?Category=27", headers=key).json for key in (north, south)]
    assert types[0][0]["ItemName"] == types[1][0]["ItemName"]
    assert types[0][0]["DefNum"] != types[1][0]["DefNum"]


def test_an_offline_office_answers_400_in_remote_mode_after_the_keys_were_checked(running):
    practice = running(Settings(mode=Mode.REMOTE))
    practice.call("PUT", "/_control/faults", {"offline": True})
    assert practice.get("commlogs").status == 400
    assert practice.get("commlogs").json == "The office's eConnector is not running"
    assert practice.call("GET", "/api/v1/commlogs", headers={}).status == 401


def test_an_offline_service_does_not_answer_at_all(practice):
    practice.call("PUT", "/_control/faults", {"offline": True})
    with pytest.raises(ConnectionError):
        practice.get("commlogs")


def _keys() -> dict[str, str]:
    return {"Authorization": "ODFHIR demo-developer/demo-customer"}


def _raw(practice: Practice, line: str) -> int:
    with socket.create_connection(("127.0.0.1", practice.server.port), timeout=60) as plain:
        plain.sendall(f"{line}\r\nHost: x\r\nAuthorization: {_keys()['Authorization']}\r\n\r\n".encode())
        return int(plain.recv(4096).split()[1])


def test_each_step_comes_before_all_that_follow(running: Callable[[Settings], Practice]):
    """One request that fails at every step of section 6; when the first failure is mended, the next one is told."""
    practice = running(Settings(mode=Mode.REMOTE, version="22.4", permissions=frozenset({"ReadAll"}), queue=0))
    practice.set(econnector=False)
    practice.fault("status:504", times=None)
    headers: dict[str, str] = {}
    resource, verb, query, body = "notaresource", "PATCH", "?nonsense=1", b'{"TaskNum": 99, "UserNum": 1}'

    def told(*, wait: bool = True) -> tuple[int, str]:
        practice.instants.seconds += 60 if wait else 0
        answer = practice.call(verb, f"/api/v1/{resource}{query}", body, headers=headers)
        return answer.status, answer.json

    assert told()[0] == 401
    headers |= _keys()
    assert told() == (400, "The office's eConnector is not running")
    assert told(wait=False) == (429, "Too many requests")
    practice.set(econnector=True)
    assert told()[0] == 504
    practice.control("PUT", "faults", {})
    assert told() == (404, "notaresource is not a valid resource.")
    resource = "tasknotes"
    assert told() == (400, "tasknotes PATCH  is not a valid method.")
    verb = "POST"
    assert "version" in told()[1]
    practice.set(od_version="25.4.48")
    assert told() == (401, "This customer key does not have the permission ApiAllOthers.")
    practice.set(permissions=["AllOthers"])
    assert told() == (400, "Content-Type must be application/json.")
    headers["Content-Type"] = "application/json"
    assert told() == (400, "'nonsense' is not a valid parameter.")
    query = ""
    assert told() == (400, "Note is required.")
    body = b'{"TaskNum": 99, "UserNum": 1, "Note": "x"}'
    assert told() == (404, "Task not found.")
    body = b'{"TaskNum": 1, "UserNum": 1, "Note": "x"}'
    practice.instants.seconds += 60
    assert practice.call(verb, f"/api/v1/{resource}", body, headers=headers).status == 201
