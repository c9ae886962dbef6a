"""What the charts call a signal: by value, by property, and as often as the theory of the rules says."""

import random
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.learning.statistics.between import between_chart
from amends.learning.statistics.poisson import RISK, at_least, at_most, chance_of, ordinary
from amends.learning.statistics.quiet import quiet
from amends.learning.statistics.rates import Period, rate_chart
from amends.learning.statistics.rules import RUN, Judged, Rule, Side, signals

WORLDS = 1_000
POINTS = 26


# --- by value and by property --------------------------------------------------------------------------------------


@given(mean=st.floats(0.01, 400), count=st.integers(0, 600))
def test_tails_are_those_of_the_distribution_added_up(mean: float, count: int) -> None:
    plain = sum(chance_of(n, mean) for n in range(count))
    assert at_most(count - 1, mean) == pytest.approx(plain, abs=1e-9)
    assert at_least(count, mean) == pytest.approx(1 - plain, abs=1e-9)


@given(mean=st.floats(0, 5_000))
def test_beyond_each_limit_lies_no_more_than_the_risk_and_the_limit_itself_is_ordinary(mean: float) -> None:
    low, high = ordinary(mean)
    assert at_least(high + 1, mean) <= RISK < at_least(high, mean)
    assert at_most(low, mean) > RISK
    assert low == 0 or at_most(low - 1, mean) <= RISK
    assert low <= mean + 1
    assert high >= mean - 1


def test_with_many_cases_the_limits_are_shewharts_three_sigma() -> None:
    low, high = ordinary(2_500.0)
    assert abs(high - (2_500 + 3 * sqrt(2_500))) <= 3
    assert abs(low - (2_500 - 3 * sqrt(2_500))) <= 3


def test_eight_on_one_side_speak_seven_do_not_and_a_point_on_the_center_is_passed_over() -> None:
    above, on, below = (Judged(side, False) for side in (Side.ABOVE, Side.ON, Side.BELOW))
    assert signals([above] * 7 + [below]) == []
    (found,) = signals([below, *[above] * 4, on, *[above] * 4, below])
    assert (found.rule, found.side, found.places) == (Rule.EIGHT, Side.ABOVE, (1, 2, 3, 4, 6, 7, 8, 9))


def test_what_beyond_says_names_the_period_the_count_and_what_is_ordinary() -> None:
    periods = [Period(10, 1.0)] * 11 + [Period(30, 1.0)]
    chart = rate_chart(periods, baseline=11)
    (said,) = chart.in_words([f"week {n}" for n in range(12)], "week")
    most = ordinary(10.0)[1]
    assert said == (
        f"week 11: 30 cases, and up to {most} are ordinary there. Something was different: look at these cases."
    )
    quiet_week = rate_chart([Period(20, 1.0)] * 11 + [Period(1, 1.0)], baseline=11)
    assert "1 case, and" in quiet_week.in_words([str(n) for n in range(12)], "week")[0]
    assert rate_chart([Period(10, 1.0)] * 12).in_words([""] * 12, "week") == ("Ordinary variation. Nothing to chase.",)


def test_a_run_says_which_way_and_since_when() -> None:
    names = [f"w{n}" for n in range(20)]
    worse = rate_chart([Period(8, 1.0)] * 10 + [Period(12, 1.0)] * 10, baseline=10).in_words(names, "week")
    assert worse == (
        "10 weeks in a row above the average, from w10 to w19. Something has changed for the worse: find out what "
        "began around w10.",
    )
    better = rate_chart([Period(8, 1.0)] * 10 + [Period(6, 1.0)] * 10, baseline=10).in_words(names, "week")
    assert "Something is better: find out what began around w10, and keep it." in better[0]


def test_a_period_that_has_not_ended_speaks_only_when_it_has_too_many_already() -> None:
    before = [Period(10, 1.0)] * 12
    assert rate_chart([*before, Period(0, 0.2, is_whole=False)]).signals == []
    assert rate_chart([*before, Period(5, 0.1, is_whole=False)]).signals == []
    (found,) = rate_chart([*before, Period(25, 0.4, is_whole=False)]).signals
    assert found.places == (12,)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 900)), max_size=30))
def test_limits_follow_each_periods_own_visits(given_periods: list[tuple[int, int]]) -> None:
    periods = [Period(count, visits / 1000) for count, visits in given_periods]
    chart = rate_chart(periods)
    shown = [period for period in periods if period.area]
    assert [point.period for point in chart.points] == shown
    for point in chart.points:
        assert point.lower <= chart.center + 1e-9 <= point.upper + 1 / point.period.area + 1e-9
        assert point.rate == point.period.count / point.period.area
    assert chart.is_enough == (chart.expected >= 5)


# --- as often as theory says ---------------------------------------------------------------------------------------


def poisson(chance: random.Random, mean: float) -> int:
    """One count, by adding up exponential gaps."""
    count, left = 0, mean + log(1 - chance.random())
    while left > 0:
        count += 1
        left += log(1 - chance.random())
    return count


def theory_of_worlds(mean: float, center: float, points: int) -> tuple[float, float]:
    """The probability that so many points of that true mean bring at least one signal of a chart with that center, and
    the expected number of points until the first one: a Markov chain over the length of the run."""
    low, high = ordinary(center)
    inside = range(low, high + 1)
    above = sum(chance_of(n, mean) for n in inside if n > center)
    below = sum(chance_of(n, mean) for n in inside if n < center)
    on = sum(chance_of(n, mean) for n in inside if n == center)
    state = {0: 1.0}  # runs: +3 is three above, -2 is two below
    signalled, expected = 0.0, 0.0
    for step in range(5_000):
        following: dict[int, float] = {}
        for run, share in state.items():
            for to, p in (
                (max(run, 0) + 1, above),
                (min(run, 0) - 1, below),
                (run, on),
            ):
                if abs(to) < RUN:
                    following[to] = following.get(to, 0.0) + share * p
        expected += sum(state.values())
        state = following
        if step == points - 1:
            signalled = 1 - sum(state.values())
    return signalled, expected


@pytest.mark.parametrize(("mean", "seed"), [(6.5, 1), (12.0, 2), (40.0, 3), (400.0, 4)])
def test_stable_worlds_give_false_signals_as_often_as_the_rules_theory_says(mean: float, seed: int) -> None:
    chance = random.Random(seed)
    history = [Period(round(mean * 100_000), 100_000.0)]  # the center is known
    false = 0
    for _ in range(WORLDS):
        world = [Period(poisson(chance, mean), 1.0) for _ in range(POINTS)]
        false += any(max(signal.places) > 0 for signal in rate_chart([*history, *world], baseline=1).signals)
    theory, _ = theory_of_worlds(mean, mean, POINTS)
    spread = sqrt(theory * (1 - theory) / WORLDS)
    assert abs(false / WORLDS - theory) < 3.5 * spread


@pytest.mark.parametrize(("mean", "seed"), [(6.5, 21), (12.0, 22), (40.0, 23)])
def test_a_week_that_is_not_over_gives_a_false_signal_no_oftener_than_theory_says(mean: float, seed: int) -> None:
    """Looked at on each of its days, by the visits of those that are over; each look has the risk of a limit."""
    chance, weeks, days = random.Random(seed), 4_000, 6
    history = Period(round(mean * 100_000), 100_000.0)
    false = [0] * days
    for _ in range(weeks):
        so_far = 0
        for day in range(days):
            so_far += poisson(chance, mean / 7)
            chart = rate_chart([history, Period(so_far, (day + 1) / 7, is_whole=False)])
            false[day] += bool(chart.signals)
    theory = [at_least(ordinary(mean * (day + 1) / 7)[1] + 1, mean * (day + 1) / 7) for day in range(days)]
    assert max(theory) <= RISK
    looks, expected = weeks * days, sum(theory) / days
    # The looks of one week are not independent: at worst they all speak at once.
    assert abs(sum(false) / looks - expected) < 3.5 * sqrt(expected / weeks)


def test_a_center_taken_from_the_chart_itself_cries_wolf_no_oftener() -> None:
    chance, false, mean = random.Random(5), 0, 12.0
    for _ in range(WORLDS):
        false += bool(rate_chart([Period(poisson(chance, mean), 1.0) for _ in range(POINTS)]).signals)
    theory, _ = theory_of_worlds(mean, mean, POINTS)
    assert false / WORLDS < theory + 3.5 * sqrt(theory / WORLDS)


@pytest.mark.parametrize(("factor", "seed"), [(1.3, 6), (1.6, 7), (2.0, 8), (0.6, 9)])
def test_a_planted_shift_is_signalled_within_the_rules_average_run_length(factor: float, seed: int) -> None:
    chance, mean = random.Random(seed), 12.0
    history = [Period(round(mean * 100_000), 100_000.0)]
    lengths = []
    for _ in range(WORLDS):
        world = list(history)
        while not any(signal.places[-1] > 0 for signal in rate_chart(world, baseline=1).signals):
            world.append(Period(poisson(chance, mean * factor), 1.0))
        lengths.append(len(world) - 1)
    _, expected = theory_of_worlds(mean * factor, mean, POINTS)
    found = sum(lengths) / WORLDS
    spread = sqrt(sum((one - found) ** 2 for one in lengths)) / WORLDS
    assert abs(found - expected) < 4 * spread


# --- days between --------------------------------------------------------------------------------------------------


def test_gaps_at_random_speak_as_seldom_as_their_theory_says_and_ten_times_as_often_after_a_shift() -> None:
    chance, points = random.Random(10), 20
    alarms = 0
    for _ in range(WORLDS):
        day, days = 0.0, [0.0]
        for _ in range(points):
            day += chance.expovariate(1 / 40)
            days.append(day)
        alarms += bool(between_chart(days, day).signals)
    # Both sides are equally likely, so a run of eight is a matter of coins; the mean is the chart's own.
    theory = theory_of_coins(points)
    assert alarms / WORLDS < theory + 3.5 * sqrt(theory / WORLDS)


def theory_of_coins(points: int) -> float:
    state = {0: 1.0}
    for _ in range(points):
        following: dict[int, float] = {}
        for run, share in state.items():
            for to in (max(run, 0) + 1, min(run, 0) - 1):
                if abs(to) < RUN:
                    following[to] = following.get(to, 0.0) + share * (0.5 - RISK)
        state = following
    return 1 - sum(state.values())


def test_a_long_silence_speaks_while_it_lasts_and_a_short_one_does_not() -> None:
    days = [0.0, 30.0, 61.0, 90.0, 121.0, 150.0]
    assert between_chart(days, 200.0).in_words() == ("Ordinary variation. Nothing to chase.",)
    chart = between_chart(days, 150 + 200.0)
    assert chart.in_words() == (
        "200 days without one, and up to 198 are ordinary. Either it was cured, or it is not written down: ask.",
    )
    assert chart.center == pytest.approx(30 * log(2))


def test_runs_of_gaps_say_which_way() -> None:
    seldom = between_chart([0, *range(1, 10), *(40 * n for n in range(1, 10))], 360)
    assert any("more seldom" in said for said in seldom.in_words())
    often = between_chart([0, 90, 180, 270, 360, *(361 + n for n in range(9))], 370)
    assert any("more often" in said for said in often.in_words())


def test_two_on_one_day_where_years_lie_between_are_closer_than_chance() -> None:
    chart = between_chart([0, 900, 1_800, 2_700, 3_600, 3_600], 3_601)
    assert chart.in_words() == ("0 days without one: shorter than chance makes it.",)


def test_too_few_gaps_are_not_judged() -> None:
    assert between_chart([0, 1, 2, 3], 9_000).in_words() == ("Fewer than 5 cases: too few to say what is usual.",)
    assert between_chart([], 5).mean == between_chart([], 5).since_last == 0


# --- quiet offices -------------------------------------------------------------------------------------------------


def test_an_office_is_quiet_when_chance_would_hardly_leave_so_many_visits_without_a_case() -> None:
    usual = quiet(4_000, cases=100, of_visits=100_000)
    assert (usual.expected, usual.is_signal, usual.in_words("Maple Street")) == (4.0, False, "Maple Street: ordinary.")
    found = quiet(7_000, cases=100, of_visits=100_000)
    assert found.chance == exp(-7.0)
    assert found.in_words("Maple Street") == (
        "Maple Street: nothing logged for 7,000 visits, where others log 7. By chance that happens about one time in "
        "1,100. Ask whether upsets are written down there."
    )
    assert "hardly ever" in quiet(50_000, cases=100, of_visits=100_000).in_words("Maple Street")
    assert not quiet(50_000, cases=0, of_visits=0).is_signal


def test_offices_like_the_others_are_called_quiet_no_oftener_than_the_risk() -> None:
    chance, looks, false = random.Random(11), 200_000, 0
    for _ in range(looks):
        since = chance.expovariate(1 / 1_000)  # visits since the last case, where one in a thousand brings one
        false += quiet(round(since), cases=100, of_visits=100_000).is_signal
    assert abs(false / looks - RISK) < 4 * sqrt(RISK / looks)
