"""Faults on demand: what an outside system does on a bad day, switched through `/_control/faults`.

A rule is `{"method", "path", "times", "then"}`. `method` missing or `*`: any of HTTP's. `path` is a prefix, or a
pattern with `*`; it is compared with the whole path and with the path below the API's base (`/commlogs`). `times`
counts down with each use and the rule sleeps at 0; missing or null: for ever. A rule may have `text`, the words of its
`status`, and the further conditions of its simulator. The first rule that fits is used. `then` is one of

- `status:N`: answers N and does nothing. 429 carries `Retry-After: 1`, `status:429:5` five;
- `status_after:N`: does the work and answers N;
- `drop_before`, `drop_after`: closes the connection without an answer, before or after the work was done;
- `reset_before`, `reset_after`: the same with a reset (RST);
- `late_commit:SECONDS`: closes the connection at once; the work is done that much later. `late_commit:SECONDS:N`
  answers N instead;
- `truncate`: does the work, answers with the right length and half of the body;
- `half_body`: does the work, answers with half of the body as if it were the whole;
- `slow:SECONDS` or `slow:7-10`: waits that long, or anything between; another rule that fits counts as well;

or one of the simulator's own.
"""

import fnmatch
import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Later = Callable[[float, Callable[[], None]], None]
About = Mapping[str, str]  # what else is known of a request: condition -> value

_SECONDS = r"\d+(?:\.\d+)?"
_THEN = (
    rf"(?:drop|reset)_(?:before|after)|truncate|half_body|status:[1-5]\d\d(?::\d+)?|status_after:[1-5]\d\d"
    rf"|late_commit:{_SECONDS}(?::[1-5]\d\d)?|slow:{_SECONDS}(?:-{_SECONDS})?"
)
_KEYS = ("method", "path", "times", "then", "text")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOTHING: About = {}


class FaultError(ValueError):
    """A fault that is not known; its text is a sentence."""


@dataclass(frozen=True)
class Fault:
    """What a rule asks for: `late_commit:20:504` is of the kind `late_commit` with the arguments `20` and `504`."""

    kind: str
    arguments: tuple[str, ...] = ()
    text: str = ""

    def number(self, place: int) -> int | None:
        """One argument as a whole number, None where it was left out."""
        return int(self.arguments[place]) if place < len(self.arguments) else None


@dataclass
class Rule:
    """One rule with the uses it has left (None: no limit)."""

    method: str
    path: str
    times: int | None
    then: str
    text: str = ""
    only: Mapping[str, object] = field(default_factory=dict)

    def fits(self, method: str, paths: tuple[str, ...], about: About = NOTHING) -> bool:
        """Whether this rule is awake and speaks of this method, one of these spellings of the path, and the rest."""
        if self.times == 0 or (self.method != method and (self.method != "*" or method not in _METHODS)):
            return False
        if any(about.get(name) != str(value) for name, value in self.only.items()):
            return False
        return any(self._fits(path) for path in paths)

    def _fits(self, path: str) -> bool:
        pattern = "/" + self.path.lstrip("/")
        return fnmatch.fnmatchcase(path, pattern) if "*" in pattern else path.startswith(pattern)

    def use(self) -> Fault:
        """One use of it is spent."""
        if self.times is not None:
            self.times -= 1
        kind, *arguments = self.then.split(":")
        return Fault(kind, tuple(arguments), self.text)

    def as_json(self) -> dict[str, object]:
        """The rule as it was given, with the uses left."""
        rule = {"method": self.method, "path": self.path, "times": self.times, "then": self.then}
        return {**rule, **({"text": self.text} if self.text else {}), **self.only}


class Faults:
    """The switches. Work that comes late is started by `later`, which a test may replace.

    A simulator adds to what a rule may say: `own`, a pattern of further `then`, and `conditions`, further keys.
    """

    def __init__(self, *, later: Later | None = None) -> None:
        self.offline = False
        self.latency_ms = 0
        self.rules: list[Rule] = []
        self.later = later or self._later
        self.own = ""
        self.conditions: tuple[str, ...] = ()
        self._chance = random.Random()
        self._lock = threading.Lock()
        self._timers: set[threading.Timer] = set()

    def take(self, method: str, paths: tuple[str, ...], about: About = NOTHING) -> Fault | None:
        """What the first rule that fits asks for (slow ones aside), one use of it spent; None when all is well."""
        with self._lock:
            for rule in self.rules:
                if not rule.then.startswith("slow") and rule.fits(method, paths, about):
                    return rule.use()
        return None

    def seconds(self, method: str, paths: tuple[str, ...], about: About = NOTHING) -> float:
        """How long this request has to wait: the latency, and the first slow rule that fits."""
        with self._lock:
            for rule in self.rules:
                if rule.then.startswith("slow") and rule.fits(method, paths, about):
                    least, _, most = rule.use().arguments[0].partition("-")
                    return self.latency_ms / 1000 + self._chance.uniform(float(least), float(most or least))
        return self.latency_ms / 1000

    def put(self, body: Mapping[str, object]) -> None:
        """Replace all switches; what is missing is off. Raises FaultError; then nothing has changed."""
        offline, latency, rules = body.get("offline", False), body.get("latency_ms", 0), body.get("rules", [])
        if not isinstance(offline, bool):
            raise FaultError('"offline" is true or false.')
        if isinstance(latency, bool) or not isinstance(latency, int | float) or latency < 0:
            raise FaultError('"latency_ms" is a number from 0.')
        if not isinstance(rules, list):
            raise FaultError('"rules" is a list of rules.')
        read = [read_rule(rule, own=self.own, conditions=self.conditions) for rule in rules]
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


def read_rule(value: object, *, own: str = "", conditions: tuple[str, ...] = ()) -> Rule:
    """One rule of a body. Raises FaultError."""
    if not isinstance(value, dict):
        raise FaultError('A rule is an object with "method", "path", "times" and "then".')
    unknown = sorted(set(value) - {*_KEYS, *conditions})
    if unknown:
        raise FaultError(f'A rule has no "{unknown[0]}"; it may have {", ".join((*_KEYS, *conditions))}.')
    method, path, text = value.get("method") or "*", value.get("path") or "/", value.get("text") or ""
    if not isinstance(method, str) or not isinstance(path, str) or not isinstance(text, str):
        raise FaultError('"method", "path" and "text" of a rule are texts.')
    times, then = value.get("times"), value.get("then")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 0):
        raise FaultError('"times" of a rule is a whole number from 0, or null for ever.')
    if not isinstance(then, str) or not re.fullmatch(f"{_THEN}|{own}" if own else _THEN, then):
        raise FaultError(f'"then" of a rule is {_THEN_IN_WORDS}.')
    only = {name: value[name] for name in conditions if value.get(name) is not None}
    return Rule(method=method.upper(), path=path, times=times, then=then, text=text, only=only)


_THEN_IN_WORDS = (
    "status:N, status_after:N, drop_before, drop_after, reset_before, reset_after, late_commit:SECONDS, truncate, "
    "half_body, slow:SECONDS or one of the simulator's own, which its help lists"
)
