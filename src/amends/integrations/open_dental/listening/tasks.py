"""Tasks of ours in managers' inboxes: when they were opened, and when they were done (open-dental-api.md 3.3)."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from amends.cases import actions
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.integrations.open_dental.answers import NotFound
from amends.integrations.open_dental.client import Budget, Query
from amends.integrations.open_dental.features import Feature
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import TaskRow
from amends.integrations.open_dental.task_close import TaskClose
from amends.practice.directory import directory
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Actor
from amends.protocol.words import Purpose, Stage

from .state import Listening

_ASKS_TO_COME = (Purpose.TASK.value, Purpose.PAGE_TASK.value)
_ASKED = (*_ASKS_TO_COME, Purpose.ASK.value)
_A_DAY = timedelta(days=1)


def listen(listening: Listening, office: Office, budget: Budget) -> bool:
    """Asks for the Tasks of open cases, one request for each inbox; no request while there are none."""
    ours = _standing(listening.database.key)
    if not ours or not office.can(Feature.TASKS_READ, budget):
        return False
    inboxes: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in ours:
        inboxes[_inbox(delivery, office, budget)].append(delivery)
    for inbox, deliveries in inboxes.items():
        first = min(delivery.created_at for delivery in deliveries) - _A_DAY
        since = written(office.on_its_clock(first, listening.zone, budget))
        query: Query = {"TaskListNum": inbox, "DateTimeOriginal": since}
        rows = office.client.rows("tasks", TaskRow, query, budget) if inbox else []
        found = {row.TaskNum: row for row in rows}
        for delivery in deliveries:
            # Somebody may have dragged it into another list.
            row = found.get(int(delivery.proof_id)) or _one(office, delivery, budget)
            if row:
                _note(listening, office, delivery, row, budget)
    return False


def _standing(database: str) -> list[Delivery]:
    rows = Delivery.objects.filter(
        case__is_open=True, channel="open_dental.task", target=database, state=State.PROVED, purpose__in=_ASKED
    )
    return [row for row in rows if row.proof_id.isdecimal()]


def _inbox(delivery: Delivery, office: Office, budget: Budget) -> int:
    told = int(delivery.payload.get("inbox") or 0)
    if told or not office.can(Feature.QUERIES, budget):
        return told
    return office.inboxes(budget).get(int(delivery.payload.get("to_user_num") or 0), 0)


def _one(office: Office, delivery: Delivery, budget: Budget) -> TaskRow | None:
    if not office.can(Feature.TASK_ONE, budget):
        return None
    try:
        return office.client.one(f"tasks/{delivery.proof_id}", TaskRow, budget)
    except NotFound:
        return None


def _note(listening: Listening, office: Office, delivery: Delivery, row: TaskRow, budget: Budget) -> None:
    if row.TaskStatus == "New" or listening.task_states.get(row.TaskNum) == row.TaskStatus:
        return
    zone = listening.zone

    def instant(*moments: datetime | None) -> datetime:
        told = next((moment for moment in moments if moment), None)
        return office.as_instant(told, zone, budget) if told else delivery.created_at

    # Whether Done fills DateTimeFinished differs from office to office (open-dental-api.md 3.3).
    done = instant(row.DateTimeFinished, row.SecDateTEdit) if row.TaskStatus == "Done" else None
    seen = done or instant(row.SecDateTEdit)
    try:
        with transaction.atomic():
            changed = c.TaskChanged(marker=delivery.marker, seen_at=seen, done_at=done)
            actions.perform(command=changed, by=AMENDS, case=delivery.case_pk)
    except Refused:
        pass  # the case knows it: after a start everything is told once more
    if done:
        _comes(delivery)
        _no_hand_needed(delivery.case_pk, row.TaskNum)
    listening.task_states[row.TaskNum] = row.TaskStatus


def _comes(delivery: Delivery) -> None:
    """Whoever does the Task that asks them to come to a patient who is still here says that they come."""
    known = directory()
    person = known.person_of_user(delivery.target, int(delivery.payload.get("to_user_num") or 0))
    if person is None or delivery.case is None or delivery.purpose not in _ASKS_TO_COME:
        return
    role = known.acting_role(person.id, str(delivery.office_id), Stage(delivery.case.stage))
    try:
        if role:
            actions.perform(command=c.Come(), by=Actor(person.id, person.name, role), case=delivery.case_pk)
    except Refused:
        pass  # nobody is waited for


def _no_hand_needed(case: int, task: int) -> None:
    """Where a person was asked to set this Task to done, they have done so."""
    for closing in Delivery.objects.filter(case=case, channel=TaskClose.name, state=State.BY_HAND):
        if closing.payload["TaskNum"] == task:
            by_hand.seen_there(closing.pk, number=str(task))
