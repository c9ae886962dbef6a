"""Two hundred offices for ninety days: people go away, managers ignore, and the worker dies twice a day."""

import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from tests.scale.group import BEGINNING, make_group
from tests.scale.ninety_days import DAYS, Simulation

from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.practice.models import Office
from amends.protocol import events as e
from amends.protocol.values import Person
from amends.protocol.words import MOVING_STEPS, Stage

pytestmark = pytest.mark.django_db
CASES = 200
STAGES = [Stage.OFFICE, Stage.REGION, Stage.LEADERS]


@pytest.fixture
def simulation() -> Simulation:
    with time_machine.travel(BEGINNING, tick=False) as clock:
        made = Simulation(make_group(), random.Random(90), clock)
        made.run(CASES)
        assert verify().problems == ()
        return made


def test_no_case_rots(simulation: Simulation) -> None:
    offices = {office.pk: office for office in simulation.people.offices}
    assert simulation.worst < timedelta(minutes=1)
    assert simulation.deaths > DAYS / 2
    endings: Counter[str] = Counter()
    left = 0
    for row in CaseRow.system.order_by("pk"):
        events = actions.events_of(row.pk)
        told_once(row.number, events)
        goes_up_the_chain(simulation, offices[row.office_id], events)
        left += sum(isinstance(event.fact, e.HandedOver) and "is away" in event.fact.why for event in events)
        acted = row.pk in simulation.acted
        assert row.stage == Stage.CLOSED if acted else row.is_open, (row.number, row.stage)
        assert acted or row.alarm_at is not None
        endings[row.stage] += 1
    assert endings[Stage.CLOSED] > CASES / 2
    assert sum(endings.values()) == CASES
    assert left > 0
    assert simulation.waited > 0


def told_once(number: str, events: list) -> None:
    """Nothing is told late twice, and no case moves twice for one lateness."""
    late = [(event.fact.step, event.fact.due) for event in events if isinstance(event.fact, e.WentLate)]
    assert len(late) == len(set(late)), number
    warned = [(event.fact.step, event.fact.due) for event in events if isinstance(event.fact, e.DueSoon)]
    assert len(warned) == len(set(warned)), number
    moved = [n for n, event in enumerate(events) if isinstance(event.fact, e.Escalated) and event.fact.late]
    assert all(isinstance(events[n - 1].fact, e.WentLate) and events[n - 1].fact.moves for n in moved), number


def goes_up_the_chain(simulation: Simulation, office: Office, events: list) -> None:
    """Each move is to the first who answered at that moment, never down, and never to who was late before."""
    owner: Person | None = None
    level = 0
    late: set[int] = set()
    for event in events:
        fact = event.fact
        answering = simulation.people.levels(office, event.at)
        match fact:
            case e.Reported():
                owner, level = fact.owner, max(0, STAGES.index(fact.stage) if fact.stage in STAGES else 0)
                assert owner is None or int(owner.id) in answering[level]
            case e.WentLate(step=step) if step in MOVING_STEPS and not fact.moves:
                assert fact.told is None
                left = {one for people in answering[level:] for one in people} - late - {int(owner.id) if owner else 0}
                assert not left, "somebody could have taken it"
                late = set()
            case e.Escalated(late=True):
                assert owner is not None
                late.add(int(owner.id))
                wanted = next(
                    (person, at) for at in range(level, len(STAGES)) for person in answering[at] if person not in late
                )
                owner = fact.to
                assert owner is not None
                assert int(owner.id) == wanted[0]
                level = wanted[1]
            case e.HandedOver():
                assert owner is not None
                there = simulation.people.stand_in(int(owner.id), event.at) == int(owner.id)
                # Who covered is there, and does not answer for this office any more.
                assert not there or all(int(owner.id) not in people for people in answering), "they are there"
                owner = fact.to
                assert any(int(owner.id) in people for people in answering)
            case e.ConfirmationWanted():
                owner = fact.to or owner
            case e.Acknowledged():
                owner = event.by.person
                level = max(level, STAGES.index(fact.stage))
            case _:
                pass
