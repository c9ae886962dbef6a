"""Ninety days of the group, made by performing commands at past times: the same door that people use."""

from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from django.db import transaction
from django.db.models.functions import Greatest

from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.models import CaseRow
from amends.cases.policies import keep_current_policy
from amends.deliveries.models import Delivery, State
from amends.demo.lessons import make_lessons
from amends.demo.place import places
from amends.demo.plan import Played, plan
from amends.demo.proving import Engine, leave_to_hand, paste, wait_from
from amends.demo.reviews import make_reviews
from amends.demo.scene import Paste, Step
from amends.demo.stories.a_week_later import whether_fixed
from amends.practice.directory import directory
from amends.protocol.commands import DeadlinePassed
from amends.protocol.events import ConfirmationWanted
from amends.protocol.values import AMENDS

_A_MINUTE = timedelta(minutes=1)
_CHART = ("open_dental.commlog", "open_dental.clinical_note")


def make_history(*, seed: int, now: datetime) -> int:
    """Writes the history up to `now` (aware) and returns the number of its cases; 0 where there are cases already.

    All or nothing: it is one transaction. The same seed and now give the same history. Needs the demo's group.
    """
    if has_cases():
        return 0
    keep_current_policy()
    with transaction.atomic():
        here = places(directory())
        played = plan(here, seed=seed, now=now)
        _play(played, now)
        make_reviews((scene for scene, _ in played), here, now=now)
        wait_from(now)
        make_lessons(now)
    return CaseRow.system.count()


def has_cases() -> bool:
    """Whether there is a history already."""
    return CaseRow.system.exists()


def _play(played: list[Played], now: datetime) -> None:
    """Performs the steps of all stories in the order of their times; what would come after `now` does not happen."""
    engine = Engine()
    stories = [story for _, story in played]
    first_steps = [next(story) for story in stories]
    steps = [(step.at, n, step) for n, step in enumerate(first_steps)]
    heapify(steps)
    while True:
        if asked := _notice_what_is_late(min(steps[0][0], now) if steps else now, engine):
            stories.append(whether_fixed(asked))
            first = next(stories[-1])
            heappush(steps, (first.at, len(stories) - 1, first))
            continue
        if not steps or steps[0][0] > now:
            return
        _, n, step = heappop(steps)
        done = _perform(step, engine)
        engine.run()
        try:
            following = stories[n].send(done)
        except StopIteration:
            continue
        heappush(steps, (following.at, n, following))


def _perform(step: Step, engine: Engine) -> Done:
    if step.case in engine.left:
        engine.put_in_inboxes(step.case)
    if isinstance(step.command, Paste):
        row = Delivery.objects.get(case=step.case, purpose=step.command.purpose, state=State.BY_HAND)
        return paste(row, step.by, step.command.number, step.at)
    done = actions.perform(command=step.command, by=step.by, case=step.case, at=step.at)
    if step.left:
        engine.left.add(done.row.pk)
    if step.by_hand:
        for row in Delivery.objects.filter(case=done.row.pk, channel__in=_CHART, state=State.WAITING):
            leave_to_hand(row, step.by_hand, step.at + timedelta(seconds=2))
    return done


def _notice_what_is_late(until: datetime, engine: Engine) -> Done | None:
    """The ticker of the past: a deadline is noticed a minute after it passed, or after what made it a passed one.

    Stops at the first case whose patient is to be asked now whether it is fixed, and gives it.
    """
    late = (
        CaseRow.system.filter(alarm_at__isnull=False)
        .annotate(noticed=Greatest("alarm_at", "changed_at"))
        .filter(noticed__lt=until - _A_MINUTE)
        .order_by("noticed")
        .values_list("pk", "alarm_at", "noticed")
    )
    while row := late.first():
        case, alarm, noticed = row
        assert alarm is not None  # noqa: S101  the filter leaves none
        if case in engine.left:
            engine.put_in_inboxes(case)
        done = actions.perform(command=DeadlinePassed(due=alarm), by=AMENDS, case=case, at=noticed + _A_MINUTE)
        engine.run()
        if any(isinstance(event.fact, ConfirmationWanted) for event in done.events):
            return done
    return None
