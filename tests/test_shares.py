"""What is costly is built by one worker, and nothing is lost by the sharing."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shares import shares_of, turn

FILES = (
    "tests/browser/test_record.py",
    "tests/browser/test_cover.py",
    "tests/cases/test_work.py",
    "tests/web/test_a.py",
)


@given(st.lists(st.tuples(st.sampled_from(FILES), st.integers(0, 3)), max_size=20, unique=True))
def test_what_stands_side_by_side_is_one_share_and_nothing_else_is(told: list[tuple[str, int]]) -> None:
    collection = [f"{file}::test[{n}]" for file, n in told]
    shares = shares_of(collection)
    assert list(shares) == collection
    found = [len(list(run)) for _, run in groupby(collection, key=lambda nodeid: shares[nodeid])]
    together = [len(list(run)) for _, run in groupby(told, key=lambda one: one[0].replace("cover", "record"))]
    assert found == together
    assert len(set(shares.values())) == len(together)


def test_what_empties_the_tables_comes_after_all_that_need_them(request: pytest.FixtureRequest) -> None:
    turns = [turn(item) for item in request.session.items]
    assert turns == sorted(turns)
    asked = [
        (set(getattr(item, "fixturenames", ())), item.get_closest_marker("django_db")) for item in request.session.items
    ]
    empties = ["transactional_db" in fixtures for fixtures, _ in asked]
    needs = ["db" in fixtures or mark is not None for fixtures, mark in asked]
    first = empties.index(True) if True in empties else len(empties)
    assert not any(need and not empty for need, empty in list(zip(needs, empties, strict=True))[first:])
