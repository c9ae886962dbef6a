"""Median and 90th percentile by nearest rank: always a duration that somebody really waited, never a mean of two."""

from collections.abc import Sequence
from math import ceil


def nearest_rank(ordered: Sequence[int], share: float) -> int | None:
    """The smallest value that at least this share of them do not exceed (0 < share <= 1); None of none.

    `ordered` is in ascending order. The rank is ceil(share * n), reckoned so that 0.9 of ten is the ninth.
    """
    if not ordered:
        return None
    return ordered[max(1, ceil(share * len(ordered) - 1e-9)) - 1]


def median(ordered: Sequence[int]) -> int | None:
    return nearest_rank(ordered, 0.5)


def p90(ordered: Sequence[int]) -> int | None:
    return nearest_rank(ordered, 0.9)
