"""What the cases in which one person was involved have in common, against what is usual at that office.

There is no function here that takes two people, and none that counts cases by person. Source of the minimum counts and
of speaking with the person first: Vanderbilt's PARS, as privacy-and-complaints-rules.md 9.5 has it; the
numbers are ours (docs/decisions/0032-people-justly.md).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from amends.learning.models import CaseFigures, keys_in
from amends.learning.statistics.poisson import ordinary

# With fewer nothing is said, and always the same nothing.
FEWEST_CASES = 5
FEWEST_DAYS = 60  # from the first of them to the last
FEWEST_PATIENTS = 3
LOOKS_BACK = timedelta(days=730)  # what is older does not follow anybody


@dataclass(frozen=True)
class Told:
    """One case as a pattern needs it. `day` is when it was reported; `patient` is "" where nobody knows who it was."""

    pk: int
    day: date
    office: int
    patient: str
    causes: tuple[str, ...]
    moment: str


@dataclass(frozen=True)
class Line:
    """How many of the person's cases have this cause (or moment), and how many of so many are usual at the office."""

    key: str
    count: int
    usual: float

    @property
    def is_ordinary(self) -> bool:
        """Whether chance alone brings that many, by the limits of the charts (Shewhart's risk, exactly)."""
        return self.count <= ordinary(self.usual)[1]


@dataclass(frozen=True)
class Pattern:
    """The person's cases, the oldest first, with their causes and moments, the most frequent first."""

    cases: tuple[Told, ...]
    causes: tuple[Line, ...]
    moments: tuple[Line, ...]


def pattern_of(person: str, offices: Collection[int], today: date) -> Pattern | None:
    """What the person's cases at these offices have in common; None where they are too few to say anything."""
    since = today - LOOKS_BACK
    told = list(_read(offices, since, today, f",{person},"))
    if not are_enough(told):
        return None
    at = {one.office for one in told}
    return compared(told, list(_read(at, since, today)))


def are_enough(told: Sequence[Told]) -> bool:
    """Whether these cases reach each of the minimum counts. A patient whom nobody knows counts as none."""
    days = [one.day for one in told]
    patients = {one.patient for one in told if one.patient}
    return (
        len(told) >= FEWEST_CASES
        and max(days) - min(days) >= timedelta(days=FEWEST_DAYS)
        and len(patients) >= FEWEST_PATIENTS
    )


def compared(told: Sequence[Told], usual: Sequence[Told]) -> Pattern:
    """These cases against all of the same offices, which hold them too: so nobody is compared with anybody."""
    mine = Counter(one.office for one in told)
    theirs = Counter(one.office for one in usual)
    share = {office: count / theirs[office] for office, count in mine.items()}
    return Pattern(
        tuple(told),
        _lines((one.causes for one in told), ((one.causes, share[one.office]) for one in usual)),
        _lines(((one.moment,) for one in told), (((one.moment,), share[one.office]) for one in usual)),
    )


def _lines(mine: Iterable[tuple[str, ...]], usual: Iterable[tuple[tuple[str, ...], float]]) -> tuple[Line, ...]:
    counts = Counter(key for keys in mine for key in keys)
    expected: dict[str, float] = dict.fromkeys(counts, 0.0)
    for keys, weight in usual:
        for key in keys:
            if key in expected:
                expected[key] += weight
    ordered: Mapping[str, int] = dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
    return tuple(Line(key, count, expected[key]) for key, count in ordered.items())


def _read(offices: Collection[int], since: date, today: date, person: str = "") -> Iterable[Told]:
    rows = CaseFigures.objects.filter(counts=True, office__in=offices, day__gt=since, day__lte=today)
    if person:
        rows = rows.filter(involved__contains=person)
    columns = ("case_id", "day", "office_id", "case__patient_key", "causes", "moment")
    for pk, day, office, patient, causes, moment in rows.order_by("day", "pk").values_list(*columns).iterator():
        yield Told(pk, day, office, patient, keys_in(causes), moment)
