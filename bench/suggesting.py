"""How many accounts a second get their suggestions, and how long it takes to compare one with five thousand."""

import random
from time import perf_counter

from tests.learning.suggesting.measuring import accounts

from amends.learning.suggesting.model import Model
from amends.learning.suggesting.similar import indexed, similar, telling
from amends.learning.suggesting.suggest import suggest

EARLIER = 5_000
COMPARED = 50


def main() -> list[tuple[str, str]]:
    """Rows of name and value: in one process, with a model that has learned from every account of the tests."""
    labelled = accounts()
    model = Model().learned_all((account.text, account.causes) for account in labelled)
    began = perf_counter()
    for account in labelled:
        suggest(account.text, model)
    suggested = perf_counter() - began
    earlier = _earlier([account.text for account in labelled])
    index = indexed({key: telling(text) for key, text in earlier.items()})
    began = perf_counter()
    for account in labelled[:COMPARED]:
        if not similar(telling(account.text), index):
            raise RuntimeError("An account of the benchmark is like none.")
    compared = perf_counter() - began
    return [
        (f"causes suggested: {len(labelled):,} accounts", f"{len(labelled) / suggested:,.0f} accounts/s"),
        (f"accounts alike: one among {EARLIER:,}", f"{compared / COMPARED * 1000:.1f} ms"),
    ]


def _earlier(texts: list[str]) -> dict[int, str]:
    """Earlier accounts, each of two of the labelled ones, so that few are the same."""
    chance = random.Random(7)
    return {number: f"{chance.choice(texts)} {chance.choice(texts)}" for number in range(EARLIER)}
