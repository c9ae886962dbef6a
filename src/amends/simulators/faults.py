"""Faults on demand: what an outside system does on a bad day, switched through `/_control/faults`.

A rule is `{"method", "path", "times", "then"}`. `method` missing or `*`: any. `path` is a prefix, or a pattern with
`*`; it is compared with the whole path and with the path below the API's base (`/commlogs`). `times` counts down with
each use and the rule sleeps at 0; missing or null: for ever. The first rule that fits is used. `then` is one of

- `status:N`: answers N and does nothing. 429 carries `Retry-After: 1`;
- `status_after:N`: does the work and answers N;
- `drop_before`: closes the connection and does nothing;
- `drop_after`: does the work and closes the connection;
- `late_commit:SECONDS`: closes the connection at once; the work is done that much later;
- `truncate`: does the work, answers with the right length and half of the body.
"""

import fnmatch
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Later = Callable[[float, Callable[[], None]], None]

_THEN = re.compile(r"drop_before|drop_after|truncate|(?:status|status_after):[1-5]\d\d|late_commit:\d+(?:\.\d+)?")


class FaultError(ValueError):
    """A fault that is not known; its text is a sentence."""


@dataclass
class Rule:
    """One rule with the uses it has left (None: no limit)."""

    method: str
    path: str
    times: int | None
    then: str

    def fits(self, method: str, paths: tuple[str, ...]) -> bool:
        """Whether this rule is awake and speaks of this method and one of these spellings of the path."""
        if self.times == 0 or self.method not in ("*", method):
            return False
        return any(self._fits(path) for path in paths)

    def _fits(self, path: str) -> bool:
        pattern = "/" + self.path.lstrip("/")
        return fnmatch.fnmatchcase(path, pattern) if "*" in pattern else path.startswith(pattern)

    def as_json(self) -> dict[str, object]:
        """The rule as it was given, with the uses left."""
        return {"method": self.method, "path": self.path, "times": self.times, "then": self.then}


class Faults:
    """The switches. Work that comes late is started by `later`, which a test may replace."""

    def __init__(self, *, later: Later | None = None) -> None:
        self.offline = False
        self.latency_ms = 0
        self.rules: list[Rule] = []
        self.later = later or self._later
        self._lock = threading.Lock()
        self._timers: set[threading.Timer] = set()

    def take(self, method: str, paths: tuple[str, ...]) -> str | None:
        """The `then` of the first rule that fits, one use of it spent; None when all is well."""
        with self._lock:
            for rule in self.rules:
                if rule.fits(method, paths):
                    if rule.times is not None:
                        rule.times -= 1
                    return rule.then
        return None

    def put(self, body: Mapping[str, object]) -> None:
        """Replace all switches; what is missing is off. Raises FaultError; then nothing has changed."""
        offline, latency, rules = body.get("offline", False), body.get("latency_ms", 0), body.get("rules", [])
        if not isinstance(offline, bool):
            raise FaultError('"offline" is true or false.')
        if isinstance(latency, bool) or not isinstance(latency, int | float) or latency < 0:
            raise FaultError('"latency_ms" is a number from 0.')
        if not isinstance(rules, list):
            raise FaultError('"rules" is a list of rules.')
        read = [read_rule(rule) for rule in rules]
        with self._lock:
            self.offline, self.latency_ms, self.rules = offline, int(latency), read

    def as_json(self) -> dict[str, object]:
        """What `GET /_control/faults` answers."""
        with self._lock:
            return {
                "offline": self.offline,
                "latency_ms": self.latency_ms,
                "rules": [rule.as_json() for rule in self.rules],
            }

    def clear(self) -> None:
        """All switches off, and work that is still to come is forgotten."""
        self.put({})
        with self._lock:
            timers, self._timers = self._timers, set()
        for timer in timers:
            timer.cancel()

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def run() -> None:
            act()
            with self._lock:
                self._timers.discard(timer)

        timer = threading.Timer(seconds, run)
        timer.daemon = True
        with self._lock:
            self._timers.add(timer)
        timer.start()


def read_rule(value: object) -> Rule:
    """One rule of a body. Raises FaultError."""
    if not isinstance(value, dict):
        raise FaultError('A rule is an object with "method", "path", "times" and "then".')
    unknown = set(value) - {"method", "path", "times", "then"}
    if unknown:
        raise FaultError(f'A rule has no "{sorted(unknown)[0]}".')
    method, path, times, then = (
        value.get("method") or "*",
        value.get("path") or "/",
        value.get("times"),
        value.get("then"),
    )
    if not isinstance(method, str) or not isinstance(path, str):
        raise FaultError('"method" and "path" of a rule are texts.')
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 0):
        raise FaultError('"times" of a rule is a whole number from 0, or null for ever.')
    if not isinstance(then, str) or not _THEN.fullmatch(then):
        raise FaultError(
            '"then" of a rule is status:N, status_after:N, drop_before, drop_after, late_commit:SECONDS or truncate.'
        )
    return Rule(method=method.upper(), path=path, times=times, then=then)
