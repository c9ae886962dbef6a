"""t-charts: days between two cases of what is rare, where counts for a period would mostly be 0 or 1.

What happens at random times has exponential gaps, so limits and center are quantiles of that curve (probability limits:
Xie, Goh and Ranjan, Reliability Engineering and System Safety 2002; Montgomery 7.3.5 describes the same chart after a
power transform). The center is the median, so that either side is equally likely. A long gap is good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log

from amends.learning.statistics.poisson import RISK
from amends.learning.statistics.rules import Judged, Rule, Side, Signal, side_of, signals

FEWEST_GAPS = 4  # with fewer the mean is a guess and nothing is judged
_LOWER, _MEDIAN, _UPPER = -log(1 - RISK), log(2), -log(RISK)


@dataclass(frozen=True)
class BetweenChart:
    """Days between neighbouring cases, in order. `since_last` are the days since the newest case, still growing."""

    gaps: tuple[float, ...]
    since_last: float

    @property
    def mean(self) -> float:
        """The usual gap, in days."""
        return sum(self.gaps) / len(self.gaps) if self.gaps else 0.0

    @property
    def center(self) -> float:
        return self.mean * _MEDIAN

    @property
    def lower(self) -> float:
        return self.mean * _LOWER

    @property
    def upper(self) -> float:
        return self.mean * _UPPER

    @property
    def is_enough(self) -> bool:
        return len(self.gaps) >= FEWEST_GAPS

    @cached_property
    def signals(self) -> list[Signal]:
        """The gap since the newest case speaks only once it is longer than chance makes it: it may still grow."""
        if not self.is_enough:
            return []
        judged = [Judged(side_of(gap, self.center), not self.lower <= max(gap, 0.5) <= self.upper) for gap in self.gaps]
        still_quiet = self.since_last > self.upper
        judged.append(Judged(Side.ABOVE, True) if still_quiet else Judged(Side.ON, False))
        return signals(judged)

    def in_words(self) -> tuple[str, ...]:
        if not self.is_enough:
            return (f"Fewer than {FEWEST_GAPS + 1} cases: too few to say what is usual.",)
        if not self.signals:
            return ("Ordinary variation. Nothing to chase.",)
        return tuple(self._sentence(signal) for signal in self.signals)

    def _sentence(self, signal: Signal) -> str:
        up, first = signal.side is Side.ABOVE, signal.places[0]
        if signal.rule is Rule.EIGHT:
            beside = "longer" if up else "shorter"
            so = "It happens more seldom: keep what was changed." if up else "It happens more often: look for why."
            return f"{len(signal.places)} gaps in a row {beside} than usual. {so}"
        days = self.since_last if first == len(self.gaps) else self.gaps[first]
        what = f"{days:.0f} days without one"
        if not up:
            return f"{what}: shorter than chance makes it."
        return f"{what}, and up to {self.upper:.0f} are ordinary. Either it was cured, or it is not written down: ask."


def between_chart(days: Sequence[float], today: float) -> BetweenChart:
    """The chart of cases on these days (numbers that grow by one a day, in any order); `today` is the same kind."""
    ordered = sorted(days)
    gaps = tuple(later - earlier for earlier, later in pairwise(ordered))
    return BetweenChart(gaps, today - ordered[-1] if ordered else 0.0)
