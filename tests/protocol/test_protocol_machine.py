"""Any commands by anybody in any order: what holds for every case at every moment.

The machine plays one case with random commands, people, times and deliveries; its invariants are the properties of
docs/architecture.md. The second half plays lists of commands, for what two whole stories have in common.
"""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.protocol.cast import CHAIN, EVERYBODY, LEE, MAPLE_STREET, MONDAY, OMAR, POLICY, RITA, RUTH, Sent, proof_of

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import NEW, Case
from amends.protocol.deadline import alarm, alarms, current_step, deadline, dues
from amends.protocol.decide import Context, Refused, decide
from amends.protocol.fold import evolve, fold
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar, is_open
from amends.protocol.messages import (
    ChartNote,
    ChartPopup,
    CloseTask,
    LeadersMessage,
    PageMessage,
    Rechart,
    TaskMessage,
    Withdraw,
)
from amends.protocol.policy import Policy
from amends.protocol.react import react
from amends.protocol.rules.chain import level_of
from amends.protocol.rules.still_here import page_due
from amends.protocol.values import AMENDS, Actor, Chain, ChartRow, Patient, Person, Review
from amends.protocol.wording import chart_text, close_text, leaders_text, page_text, popup_text, task_text
from amends.protocol.words import (
    BEFORE_ADDRESSED,
    MOVING_STEPS,
    SEVERE_TRIGGERS,
    AsideReason,
    CorrectableField,
    Fixed,
    Heart,
    Moment,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    ReplyException,
    ReplyProblem,
    Role,
    Severity,
    Source,
    Stage,
    Step,
    Teller,
    Trigger,
    Way,
)

# Everything that somebody says in a story holds this word, and so does nothing that may reach a channel without
# patient information.
SECRET = "zyxwhisper"
PATIENTS = [
    Patient(database=db, pat_num=num, name=f"Zylpha {num} Quorndon-{db}", phone=f"555-01{num}")
    for db in ("main", "lakes")
    for num in (7741, 7742)
]
IDENTIFIERS = {SECRET, *(value for p in PATIENTS for value in (p.name, p.phone, str(p.pat_num), "Zylpha", "Quorndon"))}
PEOPLE = [actor.person for actor in EVERYBODY[:-1]]
POLICIES = [
    POLICY,
    replace(
        POLICY,
        version="lenient",
        limits=replace(POLICY.limits, attempts=1, attempt_days=0, attempt_ways=1, accept_open_minutes=0),
    ),
    replace(POLICY, version="hurried", limits=replace(POLICY.limits, resolve_calendar_days=0, speak_open_days=3)),
    replace(POLICY, version="silent", limits=replace(POLICY.limits, warn_open_minutes=0, plan_open_days=0)),
    replace(POLICY, version="never asks", limits=replace(POLICY.limits, confirm_calendar_days=0)),
    replace(POLICY, version="greeting", limits=replace(POLICY.limits, popup_days=90)),
]
CHAINS = [
    CHAIN,
    replace(CHAIN, office=(RUTH.person,)),
    replace(CHAIN, region=()),
    Chain(office=(OMAR.person,)),
    Chain(region=(RITA.person,), leaders=(LEE.person,)),
    Chain(leaders=(LEE.person,)),
]

CALENDARS = [
    MAPLE_STREET,
    *(
        Calendar.parse({"zone": "America/New_York", "weekly": {day: [hours] for day in days.split()}})
        for days, hours in (("mon tue wed thu fri", ["09:00", "16:00"]), ("mon wed sat", ["08:00", "19:00"]))
    ),
]

said = st.sampled_from(["", f"{SECRET} said", f"{SECRET} \x00 and more"])
words = st.just(f"{SECRET} said")
patients = st.sampled_from(PATIENTS)
people = st.sampled_from(PEOPLE)
numbers = st.sampled_from(["UP-2", "UP-3"])
reviews = st.sampled_from([Review("google", SECRET, 1), Review("yelp", "b", 2)])
triggers = st.frozensets(st.sampled_from(list(Trigger)), max_size=2)
moments = st.integers(-600, 60 * 24 * 40).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
amounts = st.sampled_from([None, *(Decimal(text) for text in ("12.50", "0", "NaN", "sNaN", "1E+20", "0.001"))])


rows = st.builds(ChartRow, database=st.just("main"), place=st.just("CommLog"), id=st.sampled_from(["9", "90213"]))
found = st.none() | rows


def known(patient: Patient | None, status: PatientStatus) -> dict[str, Any]:
    if patient:
        return {"patient": patient, "patient_status": PatientStatus.KNOWN}
    return {"patient": None, "patient_status": status}


whom = st.builds(known, st.none() | patients, st.sampled_from(list(PatientStatus)))


def report_of(whom: dict[str, Any], **rest: Any) -> c.Report:
    return c.Report(office="maple", **whom, **rest)


reports = st.builds(
    report_of,
    whom,
    account=words,
    moment=st.sampled_from(list(Moment)),
    kinds=st.sampled_from([(), ("billing",), ("wait", "pain")]),
    severity=st.sampled_from(list(Severity)),
    triggers=triggers,
    still_here=st.booleans(),
    source=st.sampled_from(list(Source)),
    review=st.none() | reviews,
    repeat_of=st.sampled_from([(), ("UP-2",)]),
    found=found,
)


good_reports = reports.filter(
    lambda report: (
        (report.patient is not None) == (report.patient_status is PatientStatus.KNOWN)
        and (report.review is not None or report.source is not Source.REVIEW)
    )
)


def correction(field: CorrectableField, value: tuple[str, ...]) -> c.CorrectField:
    return c.CorrectField(field=field, value=value, why=SECRET)


corrections = st.one_of(
    st.builds(correction, st.just(CorrectableField.KINDS), st.sampled_from([("billing",), ("nonsense",)])),
    st.builds(correction, st.just(CorrectableField.SEVERITY), st.sampled_from(list(Severity)).map(lambda s: (s,))),
    st.builds(correction, st.just(CorrectableField.MOMENT), st.sampled_from(list(Moment)).map(lambda m: (m,))),
    st.builds(correction, st.just(CorrectableField.HAPPENED_AT), moments.map(lambda m: (m.isoformat(),))),
    st.builds(correction, st.just(CorrectableField.TRIGGERS), triggers.map(tuple)),
    st.builds(
        correction, st.sampled_from(list(CorrectableField)), st.lists(st.text(max_size=3), max_size=2).map(tuple)
    ),
)
ways = st.sampled_from(list(Way))
delivery = {
    "marker": st.sampled_from(["UP-1.90", "UP-1.91"]),
    "purpose": st.sampled_from(list(Purpose)),
    "about": st.integers(-1, 12),
}
commands = st.one_of(
    reports,
    st.builds(c.AddAccount, text=said, whose=st.sampled_from(list(Teller)), found=found),
    st.builds(c.Acknowledge, unless_taken=st.booleans()),
    st.builds(c.Come),
    st.builds(c.SeePage),
    st.builds(c.SayPatientLeft),
    st.builds(c.LogAttempt, way=ways, note=said, call_back_on=st.none() | moments.map(datetime.date), found=found),
    st.builds(
        c.RecordConversation, way=ways, note=said, heart=st.frozensets(st.sampled_from(list(Heart))), found=found
    ),
    st.builds(c.SettleAttempts, reason=st.sampled_from(list(NoContact)), note=said),
    st.builds(c.OfferRemedy, kind=st.sampled_from(list(RemedyKind)), amount=amounts, note=said),
    st.builds(c.MakePromise, text=said, owner=people, due=moments),
    st.builds(c.SettlePromise, no=st.integers(0, 3), kept=st.booleans()),
    st.builds(c.HandOver, to=people, why=said),
    st.builds(c.HandOverPromises, nos=st.lists(st.integers(0, 3), max_size=2).map(tuple), to=people, why=said),
    st.builds(c.HandOverActions, nos=st.lists(st.integers(0, 3), max_size=2).map(tuple), to=people, why=said),
    st.builds(c.AskRegion, why=said, tried=said),
    st.builds(c.AskLeaders, why=said, tried=said),
    st.builds(c.StepIn),
    st.builds(c.MarkSeen),
    st.builds(c.OfferCall),
    st.builds(c.AskForCall),
    st.builds(c.MarkAddressed, resolution=st.sampled_from(["corrected", "nonsense"]), note=said, change=said),
    st.builds(c.Reopen, why=said),
    st.builds(c.PutAside, reason=st.sampled_from(list(AsideReason)), note=said, duplicate_of=st.none() | numbers),
    st.builds(
        c.TakeIn,
        other=numbers,
        accounts=st.lists(words, max_size=2).map(tuple),
        patient=st.none() | patients,
        review=st.none() | reviews,
        triggers=triggers,
        reply_link=st.none() | st.just(""),
        repeat_of=st.sampled_from([(), ("UP-2",), ("UP-3", "UP-3")]),
    ),
    corrections,
    st.builds(lambda whom, why: c.IdentifyPatient(**whom, why=why), whom, said),
    st.builds(c.RecordCauses, causes=st.sampled_from([(), ("privacy",), ("nonsense",)]), note=said),
    st.builds(c.NameInvolved, people=st.lists(people, max_size=3).map(tuple)),
    st.builds(c.NoteRepeat, of=st.sampled_from([(), ("UP-2",), ("UP-3",)])),
    st.builds(c.PlanAction, what=said, owner=people, due=moments),
    st.builds(c.DeclineAction, reason=said),
    st.builds(
        c.DeliveryProved,
        place=st.just("CommLog"),
        id=st.just("9"),
        pasted=st.booleans(),
        patient=st.none() | patients,
        **delivery,
    ),
    st.builds(c.DeliveryByHand, why=st.just("offline"), **delivery),
    st.builds(c.DeliveryWithdrawn, why=st.just("moot"), **delivery),
    st.builds(c.ChartRowEdited, row=rows, text=said),
    st.builds(c.ChartRowUnmarked, row=rows),
    st.builds(c.ChartRowGone, row=rows),
    st.builds(c.PatientMerged, patient=patients),
    st.builds(
        c.TaskChanged,
        marker=st.integers(0, 12).map(lambda no: f"UP-1.{no}"),
        seen_at=st.none() | moments,
        done_at=st.none() | moments,
    ),
    st.builds(c.PatientCameBack, visit=st.just("77"), on=moments.map(lambda moment: moment.date())),
    st.builds(c.DeadlinePassed, due=moments),
    st.builds(c.RecordConfirmation, answer=st.sampled_from(list(Fixed)), note=said),
    st.builds(c.FinishAction, no=st.integers(1, 2), note=said),
    st.builds(c.ActionRepeated, no=st.integers(1, 2), other=numbers),
    st.builds(c.WatchEnded, no=st.integers(1, 2)),
    st.builds(c.ReviewReplySent, by_hand=st.booleans()),
    st.builds(c.ReviewReplyRefused, problem=st.sampled_from(list(ReplyProblem)), reason=st.just("PRIVACY")),
    st.builds(c.ReviewReplyGone, why=said),
    st.builds(c.ReviewReplyLive),
    st.builds(c.ReviewEdited, stars=st.none() | st.integers(1, 5), text=said),
    st.builds(c.ReviewVanished),
    st.builds(c.ReviewReturned),
    st.builds(c.ExceptReply, reason=st.sampled_from(list(ReplyException)), note=said),
)
actors = st.sampled_from(EVERYBODY)
staff = actors.filter(lambda actor: actor.role not in (Role.PRIVACY_OFFICER, Role.ADMINISTRATOR))


def _rechart(sent: Sent, patient: Patient) -> Sent:
    """What Open Dental does when it merges: every note stands under the new number."""
    return replace(sent, patient=patient) if isinstance(sent, ChartNote) else sent


def holding_open(case: Case) -> list[str]:
    return [gate.name.value for gate in gates(case) if gate.holds_open]


class AnyStory(RuleBasedStateMachine):
    """One case from its report on, played by anybody at any time."""

    @initialize(
        report=good_reports,
        by=staff,
        policy=st.sampled_from(POLICIES),
        chain=st.sampled_from(CHAINS),
        hours=st.integers(0, 24 * 7),
    )
    def begin(self, report: c.Report, by: Actor, policy: Policy, chain: Chain, hours: int) -> None:
        self.case, self.policy, self.chain, self.calendar = NEW, policy, chain, MAPLE_STREET
        self.now = MONDAY + timedelta(hours=hours)
        self.events: list[e.Event] = []
        self.outbox: list[Sent] = []
        self.proved: set[int] = set()
        self.told: list[tuple[int, type, Step, datetime, int | None]] = []
        self.heard_late: dict[tuple[object, ...], datetime] = {}
        self.perform(report, by)

    def perform(self, command: c.Command, by: Actor) -> list[Any]:
        context = Context(now=self.now, by=by, policy=self.policy, calendar=self.calendar, chain=self.chain)
        before = self.case
        try:
            events = decide(before, command, context)
        except Refused:
            return []
        finally:
            assert self.case is before
        assert events == decide(before, command, context), "the same question has the same answer"
        assert events, "a command that is not refused says something"
        for event in events:
            self.case = evolve(self.case, event)
            assert not (self.case.stage is Stage.CLOSED and holding_open(self.case)), "closed with an open gate"
            self.check_messages(event)
            self.check_that_nobody_takes_over_what_is_late(event)
        self.events += events
        if not isinstance(command, c.DeliveryProved | c.DeadlinePassed):
            self.check_leaders_heard(before)
        return [event.fact for event in events]

    def check_messages(self, event: e.Event) -> None:
        for message in react(self.case, event, self.policy):
            if isinstance(message, Withdraw):
                assert message.purposes
                continue
            if isinstance(message, Rechart):
                assert message.patient == self.case.patient
                self.outbox = [_rechart(sent, message.patient) for sent in self.outbox]
                continue
            self.outbox.append(message)
            assert 0 < message.about <= self.case.version
            if isinstance(message, ChartNote):
                assert self.case.patient is not None
                assert message.patient == self.case.patient
                text = chart_text(message, "UP-1.1", self.calendar.tz, self.policy)
                assert text.endswith("[UP-1.1]")
            elif isinstance(message, TaskMessage):
                assert task_text(message, "UP-1", "UP-1.1", self.calendar.tz, self.policy).endswith("[UP-1.1]")
            elif isinstance(message, CloseTask):
                assert close_text(message, "UP-1", "UP-1.1", self.calendar.tz, self.policy).endswith("[UP-1.1]")
                assert [task.closing for task in self.case.tasks if task.id == message.task] == [message.about]
            elif isinstance(message, ChartPopup):
                assert message.patient == self.case.patient
                assert popup_text(message, "UP-1", "UP-1.1").endswith("[UP-1.1]")
            else:
                self.check_safe(message)

    def check_safe(self, message: LeadersMessage | PageMessage) -> None:
        office, link = "Maple Street", "https://amends.example/cases/UP-1"
        if isinstance(message, PageMessage):
            text = page_text("UP-1", office, link)
        else:
            text = leaders_text(message, "UP-1", office, self.policy, link)
        held = repr([getattr(message, field.name) for field in fields(message)])
        for identifier in IDENTIFIERS:
            assert identifier not in text
            assert identifier not in held

    def check_leaders_heard(self, before: Case) -> None:
        """Each grave trigger that the case did not have before was told to the leaders by this very command."""
        if (set(self.case.triggers) - set(before.triggers)) & SEVERE_TRIGGERS:
            assert self.case.is_severe
            newest = self.outbox[-20:]
            assert any(m.purpose is Purpose.LEADERS_NOW and m.about > before.version for m in newest)

    def check_that_nobody_takes_over_what_is_late(self, event: e.Event) -> None:
        """Whoever gets a case, or takes one, has time for its step from then on, however late it was before."""
        if isinstance(event.fact, e.Acknowledged | e.SteppedIn | e.HandedOver | e.Escalated):
            steps = [due for due in dues(self.case, self.policy, self.calendar) if due.step in MOVING_STEPS]
            at_once = self.policy.limits.accept_open_minutes == 0 and not self.case.accepted
            assert at_once or all(due.at > self.now for due in steps)

    @rule(command=commands, by=actors)
    def anybody_asks_anything(self, command: c.Command, by: Actor) -> None:
        self.perform(command, by)

    @rule(command=commands, by=st.sampled_from([OMAR, RITA, LEE, AMENDS]))
    def a_manager_asks(self, command: c.Command, by: Actor) -> None:
        self.perform(command, by)

    @rule(minutes=st.integers(0, 60 * 24 * 4))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(chain=st.sampled_from(CHAINS))
    def somebody_else_answers_for_the_office(self, chain: Chain) -> None:
        self.chain = chain

    @rule(calendar=st.sampled_from(CALENDARS))
    def the_office_changes_its_hours(self, calendar: Calendar) -> None:
        self.calendar = calendar

    @precondition(lambda self: len(self.proved) < len(self.outbox))
    @rule(pick=st.integers(0, 1_000))
    def a_message_arrives(self, pick: int) -> None:
        waiting = [no for no in range(len(self.outbox)) if no not in self.proved]
        no = waiting[pick % len(waiting)]
        self.proved.add(no)
        self.perform(proof_of(self.outbox[no], f"UP-1.{no}"), AMENDS)

    @rule()
    def everything_arrives(self) -> None:
        for no in range(len(self.outbox)):
            if no not in self.proved:
                self.proved.add(no)
                self.perform(proof_of(self.outbox[no], f"UP-1.{no}"), AMENDS)

    @rule(by=st.sampled_from([OMAR, RITA, LEE]))
    def the_protocol_is_followed(self, by: Actor) -> None:
        """What a good day does, so that closed cases are reached often."""
        for command in (
            c.RecordConversation(way=Way.PHONE, note=SECRET),
            c.MarkAddressed(resolution="corrected"),
            c.RecordCauses(causes=("privacy",)),
            c.DeclineAction(reason=SECRET),
            c.ExceptReply(reason=ReplyException.REVIEW_GONE, note=SECRET),
        ):
            self.perform(command, by)

    @rule(patient=patients, by=st.sampled_from([OMAR, AMENDS]))
    def the_patient_was_another_one(self, patient: Patient, by: Actor) -> None:
        self.perform(c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=patient, why=SECRET), by)

    @rule()
    def the_ticker_ticks(self) -> None:
        due = alarm(self.case, self.policy, self.calendar)
        if due is None or due > self.now:
            return
        before = self.case
        (fact, *more) = self.perform(c.DeadlinePassed(due=due), AMENDS)
        if isinstance(fact, e.Paged):
            return
        if isinstance(fact, e.ConfirmationWanted):
            self.check_time_to_ask(before, more)
            return
        key = (before.round_start, type(fact), fact.step, fact.due.astimezone(UTC), fact.promise)
        assert key not in self.told, "told twice"
        self.told.append(key)
        if isinstance(fact, e.DueSoon):
            assert due <= self.now < fact.due, "nobody is warned of what is late already"
            return
        assert fact.due <= self.now
        if fact.step not in MOVING_STEPS:
            assert more == []
            assert self.case.owner == before.owner
            self.check_late_is_news(before, fact)
        elif more:
            self.check_moved(before, more[0])
            # A new owner is asked to come to a patient who is still here.
            assert all(isinstance(also, e.Paged) and also.to == more[0].to for also in more[1:])
        else:
            self.check_alarmed(before)

    def check_late_is_news(self, before: Case, late: e.WentLate) -> None:
        """Whatever the hours become, people hear again of one and the same only where it had lain ahead meanwhile."""
        since = {
            Step.REPLY: (before.addressed_since, before.reply_back_at, before.reply_sent_at),
            Step.LEARN: (before.addressed_since,),
            Step.CONFIRM: (before.confirm_since,),
            Step.KEEP_PROMISE: (late.promise,),
        }[late.step]
        heard = self.heard_late.get((late.step, *since))
        assert not heard or late.due > heard
        assert not late.again or heard, "only what was told needs no telling"
        if late.again:
            assert late.told is None
            assert not [m for m in self.outbox if m.about == self.case.version and m.purpose is Purpose.LATE]
        self.heard_late[(late.step, *since)] = self.now

    @rule(minutes=st.integers(0, 60 * 24 * 9))
    def time_passes_and_the_ticker_keeps_up(self, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        while (due := alarm(self.case, self.policy, self.calendar)) and due <= until:
            self.now = max(self.now, due.astimezone(UTC))
            self.the_ticker_ticks()
        self.now = until

    def check_time_to_ask(self, before: Case, more: list[Any]) -> None:
        """The patient is asked about once in a round, in open time, not before the policy says, and by somebody."""
        assert more == []
        assert before.stage in (Stage.ADDRESSED, Stage.CLOSED)
        assert before.stage is self.case.stage, "asking moves nothing"
        assert before.confirm_since is None
        assert before.round_addressing is not None
        assert self.now >= before.round_addressing.at + timedelta(days=self.policy.limits.confirm_calendar_days)
        assert self.case.to_confirm
        assert self.case.owner is not None
        assert Step.CONFIRM in {due.step for due in dues(self.case, self.policy, self.calendar)}

    @rule(answer=st.sampled_from(list(Fixed)), by=st.sampled_from([OMAR, RITA, LEE]))
    def the_patient_is_asked(self, answer: Fixed, by: Actor) -> None:
        asked = self.case.to_confirm
        facts = self.perform(c.RecordConfirmation(answer=answer, note=f"{SECRET} said"), by)
        assert bool(facts) is asked
        assert not self.case.to_confirm
        if asked:
            assert (self.case.stage in BEFORE_ADDRESSED) is (answer is Fixed.NO)

    def check_moved(self, before: Case, moved: Any) -> None:
        levels = [Stage.OFFICE, Stage.REGION, Stage.LEADERS]
        assert moved.late
        assert moved.tried
        assert self.case.owner == moved.to != before.owner
        assert moved.to not in before.passed_over, "nobody gets it twice while somebody is left who had it not"
        assert before.owner in (None, *self.case.were_late)
        assert levels.index(level_of(self.case)) >= levels.index(level_of(before))
        assert not self.case.accepted
        tasks = [m for m in self.outbox if m.about > before.version and isinstance(m, TaskMessage)]
        assert [m.to for m in tasks if m.purpose is Purpose.TASK] == [moved.to]
        assert [m.to for m in tasks if m.purpose is Purpose.LATE] == ([before.owner] if before.owner else [])

    def check_alarmed(self, before: Case) -> None:
        """Nobody was left: leaders and administrators hear of it, the case stays, and it sounds again at a closing."""
        above = self.chain.leaders if level_of(before) is Stage.LEADERS else (*self.chain.region, *self.chain.leaders)
        assert set(above) <= {before.owner, *before.passed_over}
        assert self.case.owner == before.owner
        lines = [m for m in self.outbox if m.about == self.case.version and m.purpose is Purpose.NOBODY_LEFT]
        assert [m.to for m in lines if isinstance(m, LeadersMessage)] == [Role.LEADER, Role.ADMINISTRATOR]
        again = next(one for one in alarms(self.case, self.policy, self.calendar) if one.due.step in MOVING_STEPS)
        assert again.at > self.now
        assert not is_open(self.calendar, again.at)

    @invariant()
    def row_is_the_fold_of_its_events(self) -> None:
        assert fold(self.events) == self.case
        assert self.case.version == len(self.events)

    @invariant()
    def open_case_has_one_owner(self) -> None:
        if self.case.is_open:
            assert isinstance(self.case.owner, Person), "no chain of these is empty"

    @invariant()
    def finished_case_is_closed_and_a_closed_one_finished(self) -> None:
        if self.case.stage in (Stage.ADDRESSED, Stage.CLOSED):
            assert (self.case.stage is Stage.CLOSED) == (holding_open(self.case) == [])

    @invariant()
    def proof_stands_in_the_chart_of_the_patient(self) -> None:
        sent = {f"UP-1.{no}": message for no, message in enumerate(self.outbox)}
        for proof in (gate.proof for gate in gates(self.case) if gate.shut and gate.proof):
            message = sent.get(proof.marker)
            if isinstance(message, ChartNote):
                assert self.case.patient is not None
                assert message.patient.has_chart_of(self.case.patient)

    @invariant()
    def deadline_never_falls_in_closed_time(self) -> None:
        due = deadline(self.case, self.policy, self.calendar)
        if due is not None:
            assert due.tzinfo is self.calendar.tz
            assert is_open(self.calendar, due) or is_open(self.calendar, due - timedelta(microseconds=1))

    @invariant()
    def somebody_or_something_is_waited_for(self) -> None:
        """An open case has a deadline, or only deliveries that are on their way keep it open."""
        if self.case.is_open and deadline(self.case, self.policy, self.calendar) is None:
            assert set(holding_open(self.case)) <= {"documented", "spoken", "leaders_told"}
            assert self.case.stage is Stage.ADDRESSED
        assert current_step(self.case)

    @invariant()
    def no_case_waits_without_somebody_who_hears_of_it(self) -> None:
        """Before it is addressed, a case has an owner who has time left, or an alarm that sounds at a closing."""
        if self.case.stage in BEFORE_ADDRESSED:
            sounds = [one for one in alarms(self.case, self.policy, self.calendar) if one.due.step in MOVING_STEPS]
            assert sounds

    @invariant()
    def nobody_is_asked_to_come_twice_or_after_the_end(self) -> None:
        asked = [ev.fact.to for ev in self.events if isinstance(ev.fact, e.Paged) and ev.fact.to]
        assert len(asked) == len(set(asked))
        if not self.case.still_here:
            assert page_due(self.case, self.policy) is None
            assert not [t for t in self.case.tasks if t.purpose is Purpose.PAGE_TASK and t.stands]
        elif not self.case.accepted:
            assert self.case.owner in asked

    @invariant()
    def asking_the_patient_keeps_no_case_open(self) -> None:
        if self.case.to_confirm:
            assert (self.case.stage is Stage.CLOSED) is (holding_open(self.case) == [])
        tasks = [task for task in self.case.tasks if task.purpose is Purpose.CONFIRM and task.stands]
        assert self.case.to_confirm or not tasks

    @invariant()
    def accounts_only_grow(self) -> None:
        told = sum(1 for ev in self.events if isinstance(ev.fact, e.Reported | e.AccountAdded | e.AccountRewritten))
        merged = sum(len(ev.fact.accounts) for ev in self.events if isinstance(ev.fact, e.TakenIn))
        assert len(self.case.accounts) == told + merged
        if self.case.accounts:
            assert self.case.accounts[0].text == self.events[0].fact.account  # type: ignore[union-attr]


AnyStory.TestCase.settings = settings(
    max_examples=250, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyStory = AnyStory.TestCase


# --- lists of commands -------------------------------------------------------------------------------------------

Play = list[tuple[c.Command, Actor, int]]
plays = st.lists(st.tuples(commands, actors, st.integers(0, 3000)), max_size=15)
brief = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def played(report: c.Report, play: Play, chain: Chain = CHAIN) -> tuple[Case, list[e.Event]]:
    case, events, now = NEW, [], MONDAY
    for command, by, minutes in [(report, AMENDS, 0), *play]:
        now += timedelta(minutes=minutes)
        context = Context(now=now, by=by, policy=POLICY, calendar=MAPLE_STREET, chain=chain)
        try:
            new = decide(case, command, context)
        except Refused:
            continue
        for event in new:
            case = evolve(case, event)
        events += new
    return case, events


@brief
@given(good_reports, plays)
def test_same_play_is_the_same_story(report, play):
    assert played(report, play) == played(report, play)


@brief
@given(good_reports, plays)
def test_no_prefix_of_a_story_is_closed_with_an_open_gate_or_without_its_owner(report, play):
    _, events = played(report, play)
    for length in range(1, len(events) + 1):
        case = fold(events[:length])
        assert case.version == length
        assert not case.is_open or case.owner
        assert case.stage is not Stage.CLOSED or not holding_open(case)


@brief
@given(good_reports, plays, st.randoms(use_true_random=False))
def test_any_events_in_any_order_make_a_case(report, play, random):
    _, events = played(report, play)
    random.shuffle(events)
    case = fold(events)
    assert case.version == len(events)
    assert len(gates(case)) == 6


@brief
@given(good_reports, plays)
def test_office_with_nobody_in_charge_never_loses_an_owner_that_it_had(report, play):
    _, events = played(report, play, Chain())
    owners = [fold(events[: n + 1]).owner for n in range(len(events))]
    first = next((n for n, owner in enumerate(owners) if owner), len(owners))
    assert all(owners[first:])


@brief
@given(good_reports, st.lists(words, min_size=1, max_size=4).map(tuple), plays)
def test_merge_keeps_all_accounts(report, accounts, play):
    merge = (c.TakeIn(other="UP-77", accounts=accounts), OMAR, 0)
    case, _ = played(report, [merge, *play])
    texts = [account.text for account in case.accounts]
    assert texts[: len(accounts) + 1] == [report.account, *accounts]
