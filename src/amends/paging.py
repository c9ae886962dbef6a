"""Long lists by the number of the page."""

from dataclasses import dataclass

from django.http import QueryDict

PAGE = 30


@dataclass(frozen=True)
class Paged:
    """Which rows of a list are shown, from `start` up to `end`, on the page `number` (from 1), and the addresses of the
    pages around: `newest` is the first one, "" where that is shown; `older` the next, "" at the end."""

    number: int
    start: int
    end: int
    newest: str
    older: str


def paged(asked: QueryDict, name: str, count: int, at: str = "", *, size: int = PAGE) -> Paged:
    """The page that the address asks for under this name, of so many rows; the last one beyond the end, the first one
    for nonsense. `at` is the place on the page to which the addresses lead: "#changes-title"."""
    typed, last = asked.get(name, ""), max(1, -(-count // size))
    number = min(max(int(typed), 1), last) if typed.isdecimal() and len(typed) < 6 else 1
    start = (number - 1) * size
    newest = _address(asked, name, None) + at if number > 1 else ""
    return Paged(number, start, start + size, newest, _address(asked, name, number + 1) + at if number < last else "")


def _address(asked: QueryDict, name: str, number: int | None) -> str:
    """The address of another page of the list: all else stays as it is, but for what a refresh was told (`v`)."""
    kept = asked.copy()
    for gone in (name, "v"):
        kept.pop(gone, None)
    if number:
        kept[name] = str(number)
    return f"?{kept.urlencode()}"
