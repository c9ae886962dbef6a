"""The policy's limits in words, for the page that promises them. The engine reads the same numbers."""

from amends.protocol.policy import Limits

_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh"}


def in_words(limits: Limits) -> dict[str, str]:
    """One phrase for each limit, by its name in `protocol.toml`."""
    return {
        "accept_open_minutes": open_minutes(limits.accept_open_minutes),
        "accept_severe_open_minutes": open_minutes(limits.accept_severe_open_minutes),
        "here_cover_minutes": f"after {_count(limits.here_cover_minutes, 'minute')}",
        "here_region_minutes": f"after {_count(limits.here_region_minutes, 'minute')}",
        "region_accept_open_minutes": open_minutes(limits.region_accept_open_minutes),
        "speak_open_days": open_days(limits.speak_open_days),
        "speak_severe_open_minutes": open_minutes(limits.speak_severe_open_minutes),
        "next_attempt_open_days": open_days(limits.next_attempt_open_days),
        "wait_calendar_days": f"{_count(limits.wait_calendar_days, 'day')} at most",
        "plan_open_days": open_days(limits.plan_open_days),
        "warn_open_minutes": _before(limits.warn_open_minutes),
        "resolve_calendar_days": f"within {_count(limits.resolve_calendar_days, 'calendar day')}",
        "reply_open_days": open_days(limits.reply_open_days),
        "learn_open_days": open_days(limits.learn_open_days),
        "attempts": _count(limits.attempts, "try", "tries"),
        "attempt_days": f"over at least {_count(limits.attempt_days, 'day')}",
        "attempt_ways": f"in at least {_count(limits.attempt_ways, 'way')}",
        "review_stars": f"{_count(limits.review_stars, 'star')} or fewer",
        "reply_stuck_calendar_days": f"after {_count(limits.reply_stuck_calendar_days, 'calendar day')}",
        "review_calendar_days": f"not older than {_count(limits.review_calendar_days, 'day')} when it is first seen",
        "watch_days": f"for {_count(limits.watch_days, 'day')} after its date",
        "confirm_calendar_days": _after_days(limits.confirm_calendar_days),
        "confirm_open_days": open_days(limits.confirm_open_days),
        "kept_days": f"a completed visit within {_count(limits.kept_days, 'day')}",
        "popup_days": f"for {_count(limits.popup_days, 'day')}" if limits.popup_days else "no popup",
    }


def _before(minutes: int) -> str:
    """ "30 open minutes before"; nothing is said where it is 0."""
    return f"{_count(minutes, 'open minute')} before" if minutes else "no reminder"


def _after_days(days: int) -> str:
    """ "7 days after it was addressed"; 0 asks nobody."""
    return f"{_count(days, 'day')} after it was addressed" if days else "never"


def open_minutes(minutes: int) -> str:
    """ "within 2 open hours"; the clock stands still while the office is closed."""
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "at once"
    if not hours:
        return f"within {_count(rest, 'open minute')}"
    if not rest:
        return f"within {_count(hours, 'open hour')}"
    return f"within {_count(hours, 'open hour')} and {_count(rest, 'minute')}"


def open_days(days: int) -> str:
    """ "by closing time of the same open day", "… of the next open day", "… of the third open day after"."""
    if days == 0:
        return "by closing time of the same open day"
    if days == 1:
        return "by closing time of the next open day"
    return f"by closing time of the {_ORDINALS.get(days, f'{days}th')} open day after"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
