"""Limits in words."""

import pytest

from amends.handbook.limits import open_days, open_minutes


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "at once"),
        (1, "within 1 open minute"),
        (15, "within 15 open minutes"),
        (60, "within 1 open hour"),
        (120, "within 2 open hours"),
        (90, "within 1 open hour and 30 minutes"),
        (121, "within 2 open hours and 1 minute"),
    ],
)
def test_open_minutes(minutes, words):
    assert open_minutes(minutes) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "by closing time of the same open day"),
        (1, "by closing time of the next open day"),
        (2, "by closing time of the second open day after"),
        (14, "by closing time of the 14th open day after"),
    ],
)
def test_open_days(days, words):
    assert open_days(days) == words
