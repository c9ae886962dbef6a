"""Who asks, when and under which policy; and the checks that several rules share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from amends.protocol.case import Case
from amends.protocol.hours import Calendar
from amends.protocol.policy import Policy
from amends.protocol.values import Actor, Chain, Person
from amends.protocol.words import Role, Stage

LONGEST_TEXT = 20_000
# What Amends reads elsewhere is kept as it stands there: a case must not fail because somebody wrote a long CommLog.
LONGEST_READ = 200_000

MANAGERS = frozenset({Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER})
STAFF = MANAGERS | {Role.TEAM}
AMENDS_ITSELF = frozenset({Role.SYSTEM})

_CLOCKS_DIFFER = timedelta(minutes=5)
# Nobody means a day before or after these; a slip of the keyboard does, and no calendar reaches that far.
_LONGEST_AGO = timedelta(days=50 * 365)
_LONGEST_AHEAD = timedelta(days=5 * 365)


class Refused(Exception):
    """The command does not fit the case or the person; the text is a sentence for that person."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who asks, when (aware), by which policy, in whose open hours, and who answers for the office now.

    `covers`: id of somebody who has something to do in the case and is away → who covers for them now.
    """

    now: datetime
    by: Actor
    policy: Policy
    calendar: Calendar
    chain: Chain
    covers: Mapping[str, Person] = field(default_factory=dict)


def only(context: Context, roles: Collection[Role], what: str) -> None:
    """Refuses everybody but these roles; `what` ends the sentence "As … you cannot …"."""
    if context.by.role not in roles:
        role = context.policy.roles[context.by.role]
        raise Refused(f"As {role} you cannot {what}.")


def still_open(case: Case) -> None:
    if not case.is_open:
        raise Refused("This case is not open any more. Reopen it first.")


def before_addressed(case: Case) -> None:
    still_open(case)
    if case.stage is Stage.ADDRESSED:
        raise Refused("This case is already addressed. Reopen it if the patient is still upset.")


def not_set_aside(case: Case) -> None:
    if case.stage is Stage.SET_ASIDE:
        raise Refused("This case was set aside. Reopen it first.")


def known_keys(keys: tuple[str, ...], labels: Mapping[str, str], what: str) -> tuple[str, ...]:
    """These keys, each once; refuses one that the policy does not know."""
    for key in keys:
        if key not in labels:
            raise Refused(f"Choose a {what} from the list; “{key[:40]}” is not on it.")
    return tuple(dict.fromkeys(keys))


def text(raw: str, context: Context, needed: str | None = None, *, found: bool = False) -> str:
    """The text as databases can keep it, without outer space.

    Refuses an empty one where `needed` says what is asked for, and an endless one; what was `found` in Open Dental may
    be as long as it is there.
    """
    kept = raw.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    if not kept and needed:
        raise Refused(needed)
    longest = LONGEST_READ if found or context.by.role is Role.SYSTEM else LONGEST_TEXT
    if len(kept) > longest:
        raise Refused(
            f"That is {len(kept):,} characters; {longest:,} is the most. Keep what matters and attach the rest "
            "in Open Dental."
        )
    return kept


def past(moment: datetime, context: Context) -> datetime:
    """The moment at which something happened; refuses one without a zone, in the future or out of living memory."""
    if _aware(moment) > context.now + _CLOCKS_DIFFER:
        raise Refused("It cannot have happened in the future. Look at the date and time.")
    if moment < context.now - _LONGEST_AGO:
        raise Refused("It cannot have happened that long ago. Look at the date.")
    return moment


def to_come(moment: datetime, context: Context, what: str) -> datetime:
    """The moment by which `what` shall be done; refuses one without a zone, in the past or too far ahead."""
    if _aware(moment) < context.now:
        raise Refused(f"{what} needs a date that is still to come.")
    if moment > context.now + _LONGEST_AHEAD:
        raise Refused(f"{what} cannot lie more than five years ahead. Look at the date.")
    return moment


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise Refused("A time needs its zone, such as -05:00 or Z.")
    return moment
