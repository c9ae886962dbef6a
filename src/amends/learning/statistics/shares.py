"""How sure one may be of a share, and of the difference of two: Wilson's score interval, and Newcombe's from two of
them (Statistics in Medicine 1998, method 10). Both stay within what is possible and work with few people."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054  # 95 %


@dataclass(frozen=True)
class Share:
    """So many of `of`."""

    count: int
    of: int

    @property
    def rate(self) -> float:
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class Interval:
    """A value, and the bounds between which the truth lies in 95 of 100 such comparisons."""

    value: float
    low: float
    high: float


def wilson(share: Share) -> Interval:
    """The share with its bounds; from 0 to 1 where there is nobody."""
    if not share.of:
        return Interval(0.0, 0.0, 1.0)
    n, rate, square = share.of, share.rate, _Z * _Z
    middle = (rate + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    return Interval(rate, max(0.0, middle - half), min(1.0, middle + half))


def difference(ours: Share, theirs: Share) -> Interval:
    """Our rate less theirs, with its bounds."""
    a, b = wilson(ours), wilson(theirs)
    value = a.value - b.value
    low = value - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    high = value + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
    return Interval(value, max(-1.0, low), min(1.0, high))


def kept_in_words(ours: Share, theirs: Share) -> str:
    """What the comparison of patients with a case and similar ones without says."""
    if not ours.of or not theirs.of:
        return "Nobody to compare yet."
    told = f"{_percent(ours)} of patients with a case came back, {_percent(theirs)} of similar patients without one."
    found = difference(ours, theirs)
    if found.low > 0:
        return f"{told} More came back than chance explains."
    if found.high < 0:
        return f"{told} Fewer came back than chance explains: an upset costs us patients."
    return f"{told} No difference that chance would not make."


def _percent(share: Share) -> str:
    return f"{100 * share.rate:.0f} %"
