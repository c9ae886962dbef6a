"""When the current step of a case is due, in the office's open hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from amends.protocol.case import Case, Noted
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar, closing_on, due, is_open, next_opening, open_before, windows_on
from amends.protocol.policy import Policy
from amends.protocol.rules.confirming import wanted_at
from amends.protocol.rules.still_here import page_due
from amends.protocol.values import Person
from amends.protocol.words import MOVING_STEPS, GateName, Stage, Step

_A_DAY = timedelta(days=1)


class Due(NamedTuple):
    """Something on a case that is not done, and the instant (UTC) by which it should be.

    Its time is reckoned from `since`: nothing that happened after that moves it, but for other hours of the office.
    `promise` is the number of the promise where it is one.
    """

    at: datetime
    step: Step
    since: datetime
    promise: int | None = None

    def was_noted(self, noted: tuple[Noted, ...]) -> bool:
        """Whether this very deadline is among these."""
        return any(one.due == self.at for one in self._same(noted))

    def was_late_before(self, case: Case) -> datetime | None:
        """When its lateness was noted last, at whichever deadline it had by then; None where it was not."""
        return max((one.at for one in self._same(case.noted_late) if one.at > self.since), default=None)

    def _same(self, noted: tuple[Noted, ...]) -> list[Noted]:
        return [one for one in noted if one.step is self.step and one.promise in (None, self.promise)]


class Alarm(NamedTuple):
    """Somebody must hear at this instant (UTC) that something is late, or, if it `warns`, that it will be soon."""

    at: datetime
    due: Due
    warns: bool


def current_step(case: Case) -> Step:
    """The one step that is due now; a finished case of which nothing is left answers `TELL`, with no deadline."""
    if not case.is_open:
        if case.stage is Stage.CLOSED and case.open_promises:
            return Step.KEEP_PROMISE
        return Step.CONFIRM if case.to_confirm else Step.TELL
    if case.stage is Stage.ADDRESSED:
        return next(iter(_steps_to_close(case)), Step.TELL)
    if not case.accepted:
        return Step.ACCEPT
    if not case.is_spoken_to:
        return Step.SPEAK
    return Step.PLAN if case.first_conversation and not case.has_plan else Step.PUT_RIGHT


def deadline(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """When the current step, or an earlier promise, is due (in the office's zone); None when nothing is.

    Raises `hours.HoursError` for a calendar that is never open (again).
    """
    undone = dues(case, policy, calendar)
    return undone[0].at.astimezone(calendar.tz) if undone else None


def first_promise_due(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """When the first of the promises that are still to be kept is due (UTC). Raises as `deadline`."""
    if not case.open_promises:
        return None
    return next((one.at for one in dues(case, policy, calendar) if one.step is Step.KEEP_PROMISE), None)


def alarm(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """The earliest instant (office's zone) at which somebody must hear of something, one more person is to be asked to
    come, or the patient to be asked whether it is fixed; None when there is none.

    Unlike `deadline` it passes over what is noted already, so that a late step does not hide a promise behind it.
    Raises as `deadline`.
    """
    late = (one.at for one in alarms(case, policy, calendar))
    others = (page_due(case, policy), wanted_at(case, policy, calendar))
    first = min(filter(None, (next(late, None), *others)), default=None)
    return first.astimezone(calendar.tz) if first else None


def alarms(case: Case, policy: Policy, calendar: Calendar) -> list[Alarm]:
    """Everything that somebody must still hear of, earliest first. Raises as `deadline`.

    A step that stayed where it is, late as it is, because nobody was left to take it, sounds at each closing. Where
    other hours of the office move what was late, it is late again only when it was moved into time that lay ahead.
    """
    found = []
    for undone in dues(case, policy, calendar):
        before = undone.was_late_before(case)
        if undone.step in MOVING_STEPS and (before or undone.was_noted(case.noted_late)):
            again = max(_closing_from(calendar, case.alarmed_at).astimezone(UTC), undone.at)
            found.append(Alarm(again, undone._replace(at=again), warns=False))
        elif not undone.was_noted(case.noted_late) and not (before and undone.at <= before):
            found.append(Alarm(undone.at, undone, warns=False))
            if warning := _warning(case, undone, policy, calendar):
                found.append(Alarm(warning, undone, warns=True))
    return sorted(found, key=lambda one: one.at)


def _warning(case: Case, undone: Due, policy: Policy, calendar: Calendar) -> datetime | None:
    """When whoever can still do it in time hears of it; None where nobody does, or where they have only just got it."""
    minutes, (told, since) = policy.limits.warn_open_minutes, _who_can_do_it(case, undone)
    if not minutes or told is None or undone.was_noted(case.warned):
        return None
    return open_before(calendar, undone.at, minutes, since=since)


def who_can_do_it(case: Case, undone: Due) -> Person | None:
    """Who can still do it in time: the owner, or for a promise whoever keeps it."""
    return _who_can_do_it(case, undone)[0]


def _who_can_do_it(case: Case, undone: Due) -> tuple[Person | None, datetime]:
    if undone.step is Step.KEEP_PROMISE:
        promise = next(one for one in case.open_promises if one.no == undone.promise)
        return promise.owner, promise.made_at
    return case.owner, case.stage_since


def dues(case: Case, policy: Policy, calendar: Calendar) -> list[Due]:
    """Everything on the case that is not done and has its time, earliest first. Raises as `deadline`."""
    # In UTC: Python compares two local times of one zone by the clock's face, wrong by an hour when it goes back.
    undone = [Due(at.astimezone(UTC), step, since) for at, step, since in _steps(case, policy, calendar)]
    if case.is_open or case.stage is Stage.CLOSED:
        for promise in case.open_promises:
            at = promise_due(calendar, promise.made_at, promise.due)
            undone.append(Due(at.astimezone(UTC), Step.KEEP_PROMISE, promise.made_at, promise.no))
    if case.to_confirm and case.confirm_since:
        at = after_open_days(calendar, case.confirm_since, policy.limits.confirm_open_days)
        undone.append(Due(at.astimezone(UTC), Step.CONFIRM, case.confirm_since))
    return sorted(undone, key=lambda one: one.at)


def _steps_to_close(case: Case) -> list[Step]:
    """What people still have to do on an addressed case, in the order of the rail."""
    missing = {gate.name for gate in gates(case) if gate.holds_open}
    steps = {GateName.REVIEW_ANSWERED: Step.REPLY, GateName.LEARNED: Step.LEARN}
    return [step for gate, step in steps.items() if gate in missing]


def _steps(case: Case, policy: Policy, calendar: Calendar) -> Iterator[tuple[datetime, Step, datetime]]:
    limits = policy.limits
    step = current_step(case)
    match step:
        case Step.ACCEPT:
            left = case.here.ended_at or case.stage_since
            yield _accept_due(case, policy, calendar), step, max(case.stage_since, case.severe_since, left)
        case Step.SPEAK | Step.PLAN | Step.PUT_RIGHT:
            yield _fair_to_the_owner(case, step, policy, calendar), step, _newest_of_round(case)
        case Step.REPLY | Step.LEARN:
            for to_close in _steps_to_close(case):
                if to_close is Step.REPLY:
                    yield _reply_due(case, policy, calendar), to_close, case.reply_sent_at or _reply_wanted(case)
                else:
                    since = case.addressed_since
                    yield after_open_days(calendar, since, limits.learn_open_days), to_close, since
        case Step.TELL | Step.KEEP_PROMISE | Step.CONFIRM:  # pragma: no branch  mypy proves the match complete
            pass  # nobody's step: deliveries and promises carry their own time


def _accept_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    limits, since = policy.limits, case.stage_since
    at_office = case.stage in (Stage.REPORTED, Stage.OFFICE)
    usual = due(calendar, since, limits.accept_open_minutes if at_office else limits.region_accept_open_minutes)
    if case.still_here:
        return _first(usual, due(calendar, since, limits.accept_severe_open_minutes))
    if case.is_severe:
        return _first(usual, due(calendar, max(since, case.severe_since), limits.accept_severe_open_minutes))
    return usual


def _fair_to_the_owner(case: Case, step: Step, policy: Policy, calendar: Calendar) -> datetime:
    """When the step is due; by closing of the day on which its owner took the case, where it was past already.

    Otherwise whoever takes over something late would be late themselves in that very moment.
    """
    limits, taken = policy.limits, case.stage_since
    first = _step_due(case, step, policy, calendar)
    if first.astimezone(UTC) > taken.astimezone(UTC):
        return first
    closing = _not_at_once(_closing_from(calendar, taken), case, policy, calendar)
    if step is Step.SPEAK and case.is_severe:
        return _first(closing, due(calendar, taken, limits.speak_severe_open_minutes))
    return closing


def _not_at_once(closing: datetime, case: Case, policy: Policy, calendar: Calendar) -> datetime:
    """This closing; where its owner took the case so shortly before that no warning could come, as many open minutes
    later as a warning comes before (docs/decisions/0013)."""
    earliest = due(calendar, case.stage_since, policy.limits.warn_open_minutes)
    too_soon = case.stage_since.astimezone(UTC) < closing.astimezone(UTC) < earliest.astimezone(UTC)
    return earliest if too_soon else closing


def _step_due(case: Case, step: Step, policy: Policy, calendar: Calendar) -> datetime:
    limits = policy.limits
    resolve = within_calendar_days(calendar, _last_contact(case, calendar), limits.resolve_calendar_days)
    if step is Step.SPEAK:
        return _first(_speak_due(case, policy, calendar), resolve)
    if step is Step.PLAN and case.first_conversation:
        return _first(after_open_days(calendar, case.first_conversation.at, limits.plan_open_days), resolve)
    return resolve


def _speak_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    limits, attempt = policy.limits, case.last_attempt
    if attempt and attempt.call_back_on:
        return after_open_days(calendar, max(attempt.at, _midnight(calendar, attempt.call_back_on)), 0)
    if attempt:
        return after_open_days(calendar, attempt.at, limits.next_attempt_open_days)
    closing = after_open_days(calendar, case.round_since, limits.speak_open_days)
    usual = _not_at_once(closing, case, policy, calendar)
    if case.is_severe:
        severe_since = max(case.round_since, case.severe_since)
        return _first(usual, due(calendar, severe_since, limits.speak_severe_open_minutes))
    return usual


def _last_contact(case: Case, calendar: Calendar) -> datetime:
    """When the patient last heard of us in this round, or asked to; its beginning where neither has happened."""
    asked = (attempt.call_back_on for attempt in case.attempts if attempt.seq > case.round_start)
    days = [_midnight(calendar, day) for day in asked if day]
    told = [talk.at for talk in (case.last_conversation, case.round_settled) if talk]
    return max(moment.astimezone(UTC) for moment in (case.round_since, *days, *told))


def _newest_of_round(case: Case) -> datetime:
    """The newest of everything from which the time of a step before addressing may be reckoned."""
    done = (case.last_attempt, case.first_conversation, case.last_conversation, case.round_settled)
    moments = (case.stage_since, case.round_since, case.severe_since, *(one.at for one in done if one))
    return max(moment.astimezone(UTC) for moment in moments)


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=calendar.tz).astimezone(UTC)


def _reply_due(case: Case, policy: Policy, calendar: Calendar) -> datetime:
    """When the reply is to be written (anew), or, once it is with the site, when that should show it at the latest."""
    limits = policy.limits
    if case.reply_sent_at:
        return within_calendar_days(calendar, case.reply_sent_at, limits.reply_stuck_calendar_days)
    return after_open_days(calendar, _reply_wanted(case), limits.reply_open_days)


def _reply_wanted(case: Case) -> datetime:
    return max(moment.astimezone(UTC) for moment in (case.addressed_since, case.reply_back_at) if moment)


def _first(*moments: datetime) -> datetime:
    # In UTC: Python compares two local times of one zone by the clock's face.
    return min(moments, key=lambda moment: moment.astimezone(UTC))


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
    # Where the clock goes back over midnight, a date's hours run on into the next date, or begin in the one before.
    dates = (today, today - _A_DAY, today + _A_DAY)
    open_now = (
        windows
        for windows in (windows_on(calendar, day) for day in dates)
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
