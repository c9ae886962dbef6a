"""`slack.summary`: one message of the week for the leaders, or of the day for one of them. It belongs to no case.

Target: a place of `deliveries.telling`. Payload: `{"week": summary.Week}` or `{"day": summary.Day}`, `due` (when it was
to arrive, ISO), and `text`, `subject` and `to` for e-mail, which says nothing else. Where Slack does not take it, or is
not reached for an hour, it goes by e-mail; never both, since what may have been posted is looked for first.
"""

from datetime import datetime, timedelta

from django.conf import settings
from pydantic import TypeAdapter

from amends import clock
from amends.deliveries.channel import (
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UseInstead,
)
from amends.integrations.slack.channel import conversation

from .messages import Body, day_body, week_body
from .speaking import look_for, post, speaking
from .summary import Day, Week

CHANNEL = "slack.summary"
WEEKS: TypeAdapter[Week] = TypeAdapter(Week)
DAYS: TypeAdapter[Day] = TypeAdapter(Day)
_PATIENCE = timedelta(hours=1)


class SlackSummaries:
    """Posts summaries, and finds them by the marker in their metadata."""

    name = CHANNEL

    def deliver(self, item: Outgoing) -> Proof:
        """Post once. Raises a `DeliveryError`."""
        try:
            with speaking(item.target) as (client, place):
                return post(client, conversation(client, place.channel), _body(item), item.marker)[0]
        except (Configuration, Permanent, OfficeOffline) as error:
            raise _what_now(item, error) from None

    def find(self, item: Outgoing) -> Proof | None:
        """Read the channel backwards. Raises `CannotTell` where it may not be read."""
        found = look_for(item)
        return found[0] if found else None


def _what_now(item: Outgoing, error: DeliveryError) -> DeliveryError:
    """By e-mail, but for a Slack that may be back soon; where there is none, later: it may be mended within the day."""
    due = datetime.fromisoformat(item.payload["due"])
    if isinstance(error, OfficeOffline) and clock.now() < due + _PATIENCE:
        return error
    if settings.EMAIL_HOST and item.payload["to"]:
        return UseInstead(str(error), "email")
    return error if isinstance(error, Permanent) else RetryAfter(str(error))


def _body(item: Outgoing) -> Body:
    if "week" in item.payload:
        return week_body(WEEKS.validate_python(item.payload["week"]), f"{settings.BASE_URL}/summary")
    return day_body(DAYS.validate_python(item.payload["day"]), f"{settings.BASE_URL}/cases")
