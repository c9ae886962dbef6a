"""A small HTTP client that measures: keep-alive connections, one process apart from the server."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of each request, sorted, and how long the whole took."""

    seconds: tuple[float, ...]
    wall: float

    @property
    def median(self) -> float:
        return self.seconds[len(self.seconds) // 2]

    @property
    def p95(self) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * 0.95))]

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall

    def __str__(self) -> str:
        return f"median {self.median * 1000:.1f} ms, p95 {self.p95 * 1000:.1f} ms, {self.rate:.0f}/s"


class Visitor:
    """One signed-in browser with one open connection."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies = {"amends_session": session}

    def get(self, path: str, *, expected: int = 200) -> bytes:
        return self._ask("GET", path, None, expected)

    def post(self, path: str, body: str, *, expected: int = 303) -> bytes:
        return self._ask("POST", path, body, expected)

    @property
    def token(self) -> str:
        return self._cookies["amends_csrf"]

    def _ask(self, method: str, path: str, body: str | None, expected: int) -> bytes:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.token}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition("=")
                self._cookies[cookie] = rest.partition(";")[0]
        if answer.status != expected:
            raise RuntimeError(f"{method} {path} answered {answer.status}, not {expected}: {content[:300]!r}")
        return content


def measure(visitors: list[Visitor], times: int, visit: Callable[[Visitor, int], object]) -> Timing:
    """Each visitor makes `times` requests, all at once; the timings of all of them."""
    seconds: list[float] = []
    failed: list[BaseException] = []

    def run(visitor: Visitor, who: int) -> None:
        try:
            for n in range(times):
                began = time.perf_counter()
                visit(visitor, who * times + n)
                seconds.append(time.perf_counter() - began)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(visitor, who)) for who, visitor in enumerate(visitors)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return Timing(tuple(sorted(seconds)), time.perf_counter() - began)
