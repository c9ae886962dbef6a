"""Which few causes make most of it (Juran's vital few)."""

from collections.abc import Mapping
from dataclasses import dataclass

_MOST = 0.8


@dataclass(frozen=True)
class Bar:
    """One cause: how often it was named, its share of all that were named, and the share of it and those before."""

    cause: str
    count: int
    share: float
    so_far: float


def pareto(counts: Mapping[str, int]) -> list[Bar]:
    """The causes, the most frequent first; equal ones by name. A case may have several causes."""
    total, so_far, bars = sum(counts.values()), 0, []
    for cause, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if count:
            so_far += count
            bars.append(Bar(cause, count, count / total, so_far / total))
    return bars


def vital_few(bars: list[Bar]) -> list[Bar]:
    """The first bars that together make four fifths."""
    return [bar for place, bar in enumerate(bars) if place == 0 or bars[place - 1].so_far < _MOST]
