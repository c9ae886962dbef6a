"""Where Google publishes what happens in an account. There is one place for each account: a reviews tool that the group
has may hold it already, and would hear nothing any more (review-platforms.md 1.9). So nothing is replaced unasked.
"""

from amends import clock
from amends.deliveries.channel import DeliveryError

from .client import GoogleClient
from .models import GoogleAccount, GoogleConnection

TYPES = ["NEW_REVIEW", "UPDATED_REVIEW"]


class TakenByAnother(DeliveryError):
    """Another tool's topic is set, and nobody has said by its name that it shall be replaced."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"Google tells {topic}, which belongs to another tool. Nothing was changed.")
        self.topic = topic


def read_topic(account: GoogleAccount, client: GoogleClient) -> str:
    """The topic that is set now, "" for none; kept for the page. Raises a `DeliveryError`."""
    topic = client.notification_setting(account.name).pubsub_topic
    _keep(account, topic)
    return topic


def tell_us(row: GoogleConnection, account: GoogleAccount, client: GoogleClient, *, instead_of: str = "") -> None:
    """From now on Google tells our topic. `instead_of` is the other tool's topic that a person agreed to replace.

    Raises `TakenByAnother` where another one is set, as it is at this moment, and other `DeliveryError`s.
    """
    now = read_topic(account, client)
    if now not in ("", row.push_topic, instead_of):
        raise TakenByAnother(now)
    _keep(account, client.set_notifications(account.name, row.push_topic, TYPES).pubsub_topic)


def tell_nobody(row: GoogleConnection, account: GoogleAccount, client: GoogleClient) -> None:
    """Google tells our topic nothing any more; another tool's stays. Raises a `DeliveryError`."""
    if row.push_topic and read_topic(account, client) == row.push_topic:
        client.set_notifications(account.name, "", [])
        _keep(account, "")


def _keep(account: GoogleAccount, topic: str) -> None:
    account.topic, account.topic_at = topic[:255], clock.now()
    account.save(update_fields=["topic", "topic_at"])
