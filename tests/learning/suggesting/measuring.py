"""How often the causes that somebody chose are among those that are suggested.

`python -m tests.learning.suggesting.measuring` prints the table of `docs/architecture.md`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amends.learning.suggesting.model import Model, model_from
from amends.learning.suggesting.suggest import suggest
from amends.protocol.policy import shipped_policy


@dataclass(frozen=True)
class Account:
    """What somebody wrote and the causes that fit, the one that matters most first."""

    text: str
    causes: tuple[str, ...]
    language: str
    writer: int = 0  # of those who wrote without having seen the rules; 0: written with them in mind

    @property
    def held_back(self) -> bool:
        """A third, chosen by the text itself, so that new accounts move no old one to the other part."""
        return int(hashlib.sha256(self.text.encode()).hexdigest()[-4:], 16) % 3 == 0


def accounts(name: str = "accounts.jsonl") -> list[Account]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [
        Account(line["text"], tuple(line["causes"]), line["language"], line.get("writer", 0))
        for line in map(json.loads, lines)
    ]


@dataclass
class Rates:
    """Counts, and from them shares from 0 to 1."""

    asked: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    top3: Counter[str] = field(default_factory=Counter)
    any3: int = 0
    suggested: int = 0
    fitting: int = 0
    wanted: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, account: Account, causes: Sequence[str]) -> None:
        main = account.causes[0]
        self.asked[main] += 1
        self.first[main] += causes[:1] == [main]
        self.top3[main] += main in causes[:3]
        self.any3 += not set(account.causes).isdisjoint(causes[:3])
        self.suggested += len(causes)
        self.fitting += len(set(causes) & set(account.causes))
        self.wanted += len(account.causes)
        if main not in causes[:3]:
            self.missed.append(f"{','.join(account.causes)} | {account.text} | {causes}")

    @property
    def right_in_top3(self) -> float:
        """Accounts whose main cause is among the first three."""
        return self.top3.total() / self.asked.total()

    @property
    def any_in_top3(self) -> float:
        """Accounts of which any right cause is among the first three."""
        return self.any3 / self.asked.total()

    def summary(self, name: str) -> str:
        asked = self.asked.total()
        return (
            f"{name}: {asked} accounts; main cause in top 3 {self.right_in_top3:.1%}, "
            f"first {self.first.total() / asked:.1%}; any right cause in top 3 {self.any_in_top3:.1%}; "
            f"all right causes among five {self.fitting / self.wanted:.1%}; "
            f"suggestions {self.suggested / asked:.2f} each, {self.fitting / max(1, self.suggested):.1%} fit"
        )

    def table(self) -> str:
        return "\n".join(
            f"{cause:22} {self.asked[cause]:4} asked {self.top3[cause] / self.asked[cause]:7.1%} in top 3 "
            f"{self.first[cause] / self.asked[cause]:7.1%} first"
            for cause in sorted(self.asked)
        )

    def in_markdown(self, labels: Mapping[str, str]) -> str:
        """The table again, with the names of the causes, for the documentation."""
        rows = (
            f"| {labels[cause]} | {self.asked[cause]} | {self.top3[cause] / self.asked[cause]:.0%} "
            f"| {self.first[cause] / self.asked[cause]:.0%} |"
            for cause in labels
        )
        every = f"| **All** | {self.asked.total()} | {self.right_in_top3:.0%} | "
        every += f"{self.first.total() / self.asked.total():.0%} |"
        return "\n".join(("| cause | accounts | among the first three | first |", "|---|---|---|---|", *rows, every))


def all_accounts() -> list[Account]:
    names = ("accounts", "second_held_back", "third_held_back", "more_accounts")
    return [account for name in names for account in accounts(f"{name}.jsonl")]


def held_back_rates() -> Rates:
    """Of the accounts that are held back, learned from all others."""
    every = all_accounts()
    taught = taught_by(account for account in every if not account.held_back)
    return measured((account for account in every if account.held_back), taught)


def taught_by(given: Iterable[Account]) -> Model:
    """What is shipped if these are the labelled accounts."""
    return model_from(Model().learned_all((account.text, account.causes) for account in given).kept())


def measured(given: Iterable[Account], taught: Model, model: Model | None = None) -> Rates:
    """By what is shipped and, where it is given, by what a group chose."""
    rates = Rates()
    for account in given:
        rates.add(account, [one.cause for one in suggest(account.text, model or Model(), taught=taught)])
    return rates


if __name__ == "__main__":
    print(held_back_rates().in_markdown(shipped_policy().causes))  # noqa: T201
