"""What is done in Open Dental itself counts: entries found, changed and lost, Tasks seen and done, patients kept."""

from dataclasses import replace
from datetime import date, timedelta

from tests.protocol.cast import (
    ANA,
    DANA,
    LEE,
    MONDAY,
    OMAR,
    POLICY,
    REPORT,
    RITA,
    RUTH,
    SPEAK,
    TESS,
    Story,
    proof_of,
    reported,
    unknown,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.messages import CloseTask, Rechart
from amends.protocol.values import AMENDS, ChartRow
from amends.protocol.words import AsideReason, NoContact, Purpose, Source, Stage, Way

THEIR_COMMLOG = ChartRow(database="main", place="CommLog", id="90213")
CALL = ChartRow(database="main", place="CommLog", id="90300")


def found_in_the_chart() -> Story:
    story = Story()
    story.does(ANA, replace(REPORT, source=Source.COMMLOG, found=THEIR_COMMLOG))
    return story


def addressed() -> Story:
    story = reported().proves()
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    return story


# --- what stands in the chart already is not written again ---------------------------------------------------------


def test_case_from_a_commlog_is_documented_by_it_and_only_people_are_told():
    story = found_in_the_chart()
    assert "documented" not in story.open_gates
    assert story.sent(Purpose.ACCOUNT) == []
    assert len(story.sent(Purpose.TASK)) == 1
    assert story.case.proofs[0].id == "90213"


def test_account_that_joins_from_a_commlog_is_not_written_again():
    story = reported()
    written = len(story.sent(Purpose.ACCOUNT))
    story.does(ANA, c.AddAccount(text="He called again.", found=THEIR_COMMLOG))
    assert len(story.sent(Purpose.ACCOUNT)) == written
    assert story.case.accounts[-1].text == "He called again."


def test_managers_own_commlog_is_the_conversation_and_its_proof():
    story = reported().proves()
    story.does(OMAR, replace(SPEAK, found=CALL))
    assert story.sent(Purpose.CONVERSATION) == []
    assert "spoken" not in story.open_gates
    story.does(OMAR, c.MarkAddressed(resolution="noted"))
    story.proves(Purpose.LEADERS_TOLD)
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    assert story.case.stage is Stage.CLOSED


def test_long_commlog_is_taken_as_it_is():
    story = Story()
    story.does(ANA, replace(REPORT, account="x" * 60_000, found=THEIR_COMMLOG))
    assert len(story.case.accounts[0].text) == 60_000


# --- entries that change and vanish --------------------------------------------------------------------------------


def test_edited_commlog_is_told_and_the_first_account_stays():
    story = found_in_the_chart()
    (fact,) = story.does(AMENDS, c.ChartRowEdited(row=THEIR_COMMLOG, text="About the bill, and she cried."))
    assert isinstance(fact, e.AccountRewritten)
    assert [account.text for account in story.case.accounts] == [REPORT.account, "About the bill, and she cried."]
    assert story.newest == []
    story.refuses(AMENDS, c.ChartRowEdited(row=THEIR_COMMLOG, text="About the bill, and she cried."), "already")


def test_entry_of_another_database_or_case_changes_nothing():
    story = found_in_the_chart()
    for row in (replace(THEIR_COMMLOG, database="lakes"), replace(THEIR_COMMLOG, id="9021"), CALL):
        for command in (c.ChartRowEdited(row=row, text="?"), c.ChartRowUnmarked(row=row), c.ChartRowGone(row=row)):
            story.refuses(AMENDS, command, "not part of this case")


def test_mark_taken_back_keeps_the_case_and_says_so():
    story = found_in_the_chart()
    (fact,) = story.does(AMENDS, c.ChartRowUnmarked(row=THEIR_COMMLOG))
    assert isinstance(fact, e.MarkTakenBack)
    assert story.case.is_open
    assert "documented" not in story.open_gates


def test_deleted_commlog_opens_its_gate_and_a_person_decides():
    story = found_in_the_chart()
    story.does(AMENDS, c.ChartRowGone(row=THEIR_COMMLOG))
    assert "documented" in story.open_gates
    (note,) = story.sent(Purpose.ACCOUNT)
    assert "90213 was deleted" in note.held
    assert note.patient == DANA
    story.proves(Purpose.ACCOUNT)
    assert "documented" not in story.open_gates


def test_deleted_note_of_our_own_opens_its_gate_too():
    story = reported().proves()
    (proof,) = [proof for proof in story.case.proofs if proof.purpose is Purpose.ACCOUNT]
    story.does(AMENDS, c.ChartRowGone(row=ChartRow(database="main", place=proof.place, id=proof.id)))
    assert "documented" in story.open_gates
    assert story.sent(Purpose.ACCOUNT)[-1].held


def test_closed_case_whose_entry_is_deleted_is_addressed_again():
    story = found_in_the_chart()
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    story.proves()
    assert story.open_gates == []
    facts = story.does(AMENDS, c.ChartRowGone(row=THEIR_COMMLOG))
    assert [type(fact) for fact in facts] == [e.Reopened, e.NoteLost]
    assert story.case.stage is Stage.ADDRESSED


def test_merged_patient_keeps_every_proof_and_moves_what_is_on_its_way():
    story = reported().proves(Purpose.ACCOUNT)
    story.does(AMENDS, c.PatientMerged(patient=TESS))
    assert story.case.patient == TESS
    assert "documented" not in story.open_gates
    assert story.newest == [Rechart(patient=TESS)]
    story.refuses(AMENDS, c.PatientMerged(patient=TESS), "already")
    story.refuses(AMENDS, c.PatientMerged(patient=replace(TESS, database="lakes")), "no patient of that database")
    unknown().refuses(AMENDS, c.PatientMerged(patient=TESS), "no patient of that database")


# --- Tasks -----------------------------------------------------------------------------------------------------------


def task_of(story: Story, place: int = -1) -> str:
    marker: str = story.case.tasks[place].marker
    return marker


def test_task_is_seen_and_done_once_each():
    story = reported().proves(Purpose.TASK)
    seen, done = MONDAY + timedelta(minutes=4), MONDAY + timedelta(minutes=9)
    story.does(AMENDS, c.TaskChanged(marker=task_of(story), seen_at=seen))
    facts = story.does(AMENDS, c.TaskChanged(marker=task_of(story), seen_at=seen, done_at=done))
    assert [type(fact) for fact in facts] == [e.TaskDone]
    assert (story.case.tasks[0].seen_at, story.case.tasks[0].done_at) == (seen, done)
    story.refuses(AMENDS, c.TaskChanged(marker=task_of(story), seen_at=seen, done_at=done), "already")
    story.refuses(AMENDS, c.TaskChanged(marker="UP-1.99", seen_at=seen), "no such Task")
    assert not story.case.accepted, "to open a Task is not to say that one has the case"


def test_task_done_without_a_conversation_asks_for_it():
    story = reported().proves(Purpose.TASK)
    story.does(AMENDS, c.TaskChanged(marker=task_of(story), done_at=MONDAY))
    (ask,) = story.sent(Purpose.ASK)
    assert ask.to == OMAR.person
    assert "RESOLVED:" in ask.text


def test_task_done_after_the_conversation_asks_nothing():
    story = reported().proves(Purpose.TASK)
    story.does(OMAR, SPEAK)
    story.does(AMENDS, c.TaskChanged(marker=task_of(story), done_at=MONDAY))
    assert story.sent(Purpose.ASK) == []


def asked_what_was_said() -> Story:
    story = reported().proves(Purpose.TASK)
    story.does(AMENDS, c.TaskChanged(marker=task_of(story), done_at=MONDAY))
    return story


def closed_tasks(story: Story) -> list[str]:
    """Which Tasks the newest command sets to done."""
    return [message.task for message in story.newest if isinstance(message, CloseTask)]


def test_what_was_said_is_asked_no_more_once_it_is_recorded():
    end = c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="No calls, please.")
    for answer in (SPEAK, replace(SPEAK, found=CALL), end):
        story = asked_what_was_said().proves(Purpose.ASK)
        (ask,) = story.case.asks
        story.does(OMAR, answer)
        assert closed_tasks(story) == [ask.id]
        (close,) = [m for m in story.newest if isinstance(m, CloseTask)]
        story.does(AMENDS, proof_of(close, "UP-1.70"))
        assert story.case.asks[0].done_at
        story.does(OMAR, replace(SPEAK, note="And once more."))
        assert closed_tasks(story) == []


def test_what_was_said_is_asked_no_more_once_the_case_has_moved_on():
    for does, command in (
        (OMAR, c.AskRegion(why="He wants somebody above me.")),
        (OMAR, c.HandOver(to=RUTH.person, why="I am away.")),
        (LEE, c.StepIn()),
        (OMAR, c.PutAside(reason=AsideReason.BY_MISTAKE, note="Wrong patient.")),
    ):
        story = asked_what_was_said().proves(Purpose.ASK)
        (ask,) = story.case.asks
        story.does(does, command)
        assert closed_tasks(story) == [ask.id], "the owner's own Task is done"


def test_a_question_that_has_not_left_is_withdrawn_and_one_that_arrives_late_is_closed_at_once():
    for does, command in ((OMAR, SPEAK), (OMAR, c.AskRegion(why="Beyond me.")), (LEE, c.StepIn())):
        story = asked_what_was_said()
        (ask,) = story.sent(Purpose.ASK)
        story.does(does, command)
        assert Purpose.ASK in story.withdrawn()
        story.does(AMENDS, proof_of(ask, "UP-1.60"))
        assert closed_tasks(story) == [story.case.asks[0].id]


def test_a_conversation_before_any_task_is_done_withdraws_nothing():
    story = reported().proves(Purpose.TASK)
    story.does(OMAR, SPEAK)
    assert story.withdrawn() == set()


def test_a_question_stands_while_nothing_is_recorded_and_asks_nothing_again():
    story = asked_what_was_said().proves(Purpose.ASK)
    story.does(OMAR, c.LogAttempt(way=Way.PHONE))
    assert story.case.asks[0].stands
    story.refuses(AMENDS, c.TaskChanged(marker=story.case.asks[0].marker, done_at=MONDAY), "no such Task")


def test_handing_over_closes_the_earlier_task_and_points_to_the_new_one():
    story = reported().proves(Purpose.TASK)
    number = story.case.tasks[0].id
    story.does(OMAR, c.HandOver(to=RUTH.person, why="I am at the dentist myself."))
    (close,) = [m for m in story.newest if isinstance(m, CloseTask)]
    assert close.task == number
    assert "Ruth" in close.text
    assert [task.to.name for task in story.sent(Purpose.TASK)] == ["Omar", "Ruth"]
    story.does(AMENDS, proof_of(close, "UP-1.70"))
    assert story.case.tasks[0].done_at
    # That Amends set it to done is no news, and asks nobody what was said.
    story.refuses(AMENDS, c.TaskChanged(marker=task_of(story, 0), done_at=story.now), "already")


def test_stale_task_is_closed_by_whatever_moved_the_case_on():
    for does, command in (
        (OMAR, c.AskRegion(why="He wants somebody above me.")),
        (RUTH, c.Acknowledge()),
        (OMAR, c.PutAside(reason=AsideReason.BY_MISTAKE, note="Wrong patient.")),
    ):
        story = reported().proves(Purpose.TASK)
        story.does(does, command)
        assert [type(m) for m in story.newest].count(CloseTask) == 1
    assert [m for m in addressed().messages if isinstance(m, CloseTask)]


def test_owner_who_takes_their_case_keeps_their_task():
    story = reported().proves(Purpose.TASK)
    story.does(OMAR, c.Acknowledge())
    assert story.newest == []


def test_task_that_arrives_after_the_case_moved_on_is_closed_at_once():
    story = reported()
    (task,) = story.sent(Purpose.TASK)
    story.does(OMAR, c.AskRegion(why="He wants somebody above me."))
    story.does(AMENDS, proof_of(task, "UP-1.50"))
    assert [type(m) for m in story.newest] == [CloseTask]
    (second,) = [m for m in story.sent(Purpose.TASK) if m.to == RITA.person]
    story.does(AMENDS, proof_of(second, "UP-1.51"))
    assert story.newest == [], "the Task of the one who has it now stands"


def test_task_pasted_by_hand_without_its_number_is_not_watched():
    story = reported()
    (task,) = story.sent(Purpose.TASK)
    story.does(OMAR, replace(proof_of(task, "UP-1.50"), id="", pasted=True))
    assert story.case.tasks == ()


# --- afterwards ------------------------------------------------------------------------------------------------------


def test_patient_who_came_back_is_kept_even_when_the_case_is_closed():
    story = addressed()
    story.proves()
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    assert story.case.stage is Stage.CLOSED
    story.later(days=40)
    story.does(AMENDS, c.PatientCameBack(visit="77", on=date(2026, 4, 10)))
    assert story.case.kept_on == date(2026, 4, 10)
    assert story.case.stage is Stage.CLOSED
    story.refuses(AMENDS, c.PatientCameBack(visit="78", on=date(2026, 5, 10)), "Nobody waits")


def test_visit_of_the_same_day_or_too_late_keeps_nobody():
    story = addressed()
    same_day = MONDAY.date()
    last = same_day + timedelta(days=POLICY.limits.kept_days)
    for day in (same_day, last + timedelta(days=1), same_day - timedelta(days=3)):
        story.refuses(AMENDS, c.PatientCameBack(visit="77", on=day), "does not tell")
    story.does(AMENDS, c.PatientCameBack(visit="77", on=last))
    reported().refuses(AMENDS, c.PatientCameBack(visit="77", on=last), "Nobody waits")


def test_popup_is_offered_by_policy_only():
    assert addressed().sent(Purpose.POPUP) == []
    story = Story()
    story.policy = replace(POLICY, limits=replace(POLICY.limits, popup_days=90))
    story.does(ANA, REPORT)
    story.does(OMAR, replace(SPEAK, way=Way.IN_PERSON))
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    (popup,) = story.sent(Purpose.POPUP)
    assert popup.ends == MONDAY + timedelta(days=90)


def test_only_amends_itself_says_what_it_reads():
    story = found_in_the_chart().proves(Purpose.TASK)
    for command in (
        c.ChartRowEdited(row=THEIR_COMMLOG, text="?"),
        c.ChartRowUnmarked(row=THEIR_COMMLOG),
        c.ChartRowGone(row=THEIR_COMMLOG),
        c.PatientMerged(patient=TESS),
        c.TaskChanged(marker=task_of(story), done_at=MONDAY),
        c.PatientCameBack(visit="77", on=date(2026, 4, 10)),
    ):
        story.refuses(OMAR, command, "Amends itself reads it")
