"""The shared faults, and two of Slack's own: an error in an answer with HTTP 200.

- `error:CODE`: answers `{"ok": false, "error": CODE}` and does nothing;
- `error_after:CODE`: does the work and answers so (`internal_error` may have taken effect, slack.md 11).
"""

import re
import threading
from collections.abc import Mapping

from amends.simulators.faults import Faults

_OWN = {"error": "status:200", "error_after": "status_after:200"}
_THEN = re.compile(r"(error|error_after):([a-z_]+)")


class _Told(threading.local):
    code = ""


class SlackFaults(Faults):
    """Inside, an error is a `status:200` whose code is told by `code` to the same thread."""

    def __init__(self) -> None:
        super().__init__()
        self._told = _Told()

    def take(self, method: str, paths: tuple[str, ...]) -> str | None:
        """As the parent; an error comes back as its status, and `code` knows which."""
        then = super().take(method, paths)
        found = _THEN.fullmatch(then or "")
        self._told.code = found[2] if found else ""
        return _OWN[found[1]] if found else then

    @property
    def code(self) -> str:
        """The error that the last `take` of this thread asked for, or an empty text."""
        return self._told.code

    def put(self, body: Mapping[str, object]) -> None:
        """As the parent, with the errors. Raises FaultError; then nothing has changed."""
        given = body.get("rules", [])
        if not isinstance(given, list):
            super().put(body)
            return
        own = {place: str(rule["then"]) for place, rule in enumerate(given) if _is_own(rule)}
        plain = [{**rule, "then": "status:200"} if place in own else rule for place, rule in enumerate(given)]
        read = Faults(later=self.later)
        read.put({**body, "rules": plain})
        for place, then in own.items():
            read.rules[place].then = then
        with self._lock:
            self.offline, self.latency_ms, self.rules = read.offline, read.latency_ms, read.rules


def _is_own(rule: object) -> bool:
    return isinstance(rule, dict) and bool(_THEN.fullmatch(str(rule.get("then"))))
