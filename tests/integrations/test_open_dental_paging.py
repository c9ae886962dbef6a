"""Long lists: each row once whatever moves meanwhile, begun anywhere, and an end to lists that have none."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.integrations.servers import Asked, Says, StubServer

from amends.deliveries.channel import Permanent, RetryAfter
from amends.integrations.open_dental.client import Budget, Connection, OpenDentalClient
from amends.integrations.open_dental.pacing import Pacer
from amends.integrations.open_dental.paging import OVERLAP, Page, each_page, next_offset
from amends.integrations.open_dental.route import Route, Routes
from amends.integrations.open_dental.rows import Commlog


@pytest.fixture
def client(server: StubServer) -> OpenDentalClient:
    return OpenDentalClient(Routes([Route(Connection(server.url, "d", "c", read_seconds=30), Pacer(0.0))]))


def row(number: int) -> Commlog:
    return Commlog(CommlogNum=number)


def served(numbers: list[int], size: int, *, offset: int = 0) -> Page[Commlog]:
    found = [row(number) for number in numbers[offset:][:size]]
    return Page(found, next_offset(offset, len(found)))


@given(
    count=st.integers(0, 1200),
    size=st.sampled_from([100, 200, 1000]),
    start=st.integers(0, 1200),
)
def test_from_anywhere_each_row_comes_once(count: int, size: int, start: int) -> None:
    numbers = list(range(count))
    pages = list(each_page(lambda offset: served(numbers, size, offset=offset), offset=start))
    assert [each.CommlogNum for page in pages for each in page.rows] == numbers[start:]
    assert pages[-1].next_offset is None


@given(
    count=st.integers(300, 900),
    moves=st.lists(st.integers(-OVERLAP, 60), min_size=10, max_size=10),
)
def test_rows_that_come_and_go_meanwhile_hide_none_that_stays(count: int, moves: list[int]) -> None:
    """Between two pages some new rows appear in front, or up to ten of the rows that were seen go away."""
    numbers, left = list(range(1000, 1000 + count)), list(moves)

    def fetch(offset: int) -> Page[Commlog]:
        page = served(numbers, 100, offset=offset)
        if left:
            move = left.pop(0)
            numbers[: max(0, -move)] = []
            numbers[:0] = range(len(left) * 100, len(left) * 100 + max(0, move))
        return page

    found = {each.CommlogNum for page in each_page(fetch, offset=0) for each in page.rows}
    assert found >= {number for number in numbers if number >= 1000}


def test_the_offset_of_the_last_page_is_where_to_go_on(server: StubServer, client: OpenDentalClient) -> None:
    broken = [True]

    def answer(asked: Asked) -> object:
        offset = int(asked.query.get("Offset", 0))
        if offset >= 180 and broken:
            return Says(400, "An unexpected error occurred.")
        return [{"CommlogNum": number} for number in range(350)][offset:][:100]

    server.on("GET", "commlogs", answer)
    pages = client.pages("commlogs", Commlog, {}, budget_per_page=5)
    first, second = next(pages), next(pages)
    found, offset = {each.CommlogNum for page in (first, second) for each in page.rows}, second.next_offset
    with pytest.raises(RetryAfter):
        next(pages)
    assert offset == 180
    assert server.queries("commlogs")[-3:] == [{"Offset": "180"}] * 3  # the page was tried three times
    broken.clear()
    for page in client.pages("commlogs", Commlog, {}, budget_per_page=5, offset=offset):
        found |= {each.CommlogNum for each in page.rows}
    assert found == set(range(350))


def test_a_page_that_fails_once_is_asked_for_again(server: StubServer, client: OpenDentalClient) -> None:
    failing = [True, True]

    def answer(asked: Asked) -> object:
        offset = int(asked.query.get("Offset", 0))
        if offset and failing:
            failing.pop()
            return Says(504)
        return [{"CommlogNum": number} for number in range(150)][offset:][:100]

    server.on("GET", "commlogs", answer)
    pages = list(client.pages("commlogs", Commlog, {}, budget_per_page=5))
    assert sum(len(page.rows) for page in pages) == 150


@pytest.mark.parametrize("says", [Says(429, "", {"Retry-After": "9"}), Says(400, "PatNum is required.")])
def test_a_refusal_is_not_asked_for_again(server: StubServer, client: OpenDentalClient, says: Says) -> None:
    server.on("GET", "commlogs", says)
    with pytest.raises((RetryAfter, Permanent)):
        list(client.pages("commlogs", Commlog, {}, budget_per_page=5))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "numbers",
    [
        lambda page: range(100),  # it ignores Offset
        lambda page: (page, *range(99)),  # and something changes all the time
        lambda page: reversed(range(100)) if page % 2 else range(100),
    ],
)
def test_a_list_without_an_end_is_given_up(numbers: Callable[[int], object]) -> None:
    asked: list[int] = []

    def fetch(offset: int) -> Page[Commlog]:
        asked.append(offset)
        found = [row(number) for number in numbers(len(asked))]  # type: ignore[attr-defined]
        return Page(found, next_offset(offset, len(found)))

    found = [each.CommlogNum for page in each_page(fetch, offset=0) for each in page.rows]
    assert len(asked) <= 200
    assert len(found) == len(set(found))


def test_a_list_that_goes_on_with_ever_new_rows_is_an_error() -> None:
    def fetch(offset: int) -> Page[Commlog]:
        return Page([row(offset)], offset + 1)

    with pytest.raises(RetryAfter, match="does not end"):
        for _ in each_page(fetch, offset=0):
            pass


@pytest.mark.parametrize(
    ("count", "following"), [(0, None), (99, None), (100, 90), (200, 190), (1000, 990), (1001, None)]
)
def test_a_full_page_has_a_next_one(count: int, following: int | None) -> None:
    assert next_offset(0, count) == following


@pytest.mark.parametrize("ignored", [True, False])
def test_who_asks_for_a_limit_gets_one_page(server: StubServer, client: OpenDentalClient, ignored: bool) -> None:
    rows = [{"CommlogNum": number} for number in range(200)]
    server.on("GET", "commlogs", rows[:100] if ignored else rows[:1])
    found = client.rows("commlogs", Commlog, {"Limit": 1}, Budget(10))
    assert found[0].CommlogNum == 0
    assert len(server.asked) == 1
