"""Long lists in parts that fit on a page, and into one form that a server takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

T = TypeVar("T")

ROWS = 25


@dataclass(frozen=True)
class Part(Generic[T]):
    """Some rows of a list: part `number` of `count`, from 1."""

    rows: Sequence[T]
    number: int
    count: int
    total: int

    @property
    def next_url(self) -> str:
        """The next part; "" after the last."""
        return f"?part={self.number + 1}" if self.number < self.count else ""

    @property
    def previous_url(self) -> str:
        """The part before; "" before the first."""
        return f"?part={self.number - 1}" if self.number > 1 else ""


def part_of(rows: Sequence[T], request: HttpRequest) -> Part[T]:
    """The part that the address asks for (`part`), or the nearest that there is."""
    asked = request.GET.get("part", "1")
    count = max(1, -(-len(rows) // ROWS))
    number = min(max(1, int(asked)), count) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return Part(rows[(number - 1) * ROWS : number * ROWS], number, count, len(rows))
