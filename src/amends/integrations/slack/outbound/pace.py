"""One message a second and channel, however many processes send; and the wait that Slack asked for (slack.md 9)."""

from datetime import datetime, timedelta

from amends import clock
from amends.deliveries.channel import RetryAfter

from .models import SlackPace


def take_turn(channel: str, seconds: float) -> None:
    """Takes the next `seconds` of this channel. Raises `RetryAfter` with the time to wait where they are taken."""
    now = clock.now()
    pause = timedelta(seconds=seconds)
    pace, made = SlackPace.objects.get_or_create(channel=channel, defaults={"free_at": now + pause})
    if made:
        return
    ours = SlackPace.objects.filter(pk=pace.pk, free_at__lte=now)
    if not ours.update(free_at=now + pause):
        raise RetryAfter("The channel takes one message a second.", _seconds_until(pace.free_at, now))


def wait_as_told(channel: str, seconds: float) -> None:
    """Slack asked for a pause: nobody sends there before it is over."""
    SlackPace.objects.filter(channel=channel).update(free_at=clock.now() + timedelta(seconds=seconds))


def _seconds_until(free_at: datetime, now: datetime) -> float:
    return min(max(0.05, (free_at - now).total_seconds()), 3600.0)
