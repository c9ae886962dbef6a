"""u-charts: how many cases there were for so many visits, by period (Montgomery 7.3; Provost and Murray 2011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from amends.learning.statistics.poisson import ordinary
from amends.learning.statistics.rules import Judged, Rule, Side, Signal, side_of, signals

# With fewer expected in a period there is hardly a lower limit and the sides of the center are lopsided: such a chart
# would call chance a signal. Longer periods are shown instead, or the days between.
ENOUGH = 5.0


@dataclass(frozen=True)
class Period:
    """So many cases for so much that could have gone wrong (`area`: visits in thousands, or 1 where nobody counted
    visits). `is_whole` is false for a period that has not ended yet: it may have too many already, and that it has few
    says nothing. Its `area` is that of the days of which its cases are."""

    count: int
    area: float
    is_whole: bool = True


@dataclass(frozen=True)
class Point:
    """One period with its rate and the rates between which it is ordinary, all for one of `area`."""

    period: Period
    rate: float
    lower: float
    upper: float
    fewest: int
    most: int


@dataclass(frozen=True)
class RateChart:
    """`center` is the rate of the periods that it was taken from, all together."""

    center: float
    points: tuple[Point, ...]

    @property
    def expected(self) -> float:
        """How many cases a usual whole period has."""
        whole = [point.period.area for point in self.points if point.period.is_whole]
        return self.center * sum(whole) / len(whole) if whole else 0.0

    @property
    def is_enough(self) -> bool:
        """Whether its periods hold enough cases for its rules to mean what they say."""
        return self.expected >= ENOUGH

    @cached_property
    def signals(self) -> list[Signal]:
        return signals([_judged(point, self) for point in self.points])

    def in_words(self, names: Sequence[str], unit: str) -> tuple[str, ...]:
        """What it says; `names` are those of the periods, `unit` is that of one period ("week")."""
        if not self.signals:
            return ("Ordinary variation. Nothing to chase.",)
        return tuple(_sentence(signal, self.points, names, unit) for signal in self.signals)


def rate_chart(periods: Sequence[Period], *, baseline: int | None = None) -> RateChart:
    """The chart of these periods. The center comes from the first `baseline` of them, without it from all that have
    ended: what is compared with itself cries wolf no oftener than it should. Periods without an area have no place."""
    known = [period for period in periods[:baseline] if period.is_whole and period.area > 0]
    area = sum(period.area for period in known)
    center = sum(period.count for period in known) / area if area else 0.0
    return RateChart(center, tuple(_point(period, center) for period in periods if period.area > 0))


def _point(period: Period, center: float) -> Point:
    fewest, most = ordinary(center * period.area)
    rates = [count / period.area for count in (period.count, fewest, most)]
    return Point(period, rates[0], rates[1], rates[2], fewest, most)


def _judged(point: Point, chart: RateChart) -> Judged:
    period = point.period
    if not period.is_whole:
        return Judged(Side.ABOVE, True) if period.count > point.most else Judged(Side.ON, False)
    return Judged(side_of(point.rate, chart.center), not point.fewest <= period.count <= point.most)


def _sentence(signal: Signal, points: Sequence[Point], names: Sequence[str], unit: str) -> str:
    first, last = signal.places[0], signal.places[-1]
    up = signal.side is Side.ABOVE
    if signal.rule is Rule.EIGHT:
        count, beside = len(signal.places), "above" if up else "below"
        change = "Something has changed for the worse" if up else "Something is better"
        return (
            f"{count} {unit}s in a row {beside} the average, from {names[first]} to {names[last]}. {change}: "
            f"find out what began around {names[first]}{'' if up else ', and keep it'}."
        )
    point = points[first]
    so_far = "" if point.period.is_whole else " so far"
    had = f"{names[first]}{so_far}: {point.period.count} case{'' if point.period.count == 1 else 's'}"
    if so_far:
        return f"{had}, and up to {point.most} would be ordinary. Something is different: look at these cases."
    if up:
        return f"{had}, and up to {point.most} are ordinary there. Something was different: look at these cases."
    return f"{had}, and {point.fewest} or more are ordinary there. Better than chance, or not written down: ask."
