"""The limits that the matching promises, on offices of sixty patients that it has not seen."""

import pytest
from tests.reviews.matching.measuring import measured
from tests.reviews.matching.worlds import examples, without_the_right_one


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_the_right_person_is_first_and_strangers_are_nobody(seed: int) -> None:
    rates = measured(examples(seed, 400))
    print(f"\nseed {seed}\n{rates.table()}")  # noqa: T201  the rates are for reading: pytest -s
    assert rates.share("somebody: ") >= 0.95
    assert rates.share("nobody: ") >= 0.96
    assert rates.wrongly_likely <= 0.01


def test_a_short_list_is_no_reason_to_believe_that_the_writer_is_on_it() -> None:
    rates = measured(examples(21, 300, size=4))
    assert rates.share("somebody: ") >= 0.95
    assert rates.share("nobody: ") >= 0.96
    assert rates.wrongly_likely <= 0.01


def test_a_long_list_does_not_make_chance_a_reason() -> None:
    rates = measured(examples(31, 60, size=300))
    assert rates.share("nobody: ") >= 0.9
    assert rates.wrongly_likely <= 0.02


def test_when_the_writer_is_not_on_the_list_chance_names_few() -> None:
    rates = measured(without_the_right_one(41, 600))
    print(f"\nwithout the right one\n{rates.table()}")  # noqa: T201
    assert rates.share("nobody: ") >= 0.93
    assert rates.wrongly_likely <= 0.01
