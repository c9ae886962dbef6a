"""Open Dental's REST API: requests, pages and errors, and nothing about what they are for (open-dental-api.md 2)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError

from amends.deliveries.channel import OfficeOffline, RetryAfter, UnknownOutcome
from amends.integrations import http

from .answers import NotFound, error_of, is_silence
from .breaker import Breaker
from .pacing import Pacer
from .paging import SMALLEST_PAGE, each_page, next_offset
from .paging import Page as Page
from .redacting import hide
from .route import Budget as Budget
from .route import Connection as Connection
from .route import Query as Query
from .route import Request, Routes
from .rows import Row

R = TypeVar("R", bound=Row)

# No patient in it, and every office answers it quickly.
PROBE = Request("GET", "preferences", query={"PrefName": "ProgramVersion"})
_PROBE_SECONDS = 5.0
# Who gave up sooner than this cannot say that the office is silent.
_SILENT_AFTER = 5.0


@dataclass(frozen=True)
class Created:
    """What a 201 told: the row (empty before 23.3.7 for CommLogs) and the number at the end of `Location`."""

    row: Mapping[str, object] = field(repr=False)
    located: str

    def number(self, key: str) -> str:
        """The primary key as text; empty where neither the row nor `Location` tells it."""
        told = str(self.row.get(key, "")).strip()
        return told if told not in ("", "0") else self.located


class OpenDentalClient:
    """One customer key. Safe from any thread.

    Every method raises `OfficeOffline`, `RetryAfter` (for now), `Configuration` or `Permanent`; a write that may have
    arrived raises `UnknownOutcome`, and after any other error certainly nothing was written.
    """

    def __init__(self, routes: Routes, breaker: Breaker | None = None) -> None:
        self.breaker = breaker or Breaker()
        self._routes = routes

    @property
    def pacer(self) -> Pacer:
        """What keeps the pace of the key (2.3), where one is asked for."""
        return self._routes.ways[-1].pacer

    @property
    def through(self) -> str:
        """The name of the way that was used last: "service", "remote" or "local"."""
        return self._routes.used.name

    def one(self, path: str, shape: type[R], budget: Budget) -> R:
        """One row. Raises `NotFound` where it is not there."""
        return _typed(shape, _body(self._send(Request("GET", path), budget)))

    def page(self, path: str, shape: type[R], query: Query, budget: Budget, *, offset: int = 0) -> Page[R]:
        """One page of a list, of the size that the mode has. Who asks for a `Limit` wants no further ones."""
        where = {**query, "Offset": offset} if offset else query
        try:
            values = _list(_body(self._send(Request("GET", path, query=where), budget)))
        except NotFound:
            values = []  # whether an empty result is [] or 404 is not known for every resource (10.8)
        following = None if "Limit" in query else next_offset(offset, len(values))
        return Page([_typed(shape, value) for value in values], following)

    def pages(
        self, path: str, shape: type[R], query: Query, *, budget_per_page: float, offset: int = 0
    ) -> Iterator[Page[R]]:
        """All pages of a long list, each row once; `offset` is where to go on. See `paging.each_page`.

        `budget_per_page` is in seconds. A page that fails for the moment is asked for again, twice.
        """

        def fetch(at: int) -> Page[R]:
            return self.page(path, shape, query, Budget(budget_per_page), offset=at)

        return each_page(fetch, offset=offset)

    def rows(self, path: str, shape: type[R], query: Query, budget: Budget) -> list[R]:
        """All rows of a list, over all pages, each once."""

        def fetch(at: int) -> Page[R]:
            return self.page(path, shape, query, budget, offset=at)

        return [row for page in each_page(fetch, offset=0, tries=1) for row in page.rows]

    def post(self, path: str, body: Mapping[str, object], budget: Budget) -> Created:
        """One POST, sent once."""
        answer = self._send(Request("POST", path, body=body, writing=True), budget)
        located = re.search(r"/(\d+)/?$", answer.headers.get("location", ""))
        return Created(_row_of(answer), located[1] if located else "")

    def put(self, path: str, body: Mapping[str, object], budget: Budget) -> Mapping[str, object]:
        """One PUT, and the row that it answers with: empty where it tells none (2.7). It may be sent again (5.4)."""
        return _row_of(self._send(Request("PUT", path, body=body, writing=True), budget))

    def short_query(self, sql: str, shape: type[R], budget: Budget) -> list[R]:
        """All rows of a read-only query, over pages of 100 (3.14)."""
        found: dict[object, R] = {}
        while True:
            query: Query = {"Offset": len(found)} if found else {}
            asked = Request("PUT", "queries/ShortQuery", query=query, body={"SqlCommand": sql})
            page = [_typed(shape, value) for value in _list(_body(self._send(asked, budget)))]
            fresh = {row.key: row for row in page if row.key not in found}
            found |= fresh
            if len(page) < SMALLEST_PAGE or not fresh:
                return list(found.values())

    def _send(self, request: Request, budget: Budget) -> http.Answer:
        self.breaker.pass_through(lambda: self._is_there(Budget(min(_PROBE_SECONDS, budget.left()))))
        try:
            answer = self._routes.send(request, budget)
        except OfficeOffline:
            self.breaker.silent()
            raise
        except http.MayHaveArrived as lost:
            if isinstance(lost, http.TimedOut) and lost.after >= _SILENT_AFTER:
                self.breaker.silent()
            raise UnknownOutcome(str(lost)) if request.writing else RetryAfter(str(lost)) from None
        if is_silence(answer):
            self.breaker.silent()
        elif answer.status < 500 and answer.status != 429:  # those are the vendor's own servers (1)
            self.breaker.heard()
        error = error_of(answer, writing=request.writing, hide=lambda text: hide(text, request, self._keys()))
        if error is not None:
            raise error
        return answer

    def _is_there(self, budget: Budget) -> bool:
        try:
            answer = self._routes.send(PROBE, budget)
        except (OfficeOffline, http.MayHaveArrived):
            return False
        return answer.status < 500 and answer.status != 429 and not is_silence(answer)

    def _keys(self) -> list[str]:
        return [key for way in self._routes.ways for key in (way.connection.developer_key, way.connection.customer_key)]


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
