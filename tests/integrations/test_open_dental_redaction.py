"""A canary patient: whatever Open Dental answers, nothing of her and no key gets into an error, a log or a row."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from structlog.testing import capture_logs
from tests.integrations.chart import deliver, find
from tests.integrations.servers import Asked, Says, StubServer

from amends.deliveries.channel import DeliveryError
from amends.integrations.http import Answer
from amends.integrations.open_dental.client import Budget, Connection, Created
from amends.integrations.open_dental.models import KeyTurn, OpenDentalDatabase
from amends.integrations.open_dental.office import office
from amends.integrations.open_dental.redacting import hide
from amends.integrations.open_dental.route import Request
from amends.integrations.open_dental.rows import Appointment, Commlog, Patient, Popup, TaskRow
from amends.integrations.open_dental.schedule import search_patients

NAME, FIRST, STREET, PHONE, PATNUM = "Quillfeather", "Zebrina", "Halcyon", "2015550147", 98127
STORY = f"{FIRST} {NAME} of {STREET} Street waited an hour, call {PHONE}. UP-1042.7"
CHART = {
    "PatNum": PATNUM,
    "text": STORY,
    "at": datetime(2026, 3, 2, 19, 5, tzinfo=UTC).isoformat(),
    "zone": "America/New_York",
}
TASK = {"PatNum": PATNUM, "text": STORY, "headline": f"Upset: {FIRST}", "to_user_num": 101, "inbox": 501}
CANARIES = (NAME, FIRST, STREET, PHONE, PHONE[-7:], str(PATNUM), "dev-key", "cust-key")


def assert_clean(*texts: object) -> None:
    for text in texts:
        shown = str(text).casefold()
        assert [canary for canary in CANARIES if canary.casefold() in shown] == []


def everything(error: BaseException | None) -> Iterator[str]:
    """What an error says and shows, with all that led to it."""
    while error is not None:
        yield f"{error} {error!r} {getattr(error, '__notes__', '')}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def echo(status: int) -> Callable[[Asked], Says]:
    """An office that quotes everything that it was sent, and the keys."""

    def answer(asked: Asked) -> Says:
        sent = " ".join(map(str, {**asked.query, **(asked.body if isinstance(asked.body, dict) else {})}.values()))
        return Says(status, f"{asked.headers.get('Authorization')}: {sent} is not accepted. Patient {sent} invalid.")

    return answer


ANSWERS: list[Callable[[Asked], Says]] = [
    *map(echo, (400, 401, 403, 404, 409, 410, 429, 500, 504)),
    lambda asked: Says(200, {"LName": NAME}),
    lambda asked: Says(200, [{"LName": NAME, "Note": STORY}]),
    lambda asked: Says(200, f"<html>{STORY}".encode()),
    lambda asked: Says(drop=True),
    lambda asked: Says(200, [{"Note": STORY}], cut=True),
]


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("act", [deliver, find])
@pytest.mark.parametrize(("name", "path"), [("commlog", "commlogs"), ("clinical_note", "procnotes"), ("task", "tasks")])
def test_no_error_no_log_and_no_row_holds_anything_of_her(
    server: StubServer,
    database: OpenDentalDatabase,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    act: Callable[..., object],
    name: str,
    path: str,
    answer: Callable[[Asked], Says],
) -> None:
    with capture_logs() as logs:
        for method in ("GET", "POST"):
            server.on(method, path, answer)
        for _ in range(4):  # until the breaker opens, where it does
            try:
                act(name, TASK if name == "task" else CHART)
            except DeliveryError as error:
                assert_clean(*everything(error))
    database.refresh_from_db()
    assert_clean(json.dumps(logs, default=str), caplog.text, capsys.readouterr())
    assert_clean(database.last_error, json.dumps(database.facts), office("main").known, repr(database))


@pytest.mark.parametrize("words", [f"{FIRST} {NAME}", PHONE, f"{NAME}, {FIRST}"])
def test_a_search_that_fails_tells_nothing_of_her(server: StubServer, database: OpenDentalDatabase, words: str) -> None:
    for path in ("patients", "patients/Simple"):
        server.on("GET", path, echo(400))
    schedule = search_patients("main", 1, words)
    assert schedule.trouble != ""
    assert_clean(schedule.trouble)


@pytest.mark.parametrize(
    "row",
    [
        Patient(PatNum=1, LName=NAME, FName=FIRST, HmPhone=PHONE),
        Commlog(CommlogNum=1, Note=STORY),
        TaskRow(TaskNum=1, Descript=STORY),
        Popup(PopupNum=1, Description=STORY),
        Appointment(AptNum=1, PatNum=PATNUM, ProcDescript=STORY),
        Connection("http://office", "dev-key", "cust-key"),
        Request("POST", "commlogs", query={"LName": NAME}, body={"Note": STORY}),
        Answer(200, {}, STORY.encode()),
        Created({"Note": STORY}, "1"),
        KeyTurn(digest="0" * 64),
    ],
)
def test_no_representation_shows_her_or_a_key(row: object) -> None:
    assert_clean(repr(row), str(row), f"{[row]}")


def test_a_programming_error_beside_her_row_shows_nothing_of_her(database: OpenDentalDatabase) -> None:
    row = Patient(PatNum=1, LName=NAME)
    with pytest.raises(AttributeError) as caught:
        row.Nothing  # type: ignore[attr-defined]  # noqa: B018
    assert_clean(*everything(caught.value))


def test_transitions_are_logged_with_the_name_of_the_database_only(
    server: StubServer, database: OpenDentalDatabase
) -> None:
    version = server.answers["GET", "preferences"]
    office("main").facts(Budget(9))
    for method, path in (("POST", "commlogs"), ("GET", "preferences")):
        server.on(method, path, echo(504))
    with time_machine.travel(datetime(2026, 3, 2, 17, tzinfo=UTC)), capture_logs() as logs:
        for _ in range(6):
            with pytest.raises(DeliveryError):
                deliver("commlog", CHART)
        server.on("GET", "preferences", version)
        office("main").client.breaker._ask_at = 0.0  # its time has come
        server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
        deliver("commlog", CHART)
    told = [(each["event"], each["database"]) for each in logs if each["event"].startswith("open_dental")]
    assert told == [("open_dental.offline", "main"), ("open_dental.back", "main")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Patient not found.", "Patient not found."),
        ("Mode_ is invalid", "Mode_ is invalid"),
        ("This method requires version 24.2.29", "This method requires version 24.2.29"),
        ("Note cannot be longer than 4000 characters", "Note cannot be longer than 4000 characters"),
        (f"{FIRST} {NAME} is a duplicate", "… is a duplicate"),
        (f"“{NAME}, {FIRST}” has been deleted", "“…” has been deleted"),
        (f"Patient {PATNUM} not found", "Patient … not found"),
        ("Key cust-key is disabled", "Key … is disabled"),
    ],
)
def test_open_dentals_own_words_stay(text: str, shown: str) -> None:
    body = {"PatNum": PATNUM, "Note": f"{STORY} The patient was not found, mode 24, version 2.", "Mode_": "Phone"}
    assert hide(text, Request("POST", "commlogs", body=body), ["dev-key", "cust-key", ""]) == shown


def test_a_name_that_is_a_usual_word_is_a_name() -> None:
    asked = Request("GET", "patients/Simple", query={"LName": "Long", "FName": "Will"})
    assert hide("Will Long is too long", asked, []) == "… is too …"


def test_a_number_in_the_path_is_hers_too() -> None:
    assert not re.search(r"\d", hide(f"Patient {PATNUM} not found", Request("GET", f"patients/{PATNUM}"), []))
