"""Quotas, by the simulator's clock, over the minute that has just passed (review-platforms.md 1.10)."""

from collections import deque

from amends.simulators.google_business import cast, moments
from amends.simulators.google_business.refusals import GoogleError, reason
from amends.simulators.google_business.settings import Settings


class Quotas:
    """How often each API was called, and each profile edited."""

    def __init__(self) -> None:
        self._spent: dict[str, deque[int]] = {}

    def clear(self) -> None:
        """Nothing was spent yet."""
        self._spent.clear()

    def query(self, service: str, now: int, settings: Settings) -> None:
        """One call of an API. Raises GoogleError; a project that is not approved has nothing to spend."""
        allowed = settings.queries_per_minute if settings.approved else 0
        if settings.rate_limit or not settings.approved:
            self._spend(f"queries of {service}", allowed, now, settings, "Requests per minute", service)

    def edit(self, location: str, now: int, settings: Settings) -> None:
        """One edit of a profile. Raises GoogleError."""
        if settings.rate_limit and settings.replies_are_edits:
            limit = "Edits per minute per profile"
            self._spend(f"edits of {location}", settings.edits_per_minute, now, settings, limit, "mybusiness")

    def _spend(self, what: str, allowed: int, now: int, settings: Settings, limit: str, service: str) -> None:
        spent = self._spent.setdefault(what, deque())
        while spent and not now - moments.MINUTE < spent[0] <= now:
            spent.popleft()  # long ago, or later than now: the clock was moved
        if len(spent) >= allowed:
            raise _refusal(allowed, limit, service, self._wait(spent, now) if settings.quota_tells_retry_after else 0)
        spent.append(now)

    def _wait(self, spent: deque[int], now: int) -> int:
        return (spent[0] + moments.MINUTE - now) // moments.SECOND + 1 if spent else 60


def _refusal(allowed: int, limit: str, service: str, wait: int) -> GoogleError:
    host = f"{service}.googleapis.com"
    consumer = f"project_number:{cast.PROJECT}"
    told = (
        f"Quota exceeded for quota metric 'Requests' and limit '{limit}' of service '{host}' for consumer '{consumer}'."
    )
    refused = reason(
        "RESOURCE_EXHAUSTED",
        told,
        "RATE_LIMIT_EXCEEDED",
        "googleapis.com",
        service=host,
        consumer=consumer.replace("project_number:", "projects/"),
        quota_limit=limit,
        quota_limit_value=str(allowed),
    )
    if wait:
        refused.headers = (("Retry-After", str(wait)),)
    return refused
