"""Cases counted once for all pages: by office and part of a week, kept in step with the figures.

Whatever changes figures writes down which tallies do not hold any more, in the same transaction; a chore makes those
anew from the figures a moment later, and until then `of_places` makes them for whoever asks. So what a page shows is at
every moment what the figures say, and costs what the tallies cost.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from amends.deliveries.pulses import hold_turn
from amends.integrations.open_dental.models import SimilarPatients
from amends.learning.models import CaseFigures, MonthTally, Tally, ToTally, keys_in
from amends.learning.statistics.shares import Share
from amends.practice.parts_of_weeks import end_of_month, end_of_part, part_of, parts_between

_AT_ONCE = 500
_SIMILAR = tuple(f"case__similar_patients__{name}" for name in ("is_counted", "similar", "came_back"))
_COLUMNS = ("office_id", "day", "source", "causes", "minutes_to_contact", "kept_on", *_SIMILAR)


@dataclass(slots=True)
class Cell:
    """Cases of one source and one set of causes (",wait," as figures have it).

    `followed` cases are those whose patients and whose similar ones could be followed to the end; `kept` of them came
    back, and `similar_kept` of `similar`. `minutes` until somebody first spoke with the patient, one for each case
    where somebody did. Tallies keep these in this order.
    """

    cases: int = 0
    followed: int = 0
    kept: int = 0
    similar: int = 0
    similar_kept: int = 0
    minutes: list[int] = field(default_factory=list)

    def add(self, other: "Cell") -> None:
        self.cases += other.cases
        self.followed += other.followed
        self.kept += other.kept
        self.similar += other.similar
        self.similar_kept += other.similar_kept
        self.minutes += other.minutes

    def as_list(self) -> list[object]:
        return [self.cases, self.followed, self.kept, self.similar, self.similar_kept, self.minutes]


@dataclass
class Added:
    """Cells added up, and how many cases of them have exactly these causes (",a,b," as figures have them)."""

    cell: Cell = field(default_factory=Cell)
    by_causes: Counter[str] = field(default_factory=Counter)

    def add(self, causes: str, cell: Cell) -> None:
        self.cell.add(cell)
        self.by_causes[causes] += cell.cases

    def add_all(self, other: "Added") -> None:
        self.cell.add(other.cell)
        self.by_causes.update(other.by_causes)

    @property
    def causes(self) -> Counter[str]:
        """How many cases name each cause."""
        return self.named_in({})

    def named_in(self, area_of: Mapping[str, str]) -> Counter[str]:
        """How many cases name a cause of each area; a cause that is in none is one of its own."""
        found: Counter[str] = Counter()
        for causes, cases in self.by_causes.items():
            for area in {area_of.get(cause, cause) for cause in keys_in(causes)}:
                found[area] += cases
        return found

    @property
    def kept(self) -> tuple[Share, Share]:
        """Patients with a case that came back, and similar ones without."""
        cell = self.cell
        return Share(cell.kept, cell.followed), Share(cell.similar_kept, cell.similar)


class Cells(dict[str, dict[str, Cell]]):
    """Cells by source, then by causes."""

    def of(self, cause: str, source: str) -> Added:
        """Those with this cause and source ("" any), added up; not to be changed."""
        return self._narrowed(cause, source) if cause or source else self._everything

    @cached_property  # tallies of the past stay in memory (`_read`), and most pages ask for everything in them
    def _everything(self) -> Added:
        return self._narrowed("", "")

    def _narrowed(self, cause: str, source: str) -> Added:
        added, wanted = Added(), f",{cause},"
        for of_source, by_causes in self.items():
            if source in ("", of_source):
                for causes, cell in by_causes.items():
                    if not cause or wanted in causes:
                        added.add(causes, cell)
        return added


Kept = TypeVar("Kept", Tally, MonthTally)


def of_places(
    offices: Sequence[int] | None, first: date, end: date, *, in_months: bool = False
) -> Iterator[tuple[date, Cells]]:
    """What was counted at these offices (None: everywhere) in each part from `first` to `end`, in any order; with
    `in_months`, in each month.

    Both must be where a part, or a month, begins. One comes once for each tally, so the same one may come again.
    """
    model, begin_of = (MonthTally, _month_of) if in_months else (Tally, part_of)
    changed = ToTally.objects.filter(begins__gte=first, begins__lt=end)
    if offices is not None:
        changed = changed.filter(office__in=offices)
    stale = {(office, begin_of(day)) for office, day in changed.values_list("office_id", "begins").distinct()}
    stale_ones = {begins for _, begins in stale}
    kept = model._default_manager.filter(begins__gte=first, begins__lt=end)
    places = [Tally.EVERYWHERE] if offices is None else offices
    for place, begins, cells in kept.filter(place__in=places).values_list("place", "begins", "cells"):
        if begins not in stale_ones if offices is None else (place, begins) not in stale:
            yield begins, _read(cells)
    if not stale:
        return
    end_of = end_of_month if in_months else end_of_part
    parts = {part for begins in stale_ones for part in parts_between(begins, end_of(begins))}
    for (office, part), found in _counted(parts, offices).items():
        if offices is None or (office, begin_of(part)) in stale:
            yield begin_of(part), found


def make_tallies() -> int:
    """Makes the tallies anew that do not hold; returns how many changes that were."""
    done = 0
    while ToTally.objects.exists():
        with transaction.atomic():
            # Who counted earlier writes earlier: otherwise an older count might replace a newer one.
            hold_turn("learning.tally")
            marks = list(ToTally.objects.order_by("pk").values_list("pk", "office_id", "begins")[:_AT_ONCE])
            # What is written down from here on stays, and is seen to the next time.
            ToTally.objects.filter(pk__in=[pk for pk, _, _ in marks]).delete()
            _make({(office, begins) for _, office, begins in marks})
        done += len(marks)
    return done


def note_followed() -> int:
    """Counts what is newly known of similar patients; returns of how many cases."""
    new = SimilarPatients.objects.filter(similar__isnull=False, is_counted=False)
    with transaction.atomic():
        cases = list(new.values_list("pk", flat=True)[:_AT_ONCE])
        SimilarPatients.objects.filter(pk__in=cases).update(is_counted=True)
        places = CaseFigures.objects.filter(case__in=cases).values_list("office_id", "day")
        parts = {(office, part_of(day)) for office, day in places}
        ToTally.objects.bulk_create(ToTally(office_id=office, begins=begins) for office, begins in sorted(parts))
    return len(cases)


def _make(places: set[tuple[int, date]]) -> None:
    parts = {begins for _, begins in places}
    counted = _counted(parts, None)
    made = {(office, begins): counted.get((office, begins), Cells()) for office, begins in places}
    made |= {(Tally.EVERYWHERE, begins): Cells() for begins in parts}
    for (_, begins), cells in counted.items():
        _add(made[Tally.EVERYWHERE, begins], cells)
    _keep(Tally, made)
    _keep(MonthTally, _in_months({(place, _month_of(begins)) for place, begins in made}))


def _in_months(wanted: set[tuple[int, date]]) -> dict[tuple[int, date], Cells]:
    """The tallies of these places and months, added up."""
    found = {one: Cells() for one in wanted}
    for month in {month for _, month in wanted}:
        rows = Tally.objects.filter(begins__gte=month, begins__lt=end_of_month(month))
        places = [place for place, wanted_month in wanted if wanted_month == month]
        for place, cells in rows.filter(place__in=places).values_list("place", "cells"):
            _add(found[place, month], _read(cells))
    return found


def _add(to: Cells, cells: Cells) -> None:
    for source, by_causes in cells.items():
        for causes, cell in by_causes.items():
            to.setdefault(source, {}).setdefault(causes, Cell()).add(cell)


def _keep(model: type[Kept], made: Mapping[tuple[int, date], Cells]) -> None:
    model._default_manager.bulk_create(
        [model(place=place, begins=begins, cells=_written(cells)) for (place, begins), cells in sorted(made.items())],
        update_conflicts=True,
        unique_fields=["place", "begins"],
        update_fields=["cells"],
    )


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _counted(parts: set[date], offices: Sequence[int] | None) -> dict[tuple[int, date], Cells]:
    """The figures of these parts by office and part: the one place that says how they are counted."""
    found: dict[tuple[int, date], Cells] = defaultdict(Cells)
    for some in _in_some(sorted(parts), 50):
        days = Q()
        for begins in some:
            days |= Q(day__gte=begins, day__lt=end_of_part(begins))
        rows = CaseFigures.objects.filter(days, counts=True)
        if offices is not None:
            rows = rows.filter(office__in=offices)
        read = rows.values_list(*_COLUMNS).iterator()
        for office, day, source, causes, minutes, kept_on, is_counted, similar, came_back in read:
            cell = found[office, part_of(day)].setdefault(source, {}).setdefault(causes, Cell())
            cell.cases += 1
            if minutes is not None:
                cell.minutes.append(minutes)
            if is_counted and similar:
                cell.followed += 1
                cell.kept += kept_on is not None
                cell.similar += similar
                cell.similar_kept += came_back
    return found


def _in_some(parts: list[date], size: int) -> Iterator[list[date]]:
    for start in range(0, len(parts), size):
        yield parts[start : start + size]


def _written(cells: Cells) -> str:
    plain = {source: {causes: cell.as_list() for causes, cell in by.items()} for source, by in cells.items()}
    return json.dumps(plain, separators=(",", ":"))


@lru_cache(maxsize=2_000)  # most of the past does not change any more; nobody changes what is read
def _read(text: str) -> Cells:
    by_source = json.loads(text).items()
    return Cells({source: {causes: Cell(*one) for causes, one in by.items()} for source, by in by_source})
