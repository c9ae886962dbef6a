"""Faults beyond lost connections: slow, plausible and wrong (open-dental-api.md 2.6, 2.9, 6)."""

import pytest
from tests.simulators.open_dental.caller import NOW, service

from amends.simulators.open_dental.settings import Mode, Settings

COMMLOG = {"PatNum": 1001, "Note": "UP-1042.7"}


def _written(practice) -> int:
    return len(practice.rows("commlog")) - 36


@pytest.mark.parametrize(("then", "written"), [("reset_before", 0), ("reset_after", 1)])
def test_a_connection_may_be_reset_before_or_after_the_write(practice, then, written):
    practice.fault(then, method="POST", path="/commlogs")
    with pytest.raises(ConnectionResetError):
        practice.post("commlogs", COMMLOG)
    assert _written(practice) == written
    assert practice.post("commlogs", COMMLOG).status == 201


def test_a_gateway_may_give_up_while_the_office_goes_on(practice):
    practice.fault("late_commit:20:504", method="POST", path="/commlogs")
    assert practice.post("commlogs", COMMLOG).status == 504
    assert _written(practice) == 0
    practice.late.happen()
    assert _written(practice) == 1


def test_half_an_answer_may_look_like_a_whole(practice):
    whole = practice.get("commlogs", PatNum=1001).text
    practice.fault("half_body")
    assert practice.get("commlogs", PatNum=1001).text == whole[: len(whole) // 2]


def test_a_burst_of_429_says_how_long_to_stay_away(practice):
    practice.fault("status:429:7", times=3)
    answers = [practice.get("commlogs") for _ in range(4)]
    assert [answer.status for answer in answers] == [429, 429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_a_slow_office_answers_in_the_end_whatever_else_is_wrong(practice):
    slow = {"path": "/", "times": None, "then": "slow:7-10"}
    broken = {"path": "/commlogs", "times": 1, "then": "status:500"}
    practice.call("PUT", "/_control/faults", {"latency_ms": 500, "rules": [slow, broken]})
    assert practice.get("commlogs").status == 500
    assert practice.get("commlogs").status == 200
    assert all(7.5 <= seconds <= 10.5 for seconds in practice.instants.waits)
    assert len(practice.instants.waits) == 2


def test_a_fixed_slowness_counts_down(practice):
    practice.fault("slow:0.25", times=1)
    practice.get("commlogs")
    practice.get("commlogs")
    assert practice.instants.waits == [0.25]


def test_a_fault_may_speak_in_other_words(practice):
    practice.fault("status:400", text="Two eConnectors are running for this customer key.")
    assert practice.get("commlogs").json == "Two eConnectors are running for this customer key."


def test_a_fault_may_hit_one_customer_key(running):
    practice = running(service(customer_keys=("north", "south")))
    practice.fault("status:503", times=None, customer_key="south")
    assert practice.get_as("north", "clinics").status == 200
    assert practice.get_as("south", "clinics").status == 503
    assert practice.call("GET", "/_control/faults").json["rules"][0]["customer_key"] == "south"


def test_a_list_may_fail_on_one_of_its_pages(running):
    practice = running(Settings(mode=Mode.REMOTE))
    practice.fault("status:400", path="/patients", times=None, page=2)
    assert practice.get("patients/Simple").status == 200
    failed = practice.get("patients/Simple", Offset=100)
    assert (failed.status, failed.json) == (400, "An unexpected error occurred.")
    assert practice.get("patients/Simple", Offset=200).status == 200
    assert practice.get("patients/Simple", Offset=50, Limit=50).status == 400


def test_pages_may_overlap_and_nothing_is_left_out(practice):
    everybody = [row["PatNum"] for row in practice.get("patients/Simple").json]
    practice.fault("overlap:3", path="/patients", times=None)
    pages = [practice.get("patients/Simple", Limit=100, Offset=offset).json for offset in (0, 100, 200, 300)]
    numbers = [[row["PatNum"] for row in page] for page in pages]
    assert numbers[0][-3:] == numbers[1][:3]
    assert {number for page in numbers for number in page} == set(everybody)
    assert len(numbers[3]) == 3


@pytest.mark.parametrize("then", ["ignore_filters", "ignore_filters:PatNum"])
def test_a_filter_may_be_ignored(practice, then):
    practice.fault(then, path="/commlogs", times=None)
    rows = practice.get("commlogs", PatNum=1001, Limit=20).json
    assert len(rows) == 20
    assert len({row["PatNum"] for row in rows}) > 1


def test_only_the_filter_that_is_named_is_ignored(practice):
    practice.fault("ignore_filters:DateTStamp,page", path="/commlogs", times=None)
    assert {row["PatNum"] for row in practice.get("commlogs", PatNum=1001, DateTStamp=NOW, page=1).json} == {1001}


def test_an_answer_of_200_may_tell_what_was_not_stored(practice):
    before = practice.get("commlogs/1").json
    practice.fault("not_stored:Note", method="PUT", path="/commlogs/1")
    told = practice.put("commlogs/1", {"Note": "Corrected."})
    assert (told.status, told.json["Note"]) == (200, "Corrected.")
    assert practice.get("commlogs/1").json == before


def test_one_field_of_a_new_row_may_be_lost(practice):
    practice.fault("not_stored:DescriptOverride,KeyNum", method="POST", path="/tasks")
    task = {"TaskListNum": 501, "UserNum": 1, "Descript": "Call.", "DescriptOverride": "Upset"}
    told = practice.post("tasks", {**task, "ObjectType": "Patient", "KeyNum": 1001}).json
    kept = practice.get(f"tasks/{told['TaskNum']}").json
    assert (told["DescriptOverride"], told["KeyNum"]) == ("Upset", 1001)
    assert kept == {**told, "DescriptOverride": "", "KeyNum": 0}
    assert kept["TaskNum"] not in [
        row["TaskNum"] for row in practice.get("tasks", ObjectType="Patient", KeyNum=1001).json
    ]


def test_what_is_stored_beside_a_lost_field_moves_the_stamp(practice):
    practice.fault("not_stored:Descript", method="PUT", path="/tasks")
    practice.put("tasks/1", {"Descript": "Other.", "TaskStatus": "Done"})
    row = practice.get("tasks/1").json
    assert (row["Descript"], row["TaskStatus"], row["SecDateTEdit"]) == (
        "Order the missing consent forms.",
        "Done",
        NOW,
    )


@pytest.mark.parametrize(
    "then", ["overlap", "ignore_filters:", "not_stored", "slow", "slow:7-", "status:429:", "late_commit:1:9", "reset"]
)
def test_a_fault_that_cannot_be_read_is_refused(practice, then):
    assert practice.control("PUT", "faults", {"rules": [{"then": then}]}).status == 400
