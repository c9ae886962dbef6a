"""Long lists, a page at a time."""

from dataclasses import dataclass

from django.http import QueryDict

PAGE = 30


@dataclass(frozen=True)
class Paged:
    """Which rows of a list are shown, from `start` up to `end`, and the addresses of the pages around: `newest` is the
    first one, "" where that is shown; `older` the next, "" at the end."""

    start: int
    end: int
    newest: str
    older: str


def paged(asked: QueryDict, name: str, count: int, at: str = "") -> Paged:
    """The page that the address asks for under this name, of so many rows; the last one beyond the end, the first one
    for nonsense. `at` is the place on the page to which the addresses lead: "#changes-title"."""
    typed, last = asked.get(name, ""), max(1, -(-count // PAGE))
    number = min(max(int(typed), 1), last) if typed.isdecimal() and len(typed) < 6 else 1
    start = (number - 1) * PAGE
    newest = _address(asked, name, None) + at if number > 1 else ""
    return Paged(start, start + PAGE, newest, _address(asked, name, number + 1) + at if number < last else "")


def _address(asked: QueryDict, name: str, number: int | None) -> str:
    """The address of another page of the list: everything else stays as it is."""
    kept = asked.copy()
    kept.pop(name, None)
    if number:
        kept[name] = str(number)
    return f"?{kept.urlencode()}"
