"""`amends import-reviews FILE`: reviews from the CSV of any tool. Again with the same file it brings nothing twice.

A column is known by its name, or named in a map (--map, TOML or JSON; docs/integrations/review-tools.md). Columns that
may say who a patient is are never kept. Each row that cannot be taken in is told with its line and the reason.

Ends with 0 when every row was taken in, with 2 when rows were rejected, with 1 when the file cannot be read.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from amends.cli.started import database_is_ready, start_django

if TYPE_CHECKING:
    from amends.reviews.bringing.importing import Rejected, Report

_MOST_IN_JSON = 10_000  # rejected rows; the number of all stands beside them


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="amends import-reviews", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--map", type=Path, help="a file that says which column is what, and which location which office"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 1
    from django.db import DatabaseError

    from amends.reviews.bringing.column_map import ColumnMap, MapError, read_map
    from amends.reviews.bringing.importing import bring_in
    from amends.reviews.bringing.table import NotReadable

    path, rejected = options.file, _Rejected(aloud=not options.json)
    try:
        mapped = read_map(options.map) if options.map else ColumnMap()
    except OSError as wrong:
        return _refuse(f"{options.map} cannot be read ({wrong.strerror}). Nothing was changed.")
    except MapError as wrong:
        return _refuse(f"{options.map}: {wrong} Nothing was changed.")
    try:
        _keep_policy(dry_run=options.dry_run)
        report = bring_in(lambda: path.open("rb"), mapped, rejects=rejected, dry_run=options.dry_run)
    except OSError as wrong:
        return _refuse(f"{path} cannot be read ({wrong.strerror}).")
    except NotReadable as wrong:
        return _refuse(f"{path}: {wrong} Nothing was changed.")
    except DatabaseError as failed:
        return _refuse(
            f"The database refused ({type(failed).__name__}), and the rest was left. "
            "Run it again: nothing comes in twice."
        )
    print(
        json.dumps({**report.as_json(), "rejections": rejected.kept}, ensure_ascii=False)
        if options.json
        else _said(report)
    )
    return 2 if report.counts.rejected else 0


class _Rejected:
    """Tells each rejected row at once, or keeps the first ones for the JSON object."""

    def __init__(self, *, aloud: bool) -> None:
        self._aloud = aloud
        self.kept: list[dict[str, object]] = []

    def __call__(self, row: "Rejected") -> None:
        if self._aloud:
            print(f"line {row.line}: {row.why}")
        elif len(self.kept) < _MOST_IN_JSON:
            self.kept.append({"line": row.line, "why": row.why})


def _keep_policy(*, dry_run: bool) -> None:
    """A case that opens keeps the policy of its day."""
    from amends.cases.policies import keep_current_policy

    if not dry_run:
        keep_current_policy()


def _said(report: "Report") -> str:
    counts = report.counts
    lines = [
        f"{counts.read} rows read: {counts.new} new, {counts.known} known ({counts.changed} of them changed), "
        f"{counts.rejected} rejected.",
        f"{counts.cases} cases {'would be ' if report.dry_run else ''}opened.",
    ]
    if counts.maybe_same:
        lines.append(
            f"{counts.maybe_same} seem to be the same as another review: a person decides, on the Reviews page."
        )
    if counts.replied:
        lines.append(f"{counts.replied} have a reply on their site already.")
    if report.file.not_kept:
        lines.append(f"Not kept, because it may say who a patient is: {', '.join(report.file.not_kept)}.")
    if report.file.not_read:
        lines.append(f"Not read: {', '.join(report.file.not_read)}.")
    if report.dry_run:
        lines.append("This was a dry run: nothing was written.")
    return "\n".join(lines)


def _refuse(why: str) -> int:
    print(f"amends: {why}", file=sys.stderr)
    return 1
