"""What the templates of a case page need, in three sizes: a heading, the parts that change by themselves, and all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amends.access import Right, offices_with, scope
from amends.cases import queries
from amends.cases.actions import state_of
from amends.cases.case_page_record import FIRST_ASK, family_cases, record_part
from amends.cases.case_page_story import came_from, delivery_line, story
from amends.cases.forms_acts import ACTS
from amends.cases.models import CaseRow, pk_of
from amends.cases.rail import State, rail
from amends.cases.steps import Desk, Offers, offers
from amends.cases.still_here import here_context
from amends.deliveries.models import MOVING
from amends.deliveries.models import State as DeliveryState
from amends.practice.away.on_work import away_now
from amends.protocol.deadline import current_step, dues
from amends.protocol.events import MarkTakenBack, Reported
from amends.protocol.values import ChartRow
from amends.protocol.words import Role, Step

# How often an open case's page asks whether something moved: what people do shows to others within five seconds.
_EVERY = 4


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
        **here_context(desk, deliveries),
        "steps": steps,
        "now_step": next((step for step in steps if step.state is State.NOW), None),
        "nobodys_turn": current_step(desk.case) is Step.TELL,
        "review_page": desk.review_page if _sees_reviews(desk) else None,
        "answers_review": current_step(desk.case) is Step.REPLY,
        "act": ACTS[offered.now](desk) if offered.now else None,
        "confirm": ACTS["confirm"](desk) if "confirm" in offered.more else None,
        "confirm_due": _confirm_due(desk),
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
        "every": _EVERY if desk.case.is_open or any(one.state in MOVING for one in deliveries) else 0,
        "record": record_part(desk),
    }


def _sees_reviews(desk: Desk) -> bool:
    return desk.office.id in offices_with(desk.person, Right.SEE_REVIEWS, desk.known)


def _confirm_due(desk: Desk) -> datetime | None:
    """By when the patient is to be asked whether it is fixed; None where nobody is to ask now."""
    undone = dues(desk.case, desk.policy, desk.office.calendar) if desk.case.to_confirm else []
    return next((due.at for due in undone if due.step is Step.CONFIRM), None)


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
        "may_finish": "finish" in may,
        "may_teach": desk.office.id in offices_with(desk.person, Right.SEE_LEARNING, desk.known),
        "held_against": _held_against(desk, mine),
        "asked": FIRST_ASK,
        **{name: [queries.line(row, desk.known, desk.policy) for row in rows] for name, rows in others.items()},
    }


def _held_against(desk: Desk, mine: list[str] | None) -> list[str]:
    """Earlier cases that this person may see, of which this one showed that a change did not hold."""
    failed = []
    for number in desk.case.repeat_of:
        pk = pk_of(number)
        row = CaseRow.system.filter(pk=pk).first() if pk else None
        if row is not None and (mine is None or str(row.office_id) in mine):
            story = state_of(row.pk)
            failed += [number] if any(one.failed_by == desk.row.number for one in story.actions) else []
    return failed


def _links(keys: tuple[str, ...]) -> list[ActLink]:
    return [ActLink(key, ACTS[key].title) for key in keys]
