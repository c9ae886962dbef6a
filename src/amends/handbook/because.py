"""Why a page was changed: the cases that it was changed for, each shown only to those who may open it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from amends.access import Right, offices_with
from amends.cases.models import CaseRow, number_of, pk_of
from amends.practice.models import Person

_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Because:
    """`seen` are the numbers that this reader may open, of `count` altogether."""

    count: int
    seen: tuple[str, ...]

    @property
    def unseen(self) -> int:
        return self.count - len(self.seen)


def because(numbers: Sequence[str], reader: Person) -> Because:
    """These cases as this reader may know of them."""
    may = set(visible(numbers, reader))
    return Because(len(numbers), tuple(number for number in numbers if number in may))


def numbers_in(typed: str, writer: Person) -> list[str]:
    """The case numbers in what was typed, each once. Raises `ValueError` naming what is no case that the writer may
    open: what one may not see one cannot name, so that no number can be tried out."""
    parts = [part for part in _BETWEEN.split(typed.strip()) if part]
    named = [(part, number_of(pk) if (pk := pk_of(part)) else "") for part in parts]
    may = set(visible([number for _, number in named if number], writer))
    for part, number in named:
        if number not in may:
            raise ValueError(part)
    return list(dict.fromkeys(number for _, number in named))


def visible(numbers: Sequence[str], person: Person) -> list[str]:
    """Those of these case numbers that the person may open."""
    pks = [pk for number in numbers if (pk := pk_of(number))]
    if not pks:
        return []
    offices = offices_with(person, Right.SEE_CASE)
    rows = CaseRow.system.filter(pk__in=pks, office__in=[int(office) for office in offices])
    return [row.number for row in rows]
