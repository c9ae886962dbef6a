"""Whether a new case means that a corrective action did not hold, or nearly. Pure: two cases in, a judgement out."""

from datetime import timedelta
from enum import StrEnum

from amends.protocol.case import Case
from amends.protocol.values import CorrectiveAction
from amends.protocol.words import Stage

SOON_AFTER = timedelta(days=30)


class Nearness(StrEnum):
    """How near a later case comes to what an action was to prevent."""

    REPEAT = "repeat"  # cause, place and time: the action did not hold
    ELSEWHERE = "elsewhere"  # cause and time, at an office for which nothing was to change
    TOO_EARLY = "too_early"  # cause and place; it happened before the action's date and was only told after it
    SOON_AFTER = "soon_after"  # cause and place, within thirty days after the end of the watch
    CAUSE_OPEN = "cause_open"  # place and time and the same kind; no cause is recorded yet
    NONE = "none"


def nearness(action: CorrectiveAction, own: Case, other: Case) -> Nearness:
    """How near the case `other` comes to what `action` of the case `own` was to prevent.

    What counts is when it happened, in the half-open time after the action's date up to the end of its watch, which
    does not end while the action is not done; that it was not done by then is why it could happen. Its days go on after
    a first case has shown that it did not hold, and then end as they were planned, done or not. What was set aside
    happened to nobody, and what happened before the action was planned could not be prevented by it.
    """
    watch, until = action.watch, action.watched_until
    if watch is None or until is None or other.stage in (Stage.NEW, Stage.SET_ASIDE) or other.opened_at <= action.due:
        return Nearness.NONE
    causes = set(watch.causes or own.causes)
    same_cause = bool(causes & set(other.causes))
    same_place = not watch.offices or other.office in watch.offices
    at = other.happened_at
    is_open = action.done_at is None and not action.failed_by
    in_time = action.due < at and (is_open or at <= until)
    if same_cause and in_time:
        return Nearness.REPEAT if same_place else Nearness.ELSEWHERE
    if same_cause and same_place:
        if at <= action.due:
            return Nearness.TOO_EARLY
        return Nearness.SOON_AFTER if at <= until + SOON_AFTER else Nearness.NONE
    undecided = not other.causes and same_place and bool(set(own.kinds) & set(other.kinds))
    return Nearness.CAUSE_OPEN if undecided and in_time else Nearness.NONE
