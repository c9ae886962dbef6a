"""The rail: the same steps in the same order, exactly one of them now while the case is open, never an exception."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocol import cast
from tests.protocol.cast import (
    ANA,
    CHAIN,
    EVERYBODY,
    LEE,
    MAPLE_STREET,
    MONDAY,
    NOBODY,
    OMAR,
    ONE_STAR,
    POLICY,
    SPEAK,
    Story,
    reported,
)

from amends.cases.rail import ShownStep, State, rail, web_link
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS
from amends.protocol.words import (
    AsideReason,
    NoContact,
    PatientStatus,
    Purpose,
    ReplyException,
    Source,
    Trigger,
    Way,
)
from amends.web.steps import STEPS, RailStep


def rail_of(story: Story) -> dict[RailStep, ShownStep]:
    return {step.key: step for step in rail(story.case, story.policy, story.calendar)}


def states(story: Story) -> str:
    """The rail in one line: d(one), N(ow), n(ext), - (not needed)."""
    letters = {State.DONE: "d", State.NOW: "N", State.NEXT: "n", State.NOT_NEEDED: "-"}
    return "".join(letters[step.state] for step in rail(story.case, story.policy, story.calendar))


def test_rail_of_a_whole_story() -> None:
    story = reported()
    assert states(story) == "nNnnn-n"
    story.proves(Purpose.ACCOUNT)
    assert states(story) == "dNnnn-n"
    story.does(OMAR, c.Acknowledge())
    assert states(story) == "ddNnn-n"
    story.later(minutes=10).does(OMAR, SPEAK)
    assert states(story) == "ddnNn-n"
    story.proves(Purpose.CONVERSATION)
    assert states(story) == "dddNn-n"
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    assert states(story) == "ddddn-N"
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    assert states(story) == "ddddN-d"
    story.proves()
    assert states(story) == "ddddd-d"


def test_names_are_those_of_the_handbook() -> None:
    assert [step.name for step in rail(reported().case, POLICY, MAPLE_STREET)] == list(STEPS.values())


def test_a_shut_step_shows_its_proof_and_its_link() -> None:
    story = reported()
    story.does(
        AMENDS,
        c.DeliveryProved(
            marker="UP-1.1",
            purpose=Purpose.ACCOUNT,
            about=1,
            place="CommLog",
            id="90213",
            link="https://od.example/90213",
            patient=cast.DANA,
        ),
    )
    step = rail_of(story)[RailStep.DOCUMENTED]
    assert (step.state, step.proof, step.link) == (State.DONE, "CommLog 90213", "https://od.example/90213")
    assert step.state_in_words == "Done"


def test_the_step_that_is_now_says_who_and_until_when() -> None:
    story = reported()
    step = rail_of(story)[RailStep.MANAGER]
    assert (step.who, step.due) == ("Omar", story.due_at)
    story.does(OMAR, c.Acknowledge())
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(minutes=1)))
    step = rail_of(story)[RailStep.SPOKEN]
    assert (step.who, step.due) == ("Omar", MONDAY.replace(hour=22))  # closing time, 17:00 there


def test_a_case_that_was_late_says_with_whom() -> None:
    story = reported().later(days=1)
    story.does(AMENDS, c.DeadlinePassed(due=story.due_at))
    step = rail_of(story)[RailStep.MANAGER]
    assert (step.who, step.why) == ("Rita", "Rita has not said yet that they have it. It was late with Omar.")


def test_a_day_that_the_patient_asked_for_stands_on_the_step_until_they_are_spoken_to() -> None:
    story = reported()
    story.does(OMAR, c.LogAttempt(way=Way.PHONE, call_back_on=date(2026, 3, 12)))
    asked = "They asked for a call on Thursday, Mar 12."
    assert rail_of(story)[RailStep.SPOKEN].why == f"Nobody has spoken with the patient yet. {asked}"
    story.does(OMAR, c.RecordConversation(way=Way.PHONE, note="All is well."))
    assert not any(asked in step.why for step in rail_of(story).values())


def test_nobody_is_named_for_an_office_without_managers() -> None:
    step = rail_of(reported(chain=NOBODY))[RailStep.MANAGER]
    assert (step.state, step.who) == (State.NOW, "Nobody")
    assert "Nobody is named" in step.why


def test_a_case_that_nobody_ever_took_and_that_was_set_aside_has_no_step_now() -> None:
    story = reported()
    story.does(OMAR, c.PutAside(reason=AsideReason.NOT_UPSET, note="She laughed about it."))
    assert states(story) == "-------"
    assert rail_of(story)[RailStep.MANAGER].why == "The case was set aside."


def test_what_was_done_before_a_case_was_set_aside_stays_done() -> None:
    story = reported()
    story.does(OMAR, SPEAK)
    story.proves()
    story.does(OMAR, c.PutAside(reason=AsideReason.NOT_UPSET, note="A misunderstanding."))
    assert states(story) == "ddd----"


def test_review_born_case_waits_for_its_reply() -> None:
    story = reported(source=Source.REVIEW, review=ONE_STAR, patient=None, patient_status=PatientStatus.UNKNOWN)
    story.does(OMAR, c.SettleAttempts(reason=NoContact.NO_WAY))
    story.does(OMAR, c.MarkAddressed(resolution="listened"))
    assert states(story) == "-dddnNn"
    story.does(OMAR, c.ReviewReplyLive(link="https://reviews.example/r-77/reply"))
    assert states(story) == "-dddndN"
    assert rail_of(story)[RailStep.REVIEW_ANSWERED].link == "https://reviews.example/r-77/reply"


def reported_with_a_task(**changes: Any) -> Story:
    """A case whose Task has arrived, and what Open Dental then says of it."""
    story = reported().proves(Purpose.TASK)
    if changes:
        story.does(AMENDS, c.TaskChanged(marker=story.case.tasks[0].marker, **changes))
    return story


def test_the_step_of_the_manager_tells_when_their_task_was_seen_and_done() -> None:
    assert rail_of(reported_with_a_task())[RailStep.MANAGER].task is None
    for changes in ({"seen_at": MONDAY}, {"done_at": MONDAY}, {"seen_at": MONDAY, "done_at": MONDAY + timedelta(6)}):
        task = rail_of(reported_with_a_task(**changes))[RailStep.MANAGER].task
        assert task
        assert {name: getattr(task, name) for name in changes} == changes


def test_a_task_that_is_done_without_a_word_asks_for_it_until_it_is_said() -> None:
    assert rail_of(reported_with_a_task(seen_at=MONDAY))[RailStep.SPOKEN].task is None
    story = reported_with_a_task(done_at=MONDAY)
    assert rail_of(story)[RailStep.SPOKEN].task == story.case.tasks[0]
    story.does(OMAR, c.Acknowledge())
    step = rail_of(story)[RailStep.SPOKEN]
    assert (step.state, step.task) == (State.NOW, story.case.tasks[0])
    story.does(OMAR, SPEAK)
    assert rail_of(story)[RailStep.SPOKEN].task is None


def test_the_task_of_an_earlier_owner_says_nothing_about_the_one_who_has_it_now() -> None:
    story = reported_with_a_task(seen_at=MONDAY, done_at=MONDAY)
    story.does(OMAR, c.AskRegion(why="Over my head."))
    assert {step.task for step in rail_of(story).values()} == {None}
    story.proves(Purpose.TASK)
    assert {step.task for step in rail_of(story).values()} == {None}
    (new,) = [task for task in story.case.tasks if task.about >= story.case.tasks_since]
    story.does(AMENDS, c.TaskChanged(marker=new.marker, seen_at=MONDAY + timedelta(hours=1)))
    task = rail_of(story)[RailStep.MANAGER].task
    assert task
    assert task.id == new.id


def test_only_addresses_of_the_web_become_links() -> None:
    assert web_link("javascript:alert(1)") == ""
    assert web_link("https://reviews.example/1") == "https://reviews.example/1"


WISHES: list[c.Command] = [
    c.AddAccount(text="She called again."),
    c.Acknowledge(),
    c.LogAttempt(way=Way.PHONE),
    SPEAK,
    c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="She said so."),
    c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=2)),
    c.SettlePromise(no=1, kept=True),
    c.HandOver(to=LEE.person, why="Away."),
    c.AskRegion(why="Over my head."),
    c.AskLeaders(why="Over our heads."),
    c.StepIn(),
    c.MarkSeen(),
    c.OfferCall(),
    c.AskForCall(),
    c.MarkAddressed(resolution="apology"),
    c.Reopen(why="Still upset."),
    c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke."),
    c.PutAside(reason=AsideReason.DUPLICATE, duplicate_of="UP-2"),
    c.TakeIn(other="UP-3", accounts=("He was rude.",), review=ONE_STAR, triggers=frozenset({Trigger.LAWYER})),
    c.IdentifyPatient(patient_status=PatientStatus.UNKNOWN, why="A mix-up."),
    c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=cast.TESS, why="It was Tess."),
    c.RecordCauses(causes=("estimate_wrong",)),
    c.NameInvolved(people=(ANA.person,)),
    c.NoteRepeat(of=("UP-9",)),
    c.PlanAction(what="Print estimates.", owner=OMAR.person, due=MONDAY + timedelta(days=9)),
    c.DeclineAction(reason="A one-off."),
    c.ReviewReplyLive(link="https://reviews.example/1"),
    c.ExceptReply(reason=ReplyException.REVIEW_GONE, note="It is gone."),
]
PROVE: Any = "everything arrives"


@settings(max_examples=120, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from(EVERYBODY), st.sampled_from([*WISHES, PROVE])), max_size=14),
    chain=st.sampled_from([CHAIN, NOBODY, replace(CHAIN, office=())]),
    review=st.sampled_from([None, ONE_STAR]),
)
def test_whatever_happened_exactly_one_step_is_now_while_the_case_is_open(
    steps: list[tuple[Any, Any]], chain: Any, review: Any
) -> None:
    story = reported(ANA, chain=chain, review=review)
    for by, wish in steps:
        try:
            story.proves() if wish is PROVE else story.does(by, wish)
        except Refused:
            continue
        shown = rail(story.case, story.policy, story.calendar)
        assert [step.name for step in shown] == list(STEPS.values())
        now = [step for step in shown if step.state is State.NOW]
        assert len(now) == (1 if story.case.is_open else 0)
        assert all(step.why for step in shown if step.state is State.NOT_NEEDED)
        assert all(step.proof for step in shown if step.state is State.DONE)


def test_closed_case_keeps_every_proof() -> None:
    story = cast.closed()
    assert not [step for step in rail_of(story).values() if step.state in (State.NOW, State.NEXT)]
    assert "had it" in rail_of(story)[RailStep.MANAGER].proof
