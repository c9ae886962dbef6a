"""Every number of a summary is what a second, plain reckoning finds in the events alone, whatever happened."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions, codec, ticker
from amends.cases.models import EventRow, number_of
from amends.deliveries.models import Delivery, State
from amends.learning.models import WatchedAction
from amends.learning.summary.late import late_in
from amends.learning.summary.period import Period, last_week
from amends.learning.summary.reckoning import Numbers, ProtocolStep, changes_for, reckon
from amends.learning.watching import compare_cases, end_watches
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.decide import Refused
from amends.protocol.events import Event
from amends.protocol.values import AMENDS, Patient, Review, WatchRule
from amends.protocol.words import (
    AsideReason,
    Fixed,
    Moment,
    NoContact,
    PatientStatus,
    Purpose,
    ReplyException,
    Source,
    Stage,
    Way,
)

ZONE = ZoneInfo("America/New_York")
BEGINNING = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CAUSES = ["wait_in_office", "estimate_wrong", "privacy", "other"]


# --- the second reckoning: no column, no query but for the events ------------------------------------------------


class Plain:
    """One case as a person with the list of its events would sum it up."""

    contact: Any
    addressed: Any
    documented: Any
    told: Any
    fixed: Any
    kept: Any
    live: Any

    def __init__(self, events: list[Event]) -> None:
        first: Any = events[0].fact
        self.office, self.opened = first.office, events[0].at
        self.aside = self.excepted = self.has_it = self.closed = self.spoken = False
        self.contact = self.addressed = self.documented = self.told = self.fixed = self.kept = self.live = None
        self.causes: list[str] = []
        self.late: set[str] = set()
        self.planned: dict[int, e.ActionPlanned] = {}
        self.done: dict[int, datetime] = {}
        self.ended: dict[int, str] = {}  # "" where it held, else the case that showed the contrary
        self.patient, self.review, self.twice = first.patient, first.review, bool(first.repeat_of)
        self.seq_addressed = 0
        for seq, event in enumerate(events, start=1):
            self.take(seq, event, event.fact)

    def take(self, seq: int, event: Event, fact: Any) -> None:
        match fact:
            case e.SetAside():
                self.aside = True
            case e.Reopened():
                # Where it stays put right, or was set aside before it was, what was done still counts.
                if fact.stage is not Stage.ADDRESSED and (self.addressed or not self.aside):
                    self.addressed = self.told = None
                    self.spoken = False
                self.aside = self.closed = False
                self.has_it = fact.owner == event.by.person
            case e.Acknowledged() | e.SteppedIn():
                self.has_it = True
            case e.HandedOver() | e.Escalated():
                self.has_it = False
            case e.Closed():
                self.closed = True
            case e.TakenIn():
                self.review = self.review or fact.review
            case e.PatientIdentified():
                self.patient = fact.patient
                if not fact.same_chart:
                    self.documented = None
            case e.ConversationRecorded():
                self.contact, self.spoken = self.contact or event.at, True
            case e.AttemptsSettled():
                self.spoken = True
            case e.Addressed():
                self.addressed, self.seq_addressed, self.told = event.at, seq, None
            case e.DeliveryProven():
                mine = fact.patient is None or (self.patient and fact.patient.has_chart_of(self.patient))
                if (fact.purpose, fact.about) == (Purpose.ACCOUNT, 1) and mine:
                    self.documented = event.at
                if (fact.purpose, fact.about) == (Purpose.LEADERS_TOLD, self.seq_addressed):
                    self.told = event.at
            case e.CausesRecorded():
                self.causes += [cause for cause in fact.causes if cause not in self.causes]
            case e.RepeatNoted():
                self.twice = True
            case e.ConfirmationRecorded():
                self.fixed = event.at if fact.answer is Fixed.YES else None
            case e.PatientKept():
                self.kept = fact.on
            case e.WentLate():
                self.late.add(fact.step.value)
            case e.ReplyWentLive():
                self.live = event.at
            case e.ReplyGone() | e.ReplyRefused():
                self.live = None
            case e.ReplyWasExcepted():
                self.excepted = True
            case e.ActionPlanned():
                self.planned[fact.no] = fact
            case e.ActionDone():
                self.done[fact.no] = event.at
            case e.ActionHeld() if fact.no in self.done:
                self.ended[fact.no] = ""
            case e.ActionFailed():
                self.ended[fact.no] = fact.other

    def day(self, moment: datetime | None) -> date | None:
        return moment.astimezone(ZONE).date() if moment else None


def plainly(first: date, last: date, offices: set[str]) -> Numbers:
    stories: dict[int, list[EventRow]] = {}
    for row in EventRow.objects.order_by("case_id", "seq"):
        stories.setdefault(row.case_id, []).append(row)
    everywhere = {number_of(pk): Plain(codec.from_rows(rows)) for pk, rows in stories.items()}

    def within(day: date | None) -> bool:
        return day is not None and first <= day <= last

    here = [one for one in everywhere.values() if one.office in offices]
    counted = [one for one in here if not one.aside]
    cases = [one for one in counted if within(one.day(one.opened))]
    spans = sorted(int((one.contact - one.opened).total_seconds() // 60) for one in cases if one.contact)
    middle = next((span for n, span in enumerate(spans, start=1) if 2 * n >= len(spans)), None)
    ended = [(one, no, other) for one in here for no, other in one.ended.items()]
    causes = Counter(cause for one in cases for cause in one.causes)
    return Numbers(
        cases=len(cases),
        minutes_to_contact=middle,
        late=sum(bool(one.late) for one in cases),
        fixed=sum(within(one.day(one.fixed)) for one in counted),
        came_back=sum(within(one.kept) for one in counted),
        replies=sum(within(one.day(one.live)) for one in counted),
        twice=sum(bool(one.twice) for one in cases),
        held=sum(within(one.day(until(one, no))) for one, no, other in ended if not other),
        did_not_hold=sum(within(everywhere[other].day(everywhere[other].opened)) for _, _, other in ended if other),
        causes=tuple(sorted(causes.items(), key=lambda pair: (-pair[1], pair[0]))[:3]),
        steps=(),
    )


def until(one: Plain, no: int) -> datetime:
    """The end of an action's days: from its date, or from when it was done where that was later."""
    planned = one.planned[no]
    assert planned.watch is not None
    return max(planned.due, one.done[no]) + timedelta(days=planned.watch.days)


def plain_changes(cause: str, offices: set[str], now: datetime) -> set[tuple[int, int]]:
    """Case and number of each action that is to be done or watched there, of cases that count."""
    stories: dict[int, list[EventRow]] = {}
    for row in EventRow.objects.order_by("case_id", "seq"):
        stories.setdefault(row.case_id, []).append(row)
    found = set()
    for pk, rows in stories.items():
        one = Plain(codec.from_rows(rows))
        for no, planned in one.planned.items():
            assert planned.watch is not None
            here = not planned.watch.offices or offices & set(planned.watch.offices)
            about = cause in (planned.watch.causes or one.causes)
            under_way = no not in one.ended and (no not in one.done or until(one, no) > now)
            if here and about and under_way and not one.aside:
                found.add((pk, no))
    return found


def plain_steps(first: date, last: date, offices: set[str], now: datetime) -> dict[str, tuple[int, int, int]]:
    stories: dict[int, list[EventRow]] = {}
    for row in EventRow.objects.order_by("case_id", "seq"):
        stories.setdefault(row.case_id, []).append(row)
    every = [Plain(codec.from_rows(rows)) for rows in stories.values()]
    cases = [one for one in every if one.office in offices and not one.aside]
    counts = {step.value: [0, 0, 0] for step in ProtocolStep}
    for one in cases:
        opened = one.opened.astimezone(ZONE).date()
        if not first <= opened <= last:
            continue
        if one.patient:
            counts["documented"][in_a_day(one.opened, one.documented, now)] += 1
        counts["spoken"][1 if "speak" in one.late else 0 if one.spoken else 2] += 1
        counts["manager"][1 if "accept" in one.late else 0 if one.has_it or one.spoken else 2] += 1
        late = "plan" in one.late or "put_right" in one.late
        counts["addressed"][1 if late else 0 if one.addressed else 2] += 1
        if one.addressed:
            counts["leaders_told"][in_a_day(one.addressed, one.told, now)] += 1
        if one.addressed or "learn" in one.late:
            learned = one.closed or (one.causes and not one.twice)
            counts["learned"][1 if "learn" in one.late else 0 if learned else 2] += 1
        if one.review:
            done = one.live or one.excepted
            counts["review_answered"][1 if "reply" in one.late else 0 if done else 2] += 1
    return {step: tuple(found) for step, found in counts.items()}  # type: ignore[misc]


def in_a_day(since: datetime, at: datetime | None, now: datetime) -> int:
    late = int(((at or now) - since).total_seconds() // 60) > 24 * 60
    return 1 if late else 0 if at else 2


# --- random histories --------------------------------------------------------------------------------------------

COMMANDS: list[Any] = [
    c.Acknowledge(),
    c.RecordConversation(way=Way.PHONE, note="Listened."),
    c.RecordConversation(way=Way.PHONE, note="Listened again."),
    c.MarkAddressed(resolution="apology"),
    c.MarkAddressed(resolution="redo"),
    c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="No calls."),
    c.RecordCauses(causes=("wait_in_office",)),
    c.RecordCauses(causes=("estimate_wrong", "privacy")),
    c.NoteRepeat(of=("UP-77",)),
    c.DeclineAction(reason="A one-off."),
    c.FinishAction(no=1),
    c.Reopen(why="Still upset."),
    c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke."),
    c.ReviewReplyLive(),
    c.ReviewReplyGone(why="Taken down."),
    c.ExceptReply(reason=ReplyException.REVIEW_GONE, note="Gone."),
    c.IdentifyPatient(patient_status=PatientStatus.UNKNOWN, why="Nobody knows."),
    *(c.RecordConfirmation(answer=answer, note="Said so.") for answer in Fixed),
]
STEPS = st.one_of(
    st.tuples(st.just("report"), st.booleans(), st.booleans()),
    st.tuples(st.just("does"), st.integers(0, 5), st.sampled_from(COMMANDS)),
    st.tuples(st.just("does"), st.integers(0, 5), st.sampled_from(COMMANDS)),
    st.tuples(st.just("good day"), st.integers(0, 5), st.sampled_from(CAUSES)),
    st.tuples(st.just("asks"), st.integers(0, 5), st.sampled_from(list(Fixed))),
    st.tuples(st.just("plans"), st.integers(0, 5), st.integers(1, 6), st.sampled_from(["own", "maple", "everywhere"])),
    st.tuples(st.just("comes back"), st.integers(0, 5)),
    st.tuples(st.just("waits"), st.sampled_from([1, 5, 20, 26, 80, 170])),
    st.tuples(st.just("deliver")),
)


class History:
    """Cases of two offices, told through the one door."""

    def __init__(self, group: Cast) -> None:
        self.group, self.now = group, BEGINNING
        self.cases: list[tuple[int, str]] = []

    def play(self, *step: Any) -> None:
        what = step[0]
        match step:
            case ("report", harbor, review):
                self.report(harbor, review)
            case ("waits", hours):
                self.now += timedelta(hours=hours)
                ticker.tick(self.now)
                compare_cases()
                end_watches(self.now)
            case ("deliver",):
                self.deliver()
            case (_, pick, *rest) if self.cases:
                self.act(what, self.cases[pick % len(self.cases)], *rest)

    def report(self, harbor: bool, review: bool) -> None:
        office = self.group.harbor if harbor else self.group.maple
        number = len(self.cases)
        patient = None if review else Patient("main", 50 + number, f"Patient {number}")
        command = c.Report(
            office=str(office.pk),
            account="Waited.",
            moment=Moment.ONLINE,
            source=Source.REVIEW if review else Source.DESK,
            review=Review("google", f"r-{number}", 1) if review else None,
            patient=patient,
            patient_status=PatientStatus.KNOWN if patient else PatientStatus.UNKNOWN,
        )
        self.cases.append((actions.perform(command=command, by=AMENDS, at=self.now).row.pk, str(office.pk)))

    def act(self, what: str, case: tuple[int, str], *rest: Any) -> None:
        wishes: dict[str, list[Any]] = {
            "does": list(rest),
            "asks": [c.RecordConfirmation(answer=rest[0], note="Said so.") if rest else None],
            "comes back": [c.PatientCameBack(visit="7", on=self.now.astimezone(ZONE).date())],
        }
        if what == "plans":
            due = self.now + timedelta(days=rest[0])
            watched = WatchRule((), {"own": (case[1],), "maple": (str(self.group.maple.pk),)}.get(rest[1], ()), 3)
            owner = actor_at(self.group.lee, case[1]).person
            wishes["plans"] = [c.PlanAction(what="Say the delay.", owner=owner, due=due, watch=watched)]
        if what == "good day":
            wishes["good day"] = [COMMANDS[1], c.RecordCauses(causes=(rest[0],)), COMMANDS[3]]
        for command in wishes[what]:
            by = AMENDS if what == "comes back" else actor_at(self.group.lee, case[1])
            try:
                with transaction.atomic():
                    actions.perform(command=command, by=by, case=case[0], at=self.now)
            except Refused:
                continue

    def deliver(self) -> None:
        for row in Delivery.objects.filter(state=State.WAITING, case__isnull=False).exclude(purpose="card"):
            Delivery.objects.filter(pk=row.pk).update(state=State.PROVED)
            told = c.DeliveryProved(
                marker=row.marker, purpose=Purpose(row.purpose), about=row.about, place="There", id=str(row.pk)
            )
            try:
                with transaction.atomic():
                    actions.perform(command=told, by=AMENDS, case=row.case_id, at=self.now)
            except Refused:
                continue


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@example(steps=[("waits", 20), ("good day", 0, CAUSES[0]), ("does", 0, c.Reopen(why="Still upset."))], begins=0, days=1)
@example(
    steps=[
        ("good day", 0, CAUSES[0]),
        ("plans", 0, 1, "own"),
        ("good day", 1, CAUSES[0]),
        ("plans", 1, 1, "maple"),
        ("plans", 1, 1, "everywhere"),
        ("good day", 2, CAUSES[1]),
        ("plans", 2, 6, "everywhere"),
        ("does", 2, c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke.")),
        ("waits", 170),
    ],
    begins=0,
    days=30,
)
@example(
    steps=[("does", 0, COMMANDS[1]), ("does", 0, COMMANDS[3]), ("waits", 170), ("does", 0, c.Reopen(why="Not yet."))],
    begins=0,
    days=30,
)
@given(steps=st.lists(STEPS, max_size=40), begins=st.integers(-3, 20), days=st.integers(1, 30))
def test_numbers_equal_the_plain_ones(group: Cast, steps: list[tuple[Any, ...]], begins: int, days: int) -> None:
    with transaction.atomic():
        history = History(group)
        for harbor in (False, True, False):
            history.play("report", harbor, False)
        for step in steps:
            history.play(*step)
        first = BEGINNING.date() + timedelta(days=begins)
        compare(group, Period(first, first + timedelta(days=days - 1)), history.now)
        whole = Period(BEGINNING.date() - timedelta(days=2), BEGINNING.date() + timedelta(days=400))
        compare(group, whole, history.now)
        transaction.set_rollback(True)


def compare(group: Cast, period: Period, now: datetime) -> None:
    maple, harbor = str(group.maple.pk), str(group.harbor.pk)
    whole = reckon(period, None, ZONE, now)
    for offices, found in (
        ({maple, harbor}, whole.of()),
        ({maple}, whole.of({group.maple.pk})),
        ({harbor}, reckon(period, [group.harbor.pk], ZONE, now).of()),
    ):
        steps = {one.step.value: (one.on_time, one.late, one.not_yet) for one in found.steps}
        assert Numbers(**{**vars(found), "steps": ()}) == plainly(period.first, period.last, offices)
        assert steps == plain_steps(period.first, period.last, offices, now)
        places = None if offices == {maple, harbor} else [int(one) for one in offices]
        assert {step.value: late_in(step, period, places, now).count() for step in ProtocolStep} == {
            step: late for step, (_, late, _) in steps.items()
        }
        for cause in CAUSES:
            changes = WatchedAction.objects.in_bulk(changes_for(cause, places, now)).values()
            assert {(one.case_id, one.no) for one in changes} == plain_changes(cause, offices, now)


def test_a_whole_story_comes_up_in_every_number(group: Cast) -> None:
    """What the random histories may miss: each number is more than nothing once, and equal to the plain one."""
    history = History(group)
    history.play("report", False, False)
    history.play("report", True, True)
    for pick in (0, 1):
        history.play("good day", pick, "wait_in_office")
        history.play("plans", pick, 1, "everywhere")
    history.play("does", 1, c.ReviewReplyLive())
    history.play("deliver")
    history.play("waits", 170)
    history.play("report", False, False)
    history.play("good day", 2, "wait_in_office")
    history.play("waits", 5)
    history.play("waits", 26)
    history.play("asks", 0, Fixed.YES)
    history.play("comes back", 0)
    period = Period(BEGINNING.date(), BEGINNING.date() + timedelta(days=30))
    compare(group, period, history.now)
    numbers = reckon(period, None, ZONE, history.now).of()
    assert (numbers.cases, numbers.fixed, numbers.came_back, numbers.replies) == (3, 1, 1, 1)
    assert numbers.causes == (("wait_in_office", 3),)
    assert numbers.minutes_to_contact == 0
    assert numbers.held + numbers.did_not_hold == 2


@pytest.mark.parametrize("today", [date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 15)])
def test_last_week_is_monday_to_sunday(today: date) -> None:
    week = last_week(today)
    assert week == Period(date(2026, 3, 2), date(2026, 3, 8))
    assert week.before() == Period(date(2026, 2, 23), date(2026, 3, 1))
    assert week.a_year_ago().first.strftime("%A") == "Monday"
    assert week.a_year_ago() == Period(date(2025, 3, 3), date(2025, 3, 9))


@pytest.mark.parametrize(
    ("days", "a_year_ago"),
    [
        (("2026-03-01", "2026-03-31"), ("2025-03-01", "2025-03-31")),
        (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
        (("2024-02-29", "2024-03-31"), ("2023-02-28", "2023-03-31")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
    ],
)
def test_other_days_than_a_week_are_held_against_the_same_dates_a_year_ago(
    days: tuple[str, str], a_year_ago: tuple[str, str]
) -> None:
    period, before = (Period(*map(date.fromisoformat, both)) for both in (days, a_year_ago))
    assert period.a_year_ago() == before
