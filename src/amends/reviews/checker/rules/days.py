"""A day of the calendar, which with a place tells who was there, or when somebody was born."""

from collections.abc import Iterator

from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_BETWEEN = frozenset(["of", "de", "the", ","])
_ENDINGS = ("st", "nd", "rd", "th")
_YEARS = range(1900, 2100)
_DAYS = range(1, 32)


def find(reading: Reading) -> Iterator[Found]:
    """Block for each day in numbers, and for each month with a day or a year beside it."""
    texts, months = reading.text.texts, reading.lexicon.sets["months"]
    for number, word in enumerate(texts):
        if word == "<date>":
            yield reading.found(Category.DATES, Level.BLOCK, number, number + 1)
        elif word in months and (word != "may" or reading.text.written(number)[:1].isupper()):
            first, last = _beside(texts, number, -1), _beside(texts, number, 1)
            if first < number or last > number:
                yield reading.found(Category.DATES, Level.BLOCK, first, last + 1)


def _beside(texts: list[str], month: int, way: int) -> int:
    """The place of the day or year on this side of the month, over `of` and commas; the month's own without one."""
    place = month + way
    while 0 <= place < len(texts) and texts[place] in _BETWEEN:
        place += way
    return place if 0 <= place < len(texts) and _is_day_or_year(texts[place]) else month


def _is_day_or_year(word: str) -> bool:
    digits = word[:-2] if word.endswith(_ENDINGS) else word
    return digits.isascii() and digits.isdigit() and len(digits) <= 4 and int(digits) in (*_DAYS, *_YEARS)
