"""Medians, Paretos, and how sure one may be of a share."""

import random
from collections import Counter
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.learning.statistics.durations import median, nearest_rank, p90
from amends.learning.statistics.pareto import pareto, vital_few
from amends.learning.statistics.shares import Share, difference, kept_in_words, wilson


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[int]) -> None:
    ordered = sorted(values)
    for tenths, found in ((5, median(ordered)), (9, p90(ordered))):
        assert found in values
        enough = ceil(len(values) * tenths / 10)
        assert sum(value <= found for value in values) >= enough
        assert sum(value < found for value in values) < enough


def test_the_ninth_of_ten_is_the_90th_percentile_and_nobody_has_none() -> None:
    assert p90(range(1, 11)) == 9
    assert median([3, 8]) == 3
    assert nearest_rank([7], 0.01) == 7
    assert median([]) is None


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 50)))
def test_a_pareto_falls_and_ends_at_all_of_it(counts: dict[str, int]) -> None:
    bars = pareto(counts)
    assert {bar.cause: bar.count for bar in bars} == {cause: count for cause, count in counts.items() if count}
    assert [bar.count for bar in bars] == sorted((bar.count for bar in bars), reverse=True)
    if bars:
        assert bars[-1].so_far == pytest.approx(1)
        few = vital_few(bars)
        assert few == bars[: len(few)]
        assert few[-1].so_far >= 0.8 or few == bars
        assert len(few) == 1 or few[-2].so_far < 0.8


def test_the_difference_and_its_bounds_are_those_of_newcombes_own_table() -> None:
    """Statistics in Medicine 17 (1998), table II: (a) 56/70 less 48/80, and (h) 10/10 less 0/10, method 10."""
    a = difference(Share(56, 70), Share(48, 80))
    assert [round(x, 4) for x in (a.value, a.low, a.high)] == [0.2, 0.0524, 0.3339]
    h = difference(Share(10, 10), Share(0, 10))
    assert [round(x, 4) for x in (h.value, h.low, h.high)] == [1.0, 0.6075, 1.0]


def test_of_nobody_everything_is_possible() -> None:
    assert (wilson(Share(0, 0)).low, wilson(Share(0, 0)).high) == (0, 1)
    assert kept_in_words(Share(0, 0), Share(1, 2)) == "Nobody to compare yet."


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (Share(30, 100), Share(300, 500), "Fewer came back than chance explains: an upset costs us patients."),
        (Share(60, 100), Share(300, 500), "No difference that chance would not make."),
        (Share(80, 100), Share(300, 500), "More came back than chance explains."),
    ],
)
def test_a_comparison_is_said_in_words(ours: Share, theirs: Share, said: str) -> None:
    assert kept_in_words(ours, theirs).endswith(said)
    assert kept_in_words(ours, theirs).startswith(f"{ours.count} % of patients with a case came back, 60 %")


@pytest.mark.parametrize(
    ("cases", "kept", "others_kept"), [(20, 0.5, 0.6), (60, 0.55, 0.65), (200, 0.8, 0.85), (40, 0.9, 0.97)]
)
def test_the_intervals_hold_the_truth_as_often_as_they_claim(cases: int, kept: float, others_kept: float) -> None:
    chance, worlds, held = random.Random(cases), 4_000, 0
    for _ in range(worlds):
        ours = Share(sum(chance.random() < kept for _ in range(cases)), cases)
        theirs = Share(sum(chance.random() < others_kept for _ in range(5 * cases)), 5 * cases)
        found = difference(ours, theirs)
        held += found.low <= kept - others_kept <= found.high
    assert abs(held / worlds - 0.95) < 0.02 + 3 * sqrt(0.95 * 0.05 / worlds)


def test_similar_patients_of_the_same_case_that_resemble_each_other_do_not_make_it_surer_than_it_is() -> None:
    """Matched: each case has its own chance to come back, which its similar patients share."""
    chance, worlds, held, cases = random.Random(99), 2_000, 0, 60
    for _ in range(worlds):
        ours, theirs = Counter[bool](), Counter[bool]()
        for _ in range(cases):
            own = chance.betavariate(6, 4)
            ours[chance.random() < own] += 1
            theirs.update(chance.random() < own for _ in range(5))
        found = difference(Share(ours[True], cases), Share(theirs[True], 5 * cases))
        held += found.low <= 0 <= found.high
    assert held / worlds > 0.94
