"""The numbers of a summary in words, and what they are compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from amends.learning.summary.period import Period
from amends.learning.summary.reckoning import Figure, Numbers, ProtocolStep
from amends.protocol.wording import in_hours

STEP_NAMES: Mapping[ProtocolStep, str] = MappingProxyType(
    {
        ProtocolStep.DOCUMENTED: "Written into the chart within a day",
        ProtocolStep.MANAGER: "Manager has it, in time",
        ProtocolStep.SPOKEN: "Spoken with, in time",
        ProtocolStep.ADDRESSED: "Put right, in time",
        ProtocolStep.LEADERS_TOLD: "Leaders told within a day",
        ProtocolStep.REVIEW_ANSWERED: "Review answered, in time",
        ProtocolStep.LEARNED: "Learned from, in time",
    }
)


@dataclass(frozen=True)
class Shown:
    """One number with its name, how it is reckoned, what it was earlier, and the figure that lists its cases."""

    key: str
    name: str
    value: str
    how: str
    before: str
    a_year_ago: str
    figure: Figure | None


def figures_shown(now: Numbers, before: Numbers, a_year_ago: Numbers) -> list[Shown]:
    """The numbers in the order of the page."""
    return [
        Shown(key, name, say(now), how, say(before), say(a_year_ago), figure) for key, name, say, how, figure in _SHOWN
    ]


def earlier_days(period: Period) -> tuple[str, str]:
    """What the days are compared with, as two headings."""
    if period.is_a_week:
        return "The week before", "The same week a year ago"
    return f"The {period.days} days before", "The same days a year ago"


def contact(numbers: Numbers) -> str:
    """The median to the first contact: "1 h 30 min"."""
    return in_hours(numbers.minutes_to_contact) if numbers.minutes_to_contact is not None else "nobody was spoken with"


_Say = Callable[[Numbers], str]
_SHOWN: tuple[tuple[str, str, _Say, str, Figure | None], ...] = (
    (
        "cases",
        "Upset patients",
        lambda one: str(one.cases),
        "Cases reported in these days, without those set aside.",
        Figure.CASES,
    ),
    (
        "contact",
        "Median to the first contact",
        contact,
        "From the report to the first conversation, by the clock on the wall, of the cases reported in these days: "
        "half were spoken with within that time.",
        None,
    ),
    (
        "fixed",
        "Confirmed fixed",
        lambda one: str(one.fixed),
        "Patients who said in these days that it is fixed, whenever the case was reported.",
        Figure.FIXED,
    ),
    (
        "came-back",
        "Came back",
        lambda one: str(one.came_back),
        "Patients whose first visit after it was put right was completed in these days.",
        Figure.CAME_BACK,
    ),
    (
        "replies",
        "Replies live",
        lambda one: str(one.replies),
        "Reviews of which the public reply appeared in these days and stands.",
        Figure.REPLIES,
    ),
    (
        "twice",
        "The same issue twice",
        lambda one: str(one.twice),
        "Cases reported in these days that had happened before: somebody noted it, or Amends itself, where a change "
        "did not hold.",
        Figure.TWICE,
    ),
    (
        "held",
        "Changes that held",
        lambda one: str(one.held),
        "Corrective actions whose watch ended in these days without the same happening again.",
        Figure.HELD,
    ),
    (
        "did-not-hold",
        "Changes that did not hold",
        lambda one: str(one.did_not_hold),
        "Corrective actions after which the same happened again, in a case reported in these days.",
        Figure.DID_NOT_HOLD,
    ),
)
TITLES: Mapping[Figure, str] = MappingProxyType(
    {figure: name for _, name, _, _, figure in _SHOWN if figure} | {Figure.LATE: "A step was late"}
)
