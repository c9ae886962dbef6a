"""Property 2: for any fault and any crash, each delivery is there exactly once and proved, or a person is asked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.story import MARISOL, TOBIAS, by, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock, Fault, Killed, OtherSide

from amends.audit.verify import verify
from amends.cases import actions
from amends.deliveries import by_hand
from amends.deliveries.leasing import lease_next, sweep
from amends.deliveries.models import MOVING, Delivery, State
from amends.deliveries.runner import run_one
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.words import CHART_PURPOSES, AsideReason, Moment, PatientStatus, Way

# A request leaves at most 20 s after its lease and is given up 65 s later, which the lease outlasts.
KINDS = (
    *("fine", "offline", "refused", "refused_for_days", "lost", "unheard", "late", "permanent", "configuration"),
    *("instead", "fault_before", "fault_after", "killed_before", "killed_after", "killed_late"),
)
FAULTS = st.builds(
    Fault,
    kind=st.sampled_from(KINDS),
    reading=st.sampled_from([0, 5, 20]),
    answering=st.sampled_from([0, 1, 64]),
    landing=st.sampled_from([0.5, 30, 60]),
)
LOOKS = st.sampled_from(
    ["fine", "fine", "offline", "refused", "timeout", "cannot_tell", "configuration", "fault", "killed"]
)
EVENTS = st.sampled_from(["account", "attempt", "spoken", "another patient", "nobody known", "set aside"])
MEANWHILE = st.lists(st.one_of(st.sampled_from(["run", "sweep"]), EVENTS), max_size=2)
STEPS = st.one_of(
    st.tuples(st.just("run"), FAULTS, LOOKS, MEANWHILE),
    st.tuples(st.just("run"), FAULTS, LOOKS, MEANWHILE),
    st.tuples(st.just("killed at statement"), st.integers(1, 30), FAULTS),
    st.tuples(st.just("leased and killed")),
    st.tuples(st.just("sweep")),
    st.tuples(st.just("wait"), st.sampled_from([1, 3, 10, 59, 61, 95, 400, 90_000])),
    st.tuples(st.just("until something is due")),
    st.tuples(st.just("event"), EVENTS),
    st.tuples(st.just("person"), st.sampled_from(["pasted", "again", "not there"])),
)


class _Day:
    """One office's day against a bad network."""

    def __init__(self, group: Cast, clock: Clock) -> None:
        self.group, self.clock = group, clock
        self.side = OtherSide(clock=clock, move=clock.move)
        self.ana, self.omar = by(group.ana, group.maple), by(group.omar, group.maple)
        self.case = opened(group.maple, group.ana, moment=Moment.TREATMENT).row.pk
        self.touched_by_people: set[str] = set()
        self.stale: dict[str, int] = {}  # marker → how much had been asked of the other side when it became so

    def do(self, step: Sequence[Any]) -> None:
        with suppress(Killed):
            match step:
                case ("run", fault, look, meanwhile):
                    self.side.meanwhile = [self._meanwhile(what) for what in meanwhile]
                    self.run(fault, look)
                case ("killed at statement", nth, fault):
                    with _killed_at(nth):
                        self.run(fault, "fine")
                case ("leased and killed",):
                    lease_next()
                case ("sweep",):
                    sweep()
                case ("wait", seconds):
                    self.clock.move(seconds)
                case ("until something is due",):
                    self.until_due()
                case ("event", what):
                    self.event(what)
                case ("person", what):
                    self.person(what)
        self.side.faults, self.side.look_faults, self.side.meanwhile = [], [], []

    def run(self, fault: Fault, look: str) -> None:
        self.side.faults, self.side.look_faults = [fault], [look]
        run_one(self.side.channel)

    def _meanwhile(self, what: str) -> Callable[[], object]:
        match what:
            case "run":
                return lambda: run_one(self.side.channel)
            case "sweep":
                return sweep
        return lambda: self.event(what)

    def event(self, what: str) -> None:
        in_charts = [purpose.value for purpose in CHART_PURPOSES]
        before = list(Delivery.objects.filter(purpose__in=in_charts).values_list("marker", flat=True))
        commands: dict[str, c.Command] = {
            "account": c.AddAccount(text="She called again."),
            "attempt": c.LogAttempt(way=Way.PHONE),
            "spoken": c.RecordConversation(way=Way.PHONE, note="Listened."),
            "another patient": c.IdentifyPatient(
                patient_status=PatientStatus.KNOWN, patient=self._other(), why="A mix-up."
            ),
            "nobody known": c.IdentifyPatient(patient_status=PatientStatus.UNKNOWN, why="A mix-up."),
            "set aside": c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke."),
        }
        with suppress(Refused):
            actions.perform(command=commands[what], by=self.omar, case=self.case)
            if what in ("another patient", "nobody known"):
                for marker in before:
                    self.stale.setdefault(marker, len(self.side.asked))

    def _other(self) -> Any:
        patient = actions.state_of(self.case).patient
        return TOBIAS if patient == MARISOL else MARISOL

    def person(self, what: str) -> None:
        row = Delivery.objects.filter(state=State.BY_HAND).order_by("pk").first()
        if row is None:
            return
        self.touched_by_people.add(row.marker)
        there = self.side.has(row.marker)
        if what == "pasted":
            if not there:
                self.side.write(row.marker, row.channel)
            by_hand.pasted(row.pk, self.group.omar, number="77")
        else:
            by_hand.try_again(row.pk, self.group.omar, not_there=what == "not there" and not there)

    def until_all_rest(self) -> None:
        """The network is well again and time goes by."""
        for _ in range(200):
            sweep()
            while run_one(self.side.channel):
                pass
            if not Delivery.objects.filter(state__in=MOVING).exists():
                return
            self.until_due()
        raise AssertionError(f"still moving: {list(Delivery.objects.filter(state__in=MOVING).values())}")

    def until_due(self) -> None:
        moving = Delivery.objects.filter(state__in=MOVING)
        moments = [*moving.values_list("due_at", flat=True), *moving.values_list("leased_until", flat=True)]
        self.clock.now = min((m for m in moments if m and m > self.clock.now), default=self.clock.now)

    def check(self) -> None:
        self.side.has("")  # what was late has landed
        for row in Delivery.objects.order_by("pk"):
            times = self.side.written[row.marker]
            match row.state:
                case State.PROVED:
                    assert times == 1, f"{row.marker} was written {times} times"
                case State.BY_HAND:
                    assert times == 0 or row.sent_at is not None, f"{row.marker} arrived and nobody knows"
                    assert times <= 1, f"{row.marker} was written {times} times"
                    assert row.why
                case State.WITHDRAWN:
                    assert times == 0 or row.sent_at is not None, f"{row.marker} was withdrawn and is there"
                    assert times <= 1, f"{row.marker} was written {times} times"
                    assert row.why
                case other:
                    raise AssertionError(f"{row.marker} is {other}")
        self._check_order()
        for n, (what, marker, _) in enumerate(self.side.asked):
            assert what == "find" or n < self.stale.get(marker, n + 1), (
                f"{marker} was sent to a chart that is not theirs"
            )
        assert [problem for problem in verify().problems if "deadline" not in problem.what] == []

    def _check_order(self) -> None:
        exchanged = set(Delivery.objects.exclude(note="").values_list("marker", flat=True))
        landed: dict[str, list[int]] = {}
        for marker, channel in self.side.order:
            if marker not in self.touched_by_people | exchanged:
                landed.setdefault(channel, []).append(int(marker.rpartition(".")[2]))
        for numbers in landed.values():
            assert numbers == sorted(numbers), "a later note of the case overtook an earlier one"


@contextmanager
def _killed_at(nth: int) -> Iterator[None]:
    count = 0

    def kill(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == nth:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill):
        yield


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=14))
def test_each_delivery_is_there_exactly_once_or_a_person_is_asked(
    group: Cast, monkeypatch: pytest.MonkeyPatch, steps: list[Any]
) -> None:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    with transaction.atomic():
        day = _Day(group, clock)
        for step in steps:
            day.do(step)
        day.until_all_rest()
        day.check()
        transaction.set_rollback(True)
