"""What a channel is: it delivers one thing to another system, and can look whether it is there.

The runner (`runner.py`) keeps the promise *nothing is lost and nothing is written twice*; a channel
only speaks to its own system and says honestly what happened, with one of the errors below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Outgoing:
    """One thing that must reach another system: what a channel sees of a delivery row.

    `sent_at` is when the latest request may have left (aware), None when none has.
    `payload` has the shape that the channel's own module describes.
    """

    marker: str
    channel: str
    target: str
    payload: Mapping[str, Any]
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Proof:
    """The other side has it: `id` there, a `link` where one exists, `place` in people's words ("CommLog")."""

    id: str
    place: str
    link: str = ""


class Channel(Protocol):
    """`deliver` writes once; `find` looks for the whole marker. Neither is called inside a transaction."""

    name: str

    def deliver(self, item: Outgoing) -> Proof:
        """Write it; return its proof or raise a `DeliveryError`."""

    def find(self, item: Outgoing) -> Proof | None:
        """The proof if it is there, None if it is not, `CannotTell` where the other side cannot be asked."""


class DeliveryError(Exception):
    """Base of everything that may go wrong; the text is a sentence that a person may read."""


class RetryAfter(DeliveryError):
    """Refused for now, and certainly not written: try again, not before `seconds` where they were told."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class OfficeOffline(DeliveryError):
    """The office cannot be reached and nothing was written: try again, for as long as it takes."""


class Permanent(DeliveryError):
    """Refused for good: a person must do it by hand."""


class Configuration(DeliveryError):
    """Not set up, or no permission: a person must do it by hand, an administrator must repair it."""


class UnknownOutcome(DeliveryError):
    """It may have been written: look before doing anything else."""


class CannotTell(DeliveryError):
    """Nobody but a person can say whether it is there as it should be.

    Raised by `find` where the other side offers no way to look, and by `deliver` after a write that came out oddly.
    """


class UseInstead(DeliveryError):
    """This channel cannot do it and nothing was written: the named channel shall, for the reason given."""

    def __init__(self, why: str, channel: str) -> None:
        super().__init__(why)
        self.channel = channel
