"""What waits for a person on My work besides cases: whoever has such work says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from amends.practice.models import Person


@dataclass(frozen=True)
class Besides:
    """One thing that waits: what it is, where it is done, and since when (aware; `zone` is its office's), or, where it
    has a date, by when. Things under one heading stand together."""

    key: str
    title: str
    url: str
    office: str
    what: str
    since: datetime
    zone: ZoneInfo
    heading: str
    due: datetime | None = None


Teller = Callable[[Person], Sequence[Besides]]
_tellers: list[Teller] = []


def also_on_my_work(teller: Teller) -> None:
    """From now on My work shows each person what `teller` has for them, in its order."""
    _tellers.append(teller)


def besides(person: Person) -> list[Besides]:
    """Everything besides cases that waits for this person."""
    return [one for teller in _tellers for one in teller(person)]
