"""When the current step of a case is due, in the office's open hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from amends.protocol.case import Case
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar, closing_on, due, is_open, next_opening, windows_on
from amends.protocol.policy import Policy
from amends.protocol.rules.still_here import page_due
from amends.protocol.words import GateName, Stage, Step

_A_DAY = timedelta(days=1)


class Due(NamedTuple):
    """Something on a case that is not done, and the instant (UTC) by which it should be."""

    at: datetime
    step: Step


def current_step(case: Case) -> Step:
    """The one step that is due now; a finished case without promises still answers `TELL`, with no deadline."""
    if not case.is_open:
        return Step.KEEP_PROMISE if case.stage is Stage.CLOSED and case.open_promises else Step.TELL
    if case.stage is Stage.ADDRESSED:
        return next(iter(_steps_to_close(case)), Step.TELL)
    if not case.accepted:
        return Step.ACCEPT
    return Step.PUT_RIGHT if case.is_spoken_to else Step.SPEAK


def deadline(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """When the current step, or an earlier promise, is due (in the office's zone); None when nothing is.

    Raises `hours.HoursError` for a calendar that is never open (again).
    """
    undone = dues(case, policy, calendar)
    return undone[0].at.astimezone(calendar.tz) if undone else None


def alarm(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """The earliest instant (office's zone) at which something more will be late than was noted, or one more person is
    to be asked to come; None when there is none.

    Unlike `deadline` it passes over what is noted already, so that a late step does not hide a promise behind it.
    Raises as `deadline`.
    """
    coming = (undone.at for undone in dues(case, policy, calendar) if undone.at not in case.noted_late)
    first = min(filter(None, (next(coming, None), page_due(case, policy))), default=None)
    return first.astimezone(calendar.tz) if first else None


def dues(case: Case, policy: Policy, calendar: Calendar) -> list[Due]:
    """Everything on the case that is not done and has its time, earliest first. Raises as `deadline`."""
    # In UTC: Python compares two local times of one zone by the clock's face, wrong by an hour when it goes back.
    undone = [Due(at.astimezone(UTC), step) for at, step in _steps(case, policy, calendar)]
    if case.is_open or case.stage is Stage.CLOSED:
        for promise in case.open_promises:
            at = promise_due(calendar, promise.made_at, promise.due)
            undone.append(Due(at.astimezone(UTC), Step.KEEP_PROMISE))
    return sorted(undone, key=lambda one: one.at)


def _steps_to_close(case: Case) -> list[Step]:
    """What people still have to do on an addressed case, in the order of the rail."""
    missing = {gate.name for gate in gates(case) if gate.holds_open}
    steps = {GateName.REVIEW_ANSWERED: Step.REPLY, GateName.LEARNED: Step.LEARN}
    return [step for gate, step in steps.items() if gate in missing]


def _steps(case: Case, policy: Policy, calendar: Calendar) -> Iterator[tuple[datetime, Step]]:
    limits = policy.limits
    step = current_step(case)
    match step:
        case Step.ACCEPT:
            yield due(calendar, case.stage_since, _minutes_to_accept(case, policy)), step
        case Step.SPEAK:
            yield _speak_due(case, policy, calendar), step
        case Step.PUT_RIGHT:
            yield _resolve_due(case, policy, calendar), step
        case Step.REPLY | Step.LEARN:
            days = {Step.REPLY: limits.reply_open_days, Step.LEARN: limits.learn_open_days}
            for to_close in _steps_to_close(case):
                yield after_open_days(calendar, case.addressed_since, days[to_close]), to_close
        case Step.TELL | Step.KEEP_PROMISE:  # pragma: no branch  mypy proves the match complete
            pass  # nobody's step: deliveries and promises carry their own time


def _minutes_to_accept(case: Case, policy: Policy) -> int:
    limits = policy.limits
    if case.is_severe or case.still_here:
        return limits.accept_severe_open_minutes
    at_office = case.stage in (Stage.REPORTED, Stage.OFFICE)
    return limits.accept_open_minutes if at_office else limits.region_accept_open_minutes


def _speak_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    limits = policy.limits
    if case.last_attempt:
        speak = after_open_days(calendar, case.last_attempt.at, limits.next_attempt_open_days)
    elif case.is_severe:
        speak = due(calendar, case.round_since, limits.speak_severe_open_minutes)
    else:
        speak = after_open_days(calendar, case.round_since, limits.speak_open_days)
    return min(speak.astimezone(UTC), _resolve_due(case, policy, calendar).astimezone(UTC))


def _resolve_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    return within_calendar_days(calendar, case.round_since, policy.limits.resolve_calendar_days)


def promise_due(calendar: Calendar, made_at: datetime, promised: datetime) -> datetime:
    """The end of the promised date's hours; on a closed date the last closing before it that still lies ahead."""
    day = promised.astimezone(calendar.tz).date()
    first = made_at.astimezone(calendar.tz).date()
    while day >= first:
        closing = closing_on(calendar, day)
        if closing and closing > made_at.astimezone(UTC):
            return closing
        day -= _A_DAY
    return after_open_days(calendar, made_at, 0)


def after_open_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Closing time of the `days`-th open day after the one in which `start` lies (0: that day's own closing).

    A start outside open hours belongs to the day of the next opening. Raises `hours.HoursError` as `hours.due`.
    """
    closing = _closing_from(calendar, start)
    for _ in range(days):
        closing = _closing_from(calendar, closing)
    return closing


def within_calendar_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The last open instant within `days` times 24 hours after `start`, but never before that day's closing.

    Raises `hours.HoursError` as `hours.due`.
    """
    begun = start.astimezone(UTC)
    limit = begun + timedelta(days=days)
    last = limit if is_open(calendar, limit) else _last_close(calendar, begun, limit)
    return max(last, _closing_from(calendar, begun).astimezone(UTC)).astimezone(calendar.tz)


def _closing_from(calendar: Calendar, start: datetime) -> datetime:
    """The last closing of the open date in which `start` lies, or else of the next one."""
    opening = next_opening(calendar, start).astimezone(UTC)
    today = opening.astimezone(calendar.tz).date()
    # Where the clock goes back over midnight, a date's hours run on into the next date.
    open_now = (
        windows
        for windows in (windows_on(calendar, today), windows_on(calendar, today - _A_DAY))
        if any(opens <= opening < closes for opens, closes in windows)
    )
    return next(open_now)[-1][1]


def _last_close(calendar: Calendar, after: datetime, until: datetime) -> datetime:
    """The latest instant (UTC) from `after` to `until` at which the office closed; `after` itself if there is none."""
    day: date = until.astimezone(calendar.tz).date()
    while day >= after.astimezone(calendar.tz).date():
        closings = [closes.astimezone(UTC) for _, closes in windows_on(calendar, day)]
        if past := [closing for closing in closings if after < closing <= until]:
            return past[-1]
        day -= _A_DAY
    return after
