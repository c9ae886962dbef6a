"""Public holidays by country and state, from the `holidays` package: a proposal that people choose from.

What is chosen becomes ordinary closed days of the office's calendar. Later releases of the package change nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import holidays
from holidays.registry import COUNTRIES

YEARS_AHEAD = 2


@dataclass(frozen=True)
class Holiday:
    day: date
    name: str

    @property
    def in_words(self) -> str:
        return f"{self.day:%a, %b} {self.day.day} {self.day.year} · {self.name}"


@cache
def countries() -> Mapping[str, str]:
    """Country code → name, by name."""
    known = holidays.list_supported_countries(include_aliases=False)
    named = {info[1]: _spaced(info[0]) for info in COUNTRIES.values() if info[1] in known}
    return dict(sorted(named.items(), key=lambda item: item[1]))


@cache
def states(country: str) -> Mapping[str, str]:
    """State code → name of that country, by name; empty where its holidays are the same everywhere."""
    codes = holidays.list_supported_countries(include_aliases=False).get(country, [])
    if not codes:
        return {}
    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    names = {code: name for name, code in reversed(aliases.items())}
    return dict(sorted(((code, names.get(code, code)) for code in codes), key=lambda item: item[1]))


def holidays_from(country: str, state: str, first: date) -> list[Holiday]:
    """From that date to the end of the second year after it, in order. Nothing for a place that is not known."""
    if country not in countries() or (state and state not in states(country)):
        return []
    years = range(first.year, first.year + YEARS_AHEAD + 1)
    found = holidays.country_holidays(country, subdiv=state or None, years=years, language="en_US")
    return [Holiday(day, name) for day, name in sorted(found.items()) if day >= first]


@cache
def country_of(zone: str) -> str:
    """The country in which that time zone lies, "US" where nobody knows."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    found = {row[2]: row[0] for row in rows if len(row) > 2}.get(zone, "US")
    return found if found in countries() else "US"


def _spaced(name: str) -> str:
    """ "UnitedStates" as "United States"."""
    return "".join(f" {c}" if n and c.isupper() and not name[n - 1].isupper() else c for n, c in enumerate(name))
