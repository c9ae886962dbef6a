"""Causes that the words of an account speak for. Who can tell them is further up and says so at the start."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from amends.cases.steps import Desk

_MOST = 3


@dataclass(frozen=True)
class Suggested:
    """A cause and the words of the account that speak for it, as written, the strongest first."""

    cause: str
    words: tuple[str, ...]


Suggester = Callable[[str, Collection[str]], Sequence[Suggested]]
_suggesters: list[Suggester] = []


def suggest_with(suggester: Suggester) -> None:
    """From now on `suggester` is asked which of some causes a text speaks for, best first."""
    _suggesters.append(suggester)


def suggested_for(desk: Desk) -> list[Suggested]:
    """At most three causes that the accounts of the case speak for and that it does not have yet."""
    text = "\n".join(account.text for account in desk.case.accounts)
    among = desk.policy.causes.keys() - set(desk.case.causes)
    return [one for suggester in _suggesters for one in suggester(text, among)][:_MOST]
