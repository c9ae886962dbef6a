"""ShortQuery (open-dental-api.md 3.14, 4.4)."""

import pytest
from tests.simulators.open_dental.caller import service


def _ask(practice, command, **query):
    return practice.put("queries/ShortQuery", {"SqlCommand": command}, **query)


def test_inboxes_are_found_by_query(practice):
    command = "SELECT UserNum, UserName, TaskListInBox FROM userod WHERE IsHidden = 0 AND TaskListInBox > 0;"
    rows = {row["UserNum"]: row for row in _ask(practice, command).json}
    assert rows[101] == {"UserNum": 101, "UserName": "Omar Haddad", "TaskListInBox": 501}
    assert {301, 302, 303, 401, 402, 121} < set(rows)


def test_the_clock_and_its_zone_are_found_by_query(practice):
    rows = _ask(practice, "SELECT NOW() AS srv_now, UTC_TIMESTAMP() AS srv_utc;").json
    assert rows == [{"srv_now": "2026-03-02T14:05:00", "srv_utc": "2026-03-02T19:05:00"}]


def test_changed_commlogs_come_raw_with_their_clinic(practice):
    practice.post("commlogs", {"PatNum": 1001, "Note": "Upset.", "commType": "Upset patient", "Mode_": "In Person"})
    kind = practice.type_number("Upset patient")
    command = f"""
        -- changed "upset" commlogs with clinic
        SELECT c.CommlogNum, p.ClinicNum, c.CommDateTime, c.Mode_, c.SentOrReceived, c.CommType, c.Note
        FROM commlog c JOIN patient p ON p.PatNum = c.PatNum
        WHERE c.CommType = {kind} AND (c.DateTStamp > '2026-03-02 00:00:00'
              OR (c.DateTStamp = '2026-03-02 00:00:00' AND c.CommlogNum > 90213))
        ORDER BY c.DateTStamp, c.CommlogNum LIMIT 100;"""
    assert _ask(practice, command).json == [
        {
            "CommlogNum": 37,
            "ClinicNum": 1,
            "CommDateTime": "2026-03-02T14:05:00",
            "Mode_": 4,
            "SentOrReceived": 1,
            "CommType": kind,
            "Note": "Upset.",
        }
    ]


def test_tasks_and_visits_are_found_by_their_database_numbers(practice):
    command = """SELECT t.TaskNum, t.TaskStatus, t.SecDateTEdit FROM task t
        WHERE t.SecDateTEdit >= '2026-01-01 00:00:00' AND t.ObjectType = 1
        ORDER BY t.SecDateTEdit, t.TaskNum LIMIT 100"""
    assert _ask(practice, command).json[0]["TaskStatus"] == 0
    command = """SELECT MIN(AptDateTime) AS came FROM appointment
        WHERE AptStatus = 2 AND AptDateTime > '2026-03-02 00:00:00'"""
    assert _ask(practice, command).json == [{"came": "2026-03-02T08:00:00"}]


def test_tables_without_rows_have_their_columns(practice):
    assert _ask(practice, "SELECT TaskNoteNum, Note FROM tasknote").json == []


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("DELETE FROM commlog", 401),
        ("UPDATE commlog SET Note = ''", 401),
        ("SELECT 1; DROP TABLE commlog", 401),
        ("SELECT TABLE_NAME FROM information_schema.tables", 401),
        ("SELECT NoSuchColumn FROM commlog", 400),
        ("SELECT FROM", 400),
        ("SELECT '\0' AS x", 400),
        ("", 400),
    ],
)
def test_only_reading_is_allowed(practice, command, status):
    assert _ask(practice, command).status == status
    assert len(_ask(practice, "SELECT CommlogNum FROM commlog").json) == 36


def test_a_query_that_never_ends_is_an_error(practice):
    command = "SELECT COUNT(*) FROM patient a, patient b, patient c, patient d"
    assert _ask(practice, command).status == 400


@pytest.mark.parametrize(("rest", "second"), [(False, 100), (True, 200)])
def test_a_hundred_rows_come_at_a_time_and_then_it_depends(running, rest, second):
    practice = running(service(query_offset_gives_rest=rest))
    assert len(_ask(practice, "SELECT PatNum FROM patient").json) == 100
    assert len(_ask(practice, "SELECT PatNum FROM patient", Offset=100).json) == second


def test_the_text_of_a_query_stands_in_the_audit_trail(practice):
    _ask(practice, "SELECT 1 AS one")
    assert practice.get("securitylogs", PermType="UserQuery").json[0]["LogText"] == "SELECT 1 AS one"


@pytest.mark.parametrize(
    ("command", "value"),
    [
        ("SELECT CONCAT('O\\'Brien', ' ', 5) AS x", "O'Brien 5"),
        ("SELECT \"it's\" AS x -- don't", "it's"),
        ("SELECT 'a;b' AS x; # an end", "a;b"),
        ("SELECT /* one's comment */ IF(1 > 2, 'yes', 'no') AS x", "no"),
        ("SELECT DATE_SUB(NOW(), INTERVAL 2 HOUR) AS x", "2026-03-02T12:05:00"),
        ("SELECT NOW() - INTERVAL 14 DAY AS x", "2026-02-16T14:05:00"),
        ("SELECT '2026-03-01' + INTERVAL 90 MINUTE AS x", "2026-03-01T01:30:00"),
        ("SELECT CURDATE() AS x", "2026-03-02T00:00:00"),
        ("SELECT CURRENT_TIMESTAMP AS x", "2026-03-02T14:05:00"),
        ("SELECT LEFT(RIGHT('abcdef', 4), 2) AS x", "cd"),
        ("SELECT CHAR_LENGTH(NULL) AS x", None),
        ("SELECT DATE_ADD(NULL, INTERVAL 1 DAY) AS x", None),
        ("SELECT MIN(ProcFee) AS x FROM procedurelog", 58.0),
    ],
)
def test_the_plain_sql_of_mysql_is_understood(practice, command, value):
    assert _ask(practice, command).json == [{"x": value}]


def test_a_query_sees_what_was_written_changed_and_deleted_since_the_one_before(practice):
    command = "SELECT CommlogNum, Note FROM commlog WHERE CommlogNum > 35"
    assert len(_ask(practice, command).json) == 1
    number = practice.post("commlogs", {"PatNum": 1001, "Note": "first"}).json["CommlogNum"]
    assert {"CommlogNum": number, "Note": "first"} in _ask(practice, command).json
    practice.put(f"commlogs/{number}", {"Note": "second"})
    assert {"CommlogNum": number, "Note": "second"} in _ask(practice, command).json
    practice.control("DELETE", "rows/commlog/36")
    assert [row["CommlogNum"] for row in _ask(practice, command).json] == [number]
    practice.control("POST", "reset")
    assert [row["CommlogNum"] for row in _ask(practice, command).json] == [36]


def test_everything_may_be_asked_for_and_signals_come_as_numbers(practice):
    practice.post("tasks", {"TaskListNum": 501, "UserNum": 1, "Descript": "Call."})
    rows = _ask(practice, "SELECT * FROM signalod").json
    assert [(row["IType"], row["FKeyType"]) for row in rows] == [(28, "Task")]
    assert "RowKey" not in rows[0]


def test_a_query_for_a_server_outside_is_checked_and_sent_nowhere(practice):
    body = {"SqlCommand": "SELECT PatNum FROM patient", "SftpAddress": "files.example.com"}
    assert practice.post("queries", body).json == "SftpUsername is required."
    body |= {"SftpUsername": "x", "SftpPassword": "y"}
    assert practice.post("queries", body).status == 201
    assert practice.post("queries", {**body, "SqlCommand": "DROP TABLE patient"}).status == 401
