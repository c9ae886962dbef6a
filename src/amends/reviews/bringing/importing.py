"""Bringing a file in, row by row, and what became of it. The dry run reads the same rows and writes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from amends import clock
from amends.practice.directory import OfficeEntry, directory
from amends.reviews.bringing.column_map import ColumnMap
from amends.reviews.bringing.dates import is_day_first
from amends.reviews.bringing.google_names import GoogleNames
from amends.reviews.bringing.rows import Reading, told_in
from amends.reviews.bringing.table import Opens, Table, open_table
from amends.reviews.bringing.taking import look_ahead, take
from amends.reviews.bringing.values import NotUsable, ToldReview
from amends.reviews.intake import Taken
from amends.reviews.models import Via

# Rows of one transaction: few commits for a long file, and nobody else waits long for the lock.
_TOGETHER = 50


@dataclass(frozen=True)
class Read:
    """A row that can be taken in: the line on which it begins, the office, and what it tells."""

    line: int
    office: str
    told: ToldReview


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be taken in: the line on which it begins, and why."""

    line: int
    why: str


Rejects = Callable[[Rejected], None]


@dataclass
class Counts:
    """What became of the rows: every row that was read is rejected, new or known; the others say more of these."""

    read: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0  # known, and says something else than before
    maybe_same: int = 0  # new, and seems to be another that is here: a person decides
    cases: int = 0
    replied: int = 0  # with a reply that stands on the site
    rejected: int = 0

    def add(self, taken: Taken) -> None:
        self.new += taken.is_new
        self.known += not taken.is_new
        self.changed += taken.is_changed
        self.maybe_same += taken.is_new and taken.review.maybe_same_id is not None
        self.cases += taken.opens


@dataclass(frozen=True)
class ReviewFile:
    """A file whose header was found, and how its rows are read."""

    table: Table
    how: Reading

    def rows(self) -> Iterator[Read | Rejected]:
        for row in self.table.rows():
            try:
                office, told = told_in(row, self.how)
            except NotUsable as why:
                yield Rejected(row.line, str(why))
            else:
                yield Read(row.line, office.id, told)

    @property
    def not_kept(self) -> tuple[str, ...]:
        """The names of the columns that may say who a patient is."""
        return tuple(self.table.columns.of_patient.values())

    @property
    def not_read(self) -> tuple[str, ...]:
        """The names of the other columns that are left alone."""
        return self.table.columns.unread


@dataclass(frozen=True)
class Report:
    """The end of one file."""

    counts: Counts
    file: ReviewFile
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """As it is printed and kept."""
        return {
            "dry_run": self.dry_run,
            "tool": self.file.table.columns.tool,
            **vars(self.counts),
            "not_kept": list(self.file.not_kept),
            "not_read": list(self.file.not_read),
        }


def open_file(
    opens: Opens, mapped: ColumnMap, *, offices: Sequence[OfficeEntry] | None = None, at: datetime
) -> ReviewFile:
    """Reads the header, and in which order dates stand. `offices` are those whose reviews may come in, by default all
    that are active. Raises `NotReadable`, and `OSError`."""
    table = open_table(opens, mapped.columns)
    active = [office for office in directory().offices.values() if office.is_active]
    us = not _has_day_first(table)
    how = Reading(table.columns, mapped, active if offices is None else offices, at, slashes_are_us=us)
    return ReviewFile(table, how)


def bring_rows(
    rows: Iterable[Read | Rejected], *, rejects: Rejects, dry_run: bool = False, via: str = Via.CSV, at: datetime
) -> Counts:
    """Takes the rows in, a few at a time; again it finds them known. `rejects` is told of each bad row.

    A database that fails in between ends it: what was taken in stays, and running it again goes on.
    """
    run, each = _Run(via, dry_run, at), iter(rows)
    with ExitStack() as held:
        if dry_run:
            held.enter_context(connection.execute_wrapper(_only_read))
        while together := list(islice(each, _TOGETHER)):
            with transaction.atomic():
                for row in together:
                    run.counts.read += 1
                    if isinstance(row, Rejected):
                        run.counts.rejected += 1
                        rejects(row)
                    else:
                        run.take(row)
    return run.counts


def bring_in(
    opens: Opens, mapped: ColumnMap, *, rejects: Rejects, dry_run: bool = False, at: datetime | None = None
) -> Report:
    """A whole file. Raises `NotReadable` before anything is written."""
    now = at or clock.now()
    file = open_file(opens, mapped, at=now)
    return Report(bring_rows(file.rows(), rejects=rejects, dry_run=dry_run, at=now), file, dry_run)


class WouldWrite(RuntimeError):
    """A dry run was about to change the database: a fault of Amends."""


@dataclass
class _Run:
    """Rows on their way in."""

    via: str
    dry_run: bool
    now: datetime
    counts: Counts = field(default_factory=Counts)
    google: GoogleNames = field(default_factory=GoogleNames)
    _alike: Counter[str] = field(default_factory=Counter)
    _before: set[int] = field(default_factory=set)  # digests of the names in a dry run

    def take(self, row: Read) -> None:
        self.counts.replied += row.told.reply is not None
        how: dict[str, Any] = {
            "office": row.office,
            "via": self.via,
            "google": self.google,
            "at": self.now,
            "alike": self._alike,
        }
        if not self.dry_run:
            self.counts.add(take(row.told, **how))
            return
        key, taken = look_ahead(row.told, **how)
        self.counts.add(Taken(taken.review) if hash(key) in self._before else taken)
        self._before.add(hash(key))


def _only_read(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Lets a dry run read and nothing else, whatever the code below it may do one day."""
    word = sql.lstrip(" (\n").split(None, 1)[0].upper()
    if word not in ("SELECT", "SAVEPOINT", "RELEASE", "BEGIN"):
        raise WouldWrite(word)
    return execute(sql, params, many, context)


def _has_day_first(table: Table) -> bool:
    """Whether any date of the file has the day in front: then 3/4 is no longer March 4 without being told."""
    places = [table.columns.at[name] for name in ("created_at", "updated_at") if name in table.columns.at]
    return any(is_day_first(row.cells[at]) for row in table.rows() for at in places if at < len(row.cells))
