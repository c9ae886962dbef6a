"""What every rule gets, and what it gives back."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from amends.reviews.checker.about import About
from amends.reviews.checker.lexicon import Lexicon
from amends.reviews.checker.people import People
from amends.reviews.checker.phrases import Hit, Kind
from amends.reviews.checker.values import Category, Context, Level
from amends.reviews.checker.words import Text


@dataclass(frozen=True)
class Found:
    """A place in the reply. `reason` chooses among the explanations of the category; empty for its usual one."""

    category: Category
    level: Level
    start: int
    end: int
    reason: str = ""


@dataclass(frozen=True)
class Reading:
    """One reading of the reply, with the phrases found in it and all that it is judged against."""

    text: Text
    hits: list[Hit]
    about: About
    context: Context
    lexicon: Lexicon
    people: People

    @cached_property
    def linked(self) -> frozenset[str]:
        """Every part of a name that the context holds."""
        return self.people.linked

    @cached_property
    def _shields(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.phrase.kind is Kind.SHIELD]

    def is_shielded(self, hit: Hit) -> bool:
        """Whether the phrase lies in a harmless one."""
        return any(_covers(shield, hit) for shield in self._shields)

    def word_at(self, start: int) -> int:
        """Which word this character of the reply belongs to."""
        return max(0, bisect_right(self._starts, start) - 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.text.words]

    def subject(self, number: int) -> Category:
        """What the sentence of this word is about, by the first term in it; where there is none, a visit."""
        sentence = self.text.sentence(number)
        for hit in self.hits:
            if hit.phrase.kind in (Kind.TERM, Kind.SOFT) and self.text.sentence(hit.first) == sentence:
                return hit.phrase.category or Category.RELATIONSHIP
        return Category.RELATIONSHIP

    def found(self, category: Category, level: Level, first: int, after: int, reason: str = "") -> Found:
        """A finding on the words from `first` to before `after`."""
        start, end = self.text.span(first, after)
        return Found(category, level, start, end, reason)


_TAIL = 3  # words


def _covers(shield: Hit, hit: Hit) -> bool:
    """“Whether anyone is a patient” covers “a patient of ours” too: a hit that begins inside may end a little later."""
    if shield.phrase.category is None:
        return shield.first <= hit.first < shield.after and hit.after <= shield.after + _TAIL
    return shield.phrase.category is hit.phrase.category and shield.first <= hit.first and hit.after <= shield.after
