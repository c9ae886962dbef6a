"""The summary's page over five years: p95 at 100,000 cases. Only what the page reads is written: rows and figures."""

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.load import Visitor, measure
from bench.pages import home, running, sessions

Row = tuple[str, str]
_FIVE_YEARS = 1_826


def main(database: str, cases: int, port: int) -> Iterator[Row]:
    """Last week, a quarter and a year, for a leader of the whole group and for a regional manager."""
    with home(database, 0) as environment:
        subprocess.run([sys.executable, "-m", "bench.prepare", "figures", str(cases)], env=environment, check=True)
        with running(environment, port):
            known = sessions(environment)
            for who in ("Leader 0", "Regional 0"):
                for name, query in (("last week", ""), ("a quarter", _days(91)), ("a year", _days(365))):
                    timing = _timed(Visitor(port, known[who]), query)
                    yield f"Summary, {name}, {who.split()[0].lower()} · {database}, {cases:,} cases", timing


def _timed(visitor: Visitor, query: str) -> str:
    def look(visitor: Visitor, n: int) -> bytes:
        return visitor.get(f"/summary{query}")

    measure([visitor], 10, look)
    return str(measure([visitor], 100, look))


def _days(count: int) -> str:
    """So many days until yesterday, as the page is asked for them."""
    last = datetime.now(UTC).date() - timedelta(days=1)
    return f"?first={last - timedelta(days=count - 1)}&last={last}"


def fill_figures(cases: int, *, seed: int = 1) -> None:
    """Closed cases of five years with their figures, and one watched action for every fifty."""
    from django.db import connection, transaction

    from amends.cases.door import opened
    from amends.cases.models import CaseRow
    from amends.cases.policies import current_policy
    from amends.learning.models import CaseFigures, Outcome, WatchedAction
    from amends.practice.models import Office

    chance, now, policy = random.Random(seed), datetime.now(UTC), current_policy()
    offices, causes = list(Office.objects.all()), list(policy.causes)
    for start in range(0, cases, 2_000):
        rows, figures, actions = [], [], []
        for n in range(start, min(cases, start + 2_000)):
            at, office = now - timedelta(days=_FIVE_YEARS * (cases - n) / cases), chance.choice(offices)
            cause, later = chance.choice(causes), at.date() + timedelta(days=8)
            told = {"severity": "upset", "source": "desk", "causes": cause}
            row = CaseRow(
                office=office, stage="closed", is_open=False, accepted=True, still_here=False, opened_at=at,
                changed_at=at, version=9, policy=policy.version, head="x", **told,
            )  # fmt: skip
            rows.append(row)
            figures.append(
                CaseFigures(
                    case=row, office=office, day=at.date(), counts=True, is_repeat=n % 9 == 0, with_patient=True,
                    minutes_to_contact=chance.randrange(600), minutes_to_addressed=600, minutes_to_closed=700,
                    addressed_on=at.date(), addressed_at=at, spoken_with=True, has_review=n % 5 == 0,
                    reply_live=n % 5 == 0, replied_on=later if n % 5 == 0 else None,
                    kept_on=later if n % 3 == 0 else None,
                    confirmed="yes" if n % 2 else "", confirmed_on=later if n % 2 else None, was_late=n % 7 == 0,
                    minutes_to_documented=2, minutes_to_told=5, late_steps=",speak," if n % 7 == 0 else "",
                    **(told | {"causes": f",{cause},"}),
                )
            )  # fmt: skip
            if n % 50 == 0:
                ended = at + timedelta(days=90)
                actions.append(
                    WatchedAction(
                        case=row, no=1, office=office, causes=f",{cause},", due_at=at, until=ended, outcome=Outcome.HELD
                    )
                )
        with transaction.atomic(), opened():
            CaseRow.system.bulk_create(rows)
            CaseFigures.objects.bulk_create(figures)
            WatchedAction.objects.bulk_create(actions)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
