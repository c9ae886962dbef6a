"""What may go wrong on a day, and how it is put right: the raw material of the history."""

from dataclasses import dataclass, field
from decimal import Decimal

from amends.protocol.words import Moment, RemedyKind, Trigger


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that upset a patient: the account as told, what was said afterwards, the cause and the remedy.

    `promise` is what the patient was told will happen, `change` what the office does differently ("" for neither).
    """

    kinds: tuple[str, ...]
    moment: Moment
    told: str
    said: str
    resolution: str
    causes: tuple[str, ...]
    remedy: RemedyKind = RemedyKind.APOLOGY
    amount: Decimal | None = None
    promise: str = ""
    change: str = ""
    triggers: frozenset[Trigger] = field(default_factory=frozenset)
    stars: int = 0

    @property
    def is_about_a_child(self) -> bool:
        return "child" in self.kinds

    @property
    def is_grave(self) -> bool:
        return bool(self.triggers)

    @property
    def is_online(self) -> bool:
        return self.moment is Moment.ONLINE
