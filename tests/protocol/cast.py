"""The people of Maple Street and a story that they act in, one command after another."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import NEW
from amends.protocol.deadline import alarm, current_step, deadline
from amends.protocol.decide import Context, Refused, decide
from amends.protocol.fold import evolve, fold
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar
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
from amends.protocol.policy import shipped_policy
from amends.protocol.react import react
from amends.protocol.values import AMENDS, Actor, Chain, Patient, Person, Review
from amends.protocol.words import AsideReason, Moment, PatientStatus, Purpose, Role, Stage, Way

ANA = Actor("1", "Ana", Role.TEAM)
OMAR = Actor("2", "Omar", Role.OFFICE_MANAGER)
RUTH = Actor("3", "Ruth", Role.OFFICE_MANAGER)
RITA = Actor("4", "Rita", Role.REGIONAL_MANAGER)
LEE = Actor("5", "Lee", Role.LEADER)
SAM = Actor("6", "Sam", Role.LEADER)
PIA = Actor("7", "Pia", Role.PRIVACY_OFFICER)
NICK = Actor("8", "Nick", Role.TEAM)
ALEX = Actor("9", "Alex", Role.ADMINISTRATOR)
EVERYBODY = (ANA, OMAR, RUTH, RITA, LEE, SAM, PIA, NICK, ALEX, AMENDS)

CHAIN = Chain(
    office=(OMAR.person,),
    region=(RITA.person,),
    leaders=(LEE.person, SAM.person),
    privacy_officer=PIA.person,
)
NOBODY = Chain()

MAPLE_STREET = Calendar.parse(
    {
        "zone": "America/New_York",
        "weekly": {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
POLICY = shipped_policy()
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street

DANA = Patient(database="main", pat_num=1001, name="Dana Quillfeather", phone="555-0142")
TESS = Patient(database="main", pat_num=1002, name="Tess Underbough", phone="555-0177")
ONE_STAR = Review(site="google", review_id="r-77", stars=1, link="https://reviews.example/r-77")

REPORT = c.Report(
    office="maple",
    account="She left angry about the bill.",
    moment=Moment.CHECKOUT,
    kinds=("billing",),
    patient_status=PatientStatus.KNOWN,
    patient=DANA,
)
SPEAK = c.RecordConversation(way=Way.PHONE, note="We went through the bill together.")


class Story:
    """One case, the commands that were performed on it, and every message that came of them."""

    def __init__(self, *, chain: Chain = CHAIN, calendar: Calendar = MAPLE_STREET, now: datetime = MONDAY) -> None:
        self.chain, self.calendar, self.policy, self.now = chain, calendar, POLICY, now
        self.covers: dict[str, Person] = {}
        # Any: a test looks at the fields of the one kind that it expects, and fails where there is another.
        self.case: Any = NEW
        self.events: list[Any] = []
        self.messages: list[Any] = []
        self.newest: list[Any] = []

    def context(self, by: Actor) -> Context:
        return Context(
            now=self.now,
            by=by,
            policy=self.policy,
            calendar=self.calendar,
            chain=self.chain,
            covers=self.covers,
        )

    def later(self, **span: float) -> "Story":
        self.now += timedelta(**span)
        return self

    def does(self, by: Actor, command: c.Command) -> list[Any]:
        """Performs the command and gives its facts."""
        events = decide(self.case, command, self.context(by))
        self.newest = []
        for event in events:
            self.case = evolve(self.case, event)
            self.newest += react(self.case, event, self.policy)
        self.events += events
        self.messages += self.newest
        assert fold(self.events) == self.case
        return [event.fact for event in events]

    def refuses(self, by: Actor, command: c.Command, because: str) -> None:
        with pytest.raises(Refused, match=because):
            decide(self.case, command, self.context(by))

    def proves(self, *purposes: Purpose) -> "Story":
        """Amends says that every message of these purposes (all, when none is named) has arrived."""
        sent = [m for m in self.messages if not isinstance(m, Withdraw | Rechart)]
        for no, message in enumerate(sent, start=1):
            marker = f"UP-1.{no}"
            proved = any(isinstance(ev.fact, e.DeliveryProven) and ev.fact.marker == marker for ev in self.events)
            if proved or (purposes and message.purpose not in purposes):
                continue
            self.does(AMENDS, proof_of(message, marker))
        return self

    def sent(self, purpose: Purpose, messages: Iterable[Any] | None = None) -> list[Any]:
        told = self.messages if messages is None else messages
        return [m for m in told if not isinstance(m, Withdraw | Rechart) and m.purpose is purpose]

    def withdrawn(self) -> set[Purpose]:
        """What the newest command withdrew."""
        return {purpose for m in self.newest if isinstance(m, Withdraw) for purpose in m.purposes}

    @property
    def open_gates(self) -> list[str]:
        return [gate.name.value for gate in gates(self.case) if gate.holds_open]

    @property
    def step(self) -> str:
        return current_step(self.case).value

    @property
    def due_at(self) -> datetime:
        at = deadline(self.case, self.policy, self.calendar)
        assert at is not None
        return at

    @property
    def due(self) -> str | None:
        return _clock(deadline(self.case, self.policy, self.calendar))

    @property
    def alarm(self) -> str | None:
        return _clock(alarm(self.case, self.policy, self.calendar))


def _clock(at: datetime | None) -> str | None:
    return f"{at:%a %d %H:%M}" if at else None


Sent = ChartNote | TaskMessage | CloseTask | ChartPopup | PageMessage | LeadersMessage


def proof_of(message: Sent, marker: str) -> c.DeliveryProved:
    return c.DeliveryProved(
        marker=marker,
        purpose=message.purpose,
        about=message.about,
        place="CommLog" if isinstance(message, ChartNote) else "elsewhere",
        id=message.task if isinstance(message, CloseTask) else f"9{marker.rpartition('.')[2]}",
        patient=message.patient if isinstance(message, ChartNote) else None,
    )


def reported(
    by: Actor = ANA,
    *,
    chain: Chain = CHAIN,
    calendar: Calendar = MAPLE_STREET,
    now: datetime = MONDAY,
    **changes: Any,
) -> Story:
    """A case that `by` reported, on a Monday morning unless the test says otherwise."""
    story = Story(chain=chain, calendar=calendar, now=now)
    story.does(by, replace(REPORT, **changes))
    return story


def unknown(**changes: Any) -> Story:
    """A reported case of which nobody knows who the patient is."""
    return reported(patient=None, patient_status=PatientStatus.UNKNOWN, **changes)


def spoken(by: Actor = OMAR, **changes: Any) -> Story:
    story = reported(**changes)
    story.later(minutes=30).does(by, SPEAK)
    return story


def addressed(by: Actor = OMAR, **changes: Any) -> Story:
    """Put right by `by` an hour after it was reported; nothing has arrived anywhere yet, no cause is recorded."""
    story = spoken(by, **changes)
    story.later(minutes=30).does(by, c.MarkAddressed(resolution="corrected"))
    return story


def closed(by: Actor = OMAR, **changes: Any) -> Story:
    story = addressed(by, **changes)
    story.does(by, c.RecordCauses(causes=("estimate_wrong",)))
    if story.case.review:
        story.does(AMENDS, c.ReviewReplyLive())
    story.proves()
    assert story.case.stage is Stage.CLOSED
    return story


def set_aside(**changes: Any) -> Story:
    story = reported(**changes)
    story.does(OMAR, c.PutAside(reason=AsideReason.BY_MISTAKE, note="It was another patient's day."))
    return story
