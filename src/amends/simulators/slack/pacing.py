"""Posting: one message per second and channel, with short bursts let through (slack.md 9)."""

import math
from datetime import datetime

from amends.simulators.slack.refusals import RateLimited

BURST = 5
PER_SECOND = 1.0


class Pacing:
    """A bucket per channel, refilled by the simulator's own clock: whoever moves that clock need not wait."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, datetime]] = {}  # channel: (what was left, when)

    def spend(self, channel: str, now: datetime) -> None:
        """Count one post. Raises RateLimited, which costs nothing. A clock that was put back refills nothing."""
        left, since = self._buckets.get(channel, (float(BURST), now))
        since = min(since, now)
        left = min(float(BURST), left + (now - since).total_seconds() * PER_SECOND)
        if left < 1:
            self._buckets[channel] = (left, now)
            raise RateLimited(math.ceil((1 - left) / PER_SECOND))
        self._buckets[channel] = (left - 1, now)

    def clear(self) -> None:
        """Forget what was posted."""
        self._buckets.clear()
