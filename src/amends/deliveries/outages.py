"""Amends did not run for a while: of what became late meanwhile each person hears once, and not once for each case.

Every late case moves on as ever, and My work has them all in their order; only the messages to people are fewer. Which
of them were left out follows from two small tables, so that several workers, and one that dies, tell nobody twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from amends import clock
from amends.deliveries import pulses
from amends.deliveries.models import Outage, OutageTold
from amends.protocol.messages import LeadersMessage, Message, TaskMessage
from amends.protocol.wording import clock as in_words
from amends.protocol.words import Purpose

SHORTEST = timedelta(minutes=15)
_LONG_OVER = timedelta(days=14)
_OF_LATENESS = frozenset({Purpose.TASK, Purpose.DUE_SOON, Purpose.LATE, Purpose.NOBODY_LEFT})


def notice(name: str) -> None:
    """Notes that there was an outage, where the thing with this pulse was not done for a quarter of an hour."""
    last, now = pulses.last(name), clock.now()
    if last and now - last >= SHORTEST:
        Outage.objects.get_or_create(began_at=last, defaults={"ended_at": now})


def finder(now: datetime) -> Callable[[datetime], Outage | None]:
    """Tells in which outage a moment lies."""
    recent = list(Outage.objects.filter(ended_at__gt=now - _LONG_OVER))
    return lambda moment: next((one for one in recent if one.began_at <= moment <= one.ended_at), None)


def told_once(messages: Sequence[Message], outage: Outage, zone: ZoneInfo) -> list[Message]:
    """These messages but for those to people who were told of this outage already. In the transaction of their case."""
    kept = []
    for message in messages:
        hearer = _hearer(message)
        if not hearer:
            kept.append(message)
        elif is_first(outage, hearer):
            kept.append(_with_more(message, outage, zone))
    return kept


def is_first(outage: Outage, hearer: str) -> bool:
    """Whether this is the first that this hearer hears of this outage. In the transaction of what tells them."""
    return OutageTold.objects.get_or_create(outage=outage, hearer=hearer)[1]


def _hearer(message: Message) -> str:
    """Who hears of a lateness by this message; "" for one about something else."""
    match message:
        case TaskMessage(purpose=purpose, to=to) if purpose in _OF_LATENESS:
            return f"person {to.id}"
        case LeadersMessage(purpose=purpose, to=role) if purpose in _OF_LATENESS:
            return f"role {role}"
        case _:
            return ""


def _with_more(message: Message, outage: Outage, zone: ZoneInfo) -> Message:
    if not isinstance(message, TaskMessage):
        return message
    began, ended = (_said(moment.astimezone(zone)) for moment in (outage.began_at, outage.ended_at))
    more = (
        f"Amends did not run from {began} to {ended}: other cases may have become late as well. "
        "My work has all of yours, the most urgent first."
    )
    return replace(message, text=f"{message.text} {more}")


def _said(local: datetime) -> str:
    return f"{local:%A}, {in_words(local)}"
