"""What the templates of a case page need, in three sizes: a heading, the parts that change by themselves, and all."""

from dataclasses import dataclass
from typing import Any

from amends.access import Right, offices_with, scope
from amends.cases import queries
from amends.cases.case_page_record import FIRST_ASK, family_cases, record_part
from amends.cases.case_page_story import came_from, delivery_line, story
from amends.cases.forms_acts import ACTS
from amends.cases.models import CaseRow
from amends.cases.rail import State, rail
from amends.cases.steps import Desk, Offers, offers
from amends.deliveries.models import MOVING, Delivery
from amends.deliveries.models import State as DeliveryState
from amends.practice.away.on_work import away_now
from amends.protocol.deadline import current_step
from amends.protocol.events import MarkTakenBack, Reported
from amends.protocol.values import ChartRow
from amends.protocol.words import Role, Step

# How often a page asks whether something moved: often while a delivery is on its way, now and then while it is open.
_WHILE_MOVING, _WHILE_OPEN = 5, 30


@dataclass(frozen=True)
class ActLink:
    """A way to one action's own page."""

    key: str
    title: str


def motion(row: CaseRow) -> str:
    """What changes whenever anything on the case's page does: its version and the states of its deliveries."""
    states = "".join(state[0] + state[-1] for _, state in queries.motion_of(row.pk))
    return f"{row.version}.{states}"


def about(desk: Desk) -> dict[str, Any]:
    """What every page about the case says of it."""
    return {
        "desk": desk,
        "case": desk.case,
        "number": desk.row.number,
        "office": desk.office,
        "policy": desk.policy,
        "zone": desk.zone,
        "kinds": desk.policy.kinds_in_words(desk.case.kinds),
    }


def parts(desk: Desk) -> dict[str, Any]:
    """The parts of the page that change while it is open."""
    deliveries = queries.deliveries_of(desk.row.pk)
    for delivery in deliveries:
        delivery.case = desk.row
    may_act = desk.office.id in offices_with(desk.person, Right.ACT_ON_CASE, desk.known)
    offered = offers(desk) if may_act else Offers(now="", beside=(), more=())
    steps = rail(desk.case, desk.policy, desk.office.calendar)
    owner = desk.case.owner.id if desk.case.owner else ""
    is_held = owner and desk.case.is_open
    links = {"beside": _links(offered.beside), "more": _links(offered.more)}
    by_hand = [one for one in deliveries if one.state == DeliveryState.BY_HAND]
    return {
        **about(desk),
        **links,
        "steps": steps,
        "now_step": next((step for step in steps if step.state is State.NOW), None),
        "nobodys_turn": current_step(desk.case) is Step.TELL,
        "act": ACTS[offered.now](desk) if offered.now else None,
        "owner_away": away_now(owner, desk.known, desk.now, desk.zone) if is_held else None,
        "open": f"{offered.now}.{owner}" if offered.now else "",
        "may_act": may_act,
        "lines": [delivery_line(delivery) for delivery in deliveries],
        "by_hand": [one for one in by_hand if not one.is_minor],
        "by_hand_minor": [one for one in by_hand if one.is_minor],
        "unmarked": _unmarked(desk),
        "may_set_aside": any(link.key == "set_aside" for link in (*links["beside"], *links["more"])),
        "entries": list(reversed(story(desk.events, deliveries, desk.policy, desk.known))),
        "moved": motion(desk.row),
        "every": _seconds(desk, deliveries),
        "record": record_part(desk),
    }


def _unmarked(desk: Desk) -> ChartRow | None:
    """The entry that is not marked any more, while the case is open and nobody has done anything with it since."""
    for event in reversed(desk.events if desk.case.is_open else ()):
        if isinstance(event.fact, MarkTakenBack):
            return event.fact.row
        if event.by.role is not Role.SYSTEM:
            break
    return None


def whole(desk: Desk) -> dict[str, Any]:
    """Everything on the page."""
    changing = parts(desk)
    mine = scope(desk.person, Right.SEE_CASE)
    others = {"others": queries.others_of(desk.row, mine), "of_family": family_cases(changing["record"], desk, mine)}
    may = {link.key for link in (*changing["beside"], *changing["more"])}
    return {
        **changing,
        "first_account": desk.case.accounts[0],
        "came_from": came_from(reported) if isinstance(reported := desk.events[0].fact, Reported) else "",
        "may_settle": "settle_promise" in may,
        "asked": FIRST_ASK,
        **{name: [queries.line(row, desk.known, desk.policy) for row in rows] for name, rows in others.items()},
    }


def _links(keys: tuple[str, ...]) -> list[ActLink]:
    return [ActLink(key, ACTS[key].title) for key in keys]


def _seconds(desk: Desk, deliveries: list[Delivery]) -> int:
    if any(delivery.state in MOVING for delivery in deliveries):
        return _WHILE_MOVING
    return _WHILE_OPEN if desk.case.is_open else 0
