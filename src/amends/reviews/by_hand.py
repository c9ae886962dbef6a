"""`review.by_hand`: a review site to which Amends cannot write. A person posts the ready text, or deletes it."""

from typing import NoReturn

from amends.deliveries.channel import Configuration, Outgoing


class ByHand:
    """Asks a person at once."""

    name = "review.by_hand"

    def deliver(self, item: Outgoing) -> NoReturn:
        """Always for a person: nothing leaves. Raises `Configuration`."""
        what = "deletes the reply there" if item.payload["delete"] else "posts the reply there"
        raise Configuration(f"Amends cannot write to this review site, so a person {what}.")

    def find(self, item: Outgoing) -> None:
        """Nothing was sent, so nothing is there."""
