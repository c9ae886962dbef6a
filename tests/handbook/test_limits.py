"""Limits in words."""

from dataclasses import replace

import pytest

from amends.handbook.limits import in_words, open_days, open_minutes
from amends.protocol.policy import shipped_policy


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


def test_reminder_is_named_or_said_to_be_none():
    limits = shipped_policy().limits
    assert in_words(limits)["warn_open_minutes"] == "30 open minutes before"
    assert in_words(replace(limits, warn_open_minutes=0))["warn_open_minutes"] == "no reminder"
