"""Open Dental's REST API: requests, pages and errors, and nothing about what they are for (open-dental-api.md 2)."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import ValidationError

from amends.deliveries.channel import Configuration, OfficeOffline, RetryAfter, UnknownOutcome
from amends.integrations import http

from .answers import KeyRefused, NotFound, error_of
from .pacing import Pacer
from .rows import Row

R = TypeVar("R", bound=Row)
Query = Mapping[str, str | int]

# Every page size of section 1 is a multiple of this, so a page that is not one is the last.
_SMALLEST_PAGE = 100
# Pages are asked for with an overlap: a row that goes away meanwhile must not hide another (2.6).
_OVERLAP = 10
_MOST_PAGES = 500


class Budget:
    """Time that several requests may take together."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds left, from 0."""
        return max(0.0, self._end - self._clock())


@dataclass(frozen=True)
class Connection:
    """Where one database is and the keys to it. The keys show in no representation."""

    base_url: str
    developer_key: str = field(repr=False)
    customer_key: str = field(repr=False)
    read_seconds: float = 65.0
    allow_private: bool = True


@dataclass(frozen=True)
class Page(Generic[R]):
    """Rows of one page, and the `Offset` of the next; None where this one was the last."""

    rows: list[R]
    next_offset: int | None


@dataclass(frozen=True)
class Created:
    """What a 201 told: the row (empty before 23.3.7 for CommLogs) and the number at the end of `Location`."""

    row: Mapping[str, object]
    located: str

    def number(self, key: str) -> str:
        """The primary key as text; empty where neither the row nor `Location` tells it."""
        told = str(self.row.get(key, "")).strip()
        return told if told not in ("", "0") else self.located


class OpenDentalClient:
    """One customer key. Safe from any thread; its `pacer` is what keeps the pace of the key (2.3)."""

    def __init__(self, connection: Connection, pacer: Pacer) -> None:
        self.pacer = pacer
        self._connection = connection

    def one(self, path: str, shape: type[R], budget: Budget) -> R:
        """One row. Raises `OfficeOffline`, `RetryAfter`, `Configuration`, `Permanent` (also as `NotFound`)."""
        return _typed(shape, _body(self._send("GET", path, budget=budget, writing=False)))

    def page(self, path: str, shape: type[R], query: Query, budget: Budget, *, offset: int = 0) -> Page[R]:
        """One page of a list, of the size that the mode has. Raises what `one` raises, but not `NotFound`."""
        try:
            where = {**query, "Offset": offset} if offset else query
            values = _list(_body(self._send("GET", path, query=where, budget=budget, writing=False)))
        except NotFound:
            values = []  # whether an empty result is [] or 404 is not known for every resource (10.8)
        last = not values or len(values) % _SMALLEST_PAGE != 0
        return Page([_typed(shape, value) for value in values], None if last else offset + len(values) - _OVERLAP)

    def rows(self, path: str, shape: type[R], query: Query, budget: Budget) -> list[R]:
        """All rows of a list, over all pages, each once. Raises what `page` raises."""
        found: dict[object, R] = {}
        offset = 0
        for _ in range(_MOST_PAGES):
            page = self.page(path, shape, query, budget, offset=offset)
            fresh = {row.key: row for row in page.rows if row.key not in found}
            found |= fresh
            if page.next_offset is None or not fresh:
                return list(found.values())
            offset = page.next_offset
        raise RetryAfter("Open Dental's list does not end.")

    def post(self, path: str, body: Mapping[str, object], budget: Budget) -> Created:
        """One POST. Raises what `one` raises (then nothing was written) or `UnknownOutcome` (it may have been)."""
        answer = self._send("POST", path, body=body, budget=budget, writing=True)
        located = re.search(r"/(\d+)/?$", answer.headers.get("location", ""))
        return Created(_row_of(answer), located[1] if located else "")

    def put(self, path: str, body: Mapping[str, object], budget: Budget) -> Mapping[str, object]:
        """One PUT, and the row that it answers with: empty where it tells none (open-dental-api.md 2.7).

        The same PUT may be sent again (5.4). Raises what `post` raises.
        """
        return _row_of(self._send("PUT", path, body=body, budget=budget, writing=True))

    def short_query(self, sql: str, shape: type[R], budget: Budget) -> list[R]:
        """All rows of a read-only query, over pages of 100 (open-dental-api.md 3.14). Raises what `one` raises."""
        found: dict[object, R] = {}
        while True:
            answer = self._send(
                "PUT",
                "queries/ShortQuery",
                query={"Offset": len(found)} if found else {},
                body={"SqlCommand": sql},
                budget=budget,
                writing=False,
            )
            page = [_typed(shape, value) for value in _list(_body(answer))]
            fresh = {row.key: row for row in page if row.key not in found}
            found |= fresh
            if len(page) < _SMALLEST_PAGE or not fresh:
                return list(found.values())

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        budget: Budget,
        writing: bool,
    ) -> http.Answer:
        if not self.pacer.wait(at_most=budget.left()):
            raise RetryAfter("Other requests to this office come first.")
        # A request that changes something is given its full time: to hurry it would only leave its outcome unknown.
        patience = self._connection.read_seconds if writing else min(self._connection.read_seconds, budget.left())
        try:
            answer = http.send(
                method,
                self._connection.base_url,
                path,
                query=query,
                json=body,
                headers={**self._authorization(), "Content-Type": "application/json"},
                connect_seconds=min(http.CONNECT_SECONDS, max(0.1, budget.left())),
                read_seconds=max(0.1, patience),
                allow_private=self._connection.allow_private,
            )
        except http.RefusedAddress as refused:
            raise Configuration(str(refused)) from None
        except http.NeverLeft as unsent:
            raise OfficeOffline(f"Open Dental cannot be reached. {unsent}") from None
        except http.MayHaveArrived as lost:
            raise UnknownOutcome(str(lost)) if writing else RetryAfter(str(lost)) from None
        if answer.status == 429:
            self.pacer.pause(answer.retry_after or self.pacer.interval)
        error = error_of(answer, writing=writing)
        if error is not None:
            raise error
        return answer

    def _authorization(self) -> dict[str, str]:
        connection = self._connection
        if not (connection.developer_key and connection.customer_key):
            raise KeyRefused("The keys of this Open Dental database are not set.")
        return {"Authorization": f"ODFHIR {connection.developer_key}/{connection.customer_key}"}


def _body(answer: http.Answer) -> object:
    try:
        return json.loads(answer.text)
    except ValueError:
        raise RetryAfter("Open Dental gave an answer that cannot be read.") from None


def _row_of(answer: http.Answer) -> dict[str, object]:
    """The row that a write answers with; empty where it has none or cannot be read, for it was written all the same."""
    try:
        row = json.loads(answer.text)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _list(body: object) -> list[object]:
    if not isinstance(body, list):
        raise RetryAfter("Open Dental gave something else than a list.")
    return body


def _typed(shape: type[R], value: object) -> R:
    try:
        return shape.model_validate(value)
    except ValidationError:
        # Without its text: it would quote the row.
        raise RetryAfter(f"Open Dental gave a row without its {shape.KEY}.") from None
