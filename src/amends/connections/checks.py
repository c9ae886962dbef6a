"""What a check says: whether something works, in a sentence, and in another how it is put right.

`amends doctor` and the Connections page show the same checks; each neighbor's lie in `neighbors/`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# The check that says whether a neighbor across the network answered at all.
REACHED = "reached"


class State(StrEnum):
    """How something is; `PARTLY` where people must do by hand what Amends would do, or soon will have to."""

    WORKS = "works"
    PARTLY = "partly"
    DOWN = "down"


_GRAVITY = (State.WORKS, State.PARTLY, State.DOWN)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `key` is unique within its neighbor; `repair` is one sentence, "" for none.

    `since` is when it came into this state (aware); None where nothing was kept before.
    """

    key: str
    name: str
    state: State
    says: str
    repair: str = ""
    since: datetime | None = None

    def as_json(self) -> dict[str, str | None]:
        """As it is kept and printed."""
        since = self.since.isoformat() if self.since else None
        words = {name: str(getattr(self, name)) for name in ("key", "name", "state", "says", "repair")}
        return {**words, "since": since}

    @classmethod
    def from_json(cls, kept: Mapping[str, str | None]) -> "Check":
        """The check that `as_json` wrote. Raises `KeyError` or `ValueError` for anything else."""
        since = kept["since"]
        return cls(
            key=kept["key"] or "",
            name=kept["name"] or "",
            state=State(kept["state"] or ""),
            says=kept["says"] or "",
            repair=kept["repair"] or "",
            since=datetime.fromisoformat(since) if since else None,
        )


@dataclass(frozen=True)
class Neighbor:
    """Something that Amends needs, and how to look at it.

    `look` takes the seconds that it may last. A neighbor that is `far` is looked at over the network, in any thread.
    `every` is a little less than the time between two looks, so that no round of the housekeeping just misses it.
    """

    key: str
    name: str
    look: Callable[[float], Sequence[Check]]
    far: bool = False
    every: timedelta = timedelta(seconds=25)


def works(key: str, name: str, says: str) -> Check:
    return Check(key, name, State.WORKS, says)


def partly(key: str, name: str, says: str, repair: str) -> Check:
    return Check(key, name, State.PARTLY, says, repair)


def down(key: str, name: str, says: str, repair: str) -> Check:
    return Check(key, name, State.DOWN, says, repair)


def worst(states: Iterable[State]) -> State:
    """The gravest of them; `WORKS` for none."""
    return max(states, key=_GRAVITY.index, default=State.WORKS)


def carried_on(found: Sequence[Check], before: Sequence[Check], at: datetime) -> list[Check]:
    """What was found, each check with the time since when it has been so: kept for as long as its state stays."""
    kept = {(check.key, check.state): check.since for check in before}
    return [replace(check, since=kept.get((check.key, check.state)) or at) for check in found]
