"""One case of the history while it is played: its place, its people, and a clock that only goes forward.

A story is a generator: it yields a `Step`, and gets back what came of it.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from amends.cases.actions import Done
from amends.demo.happenings import Happening
from amends.demo.place import Place
from amends.demo.times import open_after, same_day
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, Actor, Patient, Review
from amends.protocol.words import Heart, Moment, PatientStatus, Purpose, Severity, Source, Way

_SITES = ("google", "google", "google", "yelp")
_SEVERITIES = (*[Severity.MILD] * 3, *[Severity.UPSET] * 9, Severity.SEVERE)


@dataclass(frozen=True)
class Paste:
    """Not a command: the delivery of this purpose that waits by hand is done by a person, who says so."""

    purpose: Purpose
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody does at one moment. `case` None reports a new case.

    `left` leaves what it writes to the real engine; `by_hand` says why its chart notes wait for a person.
    """

    at: datetime
    by: Actor
    command: c.Command | Paste
    case: int | None
    left: bool = False
    by_hand: str = ""


Story = Generator[Step, Done, None]


class Scene:
    """What a story needs; `clock` (UTC) is the moment of its next step, and `case` its case once it is reported.

    `is_urgent`: it is severe, or the patient is still here. `may_promise` False keeps promises out of it; `left` leaves
    its deliveries to the real engine.
    """

    def __init__(
        self,
        *,
        place: Place,
        happening: Happening,
        patient: Patient | None,
        chance: Random,
        start: datetime,
        now: datetime,
        may_promise: bool = True,
        severity: Severity | None = None,
        left: bool = False,
    ) -> None:
        self.place = place
        self.happening = happening
        self.patient = patient
        self.chance = chance
        self.clock = start
        self.now = now
        self.may_promise = may_promise
        self.severity = severity
        self.left = left
        self.case: int | None = None
        self.is_urgent = False

    # ---- time

    def pause(self, least: int, most: int) -> None:
        """So many open minutes pass."""
        self.clock = open_after(self.place.office.calendar, self.clock, self.chance.randint(least, most))

    def soon(self, least: int, most: int) -> None:
        """So many open minutes pass, but fewer where the office would close before."""
        self.clock = same_day(self.place.office.calendar, self.clock, self.chance.randint(least, most))

    def next_day(self, least: int, most: int) -> None:
        """It is the next open day of the office, so many open minutes after it opened, but before it closes."""
        calendar = self.place.office.calendar
        tomorrow = self.clock.astimezone(calendar.tz).date() + timedelta(days=1)
        self.clock = open_after(calendar, datetime.combine(tomorrow, time(), tzinfo=calendar.tz), 0)
        self.soon(least, most)

    def days(self, least: int, most: int) -> None:
        """So many days pass, and then it is some time of an open day."""
        self.clock += timedelta(days=self.chance.randint(least, most))
        self.clock = open_after(self.place.office.calendar, self.clock, self.chance.randint(5, 120))

    # ---- who does what

    def step(self, by: Actor, command: c.Command | Paste, *, by_hand: str = "") -> Step:
        """Somebody acts on this case now."""
        return Step(at=self.clock, by=by, command=command, case=self.case, left=self.left, by_hand=by_hand)

    def involved(self) -> Actor | None:
        """Who was there: the desk before the visit and at checkout, a clinician during treatment."""
        match self.happening.moment:
            case Moment.BEFORE | Moment.CHECKOUT:
                return self.place.desk
            case Moment.TREATMENT:
                return self.chance.choice(self.place.clinicians)
            case _:
                return None

    def report(self, by: Actor | None = None, *, by_hand: str = "", **changes: object) -> Generator[Step, Done, None]:
        """Opens the case. Without a reporter it is whoever meets such a patient; `changes` are fields of the report."""
        fields: dict[str, object] = {
            "office": self.place.office.id,
            "account": self.happening.told,
            "moment": self.happening.moment,
            "kinds": self.happening.kinds,
            "triggers": self.happening.triggers,
            "severity": self.severity or self.chance.choice(_SEVERITIES),
            "patient_status": PatientStatus.KNOWN if self.patient else PatientStatus.UNKNOWN,
            "patient": self.patient,
            "happened_at": self._happened(),
            **changes,
        }
        self.case = None
        self.is_urgent = bool(fields["triggers"] or fields.get("still_here") or fields["severity"] is Severity.SEVERE)
        done = yield self.step(by or self.reporter(), c.Report(**fields), by_hand=by_hand)  # type: ignore[arg-type]  # by name
        self.case = done.row.pk

    def report_review(self) -> Generator[Step, Done, None]:
        """Opens the case from a public review, which Amends finds; nobody has said yet who wrote it."""
        review = Review(
            site=self.chance.choice(_SITES),
            review_id=f"r{self.chance.randrange(16**10):010x}",
            stars=self.happening.stars,
        )
        yield from self.report(
            AMENDS,
            source=Source.REVIEW,
            review=review,
            severity=Severity.UPSET,
            patient=None,
            patient_status=PatientStatus.UNKNOWN,
        )

    def reporter(self) -> Actor:
        """In the chair it is the team at the chair, else the front desk."""
        if self.happening.moment is Moment.TREATMENT:
            return self.chance.choice(self.place.clinicians)
        return self.place.desk

    def conversation(self, *, way: Way | None = None, note: str = "") -> c.RecordConversation:
        """What was said, and how much of the call's checklist there was time for."""
        ticks = self.chance.sample(list(Heart), self.chance.randint(3, len(Heart)))
        return c.RecordConversation(
            way=way or self.chance.choice((Way.PHONE, Way.PHONE, Way.PHONE, Way.IN_PERSON, Way.TEXT)),
            note=note or self.happening.said,
            heart=frozenset(ticks),
        )

    def remedy(self, amount: Decimal | None = None) -> c.OfferRemedy:
        """What was offered; mostly it was accepted, now and then they think about it."""
        return c.OfferRemedy(
            kind=self.happening.remedy,
            amount=amount or self.happening.amount,
            accepted=self.chance.choice((True, True, True, None)),
        )

    def addressed(self, resolution: str = "") -> c.MarkAddressed:
        """It is put right, as the happening tells."""
        return c.MarkAddressed(resolution=resolution or self.happening.resolution, change=self.happening.change)

    def _happened(self) -> datetime:
        if self.happening.moment is Moment.AFTER:
            return self.clock - timedelta(hours=self.chance.randint(3, 30))
        return self.clock - timedelta(minutes=self.chance.randint(2, 25))
