"""Ninety days as fast as they can be told: the clock jumps from one thing that happens to the next."""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import time_machine
from django.db.models import Min
from django.http import Http404
from tests.scale.group import BEGINNING, People, Span, plan_absences

from amends.access import actor_at
from amends.cases import actions, ticker
from amends.cases.models import CaseRow, EventRow
from amends.deliveries import outbox
from amends.deliveries.models import Delivery, State
from amends.practice.away.alone import left_with
from amends.practice.away.returning import return_cases
from amends.practice.away.said import say_away
from amends.practice.directory import directory
from amends.practice.models import Office
from amends.protocol import commands as c
from amends.protocol.case import Case
from amends.protocol.decide import Refused
from amends.protocol.hours import due
from amends.protocol.values import AMENDS, Patient
from amends.protocol.words import CHART_PURPOSES, Moment, PatientStatus, Purpose, RemedyKind, Severity, Stage, Way

DAYS, AFTERWARDS = 90, 10
_TICK = timedelta(seconds=5)
_RESTART = timedelta(seconds=40)  # a worker that died is there again
_LOOKS_EVERY = 3  # hours: in real use each minute whether somebody who has a case covered and does so no more


class Killed(BaseException):
    """The worker died in the middle of what it did."""


@dataclass
class Simulation:
    """What happens, in its order. `deaf` says which people ignore which case."""

    people: People
    chance: random.Random
    clock: time_machine.Traveller
    now: datetime = BEGINNING
    deaf: set[tuple[int, int]] = field(default_factory=set)  # case, person
    acted: set[int] = field(default_factory=set)  # cases that somebody took on
    deaths: int = 0
    waited: int = 0  # how often a case was seen to wait for an owner who is away alone, but back in time
    worst: timedelta = timedelta(0)
    _ahead: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _no: count = field(default_factory=count)
    _owners: dict[int, int | None] = field(default_factory=dict)
    _read: int = 0
    _dies: bool = False

    def later(self, at: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._ahead, (at, next(self._no), do))

    def run(self, cases: int) -> None:
        """Plans all that does not follow from something else, and lets it happen."""
        end = BEGINNING + timedelta(days=DAYS)
        for person, span in plan_absences(self.people, BEGINNING, DAYS, self.chance):
            self.later(span.begins, lambda person=person, span=span: self._goes_away(person, span))  # type: ignore[misc]
        for _ in range(cases):
            office = self.chance.choice(self.people.offices)
            calendar = directory().offices[str(office.pk)].calendar
            any_time = BEGINNING + timedelta(minutes=self.chance.randrange(DAYS * 24 * 60))
            open_time = due(calendar, any_time, self.chance.randrange(60))
            self.later(open_time, lambda office=office: self._report(office))  # type: ignore[misc]
        for day in range(DAYS + AFTERWARDS):
            for _ in range(2):
                at = BEGINNING + timedelta(days=day, minutes=self.chance.randrange(24 * 60))
                self.later(at, self._worker_dies)
            for hour in range(0, 24, _LOOKS_EVERY):
                self.later(BEGINNING + timedelta(days=day, hours=hour), self._cover_ended)
        while self._ahead:
            self._tell_what_is_late(before=self._ahead[0][0])
            at, _, happens = heapq.heappop(self._ahead)
            self._move_to(at)
            happens()
            self._look()
        self._tell_what_is_late(before=end + timedelta(days=AFTERWARDS))
        Delivery.objects.filter(state=State.WAITING).update(state=State.WITHDRAWN, why="Nobody delivers here.")

    def _move_to(self, at: datetime) -> None:
        self.now = max(at, self.now)
        self.clock.move_to(self.now)

    # ---- the worker

    def _worker_dies(self) -> None:
        self._dies = True

    def _tell_what_is_late(self, before: datetime) -> None:
        """Every round of the worker that finds something, until then."""
        while (alarm := CaseRow.system.aggregate(first=Min("alarm_at"))["first"]) is not None:
            at = max(alarm, self.now) + _TICK * self.chance.random()
            if at >= before:
                return
            self._move_to(at)
            if self._dies:
                self._dies = False
                self._die_in_the_middle()
                self._move_to(self.now + _RESTART)
            ticker.tick(self.now)
            self.worst = max(self.worst, self.now - alarm)
            left = CaseRow.system.filter(alarm_at__lte=self.now - timedelta(minutes=1))
            assert not left.exists(), [(row.number, row.alarm_at) for row in left[:5]]
            self._look()

    def _die_in_the_middle(self) -> None:
        written = outbox.write

        def killed(*told: object, **more: object) -> int:
            raise Killed

        outbox.write = killed
        try:
            ticker.tick(self.now)
        except Killed:
            self.deaths += 1
        finally:
            outbox.write = written

    def _cover_ended(self) -> None:
        return_cases(self.now)
        self._somebody_has_each_case()

    def _somebody_has_each_case(self) -> None:
        """Each open case has an owner who is there, or covered; or back before it is due, and then somebody sees it."""
        for row in CaseRow.system.filter(is_open=True):
            assert row.owner_id is not None, row.number
            if self.people.stand_in(row.owner_id, self.now) is not None:
                continue
            assert row.due_at is None or row.due_at > self.people.back_at(row.owner_id, self.now), row.number
            office = next(one for one in self.people.offices if one.pk == row.office_id)
            answering = [one for level in self.people.levels(office, self.now) for one in level]
            known, owner = directory(), str(row.owner_id)
            assert any(
                str(row.office_id) in left_with(str(person), known, self.now).get(owner, {}) for person in answering
            ), row.number
            self.waited += 1

    # ---- people

    def _goes_away(self, person: int, span: Span) -> None:
        one = self.people.by_id[person]
        # As late as the moment at which it is said: a round of the worker may have come before.
        span = replace(span, begins=self.now)
        say_away(one, span.begins, span.ends, cover=None, by=one, now=self.now)
        self.people.away.setdefault(person, []).append(span)
        return_cases(self.now)  # as when the transaction has ended
        self._somebody_has_each_case()

    def _report(self, office: Office) -> None:
        number = next(self._no)
        severity = self.chance.choices(list(Severity), weights=(2, 6, 1))[0]
        command = c.Report(
            office=str(office.pk),
            account="The bill was twice the estimate.",
            moment=Moment.CHECKOUT,
            kinds=("billing",),
            severity=severity,
            patient_status=PatientStatus.KNOWN,
            patient=Patient("main", number + 1, f"Patient {number}"),
        )
        by = actor_at(self.people.desk, str(office.pk))
        case = actions.perform(command=command, by=by, at=self.now).row.pk
        ignored = self.chance.choice((0.0, 0.3, 0.6, 1.0))
        self.deaf |= {(case, person) for person in self.people.by_id if self.chance.random() < ignored}

    def _look(self) -> None:
        """What happened since the last look: who has a case now acts on it in a while, unless they ignore it."""
        rows = list(EventRow.objects.filter(pk__gt=self._read).order_by("pk").values_list("pk", "case_id"))
        self._read = rows[-1][0] if rows else self._read
        for row in CaseRow.system.filter(pk__in={case for _, case in rows}):
            if row.owner_id != self._owners.get(row.pk):
                self._owners[row.pk] = row.owner_id
                if row.owner_id and row.is_open and (row.pk, row.owner_id) not in self.deaf:
                    self._act_later(row, row.owner_id, self.chance.randrange(1, 14))

    def _act_later(self, row: CaseRow, person: int, open_minutes: int) -> None:
        calendar = directory().offices[str(row.office_id)].calendar
        self.later(due(calendar, self.now, open_minutes), lambda: self._act(row.pk, person))

    def _act(self, case: int, person: int) -> None:
        """The next step of the case, by its owner where they are there and still have it."""
        row = CaseRow.system.get(pk=case)
        if row.owner_id != person or not row.is_open:
            return
        if self.people.is_away(person, self.now):
            self._act_later(row, person, 180)
            return
        state = actions.state_of(case)
        try:
            by = actor_at(self.people.by_id[person], str(row.office_id), Stage(row.stage))
            for command in self._next_step(state):
                actions.perform(command=command, by=by, case=case, at=self.now)
        except Http404:
            return  # they covered, and do not any more: the case goes back by itself
        except Refused:
            self._act_later(row, person, 60)
            return
        self.acted.add(case)
        self._deliver(case)
        self._act_later(CaseRow.system.get(pk=case), person, self.chance.randrange(5, 100))

    def _next_step(self, state: Case) -> Sequence[c.Command]:
        if not state.accepted:
            return [c.Acknowledge()]
        if not state.is_spoken_to:
            if not state.last_attempt and self.chance.random() < 0.3:
                return [c.LogAttempt(way=Way.PHONE, note="No answer.")]
            return [c.RecordConversation(way=Way.PHONE, note="We went through the bill together.")]
        if state.stage is not Stage.ADDRESSED:
            offer = c.OfferRemedy(kind=RemedyKind.APOLOGY, note="Apologized.")
            return [offer] if not state.remedies else [c.MarkAddressed(resolution="corrected")]
        return [c.RecordCauses(causes=("estimate_wrong",))]

    def _deliver(self, case: int) -> None:
        """Everything that must reach somebody else has."""
        proved = {purpose.value for purpose in (*CHART_PURPOSES, Purpose.LEADERS_TOLD, Purpose.LEADERS_NOW)}
        for row in Delivery.objects.filter(case_id=case, state=State.WAITING, purpose__in=proved):
            told = c.DeliveryProved(
                marker=row.marker, purpose=Purpose(row.purpose), about=row.about, place=row.channel, id=str(row.pk)
            )
            Delivery.objects.filter(pk=row.pk).update(state=State.PROVED, proved_at=self.now)
            actions.perform(command=told, by=AMENDS, case=case, at=self.now)
