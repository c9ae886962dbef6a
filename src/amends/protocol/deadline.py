"""When the current step of a case is due, in the office's open hours."""

from datetime import date, datetime, timedelta
from itertools import islice

from amends.protocol.case import Case
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar, closing_on, due, is_open, next_opening
from amends.protocol.policy import Policy
from amends.protocol.words import GateName, Stage, Step

_A_YEAR = 366


def current_step(case: Case) -> Step:
    """The one step that is due now; a finished case without promises still answers `TELL`, with no deadline."""
    if case.stage in (Stage.CLOSED, Stage.SET_ASIDE, Stage.NEW):
        return Step.KEEP_PROMISE if case.open_promises else Step.TELL
    if case.stage is Stage.ADDRESSED:
        missing = {gate.name for gate in gates(case) if gate.holds_open}
        if GateName.LEARNED in missing:
            return Step.LEARN
        return Step.REPLY if GateName.REVIEW_ANSWERED in missing else Step.TELL
    if not case.accepted:
        return Step.ACCEPT
    return Step.PUT_RIGHT if case.is_spoken_to else Step.SPEAK


def deadline(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """When the current step, or an earlier promise, is due (in the office's zone); None when nothing is.

    Raises `hours.CalendarError` for a calendar that is never open.
    """
    moments = [_step_due(case, policy, calendar)]
    if case.stage is not Stage.SET_ASIDE:
        moments += [_promise_due(promise.made_at, promise.due, calendar) for promise in case.open_promises]
    return min((moment for moment in moments if moment is not None), default=None)


def _step_due(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    limits = policy.limits
    urgent = case.is_severe or case.still_here
    match current_step(case):
        case Step.ACCEPT if case.stage is Stage.REPORTED or case.stage is Stage.OFFICE:
            minutes = limits.accept_severe_open_minutes if urgent else limits.accept_open_minutes
            return due(calendar, case.stage_since, minutes)
        case Step.ACCEPT:
            minutes = limits.accept_severe_open_minutes if urgent else limits.region_accept_open_minutes
            return due(calendar, case.stage_since, minutes)
        case Step.SPEAK:
            return _speak_due(case, policy, calendar)
        case Step.PUT_RIGHT:
            return _resolve_due(case, policy, calendar)
        case Step.LEARN:
            return after_open_days(calendar, _addressed_at(case), limits.learn_open_days)
        case Step.REPLY:
            return after_open_days(calendar, _addressed_at(case), limits.reply_open_days)
        case Step.TELL | Step.KEEP_PROMISE:
            return None  # nobody's step: deliveries and promises carry their own time


def _speak_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    limits, resolve_by = policy.limits, _resolve_due(case, policy, calendar)
    if case.last_attempt:
        next_try = after_open_days(calendar, case.last_attempt.at, limits.next_attempt_open_days)
        return min(next_try, resolve_by)
    if case.is_severe:
        return min(due(calendar, case.round_since, limits.speak_severe_open_minutes), resolve_by)
    return min(after_open_days(calendar, case.round_since, limits.speak_open_days), resolve_by)


def _resolve_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    return within_calendar_days(calendar, case.round_since, policy.limits.resolve_calendar_days)


def _addressed_at(case: Case) -> datetime:
    return case.round_addressing.at if case.round_addressing else case.stage_since


def _promise_due(made_at: datetime, promised: datetime, calendar: Calendar) -> datetime:
    """The end of the promised day's hours; on a closed day the last closing before it that still lies ahead."""
    day = promised.astimezone(calendar.tz).date()
    return _last_closing(calendar, day, after=made_at) or closing_from(calendar, made_at)


def after_open_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Closing time of the `days`-th open day after the one in which `start` lies (0: that day's own closing).

    A start outside open hours belongs to the day of the next opening.
    """
    first = start if is_open(calendar, start) else next_opening(calendar, start)
    day = first.astimezone(calendar.tz).date()
    closings = (closing_on(calendar, day + timedelta(days=n)) for n in range(_A_YEAR * 10))
    open_days = (closing for closing in closings if closing is not None and closing > start)
    return next(islice(open_days, days, None))


def within_calendar_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The last open instant that is not later than `days` calendar days after `start`; never before the next closing."""
    limit = (start + timedelta(days=days)).astimezone(calendar.tz)
    if is_open(calendar, limit):
        return limit
    return _last_closing(calendar, limit.date(), after=start, until=limit) or closing_from(calendar, start)


def closing_from(calendar: Calendar, start: datetime) -> datetime:
    """The first closing time of a day after `start`."""
    return after_open_days(calendar, start, 0)


def _last_closing(calendar: Calendar, day: date, *, after: datetime, until: datetime | None = None) -> datetime | None:
    """The latest day's closing from `day` backwards, not after `until` and still after `after`."""
    first = after.astimezone(calendar.tz).date()
    while day >= first:
        closing = closing_on(calendar, day)
        if closing is not None and closing > after and (until is None or closing <= until):
            return closing
        day -= timedelta(days=1)
    return None
