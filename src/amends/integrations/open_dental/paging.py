"""Lists over several pages: no total, no next link, no promised order (open-dental-api.md 2.6)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from amends.deliveries.channel import RetryAfter

from .rows import Row

R = TypeVar("R", bound=Row)

# Every page size of section 1 is a multiple of this, so a page that is not one is the last.
SMALLEST_PAGE = 100
# Pages are asked for with an overlap: a row that goes away meanwhile must not hide another.
OVERLAP = 10
_MOST_PAGES = 5000
# A flood of new rows in front may repeat whole pages; a server that ignores `Offset` repeats them for ever.
_MOST_WITHOUT_NEWS = 3
_TRIES_OF_ONE_PAGE = 3


@dataclass(frozen=True)
class Page(Generic[R]):
    """Rows of one page, and the `Offset` of the next; None where this one was the last."""

    rows: list[R]
    next_offset: int | None


def next_offset(offset: int, count: int) -> int | None:
    """Where the page after one of `count` rows begins; None where that was the last."""
    return offset + count - OVERLAP if count and count % SMALLEST_PAGE == 0 else None


def each_page(fetch: Callable[[int], Page[R]], *, offset: int, tries: int = _TRIES_OF_ONE_PAGE) -> Iterator[Page[R]]:
    """The pages from `offset` on, each row in the first page that has it.

    A page that fails for the moment is asked for again before the error is raised. The `next_offset` of the last page
    that came is where to go on later: a long list may fail half way. Raises what `fetch` raises.
    """
    seen: set[object] = set()
    before: list[object] = []
    without_news = 0
    for _ in range(_MOST_PAGES):
        page = _fetched(fetch, offset, tries)
        keys = [row.key for row in page.rows]
        fresh = list({row.key: row for row in page.rows if row.key not in seen}.values())
        seen.update(keys)
        without_news = 0 if fresh else without_news + 1
        ended = page.next_offset is None or keys == before or without_news >= _MOST_WITHOUT_NEWS
        yield Page(fresh, None if ended else page.next_offset)
        if ended or page.next_offset is None:
            return
        offset, before = page.next_offset, keys
    raise RetryAfter("Open Dental's list does not end.")


def _fetched(fetch: Callable[[int], Page[R]], offset: int, tries: int) -> Page[R]:
    while True:
        tries -= 1
        try:
            return fetch(offset)
        except RetryAfter as failed:
            # Told to pause, or out of time: to ask again at once would be wrong.
            if tries <= 0 or failed.seconds is not None:
                raise
