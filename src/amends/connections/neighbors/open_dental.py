"""Each Open Dental database: whether it answers and takes the keys, what it allows, and what becomes by hand.

What it is lies in `Facts`; a look reads some of it again, the oldest first, as far as time and the key's pace allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.utils import timezone

from amends.connections.checks import REACHED, Check, Neighbor, State, down, partly, works
from amends.connections.neighbors.open_dental_people import Receiver, check_author, check_inboxes, receivers
from amends.connections.neighbors.open_dental_use import allowed, clock, comm_type, hearing, missing, version
from amends.deliveries.channel import DeliveryError, OfficeOffline
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.facts import FACTS, Fact, Facts
from amends.integrations.open_dental.models import Ear, Mode, OpenDentalDatabase
from amends.integrations.open_dental.office import Office, moved_to, office_of
from amends.practice.directory import OfficeEntry, directory

PREFIX = "open_dental."
PRACTICE = "practice"
# What changes under one's hands is read at every look, the rest as seldom as everywhere. The permissions come first:
# they tell whether the key is taken at all.
_FIRST: Fact = "permissions"
_EACH_TIME: tuple[Fact, ...] = ("practice", "comm_type")
# Listening reads the CommLog type each minute too: one of both is enough, for a key may have one request a second.
_JUST_READ = timedelta(seconds=30)
# Of very many databases each is looked at every other round, which still is within a minute.
_MANY, _EVERY, _EVERY_OF_MANY = 50, timedelta(seconds=25), timedelta(seconds=50)
_NEVER = datetime.min.replace(tzinfo=UTC)
_HEARD_LATELY = timedelta(minutes=2)
_REACH = {
    Mode.REMOTE: "Start the eConnector on the office's server, and look at the internet there and here.",
    Mode.SERVICE: "Start the service “Open Dental API” on the office's server, and let port 30223 in there.",
    Mode.LOCAL: "Open Open Dental on this machine, with somebody signed in.",
}
_KEYS = "Enter both keys again, and see in Open Dental's developer portal that they belong together and are enabled."
_MOVED = "Move the key back in Open Dental's developer portal. If the practice only has a new name, say so here."


@dataclass(frozen=True)
class Asked:
    """What a look at one database needs from ours, so that it is read before and not in the thread of the look."""

    row: OpenDentalDatabase
    ear: Ear | None
    office: Office
    places: Sequence[OfficeEntry]
    receivers: Sequence[Receiver]
    thorough: bool = False


def neighbors(*, thorough: bool = False) -> list[Neighbor]:
    """Every database that is set up. A `thorough` look reads everything anew."""
    known = directory()
    managers = receivers(known)
    ears = {ear.database_id: ear for ear in Ear.objects.all()}
    places: dict[str, list[OfficeEntry]] = {}
    for place in known.offices.values():
        if place.is_active:
            places.setdefault(place.open_dental, []).append(place)

    def neighbor(row: OpenDentalDatabase) -> Neighbor:
        asked = Asked(
            row=row,
            ear=ears.get(row.pk),
            office=office_of(row),
            places=places.get(row.key, []),
            receivers=managers.get(row.key, []),
            thorough=thorough,
        )
        name = f"Open Dental: {row.name}"
        return Neighbor(f"{PREFIX}{row.key}", name, partial(look, asked), far=True, every=every)

    rows = list(OpenDentalDatabase.objects.all())
    every = _EVERY if len(rows) <= _MANY else _EVERY_OF_MANY
    return [neighbor(row) for row in rows]


def look(asked: Asked, seconds: float) -> list[Check]:
    """Asks Open Dental for as long as `seconds`; writes nothing there."""
    budget = Budget(seconds - 0.5)
    began = timezone.now()
    trouble = _read(asked, budget)
    facts = asked.office.known
    reached = _reached(asked, began, trouble)
    if reached.state is State.DOWN:
        return [reached]
    if facts.refused:
        return [reached, down("keys", "Keys", facts.refused.partition(" Check ")[0], _KEYS)]
    asked.row.refresh_from_db(fields=["practice"])  # this look may have seen another one
    other = moved_to(asked.row)
    if other:
        says = f"The keys open “{other}” now, and not “{asked.row.practice['title']}”: nothing is read or written."
        return [reached, down(PRACTICE, "Practice", says, _MOVED)]
    return [reached, *_what_it_allows(asked, facts, budget)]


def _read(asked: Asked, budget: Budget) -> DeliveryError | None:
    """Reads facts anew, the oldest first; what stopped it, None where nothing did."""
    speaking = asked.office
    speaking.client.breaker.ask_next()
    if asked.thorough:
        speaking.forget()
    read_at = speaking.known.read_at
    if asked.thorough:
        others = {*_EACH_TIME, *FACTS} - {_FIRST}
    else:
        just_now = timezone.now() - _JUST_READ
        others = {fact for fact in _EACH_TIME if fact == PRACTICE or read_at.get(fact, _NEVER) < just_now}
    try:
        facts = speaking.ask(budget, _FIRST, *sorted(others, key=lambda fact: read_at.get(fact, _NEVER)))
        if not facts.refused:
            speaking.facts(budget)
    except DeliveryError as trouble:
        return trouble
    return None


def _reached(asked: Asked, began: datetime, trouble: DeliveryError | None) -> Check:
    seen, mode = asked.row.last_seen, Mode(asked.row.mode)
    if trouble is None or any(at >= began for at in asked.office.known.read_at.values()):
        if mode is not Mode.REMOTE and asked.row.reached_through == Mode.REMOTE:
            says = "Open Dental answers through its own servers only, which is slower: the API Service does not."
            return partly(REACHED, "Reached", says, _REACH[mode])
        return works(REACHED, "Reached", f"Open Dental answers: {mode.label}.")
    if not isinstance(trouble, OfficeOffline) and seen is not None and began - seen < _HEARD_LATELY:
        # Others speak with it at this moment: the pace of the key leaves no turn for a look.
        return works(REACHED, "Reached", "Open Dental answers; its key is busy with other requests now.")
    return down(REACHED, "Reached", str(trouble), _REACH[mode])


def _what_it_allows(asked: Asked, facts: Facts, budget: Budget) -> list[Check]:
    return [
        works("keys", "Keys", "Open Dental takes the keys."),
        allowed(facts),
        *missing(facts),
        version(facts),
        comm_type(facts),
        check_author(asked.office, facts, budget),
        check_inboxes(asked.office, facts, asked.receivers, budget),
        clock(facts, asked.places),
        hearing(asked.ear, facts, timezone.now()),
    ]
