"""Short forms and spellings of first names, English and Spanish, both ways."""

import re
from functools import lru_cache
from itertools import permutations
from pathlib import Path

# One full name (or several spellings of it) before the colon, its short forms after it. A short form may stand in
# several rows: Chris is Christopher and Christine. Spellings of one row count as one name. Two given names that have a
# short form together are written as one word: josemaria.

_TABLE = Path(__file__).with_name("nicknames.txt")
_ENDING = re.compile(r"(?:ie|ey|i|y)$")
_ENDINGS = ("y", "ie", "i", "ey")
_SMALL = re.compile(r"(?:c?it[oa]|ill[oa])s?$")  # Pedrito, Rosita, Carlitos, Carmencita


def _rows() -> list[tuple[list[str], list[str]]]:
    rows = []
    for row in _TABLE.read_text(encoding="ascii").splitlines():
        if not row.startswith("#"):
            names, _, short_forms = row.partition(":")
            rows.append((names.split(), short_forms.split()))
    return rows


_ROWS = _rows()
_SPELLINGS: dict[str, frozenset[str]] = {name: frozenset(names) for names, _ in _ROWS for name in names}


def _known_forms() -> dict[str, frozenset[str]]:
    """For each name of the table the others of its rows. Two short forms are one name (Liz wrote Beth) unless both are
    full names, too: that a Maria is called Mary or Mia does not make those two one."""
    known: dict[str, set[str]] = {}
    for names, short_forms in _ROWS:
        for one, other in permutations([*names, *short_forms], 2):
            both_short = one in short_forms and other in short_forms
            if not (both_short and one in _SPELLINGS and other in _SPELLINGS):
                known.setdefault(one, set()).add(other)
    return {name: frozenset(others) for name, others in known.items()}


_FORMS = _known_forms()


@lru_cache(maxsize=16_384)
def other_forms(name: str) -> frozenset[str]:
    """Names that the same person may go by: spellings, short forms, and full names of a short form. Without itself."""
    listed = _as_listed(name)
    return (_FORMS.get(listed, frozenset()) | {listed} | _grown(name)) - {name}


def _as_listed(name: str) -> str:
    """The name as the table has it. How a short form ends is as one likes: Susi, Susy and Susie are one."""
    if is_first_name(name) or len(name) < 4 or not _ENDING.search(name):
        return name
    stem = _ENDING.sub("", name)
    return next((stem + ending for ending in _ENDINGS if is_first_name(stem + ending)), name)


def _grown(name: str) -> frozenset[str]:
    """What a Spanish diminutive is made of: Pedrito is Pedro, Luisito Luis."""
    if len(name) < 6 or not _SMALL.search(name):
        return frozenset()
    stem = _SMALL.sub("", name)
    return frozenset(grown for ending in ("o", "a", "", "os", "e") if is_first_name(grown := stem + ending))


@lru_cache(maxsize=65_536)
def are_forms_of_one(one: str, other: str) -> bool:
    """May the two be one person's names? It makes no difference which of them stands in the chart."""
    return other in other_forms(one) or one in other_forms(other)


@lru_cache(maxsize=16_384)
def is_spelling(one: str, other: str) -> bool:
    """Two spellings of one name, such as Sara and Sarah."""
    return other in _SPELLINGS.get(one, frozenset())


@lru_cache(maxsize=16_384)
def is_first_name(word: str) -> bool:
    """A first name that we know, so that it is no misspelling of another one."""
    return word in _SPELLINGS or word in _FORMS
