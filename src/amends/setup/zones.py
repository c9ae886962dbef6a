"""Time zones to choose from, and the guess from the office's clock. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

# In the order of the guess: of several zones with the same time today, the one where most people live.
ZONES = {
    "America/New_York": "Eastern (New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Phoenix": "Arizona (Phoenix)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
    "America/Puerto_Rico": "Puerto Rico",
    "America/Halifax": "Atlantic (Halifax)",
    "America/St_Johns": "Newfoundland (St. John’s)",
    "America/Regina": "Saskatchewan (Regina)",
    "Pacific/Guam": "Guam",
}


def zone_of(offset: timedelta | None, now: datetime) -> str:
    """The zone whose clocks show what the office's server shows; "" where that tells nothing.

    A server on UTC (open-dental-api.md 5.2) says nothing about where the office is.
    """
    if not offset:
        return ""
    return next((name for name in ZONES if now.astimezone(ZoneInfo(name)).utcoffset() == offset), "")


def choices(besides: Iterable[str] = ()) -> list[tuple[str, str]]:
    """What a form offers: the zones above, and any other that is in use."""
    others = sorted({name for name in besides if name and name not in ZONES})
    return [*ZONES.items(), *((name, name) for name in others)]


def is_zone(name: str) -> bool:
    """Whether there is such a zone."""
    return name in available_timezones()
