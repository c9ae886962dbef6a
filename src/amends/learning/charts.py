"""The charts of the Learning page: what was counted, judged by the statistics, drawn, and said in words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from urllib.parse import urlencode

from django.urls import reverse

from amends.cases.models import number_of
from amends.cases.queries import Followed
from amends.learning.drawing import Line, Mark, Plot, plot
from amends.learning.spans import Span
from amends.learning.statistics.between import BetweenChart, between_chart
from amends.learning.statistics.durations import median, p90
from amends.learning.statistics.pareto import Bar, pareto, vital_few
from amends.learning.statistics.shares import Interval, Share, difference, kept_in_words
from amends.learning.tallies import Added
from amends.learning.taxonomy import shipped_taxonomy
from amends.protocol.wording import in_hours

_SAID_AT_MOST = 4
_BARS_AT_FIRST = 8


@dataclass(frozen=True)
class Row:
    """One line of a chart's table: its name, where it leads, and the cells."""

    name: str
    href: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A chart with its table. `words` come first on the page; `about` says how to read it."""

    key: str
    title: str
    words: tuple[str, ...]
    about: str
    plot: Plot | None
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    speaks: bool = False


@dataclass(frozen=True)
class Links:
    """Ways to the cases behind a number: the address of their list, and the filters of the page as it knows them."""

    filters: Mapping[str, str]
    cases: str = field(default_factory=lambda: reverse("cases"))

    def to(self, first: date, last: date) -> str:
        return f"{self._begin}since={first.isoformat()}&until={last.isoformat()}"

    def of_causes(self, *causes: str) -> "Links":
        """Cases with at least one of these."""
        return Links({**self.filters, "cause": ",".join(causes)}, self.cases)

    def of_followed(self, which: Followed) -> "Links":
        return Links({**self.filters, "followed": which.value}, self.cases)

    @cached_property
    def _begin(self) -> str:
        narrowed = f"{urlencode(self.filters)}&" if self.filters else ""
        return f"{self.cases}?{narrowed}"


# --- days between ----------------------------------------------------------------------------------------------------


def between(cases: Sequence[tuple[date, int]], today: date) -> Chart:
    """Days between rare cases, each point the case that ended a gap; the newest gap still grows."""
    chart: BetweenChart = between_chart([day.toordinal() for day, _ in cases], today.toordinal())
    loud = {place for signal in chart.signals for place in signal.places}
    marks, rows = [], []
    for place, ((_, _), (day, pk)) in enumerate(pairwise(cases)):
        number, gap = number_of(pk), chart.gaps[place]
        href, name = reverse("case", args=[number]), f"{day:%b} {day.day}, {day.year}"
        marks.append(Mark(name, gap, f"{number}, {name}: {_days(gap)} after the one before", href, place in loud))
        rows.append(Row(number, href, (name, f"{gap:.0f}", "Look here" if place in loud else "")))
    if cases:
        number = number_of(cases[-1][1])
        told = f"{_days(chart.since_last)} since {number}, and still growing"
        quiet = len(chart.gaps) in loud
        marks.append(Mark("today", chart.since_last, told, reverse("case", args=[number]), quiet, True))
    lines = []
    if chart.is_enough:
        lines = [
            Line(f"usual {chart.center:.0f}", "center", tuple(chart.center for _ in marks)),
            Line("upper limit", "limit", tuple(chart.upper for _ in marks)),
        ]
    about = "Each point is a case: the days since the one before. High is good. The hollow one is still growing."
    return Chart(
        "between",
        "Days between cases",
        newest(chart.in_words()),
        about,
        plot(marks, lines) if len(marks) > 1 else None,
        ("Case", "Told", "Days since the one before", "Note"),
        tuple(rows),
        bool(loud),
    )


# --- causes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CauseBar:
    """One cause of the Pareto; `width` is its length in per cent of the longest."""

    bar: Bar
    label: str
    href: str
    width: float
    is_vital: bool

    @property
    def percent(self) -> str:
        return f"{100 * self.bar.share:.0f} %"

    @property
    def so_far(self) -> str:
        return f"{100 * self.bar.so_far:.0f} %"


@dataclass(frozen=True)
class Causes:
    words: str
    bars: tuple[CauseBar, ...]

    @property
    def parts(self) -> tuple[tuple[CauseBar, ...], tuple[CauseBar, ...]]:
        """What is shown at once, and what unfolds."""
        return self.bars[:_BARS_AT_FIRST], self.bars[_BARS_AT_FIRST:]


def causes(added: Added, labels: Mapping[str, str], first: date, last: date, links: Links) -> Causes:
    """The Pareto of causes; each bar leads to its cases."""
    bars = pareto(added.causes)
    few = vital_few(bars)
    shown = tuple(
        CauseBar(
            bar,
            labels.get(bar.cause, bar.cause),
            links.of_causes(bar.cause).to(first, last),
            round(100 * bar.count / bars[0].count, 1),
            bar in few,
        )
        for bar in bars
    )
    if not bars:
        return Causes("No cause is recorded in this time.", ())
    if len(few) == len(bars) or len(few) > len(bars) / 2:
        return Causes("No few causes stand out: they are spread over many.", shown)
    of = f"{len(few)} of {len(bars)} causes make" if len(few) > 1 else f"One of {len(bars)} causes makes"
    return Causes(f"{of} {100 * few[-1].so_far:.0f} % of what was named. Begin with “{shown[0].label}”.", shown)


@dataclass(frozen=True)
class Area:
    """Causes that belong together, with the number of cases that name one of them, and where they are. `above` is what
    the area belongs to, said once for all that belong there."""

    above: str
    label: str
    cases: int
    href: str


@dataclass(frozen=True)
class Areas:
    """Causes put together: by what it was about, and by where on the way; empty where one cause was chosen."""

    about: tuple[Area, ...] = ()
    on_the_way: tuple[Area, ...] = ()


def areas(added: Added, causes: Collection[str], first: date, last: date, links: Links) -> Areas:
    """The causes of the protocol by HCAT's categories and by stages of care; a case counts once in each."""
    taxonomy = shipped_taxonomy()
    if "cause" in links.filters:
        return Areas()
    category_of = {cause: taxonomy.category(cause).key for cause in causes}
    stage_of = {cause: taxonomy.stage_of.get(cause, "") for cause in causes}

    def shown(of: Mapping[str, str], labels: Mapping[str, tuple[str, str]]) -> Iterator[Area]:
        counted, above = added.named_in(of), ""
        for key, (belongs, label) in labels.items():
            if counted[key]:
                some = [cause for cause in causes if of[cause] == key]
                href = links.of_causes(*some).to(first, last)
                yield Area("" if belongs == above else belongs, label, counted[key], href)
                above = belongs

    about = {one.key: (one.domain_label, one.label) for one in taxonomy.categories.values()}
    stages = {key: ("", label) for key, label in taxonomy.stages_of_care.items()} | {"": ("", "Anywhere on the way")}
    return Areas(tuple(shown(category_of, about)), tuple(shown(stage_of, stages)))


# --- hours to contact, and patients kept -----------------------------------------------------------------------------


def contact(spans: Sequence[Span], counted: Mapping[Span, Added], all_of_it: Added, today: date, links: Links) -> Chart:
    """Hours until somebody first spoke with the patient: median and 90th percentile of each period."""
    minutes = all_of_it.cell.minutes
    marks, rows, highs = [], [], []
    for span in spans:
        some = counted[span].cell
        middle, high = median(some.minutes), p90(some.minutes)
        href = links.to(span.first, span.last)
        if middle is None or high is None:
            rows.append(Row(span.name, href, (str(some.cases), "0", "", "")))
            continue
        told = f"{span.name}: half within {in_hours(middle)}, nine of ten within {in_hours(high)}"
        marks.append(Mark(span.name, middle / 60, told, href, hollow=span.end > today))
        highs.append(high / 60)
        rows.append(Row(span.name, href, (str(some.cases), str(len(some.minutes)), in_hours(middle), in_hours(high))))
    middle, high = median(minutes), p90(minutes)
    if middle is None or high is None:
        words = "Nobody has been spoken with in this time."
    else:
        words = f"Half of the patients heard from us within {in_hours(middle)}, nine of ten within {in_hours(high)}."
        silent = all_of_it.cell.cases - len(minutes)
        words += f" With {_patients(silent)} nobody has spoken." if silent else ""
    halves = tuple(mark.value for mark in marks)
    lines = [Line("9 of 10", "other", tuple(highs)), Line("half", "unseen", halves)] if highs else []
    about = "Hours by the clock, nights and weekends included, from the report to the first conversation."
    heads = (spans[0].grain.value.capitalize(), "Cases", "Spoken with", "Half within", "Nine of ten within")
    picture = plot(marks, lines) if marks else None
    return Chart("contact", "Hours to the first conversation", (words,), about, picture, heads, tuple(rows))


@dataclass(frozen=True)
class Kept:
    """Patients with a case that came back, against similar ones without."""

    words: str
    ours: Share
    theirs: Share
    found: Interval
    followed: str  # where the cases behind our numbers are
    came_back: str

    @property
    def bounds(self) -> str:
        """The difference in percentage points, with its bounds."""
        value, low, high = (round(100 * number) for number in (self.found.value, self.found.low, self.found.high))
        return f"{value:+d} points (with 95 % confidence {low:+d} to {high:+d})".replace("-", "−")


def kept(added: Added, first: date, last: date, links: Links) -> Kept:
    """Patients kept; our numbers lead to their cases, and of the similar patients only their number is known."""
    ours, theirs = added.kept
    followed, came_back = (links.of_followed(which).to(first, last) for which in (Followed.ALL, Followed.CAME_BACK))
    return Kept(kept_in_words(ours, theirs), ours, theirs, difference(ours, theirs), followed, came_back)


def newest(words: tuple[str, ...]) -> tuple[str, ...]:
    """What began first, then the newest, a few in all: the rest is marked in the picture and in the table."""
    if len(words) <= _SAID_AT_MOST:
        return words
    more = len(words) - _SAID_AT_MOST
    return (words[0], *words[more + 1 :], f"And {more} more, marked below.")


def cases_in_words(count: int) -> str:
    return f"{count} case{'' if count == 1 else 's'}"


def _patients(count: int) -> str:
    return f"{count} patient{'' if count == 1 else 's'}"


def _days(count: float) -> str:
    return f"{count:.0f} day{'' if count == 1 else 's'}"
