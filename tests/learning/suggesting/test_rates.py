"""How often the right cause is among the first three, on accounts that nothing was learned from."""

from collections import Counter
from pathlib import Path

import pytest
from tests.learning.suggesting.measuring import accounts, all_accounts, held_back_rates, measured, taught_by

from amends.learning.suggesting.model import Model
from amends.learning.suggesting.suggest import suggest
from amends.learning.suggesting.taught import shipped_model
from amends.protocol.policy import shipped_policy

FIRST = accounts()
STRANGERS = accounts("more_accounts.jsonl")
ALL = all_accounts()
HELD_BACK = [account for account in ALL if account.held_back]
TAUGHT = taught_by(account for account in ALL if not account.held_back)
# Of each writer's accounts, the least share whose main cause is among the first three, learned from all other writers:
# notes of the desk, patients, one dictated sentence, stories with side details, and what is never said outright.
BY_WRITER = {1: 0.92, 2: 0.87, 3: 0.89, 4: 0.87, 5: 0.76}


def test_there_are_enough_accounts_of_every_cause_and_in_both_languages() -> None:
    assert len({account.text for account in ALL}) == len(ALL) >= 4_500
    counted = Counter(account.causes[0] for account in ALL)
    assert set(counted) == set(shipped_policy().causes)
    assert min(counted.values()) >= 100
    assert sum(account.language == "es" for account in ALL) >= 0.08 * len(ALL)
    assert all(1 <= len(account.causes) <= 3 for account in ALL)
    assert {account.causes[0] for account in HELD_BACK} == set(shipped_policy().causes)


def test_what_is_shipped_was_learned_from_these_accounts() -> None:
    assert shipped_model() == taught_by(ALL)


def test_the_right_cause_is_among_the_first_three() -> None:
    rates = held_back_rates()
    print(f"\n{rates.summary('held back')}\n{rates.table()}")  # noqa: T201  for reading: pytest -s
    assert rates.right_in_top3 >= 0.86
    assert rates.suggested / rates.asked.total() <= 4
    documented = Path(__file__).parents[3].joinpath("docs", "architecture.md").read_text(encoding="utf-8")
    assert rates.in_markdown(shipped_policy().causes) in documented, "python -m tests.learning.suggesting.measuring"


@pytest.mark.parametrize("writer", BY_WRITER)
def test_the_right_cause_of_a_stranger_is_among_the_first_three(writer: int) -> None:
    theirs = [account for account in STRANGERS if account.writer == writer]
    rates = measured(theirs, taught_by(account for account in ALL if account not in theirs))
    print(f"\n{rates.summary(f'writer {writer}')}")  # noqa: T201
    assert rates.right_in_top3 >= BY_WRITER[writer]


def test_the_lexicon_alone_finds_most() -> None:
    """It was written for the first ones; of the strangers' it finds six of ten, before anything is learned."""
    for name, part, least in (("first", FIRST, 0.8), ("strangers", STRANGERS, 0.6)):
        rates = measured([account for account in part if account.held_back], Model())
        print(f"\n{rates.summary(f'{name}, lexicon alone')}")  # noqa: T201
        assert rates.right_in_top3 >= least


def test_a_group_that_chooses_otherwise_is_followed() -> None:
    """Whoever calls every fee a cause of its own is offered that one, and loses next to nothing elsewhere."""
    half = [account for account in ALL if not account.held_back]
    fees = {"missed_visit_fee": "our_fees"}
    chosen = Model().learned_all((one.text, [fees.get(cause, cause) for cause in one.causes]) for one in half[::4])
    theirs = [account for account in HELD_BACK if account.causes[0] in fees]
    found = [[one.cause for one in suggest(account.text, chosen, taught=TAUGHT)] for account in theirs]
    assert sum("our_fees" in causes[:3] for causes in found) >= 0.6 * len(theirs)
    others = [account for account in HELD_BACK[::4] if account.causes[0] not in fees]
    assert measured(others, TAUGHT, chosen).right_in_top3 >= measured(others, TAUGHT).right_in_top3 - 0.02
