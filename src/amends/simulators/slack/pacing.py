"""How fast an app may call: per method and minute, and one post per second and channel (slack.md 9)."""

import math
from datetime import datetime

from amends.simulators.slack.refusals import RateLimited

BURST = 5  # posts to one channel that are let through at once
POSTS_A_MINUTE = 300  # "several hundred" for the whole workspace
LIMITED_READING = ("conversations.history", "conversations.replies")
_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
A_MINUTE = {
    "users.list": _TIER_2,
    "conversations.list": _TIER_2,
    "conversations.create": _TIER_2,
    "conversations.archive": _TIER_2,
    "chat.postEphemeral": _TIER_4,
    "views.open": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
    "views.publish": _TIER_4,
    "users.info": _TIER_4,
    "conversations.members": _TIER_4,
    "api.test": _TIER_4,
    "auth.test": POSTS_A_MINUTE,
    "chat.getPermalink": POSTS_A_MINUTE,
    "chat.postMessage": POSTS_A_MINUTE,
}
OTHERS_A_MINUTE = _TIER_3


class Pacing:
    """Buckets that are refilled by the simulator's own clock: whoever moves that clock need not wait."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, datetime]] = {}  # what is counted: (what was left, when)

    def call(self, method: str, channel: str, now: datetime, *, limited: bool = False) -> None:
        """Count one call. Raises RateLimited; `limited`: reading history is one call a minute (slack.md 0.4)."""
        a_minute = 1 if limited and method in LIMITED_READING else A_MINUTE.get(method, OTHERS_A_MINUTE)
        self._spend(method, now, burst=a_minute, per_second=a_minute / 60)
        if method == "chat.postMessage":
            self._spend(f"in {channel}", now, burst=BURST, per_second=1.0)

    def _spend(self, what: str, now: datetime, *, burst: float, per_second: float) -> None:
        """What is refused costs nothing. A clock that was put back refills nothing."""
        left, since = self._buckets.get(what, (float(burst), now))
        since = min(since, now)
        left = min(float(burst), left + (now - since).total_seconds() * per_second)
        if left < 1:
            self._buckets[what] = (left, now)
            raise RateLimited(math.ceil(round((1 - left) / per_second, 6)))
        self._buckets[what] = (left - 1, now)

    def clear(self) -> None:
        """Forget what was called."""
        self._buckets.clear()
