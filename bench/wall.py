"""The wall of reviews at 100,000 of them: a page of it, its queues and its filters. Rows are written as they stand."""

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.load import Visitor, measure
from bench.pages import home, running, sessions

Row = tuple[str, str]
_FIVE_YEARS = 1_826
_ASKED = {
    "all": "",
    "live": "?queue=live",
    "one site": "?site=google",
    "one star": "?stars=1",
    "one site's live ones of five stars": "?queue=live&site=google&stars=5",
}


def main(database: str, reviews: int, port: int) -> Iterator[Row]:
    """For a leader of the whole group, a regional manager and the manager of one office."""
    with home(database, 0) as environment:
        subprocess.run([sys.executable, "-m", "bench.prepare", "reviews", str(reviews)], env=environment, check=True)
        with running(environment, port):
            known = sessions(environment)
            for who in ("Leader 0", "Regional 0", "Manager 0"):
                for name, query in _ASKED.items():
                    visitor = Visitor(port, known[who])

                    def look(one: Visitor, n: int, query: str = query) -> bytes:
                        return one.get(f"/reviews{query}")

                    measure([visitor], 10, look)
                    said = f"Wall, {name}, {who.split()[0].lower()} · {database}, {reviews:,} reviews"
                    yield said, str(measure([visitor], 100, look))


def fill_reviews(reviews: int, *, seed: int = 1) -> None:
    """Reviews of five years, all but the newest with a reply that is live."""
    from django.db import connection, transaction

    from amends.practice.models import Office
    from amends.reviews.models import Queue, Review, Via

    chance, now = random.Random(seed), datetime.now(UTC)
    offices = list(Office.objects.all())
    waiting = [queue for queue in Queue if queue not in (Queue.LIVE, Queue.SAME)]
    for start in range(0, reviews, 2_000):
        rows = []
        for n in range(start, min(reviews, start + 2_000)):
            at = now - timedelta(days=_FIVE_YEARS * (reviews - n) / reviews)
            said = f"The wait was long, and nobody at desk {n} told us why."
            queue = chance.choice(waiting) if n > reviews - 300 else Queue.LIVE
            rows.append(
                Review(
                    office=chance.choice(offices), site=chance.choice(("google", "google", "yelp")), site_id=str(n),
                    via=Via.CSV, stars=chance.choice((1, 4, 5, 5, 5)), reviewer=f"R. {n}", text=said, posted_at=at,
                    edited_at=at, first_seen_at=at, last_seen_at=at, queue=queue,
                )
            )  # fmt: skip
        with transaction.atomic():
            Review.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
