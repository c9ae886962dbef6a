"""The clock of a simulated office: local time without a zone, and an offset that it does not tell."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

WRITTEN = "%Y-%m-%d %H:%M:%S"
_HOURS_AT_MOST = 14


class ClockError(ValueError):
    """A time or an offset that cannot be read; its text is a sentence."""


def real_utc() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def read_offset(value: object) -> timedelta:
    """An offset from UTC: `"-05:00"`, or a number of hours (up to 14) or else minutes. Raises ClockError."""
    if isinstance(value, str):
        found = re.fullmatch(r"([+-])(\d{1,2}):?(\d{2})", value.strip())
        if value.strip() in ("Z", "0"):
            return timedelta()
        if found is None:
            raise ClockError('"utc_offset" is written like "-05:00".')
        size = timedelta(hours=int(found[2]), minutes=int(found[3]))
        offset = -size if found[1] == "-" else size
    elif isinstance(value, int | float) and not isinstance(value, bool):
        offset = timedelta(hours=value) if abs(value) <= _HOURS_AT_MOST else timedelta(minutes=value)
    else:
        raise ClockError('"utc_offset" is written like "-05:00".')
    if abs(offset) > timedelta(hours=_HOURS_AT_MOST):
        raise ClockError('"utc_offset" is at most 14 hours.')
    return offset


def write_offset(offset: timedelta) -> str:
    """`-05:00` for an offset of minus five hours."""
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


class Clock:
    """Office time that runs at the speed of real time, from wherever it was put."""

    def __init__(self, *, offset: timedelta = timedelta(hours=-5), real: Callable[[], datetime] = real_utc) -> None:
        self._real = real
        self._home = offset
        self.offset = offset
        self.shift = timedelta()

    def reset(self) -> None:
        """Real time again, in the office's own offset."""
        self.offset, self.shift = self._home, timedelta()

    def now(self, offset: timedelta | None = None) -> datetime:
        """The office's local time, naive, to the second; `offset` for an office with one of its own."""
        ahead = self.offset if offset is None else offset
        return (self._real() + self.shift + ahead).replace(tzinfo=None, microsecond=0)

    def utc(self) -> datetime:
        """The same instant, aware, in UTC, with its fraction of a second."""
        return self._real() + self.shift

    def put(self, change: Mapping[str, object]) -> None:
        """Move the clock. `now` is office time (an offset or Z in it is honoured; null is real time again);
        `utc_offset` alone changes what the wall clock shows and not the instant, as daylight saving does.

        Raises ClockError; then nothing has changed.
        """
        offset = read_offset(change["utc_offset"]) if "utc_offset" in change else self.offset
        shift = self.shift
        if "now" in change:
            shift = timedelta() if change["now"] is None else self._instant(change["now"], offset) - self._real()
        self.offset, self.shift = offset, shift

    def _instant(self, value: object, offset: timedelta) -> datetime:
        if not isinstance(value, str):
            raise ClockError('"now" is written like "2026-03-02 14:05:00".')
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError as unreadable:
            raise ClockError('"now" is written like "2026-03-02 14:05:00".') from unreadable
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        return (moment - offset).replace(tzinfo=UTC)

    def as_json(self) -> dict[str, object]:
        """What `GET /_control/clock` answers."""
        return {"now": self.now().strftime(WRITTEN), "utc_offset": write_offset(self.offset)}

    def kept(self) -> dict[str, object]:
        """What a state file keeps: how far the clock was moved, and the offset."""
        return {"shift_seconds": self.shift.total_seconds(), "utc_offset": write_offset(self.offset)}

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over what `kept` gave."""
        self.shift = timedelta(seconds=float(str(kept["shift_seconds"])))
        self.offset = read_offset(kept["utc_offset"])
