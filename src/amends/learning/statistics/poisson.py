"""What chance alone makes of cases that come one by one: the Poisson distribution, exactly.

Shewhart's three sigma mean 0.135 % on either side of a normal curve. Cases are counted, few at a time, and lie skewed:
with five expected, three sigma would cry wolf twice as often as promised. So limits are counts with that same risk
(probability limits: Montgomery, Introduction to Statistical Quality Control, 7.3).
"""

from functools import lru_cache
from math import exp, lgamma, log, sqrt

RISK = 0.00135  # on each side: what three sigma mean
_NEGLIGIBLE = 1e-10


def chance_of(count: int, mean: float) -> float:
    """The probability of exactly so many where `mean` are expected."""
    if mean <= 0:
        return 1.0 if count == 0 else 0.0
    return exp(count * log(mean) - mean - lgamma(count + 1))


def at_least(count: int, mean: float) -> float:
    """The probability of so many or more."""
    if count <= 0:
        return 1.0
    if count <= mean:
        return 1.0 - at_most(count - 1, mean)
    term = total = chance_of(count, mean)
    while term > total * _NEGLIGIBLE:
        count += 1
        term *= mean / count
        total += term
    return total


def at_most(count: int, mean: float) -> float:
    """The probability of so many or fewer."""
    if count < 0:
        return 0.0
    if count > mean:
        return 1.0 - at_least(count + 1, mean)
    term = total = chance_of(count, mean)
    while count > 0 and term > total * _NEGLIGIBLE:
        term *= count / mean
        count -= 1
        total += term
    return total


@lru_cache(maxsize=8192)
def ordinary(mean: float) -> tuple[int, int]:
    """The smallest and the largest count that is still ordinary: beyond each lies no more than `RISK`."""
    spread = 3 * sqrt(mean)
    high = max(0, int(mean + spread))
    while at_least(high + 1, mean) > RISK:
        high += 1
    while high > 0 and at_least(high, mean) <= RISK:
        high -= 1
    low = max(0, int(mean - spread))
    while at_most(low, mean) <= RISK:
        low += 1
    while low > 0 and at_most(low - 1, mean) > RISK:
        low -= 1
    return low, high
