"""The chart of cases for 1,000 completed visits, and what it says of periods whose visits are not all known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from amends.learning.against_visits import AgainstVisits, Held
from amends.learning.charts import Chart, Links, Row, cases_in_words, newest
from amends.learning.drawing import Line, Mark, plot
from amends.learning.spans import Grain, Span
from amends.learning.statistics.rates import Period, Point, RateChart, rate_chart

_NAMED_AT_MOST = 2


@dataclass(frozen=True)
class _Shown:
    """One period of the chart: all its cases, what of them is held against visits, and its point; None where there is
    nothing to hold them against."""

    span: Span
    cases: int
    held: Held
    is_whole: bool
    point: Point | None
    signalled: bool = False


def rates(
    spans: Mapping[Grain, Sequence[Span]],
    held: AgainstVisits,
    today: date,
    links: Links,
    names: Mapping[int, str],
    *,
    since: date = date.min,
) -> Chart:
    """Cases for 1,000 completed visits with limits; plain counts where no visits are known. The finest grain whose
    periods hold enough cases, else the coarsest. A period that began before `since` was not written down from its
    beginning, and has no place. `names` are those of the open offices; of closed ones nobody need hear."""
    counts_only = not any(held.known[one].visits for some in spans.values() for one in some if one.end <= today)
    found: list[tuple[Grain, list[_Shown], RateChart]] = []
    for grain, some in spans.items():
        written = [one for one in some if one.first >= since or one.end > today]
        found.append((grain, *_judged(written, held, today, counts_only=counts_only)))
        if found[-1][2].is_enough:
            break
    grain, shown, chart = found[-1]
    return _chart(grain, shown, chart, names, links, counts_only=counts_only)


def _judged(
    spans: Sequence[Span], held: AgainstVisits, today: date, *, counts_only: bool
) -> tuple[list[_Shown], RateChart]:
    periods = {
        one: Period(held.cases_in(one), 1.0, is_whole=one.end <= today)
        if counts_only
        else Period(held[one].cases, (held.known[one].visits or 0) / 1000, is_whole=one.end <= today)
        for one in spans
    }
    chart = rate_chart(list(periods.values()))
    loud = {place for signal in chart.signals for place in signal.places} if chart.is_enough else set()
    shown, place = [], 0
    for span, period in periods.items():
        point = chart.points[place] if period.area else None
        shown.append(
            _Shown(span, held.cases_in(span), held[span], period.is_whole, point, bool(point) and place in loud)
        )
        place += point is not None
    return shown, chart


def _chart(
    grain: Grain,
    shown: Sequence[_Shown],
    chart: RateChart,
    names: Mapping[int, str],
    links: Links,
    *,
    counts_only: bool,
) -> Chart:
    missing = () if counts_only else _missing([one for one in shown if one.is_whole], names, grain.value)
    limits = chart.is_enough
    marks = [_mark(one, links, names, counts_only=counts_only) for one in shown]
    rows = tuple(_row(one, links, names, limits=limits, counts_only=counts_only) for one in shown)
    lines = [Line(f"average {chart.center:.1f}", "center", tuple(chart.center for _ in shown))]
    if limits:
        points = [one.point for one in shown]
        upper = tuple(point.upper if point else None for point in points)
        lower = tuple(point.lower if point and point.period.is_whole and point.fewest else None for point in points)
        lines += [Line("upper limit", "limit", upper), Line("lower limit", "limit", lower)]
    about = (
        f"Each point is a {grain}. {_unread(shown, names)}, so these are counts and not rates."
        if counts_only
        else f"Each point is a {grain}. Between the limits lies what chance alone makes of that {grain}'s visits; "
        f"the average is that of all points shown. The {grain} that is not over is hollow, and its cases and visits "
        "are those until yesterday."
    )
    heads = ("Cases", *(() if counts_only else ("Visits", "For 1,000 visits")), "Ordinary", "Note")
    return Chart(
        "rate",
        "Cases" if counts_only else "Cases for 1,000 completed visits",
        _words(chart, shown, grain.value, counts_only=counts_only) + missing,
        about,
        plot(marks, lines) if marks else None,
        (grain.value.capitalize(), *heads),
        rows,
        any(one.signalled for one in shown),
    )


def _words(chart: RateChart, shown: Sequence[_Shown], unit: str, *, counts_only: bool) -> tuple[str, ...]:
    if not chart.is_enough:
        return (f"Too few cases to judge a {unit} by: what happened is shown, and no rule speaks.",)
    judged = [one for one in shown if one.point]
    whole = sum(one.is_whole for one in judged)
    if chart.signals or counts_only or whole == sum(one.is_whole for one in shown):
        return newest(chart.in_words([one.span.name for one in judged], unit))
    return (f"Ordinary variation in the {_so_many(whole, unit)} that could be judged.",)


def _missing(shown: Sequence[_Shown], names: Mapping[int, str], unit: str) -> tuple[str, ...]:
    """What was not looked at: offices whose visits are not known in some of these periods, and periods with none."""
    judged = [one for one in shown if one.point]
    without = {one.span: {office for office in one.held.without if office in names} for one in judged}
    always = set.intersection(*without.values()) if without else set()
    at_times = set().union(*without.values()) - always
    said = []
    if always:
        said.append(f"Visits are not known of {_named(always, names)}: the others are judged alone.")
    if at_times:
        when = _when([one for one in judged if without[one.span] & at_times], shown, unit)
        said.append(f"Visits are not known of {_named(at_times, names)} {when}: there the others are judged alone.")
    if unjudged := [one for one in shown if not one.point]:
        said.append(f"No visits are known {_when(unjudged, shown, unit)}: not judged.")
    return tuple(said)


def _when(some: Sequence[_Shown], shown: Sequence[_Shown], unit: str) -> str:
    first, last = some[0].span.name, some[-1].span.name
    if list(some) == list(shown[-len(some) :]):
        return f"since {first}"
    return f"in {_so_many(len(some), unit)} from {first} to {last}" if len(some) > 1 else f"in the {unit} {first}"


def _mark(one: _Shown, links: Links, names: Mapping[int, str], *, counts_only: bool) -> Mark:
    span, point = one.span, one.point
    told = f"{span.name}{'' if one.is_whole else ' so far'}: {cases_in_words(one.cases)}"
    if not counts_only:
        told += f", {point.rate:.1f} for 1,000 visits" if point else ", visits not known"
        told += f", {aside}" if (aside := _aside(one, names)) else ""
    href = links.to(span.first, span.last)
    return Mark(span.name, point.rate if point else None, told, href, one.signalled, not one.is_whole)


def _row(one: _Shown, links: Links, names: Mapping[int, str], *, limits: bool, counts_only: bool) -> Row:
    span, point = one.span, one.point
    ordinary = ""
    if limits and point:
        ordinary = f"{point.fewest} to {point.most}" if one.is_whole else f"up to {point.most}"
    seen: tuple[str, ...] = ()
    notes = [] if one.is_whole else ["Not over yet"]
    if not counts_only:
        seen = (f"{one.held.visits or 0:,}", f"{point.rate:.1f}") if point else ("not known", "")
        notes += [_aside(one, names)] if point else ["Not judged"] * one.is_whole
    notes += ["Look here"] * one.signalled
    return Row(
        span.name,
        links.to(span.first, span.last),
        (str(one.cases), *seen, ordinary, ". ".join(filter(None, notes))),
    )


def _aside(one: _Shown, names: Mapping[int, str]) -> str:
    """Which of its cases are judged, where that is not all of them."""
    without = {office for office in one.held.without if office in names}
    if not one.point or (one.held.cases == one.cases and not without):
        return ""
    until = "" if one.is_whole else " until yesterday"
    return f"{one.held.cases} judged{until}{f', without {_named(without, names)}' if without else ''}"


def _unread(shown: Sequence[_Shown], names: Mapping[int, str]) -> str:
    without = [{office for office in one.held.without if office in names} for one in shown if one.is_whole]
    always = set.intersection(*without) if without else set()
    return f"Visits are not known of {_named(always, names)}" if always else "Visits are not known of all these days"


def _named(offices: set[int], names: Mapping[int, str]) -> str:
    if len(offices) > _NAMED_AT_MOST:
        return f"{len(offices)} offices"
    return " and ".join(sorted(names[office] for office in offices))


def _so_many(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
