"""When a chart speaks: Shewhart's limits, and eight in a row on one side of the center (Western Electric 1956, rule 4).

A point on the center itself belongs to neither side: it neither lengthens a run nor ends it (Perla, Provost and
Murray, BMJ Quality and Safety 2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

RUN = 8


class Side(Enum):
    """Where a value lies against the center."""

    BELOW = -1
    ON = 0
    ABOVE = 1


class Rule(StrEnum):
    BEYOND = "beyond"  # outside the limits
    EIGHT = "eight"  # eight in a row on one side


@dataclass(frozen=True)
class Judged:
    """One point for the rules: its side, and whether it lies beyond the limit of that side."""

    side: Side
    beyond: bool


@dataclass(frozen=True)
class Signal:
    """A rule that spoke: the places of its points, in order, and the side on which they lie."""

    rule: Rule
    side: Side
    places: tuple[int, ...]


def side_of(value: float, center: float) -> Side:
    """Which side of the center; values that differ by less than a rounding are on it."""
    if abs(value - center) <= 1e-9 * max(1.0, abs(center)):
        return Side.ON
    return Side.ABOVE if value > center else Side.BELOW


def signals(points: Sequence[Judged]) -> list[Signal]:
    """What the rules say of the points in their order: each run once, as long as it lasted; runs before single ones."""
    found = [Signal(Rule.EIGHT, side, run) for side, run in _runs(points) if len(run) >= RUN]
    found += [Signal(Rule.BEYOND, one.side, (place,)) for place, one in enumerate(points) if one.beyond]
    return found


def _runs(points: Sequence[Judged]) -> list[tuple[Side, tuple[int, ...]]]:
    runs: list[tuple[Side, tuple[int, ...]]] = []
    for place, one in enumerate(points):
        if one.side is Side.ON:
            continue
        if runs and runs[-1][0] is one.side:
            runs[-1] = (one.side, (*runs[-1][1], place))
        else:
            runs.append((one.side, (place,)))
    return runs
