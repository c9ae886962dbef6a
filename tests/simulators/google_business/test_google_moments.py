"""Times, and page tokens, by property."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.simulators.google_business import moments
from amends.simulators.google_business.paging import page
from amends.simulators.google_business.refusals import GoogleError

MOMENTS = st.integers(min_value=0, max_value=4_102_444_800 * moments.SECOND)


@given(MOMENTS)
def test_a_time_is_told_whole_with_0_3_6_or_9_digits(moment: int) -> None:
    told = moments.written(moment)
    assert moments.read(told) == moment
    assert len(told) in (20, 24, 27, 30)


@given(MOMENTS, st.sampled_from(moments.DIGITS))
def test_a_time_with_fewer_digits_is_cut_and_never_later(moment: int, digits: int) -> None:
    told = moments.read(moments.written(moment, digits))
    assert 0 <= moment - told < 10 ** (9 - digits)


@pytest.mark.parametrize(
    "text", ["", "2026-03-02", "2026-03-02T14:05:00", "2026-03-02T14:05:00.1234567890Z", "2026-13-02T14:05:00Z"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moments.read(text)


def test_offsets_are_taken_into_account() -> None:
    moment = moments.of(datetime(2026, 3, 2, 12, 5, tzinfo=UTC))
    assert moments.read("2026-03-02T14:05:00+02:00") == moments.read("2026-03-02t12:05:00z") == moment


def pages(rows: Sequence[str], size: int, by_offset: bool) -> list[list[str]]:
    found, token = [], ""
    while True:
        shown, token = page(rows, size=size, token=token, query=("q",), secret=b"s", key=str, by_offset=by_offset)
        found.append(shown)
        if not token:
            return found


@given(st.lists(st.uuids().map(str), unique=True, max_size=30), st.integers(1, 12), st.booleans())
def test_pages_hold_everything_once_in_order(rows: list[str], size: int, by_offset: bool) -> None:
    found = pages(rows, size, by_offset)
    assert [one for shown in found for one in shown] == rows
    assert all(len(shown) == size for shown in found[:-1])


@given(st.text(max_size=80))
def test_a_token_that_was_made_up_is_refused(token: str) -> None:
    rows = ["a", "b"]
    if token == "":
        return
    with pytest.raises(GoogleError):
        page(rows, size=1, token=token, query=("q",), secret=b"s", key=str)
