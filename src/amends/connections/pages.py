"""Connections: what Amends needs from outside and from its own machine, whether it works, and how it is put right.

The page shows what was kept and asks nobody; only “Test now” looks, for a limited time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, may, may_for_group, offices_with
from amends.audit.pages import home_zone
from amends.connections import refresh
from amends.connections.checks import Check, Neighbor, State
from amends.connections.models import LastKnown
from amends.connections.neighbors import deliveries, email, everybody, google, open_dental, slack
from amends.connections.neighbors.open_dental_use import ALLOWED
from amends.deliveries.models import State as DeliveryState
from amends.deliveries.unfinished import unfinished
from amends.integrations.open_dental.office import is_same_practice
from amends.integrations.slack.channel import LEADERS
from amends.practice.directory import directory
from amends.practice.models import Person

WORDS = {State.WORKS: "Works", State.PARTLY: "Works in part", State.DOWN: "Down"}
_EVERY = 10  # seconds until the page asks again what is known


@dataclass(frozen=True)
class Card:
    """One neighbor as the page shows it; `state` is None before the first look."""

    key: str
    name: str
    state: State | None
    since: datetime | None
    checked_at: datetime | None
    answered_at: datetime | None
    allowed: Check | None  # what Amends may do there, where nothing is missing
    trouble: Sequence[Check]
    well: Sequence[Check]
    waiting: int
    by_hand: int


@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    """The page; by htmx only its cards."""
    person = _administrator(request)
    cards = sorted(_cards(person), key=_troubled_first)
    last = LastKnown.last_round()
    context = {
        "cards": cards,
        "may_set_up": may_for_group(person, Right.SET_UP),
        "troubled": [card for card in cards if card.state in (State.PARTLY, State.DOWN)],
        "stale": last if last and timezone.now() - last > deliveries.QUIET else None,
        "never": last is None,
        "every": _EVERY,
        **_shared(),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "connections/cards.html" if part else "connections/connections.html", context)


@require_POST
def test(request: HttpRequest, key: str) -> HttpResponse:
    """Looks at one neighbor now; by htmx its card comes back, otherwise the page."""
    person = _administrator(request)
    if not refresh.look_now(key):
        raise Http404
    card = next((card for card in _cards(person) if card.key == key), None)
    if card is None or card.state is None:
        raise Http404
    if request.headers.get("HX-Request") == "true":
        return render(request, "connections/card.html", {"card": card, "tested": True, **_shared()})
    say = messages.success if card.state is State.WORKS else messages.warning
    say(request, f"{card.name}, tested just now: {WORDS[card.state].lower()}.")
    return _to_card(key)


@require_POST
def same_practice(request: HttpRequest, key: str) -> HttpResponse:
    """The administrator's word that the practice which the keys open now is the same under another name."""
    _administrator(request)
    moved = LastKnown.objects.filter(key=key).first()
    if moved is None or not any(check.key == open_dental.PRACTICE for check in moved.checks):
        raise Http404
    is_same_practice(key.removeprefix(open_dental.PREFIX))
    refresh.look_now(key)
    return _to_card(key)


def anchor(key: str) -> str:
    """The id of a card in the page."""
    return f"connection-{key.replace('.', '-')}"


def _to_card(key: str) -> HttpResponse:
    response = redirect(f"{reverse('connections:list')}#{anchor(key)}")
    response.status_code = 303
    return response


def _administrator(request: HttpRequest) -> Person:
    person = cast(Person, request.user)
    if not (may(person, Right.SEE_CONNECTIONS) or may_for_group(person, Right.SEE_CONNECTIONS)):
        raise Http404
    return person


def _shared() -> dict[str, object]:
    return {"words": WORDS, "zone": home_zone(directory()), "practice": open_dental.PRACTICE}


def _cards(person: Person) -> list[Card]:
    known = {row.key: row for row in LastKnown.objects.all()}
    waiting = _waiting(person)
    return [_card(neighbor, known.get(neighbor.key), waiting) for neighbor in everybody()]


def _card(neighbor: Neighbor, known: LastKnown | None, waiting: dict[str, tuple[int, int]]) -> Card:
    checks = known.checks if known else []
    well = [check for check in checks if check.state is State.WORKS]
    total, by_hand = waiting.get(neighbor.key, (0, 0))
    return Card(
        key=neighbor.key,
        name=neighbor.name,
        state=State(known.state) if known and known.state else None,
        since=known.since if known else None,
        checked_at=known.checked_at if known else None,
        answered_at=known.answered_at if known else None,
        allowed=next((check for check in well if check.key == ALLOWED), None),
        trouble=[check for check in checks if check.state is not State.WORKS],
        well=[check for check in well if check.key != ALLOWED],
        waiting=total,
        by_hand=by_hand,
    )


def _troubled_first(card: Card) -> int:
    return {State.DOWN: 0, State.PARTLY: 1}.get(card.state, 2) if card.state else 2


def _waiting(person: Person) -> dict[str, tuple[int, int]]:
    """How many deliveries of the person's offices wait for each neighbor, and how many of them for a person."""
    rows = (
        unfinished(offices_with(person, Right.SEE_DELIVERIES))
        .order_by("channel", "target")
        .values_list("channel", "target")
        .annotate(total=Count("pk"), asked=Count("pk", filter=Q(state=DeliveryState.BY_HAND)))
    )
    found: dict[str, tuple[int, int]] = {}
    for channel, target, total, asked in rows:
        for key in (_neighbor_of(channel, target), deliveries.KEY):
            before = found.get(key, (0, 0))
            found[key] = (before[0] + total, before[1] + asked)
    return found


def _neighbor_of(channel: str, target: str) -> str:
    if channel.startswith("open_dental."):
        return f"{open_dental.PREFIX}{target}"
    if channel.startswith("slack."):
        first = slack.neighbors()
        return first[0].key if target == LEADERS and first else f"{slack.PREFIX}{target}"
    if channel.startswith(google.PREFIX):
        return next((neighbor.key for neighbor in google.neighbors()), "")
    return email.KEY if channel == email.KEY else ""
