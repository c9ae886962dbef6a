"""The three parts of a good public reply: thanks for the feedback, why no more can be said, and a way to reach us."""

from collections.abc import Iterator

from amends.reviews.checker.phrases import Kind
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level


def find(reading: Reading) -> Iterator[Found]:
    """A note for each part that is missing, at the end of the reply."""
    text = reading.text
    end = len(text.original)
    present = {hit.phrase.part for hit in reading.hits if hit.phrase.kind is Kind.PART}
    for part in reading.lexicon.parts:
        if part not in present:
            yield Found(Category.MISSING_PARTS, Level.NOTE, end, end, part)
