"""How often the answers are right, over many examples."""

import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.reviews.matching.worlds import Example

from amends.filters import match_review


@dataclass
class Rates:
    """Counts by kind of example; the rates are shares, 0..1."""

    asked: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)
    likely: Counter[str] = field(default_factory=Counter)
    likely_wrong: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def add(self, example: Example, answer: dict[str, Any]) -> None:
        first = answer["candidates"][0]["PatNum"] if answer["candidates"] else None
        kind = ("somebody: " if example.right is not None else "nobody: ") + example.kind
        self.asked[kind] += 1
        self.good[kind] += first == example.right
        self.likely[kind] += answer["verdict"] == "likely"
        self.likely_wrong[kind] += answer["verdict"] == "likely" and first != example.right
        if first != example.right:
            self.missed.append(f"{kind} {example.line['id']} {example.line['review']} gave {answer['candidates'][:1]}")

    def share(self, kind: str) -> float:
        asked = sum(count for name, count in self.asked.items() if name.startswith(kind))
        return sum(count for name, count in self.good.items() if name.startswith(kind)) / asked

    @property
    def wrongly_likely(self) -> float:
        """Of all examples, those where a wrong person was *likely*."""
        return sum(self.likely_wrong.values()) / sum(self.asked.values())

    def table(self) -> str:
        rows = [
            f"{kind:32} {self.asked[kind]:5} asked {self.good[kind] / self.asked[kind]:7.1%} right "
            f"{self.likely[kind]:5} likely {self.likely_wrong[kind]:3} of them wrong"
            for kind in sorted(self.asked)
        ]
        return "\n".join(rows)


def answers(lines: Iterable[object]) -> list[dict[str, Any]]:
    stdout = io.BytesIO()
    stdin = io.BytesIO("\n".join(json.dumps(line) for line in lines).encode())
    assert match_review.run(stdin, stdout) == 0
    return [json.loads(line) for line in stdout.getvalue().splitlines()]


def measured(examples: Iterable[Example]) -> Rates:
    rates, given = Rates(), list(examples)
    for example, answer in zip(given, answers(example.line for example in given), strict=True):
        rates.add(example, answer)
    return rates
