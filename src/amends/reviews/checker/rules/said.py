"""What the lexicons know: most of the twenty categories are things that are simply said."""

from collections.abc import Iterator

from amends.reviews.checker.phrases import Kind
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.rules.names import called
from amends.reviews.checker.values import Category

# A reviewer may be called April or Bill.
_NAMES_TOO = frozenset({Category.DATES, Category.MONEY, Category.TREATMENT, Category.ARGUMENT, Category.FAMILY})


def certain(reading: Reading) -> Iterator[Found]:
    """Phrases that are refused whatever the sentence around them is like."""
    for hit in reading.hits:
        if hit.phrase.kind is Kind.CERTAIN and hit.phrase.category is not None:
            yield reading.found(hit.phrase.category, hit.phrase.level, hit.first, hit.after)


def find(reading: Reading) -> Iterator[Found]:
    """Phrases that always tell, and terms said of one person; nothing that lies in a harmless phrase."""
    for hit in reading.hits:
        category = hit.phrase.category
        if hit.phrase.kind not in (Kind.ALWAYS, Kind.TERM, Kind.SOFT) or category is None:
            continue
        if reading.is_shielded(hit) or (hit.phrase.kind is not Kind.ALWAYS and not reading.about.one_person(hit)):
            continue
        if category in _NAMES_TOO and hit.after == hit.first + 1 and called(reading, hit.first):
            continue
        yield reading.found(category, hit.phrase.level, hit.first, hit.after)
