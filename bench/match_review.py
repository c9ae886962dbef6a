"""How many lines a second `amends match-review` answers, in one process and with its JSON."""

import io
import random
from time import perf_counter

from tests.reviews.matching.worlds import example, written

from amends.filters import match_review

LINES = 1_000
PATIENTS = 60


def main() -> list[tuple[str, str]]:
    """One row: offices of sixty patients, each line with patients and a review of its own."""
    chance = random.Random(7)
    given = "\n".join(written(example(chance, number, size=PATIENTS)) for number in range(LINES))
    stdin, stdout = io.BytesIO(given.encode()), io.BytesIO()
    began = perf_counter()
    exit_code = match_review.run(stdin, stdout)
    took = perf_counter() - began
    if exit_code or stdout.getvalue().count(b"\n") != LINES:
        raise RuntimeError("A line of the benchmark was not answered.")
    return [(f"match-review: {LINES:,} lines, {PATIENTS} patients each", f"{LINES / took:,.0f} lines/s")]
